//! The programming interface: the same deeds and questions as the pages, in JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

/// An answer in JSON. An object with a `version` gets its entity tag.
pub fn json(status: StatusCode, value: &Json) -> Response {
    let mut response = (status, value.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(version) = value.get("version").and_then(Json::as_i64) {
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
            headers.insert(header::ETAG, tag);
        }
    }
    response
}
