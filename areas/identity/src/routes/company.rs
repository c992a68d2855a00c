//! Where administrators change what the house is called and which day it has, by page and by program.

use kernel::{Reader, Result, Work};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::api::{Versioned, answer, said as read};
use web::{Action, Answer, Doc, Form, Page, Posted, Routes, Sent, Visit, schema_of};

use crate::commands::{self, ADMINISTRATORS, is_administrator};
use crate::pages::company as page;
use crate::queries;

const PLACE: &str = "/company";
const API: &str = "/api/v1/company";

pub fn routes() -> Routes {
    let doc =
        |summary| Doc { summary, tag: "House", response: schema_of::<Versioned<House>>(), ..Doc::default() };
    Routes::default()
        .get(PLACE, show)
        .post(PLACE, keep)
        .api_get(API, doc("What the house is called, and its time zone"), told)
        .api_patch(
            API,
            Doc { request: schema_of::<Wanted>(), ..doc("Says what the house is called, or its time zone") },
            change,
        )
}

/// The question at which the set-up stopped, for an administrator.
pub fn to_do(reader: &Reader) -> Result<Vec<Action>> {
    if !is_administrator(reader.actor) || reader.actor.only_reads {
        return Ok(Vec::new());
    }
    let Some(address) = queries::open_question(reader)? else { return Ok(Vec::new()) };
    let number = reader.mention(reader.actor.person)?.map(|it| it.number).unwrap_or_default();
    Ok(vec![page::to_do(number, address, reader.now)])
}

async fn show(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            ADMINISTRATORS.covers(reader.actor, None)?;
            let queries::Company { name, zone } = queries::company(reader)?;
            Ok(shown(&Form::of([("name", name), ("zone", zone)])))
        })
        .await
}

fn shown(form: &Form) -> Page {
    Page::new(web::t!("Our company"), PLACE, page::page(form))
}

async fn keep(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            |work, form| {
                commands::name_company(work, form.text("name"), form.text("zone"))?;
                Ok(PLACE.to_owned())
            },
            |_, form| Ok(shown(&form)),
        )
        .await
}

/// The house itself.
#[derive(Serialize, JsonSchema)]
struct House {
    name: String,
    /// Its time zone (IANA), like Europe/Berlin.
    zone: String,
}

/// What is to be changed of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewHouse")]
struct Wanted {
    name: Option<String>,
    zone: Option<String>,
}

fn present(reader: &Reader) -> Result<Versioned<House>> {
    ADMINISTRATORS.covers(reader.actor, None)?;
    let queries::Company { name, zone } = queries::company(reader)?;
    Versioned::of(House { name, zone })
}

async fn told(visit: Visit) -> Answer {
    visit.respond(|reader| answer(&present(reader)?)).await
}

async fn change(Sent(visit, sent): Sent) -> Answer {
    let (wanted, version): (Wanted, _) = (read(&visit, &sent)?, visit.must_have_seen()?);
    visit
        .change(sent, move |work: &mut Work| {
            let House { name, zone } = present(work)?.seen(version)?;
            let (name, zone) =
                (wanted.name.as_deref().unwrap_or(&name), wanted.zone.as_deref().unwrap_or(&zone));
            commands::name_company(work, name, zone)?;
            Ok(serde_json::to_value(present(work)?)?)
        })
        .await
}
