//! A notice as they read it: by the link in their letter, without an account, or on their own pages.

use changes::Outcome;
use jiff::civil::Date;
use kernel::Signature;
use maud::{Markup, html};
use web::Form;
use web::language::day;
use web::page::House;
use web::parts::{self, Button, Difference, Field, Note, State as Mark, differences, form, section};
use web::picture::Pictures;
use web::t;

use crate::letters::holds_from;
use crate::model::{self, Answered, Asks, Heard, Notice, Stamped, State};

/// What they read.
pub struct Offered<'a> {
    pub number: String,
    pub title: String,
    pub state: State,
    pub notice: &'a Notice,
    pub digest: String,
    pub by: String,
    pub answers: &'a [Answered],
    /// The signatures with which they approved.
    pub signed: Vec<Signature>,
    /// What became of the change, as they were told, the first first.
    pub became: Vec<Heard>,
    /// Where its form goes: `/notice/…` or `/change-notices/NO-…`.
    pub action: String,
    /// From where the pictures of its words are loaded.
    pub pictures: Pictures,
    /// As what they sign, as far as it is known.
    pub role: String,
    pub today: Date,
    pub proves: Proves,
}

/// How they prove who they are when they approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proves {
    /// By the code that was typed when the link was opened.
    Link,
    /// By password, and the code of a device where there is one.
    Password { has_factor: bool },
}

/// What changes of each thing: from which revision on, word by word, with its files below the address of the notice. All of
/// it stands there, for all of it is signed; of what was to end and goes on, that it does.
pub fn package(all: &[Stamped], at: &str, became: &[Heard]) -> Markup {
    html! {
        @for it in all {
            (section(&it.item, html! { (it.item) " " (it.title) }, html! {
                p.fine {
                    @if it.revision > 0 { (t!("Until now revision {no}.", no = it.revision_called())) " " }
                    @if goes_on(it, became) { strong { (t!("Its end was taken back: it goes on.")) } " " }
                    @else if it.ends { strong { (t!("It ends.")) } " " }
                    @if !it.digest.is_empty() { (t!("Fingerprint:")) " " (parts::digest(&it.digest)) }
                }
                @let fields: Vec<Difference> = it.fields.iter().map(|one| Difference::words(one.label.clone(), &one.before, &one.after)).collect();
                @if !fields.is_empty() { (differences(&fields)) }
                @if !it.files.is_empty() {
                    p.fine { (t!("Files")) ":" @for file in &it.files {
                        " " a href={ (at) "/files/" (file.digest) } { (file.name) } " " (web::record::size(file.size))
                    } }
                }
            }))
        }
    }
}

/// Whether they were told of something that it ends, and then that it does not.
fn goes_on(it: &Stamped, became: &[Heard]) -> bool {
    let named = format!("{} {}", it.item, it.title);
    it.ends && became.iter().any(|one| one.outcome == Outcome::GoesOn && one.item == named)
}

/// What changes, why, from when on, and where one answers.
pub fn content(it: &Offered, written: &Form) -> Markup {
    let notice = it.notice;
    html! {
        (identity::summary(written))
        (parts::prose(it.pictures.rich(&notice.words, 3)))
        @if let Some(it) = it.became.last() { (became(it)) }
        @if let Some(from) = notice.effective_on.filter(|_| it.is_coming()) { p { strong { (t!("It reaches you from {day} on.", day = day(from))) } } }
        @if let Some(words) = holds_from(notice).filter(|_| it.is_coming()) { p { strong { (words) } } }
        (package(&notice.package, &it.action, &it.became))
        @for one in it.answers { (super::answered(one)) }
        (super::signed(&it.signed))
        @match it.state {
            State::Issued => (answer(it, written)),
            State::Withdrawn | State::Excused => (parts::note(Note::Plain, t!("We took this back. Nothing is asked of you."))),
            State::Objected => (parts::note(Note::Asks, t!("You objected. {name} talks to you about it.", name = &it.by))),
            State::Settled => (parts::note(Note::Good, t!("Your objection was settled with you."))),
            State::Prepared | State::Acknowledged | State::Approved => {},
        }
    }
}

