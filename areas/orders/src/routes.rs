//! At which address what is offered and ordered is found, read and done.

mod api;
mod deeds;
mod import;
mod orders;
mod promises;
mod quotations;
pub mod way;

use kernel::{Faults, PartyId, Reader, Result, text};
use maud::Markup;
use web::{Among, Choosing, Form, Routes};

use crate::commands::{self, File};
use crate::model::{Line, Purchase};
use crate::pages::form::{self, Choices, THEIRS};
use crate::pages::quotation;
use crate::queries;
use crate::rules::{self, KEEPERS};

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
    let count = queries::overridden(reader, Some(set))?;
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

/// The form that shows a page, with our lines in the rows for theirs where somebody asked for that.
fn with_ours(form: &Form, ours: &[Line]) -> Form {
    let is_asked = form.text("their") == "ours";
    if is_asked { Form::of(form::written_rows(THEIRS, ours)) } else { form.clone() }
}

/// Their order, as a file or as it was typed; none where nothing was sent.
///
/// # Errors
/// Refuses what came both ways: nothing that somebody typed is lost.
fn their_order(form: &mut Form, file: Option<&File>) -> Result<Option<Purchase>> {
    let is_typed = quotation::is_typed(form);
    let Some(file) = file else {
        return is_typed.then(|| typed_purchase(form)).transpose();
    };
    let sentence = text!("Part of it is typed. Send the file alone, or type all of it and send no file.");
    let mut faults = Faults::default();
    faults.unless(!is_typed, "file", sentence);
    faults.into_result()?;
    Ok(Some(commands::read_file(file)?))
}

/// Their order as it was typed: its terms, and its lines in rows or as they were pasted.
///
/// # Errors
/// Names each field that cannot be read, and asks for the lines where there are none.
fn typed_purchase(form: &mut Form) -> Result<Purchase> {
    amounts_are_plain(form);
    let rows = form::read_lines(THEIRS, form, &[]);
    let pasted = form.raw("pasted").to_owned();
    let is_pasted = !pasted.trim().is_empty();
    form.faults.unless(is_pasted || !rows.is_empty(), "pasted", text!("Type or paste their lines, too."));
    form.faults.unless(
        !is_pasted || rows.is_empty(),
        "pasted",
        text!("Their lines stand in rows as well. Keep one of both."),
    );
    form.check()?;
    let mut purchase = if is_pasted { pasted_purchase(&pasted)? } else { Purchase::default() };
    purchase.lines.extend(rows.into_iter().map(rules::in_plain_amounts));
    let Purchase { number, specification, currency, terms, total, .. } = &mut purchase;
    for (place, name) in [
        (number, "purchase_order"),
        (specification, "their_specification"),
        (currency, "their_currency"),
        (total, "their_total"),
        (&mut terms.delivery, "their_delivery"),
        (&mut terms.incoterm, "their_incoterm"),
        (&mut terms.payment, "their_payment"),
        (&mut terms.penalty, "their_penalty"),
        (&mut terms.warranty, "their_warranty"),
        (&mut terms.packing, "their_packing"),
    ] {
        // What stands above pasted lines counts where nothing is typed.
        let words = form.text(name);
        if !words.is_empty() {
            words.clone_into(place);
        }
    }
    purchase.currency = purchase.currency.to_uppercase();
    purchase.total = rules::plain_amount(&purchase.total).unwrap_or_default();
    rules::fits(&purchase).map_err(|faults| renamed(faults, |name| format!("{THEIRS}{name}")))?;
    Ok(purchase)
}

fn pasted_purchase(words: &str) -> Result<Purchase, Faults> {
    commands::read_pasted(words).map_err(|faults| renamed(faults, |_| "pasted".to_owned()))
}

fn renamed(faults: Faults, name: impl Fn(&str) -> String) -> Faults {
    Faults(faults.0.into_iter().map(|(field, it)| (name(&field), it)).collect())
}

/// Looks at the rows of their lines: each that says something says what and how many, in numbers that read one way.
fn amounts_are_plain(form: &mut Form) {
    let reads = |words: &str| rules::plain_amount(words).is_some();
    let one_way = || text!("Give a number that can only be read one way, like 1425.00.");
    for place in 1..=rules::MOST_LINES {
        let field = |name: &str| format!("{THEIRS}{name}{place}");
        let says = |form: &Form, names: &[&str]| names.iter().any(|it| !form.text(&field(it)).is_empty());
        let (is_named, has_more) =
            (says(form, &["article", "words"]), says(form, &["line", "quantity", "unit", "price"]));
        let (quantity, price) =
            (form.text(&field("quantity")).to_owned(), form.text(&field("price")).to_owned());
        let faults = &mut form.faults;
        faults.unless(is_named || !has_more, &field("words"), text!("Say which article it is, or what."));
        faults.unless(!is_named || !quantity.is_empty(), &field("quantity"), text!("Say how many."));
        faults.unless(quantity.is_empty() || reads(&quantity), &field("quantity"), one_way());
        faults.unless(price.is_empty() || reads(&price), &field("price"), one_way());
    }
    let total = form.text("their_total").to_owned();
    form.faults.unless(total.is_empty() || reads(&total), "their_total", one_way());
}
