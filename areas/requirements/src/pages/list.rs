//! The list of sets, and the form that opens one.

use kernel::{Faults, Listed, Vocabulary};
use maud::{Markup, html};
use web::language::{count, word};
use web::parts::{
    self, Button, Column, Empty, Field, Head, Line, Pager, Symbol, Tab, Table, Tools, empty, empty_of_filter,
    form, look_up, page_head, pager, tabs,
};
use web::t;

use super::{Options, asking, fault, of_set, summary};
use crate::model::set::State;

/// What the list shows.
pub struct Sets {
    pub rows: Vec<SetRow>,
    /// How many there are in each state.
    pub counts: Vec<(State, usize)>,
    pub state: Option<State>,
    pub words: String,
    /// The customers to choose from; empty for outsiders.
    pub customers: Options,
    pub customer: String,
    /// Where the next page begins.
    pub next: Option<String>,
    pub may_open: bool,
}

pub struct SetRow {
    pub set: Listed,
    pub customer: String,
    pub owner: String,
    pub size: i64,
}

pub fn list(it: &Sets) -> Markup {
    let new = || Button::open("/requirement-sets/new", t!("Open a set")).first().symbol(Symbol::Plus);
    let head = Head {
        title: html! { (t!("Requirements")) },
        tools: Tools { first: it.may_open.then(|| new().small()), more: Vec::new() },
        ..Head::default()
    };
    let all: usize = it.counts.iter().map(|(_, count)| count).sum();
    html! {
        (page_head(&head))
        @if all == 0 && it.words.is_empty() {
            (empty(&Empty {
                title: t!("No requirement sets"),
                purpose: t!("A set holds what one customer wants in one matter. Open one, or highlight words in a message."),
                buttons: it.may_open.then(new).into_iter().collect(),
            }))
        } @else {
            (tabs(&t!("Sets by state"), &by_state(it, all)))
            (search(it))
            @if it.rows.is_empty() {
                (empty_of_filter(t!("No set is like that"), t!("Look for fewer words, or in all states."),
                    &[Button::open("/requirement-sets", t!("Show all"))]))
            } @else {
                (table(it))
                (pager(&Pager { shown: it.rows.len(), all: None, before: None, after: it.next.clone() }))
            }
        }
    }
}

fn by_state(it: &Sets, all: usize) -> Vec<Tab> {
    let address = |state: &str| address(state, &it.words, &it.customer);
    let first = Tab { label: t!("All"), address: address(""), count: Some(all), is_here: it.state.is_none() };
    let rest = it.counts.iter().filter(|(state, count)| *count > 0 || it.state == Some(*state));
    let rest = rest.map(|(state, count)| Tab {
        label: word(*state),
        address: address(&state.code()),
        count: Some(*count),
        is_here: it.state == Some(*state),
    });
    std::iter::once(first).chain(rest).collect()
}

/// The list with these conditions.
pub fn address(state: &str, words: &str, customer: &str) -> String {
    asking("/requirement-sets", &[("state", state), ("q", words), ("customer", customer)])
}

fn search(it: &Sets) -> Markup {
    look_up(
        "/requirement-sets",
        html! {
            @if let Some(state) = it.state { (parts::hidden("state", state.code())) }
            (Field::text("q", t!("Number or title")).value(&it.words))
            @if !it.customers.is_empty() {
                @let all = std::iter::once((String::new(), t!("All customers")));
                (Field::select("customer", t!("Customer"), all.chain(it.customers.iter().cloned())).value(&it.customer))
            }
            (Button::send(t!("Look")).symbol(Symbol::Search))
        },
    )
}

fn table(it: &Sets) -> Table {
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("Customer")),
        Column::figure(t!("Requirements")),
        Column::text(t!("Revision")),
        Column::text(t!("Owner")),
        Column::text(t!("State")),
    ];
    let lines = it.rows.iter().map(|row| {
        let state = State::of(&row.set.state).unwrap_or_default();
        let to = of_set(&row.set.number, "");
        Line::new(
            &row.set.number,
            vec![
                parts::number(&row.set.number, &to),
                html! { a href=(to) { (row.set.title) } },
                html! { @if !row.customer.is_empty() { (parts::organisation(&row.customer)) } },
                html! { (count(row.size)) },
                html! { @if let Some(no) = row.set.released { (no) } },
                html! { (parts::person(&row.owner)) },
                parts::state(kernel::State::tone(state).into(), word(state)),
            ],
        )
    });
    Table::new(t!("Requirement sets, newest first"), columns, lines.collect())
}

/// What was written in the form that opens a set.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub title: String,
    pub customer: String,
    pub matter: String,
    pub intended_use: String,
    pub conversation: String,
    /// Whether it holds for everything that the customer orders.
    pub is_standing: bool,
}

pub fn open(it: &Opening, customers: &Options, once: &str, faults: &Faults) -> Markup {
    let nobody = std::iter::once((String::new(), t!("Nobody: it is for a product")));
    let head = Head {
        place: Some((t!("Requirement sets"), "/requirement-sets".to_owned())),
        title: html! { (t!("Open a requirement set")) },
        ..Head::default()
    };
    html! {
        (page_head(&head))
        (summary(faults))
        (form("/requirement-sets", html! {
            (parts::hidden("once", once))
            (parts::hidden("conversation", &it.conversation))
            (Field::text("title", t!("Title")).value(&it.title).required().fault(fault(faults, "title"))
                .example(t!("Dosing skid for peracetic acid")))
            (Field::select("customer", t!("Customer"), nobody.chain(customers.iter().cloned()))
                .value(&it.customer).fault(fault(faults, "customer")))
            (Field::text("matter", t!("What it is about")).value(&it.matter).fault(fault(faults, "matter")))
            (Field::area("intended_use", t!("Intended use")).value(&it.intended_use)
                .help(t!("What the thing is meant for. Validation asks for this.")))
            (parts::Choices::any("standing", t!("What it holds for"), vec![
                parts::Choice::new("on", t!("It always holds: for everything that this customer and the parts of their house order"))
                    .chosen(it.is_standing),
            ]))
            div.row {
                (Button::send(t!("Open the set")).first())
                (Button::open("/requirement-sets", t!("Cancel")).bare())
            }
        }))
    }
}
