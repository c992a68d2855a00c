//! Taking over what always holds for a customer, and departing from it with a reason.

use kernel::{Case, Error, Faults, PersonId, Refusal, Result, Tie, Work, text};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{NewRequirement, add_to, open, withdraw, worked_on};
use crate::model::standing::{Applying, Pull, Pulled, Stand};
use crate::model::{Requirement, RequirementSet, STANDING_KEY, Section};
use crate::queries;

/// What was done about standing requirements, by the numbers of the requirements of the set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TakenOver {
    pub added: Vec<String>,
    pub renewed: Vec<String>,
    pub withdrawn: Vec<String>,
}

#[derive(Serialize)]
struct PulledRow<'a> {
    record_id: i64,
    set_id: i64,
    origin: i64,
    revision: i64,
    digest: &'a str,
    standing_set: i64,
    set_revision: i64,
    at: i64,
    by: PersonId,
}

/// Takes over the standing requirements of a set's customer: those that are picked by number, or, where none are,
/// all that are missing or were revised since without having been changed here.
///
/// # Errors
/// Refuses a set that is not worked on, a standing set, and a number that is none of them.
pub fn pull(work: &mut Work, set: &str, picked: Option<&[String]>) -> Result<TakenOver> {
    let mut set = worked_on(work, set, None)?;
    let sentence = text!("A standing set holds what others take over. It takes over nothing itself.");
    Refusal::unless(!set.body.is_standing, sentence)?;
    let pulls = queries::pulls_of(work, &set)?;
    let wanted: Vec<&Pull> = match picked {
        None => pulls.iter().filter(|it| it.is_offered()).collect(),
        Some(numbers) => {
            let mut wanted = Vec::new();
            for number in numbers {
                let known = pulls.iter().find(|it| it.origin == *number && it.can_be_picked());
                let sentence =
                    text!("{number} cannot be taken over now. Look at the list again.", number = number);
                wanted.push(known.ok_or_else(|| Faults::one("origin", sentence))?);
            }
            wanted
        }
    };
    take(work, &mut set, &wanted)
}

/// Takes over all that holds for the customer of a set that was just opened.
pub fn pull_into_new(work: &mut Work, number: &str) -> Result<()> {
    let mut set = work.find::<RequirementSet>(number)?;
    let pulls = queries::pulls_of(work, &set)?;
    let wanted: Vec<&Pull> = pulls.iter().filter(|it| it.is_offered()).collect();
    take(work, &mut set, &wanted).map(|_| ())
}

fn take(work: &mut Work, set: &mut Case<RequirementSet>, wanted: &[&Pull]) -> Result<TakenOver> {
    let mut done = TakenOver::default();
    let Some(party) = set.record.party else { return Ok(done) };
    let applying = queries::applying_to(work, party)?;
    let pulled = queries::pulled(work, set.record.id.raw())?;
    for pull in wanted {
        let origin = applying.iter().find(|it| it.number == pull.origin);
        let line = pulled.iter().rev().find(|it| it.origin_number == pull.origin);
        match (pull.stand, origin, line) {
            (Stand::Missing | Stand::LeftOut, Some(origin), _) => done.added.push(add(work, set, origin)?),
            (Stand::Newer, Some(origin), Some(line)) => done.renewed.push(renew(work, set, origin, line)?),
            (Stand::Gone, _, Some(line)) => {
                let reason = web::t!("It is no longer a standing requirement here");
                withdraw(work, &line.number, &reason)?;
                done.withdrawn.push(line.number.clone());
            }
            _ => {}
        }
    }
    Ok(done)
}

fn add(work: &mut Work, set: &mut Case<RequirementSet>, it: &Applying) -> Result<String> {
    let queries::Said { title, body, mut shared, internal } = queries::taken_over(work, it)?;
    let section = section(work, set)?;
    let made = add_to(work, set, &NewRequirement { title, section, body, ..NewRequirement::default() })?;
    shared.extend(internal);
    work.fill_new::<Requirement>(&made.number, &shared)?;
    let set_id = set.record.id.raw();
    work.tie(made.id, Tie::DerivesFrom, it.origin)?;
    work.tie(set_id, Tie::DerivesFrom, it.set_id)?;
    let row = row(work, (made.id, set_id), it);
    work.add("pulled", made.id, &row)?;
    Ok(made.number)
}

