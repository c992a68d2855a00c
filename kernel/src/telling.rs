//! How somebody wants to be told by mail: for which reason at once, once a day or not at all, and when not to be
//! disturbed.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Because, Faults, Notice, PersonId, Reader, Result, Vocabulary, Work, sql, text, values};

/// What is older was not worth a mail: no mail server was set up then.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(48);
/// So many mails within an hour are enough; what comes after waits for the next hour, whoever answers whom by
/// machine.
const MAILS_AN_HOUR: i64 = 10;
/// The purpose of the letters that tell of notices.
pub const NOTICE: &str = "notice";

crate::vocabulary! {
    /// How somebody is told by mail.
    pub enum Way {
        AtOnce = text!("At once"),
        #[default]
        Daily = text!("Once a day"),
        Never = text!("Not by mail"),
    }
}

/// How somebody wants to be told by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    pub ways: BTreeMap<Because, Way>,
    /// From when until when nothing is sent, in their zone; the same twice where there are no quiet hours.
    pub quiet: (Time, Time),
    /// When the mail of the day goes out, in their zone.
    pub daily_at: Time,
    /// The day of the last one.
    pub told_on: Option<Date>,
    /// Since when mails to them come back, so that none is written.
    pub returned_at: Option<Timestamp>,
}

impl Default for Telling {
    /// What somebody must do is told at once, all else once a day, nothing at night.
    fn default() -> Self {
        let way = |it: Because| match it {
            Because::Mentioned | Because::Asked => Way::AtOnce,
            Because::Owner | Because::Function | Because::Watching => Way::Daily,
        };
        Self {
            ways: Because::ALL.iter().map(|it| (*it, way(*it))).collect(),
            quiet: (Time::constant(20, 0, 0, 0), Time::constant(7, 0, 0, 0)),
            daily_at: Time::constant(8, 0, 0, 0),
            told_on: None,
            returned_at: None,
        }
    }
}

impl Telling {
    /// How they are told what they hear for a reason.
    pub fn way(&self, because: Because) -> Way {
        self.ways.get(&because).copied().unwrap_or_default()
    }

    /// Whether they are not to be disturbed at an hour of theirs. Quiet hours may reach over midnight.
    pub fn is_quiet(&self, at: Time) -> bool {
        let (from, until) = self.quiet;
        if from <= until { from <= at && at < until } else { from <= at || at < until }
    }

    /// Whether the mail of the day is to go out.
    pub fn is_daily_due(&self, at: DateTime) -> bool {
        at.time() >= self.daily_at && self.told_on.is_none_or(|it| it < at.date())
    }

    /// Whether a notice goes out now: what is held at night goes in the morning.
    pub fn goes_now(&self, because: Because, at: DateTime) -> bool {
        match self.way(because) {
            Way::AtOnce => !self.is_quiet(at.time()),
            Way::Daily => self.is_daily_due(at),
            Way::Never => false,
        }
    }
}

