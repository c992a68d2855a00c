//! Addresses of checklists, and of their questions beside a set.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Body, Error, Faults, New, PersonId, Reader, Result, Vocabulary, text};
use maud::html;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use web::api::json as in_json;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer as Response, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use crate::commands::{self, Answering};
use crate::model::{
    Answer, Asked, Checklist, ChecklistStep, Laid, Question, Requirement, RequirementSet, Stand,
};
use crate::pages::{checklist as page, of_set};
use crate::queries;
use crate::rules::key_of;

const PLACE: &str = "/checklists";
const SETS: &str = "/requirement-sets";
/// So many requirements are proposed while somebody names the one that states it.
const HELD: usize = 500;

pub fn routes() -> Routes {
    let about = |summary| Doc { summary, tag: "Checklists", ..Doc::default() };
    let of_set = |rest: &str| format!("/api/v1/requirement-sets/{{number}}/checklists{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/checklists/new", new)
        .get("/checklists/{number}", show)
        .get("/checklists/{number}/edit", edit)
        .post("/checklists/{number}/edit", keep)
        .get("/checklists/{number}/release", ask_for_release)
        .post("/checklists/{number}/release", release)
        .get("/requirement-sets/{number}/checklists", show_beside)
        .post("/requirement-sets/{number}/checklists", lay)
        .post("/requirement-sets/{number}/checklists/{checklist}", answer)
        .post("/requirement-sets/{number}/checklists/{checklist}/remove", take_away)
        .api_post(
            "/api/v1/checklists/{number}/release",
            Doc {
                request: schema_of::<Reasoned>(),
                response: schema_of::<Released>(),
                ..about("Puts a checklist in force")
            },
            release_api,
        )
        .api_get(
            &of_set(""),
            Doc {
                response: schema_of::<Beside>(),
                ..about("The questions beside a set, and how each stands")
            },
            beside_api,
        )
        .api_post(
            &of_set(""),
            Doc {
                request: schema_of::<Wanted>(),
                response: schema_of::<Beside>(),
                ..about("Lays the revision of a checklist that is in force beside a set")
            },
            lay_api,
        )
        .api_post(
            &of_set("/{checklist}/answers"),
            Doc {
                request: schema_of::<Given>(),
                response: schema_of::<Answered>(),
                ..about("Answers a question of a checklist beside a set")
            },
            answer_api,
        )
        .api_post(
            &of_set("/{checklist}/remove"),
            Doc {
                request: schema_of::<Reasoned>(),
                response: schema_of::<Beside>(),
                ..about("Takes a checklist away from a set")
            },
            take_away_api,
        )
}

#[track_caller]
fn may_keep(reader: &Reader) -> bool {
    Checklist::CREATE.covers(reader.actor, None).is_ok()
}

