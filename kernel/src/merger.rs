//! Two records that were the same: the one leads to the other, and what belonged to the one goes over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Error, Mention, PartyId, PersonId, Reader, Result, Work, search, sql, values};

/// One record that was merged into another.
#[derive(Clone, Debug, Deserialize)]
pub struct Merger {
    pub id: i64,
    /// The one that leads on.
    pub other: i64,
    pub number: String,
    pub title: String,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    pub by: PersonId,
    /// What went over, as the area that did it wrote it down: JSON.
    pub moved: String,
    #[serde(with = "crate::micros::option")]
    pub undone_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct NewMerger {
    record_id: i64,
    other: i64,
    moved: String,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct Undone {
    undone_at: i64,
    undone_by: PersonId,
}

/// So many leaps are made from one merged record to the next.
const MOST_LEAPS: usize = 20;

impl Reader<'_> {
    /// The record to which a merged one leads, through any number of merges; none where it stands for itself.
    pub fn successor(&self, record: i64) -> Result<Option<Mention>> {
        let mut last = None;
        let mut here = record;
        for _ in 0..MOST_LEAPS {
            let next: Option<Mention> = self.maybe(
                sql!(
                    "select visible.id, number, kind, title, state from visible_merger as it
                     join visible on visible.id = it.record_id where it.other = $1 and undone_at is null"
                ),
                values![here],
            )?;
            let Some(next) = next else { break };
            here = next.id;
            last = Some(next);
        }
        Ok(last)
    }

    /// The records that were merged into one, the last first; those that were parted again are among them.
    pub fn mergers(&self, record: i64) -> Result<Vec<Merger>> {
        self.rows(
            sql!(
                "select it.id, it.other, number, title, it.at, it.by, moved, undone_at from visible_merger as it
                 join visible on visible.id = it.other where it.record_id = $1 order by it.id desc limit 200"
            ),
            values![record],
        )
    }
}

/// Which records of a party are passed on.
#[derive(Clone, Copy, Debug)]
pub enum Handed<'a> {
    /// All but the record of the party itself.
    All,
    /// Those of these that still belong to it.
    These(&'a [i64]),
}

#[derive(Deserialize)]
struct Belonging {
    id: i64,
    kind: String,
    number: String,
}

impl Work<'_> {
    /// Lets one record lead to another from then on; keeps what went over. Tells the key of the merge.
    ///
    /// # Errors
    /// Refuses whoever only reads. Whether the two may be merged is asked by the deed that calls it.
    pub fn merge(&mut self, other: i64, survivor: i64, moved: &impl Serialize) -> Result<i64> {
        let moved = serde_json::to_string(moved)?;
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        let to: String = self.one(sql!("select number from record where id = $1"), values![survivor])?;
        let from: String = self.one(sql!("select number from record where id = $1"), values![other])?;
        self.note(other, json!({ "merged_into": to }))?;
        self.note(survivor, json!({ "merged": from }))?;
        self.add("merger", survivor, &NewMerger { record_id: survivor, other, moved, at, by })
    }

    /// Lets a merged record stand for itself again; tells what went over.
    ///
    /// # Errors
    /// Not found is also a merge that was undone already.
    pub fn part_again(&mut self, survivor: i64, merger: i64) -> Result<Merger> {
        let known = self.mergers(survivor)?.into_iter().find(|it| it.id == merger && it.undone_at.is_none());
        let it = known.ok_or(Error::NotFound)?;
        let (undone_at, undone_by) = (self.now.as_microsecond(), self.actor.person);
        self.note(survivor, json!({ "parted": it.number }))?;
        self.note(it.other, json!({ "stands_for_itself": true }))?;
        self.amend("merger", survivor, merger, &Undone { undone_at, undone_by })?;
        Ok(it)
    }

    /// Passes records of a party on to another party, which sees and finds them from then on; tells which.
    ///
    /// Each stands in the entry with both parties. Who changed what last is not touched: a list that is sorted by
    /// change stays as it was.
    ///
    /// # Errors
    /// Refuses whoever only reads. Whether the actor may do it otherwise is asked by the deed that calls it.
    pub fn hand_over(&mut self, which: Handed, from: PartyId, to: PartyId) -> Result<Vec<i64>> {
        self.must_not_only_read(from)?;
        let mut moved = Vec::new();
        for it in self.belonging(which, from)? {
            self.execute(
                sql!("update record set party = $1, version = version + 1 where id = $2"),
                values![to, it.id],
            )?;
            search::pass_on(self.reader.connection, it.id, from, to)?;
            let kind = self.registry().kind(&it.kind).map_or("", |it| it.kind.prefix);
            let touched = self.touched(it.id, kind, &it.number);
            touched.change.insert("party".to_owned(), json!([from, to]));
            moved.push(it.id);
        }
        if !moved.is_empty() {
            self.default_deed("changed");
        }
        Ok(moved)
    }

    fn belonging(&self, which: Handed, party: PartyId) -> Result<Vec<Belonging>> {
        let all: Vec<Belonging> = self.rows(
            sql!("select id, kind, number from visible where party = $1 and id <> $1 order by id"),
            values![party],
        )?;
        Ok(match which {
            Handed::All => all,
            Handed::These(ids) => {
                let ids: std::collections::BTreeSet<i64> = ids.iter().copied().collect();
                all.into_iter().filter(|it| ids.contains(&it.id)).collect()
            }
        })
    }
}
