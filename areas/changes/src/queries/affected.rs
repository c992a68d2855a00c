//! What a change may touch: found along the ties from its cause and from what was named, each with its way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kernel::{Mention, Reader, Result, Vocabulary, name_folded, sql, values};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::items_alone;
use crate::model::{
    Action, BELONGS_TO, ChangeRequest, DOCUMENT, Edition, HAS_FILE, HAS_VARIANT, Item, Meeting, Proposable,
    Rebased,
};
use crate::rules;

/// So far one looks along the ties.
const DEPTH: usize = 3;
/// So many are offered at once; what was decided makes room for the others.
const OFFERED: usize = 200;
/// So long the name of something affected may be.
const LONGEST_NAME: usize = 200;
/// What leads to a change and is not changed by it, and what is nobody's content.
const BESIDE: [&str; 6] = ["CR", "NO", "PE", "FN", "CV", "XF"];
/// Whose organisations a change does not reach: other changes, and what was told of them.
const OF_OTHERS: [&str; 2] = ["CR", "NO"];

/// What may be affected and was not decided about yet.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub items: Vec<Proposable>,
    /// How many there are beyond those.
    pub more: usize,
    /// Words that looked like numbers and name nothing.
    pub unknown: Vec<String>,
    /// Whether more hangs on it than is ever told.
    pub is_capped: bool,
}

/// What may be affected by a change: what hangs on its cause, on what was decided to change, and on the numbers that
/// stand in its need, its proposal and some words; then the organisations and documents of all that. As many as are
/// offered at once.
pub fn found_from(reader: &Reader, change: i64, cause: Option<i64>, words: &str) -> Result<Found> {
    let mut found = all_found(reader, change, cause, words)?;
    found.more = found.items.len().saturating_sub(OFFERED);
    found.items.truncate(OFFERED);
    Ok(found)
}

/// The same, all of it.
pub fn all_found(reader: &Reader, change: i64, cause: Option<i64>, words: &str) -> Result<Found> {
    let decided = items_alone(reader, change)?;
    let (ids, unknown) = beginnings(reader, change, (cause, words), &decided)?;
    let mut found = Found { unknown, ..Found::default() };
    let mut known: BTreeSet<i64> = decided.iter().filter_map(|it| it.item).collect();
    known.insert(change);
    // Every record on the way, with its way: what is decided already leads on, too.
    let mut walk = Walk::default();
    walk.on_from(reader, &ids)?;
    walk.reach_variants(reader)?;
    let Walk { ways, mentions, is_capped } = walk;
    found.is_capped = is_capped;
    for (id, (way, depth)) in &ways {
        let Some(it) = mentions.get(id).filter(|it| is_content(it, *depth)) else { continue };
        if known.insert(it.id) {
            found.items.push(proposable(reader, it, way.clone(), *depth));
        }
    }
    let holding = |beside: &[&str]| -> Holders {
        let holds = |it: &Mention, depth| !is_over(it, depth) && !beside.contains(&it.kind.as_str());
        let all = ways.iter().filter(|(id, (_, depth))| mentions.get(id).is_some_and(|it| holds(it, *depth)));
        all.map(|(id, way)| (*id, way)).collect()
    };
    found.items.extend(parties_of(reader, &holding(&OF_OTHERS), &known)?);
    found.items.extend(documents_of(reader, &holding(&BESIDE), &decided)?);
    found.items.sort_by(|one, other| (one.depth, &one.number).cmp(&(other.depth, &other.number)));
    Ok(found)
}

/// The way on which something is found that somebody names; nothing where it is not found.
pub fn way_to(reader: &Reader, change: i64, name: &str) -> Result<Vec<String>> {
    let body = super::body_of(reader, change)?.unwrap_or_default();
    let all = all_found(reader, change, body.cause, "")?.items;
    let sold = article(reader, name)?;
    let is_named =
        |it: &Proposable| it.number.eq_ignore_ascii_case(name) || (it.id.is_some() && it.id == sold);
    Ok(all.into_iter().find(is_named).map(|it| it.way).unwrap_or_default())
}

