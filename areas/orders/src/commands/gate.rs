//! Accepting an order, and passing the gate although something is missing: with a right, a reason and a second person.

use kernel::{Body, Case, Frozen, Refusal, Result, Text, Work, text};
use serde::Serialize;
use serde_json::json;

use super::fault;
use crate::model::{Order, OrderState, OrderStep};
use crate::queries;
use crate::rules::{ACCEPT, KEEPERS, WAIVERS};

/// Accepts an order: it commits us. What it says is frozen.
///
/// # Errors
/// Names everything that is missing, each with the page where it is mended.
pub fn accept(work: &mut Work, number: &str, reason: &str) -> Result<Frozen> {
    let mut case = work.find::<Order>(number)?;
    Order::FLOW.target(&case, work.actor, OrderStep::Accept)?;
    work.because(reason);
    let passed = in_words(case.facts.missing.iter().map(|it| &it.sentence));
    let frozen = work.release(&mut case)?;
    if !passed.is_empty() {
        work.note(case.record.id.raw(), json!({ "passed": passed }))?;
    }
    work.advance(&mut case, OrderStep::Accept)?;
    work.called("accepted");
    Ok(frozen)
}

#[derive(Serialize)]
struct NewWaiver<'a> {
    record_id: i64,
    gate: &'a str,
    content: &'a str,
    missing: &'a [Text],
    reason: &'a str,
    consents_to: Option<i64>,
    at: i64,
    by: i64,
}

/// Asks to accept an order although something is missing. It holds for the order as it is, and for what is missing now.
///
/// # Errors
/// Asks for the reason; refuses where nothing is missing.
pub fn ask_to_pass(work: &mut Work, number: &str, reason: &str) -> Result<i64> {
    KEEPERS.covers(work.actor, None).or(WAIVERS.covers(work.actor, None))?;
    let case = waiting(work, number)?;
    Refusal::unless(!case.facts.missing.is_empty(), text!("Nothing is missing. Accept the order."))?;
    if reason.trim().chars().count() < 10 {
        return Err(fault(
            "reason",
            text!("Say in a sentence why it is accepted although something is missing."),
        ));
    }
    let missing: Vec<Text> = case.facts.missing.iter().map(|it| it.sentence.clone()).collect();
    work.because(reason);
    work.called("asked_to_pass");
    keep(work, &case, (&missing, reason.trim()), None)
}

/// Agrees to a request to pass the gate: a second person, with the right to.
///
/// # Errors
/// Refuses whoever asked, whoever has not the right, and where the order or what is missing changed since.
pub fn consent(work: &mut Work, number: &str, request: i64) -> Result<i64> {
    WAIVERS.covers(work.actor, None)?;
    let case = waiting(work, number)?;
    let id = case.record.id.raw();
    let holds = queries::waiver_for(work, id, &case.body, &case.facts.missing)?;
    let sentence = text!("The order or what is missing changed since it was asked. Have it asked again.");
    let (asked, consent) =
        holds.filter(|(it, _)| it.id == request).ok_or_else(|| kernel::Error::from(sentence))?;
    let is_another = kernel::may(asked.by != work.actor.person);
    Refusal::unless(is_another, text!("You asked for it. Somebody else has to agree."))?;
    Refusal::unless(consent.is_none(), text!("Somebody agreed already. Accept the order."))?;
    work.because(&asked.reason);
    work.called("agreed_to_pass");
    keep(work, &case, (&asked.missing, &asked.reason), Some(request))
}

fn waiting(work: &Work, number: &str) -> Result<Case<Order>> {
    let case = work.find::<Order>(number)?;
    let sentence = text!("It was decided already. The gate stands before an order that is not accepted yet.");
    Refusal::unless(case.record.state == OrderState::Received, sentence)?;
    Ok(case)
}

fn keep(
    work: &mut Work,
    case: &Case<Order>,
    (missing, reason): (&[Text], &str),
    consents_to: Option<i64>,
) -> Result<i64> {
    let (record_id, content) = (case.record.id.raw(), queries::content_of(&case.body)?);
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row = NewWaiver { record_id, gate: ACCEPT, content: &content, missing, reason, consents_to, at, by };
    let words = in_words(missing);
    work.note(record_id, json!({ "passes": ACCEPT, "missing": words, "agreed": consents_to.is_some() }))?;
    let consent = consents_to.map_or_else(String::new, |it| it.to_string());
    let missing = json!(missing).to_string();
    work.note_row(record_id, &[&record_id, &ACCEPT, &content, &missing, &reason, &consent, &at, &by])?;
    work.add("gate_waiver", record_id, &row)
}

/// What is missing in English, as the trail says it.
fn in_words<'a>(missing: impl IntoIterator<Item = &'a Text>) -> Vec<String> {
    missing.into_iter().map(Text::to_string).collect()
}
