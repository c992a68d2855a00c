//! What people do with a change: raise it, say what it touches, ask, sign, release, see whether it works.

mod affected;
mod approval;
mod files;
mod follow;
mod impact;
mod issues;
mod orders;
mod plan;
mod readers;
mod release;
mod verification;
mod year;

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Case, Error, Faults, Made, Mention, New, Refusal, Result, Tie, Work, locate, text};

pub use self::affected::{
    Accepted, accept_all, accept_found, decide, done, propose, propose_many, put_on_what_it_says_now,
    replace_words, undecide,
};
pub use self::approval::{
    Consent, Policy, Reply, Signer, ask_anew, ask_approval, confirm, confirm_as_told, keep_policy,
    remove_policy, send_back, sign,
};
pub use self::files::{leave_file, propose_file, take_file_away};
pub use self::follow::{follow_no_more, let_follow};
pub use self::impact::{answer, ask_impacts, compare};
pub use self::issues::{
    IssueEdit, edit_issue, escalate, keep_with_its_change, raise_issue, tell_lateness, watch,
};
pub use self::orders::{ForOrders, decide_orders};
pub use self::plan::{NewPlanTask, OtherDays, book, finish, need, plan_task, replan, resource_is};
pub use self::readers::{acknowledge, ask_these_to_read, excuse_reader};
pub use self::release::{END, end_on_its_day, release, take_end_back};
pub use self::verification::{Learned, drop_criterion, entrust, fix_criterion, judge, learn};
pub use self::year::{LookingBack, have_the_year_looked_back_on, look_back};
use crate::model::{Became, ChangeRequest, Item, Outcome, Step};
use crate::queries;

/// Raises a change, tied to what led to it; words that somebody said are cited where they stand.
pub fn raise(work: &mut Work, new: &New, body: &ChangeRequest) -> Result<Made> {
    work.create(new, body)
}

/// A change is tied to what led to it, and to nothing that did not, and cites the words from which it comes, whoever says
/// so and however.
pub fn keep_with_its_cause(
    work: &mut Work,
    id: i64,
    before: Option<&ChangeRequest>,
    body: &ChangeRequest,
) -> Result<()> {
    let is_told = |it: &ChangeRequest| it.cause == body.cause && it.passage.trim() == body.passage.trim();
    if before.is_some_and(is_told) {
        return Ok(());
    }
    if let Some(was) = before.and_then(|it| it.cause).filter(|it| body.cause != Some(*it)) {
        work.untie(id, Tie::CausedBy, was)?;
    }
    let Some(cause) = body.cause else { return Ok(()) };
    let cause = cause_of(work, id, cause)?;
    work.tie(id, Tie::CausedBy, cause.id)?;
    cite(work, &cause, &body.passage, id)
}

/// What led to a change: not the change itself, nor what came of it.
fn cause_of(work: &Work, change: i64, id: i64) -> Result<Mention> {
    let sentence = text!("Name a record that you can open, by its number.");
    let cause = work.mention(id)?.ok_or_else(|| Error::from(Faults::one("cause", sentence)))?;
    let (mut before, mut seen) = (Some(id), BTreeSet::new());
    while let Some(one) = before.filter(|it| seen.insert(*it)) {
        if one == change {
            let sentence = if id == change {
                text!("A change is not what led to it. Name what did, or leave it empty.")
            } else {
                text!(
                    "{number} came of this change. Name what led to it, or leave it empty.",
                    number = cause.number
                )
            };
            return Err(Faults::one("cause", sentence).into());
        }
        before = queries::body_of(work, one)?.and_then(|it| it.cause);
    }
    Ok(cause)
}

/// Cites the words in the first text of the cause in which they stand.
fn cite(work: &mut Work, cause: &Mention, words: &str, made: i64) -> Result<()> {
    if words.trim().is_empty() {
        return Ok(());
    }
    for source in work.sources(cause.id)? {
        if let Some(place) = locate(&source.body, words) {
            work.cite(&source, place, made)?;
            return Ok(());
        }
    }
    Ok(())
}

/// What somebody says of a change anew.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub number: &'a str,
    /// The version that was seen, where it was said.
    pub version: Option<i64>,
    pub title: &'a str,
    pub party: Option<i64>,
    pub due: Option<Date>,
}

/// Changes what a change says. Signatures under what it said before become historic.
pub fn edit(work: &mut Work, it: &Edit, body: ChangeRequest) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(it.number)?;
    if let Some(version) = it.version {
        case.must_be_at(version)?;
    }
    if it.party != case.record.party {
        ChangeRequest::must_be_written(&case)?;
        let sentence = match queries::following(work, &case)? {
            queries::Following::Yes { .. } => text!(
                "The customer of {number} follows it. Let them follow it no longer first, or raise another change for another customer.",
                number = it.number
            ),
            _ => text!(
                "{number} was shown to its customer. Raise another change for another customer.",
                number = it.number
            ),
        };
        Refusal::unless(case.record.offered.is_none(), sentence)?;
    }
    work.retitle(&mut case, it.title)?;
    work.revise(&mut case, |kept| *kept = body)?;
    work.redirect(&mut case, |record| {
        record.party = it.party;
        record.due = it.due;
    })
}

