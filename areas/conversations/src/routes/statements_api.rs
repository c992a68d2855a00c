//! The same for programs: calls that ring and are kept, what was said, how it is confirmed in writing, and what follows.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Faults, PersonId, Reader, Result, Vocabulary, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use crate::commands::{self, Closing, FollowUp, NewStatement, Replying, Ringing, Writing};
use crate::model::{Recipient, Statement, StatementAnswer, StatementState};
use crate::queries;
use crate::rules::statement::standing;

pub fn routes() -> Routes {
    let calls = |summary| Doc { summary, tag: "Calls", ..Doc::default() };
    let said = |summary| Doc { summary, tag: "Said, not written", ..Doc::default() };
    Routes::default()
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
        .api_get(
            "/api/v1/said/{number}",
            Doc {
                response: schema_of::<Vec<Shape>>(),
                ..said("What was said and is kept at a call, a meeting, an order or a change")
            },
            kept,
        )
        .api_post(
            "/api/v1/said/{number}",
            Doc {
                request: schema_of::<Say>(),
                response: schema_of::<Shape>(),
                ..said("Notes something that was said and has to be confirmed in writing")
            },
            say,
        )
        .api_post(
            "/api/v1/said/{number}/confirmation",
            Doc {
                request: schema_of::<Confirmation>(),
                response: schema_of::<Asked>(),
                ..said("Asks by letter that what was said be confirmed")
            },
            put_in_writing,
        )
        .api_post(
            "/api/v1/said/{number}/ties",
            Doc {
                request: schema_of::<Other>(),
                response: schema_of::<Vec<Shape>>(),
                ..said("Ties an order or a change to the call or meeting from which it came")
            },
            tie,
        )
        .api_post(
            "/api/v1/statements/{id}/answer",
            Doc {
                request: schema_of::<Answered>(),
                response: schema_of::<Shape>(),
                ..said("Keeps what they answered to something that was said")
            },
            answer,
        )
        .api_post(
            "/api/v1/statements/{id}/heed",
            Doc {
                request: schema_of::<Heeded>(),
                response: schema_of::<Shape>(),
                ..said("Says what follows from it that they do not agree")
            },
            heed,
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
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
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
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
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
    #[schemars(with = "Option<String>", extend("format" = "date"))]
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
#[schemars(rename = "Statement")]
struct Shape {
    id: i64,
    /// The number of the record at which it is kept.
    number: String,
    words: String,
    said_by: String,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    said_on: Option<Date>,
    /// `said`, `asked`, `confirmed`, `otherwise` or `denied`.
    state: String,
    /// Whether nobody may rely on it yet.
    is_open: bool,
    /// The clause of the frame contract by which silence is consent; empty where it is none.
    frame_contract: String,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    due: Option<Date>,
    /// The message by which they were asked.
    message: Option<i64>,
    /// The letter by which they were asked.
    letter: Option<i64>,
    /// What was done about their objection.
    heeded: String,
    /// What they answered, the first first.
    answers: Vec<StatementAnswer>,
}

fn shape(reader: &Reader, it: Statement) -> Result<Shape> {
    let mut answers = queries::answers(reader, it.record_id)?;
    answers.retain(|one| one.statement == it.id);
    let is_outside = reader.actor.is_outside();
    Ok(Shape {
        id: it.id,
        number: queries::number(reader, it.record_id)?,
        is_open: standing(&it, reader.today()).is_open(),
        words: it.words,
        said_by: it.said_by,
        said_on: it.said_on,
        state: it.state.code(),
        frame_contract: it.frame_contract,
        due: it.due,
        message: it.message.filter(|_| !is_outside),
        letter: it.letter.filter(|_| !is_outside),
        heeded: if is_outside { String::new() } else { it.heeded },
        answers,
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Say {
    words: String,
    /// Who said it; whoever was on the telephone where nothing is said.
    #[serde(default)]
    said_by: String,
    /// The number of that person of the customer.
    #[serde(default)]
    person: Option<String>,
    /// On which day; today, or that of the call, where nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    said_on: Option<Date>,
    /// The statement to which they objected and that this one says anew.
    #[serde(default)]
    instead_of: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Answered {
    /// `confirmed`, `otherwise` or `denied`.
    state: String,
    /// What they said instead; how they said it, where one of us writes it down.
    #[serde(default)]
    answer: String,
    /// Who answered, where one of us writes it down.
    #[serde(default)]
    name: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Heeded {
    /// What follows from it.
    words: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Other {
    /// The number of the other one.
    other: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    #[serde(default)]
    recipients: Vec<Recipient>,
    /// That of the conversation where nothing is said.
    #[serde(default)]
    subject: String,
    /// The letter; what silence means and the link to the answer come below it. Empty where `message` is given.
    #[serde(default)]
    words: String,
    /// What is to be confirmed, by key.
    said: Vec<i64>,
    /// Until when an answer is asked for.
    #[schemars(with = "String", extend("format" = "date"))]
    due: Date,
    /// The frame contract by which silence is consent, with its clause as it is recorded with the customer: `FC-12, 4.2`.
    #[serde(default)]
    frame_contract: String,
    /// The message of ours by which they were asked already: then no letter goes.
    #[serde(default)]
    message: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Asked {
    /// The message in the conversation.
    message: Option<i64>,
    letter: Option<i64>,
}

async fn ring(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Ring = web::api::typed(sent)?;
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

async fn close(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Close = web::api::typed(sent)?;
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

async fn kept(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let record = queries::keeping(reader, &number)?.id;
            Ok(web::api::json(axum::http::StatusCode::OK, &shapes(reader, record)?))
        })
        .await
}

fn shapes(reader: &Reader, record: i64) -> Result<Json> {
    let all = queries::statements(reader, record)?.into_iter();
    let all = all.map(|it| shape(reader, it)).collect::<Result<Vec<Shape>>>()?;
    Ok(serde_json::to_value(all)?)
}

async fn say(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Say = web::api::typed(sent)?;
        let person = it.person.map(|number| person(work, &number)).transpose()?;
        let Say { words, said_by, said_on, instead_of, .. } = it;
        let new = NewStatement { words, said_by, person, said_on, instead_of };
        let id = commands::note_statement(work, &number, &new)?;
        Ok(serde_json::to_value(shape(work, queries::statement(work, id)?)?)?)
    })
    .await
}

/// Somebody of a customer by their number.
fn person(reader: &Reader, number: &str) -> Result<PersonId> {
    let wrong = || Faults::one("person", text!("Choose somebody of a customer or supplier."));
    match reader.mention_of(number) {
        Ok(it) if it.kind == "PE" => Ok(it.id),
        Ok(_) | Err(kernel::Error::NotFound) => Err(wrong().into()),
        Err(error) => Err(error),
    }
}

async fn put_in_writing(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let wanted = sent.clone();
    let base = identity::reached_at(&visit.envelope, visit.edge.is_secure);
    visit
        .change(sent, move |work| {
            let it: Confirmation = web::api::typed(wanted.clone())?;
            let Confirmation { recipients, subject, words, said, due, frame_contract, message } = it;
            let writing = Writing {
                recipients,
                subject,
                words,
                said,
                due: Some(due),
                frame_contract,
                message,
                base: base.clone(),
            };
            let put = commands::put_in_writing(work, &number, &writing)?;
            Ok(serde_json::to_value(Asked { message: put.message, letter: put.letter })?)
        })
        .await
}

async fn tie(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Other = web::api::typed(sent)?;
        commands::tie_talk(work, &number, &it.other)?;
        let record = queries::keeping(work, &number)?.id;
        shapes(work, record)
    })
    .await
}

async fn answer(Path(id): Path<i64>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Answered = web::api::typed(sent)?;
        let sentence = text!("Send “confirmed”, “otherwise” or “denied”.");
        let answer = StatementState::of(&it.state).ok_or_else(|| Faults::one("state", sentence))?;
        commands::answer_statement(work, id, &Replying { answer, words: it.answer, name: it.name })?;
        Ok(serde_json::to_value(shape(work, queries::statement(work, id)?)?)?)
    })
    .await
}

async fn heed(Path(id): Path<i64>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Heeded = web::api::typed(sent)?;
        commands::heed(work, id, &it.words)?;
        Ok(serde_json::to_value(shape(work, queries::statement(work, id)?)?)?)
    })
    .await
}
