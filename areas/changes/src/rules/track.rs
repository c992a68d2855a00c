//! Which way a change goes: by what it risks and whom it reaches, never by who raised it.

use kernel::{Text, text};

use crate::model::{ChangeRequest, Reach, Risk, Source, Track};

/// Whom and what a change reaches, as far as that was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// How many organisations have something that changes.
    pub parties: usize,
    /// How many customers have something that changes, or have it on order; of very many orders not all are looked at.
    pub customers: usize,
    /// How many open lines of orders have something that changes, as far as they are looked at.
    pub orders: usize,
    /// How many things change.
    pub items: usize,
    /// What the impacts cost together, in hundredths.
    pub cost: i64,
}

/// A change that costs more than this goes the full way, in hundredths.
const FULL_ABOVE: i64 = 500_000;
/// A change that touches more things than this, or more open lines of orders, goes the full way.
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
    let count = i64::try_from(reached.customers).unwrap_or(i64::MAX);
    let sentence = text!("At least {count} customers have what changes, or have it on order.", count = count);
    full(reached.customers > reached.parties.max(1), sentence);
    let many = i64::try_from(MANY).unwrap_or(i64::MAX);
    let sentence = text!("More than {count} open lines of orders have what changes.", count = many);
    full(reached.orders > MANY, sentence);
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
        let reached = Reached { parties: 2, items: 3, ..Reached::default() };
        let (way, why) = track(&small, &reached);
        assert_eq!(way, Track::Full);
        assert_eq!(why[0].to_string(), "What changes belongs to 2 customers.");
        assert_eq!(track(&small, &Reached { cost: FULL_ABOVE + 1, ..Reached::default() }).0, Track::Full);
    }

    #[test]
    fn what_several_customers_have_on_order_is_not_small() {
        let small = ChangeRequest::default();
        let told = |it: &Reached| track(&small, it).1[0].to_string();
        let one = Reached { parties: 1, customers: 1, orders: MANY, ..Reached::default() };
        assert_eq!(track(&small, &one).0, Track::Fast, "the customer whose it is ordered it");
        let it = Reached { parties: 1, customers: 3, orders: 3, ..Reached::default() };
        assert_eq!(told(&it), "At least 3 customers have what changes, or have it on order.");
        let it = Reached { customers: 1, orders: MANY + 1, ..Reached::default() };
        assert_eq!(told(&it), "More than 10 open lines of orders have what changes.");
        let it = Reached { parties: 2, customers: 2, ..Reached::default() };
        assert_eq!(track(&small, &it).1.len(), 1, "nothing is told twice");
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
