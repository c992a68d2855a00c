//! The same for programs: who has to be told of a change, preparing, sending, answering.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Body, Error, Faults, Reader, Result, text, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use web::api::json as in_json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use super::{finish, take};
use crate::commands::{self, Addition, Answering, Edit};
use crate::model::{self, Answered, Asks, Heard, Notice, Recipient, Side};
use crate::queries;

pub fn routes() -> Routes {
    let of = |rest: &str| format!("/api/v1/change-notices/{{number}}/{rest}");
    let asks = |summary, response| Doc { summary, tag: "Changes", response, ..Doc::default() };
    let does = |summary, request| Doc {
        summary,
        tag: "Changes",
        request,
        response: schema_of::<Done>(),
        ..Doc::default()
    };
    Routes::default()
        .api_get(
            "/api/v1/changes/{number}/recipients",
            asks("Who has to be told of a change, each with the reasons", schema_of::<Vec<Recipient>>()),
            recipients,
        )
        .api_post(
            "/api/v1/changes/{number}/notices",
            Doc {
                response: schema_of::<Prepared>(),
                ..does("Prepares a notice for everybody who has none yet", schema_of::<ToPrepare>())
            },
            prepare,
        )
        .api_post(
            "/api/v1/changes/{number}/notices/add",
            does(
                "Prepares a notice for somebody whom nothing names, a supplier for one",
                schema_of::<NewAddition>(),
            ),
            add,
        )
        .api_post(
            &of("prepare"),
            does("Changes a notice before it is sent", schema_of::<Preparing>()),
            prepare_one,
        )
        .api_post(&of("issue"), does("Sends a notice", schema_of::<Base>()), issue)
        .api_post(&of("again"), does("Sends the link once more", schema_of::<Base>()), again)
        .api_get(&of("answers"), asks("What they answered", schema_of::<Vec<Answered>>()), answers)
        .api_get(
            &of("outcomes"),
            asks("What became of the change, as they were told", schema_of::<Vec<Heard>>()),
            outcomes,
        )
        .api_post(
            &of("answer"),
            does("Answers a notice, or writes down what they answered", schema_of::<NewAnswer>()),
            answer,
        )
        .api_get(
            &of("files/{digest}"),
            Doc {
                media_type: Some(web::openapi::BYTES),
                ..asks("A file of which they are told, by the fingerprint in the package, as it is", None)
            },
            file,
        )
        .api_post(
            &of("end"),
            does("Says why they are not told, settles an objection, or takes it back", schema_of::<Ending>()),
            end,
        )
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NoticesToPrepare")]
struct ToPrepare {
    /// What each says in the extra fields of the house, which may ask for some of them.
    #[serde(default)]
    extra: Map<String, Json>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DoneWithANotice")]
struct Done {
    number: String,
    /// Its state afterwards.
    state: String,
}

fn state_of(reader: &Reader, number: &str) -> Result<Json> {
    let it = reader.mention_of(number)?;
    Ok(serde_json::to_value(Done { number: it.number, state: it.state })?)
}

async fn recipients(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let change = reader.find::<changes::ChangeRequest>(&number)?.record.id.raw();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(queries::recipients(reader, change)?)?))
        })
        .await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NoticesPrepared")]
struct Prepared {
    /// How many were prepared; where there are more, the product goes on by itself.
    count: usize,
}

