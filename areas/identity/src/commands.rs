//! What people do: come in, keep what is theirs, and, as administrators, look after everybody.
//!
//! Passwords are hashed before the deed that keeps them: hashing takes long, and a deed may run twice.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, Db, Error, Faults, Made, New, PartyId, Permit, PersonId, Refusal, Result, Role, Side, Vocabulary,
    Work, fingerprint, text,
};
use serde::Serialize;
use serde_json::json;
use web::{Door, Known};

use crate::model::{Function, Person, PersonStep, Scope};
use crate::queries::{self, Bearer, Claimant};
use crate::rules::{Hashed, check_password, hash, is_email, is_right, new_secret, sealed};

/// Who looks after everybody.
pub const ADMINISTRATORS: Permit = Permit::Has(Role::Administrator);
/// Who says that somebody left or came back; of our own people only administrators do.
pub const FAREWELLS: Permit = Permit::Any(&[Role::Administrator, Role::Quality]);
/// How long a session lasts at most.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How exactly it is kept when a session or token was last used.
const COARSE: SignedDuration = SignedDuration::from_mins(10);
/// Within so long only so many wrong passwords are taken, for one account and from one place.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const WRONG_FOR_ACCOUNT: i64 = 5;
/// An office shares one address; there it counts every try, so that one known password does not buy more.
const TRIES_FROM_PLACE: i64 = 100;
/// The longest life of a token, in days.
const LONGEST_TOKEN: i64 = 366;

/// Who stands behind what a request carries.
pub fn door() -> Door {
    Door { session, token }
}

fn session(db: &Db, secret: &str) -> Result<Option<Known>> {
    let found = db.read(&Actor::system(), |reader| {
        let bearer = queries::behind_session(reader, secret)?;
        bearer.map(|it| Ok((queries::known(reader, &it)?, it))).transpose()
    })?;
    note_use(db, "session", "seen_at", found)
}

fn token(db: &Db, secret: &str) -> Result<Option<Known>> {
    let found = db.read(&Actor::system(), |reader| {
        let bearer = queries::behind_token(reader, secret)?;
        bearer.map(|it| Ok((queries::known(reader, &it)?, it))).transpose()
    })?;
    note_use(db, "token", "used_at", found)
}

/// Most visits write nothing: the last use is kept coarsely.
fn note_use(
    db: &Db,
    table: &'static str,
    column: &'static str,
    found: Option<(Known, Bearer)>,
) -> Result<Option<Known>> {
    let Some((known, bearer)) = found else { return Ok(None) };
    if bearer.used_at.is_none_or(|it| it + COARSE < db.now()) {
        db.write(&Actor::system(), |work| work.stamp(table, column, bearer.key))?;
    }
    Ok(Some(known))
}

/// Somebody at the door.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival<'a> {
    pub email: &'a str,
    pub password: &'a str,
    /// The network address that they come from, where it is known.
    pub place: Option<&'a str>,
    /// What their browser calls itself.
    pub agent: &'a str,
}

#[derive(Serialize)]
struct NewSession {
    record_id: PersonId,
    secret: String,
    created_at: i64,
    expires_at: i64,
    seen_at: i64,
    agent: String,
}

#[derive(Serialize)]
struct Revoked {
    revoked_at: i64,
}

/// Lets somebody in; tells the secret of their session.
///
/// # Errors
/// Says the same whether there is such an account or not, and refuses whoever was wrong too often.
pub fn sign_in(db: &Db, arrival: &Arrival) -> Result<String> {
    let account = format!("account:{}", fingerprint(arrival.email.trim().to_lowercase().as_bytes()));
    must_not_knock_too_often(db, &account, WRONG_FOR_ACCOUNT)?;
    if let Some(place) = arrival.place {
        must_not_knock_too_often(db, &format!("place:{place}"), TRIES_FROM_PLACE)?;
    }
    let claimant = db.read(&Actor::system(), |reader| queries::claimant(reader, arrival.email))?;
    let kept = claimant.as_ref().and_then(|it| it.password.as_deref());
    let is_right = is_right(arrival.password, kept);
    let Some(claimant) = claimant.filter(|_| is_right) else {
        let sentence = text!(
            "E-mail address and password do not match. After {count} wrong tries one has to wait.",
            count = WRONG_FOR_ACCOUNT
        );
        return Err(Faults::one("password", sentence).into());
    };
    db.let_in(&account)?;
    open_session(db, claimant.id, arrival.agent)
}

