//! Full-text search over every kind: rights are words of the index, so that it never looks at what is hidden.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::engine::Connection;
use crate::{PartyId, Reader, Result, schema, sql, values};

/// Only so many of the newest matches are ranked: a common word costs no more than a rare one.
const RANKED: i64 = 1000;

/// So many words are looked for, none longer than so many bytes: no engine takes any number of any length.
const MOST: usize = 32;
const LONGEST: usize = 500;

/// A record, or a part of one, that was found; the best first.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    pub record_id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    /// `record`, or which part of it: `message`, `attachment`.
    pub part: String,
    pub part_id: i64,
    /// What the part is called.
    pub name: String,
}

/// What is to be found.
pub(crate) struct Findable<'a> {
    pub record: i64,
    pub part: &'a str,
    pub part_id: i64,
    pub name: &'a str,
    pub words: &'a str,
    /// Who else than staff may find it.
    pub party: Option<PartyId>,
    /// Whether it is the offered half of a record, which staff do not search.
    pub offered: bool,
}

pub(crate) fn schema(db: &Connection) -> &'static str {
    match db {
        Connection::Sqlite(_) => "create virtual table search using fts5 (who, words)",
        Connection::Postgres(_) => {
            "create table search (id bigint primary key, words tsvector not null);
             create index search_by_word on search using gin (words)"
        }
    }
}

/// Takes up what can be found, in place of what was there before.
pub(crate) fn take_up(db: &Connection, it: &Findable) -> Result<()> {
    let place = sql!(
        "insert into findable (record_id, part, part_id, name, offered) values ($1, $2, $3, $4, $5)
         on conflict (record_id, part, part_id, offered) do update set name = excluded.name returning id"
    );
    let id: i64 = db.one(place.text, values![it.record, it.part, it.part_id, it.name, it.offered])?.read()?;
    let who = it.party.map(mark).unwrap_or_default();
    let text = match db {
        Connection::Sqlite(_) => "insert or replace into search (rowid, who, words) values ($1, $2, $3)",
        Connection::Postgres(_) => {
            "insert into search (id, words) values ($1, to_tsvector('simple', $2 || ' ' || $3))
             on conflict (id) do update set words = excluded.words"
        }
    };
    // PostgreSQL bounds what one entry can hold.
    let words: String = fold(it.words).chars().take(400_000).collect();
    db.execute(text, values![id, who, words])?;
    Ok(())
}

impl Reader<'_> {
    /// The best `limit` among the newest that have all the words; the last word may be unfinished.
    /// `kind` narrows to one kind of record.
    pub fn search(&self, wanted: &str, kind: Option<&str>, limit: i64) -> Result<Vec<Hit>> {
        let words: Vec<String> =
            words(wanted).into_iter().filter(|it| it.len() <= LONGEST).take(MOST).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let who: Option<Vec<String>> =
            self.actor.is_outside().then(|| self.actor.parties().iter().map(|it| mark(*it)).collect());
        if who.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let (text, query) = match self.connection {
            Connection::Sqlite(_) => (FTS5, for_fts5(&words, who)),
            Connection::Postgres(_) => {
                // A plan made for any word would be the wrong one for a common word.
                self.connection.batch("set local plan_cache_mode = force_custom_plan")?;
                (TSEARCH, for_tsearch(&words, who))
            }
        };
        let halves = if self.actor.is_outside() { "1 = 1" } else { "findable.offered = false" };
        let text = schema::confined(&text.replace("{halves}", halves), self.actor.sight());
        let rows = self.connection.rows(&text, values![query, RANKED, kind, limit])?;
        rows.into_iter().map(|row| row.read()).collect()
    }
}

const FTS5: &str = "
    select record_id, number, kind, title, state, part, part_id, name from (
        select record_id, number, kind, title, state, part, part_id, name, found.rank as rank
        from search as found join findable on findable.id = found.rowid join visible on visible.id = record_id
        where search match $1 and {halves} and kind = coalesce($3, kind) order by found.rowid desc limit $2
    ) order by case when part = 'record' then 0 else 1 end, rank limit $4";

const TSEARCH: &str = "
    select record_id, number, kind, title, state, part, part_id, name from (
        select record_id, number, kind, title, state, part, part_id, name, words
        from search join findable on findable.id = search.id join visible on visible.id = record_id
        where words @@ to_tsquery('simple', $1) and {halves} and kind = coalesce($3, kind)
        order by search.id desc limit $2
    ) as newest
    order by case when part = 'record' then 0 else 1 end, ts_rank(words, to_tsquery('simple', $1)) desc limit $4";

fn for_fts5(words: &[String], who: Option<Vec<String>>) -> String {
    let words = words.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" AND ");
    let words = format!("{{words}} : ({words}*)");
    let Some(who) = who else { return words };
    let who = who.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" OR ");
    format!("({{who}} : ({who})) AND ({words})")
}

fn for_tsearch(words: &[String], who: Option<Vec<String>>) -> String {
    let words = format!("{}:*", words.join(" & "));
    who.map_or(words.clone(), |who| format!("({}) & {words}", who.join(" | ")))
}

/// The word under which a party's records are found. Letters and digits only, so that no parser splits it.
fn mark(party: PartyId) -> String {
    format!("seenbyparty{party}")
}

/// The words of a text, folded as the index folds them.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Lower case without accents, the same for both engines. What is no letter or digit parts words.
pub fn fold(text: &str) -> String {
    let bare: String = text.nfd().filter(|it| !is_combining_mark(*it)).collect();
    bare.to_lowercase()
        .replace('ß', "ss")
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        assert_eq!(words("Gehäuse für REQ-0412, Straße"), ["gehause", "fur", "req", "0412", "strasse"]);
    }
}
