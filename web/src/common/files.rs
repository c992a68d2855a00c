//! Files at records, and what is being written and not yet sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use document::{Extracted, Words};
use kernel::{
    Actor, Attachment, Audience, Db, Error, Faults, FilesAt, Filing, ProposedFor, Reader, Refusal, Result,
    Work, text,
};
use maud::{Markup, html};

use crate::edge::Edge;
use crate::failure::Failure;
use crate::parts::{self, Beside, Field, Symbol};
use crate::path::Path;
use crate::picture::SHOWN;
use crate::routes::{Doc, Routes};
use crate::visit::{Answer, Upload, Uploaded, Visit, off_the_loop};
use crate::{language, t};

/// The most that is kept of something that is being written, in bytes.
const LARGEST_DRAFT: usize = 1 << 20;

/// What the errand is called that reads a document, by whose name the product knows it.
const EXTRACT: &str = "extract";

pub fn routes() -> Routes {
    Routes::default()
        .get("/files/{id}", file)
        .api_get(
            "/api/v1/files/{id}",
            Doc {
                summary: "The bytes of a file, as they are",
                tag: "Files",
                media_type: Some(crate::openapi::BYTES),
                ..Doc::default()
            },
            bytes_of,
        )
        .get("/drafts/{place}", draft)
        .put("/drafts/{place}", keep)
        .delete("/drafts/{place}", throw_away)
}

/// Attaches the files of a form to a record of a kind.
pub(super) async fn attach(
    path: &'static str,
    Path(number): Path<String>,
    Uploaded(visit, files): Uploaded,
) -> Answer {
    let audience = if visit.form.text("audience") == "party" { Audience::Party } else { Audience::Internal };
    let files = received(&visit, files).await?;
    visit
        .write(move |work| {
            let record = work.mention_of(&number)?;
            let chosen = text!("Choose at least one file.");
            if files.is_empty() {
                return Err(Faults::one("files", chosen).into());
            }
            for file in &files {
                filed(work, record.id, &file.filing(audience))?;
            }
            Ok(format!("/{path}/{number}#files"))
        })
        .await
}

/// A file as it is kept: a name that deceives nobody, a media type that its ending tells, and what it says.
#[derive(Clone, Debug)]
pub struct Received {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
    pub words: Words,
}

impl Received {
    pub fn filing(&self, audience: Audience) -> Filing<'_> {
        Filing {
            name: &self.name,
            media_type: &self.media_type,
            bytes: &self.bytes,
            words: self.words.read(),
            audience,
        }
    }
}

/// Files as they are kept, each read before the deed, so that no deed waits for it. What is refused anyway is not read.
pub async fn received(visit: &Visit, files: Vec<Upload>) -> Result<Vec<Received>, Failure> {
    let (edge, may_write) =
        (Arc::clone(&visit.edge), !visit.actor().is_outside() && !visit.actor().only_reads);
    let read = off_the_loop(move || {
        let one = |it: Upload| {
            let name = filename::safe_name(&it.name).unwrap_or_else(|| "file".to_owned());
            let kind = media_type(&name);
            let words = if may_write { words_of(&edge.db, (kind, &name), &it.bytes) } else { Words::Nothing };
            Received { name, media_type: kind.to_owned(), bytes: it.bytes, words }
        };
        Ok(files.into_iter().map(one).collect())
    });
    read.await.map_err(|error| Failure::of(error, &visit.envelope))
}

/// The words of a file, of a document by a process of its own: one that is made to harm us harms nobody.
pub fn words_of(db: &Db, named: (&str, &str), bytes: &[u8]) -> Words {
    document::words_of(named, bytes, &|kind: &str, bytes: &[u8]| extracted(db, kind, bytes))
}

/// The text of a document as another process read it.
pub fn extracted(db: &Db, kind: &str, bytes: &[u8]) -> Extracted {
    document::read_apart(kind, bytes, |sent| db.apart(EXTRACT, sent)).map_err(|unread| match unread {
        document::Unread::Wrong(fault) => Some(fault),
        document::Unread::CameToNothing(why) => {
            tracing::warn!(bytes = bytes.len(), "a document was not read: {why}");
            None
        }
    })
}

