//! Files of what a change touches: proposed inside the change, where they lie until it is released.

use kernel::{
    Attachment, Audience, Error, Faults, Filing, ProposedFile, Refusal, Result, Work, fingerprint, text,
};
use serde::Serialize;
use serde_json::json;

use super::still_written;
use crate::model::{Action, Item, ItemFile};
use crate::queries;

#[derive(Serialize)]
struct NewFile<'a> {
    record_id: i64,
    line: i64,
    name: &'a str,
    read_by: Audience,
    file: Option<i64>,
    digest: &'a str,
    size: i64,
    #[serde(flatten)]
    before: Before<'a>,
    at: i64,
    by: i64,
}

/// What had the name when something was proposed for it.
#[derive(Serialize)]
struct Before<'a> {
    before: Option<i64>,
    before_digest: &'a str,
    before_size: i64,
    before_read_by: Audience,
}

impl<'a> Before<'a> {
    fn of(it: Option<&'a Attachment>) -> Self {
        Self {
            before: it.map(|it| it.id),
            before_digest: it.map_or("", |it| it.digest.as_str()),
            before_size: it.map_or(0, |it| it.size),
            before_read_by: it.map_or(Audience::Internal, |it| it.audience),
        }
    }
}

/// Proposes a file for an item: it lies at the change until that is released, then at the item, in the place of the file
/// of its name where there is one. Where nobody says who reads it, it is read by whoever read that. Tells the key of
/// what is proposed.
///
/// # Errors
/// Refuses a file in which nothing is, and one that lies there already.
pub fn propose_file(
    work: &mut Work,
    number: &str,
    line: i64,
    (it, read_by): (&Filing, Option<Audience>),
) -> Result<i64> {
    let change = still_written(work, number)?.id;
    let item = that_changes(work, change, line)?;
    if it.bytes.is_empty() {
        let sentence = text!("Nothing is in the file “{name}”. Choose it again.", name = it.name);
        return Err(Faults::one("files", sentence).into());
    }
    let before = queries::lying_at(work, &item)?.into_iter().find(|one| one.name == it.name);
    let read_by = read_by.or(before.as_ref().map(|it| it.audience)).unwrap_or_default();
    let digest = fingerprint(it.bytes);
    let is_same = before.as_ref().is_some_and(|it| it.digest == digest && it.audience == read_by);
    let sentence = text!("Exactly this file “{name}” lies there already.", name = it.name);
    if is_same {
        return Err(Faults::one("files", sentence).into());
    }
    // Whoever reads it afterwards: at the change it is ours, until it is shown.
    let file = work.file(change, &Filing { audience: Audience::Internal, ..*it })?;
    let size = i64::try_from(it.bytes.len()).unwrap_or(i64::MAX);
    let lies = Lies { file: Some(file), digest: &digest, size };
    keep(work, change, &item, (it.name, read_by, lies, before.as_ref()))
}

/// Proposes that a file of an item goes. Tells the key of what is proposed.
///
/// # Errors
/// Refuses a name that no file there has.
pub fn take_file_away(work: &mut Work, number: &str, line: i64, name: &str) -> Result<i64> {
    let change = still_written(work, number)?.id;
    let item = that_changes(work, change, line)?;
    let before = queries::lying_at(work, &item)?.into_iter().find(|it| it.name == name);
    let sentence = text!("No file “{name}” lies at {item}.", name = name, item = item.name.as_str());
    let before = before.ok_or_else(|| Error::from(Faults::one("name", sentence)))?;
    let lies = Lies { file: None, digest: "", size: 0 };
    keep(work, change, &item, (name, before.audience, lies, Some(&before)))
}

/// Takes back what was proposed for a file: what lies there stays.
pub fn leave_file(work: &mut Work, number: &str, line: i64, file: i64) -> Result<()> {
    let change = still_written(work, number)?.id;
    let known = queries::files_of(work, change)?.into_iter().find(|it| it.line == line && it.id == file);
    let known = known.ok_or(Error::NotFound)?;
    let item = queries::item(work, change, line)?;
    work.remove("change_file", change, known.id)?;
    put_away(work, known.file)?;
    work.note(change, json!({ "file": { "of": item.name, "name": known.name, "stays": true } }))?;
    work.called("files_proposed");
    Ok(())
}

/// Forgets what was proposed for the files of an item about which nobody decided any more.
pub(super) fn leave_files_of(work: &mut Work, change: i64, line: i64) -> Result<()> {
    for it in queries::files_of(work, change)?.into_iter().filter(|it| it.line == line) {
        work.remove("change_file", change, it.id)?;
        put_away(work, it.file)?;
    }
    Ok(())
}

/// A file that is proposed no more lies at the change no more; whoever was shown it opens it still.
fn put_away(work: &mut Work, file: Option<i64>) -> Result<()> {
    let Some(file) = file.map(|it| work.file_of(it)).transpose()? else { return Ok(()) };
    if file.belongs(None) { work.end_file(&file) } else { Ok(()) }
}

/// Puts what is proposed for files on what lies at the item now, because another change came before. What the other one
/// did already is proposed no more. Tells whether any was another one.
pub(super) fn put_on_what_lies_there(work: &mut Work, change: i64, item: &Item) -> Result<bool> {
    let moved = queries::moved_files(work, item)?;
    for (it, now) in &moved {
        let lies_there = |now: &Attachment| now.digest == it.digest && now.audience == it.read_by;
        let is_done = match it.file {
            Some(_) => now.as_ref().is_some_and(lies_there),
            None => now.is_none(),
        };
        if is_done {
            work.remove("change_file", change, it.id)?;
            put_away(work, it.file)?;
        } else {
            work.amend("change_file", change, it.id, &Before::of(now.as_ref()))?;
        }
        work.note(change, json!({ "file": { "of": item.name, "name": it.name, "digest": it.digest } }))?;
    }
    Ok(!moved.is_empty())
}

/// The files of an item as the kernel puts them in force.
pub(super) fn in_force(item: &Item) -> Vec<ProposedFile> {
    let one = |it: &ItemFile| ProposedFile {
        name: it.name.clone(),
        file: it.file,
        audience: it.read_by,
        before: it.before,
    };
    item.files.iter().map(one).collect()
}

/// An item that says something else afterwards and whose files can become others.
fn that_changes(work: &Work, change: i64, line: i64) -> Result<Item> {
    let item = queries::item(work, change, line)?;
    let sentence = text!("It does not change. Decide that it does first.");
    Refusal::unless(matches!(item.action, Action::Change | Action::Add) && item.is_coming(), sentence)?;
    Ok(item)
}

/// What is to lie at an item.
struct Lies<'a> {
    file: Option<i64>,
    digest: &'a str,
    size: i64,
}

fn keep(
    work: &mut Work,
    change: i64,
    item: &Item,
    (name, read_by, lies, before): (&str, Audience, Lies, Option<&Attachment>),
) -> Result<i64> {
    let Lies { file, digest, size } = lies;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let before = Before::of(before);
    let row = NewFile { record_id: change, line: item.id, name, read_by, file, digest, size, before, at, by };
    let known = queries::files_of(work, change)?.into_iter();
    let id = match known.filter(|it| it.line == item.id).find(|it| it.name == name) {
        Some(known) => {
            work.amend("change_file", change, known.id, &row)?;
            put_away(work, known.file)?;
            known.id
        }
        None => work.add("change_file", change, &row)?,
    };
    work.note(
        change,
        json!({ "file": { "of": item.name, "name": name, "digest": digest, "goes": file.is_none() } }),
    )?;
    work.called("files_proposed");
    Ok(id)
}
