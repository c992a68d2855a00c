//! Time as the company counts it, and one chapter of what happened.

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use kernel::Db;

use super::company::Company;

/// Day 0 of the files: a Monday.
pub const BASE: Date = date(2026, 11, 16);

/// How the files' days fall into the present.
#[derive(Clone, Debug)]
pub struct Time {
    /// The Monday that is day 0 now.
    pub today: Date,
    zone: TimeZone,
}

impl Time {
    /// Day 0 is the Monday of the week of `now`; weekdays stay true.
    pub fn of_present_week(now: Timestamp) -> Self {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let today = now.to_zoned_datetime(zone.clone()).date();
        let since_monday = i64::from(today.weekday().since(Weekday::Monday));
        let today = today.checked_sub(since_monday.days()).unwrap_or(today);
        Self { today, zone }
    }

    /// How far everything is shifted: whole weeks.
    pub fn shift(&self) -> Span {
        i64::from((self.today - BASE).get_days()).days()
    }

    /// A day of the company.
    pub fn day(&self, day: i64) -> Result<Date> {
        self.today.checked_add(day.days()).context("a day of the chronicle is out of the calendar")
    }

    /// A moment of a day, in Bremen.
    pub fn at(&self, day: i64, hour: i8, minute: i8) -> Result<Timestamp> {
        let moment = self.day(day)?.at(hour, minute, 0, 0);
        let zoned = self.zone.to_ambiguous_zoned_datetime(moment).compatible();
        Ok(zoned.context("a moment of the chronicle does not exist")?.timestamp())
    }
}

/// One thing that happened at a moment.
pub struct Chapter {
    pub at: Timestamp,
    tell: Tell,
}

type Tell = Box<dyn Fn(&Arc<Db>, &Company, Timestamp) -> Result<()>>;

impl Chapter {
    pub fn new(at: Timestamp, tell: impl Fn(&Arc<Db>, &Company, Timestamp) -> Result<()> + 'static) -> Self {
        Self { at, tell: Box::new(tell) }
    }

    /// Does the deed at its moment.
    pub fn tell(&self, db: &Arc<Db>, company: &Company) -> Result<()> {
        (self.tell)(db, company, self.at)
    }
}
