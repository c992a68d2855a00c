//! How changes went in a year, and who looked back on it: the review of the procedure itself.

use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{self, day_of, say, word};
use web::parts::{
    self, Button, Column, Field, Figure, Head, Line, Table, figures, form, hidden, look_up, page_head,
    section,
};
use web::{Colleagues, Form, t};

use super::plan::hours;
use super::{Options, money, of_change, prose};
use crate::model::{LookBack, State};
use crate::queries::{Procedure, Yearly};

/// Who may look back on a year: for which functions, and who may see to what follows.
pub struct Looking {
    pub functions: Options,
    pub people: Colleagues,
}

/// The page of a year; `looking` is there where the reader may look back on it, and it is over.
pub fn page(it: &Procedure, looking: Option<&Looking>, written: &Form) -> Markup {
    let days = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |it| it.to_string());
    html! {
        (page_head(&Head {
            place: Some((t!("Changes"), "/changes".to_owned())),
            title: html! { (t!("How changes went in {year}", year = it.year.to_string())) },
            lead: Some(html! { (t!("Of what was raised in that year: how long each stage took, what was sent back, what it cost.")) }),
            ..Head::default()
        }))
        (look_up("/changes/procedure", html! {
            (Field::number("year", t!("Year")).value(it.year.to_string()).short())
            (Button::send(t!("Show")))
        }))
        @if it.changes.is_empty() { p.quiet-text { (t!("No change was raised in that year.")) } }
        @else {
            (figures(&[
                figure(t!("Raised"), it.raised.to_string()),
                figure(t!("Closed"), it.closed.to_string()),
                figure(t!("Sent back at least once"), it.bounced.to_string()),
                figure(t!("Days to the end, in the middle"), days(it.days)),
            ]))
            (figures(&[
                against(t!("What they cost, of those that are closed"), money(it.actual), t!("of {amount} that were estimated", amount = money(it.estimated))),
                against(t!("Days from the approval on, in the middle"), days(it.days_taken), t!("of {days} that were estimated", days = days(it.days_estimated))),
                against(t!("Hours spent"), hours(it.hours_spent), t!("of {hours} that were estimated", hours = hours(it.hours))),
            ]))
            (section("stages", t!("Days in each stage, in the middle"), stages(it)))
            (section("changes", t!("Each change"), each(&it.changes)))
            (section("lessons", t!("What was learned"), html! {
                ul { @for one in it.changes.iter().filter(|it| !it.lesson.trim().is_empty()) {
                    li { a href=(of_change(&one.number, "")) { (one.number) } " " (one.lesson) }
                } }
            }))
        }
        @if looking.is_some() || !it.looks_back.is_empty() {
            (section("looked-back", t!("Who looked back on it"), html! {
                @if it.looks_back.is_empty() { p.quiet-text { (t!("Nobody recorded yet that they did.")) } }
                @for one in &it.looks_back { (looked_back(one)) }
                @if let Some(looking) = looking { (recording(it, looking, written)) }
            }))
        }
    }
}

fn looked_back(it: &LookBack) -> Markup {
    let (then, on) = (&it.figures, day_of(it.at));
    html! {
        p {
            (parts::person(&it.name)) ", " (it.function_name) ", " (language::day(on)) br;
            span.fine { (t!("Then {raised} were raised, {closed} closed, {bounced} sent back.", raised = then.raised, closed = then.closed, bounced = then.bounced)) }
        }
        (parts::facts(&[(t!("What was seen"), prose(&it.seen)), (t!("What follows"), prose(&it.follows))]))
    }
}

fn recording(it: &Procedure, looking: &Looking, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    html! {
        (identity::summary(written))
        details open[!written.faults.0.is_empty() || it.looks_back.is_empty()] {
            summary.button.small { (t!("Record that you looked back on it")) }
            (form("/changes/procedure", html! {
                (hidden("year", it.year.to_string()))
                (Field::select("function", t!("For which function?"), looking.functions.clone()).value(written.text("function")).fault(written.faults.of("function").map(say)))
                (filled("seen", Field::area("seen", t!("What was seen")).lines(3).required()))
                (filled("follows", Field::area("follows", t!("What follows")).lines(3).required().help(t!("What is done otherwise from now on, or that nothing is."))))
                (looking.people.field(written, "person", t!("Who sees to it"), Some(t!("Nobody has to"))))
                (filled("due", Field::day("due", t!("By when"))))
                p.fine { (t!("The figures of the year are kept with it as they are now.")) }
                (Button::send(t!("Record it")))
            }))
        }
    }
}

fn against(label: String, value: String, note: String) -> Figure {
    Figure { label, value, note }
}

fn figure(label: String, value: String) -> Figure {
    Figure { label, value, note: String::new() }
}

fn stages(it: &Procedure) -> Table {
    let columns = vec![Column::title(t!("Stage")), Column::figure(t!("Days"))];
    let known = State::ALL.iter().filter_map(|state| {
        let days = it.stages.get(&state.code())?;
        Some(Line::new("", vec![html! { (word(*state)) }, html! { (days) }]))
    });
    Table::new(t!("Stages in their order"), columns, known.collect()).compact()
}

fn each(all: &[Yearly]) -> Table {
    let columns = vec![
        Column::title(t!("Change request")),
        Column::text(t!("State")),
        Column::figure(t!("Days")),
        Column::figure(t!("Sent back")),
        Column::figure(t!("Cost")),
        Column::figure(t!("From the approval on")),
        Column::figure(t!("Hours")),
        Column::figure(t!("Issues")),
    ];
    let lines = all.iter().map(|it| {
        Line::new(
            "",
            vec![
                html! { a href=(of_change(&it.number, "")) { (it.number) } " " (it.title) },
                parts::state(parts::State::from(kernel::State::tone(it.state)), word(it.state)),
                html! { @if let Some(days) = it.days { (days) } },
                html! { (it.bounced) },
                html! { @match it.actual { Some(cents) => (t!("{part} of {whole}", part = money(cents), whole = money(it.estimated))), None => (t!("estimated: {amount}", amount = money(it.estimated))) } },
                html! { @match (it.days_taken, it.days_estimated) {
                    (Some(taken), Some(days)) => (t!("{part} of {whole} days", part = taken, whole = days)),
                    (Some(taken), None) => (t!("{count} day" | "{count} days", count = taken)),
                    (None, _) => {},
                } },
                html! { @if it.hours > 0 || it.hours_spent > 0 { (t!("{part} of {whole}", part = hours(it.hours_spent), whole = hours(it.hours))) } },
                html! { @if it.issues > 0 { (it.issues) } },
            ],
        )
    });
    Table::new(t!("By their numbers"), columns, lines.collect()).compact()
}
