//! A change as the customer reads it: why, what, from when on, and what of theirs would say something else.

use maud::{Markup, html};
use web::Form;
use web::language::say;
use web::parts::{self, Button, Field, Head, form, page_head, section};
use web::t;

use super::affected::compared;
use super::consent::proof_fields;
use super::of_change;

/// What is shown to the customer.
pub struct Offered {
    pub number: String,
    pub title: String,
    pub words: String,
    pub starts: String,
    pub changes: Vec<(String, String, Vec<(String, String, String)>)>,
    pub digest: String,
    pub waits: bool,
}

pub fn body(it: &Offered) -> Markup {
    html! {
        (section("what", t!("What changes, and why"), html! {
            (parts::prose(html! { (maud::PreEscaped(markdown::html(&it.words, 3))) }))
            p { (t!("It holds: {when}.", when = &it.starts)) }
        }))
        @for (number, title, fields) in &it.changes {
            (section(number, html! { (number) " " (title) }, compared(fields)))
        }
        @if it.waits { p { (Button::open(of_change(&it.number, "confirm"), t!("Answer")).first()) } }
    }
}

pub fn confirm(it: &Offered, has_factor: bool, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((it.number.clone(), of_change(&it.number, ""))),
            title: html! { (t!("Do you approve {number} {title}?", number = &it.number, title = &it.title)) },
            lead: Some(html! { (t!("Your name, the moment and the fingerprint of what stands here are recorded.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (body(&Offered { waits: false, changes: it.changes.clone(), number: it.number.clone(), title: it.title.clone(),
            words: it.words.clone(), starts: it.starts.clone(), digest: it.digest.clone() }))
        (form(&of_change(&it.number, "confirm"), html! {
            (Field::area("words", t!("What you say with it")).lines(2).value(written.text("words")).help(t!("If you do not approve, say why."))
                .fault(written.faults.of("reason").map(say)))
            (proof_fields(written, has_factor))
            div.row {
                (Button::send(t!("I approve it")).first().sends("decision", "approve"))
                (Button::send(t!("I do not approve it")).stop().sends("decision", "decline"))
                (Button::open(of_change(&it.number, ""), t!("Not now")).bare())
            }
            p.fine { (t!("The signature is under this fingerprint:")) " " (parts::digest(&it.digest)) }
        }))
    }
}