/// Lets files that were kept by an older version be found: the next one after a key, in a deed of its own, while
/// nothing waits for it. Tells its key; none where all are found.
pub fn take_up_older(db: &Db, after: i64) -> Result<Option<i64>> {
    let product = Actor::system();
    let Some(file) = db.read(&product, |reader| reader.next_unfound(after))? else { return Ok(None) };
    match db.read(&product, |reader| reader.attachment(file.id)) {
        Ok((_, bytes)) => {
            let words = words_of(db, (&file.media_type, &file.name), &bytes);
            db.write(&product, |work| work.take_up_file(&file, words.read()))?;
        }
        Err(error) => tracing::error!(file = file.id, "a file is not found by its words: {error}"),
    }
    Ok(Some(file.id))
}

/// Files bytes at a record, in a deed of its own name.
///
/// # Errors
/// Refuses outsiders, and a file in which nothing is.
pub(crate) fn filed(work: &mut Work, record: i64, it: &Filing) -> Result<i64> {
    Refusal::unless(!work.actor.is_outside(), text!("Only members of staff may do this."))?;
    if it.bytes.is_empty() {
        let sentence = text!("Nothing is in the file “{name}”. Choose it again.", name = it.name);
        return Err(Faults::one("files", sentence).into());
    }
    work.called("attached");
    work.note(record, serde_json::json!({ "attached": it.name }))?;
    work.file(record, it)
}

/// What the ending of a name tells; whoever sends a file is not believed.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "txt" | "md" | "csv" => "text/plain",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "eml" => "message/rfc822",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// So many files of before are named, the newest first.
const EARLIER: usize = 50;

/// The files at a record, and where one attaches more.
pub(crate) fn beside(reader: &Reader, record: i64, address: &str, has_party: bool) -> Result<Option<Beside>> {
    let FilesAt { now: lying, to_come, earlier } = reader.files_at(record)?;
    let for_others = proposed_for(reader, record)?;
    let (proposed, files): (Vec<_>, Vec<_>) =
        lying.into_iter().partition(|it| for_others.iter().any(|one| one.file == it.id));
    let may_attach = !reader.actor.is_outside() && !reader.actor.only_reads;
    if files.is_empty() && proposed.is_empty() && to_come.is_empty() && earlier.is_empty() && !may_attach {
        return Ok(None);
    }
    let held = if may_attach { reader.held_by(record)? } else { None };
    let closed = if may_attach { reader.why_no_file(record)? } else { None };
    let inside = html! {
        (listed(&files, has_party))
        @if !to_come.is_empty() {
            p.fine { (t!("Of a revision that does not hold yet:")) }
            (listed(&to_come, has_party))
        }
        @if !proposed.is_empty() {
            p.fine { (t!("Proposed for what it changes; they lie there with the release:")) }
            ul { @for file in &proposed { li {
                a href={ "/files/" (file.id) } { (file.name) }
                @for one in for_others.iter().filter(|it| it.file == file.id) { " · " a href=(one.address) { (one.name) } }
            } } }
        }
        @if !earlier.is_empty() {
            details {
                summary { (t!("Files of earlier revisions")) }
                ul { @for file in earlier.iter().rev().take(EARLIER) {
                    li { a href={ "/files/" (file.id) } { (file.name) } }
                } }
            }
        }
        @match &held {
            Some((_, change, kind)) => p.fine {
                a href=(reader.registry().address(kind, change)) { (change) } " "
                (t!("holds it: files are proposed there, where it is decided what it is to say."))
            },
            None => { @match &closed {
                Some(it) => p.fine { (language::say(&it.sentence)) },
                None => { @if may_attach { (form(address, has_party)) } }
            } }
        }
    };
    let count = Some(language::count(i64::try_from(files.len()).unwrap_or(0)));
    Ok(Some(Beside { id: "files", title: t!("Files"), count, inside }))
}

