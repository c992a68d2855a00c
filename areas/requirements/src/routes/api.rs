//! The programming interface beyond what every kind has: rows of the table, order, release, readings, comparison.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use kernel::{Body, Case, Error, Faults, Permit, Reader, Result, Work, text, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use web::api::json as in_json;
use web::extra::Cells;
use web::language::say;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use super::sets::{at, end, ends};
use crate::commands::{self, Capture, Edit, Into, NewRequirement, Words};
use crate::model::{Comparison, Requirement, RequirementSet, Seen};
use crate::pages::files::Format;
use crate::pages::{again, files, of_requirement, rich, table};
use crate::queries::{self, At};
use crate::rules::{self, FIELDS, Put};

const SETS: &str = "/api/v1/requirement-sets/{number}";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{SETS}/{rest}");
    let about = |summary| Doc { summary, tag: "Requirement sets", ..Doc::default() };
    let each = |summary| Doc { summary, tag: "Requirements", ..Doc::default() };
    let routes = Format::ALL.into_iter().fold(Routes::default(), |routes, format| {
        routes.api_get(
            &of(&format!("export.{}", format.ending())),
            exporting(format),
            move |number, visit| super::sets::download(format, number, visit),
        )
    });
    routes
        .api_post(
            "/api/v1/requirements",
            Doc {
                request: schema_of::<NewRow>(),
                response: schema_of::<Row>(),
                makes: true,
                ..each("Adds a requirement to a set")
            },
            create,
        )
        .api_patch(
            "/api/v1/requirements/{number}",
            Doc {
                request: schema_of::<Changing>(),
                response: schema_of::<Row>(),
                ..each("Changes fields of a requirement")
            },
            change,
        )
        .api_post(
            "/api/v1/requirements/{number}/follow",
            Doc {
                request: schema_of::<Following>(),
                response: schema_of::<Row>(),
                must_have_seen: true,
                ..each("Lets a requirement follow a change of the other end of a suspect tie, which holds again then")
            },
            follow,
        )
        .api_post(
            "/api/v1/requirements/bulk",
            Doc {
                request: schema_of::<Bulk>(),
                response: schema_of::<Rows>(),
                ..each("Changes and adds many, all or none")
            },
            bulk,
        )
        .api_post(
            "/api/v1/markdown",
            Doc {
                request: schema_of::<Pasted>(),
                response: schema_of::<AsMarkdown>(),
                ..each("What was copied with its form elsewhere, as Markdown")
            },
            as_markdown,
        )
        .api_post(
            "/api/v1/markdown/html",
            Doc {
                request: schema_of::<Written>(),
                response: schema_of::<AsRead>(),
                ..each("Markdown as the pages show it")
            },
            as_read,
        )
        .api_post(
            "/api/v1/passages",
            Doc {
                request: schema_of::<Marked>(),
                response: schema_of::<Row>(),
                makes: true,
                ..each("Makes a requirement of words in a text")
            },
            mark,
        )
        .api_post(
            &of("order"),
            Doc {
                request: schema_of::<Order>(),
                response: schema_of::<Placed>(),
                ..about("Puts a requirement elsewhere in its set")
            },
            order,
        )
        .api_post(
            &of("release"),
            Doc {
                request: schema_of::<Releasing>(),
                response: schema_of::<Released>(),
                ..about("Releases the next revision")
            },
            release,
        )
        .api_post(
            &of("offer"),
            Doc {
                request: schema_of::<Offered>(),
                response: schema_of::<Offered>(),
                ..about("Shows a revision to the customer")
            },
            offer,
        )
        .api_get(
            &of("compare"),
            Doc {
                query: &[("from", "A revision, or `now` for the working copy"), ("to", "The same")],
                response: schema_of::<Compared>(),
                ..about("What differs between two revisions")
            },
            compare,
        )
        .api_get(
            &of("manifest"),
            Doc {
                query: &[("revision", "Which revision; the last one where nothing is said")],
                response: schema_of::<Map<String, Json>>(),
                ..about("What a revision holds, as it was frozen")
            },
            manifest,
        )
        .api_get(
            &of("document"),
            Doc {
                query: &[("revision", "Which revision"), ("at", "A moment, as it stood then")],
                response: schema_of::<Map<String, Json>>(),
                ..about("The set with its sections and requirements, now or at any moment")
            },
            document,
        )
}

