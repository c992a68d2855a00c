//! What people do: come in, keep what is theirs, and, as administrators, look after everybody.
//!
//! Passwords are hashed before the deed that keeps them: hashing takes long, and a deed may run twice.

mod absence;
mod factor;
mod leader;
mod link;
mod sign;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, Answered, Body, Db, Error, Faults, Made, New, PartyId, Permit, PersonId, Reader, Refusal, Result,
    Role, Side, Vocabulary, Work, fingerprint, text,
};
use serde::Serialize;
use serde_json::json;
use web::{Door, Key, Known};

pub use self::absence::{NewAbsence, end_absence, name_deputy};
pub use self::factor::{
    Wanted, begin_demanded_factor, begin_factor, confirm_demanded_factor, confirm_factor, end_factor,
    enter_code, half_session, renew_recovery_codes, reset_factor, set_entry_rules, wanted_factor,
};
pub use self::leader::{let_leaders_go, settle_once_led};
pub use self::link::{
    MadeLink, forget_password, invited, mail_link, make_link, make_link_once, revoke_links, send_pass_code,
    set_password_by_link,
};
pub use self::sign::{Again, prove, say_again};
use crate::letters;
use crate::model::{Awaits, Function, How, Outcome, Person, PersonStep, Scope};
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
/// So many tries for addresses that nobody has are written down within an hour.
const MOST_NAMELESS: i64 = 1000;
const NAMELESS_WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// The longest life of a token, in days.
const LONGEST_TOKEN: i64 = 366;

/// Who stands behind what a request carries.
pub fn door() -> Door {
    Door { session, token, behind }
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

/// Whoever stands behind a key now; nothing is written down.
fn behind(db: &Db, key: &Key) -> Result<Option<Known>> {
    db.read(&Actor::system(), |reader| {
        let bearer = match key {
            Key::Session(secret) => queries::behind_session(reader, secret)?,
            Key::Token(secret) => queries::behind_token(reader, secret)?,
        };
        bearer.map(|it| queries::known(reader, &it)).transpose()
    })
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
    awaits: String,
}

/// A line of the book of the door.
#[derive(Serialize)]
struct Knock<'a> {
    record_id: Option<PersonId>,
    at: i64,
    outcome: Outcome,
    /// Nothing where nobody came in.
    how: String,
    place: &'a str,
    agent: String,
    is_new: bool,
}

#[derive(Serialize)]
struct Revoked {
    revoked_at: i64,
}

/// Lets somebody in; tells the secret of their session. Whoever has a second factor, or must have one, gets the half
/// of a session, which opens nothing until [`enter_code`] or [`confirm_demanded_factor`] made it whole.
///
/// # Errors
/// Says the same whether there is such an account or not, and refuses whoever was wrong too often.
pub fn sign_in(db: &Db, arrival: &Arrival) -> Result<String> {
    let account = format!("account:{}", fingerprint(arrival.email.trim().to_lowercase().as_bytes()));
    let beyond = db.knock(&account, WINDOW)? - WRONG_FOR_ACCOUNT;
    // Once a window, so that whoever goes on knocking does not fill the book.
    if beyond == 1 {
        let claimant = db.read(&Actor::system(), |reader| queries::claimant(reader, arrival.email))?;
        write_down(db, claimant.map(|it| it.id), Outcome::HadToWait, arrival)?;
    }
    may_go_on(beyond <= 0)?;
    if let Some(place) = arrival.place {
        must_not_knock_too_often(db, &format!("place:{place}"), TRIES_FROM_PLACE)?;
    }
    let claimant = db.read(&Actor::system(), |reader| queries::claimant(reader, arrival.email))?;
    let kept = claimant.as_ref().and_then(|it| it.password.as_deref());
    let is_right = is_right(arrival.password, kept);
    let known = claimant.as_ref().map(|it| it.id);
    let Some(claimant) = claimant.filter(|_| is_right) else {
        write_down(db, known, Outcome::WrongPassword, arrival)?;
        let sentence = text!(
            "E-mail address and password do not match. After {count} wrong tries one has to wait.",
            count = WRONG_FOR_ACCOUNT
        );
        return Err(Faults::one("password", sentence).into());
    };
    db.let_in(&account)?;
    open(db, claimant.id, arrival)
}

/// Writes down who knocked in vain, whether there is such a person or not: it takes the same time.
fn write_down(db: &Db, person: Option<PersonId>, outcome: Outcome, arrival: &Arrival) -> Result<()> {
    db.write(&Actor::system(), |work| note_knock(work, person, (outcome, None), arrival))
}

/// Writes down that somebody came with the link of a letter and typed its code, or a wrong one; of wrong ones no more
/// than of wrong passwords.
pub fn note_link(db: &Db, person: PersonId, outcome: Outcome, arrival: &Arrival) -> Result<()> {
    let subject = format!("link-code:{person}");
    if outcome == Outcome::WrongCode && db.knock(&subject, WINDOW)? > WRONG_FOR_ACCOUNT {
        return Ok(());
    }
    db.write(&Actor::system(), |work| note_knock(work, Some(person), (outcome, Some(How::Link)), arrival))
}

