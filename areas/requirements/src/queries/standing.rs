//! What always holds for an organisation, and what of it a set took over.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Body, Case, PartyId, Reader, Result, sql, values};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::manifest;
use crate::model::standing::{Applying, Override, Pull, Pulled};
use crate::model::{Departed, Requirement, RequirementSet};
use crate::rules::standing::{Shelf, applying, pulls, source_of};

#[derive(Deserialize)]
struct SetLine {
    id: i64,
    number: String,
    released: i64,
}

/// The standing sets of an organisation and of those above it that were released, the nearest first.
pub fn shelves(reader: &Reader, party: PartyId) -> Result<Vec<Shelf>> {
    let mut all = Vec::new();
    for house in customers::above(reader, party)? {
        let sets: Vec<SetLine> = reader.rows(
            sql!(
                "select visible.id, number, released from visible join requirement_set as it on it.id = visible.id
                 where party = $1 and is_standing and released is not null
                 and state not in ('withdrawn', 'declined') order by visible.id"
            ),
            values![house.id],
        )?;
        for set in sets {
            all.push(shelf(reader, &house, &set)?);
        }
    }
    Ok(all)
}

fn shelf(reader: &Reader, house: &customers::HouseLine, set: &SetLine) -> Result<Shelf> {
    let (_, content) = manifest(reader, set.id, set.released)?;
    let keys: BTreeMap<String, i64> = reader
        .rows::<(String, i64)>(
            sql!(
                "select number, visible.id from visible join requirement as it on it.id = visible.id
                 where set_id = $1"
            ),
            values![set.id],
        )?
        .into_iter()
        .collect();
    let held = content.lines.iter().cloned().filter_map(|it| {
        let origin = *keys.get(&it.number)?;
        Some(Applying {
            organisation: house.number.clone(),
            organisation_name: house.title.clone(),
            set: set.number.clone(),
            set_revision: set.released,
            number: it.number,
            revision: it.revision,
            title: it.title,
            digest: it.digest,
            overridden: None,
            origin,
            set_id: set.id,
        })
    });
    Ok(Shelf {
        organisation_name: house.title.clone(),
        set: set.number.clone(),
        departures: content.departures,
        held: held.collect(),
    })
}

/// The standing requirements that reach an organisation, its own first; those that do not hold there say why.
pub fn applying_to(reader: &Reader, party: PartyId) -> Result<Vec<Applying>> {
    Ok(applying(&shelves(reader, party)?))
}

/// From what a standing set departs as it is worked on, in the order in which that was said.
pub fn overrides(reader: &Reader, set: i64) -> Result<Vec<Override>> {
    reader.rows(
        sql!(
            "select it.id, it.origin as origin_id, o.number as origin, o.title as origin_title,
             i.number as instead, i.title as instead_title, it.reason
             from visible_standing_override as it join visible as o on o.id = it.origin
             left join visible as i on i.id = it.instead where it.record_id = $1 order by it.id"
        ),
        values![set],
    )
}

/// The same as a revision of the set freezes it.
pub fn departures(reader: &Reader, set: i64) -> Result<Vec<Departed>> {
    let all = overrides(reader, set)?.into_iter();
    Ok(all.map(|it| Departed { origin: it.origin, instead: it.instead, reason: it.reason }).collect())
}

/// What a set took over, in the order in which it did.
pub fn pulled(reader: &Reader, set: i64) -> Result<Vec<Pulled>> {
    reader.rows(
        sql!(
            "select it.id, it.record_id, visible.number, visible.title, visible.state, it.origin,
             o.number as origin_number, it.revision, it.digest, it.set_revision
             from visible_pulled as it join visible on visible.id = it.record_id
             join visible as o on o.id = it.origin where it.set_id = $1 order by it.id"
        ),
        values![set],
    )
}

/// How a set stands to the standing requirements of its customer; nothing for a standing set or one of nobody.
pub fn pulls_of(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<Pull>> {
    let Some(party) = set.record.party.filter(|_| !set.body.is_standing && !reader.actor.is_outside()) else {
        return Ok(Vec::new());
    };
    let pulled = pulled(reader, set.record.id.raw())?;
    let changed = changed_here(reader, &pulled)?;
    Ok(pulls(&applying_to(reader, party)?, &pulled, &changed))
}

/// The extra fields in use that the customer reads, too: they are frozen with the words.
pub fn read_by_the_party(reader: &Reader) -> Result<BTreeSet<String>> {
    let fields = reader.fields_of(Requirement::KIND.prefix)?.into_iter();
    Ok(fields.filter(|it| it.is_in_use() && it.is_read_by_its_party()).map(|it| it.key).collect())
}

/// The requirements whose words differ from the revision that was taken over.
fn changed_here(reader: &Reader, pulled: &[Pulled]) -> Result<BTreeSet<i64>> {
    let ids: Vec<i64> = pulled.iter().map(|it| it.record_id).collect();
    let mut changed = BTreeSet::new();
    let read = read_by_the_party(reader)?;
    for (record, body) in reader.find_many::<Requirement>(&ids)? {
        let Some(it) = pulled.iter().find(|it| it.record_id == record.id.raw()) else { continue };
        let (revision, content) = reader.revision(it.origin, it.revision)?;
        let shared = content["extra"].as_object().cloned().unwrap_or_default();
        let shared = reader.still_fitting(Requirement::KIND.prefix, &shared)?;
        let is_kept_otherwise = read.iter().any(|it| shared.get(it) != record.extra.get(it));
        let kept: Requirement = serde_json::from_value(content)?;
        // Where it comes from is said anew in each set.
        let kept = Requirement { source: body.source.clone(), ..kept };
        let is_said_otherwise = revision.title != record.title || is_kept_otherwise;
        if is_said_otherwise || kept.content()? != body.content()? {
            changed.insert(record.id.raw());
        }
    }
    Ok(changed)
}

/// What a standing requirement says to another set that takes it over.
#[derive(Clone, Debug)]
pub struct Said {
    pub title: String,
    pub body: Requirement,
    /// What its party reads of the extra fields, as the revision froze it.
    pub shared: Map<String, Json>,
    /// What only colleagues read of them, as it is now.
    pub internal: Map<String, Json>,
}

/// What the revision of a standing requirement says, as the requirement of another set.
pub fn taken_over(reader: &Reader, it: &Applying) -> Result<Said> {
    let (revision, content) = reader.revision(it.origin, it.revision)?;
    let shared = content["extra"].as_object().cloned().unwrap_or_default();
    let mut internal = reader.find_by_id::<Requirement>(it.origin)?.record.extra;
    let read = read_by_the_party(reader)?;
    internal.retain(|key, _| !read.contains(key));
    let body: Requirement = serde_json::from_value(content)?;
    Ok(Said {
        title: revision.title,
        body: Requirement { source: source_of(it), ..body },
        shared: reader.still_fitting(Requirement::KIND.prefix, &shared)?,
        internal: reader.still_fitting(Requirement::KIND.prefix, &internal)?,
    })
}
