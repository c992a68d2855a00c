//! Is this paper current? For whoever holds it, known or not.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::SignedDuration;
use kernel::Actor;
use maud::{Markup, html};

use crate::failure::Failure;
use crate::language;
use crate::page::House;
use crate::parts::{self, Note};
use crate::path::Path;
use crate::place::Place;
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Guest};

/// So often one network may ask within [`WINDOW`].
const MOST: i64 = 60;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

pub fn routes() -> Routes {
    Routes::default().get("/verify/{code}", show)
}

async fn show(place: Place, Path(code): Path<String>, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let place = place.0.unwrap_or_default();
            let asked = edge.db.knock(&format!("verify:{place}"), WINDOW)?;
            if asked > MOST {
                return Ok(Failure::too_many(WINDOW.as_secs().unsigned_abs(), envelope).into_response());
            }
            let standing = edge.db.read(&Actor::system(), |reader| reader.paper(&code))?;
            let name = edge.db.setting("company.name")?.unwrap_or_else(|| "Reqord".to_owned());
            let house = House { name, logo: None, theme: envelope.theme() };
            let status = if standing.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let page = house.letter(&t!("Is this paper current?"), html! {}, said(standing.as_ref()));
            Ok((status, page).into_response())
        })
        .await
}

fn said(standing: Option<&kernel::Standing>) -> Markup {
    html! {
        h1 { (t!("Is this paper current?")) }
        @match standing {
            Some(it) => {
                p.lead { (t!("{number}, revision {no}", number = &it.number, no = &it.name)) }
                @if it.is_current {
                    (parts::note(Note::Plain, t!("Yes. No later revision replaced it.")))
                    @if let Some(since) = it.over {
                        (parts::note(Note::Warn, t!("What it describes has been over since {day}: this is its last revision, for what was delivered or agreed until then.", day = language::day(language::day_of(since)))))
                    }
                } @else {
                    (parts::note(Note::Warn, t!("No. It was replaced or withdrawn. Ask whoever sent it to you for the one that holds.")))
                }
                p { (t!("This page tells nothing more. Compare the digest on the paper with the one that you were sent.")) }
            }
            None => {
                (parts::note(Note::Warn, t!("No paper of this house has this code. Compare it letter by letter; if it is right, do not rely on the paper.")))
            }
        }
    }
}
