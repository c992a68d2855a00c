//! What a change put in force, for whoever has to read it, and who has.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel::{Audience, PersonId};
use maud::{Markup, html};
use web::language::word;
use web::parts::{
    self, Beside, Button, Column, Field, Head, Line, Note, State, Table, form, hidden, page_head, section,
};
use web::{Form, t};

use super::{affected, of_change};
use crate::model::{Action, ChangeReader, Item};

/// So many things stand on the page.
pub const SHOWN: usize = 200;

/// What stands on the page.
pub struct Shown<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub items: &'a [Item],
    /// The keys of those of which no revision says anything.
    pub unrevised: &'a BTreeSet<i64>,
    pub digest: &'a str,
    pub readers: &'a [ChangeReader],
    pub reads: PersonId,
    /// Whether whoever looks may say why somebody need not read it.
    pub may_excuse: bool,
    pub now: Timestamp,
}

/// The page on which somebody says that they read it.
pub fn page(it: &Shown) -> Markup {
    let mine = it.readers.iter().find(|one| one.person == it.reads);
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_change(it.number, ""))),
            title: html! { (t!("What {title} put in force", title = it.title)) },
            ..Head::default()
        }))
        div.stack {
            @if it.items.is_empty() { p.quiet-text { (t!("Nothing of it is in force yet.")) } }
            ul { @for one in it.items.iter().take(SHOWN) { li {
                strong { (one.name) } @if let Some(title) = &one.title { " " (title) } " · " (became(one, it.unrevised))
                @for file in one.told_files(Audience::Internal) { " · " (file.name) ": " (affected::became(&file)) }
            } } }
            @if it.items.len() > SHOWN { p { (t!("And {count} more.", count = it.items.len() - SHOWN)) } }
            p { a href=(of_change(it.number, "redlines")) { (t!("Read all of it word by word")) } }
            @match mine.map(|one| one.read_at) {
                Some(None) => {
                    @if let Some(it) = mine.filter(|one| one.excused_at.is_some()) { (parts::note(Note::Plain, html! { (t!("You need not read it: nobody waits for you. You may still say that you did.")) " " (excused(it)) })) }
                    (form(&of_change(it.number, "read"), html! {
                    (hidden("digest", it.digest))
                    p.fine { (t!("Fingerprint:")) " " (parts::digest(it.digest)) }
                    (Button::send(t!("I have read it")).first())
                }))
                },
                Some(Some(at)) => (parts::note(Note::Good, html! { (t!("You have read it.")) " " (parts::when(at, it.now)) })),
                None => {},
            }
            @if !it.readers.is_empty() { (section("readers", t!("Who has read it"), table(it))) }
        }
    }
}

/// What became of one thing.
fn became(it: &Item, unrevised: &BTreeSet<i64>) -> String {
    let is_revised = it.item.is_none_or(|key| !unrevised.contains(&key));
    match (it.action, it.released_no, &it.done_on) {
        _ if it.edition().is_some() && it.released_no.is_some() => {
            t!("Edition {edition}", edition = it.edition().unwrap_or_default())
        }
        (Action::Remove, ..) if it.goes_on => t!("Its end was taken back: it goes on."),
        (Action::Remove, _, None) => t!("It ends."),
        (_, Some(no), _) if no > 0 && is_revised => t!("Revision {no}", no = it.revision()),
        _ => word(it.action),
    }
}

/// By whom somebody was excused, and why.
fn excused(it: &ChangeReader) -> String {
    let by = it.excused_by.as_deref().unwrap_or_default();
    t!("{name}: {reason}", name = by, reason = &it.excused_because)
}

/// How far somebody is with reading it.
fn standing(it: &ChangeReader, now: Timestamp) -> Markup {
    html! { @match it.read_at {
        Some(at) => { (parts::state(State::Good, t!("Has read it"))) " " (parts::when(at, now)) },
        None if it.is_waited_for() => (parts::state(State::Waits, t!("Not yet"))),
        None if it.excused_at.is_some() => { (parts::state(State::Over, t!("Need not read it"))) " " span.fine { (excused(it)) } },
        None => (parts::state(State::Over, t!("Left before reading it"))),
    } }
}

/// Saying why somebody need not read it.
pub fn excuse(number: &str, reader: &ChangeReader, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, "read"))),
            title: html! { (t!("{name} need not read it", name = &reader.name)) },
            lead: Some(html! { (t!("Nobody waits for them any more: the change no longer stays open because of them. They are told, and may still read it.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&of_change(number, &format!("readers/{}/excuse", reader.person)), html! {
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row {
                (Button::send(t!("Need not read it")).first())
                (Button::open(of_change(number, "read"), t!("Cancel")).bare())
            }
        }))
    }
}

fn table(of: &Shown) -> Table {
    let columns = vec![
        Column::title(t!("Person")),
        Column::text(t!("Function")),
        Column::text(t!("Asked")),
        Column::text(t!("Has read it")),
    ];
    let rows = of.readers.iter().map(|it| {
        let may_excuse = of.may_excuse && it.is_waited_for() && it.person != of.reads;
        let read = html! {
            (standing(it, of.now))
            @if may_excuse { " " (Button::open(of_change(of.number, &format!("readers/{}/excuse", it.person)), t!("Need not read it")).small()) }
        };
        let asked = parts::when(it.asked_at, of.now);
        Line::new("", vec![parts::person(&it.name), html! { (it.function_name) }, asked, read])
    });
    Table::new(t!("Who was asked to read it, by name"), columns, rows.collect())
}

/// Beside the change: who was asked to read what it put in force, and when each did.
pub fn beside(number: &str, all: &[ChangeReader], now: Timestamp) -> Option<Beside> {
    let read = all.iter().filter(|it| it.read_at.is_some()).count();
    let inside = html! {
        ul { @for it in all.iter().take(20) { li {
            (parts::person(&it.name)) " "
            (standing(it, now))
        } } }
        p { (Button::open(of_change(number, "read"), t!("What it put in force")).small()) }
    };
    let count = Some(t!("{read} of {all}", read = read, all = all.len()));
    (!all.is_empty()).then(|| Beside { id: "readers", title: t!("Who has read it"), count, inside })
}
