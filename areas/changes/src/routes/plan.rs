//! Addresses of the plan of a change: steps, what they need, what was spent, evidence; for people and for programs.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{
    Case, Error, Faults, NewResource, NewSpent, Reader, Readiness, ResourceSort, Result, StepSort, text,
    typed,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use web::api::json as in_json;
use web::{Answer, Colleagues, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::PLACE;
use crate::commands::{self, NewPlanTask, OtherDays};
use crate::model::ChangeRequest;
use crate::pages::of_change;
use crate::pages::plan::{self as page, of_step};
use crate::queries::{self, Plan, Planned};

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}/plan{rest}");
    let api = |rest: &str| format!("/api/v1{PLACE}/{{number}}/plan{rest}");
    let does = |summary, request| Doc {
        summary,
        tag: "Changes",
        request,
        response: schema_of::<Plan>(),
        ..Doc::default()
    };
    Routes::default()
        .get(&of(""), show)
        .post(&of(""), add)
        .get(&of("/{task}"), show_step)
        .post(&of("/{task}"), replan)
        .post(&of("/{task}/needs"), need)
        .post(&of("/{task}/needs/{resource}"), look)
        .post(&of("/{task}/spent"), book)
        .post(&of("/{task}/done"), finish)
        .api_get(
            &api(""),
            Doc {
                summary: "The plan of a change: steps and milestones with what they need and took, issues, and all of it against the estimate",
                tag: "Changes",
                response: schema_of::<Plan>(),
                ..Doc::default()
            },
            show_to_program,
        )
        .api_post(&api("/{task}/needs"), does("Says what a step needs", schema_of::<Needed>()), need_by_program)
        .api_post(
            &api("/{task}/needs/{resource}"),
            does("Says whether something that a step needs is there, or when it will be", schema_of::<Looked>()),
            look_by_program,
        )
        .api_post(
            &api("/{task}/spent"),
            does("Books hours or cost on a step; below zero corrects what was booked", schema_of::<Booked>()),
            book_by_program,
        )
        .api_post(
            &api("/{task}/done"),
            does("Says that a step is done or a milestone reached, and what shows it", schema_of::<Finished>()),
            finish_by_program,
        )
}

fn plan_of(reader: &Reader, number: &str) -> Result<(Case<ChangeRequest>, Plan)> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    let plan = queries::plan(reader, case.record.id.raw(), &case.body)?;
    Ok((case, plan))
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| plan_page(reader, &number, &Form::default())).await
}

fn plan_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let (case, plan) = plan_of(reader, number)?;
    let body = page::page(&page::Shown {
        number,
        title: &case.record.title,
        plan: &plan,
        people: &Colleagues::of(reader)?,
        may_write: !reader.actor.only_reads && !case.record.state.is_over(),
        today: web::language::day_of(reader.now),
        written,
    });
    Ok(Page::new(t!("Plan of {title}", title = &case.record.title), PLACE, body))
}

/// A decimal as people type it: with a comma in many countries, with a point for us.
fn decimal(form: &Form, name: &str) -> String {
    let words = form.text(name);
    if words.matches([',', '.']).count() == 1 { words.replace(',', ".") } else { words.to_owned() }
}

async fn add(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (person, starts, due) = (form.whole("person"), form.day("starts"), form.day("due"));
                let sort = form.word::<StepSort>("sort");
                let after: Option<Vec<i64>> = form
                    .all("after")
                    .into_iter()
                    .filter(|it| !it.trim().is_empty())
                    .map(|it| it.trim().parse().ok())
                    .collect();
                form.faults.unless(after.is_some(), "after", text!("Choose a task of this record."));
                form.check()?;
                let mut after = after.unwrap_or_default();
                after.dedup();
                let (effort, cost) = (decimal(form, "effort"), decimal(form, "cost"));
                let it = NewPlanTask {
                    request: form.text("request"),
                    sort,
                    person,
                    starts,
                    due,
                    effort: &effort,
                    cost: &cost,
                    after: &after,
                };
                commands::plan_task(work, &number, &it)?;
                Ok(of_change(&number, "plan"))
            },
            move |reader, form| plan_page(reader, &same, &form),
        )
        .await
}

async fn show_step(Path((number, task)): Path<(String, i64)>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| step_page(reader, (&number, task), asked.text("form"), &Form::default())).await
}

fn step_page(reader: &Reader, (number, task): (&str, i64), opened: &str, written: &Form) -> Result<Page> {
    let (case, plan) = plan_of(reader, number)?;
    let step = step_of(&plan, task)?;
    let bookers = step.booked.iter().map(|it| reader.name_of(it.person)).collect::<Result<Vec<_>>>()?;
    let body = page::step(&page::Step {
        number,
        plan: &plan,
        step,
        bookers: &bookers,
        people: &Colleagues::of(reader)?,
        may_write: !reader.actor.only_reads && !case.record.state.is_over(),
        may_finish: case.record.state.is_carried_out(),
        opened,
        today: web::language::day_of(reader.now),
        written,
    });
    Ok(Page::new(step.request.clone(), PLACE, body))
}

fn step_of(plan: &Plan, task: i64) -> Result<&Planned> {
    plan.steps.iter().find(|it| it.task == task).ok_or(Error::NotFound)
}

async fn replan(Path((number, task)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let days = OtherDays { task, starts: form.day("starts"), due: form.day("due") };
                form.check()?;
                commands::replan(work, &number, days, form.text("reason"))?;
                Ok(of_step(&number, task, ""))
            },
            move |reader, form| step_page(reader, (&same, task), "day", &form),
        )
        .await
}

