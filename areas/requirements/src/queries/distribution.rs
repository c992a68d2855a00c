//! Who must know a set, who was asked to read it and who has.

use std::collections::BTreeMap;

use kernel::{PersonId, Reader, Result, Vocabulary, sql, values};
use serde::Deserialize;

use crate::model::{Distributed, Heard, MustRead, Newcomer, ToRead, Told};
use crate::rules::{LastRelease, newcomers, why_told};

/// The functions that are told of every released set.
pub fn told_always(reader: &Reader) -> Result<Vec<i64>> {
    reader.rows(sql!("select record_id from visible_told_always order by id"), &[])
}

/// The line that says so of a function.
pub fn told_always_line(reader: &Reader, function: i64) -> Result<Option<i64>> {
    reader.maybe(sql!("select id from visible_told_always where record_id = $1"), values![function])
}

/// What the owner of a set said of a function.
pub fn said_of(reader: &Reader, set: i64, function: i64) -> Result<Option<i64>> {
    reader.maybe(
        sql!("select id from visible_told where record_id = $1 and function = $2"),
        values![set, function],
    )
}

/// Every function, with whether and why it is told of a set.
pub fn functions_told(reader: &Reader, set: i64) -> Result<Vec<Told>> {
    let always = told_always(reader)?;
    let answering: Vec<i64> = reader.rows(
        sql!(
            "select distinct requirement.function from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and requirement.function is not null"
        ),
        values![set],
    )?;
    let said: Vec<(i64, bool)> =
        reader.rows(sql!("select function, is_told from visible_told where record_id = $1"), values![set])?;
    let said: BTreeMap<i64, bool> = said.into_iter().collect();
    let all: Vec<(i64, String, String)> = reader.rows(
        sql!(
            "select id, number, title from visible where kind = 'FN' and state = 'active' order by title, id"
        ),
        &[],
    )?;
    let told = all.into_iter().map(|(function, number, name)| {
        let why = why_told(function, &always, &answering, &said);
        Told { function, number, name, why }
    });
    Ok(told.collect())
}

/// The functions that must know a set and for which nobody answers: they are told, and nobody hears it.
pub fn told_nobody(reader: &Reader, set: i64) -> Result<Vec<Told>> {
    let mut silent = Vec::new();
    for it in functions_told(reader, set)?.into_iter().filter(|it| it.why.is_told()) {
        if identity::belonging_to(reader, it.function)?.is_empty() {
            silent.push(it);
        }
    }
    Ok(silent)
}

/// Who was asked to read a revision, by name.
pub fn readers(reader: &Reader, set: i64, no: i64) -> Result<Vec<MustRead>> {
    reader.rows(
        sql!(
            "select it.id as id, no, it.digest as digest, person, p.title as name, p.state as state,
             it.function as function, f.title as function_name, asked_at, read_at
             from visible_must_read as it join visible as p on p.id = person join visible as f on f.id = it.function
             where record_id = $1 and no = $2 order by p.title, it.id"
        ),
        values![set, no],
    )
}

/// What somebody was asked to read of a set, the newest revision first.
pub fn asked_of(reader: &Reader, set: i64, person: PersonId) -> Result<Vec<MustRead>> {
    reader.rows(
        sql!(
            "select it.id as id, no, it.digest as digest, person, p.title as name, p.state as state,
             it.function as function, f.title as function_name, asked_at, read_at
             from visible_must_read as it join visible as p on p.id = person join visible as f on f.id = it.function
             where record_id = $1 and person = $2 order by no desc"
        ),
        values![set, person],
    )
}

/// The revisions that the actor was asked to read and has not; only the last one of each set counts.
pub fn to_read(reader: &Reader) -> Result<Vec<ToRead>> {
    reader.rows(
        sql!(
            "select number, title, no, asked_at from visible_must_read as it join visible on visible.id = record_id
             where person = $1 and read_at is null and no = released and state not in ('withdrawn', 'declined')
             order by asked_at, it.id"
        ),
        values![reader.actor.person],
    )
}

/// What is looked for among all who were asked to read something.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoughtReaders {
    pub set: Option<i64>,
    pub person: Option<PersonId>,
    pub function: Option<i64>,
    pub heard: Option<Heard>,
}

