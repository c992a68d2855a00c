//! The release: everything that a change proposes is put in force by one deed, or nothing is.

use std::collections::BTreeMap;

use jiff::ToSpan;
use kernel::{Ask, Body, Frozen, Mention, Proposal, Proposed, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use super::mention;
use super::orders::hold_for_orders;
use crate::model::{Action, Became, ChangeRequest, Item, Outcome, Step};
use crate::queries;

#[derive(Serialize)]
struct Released {
    released_no: i64,
}

/// Puts everything in force that was approved. Each record says what was proposed, its new revision is effective and
/// the old ones are superseded; where one fails, nothing happened.
///
/// # Errors
/// Names what is missing; the record that another change was faster on; whatever does not fit any more.
pub fn release(work: &mut Work, number: &str) -> Result<Vec<Frozen>> {
    let mut case = work.find::<ChangeRequest>(number)?;
    ChangeRequest::FLOW.target(&case, work.actor, Step::Release)?;
    let change = mention(&case);
    let starts = case.body.starts();
    starts.check()?;
    work.because(&format!("{} {}", change.number, change.title));
    let coming: Vec<Item> = queries::items(work, change.id)?.into_iter().filter(Item::is_coming).collect();
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
    work.advance(&mut case, Step::Release)?;
    // Whoever approved it reads that it is in force.
    work.tell_offered_state_of(change.id)?;
    ask_to_read(work, &change, &frozen)?;
    let told = json!({ "records": frozen.len(), "basis": starts.basis, "from": starts.starts });
    work.note(change.id, json!({ "in_force": told }))?;
    work.called("change_released");
    work.announce(&Became { record: change.id, outcome: Outcome::InForce })?;
    Ok(frozen)
}

/// So many days one has to read what was put in force.
const READ_IN: i64 = 14;

/// Asks every function that had a word in a change to read what it put in force. What holds others, like a requirement set,
/// asks those who must know it itself.
fn ask_to_read(work: &mut Work, change: &Mention, frozen: &[Frozen]) -> Result<()> {
    let mentions = work.mentions(&frozen.iter().map(|it| it.record).collect::<Vec<_>>())?;
    let registry = work.registry();
    let wholes = || registry.all().iter().filter(|it| it.freezes_parts());
    let asks_itself = |it: &Mention| {
        wholes().any(|whole| whole.kind.prefix == it.kind || whole.holds_kind() == Some(it.kind.as_str()))
    };
    if mentions.values().all(asks_itself) {
        return Ok(());
    }
    let said = text!("Read what {number} put in force, and say so", number = change.number.as_str());
    let due = work.today().checked_add(READ_IN.days()).ok();
    for it in queries::approvers(work, change.id)? {
        let ask = Ask { said: Some(&said), function: Some(it.function), due, ..Ask::default() };
        work.ask_by_itself(change.id, &ask)?;
    }
    Ok(())
}

fn proposed(it: &Item) -> Result<Proposed, Refusal> {
    let sentence = text!("Write what {name} is to say.", name = it.name.as_str());
    let lacking = || Refusal::because(sentence.clone());
    let record = it.item.ok_or_else(lacking)?;
    let what = match it.action {
        Action::Remove => Proposal::Remove { based_on: it.based_on.clone() },
        Action::Add => Proposal::Add(it.proposed.clone().ok_or_else(lacking)?),
        _ => Proposal::Change {
            fields: it.proposed.clone().ok_or_else(lacking)?,
            based_on: it.based_on.clone().ok_or_else(lacking)?,
        },
    };
    Ok(Proposed { record, what })
}
