//! What people do with the extra fields of the records that come in by the file: write them, and put them back.

use kernel::{
    Applied, Change, EXTRA, Edited, Error, Fields, Refusal, Result, Reverted, Target, Text, Work, text,
};
use serde_json::{Map, Value as Json, json};

use crate::queries::extra::{Known, differences, is_extra, now, written};

/// Writes what a row says of the extra fields of the record that it made or changed, and notes it with the rest.
/// A row that is merged only fills what is empty. Tells why, where the record takes nothing now.
pub fn write(
    work: &mut Work,
    (target, known): (&Target, &Known),
    (fields, only_fills): (&Fields, bool),
    applied: &mut Applied,
) -> Result<Option<Text>> {
    let (said, _) = known.read(work, fields)?;
    if said.is_empty() || applied.record == 0 {
        return Ok(None);
    }
    let is_of_kind = work.mention(applied.record)?.is_some_and(|it| it.kind == target.kind);
    if !is_of_kind {
        return Ok(Some(text!("Its extra fields were left out: it was added to what was there.")));
    }
    let (number, before) = now(work, applied.record)?;
    let mut changes = differences(&before, &said);
    changes.retain(|it| !only_fills || it.old.is_empty());
    let values = changes.iter().filter_map(|it| {
        let key = it.field.strip_prefix(EXTRA)?;
        Some((key.to_owned(), said.get(key)?.clone()))
    });
    if let Some(why) = fill(work, target, &number, values.collect())? {
        return Ok(Some(why));
    }
    if !applied.is_new {
        applied.changes.extend(changes);
    }
    Ok(None)
}

/// Puts back what a row changed of extra fields, where nobody wrote something else since, and where the field still takes
/// what it said.
pub fn put_back(work: &mut Work, (target, known): (&Target, &Known), applied: &Applied) -> Result<Reverted> {
    let changes: Vec<&Change> = applied.changes.iter().filter(|it| is_extra(it)).collect();
    if changes.is_empty() {
        return Ok(Reverted::Whole);
    }
    let (number, current) = now(work, applied.record)?;
    let (mut values, mut theirs, mut closed) = (Map::new(), Vec::new(), Vec::new());
    for it in changes {
        let key = it.field.trim_start_matches(EXTRA);
        if written(current.get(key)) != it.new {
            theirs.push(key);
            continue;
        }
        match known.value(work, key, &it.old)? {
            Some(value) => {
                values.insert(key.to_owned(), value);
            }
            None => closed.push(key),
        }
    }
    if let Some(why) = fill(work, target, &number, values)? {
        return Ok(Reverted::Stays(why));
    }
    let theirs = known.names(theirs.into_iter());
    let closed = known.names(closed.into_iter());
    let changed = text!(
        "{number}: {fields} changed since and stayed as they are.",
        number = number.as_str(),
        fields = theirs.as_str()
    );
    let not_taken = text!(
        "{number}: {fields} stayed as they are. What stood there before is taken there no more.",
        number = number.as_str(),
        fields = closed.as_str()
    );
    Ok(match (theirs.is_empty(), closed.is_empty()) {
        (true, true) => Reverted::Whole,
        (false, true) => Reverted::Stays(changed),
        (true, false) => Reverted::Stays(not_taken),
        (false, false) => Reverted::Stays(text!("{one} {other}", one = changed, other = not_taken)),
    })
}

/// Says why where the record takes nothing now; then nothing was written.
fn fill(work: &mut Work, target: &Target, number: &str, values: Map<String, Json>) -> Result<Option<Text>> {
    if values.is_empty() {
        return Ok(None);
    }
    let registry = work.registry();
    let entry = registry.kind(target.kind).ok_or(Error::NotFound)?;
    let fields = json!({ "extra": values }).as_object().cloned().unwrap_or_default();
    match entry.revise(work, &Edited { number, fields: &fields, version: None }) {
        Ok(()) => Ok(None),
        Err(Error::Refused(Refusal(missing))) => {
            let why =
                missing.into_iter().next().map_or_else(|| text!("It is not possible."), |it| it.sentence);
            Ok(Some(text!("{number} stays: {why}", number = number, why = why)))
        }
        Err(other) => Err(other),
    }
}