/// Where one begins: the cause, what was decided to change, and the numbers of records and articles that stand in need,
/// proposal and some words; and words that looked like numbers and name nothing.
fn beginnings(
    reader: &Reader,
    change: i64,
    (cause, words): (Option<i64>, &str),
    decided: &[Item],
) -> Result<(Vec<i64>, Vec<String>)> {
    let ChangeRequest { need, proposal, .. } = super::body_of(reader, change)?.unwrap_or_default();
    let changing = decided.iter().filter(|it| it.action.changes()).filter_map(|it| it.item);
    let mut ids: Vec<i64> = cause.into_iter().chain(changing).collect();
    let mut unknown = Vec::new();
    for name in names_in(words) {
        ids.extend(article(reader, name)?);
    }
    for number in numbers_in(&format!("{words} {need} {proposal}")) {
        if let Some(id) = article(reader, &number)? {
            ids.push(id);
            continue;
        }
        if reader.registry().of_number(&number).is_none() {
            continue;
        }
        match reader.mention_of(&number) {
            Ok(it) => ids.push(it.id),
            Err(kernel::Error::NotFound) => unknown.push(number),
            Err(error) => return Err(error),
        }
    }
    Ok((ids, unknown))
}

/// What was walked along the ties: each record with its way and how far it is.
#[derive(Default)]
struct Walk {
    ways: BTreeMap<i64, (Vec<String>, usize)>,
    mentions: BTreeMap<i64, Mention>,
    is_capped: bool,
}

impl Walk {
    /// Walks on from some records: from where they stand already, else as the beginning.
    fn on_from(&mut self, reader: &Reader, ids: &[i64]) -> Result<()> {
        let impact = reader.impact_of_all(ids, DEPTH)?;
        self.is_capped |= impact.is_capped;
        let reached = impact.reached.iter().map(|it| it.id);
        self.mentions.extend(reader.mentions(&ids.iter().copied().chain(reached).collect::<Vec<i64>>())?);
        for start in ids.iter().filter_map(|it| self.mentions.get(it)) {
            self.ways.entry(start.id).or_insert_with(|| (vec![start.number.clone()], 0));
        }
        for (reached, way) in impact.reached.iter().zip(impact.ways()) {
            let start = way.first().and_then(|it| self.ways.get(&it.via)).cloned();
            let Some((start, depth)) = start.filter(|_| self.mentions.contains_key(&reached.id)) else {
                continue;
            };
            let way = told(start, &way, &self.mentions);
            self.ways.entry(reached.id).or_insert((way, depth + reached.depth));
        }
        Ok(())
    }

    /// Walks on from the variants of what was reached: what they do not say themselves is said there.
    fn reach_variants(&mut self, reader: &Reader) -> Result<()> {
        let mut found = Vec::new();
        for (base, id, number) in variants(reader)? {
            let begun = self.ways.get(&base).cloned().filter(|(_, depth)| *depth < DEPTH);
            let Some((mut way, depth)) = begun.filter(|_| !self.ways.contains_key(&id)) else { continue };
            if self.mentions.get(&base).is_none_or(|it| is_over(it, depth)) {
                continue;
            }
            way.extend([HAS_VARIANT.to_owned(), number]);
            self.ways.insert(id, (way, depth + 1));
            found.push(id);
        }
        if found.is_empty() { Ok(()) } else { self.on_from(reader, &found) }
    }
}

/// The items of the catalogue that are variants, each behind what it is one of, with its number.
fn variants(reader: &Reader) -> Result<Vec<(i64, i64, String)>> {
    reader.rows(
        sql!(
            "select it.base, visible.id, number from catalogue_item as it join visible on visible.id = it.id
             where it.base is not null order by it.code, it.id"
        ),
        &[],
    )
}

/// What is offered under an article number, as it is written or in capitals.
pub fn article(reader: &Reader, code: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!(
            "select visible.id from catalogue_item as it join visible on visible.id = it.id
             where it.code <> '' and it.code in ($1, $2) order by it.id limit 1"
        ),
        values![code, code.to_uppercase()],
    )
}

fn is_over(it: &Mention, depth: usize) -> bool {
    depth > 0 && ["withdrawn", "superseded", "declined"].contains(&it.state.as_str())
}

/// Whether it is something that can be affected itself.
fn is_content(it: &Mention, depth: usize) -> bool {
    !is_over(it, depth) && !BESIDE.contains(&it.kind.as_str())
}

