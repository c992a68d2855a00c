//! The matrix of the house, as it is read and written, and with the risks in it.

use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{
    self, Button, Field, Head, Note, Symbol, Tab, form, hidden, page_head, section, section_with,
};
use web::{Form, t};

use super::{level, tone, words_of};
use crate::model::{Level, RiskMatrix};
use crate::queries::Placed;
use crate::rules::InForce;

const PLACE: &str = "/risk-matrices";

/// What a step is called: its number, and its words where it has some.
pub fn step(scale: &[String], step: usize) -> String {
    match scale.get(step.saturating_sub(1)).map(|it| it.trim()) {
        Some(words) if !words.is_empty() => format!("{step} · {words}"),
        _ => step.to_string(),
    }
}

/// The matrix as a table: the likeliest above, the most severe at the right. What stands in each cell says `cell`.
pub fn drawn(it: &RiskMatrix, caption: &str, cell: &dyn Fn(i64, i64) -> Markup) -> Markup {
    html! {
        div.scrolls tabindex="0" role="group" aria-label=(caption) {
            table.heat {
                caption.unseen { (caption) }
                thead { tr {
                    td { span.fine { (t!("Likelihood")) " ↑" br; (t!("Severity")) " →" } }
                    @for column in 1..=it.severity.len() { th scope="col" { (step(&it.severity, column)) } }
                } }
                tbody { @for row in (1..=it.likelihood.len()).rev() { tr {
                    th scope="row" { (step(&it.likelihood, row)) }
                    @for column in 1..=it.severity.len() {
                        @let (row, column) = (i64::try_from(row).unwrap_or(0), i64::try_from(column).unwrap_or(0));
                        @let is = it.level(row, column).unwrap_or_default();
                        td class=(tone(is)) { span.fine { (word(is)) } (cell(row, column)) }
                    }
                } } }
            }
        }
    }
}

/// What is placed in the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Now,
    Before,
    Left,
}

impl Of {
    /// As it stands in an address.
    pub fn named(code: &str) -> Self {
        match code {
            "before" => Self::Before,
            "left" => Self::Left,
            _ => Self::Now,
        }
    }

    /// The steps at which a risk is placed by it.
    pub fn steps(self, it: &Placed) -> Option<(i64, i64)> {
        match self {
            Self::Now => it.now(),
            Self::Before => it.before(),
            Self::Left => it.left(),
        }
    }
}

/// The heat map: every risk that is not closed where it stands.
pub fn map(by: Option<&InForce>, all: &[Placed], of: Of, may_raise: bool) -> Markup {
    let head = |lead: Markup| {
        let raise = Button::open("/risks/new", t!("Note a risk")).symbol(Symbol::Plus).small();
        let tools = parts::Tools { first: may_raise.then_some(raise), ..parts::Tools::default() };
        page_head(&Head {
            place: Some((t!("Risks"), "/risks".to_owned())),
            title: html! { (t!("Heat map")) },
            lead: Some(lead),
            tools,
            ..Head::default()
        })
    };
    let Some(by) = by else {
        return html! {
            (head(html! { (t!("Where each risk stands in the matrix of the house.")) }))
            (parts::note(Note::Plain, t!("No risk matrix is in force yet. It says what likely and bad mean here.")))
            (Button::open(PLACE, t!("To the risk matrix")).first())
        };
    };
    let tab = |label: String, code: &str, is: Of| Tab {
        label,
        address: format!("/risks/map?of={code}"),
        count: Some(all.iter().filter(|it| is.steps(it).is_some()).count()),
        is_here: of == is,
    };
    let tabs = [
        tab(t!("As it stands"), "now", Of::Now),
        tab(t!("Before anything is done"), "before", Of::Before),
        tab(t!("What is left"), "left", Of::Left),
    ];
    let inside = |row: i64, column: i64| {
        let here: Vec<&Placed> = all.iter().filter(|it| of.steps(it) == Some((row, column))).collect();
        html! { @if !here.is_empty() { ul { @for it in &here {
            li { a href={ "/risks/" (it.number) } title=(it.title) { span.number { (it.number) } span.unseen { " " (it.title) } } }
        } } } }
    };
    let unrated: Vec<&Placed> = all.iter().filter(|it| of.steps(it).is_none()).collect();
    html! {
        (head(html! {
            (t!("Where each risk stands in the matrix of the house.")) " "
            a href={ "/risk-matrices/" (by.number) } { (by.number) } " " (t!("revision {no}", no = by.revision))
        }))
        (parts::tabs(&t!("What is shown"), &tabs))
        (drawn(&by.matrix, &t!("Risks by likelihood and severity"), &inside))
        @if !unrated.is_empty() && of != Of::Left {
            (section("unrated", t!("Not rated yet"), html! { ul { @for it in &unrated {
                li { a href={ "/risks/" (it.number) } { span.number { (it.number) } " " (it.title) } }
            } } }))
        }
    }
}

