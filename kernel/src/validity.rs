//! Which revision holds for what: from a day, a lot or a serial number on, or for an order. One question, one answer.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Faults, PersonId, Reader, Result, sql, text, values};

crate::vocabulary! {
    /// What says whether a revision holds for something.
    pub enum Basis {
        /// The day on which it is made or done.
        #[default]
        Day = text!("From a day"),
        Lot = text!("From a lot"),
        Serial = text!("From a serial number"),
        Order = text!("For these orders"),
    }
}

/// From where on something holds: a day like 2026-11-16; a lot or a serial number as people write it; numbers of
/// orders with commas between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Starts {
    pub basis: Basis,
    pub starts: String,
}

/// What was said of one revision.
#[derive(Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Holding {
    /// The revision, counted from 1.
    pub no: i64,
    pub basis: Basis,
    pub starts: String,
    /// The number of the change that put it in force, for whoever may see it.
    pub change: Option<String>,
    #[serde(with = "crate::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}

/// For what one asks; empty where nothing is known of it.
#[derive(Clone, Copy, Debug)]
pub struct On<'a> {
    pub day: Date,
    pub lot: &'a str,
    pub serial: &'a str,
    pub order: &'a str,
}

/// Which revision holds, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Valid {
    /// The revision; none where none was ever put in force.
    pub no: Option<i64>,
    /// What makes it hold; none where it is the one from before.
    pub because: Option<Starts>,
    /// Newer revisions that may hold: one has to say the lot, the serial number or the order.
    pub depends_on: Vec<(i64, Starts)>,
}

impl Starts {
    /// Whether it can be read.
    ///
    /// # Errors
    /// Names the field and what would fit.
    pub fn check(&self) -> Result<(), Faults> {
        let fits = match self.basis {
            Basis::Day => self.starts.parse::<Date>().is_ok(),
            Basis::Lot | Basis::Serial | Basis::Order => {
                (1..=200).contains(&self.starts.trim().chars().count())
            }
        };
        let sentence = match self.basis {
            Basis::Day => text!("Say from which day it holds, like 2026-11-16."),
            Basis::Lot => text!("Say from which lot it holds."),
            Basis::Serial => text!("Say from which serial number it holds."),
            Basis::Order => text!("Name the orders for which it holds, with commas between them."),
        };
        if fits { Ok(()) } else { Err(Faults::one("effective_from", sentence)) }
    }

    /// Whether it holds for what is asked; none where that was not said.
    pub fn holds(&self, on: &On) -> Option<bool> {
        let reached =
            |asked: &str| (!asked.is_empty()).then(|| counted(asked, &self.starts) != Ordering::Less);
        match self.basis {
            Basis::Day => Some(self.starts.parse::<Date>().is_ok_and(|it| it <= on.day)),
            Basis::Lot => reached(on.lot),
            Basis::Serial => reached(on.serial),
            Basis::Order => {
                let named = |it: &str| it.trim().eq_ignore_ascii_case(on.order.trim());
                (!on.order.is_empty()).then(|| self.starts.split([',', ';']).any(named))
            }
        }
    }
}

/// The order in which people count lots and serial numbers: 20-9 before 20-118.
pub fn counted(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.trim(), other.trim());
    while !one.is_empty() && !other.is_empty() {
        let (first, second);
        (first, one) = run(one);
        (second, other) = run(other);
        let is_number = |it: &str| it.starts_with(|it: char| it.is_ascii_digit());
        let by = if is_number(first) && is_number(second) {
            let (a, b) = (first.trim_start_matches('0'), second.trim_start_matches('0'));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        } else {
            first.to_lowercase().cmp(&second.to_lowercase())
        };
        if by != Ordering::Equal {
            return by;
        }
    }
    one.len().cmp(&other.len())
}