fn proposable(reader: &Reader, it: &Mention, way: Vec<String>, depth: usize) -> Proposable {
    let Mention { id, number, title, kind, state } = it.clone();
    let is_party = reader.registry().kind(&kind).is_some_and(|it| it.is_party);
    Proposable { id: Some(id), number, title, kind, sort: String::new(), is_party, state, way, depth }
}

type Holders<'a> = BTreeMap<i64, &'a (Vec<String>, usize)>;

/// The organisations that have to do with what was found: to whom it belongs, on whom a tie says that it depends. Each by
/// its shortest way.
fn parties_of(reader: &Reader, holders: &Holders, known: &BTreeSet<i64>) -> Result<Vec<Proposable>> {
    let ids: Vec<i64> = holders.keys().copied().collect();
    let mut nearest: BTreeMap<i64, (usize, Vec<String>)> = BTreeMap::new();
    for it in reader.concerned(&ids)?.into_iter().filter(|it| !known.contains(&it.party)) {
        let Some((way, depth)) = holders.get(&it.record) else { continue };
        if nearest.get(&it.party).is_some_and(|(before, _)| *before <= depth + 1) {
            continue;
        }
        let role = it.role.map_or_else(|| BELONGS_TO.to_owned(), |role| role.code());
        nearest.insert(it.party, (depth + 1, way.iter().cloned().chain([role]).collect()));
    }
    let mentions = reader.mentions(&nearest.keys().copied().collect::<Vec<i64>>())?;
    let found = nearest.into_iter().filter_map(|(id, (depth, mut way))| {
        let it = mentions.get(&id).filter(|it| !is_over(it, depth))?;
        way.push(it.number.clone());
        Some(proposable(reader, it, way, depth))
    });
    Ok(found.collect())
}

/// The documents that are filed at what was found, each name once, by its shortest way.
fn documents_of(reader: &Reader, holders: &Holders, decided: &[Item]) -> Result<Vec<Proposable>> {
    let known: BTreeSet<String> =
        decided.iter().filter(|it| it.is_document()).map(|it| name_folded(&it.name)).collect();
    let ids: Vec<i64> = holders.keys().copied().collect();
    let mut nearest: BTreeMap<String, (usize, String, Vec<String>)> = BTreeMap::new();
    for (record, name) in reader.filed_at(&ids)? {
        let Some((way, depth)) = holders.get(&record) else { continue };
        let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.trim() == name;
        let folded = name_folded(&name);
        let is_nearer = nearest.get(&folded).is_none_or(|(before, ..)| *before > depth + 1);
        if fits && is_nearer && !known.contains(&folded) {
            let way = way.iter().cloned().chain([HAS_FILE.to_owned(), name.clone()]);
            nearest.insert(folded, (depth + 1, name, way.collect()));
        }
    }
    let found = nearest.into_values().map(|(depth, number, way)| Proposable {
        id: None,
        number,
        title: String::new(),
        kind: String::new(),
        sort: DOCUMENT.to_owned(),
        is_party: false,
        state: String::new(),
        way,
        depth,
    });
    Ok(found.collect())
}

/// A way as it is told: the way to where it goes on, then numbers, with the roles between them.
fn told(mut steps: Vec<String>, way: &[&kernel::Reached], mentions: &BTreeMap<i64, Mention>) -> Vec<String> {
    for step in way {
        let Some(to) = mentions.get(&step.id) else { continue };
        let turned = if step.is_source { "~" } else { "" };
        steps.push(format!("{turned}{}", step.role.code()));
        steps.push(to.number.clone());
    }
    steps
}

/// What somebody typed to begin at, each between spaces or commas: an article number may be any of them.
fn names_in(words: &str) -> impl Iterator<Item = &str> {
    let parts = words.split(|it: char| it.is_whitespace() || matches!(it, ',' | ';'));
    parts.filter(|it| !it.is_empty())
}

/// Words that look like numbers of records.
fn numbers_in(words: &str) -> Vec<String> {
    let parts = words.split(|it: char| !(it.is_ascii_alphanumeric() || it == '-'));
    let is_number = |it: &&str| it.contains('-') && it.ends_with(|it: char| it.is_ascii_digit());
    let mut all: Vec<String> = parts.filter(is_number).map(str::to_uppercase).collect();
    all.sort();
    all.dedup();
    all
}

