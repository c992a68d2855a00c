//! What people wait for: lists, records, search, what hangs on something, and how much a first visit loads.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use conversations::Conversation;
use kernel::{Body, Sort, Wanted};
use orders::Order;
use requirements::{Requirement, RequirementSet};
use web::testing::{Came, Client};

use crate::fill::{COMMON, numbers, rare};
use crate::house::House;
use crate::measure::{Table, eight_at_once, repeat};

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    lists(house, table)?;
    records(house, table)?;
    search(house, table)?;
    impact(house, table)?;
    weight(house, table)
}

/// A page, or what went wrong.
pub fn visit(browser: &mut Client, address: &str) -> Result<Came> {
    let came = browser.get(address);
    ensure!(came.status.is_success(), "{address} answers {}", came.status);
    Ok(came)
}

/// How long a page takes.
pub fn page(house: &House, table: &mut Table, what: &str, address: impl Fn(usize) -> String) -> Result<()> {
    page_in(&mut house.browser(), table, what, address)
}

/// The same for whoever sits in front of a browser.
pub fn page_in(
    browser: &mut Client,
    table: &mut Table,
    what: &str,
    address: impl Fn(usize) -> String,
) -> Result<()> {
    let times = repeat(200, |no| visit(browser, &address(no)).map(|_| ()))?;
    table.times(what, &times, "");
    Ok(())
}

fn lists(house: &House, table: &mut Table) -> Result<()> {
    let filtered = Wanted {
        states: vec!["draft".to_owned()],
        sort: Sort::Changed,
        descending: true,
        ..Wanted::default()
    };
    let held = Wanted { words: COMMON.to_owned(), ..Wanted::default() };
    for (what, wanted) in
        [("list of 50 by state, newest change", filtered), ("list of 50 by words, number", held)]
    {
        let times = repeat(200, |_| {
            let page = house.db.read(&house.ada, |reader| reader.list("REQ", &wanted))?;
            ensure!(page.rows.len() == 50);
            Ok(())
        })?;
        table.times(what, &times, "");
    }
    let address = "/requirements?q=state:draft&sort=changed&down=1";
    page(house, table, "list of 50 by state, page", |_| address.to_owned())?;
    let (_, times) =
        eight_at_once(100, |_| Ok(house.browser()), |browser, _| visit(browser, address).map(|_| ()))?;
    table.times("the same, eight users at once", &times, "");
    page(house, table, "list of what has a word of half of all, page", |_| {
        format!("/requirements?q={COMMON}")
    })?;
    page(house, table, "list of requirement sets, page", |_| "/requirement-sets?state=draft".to_owned())?;
    page(house, table, "list of orders, page", |_| "/orders".to_owned())?;
    page(house, table, "inbox, page", |_| "/inbox".to_owned())?;
    page(house, table, "home, page", |_| "/".to_owned())
}

fn records(house: &House, table: &mut Table) -> Result<()> {
    for (what, kind) in [
        ("a requirement with its history, page", Requirement::KIND),
        ("a set of 100 requirements, page", RequirementSet::KIND),
        ("a conversation of 5 mails, page", Conversation::KIND),
        ("an order, page", Order::KIND),
    ] {
        let numbers = numbers(house, &kind)?;
        page(house, table, what, |no| format!("/{}/{}", kind.path, numbers[no * 7 % numbers.len()]))?;
    }
    let orders = numbers(house, &Order::KIND)?;
    page(house, table, "the whole way of an order, page", |no| {
        format!("/orders/{}/way", orders[no * 7 % orders.len()])
    })?;
    ways(house, table)
}

/// What an auditor reads: the way of a set from the first mail to the signature, and all of it on one page.
fn ways(house: &House, table: &mut Table) -> Result<()> {
    let sets = agreed(house)?;
    let way = |no: usize| format!("/requirement-sets/{}/way", sets[no * 7 % sets.len()]);
    page(house, table, "the whole way of a signed set, page", way)?;
    let mut browser = house.browser();
    let mut most = 0;
    let times = repeat(50, |no| {
        let text = visit(&mut browser, &format!("{}?whole=1", way(no)))?.text;
        let (before, steps) =
            text.split_once(" steps stand on this page: the whole way.").context("it is not all of it")?;
        let count = before.rsplit(|it: char| !it.is_ascii_digit()).next().unwrap_or_default();
        most = most.max(count.parse::<usize>()?);
        let (mail, signature) = (steps.find("/sources/"), steps.rfind("/sign-offs/"));
        ensure!(mail.is_some() && mail < signature, "{} leads from no mail to a signature", way(no));
        Ok(())
    })?;
    table.times("the same on one page, mail to signature", &times, &format!("at most {most} steps"));
    Ok(())
}

