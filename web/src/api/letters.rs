//! Letters and jobs, for programs.

use axum::http::StatusCode;
use jiff::Timestamp;
use kernel::{Addressee, Attempted, Enclosure, Error, JobState, Kept, LetterState, Reader, Result, Work};
use schemars::JsonSchema;
use serde::Serialize;

use super::paging::{one_more, page_of, paged};
use super::shapes::Page;
use super::{BASE, json};
use crate::path::Path;
use crate::routes::{Doc, Routes, schema_of};
use crate::visit::{Answer, Visit};

/// So many stand on a page where nothing is said.
const SHOWN: usize = 50;

pub(super) fn routes() -> Routes {
    let doc = |tag, summary, response| Doc { summary, tag, response, ..Doc::default() };
    let deed = |summary| doc("Letters", summary, schema_of::<LetterSeen>());
    Routes::default()
        .api_get(
            &format!("{BASE}/letters"),
            Doc {
                query: ASKED,
                ..doc("Letters", "Letters, the newest first", schema_of::<Page<LetterLineSeen>>())
            },
            letters,
        )
        .api_post(
            &format!("{BASE}/letters/try-now"),
            doc(
                "Letters",
                "Has every letter tried now that the mail server did not take yet",
                schema_of::<TriedNow>(),
            ),
            try_all,
        )
        .api_post(
            &format!("{BASE}/letters/{{id}}/try-now"),
            deed("Has a letter tried now that waits to be sent"),
            |id, visit| decide(id, visit, |work, id| work.try_now(id)),
        )
        .api_get(&format!("{BASE}/letters/{{id}}"), deed("One letter, with its attempts"), letter)
        .api_post(
            &format!("{BASE}/letters/{{id}}/send-again"),
            deed("Has a letter sent again that was not sent, may be lost, or came back"),
            |id, visit| decide(id, visit, |work, id| work.send_again(id)),
        )
        .api_post(
            &format!("{BASE}/letters/{{id}}/give-up"),
            deed("Decides that a letter is not sent"),
            |id, visit| decide(id, visit, |work, id| work.give_up(id)),
        )
        .api_post(
            &format!("{BASE}/letters/{{id}}/arrived"),
            deed("Says that a letter of which nobody knew has arrived"),
            |id, visit| decide(id, visit, |work, id| work.has_arrived(id)),
        )
        .api_get(
            &format!("{BASE}/jobs"),
            Doc { query: ASKED, ..doc("Jobs", "Jobs, the newest first", schema_of::<Page<JobSeen>>()) },
            jobs,
        )
        .api_post(
            &format!("{BASE}/jobs/{{id}}/try-again"),
            doc("Jobs", "Has a job tried again that failed", schema_of::<JobSeen>()),
            try_again,
        )
}

const ASKED: &[(&str, &str)] = &[
    ("state", "Only those in this state."),
    ("limit", "How many to a page, 50 where nothing is said."),
    ("after", "Where the page begins: the `next` of the page before."),
    ("before", "The same by the id of the last one, as it was called before there was `next`."),
];

