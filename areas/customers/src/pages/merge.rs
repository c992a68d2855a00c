//! Two that may be the same: their list, the chooser with its preview, and what was merged.

use std::collections::BTreeMap;

use identity::summary;
use jiff::Timestamp;
use kernel::{Merger, Reader, Result};
use maud::{Markup, html};
use serde_json::Value as Json;
use web::language::{count, say, word};
use web::parts::{self, Button, Choice, Choices, Column, Empty, Line, Note, State, Table};
use web::{Form, t};

use crate::model::{Preview, Profile};
use crate::queries::Alike;
use crate::rules::{Bond, Degree};

/// What the reader may do with two that look alike.
#[derive(Clone, Copy, Debug)]
pub struct May {
    pub merge: bool,
    /// Keep organisations, and so put one below the other.
    pub keep: bool,
}

/// The organisations that may be there twice.
pub fn doubles(pairs: &[Alike], may: May) -> Markup {
    let May { merge: may_merge, keep: may_keep } = may;
    let lines = pairs.iter().map(|pair| {
        let side = |(number, name): &(String, String)| {
            html! { a href={ "/customers/" (number) } { (parts::organisation(name)) } " " span.fine { (number) } }
        };
        let is_site = pair.likeness.bond == Bond::Site;
        let reasons: Vec<String> = pair.reasons().iter().map(say).collect();
        let why = html! {
            (degree(pair)) br; span.fine { (reasons.join(", ")) }
        };
        let to = format!("/customers/{}/merge?with={}", pair.one.0, pair.other.0);
        let below = format!("/customers/{}/edit", pair.other.0);
        let act = html! {
            @if is_site && may_keep { (Button::open(below, t!("Put it below")).small()) }
            @if !is_site && may_merge { (Button::open(to, t!("Compare and merge")).small()) }
            @if may_keep {
                " " (Button::post(format!("/customers/{}/apart", pair.one.0), t!("Not the same")).small().bare().sends("other", &pair.other.0))
            }
        };
        Line::new(format!("{}-{}", pair.one.0, pair.other.0), vec![side(&pair.one), side(&pair.other), why, act])
    });
    let columns = vec![
        Column::title(t!("There first")),
        Column::text(t!("Also there")),
        Column::text(t!("Why")),
        Column::text(t!("What to do")),
    ];
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Customers"), "/customers".to_owned())),
            title: html! { (t!("There twice?")) },
            lead: Some(html! { (t!("Customers that may be the same, with the reason. Nothing is merged by itself.")) }),
            ..parts::Head::default()
        }))
        @if pairs.is_empty() {
            (parts::empty(&Empty {
                title: t!("Nobody is there twice"),
                purpose: t!("Names, streets, towns and mail domains are compared. What looks alike stands here with its reason."),
                buttons: vec![Button::open("/customers", t!("All customers"))],
            }))
        } @else { (Table::new(t!("Customers that are alike, the surest first"), columns, lines.collect())) }
        @if !may_merge && !pairs.is_empty() {
            p.quiet-text { (t!("Only whoever answers for quality, or an administrator, merges: people of the one may then see what is the other’s.")) }
        }
    }
}

fn degree(pair: &Alike) -> Markup {
    if pair.likeness.bond == Bond::Site {
        return parts::state(State::Waits, t!("A site, no double"));
    }
    let shape = match pair.likeness.degree {
        Degree::Certain => State::Good,
        Degree::Likely => State::Waits,
        Degree::Possible => State::Open,
    };
    parts::state(shape, word(pair.likeness.degree))
}

/// One side of a merge: number, name and the version that was seen.
pub struct Side {
    pub number: String,
    pub name: String,
    pub version: i64,
}

/// What the chooser shows.
pub struct Chooser {
    /// `customers` or `people`.
    pub path: &'static str,
    pub survivor: Side,
    pub other: Side,
    pub preview: Preview,
    /// The fields with their label and the words of each side.
    pub fields: Vec<(String, String, String, String)>,
    /// How many records of each kind go over, with what they are called.
    pub records: Vec<(String, i64)>,
    pub form: Form,
}

/// The chooser: which of two stays, which value of each field, and what goes over.
pub fn choose(it: &Chooser) -> Markup {
    let Chooser { path, survivor, other, .. } = it;
    let turned = format!("/{path}/{}/merge?with={}", other.number, survivor.number);
    html! {
        (parts::page_head(&parts::Head {
            place: Some((if *path == "people" { t!("People") } else { t!("Customers") }, format!("/{path}"))),
            number: Some(survivor.number.clone()),
            title: html! { (t!("Merge {other} into {survivor}", other = &other.name, survivor = &survivor.name)) },
            lead: Some(html! { (t!("{survivor} stays. {other} leads there from then on, and can be parted again.", survivor = &survivor.number, other = &other.number)) }),
            ..parts::Head::default()
        }))
        (summary(&it.form))
        p { a href=(turned) { (t!("Let {name} ({number}) stay instead", name = &other.name, number = &other.number)) } }
        (parts::section("moves", t!("What goes over"), moves(it)))
        (parts::form(&format!("/{path}/{}/merge", survivor.number), html! {
            (parts::once())
            (parts::hidden("with", &other.number))
            (parts::hidden("version", survivor.version))
            (parts::hidden("other_version", other.version))
            (parts::section("fields", t!("In which they differ"), html! {
                @if it.fields.is_empty() { p.quiet-text { (t!("They say the same.")) } }
                @for (field, label, own, theirs) in &it.fields {
                    // What only the other says is lost otherwise.
                    @let taken = it.form.text(field) == "other" || !it.form.has(field) && own.trim().is_empty();
                    (Choices::one(field, label, vec![
                        Choice::new("own", shown(own)).chosen(!taken).help(survivor.number.clone()),
                        Choice::new("other", shown(theirs)).chosen(taken).help(other.number.clone()),
                    ]))
                }
            }))
            (parts::Field::text("reason", t!("Reason")).value(it.form.text("reason")))
            div.row {
                (Button::send(t!("Merge them")).first())
                (Button::open(format!("/{path}/{}", survivor.number), t!("Back")))
            }
        }))
    }
}

