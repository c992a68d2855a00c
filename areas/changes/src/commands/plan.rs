//! Carrying out: steps and milestones in their order, what they need and what was spent on them, another day with the
//! reason; whoever waits for it is told.

use jiff::civil::Date;
use kernel::{
    Ask, Error, Faults, NewResource, NewSpent, NewStep, Permit, PersonId, Readiness, Refusal, Result,
    StepSort, Work, text,
};
use serde::Serialize;
use serde_json::json;

use crate::model::ChangeRequest;
use crate::queries;

#[derive(Serialize)]
struct NewReplan<'a> {
    record_id: i64,
    task: i64,
    due_before: Option<Date>,
    due_after: Option<Date>,
    begins_before: Option<Date>,
    begins_after: Option<Date>,
    reason: &'a str,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct Due {
    due: Option<Date>,
}

/// A step or a milestone of the plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewPlanTask<'a> {
    pub request: &'a str,
    pub sort: StepSort,
    pub person: Option<PersonId>,
    pub starts: Option<Date>,
    pub due: Option<Date>,
    /// Hours, a decimal; empty where nobody said.
    pub effort: &'a str,
    /// What it costs beside the hours, a decimal; empty where nobody said.
    pub cost: &'a str,
    /// The tasks that come first.
    pub after: &'a [i64],
}

/// Adds a step to what is to be done for a change, or a milestone that is to be reached, after others where that is
/// said. Tells the key of its task.
pub fn plan_task(work: &mut Work, number: &str, it: &NewPlanTask) -> Result<i64> {
    let id = carried_out(work, number)?;
    let ask = Ask { request: it.request, person: it.person, due: it.due, ..Ask::default() };
    let NewPlanTask { sort, starts, effort, cost, after, .. } = *it;
    work.plan_step(id, &ask, &NewStep { sort, starts, effort, cost, after })
}

/// Says what a step needs: people, equipment, material, and whether it is there. Tells the key of it.
pub fn need(work: &mut Work, number: &str, task: i64, new: &NewResource) -> Result<i64> {
    let id = carried_out(work, number)?;
    work.need_for_step(id, task, new)
}

/// Says whether something that a step needs is there, or when it will be.
pub fn resource_is(
    work: &mut Work,
    number: &str,
    resource: i64,
    (is_there, expected): (Readiness, Option<Date>),
) -> Result<()> {
    let id = carried_out(work, number)?;
    work.resource_is(id, resource, (is_there, expected))
}

/// Books what somebody spent on a step.
pub fn book(work: &mut Work, number: &str, task: i64, new: &NewSpent) -> Result<i64> {
    let id = carried_out(work, number)?;
    work.book_on_step(id, task, new)
}

/// Says that a step is done, or a milestone reached, and what shows it.
///
/// # Errors
/// Refuses it while the change is not approved: until then it is planned only.
pub fn finish(work: &mut Work, number: &str, task: i64, evidence: &str) -> Result<()> {
    let id = carried_out(work, number)?;
    work.finish_step(id, task, evidence)
}

/// The key of a change that is not over, for somebody of the house.
#[track_caller]
fn carried_out(work: &Work, number: &str) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    let change = work.mention_of(number)?;
    let state = <crate::model::State as kernel::Vocabulary>::of(&change.state);
    let state = state.filter(|_| change.kind == "CR").ok_or(Error::NotFound)?;
    Refusal::unless(!state.is_over(), text!("This change is over."))?;
    Ok(change.id)
}

/// The days that a task of the plan gets instead.
#[derive(Clone, Copy, Debug, Default)]
pub struct OtherDays {
    /// The key of the task.
    pub task: i64,
    /// The day on which it is begun; as it is where none is said.
    pub starts: Option<Date>,
    pub due: Option<Date>,
}

