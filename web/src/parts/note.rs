//! What is said to the reader: notes, toasts, dialogs, findings, figures, long work.

use maud::{Markup, Render, html};

use super::{Button, State, Symbol};
use crate::t;

/// What kind of thing a note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Something to know here.
    Plain,
    /// Something went as it should.
    Good,
    /// Something to look at.
    Warn,
    /// Something did not work.
    Bad,
    /// Something is asked.
    Asks,
}

impl Note {
    const fn look(self) -> (&'static str, Symbol) {
        match self {
            Self::Plain => ("note", Symbol::Eye),
            Self::Good => ("note good", Symbol::Done),
            Self::Warn => ("note warn", Symbol::Warn),
            Self::Bad => ("note bad", Symbol::No),
            Self::Asks => ("note ask", Symbol::Ask),
        }
    }
}

/// Something that changes what the reader does here; never a greeting.
pub fn note(kind: Note, words: impl Render) -> Markup {
    let (class, symbol) = kind.look();
    html! { div class=(class) { (symbol) p { (words) } } }
}

/// A note with a title and more than a sentence.
pub fn note_with(kind: Note, title: impl Render, inside: impl Render) -> Markup {
    let (class, symbol) = kind.look();
    html! { div class=(class) { (symbol) h2 { (title) } div { (inside) } } }
}

/// What just happened, and how to take it back.
pub fn toast(kind: Note, words: impl Render, undo: Option<&Button>) -> Markup {
    let is_bad = kind == Note::Bad;
    html! {
        div class={ "toast" @if is_bad { " bad" } } role=(if is_bad { "alert" } else { "status" }) {
            @if is_bad { (Symbol::No.icon()) }
            span { (words) }
            @if let Some(undo) = undo { (undo) }
        }
    }
}

/// What one step needs, and nothing more. Shown in place; a script lays it over the page.
pub fn dialog(id: &str, title: impl Render, inside: impl Render) -> Markup {
    let title_id = format!("{id}-title");
    html! {
        div class="dialog box" id=(id) role="group" aria-labelledby=(title_id) {
            h2 id=(title_id) { (title) }
            (inside)
        }
    }
}

/// What the wording check says about one statement.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule and the words it found.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it could be said instead.
    pub suggestion: Option<String>,
    /// What can be done about it.
    pub buttons: Vec<Button>,
}

/// A finding of the wording check, below the statement it speaks of.
pub fn finding(finding: &Finding) -> Markup {
    html! {
        div.finding {
            strong.row { (Symbol::Warn.icon()) (finding.title) }
            span { (finding.why) }
            @if let Some(suggestion) = &finding.suggestion { span.fine { (suggestion) } }
            span.row { @for button in &finding.buttons { (button) } }
        }
    }
}

/// One number that matters, with what it is measured against.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The number with its unit.
    pub value: String,
    /// Its target, and where it comes from.
    pub note: String,
}

/// Three or four numbers that are looked at daily.
pub fn figures(figures: &[Figure]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div { dt { (figure.label) } dd { (figure.value) } dd { (figure.note) } }
            }
        }
    }
}

/// Long work: what it is, how far it is, how to stop it.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What is being done.
    pub title: String,
    /// How far it is in words, and whether one may leave.
    pub note: String,
    /// How much is done, and of how much; nothing where no end is known.
    pub done: Option<(u64, u64)>,
    /// Good, bad, or under way.
    pub state: State,
    /// How to stop it.
    pub stop: Option<Button>,
}

/// Long work that can be left or stopped.
pub fn progress(progress: &Progress) -> Markup {
    html! {
        div class={ "progress " (progress.state.tone()) } role="status" {
            p { strong { (progress.title) } br; span.fine { (progress.note) } }
            @match progress.done {
                Some((done, of)) => progress max=(of.max(1)) value=(done) aria-label=(progress.title) {
                    (t!("{part} of {whole}", part = done.to_string(), whole = of.to_string()))
                },
                None => progress aria-label=(progress.title) {},
            }
            @if let Some(stop) = &progress.stop { (stop) }
        }
    }
}

/// What a program reads: keys, heads, commands.
pub fn program_text(words: &str) -> Markup {
    html! { pre.note-text tabindex="0" { (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_read_out_at_once() {
        assert!(toast(Note::Bad, "Not moved", None).into_string().contains(r#"role="alert""#));
        assert!(toast(Note::Plain, "Moved", None).into_string().contains(r#"role="status""#));
    }

    #[test]
    fn work_without_a_known_end_has_no_value() {
        let work = Progress {
            title: "Looking".into(),
            note: String::new(),
            done: None,
            state: State::Underway,
            stop: None,
        };
        assert!(!progress(&work).into_string().contains("value="));
    }
}