/// The set as the file that its page and the command line give, byte for byte.
fn exporting(format: Format) -> Doc {
    let is_json = format == Format::Json;
    Doc {
        summary: match format {
            Format::Csv => "The set as CSV, the same file as its page gives",
            Format::Xlsx => "The set as a workbook, the same file as its page gives",
            Format::Markdown => "The set as Markdown, the same file as its page gives",
            Format::Json => "The set as JSON, the same file as its page gives",
        },
        tag: "Requirement sets",
        query: &[("revision", "Which revision; what is worked on where nothing is said")],
        response: if is_json { schema_of::<Map<String, Json>>() } else { None },
        media_type: (!is_json).then(|| format.media_type()),
        ..Doc::default()
    }
}

/// A requirement as a row of the table: each field as it is written there.
#[derive(Serialize, JsonSchema)]
struct Row {
    number: String,
    /// The `ETag` for the next change.
    version: i64,
    /// Texts; words of closed lists by their codes.
    fields: Map<String, Json>,
    /// The extra fields of the house in use, by their short names, as texts too: people by their numbers, days like
    /// 2026-11-16, `true` or `false`, nothing where nothing is said.
    extra: Map<String, Json>,
    /// How fields are shown that hold Markdown or a moment, or are extra fields, as `extra.cost_centre`.
    html: Map<String, Json>,
}

#[derive(Serialize, JsonSchema)]
struct Rows {
    rows: Vec<Row>,
}

/// Fields to be written: texts, numbers, or null for nothing.
type Fields = Map<String, Json>;

/// Fields of a requirement to be written; those that are not sent stay.
#[derive(Clone, Deserialize, JsonSchema)]
struct Changing {
    /// What its extra fields say, by their short names: texts as they are typed, or values as the fields hold them; null
    /// empties one.
    #[serde(default)]
    extra: Fields,
    #[serde(flatten)]
    fields: Fields,
}

/// Fields of a requirement that follows a change of the other end of a tie; those that are not sent stay, and none is
/// sent where it was updated before.
#[derive(Clone, Deserialize, JsonSchema)]
struct Following {
    /// The key of the tie; the requirement is one of its ends.
    link: i64,
    /// Why. It stands on the trail of both ends.
    #[serde(default)]
    reason: String,
    /// What its extra fields say, by their short names.
    #[serde(default)]
    extra: Fields,
    #[serde(flatten)]
    fields: Fields,
}

/// A new requirement. All fields of a requirement may be sent beside these.
#[derive(Clone, Deserialize, JsonSchema)]
struct NewRow {
    /// The number of the set.
    set: String,
    /// The key of the section; the first of the set's own where nothing is said.
    #[serde(default)]
    section: String,
    /// Behind which requirement; null for the head of the section, its end where nothing is said.
    #[serde(default, deserialize_with = "put")]
    #[schemars(with = "Option<String>")]
    after: Put,
    #[serde(default)]
    title: String,
    /// What its extra fields say, by their short names.
    #[serde(default)]
    extra: Fields,
    #[serde(flatten)]
    fields: Fields,
}

/// Either one value for many, or many rows.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Bulk {
    /// Which requirements are given `fields` and `extra`.
    numbers: Vec<String>,
    /// Which version of each of them was seen. Where one is another by now, nothing is changed, and the answer
    /// (412) holds as `stale` what those requirements say now.
    versions: BTreeMap<String, i64>,
    fields: Fields,
    /// What their extra fields say, by their short names.
    extra: Fields,
    /// The set into which rows without a number come.
    set: String,
    rows: Vec<BulkRow>,
}

/// A row: with a number it changes that requirement, without it adds one.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct BulkRow {
    number: Option<String>,
    version: Option<i64>,
    section: String,
    /// Where nothing is said, it follows the row before it.
    #[serde(deserialize_with = "maybe_put")]
    #[schemars(with = "Option<String>")]
    after: Option<Put>,
    title: String,
    fields: Fields,
    /// What its extra fields say, by their short names.
    extra: Fields,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct Order {
    /// The number of the requirement.
    requirement: String,
    #[serde(default)]
    section: String,
    /// Behind which requirement; null for the head of the section.
    #[serde(default, deserialize_with = "put")]
    #[schemars(with = "Option<String>")]
    after: Put,
}

