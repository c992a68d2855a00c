//! Whose turn it is: whoever owns a change asks its customer for their approval, until they were asked or answered.

use changes::{CustomersTurn, Turn};
use jiff::ToSpan;
use kernel::{Ask, Case, Error, Result, Task, Work, text};

use crate::model::{Asks, Notice, State};
use crate::queries;

/// So many days whoever owns a change has to ask its customer.
const ASK_IN: i64 = 2;

/// Has whoever owns a change send its customer the link by which they approve it; once they answered, nobody has to.
pub fn hear_whose_turn(work: &mut Work, it: &CustomersTurn) -> Result<()> {
    match it.turn {
        Turn::Comes => have_them_asked(work, it.record),
        Turn::Ends => need_not_be_asked(work, it.record),
    }
}

/// Asks for that where the change waits for them, and no notice that asks for their approval is with them.
fn have_them_asked(work: &mut Work, change: i64) -> Result<()> {
    let record = queries::change_alone(work, change)?.0;
    let Some(party) = record.party.filter(|_| record.state == changes::State::CustomerApproval) else {
        return Ok(());
    };
    let is_with_them =
        |it: &queries::NoticeLine| (it.party, it.asks, it.state) == (party, Asks::Approval, State::Issued);
    let place = place_of(&record.number);
    let is_asked =
        |it: &Task| it.asked_by == 0 && it.settled_at.is_none() && it.place.as_deref() == Some(&*place);
    if queries::notices(work, change)?.iter().any(is_with_them) || work.tasks(change)?.iter().any(is_asked) {
        return Ok(());
    }
    let customer = work.name_of(party)?;
    let said = text!(
        "Ask {customer} to approve {number}: send them the link",
        customer = customer,
        number = record.number.as_str()
    );
    let due = Some(work.today().saturating_add(ASK_IN.days()));
    let ask =
        Ask { said: Some(&said), person: Some(record.owner), due, place: Some(&place), ..Ask::default() };
    work.ask_by_itself(change, &ask).map(drop)
}

/// The customer of a change was sent what asks for their approval.
pub(super) fn were_asked(work: &mut Work, case: &Case<Notice>) -> Result<()> {
    approved_by_it(work, case)?.map_or(Ok(()), |change| need_not_be_asked(work, change))
}

/// What asked the customer of a change for their approval was taken back before they answered.
pub(super) fn are_asked_no_more(work: &mut Work, case: &Case<Notice>) -> Result<()> {
    approved_by_it(work, case)?.map_or(Ok(()), |change| have_them_asked(work, change))
}

/// The change that its customer approves by a notice.
fn approved_by_it(work: &Work, case: &Case<Notice>) -> Result<Option<i64>> {
    let Some(change) = case.body.change.filter(|_| case.body.asks == Asks::Approval) else { return Ok(None) };
    let is_theirs = queries::change_alone(work, change)?.0.party == case.record.party;
    Ok(is_theirs.then_some(change))
}

pub(super) fn need_not_be_asked(work: &mut Work, change: i64) -> Result<()> {
    let number = work.mention(change)?.ok_or(Error::NotFound)?.number;
    work.settle_by_itself(change, &place_of(&number))
}

/// Where one asks them: the page of who is told of the change.
fn place_of(number: &str) -> String {
    format!("/changes/{number}/notices")
}
