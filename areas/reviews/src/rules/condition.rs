//! When is a condition met? Somebody says by what one sees it, and quality confirms it; until then it holds its gate, unless
//! it is no longer asked.

use kernel::{Text, text};

use crate::model::{ConditionWord, Fulfilment};
use crate::queries::ConditionLine;

/// How a condition stands after the last word that was said of it, and its task where none was: what was met before quality was
/// asked is met.
pub fn fulfilment(last: Option<ConditionWord>, is_settled: bool) -> Fulfilment {
    match last {
        None if is_settled => Fulfilment::Confirmed,
        None | Some(ConditionWord::SentBack) => Fulfilment::Open,
        Some(ConditionWord::Met) => Fulfilment::Met,
        Some(ConditionWord::Confirmed) => Fulfilment::Confirmed,
        Some(ConditionWord::NoLongerAsked) => Fulfilment::NoLongerAsked,
    }
}

/// What has to be done about a condition before its gate opens; nothing where it is met or no longer asked.
pub fn what_a_condition_wants(it: &ConditionLine) -> Option<Text> {
    match it.stands() {
        Fulfilment::Open => Some(text!("Meet the condition first: “{words}”.", words = &it.words)),
        Fulfilment::Met => {
            Some(text!("Have quality confirm that this condition is met: “{words}”.", words = &it.words))
        }
        Fulfilment::Confirmed | Fulfilment::NoLongerAsked => None,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Vocabulary;

    use super::*;

    #[test]
    fn a_condition_is_met_once_quality_confirmed_it_and_open_again_where_it_was_sent_back() {
        use ConditionWord::{Confirmed, Met, SentBack};
        let after = [(None, false), (Some(Met), true), (Some(SentBack), true), (Some(Confirmed), true)];
        let stands = after.map(|(last, is_settled)| fulfilment(last, is_settled));
        assert_eq!(stands, [Fulfilment::Open, Fulfilment::Met, Fulfilment::Open, Fulfilment::Confirmed]);
        assert_eq!(fulfilment(None, true), Fulfilment::Confirmed, "it was met before quality was asked");
    }

    #[test]
    fn a_condition_that_is_no_longer_asked_holds_no_gate() {
        let stands = fulfilment(Some(ConditionWord::NoLongerAsked), false);
        assert_eq!(stands, Fulfilment::NoLongerAsked);
        let holds = Fulfilment::ALL.iter().filter(|it| it.holds_its_gate());
        assert_eq!(holds.collect::<Vec<_>>(), [&Fulfilment::Open, &Fulfilment::Met]);
    }
}