/// A letter as a line of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LetterLine")]
struct LetterLineSeen {
    id: i64,
    /// The number of the record that it is about.
    record: String,
    purpose: String,
    recipients: Vec<Addressee>,
    subject: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    written_at: Timestamp,
    state: LetterState,
    /// How often it was tried.
    attempts: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Letter")]
struct LetterSeen {
    id: i64,
    /// The number of the record that it is about.
    record: String,
    purpose: String,
    /// Its identity as a mail, without angle brackets.
    message_id: String,
    answers: Option<String>,
    recipients: Vec<Addressee>,
    subject: String,
    words: String,
    language: String,
    reason: String,
    reply_to: Option<String>,
    is_automatic: bool,
    files: Vec<Enclosure>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    written_at: Timestamp,
    state: LetterState,
    /// When it is tried next; none where it does not wait.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    due_at: Option<Timestamp>,
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    settled_at: Option<Timestamp>,
    attempts: Vec<AttemptSeen>,
}

#[derive(Serialize, JsonSchema)]
struct TriedNow {
    /// How many.
    tried: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attempt")]
struct AttemptSeen {
    no: i64,
    #[schemars(with = "String", extend("format" = "date-time"))]
    at: Timestamp,
    outcome: Attempted,
    /// What the server said.
    words: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Job")]
struct JobSeen {
    id: i64,
    name: String,
    state: JobState,
    #[schemars(with = "String", extend("format" = "date-time"))]
    due_at: Timestamp,
    /// In seconds; none for what is done once.
    every: Option<i64>,
    attempts: i64,
    /// Why the last attempt failed; empty where it did not.
    fault: String,
}

impl JobSeen {
    fn of(it: kernel::Job) -> Self {
        let kernel::Job { id, name, state, due_at, attempts, fault, .. } = it;
        Self { id, name, state, due_at, every: it.every.map(|it| it / 1_000_000), attempts, fault }
    }
}

#[track_caller]
fn inside(reader: &Reader) -> Result<()> {
    if reader.actor.is_outside() { Err(Error::NotFound) } else { Ok(()) }
}

async fn letters(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            inside(reader)?;
            let (state, (limit, before)) =
                (asked.maybe_word::<LetterState>("state"), page_of(&mut asked, SHOWN));
            asked.check()?;
            let line = |it: kernel::LetterLine| LetterLineSeen {
                id: it.id,
                record: it.number,
                purpose: it.purpose,
                recipients: it.recipients,
                subject: it.subject,
                written_at: it.written_at,
                state: it.state,
                attempts: it.attempts,
            };
            let items = reader.letters(state, before, one_more(limit))?.into_iter().map(line).collect();
            let page = paged(items, limit, |it: &LetterLineSeen| it.id);
            Ok(json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

fn seen(reader: &Reader, id: i64) -> Result<LetterSeen> {
    let it: Kept = reader.letter(id)?;
    let attempt =
        |it: kernel::Delivery| AttemptSeen { no: it.no, at: it.at, outcome: it.outcome, words: it.words };
    Ok(LetterSeen {
        attempts: reader.deliveries(id)?.into_iter().map(attempt).collect(),
        id,
        record: it.number,
        purpose: it.purpose,
        message_id: it.message_id,
        answers: it.answers,
        recipients: it.recipients,
        subject: it.subject,
        words: it.words,
        language: it.language,
        reason: it.reason,
        reply_to: it.reply_to,
        is_automatic: it.is_automatic,
        files: it.enclosed,
        written_at: it.written_at,
        state: it.state,
        due_at: (it.state == LetterState::Queued).then_some(it.due_at),
        settled_at: it.settled_at,
    })
}

async fn letter(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            inside(reader)?;
            Ok(json(StatusCode::OK, &serde_json::to_value(seen(reader, id)?)?))
        })
        .await
}

async fn decide(Path(id): Path<i64>, visit: Visit, deed: fn(&mut Work, i64) -> Result<()>) -> Answer {
    visit
        .change(serde_json::json!({}), move |work| {
            inside(work)?;
            deed(work, id)?;
            Ok(serde_json::to_value(seen(work, id)?)?)
        })
        .await
}

async fn try_all(visit: Visit) -> Answer {
    visit
        .change(serde_json::json!({}), |work| {
            inside(work)?;
            Ok(serde_json::to_value(TriedNow { tried: work.try_all_now()? })?)
        })
        .await
}

async fn jobs(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (state, (limit, before)) =
                (asked.maybe_word::<JobState>("state"), page_of(&mut asked, SHOWN));
            asked.check()?;
            let items = reader.jobs(state, before, one_more(limit))?.into_iter().map(JobSeen::of).collect();
            let page = paged(items, limit, |it: &JobSeen| it.id);
            Ok(json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

async fn try_again(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit
        .change(serde_json::json!({}), move |work| {
            work.try_again(id)?;
            Ok(serde_json::to_value(JobSeen::of(work.job(id)?))?)
        })
        .await
}
