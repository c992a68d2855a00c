//! The address behind the link in a letter that asks to confirm what was said: no account is needed, and looking at it
//! changes nothing.

use axum::response::{IntoResponse, Response};
use identity::{Come, by_link, by_link_done};
use kernel::{Actor, Error, Result, Vocabulary};
use web::{Answer, Edge, Form, Guest, GuestPosted, Path, Place, Routes, status_of, t};

use crate::commands::{self, UNDERSTOOD};
use crate::model::StatementState;
use crate::{pages, queries};

pub fn routes() -> Routes {
    Routes::default().get("/understood/{secret}", show).post("/understood/{secret}", answer)
}

async fn show(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, UNDERSTOOD), place.0.as_deref(), |it| {
                page(edge, it, &secret, &Form::default())
            })
        })
        .await
}

/// What they are asked, and nothing else of the call or the order.
fn page(edge: &Edge, it: &Come, secret: &str, written: &Form) -> Result<Response> {
    edge.db.read(&Actor::system(), |reader| {
        let asked = queries::asked_of(reader, it.pass.record_id, it.pass.person)?;
        if asked.is_empty() {
            let words = t!("This was answered meanwhile. Nothing more is asked of you.");
            return Ok(by_link_done(&it.house, &t!("Thank you"), &words).into_response());
        }
        let by = reader.name_of(it.pass.made_by)?;
        Ok(pages::by_link(&it.house, secret, (&asked, &by), written).into_response())
    })
}

async fn answer(Path(secret): Path<String>, place: Place, GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, UNDERSTOOD), place.0.as_deref(), |it| {
                let answers = answers(&form);
                match edge.db.write(&it.actor, |work| commands::answer_by_link(work, &it.pass, &answers)) {
                    Ok(()) => {
                        let words = t!("Your answer has arrived. It stands with what was said, and whoever asked is told.");
                        Ok(by_link_done(&it.house, &t!("Thank you"), &words).into_response())
                    }
                    Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                        let page = page(edge, it, &secret, &form.refused(&error))?;
                        Ok((status_of(&error), page).into_response())
                    }
                    Err(error) => Err(error),
                }
            })
        })
        .await
}

/// What the form says of each: `answer-7=otherwise`, `words-7=…`.
fn answers(form: &Form) -> Vec<(i64, StatementState, String)> {
    let given = form.pairs().iter().filter_map(|(name, code)| {
        let id: i64 = name.strip_prefix("answer-")?.parse().ok()?;
        let words = form.text(&format!("words-{id}")).to_owned();
        Some((id, StatementState::of(code)?, words))
    });
    given.collect()
}
