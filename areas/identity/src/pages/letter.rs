//! What stands around the link of a letter: is it you, it opens nothing any more, it is done.

use maud::{Markup, html};
use web::page::House;
use web::parts::{self, Button, Field, Note};
use web::{Form, t};

/// The page behind the link before the code was typed: it says whose it is and where the code goes, nothing else.
pub fn ask_for_code(house: &House, link: &str, masked: &str, is_sent: bool, written: &Form) -> Markup {
    let title = t!("Is it you?");
    let content = html! {
        p { (t!("This link is somebody's own. To be sure, we send a code to the address that we know: {address}", address = masked)) }
        (super::summary(written))
        @if is_sent {
            @if !written.has("code") { (parts::note(Note::Good, t!("The code is on its way. It is good for 15 minutes."))) }
            (parts::form(&format!("{link}/enter"), html! {
                (super::filled(written, "code", Field::text("code", t!("Code")).required().short().remembers("one-time-code").mark("inputmode", "numeric")))
                (Button::send(t!("Open it")).first().wide())
            }))
            (parts::form(&format!("{link}/code"), html! { (Button::send(t!("Send another code")).wide()) }))
        } @else {
            (parts::form(&format!("{link}/code"), html! { (Button::send(t!("Send me the code")).first().wide()) }))
        }
    };
    house.card_to_customer(
        &title,
        content,
        html! { (t!("If somebody forwarded this link to you, ask for one of your own.")) },
    )
}

/// A link that opens nothing, and why.
pub fn nothing(house: &House, words: &str) -> Markup {
    house.card_to_customer(&t!("This link opens nothing any more"), html! { p { (words) } }, html! {})
}

/// What was done, after it was done by a link.
pub fn done(house: &House, title: &str, words: &str) -> Markup {
    house.card_to_customer(title, parts::note(Note::Good, words), html! {})
}

/// An address of which only enough is shown to recognise it.
pub fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}…@{domain}", name.chars().next().unwrap_or('…')),
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_recognised_by_who_knows_it_and_told_to_nobody_else() {
        assert_eq!(masked("carl.whitfield@meridian-dairies.example"), "c…@meridian-dairies.example");
        assert_eq!(masked(""), "…");
    }
}
