//! Links by which somebody sets their own password: when they are invited, and when they forgot it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use kernel::{
    Actor, Addressee, Answered, Ask, Audience, Db, Error, Letter, Pass, PersonId, Refusal, Result, Task,
    Text, Work, fingerprint, text,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ADMINISTRATORS, Arrival, Keys, Revoked, end_keys, keep, must_not_knock_too_often, note_knock};
use crate::letters::{self, Addressed, Words};
use crate::model::{Outcome, Person, PersonState, Purpose};
use crate::queries::{self, Invited};
use crate::rules::{check_password, hash, new_secret, sealed};

/// How long an invitation is good, and a link to a new password.
const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);
const RESET_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// So often within a while somebody may ask for a new password at one address, or from one place.
const ASKED_FOR_ACCOUNT: i64 = 5;
const ASKED_FROM_PLACE: i64 = 50;

#[derive(Serialize)]
struct NewLink {
    record_id: PersonId,
    purpose: Purpose,
    secret: String,
    made_by: PersonId,
    made_at: i64,
    expires_at: i64,
    password_of: i64,
}

#[derive(Serialize)]
struct Used {
    used_at: i64,
}

/// Makes a link by which a person sets their own password; links from before end. Only for administrators.
///
/// # Errors
/// Says what the person lacks: an address, or that they still come in.
pub fn make_link(work: &mut Work, number: &str, secret: &str) -> Result<Purpose> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let case = work.find::<Person>(number)?;
    Refusal::unless(case.record.state == PersonState::Active, text!("They left. Take them back first."))?;
    let sentence = text!("Give them an e-mail address first: it is what they sign in with.");
    Refusal::unless(!case.body.email.is_empty(), sentence)?;
    let person = case.record.id.raw();
    end_links(work, person)?;
    let password_of = queries::password_set_at(work, person)?;
    let (purpose, lasts) = match password_of {
        0 => (Purpose::Invitation, INVITATION_LASTS),
        _ => (Purpose::Reset, RESET_LASTS),
    };
    // Whoever was told that the person forgot theirs has nothing more to do.
    for task in asked_for_link(work, person)? {
        work.settle(task.id)?;
    }
    let row = NewLink {
        record_id: person,
        purpose,
        secret: sealed(secret),
        made_by: work.actor.person,
        made_at: work.now.as_microsecond(),
        expires_at: (work.now + lasts).as_microsecond(),
        password_of,
    };
    work.called("link_made");
    work.note(person, json!({ "link": purpose }))?;
    work.add("password_link", person, &row)?;
    Ok(purpose)
}

/// What became of a link that was made.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct MadeLink {
    pub purpose: Purpose,
    /// Whether it went to the person by letter.
    pub is_mailed: bool,
}

/// Makes a link and sends it; tells its secret. A request that comes again with the same word makes no other and sends
/// no second letter: its secret is made of the request, so that nobody has to keep it for that.
///
/// # Errors
/// As [`make_link`]. The same word with another request is refused.
pub fn make_link_once(
    db: &Db,
    actor: &Actor,
    number: &str,
    word: Option<&str>,
) -> Result<(String, MadeLink)> {
    let request = format!("{} link {number} {}", actor.person, word.unwrap_or_default());
    let secret = match word {
        Some(_) => BASE64_URL_SAFE_NO_PAD.encode(db.secrets().derived("password link", &request)),
        None => new_secret()?,
    };
    let request = fingerprint(request.as_bytes());
    let made = db.write(actor, |work| {
        ADMINISTRATORS.covers(work.actor, None)?;
        let known = word.map(|it| work.answered(it, &request)).transpose()?.flatten();
        if let Some(known) = known {
            return Ok(serde_json::from_str(&known.body)?);
        }
        let purpose = make_link(work, number, &secret)?;
        let made = MadeLink { purpose, is_mailed: mail_link(work, number, purpose, &secret)? };
        if let Some(word) = word {
            let answer = Answered { status: 200, body: serde_json::to_string(&made)? };
            work.remember(word, &request, &answer)?;
        }
        Ok(made)
    })?;
    Ok((secret, made))
}

/// Sends a link that was made in this deed to the person by letter. Tells whether it could: only where a mail server
/// is set up and it was said where browsers reach us. Nobody but the person reads the link.
pub fn mail_link(work: &mut Work, number: &str, purpose: Purpose, secret: &str) -> Result<bool> {
    let case = work.find::<Person>(number)?;
    let Some(site) = work.site()?.filter(|_| work.writes_mail().unwrap_or(false)) else { return Ok(false) };
    let house = queries::company(work)?.name;
    let zone = work.zone_or_ours(&case.body.zone);
    let to = Addressed { name: &case.record.title, person: &case.body, house: &house, zone: &zone };
    let words = letters::link(&to, purpose);
    let link = format!("{site}/password/{secret}");
    write(work, (case.record.id.raw(), &to), &words, ("password", Some(&link)))?;
    Ok(true)
}

/// Writes a letter of the door to a person.
pub(super) fn write(
    work: &mut Work,
    (person, to): (PersonId, &Addressed),
    words: &Words,
    (purpose, secret): (&str, Option<&str>),
) -> Result<()> {
    let addressee = Addressee { name: to.name.to_owned(), address: to.person.email.clone(), is_copy: false };
    let to_them = [addressee];
    let letter = Letter {
        record: person,
        purpose,
        to: &to_them,
        subject: &words.subject,
        words: &words.words,
        language: to.language(),
        reason: &words.reason,
        is_automatic: true,
        secret,
        ..Letter::default()
    };
    at_once(work, &letter)
}

