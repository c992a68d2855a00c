//! What people see of customers: the list, the record, the forms.

use identity::{filled, seek, summary};
use jiff::Timestamp;
use kernel::{Listed, Text};
use maud::{Markup, html};
use web::language::{self, say};
use web::parts::{
    self, Button, Choice as Offered, Choices, Column, Empty, Field, Line, Pager, State, Symbol, Tab, Table,
};
use web::{Form, t};

use crate::model::Organisation;
use crate::queries::{AddressLine, Choice, Contact};

/// So many standing requirements one form holds.
pub const MOST_STANDING: usize = 100;

/// What the list shows: each row with its organisation.
pub struct Listing {
    pub rows: Vec<(Listed, Organisation)>,
    pub words: String,
    /// Whether dormant ones are shown too.
    pub shows_all: bool,
    pub after: Option<String>,
    pub may_add: bool,
    pub now: Timestamp,
}

/// The customers, in two views.
pub fn list(it: &Listing) -> Markup {
    let add = || Button::open("/customers/new", t!("Add a customer")).symbol(Symbol::Plus).first();
    let is_bare = it.rows.is_empty() && it.words.is_empty();
    let view = if it.shows_all { "all" } else { "active" };
    let mut tools = parts::Tools::default();
    if it.may_add && !is_bare {
        tools.first = Some(add());
    }
    let tab = |label: String, view: &str, is_here| Tab {
        label,
        address: format!("/customers?view={view}"),
        count: None,
        is_here,
    };
    html! {
        (parts::page_head(&parts::Head {
            title: html! { (t!("Customers")) },
            lead: Some(html! { (t!("The organisations that require something of us, and what is with each now.")) }),
            tools,
            ..parts::Head::default()
        }))
        (parts::tabs(&t!("Views"), &[
            tab(t!("Active"), "active", !it.shows_all),
            tab(t!("All"), "all", it.shows_all),
        ]))
        @if !is_bare { (seek("/customers", ("view", view), &t!("Name or number"), &it.words)) }
        @if is_bare {
            (parts::empty(&Empty {
                title: t!("No customers yet"),
                purpose: t!("Everything that is agreed belongs to a customer. Mail finds its customer by their addresses."),
                buttons: if it.may_add { vec![add()] } else { vec![] },
            }))
        } @else if it.rows.is_empty() {
            (parts::empty_of_filter(t!("No customer is found"), t!("Look under “All”, or with fewer letters."), &[]))
        } @else {
            (table(it))
            (parts::pager(&Pager { shown: it.rows.len(), all: None, before: None, after: it.after.clone() }))
        }
    }
}

fn table(it: &Listing) -> Markup {
    let lines = it.rows.iter().map(|(row, organisation)| {
        let address = format!("/customers/{}", row.number);
        let Organisation { town, country, trade, .. } = organisation;
        let place =
            [town.as_str(), country.as_str()].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
        let name = html! {
            a href=(address) { (parts::organisation(&row.title)) }
            @if row.state != "active" { " " (parts::state(State::Over, t!("Dormant"))) }
        };
        let cells = vec![
            parts::number(&row.number, &address),
            name,
            html! { (place.join(", ")) },
            html! { (trade) },
            html! { (role(organisation)) },
            parts::when(row.changed_at, it.now),
        ];
        Line::new(&row.number, cells)
    });
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Name")),
        Column::text(t!("Town")),
        Column::text(t!("Trade")),
        Column::text(t!("Is")),
        Column::text(t!("Changed")),
    ];
    html! { (Table::new(t!("Customers by name"), columns, lines.collect())) }
}

fn role(it: &Organisation) -> String {
    match (it.is_customer, it.is_supplier) {
        (true, true) => t!("customer and supplier"),
        (true, false) => t!("customer"),
        (false, true) => t!("supplier"),
        (false, false) => String::new(),
    }
}

/// A record that is with an organisation, ready to be shown.
pub struct RecordLine {
    pub symbol: Symbol,
    pub address: String,
    pub number: String,
    pub title: String,
    pub state: (State, Text),
    pub changed_at: Timestamp,
}

/// Records of one kind that are with an organisation.
pub struct Group {
    pub title: Text,
    /// The list of the kind.
    pub list: String,
    pub lines: Vec<RecordLine>,
    pub all: i64,
}

/// What the page of an organisation shows besides the envelope.
pub struct Shown {
    pub number: String,
    pub organisation: Organisation,
    /// Name and address of the one that it is part of.
    pub parent: Option<(String, String)>,
    pub sites: Vec<(String, String)>,
    pub contacts: Vec<Contact>,
    pub addresses: Vec<AddressLine>,
    pub with_them: Vec<Group>,
    /// Whether the reader may add people and addresses.
    pub may_add: bool,
    /// Whether the reader is one of ours.
    pub is_staff: bool,
    pub now: Timestamp,
    /// What was sent and refused.
    pub form: Form,
}

