//! What people do about findings: dismiss one with a reason, take that back, choose the rules of a set.

use kernel::{Body, Case, Error, Faults, Permit, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;
use wording::Rule;

use crate::model::{Contradiction, Requirement, RequirementSet, requirement};
use crate::queries;
use crate::rules::{Known, code, findings, still_says, told_by};

/// Which finding of a requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// `statement`, `acceptance` or `value`.
    pub field: String,
    /// The code of the rule.
    pub rule: String,
    pub words: String,
}

#[derive(Serialize)]
struct NewDismissed<'a> {
    record_id: i64,
    field: &'a str,
    rule: &'a str,
    words: &'a str,
    reason: &'a str,
    at: i64,
    by: i64,
}

/// Dismisses a finding, for as long as its words stand. The reason is evidence in the review.
///
/// # Errors
/// Asks for a reason, and refuses what is not found, or not any more.
pub fn dismiss(work: &mut Work, number: &str, which: &Which, reason: &str) -> Result<()> {
    let case = judged(work, number)?;
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.unless(!reason.is_empty(), "reason", text!("Say why the words may stand."));
    faults.unless(
        reason.chars().count() <= 2000,
        "reason",
        text!("Shorten it to {count} characters.", count = 2000i64),
    );
    faults.into_result()?;
    let checked = queries::checked(work, &case)?;
    let is_it = |it: &&crate::model::Found| {
        let finding = &it.finding;
        code(finding.field) == which.field
            && finding.rule.code() == which.rule
            && finding.words == which.words
    };
    let sentence = text!("This is not found in {number} any more. Look at it again.", number = number);
    let found = checked.found.iter().find(is_it).ok_or_else(|| Refusal::because(sentence))?;
    if found.dismissed.is_some() {
        return Ok(());
    }
    let id = case.record.id.raw();
    let Which { field, rule, words } = which;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.add("wording_dismissed", id, &NewDismissed { record_id: id, field, rule, words, reason, at, by })?;
    work.note(
        id,
        json!({ "finding": { "rule": rule, "field": field, "words": words, "dismissed": reason } }),
    )?;
    work.because(reason);
    work.called("requirements.dismissed");
    Ok(())
}

/// Takes a dismissal back: the finding is open again.
pub fn restore(work: &mut Work, number: &str, which: &Which) -> Result<()> {
    let case = judged(work, number)?;
    let id = case.record.id.raw();
    let there = queries::dismissed(work, id)?;
    let it =
        there.iter().find(|it| it.field == which.field && it.rule == which.rule && it.words == which.words);
    let it = it.ok_or(Error::NotFound)?;
    work.remove("wording_dismissed", id, it.id)?;
    work.note(
        id,
        json!({ "finding": { "rule": it.rule, "field": it.field, "words": it.words, "opened": true } }),
    )?;
    work.called("requirements.finding_opened");
    Ok(())
}

#[derive(Serialize)]
struct NewLetStand<'a> {
    record_id: i64,
    other: i64,
    says: &'a str,
    reason: &'a str,
    at: i64,
    by: i64,
}

/// Lets a contradiction between two requirements stand, for as long as both say the same of what is measured. Who says
/// so and why is evidence in the review.
///
/// # Errors
/// Asks for a reason, and refuses where the two do not contradict each other, or not any more.
pub fn let_stand(work: &mut Work, number: &str, other: &str, reason: &str) -> Result<()> {
    let case = judged(work, number)?;
    let reason = reason.trim();
    let mut faults = Faults::default();
    faults.unless(!reason.is_empty(), "reason", text!("Say why both may stand."));
    faults.unless(
        reason.chars().count() <= 2000,
        "reason",
        text!("Shorten it to {count} characters.", count = 2000i64),
    );
    faults.into_result()?;
    let found = contradiction(work, &case, other)?;
    if found.let_stand.is_some() {
        return Ok(());
    }
    let (id, second) = (case.record.id.raw(), work.mention_of(other)?.id);
    let says = told_by(&found.first, &found.second);
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.add(
        "contradiction_dismissed",
        id,
        &NewLetStand { record_id: id, other: second, says: &says, reason, at, by },
    )?;
    for (record, beside) in [(id, other), (second, number)] {
        work.note(record, json!({ "contradiction": { "with": beside, "about": found.characteristic, "let_stand": reason } }))?;
    }
    work.because(reason);
    work.called("requirements.contradiction_let_stand");
    Ok(())
}

