//! What belongs to no kind of record, for programs: search, entries with their proofs, my tasks.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kernel::{Error, Faults, Result, Sought, text};
use serde_json::Value as Json;

use super::paging::{PAGED, one_more, page_of, paged};
use super::records::question;
use super::shapes::{ActionSeen, Answered, DeedSeen, Found as Hit, Numbers, Page, Settled, TaskSeen};
use super::{BASE, json as in_json};
use crate::actions;
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
                ..doc("Search", "Finds words in everything you may see", schema_of::<Answered>())
            },
            search,
        )
        .api_get(
            &format!("{BASE}/entries"),
            Doc {
                query: PAGED,
                ..doc(
                    "Trail",
                    "The trail of the house: every deed, the newest first",
                    schema_of::<Page<DeedSeen>>(),
                )
            },
            entries,
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
        .api_get(
            &format!("{BASE}/me/actions"),
            doc(
                "Tasks",
                "All that waits for you: tasks, mentions, what you must read, ties to judge",
                schema_of::<Page<ActionSeen>>(),
            ),
            my_actions,
        )
        .api_post(
            &format!("{BASE}/tasks/{{id}}/settle"),
            doc("Tasks", "Settles a task", schema_of::<Settled>()),
            settle,
        )
}

const SEARCHED: &[(&str, &str)] = &[
    (
        "q",
        "What is looked for: words, \"phrases\", beginnings*, -not, and filters like customer:meridian state:released in:messages due<today+7. The last word may be unfinished.",
    ),
    ("kind", "Only records of this kind: the beginning of their numbers, as RS."),
    ("limit", "How many to a page, 50 where nothing is said."),
    (
        "after",
        "Where the page begins: the `next` of the page before. Of more than a thousand matches the newest thousand are told; the list of a kind, asked with the same `q`, tells all.",
    ),
];

async fn search(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let ((limit, after), words) = (page_of(&mut asked, 50), question(&mut asked));
            let after = usize::try_from(after.unwrap_or(0)).ok();
            let sentence = text!("This is not where a page ends. Begin with the first page.");
            asked.faults.unless(after.is_some(), "after", sentence);
            let kind = Some(asked.text("kind").to_owned()).filter(|it| !it.is_empty());
            let known = kind.as_deref().is_none_or(|it| reader.registry().kind(it).is_some());
            asked.faults.unless(
                known,
                "kind",
                text!("There is no such kind. Give the beginning of its numbers."),
            );
            asked.check()?;
            let query = crate::question::read(reader, kind.as_deref(), &words)?;
            let zone = Some(crate::language::time_zone());
            let told = after.unwrap_or(0);
            let end = told.saturating_add(limit);
            let found = reader.seek(&Sought { query, kind, zone, limit: end })?;
            let counts = |all: &[(String, usize)]| {
                all.iter().map(|(word, count)| (word.clone(), *count)).collect::<BTreeMap<_, _>>()
            };
            let answer = Answered {
                kinds: counts(&found.kinds),
                parts: counts(&found.parts),
                all: found.all,
                is_capped: found.is_capped,
                items: found.hits.into_iter().skip(told).map(|it| Hit::of(reader, it)).collect(),
                next: (found.all > end).then(|| end.to_string()),
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(answer)?))
        })
        .await
}

async fn entries(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let (limit, before) = page_of(&mut asked, 50);
            asked.check()?;
            let deeds = reader.newest_deeds(before.unwrap_or(i64::MAX), one_more(limit))?;
            let mut numbers = Numbers::new(reader);
            let page = paged(deeds, limit, |it| it.entry).told(|it| numbers.deed(it))?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(page)?))
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

/// All that waits, in the order of the page.
async fn my_actions(visit: Visit) -> Answer {
    let (to_do, functions) = (visit.edge.to_do, visit.edge.functions);
    visit
        .respond(move |reader| {
            let mut all = actions::waiting(reader, &functions(reader)?, to_do(reader)?)?;
            all.extend(actions::to_judge(reader)?);
            let items = all.into_iter().map(|it| ActionSeen {
                sort: it.sort.to_owned(),
                record: it.number,
                title: it.title,
                why: it.why,
                stands_in: it.stands_in,
                due: it.due,
                since: it.since,
                page: it.address,
            });
            Ok(in_json(StatusCode::OK, &serde_json::to_value(Page::whole(items.collect()))?))
        })
        .await
}

async fn my_tasks(visit: Visit) -> Answer {
    let functions = visit.edge.functions;
    visit
        .respond(move |reader| {
            let mut numbers = Numbers::new(reader);
            let tasks = reader.my_tasks(&functions(reader)?)?.into_iter().map(|it| numbers.task(it));
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
