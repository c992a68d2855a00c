//! Which revision of a record holds for a day, a lot, a serial number or an order: one question, on every page.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{
    AnyCase, Basis, Bearing, Decided, Error, Gets, Holding, Kind, On, Over, Reader, Registry, Result,
    RevisionNames, Starts, Valid, text,
};
use maud::{Markup, html};
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::json as in_json;
use crate::edge::Page;
use crate::form::Form;
use crate::language::{self, word};
use crate::parts::{self, Beside, Button, Field, Head, Note, ThreadLine, look_up};
use crate::path::Path;
use crate::routes::{Doc, Routes, schema_of};
use crate::t;
use crate::visit::{Answer, Visit};
use crate::words;

pub fn routes(registry: &Registry) -> Routes {
    registry.all().iter().fold(Routes::default(), |routes, entry| {
        let kind = entry.kind;
        let query = &[
            ("day", "A day; today where nothing is said"),
            ("lot", "A lot"),
            ("serial", "A serial number"),
            ("order", "The number of an order, perhaps with its line: SO-2026-0118/10"),
        ];
        let doc = Doc {
            summary: "Which revision holds for a day, a lot, a serial number or an order",
            tag: "Changes",
            query,
            response: schema_of::<Seen>(),
            ..Doc::default()
        };
        routes
            .get(&format!("/{}/{{number}}/valid", kind.path), move |number, visit| show(kind, number, visit))
            .api_get(&format!("/api/v1/{}/{{number}}/valid", kind.path), doc, move |number, visit| {
                in_json_form(kind, number, visit)
            })
    })
}

/// Which revision holds, and all that was said of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ValidRevision")]
struct Seen {
    #[serde(flatten)]
    valid: Valid,
    said: Vec<Holding>,
    /// What was decided of single lines of orders.
    decided: Vec<Decided>,
    /// That it is over by a step of its own, though a revision is named: that one stands for what was delivered or agreed
    /// until then.
    over: Option<Over>,
}

/// What was said of revisions for everybody, and for single lines of orders.
type Said = (Vec<Holding>, Vec<Decided>);

/// What is answered: which revision holds, what was said of it, and whether the record is over.
struct Answered {
    case: AnyCase,
    valid: Valid,
    said: Said,
    over: Option<Over>,
    names: RevisionNames,
}

/// The revision that is asked for, with what was said.
fn asked(reader: &Reader, kind: Kind, number: &str, form: &mut Form) -> Result<Answered> {
    let case = reader.registry().kind(kind.prefix).ok_or(Error::NotFound)?.find(reader, number)?;
    let day = form.day("day");
    let fits = ["lot", "serial", "order"].iter().all(|it| form.text(it).chars().count() <= 200);
    form.faults.unless(fits, "lot", text!("Shorten it to {count} characters.", count = 200i64));
    form.check()?;
    let day: Date = day.unwrap_or_else(|| language::day_of(reader.now));
    let on = On { day, lot: form.text("lot"), serial: form.text("serial"), order: form.text("order") };
    let (said, decided) = (reader.holdings(case.id)?, reader.decided_for_lines(case.id)?);
    let valid = reader.valid_revision(case.id, &on)?;
    let over = over_by(reader, &case, (&valid, day))?;
    let names = names_of(reader, case.id)?;
    Ok(Answered { case, valid, said: (said, decided), over, names })
}

/// What the revisions of a record are called.
fn names_of(reader: &Reader, record: i64) -> Result<RevisionNames> {
    let it = reader.mention(record)?;
    it.map_or_else(|| Ok(RevisionNames::default()), |it| reader.revision_names(&it))
}

/// That a record is over on a day by a step of its own, where a revision of it is named all the same.
fn over_by(reader: &Reader, case: &AnyCase, (valid, day): (&Valid, Date)) -> Result<Option<Over>> {
    let Some(it) = reader.mention(case.id)?.filter(|_| valid.no.is_some()) else { return Ok(None) };
    Ok(reader.over(&it)?.filter(|it| language::day_of(it.since) <= day))
}

/// The same in words: since when, by whom, and what the last revision is for.
fn over_in_words(reader: &Reader, case: &AnyCase, it: &Over) -> Result<String> {
    let entry = reader.registry().kind(case.kind).ok_or(Error::NotFound)?;
    let state = language::say(&entry.state(&it.state, reader.actor).text);
    let day = language::day(language::day_of(it.since));
    Ok(match it.by {
        0 => t!(
            "It has been “{state}” since {day}: its last revision stands for what was delivered or agreed until then.",
            state = state,
            day = day
        ),
        by => t!(
            "It has been “{state}” since {day}, by {name}: its last revision stands for what was delivered or agreed until then.",
            state = state,
            day = day,
            name = reader.name_of(by)?
        ),
    })
}

