//! When may the customer confirm, and what ends a sign-off?

use kernel::{
    Actor, Body, Case, Faults, Flow, Kind, Missing, Numbers, PartyId, Permit::*, PersonId, Reader, Record,
    Refusal, Result, Role, Rule, Sharing, State, Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};

use crate::model::{
    SignOff,
    SignOffState::{self, *},
    SignOffStep::{self, *},
    Word,
};
use crate::queries;

/// What the guards of a sign-off ask.
#[derive(Clone, Debug, Default)]
pub struct Confirming {
    /// Whose signatures under this revision count.
    pub signed: Vec<SignedBy>,
    /// The customer's queries that nobody answered yet.
    pub queries: Vec<String>,
}

/// Somebody who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    pub person: PersonId,
    pub signature: i64,
    pub name: String,
}

const SENDERS: kernel::Permit = Any(&[Role::Engineer, Role::Quality, Role::Approver]);

impl Body for SignOff {
    type State = SignOffState;
    type Step = SignOffStep;
    type Facts = Confirming;

    const KIND: Kind = Kind {
        prefix: "SF",
        table: "sign_off",
        path: "sign-offs",
        numbers: Numbers::Yearly,
        sharing: Sharing::Working,
        symbol: "seal",
        one: || text!("Sign-off"),
        many: || text!("Sign-offs"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [SignOffStep] = &[Query, Confirm, Resume, Withdraw];
    const OPEN: &'static [SignOffState] = &[];
    const SETTLED: &'static [SignOffState] = &[Confirmed];
    const CREATE: kernel::Permit = SENDERS;
    const EDIT: kernel::Permit = Owner;
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Confirming> = queries::confirming;
    const KEYS: &'static [&'static str] = &["subject", "person"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(self.subject != 0, "subject", text!("Say what is to be confirmed."));
        faults.unless(
            !self.summary.trim().is_empty(),
            "summary",
            text!("Say in plain words what it is about."),
        );
        let fits = self.summary.chars().count() <= 4000;
        faults.unless(fits, "summary", text!("Shorten it to {count} characters.", count = 4000i64));
        faults.unless(
            !self.signatories.is_empty(),
            "signatories",
            text!("Choose who signs for the customer."),
        );
        let twins = |it: PersonId| self.signatories.iter().filter(|other| other.person == it).count() > 1;
        let are_different = !self.signatories.iter().any(|it| twins(it.person));
        faults.unless(are_different, "signatories", text!("Choose each signatory once."));
        faults.into_result()
    }

    fn may_write(_: &Actor, party: Option<PartyId>, _: Option<&Case<Self>>, _: &Self) -> Verdict {
        Refusal::unless(party.is_some(), text!("Choose the customer of it first: it belongs to nobody."))
    }

    fn words(&self) -> String {
        self.summary.clone()
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "subject" => text!("What is confirmed"),
            "revision" => text!("Revision"),
            "summary" => text!("In plain words"),
            "until" => text!("Until"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        (field == "word").then(|| Word::of(code)).flatten().map(Vocabulary::text)
    }
}

#[rustfmt::skip]
const RULES: &[Rule<SignOff>] = &[
    //   from     step      to         by      needs
    rule(Open,    Confirm,  Confirmed, Party,  everybody_signed),
    rule(Open,    Query,    Queried,   Party,  nothing),
    rule(Queried, Resume,   Open,      Owner,  every_query_is_answered),
    rule(Open,    Withdraw, Withdrawn, Owner,  nothing),
    rule(Queried, Withdraw, Withdrawn, Owner,  nothing),
    rule(Open,    Expire,   Expired,   Nobody, nothing),
    rule(Queried, Expire,   Expired,   Nobody, nothing),
    rule(Open,    Overtake, Overtaken, Nobody, nothing),
    rule(Queried, Overtake, Overtaken, Nobody, nothing),
];

impl State for SignOffState {
    fn tone(self) -> Tone {
        match self {
            Open => Tone::Waiting,
            Queried => Tone::Doubtful,
            Confirmed => Tone::Good,
            Expired => Tone::Stopped,
            Withdrawn | Overtaken => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Open => text!("Waiting for your answer"),
            Queried => text!("Your questions are with us"),
            Overtaken => text!("Replaced by a later revision"),
            _ => kernel::Vocabulary::text(self),
        }
    }
}

fn everybody_signed(case: &Case<SignOff>) -> Verdict {
    let signed = |person| case.facts.signed.iter().any(|it| it.person == person);
    let all = case.body.signatories.iter().all(|it| signed(it.person));
    Refusal::unless(all, text!("It is confirmed as soon as everybody whose name is asked for has signed."))
}

fn every_query_is_answered(case: &Case<SignOff>) -> Verdict {
    let missing = case.facts.queries.iter().map(|number| Missing {
        sentence: text!("Answer the customer's query {number}.", number = number),
        link: Some(format!("/clarifications/{number}")),
    });
    Refusal::of(missing.collect())
}

impl SignOff {
    /// Whose turn it is to sign: whoever has not, and, where they sign in turn, only the first of them.
    pub fn next(&self, signed: &[SignedBy]) -> Vec<PersonId> {
        let open =
            self.signatories.iter().map(|it| it.person).filter(|it| signed.iter().all(|by| by.person != *it));
        open.take(if self.in_turn { 1 } else { usize::MAX }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Signatory;

    #[test]
    fn they_sign_in_turn_or_side_by_side() {
        let signatories = vec![Signatory { person: 4 }, Signatory { person: 5 }];
        let both = SignOff { signatories, ..SignOff::default() };
        assert_eq!(both.next(&[]), [4, 5]);
        let in_turn = SignOff { in_turn: true, ..both };
        assert_eq!(in_turn.next(&[]), [4]);
        let signed = [SignedBy { person: 4, signature: 1, name: "Carl".into() }];
        assert_eq!(in_turn.next(&signed), [5]);
    }

    #[test]
    fn only_the_customer_confirms() {
        assert!(RULES.iter().filter(|it| matches!(it.step, Confirm | Query)).all(|it| it.by == Party));
    }
}
