//! What a change touches: decided item by item, held under the change, with what each is to say.

use jiff::civil::Date;
use kernel::{Error, Faults, Mention, Refusal, Result, Work, digest, text};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{being_written, still_written};
use crate::model::{Action, Item, NewItem};
use crate::queries;

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    item: Option<i64>,
    name: &'a str,
    sort: &'a str,
    way: &'a [String],
    action: Action,
    reason: &'a str,
    digest: &'a str,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Decided<'a> {
    action: Action,
    reason: &'a str,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Redline<'a> {
    proposed: &'a Map<String, Json>,
    base: &'a Map<String, Json>,
    based_on: &'a str,
    digest: &'a str,
}

#[derive(Serialize)]
struct Done {
    done_on: Date,
}

/// Decides what becomes of something that may be affected: a record by its number, or anything else by its name.
/// A record that changes is under the change from then on. Tells the key of the line.
///
/// # Errors
/// Asks for a reason where it stays or has nothing to do with it; refuses what was never released.
pub fn decide(work: &mut Work, number: &str, new: &NewItem) -> Result<i64> {
    let change = still_written(work, number)?;
    let name = new.name.trim();
    let item = record_called(work, name)?;
    let mut faults = Faults::default();
    faults.unless(!name.is_empty() && name.chars().count() <= 200, "item", text!("Name what is affected."));
    let needs_reason = matches!(new.action, Action::Keep | Action::Dismiss | Action::Remove);
    faults.unless(!needs_reason || !new.reason.trim().is_empty(), "reason", text!("Say why."));
    let fits = new.reason.chars().count() <= 2000;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 2000i64));
    if let Some(item) = &item {
        let entry = work.registry().kind(&item.kind).ok_or(Error::NotFound)?;
        let sentence = text!("Nothing can be added to {number} by a change.", number = item.number.as_str());
        faults.unless(new.action != Action::Add || entry.freezes_parts(), "action", sentence);
        let itself =
            text!("A change does not affect itself or other changes. Replace the other one instead.");
        faults.unless(item.kind != "CR", "item", itself);
    } else {
        let sentence =
            text!("There is no record of this number. Name one, or say what it is: a drawing, a procedure.");
        faults.unless(!new.sort.trim().is_empty(), "item", sentence);
    }
    faults.into_result()?;
    match &item {
        Some(item) if new.action.changes() => work.take_under_change(&change, item)?,
        Some(item) => work.give_free(&change, item.id)?,
        None => {}
    }
    let id = keep_line(work, change.id, item.as_ref(), new)?;
    let told = json!({ "item": name, "is": new.action, "because": new.reason.trim() });
    work.note(change.id, json!({ "affected": told }))?;
    work.called("affected_decided");
    Ok(id)
}

fn keep_line(work: &mut Work, change: i64, item: Option<&Mention>, new: &NewItem) -> Result<i64> {
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let (name, reason) = (item.map_or(new.name.trim(), |it| it.number.as_str()), new.reason.trim());
    let known = if new.action == Action::Add { None } else { queries::line_of(work, change, name)? };
    if let Some((id, _)) = known {
        work.amend("change_item", change, id, &Decided { action: new.action, reason, at, by })?;
        return Ok(id);
    }
    let line = NewLine {
        record_id: change,
        item: item.map(|it| it.id),
        name,
        sort: new.sort.trim(),
        way: &new.way,
        action: new.action,
        reason,
        digest: "",
        at,
        by,
    };
    work.add("change_item", change, &line)
}

