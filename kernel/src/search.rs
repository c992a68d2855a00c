//! Full-text search over every kind: rights are words of the index, so that it never looks at what is hidden.

use std::collections::HashSet;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use jiff::tz::TimeZone;

use crate::actor::Sight;
use crate::engine::Connection;
use crate::filter::{Asking, Conditions, Joined, Words};
use crate::{Error, PartyId, Query, Reader, Result, Row, Sort, Value, Wanted, What, schema, sql, values};

/// Only so many of the newest matches are ranked: a common word costs no more than a rare one.
const RANKED: usize = 1000;

/// Up to so many matches are gathered on PostgreSQL before the newest are chosen; of more, the newest are found
/// sooner by walking from the end.
const FEW: usize = 5000;

/// So many words are looked for, none longer than so many bytes: no engine takes any number of any length.
const MOST: usize = 32;
const LONGEST: usize = 500;

/// So many bytes of one text are found by its words.
const MOST_INDEXED: usize = 400_000;

/// No party: what is marked so, everybody outside may find.
pub(crate) const EVERYBODY: PartyId = 0;

/// A record, or a part of one, that was found; the best first.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    pub record_id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    /// `record`, or which part of it: `message`, `attachment`, `remark`, `task`.
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
    db.execute(text, values![id, who, indexed(it.words)])?;
    Ok(())
}

/// The words of a text as the index takes them, of a very long one the beginning: PostgreSQL bounds in bytes what
/// one entry can hold (1 MB with the places of the words), and a single word at 2 kB.
fn indexed(text: &str) -> String {
    let folded = fold(text);
    let mut words = String::new();
    for piece in folded.split(' ').filter(|it| !it.is_empty()).flat_map(|it| pieces(it, LONGEST)) {
        if words.len() + piece.len() > MOST_INDEXED {
            break;
        }
        words.push_str(piece);
        words.push(' ');
    }
    words
}

/// A word in pieces of at most so many bytes, as where no spaces part the words of a language.
fn pieces(word: &str, most: usize) -> Vec<&str> {
    let (mut all, mut rest) = (Vec::new(), word);
    while rest.len() > most {
        let at = (0..=most).rev().find(|it| rest.is_char_boundary(*it)).unwrap_or(0);
        let (piece, more) = rest.split_at(at);
        all.push(piece);
        rest = more;
    }
    all.push(rest);
    all
}

/// A question to the index.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    pub query: Query,
    /// Narrows to one kind of record.
    pub kind: Option<String>,
    /// In whose days the filters count; UTC where nothing is said.
    pub zone: Option<TimeZone>,
    pub limit: usize,
}

/// What was found: the best first, and how much there is of what.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// How many hits there are of each kind, and of each part, the most first.
    pub kinds: Vec<(String, usize)>,
    pub parts: Vec<(String, usize)>,
    /// How many hits there are; of more than a thousand the newest thousand count.
    pub all: usize,
    pub is_capped: bool,
}

/// Lets another party find what one party found of a record.
pub(crate) fn pass_on(db: &Connection, record: i64, from: PartyId, to: PartyId) -> Result<()> {
    let text = match db {
        Connection::Sqlite(_) => {
            "update search set who = $2 where who = $1 and rowid in (select id from findable where record_id = $3)"
        }
        Connection::Postgres(_) => {
            "update search set words = ts_delete(words, $1) || to_tsvector('simple', $2)
             where id in (select id from findable where record_id = $3) and words @@ to_tsquery('simple', $1)"
        }
    };
    db.execute(text, values![mark(from), mark(to), record])?;
    Ok(())
}

/// Has a part of a record be found no more.
pub(crate) fn leave_out(db: &Connection, (record, part, part_id): (i64, &str, i64)) -> Result<()> {
    leave_out_which(db, "record_id = $1 and part = $2 and part_id = $3", values![record, part, part_id])
}

/// Has the offered half of a record be found no more.
pub(crate) fn leave_out_offered(db: &Connection, record: i64) -> Result<()> {
    leave_out_which(db, "record_id = $1 and offered = true", values![record])
}

fn leave_out_which(db: &Connection, which: &str, values: &[Value]) -> Result<()> {
    let ids = format!("select id from findable where {which}");
    let text = match db {
        Connection::Sqlite(_) => format!("delete from search where rowid in ({ids})"),
        Connection::Postgres(_) => format!("delete from search where id in ({ids})"),
    };
    db.execute(&text, values)?;
    db.execute(&format!("delete from findable where {which}"), values)?;
    Ok(())
}

