//! Addresses behind the links in letters: no account is needed, and looking at one changes nothing.

use axum::response::{IntoResponse, Redirect, Response};
use identity::{Behind, Come, asks_for_code, by_link, by_link_done, pass_key};
use kernel::{Error, Result};
use web::paper::{self, For};
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Path, Place, Routes, status_of, t};

use super::signoffs::{frozen, offered, spoken};
use crate::commands::{self, Answering, CERTIFICATE, CONFIRM, Confirmed, Signer};
use crate::model::{Clarification, ClarificationState, SignOff, SignOffState};
use crate::pages::clarification;
use crate::pages::customer::{self, Proves, Signed};
use crate::queries;

pub fn routes(sheet: super::Sheet) -> Routes {
    Routes::default()
        .get("/answer/{secret}", show_question)
        .post("/answer/{secret}", answer)
        .get("/sign/{secret}", show)
        .post("/sign/{secret}/code", send_code)
        .post("/sign/{secret}/enter", enter)
        .post("/sign/{secret}/words", say)
        .post("/sign/{secret}/confirm", confirm)
        .get("/sign/{secret}/sheet.pdf", move |secret, place, guest| hand_out(secret, place, guest, sheet))
        .get("/sign/{secret}/files/{digest}", file)
        .get("/certificate/{secret}", show_certificate)
        .post("/certificate/{secret}/code", send_certificate_code)
        .post("/certificate/{secret}/enter", enter_certificate)
        .get("/certificate/{secret}/certificate.pdf", certificate)
}

async fn show_question(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, "answer"), place.0.as_deref(), |it| {
                question_page(edge, it, &secret, &Form::default())
            })
        })
        .await
}

fn question_page(edge: &Edge, it: &Come, secret: &str, written: &Form) -> Result<Response> {
    edge.db.read(&it.actor, |reader| {
        let case = reader.find::<Clarification>(&it.pass.number)?;
        if case.record.state == ClarificationState::Withdrawn {
            let words = t!("We took this question back. Nothing is asked of you.");
            return Ok(by_link_done(&it.house, &t!("Nothing to answer"), &words).into_response());
        }
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
            by_link(edge, envelope, (&secret, "answer"), place.0.as_deref(), |it| {
                let words = form.text("words").to_owned();
                let answering = Answering { words, source: "link".to_owned(), ..Answering::default() };
                let (number, pass) = (&it.pass.number, Some(&it.pass));
                match edge.db.write(&it.actor, |work| commands::answer(work, number, &answering, pass)) {
                    Ok(()) => {
                        let words = t!("Your answer has arrived. It stands with the line that it is about, and whoever asked is told.");
                        Ok(by_link_done(&it.house, &t!("Thank you"), &words).into_response())
                    }
                    Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                        let page = question_page(edge, it, &secret, &form.refused(&error))?;
                        Ok((status_of(&error), page).into_response())
                    }
                    Err(error) => Err(error),
                }
            })
        })
        .await
}

/// The page on which a revision is confirmed, and the one that hands out its certificate: both want a code.
static SIGN: Behind = Behind { purpose: CONFIRM, path: "/sign", page: sign_page };
static CERTIFIED: Behind = Behind { purpose: CERTIFICATE, path: "/certificate", page: certificate_page };

async fn show(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    SIGN.show(secret, place, guest).await
}

async fn send_code(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    SIGN.send_code(secret, place, posted).await
}

async fn enter(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    SIGN.enter(secret, place, posted).await
}

/// The content where the code was typed in this browser; else the page that asks for it.
fn sign_page(
    (edge, envelope): (&Edge, &Envelope),
    it: &Come,
    secret: &str,
    written: &Form,
) -> Result<Response> {
    edge.db.read(&it.actor, |reader| {
        let at = format!("{}/{secret}", SIGN.path);
        if !reader.pass_is_open(&it.pass, &pass_key(envelope))? {
            return asks_for_code(reader, envelope, (it, &at), written);
        }
        let case = reader.find::<SignOff>(&it.pass.number)?;
        let content = offered(reader, &case, (at, Proves::Link))?;
        Ok(customer::by_link(&it.house, &content, written).into_response())
    })
}

