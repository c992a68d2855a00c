//! The law: when a batch may be taken in and back, how a file is read, and which column is taken for what.

pub mod columns;
pub mod formula;
pub mod lacking;
pub mod misread;
pub mod read;

use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit::*, Reader, Record, Refusal, Result, Rule, Sharing,
    State, Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};

use crate::model::BatchState::{self, *};
use crate::model::BatchStep::{self, *};
use crate::model::{Batch, Choice, Form};
use crate::queries::{self, Counts};

impl Body for Batch {
    type State = BatchState;
    type Step = BatchStep;
    type Facts = Counts;

    const KIND: Kind = Kind {
        prefix: "IB",
        table: "import_batch",
        path: "imports",
        numbers: Numbers::Yearly,
        sharing: Sharing::Internal,
        symbol: "file",
        one: || text!("Import"),
        many: || text!("Imports"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [BatchStep] = &[Apply, Finish, Revert, FinishRevert];
    const OPEN: &'static [BatchState] = &[Staged];
    const ASIDE: &'static [BatchState] = &[Reverting, Reverted, Discarded];
    const KEYS: &'static [&'static str] = &["into_record"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Counts> = queries::standing;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(
            self.header_row >= 0,
            "header_row",
            text!("Give the row of the headings, counted from 1."),
        );
        faults.into_result()
    }

    fn words(&self) -> String {
        self.file_name.clone()
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Title"),
            "target" => text!("What is taken in"),
            "into_record" => text!("Into"),
            "file_name" => text!("File"),
            "form" => text!("Sort of file"),
            "encoding" => text!("Encoding"),
            "separator" => text!("Separator"),
            "sheet" => text!("Sheet"),
            "sheets" => text!("Sheets"),
            "header_row" => text!("Row of the headings"),
            "headings" => text!("Headings"),
            "columns" => text!("Columns"),
            "is_mapped_by_hand" => text!("Columns were chosen by hand"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match (field, code) {
            ("form", code) => Form::of(code).map(Vocabulary::text),
            ("target", "customers") => Some(text!("Customers")),
            ("target", "contacts") => Some(text!("Contacts")),
            ("target", "requirements") => Some(text!("Requirements")),
            ("target", "catalogue") => Some(text!("Catalogue")),
            _ => None,
        }
    }
}

const ADMIN: kernel::Permit = Has(kernel::Role::Administrator);

#[rustfmt::skip]
const RULES: &[Rule<Batch>] = &[
    //   from       step          to         by     needs
    rule(Staged,    Apply,        Applying,  Staff, something_is_decided),
    rule(Applying,  Finish,       Applied,   Staff, nothing),
    rule(Applied,   Apply,        Applying,  Staff, something_is_decided),
    rule(Applying,  Revert,       Reverting, Owner, nothing),
    rule(Applying,  Revert,       Reverting, ADMIN, nothing),
    rule(Applied,   Revert,       Reverting, Owner, nothing),
    rule(Applied,   Revert,       Reverting, ADMIN, nothing),
    rule(Reverting, FinishRevert, Reverted,  Staff, nothing),
    rule(Staged,    Discard,      Discarded, Staff, nothing),
];

impl State for BatchState {
    fn tone(self) -> Tone {
        match self {
            Staged => Tone::Waiting,
            Applying | Reverting => Tone::Working,
            Applied => Tone::Good,
            Reverted | Discarded => Tone::Past,
        }
    }
}

fn something_is_decided(case: &Case<Batch>) -> Verdict {
    let sentence = if case.facts.lacking > 0 && case.facts.open == 0 {
        text!("Nothing is ready to be taken in. Say first what your house asks of the rows that lack it.")
    } else if case.facts.open > 0 {
        text!("Nothing is ready to be taken in. Decide about the rows that wait first.")
    } else {
        text!("Nothing is left to be taken in.")
    };
    Refusal::unless(case.facts.ready > 0, sentence)
}

/// Whether it is somebody's to take a batch back: whoever answers for it, whoever stands in for them, an administrator.
#[track_caller]
pub fn may_take_back(actor: &kernel::Actor, owner: i64) -> bool {
    Owner.covers(actor, Some(owner)).is_ok() || ADMIN.covers(actor, None).is_ok()
}

/// What can be decided about a row: a faulty one is mended or left out, a double is merged, new or left out.
pub fn may_choose(effect: kernel::Effect, choice: Choice) -> bool {
    use kernel::Effect::{Changes, Duplicate, Fault, New, Same};
    matches!(
        (effect, choice),
        (Same | Fault, Choice::None)
            | (New | Changes, Choice::Take | Choice::Leave | Choice::Open)
            | (Duplicate, Choice::Take | Choice::Merge | Choice::Leave | Choice::Open)
    )
}

/// What is decided about a row as long as nobody says otherwise.
pub fn first_choice(effect: kernel::Effect, is_proposed: bool) -> Choice {
    use kernel::Effect::{Changes, Duplicate, Fault, New, Same};
    match effect {
        Same | Fault => Choice::None,
        Duplicate => Choice::Open,
        New | Changes if is_proposed => Choice::Open,
        New | Changes => Choice::Take,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Effect;

    #[test]
    fn a_double_waits_for_a_person_and_so_does_every_clause_of_a_document() {
        assert_eq!(first_choice(Effect::Duplicate, false), Choice::Open);
        assert_eq!(first_choice(Effect::New, true), Choice::Open);
        assert_eq!(first_choice(Effect::New, false), Choice::Take);
        assert_eq!(first_choice(Effect::Fault, true), Choice::None);
    }

    #[test]
    fn a_batch_is_taken_back_by_whoever_brought_it_their_deputy_or_an_administrator() {
        use kernel::{Actor, Role, StandIn};
        let (ada, ben) = (Actor::staff(7, "Ada", &[Role::Engineer]), Actor::staff(8, "Ben", &[Role::Agent]));
        assert!(may_take_back(&ada, 7) && !may_take_back(&ben, 7));
        assert!(may_take_back(&Actor::staff(9, "Sam", &[Role::Administrator]), 7));
        let until = jiff::civil::date(2026, 3, 4);
        let absent = StandIn { person: 7, name: "Ada".into(), until, function: None };
        assert!(may_take_back(&ben.clone().standing_in(vec![absent.clone()]), 7));
        let in_one_function = StandIn { function: Some(3), ..absent };
        assert!(!may_take_back(&ben.standing_in(vec![in_one_function]), 7));
        assert!(!may_take_back(&ada.reading(), 7), "a token for reading takes nothing back");
    }

    #[test]
    fn only_a_double_is_merged_and_a_faulty_row_is_never_taken_in() {
        assert!(may_choose(Effect::Duplicate, Choice::Merge) && !may_choose(Effect::New, Choice::Merge));
        assert!(!may_choose(Effect::Fault, Choice::Take) && !may_choose(Effect::Same, Choice::Take));
    }
}
