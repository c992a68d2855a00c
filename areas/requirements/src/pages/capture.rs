//! The form that makes a requirement of somebody's words: beside the text, or on a page of its own.

use kernel::Faults;
use maud::{Markup, html};
use web::parts::{self, Button, Choice, Choices, Field, Head, hidden, page_head};
use web::t;

use super::form::{Written, fields};
use super::{Options, fault, summary};

/// What the form is about.
pub struct Capturing {
    /// The text in which the words stand; beside a text a script says which, once words are marked.
    pub source: Option<(i64, String)>,
    /// From which to which character, where that is known.
    pub start: String,
    pub end: String,
    pub exact: String,
    /// Where they stand more than once: each place, to choose.
    pub places: Vec<Place>,
    /// Open sets of whoever wrote the words.
    pub sets: Options,
    pub set: String,
    pub set_title: String,
    pub written: Written,
    pub functions: Options,
    /// The extra fields of requirements.
    pub extra: Markup,
    pub faults: Faults,
    pub once: String,
}

/// One of several places where the words stand.
pub struct Place {
    /// From which to which character: `12-19`.
    pub value: String,
    /// The words with what stands around them.
    pub words: String,
    pub is_chosen: bool,
}

pub fn page(it: &Capturing) -> Markup {
    html! {
        (page_head(&Head {
            place: it.source.as_ref().map(|(id, name)| (name.clone(), format!("/sources/{id}"))),
            title: html! { (t!("Make a requirement of these words")) },
            ..Head::default()
        }))
        (summary(&it.faults))
        @if it.start.is_empty() && it.places.is_empty() {
            p { (t!("Copy the words from the text. It is remembered where they stand.")) }
        } @else {
            blockquote.said { (it.exact) }
        }
        (parts::form_kept("/passages", &format!("passage:{}:{}", of_source(it), it.start), inside(it)))
    }
}

fn of_source(it: &Capturing) -> String {
    it.source.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default()
}

/// The form in the page of a text, where a script fills it with the words that were marked, and says under which key
/// it is kept: one a text.
pub fn beside(it: &Capturing) -> Markup {
    html! {
        form id="capture" class="stack" method="post" action="/passages" data-draft="" hidden {
            (hidden("draft", ""))
            h2 { (t!("New requirement")) }
            (inside(it))
        }
    }
}

fn inside(it: &Capturing) -> Markup {
    let new = std::iter::once((String::new(), t!("Open a new set")));
    let is_placed = !it.start.is_empty() || it.source.is_none() || !it.places.is_empty();
    let place = |it: &Place| Choice::new(&it.value, format!("… {} …", it.words)).chosen(it.is_chosen);
    html! {
        (hidden("once", &it.once))
        (hidden("text", of_source(it)))
        (hidden("start", &it.start))
        (hidden("end", &it.end))
        (hidden("prefix", ""))
        (hidden("suffix", ""))
        @if is_placed {
            (hidden("exact", &it.exact))
        } @else {
            (Field::area("exact", t!("The words")).value(&it.exact).required().fault(fault(&it.faults, "exact")))
        }
        @if !it.places.is_empty() {
            (Choices::one("place", t!("They stand there more than once. Which are meant?"), it.places.iter().map(place).collect())
                .fault(fault(&it.faults, "place")))
        }
        (Field::select("set", t!("Requirement set and section"), it.sets.iter().cloned().chain(new)).value(&it.set).fault(fault(&it.faults, "set")))
        (Field::text("set_title", t!("Title of a new set")).value(&it.set_title).fault(fault(&it.faults, "set_title")))
        (fields(&it.written, &it.functions, &it.faults))
        (it.extra)
        div.row {
            (Button::send(t!("Make the requirement")).first())
            // Beside a text a script ends it, whichever text it is.
            @let cancel = it.source.as_ref().map_or_else(|| Button::idle(t!("Cancel")), |(id, _)| Button::open(format!("/sources/{id}"), t!("Cancel")));
            (cancel.bare().mark("data-cancel", ""))
            span.fine data-draft-state role="status" {}
        }
    }
}
