//! Conditions of a yes: setting one, saying that it is met, confirming it, sending it back, letting it go.

use jiff::civil::Date;
use kernel::{Ask, Body, Case, Error, Faults, PersonId, Refusal, Result, Text, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::json;

use super::or_nothing;
use super::review::{ask_for_approval, open_tasks};
use crate::model::{ConditionWord, Fulfilment, Gate, Review};
use crate::queries::{self, ConditionLine};

/// What must be done before a gate opens.
#[derive(Clone, Debug, Default)]
pub struct NewCondition {
    pub words: String,
    pub owner: Option<PersonId>,
    pub due: Option<Date>,
    pub gate: Gate,
}

/// Says that a condition is met, and by what one sees it. Whoever answers for quality is asked to confirm it: until then it
/// holds its gate.
///
/// # Errors
/// Evidence is asked, of whoever meets it, of the function that set it, of whoever moderates, or of quality.
pub fn meet(work: &mut Work, number: &str, condition: i64, evidence: &str) -> Result<()> {
    let (case, known) = condition_in(work, number, condition)?;
    let id = case.record.id.raw();
    let sentence = text!(
        "Only whoever meets this condition, the function that set it, whoever moderates the review and quality say that it is met. Ask {name}.",
        name = work.name_of(known.person.unwrap_or(case.record.owner))?
    );
    let theirs = queries::may_meet(work, std::slice::from_ref(&known), case.record.owner)?;
    Refusal::unless(theirs.contains(&known.id), sentence)?;
    let sentence = match known.stands() {
        Fulfilment::Met => text!("Somebody said before that it is met. Quality has to confirm it."),
        Fulfilment::NoLongerAsked => text!("This condition is no longer asked."),
        _ => text!("This condition was met before."),
    };
    Refusal::unless(known.stands() == Fulfilment::Open, sentence)?;
    let evidence = must_be_said(evidence, "evidence", text!("Say by what one sees that it is met."))?;
    say_of(work, id, &known, (ConditionWord::Met, evidence, None))?;
    work.note(id, json!({ "met": known.words, "by": evidence }))?;
    work.settle_in_its_place(known.asked_by())?;
    ask_to_confirm(work, number)?;
    work.called("condition_met");
    Ok(())
}

/// Confirms that a condition is met: its gate opens.
///
/// # Errors
/// Refuses whoever said that it is met, and whoever does not answer for quality.
pub fn confirm_condition(work: &mut Work, number: &str, condition: i64) -> Result<()> {
    let (case, known) = condition_in(work, number, condition)?;
    let id = case.record.id.raw();
    must_be_theirs_to_confirm(work, &known)?;
    say_of(work, id, &known, (ConditionWord::Confirmed, "", None))?;
    work.note(id, json!({ "confirmed": known.words }))?;
    settle_confirming(work, number, &known)?;
    ask_for_approval(work, number)?;
    work.called("condition_confirmed");
    Ok(())
}

/// Sends a condition back that is not met: whoever meets it is asked again, and told why.
///
/// # Errors
/// A reason is asked, of whoever may confirm it.
pub fn send_condition_back(work: &mut Work, number: &str, condition: i64, reason: &str) -> Result<()> {
    let (case, known) = condition_in(work, number, condition)?;
    let id = case.record.id.raw();
    must_be_theirs_to_confirm(work, &known)?;
    let reason = must_be_said(reason, "reason", text!("Say what is missing."))?;
    work.because(reason);
    let request = text!(
        "Condition on {item}: {words}. It was sent back: {reason}",
        item = &known.item,
        words = &known.words,
        reason = reason
    );
    let place = at_conditions(number);
    let ask = Ask {
        said: Some(&request),
        person: known.person,
        due: Some(until(work, &known)),
        place: Some(&place),
        ..Ask::default()
    };
    let task = work.ask(id, &ask)?;
    say_of(work, id, &known, (ConditionWord::SentBack, reason, Some(task)))?;
    work.note(id, json!({ "sent_back": known.words, "reason": reason }))?;
    settle_confirming(work, number, &known)?;
    work.called("condition_sent_back");
    Ok(())
}

/// Says that a condition is no longer asked, and why: its gate opens, and nobody has to meet it any more.
///
/// # Errors
/// A reason is asked, of whoever may confirm it or judges for the function that set it; refuses whoever has to meet it.
pub fn ask_no_longer(work: &mut Work, number: &str, condition: i64, reason: &str) -> Result<()> {
    let (case, known) = condition_in(work, number, condition)?;
    let id = case.record.id.raw();
    let by = must_be_theirs_to_end(work, &known)?;
    let reason = must_be_said(reason, "reason", text!("Say why it is no longer asked."))?;
    work.because(reason);
    let (person, at) = (work.actor.person, work.now.as_microsecond());
    let row = NewConditionEnd { record_id: id, condition, words: reason, person, at };
    work.add("condition_end", id, &row)?;
    work.note_row(id, &[&id, &condition, &reason, &person, &at])?;
    work.note(id, json!({ "no_longer_asked": known.words, "on": known.item, "reason": reason }))?;
    if known.stands() == Fulfilment::Open {
        work.settle_within(known.asked_by())?;
    }
    work.on_behalf_of(by);
    settle_confirming(work, number, &known)?;
    ask_for_approval(work, number)?;
    work.called("condition_no_longer_asked");
    Ok(())
}

pub(super) fn set_condition(
    work: &mut Work,
    case: &Case<Review>,
    (function, item): (i64, &str),
    it: &NewCondition,
) -> Result<()> {
    let id = case.record.id.raw();
    let words = it.words.trim();
    let request = text!("Condition on {item}: {words}", item = item, words = words);
    let place = at_conditions(&case.record.number);
    let ask =
        Ask { said: Some(&request), person: it.owner, due: it.due, place: Some(&place), ..Ask::default() };
    let task = work.ask(id, &ask)?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row =
        ConditionRow { record_id: id, item, words, gate: it.gate, task, function, at, by, evidence: "" };
    work.add("review_condition", id, &row)?;
    work.note_row(id, &[&id, &item, &words, &it.gate.code(), &task, &function, &at, &by])?;
    work.note(id, json!({ "condition": words, "on": item, "blocks": it.gate }))
}

/// Asks whoever may confirm each condition that is said to be met and of which nobody is asked yet.
fn ask_to_confirm(work: &mut Work, number: &str) -> Result<()> {
    let id = work.find::<Review>(number)?.record.id.raw();
    let (place, confirmers) = (at_conditions(number), queries::Confirmers::of(work)?);
    for it in queries::conditions(work, id)?.iter().filter(|it| it.stands() == Fulfilment::Met) {
        let request = confirming(it);
        if !open_tasks(work, id, &request)?.is_empty() {
            continue;
        }
        for person in confirmers.for_condition(it) {
            let ask = Ask {
                said: Some(&request),
                person: Some(person),
                due: Some(until(work, it)),
                place: Some(&place),
                ..Ask::default()
            };
            work.ask_by_itself(id, &ask)?;
        }
    }
    Ok(())
}

/// Until when a condition is met or confirmed; an older program asked for no day.
fn until(work: &Work, it: &ConditionLine) -> Date {
    it.due.unwrap_or_else(|| work.soon())
}

/// Of a review that ended without a yes nobody has to meet or confirm a condition.
pub(super) fn settle_conditions(work: &mut Work, review: i64) -> Result<()> {
    for it in queries::conditions(work, review)? {
        let asked = match it.stands() {
            Fulfilment::Open => vec![it.asked_by()],
            Fulfilment::Met => open_tasks(work, review, &confirming(&it))?,
            Fulfilment::Confirmed | Fulfilment::NoLongerAsked => Vec::new(),
        };
        asked.into_iter().try_for_each(|it| work.settle_within(it))?;
    }
    Ok(())
}

/// A condition of a review, for somebody of ours.
fn condition_in(work: &Work, number: &str, condition: i64) -> Result<(Case<Review>, ConditionLine)> {
    kernel::Permit::Staff.covers(work.actor, None)?;
    let case = work.find::<Review>(number)?;
    let all = queries::conditions(work, case.record.id.raw())?;
    let known = all.into_iter().find(|it| it.id == condition).ok_or(Error::NotFound)?;
    let sentence =
        text!("{number} was ended without a yes. Its conditions hold nothing up any more.", number = number);
    Refusal::unless(case.record.state.holds_conditions(), sentence)?;
    Ok((case, known))
}

fn must_be_theirs_to_confirm(work: &Work, known: &ConditionLine) -> Result<()> {
    let confirmers = queries::Confirmers::of(work)?;
    let names = names_of(work, confirmers.for_condition(known))?;
    let sentence = if names.is_empty() {
        text!("Nobody else may confirm it. Ask an administrator to give somebody the role “Quality” first.")
    } else {
        text!(
            "Quality confirms that a condition is met; nobody confirms what they said themselves. Ask {names}.",
            names = names
        )
    };
    Refusal::unless(confirmers.may(work, known), sentence)?;
    let sentence = match known.stands() {
        Fulfilment::Open => text!("Nobody has said yet by what one sees that it is met."),
        Fulfilment::NoLongerAsked => text!("This condition is no longer asked."),
        _ => text!("This condition was confirmed before."),
    };
    Ok(Refusal::unless(known.stands() == Fulfilment::Met, sentence)?)
}

/// In whose right they say that a condition is no longer asked.
fn must_be_theirs_to_end(work: &Work, known: &ConditionLine) -> Result<PersonId> {
    let confirmers = queries::Confirmers::of(work)?;
    let sentence = match names_of(work, confirmers.for_its_end(known))?.as_str() {
        "" => {
            text!("Nobody else may say so. Ask an administrator to give somebody the role “Quality” first.")
        }
        names => text!(
            "Only the function that set this condition and quality say that it is no longer asked, and never whoever has to meet it. Ask {names}.",
            names = names
        ),
    };
    let by = confirmers.ends_for(work, known)?.ok_or_else(|| Refusal::because(sentence))?;
    let sentence = match known.stands() {
        Fulfilment::NoLongerAsked => text!("This condition is no longer asked."),
        _ => text!("This condition was confirmed before."),
    };
    Refusal::unless(known.stands().holds_its_gate(), sentence)?;
    Ok(by)
}

/// The names of people, one after the other.
fn names_of(work: &Work, people: Vec<PersonId>) -> Result<String> {
    Ok(people.into_iter().map(|it| work.name_of(it)).collect::<Result<Vec<_>>>()?.join(", "))
}

fn must_be_said<'a>(words: &'a str, field: &str, otherwise: Text) -> Result<&'a str> {
    let words = words.trim();
    let mut faults = Faults::default();
    faults.unless(!words.is_empty(), field, otherwise);
    faults.unless(
        words.chars().count() <= 4000,
        field,
        text!("Shorten it to {count} characters.", count = 4000i64),
    );
    faults.into_result()?;
    Ok(words)
}

