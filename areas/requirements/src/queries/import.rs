//! What rows of a file are held against: the requirements of the set, and the functions.

use std::collections::HashMap;

use kernel::{Asked, Case, KEY, Reader, Result, sql, values};

use crate::model::{Requirement, RequirementSet};
use crate::rules::import::{Known, There, plainly};

/// What the rows of an intake are held against.
pub fn known(reader: &Reader, set: &Case<RequirementSet>, asked: &Asked) -> Result<Known> {
    let id = set.record.id.raw();
    let mut keys: HashMap<i64, Vec<String>> = HashMap::new();
    for row in asked.rows {
        let Some(key) = row.fields.get(KEY).map(|it| it.trim()).filter(|it| !it.is_empty()) else { continue };
        let record = match asked.keys.own(key) {
            Some(record) => Some(record),
            None if key.starts_with("REQ-") => in_set(reader, id, key)?,
            None => None,
        };
        if let Some(record) = record {
            keys.entry(record).or_default().push(key.to_owned());
        }
    }
    let titles: HashMap<&str, &str> =
        set.body.sections.iter().map(|it| (it.key.as_str(), it.title.as_str())).collect();
    let ids: Vec<i64> = keys.keys().copied().collect();
    let mut by_key = HashMap::new();
    for (record, body) in reader.find_many::<Requirement>(&ids)? {
        // What left the set, or stands in another one by now, is no longer what the row means.
        if body.set_id != id || record.state == crate::model::requirement::State::Withdrawn {
            continue;
        }
        // Asked only of those whose row brings words of its own.
        let brings = |row: &kernel::IntakeRow| {
            let own = row
                .fields
                .get(KEY)
                .is_some_and(|key| keys[&record.id.raw()].iter().any(|it| it == key.trim()));
            own && row.fields.get("passage").is_some_and(|it| !it.trim().is_empty())
        };
        let cited = match asked.rows.iter().any(brings) {
            true => reader.passages_behind(record.id.raw())?.into_iter().map(|it| it.exact).collect(),
            false => Vec::new(),
        };
        let there = There {
            cited,
            id: record.id.raw(),
            number: record.number,
            title: record.title,
            section: titles.get(body.section.as_str()).copied().unwrap_or_default().to_owned(),
            body,
        };
        for key in keys.get(&there.id).into_iter().flatten() {
            by_key.insert(key.clone(), there.clone());
        }
    }
    let saying = if asked.looks_for_doubles { statements(reader, id)? } else { HashMap::new() };
    let functions =
        super::functions(reader)?.into_iter().map(|(id, name)| (name.to_lowercase(), id)).collect();
    Ok(Known { by_key, saying, functions })
}

fn in_set(reader: &Reader, set: i64, number: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!(
            "select visible.id from visible join requirement on requirement.id = visible.id
             where number = $1 and set_id = $2"
        ),
        values![number, set],
    )
}

/// Every statement of a set, plainly written, with the requirement that says it.
fn statements(reader: &Reader, set: i64) -> Result<HashMap<String, (i64, String, String)>> {
    let all: Vec<(i64, String, String, String)> = reader.rows(
        sql!(
            "select visible.id, number, title, statement from visible
             join requirement on requirement.id = visible.id where set_id = $1 and state <> 'withdrawn'"
        ),
        values![set],
    )?;
    Ok(all.into_iter().map(|(id, number, title, words)| (plainly(&words), (id, number, title))).collect())
}

/// Whether a number was given already, whoever may see what it was given to.
pub fn is_taken(reader: &Reader, number: &str) -> Result<bool> {
    let found: Option<i64> =
        reader.maybe(sql!("select id from visible where number = $1"), values![number])?;
    Ok(found.is_some())
}
