//! What people do: open an organisation, name its people, say which addresses are theirs and how they want to be told.

mod contact;
mod contract;
mod import;
mod merge;
mod tell;

use std::collections::BTreeSet;

use identity::{Person, is_email};
use kernel::{Error, Faults, Made, New, PartyId, PersonId, Result, Work, text};
use serde::Serialize;
use serde_json::json;

pub use self::contact::{NewRole, end_role, give_role, verify};
pub use self::contract::{NewContract, end_contract, record_contract};
pub use self::import::{CONTACTS, CUSTOMERS};
pub use self::merge::{NOT_CHOSEN, is_of_a_person, keep_apart, merge, merge_people, part, part_people};
pub use self::tell::{Heard, Occasion, tell, undisturbed, write};
use crate::model::{Organisation, Profile, Way};
use crate::queries;
use crate::rules::{KEEPERS, is_shared_mailbox};

/// Opens an organisation.
pub fn open(work: &mut Work, new: &New, organisation: &Organisation) -> Result<Made> {
    work.create(new, organisation)
}

#[derive(Serialize)]
struct NewDomain<'a> {
    record_id: PartyId,
    domain: &'a str,
}

/// Keeps the domains of an organisation a line each, by which whoever writes from there is known.
pub fn keep_domains(work: &mut Work, id: PartyId, it: &Organisation) -> Result<()> {
    let wanted: BTreeSet<String> = it.domains.iter().map(|it| it.to_lowercase()).collect();
    let known = queries::domains(work, id)?;
    for (line, _) in known.iter().filter(|(_, domain)| !wanted.contains(domain)) {
        work.remove("domain_of", id, *line)?;
    }
    for domain in wanted.iter().filter(|it| !known.iter().any(|(_, domain)| domain == *it)) {
        work.add("domain_of", id, &NewDomain { record_id: id, domain })?;
    }
    Ok(())
}

/// Changes what is kept of an organisation; refuses whoever has an older copy.
pub fn change(
    work: &mut Work,
    number: &str,
    version: i64,
    name: &str,
    organisation: Organisation,
) -> Result<()> {
    change_with(work, number, version, name, |it| *it = organisation)
}

/// The same, of which only some fields are sent.
pub fn change_with(
    work: &mut Work,
    number: &str,
    version: i64,
    name: &str,
    edit: impl FnOnce(&mut Organisation),
) -> Result<()> {
    standing_for_itself(work, number)?;
    let mut case = work.find::<Organisation>(number)?;
    case.must_be_at(version)?;
    work.retitle(&mut case, name)?;
    work.revise(&mut case, edit)
}

/// Says how a customer wants to be told what, as it was agreed with them (ISO 9001, 8.2.1), and what one has to mind.
pub fn agree_profile(
    work: &mut Work,
    number: &str,
    version: i64,
    profile: &Profile,
    sensitivity: &str,
) -> Result<()> {
    let organisation = standing_for_itself(work, number)?;
    let mut case = work.find::<Organisation>(number)?;
    case.must_be_at(version)?;
    let theirs = queries::everybody_of(work, organisation)?;
    let mut faults = Faults::default();
    for (place, line) in profile.lines.iter().enumerate() {
        let known = line.person.is_none_or(|it| theirs.contains(&it));
        faults.unless(known, &format!("person{}", place + 1), text!("Choose somebody of this organisation."));
    }
    faults.into_result()?;
    work.called("profile_agreed");
    work.revise(&mut case, |it| {
        it.profile = profile.clone();
        sensitivity.trim().clone_into(&mut it.sensitivity);
    })
}

/// The organisation, unless it was merged into another.
fn standing_for_itself(work: &Work, number: &str) -> Result<PartyId> {
    let organisation = work.find::<Organisation>(number)?.record.id.raw();
    match work.successor(organisation)? {
        None => Ok(organisation),
        Some(it) => {
            Err(text!("{number} was merged into {to}. Change that one.", number = number, to = it.number)
                .into())
        }
    }
}

/// Somebody who speaks for an organisation.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewContact<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    /// The language of their pages: `en` or `de`; as their browser asks where it is another.
    pub language: &'a str,
    pub job_title: &'a str,
}

