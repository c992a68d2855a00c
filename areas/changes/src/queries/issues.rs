//! What came up while changes were carried out, and what of it is still open.

use jiff::civil::Date;
use kernel::{Case, Faults, Reader, Record, Result, Vocabulary, sql, text, values};
use serde::Deserialize;

use crate::model::{Issue, IssueLine, State};
use crate::rules::IssueFacts;

/// What the rules of an issue ask.
pub fn issue_facts(reader: &Reader, _: &Record<Issue>, body: &Issue) -> Result<IssueFacts> {
    let change = body.change.map(|it| reader.mention(it)).transpose()?.flatten();
    let state = change.and_then(|it| State::of(&it.state));
    Ok(IssueFacts { change_is_over: state.is_none_or(State::is_over) })
}

/// An issue belongs to a change that is not over, and to a task of it.
///
/// # Errors
/// Names the field.
pub fn its_change_is_carried_out(reader: &Reader, before: Option<&Case<Issue>>, it: &Issue) -> Result<()> {
    let same = before.is_some_and(|case| (case.body.change, case.body.task) == (it.change, it.task));
    if same {
        return Ok(());
    }
    let change = it.change.map(|id| reader.mention(id)).transpose()?.flatten();
    let change = change.filter(|it| it.kind == "CR");
    let sentence = text!("Name the change during which it came up.");
    let Some(change) = change else { return Err(Faults::one("change", sentence).into()) };
    let mut faults = Faults::default();
    let is_over = State::of(&change.state).is_none_or(State::is_over);
    faults.unless(!is_over, "change", text!("The change is over. Raise another change."));
    if let Some(task) = it.task {
        let is_of_it = reader.tasks(change.id)?.iter().any(|one| one.id == task);
        faults.unless(is_of_it, "task", text!("Choose a step of its plan."));
    }
    Ok(faults.into_result()?)
}

/// What came up during a change, the oldest first.
pub fn issues(reader: &Reader, change: i64) -> Result<Vec<IssueLine>> {
    reader.rows(
        sql!(
            "select visible.id, visible.number, visible.title, visible.state, visible.owner, visible.due, it.task,
             it.days, it.cost from visible join change_issue as it on it.id = visible.id
             where it.change = $1 order by visible.id"
        ),
        values![change],
    )
}

/// The issues that are open although their day is over.
pub fn overdue_issues(reader: &Reader, today: Date) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select id from visible where kind = 'IS' and state = 'open' and due is not null and due < $1
             order by id limit 200"
        ),
        values![today.to_string()],
    )
}

/// A step of a plan that is late, and one that waits for it.
#[derive(Clone, Debug, Deserialize)]
pub struct Late {
    pub id: i64,
    pub change: i64,
    pub first: String,
    pub due: Date,
    pub later: String,
    pub person: Option<i64>,
    pub function: Option<i64>,
}

/// The open steps of plans whose day is over, each with every open task that waits for it at once: so many of them behind
/// one.
pub fn late_steps(reader: &Reader, today: Date, behind: i64) -> Result<Vec<Late>> {
    reader.rows(
        sql!(
            "select it.id, it.record_id as change, before.request as first, before.due, later.request as later,
             later.person, later.function
             from visible_task_after as it join visible_task as before on before.id = it.after
             join visible_task as later on later.id = it.task
             join visible as v on v.id = it.record_id and v.kind = 'CR'
             where before.settled_at is null and later.settled_at is null and before.due is not null
             and before.due < $1 and it.id > $2
             and v.state not in ('closed', 'withdrawn', 'superseded', 'rejected', 'deferred') order by it.id limit 500"
        ),
        values![today.to_string(), behind],
    )
}

/// Whether somebody was asked for something already, in these words.
pub fn is_asked(reader: &Reader, record: i64, request: &str) -> Result<bool> {
    let count: i64 = reader.one(
        sql!("select count(*) from visible_task where record_id = $1 and request = $2"),
        values![record, request],
    )?;
    Ok(count > 0)
}
