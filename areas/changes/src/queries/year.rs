//! Who looked back on the changes of a year, and who does next.

use kernel::{Reader, Result, sql, values};

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

/// The function that looks back on changes: the one that did last, else one with somebody who answers for quality.
pub fn who_looks_back(reader: &Reader) -> Result<Option<i64>> {
    let last: Option<i64> = reader.maybe(
        sql!(
            "select record_id from visible_change_year as it join visible on visible.id = record_id
             where visible.state = 'active' order by it.id desc limit 1"
        ),
        &[],
    )?;
    if last.is_some() {
        return Ok(last);
    }
    for (id, ..) in functions(reader)? {
        let people = identity::answering_for(reader, id)?;
        if people.iter().any(|it| it.roles.iter().any(|role| role == "quality")) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