/// The files of a record that are proposed for others.
pub(crate) fn proposed_for(reader: &Reader, record: i64) -> Result<Vec<ProposedFor>> {
    let Some(it) = reader.mention(record)? else { return Ok(Vec::new()) };
    let entry = reader.registry().kind(&it.kind).ok_or(Error::NotFound)?;
    entry.proposed_files(reader, &it)
}

fn listed(files: &[Attachment], has_party: bool) -> Markup {
    html! { @if !files.is_empty() {
        ul.signatures { @for file in files {
            li {
                (Symbol::Clip)
                div {
                    a href={ "/files/" (file.id) } { (file.name) } br;
                    span.fine {
                        (crate::record::size(file.size))
                        @if has_party && file.audience == Audience::Party { " · " (t!("the customer sees it")) }
                    }
                }
            }
        } }
    } }
}

fn form(address: &str, has_party: bool) -> Markup {
    let audience = html! {
        @if has_party {
            (Field::select("audience", t!("Who sees them"), vec![
                ("internal".to_owned(), t!("Only us")),
                ("party".to_owned(), t!("The customer, too")),
            ]))
        }
    };
    html! {
        details {
            summary.button { (Symbol::Plus.icon()) (t!("Attach files")) }
            (parts::drop_files(&format!("{address}/files"), "files", t!("Any kind, together at most 64 MB."), audience))
        }
    }
}

async fn file(visit: Visit, Path(id): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let (attachment, bytes) = reader.attachment(super::whole(&id)?)?;
            Ok(sent(&attachment.name, &attachment.media_type, bytes))
        })
        .await
}

/// The same for programs: whatever it is, it comes as bytes.
async fn bytes_of(visit: Visit, id: Path<String>) -> Answer {
    let mut answer = file(visit, id).await?;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(crate::openapi::BYTES));
    Ok(answer)
}

/// A file as it may safely leave: shown only if it is a picture or a PDF, otherwise saved; it runs nothing.
pub fn sent(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    let shown = SHOWN.iter().chain(&["application/pdf"]).find(|it| **it == media_type);
    let disposition = if shown.is_some() { "inline" } else { "attachment" };
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let disposition = format!("{disposition}; filename*=UTF-8''{}", name.replace('+', "%20"));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(shown.copied().unwrap_or("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

async fn draft(visit: Visit, Path(place): Path<String>) -> Answer {
    let (person, now) = (visit.known.actor.person, visit.edge.db.now());
    aside(visit, move |edge| {
        let Some(draft) = edge.db.draft(person, &place)? else {
            return Ok(StatusCode::NO_CONTENT.into_response());
        };
        let kind =
            if draft.words.starts_with('{') { "application/json" } else { "text/plain; charset=utf-8" };
        let mut response = draft.words.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let age = HeaderValue::from((now.as_second() - draft.at.as_second()).max(0));
        headers.insert(header::AGE, age);
        let at = jiff::fmt::rfc2822::to_string(&draft.at.to_zoned_datetime(jiff::tz::TimeZone::UTC));
        if let Some(value) = at.ok().and_then(|it| HeaderValue::from_str(&it.replace("+0000", "GMT")).ok()) {
            headers.insert(header::LAST_MODIFIED, value);
        }
        Ok(response)
    })
    .await
}

async fn keep(visit: Visit, Path(place): Path<String>, State(_): State<Arc<Edge>>, words: Bytes) -> Answer {
    let person = visit.known.actor.person;
    if words.len() > LARGEST_DRAFT || place.len() > 200 {
        return Err(Failure::too_large(&visit.envelope));
    }
    aside(visit, move |edge| {
        edge.db.keep_draft(person, &place, &String::from_utf8_lossy(&words).replace('\0', ""))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

async fn throw_away(visit: Visit, Path(place): Path<String>) -> Answer {
    let person = visit.known.actor.person;
    aside(visit, move |edge| {
        edge.db.drop_draft(person, &place)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

async fn aside(visit: Visit, task: impl FnOnce(&Edge) -> Result<Response> + Send + 'static) -> Answer {
    let (edge, envelope) = (Arc::clone(&visit.edge), visit.envelope.clone());
    off_the_loop(move || task(&edge)).await.map_err(|error| Failure::of(error, &envelope))
}
