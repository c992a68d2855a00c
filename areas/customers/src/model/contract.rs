//! What a clause of a frame contract says: that silence is consent, or that changes need their approval.

use jiff::civil::Date;
use kernel::{Event, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

kernel::vocabulary! {
    /// What a clause of a frame contract says.
    pub enum Says {
        /// Whoever of them does not answer by the day has agreed.
        #[default]
        Silence = text!("Silence is consent"),
        /// Nothing of theirs changes before they approve it.
        Approval = text!("Changes need their approval"),
    }
}

/// A clause of a frame contract, as it was recorded.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct FrameContract {
    pub id: i64,
    /// The number of the contract.
    pub number: String,
    pub clause: String,
    /// What the clause says.
    pub says: Says,
    /// The first day on which it holds.
    #[schemars(with = "String")]
    pub holds_from: Date,
    /// The last one; none where no end was agreed.
    #[schemars(with = "Option<String>")]
    pub holds_until: Option<Date>,
}

impl FrameContract {
    /// As it is named in a letter: `FC-12, 4.2`.
    pub fn words(&self) -> String {
        format!("{}, {}", self.number, self.clause)
    }

    /// Whether it holds on each day from one to another.
    pub fn holds(&self, from: Date, to: Date) -> bool {
        self.holds_from <= from && self.holds_until.is_none_or(|it| it >= to)
    }
}

/// That a frame contract holds for the last time on a day: nobody agrees by silence under it later.
#[derive(Clone, Debug)]
pub struct ContractEnded {
    /// As it is named in letters.
    pub contract: String,
    pub until: Date,
}

impl Event for ContractEnded {}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_contract_holds_where_it_holds_on_the_first_day_and_on_the_last() {
        let (holds_from, holds_until) = (date(2026, 1, 1), Some(date(2026, 3, 31)));
        let (number, clause) = ("FC-12".into(), "4.2".into());
        let it = FrameContract { id: 1, number, clause, says: Says::Silence, holds_from, holds_until };
        assert_eq!(it.words(), "FC-12, 4.2");
        assert!(it.holds(holds_from, date(2026, 3, 31)));
        assert!(!it.holds(date(2025, 12, 31), date(2026, 1, 4)), "it had not begun");
        assert!(!it.holds(date(2026, 3, 30), date(2026, 4, 1)), "it ends before the answer is due");
        assert!(FrameContract { holds_until: None, ..it }.holds(holds_from, date(2036, 1, 1)));
    }
}