fn say_of(
    work: &mut Work,
    id: i64,
    known: &ConditionLine,
    (word, words, task): (ConditionWord, &str, Option<i64>),
) -> Result<()> {
    let (person, at) = (work.actor.person, work.now.as_microsecond());
    let row = NewConditionWord { record_id: id, condition: known.id, word, words, person, at, task };
    work.add("condition_word", id, &row)?;
    work.note_row(id, &[&id, &known.id, &word.code(), &words, &person, &at, &or_nothing(task)])
}

/// What whoever confirms a condition is asked.
fn confirming(it: &ConditionLine) -> Text {
    text!(
        "Confirm that this condition on {item} is met: {words}. One sees it by: {evidence}",
        item = &it.item,
        words = &it.words,
        evidence = it.evidence().0
    )
}

/// What was asked of whoever confirms is done; of another condition with the same words they are asked again.
fn settle_confirming(work: &mut Work, number: &str, it: &ConditionLine) -> Result<()> {
    let id = work.find::<Review>(number)?.record.id.raw();
    for task in open_tasks(work, id, &confirming(it))? {
        work.settle_in_its_place(task)?;
    }
    ask_to_confirm(work, number)
}

/// Where conditions are met and confirmed.
fn at_conditions(number: &str) -> String {
    format!("{}#conditions", Review::KIND.address(number))
}

#[derive(Serialize)]
struct ConditionRow<'a> {
    record_id: i64,
    item: &'a str,
    words: &'a str,
    gate: Gate,
    task: i64,
    function: i64,
    at: i64,
    by: PersonId,
    evidence: &'a str,
}

#[derive(Serialize)]
struct NewConditionWord<'a> {
    record_id: i64,
    condition: i64,
    word: ConditionWord,
    words: &'a str,
    person: PersonId,
    at: i64,
    task: Option<i64>,
}

#[derive(Serialize)]
struct NewConditionEnd<'a> {
    record_id: i64,
    condition: i64,
    words: &'a str,
    person: PersonId,
    at: i64,
}
