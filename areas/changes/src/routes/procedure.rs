//! Addresses of how changes went in a year and who looked back on it, and of another day for a task, for programs.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Reader, Result, typed};
use schemars::JsonSchema;
use serde::Deserialize;
use web::api::json as in_json;
use web::{Answer, Colleagues, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::PLACE;
use super::plan::person;
use crate::commands::{self, LookingBack, OtherDays};
use crate::model::ChangeRequest;
use crate::pages::procedure as page;
use crate::queries::{self, Procedure, Replanned};
use crate::rules::LAWGIVERS;

pub fn routes() -> Routes {
    Routes::default()
        .get("/changes/procedure", show)
        .post("/changes/procedure", look_back)
        .api_get(
            "/api/v1/changes/procedure",
            Doc {
                summary: "How the changes of a year went: days in each stage, sent back, cost against estimate",
                tag: "Changes",
                query: &[("year", "Four digits; this year where nothing is said")],
                response: schema_of::<Procedure>(),
                ..Doc::default()
            },
            list,
        )
        .api_post(
            "/api/v1/changes/procedure",
            Doc {
                summary: "Records that somebody looked back on the changes of a year, and what follows",
                tag: "Changes",
                request: schema_of::<NewLook>(),
                response: schema_of::<Procedure>(),
                ..Doc::default()
            },
            look_back_by_program,
        )
        .api_post(
            "/api/v1/changes/{number}/replan",
            Doc {
                summary: "Gives a task of the plan another day, or lets it begin on another, with the reason",
                tag: "Changes",
                request: schema_of::<NewDay>(),
                response: schema_of::<Vec<Replanned>>(),
                ..Doc::default()
            },
            replan,
        )
}

/// The year that was asked for.
fn year(reader: &Reader, asked: &str) -> i16 {
    let this = web::language::day_of(reader.now).year();
    asked.trim().parse().ok().filter(|it| (2000..=2999).contains(it)).unwrap_or(this)
}

fn asked(reader: &Reader, year_asked: &str) -> Result<Procedure> {
    reader.actor.must_be_inside()?;
    queries::procedure(reader, year(reader, year_asked))
}

async fn show(visit: Visit) -> Answer {
    let form = visit.envelope.asked();
    visit.read(move |reader| year_page(reader, form.text("year"), &Form::default())).await
}

fn year_page(reader: &Reader, year_asked: &str, written: &Form) -> Result<Page> {
    let it = asked(reader, year_asked)?;
    let may_look = it.year < reader.today().year() && LAWGIVERS.covers(reader.actor, None).is_ok();
    let looking = if may_look { Some(looking(reader)?) } else { None };
    let title = t!("How changes went in {year}", year = it.year.to_string());
    Ok(Page::new(title, PLACE, page::page(&it, looking.as_ref(), written)))
}

/// The functions for which one may look back, those of the actor first, and whoever may see to what follows.
fn looking(reader: &Reader) -> Result<page::Looking> {
    let own = identity::functions_of(reader, reader.actor.person)?;
    let mut all = queries::functions(reader)?;
    all.sort_by_key(|(id, ..)| !own.contains(id));
    let functions = all.into_iter().map(|(_, number, name)| (number, name)).collect();
    Ok(page::Looking { functions, people: Colleagues::of(reader)? })
}

async fn look_back(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (year, person, due) = (form.whole("year"), form.whole("person"), form.day("due"));
                form.check()?;
                let (function, seen, follows) =
                    (form.text("function"), form.text("seen"), form.text("follows"));
                let year = year.and_then(|it| i16::try_from(it).ok()).unwrap_or(0);
                commands::look_back(work, &LookingBack { year, function, seen, follows, person, due })?;
                Ok(format!("/changes/procedure?year={year}#looked-back"))
            },
            move |reader, form| year_page(reader, form.text("year"), &form),
        )
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewLookBackOnChanges")]
struct NewLook {
    year: i16,
    /// The number of the function for which somebody looks back.
    function: String,
    seen: String,
    /// What follows, or that nothing does.
    follows: String,
    /// The number of whoever sees to what follows.
    #[serde(default)]
    person: Option<String>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    due: Option<Date>,
}

async fn look_back_by_program(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.actor.must_be_inside()?;
        let NewLook { year, function, seen, follows, person: who, due } = typed(sent)?;
        let person = who.as_deref().map(|it| person(work, it)).transpose()?;
        let (function, seen, follows) = (function.as_str(), seen.as_str(), follows.as_str());
        let it = LookingBack { year, function, seen, follows, person, due };
        Ok(serde_json::to_value(commands::look_back(work, &it)?)?)
    })
    .await
}

async fn list(visit: Visit) -> Answer {
    let form = visit.envelope.asked();
    visit
        .respond(move |reader| {
            Ok(in_json(StatusCode::OK, &serde_json::to_value(asked(reader, form.text("year"))?)?))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "AnotherDay")]
struct NewDay {
    /// The key of the task.
    task: i64,
    /// The day on which it is begun; as it is where none is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    starts: Option<Date>,
    #[schemars(with = "String", extend("format" = "date"))]
    due: Date,
    reason: String,
}

async fn replan(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let id = work.find_ours::<ChangeRequest>(&number)?.record.id.raw();
        let NewDay { task, starts, due, reason } = typed(sent)?;
        commands::replan(work, &number, OtherDays { task, starts, due: Some(due) }, &reason)?;
        Ok(serde_json::to_value(queries::replanned(work, id)?)?)
    })
    .await
}
