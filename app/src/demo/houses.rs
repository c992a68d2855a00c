//! Customers in full: their sites, what people do, how each wants to be told, and what always holds for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use customers::{
    Channel, ContactRole, Level, Merging, NewContract, NewRole, Organisation, Profile, ProfileLine, Proof,
    Says, Topic, Way,
};
use jiff::Timestamp;
use kernel::{Db, New, PersonId, Work};
use requirements::{Class, Departure, NewRequirement, Requirement, RequirementSet};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::{self, Company};
use super::files;

/// A line of what was agreed with a customer about being told things.
#[derive(Clone, Deserialize)]
struct Agreed {
    customer: String,
    subject: String,
    channel: String,
    role: String,
    language: String,
    notice_days: i64,
    approval_needed: String,
    agreed_day: i64,
    threshold: String,
}

/// What people do (`demo/README.md`, section 4).
const ROLES: [(&str, &str, ContactRole); 8] = [
    ("K-1001", "Carl Whitfield", ContactRole::Project),
    ("K-1001", "Gordon Ames", ContactRole::Buyer),
    ("K-1001", "Priya Raman", ContactRole::Quality),
    ("K-1001", "Nell Fairclough", ContactRole::Maintenance),
    ("K-1002", "Eve Zimmermann", ContactRole::Quality),
    ("K-1002", "Reto Amsler", ContactRole::Engineer),
    ("K-1003", "Malte Kröger", ContactRole::Engineer),
    ("K-1005", "Marta Ruiz", ContactRole::Buyer),
];

/// The rows of the old system that are told here: one is a site, one was merged at once, one still waits to be.
const SITE: &str = "8030";
const MERGED: (&str, &str) = ("8011", "K-1006");
const WAITING: &str = "8023";

/// The customers for whom something always holds, with what is written down of it.
const STANDING: [&str; 5] = ["K-1001", "K-1002", "K-1003", "K-1010", "K-1022"];

/// Everything that is told of customers beyond their names.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut told = vec![
        Chapter::new(time.at(-728, 9, 0)?, rest_of_the_export),
        Chapter::new(time.at(-727, 10, 0)?, merge_the_double),
        Chapter::new(time.at(-160, 11, 0)?, roles),
        Chapter::new(time.at(-150, 16, 30)?, sure_of_carl),
        Chapter::new(time.at(-140, 10, 15)?, silence_by_contract),
        Chapter::new(time.at(-2, 9, 0)?, standing_of_the_site),
        Chapter::new(time.at(-1, 9, 30)?, set_of_the_site),
    ];
    for (place, number) in (0i8..).zip(STANDING) {
        told.push(Chapter::new(time.at(-3, 9 + place, 0)?, move |db, company, at| {
            standing(db, company, at, number)
        }));
    }
    let mut profiles: BTreeMap<String, Vec<Agreed>> = BTreeMap::new();
    for row in files::rows::<Agreed>("customers/profiles.csv")? {
        profiles.entry(row.customer.clone()).or_default().push(row);
    }
    for (number, rows) in profiles {
        let day = rows.first().map_or(0, |it| it.agreed_day);
        let (agreed, review) = (time.day(day)?, time.day(day + 365)?);
        told.push(Chapter::new(time.at(day, 15, 10)?, move |db, company, at| {
            agree(db, company, at, &number, &rows, (agreed, review))
        }));
    }
    Ok(told)
}

fn old(work: &mut Work, row: &str, level: Level, parent: Option<i64>) -> kernel::Result<kernel::Made> {
    let found = company::organisations_of_the_export().map_err(kernel::Error::Broken)?;
    let (_, name, body) = found.into_iter().find(|(it, ..)| it == row).ok_or(kernel::Error::NotFound)?;
    // A site shares the domain of its house, whose name the mail is filed under.
    let domains = if level == Level::Site { Vec::new() } else { body.domains.clone() };
    let body = Organisation { level, parent, domains, ..body };
    customers::open(work, &New { title: &name, ..New::default() }, &body)
}

fn rest_of_the_export(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let house = company.customers.get("K-1003").copied();
    db.write_at(company.person("ada")?, at, |work| {
        work.because("Taken over from the old system");
        old(work, SITE, Level::Site, house)?;
        old(work, MERGED.0, Level::Firm, None)?;
        old(work, WAITING, Level::Firm, None).map(|_| ())
    })?;
    Ok(())
}

fn merge_the_double(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    db.write_at(company.person("bob")?, at, |work| {
        let double = customers::likely_doubles(work)?.into_iter().find(|it| it.one.0 == MERGED.1);
        let other = double.ok_or(kernel::Error::NotFound)?.other.0;
        work.because("The same brewery, twice in the old system");
        customers::merge(work, &Merging { survivor: MERGED.1.to_owned(), other, ..Merging::default() })
    })?;
    Ok(())
}

fn person(work: &Work, company: &Company, number: &str, name: &str) -> kernel::Result<Option<PersonId>> {
    let Some(organisation) = company.customers.get(number) else { return Ok(None) };
    let all = customers::contacts(work, *organisation)?;
    Ok(all.into_iter().find(|it| it.name == name).map(|it| it.id))
}

fn roles(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    for (number, name, role) in ROLES {
        db.write_at(company.person("ada")?, at, |work| {
            let person = person(work, company, number, name)?.ok_or(kernel::Error::NotFound)?;
            customers::give_role(work, number, &NewRole { person, role, since: None, until: None })
        })?;
    }
    Ok(())
}

