//! The second factor at the door, and on one's own page.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, Reader, Result};
use web::{
    Answer, Edge, Envelope, Failure, Form, Guest, GuestPosted, Page, Place, Posted, Routes, SESSION, Visit,
    off_the_loop, status_of,
};

use super::{door, hashing, house_of, me, must_be_signed_in};
use crate::commands::{self, Arrival};
use crate::model::Awaits;
use crate::pages::factor::{self as page, Key};
use crate::queries;
use crate::rules::factor;

pub fn routes() -> Routes {
    Routes::default()
        .get("/sign-in/code", ask_code)
        .post("/sign-in/code", enter_code)
        .get("/sign-in/factor", demand)
        .post("/sign-in/factor", confirm_demanded)
        .get("/me/factor", show)
        .post("/me/factor/begin", begin)
        .post("/me/factor", confirm)
        .post("/me/factor/codes", renew_codes)
        .post("/me/factor/end", end)
}

/// The door, for whoever comes to a page of a half that is over.
fn back_to_the_door() -> Response {
    Redirect::to("/sign-in").into_response()
}

fn half_of(envelope: &Envelope) -> String {
    envelope.cookie(SESSION).unwrap_or_default()
}

async fn ask_code(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            let to = envelope.asked().text("to").to_owned();
            code_page((edge, envelope), StatusCode::OK, &Form::default(), &to)
        })
        .await
}

fn code_page(
    (edge, envelope): (&Edge, &Envelope),
    status: StatusCode,
    form: &Form,
    to: &str,
) -> Result<Response> {
    let half = commands::half_session(&edge.db, &half_of(envelope))?;
    let Some(half) = half.filter(|it| it.awaits == Awaits::Code) else { return Ok(back_to_the_door()) };
    let page = page::ask_code(&house_of(edge, envelope)?, &half.name, form, door::local(to));
    Ok((status, page).into_response())
}

async fn enter_code(place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let arrival = arrival(&form, "code", &place, envelope);
            match commands::enter_code(&edge.db, &half_of(envelope), &arrival) {
                Ok(secret) => Ok(door::come_in(edge, &secret, door::local(form.text("to")))),
                Err(Error::NotFound) => Ok(back_to_the_door()),
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let status = door::status_at_the_door(&error);
                    code_page((edge, envelope), status, &form.refused(&error), form.text("to"))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn arrival<'a>(form: &'a Form, field: &str, place: &'a Place, envelope: &'a Envelope) -> Arrival<'a> {
    Arrival {
        email: form.text("email"),
        password: form.raw(field),
        place: place.0.as_deref(),
        agent: envelope.header("user-agent").unwrap_or_default(),
    }
}

async fn demand(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            let to = envelope.asked().text("to").to_owned();
            demand_page((edge, envelope), StatusCode::OK, &Form::default(), &to)
        })
        .await
}

fn demand_page(
    (edge, envelope): (&Edge, &Envelope),
    status: StatusCode,
    form: &Form,
    to: &str,
) -> Result<Response> {
    let wanted = match commands::begin_demanded_factor(&edge.db, &half_of(envelope)) {
        Ok(wanted) => wanted,
        Err(Error::NotFound) => return Ok(back_to_the_door()),
        Err(error) => return Err(error),
    };
    let house = house_of(edge, envelope)?;
    let key = Key::of(&wanted, &house.name)?;
    Ok((status, page::demand(&house, &key, form, door::local(to))).into_response())
}

async fn confirm_demanded(place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let arrival = arrival(&form, "code", &place, envelope);
            match commands::confirm_demanded_factor(&edge.db, &half_of(envelope), &arrival) {
                Ok((secret, codes)) => {
                    let page =
                        page::codes_first(&house_of(edge, envelope)?, &codes, door::local(form.text("to")));
                    Ok(door::with_session(edge, &secret, (StatusCode::CREATED, page).into_response()))
                }
                Err(Error::NotFound) => Ok(back_to_the_door()),
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    let status = door::status_at_the_door(&error);
                    demand_page((edge, envelope), status, &form.refused(&error), form.text("to"))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn show(visit: Visit) -> Answer {
    must_be_signed_in(&visit)?;
    key_page(visit, StatusCode::OK, Form::default()).await
}

/// The key stands on the page only until it is confirmed.
async fn key_page(visit: Visit, status: StatusCode, form: Form) -> Answer {
    let (edge, person) = (Arc::clone(&visit.edge), visit.actor().person);
    let wanted = off_the_loop(move || commands::wanted_factor(&edge.db, person)).await;
    match wanted.map_err(|error| Failure::of(error, &visit.envelope))? {
        None => Ok(Redirect::to("/me#factor").into_response()),
        Some(wanted) => {
            visit
                .answer(status, move |reader| {
                    let key = Key::of(&wanted, &house_name(reader)?)?;
                    Ok(Page::new(web::t!("Set up your second factor"), "/me", page::begin(&key, &form)))
                })
                .await
        }
    }
}

fn house_name(reader: &Reader) -> Result<String> {
    let name = queries::company(reader)?.name;
    Ok(if name.is_empty() { "Reqord".to_owned() } else { name })
}

async fn begin(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let secret = factor::new_factor().map_err(|error| Failure::of(error, &visit.envelope))?;
    visit
        .write(move |work| {
            commands::begin_factor(work, &secret)?;
            Ok("/me/factor".to_owned())
        })
        .await
}

async fn confirm(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (edge, actor, form) = (Arc::clone(&visit.edge), visit.actor().clone(), visit.form.clone());
    let session = visit.session.clone();
    let confirmed = off_the_loop(move || {
        commands::confirm_factor(&edge.db, &actor, form.text("code"), session.as_deref())
    });
    match confirmed.await {
        Ok(codes) => me::with_codes(visit, codes).await,
        Err(error @ Error::Invalid(_)) => {
            let form = visit.form.refused(&error);
            key_page(visit, status_of(&error), form).await
        }
        Err(error) => Err(Failure::of(error, &visit.envelope)),
    }
}

async fn renew_codes(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (edge, actor, form) = (Arc::clone(&visit.edge), visit.actor().clone(), visit.form.clone());
    let renewed =
        off_the_loop(move || commands::renew_recovery_codes(&edge.db, &actor, form.raw("factor_password")));
    match renewed.await {
        Ok(codes) => me::with_codes(visit, codes).await,
        Err(error @ (Error::Broken(_) | Error::NotFound)) => Err(Failure::of(error, &visit.envelope)),
        Err(error) => me::again(visit, error).await,
    }
}

async fn end(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (form, again) = (visit.form.clone(), visit.form.clone());
    let (session, here) = (visit.session.clone(), visit.session.clone());
    hashing(
        visit,
        move |db, actor| {
            commands::end_factor(db, actor, form.raw("factor_password"), session.as_deref())?;
            Ok("/me#factor".to_owned())
        },
        move |reader, error| me::mine(reader, here.as_deref(), again.refused(error), me::Fresh::default()),
    )
    .await
}
