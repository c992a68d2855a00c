//! The whole log as it lies in the database, page by page, for a verifier that shares no code with it.

use serde::Deserialize;

use crate::trail::Bytes;
use crate::{Error, PersonId, Reader, Result, Side, Sql, may, sql, values};

/// One entry as it is stored: its bytes, and the columns beside them that are for searching.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its place in the tree, from 0; none while it waits for its seal.
    pub place: Option<i64>,
    pub id: i64,
    /// Microseconds UTC.
    pub at: i64,
    pub actor: PersonId,
    pub deed: String,
    pub bytes: Vec<u8>,
    pub mac: Vec<u8>,
    /// The numbers of the records that it touched.
    pub records: Vec<String>,
}

/// A revision as it is stored.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredRevision {
    pub id: i64,
    /// Of its record.
    pub number: String,
    pub no: i64,
    pub digest: String,
    /// As JSON.
    pub content: String,
}

/// Words or bytes that the log names by their digest, as they are stored.
#[derive(Clone, Debug)]
pub struct StoredContent {
    /// What they are, for people: `remark 7 at RS-2026-0017`.
    pub what: String,
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Line {
    place: Option<i64>,
    id: i64,
    at: i64,
    actor: PersonId,
    deed: String,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    #[serde(with = "serde_bytes")]
    mac: Vec<u8>,
}

/// Every text that can be cited.
pub(crate) const TEXTS: &Sql = sql!(
    "select id, number, name as what, body as words from
     (select source.id, number, name, body from source join record on record.id = record_id) as it
     where id > $1 order by id limit $2"
);

impl Reader<'_> {
    /// The entries with the places from `from` on, at most `limit`.
    pub fn stored_entries(&self, from: i64, limit: i64) -> Result<Vec<Stored>> {
        self.may_audit()?;
        let lines = self.rows(
            sql!(
                "select no as place, id, at, actor, deed, bytes, mac from leaf cross join entry
                 where entry.id = leaf.entry and no >= $1 and no < $2 order by no"
            ),
            values![from, from + limit],
        )?;
        self.with_records(lines)
    }

    /// The entries that wait for their seal.
    pub fn waiting_entries(&self) -> Result<Vec<Stored>> {
        self.may_audit()?;
        let lines = self.rows(
            sql!(
                "select cast(null as bigint) as place, id, at, actor, deed, bytes, mac from entry
                 where not exists (select 1 from leaf where leaf.entry = entry.id) order by id"
            ),
            &[],
        )?;
        self.with_records(lines)
    }

    /// The stored nodes with the positions from `from` up to, not including, `to`.
    pub fn stored_nodes(&self, from: i64, to: i64) -> Result<Vec<(i64, Vec<u8>)>> {
        self.may_audit()?;
        let rows: Vec<(i64, Bytes)> = self.rows(
            sql!("select position, hash from node where position >= $1 and position < $2 order by position"),
            values![from, to],
        )?;
        Ok(rows.into_iter().map(|(position, hash)| (position, hash.0)).collect())
    }

    /// Every head that was signed: how many entries it covers, and the note.
    pub fn stored_heads(&self) -> Result<Vec<(i64, String)>> {
        self.may_audit()?;
        self.rows(sql!("select size, note from checkpoint order by size"), &[])
    }

    /// How many places the tree has: one more than the last.
    pub fn stored_size(&self) -> Result<i64> {
        self.may_audit()?;
        self.one(sql!("select coalesce(max(no) + 1, 0) from leaf"), &[])
    }

    /// Revisions after the one with this key, at most `limit`.
    pub fn stored_revisions(&self, after: i64, limit: i64) -> Result<Vec<StoredRevision>> {
        self.may_audit()?;
        self.rows(
            sql!(
                "select revision.id, number, no, digest, content from revision
                 join record on record.id = record_id where revision.id > $1 order by revision.id limit $2"
            ),
            values![after, limit],
        )
    }

