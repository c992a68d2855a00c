//! What people do: begin a review, judge, sign for a function, close it, ask the customer, have them confirm.

mod clarification;
mod condition;
mod review;
mod signoff;
mod template;

use customers::Channel;
use jiff::Span;
use jiff::civil::{Date, Weekday};
use kernel::{Ask, Case, Faults, PersonId, Refusal, Result, Text, Vocabulary, Work, text};

pub use self::clarification::{Answering, Question, answer, ask, remind_of_questions, settle_with};
pub use self::condition::{NewCondition, ask_no_longer, confirm_condition, meet, send_condition_back};
pub use self::review::{
    Closing, Committing, Given, GivenAnswer, Judging, commit, complete, decline, judge, name_what_is_asked,
    open, released, revoke, take_up, withdraw,
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
        ask_soon(work, record, &request, owner, None)?;
    }
    Ok(())
}

/// Asks one of us for what a customer waits for: within two working days, and before what they were told is over. Who
/// lets the day pass is reminded, and after them whoever answers for quality.
fn ask_soon(
    work: &mut Work,
    record: i64,
    request: &Text,
    person: PersonId,
    until: Option<Date>,
) -> Result<i64> {
    let day = working_days_after(work.today(), 2);
    let due = Some(until.map_or(day, |it| it.min(day)));
    work.ask_by_itself(record, &Ask { said: Some(request), person: Some(person), due, ..Ask::default() })
}

/// The day that comes so many working days after another; Saturday and Sunday are none.
fn working_days_after(day: Date, count: usize) -> Date {
    let is_free = |it: &Date| matches!(it.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mut days = day.series(Span::new().days(1)).skip(1).filter(|it| !is_free(it));
    days.nth(count.saturating_sub(1)).unwrap_or(day)
}

/// Only our own people, who may change something.
fn must_be_staff(work: &Work) -> Result<()> {
    Ok(kernel::Permit::Staff.covers(work.actor, None)?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nobody_works_on_saturday_and_sunday() {
        assert_eq!(working_days_after(date(2026, 3, 2), 2), date(2026, 3, 4), "from Monday");
        assert_eq!(working_days_after(date(2026, 3, 5), 2), date(2026, 3, 9), "from Thursday");
        assert_eq!(working_days_after(date(2026, 3, 7), 2), date(2026, 3, 10), "from Saturday");
    }
}