fn must_not_knock_too_often(db: &Db, subject: &str, most: i64) -> Result<()> {
    let sentence =
        text!("Too many wrong tries. Wait {count} minutes, then try again.", count = WINDOW.as_mins());
    Ok(Refusal::unless(db.knock(subject, WINDOW)? <= most, sentence)?)
}

/// Opens a session for somebody whose identity is certain; tells its secret.
pub fn open_session(db: &Db, person: PersonId, agent: &str) -> Result<String> {
    let actor = db.read(&Actor::system(), |reader| queries::actor_of(reader, person))?;
    let secret = new_secret()?;
    db.write(&actor, |work| {
        let now = work.now;
        let line = NewSession {
            record_id: person,
            secret: sealed(&secret),
            created_at: now.as_microsecond(),
            expires_at: (now + SESSION_LASTS).as_microsecond(),
            seen_at: now.as_microsecond(),
            agent: agent.chars().take(200).collect(),
        };
        work.called("signed_in");
        work.add("session", person, &line)
    })?;
    Ok(secret)
}

/// Ends the session with this secret.
pub fn sign_out(work: &mut Work, secret: &str) -> Result<()> {
    let own = queries::my_sessions(work)?;
    work.called("signed_out");
    own.iter().filter(|it| it.secret == sealed(secret)).try_for_each(|it| end(work, "session", it.id))
}

/// Ends one of one's own sessions.
pub fn revoke_session(work: &mut Work, session: i64) -> Result<()> {
    let own = queries::my_sessions(work)?.iter().any(|it| it.id == session);
    if !own {
        return Err(Error::NotFound);
    }
    work.called("session_ended");
    end(work, "session", session)
}

/// Ends all of one's own sessions but the one with this secret.
pub fn revoke_other_sessions(work: &mut Work, but: Option<&str>) -> Result<()> {
    let but = but.map(sealed);
    work.called("session_ended");
    let own = queries::my_sessions(work)?;
    own.iter().filter(|it| Some(&it.secret) != but.as_ref()).try_for_each(|it| end(work, "session", it.id))
}

fn end(work: &mut Work, table: &'static str, line: i64) -> Result<()> {
    let (person, at) = (work.actor.person, work.now);
    end_of(work, person, (table, line), at)
}

fn end_of(
    work: &mut Work,
    person: PersonId,
    (table, line): (&'static str, i64),
    at: Timestamp,
) -> Result<()> {
    work.amend(table, person, line, &Revoked { revoked_at: at.as_microsecond() })
}

/// A token that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    pub name: &'a str,
    pub scope: Scope,
    /// In how many days it ends.
    pub days: i64,
}

#[derive(Serialize)]
struct TokenRow<'a> {
    record_id: PersonId,
    secret: String,
    name: &'a str,
    scope: Scope,
    created_at: i64,
    expires_at: i64,
}

/// A secret of a token, which is shown once and kept by nobody.
///
/// # Errors
/// Only where the machine gives no random bytes.
pub fn token_secret() -> Result<String> {
    Ok(format!("rq_{}", new_secret()?))
}

/// Makes a token of one's own with a secret from [`token_secret`]. Whoever only reads makes one for reading.
pub fn make_token(work: &mut Work, wanted: &NewToken, secret: &str) -> Result<i64> {
    let person = work.actor.person;
    make_token_for(work, person, wanted, secret)
}

