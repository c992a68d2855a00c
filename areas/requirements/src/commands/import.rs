//! Requirements by the file: into a set, and out again.

use std::collections::HashMap;

use kernel::{
    Applied, Asked, Body, Case, Change, Error, Fields, Foresight, KEY, Made, Permit, Reader, Refusal, Result,
    Reverted, TakenRow, Taking, Target, Undo, Work, text,
};

use super::{Edit, NewRequirement, add_many, add_section, edit, move_to, remove_section, withdraw};
use crate::model::{Requirement, RequirementSet, requirement};
use crate::queries::import::{is_taken, known};
use crate::rules::import::{IMPORTED, Known, foresee, is_written, title, written};
use crate::rules::{FIELDS, Put};

/// Requirements, taken into a set.
pub const IMPORT: Target = Target {
    code: "requirements",
    many: || text!("Requirements"),
    kind: "REQ",
    permit: Permit::Staff,
    into: Some("RS"),
    names: &[],
    fields: IMPORTED,
    foresee: foreseen,
    apply: taken_in,
    revert: taken_back,
};

fn foreseen(reader: &Reader, asked: &Asked) -> Result<Vec<Foresight>> {
    let set = set_of(reader, asked.into)?;
    RequirementSet::must_be_open(&set)?;
    Ok(foresee(asked.rows, &known(reader, &set, asked)?, asked.looks_for_doubles))
}

fn set_of(reader: &Reader, into: Option<i64>) -> Result<Case<RequirementSet>> {
    reader.find_by_id(into.ok_or(Error::NotFound)?)
}

/// Rows that are new come first, all at once; then each that changes something.
fn taken_in(work: &mut Work, order: &Taking) -> Result<Vec<Applied>> {
    let set = set_of(work, order.into)?.record;
    let functions = crate::queries::functions(work)?;
    let functions = functions.into_iter().map(|(id, name)| (name.to_lowercase(), id)).collect();
    let known = Known { functions, ..Known::default() };
    let mut sections = Sections::of(work, &set.number)?;
    let (mut new, mut besides) = (Vec::new(), Vec::new());
    for row in order.rows.iter().filter(|it| it.target.is_none()) {
        let (section, beside) = sections.key(work, word(&row.fields, "section"))?;
        new.push(new_of(work, row, section, &known)?);
        besides.push(beside);
    }
    let mut made = add_many(work, &set.number, &new)?.into_iter().zip(besides);
    let mut all = Vec::with_capacity(order.rows.len());
    for row in order.rows {
        all.push(match row.target {
            None => {
                let (Made { id, .. }, beside) = made.next().ok_or(Error::NotFound)?;
                Applied { record: id, is_new: true, changes: Vec::new(), beside }
            }
            Some(id) => changed(work, id, row, (&known, &mut sections))?,
        });
    }
    Ok(all)
}

fn word<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |it| it.trim())
}

fn new_of(work: &Work, row: &TakenRow, section: String, known: &Known) -> Result<NewRequirement> {
    let (body, _) = written(&Requirement::default(), &row.fields, known);
    let key = word(&row.fields, KEY);
    let is_number =
        key.strip_prefix("REQ-").is_some_and(|it| it.len() >= 4 && it.bytes().all(|it| it.is_ascii_digit()));
    let number = if is_number && !is_taken(work, key)? { Some(key.to_owned()) } else { None };
    Ok(NewRequirement { title: word(&row.fields, "title").to_owned(), number, section, put: Put::Last, body })
}

/// The sections of the set by their headings; what is missing is added.
struct Sections {
    set: String,
    keys: HashMap<String, String>,
}

impl Sections {
    fn of(work: &Work, set: &str) -> Result<Self> {
        let body = work.find::<RequirementSet>(set)?.body;
        let keys = body.sections.into_iter().map(|it| (it.title, it.key)).collect();
        Ok(Self { set: set.to_owned(), keys })
    }

    /// The key of a section, and the same again where it was added for this.
    fn key(&mut self, work: &mut Work, title: &str) -> Result<(String, String)> {
        if title.is_empty() {
            return Ok(Default::default());
        }
        if let Some(key) = self.keys.get(title) {
            return Ok((key.clone(), String::new()));
        }
        let key = add_section(work, &self.set, title, "")?;
        self.keys.insert(title.to_owned(), key.clone());
        Ok((key.clone(), key))
    }
}

