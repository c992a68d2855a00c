//! The same for programs: stage a file, read and decide its rows, take it in and back.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use kernel::{Effect, Faults, Fields, Reader, Result, Work, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use web::{
    Answer, Doc, Failure, LARGEST_UPLOAD, Path, Routes, Sent, Visit, off_the_loop, schema_of, schema_of_sent,
};

use crate::Targets;
use crate::commands::{self, Decision, Mapping, Progress, Seen, target_of};
use crate::model::{Batch, Choice, Outcome};
use crate::queries::{self, Arrived, Counts, Lack, RowLine};

pub fn routes(targets: Targets) -> Routes {
    Routes::default()
        .api_post(
            "/api/v1/imports",
            Doc {
                query: &[
                    ("target", "What is in the file: customers, contacts, requirements or catalogue."),
                    ("name", "The name of the file."),
                    ("set", "The requirement set that requirements go into."),
                    ("sheet", "The sheet of a workbook; the first one with rows where nothing is said."),
                ],
                makes: true,
                takes_bytes: true,
                ..doc::<(), Staged>("Looks at a file: its bytes, as they are. Nothing else is written yet")
            },
            move |visit: Visit, body: Body| stage(visit, body, targets),
        )
        .api_get(
            "/api/v1/imports/{number}/counts",
            doc::<(), Standing>("How many rows of a batch stand where"),
            move |visit, number| counted(visit, number, targets),
        )
        .api_get(
            "/api/v1/imports/{number}/rows",
            Doc {
                query: &[
                    ("effect", "Only rows with this effect: new, changes, same, duplicate or fault."),
                    ("open", "Only rows that wait for a decision: 1."),
                    ("after", "Where the page begins: the place of the last row of the page before."),
                ],
                ..doc::<(), Rows>("The rows of a batch, 100 at a time, with what each would do or did")
            },
            rows,
        )
        .api_post(
            "/api/v1/imports/{number}/columns",
            doc_of_seen::<Columns, Standing>("Reads the file with other columns"),
            move |number, sent| map(number, sent, targets),
        )
        .api_post(
            "/api/v1/imports/{number}/rows/{place}",
            doc_of_seen::<Decided, Standing>("Decides about a row, or mends it"),
            move |at, sent| decide(at, sent, targets),
        )
        .api_post(
            "/api/v1/imports/{number}/choose",
            doc_of_seen::<Chosen, Chose>("Decides the same about all rows that wait"),
            move |number, sent| choose(number, sent, targets),
        )
        .api_post(
            "/api/v1/imports/{number}/for-all",
            doc_of_seen::<ForAll, Chose>(
                "Says one value for all rows that lack an extra field which has to be said of a new record",
            ),
            move |number, sent| for_all(number, sent, targets),
        )
        .api_post(
            "/api/v1/imports/{number}/apply",
            doc_of_seen::<(), Went>(
                "Takes in the next 500 rows that were decided. Ask again until it is done",
            ),
            move |number, sent| apply(number, sent, targets),
        )
        .api_post(
            "/api/v1/imports/{number}/revert",
            doc_of_seen::<(), Went>(
                "Takes back the next 500 rows, the last first. Ask again until it is done",
            ),
            move |number, sent| revert(number, sent, targets),
        )
}

fn doc<S: JsonSchema, A: JsonSchema>(summary: &'static str) -> Doc {
    Doc {
        summary,
        tag: "Imports",
        request: schema_of_sent::<S>(),
        response: schema_of::<A>(),
        ..Doc::default()
    }
}

/// The same for a deed that wants to know which version of the batch was seen.
fn doc_of_seen<S: JsonSchema, A: JsonSchema>(summary: &'static str) -> Doc {
    Doc { must_have_seen: true, ..doc::<S, A>(summary) }
}

#[derive(Serialize, JsonSchema)]
struct Staged {
    id: i64,
    number: String,
    version: i64,
    counts: Counts,
    /// What rows lack of what your house asks of each new record.
    lacks: Vec<Lack>,
}

