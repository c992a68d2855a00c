//! The second factor: where it is set up, and where a code is asked.

use base64::{Engine, prelude::BASE64_STANDARD};
use kernel::Result;
use maud::{Markup, html};
use web::page::House;
use web::parts::{self, Button, Field, Note};
use web::{Form, t};

use super::{filled, summary};
use crate::commands::Wanted;
use crate::rules::factor;

/// A key as a person takes it into their device: the picture, and the same to type.
pub struct Key {
    /// The picture as SVG.
    pub picture: String,
    /// The secret in groups of four letters.
    pub typed: String,
}

impl Key {
    /// The key of somebody of a house.
    pub fn of(wanted: &Wanted, house: &str) -> Result<Self> {
        let address = factor::address(&wanted.secret, house, &wanted.email)?;
        Ok(Self { picture: factor::picture(&address)?, typed: factor::typed(&wanted.secret)? })
    }
}

/// Where somebody whose password was right types the code of their device.
pub fn ask_code(house: &House, name: &str, form: &Form, to: &str) -> Markup {
    let content = parts::form(
        "/sign-in/code",
        html! {
            p { (t!("{name}, type the code that your device shows now.", name = name)) }
            (summary(form))
            (parts::hidden("to", to))
            (filled(form, "code", Field::text("code", t!("Code")).required().remembers("one-time-code")
                .help(t!("Six digits. If your device is lost, type one of your recovery codes."))))
            div.row { (Button::send(t!("Go on")).first()) (Button::open("/sign-in", t!("Back"))) }
        },
    );
    let below = html! { (t!("Neither device nor recovery code? Ask your administrator to reset your second factor.")) };
    house.card(&t!("Second factor"), content, below)
}

/// Where somebody sets up the second factor that the house demands, before they come in.
pub fn demand(house: &House, key: &Key, form: &Form, to: &str) -> Markup {
    let content = html! {
        p { (t!("Everybody who works here comes in with a second factor. Set yours up now; it takes a minute.")) }
        (set_up("/sign-in/factor", key, form, to))
    };
    house.card(&t!("Set up your second factor"), content, html! {})
}

/// The same on one's own page.
pub fn begin(key: &Key, form: &Form) -> Markup {
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Your own page"), "/me#factor".to_owned())),
            title: html! { (t!("Set up your second factor")) },
            lead: Some(html! { (t!("From then on you come in with your password and a code that your device shows.")) }),
            ..parts::Head::default()
        }))
        (set_up("/me/factor", key, form, ""))
    }
}

fn set_up(action: &str, key: &Key, form: &Form, to: &str) -> Markup {
    let picture = format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(&key.picture));
    html! {
        p { (t!("1. Open an authenticator on your device and let it scan this picture.")) }
        p { img src=(picture) width="220" height="220" alt=(t!("The key as a picture to scan. The same stands below in letters.")); }
        p { (t!("Or type this key into it:")) }
        (parts::program_text(&key.typed))
        (parts::form(action, html! {
            p { (t!("2. Type the code that it shows now.")) }
            (summary(form))
            @if !to.is_empty() { (parts::hidden("to", to)) }
            (filled(form, "code", Field::text("code", t!("Code")).required().remembers("one-time-code").short()))
            div.row { (Button::send(t!("Switch it on")).first()) }
        }))
    }
}

/// The recovery codes, shown once.
pub fn codes(codes: &[String]) -> Markup {
    parts::note_with(
        Note::Good,
        t!("Keep these recovery codes"),
        html! {
            p { (t!("Each lets you in once when your device is lost. They are shown this once and kept by nobody. Print them, or keep them with your passwords.")) }
            (parts::program_text(&codes.join("\n")))
        },
    )
}

/// The same on a page of its own, for whoever just came in.
pub fn codes_first(house: &House, all: &[String], to: &str) -> Markup {
    let content = html! {
        (codes(all))
        div.row { (Button::open(to, t!("I have kept them")).first()) }
    };
    house.card(&t!("Second factor"), content, html! {})
}
