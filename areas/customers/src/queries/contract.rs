//! What the frame contracts of an organisation say, and whom they bind.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{PartyId, Reader, Result, Vocabulary, sql, values};

use super::{HouseLine, above};
use crate::model::{FrameContract, Says};

/// What was recorded at an organisation, what holds last first.
pub fn frame_contracts(reader: &Reader, organisation: PartyId) -> Result<Vec<FrameContract>> {
    reader.rows(
        sql!(
            "select id, number, clause, says, holds_from, holds_until from visible_frame_contract
             where record_id = $1 order by holds_from desc, id desc"
        ),
        values![organisation],
    )
}

/// What says so for an organisation on each day from one to another: its own contracts and those above it in its house.
pub fn contracts_in_force(
    reader: &Reader,
    party: PartyId,
    says: Says,
    (from, to): (Date, Date),
) -> Result<Vec<FrameContract>> {
    let mut all = Vec::new();
    for line in above(reader, party)? {
        let own = frame_contracts(reader, line.id)?.into_iter();
        all.extend(own.filter(|it| it.says == says && it.holds(from, to)));
    }
    Ok(all)
}

/// What holds on a day for an organisation by contracts of those above it in its house, the nearest first.
pub fn contracts_above(
    reader: &Reader,
    party: PartyId,
    day: Date,
) -> Result<Vec<(HouseLine, FrameContract)>> {
    let mut all = Vec::new();
    for line in above(reader, party)?.into_iter().filter(|it| it.id != party) {
        let own = frame_contracts(reader, line.id)?.into_iter().filter(|it| it.holds(day, day));
        all.extend(own.map(|it| (line.clone(), it)));
    }
    Ok(all)
}

/// All organisations for which a contract says so on a day, however many there are: those that it was recorded with and
/// the parts of their houses, each with the nearest as it is named in letters.
pub fn bound_by_contract(reader: &Reader, says: Says, day: Date) -> Result<BTreeMap<PartyId, String>> {
    let all: Vec<(PartyId, String, String)> = reader.rows(
        sql!(
            "with recursive bound (id, contract, depth) as (
                 select record_id, own.id, cast(0 as bigint) from visible_frame_contract as own
                 where says = $1 and holds_from <= $2 and (holds_until is null or holds_until >= $2)
                 union all
                 select it.id, bound.contract, bound.depth + 1 from bound
                 join organisation as it on it.parent = bound.id where bound.depth < 12)
             select bound.id, it.number, it.clause from bound
             join visible_frame_contract as it on it.id = bound.contract
             order by bound.depth desc, it.holds_from, it.id"
        ),
        values![says.code(), day.to_string()],
    )?;
    Ok(all.into_iter().map(|(id, number, clause)| (id, format!("{number}, {clause}"))).collect())
}
