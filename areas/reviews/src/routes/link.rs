//! Addresses behind the links in letters: no account is needed, and looking at one changes nothing.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use identity::{Come, PASS_COOKIE, PASS_COOKIE_LASTS, ask_for_code, by_link_done, come, faulty, masked};
use kernel::{Error, Result, text};
use web::paper::{self, For};
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Path, Place, Routes, status_of, t, with_cookie};

use super::signing::zone_of;
use super::signoffs::{offered, spoken};
use crate::commands::{self, Answering, CERTIFICATE, CONFIRM, Confirmed, Signer};
use crate::model::{Clarification, SignOff, SignOffState};
use crate::pages::clarification;
use crate::pages::customer::{self, Proves};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .get("/answer/{secret}", show_question)
        .post("/answer/{secret}", answer)
        .get("/sign/{secret}", show)
        .post("/sign/{secret}/code", send_code)
        .post("/sign/{secret}/enter", enter)
        .post("/sign/{secret}/words", say)
        .post("/sign/{secret}/confirm", confirm)
        .get("/certificate/{secret}", show_certificate)
        .post("/certificate/{secret}/code", send_certificate_code)
        .post("/certificate/{secret}/enter", enter_certificate)
        .get("/certificate/{secret}/certificate.pdf", certificate)
}

async fn show_question(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            match come(edge, envelope, (&secret, "answer"), place.0.as_deref())? {
                Ok(it) => question_page(edge, &it, &secret, &Form::default()),
                Err(page) => Ok(page),
            }
        })
        .await
}

fn question_page(edge: &Edge, it: &Come, secret: &str, written: &Form) -> Result<Response> {
    edge.db.read(&it.actor, |reader| {
        let case = reader.find::<Clarification>(&it.pass.number)?;
        let by = reader.name_of(case.record.owner)?;
        Ok(clarification::answer_by_link(
            &it.house,
            secret,
            (&case.body, &by),
            case.record.created_at,
            written,
        )
        .into_response())
    })
}

