//! Our quotation and their order beside each other, and how each difference is settled.

use identity::{filled, summary};
use kernel::{Vocabulary, text};
use maud::{Markup, html};
use web::language::{self, say, word};
use web::parts::{self, Button, Choice, Choices, Column, Field, Head, Line, Note, State, Table};
use web::{Form, t};

use super::{of_order, quotation};
use crate::model::{Difference, DifferenceKind, Resolution, Settled};
use crate::queries::{Compared, anchor};
use crate::rules::has_a_field;

/// Everything that the page shows.
pub struct Shown<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub all: &'a [Compared],
    /// What the order says of an earlier order of theirs.
    pub left: &'a [Difference],
    /// The rows of their workbook in which a formula stands.
    pub calculated: &'a [usize],
    /// The names of those who settled something, by their keys.
    pub names: &'a [(i64, String)],
    /// Whether the order is not accepted yet, so that it can be written in.
    pub is_received: bool,
    pub may_settle: bool,
    /// Whether what they accept is written into the order: they keep orders.
    pub may_write: bool,
    /// So many lines stand on our paper.
    pub lines: usize,
    pub form: &'a Form,
}

/// What a place is called.
pub fn place(words: &str) -> String {
    let text = match words {
        "specification" => text!("Specification"),
        "currency" => text!("Currency"),
        "delivery" => text!("Delivery"),
        "incoterm" => text!("Terms of delivery"),
        "payment" => text!("Payment"),
        "penalty" => text!("Penalty"),
        "warranty" => text!("Warranty"),
        "packing" => text!("Packing"),
        "total of their lines" => text!("Total of their lines"),
        other => match other.strip_prefix("line ").map(|it| it.split_once(' ').unwrap_or((it, ""))) {
            Some((no, "")) => text!("Line {no}", no = no),
            Some((no, "article")) => text!("Line {no}: article", no = no),
            Some((no, "text")) => text!("Line {no}: text", no = no),
            Some((no, "quantity")) => text!("Line {no}: quantity", no = no),
            Some((no, "unit")) => text!("Line {no}: unit", no = no),
            Some((no, "price")) => text!("Line {no}: price", no = no),
            Some((no, "date")) => text!("Line {no}: day", no = no),
            Some((no, what)) => text!("Line {no}: {what}", no = no, what = what),
            None => text!("{word}", word = other),
        },
    };
    say(&text)
}

/// The page.
pub fn page(it: &Shown) -> Markup {
    let differing: Vec<&Compared> = it.all.iter().filter(|one| one.differs).collect();
    let open = differing.iter().filter(|one| one.is_open).count();
    html! {
        (parts::page_head(&Head {
            place: Some((it.number.to_owned(), of_order(it.number, ""))),
            title: html! { (t!("Quotation and order beside each other")) },
            lead: Some(html! { (it.title) }),
            ..Head::default()
        }))
        (summary(it.form))
        @if it.all.is_empty() {
            p.quiet-text { (t!("Their order was not laid beside ours yet. Send it as a file, or type what it says.")) }
        } @else if differing.is_empty() {
            (parts::note(Note::Good, t!("Nothing differs.")))
        } @else if open == 0 {
            (parts::note(Note::Good, t!("{count} difference, settled." | "{count} differences, all settled.", count = differing.len())))
        } @else {
            (parts::note(Note::Asks, t!("{count} difference is open." | "{count} differences are open.", count = open)))
        }
        @for one in it.left { (parts::note(Note::Asks, left_over(it, one))) }
        @if !it.calculated.is_empty() {
            @let rows = it.calculated.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            (parts::note(Note::Plain, t!("Formulas stand in their workbook, in row {rows}. What they came to when it was saved last stands here.", rows = rows)))
        }
        @for one in &differing { (difference(it, one)) }
        @if !it.all.is_empty() { (both(it)) }
        @if it.may_settle {
            (parts::section("purchase", if it.all.is_empty() { t!("Lay their order beside ours") } else { t!("Their order says something else now") },
                parts::files_form(&of_order(it.number, "purchase"), html! {
                    (quotation::purchase(&of_order(it.number, "differences"), it.lines, it.form))
                    (Button::send(t!("Lay it beside ours")))
                })))
        }
    }
}

fn difference(it: &Shown, one: &Compared) -> Markup {
    let id = anchor(&one.is.place);
    let state = if one.is_open {
        parts::state(State::Waits, t!("open"))
    } else {
        parts::state(State::Good, t!("settled"))
    };
    parts::section(
        &id,
        html! { (place(&one.is.place)) " " (state) },
        html! {
            @if one.is_open || one.is.ours.is_empty() || one.is.theirs.is_empty() || !one.is.agreed.is_empty() {
                (parts::facts(&papers(one)))
            } @else {
                p { span.fine { (t!("ours, theirs")) } ": " (parts::words_changed(&one.is.ours, &one.is.theirs)) }
            }
            @if let Some(last) = &one.settled {
                @let name = name_of(it, last);
                p {
                    (parts::person(name)) ": " (word(last.resolution))
                    @if !last.words.is_empty() { ". " (last.words) }
                    @if !last.told.is_empty() { " " span.fine { (t!("Told by: {how}", how = &last.told)) } }
                    " " span.fine { (language::exact_moment(last.at)) }
                }
            }
            @if !one.is_written { (parts::note(Note::Asks, unwritten(it, one))) }
            @if it.may_settle { (settle(it, one)) }
        },
    )
}

