//! At which address what is offered and ordered is found, read and done.

mod api;
mod deeds;
mod import;
mod orders;
mod promises;
mod quotations;
pub mod way;

use kernel::{PartyId, Reader, Result};
use maud::Markup;
use web::{Among, Choosing, Form, Routes};

use crate::model::Purchase;
use crate::pages::form::Choices;
use crate::queries;
use crate::rules::KEEPERS;

/// What stands at an order because of others: what was said of it, and what changes of it.
pub type Others = fn(&Reader, i64) -> Result<Markup>;

pub fn routes(others: Others) -> Routes {
    quotations::routes()
        .and(orders::routes(others))
        .and(deeds::routes())
        .and(promises::routes())
        .and(import::routes())
        .and(api::routes())
}

/// What the page of a customer shows of orders: how far we kept our word. Customers see none of it.
pub fn of_customer(reader: &Reader, party: PartyId) -> Result<Markup> {
    if reader.actor.is_outside() {
        return Ok(Markup::default());
    }
    Ok(crate::pages::order::kept_word(&queries::kept_word_of(reader, party)?))
}

/// What the coverage of a requirement set shows of orders: those that rest on it and whose gate was passed although
/// something was missing.
pub fn on_set(reader: &Reader, set: i64) -> Result<Markup> {
    let count = if reader.actor.is_outside() { 0 } else { queries::overridden(reader, Some(set))? };
    let set = queries::mention(reader, Some(set))?.filter(|_| count > 0);
    Ok(set.map(|it| crate::pages::gate::overridden(&it.number, count)).unwrap_or_default())
}

#[track_caller]
fn may_keep(reader: &Reader) -> bool {
    KEEPERS.covers(reader.actor, None).is_ok()
}

/// What a form offers to choose from; sets of one customer where one is known.
fn choices(reader: &Reader, party: Option<PartyId>, form: &Form) -> Result<Choices> {
    Ok(Choices {
        customer: Choosing::of(reader, Among::Organisations, form, "customer")?,
        sets: queries::sets(reader, party)?,
        extra: Markup::default(),
    })
}

/// Their order as it was typed: its terms, and its lines as they were pasted; none where nothing was typed.
fn typed_purchase(form: &Form) -> Result<Option<Purchase>, kernel::Faults> {
    let said = |name: &str| form.text(name).to_owned();
    let pasted = form.raw("pasted");
    if pasted.trim().is_empty() {
        return Ok(None);
    }
    let read = crate::commands::read_pasted(pasted).map_err(|faults| {
        kernel::Faults(faults.0.into_iter().map(|(_, it)| ("pasted".to_owned(), it)).collect())
    })?;
    let mut purchase =
        Purchase { number: said("purchase_order"), specification: said("their_specification"), ..read };
    let terms = &mut purchase.terms;
    terms.delivery = said("their_delivery");
    terms.incoterm = said("their_incoterm");
    terms.payment = said("their_payment");
    terms.penalty = said("their_penalty");
    terms.warranty = said("their_warranty");
    Ok(Some(purchase))
}
