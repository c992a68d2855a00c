//! Which revision holds for what: from a day, a lot or a serial number on, or for an order. One question, one answer.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use serde_json::json;

use crate::{Error, Faults, Mention, PersonId, Reader, Result, Tone, Vocabulary, Work, sql, text, values};

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
    /// Whether it ends there: no revision up to this one holds any more.
    pub ends: bool,
    /// Whether the end that was said before is taken back: it goes on.
    pub taken_back: bool,
    /// The number of the change that put it in force, for whoever may see it.
    pub change: Option<String>,
    #[serde(with = "crate::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    /// Who said so; 0 where outsiders read it.
    pub by: PersonId,
}

crate::vocabulary! {
    /// Which revision a line of an order gets.
    pub enum Gets {
        #[default]
        New = text!("The new revision"),
        Old = text!("The revision before"),
    }
}

/// What was decided of one line of an order. It comes before what was said of the revision for everybody.
#[derive(Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
#[schemars(rename = "DecidedForALine")]
pub struct Decided {
    /// The revision that was put in force, or the last one of what ends.
    pub no: i64,
    /// Whether it was decided of an end: the line still gets what ends, or no more.
    pub ends: bool,
    /// The number of the order.
    #[serde(alias = "order_number")]
    pub order: String,
    pub line: i64,
    pub takes: Gets,
    pub basis: Basis,
    /// From where on the line gets the new one; empty where at once.
    pub starts: String,
    /// The number of the change, for whoever may see it.
    pub change: Option<String>,
}

/// The same on its way in.
#[derive(Clone, Debug)]
pub struct ForLine<'a> {
    pub order: &'a str,
    pub line: i64,
    pub takes: Gets,
    /// From where on the line gets the new one; `starts` is empty where at once.
    pub starts: Starts,
    /// Whether it is decided of an end: whoever keeps the old one still gets what ends.
    pub ends: bool,
}

#[derive(Serialize)]
struct NewHolding<'a> {
    record_id: i64,
    no: i64,
    basis: Basis,
    starts: &'a str,
    ends: bool,
    taken_back: bool,
    change: Option<i64>,
    at: i64,
    by: PersonId,
}

/// What is said of a revision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Holds,
    Ends,
    /// It ends no more.
    GoesOn,
}

#[derive(Serialize)]
struct NewDecided<'a> {
    record_id: i64,
    no: i64,
    order_number: &'a str,
    line: i64,
    takes: Gets,
    basis: Basis,
    starts: &'a str,
    ends: bool,
    change: i64,
    at: i64,
    by: PersonId,
}

/// For what one asks; empty where nothing is known of it.
#[derive(Clone, Copy, Debug)]
pub struct On<'a> {
    pub day: Date,
    pub lot: &'a str,
    pub serial: &'a str,
    /// The number of an order, perhaps with the line: `SO-2026-0118/10`.
    pub order: &'a str,
}

impl On<'static> {
    /// Of which nothing but the day is known.
    pub fn day(day: Date) -> Self {
        Self { day, lot: "", serial: "", order: "" }
    }
}

/// Which revision holds, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Valid {
    /// The revision; none where none had been released, or where it ended.
    pub no: Option<i64>,
    /// What makes it hold, or nothing any more; none where it is the one from before.
    pub because: Option<Starts>,
    /// Whether it ended: nothing holds any more.
    pub ended: bool,
    /// From where on it ends, where that is still to come, or where one has to say the lot, the serial number or the
    /// order.
    pub ends: Option<Starts>,
    /// Newer revisions that may hold: one has to say the lot, the serial number or the order.
    pub depends_on: Vec<(i64, Starts)>,
}