#[derive(Serialize, JsonSchema)]
struct Placed {
    number: String,
    version: i64,
}

/// The release of a set.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Releasing {
    reason: String,
    /// Number and version of every requirement that was seen. Where the set holds others by now, nothing is released.
    versions: BTreeMap<String, i64>,
}

#[derive(Serialize, JsonSchema)]
struct Released {
    number: String,
    revision: i64,
    /// SHA-256 of the manifest, in hexadecimal.
    digest: String,
    /// Whether anything was new.
    is_new: bool,
    /// The functions that must know the set and for which nobody answers: nobody was asked to read it there.
    told_nobody: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Offered {
    revision: i64,
}

/// Words in a text that become a requirement.
#[derive(Clone, Deserialize, JsonSchema)]
struct Marked {
    /// The key of the text.
    source: i64,
    /// From which to before which character, both or none; else `exact` is looked for, which must
    /// stand there once.
    start: Option<i64>,
    end: Option<i64>,
    #[serde(default)]
    exact: String,
    /// The number of the set; else a new one is opened with `set_title`.
    #[serde(default)]
    set: String,
    #[serde(default)]
    set_title: String,
    #[serde(default)]
    section: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    fields: Fields,
    /// What the extra fields of the requirement say, by their short names.
    #[serde(default)]
    extra: Fields,
}

/// HTML as other programs copy it.
#[derive(Clone, Deserialize, JsonSchema)]
struct Pasted {
    html: String,
}

#[derive(Serialize, JsonSchema)]
struct AsMarkdown {
    /// Headings, lists, tables, links and emphasis; nothing that runs or is fetched from elsewhere.
    markdown: String,
}

/// Markdown as somebody writes it.
#[derive(Clone, Deserialize, JsonSchema)]
struct Written {
    markdown: String,
}

#[derive(Serialize, JsonSchema)]
struct AsRead {
    /// What the page of a record shows; nothing in it runs.
    html: String,
}

#[derive(Serialize, JsonSchema)]
struct Compared {
    from: String,
    to: String,
    /// One line for each thing that became of a requirement.
    rows: Vec<ComparedRow>,
    /// All that differs, sections and files included.
    comparison: Json,
}

#[derive(Serialize, JsonSchema)]
struct ComparedRow {
    id: String,
    /// `added`, `removed`, `moved` or `changed`.
    kind: String,
    field: String,
    before: String,
    after: String,
}

fn put<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Put, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map_or(Put::First, Put::After))
}

fn maybe_put<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Put>, D::Error> {
    put(from).map(Some)
}

/// What was sent, as a typed value.
/// Values as they would be typed into the table.
fn written(fields: &Fields) -> Result<Vec<(String, String)>, Faults> {
    let mut faults = Faults::default();
    let mut words = Vec::new();
    for (field, value) in fields {
        match value {
            Json::Null => words.push((field.clone(), String::new())),
            Json::String(it) => words.push((field.clone(), super::typed(field, &it.replace('\0', "")))),
            Json::Number(it) => words.push((field.clone(), it.to_string())),
            _ => {
                faults.add(field, text!("Send a text, a number or null."));
            }
        }
    }
    faults.into_result()?;
    Ok(words)
}

fn body_of(fields: &Fields) -> Result<Requirement, Faults> {
    let (mut body, mut faults) = (Requirement::default(), Faults::default());
    for (field, words) in written(fields)?.into_iter().filter(|(field, _)| field != "title") {
        if let Err(Faults(wrong)) = body.write(&field, &words) {
            faults.0.extend(wrong);
        }
    }
    faults.into_result()?;
    Ok(body)
}

