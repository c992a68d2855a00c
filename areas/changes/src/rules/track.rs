//! Which way a change goes: by what it risks and whom it reaches, never by who raised it.

use kernel::{Text, text};

use crate::model::{ChangeRequest, Reach, Risk, Source, Track};

/// Whom and what a change reaches, as far as that was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// How many organisations have something that changes.
    pub parties: usize,
    /// How many things change.
    pub items: usize,
    /// What the impacts cost together, in hundredths.
    pub cost: i64,
}

/// A change that costs more than this goes the full way, in hundredths.
const FULL_ABOVE: i64 = 500_000;
/// A change that touches more things than this goes the full way.
const MANY: usize = 10;

/// The way, with every reason for the full one; without any it is the fast one, and says why.
pub fn track(it: &ChangeRequest, reached: &Reached) -> (Track, Vec<Text>) {
    let mut why = Vec::new();
    let mut full = |holds: bool, sentence: Text| {
        if holds {
            why.push(sentence);
        }
    };
    full(it.source == Source::Legal, text!("A law or standard asks for it."));
    full(it.reach == Reach::Safety, text!("It touches safety, health or law."));
    full(it.reach == Reach::Product, text!("Several customers have the product."));
    full(it.risk != Risk::Low, text!("The risk is not low."));
    let count = i64::try_from(reached.parties).unwrap_or(i64::MAX);
    full(reached.parties > 1, text!("What changes belongs to {count} customers.", count = count));
    let count = i64::try_from(reached.items).unwrap_or(i64::MAX);
    full(reached.items > MANY, text!("{count} things change.", count = count));
    full(reached.cost > FULL_ABOVE, text!("It costs more than 5,000."));
    if why.is_empty() {
        (
            Track::Fast,
            vec![text!("The risk is low, it stays with one customer or our own work, and it is cheap.")],
        )
    } else {
        (Track::Full, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_calls_it_small_does_not_make_it_small() {
        let small = ChangeRequest::default();
        assert_eq!(track(&small, &Reached::default()).0, Track::Fast);
        let reached = Reached { parties: 2, items: 3, cost: 0 };
        let (way, why) = track(&small, &reached);
        assert_eq!(way, Track::Full);
        assert_eq!(why[0].to_string(), "What changes belongs to 2 customers.");
        assert_eq!(track(&small, &Reached { cost: FULL_ABOVE + 1, ..Reached::default() }).0, Track::Full);
    }

    #[test]
    fn every_reason_is_told() {
        let it = ChangeRequest {
            source: Source::Legal,
            reach: Reach::Safety,
            risk: Risk::High,
            ..ChangeRequest::default()
        };
        assert_eq!(track(&it, &Reached::default()).1.len(), 3);
    }
}
