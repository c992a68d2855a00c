//! Records of people and functions, and the forms behind them.

use std::collections::BTreeMap;

use kernel::{Role, Text, Vocabulary, roles_of, text};
use maud::{Markup, html};
use web::language::{day, say, word};
use web::parts::{self, Button, Choice, Choices, Field};
use web::{Choosing, Form, t};

use super::me::Absences;
use super::{filled, languages, summary};
use crate::model::{Function, Person};
use crate::queries::{FunctionLine, KnockLine, LinkLine, MembershipLine, Named};

/// The names of people, functions and organisations by their keys.
pub type Names = BTreeMap<i64, String>;

/// What stands below the name of one of ours in the list: the functions that they answer for.
pub fn below_name(person: &Person, names: &Names) -> Option<Markup> {
    let functions: Vec<&str> =
        person.functions.iter().filter_map(|id| names.get(id)).map(String::as_str).collect();
    (!functions.is_empty()).then(|| html! { br; span.fine { (functions.join(", ")) } })
}

/// What the page of a person shows besides the envelope.
pub struct Shown {
    pub number: String,
    pub person: Person,
    /// The organisation that they belong to; none for one of ours.
    pub party: Option<i64>,
    pub names: Names,
    pub memberships: Vec<MembershipLine>,
    /// What else they can belong to.
    pub further: Option<Choosing>,
    pub has_account: bool,
    /// Whether they are asked for a second factor.
    pub has_factor: bool,
    /// The links to set a password that are still good.
    pub links: Vec<LinkLine>,
    /// Who knocked in their name.
    pub knocks: Vec<KnockLine>,
    /// A link that was made just now: shown once.
    pub fresh: Option<super::link::Fresh>,
    /// Who stands in for one of ours.
    pub absences: Option<Absences>,
    pub now: jiff::Timestamp,
    /// Whether the reader keeps everybody's rights.
    pub is_administrator: bool,
    /// Whether they still come in.
    pub is_active: bool,
    /// What was sent and refused.
    pub form: Form,
}

/// The sections of a person.
pub fn record(it: &Shown) -> Markup {
    html! {
        (summary(&it.form))
        @if let Some(fresh) = &it.fresh { (super::link::fresh(fresh, &it.person.email)) }
        (parts::section("contact", t!("How to reach them"), parts::facts(&reachable(it))))
        @if let Some(absences) = &it.absences { (absences.section(&it.form)) }
        @if it.party.is_none() { (roles(it)) }
        @if it.party.is_some() && (it.is_administrator || !it.memberships.is_empty()) { (belongs_to(it)) }
        @if it.is_administrator && it.is_active { (access(it)) }
        @if it.is_administrator { (parts::section("history", t!("Attempts to sign in"), super::access::history(&it.knocks, it.now))) }
    }
}

fn reachable(it: &Shown) -> Vec<(String, Markup)> {
    let Person {
        email, phone, job_title, site, language, zone, functions, deputy, joined_on, left_on, ..
    } = &it.person;
    let mut facts: Vec<(String, Markup)> = Vec::new();
    let mut add = |label: String, value: &str| {
        if !value.is_empty() {
            facts.push((label, html! { (value) }));
        }
    };
    add(t!("E-mail address"), email);
    add(t!("Telephone"), phone);
    add(t!("Job title"), job_title);
    add(t!("Site"), site);
    let language = web::language::LANGUAGES.iter().find(|(code, _)| code == language);
    add(t!("Language"), language.map_or("", |(_, name)| name));
    add(t!("Time zone"), zone);
    let functions: Vec<_> = functions.iter().filter_map(|id| it.names.get(id)).map(String::as_str).collect();
    add(t!("Functions"), &functions.join(", "));
    add(t!("Deputy"), deputy.and_then(|id| it.names.get(&id)).map_or("", String::as_str));
    add(t!("With us since"), &joined_on.map(day).unwrap_or_default());
    add(t!("Left on"), &left_on.map(day).unwrap_or_default());
    facts
}

fn roles(it: &Shown) -> Markup {
    let held = roles_of(&it.person.roles);
    if !it.is_administrator || !it.is_active {
        let words: Vec<String> = held.iter().map(|role| word(*role)).collect();
        let none = t!("No roles: reads what staff may read, and takes part.");
        return parts::section(
            "roles",
            t!("What they may do"),
            html! {
                p { @if words.is_empty() { (none) } @else { (words.join(", ")) } }
            },
        );
    }
    let choices = Role::ALL.iter().map(|role| {
        Choice::new(role.code(), word(*role)).help(say(&meaning(*role))).chosen(held.contains(role))
    });
    parts::section(
        "roles",
        t!("What they may do"),
        parts::form(
            &format!("/people/{}/roles", it.number),
            html! {
                (Choices::any("roles", t!("Roles"), choices.collect()).fault(it.form.faults.of("roles").map(say)))
                div.row { (Button::send(t!("Keep the roles"))) }
            },
        ),
    )
}

