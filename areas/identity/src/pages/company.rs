//! What the house is called and which day it has, where administrators change it later.

use maud::{Markup, html};
use web::parts::{self, Button, Field, Symbol};
use web::{Action, Form, t};

use super::{filled, summary};

/// The page with the form.
pub fn page(form: &Form) -> Markup {
    html! {
        (parts::page_head(&parts::Head {
            title: html! { (t!("Our company")) },
            lead: Some(html! { (t!("The name stands on what customers read. The time zone says when a day ends.")) }),
            ..parts::Head::default()
        }))
        (summary(form))
        (parts::form("/company", html! {
            (filled(form, "name", Field::text("name", t!("Name of your company")).required().remembers("organization")))
            (filled(form, "zone", Field::text("zone", t!("Time zone")).required().example("Europe/Berlin")))
            div.row { (Button::send(t!("Save")).first()) (Button::open("/", t!("Back"))) }
        }))
    }
}

/// What waits for an administrator whose house was not wholly set up, at the question where it stopped.
pub fn to_do(number: String, address: &str, since: jiff::Timestamp) -> Action {
    Action {
        sort: "set_up",
        number,
        symbol: Symbol::Edit,
        title: t!("Go on setting up"),
        address: address.to_owned(),
        why: t!("questions about your house are open"),
        stands_in: None,
        due: None,
        since,
        done: None,
    }
}
