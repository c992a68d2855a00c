//! Who acts for somebody who is absent, from a day until a day.

use jiff::civil::Date;
use kernel::{Error, Faults, PersonId, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use super::ADMINISTRATORS;
use crate::model::{Function, FunctionState, Person, PersonState};
use crate::queries;
use crate::rules::{Absence, check_absence};

/// Who shall stand in, and when.
#[derive(Clone, Copy, Debug)]
pub struct NewAbsence {
    pub deputy: PersonId,
    /// For this function only; for all that is theirs where none is said.
    pub function: Option<i64>,
    pub since: Date,
    pub until: Date,
}

#[derive(Serialize)]
struct Row {
    record_id: PersonId,
    deputy: PersonId,
    function: Option<i64>,
    since: Date,
    until: Date,
    made_by: PersonId,
    made_at: i64,
}

#[derive(Serialize)]
struct Ended {
    ended_at: i64,
}

/// Names who stands in for somebody: the person themselves does, or an administrator.
///
/// # Errors
/// Names what is wrong: the days, a deputy who left or is somebody of outside, a circle.
pub fn name_deputy(work: &mut Work, number: &str, new: &NewAbsence) -> Result<()> {
    let person = own_or_administered(work, number)?;
    let NewAbsence { deputy, function, since, until } = *new;
    let mut faults = Faults::default();
    let known = work.mention(deputy)?.filter(|it| it.kind == "PE");
    let is_ours = match known {
        Some(it) => {
            let case = work.find::<Person>(&it.number)?;
            case.record.party.is_none() && case.record.state == PersonState::Active
        }
        None => false,
    };
    faults.unless(is_ours, "deputy", text!("Choose one of your own people who still works here."));
    if let Some(function) = function {
        let is_open = match work.find_by_id::<Function>(function) {
            Ok(case) => case.record.state == FunctionState::Active,
            Err(Error::NotFound) => false,
            Err(error) => return Err(error),
        };
        let answers = is_open && queries::functions_of(work, person)?.contains(&function);
        faults.unless(answers, "function", text!("Choose a function that they answer for."));
    }
    let absence = Absence { person, deputy, since, until };
    let wrong = check_absence(&absence, &queries::known_absences(work)?, queries::today(work));
    faults.0.extend(wrong.err().unwrap_or_default().0);
    faults.into_result()?;
    let (made_by, made_at) = (work.actor.person, work.now.as_microsecond());
    let row = Row { record_id: person, deputy, function, since, until, made_by, made_at };
    work.called("deputy_named");
    work.note(person, json!({ "deputy": deputy, "function": function, "since": since, "until": until }))?;
    work.add("deputyship", person, &row).map(|_| ())
}

/// Ends an absence at once: whoever was away is back.
pub fn end_absence(work: &mut Work, number: &str, absence: i64) -> Result<()> {
    let person = own_or_administered(work, number)?;
    let own =
        queries::absences_of(work, person)?.into_iter().find(|it| it.id == absence && it.person == person);
    let deputy = own.ok_or(Error::NotFound)?.deputy;
    work.called("absence_ended");
    work.note(person, json!({ "deputy_ended": deputy }))?;
    work.amend("deputyship", person, absence, &Ended { ended_at: work.now.as_microsecond() })
}

/// The person whose absence it is, if the actor may say so.
fn own_or_administered(work: &Work, number: &str) -> Result<PersonId> {
    let case = work.find::<Person>(number)?;
    let person = case.record.id.raw();
    if person != work.actor.person {
        ADMINISTRATORS.covers(work.actor, None)?;
    }
    Refusal::unless(case.record.party.is_none(), text!("Only your own people have deputies."))?;
    Ok(person)
}
