//! The whole way of an order: what was said, asked, reviewed, quoted, signed, ordered, promised and told, in the order
//! of time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Deed, Error, Reader};
use maud::html;
use web::parts::{self, Entry};
use web::{Answer, Page, Path, Routes, Visit, t};

use crate::model::Order;
use crate::pages::{of_order, way};
use crate::queries;

/// So many deeds of each record are told.
const DEEDS: i64 = 3000;
/// How much of a message is shown, in characters.
const FIRST_WORDS: usize = 280;

pub fn routes() -> Routes {
    Routes::default().get("/orders/{number}/way", show)
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let order = reader.find::<Order>(&number)?;
            let mut origins = queries::origins(reader, order.record.id.raw())?;
            origins.extend(queries::changes_of(reader, order.record.id.raw())?);
            origins.sort_unstable();
            origins.dedup();
            let mut deeds: BTreeMap<i64, Deed> = BTreeMap::new();
            for id in &origins {
                deeds.extend(reader.trail(*id, false, 0, DEEDS)?.into_iter().map(|it| (it.entry, it)));
            }
            let mut lines: Vec<(Timestamp, Entry)> = Vec::with_capacity(deeds.len());
            for text in queries::texts_of(reader, &origins)? {
                lines.push((text.at, said(reader, &text)));
            }
            for deed in deeds.values() {
                lines.push((deed.at, web::way::done(reader, deed)?));
            }
            lines.sort_by_key(|(at, _)| *at);
            let lines: Vec<Entry> = lines.into_iter().map(|(_, it)| it).collect();
            let body = way::page((&number, of_order(&number, "")), &order.record.title, &lines);
            Ok(Page::new(t!("The whole way of {title}", title = order.record.title), "/orders", body))
        })
        .await
}

fn said(reader: &Reader, it: &queries::Text) -> Entry {
    let words: String = it.body.chars().take(FIRST_WORDS).collect();
    let goes_on = it.body.chars().nth(FIRST_WORDS).is_some();
    let head = html! { a href={ "/sources/" (it.id) } { (it.name) } " " (parts::when(it.at, reader.now)) };
    Entry::wrote(head, html! { p { (words.trim()) @if goes_on { "…" } } })
}
