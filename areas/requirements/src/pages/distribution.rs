//! Who must know a set, who has read its last revision, and what changed since one read it oneself.

use jiff::Timestamp;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{exact_moment, word};
use web::parts::{
    self, Beside, Button, Column, Field, Head, Line, Note, State, Symbol, Table, Tools, form, hidden,
    page_head, section,
};
use web::{Action, Form, t};

use super::of_set;
use crate::model::{Distributed, Heard, MustRead, ToRead, Told, Why};

/// Who must know a set.
pub struct Distribution<'a> {
    pub number: &'a str,
    pub title: &'a str,
    /// The last revision, where there is one.
    pub released: Option<i64>,
    pub readers: &'a [MustRead],
    pub functions: &'a [Told],
    /// Those of them for which nobody answers.
    pub nobody: &'a [Told],
    pub may_list: bool,
    pub may_remind: bool,
    pub now: Timestamp,
}

pub fn page(it: &Distribution) -> Markup {
    let waiting = it.readers.iter().filter(|it| it.is_waited_for()).count();
    let to = of_set(it.number, "readers");
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_set(it.number, ""))),
            title: html! { (t!("Who must know {title}", title = it.title)) },
            lead: Some(html! { (t!("At each release everybody on the list is asked to read the revision and to say so.")) }),
            tools: Tools {
                first: (it.may_remind && waiting > 0).then(|| Button::post(format!("{to}/remind"),
                    t!("Remind {count} person" | "Remind {count} people", count = waiting))),
                more: vec![Button::open(format!("{to}.csv"), "CSV").small()],
            },
            ..Head::default()
        }))
        @if let Some(no) = it.released {
            (section("readers", t!("Revision {no}", no = no), readers(it)))
        } @else {
            p.quiet-text { (t!("Nothing was released yet.")) }
        }
        @if it.released.is_some() { (heard_by_nobody(it.nobody)) } @else { (at_release(it.number, it.nobody)) }
        (section("functions", t!("Who must know it"), functions(it, &to)))
    }
}

fn readers(it: &Distribution) -> Markup {
    if it.readers.is_empty() {
        return html! { p.quiet-text { (t!("Nobody was asked to read this revision.")) } };
    }
    let columns = vec![
        Column::title(t!("Person")),
        Column::text(t!("Function")),
        Column::text(t!("Asked")),
        Column::text(t!("Has read it")),
    ];
    let rows = it.readers.iter().map(|one| {
        Line::new(
            "",
            vec![
                parts::person(&one.name),
                html! { (one.function_name) },
                parts::when(one.asked_at, it.now),
                html! { @match one.read_at {
                    Some(at) => { (parts::state(State::Good, t!("Has read it"))) " " (parts::when(at, it.now)) },
                    None if one.is_waited_for() => (parts::state(State::Waits, t!("Not yet"))),
                    None => (parts::state(State::Over, t!("Left before reading it"))),
                } },
            ],
        )
    });
    html! { (Table::new(t!("Who was asked to read it, by name"), columns, rows.collect())) }
}

fn functions(it: &Distribution, to: &str) -> Markup {
    let columns = vec![Column::title(t!("Function")), Column::text(t!("Why")), Column::text(t!("Change"))];
    let rows = it.functions.iter().map(|one| {
        let (is, word) = match one.why.is_told() {
            true => ("no", t!("Take it off the list")),
            false => ("yes", t!("Put it on the list")),
        };
        let change = html! {
            @if it.may_list {
                form.alone method="post" action=(to) {
                    (parts::once())
                    (hidden("function", &one.number))
                    (hidden("told", is))
                    (Button::send(word).small())
                }
            }
        };
        Line::new("", vec![html! { (one.name) }, why(one.why), change])
    });
    html! {
        (Table::new(t!("Functions by name"), columns, rows.collect()))
        @if !it.may_list { p.fine { (t!("Only the owner of the set changes this list.")) } }
        p.fine { a href="/distribution" { (t!("Which functions are told of every set")) } }
    }
}

/// Before a release: which functions would be told and have nobody who hears it.
pub fn at_release(number: &str, nobody: &[Told]) -> Markup {
    html! {
        @if !nobody.is_empty() {
            (parts::note_with(Note::Warn, t!("Not everybody who must know this revision will hear of it"), html! {
                ul { @for it in nobody { li {
                    (t!("Nobody answers for {function}. Name its people, or take it off the list.", function = &it.name))
                } } }
                p { a href=(of_set(number, "readers")) { (t!("Who must know it")) } }
            }))
        }
    }
}

