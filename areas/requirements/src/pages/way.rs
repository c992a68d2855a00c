//! The whole way of a set in the order of time: what was said, what was made of it, what was done with it.

use maud::{Markup, html};
use web::parts::{self, Entry, Head, page_head};
use web::t;

use super::of_set;

/// The way of a set, its lines in order.
pub fn page(number: &str, title: &str, lines: &[Entry]) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_set(number, ""))),
            title: html! { (t!("The whole way of {title}", title = title)) },
            lead: Some(html! { (t!("Messages, the words that became requirements, every deed and every revision, the oldest first. Each deed offers its proof.")) }),
            ..Head::default()
        }))
        @if lines.is_empty() { p.quiet-text { (t!("Nothing was said or done yet.")) } }
        (parts::timeline(lines))
    }
}
