//! Changes: what may be affected while one types, very much accepted, written and put in force by a deed each, who has to
//! be told where every customer has what changes, and the promises of many orders.

use anyhow::{Context, Result, ensure};
use catalogue::{CatalogueItem, NewRevision};
use changes::{Action, ChangeRequest, Consent, NewCriterion, NewItem, Policy, Signer, Told};
use jiff::{SignedDuration, civil::Date};
use kernel::{Actor, Basis, Body, Means, New, Proven, Taken, Wanted};
use orders::{Line, NewPromise, Order, Reason};
use requirements::{Requirement, RequirementSet};

use crate::fill::{numbers, requirement};
use crate::house::House;
use crate::measure::{Table, repeat, timed};
use crate::pages::page;

/// So many records a large change touches.
const AFFECTED: usize = 500;

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    while_typing(house, table)?;
    large(house, table)?;
    told(house, table)
}

/// The day on which it is measured.
fn today(house: &House) -> Date {
    house.db.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// Somebody of the demo company.
fn somebody(house: &House, email: &str) -> Result<Actor> {
    let found = house.db.read(&Actor::system(), |reader| {
        let found = identity::person_with_email(reader, email)?;
        found.map(|(id, ..)| identity::actor_of(reader, id)).transpose()
    })?;
    found.with_context(|| format!("nobody has the address {email}"))
}

fn raised(house: &House, title: &str) -> Result<(i64, String)> {
    let body = ChangeRequest {
        need: "The seals swell.".to_owned(),
        proposal: "Others.".to_owned(),
        effective_by: Basis::Day,
        effective_from: today(house).to_string(),
        ..ChangeRequest::default()
    };
    let new = New { title, ..New::default() };
    let made = house.db.write(&house.ada, |work| changes::raise(work, &new, &body))?;
    Ok((made.id, made.number))
}

/// What hangs on a number that somebody types, as the page of a change asks it.
fn while_typing(house: &House, table: &mut Table) -> Result<()> {
    let numbers = numbers(house, &Requirement::KIND)?;
    let (id, _) = raised(house, "To measure what is found")?;
    let mut most = 0;
    let times = repeat(100, |no| {
        let words = &numbers[no * 11 % numbers.len()];
        let found = house.db.read(&house.ada, |reader| changes::found_from(reader, id, None, words))?;
        most = most.max(found.items.len() + found.more);
        Ok(())
    })?;
    table.times("what a change may affect, while typing", &times, &format!("at most {most} found"));
    Ok(())
}

/// A set of so many requirements that was agreed: its number.
fn agreed(house: &House) -> Result<String> {
    let new = New { title: "A set that changes", ..New::default() };
    let set = house.db.write(&house.ada, |work| {
        let set = requirements::open_set(work, &new, &RequirementSet::default())?;
        let many: Vec<_> = (0..AFFECTED).map(requirement).collect();
        requirements::add_many(work, &set.number, &many)?;
        Ok(set)
    })?;
    house.db.write(&house.ada, |work| requirements::release(work, &set.number, "To measure"))?;
    house.db.write(&house.ada, |work| requirements::offer(work, &set.number, 1))?;
    house.db.write(&Actor::system(), |work| work.bring_about(set.id, "agree"))?;
    Ok(set.number)
}

fn large(house: &House, table: &mut Table) -> Result<()> {
    let bob = somebody(house, "bob.okafor@kestrel-dosing.example")?;
    let henrik = somebody(house, "henrik.soerensen@kestrel-dosing.example")?;
    let set = agreed(house)?;
    let (_, change) = raised(house, "A large change")?;
    let number = change.as_str();
    let keep = NewItem { name: &set, action: Action::Keep, reason: "What it holds", ..NewItem::default() };
    house.db.write(&house.ada, |work| changes::decide(work, number, &keep))?;
    let (took, accepted) = timed(|| {
        let how = (Action::Change, "To measure");
        Ok(house.db.write(&house.ada, |work| changes::accept_found(work, number, &set, how))?)
    })?;
    ensure!(accepted.decided == AFFECTED, "{} were found", accepted.decided);
    table.figure(&format!("{AFFECTED} affected items accepted in a deed"), &seconds(took));
    let (took, written) = timed(|| {
        let words = ("The", "Every");
        Ok(house.db.write(&house.ada, |work| changes::replace_words(work, number, words))?)
    })?;
    ensure!(written == AFFECTED, "{written} were written");
    table.figure(&format!("{AFFECTED} redlines written in a deed"), &seconds(took));
    approve(house, number, (&bob, &henrik))?;
    let (took, frozen) = timed(|| Ok(house.db.write(&house.ada, |work| changes::release(work, number))?))?;
    ensure!(frozen.len() == AFFECTED + 1, "{} were put in force", frozen.len());
    table.figure(&format!("release of a change with {AFFECTED} affected items"), &seconds(took));
    page(house, table, "a change with 500 affected items, page", |_| format!("/changes/{number}"))
}

fn seconds(took: std::time::Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

/// Takes a change the full way, until it is about to be released.
fn approve(house: &House, number: &str, (bob, henrik): (&Actor, &Actor)) -> Result<()> {
    let step = |who: &Actor, step: &str| {
        house.db.write(who, |work| {
            let entry = work.registry().kind("CR").ok_or(kernel::Error::NotFound)?;
            entry.advance(work, &Taken { number, step, version: None })
        })
    };
    let function = |title: &str| -> Result<String> {
        let wanted = Wanted { limit: Some(500), ..Wanted::default() };
        let all = house.db.read(&Actor::system(), |reader| reader.list("FN", &wanted))?.rows;
        let found = all.into_iter().find(|it| it.title == title).map(|it| it.number);
        found.with_context(|| format!("there is no function {title}"))
    };
    let (quality, management) = (function("Quality")?, function("Management")?);
    let line = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "" };
    house.db.write(bob, |work| changes::keep_policy(work, &line))?;
    step(bob, "screen")?;
    let criterion = NewCriterion {
        criterion: "It holds",
        method: "immersion",
        person: bob.person,
        ..NewCriterion::default()
    };
    house.db.write(bob, |work| changes::fix_criterion(work, number, &criterion))?;
    let asked = std::slice::from_ref(&quality);
    let due = Some(today(house));
    house.db.write(&house.ada, |work| changes::ask_impacts(work, number, asked, due))?;
    let said = Told { is_possible: true, finding: "Nothing", ..Told::default() };
    house.db.write(bob, |work| changes::answer(work, number, &quality, &said))?;
    house.db.write(&house.ada, |work| changes::ask_approval(work, number))?;
    for (who, function) in [(bob, &quality), (henrik, &management)] {
        let proven = Proven { person: who.person, means: Means::Password, at: house.db.now() };
        let signer = Signer { name: &who.name, language: "en", zone: "UTC" };
        let consent = Consent { function, consents: true, words: "" };
        house.db.write(who, |work| changes::sign(work, number, (&consent, &signer), &proven))?;
    }
    step(&house.ada, "plan")?;
    step(&house.ada, "implement")?;
    Ok(())
}

/// Every customer ordered a pump, and the pump changes: who has to be told, and the promises of these orders.
fn told(house: &House, table: &mut Table) -> Result<()> {
    let bob = somebody(house, "bob.okafor@kestrel-dosing.example")?;
    let item = CatalogueItem {
        code: format!("BENCH-{}", house.db.now().as_microsecond()),
        summary: "A pump that everybody has".to_owned(),
        ..CatalogueItem::default()
    };
    let new = New { title: "A pump that everybody has", ..New::default() };
    let pump = house.db.write(&bob, |work| catalogue::open(work, &new, &item))?;
    house.db.write(&bob, |work| catalogue::release(work, &pump.number, &NewRevision::default()))?;
    let parties = house.db.read(&house.ada, |reader| {
        let all: Vec<i64> =
            reader.rows(kernel::sql!("select id from visible where kind = 'K' order by id"), &[])?;
        Ok(all)
    })?;
    let mut ordered: Vec<String> = Vec::with_capacity(parties.len());
    for (no, some) in parties.chunks(100).enumerate() {
        ordered.extend(house.db.write(&house.ada, |work| {
            some.iter()
                .map(|party| {
                    let line = Line {
                        no: 10,
                        article: item.code.clone(),
                        item: Some(pump.id),
                        quantity: "1".to_owned(),
                        price: "1690.00".to_owned(),
                        ..Line::default()
                    };
                    let order = Order { lines: vec![line], currency: "EUR".to_owned(), ..Order::default() };
                    let title = format!("A pump {no}");
                    let new = New { title: &title, party: Some(*party), ..New::default() };
                    Ok(orders::open_order(work, &new, &order)?.number)
                })
                .collect::<kernel::Result<Vec<String>>>()
        })?);
    }
    let (id, change) = raised(house, "The pump that everybody has")?;
    let keep = NewItem { name: &pump.number, ..NewItem::default() };
    house.db.write(&house.ada, |work| changes::decide(work, &change, &keep))?;
    let mut count = 0;
    let times = repeat(5, |_| {
        count = house.db.read(&house.ada, |reader| notices::recipients(reader, id))?.len();
        Ok(())
    })?;
    ensure!(count == parties.len(), "{count} of {} were found", parties.len());
    table.times("recipients of a notice, every customer", &times, &format!("{count} customers with reasons"));
    let first = today(house);
    for (no, some) in ordered.chunks(100).enumerate() {
        let day = first + SignedDuration::from_hours(24 * (7 + i64::try_from(no % 60)?));
        house.db.write(&house.ada, |work| {
            let new = NewPromise { line: 10, on: day, reason: Reason::First, words: "" };
            some.iter().try_for_each(|number| orders::promise(work, number, &new).map(|_| ()))
        })?;
    }
    page(house, table, "list of promises, page", |_| "/promises".to_owned())?;
    page(house, table, "list of orders, newest change, page", |_| "/orders?sort=changed".to_owned())?;
    page(house, table, "how far the word was kept, page", |_| "/promises/kept".to_owned())?;
    page(house, table, "an order with notices, page", |no| {
        format!("/orders/{}", ordered[no % ordered.len()])
    })?;
    page(house, table, "the whole way of such an order, page", |no| {
        format!("/orders/{}/way", ordered[no % ordered.len()])
    })
}
