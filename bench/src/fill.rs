//! The data sets: the same words every time, written by real deeds, many records in each.

use std::time::Duration;

use anyhow::Result;
use conversations::Intake;
use customers::Organisation;
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Audience, Kind, New, Tie, Wanted, Work};
use orders::{Line, Order};
use requirements::{NewRequirement, Requirement, RequirementSet};

use crate::changes::{somebody, template};
use crate::disk;
use crate::house::House;
use crate::measure::{Table, eight_at_once, rate, timed};
use crate::sign::{CUSTOMER, Matter, REVIEWER, agree, make_sure};

/// So many mails of one matter.
const MAILS: usize = 5;
/// So many requirements in a set.
const REQUIREMENTS: usize = 100;

/// One set in so many goes the whole way to the signature of its customer, and which of them: not one of the first, of
/// which others are measured.
const ON_THE_WAY: usize = 10;
const WHICH: usize = 5;

/// A word that stands in every second record.
pub const COMMON: &str = "dosing";

/// How much there is.
#[derive(Clone, Copy)]
pub struct Size {
    customers: usize,
    conversations: usize,
    requirements: usize,
    orders: usize,
    entries: usize,
}

impl Size {
    /// So many hundredths of data set L.
    pub fn hundredths(part: usize) -> Self {
        Self {
            customers: 200 * part,
            conversations: 1_000 * part,
            requirements: 1_000 * part,
            orders: 500 * part,
            entries: 10_000 * part,
        }
    }
}

/// Fills the installation, unless it has been filled before.
pub fn fill(house: &House, size: Size, table: &mut Table) -> Result<()> {
    if !house.db.read(&house.ada, |reader| reader.list("RS", &Wanted::default()))?.rows.is_empty() {
        return Ok(());
    }
    let (took, parties) = timed(|| customers(house, size.customers))?;
    told(table, "customers", size.customers, took);
    disk::count_again(house)?;
    let (took, ()) = timed(|| conversations(house, size))?;
    told(table, "mails, 100 in a deed", size.conversations * MAILS, took);
    disk::count_again(house)?;
    let (took, (requirements, matters)) = timed(|| sets(house, size, &parties))?;
    told(table, "requirements with 3 links, 100 in a deed", size.requirements, took);
    let (took, ()) = timed(|| agreed(house, &matters))?;
    told(table, "sets reviewed, signed and agreed", matters.len(), took);
    let (took, ()) = timed(|| orders(house, size.orders, &parties))?;
    told(table, "orders of 2 lines, 100 in a deed", size.orders, took);
    seal(house)?;
    let there = house.db.read(&Actor::system(), |reader| reader.stored_size())?;
    let more = size.entries.saturating_sub(usize::try_from(there)?);
    let (took, ()) = timed(|| remarks(house, &requirements, more))?;
    told(table, "remarks by eight at once", more, took);
    seal(house)?;
    disk::count_again(house)
}

fn told(table: &mut Table, what: &str, count: usize, took: Duration) {
    let beside = format!("{count} in {:.1} s, {:.0}/s", took.as_secs_f64(), rate(count, took));
    table.figure(&format!("filling: {what}"), &beside);
}

/// Seals all that waits: a server does so every second, and so much at a time.
fn seal(house: &House) -> Result<()> {
    while house.db.seal()?.is_some() {}
    Ok(())
}

/// The moment of a deed: one second after the one before.
fn moment(no: usize) -> Result<Timestamp> {
    let start: Timestamp = "2026-01-05T06:00:00Z".parse()?;
    Ok(start + SignedDuration::from_secs(i64::try_from(no)?))
}

fn customers(house: &House, count: usize) -> Result<Vec<i64>> {
    let mut all = Vec::new();
    for no in (0..count).step_by(100) {
        all.extend(house.db.write_at(&house.ada, moment(no)?, |work| {
            (no..count.min(no + 100)).map(|no| customer(work, no)).collect::<kernel::Result<Vec<i64>>>()
        })?);
    }
    Ok(all)
}

