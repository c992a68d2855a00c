//! Seeing whether it works: criteria fixed before, results, closing questions.

use kernel::{Error, Faults, Permit, PersonId, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{ChangeRequest, NewCriterion, State, Verdict};
use crate::queries;

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    criterion: &'a str,
    method: &'a str,
    sample: &'a str,
    bound: &'a str,
    person: PersonId,
    fixed_at: i64,
    fixed_by: i64,
    result: &'a str,
    evidence: &'a str,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Judged<'a> {
    result: &'a str,
    evidence: &'a str,
    verdict: Verdict,
    judged_at: i64,
    judged_by: i64,
}

/// Fixes how one will see whether a change works, by whom and on what, before it is begun.
///
/// # Errors
/// Refuses once it was begun: a measure that is chosen afterwards measures nothing.
pub fn fix_criterion(work: &mut Work, number: &str, new: &NewCriterion) -> Result<i64> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    not_begun(case.record.state)?;
    let mut faults = Faults::default();
    faults.unless(!new.criterion.trim().is_empty(), "criterion", text!("Say what has to be met."));
    faults.unless(!new.method.trim().is_empty(), "method", text!("Say how it is looked at."));
    faults.unless(new.person != 0, "person", text!("Choose who looks."));
    let is_ours = work.mention(new.person)?.is_some_and(|it| it.kind == "PE");
    faults.unless(new.person == 0 || is_ours, "person", text!("Choose who looks."));
    for (field, words) in
        [("criterion", new.criterion), ("method", new.method), ("sample", new.sample), ("bound", new.bound)]
    {
        let fits = words.chars().count() <= 500;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 500i64));
    }
    faults.into_result()?;
    let change = case.record.id.raw();
    let line = NewLine {
        record_id: change,
        criterion: new.criterion.trim(),
        method: new.method.trim(),
        sample: new.sample.trim(),
        bound: new.bound.trim(),
        person: new.person,
        fixed_at: work.now.as_microsecond(),
        fixed_by: work.actor.person,
        result: "",
        evidence: "",
        verdict: Verdict::Open,
    };
    let id = work.add("change_criterion", change, &line)?;
    let told = json!({ "criterion": line.criterion, "method": line.method, "sample": line.sample, "bound": line.bound });
    work.note(change, json!({ "fixed": told }))?;
    work.called("criterion_fixed");
    Ok(id)
}

/// Takes a criterion away that nobody needs, before it is begun.
pub fn drop_criterion(work: &mut Work, number: &str, id: i64, reason: &str) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    not_begun(case.record.state)?;
    super::reasoned(work, reason)?;
    let change = case.record.id.raw();
    let known = queries::criteria(work, change)?.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    work.remove("change_criterion", change, id)?;
    work.note(change, json!({ "dropped": { "criterion": known.criterion } }))?;
    work.called("criterion_fixed");
    Ok(())
}

fn not_begun(state: State) -> Result<()> {
    let is_early = state.is_being_written() || matches!(state, State::CustomerApproval | State::Approved);
    let sentence = text!("It was begun. How one sees whether it works was to be fixed before.");
    Ok(Refusal::unless(is_early, sentence)?)
}

/// Enters the result of a criterion with its evidence. One that is not met sends the change back.
///
/// # Errors
/// Asks for result and evidence; refuses while nothing was begun.
pub fn judge(
    work: &mut Work,
    number: &str,
    id: i64,
    (verdict, result, evidence): (Verdict, &str, &str),
) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    let state = case.record.state;
    let sentence = text!("Results are entered once it was begun, and before it is closed.");
    let is_time = matches!(state, State::Approved | State::Planned | State::Implementing | State::Verifying);
    Refusal::unless(is_time, sentence)?;
    let mut faults = Faults::default();
    faults.unless(verdict != Verdict::Open, "verdict", text!("Say whether it was met."));
    faults.unless(!result.trim().is_empty(), "result", text!("Say what was found."));
    faults.unless(
        !evidence.trim().is_empty(),
        "evidence",
        text!("Name the evidence: a report, a file, a visit."),
    );
    let fits = result.chars().count() <= 2000 && evidence.chars().count() <= 500;
    faults.unless(fits, "result", text!("Shorten it to {count} characters.", count = 2000i64));
    faults.into_result()?;
    let change = case.record.id.raw();
    let known = queries::criteria(work, change)?.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    let (judged_at, judged_by) = (work.now.as_microsecond(), work.actor.person);
    let line = Judged { result: result.trim(), evidence: evidence.trim(), verdict, judged_at, judged_by };
    work.amend("change_criterion", change, id, &line)?;
    let told = json!({ "criterion": known.criterion, "is": verdict, "result": line.result, "evidence": line.evidence });
    work.note(change, json!({ "verified": told }))?;
    if verdict == Verdict::Fail && state == State::Verifying {
        work.bring_about(change, "fail")?;
    }
    work.called("verified");
    Ok(())
}

/// The answers to the closing questions, and what it cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Learned<'a> {
    pub served: &'a str,
    pub missed: &'a str,
    pub lesson: &'a str,
    pub lesson_for: &'a str,
    pub actual_cost: &'a str,
}

/// Answers the closing questions.
pub fn learn(work: &mut Work, number: &str, it: &Learned) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    work.revise(&mut case, |body| {
        it.served.trim().clone_into(&mut body.served);
        it.missed.trim().clone_into(&mut body.missed);
        it.lesson.trim().clone_into(&mut body.lesson);
        it.lesson_for.trim().clone_into(&mut body.lesson_for);
        it.actual_cost.trim().clone_into(&mut body.actual_cost);
    })
}