/// Puts a change off until a day; what it holds is free until it is taken up again.
pub fn defer(work: &mut Work, number: &str, until: Option<Date>, reason: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    let today = work.today();
    let sentence = text!("Say until which day: one that is still to come.");
    let until = until.filter(|it| *it > today).ok_or_else(|| Faults::one("until", sentence))?;
    reasoned(work, reason)?;
    work.revise(&mut case, |it| it.deferred_until = Some(until))?;
    end(work, &mut case, Step::Defer)
}

/// Takes a deferred change up again, with everything that it was to change.
pub fn resume(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    let change = mention(&case);
    work.advance(&mut case, Step::Resume)?;
    let records = |it: &Item| it.is_coming() && !it.is_document();
    for item in queries::items(work, change.id)?.into_iter().filter(records) {
        let item = work.mention_of(&item.name)?;
        work.take_under_change(&change, &item)?;
    }
    work.revise(&mut case, |it| it.deferred_until = None)
}

/// Says no to a change, for the house.
pub fn reject(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    reasoned(work, reason)?;
    end(work, &mut case, Step::Reject)
}

/// Takes a change back.
pub fn withdraw(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    reasoned(work, reason)?;
    end(work, &mut case, Step::Withdraw)
}

/// Lets another change stand for this one.
pub fn replace(work: &mut Work, number: &str, by: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    let other = work.find::<ChangeRequest>(by)?;
    let (id, other_id) = (case.record.id.raw(), other.record.id.raw());
    let sentence = text!("Name another change, one that is still open.");
    if id == other_id || other.record.state.is_over() {
        return Err(Faults::one("by", sentence).into());
    }
    reasoned(work, reason)?;
    end(work, &mut case, Step::Supersede)?;
    work.tie(other_id, Tie::Supersedes, id)
}

/// Ends a change, or puts it off: whatever it held is free.
fn end(work: &mut Work, case: &mut Case<ChangeRequest>, step: Step) -> Result<()> {
    let change = mention(case);
    work.advance(case, step)?;
    work.give_all_free(&change)?;
    work.called("advanced");
    let outcome = if step == Step::Defer { Outcome::LookedAtAgain } else { Outcome::Ended };
    work.announce(&Became { record: change.id, outcome, item: None })
}

fn reasoned(work: &mut Work, reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Faults::one("reason", text!("Say why. It stands on the trail.")).into());
    }
    work.because(reason);
    Ok(())
}

/// A change as it is spoken of elsewhere.
fn mention(case: &Case<ChangeRequest>) -> Mention {
    Mention {
        id: case.record.id.raw(),
        number: case.record.number.clone(),
        kind: "CR".to_owned(),
        title: case.record.title.clone(),
        state: kernel::Vocabulary::code(case.record.state),
    }
}

/// The same without what only guards ask, for what is done to many items one after another.
#[track_caller]
fn still_written(work: &Work, number: &str) -> Result<Mention> {
    kernel::Permit::Staff.covers(work.actor, None)?;
    let change = work.mention_of(number)?;
    let state = <crate::model::State as kernel::Vocabulary>::of(&change.state);
    let state = state.filter(|_| change.kind == "CR").ok_or(Error::NotFound)?;
    ChangeRequest::must_be_written_in(number, state)?;
    Ok(change)
}

/// A change that may still be written, by somebody of the house.
#[track_caller]
fn being_written(work: &Work, number: &str) -> Result<Case<ChangeRequest>> {
    let case = work.find::<ChangeRequest>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    ChangeRequest::must_be_written(&case)?;
    Ok(case)
}

/// The key of a function by its number.
fn function_of(work: &Work, number: &str) -> Result<Mention> {
    let sentence = text!("Choose one of the functions.");
    match work.mention_of(number) {
        Ok(it) if it.kind == "FN" => Ok(it),
        Ok(_) | Err(Error::NotFound) => Err(Faults::one("function", sentence).into()),
        Err(error) => Err(error),
    }
}

/// Refuses whoever neither belongs to a function nor stands in for its leader.
#[track_caller]
fn must_belong_to(work: &Work, function: &Mention) -> Result<()> {
    let own = identity::functions_of(work, work.actor.person)?.contains(&function.id);
    let sentence =
        text!("Only {function} may do this, or whoever stands in.", function = function.title.as_str());
    Ok(Refusal::unless(kernel::may(own || work.actor.stands_in_at(function.id).is_some()), sentence)?)
}