fn shown(words: &str) -> String {
    if words.trim().is_empty() { t!("(nothing)") } else { words.to_owned() }
}

fn moves(it: &Chooser) -> Markup {
    let Preview { addresses, roles, contracts, parts, memberships, outsiders, .. } = &it.preview;
    let lines = [
        (t!("Addresses and telephones"), *addresses),
        (t!("Roles of people"), *roles),
        (t!("Frame contracts"), *contracts),
        (t!("Sites and daughters"), *parts),
        (t!("People let in from outside"), *memberships),
    ];
    let all: Vec<(String, i64)> =
        it.records.iter().cloned().chain(lines).filter(|(_, count)| *count > 0).collect();
    let facts: Vec<(String, Markup)> =
        all.into_iter().map(|(label, it)| (label, html! { (count(it)) })).collect();
    html! {
        @if facts.is_empty() { p.quiet-text { (t!("Nothing is with it; only its number will lead on.")) } }
        @else { (parts::facts(&facts)) }
        @if *outsiders > 0 && it.path == "customers" {
            (parts::note(Note::Warn, t!("{count} person of {other} can sign in and will see what is offered to {survivor}."
                | "{count} people of {other} can sign in and will see what is offered to {survivor}.",
                count = *outsiders, other = &it.other.name, survivor = &it.survivor.name)))
        }
        @if *outsiders > 0 && it.path == "people" {
            (parts::note(Note::Warn, t!("{name} can sign in. That ends; the one that stays signs in as before.", name = &it.other.name)))
        }
    }
}

/// A field of a merge: its label and its words on both sides.
pub fn fields(
    reader: &Reader,
    kind: &str,
    differ: &BTreeMap<String, (Json, Json)>,
) -> Result<Vec<(String, String, String, String)>> {
    let extra = reader.fields_of(kind)?;
    let mut all = Vec::with_capacity(differ.len());
    for (name, (own, theirs)) in differ {
        let known = extra.iter().find(|it| it.place_of_fault() == *name);
        let words = |it: &Json| match known {
            Some(field) => web::extra::in_words(reader, field, it),
            None => Ok(told(name, it)),
        };
        all.push((name.clone(), web::words::label(reader, kind, name), words(own)?, words(theirs)?));
    }
    Ok(all)
}

/// What a side says; of a profile only how much was agreed and when.
fn told(field: &str, value: &Json) -> String {
    let profile =
        (field == "profile").then(|| serde_json::from_value::<Profile>(value.clone()).ok()).flatten();
    let Some(profile) = profile else { return in_words(value) };
    if profile.is_empty() {
        return String::new();
    }
    let lines = t!("{count} line" | "{count} lines", count = profile.lines.len());
    match profile.agreed_on {
        Some(day) => format!("{lines}, {}", web::language::day(day)),
        None => lines,
    }
}

/// A value of a body, in words that suffice to choose.
fn in_words(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(words) => words.clone(),
        Json::Bool(true) => t!("yes"),
        Json::Bool(false) => t!("no"),
        Json::Number(number) => number.to_string(),
        Json::Array(all) => {
            all.iter().map(in_words).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ")
        }
        Json::Object(all) => {
            all.values().map(in_words).filter(|it| !it.is_empty() && it != "0").collect::<Vec<_>>().join(", ")
        }
    }
}

/// What was merged into a record, and what a visitor who came from there is told.
pub fn merged(
    path: &str,
    number: &str,
    mergers: &[Merger],
    may_merge: bool,
    form: &Form,
    now: Timestamp,
) -> Markup {
    let (instead, stayed) = (form.text("instead"), form.text("stayed"));
    let live: Vec<&Merger> = mergers.iter().filter(|it| it.undone_at.is_none()).collect();
    html! {
        @if !instead.is_empty() && live.iter().any(|it| it.number == instead) {
            (parts::note(Note::Plain, t!("{other} was merged into this one.", other = instead)))
        }
        @if form.has("parted") {
            @if stayed.is_empty() { (parts::note(Note::Good, t!("They are parted again. Everything went back."))) }
            @else { (parts::note(Note::Warn, t!("They are parted again. This stayed here, because it was changed since: {what}.", what = stayed))) }
        }
        @if !live.is_empty() {
            (parts::section("merged", t!("Merged into this one"), html! {
                ul.rows { @for it in live {
                    li {
                        (web::parts::Symbol::Next)
                        div {
                            a.title href={ "/" (path) "/" (it.number) "?itself" } { (it.title) }
                            p.why { span.number { (it.number) } " " (parts::when(it.at, now)) }
                        }
                        @if may_merge {
                            div.end { (Button::post(format!("/{path}/{number}/mergers/{}/undo", it.id), t!("Part them again")).small()) }
                        }
                    }
                } }
            }))
        }
    }
}
