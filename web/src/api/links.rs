//! Ties for programs: which are suspect and why, judging them, removing them, and what hangs on a record.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::Timestamp;
use kernel::{Error, Judgement, Link, Mention, Reader, Result, Tie};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::records::limit;
use super::shapes::{Numbers, Page};
use super::{BASE, json as in_json};
use crate::common::around::Around;
use crate::common::{impact, links};
use crate::path::Path;
use crate::routes::{Doc, Routes, schema_of};
use crate::visit::{Answer, Sent, Visit};

/// So many at once.
const MOST: usize = 200;

pub(super) fn routes() -> Routes {
    let at = |rest: &str| format!("{BASE}/links{rest}");
    let about = |summary| Doc { summary, tag: "Links", ..Doc::default() };
    Routes::default()
        .api_get(
            &at("/suspect"),
            Doc {
                query: &[
                    ("of", "`mine`, `all`, or the number of a record or of a whole; `mine` where nothing is said."),
                    ("limit", "How many, 50 where nothing is said."),
                ],
                response: schema_of::<Page<LinkSeen>>(),
                ..about("Ties with an end that says something else since they were judged, the oldest first")
            },
            suspect,
        )
        .api_get(
            &at("/{id}"),
            Doc { response: schema_of::<LinkSeen>(), ..about("A tie with both ends and what changed") },
            show,
        )
        .api_post(
            &at("/{id}/judge"),
            Doc {
                request: schema_of::<Because>(),
                response: schema_of::<LinkSeen>(),
                ..about("Judges that a change has no impact")
            },
            judge,
        )
        .api_post(
            &at("/judge"),
            Doc {
                request: schema_of::<Many>(),
                response: schema_of::<Judged>(),
                ..about("Judges many for one reason, all or none")
            },
            judge_many,
        )
        .api_post(
            &at("/{id}/remove"),
            Doc {
                request: schema_of::<Because>(),
                response: schema_of::<Judged>(),
                ..about("Removes a tie that was made by hand")
            },
            remove,
        )
        .api_get(
            &format!("{BASE}/impact/{{number}}"),
            Doc {
                query: &[("depth", "How many ties far, 1 to 5; 3 where nothing is said.")],
                response: schema_of::<Hanging>(),
                ..about("Everything that hangs on a record, the nearest first, each with the way that leads there")
            },
            hanging,
        )
        .api_get(
            &format!("{BASE}/around/{{number}}"),
            Doc {
                response: schema_of::<Surroundings>(),
                ..about("What stands around a record, two ties far: what led to it, what follows, and how they are tied")
            },
            surroundings,
        )
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Because {
    reason: String,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Many {
    links: Vec<i64>,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Judged {
    links: Vec<i64>,
}

/// A tie with both its ends.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WholeLink")]
struct LinkSeen {
    id: i64,
    role: Tie,
    is_suspect: bool,
    #[schemars(with = "String", extend("format" = "date-time"))]
    judged_at: Timestamp,
    /// The number of the person; null where it was the product itself.
    judged_by: Option<String>,
    source: EndSeen,
    target: EndSeen,
}

/// One end of a tie.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinkEnd")]
struct EndSeen {
    number: String,
    kind: String,
    title: String,
    state: String,
    /// Whether it says something else than when the tie was judged.
    differs: bool,
    /// Whether it is over: withdrawn or replaced.
    is_over: bool,
    /// Each field that differs: what it said then, what it says now.
    changed: Map<String, Json>,
}

#[derive(Serialize, JsonSchema)]
struct Hanging {
    number: String,
    depth: usize,
    /// Whether more hangs on it than is told.
    is_capped: bool,
    items: Vec<Hangs>,
}

#[derive(Serialize, JsonSchema)]
struct Hangs {
    number: String,
    kind: String,
    title: String,
    state: String,
    depth: usize,
    /// The way, as it is read.
    way: String,
}

/// What stands around a record, as far as its picture reaches.
#[derive(Serialize, JsonSchema)]
struct Surroundings {
    number: String,
    /// The records around it.
    items: Vec<Near>,
    /// How all of them are tied.
    ties: Vec<NearTie>,
    /// Records to which more is tied than is told here: the ties of each tell all.
    left_out: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Near {
    number: String,
    kind: String,
    title: String,
    state: String,
    /// How far it is: below 0 what led here, above 0 what follows.
    distance: i64,
}

#[derive(Serialize, JsonSchema)]
struct NearTie {
    id: i64,
    role: Tie,
    source: String,
    target: String,
    is_suspect: bool,
}

fn seen(reader: &Reader, numbers: &mut Numbers, it: Link) -> Result<LinkSeen> {
    let end = |it: &kernel::End| {
        let since = reader.changed_since(it)?;
        Ok::<_, Error>(EndSeen {
            number: it.number.clone(),
            kind: it.kind.clone(),
            title: it.title.clone(),
            state: it.state.clone(),
            differs: it.differs,
            is_over: since.is_over,
            changed: since.fields,
        })
    };
    let (source, target) = (end(&it.source)?, end(&it.target)?);
    Ok(LinkSeen {
        id: it.id,
        role: it.role,
        is_suspect: it.is_suspect(),
        judged_at: it.judged_at,
        judged_by: numbers.of(it.judged_by)?,
        source,
        target,
    })
}

async fn suspect(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let limit = limit(&mut asked, 50).min(MOST);
            asked.check()?;
            let which = links::which(reader, asked.text("of"))?;
            let mut numbers = Numbers::new(reader);
            let found = reader.suspects(which, i64::try_from(limit).unwrap_or(50))?;
            let items: Vec<LinkSeen> =
                found.into_iter().map(|it| seen(reader, &mut numbers, it)).collect::<Result<_>>()?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(Page::whole(items))?))
        })
        .await
}

