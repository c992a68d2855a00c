//! How people come in: the book of the door, absences, and the rules of the house.

use jiff::Timestamp;
use kernel::{PersonId, Vocabulary, text};
use maud::{Markup, html};
use web::language::{day, day_of, say, word};
use web::parts::{self, Button, Choice, Choices, Column, Field, Line, Note, Table};
use web::{Action, Choosing, Form, t};

use super::me::browser;
use super::people::Names;
use super::{filled, summary};
use crate::model::Outcome;
use crate::queries::{AbsenceLine, KnockLine};

/// Who knocked in a person's name, the newest first.
pub fn history(knocks: &[KnockLine], now: Timestamp) -> Markup {
    html! {
        @if knocks.is_empty() { p.quiet-text { (t!("Nobody knocked in this name yet.")) } }
        @else { (attempts(knocks, None, now)) }
    }
}

/// Attempts to sign in; with the person of each where names are given.
fn attempts(knocks: &[KnockLine], names: Option<&Names>, now: Timestamp) -> Markup {
    let lines = knocks.iter().map(|it| {
        let state = match it.outcome {
            Outcome::CameIn | Outcome::CameByLink => parts::State::Good,
            Outcome::AskedForReset => parts::State::Waits,
            Outcome::WrongPassword | Outcome::WrongCode | Outcome::HadToWait => parts::State::Warn,
        };
        let place = if it.place.is_empty() { t!("not known") } else { it.place.clone() };
        let mut cells = vec![html! { (parts::when(it.at, now)) }];
        if let Some(names) = names {
            let name = it.person.and_then(|id| names.get(&id));
            cells.push(match name {
                Some(name) => html! { (name) },
                None => html! { span.fine { (t!("an address that nobody has")) } },
            });
        }
        cells.extend([
            html! { (parts::state(state, word(it.outcome))) @if let Some(how) = it.how { " " span.fine { (word(how)) } } },
            html! { (browser(&it.agent)) @if it.is_new { " " span.fine { (t!("for the first time")) } } },
            html! { (place) },
        ]);
        Line::new("", cells)
    });
    let mut columns = vec![Column::title(t!("When"))];
    columns.extend(names.map(|_| Column::text(t!("Person"))));
    columns.extend([
        Column::text(t!("What happened")),
        Column::text(t!("Browser")),
        Column::text(t!("Network address")),
    ]);
    html! { (Table::new(t!("Attempts to sign in, the newest first"), columns, lines.collect())) }
}

/// What the list of sign-ins shows.
pub struct SignIns<'a> {
    pub title: &'a str,
    pub address: &'a str,
    /// Whether they are one's own: then nobody is named.
    pub is_own: bool,
    pub knocks: &'a [KnockLine],
    pub names: &'a Names,
    /// Where the next page begins.
    pub next: Option<String>,
    /// For how many days they are kept.
    pub kept_for: i64,
    /// What was asked for.
    pub form: &'a Form,
    pub now: Timestamp,
}

/// The book of the door, with what one may look for.
pub fn sign_ins(it: &SignIns) -> Markup {
    let place = match it.is_own {
        true => (t!("Your settings"), "/me".to_owned()),
        false => (t!("How people come in"), "/access".to_owned()),
    };
    let any = [(String::new(), t!("Anything"))];
    let outcomes: Vec<_> =
        any.into_iter().chain(Outcome::ALL.iter().map(|it| (it.code(), word(*it)))).collect();
    let asked = ["person", "outcome", "place", "since", "until"];
    let mut next = form_urlencoded::Serializer::new(String::new());
    for name in asked.iter().filter(|name| !it.form.text(name).is_empty()) {
        next.append_pair(name, it.form.text(name));
    }
    html! {
        (parts::page_head(&parts::Head {
            place: Some(place),
            title: html! { (it.title) },
            lead: Some(html! { (t!("Who came in, how and from where, and who was refused. Kept for {count} day, then forgotten." | "Who came in, how and from where, and who was refused. Kept for {count} days, then forgotten.", count = it.kept_for)) }),
            ..parts::Head::default()
        }))
        (summary(it.form))
        (parts::look_up(it.address, html! {
            @if !it.is_own {
                (filled(it.form, "person", Field::text("person", t!("Number or mail address of a person"))))
            }
            (filled(it.form, "outcome", Field::select("outcome", t!("What happened"), outcomes)))
            (filled(it.form, "place", Field::text("place", t!("Network address"))))
            (filled(it.form, "since", Field::day("since", t!("From"))))
            (filled(it.form, "until", Field::day("until", t!("Until"))))
            div.row { (Button::send(t!("Look")).first()) (Button::open(it.address, t!("All"))) }
        }))
        @if it.knocks.is_empty() { p.quiet-text { (t!("Nothing of that kind is in the book.")) } }
        @else { (attempts(it.knocks, (!it.is_own).then_some(it.names), it.now)) }
        @if let Some(last) = &it.next {
            p { a href={ (it.address) "?" (next.append_pair("after", last).finish()) } { (t!("Earlier ones")) } }
        }
    }
}

