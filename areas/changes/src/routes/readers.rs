//! Addresses of reading what a change put in force, for people and for programs.

use axum::http::StatusCode;
use kernel::{Error, Reader, Result, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::api::json as in_json;
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::PLACE;
use super::plan::person as person_of;
use crate::commands;
use crate::model::{ChangeReader, ChangeRequest};
use crate::pages::{of_change, readers as page};
use crate::queries;
use crate::rules::answers_for_it;

pub fn routes() -> Routes {
    Routes::default()
        .get("/changes/{number}/read", show)
        .post("/changes/{number}/read", acknowledge)
        .get("/changes/{number}/readers/{person}/excuse", ask_why_not)
        .post("/changes/{number}/readers/{person}/excuse", excuse)
        .api_get(
            "/api/v1/changes/{number}/readers",
            Doc {
                summary: "Who was asked to read what a change put in force, and when each did",
                tag: "Changes",
                response: schema_of::<Readers>(),
                ..Doc::default()
            },
            list,
        )
        .api_post(
            "/api/v1/changes/{number}/read",
            Doc {
                summary: "Says that one has read what a change put in force",
                tag: "Changes",
                request: schema_of::<Read>(),
                response: schema_of::<Readers>(),
                ..Doc::default()
            },
            acknowledge_by_program,
        )
        .api_post(
            "/api/v1/changes/{number}/excused",
            Doc {
                summary: "Says why somebody need not read what a change put in force: nobody waits for them any more",
                tag: "Changes",
                request: schema_of::<Excused>(),
                response: schema_of::<Readers>(),
                ..Doc::default()
            },
            excuse_by_program,
        )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReadersOfAChange")]
struct Readers {
    /// The fingerprint of what it put in force: sent with what one says.
    digest: String,
    readers: Vec<ChangeReader>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ReadOfAChange")]
struct Read {
    /// The fingerprint of what was read, as the list of readers tells it.
    digest: String,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ReaderExcused")]
struct Excused {
    /// The person, by their number.
    person: String,
    /// Why. It stands on the record and the trail.
    reason: String,
}

/// The key of a change, for those of the house.
#[track_caller]
fn of_ours(reader: &Reader, number: &str) -> Result<kernel::Mention> {
    let it = reader.mention_of(number)?;
    let is_ours = it.kind == "CR" && !reader.actor.is_outside();
    if is_ours { Ok(it) } else { Err(Error::NotFound) }
}

fn readers(reader: &Reader, number: &str) -> Result<Readers> {
    let id = of_ours(reader, number)?.id;
    let digest = queries::fingerprint_of(&queries::put_in_force(reader, id)?)?;
    Ok(Readers { digest, readers: queries::readers(reader, id)? })
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let change = reader.mention_of(&number)?;
            let (mut items, all) = (queries::put_in_force(reader, change.id)?, readers(reader, &number)?);
            let owner = reader.find::<ChangeRequest>(&number)?.record.owner;
            let unrevised = queries::in_no_revision(reader, change.id, &items)?;
            let shown = items.len().min(page::SHOWN);
            queries::with_names(reader, &mut items[..shown])?;
            let body = page::page(&page::Shown {
                number: &number,
                title: &change.title,
                items: &items,
                unrevised: &unrevised,
                digest: &all.digest,
                readers: &all.readers,
                reads: reader.actor.person,
                may_excuse: answers_for_it(reader.actor, owner).is_ok(),
                now: reader.now,
            });
            Ok(Page::new(t!("What {title} put in force", title = &change.title), PLACE, body))
        })
        .await
}

async fn acknowledge(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let digest = visit.form.text("digest").to_owned();
    visit
        .write(move |work| {
            of_ours(work, &number)?;
            commands::acknowledge(work, &number, &digest)?;
            Ok(of_change(&number, "read"))
        })
        .await
}

async fn ask_why_not(Path((number, person)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit.read(move |reader| excuse_page(reader, (&number, person), &Form::default())).await
}

fn excuse_page(reader: &Reader, (number, person): (&str, i64), written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    answers_for_it(reader.actor, case.record.owner)?;
    let all = queries::readers(reader, case.record.id.raw())?;
    let asked = all.into_iter().find(|it| it.person == person).ok_or(Error::NotFound)?;
    let title = t!("{name} need not read it", name = &asked.name);
    Ok(Page::new(title, PLACE, page::excuse(number, &asked, written)))
}

async fn excuse(Path((number, person)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::excuse_reader(work, &number, person, form.text("reason"))?;
                Ok(of_change(&number, "read"))
            },
            move |reader, form| excuse_page(reader, (&same, person), &form),
        )
        .await
}

async fn excuse_by_program(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let said = sent.clone();
    visit
        .change(sent, move |work| {
            of_ours(work, &number)?;
            let Excused { person, reason } = typed(said.clone())?;
            let person = person_of(work, &person)?;
            commands::excuse_reader(work, &number, person, &reason)?;
            Ok(serde_json::to_value(readers(work, &number)?)?)
        })
        .await
}

async fn list(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| Ok(in_json(StatusCode::OK, &serde_json::to_value(readers(reader, &number)?)?)))
        .await
}

async fn acknowledge_by_program(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let said = sent.clone();
    visit
        .change(sent, move |work| {
            of_ours(work, &number)?;
            let Read { digest } = typed(said.clone())?;
            commands::acknowledge(work, &number, &digest)?;
            Ok(serde_json::to_value(readers(work, &number)?)?)
        })
        .await
}
