//! What is asked about coming in: the second factor, links that set a password, who knocked, who stands in.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{PersonId, Reader, Result, Role, StandIn, Vocabulary, may, sql, values};
use serde::{Deserialize, Serialize};

use crate::model::{Awaits, How, Outcome, PersonState, Purpose};
use crate::queries::Shut;
use crate::rules::{Absence, absent_behind, is_manned, sealed};

/// So many lines of the book of the door are shown.
const SHOWN: i64 = 50;

/// The second factor of a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Factor {
    pub id: i64,
    /// As it is kept.
    pub secret: String,
    /// The last step of the clock that let them in.
    pub last_step: i64,
    #[serde(with = "kernel::micros::option")]
    pub confirmed_at: Option<Timestamp>,
}

/// The second factor of a person, confirmed or not yet.
pub fn factor_of(reader: &Reader, person: PersonId) -> Result<Option<Factor>> {
    reader.maybe(
        sql!("select id, secret, last_step, confirmed_at from factor where record_id = $1"),
        values![person],
    )
}

/// Whether a person is asked for a second factor.
pub fn has_factor(reader: &Reader, person: PersonId) -> Result<bool> {
    Ok(factor_of(reader, person)?.is_some_and(|it| it.confirmed_at.is_some()))
}

/// All recovery codes of a person, with those that were used: key and code as it is kept.
pub fn codes_of(reader: &Reader, person: PersonId) -> Result<Vec<i64>> {
    reader.rows(sql!("select id from recovery_code where record_id = $1"), values![person])
}

/// How many recovery codes are left.
pub fn codes_left(reader: &Reader, person: PersonId) -> Result<i64> {
    reader.one(
        sql!("select count(*) from recovery_code where record_id = $1 and used_at is null"),
        values![person],
    )
}

/// The key of a recovery code that was not used yet, by the code as it is kept.
pub fn unused_code(reader: &Reader, person: PersonId, code: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!("select id from recovery_code where record_id = $1 and code = $2 and used_at is null"),
        values![person, code],
    )
}

/// Whether the house demands a second factor of its own people.
pub fn staff_need_factor(reader: &Reader) -> Result<bool> {
    Ok(reader.setting("identity.second_factor")?.as_deref() == Some("staff"))
}

/// For how many days the book of the door is kept.
pub fn history_days(reader: &Reader) -> Result<i64> {
    let kept = reader.setting("identity.history_days")?.and_then(|it| it.parse().ok());
    Ok(kept.unwrap_or(90))
}

/// A session that waits for something before it opens anything.
#[derive(Clone, Debug, Deserialize)]
pub struct Half {
    pub key: i64,
    pub awaits: Awaits,
    pub person: PersonId,
    pub name: String,
    pub email: String,
    shut: Shut,
}

/// The half of a session behind a secret, while it is good.
pub fn half_session(reader: &Reader, secret: &str) -> Result<Option<Half>> {
    let found: Option<Half> = reader.maybe(
        sql!(
            "select it.id as key, awaits, visible.id as person, title as name, email,
             case when revoked_at is not null then 'revoked'
                  when expires_at <= $2 then 'over' when state <> 'active' then 'left' else 'open' end as shut
             from session as it join visible on visible.id = it.record_id join person on person.id = visible.id
             where secret = $1 and awaits <> ''"
        ),
        values![sealed(secret), reader.now],
    )?;
    Ok(found.filter(|it| {
        may(it.shut != Shut::Revoked) && may(it.shut != Shut::Over) && may(it.shut != Shut::Left)
    }))
}

/// Every session of a person that is not over, half ones too.
pub fn session_keys(reader: &Reader, person: PersonId) -> Result<Vec<i64>> {
    reader.rows(
        sql!("select id from session where record_id = $1 and revoked_at is null and expires_at > $2"),
        values![person, reader.now],
    )
}

/// A link by which somebody sets a password, as administrators see it.
#[derive(Clone, Debug, Deserialize)]
pub struct LinkLine {
    pub id: i64,
    pub purpose: Purpose,
    #[serde(with = "kernel::micros")]
    pub expires_at: Timestamp,
}