/// Forgets who knocked before the days for which the house keeps it; tells how many.
pub fn forget_knocks(work: &mut Work) -> Result<u64> {
    let kept = SignedDuration::from_hours(24 * queries::history_days(work)?);
    work.forget("knock", work.now - kept)
}

fn note_knock(
    work: &mut Work,
    person: Option<PersonId>,
    (outcome, how): (Outcome, Option<How>),
    arrival: &Arrival,
) -> Result<()> {
    // Whoever tries addresses that nobody has is slowed down by place only: many places do not fill the book.
    if person.is_none() && queries::nameless_knocks(work, work.now - NAMELESS_WINDOW)? >= MOST_NAMELESS {
        return Ok(());
    }
    let agent: String = arrival.agent.chars().take(200).collect();
    let (came, with_this) = person.map_or(Ok((false, false)), |it| queries::came_before(work, it, &agent))?;
    let is_new = outcome == Outcome::CameIn && came && !with_this;
    let place = arrival.place.unwrap_or_default();
    forget_knocks(work)?;
    let how = how.map(Vocabulary::code).unwrap_or_default();
    let at = work.now.as_microsecond();
    if let Some(person) = person.filter(|_| is_new) {
        tell_of_browser(work, person, &agent)?;
    }
    work.jot("knock", &Knock { record_id: person, at, outcome, how, place, agent, is_new }).map(|_| ())
}

fn must_not_knock_too_often(db: &Db, subject: &str, most: i64) -> Result<()> {
    may_go_on(db.knock(subject, WINDOW)? <= most)
}

fn may_go_on(holds: bool) -> Result<()> {
    let sentence =
        text!("Too many wrong tries. Wait {count} minutes, then try again.", count = WINDOW.as_mins());
    Ok(Refusal::unless(holds, sentence)?)
}

/// Somebody who is let in, wholly or to what is still asked of them.
struct Entrance<'a> {
    person: PersonId,
    secret: &'a str,
    awaits: Option<Awaits>,
    how: How,
    arrival: &'a Arrival<'a>,
}

/// Opens a session for somebody whose password was right; tells its secret.
fn open(db: &Db, person: PersonId, arrival: &Arrival) -> Result<String> {
    let actor = db.read(&Actor::system(), |reader| queries::actor_of(reader, person))?;
    let secret = new_secret()?;
    db.write(&actor, |work| {
        let is_staff = !work.actor.is_outside();
        let awaits = match queries::has_factor(work, person)? {
            true => Some(Awaits::Code),
            false if is_staff && queries::staff_need_factor(work)? => Some(Awaits::Factor),
            false => None,
        };
        enter(work, &Entrance { person, secret: &secret, awaits, how: How::Password, arrival })
    })?;
    Ok(secret)
}

/// The half of a session is written down when it is made whole.
fn enter(work: &mut Work, it: &Entrance) -> Result<()> {
    let now = work.now;
    let lasts = it.awaits.map_or(SESSION_LASTS, |_| factor::HALF_LASTS);
    let line = NewSession {
        record_id: it.person,
        secret: sealed(it.secret),
        created_at: now.as_microsecond(),
        expires_at: (now + lasts).as_microsecond(),
        seen_at: now.as_microsecond(),
        agent: it.arrival.agent.chars().take(200).collect(),
        awaits: it.awaits.map(Vocabulary::code).unwrap_or_default(),
    };
    work.called(if it.awaits.is_some() { "password_given" } else { "signed_in" });
    work.add("session", it.person, &line)?;
    if it.awaits.is_none() {
        note_knock(work, Some(it.person), (Outcome::CameIn, Some(it.how)), it.arrival)?;
    }
    Ok(())
}

/// Tells a person by letter that somebody came in with a browser that they had not used before.
fn tell_of_browser(work: &mut Work, person: PersonId, agent: &str) -> Result<()> {
    let Some(site) = work.site()?.filter(|_| work.writes_mail().unwrap_or(false)) else { return Ok(()) };
    let (name, body) = queries::written_to(work, person)?;
    if !is_email(&body.email) {
        return Ok(());
    }
    let house = queries::company(work)?.name;
    let zone = work.zone_or_ours(&body.zone);
    let to = letters::Addressed { name: &name, person: &body, house: &house, zone: &zone };
    let words = letters::new_browser(&to, &crate::pages::me::browser(agent), work.now, &site);
    link::write(work, (person, &to), &words, ("new_browser", None))
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
    if !kernel::may(own) {
        return Err(Error::NotFound);
    }
    work.called("session_ended");
    end(work, "session", session)
}