/// Gives a task of the plan other days. Those before stay known; whoever answers for a task that waits for this one
/// is asked to look, where it becomes later than theirs is begun or due.
///
/// # Errors
/// Asks for the reason; a day that is over, before that of a task which comes first, or before its own beginning, cannot
/// be.
pub fn replan(work: &mut Work, number: &str, days: OtherDays, reason: &str) -> Result<()> {
    let OtherDays { task, due, .. } = days;
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    Refusal::unless(!case.record.state.is_over(), text!("This change is over."))?;
    let id = case.record.id.raw();
    let tasks = work.tasks(id)?;
    let it = tasks.iter().find(|it| it.id == task).ok_or(Error::NotFound)?.clone();
    Refusal::unless(it.settled_at.is_none(), text!("It is done already. Its day stands."))?;
    let order = work.order_of_tasks(id)?;
    let mut faults = Faults::default();
    faults.unless(!reason.trim().is_empty(), "reason", text!("Say why. It stands with the plan."));
    faults.unless(
        reason.chars().count() <= 1000,
        "reason",
        text!("Shorten it to {count} characters.", count = 1000i64),
    );
    faults.unless(due.is_some(), "due", text!("Choose a day."));
    let sentence = text!("Say by when, from today on.");
    faults.unless(due.is_none_or(|it| it >= work.today()), "due", sentence);
    let began = work.plan_steps(id)?.into_iter().find(|it| it.task == task).and_then(|it| it.starts);
    let anew = days.starts.filter(|it| began != Some(*it));
    faults.unless(due != it.due || anew.is_some(), "due", text!("It is due on that day already."));
    let fits = |starts: Option<Date>| starts.zip(due).is_none_or(|(starts, due)| starts <= due);
    faults.unless(fits(anew), "starts", text!("It cannot begin after it is due."));
    let stays = began.filter(|_| anew.is_none());
    faults.unless(fits(stays), "due", text!("It begins after that. Choose a later day."));
    let before = order.iter().filter(|one| one.task == task);
    let first = before.filter_map(|one| tasks.iter().find(|it| it.id == one.after));
    for earlier in first.filter(|it| it.settled_at.is_none()) {
        let fits = due.zip(earlier.due).is_none_or(|(own, first)| own >= first);
        let sentence =
            text!("“{task}” is due later than that. Choose a later day.", task = earlier.request.as_str());
        faults.unless(fits, "due", sentence);
        if let Some((_, day)) = anew.zip(earlier.due).filter(|(starts, day)| starts < day) {
            let sentence = text!(
                "“{task}” comes first and is due on {day}. Begin on that day or later.",
                task = earlier.request.as_str(),
                day = day
            );
            faults.add("starts", sentence);
        }
    }
    faults.into_result()?;
    let line = NewReplan {
        record_id: id,
        task,
        due_before: it.due,
        due_after: due,
        begins_before: anew.and(began),
        begins_after: anew,
        reason: reason.trim(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    work.add("change_replan", id, &line)?;
    let mut told = json!({ "task": it.request, "from": it.due, "to": due, "why": line.reason });
    if let Some(starts) = anew {
        work.step_begins(id, task, starts)?;
        told["begins"] = json!([began, starts]);
    }
    work.note(id, json!({ "replanned": told }))?;
    if due != it.due {
        work.amend("task", id, task, &Due { due })?;
        tell_who_waits(work, (id, &it), due, (&tasks, &order))?;
    }
    work.called("replanned");
    Ok(())
}

/// Asks those who wait for a task that became later than their own is begun or due, and whoever answers for the change
/// where it becomes later than that is due.
fn tell_who_waits(
    work: &mut Work,
    (change, it): (i64, &kernel::Task),
    due: Option<Date>,
    (tasks, order): (&[kernel::Task], &[kernel::After]),
) -> Result<()> {
    let Some(day) = due else { return Ok(()) };
    let steps = work.plan_steps(change)?;
    for later in queries::waiting_for(order, it.id) {
        let Some(later) = tasks.iter().find(|one| one.id == later && one.settled_at.is_none()) else {
            continue;
        };
        let begins = steps.iter().find(|one| one.task == later.id).and_then(|one| one.starts);
        if ![begins, later.due].into_iter().flatten().any(|own| own < day) {
            continue;
        }
        let said = text!(
            "“{first}” is done on {day} only: plan “{task}” anew",
            first = it.request.as_str(),
            day = day,
            task = later.request.as_str()
        );
        let (person, function) = (later.person, later.function);
        work.ask_by_itself(
            change,
            &Ask { said: Some(&said), person, function, due: later.due, ..Ask::default() },
        )?;
    }
    let envelope = work.find_by_id::<ChangeRequest>(change)?.record;
    if envelope.due.is_some_and(|own| own < day) {
        let said = text!(
            "“{task}” is done on {day} only, and the change is due before",
            task = it.request.as_str(),
            day = day
        );
        let person = Some(envelope.owner);
        work.ask_by_itself(change, &Ask { said: Some(&said), person, due: envelope.due, ..Ask::default() })?;
    }
    Ok(())
}
