//! The house that an organisation belongs to, and what is with each part of it.

use std::collections::BTreeMap;

use kernel::{Case, Faults, PartyId, Reader, Record, Result, sql, text, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Level, Organisation};
use crate::rules::OrganisationFacts;

/// So deep a house may be.
const DEEPEST: usize = 12;

/// One part of a house.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct HouseLine {
    pub id: PartyId,
    /// The part that it stands below.
    pub parent: Option<PartyId>,
    /// How far below the top.
    pub depth: i64,
    pub number: String,
    pub title: String,
    pub state: String,
    pub level: Level,
}

/// What the rules of an organisation ask.
pub fn facts(reader: &Reader, record: &Record<Organisation>, _: &Organisation) -> Result<OrganisationFacts> {
    let merged_into = reader.successor(record.id.raw())?.map(|it| it.number);
    Ok(OrganisationFacts { merged_into })
}

/// The organisation itself and those above it, upwards.
pub fn above(reader: &Reader, party: PartyId) -> Result<Vec<HouseLine>> {
    let mut all: Vec<HouseLine> = Vec::new();
    let mut next = Some(party);
    while let Some(id) = next.filter(|id| all.len() <= DEEPEST && all.iter().all(|it| it.id != *id)) {
        let depth = i64::try_from(all.len()).unwrap_or(0);
        let line: Option<HouseLine> = reader.maybe(
            sql!(
                "select visible.id, parent, cast($2 as bigint) as depth, number, title, state, level
                 from visible join organisation as it on it.id = visible.id where visible.id = $1"
            ),
            values![id, depth],
        )?;
        let Some(line) = line else { break };
        next = line.parent;
        all.push(line);
    }
    Ok(all)
}

/// Whether an organisation is no part of itself, whichever way round, and no house too deep to be read.
///
/// # Errors
/// Names the field, and the part that would close the ring.
pub fn is_no_part_of_itself(
    reader: &Reader,
    before: Option<&Case<Organisation>>,
    after: &Organisation,
) -> Result<()> {
    let Some(parent) = after.parent else { return Ok(()) };
    let own = before.map(|it| it.record.id.raw());
    if before.is_some_and(|it| it.body.parent == after.parent) {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.unless(own != Some(parent), "parent", text!("It cannot be part of itself."));
    faults.clone().into_result()?;
    let up = above(reader, parent)?;
    faults.unless(!up.is_empty(), "parent", text!("Choose an organisation."));
    if let Some(it) = up.iter().find(|it| Some(it.id) == own) {
        let between = up.first().map(|it| it.title.clone()).unwrap_or_default();
        let sentence = text!(
            "{title} is part of {number} itself. Take it out of there first.",
            title = between,
            number = &it.number
        );
        faults.add("parent", sentence);
    }
    faults.unless(
        up.len() < DEEPEST,
        "parent",
        text!("A house has at most {count} levels.", count = DEEPEST),
    );
    Ok(faults.into_result()?)
}

/// The parts directly below an organisation.
pub fn parts(reader: &Reader, party: PartyId) -> Result<Vec<PartyId>> {
    reader.rows(
        sql!(
            "select visible.id from visible join organisation as it on it.id = visible.id
             where parent = $1 order by title, visible.id"
        ),
        values![party],
    )
}

/// The whole house of an organisation, from its top, in the order of a tree.
pub fn house(reader: &Reader, party: PartyId) -> Result<Vec<HouseLine>> {
    let Some(top) = above(reader, party)?.pop() else { return Ok(Vec::new()) };
    let all: Vec<HouseLine> = reader.rows(
        sql!(
            "with recursive part (id, depth) as (
                 select visible.id, cast(0 as bigint) from visible where visible.id = $1
                 union all
                 select it.id, part.depth + 1 from part join organisation as it on it.parent = part.id
                 where part.depth < 12)
             select part.id, it.parent, part.depth, number, title, state, level from part
             join visible on visible.id = part.id join organisation as it on it.id = part.id
             order by part.depth, title, part.id"
        ),
        values![top.id],
    )?;
    Ok(in_tree_order(all, top.id))
}

fn in_tree_order(all: Vec<HouseLine>, top: PartyId) -> Vec<HouseLine> {
    let (mut waiting, mut below) = (Vec::new(), BTreeMap::<PartyId, Vec<HouseLine>>::new());
    // The last come first, since they are taken from the end.
    for it in all.into_iter().rev() {
        match it.parent {
            _ if it.id == top => waiting.push(it),
            Some(parent) => below.entry(parent).or_default().push(it),
            None => {}
        }
    }
    let mut ordered = Vec::new();
    while let Some(it) = waiting.pop() {
        waiting.extend(below.remove(&it.id).unwrap_or_default());
        ordered.push(it);
    }
    ordered
}

/// How many conversations are open with each of these organisations.
pub fn talks(reader: &Reader, parties: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = reader.rows_among(
        sql!(
            "select party, count(*) from visible
             where party in ($1) and kind = 'CV' and state <> 'closed' group by party"
        ),
        parties,
    )?;
    Ok(counts.into_iter().collect())
}

/// How many requirement sets hold for each of these organisations.
pub fn sets(reader: &Reader, parties: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = reader.rows_among(
        sql!(
            "select party, count(*) from visible where party in ($1) and kind = 'RS'
             and state not in ('superseded', 'declined', 'withdrawn') group by party"
        ),
        parties,
    )?;
    Ok(counts.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_told_as_a_tree_each_part_behind_that_above_it() {
        let part = |(id, parent, depth): (i64, Option<i64>, i64)| HouseLine {
            id,
            parent,
            depth,
            number: format!("K-{id}"),
            title: String::new(),
            state: "active".to_owned(),
            level: Level::Firm,
        };
        let found = [
            (1, None, 0),
            (2, Some(1), 1),
            (3, Some(1), 1),
            (4, Some(2), 2),
            (5, Some(3), 2),
            (6, Some(2), 2),
        ];
        let ids: Vec<i64> = in_tree_order(found.map(part).to_vec(), 1).iter().map(|it| it.id).collect();
        assert_eq!(ids, [1, 2, 4, 6, 3, 5]);
    }
}