/// A browser that came in for the first time lately, so that whoever it was not can say so.
pub fn news(knocks: &[KnockLine], now: Timestamp) -> Markup {
    let week = jiff::SignedDuration::from_hours(24 * 7);
    let fresh = knocks.iter().find(|it| it.is_new && it.at + week > now);
    html! {
        @if let Some(it) = fresh {
            (parts::note_with(Note::Warn, t!("A browser came in that you had not used before"), html! {
                p {
                    (browser(&it.agent)) " · " (parts::when(it.at, now))
                    @if !it.place.is_empty() { " · " (it.place) }
                }
                p { (t!("If it was not you, change your password now; all other sessions end.")) }
            }))
        }
    }
}

/// What the section of absences shows.
pub struct Absent<'a> {
    /// The number of the person.
    pub number: &'a str,
    pub person: PersonId,
    pub absences: &'a [AbsenceLine],
    pub names: &'a Names,
    /// Who may stand in; none where the reader may name nobody.
    pub deputy: Option<&'a Choosing>,
    /// The functions that the person answers for.
    pub functions: &'a [(String, String)],
    pub form: &'a Form,
}

/// Who acts for a person, and for whom they act.
pub fn absences(it: &Absent) -> Markup {
    let name = |id: PersonId| it.names.get(&id).cloned().unwrap_or_default();
    let what = |line: &AbsenceLine| {
        let days = t!("{since} to {until}", since = day(line.since), until = day(line.until));
        let scope = line
            .function
            .map_or_else(|| t!("for everything"), |id| t!("for {function}", function = name(id)));
        format!("{days}, {scope}")
    };
    let everything = [(String::new(), t!("Everything"))];
    let functions: Vec<_> = everything.into_iter().chain(it.functions.iter().cloned()).collect();
    parts::section(
        "absences",
        t!("Deputies"),
        html! {
            @if it.absences.is_empty() { p.quiet-text { (t!("Nobody stands in now or later.")) } }
            @else { ul {
                @for line in it.absences {
                    li {
                        @if line.deputy_left() {
                            (parts::state(parts::State::Warn, t!("Nobody stands in: {name} has left", name = name(line.deputy))))
                        }
                        @else if line.person == it.person { (t!("{name} stands in", name = name(line.deputy))) }
                        @else { (t!("Stands in for {name}", name = name(line.person))) }
                        " " span.fine { (what(line)) }
                        @if it.deputy.is_some() && line.person == it.person {
                            " " (Button::post(format!("/people/{}/absences/{}/end", it.number, line.id), t!("End")).small())
                        }
                    }
                }
            } }
            @if let Some(deputy) = it.deputy {
                details open[["deputy", "since", "until", "function"].iter().any(|name| it.form.faults.of(name).is_some())] {
                    summary.button { (parts::Symbol::Plus.icon()) (t!("Name a deputy")) }
                    (parts::form(&format!("/people/{}/absences", it.number), html! {
                        p.quiet-text { (t!("Tasks show to the deputy on these days, and what the deputy does carries both names.")) }
                        (deputy.field(t!("Who stands in"), t!("Choose somebody")))
                        @if !it.functions.is_empty() {
                            (filled(it.form, "function", Field::select("function", t!("For what"), functions)))
                        }
                        (filled(it.form, "since", Field::day("since", t!("First day"))).required())
                        (filled(it.form, "until", Field::day("until", t!("Last day"))).required())
                        div.row { (Button::send(t!("Name the deputy")).first()) }
                    }))
                }
            }
        },
    )
}

