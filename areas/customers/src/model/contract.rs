//! By which clause of a frame contract silence is consent.

use jiff::civil::Date;
use kernel::Event;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A frame contract by a clause of which silence is consent, as it was recorded.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct FrameContract {
    pub id: i64,
    /// The number of the contract.
    pub number: String,
    /// The clause by which silence is consent.
    pub clause: String,
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
        let it =
            FrameContract { id: 1, number: "FC-12".into(), clause: "4.2".into(), holds_from, holds_until };
        assert_eq!(it.words(), "FC-12, 4.2");
        assert!(it.holds(holds_from, date(2026, 3, 31)));
        assert!(!it.holds(date(2025, 12, 31), date(2026, 1, 4)), "it had not begun");
        assert!(!it.holds(date(2026, 3, 30), date(2026, 4, 1)), "it ends before the answer is due");
        assert!(FrameContract { holds_until: None, ..it }.holds(holds_from, date(2036, 1, 1)));
    }
}
