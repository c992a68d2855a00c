//! Addresses of the list of those who must know a set, and of reading it.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use kernel::{Error, Faults, Permit, Reader, Result, Role, text};
use maud::html;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use table::Cell;
use web::api::{Paged, json as in_json, one_more, page_of, paged};
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use crate::commands::{self, Telling};
use crate::model::{Distributed, Heard, MustRead, RequirementSet, Why};
use crate::pages::files::{self, Format};
use crate::pages::{compare, distribution, of_set};
use crate::queries::{self, At, SoughtReaders};
use crate::rules;

const PLACE: &str = "/requirement-sets";
/// So many lines stand on a page.
const SHOWN: usize = 50;

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}/{rest}");
    let api = |rest: &str| format!("/api/v1/requirement-sets/{{number}}/{rest}");
    let about = |summary| Doc { summary, tag: "Requirement sets", ..Doc::default() };
    Routes::default()
        .get("/distribution", show_always)
        .post("/distribution", change_always)
        .get("/distribution/readers", show_asked)
        .api_get(
            "/api/v1/distribution",
            Doc {
                response: schema_of::<Paged<AskedLine>>(),
                query: &[
                    ("set", "Only of this set, by its number."),
                    ("person", "Only this person, by the number."),
                    ("function", "Only by this function, by its number."),
                    ("heard", "Only those who have not said that they read it (`waiting`), have (`read`), or are no longer asked (`over`)."),
                    ("limit", "How many to a page, 50 where nothing is said."),
                    ("after", "Where the page begins: the `next` of the page before."),
                ],
                ..about("Who was asked to read which released set, and who has, the newest first")
            },
            asked_in_json,
        )
        .api_get(
            "/api/v1/distribution/functions",
            Doc {
                response: schema_of::<Always>(),
                ..about("Every function, and whether it is told of every set that is released")
            },
            always_in_json,
        )
        .api_post(
            "/api/v1/distribution/functions",
            Doc {
                request: schema_of::<TellOne>(),
                response: schema_of::<Always>(),
                ..about("Has a function told of every set that is released from now on, or no longer")
            },
            tell_always,
        )
        .get(&of("readers"), show_readers)
        .post(&of("readers"), change_list)
        .get(&of("readers.csv"), download)
        .post(&of("readers/remind"), remind)
        .get(&of("read"), show_to_read)
        .post(&of("read"), acknowledge)
        .api_get(
            &api("readers"),
            Doc {
                response: schema_of::<Readers>(),
                ..about("Who must know the last revision, who has read it, and which functions are told")
            },
            readers_in_json,
        )
        .api_post(
            &api("readers"),
            Doc {
                request: schema_of::<TellOne>(),
                response: schema_of::<Readers>(),
                ..about("Puts a function on the list of those who must know it, or takes it off")
            },
            tell,
        )
        .api_post(
            &api("readers/remind"),
            Doc {
                request: schema_of::<Nothing>(),
                response: schema_of::<Reminded>(),
                ..about("Gives a task to each who has not read the last revision")
            },
            remind_all,
        )
        .api_post(
            &api("read"),
            Doc {
                request: schema_of::<HaveRead>(),
                response: schema_of::<HaveRead>(),
                ..about("Says that one has read a revision, bound to its digest")
            },
            have_read,
        )
}

async fn show_readers(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let set = reader.find_ours::<RequirementSet>(&number)?;
            let owns = Permit::Owner.covers(reader.actor, Some(set.record.owner));
            let helps = Permit::Any(&[Role::Engineer, Role::Quality]).covers(reader.actor, None);
            let released = set.record.released;
            let body = distribution::page(&distribution::Distribution {
                number: &number,
                title: &set.record.title,
                released,
                readers: &queries::readers(reader, set.record.id.raw(), released.unwrap_or(0))?,
                functions: &queries::functions_told(reader, set.record.id.raw())?,
                nobody: &queries::told_nobody(reader, set.record.id.raw())?,
                may_list: owns.is_ok(),
                may_remind: owns.or(helps).is_ok(),
                now: reader.now,
            });
            Ok(Page::new(t!("Who must know {title}", title = &set.record.title), PLACE, body))
        })
        .await
}

