//! The programming interface: the same deeds and questions as the pages, in JSON.

mod beside;
mod house;
mod letters;
mod links;
mod notices;
mod paging;
mod records;
mod reference;
mod shapes;
mod views;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Registry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub use self::beside::SentFile;
pub use self::paging::{PAGED, Part, one_more, page_of, paged};
pub(crate) use self::records::LONGEST_QUESTION;
pub use self::reference::documented;
pub use self::shapes::{Page as Paged, Versioned};
use crate::failure::Failure;
use crate::routes::Routes;
use crate::visit::Visit;
use crate::way::Ways;
pub use kernel::typed;

/// Where it begins.
pub const BASE: &str = "/api/v1";

/// What every kind of record has, and what belongs to none. Kinds whose path is among `own` are opened and
/// changed at addresses of their area; `ways` say of what the way of each kind is made.
pub fn routes(registry: &Registry, own: &[&str], ways: Ways) -> Routes {
    let kinds = registry.all().iter().fold(Routes::default(), |routes, entry| {
        routes
            .and(records::routes(entry, own.contains(&entry.kind.path)))
            .and(beside::routes(entry.kind, ways.of(entry.kind).1))
    });
    kinds
        .and(house::routes())
        .and(letters::routes())
        .and(notices::routes())
        .and(views::routes(registry))
        .and(links::routes())
}

/// By what lists can be sorted.
pub(crate) fn sorts() -> Vec<String> {
    shapes::codes::<kernel::Sort>()
}

/// An answer in JSON. An object with a `version` gets its entity tag; what is wrong is a problem (RFC 9457).
pub fn json(status: StatusCode, value: &Json) -> Response {
    let mut response = (status, value.to_string()).into_response();
    let headers = response.headers_mut();
    let kind = if status.is_client_error() { "application/problem+json" } else { "application/json" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let tag = value.get("version").and_then(Json::as_i64).map(|it| format!("\"{it}\""));
    if let Some(tag) = tag.and_then(|it| HeaderValue::try_from(it).ok()) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// What a program sent, as a typed value.
///
/// # Errors
/// A fault at the field that does not fit.
#[expect(clippy::result_large_err, reason = "a failure ends the request and holds all that its page needs")]
pub fn said<T: DeserializeOwned>(visit: &Visit, value: &Json) -> Result<T, Failure> {
    typed(value.clone()).map_err(|faults| Failure::of(faults.into(), &visit.envelope))
}

/// The answer to a question, in JSON.
///
/// # Errors
/// What cannot be told in JSON.
pub fn answer(value: &impl Serialize) -> kernel::Result<Response> {
    Ok(json(StatusCode::OK, &serde_json::to_value(value)?))
}

/// What was made, with its address.
fn made(value: &Json, address: &str) -> Response {
    let mut response = json(StatusCode::CREATED, value);
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}
