//! What people do with checklists: put one in force, lay it beside a set, answer its questions.

use jiff::civil::Date;
use kernel::{Ask, Body, Case, Faults, Frozen, PersonId, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use super::{NewRequirement, add};
use crate::model::{
    Answer, Checklist, ChecklistStep, Question, Requirement, RequirementSet, Stand, requirement, set,
};
use crate::queries;

/// A reason is no longer than this, in characters.
const LONGEST: usize = 2000;

/// Freezes the next revision of a checklist; sets are asked by it from now on.
pub fn release_checklist(work: &mut Work, number: &str, reason: &str) -> Result<Frozen> {
    let mut case = work.find::<Checklist>(number)?;
    Checklist::FLOW.target(&case, work.actor, ChecklistStep::Release)?;
    work.because(reason);
    let frozen = work.release(&mut case)?;
    work.advance(&mut case, ChecklistStep::Release)?;
    Ok(frozen)
}

#[derive(Serialize)]
struct Laid {
    record_id: i64,
    checklist: i64,
    revision: i64,
    at: i64,
    by: PersonId,
}

/// Lays the revision of a checklist that is in force beside a set; where it lies there already, a later revision is
/// taken up, and what was answered counts on where the question is the same.
///
/// # Errors
/// Refuses a checklist that was never put in force or is retired, and a set that is over.
pub fn lay_beside(work: &mut Work, set: &str, checklist: &str) -> Result<()> {
    let set = asked(work, set)?;
    let (id, list) = (set.record.id.raw(), work.find::<Checklist>(checklist)?);
    let sentence = text!("{number} is not in force. Put it in force, or choose another.", number = checklist);
    let in_force = queries::in_force(work, list.record.id.raw())?;
    let (revision, _) = in_force.ok_or_else(|| Refusal::because(sentence))?;
    let checklist = list.record.id.raw();
    let line =
        Laid { record_id: id, checklist, revision, at: work.now.as_microsecond(), by: work.actor.person };
    match queries::laid_line(work, id, checklist)? {
        Some((_, known)) if known == revision => return Ok(()),
        Some((there, _)) => work.amend("set_checklist", id, there, &line)?,
        None => {
            work.add("set_checklist", id, &line)?;
        }
    }
    work.note(id, json!({ "checklist": { "number": list.record.number, "revision": revision } }))?;
    work.called("requirements.checklist_laid");
    Ok(())
}

/// Takes a checklist away from a set, because it is not meant for it. What was answered stays on the trail.
///
/// # Errors
/// Asks for a reason; not found where it does not lie beside the set.
pub fn take_away(work: &mut Work, set: &str, checklist: &str, reason: &str) -> Result<()> {
    let set = asked(work, set)?;
    let (id, list) = (set.record.id.raw(), work.mention_of(checklist)?);
    let (line, _) = queries::laid_line(work, id, list.id)?.ok_or(kernel::Error::NotFound)?;
    reasoned(reason, text!("Say why these questions are not asked here."))?;
    work.remove("set_checklist", id, line)?;
    work.note(id, json!({ "checklist": { "number": list.number, "taken_away": true } }))?;
    work.because(reason.trim());
    work.called("requirements.checklist_taken_away");
    Ok(())
}

/// What somebody answers.
#[derive(Clone, Debug)]
pub enum Answering {
    /// The set states it already: the number of the requirement.
    Stated(String),
    /// It is stated now, in these words.
    Written(String),
    /// With the reason.
    NotApplicable(String),
    /// The customer is asked; somebody has to see to it by a day. The owner of the set where nobody is named.
    Asked { person: Option<PersonId>, due: Option<Date> },
    /// What was answered counts no longer; with the reason.
    Open(String),
}

#[derive(Serialize)]
struct Elicited<'a> {
    record_id: i64,
    checklist: i64,
    question: &'a str,
    asked: &'a str,
    answer: Answer,
    requirement: Option<i64>,
    task: Option<i64>,
    reason: &'a str,
    at: i64,
    by: PersonId,
}