/// Somebody for whom nobody acts while they are away, for administrators.
pub fn to_do(it: &AbsenceLine, number: &str, names: (&str, &str), now: Timestamp) -> Action {
    let (absent, deputy) = names;
    Action {
        sort: "deputy",
        number: number.to_owned(),
        symbol: parts::Symbol::People,
        title: t!("Name a deputy for {name}", name = absent),
        address: format!("/people/{number}#absences"),
        why: t!(
            "They are away until {day}, and nobody stands in: {name} has left or is away too.",
            day = day(it.until),
            name = deputy
        ),
        stands_in: None,
        due: Some(day_of(now)),
        since: now,
        done: None,
    }
}

/// What the page of the rules shows.
pub struct Rules {
    pub staff_need_factor: bool,
    pub history_days: i64,
    /// How many of our own people have a second factor, and how many may sign in.
    pub with_factor: i64,
    pub with_account: i64,
    pub form: Form,
}

/// How people come in: for administrators.
pub fn rules(it: &Rules) -> Markup {
    let kept = it.history_days.to_string();
    let days = if it.form.has("history_days") { it.form.text("history_days") } else { &kept };
    let need = Choice::new("on", say(&text!("Everybody who works here needs a second factor")))
        .chosen(it.staff_need_factor)
        .help(t!("Whoever has none sets it up at their next sign-in, before anything else opens."));
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("People"), "/people".to_owned())),
            title: html! { (t!("How people come in")) },
            lead: Some(html! { (t!("{with} of {all} people who may sign in have a second factor.", with = it.with_factor, all = it.with_account)) }),
            ..parts::Head::default()
        }))
        (summary(&it.form))
        (parts::form("/access", html! {
            (Choices::any("staff_need_factor", t!("Second factor"), vec![need]))
            (filled(&it.form, "history_days", Field::number("history_days", t!("Days for which attempts to sign in are kept"))).value(days).short()
                .help(t!("They hold network addresses, which are personal. Keep them as long as you need them to look into an attack.")))
            div.row { (Button::send(t!("Keep the rules")).first()) (Button::open("/people", t!("Back"))) }
        }))
        p { a href="/access/sign-ins" { (t!("Who came in, and who was refused")) } }
    }
}

/// Why somebody may see or do something: their way of seeing in sentences, and each step.
pub struct Why {
    pub name: String,
    pub number: String,
    pub asked: String,
    pub explained: Option<Explained>,
    pub form: Form,
}

/// What was found for one record.
pub struct Explained {
    pub record: String,
    pub address: String,
    pub sees: bool,
    pub reasons: Vec<String>,
    /// Each step: what it is called, whether it may be taken, and the sentences why not.
    pub steps: Vec<(String, bool, Vec<String>)>,
}

/// The page that answers it.
pub fn why(it: &Why) -> Markup {
    html! {
        (parts::page_head(&parts::Head {
            place: Some((it.name.clone(), format!("/people/{}", it.number))),
            title: html! { (t!("What {name} sees, and why", name = it.name.clone())) },
            lead: Some(html! { (t!("Name a record. The answer comes from the same rules that the product goes by.")) }),
            ..parts::Head::default()
        }))
        (summary(&it.form))
        (parts::look_up(&format!("/people/{}/why", it.number), html! {
            (filled(&it.form, "record", Field::text("record", t!("Number of the record"))).value(it.asked.clone()).example("RS-2026-0017").required())
            div.row { (Button::send(t!("Explain")).first()) }
        }))
        @if let Some(found) = &it.explained { (explanation(&it.name, found)) }
    }
}

