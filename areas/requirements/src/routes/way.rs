//! The whole way of a set, put together in the order of time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Deed, Error, Reader};
use maud::html;
use web::parts::{self, Entry};
use web::{Answer, Page, Path, Routes, Visit, t};

use super::Speaks;
use crate::model::RequirementSet;
use crate::pages::{of_requirement, way};
use crate::queries::{self, Cited, Told};

/// How much of a message is shown, in characters.
const FIRST_WORDS: usize = 280;
/// So many deeds are told.
const DEEDS: i64 = 5000;

pub fn routes(speaks: Speaks) -> Routes {
    Routes::default().get("/requirement-sets/{number}/way", move |number, visit| show(speaks, number, visit))
}

async fn show(speaks: Speaks, Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let set = reader.find::<RequirementSet>(&number)?;
            let id = set.record.id.raw();
            let mut lines: Vec<(Timestamp, Entry)> = Vec::new();
            for it in queries::texts_behind(reader, id)? {
                lines.push((it.at, told(reader, &it, &speaks(reader, it.id)?)));
            }
            lines.extend(queries::passages_behind(reader, id)?.iter().map(|it| (it.at, cited(reader, it))));
            let mut deeds: BTreeMap<i64, Deed> = BTreeMap::new();
            deeds.extend(reader.trail(id, true, 0, DEEDS)?.into_iter().map(|it| (it.entry, it)));
            for judged in queries::judged_by(reader, id)? {
                deeds.extend(reader.trail(judged, false, 0, DEEDS)?.into_iter().map(|it| (it.entry, it)));
            }
            for it in deeds.values() {
                lines.push((it.at, web::way::done(reader, it)?));
            }
            lines.sort_by_key(|(at, _)| *at);
            let lines: Vec<Entry> = lines.into_iter().map(|(_, it)| it).collect();
            let body = way::page(&number, &set.record.title, &lines);
            Ok(Page::new(t!("The whole way of {title}", title = set.record.title), "/requirement-sets", body))
        })
        .await
}

fn told(reader: &Reader, it: &Told, by: &str) -> Entry {
    let words: String = it.body.chars().take(FIRST_WORDS).collect();
    let goes_on = it.body.chars().nth(FIRST_WORDS).is_some();
    let head = html! {
        a href={ "/sources/" (it.id) } { (it.name) } " "
        @if !by.is_empty() { (by) " " }
        (parts::when(it.at, reader.now))
    };
    Entry::wrote(head, html! { p { (words.trim()) @if goes_on { "…" } } })
}

fn cited(reader: &Reader, it: &Cited) -> Entry {
    let head = html! {
        a href={ "/sources/" (it.source_id) "#passage-" (it.id) } { (t!("Words became a requirement")) } " "
        (parts::number(&it.number, &of_requirement(&it.number))) " " (it.title) " " (parts::when(it.at, reader.now))
    };
    Entry::wrote(head, html! { blockquote { (it.exact) } })
}
