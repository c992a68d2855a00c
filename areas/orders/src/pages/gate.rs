//! The forms that accept an order, and that pass the gate although something is missing.

use identity::{filled, summary};
use kernel::Missing;
use maud::{Markup, html};
use web::language;
use web::parts::{self, Button, Field, Head, Note};
use web::{Form, t};

use super::{of_order, refused};
use crate::model::Waiver;

fn head(number: &str, title: String, lead: String) -> Markup {
    parts::page_head(&Head {
        place: Some((number.to_owned(), of_order(number, ""))),
        title: html! { (title) },
        lead: Some(html! { (lead) }),
        ..Head::default()
    })
}

/// How many orders that rest on a set were passed although something was missing, and where they stand.
pub fn overridden(set: &str, count: i64) -> Markup {
    parts::note(
        Note::Warn,
        html! {
            (t!("{count} order that rests on it has an override: its gate was passed although something was missing."
                | "{count} orders that rest on it have an override: their gate was passed although something was missing.", count = count))
            " " a href={ "/orders?q=is%3Aoverridden+requirement_set%3A" (set) } { (t!("Look at them")) }
        },
    )
}

/// The form that accepts an order.
pub fn accept(number: &str, missing: &[Missing], is_waived: bool, form: &Form) -> Markup {
    html! {
        (head(number, t!("Accept {number}", number = number), t!("It commits us. What it says is frozen, and changed by a change request from then on.")))
        (summary(form))
        @if is_waived {
            (parts::note(Note::Warn, t!("It is accepted although something is missing: two people agreed. That stays on the order.")))
            (refused(t!("What is missing"), missing))
        } @else {
            (refused(t!("This cannot be accepted yet"), missing))
            @if !missing.is_empty() { p { a href=(of_order(number, "gate")) { (t!("Ask to accept it all the same")) } } }
        }
        (parts::form(&of_order(number, "accept"), html! {
            (filled(form, "reason", Field::area("reason", t!("Reason"))))
            div.row {
                (Button::send(t!("Accept")).first())
                (Button::open(of_order(number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// What the gate page shows.
pub struct Shown<'a> {
    pub number: &'a str,
    pub missing: &'a [Missing],
    /// The request that holds now, and the name of who asked.
    pub asked: Option<(&'a Waiver, String)>,
    /// The consent to it, and who agreed.
    pub agreed: Option<(&'a Waiver, String)>,
    /// Whether the reader may agree.
    pub may_consent: bool,
    pub form: &'a Form,
}

/// The page on which somebody asks to pass the gate and a second person agrees.
pub fn page(it: &Shown) -> Markup {
    html! {
        (head(it.number, t!("Accept it although something is missing"), t!("It needs a reason and a second person with the right to agree. Both names and what was missing stay on the order.")))
        (summary(it.form))
        (refused(t!("What is missing"), it.missing))
        @if it.missing.is_empty() { (parts::note(Note::Good, t!("Nothing is missing. Accept the order."))) }
        @if let Some((asked, name)) = &it.asked {
            (parts::section("asked", t!("Asked"), html! {
                p { (parts::person(name)) " · " (language::exact_moment(asked.at)) }
                p { (t!("Because: {reason}", reason = &asked.reason)) }
                @match &it.agreed {
                    Some((agreed, name)) => p { (t!("Agreed:")) " " (parts::person(name)) " · " (language::exact_moment(agreed.at)) },
                    None => p.quiet-text { (t!("Nobody has agreed yet.")) },
                }
                @if it.agreed.is_none() && it.may_consent {
                    (parts::form(&of_order(it.number, "gate/consent"), html! {
                        (parts::hidden("request", asked.id))
                        (Button::send(t!("Agree")).first())
                    }))
                }
            }))
        }
        @if it.asked.is_none() && !it.missing.is_empty() {
            (parts::form(&of_order(it.number, "gate"), html! {
                (filled(it.form, "reason", Field::area("reason", t!("Reason"))).required())
                (Button::send(t!("Ask for it")).first())
            }))
        }
    }
}
