//! What the kernel asks about people: how somebody acts and is written to, who still comes in, who belongs where.

use kernel::{Colleague, PartyId, People, PersonId, Reader, Result, Somebody, sql, values};
use serde::Deserialize;

/// How the kernel asks about people.
pub fn known_people() -> People {
    People { somebody, present, members: belonging_to, deputies: super::deputies, staff, ..People::nobody() }
}

#[derive(Deserialize)]
struct Written {
    email: String,
    language: String,
    zone: String,
}

fn somebody(reader: &Reader, person: PersonId) -> Result<Option<Somebody>> {
    let written: Option<Written> = reader.maybe(
        sql!(
            "select email, language, zone from visible join person on person.id = visible.id
             where visible.id = $1 and state = 'active'"
        ),
        values![person],
    )?;
    let Some(Written { email, language, zone }) = written else { return Ok(None) };
    let said = |it: String| Some(it).filter(|it| !it.is_empty());
    let actor = super::actor_of(reader, person)?;
    Ok(Some(Somebody { actor, email, language: said(language), zone: said(zone) }))
}

fn present(reader: &Reader, people: &[PersonId]) -> Result<Vec<(PersonId, Option<PartyId>)>> {
    let mut found = Vec::with_capacity(people.len());
    for person in people {
        let party: Option<(PersonId, Option<PartyId>)> = reader.maybe(
            sql!("select visible.id, party from visible join person on person.id = visible.id where visible.id = $1 and state = 'active'"),
            values![*person],
        )?;
        found.extend(party);
    }
    Ok(found)
}

/// Our people who belong to a function or lead it.
pub fn belonging_to(reader: &Reader, function: i64) -> Result<Vec<PersonId>> {
    let mut all: Vec<PersonId> =
        super::answering_for(reader, function)?.into_iter().map(|it| it.id).collect();
    let leader: Option<PersonId> = reader.maybe(
        sql!(
            "select leader from function join visible on visible.id = leader
             where function.id = $1 and state = 'active'"
        ),
        values![function],
    )?;
    all.extend(leader);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn staff(reader: &Reader) -> Result<Vec<Colleague>> {
    reader.rows(
        sql!(
            "select visible.id as person, number, title as name, job_title as does
             from visible join person on person.id = visible.id
             where party is null and state = 'active' order by title, visible.id"
        ),
        &[],
    )
}

/// So many of outside are asked at once whether they see a record.
pub const MOST_OUTSIDERS: usize = 200;

/// Somebody of outside who can sign in.
#[derive(Debug, Deserialize)]
pub struct OutsiderLine {
    pub key: PersonId,
    pub number: String,
    pub name: String,
    pub organisation: String,
}

/// Those of outside who can sign in, those of the organisation of a record first; one more than are asked at once,
/// where there are so many.
pub fn of_outside(reader: &Reader, record: &str) -> Result<Vec<OutsiderLine>> {
    let party: Option<PartyId> =
        reader.maybe(sql!("select coalesce(party, 0) from visible where number = $1"), values![record])?;
    reader.rows(
        sql!(
            "select visible.id as key, visible.number, visible.title as name, house.title as organisation
             from visible join account on account.record_id = visible.id
             join visible as house on house.id = visible.party
             where visible.kind = 'PE' and visible.state = 'active'
             order by case when visible.party = $1 or exists (select 1 from visible_membership as further
                 where further.record_id = visible.id and further.party = $1) then 0 else 1 end,
                 visible.title, visible.id limit 201"
        ),
        values![party.unwrap_or_default()],
    )
}