/// What somebody looks for among all who were asked.
///
/// # Errors
/// Names the field that names nothing.
fn sought(reader: &Reader, form: &mut Form) -> Result<SoughtReaders> {
    reader.actor.must_be_inside()?;
    let heard = form.maybe_word::<Heard>("heard");
    let (set, person) = (named(reader, form, ("set", "RS"))?, named(reader, form, ("person", "PE"))?);
    let function = named(reader, form, ("function", "FN"))?;
    form.check()?;
    Ok(SoughtReaders { set, person, function, heard })
}

/// The record of a kind that a field names.
fn named(reader: &Reader, form: &mut Form, (field, kind): (&str, &str)) -> Result<Option<i64>> {
    let number = form.text(field).to_owned();
    if number.is_empty() {
        return Ok(None);
    }
    match reader.mention_of(&number) {
        Ok(it) if it.kind == kind => return Ok(Some(it.id)),
        Ok(_) | Err(Error::NotFound) => {}
        Err(other) => return Err(other),
    }
    form.faults.add(field, text!("There is nothing with this number."));
    Ok(None)
}

async fn show_asked(visit: Visit) -> Answer {
    let mut form = visit.envelope.asked();
    visit
        .read(move |reader| {
            let (_, before) = page_of(&mut form, SHOWN);
            let found = match sought(reader, &mut form) {
                Ok(it) => queries::distributed(reader, &it, before, one_more(SHOWN))?,
                Err(Error::Invalid(faults)) => {
                    form.faults = faults;
                    Vec::new()
                }
                Err(other) => return Err(other),
            };
            let page = paged(found, SHOWN, |it: &Distributed| it.id);
            let functions = queries::functions_told(reader, 0)?.into_iter().map(|it| (it.number, it.name));
            let body = distribution::asked(&distribution::Asked {
                lines: &page.items,
                functions: &functions.collect::<Vec<_>>(),
                next: page.next,
                form: &form,
                now: reader.now,
            });
            Ok(Page::new(t!("Who was asked to read what"), PLACE, body))
        })
        .await
}

fn telling(word: &str) -> Result<Telling, Faults> {
    match word {
        "yes" => Ok(Telling::Told),
        "no" => Ok(Telling::NotTold),
        _ => Err(Faults::one("told", text!("Choose one of the words in the list."))),
    }
}

async fn change_list(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            commands::tell(work, &number, form.text("function"), telling(form.text("told"))?)?;
            Ok(of_set(&number, "readers"))
        })
        .await
}

async fn remind(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::remind(work, &number)?;
            Ok(of_set(&number, "readers"))
        })
        .await
}

async fn download(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let set = reader.find_ours::<RequirementSet>(&number)?;
            let no = set.record.released.unwrap_or(0);
            let readers = queries::readers(reader, set.record.id.raw(), no)?;
            let headings = ["revision", "person", "function", "asked_at", "read_at", "digest"];
            let headings: Vec<String> = headings.map(str::to_owned).to_vec();
            let rows = readers.iter().map(|it| {
                let read = it.read_at.map(|it| it.to_string()).unwrap_or_default();
                let words = [it.no.to_string(), it.name.clone(), it.function_name.clone()];
                let more = [it.asked_at.to_string(), read, it.digest.clone()];
                words.into_iter().chain(more).map(Cell::from).collect()
            });
            let bytes = files::table_of(&number, (&headings, rows.collect()), Format::Csv, reader.now)?;
            let name = format!("{}-readers.csv", number.to_lowercase());
            let headers = [
                ("content-type", Format::Csv.media_type().to_owned()),
                ("content-disposition", format!("attachment; filename=\"{name}\"")),
            ];
            Ok((headers, bytes).into_response())
        })
        .await
}

async fn show_to_read(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| read_page(reader, &number)).await
}

