//! What people ask: who is who, who answers for what, and who stands behind a secret.

mod door;
mod people;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, Case, Db, Faults, PartyId, PersonId, Reader, Record, Result, Role, Vocabulary, may, roles_of, sql,
    text, values,
};
use serde::{Deserialize, Serialize};
use web::Known;

pub use self::door::*;
pub use self::people::{MOST_OUTSIDERS, OutsiderLine, belonging_to, known_people, of_outside};
use crate::model::{Function, Person, Scope};
use crate::rules::{FunctionFacts, PersonFacts, sealed};

/// A session that was not used for so long is over.
pub const IDLE: SignedDuration = SignedDuration::from_hours(24 * 3);

/// Whoever stands behind a session or a token.
#[derive(Clone, Debug, Deserialize)]
pub struct Bearer {
    /// The key of the session or token itself.
    pub key: i64,
    #[serde(with = "kernel::micros::option")]
    pub used_at: Option<Timestamp>,
    pub scope: Scope,
    person: PersonId,
    name: String,
    party: Option<PartyId>,
    roles: Vec<String>,
    language: String,
    zone: String,
    keys_off: bool,
    /// Why the key opens nothing any more.
    #[serde(default)]
    shut: Shut,
}

/// Why what somebody carries opens nothing. It is read with the row and judged behind the statement, where each reason
/// is a check of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shut {
    #[default]
    Open,
    /// It waits for something first.
    Half,
    Used,
    Revoked,
    Over,
    Idle,
    /// It was for the password before this one.
    Older,
    /// Whose it is does not come in any more.
    Left,
}

/// A person in a list.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Named {
    pub id: PersonId,
    pub number: String,
    pub title: String,
    pub state: String,
    pub party: Option<PartyId>,
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub site: String,
    pub roles: Vec<String>,
    pub functions: Vec<i64>,
}

/// A function in a list.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FunctionLine {
    pub id: i64,
    pub number: String,
    pub title: String,
    pub state: String,
    pub accountable_for: String,
    pub leader: Option<PersonId>,
    pub deputy: Option<PersonId>,
}

/// A session as its person sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct SessionLine {
    pub id: i64,
    /// As it is kept.
    pub secret: String,
    #[serde(with = "kernel::micros")]
    pub created_at: Timestamp,
    #[serde(with = "kernel::micros")]
    pub seen_at: Timestamp,
    #[serde(with = "kernel::micros")]
    pub expires_at: Timestamp,
    pub agent: String,
}

/// A token as its person sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct TokenLine {
    pub id: i64,
    pub name: String,
    pub scope: Scope,
    #[serde(with = "kernel::micros")]
    pub created_at: Timestamp,
    #[serde(with = "kernel::micros")]
    pub expires_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    pub used_at: Option<Timestamp>,
}

/// A further organisation that somebody belongs to.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct MembershipLine {
    pub id: i64,
    pub party: PartyId,
    pub name: String,
    pub since: Date,
    pub until: Option<Date>,
}

/// The house itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    pub name: String,
    /// Its time zone (IANA).
    pub zone: String,
}

/// Somebody who says who they are, with the password that was kept, if one was.
#[derive(Clone, Debug, Deserialize)]
pub struct Claimant {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub password: Option<String>,
}

/// Whether nobody is there yet, so that the first visit sets the house up.
pub fn is_empty(db: &Db) -> Result<bool> {
    db.read(&Actor::system(), is_empty_yet)
}

pub fn is_empty_yet(reader: &Reader) -> Result<bool> {
    let some: Vec<i64> = reader.rows(sql!("select id from visible where kind = 'PE' limit 1"), &[])?;
    Ok(some.is_empty())
}