async fn say(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    SIGN.does(secret, place, posted, |(edge, envelope), it, secret, form| {
        edge.db.write(&it.actor, |work| {
            work.proven_by_pass(&it.pass, &pass_key(envelope))?;
            commands::say(work, &it.pass.number, form.text("digest"), &spoken(form))
        })?;
        Ok(Redirect::to(&format!("{}/{secret}", SIGN.path)).into_response())
    })
    .await
}

async fn confirm(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    SIGN.does(secret, place, posted, |(edge, envelope), it, _, form| {
        let signed = edge.db.write(&it.actor, |work| {
            let proven = work.proven_by_pass(&it.pass, &pass_key(envelope))?;
            let own_zone = identity::zone_of(work, it.pass.person)?;
            let words = spoken(form);
            if !words.is_empty() {
                commands::say(work, &it.pass.number, form.text("digest"), &words)?;
            }
            let signer = Signer {
                name: form.text("name"),
                role: form.text("role"),
                language: web::language::code(),
                zone: &own_zone,
            };
            let body = work.find::<SignOff>(&it.pass.number)?.body;
            let subject = queries::subject(work, body.subject)?;
            let confirmed = Confirmed { digest: form.text("digest"), signer, pass: Some(&it.pass) };
            let signature = commands::confirm(work, &it.pass.number, &confirmed, &proven)?;
            Ok(Signed {
                name: form.text("name").to_owned(),
                role: form.text("role").to_owned(),
                at: work.now,
                subject: format!("{} {}", subject.number, subject.title),
                revision: body.revision,
                digest: body.digest,
                signature,
            })
        })?;
        Ok(customer::signed(&it.house, &signed).into_response())
    })
    .await
}

/// What is to be confirmed as a paper, for whoever typed the code in this browser.
async fn hand_out(Path(secret): Path<String>, place: Place, guest: Guest, sheet: super::Sheet) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, CONFIRM), place.0.as_deref(), |it| {
                SIGN.once_open((edge, envelope), (it, &secret), || {
                    let wanted = For::asked(edge, envelope, web::language::code())?;
                    paper::sent(&edge.db, &it.actor, (&envelope.headers, &wanted), |reader, wanted| {
                        let body = reader.find::<SignOff>(&it.pass.number)?.body;
                        let subject = queries::subject(reader, body.subject)?;
                        if !subject.happens(reader, "ask_sign_off") {
                            return Err(Error::NotFound);
                        }
                        sheet(reader, (&subject.number, body.revision), wanted)
                    })
                })
            })
        })
        .await
}

/// A file that is frozen with what is to be confirmed, for whoever typed the code in this browser.
async fn file(Path((secret, digest)): Path<(String, String)>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, CONFIRM), place.0.as_deref(), |it| {
                SIGN.once_open((edge, envelope), (it, &secret), || {
                    edge.db.read(&it.actor, |reader| frozen(reader, &it.pass.number, &digest))
                })
            })
        })
        .await
}

/// The page behind the link to a certificate: what asks for the code, or what leads to the paper.
async fn show_certificate(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    CERTIFIED.show(secret, place, guest).await
}

fn certificate_page(
    (edge, envelope): (&Edge, &Envelope),
    it: &Come,
    secret: &str,
    written: &Form,
) -> Result<Response> {
    edge.db.read(&it.actor, |reader| {
        let at = format!("{}/{secret}", CERTIFIED.path);
        if !reader.pass_is_open(&it.pass, &pass_key(envelope))? {
            return asks_for_code(reader, envelope, (it, &at), written);
        }
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
    })
}

async fn send_certificate_code(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    CERTIFIED.send_code(secret, place, posted).await
}

async fn enter_certificate(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    CERTIFIED.enter(secret, place, posted).await
}

async fn certificate(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, CERTIFICATE), place.0.as_deref(), |it| {
                CERTIFIED.once_open((edge, envelope), (it, &secret), || {
                    let wanted = For::asked(edge, envelope, web::language::code())?;
                    paper::sent(&edge.db, &it.actor, (&envelope.headers, &wanted), |reader, wanted| {
                        super::papers::certified(reader, &it.pass.number, wanted)
                    })
                })
            })
        })
        .await
}
