//! The frame contracts of an organisation by which silence is consent.

use jiff::civil::Date;
use kernel::{PartyId, Reader, Result, sql, values};

use super::above;
use crate::model::FrameContract;

/// What was recorded at an organisation, what holds last first.
pub fn frame_contracts(reader: &Reader, organisation: PartyId) -> Result<Vec<FrameContract>> {
    reader.rows(
        sql!(
            "select id, number, clause, holds_from, holds_until from visible_frame_contract where record_id = $1
             order by holds_from desc, id desc limit 500"
        ),
        values![organisation],
    )
}

/// What holds for an organisation on each day from one to another: its own contracts and those above it in its house.
pub fn contracts_in_force(
    reader: &Reader,
    party: PartyId,
    (from, to): (Date, Date),
) -> Result<Vec<FrameContract>> {
    let mut all = Vec::new();
    for line in above(reader, party)? {
        all.extend(frame_contracts(reader, line.id)?.into_iter().filter(|it| it.holds(from, to)));
    }
    Ok(all)
}
