//! What the kernel asks about people: how somebody acts and is written to, who still comes in, who belongs where.

use kernel::{Colleague, PartyId, People, PersonId, Reader, Result, Somebody, sql, values};
use serde::Deserialize;

/// How the kernel asks about people.
pub fn known_people() -> People {
    People { somebody, present, members, staff }
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

fn members(reader: &Reader, function: i64) -> Result<Vec<PersonId>> {
    let mut all: Vec<PersonId> =
        super::answering_for(reader, function)?.into_iter().map(|it| it.id).collect();
    let leader: Option<Option<PersonId>> = reader.maybe(
        sql!("select leader from visible join function as it on it.id = visible.id where visible.id = $1"),
        values![function],
    )?;
    all.extend(leader.flatten());
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
