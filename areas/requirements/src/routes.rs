//! At which address what is found, read and done.

mod api;
mod capture;
mod checklist;
mod distribution;
mod requirements;
mod sections;
mod sets;
mod sheet;
mod standing;
mod trace;
pub mod way;
mod wording;

use kernel::{Faults, Reader, Result, random};
use maud::Markup;
use web::Routes;

use crate::pages::Options;
use crate::queries;
use crate::rules::moment_of;

/// What stands beside a set because of others: its reviews and sign-offs.
pub type Agreement = fn(&Reader, i64) -> Result<(Option<web::parts::Beside>, Option<web::parts::Button>)>;

/// What rests on a set in other areas and is to be looked at, for its coverage.
pub type Resting = fn(&Reader, i64) -> Result<Markup>;

/// All addresses of the area.
pub fn routes(agreement: Agreement, resting: Resting) -> Routes {
    sets::routes(agreement)
        .and(requirements::routes())
        .and(capture::routes())
        .and(sheet::routes())
        .and(standing::routes())
        .and(api::routes())
        .and(sections::routes())
        .and(wording::routes())
        .and(trace::routes(resting))
        .and(distribution::routes())
        .and(checklist::routes())
}

pub use capture::form as capture_form;
pub use sheet::printed;
pub use standing::of_customer as standing_of;

/// What waits to be read among somebody's next actions.
pub fn to_do(reader: &Reader) -> Result<Vec<web::Action>> {
    Ok(queries::to_read(reader)?.iter().map(crate::pages::distribution::to_do).collect())
}

/// A word that is good for one deed, so that a double click is one.
fn once() -> String {
    random().map(|it| kernel::fingerprint(&it)[..32].to_owned()).unwrap_or_default()
}

/// The functions to choose from, by their keys.
fn functions(reader: &Reader) -> Result<Options> {
    Ok(queries::functions(reader)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// What was typed into a field, as it is kept: a moment that says nothing of its zone is by the clock of who typed it.
fn typed(field: &str, words: &str) -> String {
    let moment = (field == "said_at").then(|| moment_of(words, &web::language::time_zone())).flatten();
    moment.map_or_else(|| words.to_owned(), |it| it.to_string())
}

/// The faults of a deed that was refused; none where something else was the matter.
fn faults_of(error: &kernel::Error) -> Faults {
    match error {
        kernel::Error::Invalid(faults) => faults.clone(),
        kernel::Error::Refused(refusal) => {
            Faults(refusal.0.iter().map(|it| ("title".to_owned(), it.sentence.clone())).collect())
        }
        _ => Faults::default(),
    }
}