/// After a release: which functions were told and had nobody who heard it.
pub fn heard_by_nobody(nobody: &[Told]) -> Markup {
    html! {
        @for it in nobody {
            (parts::note(Note::Warn, t!("{function} must know it, and nobody was asked to read it there: nobody answers for it.", function = &it.name)))
        }
    }
}

fn why(it: Why) -> Markup {
    let (state, words) = match it {
        Why::Always => (State::Good, t!("Told of every set")),
        Why::Answers => (State::Good, t!("Answers for requirements in it")),
        Why::Chosen => (State::Good, t!("Put on the list by the owner")),
        Why::LeftOut => (State::Over, t!("Taken off the list by the owner")),
        Why::NotAsked => (State::Open, t!("Not told")),
    };
    parts::state(state, words)
}

/// Who has read the last revision, beside the set.
pub fn beside(number: &str, (readers, nobody): (&[MustRead], &[Told]), mine: bool) -> Beside {
    let read = readers.iter().filter(|it| it.read_at.is_some()).count();
    let inside = html! {
        @if readers.is_empty() { p.quiet-text { (t!("Nobody was asked to read it.")) } }
        (heard_by_nobody(nobody))
        @if mine { p { (Button::open(of_set(number, "read"), t!("Read it and say so")).first().small()) } }
        ul.signatures {
            @for it in readers {
                li class=[it.read_at.map(|_| "good")] {
                    @match it.read_at {
                        Some(_) => (State::Good.symbol()),
                        None if it.is_waited_for() => (State::Waits.symbol()),
                        None => (State::Over.symbol()),
                    }
                    div {
                        (it.name) br;
                        span.fine {
                            (it.function_name) " · "
                            @match it.read_at {
                                Some(at) => (t!("read {when}", when = exact_moment(at))),
                                None if it.is_waited_for() => (t!("asked {when}", when = exact_moment(it.asked_at))),
                                None => (t!("Left before reading it")),
                            }
                        }
                    }
                }
            }
        }
        p.fine { a href=(of_set(number, "readers")) { (t!("Who must know it")) } }
    };
    Beside {
        id: "readers",
        title: t!("Read by"),
        count: (!readers.is_empty()).then(|| t!("{part} of {whole}", part = read, whole = readers.len())),
        inside,
    }
}

/// A revision that somebody reads, with what changed since they read one.
pub struct ToBeRead<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub no: i64,
    pub digest: &'a str,
    /// The revision that they read before, with what changed since.
    pub since: Option<(i64, Markup)>,
    /// Whether they were asked, and when they said that they read it.
    pub asked: bool,
    pub read_at: Option<Timestamp>,
}

pub fn read(it: &ToBeRead) -> Markup {
    let document = of_set(it.number, &format!("document?revision={}", it.no));
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_set(it.number, ""))),
            title: html! { (t!("Revision {no} of {title}", no = it.no, title = it.title)) },
            tools: Tools { first: Some(Button::open(document.clone(), t!("Read as a document")).small()), more: vec![] },
            ..Head::default()
        }))
        @match &it.since {
            Some((no, changed)) => (section("since", t!("What changed since revision {no}, which you read", no = *no), changed.clone())),
            None => p { (t!("You have read no revision of it yet.")) " " a href=(document) { (t!("Read the whole as a document")) } },
        }
        @match it.read_at {
            Some(at) => (parts::note(Note::Good, t!("You said on {when} that you read it.", when = exact_moment(at)))),
            None if it.asked => (form(&of_set(it.number, "read"), html! {
                (hidden("revision", it.no))
                (hidden("digest", it.digest))
                p.fine { (t!("Your name, the moment and the digest of what was shown go on the trail.")) " " (parts::digest(it.digest)) }
                div.row {
                    (Button::send(t!("I have read revision {no}", no = it.no)).first())
                    (Button::open(of_set(it.number, ""), t!("Not now")).bare())
                }
            })),
            None => p.fine { (t!("You were not asked to say that you read it.")) },
        }
    }
}

/// A revision to be read, among one's next actions.
pub fn to_do(it: &ToRead) -> Action {
    Action {
        sort: "read",
        number: it.number.clone(),
        symbol: Symbol::Document,
        title: t!("Read {number}, revision {no}", number = &it.number, no = it.no),
        address: of_set(&it.number, "read"),
        why: format!("{} · {}", it.title, t!("it was released, and you are one of those who must know it")),
        stands_in: None,
        due: None,
        since: it.asked_at,
        done: None,
    }
}