fn changed(
    work: &mut Work,
    id: i64,
    row: &TakenRow,
    (known, sections): (&Known, &mut Sections),
) -> Result<Applied> {
    let case = work.find_by_id::<Requirement>(id)?;
    let number = case.record.number.clone();
    let mut changes = row.changes.clone();
    if row.only_fills {
        changes = fills(&case, &row.fields, known);
    }
    write(work, &number, changes.iter().map(|it| (it.field.as_str(), it.new.as_str())))?;
    let mut beside = String::new();
    if let Some(moved) = changes.iter().find(|it| it.field == "section") {
        let (key, made) = sections.key(work, &moved.new)?;
        move_to(work, &number, &key, &Put::Last)?;
        beside = made;
    }
    Ok(Applied { record: id, is_new: false, changes, beside })
}

/// What a row says where the requirement says nothing yet.
fn fills(case: &Case<Requirement>, fields: &Fields, known: &Known) -> Vec<Change> {
    let (body, _) = written(&case.body, fields, known);
    let empty = FIELDS.iter().filter(|it| case.body.written(it).is_empty() && !body.written(it).is_empty());
    empty.map(|it| Change { field: (*it).to_owned(), old: String::new(), new: body.written(it) }).collect()
}

fn write<'a>(work: &mut Work, number: &str, fields: impl Iterator<Item = (&'a str, &'a str)>) -> Result<()> {
    let fields = fields.filter(|(it, _)| *it != "section");
    let fields = fields.map(|(field, words)| (field.to_owned(), words.to_owned())).collect();
    edit(work, &Edit { number: number.to_owned(), version: None, fields })?;
    Ok(())
}

/// A new one is withdrawn, a changed one says again what it said; but only where nobody went on from there.
fn taken_back(work: &mut Work, undo: &Undo) -> Result<Reverted> {
    let case = work.find_by_id::<Requirement>(undo.applied.record)?;
    let number = case.record.number.clone();
    let set = work.find_by_id::<RequirementSet>(case.body.set_id)?;
    if let Err(Refusal(missing)) = RequirementSet::must_be_open(&set) {
        return Ok(Reverted::Stays(missing.into_iter().next().ok_or(Error::NotFound)?.sentence));
    }
    if !undo.applied.is_new {
        return put_back(work, &case, (&set, undo));
    }
    let is_left = case.record.state == requirement::State::Withdrawn;
    if !is_left && !is_as_it_came(work, &case, undo.fields)? {
        let sentence =
            text!("{number} was changed since. Withdraw it yourself if it shall go.", number = &number);
        return Ok(Reverted::Stays(sentence));
    }
    if !is_left {
        withdraw(work, &number, "")?;
    }
    let is_empty = |work: &Work, key: &str| {
        crate::queries::ends(work, set.record.id.raw(), key).map(|(first, _)| first.is_none())
    };
    let made = &undo.applied.beside;
    let stands = set.body.sections.len() > 1 && set.body.sections.iter().any(|it| it.key == *made);
    if stands && is_empty(work, made)? {
        remove_section(work, &set.record.number, made)?;
    }
    Ok(Reverted::Whole)
}

/// Whether a requirement still says what its row made it say.
fn is_as_it_came(work: &Work, case: &Case<Requirement>, fields: &Fields) -> Result<bool> {
    let functions = crate::queries::functions(work)?;
    let functions = functions.into_iter().map(|(id, name)| (name.to_lowercase(), id)).collect();
    let (came, _) = written(&Requirement::default(), fields, &Known { functions, ..Known::default() });
    let title = title(word(fields, "title"), &came.statement);
    Ok(title == case.record.title && FIELDS.iter().all(|it| case.body.written(it) == came.written(it)))
}

fn put_back(
    work: &mut Work,
    case: &Case<Requirement>,
    (set, undo): (&Case<RequirementSet>, &Undo),
) -> Result<Reverted> {
    let section = set.body.sections.iter().find(|it| it.key == case.body.section);
    let section = section.map(|it| it.title.as_str()).unwrap_or_default();
    let is_ours = |it: &&Change| match it.field.as_str() {
        "title" => case.record.title == it.new,
        "section" => section == it.new,
        _ => is_written(&case.body, it),
    };
    let (ours, theirs): (Vec<&Change>, Vec<&Change>) = undo.applied.changes.iter().partition(is_ours);
    write(work, &case.record.number, ours.iter().map(|it| (it.field.as_str(), it.old.as_str())))?;
    if let Some(moved) = ours.iter().find(|it| it.field == "section")
        && let Some(home) = set.body.sections.iter().find(|it| it.title == moved.old)
    {
        move_to(work, &case.record.number, &home.key, &Put::Last)?;
    }
    if theirs.is_empty() {
        return Ok(Reverted::Whole);
    }
    let fields: Vec<String> = theirs
        .iter()
        .map(|it| Requirement::label(&it.field).map_or_else(|| it.field.clone(), |it| it.to_string()))
        .collect();
    let number = &case.record.number;
    Ok(Reverted::Stays(text!(
        "{number}: {fields} changed since and stayed as they are.",
        number = number,
        fields = fields.join(", ")
    )))
}
