//! What people see of organisations.

use kernel::{Faults, Listed, Page as Listing};
use maud::{Markup, PreEscaped, html};
use web::language::say;
use web::parts::{self, Beside, Button, Choice as Option_, Column, Empty, Field, Head, Line, Symbol, Table, Tools};
use web::t;

use crate::model::Organisation;
use crate::queries::{Address, Contact, Place};

/// What the list of customers shows.
pub struct List<'a> {
    pub page: &'a Listing,
    pub places: &'a [Place],
    pub words: &'a str,
    pub may_open: bool,
    /// The address of the next page.
    pub next: Option<String>,
}

/// The list of customers.
pub fn list(list: &List) -> Markup {
    let first = list.may_open.then(|| Button::open("/customers/new", t!("New customer")).first());
    html! {
        (parts::page_head(&Head {
            title: html! { (t!("Customers")) }, tools: Tools { first, more: Vec::new() }, ..Head::default()
        }))
        form.row role="search" method="get" action="/customers" {
            label.unseen for="q" { (t!("Name or number")) }
            input id="q" name="q" type="search" value=(list.words) placeholder=(t!("Name or number"));
            (Button::send(t!("Search")))
        }
        @if list.page.rows.is_empty() && list.words.is_empty() {
            (parts::empty(&Empty {
                title: t!("No customers yet"),
                purpose: t!("Here stands who you work for: their people, how they want to be told, and everything that is with them now."),
                buttons: vec![Button::open("/customers/new", t!("New customer")).first()],
            }))
        } @else if list.page.rows.is_empty() {
            (parts::empty_of_filter(t!("Nobody is called so"), t!("Try fewer letters."), &[Button::open("/customers", t!("Show all"))]))
        } @else {
            (Table::new(t!("Customers"), columns(), list.page.rows.iter().map(|it| line(it, list.places)).collect()))
            @if let Some(next) = &list.next { p { a href=(next) { (t!("Further customers")) } } }
        }
    }
}

fn columns() -> Vec<Column> {
    vec![Column::text(t!("Number")), Column::title(t!("Name")), Column::text(t!("Town")), Column::text(t!("Trade"))]
}

fn line(row: &Listed, places: &[Place]) -> Line {
    let place = places.iter().find(|it| it.id == row.id);
    let town = place.map(|it| format!("{} {}", it.town, it.country)).unwrap_or_default();
    let to = format!("/customers/{}", row.number);
    Line::new(
        row.number.clone(),
        vec![
            parts::number(&row.number, &to),
            html! { a href=(to) { (row.title) } },
            html! { (town) },
            html! { (place.map(|it| it.trade.as_str()).unwrap_or_default()) },
        ],
    )
}

/// What the page of a customer shows beside the envelope.
pub struct Shown<'a> {
    pub number: &'a str,
    pub body: &'a Organisation,
    pub contacts: &'a [Contact],
    pub addresses: &'a [Address],
    pub may_edit: bool,
}

/// The body of the page of a customer.
pub fn body(shown: &Shown) -> Markup {
    let Shown { number, body, contacts, .. } = shown;
    let edit = shown.may_edit.then(|| Button::open(format!("/customers/{number}/edit"), t!("Edit")).small().symbol(Symbol::Edit));
    let add = shown.may_edit.then(|| Button::open(format!("/customers/{number}/contacts/new"), t!("New contact")).small());
    html! {
        (parts::section_with("about", t!("Who they are"), &edit.into_iter().collect::<Vec<_>>(), html! {
            (parts::facts(&facts(body)))
            @if !body.note.is_empty() && shown.may_edit { (parts::prose(PreEscaped(markdown::html(&body.note, 3)))) }
        }))
        (parts::section_with("contacts", t!("People"), &add.into_iter().collect::<Vec<_>>(), html! {
            @if contacts.is_empty() { p.quiet-text { (t!("Nobody is known there yet.")) } }
            @else { (people(contacts)) }
        }))
        @if !body.standing.is_empty() {
            (parts::section("standing", t!("Standing requirements"), html! {
                @for it in &body.standing { h3 { (it.title) } (parts::prose(PreEscaped(markdown::html(&it.words, 3)))) }
            }))
        }
        @if !shown.addresses.is_empty() {
            (parts::section("addresses", t!("Known by these addresses"), html! {
                ul { @for it in shown.addresses { li {
                    (it.address) @if it.is_shared { " · " (t!("shared mailbox, identifies nobody")) }
                } } }
            }))
        }
    }
}

