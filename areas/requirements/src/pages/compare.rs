//! What changed between two readings of a set, as a person would mark it.

use std::collections::HashMap;

use maud::{Markup, html};
use web::parts::{self, Button, Field, Head, State, Tools, look_up, page_head, section, words_changed};
use web::t;

use super::{Options, is_rich, label, of_requirement, of_set, read, rich};
use crate::model::{Comparison, FieldChange, LineChange, Reading, RequirementSet, SectionChange, What};

/// Two readings with what differs.
pub struct Compared<'a> {
    pub after: &'a Reading,
    pub comparison: &'a Comparison,
    /// What can be compared, each with what it is called.
    pub choices: Options,
    /// What extra fields are called: `extra.cost_centre`.
    pub extra: HashMap<String, String>,
    pub from: String,
    pub to: String,
}

pub fn page(it: &Compared) -> Markup {
    let number = &it.after.number;
    html! {
        (page_head(&Head {
            place: Some((number.clone(), of_set(number, ""))),
            title: html! { (t!("What changed in {title}", title = &it.after.title)) },
            tools: Tools {
                first: Some(Button::open(of_set(number, "document"), t!("Read as a document")).small()),
                more: vec![],
            },
            ..Head::default()
        }))
        (look_up(&of_set(number, "compare"), html! {
            (Field::select("from", t!("From"), it.choices.clone()).value(&it.from))
            (Field::select("to", t!("to"), it.choices.clone()).value(&it.to))
            (Button::send(t!("Compare")))
            span class="push fine" { (summary(it.comparison)) }
        }))
        (inside(it))
    }
}

/// What differs, without the head of its page.
pub fn inside(it: &Compared) -> Markup {
    let names = [name(it, &it.from), name(it, &it.to)];
    html! {
        @if it.comparison.lacks_enclosed { p.quiet-text { (t!("The files of single requirements are not compared: one of the two was released before revisions named them.")) } }
        @if it.comparison.is_empty() { p.quiet-text { (t!("They are the same, to the last word.")) } }
        @if !it.comparison.fields.is_empty() { (section("whole", t!("The set as a whole"), whole(it))) }
        @if !it.comparison.lines.is_empty() { (section("lines", t!("Requirements"), lines(it, &names))) }
        @if !it.comparison.sections.is_empty() { (section("parts", t!("Sections"), sections(&it.comparison.sections))) }
        (files(it.comparison))
    }
}

fn name(it: &Compared, code: &str) -> String {
    it.choices
        .iter()
        .find(|(value, _)| value == code)
        .map_or_else(|| code.to_owned(), |(_, word)| word.clone())
}

/// What a field is called, also one of the house.
fn name_of(it: &Compared, field: &str) -> String {
    it.extra.get(field).cloned().unwrap_or_else(|| label(field))
}

/// How much of each kind there is: `2 added · 1 removed · 67 the same`.
fn summary(it: &Comparison) -> Markup {
    let count = |holds: fn(&What) -> bool| it.lines.iter().filter(|line| holds(&line.what)).count();
    let added = count(|it| matches!(it, What::Added { .. }));
    let removed = count(|it| matches!(it, What::Removed { .. }));
    let moved = count(|it| matches!(it, What::Kept { moved: Some(_), .. }));
    let changed = count(|it| matches!(it, What::Kept { fields, .. } if !fields.is_empty()));
    html! {
        ins { (t!("{count} added", count = added)) } " · " del { (t!("{count} removed", count = removed)) } " · "
        (t!("{count} moved", count = moved)) " · " (t!("{count} changed", count = changed)) " · "
        (t!("{count} the same", count = it.same))
    }
}

fn whole(it: &Compared) -> Markup {
    let named = |field: &str| {
        <RequirementSet as kernel::Body>::label(field)
            .map_or_else(|| name_of(it, field), |it| web::language::say(&it))
    };
    let fields = it.comparison.fields.iter();
    let differences: Vec<_> =
        fields.map(|it| parts::Difference { field: named(&it.field), shown: changed(it) }).collect();
    parts::differences(&differences)
}

