//! Who must know a set, who was asked to read it and who has.

use std::collections::BTreeMap;

use kernel::{PersonId, Reader, Result, sql, values};

use crate::model::{MustRead, ToRead, Told};
use crate::rules::why_told;

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
            "select it.id as id, no, it.digest as digest, person, p.title as name, it.function as function,
             f.title as function_name, asked_at, read_at
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
            "select it.id as id, no, it.digest as digest, person, p.title as name, it.function as function,
             f.title as function_name, asked_at, read_at
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
