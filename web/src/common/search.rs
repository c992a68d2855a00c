//! Search over everything one may see, as a page and for the commands of Ctrl-K.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use kernel::{Error, Found, Hit, Query, Reader, Result, Sought};
use maud::{Markup, html};
use serde_json::json;

use crate::choosing::{self, Among};
use crate::edge::Page;
use crate::form::Form;
use crate::language::{self, say};
use crate::parts::{self, Button, Filter, Head, Pager, Row, Tab};
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{api, question, t, words};

/// So many stand on a page.
const FOUND: usize = 50;
/// So many words stand before the first word that was found, and after it.
const BEFORE: usize = 8;
const AFTER: usize = 26;
/// So many words of a text are looked through for the words that were found.
const LOOKED_THROUGH: usize = 60_000;

pub fn routes() -> Routes {
    Routes::default().get("/search", search).get("/search/suggestions", suggest)
}

/// What was asked: kept conditions and what was typed to them.
pub(crate) fn asked_for(asked: &Form) -> String {
    let all = [asked.text("q"), asked.text("kept"), asked.raw("filter")];
    let all: Vec<&str> = all.into_iter().filter(|it| !it.trim().is_empty()).collect();
    // A space at the end says that the last word is whole; in an address it may be all that is left of it.
    let ends = asked.raw("q").ends_with(' ') && asked.text("filter").is_empty();
    if ends { format!("{} ", all.join(" ")) } else { all.join(" ") }
}

async fn search(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    if visit.envelope.header(ACCEPT).is_some_and(|it| it.contains("application/json")) {
        return for_commands(visit, asked.text("q").to_owned()).await;
    }
    visit
        .read(move |reader| {
            let (typed, begins) = (asked_for(&asked), begins_at(&asked)?);
            let (query, fault) = match question::read(reader, None, &typed) {
                Ok(query) => (query, None),
                Err(Error::Invalid(faults)) => (Query::default(), faults.of("q").map(say)),
                Err(other) => return Err(other),
            };
            let zone = Some(language::time_zone());
            let limit = begins.saturating_add(FOUND);
            let mut found = reader.seek(&Sought { query: query.clone(), kind: None, zone, limit })?;
            found.hits.drain(..begins.min(found.hits.len()));
            let shown = Shown { typed, query, fault, found, begins };
            Ok(Page::new(t!("Search"), "/search", show(reader, &shown)?))
        })
        .await
}

/// How many stand on the pages before; what is no such place is not there.
fn begins_at(asked: &Form) -> Result<usize> {
    let after = asked.text("after");
    if after.is_empty() { Ok(0) } else { after.parse().map_err(|_| Error::NotFound) }
}

/// What could be typed next, for the script of filter lines and of fields in which one of many is told in words.
async fn suggest(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            if let Some(among) = Among::of(asked.text("among")) {
                let all = choosing::suggestions(reader, among, asked.text("q"))?;
                return Ok(api::json(StatusCode::OK, &json!({ "suggestions": all })));
            }
            let kind = Some(asked.text("kind")).filter(|it| !it.is_empty());
            let kind = kind.filter(|it| reader.registry().kind(it).is_some());
            let all = question::suggestions(reader, kind, asked.raw("q"))?;
            Ok(api::json(StatusCode::OK, &json!({ "suggestions": all })))
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
            // What is being typed may not be a question yet.
            let query = question::read(reader, None, &asked).unwrap_or_default();
            let zone = Some(language::time_zone());
            let mut found = Vec::new();
            for hit in reader.seek(&Sought { query, kind: None, zone, limit: 12 })?.hits {
                found.push(json!({
                    "number": hit.number, "title": hit.title, "kind": kind(reader, &hit),
                    "address": address(reader, &hit),
                }));
            }
            Ok(api::json(StatusCode::OK, &json!({ "found": found, "commands": commands })))
        })
        .await
}

/// What the page shows.
struct Shown {
    typed: String,
    query: Query,
    fault: Option<String>,
    /// How many there are, and those of the page.
    found: Found,
    /// How many stand on the pages before it.
    begins: usize,
}

/// The pages before and after the one that is shown.
fn pager(it: &Shown) -> Pager {
    let query = it.query.to_string();
    let at = |place: usize| if place == 0 { to(&query) } else { format!("{}&after={place}", to(&query)) };
    let end = it.begins + it.found.hits.len();
    Pager {
        shown: it.found.hits.len(),
        all: Some(it.found.all),
        before: (it.begins > 0).then(|| at(it.begins.saturating_sub(FOUND))),
        after: (end < it.found.all).then(|| at(end)),
    }
}

fn to(query: &str) -> String {
    form_urlencoded::Serializer::for_suffix("/search?".to_owned(), 8).append_pair("q", query).finish()
}