async fn in_json_form(kind: Kind, Path(number): Path<String>, visit: Visit) -> Answer {
    let mut form = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let Answered { valid, said: (said, decided), over, .. } =
                asked(reader, kind, &number, &mut form)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(Seen { valid, said, decided, over })?))
        })
        .await
}

async fn show(kind: Kind, Path(number): Path<String>, visit: Visit) -> Answer {
    let mut form = visit.envelope.asked();
    visit
        .read(move |reader| {
            let Answered { case, valid, said: (said, decided), over, names } =
                asked(reader, kind, &number, &mut form)?;
            let over = over.map(|it| over_in_words(reader, &case, &it)).transpose()?;
            let to = kind.address(&number);
            let title = t!("Which revision of {title} holds", title = &case.title);
            let field = |name: &str, field: Field| field.value(form.text(name));
            let body = html! {
                (parts::page_head(&Head {
                    place: Some((case.number.clone(), to.clone())),
                    title: html! { (title) },
                    ..Head::default()
                }))
                (look_up(&format!("{to}/valid"), html! {
                    (field("day", Field::day("day", t!("On"))))
                    (field("lot", Field::text("lot", t!("Lot")).short()))
                    (field("serial", Field::text("serial", t!("Serial number")).short()))
                    (field("order", Field::text("order", t!("Order")).short().example("SO-2026-0118/10")))
                    (Button::send(t!("Show")))
                }))
                (answer(&valid, &names))
                @if let Some(words) = &over { (parts::note(Note::Warn, words)) }
                (all(&said, &names))
                (lines(&decided.iter().filter(|it| it.counts(&said)).collect::<Vec<_>>(), &names))
            };
            Ok(Page::new(title, &format!("/{}", kind.path), body))
        })
        .await
}

fn answer(it: &Valid, names: &RevisionNames) -> Markup {
    html! {
        @match it.no {
            Some(no) => (parts::note(Note::Good, html! { (t!("Revision {no} holds.", no = names.of(no)))
                @if let Some(why) = &it.because { " " (starts(why)) } })),
            None if it.ended => (parts::note(Note::Plain, html! { (t!("No revision holds any more: it ended."))
                @if let Some(why) = &it.because { " " (starts(why)) } })),
            None => (parts::note(Note::Plain, t!("No revision holds: none had been released by then."))),
        }
        @for (no, why) in &it.depends_on {
            (parts::note(Note::Asks, html! { (t!("Revision {no} may hold.", no = names.of(*no))) " " (starts(why)) }))
        }
        @if let Some(why) = &it.ends { (parts::note(Note::Asks, ends_from(why))) }
    }
}

/// From where on something ends, as people say it.
fn ends_from(it: &Starts) -> String {
    match (it.basis, it.starts.parse::<Date>()) {
        (Basis::Day, Ok(day)) => t!("It ends on {day}.", day = language::day(day)),
        (Basis::Lot, _) => t!("It ends from lot {lot} on.", lot = &it.starts),
        (Basis::Serial, _) => t!("It ends from serial number {serial} on.", serial = &it.starts),
        _ if it.starts.is_empty() => t!("It ends for some orders."),
        _ => t!("It ends for these orders: {orders}.", orders = &it.starts),
    }
}

fn starts(it: &Starts) -> String {
    said(it.basis, &it.starts)
}

fn said(basis: Basis, starts: &str) -> String {
    let from = match (basis, starts.parse::<Date>()) {
        (Basis::Day, Ok(day)) => language::day(day),
        _ => starts.to_owned(),
    };
    format!("{}: {from}", word(basis))
}

fn all(said_of: &[Holding], names: &RevisionNames) -> Markup {
    html! {
        @if !said_of.is_empty() {
            ul { @for it in said_of.iter().rev() { li {
                @if it.taken_back { (t!("Its end was taken back: it goes on.")) }
                @else if it.ends { (ends_from(&it.from())) }
                @else { (t!("Revision {no}", no = names.of(it.no))) " · " (said(it.basis, &it.starts)) }
                @if let Some(change) = &it.change { " · " a href={ "/changes/" (change) } { (change) } }
            } } }
        }
    }
}

