//! What changed between two readings of a set, as a person would mark it.

use maud::{Markup, html};
use web::parts::{self, Button, Field, Head, State, Tools, look_up, page_head, section, words_changed};
use web::t;

use super::{Options, is_rich, label, of_requirement, of_set, rich, shown};
use crate::model::{Comparison, FieldChange, LineChange, Reading, RequirementSet, SectionChange, What};

/// Two readings with what differs.
pub struct Compared<'a> {
    pub after: &'a Reading,
    pub comparison: &'a Comparison,
    /// What can be compared, each with what it is called.
    pub choices: Options,
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
        @if it.comparison.is_empty() { p.quiet-text { (t!("They are the same, to the last word.")) } }
        @if !it.comparison.fields.is_empty() { (section("whole", t!("The set as a whole"), whole(&it.comparison.fields))) }
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

fn whole(fields: &[FieldChange]) -> Markup {
    let named = |field: &str| {
        <RequirementSet as kernel::Body>::label(field)
            .map_or_else(|| label(field), |it| web::language::say(&it))
    };
    let differences: Vec<_> =
        fields.iter().map(|it| parts::Difference { field: named(it.field), shown: changed(it) }).collect();
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
                    (one(line, names))
                }
            }
        } }
    }
}

fn one(line: &LineChange, names: &[String; 2]) -> Markup {
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
        What::Added { statement } => cells(
            parts::state(State::Good, t!("Added")),
            html! { span.fine { (t!("did not exist")) } },
            html! { ins { (markdown::plain(statement)) } },
        ),
        What::Removed { statement } => cells(
            parts::state(State::Bad, t!("Removed")),
            html! { del { (markdown::plain(statement)) } },
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
                (cells(html! { (state) @if place == 0 { br; } span.fine { (label(field.field)) } }, side(field, Side::Before), side(field, Side::After)))
            }
        },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// One side of a changed field: its own words, with what the other side lacks marked.
fn side(it: &FieldChange, side: Side) -> Markup {
    let (before, after) = (plain(it.field, &it.before), plain(it.field, &it.after));
    let tables = markdown::tables(if side == Side::Before { &it.before } else { &it.after });
    html! {
        @for piece in difference::words(&before, &after) {
            @match (piece, side) {
                (difference::Piece::Same(words), _) => (words),
                (difference::Piece::Removed(words), Side::Before) => del { (words) },
                (difference::Piece::Added(words), Side::After) => ins { (words) },
                _ => {},
            }
        }
        @if is_rich(it.field) && !tables.is_empty() && side == Side::After {
            @let old = markdown::tables(&it.before);
            @for (place, new) in tables.iter().enumerate() {
                (parts::cells(old.get(place).map_or(&[][..], |it| it.as_slice()), new))
            }
        }
        @if before.is_empty() && side == Side::Before { span.fine { (t!("nothing")) } }
        @if after.is_empty() && side == Side::After { span.fine { (t!("nothing")) } }
    }
}

fn plain(field: &str, written: &str) -> String {
    if is_rich(field) { markdown::plain(written) } else { shown(field, written) }
}

fn changed(it: &FieldChange) -> Markup {
    words_changed(&plain(it.field, &it.before), &plain(it.field, &it.after))
}

fn sections(changes: &[SectionChange]) -> Markup {
    html! {
        @for it in changes {
            @match (&it.before, &it.after) {
                (None, Some((title, prose))) => { p { ins { (title) } " " (parts::state(State::Good, t!("Added"))) } (rich(prose)) },
                (Some((title, _)), None) => p { del { (title) } " " (parts::state(State::Bad, t!("Removed"))) },
                (Some(old), Some(new)) => {
                    p {
                        (words_changed(&old.0, &new.0)) " "
                        @if it.is_moved { (parts::state(State::Asks, t!("Moved"))) } @else { (parts::state(State::Underway, t!("Changed"))) }
                    }
                    @if old.1 != new.1 { p { (words_changed(&markdown::plain(&old.1), &markdown::plain(&new.1))) } }
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
