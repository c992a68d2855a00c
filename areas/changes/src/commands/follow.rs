//! Following: the customer of a change reads how far it is from the first day, and nothing else of it.

use kernel::{Case, Permit, Refusal, Result, Work, text};

use super::approval::show_files;
use crate::model::ChangeRequest;
use crate::queries::{self, Following};
use crate::rules;

/// Lets the customer of a change follow it: they read what stands in their words, and from now on how far it is. The same
/// deed shows them what it says by now.
///
/// # Errors
/// Names what is missing: a customer, words for them.
pub fn let_follow(work: &mut Work, number: &str) -> Result<()> {
    let mut case = to_be_followed(work, number)?;
    Refusal::of(rules::missing_to_follow(&case))?;
    Refusal::unless(
        !matches!(queries::following(work, &case)?, Following::Yes { is_old: false, .. }),
        text!("The customer of {number} follows it, and reads what it says now.", number = number),
    )?;
    show(work, &mut case)?;
    work.called("let_follow");
    Ok(())
}

/// Takes back that the customer of a change follows it: they see and find nothing of it any more.
///
/// # Errors
/// Refuses what they do not follow.
pub fn follow_no_more(work: &mut Work, number: &str) -> Result<()> {
    let mut case = to_be_followed(work, number)?;
    let sentence = text!("The customer of {number} does not follow it.", number = number);
    Refusal::unless(case.record.offered.is_some(), sentence)?;
    work.take_offer_back(&mut case.record)?;
    work.called("follows_no_more");
    Ok(())
}

/// A change about whose following whoever asks may decide, and that was not shown to its customer to be approved: what
/// they were asked stays before them.
#[track_caller]
fn to_be_followed(work: &Work, number: &str) -> Result<Case<ChangeRequest>> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    rules::lets_follow(work.actor, case.record.owner)?;
    let sentence = text!(
        "The customer of {number} was asked whether they approve it: they see what was shown to them, and how far it is.",
        number = number
    );
    Refusal::unless(queries::following(work, &case)? != Following::Asked, sentence)?;
    Ok(case)
}

/// Shows whoever follows a change what it put in force.
pub(super) fn show_in_force(work: &mut Work, case: &mut Case<ChangeRequest>) -> Result<()> {
    match queries::following(work, case)? {
        Following::Yes { .. } => show(work, case),
        Following::No | Following::Asked => Ok(()),
    }
}

fn show(work: &mut Work, case: &mut Case<ChangeRequest>) -> Result<()> {
    let content = queries::to_follow(work, case)?;
    let frozen = work.freeze(&mut case.record, &content)?;
    show_files(work, case.record.id.raw(), &content)?;
    work.offer(&mut case.record, frozen.no, &case.body.for_customer)?;
    work.keep_due_day_ours(&case.record)
}
