//! Setting one's own password by a link, and asking for one at the door.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Actor, Error, Result};
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Path, Place, Routes};

use super::{door, house_of};
use crate::commands::{self, Arrival};
use crate::pages::link as page;

pub fn routes() -> Routes {
    Routes::default()
        .get("/password/{secret}", show)
        .post("/password/{secret}", keep)
        .get("/sign-in/forgotten", ask)
        .post("/sign-in/forgotten", forget)
}

/// Looking at the link uses nothing up: programs that look through mail open every link.
async fn show(Path(secret): Path<String>, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            link_page((edge, envelope), StatusCode::OK, &secret, &Form::default())
        })
        .await
}

fn link_page(
    (edge, envelope): (&Edge, &Envelope),
    status: StatusCode,
    secret: &str,
    form: &Form,
) -> Result<Response> {
    let house = house_of(edge, envelope)?;
    Ok(match commands::invited(&edge.db, secret)? {
        Some(invited) => (status, page::set_password(&house, secret, &invited, form)).into_response(),
        None => (StatusCode::NOT_FOUND, page::used_up(&house)).into_response(),
    })
}

async fn keep(Path(secret): Path<String>, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            match commands::set_password_by_link(&edge.db, &secret, form.raw("password")) {
                Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
                Err(error @ (Error::NotFound | Error::Refused(_) | Error::Invalid(_))) => {
                    let status = door::status_at_the_door(&error);
                    link_page((edge, envelope), status, &secret, &form.refused(&error))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn ask(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            Ok(page::forgotten(&house_of(edge, envelope)?, &Form::default()).into_response())
        })
        .await
}

async fn forget(place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let arrival = Arrival {
                email: form.text("email"),
                password: "",
                place: place.0.as_deref(),
                agent: envelope.header("user-agent").unwrap_or_default(),
            };
            let house = house_of(edge, envelope)?;
            match commands::forget_password(&edge.db, &arrival) {
                Ok(()) => {
                    let is_mailed = edge.db.read(&Actor::system(), |reader| reader.writes_mail())?;
                    Ok(page::asked(&house, is_mailed).into_response())
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let page = page::forgotten(&house, &form.refused(&error));
                    Ok((door::status_at_the_door(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}
