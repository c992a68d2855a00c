//! What a change means: asked of functions, answered by them, compared as options.

use jiff::civil::Date;
use kernel::{Ask, Error, Faults, Result, Work, hundredths, text};
use serde::Serialize;
use serde_json::json;

use super::{being_written, function_of, mention, must_belong_to};
use crate::model::{Alternative, Aspect, Choice, State, Step, Told};
use crate::queries;

#[derive(Serialize)]
struct NewImpact {
    record_id: i64,
    function: i64,
    task: i64,
    due: Option<Date>,
    asked_at: i64,
    asked_by: i64,
    is_possible: bool,
    finding: &'static str,
    cost: &'static str,
    aspects: Vec<Aspect>,
}

/// What they said before stands in their form until they say something else; it counts no more.
#[derive(Serialize)]
struct AskedAgain {
    task: i64,
    due: Option<Date>,
    asked_at: i64,
    asked_by: i64,
    answered_at: Option<i64>,
    answered_by: Option<i64>,
}

#[derive(Serialize)]
struct Answer<'a> {
    answered_at: i64,
    answered_by: i64,
    is_possible: bool,
    finding: &'a str,
    cost: &'a str,
    days: Option<i64>,
    aspects: &'a [Aspect],
}

#[derive(Serialize)]
struct NewOption<'a> {
    record_id: i64,
    label: &'a str,
    title: &'a str,
    cost: &'a str,
    risk: &'a str,
    verdict: Choice,
    why: &'a str,
    at: i64,
    by: i64,
}

/// Asks functions, by their numbers, what a change means for them. Each gets a task with the day. Who has
/// answered is asked again, because something else is proposed; who has not is asked already.
///
/// # Errors
/// Refuses a day that is over, and a change that affects nothing yet.
pub fn ask_impacts(work: &mut Work, number: &str, functions: &[String], due: Option<Date>) -> Result<()> {
    let mut case = being_written(work, number)?;
    let today = work.today();
    let mut faults = Faults::default();
    faults.unless(!functions.is_empty(), "function", text!("Choose at least one function."));
    let sentence = text!("Say until when, from today on.");
    faults.unless(due.is_some_and(|it| it >= today), "due", sentence);
    faults.into_result()?;
    if case.record.state != State::Impact {
        work.advance(&mut case, Step::Analyse)?;
    }
    let change = mention(&case);
    let known = queries::impacts(work, change.id)?;
    for function in functions {
        let function = function_of(work, function)?;
        let before = known.iter().find(|it| it.function == function.id);
        if before.is_some_and(|it| it.answered_at.is_none()) {
            continue;
        }
        let request = text!("Say what {number} means for your function", number = &change.number);
        let ask = Ask { said: Some(&request), function: Some(function.id), due, ..Ask::default() };
        let task = work.ask(change.id, &ask)?;
        if let Some(before) = before {
            let (asked_at, asked_by) = (work.now.as_microsecond(), work.actor.person);
            let again = AskedAgain { task, due, asked_at, asked_by, answered_at: None, answered_by: None };
            work.amend("change_impact", change.id, before.id, &again)?;
            work.note(change.id, json!({ "asked_again": { "function": function.title } }))?;
            continue;
        }
        let line = NewImpact {
            record_id: change.id,
            function: function.id,
            task,
            due,
            asked_at: work.now.as_microsecond(),
            asked_by: work.actor.person,
            is_possible: true,
            finding: "",
            cost: "",
            aspects: Vec::new(),
        };
        work.add("change_impact", change.id, &line)?;
    }
    work.called("impact_asked");
    Ok(())
}

