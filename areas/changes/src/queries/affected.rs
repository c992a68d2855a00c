//! What a change may touch: found along the ties from its cause and from what was named, each with its way.

use std::collections::BTreeSet;

use kernel::{Mention, Reader, Result, Vocabulary, sql, values};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::items;
use crate::model::{Item, Meeting, Proposable, Rebased};
use crate::rules;

/// So far one looks along the ties.
const DEPTH: usize = 3;
/// So many are offered at once; what was decided makes room for the others.
const OFFERED: usize = 200;
/// What leads to a change and is not changed by it, and what is nobody's content.
const BESIDE: [&str; 5] = ["CR", "PE", "FN", "CV", "XF"];

/// What may be affected and was not decided about yet.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub items: Vec<Proposable>,
    /// How many there are beyond those.
    pub more: usize,
    /// Words that looked like numbers and name nothing.
    pub unknown: Vec<String>,
}

/// What may be affected by a change: what hangs on its cause, on what was decided to change, and on the numbers that
/// stand in some words.
pub fn found_from(reader: &Reader, change: i64, cause: Option<i64>, words: &str) -> Result<Found> {
    let decided = items(reader, change)?;
    let mut found = Found::default();
    let mut starts: Vec<Mention> = Vec::new();
    if let Some(cause) = cause {
        starts.extend(reader.mention(cause)?);
    }
    for it in decided.iter().filter(|it| it.action.changes()).take(OFFERED) {
        if let Some(item) = it.item {
            starts.extend(reader.mention(item)?);
        }
    }
    for number in numbers_in(words) {
        if reader.registry().of_number(&number).is_none() {
            continue;
        }
        match reader.mention_of(&number) {
            Ok(it) => starts.push(it),
            Err(kernel::Error::NotFound) => found.unknown.push(number),
            Err(error) => return Err(error),
        }
    }
    let mut known: BTreeSet<i64> = decided.iter().filter_map(|it| it.item).collect();
    known.insert(change);
    for start in starts {
        if known.insert(start.id) && !BESIDE.contains(&start.kind.as_str()) {
            let Mention { number, title, kind, state, .. } = start.clone();
            let way = vec![number.clone()];
            found.items.push(Proposable { number, title, kind, state, way, depth: 0 });
        }
        along(reader, &start, &mut known, &mut found)?;
    }
    found.items.sort_by(|one, other| (one.depth, &one.number).cmp(&(other.depth, &other.number)));
    found.more = found.items.len().saturating_sub(OFFERED);
    found.items.truncate(OFFERED);
    Ok(found)
}

fn along(reader: &Reader, start: &Mention, known: &mut BTreeSet<i64>, found: &mut Found) -> Result<()> {
    let impact = reader.impact(start.id, DEPTH)?;
    let ids: Vec<i64> = impact.reached.iter().map(|it| it.id).collect();
    let mentions = reader.mentions(&ids)?;
    for (reached, way) in impact.reached.iter().zip(impact.ways()) {
        let Some(it) = mentions.get(&reached.id) else { continue };
        let is_over = ["withdrawn", "superseded", "declined"].contains(&it.state.as_str());
        if is_over || BESIDE.contains(&it.kind.as_str()) || !known.insert(it.id) {
            continue;
        }
        let mut steps = vec![start.number.clone()];
        for step in way {
            let Some(to) = mentions.get(&step.id) else { continue };
            let turned = if step.is_source { "~" } else { "" };
            steps.push(format!("{turned}{}", step.role.code()));
            steps.push(to.number.clone());
        }
        found.items.push(Proposable {
            number: it.number.clone(),
            title: it.title.clone(),
            kind: it.kind.clone(),
            state: it.state.clone(),
            way: steps,
            depth: reached.depth,
        });
    }
    Ok(())
}

/// Words that look like numbers of records.
fn numbers_in(words: &str) -> Vec<String> {
    let parts = words.split(|it: char| !(it.is_ascii_alphanumeric() || it == '-'));
    let is_number = |it: &&str| it.contains('-') && it.ends_with(|it: char| it.is_ascii_digit());
    let mut all: Vec<String> = parts.filter(is_number).map(str::to_uppercase).collect();
    all.sort();
    all.dedup();
    all.truncate(50);
    all
}

/// Title and body of a record as one map, as proposals speak of it, and the fingerprint of that.
pub fn says_now(reader: &Reader, number: &str) -> Result<(Map<String, Json>, String)> {
    let entry = reader.registry().of_number(number).ok_or(kernel::Error::NotFound)?;
    let case = entry.find(reader, number)?;
    let basis = reader.basis_of(&case)?;
    let mut fields = case.body.as_object().cloned().unwrap_or_default();
    fields.insert("title".to_owned(), json!(case.title));
    Ok((fields, basis))
}

/// What became of the ground on which a proposal stands; none where the record says what it said then.
pub fn conflict(reader: &Reader, item: &Item) -> Result<Option<Rebased>> {
    let (Some(ours), Some(base), Some(based_on)) = (&item.proposed, &item.base, &item.based_on) else {
        return Ok(None);
    };
    if item.released_no.is_some() || item.action != crate::model::Action::Change {
        return Ok(None);
    }
    let (now, basis) = says_now(reader, &item.name)?;
    Ok((basis != *based_on).then(|| rules::rebase(base, ours, &now)))
}

#[derive(Deserialize)]
struct Beside {
    number: String,
    name: String,
    theirs: Option<Map<String, Json>>,
    ours: Option<Map<String, Json>>,
}

/// Other open changes that propose something for the same records, with the fields in which they meet.
pub fn meetings(reader: &Reader, change: i64) -> Result<Vec<Meeting>> {
    let met: Vec<Beside> = reader.rows(
        sql!(
            "select v.number, mine.name, other.proposed as theirs, mine.proposed as ours
             from visible_change_item as mine
             join visible_change_item as other on other.item = mine.item and other.record_id <> mine.record_id
             join visible as v on v.id = other.record_id
             where mine.record_id = $1 and mine.action in ('change', 'add', 'remove') and mine.released_no is null
             and other.action in ('change', 'add', 'remove') and other.released_no is null
             and v.state not in ('closed', 'withdrawn', 'superseded', 'rejected', 'deferred')
             order by mine.id, other.id limit 500"
        ),
        values![change],
    )?;
    Ok(met
        .into_iter()
        .map(|it| Meeting {
            change: it.number,
            item: it.name,
            fields: match (&it.ours, &it.theirs) {
                (Some(ours), Some(theirs)) => rules::meeting(ours, theirs),
                _ => Vec::new(),
            },
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_is_typed() {
        let words = "Seals of REQ-0430 and rs-2026-0017, drawing 20-114-03; peroxide-cured";
        assert_eq!(numbers_in(words), ["20-114-03", "REQ-0430", "RS-2026-0017"]);
    }
}