/// What a role is for.
fn meaning(role: Role) -> Text {
    match role {
        Role::Agent => text!("Talks with customers and files what they say."),
        Role::Engineer => text!("Writes down what the customer wants."),
        Role::Reviewer => text!("Judges for a function."),
        Role::Approver => text!("Decides and signs for the company."),
        Role::Quality => text!("Answers for the quality system."),
        Role::Auditor => text!("Reads everything and changes nothing."),
        Role::Administrator => text!("Keeps people, rights and the system."),
    }
}

fn belongs_to(it: &Shown) -> Markup {
    let address = format!("/people/{}/memberships", it.number);
    let lines = it.memberships.iter().map(|line| {
        let until = line.until.map_or_else(|| t!("until further notice"), |it| t!("until {day}", day = day(it)));
        html! {
            li { (parts::organisation(&line.name)) " " span.fine { (t!("since {day}", day = day(line.since))) ", " (until) }
                @if it.is_administrator && line.until.is_none() {
                    " " (Button::post(format!("{address}/{}/end", line.id), t!("End")).small())
                }
            }
        }
    });
    parts::section(
        "memberships",
        t!("Further organisations"),
        html! {
            p.quiet-text { (t!("They see what was offered to these organisations, too.")) }
            @if !it.memberships.is_empty() { ul { @for line in lines { (line) } } }
            @if it.is_administrator && it.is_active {
                (parts::form(&address, html! {
                    @if let Some(further) = &it.further { (further.field(t!("Organisation"), t!("Choose an organisation"))) }
                    (filled(&it.form, "since", Field::day("since", t!("Since"))))
                    (filled(&it.form, "until", Field::day("until", t!("Until"))))
                    div.row { (Button::send(t!("Let them see it"))) }
                }))
            }
        },
    )
}

fn access(it: &Shown) -> Markup {
    let (words, button) = if it.has_account {
        (t!("They sign in with a password. A new one ends their sessions."), t!("Set a new password"))
    } else {
        (t!("They have no password yet and cannot sign in."), t!("Set the first password"))
    };
    let address = format!("/people/{}/password", it.number);
    let to = |deed: &str| format!("/people/{}/{deed}", it.number);
    parts::section(
        "access",
        t!("Signing in"),
        html! {
            p.quiet-text { (words) }
            @if it.person.email.is_empty() {
                p { (t!("Give them an e-mail address first: it is what they sign in with.")) }
            } @else {
                @for link in &it.links {
                    p { (parts::state(parts::State::Waits, word(link.purpose))) " " (t!("A link is on its way, good until")) " " (parts::when(link.expires_at, it.now)) " "
                        (Button::post(to("link/end"), t!("Take it back")).small()) }
                }
                div.row { (Button::post(to("link"), if it.has_account { t!("Make a link to a new password") } else { t!("Invite them by a link") }).first()) }
                @if it.has_factor {
                    p { (parts::state(parts::State::Good, t!("Second factor"))) " "
                        (Button::post(to("factor/reset"), t!("Reset the second factor")).stop().small()) " "
                        span.fine { (t!("For a lost device. Their sessions end.")) } }
                }
                (parts::form(&address, html! {
                    (filled(&it.form, "password", Field::password("password", t!("Password")).required().remembers("new-password")
                        .help(t!("At least 12 characters. Tell it to them; they change it on their own page."))))
                    div.row { (Button::send(button)) }
                }))
            }
        },
    )
}

/// The form for a new person, or for one that is there.
pub struct Edited {
    /// The number of the one that is changed; none for a new one.
    pub number: Option<String>,
    /// The name of the organisation, where it is a contact.
    pub organisation: Option<String>,
    pub functions: Vec<FunctionLine>,
    pub deputy: Choosing,
    /// The extra fields of a new one.
    pub extra: Markup,
    pub form: Form,
}

