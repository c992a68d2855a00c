//! The addresses behind one door: headers on every answer, limits, a page for what is not there.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use kernel::Error;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::edge::Edge;
use crate::failure::Failure;
use crate::pace::Pace;
use crate::path;
use crate::routes::Routes;
use crate::visit::{Envelope, Guest, LARGEST_UPLOAD, Visit};

/// What a page may load and do: only what is ours, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

/// The product as one service.
pub fn router(routes: Routes, edge: Arc<Edge>) -> Router {
    let inside = routes
        .into_router()
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_way)
        .with_state(Arc::clone(&edge));
    // Around all of it once, not around each of many hundred addresses.
    let around = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
        .layer(middleware::from_fn_with_state(edge, guarded))
        .layer(CatchPanicLayer::custom(fell_over))
        .layer(middleware::from_fn_with_state(Arc::new(Pace::default()), admitted));
    Router::new().fallback_service(around.service(inside))
}

async fn nothing_here(visit: Result<Visit, Failure>, guest: Guest) -> Response {
    Failure::of(Error::NotFound, &of_whom(visit, guest)).into_response()
}

async fn another_way(visit: Result<Visit, Failure>, guest: Guest) -> Response {
    Failure::another_way(&of_whom(visit, guest)).into_response()
}

/// Who is known is answered in their language.
fn of_whom(visit: Result<Visit, Failure>, guest: Guest) -> Envelope {
    visit.map_or(guest.envelope, |it| it.envelope)
}

/// A panic is our fault; what it says goes to the log, never to the page.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn fell_over(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().cloned();
    let words = words.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
    tracing::error!("a request fell over: {}", words.unwrap_or_default());
    (StatusCode::INTERNAL_SERVER_ERROR, "It is our fault, and nothing was saved. Try again.\n")
        .into_response()
}

/// Lets in what can be read, and programs as long as they keep the pace.
async fn admitted(State(pace): State<Arc<Pace>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let envelope = Envelope::of(&parts);
    if !path::can_be_read(&envelope.path) {
        return Failure::of(Error::NotFound, &envelope).into_response();
    }
    let caller = if envelope.is_api() { envelope.secret() } else { None };
    if let Some(Err(wait)) = caller.map(|it| pace.count(&it, Instant::now())) {
        return Failure::too_many(wait.as_secs() + 1, &envelope).into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Puts the headers on that protect whoever reads the answer, unless it has its own.
async fn guarded(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let (method, path, begun) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::CACHE_CONTROL, "no-store");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if edge.is_secure {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    tracing::debug!(%method, path, status = response.status().as_u16(), took = ?begun.elapsed());
    response
}