/// What somebody waits for at the door goes at once, whatever their hours are.
fn at_once(work: &mut Work, letter: &Letter) -> Result<()> {
    work.tell(letter).map(|_| ())
}

/// Takes the links of a person back. Only for administrators.
pub fn revoke_links(work: &mut Work, number: &str) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let person = work.find::<Person>(number)?.record.id.raw();
    work.called("link_ended");
    end_links(work, person)
}

pub(super) fn end_links(work: &mut Work, person: PersonId) -> Result<()> {
    let revoked_at = work.now.as_microsecond();
    for link in queries::links_of(work, person)? {
        work.amend("password_link", person, link.id, &Revoked { revoked_at })?;
    }
    Ok(())
}

/// Who stands behind a link, while it is good.
pub fn invited(db: &Db, secret: &str) -> Result<Option<Invited>> {
    db.read(&Actor::system(), |reader| queries::behind_link(reader, secret))
}

/// Sets one's own password by a link, which is used up; all sessions end.
///
/// # Errors
/// Not found is a link that was used, taken back or is too old.
pub fn set_password_by_link(db: &Db, secret: &str, password: &str) -> Result<()> {
    let Invited { person, name, email, .. } = invited(db, secret)?.ok_or(Error::NotFound)?;
    check_password("password", password, (&name, &email))?;
    let hashed = hash(password)?;
    let actor = db.read(&Actor::system(), |reader| queries::actor_of(reader, person))?;
    db.write(&actor, |work| {
        // Two who come with the same link at once: the second finds it used.
        let link = queries::behind_link(work, secret)?.ok_or(Error::NotFound)?.link;
        work.amend("password_link", person, link, &Used { used_at: work.now.as_microsecond() })?;
        end_links(work, person)?;
        end_keys(work, person, Keys::Sessions)?;
        work.note(person, json!({ "password": "set by link" }))?;
        keep(work, person, &hashed)
    })
}

/// Somebody at the door says that they forgot their password: they get a link by letter, as long as mails go out.
/// Otherwise, and for whoever never had a password, every administrator finds it among their next actions. Nothing
/// tells whether there is such an address: one work is done, and the same is said.
///
/// # Errors
/// Refuses whoever asks too often.
pub fn forget_password(db: &Db, arrival: &Arrival) -> Result<()> {
    let email = arrival.email.trim().to_lowercase();
    let subject = format!("reset:{}", kernel::fingerprint(email.as_bytes()));
    must_not_knock_too_often(db, &subject, ASKED_FOR_ACCOUNT)?;
    if let Some(place) = arrival.place {
        must_not_knock_too_often(db, &format!("reset-from:{place}"), ASKED_FROM_PLACE)?;
    }
    let secret = new_secret()?;
    db.write(&Actor::system(), |work| {
        let person = queries::claimant(work, &email)?.map(|it| it.id);
        note_knock(work, person, (Outcome::AskedForReset, None), arrival)?;
        let Some(person) = person else { return Ok(()) };
        if work.writes_mail()? && queries::has_account(work, person)? {
            let number = work.find_by_id::<Person>(person)?.record.number;
            let purpose = make_link(work, &number, &secret)?;
            return mail_link(work, &number, purpose, &secret).map(|_| ());
        }
        tell_administrators(work, person)
    })
}

/// Asks each administrator once, however often the person asks.
fn tell_administrators(work: &mut Work, person: PersonId) -> Result<()> {
    let (open, request) = (asked_for_link(work, person)?, request());
    for administrator in queries::administrators(work)? {
        if open.iter().all(|it| it.person != Some(administrator)) {
            work.ask(person, &Ask { said: Some(&request), person: Some(administrator), ..Ask::default() })?;
        }
    }
    Ok(())
}

/// The open tasks that ask for a link for a person, and none that ask for something else at the same record.
fn asked_for_link(work: &Work, person: PersonId) -> Result<Vec<Task>> {
    let request = request().to_string();
    let is_asked = |it: &Task| it.asked_by == 0 && it.settled_at.is_none() && it.request == request;
    Ok(work.tasks(person)?.into_iter().filter(is_asked).collect())
}

fn request() -> Text {
    text!("Password forgotten: make a link to a new one on this record and pass it on.")
}

/// Sends the code for the link of a letter to the address of its person.
pub fn send_pass_code(work: &mut Work, pass: &Pass, language: &str) -> Result<()> {
    let code = work.make_code(pass)?;
    let (name, address) = queries::address_of(work, pass.person)?;
    let house = work.setting("company.name")?.unwrap_or_else(|| "Reqord".to_owned());
    let words = letters::code(language, &name, &house);
    let to = [Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record: pass.record_id,
        audience: Audience::Party,
        purpose: "code",
        to: &to,
        subject: &words.subject,
        words: &words.words,
        language,
        reason: &words.reason,
        is_automatic: true,
        secret: Some(&code),
        ..Letter::default()
    };
    at_once(work, &letter)?;
    work.called("code_sent");
    Ok(())
}