/// Makes a token for somebody else: for the command line.
pub fn make_token_for(work: &mut Work, person: PersonId, wanted: &NewToken, secret: &str) -> Result<i64> {
    let name = wanted.name.trim();
    let mut faults = Faults::default();
    let fits = !name.is_empty() && name.chars().count() <= 80;
    faults.unless(
        fits,
        "name",
        text!("Say what the token is for, in at most {count} characters.", count = 80i64),
    );
    let days = (1..=LONGEST_TOKEN).contains(&wanted.days);
    faults.unless(days, "days", text!("Let it end after 1 to {count} days.", count = LONGEST_TOKEN));
    faults.into_result()?;
    let now = work.now;
    let row = TokenRow {
        record_id: person,
        secret: sealed(secret),
        name,
        scope: wanted.scope,
        created_at: now.as_microsecond(),
        expires_at: (now + SignedDuration::from_hours(24 * wanted.days)).as_microsecond(),
    };
    work.called("token_made");
    work.note(person, json!({ "token": name, "scope": wanted.scope, "days": wanted.days }))?;
    work.add("token", person, &row)
}

/// Ends one of one's own tokens.
pub fn revoke_token(work: &mut Work, token: i64) -> Result<()> {
    let own = queries::my_tokens(work)?.into_iter().find(|it| it.id == token).ok_or(Error::NotFound)?;
    work.called("token_ended");
    work.note(work.actor.person, json!({ "token": own.name }))?;
    end(work, "token", token)
}

/// A new password for oneself.
#[derive(Clone, Copy, Debug)]
pub struct NewPassword<'a> {
    pub old: &'a str,
    pub new: &'a str,
    /// The secret of the session that goes on; all others end.
    pub session: Option<&'a str>,
}

/// Changes one's own password.
///
/// # Errors
/// The old one must be right; guessing it is slowed down like guessing at the door.
pub fn change_password(db: &Db, actor: &Actor, wanted: &NewPassword) -> Result<()> {
    must_not_knock_too_often(db, &format!("password:{}", actor.person), WRONG_FOR_ACCOUNT)?;
    let Claimant { id, name, email, password } =
        db.read(&Actor::system(), |reader| queries::claimant_of(reader, actor.person))?;
    if !is_right(wanted.old, password.as_deref()) {
        return Err(Faults::one("old_password", text!("This is not your present password.")).into());
    }
    db.let_in(&format!("password:{}", actor.person))?;
    check_password("new_password", wanted.new, (&name, &email))?;
    let hashed = hash(wanted.new)?;
    db.write(actor, |work| {
        revoke_other_sessions(work, wanted.session)?;
        keep(work, id, &hashed)
    })
}

#[derive(Serialize)]
struct NewAccount<'a> {
    record_id: PersonId,
    password: &'a str,
    changed_at: i64,
}

/// Gives somebody a password and ends their sessions. Only for administrators.
pub fn keep_password(work: &mut Work, person: PersonId, hashed: &Hashed) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    work.find_by_id::<Person>(person)?;
    end_keys(work, person, Keys::Sessions)?;
    keep(work, person, hashed)
}

fn keep(work: &mut Work, person: PersonId, hashed: &Hashed) -> Result<()> {
    work.called("password_set");
    let line =
        NewAccount { record_id: person, password: hashed.words(), changed_at: work.now.as_microsecond() };
    match queries::account_key(work, person)? {
        Some(account) => work.amend("account", person, account, &line),
        None => work.add("account", person, &line).map(|_| ()),
    }
}

/// Which of somebody's keys end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    Sessions,
    All,
}

fn end_keys(work: &mut Work, person: PersonId, which: Keys) -> Result<()> {
    let now = work.now;
    for line in queries::sessions_of(work, person)? {
        end_of(work, person, ("session", line.id), now)?;
    }
    if which == Keys::All {
        for line in queries::tokens_of(work, person)? {
            end_of(work, person, ("token", line.id), now)?;
        }
    }
    Ok(())
}

/// Adds one of ours, or somebody of an organisation.
///
/// # Errors
/// Two people do not share an address: then it identifies nobody.
pub fn add_person(work: &mut Work, new: &New, person: &Person) -> Result<Made> {
    let person = Person { email: person.email.trim().to_lowercase(), ..person.clone() };
    work.create(new, &person)
}

/// Adds several of ours at once: name and address of each. A fault names the place in the list, from 1.
pub fn add_people(work: &mut Work, people: &[(String, String)]) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    for (place, (name, email)) in
        people.iter().enumerate().filter(|(_, (name, email))| !(name.is_empty() && email.is_empty()))
    {
        let person = Person { email: email.clone(), ..Person::default() };
        let added = add_person(work, &New { title: name, ..New::default() }, &person);
        added.map_err(|error| at_place(error, place + 1))?;
    }
    Ok(())
}