/// The matrix as a record.
pub fn body(it: &RiskMatrix, edit: Option<&str>) -> Markup {
    let buttons: Vec<Button> =
        edit.map(|to| Button::open(to, t!("Edit")).small().symbol(Symbol::Edit)).into_iter().collect();
    let holds = [Level::Low, Level::Medium, Level::High, Level::VeryHigh];
    html! {
        (section_with("matrix", t!("How bad it is"), &buttons, drawn(it, &t!("Level by likelihood and severity"), &|_, _| html! {})))
        (section("holds", t!("For how long it may be accepted"), html! {
            ul { @for is in holds { li {
                (level(is)) ": "
                @match it.holds.days(is) {
                    0 => (t!("nobody may accept it")),
                    days => (t!("{count} day at most" | "{count} days at most", count = days)),
                }
            } } }
            p.fine { (t!("An acceptance ends by itself. The owner is then asked to judge the risk again.")) }
        }))
    }
}

/// The form of the matrix; a new one has its extra fields in it.
pub fn edit(
    number: Option<&str>,
    version: i64,
    (title, it): (&str, &RiskMatrix),
    extra: &Markup,
    written: &Form,
) -> Markup {
    let action = number.map_or_else(|| PLACE.to_owned(), |it| format!("{PLACE}/{it}/edit"));
    let back = number.map_or_else(|| PLACE.to_owned(), |it| format!("{PLACE}/{it}"));
    let fault = |name: &str| written.faults.of(name).map(say);
    let scale = |name: &str, label: String, scale: &[String]| {
        html! { fieldset.stack {
            legend { (label) }
            @if let Some(words) = fault(name) { (parts::fault(&format!("{name}-fault"), &words)) }
            @for (place, words) in (1usize..).zip(scale) {
                (Field::text(format!("{name}{place}"), t!("Step {no}", no = place)).value(words))
            }
        } }
    };
    let days = |name: &'static str, of: Level, value: i64| {
        Field::number(name, t!("Days, where it is “{level}”", level = word(of)))
            .value(value.to_string())
            .fault(fault(name))
    };
    html! {
        (page_head(&Head {
            place: Some((t!("Risk matrices"), back.clone())),
            title: html! { (t!("Risk matrix")) },
            lead: Some(html! { (t!("Say what each step means, and how bad each pair is. Risks are rated by what is in force.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&action, html! {
            (hidden("version", version))
            (hidden("rows", it.likelihood.len()))
            (hidden("columns", it.severity.len()))
            (Field::text("title", t!("Name")).value(title).required().fault(fault("title")))
            (scale("likelihood", t!("How likely, the rarest first"), &it.likelihood))
            (scale("severity", t!("How bad, the mildest first"), &it.severity))
            fieldset.stack {
                legend { (t!("How bad each pair is")) }
                @if let Some(words) = fault("levels") { (parts::fault("levels-fault", &words)) }
                @for row in (1..=it.levels.len()).rev() {
                    div.row { @for (column, is) in (1usize..).zip(&it.levels[row - 1]) {
                        (Field::select(format!("level-{row}-{column}"), t!("Likelihood {row}, severity {column}", row = row, column = column), words_of::<Level>()).value(kernel::Vocabulary::code(*is)).short())
                    } }
                }
            }
            fieldset.stack {
                legend { (t!("For how long it may be accepted")) }
                p.fine { (t!("0 where nobody may accept it.")) }
                div.row {
                    (days("low", Level::Low, it.holds.low))
                    (days("medium", Level::Medium, it.holds.medium))
                    (days("high", Level::High, it.holds.high))
                    (days("very_high", Level::VeryHigh, it.holds.very_high))
                }
            }
            (extra)
            div.row { (Button::send(t!("Save")).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}
