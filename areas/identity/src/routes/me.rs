//! One's own page.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::{Error, Reader, Result};
use web::{Answer, Failure, Form, Page, Path, Posted, Routes, Visit, off_the_loop, status_of, with_cookie};

use super::{hashing, must_be_signed_in, people};
use crate::commands::{self, NewPassword, NewToken};
use crate::model::Person;
use crate::pages::me::{self as page, Mine, Standing};
use crate::queries;
use crate::rules::sealed;

pub fn routes() -> Routes {
    Routes::default()
        .get("/me", show)
        .post("/me", keep_settings)
        .post("/me/password", change_password)
        .post("/me/sessions/end", end_other_sessions)
        .post("/me/sessions/{session}/end", end_session)
        .post("/me/tokens", make_token)
        .post("/me/tokens/{token}/end", end_token)
}

async fn show(visit: Visit) -> Answer {
    let here = visit.session.clone();
    visit.read(move |reader| mine(reader, here.as_deref(), Form::default(), Fresh::default())).await
}

/// What was made just now and is shown once.
#[derive(Default)]
pub struct Fresh {
    pub token: Option<String>,
    pub codes: Vec<String>,
}

/// One's own page with recovery codes that were made just now.
pub async fn with_codes(visit: Visit, codes: Vec<String>) -> Answer {
    let here = visit.session.clone();
    let fresh = Fresh { codes, ..Fresh::default() };
    visit
        .answer(StatusCode::CREATED, move |reader| mine(reader, here.as_deref(), Form::default(), fresh))
        .await
}

/// One's own page with what was sent and refused.
pub async fn again(visit: Visit, error: Error) -> Answer {
    let (here, form) = (visit.session.clone(), visit.form.refused(&error));
    visit.answer(status_of(&error), move |reader| mine(reader, here.as_deref(), form, Fresh::default())).await
}

/// One's own page.
pub fn mine(reader: &Reader, here: Option<&str>, form: Form, fresh: Fresh) -> Result<Page> {
    let own = reader.find_by_id::<Person>(reader.actor.person)?;
    let person = reader.actor.person;
    let factor = queries::factor_of(reader, person)?;
    let is_on = factor.as_ref().is_some_and(|it| it.confirmed_at.is_some());
    let standing = Standing {
        is_on,
        is_begun: factor.is_some() && !is_on,
        codes_left: queries::codes_left(reader, person)?,
        is_demanded: own.record.party.is_none() && queries::staff_need_factor(reader)?,
    };
    let absences = match own.record.party {
        None => Some(people::absences(reader, &own.record.number, (person, &own.body), &form)?),
        Some(_) => None,
    };
    let mine = Mine {
        factor: standing,
        knocks: queries::knocks_of(reader, person)?,
        absences,
        codes: fresh.codes,
        name: own.record.title,
        person: own.body,
        sessions: queries::my_sessions(reader)?,
        tokens: queries::my_tokens(reader)?,
        here: here.map(sealed),
        now: reader.now,
        form,
        fresh: fresh.token,
    };
    Ok(Page::new(&mine.name, "/me", page::show(&mine)))
}

/// The language that the browser was told before gives way to the one that is kept.
async fn keep_settings(Posted(visit): Posted) -> Answer {
    let cookie = visit.edge.cookie("language", "", 0);
    let here = visit.session.clone();
    let answer = visit
        .write_form(
            move |work, form| {
                let (language, zone) = (form.text("language"), form.text("zone"));
                commands::change_settings(work, language, zone, form.has("keys_off"))?;
                Ok("/me".to_owned())
            },
            move |reader, form| mine(reader, here.as_deref(), form, Fresh::default()),
        )
        .await?;
    Ok(with_cookie(answer, &cookie))
}

async fn change_password(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (form, again) = (visit.form.clone(), visit.form.clone());
    let (session, here) = (visit.session.clone(), visit.session.clone());
    hashing(
        visit,
        move |db, actor| {
            let (old, new) = (form.raw("old_password"), form.raw("new_password"));
            commands::change_password(db, actor, &NewPassword { old, new, session: session.as_deref() })?;
            Ok("/me".to_owned())
        },
        move |reader, error| mine(reader, here.as_deref(), again.refused(error), Fresh::default()),
    )
    .await
}

async fn end_session(Path(session): Path<i64>, Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    visit
        .write(move |work| {
            commands::revoke_session(work, session)?;
            Ok("/me#sessions".to_owned())
        })
        .await
}

async fn end_other_sessions(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let here = visit.session.clone();
    visit
        .write(move |work| {
            commands::revoke_other_sessions(work, here.as_deref())?;
            Ok("/me#sessions".to_owned())
        })
        .await
}

/// The page with the secret is the answer itself: it is shown once and has no address. Whoever clicks twice gets
/// the same page, with the one token that was made.
async fn make_token(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (edge, actor, form) = (Arc::clone(&visit.edge), visit.known.actor.clone(), visit.form.clone());
    let here = visit.session.clone();
    let made = off_the_loop(move || {
        let mut form = form;
        let (scope, days) = (form.word("scope"), form.whole("days").unwrap_or(0));
        form.check()?;
        let wanted = NewToken { name: form.text("name"), scope, days };
        let (_, secret) = commands::make_token_once(&edge.db, &actor, &wanted, form.text("once"))?;
        Ok(secret)
    });
    match made.await {
        Ok(secret) => {
            let fresh = Fresh { token: Some(secret), ..Fresh::default() };
            visit
                .answer(StatusCode::CREATED, move |reader| {
                    mine(reader, here.as_deref(), Form::default(), fresh)
                })
                .await
        }
        Err(error @ Error::Broken(_)) => Err(Failure::of(error, &visit.envelope)),
        Err(error) => again(visit, error).await,
    }
}

async fn end_token(Path(token): Path<i64>, Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    visit
        .write(move |work| {
            commands::revoke_token(work, token)?;
            Ok("/me#tokens".to_owned())
        })
        .await
}
