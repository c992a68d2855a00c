//! What becomes of a change is told to everybody who was told of it: that it is in force, looked at again, or off.

use changes::Outcome;
use customers::Heard;
use kernel::{Ask, Audience, Case, Error, Mention, Result, Work, text};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{AT_ONCE, NOTICE};
use crate::model::{Notice, State};
use crate::{letters, queries};

/// What the product does by itself where more were told than one deed takes.
pub const HEAR_ON: &str = "notices.hear";

#[derive(Serialize)]
struct NewOutcome<'a> {
    record_id: i64,
    outcome: Outcome,
    item: &'a str,
    on_day: String,
    at: i64,
    by: i64,
    audience: Audience,
}

/// Who still has to hear of it: the notices behind one and up to another.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Rest {
    change: i64,
    outcome: Outcome,
    /// The one thing that goes on; none where it is told of the whole change.
    #[serde(default)]
    item: Option<i64>,
    after: i64,
    until: i64,
}

/// Tells everybody who was told of a change what became of it. What is asked of them lapses where it is off or looked at
/// again: its link opens nothing any more.
pub fn hear(work: &mut Work, it: &changes::Became) -> Result<()> {
    if matches!(it.outcome, Outcome::LookedAtAgain | Outcome::Ended) {
        super::turn::need_not_be_asked(work, it.record)?;
    }
    let until = queries::notices(work, it.record)?.last().map_or(0, |it| it.id);
    hear_some(work, Rest { change: it.record, outcome: it.outcome, item: it.item, after: 0, until })
}

/// Goes on where there were more than one deed takes.
pub fn hear_on(work: &mut Work, rest: &Json) -> Result<()> {
    hear_some(work, serde_json::from_value(rest.clone())?)?;
    work.called("outcome_told");
    Ok(())
}

fn hear_some(work: &mut Work, rest: Rest) -> Result<()> {
    let some = queries::some_notices(work, rest.change, (rest.after, rest.until, AT_ONCE))?;
    if let Some((last, ..)) = some.last().filter(|_| some.len() == AT_ONCE) {
        work.later(HEAR_ON, &Rest { after: *last, ..rest }, work.now, None)?;
    }
    let item = rest.item.map(|it| work.mention(it)).transpose()?.flatten();
    some.iter().try_for_each(|it| hear_one(work, it, (rest.outcome, item.as_ref())))
}

fn hear_one(
    work: &mut Work,
    (id, number, state): &(i64, String, State),
    (outcome, item): (Outcome, Option<&Mention>),
) -> Result<()> {
    if state.lapses(outcome) {
        work.withdraw_passes(*id, NOTICE, None)?;
        work.bring_about(*id, "lapse")?;
        let open = work.tasks(*id)?.into_iter().filter(|it| it.asked_by == 0 && it.settled_at.is_none());
        for task in open.collect::<Vec<_>>() {
            work.settle_within(task.id)?;
        }
    }
    if !state.was_sent() {
        return Ok(());
    }
    let case = work.find::<Notice>(number)?;
    let known = item.map(|it| case.body.package.iter().find(|one| one.item == it.number));
    // Of what goes on nobody hears who was not told that it ends.
    let item = match known {
        Some(None) => return Ok(()),
        Some(Some(it)) => format!("{} {}", it.item, it.title),
        None => String::new(),
    };
    let line = NewOutcome {
        record_id: *id,
        outcome,
        item: &item,
        on_day: work.today().to_string(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
        audience: Audience::Party,
    };
    work.add("notice_outcome", *id, &line)?;
    work.note(*id, json!({ "change": outcome }))?;
    work.tell_offered_state_of(*id)?;
    write(work, &case, (outcome, &item))
}

/// Writes to whoever was told; where no letter reaches them, one of ours tells them.
fn write(work: &mut Work, case: &Case<Notice>, (outcome, item): (Outcome, &str)) -> Result<()> {
    let address = case.body.person.map(|it| identity::address_of(work, it)).transpose();
    let address = match address {
        Ok(found) => found.filter(|(_, address)| !address.is_empty()),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let Some(whom) = address else { return tell_by_hand(work, case, (outcome, item)) };
    let put = |it: &letters::Telling| letters::became(it, (outcome, item));
    match super::write_to(work, (case, whom), (put, None)) {
        Ok(Heard::Written(_)) => Ok(()),
        Ok(Heard::In(_)) | Err(Error::Refused(_)) => tell_by_hand(work, case, (outcome, item)),
        Err(error) => Err(error),
    }
}

fn tell_by_hand(work: &mut Work, case: &Case<Notice>, (outcome, item): (Outcome, &str)) -> Result<()> {
    let number = case.record.number.as_str();
    let said = match outcome {
        Outcome::InForce => text!("Tell them that the change of {number} is in force", number = number),
        Outcome::LookedAtAgain => {
            text!("Tell them that the change of {number} is looked at again", number = number)
        }
        Outcome::Ended => {
            text!("Tell them that we do not go on with the change of {number}", number = number)
        }
        Outcome::GoesOn => {
            text!(
                "Tell them that {item} goes on, of whose end {number} told them",
                item = item,
                number = number
            )
        }
    };
    let ask = Ask { said: Some(&said), person: Some(case.record.owner), ..Ask::default() };
    work.ask_by_itself(case.record.id.raw(), &ask).map(drop)
}
