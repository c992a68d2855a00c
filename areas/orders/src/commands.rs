//! What people do: quote, take an order, lay it beside the quotation, accept it, promise, tell, deliver.

mod gate;
mod import;
mod promise;
mod purchase;
mod watch;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Audience, Body, Faults, Frozen, Made, New, Result, Tie, Work, text};
use serde::Serialize;

pub use self::gate::{accept, ask_to_pass, consent};
pub use self::import::{Effect, Foreseen, foresee_orders, import_orders, say_for_all};
pub use self::promise::{NewDelivery, NewPromise, NewTold, acknowledge, deliver, promise, tell};
pub use self::purchase::{File, Ordered, lay_beside, order_from, read_file, read_pasted, settle};
pub use self::watch::watch;
use crate::model::{Line, Order, Quotation, QuotationStep};
use crate::queries;
use crate::rules::Amount;

/// Opens a quotation. Articles of the catalogue are recognised by their number.
pub fn open_quotation(work: &mut Work, new: &New, quotation: &Quotation) -> Result<Made> {
    let mut quotation = quotation.clone();
    name_articles(work, &mut quotation.lines)?;
    work.create(new, &quotation)
}

/// Sends the next revision of a quotation: it is frozen, and the customer reads it.
///
/// # Errors
/// Names what is missing before somebody can say yes to it.
pub fn send(work: &mut Work, number: &str, reason: &str) -> Result<Frozen> {
    let mut case = work.find::<Quotation>(number)?;
    Quotation::FLOW.target(&case, work.actor, QuotationStep::Send)?;
    work.because(reason);
    let frozen = work.release(&mut case)?;
    work.advance(&mut case, QuotationStep::Send)?;
    if case.record.offered == Some(frozen.no) {
        // It says the same as before: the customer has it already, and reads that it holds again.
        work.tell_offered_state(&case.record)?;
    } else {
        work.offer(&mut case.record, frozen.no, &case.body.words())?;
    }
    work.called("quoted");
    Ok(frozen)
}

/// Takes an order down. Articles of the catalogue are recognised by their number; the day is today where none is said.
pub fn open_order(work: &mut Work, new: &New, order: &Order) -> Result<Made> {
    let mut order = order.clone();
    name_articles(work, &mut order.lines)?;
    order.ordered_on = Some(order.ordered_on.unwrap_or_else(|| work.today()));
    work.create(new, &order)
}

/// Writes an order or a quotation anew, as a form says it; the version is the one that was seen.
pub fn change_order(work: &mut Work, number: &str, version: i64, title: &str, order: Order) -> Result<()> {
    let mut case = work.find::<Order>(number)?;
    let mut order = order;
    name_articles(work, &mut order.lines)?;
    work.rewrite(&mut case, version, (title, order))
}

/// The same of a quotation.
pub fn change_quotation(
    work: &mut Work,
    number: &str,
    version: i64,
    title: &str,
    quotation: Quotation,
) -> Result<()> {
    let mut case = work.find::<Quotation>(number)?;
    let mut quotation = quotation;
    name_articles(work, &mut quotation.lines)?;
    work.rewrite(&mut case, version, (title, quotation))
}

/// Says which item of the catalogue each line is, where its article number is known there.
fn name_articles(work: &kernel::Reader, lines: &mut [Line]) -> Result<()> {
    for line in lines.iter_mut() {
        let is_named = !line.article.trim().is_empty();
        let known = if is_named { catalogue::article(work, &line.article)? } else { None };
        line.item = known.map(|(item, _)| item);
    }
    Ok(())
}

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    line: i64,
    item: Option<i64>,
    article: &'a str,
    quantity: f64,
    wanted_on: Option<Date>,
    promises: i64,
    is_told: bool,
    delivered: f64,
    audience: Audience,
}

#[derive(Serialize)]
struct LineChange<'a> {
    item: Option<i64>,
    article: &'a str,
    quantity: f64,
    wanted_on: Option<Date>,
}

