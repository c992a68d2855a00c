//! The door.

use maud::{Markup, html};
use web::Form;
use web::page::House;
use web::parts::{self, Button, Field};
use web::t;

use super::{filled, summary};

/// Where somebody says who they are. `to` is where they wanted to go.
pub fn card(house: &House, form: &Form, to: &str) -> Markup {
    let content = parts::form(
        "/sign-in",
        html! {
            (summary(form))
            (parts::hidden("to", to))
            (filled(form, "email", Field::email("email", t!("E-mail address")).required().remembers("username")))
            (filled(form, "password", Field::password("password", t!("Password")).required().remembers("current-password")))
            div.row { (Button::send(t!("Sign in")).first()) }
        },
    );
    let below = html! {
        a href="/sign-in/forgotten" { (t!("Password forgotten?")) } " "
        (t!("No password yet? Ask your administrator for an invitation.")) " "
        a href="/trust" { (t!("How to check our log without us")) }
    };
    house.card(&t!("Sign in"), content, below)
}
