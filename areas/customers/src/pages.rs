//! What people see of customers: the list, the record, the forms.

mod contract;
mod house;
pub mod merge;
mod people;
pub mod profile;

use identity::{filled, summary};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Merger, PartyId, Text, Vocabulary};
use maud::{Markup, html};
use web::language::{self, say};
use web::parts::{self, Button, Choice, Choices, Field, State, Symbol};
use web::{Choosing, Form, t};

pub use self::profile::preference;
use crate::model::{FrameContract, Level, Organisation, Way};
use crate::queries::{AddressLine, Alike, Checked, Contact, HouseLine, RoleLine};

/// So many people, parts of a house or contracts stand on the page of an organisation.
pub const AT_ONCE: usize = 500;

/// Says how many more there are than stand on the page.
fn further(count: usize) -> Markup {
    let left = count.saturating_sub(AT_ONCE);
    html! {
        @if left > 0 {
            p.quiet-text { (t!("{count} more is there and not shown here." | "{count} more are there and not shown here.", count = left)) }
        }
    }
}

/// Says above the list that some may be there twice.
pub fn doubles(count: usize) -> Option<Markup> {
    let words = t!(
        "{count} pair of customers may be the same." | "{count} pairs of customers may be the same.",
        count = count
    );
    let note = || {
        parts::note(
            parts::Note::Asks,
            html! { (words) " " a href="/customers/doubles" { (t!("Look at them")) } },
        )
    };
    (count > 0).then(note)
}

/// What stands below a name in the list: what they are, and whether their profile is to be asked again.
pub fn below_name(it: &Organisation, today: Date) -> Markup {
    html! {
        @if it.profile.is_stale(today) { (parts::state(State::Waits, t!("profile to be asked again"))) }
        br; span.fine { (about_in_a_line(it)) }
    }
}

fn about_in_a_line(it: &Organisation) -> String {
    let level = if it.level == Level::Firm { String::new() } else { language::word(it.level) };
    [it.trade.clone(), role(it), level]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
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
    pub id: PartyId,
    pub number: String,
    pub organisation: Organisation,
    /// Name and address of the one that it is part of.
    pub parent: Option<(String, String)>,
    pub house: Vec<HouseLine>,
    pub contacts: Vec<Contact>,
    /// What people do for it.
    pub roles: Vec<RoleLine>,
    /// What frame contracts say.
    pub contracts: Vec<FrameContract>,
    /// Those that hold today with one above it in its house.
    pub contracts_above: Vec<(HouseLine, FrameContract)>,
    /// People who may be there twice.
    pub twins: Vec<Alike>,
    /// Everybody who could do something for it: key and name.
    pub people: Vec<(String, String)>,
    pub addresses: Vec<AddressLine>,
    pub checks: Vec<Checked>,
    pub with_them: Vec<Group>,
    /// What always holds for them, as the area of requirements shows it.
    pub required: Markup,
    pub mergers: Vec<Merger>,
    /// Whether the reader may add people and addresses.
    pub may_add: bool,
    /// Whether the reader may say that two are the same.
    pub may_merge: bool,
    /// Whether the reader may record what frame contracts say.
    pub may_frame: bool,
    /// Whether the reader is one of ours.
    pub is_staff: bool,
    pub today: Date,
    pub now: Timestamp,
    /// What was sent and refused, or asked in the address.
    pub form: Form,
}

/// The sections of an organisation.
pub fn record(it: &Shown) -> Markup {
    html! {
        (summary(&it.form))
        @if it.is_staff { (merge::merged("customers", &it.number, &it.mergers, it.may_merge, &it.form, it.now)) }
        (with_them(it))
        (profile::section(&it.number, &it.organisation, &it.contacts, it.may_add, it.today))
        @if it.is_staff { (contract::section(it)) }
        (people::section(it))
        (house::section(&it.house, it.id))
        (it.required)
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

/// What was written down in short before there were standing sets.
fn standing(it: &Shown) -> Markup {
    let all = &it.organisation.standing;
    if all.is_empty() {
        return html! {};
    }
    parts::section(
        "standing",
        t!("Also kept in short"),
        html! { dl.facts { @for it in all { dt { (it.title) } dd { (it.words) } } } },
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
                        (language::word(line.kind)) " · "
                        @if let Some(name) = &line.name { (name) }
                        @else if line.kind == Way::Email { (t!("shared mailbox, tells nobody who wrote")) }
                        @else { (t!("shared")) }
                    }
                    @if line.person.is_none() { " " (people::certain(it, &line.address)) }
                    @if it.may_add { " " (Button::post(format!("{at}/{}/remove", line.id), t!("Remove")).small()) }
                } } }
            }
            @if it.may_add {
                details {
                    summary.button { (Symbol::Plus.icon()) (t!("Add an address")) }
                    (parts::form(&at, html! {
                        (filled(&it.form, "kind", Field::select("kind", t!("What it is"), Way::ALL.iter().map(|it| (it.code(), language::word(*it))))))
                        (filled(&it.form, "address", Field::text("address", t!("Address or number")).required()))
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
        (t!("Role"), role(&it.organisation)),
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
    if it.organisation.level != Level::Firm {
        facts.push((t!("Within its house"), html! { (language::word(it.organisation.level)) }));
    }
    facts
}

/// What stands in the form of an organisation besides what it says.
pub struct Around<'a> {
    /// What it can be part of.
    pub parent: Choosing,
    /// Who may be the same.
    pub found: &'a [Alike],
    /// The extra fields of the house.
    pub extra: Markup,
}

/// The form for a new organisation, or for one that is there.
pub fn edit(number: Option<&str>, around: &Around, form: &Form) -> Markup {
    let Around { parent, found, extra } = around;
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
            @if !found.is_empty() { (alike(found)) }
            (basics(form))
            (details(parent, form))
            (extra)
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

fn details(parent: &Choosing, form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
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
        (Choices::any("is_customer", t!("Customer"), vec![Choice::new("on", t!("They order from us")).chosen(is("is_customer"))]))
        (Choices::any("is_supplier", t!("Supplier"), vec![Choice::new("on", t!("They deliver to us")).chosen(is("is_supplier"))]))
        (parent.field(t!("Part of"), t!("Nobody else")).help(t!("What always holds for the house holds for its parts, too.")))
        (filled(form, "level", Field::select("level", t!("Within its house"), Level::ALL.iter().map(|it| (it.code(), language::word(*it))))))
        (filled(form, "note", Field::area("note", t!("Note")).help(t!("For colleagues; the customer does not see it."))))
    }
}

/// Those that are like the one that is about to be opened, and the box that opens it all the same.
pub fn alike(found: &[Alike]) -> Markup {
    parts::note_with(
        parts::Note::Asks,
        t!("Is it there already?"),
        html! {
            ul { @for it in found {
                @let reasons: Vec<String> = it.reasons().iter().map(say).collect();
                li { a href={ "/customers/" (it.one.0) } { (it.one.1) } " " span.fine { (it.one.0) " · " (reasons.join(", ")) } }
            } }
            (Choices::any("all_the_same", t!("Another one"), vec![Choice::new("on", t!("It is none of these. Add it."))]))
        },
    )
}

/// The form for a new person of an organisation.
pub fn new_contact((number, organisation): (&str, &str), extra: &Markup, form: &Form) -> Markup {
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
            (extra)
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