/// Takes up what is found for the first time, all with two statements.
pub(crate) fn take_up_new(db: &Connection, all: &[Findable]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let text = format!(
        "insert into findable (record_id, part, part_id, name, offered) values {} returning record_id, id",
        marks(all.len(), 5)
    );
    let place = |it: &Findable| values![it.record, it.part, it.part_id, it.name, it.offered].to_vec();
    let places: Vec<_> = all.iter().map(place).collect();
    let ids: std::collections::HashMap<i64, i64> =
        db.rows(&text, &places.concat())?.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
    let lines = all.iter().map(|it| {
        values![ids[&it.record], it.party.map(mark).unwrap_or_default(), indexed(it.words)].to_vec()
    });
    let lines: Vec<_> = lines.collect();
    let text = match db {
        Connection::Sqlite(_) => {
            format!("insert into search (rowid, who, words) values {}", marks(lines.len(), 3))
        }
        Connection::Postgres(_) => {
            let line = |place: usize| {
                let (id, who, words) = (place * 3 + 1, place * 3 + 2, place * 3 + 3);
                format!("(${id}, to_tsvector('simple', ${who} || ' ' || ${words}))")
            };
            let all: Vec<String> = (0..lines.len()).map(line).collect();
            format!("insert into search (id, words) values {}", all.join(", "))
        }
    };
    db.execute(&text, &lines.concat())?;
    Ok(())
}