fn sure_of_carl(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    const PHONE: &str = "+44 7700 900417";
    let carl = company.person("carl")?.person;
    let meridian = company.customers.get("K-1001").copied().context("Meridian is a customer")?;
    db.write_at(company.person("ada")?, at, |work| {
        customers::know_by(work, meridian, (Way::Phone, PHONE), Some(carl))?;
        customers::verify(work, "K-1001", PHONE, Proof::InPerson)?;
        customers::verify(work, "K-1001", "carl.whitfield@meridian-dairies.example", Proof::Answered)
    })?;
    Ok(())
}

/// The brewery group answers nothing that it agrees with: so it stands in its frame contract.
fn silence_by_contract(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let contract = NewContract {
        number: "FC-2019-04".into(),
        clause: "6.3".into(),
        says: Says::Silence,
        holds_from: None,
        holds_until: None,
    };
    db.write_at(company.person("bob")?, at, |work| customers::record_contract(work, "K-1003", &contract))?;
    Ok(())
}

fn agree(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    number: &str,
    rows: &[Agreed],
    (agreed, review): (jiff::civil::Date, jiff::civil::Date),
) -> Result<()> {
    db.write_at(company.person("ada")?, at, |work| {
        let version = work.find::<Organisation>(number)?.record.version;
        let mut lines = Vec::new();
        for row in rows {
            let (topic, subject) = topic(&row.subject);
            lines.push(ProfileLine {
                topic,
                subject: subject.to_owned(),
                channel: channel(&row.channel),
                person: person(work, company, number, &row.role)?,
                role: None,
                language: row.language.clone(),
                notice_days: row.notice_days,
                needs_approval: row.approval_needed == "yes",
                threshold: row.threshold.clone(),
            });
        }
        let profile = Profile {
            channel: lines.first().map(|it| it.channel),
            lines,
            agreed_on: Some(agreed),
            review_on: Some(review),
            ..Profile::default()
        };
        customers::agree_profile(work, number, version, &profile, "")
    })?;
    Ok(())
}

fn topic(subject: &str) -> (Topic, &str) {
    match subject {
        "change of wetted material" => (Topic::Change, "wetted material"),
        "other product change" => (Topic::Change, "everything else"),
        "software change" => (Topic::Change, "software"),
        "delay" => (Topic::Delay, ""),
        "commercial" => (Topic::Commercial, ""),
        "order" => (Topic::Order, ""),
        _ => (Topic::Change, ""),
    }
}

fn channel(words: &str) -> Channel {
    match words {
        "portal" => Channel::Portal,
        "telephone" => Channel::Telephone,
        "e-mail with PDF letter" => Channel::Letter,
        _ => Channel::Email,
    }
}

/// Opens the standing set of a customer, releases it and shows it to them.
fn standing(db: &Arc<Db>, company: &Company, at: Timestamp, number: &str) -> Result<()> {
    let ada = company.person("ada")?;
    let party = company.customers.get(number).copied();
    let set = db.write_at(ada, at, |work| {
        let body = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let title = format!("What always holds for {}", work.mention_of(number)?.title);
        let set = requirements::open_set(work, &New { title: &title, party, ..New::default() }, &body)?;
        for (title, words) in company::always(number) {
            requirements::add(work, &set.number, &line(title, words))?;
        }
        Ok(set.number)
    })?;
    db.write_at(ada, at, |work| requirements::release(work, &set, "As agreed with them"))?;
    db.write_at(ada, at, |work| requirements::offer(work, &set, 1))?;
    Ok(())
}

fn line(title: &str, words: &str) -> NewRequirement {
    let body = Requirement { statement: words.to_owned(), class: Class::Stated, ..Requirement::default() };
    NewRequirement { title: title.to_owned(), body, ..NewRequirement::default() }
}

fn site(db: &Arc<Db>, company: &Company) -> Result<i64> {
    let house = company.customers.get("K-1003").copied().context("the water board is a customer")?;
    let parts = db.read(company.person("ada")?, |reader| customers::house_of(reader, house))?;
    Ok(parts.into_iter().find(|it| it.parent == Some(house)).context("it has a site")?.id)
}

/// The site takes deliveries at other hours than its house.
fn standing_of_the_site(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let (ada, party) = (company.person("ada")?, site(db, company)?);
    let set = db.write_at(ada, at, |work| {
        let body = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let new = New { title: "What always holds for Wasserwerk 2", party: Some(party), ..New::default() };
        let set = requirements::open_set(work, &new, &body)?;
        let own = requirements::add(
            work,
            &set.number,
            &line("Delivery 06:00 to 09:00", "Deliveries come between 06:00 and 09:00 only."),
        )?;
        let above = requirements::applying_to(work, party)?;
        let origin = above.first().map(|it| it.number.clone()).unwrap_or_default();
        let reason = "The gate of Wasserwerk 2 is staffed in the early shift only.".to_owned();
        requirements::depart(work, &set.number, &Departure { origin, instead: Some(own.number), reason })?;
        Ok(set.number)
    })?;
    db.write_at(ada, at, |work| requirements::release(work, &set, "As Malte Kröger wrote"))?;
    Ok(())
}

/// A new matter of the site takes over what holds there.
fn set_of_the_site(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let party = Some(site(db, company)?);
    db.write_at(company.person("ada")?, at, |work| {
        let body = RequirementSet {
            matter: "The two old pumps of Wasserwerk 2 are replaced.".to_owned(),
            ..RequirementSet::default()
        };
        let new = New { title: "Hypochlorite dosing for Wasserwerk 2", party, ..New::default() };
        requirements::open_set(work, &new, &body)
    })?;
    Ok(())
}
