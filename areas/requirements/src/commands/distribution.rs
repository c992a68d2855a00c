//! What people do so that a released set reaches whoever must know it: list, tell, read, remind.

use jiff::ToSpan;
use kernel::{Ask, Because, Error, Frozen, Permit, Record, Refusal, Result, Role, Text, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{MustRead, Newcomer, RequirementSet};
use crate::queries;

/// A reminder asks for an answer within so many days.
const DAYS: i64 = 3;
/// So many who came later are asked by one deed; the others by the next.
const AT_ONCE: usize = 500;

#[derive(Serialize)]
struct Always {
    record_id: i64,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Said {
    record_id: i64,
    function: i64,
    is_told: bool,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Asked<'a> {
    record_id: i64,
    no: i64,
    digest: &'a str,
    person: i64,
    function: i64,
    asked_at: i64,
}

#[derive(Serialize)]
struct Read {
    read_at: i64,
}

/// Whether a function is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Told,
    NotTold,
}

/// Has a function told of every set that is released from now on, or no longer.
pub fn tell_always(work: &mut Work, function: &str, telling: Telling) -> Result<()> {
    Permit::Any(&[Role::Quality, Role::Administrator]).covers(work.actor, None)?;
    let function = function_of(work, function)?;
    let known = queries::told_always_line(work, function)?;
    match (telling, known) {
        (Telling::Told, None) => {
            let line = Always { record_id: function, at: work.now.as_microsecond(), by: work.actor.person };
            work.add("told_always", function, &line)?;
        }
        (Telling::NotTold, Some(line)) => work.remove("told_always", function, line)?,
        _ => return Ok(()),
    }
    work.note(function, json!({ "told_always": telling == Telling::Told }))?;
    work.called("distributed");
    Ok(())
}

/// Puts a function on the list of those who must know a set, or takes it off.
pub fn tell(work: &mut Work, set: &str, function: &str, telling: Telling) -> Result<()> {
    let set = work.find::<RequirementSet>(set)?;
    Permit::Owner.covers(work.actor, Some(set.record.owner))?;
    let (id, function) = (set.record.id.raw(), function_of(work, function)?);
    let is_told = telling == Telling::Told;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let line = Said { record_id: id, function, is_told, at, by };
    match queries::said_of(work, id, function)? {
        Some(known) => work.amend("told", id, known, &line)?,
        None => {
            work.add("told", id, &line)?;
        }
    }
    let name = work.name_of(function)?;
    work.note(id, json!({ "told": { "function": name, "is": is_told } }))?;
    if is_told {
        ask_newcomers(work, Some(id))?;
    }
    work.called("distributed");
    Ok(())
}

fn function_of(work: &Work, number: &str) -> Result<i64> {
    let it = work.mention_of(number)?;
    if it.kind == "FN" { Ok(it.id) } else { Err(Error::NotFound) }
}

/// Asks everybody who must know a set to read the revision that was just released. Whoever released it knows it. What
/// was asked about the revision before is asked no more.
pub(super) fn distribute(work: &mut Work, set: &Record<RequirementSet>, frozen: &Frozen) -> Result<()> {
    let id = set.id.raw();
    for it in queries::readers(work, id, frozen.no - 1)? {
        for task in work.tasks_asking(id, it.person, &request(&set.number, it.no))? {
            work.settle_within(task)?;
        }
    }
    let told = queries::functions_told(work, id)?.into_iter().filter(|it| it.why.is_told());
    let mut asked = vec![work.actor.person];
    for function in told.map(|it| it.function) {
        for person in identity::belonging_to(work, function)? {
            if asked.contains(&person) {
                continue;
            }
            asked.push(person);
            let (no, digest) = (frozen.no, frozen.digest.clone());
            ask_to_read(work, &Newcomer { set: id, no, digest, person, function })?;
        }
    }
    Ok(())
}

fn ask_to_read(work: &mut Work, it: &Newcomer) -> Result<()> {
    let line = Asked {
        record_id: it.set,
        no: it.no,
        digest: &it.digest,
        person: it.person,
        function: it.function,
        asked_at: work.now.as_microsecond(),
    };
    work.add("must_read", it.set, &line)?;
    work.addressed(it.set, it.person, Because::Function);
    Ok(())
}

/// Asks whoever came later to a function that must know a set, one or all, to read its last revision. A job does this,
/// so many at once; tells how many were asked.
pub fn ask_newcomers(work: &mut Work, only: Option<i64>) -> Result<usize> {
    let mut missing = queries::not_asked_yet(work, only)?;
    missing.truncate(AT_ONCE);
    for it in &missing {
        ask_to_read(work, it)?;
    }
    if !missing.is_empty() {
        work.called("newcomers_asked");
    }
    Ok(missing.len())
}

/// Says that one has read a revision: bound to the digest of what was shown.
///
/// # Errors
/// Refuses whoever was not asked, and a revision that is no longer the last one.
pub fn acknowledge(work: &mut Work, number: &str, no: i64, digest: &str) -> Result<()> {
    let set = work.find::<RequirementSet>(number)?;
    let (id, person) = (set.record.id.raw(), work.actor.person);
    let asked = queries::asked_of(work, id, person)?;
    let sentence = text!("You were not asked to read {number}.", number = number);
    let Some(asked) = asked.into_iter().find(|it| it.no == no) else {
        return Err(Refusal::because(sentence).into());
    };
    let sentence = text!("Another revision was released since. Read that one.");
    Refusal::unless(set.record.released == Some(no) && asked.digest == digest, sentence)?;
    Refusal::unless(asked.read_at.is_none(), text!("You have said already that you read it."))?;
    work.amend("must_read", id, asked.id, &Read { read_at: work.now.as_microsecond() })?;
    for task in work.tasks_asking(id, person, &request(number, no))? {
        work.settle_within(task)?;
    }
    work.note(id, json!({ "read": { "revision": no, "digest": digest } }))?;
    work.called("acknowledged");
    Ok(())
}

/// Asks those again who have not read the last revision: a task for each, unless one is open. Tells how many.
pub fn remind(work: &mut Work, number: &str) -> Result<usize> {
    let set = work.find::<RequirementSet>(number)?;
    let owns = Permit::Owner.covers(work.actor, Some(set.record.owner));
    owns.or(Permit::Any(&[Role::Engineer, Role::Quality]).covers(work.actor, None))?;
    let (id, no) = (set.record.id.raw(), set.record.released.unwrap_or(0));
    let waiting = queries::readers(work, id, no)?.into_iter().filter(MustRead::is_waited_for);
    let request = request(number, no);
    let due = work.today().checked_add(DAYS.days()).ok();
    let mut reminded = 0;
    for it in waiting {
        if work.tasks_asking(id, it.person, &request)?.is_empty() {
            work.ask(id, &Ask { said: Some(&request), person: Some(it.person), due, ..Ask::default() })?;
            reminded += 1;
        }
    }
    let sentence = text!("Nobody has to be reminded: all have read it, or were reminded already.");
    Refusal::unless(reminded > 0, sentence)?;
    Ok(reminded)
}

/// What a reminder asks.
fn request(number: &str, no: i64) -> Text {
    text!("Read {number}, revision {no}, and say so", number = number, no = no)
}
