//! The same for programs: release, publish, which revision holds, what differs.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Reader, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::{Answer, Doc, Form, Path, Routes, Sent, Visit, schema_of};

use crate::commands::{self, NewRevision};
use crate::model::CatalogueItem;
use crate::queries::{self, Effective, Held};
use crate::rules::{self, Comparison};

pub fn routes() -> Routes {
    let of = |rest: &str| format!("/api/v1/catalogue/{{number}}/{rest}");
    let about = |summary| Doc { summary, tag: "Catalogue", ..Doc::default() };
    Routes::default()
        .api_post(
            &of("release"),
            Doc {
                request: schema_of::<Release>(),
                response: schema_of::<Released>(),
                ..about("Releases the next revision")
            },
            release,
        )
        .api_post(
            &of("publish"),
            Doc {
                request: schema_of::<Which>(),
                response: schema_of::<Which>(),
                ..about("Lets every customer read a revision")
            },
            publish,
        )
        .api_get(
            &of("effective"),
            Doc {
                query: &[
                    ("on", "A day; today where nothing is said"),
                    ("lot", "A lot"),
                    ("serial", "A serial number"),
                    ("order", "The number of an order, perhaps with its line: SO-2026-0118/10"),
                ],
                response: schema_of::<Effective>(),
                ..about("Which revision holds on a day, for a lot, a serial number or an order")
            },
            effective,
        )
        .api_post(
            &of("effective"),
            Doc {
                request: schema_of::<From>(),
                response: schema_of::<Effective>(),
                ..about("Says from which day a revision holds")
            },
            hold_from,
        )
        .api_get(
            &of("effectivity"),
            Doc {
                response: schema_of::<Vec<Effective>>(),
                ..about("The revisions of an item, each with the day from which it holds")
            },
            effectivity,
        )
        .api_get(
            &of("compare"),
            Doc {
                query: &[
                    ("from", "A revision; the one before the last where nothing is said"),
                    ("to", "A revision; the last one where nothing is said"),
                ],
                response: schema_of::<Comparison>(),
                ..about("What differs between two revisions of an item")
            },
            compare,
        )
}

#[derive(Deserialize, JsonSchema)]
struct Release {
    /// What it is called; the next letter where nothing is said.
    #[serde(default)]
    label: String,
    /// The first day on which it holds; today where nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    from: Option<Date>,
    #[serde(default)]
    reason: String,
    /// Whether every customer reads it.
    #[serde(default)]
    publish: bool,
}

#[derive(Serialize, JsonSchema)]
struct Released {
    revision: i64,
    label: String,
    /// SHA-256 of what it says, in hexadecimal.
    digest: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Which {
    /// The revision, counted from 1.
    revision: i64,
}

#[derive(Deserialize, JsonSchema)]
struct From {
    revision: i64,
    #[schemars(with = "String", extend("format" = "date"))]
    from: Date,
    reason: String,
}

async fn release(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Release = web::api::typed(asked.clone())?;
            let new = NewRevision { label: &it.label, from: it.from, reason: &it.reason };
            let frozen = commands::release(work, &number, &new)?;
            if it.publish {
                commands::publish(work, &number, frozen.no)?;
            }
            let id = work.find::<CatalogueItem>(&number)?.record.id.raw();
            let label = queries::held(work, id, frozen.no)?.is.label;
            Ok(serde_json::to_value(Released { revision: frozen.no, label, digest: frozen.digest })?)
        })
        .await
}

async fn publish(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    visit
        .change(sent, move |work| {
            let Which { revision } = web::api::typed(asked.clone())?;
            commands::publish(work, &number, revision)?;
            Ok(json!({ "revision": revision }))
        })
        .await
}

async fn hold_from(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    visit
        .change(sent, move |work| {
            let From { revision, from, reason } = web::api::typed(asked.clone())?;
            commands::hold_from(work, &number, revision, from, &reason)?;
            let id = work.find::<CatalogueItem>(&number)?.record.id.raw();
            Ok(serde_json::to_value(queries::held(work, id, revision)?.is)?)
        })
        .await
}

async fn effective(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let id = reader.find::<CatalogueItem>(&number)?.record.id.raw();
            let day = asked.day("on");
            asked.check()?;
            let day = day.unwrap_or_else(|| web::language::day_of(reader.now));
            let (lot, serial, order) = (asked.text("lot"), asked.text("serial"), asked.text("order"));
            let on = kernel::On { day, lot, serial, order };
            let held = queries::that_hold(reader, id, &on)?;
            let sentence = match held.ended {
                Some(_) => text!("It ended: no revision holds any more. Ask for an earlier day."),
                None => text!("No revision holds on that day. Ask for a later one."),
            };
            let held = held.now.ok_or_else(|| kernel::Error::from(sentence))?;
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(held)?))
        })
        .await
}

async fn effectivity(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find::<CatalogueItem>(&number)?.record.id.raw();
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(queries::revisions(reader, id)?)?))
        })
        .await
}

async fn compare(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (_, _, differs) = compared(reader, &number, &mut asked)?;
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(differs)?))
        })
        .await
}

/// Two revisions that an address names, with what differs.
pub(super) fn compared(reader: &Reader, number: &str, asked: &mut Form) -> Result<(Held, Held, Comparison)> {
    let id = reader.find::<CatalogueItem>(number)?.record.id.raw();
    let (from, to) = (asked.whole("from"), asked.whole("to"));
    asked.check()?;
    let all = queries::revisions(reader, id)?;
    let last = all.first().map_or(0, |it| it.no);
    let to = to.unwrap_or(last);
    let before = all.iter().find(|it| it.no < to).map_or(to, |it| it.no);
    let (one, other) = (queries::held(reader, id, from.unwrap_or(before))?, queries::held(reader, id, to)?);
    let differs = rules::compare((&one.says, &one.files), (&other.says, &other.files));
    Ok((one, other, differs))
}
