//! The same for programs: mail comes in raw, messages and texts go out in JSON.

use axum::body::{Body, to_bytes};
use axum::http::{StatusCode, header};
use kernel::{Faults, Permit, Reader, Result, Vocabulary, fingerprint, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use web::api::{PAGED, Paged, Part, answer};
use web::{
    Answer, Doc, Failure, LARGEST_UPLOAD, Path, Routes, Sent, Visit, off_the_loop, schema_of, schema_of_sent,
};

use super::target;
use crate::commands::{self, Taken};
use crate::model::{Message, Recipient};
use crate::queries;
use crate::rules::MAIL;

pub fn routes() -> Routes {
    Routes::default()
        .api_post(
            "/api/v1/mail",
            Doc {
                takes_bytes: true,
                ..doc::<(), TakenIn>(
                    "Takes in a raw mail (message/rfc822). It is kept as it came before it is read; what could not be filed waits in the list at this address",
                )
            },
            take_in,
        )
        .api_get(
            "/api/v1/mail",
            Doc {
                query: PAGED,
                ..doc::<(), Paged<UnfiledMail>>(
                    "The mails that came in and could not be filed, each with the reason, the newest first",
                )
            },
            unfiled,
        )
        .api_get(
            "/api/v1/mail/{digest}",
            Doc {
                response: None,
                media_type: Some("message/rfc822"),
                ..doc::<(), ()>("A mail that could not be filed, as it came")
            },
            as_it_came,
        )
        .api_post(
            "/api/v1/mail/{digest}/file",
            Doc {
                each_counts: true,
                ..doc::<(), TakenIn>("Tries once more to file a mail that could not be filed")
            },
            file_again,
        )
        .api_post(
            "/api/v1/mail/{digest}/throw-away",
            doc::<Away, Gone>(
                "Throws away a mail that could not be filed, with its bytes; its digest and the reason stay on the trail",
            ),
            throw_away,
        )
        .api_get(
            "/api/v1/conversations/{number}/messages",
            Doc {
                query: PAGED,
                ..doc::<(), Paged<MessageShape>>("The messages of a conversation, as they were sent")
            },
            messages,
        )
        .api_post(
            "/api/v1/conversations/{number}/notes",
            doc::<NewNote, Noted>("Writes a note for colleagues; the customer never sees it"),
            note,
        )
        .api_post(
            "/api/v1/conversations/{number}/join",
            doc::<Join, Joined>("Joins a conversation to another: every message goes there"),
            join,
        )
        .api_post(
            "/api/v1/messages/{id}/move",
            doc::<Move, Moved>("Moves a message to another conversation"),
            move_message,
        )
        .api_post(
            "/api/v1/messages/{id}/parts/{place}/text",
            doc::<(), ReadText>("Reads a file of a message again whose text could not be read"),
            read_again,
        )
        .api_get(
            "/api/v1/messages/{id}/raw",
            Doc {
                response: None,
                media_type: Some("message/rfc822"),
                ..doc::<(), ()>("A mail as it came in")
            },
            super::files::raw,
        )
        .api_get(
            "/api/v1/sources/{id}",
            doc::<(), SourceShape>("A text with what became of its words"),
            source,
        )
}

fn doc<Request: JsonSchema, Response: JsonSchema>(summary: &'static str) -> Doc {
    let request = schema_of_sent::<Request>();
    Doc { summary, tag: "Conversations", request, response: schema_of::<Response>(), ..Doc::default() }
}

#[derive(Serialize, JsonSchema)]
struct TakenIn {
    /// The conversation in which it is.
    number: String,
    message: i64,
    /// Whether the same mail was there already.
    was_known: bool,
    /// Whether a conversation began with it.
    began: bool,
    /// Why it is there.
    because: String,
}

/// Why a mail that could not be filed is thrown away.
#[derive(Deserialize, JsonSchema)]
struct Away {
    /// In words; they stand on the trail.
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Gone {
    /// SHA-256 of what was thrown away, in hexadecimal.
    digest: String,
}

/// A mail that came in and could not be filed.
#[derive(Serialize, JsonSchema)]
struct UnfiledMail {
    /// SHA-256 of its bytes, in hexadecimal.
    digest: String,
    /// Where it lay.
    name: String,
    /// In bytes.
    size: i64,
    came_at: String,
    /// The number of whoever brought it; none where it came by the command line.
    brought_by: Option<String>,
    tries: i64,
    /// Why it is not filed; none where whoever was filing it was stopped.
    why: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct MessageShape {
    id: i64,
    direction: String,
    kind: String,
    sent_at: String,
    from_name: String,
    from_address: String,
    recipients: Vec<Recipient>,
    subject: String,
    /// The text of the message, to be cited from: see `/api/v1/sources/{id}`.
    source: Option<i64>,
    text: Option<String>,
    files: Vec<FileShape>,
    /// Why it is here; staff only.
    because: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct FileShape {
    /// The key of the file: see `/api/v1/files/{id}`.
    id: i64,
    name: String,
    media_type: String,
    size: i64,
    /// The text of the file, where it has one.
    source: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct SourceShape {
    id: i64,
    /// The conversation or meeting in which it stands.
    record: String,
    /// `message`, `attachment`, `call` or `minutes`.
    origin: String,
    name: String,
    text: String,
    /// SHA-256 of the text in UTF-8, in hexadecimal.
    digest: String,
    extractor: String,
    passages: Vec<PassageShape>,
}

#[derive(Serialize, JsonSchema)]
struct PassageShape {
    id: i64,
    /// Places in the text, in Unicode characters.
    start: i64,
    end: i64,
    /// The record that was made of the words.
    became: String,
}

#[derive(Deserialize, JsonSchema)]
struct Move {
    /// The number of a conversation, or `new`.
    to: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize, JsonSchema)]
struct NewNote {
    words: String,
}

#[derive(Serialize, JsonSchema)]
struct Noted {
    /// The key of the note among the messages.
    message: i64,
}

#[derive(Deserialize, JsonSchema)]
struct Join {
    /// The number of the other conversation.
    to: String,
    #[serde(default)]
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Joined {
    /// The conversation in which everything is now.
    number: String,
    /// How many messages went there.
    messages: usize,
}

#[derive(Serialize, JsonSchema)]
struct Moved {
    /// The conversation in which it is now.
    number: String,
}

async fn take_in(visit: Visit, body: Body) -> Answer {
    let envelope = visit.envelope.clone();
    Permit::Staff.covers(visit.actor(), None).map_err(|it| Failure::of(it.into(), &envelope))?;
    let raw = to_bytes(body, LARGEST_UPLOAD).await.map_err(|_| Failure::too_large(&envelope))?;
    if raw.iter().all(u8::is_ascii_whitespace) {
        let sentence = text!("Send the mail itself, as it came in.");
        return Err(Failure::of(Faults::one("body", sentence).into(), &envelope));
    }
    if envelope.header(header::CONTENT_TYPE).unwrap_or_default().starts_with("application/json") {
        let sentence = text!("Send the bytes of the mail as they are, as message/rfc822, not within JSON.");
        return Err(Failure::of(Faults::one("body", sentence).into(), &envelope));
    }
    let many = commands::mails_in(&raw);
    if many > 1 {
        let sentence = text!("This is an archive of {count} mails. Send each mail by itself.", count = many);
        return Err(Failure::of(Faults::one("body", sentence).into(), &envelope));
    }
    let sent = json!({ "raw": fingerprint(&raw) });
    let edge = std::sync::Arc::clone(&visit.edge);
    let (inner, actor) = (std::sync::Arc::clone(&edge), visit.known.actor.clone());
    let kept = off_the_loop(move || {
        let digest = inner.db.keep_unfiled(&actor, (MAIL, "mail.eml"), &raw)?;
        Ok((commands::read_apart(&inner.db, raw.to_vec()), digest))
    });
    let (intake, digest) = kept.await.map_err(|error| Failure::of(error, &envelope))?;
    let by_deed = digest.clone();
    let answer = visit
        .change(sent, move |work| {
            let taken = commands::take_in(work, &intake)?;
            work.filed(&by_deed)?;
            Ok(serde_json::to_value(TakenIn::from(taken))?)
        })
        .await;
    // A request that was sent again had its mail filed when it came first.
    let why = answer.as_ref().err().map(Failure::sentence);
    let noted = off_the_loop(move || match &why {
        Some(why) => edge.db.not_filed(&digest, why),
        None => edge.db.was_filed(&digest),
    });
    noted.await.map_err(|error| Failure::of(error, &envelope))?;
    answer
}

async fn unfiled(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let part = Part::asked(&mut asked)?;
            let shape = |it: kernel::Unfiled| {
                let by = reader.mention(it.brought_by)?.map(|it| it.number);
                let why = it.why().as_ref().map(web::language::say);
                Ok(UnfiledMail {
                    digest: it.digest,
                    name: it.name,
                    size: it.size,
                    came_at: it.at.to_string(),
                    brought_by: by,
                    tries: it.tries,
                    why,
                })
            };
            // Of those that came at one moment the digest tells the order.
            let place = |it: &kernel::Unfiled| {
                let begins = it.digest.get(..15).and_then(|it| i64::from_str_radix(it, 16).ok());
                vec![-it.at.as_microsecond(), begins.unwrap_or_default()]
            };
            answer(&part.of(queries::unfiled(reader, i64::MAX)?, place).told(shape)?)
        })
        .await
}

async fn as_it_came(visit: Visit, Path(digest): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let (it, bytes) = queries::unfiled_mail(reader, &digest)?;
            super::files::saved(&format!("mail-{}.eml", &it.digest[..12]), bytes)
        })
        .await
}

async fn file_again(Path(digest): Path<String>, Sent(visit, _): Sent) -> Answer {
    let envelope = visit.envelope.clone();
    let filed = off_the_loop(move || {
        visit.actor().must_be_inside()?;
        let it = commands::file_again(visit.db(), visit.actor(), &digest)?;
        match (it.number, it.message) {
            (Some(number), Some(message)) => Ok(TakenIn {
                number,
                message,
                was_known: it.what == commands::What::WasKnown,
                began: it.what == commands::What::Began,
                because: visit.envelope.language(Some(&visit.known)).with(|| web::language::say(&it.because)),
            }),
            _ => Err(it.because.into()),
        }
    });
    let filed = filed.await.map_err(|error| Failure::of(error, &envelope))?;
    let value = serde_json::to_value(filed).map_err(|error| Failure::of(error.into(), &envelope))?;
    Ok(web::api::json(StatusCode::OK, &value))
}

#[derive(Serialize, JsonSchema)]
struct ReadText {
    /// The key of the text.
    source: i64,
}

async fn read_again(visit: Visit, Path((id, place)): Path<(i64, usize)>) -> Answer {
    let envelope = visit.envelope.clone();
    let (edge, actor) = (std::sync::Arc::clone(&visit.edge), visit.known.actor.clone());
    let read = off_the_loop(move || commands::read_now(&edge.db, &actor, id, place)).await;
    let text = read.map_err(|error| Failure::of(error, &envelope))?;
    let deed = move |work: &mut kernel::Work| {
        Ok(serde_json::to_value(ReadText { source: commands::read_again(work, id, place, &text)? })?)
    };
    visit.change(json!({ "message": id, "part": place }), deed).await
}

impl From<Taken> for TakenIn {
    fn from(it: Taken) -> Self {
        Self {
            number: it.number,
            message: it.message,
            was_known: it.was_known,
            began: it.began,
            because: web::language::say(&it.because),
        }
    }
}

async fn messages(visit: Visit, Path(number): Path<String>) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let part = Part::asked(&mut asked)?;
            let conversation = reader.find::<crate::Conversation>(&number)?.record.id.raw();
            let place = |it: &Message| vec![it.sent_at.as_microsecond(), it.id];
            let page = part.of(queries::messages(reader, conversation)?, place);
            answer(&page.told(|it| message(reader, it))?)
        })
        .await
}

