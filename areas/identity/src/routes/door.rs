//! Coming in and going out.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, Result};
use web::{
    Answer, Edge, Envelope, Form, Guest, GuestPosted, Posted, Routes, SESSION, status_of, with_cookie,
};

use super::house_of;
use crate::commands::{self, Arrival, SESSION_LASTS};
use crate::pages::{faulty, sign_in as page};
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

async fn sign_in(
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    GuestPosted(guest, form): GuestPosted,
) -> Answer {
    let place = peer.map(|Extension(ConnectInfo(it))| it.ip().to_string());
    guest
        .write_page(move |edge, envelope| {
            let arrival = Arrival {
                email: form.text("email"),
                password: form.raw("password"),
                place: place.as_deref(),
                agent: envelope.header("user-agent").unwrap_or_default(),
            };
            match commands::sign_in(&edge.db, &arrival) {
                Ok(secret) => Ok(come_in(edge, &secret, local(form.text("to")))),
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let waits = matches!(error, Error::Refused(_));
                    let status = if waits { StatusCode::TOO_MANY_REQUESTS } else { status_of(&error) };
                    card((edge, envelope), status, &faulty(&form, &error), form.text("to"))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn card((edge, envelope): (&Edge, &Envelope), status: StatusCode, form: &Form, to: &str) -> Result<Response> {
    Ok((status, page::card(&house_of(edge, envelope)?, form, local(to))).into_response())
}

/// Sends somebody on with the cookie of their new session.
pub fn come_in(edge: &Edge, secret: &str, to: &str) -> Response {
    let cookie = edge.cookie(SESSION, secret, SESSION_LASTS.as_secs());
    with_cookie(Redirect::to(to).into_response(), &cookie)
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
fn local(to: &str) -> &str {
    let is_ours = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if is_ours && to.bytes().all(|it| it.is_ascii_graphic()) { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_on_to_another_site() {
        for ours in ["/", "/requirement-sets/RS-2026-0017?tab=2"] {
            assert_eq!(local(ours), ours);
        }
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb", "evil"] {
            assert_eq!(local(foreign), "/", "{foreign:?}");
        }
    }
}
