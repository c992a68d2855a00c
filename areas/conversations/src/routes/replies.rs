//! Answering: the form of the conversation's page, and the same for programs.

use jiff::Timestamp;
use kernel::{Error, Faults, Reader, Result, Work, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Sent, Uploaded, Visit, schema_of};

use super::{Around, Capture, conversation_page};
use crate::commands::{self, Replied, Reply};
use crate::model::{Conversation, Recipient};
use crate::pages::Replying;
use crate::queries::{self, Correspondents};
use crate::rules::reply;

pub fn routes(capture: Capture) -> Routes {
    Routes::default()
        .post("/conversations/{number}/replies", move |number, uploaded| answer(number, uploaded, capture))
        .post("/messages/{id}/ours", vouch)
        .api_post(
            "/api/v1/conversations/{number}/replies",
            Doc {
                summary: "Answers in a conversation; the answer leaves the house as a letter",
                tag: "Conversations",
                request: schema_of::<Answering>(),
                response: schema_of::<Answered>(),
                ..Doc::default()
            },
            answer_by_program,
        )
        .api_post(
            "/api/v1/messages/{id}/ours",
            Doc {
                summary: "Says that a message under an address of ours is from us indeed",
                tag: "Conversations",
                response: schema_of::<Vouched>(),
                ..Doc::default()
            },
            vouch_by_program,
        )
}

