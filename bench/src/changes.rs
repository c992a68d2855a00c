//! Changes: what may be affected while one types, very much accepted, written and put in force by a deed each, who has to
//! be told where every customer has what changes, and the promises of many orders that were accepted.

use anyhow::{Context, Result, ensure};
use catalogue::{CatalogueItem, NewRevision};
use changes::{Action, ChangeRequest, Consent, NewCriterion, NewItem, Policy, Signer, Source, Told};
use jiff::{SignedDuration, civil::Date};
use kernel::{Actor, Basis, Body, Listed, Means, New, Proven, Taken, Wanted, Work};
use notices::Notice;
use orders::{Line, NewDelivery, NewPromise, Order, Reason};
use requirements::{Requirement, RequirementSet};
use reviews::{Asked, Closing, Committing, Feasible, Given, Judging, Review, Template, Verdict};

use crate::fill::{numbers, requirement};
use crate::house::House;
use crate::measure::{Table, repeat, timed};
use crate::pages::page;

/// So many records a large change touches, and a very large one.
const AFFECTED: [usize; 2] = [500, 5_000];
/// So many requirements are in a set that changes, at most.
const IN_A_SET: usize = 1_000;

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    while_typing(house, table)?;
    for count in AFFECTED {
        large(house, table, count)?;
    }
    told(house, table)
}

