//! Before and after, in words and in cells; marked by underline and strike as well as colour.

use difference::{Cell, Piece};
use maud::{Markup, Render, html};

/// What became of one field.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// What became of it; see [`words_changed`].
    pub shown: Markup,
}

impl Difference {
    /// A field whose words were changed.
    pub fn words(field: impl Into<String>, before: &str, after: &str) -> Self {
        Self { field: field.into(), shown: words_changed(before, after) }
    }
}

impl Render for Difference {
    fn render(&self) -> Markup {
        html! { tr { th scope="row" { (self.field) } td { (self.shown) } } }
    }
}

/// The words of a text with those removed and added marked.
pub fn words_changed(before: &str, after: &str) -> Markup {
    pieces(&difference::words(before, after))
}

/// Fields with what became of each.
pub fn differences(fields: &[Difference]) -> Markup {
    html! { div.difference { table { tbody { @for field in fields { (field) } } } } }
}

/// Two tables compared cell by cell; the first row holds the headings, the first column names the rows.
pub fn cells(before: &[Vec<String>], after: &[Vec<String>]) -> Markup {
    let compared = difference::cells(before, after);
    html! {
        div.difference {
            table {
                @for (place, row) in compared.iter().enumerate() {
                    tr { @for cell in row { @if place == 0 { th scope="col" { (shown(cell)) } } @else { td { (shown(cell)) } } } }
                }
            }
        }
    }
}

fn shown(cell: &Cell) -> Markup {
    html! {
        @match cell {
            Cell::Same(words) => (words),
            Cell::Added(words) => ins { (words) },
            Cell::Removed(words) => del { (words) },
            Cell::Changed(changed) => (pieces(changed)),
        }
    }
}

fn pieces(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Piece::Same(words) => (words),
                Piece::Added(words) => ins { (words) },
                Piece::Removed(words) => del { (words) },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_and_added_is_marked_in_the_sentence() {
        let shown =
            words_changed("It arrives in week 46 of 2026.", "It arrives in week 48 of 2026.").into_string();
        assert!(shown.contains("<del>46</del>") && shown.contains("<ins>48</ins>"), "{shown}");
    }
}
