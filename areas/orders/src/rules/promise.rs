//! Which day may be promised, and when a promise has slipped.

use jiff::civil::Date;
use kernel::{Faults, text};

use crate::model::{LineStanding, Reason};

/// Refuses a day that cannot be promised for a line any more, and a reason that does not fit.
///
/// # Errors
/// Names the field: `on` or `reason`.
pub fn may_be_promised(line: &LineStanding, on: Date, reason: Reason, today: Date) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let no = line.line.to_string();
    faults.unless(on >= today, "on", text!("That day is over. Promise a day that can still be kept."));
    let is_sane = on <= Date::new(2199, 12, 31).unwrap_or(Date::MAX);
    faults.unless(is_sane, "on", text!("That is more than a lifetime away. Look at the year again."));
    faults.unless(
        line.done_on.is_none(),
        "line",
        text!("Line {line} was delivered whole. There is nothing to promise.", line = &no),
    );
    faults.unless(
        line.promised_on != Some(on),
        "on",
        text!("That day is promised already for line {line}.", line = &no),
    );
    let is_first = line.promises == 0;
    let fits = is_first == (reason == Reason::First);
    let sentence = if is_first {
        text!("Nothing was promised for line {line} yet: this is the first promise.", line = &no)
    } else {
        text!("Say why the day of line {line} moves.", line = &no)
    };
    faults.unless(fits, "reason", sentence);
    faults.into_result()
}

/// Whether the last day is later than the first.
pub fn has_slipped(line: &LineStanding) -> bool {
    line.first_promised_on.zip(line.promised_on).is_some_and(|(first, last)| last > first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn line(promises: i64, promised_on: Option<Date>) -> LineStanding {
        LineStanding {
            line: 10,
            promises,
            promised_on,
            first_promised_on: promised_on,
            ..LineStanding::default()
        }
    }

    #[test]
    fn a_day_that_is_over_cannot_be_promised_and_a_move_has_a_reason() {
        let today = date(2026, 11, 16);
        let of = |it: Result<(), Faults>, field: &str| it.unwrap_err().of(field).map(ToString::to_string);
        assert!(may_be_promised(&line(0, None), today, Reason::First, today).is_ok());
        let over = may_be_promised(&line(0, None), date(2026, 11, 15), Reason::First, today);
        assert!(of(over, "on").unwrap().contains("over"));
        let moved = may_be_promised(&line(1, Some(today)), date(2026, 12, 1), Reason::First, today);
        assert_eq!(of(moved, "reason").as_deref(), Some("Say why the day of line 10 moves."));
        let same = may_be_promised(&line(1, Some(today)), today, Reason::Supplier, today);
        assert!(of(same, "on").unwrap().contains("already"));
        let first = may_be_promised(&line(0, None), date(2026, 12, 1), Reason::Supplier, today);
        assert!(of(first, "reason").is_some());
        let done = LineStanding { done_on: Some(today), ..line(1, Some(today)) };
        assert!(of(may_be_promised(&done, date(2026, 12, 1), Reason::Supplier, today), "line").is_some());
        assert!(may_be_promised(&line(0, None), date(9999, 1, 1), Reason::First, today).is_err());
    }
}