/// The row of a requirement as it is now.
fn row(reader: &Reader, case: &Case<Requirement>) -> Result<Row> {
    let mut fields = Fields::new();
    fields.insert("title".into(), case.record.title.clone().into());
    fields.extend(FIELDS.iter().map(|it| ((*it).to_owned(), again(it, &case.body.written(it)).into())));
    let mut html = Map::new();
    if let Some(at) = case.body.said_at {
        html.insert("said_at".into(), web::language::exact_moment(at).into());
    }
    if table::is_more_than_words(&case.body.statement) {
        let shown = maud::html! { (rich(&case.body.statement)) };
        html.insert("statement".into(), shown.into_string().into());
    }
    let (mut extra, mut cells) = (Fields::new(), Cells::new(reader));
    let (number, said) = (&case.record.number, &case.record.extra);
    for field in reader.fields_of(Requirement::KIND.prefix)?.iter().filter(|it| it.is_in_use()) {
        let shown = cells.shown(field, said)?.html(&of_requirement(number), reader.now).into_string();
        if !shown.is_empty() {
            html.insert(field.place_of_fault(), shown.into());
        }
        extra.insert(field.key.clone(), cells.written(field, said)?.into());
    }
    Ok(Row { number: number.clone(), version: case.record.version, fields, extra, html })
}

async fn create(Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let NewRow { set, section, after, title, extra, fields } = typed(asked.clone())?;
            let new = NewRequirement { title, section, put: after, body: body_of(&fields)?, number: None };
            let made = commands::add(work, &set, &new)?;
            web::extra::opened_with::<Requirement>(work, &made.number, &extra)?;
            Ok(serde_json::to_value(row(work, &work.find(&made.number)?)?)?)
        })
        .await?;
    Ok(made(&answer))
}

/// Changes a requirement that is there, in its own fields and in those of the house.
fn edit(work: &mut Work, change: &Edit, extra: &Fields) -> Result<Case<Requirement>> {
    let extra = web::extra::read_row(work, Requirement::KIND.prefix, extra)?;
    let mut case = commands::edit(work, change)?;
    work.fill(&mut case, &extra)?;
    Ok(case)
}

fn made(answer: &Json) -> axum::response::Response {
    let mut response = in_json(StatusCode::CREATED, answer);
    let address = format!("/api/v1/requirements/{}", answer["number"].as_str().unwrap_or_default());
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

async fn change(Path(number): Path<String>, sent: Sent) -> Answer {
    changing(number, sent, |work, number, version, it: Changing| {
        let change = Edit { number: number.to_owned(), version, fields: written(&it.fields)? };
        edit(work, &change, &it.extra)
    })
    .await
}

async fn follow(Path(number): Path<String>, sent: Sent) -> Answer {
    changing(number, sent, |work, number, version, it: Following| {
        let change = Edit { number: number.to_owned(), version, fields: written(&it.fields)? };
        commands::follow(work, it.link, &change, &it.reason)?;
        web::extra::keep_whole_with::<Requirement>(work, number, &it.extra)?;
        work.find(number)
    })
    .await
}

/// A deed that changes a requirement, of whoever has seen it in a version, or says that any will do.
type Change<T> = fn(&mut Work, &str, Option<i64>, T) -> Result<Case<Requirement>>;

/// Whoever was slower gets what is there now, so that both versions can be shown.
async fn changing<T: serde::de::DeserializeOwned + 'static>(
    number: String,
    Sent(visit, sent): Sent,
    deed: Change<T>,
) -> Answer {
    let (asked, version) = (sent.clone(), visit.must_have_seen()?);
    let answer = visit
        .changed(sent, move |work| {
            let wanted: T = typed(asked.clone())?;
            let case = work.find::<Requirement>(&number)?;
            if version.is_some_and(|it| it != case.record.version) {
                let title = say(&text!("Somebody else changed it first"));
                let detail = say(&text!(
                    "Nothing was overwritten. Read it again, and send its ETag as If-Match with what you want now."
                ));
                let Row { fields, extra, version, .. } = row(work, &case)?;
                return Ok(json!({
                    "type": "about:blank", "title": title, "detail": detail, "status": 412,
                    "current": fields, "extra": extra, "version": version,
                }));
            }
            let case = deed(work, &number, version, wanted)?;
            Ok(serde_json::to_value(row(work, &case)?)?)
        })
        .await?;
    let is_stale = answer.get("current").is_some();
    Ok(in_json(if is_stale { StatusCode::PRECONDITION_FAILED } else { StatusCode::OK }, &answer))
}