/// The sections of an organisation.
pub fn record(it: &Shown) -> Markup {
    html! {
        (summary(&it.form))
        (with_them(it))
        (contacts(it))
        (standing(it))
        @if it.is_staff { (addresses(it)) }
        (parts::section("about", t!("About"), parts::facts(&about(it))))
    }
}

fn with_them(it: &Shown) -> Markup {
    let title = if it.is_staff { t!("With them now") } else { t!("With you now") };
    parts::section(
        "now",
        title,
        html! {
            @if it.with_them.is_empty() { p.quiet-text { (t!("Nothing yet. What is agreed with them stands here.")) } }
            @for group in &it.with_them {
                h3 { (say(&group.title)) " " span.count { (language::count(group.all)) } }
                ul.rows {
                    @for line in &group.lines {
                        li {
                            (line.symbol)
                            div {
                                a.title href=(line.address) { (line.title) }
                                p.why { span.number { (line.number) } " " (parts::state(line.state.0, say(&line.state.1))) }
                            }
                            div.end { (parts::when(line.changed_at, it.now)) }
                        }
                    }
                }
                @if group.all > i64::try_from(group.lines.len()).unwrap_or(0) {
                    p { a href=(group.list) { (t!("All of them")) } }
                }
            }
        },
    )
}

fn contacts(it: &Shown) -> Markup {
    let add = Button::open(format!("/customers/{}/contacts/new", it.number), t!("Add a contact"));
    let buttons = if it.may_add { vec![add.symbol(Symbol::Plus).small()] } else { vec![] };
    let lines = it.contacts.iter().map(|person| {
        let name = html! {
            a href={ "/people/" (person.number) } { (parts::outsider(&person.name)) }
            @if person.state != "active" { " " (parts::state(State::Over, t!("Left"))) }
        };
        let cells =
            vec![name, html! { (person.job_title) }, html! { (person.email) }, html! { (person.phone) }];
        Line::new(&person.number, cells)
    });
    let columns = vec![
        Column::title(t!("Name")),
        Column::text(t!("Job title")),
        Column::text(t!("E-mail address")),
        Column::text(t!("Telephone")),
    ];
    parts::section_with(
        "contacts",
        t!("People"),
        &buttons,
        html! {
            @if it.contacts.is_empty() {
                p.quiet-text { (t!("Nobody yet. Mail from a person’s address is filed here by itself.")) }
            } @else {
                (Table::new(t!("People by name"), columns, lines.collect()))
            }
        },
    )
}

fn standing(it: &Shown) -> Markup {
    let all = &it.organisation.standing;
    parts::section(
        "standing",
        t!("Standing requirements"),
        html! {
            @if all.is_empty() { p.quiet-text { (t!("None. What holds for everything they order stands here.")) } }
            dl.facts { @for it in all { dt { (it.title) } dd { (it.words) } } }
        },
    )
}

fn addresses(it: &Shown) -> Markup {
    let at = format!("/customers/{}/addresses", it.number);
    let several = std::iter::once((String::new(), t!("Several people write from it")));
    let people = several.chain(it.contacts.iter().map(|person| (person.id.to_string(), person.name.clone())));
    parts::section(
        "addresses",
        t!("How mail knows them"),
        html! {
            p.quiet-text {
                @if it.organisation.domains.is_empty() { (t!("No mail domain of their own is known.")) }
                @else { (t!("Whoever writes from {domains} belongs here.", domains = it.organisation.domains.join(", "))) }
            }
            @if !it.addresses.is_empty() {
                ul { @for line in &it.addresses { li {
                    (line.address) " "
                    span.fine {
                        @if let Some(name) = &line.name { (name) } @else { (t!("shared mailbox, tells nobody who wrote")) }
                    }
                    @if it.may_add { " " (Button::post(format!("{at}/{}/remove", line.id), t!("Remove")).small()) }
                } } }
            }
            @if it.may_add {
                details {
                    summary.button { (Symbol::Plus.icon()) (t!("Add an address")) }
                    (parts::form(&at, html! {
                        (filled(&it.form, "address", Field::email("address", t!("E-mail address")).required()))
                        (filled(&it.form, "person", Field::select("person", t!("Who writes from it"), people)))
                        div.row { (Button::send(t!("Add the address"))) }
                    }))
                }
            }
        },
    )
}

fn about(it: &Shown) -> Vec<(String, Markup)> {
    let Organisation { legal_form, street, post_code, town, country, trade, language, note, .. } =
        &it.organisation;
    let place =
        [post_code.as_str(), town.as_str()].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
    let note = if it.is_staff { note.as_str() } else { "" };
    let pairs = [
        (t!("Legal form"), legal_form.clone()),
        (t!("Street"), street.clone()),
        (t!("Town"), place.join(" ")),
        (t!("Country"), country.clone()),
        (t!("Trade"), trade.clone()),
        (t!("Language"), language.clone()),
        (t!("Is"), role(&it.organisation)),
        (t!("Note"), note.to_owned()),
    ];
    let mut facts: Vec<(String, Markup)> = pairs
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(term, words)| (term, html! { (words) }))
        .collect();
    if let Some((name, address)) = &it.parent {
        facts.push((t!("Part of"), html! { a href=(address) { (parts::organisation(name)) } }));
    }
    if !it.sites.is_empty() {
        let sites = html! {
            ul { @for (number, name) in &it.sites { li { a href={ "/customers/" (number) } { (parts::organisation(name)) } } } }
        };
        facts.push((t!("Sites"), sites));
    }
    facts
}

