//! Addresses behind the links in letters: no account is needed, and looking at one changes nothing.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::{Come, PASS_COOKIE, PASS_COOKIE_LASTS, ask_for_code, by_link_done, come, faulty, masked};
use kernel::{Error, Result, text};
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Path, Place, Routes, status_of, t, with_cookie};

use super::offered;
use crate::commands::{self, Answering, NOTICE, Signer};
use crate::model::{self, Asks, Notice};
use crate::pages::read::{self, Proves};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .get("/notice/{secret}", show)
        .post("/notice/{secret}/code", send_code)
        .post("/notice/{secret}/enter", enter)
        .post("/notice/{secret}/answer", answer)
}

async fn show(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            match come(edge, envelope, (&secret, NOTICE), place.0.as_deref())? {
                Ok(it) => page((edge, envelope), &it, &secret, &Form::default()),
                Err(page) => Ok(page),
            }
        })
        .await
}

/// What they are told; where they approve it, only once the code was typed in this browser.
fn page((edge, envelope): (&Edge, &Envelope), it: &Come, secret: &str, written: &Form) -> Result<Response> {
    let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
    edge.db.read(&it.actor, |reader| {
        let case = reader.find::<Notice>(&it.pass.number)?;
        let action = format!("/notice/{secret}");
        if case.body.asks == Asks::Approval && !reader.pass_is_open(&it.pass, &key)? {
            let (_, address) = identity::address_of(reader, it.pass.person)?;
            let is_sent = envelope.asked().has("sent") || written.has("code");
            return Ok(ask_for_code(&it.house, &action, &masked(&address), is_sent, written).into_response());
        }
        let answers = queries::answers(reader, case.record.id.raw())?;
        let content = offered(reader, &case, &answers, (action, Proves::Link))?;
        Ok(read::by_link(&it.house, &content, written).into_response())
    })
}

async fn send_code(
    Path(secret): Path<String>,
    place: Place,
    GuestPosted(guest, form): GuestPosted,
) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, NOTICE), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let sent = edge.db.must_not_ask_for_codes_too_often(&it.pass).and_then(|()| {
                edge.db.write(&it.actor, |work| {
                    let language = work.find::<Notice>(&it.pass.number)?.body.language;
                    identity::send_pass_code(work, &it.pass, &language)
                })
            });
            match sent {
                Ok(()) => Ok(Redirect::to(&format!("/notice/{secret}?sent=1")).into_response()),
                Err(error @ Error::Refused(_)) => {
                    let page = page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn enter(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, NOTICE), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let request = text!(
                "Somebody typed wrong codes for the link of {name}. Ask them whether it was they.",
                name = it.actor.name.as_str()
            );
            match edge.db.type_code(&it.pass, form.text("code"), &request) {
                Ok(key) => {
                    let cookie = edge.cookie(PASS_COOKIE, &key, PASS_COOKIE_LASTS);
                    Ok(with_cookie(Redirect::to(&format!("/notice/{secret}")).into_response(), &cookie))
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((status_of(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn answer(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, NOTICE), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let outcome = take((edge, envelope), &it, &form);
            match outcome {
                Ok(()) => {
                    let words = match form.text("answer") {
                        "objected" => {
                            t!("Your objection has arrived. Somebody of ours talks to you about it.")
                        }
                        "approved" => t!(
                            "Your name stands under it, with the time and the fingerprint of what you read."
                        ),
                        _ => t!("Your answer has arrived. Nothing more is asked of you."),
                    };
                    Ok(by_link_done(&it.house, &t!("Thank you"), &words, None).into_response())
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((status_of(&error), page).into_response())
                }
                // The key of the browser is too old: the page asks for another code.
                Err(Error::NotFound) => {
                    Ok((StatusCode::UNAUTHORIZED, page((edge, envelope), &it, &secret, &form)?)
                        .into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// Keeps the answer and uses the link up. Whoever approves has typed the code in this browser; where approval is asked
/// for, also an objection wants it, for both are the customer's word.
fn take((edge, envelope): (&Edge, &Envelope), it: &Come, form: &Form) -> Result<()> {
    let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
    edge.db.write(&it.actor, |work| {
        let mut form = form.clone();
        let answering = Answering {
            answer: form.word("answer"),
            words: form.raw("words").to_owned(),
            name: String::new(),
            source: "link".to_owned(),
        };
        form.check()?;
        let case = work.find::<Notice>(&it.pass.number)?;
        if case.body.asks == Asks::Acknowledgement && answering.answer != model::Answer::Approved {
            return commands::answer(work, &it.pass.number, &answering, (Some(&it.pass), None));
        }
        let proven = work.proven_by_pass(&it.pass, &key)?;
        let zone = work.find_by_id::<identity::Person>(it.pass.person)?.body.zone;
        let signer = Signer {
            name: form.text("name"),
            role: form.text("role"),
            language: web::language::code(),
            zone: if zone.is_empty() { "UTC" } else { &zone },
            proven: &proven,
        };
        commands::answer(work, &it.pass.number, &answering, (Some(&it.pass), Some(&signer)))
    })
}
