//! What is there for everybody: the look, health, theme and language, the page of components.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use crate::edge::Page;
use crate::language::LANGUAGES;
use crate::page::Theme;
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Guest, GuestPosted, Visit, off_the_loop, with_cookie};
use crate::{assets, design, t};

/// A year, in seconds.
const YEAR: i64 = 31_536_000;

pub fn routes() -> Routes {
    Routes::default()
        .get("/assets/{digest}/{name}", asset)
        .get("/favicon.ico", icon)
        .get("/design", components)
        .post("/me/theme", theme)
        .post("/me/language", language)
        .get("/healthz", healthy)
        .get("/readyz", ready)
}

async fn asset(Path((digest, name)): Path<(String, String)>) -> impl IntoResponse {
    let Some(asset) = assets::find(&format!("{digest}/{name}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, assets::CACHE_CONTROL)];
    (headers, asset.bytes).into_response()
}

/// Where a browser shows a file of ours by itself, it asks here for the sign in its tab.
async fn icon() -> Redirect {
    Redirect::permanent(&assets::address("icon.svg"))
}

async fn components(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            // Its examples speak of other people's matters.
            if reader.actor.is_outside() {
                return Err(kernel::Error::NotFound);
            }
            Ok(Page::new(t!("Components"), "/design", design::show()))
        })
        .await
}

async fn theme(GuestPosted(guest, form): GuestPosted) -> Answer {
    let theme = Theme::of(form.text("theme")).code();
    let back = super::local(&form, guest.envelope.header("referer"));
    Ok(with_cookie(Redirect::to(&back).into_response(), &guest.edge.cookie("theme", theme, YEAR)))
}

async fn language(GuestPosted(guest, form): GuestPosted) -> Answer {
    let back = super::local(&form, guest.envelope.header("referer"));
    let known = LANGUAGES.iter().find(|(code, _)| *code == form.text("language"));
    let code = known.map_or("en", |(code, _)| code);
    Ok(with_cookie(Redirect::to(&back).into_response(), &guest.edge.cookie("language", code, YEAR)))
}

/// It lives.
async fn healthy() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], "alive\n")
}

/// It answers: the database does.
async fn ready(guest: Guest) -> impl IntoResponse {
    let actor = kernel::Actor::system();
    let asked =
        off_the_loop(move || guest.edge.db.read(&actor, |reader| reader.newest_head().map(|_| ()))).await;
    match asked {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
