//! Taking in orders of another system: the file, what it would do, and what it did.

use identity::summary;
use maud::{Markup, html};
use web::language::say;
use web::parts::{self, Button, Column, Field, Head, Line, Note, State, Table};
use web::{Form, t};

use super::of_order;
use crate::commands::{Effect, Foreseen};

fn head(lead: String) -> Markup {
    parts::page_head(&Head {
        place: Some((t!("Orders"), "/orders".to_owned())),
        title: html! { (t!("Take in orders from a file")) },
        lead: Some(html! { (lead) }),
        ..Head::default()
    })
}

/// The form that sends a file.
pub fn begin(form: &Form) -> Markup {
    html! {
        (head(t!("One row for each line, grouped by the number that your other system gives the order. The same number is the same order: taking it in again changes nothing.")))
        (summary(form))
        (parts::files_form("/orders/import", html! {
            p.field {
                label for="file" { (t!("File")) }
                span.fine id="file-help" { (t!("CSV or XLSX with the columns Order, Customer, Article and Quantity; also Line, Text, Unit, Price, Title, Purchase order, Ordered on, Currency, Wanted on.")) " " (t!("A column called like an extra field of your house goes into that.")) }
                @if let Some(it) = form.faults.of("file") { (parts::fault("file", &say(it))) }
                input id="file" type="file" name="files" accept=".csv,.xlsx,.txt" aria-describedby="file-help" required;
            }
            (Button::send(t!("Look at it")).first())
        }))
    }
}

/// What the file would do. `told` is what is sent once more to take it in, `lacking` what the house asks of each new order
/// and some do not say.
pub fn preview(all: &[Foreseen], told: &str, lacking: Vec<Field>, form: &Form) -> Markup {
    let count = |effect: Effect| all.iter().filter(|it| it.effect == effect).count();
    // Whoever lacks only what can be said for all is not refused for good.
    let lack = all.iter().filter(|it| !it.lacks.is_empty()).count();
    let refused = count(Effect::Refused) - lack;
    html! {
        (head(t!("Nothing is written yet.")))
        (summary(form))
        @if refused > 0 {
            (parts::note(Note::Bad, t!("{count} order cannot be taken in. Mend the file and send it again; nothing is taken in by halves."
                | "{count} orders cannot be taken in. Mend the file and send it again; nothing is taken in by halves.", count = refused)))
        }
        p { (t!("{new} new, {changes} changed, {same} the same.", new = count(Effect::New).to_string(), changes = count(Effect::Changes).to_string(), same = count(Effect::Same).to_string())) }
        (table(all))
        @if refused == 0 {
            (parts::form("/orders/import/take-in", html! {
                (parts::hidden("orders", told))
                @if lack > 0 {
                    p { (t!("{count} order lacks what your house asks of each new order. Say one value for it here, or add a column to the file."
                        | "{count} orders lack what your house asks of each new order. Say one value for all of them here, or add a column to the file.", count = lack)) }
                    @for field in lacking { (field.required()) }
                }
                div.row {
                    (Button::send(t!("Take them in")).first())
                    (Button::open("/orders/import", t!("Cancel")).bare())
                }
            }))
        } @else { (Button::open("/orders/import", t!("Choose another file"))) }
    }
}

fn table(all: &[Foreseen]) -> Table {
    let columns = vec![
        Column::plain(t!("Number elsewhere")),
        Column::figure(t!("Row")),
        Column::text(t!("Effect")),
        Column::title(t!("Order")),
    ];
    let rows = all.iter().map(|it| {
        let (state, word) = match it.effect {
            Effect::New => (State::Open, t!("New")),
            Effect::Changes => (State::Underway, t!("Changes what is there")),
            Effect::Same => (State::Over, t!("The same")),
            Effect::Refused => (State::Bad, t!("Cannot be taken in")),
        };
        let order = html! {
            @if !it.number.is_empty() { a href=(of_order(&it.number, "")) { (it.number) } }
            @if let Some(fault) = &it.fault { " " (say(fault)) }
        };
        let row = html! { @if it.row > 0 { (it.row) } };
        Line::new(&it.external_id, vec![html! { (it.external_id) }, row, parts::state(state, word), order])
    });
    Table::new(t!("Orders of the file"), columns, rows.collect()).compact()
}