fn facts(body: &Organisation) -> Vec<(String, Markup)> {
    let address: Vec<_> = [&body.street, &body.post_code, &body.town, &body.country]
        .into_iter()
        .filter(|it| !it.is_empty())
        .map(String::as_str)
        .collect();
    let all = [
        (t!("Address"), address.join(", ")),
        (t!("Legal form"), body.legal_form.clone()),
        (t!("Trade"), body.trade.clone()),
        (t!("Language"), body.language.clone()),
        (t!("Domains of their mail"), body.domains.join(", ")),
    ];
    all.into_iter().filter(|(_, it)| !it.is_empty()).map(|(term, it)| (term, html! { (it) })).collect()
}

fn people(contacts: &[Contact]) -> Markup {
    let columns = vec![
        Column::title(t!("Name")),
        Column::text(t!("Job title")),
        Column::text(t!("E-mail address")),
        Column::text(t!("Telephone")),
    ];
    let lines = contacts.iter().map(|it| {
        let to = format!("/people/{}", it.number);
        let cells = vec![
            html! { a href=(to) { (it.name) } },
            html! { (it.job_title) },
            html! { (it.email) },
            html! { (it.phone) },
        ];
        Line::new(it.number.clone(), cells)
    });
    html! { (Table::new(t!("People"), columns, lines.collect()).compact()) }
}

/// A matter with them, ready to be shown.
pub struct With {
    pub symbol: Symbol,
    pub address: String,
    pub title: String,
    pub state: String,
}

/// What is with them now, beside their page.
pub fn with_them(matters: &[With]) -> Beside {
    let inside = html! {
        @if matters.is_empty() { p.quiet-text { (t!("Nothing is with them now.")) } }
        ol.thread { @for it in matters {
            li { (it.symbol) a href=(it.address) { (it.title) } span.fine { (it.state) } }
        } }
    };
    Beside { id: "with-them", title: t!("With them now"), count: None, inside }
}

/// The form of a customer; `address` is where it is sent.
pub fn form(address: &str, name: &str, body: &Organisation, version: Option<i64>, faults: &Faults) -> Markup {
    let fault = |field: &str| faults.of(field).map(say);
    let text = |field: &'static str, label: String, value: &str| {
        Field::text(field, label).value(value).fault(fault(field))
    };
    let standing: Vec<_> = body.standing.iter().map(|it| format!("{}: {}", it.title, it.words)).collect();
    let listed: Vec<(String, String)> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    parts::form(address, html! {
        (parts::fault_summary(&listed))
        @if let Some(version) = version { (parts::hidden("version", version)) }
        (text("title", t!("Name"), name).required())
        (text("legal_form", t!("Legal form"), &body.legal_form))
        (text("street", t!("Street"), &body.street))
        (text("post_code", t!("Post code"), &body.post_code))
        (text("town", t!("Town"), &body.town))
        (text("country", t!("Country"), &body.country).help(t!("Two letters, like GB.")))
        (text("trade", t!("Trade"), &body.trade))
        (text("domains", t!("Domains of their mail"), &body.domains.join(", ")).help(t!("Mail from them is filed here. Separate several by commas.")))
        (text("language", t!("Language"), &body.language))
        (parts::Choices::any("role", t!("What they are to us"), vec![
            Option_::new("customer", t!("Customer")).chosen(body.is_customer),
            Option_::new("supplier", t!("Supplier")).chosen(body.is_supplier),
        ]))
        (Field::area("standing", t!("Standing requirements")).value(standing.join("\n")).fault(fault("standing"))
            .help(t!("One a line, as “title: what holds for every matter with them”.")))
        (Field::area("note", t!("Note")).value(body.note.clone()).help(t!("For us; the customer does not see it.")))
        div.row { (Button::send(t!("Save")).first()) }
    })
}

/// The form of a contact.
pub fn contact_form(number: &str, values: &[(String, String)], faults: &Faults) -> Markup {
    let value = |name: &str| values.iter().find(|(it, _)| it == name).map(|(_, it)| it.clone()).unwrap_or_default();
    let fault = |field: &str| faults.of(field).map(say);
    let listed: Vec<(String, String)> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    parts::form(&format!("/customers/{number}/contacts"), html! {
        (parts::fault_summary(&listed))
        (Field::text("name", t!("Name")).value(value("name")).fault(fault("name")).required())
        (Field::text("job_title", t!("Job title")).value(value("job_title")))
        (Field::email("email", t!("E-mail address")).value(value("email")).fault(fault("email").or_else(|| fault("address"))))
        (Field::telephone("phone", t!("Telephone")).value(value("phone")).fault(fault("phone")))
        (Field::select("language", t!("Language"), vec![("en".to_owned(), "English".to_owned()), ("de".to_owned(), "Deutsch".to_owned())]).value(value("language")))
        div.row { (Button::send(t!("Add contact")).first()) }
    })
}
