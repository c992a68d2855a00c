//! The letters of the house: what waits, what was sent, what came back; and what a person decides of each.

use kernel::{Error, Kept, LetterLine, LetterState, Reader, Result, Vocabulary, Work};
use maud::{Markup, html};

use crate::edge::Page;
use crate::language;
use crate::parts::{self, Button, Column, Empty, Head, Line, Note, State, Tab, Table, Tools};
use crate::path::Path;
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Posted, Visit};

/// So many letters stand on a page.
const SHOWN: i64 = 50;

pub fn routes() -> Routes {
    Routes::default()
        .get("/letters", list)
        .post("/letters/try-now", try_all)
        .get("/letters/{id}", show)
        .post("/letters/{id}/try-now", |id, posted| decide(id, posted, |work, id| work.try_now(id)))
        .post("/letters/{id}/send-again", |id, posted| decide(id, posted, |work, id| work.send_again(id)))
        .post("/letters/{id}/give-up", |id, posted| decide(id, posted, |work, id| work.give_up(id)))
        .post("/letters/{id}/arrived", |id, posted| decide(id, posted, |work, id| work.has_arrived(id)))
}

/// What happens inside a house is nothing to anybody outside it.
#[track_caller]
pub(super) fn inside(reader: &Reader) -> Result<()> {
    if reader.actor.is_outside() { Err(Error::NotFound) } else { Ok(()) }
}

async fn list(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            inside(reader)?;
            let state = LetterState::of(asked.text("state"));
            let letters = reader.letters(state, asked.text("before").parse().ok(), SHOWN)?;
            let counts = reader.letter_counts()?;
            let body = page_of_all(reader, state, &counts, &letters)?;
            Ok(Page::new(t!("Letters"), "/letters", body))
        })
        .await
}

async fn try_all(Posted(visit): Posted) -> Answer {
    visit
        .write(|work| {
            inside(work)?;
            work.try_all_now()?;
            Ok("/letters?state=queued".to_owned())
        })
        .await
}

fn page_of_all(
    reader: &Reader,
    state: Option<LetterState>,
    counts: &[(LetterState, i64)],
    letters: &[LetterLine],
) -> Result<Markup> {
    let server = reader.post_server()?;
    let lead = match &server {
        Some(server) => t!("What we tell people by mail. Letters go to {server}.", server = server),
        None => t!(
            "What we tell people by mail. No mail server is set up, so letters are held here and can be read; they are sent once one is."
        ),
    };
    let mut tabs = vec![Tab {
        label: t!("All"),
        address: "/letters".to_owned(),
        count: usize::try_from(counts.iter().map(|(_, count)| count).sum::<i64>()).ok(),
        is_here: state.is_none(),
    }];
    tabs.extend(counts.iter().map(|(it, count)| Tab {
        label: language::word(*it),
        address: format!("/letters?state={}", it.code()),
        count: usize::try_from(*count).ok(),
        is_here: state == Some(*it),
    }));
    let mut tools = Tools::default();
    let waiting = if reader.actor.only_reads { 0 } else { reader.letters_to_try()? };
    if waiting > 0 {
        let words = t!("Try {count} letter now" | "Try {count} letters now", count = waiting);
        tools.first = Some(Button::post("/letters/try-now", words));
    }
    let more = letters.last().filter(|_| i64::try_from(letters.len()) == Ok(SHOWN)).map(|it| it.id);
    let of_state = state.map(|it| format!("state={}&", it.code())).unwrap_or_default();
    Ok(html! {
        (parts::page_head(&Head {
            title: html! { (t!("Letters")) }, lead: Some(html! { (lead) }), tools, ..Head::default()
        }))
        @if counts.len() > 1 || state.is_some() { (parts::tabs(&t!("Letters by state"), &tabs)) }
        @if letters.is_empty() {
            (parts::empty(&Empty {
                title: t!("No letters"),
                purpose: t!("Whoever answers a customer in a conversation writes one."),
                buttons: vec![Button::open("/inbox", t!("Open the inbox"))],
            }))
        } @else { (table(reader, letters)) }
        @if let Some(last) = more { p { a href={ "/letters?" (of_state) "before=" (last) } { (t!("Earlier letters")) } } }
    })
}

fn table(reader: &Reader, letters: &[LetterLine]) -> Markup {
    let columns = vec![
        Column::title(t!("Subject")),
        Column::text(t!("To")),
        Column::text(t!("About")),
        Column::text(t!("State")),
        Column::text(t!("Written")),
    ];
    let line = |it: &LetterLine| {
        let to: Vec<_> = it.recipients.iter().map(|it| shown_name(&it.name, &it.address)).collect();
        let cells = vec![
            html! { a href={ "/letters/" (it.id) } { (it.subject) } },
            html! { (to.join(", ")) },
            parts::number(&it.number, &reader.registry().address(&it.kind, &it.number)),
            html! {
                (parts::state(State::from(it.state.tone()), language::word(it.state)))
                @if it.state == LetterState::Queued && it.attempts > 0 {
                    br; span.fine { (t!("tried {count} time" | "tried {count} times", count = it.attempts)) }
                }
                @if it.state == LetterState::Queued && it.due_at > reader.now {
                    br; span.fine { (t!("Tried next")) " " (parts::when(it.due_at, reader.now)) }
                }
            },
            html! { (parts::when(it.written_at, reader.now)) },
        ];
        Line::new(it.number.clone(), cells)
    };
    html! { (Table::new(t!("Letters, the newest first"), columns, letters.iter().map(line).collect())) }
}

