//! Where one of ours signs: for a function, or to close a review.

use maud::{Markup, html};
use web::language::word;
use web::parts::{self, Button, Choice, Choices, Field, Head, Note, form, hidden, page_head};
use web::{Form, t};

use super::proof_fields;
use crate::model::Feasible;
use kernel::Vocabulary;

fn head(number: &str, title: String) -> Markup {
    page_head(&Head {
        place: Some((number.to_owned(), format!("/reviews/{number}"))),
        title: html! { (title) },
        ..Head::default()
    })
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
    pub has_factor: bool,
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
            p.fine { (t!("The signature is under this fingerprint, exactly what was judged:")) " " (parts::digest(it.digest)) }
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
        (form(&format!("/reviews/{}/close", it.number), html! {
            (hidden("read", it.read))
            (identity::filled(written, "outcome", Field::area("outcome", t!("What was decided")).lines(3)
                .help(t!("It stands with the review. Whoever declines says why."))))
            (proof_fields(written, it.has_factor))
            div.row {
                @if refusal.is_none() { (Button::send(t!("Approve by my signature")).first().sends("decision", "accept")) }
                (Button::send(t!("Decline")).stop().sends("decision", "decline"))
                (Button::open(format!("/reviews/{}", it.number), t!("Cancel")).bare())
            }
            p.fine { (t!("The signature is under this fingerprint, exactly what was judged:")) " " (parts::digest(it.digest)) }
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