fn show(reader: &Reader, it: &Shown) -> Result<Markup> {
    let filters = reader.filters(None)?;
    let chips = question::chips(&filters, &it.query, to);
    let filter = Filter {
        action: "/search".to_owned(),
        chips,
        kept: it.query.to_string(),
        typed: if it.fault.is_some() { it.typed.clone() } else { String::new() },
        example: t!("words, “a phrase”, -without, customer:meridian, in:messages"),
        fault: it.fault.clone(),
        is_first: it.query.is_empty(),
        ..Filter::default()
    };
    let more = if it.found.is_capped {
        t!("The newest {count} are counted. Narrow it to find older ones.", count = it.found.all)
    } else {
        t!("{count} found" | "{count} found", count = it.found.all)
    };
    Ok(html! {
        (parts::page_head(&Head { title: html! { (t!("Search")) }, ..Head::default() }))
        (parts::filter(&filter))
        @if it.fault.is_none() && it.query.is_empty() {
            p.quiet-text { (t!("Search finds numbers, titles and words in records, messages, files, remarks and tasks. The last word may be unfinished.")) }
            (parts::facts(&help()))
        } @else if it.fault.is_none() && it.found.hits.is_empty() {
            (parts::empty_of_filter(t!("Nothing is found"),
                t!("Nothing that you can see has all of these words. Try fewer, or their beginnings."),
                &[Button::open("/search", t!("Begin anew"))]))
        } @else if it.fault.is_none() {
            (parts::tabs(&t!("Found by kind"), &facets(reader, it)))
            p.fine role="status" { (more) }
            (parts::rows(&rows(reader, it)?))
            @if it.found.hits.len() < it.found.all { (parts::pager(&pager(it))) }
        }
    })
}

/// What can be typed, by examples.
fn help() -> [(String, Markup); 6] {
    let example = |words: &str, means: String| (means, html! { code { (words) } });
    [
        example("peracet*", t!("words that begin so")),
        example("\"clean in place\"", t!("words that follow each other")),
        example("pump -spare", t!("one word and not the other")),
        example("customer:meridian in:messages", t!("in the messages of a customer")),
        example("due<today+7 owner:me", t!("mine that are due within a week")),
        example("kind:rs changed>7d has:file", t!("sets with a file that changed within a week")),
    ]
}

/// How much there is of each kind; each leads to the same question about that kind alone.
fn facets(reader: &Reader, it: &Shown) -> Vec<Tab> {
    let label = |kind: &str| {
        reader.registry().kind(kind).map_or_else(|| kind.to_owned(), |it| say(&(it.kind.many)()))
    };
    let mut tabs: Vec<Tab> = Vec::new();
    for (kind, count) in &it.found.kinds {
        let address = to(&it.query.with("kind", &kind.to_lowercase()).to_string());
        tabs.push(Tab { label: label(kind), address, count: Some(*count), is_here: false });
    }
    let parts = [
        ("message", "messages", t!("in messages")),
        ("attachment", "files", t!("in files")),
        ("remark", "remarks", t!("in remarks")),
        ("task", "tasks", t!("in tasks")),
    ];
    for (part, code, label) in parts {
        let count = it.found.parts.iter().find(|(it, _)| it == part).map_or(0, |(_, count)| *count);
        if count > 0 && count < it.found.all {
            let address = to(&it.query.with("in", code).to_string());
            tabs.push(Tab { label, address, count: Some(count), is_here: false });
        }
    }
    let all = Tab {
        label: t!("All"),
        address: to(&it.query.to_string()),
        count: Some(it.found.all),
        is_here: true,
    };
    std::iter::once(all).chain(tabs).collect()
}

fn rows(reader: &Reader, it: &Shown) -> Result<Vec<Row>> {
    let texts = texts(reader, &it.found.hits)?;
    let needles = it.query.needles();
    let mut rows = Vec::new();
    for hit in &it.found.hits {
        let text = match hit.part.as_str() {
            "record" | "extra" => texts.get(&hit.record_id).cloned(),
            "remark" => Some(reader.remark_at(hit.part_id)?.words),
            "task" => Some(reader.task_at(hit.part_id)?.request),
            part => reader.source_of(part, hit.part_id)?.map(|it| it.body),
        };
        let around = text.and_then(|text| around(&text, &needles));
        rows.push(Row {
            symbol: words::symbol(reader, &hit.kind),
            title: format!("{} {}", hit.number, hit.title),
            address: address(reader, hit),
            why: html! {
                (kind(reader, hit))
                @if hit.part != "record" && !hit.name.is_empty() { " · " (hit.name) }
                @if let Some(words) = around { br; (words) }
            },
            when: words::state(reader, &hit.kind, &hit.state),
            buttons: Vec::new(),
        });
    }
    Ok(rows)
}

