//! What people do for an organisation, and how sure their addresses are.

use jiff::civil::Date;
use kernel::{Error, Faults, PartyId, PersonId, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{ContactRole, Organisation, Proof};
use crate::queries;
use crate::rules::KEEPERS;

/// What somebody does for an organisation, from a day until a day; open ends are not known or not over.
#[derive(Clone, Copy, Debug)]
pub struct NewRole {
    pub person: PersonId,
    pub role: ContactRole,
    pub since: Option<Date>,
    pub until: Option<Date>,
}

#[derive(Serialize)]
struct RoleRow {
    record_id: PartyId,
    person: PersonId,
    role: ContactRole,
    since: Option<Date>,
    until: Option<Date>,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct Ended {
    until: Date,
}

/// Says what somebody does for an organisation, their own or another one. It lets them see nothing more.
///
/// # Errors
/// Names what does not fit; one does the same thing for the same organisation once at a time.
pub fn give_role(work: &mut Work, number: &str, new: &NewRole) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    let organisation = super::standing_for_itself(work, number)?;
    let mut faults = Faults::default();
    let is_contact = queries::is_contact(work, new.person)?;
    faults.unless(is_contact, "person", text!("Choose somebody of a customer or supplier."));
    let in_order = !matches!((new.since, new.until), (Some(since), Some(until)) if until < since);
    faults.unless(in_order, "until", text!("It cannot end before it begins."));
    let known = queries::roles(work, organisation)?;
    let open = known.iter().any(|it| it.person == new.person && it.role == new.role && it.until.is_none());
    faults.unless(!open, "role", text!("They do this already. End it first."));
    faults.into_result()?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let NewRole { person, role, since, until } = *new;
    let row = RoleRow { record_id: organisation, person, role, since, until, at, by };
    work.called("role_given");
    work.note(organisation, json!({ "role": role, "person": person, "since": since, "until": until }))?;
    work.add("contact_role", organisation, &row)
}

/// Says until when somebody did something for an organisation.
pub fn end_role(work: &mut Work, number: &str, line: i64, until: Date) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let organisation = work.find::<Organisation>(number)?.record.id.raw();
    let known = queries::roles(work, organisation)?.into_iter().find(|it| it.id == line);
    let known = known.ok_or(Error::NotFound)?;
    let in_order = known.since.is_none_or(|it| it <= until);
    let mut faults = Faults::default();
    faults.unless(in_order, "until", text!("It cannot end before it begins."));
    faults.into_result()?;
    work.called("role_ended");
    work.note(organisation, json!({ "role": known.role, "person": known.person, "until": until }))?;
    work.amend("contact_role", organisation, line, &Ended { until })
}

#[derive(Serialize)]
struct CheckRow<'a> {
    record_id: PartyId,
    address: &'a str,
    how: Proof,
    at: i64,
    by: PersonId,
}

/// Says that one made sure of an address of an organisation or of one of its people, and how.
///
/// # Errors
/// The address must be known there.
pub fn verify(work: &mut Work, number: &str, address: &str, how: Proof) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    let organisation = super::standing_for_itself(work, number)?;
    let address = queries::as_kept(address);
    if !queries::knows(work, organisation, &address)? {
        let sentence = text!("This address is not known here. Add it first.");
        return Err(Faults::one("address", sentence).into());
    }
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.called("address_verified");
    // The address itself is personal and stays off the trail.
    work.note(organisation, json!({ "verified": how }))?;
    work.add(
        "address_check",
        organisation,
        &CheckRow { record_id: organisation, address: &address, how, at, by },
    )
}
