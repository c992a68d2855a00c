//! The whole way of an order in the order of time.

use maud::{Markup, html};
use web::parts::{self, Entry, Head};
use web::t;

/// The way of an order with this number and address, its lines in order.
pub fn page((number, address): (&str, String), title: &str, lines: &[Entry]) -> Markup {
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), address)),
            title: html! { (t!("The whole way of {title}", title = title)) },
            lead: Some(html! { (t!("What was said, asked, reviewed, quoted, ordered, promised and told, the oldest first. Each deed offers its proof.")) }),
            ..Head::default()
        }))
        @if lines.is_empty() { p.quiet-text { (t!("Nothing was said or done yet.")) } }
        (parts::timeline(lines))
    }
}