    /// Hands over every text and file that the log names by its digest, one at a time.
    pub fn stored_contents(&self, take: &mut dyn FnMut(StoredContent)) -> Result<()> {
        self.may_audit()?;
        self.each(TEXTS, |number, name| format!("The text “{name}” at {number}"), take)?;
        let remarks = sql!(
            "select remark.id, number, cast(remark.id as text) as what, words from remark
             join record on record.id = record_id where remark.id > $1 order by remark.id limit $2"
        );
        self.each(remarks, |number, id| format!("Remark {id} at {number}"), take)?;
        let letters = sql!(
            "select letter.id, number, cast(letter.id as text) as what, words from letter
             join record on record.id = record_id where letter.id > $1 order by letter.id limit $2"
        );
        self.each(letters, |number, id| format!("Letter {id} at {number}"), take)?;
        for statement in &self.registry().words {
            self.each(statement, |number, what| format!("{what} at {number}"), take)?;
        }
        self.signed_contents(take)?;
        let files: Vec<(String, Option<String>)> = self.rows(
            sql!("select digest, (select min(name) from attachment where attachment.digest = file.digest) from file"),
            &[],
        )?;
        for (digest, name) in files {
            let bytes = self.house.store.fetch(self.connection, &digest);
            let what =
                format!("The file “{}” ({})", name.unwrap_or_default(), &digest[..12.min(digest.len())]);
            // A file that is gone is missed by the verifier, which knows that the log speaks of it.
            if let Ok(bytes) = bytes {
                take(StoredContent { what, bytes });
            }
        }
        Ok(())
    }

    /// What was signed, and each signature itself, as the trail names them.
    fn signed_contents(&self, take: &mut dyn FnMut(StoredContent)) -> Result<()> {
        let all: Vec<(i64, String)> = self.rows(
            sql!("select signature.id, number from signature join record on record.id = record_id order by signature.id"),
            &[],
        )?;
        for (id, number) in all {
            let signature = self.signature(id)?;
            let what = format!("What signature {id} at {number} is under");
            take(StoredContent { what, bytes: signature.seen.clone().into_bytes() });
            take(StoredContent {
                what: format!("Signature {id} at {number}"),
                bytes: signature.line_bytes()?,
            });
        }
        Ok(())
    }

    fn each(
        &self,
        statement: &Sql,
        what: impl Fn(&str, &str) -> String,
        take: &mut dyn FnMut(StoredContent),
    ) -> Result<()> {
        let mut after = 0;
        loop {
            let rows: Vec<(i64, String, String, String)> = self.rows(statement, values![after, 500])?;
            let Some((last, ..)) = rows.last() else { return Ok(()) };
            after = *last;
            for (_, number, name, words) in rows {
                take(StoredContent { what: what(&number, &name), bytes: words.into_bytes() });
            }
        }
    }

    #[track_caller]
    fn may_audit(&self) -> Result<()> {
        if may(self.actor.side == Side::System) { Ok(()) } else { Err(Error::NotFound) }
    }

    fn with_records(&self, lines: Vec<Line>) -> Result<Vec<Stored>> {
        let least = lines.iter().map(|it| it.id).min().unwrap_or(0);
        let most = lines.iter().map(|it| it.id).max().unwrap_or(-1);
        let numbers: Vec<(i64, String)> = self.rows(
            sql!(
                "select entry, number from entry_record cross join record
                 where record.id = record_id and entry >= $1 and entry <= $2 order by entry, record_id"
            ),
            values![least, most],
        )?;
        let stored = lines.into_iter().map(|it| {
            let from = numbers.partition_point(|(entry, _)| *entry < it.id);
            let records = numbers[from..].iter().take_while(|(entry, _)| *entry == it.id);
            let records = records.map(|(_, number)| number.clone()).collect();
            let Line { place, id, at, actor, deed, bytes, mac } = it;
            Stored { place, id, at, actor, deed, bytes, mac, records }
        });
        Ok(stored.collect())
    }
}
