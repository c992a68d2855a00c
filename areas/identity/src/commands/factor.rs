//! The second factor: setting it up, coming in with it, doing without it again.

use jiff::SignedDuration;
use kernel::{Actor, Db, Error, Faults, PersonId, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use super::{
    ADMINISTRATORS, Arrival, Entrance, Keys, WRONG_FOR_ACCOUNT, end_keys, enter, must_be_own_password,
    must_not_knock_too_often, revoke_other_sessions, write_down,
};
use crate::model::{Awaits, How, Outcome, Person};
use crate::queries::{self, Half};
use crate::rules::factor as rules;
use crate::rules::new_secret;

/// For what its secret is sealed.
const PURPOSE: &str = "second factor";
/// How long somebody may take between password and code.
pub(super) const HALF_LASTS: SignedDuration = SignedDuration::from_mins(15);

#[derive(Serialize)]
struct NewFactor {
    record_id: PersonId,
    secret: String,
    last_step: i64,
    made_at: i64,
    confirmed_at: Option<i64>,
}

#[derive(Serialize)]
struct Confirmed {
    last_step: i64,
    confirmed_at: i64,
}

#[derive(Serialize)]
struct Stepped {
    last_step: i64,
}

#[derive(Serialize)]
struct NewCode<'a> {
    record_id: PersonId,
    code: &'a str,
}

#[derive(Serialize)]
struct Used {
    used_at: i64,
}

/// What a person types or scans into their device.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub secret: Vec<u8>,
    pub email: String,
}

/// Begins to set up one's own second factor; it counts as soon as a code of it was typed. Whoever begins again
/// before that starts over with another secret.
///
/// # Errors
/// Refused where there is one already.
pub fn begin_factor(work: &mut Work, secret: &[u8]) -> Result<()> {
    let person = work.actor.person;
    let known = queries::factor_of(work, person)?;
    let is_free = known.as_ref().is_none_or(|it| it.confirmed_at.is_none());
    Refusal::unless(is_free, text!("You have a second factor. Switch it off first to set up another."))?;
    let row = NewFactor {
        record_id: person,
        secret: work.secrets().seal(PURPOSE, secret)?,
        last_step: 0,
        made_at: work.now.as_microsecond(),
        confirmed_at: None,
    };
    work.called("factor_begun");
    match known {
        Some(factor) => work.amend("factor", person, factor.id, &row),
        None => work.add("factor", person, &row).map(|_| ()),
    }
}

/// The secret that waits to be confirmed; none where nothing does.
pub fn wanted_factor(db: &Db, person: PersonId) -> Result<Option<Wanted>> {
    db.read(&Actor::system(), |reader| {
        let Some(factor) = queries::factor_of(reader, person)?.filter(|it| it.confirmed_at.is_none()) else {
            return Ok(None);
        };
        let secret = reader.secrets().open(PURPOSE, &factor.secret)?;
        Ok(Some(Wanted { secret, email: queries::claimant_of(reader, person)?.email }))
    })
}

/// Confirms one's own second factor by a code of it; tells the recovery codes, which are shown this once. All
/// other sessions end.
///
/// # Errors
/// The code must be right now.
pub fn confirm_factor(db: &Db, actor: &Actor, code: &str, session: Option<&str>) -> Result<Vec<String>> {
    let codes = rules::new_codes()?;
    must_not_knock_too_often(db, &format!("code:{}", actor.person), WRONG_FOR_ACCOUNT)?;
    db.write(actor, |work| {
        confirm(work, code, &codes)?;
        revoke_other_sessions(work, session)?;
        work.called("factor_set");
        Ok(())
    })?;
    db.let_in(&format!("code:{}", actor.person))?;
    Ok(codes)
}

