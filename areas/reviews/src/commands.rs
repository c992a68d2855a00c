//! What people do: begin a review, judge, sign for a function, close it, ask the customer, have them confirm.

mod clarification;
mod condition;
mod review;
mod signoff;
mod template;

use customers::Channel;
use kernel::{Case, Faults, PersonId, Refusal, Result, Vocabulary, Work, text};

pub use self::clarification::{
    Answering, Question, answer, ask, ask_elsewhere, remind_of_questions, settle_with,
};
pub use self::condition::{NewCondition, ask_no_longer, confirm_condition, meet, send_condition_back};
pub use self::review::{
    Closing, Committing, Given, GivenAnswer, Judging, commit, complete, decline, judge, name_what_is_asked,
    open, released, revoke, take_up, what_is_signed, withdraw,
};
pub use self::signoff::{
    CERTIFICATE, CONFIRM, Confirmed, Spoken, confirm, expire_and_remind, link_again, offer_to_customer,
    resume, say, statement, withdraw_sign_off,
};
pub use self::template::release_template;
use crate::model::Review;
use crate::queries;

/// Who signs, as it is to stand there.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    pub name: &'a str,
    /// As what they sign.
    pub role: &'a str,
    /// The language in which it was shown, and the zone of the signer.
    pub language: &'a str,
    pub zone: &'a str,
}

/// A reason that must be given.
fn reasoned(work: &mut Work, reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Faults::one("reason", text!("Say why. The reason stays with the record.")).into());
    }
    work.because(reason);
    Ok(())
}

/// What may be left out, as a row is named by.
fn or_nothing(id: Option<i64>) -> String {
    id.map_or_else(String::new, |it| it.to_string())
}

/// Nobody's name is put under what is not what was released.
fn must_be_intact(work: &Work, subject: i64, revision: i64) -> Result<()> {
    let sentence = text!(
        "What is stored of this revision is not what was released. Nothing was signed. Whoever runs the system has the log checked: reqord audit verify."
    );
    Ok(Refusal::unless(work.revision_is_intact(subject, revision)?, sentence)?)
}

/// Nothing is signed in a review of which a word says something else than was signed.
fn words_must_be_intact(work: &Work, review: &Case<Review>) -> Result<()> {
    let sentence = text!(
        "What is stored of the words in this review is not what was signed. Nothing was signed. Whoever runs the system has the log checked: reqord audit verify."
    );
    Ok(Refusal::unless(queries::words_are_intact(work, review)?, sentence)?)
}

/// Where a customer wants no mail about it, its owner is asked to remind them as they want to be told, once.
fn by_hand(work: &mut Work, channel: Channel, (record, owner): (i64, PersonId), number: &str) -> Result<()> {
    let way = channel.text();
    let request =
        text!("Remind them of {number}: they want to be told by “{way}”", number = number, way = way);
    // What is kept of it besides is in English, whoever reads it.
    let is_asked = work.tasks(record)?.iter().any(|it| it.request == request.to_string());
    if !is_asked {
        work.ask_soon(record, &request, owner, None)?;
    }
    Ok(())
}

/// Only our own people, who may change something.
#[track_caller]
fn must_be_staff(work: &Work) -> Result<()> {
    Ok(kernel::Permit::Staff.covers(work.actor, None)?)
}
