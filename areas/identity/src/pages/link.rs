//! Setting one's own password by a link, and asking for one.

use maud::{Markup, html};
use web::page::House;
use web::parts::{self, Button, Field};
use web::{Form, t};

use super::{filled, summary};
use crate::model::Purpose;
use crate::queries::Invited;

/// Where somebody who came with a link sets their password.
pub fn set_password(house: &House, secret: &str, it: &Invited, form: &Form) -> Markup {
    let (title, words, button) = match it.purpose {
        Purpose::Invitation => (
            t!("Welcome, {name}", name = it.name.clone()),
            t!("Choose your password. You sign in with {email}.", email = it.email.clone()),
            t!("Keep the password"),
        ),
        Purpose::Reset => (
            t!("A new password for {name}", name = it.name.clone()),
            t!("Choose it now. Wherever you are still signed in, that ends."),
            t!("Keep the new password"),
        ),
    };
    let content = parts::form(
        &format!("/password/{secret}"),
        html! {
            p { (words) }
            (summary(form))
            // A password manager keeps the new one under the right name.
            (Field::email("email", t!("E-mail address")).value(it.email.clone()).read_only().remembers("username"))
            (filled(form, "password", Field::password("password", t!("New password")).required().remembers("new-password")
                .help(t!("At least 12 characters. A few words in a row are good."))))
            div.row { (Button::send(button).first()) }
        },
    );
    house.card(&title, content, html! { (t!("This link is good once.")) })
}

/// A link that opens nothing.
pub fn used_up(house: &House) -> Markup {
    let content = html! {
        p { (t!("It was used before, taken back, or it is too old. Ask for another one.")) }
        div.row { (Button::open("/sign-in/forgotten", t!("Ask for a new password")).first()) (Button::open("/sign-in", t!("Sign in"))) }
    };
    house.card(&t!("This link opens nothing any more"), content, html! {})
}

/// Where somebody says that they forgot their password.
pub fn forgotten(house: &House, form: &Form) -> Markup {
    let content = parts::form(
        "/sign-in/forgotten",
        html! {
            p { (t!("Say who you are. You get a link to a new password: by letter, or from your administrator, who is told.")) }
            (summary(form))
            (filled(form, "email", Field::email("email", t!("E-mail address")).required().remembers("username")))
            div.row { (Button::send(t!("Ask for a new password")).first()) (Button::open("/sign-in", t!("Back"))) }
        },
    );
    house.card(&t!("Password forgotten"), content, html! {})
}

/// The answer, which is the same for everybody.
pub fn asked(house: &House, is_mailed: bool) -> Markup {
    let content = html! {
        @if is_mailed { p { (t!("If somebody signs in here with this address, a letter with a link is on its way. The link is good for a day.")) } }
        @else { p { (t!("If somebody here has this address, the administrator has been told now. You get a link that is good for a day.")) } }
        div.row { (Button::open("/sign-in", t!("Back to signing in")).first()) }
    };
    house.card(&t!("Your request was taken down"), content, html! {})
}

/// A link that was made just now.
pub struct Fresh {
    pub link: String,
    pub purpose: Purpose,
    /// Whether it went to the person by letter.
    pub is_mailed: bool,
}

/// The link that was made just now: shown once, to pass on.
pub fn fresh(it: &Fresh, email: &str) -> Markup {
    let (title, words) = match it.purpose {
        Purpose::Invitation => (
            t!("Pass this invitation on"),
            t!(
                "Whoever opens it chooses the password of {email}. It is good once, for seven days, and shown only now.",
                email = email
            ),
        ),
        Purpose::Reset => (
            t!("Pass this link on"),
            t!(
                "Whoever opens it chooses a new password for {email}. It is good once, for a day, and shown only now.",
                email = email
            ),
        ),
    };
    parts::note_with(
        parts::Note::Good,
        title,
        html! {
            p { (words) }
            (parts::program_text(&it.link))
            @if it.is_mailed { p { (t!("It also went to {email} by letter.", email = email)) } }
            @else { p.fine { (t!("To have it sent by letter, set up [mail] and [site] address in the configuration.")) } }
        },
    )
}