async fn show(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let link = reader.link(id)?;
            let seen = seen(reader, &mut Numbers::new(reader), link)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(seen)?))
        })
        .await
}

async fn judge(Path(id): Path<i64>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Because { reason } = crate::api::typed(sent)?;
        work.judge(id, Judgement::NoImpact, &reason)?;
        let link = work.link(id)?;
        Ok(serde_json::to_value(seen(work, &mut Numbers::new(work), link)?)?)
    })
    .await
}

async fn judge_many(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Many { links, reason } = crate::api::typed(sent)?;
        work.judge_many(&links, &reason)?;
        Ok(serde_json::to_value(Judged { links })?)
    })
    .await
}

async fn remove(Path(id): Path<i64>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Because { reason } = crate::api::typed(sent)?;
        work.unlink(id, &reason)?;
        Ok(json!(Judged { links: vec![id] }))
    })
    .await
}

async fn hanging(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let depth = asked.whole("depth");
            asked.check()?;
            let depth = depth.map_or(impact::DEPTH, |it| usize::try_from(it).unwrap_or(1));
            let depth = depth.clamp(1, impact::DEEPEST);
            let from = reader.mention_of(&number)?;
            let answer = hanging_on(reader, &from, depth)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(answer)?))
        })
        .await
}

fn hanging_on(reader: &Reader, from: &Mention, depth: usize) -> Result<Hanging> {
    let found = reader.impact(from.id, depth)?;
    let ids: Vec<i64> = found.reached.iter().map(|it| it.id).collect();
    let mut known: BTreeMap<i64, Mention> = reader.mentions(&ids)?;
    known.insert(from.id, from.clone());
    let mut items = Vec::new();
    for (it, way) in found.reached.iter().zip(found.ways()) {
        let Some(mention) = known.get(&it.id) else { continue };
        items.push(Hangs {
            number: mention.number.clone(),
            kind: mention.kind.clone(),
            title: mention.title.clone(),
            state: mention.state.clone(),
            depth: it.depth,
            way: impact::way_in(&known, from, &way),
        });
    }
    Ok(Hanging { number: from.number.clone(), depth, is_capped: found.is_capped, items })
}

async fn surroundings(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let found = Around::of(reader, &reader.mention_of(&number)?)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(standing_around(number, found))?))
        })
        .await
}

fn standing_around(number: String, found: Around) -> Surroundings {
    let items = found.records().into_iter().map(|(distance, it)| Near {
        number: it.number.clone(),
        kind: it.kind.clone(),
        title: it.title.clone(),
        state: it.state.clone(),
        distance,
    });
    let ties = found.ties().map(|(it, of)| {
        let (met, other) = (of.to_owned(), it.number.clone());
        let (source, target) = if it.is_target { (met, other) } else { (other, met) };
        NearTie { id: it.link, role: it.role, source, target, is_suspect: it.is_suspect }
    });
    let (items, ties) = (items.collect(), ties.collect());
    Surroundings { number, items, ties, left_out: found.left_out }
}