fn confirm(work: &mut Work, code: &str, codes: &[String]) -> Result<()> {
    let person = work.actor.person;
    let factor = queries::factor_of(work, person)?.filter(|it| it.confirmed_at.is_none());
    let factor = factor.ok_or_else(|| Refusal::because(text!("Begin with a new key first.")))?;
    let secret = work.secrets().open(PURPOSE, &factor.secret)?;
    let step = rules::step_of_code(&secret, code, (work.now, factor.last_step))?;
    let step = step.ok_or_else(|| {
        Faults::one(
            "code",
            text!(
                "This code is not right. Type the one that your device shows now; its clock must be right."
            ),
        )
    })?;
    let confirmed = Confirmed { last_step: step, confirmed_at: work.now.as_microsecond() };
    work.amend("factor", person, factor.id, &confirmed)?;
    renew_codes(work, codes)
}

fn renew_codes(work: &mut Work, codes: &[String]) -> Result<()> {
    let person = work.actor.person;
    for old in queries::codes_of(work, person)? {
        work.remove("recovery_code", person, old)?;
    }
    for code in codes {
        work.add("recovery_code", person, &NewCode { record_id: person, code: &rules::kept_code(code) })?;
    }
    Ok(())
}

/// Makes new recovery codes for oneself; the old ones open nothing any more.
///
/// # Errors
/// Asks for the present password.
pub fn renew_recovery_codes(db: &Db, actor: &Actor, password: &str) -> Result<Vec<String>> {
    must_be_own_password(db, actor, password, "factor_password")?;
    let codes = rules::new_codes()?;
    db.write(actor, |work| {
        let has = queries::has_factor(work, work.actor.person)?;
        Refusal::unless(has, text!("You have no second factor. Set one up first."))?;
        work.called("recovery_codes_made");
        renew_codes(work, &codes)
    })?;
    Ok(codes)
}

/// Switches one's own second factor off. All other sessions end.
///
/// # Errors
/// Asks for the present password, and refuses where the house demands a second factor.
pub fn end_factor(db: &Db, actor: &Actor, password: &str, session: Option<&str>) -> Result<()> {
    must_be_own_password(db, actor, password, "factor_password")?;
    db.write(actor, |work| {
        let is_free = work.actor.is_outside() || !queries::staff_need_factor(work)?;
        let sentence = text!(
            "Everybody who works here comes in with a second factor. If yours is lost, ask an administrator to reset it."
        );
        Refusal::unless(is_free, sentence)?;
        let person = work.actor.person;
        forget_factor(work, person)?;
        revoke_other_sessions(work, session)?;
        work.called("factor_ended");
        Ok(())
    })
}

/// Takes somebody's second factor away whose device is lost, and ends their sessions. Only for administrators.
pub fn reset_factor(work: &mut Work, number: &str) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let person = work.find::<Person>(number)?.record.id.raw();
    forget_factor(work, person)?;
    end_keys(work, person, Keys::Sessions)?;
    work.note(person, json!({ "factor": "reset" }))?;
    work.called("factor_reset");
    Ok(())
}

fn forget_factor(work: &mut Work, person: PersonId) -> Result<()> {
    let factor = queries::factor_of(work, person)?;
    let factor = factor.ok_or_else(|| Refusal::because(text!("There is no second factor.")))?;
    work.remove("factor", person, factor.id)?;
    for code in queries::codes_of(work, person)? {
        work.remove("recovery_code", person, code)?;
    }
    Ok(())
}

/// What a session waits for behind the secret in a cookie; none where it waits for nothing.
pub fn half_session(db: &Db, secret: &str) -> Result<Option<Half>> {
    db.read(&Actor::system(), |reader| queries::half_session(reader, secret))
}

fn half_that_awaits(db: &Db, secret: &str, awaits: Awaits) -> Result<(Half, Actor)> {
    let half =
        half_session(db, secret)?.filter(|it| kernel::may(it.awaits == awaits)).ok_or(Error::NotFound)?;
    let actor = db.read(&Actor::system(), |reader| queries::actor_of(reader, half.person))?;
    Ok((half, actor))
}