/// The marks of so many rows of so many columns: `($1, $2), ($3, $4)`.
pub(crate) fn marks(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let marks: Vec<String> = (1..=columns).map(|it| format!("${}", row * columns + it)).collect();
        format!("({})", marks.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

impl Reader<'_> {
    /// The best `limit` among the newest that have all the words; the last word may be unfinished.
    /// `kind` narrows to one kind of record.
    pub fn search(&self, wanted: &str, kind: Option<&str>, limit: i64) -> Result<Vec<Hit>> {
        let query = Query::of_words(wanted);
        let limit = usize::try_from(limit).unwrap_or(0);
        if !query.has_words() {
            return Ok(Vec::new());
        }
        Ok(self.seek(&Sought { query, kind: kind.map(str::to_owned), zone: None, limit })?.hits)
    }

    /// What a question finds in records, messages and files. A question of filters only finds what changed last.
    ///
    /// # Errors
    /// Names the filter or value that there is not.
    pub fn seek(&self, it: &Sought) -> Result<Found> {
        let hits = match it.query.has_words() {
            true => self.named_first(it, self.matches(it)?)?,
            false if it.query.is_empty() => Vec::new(),
            false => self.newest(it)?,
        };
        let all = hits.len();
        let mut found = Found { all, is_capped: all >= RANKED, ..Found::default() };
        found.kinds = counted(hits.iter().map(|hit| hit.kind.as_str()));
        found.parts = counted(hits.iter().map(|hit| hit.part.as_str()));
        found.hits = hits.into_iter().take(it.limit).collect();
        Ok(found)
    }

    /// Whoever types the number of a record means that record first, however many others speak of it.
    fn named_first(&self, it: &Sought, mut hits: Vec<Hit>) -> Result<Vec<Hit>> {
        let Some(number) = number_in(&it.query) else { return Ok(hits) };
        let record = match self.mention_of(&number) {
            Ok(record) if it.kind.as_ref().is_none_or(|kind| *kind == record.kind) => record,
            Ok(_) | Err(Error::NotFound) => return Ok(hits),
            Err(other) => return Err(other),
        };
        hits.retain(|hit| hit.part != "record" || hit.record_id != record.id);
        let crate::Mention { id: record_id, number, kind, title, state } = record;
        let (part, name) = ("record".to_owned(), title.clone());
        hits.insert(0, Hit { record_id, number, kind, title, state, part, part_id: 0, name });
        Ok(hits)
    }

    fn newest(&self, it: &Sought) -> Result<Vec<Hit>> {
        let wanted = Wanted {
            query: it.query.clone(),
            zone: it.zone.clone(),
            sort: Sort::Changed,
            descending: true,
            limit: Some(RANKED),
            ..Wanted::default()
        };
        let page = match &it.kind {
            Some(kind) => self.list(kind, &wanted)?,
            None => self.list_of_all(&wanted)?,
        };
        let hit = |row: crate::Listed| Hit {
            record_id: row.id,
            number: row.number,
            kind: row.kind,
            name: row.title.clone(),
            title: row.title,
            state: row.state,
            part: "record".to_owned(),
            part_id: 0,
        };
        Ok(page.rows.into_iter().map(hit).collect())
    }

    /// Whether words stand in so much that it is quicker to ask one record after the other than to gather all that have
    /// them. PostgreSQL finds that out by itself; whoever is of other organisations sees too little for it.
    pub(crate) fn is_common(&self, query: &Query) -> Result<bool> {
        let (Some(wanted), None) = Expression::both(query) else { return Ok(false) };
        if self.actor.sight() == Sight::Outside || matches!(self.connection, Connection::Postgres(_)) {
            return Ok(false);
        }
        let text = format!("select count(*) from (select 1 from search where search match $1 limit {FEW})");
        let count: i64 = self.connection.one(&text, values![wanted.on(self)])?.read()?;
        Ok(usize::try_from(count).is_ok_and(|it| it >= FEW))
    }

    /// Which of some records have the words, all of them in one part. Only that stretch of the index is read in which
    /// these records stand.
    pub(crate) fn having(&self, query: &Query, records: &[i64]) -> Result<HashSet<i64>> {
        let (Some(wanted), _) = Expression::both(query) else { return Ok(HashSet::new()) };
        let mut on = Conditions::new();
        let records = on.mark(serde_json::to_string(records)?.into());
        let parts = on.marks(parts_of(query).into_iter().map(Value::from));
        let within = if parts.is_empty() { String::new() } else { format!(" and part in ({parts})") };
        let mark = on.mark(wanted.on(self).into());
        let text = format!(
            "with own as materialized (
                 select id, record_id from findable where record_id in (select value from json_each({records})) and offered = false{within})
             select distinct record_id from own where id in (
                 select rowid from search where search match {mark}
                 and rowid >= (select min(id) from own) and rowid <= (select max(id) from own))"
        );
        self.connection.rows(&text, &on.values)?.into_iter().map(Row::read).collect()
    }

    fn matches(&self, it: &Sought) -> Result<Vec<Hit>> {
        let (Some(wanted), unwanted) = Expression::both(&it.query) else { return Ok(Vec::new()) };
        let expression = wanted.but(unwanted).on(self);
        let mut on = Conditions::new();
        let mark = on.mark(expression.clone().into());
        let mut further = Vec::new();
        let parts = parts_of(&it.query);
        if !parts.is_empty() {
            let marks: Vec<_> = parts.iter().map(|part| on.mark((*part).into())).collect();
            further.push(format!("part in ({})", marks.join(", ")));
        }
        if !self.actor.is_outside() {
            further.push("findable.offered = false".to_owned());
        }
        // Conditions of records are asked of their own view, so that no name means two columns.
        let mut of_record = Conditions::going_on(on.values);
        if let Some(kind) = &it.kind {
            of_record.holds("kind = ", kind.into());
        }
        let zone = it.zone.clone().unwrap_or(TimeZone::UTC);
        Asking { reader: self, kind: it.kind.as_deref(), zone }.lay(
            &it.query,
            &mut of_record,
            Words::Elsewhere,
        )?;
        if !of_record.conditions.is_empty() {
            let (own, clause) =
                (of_record.from("visible as own", Joined::AsTheEngineLikes), of_record.clause());
            further.push(format!("exists (select 1 from {own} where own.id = record_id and ({clause}))"));
        }
        let mut values = of_record.values;
        let text = match self.connection {
            Connection::Sqlite(_) => FTS5.to_owned(),
            Connection::Postgres(_) => {
                let few = self.few(&expression, further.len() <= 1 && parts.is_empty())?;
                match few {
                    Some(ids) => {
                        values.push(ids.into());
                        TSEARCH.replace(
                            "{words}",
                            &format!("search.id = any (string_to_array(${}, ',')::bigint[])", values.len()),
                        )
                    }
                    None => TSEARCH.replace("{words}", &format!("words @@ to_tsquery('simple', {mark})")),
                }
            }
        };
        let further = further.iter().fold(String::new(), |all, it| all + " and " + it);
        let text = text
            .replace("{mark}", &mark)
            .replace("{further}", &further)
            .replace("{most}", &RANKED.to_string());
        let text = schema::confined(&text, self.actor.sight());
        let rows = self.planned_for_once(|| self.connection.rows(&text, &values))?;
        rows.into_iter().map(|row| row.read()).collect()
    }

    /// The keys of everything that matches, the newest first, where that is not much. Left to itself, PostgreSQL
    /// would walk the whole table from its end to find the newest of a rare word.
    fn few(&self, expression: &str, only_newest: bool) -> Result<Option<String>> {
        self.connection.batch(
            "set local plan_cache_mode = force_custom_plan; set local enable_seqscan = off;
             set local enable_indexscan = off",
        )?;
        let text = format!("select id from search where words @@ to_tsquery('simple', $1) limit {}", FEW + 1);
        let rows = self.connection.rows(&text, values![expression])?;
        self.connection.batch("set local enable_seqscan = on; set local enable_indexscan = on")?;
        let mut ids: Vec<i64> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        if ids.len() > FEW {
            return Ok(None);
        }
        ids.sort_unstable_by(|one, two| two.cmp(one));
        if only_newest {
            ids.truncate(RANKED);
        }
        Ok(Some(ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")))
    }

    /// On PostgreSQL a plan made for any word would be the wrong one for a common word.
    /// Asks one question with a plan made for its values. What comes after it on the same page is planned once for
    /// all again: to plan takes longer than most answers.
    pub(crate) fn planned_for_once<T>(&self, question: impl FnOnce() -> Result<T>) -> Result<T> {
        if matches!(self.connection, Connection::Sqlite(_)) {
            return question();
        }
        self.connection.batch("set local plan_cache_mode = force_custom_plan")?;
        let answer = question()?;
        self.connection.batch("set local plan_cache_mode = auto")?;
        Ok(answer)
    }
}

/// The number that is all that was typed, as numbers are written.
fn number_in(query: &Query) -> Option<String> {
    let [term] = query.terms.as_slice() else { return None };
    let What::Word { word, .. } = &term.what else { return None };
    let is_number = word.len() <= 30
        && word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        && word.bytes().any(|it| it.is_ascii_digit());
    (is_number && !term.not).then(|| word.to_uppercase())
}

/// How often each word comes, the most often first.
fn counted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(String, usize)> {
    let mut all: Vec<(String, usize)> = Vec::new();
    for word in words {
        match all.iter_mut().find(|(it, _)| it == word) {
            Some((_, count)) => *count += 1,
            None => all.push((word.to_owned(), 1)),
        }
    }
    all.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
    all
}

const FTS5: &str = "
    select record_id, number, kind, title, state, part, part_id, name from (
        select record_id, number, kind, title, state, part, part_id, name, found.rank as rank
        from search as found join findable on findable.id = found.rowid join visible on visible.id = record_id
        where search match {mark}{further} order by found.rowid desc limit {most}
    ) order by case when part = 'record' then 0 else 1 end, rank";

const TSEARCH: &str = "
    select record_id, number, kind, title, state, part, part_id, name from (
        select record_id, number, kind, title, state, part, part_id, name, words
        from search join findable on findable.id = search.id join visible on visible.id = record_id
        where {words}{further} order by search.id desc limit {most}
    ) as newest
    order by case when part = 'record' then 0 else 1 end, ts_rank(words, to_tsquery('simple', {mark})) desc";

/// Which parts `in:` names; none where it names none.
pub(crate) fn parts_of(query: &Query) -> Vec<&'static str> {
    let mut parts = Vec::new();
    for term in &query.terms {
        let What::Filter { name, values, .. } = &term.what else { continue };
        if name != "in" || term.not {
            continue;
        }
        for value in values {
            parts.extend(match crate::plain(value).as_str() {
                "messages" | "message" => &["message"][..],
                "files" | "file" => &["attachment"],
                "calls" | "call" => &["call"],
                "minutes" => &["minutes"],
                "remarks" | "remark" => &["remark"],
                "tasks" | "task" => &["task"],
                _ => &["record", "extra"],
            });
        }
    }
    parts
}

/// What the index is asked: all of some words, or any of others; and none of a third sort.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expression {
    /// Words that follow each other, with whether the last is unfinished.
    terms: Vec<(Vec<String>, bool)>,
    any: bool,
    not: Vec<(Vec<String>, bool)>,
}

