//! Rows that an older program wrote without naming them in the log: taken into it once, as they stand then.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::trail::Bytes;
use crate::{Actor, Db, Reader, Result, Work, fingerprint, sql, values};

/// What the deed is called.
pub(crate) const TAKEN_OVER: &str = "rows_taken_over";

/// So many rows are looked at in one deed.
const AT_ONCE: usize = 500;

/// The place that stands for all of them.
const ALL: &str = "";

/// A row as `Registry::keeping_words` reads it: key, number of its record, what it is, and its words.
type Kept = (i64, String, String, String);

impl Db {
    /// Has the log name every row of `Registry::keeping_words` that is there and that no entry names. It happens once,
    /// after the update that brought it, a piece in each deed; what is stopped goes on where it was.
    pub(crate) fn take_over_old_rows(&self) -> Result<()> {
        while !self.read(&Actor::system(), is_through)? {
            self.write(&Actor::system(), take_over_some)?;
        }
        Ok(())
    }
}

fn is_through(reader: &Reader) -> Result<bool> {
    Ok(up_to(reader, ALL)?.is_some())
}

/// The key of the last row of a place that was looked at.
fn up_to(reader: &Reader, place: &str) -> Result<Option<i64>> {
    reader.maybe(sql!("select up_to from taken_over where place = $1"), values![place])
}

/// The next rows in the order of their places and keys.
fn take_over_some(work: &mut Work) -> Result<()> {
    if is_through(work)? {
        // Another node was quicker.
        return Ok(());
    }
    work.called(TAKEN_OVER);
    let mut left = AT_ONCE;
    for statement in work.registry().words.clone() {
        let place = fingerprint(statement.text.as_bytes());
        let after = up_to(work, &place)?.unwrap_or(0);
        let limit = i64::try_from(left).unwrap_or(i64::MAX);
        let rows: Vec<Kept> = work.rows(statement, values![after, limit])?;
        let Some((last, ..)) = rows.last() else { continue };
        mark(work, &place, *last)?;
        left -= rows.len();
        name(work, &rows)?;
        if left == 0 {
            return Ok(());
        }
    }
    mark(work, ALL, 0)
}

fn mark(work: &Work, place: &str, up_to: i64) -> Result<()> {
    work.execute(
        sql!(
            "insert into taken_over (place, up_to) values ($1, $2)
             on conflict (place) do update set up_to = excluded.up_to"
        ),
        values![place, up_to],
    )?;
    Ok(())
}

/// Names what no entry of its record names.
fn name(work: &mut Work, rows: &[Kept]) -> Result<()> {
    let mut known: BTreeMap<&str, (i64, BTreeSet<String>)> = BTreeMap::new();
    for (_, number, _, words) in rows {
        if !known.contains_key(number.as_str()) {
            let record: i64 =
                work.one(sql!("select id from record where number = $1"), values![number.as_str()])?;
            known.insert(number, (record, named_at(work, record)?));
        }
        let digest = fingerprint(words.as_bytes());
        if let Some((record, named)) = known.get_mut(number.as_str())
            && named.insert(digest.clone())
        {
            work.note_content(*record, &digest)?;
        }
    }
    Ok(())
}

/// The digests of what the entries of a record name.
fn named_at(reader: &Reader, record: i64) -> Result<BTreeSet<String>> {
    let entries: Vec<Bytes> = reader.rows(
        sql!(
            "select bytes from entry_record join entry on entry.id = entry_record.entry
             where record_id = $1"
        ),
        values![record],
    )?;
    Ok(entries.iter().flat_map(|Bytes(it)| contents(it)).collect())
}

/// The digests that an entry names. What is no entry names nothing; the verifier tells of it.
fn contents(entry: &[u8]) -> Vec<String> {
    let entry: Json = serde_json::from_slice(entry).unwrap_or_default();
    let all = entry["content"].as_array().into_iter().flatten();
    all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_the_digests_of_its_content_and_damage_names_nothing() {
        assert_eq!(contents(br#"{"content":["aa",1,"bb"],"deed":"changed","v":1}"#), ["aa", "bb"]);
        for entry in [&b"{\"deed\":\"changed\"}"[..], b"[1]", b"\xff", b""] {
            assert_eq!(contents(entry), Vec::<String>::new());
        }
    }
}