async fn bulk(Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let it: Bulk = typed(asked.clone())?;
            let overtaken = queries::overtaken(work, it.seen())?;
            if !overtaken.is_empty() {
                let (title, detail) =
                    (text!("Somebody else changed it first"), commands::overtaken_by_others(&overtaken));
                let stale: Vec<Row> = overtaken.iter().map(|it| row(work, it)).collect::<Result<_>>()?;
                return Ok(json!({
                    "type": "about:blank", "title": say(&title), "detail": say(&detail), "status": 412, "stale": stale,
                }));
            }
            Ok(serde_json::to_value(Rows { rows: change_many(work, it)? })?)
        })
        .await?;
    let is_stale = answer.get("stale").is_some();
    Ok(in_json(if is_stale { StatusCode::PRECONDITION_FAILED } else { StatusCode::OK }, &answer))
}

impl Bulk {
    /// The requirements to be changed whose version was said, each with it.
    fn seen(&self) -> impl Iterator<Item = (&str, i64)> {
        let of_many = self.numbers.iter().filter_map(|it| Some((it.as_str(), *self.versions.get(it)?)));
        of_many.chain(self.rows.iter().filter_map(|it| Some((it.number.as_deref()?, it.version?))))
    }
}

fn change_many(work: &mut Work, it: Bulk) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let fields = written(&it.fields)?;
    for number in it.numbers {
        let version = it.versions.get(&number).copied();
        let case = edit(work, &Edit { number, version, fields: fields.clone() }, &it.extra)?;
        rows.push(row(work, &case)?);
    }
    let mut before = Put::Last;
    for BulkRow { number, version, section, after, title, fields, extra } in it.rows {
        let case = match number {
            Some(number) => edit(work, &Edit { number, version, fields: written(&fields)? }, &extra)?,
            None => {
                let put = after.unwrap_or(before);
                let new = NewRequirement { title, section, put, body: body_of(&fields)?, number: None };
                let made = commands::add(work, &it.set, &new)?;
                web::extra::opened_with::<Requirement>(work, &made.number, &extra)?;
                work.find(&made.number)?
            }
        };
        before = Put::After(case.record.number.clone());
        rows.push(row(work, &case)?);
    }
    Ok(rows)
}

/// The most that is pasted at once, in characters.
const LONGEST_PASTED: usize = 200_000;

async fn as_markdown(Sent(visit, sent): Sent) -> Answer {
    visit
        .respond(move |reader| {
            Permit::Staff.covers(reader.actor, None)?;
            let Pasted { html } = typed(sent)?;
            must_be_short("html", &html)?;
            let markdown = markdown::from_html(&html);
            Ok(in_json(StatusCode::OK, &serde_json::to_value(AsMarkdown { markdown })?))
        })
        .await
}

async fn as_read(Sent(visit, sent): Sent) -> Answer {
    visit
        .respond(move |reader| {
            Permit::Staff.covers(reader.actor, None)?;
            let Written { markdown } = typed(sent)?;
            must_be_short("markdown", &markdown)?;
            let html = rich(&markdown).into_string();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(AsRead { html })?))
        })
        .await
}

fn must_be_short(field: &str, words: &str) -> Result<()> {
    let mut faults = Faults::default();
    let count = i64::try_from(LONGEST_PASTED).unwrap_or(i64::MAX);
    let fits = words.chars().count() <= LONGEST_PASTED;
    faults.unless(fits, field, text!("Shorten it to {count} characters.", count = count));
    faults.into_result()?;
    Ok(())
}

async fn mark(Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let Marked { source, start, end, exact, set, set_title, section, title, fields, extra } =
                typed(asked.clone())?;
            let words = words_of(work, source, (start, end), exact)?;
            let into = if set.is_empty() { Into::New(set_title) } else { Into::Set(set) };
            if matches!(into, Into::New(_)) {
                super::capture::must_be_open_in_passing(work)?;
            }
            let new = NewRequirement { title, section, body: body_of(&fields)?, ..NewRequirement::default() };
            let made = commands::capture(work, &Capture { source, words, into, new })?;
            web::extra::opened_with::<Requirement>(work, &made.number, &extra)?;
            Ok(serde_json::to_value(row(work, &work.find(&made.number)?)?)?)
        })
        .await?;
    Ok(made(&answer))
}

