//! What a customer waits for who is asked to sign: the page behind the link of the letter, before the code and after.

use anyhow::{Context, Result, ensure};
use customers::Proof;
use kernel::{Actor, Error, Made, New};
use requirements::RequirementSet;
use reviews::{Confirmed, SignOff, Signatory, Signer};
use web::testing::Client;

use crate::changes::{proven, review, somebody, template};
use crate::fill::requirement;
use crate::house::House;
use crate::measure::Table;
use crate::pages::{page_in, visit, weight_in};

/// So many requirements are signed.
const SIGNED: usize = 100;
/// Who signs, and for whom.
const SIGNATORY: &str = "carl.whitfield@meridian-dairies.example";
pub const CUSTOMER: &str = "K-1001";
/// Who judges for quality before.
pub const REVIEWER: &str = "bob.okafor@kestrel-dosing.example";
/// Where letters lead.
const SITE: &str = "http://reqord.test";

/// A set with what it holds.
pub struct Matter {
    pub id: i64,
    pub number: String,
    pub items: Vec<String>,
}

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
    let (set, added) = house.db.write(&house.ada, |work| {
        let party = Some(work.mention_of(CUSTOMER)?.id);
        let new = New { title: "A set to be signed", party, ..New::default() };
        let set = requirements::open_set(work, &new, &RequirementSet::default())?;
        let many: Vec<_> = (0..SIGNED).map(requirement).collect();
        let added = requirements::add_many(work, &set.number, &many)?;
        Ok((set, added))
    })?;
    let items = added.into_iter().map(|it| it.number).collect();
    make_sure(house)?;
    let bob = somebody(house, REVIEWER)?;
    Ok(offer(house, template(house, &bob)?, &Matter { id: set.id, number: set.number, items })?.id)
}

/// The customer answered from their address, so letters and codes may go there.
pub fn make_sure(house: &House) -> Result<()> {
    house.db.write(&house.ada, |work| customers::verify(work, CUSTOMER, SIGNATORY, Proof::Answered))?;
    Ok(())
}

/// Releases a set, has it reviewed and offers it to the customer.
fn offer(house: &House, template: i64, it: &Matter) -> Result<Made> {
    house.db.write(&house.ada, |work| requirements::release(work, &it.number, "To measure"))?;
    let items: Vec<&str> = it.items.iter().map(String::as_str).collect();
    review(house, template, (it.id, &items), &somebody(house, REVIEWER)?)?;
    let person = somebody(house, SIGNATORY)?.person;
    let wanted = SignOff {
        subject: it.id,
        summary: "What was asked for.".to_owned(),
        signatories: vec![Signatory { person }],
        base: SITE.to_owned(),
        ..SignOff::default()
    };
    Ok(house.db.write(&house.ada, |work| reviews::offer_to_customer(work, &New::default(), &wanted))?)
}

/// Takes a set the whole way: released, reviewed and signed by quality and management, offered, confirmed by the
/// customer.
pub fn agree(house: &House, template: i64, it: &Matter) -> Result<()> {
    let number = offer(house, template, it)?.number;
    let carl = somebody(house, SIGNATORY)?;
    let proof = proven(house, &carl);
    house.db.write(&carl, |work| {
        let digest = work.find::<SignOff>(&number)?.body.digest;
        let signer = Signer { name: &carl.name, role: "Project engineer", language: "en", zone: "UTC" };
        reviews::confirm(work, &number, &Confirmed { digest: &digest, signer, pass: None }, &proof)
    })?;
    Ok(())
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
