//! How somebody wants to be told by mail: for which reason at once, once a day or not at all, and when not to be
//! disturbed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Because, Faults, Notice, PartyId, PersonId, Reader, Result, Side, Somebody, Vocabulary, Work, sql, text,
    values,
};

/// What is older was not worth a mail: no mail server was set up then.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(48);
/// So many mails within an hour are enough; what comes after waits for the next hour, whoever answers whom by
/// machine.
const MAILS_AN_HOUR: i64 = 10;
/// So many days later, at most, begin the hours in which the mail of a day goes out.
const LONGEST_NIGHT: i8 = 2;
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
    /// Whether they chose other quiet hours than everybody has.
    fn says_quiet_hours(&self) -> bool {
        self.quiet != Self::default().quiet
    }

    /// How they are told what they hear for a reason.
    pub fn way(&self, because: Because) -> Way {
        self.ways.get(&because).copied().unwrap_or_default()
    }

    /// Whether the mail of the day is to go out: at its hour, or at the first moment after it at which they may be written
    /// to, which may be on the next day.
    fn is_daily_due(&self, zone: &TimeZone, now: Timestamp, nights: &Nights) -> bool {
        let today = zone.to_datetime(now).date();
        let goes_from = |day: Date| {
            let hour = zone.to_ambiguous_timestamp(day.to_datetime(self.daily_at)).compatible();
            hour.map_or(now, |it| nights.end(it))
        };
        let is_due = |day: Date| {
            let from = goes_from(day);
            from <= now && zone.to_datetime(from).date() == today
        };
        self.told_on.is_none_or(|it| it < today)
            && (0..=LONGEST_NIGHT).any(|days| is_due(today.saturating_sub(days.days())))
    }

    /// Whether a notice goes out at a moment at which they may be written to.
    fn goes_now(&self, because: Because, is_daily_due: bool) -> bool {
        match self.way(because) {
            Way::AtOnce => true,
            Way::Daily => is_daily_due,
            Way::Never => false,
        }
    }
}

/// Hours in which nobody is disturbed, by the clock of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// From when until when; the same twice where there are none.
    pub hours: (Time, Time),
    pub zone: TimeZone,
}

impl Quiet {
    fn end(&self, at: Timestamp) -> Timestamp {
        after_quiet(self.hours, &self.zone, at)
    }
}

/// When somebody is told nothing by mail: in their own quiet hours, and outside the hours that were agreed with their
/// organisation.
#[derive(Clone, Debug)]
struct Nights {
    own: Option<Quiet>,
    agreed: Option<Quiet>,
}

impl Nights {
    /// The first moment from `at` on that lies in neither. Where their own leave nothing of the agreed hours, the agreed
    /// ones count alone.
    fn end(&self, at: Timestamp) -> Timestamp {
        let after = |quiet: &Option<Quiet>, at| quiet.as_ref().map_or(at, |it| it.end(at));
        let agreed = after(&self.agreed, at);
        let mut moment = agreed;
        // The rest of the agreed hours of this day, those of the next from their beginning, and what is left of them.
        for _ in 0..3 {
            let own = after(&self.own, moment);
            if own == moment {
                return moment;
            }
            moment = after(&self.agreed, own);
        }
        agreed
    }
}

/// The first moment from `at` on that is outside quiet hours, by a clock that may be put forward or back meanwhile.
/// Quiet hours may reach over midnight; the same hour twice means none.
pub fn after_quiet((from, until): (Time, Time), zone: &TimeZone, at: Timestamp) -> Timestamp {
    let local = zone.to_datetime(at);
    let time = local.time();
    if !is_within((from, until), time) {
        return at;
    }
    let day = if time < until { local.date() } else { local.date().saturating_add(1.day()) };
    let end = zone.to_ambiguous_timestamp(day.to_datetime(until));
    // An hour that is there twice, in autumn: the first one may be over.
    end.compatible().ok().filter(|it| *it >= at).or_else(|| end.later().ok()).unwrap_or(at)
}

