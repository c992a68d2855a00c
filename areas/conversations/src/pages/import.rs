//! The way in for mail: drop files, and read what became of each mail.

use jiff::Timestamp;
use kernel::{Faults, Reader, Result, Unfiled, Vocabulary};
use maud::{Markup, html};
use serde::Deserialize;
use web::parts::{self, Button, Column, Field, Head, Line, Note, State, Table, page_head};
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
    /// Under which digest it is kept as it came, where it could not be filed.
    #[serde(default)]
    pub kept: Option<String>,
}

/// Mails that came in and could not be filed, for whoever may read them.
pub struct Waiting {
    pub mails: Vec<Unfiled>,
    /// How many wait, also those that are not listed.
    pub all: i64,
    pub may_try: bool,
    pub may_take_in: bool,
}

pub fn import(reader: &Reader, arrivals: &[Arrival], waiting: &Waiting) -> Result<Markup> {
    let help = t!(
        "Single mails (.eml) and archives (.mbox), many at once. Each is kept as it came, and the same mail twice is one mail."
    );
    let unfiled = unfiled(reader, waiting)?;
    Ok(html! {
        (page_head(&Head {
            place: Some((t!("Inbox"), "/inbox".to_owned())),
            title: html! { (t!("Take in mail")) },
            lead: Some(html! { (t!("Mails find their conversation by what they answer, and their customer by who wrote.")) }),
            ..Head::default()
        }))
        @if waiting.may_take_in { (parts::drop_files("/import", "files", help, html! {})) }
        @if !arrivals.is_empty() { (results(arrivals)) }
        (unfiled)
    })
}

/// The mails that could not be filed, each as it came, with the reason.
fn unfiled(reader: &Reader, waiting: &Waiting) -> Result<Markup> {
    let mut lines = Vec::with_capacity(waiting.mails.len());
    for it in &waiting.mails {
        let to = format!("/import/{}", it.digest);
        let why = it.why().map_or_else(
            || t!("Whoever was filing it was stopped before it was done."),
            |it| language::say(&it),
        );
        lines.push(Line::new(
            "",
            vec![
                html! { a href={ (to) "/raw" } { (it.name) } br; span.fine { (web::record::size(it.size)) } },
                html! { (parts::when(it.at, reader.now)) br; span.fine { (reader.name_of(it.brought_by)?) } },
                html! { (why) @if it.tries > 1 { br; span.fine { (t!("Tried {count} time" | "Tried {count} times", count = it.tries)) } } },
                html! { @if waiting.may_try {
                    (Button::post(format!("{to}/again"), t!("Try again")).small()) " "
                    (Button::open(format!("{to}/away"), t!("Throw away")).small().bare())
                } },
            ],
        ));
    }
    let shown = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let columns = vec![
        Column::title(t!("Mail as it came")),
        Column::text(t!("Came")),
        Column::text(t!("Why it is not filed")),
        Column::plain(t!("What to do")),
    ];
    Ok(html! {
        @if !lines.is_empty() {
            (parts::section("unfiled", t!("Could not be filed"), html! {
                p { (t!("These mails are in no conversation yet. Their bytes are kept as they came, until they are filed or thrown away.")) }
                (Table::new(t!("Mails that could not be filed, the newest first"), columns, lines))
                @if waiting.all > shown {
                    p.fine { (t!("The newest {shown} of {all} mails stand here. Those before come up as these are filed or thrown away.", shown = shown, all = waiting.all)) }
                }
            }))
        }
    })
}

/// Said above the inbox where mails wait that could not be filed: nobody would miss them there.
pub fn not_filed(count: i64) -> Markup {
    html! {
        @if count > 0 {
            (parts::note(Note::Warn, html! {
                (t!("{count} mail could not be filed and stands in no conversation." | "{count} mails could not be filed and stand in no conversation.", count = count))
                " " a href="/import#unfiled" { (t!("Look at what came in")) }
            }))
        }
    }
}

/// Asks why a mail that could not be filed is thrown away.
pub fn throwing_away(it: &Unfiled, at: Timestamp, faults: &Faults) -> Markup {
    let to = format!("/import/{}", it.digest);
    let why = it.why().map(|it| language::say(&it));
    html! {
        (page_head(&Head {
            place: Some((t!("Take in mail"), "/import#unfiled".to_owned())),
            title: html! { (t!("Throw away a mail")) },
            lead: Some(html! { (t!("It is in no conversation, and its bytes are kept nowhere else. Look at it once more before you do.")) }),
            ..Head::default()
        }))
        p { a href={ (to) "/raw" } { (it.name) } " " span.fine { (web::record::size(it.size)) } " " (parts::when(it.at, at)) }
        @if let Some(why) = why { p { (why) } }
        (parts::form(&format!("{to}/away"), html! {
            (Field::text("reason", t!("Why it is thrown away")).required().fault(faults.of("reason").map(language::say))
                .help(t!("The reason stays on the trail, with the digest of what came; the mail itself is gone for good.")))
            div.row {
                (Button::send(t!("Throw it away")).stop())
                (Button::open("/import#unfiled", t!("Keep it")).bare())
            }
        }))
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
        @if it.kept.is_some() { br; span.fine { (t!("It is kept as it came, among those that could not be filed.")) } }
    }
}