/// The digits, or what is none, at the beginning; and the rest.
fn run(words: &str) -> (&str, &str) {
    let is_digit = words.starts_with(|it: char| it.is_ascii_digit());
    let end = words.find(|it: char| it.is_ascii_digit() != is_digit).unwrap_or(words.len());
    words.split_at(end)
}

/// Which revision holds, of those of which something was said. The newest that holds wins; where none does, the one
/// before the first of them.
pub fn valid(said: &[Holding], on: &On) -> Valid {
    let mut numbers: Vec<i64> = said.iter().map(|it| it.no).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut depends_on = Vec::new();
    for no in numbers.iter().rev() {
        // What was said last of a revision counts.
        let Some(last) = said.iter().rfind(|it| it.no == *no) else { continue };
        let starts = Starts { basis: last.basis, starts: last.starts.clone() };
        match starts.holds(on) {
            Some(true) => return Valid { no: Some(*no), because: Some(starts), depends_on },
            Some(false) => {}
            None => depends_on.push((*no, starts)),
        }
    }
    let before = numbers.first().map(|it| it - 1).filter(|it| *it > 0);
    Valid { no: before, because: None, depends_on }
}

impl Reader<'_> {
    /// What was said of the revisions of a record, the oldest first. Outsiders are told nothing.
    pub fn holdings(&self, record: i64) -> Result<Vec<Holding>> {
        self.rows(
            sql!(
                "select no, basis, starts, (select number from visible where visible.id = it.change) as change,
                 it.at, it.by from visible_validity as it where it.record_id = $1 order by it.id"
            ),
            values![record],
        )
    }

    /// Which revision of a record holds for something.
    pub fn valid_revision(&self, record: i64, on: &On) -> Result<Valid> {
        Ok(valid(&self.holdings(record)?, on))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(no: i64, basis: Basis, starts: &str) -> Holding {
        let at = Timestamp::UNIX_EPOCH;
        Holding { no, basis, starts: starts.into(), change: None, at, by: 1 }
    }

    fn on(day: &str) -> On<'_> {
        On { day: day.parse().unwrap(), lot: "", serial: "", order: "" }
    }

    #[test]
    fn a_revision_holds_from_its_day_and_the_one_before_until_then() {
        let all = [said(2, Basis::Day, "2026-03-01"), said(3, Basis::Day, "2026-11-04")];
        let no = |day: &str| valid(&all, &on(day)).no;
        assert_eq!(
            [no("2026-02-28"), no("2026-03-01"), no("2026-11-03"), no("2026-11-04")],
            [Some(1), Some(2), Some(2), Some(3)]
        );
        assert_eq!(valid(&[], &on("2026-11-04")).no, None);
    }

    #[test]
    fn a_lot_is_asked_for_where_it_decides() {
        let all = [said(2, Basis::Day, "2026-03-01"), said(3, Basis::Lot, "L-118")];
        let open = valid(&all, &on("2026-11-04"));
        assert_eq!((open.no, open.depends_on.len()), (Some(2), 1));
        let lot = |lot| valid(&all, &On { lot, ..on("2026-11-04") }).no;
        assert_eq!(
            [lot("L-9"), lot("L-117"), lot("L-118"), lot("L-1000")],
            [Some(2), Some(2), Some(3), Some(3)]
        );
    }

    #[test]
    fn an_order_is_named_whole_and_what_was_said_last_counts() {
        let all = [said(2, Basis::Day, "2027-01-01"), said(2, Basis::Order, "SO-2026-0118, SO-2026-0131")];
        let order = |order| valid(&all, &On { order, ..on("2026-11-04") }).no;
        assert_eq!([order("so-2026-0131"), order("SO-2026-013")], [Some(2), Some(1)]);
    }

    #[test]
    fn numbers_are_counted_as_people_count() {
        assert_eq!(counted("20-2603-9", "20-2603-118"), Ordering::Less);
        assert_eq!(counted("A007", "a7"), Ordering::Equal);
        assert_eq!(counted("A7", "A7b"), Ordering::Less);
    }
}
