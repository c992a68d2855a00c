//! What people see: quotations, orders, their forms, both papers beside each other, and the list of promises.

pub mod differences;
pub mod form;
pub mod gate;
pub mod import;
pub mod order;
pub mod promises;
pub mod quotation;

use kernel::{Body, Missing, Refusal};
use maud::{Markup, html};
use web::language::{decimal, say};
use web::parts::{self, Column, Line as Row, Note, Table};
use web::t;

use crate::model::{Line, Order, Quotation, Terms};
use crate::rules::{Amount, total};

/// An address below an order.
pub fn of_order(number: &str, rest: &str) -> String {
    web::below(&Order::KIND.address(number), rest)
}

/// An address below a quotation.
pub fn of_quotation(number: &str, rest: &str) -> String {
    web::below(&Quotation::KIND.address(number), rest)
}

/// An amount as people read it, with two places.
pub fn money(words: &str, currency: &str) -> Markup {
    let shown = Amount::plain(words).map_or_else(|| words.to_owned(), |it| decimal(&it.to_string()));
    html! { (shown) @if !currency.is_empty() { " " (currency) } }
}

/// The terms that are said, each with what it is called.
pub fn terms(it: &Terms) -> Vec<(String, Markup)> {
    let named = [
        (t!("Delivery"), &it.delivery),
        (t!("Terms of delivery"), &it.incoterm),
        (t!("Payment"), &it.payment),
        (t!("Penalty"), &it.penalty),
        (t!("Warranty"), &it.warranty),
        (t!("Packing"), &it.packing),
    ];
    let further = it.further.iter().map(|(name, words)| (name.clone(), words));
    let all = named.into_iter().chain(further).filter(|(_, words)| !words.is_empty());
    all.map(|(name, words)| (name, html! { (words) })).collect()
}

/// Lines with their sum.
pub fn lines(caption: String, all: &[Line], currency: &str) -> Markup {
    let columns = vec![
        Column::plain(t!("Line")),
        Column::title(t!("What")),
        Column::figure(t!("Quantity")),
        Column::figure(t!("Price each")),
        Column::figure(t!("Sum")),
    ];
    let rows = all.iter().map(|it| {
        let sum = Amount::plain(&it.quantity)
            .zip(Amount::plain(&it.price))
            .map(|(count, price)| count.times(price).to_string());
        let cells = vec![
            html! { (it.no) },
            what(it),
            html! { (catalogue::quantity(&it.quantity, &it.unit)) },
            money(&it.price, ""),
            html! { @if let Some(sum) = sum { (money(&sum, "")) } },
        ];
        Row::new(it.no.to_string(), cells)
    });
    html! {
        (Table::new(caption, columns, rows.collect()).compact())
        p { (t!("Together")) " " strong { (money(&total(all).to_string(), currency)) } }
    }
}

/// What a line is.
pub fn what(it: &Line) -> Markup {
    html! {
        @if !it.article.is_empty() { span.number { (it.article) } " " }
        (it.words)
        @for (name, words) in &it.further { br; span.fine { (name) ": " (words) } }
    }
}

/// Why something cannot be done yet, each with where it is mended.
pub fn refused(title: String, missing: &[Missing]) -> Markup {
    html! {
        @if !missing.is_empty() {
            (parts::note_with(Note::Bad, title, html! {
                ul.missing { @for it in missing { li {
                    @match &it.link { Some(to) => a href=(to) { (say(&it.sentence)) }, None => (say(&it.sentence)) }
                } } }
            }))
        }
    }
}

/// What a refusal names.
pub fn missing_of(refusal: Option<Refusal>) -> Vec<Missing> {
    refusal.map(|it| it.0).unwrap_or_default()
}
