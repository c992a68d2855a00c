//! What belongs to no kind of record, for programs: search, entries with their proofs, my tasks.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use jiff::civil::Date;
use kernel::{Error, Faults, Sought, text};
use serde_json::Value as Json;

use super::paging::{PAGED, Part, one_more, page_of, paged};
use super::records::question;
use super::shapes::{
    ActionSeen, Answered, DeedSeen, Found as Hit, Numbers, OneDeed, Page, Settled, TaskSeen,
};
use super::{BASE, json as in_json};
use crate::actions::{self, Action};
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
            doc("Trail", "One entry of the trail", schema_of::<OneDeed>()),
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
            Doc {
                query: PAGED,
                ..doc("Tasks", "What waits for you, the most urgent first", schema_of::<Page<TaskSeen>>())
            },
            my_tasks,
        )
        .api_get(
            &format!("{BASE}/me/actions"),
            Doc {
                query: PAGED,
                ..doc(
                    "Tasks",
                    "All that waits for you: tasks, mentions, what you must read, ties to judge",
                    schema_of::<Page<ActionSeen>>(),
                )
            },
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
            let deed = reader.deed_at(id)?;
            let witnesses = deed.place.map_or(Ok(0), |it| reader.witnesses_of(it))?;
            let told = OneDeed { deed: Numbers::new(reader).deed(deed)?, witnesses };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(told)?))
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

/// All that waits, in the order of the page: ties to judge come last.
async fn my_actions(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    let (to_do, functions) = (visit.edge.to_do, visit.edge.functions);
    visit
        .respond(move |reader| {
            let part = Part::asked(&mut asked)?;
            let waiting = actions::waiting(reader, &functions(reader)?, to_do(reader)?)?;
            let mut all: Vec<(Vec<i64>, Action)> = Vec::with_capacity(waiting.len());
            for (group, some) in [waiting, actions::to_judge(reader)?].into_iter().enumerate() {
                all.extend(some.into_iter().map(|it| (place(group, &it), it)));
            }
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            let page = part.of(all, |(place, _)| place.clone());
            let items = page.items.into_iter().map(|(_, it)| ActionSeen {
                sort: it.sort.to_owned(),
                record: it.number,
                title: it.title,
                why: it.why,
                stands_in: it.stands_in,
                due: it.due,
                since: it.since,
                page: it.address,
            });
            let page = Page { items: items.collect(), next: page.next };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

/// Where something that waits stands among the rest: by due day, then by what waits longest. What is alike in both is
/// told apart by what it is, so that no page ends between two that cannot be told apart.
fn place(group: usize, it: &Action) -> Vec<i64> {
    let own =
        kernel::fingerprint(format!("{} {} {} {}", it.sort, it.number, it.address, it.title).as_bytes());
    let own = i64::from_str_radix(&own[..15], 16).unwrap_or(0);
    vec![i64::try_from(group).unwrap_or(0), due_place(it.due), it.since.as_microsecond(), own]
}

/// Days in their order, what has none behind all.
fn due_place(due: Option<Date>) -> i64 {
    due.map_or(i64::MAX, |it| i64::from(it.year()) * 400 + i64::from(it.day_of_year()))
}

async fn my_tasks(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    let functions = visit.edge.functions;
    visit
        .respond(move |reader| {
            let part = Part::asked(&mut asked)?;
            let mut numbers = Numbers::new(reader);
            let page = part
                .of(reader.my_tasks(&functions(reader)?)?, |it| vec![due_place(it.due), it.id])
                .told(|it| numbers.task(it))?;
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
