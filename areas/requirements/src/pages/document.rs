//! A set read as a document: sections with their prose, requirements as clauses, on screen and on paper.

use std::collections::HashMap;

use kernel::Revision;
use maud::{Markup, html};
use web::language::word;
use web::parts::{self, Button, Field, Note, Symbol, look_up, note};
use web::t;

use super::{measured, of_requirement, of_set, rich};
use crate::model::{Line, Reading, Section};

/// What the document says of itself.
pub struct Document<'a> {
    pub reading: &'a Reading,
    /// Its state as whoever reads it calls it.
    pub state: Markup,
    pub revisions: &'a [Revision],
    /// Whether there is a working copy beside the revisions, for whoever reads.
    pub has_working_copy: bool,
    /// What was typed as the moment, to be shown again.
    pub at: String,
    /// The customer, where there is one.
    pub customer: Option<String>,
    /// What the extra fields that the customer reads say of each requirement, by its number.
    pub extra: HashMap<String, Vec<(String, String)>>,
}

pub fn page(it: &Document) -> Markup {
    let reading = it.reading;
    html! {
        (choose(it))
        div class="split outline-first" {
            nav class="beside outline" aria-label=(t!("Outline")) {
                @for section in &reading.sections { a href={ "#" (section.key) } { (section.title) } }
            }
            (article(it, html! {
                (it.state)
                span.fine { (which(reading)) }
            }))
        }
    }
}

/// The document itself; `said` stands beside its number.
fn article(it: &Document, said: Markup) -> Markup {
    let reading = it.reading;
    html! {
        article class="document stack tight" {
            p.row { (parts::number(&reading.number, &of_set(&reading.number, ""))) (said) }
            h1 { (reading.title) }
            @if let Some(customer) = &it.customer { p.quiet-text { (t!("For {customer}", customer = customer)) } }
            @if !reading.matter.is_empty() { p { (reading.matter) } }
            @if !reading.intended_use.is_empty() {
                section aria-labelledby="intended-use" {
                    h2 id="intended-use" { (t!("Intended use")) }
                    (rich(&reading.intended_use))
                }
            }
            @for of in &reading.sections { (section(it, of)) }
            @if !reading.files.is_empty() { (files(reading)) }
        }
    }
}

/// The line above each printed sheet of paper: number, which reading it is, the digest of a revision.
pub fn running(it: &Document) -> Markup {
    let revision = it.revisions.iter().find(|no| Some(no.no) == it.reading.revision);
    html! {
        (it.reading.number) " · " (which(it.reading))
        @if let Some(revision) = revision { " · SHA-256 " code { (revision.digest.chars().take(16).collect::<String>()) "…" } }
    }
}

/// The document as it is printed.
pub fn printed(it: &Document) -> Markup {
    let revision = it.revisions.iter().find(|no| Some(no.no) == it.reading.revision);
    html! {
        div class="row section tools" {
            span.fine { (t!("This is how it is printed. Print it with the menu of your browser.")) }
            @let back = it.reading.revision.map_or_else(|| "document".to_owned(), |no| format!("document?revision={no}"));
            (Button::open(of_set(&it.reading.number, &back), t!("Back to the document")).small().bare())
        }
        (article(it, html! { span.fine { (which(it.reading)) } }))
        @if let Some(revision) = revision { p.fine { (t!("Digest (SHA-256)")) ": " code { (revision.digest) } } }
        @else { p.fine { (t!("This is no released revision. It may say something else by now.")) } }
    }
}

/// Which reading it is: a revision, a moment, or the working copy.
pub fn which(reading: &Reading) -> String {
    match (reading.revision, reading.moment) {
        (_, Some(moment)) => t!("As it stood on {moment}", moment = web::language::exact_moment(moment)),
        (Some(no), None) => t!("Revision {no}", no = no),
        (None, None) => t!("Working copy, not released"),
    }
}

fn choose(it: &Document) -> Markup {
    let to = of_set(&it.reading.number, "document");
    let now = it.has_working_copy.then(|| (String::new(), t!("Working copy"))).into_iter();
    let revisions = it.revisions.iter().map(|it| (it.no.to_string(), t!("Revision {no}", no = it.no)));
    let chosen = it.reading.revision.map(|it| it.to_string()).unwrap_or_default();
    html! {
        div class="row section tools" {
            (look_up(&to, html! {
                (Field::select("revision", t!("Revision"), now.chain(revisions)).value(chosen))
                (Field::moment("at", t!("Or as it stood at")).value(&it.at))
                (Button::send(t!("Read")))
            }))
            (Button::open(of_set(&it.reading.number, "export"), t!("Export")).bare())
            @let which = it.reading.revision.map_or_else(|| "print".to_owned(), |no| format!("print?revision={no}"));
            @if it.reading.moment.is_none() { (Button::open(of_set(&it.reading.number, &which), t!("To print")).symbol(Symbol::Print).bare()) }
        }
        @if it.reading.moment.is_some() {
            (note(Note::Plain, t!("You read the past. Nothing can be changed here.")))
        }
    }
}

fn section(it: &Document, of: &Section) -> Markup {
    html! {
        section aria-labelledby=(of.key) {
            h2 id=(of.key) { (of.title) }
            @if !of.prose.trim().is_empty() { (rich(&of.prose)) }
            @for line in it.reading.lines_of(&of.key) {
                (clause(line, it.extra.get(&line.number).map_or(&[], Vec::as_slice)))
            }
        }
    }
}

fn clause(line: &Line, extra: &[(String, String)]) -> Markup {
    let body = &line.body;
    html! {
        div.clause id=(line.number) {
            (parts::number(&line.number, &of_requirement(&line.number)))
            div {
                @if body.statement.trim().is_empty() { p.quiet-text { (line.title) } } @else { (rich(&body.statement)) }
            }
            @if let Some(value) = measured(body) {
                p.fine {
                    @if !body.characteristic.is_empty() { (body.characteristic) ": " }
                    (value)
                }
            }
            @if !body.acceptance.is_empty() || body.verification.is_some() {
                p.fine {
                    @if !body.acceptance.is_empty() { (t!("Accepted if: {criterion}.", criterion = body.acceptance.trim_end_matches('.'))) " " }
                    @if let Some(verification) = body.verification { (word(verification)) "." }
                }
            }
            @for (label, words) in extra { p.fine { (label) ": " (words) } }
            @for file in &line.enclosed {
                p.fine { (Symbol::Clip.icon()) (file.name) " · " (web::record::size(file.size)) " " (parts::digest(&file.digest)) }
            }
        }
    }
}

fn files(reading: &Reading) -> Markup {
    html! {
        section aria-labelledby="document-files" {
            h2 id="document-files" { (t!("Files")) }
            ul { @for file in &reading.files { li { (Symbol::Clip.icon()) (file.name) " " (parts::digest(&file.digest)) } } }
        }
    }
}