async fn answer(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, "answer"), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let answering = Answering { words: form.text("words").to_owned(), source: "link".to_owned(), ..Answering::default() };
            match edge.db.write(&it.actor, |work| commands::answer(work, &it.pass.number, &answering, Some(&it.pass))) {
                Ok(()) => {
                    let words = t!("Your answer has arrived. It stands with the line that it is about, and whoever asked is told.");
                    Ok(by_link_done(&it.house, &t!("Thank you"), &words, None).into_response())
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = question_page(edge, &it, &secret, &faulty(&form, &error))?;
                    Ok((status_of(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn show(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            match come(edge, envelope, (&secret, CONFIRM), place.0.as_deref())? {
                Ok(it) => sign_page((edge, envelope), &it, &secret, &Form::default()),
                Err(page) => Ok(page),
            }
        })
        .await
}

/// The content where the code was typed in this browser; else the page that asks for it.
fn sign_page(
    (edge, envelope): (&Edge, &Envelope),
    it: &Come,
    secret: &str,
    written: &Form,
) -> Result<Response> {
    let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
    if edge.db.read(&it.actor, |reader| reader.pass_is_open(&it.pass, &key))? {
        return edge.db.read(&it.actor, |reader| {
            let case = reader.find::<SignOff>(&it.pass.number)?;
            let content = offered(reader, &case, (format!("/sign/{secret}"), Proves::Link))?;
            Ok(customer::by_link(&it.house, &content, written).into_response())
        });
    }
    let (_, address) = edge.db.read(&it.actor, |reader| queries::address_of(reader, it.pass.person))?;
    let is_sent = envelope.asked().has("sent") || written.has("code");
    Ok(ask_for_code(&it.house, &format!("/sign/{secret}"), &masked(&address), is_sent, written)
        .into_response())
}

async fn send_code(
    Path(secret): Path<String>,
    place: Place,
    GuestPosted(guest, form): GuestPosted,
) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CONFIRM), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let sent = edge.db.must_not_ask_for_codes_too_often(&it.pass);
            match sent.and_then(|()| edge.db.write(&it.actor, |work| commands::send_code(work, &it.pass))) {
                Ok(()) => Ok(Redirect::to(&format!("/sign/{secret}?sent=1")).into_response()),
                Err(error @ Error::Refused(_)) => {
                    let page = sign_page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
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
            let it = match come(edge, envelope, (&secret, CONFIRM), place.0.as_deref())? {
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
                    Ok(with_cookie(Redirect::to(&format!("/sign/{secret}")).into_response(), &cookie))
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = sign_page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((status_of(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// Does something for whoever came by a link and typed its code; what is refused is told on the page.
fn acts(
    (edge, envelope): (&Edge, &Envelope),
    (it, secret): (&Come, &str),
    form: &Form,
    deed: impl Fn(&mut kernel::Work, &kernel::Proven) -> Result<Option<String>>,
) -> Result<Response> {
    let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
    let outcome = edge.db.write(&it.actor, |work| {
        let proven = work.proven_by_pass(&it.pass, &key)?;
        deed(work, &proven)
    });
    match outcome {
        Ok(None) => Ok(Redirect::to(&format!("/sign/{secret}")).into_response()),
        Ok(Some(digest)) => {
            let words = t!("Your name stands under it, with the time and the fingerprint of what you read.");
            Ok(by_link_done(&it.house, &t!("Thank you"), &words, Some(&digest)).into_response())
        }
        Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
            let page = sign_page((edge, envelope), it, secret, &faulty(form, &error))?;
            Ok((status_of(&error), page).into_response())
        }
        // The key of the browser is too old: the page asks for another code.
        Err(Error::NotFound) => {
            Ok((StatusCode::UNAUTHORIZED, sign_page((edge, envelope), it, secret, form)?).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn say(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CONFIRM), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let number = it.pass.number.clone();
            acts((edge, envelope), (&it, &secret), &form, |work, _| {
                commands::say(work, &number, form.text("digest"), &spoken(&form))?;
                Ok(None)
            })
        })
        .await
}

async fn confirm(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CONFIRM), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let number = it.pass.number.clone();
            acts((edge, envelope), (&it, &secret), &form, |work, proven| {
                let own_zone = work.find_by_id::<identity::Person>(it.pass.person)?.body.zone;
                let words = spoken(&form);
                if !words.is_empty() {
                    commands::say(work, &number, form.text("digest"), &words)?;
                }
                let signer = Signer {
                    name: form.text("name"),
                    role: form.text("role"),
                    language: web::language::code(),
                    zone: zone_of(Some(&own_zone)),
                };
                let it = Confirmed { digest: form.text("digest"), signer, pass: Some(&it.pass) };
                commands::confirm(work, &number, &it, proven).map(Some)
            })
        })
        .await
}

/// The page behind the link to a certificate: what asks for the code, or what leads to the paper.
async fn show_certificate(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            match come(edge, envelope, (&secret, CERTIFICATE), place.0.as_deref())? {
                Ok(it) => certificate_page((edge, envelope), &it, &secret, &Form::default()),
                Err(page) => Ok(page),
            }
        })
        .await
}

fn certificate_page(
    (edge, envelope): (&Edge, &Envelope),
    it: &Come,
    secret: &str,
    written: &Form,
) -> Result<Response> {
    let at = format!("/certificate/{secret}");
    let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
    if edge.db.read(&it.actor, |reader| reader.pass_is_open(&it.pass, &key))? {
        return edge.db.read(&it.actor, |reader| {
            let case = reader.find::<SignOff>(&it.pass.number)?;
            let subject = queries::subject(reader, case.body.subject)?;
            let what = t!(
                "{number} {title}, revision {no}",
                number = subject.number,
                title = subject.title,
                no = case.body.revision
            );
            let is_there = case.record.state == SignOffState::Confirmed;
            Ok(customer::certificate_by_link(&it.house, &at, &what, is_there).into_response())
        });
    }
    let (_, address) = edge.db.read(&it.actor, |reader| queries::address_of(reader, it.pass.person))?;
    let is_sent = envelope.asked().has("sent") || written.has("code");
    Ok(ask_for_code(&it.house, &at, &masked(&address), is_sent, written).into_response())
}

async fn send_certificate_code(
    Path(secret): Path<String>,
    place: Place,
    GuestPosted(guest, form): GuestPosted,
) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CERTIFICATE), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let sent = edge.db.must_not_ask_for_codes_too_often(&it.pass);
            match sent.and_then(|()| edge.db.write(&it.actor, |work| commands::send_code(work, &it.pass))) {
                Ok(()) => Ok(Redirect::to(&format!("/certificate/{secret}?sent=1")).into_response()),
                Err(error @ Error::Refused(_)) => {
                    let page = certificate_page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn enter_certificate(
    Path(secret): Path<String>,
    place: Place,
    GuestPosted(guest, form): GuestPosted,
) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CERTIFICATE), place.0.as_deref())? {
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
                    let to = Redirect::to(&format!("/certificate/{secret}"));
                    Ok(with_cookie(to.into_response(), &cookie))
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = certificate_page((edge, envelope), &it, &secret, &faulty(&form, &error))?;
                    Ok((status_of(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn certificate(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let it = match come(edge, envelope, (&secret, CERTIFICATE), place.0.as_deref())? {
                Ok(it) => it,
                Err(page) => return Ok(page),
            };
            let key = envelope.cookie(PASS_COOKIE).unwrap_or_default();
            if !edge.db.read(&it.actor, |reader| reader.pass_is_open(&it.pass, &key))? {
                let page = certificate_page((edge, envelope), &it, &secret, &Form::default())?;
                return Ok((StatusCode::UNAUTHORIZED, page).into_response());
            }
            let wanted = For::asked(edge, envelope, web::language::code())?;
            paper::sent(&edge.db, &it.actor, (&envelope.headers, &wanted), |reader, wanted| {
                super::papers::certified(reader, &it.pass.number, wanted)
            })
        })
        .await
}