/// That a record is over by a step of its own, as what is discontinued by hand: its last revision stands for what was
/// delivered or agreed until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Over {
    /// The code of its state.
    pub state: String,
    #[serde(with = "crate::micros")]
    #[schemars(with = "i64")]
    pub since: Timestamp,
    /// Who took the step; 0 where outsiders read it.
    pub by: PersonId,
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

    /// Whether it is a day that is over.
    pub fn is_over(&self, today: Date) -> bool {
        self.basis == Basis::Day && self.starts.trim().parse::<Date>().is_ok_and(|it| it < today)
    }

    /// The same, and not before today: a day that is over became today, for nothing held before it was in force.
    #[must_use]
    pub fn not_before(self, today: Date) -> Self {
        if self.is_over(today) { Self { starts: today.to_string(), ..self } } else { self }
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
                let order = on.order.split('/').next().unwrap_or_default().trim();
                let named = |it: &str| it.trim().eq_ignore_ascii_case(order);
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

impl Holding {
    /// From where on it holds, or ends.
    pub fn from(&self) -> Starts {
        Starts { basis: self.basis, starts: self.starts.clone() }
    }
}

/// What was said last of a revision: from where on it holds, or ends.
fn said_last(said: &[Holding], (no, ends): (i64, bool)) -> Option<&Holding> {
    said.iter().rfind(|it| it.no == no && it.ends == ends)
}

impl Decided {
    /// Whether it counts: what was decided of an end does as long as that end does.
    pub fn counts(&self, said: &[Holding]) -> bool {
        let end = said_last(said, (self.no, true)).filter(|_| self.ends);
        end.is_none_or(|it| !it.taken_back && it.change == self.change)
    }

    /// Whether it was decided of what is asked: an order, or one line of it.
    fn is_of(&self, order: &str) -> bool {
        match order.trim().split_once('/') {
            Some((number, line)) => {
                number.trim().eq_ignore_ascii_case(&self.order)
                    && line.trim().parse::<i64>().is_ok_and(|it| it == self.line)
            }
            None => order.trim().eq_ignore_ascii_case(&self.order),
        }
    }

    /// Whether the line gets the revision; none where that depends on what was not said.
    fn gets(&self, on: &On) -> Option<bool> {
        match self.takes {
            Gets::Old => Some(false),
            Gets::New if self.starts.is_empty() => Some(true),
            Gets::New => self.from().holds(on),
        }
    }

    fn from(&self) -> Starts {
        Starts { basis: self.basis, starts: self.starts.clone() }
    }

    /// The line as people name it.
    fn named(&self) -> Starts {
        Starts { basis: Basis::Order, starts: format!("{}/{}", self.order, self.line) }
    }
}

/// What was decided of an order about one revision: that it gets it, or not; or on what that depends.
fn for_order(decided: &[&Decided], on: &On) -> Result<bool, Starts> {
    let gets: Vec<Option<bool>> = decided.iter().map(|it| it.gets(on)).collect();
    if let Some(place) = gets.iter().position(Option::is_none) {
        return Err(decided[place].from());
    }
    // Some lines of the order get it and others do not: one has to name the line.
    match gets.iter().position(|it| *it != gets[0]) {
        Some(place) => Err(decided[place].named()),
        None => Ok(gets[0] == Some(true)),
    }
}

/// Whether a revision holds, or ends, and from where on: what was decided of an order comes first, then what was said last
/// for everybody. None where that depends on what was not said.
fn reached(
    (said, decided): (&[Holding], &[Decided]),
    (no, ends): (i64, bool),
    on: &On,
) -> (Option<bool>, Option<Starts>) {
    let is_of_it = |it: &&Decided| {
        it.no == no && it.ends == ends && !on.order.is_empty() && it.is_of(on.order) && it.counts(said)
    };
    let of_it: Vec<&Decided> = decided.iter().filter(is_of_it).collect();
    if let Some(first) = of_it.first() {
        return match for_order(&of_it, on) {
            Ok(true) => (Some(true), Some(first.named())),
            Ok(false) => (Some(false), None),
            Err(starts) => (None, Some(starts)),
        };
    }
    match said_last(said, (no, ends)).filter(|it| !it.taken_back).map(Holding::from) {
        Some(starts) => (starts.holds(on), Some(starts)),
        None => (Some(false), None),
    }
}

/// Which revision holds, of those of which something was said. What was decided of an order comes first; then the newest
/// that holds wins, or the end of it; where none does, it is the one before the first of them.
pub fn valid(said: &[Holding], decided: &[Decided], on: &On) -> Valid {
    let mut numbers: Vec<i64> = said.iter().map(|it| it.no).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = Valid::default();
    for no in numbers.iter().rev() {
        match reached((said, decided), (*no, true), on) {
            (Some(true), because) => return Valid { because, ended: true, ends: None, ..found },
            (_, ends) => found.ends = found.ends.or(ends),
        }
        match reached((said, decided), (*no, false), on) {
            (Some(true), because) => return Valid { no: Some(*no), because, ..found },
            (None, Some(starts)) => found.depends_on.push((*no, starts)),
            _ => {}
        }
    }
    // Of what a change only ended, nothing was said before: its last revision held.
    let is_said = |no: i64| said.iter().any(|it| it.no == no && !it.ends);
    let before = numbers.first().map(|it| if is_said(*it) { it - 1 } else { *it });
    Valid { no: before.filter(|it| *it > 0), ..found }
}

impl Reader<'_> {
    /// What was said of the revisions of a record, the oldest first. Outsiders read it of what was shown to them, without
    /// whose orders are meant, by which change and by whom.
    pub fn holdings(&self, record: i64) -> Result<Vec<Holding>> {
        if self.actor.is_outside() {
            return self.holdings_as_shown(record);
        }
        self.rows(
            sql!(
                "select no, basis, starts, ends, taken_back, (select number from visible where visible.id = it.change) as change,
                 it.at, it.by from visible_validity as it where it.record_id = $1 order by it.id"
            ),
            values![record],
        )
    }

    fn holdings_as_shown(&self, record: i64) -> Result<Vec<Holding>> {
        let shown: Vec<i64> = self.revisions(record)?.into_iter().map(|it| it.no).collect();
        let all: Vec<Holding> = self.rows(
            sql!(
                "select no, basis, case when basis = 'order' then '' else starts end as starts, ends, taken_back,
                 cast(null as text) as change, it.at, cast(0 as bigint) as by
                 from validity as it where it.record_id = $1 order by it.id"
            ),
            values![record],
        )?;
        Ok(all.into_iter().filter(|it| shown.contains(&it.no)).collect())
    }

    /// Whether a change was to end a record, and that was taken back: it goes on. Outsiders are told of what they see.
    pub fn goes_on(&self, record: i64, change: i64) -> Result<bool> {
        let is_seen = self.mention(record)?.is_some() && self.mention(change)?.is_some();
        let count: i64 = self.one(
            sql!("select count(*) from validity where record_id = $1 and change = $2 and taken_back"),
            values![record, change],
        )?;
        Ok(is_seen && count > 0)
    }

    /// Which revision of a record holds for something. Where nothing was ever said of that, it is the one that had been
    /// released last by then; for outsiders it is one that was shown to them.
    pub fn valid_revision(&self, record: i64, on: &On) -> Result<Valid> {
        let said = self.holdings(record)?;
        let valid = valid(&said, &self.decided_for_lines(record)?, on);
        if valid.ended {
            return Ok(valid);
        }
        let zone = self.zone_of_house();
        let is_known = |it: &Timestamp| it.to_zoned_datetime(zone.clone()).date() <= on.day;
        let is_said = said.iter().any(|it| !it.ends);
        let before = |it: &crate::Revision| match valid.no {
            Some(no) if is_said => it.no <= no,
            _ => !is_said && is_known(&it.released_at),
        };
        let no = self.revisions(record)?.into_iter().filter(before).map(|it| it.no).max();
        Ok(Valid { no, ..valid })
    }

    /// That a record is over, since when and by whom; none where it is not.
    pub fn over(&self, it: &Mention) -> Result<Option<Over>> {
        let entry = self.registry().kind(&it.kind).ok_or(Error::NotFound)?;
        if entry.state(&it.state, self.actor).tone != Some(Tone::Past) {
            return Ok(None);
        }
        Ok(self.since_when(it)?.map(|(since, by)| Over { state: it.state.clone(), since, by }))
    }

    /// The last day from which something holds, or ends, that a change put in force; none where no day says so. Whoever
    /// reads the change may know it.
    pub fn held_from(&self, change: i64) -> Result<Option<Date>> {
        if self.mention(change)?.is_none() {
            return Ok(None);
        }
        let day: Option<String> = self.one(
            sql!("select max(starts) from validity where change = $1 and basis = 'day'"),
            values![change],
        )?;
        Ok(day.and_then(|it| it.parse().ok()))
    }

    /// What was decided of single lines of orders, the oldest first. Outsiders are told nothing.
    pub fn decided_for_lines(&self, record: i64) -> Result<Vec<Decided>> {
        self.rows(
            sql!(
                "select no, ends, order_number, line, takes, basis, starts,
                 (select number from visible where visible.id = it.change) as change
                 from visible_validity_for as it where it.record_id = $1 order by it.id"
            ),
            values![record],
        )
    }
}