impl Offered<'_> {
    /// Whether it reaches them, or has.
    fn is_coming(&self) -> bool {
        self.became.last().is_none_or(|it| matches!(it.outcome, Outcome::InForce | Outcome::GoesOn))
    }
}

/// What became of the change, in their words.
fn became(it: &Heard) -> Markup {
    match it.outcome {
        Outcome::InForce => parts::note(Note::Good, t!("It is in force since {day}.", day = day(it.on_day))),
        Outcome::LookedAtAgain => {
            parts::note(Note::Plain, t!("We look at it again. Nothing changes before we tell you anew."))
        }
        Outcome::GoesOn => {
            parts::note(Note::Good, t!("{item} does not end: it goes on as you know it.", item = &it.item))
        }
        Outcome::Ended => {
            parts::note(Note::Plain, t!("We do not go on with it. Nothing changes for you by it."))
        }
    }
}

fn answer(it: &Offered, written: &Form) -> Markup {
    let wants_approval = it.notice.asks == Asks::Approval;
    let send = |answer: model::Answer, words: String| {
        Button::send(words).sends("answer", kernel::Vocabulary::code(answer))
    };
    html! {
        (form(&format!("{}/answer", it.action), html! {
            @if let Some(by) = it.notice.answer_by { p {
                @if by < it.today { (t!("Please answer as soon as you can.")) } @else { (t!("Please answer until {day}.", day = day(by))) }
            } }
            (identity::filled(written, "words", Field::area("words", t!("What you say with it")).lines(3).help(t!("If you object, say what it is about."))))
            @if wants_approval {
                @if it.proves == Proves::Link {
                    (identity::filled(written, "name", Field::text("name", t!("Your name")).required().remembers("name")))
                }
                (identity::role_field(written, &it.role))
                @if let Proves::Password { has_factor } = it.proves { (proof_fields(written, has_factor)) }
                (send(model::Answer::Approved, t!("I approve it")).first().wide())
            } @else {
                (send(model::Answer::Acknowledged, t!("We know, and agree")).first().wide())
            }
            (send(model::Answer::Objected, t!("We object")).wide().mark("formnovalidate", ""))
            p.fine {
                (t!("We record your answer, your name and the time."))
                @if wants_approval { " " (t!("Your approval is under this fingerprint:")) " " (parts::digest(&it.digest)) }
            }
        }))
    }
}

fn proof_fields(written: &Form, has_factor: bool) -> Markup {
    html! {
        (identity::filled(written, "password", Field::password("password", t!("Your password")).remembers("current-password")
            .help(t!("You sign with it. A click alone signs nothing."))))
        @if has_factor {
            (identity::filled(written, "code", Field::text("code", t!("Code of your device")).short().remembers("one-time-code").mark("inputmode", "numeric")))
        }
    }
}

/// The page behind the link.
pub fn by_link(house: &House, it: &Offered, written: &Form) -> Markup {
    let content = html! {
        h1 { (it.title) }
        p.fine { (it.number) " · " (t!("from {name}", name = &it.by)) }
        (content(it, written))
    };
    house.letter_to_customer(&it.title, html! {}, html! { div class="paper stack wide" { (content) } })
}

/// The notices that tell a customer of something in their order: number, title and state.
pub fn of_order(all: &[(String, String, Mark, String)]) -> Markup {
    html! {
        @if !all.is_empty() {
            (section("changes", t!("What changes"), html! {
                ul { @for (number, title, mark, state) in all { li {
                    a href=(super::of_notice(number, "")) { (number) } " " (title) " · " (parts::state(*mark, state))
                } } }
            }))
        }
    }
}
