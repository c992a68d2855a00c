//! Files at records, and what is being written and not yet sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Result;

use crate::edge::Edge;
use crate::failure::Failure;
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Visit, off_the_loop};

/// The most that is kept of something that is being written, in bytes.
const LARGEST_DRAFT: usize = 1 << 20;

pub fn routes() -> Routes {
    Routes::default()
        .get("/files/{id}", file)
        .get("/drafts/{place}", draft)
        .put("/drafts/{place}", keep)
        .delete("/drafts/{place}", throw_away)
}

async fn file(visit: Visit, Path(id): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let (attachment, bytes) = reader.attachment(super::whole(&id)?)?;
            Ok(sent(&attachment.name, &attachment.media_type, bytes))
        })
        .await
}

/// A file as it may safely leave: shown only if it is a picture or a PDF, otherwise saved; it runs nothing.
pub fn sent(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"];
    let shown = SHOWN.iter().find(|it| **it == media_type);
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
