//! What pages are put together from: one function or small struct for each part of the style sheet.
//!
//! Parts take words that are already said ([`t!`](crate::t)) or [`Markup`], and decide nothing: what may be
//! done, what is suspect and who is away is known by whoever calls. Every part stands in each of its states
//! on the page `/design`.

mod button;
mod difference;
mod field;
mod graph;
mod list;
mod mark;
mod note;
mod record;
mod symbol;
mod table;
mod talk;

use maud::{Markup, Render, html};

pub use self::{
    button::{Button, Look, Menu, Tools},
    difference::{Difference, cells, differences, words_changed},
    field::{
        Choice, Choices, Field, Verdict, drop_files, fault, fault_summary, files_form, form, form_kept,
        hidden, look_up, once, range,
    },
    graph::{Arc, Graph, Node},
    list::{Chip, Empty, Filter, Row, Tab, empty, empty_of_filter, filter, rows, tabs},
    mark::{
        Clock, State, busy, clock, count, count_waiting, day, digest, due, key, link, meter, number,
        organisation, outsider, person, portrait, proof, state, state_boxed, unread, when,
    },
    note::{
        Figure, Finding, Note, Progress, dialog, figures, finding, note, note_with, program_text, progress,
        toast,
    },
    record::{
        Beside, Entry, Head, Missing, Offers, Refused, Signature, Standing, Step, Task, ThreadLine, Whose,
        beside, facts, facts_in_line, offers, page_head, section, section_with, signatures, steps, tasks,
        thread, timeline,
    },
    symbol::Symbol,
    table::{Bulk, Cell, Column, Line, Lines, Pager, Table, bulk, pager},
    talk::{Composer, Message, Passage, composer, inside_note, message, message_text, path, presence},
};

/// Parts one below the other, with space between them.
pub fn stack(parts: impl Render) -> Markup {
    html! { div class="stack" { (parts) } }
}

/// The work, and beside it at a desk, or below it on a phone, what belongs to it.
pub fn split(work: impl Render, beside: impl Render) -> Markup {
    html! { div class="split" { div { (work) } (beside) } }
}

/// Words to be read rather than looked up: larger, and no wider than a glance.
pub fn prose(words: impl Render) -> Markup {
    html! { div class="prose" { (words) } }
}

/// Parts beside each other, on the next line where they do not fit.
pub fn row(parts: impl Render) -> Markup {
    html! { div class="row" { (parts) } }
}

/// Small print.
pub fn fine(words: impl Render) -> Markup {
    html! { span class="fine" { (words) } }
}
