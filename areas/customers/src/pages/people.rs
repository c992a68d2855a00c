//! The people of a customer: what each does, how one reaches them, and how sure that is.

use identity::filled;
use jiff::civil::Date;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{self, say, word};
use web::parts::{self, Button, Column, Field, Line, Note, State, Symbol, Table};
use web::t;

use super::Shown;
use crate::model::{ContactRole, Proof, Way};
use crate::queries::{Alike, Checked, Contact, RoleLine};

/// The people, with the buttons that add to them.
pub fn section(it: &Shown) -> Markup {
    let add = Button::open(format!("/customers/{}/contacts/new", it.number), t!("Add a contact"));
    let buttons = if it.may_add { vec![add.symbol(Symbol::Plus).small()] } else { vec![] };
    parts::section_with(
        "contacts",
        t!("People"),
        &buttons,
        html! {
            @if it.contacts.is_empty() && it.roles.is_empty() {
                p.quiet-text { (t!("Nobody yet. Mail from a person’s address is filed here by itself.")) }
            } @else { (table(it)) (super::further(it.contacts.len())) }
            @for pair in &it.twins { (twins(pair, it.may_merge)) }
            @if it.is_staff { (over(it)) }
            @if it.may_add { (add_role(it)) }
        },
    )
}

fn table(it: &Shown) -> Table {
    let own = it.contacts.iter().map(|person| {
        let name = html! {
            a href={ "/people/" (person.number) } { (parts::outsider(&person.name)) }
            @if person.state != "active" { " " (parts::state(State::Over, t!("Left"))) }
        };
        let roles: Vec<&RoleLine> =
            it.roles.iter().filter(|role| role.person == person.id && role.holds_on(it.today)).collect();
        Line::new(&person.number, vec![name, does(it, person, &roles), reach(it, person)])
    });
    // Somebody of another organisation of the house, or of a planner, who does something here too.
    let is_own = |role: &RoleLine| it.contacts.iter().any(|it| it.id == role.person);
    let guests = it.roles.iter().filter(|role| !is_own(role) && role.holds_on(it.today)).map(|role| {
        let name = html! { a href={ "/people/" (role.number) } { (parts::outsider(&role.name)) } br; span.fine { (t!("of another organisation")) } };
        Line::new(&role.number, vec![name, one_role(it, role), html! {}])
    });
    let columns = vec![
        Column::title(t!("Name")),
        Column::text(t!("What they do")),
        Column::text(t!("How one reaches them")),
    ];
    Table::new(t!("People by name"), columns, own.take(super::AT_ONCE).chain(guests).collect())
}

fn does(it: &Shown, person: &Contact, roles: &[&RoleLine]) -> Markup {
    html! {
        @if !person.job_title.is_empty() { (person.job_title) }
        @for role in roles { div { (one_role(it, role)) } }
    }
}

fn one_role(it: &Shown, role: &RoleLine) -> Markup {
    let end = format!("/customers/{}/roles/{}/end", it.number, role.id);
    html! {
        (word(role.role))
        @if let Some(day) = role.since { " " span.fine { (t!("since {day}", day = language::day(day))) } }
        @if let Some(day) = role.until { " " span.fine { (t!("until {day}", day = language::day(day))) } }
        @else if it.may_add { " " (Button::post(end, t!("End")).small().bare()) }
    }
}

fn reach(it: &Shown, person: &Contact) -> Markup {
    let own = [(Way::Email, person.email.as_str()), (Way::Phone, person.phone.as_str())];
    let further = it.addresses.iter().filter(|line| line.person == Some(person.id));
    let all = own.into_iter().chain(further.map(|line| (line.kind, line.address.as_str())));
    html! {
        @for (way, address) in all.filter(|(_, address)| !address.is_empty()) {
            div { (address) @if way == Way::Other { " " span.fine { (t!("other")) } } " " (certain(it, address)) }
        }
    }
}

/// Whether somebody made sure of an address, who and how.
pub fn certain(it: &Shown, address: &str) -> Markup {
    let kept = crate::queries::as_kept(address);
    let known: Option<&Checked> = it.checks.iter().find(|it| it.address == kept);
    html! {
        @if let Some(known) = known {
            (parts::state(State::Good, t!("verified"))) " "
            span.fine { (word(known.how)) " · " (known.name) " · " (language::day(language::day_of(known.at))) }
        } @else if it.may_add {
            details {
                summary class="button small bare" { (t!("Verify")) }
                (parts::form(&format!("/customers/{}/addresses/verify", it.number), html! {
                    (parts::hidden("address", &kept))
                    (Field::select("how", t!("How you made sure"), Proof::ALL.iter().map(|it| (it.code(), word(*it)))))
                    div.row { (Button::send(t!("The address is theirs")).small()) }
                }))
            }
        }
    }
}

/// What was done and is over.
fn over(it: &Shown) -> Markup {
    let past: Vec<&RoleLine> = it.roles.iter().filter(|role| !role.holds_on(it.today)).collect();
    html! {
        @if !past.is_empty() {
            details {
                summary { (t!("{count} role that is over or not yet begun" | "{count} roles that are over or not yet begun", count = past.len())) }
                ul { @for role in past.iter().take(super::AT_ONCE) { li { (role.name) ": " (word(role.role)) " " span.fine { (span(role.since, role.until)) } } } }
            }
        }
    }
}

fn span(since: Option<Date>, until: Option<Date>) -> String {
    let day = |it: Option<Date>| it.map_or_else(|| "…".to_owned(), language::day);
    format!("{} – {}", day(since), day(until))
}

fn twins(pair: &Alike, may_merge: bool) -> Markup {
    let (one, other) = (&pair.one, &pair.other);
    let reasons: Vec<String> = pair.reasons().iter().map(say).collect();
    parts::note(
        Note::Asks,
        html! {
            (t!("{one} and {other} may be the same person: {reasons}.", one = &one.1, other = &other.1, reasons = reasons.join(", ")))
            @if may_merge { " " a href={ "/people/" (one.0) "/merge?with=" (other.0) } { (t!("Compare them")) } }
        },
    )
}

fn add_role(it: &Shown) -> Markup {
    let people: Vec<(String, String)> = it.people.clone();
    let roles = ContactRole::ALL.iter().map(|it| (it.code(), word(*it)));
    html! {
        details open[!it.form.faults.0.is_empty() && it.form.has("role")] {
            summary.button { (Symbol::Plus.icon()) (t!("Say what somebody does")) }
            (parts::form(&format!("/customers/{}/roles", it.number), html! {
                (filled(&it.form, "who", Field::select("who", t!("Person"), people)))
                (filled(&it.form, "role", Field::select("role", t!("What they do"), roles)))
                (filled(&it.form, "since", Field::day("since", t!("Since"))))
                (filled(&it.form, "until", Field::day("until", t!("Until"))))
                p.fine { (t!("A role says what somebody does. It lets nobody see anything.")) }
                div.row { (Button::send(t!("Keep the role"))) }
            }))
        }
    }
}