impl Work<'_> {
    /// Says from where on a revision holds that no change put in force.
    pub fn hold(&mut self, (record, no): (i64, i64), starts: &Starts) -> Result<()> {
        self.must_be_ours()?;
        starts.check()?;
        self.say_from_where((record, no), starts, None)
    }

    pub(crate) fn say_from_where(
        &mut self,
        (record, no): (i64, i64),
        starts: &Starts,
        change: Option<i64>,
    ) -> Result<()> {
        self.say_of((record, no), (starts, change), What::Holds)
    }

    /// Says from where on a change ends something: no revision up to this one holds any more.
    pub(crate) fn say_that_it_ends(
        &mut self,
        (record, no): (i64, i64),
        starts: &Starts,
        change: i64,
    ) -> Result<()> {
        self.say_of((record, no), (starts, Some(change)), What::Ends)
    }

    /// Says that something does not end as a change said: its last revision goes on.
    pub(crate) fn say_that_it_goes_on(
        &mut self,
        (record, no): (i64, i64),
        starts: &Starts,
        change: i64,
    ) -> Result<()> {
        self.say_of((record, no), (starts, Some(change)), What::GoesOn)
    }

    fn say_of(
        &mut self,
        (record, no): (i64, i64),
        (starts, change): (&Starts, Option<i64>),
        what: What,
    ) -> Result<()> {
        let line = NewHolding {
            record_id: record,
            no,
            basis: starts.basis,
            starts: starts.starts.trim(),
            ends: what != What::Holds,
            taken_back: what == What::GoesOn,
            change,
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        self.add("validity", record, &line).map(drop)
    }

    /// What is released by hand of something that a change put in force before holds from that day on.
    pub(crate) fn hold_after_others(&mut self, record: i64, no: i64) -> Result<()> {
        let known: i64 =
            self.one(sql!("select count(*) from validity where record_id = $1"), values![record])?;
        if known == 0 {
            return Ok(());
        }
        let today = self.today();
        self.say_from_where((record, no), &Starts { basis: Basis::Day, starts: today.to_string() }, None)
    }

    /// Keeps what was decided of one line of an order when a change puts a revision in force.
    pub fn decide_for_line(
        &mut self,
        change: &Mention,
        (record, no): (i64, i64),
        it: &ForLine,
    ) -> Result<()> {
        self.must_be_ours()?;
        let line = NewDecided {
            record_id: record,
            no,
            order_number: it.order,
            line: it.line,
            takes: it.takes,
            basis: it.starts.basis,
            starts: it.starts.starts.trim(),
            ends: it.ends,
            change: change.id,
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        self.add("validity_for", record, &line)?;
        let told = json!({ "revision": no, "ends": it.ends, "order": it.order, "line": it.line, "takes": it.takes.code(), "from": line.starts });
        self.note(record, json!({ "decided_for_line": told }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(no: i64, basis: Basis, starts: &str) -> Holding {
        let at = Timestamp::UNIX_EPOCH;
        Holding { no, basis, starts: starts.into(), ends: false, taken_back: false, change: None, at, by: 1 }
    }

    fn ends(no: i64, basis: Basis, starts: &str) -> Holding {
        Holding { ends: true, ..said(no, basis, starts) }
    }

    #[test]
    fn nothing_holds_from_a_day_before_it_is_said() {
        let today = jiff::civil::date(2026, 3, 2);
        let from = |basis, starts: &str| Starts { basis, starts: starts.into() };
        assert_eq!(from(Basis::Day, "2016-03-02").not_before(today), from(Basis::Day, "2026-03-02"));
        for kept in [
            from(Basis::Day, "2026-03-02"),
            from(Basis::Day, "2026-03-09"),
            from(Basis::Lot, "2016-03-02"),
            from(Basis::Day, ""),
        ] {
            assert_eq!(kept.clone().not_before(today), kept);
        }
    }

    fn on(day: &str) -> On<'_> {
        On { day: day.parse().unwrap(), lot: "", serial: "", order: "" }
    }

    #[test]
    fn a_revision_holds_from_its_day_and_the_one_before_until_then() {
        let all = [said(2, Basis::Day, "2026-03-01"), said(3, Basis::Day, "2026-11-04")];
        let no = |day: &str| valid(&all, &[], &on(day)).no;
        assert_eq!(
            [no("2026-02-28"), no("2026-03-01"), no("2026-11-03"), no("2026-11-04")],
            [Some(1), Some(2), Some(2), Some(3)]
        );
        assert_eq!(valid(&[], &[], &on("2026-11-04")).no, None);
    }

    #[test]
    fn a_lot_is_asked_for_where_it_decides() {
        let all = [said(2, Basis::Day, "2026-03-01"), said(3, Basis::Lot, "L-118")];
        let open = valid(&all, &[], &on("2026-11-04"));
        assert_eq!((open.no, open.depends_on.len()), (Some(2), 1));
        let lot = |lot| valid(&all, &[], &On { lot, ..on("2026-11-04") }).no;
        assert_eq!(
            [lot("L-9"), lot("L-117"), lot("L-118"), lot("L-1000")],
            [Some(2), Some(2), Some(3), Some(3)]
        );
    }

    #[test]
    fn an_order_is_named_whole_and_what_was_said_last_counts() {
        let all = [said(2, Basis::Day, "2027-01-01"), said(2, Basis::Order, "SO-2026-0118, SO-2026-0131")];
        let order = |order| valid(&all, &[], &On { order, ..on("2026-11-04") }).no;
        assert_eq!([order("so-2026-0131"), order("SO-2026-013")], [Some(2), Some(1)]);
    }

    #[test]
    fn numbers_are_counted_as_people_count() {
        assert_eq!(counted("20-2603-9", "20-2603-118"), Ordering::Less);
        assert_eq!(counted("A007", "a7"), Ordering::Equal);
        assert_eq!(counted("A7", "A7b"), Ordering::Less);
    }

    #[test]
    fn what_was_decided_of_a_line_comes_before_what_holds_for_everybody() {
        let all = [said(2, Basis::Day, "2026-03-01")];
        let one = |line, takes, basis, starts: &str| Decided {
            no: 2,
            ends: false,
            order: "SO-2026-0118".into(),
            line,
            takes,
            basis,
            starts: starts.into(),
            change: None,
        };
        let decided = [
            one(10, Gets::Old, Basis::Day, ""),
            one(20, Gets::New, Basis::Day, ""),
            one(30, Gets::New, Basis::Lot, "L-118"),
        ];
        let asked = |order: &'static str, lot: &'static str| {
            valid(&all, &decided, &On { lot, order, ..on("2026-11-04") })
        };
        assert_eq!(asked("SO-2026-0118/10", "").no, Some(1));
        assert_eq!(asked("so-2026-0118/20", "").no, Some(2));
        assert_eq!(
            (asked("SO-2026-0118/30", "L-117").no, asked("SO-2026-0118/30", "L-118").no),
            (Some(1), Some(2))
        );
        assert_eq!(asked("SO-2026-0118/30", "").depends_on.len(), 1, "which lot?");
        assert_eq!(asked("SO-2026-0118", "L-118").depends_on.len(), 1, "which line?");
        assert_eq!(asked("SO-2026-0119", "").no, Some(2), "nothing was decided of it");
    }

    #[test]
    fn what_ended_holds_no_more_and_until_then_what_held() {
        let all = [said(2, Basis::Day, "2026-03-01"), ends(2, Basis::Day, "2026-07-01")];
        let open = valid(&all, &[], &on("2026-06-30"));
        assert_eq!((open.no, open.ended), (Some(2), false));
        assert_eq!(open.ends.unwrap().starts, "2026-07-01", "it is told before");
        let over = valid(&all, &[], &on("2026-07-01"));
        assert_eq!((over.no, over.ended, over.because.unwrap().starts), (None, true, "2026-07-01".into()));
        // Nothing but its end was ever said of it.
        let alone = [ends(3, Basis::Day, "2026-07-01")];
        assert_eq!(valid(&alone, &[], &on("2026-06-30")).no, Some(3));
        // It was taken up again.
        let again = [ends(3, Basis::Day, "2026-07-01"), said(4, Basis::Day, "2026-09-01")];
        let no = |day: &str| valid(&again, &[], &on(day)).no;
        assert_eq!([no("2026-06-30"), no("2026-08-01"), no("2026-09-01")], [Some(3), None, Some(4)]);
    }

    #[test]
    fn an_end_that_was_taken_back_counts_no_more_nor_what_was_decided_of_it() {
        let end = |change: &str, starts: &str| Holding {
            change: Some(change.into()),
            ..ends(2, Basis::Day, starts)
        };
        let back = Holding { taken_back: true, ..end("CR-1", "2026-07-01") };
        let gone = Decided {
            no: 2,
            ends: true,
            order: "SO-2026-0118".into(),
            line: 10,
            takes: Gets::New,
            basis: Basis::Day,
            starts: String::new(),
            change: Some("CR-1".into()),
        };
        let of = |said: &[Holding], day: &str| {
            let on = On { order: "SO-2026-0118/10", ..on(day) };
            let it = valid(said, std::slice::from_ref(&gone), &on);
            (it.no, it.ended, it.ends.is_some())
        };
        let all = [said(2, Basis::Day, "2026-03-01"), end("CR-1", "2026-07-01"), back];
        assert_eq!(of(&all[..2], "2026-06-30"), (None, true, false), "the line gets none any more");
        assert_eq!(of(&all, "2026-06-30"), (Some(2), false, false), "nothing of the end is left");
        assert_eq!(of(&all, "2026-09-01"), (Some(2), false, false));
        // Nothing but its end was ever said of it.
        assert_eq!(of(&all[1..], "2026-09-01").0, Some(2));
        // Another change ends it later: what was decided of the first end says nothing of this one.
        let again = [all.to_vec(), vec![end("CR-2", "2026-10-01")]].concat();
        assert_eq!(of(&again, "2026-09-01"), (Some(2), false, true));
        assert_eq!(of(&again, "2026-10-01"), (None, true, false));
    }

    #[test]
    fn a_part_ends_from_a_lot_on_and_a_line_that_keeps_it_keeps_it() {
        let all = [said(1, Basis::Day, "2026-03-01"), ends(1, Basis::Lot, "L-118")];
        let lot = |lot| valid(&all, &[], &On { lot, ..on("2026-11-04") });
        assert_eq!((lot("L-117").no, lot("L-118").ended), (Some(1), true));
        let open = lot("");
        assert_eq!((open.no, open.ended, open.ends.unwrap().basis), (Some(1), false, Basis::Lot));
        let keeps = Decided {
            no: 1,
            ends: true,
            order: "SO-2026-0118".into(),
            line: 10,
            takes: Gets::Old,
            basis: Basis::Day,
            starts: String::new(),
            change: None,
        };
        let of = |order| {
            valid(&all, std::slice::from_ref(&keeps), &On { lot: "L-118", order, ..on("2026-11-04") })
        };
        assert_eq!((of("SO-2026-0118/10").no, of("SO-2026-0119/10").no), (Some(1), None));
        let gone = Decided { takes: Gets::New, ..keeps.clone() };
        let of = |order| valid(&all, std::slice::from_ref(&gone), &On { order, ..on("2026-11-04") });
        assert!(of("SO-2026-0118/10").ended, "the line gets none any more");
    }
}