/// An answer. Without addressees it goes to whoever wrote last, with copies to everybody else who takes part.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reply")]
struct Answering {
    words: String,
    #[serde(default)]
    recipients: Vec<Recipient>,
    /// That of the conversation where nothing is said.
    #[serde(default)]
    subject: String,
    /// Sends the words that are answered along.
    #[serde(default)]
    quote: bool,
    /// Files of the conversation that go with it, by key.
    #[serde(default)]
    files: Vec<i64>,
    /// The last message that was read; refused where somebody wrote since.
    #[serde(default)]
    seen: Option<i64>,
    /// Sends it all the same.
    #[serde(default)]
    anyway: bool,
    /// Why it goes so, where it was agreed with them otherwise: in another way, to somebody else, in another language.
    /// It stays on the trail.
    #[serde(default)]
    why: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Replied")]
struct Answered {
    message: i64,
    /// The letter that it leaves as: see `/api/v1/letters/{id}`.
    letter: i64,
    /// Its identity as a mail; answers to it name it.
    message_id: String,
}

#[derive(Serialize, JsonSchema)]
struct Vouched {
    /// The conversation in which it is.
    number: String,
}

/// What is proposed to whoever begins to answer.
pub fn replying(reader: &Reader, conversation: i64) -> Result<Replying> {
    let messages = queries::messages(reader, conversation)?;
    let proposed = proposed(reader, &messages)?;
    Ok(Replying {
        to: reply::in_a_field(&proposed, false),
        copies: reply::in_a_field(&proposed, true),
        quotes: true,
        seen: messages.iter().map(|it| it.id).max().unwrap_or(0),
        has_post: reader.post_server()?.is_some(),
        ..Replying::default()
    })
}

fn proposed(reader: &Reader, messages: &[crate::Message]) -> Result<Vec<Recipient>> {
    let Some(last) = reply::answered(messages) else { return Ok(Vec::new()) };
    let others = last.recipients.iter().map(|it| it.address.as_str());
    let people = Correspondents::of(reader, std::iter::once(last.from_address.as_str()).chain(others))?;
    Ok(reply::proposed(messages, |address| people.whose(address)))
}

/// “On 2 March 2026 at 09:14 Carl Whitfield wrote:” in the language of whoever answers.
fn quote_line(reader: &Reader, number: &str) -> Result<Option<String>> {
    let conversation = reader.find::<Conversation>(number)?.record.id.raw();
    let messages = queries::messages(reader, conversation)?;
    Ok(reply::answered(&messages).map(|it| line_of(it.sent_at, &it.from_name)))
}

fn line_of(at: Timestamp, name: &str) -> String {
    web::language::say(&text!("On {moment} {name} wrote:", moment = at, name = name))
}

async fn answer(Path(number): Path<String>, Uploaded(visit, files): Uploaded, capture: Capture) -> Answer {
    let form = visit.form.clone();
    let files = web::common::files::received(&visit, files).await?;
    let place = (visit.known.actor.person, format!("reply:{number}"));
    let db = std::sync::Arc::clone(&visit.edge.db);
    let (again, shown) = (form.clone(), number.clone());
    let around = Around { functions: visit.edge.functions, capture };
    let answer = visit
        .write_or(
            move |work| {
                let mut reply = written(work, &number, &form)?;
                reply.files.clone_from(&files);
                let replied = commands::reply(work, &number, &reply)?;
                Ok(format!("/conversations/{number}#message-{}", replied.message))
            },
            move |reader, error| once_more(reader, &shown, &again, (error, around)),
        )
        .await?;
    if answer.status().is_redirection() {
        // The answer is sent; that its draft could not be thrown away harms nobody.
        let _ = web::off_the_loop(move || db.drop_draft(place.0, &place.1)).await;
    }
    Ok(answer)
}

fn written(work: &Work, number: &str, form: &Form) -> Result<Reply> {
    let mut recipients = Vec::new();
    let mut faults = Faults::default();
    for (field, is_copy) in [("to", false), ("copies", true)] {
        match reply::addresses(form.raw(field), is_copy) {
            Ok(some) => recipients.extend(some),
            Err(sentence) => {
                faults.unless(false, field, sentence);
            }
        }
    }
    faults.into_result()?;
    Ok(Reply {
        recipients,
        words: form.raw("reply").to_owned(),
        quote_under: if form.has("quotes") { quote_line(work, number)? } else { None },
        seen: form.text("seen").parse().ok(),
        anyway: form.text("anyway") == "yes",
        why: form.text("why").to_owned(),
        ..Reply::default()
    })
}

/// The page again, with what was written and what is wrong with it.
fn once_more(reader: &Reader, number: &str, form: &Form, (error, around): (&Error, Around)) -> Result<Page> {
    let conversation = reader.find::<Conversation>(number)?.record.id.raw();
    let mut replying = Replying {
        to: form.raw("to").to_owned(),
        copies: form.raw("copies").to_owned(),
        words: form.raw("reply").to_owned(),
        quotes: form.has("quotes"),
        why: form.text("why").to_owned(),
        ..replying(reader, conversation)?
    };
    match error {
        Error::Invalid(faults) => {
            replying.faults = faults
                .0
                .iter()
                .map(|(field, sentence)| (field.clone(), web::language::say(sentence)))
                .collect();
        }
        Error::Refused(refusal) => {
            let missing = refusal.0.first();
            replying.refused = missing.map(|it| (web::language::say(&it.sentence), it.link.clone()));
        }
        _ => {}
    }
    conversation_page(reader, number, &Form::default(), Some(replying), around)
}

async fn vouch(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            let number = commands::vouch(work, id)?;
            Ok(format!("/conversations/{number}#message-{id}"))
        })
        .await
}

async fn vouch_by_program(Path(id): Path<i64>, visit: Visit) -> Answer {
    let sent = serde_json::json!({});
    visit
        .change(sent, move |work| Ok(serde_json::to_value(Vouched { number: commands::vouch(work, id)? })?))
        .await
}

async fn answer_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Answering = web::api::typed(sent)?;
        let quote_under = if it.quote { quote_line(work, &number)? } else { None };
        let recipients = if it.recipients.is_empty() {
            let conversation = work.find::<Conversation>(&number)?.record.id.raw();
            proposed(work, &queries::messages(work, conversation)?)?
        } else {
            it.recipients
        };
        let reply = Reply {
            recipients,
            subject: it.subject,
            words: it.words,
            quote_under,
            enclosed: it.files,
            seen: it.seen,
            anyway: it.anyway,
            why: it.why,
            ..Reply::default()
        };
        let Replied { message, letter } = commands::reply(work, &number, &reply)?;
        Ok(serde_json::to_value(Answered { message, letter: letter.id, message_id: letter.message_id })?)
    })
    .await
}
