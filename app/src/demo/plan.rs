//! How the change of the seals is carried out: its steps, what they need and took, and what came up on the way
//! (`demo/changes/plan-cr-2026-0009.csv`, `demo/changes/plan-needs.csv`).

use std::collections::BTreeMap;

use anyhow::Result;
use changes::{Issue, NewPlanTask};
use kernel::{NewResource, NewSpent, Readiness, ResourceSort, StepSort, Vocabulary};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::files;

#[derive(Clone, Deserialize)]
struct Row {
    task: String,
    title: String,
    owner: String,
    start: i64,
    end: i64,
    after: String,
    state: String,
}

/// What a step takes: hours, money, means. A row without means only says hours and money.
#[derive(Clone, Deserialize)]
struct NeedRow {
    task: String,
    milestone: String,
    hours: String,
    cost: String,
    spent_hours: String,
    spent_cost: String,
    need: String,
    name: String,
    amount: String,
    is_there: String,
    expected: Option<i64>,
    evidence: String,
}

const SEALS: &str = "CR-2026-0009";
/// The day on which the plan was made: the change board sat.
const PLANNED: i64 = -41;
/// Who answers for the change.
const OWNER: &str = "paul";

/// The plan, and what became of each of its steps.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("changes/plan-cr-2026-0009.csv")?;
    let needs: Vec<NeedRow> = files::rows("changes/plan-needs.csv")?;
    // What came before the board is told by the impacts and the approval themselves.
    let rows: Vec<Row> = rows.into_iter().filter(|it| it.start > PLANNED).collect();
    let mut chapters = Vec::new();
    let (all, days) = (rows.clone(), time.clone());
    let taken = needs.clone();
    chapters.push(Chapter::new(time.at(PLANNED, 16, 20)?, move |db, company, at| {
        let owner = company.person(OWNER)?;
        let mut keys: BTreeMap<String, i64> = BTreeMap::new();
        for row in &all {
            let own: Vec<&NeedRow> = taken.iter().filter(|it| it.task == row.task).collect();
            let first: Vec<i64> = row.after.split(';').filter_map(|it| keys.get(it).copied()).collect();
            let says = own.first();
            let new = NewPlanTask {
                request: &row.title,
                sort: if says.is_some_and(|it| it.milestone == "yes") {
                    StepSort::Milestone
                } else {
                    StepSort::Step
                },
                person: Some(company.person(&row.owner)?.person),
                starts: Some(days.day(row.start)?),
                due: Some(days.day(row.end)?),
                effort: says.map_or("", |it| it.hours.as_str()),
                cost: says.map_or("", |it| it.cost.as_str()),
                after: &first,
            };
            let task = db.write_at(owner, at, |work| changes::plan_task(work, SEALS, &new))?;
            keys.insert(row.task.clone(), task);
            for it in own.into_iter().filter(|it| !it.need.is_empty()) {
                let new = NewResource {
                    sort: ResourceSort::of(&it.need).unwrap_or_default(),
                    name: &it.name,
                    amount: &it.amount,
                    hours: if it.need == "people" { &it.hours } else { "" },
                    is_there: Readiness::of(&it.is_there).unwrap_or_default(),
                    expected: it.expected.map(|day| days.day(day)).transpose()?,
                    ..NewResource::default()
                };
                db.write_at(owner, at, |work| changes::need(work, SEALS, task, &new))?;
            }
        }
        Ok(())
    }));
    for row in rows {
        let own = needs.iter().find(|it| it.task == row.task).cloned();
        let Some(own) = own else { continue };
        // What runs has been booked so far; what is done was done on its last day.
        let day = if row.state == "done" { row.end } else { -1 };
        if row.state == "open" || day > 0 {
            continue;
        }
        let days = time.clone();
        chapters.push(Chapter::new(time.at(day, 16, 40)?, move |db, company, at| {
            let who = company.person(&row.owner)?;
            let task = db.read(who, |reader| {
                let id = reader.mention_of(SEALS)?.id;
                Ok(reader.tasks(id)?.into_iter().find(|it| it.request == row.title).map(|it| it.id))
            })?;
            let Some(task) = task else { return Ok(()) };
            if !own.spent_hours.is_empty() || !own.spent_cost.is_empty() {
                let new = NewSpent {
                    day: Some(days.day(day)?),
                    hours: &own.spent_hours,
                    cost: &own.spent_cost,
                    words: &row.title,
                    ..NewSpent::default()
                };
                db.write_at(who, at, |work| changes::book(work, SEALS, task, &new))?;
            }
            if row.state == "done" {
                let evidence = if own.evidence.is_empty() { &row.title } else { &own.evidence };
                db.write_at(who, at, |work| changes::finish(work, SEALS, task, evidence))?;
            }
            Ok(())
        }));
    }
    chapters.push(rings_come_late(time)?);
    chapters.push(rings_came(time)?);
    chapters.push(tool_is_missing(time)?);
    Ok(chapters)
}

