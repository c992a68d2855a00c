//! What comes up while a change is carried out: raised with an owner and a day, escalated when that is over, settled.

use jiff::civil::Date;
use kernel::{Ask, Case, Faults, Made, New, Result, Tie, Work, text};
use serde_json::Value as Json;

use super::reasoned;
use crate::model::{ChangeRequest, Issue, IssueStep};
use crate::queries::{self, Late};

/// Raises an issue during a change. It belongs to the customer of the change.
///
/// # Errors
/// Asks for the change and for the day until which it is to be settled.
pub fn raise_issue(work: &mut Work, new: &New, body: &Issue) -> Result<Made> {
    let mut faults = Faults::default();
    let sentence = text!("Say until when it is to be settled, from today on.");
    let today = work.today();
    faults.unless(new.due.is_some_and(|it| it >= today), "due", sentence);
    faults.unless(body.change.is_some(), "change", text!("Name the change during which it came up."));
    faults.into_result()?;
    let party = match body.change {
        Some(change) => {
            let found = work.find_many::<ChangeRequest>(&[change])?.pop();
            found.and_then(|(record, _)| record.party)
        }
        None => None,
    };
    let made = work.create(&New { party, ..*new }, body)?;
    work.called("issue_raised");
    Ok(made)
}

/// Ties an issue to its change.
pub fn keep_with_its_change(work: &mut Work, id: i64, body: &Issue) -> Result<()> {
    match body.change {
        Some(change) => work.tie(id, Tie::Concerns, change),
        None => Ok(()),
    }
}

/// What somebody says of an issue anew.
#[derive(Clone, Copy, Debug)]
pub struct IssueEdit<'a> {
    pub number: &'a str,
    pub version: i64,
    pub title: &'a str,
    pub owner: Option<i64>,
    pub due: Option<Date>,
}

/// Says an issue anew.
///
/// # Errors
/// Asks for the day until which it is to be settled; one that is over is none, but may stay.
pub fn edit_issue(work: &mut Work, it: &IssueEdit, body: Issue) -> Result<()> {
    let mut case = work.find::<Issue>(it.number)?;
    case.must_be_at(it.version)?;
    let sentence = text!("Say until when it is to be settled, from today on.");
    let (today, kept) = (work.today(), case.record.due);
    let due = it.due.filter(|due| *due >= today || kept == Some(*due));
    let due = due.ok_or_else(|| Faults::one("due", sentence))?;
    work.retitle(&mut case, it.title)?;
    work.revise(&mut case, |kept| *kept = body)?;
    work.redirect(&mut case, |record| {
        record.owner = it.owner.unwrap_or(record.owner);
        record.due = Some(due);
    })
}

/// Has whoever answers for the change decide about an issue.
///
/// # Errors
/// Asks for the reason.
pub fn escalate(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<Issue>(number)?;
    reasoned(work, reason)?;
    work.advance(&mut case, IssueStep::Escalate)?;
    let said = text!(
        "Decide about “{issue}” ({number}): it was escalated",
        issue = case.record.title.as_str(),
        number = number
    );
    ask_whoever_answers(work, &case, &said)?;
    work.called("issue_escalated");
    Ok(())
}

fn ask_whoever_answers(work: &mut Work, case: &Case<Issue>, said: &kernel::Text) -> Result<()> {
    let Some(change) = case.body.change else { return Ok(()) };
    let Some((change, _)) = work.find_many::<ChangeRequest>(&[change])?.pop() else { return Ok(()) };
    let due = Some(work.today());
    let ask = Ask { said: Some(said), person: Some(change.owner), due, ..Ask::default() };
    work.ask_by_itself(change.id.raw(), &ask)?;
    Ok(())
}

/// Escalates what is open although its day is over. A job does this.
pub fn watch(work: &mut Work, _: &Json) -> Result<()> {
    let today = work.today();
    for id in queries::overdue_issues(work, today)? {
        let mut case = work.find_by_id::<Issue>(id)?;
        let Some(due) = case.record.due else { continue };
        work.advance(&mut case, IssueStep::Escalate)?;
        let said = text!(
            "Decide about “{issue}” ({number}): it was to be settled by {day}",
            issue = case.record.title.as_str(),
            number = case.record.number.as_str(),
            day = due
        );
        ask_whoever_answers(work, &case, &said)?;
        work.called("issue_escalated");
    }
    Ok(())
}

/// Tells those who wait for a step that is late, each once. A job does this.
pub fn tell_lateness(work: &mut Work, _: &Json) -> Result<()> {
    let today = work.today();
    let mut last = 0;
    loop {
        let some = queries::late_steps(work, today, last)?;
        let Some(behind) = some.last().map(|it| it.id) else { return Ok(()) };
        some.iter().try_for_each(|it| tell_who_waits(work, it))?;
        last = behind;
    }
}

fn tell_who_waits(work: &mut Work, it: &Late) -> Result<()> {
    let said = text!(
        "“{first}” is late, it was due on {day}: look whether “{task}” still holds",
        first = it.first.as_str(),
        day = it.due,
        task = it.later.as_str()
    );
    if queries::is_asked(work, it.change, &said.to_string())? {
        return Ok(());
    }
    let Late { change, person, function, .. } = *it;
    let due = Some(work.today());
    work.ask_by_itself(change, &Ask { said: Some(&said), person, function, due, ..Ask::default() })?;
    work.called("lateness_told");
    Ok(())
}
