//! What the customer of a change sees of it, for those of the house: whether they follow it, and what they read.

use maud::html;
use web::language::say;
use web::parts::{Beside, Button};
use web::t;

use super::{of_change, prose};
use crate::queries::Following;

/// What stands beside a change about its customer.
pub struct Seen<'a> {
    pub number: &'a str,
    pub following: &'a Following,
    /// Whether whoever looks lets them follow it, or no longer.
    pub may: bool,
    /// Whether the page offers that first, above.
    pub is_first: bool,
    /// What is missing for it: the sentence, and where it is said.
    pub missing: &'a [kernel::Missing],
}

/// The button that lets the customer follow a change.
pub fn let_follow(number: &str, words: String) -> Button {
    Button::post(of_change(number, "follow"), words)
}

/// What the customer of a change sees of it, beside it.
pub fn beside(it: &Seen) -> Beside {
    let lets = |words: String| {
        html! { @if it.may {
            @for one in it.missing { p.fine {
                (say(&one.sentence)) @if let Some(to) = &one.link { " " a href=(to) { (t!("Say it")) } }
            } }
            @if it.missing.is_empty() { (let_follow(it.number, words).small()) }
        } }
    };
    let inside = html! { @match it.following {
        Following::No => {
            p.quiet-text { (t!("They see nothing of it yet.")) }
            @if !it.is_first { (lets(t!("Let the customer follow it"))) }
        },
        Following::Yes { since, words, is_old } => {
            p { (t!("They follow it: how far it is, and these words since {moment}.", moment = web::language::exact_moment(*since))) }
            (prose(words))
            @if *is_old {
                p { (t!("By now you say it otherwise.")) }
                (lets(t!("Show them what it says now")))
            }
            @if it.may { " " (Button::post(of_change(it.number, "unfollow"), t!("Let them follow it no longer")).small().bare()) }
        },
        Following::Asked => p { (t!("They were asked whether they approve it. They see what was shown to them, and how far it is.")) },
    } };
    Beside { id: "follow", title: t!("What the customer sees"), count: None, inside }
}