/// The links of a person that are still good.
pub fn links_of(reader: &Reader, person: PersonId) -> Result<Vec<LinkLine>> {
    reader.rows(
        sql!(
            "select id, purpose, expires_at from password_link
             where record_id = $1 and used_at is null and revoked_at is null and expires_at > $2 order by id"
        ),
        values![person, reader.now],
    )
}

/// Somebody who came with a link.
#[derive(Clone, Debug, Deserialize)]
pub struct Invited {
    pub link: i64,
    pub purpose: Purpose,
    pub person: PersonId,
    pub name: String,
    pub email: String,
    shut: Shut,
}

/// Who stands behind the secret of a link, while it is good: not used, not taken back, not too old, and for the
/// password that the person has now.
pub fn behind_link(reader: &Reader, secret: &str) -> Result<Option<Invited>> {
    let found: Option<Invited> = reader.maybe(
        sql!(
            "select it.id as link, purpose, visible.id as person, title as name, email,
             case when used_at is not null then 'used' when revoked_at is not null then 'revoked'
                  when expires_at <= $2 then 'over' when state <> 'active' then 'left'
                  when password_of <> coalesce(account.changed_at, 0) then 'older' else 'open' end as shut
             from password_link as it join visible on visible.id = it.record_id
             join person on person.id = visible.id left join account on account.record_id = visible.id
             where secret = $1"
        ),
        values![sealed(secret), reader.now],
    )?;
    Ok(found.filter(|it| {
        may(it.shut != Shut::Used)
            && may(it.shut != Shut::Revoked)
            && may(it.shut != Shut::Over)
            && may(it.shut != Shut::Left)
            && may(it.shut != Shut::Older)
    }))
}

/// When the password of a person was set; 0 where they have none.
pub fn password_set_at(reader: &Reader, person: PersonId) -> Result<i64> {
    Ok(reader
        .maybe(sql!("select changed_at from account where record_id = $1"), values![person])?
        .unwrap_or(0))
}

/// A line of the book of the door.
#[derive(Clone, Debug, Deserialize)]
pub struct KnockLine {
    pub id: i64,
    /// In whose name; none where nobody has the address that was typed.
    pub person: Option<PersonId>,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub outcome: Outcome,
    /// By what they proved who they are; none where they did not, or it was not written down then.
    #[serde(deserialize_with = "word_or_nothing")]
    pub how: Option<How>,
    /// The network address; empty where it was not known.
    pub place: String,
    pub agent: String,
    /// Whether the person came with this browser for the first time.
    pub is_new: bool,
}

fn word_or_nothing<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<How>, D::Error> {
    Ok(How::of(&String::deserialize(from)?))
}