/// Lets somebody in whose password was right, by a code of their device or by a recovery code; tells the secret of
/// the session, which is another one than that of its half.
///
/// # Errors
/// Refuses a code that was used before, and whoever was wrong too often. Not found is a half that is over.
pub fn enter_code(db: &Db, half: &str, arrival: &Arrival) -> Result<String> {
    let (Half { key, person, .. }, actor) = half_that_awaits(db, half, Awaits::Code)?;
    must_not_knock_too_often(db, &format!("code:{person}"), WRONG_FOR_ACCOUNT)?;
    let secret = new_secret()?;
    let is_in = db.write(&actor, |work| {
        let Some(how) = uses_code(work, arrival.password)? else { return Ok(false) };
        super::end(work, "session", key)?;
        enter(work, &Entrance { person, secret: &secret, awaits: None, how, arrival })?;
        Ok(true)
    })?;
    if !is_in {
        write_down(db, Some(person), Outcome::WrongCode, arrival)?;
        let sentence = text!(
            "This code is not right, or it let somebody in before. Wait for the next one. After {count} wrong tries one has to wait.",
            count = WRONG_FOR_ACCOUNT
        );
        return Err(Faults::one("code", sentence).into());
    }
    db.let_in(&format!("code:{person}"))?;
    Ok(secret)
}

/// Uses a code up, the step of the clock or the recovery code; tells which.
pub(super) fn uses_code(work: &mut Work, code: &str) -> Result<Option<How>> {
    let person = work.actor.person;
    let Some(factor) = queries::factor_of(work, person)?.filter(|it| it.confirmed_at.is_some()) else {
        return Ok(None);
    };
    let secret = work.secrets().open(PURPOSE, &factor.secret)?;
    if let Some(step) = rules::step_of_code(&secret, code, (work.now, factor.last_step))? {
        work.amend("factor", person, factor.id, &Stepped { last_step: step })?;
        return Ok(Some(How::Code));
    }
    let Some(unused) = queries::unused_code(work, person, &rules::kept_code(code))? else { return Ok(None) };
    work.amend("recovery_code", person, unused, &Used { used_at: work.now.as_microsecond() })?;
    work.note(person, json!({ "recovery_code": "used" }))?;
    Ok(Some(How::RecoveryCode))
}

/// Begins the second factor of somebody whom the house does not let in without one.
pub fn begin_demanded_factor(db: &Db, half: &str) -> Result<Wanted> {
    let (half, actor) = half_that_awaits(db, half, Awaits::Factor)?;
    if let Some(wanted) = wanted_factor(db, half.person)? {
        return Ok(wanted);
    }
    let secret = rules::new_factor()?;
    db.write(&actor, |work| begin_factor(work, &secret))?;
    Ok(Wanted { secret, email: half.email })
}

/// Confirms it; tells the secret of the session and the recovery codes.
pub fn confirm_demanded_factor(db: &Db, half: &str, arrival: &Arrival) -> Result<(String, Vec<String>)> {
    let (Half { key, person, .. }, actor) = half_that_awaits(db, half, Awaits::Factor)?;
    must_not_knock_too_often(db, &format!("code:{person}"), WRONG_FOR_ACCOUNT)?;
    let (secret, codes) = (new_secret()?, rules::new_codes()?);
    db.write(&actor, |work| {
        confirm(work, arrival.password, &codes)?;
        super::end(work, "session", key)?;
        enter(work, &Entrance { person, secret: &secret, awaits: None, how: How::Code, arrival })?;
        revoke_other_sessions(work, Some(&secret))?;
        work.called("factor_set");
        Ok(())
    })?;
    db.let_in(&format!("code:{person}"))?;
    Ok((secret, codes))
}

/// How people come in: whether the house demands a second factor of its own people, and for how many days the book
/// of the door is kept. Only for administrators.
pub fn set_entry_rules(work: &mut Work, staff_need_factor: bool, history_days: i64) -> Result<()> {
    ADMINISTRATORS.covers(work.actor, None)?;
    let mut faults = Faults::default();
    let sentence = text!("Keep it for {least} to {most} days.", least = 1i64, most = 730i64);
    faults.unless((1..=730).contains(&history_days), "history_days", sentence);
    faults.into_result()?;
    let person = work.actor.person;
    work.called("entry_rules_set");
    if person != 0 {
        work.note(person, json!({ "staff_need_factor": staff_need_factor, "history_days": history_days }))?;
    }
    work.set("identity.second_factor", if staff_need_factor { "staff" } else { "" })?;
    work.set("identity.history_days", &history_days.to_string())
}
