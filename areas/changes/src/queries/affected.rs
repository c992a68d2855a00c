//! What a change may touch: found along the ties from its cause and from what was named, each with its way.

use std::collections::{BTreeMap, BTreeSet};

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
/// stand in some words. As many as are offered at once.
pub fn found_from(reader: &Reader, change: i64, cause: Option<i64>, words: &str) -> Result<Found> {
    let mut found = all_found(reader, change, cause, words)?;
    found.more = found.items.len().saturating_sub(OFFERED);
    found.items.truncate(OFFERED);
    Ok(found)
}

/// The same, all of it.
pub fn all_found(reader: &Reader, change: i64, cause: Option<i64>, words: &str) -> Result<Found> {
    let decided = items(reader, change)?;
    let mut found = Found::default();
    let changing = decided.iter().filter(|it| it.action.changes()).filter_map(|it| it.item);
    let mut ids: Vec<i64> = cause.into_iter().chain(changing).collect();
    for number in numbers_in(words) {
        if reader.registry().of_number(&number).is_none() {
            continue;
        }
        match reader.mention_of(&number) {
            Ok(it) => ids.push(it.id),
            Err(kernel::Error::NotFound) => found.unknown.push(number),
            Err(error) => return Err(error),
        }
    }
    let mut known: BTreeSet<i64> = decided.iter().filter_map(|it| it.item).collect();
    known.insert(change);
    let impact = reader.impact_of_all(&ids, DEPTH)?;
    let reached = impact.reached.iter().map(|it| it.id);
    let mentions = reader.mentions(&ids.iter().copied().chain(reached).collect::<Vec<i64>>())?;
    let mut propose = |it: &Mention, way: Vec<String>, depth: usize| {
        let is_over = depth > 0 && ["withdrawn", "superseded", "declined"].contains(&it.state.as_str());
        if is_over || BESIDE.contains(&it.kind.as_str()) || !known.insert(it.id) {
            return;
        }
        let Mention { id, number, title, kind, state } = it.clone();
        found.items.push(Proposable { id, number, title, kind, state, way, depth });
    };
    for start in ids.iter().filter_map(|it| mentions.get(it)) {
        propose(start, vec![start.number.clone()], 0);
    }
    for (reached, way) in impact.reached.iter().zip(impact.ways()) {
        let start = way.first().and_then(|it| mentions.get(&it.via));
        let (Some(it), Some(start)) = (mentions.get(&reached.id), start) else { continue };
        propose(it, told(start, &way, &mentions), reached.depth);
    }
    found.items.sort_by(|one, other| (one.depth, &one.number).cmp(&(other.depth, &other.number)));
    Ok(found)
}

/// A way as it is told: numbers, with the roles between them.
fn told(start: &Mention, way: &[&kernel::Reached], mentions: &BTreeMap<i64, Mention>) -> Vec<String> {
    let mut steps = vec![start.number.clone()];
    for step in way {
        let Some(to) = mentions.get(&step.id) else { continue };
        let turned = if step.is_source { "~" } else { "" };
        steps.push(format!("{turned}{}", step.role.code()));
        steps.push(to.number.clone());
    }
    steps
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

/// The same for many items, by the keys of their lines, with few questions.
pub fn conflicts(reader: &Reader, items: &[Item]) -> Result<BTreeMap<i64, Rebased>> {
    let proposed = || {
        items.iter().filter(|it| {
            it.released_no.is_none() && it.action == crate::model::Action::Change && it.proposed.is_some()
        })
    };
    let ids: Vec<i64> = proposed().filter_map(|it| it.item).collect();
    let says = reader.say_now(&ids)?;
    let mut all = BTreeMap::new();
    for it in proposed() {
        let (Some(ours), Some(base), Some(based_on)) = (&it.proposed, &it.base, &it.based_on) else {
            continue;
        };
        let Some(now) = it.item.and_then(|id| says.get(&id)) else { continue };
        if now.based_on != *based_on {
            all.insert(it.id, rules::rebase(base, ours, &now.fields));
        }
    }
    Ok(all)
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
