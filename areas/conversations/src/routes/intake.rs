//! The page on which mails are dropped, and what became of them.

use axum::response::{IntoResponse, Redirect};
use kernel::{Error, Permit, Result};
use web::{Answer, Failure, Page, Routes, Upload, Uploaded, Visit, off_the_loop};

use crate::commands;
use crate::pages::{self, Arrival};

/// Under which name the last results of a person are kept; no form of a page has it.
const PLACE: &str = "import/results";

pub fn routes() -> Routes {
    Routes::default().get("/import", show).post("/import", take_in)
}

async fn show(visit: Visit) -> Answer {
    let is_done = visit.envelope.asked().has("done");
    let (person, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    visit
        .read(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let kept = if is_done { db.draft(person, PLACE)? } else { None };
            // Whatever else is kept there tells nothing of mails.
            let arrivals: Vec<Arrival> =
                kept.and_then(|it| serde_json::from_str(&it.words).ok()).unwrap_or_default();
            Ok(Page::new(web::t!("Take in mail"), "/inbox", pages::import(&arrivals)).with(&["drop.js"]))
        })
        .await
}

async fn take_in(Uploaded(visit, files): Uploaded) -> Answer {
    let envelope = visit.envelope.clone();
    let done = off_the_loop(move || taken_in(&visit, &files)).await;
    done.map_err(|error| Failure::of(error, &envelope))?;
    Ok(Redirect::to("/import?done#results").into_response())
}

/// Takes in each file; the results are kept, so that the page that shows them has an address.
fn taken_in(visit: &Visit, files: &[Upload]) -> Result<()> {
    Permit::Staff.covers(visit.actor(), None)?;
    if files.is_empty() {
        return Err(kernel::text!("Choose at least one file.").into());
    }
    let language = visit.envelope.language(Some(&visit.known));
    let words = language.with(|| {
        let take =
            |file: &Upload| commands::import(visit.db(), visit.actor(), &file.bytes, &file.name, false);
        serde_json::to_string(&files.iter().flat_map(take).collect::<Vec<_>>())
    })?;
    visit.db().keep_draft(visit.actor().person, PLACE, &words)
}
