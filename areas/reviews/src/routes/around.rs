//! For programs: what stands around the items of a review, and what became of it since they were judged.

use kernel::{Faults, Reader, Result, text};
use schemars::JsonSchema;
use serde::Serialize;
use web::{Answer, Doc, Path, Routes, Visit};

use super::api::{doc, in_json, key};
use super::besides;
use super::reviews::{items_taken_away, known_since};
use super::whole::Whole;
use crate::model::Review;
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().api_get(
        "/api/v1/reviews/{number}/around",
        Doc {
            query: &[(
                "function",
                "The number of a function that is asked: changes are told since you signed for it last",
            )],
            ..doc::<(), Around>(
                "What stands around its items, and what changed since they were judged: before whoever judges and signs",
            )
        },
        around,
    )
}

/// What stands around the items of a review.
#[derive(Serialize, JsonSchema)]
struct Around {
    /// The revision that is judged, and its fingerprint.
    revision: i64,
    digest: String,
    /// The revision since which changes are told: the one that you signed last for the function, or the one with which the
    /// review compares; none where all of it is new.
    since: Option<i64>,
    /// All that the revision says besides its items, in the order in which it is read.
    said: Vec<Said>,
    /// What it says otherwise than the revision since which changes are told.
    changed: Vec<Changed>,
    /// The numbers of items that stand in another section or in another order now.
    moved: Vec<String>,
    /// The numbers of items that were judged, or stood in the revision with which the review compares, and are no part of it
    /// any more.
    taken_away: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Said {
    /// `title`, `sections` for the headings, `section.KEY` for the words below one, `files`, `departures`, `extra.KEY`,
    /// or another field of what is judged.
    field: String,
    /// What people call it.
    name: String,
    words: String,
}

#[derive(Serialize, JsonSchema)]
struct Changed {
    /// As in `said`.
    field: String,
    name: String,
    /// Empty where it was not said, or is said no more.
    before: String,
    after: String,
}

async fn around(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.respond(move |reader| in_json(&told(reader, &number, asked.text("function"))?)).await
}

fn told(reader: &Reader, number: &str, function: &str) -> Result<Around> {
    let whole = Whole::judged(reader, reader.find::<Review>(number)?)?;
    let (case, body) = (&whole.case, &whole.case.body);
    let function = match function {
        "" => None,
        named => Some(asked_function(reader, &whole, named)?),
    };
    let subject = queries::subject(reader, body.subject)?;
    let since = known_since(reader, case, function)?;
    let became = since.map(|no| besides::became(reader, &subject, (no, body.revision))).transpose()?;
    let (changed, moved) = became.map(|it| (it.changed, it.moved)).unwrap_or_default();
    let said = besides::all_of(reader, &subject, body.revision)?.into_iter();
    let changed = changed.into_iter().map(|it| Changed {
        field: it.key,
        name: it.label,
        before: it.before,
        after: it.after,
    });
    Ok(Around {
        revision: body.revision,
        digest: body.digest.clone(),
        since,
        said: said.map(|it| Said { field: it.key, name: it.label, words: it.words }).collect(),
        changed: changed.collect(),
        moved,
        taken_away: items_taken_away(reader, &whole)?,
    })
}

/// The key of a function that the review asks.
fn asked_function(reader: &Reader, whole: &Whole, number: &str) -> Result<i64> {
    let function = key(reader, "function", number, "FN")?;
    let sentence = text!(
        "This review does not ask {number}. Give one of the functions that its progress names.",
        number = number
    );
    let is_asked = whole.case.facts.progress.of(function).is_some();
    if is_asked { Ok(function) } else { Err(Faults::one("function", sentence).into()) }
}