fn customer(work: &mut Work, no: usize) -> kernel::Result<i64> {
    let title = format!("{} {} Ltd", word(no * 7), word(no * 13 + 5));
    let body = Organisation { domains: vec![domain(no)], ..Organisation::default() };
    Ok(customers::open(work, &New { title: &title, ..New::default() }, &body)?.id)
}

fn domain(no: usize) -> String {
    format!("customer-{no}.example")
}

fn conversations(house: &House, size: Size) -> Result<()> {
    for no in (0..size.conversations).step_by(100 / MAILS) {
        let last = size.conversations.min(no + 100 / MAILS);
        let mails = (no..last).flat_map(|matter| (0..MAILS).map(move |mail| (matter, mail)));
        let mails: Vec<_> = mails.map(|(matter, no)| Intake::read(mail(size, matter, no).into())).collect();
        house.db.write_at(&house.ada, moment(no * MAILS)?, |work| {
            mails.iter().try_for_each(|it| conversations::take_in(work, it).map(|_| ()))
        })?;
    }
    Ok(())
}

/// One mail of a matter; all but the first answer the one before.
fn mail(size: Size, matter: usize, no: usize) -> String {
    let domain = domain(matter % size.customers);
    let answers = match no {
        0 => String::new(),
        _ => format!("In-Reply-To: <m{matter}.{}@{domain}>\r\n", no - 1),
    };
    let seed = matter * MAILS + no;
    format!(
        "From: Buyer {matter} <buyer@{domain}>\r\nTo: Ada <ada.lindqvist@kestrel-dosing.example>\r\n\
         Subject: {} {}\r\nDate: Mon, 05 Jan 2026 08:{:02}:{:02} +0000\r\n\
         Message-ID: <m{matter}.{no}@{domain}>\r\n{answers}\r\n{}\r\n",
        word(matter * 3),
        word(matter * 11 + 1),
        seed / 60 % 60,
        seed % 60,
        words(seed * 31, 80)
    )
}

