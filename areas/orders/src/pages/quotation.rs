//! The page of a quotation, and the forms that send it and take the order that answers it.

use identity::{filled, summary};
use jiff::civil::Date;
use kernel::{Missing, Revision, Vocabulary};
use maud::{Markup, html};
use web::language::{self, word};
use web::parts::{self, Beside, Button, Field, Head, Note, Symbol};
use web::{Form, t};

use super::form::{SPARE, THEIRS, line};
use super::{lines, of_quotation, refused, terms};
use crate::model::{CameBy, Quotation};
use crate::rules::label;

/// The sections of a quotation; the day is said while it can still be accepted.
///
/// `set` is the requirement set that it rests on: what it is called, and its address.
pub fn body(
    number: &str,
    it: &Quotation,
    set: Option<&(String, String)>,
    is_open: bool,
    today: Option<Date>,
) -> Markup {
    let edit = Button::open(of_quotation(number, "edit"), t!("Change")).symbol(Symbol::Edit).small();
    let buttons = if is_open { vec![edit] } else { vec![] };
    html! {
        @match it.valid_until {
            Some(day) if today.is_some_and(|today| day < today) => (parts::note(Note::Warn, t!("It was valid until {day}.", day = language::day(day)))),
            Some(day) => p { (t!("Valid until {day}.", day = language::day(day))) },
            None => {},
        }
        (parts::section_with("lines", t!("Lines"), &buttons, html! {
            @if it.lines.is_empty() { p.quiet-text { (t!("No line stands there yet.")) } }
            @else { (lines(t!("Lines of the quotation"), &it.lines, &it.currency)) }
        }))
        (parts::section("terms", t!("Terms"), html! {
            @if let Some((words, to)) = set { p { (t!("What it must do:")) " " a href=(to) { (words) } } }
            (parts::facts(&terms(&it.terms)))
        }))
        @if !it.note.is_empty() { (parts::note(Note::Plain, &it.note)) }
    }
}

/// The revisions beside it, each with its letter.
pub fn revisions(number: &str, all: &[Revision]) -> Beside {
    let inside = html! {
        @if all.is_empty() { p.quiet-text { (t!("Nothing was sent yet.")) } }
        ul.signatures { @for it in all { li {
            (Symbol::Seal)
            div {
                a href=(of_quotation(number, &format!("revisions/{}", it.no))) { (t!("Revision {label}", label = label(it.no))) }
                @if let Some(life) = it.life { " · " (word(life)) }
                br; span.fine { (language::exact_moment(it.released_at)) " · " (parts::digest(&it.digest)) }
            }
        } } }
    };
    Beside {
        id: "revisions",
        title: t!("Revisions"),
        count: Some(language::count(i64::try_from(all.len()).unwrap_or(0))),
        inside,
    }
}

fn head(number: &str, title: String, lead: Option<String>) -> Markup {
    parts::page_head(&Head {
        place: Some((number.to_owned(), of_quotation(number, ""))),
        title: html! { (title) },
        lead: lead.map(|it| html! { (it) }),
        ..Head::default()
    })
}

/// One revision, as it was sent.
pub fn revision(number: &str, it: &Revision, quotation: &Quotation, by: &str) -> Markup {
    html! {
        (head(number, t!("Revision {label} of {number}", label = label(it.no), number = number), None))
        @if !it.reason.is_empty() { p.lead { (t!("Because: {reason}", reason = &it.reason)) } }
        (parts::facts(&[
            (t!("Sent"), html! { (language::exact_moment(it.released_at)) }),
            (t!("By"), parts::person(by)),
            (t!("Digest"), html! { code { (it.digest) } }),
        ]))
        (body(number, quotation, None, false, None))
    }
}

/// The form that sends the next revision.
pub fn send(number: &str, next: i64, missing: &[Missing], form: &Form) -> Markup {
    html! {
        (head(number, t!("Send revision {label}", label = label(next)), Some(t!("It is frozen, and the customer reads it. What it says then never changes."))))
        (summary(form))
        (refused(t!("This cannot be sent yet"), missing))
        (parts::form(&of_quotation(number, "send"), html! {
            (filled(form, "reason", Field::area("reason", t!("Reason"))).help(t!("What changed since the last revision, or why it is sent.")))
            div.row {
                (Button::send(t!("Send it")).first())
                (Button::open(of_quotation(number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// The form that takes down that the customer ordered.
///
/// So many lines were quoted.
pub fn ordered((number, title): (&str, &str), lines: usize, extra: &Markup, form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    html! {
        (head(number, t!("The customer ordered {title}", title = title), Some(t!("Their order is laid beside what was quoted, field by field. What differs is settled by somebody before it is accepted."))))
        (summary(form))
        (parts::files_form(&of_quotation(number, "order"), html! {
            (text("purchase_order", t!("Customer's order number")))
            (filled(form, "came_by", Field::select("came_by", t!("How it came"), CameBy::ALL.iter().map(|it| (it.code(), word(*it))))))
            (filled(form, "ordered_on", Field::day("ordered_on", t!("Ordered on"))).help(t!("Today where nothing is said.")))
            (extra)
            (purchase(&of_quotation(number, "order"), lines, form))
            div.row {
                (Button::send(t!("Take the order down")).first())
                (Button::open(of_quotation(number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// Their order: as a file, or typed. So many lines have we; `page` is where the form stands.
pub fn purchase(page: &str, lines: usize, form: &Form) -> Markup {
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    let count = (lines + SPARE).min(crate::rules::MOST_LINES);
    html! {
        p.field {
            label for="file" { (t!("Their order as a file")) }
            span.fine id="file-help" { (t!("CSV or XLSX, in English or German: what stands above the table, and the table of lines.")) }
            @if let Some(it) = form.faults.of("file") { (parts::fault("file", &language::say(it))) }
            input id="file" type="file" name="files" accept=".csv,.xlsx,.txt" aria-describedby="file-help";
        }
        details id="typed" open[is_typed(form)] {
            summary.button { (Symbol::Edit.icon()) (t!("Or type it")) }
            fieldset.stack {
                legend { (t!("What their order says")) }
                (text("their_specification", t!("Specification")).example("RS-2026-0017 revision 2"))
                (text("their_delivery", t!("Delivery")))
                (text("their_incoterm", t!("Terms of delivery")))
                (text("their_payment", t!("Payment")))
                (text("their_penalty", t!("Penalty")))
                (text("their_warranty", t!("Warranty")))
                (text("their_packing", t!("Packing")))
                (text("their_currency", t!("Currency")).short().example("EUR"))
                (filled(form, "their_total", Field::number("their_total", t!("Total of their lines"))))
            }
            fieldset.stack {
                legend { (t!("Their lines")) }
                p.quiet-text { (t!("Lines without an article and words are left out.")) }
                @if lines > 0 { p { a href={ (page) "?their=ours#typed" } { (t!("Begin with our lines, and change what differs")) } } }
                @for place in 1..=count { (line(THEIRS, form, place)) }
                (filled(form, "pasted", Field::area("pasted", t!("Or paste them")).lines(6))
                    .help(t!("Paste the cells of their table with its headings: Pos, Article, Text, Qty, Unit, Unit price.")))
            }
        }
    }
}

/// Whether something of their order is typed or pasted; a day alone says nothing.
pub fn is_typed(form: &Form) -> bool {
    let is_theirs =
        |name: &str| name == "pasted" || name.starts_with(THEIRS) && !name.starts_with("their_wanted");
    form.pairs().iter().any(|(name, words)| is_theirs(name) && !words.trim().is_empty())
}