/// Answers a question of a checklist that lies beside a set. Tells the number of the requirement that states it, where
/// one does.
///
/// # Errors
/// Refuses a question that is not asked, a requirement that does not stand in the set, and no reason where one is
/// needed.
pub fn answer(work: &mut Work, set: &str, at: (&str, &str), it: &Answering) -> Result<Option<String>> {
    let set = asked(work, set)?;
    let (checklist, key) = at;
    let id = set.record.id.raw();
    let laid = queries::laid_of(work, &set)?.into_iter().find(|it| it.number == checklist);
    let laid = laid.ok_or(kernel::Error::NotFound)?;
    let row = laid.rows.iter().find(|it| it.question.key == key).ok_or(kernel::Error::NotFound)?;
    let source = format!("{} rev. {}", laid.number, laid.revision);
    let question = &row.question;
    let (mut requirement, mut task, mut reason) = (None, None, "");
    let answer = match it {
        Answering::Stated(number) => {
            requirement = Some(stating(work, &set, number)?);
            Answer::Stated
        }
        Answering::Written(statement) => {
            requirement = Some(write(work, &set, (question, &source), statement)?);
            Answer::Stated
        }
        Answering::NotApplicable(why) => {
            reason = reasoned(why, text!("Say why it does not apply."))?;
            Answer::NotApplicable
        }
        Answering::Asked { person, due } => {
            let sentence = text!("The customer is asked already. Settle that task first.");
            Refusal::unless(row.stand != Stand::Waiting, sentence)?;
            let said = text!("Ask the customer: {question}", question = &question.question);
            let person = person.or(Some(set.record.owner));
            task = Some(work.ask(id, &Ask { said: Some(&said), person, due: *due, ..Ask::default() })?);
            Answer::Asked
        }
        Answering::Open(why) => {
            reason = reasoned(why, text!("Say why it is open again."))?;
            Answer::Open
        }
    };
    let line = Elicited {
        record_id: id,
        checklist: laid.id,
        question: &question.key,
        asked: &question.question,
        answer,
        requirement: requirement.as_ref().map(|(id, _)| *id),
        task,
        reason,
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    work.add("elicited", id, &line)?;
    let number = requirement.map(|(_, number)| number);
    work.note(
        id,
        json!({ "elicited": { "checklist": laid.number, "question": question.question, "answer": answer, "requirement": number } }),
    )?;
    if !reason.is_empty() {
        work.because(reason);
    }
    work.called("requirements.elicited");
    Ok(number)
}

/// The requirement of the set that states it.
fn stating(work: &Work, set: &Case<RequirementSet>, number: &str) -> Result<(i64, String)> {
    let sentence = text!("Name a requirement that stands in {number}.", number = &set.record.number);
    let fault = || Faults::one("requirement", sentence.clone());
    let case = work.find::<Requirement>(number.trim()).map_err(|error| match error {
        kernel::Error::NotFound => fault().into(),
        other => other,
    })?;
    let stands =
        case.body.set_id == set.record.id.raw() && case.record.state != requirement::State::Withdrawn;
    if !stands {
        return Err(fault().into());
    }
    Ok((case.record.id.raw(), case.record.number))
}

/// Writes the requirement that states it, as the question says whose wish it is and what it is about.
fn write(
    work: &mut Work,
    set: &Case<RequirementSet>,
    (question, source): (&Question, &str),
    statement: &str,
) -> Result<(i64, String)> {
    let statement = statement.trim();
    if statement.is_empty() {
        return Err(Faults::one("statement", text!("Write what shall be.")).into());
    }
    let body = Requirement {
        statement: statement.to_owned(),
        class: question.class,
        kind: question.kind,
        source: source.to_owned(),
        rationale: question.why.clone(),
        ..Requirement::default()
    };
    let made = add(work, &set.record.number, &NewRequirement { body, ..NewRequirement::default() })?;
    Ok((made.id, made.number))
}

/// A set whose questions are still asked, of somebody who may write in it.
fn asked(work: &Work, number: &str) -> Result<Case<RequirementSet>> {
    work.actor.must_be_inside()?;
    let set = work.find::<RequirementSet>(number)?;
    RequirementSet::EDIT.covers(work.actor, Some(set.record.owner))?;
    let is_over = matches!(set.record.state, set::State::Declined | set::State::Withdrawn);
    Refusal::unless(
        !is_over,
        text!("{number} is over; nothing is asked about it any more.", number = number),
    )?;
    Ok(set)
}

fn reasoned(reason: &str, missing: kernel::Text) -> Result<&str> {
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.unless(!reason.is_empty(), "reason", missing);
    let sentence = text!("Shorten it to {count} characters.", count = 2000i64);
    faults.unless(reason.chars().count() <= LONGEST, "reason", sentence);
    faults.into_result()?;
    Ok(reason)
}