async fn list(visit: Visit) -> Response {
    web::list::show(visit, Checklist::KIND.prefix, |reader| {
        let new =
            Button::open("/checklists/new", t!("Write a checklist")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            purpose: t!("A checklist asks what customers of a kind of product often leave unsaid."),
            first: may_keep(reader).then_some(new),
            more: vec![Button::open(SETS, t!("Requirements")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn new(visit: Visit) -> Response {
    visit
        .read(|reader| {
            Checklist::CREATE.covers(reader.actor, None)?;
            form_page(reader, None, &Form::default())
        })
        .await
}

fn form_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    let case = number.map(|it| reader.find::<Checklist>(it)).transpose()?;
    if let Some(it) = &case {
        it.lets_edit(reader.actor)?;
    }
    let (version, title, body) = match &case {
        Some(it) => (it.record.version, it.record.title.clone(), it.body.clone()),
        None => (0, String::new(), Checklist::default()),
    };
    let (title, body) = match written.has("title") {
        true => (written.text("title").to_owned(), read(written)),
        false => (title, body),
    };
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Checklist::KIND.prefix, written)?,
    };
    Ok(Page::new(t!("Checklist"), PLACE, page::edit(number, version, (&title, &body), &extra, written)))
}

/// What the form says; a question without words is left out.
fn read(form: &Form) -> Checklist {
    let places = (0..).map_while(|no| form.has(&format!("question-{no}")).then_some(no));
    let question = |no: usize| {
        let text = |field: &str| form.text(&format!("{field}-{no}")).to_owned();
        let (question, key) = (text("question"), text("key"));
        Question {
            key: if key.is_empty() { key_of(&question) } else { key },
            question,
            why: text("why"),
            class: Vocabulary::of(&text("class")).unwrap_or_default(),
            kind: Vocabulary::of(&text("kind")).unwrap_or_default(),
        }
    };
    let signs = form.text("signs").split(',').map(str::trim).filter(|it| !it.is_empty());
    Checklist {
        purpose: form.text("purpose").to_owned(),
        signs: signs.map(str::to_owned).collect(),
        questions: places.map(question).filter(|it| !it.question.is_empty()).collect(),
    }
}

async fn open(Posted(visit): Posted) -> Response {
    visit
        .write_form(
            move |work, form| {
                let made = work.create(&New { title: form.text("title"), ..New::default() }, &read(form))?;
                web::extra::opened::<Checklist>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| form_page(reader, None, &form),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Response {
    visit
        .read(move |reader| {
            let kind = reader.registry().kind(Checklist::KIND.prefix).ok_or(Error::NotFound)?;
            let case = kind.find(reader, &number)?;
            let body: Checklist = serde_json::from_value(case.body.clone())?;
            let edit = (case.is_open && may_keep(reader)).then(|| format!("{PLACE}/{number}/edit"));
            let extra = Extra {
                body: html! { (page::body(&body, edit.as_deref())) },
                steps_elsewhere: vec![("release", format!("{PLACE}/{number}/release"))],
                aside: case.released.map(|no| html! { (t!("Revision {no} was released last", no = no)) }),
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Response {
    visit.read(move |reader| form_page(reader, Some(&number), &Form::default())).await
}

async fn keep(Path(number): Path<String>, Posted(mut visit): Posted) -> Response {
    let version = visit.form.whole("version").unwrap_or(0);
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut case = work.find::<Checklist>(&number)?;
                let body = read(form);
                work.rewrite(&mut case, version, (form.text("title"), body))?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| form_page(reader, Some(&same), &form),
        )
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Response {
    visit.read(move |reader| release_page(reader, &number, &Form::default())).await
}

fn release_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Checklist>(number)?;
    case.lets_take(reader.actor, ChecklistStep::Release)?;
    let title = t!("Put “{title}” in force", title = &case.record.title);
    Ok(Page::new(title, PLACE, page::release(number, &case.record.title, written)))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Response {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::release_checklist(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| release_page(reader, &same, &form),
        )
        .await
}

async fn show_beside(Path(number): Path<String>, visit: Visit) -> Response {
    visit.read(move |reader| beside_page(reader, &number, &Form::default())).await
}

fn beside_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let set = reader.find_ours::<RequirementSet>(number)?;
    let conversation = set.body.conversation.map(|it| reader.mention(it)).transpose()?.flatten();
    let held = queries::held(reader, &set)?.into_iter().take(HELD);
    let body = page::page(&page::Page {
        number,
        title: &set.record.title,
        laid: &queries::laid_of(reader, &set)?,
        proposed: &queries::proposed(reader, &set)?,
        held: &held.map(|(record, _)| (record.number, record.title)).collect::<Vec<_>>(),
        conversation: conversation
            .map(|it| (it.number.clone(), reader.registry().address(&it.kind, &it.number))),
        may_answer: !reader.actor.only_reads,
        is_open: RequirementSet::must_be_open(&set).is_ok(),
        written,
    });
    Ok(Page::new(t!("What is unsaid in {number}", number = number), SETS, body).with(&["wording.js"]))
}

async fn lay(Path(number): Path<String>, Posted(visit): Posted) -> Response {
    let checklist = visit.form.text("checklist").to_owned();
    let same = number.clone();
    visit
        .write_form(
            move |work, _| {
                commands::lay_beside(work, &number, &checklist)?;
                Ok(format!("{}#{checklist}", of_set(&number, "checklists")))
            },
            move |reader, form| beside_page(reader, &same, &form),
        )
        .await
}

/// The words of one of the forms below a question: each field bears the name of its question.
fn answering(form: &Form, checklist: &str, question: &str) -> Result<Answering> {
    let text = |field: &str| form.text(&format!("{field}-{checklist}-{question}")).to_owned();
    let mut faults = form.faults.clone();
    Ok(match form.text("answer") {
        "written" => Answering::Written(text("statement")),
        "stated" => Answering::Stated(text("requirement")),
        "not_applicable" => Answering::NotApplicable(text("reason")),
        "open" => Answering::Open(text("again")),
        "asked" => {
            let due = text("due");
            let day = (!due.is_empty()).then(|| due.parse::<Date>()).transpose();
            faults.unless(day.is_ok(), "due", text!("Write the day like this: 2026-10-12."));
            faults.into_result()?;
            Answering::Asked { person: None, due: day.ok().flatten() }
        }
        _ => return Err(Faults::one("answer", text!("Choose one of the words in the list.")).into()),
    })
}

async fn answer(Path((number, checklist)): Path<(String, String)>, Posted(visit): Posted) -> Response {
    let same = number.clone();
    let list = checklist.clone();
    visit
        .write_form(
            move |work, form| {
                let question = form.text("question");
                let given = answering(form, &checklist, question)?;
                if matches!(given, Answering::Written(_)) {
                    must_be_written_in_passing(work)?;
                }
                commands::answer(work, &number, (&checklist, question), &given)?;
                Ok(format!("{}#{checklist}-{question}", of_set(&number, "checklists")))
            },
            move |reader, form| beside_page(reader, &same, &at_its_question(form, &list)),
        )
        .await
}

/// A requirement is written beside its question only where the house asks for nothing beside its words.
fn must_be_written_in_passing(reader: &Reader) -> Result<()> {
    match reader.must_say(Requirement::KIND.prefix, &Map::new()) {
        Err(Error::Invalid(_)) => {
            let sentence = text!(
                "Your house asks for more of a new requirement. Add it to the set by its own form, then name it here."
            );
            Err(Faults::one("statement", sentence).into())
        }
        other => other,
    }
}

/// What is wrong, at the fields of the question that was answered.
fn at_its_question(mut form: Form, checklist: &str) -> Form {
    let (question, is_again) = (form.text("question").to_owned(), form.text("answer") == "open");
    for (field, _) in &mut form.faults.0 {
        let name = if is_again && field == "reason" { "again" } else { field.as_str() };
        *field = format!("{name}-{checklist}-{question}");
    }
    form
}

async fn take_away(Path((number, checklist)): Path<(String, String)>, Posted(visit): Posted) -> Response {
    let reason = visit.form.text(&format!("reason-{checklist}")).to_owned();
    let same = number.clone();
    visit
        .write_form(
            move |work, _| {
                commands::take_away(work, &number, &checklist, &reason)?;
                Ok(of_set(&number, "checklists"))
            },
            move |reader, form| beside_page(reader, &same, &form),
        )
        .await
}

#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "ReasonGiven")]
struct Reasoned {
    reason: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChecklistReleased")]
struct Released {
    number: String,
    revision: i64,
    /// The SHA-256 of what it asks.
    digest: String,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[schemars(rename = "ChecklistWanted")]
struct Wanted {
    /// The number of the checklist.
    checklist: String,
}

/// What is answered to a question.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "ElicitationGiven")]
struct Given {
    /// The key of the question.
    question: String,
    answer: Answer,
    /// With `stated`: the number of the requirement of the set that states it; empty where `statement` says it anew.
    requirement: String,
    /// With `stated`: the words of a requirement that is added.
    statement: String,
    /// What the extra fields of that requirement say, by their short names.
    extra: Map<String, Json>,
    /// With `not_applicable` and `open`.
    reason: String,
    /// With `asked`: who sees to it, by the number of a colleague; the owner of the set where nobody is named.
    person: String,
    /// With `asked`: until when.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    due: Option<Date>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ElicitationAnswered")]
struct Answered {
    /// The number of the requirement that states it, where one does.
    requirement: Option<String>,
    asked: Asked,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChecklistsBeside")]
struct Beside {
    number: String,
    asked: Asked,
    checklists: Vec<LaidSeen>,
    /// The numbers of checklists whose words say that they are meant for this set, and that do not lie beside it.
    meant: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChecklistLaid")]
struct LaidSeen {
    number: String,
    title: String,
    revision: i64,
    /// A later revision that is in force.
    newer: Option<i64>,
    questions: Vec<RowSeen>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Elicitation")]
struct RowSeen {
    #[serde(flatten)]
    question: Question,
    stand: Stand,
    /// The number of the requirement that states it.
    requirement: Option<String>,
    reason: String,
    /// Who said it last, in microseconds since 1970 when.
    by: String,
    at: Option<i64>,
}

fn seen(it: Laid) -> LaidSeen {
    let rows = it.rows.into_iter().map(|it| RowSeen {
        question: it.question,
        stand: it.stand,
        requirement: it.requirement.map(|it| it.number),
        reason: it.reason,
        by: it.by,
        at: it.at.map(|it| it.as_microsecond()),
    });
    LaidSeen {
        number: it.number,
        title: it.title,
        revision: it.revision,
        newer: it.newer,
        questions: rows.collect(),
    }
}

fn beside(reader: &Reader, number: &str) -> Result<Json> {
    let set = reader.find_ours::<RequirementSet>(number)?;
    let laid = queries::laid_of(reader, &set)?;
    let meant = queries::proposed(reader, &set)?.into_iter().filter(|it| it.is_meant).map(|it| it.number);
    let beside = Beside {
        number: number.to_owned(),
        asked: Asked::of(&laid),
        checklists: laid.into_iter().map(seen).collect(),
        meant: meant.collect(),
    };
    Ok(serde_json::to_value(beside)?)
}

async fn beside_api(Path(number): Path<String>, visit: Visit) -> Response {
    visit.respond(move |reader| Ok(in_json(StatusCode::OK, &beside(reader, &number)?))).await
}

async fn lay_api(Path(number): Path<String>, sent: Sent) -> Response {
    sent.change(move |work, sent| {
        let Wanted { checklist } = web::api::typed(sent)?;
        commands::lay_beside(work, &number, &checklist)?;
        beside(work, &number)
    })
    .await
}

/// One of ours, by their number; nobody where it is empty.
fn colleague(reader: &Reader, number: &str) -> Result<Option<PersonId>> {
    if number.is_empty() {
        return Ok(None);
    }
    let fault = || Faults::one("person", text!("Choose a colleague."));
    let found = reader.mention_of(number).map_err(|error| match error {
        Error::NotFound => fault().into(),
        other => other,
    })?;
    let ours = record::people(reader)?;
    let is_ours = found.kind == "PE" && ours.iter().any(|(id, _)| *id == found.id.to_string());
    if is_ours { Ok(Some(found.id)) } else { Err(fault().into()) }
}

async fn answer_api(Path((number, checklist)): Path<(String, String)>, sent: Sent) -> Response {
    sent.change(move |work, sent| {
        let it: Given = web::api::typed(sent)?;
        let given = match it.answer {
            Answer::Open => Answering::Open(it.reason),
            Answer::NotApplicable => Answering::NotApplicable(it.reason),
            Answer::Asked => Answering::Asked { person: colleague(work, &it.person)?, due: it.due },
            Answer::Stated if it.requirement.is_empty() => Answering::Written(it.statement),
            Answer::Stated => Answering::Stated(it.requirement),
        };
        let requirement = commands::answer(work, &number, (&checklist, &it.question), &given)?;
        if let (Answering::Written(_), Some(made)) = (&given, &requirement) {
            web::extra::opened_with::<Requirement>(work, made, &it.extra)?;
        }
        let asked = queries::asked_about(work, &work.find::<RequirementSet>(&number)?)?;
        Ok(serde_json::to_value(Answered { requirement, asked })?)
    })
    .await
}

async fn take_away_api(Path((number, checklist)): Path<(String, String)>, sent: Sent) -> Response {
    sent.change(move |work, sent| {
        let Reasoned { reason } = web::api::typed(sent)?;
        commands::take_away(work, &number, &checklist, &reason)?;
        beside(work, &number)
    })
    .await
}

async fn release_api(Path(number): Path<String>, sent: Sent) -> Response {
    sent.change(move |work, sent| {
        let Reasoned { reason } = web::api::typed(sent)?;
        let frozen = commands::release_checklist(work, &number, &reason)?;
        let number = number.clone();
        Ok(serde_json::to_value(Released { number, revision: frozen.no, digest: frozen.digest })?)
    })
    .await
}