/// The form.
pub fn edit(it: &Edited) -> Markup {
    let (title, action) = match &it.number {
        Some(number) => (t!("Change {name}", name = it.form.text("name")), format!("/people/{number}")),
        None => (t!("Add a person"), "/people".to_owned()),
    };
    let chosen = it.form.all("functions");
    let functions = it.functions.iter().filter(|it| it.state == "active");
    let functions = functions.map(|line| {
        let id = line.id.to_string();
        Choice::new(id.clone(), &line.title).chosen(chosen.contains(&id.as_str()))
    });
    let text = |name: &'static str, label: String| filled(&it.form, name, Field::text(name, label));
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("People"), "/people".to_owned())),
            title: html! { (title) },
            lead: it.organisation.as_ref().map(|it| html! { (t!("Somebody of {organisation}.", organisation = it)) }),
            ..parts::Head::default()
        }))
        (summary(&it.form))
        (parts::form_kept(&action, &format!("person:{}", it.number.as_deref().unwrap_or("new")), html! {
            (parts::hidden("version", it.form.text("version")))
            (text("name", t!("Name")).required().remembers("off"))
            (filled(&it.form, "email", Field::email("email", t!("E-mail address"))))
            (filled(&it.form, "phone", Field::telephone("phone", t!("Telephone"))))
            (text("job_title", t!("Job title")))
            (text("site", t!("Site")))
            (filled(&it.form, "language", Field::select("language", t!("Language"), languages())))
            (text("zone", t!("Time zone")).example("Europe/Berlin").help(t!("Empty: that of the house.")))
            @if it.organisation.is_none() {
                (Choices::any("functions", t!("Functions they answer for"), functions.collect()))
                (it.deputy.field(t!("Deputy"), t!("Nobody")))
                (filled(&it.form, "joined_on", Field::day("joined_on", t!("With us since"))))
            }
            (it.extra)
            div.row {
                (Button::send(if it.number.is_some() { t!("Keep the changes") } else { t!("Add the person") }).first())
                (Button::open(it.number.as_ref().map_or("/people".to_owned(), |it| format!("/people/{it}")), t!("Back")))
            }
        }))
    }
}

/// Whether somebody goes or comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Out,
    Back,
}

/// Asks once more before somebody leaves or comes back, and says what follows.
pub fn farewell(number: &str, name: &str, way: Way) -> Markup {
    let (title, words, button, deed) = match way {
        Way::Out => (
            t!("{name} leaves", name = name),
            t!(
                "They can no longer sign in; their sessions and tokens end at once, and they stand in for nobody: whoever is away is asked to name somebody else. Nobody leads the functions that they led until an administrator says who does. What they did stays under their name."
            ),
            t!("Mark as left"),
            "leave",
        ),
        Way::Back => (
            t!("{name} comes back", name = name),
            t!("They may sign in again with their password. Sessions and tokens from before stay ended."),
            t!("Take back"),
            "return",
        ),
    };
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("People"), "/people".to_owned())),
            number: Some(number.to_owned()),
            title: html! { (title) },
            lead: Some(html! { (words) }),
            ..parts::Head::default()
        }))
        div.row {
            (Button::post(format!("/people/{number}/{deed}"), button).first())
            (Button::open(format!("/people/{number}"), t!("Back")))
        }
    }
}

/// The sections of a function: what it answers for, and who it is.
pub fn function(it: &Function, names: &Names, people: &[Named]) -> Markup {
    let name = |id: Option<i64>| id.and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| t!("nobody"));
    html! {
        (parts::section("about", t!("What it answers for"), html! {
            p.prose { (it.accountable_for) }
            (parts::facts(&[
                (t!("Led by"), html! { (name(it.leader)) }),
                (t!("Deputy"), html! { (name(it.deputy)) }),
            ]))
        }))
        (parts::section("people", t!("Who answers for it"), html! {
            @if people.is_empty() { p.quiet-text { (t!("Nobody yet. Name the function on a person's record.")) } }
            ul { @for it in people { li { a href={ "/people/" (it.number) } { (parts::person(&it.title)) } " " span.fine { (it.job_title) } } } }
        }))
    }
}

/// The form for a function; `number` is none for a new one, which has its extra fields in it.
pub fn edit_function(
    number: Option<&str>,
    (leader, deputy): (&Choosing, &Choosing),
    extra: &Markup,
    form: &Form,
) -> Markup {
    let action = number.map_or("/functions".to_owned(), |it| format!("/functions/{it}"));
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Functions"), "/functions".to_owned())),
            title: html! { @if number.is_some() { (t!("Change {name}", name = form.text("name"))) } @else { (t!("Add a function")) } },
            ..parts::Head::default()
        }))
        (summary(form))
        (parts::form_kept(&action, &format!("function:{}", number.unwrap_or("new")), html! {
            (parts::hidden("version", form.text("version")))
            (filled(form, "name", Field::text("name", t!("Name")).required().example(t!("Purchasing"))))
            (filled(form, "accountable_for", Field::area("accountable_for", t!("Answers for"))))
            (leader.field(t!("Led by"), t!("Nobody")))
            (deputy.field(t!("Deputy"), t!("Nobody")))
            (extra)
            div.row {
                (Button::send(if number.is_some() { t!("Keep the changes") } else { t!("Add the function") }).first())
                (Button::open(&action, t!("Back")))
            }
        }))
    }
}
