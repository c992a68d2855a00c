//! The sections of a set, for programs: headings and the prose below them.

use axum::http::StatusCode;
use kernel::{Reader, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use crate::commands;
use crate::model::{RequirementSet, Section};

const SECTIONS: &str = "/api/v1/requirement-sets/{number}/sections";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{SECTIONS}/{{key}}{rest}");
    let about = |summary, request| Doc {
        summary,
        tag: "Requirement sets",
        request,
        response: schema_of::<Sections>(),
        ..Doc::default()
    };
    Routes::default()
        .api_get(SECTIONS, about("The sections of a set, in their order", None), show)
        .api_post(SECTIONS, about("Adds a section at the end", schema_of::<NewSection>()), add)
        .api_patch(
            &of(""),
            about("Gives a section another heading or other prose", schema_of::<ChangedSection>()),
            change,
        )
        .api_post(
            &of("/move"),
            about("Puts a section elsewhere among the others", schema_of::<Place>()),
            move_to,
        )
        .api_post(&of("/remove"), about("Takes an empty section away", None), remove)
}

/// The sections of a set.
#[derive(Serialize, JsonSchema)]
struct Sections {
    number: String,
    /// The `ETag` of the set for the next change.
    version: i64,
    sections: Vec<Section>,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct NewSection {
    title: String,
    /// What stands between the heading and the requirements. Markdown.
    #[serde(default)]
    prose: String,
}

/// What is not sent stays as it is.
#[derive(Clone, Deserialize, JsonSchema)]
struct ChangedSection {
    title: Option<String>,
    prose: Option<String>,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct Place {
    /// Its place among the sections, counted from 0; behind the last where that is too high.
    to: usize,
}

fn sections(reader: &Reader, number: &str) -> Result<Json> {
    let set = reader.find::<RequirementSet>(number)?;
    let (number, version) = (set.record.number, set.record.version);
    Ok(serde_json::to_value(Sections { number, version, sections: set.body.sections })?)
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.respond(move |reader| Ok(web::api::json(StatusCode::OK, &sections(reader, &number)?))).await
}

async fn add(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let NewSection { title, prose } = web::api::typed(sent)?;
        commands::add_section(work, &number, &title, prose.trim())?;
        sections(work, &number)
    })
    .await
}

async fn change(Path((number, key)): Path<(String, String)>, Sent(visit, sent): Sent) -> Answer {
    let (asked, seen) = (sent.clone(), visit.must_have_seen()?);
    visit
        .change(sent, move |work| {
            let ChangedSection { title, prose } = web::api::typed(asked.clone())?;
            let mut section = commands::section_of(work, &number, &key)?;
            if let Some(title) = title {
                title.trim().clone_into(&mut section.title);
            }
            if let Some(prose) = prose {
                prose.trim().clone_into(&mut section.prose);
            }
            commands::edit_section(work, &number, seen, &section)?;
            sections(work, &number)
        })
        .await
}

async fn move_to(Path((number, key)): Path<(String, String)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Place { to } = web::api::typed(sent)?;
        commands::move_section(work, &number, &key, to)?;
        sections(work, &number)
    })
    .await
}

async fn remove(Path((number, key)): Path<(String, String)>, Sent(visit, sent): Sent) -> Answer {
    visit
        .change(sent, move |work| {
            commands::remove_section(work, &number, &key)?;
            sections(work, &number)
        })
        .await
}