/// Who stands behind the secret of a session, if it is still good and the person still comes in.
pub fn behind_session(reader: &Reader, secret: &str) -> Result<Option<Bearer>> {
    let found: Option<Bearer> = reader.maybe(
        sql!(
            "select it.id as key, seen_at as used_at, 'write' as scope, visible.id as person, title as name, party,
             roles, language, zone, keys_off,
             case when awaits <> '' then 'half' when revoked_at is not null then 'revoked'
                  when expires_at <= $2 then 'over' when seen_at <= $3 then 'idle'
                  when state <> 'active' then 'left' else 'open' end as shut
             from session as it join visible on visible.id = it.record_id join person on person.id = visible.id
             where secret = $1"
        ),
        values![sealed(secret), reader.now, reader.now - IDLE],
    )?;
    Ok(found.filter(|it| {
        may(it.shut != Shut::Half)
            && may(it.shut != Shut::Revoked)
            && may(it.shut != Shut::Over)
            && may(it.shut != Shut::Idle)
            && may(it.shut != Shut::Left)
    }))
}

/// Who stands behind the secret of a token.
pub fn behind_token(reader: &Reader, secret: &str) -> Result<Option<Bearer>> {
    let found: Option<Bearer> = reader.maybe(
        sql!(
            "select it.id as key, used_at, scope, visible.id as person, title as name, party,
             roles, language, zone, keys_off,
             case when revoked_at is not null then 'revoked' when expires_at <= $2 then 'over'
                  when state <> 'active' then 'left' else 'open' end as shut
             from token as it join visible on visible.id = it.record_id join person on person.id = visible.id
             where secret = $1"
        ),
        values![sealed(secret), reader.now],
    )?;
    Ok(found.filter(|it| {
        may(it.shut != Shut::Revoked) && may(it.shut != Shut::Over) && may(it.shut != Shut::Left)
    }))
}

/// The bearer as the edge knows somebody.
pub fn known(reader: &Reader, bearer: &Bearer) -> Result<Known> {
    let actor = actor(reader, bearer)?;
    Ok(Known {
        actor: if may(bearer.scope != Scope::Read) { actor } else { actor.reading() },
        language: Some(bearer.language.clone()).filter(|it| !it.is_empty()),
        zone: Some(zone_named(reader, &bearer.zone)),
        is_without_keys: bearer.keys_off,
    })
}

/// A person as an actor: one of ours with their roles, or somebody of outside with their organisations.
///
/// # Errors
/// Whoever left is not found.
pub fn actor_of(reader: &Reader, person: PersonId) -> Result<Actor> {
    let bearer: Bearer = reader.one(
        sql!(
            "select visible.id as key, null as used_at, 'write' as scope, visible.id as person, title as name, party,
             roles, language, zone, keys_off from visible join person on person.id = visible.id
             where visible.id = $1 and state = 'active'"
        ),
        values![person],
    )?;
    actor(reader, &bearer)
}

fn actor(reader: &Reader, it: &Bearer) -> Result<Actor> {
    let Some(party) = it.party else {
        let actor = Actor::staff(it.person, &it.name, &roles_of(&it.roles));
        return Ok(actor.standing_in(stands_in(reader, it.person)?));
    };
    let today = reader.today().to_string();
    let mut parties: Vec<PartyId> = reader.rows(
        sql!(
            "select party from visible_membership
             where record_id = $1 and since <= $2 and (until is null or until >= $2)"
        ),
        values![it.person, today],
    )?;
    parties.push(party);
    Ok(Actor::outside(it.person, &it.name, &parties))
}

/// Whoever has an address and comes in, those with a password first.
pub fn claimant(reader: &Reader, email: &str) -> Result<Option<Claimant>> {
    reader.maybe(
        sql!(
            "select visible.id, title as name, email, password from visible join person on person.id = visible.id
             left join account on account.record_id = visible.id
             where lower(email) = $1 and email <> '' and state = 'active'
             order by case when account.id is null then 1 else 0 end, visible.id limit 1"
        ),
        values![email.trim().to_lowercase()],
    )
}

/// The same by the person.
pub fn claimant_of(reader: &Reader, person: PersonId) -> Result<Claimant> {
    reader.one(
        sql!(
            "select visible.id, title as name, email, password from visible join person on person.id = visible.id
             left join account on account.record_id = visible.id where visible.id = $1"
        ),
        values![person],
    )
}

/// A person as letters are written to them: name and body.
pub fn written_to(reader: &Reader, person: PersonId) -> Result<(String, Person)> {
    let mut found = reader.find_many::<Person>(&[person])?;
    let (record, body) = found.pop().ok_or(kernel::Error::NotFound)?;
    Ok((record.title, body))
}