/// Whether somebody sees a record, why, and what they may do with it.
fn explanation(name: &str, found: &Explained) -> Markup {
    html! {
        (parts::section("sight", if found.sees { t!("{name} sees it", name = name) } else { t!("{name} does not see it", name = name) }, html! {
            p { a href=(found.address) { (found.record) } }
            ul { @for reason in &found.reasons { li { (reason) } } }
        }))
        @if found.sees {
            (parts::section("steps", t!("What they may do with it now"), html! {
                @if found.steps.is_empty() { p.quiet-text { (t!("No step leads on from here for them.")) } }
                @else { ul { @for (step, may, reasons) in &found.steps {
                    li {
                        (parts::state(if *may { parts::State::Good } else { parts::State::Over }, step)) " "
                        @if *may { (t!("may be taken")) } @else { (reasons.join(" ")) }
                    }
                } } }
            }))
        }
    }
}

/// Who sees a record, and about whom somebody asks.
pub struct Sight {
    /// The number of the record, as it was typed.
    pub asked: String,
    /// The number of the person, if one is asked about.
    pub person: String,
    pub found: Option<Beheld>,
    pub form: Form,
}

/// What was found for it.
pub struct Beheld {
    pub number: String,
    pub title: String,
    pub address: String,
    /// Our own people: number and name.
    pub colleagues: Vec<(String, String)>,
    /// Those of outside: number, name, organisation, and whether they see it.
    pub outside: Vec<(String, String, String, bool)>,
    /// There are more of outside than stand here.
    pub is_cut: bool,
    /// The person who is asked about.
    pub one: Option<(String, Explained)>,
}

/// The page that answers from the side of the record.
pub fn sight(it: &Sight) -> Markup {
    html! {
        (parts::page_head(&parts::Head {
            place: Some(match &it.found {
                Some(found) => (format!("{} {}", found.number, found.title), found.address.clone()),
                None => (t!("People"), "/people".to_owned()),
            }),
            title: html! { @match &it.found { Some(found) => (t!("Who sees {number}, and why", number = found.number.clone())), None => (t!("Who sees what")) } },
            lead: Some(html! { (t!("The answer comes from the same rules that the product goes by.")) }),
            ..parts::Head::default()
        }))
        (summary(&it.form))
        (parts::look_up("/sight", html! {
            (filled(&it.form, "record", Field::text("record", t!("Number of the record"))).value(it.asked.clone()).example("RS-2026-0017").required())
            @if let Some(found) = &it.found {
                (filled(&it.form, "person", Field::select("person", t!("Why this person?"), asked_about(found))).value(it.person.clone()))
            }
            div.row { (Button::send(t!("Explain")).first()) }
        }))
        @if let Some(found) = &it.found {
            @if let Some((name, explained)) = &found.one { (explanation(name, explained)) }
            (parts::section("beholders", t!("Who sees it"), html! {
                p { (t!("Everybody who works here reads every record: {count} people.", count = found.colleagues.len())) }
                @if found.outside.is_empty() { p.quiet-text { (t!("Nobody of outside can sign in.")) } }
                @else { (outsiders(found)) }
                @if found.is_cut { p.fine { (t!("There are more people of outside. Those of the organisation of this record stand first.")) } }
            }))
        }
    }
}

fn asked_about(found: &Beheld) -> Vec<(String, String)> {
    let outside =
        found.outside.iter().map(|(number, name, house, _)| (number.clone(), format!("{name}, {house}")));
    let nobody = (String::new(), t!("Nobody in particular"));
    std::iter::once(nobody).chain(found.colleagues.iter().cloned()).chain(outside).collect()
}

/// Everybody of outside, with the way to the reasons.
fn outsiders(found: &Beheld) -> Markup {
    let lines = found.outside.iter().map(|(number, name, house, sees)| {
        let (state, word) = if *sees {
            (parts::State::Good, t!("sees it"))
        } else {
            (parts::State::Over, t!("does not see it"))
        };
        let to = format!("/sight?record={}&person={number}", found.number);
        Line::new(
            "",
            vec![
                html! { a href={ "/people/" (number) } { (name) } },
                html! { (house) },
                html! { (parts::state(state, word)) },
                html! { a href=(to) { (t!("Why?")) } },
            ],
        )
    });
    let columns = vec![
        Column::title(t!("Person")),
        Column::text(t!("Organisation")),
        Column::text(t!("Sees it")),
        Column::text(t!("Reasons")),
    ];
    html! { (Table::new(t!("People of outside who can sign in"), columns, lines.collect())) }
}