impl Expression {
    /// What is wanted, all of it; and what is not, any of it.
    pub fn both(query: &Query) -> (Option<Self>, Option<Self>) {
        let (mut wanted, mut unwanted) = (Self::default(), Self { any: true, ..Self::default() });
        for term in &query.terms {
            let (folded, open) = match &term.what {
                What::Word { word, is_unfinished } => (words(word), *is_unfinished),
                What::Phrase(phrase) => (words(phrase), false),
                What::Filter { .. } => continue,
            };
            let folded: Vec<String> =
                folded.into_iter().filter(|it| it.len() <= LONGEST).take(MOST).collect();
            if !folded.is_empty() {
                let into = if term.not { &mut unwanted } else { &mut wanted };
                into.terms.push((folded, open));
            }
        }
        let some = |it: Self| (!it.terms.is_empty()).then_some(it);
        (some(wanted), some(unwanted))
    }

    /// The same without what any of these words is in.
    fn but(mut self, unwanted: Option<Self>) -> Self {
        self.not = unwanted.map(|it| it.terms).unwrap_or_default();
        self
    }

    /// As the engine of the reader takes it, confined to what they may find.
    pub fn on(&self, reader: &Reader) -> String {
        let everybody = std::iter::once(&EVERYBODY);
        let marks = || reader.actor.parties().iter().chain(everybody).map(|it| mark(*it)).collect();
        let who: Option<Vec<String>> = reader.actor.is_outside().then(marks);
        match reader.connection {
            Connection::Sqlite(_) => self.for_fts5(who),
            Connection::Postgres(_) => self.for_tsearch(who),
        }
    }

