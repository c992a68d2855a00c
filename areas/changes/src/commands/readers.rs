//! Reading what a change put in force: who is asked, each by themselves, and that they did.

use std::collections::BTreeSet;

use jiff::ToSpan;
use kernel::{Ask, Because, Error, Faults, Mention, Permit, PersonId, Refusal, Result, Text, Work, text};
use serde::Serialize;
use serde_json::json;

use super::mention;
use crate::model::{ChangeRequest, Item};
use crate::pages::of_change;
use crate::{queries, rules};

/// So many days one has to read what was put in force.
const READ_IN: i64 = 14;

#[derive(Serialize)]
struct Asked<'a> {
    record_id: i64,
    person: PersonId,
    function: i64,
    digest: &'a str,
    asked_at: i64,
    read_at: Option<i64>,
    excused_because: &'a str,
}

#[derive(Serialize)]
struct Read {
    read_at: i64,
}

#[derive(Serialize)]
struct Excused<'a> {
    excused_at: i64,
    excused_by: PersonId,
    excused_because: &'a str,
}

/// Asks everybody of the functions that had a word in a change to read what it put in force.
pub(super) fn ask_to_read(work: &mut Work, change: &Mention) -> Result<()> {
    let functions: Vec<i64> =
        queries::approvers(work, change.id)?.into_iter().map(|it| it.function).collect();
    ask_each(work, change, &functions)
}

/// Asks everybody of these functions, too: of those that are told of whatever is released.
///
/// # Errors
/// Not found is also a change that the actor may not see.
pub fn ask_these_to_read(work: &mut Work, change: i64, functions: &[i64]) -> Result<()> {
    let change = work.mention(change)?.ok_or(Error::NotFound)?;
    ask_each(work, &change, functions)
}

/// Each is asked by themselves, once. What holds others, like a requirement set, asks those who must know it itself;
/// whoever released it knows it. A function that nobody belongs to is asked as such.
fn ask_each(work: &mut Work, change: &Mention, functions: &[i64]) -> Result<()> {
    let read = queries::put_in_force(work, change.id)?;
    let alone = queries::in_no_revision(work, change.id, &read)?;
    let is_alone = |it: &Item| it.item.is_some_and(|it| alone.contains(&it));
    if read.iter().all(|it| is_read_elsewhere(work, it) && !is_alone(it)) {
        return Ok(());
    }
    let (digest, said) = (queries::fingerprint_of(&read)?, request(change));
    let due = work.today().checked_add(READ_IN.days()).ok();
    let known = queries::readers(work, change.id)?.into_iter().map(|it| it.person);
    let mut known: BTreeSet<PersonId> = known.chain([work.actor.person]).collect();
    for function in functions.iter().copied() {
        let mut people = identity::answering_for(work, function)?;
        // Who reads everything and changes nothing cannot say that they read it.
        let only_audits =
            |it: &identity::Named| !it.roles.is_empty() && it.roles.iter().all(|it| it == "auditor");
        people.retain(|it| !only_audits(it));
        let is_asked = |it: &kernel::Task| it.function == Some(function) && it.request == said.to_string();
        if people.is_empty() && !work.tasks(change.id)?.iter().any(is_asked) {
            let ask = Ask { said: Some(&said), function: Some(function), due, ..Ask::default() };
            work.ask_by_itself(change.id, &ask)?;
        }
        for person in people.into_iter().map(|it| it.id) {
            if !known.insert(person) {
                continue;
            }
            let (record_id, asked_at) = (change.id, work.now.as_microsecond());
            let line = Asked {
                record_id,
                person,
                function,
                digest: &digest,
                asked_at,
                read_at: None,
                excused_because: "",
            };
            work.add("change_reader", change.id, &line)?;
            let place = of_change(&change.number, "read");
            let ask =
                Ask { said: Some(&said), person: Some(person), due, place: Some(&place), ..Ask::default() };
            work.ask_by_itself(change.id, &ask)?;
        }
    }
    Ok(())
}

fn is_read_elsewhere(work: &Work, it: &Item) -> bool {
    let entry = it.item.and_then(|_| work.registry().of_number(&it.name));
    // A set that ends gets no revision that asks for itself.
    let is_whole = |entry: &kernel::Entry| entry.freezes_parts() && !it.is_taken_away();
    entry.is_some_and(|entry| is_whole(entry) || work.registry().is_part(entry.kind.prefix))
}

/// Says that one has read what a change put in force: bound to the fingerprint of what was shown.
///
/// # Errors
/// Refuses whoever was not asked, and what is not what they were asked to read.
pub fn acknowledge(work: &mut Work, number: &str, digest: &str) -> Result<()> {
    Permit::Staff.covers(work.actor, None)?;
    let change = work.mention_of(number)?;
    let person = work.actor.person;
    let asked = queries::readers(work, change.id)?.into_iter().find(|it| kernel::may(it.person == person));
    let sentence = text!("You were not asked to read {number}.", number = number);
    let asked = asked.ok_or_else(|| Refusal::because(sentence))?;
    let sentence = text!("This is not what you were shown. Open it again, and read it.");
    Refusal::unless(asked.digest == digest, sentence)?;
    Refusal::unless(asked.read_at.is_none(), text!("You have said already that you read it."))?;
    work.amend("change_reader", change.id, asked.id, &Read { read_at: work.now.as_microsecond() })?;
    for task in work.tasks_asking(change.id, person, &request(&change))? {
        work.settle_within(task)?;
    }
    work.note(change.id, json!({ "read": { "digest": digest } }))?;
    work.called("acknowledged");
    Ok(())
}

/// Says why nobody waits any more until somebody read it: they are ill, or work on something else. They may still read it.
///
/// # Errors
/// Only whoever may release the change, and nobody for themselves; refuses who was not asked, and who has read it.
pub fn excuse_reader(work: &mut Work, number: &str, person: PersonId, reason: &str) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    rules::answers_for_it(work.actor, case.record.owner)?;
    let change = mention(&case);
    let sentence =
        text!("Nobody lets themselves off. Read it, or ask whoever owns the change to say why you need not.");
    Refusal::unless(kernel::may(person != work.actor.person), sentence)?;
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.unless(!reason.is_empty(), "reason", text!("Say why. It stands on the trail."));
    let fits = reason.chars().count() <= 2000;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 2000i64));
    faults.into_result()?;
    let asked = queries::readers(work, change.id)?.into_iter().find(|it| it.person == person);
    let sentence = text!("They were not asked to read {number}.", number = number);
    let asked = asked.ok_or_else(|| Refusal::because(sentence))?;
    let sentence = text!("Nobody waits for {name} any more.", name = asked.name.as_str());
    Refusal::unless(asked.is_waited_for(), sentence)?;
    work.because(reason);
    let (excused_at, excused_by) = (work.now.as_microsecond(), work.actor.person);
    let line = Excused { excused_at, excused_by, excused_because: reason };
    work.amend("change_reader", change.id, asked.id, &line)?;
    for task in work.tasks_asking(change.id, person, &request(&change))? {
        work.settle_within(task)?;
    }
    work.note(change.id, json!({ "excused": { "person": asked.name } }))?;
    work.addressed(change.id, person, Because::Asked);
    work.called("reader_excused");
    Ok(())
}

fn request(change: &Mention) -> Text {
    text!("Read what {number} put in force, and say so", number = change.number.as_str())
}