const RINGS: &str = "Half of the rings T-FP22 come late";

/// The maker of the rings is late.
fn rings_come_late(time: &Time) -> Result<Chapter> {
    let due = time.day(-15)?;
    Ok(Chapter::new(time.at(-22, 11, 5)?, move |db, company, at| {
        let franka = company.person("franka")?;
        db.write_at(franka, at, |work| {
            let change = work.mention_of(SEALS)?.id;
            let task = work.tasks(change)?.into_iter().find(|it| it.request == "Order T-FP22");
            let body = Issue {
                change: Some(change),
                task: task.map(|it| it.id),
                happened: "The only maker of T-FP22 has a machine down and sends half of the rings first."
                    .into(),
                effect: "The heads of SO-2026-0118 can be built, the conversion kits come later.".into(),
                days: Some(5),
                cost: "180.00".into(),
                answer: "Express from Tessloh for the first eight rings; the rest follows on day -6.".into(),
            };
            let new = kernel::New { title: RINGS, due: Some(due), ..kernel::New::default() };
            changes::raise_issue(work, &new, &body)
        })?;
        Ok(())
    }))
}

/// The first of them came by express: it is solved.
fn rings_came(time: &Time) -> Result<Chapter> {
    Ok(Chapter::new(time.at(-16, 11, 40)?, move |db, company, at| {
        db.write_at(company.person("franka")?, at, |work| {
            let change = work.mention_of(SEALS)?.id;
            let known = changes::issues(work, change)?.into_iter().find(|it| it.title == RINGS);
            let number = known.ok_or(kernel::Error::NotFound)?.number;
            let entry = work.registry().kind("IS").ok_or(kernel::Error::NotFound)?;
            entry.advance(work, &kernel::Taken { number: &number, step: "solve", version: None })
        })?;
        Ok(())
    }))
}

/// What is still open: service cannot be trained without the cone tool.
fn tool_is_missing(time: &Time) -> Result<Chapter> {
    let due = time.day(6)?;
    Ok(Chapter::new(time.at(-3, 9, 50)?, move |db, company, at| {
        let (ines, deniz) = (company.person("ines")?, company.person("deniz")?.person);
        db.write_at(ines, at, |work| {
            let change = work.mention_of(SEALS)?.id;
            let task = work.tasks(change)?.into_iter().find(|it| it.request == "Train assembly and service");
            let body = Issue {
                change: Some(change),
                task: task.map(|it| it.id),
                happened: "There is one cone tool, and assembly needs it for SO-2026-0118 until Thursday."
                    .into(),
                effect: "Service is trained a week later than assembly.".into(),
                days: Some(7),
                cost: "95.00".into(),
                ..Issue::default()
            };
            let new = kernel::New {
                title: "Only one cone tool for two trainings",
                owner: Some(deniz),
                due: Some(due),
                ..kernel::New::default()
            };
            changes::raise_issue(work, &new, &body)
        })?;
        Ok(())
    }))
}
