//! Addresses of how changes went in a year, and of another day for a task, for programs.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Error, Reader, Result, typed};
use schemars::JsonSchema;
use serde::Deserialize;
use web::api::json as in_json;
use web::{Answer, Doc, Page, Path, Routes, Sent, Visit, schema_of, t};

use super::{PLACE, ours};
use crate::commands;
use crate::pages::procedure as page;
use crate::queries::{self, Procedure, Replanned};

pub fn routes() -> Routes {
    Routes::default()
        .get("/changes/procedure", show)
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
            "/api/v1/changes/{number}/replan",
            Doc {
                summary: "Gives a task of the plan another day, with the reason",
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
    if reader.actor.is_outside() {
        return Err(Error::NotFound);
    }
    queries::procedure(reader, year(reader, year_asked))
}

async fn show(visit: Visit) -> Answer {
    let form = visit.envelope.asked();
    visit
        .read(move |reader| {
            let it = asked(reader, form.text("year"))?;
            let title = t!("How changes went in {year}", year = it.year.to_string());
            Ok(Page::new(title, PLACE, page::page(&it)))
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
    #[schemars(with = "String", extend("format" = "date"))]
    due: Date,
    reason: String,
}

async fn replan(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let id = ours(work, &number)?.record.id.raw();
        let NewDay { task, due, reason } = typed(sent)?;
        commands::replan(work, &number, (task, Some(due)), &reason)?;
        Ok(serde_json::to_value(queries::replanned(work, id)?)?)
    })
    .await
}