fn shown_name(name: &str, address: &str) -> String {
    if name.is_empty() || name == address { address.to_owned() } else { name.to_owned() }
}

async fn show(visit: Visit, Path(id): Path<i64>) -> Answer {
    visit
        .read(move |reader| {
            inside(reader)?;
            let letter = reader.letter(id)?;
            let title = letter.subject.clone();
            Ok(Page::new(title, "/letters", page_of_one(reader, &letter)?))
        })
        .await
}

fn page_of_one(reader: &Reader, it: &Kept) -> Result<Markup> {
    let may_write = !reader.actor.only_reads;
    let at = |deed: &str| format!("/letters/{}/{deed}", it.id);
    let mut tools = Tools::default();
    if may_write && it.state == LetterState::Uncertain {
        tools.first = Some(Button::post(at("arrived"), t!("It arrived")).first());
    }
    if may_write && it.state == LetterState::Queued && it.due_at > reader.now {
        tools.first = Some(Button::post(at("try-now"), t!("Try it now")));
    }
    if may_write && it.state.may_go_again() {
        tools.more.push(Button::post(at("send-again"), t!("Send it again")));
    }
    if may_write && it.state.may_be_given_up() {
        tools.more.push(Button::post(at("give-up"), t!("Do not send it")).stop());
    }
    let people = |is_copy: bool| {
        let all = it.recipients.iter().filter(move |it| it.is_copy == is_copy);
        all.map(|it| {
            if it.name.is_empty() || it.name == it.address {
                it.address.clone()
            } else {
                format!("{} <{}>", it.name, it.address)
            }
        })
        .collect::<Vec<_>>()
        .join("; ")
    };
    let mut facts = vec![(t!("To"), html! { (people(false)) })];
    if it.recipients.iter().any(|it| it.is_copy) {
        facts.push((t!("Copies to"), html! { (people(true)) }));
    }
    let about =
        html! { a href=(reader.registry().address(&it.kind, &it.number)) { (it.number) " " (it.title) } };
    facts.push((t!("About"), about));
    let writer = if it.written_by == 0 { t!("the product itself") } else { reader.name_of(it.written_by)? };
    facts.push((t!("Written"), html! { (writer) " · " (parts::when(it.written_at, reader.now)) }));
    if it.state == LetterState::Queued {
        facts.push((t!("Tried next"), html! { (parts::when(it.due_at, reader.now)) }));
    }
    Ok(html! {
        (parts::page_head(&Head {
            place: Some((t!("Letters"), "/letters".to_owned())),
            state: Some(parts::state_boxed(State::from(it.state.tone()), language::word(it.state))),
            title: html! { (it.subject) }, facts, tools, ..Head::default()
        }))
        @if let Some(sentence) = hint(it.state) { (parts::note(Note::Asks, sentence)) }
        (parts::section("words", t!("What it says"), html! {
            div.words { @for line in it.words.lines() { (line) br; } }
            @if it.words.contains(kernel::SECRET) { p.fine {
                (t!("Where {mark} stands, a link or a code stood that only whoever it is written to reads. On the machine itself this shows it:", mark = kernel::SECRET)) " " code { "reqord letters " (it.id) }
            } }
            @if !it.reason.is_empty() { p.fine { (it.reason) } }
            @if !it.enclosed.is_empty() { ul { @for file in &it.enclosed {
                li { a href={ "/files/" (file.attachment) } { (file.name) } " " span.fine { (crate::record::size(file.size)) } }
            } } }
        }))
        (parts::section("attempts", t!("Attempts"), attempts(reader, it)?))
        p.fine { (t!("Identity")) ": " code { (it.message_id) } }
    })
}

/// What to do about a letter, where it is not plain.
fn hint(state: LetterState) -> Option<String> {
    Some(match state {
        LetterState::Held => t!("No mail server is set up. It is sent once there is one."),
        LetterState::Uncertain => t!(
            "The connection was lost after the letter had gone out, before the server said that it took it. Ask whether it arrived before you send it again."
        ),
        LetterState::Returned => t!(
            "The mail server took it, and it came back. Make sure of the address, then send it again or write another way."
        ),
        LetterState::GivenUp => t!(
            "It was not sent: the mail server did not take it, as the last attempt says, or it was taken back before it went."
        ),
        _ => return None,
    })
}

fn attempts(reader: &Reader, it: &Kept) -> Result<Markup> {
    let all = reader.deliveries(it.id)?;
    Ok(html! {
        @if all.is_empty() { p.quiet-text { (t!("It was not tried yet.")) } }
        @else { ol { @for attempt in &all { li {
            (parts::when(attempt.at, reader.now)) " · " (language::word(attempt.outcome))
            @if !attempt.words.is_empty() { br; span.fine { (attempt.words) } }
        } } } }
    })
}

async fn decide(
    Path(id): Path<i64>,
    Posted(visit): Posted,
    deed: fn(&mut Work, i64) -> Result<()>,
) -> Answer {
    visit
        .write(move |work| {
            inside(work)?;
            deed(work, id)?;
            Ok(format!("/letters/{id}"))
        })
        .await
}