/// What the records among the hits say, each kind asked once.
fn texts(reader: &Reader, hits: &[Hit]) -> Result<BTreeMap<i64, String>> {
    let mut by_kind: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for hit in hits.iter().filter(|it| it.part == "record") {
        by_kind.entry(&hit.kind).or_default().push(hit.record_id);
    }
    let mut texts = BTreeMap::new();
    for (kind, ids) in by_kind {
        if let Some(entry) = reader.registry().kind(kind) {
            let all = entry.bodies(reader, &ids)?;
            texts.extend(all.into_iter().map(|(id, _, words)| (id, words)));
        }
    }
    Ok(texts)
}

fn kind(reader: &Reader, hit: &Hit) -> String {
    match hit.part.as_str() {
        "message" => t!("Message"),
        "attachment" => t!("File"),
        "call" => t!("Call"),
        "minutes" => t!("Minutes"),
        "remark" => t!("Remark"),
        "task" => t!("Task"),
        _ => reader.registry().kind(&hit.kind).map_or_else(String::new, |it| say(&(it.kind.one)())),
    }
}

/// The very place: the message on the page of its conversation, the file on the page of its text.
fn address(reader: &Reader, hit: &Hit) -> String {
    let record = reader.registry().address(&hit.kind, &hit.number);
    match hit.part.as_str() {
        "message" | "call" => format!("{record}#message-{}", hit.part_id),
        "attachment" => match reader.source_of("attachment", hit.part_id) {
            Ok(Some(source)) => format!("/sources/{}", source.id),
            _ => format!("{record}#files"),
        },
        "remark" => format!("{record}#timeline"),
        "task" => format!("{record}#tasks"),
        _ => record,
    }
}

/// The words around those that were found, where most of them stand close together, each marked. Linear in the
/// length of the text.
fn around(text: &str, needles: &[(String, bool)]) -> Option<Markup> {
    let words: Vec<&str> = text.split_whitespace().take(LOOKED_THROUGH).collect();
    let is_found = |word: &&str| {
        let parts = kernel::words(word);
        let fits = |(needle, open): &(String, bool)| {
            parts.iter().any(|it| it == needle || (*open && it.starts_with(needle.as_str())))
        };
        needles.iter().any(fits)
    };
    let found: Vec<usize> =
        words.iter().enumerate().filter(|(_, it)| is_found(it)).map(|(at, _)| at).collect();
    let mut end = 0;
    let mut best = (0, *found.first()?);
    for (begin, at) in found.iter().enumerate() {
        while end < found.len() && found[end] < at + AFTER {
            end += 1;
        }
        if end - begin > best.0 {
            best = (end - begin, *at);
        }
    }
    let (from, until) = (best.1.saturating_sub(BEFORE), (best.1 + AFTER).min(words.len()));
    Some(html! {
        @if from > 0 { "… " }
        @for (at, word) in words.iter().enumerate().take(until).skip(from) {
            @if found.binary_search(&at).is_ok() { mark { (word) } } @else { (word) }
            " "
        }
        @if until < words.len() { "…" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_marked_where_most_of_them_stand_together() {
        let text =
            format!("Pump first. {} the Gehäuse of the pump leaks {}", "so ".repeat(60), "and ".repeat(60));
        let needles = [("gehause".to_owned(), false), ("pu".to_owned(), true)];
        let shown = around(&text, &needles).unwrap().into_string();
        assert!(shown.starts_with("… so"), "{shown}");
        assert!(shown.contains("<mark>Gehäuse</mark> of the <mark>pump</mark> leaks"), "{shown}");
        assert!(shown.ends_with('…'), "{shown}");
        assert!(around("nothing here", &needles).is_none());
    }

    #[test]
    fn what_is_found_is_read_to_its_end_page_by_page() {
        let hit = |no| Hit { record_id: no, ..a_hit() };
        let page = |begins: usize, hits: i64| {
            let found = Found { all: 120, hits: (0..hits).map(hit).collect(), ..Found::default() };
            let query = Query::of_words("pump");
            pager(&Shown { typed: String::new(), query, fault: None, found, begins })
        };
        let first = page(0, 50);
        assert_eq!((first.before, first.after.as_deref()), (None, Some("/search?q=pump*&after=50")));
        let second = page(50, 50);
        assert_eq!(
            (second.before.as_deref(), second.after.as_deref()),
            (Some("/search?q=pump*"), Some("/search?q=pump*&after=100"))
        );
        let last = page(100, 20);
        assert_eq!((last.before.as_deref(), last.after), (Some("/search?q=pump*&after=50"), None));
    }

    fn a_hit() -> Hit {
        let words = String::new;
        Hit {
            record_id: 0,
            number: words(),
            kind: words(),
            title: words(),
            state: words(),
            part: "record".to_owned(),
            part_id: 0,
            name: words(),
        }
    }

    #[test]
    fn a_hostile_text_stays_words() {
        let shown = around("<script>alert(1)</script> pump", &[("pump".to_owned(), false)]).unwrap();
        assert!(!shown.into_string().contains("<script>"));
    }
}