/// The last day on which somebody can have ordered: where the customer lives it may be tomorrow already.
fn last_day_of_ordering(reader: &kernel::Reader) -> Date {
    reader.today().saturating_add(1.day())
}

/// Keeps the lines of an order once more, one a row, and ties it to what it rests on.
///
/// # Errors
/// Refuses a day of ordering that is still to come, and what it cannot rest on.
pub fn keep_lines(work: &mut Work, id: i64, order: &Order) -> Result<()> {
    let is_over = order.ordered_on.is_none_or(|it| it <= last_day_of_ordering(work));
    if !is_over {
        return Err(Faults::one("ordered_on", text!("That day has not come yet.")).into());
    }
    let party = queries::party_of(work, id)?;
    queries::basis_fits(work, order.requirement_set, party)?;
    queries::quotation_fits(work, order.quotation, party)?;
    let known = queries::lines(work, id)?;
    for line in &order.lines {
        let (item, article, wanted_on) = (line.item, line.article.as_str(), line.wanted_on);
        let quantity = Amount::plain(&line.quantity).unwrap_or_default().about();
        match known.iter().find(|it| it.line == line.no) {
            Some(it)
                if it.item == item
                    && it.article == article
                    && it.wanted_on == wanted_on
                    && it.quantity.to_bits() == quantity.to_bits() => {}
            Some(it) => {
                work.amend("order_line", id, it.id, &LineChange { item, article, quantity, wanted_on })?;
            }
            None => {
                let row = NewLine {
                    record_id: id,
                    line: line.no,
                    item,
                    article,
                    quantity,
                    wanted_on,
                    promises: 0,
                    is_told: true,
                    delivered: 0.0,
                    audience: Audience::Party,
                };
                work.add("order_line", id, &row)?;
            }
        }
    }
    for gone in known.iter().filter(|it| order.lines.iter().all(|line| line.no != it.line)) {
        work.remove("order_line", id, gone.id)?;
    }
    let origins = [order.quotation, order.requirement_set, order.conversation]
        .into_iter()
        .flatten()
        .map(|it| (it, Tie::DerivesFrom));
    let items = order.lines.iter().filter_map(|it| it.item).map(|it| (it, Tie::Concerns));
    tie(work, id, origins.chain(items).collect())
}

/// Ties a quotation to what it rests on.
pub fn tie_quotation(work: &mut Work, id: i64, quotation: &Quotation) -> Result<()> {
    let party = queries::party_of(work, id)?;
    queries::basis_fits(work, quotation.requirement_set, party)?;
    let origins = [quotation.requirement_set, quotation.conversation]
        .into_iter()
        .flatten()
        .map(|it| (it, Tie::DerivesFrom));
    let items = quotation.lines.iter().filter_map(|it| it.item).map(|it| (it, Tie::Concerns));
    tie(work, id, origins.chain(items).collect())
}

/// Ties a record to what it rests on now, and unties it from what it rested on before.
fn tie(work: &mut Work, id: i64, wanted: Vec<(i64, Tie)>) -> Result<()> {
    for (target, kind) in queries::rests_on(work, id)? {
        let role = if kind == "CI" { Tie::Concerns } else { Tie::DerivesFrom };
        let is_ours = matches!(kind.as_str(), "QU" | "RS" | "CI");
        if is_ours && !wanted.contains(&(target, role)) {
            work.untie(id, role, target)?;
        }
    }
    wanted.into_iter().try_for_each(|(target, role)| work.tie(id, role, target))
}

/// Refuses whoever neither keeps orders nor is the customer of this one, which they have found.
fn keeper_or_customer(work: &Work) -> Result<()> {
    let by = crate::rules::KEEPERS.covers(work.actor, None);
    Ok(by.or(kernel::Permit::Party.covers(work.actor, None))?)
}

/// A fault of one field.
fn fault(field: &str, sentence: kernel::Text) -> kernel::Error {
    Faults::one(field, sentence).into()
}
