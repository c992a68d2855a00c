//! What people do with organisations and those who speak for them.

use identity::Person;
use kernel::{Error, Faults, Made, New, PartyId, PersonId, Result, Work, text};

use crate::model::{Identity, Organisation};
use crate::queries;

/// Opens an organisation.
pub fn open(work: &mut Work, new: &New, body: &Organisation) -> Result<Made> {
    work.create(new, body)
}

/// Changes what we know of an organisation; refuses whoever has an older copy.
pub fn change(work: &mut Work, number: &str, version: i64, name: &str, body: Organisation) -> Result<()> {
    let mut case = work.find::<Organisation>(number)?;
    case.must_be_at(version)?;
    work.retitle(&mut case, name)?;
    work.revise(&mut case, |it| *it = body)
}

/// Somebody who speaks for an organisation.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewContact<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub language: &'a str,
    pub job_title: &'a str,
}

/// Adds a contact, known by their address from then on.
pub fn add_contact(work: &mut Work, organisation: &str, contact: &NewContact) -> Result<Made> {
    let party = work.find::<Organisation>(organisation)?.record.id.raw();
    let mut faults = Faults::default();
    faults.unless(!contact.name.trim().is_empty(), "name", text!("Give the name of the contact."));
    faults.into_result()?;
    let person = Person {
        email: contact.email.trim().to_lowercase(),
        phone: contact.phone.trim().to_owned(),
        language: if contact.language == "de" { "de".to_owned() } else { "en".to_owned() },
        job_title: contact.job_title.trim().to_owned(),
        ..Person::default()
    };
    let made = work.create(&New { title: contact.name, party: Some(party), ..New::default() }, &person)?;
    if !person.email.is_empty() {
        know(work, party, &person.email, Some(made.id))?;
    }
    Ok(made)
}

/// Knows an organisation, or somebody of it, by an address. Without a person it is a shared mailbox.
///
/// # Errors
/// Refuses an address that somebody else is known by.
pub fn know(work: &mut Work, organisation: PartyId, address: &str, person: Option<PersonId>) -> Result<i64> {
    let address = address.trim().to_lowercase();
    if !identity::is_email(&address) {
        return Err(Faults::one("address", text!("Give an address like name@company.example.")).into());
    }
    if queries::address_is_known(work, &address)? {
        let sentence = text!("{address} is known already. Look who it is.", address = address);
        return Err(Faults::one("address", sentence).into());
    }
    let at = work.now.as_microsecond();
    let line =
        Identity { record_id: organisation, address, person, is_shared: person.is_none(), at, audience: "internal" };
    work.called("known_by");
    work.add("identity_of", organisation, &line)
}

/// Forgets an address.
pub fn forget(work: &mut Work, organisation: &str, address: i64) -> Result<()> {
    let party = work.find::<Organisation>(organisation)?.record.id.raw();
    if queries::owner_of_address(work, address)? != Some(party) {
        return Err(Error::NotFound);
    }
    work.remove("identity_of", party, address)
}
