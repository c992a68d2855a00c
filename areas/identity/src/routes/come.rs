//! Whoever comes by the link of a letter, without an account: whose link it is, and what stands in its way.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Actor, Error, Pass, PassState, Reader, Result, text};
use web::language::Language;
use web::page::House;
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Known, Place, status_of, t, with_cookie};

use super::house;
use crate::commands::{self, Arrival};
use crate::model::{Outcome, Person, PersonState};
use crate::pages::letter;
use crate::queries;

/// The cookie of a browser in which the code of a link was typed.
const COOKIE: &str = "reqord-pass";
/// How long that is, in seconds.
const COOKIE_LASTS: i64 = 4 * 3600;

/// What the page behind a link is made of: who came, by which secret, and what they wrote.
pub type Shows = fn((&Edge, &Envelope), &Come, &str, &Form) -> Result<Response>;

/// Links of one purpose behind which a code proves who came: the same steps for whatever stands there.
pub struct Behind {
    pub purpose: &'static str,
    /// The beginning of the address, before the secret: `/sign`.
    pub path: &'static str,
    pub page: Shows,
}

/// The key of a browser in which the code of a link was typed, or nothing.
pub fn pass_key(envelope: &Envelope) -> String {
    envelope.cookie(COOKIE).unwrap_or_default()
}

/// The page that asks for the code of a link.
pub fn asks_for_code(
    reader: &Reader,
    envelope: &Envelope,
    (it, at): (&Come, &str),
    written: &Form,
) -> Result<Response> {
    let (_, address) = queries::address_of(reader, it.pass.person)?;
    let is_sent = envelope.asked().has("sent") || written.has("code");
    Ok(letter::ask_for_code(&it.house, at, &letter::masked(&address), is_sent, written).into_response())
}

impl Behind {
    /// The page behind the link; looking at it changes nothing.
    pub async fn show(&'static self, secret: String, place: Place, guest: Guest) -> Answer {
        guest
            .write_page(move |edge, envelope| {
                by_link(edge, envelope, (&secret, self.purpose), place.0.as_deref(), |it| {
                    (self.page)((edge, envelope), it, &secret, &Form::default())
                })
            })
            .await
    }

    /// Sends the code to the address that we know.
    pub async fn send_code(&'static self, secret: String, place: Place, posted: GuestPosted) -> Answer {
        self.deal(StatusCode::TOO_MANY_REQUESTS, (secret, place, posted), |(edge, _), it, secret, _| {
            edge.db.must_not_ask_for_codes_too_often(&it.pass)?;
            edge.db
                .write(&it.actor, |work| commands::send_pass_code(work, &it.pass, web::language::code()))?;
            Ok(Redirect::to(&format!("{}/{secret}?sent=1", self.path)).into_response())
        })
        .await
    }

    /// Takes the code, and remembers the browser in which it was typed.
    pub async fn enter(&'static self, secret: String, place: Place, posted: GuestPosted) -> Answer {
        let from = place.0.clone();
        self.does(secret, place, posted, move |(edge, envelope), it, secret, form| {
            let agent = envelope.header("user-agent").unwrap_or_default();
            let arrival = Arrival { place: from.as_deref(), agent, ..Arrival::default() };
            let request = text!(
                "Somebody typed wrong codes for the link of {name}. Ask them whether it was they.",
                name = it.actor.name.as_str()
            );
            let typed = edge.db.type_code(&it.pass, form.text("code"), &request);
            match &typed {
                Ok(_) => commands::note_link(&edge.db, it.pass.person, Outcome::CameByLink, &arrival)?,
                Err(Error::Invalid(_)) => {
                    commands::note_link(&edge.db, it.pass.person, Outcome::WrongCode, &arrival)?;
                }
                Err(_) => {}
            }
            let key = typed?;
            let cookie = edge.cookie(COOKIE, &key, COOKIE_LASTS);
            Ok(with_cookie(Redirect::to(&format!("{}/{secret}", self.path)).into_response(), &cookie))
        })
        .await
    }

    /// Does something for whoever came; what is refused is told on the page, and nothing typed is lost.
    pub async fn does(
        &'static self,
        secret: String,
        place: Place,
        posted: GuestPosted,
        deed: impl FnOnce((&Edge, &Envelope), &Come, &str, &Form) -> Result<Response> + Send + 'static,
    ) -> Answer {
        self.deal(StatusCode::CONFLICT, (secret, place, posted), deed).await
    }