/// Says what a later revision of the standing requirement says. What only colleagues read of the extra fields is filled
/// in where nothing stands there.
fn renew(work: &mut Work, set: &Case<RequirementSet>, it: &Applying, line: &Pulled) -> Result<String> {
    let queries::Said { title, body, mut shared, internal } = queries::taken_over(work, it)?;
    let mut case = work.find::<Requirement>(&line.number)?;
    open(work, &mut case)?;
    work.retitle(&mut case, &title)?;
    work.revise(&mut case, |here| {
        let (set_id, section, place) = (here.set_id, here.section.clone(), here.place);
        *here = Requirement { set_id, section, place, ..body };
    })?;
    // What the origin says no more is said here no more.
    let read = queries::read_by_the_party(work)?;
    for key in read.into_iter().filter(|it| case.record.extra.contains_key(it)) {
        shared.entry(key).or_insert(Json::Null);
    }
    shared.extend(internal.into_iter().filter(|(key, _)| !case.record.extra.contains_key(key)));
    work.fill(&mut case, &shared)?;
    let row = row(work, (line.record_id, set.record.id.raw()), it);
    work.amend("pulled", line.record_id, line.id, &row)?;
    Ok(line.number.clone())
}

fn row<'a>(work: &Work, (record_id, set_id): (i64, i64), it: &'a Applying) -> PulledRow<'a> {
    PulledRow {
        record_id,
        set_id,
        origin: it.origin,
        revision: it.revision,
        digest: &it.digest,
        standing_set: it.set_id,
        set_revision: it.set_revision,
        at: work.now.as_microsecond(),
        by: work.actor.person,
    }
}

/// The key of the section for what always holds; it is made where there is none.
fn section(work: &mut Work, set: &mut Case<RequirementSet>) -> Result<String> {
    if let Some(known) = set.body.sections.iter().find(|it| it.is_standing()) {
        return Ok(known.key.clone());
    }
    let (key, title) = (STANDING_KEY.to_owned(), web::t!("Standing requirements"));
    work.revise(set, |it| it.sections.push(Section { key, title, prose: String::new() }))?;
    Ok(STANDING_KEY.to_owned())
}

/// A departure of a part of a house from what holds above it.
#[derive(Clone, Debug, Default)]
pub struct Departure {
    /// The number of the standing requirement above.
    pub origin: String,
    /// The number of the requirement of this set that holds instead; none where it does not apply at all.
    pub instead: Option<String>,
    pub reason: String,
}

#[derive(Serialize)]
struct OverrideRow<'a> {
    record_id: i64,
    origin: i64,
    instead: Option<i64>,
    reason: &'a str,
    at: i64,
    by: PersonId,
}

/// Says that a standing requirement of those above does not hold here, and why. It counts from the next release of
/// this standing set on.
///
/// # Errors
/// Names what does not fit: a reason is always asked, and what holds instead must be in the set.
pub fn depart(work: &mut Work, set: &str, it: &Departure) -> Result<i64> {
    let set = worked_on(work, set, None)?;
    let (id, party) = (set.record.id.raw(), standing_party(&set)?);
    let mut faults = Faults::default();
    let reason = it.reason.trim();
    let is_said = (1..=1000).contains(&reason.chars().count());
    faults.unless(
        is_said,
        "reason",
        text!("Say why it does not hold here, in at most {count} characters.", count = 1000i64),
    );
    let reaching = queries::applying_to(work, party)?;
    let origin = reaching.iter().find(|that| that.number == it.origin && that.set_id != id);
    let known = queries::overrides(work, id)?.iter().any(|that| that.origin == it.origin);
    faults.unless(!known, "origin", text!("It departs from this one already. Follow it again first."));
    faults.unless(
        origin.is_some(),
        "origin",
        text!("Choose a standing requirement of an organisation above."),
    );
    let instead = match &it.instead {
        None => None,
        Some(number) => {
            let held = queries::held(work, &set)?;
            let found = held.iter().find(|(record, _)| record.number == *number).map(|(it, _)| it.id.raw());
            faults.unless(found.is_some(), "instead", text!("Choose a requirement of this set."));
            found
        }
    };
    faults.into_result()?;
    let Some(origin) = origin else { return Err(Error::NotFound) };
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.called("departed");
    work.because(reason);
    work.note(id, json!({ "departs_from": it.origin, "instead": it.instead }))?;
    let row = OverrideRow { record_id: id, origin: origin.origin, instead, reason, at, by };
    work.add("standing_override", id, &row)
}

/// Ends a departure: what holds above holds here again, from the next release of this set on.
pub fn follow_again(work: &mut Work, set: &str, departure: i64) -> Result<()> {
    let set = worked_on(work, set, None)?;
    let id = set.record.id.raw();
    if queries::overrides(work, id)?.iter().all(|it| it.id != departure) {
        return Err(Error::NotFound);
    }
    work.called("follows_again");
    work.note(id, json!({ "follows_again": departure }))?;
    work.remove("standing_override", id, departure)
}

fn standing_party(set: &Case<RequirementSet>) -> Result<i64> {
    let sentence = text!("Only a standing set departs from what holds above it.");
    Refusal::unless(set.body.is_standing, sentence)?;
    set.record.party.ok_or(Error::NotFound)
}
