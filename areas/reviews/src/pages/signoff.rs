//! A sign-off as record: what lies with the customer, who has signed, what they said of each line.

use maud::{Markup, html};
use web::language::{day, say, word};
use web::parts::{
    self, Button, Choice, Choices, Column, Field, Head, Line, Lines, Note, State, Table, form, page_head,
    section,
};
use web::{Form, t};

use super::Options;
use crate::model::{SignOff, Word};

/// Somebody whose name is asked for.
pub struct SignatoryShown {
    pub person: i64,
    pub name: String,
    pub has_signed: bool,
    pub is_next: bool,
    /// What became of their link, in words.
    pub link: String,
}

/// What staff see of it.
pub struct Shown<'a> {
    pub number: &'a str,
    pub body: &'a SignOff,
    /// What is confirmed: words and address.
    pub subject: (String, String),
    pub signatories: Vec<SignatoryShown>,
    /// The lines on which something was said: number, who, word, remark, and whether it says something else now.
    pub words: Vec<(String, String, Word, String)>,
    pub may_send: bool,
}

/// The body of its record page, for staff.
pub fn body(it: &Shown) -> Markup {
    let to = format!("/sign-offs/{}", it.number);
    html! {
        (section("about", t!("What is to be confirmed"), html! {
            p { a href=(it.subject.1) { (it.subject.0) } ", " (t!("revision {no}", no = it.body.revision)) " · " (parts::digest(&it.body.digest)) }
            (parts::prose(html! { p { (it.body.summary) } }))
            p.fine {
                (t!("Until {day}", day = day(it.body.until)))
                @if let Some(no) = it.body.since { " · " (t!("they confirmed revision {no} last", no = no)) }
            }
        }))
        (section("signatories", t!("Whose names are asked for"), html! {
            @if it.body.in_turn && it.signatories.len() > 1 { p.fine { (t!("They sign one after the other.")) } }
            ul.signatures {
                @for one in &it.signatories {
                    @let state = if one.has_signed { State::Good } else if one.is_next { State::Waits } else { State::Open };
                    li class=[one.has_signed.then_some("good")] {
                        (state.symbol())
                        div {
                            strong { (one.name) } br; span.fine { (one.link) }
                            @if it.may_send && one.is_next {
                                " " (Button::post(format!("{to}/link"), t!("Send a new link")).small().sends("person", one.person.to_string()))
                            }
                        }
                    }
                }
            }
        }))
        @if !it.words.is_empty() {
            (section("words", t!("What they said of lines"), said(&it.words)))
        }
    }
}

fn said(words: &[(String, String, Word, String)]) -> Table {
    let columns = vec![
        Column::plain(t!("Line")),
        Column::text(t!("Word")),
        Column::title(t!("Remark")),
        Column::text(t!("Who")),
    ];
    let lines = words.iter().map(|(item, who, it, remark)| {
        let state = if *it == Word::Accept { State::Good } else { State::Asks };
        Line::new(
            item,
            vec![html! { (item) }, parts::state(state, word(*it)), html! { (remark) }, html! { (who) }],
        )
    });
    let lines = Lines { title: None, lines: lines.collect() };
    Table { caption: t!("What they said of lines"), columns, groups: vec![lines], ..Table::default() }
        .compact()
}

/// Somebody of the customer who could sign.
pub struct Candidate {
    pub id: i64,
    pub name: String,
    pub address: String,
    /// Whether somebody made sure of the address.
    pub is_sure: bool,
    /// The language in which they are written to, in words.
    pub language: String,
}

/// The field that says whose turn it is when, where they sign one after the other.
pub fn turn_of(person: kernel::PersonId) -> String {
    format!("turn-{person}")
}

/// The form that offers a revision to the customer.
pub fn offer(subject: (&str, &str, i64), people: &[Candidate], extra: &Markup, written: &Form) -> Markup {
    let (number, title, revision) = subject;
    let chosen = written.all("signatory");
    let only = people.iter().filter(|it| it.is_sure).count() == 1;
    let choices = people.iter().map(|it| {
        let id = it.id.to_string();
        // Where only one can sign, it is they.
        let is_chosen = chosen.contains(&id.as_str()) || (only && it.is_sure && !written.has("summary"));
        let choice = Choice::new(id, format!("{}, {}", it.name, it.address)).chosen(is_chosen);
        if it.is_sure {
            choice.help(&it.language)
        } else {
            choice.cannot(t!("Nobody made sure of this address yet. Do it on the page of the customer."))
        }
    });
    let sure: Vec<&Candidate> = people.iter().filter(|it| it.is_sure).collect();
    let places: Options = (1..=sure.len()).map(|no| (no.to_string(), no.to_string())).collect();
    let turns = sure.iter().enumerate().filter(|_| sure.len() > 1).map(|(place, it)| {
        let (name, place) = (turn_of(it.id), (place + 1).to_string());
        let value = Some(written.text(&name)).filter(|it| !it.is_empty()).unwrap_or(&place);
        Field::select(name.clone(), t!("Turn of {name}", name = &it.name), places.clone()).value(value)
    });
    let own = std::iter::once((String::new(), t!("Each in their own")));
    let named = web::language::LANGUAGES.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
    let languages: Options = own.chain(named).collect();
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), format!("/requirement-sets/{number}"))),
            title: html! { (t!("Offer revision {no} of {title} to the customer", no = revision, title = title)) },
            lead: Some(html! { (t!("Each signatory gets a letter with a link of their own. They read line by line, query or confirm. When all have signed, it is agreed.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if people.is_empty() {
            (parts::note(Note::Warn, t!("Nobody of this customer is known yet. Add a person to the customer first.")))
        }
        (form("/sign-offs", html! {
            (parts::hidden("subject", written.text("subject")))
            (identity::filled(written, "summary", Field::area("summary", t!("In plain words: what it is, and what changed")).lines(4).required()))
            (Choices::any("signatory", t!("Who signs for the customer"), choices.collect()).fault(written.faults.of("signatories").map(say)))
            (Choices::any("in_turn", t!("In which order"), vec![Choice::new("on", t!("One after the other, in this order")).chosen(written.has("in_turn"))]))
            @if sure.len() > 1 { div.row { @for turn in turns { (turn) } } }
            div.row {
                (identity::filled(written, "until", Field::day("until", t!("Until")).help(t!("Two weeks where it is empty."))))
                (identity::filled(written, "language", Field::select("language", t!("Language of the letter"), languages)))
            }
            (extra)
            div.row {
                (Button::send(t!("Send it to the customer")).first())
                (Button::open(format!("/requirement-sets/{number}"), t!("Cancel")).bare())
            }
        }))
    }
}
