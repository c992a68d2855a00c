//! The plan of a change with what it takes and took, how it was changed, and how changes went in a year: how long each
//! stage took, what bounced, hours and cost against the estimate.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    After, PersonId, Reader, Resource, Result, Spent, Starts, StepSort, Vocabulary, hundredths,
    hundredths_or_less, sql, values,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{impacts, issues, looks_back, total};
use crate::model::{AsItStood, ChangeRequest, IssueLine, LookBack, State};
use crate::rules::{Course, course, median};

/// That a task got another day.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Replanned {
    pub task: i64,
    #[schemars(with = "Option<String>")]
    pub due_before: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub due_after: Option<Date>,
    /// The day on which it was to begin, where that is another one now; none where it had none.
    #[schemars(with = "Option<String>")]
    pub begins_before: Option<Date>,
    /// The day on which it begins instead; none where that stayed.
    #[schemars(with = "Option<String>")]
    pub begins_after: Option<Date>,
    pub reason: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    #[serde(skip_serializing)]
    pub by: PersonId,
}

/// How the plan of a change was changed, the oldest first.
pub fn replanned(reader: &Reader, change: i64) -> Result<Vec<Replanned>> {
    reader.rows(
        sql!(
            "select task, due_before, due_after, begins_before, begins_after, reason, at, by
             from visible_change_replan where record_id = $1 order by id"
        ),
        values![change],
    )
}

/// A step or milestone of a plan, with what it takes and took.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Planned {
    /// The key of the task.
    pub task: i64,
    pub request: String,
    pub sort: StepSort,
    /// Who does it, by name.
    pub who: String,
    #[serde(skip_serializing)]
    pub person: Option<PersonId>,
    #[schemars(with = "Option<String>")]
    pub starts: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// The day that was planned at first.
    #[schemars(with = "Option<String>")]
    pub first_due: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub done_on: Option<Date>,
    /// The keys of the tasks that come first.
    pub after: Vec<i64>,
    /// Hours that were estimated and spent, in hundredths.
    pub hours: i64,
    pub hours_spent: i64,
    /// What it was to cost and cost beside the hours, in hundredths.
    pub cost: i64,
    pub cost_spent: i64,
    /// What shows that it is done, or reached.
    pub evidence: String,
    pub resources: Vec<Resource>,
    pub booked: Vec<Spent>,
    /// The days that it had before.
    pub moved: Vec<Replanned>,
}

/// How a change stands against what was estimated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ChangeAgainstEstimate")]
pub struct Against {
    /// Hours of all steps together that were estimated and spent, in hundredths.
    pub hours: i64,
    pub hours_spent: i64,
    /// What the functions estimated that it costs, in hundredths.
    pub cost: i64,
    /// What was booked on its steps, in hundredths.
    pub cost_booked: i64,
    /// What it cost in the end, as the closing questions say, in hundredths; none while they are not answered.
    pub cost_in_the_end: Option<i64>,
    /// What issues on the way cost more, in hundredths.
    pub cost_of_issues: i64,
    /// The most days that a function estimated.
    pub days: Option<i64>,
    /// Days since it was approved, until it was in force; none before it is approved.
    pub days_taken: Option<i64>,
    /// The last day of the plan, and the last one as it was planned at first.
    #[schemars(with = "Option<String>")]
    pub ends: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub first_ends: Option<Date>,
}

impl Against {
    /// What it cost as far as one knows: what was said in the end, else what was booked.
    pub fn cost_so_far(&self) -> i64 {
        self.cost_in_the_end.unwrap_or(self.cost_booked)
    }
}

/// The plan of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanOfAChange")]
pub struct Plan {
    /// By the day on which they are due.
    pub steps: Vec<Planned>,
    /// What came up on the way.
    pub issues: Vec<IssueLine>,
    pub against: Against,
}

/// The plan of a change: steps and milestones with what they take and took, issues, and all of it against the estimate.
pub fn plan(reader: &Reader, change: i64, body: &ChangeRequest) -> Result<Plan> {
    let steps = planned(reader, change)?;
    let issues = issues(reader, change)?;
    let impacts = impacts(reader, change)?;
    let course = course_of(reader, change)?;
    let sum = |of: fn(&Planned) -> i64| steps.iter().map(of).sum();
    let against = Against {
        hours: sum(|it| it.hours),
        hours_spent: sum(|it| it.hours_spent),
        cost: total(&impacts),
        cost_booked: sum(|it| it.cost_spent),
        cost_in_the_end: hundredths(&body.actual_cost),
        cost_of_issues: issues.iter().filter_map(|it| hundredths(&it.cost)).sum(),
        days: impacts.iter().filter_map(|it| it.days).max(),
        days_taken: course.days_from_approval(reader.now),
        ends: steps.iter().filter_map(|it| it.due).max(),
        first_ends: steps.iter().filter_map(|it| it.first_due.or(it.due)).max(),
    };
    Ok(Plan { steps, issues, against })
}