/// Which functions are told of every released set.
pub fn always(functions: &[(String, String, bool)], may_change: bool) -> Markup {
    let columns = vec![Column::title(t!("Function")), Column::text(t!("Told")), Column::text(t!("Change"))];
    let rows = functions.iter().map(|(number, name, is_told)| {
        let state = if *is_told {
            parts::state(State::Good, t!("Told of every set"))
        } else {
            parts::state(State::Open, t!("Only where it answers for requirements, or an owner says so"))
        };
        let change = html! {
            @if may_change {
                form.alone method="post" action="/distribution" {
                    (parts::once())
                    (hidden("function", number))
                    (hidden("told", if *is_told { "no" } else { "yes" }))
                    (Button::send(if *is_told { t!("No longer") } else { t!("Always") }).small())
                }
            }
        };
        Line::new("", vec![html! { a href={ "/functions/" (number) } { (name) } }, state, change])
    });
    html! {
        (page_head(&Head {
            place: Some((t!("Requirement sets"), "/requirement-sets".to_owned())),
            title: html! { (t!("Who is told of every released set")) },
            lead: Some(html! { (t!("The list of the house. Each set adds the functions that answer for its requirements; its owner may add others and take some off.")) }),
            ..Head::default()
        }))
        (Table::new(t!("Functions by name"), columns, rows.collect()))
        @if !may_change { p.fine { (t!("Only the roles “Quality” and “Administrator” change this list.")) } }
        p { a href="/distribution/readers" { (t!("Who was asked to read what, and who has")) } }
    }
}

/// What the list of all who were asked shows.
pub struct Asked<'a> {
    pub lines: &'a [Distributed],
    /// The functions to choose from: number and name.
    pub functions: &'a [(String, String)],
    /// Where the next page begins.
    pub next: Option<String>,
    /// What was asked for.
    pub form: &'a Form,
    pub now: Timestamp,
}

/// Who was asked to read what, over all sets.
pub fn asked(it: &Asked) -> Markup {
    const ADDRESS: &str = "/distribution/readers";
    let any = |label: String| (String::new(), label);
    let heard = Heard::ALL.iter().map(|it| (it.code(), word(*it)));
    let heard: Vec<_> = std::iter::once(any(t!("Anything"))).chain(heard).collect();
    let functions: Vec<_> = std::iter::once(any(t!("Any"))).chain(it.functions.iter().cloned()).collect();
    let field = |name: &str, field: Field| identity::filled(it.form, name, field);
    let mut next = form_urlencoded::Serializer::new(String::new());
    for name in ["set", "person", "function", "heard"] {
        if !it.form.text(name).is_empty() {
            next.append_pair(name, it.form.text(name));
        }
    }
    html! {
        (page_head(&Head {
            place: Some((t!("Who is told of every released set"), "/distribution".to_owned())),
            title: html! { (t!("Who was asked to read what")) },
            lead: Some(html! { (t!("At each release everybody who must know a set is asked to read it, and whoever comes to such a function later, too.")) }),
            ..Head::default()
        }))
        (identity::summary(it.form))
        (parts::look_up(ADDRESS, html! {
            (field("set", Field::text("set", t!("Number of the set")).example("RS-2026-0017")))
            (field("person", Field::text("person", t!("Number of the person")).example("PE-0007")))
            (field("function", Field::select("function", t!("Function"), functions)))
            (field("heard", Field::select("heard", t!("Read"), heard)))
            div.row { (Button::send(t!("Look")).first()) (Button::open(ADDRESS, t!("All"))) }
        }))
        @if it.lines.is_empty() { p.quiet-text { (t!("Nobody was asked to read anything of that kind.")) } }
        @else { (asked_table(it)) }
        @if let Some(last) = &it.next {
            p { a href={ (ADDRESS) "?" (next.append_pair("after", last).finish()) } { (t!("Earlier ones")) } }
        }
    }
}

fn asked_table(it: &Asked) -> Markup {
    let columns = vec![
        Column::title(t!("Requirement set")),
        Column::text(t!("Revision")),
        Column::text(t!("Person")),
        Column::text(t!("Function")),
        Column::text(t!("Asked")),
        Column::text(t!("Read")),
    ];
    let rows = it.lines.iter().map(|one| {
        let state = match one.heard() {
            Heard::Read => State::Good,
            Heard::Waiting => State::Waits,
            Heard::Over => State::Over,
        };
        Line::new(
            one.number.clone(),
            vec![
                html! { a href=(of_set(&one.number, "readers")) { (one.number) } " " (one.title) },
                html! { (one.no) },
                parts::person(&one.name),
                html! { (one.function_name) },
                parts::when(one.asked_at, it.now),
                html! { (parts::state(state, word(one.heard()))) @if let Some(at) = one.read_at { " " (parts::when(at, it.now)) } },
            ],
        )
    });
    html! { (Table::new(t!("Who was asked to read what, the newest first"), columns, rows.collect())) }
}
