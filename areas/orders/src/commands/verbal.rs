//! What was said by word of mouth: "we understood the following", by letter, with a day; and what the customer says to that.

use jiff::civil::Date;
use kernel::{Addressee, Audience, Faults, Letter, PartyId, Refusal, Result, Text, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::json;

use super::{customer_of, keeper_or_customer};
use crate::letters::{self, Understood};
use crate::model::{Answer, Order};
use crate::queries;
use crate::rules::KEEPERS;

/// What somebody said, as we understood it.
#[derive(Clone, Copy, Debug)]
pub struct NewVerbal<'a> {
    pub words: &'a str,
    pub said_by: &'a str,
    pub said_on: Date,
    /// Until when they are asked to answer.
    pub answer_by: Date,
    /// The clause of the frame contract by which silence is consent; empty where it is none.
    pub frame_contract: &'a str,
    /// The address that the letter goes to; none where they were told otherwise.
    pub email: &'a str,
}

#[derive(Serialize)]
struct VerbalRow<'a> {
    record_id: i64,
    words: &'a str,
    said_by: &'a str,
    said_on: Date,
    answer_by: Date,
    frame_contract: &'a str,
    letter: Option<i64>,
    at: i64,
    by: i64,
    audience: Audience,
}

/// Writes down what was said, and writes to the customer what we understood, with a day until which they are asked to
/// answer.
///
/// # Errors
/// Names what is missing, and days that cannot be.
pub fn understood(work: &mut Work, number: &str, new: &NewVerbal) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    let case = work.find::<Order>(number)?;
    let id = case.record.id.raw();
    let party = customer_of(case.record.party)?;
    let today = queries::today(work);
    let mut faults = Faults::default();
    faults.unless(!new.words.trim().is_empty(), "words", text!("Say what you understood."));
    faults.unless(
        new.words.chars().count() <= 10_000,
        "words",
        text!("Shorten it to {count} characters.", count = 10_000i64),
    );
    faults.unless(!new.said_by.trim().is_empty(), "said_by", text!("Say who said it."));
    faults.unless(new.said_on <= today, "said_on", text!("That day has not come yet."));
    faults.unless(new.answer_by >= today, "answer_by", text!("Give them a day that is still to come."));
    let is_address = new.email.trim().is_empty() || kernel::is_address(new.email.trim());
    faults.unless(is_address, "email", text!("Give an address like name@company.example."));
    faults.into_result()?;
    work.called("understood");
    let letter =
        if new.email.trim().is_empty() { None } else { Some(write(work, (id, number, party), new)?) };
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row = VerbalRow {
        record_id: id,
        words: new.words.trim(),
        said_by: new.said_by.trim(),
        said_on: new.said_on,
        answer_by: new.answer_by,
        frame_contract: new.frame_contract.trim(),
        letter,
        at,
        by,
        audience: Audience::Party,
    };
    work.note_content(id, &kernel::fingerprint(row.words.as_bytes()))?;
    work.note(id, json!({ "understood": { "answer_by": new.answer_by, "letter": letter.is_some() } }))?;
    work.add("verbal", id, &row)
}

fn write(work: &mut Work, (order, number, party): (i64, &str, PartyId), new: &NewVerbal) -> Result<i64> {
    let language = queries::language_of(work, party)?;
    let letter = Understood {
        to: new.said_by.trim(),
        said_on: new.said_on,
        words: new.words,
        answer_by: new.answer_by,
        order: number,
        frame_contract: new.frame_contract.trim(),
        from: &work.actor.name,
    };
    let (subject, words) = letters::understood(&letter, &language);
    let to = [Addressee {
        name: new.said_by.trim().to_owned(),
        address: new.email.trim().to_owned(),
        is_copy: false,
    }];
    let letter = Letter {
        record: order,
        audience: Audience::Party,
        purpose: "understood",
        to: &to,
        subject: &subject,
        words: &words,
        language: &language,
        ..Letter::default()
    };
    Ok(customers::write(work, &letter)?.id)
}

#[derive(Serialize)]
struct AnswerRow<'a> {
    record_id: i64,
    verbal: i64,
    answer: Answer,
    words: &'a str,
    at: i64,
    by: i64,
    audience: Audience,
}

/// Keeps what the customer says to what we understood: they say so on their page, or one of us writes down how they
/// said it.
///
/// # Errors
/// Whoever of us writes it down says by what; whoever corrects says what is right.
pub fn answer(work: &mut Work, number: &str, verbal: i64, (answer, words): (Answer, &str)) -> Result<i64> {
    keeper_or_customer(work)?;
    let case = work.find::<Order>(number)?;
    let id = case.record.id.raw();
    let known = queries::verbals(work, id)?.iter().any(|it| it.id == verbal);
    Refusal::unless(known, text!("There is no such statement. Reload the page."))?;
    let mut faults = Faults::default();
    let (is_ours, words) = (!work.actor.is_outside(), words.trim());
    let sentence: Text = match answer {
        Answer::Confirmed => text!("Say how they confirmed it: the mail or the letter."),
        Answer::Corrected => text!("Say what is right instead."),
    };
    let needs_words = is_ours || answer == Answer::Corrected;
    faults.unless(!needs_words || !words.is_empty(), "words", sentence);
    faults.unless(
        words.chars().count() <= 10_000,
        "words",
        text!("Shorten it to {count} characters.", count = 10_000i64),
    );
    faults.into_result()?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.called("verbal_answered");
    work.note_content(id, &kernel::fingerprint(words.as_bytes()))?;
    work.note(id, json!({ "answered": { "statement": verbal, "answer": answer.code() } }))?;
    work.add(
        "verbal_answer",
        id,
        &AnswerRow { record_id: id, verbal, answer, words, at, by, audience: Audience::Party },
    )
}
