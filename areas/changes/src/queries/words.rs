//! What others learned in changes like this one, and a change in the words of the customer.

use std::collections::BTreeSet;

use kernel::{Audience, Basis, Case, Reader, Result, digest, fold, sql, values};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{goes, items, sealed_now, with_their_words};
use crate::model::{Action, ChangeRequest, Item, Lesson};

/// So many lessons are shown.
const SHOWN: usize = 5;
/// Words that short say nothing.
const SHORT: usize = 4;

#[derive(Deserialize)]
struct Learned {
    id: i64,
    number: String,
    title: String,
    need: String,
    source: String,
    lesson: String,
    lesson_for: String,
}

/// What was learned in changes that speak of the same things, the likest first.
pub fn lessons_like(reader: &Reader, own: i64, source: &str, words: &str) -> Result<Vec<Lesson>> {
    if reader.actor.is_outside() {
        return Ok(Vec::new());
    }
    let learned: Vec<Learned> = reader.rows(
        sql!(
            "select visible.id, number, title, need, source, lesson, lesson_for
             from visible join change_request as it on it.id = visible.id
             where lesson <> '' order by visible.id desc limit 1000"
        ),
        &[],
    )?;
    let wanted = telling(words);
    let mut scored: Vec<(usize, Learned)> = learned
        .into_iter()
        .filter(|it| it.id != own)
        .map(|it| {
            let theirs = telling(&format!("{} {} {} {}", it.title, it.need, it.lesson, it.lesson_for));
            let shared = wanted.intersection(&theirs).count();
            let score = if shared == 0 { 0 } else { shared * 2 + usize::from(it.source == source) };
            (score, it)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by(|one, other| (other.0, &other.1.number).cmp(&(one.0, &one.1.number)));
    Ok(scored
        .into_iter()
        .take(SHOWN)
        .map(|(_, it)| Lesson {
            number: it.number,
            title: it.title,
            lesson: it.lesson,
            applies_to: it.lesson_for,
        })
        .collect())
}

/// The words of a text that tell something, folded.
fn telling(words: &str) -> BTreeSet<String> {
    let folded = fold(words);
    let parts = folded.split(|it: char| !it.is_alphanumeric());
    parts.filter(|it| it.chars().count() > SHORT).map(str::to_owned).collect()
}

/// What the customer reads of a change: why, what, from when on, and what of theirs would say something else.
pub fn for_customer(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Json> {
    let body = &case.body;
    let said = json!({
        "for_customer": body.for_whoever_is_told(), "effective_by": body.effective_by,
        "effective_from": starts_for_them(reader, case)?, "source": body.source, "changes": changes_for_them(reader, case)?,
        "stands_for": digest(&sealed_now(reader, &case.record, body)?)?,
    });
    with_their_words(reader, case, said)
}

/// What of the customer of a change would say something else, as they read it.
pub(super) fn changes_for_them(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Vec<Json>> {
    let mut changes = Vec::new();
    let coming = items(reader, case.record.id.raw())?.into_iter().filter(|it| it.action.changes());
    for it in coming.filter(|it| !it.goes_on) {
        if is_theirs(reader, &it, case.record.party)? {
            let (base, proposed) = says_to_them(reader, &it)?;
            let base = (it.base.is_some() || it.is_taken_away()).then_some(base);
            let proposed = it.proposed.as_ref().map(|_| proposed);
            let mut said = json!({ "item": it.name, "title": it.title, "action": it.action, "base": base,
                "proposed": proposed });
            let files = it.told_files(Audience::Party);
            if !files.is_empty() {
                said["files"] = json!(files);
            }
            changes.push(said);
        }
    }
    Ok(changes)
}

/// What an item says and would say as its customer reads it: that of which something else is proposed, or all where it is
/// taken away, and then nothing.
pub fn says_to_them(reader: &Reader, item: &Item) -> Result<(Map<String, Json>, Map<String, Json>)> {
    if item.is_taken_away() {
        let mut gone = goes(reader, item)?;
        gone.retain(|field, _| !is_internal(reader, item, field));
        let nothing = gone.keys().map(|field| (field.clone(), Json::Null)).collect();
        return Ok((gone, nothing));
    }
    let (mut base, proposed) = (item.base.clone().unwrap_or_default(), told(reader, item));
    base.retain(|field, _| proposed.contains_key(field));
    Ok((base, proposed))
}

/// Whether the customer of a record does not read a field of it.
fn is_internal(reader: &Reader, item: &Item, field: &str) -> bool {
    reader.registry().kind(kind_of(reader, item)).is_some_and(|it| it.internal.contains(&field))
}

/// What an item would say as its customer reads it: of what the house keeps only what they read.
fn told(reader: &Reader, item: &Item) -> Map<String, Json> {
    let mut proposed = item.proposed.clone().unwrap_or_default();
    let fields = reader.fields_of(kind_of(reader, item)).unwrap_or_default();
    let is_read = |key: &str| fields.iter().any(|it| it.key == key && it.audience == Audience::Party);
    proposed.retain(|name, _| match name.strip_prefix("extra.") {
        Some(key) => is_read(key),
        None => !is_internal(reader, item, name),
    });
    proposed
}

/// The kind of what an item would say: of the record, or of what is put into it.
pub fn kind_of(reader: &Reader, item: &Item) -> &'static str {
    kind_at(reader, &item.name, item.action)
}

/// The same of an item of which only this is known.
pub fn kind_at(reader: &Reader, name: &str, action: Action) -> &'static str {
    let Some(own) = reader.registry().of_number(name) else { return "" };
    if action == Action::Add { own.holds_kind().unwrap_or("") } else { own.kind.prefix }
}

/// Whether an item belongs to a customer, and they read it: of what is only shown to them it was offered.
fn is_theirs(reader: &Reader, item: &Item, party: Option<i64>) -> Result<bool> {
    let (Some(id), Some(party)) = (item.item, party) else { return Ok(false) };
    let count: i64 = reader.one(
        sql!(
            "select count(*) from visible where id = $1 and party = $2
             and (sharing = 'working' or (sharing = 'offered' and offered is not null))"
        ),
        values![id, party],
    )?;
    Ok(count > 0)
}

/// From when on a change holds, as its customer reads it: of orders theirs alone.
pub(super) fn starts_for_them(reader: &Reader, case: &Case<ChangeRequest>) -> Result<String> {
    let said = &case.body.effective_from;
    if case.body.effective_by != Basis::Order {
        return Ok(said.clone());
    }
    let mut theirs = Vec::new();
    for named in said.split(',').map(str::trim) {
        let number = named.split('/').next().unwrap_or_default();
        let order: Option<i64> = reader.maybe(
            sql!("select id from visible where kind = 'SO' and number = $1 and party = $2"),
            values![number, case.record.party],
        )?;
        theirs.extend(order.map(|_| named));
    }
    Ok(theirs.join(", "))
}