/// What was decided of single lines of orders, the newest first.
fn lines(all: &[&Decided], names: &RevisionNames) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 { (t!("Decided for orders")) }
            ul { @for it in all.iter().rev().take(200) { li {
                a href={ "/orders/" (it.order) } { (it.order) } " " (t!("line {line}", line = it.line)) ": " (word(it.takes))
                " (" (gets(it, names)) ")"
                @if !it.starts.is_empty() { " · " (said(it.basis, &it.starts)) }
                @if let Some(change) = &it.change { " · " a href={ "/changes/" (change) } { (change) } }
            } } }
        }
    }
}

/// What a line gets, as it was decided.
fn gets(it: &Decided, names: &RevisionNames) -> String {
    match (it.ends, it.takes) {
        (true, Gets::New) => t!("none any more, because it ended"),
        (false, Gets::Old) => t!("Revision {no}", no = names.of(it.no - 1)),
        _ => t!("Revision {no}", no = names.of(it.no)),
    }
}

/// From where on a revision holds, in a sentence, where that was said of it.
pub fn told_from_when(reader: &Reader, (record, no): (i64, i64)) -> Result<Option<String>> {
    let said = reader.holdings(record)?;
    Ok(said.iter().rfind(|it| it.no == no && !it.ends).map(|it| from_when(&it.from())))
}

/// The same of what is known already. Outsiders are not told whose orders are meant.
pub fn from_when(it: &Starts) -> String {
    match (it.basis, it.starts.parse::<Date>()) {
        (Basis::Day, Ok(day)) => t!("It holds from {day} on.", day = language::day(day)),
        (Basis::Lot, _) => t!("It holds from lot {lot} on.", lot = &it.starts),
        (Basis::Serial, _) => t!("It holds from serial number {serial} on.", serial = &it.starts),
        _ if it.starts.is_empty() => t!("It holds for some orders."),
        _ => t!("It holds for these orders: {orders}.", orders = &it.starts),
    }
}

/// What comes after the revision that holds today: from where on newer ones hold, and where it ends. Outsiders are told of
/// what was shown to them.
pub fn to_come(reader: &Reader, record: i64) -> Result<Vec<String>> {
    let now = reader.valid_revision(record, &On::day(reader.today()))?;
    Ok(coming(&now, &reader.holdings(record)?, &names_of(reader, record)?))
}

fn coming(now: &Valid, said: &[Holding], names: &RevisionNames) -> Vec<String> {
    let newer = said.iter().filter(|it| !it.ends && it.no > now.no.unwrap_or(0));
    // What was said last of a revision counts.
    let last: BTreeMap<i64, Starts> = newer.map(|it| (it.no, it.from())).collect();
    let mut before = now.no;
    let holds = last.iter().map(|(no, starts)| {
        let until_then = before.take().map(|it| names.of(it));
        holds_from(&names.of(*no), starts, until_then.as_deref())
    });
    holds.chain(now.ends.iter().map(ends_from)).collect()
}

/// From where on a revision holds, and which one until then.
fn holds_from(no: &str, it: &Starts, before: Option<&str>) -> String {
    let Some(before) = before else { return format!("{} · {}", t!("Revision {no}", no = no), starts(it)) };
    match (it.basis, it.starts.parse::<Date>()) {
        (Basis::Day, Ok(day)) => t!(
            "Revision {no} holds from {day}; until then revision {before}.",
            no = no,
            day = language::day(day),
            before = before
        ),
        (Basis::Lot, _) => t!(
            "Revision {no} holds from lot {lot}; until then revision {before}.",
            no = no,
            lot = &it.starts,
            before = before
        ),
        (Basis::Serial, _) => t!(
            "Revision {no} holds from serial number {serial}; until then revision {before}.",
            no = no,
            serial = &it.starts,
            before = before
        ),
        _ if it.starts.is_empty() => {
            t!(
                "Revision {no} holds for some orders; for all others revision {before}.",
                no = no,
                before = before
            )
        }
        _ => t!(
            "Revision {no} holds for these orders: {orders}; for all others revision {before}.",
            no = no,
            orders = &it.starts,
            before = before
        ),
    }
}

