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

use std::collections::BTreeMap;

use kernel::{Body, Error, Faults, PartyId, PersonId, Reader, Result, Vocabulary, text};
use maud::{Markup, html};
use web::list::{Extras, Listing};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use crate::commands::{self, To};
use crate::model::{Conversation, ConversationState};
use crate::pages::{self, Inbox, InboxLine};
use crate::queries;

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
        .post("/conversations/{number}/join", join)
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

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Conversation::KIND.prefix, |reader| {
        let may_write = reader.actor.writes_for_the_house();
        let ringing = if may_write { queries::on_the_telephone(reader)? } else { Vec::new() };
        let unfiled = queries::unfiled_count(reader)?;
        let first = Button::open("/import", t!("Take in mail")).symbol(Symbol::Mail).first().small();
        let more = Button::open("/calls/new", t!("Write down a call")).symbol(Symbol::Phone).small();
        Ok(Extras {
            title: Some(t!("Inbox")),
            purpose: web::list::purpose(
                reader,
                t!("Everything said with a customer about one matter stands together here: mails, calls, notes. Choose “Take in mail” and drop them there."),
                t!("What we speak about with you stands here, each matter together: what you wrote, and our answers."),
            ),
            first: may_write.then_some(first),
            more: may_write.then_some(more).into_iter().collect(),
            note: (unfiled > 0 || !ringing.is_empty())
                .then(|| html! { (pages::not_filed(unfiled)) (pages::on_the_telephone(&ringing)) }),
            below: Some(latest),
            begins_where_something_is: true,
            takes_over: true,
            opens_beside: true,
            ..Extras::default()
        })
    })
    .await
}

/// What was said last in each conversation of a page of the list.
fn latest(reader: &Reader, ids: &[i64]) -> Result<BTreeMap<i64, Markup>> {
    let latest = queries::latest(reader, ids)?.into_iter();
    Ok(latest.map(|(id, it)| (id, pages::latest(&it))).collect())
}

/// The list that a conversation was opened from, beside it.
fn inbox(reader: &Reader, asked: &Form, opened: &pages::Opened, functions: Functions) -> Result<Inbox> {
    let entry = reader.registry().kind(Conversation::KIND.prefix).ok_or(Error::NotFound)?;
    let listing = Listing::begun(reader, entry, asked, &functions(reader)?)?;
    let page = reader.list(entry.kind.prefix, &listing.wanted(reader))?;
    let ids: Vec<i64> = page.rows.iter().map(|it| it.id).collect();
    let mut bodies: BTreeMap<i64, Conversation> = BTreeMap::new();
    for (id, body, _) in entry.bodies(reader, &ids)? {
        bodies.insert(id, serde_json::from_value(body)?);
    }
    let unread = reader.unread_among(&ids)?;
    let mut lines = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        let body = bodies.remove(&row.id).unwrap_or_default();
        lines.push(InboxLine {
            address: listing.beside(&row.number),
            is_unread: unread.contains(&row.id),
            number: row.number,
            title: row.title,
            state: ConversationState::of(&row.state).unwrap_or_default(),
            waits_for: body.waits_for,
            turn: web::language::say(&body.waits_for.said_to(reader.actor)),
            last_at: body.last_at,
            last_from: body.last_from,
            customer: row.party.map(|it| reader.name_of(it)).transpose()?,
        });
    }
    Ok(Inbox {
        tabs: listing.tabs(reader)?,
        lines,
        older: page.next.map(|it| listing.here(Some(&it))),
        list: (
            listing.here(None),
            if listing.is_narrowed() { listing.query.to_string() } else { String::new() },
        ),
        open: opened.number.clone(),
        ringing: if opened.may_write { queries::on_the_telephone(reader)? } else { Vec::new() },
        now: reader.now,
    })
}

async fn show(visit: Visit, Path(number): Path<String>, capture: Capture) -> Answer {
    let asked = visit.envelope.asked();
    let around = Around { functions: visit.edge.functions, capture };
    visit.read(move |reader| conversation_page(reader, &number, &asked, None, around)).await
}

/// To which functions somebody belongs: what was shared with those is theirs to see.
type Functions = fn(&Reader) -> Result<Vec<i64>>;

/// What the product puts around a conversation.
#[derive(Clone, Copy)]
struct Around {
    functions: Functions,
    capture: Capture,
}

/// A conversation, with an answer that is being written where one is.
fn conversation_page(
    reader: &Reader,
    number: &str,
    asked: &Form,
    replying: Option<pages::Replying>,
    around: Around,
) -> Result<Page> {
    let mut opened = shown::opened(reader, number, around.capture)?;
    let inbox = inbox(reader, asked, &opened, around.functions)?;
    opened.list.clone_from(&inbox.list.0);
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
            let turn = web::language::say(&body.waits_for.said_to(reader.actor));
            let body = pages::in_record(&number, &body, &turn, reader.now);
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
    let (form, me) = (visit.form.clone(), visit.known.actor.person);
    visit
        .write(move |work| {
            let mut form = form.clone();
            let owner = if form.text("owner") == "me" { Some(me) } else { form.whole("owner") };
            form.check()?;
            let owner: PersonId = owner.ok_or_else(|| Faults::one("owner", text!("Choose a colleague.")))?;
            commands::assign(work, &number, owner)?;
            Ok(format!("/conversations/{number}"))
        })
        .await
}

async fn join(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            work.because(form.text("reason"));
            let to = elsewhere(work, &form, pages::ELSEWHERE)?.unwrap_or_else(|| form.text("to").to_owned());
            commands::join(work, &number, &to)?;
            Ok(format!("/conversations/{to}"))
        })
        .await
}

/// The number of the conversation that was told in words, where one was.
fn elsewhere(reader: &Reader, form: &Form, name: &str) -> Result<Option<String>> {
    let mut form = form.clone();
    let told = form.whole(name);
    form.check()?;
    told.map(|it| Ok(reader.mention(it)?.ok_or(Error::NotFound)?.number)).transpose()
}

async fn move_message(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            work.because(form.text("reason"));
            let told = elsewhere(work, &form, &format!("{}{id}", pages::ELSEWHERE))?;
            let to = told.map_or_else(|| target(form.text("to")), To::Conversation);
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
