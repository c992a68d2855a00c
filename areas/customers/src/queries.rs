//! What people ask of organisations: who they are, who speaks for them, what is with them now.

use kernel::{PartyId, PersonId, Reader, Result, sql, values};
use serde::{Deserialize, Serialize};

use crate::rules::domain_of;

/// Whoever an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Known {
    pub organisation: PartyId,
    /// None for a shared mailbox, and for an address of which only the domain is known.
    pub person: Option<PersonId>,
}

/// Who is behind an address: told by the address itself, else by the domain of an organisation.
pub fn party_of_address(reader: &Reader, address: &str) -> Result<Option<Known>> {
    let address = address.trim().to_lowercase();
    let exact = reader.maybe(
        sql!("select record_id as organisation, person from visible_identity_of where address = $1"),
        values![&address],
    )?;
    if exact.is_some() {
        return Ok(exact);
    }
    let Some(domain) = domain_of(&address) else { return Ok(None) };
    let organisation = organisation_of_domain(reader, &domain)?;
    Ok(organisation.map(|organisation| Known { organisation, person: None }))
}

/// The one organisation whose mail comes from a domain; none where two share it.
fn organisation_of_domain(reader: &Reader, domain: &str) -> Result<Option<PartyId>> {
    let all: Vec<PartyId> = reader.rows(
        sql!(
            "select organisation.id from organisation join visible on visible.id = organisation.id
             where domains like $1 and parent is null order by organisation.id limit 2"
        ),
        values![format!("%\"{}\"%", domain.replace(['%', '_', '"'], ""))],
    )?;
    Ok(if all.len() == 1 { all.first().copied() } else { None })
}

/// Whether somebody is known by an address.
pub fn address_is_known(reader: &Reader, address: &str) -> Result<bool> {
    let known: Option<i64> =
        reader.maybe(sql!("select id from visible_identity_of where address = $1"), values![address])?;
    Ok(known.is_some())
}

/// Whose address it is.
pub fn owner_of_address(reader: &Reader, id: i64) -> Result<Option<PartyId>> {
    reader.maybe(sql!("select record_id from visible_identity_of where id = $1"), values![id])
}

/// Somebody who speaks for an organisation.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Contact {
    pub id: PersonId,
    pub number: String,
    pub name: String,
    pub state: String,
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub language: String,
}

/// The contacts of an organisation.
pub fn contacts(reader: &Reader, organisation: PartyId) -> Result<Vec<Contact>> {
    reader.rows(
        sql!(
            "select visible.id, number, title as name, state, email, phone, job_title, language
             from visible join person on person.id = visible.id where party = $1 order by title"
        ),
        values![organisation],
    )
}

/// An address that an organisation or somebody of it is known by.
#[derive(Clone, Debug, Deserialize)]
pub struct Address {
    pub id: i64,
    pub address: String,
    pub person: Option<PersonId>,
    pub is_shared: bool,
}

/// The addresses of an organisation.
pub fn addresses(reader: &Reader, organisation: PartyId) -> Result<Vec<Address>> {
    reader.rows(
        sql!("select id, address, person, is_shared from visible_identity_of where record_id = $1 order by address"),
        values![organisation],
    )
}

/// A record of an organisation.
#[derive(Clone, Debug, Deserialize)]
pub struct Matter {
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub changed_at: i64,
}

/// What is with an organisation: its conversations, sets and whatever else there is, the newest first.
pub fn matters(reader: &Reader, organisation: PartyId, limit: i64) -> Result<Vec<Matter>> {
    reader.rows(
        sql!(
            "select number, kind, title, state, changed_at from visible
             where party = $1 and kind not in ('PE', 'K', 'REQ') order by changed_at desc, id desc limit $2"
        ),
        values![organisation, limit],
    )
}

/// An organisation to choose from.
#[derive(Clone, Debug, Deserialize)]
pub struct Choice {
    pub id: PartyId,
    pub number: String,
    pub title: String,
}

/// The organisations one may choose from, by name.
pub fn choices(reader: &Reader) -> Result<Vec<Choice>> {
    reader.rows(
        sql!("select id, number, title from visible where kind = 'K' and state = 'active' order by title"),
        &[],
    )
}

/// What a list shows of an organisation beside its envelope.
#[derive(Clone, Debug, Deserialize)]
pub struct Place {
    pub id: PartyId,
    pub town: String,
    pub country: String,
    pub trade: String,
}

/// Where the organisations of a page of a list are.
pub fn places(reader: &Reader, from: &str, to: &str) -> Result<Vec<Place>> {
    reader.rows(
        sql!(
            "select organisation.id, town, country, trade from organisation
             join visible on visible.id = organisation.id where number >= $1 and number <= $2"
        ),
        values![from, to],
    )
}
