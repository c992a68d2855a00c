//! Who is there twice, for programs: asking, merging, parting again; organisations and people.

use identity::Person;
use jiff::Timestamp;
use kernel::PartyId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::{Answer, Doc, Path, Routes, Sent, Visit};

use super::{answer, doc, read};
use crate::commands;
use crate::model::{Left, Merging, Organisation, Preview};
use crate::queries::{self, Alike};
use crate::rules::{Bond, Degree, MERGERS, Outline};

pub fn routes() -> Routes {
    let with = &[("with", "the number of the one that would go over")];
    let asked = &[
        ("name", "what it is called"),
        ("street", "its street"),
        ("post_code", "its post code"),
        ("town", "its town"),
        ("country", "its country, two letters"),
        ("domain", "a mail domain of its own"),
    ];
    let routes = Routes::default()
        .api_get(
            "/api/v1/customers/doubles",
            doc::<(), Vec<Pair>>("The organisations that may be there twice, the surest first"),
            doubles,
        )
        .api_get(
            "/api/v1/customers/alike",
            Doc {
                query: asked,
                ..doc::<(), Vec<Pair>>("The organisations that are like one that is about to be opened")
            },
            alike,
        )
        .api_post(
            "/api/v1/customers/{number}/apart",
            doc::<Apart, super::Done>("Says that two that are alike are not the same"),
            keep_apart,
        );
    ["customers", "people"].into_iter().fold(routes, |routes, path| {
        let at = |rest: &str| format!("/api/v1/{path}/{{number}}/{rest}");
        let tag = if path == "people" { "People" } else { "Customers" };
        routes
            .api_get(
                &at("merge"),
                Doc {
                    query: with,
                    tag,
                    ..doc::<(), Preview>("What merging another record into this one would do")
                },
                move |number, visit| preview(path, number, visit),
            )
            .api_post(
                &at("merge"),
                Doc { tag, ..doc::<WantedMerge, super::AddressMade>("Merges another record into this one") },
                move |number, sent| merge(path, number, sent),
            )
            .api_get(
                &at("mergers"),
                Doc { tag, ..doc::<(), Vec<Merged>>("What was merged into a record, the last first") },
                move |number, visit| mergers(path, number, visit),
            )
            .api_post(
                &at("mergers/{merger}/undo"),
                Doc {
                    tag,
                    ..doc::<(), Left>(
                        "Parts what was merged; tells what stayed, because it was changed since",
                    )
                },
                move |at, sent| part(path, at, sent),
            )
    })
}

/// One of two that are alike.
#[derive(Serialize, JsonSchema)]
struct Half {
    number: String,
    name: String,
}

/// Two that are alike.
#[derive(Serialize, JsonSchema)]
struct Pair {
    one: Half,
    other: Half,
    degree: Degree,
    /// Whether it is a double, or a site of the same house.
    bond: Bond,
    /// Why, in words.
    reasons: Vec<String>,
}

fn pair(it: Alike) -> Pair {
    let half = |(number, name): (String, String)| Half { number, name };
    let reasons = it.reasons().iter().map(web::language::say).collect();
    Pair {
        degree: it.likeness.degree,
        bond: it.likeness.bond,
        reasons,
        one: half(it.one),
        other: half(it.other),
    }
}

async fn doubles(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            reader.actor.must_be_inside()?;
            answer(&queries::likely_doubles(reader)?.into_iter().map(pair).collect::<Vec<_>>())
        })
        .await
}

async fn alike(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            reader.actor.must_be_inside()?;
            let said = |name: &str| asked.text(name).to_owned();
            let outline = Outline {
                name: said("name"),
                street: said("street"),
                post_code: said("post_code"),
                town: said("town"),
                country: said("country"),
                domains: asked.all("domain").into_iter().map(str::to_owned).collect(),
            };
            answer(&queries::alike(reader, &outline)?.into_iter().map(pair).collect::<Vec<_>>())
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
struct Apart {
    /// The number of the other.
    other: String,
    #[serde(default)]
    reason: String,
}

async fn keep_apart(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let Apart { other, reason } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            commands::keep_apart(work, &number, &other, &reason)?;
            Ok(json!({ "done": true }))
        })
        .await
}

async fn preview(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    let with = visit.envelope.asked().text("with").to_owned();
    visit
        .respond(move |reader| {
            reader.mention_of(&number)?;
            MERGERS.covers(reader.actor, None)?;
            if path == "people" {
                return answer(&queries::people_preview(reader, &number, &with)?);
            }
            answer(&queries::merge_preview(reader, &number, &with)?)
        })
        .await
}

/// A merge that is wanted.
#[derive(Deserialize, JsonSchema)]
struct WantedMerge {
    /// The number of the one that goes over and leads here from then on.
    with: String,
    /// The fields whose value is taken from it; `title` may be one.
    #[serde(default)]
    from_other: Vec<String>,
    /// The versions of both that were seen: of the one that stays, then of the other.
    #[serde(default)]
    seen: Option<(i64, i64)>,
    #[serde(default)]
    reason: String,
}

async fn merge(path: &'static str, Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let WantedMerge { with, from_other, seen, reason } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            work.because(&reason);
            let it = Merging {
                survivor: number.clone(),
                other: with.clone(),
                from_other: from_other.clone(),
                seen,
            };
            let id = if path == "people" {
                commands::merge_people(work, &it)?
            } else {
                commands::merge(work, &it)?
            };
            Ok(json!({ "id": id }))
        })
        .await
}

/// What was merged into a record.
#[derive(Serialize, JsonSchema)]
struct Merged {
    /// The key by which it is parted again.
    id: i64,
    /// The number that leads here.
    number: String,
    title: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    at: Timestamp,
    /// Whether they were parted again.
    undone: bool,
}

async fn mergers(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let own: PartyId = if path == "people" {
                reader.find::<Person>(&number)?.record.id.raw()
            } else {
                reader.find::<Organisation>(&number)?.record.id.raw()
            };
            let lines = reader.mergers(own)?.into_iter().map(|it| Merged {
                id: it.id,
                number: it.number,
                title: it.title,
                at: it.at,
                undone: it.undone_at.is_some(),
            });
            answer(&lines.collect::<Vec<_>>())
        })
        .await
}

async fn part(
    path: &'static str,
    Path((number, merger)): Path<(String, i64)>,
    Sent(visit, value): Sent,
) -> Answer {
    visit
        .change(value, move |work| {
            let left = if path == "people" {
                commands::part_people(work, &number, merger)?
            } else {
                commands::part(work, &number, merger)?
            };
            Ok(serde_json::to_value(left)?)
        })
        .await
}