/// Whether an hour lies between two, over midnight where the first is the later one.
fn is_within((from, until): (Time, Time), time: Time) -> bool {
    if from <= until { from <= time && time < until } else { from <= time || time < until }
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

    /// The first moment from `at` on at which somebody may be written to: after their quiet hours, by the clock of
    /// their zone. Everything asks this that the product writes to them, but for what they wait for at the door.
    pub fn may_be_written_to(&self, person: PersonId, at: Timestamp) -> Result<Timestamp> {
        let somebody = (self.house.people.somebody)(&self.product(), person)?;
        let zone = self.zone_or_ours(somebody.and_then(|it| it.zone).as_deref().unwrap_or_default());
        Ok(after_quiet(self.telling_of(person)?.quiet, &zone, at))
    }

    /// Whether somebody chose other quiet hours than everybody has.
    pub fn said_their_hours(&self, person: PersonId) -> Result<bool> {
        Ok(self.telling_of(person)?.says_quiet_hours())
    }

    /// The first moment from `at` on at which a mail goes out that tells somebody of notices.
    pub(crate) fn told_from(&self, person: PersonId, at: Timestamp) -> Result<Timestamp> {
        let Some(somebody) = (self.house.people.somebody)(&self.product(), person)? else {
            return self.may_be_written_to(person, at);
        };
        Ok(self.nights_of(&somebody, &self.telling_of(person)?)?.end(at))
    }

    /// When somebody is told nothing by mail: outside the hours that were agreed with their organisation, and in the quiet
    /// hours that they chose; where neither says anything, in those that everybody has.
    fn nights_of(&self, somebody: &Somebody, telling: &Telling) -> Result<Nights> {
        let agreed = party_of(somebody).map(|it| (self.house.people.agreed_quiet)(&self.product(), it));
        let agreed = agreed.transpose()?.flatten();
        let zone = self.zone_or_ours(somebody.zone.as_deref().unwrap_or_default());
        let own_count = agreed.is_none() || telling.says_quiet_hours();
        Ok(Nights { own: own_count.then_some(Quiet { hours: telling.quiet, zone }), agreed })
    }

    /// A time zone by its name (IANA); that of the house where none is said.
    pub fn zone_or_ours(&self, name: &str) -> TimeZone {
        TimeZone::get(name).unwrap_or_else(|_| self.zone_of_house())
    }

    /// The time zone of the house.
    pub fn zone_of_house(&self) -> TimeZone {
        let said = self.setting(crate::aside::ZONE).ok().flatten();
        said.and_then(|it| TimeZone::get(&it).ok()).unwrap_or(TimeZone::UTC)
    }

    /// The day it is, by the clock of the house.
    pub fn today(&self) -> Date {
        self.zone_of_house().to_datetime(self.now).date()
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
    pub somebody: Somebody,
    pub telling: Telling,
    /// Their zone; ours where they said nothing.
    pub zone: TimeZone,
    /// Whether it is the mail of the day.
    pub is_daily: bool,
    /// The newest first.
    pub notices: Vec<Notice>,
}

/// The organisation of somebody of outside.
fn party_of(somebody: &Somebody) -> Option<PartyId> {
    match &somebody.actor.side {
        Side::Outside(parties) => parties.first().copied(),
        Side::Staff(_) | Side::System => None,
    }
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
        let Some(mut somebody) = (self.house.people.somebody)(self, person)? else { return Ok(None) };
        let party = party_of(&somebody);
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
        let nights = self.nights_of(&somebody, &telling)?;
        if nights.end(self.now) > self.now {
            return Ok(None);
        }
        let zone = self.zone_or_ours(somebody.zone.as_deref().unwrap_or_default());
        let is_daily = telling.is_daily_due(&zone, self.now, &nights);
        let mut notices = self.seen_by(&somebody.actor, |reader| reader.notices(true, None, 200))?;
        notices.retain(|it| it.mailed_at.is_none() && telling.goes_now(it.because, is_daily));
        if let Some(party) = party {
            let mut agreed = BTreeMap::new();
            for kind in notices.iter().map(|it| it.kind.clone()).collect::<BTreeSet<_>>() {
                let language = (self.house.people.agreed)(self, (party, person), &kind)?;
                agreed.extend(language.map(|it| (kind, it)));
            }
            notices.retain(|it| agreed.contains_key(&it.kind));
            somebody.language = notices.first().and_then(|it| agreed.get(&it.kind).cloned());
        }
        let is_some = !notices.is_empty();
        Ok(is_some.then_some(ToTell { somebody, telling, zone, is_daily, notices }))
    }

    /// Somebody was told by mail.
    pub fn were_told(&mut self, it: &ToTell) -> Result<()> {
        let mailed_at = self.now.as_microsecond();
        for notice in &it.notices {
            crate::row::update(self.connection, "notice", notice.id, &Mailed { mailed_at })?;
        }
        if it.is_daily {
            let today = it.zone.to_datetime(self.now).date();
            let telling = Telling { told_on: Some(today), ..it.telling.clone() };
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

    fn at(hour: i8) -> Time {
        Time::constant(hour, 0, 0, 0)
    }

    /// When whoever does not want to be disturbed from an hour until another is written to, in Bremen.
    fn goes((from, until): (i8, i8), now: &str) -> String {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        after_quiet((at(from), at(until)), &zone, now.parse().unwrap()).to_string()
    }

    #[test]
    fn quiet_hours_may_reach_over_midnight_or_not_be_there() {
        let night = (20, 7);
        for quiet in
            ["2026-03-02T19:00:00Z", "2026-03-02T22:59:00Z", "2026-03-03T00:00:00Z", "2026-03-03T05:59:59Z"]
        {
            assert_eq!(goes(night, quiet), "2026-03-03T06:00:00Z", "{quiet}");
        }
        for free in ["2026-03-02T06:00:00Z", "2026-03-02T12:00:00Z", "2026-03-02T18:59:59Z"] {
            assert_eq!(goes(night, free), free);
        }
        assert_eq!(goes((12, 14), "2026-03-02T11:30:00Z"), "2026-03-02T13:00:00Z");
        assert_eq!(goes((12, 14), "2026-03-02T13:00:00Z"), "2026-03-02T13:00:00Z");
        assert_eq!(goes((0, 0), "2026-03-02T02:00:00Z"), "2026-03-02T02:00:00Z");
    }

    #[test]
    fn the_night_ends_by_the_clock_when_it_is_put_forward_or_back() {
        // From 2 to 3 in the night to the 29th of March: seven o'clock comes an hour earlier.
        assert_eq!(goes((20, 7), "2026-03-27T21:00:00Z"), "2026-03-28T06:00:00Z");
        assert_eq!(goes((20, 7), "2026-03-28T21:00:00Z"), "2026-03-29T05:00:00Z");
        assert_eq!(goes((20, 7), "2026-03-29T05:00:00Z"), "2026-03-29T05:00:00Z");
        // There is no 2 o'clock in that night.
        assert_eq!(goes((20, 2), "2026-03-28T23:00:00Z"), "2026-03-29T01:00:00Z");
        // From 3 to 2 in the night to the 25th of October: an hour is there twice.
        assert_eq!(goes((20, 7), "2026-10-24T21:00:00Z"), "2026-10-25T06:00:00Z");
        let half_past_two = (Time::constant(20, 0, 0, 0), Time::constant(2, 30, 0, 0));
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let goes = |now: &str| after_quiet(half_past_two, &zone, now.parse().unwrap()).to_string();
        assert_eq!(goes("2026-10-24T23:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(goes("2026-10-25T01:10:00Z"), "2026-10-25T01:30:00Z", "never back in time");
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    /// Of somebody in Bremen; what was agreed with their organisation, where something was.
    fn nights(own: Option<(i8, i8)>, agreed: Option<((i8, i8), &str)>) -> Nights {
        let quiet = |(from, until), name| Quiet { hours: (at(from), at(until)), zone: zone(name) };
        // The hours that were agreed are the ones in which they may be disturbed.
        let agreed = agreed.map(|((from, until), name)| quiet((until, from), name));
        Nights { own: own.map(|it| quiet(it, "Europe/Berlin")), agreed }
    }

    const LONDON: Option<((i8, i8), &str)> = Some(((9, 16), "Europe/London"));

    /// Whether the mail of the day of somebody in Bremen goes out.
    fn is_due(telling: &Telling, nights: &Nights, now: &str) -> bool {
        telling.is_daily_due(&zone("Europe/Berlin"), now.parse().unwrap(), nights)
    }

    #[test]
    fn a_mail_goes_in_the_first_minute_that_is_free_in_both_hours() {
        let goes = |own, now: &str| nights(own, LONDON).end(now.parse().unwrap()).to_string();
        assert_eq!(goes(None, "2026-03-02T15:59:00Z"), "2026-03-02T15:59:00Z");
        assert_eq!(goes(None, "2026-03-02T16:00:00Z"), "2026-03-03T09:00:00Z");
        // Their own end at half of the agreed ones, by another clock.
        assert_eq!(goes(Some((20, 11)), "2026-03-02T16:00:00Z"), "2026-03-03T10:00:00Z");
        assert_eq!(goes(Some((12, 18)), "2026-03-02T12:00:00Z"), "2026-03-03T09:00:00Z");
        assert_eq!(goes(Some((8, 12)), "2026-03-02T17:00:00Z"), "2026-03-03T11:00:00Z");
        // Theirs leave an hour at the end of the agreed ones.
        assert_eq!(goes(Some((8, 16)), "2026-03-02T08:00:00Z"), "2026-03-02T15:00:00Z");
        assert_eq!(goes(Some((8, 16)), "2026-03-02T16:30:00Z"), "2026-03-03T15:00:00Z");
    }

    #[test]
    fn quiet_hours_that_leave_nothing_of_the_agreed_ones_do_not_count() {
        let goes = |now: &str| nights(Some((8, 20)), LONDON).end(now.parse().unwrap()).to_string();
        assert_eq!(goes("2026-03-02T12:00:00Z"), "2026-03-02T12:00:00Z");
        assert_eq!(goes("2026-03-02T20:00:00Z"), "2026-03-03T09:00:00Z");
    }

    #[test]
    fn the_mail_of_the_day_goes_once_a_day() {
        let day = date(2026, 3, 2);
        let telling = |told_on| Telling { told_on, ..Telling::default() };
        let is_due = |told_on, now| is_due(&telling(told_on), &nights(Some((20, 7)), None), now);
        assert!(is_due(None, "2026-03-02T07:00:00Z") && !is_due(None, "2026-03-02T06:59:00Z"));
        assert!(!is_due(Some(day), "2026-03-02T08:00:00Z"));
        assert!(is_due(Some(date(2026, 3, 1)), "2026-03-02T08:00:00Z"));
    }

    #[test]
    fn the_mail_of_the_day_waits_for_the_end_of_the_quiet_hours() {
        let in_the_night =
            Telling { daily_at: at(23), told_on: Some(date(2026, 3, 2)), ..Telling::default() };
        let is_due = |now| is_due(&in_the_night, &nights(Some((20, 7)), None), now);
        assert!(!is_due("2026-03-02T22:30:00Z"));
        assert!(!is_due("2026-03-03T05:59:00Z") && is_due("2026-03-03T06:00:00Z"));
    }

    #[test]
    fn the_mail_of_a_day_whose_hour_was_not_agreed_goes_when_the_agreed_hours_begin() {
        let in_the_evening = |told_on| Telling { daily_at: at(18), told_on, ..Telling::default() };
        let london = nights(None, LONDON);
        let is_due = |told_on, now| is_due(&in_the_evening(told_on), &london, now);
        let monday = Some(date(2026, 3, 2));
        assert!(!is_due(monday, "2026-03-02T17:00:00Z"), "told today");
        assert!(!is_due(monday, "2026-03-03T08:59:00Z") && is_due(monday, "2026-03-03T09:00:00Z"));
        assert!(!is_due(Some(date(2026, 3, 3)), "2026-03-03T09:01:00Z"), "once");
        assert!(!is_due(Some(date(2026, 3, 3)), "2026-03-03T17:00:00Z"), "nor at its own hour");
        // The clock is put forward in the night to the 29th of March.
        let saturday = Some(date(2026, 3, 28));
        assert!(!is_due(saturday, "2026-03-29T07:59:00Z") && is_due(saturday, "2026-03-29T08:00:00Z"));
    }

    #[test]
    fn the_mail_of_the_day_finds_agreed_hours_that_end_before_it_far_away() {
        // From nine to four in Brisbane is from midnight to seven in Bremen; nobody there chose another hour than eight.
        let brisbane = nights(None, Some(((9, 16), "Australia/Brisbane")));
        let telling = Telling { told_on: Some(date(2026, 3, 2)), ..Telling::default() };
        let is_due = |now| is_due(&telling, &brisbane, now);
        assert!(!is_due("2026-03-02T22:59:00Z") && is_due("2026-03-02T23:00:00Z"));
    }

    #[test]
    fn what_is_told_at_once_does_not_wait_for_the_mail_of_the_day() {
        let telling = Telling::default();
        assert!(telling.goes_now(Because::Mentioned, false));
        assert!(!telling.goes_now(Because::Watching, false) && telling.goes_now(Because::Watching, true));
        let never = Telling { ways: [(Because::Watching, Way::Never)].into(), ..telling };
        assert!(!never.goes_now(Because::Watching, true));
    }

    #[test]
    fn an_hour_is_an_hour() {
        assert_eq!(hour_of("7:30"), Some(Time::constant(7, 30, 0, 0)));
        for it in ["", "7", "24:00", "7:60", "+7:30", "07:30:00", "a:b"] {
            assert_eq!(hour_of(it), None, "{it}");
        }
    }
}