/// How many rows stand where, and the version of the batch with that.
#[derive(Serialize, JsonSchema)]
struct Standing {
    #[serde(flatten)]
    counts: Counts,
    /// What rows lack of what your house asks of each new record.
    lacks: Vec<Lack>,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
struct Rows {
    items: Vec<Row>,
    /// Where the next page begins, if there is one.
    next: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    place: i64,
    /// The line of the file.
    line: i64,
    title: String,
    fields: Fields,
    effect: Effect,
    choice: Choice,
    outcome: Outcome,
    /// The number of the record that it changes.
    number: String,
    changes: Vec<Changed>,
    /// The field and what to do about it.
    faults: Vec<(String, String)>,
    notes: Vec<String>,
    candidates: Vec<Candidate>,
    /// The number of the record that it made or changed.
    made: Option<String>,
    /// Why it could not be taken in or back.
    why: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Changed {
    field: String,
    old: String,
    new: String,
}

#[derive(Serialize, JsonSchema)]
struct Candidate {
    number: String,
    title: String,
    is_certain: bool,
    reasons: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Columns {
    #[serde(default)]
    sheet: String,
    /// Counted from 1; 0 where there are no headings.
    header_row: i64,
    /// The field of each column, empty where it is left out.
    #[serde(default)]
    columns: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Decided {
    choice: Choice,
    /// Which candidate it is merged into, counted from 0.
    #[serde(default)]
    candidate: i64,
    /// What its cells say instead.
    #[serde(default)]
    fields: Option<Fields>,
}

#[derive(Deserialize, JsonSchema)]
struct Chosen {
    /// Only rows with this effect.
    #[serde(default)]
    effect: Option<Effect>,
    choice: Choice,
}

#[derive(Deserialize, JsonSchema)]
struct ForAll {
    /// The words for each extra field, as a cell would say them: `extra.cost_centre`.
    fields: Fields,
}

#[derive(Serialize, JsonSchema)]
struct Chose {
    /// About how many rows it was decided.
    rows: i64,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
struct Went {
    is_done: bool,
    /// How many rows this request did.
    rows: i64,
    version: i64,
}

async fn stage(visit: Visit, body: Body, targets: Targets) -> Answer {
    let bytes = to_bytes(body, LARGEST_UPLOAD).await.map_err(|_| Failure::too_large(&visit.envelope))?;
    let asked = visit.envelope.asked();
    let name = match asked.text("name") {
        "" => "file".to_owned(),
        name => name.to_owned(),
    };
    let sent = json!({ "digest": kernel::fingerprint(&bytes) });
    let envelope = visit.envelope.clone();
    if visit.actor().is_outside() {
        return Err(Failure::of(kernel::Error::NotFound, &envelope));
    }
    let read = {
        let (edge, bytes, name) = (Arc::clone(&visit.edge), bytes.clone(), name.clone());
        let sheet = asked.text("sheet").to_owned();
        move || {
            Ok(queries::read_apart(
                &edge.db,
                &Arrived { name: &name, bytes: &bytes, into: "", sheet: &sheet },
            ))
        }
    };
    let content = off_the_loop(read).await.map_err(|error| Failure::of(error, &envelope))?;
    let made = visit
        .changed(sent, move |work| {
            let sentence = text!("Say what is in the file: customers, contacts, requirements or catalogue.");
            let target =
                target_of(targets, asked.text("target")).map_err(|_| Faults::one("target", sentence))?;
            let arrived =
                Arrived { name: &name, bytes: &bytes, into: asked.text("set"), sheet: asked.text("sheet") };
            target.permit.covers(work.actor, None)?;
            let made = commands::stage(work, target, &arrived, &content.clone()?)?;
            let case = work.find_by_id::<Batch>(made.id)?;
            let lacks = queries::lacks(work, target, made.id)?;
            let (counts, version) = (case.facts, case.record.version);
            Ok(serde_json::to_value(Staged { id: made.id, number: made.number, version, counts, lacks })?)
        })
        .await?;
    let to = format!("/api/v1/imports/{}", made["number"].as_str().unwrap_or_default());
    let mut answer = web::api::json(StatusCode::CREATED, &made);
    if let Ok(to) = to.parse() {
        answer.headers_mut().insert(axum::http::header::LOCATION, to);
    }
    Ok(answer)
}

async fn counted(visit: Visit, Path(number): Path<String>, targets: Targets) -> Answer {
    visit
        .respond(move |reader| Ok(web::api::json(StatusCode::OK, &counts_of(reader, (&number, targets))?)))
        .await
}

async fn rows(visit: Visit, Path(number): Path<String>) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let batch = reader.find::<Batch>(&number)?.record.id.raw();
            let effect =
                match asked.text("effect") {
                    "" => None,
                    word => Some(<Effect as kernel::Vocabulary>::of(word).ok_or_else(|| {
                        Faults::one("effect", text!("Choose one of the words in the list."))
                    })?),
                };
            let after = match asked.text("after") {
                "" => 0,
                words => words.parse().map_err(|_| Faults::one("after", text!("Give a whole number.")))?,
            };
            let mut found = queries::rows(reader, batch, (effect, asked.text("open") == "1"), (after, 101))?;
            let more = found.len() > 100;
            found.truncate(100);
            let next = found.last().filter(|_| more).map(|it| it.place);
            let items = found.into_iter().map(|it| told(reader, it)).collect::<Result<_>>()?;
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(Rows { items, next })?))
        })
        .await
}

fn told(reader: &Reader, row: RowLine) -> Result<Row> {
    let say = web::language::say;
    let made = row.made.map(|it| reader.mention(it)).transpose()?.flatten();
    let finding = row.finding;
    let candidates = finding.candidates.into_iter().map(|it| Candidate {
        number: it.number,
        title: it.title,
        is_certain: it.is_certain,
        reasons: it.reasons.iter().map(say).collect(),
    });
    let changes = finding.changes.into_iter();
    Ok(Row {
        place: row.place,
        line: row.line,
        title: row.title,
        fields: row.fields,
        effect: row.effect,
        choice: row.choice,
        outcome: row.outcome,
        number: finding.number,
        changes: changes.map(|it| Changed { field: it.field, old: it.old, new: it.new }).collect(),
        faults: finding.faults.iter().map(|(field, it)| (field.clone(), say(it))).collect(),
        notes: finding.notes.iter().map(say).collect(),
        candidates: candidates.collect(),
        made: made.map(|it| it.number),
        why: row.done.why.as_ref().map(say),
    })
}

