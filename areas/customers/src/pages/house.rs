//! The house that a customer belongs to, as a tree.

use kernel::PartyId;
use maud::{Markup, html};
use web::language::word;
use web::parts::{self, State};
use web::t;

use crate::model::Level;
use crate::queries::HouseLine;

/// The tree with the one that is looked at in it; nothing where it stands alone.
pub fn section(lines: &[HouseLine], here: PartyId) -> Markup {
    if lines.len() < 2 {
        return html! {};
    }
    let top = lines.first().map_or(0, |it| it.depth);
    let shown = &lines[..lines.len().min(super::AT_ONCE)];
    parts::section(
        "house",
        t!("The house"),
        html! { (branch(shown, top, here)) (super::further(lines.len())) },
    )
}

/// The lines of one depth, each with those below it.
fn branch(lines: &[HouseLine], depth: i64, here: PartyId) -> Markup {
    let starts: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].depth == depth).collect();
    let below = |from: usize| {
        let end = starts.iter().copied().find(|it| *it > from).unwrap_or(lines.len());
        &lines[from + 1..end]
    };
    html! {
        ul { @for start in &starts {
            li {
                (one(&lines[*start], here))
                @if !below(*start).is_empty() { (branch(below(*start), depth + 1, here)) }
            }
        } }
    }
}

fn one(it: &HouseLine, here: PartyId) -> Markup {
    html! {
        @if it.id == here { strong aria-current="true" { (it.title) } }
        @else { a href={ "/customers/" (it.number) } { (parts::organisation(&it.title)) } }
        " " span.fine { (it.number) @if it.level != Level::Firm { " · " (word(it.level)) } }
        @if it.state != "active" { " " (parts::state(State::Over, t!("Dormant"))) }
    }
}
