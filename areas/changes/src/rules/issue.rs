//! Who may do what about an issue on the way, and what must be said before it is over.

use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Record, Refusal, Result, Rule, Sharing,
    State, Text, Tone, Verdict, hundredths, nothing, rule, text,
};

use crate::commands;
use crate::model::IssueState::{Dropped, Escalated, Open, Solved};
use crate::model::IssueStep::{Drop, Escalate, Reopen, Solve};
use crate::model::{Issue, IssueState, IssueStep};
use crate::queries;

/// What the rules of an issue ask beyond the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueFacts {
    /// Whether nothing more comes of the change during which it came up.
    pub change_is_over: bool,
}

impl Body for Issue {
    type State = IssueState;
    type Step = IssueStep;
    type Facts = IssueFacts;

    const KIND: Kind = Kind {
        prefix: "IS",
        table: "change_issue",
        path: "change-issues",
        numbers: Numbers::Yearly,
        sharing: Sharing::Internal,
        symbol: "warn",
        one: || text!("Issue on the way"),
        many: || text!("Issues on the way"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [IssueStep] = &[Escalate];
    const ASIDE: &'static [IssueState] = &[Escalated, Dropped];
    const OPEN: &'static [IssueState] = &[Open, Escalated];
    const KEYS: &'static [&'static str] = &["change"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<IssueFacts> = queries::issue_facts;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::its_change_is_carried_out;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::keep_with_its_change(work, id, body);

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let is_fit = self.days.is_none_or(|it| (0..=3650).contains(&it));
        faults.unless(is_fit, "days", text!("Give a number of days from 0 to 3650."));
        let is_amount = self.cost.is_empty() || hundredths(&self.cost).is_some();
        faults.unless(is_amount, "cost", text!("Give an amount like 1250.00."));
        for (field, words) in
            [("happened", &self.happened), ("effect", &self.effect), ("answer", &self.answer)]
        {
            let fits = words.chars().count() <= 5_000;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 5_000i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        [self.happened.as_str(), &self.effect, &self.answer].join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("What came up"),
            "change" => text!("Change request"),
            "happened" => text!("What happened"),
            "effect" => text!("What it does to the plan"),
            "days" => text!("Days later"),
            "cost" => text!("What it costs"),
            "answer" => text!("What was done about it"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Issue>] = &[
    //   from       step      to         by              needs
    rule(Open,      Escalate, Escalated, Permit::Staff,  nothing),
    rule(Open,      Solve,    Solved,    Permit::Staff,  what_was_done_is_said),
    rule(Escalated, Solve,    Solved,    Permit::Staff,  what_was_done_is_said),
    rule(Open,      Drop,     Dropped,   Permit::Staff,  why_it_is_none_is_said),
    rule(Escalated, Drop,     Dropped,   Permit::Staff,  why_it_is_none_is_said),
    rule(Solved,    Reopen,   Open,      Permit::Staff,  its_change_is_not_over),
    rule(Dropped,   Reopen,   Open,      Permit::Staff,  its_change_is_not_over),
];

impl State for IssueState {
    fn tone(self) -> Tone {
        match self {
            Open => Tone::Working,
            Escalated => Tone::Doubtful,
            Solved | Dropped => Tone::Past,
        }
    }
}

fn said(case: &Case<Issue>, sentence: Text) -> Vec<Missing> {
    let link = Some(format!("{}/edit", Issue::KIND.address(&case.record.number)));
    if case.body.answer.trim().is_empty() { vec![Missing { sentence, link }] } else { Vec::new() }
}

fn what_was_done_is_said(case: &Case<Issue>) -> Verdict {
    let mut missing = said(case, text!("Say what was done about it."));
    if case.open_tasks > 0 {
        missing.push(Missing { sentence: text!("Finish the open tasks first."), link: None });
    }
    Refusal::of(missing)
}

fn why_it_is_none_is_said(case: &Case<Issue>) -> Verdict {
    Refusal::of(said(case, text!("Say why it is none.")))
}

fn its_change_is_not_over(case: &Case<Issue>) -> Verdict {
    let sentence = text!("The change is over. Raise another change.");
    Refusal::unless(!case.facts.change_is_over, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_cost_are_what_they_are_called() {
        let it = |days, cost: &str| Issue { days, cost: cost.to_owned(), ..Issue::default() };
        assert!(it(Some(14), "1250.00").check().is_ok() && it(None, "").check().is_ok());
        assert!(it(Some(-1), "").check().unwrap_err().of("days").is_some());
        assert!(it(None, "a lot").check().unwrap_err().of("cost").is_some());
    }

    #[test]
    fn what_is_over_is_only_opened_again() {
        for it in RULES.iter().filter(|it| matches!(it.from, Solved | Dropped)) {
            assert_eq!((it.step, it.to), (Reopen, Open));
        }
    }
}