fn lines(it: &Compared, names: &[String; 2]) -> Markup {
    let mut last = None;
    html! {
        div.table-sheet { table class="table cards compare" {
            colgroup { col; col; col; }
            thead { tr {
                th scope="col" { (t!("Requirement")) } th scope="col" { (names[0]) } th scope="col" { (names[1]) }
            } }
            tbody {
                @for line in &it.comparison.lines {
                    @if last.replace(&line.section) != Some(&line.section) {
                        tr.group { th colspan="3" scope="rowgroup" { (line.section) } }
                    }
                    (one(it, line, names))
                }
            }
        } }
    }
}

fn one(it: &Compared, line: &LineChange, names: &[String; 2]) -> Markup {
    let cells = |state: Markup, before: Markup, after: Markup| {
        html! {
            tr {
                th scope="row" { (parts::number(&line.number, &of_requirement(&line.number))) br; (state) }
                td data-is=(names[0]) { (before) }
                td data-is=(names[1]) { (after) }
            }
        }
    };
    match &line.what {
        What::Added { statement, files } => cells(
            parts::state(State::Good, t!("Added")),
            html! { span.fine { (t!("did not exist")) } },
            html! { (alone(statement, Side::After)) @for it in files { br; (alone(&short(it), Side::After)) } },
        ),
        What::Removed { statement, files } => cells(
            parts::state(State::Bad, t!("Removed")),
            html! { (alone(statement, Side::Before)) @for it in files { br; (alone(&short(it), Side::Before)) } },
            html! { span.fine { (t!("is no longer there")) } },
        ),
        What::Kept { moved, fields } => html! {
            @if let Some((from, to)) = moved {
                (cells(
                    parts::state(State::Asks, t!("Moved")),
                    html! { span.moved { (t!("was in {section}, place {place}", section = &from.section, place = from.place)) } },
                    html! { (t!("now in {section}, place {place}", section = &to.section, place = to.place)) },
                ))
            }
            @for (place, field) in fields.iter().enumerate() {
                @let state = if place == 0 { parts::state(State::Underway, t!("Changed")) } else { html! {} };
                (cells(html! { (state) @if place == 0 { br; } span.fine { (name_of(it, &field.field)) } }, side(field, Side::Before), side(field, Side::After)))
            }
        },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// One side of a changed field: its own words, with what the other side lacks marked. Tables are compared by the cell
/// on the later side; on the earlier they stand as they were.
fn side(it: &FieldChange, side: Side) -> Markup {
    let (before, after) = (plain(&it.field, &it.before), plain(&it.field, &it.after));
    let is_empty = if side == Side::Before { it.before.is_empty() } else { it.after.is_empty() };
    html! {
        @for piece in difference::words(&before, &after) {
            @match (piece, side) {
                (difference::Piece::Same(words), _) => (words),
                (difference::Piece::Removed(words), Side::Before) => del { (words) },
                (difference::Piece::Added(words), Side::After) => ins { (words) },
                _ => {},
            }
        }
        @if is_rich(&it.field) {
            @match side {
                Side::Before => { @for table in markdown::tables(&it.before) { (parts::cells(&table, &table)) } }
                Side::After => { (tables_changed(&it.before, &it.after)) }
            }
        }
        @if is_empty { span.fine { (t!("nothing")) } }
    }
}

/// A text that is there on one side only, in its tables too.
fn alone(written: &str, side: Side) -> Markup {
    let words = markdown::prose(written);
    html! {
        @match side {
            Side::Before => { del { (words) } (tables_changed(written, "")) }
            Side::After => { ins { (words) } (tables_changed("", written)) }
        }
    }
}

/// The tables of two texts, compared by the cell; those of one text alone are wholly new, or wholly gone.
fn tables_changed(before: &str, after: &str) -> Markup {
    let (old, new) = (markdown::tables(before), markdown::tables(after));
    html! {
        @for (old, new) in pairs(&old, &new) { (parts::cells(old, new)) }
    }
}

type Rows = [Vec<String>];

/// Which table was which: by their order where there are as many, else by their headings.
fn pairs<'a>(old: &'a [Vec<Vec<String>>], new: &'a [Vec<Vec<String>>]) -> Vec<(&'a Rows, &'a Rows)> {
    if old.len() == new.len() {
        return old.iter().zip(new).map(|(old, new)| (old.as_slice(), new.as_slice())).collect();
    }
    let headings = |all: &[Vec<Vec<String>>]| {
        all.iter().map(|it| it.first().cloned().unwrap_or_default()).collect::<Vec<_>>()
    };
    let none: &Rows = &[];
    difference::sequence(&headings(old), &headings(new))
        .into_iter()
        .map(|it| match it {
            difference::Move::Added { to } => (none, new[to].as_slice()),
            difference::Move::Removed { from } => (old[from].as_slice(), none),
            difference::Move::Kept { from, to } | difference::Move::Moved { from, to } => {
                (old[from].as_slice(), new[to].as_slice())
            }
        })
        .collect()
}

/// A file in words, with the beginning of its digest.
fn short(file: &str) -> String {
    match file.rsplit_once(' ') {
        Some((words, digest)) => format!("{words} {}", digest.chars().take(16).collect::<String>() + "…"),
        None => String::new(),
    }
}

fn plain(field: &str, written: &str) -> String {
    if field == "file" {
        return short(written);
    }
    if is_rich(field) { markdown::prose(written) } else { read(field, written) }
}

fn changed(it: &FieldChange) -> Markup {
    html! {
        (words_changed(&plain(&it.field, &it.before), &plain(&it.field, &it.after)))
        @if is_rich(&it.field) { (tables_changed(&it.before, &it.after)) }
    }
}

fn sections(changes: &[SectionChange]) -> Markup {
    html! {
        @for it in changes {
            @match (&it.before, &it.after) {
                (None, Some((title, prose))) => { p { ins { (title) } " " (parts::state(State::Good, t!("Added"))) } (rich(prose)) },
                (Some((title, prose)), None) => {
                    p { del { (title) } " " (parts::state(State::Bad, t!("Removed"))) }
                    @if !prose.is_empty() { div { (alone(prose, Side::Before)) } }
                },
                (Some(old), Some(new)) => {
                    p {
                        (words_changed(&old.0, &new.0)) " "
                        @if it.is_moved { (parts::state(State::Asks, t!("Moved"))) } @else { (parts::state(State::Underway, t!("Changed"))) }
                    }
                    @if old.1 != new.1 {
                        p { (words_changed(&markdown::prose(&old.1), &markdown::prose(&new.1))) }
                        (tables_changed(&old.1, &new.1))
                    }
                },
                (None, None) => {},
            }
        }
    }
}

fn files(it: &Comparison) -> Markup {
    html! {
        @if !it.files_added.is_empty() || !it.files_removed.is_empty() {
            (section("compared-files", t!("Files"), html! {
                ul {
                    @for file in &it.files_added { li { ins { (file.name) } " " (parts::digest(&file.digest)) } }
                    @for file in &it.files_removed { li { del { (file.name) } " " (parts::digest(&file.digest)) } }
                }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "Limits:\n\n| a | b |\n|---|---|\n| 1 | 3 |";
    const NEW: &str = "Limits:\n\n| a | b |\n|---|---|\n| 1 | 4 |";

    fn statement(before: &str, after: &str) -> FieldChange {
        FieldChange { field: "statement".into(), before: before.into(), after: after.into() }
    }

    #[test]
    fn a_table_is_compared_by_the_cell_and_not_told_in_words_too() {
        let shown = side(&statement(OLD, NEW), Side::After).into_string();
        assert!(shown.starts_with("Limits:<div") && shown.contains("<ins>4</ins>"), "{shown}");
        let shown = side(&statement(OLD, NEW), Side::Before).into_string();
        assert!(shown.starts_with("Limits:<div") && shown.contains("<td>3</td>"), "{shown}");
    }

    #[test]
    fn a_table_that_is_gone_shows_its_cells_as_removed() {
        let shown = side(&statement(OLD, "Limits:"), Side::After).into_string();
        assert!(shown.contains("<del>3</del>"), "{shown}");
        let two = format!("{OLD}\n\nand\n\n| c |\n|---|\n| 9 |");
        let shown = tables_changed(&two, "| c |\n|---|\n| 9 |").into_string();
        assert!(shown.contains("<del>3</del>") && shown.contains("<td>9</td>"), "{shown}");
    }

    #[test]
    fn the_prose_of_a_section_has_cells_too() {
        let of = |prose: &str| Some(("Process".to_owned(), prose.to_owned()));
        let change = SectionChange { key: "s1".into(), before: of(OLD), after: of(NEW), is_moved: false };
        let shown = sections(&[change]).into_string();
        assert!(shown.contains("<del>3</del>") && shown.contains("<ins>4</ins>"), "{shown}");
    }
}