    fn for_fts5(&self, who: Option<Vec<String>>) -> String {
        let one = |(words, open): &(Vec<String>, bool)| {
            format!("\"{}\"{}", words.join(" "), if *open { " *" } else { "" })
        };
        let join = |terms: &[(Vec<String>, bool)], by| terms.iter().map(one).collect::<Vec<_>>().join(by);
        let mut all =
            format!("({{words}} : ({}))", join(&self.terms, if self.any { " OR " } else { " AND " }));
        if !self.not.is_empty() {
            all = format!("({all} NOT ({{words}} : ({})))", join(&self.not, " OR "));
        }
        let Some(who) = who else { return all };
        let who = who.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" OR ");
        format!("({{who}} : ({who})) AND {all}")
    }

    fn for_tsearch(&self, who: Option<Vec<String>>) -> String {
        let one = |(words, open): &(Vec<String>, bool)| {
            format!("({}{})", words.join(" <-> "), if *open { ":*" } else { "" })
        };
        let join = |terms: &[(Vec<String>, bool)], by| terms.iter().map(one).collect::<Vec<_>>().join(by);
        let mut all = format!("({})", join(&self.terms, if self.any { " | " } else { " & " }));
        if !self.not.is_empty() {
            all = format!("({all} & !({}))", join(&self.not, " | "));
        }
        who.map_or(all.clone(), |who| format!("({}) & {all}", who.join(" | ")))
    }
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

/// A name as others are compared with it: in small letters, one space between its words, its accents as one letter each.
pub fn name_folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_large_or_wide_it_is_written_and_no_other() {
        for other in ["zeichnung  ÄB-7 ", "ZEICHNUNG A\u{308}b-7"] {
            assert_eq!(name_folded(other), name_folded("Zeichnung Äb-7"));
        }
        assert_ne!(name_folded("Zeichnung Ab-7"), name_folded("Zeichnung Äb-7"));
        assert_ne!(name_folded("Zeichnung Äb 7"), name_folded("Zeichnung Äb-7"));
    }

    #[test]
    fn of_a_very_long_text_the_beginning_is_found_whatever_its_letters() {
        let cjk = "仕様書".repeat(200_000);
        for text in ["word ".repeat(300_000), cjk, "x".repeat(900_000)] {
            let taken = indexed(&text);
            assert!((MOST_INDEXED / 2..MOST_INDEXED + LONGEST).contains(&taken.len()), "{}", taken.len());
            assert!(taken.split(' ').all(|it| it.len() <= LONGEST));
        }
        assert_eq!(indexed("Gehäuse, IP65"), "gehause ip65 ");
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(words("Gehäuse für REQ-0412, Straße"), ["gehause", "fur", "req", "0412", "strasse"]);
    }
}