fn at_place(error: Error, place: usize) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let named =
        |field: String| if field == "title" { format!("name{place}") } else { format!("{field}{place}") };
    Faults(faults.0.into_iter().map(|(field, it)| (named(field), it)).collect()).into()
}

/// Which record is changed, how it is called from now on, and the version that was seen, where it is known.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    pub number: &'a str,
    pub name: &'a str,
    pub version: Option<i64>,
}

/// Changes what is kept of a person.
pub fn edit_person(work: &mut Work, change: &Change, edit: impl FnOnce(&mut Person)) -> Result<()> {
    let mut case = work.find::<Person>(change.number)?;
    change.version.map_or(Ok(()), |it| case.must_be_at(it))?;
    work.retitle(&mut case, change.name)?;
    work.revise(&mut case, edit)
}

/// Keeps one's own language, zone and keys.
pub fn change_settings(work: &mut Work, language: &str, zone: &str, keys_off: bool) -> Result<()> {
    let mut own = work.find_by_id::<Person>(work.actor.person)?;
    work.called("settings_changed");
    work.revise(&mut own, |it| {
        language.clone_into(&mut it.language);
        zone.clone_into(&mut it.zone);
        it.keys_off = keys_off;
    })
}

/// Says what somebody may do. Only for administrators.
pub fn set_roles(work: &mut Work, number: &str, roles: &[Role]) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let mut case = work.find::<Person>(number)?;
    work.called("roles_changed");
    work.revise(&mut case, |it| it.roles = roles.iter().map(|it| it.code()).collect())
}

/// Marks somebody as left: nothing of theirs opens the door any more.
pub fn leave(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<Person>(number)?;
    let today = queries::today(work);
    work.revise(&mut case, |it| it.left_on = Some(today))?;
    work.advance(&mut case, PersonStep::Leave)?;
    end_keys(work, case.record.id.raw(), Keys::All)
}

/// Takes somebody back who left. Their old sessions and tokens stay ended.
pub fn return_to_work(work: &mut Work, number: &str) -> Result<()> {
    FAREWELLS.covers(work.actor, None)?;
    let person = work.find::<Person>(number)?.record.id.raw();
    end_keys(work, person, Keys::All)?;
    let mut case = work.find::<Person>(number)?;
    work.advance(&mut case, PersonStep::Return)?;
    work.revise(&mut case, |it| it.left_on = None)
}

#[derive(Serialize)]
struct NewMembership {
    record_id: PersonId,
    party: PartyId,
    since: Date,
    until: Option<Date>,
}

/// Lets somebody of outside see a further organisation's matters, from a day until a day. Only for
/// administrators.
pub fn join(
    work: &mut Work,
    number: &str,
    party: PartyId,
    (since, until): (Date, Option<Date>),
) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let case = work.find::<Person>(number)?;
    let mut faults = Faults::default();
    let is_party = queries::parties(work)?.iter().any(|(id, _)| *id == party);
    faults.unless(is_party, "party", text!("Choose an organisation."));
    faults.unless(until.is_none_or(|it| it >= since), "until", text!("It cannot end before it begins."));
    faults.into_result()?;
    let is_outside = case.record.party.is_some();
    Refusal::unless(is_outside, text!("Your own people see everything. They join no organisation."))?;
    let person = case.record.id.raw();
    work.called("joined");
    work.note(person, json!({ "joined": party, "since": since, "until": until }))?;
    work.add("membership", person, &NewMembership { record_id: person, party, since, until }).map(|_| ())
}

#[derive(Serialize)]
struct Ended {
    until: Date,
}

/// Ends a membership with yesterday, so that it ends at once.
pub fn part(work: &mut Work, number: &str, membership: i64) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let person = work.find::<Person>(number)?.record.id.raw();
    let own = queries::memberships(work, person)?.into_iter().find(|it| it.id == membership);
    let party = own.ok_or(Error::NotFound)?.party;
    let until = queries::today(work).yesterday().unwrap_or(Date::MIN);
    work.called("parted");
    work.note(person, json!({ "parted": party, "until": until }))?;
    work.amend("membership", person, membership, &Ended { until })
}