fn read_page(reader: &Reader, number: &str) -> Result<Page> {
    let set = reader.find_ours::<RequirementSet>(number)?;
    let no = set.record.released.ok_or(Error::NotFound)?;
    let id = set.record.id.raw();
    let asked = queries::asked_of(reader, id, reader.actor.person)?;
    let this = asked.iter().find(|it| it.no == no);
    let before = asked.iter().find(|it| it.no < no && it.read_at.is_some()).map(|it| it.no);
    let since = before.map(|before| since(reader, number, before, no)).transpose()?;
    let (revision, _) = queries::manifest(reader, id, no)?;
    let body = distribution::read(&distribution::ToBeRead {
        number,
        title: &set.record.title,
        no,
        digest: &revision.digest,
        since,
        asked: this.is_some(),
        read_at: this.and_then(|it| it.read_at),
    });
    Ok(Page::new(t!("Revision {no} of {title}", no = no, title = &set.record.title), PLACE, body))
}

/// What changed since a revision that was read.
fn since(reader: &Reader, number: &str, before: i64, no: i64) -> Result<(i64, maud::Markup)> {
    let (then, now) = (
        super::sets::as_read(reader, number, At::Revision(before))?,
        super::sets::as_read(reader, number, At::Revision(no))?,
    );
    let comparison = rules::compare(&then, &now);
    let name = |no: i64| (no.to_string(), t!("Revision {no}", no = no));
    let compared = compare::Compared {
        after: &now,
        comparison: &comparison,
        choices: vec![name(before), name(no)],
        extra: queries::extra_labels(reader)?,
        from: before.to_string(),
        to: no.to_string(),
    };
    Ok((before, html! { (compare::inside(&compared)) }))
}

async fn acknowledge(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let no = visit.form.whole("revision");
    let digest = visit.form.text("digest").to_owned();
    visit
        .write(move |work| {
            let no = no.ok_or_else(|| Faults::one("revision", text!("Give a whole number.")))?;
            commands::acknowledge(work, &number, no, &digest)?;
            Ok(of_set(&number, ""))
        })
        .await
}

/// Number and name of every function, and whether it is told of every set.
///
/// # Errors
/// Nobody of outside finds it.
fn functions_always_told(reader: &Reader) -> Result<Vec<(String, String, bool)>> {
    reader.actor.must_be_inside()?;
    let always = queries::told_always(reader)?;
    let functions = queries::functions_told(reader, 0)?;
    Ok(functions.into_iter().map(|it| (it.number, it.name, always.contains(&it.function))).collect())
}

async fn show_always(visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let lines = functions_always_told(reader)?;
            let may = Permit::Any(&[Role::Quality, Role::Administrator]).covers(reader.actor, None).is_ok();
            let body = distribution::always(&lines, may);
            Ok(Page::new(t!("Who is told of every released set"), PLACE, body))
        })
        .await
}

async fn change_always(Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            commands::tell_always(work, form.text("function"), telling(form.text("told"))?)?;
            Ok("/distribution".to_owned())
        })
        .await
}

