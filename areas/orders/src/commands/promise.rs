//! The ledger of promises: a day is promised, moved, told and acknowledged, and what was delivered is written down.

use customers::Channel;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Audience, Case, Faults, Refusal, Result, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::json;

use super::{fault, keeper_or_customer};
use crate::model::{LineStanding, Order, OrderState, OrderStep, Reason, ToldWhat};
use crate::queries;
use crate::rules::{Amount, DELIVER, KEEPERS, may_be_promised};

/// A day that is promised for a line.
#[derive(Clone, Copy, Debug)]
pub struct NewPromise<'a> {
    pub line: i64,
    pub on: Date,
    pub reason: Reason,
    pub words: &'a str,
}

#[derive(Serialize)]
struct PromiseRow<'a> {
    record_id: i64,
    line: i64,
    no: i64,
    promised_on: Date,
    reason: Reason,
    words: &'a str,
    at: i64,
    by: i64,
    audience: Audience,
}

#[derive(Serialize)]
struct PromisedLine {
    first_promised_on: Date,
    promised_on: Date,
    promises: i64,
    promise: i64,
    is_told: bool,
}

/// Promises a day. A later promise stands beside the earlier ones for ever; the customer has to be told of it.
///
/// # Errors
/// Names a day that is over or promised already, and a reason that is missing.
pub fn promise(work: &mut Work, number: &str, new: &NewPromise) -> Result<i64> {
    KEEPERS.covers(work.actor, None)?;
    let case = work.find::<Order>(number)?;
    must_be_going(&case)?;
    let id = case.record.id.raw();
    let line = line(work, id, new.line)?;
    may_be_promised(&line, new.on, new.reason, work.today())?;
    let words = new.words.trim();
    if words.chars().count() > 1000 {
        return Err(fault("words", text!("Shorten it to {count} characters.", count = 1000i64)));
    }
    let (no, at, by) = (line.promises + 1, work.now.as_microsecond(), work.actor.person);
    let row = PromiseRow {
        record_id: id,
        line: line.line,
        no,
        promised_on: new.on,
        reason: new.reason,
        words,
        at,
        by,
        audience: Audience::Party,
    };
    work.called("promised");
    let promise = work.add("promise", id, &row)?;
    work.note_row(id, &[&id, &row.line, &no, &row.promised_on, &row.reason.code(), &words, &at, &by])?;
    let first_promised_on = line.first_promised_on.unwrap_or(new.on);
    let standing =
        PromisedLine { first_promised_on, promised_on: new.on, promises: no, promise, is_told: false };
    work.amend("order_line", id, line.id, &standing)?;
    let reason = new.reason.code();
    work.note(id, json!({ "promised": { "line": line.line, "no": no, "on": new.on, "before": line.promised_on, "reason": reason } }))?;
    Ok(promise)
}

/// That the customer was told of a promise.
#[derive(Clone, Copy, Debug)]
pub struct NewTold<'a> {
    pub channel: Channel,
    /// By which mail, call or letter.
    pub words: &'a str,
}

#[derive(Serialize)]
struct ToldRow<'a> {
    record_id: i64,
    promise: i64,
    what: ToldWhat,
    channel: String,
    words: &'a str,
    at: i64,
    by: i64,
    audience: Audience,
}

#[derive(Serialize)]
struct ToldLine {
    is_told: bool,
}

/// Says that the customer was told of a promise, and how.
///
/// # Errors
/// Refuses to write it down twice.
pub fn tell(work: &mut Work, number: &str, promise: i64, new: &NewTold) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let id = work.find::<Order>(number)?.record.id.raw();
    let promise = queries::promise(work, id, promise)?;
    let is_known =
        queries::told(work, id)?.iter().any(|it| it.promise == promise.id && it.what == ToldWhat::Told);
    Refusal::unless(!is_known, text!("It is written down already that they were told."))?;
    let line = line(work, id, promise.line)?;
    work.called("told_customer");
    keep(work, id, (promise.id, ToldWhat::Told), (new.channel.code(), new.words))?;
    if line.promise == Some(promise.id) {
        work.amend("order_line", id, line.id, &ToldLine { is_told: true })?;
    }
    Ok(())
}

/// Says that the customer knows of a promise: they say so themselves, or wrote it to us.
pub fn acknowledge(work: &mut Work, number: &str, promise: i64, words: &str) -> Result<()> {
    keeper_or_customer(work)?;
    let id = work.find::<Order>(number)?.record.id.raw();
    let promise = queries::promise(work, id, promise)?;
    let is_known = queries::told(work, id)?
        .iter()
        .any(|it| it.promise == promise.id && it.what == ToldWhat::Acknowledged);
    Refusal::unless(!is_known, text!("It was acknowledged already."))?;
    let channel = if work.actor.is_outside() { Channel::Portal } else { Channel::Email };
    work.called("promise_acknowledged");
    keep(work, id, (promise.id, ToldWhat::Acknowledged), (channel.code(), words))?;
    if work.actor.is_outside() {
        return Ok(());
    }
    let line = line(work, id, promise.line)?;
    let is_last = line.promise == Some(promise.id) && !line.is_told;
    if is_last { work.amend("order_line", id, line.id, &ToldLine { is_told: true }) } else { Ok(()) }
}

