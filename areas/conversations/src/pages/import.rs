//! The way in for mail: drop files, and read what became of each mail.

use kernel::Vocabulary;
use maud::{Markup, html};
use serde::Deserialize;
use web::parts::{self, Head, State, page_head};
use web::{language, t};

use crate::commands::What;

/// What became of one mail, as it is kept for the page that shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Arrival {
    pub name: String,
    pub subject: String,
    pub number: Option<String>,
    pub message: Option<i64>,
    pub what: What,
    pub because: String,
}

pub fn import(arrivals: &[Arrival]) -> Markup {
    let help = t!(
        "Single mails (.eml) and archives (.mbox), many at once. Each is kept as it came, and the same mail twice is one mail."
    );
    html! {
        (page_head(&Head {
            place: Some((t!("Inbox"), "/inbox".to_owned())),
            title: html! { (t!("Take in mail")) },
            lead: Some(html! { (t!("Mails find their conversation by what they answer, and their customer by who wrote.")) }),
            ..Head::default()
        }))
        (parts::drop_files("/import", "files", help, html! {}))
        @if !arrivals.is_empty() { (results(arrivals)) }
    }
}

fn results(arrivals: &[Arrival]) -> Markup {
    let count = |what: What| arrivals.iter().filter(|it| it.what == what).count();
    let counted: Vec<String> = What::ALL
        .iter()
        .filter(|it| count(**it) > 0)
        .map(|it| {
            format!("{} {}", language::count(i64::try_from(count(*it)).unwrap_or(0)), language::word(*it))
        })
        .collect();
    parts::section(
        "results",
        t!("What became of them"),
        html! {
            p { (counted.join(", ")) "." }
            ul.signatures { @for it in arrivals { li { (shape(it.what).symbol()) div { (line(it)) } } } }
        },
    )
}

fn shape(what: What) -> State {
    match what {
        What::Joined | What::Began => State::Good,
        What::WasKnown => State::Over,
        What::Refused => State::Bad,
    }
}

fn line(it: &Arrival) -> Markup {
    let place = it.message.map_or_else(String::new, |id| format!("#message-{id}"));
    html! {
        strong { @if it.subject.is_empty() { (it.name) } @else { (it.subject) } }
        " " (language::word(it.what)) " "
        @if let Some(number) = &it.number { a href={ "/conversations/" (number) (place) } { (number) } }
        br; span.fine { (it.because) " " (it.name) }
    }
}
