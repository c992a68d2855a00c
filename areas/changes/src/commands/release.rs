//! The release: everything that a change proposes is put in force by one deed, or nothing is.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Body, Error, Frozen, Mention, Proposal, Proposed, Refusal, Result, Starts, Work, text};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::files::in_force;
use super::orders::hold_for_orders;
use super::{mention, reasoned};
use crate::model::{Action, Became, ChangeRequest, Item, Outcome, Step};
use crate::{queries, rules};

#[derive(Serialize)]
struct Released {
    released_no: i64,
}

#[derive(Serialize)]
struct Exchanged {
    released_no: i64,
    in_force_at: i64,
}

/// What ends on a day that is still to come.
#[derive(Serialize, Deserialize)]
struct Ends {
    change: i64,
    item: i64,
}

/// The job that ends it.
pub const END: &str = "changes.end";

/// Puts everything in force that was approved. Each record says what was proposed, its new revision is effective and
/// the old ones are superseded, and documents that are no records here are in force in the edition that was said; where
/// one fails, nothing happened.
///
/// # Errors
/// Names what is missing; the record that another change was faster on; whatever does not fit any more.
pub fn release(work: &mut Work, number: &str) -> Result<Vec<Frozen>> {
    let mut case = work.find::<ChangeRequest>(number)?;
    ChangeRequest::FLOW.target(&case, work.actor, Step::Release)?;
    let change = mention(&case);
    let said = case.body.starts();
    said.check()?;
    // What says a day that is over by now was approved before it: it holds from the release on.
    let starts = said.clone().not_before(work.today());
    work.because(&format!("{} {}", change.number, change.title));
    let coming = queries::items(work, change.id)?.into_iter().filter(Item::is_coming);
    let (documents, coming): (Vec<Item>, Vec<Item>) = coming.partition(Item::is_document);
    let proposals = coming.iter().map(proposed).collect::<Result<Vec<_>, _>>()?;
    let frozen = work.put_in_force(&change, &proposals, &starts)?;
    hold_for_orders(work, &change, &frozen)?;
    let revisions: BTreeMap<i64, i64> = frozen.iter().map(|it| (it.record, it.no)).collect();
    for it in &coming {
        let released_no = match it.action {
            Action::Remove => 0,
            _ => it.item.and_then(|id| revisions.get(&id)).copied().unwrap_or(0),
        };
        work.amend("change_item", change.id, it.id, &Released { released_no })?;
    }
    exchange(work, &change, &documents)?;
    end_later(work, &change, (&coming, &starts))?;
    work.advance(&mut case, Step::Release)?;
    super::follow::show_in_force(work, &mut case)?;
    super::readers::ask_to_read(work, &change)?;
    super::verification::ask_those_who_look(work, &change)?;
    let mut told = json!({ "records": frozen.len(), "basis": starts.basis, "from": starts.starts });
    if !documents.is_empty() {
        let editions = documents.iter().map(|it| json!({ "item": it.name, "edition": it.edition() }));
        told["documents"] = editions.collect();
    }
    if starts != said {
        told["instead_of"] = json!(said.starts);
    }
    work.note(change.id, json!({ "in_force": told }))?;
    work.called("change_released");
    work.announce(&Became { record: change.id, outcome: Outcome::InForce, item: None })?;
    Ok(frozen)
}

/// Puts documents in force, each in the edition that was said.
fn exchange(work: &mut Work, change: &Mention, documents: &[Item]) -> Result<()> {
    for it in documents {
        if let Some((file, _)) = queries::moved_files(work, it)?.first() {
            let sentence = text!(
                "Another file “{file}” of {item} came meanwhile. Send the change back to impact, and put yours on what lies there now.",
                file = file.name.as_str(),
                item = it.name.as_str()
            );
            return Err(Refusal::because(sentence).into());
        }
        let released_no = match it.action {
            Action::Remove => 0,
            _ => queries::editions_until_now(work, it)? + 1,
        };
        // It holds after the one in force, also where the clock was set back since.
        let (now, before) = (work.now.as_microsecond(), queries::edition_in_force(work, it)?);
        let in_force_at = before.map_or(now, |it| now.max(it.since.as_microsecond() + 1));
        let line = Exchanged { released_no, in_force_at };
        work.amend("change_item", change.id, it.id, &line)?;
    }
    Ok(())
}

/// Has what goes on until a day that is still to come ended on that day.
fn end_later(work: &mut Work, change: &Mention, (coming, starts): (&[Item], &Starts)) -> Result<()> {
    let begins = |it: Date| it.to_zoned_datetime(work.zone_of_house());
    let Ok(day) = starts.starts.trim().parse().and_then(begins) else { return Ok(()) };
    for item in coming.iter().filter(|it| it.is_taken_away()).filter_map(|it| it.item) {
        if work.ends_later(item, starts)? {
            let once = format!("{END} {} {item}", change.id);
            work.later(END, &Ends { change: change.id, item }, day.timestamp(), Some(&once))?;
        }
    }
    Ok(())
}

/// Ends what a change ends, on the day from which it holds. A job does this.
pub fn end_on_its_day(work: &mut Work, argument: &Json) -> Result<()> {
    let Ends { change, item } = serde_json::from_value(argument.clone())?;
    let change = work.mention(change)?.ok_or(Error::NotFound)?;
    work.because(&format!("{} {}", change.number, change.title));
    work.end_on_its_day(&change, item)?;
    work.called("advanced");
    Ok(())
}

/// Takes back that a change in force ends something on a day that is still to come, with the reason: it goes on, and is
/// free for other edits and changes again. Whoever was told that it ends hears of it.
///
/// # Errors
/// Only whoever may release the change; refuses what it does not end, or whose day has come.
pub fn take_end_back(work: &mut Work, number: &str, line: i64, reason: &str) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    rules::answers_for_it(work.actor, case.record.owner)?;
    let change = mention(&case);
    let item = queries::item(work, change.id, line)?;
    reasoned(work, reason)?;
    let record = item.item.map(|it| work.mention(it)).transpose()?.flatten().ok_or(Error::NotFound)?;
    work.take_end_back(&change, &record)?;
    work.note(change.id, json!({ "goes_on": { "item": record.number } }))?;
    work.called("end_taken_back");
    work.announce(&Became { record: change.id, outcome: Outcome::GoesOn, item: Some(record.id) })
}

fn proposed(it: &Item) -> Result<Proposed, Refusal> {
    let sentence = text!("Write what {name} is to say.", name = it.name.as_str());
    let lacking = || Refusal::because(sentence.clone());
    let record = it.item.ok_or_else(lacking)?;
    let what = match it.action {
        Action::Remove => Proposal::Remove { based_on: it.based_on.clone() },
        Action::Add => Proposal::Add(it.proposed.clone().ok_or_else(lacking)?),
        _ if it.proposed.is_none() && !it.files.is_empty() => Proposal::Files,
        _ => Proposal::Change {
            fields: it.proposed.clone().ok_or_else(lacking)?,
            based_on: it.based_on.clone().ok_or_else(lacking)?,
        },
    };
    Ok(Proposed { record, what, files: in_force(it) })
}
