//! The page on which mails are dropped, and what became of them.

use axum::response::{IntoResponse, Redirect};
use kernel::{Error, Faults, Permit, Reader, Result};
use web::{Answer, Failure, Page, Path, Posted, Routes, Upload, Uploaded, Visit, off_the_loop};

use super::files::saved;
use crate::commands::{self, Outcome};
use crate::pages::{self, Arrival, Waiting};
use crate::queries;
use crate::rules::{MAIL_ROOM, may_read_unfiled};

/// Under which name the last results of a person are kept; no form of a page has it.
const PLACE: &str = "import/results";
/// So many mails that could not be filed are listed.
const LISTED: i64 = 200;

pub fn routes() -> Routes {
    Routes::default()
        .get("/import", show)
        .post("/import", take_in)
        .get("/import/{digest}/raw", as_it_came)
        .post("/import/{digest}/again", again)
        .get("/import/{digest}/away", ask_why)
        .post("/import/{digest}/away", throw_away)
}

async fn show(visit: Visit) -> Answer {
    let is_done = visit.envelope.asked().has("done");
    let (person, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    visit
        .read(move |reader| {
            reader.actor.must_be_inside()?;
            let kept = if is_done { db.draft(person, PLACE)? } else { None };
            // Whatever else is kept there tells nothing of mails.
            let arrivals: Vec<Arrival> =
                kept.and_then(|it| serde_json::from_str(&it.words).ok()).unwrap_or_default();
            let reads = may_read_unfiled(reader.actor).is_ok();
            let waiting = Waiting {
                mails: if reads { queries::unfiled(reader, LISTED)? } else { Vec::new() },
                all: queries::unfiled_count(reader)?,
                may_try: MAIL_ROOM.covers(reader.actor, None).is_ok(),
                may_take_in: Permit::Staff.covers(reader.actor, None).is_ok(),
            };
            let body = pages::import(reader, &arrivals, &waiting)?;
            Ok(Page::new(web::t!("Take in mail"), "/inbox", body).with(&["drop.js"]))
        })
        .await
}

async fn take_in(Uploaded(visit, files): Uploaded) -> Answer {
    let envelope = visit.envelope.clone();
    let done = off_the_loop(move || taken_in(&visit, &files)).await;
    done.map_err(|error| Failure::of(error, &envelope))?;
    Ok(Redirect::to("/import?done#results").into_response())
}

/// Takes in the mails of all files in the order of their dates; the results are kept, so that the page that shows
/// them has an address.
fn taken_in(visit: &Visit, files: &[Upload]) -> Result<()> {
    Permit::Staff.covers(visit.actor(), None)?;
    if files.is_empty() {
        return Err(kernel::text!("Choose at least one file.").into());
    }
    keep_results(visit, || {
        let files: Vec<_> = files.iter().map(|it| (it.name.as_str(), &it.bytes[..])).collect();
        Ok(commands::import_all(visit.db(), visit.actor(), &files))
    })
}

/// What became of mails, in the language of whoever brought them.
fn keep_results(visit: &Visit, results: impl FnOnce() -> Result<Vec<Outcome>>) -> Result<()> {
    let language = visit.envelope.language(Some(&visit.known));
    let words = language.with(|| Ok::<_, Error>(serde_json::to_string(&results()?)?))?;
    visit.db().keep_draft(visit.actor().person, PLACE, &words)
}

/// A mail that could not be filed, as it came.
async fn as_it_came(visit: Visit, Path(digest): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let (it, bytes) = queries::unfiled_mail(reader, &digest)?;
            saved(&format!("mail-{}.eml", &it.digest[..12]), bytes)
        })
        .await
}

/// Tries once more to file it.
async fn again(Path(digest): Path<String>, Posted(visit): Posted) -> Answer {
    let envelope = visit.envelope.clone();
    let done = off_the_loop(move || {
        visit.actor().must_be_inside()?;
        keep_results(&visit, || Ok(vec![commands::file_again(visit.db(), visit.actor(), &digest)?]))
    });
    done.await.map_err(|error| Failure::of(error, &envelope))?;
    Ok(Redirect::to("/import?done#results").into_response())
}

async fn ask_why(visit: Visit, Path(digest): Path<String>) -> Answer {
    visit.read(move |reader| away_page(reader, &digest, &Faults::default())).await
}

fn away_page(reader: &Reader, digest: &str, faults: &Faults) -> Result<Page> {
    reader.actor.must_be_inside()?;
    MAIL_ROOM.covers(reader.actor, None)?;
    let (it, _) = queries::unfiled_mail(reader, digest)?;
    Ok(Page::new(web::t!("Throw away a mail"), "/inbox", pages::throwing_away(&it, reader.now, faults)))
}

/// Throws it away; the reason is asked for where none was said.
async fn throw_away(Path(digest): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), digest.clone());
    visit
        .write_or(
            move |work| {
                commands::throw_away(work, &digest, &reason)?;
                Ok("/import#unfiled".to_owned())
            },
            move |reader, error| match error {
                Error::Invalid(faults) => away_page(reader, &same, faults),
                _ => away_page(reader, &same, &Faults::default()),
            },
        )
        .await
}