fn keep(
    work: &mut Work,
    order: i64,
    (promise, what): (i64, ToldWhat),
    (channel, words): (String, &str),
) -> Result<()> {
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let words = words.trim();
    if words.chars().count() > 1000 {
        return Err(fault("words", text!("Shorten it to {count} characters.", count = 1000i64)));
    }
    work.note(order, json!({ "promise": promise, "is": what.code(), "by": channel }))?;
    let row = ToldRow { record_id: order, promise, what, channel, words, at, by, audience: Audience::Party };
    work.add("promise_told", order, &row)?;
    work.note_row(order, &[&order, &promise, &what.code(), &row.channel, &words, &at, &by])
}

/// Something that was delivered.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery<'a> {
    pub line: i64,
    /// A decimal.
    pub quantity: &'a str,
    /// Today where nothing is said.
    pub on: Option<Date>,
    pub words: &'a str,
}

#[derive(Serialize)]
struct DeliveryRow<'a> {
    record_id: i64,
    line: i64,
    quantity: String,
    delivered_on: Date,
    words: &'a str,
    at: i64,
    by: i64,
    audience: Audience,
}

#[derive(Serialize)]
struct DeliveredLine {
    delivered: f64,
    done_on: Option<Date>,
}

/// Writes down what was delivered; the order moves on by itself when a part or all of it is with the customer.
///
/// # Errors
/// Names a quantity that is none or more than was ordered, and a day that has not come yet.
pub fn deliver(work: &mut Work, number: &str, all: &[NewDelivery]) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let mut case = work.find::<Order>(number)?;
    must_be_going(&case)?;
    let sentence = text!("Accept the order first.");
    Refusal::unless(case.record.state != OrderState::Received, sentence)?;
    Refusal::unless(!all.is_empty(), text!("Say what was delivered."))?;
    Refusal::of(work.missing_at(DELIVER, case.record.id.raw())?)?;
    work.called("delivered");
    for new in all {
        deliver_line(work, &case, new)?;
    }
    let left = queries::lines(work, case.record.id.raw())?;
    let step =
        if left.iter().all(|it| it.done_on.is_some()) { OrderStep::Deliver } else { OrderStep::DeliverPart };
    let is_part_already = case.record.state == OrderState::PartDelivered && step == OrderStep::DeliverPart;
    if is_part_already { Ok(()) } else { work.advance(&mut case, step) }
}

fn deliver_line(work: &mut Work, case: &Case<Order>, new: &NewDelivery) -> Result<()> {
    let (id, today) = (case.record.id.raw(), work.today());
    let line = line(work, id, new.line)?;
    let ordered = case
        .body
        .lines
        .iter()
        .find(|it| it.no == new.line)
        .and_then(|it| Amount::plain(&it.quantity))
        .unwrap_or_default();
    let before = queries::deliveries(work, id)?
        .iter()
        .filter(|it| it.line == new.line)
        .filter_map(|it| Amount::plain(&it.quantity))
        .fold(Amount::default(), Amount::plus);
    let on = new.on.unwrap_or(today);
    let mut faults = Faults::default();
    let quantity = Amount::plain(new.quantity.trim()).filter(|it| it.is_positive());
    faults.unless(quantity.is_some(), "quantity", text!("Say how many were delivered, like 2."));
    let sum = before.plus(quantity.unwrap_or_default());
    let sentence = text!(
        "Of line {line} only {count} were ordered.",
        line = line.line.to_string(),
        count = ordered.to_string()
    );
    faults.unless(sum <= ordered, "quantity", sentence);
    faults.unless(on <= today, "on", text!("That day has not come yet."));
    // Where the customer lives it may have been the day after.
    let is_ordered = case.body.ordered_on.is_none_or(|it| it <= on.saturating_add(1.day()));
    faults.unless(is_ordered, "on", text!("It was ordered after that day."));
    faults.into_result()?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row = DeliveryRow {
        record_id: id,
        line: line.line,
        quantity: quantity.unwrap_or_default().to_string(),
        delivered_on: on,
        words: new.words.trim(),
        at,
        by,
        audience: Audience::Party,
    };
    work.add("order_delivery", id, &row)?;
    work.note_row(id, &[&id, &row.line, &row.quantity, &row.delivered_on, &row.words, &at, &by])?;
    work.note(id, json!({ "delivered": { "line": line.line, "quantity": row.quantity, "on": on } }))?;
    let done_on = (sum >= ordered).then_some(on);
    work.amend("order_line", id, line.id, &DeliveredLine { delivered: sum.about(), done_on })
}

fn line(work: &Work, order: i64, no: i64) -> Result<LineStanding> {
    let sentence = text!("There is no such line. Choose one of the order.");
    queries::line(work, order, no)?.ok_or_else(|| fault("line", sentence))
}

/// Refuses what is over: declined, cancelled, delivered or ended.
fn must_be_going(case: &Case<Order>) -> Result<()> {
    let is_over = matches!(
        case.record.state,
        OrderState::Declined | OrderState::Cancelled | OrderState::Ended | OrderState::Delivered
    );
    let sentence = text!(
        "It is “{state}”. Nothing is promised or delivered any more.",
        state = case.record.state.text()
    );
    Ok(Refusal::unless(!is_over, sentence)?)
}