/// The requirements, and the sets that go the whole way.
fn sets(house: &House, size: Size, parties: &[i64]) -> Result<(Vec<i64>, Vec<Matter>)> {
    let customer = house.db.read(&house.ada, |reader| reader.mention_of(CUSTOMER))?.id;
    let conversations = house.db.read(&house.ada, |reader| {
        let wanted = Wanted { limit: Some(500), ..Wanted::default() };
        Ok(reader.list("CV", &wanted)?.rows.iter().map(|it| it.id).collect::<Vec<i64>>())
    })?;
    let (mut made, mut matters) = (Vec::<i64>::new(), Vec::new());
    for no in (0..size.requirements).step_by(REQUIREMENTS) {
        let place = no / REQUIREMENTS;
        let is_on_the_way = place % ON_THE_WAY == WHICH;
        let party = if is_on_the_way { customer } else { parties[place % parties.len()] };
        let title = format!("{} {COMMON} skid {no}", word(no));
        let (set, added) = house.db.write_at(&house.ada, moment(no)?, |work| {
            let new = New { title: &title, party: Some(party), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let many: Vec<_> = (no..no + REQUIREMENTS).map(requirement).collect();
            let added = requirements::add_many(work, &set.number, &many)?;
            let all: Vec<i64> = made.iter().copied().chain(added.iter().map(|it| it.id)).collect();
            for (id, no) in all[made.len()..].iter().zip(no..) {
                work.tie(*id, Tie::DerivesFrom, conversations[no % conversations.len()])?;
                // Something that came before; on every thousandth hangs much.
                let behind = if no % 10 == 0 { no / 1000 * 100 } else { no - no.min(1 + no * 37 % 900) };
                if no != behind {
                    work.tie(*id, Tie::DerivesFrom, all[behind])?;
                }
            }
            Ok((set, added))
        })?;
        made.extend(added.iter().map(|it| it.id));
        if is_on_the_way {
            let items = added.into_iter().map(|it| it.number).collect();
            matters.push(Matter { id: set.id, number: set.number, items });
        }
    }
    Ok((made, matters))
}

/// Each is released, reviewed, offered and confirmed, now: long after what led to it.
fn agreed(house: &House, matters: &[Matter]) -> Result<()> {
    make_sure(house)?;
    let template = template(house, &somebody(house, REVIEWER)?)?;
    matters.iter().try_for_each(|it| agree(house, template, it))
}

pub fn requirement(no: usize) -> NewRequirement {
    let body = Requirement {
        statement: format!("The {} shall {}. {}", word(no), words(no * 17, 25), rare(no)),
        acceptance: words(no * 19, 8),
        ..Requirement::default()
    };
    let common = if no.is_multiple_of(2) { COMMON } else { "metering" };
    NewRequirement { title: format!("{} {common} {no}", word(no)), body, ..NewRequirement::default() }
}

fn orders(house: &House, count: usize, parties: &[i64]) -> Result<()> {
    for no in (0..count).step_by(100) {
        house.db.write_at(&house.ada, moment(no)?, |work| {
            (no..count.min(no + 100)).try_for_each(|no| {
                let title = format!("{} {COMMON} order {no}", word(no));
                let new = New { title: &title, party: Some(parties[no % parties.len()]), ..New::default() };
                orders::open_order(work, &new, &order(no)).map(|_| ())
            })
        })?;
    }
    Ok(())
}

fn order(no: usize) -> Order {
    let line = |place: i64| Line {
        no: place,
        article: format!("KD-{}", no % 100),
        words: words(no * 23, 6),
        quantity: "2".to_owned(),
        unit: "pc".to_owned(),
        price: "118.00".to_owned(),
        ..Line::default()
    };
    Order {
        external_id: format!("ERP-{no}"),
        purchase_order: format!("4500{no:06}"),
        currency: "EUR".to_owned(),
        lines: vec![line(10), line(20)],
        ..Order::default()
    }
}

/// A word that stands in one requirement and nowhere else.
pub fn rare(no: usize) -> String {
    format!("tag{no:06}")
}

fn remarks(house: &House, requirements: &[i64], count: usize) -> Result<()> {
    let one = |no: usize| {
        let (record, words) = (requirements[no % requirements.len()], words(no, 12));
        house.db.write_at(&house.ada, moment(no)?, |work| {
            work.remark(record, &words, Audience::Internal).map(|_| ())
        })?;
        Ok(())
    };
    eight_at_once((count / 8).saturating_sub(1), |_| Ok(()), |(), no| one(no)).map(|_| ())
}

/// Some words of the language of the data sets; every second run of them holds the common word.
fn words(seed: usize, count: usize) -> String {
    let mut all: Vec<String> =
        (0..count).map(|no| word(seed.wrapping_mul(2_654_435_761) / 7 + no * no)).collect();
    if seed.is_multiple_of(2) {
        COMMON.clone_into(&mut all[count / 2]);
    }
    all.join(" ")
}

/// One of 2,000 words.
fn word(no: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "cor", "den", "fi", "gal", "hu", "ket", "lor", "mi", "nas", "pel", "qua", "rin", "sto", "tu",
        "ver", "wil", "xa", "yor", "zen",
    ];
    let no = no % 2000;
    [SYLLABLES[no % 20], SYLLABLES[no / 20 % 20], SYLLABLES[no / 400 + no % 5]].concat()
}

/// The numbers of some records of a kind.
pub fn numbers(house: &House, kind: &Kind) -> Result<Vec<String>> {
    let wanted = Wanted { limit: Some(500), ..Wanted::default() };
    let page = house.db.read(&house.ada, |reader| reader.list(kind.prefix, &wanted))?;
    anyhow::ensure!(!page.rows.is_empty(), "there is no {}", kind.prefix);
    Ok(page.rows.into_iter().map(|it| it.number).collect())
}
