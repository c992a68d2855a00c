//! How sets hang together: the ties between two of them, and what of one nothing rests on.

use std::collections::BTreeMap;

use kernel::{Reader, Result, Suspects, Tie, Vocabulary, sql, values};
use serde::Deserialize;

use super::held;
use crate::model::{Coverage, Covered, Crossing, Matrix, Member, RequirementSet};

/// More than any set has.
const ALL: i64 = 100_000;

/// The requirements of a set in order, as the edge of a matrix.
pub fn members(reader: &Reader, set: &str) -> Result<Vec<Member>> {
    let set = reader.find::<RequirementSet>(set)?;
    let title = |key: &str| set.body.sections.iter().find(|it| it.key == key).map(|it| it.title.clone());
    let members = held(reader, &set)?.into_iter().map(|(record, body)| Member {
        id: record.id.raw(),
        number: record.number,
        title: record.title,
        section: title(&body.section).unwrap_or_default(),
    });
    Ok(members.collect())
}

#[derive(Deserialize)]
struct Crossed {
    link: i64,
    source: i64,
    target: i64,
    is_suspect: bool,
}

/// The ties from the requirements of one set (columns) to those of another (rows), along a role.
pub fn matrix(reader: &Reader, rows: &str, columns: &str, role: Tie) -> Result<Matrix> {
    let (targets, sources) = (reader.mention_of(rows)?.id, reader.mention_of(columns)?.id);
    let crossed: Vec<Crossed> = reader.rows(
        sql!(
            "select link.id as link, link.source as source, link.target as target,
             coalesce(source_digest <> s.says, false) or coalesce(target_digest <> t.says, false) as is_suspect
             from requirement as wanted join link on link.target = wanted.id and role = $3
             join requirement as wants on wants.id = link.source
             join visible as s on s.id = link.source join visible as t on t.id = link.target
             where wanted.set_id = $1 and wants.set_id = $2"
        ),
        values![targets, sources, role.code()],
    )?;
    let cells = crossed
        .into_iter()
        .map(|it| ((it.target, it.source), Crossing { link: it.link, is_suspect: it.is_suspect }));
    Ok(Matrix {
        role,
        rows: members(reader, rows)?,
        columns: members(reader, columns)?,
        cells: cells.collect(),
    })
}

#[derive(Deserialize)]
struct Tied {
    id: i64,
    role: Tie,
    number: String,
}

/// How each requirement of a set hangs together with others.
pub fn coverage(reader: &Reader, set: &str) -> Result<Coverage> {
    let id = reader.mention_of(set)?.id;
    let below: Vec<Tied> = reader.rows(
        sql!(
            "select requirement.id as id, role, o.number as number from requirement join link on link.target = requirement.id
             join visible as o on o.id = link.source
             where set_id = $1 and role in ('satisfies', 'implements', 'verifies')
             and o.state not in ('withdrawn', 'declined', 'superseded') order by o.number"
        ),
        values![id],
    )?;
    let above: Vec<Tied> = reader.rows(
        sql!(
            "select requirement.id as id, role, o.number as number from requirement join link on link.source = requirement.id
             join visible as o on o.id = link.target
             where set_id = $1 and role in ('satisfies', 'derives_from')
             and o.state not in ('withdrawn', 'declined', 'superseded') order by o.number"
        ),
        values![id],
    )?;
    // Whoever took words out of a document cited them, which ties the requirement to nothing else.
    let cited: Vec<(i64, String)> = reader.rows(
        sql!(
            "select distinct requirement.id, o.number from requirement join passage on passage.made = requirement.id
             join visible_source as it on it.id = passage.source_id join visible as o on o.id = it.record_id
             where requirement.set_id = $1 and o.state not in ('withdrawn', 'declined', 'superseded')
             order by o.number"
        ),
        values![id],
    )?;
    let mut lines: BTreeMap<i64, Covered> = BTreeMap::new();
    let members = members(reader, set)?;
    for it in &members {
        let (number, title, section) = (it.number.clone(), it.title.clone(), it.section.clone());
        lines.insert(it.id, Covered { number, title, section, ..Covered::default() });
    }
    for it in below {
        let Some(line) = lines.get_mut(&it.id) else { continue };
        let all = if it.role == Tie::Verifies { &mut line.verified_by } else { &mut line.satisfied_by };
        all.push(it.number);
    }
    for it in above {
        if let Some(line) = lines.get_mut(&it.id) {
            line.rests_on.push(it.number);
        }
    }
    for (requirement, number) in cited {
        if let Some(line) = lines.get_mut(&requirement).filter(|it| !it.rests_on.contains(&number)) {
            line.rests_on.push(number);
        }
    }
    for link in reader.suspects(Suspects::Of(id), ALL)? {
        for end in [link.source.id, link.target.id] {
            if let Some(line) = lines.get_mut(&end) {
                line.suspect += 1;
            }
        }
    }
    Ok(Coverage { lines: members.iter().filter_map(|it| lines.remove(&it.id)).collect() })
}

/// The sets that a set can be held against: the newest first, with those it is tied to before all others.
pub fn sets_beside(reader: &Reader, set: i64) -> Result<Vec<(String, String)>> {
    reader.rows(
        sql!(
            "select number, title from visible where kind = 'RS' and state not in ('withdrawn', 'declined')
             order by case when id in (
                 select other.set_id from requirement as own join link on link.target = own.id
                 join requirement as other on other.id = link.source where own.set_id = $1 and other.set_id <> $1
                 union select other.set_id from requirement as own join link on link.source = own.id
                 join requirement as other on other.id = link.target where own.set_id = $1 and other.set_id <> $1)
             then 0 else 1 end, id desc limit 200"
        ),
        values![set],
    )
}