/// Does a deed by the version that the program has seen. Whoever was slower is told what the other decided.
async fn changed(
    visit: Visit,
    (number, value): (String, Json),
    deed: impl Fn(&mut Work, Seen, Json) -> Result<Json> + Send + 'static,
) -> Answer {
    if visit.actor().is_outside() {
        return Err(Failure::of(kernel::Error::NotFound, &visit.envelope));
    }
    let version = visit.must_have_seen()?;
    let sent = value.clone();
    let answer = visit
        .changed(value, move |work| {
            let now = work.find::<Batch>(&number)?.record.version;
            if let Some(seen) = version.filter(|it| *it != now) {
                return overtaken(work, (&number, seen), now);
            }
            deed(work, Seen { number: &number, version }, sent.clone())
        })
        .await?;
    let is_stale = answer.get("status").and_then(Json::as_u64) == Some(412);
    Ok(web::api::json(if is_stale { StatusCode::PRECONDITION_FAILED } else { StatusCode::OK }, &answer))
}

/// A problem (RFC 9457) that says what was decided meanwhile; its `version` is the one that is there now.
fn overtaken(reader: &Reader, (number, seen): (&str, i64), now: i64) -> Result<Json> {
    let since = queries::since(reader, number, seen)?;
    let since: Vec<String> = since.iter().map(web::language::say).collect();
    let title = web::language::say(&text!("Somebody else changed it first"));
    let todo = web::language::say(&text!("Nothing was changed. Look at its rows, then send again."));
    Ok(json!({
        "type": "about:blank", "title": title, "status": 412, "version": now,
        "detail": format!("{} {todo}", since.join(" ")),
    }))
}

async fn map(Path(number): Path<String>, Sent(visit, value): Sent, targets: Targets) -> Answer {
    changed(visit, (number, value), move |work, seen, sent| {
        let it: Columns = web::api::typed(sent)?;
        let mapping = Mapping { sheet: it.sheet, header_row: it.header_row, columns: it.columns };
        commands::map(work, seen, targets, &mapping)?;
        counts_of(work, (seen.number, targets))
    })
    .await
}

fn counts_of(reader: &Reader, (number, targets): (&str, Targets)) -> Result<Json> {
    let case = reader.find::<Batch>(number)?;
    let target = target_of(targets, &case.body.target)?;
    let lacks = queries::lacks(reader, target, case.record.id.raw())?;
    Ok(serde_json::to_value(Standing { counts: case.facts, lacks, version: case.record.version })?)
}

async fn decide(
    Path((number, place)): Path<(String, i64)>,
    Sent(visit, value): Sent,
    targets: Targets,
) -> Answer {
    changed(visit, (number, value), move |work, seen, sent| {
        let it: Decided = web::api::typed(sent)?;
        let decision = Decision { choice: it.choice, candidate: it.candidate, fields: it.fields };
        commands::decide(work, (seen, place), targets, &decision)?;
        counts_of(work, (seen.number, targets))
    })
    .await
}

async fn choose(Path(number): Path<String>, Sent(visit, value): Sent, targets: Targets) -> Answer {
    changed(visit, (number, value), move |work, seen, sent| {
        let it: Chosen = web::api::typed(sent)?;
        let rows = commands::choose(work, seen, targets, (it.effect, it.choice))?;
        let version = work.find::<Batch>(seen.number)?.record.version;
        Ok(serde_json::to_value(Chose { rows, version })?)
    })
    .await
}

async fn for_all(Path(number): Path<String>, Sent(visit, value): Sent, targets: Targets) -> Answer {
    changed(visit, (number, value), move |work, seen, sent| {
        let it: ForAll = web::api::typed(sent)?;
        let rows = commands::for_all(work, seen, targets, &it.fields)?;
        let version = work.find::<Batch>(seen.number)?.record.version;
        Ok(serde_json::to_value(Chose { rows, version })?)
    })
    .await
}

async fn apply(Path(number): Path<String>, Sent(visit, value): Sent, targets: Targets) -> Answer {
    changed(visit, (number, value), move |work, seen, _| went(commands::take_some(work, seen, targets)?))
        .await
}

async fn revert(Path(number): Path<String>, Sent(visit, value): Sent, targets: Targets) -> Answer {
    changed(visit, (number, value), move |work, seen, _| went(commands::take_some_back(work, seen, targets)?))
        .await
}

fn went(Progress { is_done, rows, version }: Progress) -> Result<Json> {
    Ok(serde_json::to_value(Went { is_done, rows, version })?)
}
