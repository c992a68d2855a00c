//! Seeing whether it works: criteria fixed before, results, closing questions.

use kernel::{Ask, Error, Faults, Mention, Permit, PersonId, Refusal, Result, Text, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{ChangeRequest, Criterion, NewCriterion, State, Verdict};
use crate::queries;
use crate::rules::names_who_looks;

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
    acts_for: Option<PersonId>,
}

/// When it was looked at stays: that somebody did is no secret.
#[derive(Serialize)]
struct Opened {
    result: &'static str,
    evidence: &'static str,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Entrusted {
    person: PersonId,
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
    let sentence = text!("Say on what it is looked at: how many, and of which lot.");
    faults.unless(!new.sample.trim().is_empty(), "sample", sentence);
    faults.unless(queries::is_colleague(work, new.person)?, "person", text!("Choose who looks."));
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
///
/// # Errors
/// Refuses once it was looked at: what was not met is not taken away for something easier.
pub fn drop_criterion(work: &mut Work, number: &str, id: i64, reason: &str) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    not_begun(case.record.state)?;
    super::reasoned(work, reason)?;
    let change = case.record.id.raw();
    let known = queries::criteria(work, change)?.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    let sentence = text!("It was looked at already. It stays; fix another one beside it.");
    Refusal::unless(known.judged_at.is_none(), sentence)?;
    work.remove("change_criterion", change, id)?;
    work.note(change, json!({ "dropped": { "criterion": known.criterion } }))?;
    work.called("criterion_fixed");
    Ok(())
}

/// Names somebody else who looks, because whoever was fixed cannot. What has to be met, and how, stays as it was fixed.
///
/// # Errors
/// Only whoever owns the change, or answers for the quality system; they say why.
pub fn entrust(work: &mut Work, number: &str, id: i64, (person, reason): (PersonId, &str)) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    names_who_looks(work.actor, case.record.owner)?;
    Refusal::unless(!case.record.state.is_over(), text!("This change is over."))?;
    let change = case.record.id.raw();
    let known = queries::criteria(work, change)?.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    Refusal::unless(known.verdict != Verdict::Pass, text!("It was met. Nobody has to look again."))?;
    let is_another = person != known.person && queries::is_colleague(work, person)?;
    if !is_another {
        return Err(Faults::one("person", text!("Choose somebody else of the house who looks.")).into());
    }
    super::reasoned(work, reason)?;
    work.amend("change_criterion", change, id, &Entrusted { person })?;
    let at = super::mention(&case);
    if ask_no_more(work, &at, &known)? {
        ask_to_look(work, &at, &Criterion { person, ..known.clone() })?;
    }
    let who = work.mention(person)?.map(|it| it.number);
    work.note(change, json!({ "looks": { "criterion": known.criterion, "person": who } }))?;
    work.called("criterion_entrusted");
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
/// Only whoever was fixed to look, or their deputy while they are away. Asks for result and evidence; refuses while
/// nothing was begun.
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
    Refusal::unless(state.takes_results(), sentence)?;
    let change = case.record.id.raw();
    let known = queries::criteria(work, change)?.into_iter().find(|it| it.id == id).ok_or(Error::NotFound)?;
    let acts_for = looks(work, known.person)?;
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
    let (judged_at, judged_by) = (work.now.as_microsecond(), work.actor.person);
    let (result, evidence) = (result.trim(), evidence.trim());
    let line = Judged { result, evidence, verdict, judged_at, judged_by, acts_for };
    work.amend("change_criterion", change, id, &line)?;
    let told = json!({ "criterion": known.criterion, "is": verdict, "result": line.result, "evidence": line.evidence });
    work.note(change, json!({ "verified": told }))?;
    let at = super::mention(&case);
    if ask_no_more(work, &at, &known)? && verdict == Verdict::Fail {
        ask_to_look(work, &at, &known)?;
    }
    if verdict == Verdict::Fail && state == State::Verifying {
        work.bring_about(change, "fail")?;
    }
    work.called("verified");
    Ok(())
}

/// Whoever was fixed to look has that to do from now on, one criterion after another that is still open.
pub(super) fn ask_those_who_look(work: &mut Work, change: &Mention) -> Result<()> {
    let open = queries::criteria(work, change.id)?.into_iter().filter(|it| it.verdict != Verdict::Pass);
    for it in open.collect::<Vec<_>>() {
        ask_to_look(work, change, &it)?;
    }
    Ok(())
}

fn ask_to_look(work: &mut Work, change: &Mention, it: &Criterion) -> Result<()> {
    let (said, place) = (looking(change, it), format!("/changes/{}#verification", change.number));
    let ask = Ask { said: Some(&said), person: Some(it.person), place: Some(&place), ..Ask::default() };
    work.ask_by_itself(change.id, &ask).map(drop)
}

/// Ends what somebody was asked to look at; tells whether they were.
fn ask_no_more(work: &mut Work, change: &Mention, it: &Criterion) -> Result<bool> {
    let asked = work.tasks_asking(change.id, it.person, &looking(change, it))?;
    for task in &asked {
        work.settle_within(*task)?;
    }
    Ok(!asked.is_empty())
}

fn looking(change: &Mention, it: &Criterion) -> Text {
    text!(
        "Look whether “{criterion}” is met, and enter the result ({number})",
        criterion = it.criterion.as_str(),
        number = change.number.as_str()
    )
}

/// Opens the results again, because something else is proposed: what was found of the proposal before stands on the trail.
pub(super) fn open_results(work: &mut Work, change: i64) -> Result<()> {
    let judged = queries::criteria(work, change)?.into_iter().filter(|it| it.verdict != Verdict::Open);
    for it in judged.collect::<Vec<_>>() {
        let line = Opened { result: "", evidence: "", verdict: Verdict::Open };
        work.amend("change_criterion", change, it.id, &line)?;
        work.note(change, json!({ "opened": { "criterion": it.criterion, "was": it.verdict } }))?;
    }
    Ok(())
}

/// For whom the actor looks: for themselves, or for the person that was fixed and is away.
fn looks(work: &Work, fixed: PersonId) -> Result<Option<PersonId>> {
    let is_own = kernel::may(work.actor.person == fixed);
    let absent = work.actor.stands_in_for(fixed).map(|it| it.person);
    let sentence = text!(
        "{name} was fixed to look. Only they enter the result, or whoever stands in for them while they are away.",
        name = work.name_of(fixed)?
    );
    Refusal::unless(is_own || absent.is_some(), sentence)?;
    Ok(absent.filter(|_| !is_own))
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