/// The form for a new organisation, or for one that is there.
pub fn edit(number: Option<&str>, others: &[Choice], form: &Form) -> Markup {
    let action = number.map_or("/customers".to_owned(), |it| format!("/customers/{it}"));
    let title = match number {
        Some(_) => t!("Change {name}", name = form.text("name")),
        None => t!("Add a customer"),
    };
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Customers"), "/customers".to_owned())),
            title: html! { (title) },
            ..parts::Head::default()
        }))
        (summary(form))
        (parts::form_kept(&action, &format!("customer:{}", number.unwrap_or("new")), html! {
            (parts::hidden("version", form.text("version")))
            (basics(form))
            (details(others, form))
            (standing_lines(form))
            div.row {
                (Button::send(if number.is_some() { t!("Keep the changes") } else { t!("Add the customer") }).first())
                (Button::open(&action, t!("Back")))
            }
        }))
    }
}

/// What suffices to begin with: name, place, mail domains.
pub fn basics(form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    html! {
        (text("name", t!("Name")).required().remembers("off"))
        (text("town", t!("Town")))
        (text("country", t!("Country")).short().example("GB"))
        (text("domains", t!("Mail domains")).example("company.example")
            .help(t!("Whoever writes from one of them belongs here. Part several with a space.")))
    }
}

fn details(others: &[Choice], form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    let none = [(String::new(), t!("Nobody else"))];
    let others = none.into_iter().chain(others.iter().map(|it| (it.id.to_string(), it.title.clone())));
    let is = |name: &str| {
        form.has(name) || !form.has("sent") && name == "is_customer" && form.text("version").is_empty()
    };
    html! {
        (parts::hidden("sent", "1"))
        (text("street", t!("Street")))
        (text("post_code", t!("Post code")).short())
        (text("legal_form", t!("Legal form")).short().example("GmbH"))
        (text("trade", t!("Trade")))
        (text("language", t!("Language")).short().example("en").help(t!("In which they are written to.")))
        (Choices::any("is_customer", t!("Customer"), vec![Offered::new("on", t!("They order from us")).chosen(is("is_customer"))]))
        (Choices::any("is_supplier", t!("Supplier"), vec![Offered::new("on", t!("They deliver to us")).chosen(is("is_supplier"))]))
        (filled(form, "parent", Field::select("parent", t!("Part of"), others)))
        (filled(form, "note", Field::area("note", t!("Note")).help(t!("For colleagues; the customer does not see it."))))
    }
}

/// The standing requirements that are there, and two empty lines for more.
fn standing_lines(form: &Form) -> Markup {
    let filled_in =
        (1..=MOST_STANDING).take_while(|it| !form.text(&format!("standing_title{it}")).is_empty()).count();
    html! {
        fieldset.stack {
            legend { (t!("Standing requirements")) }
            span.help { (t!("What holds for everything they order. Empty lines are left out.")) }
            @for place in 1..=filled_in + 2 {
                @let (title, words) = (format!("standing_title{place}"), format!("standing_words{place}"));
                (filled(form, &title, Field::text(&title, t!("Title of requirement {place}", place = place))))
                (filled(form, &words, Field::area(&words, t!("Words of requirement {place}", place = place)).lines(2)))
            }
        }
    }
}

/// The form for a new person of an organisation.
pub fn new_contact(number: &str, organisation: &str, form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    let address = format!("/customers/{number}");
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Customers"), "/customers".to_owned())),
            number: Some(number.to_owned()),
            title: html! { (t!("Add somebody of {organisation}", organisation = organisation)) },
            ..parts::Head::default()
        }))
        (summary(form))
        (parts::form_kept(&format!("{address}/contacts"), &format!("contact:{number}"), html! {
            (text("name", t!("Name")).required().remembers("off"))
            (filled(form, "email", Field::email("email", t!("E-mail address")).remembers("off")))
            (filled(form, "phone", Field::telephone("phone", t!("Telephone")).remembers("off")))
            (text("job_title", t!("Job title")))
            (filled(form, "language", Field::select("language", t!("Language"), web::language::LANGUAGES)))
            div.row { (Button::send(t!("Add the contact")).first()) (Button::open(address, t!("Back"))) }
        }))
    }
}

/// The question of the set-up for the first customer.
pub fn first_customer(form: &Form) -> Markup {
    let answer = html! { (summary(form)) (basics(form)) };
    identity::setup::ask(
        "/setup/customer",
        identity::setup::Asked {
            title: t!("Who is your first customer?"),
            lead: t!(
                "With the mail domain, what they write is filed under their name by itself. More customers can be added at any time."
            ),
            why: Some(t!("Requirements belong to somebody. Clause 8.2 begins with whoever has them.")),
            answer,
            later: true,
        },
    )
}
