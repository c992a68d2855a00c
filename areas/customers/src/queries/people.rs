//! The people of an organisation: what they do for it, how one reaches them, and how sure that is.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PartyId, PersonId, Reader, Result, sql, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AddressLine;
use crate::model::{ContactRole, Proof};

/// What somebody does for an organisation.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct RoleLine {
    pub id: i64,
    #[serde(skip_serializing)]
    pub person: PersonId,
    /// The number of the person.
    pub number: String,
    pub name: String,
    pub role: ContactRole,
    #[schemars(with = "Option<String>")]
    pub since: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

impl RoleLine {
    /// Whether they do it on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.since.is_none_or(|it| it <= day) && self.until.is_none_or(|it| it >= day)
    }
}

/// For whom somebody does something.
#[derive(Clone, Debug, Deserialize)]
pub struct DoneFor {
    pub id: i64,
    pub organisation: PartyId,
}

/// That somebody made sure of an address.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Checked {
    pub id: i64,
    pub address: String,
    pub how: Proof,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    /// Who made sure of it.
    pub name: String,
}

/// What people do and did for an organisation, by name; what is over comes last.
pub fn roles(reader: &Reader, organisation: PartyId) -> Result<Vec<RoleLine>> {
    reader.rows(
        sql!(
            "select it.id, it.person, number, title as name, role, since, until
             from visible_contact_role as it join visible on visible.id = it.person where it.record_id = $1
             order by case when until is null then 0 else 1 end, title, it.id"
        ),
        values![organisation],
    )
}

/// What one person does, for whichever organisation.
pub fn roles_of(reader: &Reader, person: PersonId) -> Result<Vec<DoneFor>> {
    reader.rows(
        sql!("select id, record_id as organisation from visible_contact_role where person = $1 order by id"),
        values![person],
    )
}

/// The further addresses of one person.
pub fn addresses_of(reader: &Reader, person: PersonId) -> Result<Vec<AddressLine>> {
    reader.rows(
        sql!(
            "select it.id, it.record_id, it.kind, address, person, title as name, is_shared
             from visible_identity_of as it left join visible on visible.id = it.person
             where it.person = $1 order by address"
        ),
        values![person],
    )
}

/// Whether somebody is of a customer or supplier.
pub fn is_contact(reader: &Reader, person: PersonId) -> Result<bool> {
    let found: Option<i64> = reader.maybe(
        sql!("select id from visible where id = $1 and kind = 'PE' and party is not null"),
        values![person],
    )?;
    Ok(found.is_some())
}

/// Everybody who is of an organisation or does something for it.
pub fn everybody_of(reader: &Reader, organisation: PartyId) -> Result<Vec<PersonId>> {
    reader.rows(
        sql!(
            "select id from visible where kind = 'PE' and party = $1
             union select person from visible_contact_role where record_id = $1"
        ),
        values![organisation],
    )
}

/// Whether an address is known of an organisation: a further one, or what stands on the record of its people.
pub fn knows(reader: &Reader, organisation: PartyId, address: &str) -> Result<bool> {
    let found: Option<i64> = reader.maybe(
        sql!(
            "select id from visible_identity_of where record_id = $1 and address = $2
             union select visible.id from visible join person on person.id = visible.id
             where party = $1 and (lower(email) = $2 or lower(phone) = $2)"
        ),
        values![organisation, address],
    )?;
    Ok(found.is_some())
}

/// The keys of all that was made sure of there.
pub fn check_lines(reader: &Reader, organisation: PartyId) -> Result<Vec<i64>> {
    reader.rows(
        sql!("select id from visible_address_check where record_id = $1 order by id"),
        values![organisation],
    )
}

/// The addresses of an organisation and its people that somebody made sure of; each the last time.
pub fn checks(reader: &Reader, organisation: PartyId) -> Result<Vec<Checked>> {
    let all: Vec<Checked> = reader.rows(
        sql!(
            "select it.id, address, how, it.at, coalesce(title, '') as name from visible_address_check as it
             left join visible on visible.id = it.by where it.record_id = $1 order by it.id desc"
        ),
        values![organisation],
    )?;
    let mut known = BTreeSet::new();
    Ok(all.into_iter().filter(|it| known.insert(it.address.clone())).collect())
}