/// Which revision holds today and what comes after it, for whoever may read one.
fn holding(reader: &Reader, case: &AnyCase, address: &str) -> Result<Option<Beside>> {
    let entry = reader.registry().kind(case.kind).ok_or(Error::NotFound)?;
    let said = reader.holdings(case.id)?;
    if entry.bearing == Bearing::Beside && said.is_empty() {
        return Ok(None);
    }
    let today = reader.today();
    let now = reader.valid_revision(case.id, &On::day(today))?;
    let over = over_by(reader, case, (&now, today))?;
    let over = over.map(|it| over_in_words(reader, case, &it)).transpose()?;
    // What names its revisions itself tells customers there from when on they hold.
    let names_itself = reader.actor.is_outside() && entry.is_told_in_force();
    let said = if names_itself { Vec::new() } else { said };
    let names = names_of(reader, case.id)?;
    let (all, no) = (coming(&now, &said, &names), now.no.filter(|_| !names_itself));
    if no.is_none() && !now.ended && all.is_empty() && over.is_none() {
        return Ok(None);
    }
    let inside = html! {
        @if let Some(no) = no { p { (t!("Revision {no} holds today.", no = names.of(no))) } }
        @if let Some(words) = &over { p { (words) } }
        @if now.ended { p { (t!("No revision holds any more: it ended.")) } }
        @for words in &all { p { (words) } }
        p.fine { a href={ (address) "/valid" } { (t!("For another day, lot, serial number or order")) } }
    };
    Ok(Some(Beside { id: "valid", title: t!("Which revision holds"), count: None, inside }))
}

/// Which revision holds today, and for us the changes under which a record is, beside it.
pub(crate) fn beside(reader: &Reader, case: &AnyCase, address: &str) -> Result<Vec<Beside>> {
    let mut all: Vec<Beside> = holding(reader, case, address)?.into_iter().collect();
    let changes = reader.changes_of(case.id)?;
    if !changes.is_empty() {
        let lines: Vec<ThreadLine> = changes
            .iter()
            .map(|it| {
                let to = reader.registry().address(&it.kind, &it.number);
                let title = format!("{} {}", it.number, it.title);
                ThreadLine::to(words::symbol(reader, &it.kind), to, title)
            })
            .collect();
        let inside = html! {
            (parts::thread(&lines))
            p.fine { (t!("It is closed to other edits until the change is over.")) }
        };
        all.push(Beside { id: "under-change", title: t!("Under change"), count: None, inside });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Vocabulary;

    #[test]
    fn a_day_is_written_as_people_write_it_and_a_lot_as_it_is() {
        assert_eq!(said(Basis::Lot, "L-118"), format!("{}: L-118", word(Basis::Lot)));
        assert!(!said(Basis::Day, "2026-11-16").contains("2026-11-16"));
        assert_eq!(Basis::Day.code(), "day");
    }

    #[test]
    fn an_end_is_told_as_people_say_it() {
        let ends = |basis, starts: &str| ends_from(&Starts { basis, starts: starts.into() });
        assert_eq!(ends(Basis::Lot, "L-118"), "It ends from lot L-118 on.");
        assert_eq!(ends(Basis::Order, ""), "It ends for some orders.", "outsiders are not told whose");
        assert!(!ends(Basis::Day, "2026-05-01").contains("2026-05-01"));
    }

    #[test]
    fn from_when_on_it_holds_is_a_sentence() {
        let told = |basis, starts: &str| from_when(&Starts { basis, starts: starts.into() });
        assert_eq!(told(Basis::Lot, "L-118"), "It holds from lot L-118 on.");
        assert_eq!(told(Basis::Order, ""), "It holds for some orders.");
        assert!(!told(Basis::Day, "2026-05-01").contains("2026-05-01"));
    }

    #[test]
    fn what_comes_is_told_with_what_holds_until_then() {
        let said = |no, basis, starts: &str| Holding {
            no,
            basis,
            starts: starts.into(),
            ends: false,
            taken_back: false,
            change: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 0,
        };
        let names = RevisionNames::default();
        let now = Valid { no: Some(1), ..Valid::default() };
        let all = [said(1, Basis::Day, "2026-01-05"), said(2, Basis::Lot, "L-118")];
        assert_eq!(coming(&now, &all, &names), ["Revision 2 holds from lot L-118; until then revision 1."]);
        let orders = [said(2, Basis::Order, "")];
        let words = coming(&now, &orders, &names).remove(0);
        assert_eq!(words, "Revision 2 holds for some orders; for all others revision 1.");
        assert!(
            coming(&Valid { no: Some(2), ..Valid::default() }, &all, &names).is_empty(),
            "it holds already"
        );
    }
}