/// The record of this number, whoever writes it however; none where it is a name.
fn record_called(work: &Work, name: &str) -> Result<Option<Mention>> {
    match work.mention_of(&name.to_uppercase()) {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Decides about many records at once, all or none; each with the way on which it was found.
pub fn accept_all(
    work: &mut Work,
    number: &str,
    names: &[String],
    (action, reason): (Action, &str),
) -> Result<()> {
    let case = being_written(work, number)?;
    let mut faults = Faults::default();
    faults.unless(!names.is_empty(), "marked", text!("Mark at least one in the list first."));
    faults.into_result()?;
    let found = queries::found_from(work, case.record.id.raw(), case.body.cause, &names.join(" "))?;
    for name in names {
        let way = found.items.iter().find(|it| it.number == *name).map(|it| it.way.clone());
        let new = NewItem { name, action, reason, way: way.unwrap_or_default(), ..NewItem::default() };
        decide(work, number, &new)?;
    }
    Ok(())
}

/// Takes a decision back, as if nobody had looked at it yet.
pub fn undecide(work: &mut Work, number: &str, line: i64) -> Result<()> {
    let change = still_written(work, number)?;
    let item = queries::item(work, change.id, line)?;
    work.remove("change_item", change.id, line)?;
    let others = queries::items(work, change.id)?;
    if let Some(record) = item.item.filter(|id| others.iter().all(|it| it.item != Some(*id))) {
        work.give_free(&change, record)?;
    }
    work.note(change.id, json!({ "affected": { "item": item.name, "is": "undecided" } }))?;
    work.called("affected_decided");
    Ok(())
}

/// Writes what a record is to say: the fields that differ from what it says now, `title` among them; for something
/// new all its fields.
///
/// # Errors
/// Names every field that does not fit.
pub fn propose(work: &mut Work, number: &str, line: i64, fields: &Map<String, Json>) -> Result<()> {
    let change = still_written(work, number)?.id;
    let item = queries::item(work, change, line)?;
    let sentence = text!("It does not change. Decide that it does first.");
    Refusal::unless(matches!(item.action, Action::Change | Action::Add) && item.item.is_some(), sentence)?;
    let (now, basis) = queries::says_now(work, &item.name)?;
    let proposed = match item.action {
        Action::Add => something_new(fields)?,
        _ => differing(work, &item, fields, &now)?,
    };
    keep_redline(work, change, &item, (&proposed, &now, &basis))
}

fn something_new(fields: &Map<String, Json>) -> Result<Map<String, Json>> {
    let says_something = fields.values().any(|it| it.as_str().is_some_and(|it| !it.trim().is_empty()));
    if says_something {
        Ok(fields.clone())
    } else {
        Err(Faults::one("statement", text!("Write what is new.")).into())
    }
}

/// Only what differs is proposed, so that two changes meet only where they do.
fn differing(
    work: &Work,
    item: &Item,
    fields: &Map<String, Json>,
    now: &Map<String, Json>,
) -> Result<Map<String, Json>> {
    let entry = work.registry().of_number(&item.name).ok_or(Error::NotFound)?;
    let (title, body) = entry.try_fields(work, &item.name, fields)?;
    let mut after = body.as_object().cloned().unwrap_or_default();
    after.insert("title".to_owned(), json!(title.trim()));
    let proposed: Map<String, Json> =
        after.into_iter().filter(|(field, value)| now.get(field) != Some(value)).collect();
    let sentence = text!("This is what it says already. Change something, or decide that it stays.");
    if proposed.is_empty() { Err(Faults::one("statement", sentence).into()) } else { Ok(proposed) }
}

fn keep_redline(
    work: &mut Work,
    change: i64,
    item: &Item,
    (proposed, now, based_on): (&Map<String, Json>, &Map<String, Json>, &str),
) -> Result<()> {
    let base: Map<String, Json> = match item.action {
        Action::Add => Map::new(),
        _ => now.clone(),
    };
    // Whoever signs sees what each field says now beside what it would say: the signature is under both.
    let seen: Map<String, Json> =
        proposed.iter().map(|(field, after)| (field.clone(), json!([base.get(field), after]))).collect();
    let digest = digest(&Json::Object(seen))?;
    let line = Redline { proposed, base: &base, based_on, digest: &digest };
    work.amend("change_item", change, item.id, &line)?;
    work.note(change, json!({ "redline": { "of": item.name, "digest": digest } }))?;
    work.called("redline_written");
    Ok(())
}

/// Puts a proposal on what its record says now, because another change came before. `kept` names the fields, of
/// those that both changed, in which the record stays as it is now.
pub fn put_on_what_it_says_now(work: &mut Work, number: &str, line: i64, kept: &[String]) -> Result<()> {
    let case = work.find::<crate::model::ChangeRequest>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    let change = case.record.id.raw();
    let item = queries::item(work, change, line)?;
    let sentence = text!("It says what it said when this was proposed. There is nothing to put right.");
    let rebased = queries::conflict(work, &item)?.ok_or_else(|| Refusal::because(sentence))?;
    let mut proposed = rebased.fields;
    proposed.retain(|field, _| !kept.contains(field));
    let (now, basis) = queries::says_now(work, &item.name)?;
    keep_redline(work, change, &item, (&proposed, &now, &basis))
}

/// Says on which day something was changed that is no record here: a drawing, a procedure.
pub fn done(work: &mut Work, number: &str, line: i64, day: Date) -> Result<()> {
    let case = work.find::<crate::model::ChangeRequest>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    Refusal::unless(!case.record.state.is_over(), text!("This change is over."))?;
    let change = case.record.id.raw();
    let item = queries::item(work, change, line)?;
    let sentence = text!("{item} is put in force by the release, not by hand.", item = item.name.as_str());
    Refusal::unless(item.item.is_none() && item.action.changes(), sentence)?;
    let is_past = day <= super::queries_today(work);
    let mut faults = Faults::default();
    faults.unless(is_past, "done_on", text!("Give the day on which it was done, today at the latest."));
    faults.into_result()?;
    work.amend("change_item", change, line, &Done { done_on: day })?;
    work.note(change, json!({ "done": { "item": item.name, "on": day } }))?;
    work.called("affected_decided");
    Ok(())
}
