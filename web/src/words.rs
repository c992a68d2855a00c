//! Words that belong to the envelope of every record, whatever its kind.

use kernel::{EXTRA, Reader, Text, Tone, text};
use maud::{Markup, html};

use crate::language::say;
use crate::parts::{self, State, Symbol};
use crate::t;

/// What people call a field of the envelope; the name itself where it is none of them.
pub fn field(name: &str) -> String {
    envelope_field(name).map_or_else(|| name.replace('_', " "), |it| say(&it))
}

fn envelope_field(name: &str) -> Option<Text> {
    Some(match name {
        "title" => text!("Title"),
        "owner" => text!("Owner"),
        "function" => text!("Function"),
        "party" => text!("Customer"),
        "due" => text!("Due"),
        "reason" => text!("Reason"),
        "words" => text!("Words"),
        "request" => text!("What is to be done"),
        "person" => text!("Person"),
        "step" => text!("Step"),
        "name" => text!("Name"),
        "email" => text!("E-mail address"),
        "state" => text!("State"),
        _ => return None,
    })
}

/// Whether people have a word for a field of a record of a kind; what has none is for programs.
pub fn is_known(reader: &Reader, kind: &str, name: &str) -> bool {
    let of_kind = reader.registry().kind(kind).and_then(|it| (it.label)(name));
    of_kind.is_some() || envelope_field(name).is_some() || name.starts_with(EXTRA)
}

/// What people call a field of a record of a kind.
pub fn label(reader: &Reader, kind: &str, name: &str) -> String {
    if let Some(key) = name.strip_prefix(EXTRA) {
        let added = reader.fields_of(kind).unwrap_or_default().into_iter().find(|it| it.key == key);
        return added.map_or_else(|| field(key), |it| it.name(crate::language::code()).to_owned());
    }
    let of_kind = reader.registry().kind(kind).and_then(|it| (it.label)(name));
    of_kind.map_or_else(|| field(name), |it| say(&it))
}

/// What people call a setting of the house.
pub fn setting(name: &str) -> String {
    match name {
        "company.name" => t!("Name of your company"),
        "company.zone" => t!("Time zone"),
        "identity.second_factor" => t!("Second factor"),
        "identity.history_days" => t!("Days for which attempts to sign in are kept"),
        "log.heads_to" => t!("Where heads go"),
        "papers.letterhead" => t!("How papers look"),
        "papers.logo" => t!("Logo"),
        other => other.replace(['.', '_'], " "),
    }
}

/// The shape of a state; open where the kind does not say.
pub fn shape(tone: Option<Tone>) -> State {
    tone.map_or(State::Open, State::from)
}

/// The state of a record of a kind as whoever asks reads it: a shape and a word; nothing of a kind that is not known.
pub fn state(reader: &Reader, kind: &str, code: &str) -> Markup {
    let state = reader.state_of(kind, code);
    html! { @if let Some(it) = state { (parts::state(shape(it.tone), say(&it.text))) } }
}

/// The same in the head of a page.
pub fn state_boxed(reader: &Reader, kind: &str, code: &str) -> Markup {
    let state = reader.state_of(kind, code);
    html! { @if let Some(it) = state { (parts::state_boxed(shape(it.tone), say(&it.text))) } }
}

/// The symbol of a kind.
pub fn symbol(reader: &Reader, kind: &str) -> Symbol {
    reader.registry().kind(kind).map_or(Symbol::Agree, |it| Symbol::named(it.kind.symbol))
}
