//! The addresses of identity: the door, one's own page, people, functions, set-up, and the same for programs.

mod access;
mod api;
mod come;
mod company;
mod door;
mod factor;
mod functions;
mod link;
mod me;
mod people;
mod setup;
mod sign;
mod sign_ins;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::{IntoResponse, Redirect};
use kernel::{Actor, Db, Error, Reader, Result, text};
use web::page::House;
use web::{Answer, Edge, Envelope, Failure, Page, Routes, Visit, off_the_loop, status_of};

pub use self::access::reached_at;
pub use self::come::{Behind, Come, asks_for_code, by_link, pass_key};
pub use self::sign::{says_again, says_again_in};
use crate::commands::is_administrator;
use crate::pages::people::Names;
use crate::queries;

/// Every address of the area.
pub fn routes() -> Routes {
    door::routes()
        .and(factor::routes())
        .and(link::routes())
        .and(access::routes())
        .and(me::routes())
        .and(people::routes())
        .and(functions::routes())
        .and(setup::routes())
        .and(sign_ins::routes())
        .and(company::routes())
        .and(api::routes())
}

/// What waits for administrators: the set-up that somebody left, and who is away and has nobody who acts for them.
pub fn to_do(reader: &Reader) -> Result<Vec<web::Action>> {
    Ok([company::to_do(reader)?, unmanned(reader)?].concat())
}

/// Who is away and has nobody who acts for them, among the next actions of administrators. Whoever it is has a task.
fn unmanned(reader: &Reader) -> Result<Vec<web::Action>> {
    if !is_administrator(reader.actor) {
        return Ok(Vec::new());
    }
    let today = reader.today();
    let mut all = queries::unmanned(reader)?;
    all.retain(|it| it.since <= today && it.person != reader.actor.person);
    let action = |it: &queries::AbsenceLine| {
        let number = reader.mention(it.person)?.map(|it| it.number).unwrap_or_default();
        let (absent, deputy) = (reader.name_of(it.person)?, reader.name_of(it.deputy)?);
        Ok(crate::pages::access::to_do(it, &number, (&absent, &deputy), reader.now))
    };
    all.iter().map(action).collect()
}

/// The house on a page without a frame.
pub fn house(reader: &Reader, envelope: &Envelope) -> Result<House> {
    let name = queries::company(reader)?.name;
    let name = if name.is_empty() { "Reqord".to_owned() } else { name };
    Ok(House { name, logo: None, theme: envelope.theme() })
}

fn house_of(edge: &Edge, envelope: &Envelope) -> Result<House> {
    edge.db.read(&Actor::system(), |reader| house(reader, envelope))
}

/// What guards the door is changed by whoever signed in, never by a program with a token.
#[expect(clippy::result_large_err, reason = "a failure ends the request and holds all that its page needs")]
#[track_caller]
fn must_be_signed_in(visit: &Visit) -> Result<(), Failure> {
    if kernel::may(visit.envelope.header("authorization").is_none()) {
        return Ok(());
    }
    let sentence = text!("A token cannot do this. Sign in on the page and do it there.");
    Err(Failure::of(sentence.into(), &visit.envelope))
}

/// A deed that hashes a password first and so is more than one work.
async fn hashing(
    visit: Visit,
    deed: impl FnOnce(&Db, &Actor) -> Result<String> + Send + 'static,
    again: impl FnOnce(&Reader, &Error) -> Result<Page> + Send + 'static,
) -> Answer {
    let (edge, actor) = (Arc::clone(&visit.edge), visit.known.actor.clone());
    match off_the_loop(move || deed(&edge.db, &actor)).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(error @ (Error::Broken(_) | Error::NotFound)) => Err(Failure::of(error, &visit.envelope)),
        Err(refused) => visit.answer(status_of(&refused), move |reader| again(reader, &refused)).await,
    }
}

/// The names behind keys.
fn names(reader: &Reader, keys: impl IntoIterator<Item = i64>) -> Result<Names> {
    let mut names = BTreeMap::new();
    for key in keys {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(key) {
            place.insert(reader.name_of(key)?);
        }
    }
    Ok(names)
}