/// What the book of the door is asked for.
#[derive(Clone, Debug, Default)]
pub struct SoughtKnocks {
    pub person: Option<PersonId>,
    pub outcome: Option<Outcome>,
    /// From this network address; from anywhere where it is empty.
    pub place: String,
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Who knocked in a person's name, the newest first.
pub fn knocks_of(reader: &Reader, person: PersonId) -> Result<Vec<KnockLine>> {
    let sought = SoughtKnocks { person: Some(person), ..SoughtKnocks::default() };
    sought_knocks(reader, &sought, None, SHOWN)
}

/// The lines of the book that somebody looks for, the newest first, those before the line `before`.
pub fn sought_knocks(
    reader: &Reader,
    it: &SoughtKnocks,
    before: Option<i64>,
    at_most: i64,
) -> Result<Vec<KnockLine>> {
    let outcome = it.outcome.map(Vocabulary::code).unwrap_or_default();
    let since = it.since.map_or(0, |it| it.as_microsecond());
    let until = it.until.map_or(i64::MAX, |it| it.as_microsecond());
    let before = before.unwrap_or(i64::MAX);
    // Apart, so that what is asked of one person is found by an index of its own.
    reader.rows(
        sql!(
            "select id, record_id as person, at, outcome, how, place, agent, is_new from
             (select * from knock where record_id = $1
              union all select * from knock where cast($1 as bigint) is null) as it
             where ($2 = '' or outcome = $2) and ($3 = '' or place = $3)
             and at >= $4 and at < $5 and id < $6 order by id desc limit $7"
        ),
        values![it.person, outcome, it.place.as_str(), since, until, before, at_most],
    )
}

/// How often somebody knocked since a moment with an address that nobody has.
pub fn nameless_knocks(reader: &Reader, since: Timestamp) -> Result<i64> {
    reader.one(sql!("select count(*) from knock where record_id is null and at > $1"), values![since])
}

/// Whether a person came in before at all, and whether with this browser.
pub fn came_before(reader: &Reader, person: PersonId, agent: &str) -> Result<(bool, bool)> {
    let (all, same): (i64, i64) = reader.one(
        sql!(
            "select count(*), coalesce(cast(sum(case when agent = $2 then 1 else 0 end) as bigint), 0)
             from knock where record_id = $1 and outcome = 'came_in'"
        ),
        values![person, agent],
    )?;
    Ok((all > 0, same > 0))
}

/// An absence as it is read.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AbsenceLine {
    pub id: i64,
    pub person: PersonId,
    pub deputy: PersonId,
    pub function: Option<i64>,
    pub since: Date,
    pub until: Date,
    /// Whether the deputy still works here: whoever left stands in for nobody.
    pub deputy_state: PersonState,
}

impl AbsenceLine {
    /// Whether it is so on a day.
    fn is_on(&self, day: Date) -> bool {
        self.since <= day && self.until >= day
    }

    pub fn deputy_left(&self) -> bool {
        self.deputy_state == PersonState::Left
    }

    fn rule(&self) -> Absence {
        Absence { person: self.person, deputy: self.deputy, since: self.since, until: self.until }
    }
}

/// The absences that are not over, of everybody who works here.
fn absences(reader: &Reader) -> Result<Vec<AbsenceLine>> {
    // No clock is two days behind: most houses have no absence just now, and are not asked for their zone.
    let recently = (reader.now - SignedDuration::from_hours(48)).to_zoned_datetime(TimeZone::UTC).date();
    let mut all: Vec<AbsenceLine> = reader.rows(
        sql!(
            "select it.id, it.record_id as person, it.deputy, it.function, it.since, it.until,
             other.state as deputy_state from visible_deputyship as it
             join visible as absent on absent.id = it.record_id join visible as other on other.id = it.deputy
             where it.until >= $1 and it.ended_at is null and absent.state = 'active' order by it.since, it.id"
        ),
        values![recently.to_string()],
    )?;
    if !all.is_empty() {
        let today = reader.today();
        all.retain(|it| it.until >= today);
    }
    Ok(all)
}

/// Absences for which nobody acts: of today, and those to come whose deputies have left.
pub fn unmanned(reader: &Reader) -> Result<Vec<AbsenceLine>> {
    let all = absences(reader)?;
    if all.is_empty() {
        return Ok(all);
    }
    let today = reader.today();
    let whole: Vec<Absence> = all.iter().filter(|it| it.function.is_none()).map(AbsenceLine::rule).collect();
    let gone: Vec<PersonId> = all.iter().filter(|it| it.deputy_left()).map(|it| it.deputy).collect();
    let is_acted_for = |it: &AbsenceLine| {
        let day = it.since.max(today);
        // Another one may act on that day for all that this one does.
        let others = all.iter().filter(|other| {
            other.person == it.person
                && other.is_on(day)
                && (other.function.is_none() || other.function == it.function)
        });
        others.map(AbsenceLine::rule).any(|it| is_manned(&it, &whole, &gone, day))
    };
    Ok(all.iter().filter(|it| !is_acted_for(it)).cloned().collect())
}