/// A time of the day as it is kept and typed: `07:30`.
pub fn hour_of(words: &str) -> Option<Time> {
    let (hour, minute) = words.trim().split_once(':')?;
    let is_short = |it: &str| (1..=2).contains(&it.len()) && it.chars().all(|it| it.is_ascii_digit());
    if !is_short(hour) || !is_short(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn kept(hour: Time) -> String {
    format!("{:02}:{:02}", hour.hour(), hour.minute())
}

#[derive(Deserialize)]
struct Hours {
    quiet_from: String,
    quiet_until: String,
    daily_at: String,
    told_on: Option<Date>,
    #[serde(with = "crate::micros::option")]
    returned_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Mailed {
    mailed_at: i64,
}

impl Reader<'_> {
    /// How the actor wants to be told by mail.
    pub fn telling(&self) -> Result<Telling> {
        self.telling_of(self.actor.person)
    }

    fn telling_of(&self, person: PersonId) -> Result<Telling> {
        let mut telling = Telling::default();
        let ways: Vec<(Because, Way)> =
            self.rows(sql!("select because, way from notice_way where person = $1"), values![person])?;
        telling.ways.extend(ways);
        let hours: Option<Hours> = self.maybe(
            sql!(
                "select quiet_from, quiet_until, daily_at, told_on, returned_at from notice_hours where person = $1"
            ),
            values![person],
        )?;
        if let Some(it) = hours {
            let hour = |words: &str, usual| hour_of(words).unwrap_or(usual);
            telling.quiet = (hour(&it.quiet_from, telling.quiet.0), hour(&it.quiet_until, telling.quiet.1));
            telling.daily_at = hour(&it.daily_at, telling.daily_at);
            (telling.told_on, telling.returned_at) = (it.told_on, it.returned_at);
        }
        Ok(telling)
    }

    /// Where browsers reach the product: `https://reqord.kestrel.example`, where it was said.
    pub fn site(&self) -> Result<Option<String>> {
        Ok(self.setting(crate::aside::SITE)?.filter(|it| !it.is_empty()))
    }

    /// Where a link in a letter leads: our own address where it was said, for whoever asks may have come by any
    /// name; otherwise the one under which they came.
    pub fn leads_to(&self, path: &str, came_by: &str) -> Result<String> {
        Ok(format!("{}{path}", self.site()?.as_deref().unwrap_or(came_by)))
    }

    /// Whether mails can be written that lead back here: a mail server and our own address are known.
    pub fn writes_mail(&self) -> Result<bool> {
        Ok(self.post_server()?.is_some() && self.site()?.is_some())
    }
}

/// Somebody who is to be told something by mail now.
pub struct ToTell {
    pub somebody: crate::Somebody,
    pub telling: Telling,
    /// Their zone; ours where they said nothing.
    pub zone: jiff::tz::TimeZone,
    /// The newest first.
    pub notices: Vec<Notice>,
}

impl Work<'_> {
    /// Says how the actor wants to be told by mail. It is nobody else's business and leaves no entry.
    pub fn wants_to_be_told(&mut self, telling: &Telling) -> Result<()> {
        self.must_not_only_read(self.actor.person)?;
        let person = self.actor.person;
        for (because, way) in &telling.ways {
            self.execute(
                sql!(
                    "insert into notice_way (person, because, way) values ($1, $2, $3)
                     on conflict (person, because) do update set way = excluded.way"
                ),
                values![person, because.code(), way.code()],
            )?;
        }
        self.keep_hours(person, telling)
    }

    fn keep_hours(&self, person: PersonId, telling: &Telling) -> Result<()> {
        self.execute(
            sql!(
                "insert into notice_hours (person, quiet_from, quiet_until, daily_at, told_on, returned_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (person) do update set
                 quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, daily_at = excluded.daily_at,
                 told_on = excluded.told_on, returned_at = excluded.returned_at"
            ),
            values![
                person,
                kept(telling.quiet.0),
                kept(telling.quiet.1),
                kept(telling.daily_at),
                telling.told_on.map(|it| it.to_string()),
                telling.returned_at
            ],
        )?;
        Ok(())
    }

    /// Who is to be told what by mail at this moment, with their rights of now.
    pub fn to_tell(&mut self) -> Result<Vec<ToTell>> {
        self.execute(
            sql!("update notice set mailed_at = $1 where mailed_at is null and at < $2"),
            values![self.now, self.now - TOO_OLD],
        )?;
        let people: Vec<PersonId> = self.rows(
            sql!("select distinct person from notice where mailed_at is null and read_at is null order by person"),
            &[],
        )?;
        let mut all = Vec::new();
        for person in people {
            all.extend(self.told_now(person)?);
        }
        Ok(all)
    }

    fn told_now(&mut self, person: PersonId) -> Result<Option<ToTell>> {
        let Some(somebody) = (self.house.people.somebody)(self, person)? else { return Ok(None) };
        let telling = self.telling_of(person)?;
        let sent: i64 = self.one(
            sql!(
                "select count(*) from letter where record_id = $1 and purpose = 'notice' and written_at > $2"
            ),
            values![person, self.now - SignedDuration::from_hours(1)],
        )?;
        if telling.returned_at.is_some() || !crate::is_address(&somebody.email) || sent >= MAILS_AN_HOUR {
            return Ok(None);
        }
        let zone = somebody.zone.as_deref().and_then(|it| jiff::tz::TimeZone::get(it).ok());
        let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
        let at = zone.to_datetime(self.now);
        let mut notices = self.seen_by(&somebody.actor, |reader| reader.notices(true, None, 200))?;
        notices.retain(|it| it.mailed_at.is_none() && telling.goes_now(it.because, at));
        let is_some = !notices.is_empty();
        Ok(is_some.then_some(ToTell { somebody, telling, zone, notices }))
    }

    /// Somebody was told by mail.
    pub fn were_told(&mut self, it: &ToTell) -> Result<()> {
        let mailed_at = self.now.as_microsecond();
        for notice in &it.notices {
            crate::row::update(self.connection, "notice", notice.id, &Mailed { mailed_at })?;
        }
        let at = it.zone.to_datetime(self.now);
        if it.telling.is_daily_due(at) {
            let telling = Telling { told_on: Some(at.date()), ..it.telling.clone() };
            self.keep_hours(it.somebody.actor.person, &telling)?;
        }
        Ok(())
    }

    /// Mails to somebody come back: none is written until they say so. Whom would one tell by mail?
    pub(crate) fn mails_return(&self, person: PersonId) -> Result<()> {
        let telling = Telling { returned_at: Some(self.now), ..self.telling_of(person)? };
        self.keep_hours(person, &telling)
    }
}

impl Telling {
    /// The same with what somebody typed: hours, and a way for each reason.
    ///
    /// # Errors
    /// Names the hour that is none.
    pub fn with(&self, hours: [(&str, &str); 3], ways: &[(Because, Way)]) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let [from, until, daily] = hours.map(|(field, words)| {
            let hour = hour_of(words);
            faults.unless(hour.is_some(), field, text!("Give a time of the day, like 07:30."));
            hour.unwrap_or_default()
        });
        faults.into_result()?;
        let mut all = self.ways.clone();
        all.extend(ways.iter().copied());
        Ok(Self {
            ways: all,
            quiet: (from, until),
            daily_at: daily,
            told_on: self.told_on,
            returned_at: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn quiet_hours_may_reach_over_midnight_or_not_be_there() {
        let night = Telling::default();
        let at = |hour| Time::constant(hour, 0, 0, 0);
        assert_eq!([20, 23, 0, 6].map(|it| night.is_quiet(at(it))), [true; 4]);
        assert_eq!([7, 12, 19].map(|it| night.is_quiet(at(it))), [false; 3]);
        let noon = Telling { quiet: (at(12), at(14)), ..Telling::default() };
        assert_eq!([11, 12, 13, 14].map(|it| noon.is_quiet(at(it))), [false, true, true, false]);
        let none = Telling { quiet: (at(0), at(0)), ..Telling::default() };
        assert!((0..24).all(|it| !none.is_quiet(at(it))));
    }

    #[test]
    fn the_mail_of_the_day_goes_once_a_day() {
        let day = date(2026, 3, 2);
        let telling = |told_on| Telling { told_on, ..Telling::default() };
        assert!(
            telling(None).is_daily_due(day.at(8, 0, 0, 0))
                && !telling(None).is_daily_due(day.at(7, 59, 0, 0))
        );
        assert!(!telling(Some(day)).is_daily_due(day.at(9, 0, 0, 0)));
        assert!(telling(Some(date(2026, 3, 1))).is_daily_due(day.at(9, 0, 0, 0)));
    }

    #[test]
    fn what_is_told_at_once_waits_for_the_morning() {
        let telling = Telling::default();
        let day = date(2026, 3, 2);
        assert!(!telling.goes_now(Because::Mentioned, day.at(22, 0, 0, 0)));
        assert!(telling.goes_now(Because::Mentioned, day.at(7, 0, 0, 0)));
        assert!(!telling.goes_now(Because::Watching, day.at(7, 0, 0, 0)));
    }

    #[test]
    fn an_hour_is_an_hour() {
        assert_eq!(hour_of("7:30"), Some(Time::constant(7, 30, 0, 0)));
        for it in ["", "7", "24:00", "7:60", "+7:30", "07:30:00", "a:b"] {
            assert_eq!(hour_of(it), None, "{it}");
        }
    }
}
