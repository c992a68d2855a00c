//! Coming in and going out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, Result};
use web::{
    Answer, Edge, Envelope, Form, Guest, GuestPosted, Place, Posted, Routes, SESSION, is_ours, status_of,
    with_cookie,
};

use super::house_of;
use crate::commands::{self, Arrival, SESSION_LASTS};
use crate::model::Awaits;
use crate::pages::sign_in as page;
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().get("/sign-in", show).post("/sign-in", sign_in).post("/sign-out", sign_out)
}

async fn show(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            if queries::is_empty(&edge.db)? {
                return Ok(Redirect::to("/setup").into_response());
            }
            let to = envelope.asked().text("to").to_owned();
            card((edge, envelope), StatusCode::OK, &Form::default(), &to)
        })
        .await
}

async fn sign_in(place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let arrival = Arrival {
                email: form.text("email"),
                password: form.raw("password"),
                place: place.0.as_deref(),
                agent: envelope.header("user-agent").unwrap_or_default(),
            };
            match commands::sign_in(&edge.db, &arrival) {
                Ok(secret) => go_on(edge, &secret, local(form.text("to"))),
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let status = status_at_the_door(&error);
                    card((edge, envelope), status, &form.refused(&error), form.text("to"))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn card((edge, envelope): (&Edge, &Envelope), status: StatusCode, form: &Form, to: &str) -> Result<Response> {
    Ok((status, page::card(&house_of(edge, envelope)?, form, local(to))).into_response())
}

/// Where somebody goes on whose password was right: in, or to the second factor.
fn go_on(edge: &Edge, secret: &str, to: &str) -> Result<Response> {
    let half = commands::half_session(&edge.db, secret)?;
    let wanted: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    let next = match half.map(|it| it.awaits) {
        None => to.to_owned(),
        Some(Awaits::Code) => format!("/sign-in/code?to={wanted}"),
        Some(Awaits::Factor) => format!("/sign-in/factor?to={wanted}"),
    };
    Ok(come_in(edge, secret, &next))
}

/// Whoever was wrong too often has to wait.
pub fn status_at_the_door(error: &Error) -> StatusCode {
    if matches!(error, Error::Refused(_)) { StatusCode::TOO_MANY_REQUESTS } else { status_of(error) }
}

/// Sends somebody on with the cookie of their new session.
pub fn come_in(edge: &Edge, secret: &str, to: &str) -> Response {
    with_session(edge, secret, Redirect::to(to).into_response())
}

/// An answer with the cookie of a new session.
pub fn with_session(edge: &Edge, secret: &str, answer: Response) -> Response {
    with_cookie(answer, &edge.cookie(SESSION, secret, SESSION_LASTS.as_secs()))
}

async fn sign_out(Posted(visit): Posted) -> Answer {
    let (secret, cookie) = (visit.session.clone(), visit.edge.cookie(SESSION, "", 0));
    // Whoever uses this browser next has a language of their own.
    let language = visit.edge.cookie("language", "", 0);
    let answer = visit.write(move |work| {
        secret.as_ref().map_or(Ok(()), |it| commands::sign_out(work, it))?;
        Ok("/sign-in".to_owned())
    });
    Ok(with_cookie(with_cookie(answer.await?, &cookie), &language))
}

/// Where to go afterwards: an address of ours, never one of another site.
pub fn local(to: &str) -> &str {
    if is_ours(to) { to } else { "/" }
}
