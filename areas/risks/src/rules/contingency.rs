//! When does a plan stand ready, and did the customer agree to what it says?

use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Refusal, Result, Rule, Sharing, State,
    Text, Tone, Verdict, digest, nothing, rule, text,
};
use serde_json::json;

use crate::commands;
use crate::model::{Contingency, ContingencyState, ContingencyStep};
use crate::queries::{self, AgreementLine, UseLine};

/// What is known of a plan beside what it says.
#[derive(Clone, Debug, Default)]
pub struct Consent {
    /// That the customer agreed, the last first.
    pub agreements: Vec<AgreementLine>,
    /// The digest of what the plan says now.
    pub digest: String,
    /// That it was begun and ended, the last first.
    pub uses: Vec<UseLine>,
}

impl Consent {
    /// The customer's word on exactly what the plan says.
    pub fn holds(&self) -> Option<&AgreementLine> {
        self.agreements.first().filter(|it| it.digest == self.digest)
    }
}

impl Body for Contingency {
    type State = ContingencyState;
    type Step = ContingencyStep;
    type Facts = Consent;

    const KIND: Kind = Kind {
        prefix: "CT",
        table: "contingency_plan",
        path: "contingency-plans",
        numbers: Numbers::Yearly,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Contingency plan"),
        many: || text!("Contingency plans"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [ContingencyStep] = &[ContingencyStep::Activate, ContingencyStep::StandDown];
    const OPEN: &'static [ContingencyState] = &[ContingencyState::Draft];
    const SETTLED: &'static [ContingencyState] = &[ContingencyState::Ready];
    const FACTS: fn(&Reader, &kernel::Record<Self>, &Self) -> Result<Consent> = queries::consent;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::concerned(work, id, body);
    const KEYS: &'static [&'static str] = &["concerns"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let words = [
            ("trigger_words", &self.trigger_words),
            ("response", &self.response),
            ("resources", &self.resources),
        ];
        for (field, words) in words {
            let fits = words.chars().count() <= 5_000;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 5_000i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        [self.trigger_words.as_str(), &self.response, &self.resources].join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("What it is for"),
            "trigger_words" => text!("When it begins"),
            "response" => text!("What is done then"),
            "resources" => text!("What has to be there"),
            "concerns" => text!("For"),
            "tested_on" => text!("Last tried"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Contingency>] = &[
    //   from                      step                        to                         by             needs
    rule(ContingencyState::Draft,  ContingencyStep::Ready,     ContingencyState::Ready,   Permit::Staff, it_says_when_and_what),
    rule(ContingencyState::Ready,  ContingencyStep::Activate,  ContingencyState::Active,  Permit::Staff, nothing),
    rule(ContingencyState::Active, ContingencyStep::StandDown, ContingencyState::Ready,   Permit::Staff, nothing),
    rule(ContingencyState::Ready,  ContingencyStep::Revise,    ContingencyState::Draft,   Permit::Staff, nothing),
    rule(ContingencyState::Ready,  ContingencyStep::Retire,    ContingencyState::Retired, Permit::Owner, nothing),
    rule(ContingencyState::Draft,  ContingencyStep::Retire,    ContingencyState::Retired, Permit::Owner, nothing),
];

impl State for ContingencyState {
    fn tone(self) -> Tone {
        match self {
            Self::Draft => Tone::Idle,
            Self::Ready => Tone::Good,
            Self::Active => Tone::Working,
            Self::Retired => Tone::Past,
        }
    }
}

/// The digest of what a customer agrees to in a plan.
///
/// # Errors
/// None that a plan can cause.
pub fn digest_of(body: &Contingency) -> Result<String> {
    digest(&json!({ "trigger": body.trigger_words, "response": body.response, "resources": body.resources }))
}

fn it_says_when_and_what(case: &Case<Contingency>) -> Verdict {
    let edit = Some(format!("{}/edit", Contingency::KIND.address(&case.record.number)));
    let mut missing = Vec::new();
    let mut needs = |words: &str, sentence: Text| {
        if words.trim().is_empty() {
            missing.push(Missing { sentence, link: edit.clone() });
        }
    };
    needs(&case.body.trigger_words, text!("Say what has to happen for it to begin."));
    needs(&case.body.response, text!("Say what is done then."));
    Refusal::of(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_holds_for_the_words_that_were_agreed_to() {
        let line = AgreementLine {
            digest: "a1".into(),
            name: "Carl Whitfield".into(),
            source: "mail".into(),
            day: jiff::civil::date(2026, 3, 2),
        };
        let mut it = Consent { agreements: vec![line], digest: "a1".into(), uses: Vec::new() };
        assert!(it.holds().is_some());
        it.digest = "b2".into();
        assert!(it.holds().is_none());
        assert!(Consent::default().holds().is_none());
    }
}