/// The absences that are not over, as the rules weigh them.
pub fn known_absences(reader: &Reader) -> Result<Vec<Absence>> {
    Ok(absences(reader)?.iter().map(AbsenceLine::rule).collect())
}

/// The absences of a person that are not over, and those in which they stand in.
pub fn absences_of(reader: &Reader, person: PersonId) -> Result<Vec<AbsenceLine>> {
    let mut all = absences(reader)?;
    all.retain(|it| it.person == person || it.deputy == person);
    Ok(all)
}

/// For whom somebody stands in today: in all that is the absent person's, with their functions, or in one function.
pub fn stands_in(reader: &Reader, deputy: PersonId) -> Result<Vec<StandIn>> {
    let mut all = absences(reader)?;
    all.retain(|it| !it.deputy_left());
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let today = reader.today();
    let whole: Vec<Absence> = all.iter().filter(|it| it.function.is_none()).map(AbsenceLine::rule).collect();
    let mut found = Vec::new();
    for (person, until) in absent_behind(deputy, &whole, today) {
        let name = reader.name_of(person)?;
        let functions = super::functions_of(reader, person)?.into_iter().map(Some);
        for function in std::iter::once(None).chain(functions) {
            found.push(StandIn { person, name: name.clone(), until, function });
        }
    }
    let is_here = |it: &&AbsenceLine| it.deputy == deputy && it.is_on(today);
    for line in all.iter().filter(is_here).filter(|it| it.function.is_some()) {
        let name = reader.name_of(line.person)?;
        found.push(StandIn { person: line.person, name, until: line.until, function: line.function });
    }
    Ok(found)
}

/// Who stands in for somebody today: in all that is theirs, or at a function of theirs where one is named.
pub fn deputies(reader: &Reader, person: PersonId, function: Option<i64>) -> Result<Vec<PersonId>> {
    let mut all: Vec<PersonId> = absences(reader)?.iter().map(|it| it.deputy).collect();
    all.sort_unstable();
    all.dedup();
    let mut found = Vec::new();
    for deputy in all {
        let acts = stands_in(reader, deputy)?;
        if acts.iter().any(|it| it.person == person && it.function == function) {
            found.push(deputy);
        }
    }
    Ok(found)
}

/// The names of those who stood in for somebody and have left.
pub fn deputies_who_left(reader: &Reader, person: PersonId) -> Result<Vec<String>> {
    reader.rows(
        sql!(
            "select distinct other.title from visible_deputyship as it join visible as other on other.id = it.deputy
             where it.record_id = $1 and other.state = 'left' order by other.title"
        ),
        values![person],
    )
}

/// The numbers of the people, and of the functions, that name somebody as their deputy.
pub fn named_as_deputy(reader: &Reader, deputy: PersonId) -> Result<(Vec<String>, Vec<String>)> {
    let people = reader.rows(
        sql!(
            "select number from visible join person on person.id = visible.id
             where deputy = $1 and state = 'active' order by visible.id"
        ),
        values![deputy],
    )?;
    let functions = reader.rows(
        sql!(
            "select number from visible join function as it on it.id = visible.id
             where deputy = $1 and state = 'active' order by visible.id"
        ),
        values![deputy],
    )?;
    Ok((people, functions))
}

/// Our own people who are administrators.
pub fn administrators(reader: &Reader) -> Result<Vec<PersonId>> {
    reader.rows(
        sql!(
            "select visible.id from visible join person on person.id = visible.id
             where state = 'active' and party is null and roles like $1 order by visible.id"
        ),
        values![format!("%\"{}\"%", Role::Administrator.code())],
    )
}

/// How many of our own people have a second factor, and how many may sign in.
pub fn count_factors(reader: &Reader) -> Result<(i64, i64)> {
    reader.one(
        sql!(
            "select (select count(*) from visible join factor on factor.record_id = visible.id
                 where state = 'active' and party is null and confirmed_at is not null),
             (select count(*) from visible join account on account.record_id = visible.id
                 where state = 'active' and party is null)"
        ),
        &[],
    )
}