    /// What is behind the link, for whoever typed the code in this browser; else the page that asks for it.
    pub fn once_open(
        &self,
        (edge, envelope): (&Edge, &Envelope),
        (it, secret): (&Come, &str),
        answer: impl FnOnce() -> Result<Response>,
    ) -> Result<Response> {
        let key = pass_key(envelope);
        if edge.db.read(&it.actor, |reader| reader.pass_is_open(&it.pass, &key))? {
            return answer();
        }
        let page = (self.page)((edge, envelope), it, secret, &Form::default())?;
        Ok((StatusCode::UNAUTHORIZED, page).into_response())
    }

    async fn deal(
        &'static self,
        refused: StatusCode,
        (secret, place, GuestPosted(guest, form)): (String, Place, GuestPosted),
        deed: impl FnOnce((&Edge, &Envelope), &Come, &str, &Form) -> Result<Response> + Send + 'static,
    ) -> Answer {
        guest
            .write_page(move |edge, envelope| {
                by_link(edge, envelope, (&secret, self.purpose), place.0.as_deref(), |it| {
                    let shown = |status, form: &Form| {
                        let page = (self.page)((edge, envelope), it, &secret, form)?;
                        Ok((status, page).into_response())
                    };
                    match deed((edge, envelope), it, &secret, &form) {
                        Err(error @ Error::Refused(_)) => shown(refused, &form.refused(&error)),
                        Err(error @ Error::Invalid(_)) => shown(status_of(&error), &form.refused(&error)),
                        // The key of the browser is too old: the page asks for another code.
                        Err(Error::NotFound) => shown(StatusCode::UNAUTHORIZED, &form),
                        answer => answer,
                    }
                })
            })
            .await
    }
}

/// A link that somebody came with: the pass behind it, and whose it is.
pub struct Come {
    pub pass: Pass,
    /// The person behind it, of the party of its record and of no other.
    pub actor: Actor,
    pub house: House,
    /// The language and zone in which they read: what they chose in this browser, else that of the letter, else what their
    /// record says, else what the browser asks.
    pub language: Language,
}

/// Answers whoever comes with a link in their language; or with the page that says why it opens nothing.
pub fn by_link(
    edge: &Edge,
    envelope: &Envelope,
    link: (&str, &str),
    place: Option<&str>,
    answer: impl FnOnce(&Come) -> Result<Response>,
) -> Result<Response> {
    match come(edge, envelope, link, place)? {
        Ok(it) => it.language.clone().with(|| answer(&it)),
        Err(page) => Ok(page),
    }
}

/// Who comes with a link; or the page that says why it opens nothing.
fn come(
    edge: &Edge,
    envelope: &Envelope,
    (secret, purpose): (&str, &str),
    place: Option<&str>,
) -> Result<Result<Come, Response>> {
    let house = edge.db.read(&Actor::system(), |reader| house(reader, envelope))?;
    let found = edge.db.pass(secret)?.filter(|it| kernel::may(it.purpose == purpose));
    let Some(pass) = found else {
        edge.db.must_not_guess(place)?;
        let words = t!(
            "Nobody made such a link. Look whether it was copied whole, or ask whoever sent it for another."
        );
        return Ok(Err((StatusCode::NOT_FOUND, letter::nothing(&house, &words)).into_response()));
    };
    let (is_here, name, language, zone) = edge.db.read(&Actor::system(), |reader| {
        let person = reader.find_by_id::<Person>(pass.person)?;
        let is_here = person.record.state == PersonState::Active;
        let of_letter = pass.language.clone().filter(|it| !it.is_empty());
        let language =
            of_letter.map_or_else(|| queries::language_of(reader, pass.person), |it| Ok(Some(it)))?;
        Ok((is_here, reader.name_of(pass.person)?, language, queries::zone_of(reader, pass.person)?))
    })?;
    let actor = pass.actor(&name);
    let known = Known { actor: actor.clone(), language, zone: Some(zone), is_without_keys: false };
    let language = envelope.language(Some(&known));
    let state = pass.state(edge.db.now());
    match language.clone().with(|| why_not(state, is_here)) {
        Some(words) => {
            let page = language.with(|| letter::nothing(&house, &words));
            Ok(Err((StatusCode::GONE, page).into_response()))
        }
        None => Ok(Ok(Come { pass, actor, house, language })),
    }
}

/// Why a link opens nothing; nothing where it does.
fn why_not(state: PassState, is_here: bool) -> Option<String> {
    match state {
        PassState::Good if kernel::may(is_here) => None,
        PassState::Used => {
            Some(t!("It was used before. What you sent has arrived; nothing more is asked of you."))
        }
        // A letter outlives whoever left, and opens nothing for them.
        PassState::Good | PassState::Withdrawn => {
            Some(t!("It was taken back. You may have a newer letter with another link."))
        }
        PassState::Expired => Some(t!("It is too old. Ask whoever sent it for another.")),
    }
}