/// The steps of a plan. What functions are asked, and what the product itself asks, stands elsewhere.
fn planned(reader: &Reader, change: i64) -> Result<Vec<Planned>> {
    let known = reader.plan_steps(change)?;
    let tasks = reader.tasks(change)?.into_iter();
    let tasks: Vec<kernel::Task> = tasks
        .filter(|task| {
            let is_step = known.iter().any(|it| it.task == task.id);
            is_step || (task.function.is_none() && task.asked_by != 0)
        })
        .collect();
    let (order, moved) = (reader.order_of_tasks(change)?, replanned(reader, change)?);
    let (resources, booked) = (reader.plan_resources(change)?, reader.plan_spent(change)?);
    let mut all = Vec::with_capacity(tasks.len());
    for task in tasks {
        let step = known.iter().find(|it| it.task == task.id).cloned().unwrap_or_default();
        let booked: Vec<Spent> = booked.iter().filter(|it| it.task == task.id).cloned().collect();
        let sum = |of: fn(&Spent) -> &str| booked.iter().filter_map(|it| hundredths_or_less(of(it))).sum();
        all.push(Planned {
            who: task.person.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            person: task.person,
            sort: step.sort,
            starts: step.starts,
            due: task.due,
            first_due: step.first_due,
            done_on: task.settled_at.map(web::language::day_of),
            after: order.iter().filter(|it| it.task == task.id).map(|it| it.after).collect(),
            hours: hundredths(&step.effort).unwrap_or(0),
            hours_spent: sum(|it| &it.hours),
            cost: hundredths(&step.cost).unwrap_or(0),
            cost_spent: sum(|it| &it.cost),
            evidence: step.evidence,
            resources: resources.iter().filter(|it| it.task == task.id).cloned().collect(),
            moved: moved.iter().filter(|it| it.task == task.id).cloned().collect(),
            request: task.request,
            task: task.id,
            booked,
        });
    }
    all.sort_by_key(|it| (it.due.is_none(), it.due, it.task));
    Ok(all)
}

/// The tasks that wait for one, at once or through others.
pub fn waiting_for(order: &[After], task: i64) -> Vec<i64> {
    let mut all: Vec<i64> = Vec::new();
    let mut edge = vec![task];
    while let Some(first) = edge.pop() {
        for later in order.iter().filter(|it| it.after == first).map(|it| it.task) {
            if later != task && !all.contains(&later) {
                all.push(later);
                edge.push(later);
            }
        }
    }
    all
}

/// How one change went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Yearly {
    pub number: String,
    pub title: String,
    pub state: State,
    /// Days in each stage, by its code.
    pub stages: BTreeMap<String, i64>,
    /// From being raised to being closed; none where it is not.
    pub days: Option<i64>,
    /// How often it was sent back.
    pub bounced: usize,
    /// What was estimated and what it cost, in hundredths; booked on its steps while nobody said what it cost.
    pub estimated: i64,
    pub actual: Option<i64>,
    /// Hours that were estimated and spent, in hundredths.
    pub hours: i64,
    pub hours_spent: i64,
    /// The most days that a function estimated, and those from the approval until it was in force.
    pub days_estimated: Option<i64>,
    pub days_taken: Option<i64>,
    /// How many issues came up on the way.
    pub issues: usize,
    pub lesson: String,
}

/// How changes went in a year (ISO 9001, 10.3: improving the procedure itself).
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "YearOfChanges")]
pub struct Procedure {
    pub year: i16,
    pub raised: usize,
    pub closed: usize,
    pub rejected: usize,
    /// How many were sent back at least once.
    pub bounced: usize,
    /// The median of days in each stage, by its code.
    pub stages: BTreeMap<String, i64>,
    /// The median from being raised to being closed.
    pub days: Option<i64>,
    /// Of those closed with both figures, in hundredths.
    pub estimated: i64,
    pub actual: i64,
    /// Of those that are in force with an estimate of days: the median of days estimated, and of days taken.
    pub days_estimated: Option<i64>,
    pub days_taken: Option<i64>,
    /// Of all, in hundredths.
    pub hours: i64,
    pub hours_spent: i64,
    pub changes: Vec<Yearly>,
    /// Every time that somebody looked back on it, the first first.
    pub looks_back: Vec<LookBack>,
}