/// What somebody is called, and their mail address.
pub fn address_of(reader: &Reader, person: PersonId) -> Result<(String, String)> {
    reader.one(
        sql!("select title, email from visible join person on person.id = visible.id where visible.id = $1"),
        values![person],
    )
}

/// The language in which a person wants to be written to: `en` or `de`, as their record says; none where it says nothing or
/// one that we cannot write.
pub fn language_of(reader: &Reader, person: PersonId) -> Result<Option<String>> {
    let code: Option<String> = reader.maybe(
        sql!("select language from visible join person on person.id = visible.id where visible.id = $1"),
        values![person],
    )?;
    let known = |code: String| {
        web::language::LANGUAGES
            .iter()
            .find(|(it, _)| code.to_lowercase().starts_with(it))
            .map(|(it, _)| (*it).to_owned())
    };
    Ok(code.and_then(known))
}

/// As what a person works, as far as it is known.
pub fn job_title_of(reader: &Reader, person: PersonId) -> Result<String> {
    let said: Option<String> = reader.maybe(
        sql!("select job_title from visible join person on person.id = visible.id where visible.id = $1"),
        values![person],
    )?;
    Ok(said.unwrap_or_default())
}

/// The time zone by whose clock a person lives: theirs, else that of the house.
pub fn zone_of(reader: &Reader, person: PersonId) -> Result<String> {
    let said: Option<String> = reader.maybe(
        sql!("select zone from visible join person on person.id = visible.id where visible.id = $1"),
        values![person],
    )?;
    Ok(zone_named(reader, &said.unwrap_or_default()))
}

/// The name of a zone; that of the house where none is said.
fn zone_named(reader: &Reader, said: &str) -> String {
    if said.is_empty() {
        return reader.zone_of_house().iana_name().unwrap_or("UTC").to_owned();
    }
    said.to_owned()
}

/// Whether the address of a person is nobody else's, and whoever acts for them works here.
pub fn person_fits(reader: &Reader, before: Option<&Case<Person>>, after: &Person) -> Result<()> {
    has_an_address_of_its_own(reader, before, after)?;
    must_work_here(reader, "deputy", (before.and_then(|it| it.body.deputy), after.deputy))
}

/// Whether those who lead a function work here.
pub fn function_fits(reader: &Reader, before: Option<&Case<Function>>, after: &Function) -> Result<()> {
    must_work_here(reader, "leader", (before.and_then(|it| it.body.leader), after.leader))?;
    must_work_here(reader, "deputy", (before.and_then(|it| it.body.deputy), after.deputy))
}

/// Refuses somebody who is named anew and has left, or is of outside.
fn must_work_here(
    reader: &Reader,
    field: &str,
    (before, after): (Option<PersonId>, Option<PersonId>),
) -> Result<()> {
    let Some(person) = after.filter(|_| after != before) else { return Ok(()) };
    if works_here(reader, person)? {
        return Ok(());
    }
    Err(Faults::one(field, text!("Choose one of your own people who still works here.")).into())
}

/// Whether somebody is one of ours and has not left.
pub fn works_here(reader: &Reader, person: PersonId) -> Result<bool> {
    let known: Option<PersonId> = reader.maybe(
        sql!(
            "select visible.id from visible join person on person.id = visible.id
             where visible.id = $1 and party is null and state = 'active'"
        ),
        values![person],
    )?;
    Ok(known.is_some())
}

/// Whether the address of a person is nobody else's: an address that two have identifies nobody.
fn has_an_address_of_its_own(reader: &Reader, before: Option<&Case<Person>>, after: &Person) -> Result<()> {
    let is_kept = before.is_some_and(|it| it.body.email.eq_ignore_ascii_case(&after.email));
    if is_kept || after.email.is_empty() {
        return Ok(());
    }
    let own = before.map(|it| it.record.id.raw());
    let Some((_, number, name)) =
        person_with_email(reader, &after.email)?.filter(|(id, ..)| Some(*id) != own)
    else {
        return Ok(());
    };
    let sentence = text!("{name} ({number}) has this address already.", name = name, number = number);
    Err(Faults::one("email", sentence).into())
}