/// Title and body of a record as one map, as proposals speak of it, and the fingerprint of that.
pub fn says_now(reader: &Reader, number: &str) -> Result<(Map<String, Json>, String)> {
    let entry = reader.registry().of_number(number).ok_or(kernel::Error::NotFound)?;
    let case = entry.find(reader, number)?;
    let basis = reader.basis_of(&case)?;
    let mut fields = case.body.as_object().cloned().unwrap_or_default();
    fields.insert("title".to_owned(), json!(case.title));
    Ok((fields, basis))
}

/// What goes with a record that is taken away: all that it said when that was decided, as signatures are under it, without
/// what stands empty. What was decided before that was kept goes as it is now.
pub fn goes(reader: &Reader, item: &Item) -> Result<Map<String, Json>> {
    let entry = reader.registry().of_number(&item.name).ok_or(kernel::Error::NotFound)?;
    let mut said = match &item.base {
        Some(base) => base.clone(),
        None => says_now(reader, &item.name)?.0,
    };
    let is_empty =
        |value: &Json| [json!(null), json!(""), json!([]), json!({}), json!(false)].contains(value);
    said.retain(|field, value| {
        let is_key = entry.keys.contains(&field.as_str());
        !is_key && !is_empty(value) && (field == "title" || entry.is_said(field))
    });
    Ok(said)
}

/// What became of the ground on which a proposal stands; none where the record says what it said then.
pub fn conflict(reader: &Reader, item: &Item) -> Result<Option<Rebased>> {
    Ok(conflicts(reader, std::slice::from_ref(item))?.remove(&item.id))
}

/// The same for many items, by the keys of their lines, with few questions.
pub fn conflicts(reader: &Reader, items: &[Item]) -> Result<BTreeMap<i64, Rebased>> {
    let grounded: Vec<_> = items.iter().filter_map(|it| Some((it, it.ground()?))).collect();
    let ids: Vec<i64> = grounded.iter().filter_map(|(it, _)| it.item).collect();
    let says = reader.say_now(&ids)?;
    let mut all = BTreeMap::new();
    for (it, (ours, base, based_on)) in grounded {
        let Some(now) = it.item.and_then(|id| says.get(&id)) else { continue };
        if now.based_on != based_on {
            all.insert(it.id, rules::rebase(base, &ours, &now.fields));
        }
    }
    Ok(all)
}

#[derive(Deserialize)]
struct Edited {
    line: i64,
    action: Action,
    proposed: Option<Map<String, Json>>,
    no: i64,
    #[serde(with = "kernel::micros")]
    since: Timestamp,
    change: String,
}

/// The edition in which a document is in force by a change, found by what it is called; none of a record, and
/// where no change released it yet.
pub fn edition_in_force(reader: &Reader, item: &Item) -> Result<Option<Edition>> {
    if !item.is_document() {
        return Ok(None);
    }
    let last: Option<Edited> = reader.maybe(
        sql!(
            "select it.id as line, it.action, it.proposed, it.released_no as no, it.in_force_at as since,
             v.number as change
             from visible_change_item as it join visible as v on v.id = it.record_id
             where it.folded = $1 and it.item is null and it.in_force_at is not null
             order by it.in_force_at desc, it.released_no desc limit 1"
        ),
        values![name_folded(&item.name)],
    )?;
    Ok(last.map(|it| {
        let Edited { line, action, proposed, no, since, change } = it;
        let said = proposed.as_ref().filter(|_| action != Action::Remove);
        let edition = said.and_then(|it| it.get("edition")?.as_str()).map(str::to_owned);
        Edition { line, no, edition, change, since }
    }))
}

/// How many editions of a document changes put in force until now; that it was taken away meanwhile takes none of them back.
pub fn editions_until_now(reader: &Reader, item: &Item) -> Result<i64> {
    reader.one(
        sql!(
            "select cast(coalesce(max(released_no), 0) as bigint) from visible_change_item
             where folded = $1 and item is null and in_force_at is not null"
        ),
        values![name_folded(&item.name)],
    )
}