#[derive(Serialize)]
struct Elsewhere {
    party: PartyId,
}

/// Lets whoever was let in to one organisation in to another instead, of these lines where some are named; tells
/// which lines. Whether the two may be taken for one is asked by the deed that calls it.
pub fn move_memberships(
    work: &mut Work,
    only: Option<&[i64]>,
    from: PartyId,
    to: PartyId,
) -> Result<Vec<i64>> {
    FAREWELLS.covers(work.actor, None)?;
    let lines = queries::members_of(work, from)?;
    let mut moved = Vec::new();
    for (line, person) in lines.into_iter().filter(|(it, _)| only.is_none_or(|only| only.contains(it))) {
        work.note(person, json!({ "joined": to, "instead_of": from }))?;
        work.amend("membership", person, line, &Elsewhere { party: to })?;
        moved.push(line);
    }
    Ok(moved)
}

/// Adds a function. Only for administrators.
pub fn add_function(work: &mut Work, name: &str, function: &Function) -> Result<Made> {
    work.create(&New { title: name, ..New::default() }, function)
}

/// Adds the functions that are not there yet: name and what each answers for.
pub fn add_functions(work: &mut Work, wanted: &[(String, String)]) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let known = queries::functions(work)?;
    for (name, about) in wanted.iter().filter(|(name, _)| known.iter().all(|it| it.title != *name)) {
        add_function(work, name, &Function { accountable_for: about.clone(), ..Function::default() })?;
    }
    Ok(())
}

/// Changes what is kept of a function.
pub fn edit_function(work: &mut Work, change: &Change, function: Function) -> Result<()> {
    let mut case = work.find::<Function>(change.number)?;
    change.version.map_or(Ok(()), |it| case.must_be_at(it))?;
    work.retitle(&mut case, change.name)?;
    work.revise(&mut case, |it| *it = function)
}

/// The first administrator of an empty house.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub password: &'a str,
}

/// Whoever begins, and the secret of their first session.
#[derive(Clone, Debug)]
pub struct Opened {
    pub person: PersonId,
    pub session: String,
}

/// Makes the first administrator, who then sets up the rest.
///
/// # Errors
/// Refused as soon as anybody is there.
pub fn begin(db: &Db, beginning: &Beginning, agent: &str) -> Result<Opened> {
    let mut faults = Faults::default();
    faults.unless(!beginning.name.trim().is_empty(), "name", text!("Say your name."));
    faults.unless(
        is_email(beginning.email.trim()),
        "email",
        text!("Give an address like name@company.example."),
    );
    let wrong = check_password("password", beginning.password, (beginning.name, beginning.email));
    faults.0.extend(wrong.err().unwrap_or_default().0);
    faults.into_result()?;
    let hashed = hash(beginning.password)?;
    let person = db.write(&Actor::system(), |work| {
        let sentence = text!("Somebody has set this house up already. Sign in.");
        Refusal::unless(queries::is_empty_yet(work)?, sentence)?;
        let first = Person {
            email: beginning.email.to_owned(),
            roles: vec![Role::Administrator.code()],
            ..Person::default()
        };
        let made = add_person(work, &New { title: beginning.name, ..New::default() }, &first)?;
        keep_password(work, made.id, &hashed)?;
        Ok(made.id)
    })?;
    Ok(Opened { person, session: open_session(db, person, agent)? })
}

/// Names the house and says where its clocks hang. Only for administrators.
pub fn name_company(work: &mut Work, name: &str, zone: &str) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let mut faults = Faults::default();
    let fits = !name.trim().is_empty() && name.chars().count() <= 200;
    faults.unless(fits, "name", text!("Say what your company is called."));
    let zone_is_known = jiff::tz::TimeZone::get(zone).is_ok();
    faults.unless(zone_is_known, "zone", text!("Give a time zone like Europe/Berlin."));
    faults.into_result()?;
    work.set("company.name", name.trim())?;
    work.set("company.zone", zone)
}

/// Whether somebody acts for the product itself or as an administrator.
pub fn is_administrator(actor: &Actor) -> bool {
    actor.side == Side::System || actor.has(Role::Administrator)
}