#[derive(Serialize, JsonSchema)]
struct Readers {
    number: String,
    /// The last revision; null where none was released.
    revision: Option<i64>,
    readers: Vec<ReaderSeen>,
    functions: Vec<FunctionTold>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reader")]
struct ReaderSeen {
    person: String,
    function: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    asked_at: Timestamp,
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    read_at: Option<Timestamp>,
    /// Whether they have left: then nobody waits for them.
    has_left: bool,
    /// The digest of the revision that was shown.
    digest: String,
}

/// Who was asked to read which released set.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Distributed")]
struct AskedLine {
    id: i64,
    /// The number of the set.
    set: String,
    title: String,
    revision: i64,
    /// The number of the person.
    person: String,
    name: String,
    /// The number of the function by which they must know it.
    function: String,
    heard: Heard,
    #[schemars(with = "String", extend("format" = "date-time"))]
    asked_at: Timestamp,
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    read_at: Option<Timestamp>,
    /// The digest of the revision that was shown.
    digest: String,
}

#[derive(Serialize, JsonSchema)]
struct FunctionTold {
    number: String,
    name: String,
    is_told: bool,
    /// Whether it is told and nobody answers for it: then nobody is asked to read what is released.
    has_nobody: bool,
    /// `always`, `answers`, `chosen`, `left_out` or `not_asked`.
    why: String,
}

/// Which functions are told of every set that is released.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlwaysTold")]
struct Always {
    functions: Vec<AlwaysOne>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FunctionAlwaysTold")]
struct AlwaysOne {
    number: String,
    name: String,
    is_told: bool,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TellOne {
    /// The number of the function.
    function: String,
    is_told: bool,
}

impl TellOne {
    fn telling(&self) -> Telling {
        if self.is_told { Telling::Told } else { Telling::NotTold }
    }
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct Reminded {
    reminded: usize,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HaveRead {
    revision: i64,
    /// The digest of the revision that was read.
    digest: String,
}

fn readers_of(reader: &Reader, number: &str) -> Result<Readers> {
    let set = reader.find_ours::<RequirementSet>(number)?;
    let id = set.record.id.raw();
    let revision = set.record.released;
    let seen = |it: MustRead| ReaderSeen {
        person: it.name,
        function: it.function_name,
        asked_at: it.asked_at,
        read_at: it.read_at,
        has_left: it.state == identity::PersonState::Left,
        digest: it.digest,
    };
    let readers = queries::readers(reader, id, revision.unwrap_or(0))?.into_iter().map(seen).collect();
    let nobody: Vec<i64> = queries::told_nobody(reader, id)?.into_iter().map(|it| it.function).collect();
    let functions = queries::functions_told(reader, id)?.into_iter().map(|it| FunctionTold {
        has_nobody: nobody.contains(&it.function),
        number: it.number,
        name: it.name,
        is_told: it.why.is_told(),
        why: code(it.why).to_owned(),
    });
    Ok(Readers { number: number.to_owned(), revision, readers, functions: functions.collect() })
}

fn code(why: Why) -> &'static str {
    match why {
        Why::Always => "always",
        Why::Answers => "answers",
        Why::Chosen => "chosen",
        Why::LeftOut => "left_out",
        Why::NotAsked => "not_asked",
    }
}

async fn readers_in_json(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            Ok(in_json(StatusCode::OK, &serde_json::to_value(readers_of(reader, &number)?)?))
        })
        .await
}

async fn asked_in_json(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (limit, before) = page_of(&mut asked, SHOWN);
            let sought = sought(reader, &mut asked)?;
            let line = |it: Distributed| AskedLine {
                heard: it.heard(),
                id: it.id,
                set: it.number,
                title: it.title,
                revision: it.no,
                person: it.person_number,
                name: it.name,
                function: it.function_number,
                asked_at: it.asked_at,
                read_at: it.read_at,
                digest: it.digest,
            };
            let found = queries::distributed(reader, &sought, before, one_more(limit))?;
            let items = found.into_iter().map(line).collect();
            web::api::answer(&paged(items, limit, |it: &AskedLine| it.id))
        })
        .await
}

fn always(reader: &Reader) -> Result<Json> {
    let functions = functions_always_told(reader)?.into_iter();
    let functions = functions.map(|(number, name, is_told)| AlwaysOne { number, name, is_told }).collect();
    Ok(serde_json::to_value(Always { functions })?)
}

async fn always_in_json(visit: Visit) -> Answer {
    visit.respond(move |reader| Ok(in_json(StatusCode::OK, &always(reader)?))).await
}

async fn tell_always(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: TellOne = web::api::typed(sent)?;
        commands::tell_always(work, &it.function, it.telling())?;
        always(work)
    })
    .await
}

async fn tell(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: TellOne = web::api::typed(sent)?;
        commands::tell(work, &number, &it.function, it.telling())?;
        Ok(serde_json::to_value(readers_of(work, &number)?)?)
    })
    .await
}

async fn remind_all(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Nothing {} = web::api::typed(sent)?;
        Ok(json!(Reminded { reminded: commands::remind(work, &number)? }))
    })
    .await
}

async fn have_read(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let read: HaveRead = web::api::typed(sent)?;
        commands::acknowledge(work, &number, read.revision, &read.digest)?;
        Ok(serde_json::to_value(read)?)
    })
    .await
}