/// The day on which it is measured.
fn today(house: &House) -> Date {
    house.db.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// Somebody of the demo company, or of its customers.
pub fn somebody(house: &House, email: &str) -> Result<Actor> {
    let found = house.db.read(&Actor::system(), |reader| {
        let found = identity::person_with_email(reader, email)?;
        found.map(|(id, ..)| identity::actor_of(reader, id)).transpose()
    })?;
    found.with_context(|| format!("nobody has the address {email}"))
}

/// A function of the demo company.
fn function(house: &House, title: &str) -> Result<Listed> {
    let wanted = Wanted { limit: Some(500), ..Wanted::default() };
    let all = house.db.read(&Actor::system(), |reader| reader.list("FN", &wanted))?.rows;
    let found = all.into_iter().find(|it| it.title == title);
    found.with_context(|| format!("there is no function {title}"))
}

/// Who proves now, by their password, that it is them.
pub fn proven(house: &House, who: &Actor) -> Proven {
    Proven { person: who.person, means: Means::Password, at: house.db.now() }
}

fn raised(house: &House, title: &str) -> Result<(i64, String)> {
    let body = ChangeRequest {
        source: Source::Internal,
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

/// Everybody who can be a customer, by their keys.
fn parties(house: &House) -> Result<Vec<i64>> {
    Ok(house.db.read(&house.ada, |reader| {
        reader.rows(kernel::sql!("select id from visible where kind = 'K' order by id"), &[])
    })?)
}

/// A set of so many requirements that was agreed with a customer: its number.
fn agreed(house: &House, party: i64, count: usize) -> Result<String> {
    let new = New { title: "A set that changes", party: Some(party), ..New::default() };
    let set = house.db.write(&house.ada, |work| {
        let set = requirements::open_set(work, &new, &RequirementSet::default())?;
        let many: Vec<_> = (0..count).map(requirement).collect();
        requirements::add_many(work, &set.number, &many)?;
        Ok(set)
    })?;
    house.db.write(&house.ada, |work| requirements::release(work, &set.number, "To measure"))?;
    house.db.write(&house.ada, |work| requirements::offer(work, &set.number, 1))?;
    house.db.write(&Actor::system(), |work| work.bring_about(set.id, "agree"))?;
    Ok(set.number)
}

fn large(house: &House, table: &mut Table, count: usize) -> Result<()> {
    let bob = somebody(house, "bob.okafor@kestrel-dosing.example")?;
    let henrik = somebody(house, "henrik.soerensen@kestrel-dosing.example")?;
    let party = *parties(house)?.first().context("there is no customer")?;
    let begun = (0..count).step_by(IN_A_SET);
    let sets: Vec<String> =
        begun.map(|no| agreed(house, party, IN_A_SET.min(count - no))).collect::<Result<_>>()?;
    let (_, change) = raised(house, "A large change")?;
    let number = change.as_str();
    for set in &sets {
        let keep = NewItem { name: set, action: Action::Keep, reason: "What it holds", ..NewItem::default() };
        house.db.write(&house.ada, |work| changes::decide(work, number, &keep))?;
    }
    let mut decided = 0;
    let (took, ()) = timed(|| {
        for set in &sets {
            let how = (Action::Change, "To measure");
            decided +=
                house.db.write(&house.ada, |work| changes::accept_found(work, number, set, how))?.decided;
        }
        Ok(())
    })?;
    // The customer of the sets is found with them.
    ensure!(decided == count + 1, "{decided} were found");
    table.figure(&format!("{count} affected items accepted, a set in a deed"), &seconds(took));
    let (took, written) = timed(|| {
        let words = ("The", "Every");
        Ok(house.db.write(&house.ada, |work| changes::replace_words(work, number, words))?)
    })?;
    ensure!(written == count, "{written} were written");
    table.figure(&format!("{count} redlines written in a deed"), &seconds(took));
    approve(house, number, (&bob, &henrik))?;
    excuse_all(house, number)?;
    let (took, frozen) = timed(|| Ok(house.db.write(&house.ada, |work| changes::release(work, number))?))?;
    ensure!(frozen.len() == count + sets.len(), "{} were put in force", frozen.len());
    table.figure(&format!("release of a change with {count} affected items"), &seconds(took));
    page(house, table, &format!("a change with {count} affected items, page"), |_| {
        format!("/changes/{number}")
    })
}

/// Says of everybody who was found why they are not told: nothing is released before that.
fn excuse_all(house: &House, change: &str) -> Result<()> {
    house.db.write(&house.ada, |work| notices::prepare_all(work, change))?;
    let all = house.db.read(&house.ada, |reader| notices::notices(reader, reader.mention_of(change)?.id))?;
    for it in all {
        house.db.write(&house.ada, |work| notices::excuse(work, &it.number, "To measure"))?;
    }
    Ok(())
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
    let (quality, management) = (function(house, "Quality")?.number, function(house, "Management")?.number);
    let line = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "" };
    house.db.write(bob, |work| changes::keep_policy(work, &line))?;
    step(bob, "screen")?;
    let criterion = NewCriterion {
        criterion: "It holds",
        method: "immersion",
        sample: "6 rings",
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
        let proven = proven(house, who);
        let signer = Signer { name: &who.name, language: "en", zone: "UTC" };
        house.db.write(who, |work| {
            let read = changes::read_of(work, number)?;
            let consent = Consent { function, consents: true, words: "", read: &read };
            changes::sign(work, number, (&consent, &signer), &proven)
        })?;
    }
    step(&house.ada, "plan")?;
    step(&house.ada, "implement")?;
    Ok(())
}

/// A pump of the catalogue that was released: its key, its number, its article number.
fn pump(house: &House) -> Result<(i64, String, String)> {
    let bob = somebody(house, "bob.okafor@kestrel-dosing.example")?;
    let item = CatalogueItem {
        code: format!("BENCH-{}", house.db.now().as_microsecond()),
        summary: "A pump that everybody has".to_owned(),
        ..CatalogueItem::default()
    };
    let new = New { title: "A pump that everybody has", ..New::default() };
    let made = house.db.write(&bob, |work| catalogue::open(work, &new, &item))?;
    house.db.write(&bob, |work| catalogue::release(work, &made.number, &NewRevision::default()))?;
    review(house, template(house, &bob)?, (made.id, &[made.number.as_str()]), &bob)?;
    Ok((made.id, made.number, item.code))
}

/// By what it is reviewed: quality is asked, and nobody else. Tells the key of the template.
pub fn template(house: &House, bob: &Actor) -> Result<i64> {
    let asked = vec![Asked { function: function(house, "Quality")?.id, quorum: 1, ..Asked::default() }];
    let policy = reviews::Policy { asked, days: 5, ..reviews::Policy::default() };
    let template = Template { purpose: "Before it is sold".to_owned(), policy };
    let new = New { title: "What is sold", ..New::default() };
    Ok(house.db.write(bob, |work| {
        let template = work.create(&new, &template)?;
        reviews::release_template(work, &template.number, "To measure")?;
        Ok(template.id)
    })?)
}

/// The review without which nothing is sold or promised: quality judges each item and signs, management closes it.
pub fn review(house: &House, template: i64, (subject, items): (i64, &[&str]), bob: &Actor) -> Result<()> {
    let henrik = somebody(house, "henrik.soerensen@kestrel-dosing.example")?;
    let function = function(house, "Quality")?.id;
    let number = house.db.write(bob, |work| {
        let body = Review { subject, template: Some(template), ..Review::default() };
        Ok(reviews::open(work, &New::default(), &body)?.number)
    })?;
    let given = |it: &&str| Given { item: (*it).to_owned(), verdict: Verdict::Accept, ..Given::default() };
    let judging = Judging { function, verdicts: items.iter().map(given).collect(), answers: Vec::new() };
    house.db.write(bob, |work| reviews::judge(work, &number, &judging))?;
    let signer = reviews::Signer { name: &bob.name, role: "Quality", language: "en", zone: "UTC" };
    let proof = proven(house, bob);
    house.db.write(bob, |work| {
        let read = &reviews::as_read(work, &number, Some(function))?;
        let committing = Committing { function, feasible: Feasible::AsGiven, statement: "", read, signer };
        reviews::commit(work, &number, &committing, &proof)
    })?;
    let signer = reviews::Signer { name: &henrik.name, role: "Management", language: "en", zone: "UTC" };
    let proof = proven(house, &henrik);
    house.db.write(&henrik, |work| {
        let read = &reviews::as_read(work, &number, None)?;
        let closing = Closing { outcome: "It may be sold.", read, signer };
        reviews::complete(work, &number, &closing, &proof)
    })?;
    Ok(())
}

/// An order of one line that was promised and accepted; of every third the line was delivered, and of every fifth the
/// day moved before. Tells its number.
fn accepted(work: &mut Work, no: usize, (party, today): (i64, Date), line: &Line) -> kernel::Result<String> {
    let day = today + SignedDuration::from_hours(24 * (7 + i64::try_from(no % 60).unwrap_or(0)));
    let order = Order { lines: vec![line.clone()], currency: "EUR".to_owned(), ..Order::default() };
    let title = format!("A pump {no}");
    let new = New { title: &title, party: Some(party), ..New::default() };
    let number = orders::open_order(work, &new, &order)?.number;
    let first = NewPromise { line: line.no, on: day, reason: Reason::First, words: "" };
    orders::promise(work, &number, &first)?;
    orders::accept(work, &number, "To measure")?;
    if no.is_multiple_of(5) {
        let on = day + SignedDuration::from_hours(24 * 14);
        let later = NewPromise { on, reason: Reason::Supplier, words: "The rings are late", ..first };
        orders::promise(work, &number, &later)?;
    }
    if no.is_multiple_of(3) {
        let all = NewDelivery { line: line.no, quantity: &line.quantity, on: None, words: "" };
        orders::deliver(work, &number, &[all])?;
    }
    Ok(number)
}

/// Every customer ordered a pump, and the pump changes: who has to be told, and the promises of these orders.
fn told(house: &House, table: &mut Table) -> Result<()> {
    let (item, number, article) = pump(house)?;
    let (parties, today) = (parties(house)?, today(house));
    let line = Line {
        no: 10,
        article,
        item: Some(item),
        quantity: "1".to_owned(),
        price: "1690.00".to_owned(),
        ..Line::default()
    };
    let mut ordered: Vec<String> = Vec::with_capacity(parties.len());
    let (took, ()) = timed(|| {
        for (no, some) in parties.chunks(50).enumerate() {
            ordered.extend(house.db.write(&house.ada, |work| {
                let each = some.iter().enumerate();
                each.map(|(place, party)| accepted(work, no * 50 + place, (*party, today), &line))
                    .collect::<kernel::Result<Vec<String>>>()
            })?);
        }
        Ok(())
    })?;
    let beside = format!("{} in {}", ordered.len(), seconds(took));
    table.figure("orders promised and accepted, 50 in a deed", &beside);
    let (id, change) = raised(house, "The pump that everybody has")?;
    let pump = NewItem { name: &number, ..NewItem::default() };
    house.db.write(&house.ada, |work| changes::decide(work, &change, &pump))?;
    let mut count = 0;
    let times = repeat(5, |_| {
        count = house.db.read(&house.ada, |reader| notices::recipients(reader, id))?.len();
        Ok(())
    })?;
    ensure!(count == parties.len(), "{count} of {} were found", parties.len());
    table.times("recipients of a notice, every customer", &times, &format!("{count} customers with reasons"));
    let mut prepared = 0;
    let (took, ()) = timed(|| {
        loop {
            match house.db.write(&house.ada, |work| notices::prepare_all(work, &change))? {
                0 => return Ok(()),
                some => prepared += some,
            }
        }
    })?;
    ensure!(prepared == parties.len(), "{prepared} of {} were prepared", parties.len());
    table.figure("a notice prepared for every customer", &format!("{prepared} in {}", seconds(took)));
    let notices = numbers(house, &Notice::KIND)?;
    page(house, table, "whether a notice is sent, page", |no| {
        format!("/change-notices/{}/issue", notices[no * 7 % notices.len()])
    })?;
    page(house, table, "list of promises, page", |_| "/promises".to_owned())?;
    page(house, table, "list of orders, newest change, page", |_| "/orders?sort=changed&down=1".to_owned())?;
    page(house, table, "how far the word was kept, page", |_| "/promises/kept".to_owned())?;
    page(house, table, "an order with a notice, page", |no| {
        format!("/orders/{}", ordered[no * 7 % ordered.len()])
    })?;
    page(house, table, "the whole way of such an order, page", |no| {
        format!("/orders/{}/way", ordered[no * 7 % ordered.len()])
    })
}
