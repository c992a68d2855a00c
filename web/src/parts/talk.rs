//! Messages with marked passages, the composer, who else is here, and the steps of a proof.

use maud::{Markup, Render, html};

use super::{Button, Symbol, Whose, mark};
use crate::t;

/// Words of a message that something was made from.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The number in the margin.
    pub place: usize,
    /// The number of what it became: REQ-0477.
    pub number: String,
    /// Its address.
    pub address: String,
    /// What that is: "became a requirement".
    pub note: String,
    /// It became a question.
    pub asks: bool,
}

impl Passage {
    /// The passage in its text.
    pub fn marked(&self, words: &str) -> Markup {
        html! { mark id={ "passage-" (self.place) } { a href=(self.address) { (words) } sup { (self.place) } } }
    }

    fn in_margin(&self) -> Markup {
        html! {
            a href=(self.address) class=[self.asks.then_some("ask")] {
                span { (self.place) " · " (self.number) } span.fine { (self.note) }
            }
        }
    }
}

/// The words of a message with what its passages became in the margin.
pub fn message_text(words: &Markup, passages: &[Passage]) -> Markup {
    html! {
        @if passages.is_empty() {
            (words)
        } @else {
            div.pair {
                div { (words) }
                div.margin { @for passage in passages { (passage.in_margin()) } }
            }
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who wrote it.
    pub from: String,
    /// Whether that is one of ours.
    pub whose: Whose,
    /// To whom, in small print.
    pub to: String,
    /// When.
    pub when: Markup,
    /// What was written; see [`message_text`].
    pub words: Markup,
    /// What stands below: files, why it is here, what can be made of it.
    pub below: Option<Markup>,
}

/// A message of a conversation.
pub fn message(message: &Message) -> Markup {
    html! {
        article.message {
            (mark::portrait(&message.from, message.whose))
            header {
                strong { (message.from) }
                span.fine { (message.to) }
                span class="fine push" { (message.when) }
            }
            div.body.marked { (message.words) @if let Some(below) = &message.below { (below) } }
        }
    }
}

/// A note among colleagues that the customer never sees.
pub fn inside_note(from: &str, when: impl Render, words: impl Render) -> Markup {
    html! {
        article.message.note-inside {
            (mark::portrait(from, Whose::Ours))
            header {
                strong { (from) }
                span.fine { (t!("internal, the customer does not see it")) }
                span class="fine push" { (when) }
            }
            div.body { (words) }
        }
    }
}

/// Where something is written to colleagues or to the customer.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Where it is posted.
    pub action: String,
    /// What is written here, read aloud: "Reply to Carl Whitfield".
    pub label: String,
    /// The name of the field; it is its id too.
    pub name: String,
    /// What stands above it: to whom it goes.
    pub head: Option<Markup>,
    /// What is written already.
    pub draft: String,
    /// What stands in it while it is empty.
    pub example: String,
    /// What stands at its foot at the left: approved texts, a hint.
    pub foot: Option<Markup>,
    /// Under which key what is written is kept until it is sent.
    pub keeps: Option<String>,
    /// Colleagues can be named in it: `@ada.lindqvist`.
    pub names_people: bool,
    /// Takes files.
    pub takes_files: bool,
    /// What sends it, the likely one first.
    pub buttons: Vec<Button>,
}

/// A composer.
pub fn composer(composer: &Composer) -> Markup {
    html! {
        form.composer method="post" action=(composer.action) data-draft=[&composer.keeps]
            enctype=[composer.takes_files.then_some("multipart/form-data")] {
            (super::once())
            @if let Some(head) = &composer.head { header { (head) } }
            label.unseen for=(composer.name) { (composer.label) }
            textarea id=(composer.name) name=(composer.name) placeholder=(composer.example) required
                data-names=[composer.names_people.then_some("/mentions")] {
                (composer.draft)
            }
            footer {
                @if composer.takes_files {
                    label class="button small bare only-icon" {
                        (Symbol::Clip.icon())
                        span.unseen { (t!("Attach a file")) }
                        input.unseen type="file" name="files" multiple;
                    }
                }
                @if let Some(foot) = &composer.foot { (foot) }
                span.fine data-draft-state {}
                span class="row push" { @for button in &composer.buttons { (button) } }
            }
        }
    }
}

/// Somebody is here too: "is writing", "reads this too".
pub fn presence(name: &str, does: impl Render) -> Markup {
    html! { p.presence { (mark::person(name)) " " (does) } }
}

/// Steps that lead to an end, in order, as from an entry of the log to its head.
pub fn path(steps: &[(Symbol, Markup)]) -> Markup {
    html! { ol.path { @for (symbol, words) in steps { li { (symbol) div { (words) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_marked_in_the_text_and_named_in_the_margin() {
        let passage = Passage {
            place: 3,
            number: "REQ-0477".into(),
            address: "/requirements/REQ-0477".into(),
            note: "became a requirement".into(),
            asks: false,
        };
        let words = html! { p { "For it " (passage.marked("I need immersion data")) "." } };
        let shown = message_text(&words, &[passage]).into_string();
        assert!(shown.contains("<mark") && shown.contains("3 · REQ-0477"), "{shown}");
    }

    #[test]
    fn a_message_without_passages_has_no_margin() {
        assert!(!message_text(&html! { p { "Thanks." } }, &[]).into_string().contains("margin"));
    }

    #[test]
    fn what_is_written_inside_says_that_the_customer_does_not_see_it() {
        assert!(inside_note("Bob", "today", "x").into_string().contains("the customer does not see it"));
    }
}
