//! What belongs to no kind of record, for programs: search, entries with their proofs, my tasks.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kernel::{Error, Faults, Result, text};
use serde_json::Value as Json;

use super::records::{limit, question};
use super::shapes::{DeedSeen, Found, Numbers, Page, Settled, TaskSeen};
use super::{BASE, json as in_json};
use crate::common::home;
use crate::path::Path;
use crate::routes::{Doc, Routes, schema_of};
use crate::visit::{Answer, Sent, Visit};

pub(super) fn routes() -> Routes {
    let doc = |tag, summary, response| Doc { summary, tag, response, ..Doc::default() };
    Routes::default()
        .api_get(
            &format!("{BASE}/search"),
            Doc {
                query: SEARCHED,
                ..doc("Search", "Finds words in everything you may see", schema_of::<Page<Found>>())
            },
            search,
        )
        .api_get(
            &format!("{BASE}/entries/{{id}}"),
            doc("Trail", "One entry of the trail", schema_of::<DeedSeen>()),
            entry,
        )
        .api_get(
            &format!("{BASE}/entries/{{id}}/proof"),
            Doc {
                media_type: Some("text/plain"),
                ..doc("Trail", "The proof of an entry, once it is sealed and signed", None)
            },
            proof,
        )
        .api_get(
            &format!("{BASE}/me/tasks"),
            doc("Tasks", "What waits for you, the most urgent first", schema_of::<Page<TaskSeen>>()),
            my_tasks,
        )
        .api_post(
            &format!("{BASE}/tasks/{{id}}/settle"),
            doc("Tasks", "Settles a task", schema_of::<Settled>()),
            settle,
        )
}

const SEARCHED: &[(&str, &str)] = &[
    ("q", "The words; the last one may be unfinished."),
    ("kind", "Only records of this kind: the beginning of their numbers, as RS."),
    ("limit", "How many at most, 50 where nothing is said."),
];

async fn search(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (limit, words) = (limit(&mut asked, 50), question(&mut asked));
            let kind = Some(asked.text("kind").to_owned()).filter(|it| !it.is_empty());
            let known = kind.as_deref().is_none_or(|it| reader.registry().kind(it).is_some());
            asked.faults.unless(
                known,
                "kind",
                text!("There is no such kind. Give the beginning of its numbers."),
            );
            asked.check()?;
            let hits = reader.search(&words, kind.as_deref(), i64::try_from(limit).unwrap_or(i64::MAX))?;
            let items = hits.into_iter().map(|it| Found::of(reader, it)).collect();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(Page::whole(items))?))
        })
        .await
}

async fn entry(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let deed = Numbers::new(reader).deed(reader.deed_at(id)?)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(deed)?))
        })
        .await
}

async fn proof(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let proof = reader.proof(id)?.ok_or(Error::NotFound)?;
            let kind = HeaderValue::from_static("text/plain; charset=utf-8");
            Ok(([(header::CONTENT_TYPE, kind)], proof.file).into_response())
        })
        .await
}

async fn my_tasks(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            let mut numbers = Numbers::new(reader);
            let tasks = reader.my_tasks(&home::functions(reader)?)?.into_iter().map(|it| numbers.task(it));
            let page = Page::whole(tasks.collect::<Result<Vec<TaskSeen>>>()?);
            Ok(in_json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

async fn settle(Path(id): Path<i64>, Sent(visit, sent): Sent) -> Answer {
    let is_empty = sent.as_object().is_some_and(serde_json::Map::is_empty);
    visit
        .change(sent, move |work| {
            let sentence = text!("Send nothing, or an empty object.");
            if !is_empty {
                return Err(Faults::one("body", sentence).into());
            }
            work.settle(id)?;
            Ok::<Json, Error>(serde_json::to_value(Settled { id, settled: true })?)
        })
        .await
}