/// Adds a person of an organisation, whom mail knows by their address from then on.
///
/// # Errors
/// An address that somebody has is named with whose it is; a shared mailbox identifies no person.
pub fn add_contact(work: &mut Work, number: &str, contact: &NewContact) -> Result<Made> {
    KEEPERS.covers(work.actor, None)?;
    let party = standing_for_itself(work, number)?;
    let email = queries::as_kept(contact.email);
    if let Some(taken) = queries::holder_of(work, &email)? {
        return Err(Faults::one("email", is_known_already(&taken)).into());
    }
    let sentence = text!(
        "Several people read {email}, so it identifies nobody. Add it under “How mail knows them”, and leave it empty here.",
        email = &email
    );
    let mut faults = Faults::default();
    faults.unless(!is_shared_mailbox(&email), "email", sentence);
    faults.into_result()?;
    let language = if ["en", "de"].contains(&contact.language) { contact.language } else { "" };
    let person = Person {
        email: contact.email.to_owned(),
        phone: contact.phone.trim().to_owned(),
        language: language.to_owned(),
        job_title: contact.job_title.trim().to_owned(),
        ..Person::default()
    };
    identity::add_person(work, &New { title: contact.name, party: Some(party), ..New::default() }, &person)
}

#[derive(Serialize)]
struct NewIdentity<'a> {
    record_id: PartyId,
    address: &'a str,
    person: Option<PersonId>,
    is_shared: bool,
    kind: Way,
    at: i64,
    by: PersonId,
}

/// Knows an organisation, or somebody of it, by a further address for mail. Without a person it is shared and
/// tells nobody who wrote.
///
/// # Errors
/// An address is known of one organisation only; the person must belong to it; a shared mailbox is nobody's own.
pub fn know(work: &mut Work, organisation: PartyId, address: &str, person: Option<PersonId>) -> Result<i64> {
    know_by(work, organisation, (Way::Email, address), person)
}

/// The same by telephone or another way.
pub fn know_by(
    work: &mut Work,
    organisation: PartyId,
    (way, address): (Way, &str),
    person: Option<PersonId>,
) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    let number = work.find_by_id::<Organisation>(organisation)?.record.number;
    standing_for_itself(work, &number)?;
    let address = queries::as_kept(address);
    let mut faults = Faults::default();
    match way {
        Way::Email => {
            faults.unless(is_email(&address), "address", text!("Give an address like name@company.example."));
            let is_own = person.is_none() || !is_shared_mailbox(&address);
            faults.unless(
                is_own,
                "person",
                text!("Several people read {email}. Say that it is shared.", email = &address),
            );
        }
        Way::Phone => {
            let digits = address.chars().filter(char::is_ascii_digit).count();
            faults.unless((5..=20).contains(&digits), "address", text!("Give a number like +49 421 123456."));
        }
        Way::Other => {
            let fits = (1..=200).contains(&address.chars().count());
            faults.unless(fits, "address", text!("Give it in at most {count} characters.", count = 200i64));
        }
    }
    if let Some(taken) = queries::holder_of(work, &address)? {
        faults.add("address", is_known_already(&taken));
    } else if let Some((id, holder, name)) = identity::person_with_email(work, &address)? {
        let sentence = text!("{name} ({number}) has this address already.", name = name, number = holder);
        faults.unless(Some(id) == person, "address", sentence);
    }
    let theirs = queries::everybody_of(work, organisation)?;
    faults.unless(
        person.is_none_or(|it| theirs.contains(&it)),
        "person",
        text!("Choose somebody of this organisation."),
    );
    faults.into_result()?;
    keep_address(work, organisation, (way, &address), person)
}

fn keep_address(
    work: &mut Work,
    organisation: PartyId,
    (kind, address): (Way, &str),
    person: Option<PersonId>,
) -> Result<i64> {
    work.called("address_added");
    work.note(organisation, json!({ "address": "added", "person": person }))?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let (record_id, is_shared) = (organisation, person.is_none());
    work.add(
        "identity_of",
        organisation,
        &NewIdentity { record_id, address, person, is_shared, kind, at, by },
    )
}

fn is_known_already(number: &str) -> kernel::Text {
    text!("This address is known of {number} already.", number = number)
}

/// Forgets a further address of an organisation.
pub fn forget(work: &mut Work, number: &str, address: i64) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let organisation = work.find::<Organisation>(number)?.record.id.raw();
    if queries::addresses(work, organisation)?.iter().all(|it| it.id != address) {
        return Err(Error::NotFound);
    }
    work.called("address_removed");
    work.note(organisation, json!({ "address": "removed" }))?;
    work.remove("identity_of", organisation, address)
}