async fn prepare(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.actor.must_be_inside()?;
        let ToPrepare { extra } = typed(sent)?;
        let extra = web::extra::read_row(work, Notice::KIND.prefix, &extra)?;
        let count = commands::prepare_with(work, &number, &extra)?;
        Ok(serde_json::to_value(Prepared { count })?)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NoticeAddition")]
struct NewAddition {
    /// The number of the organisation.
    organisation: String,
    #[serde(default)]
    side: Side,
    /// The numbers of what they are told of.
    #[serde(default)]
    items: Vec<String>,
    reason: String,
    #[serde(default)]
    blocks: bool,
    /// What it says in the extra fields of the house, which may ask for some of them.
    #[serde(default)]
    extra: Map<String, Json>,
}

/// The key of an organisation, or of a person, by its number.
fn key(reader: &Reader, (kind, field): (&str, &str), number: &str) -> Result<i64> {
    match reader.mention_of(number) {
        Ok(it) if it.kind == kind => Ok(it.id),
        Ok(_) | Err(Error::NotFound) => Err(Faults::one(
            field,
            text!("There is no {number}. Give the number of a record.", number = number),
        )
        .into()),
        Err(error) => Err(error),
    }
}

async fn add(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.actor.must_be_inside()?;
        let it: NewAddition = typed(sent)?;
        let party = Some(key(work, ("K", "organisation"), &it.organisation)?);
        let NewAddition { side, items, reason, blocks, extra, .. } = it;
        let made = commands::add(work, &number, &Addition { party, side, items, reason, blocks })?;
        web::extra::opened_with::<Notice>(work, &made.number, &extra)?;
        state_of(work, &made.number)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NoticePreparing")]
struct Preparing {
    /// The number of who is written to.
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    words: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    effective_on: Option<Date>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    answer_by: Option<Date>,
    #[serde(default)]
    notice_days: Option<i64>,
    #[serde(default)]
    asks: Option<Asks>,
    #[serde(default)]
    blocks: Option<bool>,
    /// Why they are told later, or less is asked than was agreed.
    #[serde(default)]
    waiver: Option<String>,
}

async fn prepare_one(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let known: Notice = work.find_ours::<Notice>(&number)?.body;
        let it: Preparing = typed(sent)?;
        let person = it.person.as_deref().map(|it| key(work, ("PE", "person"), it)).transpose()?;
        let edit = Edit {
            version: None,
            person: person.or(known.person),
            language: it.language.unwrap_or(known.language),
            words: it.words,
            effective_on: it.effective_on.or(known.effective_on),
            answer_by: it.answer_by.or(known.answer_by),
            notice_days: it.notice_days,
            asks: it.asks.unwrap_or(known.asks),
            blocks: it.blocks.unwrap_or(known.blocks),
            waiver: it.waiver.unwrap_or(known.waiver),
        };
        commands::edit(work, &number, &edit)?;
        state_of(work, &number)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NoticeReachedAt")]
struct Base {
    /// Where they reach us: `https://reqord.example`. The address of the installation wins, where it is set.
    #[serde(default)]
    base: Option<String>,
}

async fn issue(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (asked, here) = (sent.clone(), identity::reached_at(&visit.envelope, visit.edge.is_secure));
    visit
        .change(sent, move |work| {
            work.find_ours::<Notice>(&number)?;
            let Base { base } = typed(asked.clone())?;
            commands::issue(work, &number, base.as_deref().unwrap_or(&here))?;
            state_of(work, &number)
        })
        .await
}

async fn again(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (asked, here) = (sent.clone(), identity::reached_at(&visit.envelope, visit.edge.is_secure));
    visit
        .change(sent, move |work| {
            work.find_ours::<Notice>(&number)?;
            let Base { base } = typed(asked.clone())?;
            commands::send_again(work, &number, base.as_deref().unwrap_or(&here))?;
            state_of(work, &number)
        })
        .await
}

async fn answers(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find::<Notice>(&number)?.record.id.raw();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(queries::answers(reader, id)?)?))
        })
        .await
}

async fn outcomes(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find::<Notice>(&number)?.record.id.raw();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(queries::outcomes(reader, id)?)?))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewAnswerToANotice")]
struct NewAnswer {
    answer: model::Answer,
    /// What they say with it; an objection says what it is about.
    #[serde(default)]
    words: String,
    /// Who answered, and how that came, where one of ours writes it down.
    #[serde(default)]
    name: String,
    #[serde(default)]
    source: String,
    /// As what they sign an approval, and with which password.
    #[serde(default)]
    role: String,
    #[serde(default, rename = "password")]
    _password: String,
    #[serde(default, rename = "code")]
    _code: String,
}

async fn answer(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let asked = sent.clone();
    let (is_outside, zone) = (visit.actor().is_outside(), visit.zone());
    let proof = match sent["answer"].as_str() {
        Some("approved") if is_outside => Some(identity::says_again_in(&visit, &sent).await?),
        _ => None,
    };
    visit
        .change(sent, move |work| {
            work.find::<Notice>(&number)?;
            let it: NewAnswer = typed(asked.clone())?;
            let source = if is_outside { "account".to_owned() } else { it.source };
            let answering = Answering { answer: it.answer, words: it.words, name: it.name, source };
            take(work, &number, &answering, (proof.as_ref(), &it.role, &zone))?;
            state_of(work, &number)
        })
        .await
}

async fn file(Path((number, digest)): Path<(String, String)>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let (file, bytes) = queries::file_of(reader, &number, &digest)?;
            Ok(web::common::files::sent(&file.name, web::openapi::BYTES, bytes))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NoticeEnding")]
struct Ending {
    /// `excuse`, `settle` or `withdraw`.
    step: String,
    reason: String,
}

async fn end(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<Notice>(&number)?;
        let Ending { step, reason } = typed(sent)?;
        finish(work, &number, (&step, &reason))?;
        state_of(work, &number)
    })
    .await
}
