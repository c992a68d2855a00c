//! What a customer waits for who is asked to sign: the page behind the link of the letter, before the code and after.

use anyhow::{Context, Result, ensure};
use customers::Proof;
use kernel::{Actor, Error, New};
use requirements::RequirementSet;
use reviews::{SignOff, Signatory};
use web::testing::Client;

use crate::changes::{review, somebody};
use crate::fill::requirement;
use crate::house::House;
use crate::measure::Table;
use crate::pages::{page_in, visit, weight_in};

/// So many requirements are signed.
const SIGNED: usize = 100;
/// Who signs, and for whom.
const SIGNATORY: &str = "carl.whitfield@meridian-dairies.example";
const CUSTOMER: &str = "K-1001";
/// Where letters lead.
const SITE: &str = "http://reqord.test";

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    let sign_off = offered(house)?;
    let words = last_letter(house, sign_off)?;
    let link = words.split_whitespace().find_map(|it| it.strip_prefix(SITE)).context("no link was sent")?;
    let mut before = house.stranger();
    page_in(&mut before, table, "behind the link of a letter, page", |_| link.to_owned())?;
    weight_in(before, table, "behind the link of a letter", link)?;
    let mut after = house.stranger();
    open(house, (sign_off, link), &mut after)?;
    page_in(&mut after, table, "100 requirements to be signed, page", |_| link.to_owned())?;
    weight_in(after, table, "100 requirements to be signed", link)
}

/// A set that was reviewed and offered to its customer: the key of the sign-off.
fn offered(house: &House) -> Result<i64> {
    let bob = somebody(house, "bob.okafor@kestrel-dosing.example")?;
    let person = somebody(house, SIGNATORY)?.person;
    let (set, added) = house.db.write(&house.ada, |work| {
        let party = Some(work.mention_of(CUSTOMER)?.id);
        let new = New { title: "A set to be signed", party, ..New::default() };
        let set = requirements::open_set(work, &new, &RequirementSet::default())?;
        let many: Vec<_> = (0..SIGNED).map(requirement).collect();
        let added = requirements::add_many(work, &set.number, &many)?;
        Ok((set, added))
    })?;
    house.db.write(&house.ada, |work| requirements::release(work, &set.number, "To measure"))?;
    let items: Vec<&str> = added.iter().map(|it| it.number.as_str()).collect();
    review(house, (set.id, &items), &bob)?;
    let wanted = SignOff {
        subject: set.id,
        summary: "What was asked for.".to_owned(),
        signatories: vec![Signatory { person }],
        base: SITE.to_owned(),
        ..SignOff::default()
    };
    let made = house.db.write(&house.ada, |work| {
        customers::verify(work, CUSTOMER, SIGNATORY, Proof::Answered)?;
        reviews::offer_to_customer(work, &New::default(), &wanted)
    })?;
    Ok(made.id)
}

/// The last letter of a record, as its addressee reads it.
fn last_letter(house: &House, record: i64) -> Result<String> {
    Ok(house.db.read(&Actor::system(), |reader| {
        let (_, last, _) = reader.letters_of(record)?.pop().ok_or(Error::NotFound)?;
        Ok(reader.opened(last)?.words)
    })?)
}

/// Types the code of the link.
fn open(house: &House, (sign_off, link): (i64, &str), browser: &mut Client) -> Result<()> {
    browser.post_form(&format!("{link}/code"), &[]);
    let words = last_letter(house, sign_off)?;
    let code = words.split(|it: char| !it.is_ascii_digit()).find(|it| it.len() == 6);
    browser.post_form(&format!("{link}/enter"), &[("code", code.context("no code was sent")?)]);
    let is_open = visit(browser, link)?.text.contains("name=\"digest\"");
    ensure!(is_open, "the code opens nothing");
    Ok(())
}
