//! Deeds in the order of time, whatever record they touched: the whole way of a set or of an order.

use kernel::{Deed, Reader, Result};
use maud::html;
use serde_json::Value as Json;

use crate::parts::{self, Difference, Entry, Symbol};
use crate::t;

/// So many records are named beside one deed.
const NAMED: usize = 6;

/// One deed with the records that it was about, what it changed in them, and its proof.
pub fn done(reader: &Reader, deed: &Deed) -> Result<Entry> {
    let all = deed.content["records"].as_array().cloned().unwrap_or_default();
    // What was only touched, as a set is by its new requirement, is not what the deed was about.
    let says_more = |it: &&Json| it.as_object().is_some_and(|it| it.len() > 2);
    let telling: Vec<Json> = all.iter().filter(says_more).cloned().collect();
    let records = if telling.is_empty() { all } else { telling };
    let word =
        reader.registry().deed(&deed.deed).map_or_else(|| t!("worked on"), |it| crate::language::say(&it));
    let name = reader.name_of(deed.actor)?;
    let head = html! {
        strong { (name) } " " (word) " "
        @for record in records.iter().take(NAMED) { (link(reader, record)) " " }
        @if records.len() > NAMED { (t!("and {count} more" | "and {count} more", count = records.len() - NAMED)) " " }
        (parts::when(deed.at, reader.now)) " " (parts::proof(&format!("/entries/{}", deed.entry)))
        @if let Some(reason) = deed.content["reason"].as_str() { br; span.fine { (t!("Because: {reason}", reason = reason)) } }
    };
    let differences: Vec<Difference> =
        records.iter().take(NAMED).flat_map(|it| differences(reader, it)).collect();
    let symbol = if deed.deed == "released" { Symbol::Seal } else { Symbol::Edit };
    Ok(if differences.is_empty() {
        Entry::deed(symbol, head)
    } else {
        Entry::changed(symbol, head, parts::differences(&differences))
    })
}

fn link(reader: &Reader, record: &Json) -> maud::Markup {
    let (kind, number) =
        (record["kind"].as_str().unwrap_or_default(), record["number"].as_str().unwrap_or_default());
    let revision = record["revision"]["no"].as_i64();
    html! {
        (parts::number(number, &reader.registry().address(kind, number)))
        @if let Some(no) = revision { " " (t!("revision {no}", no = no)) }
    }
}

/// The fields of a record that a deed changed. What it opened is read on its page.
fn differences(reader: &Reader, record: &Json) -> Vec<Difference> {
    if record["state"][0] == "" {
        return Vec::new();
    }
    let kind = record["kind"].as_str().unwrap_or_default();
    let fields = record["change"].as_object().into_iter().flatten();
    let words = |it: &Json| match it {
        Json::String(words) => words.clone(),
        Json::Null | Json::Array(_) | Json::Object(_) => String::new(),
        other => other.to_string(),
    };
    let fields = fields.map(|(field, ends)| (field, words(&ends[0]), words(&ends[1])));
    let told = fields
        .filter(|(field, before, after)| before != after && !matches!(field.as_str(), "place" | "set_id"));
    told.map(|(field, before, after)| {
        Difference::words(crate::words::label(reader, kind, field), &before, &after)
    })
    .collect()
}
