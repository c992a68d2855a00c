//! What is promised to everybody, the earliest day first, and how far we kept our word.

use jiff::civil::Date;
use maud::{Markup, html};
use web::language::{count, day};
use web::parts::{self, Column, Head, Line, Note, Pager, State, Tab, Table};
use web::t;

use super::of_order;
use crate::model::Late;
use crate::queries::KeptWord;

fn tabs(is_open: bool) -> Markup {
    let tab = |label: String, address: &str, is_here| Tab {
        label,
        address: address.to_owned(),
        count: None,
        is_here,
    };
    parts::tabs(
        &t!("Views"),
        &[tab(t!("Promised"), "/promises", is_open), tab(t!("Kept"), "/promises/kept", !is_open)],
    )
}

/// The promised lines that are not delivered yet, each with its customer.
pub fn open(rows: &[(Late, String)], untold: i64, today: Date, after: Option<String>) -> Markup {
    let columns = vec![
        Column::plain(t!("Order")),
        Column::title(t!("What")),
        Column::text(t!("Customer")),
        Column::text(t!("Promised for")),
        Column::text(t!("First promised for")),
        Column::text(t!("Told")),
    ];
    let lines = rows.iter().map(|(it, customer)| {
        let to = of_order(&it.number, "#promises");
        let moved = it.promises > 1;
        let told = match (moved, it.is_told) {
            (true, false) => parts::state(State::Waits, t!("the customer was not told")),
            (_, true) => html! { (t!("told")) },
            (false, false) => html! {},
        };
        let cells = vec![
            parts::number(&it.number, &to),
            html! { a href=(to) { (it.title) } br; span.fine { (t!("Line {line}", line = it.line)) " " (it.article) } },
            html! { (parts::organisation(customer)) },
            parts::due(it.promised_on, today),
            html! { @if moved { (day(it.first_promised_on)) " " span.fine { (t!("moved {count} time" | "moved {count} times", count = it.promises - 1)) } } },
            told,
        ];
        Line::new(format!("{}-{}", it.number, it.line), cells)
    });
    html! {
        (parts::page_head(&Head { title: html! { (t!("Promises")) }, lead: Some(html! { (t!("The days that we promised and have not kept yet, the earliest first.")) }), ..Head::default() }))
        (tabs(true))
        @if untold > 0 { (parts::note(Note::Warn, t!("Of {count} day that moved the customer was not told." | "Of {count} days that moved the customer was not told.", count = untold))) }
        @if rows.is_empty() { p.quiet-text { (t!("Nothing is promised that is not delivered.")) } }
        @else {
            (Table::new(t!("Promises by day"), columns, lines.collect()))
            (parts::pager(&Pager { shown: rows.len(), all: None, before: None, after }))
        }
    }
}

/// How far we kept our word, customer by customer.
pub fn kept(rows: &[KeptWord]) -> Markup {
    let columns = vec![
        Column::title(t!("Customer")),
        Column::figure(t!("Lines delivered")),
        Column::figure(t!("On time by the first promise")),
        Column::figure(t!("By the last promise")),
        Column::figure(t!("Days moved")),
    ];
    let lines = rows.iter().map(|it| {
        let name = html! { a href={ "/customers/" (it.number) } { (parts::organisation(&it.title)) } };
        let cells = vec![
            name,
            html! { (count(it.lines)) },
            share(it.by_first, it.lines),
            share(it.by_last, it.lines),
            html! { (count(it.moved)) },
        ];
        Line::new(&it.number, cells)
    });
    html! {
        (parts::page_head(&Head { title: html! { (t!("Promises")) }, lead: Some(html! { (t!("Lines that were delivered whole, against the first day and the last day that we promised.")) }), ..Head::default() }))
        (tabs(false))
        @if rows.is_empty() { p.quiet-text { (t!("Nothing that was promised is delivered yet.")) } }
        @else { (Table::new(t!("The worst first"), columns, lines.collect())) }
    }
}

/// A part of a whole, as a share with the count behind it.
pub fn share(part: i64, whole: i64) -> Markup {
    let percent = if whole == 0 { 0 } else { (part * 100 + whole / 2) / whole };
    html! { (percent) " % " span.fine { "(" (part) "/" (whole) ")" } }
}
