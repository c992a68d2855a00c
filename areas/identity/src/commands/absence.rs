//! Who acts for somebody who is absent, from a day until a day.

use jiff::civil::Date;
use kernel::{Ask, Error, Faults, PersonId, Refusal, Result, Text, Work, may, text};
use serde::Serialize;
use serde_json::json;

use super::ADMINISTRATORS;
use crate::model::{Function, FunctionState, Person};
use crate::queries::{self, AbsenceLine};
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
    faults.unless(
        queries::works_here(work, deputy)?,
        "deputy",
        text!("Choose one of your own people who still works here."),
    );
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
    let wrong = check_absence(&absence, &queries::known_absences(work)?, work.today());
    faults.0.extend(wrong.err().unwrap_or_default().0);
    faults.into_result()?;
    let (made_by, made_at) = (work.actor.person, work.now.as_microsecond());
    let row = Row { record_id: person, deputy, function, since, until, made_by, made_at };
    work.called("deputy_named");
    work.note(person, json!({ "deputy": deputy, "function": function, "since": since, "until": until }))?;
    work.add("deputyship", person, &row)?;
    settle_requests(work, person)
}

/// Ends an absence at once: whoever was away is back.
pub fn end_absence(work: &mut Work, number: &str, absence: i64) -> Result<()> {
    let person = own_or_administered(work, number)?;
    let own = queries::absences_of(work, person)?
        .into_iter()
        .find(|it| it.id == absence && may(it.person == person));
    work.called("absence_ended");
    end_deputyship(work, &own.ok_or(Error::NotFound)?)?;
    settle_requests(work, person)
}

fn end_deputyship(work: &mut Work, it: &AbsenceLine) -> Result<()> {
    work.note(it.person, json!({ "deputy_ended": it.deputy }))?;
    work.amend("deputyship", it.person, it.id, &Ended { ended_at: work.now.as_microsecond() })
}

/// Ends what somebody who left stood in for, and who stood in for them. An absence stays one, without anybody who
/// acts: whoever is away is asked to name somebody else.
pub(super) fn leave_deputies(work: &mut Work, person: PersonId, lines: Vec<AbsenceLine>) -> Result<()> {
    let (people, functions) = queries::named_as_deputy(work, person)?;
    for number in people {
        let mut case = work.find::<Person>(&number)?;
        work.revise(&mut case, |it| it.deputy = None)?;
    }
    for number in functions {
        let mut case = work.find::<Function>(&number)?;
        work.revise(&mut case, |it| it.deputy = None)?;
    }
    let request = request(&work.name_of(person)?);
    for it in lines {
        if it.person == person {
            end_deputyship(work, &it)?;
            continue;
        }
        if work.tasks_asking(it.person, it.person, &request)?.is_empty() {
            let due = Some(it.since.max(work.today()));
            let ask = Ask { said: Some(&request), person: Some(it.person), due, ..Ask::default() };
            work.ask(it.person, &ask)?;
        }
        work.note(it.person, json!({ "deputy_left": person }))?;
    }
    Ok(())
}

/// Whoever comes back stands in again on the days that are left: nobody is asked for another deputy any more.
pub(super) fn return_deputies(work: &mut Work, person: PersonId) -> Result<()> {
    let request = request(&work.name_of(person)?);
    for it in queries::absences_of(work, person)?.iter().filter(|it| it.deputy == person) {
        for task in work.tasks_asking(it.person, it.person, &request)? {
            work.settle_within(task)?;
        }
        work.note(it.person, json!({ "deputy_returned": person }))?;
    }
    Ok(())
}

/// What is asked of whoever is away and whose deputy left.
fn request(deputy: &str) -> Text {
    text!("{name} has left and stands in for you no more. Name another deputy.", name = deputy)
}

/// What was asked for is done once somebody acts on all days of an absence, or there is none any more.
fn settle_requests(work: &mut Work, person: PersonId) -> Result<()> {
    if queries::unmanned(work)?.iter().any(|it| it.person == person) {
        return Ok(());
    }
    for deputy in queries::deputies_who_left(work, person)? {
        for task in work.tasks_asking(person, person, &request(&deputy))? {
            work.settle_within(task)?;
        }
    }
    Ok(())
}

/// The person whose absence it is, if the actor may say so.
#[track_caller]
fn own_or_administered(work: &Work, number: &str) -> Result<PersonId> {
    let case = work.find::<Person>(number)?;
    let person = case.record.id.raw();
    if !may(person == work.actor.person) {
        ADMINISTRATORS.covers(work.actor, None)?;
    }
    Refusal::unless(case.record.party.is_none(), text!("Only your own people have deputies."))?;
    Ok(person)
}
