//! What people do: raise a risk, bear it until a day, close it; write a plan, agree it with the customer, use it.

use jiff::civil::Date;
use kernel::{Ask, Case, Faults, Made, New, Refusal, Result, Tie, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{Contingency, ContingencyStep, Level, MatrixStep, Risk, RiskMatrix, RiskState, RiskStep};
use crate::queries;
use crate::rules::{is_over, latest, level_now, steps_now};

/// Raises a risk. It belongs to the customer of what led to it, where nobody says otherwise.
pub fn raise(work: &mut Work, new: &New, body: &Risk) -> Result<Made> {
    let party = match new.party {
        Some(it) => Some(it),
        None => queries::party_of(work, body.origin.or(body.affects))?,
    };
    work.create(&New { party, ..*new }, body)
}

/// Ties a risk to what led to it and to what it puts at risk.
pub fn tied(work: &mut Work, id: i64, body: &Risk) -> Result<()> {
    for (role, other) in [(Tie::CausedBy, body.origin), (Tie::Affects, body.affects)] {
        if let Some(other) = other {
            queries::must_be_there(work, other)?;
            work.tie(id, role, other)?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct NewAcceptance<'a> {
    record_id: i64,
    likelihood: i64,
    severity: i64,
    level: Level,
    matrix: i64,
    matrix_revision: i64,
    until_day: Date,
    reason: &'a str,
    person: i64,
    at: i64,
}

/// Bears a risk as it stands in the name of the house, until a day.
///
/// # Errors
/// Refuses whoever has no right to, a risk that the matrix lets nobody bear, and a day beyond what it allows.
pub fn accept(work: &mut Work, number: &str, until: Option<Date>, reason: &str) -> Result<()> {
    let mut case = work.find::<Risk>(number)?;
    let as_it_stood = case.clone();
    work.advance(&mut case, RiskStep::Accept)?;
    let today = work.today();
    let latest = latest(&as_it_stood, today).unwrap_or(today);
    let mut faults = Faults::default();
    let sentence =
        text!("Give a day from tomorrow to {day}: the risk matrix lets nobody bear it longer.", day = latest);
    faults.unless(until.is_some_and(|it| it > today && it <= latest), "until", sentence);
    faults.unless(!reason.trim().is_empty(), "reason", text!("Say why it is borne."));
    faults.into_result()?;
    let (Some(until), Some((likelihood, severity)), Some(level), Some(by)) =
        (until, steps_now(&as_it_stood), level_now(&as_it_stood), &as_it_stood.facts.by)
    else {
        return Ok(());
    };
    work.because(reason);
    let row = NewAcceptance {
        record_id: case.record.id.raw(),
        likelihood,
        severity,
        level,
        matrix: by.id,
        matrix_revision: by.revision,
        until_day: until,
        reason: reason.trim(),
        person: work.actor.person,
        at: work.now.as_microsecond(),
    };
    work.add("risk_acceptance", case.record.id.raw(), &row)?;
    work.note_row(
        case.record.id.raw(),
        &[
            &row.record_id,
            &likelihood,
            &severity,
            &level.code(),
            &row.matrix,
            &row.matrix_revision,
            &until,
            &row.reason,
            &row.person,
            &row.at,
        ],
    )?;
    work.note(case.record.id.raw(), json!({ "accepted_until": until, "level": level }))?;
    work.redirect(&mut case, |record| record.due = Some(until))?;
    work.called("risk_accepted");
    Ok(())
}

/// Closes a risk, with the reason why it is none any more.
pub fn close(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<Risk>(number)?;
    reasoned(work, reason)?;
    work.advance(&mut case, RiskStep::Close)?;
    work.called("risk_closed");
    Ok(())
}

fn reasoned(work: &mut Work, reason: &str) -> Result<()> {
    let mut faults = Faults::default();
    faults.unless(!reason.trim().is_empty(), "reason", text!("Say why: it stands on the trail."));
    faults.into_result()?;
    work.because(reason);
    Ok(())
}

/// Puts the matrix in force: all risks are rated by it from now on.
pub fn put_in_force(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<RiskMatrix>(number)?;
    work.because(reason);
    let frozen = work.release(&mut case)?;
    Refusal::unless(frozen.is_new, text!("Nothing changed since it was in force. Change something first."))?;
    work.advance(&mut case, MatrixStep::Release)?;
    work.called("released");
    Ok(())
}

/// Lets acceptances end whose day is over, or which the matrix in force no longer covers; the owner is asked.
pub fn watch(work: &mut Work) -> Result<()> {
    let today = work.today();
    for id in queries::accepted(work)? {
        let mut case = work.find_by_id::<Risk>(id)?;
        if case.record.state == RiskState::Accepted && is_over(&case, today) {
            expire(work, &mut case)?;
        }
    }
    Ok(())
}

fn expire(work: &mut Work, case: &mut Case<Risk>) -> Result<()> {
    work.advance(case, RiskStep::Expire)?;
    let request = text!("Judge {number} again: nobody bears it any more", number = &case.record.number);
    let ask = Ask { said: Some(&request), person: Some(case.record.owner), ..Ask::default() };
    work.ask_by_itself(case.record.id.raw(), &ask)?;
    work.called("risk_acceptance_over");
    Ok(())
}

/// Writes a contingency plan. It belongs to the customer of what it is for, where nobody says otherwise.
pub fn plan(work: &mut Work, new: &New, body: &Contingency) -> Result<Made> {
    let party = match new.party {
        Some(it) => Some(it),
        None => queries::party_of(work, body.concerns)?,
    };
    work.create(&New { party, ..*new }, body)
}

/// Ties a plan to what it is for.
pub fn concerned(work: &mut Work, id: i64, body: &Contingency) -> Result<()> {
    let Some(other) = body.concerns else { return Ok(()) };
    queries::must_be_there(work, other)?;
    work.tie(id, Tie::Concerns, other)
}

/// That a customer agreed to a plan.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// Who of the customer.
    pub name: &'a str,
    /// By what one sees it: a mail, minutes, a signed paper.
    pub source: &'a str,
    pub day: Option<Date>,
}

#[derive(Serialize)]
struct NewAgreement<'a> {
    record_id: i64,
    digest: &'a str,
    name: &'a str,
    source: &'a str,
    day: Date,
    at: i64,
    by: i64,
}

/// Writes down that the customer agreed to what a plan says (ISO 9001, 8.2.1 e). It holds for these words only.
///
/// # Errors
/// Names what is missing, and refuses what was retired.
pub fn agree(work: &mut Work, number: &str, it: &Agreed) -> Result<()> {
    let case = work.find::<Contingency>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    let is_there = case.record.state != crate::model::ContingencyState::Retired;
    Refusal::unless(is_there, text!("It is retired. Write another plan."))?;
    let today = work.today();
    let mut faults = Faults::default();
    faults.unless(!it.name.trim().is_empty(), "name", text!("Name who of the customer agreed."));
    faults.unless(
        !it.source.trim().is_empty(),
        "source",
        text!("Say by what one sees it: a mail, minutes, a signed paper."),
    );
    let day = it.day.filter(|day| *day <= today);
    faults.unless(day.is_some(), "day", text!("Give the day on which they agreed, today at the latest."));
    faults.into_result()?;
    let id = case.record.id.raw();
    let row = NewAgreement {
        record_id: id,
        digest: &case.facts.digest,
        name: it.name.trim(),
        source: it.source.trim(),
        day: day.unwrap_or(today),
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    work.add("contingency_agreement", id, &row)?;
    work.note(id, json!({ "agreed_by": row.name, "source": row.source, "day": row.day }))?;
    work.called("contingency_agreed");
    Ok(())
}

#[derive(Serialize)]
struct NewUse<'a> {
    record_id: i64,
    is_over: bool,
    words: &'a str,
    at: i64,
    by: i64,
}

/// It happened: the plan is carried out. Its owner is asked to.
pub fn activate(work: &mut Work, number: &str, words: &str) -> Result<()> {
    let id = used(work, number, (ContingencyStep::Activate, false), words)?;
    let case = work.find::<Contingency>(number)?;
    let request = text!("{number} begins: {words}", number = number, words = words.trim());
    let ask = Ask { said: Some(&request), person: Some(case.record.owner), ..Ask::default() };
    work.ask_by_itself(id, &ask)?;
    work.called("contingency_begun");
    Ok(())
}

/// It is over: the plan stands ready again.
pub fn stand_down(work: &mut Work, number: &str, words: &str) -> Result<()> {
    used(work, number, (ContingencyStep::StandDown, true), words)?;
    work.called("contingency_ended");
    Ok(())
}

fn used(work: &mut Work, number: &str, (step, is_over): (ContingencyStep, bool), words: &str) -> Result<i64> {
    let mut case = work.find::<Contingency>(number)?;
    let mut faults = Faults::default();
    faults.unless(!words.trim().is_empty(), "words", text!("Say what happened, and what was done."));
    faults.into_result()?;
    work.advance(&mut case, step)?;
    let (id, at, by) = (case.record.id.raw(), work.now.as_microsecond(), work.actor.person);
    work.add("contingency_use", id, &NewUse { record_id: id, is_over, words: words.trim(), at, by })?;
    work.note(id, json!({ "words": words.trim() }))?;
    Ok(id)
}