fn message(reader: &Reader, it: Message) -> Result<MessageShape> {
    let own = match reader.source_of("message", it.id)? {
        Some(source) => Some(source),
        None => reader.source_of("call", it.id)?,
    };
    let mut files = Vec::with_capacity(it.parts.len());
    for part in it.parts {
        let source = reader.source_of("attachment", part.attachment)?.map(|it| it.id);
        let (id, name, media_type, size) = (part.attachment, part.name, part.media_type, part.size);
        files.push(FileShape { id, name, media_type, size, source });
    }
    let told = |id: &str| queries::told_at(reader, it.record_id, id);
    let told = it.placed.named_mail().map(told).transpose()?.flatten();
    let because = (!reader.actor.is_outside()).then(|| web::language::say(&it.placed.text(told)));
    Ok(MessageShape {
        id: it.id,
        direction: it.direction.code(),
        kind: it.kind.code(),
        sent_at: it.sent_at.to_string(),
        from_name: it.from_name,
        from_address: it.from_address,
        recipients: it.recipients,
        subject: it.subject,
        source: own.as_ref().map(|it| it.id),
        text: own.map(|it| it.body),
        files,
        because,
    })
}

async fn throw_away(Path(digest): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.actor.must_be_inside()?;
        let Away { reason } = web::api::typed(sent)?;
        commands::throw_away(work, &digest, &reason)?;
        Ok(serde_json::to_value(Gone { digest: digest.clone() })?)
    })
    .await
}