/// The sets of the data set that their customer signed.
fn agreed(house: &House) -> Result<Vec<String>> {
    let wanted = Wanted { states: vec!["agreed".to_owned()], limit: Some(500), ..Wanted::default() };
    let page = house.db.read(&house.ada, |reader| reader.list("RS", &wanted))?;
    let sets = page.rows.into_iter().filter(|it| it.title.contains(COMMON)).map(|it| it.number);
    let sets: Vec<String> = sets.collect();
    ensure!(!sets.is_empty(), "no set was signed: an older program filled the folder");
    Ok(sets)
}

fn search(house: &House, table: &mut Table) -> Result<()> {
    let ask = |words: &str| {
        let hits = house.db.read(&house.ada, |reader| reader.search(words, None, 20))?;
        ensure!(!hits.is_empty(), "{words} is not found");
        Ok(())
    };
    table.times("search, a rare word", &repeat(200, |no| ask(&rare(no)))?, "");
    table.times("search, a word in half of all", &repeat(200, |_| ask(COMMON))?, "");
    page(house, table, "search, a word in half of all, page", |_| format!("/search?q={COMMON}"))
}

fn impact(house: &House, table: &mut Table) -> Result<()> {
    let numbers = numbers(house, &Requirement::KIND)?;
    let mut most = 0;
    let times = repeat(100, |no| {
        let reached = house.db.read(&house.ada, |reader| {
            let id = reader.mention_of(&numbers[no * 11 % numbers.len()])?.id;
            reader.impact(id, 5)
        })?;
        most = most.max(reached.reached.len());
        Ok(())
    })?;
    table.times("what hangs on a requirement, depth 5", &times, &format!("at most {most} reached"));
    Ok(())
}

fn weight(house: &House, table: &mut Table) -> Result<()> {
    let set = &numbers(house, &RequirementSet::KIND)?[0];
    let requirement = &numbers(house, &Requirement::KIND)?[0];
    for (what, address) in [
        ("home", "/".to_owned()),
        ("a requirement", format!("/requirements/{requirement}")),
        ("a set of 100 as a table", format!("/requirement-sets/{set}/table")),
    ] {
        weight_in(house.browser(), table, what, &address)?;
    }
    Ok(())
}

/// The compressed bytes of a page and of everything that it loads the first time.
pub fn weight_in(mut browser: Client, table: &mut Table, what: &str, address: &str) -> Result<()> {
    let plain = visit(&mut browser, address)?.text;
    let loaded = loaded(&mut browser, &plain)?;
    let mut browser = browser.with_header("accept-encoding", "gzip");
    let page = visit(&mut browser, address)?.bytes.len();
    let sizes: Result<Vec<usize>> =
        loaded.iter().map(|it| Ok(visit(&mut browser, it)?.bytes.len())).collect();
    let files: usize = sizes?.iter().sum();
    let beside = format!(
        "{:.1} KB compressed: page {:.1} KB, {} files {:.1} KB",
        kilobytes(page + files),
        kilobytes(page),
        loaded.len(),
        kilobytes(files)
    );
    table.figure(&format!("weight of a first visit: {what}"), &beside);
    Ok(())
}

/// The files that a page names, and those that its scripts import.
fn loaded(browser: &mut Client, page: &str) -> Result<BTreeSet<String>> {
    let named = page.split('"').filter(|it| it.starts_with("/assets/"));
    let mut waiting: Vec<String> = named.map(|it| it.split('#').next().unwrap_or(it).to_owned()).collect();
    let mut found = BTreeSet::new();
    while let Some(address) = waiting.pop() {
        if !found.insert(address.clone()) || !address.ends_with(".js") {
            continue;
        }
        let folder = address.rsplit_once('/').map_or("", |it| it.0);
        let script = visit(browser, &address)?.text;
        let imported =
            script.split('"').filter_map(|it| it.strip_prefix("./")).filter(|it| it.ends_with(".js"));
        waiting.extend(imported.map(|it| format!("{folder}/{it}")));
    }
    Ok(found)
}

#[expect(clippy::cast_precision_loss, reason = "no page is that long")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