/// The words that a program means. Where it says both their place and how they read, the two agree, or something is
/// wrong on its side: the text is another one, or it counts differently (bytes, UTF-16).
fn words_of(
    reader: &Reader,
    source: i64,
    place: (Option<i64>, Option<i64>),
    exact: String,
) -> kernel::Result<Words> {
    let (start, end) = match place {
        (None, None) => return Ok(Words::Exact(exact)),
        (Some(start), Some(end)) => (start, end),
        (start, _) => {
            let field = if start.is_none() { "start" } else { "end" };
            return Err(Faults::one(field, text!("Send start and end together, or neither.")).into());
        }
    };
    let body = reader.source(source)?.body;
    let stands = commands::slice(&body, start, end);
    let bare = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
    if !exact.is_empty() && bare(&stands) != bare(&exact) {
        let sentence =
            text!("Other words stand from start to end. Count characters, or leave out one of the two.");
        return Err(Faults::one("exact", sentence).into());
    }
    Ok(Words::At(start, end))
}

async fn order(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Order { requirement, section, after } = typed(sent)?;
        let set = work.find::<RequirementSet>(&number)?.record.id.raw();
        if work.find::<Requirement>(&requirement)?.body.set_id != set {
            return Err(Error::NotFound);
        }
        let case = commands::move_to(work, &requirement, &section, &after)?;
        Ok(serde_json::to_value(Placed { number: requirement, version: case.record.version })?)
    })
    .await
}

async fn release(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Releasing { reason, versions } = typed(sent)?;
        let frozen = if versions.is_empty() {
            commands::release(work, &number, &reason)?
        } else {
            let seen = Seen::of_lines(versions).with_all_else_of(&queries::seen_now(work, &number)?, &number);
            commands::release_seen(work, &number, &reason, &seen)?
        };
        let (revision, digest, is_new) = (frozen.no, frozen.digest, frozen.is_new);
        let set = work.mention_of(&number)?.id;
        let told_nobody = queries::told_nobody(work, set)?.into_iter().map(|it| it.name).collect();
        let number = number.clone();
        Ok(serde_json::to_value(Released { number, revision, digest, is_new, told_nobody })?)
    })
    .await
}

async fn offer(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let offered: Offered = typed(sent)?;
        commands::offer(work, &number, offered.revision)?;
        Ok(serde_json::to_value(offered)?)
    })
    .await
}

async fn compare(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let set = reader.find::<RequirementSet>(&number)?;
            let revisions = reader.revisions(set.record.id.raw())?;
            let (from, to) = ends(reader, &revisions, &asked);
            let written: queries::Telling = |cells, field, extra| cells.written(field, extra);
            let read = |code: &str| queries::to_compare(reader, &number, end(code)?, written);
            let comparison = rules::compare(&read(&from)?, &read(&to)?);
            let compared = Compared {
                rows: rows_of(&comparison),
                from,
                to,
                comparison: serde_json::to_value(&comparison)?,
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(compared)?))
        })
        .await
}

fn rows_of(comparison: &Comparison) -> Vec<ComparedRow> {
    let rows = comparison.rows().into_iter();
    rows.map(|[id, kind, field, before, after]| ComparedRow { id, kind, field, before, after }).collect()
}

async fn manifest(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let no = asked.whole("revision");
            asked.check()?;
            let set = reader.find::<RequirementSet>(&number)?.record.id.raw();
            let no = match no {
                Some(no) => no,
                None => reader.revisions(set)?.first().ok_or(Error::NotFound)?.no,
            };
            Ok(in_json(StatusCode::OK, &manifest_of(reader, set, &number, no)?))
        })
        .await
}

/// The manifest with what each requirement said.
fn manifest_of(reader: &Reader, set: i64, number: &str, no: i64) -> Result<Json> {
    let (revision, manifest) = queries::manifest(reader, set, no)?;
    let reading = queries::read(reader, number, At::Revision(no))?;
    let content: Map<String, Json> = reading
        .lines
        .iter()
        .map(|it| Ok((it.number.clone(), kernel::Body::content(&it.body)?)))
        .collect::<Result<_>>()?;
    Ok(json!({
        "number": number, "revision": no, "digest": revision.digest, "reason": revision.reason,
        "released_at": revision.released_at.to_string(), "manifest": manifest, "requirements": content,
    }))
}

async fn document(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    visit
        .respond(move |reader| {
            let reading = queries::read(reader, &number, at(&asked, &zone)?)?;
            let answer = files::in_json(&reading, &queries::kept(reader, &reading)?);
            Ok(in_json(StatusCode::OK, &answer))
        })
        .await
}
