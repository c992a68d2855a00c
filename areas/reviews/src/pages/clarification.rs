//! A question to the customer or from them: with its answers, and the place to write one.

use jiff::Timestamp;
use maud::{Markup, html};
use web::language::exact_moment;
use web::page::House;
use web::parts::{self, Button, Field, Symbol, form, section};
use web::{Form, t};

use crate::model::Clarification;
use crate::queries::AnswerLine;

/// What was asked and answered.
pub struct Asked<'a> {
    pub number: &'a str,
    pub body: &'a Clarification,
    /// From what it is asked: words and address.
    pub from: Option<(String, String)>,
    pub answers: &'a [AnswerLine],
    pub may_answer: bool,
    pub is_outside: bool,
}

/// The body of its record page.
pub fn body(it: &Asked, written: &Form) -> Markup {
    let to = format!("/clarifications/{}", it.number);
    html! {
        (section("question", if it.body.is_theirs { t!("What the customer asks") } else { t!("What we ask") }, html! {
            @if !it.body.item.is_empty() { p.fine { (t!("About {item}", item = format!("{} {}", it.body.item, it.body.item_title))) } }
            (parts::prose(html! { p { (it.body.question) } }))
            @if let Some((words, address)) = &it.from { p.fine { (Symbol::Assure.icon()) a href=(address) { (words) } } }
        }))
        (section("answers", t!("Answer"), html! {
            @if it.answers.is_empty() { p.quiet-text { (t!("There is no answer yet.")) } }
            @for answer in it.answers { (one(answer)) }
            @if it.may_answer {
                (identity::summary(written))
                (form(&format!("{to}/answer"), html! {
                    (identity::filled(written, "words", Field::area("words", t!("Answer")).lines(4).required()))
                    @if !it.is_outside && !it.body.is_theirs {
                        (identity::filled(written, "name", Field::text("name", t!("Who answered")).required()))
                        (identity::filled(written, "source", Field::text("source", t!("How it came")).example(t!("Mail of 24 June"))))
                    }
                    (Button::send(t!("Keep the answer")).first())
                }))
            }
        }))
    }
}

fn one(it: &AnswerLine) -> Markup {
    let source = match it.source.as_str() {
        "link" => t!("by the link in our letter"),
        "account" => t!("signed in"),
        "" => String::new(),
        words => words.to_owned(),
    };
    html! {
        div.section {
            p { strong { (it.name) } " " span.fine { (exact_moment(it.at)) @if !source.is_empty() { " · " (source) } } }
            (parts::prose(html! { p { (it.words) } }))
        }
    }
}

/// The page behind the link in a letter: one question, one field, one button.
pub fn answer_by_link(
    house: &House,
    secret: &str,
    (it, by): (&Clarification, &str),
    sent: Timestamp,
    written: &Form,
) -> Markup {
    let title = t!("We need to know something");
    let content = html! {
        (parts::form(&format!("/answer/{secret}"), html! {
            h1 { (title) }
            p.fine { (t!("Asked by {name} on {when}. No account is needed.", name = by, when = exact_moment(sent))) }
            @if !it.item.is_empty() { p.fine { (t!("About {item}", item = format!("{} {}", it.item, it.item_title))) } }
            (parts::prose(html! { p { (it.question) } }))
            (identity::summary(written))
            (identity::filled(written, "words", Field::area("words", t!("Your answer")).lines(5).required()))
            (Button::send(t!("Send the answer")).first().wide())
            p.fine { (t!("We record your answer, your name and the time.")) }
        }))
    };
    house.letter_to_customer(&title, html! {}, html! { div class="paper stack wide" { (content) } })
}