async fn need(Path((number, task)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let sort = form.word::<ResourceSort>("sort");
                let is_there = form.word::<Readiness>("there");
                let (person, expected) = (form.whole("person"), form.day("expected"));
                form.check()?;
                let hours = decimal(form, "hours");
                let (name, amount) = (form.text("name"), form.text("amount"));
                let new = NewResource { sort, name, person, amount, hours: &hours, is_there, expected };
                commands::need(work, &number, task, &new)?;
                Ok(of_step(&number, task, ""))
            },
            move |reader, form| step_page(reader, (&same, task), "need", &form),
        )
        .await
}

async fn look(Path((number, task, resource)): Path<(String, i64, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let is_there = form.word::<Readiness>(&format!("there-{resource}"));
                let expected = form.day(&format!("expected-{resource}"));
                form.check()?;
                commands::resource_is(work, &number, resource, (is_there, expected))?;
                Ok(of_step(&number, task, ""))
            },
            move |reader, form| step_page(reader, (&same, task), "", &form),
        )
        .await
}

async fn book(Path((number, task)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let day = form.day("day");
                form.check()?;
                let (hours, cost) = (decimal(form, "hours"), decimal(form, "cost"));
                let new =
                    NewSpent { person: None, day, hours: &hours, cost: &cost, words: form.text("words") };
                commands::book(work, &number, task, &new)?;
                Ok(of_step(&number, task, ""))
            },
            move |reader, form| step_page(reader, (&same, task), "book", &form),
        )
        .await
}

async fn finish(Path((number, task)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::finish(work, &number, task, form.text("evidence"))?;
                Ok(of_change(&number, "plan"))
            },
            move |reader, form| step_page(reader, (&same, task), "done", &form),
        )
        .await
}

fn told(reader: &Reader, number: &str) -> Result<Json> {
    Ok(serde_json::to_value(plan_of(reader, number)?.1)?)
}

async fn show_to_program(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.respond(move |reader| Ok(in_json(StatusCode::OK, &told(reader, &number)?))).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ResourceOfAStep")]
struct Needed {
    #[serde(default)]
    sort: ResourceSort,
    /// Who or what it is; may be left out where a person of ours is named.
    #[serde(default)]
    name: String,
    /// The number of a person of ours.
    #[serde(default)]
    person: String,
    /// How much of it, as people write it.
    #[serde(default)]
    amount: String,
    /// Of people: for how many hours, a decimal.
    #[serde(default)]
    hours: String,
    #[serde(default)]
    is_there: Readiness,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    expected: Option<Date>,
}

async fn need_by_program(Path((number, task)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let it: Needed = typed(sent)?;
        let person = match it.person.as_str() {
            "" => None,
            number => Some(person(work, number)?),
        };
        let Needed { sort, is_there, expected, .. } = it;
        let (name, amount, hours) = (it.name.as_str(), it.amount.as_str(), it.hours.as_str());
        let new = NewResource { sort, name, person, amount, hours, is_there, expected };
        commands::need(work, &number, task, &new)?;
        told(work, &number)
    })
    .await
}

/// The key of a person by their number.
pub(super) fn person(reader: &Reader, number: &str) -> Result<i64> {
    let sentence = text!("Give the number of a person.");
    match reader.mention_of(number) {
        Ok(it) if it.kind == "PE" => Ok(it.id),
        Ok(_) | Err(Error::NotFound) => Err(Faults::one("person", sentence).into()),
        Err(error) => Err(error),
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ResourceLookedAt")]
struct Looked {
    is_there: Readiness,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    expected: Option<Date>,
}

async fn look_by_program(Path((number, task, resource)): Path<(String, i64, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        step_of(&plan_of(work, &number)?.1, task)?;
        let Looked { is_there, expected } = typed(sent)?;
        commands::resource_is(work, &number, resource, (is_there, expected))?;
        told(work, &number)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "SpentOnAStep")]
struct Booked {
    #[schemars(with = "String", extend("format" = "date"))]
    day: Date,
    /// The number of the person whose hours they are; whoever books where nobody is named.
    #[serde(default)]
    person: String,
    /// A decimal; below zero where it corrects what was booked.
    #[serde(default)]
    hours: String,
    #[serde(default)]
    cost: String,
    #[serde(default)]
    words: String,
}

async fn book_by_program(Path((number, task)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let it: Booked = typed(sent)?;
        let person = match it.person.as_str() {
            "" => None,
            number => Some(person(work, number)?),
        };
        let new = NewSpent { person, day: Some(it.day), hours: &it.hours, cost: &it.cost, words: &it.words };
        commands::book(work, &number, task, &new)?;
        told(work, &number)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "StepDone")]
struct Finished {
    /// What shows it: a report, a file, a picture.
    evidence: String,
}

async fn finish_by_program(Path((number, task)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let Finished { evidence } = typed(sent)?;
        commands::finish(work, &number, task, &evidence)?;
        told(work, &number)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_as_it_is_typed_at_home() {
        let form = |words: &str| Form::of([("hours", words.to_owned())]);
        assert_eq!(decimal(&form("7,5"), "hours"), "7.5");
        assert_eq!(decimal(&form("7.5"), "hours"), "7.5");
        assert_eq!(decimal(&form("1.250,00"), "hours"), "1.250,00", "nobody can tell: it is refused");
    }
}
