//! Rows that an older program wrote without naming them in the log: taken into it once, as they stand then.
//!
//! Which places are through stands in the log itself: what only lay in a table could be made to say otherwise by whoever
//! writes into the database, and the product would sign their rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::audit::TEXTS;
use crate::trail::Bytes;
use crate::{Actor, Db, Reader, Result, Sql, Work, fingerprint, sql, values};

/// What the deed is called.
pub(crate) const TAKEN_OVER: &str = "rows_taken_over";

/// So many rows are looked at in one deed.
const AT_ONCE: usize = 500;

/// A row as `Registry::keeping_words` and [`TEXTS`] read it: key, number of its record, what it is, and its words.
type Kept = (i64, String, String, String);

impl Db {
    /// Has the log name every text, and every row of `Registry::keeping_words`, that is there and that no entry names. It happens once to
    /// each place, when the product first serves with it, a piece in each deed; what is stopped goes on where it was.
    pub fn take_over_old_rows(&self) -> Result<()> {
        while !self.knows_all_rows()? {
            self.write(&Actor::system(), take_over_some)?;
        }
        Ok(())
    }

    /// Whether the log says of each place that its rows were looked through.
    pub fn knows_all_rows(&self) -> Result<bool> {
        self.read(&Actor::system(), |reader| {
            let through = through(reader)?;
            Ok(places(reader).all(|it| through.contains(&place_of(it))))
        })
    }
}

/// What reads the rows of each place.
fn places<'a>(reader: &Reader<'a>) -> impl Iterator<Item = &'static Sql> + use<'a> {
    let registry = reader.registry();
    std::iter::once(TEXTS).chain(registry.words.iter().copied())
}

/// The rows that one statement reads.
fn place_of(statement: &Sql) -> String {
    fingerprint(statement.text.as_bytes())
}

/// The places whose rows were all looked at.
fn through(reader: &Reader) -> Result<BTreeSet<String>> {
    let entries: Vec<Bytes> =
        reader.rows(sql!("select bytes from entry where deed = 'rows_taken_over' order by id"), &[])?;
    Ok(entries.iter().flat_map(|Bytes(it)| ended(it)).collect())
}

/// The key of the last row of a place that was looked at.
fn up_to(reader: &Reader, place: &str) -> Result<Option<i64>> {
    reader.maybe(sql!("select up_to from taken_over where place = $1"), values![place])
}

/// The next rows in the order of their places and keys.
fn take_over_some(work: &mut Work) -> Result<()> {
    let through = through(work)?;
    work.called(TAKEN_OVER);
    let mut left = AT_ONCE;
    for statement in places(work) {
        let place = place_of(statement);
        if through.contains(&place) {
            continue;
        }
        let after = up_to(work, &place)?.unwrap_or(0);
        let limit = i64::try_from(left).unwrap_or(i64::MAX);
        let rows: Vec<Kept> = work.rows(statement, values![after, limit])?;
        if let Some((last, ..)) = rows.last() {
            mark(work, &place, *last)?;
        }
        left -= rows.len();
        name(work, &rows)?;
        work.looked_through(place, left > 0);
        if left == 0 {
            return Ok(());
        }
    }
    work.execute(sql!("delete from taken_over"), &[])?;
    Ok(())
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

/// The places that an entry says are through.
fn ended(entry: &[u8]) -> Vec<String> {
    let entry: Json = serde_json::from_slice(entry).unwrap_or_default();
    let all = entry["rows_of"].as_object().into_iter().flatten();
    all.filter(|(_, is_through)| **is_through == Json::Bool(true)).map(|(place, _)| place.clone()).collect()
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
            assert_eq!(ended(entry), Vec::<String>::new());
        }
    }

    #[test]
    fn only_a_place_that_was_looked_at_to_its_end_is_through() {
        assert_eq!(ended(br#"{"rows_of":{"aa":true,"bb":false,"cc":"true"}}"#), ["aa"]);
    }
}
