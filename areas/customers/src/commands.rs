//! What people do: open an organisation, name its people, and say which addresses are theirs.

use identity::{Person, is_email};
use kernel::{Error, Faults, Made, New, PartyId, PersonId, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::Organisation;
use crate::queries;
use crate::rules::KEEPERS;

/// Opens an organisation.
pub fn open(work: &mut Work, new: &New, organisation: &Organisation) -> Result<Made> {
    work.create(new, organisation)
}

/// Changes what is kept of an organisation; refuses whoever has an older copy.
pub fn change(
    work: &mut Work,
    number: &str,
    version: i64,
    name: &str,
    organisation: Organisation,
) -> Result<()> {
    let mut case = work.find::<Organisation>(number)?;
    case.must_be_at(version)?;
    if organisation.parent == Some(case.record.id.raw()) {
        return Err(Faults::one("parent", text!("It cannot be part of itself.")).into());
    }
    work.retitle(&mut case, name)?;
    work.revise(&mut case, |it| *it = organisation)
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
pub fn add_contact(work: &mut Work, number: &str, contact: &NewContact) -> Result<Made> {
    KEEPERS.covers(work.actor, None)?;
    let party: PartyId = work.find::<Organisation>(number)?.record.id.raw();
    if let Some(taken) = queries::holder_of(work, &contact.email.trim().to_lowercase())? {
        return Err(Faults::one("email", is_known_already(&taken)).into());
    }
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
    at: i64,
    by: PersonId,
}

/// Knows an organisation, or somebody of it, by a further address. Without a person it is shared and tells
/// nobody who wrote.
///
/// # Errors
/// An address is known of one organisation only; the person must belong to it.
pub fn know(work: &mut Work, organisation: PartyId, address: &str, person: Option<PersonId>) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    work.find_by_id::<Organisation>(organisation)?;
    let address = address.trim().to_lowercase();
    let mut faults = Faults::default();
    faults.unless(is_email(&address), "address", text!("Give an address like name@company.example."));
    if let Some(taken) = queries::holder_of(work, &address)? {
        faults.add("address", is_known_already(&taken));
    }
    let theirs = queries::contacts(work, organisation)?;
    let is_theirs = person.is_none_or(|it| theirs.iter().any(|contact| contact.id == it));
    faults.unless(is_theirs, "person", text!("Choose somebody of this organisation."));
    faults.into_result()?;
    work.called("address_added");
    work.note(organisation, json!({ "address": "added", "person": person }))?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let line = NewIdentity {
        record_id: organisation,
        address: &address,
        person,
        is_shared: person.is_none(),
        at,
        by,
    };
    work.add("identity_of", organisation, &line)
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