/// What is done where the order does not say what was settled.
fn unwritten(it: &Shown, one: &Compared) -> Markup {
    if !it.is_received {
        return html! { (t!("What was agreed is closed, and the order does not say so. Raise a change request.")) };
    }
    html! {
        @match (one.is_to_be_ours(), it.may_write) {
            (true, true) => {
                (t!("Ours was kept, and the order does not say so.")) " "
                a href=(of_order(it.number, "edit")) { (t!("Write ours into the order")) }
            }
            (true, false) => (t!("Ours was kept, and the order does not say so. Have somebody who keeps orders write ours there.")),
            (false, true) => (t!("The order does not say so. Accept theirs once more, which writes it into the order, or write there what was agreed.")),
            (false, false) => (t!("The order does not say so. Have somebody who keeps orders accept theirs here once more, which writes it into the order, or write there what was agreed.")),
        }
    }
}

/// What is done where the order says what an earlier order of theirs said.
fn left_over(it: &Shown, one: &Difference) -> Markup {
    html! {
        (t!("“{place}” of the order says what an earlier order of theirs said. Have somebody who keeps orders write there what holds now.", place = place(&one.place)))
        @if it.may_write { " " a href=(of_order(it.number, "edit")) { (t!("Write it there")) } }
    }
}

fn name_of<'a>(it: &Shown<'a>, last: &Settled) -> &'a str {
    it.names.iter().find(|(id, _)| *id == last.by).map(|(_, name)| name.as_str()).unwrap_or_default()
}

/// What each paper says, with what was agreed between them where the set says something.
fn papers(one: &Compared) -> Vec<(String, Markup)> {
    let mut all = vec![(t!("Ours"), said(one, &one.is.ours))];
    if !one.is.agreed.is_empty() {
        all.push((t!("Agreed"), said(one, &one.is.agreed)));
    }
    all.push((t!("The customer's"), said(one, &one.is.theirs)));
    all
}

/// What one paper says; money is written as people read it.
fn said(one: &Compared, words: &str) -> Markup {
    let is_money = one.is.kind == DifferenceKind::Price && one.is.place != "currency";
    html! {
        @if words.is_empty() { span.quiet-text { (t!("nothing said")) } }
        @else if is_money { (super::money(words, "")) }
        @else { (words) }
    }
}

fn settle(it: &Shown, one: &Compared) -> Markup {
    // One form on the page was sent; the others say nothing of it.
    let none = Form::default();
    let form = if it.form.text("place") == one.is.place { it.form } else { &none };
    let last = one.settled.as_ref().map(|it| it.resolution);
    let chosen = Resolution::of(form.text("resolution")).or(last);
    let choices =
        Resolution::ALL.iter().map(|it| Choice::new(it.code(), word(*it)).chosen(chosen == Some(*it)));
    let written = match (has_a_field(&one.is), it.may_write) {
        (true, true) => t!("What is accepted of theirs is written into the order."),
        (true, false) => t!("Somebody who keeps orders writes into the order what you accept of theirs."),
        (false, _) => {
            t!(
                "Nothing of theirs is written into the order here: that it was accepted stands on this page alone."
            )
        }
    };
    let inside = parts::form(
        &of_order(it.number, "differences"),
        html! {
            (parts::hidden("place", &one.is.place))
            (Choices::one("resolution", t!("What becomes of it"), choices.collect()).help(written))
            (filled(form, "words", Field::text("words", t!("What was agreed in the end"))))
            (filled(form, "told", Field::text("told", t!("How the customer was told"))).help(t!("The mail, call or letter. Needed where ours is kept.")))
            (Button::send(t!("Settle it")).small())
        },
    );
    if one.is_open {
        inside
    } else {
        html! { details { summary.button { (t!("Settle it otherwise")) } (inside) } }
    }
}

fn both(it: &Shown) -> Markup {
    let columns = vec![
        Column::title(t!("Field")),
        Column::text(t!("Ours")),
        Column::text(t!("Agreed")),
        Column::text(t!("The customer's")),
        Column::text(t!("Difference")),
    ];
    let says = |it: &&Compared| [&it.is.ours, &it.is.agreed, &it.is.theirs].iter().any(|it| !it.is_empty());
    let by = |last: &Settled| parts::person(name_of(it, last));
    let rows = it.all.iter().filter(says).map(|it| {
        let mark = match (&it.settled, it.differs, it.is_open) {
            (None, false, _) => html! {},
            (Some(last), false, _) => html! { (parts::state(State::Good, t!("settled"))) " " (by(last)) },
            (_, true, true) => parts::state(State::Waits, t!("open")),
            (_, true, false) => parts::state(State::Good, t!("settled")),
        };
        Line::new(
            &it.is.place,
            vec![
                html! { (place(&it.is.place)) },
                said(it, &it.is.ours),
                html! { (it.is.agreed) },
                said(it, &it.is.theirs),
                mark,
            ],
        )
    });
    parts::section(
        "both",
        t!("Both papers, field by field"),
        Table::new(t!("Both papers, field by field"), columns, rows.collect()).compact(),
    )
}
