//! The same for programs: calls that ring and are kept, what was said, and how it is confirmed in writing.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Faults, Reader, Result, Vocabulary, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use crate::commands::{self, Closing, FollowUp, Ringing, Writing};
use crate::model::{Recipient, Spoken, SpokenState};
use crate::queries;

pub fn routes() -> Routes {
    let calls = |summary| Doc { summary, tag: "Calls", ..Doc::default() };
    let routes = Routes::default()
        .api_post(
            "/api/v1/calls/ring",
            Doc {
                request: schema_of::<Ring>(),
                response: schema_of::<Rang>(),
                ..calls("Opens a call that rings now, as a telephone system tells it")
            },
            ring,
        )
        .api_post(
            "/api/v1/calls/{number}/close",
            Doc {
                request: schema_of::<Close>(),
                response: schema_of::<Closed>(),
                ..calls("Keeps a call: its words stand in a conversation and can be cited")
            },
            close,
        )
        .api_post(
            "/api/v1/spoken/{id}/answer",
            Doc {
                request: schema_of::<Answered>(),
                response: schema_of::<SpokenShape>(),
                ..calls("Notes what they answered to something that was said")
            },
            answer,
        );
    routes.and(of_kind("calls", "Calls"))
}

/// What was said in the calls or meetings below a path.
pub fn of_kind(path: &'static str, tag: &'static str) -> Routes {
    let about = move |summary| Doc { summary, tag, ..Doc::default() };
    let at = |rest: &str| format!("/api/v1/{path}/{{number}}/{rest}");
    Routes::default()
        .api_get(
            &at("said"),
            Doc {
                response: schema_of::<Vec<SpokenShape>>(),
                ..about("What was said and has to be confirmed in writing")
            },
            said,
        )
        .api_post(
            &at("said"),
            Doc {
                request: schema_of::<Say>(),
                response: schema_of::<SpokenShape>(),
                ..about("Notes something that was said and has to be confirmed in writing")
            },
            say,
        )
        .api_post(
            &at("confirmation"),
            Doc {
                request: schema_of::<Confirmation>(),
                response: schema_of::<Asked>(),
                ..about("Asks by letter that what was said be confirmed")
            },
            put_in_writing,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ring {
    /// The number of whoever calls, as it is shown.
    #[serde(default)]
    from: String,
    /// What the telephone system shows beside it.
    #[serde(default)]
    name: String,
    /// When it began to ring (RFC 3339); now where nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
struct Rang {
    /// The number of the call.
    number: String,
    /// Where it is written down.
    address: String,
    /// Who it is, where their number is known.
    name: String,
    /// The number of their organisation, where it is known.
    customer: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Close {
    /// The number of the conversation that it belongs to; a new one where nothing is said.
    #[serde(default)]
    conversation: Option<String>,
    /// What a new conversation is about.
    #[serde(default)]
    subject: String,
    /// What was said, where the call does not say it yet.
    #[serde(default)]
    words: Option<String>,
    #[serde(default)]
    outcome: Option<String>,
    /// When it ended (RFC 3339).
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    ended_at: Option<Timestamp>,
    /// What was said and has to be confirmed in writing.
    #[serde(default)]
    said: Vec<String>,
    #[serde(default)]
    follow_up: Option<Follow>,
}

/// What is to be done next.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Follow {
    request: String,
    /// The number of the colleague; whoever keeps the call where nothing is said.
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    due: Option<Date>,
}

#[derive(Serialize, JsonSchema)]
struct Closed {
    number: String,
    /// The conversation in which it stands.
    conversation: String,
    message: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Spoken")]
struct SpokenShape {
    id: i64,
    words: String,
    /// `said`, `asked`, `confirmed`, `otherwise` or `denied`.
    state: String,
    /// The message by which they were asked.
    message: Option<i64>,
    #[schemars(with = "Option<String>")]
    due: Option<Date>,
    /// What they said instead.
    answer: String,
}

impl From<Spoken> for SpokenShape {
    fn from(it: Spoken) -> Self {
        let Spoken { id, words, message, due, answer, .. } = it;
        Self { id, words, state: it.state.code(), message, due, answer }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Say {
    words: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answered {
    /// `confirmed`, `otherwise` or `denied`.
    state: String,
    /// What they said instead.
    #[serde(default)]
    answer: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    #[serde(default)]
    recipients: Vec<Recipient>,
    /// That of the conversation where nothing is said.
    #[serde(default)]
    subject: String,
    /// The whole letter; empty where `message` is given.
    #[serde(default)]
    words: String,
    /// What is to be confirmed, by key.
    said: Vec<i64>,
    /// Until when an answer is asked for.
    #[schemars(with = "String")]
    due: Date,
    /// The message of ours by which they were asked already: then no letter goes.
    #[serde(default)]
    message: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Asked {
    /// The message in the conversation.
    message: i64,
}

/// What was sent, as its type.
///
/// # Errors
/// Says what cannot be read.
fn read<T: serde::de::DeserializeOwned>(sent: &Json) -> Result<T> {
    Ok(web::api::typed(sent.clone())?)
}

async fn ring(Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Ring = read(&wanted)?;
            let made = commands::ring(work, &Ringing { from: it.from, name: it.name, at: it.at })?;
            let case = work.find::<crate::Call>(&made.number)?;
            let customer = case.record.party.map(|it| work.mention(it)).transpose()?.flatten();
            Ok(serde_json::to_value(Rang {
                address: format!("/calls/{}/write", made.number),
                number: made.number,
                name: case.body.name,
                customer: customer.map(|it| it.number),
            })?)
        })
        .await
}

async fn close(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Close = read(&wanted)?;
            let follow_up = it.follow_up.map(|it| follow_up(work, it)).transpose()?;
            let closing = Closing {
                begins: None,
                conversation: it.conversation,
                subject: it.subject,
                words: it.words,
                outcome: it.outcome,
                ended_at: it.ended_at,
                said: it.said,
                follow_up,
            };
            let kept = commands::close_call(work, &number, &closing)?;
            let (number, conversation, message) = (kept.number, kept.conversation, kept.message);
            Ok(serde_json::to_value(Closed { number, conversation, message })?)
        })
        .await
}

fn follow_up(reader: &Reader, it: Follow) -> Result<FollowUp> {
    let person = match &it.person {
        Some(number) => queries::colleague(reader, number)?,
        None => Some(reader.actor.person),
    };
    let sentence = text!("Give the number of a colleague, like PE-0003.");
    let person = person.ok_or_else(|| Faults::one("follow_up", sentence))?;
    Ok(FollowUp { request: it.request, person, due: it.due })
}

async fn said(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let record = queries::talk(reader, &number)?.id;
            let all: Vec<SpokenShape> =
                queries::spoken(reader, record)?.into_iter().map(Into::into).collect();
            Ok(web::api::json(axum::http::StatusCode::OK, &serde_json::to_value(all)?))
        })
        .await
}

async fn say(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Say = read(&wanted)?;
            let id = commands::note_spoken(work, &number, &it.words)?;
            Ok(serde_json::to_value(SpokenShape::from(queries::one_spoken(work, id)?))?)
        })
        .await
}

async fn put_in_writing(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Confirmation = read(&wanted)?;
            let Confirmation { recipients, subject, words, said, due, message } = it;
            let writing = Writing { recipients, subject, words, said, due: Some(due), message };
            let message = commands::put_in_writing(work, &number, &writing)?;
            Ok(serde_json::to_value(Asked { message })?)
        })
        .await
}

async fn answer(Path(id): Path<i64>, Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            let it: Answered = read(&wanted)?;
            let sentence = text!("Send “confirmed”, “otherwise” or “denied”.");
            let state = SpokenState::of(&it.state).ok_or_else(|| Faults::one("state", sentence))?;
            commands::answer_spoken(work, id, state, &it.answer)?;
            Ok(serde_json::to_value(SpokenShape::from(queries::one_spoken(work, id)?))?)
        })
        .await
}
