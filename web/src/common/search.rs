//! Search over everything one may see, as a page and for the commands of Ctrl-K.

use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use kernel::{Hit, Reader, Result};
use maud::{Markup, html};
use serde_json::json;

use crate::edge::Page;
use crate::language::say;
use crate::parts::{self, Head, Row};
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{api, t, words};

/// So many are found at once.
const FOUND: i64 = 50;
/// So many characters stand around a word that was found.
const AROUND: usize = 90;

pub fn routes() -> Routes {
    Routes::default().get("/search", search)
}

async fn search(visit: Visit) -> Answer {
    let asked = visit.envelope.asked().text("q").to_owned();
    if visit.envelope.header(ACCEPT).is_some_and(|it| it.contains("application/json")) {
        return for_commands(visit, asked).await;
    }
    visit
        .read(move |reader| {
            let hits = reader.search(&asked, None, FOUND)?;
            Ok(Page::new(t!("Search"), "/search", show(reader, &asked, &hits)?))
        })
        .await
}

async fn for_commands(visit: Visit, asked: String) -> Answer {
    let (places, beginnings) = (visit.edge.places, visit.edge.beginnings);
    visit
        .respond(move |reader| {
            let wanted = kernel::fold(&asked);
            let fits = |label: &str| kernel::fold(label).contains(wanted.trim());
            let to = places(reader)?.into_iter().map(|it| (it.label, it.address));
            let new = beginnings(reader).into_iter().map(|(label, to)| (t!("New: {what}", what = label), to));
            let commands = to.chain(new).filter(|(label, _)| fits(label)).take(8);
            let commands: Vec<_> =
                commands.map(|(name, address)| json!({ "name": name, "address": address })).collect();
            let mut found = Vec::new();
            for hit in reader.search(&asked, None, 12)? {
                found.push(json!({
                    "number": hit.number, "title": hit.title, "kind": kind(reader, &hit),
                    "address": address(reader, &hit),
                }));
            }
            Ok(api::json(StatusCode::OK, &json!({ "found": found, "commands": commands })))
        })
        .await
}

fn show(reader: &Reader, asked: &str, hits: &[Hit]) -> Result<Markup> {
    let mut rows = Vec::new();
    for hit in hits {
        let state = reader.registry().kind(&hit.kind).map(|it| it.state(&hit.state));
        let around = around(reader, asked, hit)?;
        rows.push(Row {
            symbol: words::symbol(reader, &hit.kind),
            title: format!("{} {}", hit.number, hit.title),
            address: address(reader, hit),
            why: html! {
                (kind(reader, hit))
                @if hit.part != "record" { " · " (hit.name) }
                @if let Some(words) = around { br; (words) }
            },
            when: html! { @if let Some(state) = state { (parts::state(words::shape(state.tone), say(&state.text))) } },
            buttons: Vec::new(),
        });
    }
    let lead = t!("{count} found" | "{count} found", count = hits.len());
    Ok(html! {
        (parts::page_head(&Head { title: html! { (t!("Search")) }, ..Head::default() }))
        form.row role="search" method="get" action="/search" {
            label.unseen for="wanted" { (t!("What are you looking for?")) }
            input id="wanted" name="q" type="search" value=(asked);
            (parts::Button::send(t!("Search")).first())
        }
        @if asked.trim().is_empty() {
            p.quiet-text { (t!("Search finds numbers, titles and words in records, messages and files. The last word may be unfinished.")) }
        } @else if hits.is_empty() {
            p { (t!("Nothing that you can see has all of these words. Try fewer, or their beginnings.")) }
        } @else {
            p.fine { (lead) }
            (parts::rows(&rows))
        }
    })
}

fn kind(reader: &Reader, hit: &Hit) -> String {
    match hit.part.as_str() {
        "message" => t!("Message"),
        "attachment" => t!("File"),
        _ => reader.registry().kind(&hit.kind).map_or_else(String::new, |it| say(&(it.kind.one)())),
    }
}

fn address(reader: &Reader, hit: &Hit) -> String {
    let record = reader.registry().address(&hit.kind, &hit.number);
    match hit.part.as_str() {
        "message" => format!("{record}#message-{}", hit.part_id),
        _ => record,
    }
}

/// The words around the first word that was found in a message or file, that word marked.
fn around(reader: &Reader, asked: &str, hit: &Hit) -> Result<Option<Markup>> {
    if hit.part == "record" {
        return Ok(None);
    }
    let Some(source) = reader.source_of(&hit.part, hit.part_id)? else { return Ok(None) };
    let Some(first) = kernel::words(asked).into_iter().next() else { return Ok(None) };
    let words: Vec<&str> = source.body.split_whitespace().collect();
    let Some(at) = words.iter().position(|it| kernel::fold(it).contains(&first)) else { return Ok(None) };
    let cut = |words: &[&str], from_end: bool| {
        let joined = words.join(" ");
        let count = joined.chars().count();
        let skip = if from_end { count.saturating_sub(AROUND) } else { 0 };
        joined.chars().skip(skip).take(AROUND).collect::<String>()
    };
    let (before, after) = (cut(&words[..at], true), cut(&words[at + 1..], false));
    Ok(Some(html! { "… " (before) " " mark { (words[at]) } " " (after) " …" }))
}
