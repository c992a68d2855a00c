//! What they answer: that they know, that they approve, that they object; and what settles an objection.

use kernel::{
    Ask, Audience, Error, Faults, Meaning, Pass, Permit, PersonId, Proven, Refusal, Result, Signing,
    Vocabulary, Work, text,
};
use serde::Serialize;
use serde_json::json;
use web::t;

use super::{NOTICE, note_at_change, reasoned, silence_is_over};
use crate::model::{self, Notice, State, Step};
use crate::queries;

#[derive(Serialize)]
struct NewAnswer<'a> {
    record_id: i64,
    answer: model::Answer,
    words: &'a str,
    name: &'a str,
    person: Option<PersonId>,
    source: &'a str,
    at: i64,
    by: PersonId,
    audience: Audience,
}

/// Who approves, as it is to stand there, and how they proved it.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    pub name: &'a str,
    pub role: &'a str,
    pub language: &'a str,
    pub zone: &'a str,
    pub proven: &'a Proven,
}

/// An answer on its way.
#[derive(Clone, Debug, Default)]
pub struct Answering {
    pub answer: model::Answer,
    /// What they say with it. An objection says what it is about.
    pub words: String,
    /// Who said it, where one of ours writes it down.
    pub name: String,
    /// `link`, `account`, or how it came in words: mail of 24 June.
    pub source: String,
}

