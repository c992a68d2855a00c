//! Whoever comes by the link of a letter, without an account: whose link it is, and what stands in its way.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Actor, Pass, PassState, Result};
use web::page::House;
use web::{Edge, Envelope, t};

use super::house;
use crate::pages::letter;

/// The cookie of a browser in which the code of a link was typed.
pub const PASS_COOKIE: &str = "reqord-pass";
/// How long that is, in seconds.
pub const PASS_COOKIE_LASTS: i64 = 4 * 3600;

/// A link that somebody came with: the pass behind it, and whose it is.
pub struct Come {
    pub pass: Pass,
    /// The person behind it, of the party of its record and of no other.
    pub actor: Actor,
    pub house: House,
}

/// Who comes with a link; or the page that says why it opens nothing.
pub fn come(
    edge: &Edge,
    envelope: &Envelope,
    (secret, purpose): (&str, &str),
    place: Option<&str>,
) -> Result<Result<Come, Response>> {
    let house = edge.db.read(&Actor::system(), |reader| house(reader, envelope))?;
    let found = edge.db.pass(secret)?.filter(|it| it.purpose == purpose);
    let Some(pass) = found else {
        edge.db.must_not_guess(place)?;
        let words = t!(
            "Nobody made such a link. Look whether it was copied whole, or ask whoever sent it for another."
        );
        return Ok(Err((StatusCode::NOT_FOUND, letter::nothing(&house, &words)).into_response()));
    };
    let words = match pass.state(edge.db.now()) {
        PassState::Good => None,
        PassState::Used => {
            Some(t!("It was used before. What you sent has arrived; nothing more is asked of you."))
        }
        PassState::Withdrawn => Some(t!("It was taken back. You may have a newer letter with another link.")),
        PassState::Expired => Some(t!("It is too old. Ask whoever sent it for another.")),
    };
    if let Some(words) = words {
        return Ok(Err((StatusCode::GONE, letter::nothing(&house, &words)).into_response()));
    }
    let name = edge.db.read(&Actor::system(), |reader| reader.name_of(pass.person))?;
    let actor = pass.actor(&name);
    Ok(Ok(Come { pass, actor, house }))
}
