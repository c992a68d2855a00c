//! Who looked back on the changes of a year, and who does next.

use kernel::{Reader, Result, Role, Vocabulary, sql, values};

use super::functions;
use crate::model::LookBack;

/// Every time that somebody looked back on a year, the first first.
pub fn looks_back(reader: &Reader, year: i16) -> Result<Vec<LookBack>> {
    reader.rows(
        sql!(
            "select f.title as function_name, coalesce(p.title, '') as name, it.at, seen, follows, figures
             from visible_change_year as it join visible as f on f.id = it.record_id
             left join visible as p on p.id = it.by where it.year = $1 order by it.id"
        ),
        values![i64::from(year)],
    )
}

/// How many changes were raised in a year.
pub fn raised_in(reader: &Reader, year: i16) -> Result<i64> {
    reader.one(
        sql!("select count(*) from visible where kind = 'CR' and number like $1"),
        values![format!("CR-{year}-%")],
    )
}

/// The function that looks back on changes: the one that did last, while somebody in it may, else one with somebody who
/// answers for quality.
pub fn who_looks_back(reader: &Reader) -> Result<Option<i64>> {
    let last: Option<i64> = reader.maybe(
        sql!(
            "select record_id from visible_change_year as it join visible on visible.id = record_id
             where visible.state = 'active' order by it.id desc limit 1"
        ),
        &[],
    )?;
    if let Some(last) = last
        && has_one_of(reader, last, &[Role::Quality, Role::Administrator])?
    {
        return Ok(Some(last));
    }
    let mut all: Vec<i64> = functions(reader)?.into_iter().map(|(id, ..)| id).collect();
    all.sort_unstable();
    for id in all {
        if has_one_of(reader, id, &[Role::Quality])? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Whether somebody who answers for a function has one of some roles.
fn has_one_of(reader: &Reader, function: i64, roles: &[Role]) -> Result<bool> {
    let people = identity::answering_for(reader, function)?;
    Ok(people.iter().flat_map(|it| &it.roles).any(|it| roles.iter().any(|role| role.code() == *it)))
}

/// The functions that the product asked to do something in a place, and that did not yet.
pub fn functions_asked(reader: &Reader, place: &str) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select distinct it.record_id from visible as f join visible_task as it on it.record_id = f.id
             where f.kind = 'FN' and it.place = $1 and it.settled_at is null and it.asked_by = 0
             order by it.record_id"
        ),
        values![place],
    )
}
