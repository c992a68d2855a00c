//! Addresses behind the links in letters: no account is needed, and looking at one changes nothing.

use axum::response::{IntoResponse, Response};
use identity::{Behind, Come, asks_for_code, by_link, by_link_done, pass_key};
use kernel::Result;
use web::{Answer, Edge, Envelope, Form, Guest, GuestPosted, Path, Place, Routes, t};

use super::{offered, told_file};
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
        .get("/notice/{secret}/files/{digest}", file)
}

static TOLD: Behind = Behind { purpose: NOTICE, path: "/notice", page };

async fn show(Path(secret): Path<String>, place: Place, guest: Guest) -> Answer {
    TOLD.show(secret, place, guest).await
}

async fn send_code(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    TOLD.send_code(secret, place, posted).await
}

async fn enter(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    TOLD.enter(secret, place, posted).await
}

/// What they are told; where they approve it, only once the code was typed in this browser.
fn page((edge, envelope): (&Edge, &Envelope), it: &Come, secret: &str, written: &Form) -> Result<Response> {
    edge.db.read(&it.actor, |reader| {
        let case = reader.find::<Notice>(&it.pass.number)?;
        let at = format!("{}/{secret}", TOLD.path);
        if case.body.asks == Asks::Approval && !reader.pass_is_open(&it.pass, &pass_key(envelope))? {
            return asks_for_code(reader, envelope, (it, &at), written);
        }
        let answers = queries::answers(reader, case.record.id.raw())?;
        let content = offered(reader, &case, &answers, (at, Proves::Link))?;
        Ok(read::by_link(&it.house, &content, written).into_response())
    })
}

async fn answer(Path(secret): Path<String>, place: Place, posted: GuestPosted) -> Answer {
    TOLD.does(secret, place, posted, |places, it, _, form| {
        take(places, it, form)?;
        let words = match form.text("answer") {
            "objected" => t!("Your objection has arrived. Somebody of ours talks to you about it."),
            "approved" => {
                t!("Your name stands under it, with the time and the fingerprint of what you read.")
            }
            _ => t!("Your answer has arrived. Nothing more is asked of you."),
        };
        Ok(by_link_done(&it.house, &t!("Thank you"), &words).into_response())
    })
    .await
}

/// A file of which they are told; where they approve it, only once the code was typed in this browser.
async fn file(Path((secret, digest)): Path<(String, String)>, place: Place, guest: Guest) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            by_link(edge, envelope, (&secret, NOTICE), place.0.as_deref(), |it| {
                let number = &it.pass.number;
                let asks = edge.db.read(&it.actor, |reader| Ok(reader.find::<Notice>(number)?.body.asks))?;
                let read = || edge.db.read(&it.actor, |reader| told_file(reader, number, &digest));
                match asks {
                    Asks::Approval => TOLD.once_open((edge, envelope), (it, &secret), read),
                    Asks::Acknowledgement => read(),
                }
            })
        })
        .await
}

/// Keeps the answer and uses the link up. Whoever approves has typed the code in this browser; where approval is asked
/// for, also an objection wants it, for both are the customer's word.
fn take((edge, envelope): (&Edge, &Envelope), it: &Come, form: &Form) -> Result<()> {
    let key = pass_key(envelope);
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
        let zone = identity::zone_of(work, it.pass.person)?;
        let signer = Signer {
            name: form.text("name"),
            role: form.text("role"),
            language: web::language::code(),
            zone: &zone,
            proven: &proven,
        };
        commands::answer(work, &it.pass.number, &answering, (Some(&it.pass), Some(&signer)))
    })
}
