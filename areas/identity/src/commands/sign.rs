//! Proving once more who one is, to sign: with the password, and the code of the device where there is one.
//!
//! It takes two steps: hashing a password takes long and must not hold up others, so it comes before the deed; the
//! code of a device is used up within the deed that it signs.

use jiff::Timestamp;
use kernel::{Actor, Db, Faults, Means, PersonId, Proven, Result, Text, Work, text};

use super::factor::uses_code;
use super::{WINDOW, WRONG_FOR_ACCOUNT};
use crate::queries;
use crate::rules::is_right;

/// What somebody said to prove who they are, and what became of it so far.
#[derive(Clone, Debug)]
pub struct Again {
    person: PersonId,
    at: Timestamp,
    code: String,
    /// At which field something is wrong, and what.
    denied: Option<(&'static str, Text)>,
}

fn subject(person: PersonId) -> String {
    format!("sign:{person}")
}

/// Looks at the password of whoever is about to sign. What is wrong with it is told by [`prove`], at its field;
/// after too many wrong tries one has to wait.
pub fn say_again(db: &Db, actor: &Actor, password: &str, code: &str) -> Result<Again> {
    let person = actor.person;
    let again = |denied| Again { person, at: db.now(), code: code.to_owned(), denied };
    if password.is_empty() {
        return Ok(again(Some(("password", text!("Sign with your password.")))));
    }
    if db.knock(&subject(person), WINDOW)? > WRONG_FOR_ACCOUNT {
        let sentence =
            text!("Too many wrong tries. Wait {count} minutes, then try again.", count = WINDOW.as_mins());
        return Ok(again(Some(("password", sentence))));
    }
    let (own, has_factor) = db.read(&Actor::system(), |reader| {
        Ok((queries::claimant_of(reader, person)?, queries::has_factor(reader, person)?))
    })?;
    if !kernel::may(is_right(password, own.password.as_deref())) {
        return Ok(again(Some(("password", text!("This is not your present password.")))));
    }
    // With a device the tries are forgotten only once its code was right, too.
    if !has_factor {
        db.let_in(&subject(person))?;
    }
    Ok(again(None))
}

/// The proof with which the actor signs within this deed.
///
/// # Errors
/// Says what is wrong with the password or the code, at its field.
pub fn prove(work: &mut Work, again: &Again) -> Result<Proven> {
    if let Some((field, sentence)) = &again.denied {
        return Err(Faults::one(field, sentence.clone()).into());
    }
    let person = again.person;
    let mut means = Means::Password;
    if queries::has_factor(work, person)? {
        let sentence =
            text!("This code is not right, or it was used before. Type the one that your device shows now.");
        if again.code.trim().is_empty() || uses_code(work, &again.code)?.is_none() {
            return Err(Faults::one("code", sentence).into());
        }
        work.let_in(&subject(person))?;
        means = Means::PasswordAndCode;
    }
    Ok(Proven { person, means, at: again.at })
}