impl Procedure {
    /// What of it is kept when somebody looks back.
    pub fn as_it_stands(&self) -> AsItStood {
        AsItStood {
            raised: self.raised,
            closed: self.closed,
            rejected: self.rejected,
            bounced: self.bounced,
            days: self.days,
            estimated: self.estimated,
            actual: self.actual,
            days_estimated: self.days_estimated,
            days_taken: self.days_taken,
            hours: self.hours,
            hours_spent: self.hours_spent,
        }
    }
}

#[derive(Deserialize)]
struct Raised {
    id: i64,
    number: String,
    title: String,
    state: State,
    #[serde(with = "kernel::micros")]
    created_at: Timestamp,
    actual_cost: String,
    lesson: String,
}

/// How the changes that were raised in a year went.
pub fn procedure(reader: &Reader, year: i16) -> Result<Procedure> {
    let raised: Vec<Raised> = reader.rows(
        sql!(
            "select visible.id, number, title, state, created_at, actual_cost, lesson
             from visible join change_request as it on it.id = visible.id
             where number like $1 order by visible.id limit 2000"
        ),
        values![format!("CR-{year}-%")],
    )?;
    let mut changes = Vec::with_capacity(raised.len());
    for it in raised {
        changes.push(how_it_went(reader, it)?);
    }
    let mut by_stage: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (stage, days) in changes.iter().flat_map(|it: &Yearly| it.stages.iter()) {
        by_stage.entry(stage.clone()).or_default().push(*days);
    }
    let whole: Vec<i64> = changes.iter().filter_map(|it| it.days).collect();
    let with_both = || changes.iter().filter(|it| it.state == State::Closed && it.actual.is_some());
    let is_in_force = |it: &&Yearly| matches!(it.state, State::Verifying | State::Closed);
    let timed = || {
        changes.iter().filter(is_in_force).filter(|it| it.days_estimated.is_some() && it.days_taken.is_some())
    };
    Ok(Procedure {
        year,
        raised: changes.len(),
        closed: changes.iter().filter(|it| it.state == State::Closed).count(),
        rejected: changes.iter().filter(|it| it.state == State::Rejected).count(),
        bounced: changes.iter().filter(|it| it.bounced > 0).count(),
        stages: by_stage.into_iter().filter_map(|(stage, all)| Some((stage, median(all)?))).collect(),
        days: median(whole),
        estimated: with_both().map(|it| it.estimated).sum(),
        actual: with_both().filter_map(|it| it.actual).sum(),
        days_estimated: median(timed().filter_map(|it| it.days_estimated).collect()),
        days_taken: median(timed().filter_map(|it| it.days_taken).collect()),
        hours: changes.iter().map(|it| it.hours).sum(),
        hours_spent: changes.iter().map(|it| it.hours_spent).sum(),
        changes,
        looks_back: looks_back(reader, year)?,
    })
}

fn how_it_went(reader: &Reader, it: Raised) -> Result<Yearly> {
    let course = course_of(reader, it.id)?;
    let impacts = impacts(reader, it.id)?;
    let spent = reader.plan_spent(it.id)?;
    let sum = |of: fn(&Spent) -> &str| spent.iter().filter_map(|it| hundredths_or_less(of(it))).sum::<i64>();
    let booked = Some(sum(|it| &it.cost)).filter(|it| *it > 0);
    let hours = reader.plan_steps(it.id)?.iter().filter_map(|it| hundredths(&it.effort)).sum();
    Ok(Yearly {
        days: course.days(it.created_at),
        estimated: total(&impacts),
        actual: hundredths(&it.actual_cost).or(booked),
        hours,
        hours_spent: sum(|it| &it.hours),
        days_estimated: impacts.iter().filter_map(|it| it.days).max(),
        days_taken: course.days_from_approval(reader.now),
        issues: issues(reader, it.id)?.len(),
        number: it.number,
        title: it.title,
        state: it.state,
        stages: course.stages,
        bounced: course.bounced,
        lesson: it.lesson,
    })
}

/// From which day on a change holds that was released after the day that it says; none where it holds from that.
pub fn holds_later(reader: &Reader, change: i64, body: &ChangeRequest) -> Result<Option<Starts>> {
    let said = body.starts();
    let held = reader.held_from(change)?;
    Ok(held.filter(|it| said.is_over(*it)).map(|it| said.not_before(it)))
}

/// Reads from the trail when a change went where.
fn course_of(reader: &Reader, change: i64) -> Result<Course> {
    let Some(it) = reader.mention(change)? else { return Ok(Course::default()) };
    let moves = reader.moves_of(&it)?.into_iter();
    Ok(course(moves.filter_map(|(at, from, to)| Some((at, State::of(&from), State::of(&to)?)))))
}
