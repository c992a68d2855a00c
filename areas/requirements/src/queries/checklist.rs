//! Which checklists are asked about a set, and how each question stands.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Case, Reader, Result, sql, values};
use serde::Deserialize;

use crate::model::{Asked, Checklist, Elicited, Laid, RequirementSet, Row};
use crate::rules::{Since, is_meant_for, stand};

/// The revision of a checklist that is in force, with its number; none where it never was, or is retired.
pub fn in_force(reader: &Reader, checklist: i64) -> Result<Option<(i64, Checklist)>> {
    let released: Option<Option<i64>> = reader.maybe(
        sql!("select released from visible where id = $1 and kind = 'CK' and state <> 'retired'"),
        values![checklist],
    )?;
    released.flatten().map(|no| Ok((no, at_revision(reader, checklist, no)?))).transpose()
}

fn at_revision(reader: &Reader, checklist: i64, no: i64) -> Result<Checklist> {
    let (_, content) = reader.revision(checklist, no)?;
    Ok(serde_json::from_value(content)?)
}

/// The line that says that a checklist lies beside a set, and by which revision.
pub fn laid_line(reader: &Reader, set: i64, checklist: i64) -> Result<Option<(i64, i64)>> {
    reader.maybe(
        sql!("select id, revision from visible_set_checklist where record_id = $1 and checklist = $2"),
        values![set, checklist],
    )
}

#[derive(Deserialize)]
struct Beside {
    id: i64,
    number: String,
    title: String,
    revision: i64,
}

/// The checklists beside a set, each question with how it stands. Outsiders read none of it.
pub fn laid_of(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<Laid>> {
    let id = set.record.id.raw();
    let beside: Vec<Beside> = reader.rows(
        sql!(
            "select visible.id, number, title, revision from visible_set_checklist as it
             join visible on visible.id = checklist where record_id = $1 order by title, visible.id"
        ),
        values![id],
    )?;
    if beside.is_empty() {
        return Ok(Vec::new());
    }
    let last = last_words(reader, id)?;
    let stated: Vec<i64> = last.values().filter_map(|it| it.requirement).collect();
    let stated = reader.mentions(&stated)?;
    let settled = settled(reader, id)?;
    let mut laid = Vec::new();
    for it in beside {
        let now = in_force(reader, it.id)?;
        let list = at_revision(reader, it.id, it.revision)?;
        let rows = list.questions.into_iter().map(|question| {
            let known = last.get(&(it.id, question.key.clone()));
            let requirement = known.and_then(|it| it.requirement).and_then(|id| stated.get(&id)).cloned();
            let since = Since {
                is_withdrawn: requirement.as_ref().is_none_or(|it| it.state == "withdrawn"),
                is_settled: known.and_then(|it| it.task).is_some_and(|it| settled.contains(&it)),
            };
            Ok(Row {
                stand: stand(&question, known, since),
                requirement,
                reason: known.map(|it| it.reason.clone()).unwrap_or_default(),
                by: known.map(|it| reader.name_of(it.by)).transpose()?.unwrap_or_default(),
                at: known.map(|it| it.at),
                question,
            })
        });
        laid.push(Laid {
            rows: rows.collect::<Result<_>>()?,
            newer: now.map(|(no, _)| no).filter(|no| *no > it.revision),
            id: it.id,
            number: it.number,
            title: it.title,
            revision: it.revision,
        });
    }
    Ok(laid)
}

/// What was said last to each question, by checklist and key.
fn last_words(reader: &Reader, set: i64) -> Result<BTreeMap<(i64, String), Elicited>> {
    let all: Vec<Elicited> = reader.rows(
        sql!(
            "select checklist, question, asked, answer, requirement, task, reason, at, by from visible_elicited
             where record_id = $1 order by id"
        ),
        values![set],
    )?;
    Ok(all.into_iter().map(|it| ((it.checklist, it.question.clone()), it)).collect())
}

/// The tasks by which the customer was asked and that are settled.
fn settled(reader: &Reader, set: i64) -> Result<BTreeSet<i64>> {
    let ids: Vec<i64> = reader.rows(
        sql!("select id from visible_task where record_id = $1 and settled_at is not null"),
        values![set],
    )?;
    Ok(ids.into_iter().collect())
}

/// How the questions beside a set stand, in figures.
pub fn asked_about(reader: &Reader, set: &Case<RequirementSet>) -> Result<Asked> {
    Ok(Asked::of(&laid_of(reader, set)?))
}

/// A checklist in force that does not lie beside a set.
#[derive(Clone, Debug)]
pub struct Proposed {
    pub number: String,
    pub title: String,
    /// Whether the words of the set say that it is meant for it.
    pub is_meant: bool,
}

/// The products that the requirements of a set name.
pub fn products(reader: &Reader, set: i64) -> Result<Vec<String>> {
    reader.rows(
        sql!(
            "select distinct product from visible join requirement on requirement.id = visible.id
             where set_id = $1 and product <> '' and state <> 'withdrawn'"
        ),
        values![set],
    )
}

/// The checklists that could be laid beside a set, those that are meant for it first.
pub fn proposed(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<Proposed>> {
    let id = set.record.id.raw();
    let all: Vec<(i64, String, String)> = reader.rows(
        sql!(
            "select id, number, title from visible where kind = 'CK' and state <> 'retired' and released is not null
             and id not in (select checklist from visible_set_checklist where record_id = $1) order by title, id"
        ),
        values![id],
    )?;
    let products = products(reader, id)?;
    let (title, body) = (&set.record.title, &set.body);
    let words = [title.as_str(), &body.matter, &body.intended_use].into_iter();
    let words = words.chain(products.iter().map(String::as_str)).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (id, number, title) in all {
        let Some((_, list)) = in_force(reader, id)? else { continue };
        found.push(Proposed { is_meant: is_meant_for(&list, &words), number, title });
    }
    found.sort_by_key(|it| !it.is_meant);
    Ok(found)
}
