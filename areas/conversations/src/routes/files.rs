//! A message as it was sent, the pictures in it, and the raw mail: each with a policy of its own.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Error, Result};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use web::{Answer, Failure, Path, Posted, Routes, Visit};

use crate::{commands, queries};

/// The page of a mail runs nothing, fetches nothing from elsewhere, and is framed by us alone.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'self'; \
                      sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

pub fn routes() -> Routes {
    Routes::default()
        .get("/messages/{id}/html", as_sent)
        .get("/messages/{id}/parts/{place}", part)
        .post("/messages/{id}/parts/{place}/text", read_again)
        .get("/messages/{id}/raw", raw)
}

async fn as_sent(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit
        .respond(move |reader| {
            let html = queries::html_of(reader, id)?.ok_or(Error::NotFound)?;
            let html = mail::with_pictures(&html, |place| format!("/messages/{id}/parts/{place}"));
            Ok(framed(&queries::message(reader, id)?.subject, html))
        })
        .await
}

/// A document of its own, on white: mails are written for it.
fn framed(title: &str, body: String) -> Response {
    let page: Markup = html! {
        (DOCTYPE)
        html {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { "html { background: #fff; color: #111; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light } img { max-width: 100%; height: auto }" }
            }
            body { (PreEscaped(body)) }
        }
    };
    let mut response = page.into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

async fn part(visit: Visit, Path((id, place)): Path<(i64, usize)>) -> Answer {
    visit
        .respond(move |reader| {
            let (part, bytes) = queries::part_of(reader, id, place)?;
            Ok(web::common::files::sent(&part.name, &part.media_type, bytes))
        })
        .await
}

/// Whoever reads a file fell over when it came in: perhaps it does better now.
async fn read_again(Path((id, place)): Path<(i64, usize)>, Posted(visit): Posted) -> Answer {
    let (edge, actor, envelope) =
        (std::sync::Arc::clone(&visit.edge), visit.known.actor.clone(), visit.envelope.clone());
    let read = web::off_the_loop(move || commands::read_now(&edge.db, &actor, id, place)).await;
    let text = read.map_err(|error| Failure::of(error, &envelope))?;
    visit
        .write(move |work| {
            let source = commands::read_again(work, id, place, &text)?;
            Ok(format!("/sources/{source}"))
        })
        .await
}

pub(super) async fn raw(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit
        .respond(move |reader| {
            let raw = queries::message(reader, id)?.raw.ok_or(Error::NotFound)?;
            let (_, bytes) = reader.attachment(raw)?;
            saved(&format!("message-{id}.eml"), bytes)
        })
        .await
}

/// A mail to be saved, never shown.
pub(super) fn saved(name: &str, bytes: Vec<u8>) -> Result<Response> {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822"));
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(kernel::broken)?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}