/// Takes that back: the contradiction is open again.
pub fn contradicts_again(work: &mut Work, number: &str, other: &str) -> Result<()> {
    let case = judged(work, number)?;
    let found = contradiction(work, &case, other)?;
    let known = found.let_stand.ok_or(Error::NotFound)?;
    work.remove("contradiction_dismissed", known.record_id, known.id)?;
    for (record, beside) in [(case.record.id.raw(), other), (work.mention_of(other)?.id, number)] {
        work.note(
            record,
            json!({ "contradiction": { "with": beside, "about": found.characteristic, "opened": true } }),
        )?;
    }
    work.called("requirements.contradiction_opened");
    Ok(())
}

fn contradiction(work: &Work, case: &Case<Requirement>, other: &str) -> Result<Contradiction> {
    let number = &case.record.number;
    let set = work.find_by_id::<RequirementSet>(case.body.set_id)?;
    let all = queries::findings_of(work, &set)?.contradictions;
    let is_it = |it: &Contradiction| {
        let pair = [&it.first.number, &it.second.number];
        pair.contains(&number) && pair.iter().any(|it| *it == other) && number != other
    };
    let sentence = text!(
        "{number} and {other} contradict each other no longer. Look at them again.",
        number = number,
        other = other
    );
    Ok(all.into_iter().find(is_it).ok_or_else(|| Refusal::because(sentence))?)
}

#[track_caller]
fn judged(work: &Work, number: &str) -> Result<Case<Requirement>> {
    let case = work.find::<Requirement>(number)?;
    Requirement::EDIT.covers(work.actor, Some(case.record.owner))?;
    let sentence = text!("{number} was withdrawn; its words bind nobody.", number = number);
    Refusal::unless(case.record.state != requirement::State::Withdrawn, sentence)?;
    Ok(case)
}

/// Forgets the dismissals whose words are gone: whoever writes them again is told again. Where a revision that was
/// released says the words still, they are evidence in its review.
pub(super) fn forget_gone(work: &mut Work, case: &Case<Requirement>) -> Result<()> {
    let id = case.record.id.raw();
    let mut gone = queries::dismissed(work, id)?;
    let mut said_in = |body: &Requirement| {
        let found = if gone.is_empty() { Vec::new() } else { findings(body, &[], &Known::default()) };
        gone.retain(|it| !still_says(it, body, &found));
        gone.is_empty()
    };
    if said_in(&case.body) {
        return Ok(());
    }
    for one in work.revisions(id)? {
        let (_, content) = work.revision(id, one.no)?;
        if said_in(&serde_json::from_value(content)?) {
            return Ok(());
        }
    }
    for it in gone {
        work.remove("wording_dismissed", id, it.id)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Chosen {
    record_id: i64,
    rules_off: String,
    terms: String,
}

/// Chooses which rules a set asks of its words, and which abbreviations its readers know. Its owner does.
///
/// # Errors
/// Refuses everybody else, and names what is no rule.
pub fn choose_rules(work: &mut Work, number: &str, off: &[String], terms: &[String]) -> Result<()> {
    let set = work.find::<RequirementSet>(number)?;
    Permit::Owner.covers(work.actor, Some(set.record.owner))?;
    let mut faults = Faults::default();
    for code in off {
        let sentence = text!("There is no rule “{code}”. Use one of those that are listed.", code = code);
        faults.unless(Rule::of(code).is_some(), "off", sentence);
    }
    let fits = terms.len() <= 500 && terms.iter().all(|it| it.chars().count() <= 200);
    faults.unless(fits, "terms", text!("Give at most 500 terms of at most 200 characters each."));
    faults.into_result()?;
    let id = set.record.id.raw();
    let before = queries::choice(work, id)?;
    let codes: Vec<&str> = before.off.iter().map(|it| it.code()).collect();
    if codes == *off && before.terms == terms {
        return Ok(());
    }
    let line = Chosen {
        record_id: id,
        rules_off: serde_json::to_string(off)?,
        terms: serde_json::to_string(terms)?,
    };
    match queries::choice_line(work, id)? {
        Some(there) => work.amend("wording_choice", id, there, &line)?,
        None => {
            work.add("wording_choice", id, &line)?;
        }
    }
    work.note(id, json!({ "wording": { "rules_off": [codes, off], "terms": [before.terms, terms] } }))?;
    work.called("requirements.rules_chosen");
    Ok(())
}