/// The documents of which another edition came into force since their redline was written, by their names.
pub fn overtaken(reader: &Reader, items: &[Item]) -> Result<Vec<(String, Edition)>> {
    let mut all = Vec::new();
    for it in items.iter().filter(|it| it.is_document() && it.is_coming() && !it.lacks_redline()) {
        let now = edition_in_force(reader, it)?.filter(|now| it.is_overtaken(now));
        all.extend(now.map(|now| (it.name.clone(), now)));
    }
    Ok(all)
}

#[derive(Deserialize)]
struct Beside {
    number: String,
    name: String,
    item: Option<i64>,
    action: Action,
    theirs: Option<Map<String, Json>>,
    ours: Option<Map<String, Json>>,
    whole: i64,
}

/// Other open changes that propose something for the same records, with the fields in which they meet, or for a document
/// of the same name.
pub fn meetings(reader: &Reader, change: i64) -> Result<Vec<Meeting>> {
    Ok(met(reader, change, (0, i64::MAX), i64::MAX)?.0)
}

/// The first of them, and how many there are.
pub fn first_meetings(reader: &Reader, change: i64, count: i64) -> Result<(Vec<Meeting>, i64)> {
    met(reader, change, (0, i64::MAX), count)
}

/// Those of a part of what was decided about.
pub fn meetings_at(reader: &Reader, change: i64, items: &[Item]) -> Result<Vec<Meeting>> {
    let lines = || items.iter().map(|it| it.id);
    let Some((first, last)) = lines().min().zip(lines().max()) else { return Ok(Vec::new()) };
    Ok(met(reader, change, (first, last), i64::MAX)?.0)
}

fn met(reader: &Reader, change: i64, (first, last): (i64, i64), count: i64) -> Result<(Vec<Meeting>, i64)> {
    // What both propose is read of those alone that are told.
    let met: Vec<Beside> = reader.rows(
        sql!(
            "with pair as (
                 select mine.id as own, other.id as their, other.record_id as change from visible_change_item as mine
                 join visible_change_item as other on other.item = mine.item and other.record_id <> mine.record_id
                 where mine.record_id = $1 and mine.id >= $2 and mine.id <= $3
                 and mine.action in ('change', 'add', 'remove') and mine.released_no is null
                 and other.action in ('change', 'add', 'remove') and other.released_no is null
                 union all
                 select mine.id, other.id, other.record_id from visible_change_item as mine
                 join visible_change_item as other on other.folded = mine.folded and other.item is null
                 and other.record_id <> mine.record_id
                 where mine.record_id = $1 and mine.id >= $2 and mine.id <= $3 and mine.item is null
                 and mine.action in ('change', 'add', 'remove') and mine.done_on is null
                 and mine.released_no is null and other.released_no is null
                 and other.action in ('change', 'add', 'remove') and other.done_on is null
             ), told as (
                 select pair.own, pair.their, v.number, count(*) over () as whole from pair
                 join visible as v on v.id = pair.change
                 where v.state not in ('closed', 'withdrawn', 'superseded', 'rejected', 'deferred')
                 order by pair.own, pair.their limit $4
             )
             select told.number, mine.name, mine.item, other.action, other.proposed as theirs, mine.proposed as ours, told.whole from told
             join visible_change_item as mine on mine.id = told.own
             join visible_change_item as other on other.id = told.their order by told.own, told.their"
        ),
        values![change, first, last, count],
    )?;
    let whole = met.first().map_or(0, |it| it.whole);
    let meetings = met
        .into_iter()
        .map(|it| Meeting {
            change: it.number,
            item: it.name,
            is_document: it.item.is_none(),
            fields: match (&it.ours, &it.theirs) {
                _ if it.item.is_none() && it.action == Action::Remove => Vec::new(),
                (ours, theirs) if it.item.is_none() => {
                    rules::meeting_in_editions(ours.as_ref(), theirs.as_ref())
                }
                (Some(ours), Some(theirs)) => rules::meeting(ours, theirs),
                _ => Vec::new(),
            },
        })
        .collect();
    Ok((super::files::with_met_files(reader, change, meetings)?, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_is_typed() {
        let words = "Seals of REQ-0430 and rs-2026-0017, drawing 20-114-03; peroxide-cured";
        assert_eq!(numbers_in(words), ["20-114-03", "REQ-0430", "RS-2026-0017"]);
    }
}