/// A function says what a change means for it. Saying it again replaces what was said; the trail keeps both.
///
/// # Errors
/// Only the function answers, or whoever stands in for it; a finding is asked, a cost is an amount.
pub fn answer(work: &mut Work, number: &str, function: &str, told: &Told) -> Result<()> {
    let case = being_written(work, number)?;
    let function = function_of(work, function)?;
    must_belong_to(work, &function)?;
    let change = case.record.id.raw();
    let asked = queries::impacts(work, change)?.into_iter().find(|it| it.function == function.id);
    let asked = asked.ok_or(Error::NotFound)?;
    let mut faults = Faults::default();
    let finding = told.finding.trim();
    faults.unless(!finding.is_empty(), "finding", text!("Say what it means, or that it means nothing."));
    let fits = finding.chars().count() <= 5000;
    faults.unless(fits, "finding", text!("Shorten it to {count} characters.", count = 5000i64));
    let cost = told.cost.trim();
    faults.unless(
        cost.is_empty() || hundredths(cost).is_some(),
        "cost",
        text!("Give an amount like 1250.00."),
    );
    let days = told.days.is_none_or(|it| (0..=3650).contains(&it));
    faults.unless(days, "days", text!("Give a number of days from 0 to 3650."));
    faults.into_result()?;
    let line = Answer {
        answered_at: work.now.as_microsecond(),
        answered_by: work.actor.person,
        is_possible: told.is_possible,
        finding,
        cost,
        days: told.days,
        aspects: &told.aspects,
    };
    work.amend("change_impact", change, asked.id, &line)?;
    if let Some(absent) = work.actor.stands_in_at(function.id).map(|it| it.person) {
        work.on_behalf_of(absent);
    }
    if let Some(task) = asked.task.filter(|_| asked.answered_at.is_none())
        && work.tasks(change)?.iter().any(|it| it.id == task && it.settled_at.is_none())
    {
        work.settle(task)?;
    }
    let said = json!({ "function": function.title, "possible": told.is_possible, "finding": finding,
        "cost": cost, "days": told.days });
    work.note(change, json!({ "impact": said }))?;
    work.called("impact_answered");
    Ok(())
}

/// Puts an option beside the others, or changes the one of this label. Choosing one refuses none of the others by
/// itself.
pub fn compare(work: &mut Work, number: &str, it: &Alternative) -> Result<()> {
    let case = being_written(work, number)?;
    let change = case.record.id.raw();
    let (label, title) = (it.label.trim(), it.title.trim());
    let mut faults = Faults::default();
    let is_label = (1..=10).contains(&label.chars().count());
    faults.unless(is_label, "label", text!("Call it by a letter or a number, like A."));
    let is_title = (1..=300).contains(&title.chars().count());
    faults.unless(is_title, "option", text!("Say what would be done."));
    let is_cost = it.cost.trim().is_empty() || hundredths(&it.cost).is_some();
    faults.unless(is_cost, "cost", text!("Give an amount like 1250.00."));
    let is_judged = it.verdict == Choice::Open || !it.why.trim().is_empty();
    faults.unless(is_judged, "why", text!("Say why it is chosen or refused."));
    let fits = it.risk.chars().count() <= 2000 && it.why.chars().count() <= 2000;
    faults.unless(fits, "risk", text!("Shorten it to {count} characters.", count = 2000i64));
    let others = queries::alternatives(work, change)?;
    let taken = others.iter().find(|other| other.verdict == Choice::Chosen && other.label != label);
    if let Some(other) = taken.filter(|_| it.verdict == Choice::Chosen) {
        let sentence = text!("{label} is chosen already. Refuse it first.", label = other.label.as_str());
        faults.add("verdict", sentence);
    }
    faults.into_result()?;
    let line = NewOption {
        record_id: change,
        label,
        title,
        cost: it.cost.trim(),
        risk: it.risk.trim(),
        verdict: it.verdict,
        why: it.why.trim(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    match queries::alternative_line(work, change, label)? {
        Some(id) => work.amend("change_option", change, id, &line)?,
        None => {
            work.add("change_option", change, &line)?;
        }
    }
    work.note(
        change,
        json!({ "option": { "label": label, "title": title, "is": it.verdict, "why": line.why } }),
    )?;
    work.called("options_compared");
    Ok(())
}