/// Keeps an answer to a notice: theirs, or what one of ours was told. An approval is theirs alone, by signature. An
/// objection is talked about from then on, and holds the release up where it was said that it does.
///
/// # Errors
/// An answer comes once; an objection says why; where approval was agreed, that one knows does not suffice.
pub fn answer(
    work: &mut Work,
    number: &str,
    it: &Answering,
    (pass, signer): (Option<&Pass>, Option<&Signer>),
) -> Result<()> {
    let case = work.find::<Notice>(number)?;
    let is_outside = work.actor.is_outside();
    if !is_outside {
        Permit::Staff.covers(work.actor, None)?;
    }
    let id = case.record.id.raw();
    let sentence = match case.record.state {
        State::Issued => None,
        State::Acknowledged | State::Approved | State::Objected | State::Settled => {
            Some(text!("It was answered already. Nothing more is asked of you."))
        }
        State::Withdrawn | State::Excused => Some(text!("We took this back. Nothing is asked of you.")),
        State::Prepared => Some(text!("It was not sent yet.")),
    };
    if let Some(sentence) = sentence {
        return Err(Refusal::because(sentence).into());
    }
    let mut faults = Faults::default();
    let is_said = it.answer != model::Answer::Objected || !it.words.trim().is_empty();
    faults.unless(is_said, "words", text!("Say what you object to, so that we can talk about it."));
    let fits = it.words.chars().count() <= 4000;
    faults.unless(fits, "words", text!("Shorten it to {count} characters.", count = 4000i64));
    faults.unless(is_outside || !it.name.trim().is_empty(), "name", text!("Say who of theirs answered."));
    faults.unless(
        is_outside || !it.source.trim().is_empty(),
        "source",
        text!("Say how the answer came: a mail, a call."),
    );
    faults.into_result()?;
    let name = if is_outside { work.actor.name.clone() } else { it.name.trim().to_owned() };
    let step = match it.answer {
        model::Answer::Acknowledged => "acknowledge",
        model::Answer::Objected => "object",
        model::Answer::Approved => {
            let sentence =
                text!("They approve by signature: by the link in their letter, or on their own pages.");
            let signer = signer.filter(|_| is_outside).ok_or_else(|| Refusal::because(sentence))?;
            sign(work, number, it, signer)?;
            approve_the_change(work, id, it, signer)?;
            "approve"
        }
    };
    work.bring_about(id, step)?;
    let row = NewAnswer {
        record_id: id,
        answer: it.answer,
        words: it.words.trim(),
        name: &name,
        person: is_outside.then_some(work.actor.person),
        source: it.source.trim(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
        audience: Audience::Party,
    };
    work.add("notice_answer", id, &row)?;
    let person = row.person.map(|it| it.to_string()).unwrap_or_default();
    work.note_row(id, &[&id, &row.answer.code(), &row.words, &name, &person, &row.source, &row.at, &row.by])?;
    work.note(
        id,
        json!({ "answer": it.answer, "by": row.source, "words": kernel::fingerprint(row.words.as_bytes()) }),
    )?;
    note_at_change(work, &case, step)?;
    silence_is_over(work, &case)?;
    work.tell_offered_state_of(id)?;
    match pass {
        Some(pass) => work.use_pass(pass)?,
        None => work.withdraw_passes(id, NOTICE, None)?,
    }
    if it.answer == model::Answer::Objected {
        object(work, number, &name, it)?;
    }
    work.called(match it.answer {
        model::Answer::Acknowledged => "notice_acknowledged",
        model::Answer::Approved => "notice_approved",
        model::Answer::Objected => "notice_objected",
    });
    Ok(())
}

/// Puts their name under exactly what they were told.
fn sign(work: &mut Work, number: &str, it: &Answering, signer: &Signer) -> Result<()> {
    let case = work.find::<Notice>(number)?;
    let id = case.record.id.raw();
    let no = case.record.offered.ok_or(Error::NotFound)?;
    let (revision, content) = work.revision(id, no)?;
    let mut statement = t!("I approve {number} {title}.", number = number, title = &case.record.title);
    if !it.words.trim().is_empty() {
        statement = format!("{statement} {}", it.words.trim());
    }
    let seen = json!({ "number": number, "revision": no, "digest": revision.digest, "content": content });
    let mut faults = Faults::default();
    faults.unless(!signer.name.trim().is_empty(), "name", text!("Write your name."));
    faults.into_result()?;
    work.sign(
        &Signing {
            record: id,
            audience: Audience::Party,
            meaning: Meaning::Confirmed,
            what: number,
            seen: &seen,
            statement: &statement,
            name: signer.name.trim(),
            role: signer.role.trim(),
            function: None,
            acts_for: None,
            language: signer.language,
            zone: signer.zone,
        },
        signer.proven,
    )?;
    Ok(())
}

/// A change that waits for exactly this customer goes on by their signature, under what they were told.
fn approve_the_change(work: &mut Work, notice: i64, it: &Answering, signer: &Signer) -> Result<()> {
    let change = queries::change_of(work, notice)?.map(|it| work.mention(it)).transpose()?.flatten();
    let Some(change) = change.filter(|it| it.state == "customer_approval") else { return Ok(()) };
    let by = changes::Signer { name: signer.name, language: signer.language, zone: signer.zone };
    let no = work.find_by_id::<Notice>(notice)?.record.offered.ok_or(Error::NotFound)?;
    let (_, told) = work.revision(notice, no)?;
    changes::confirm_as_told(work, &change.number, (&it.words, signer.role, &by), (&told, signer.proven))
}

/// An objection opens a conversation, and whoever answers for the change is asked to talk to them.
fn object(work: &mut Work, number: &str, name: &str, it: &Answering) -> Result<()> {
    let product = work.mention_of(number)?;
    let case = work.find::<Notice>(number)?;
    let said = text!("{name} objects to the change: talk to them and settle it", name = name);
    let owner = case.record.owner;
    work.ask_by_itself(product.id, &Ask { said: Some(&said), person: Some(owner), ..Ask::default() })?;
    work.announce(&changes::Objected {
        record: product.id,
        number: number.to_owned(),
        title: case.record.title.clone(),
        party: case.record.party,
        owner,
        name: name.to_owned(),
        person: work.actor.is_outside().then_some(work.actor.person),
        words: it.words.trim().to_owned(),
    })
}

/// Settles an objection with the words of what was agreed with them.
pub fn settle(work: &mut Work, number: &str, agreed: &str) -> Result<()> {
    reasoned(work, agreed)?;
    let mut case = work.find::<Notice>(number)?;
    work.advance(&mut case, Step::Settle)?;
    work.tell_offered_state_of(case.record.id.raw())?;
    let id = case.record.id.raw();
    for task in work.tasks(id)?.into_iter().filter(|it| it.asked_by == 0 && it.settled_at.is_none()) {
        work.settle(task.id)?;
    }
    note_at_change(work, &case, "settled")?;
    work.called("objection_settled");
    Ok(())
}