/// Ends all of one's own sessions but the one with this secret.
pub fn revoke_other_sessions(work: &mut Work, but: Option<&str>) -> Result<()> {
    let here = but.map(sealed);
    let own = queries::my_sessions(work)?;
    let here = own.iter().find(|it| Some(&it.secret) == here.as_ref()).map(|it| it.id);
    work.called("session_ended");
    // Halves of sessions stand in no list and end, too.
    let all = queries::session_keys(work, work.actor.person)?;
    all.into_iter().filter(|it| Some(*it) != here).try_for_each(|it| end(work, "session", it))
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

/// Makes a token of one's own and tells its key and its secret. A request that comes twice with the same word gets the same
/// secret for the one token; the secret follows from the word and from what is kept outside the database.
pub fn make_token_once(db: &Db, actor: &Actor, wanted: &NewToken, word: &str) -> Result<(i64, String)> {
    if word.is_empty() {
        let secret = token_secret()?;
        let id = db.write(actor, |work| make_token(work, wanted, &secret))?;
        return Ok((id, secret));
    }
    let request = format!("{} {word} {wanted:?}", actor.person);
    let secret = format!("rq_{}", BASE64_URL_SAFE_NO_PAD.encode(db.secrets().derived("token", &request)));
    let key = fingerprint(request.as_bytes());
    let id = db.write(actor, |work| {
        if let Some(known) = work.answered(&key, &key)? {
            return known.body.parse().map_err(kernel::broken);
        }
        let id = make_token(work, wanted, &secret)?;
        work.remember(&key, &key, &Answered { status: 201, body: id.to_string() })?;
        Ok(id)
    })?;
    Ok((id, secret))
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
    let own = queries::my_tokens(work)?.into_iter().find(|it| it.id == token);
    if !kernel::may(own.is_some()) {
        return Err(Error::NotFound);
    }
    work.called("token_ended");
    work.note(work.actor.person, json!({ "token": own.map(|it| it.name) }))?;
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
    let Claimant { id, name, email, .. } = must_be_own_password(db, actor, wanted.old, "old_password")?;
    check_password("new_password", wanted.new, (&name, &email))?;
    let hashed = hash(wanted.new)?;
    db.write(actor, |work| {
        revoke_other_sessions(work, wanted.session)?;
        link::end_links(work, id)?;
        keep(work, id, &hashed)
    })
}

/// Whoever guards the door anew says their present password once more, under `field`.
fn must_be_own_password(db: &Db, actor: &Actor, password: &str, field: &str) -> Result<Claimant> {
    let subject = format!("password:{}", actor.person);
    must_not_knock_too_often(db, &subject, WRONG_FOR_ACCOUNT)?;
    let own = db.read(&Actor::system(), |reader| queries::claimant_of(reader, actor.person))?;
    if !kernel::may(is_right(password, own.password.as_deref())) {
        return Err(Faults::one(field, text!("This is not your present password.")).into());
    }
    db.let_in(&subject)?;
    Ok(own)
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
    for session in queries::session_keys(work, person)? {
        end_of(work, person, ("session", session), now)?;
    }
    if which == Keys::All {
        for line in queries::tokens_of(work, person)? {
            end_of(work, person, ("token", line.id), now)?;
        }
        link::end_links(work, person)?;
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

/// Marks somebody as left: nothing of theirs opens the door any more, they stand in for nobody and lead nothing.
pub fn leave(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<Person>(number)?;
    let (person, today) = (case.record.id.raw(), work.today());
    let deputyships = queries::absences_of(work, person)?;
    work.revise(&mut case, |it| it.left_on = Some(today))?;
    work.advance(&mut case, PersonStep::Leave)?;
    absence::leave_deputies(work, person, deputyships)?;
    let_leaders_go(work, Some(person))?;
    end_keys(work, person, Keys::All)?;
    work.called("person_left");
    Ok(())
}

/// Who is asked about before they are marked as left or taken back.
///
/// # Errors
/// What the deed itself would say.
pub fn whose_farewell(reader: &Reader, number: &str, step: PersonStep) -> Result<String> {
    let case = reader.find::<Person>(number)?;
    Person::FLOW.target(&case, reader.actor, step)?;
    Ok(case.record.title)
}

/// Takes somebody back who left. Their old sessions and tokens stay ended.
pub fn return_to_work(work: &mut Work, number: &str) -> Result<()> {
    let case = work.find::<Person>(number)?;
    case.lets_take(work.actor, PersonStep::Return)?;
    let person = case.record.id.raw();
    end_keys(work, person, Keys::All)?;
    let mut case = work.find::<Person>(number)?;
    work.advance(&mut case, PersonStep::Return)?;
    work.revise(&mut case, |it| it.left_on = None)?;
    absence::return_deputies(work, person)?;
    work.called("person_returned");
    Ok(())
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
    faults.unless(queries::is_party(work, party)?, "party", text!("Choose an organisation."));
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
    let until = work.today().yesterday().unwrap_or(Date::MIN);
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
    let arrival = Arrival { agent, ..Arrival::default() };
    Ok(Opened { person, session: open(db, person, &arrival)? })
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
#[track_caller]
pub fn is_administrator(actor: &Actor) -> bool {
    actor.side == Side::System || actor.has(Role::Administrator)
}