/// Who has an address for mail already: number and name.
pub fn person_with_email(reader: &Reader, email: &str) -> Result<Option<(PersonId, String, String)>> {
    reader.maybe(
        sql!(
            "select visible.id, number, title from visible join person on person.id = visible.id
             where lower(email) = $1 and email <> '' order by visible.id limit 1"
        ),
        values![email.trim().to_lowercase()],
    )
}

/// The key of the account of a person, if they have a password.
pub fn account_key(reader: &Reader, person: PersonId) -> Result<Option<i64>> {
    reader.maybe(sql!("select id from account where record_id = $1"), values![person])
}

/// Whether a person has a password, so that they can sign in.
pub fn has_account(reader: &Reader, person: PersonId) -> Result<bool> {
    Ok(account_key(reader, person)?.is_some())
}

/// The sessions of whoever asks that are still good, the one used last first.
pub fn my_sessions(reader: &Reader) -> Result<Vec<SessionLine>> {
    sessions_of(reader, reader.actor.person)
}

pub fn sessions_of(reader: &Reader, person: PersonId) -> Result<Vec<SessionLine>> {
    reader.rows(
        sql!(
            "select id, secret, created_at, seen_at, expires_at, agent from session
             where record_id = $1 and awaits = '' and revoked_at is null and expires_at > $2 and seen_at > $3
             order by seen_at desc, id desc"
        ),
        values![person, reader.now, reader.now - IDLE],
    )
}

/// The tokens of whoever asks that are still good, the newest first.
pub fn my_tokens(reader: &Reader) -> Result<Vec<TokenLine>> {
    tokens_of(reader, reader.actor.person)
}

pub fn tokens_of(reader: &Reader, person: PersonId) -> Result<Vec<TokenLine>> {
    reader.rows(
        sql!(
            "select id, name, scope, created_at, expires_at, used_at from token
             where record_id = $1 and revoked_at is null and expires_at > $2 order by id desc"
        ),
        values![person, reader.now],
    )
}

/// Our people who have a role, by name.
pub fn with_role(reader: &Reader, role: Role) -> Result<Vec<PersonId>> {
    reader.rows(
        sql!(
            "select visible.id from visible join person on person.id = visible.id
             where state = 'active' and party is null and roles like $1 order by title, visible.id limit 20"
        ),
        values![format!("%\"{}\"%", role.code())],
    )
}

/// What the rules of a person ask.
pub fn person_facts(reader: &Reader, record: &Record<Person>, _: &Person) -> Result<PersonFacts> {
    let id = record.id.raw();
    let other_administrators = reader.one(
        sql!(
            "select count(*) from visible join person on person.id = visible.id
             where state = 'active' and party is null and visible.id <> $1 and roles like $2"
        ),
        values![id, format!("%\"{}\"%", Role::Administrator.code())],
    )?;
    let keys: i64 = reader.one(
        sql!(
            "select (select count(*) from session where record_id = $1 and revoked_at is null and expires_at > $2)
             + (select count(*) from token where record_id = $1 and revoked_at is null and expires_at > $2)"
        ),
        values![id, reader.now],
    )?;
    let doors: i64 = reader.one(
        sql!(
            "select (select count(*) from account where record_id = $1)
             + (select count(*) from password_link where record_id = $1 and used_at is null and revoked_at is null
                and expires_at > $2)
             + (select count(*) from visible_pass where person = $1 and withdrawn_at is null and expires_at > $2)"
        ),
        values![id, reader.now],
    )?;
    Ok(PersonFacts { other_administrators, keys, doors })
}

/// What the rules of a function ask: what was asked of it and of nobody by name.
pub fn function_facts(reader: &Reader, record: &Record<Function>, _: &Function) -> Result<FunctionFacts> {
    let waiting = reader.one(
        sql!(
            "select count(*) from visible_task where function = $1 and person is null and settled_at is null"
        ),
        values![record.id.raw()],
    )?;
    Ok(FunctionFacts { waiting })
}