async fn move_message(Path(id): Path<i64>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let wanted: Move = serde_json::from_value(sent)
            .map_err(|_| Faults::one("to", text!("Name the conversation by its number, or send “new”.")))?;
        work.because(&wanted.reason);
        let number = commands::move_message(work, id, &target(&wanted.to))?;
        Ok(serde_json::to_value(Moved { number })?)
    })
    .await
}

async fn note(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let NewNote { words } = web::api::typed(sent)?;
        Ok(serde_json::to_value(Noted { message: commands::note(work, &number, &words)? })?)
    })
    .await
}

async fn join(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Join { to, reason } = web::api::typed(sent)?;
        work.because(&reason);
        let messages = commands::join(work, &number, &to)?;
        Ok(serde_json::to_value(Joined { number: to, messages })?)
    })
    .await
}

async fn source(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit.respond(move |reader| Ok(web::api::json(StatusCode::OK, &shape(reader, id)?))).await
}

fn shape(reader: &Reader, id: i64) -> Result<Json> {
    let it = reader.source(id)?;
    let passage = |it: queries::Became| PassageShape {
        id: it.passage,
        start: it.start_at,
        end: it.end_at,
        became: it.number,
    };
    Ok(serde_json::to_value(SourceShape {
        id,
        record: queries::number(reader, it.record_id)?,
        origin: it.origin,
        name: it.name,
        text: it.body,
        digest: it.digest,
        extractor: it.extractor,
        passages: queries::became_of(reader, id)?.into_iter().map(passage).collect(),
    })?)
}
