//! What open lines of orders get of a change: the new revision, perhaps from a lot on, or the one before.

use std::collections::BTreeSet;

use kernel::{Basis, Gets, Vocabulary};
use maud::{Markup, html};
use web::Form;
use web::language::{say, short_day, word};
use web::parts::{
    self, Button, Choice as Pick, Choices, Column, Field, Head, Line, State, Table, form, hidden, page_head,
};
use web::t;

use super::affected::Place;
use super::of_change;
use crate::queries::OpenLine;

/// So many lines stand on a page.
pub const EACH: usize = 200;

/// The page on which one decides: of very many lines those of a part.
pub fn page(
    number: &str,
    (all, undecided, place): (&[OpenLine], usize, Place),
    may_write: bool,
    written: &Form,
) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, ""))),
            title: html! { (t!("What open orders get of {number}", number = number)) },
            lead: Some(html! { (t!("Each open line is decided before the release: it gets the new revision, or it keeps the one before.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if all.is_empty() { p.quiet-text { (t!("No open line of an order has anything that changes.")) } }
        @else {
            @if place.all > EACH { p { (t!("{count} line is not decided yet." | "{count} lines are not decided yet.", count = undecided)) } }
            (table(all, place))
            (place.pager(&of_change(number, "orders")))
            @if may_write { (deciding(number, (all, place), written)) }
        }
    }
}

fn table(all: &[OpenLine], place: Place) -> Table {
    let columns = vec![
        Column::title(t!("Line")),
        Column::text(t!("Customer")),
        Column::text(t!("What changes of it")),
        Column::text(t!("Promised")),
        Column::text(t!("It gets")),
    ];
    let lines = all.iter().map(|it| {
        Line::new(
            it.name(),
            vec![
                html! { a href={ "/orders/" (it.order_number) } { (it.order_number) } " " (t!("line {line}", line = it.line)) br; span.fine { (it.article) " " (it.title) } },
                html! { @if let Some(name) = &it.customer { (parts::organisation(name)) } },
                html! { (it.item_number) @if it.ends { br; span.fine { (t!("It ends.")) } } },
                html! { @if let Some(day) = it.promised_on { (short_day(day, day)) } },
                decided(it),
            ],
        )
    });
    let order = match place.all > EACH {
        true => t!("Those first that are not decided yet"),
        false => t!("Open lines by their orders"),
    };
    Table::new(order, columns, lines.collect()).compact()
}

fn decided(it: &OpenLine) -> Markup {
    html! {
        @match it.takes {
            None => (parts::state(State::Waits, t!("not decided yet"))),
            Some(takes) => {
                (parts::state(State::Good, word(takes)))
                @if let (Some(basis), Some(starts)) = (it.basis, it.starts.as_deref().filter(|it| !it.is_empty())) { " · " (word(basis)) ": " (starts) }
                @if let Some(reason) = it.reason.as_deref().filter(|it| !it.is_empty()) { br; span.fine { (reason) } }
            },
        }
    }
}

fn deciding(number: &str, (all, place): (&[OpenLine], Place), written: &Form) -> Markup {
    let chosen = written.all("line");
    let mut known = BTreeSet::new();
    let names = all.iter().map(OpenLine::name).filter(|it| known.insert(it.clone()));
    let is_open = |name: &str| all.iter().any(|it| it.takes.is_none() && it.name() == name);
    let lines = names.map(|name| {
        let holds = if chosen.is_empty() { is_open(&name) } else { chosen.contains(&name.as_str()) };
        Pick::new(&name, &name).chosen(holds)
    });
    let takes = Gets::ALL.iter().map(|it| {
        let code = it.code();
        Pick::new(&code, word(*it))
            .chosen(written.text("takes") == code || (!written.has("takes") && *it == Gets::New))
    });
    let basis = [Basis::Day, Basis::Lot, Basis::Serial].map(|it| (it.code(), word(it)));
    form(
        &of_change(number, "orders"),
        html! {
            @if place.from > 0 { (hidden("from", place.from)) }
            (Choices::any("line", t!("Lines"), lines.collect()).fault(written.faults.of("line").map(say)))
            (Choices::one("takes", t!("They get"), takes.collect()))
            @if all.iter().any(|it| it.ends) {
                p.fine { (t!("Of what ends, there is no new revision: with “{new}” a line gets none of it any more.", new = word(Gets::New))) }
            }
            (identity::filled(written, "basis", Field::select("basis", t!("From"), basis)))
            (identity::filled(written, "starts", Field::text("starts", t!("Which day, lot or serial number")).help(t!("Empty where they get it at once."))))
            (identity::filled(written, "reason", Field::text("reason", t!("Reason")).help(t!("Needed where they keep the revision before."))))
            (Button::send(t!("Decide")).first())
        },
    )
}
