//! Following: the customer of a change reads how far it is from the first day, and nothing else of it.

use kernel::{Case, Permit, Refusal, Result, Work, text};
use serde_json::{Value as Json, json};

use super::approval::show_files;
use crate::model::ChangeRequest;
use crate::queries::{self, Following};
use crate::rules;

/// Lets the customer of a change follow it: they read what stands in their words, and from now on how far it is. The same
/// deed shows them what it says by now.
///
/// # Errors
/// Names what is missing: a customer, words for them. Stale where somebody wrote it since the version that was seen.
pub fn let_follow(work: &mut Work, number: &str, version: Option<i64>) -> Result<()> {
    let mut case = to_be_followed(work, (number, version))?;
    Refusal::of(rules::missing_to_follow(&case))?;
    Refusal::unless(
        !matches!(queries::following(work, &case)?, Following::Yes { is_old: false, .. }),
        text!("The customer of {number} follows it, and reads what it says now.", number = number),
    )?;
    let content = queries::to_follow(work, &case)?;
    show(work, &mut case, &content)?;
    note_for_whom(work, &case, "shown_to")?;
    work.called("let_follow");
    Ok(())
}

/// Takes back that the customer of a change follows it: they see and find nothing of it any more.
///
/// # Errors
/// Refuses what they do not follow. Stale where somebody wrote it since the version that was seen.
pub fn follow_no_more(work: &mut Work, number: &str, version: Option<i64>) -> Result<()> {
    let mut case = to_be_followed(work, (number, version))?;
    let sentence = text!("The customer of {number} does not follow it.", number = number);
    Refusal::unless(case.record.offered.is_some(), sentence)?;
    work.take_offer_back(&mut case.record)?;
    note_for_whom(work, &case, "hidden_from")?;
    work.called("follows_no_more");
    Ok(())
}

/// Says on the trail who is shown a change by a deed, or no longer is.
fn note_for_whom(work: &mut Work, case: &Case<ChangeRequest>, what: &'static str) -> Result<()> {
    let customer = case.record.party.map(|it| work.mention(it)).transpose()?.flatten();
    customer.map_or(Ok(()), |it| work.note(case.record.id.raw(), json!({ what: it.number })))
}

/// A change about whose following whoever asks may decide, and that was not shown to its customer to be approved: what
/// they were asked stays before them.
#[track_caller]
fn to_be_followed(work: &Work, (number, version): (&str, Option<i64>)) -> Result<Case<ChangeRequest>> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    rules::lets_follow(work.actor, case.record.owner)?;
    version.map_or(Ok(()), |it| case.must_be_at(it))?;
    let sentence = text!(
        "The customer of {number} was asked whether they approve it: they see what was shown to them, and how far it is.",
        number = number
    );
    let is_asked = matches!(queries::following(work, &case)?, Following::Asked { .. });
    Refusal::unless(!is_asked, sentence)?;
    Ok(case)
}

/// Shows the customer of a change what it put in force: whoever follows it, and whoever was asked about another form.
pub(super) fn show_in_force(work: &mut Work, case: &mut Case<ChangeRequest>) -> Result<()> {
    let content = match queries::following(work, case)? {
        Following::No => None,
        Following::Yes { .. } => Some(queries::to_follow(work, case)?),
        Following::Asked { .. } => queries::in_force_instead(work, case)?,
    };
    let Some(content) = content else { return Ok(()) };
    show(work, case, &content)?;
    note_for_whom(work, case, "shown_to")
}

fn show(work: &mut Work, case: &mut Case<ChangeRequest>, content: &Json) -> Result<()> {
    let frozen = work.freeze(&mut case.record, content)?;
    show_files(work, case.record.id.raw(), content)?;
    work.offer(&mut case.record, frozen.no, &case.body.for_customer)?;
    work.keep_due_day_ours(&case.record)
}
