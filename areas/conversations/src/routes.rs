//! The addresses of conversations, for people.

mod api;
mod calls;
mod files;
mod intake;
mod meetings;
mod replies;
mod shown;
mod statements;
mod statements_api;
mod understood;

use kernel::{Error, PartyId, PersonId, Reader, Result, Vocabulary};
use maud::{Markup, html};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit};

use crate::commands::{self, To};
use crate::model::Conversation;
use crate::pages::{self, Inbox};
use crate::queries::{self, SHOWN, View};

/// What offers to make something of marked words; another area's, put in by the product. It is asked for the
/// customer whose words they are.
pub type Capture = fn(&Reader, Option<PartyId>) -> Result<Markup>;

pub use self::meetings::Points;
pub use self::statements::said_about;

/// Every address of the area.
pub fn routes(capture: Capture, points: Points) -> Routes {
    Routes::default()
        .get("/inbox", list)
        .get("/conversations", list)
        .get("/conversations/{number}", move |visit, number| show(visit, number, capture))
        .get("/conversations/{number}/record", show_record)
        .post("/conversations/{number}/notes", note)
        .post("/conversations/{number}/party", assign_party)
        .post("/conversations/{number}/owner", assign)
        .post("/messages/{id}/move", move_message)
        .get("/sources/{id}", move |visit, id| source(visit, id, capture))
        .and(calls::routes(capture))
        .and(meetings::routes(capture, points))
        .and(replies::routes(capture))
        .and(files::routes())
        .and(intake::routes())
        .and(api::routes())
        .and(statements::routes())
        .and(understood::routes())
        .and(statements_api::routes())
}

fn may_write(reader: &Reader) -> bool {
    !reader.actor.is_outside() && !reader.actor.only_reads
}

async fn list(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let inbox = inbox(reader, &asked, None)?;
            let body = html! { (pages::inbox(&inbox)) (pages::nothing_open(&inbox)) };
            Ok(Page::new(web::t!("Inbox"), "/inbox", body).wide().listing("CV"))
        })
        .await
}

/// Outsiders have no conversations of their own to answer for; they see those that are theirs.
fn inbox(reader: &Reader, asked: &Form, open: Option<&str>) -> Result<Inbox> {
    let has = if reader.actor.is_outside() { &[View::All, View::Closed][..] } else { View::ALL };
    let views: Vec<(View, i64)> =
        has.iter().map(|view| Ok((*view, queries::count(reader, *view)?))).collect::<Result<_>>()?;
    let first = views.iter().find(|(_, count)| *count > 0).map_or(has[0], |(view, _)| *view);
    let view = View::of(asked.text("view")).filter(|it| has.contains(it)).unwrap_or(first);
    let before =
        asked.text("before").split_once('.').and_then(|(at, id)| at.parse().ok().zip(id.parse().ok()));
    let lines = queries::inbox(reader, view, before)?;
    let is_full = i64::try_from(lines.len()).is_ok_and(|it| it == SHOWN);
    let older = lines
        .last()
        .filter(|_| is_full)
        .map(|it| format!("/inbox?view={}&before={}.{}", view.code(), it.last_at.as_microsecond(), it.id));
    let open = open.map(str::to_owned);
    let ringing = if may_write(reader) { queries::on_the_telephone(reader)? } else { Vec::new() };
    Ok(Inbox { view, views, lines, older, open, ringing, may_write: may_write(reader), now: reader.now })
}

async fn show(visit: Visit, Path(number): Path<String>, capture: Capture) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| conversation_page(reader, &number, &asked, None, capture)).await
}

/// A conversation, with an answer that is being written where one is.
fn conversation_page(
    reader: &Reader,
    number: &str,
    asked: &Form,
    replying: Option<pages::Replying>,
    capture: Capture,
) -> Result<Page> {
    let inbox = inbox(reader, asked, Some(number))?;
    let mut opened = shown::opened(reader, number, capture)?;
    if replying.is_some() {
        opened.replying = replying;
    }
    let body = html! { (pages::inbox(&inbox)) (pages::conversation(&opened)) };
    let title = format!("{} {}", opened.number, opened.title);
    Ok(Page::new(title, "/inbox", body).wide().with(&["capture.js", "draft.js"]))
}

async fn show_record(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind("CV").ok_or(Error::NotFound)?.find(reader, &number)?;
            let body: Conversation = serde_json::from_value(case.body.clone())?;
            let body = pages::in_record(&number, &body, reader.now);
            record::show(reader, &case, Extra { body, place: Some("/inbox".to_owned()), ..Extra::default() })
        })
        .await
}

async fn note(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let words = visit.form.raw("words").to_owned();
    let place = (visit.known.actor.person, format!("note:{number}"));
    let db = std::sync::Arc::clone(&visit.edge.db);
    let answer = visit
        .write(move |work| {
            let message = commands::note(work, &number, &words)?;
            Ok(format!("/conversations/{number}#message-{message}"))
        })
        .await?;
    // The note is kept; that its draft could not be thrown away harms nobody.
    let _ = web::off_the_loop(move || db.drop_draft(place.0, &place.1)).await;
    Ok(answer)
}

async fn assign_party(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            let mut form = form.clone();
            let party = form.whole("party");
            form.check()?;
            commands::assign_party(work, &number, party)?;
            Ok(format!("/conversations/{number}"))
        })
        .await
}

async fn assign(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (owner, me) = (visit.form.text("owner").to_owned(), visit.known.actor.person);
    visit
        .write(move |work| {
            let owner: PersonId =
                if owner == "me" { me } else { owner.parse().map_err(|_| Error::NotFound)? };
            commands::assign(work, &number, owner)?;
            Ok(format!("/conversations/{number}"))
        })
        .await
}

async fn move_message(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let to = target(visit.form.text("to"));
    visit
        .write(move |work| {
            let number = commands::move_message(work, id, &to)?;
            Ok(format!("/conversations/{number}#message-{id}"))
        })
        .await
}

/// `new`, or the number of a conversation.
fn target(words: &str) -> To {
    if words == "new" { To::New } else { To::Conversation(words.to_owned()) }
}

async fn source(visit: Visit, Path(id): Path<i64>, capture: Capture) -> Answer {
    visit
        .read(move |reader| {
            let it = shown::text(reader, id, capture)?;
            let conversation = (it.number.as_str(), it.title.as_str());
            let body = pages::source(&it.name, (conversation, &it.address), it.file, &it.words, &it.capture);
            Ok(Page::new(it.name.clone(), "/inbox", body).with(&["capture.js", "draft.js"]))
        })
        .await
}
