//! Where one of ours signs: for a function, or to close a review.

use maud::{Markup, html};
use web::language::{day_of, word};
use web::parts::{
    self, Button, Choice, Choices, Column, Field, Head, Line, Note, Table, form, hidden, page_head,
};
use web::{Form, t};

use super::paper::{AnswerTold, FunctionTold};
use super::review::{self, Around, ConditionShown, ItemLine};
use super::{Shown, proof_fields};
use crate::commands::what_is_signed;
use crate::model::Feasible;
use kernel::{Meaning, Vocabulary};

fn head(number: &str, title: String) -> Markup {
    page_head(&Head {
        place: Some((number.to_owned(), format!("/reviews/{number}"))),
        title: html! { (title) },
        ..Head::default()
    })
}

/// All that a signature in a review covers, as whoever signs reads it.
pub struct Laid {
    /// What stands around the items.
    pub around: Around,
    /// What was said of each item, every word of it.
    pub items: Vec<ItemLine>,
    pub answers: Vec<AnswerTold>,
    pub conditions: Vec<ConditionShown>,
    /// What each function says, where the review is closed.
    pub functions: Vec<FunctionTold>,
}

/// What one signs for.
pub struct Signing<'a> {
    pub number: &'a str,
    pub subject: &'a str,
    pub revision: i64,
    pub digest: &'a str,
    /// The fingerprint of what lies before them now: the signature is under that, or it is none.
    pub read: &'a str,
    pub function: (i64, &'a str),
    /// What the function said, in words: "61 accepted, 4 with a condition".
    pub said: &'a str,
    pub laid: &'a Laid,
    /// The signatures that count, where the review is closed.
    pub names: &'a [Shown<'a>],
    pub now: jiff::Timestamp,
    pub has_factor: bool,
}

/// What lies before whoever signs: above the form, so that it is read first.
fn laid(it: &Signing) -> Markup {
    let columns =
        vec![Column::plain(t!("Number")), Column::title(t!("Item")), Column::text(t!("What was said"))];
    let items = it.laid.items.iter().map(|item| {
        let words = html! { @for told in &item.told { div { (review::of(told, it.now)) } } };
        Line::new(
            &item.number,
            vec![
                parts::number(&item.number, &item.address),
                html! { @match &item.in_full { Some(words) => (words), None => (item.title) } },
                words,
            ],
        )
    });
    html! {
        @if !it.laid.functions.is_empty() {
            (parts::section("functions", t!("Functions"), parts::facts(
                &it.laid.functions.iter().map(|it| (it.name.clone(), html! { span.kept-lines { (it.word) } })).collect::<Vec<_>>())))
        }
        (review::around_read(&it.laid.around))
        (parts::section("items", t!("Items and verdicts"), Table::new(t!("Items and verdicts"), columns, items.collect()).compact()))
        @if !it.laid.answers.is_empty() {
            (parts::section("checklist", t!("Checklist"), html! {
                ul.signatures { @for answer in &it.laid.answers { li {
                    (review::state_of_answer(answer.answer).symbol())
                    div { strong { (answer.question) } br; (word(answer.answer)) @if !answer.remark.is_empty() { ": " (answer.remark) }
                        " " span.fine { (answer.function) ", " (answer.who) } }
                } } }
            }))
        }
        (review::conditions_read(&it.laid.conditions, day_of(it.now)))
        @if !it.names.is_empty() { (parts::section("signatures", t!("Signatures"), super::names(it.names, ""))) }
    }
}

/// Under what the name stands: the revision that was judged, and all that was said of it.
fn under(it: &Signing) -> Markup {
    html! {
        p.fine { (t!("Digest of revision {no}", no = it.revision)) ": " (parts::digest(it.digest)) }
        p.fine { (t!("The signature is under all that stands above and what you enter here. Fingerprint of what stands above:")) " " (parts::digest(it.read)) }
    }
}

/// The form in which one signs for a function.
pub fn commit(it: &Signing, written: &Form) -> Markup {
    let (function, name) = it.function;
    let given = written.text("feasible");
    let choices = Feasible::ALL.iter().map(|it| Choice::new(it.code(), word(*it)).chosen(it.code() == given));
    html! {
        (head(it.number, t!("Sign for {function}", function = name)))
        (identity::summary(written))
        p { (it.said) }
        (laid(it))
        (form(&format!("/reviews/{}/commit", it.number), html! {
            (hidden("function", function))
            (hidden("read", it.read))
            (Choices::one("feasible", t!("Can we meet {number}, revision {no}?", number = it.subject, no = it.revision), choices.collect())
                .fault(written.faults.of("feasible").map(web::language::say)))
            (identity::filled(written, "statement", Field::area("statement", t!("On what it depends, or what would have to change")).lines(3)))
            (proof_fields(written, it.has_factor))
            div.row {
                (Button::send(t!("Sign for {function}", function = name)).first())
                (Button::open(format!("/reviews/{}", it.number), t!("Cancel")).bare())
            }
            (under(it))
        }))
    }
}

/// The form in which a review is closed.
pub fn close(it: &Signing, refusal: Option<&kernel::Refusal>, written: &Form) -> Markup {
    html! {
        (head(it.number, t!("Close the review of {number}, revision {no}", number = it.subject, no = it.revision)))
        (identity::summary(written))
        @if let Some(kernel::Refusal(missing)) = refusal {
            (parts::note_with(Note::Warn, t!("It cannot be accepted yet"), html! {
                ul.missing { @for it in missing { li {
                    @match &it.link { Some(to) => a href=(to) { (web::language::say(&it.sentence)) }, None => (web::language::say(&it.sentence)) }
                } } }
            }))
        }
        p { (it.said) }
        (laid(it))
        (form(&format!("/reviews/{}/close", it.number), html! {
            (hidden("read", it.read))
            (identity::filled(written, "outcome", Field::area("outcome", t!("What was decided")).lines(3)
                .help(t!("It stands with the review. Whoever declines says why."))))
            (parts::section("statement", t!("What you sign"), html! {
                @if refusal.is_none() { p { (t!("Approve by my signature")) ": " q { (what_is_signed(Meaning::Approved)) } } }
                p { (t!("Decline")) ": " q { (what_is_signed(Meaning::Declined)) } }
            }))
            (proof_fields(written, it.has_factor))
            div.row {
                @if refusal.is_none() { (Button::send(t!("Approve by my signature")).first().sends("decision", "accept")) }
                (Button::send(t!("Decline")).stop().sends("decision", "decline"))
                (Button::open(format!("/reviews/{}", it.number), t!("Cancel")).bare())
            }
            (under(it))
        }))
    }
}

/// The form in which somebody ends something with a reason.
pub fn with_reason(action: &str, back: &str, (title, button): (&str, &str), written: &Form) -> Markup {
    html! {
        (page_head(&Head { place: Some((t!("Back"), back.to_owned())), title: html! { (title) }, ..Head::default() }))
        (identity::summary(written))
        (form(action, html! {
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row { (Button::send(button).stop()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}
