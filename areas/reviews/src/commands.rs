//! What people do: begin a review, judge, sign for a function, close it, ask the customer, have them confirm.

mod clarification;
mod review;
mod signoff;
mod template;

use kernel::{Faults, Result, Work, text};

pub use self::clarification::{Answering, Question, answer, ask, settle_with};
pub use self::review::{
    Closing, Committing, Given, GivenAnswer, Judging, NewCondition, commit, complete, decline, judge, meet,
    open, released, revoke, take_up, withdraw,
};
pub use self::signoff::{
    CONFIRM, Confirmed, Spoken, confirm, expire_and_remind, link_again, offer_to_customer, resume, say,
    send_code, statement, withdraw_sign_off,
};
pub use self::template::release_template;

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

/// Only our own people, who may change something.
fn must_be_staff(work: &Work) -> Result<()> {
    Ok(kernel::Permit::Staff.covers(work.actor, None)?)
}
