//! What an item of a review or sign-off says, and what else it says than before.

use kernel::{Held, Part, Reader, Result};
use maud::{Markup, html};
use serde_json::{Value as Json, json};
use web::language::say;
use web::parts::{self, Difference};
use web::picture::Pictures;
use web::{record, t};

use crate::pages::HEADINGS_BELOW;
use crate::queries;

/// What an item says, with its pictures; where that changed, the words are marked, and the pictures that it has now stand
/// below them.
pub(super) fn statement(before: Option<&Json>, part: &Part, pictures: &Pictures) -> Markup {
    let words = |it: &Json| it.get("statement").and_then(Json::as_str).map(str::to_owned);
    let now = words(&part.content).unwrap_or_else(|| part.title.clone());
    match before.and_then(words).filter(|it| *it != now) {
        Some(before) => html! { p { (parts::words_changed(&before, &now)) } (pictures.alone(&now)) },
        None => pictures.rich(&now, HEADINGS_BELOW),
    }
}

/// Whether a title is only the beginning of what an item says, as it is where nobody gave it one.
pub(super) fn begins_with(statement: &str, title: &str) -> bool {
    let says = markdown::plain(statement).split_whitespace().collect::<Vec<_>>().join(" ");
    says == title || title.strip_suffix('…').is_some_and(|begun| says.starts_with(begun))
}

/// An item as whoever signs reads it: its title, and what it says where the title is not all of that.
pub(super) fn in_full(part: &Part) -> Markup {
    let says = part.content.get("statement").and_then(Json::as_str).unwrap_or_default();
    html! {
        @if says.is_empty() || !begins_with(says, &part.title) { strong { (part.title) } }
        @if !says.is_empty() { div.prose { (statement(None, part, &Pictures::Lying)) } }
    }
}

/// What is measured of an item, how it is shown that it is met, and what its extra fields say; line by line where its
/// kind reads so.
pub(super) fn measured(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    const FIELDS: [&str; 6] = ["characteristic", "value", "lower", "upper", "unit", "verification"];
    let mut measured =
        lines_of(reader, part).unwrap_or_else(|| facts_named(reader, part, |field| FIELDS.contains(&field)));
    measured.extend(extra_of(reader, part)?);
    Ok(measured)
}

/// What else an item says now than before.
pub(super) fn differences(reader: &Reader, before: &Json, part: &Part) -> Result<Vec<Difference>> {
    let mut all = match reader.registry().kind(&part.kind).and_then(|it| it.reads) {
        Some(reads) => lines_changed(&reads(before), &reads(&part.content)),
        None => fields_changed(reader, before, part)?,
    };
    for field in reader.fields_of(&part.kind)? {
        let (old, new) = (frozen(reader, &field, before)?, frozen(reader, &field, &part.content)?);
        if old != new {
            all.push(Difference::words(field.name(web::language::code()), &old, &new));
        }
    }
    Ok(all)
}

/// The title and the files of an item in two revisions, where they are others.
pub(super) fn listed_otherwise(
    lists: &mut queries::Lists,
    item: &str,
    revisions: (i64, i64),
) -> Result<Vec<Difference>> {
    let Some((before, now)) = lists.both(item, revisions)? else { return Ok(Vec::new()) };
    let named = |it: &Held| it.files.as_ref().map(queries::files_named).unwrap_or_default();
    let title =
        before.has_another_title(&now).then(|| Difference::words(t!("Title"), &before.title, &now.title));
    let files =
        before.has_other_files(&now).then(|| Difference::words(t!("Files"), &named(&before), &named(&now)));
    Ok(title.into_iter().chain(files).collect())
}

/// The other facts of an item that say something.
pub(super) fn facts_of(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    let mut facts = facts_named(reader, part, |field| !PLACES.contains(&field) && field != "passage");
    facts.extend(extra_of(reader, part)?);
    Ok(facts)
}

/// The fields that say where something stands, not what it is; and the statement, which is shown in its own way.
const PLACES: [&str; 4] = ["set_id", "section", "place", "statement"];

/// What an item says line by line, where its kind reads so.
pub(super) fn lines_of(reader: &Reader, part: &Part) -> Option<Vec<(String, String)>> {
    Some((reader.registry().kind(&part.kind)?.reads?)(&part.content))
}

/// What became of each line of an item; lines that are gone come last.
fn lines_changed(before: &[(String, String)], after: &[(String, String)]) -> Vec<Difference> {
    let of = |all: &[(String, String)], name: &str| {
        all.iter().find(|(it, _)| it == name).map(|(_, words)| words.clone()).unwrap_or_default()
    };
    let gone = before.iter().filter(|(name, _)| after.iter().all(|(it, _)| it != name));
    let all = after.iter().chain(gone).map(|(name, _)| (name, of(before, name), of(after, name)));
    all.filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| Difference::words(name, &before, &after))
        .collect()
}

/// What the extra fields say that were frozen with an item.
fn extra_of(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    let mut said = Vec::new();
    for field in reader.fields_of(&part.kind)? {
        let words = frozen(reader, &field, &part.content)?;
        if !words.is_empty() {
            said.push((field.name(web::language::code()).to_owned(), words));
        }
    }
    Ok(said)
}

/// What an extra field says in frozen content, in words.
fn frozen(reader: &Reader, field: &kernel::Field, content: &Json) -> Result<String> {
    web::extra::in_words(reader, field, &content["extra"][&field.key])
}

fn facts_named(reader: &Reader, part: &Part, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let Some(entry) = reader.registry().kind(&part.kind).filter(|it| it.reads.is_none()) else {
        return Vec::new();
    };
    let fields = part.content.as_object().into_iter().flatten();
    let shown = fields.filter(|(field, _)| is_wanted(field)).filter_map(|(field, value)| {
        let label = say(&(entry.label)(field)?);
        let words = value.as_str().filter(|it| !it.is_empty())?;
        let is_code = entry
            .columns
            .iter()
            .any(|it| it.name == *field && matches!(it.holds, kernel::ColumnHolds::Choice(_)));
        Some((label, if is_code { say(&entry.word(field, words, reader.actor)) } else { words.to_owned() }))
    });
    shown.collect()
}

fn fields_changed(reader: &Reader, before: &Json, part: &Part) -> Result<Vec<Difference>> {
    let fields = part.content.as_object().into_iter().flatten();
    let change: serde_json::Map<String, Json> = fields
        .filter(|(field, value)| {
            !PLACES.contains(&field.as_str()) && before.get(field.as_str()) != Some(value)
        })
        .map(|(field, value)| (field.clone(), json!([before.get(field.as_str()), value])))
        .collect();
    record::differences(
        reader,
        &json!({ "kind": part.kind, "number": part.number, "state": ["x", "x"], "change": change }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_only_repeats_the_statement_is_read_once() {
        assert!(begins_with("Two heads are **never** sent back.", "Two heads are never sent back."));
        assert!(begins_with(
            "The head is changed\nin 15 min by one person.",
            "The head is changed in 15 min…"
        ));
        assert!(!begins_with("Two heads are never sent back.", "Heads"));
        assert!(!begins_with("", "Heads"));
    }
}