/// The people of an organisation, by name; those who left come last.
pub fn people_of(reader: &Reader, party: PartyId) -> Result<Vec<Named>> {
    reader.rows(
        sql!(
            "select visible.id, number, title, state, party, email, phone, job_title, site, roles, functions
             from visible join person on person.id = visible.id where party = $1 and kind = 'PE'
             order by state, title, visible.id"
        ),
        values![party],
    )
}

/// Our people who answer for a function, by name.
pub fn answering_for(reader: &Reader, function: i64) -> Result<Vec<Named>> {
    let ours: Vec<Named> = reader.rows(
        sql!(
            "select visible.id, number, title, state, party, email, phone, job_title, site, roles, functions
             from visible join person on person.id = visible.id
             where party is null and state = 'active' and functions <> '[]' order by title, visible.id"
        ),
        &[],
    )?;
    Ok(ours.into_iter().filter(|it| it.functions.contains(&function)).collect())
}

/// The functions, by name; closed ones last.
pub fn functions(reader: &Reader) -> Result<Vec<FunctionLine>> {
    reader.rows(
        sql!(
            "select visible.id, number, title, state, accountable_for, leader, deputy
             from visible join function as it on it.id = visible.id order by state, title, visible.id"
        ),
        &[],
    )
}

/// The numbers of the functions whose leader has left; of one person where they are named.
pub fn led_by_who_left(reader: &Reader, person: Option<PersonId>) -> Result<Vec<String>> {
    reader.rows(
        sql!(
            "select visible.number from visible join function as it on it.id = visible.id
             join visible as head on head.id = it.leader
             where visible.state = 'active' and head.state = 'left'
             and (cast($1 as bigint) is null or it.leader = $1) order by visible.id"
        ),
        values![person],
    )
}

/// The functions that a person answers for: those on their record and those that they lead.
pub fn functions_of(reader: &Reader, person: PersonId) -> Result<Vec<i64>> {
    let own: Option<Listed> = reader.maybe(
        sql!("select functions from visible join person on person.id = visible.id where visible.id = $1"),
        values![person],
    )?;
    let mut all = own.map(|it| it.functions).unwrap_or_default();
    all.extend(reader.rows::<i64>(
        sql!(
            "select visible.id from visible join function as it on it.id = visible.id
             where leader = $1 and state = 'active'"
        ),
        values![person],
    )?);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

#[derive(Deserialize)]
struct Listed {
    functions: Vec<i64>,
}

/// The further organisations of somebody of outside, the first one first.
pub fn memberships(reader: &Reader, person: PersonId) -> Result<Vec<MembershipLine>> {
    reader.rows(
        sql!(
            "select it.id, it.party, title as name, since, until from visible_membership as it
             join visible on visible.id = it.party where it.record_id = $1 order by since, it.id"
        ),
        values![person],
    )
}

/// Who is let in to an organisation beside their own: the line and the person of each.
pub fn members_of(reader: &Reader, party: PartyId) -> Result<Vec<(i64, PersonId)>> {
    reader.rows(
        sql!("select id, record_id from visible_membership where party = $1 order by id"),
        values![party],
    )
}

/// Whether somebody can belong to what has this key. A party is a record that is its own.
pub fn is_party(reader: &Reader, id: PartyId) -> Result<bool> {
    let found: Option<i64> =
        reader.maybe(sql!("select id from visible where id = $1 and party = id"), values![id])?;
    Ok(found.is_some())
}

/// The house: its name and its zone.
pub fn company(reader: &Reader) -> Result<Company> {
    let said = |name: &str| Ok::<_, kernel::Error>(reader.setting(name)?.unwrap_or_default());
    Ok(Company { name: said("company.name")?, zone: said("company.zone")? })
}

/// The question of the set-up that nobody answered yet; none where the house has a name and somebody to judge.
pub fn open_question(reader: &Reader) -> Result<Option<&'static str>> {
    if company(reader)?.name.is_empty() {
        return Ok(Some("/setup/company"));
    }
    let functions: i64 = reader.one(sql!("select count(*) from visible where kind = 'FN'"), &[])?;
    Ok((functions == 0).then_some("/setup/functions"))
}