/// Who was asked to read what, the newest first, those before the line `before`.
pub fn distributed(
    reader: &Reader,
    it: &SoughtReaders,
    before: Option<i64>,
    at_most: i64,
) -> Result<Vec<Distributed>> {
    let heard = it.heard.map(Vocabulary::code).unwrap_or_default();
    reader.rows(
        sql!(
            "select it.id as id, s.number as number, s.title as title, it.no as no, s.released as released,
             it.digest as digest, p.number as person_number, p.title as name, p.state as state,
             f.number as function_number, f.title as function_name, it.asked_at as asked_at, it.read_at as read_at
             from visible_must_read as it join visible as s on s.id = it.record_id
             join visible as p on p.id = it.person join visible as f on f.id = it.function
             where ($1 = 0 or it.record_id = $1) and ($2 = 0 or it.person = $2) and ($3 = 0 or it.function = $3)
             and ($4 = '' or $4 = case when it.read_at is not null then 'read'
                 when p.state = 'active' and it.no = s.released then 'waiting' else 'over' end)
             and it.id < $5 order by it.id desc limit $6"
        ),
        values![
            it.set.unwrap_or(0),
            it.person.unwrap_or(0),
            it.function.unwrap_or(0),
            heard,
            before.unwrap_or(i64::MAX),
            at_most
        ],
    )
}

#[derive(Deserialize)]
struct Released {
    id: i64,
    no: i64,
    digest: String,
    released_by: PersonId,
    released_at: i64,
}

/// Who must know the last revision of a set, of one or of all, and was not asked to read it: they came to a function
/// after it was released. It takes as many statements for a thousand sets as for one.
pub fn not_asked_yet(reader: &Reader, only: Option<i64>) -> Result<Vec<Newcomer>> {
    let only = only.unwrap_or(0);
    let sets: Vec<Released> = reader.rows(
        sql!(
            "select visible.id as id, revision.no as no, revision.digest as digest, released_by, released_at
             from visible join revision on revision.record_id = visible.id and revision.no = visible.released
             where kind = 'RS' and state not in ('withdrawn', 'declined') and ($1 = 0 or visible.id = $1)
             order by visible.id"
        ),
        values![only],
    )?;
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let always: Vec<(i64, i64)> =
        reader.rows(sql!("select record_id, at from visible_told_always order by id"), &[])?;
    let answering: Vec<(i64, i64)> = reader.rows(
        sql!(
            "select distinct set_id, requirement.function from visible join requirement on requirement.id = visible.id
             where state <> 'withdrawn' and requirement.function is not null and ($1 = 0 or set_id = $1)"
        ),
        values![only],
    )?;
    let said: Vec<(i64, i64, bool)> = reader.rows(
        sql!("select record_id, function, is_told from visible_told where ($1 = 0 or record_id = $1)"),
        values![only],
    )?;
    let asked: Vec<(i64, PersonId)> = reader.rows(
        sql!(
            "select it.record_id, it.person from visible_must_read as it join visible on visible.id = it.record_id
             where it.no = visible.released and ($1 = 0 or it.record_id = $1)"
        ),
        values![only],
    )?;
    let functions: Vec<i64> = reader
        .rows(sql!("select id from visible where kind = 'FN' and state = 'active' order by id"), &[])?;
    let members = functions.into_iter().map(|it| Ok((it, identity::belonging_to(reader, it)?)));
    let members: Vec<(i64, Vec<PersonId>)> = members.collect::<Result<_>>()?;
    let (answering, asked) = (by_set(answering), by_set(asked));
    let said = by_set(said.into_iter().map(|(set, function, is_told)| (set, (function, is_told))));
    let mut all = Vec::new();
    for set in sets {
        let mut known = asked.get(&set.id).cloned().unwrap_or_default();
        known.push(set.released_by);
        let last = LastRelease {
            // From now on means the releases from then on.
            always: always.iter().filter(|(_, at)| *at <= set.released_at).map(|(it, _)| *it).collect(),
            answering: answering.get(&set.id).cloned().unwrap_or_default(),
            said: said.get(&set.id).into_iter().flatten().copied().collect(),
            known,
        };
        let found = newcomers(&last, &members).into_iter().map(|(person, function)| Newcomer {
            set: set.id,
            no: set.no,
            digest: set.digest.clone(),
            person,
            function,
        });
        all.extend(found);
    }
    Ok(all)
}

/// What belongs to each set.
fn by_set<T>(pairs: impl IntoIterator<Item = (i64, T)>) -> BTreeMap<i64, Vec<T>> {
    let mut all: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for (set, it) in pairs {
        all.entry(set).or_default().push(it);
    }
    all
}
