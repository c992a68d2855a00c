//! What people see of risks: the map, a risk, the matrix, a contingency plan, and their forms.

pub mod contingency;
pub mod matrix;
pub mod risk;

use kernel::Vocabulary;
use maud::{Markup, html};
use web::Form;
use web::language::word;
use web::parts::{self, Button, Field, Head, State, form, page_head};
use web::t;

use crate::model::Level;

/// What can be chosen: what is sent, and what is read.
pub type Options = Vec<(String, String)>;

/// The words of a closed list, to choose one from.
pub fn words_of<V: Vocabulary>() -> Options {
    V::ALL.iter().map(|it| (it.code(), word(*it))).collect()
}

/// The same behind one that says that none is chosen.
pub fn or_none(none: String, all: Options) -> Options {
    std::iter::once((String::new(), none)).chain(all).collect()
}

/// How bad something is, at a glance.
pub fn level(it: Level) -> Markup {
    let state = match it {
        Level::Low => State::Good,
        Level::Medium => State::Waits,
        Level::High => State::Warn,
        Level::VeryHigh => State::Bad,
    };
    parts::state(state, word(it))
}

/// The word of the style sheet for a level.
pub fn tone(it: Level) -> &'static str {
    match it {
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
        Level::VeryHigh => "very-high",
    }
}

/// A form in which somebody does one thing with a reason.
pub fn with_words(
    (action, back): (&str, &str),
    (title, button): (&str, &str),
    (name, label): (&str, String),
    written: &Form,
) -> Markup {
    html! {
        (page_head(&Head { place: Some((t!("Back"), back.to_owned())), title: html! { (title) }, ..Head::default() }))
        (identity::summary(written))
        (form(action, html! {
            (identity::filled(written, name, Field::area(name, label).lines(3).required()))
            div.row { (Button::send(button).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}
