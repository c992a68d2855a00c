//! A set as a table that is worked on by keyboard; without a script each row leads to its form.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use maud::{Markup, Render, html};
use web::extra::Shown;
use web::language::word;
use web::parts::{self, Bulk, Button, Chip, Filter, Head, Symbol, Tools, bulk, filter, page_head};
use web::t;

use super::{Options, again, asking, is_rich, label, of_requirement, of_set, options, read, rich, shown_of};
use crate::model::{Checked, Findings, Line, Reading, Section};

/// The columns at first, and those that are shown when all are wanted.
const FEW: &[&str] = &["statement", "class", "kind", "acceptance", "verification", "function", "priority"];
const ALL: &[&str] = &[
    "title",
    "statement",
    "class",
    "kind",
    "acceptance",
    "verification",
    "function",
    "priority",
    "characteristic",
    "value",
    "lower",
    "upper",
    "unit",
    "source",
    "said_by_name",
    "said_at",
];

/// What the table shows.
pub struct Rows<'a> {
    pub reading: &'a Reading,
    pub findings: &'a Findings,
    /// Its state as whoever reads it calls it.
    pub state: Markup,
    /// Whether the reader may write in it.
    pub is_open: bool,
    pub functions: Options,
    pub conditions: Conditions,
    pub with_all_columns: bool,
    /// The extra fields that have a column here.
    pub extra: Vec<Extra>,
    /// Short name and label of each extra field that can be filtered by.
    pub names: Options,
}

/// An extra field as a column.
#[derive(Default)]
pub struct Extra {
    /// `extra.cost_centre`
    pub name: String,
    pub label: String,
    /// By which control it is written, and what can be chosen there.
    pub control: (&'static str, Option<Options>),
    /// Whether the house asks for it of each new requirement.
    pub is_asked: bool,
    /// What it says of each requirement, by its number: as it is written, and as it is read.
    pub says: HashMap<String, (String, Shown)>,
    pub now: Timestamp,
}

/// Which requirements are shown: those that hold every word and have every field so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    pub fields: Vec<(String, String)>,
    pub words: Vec<String>,
    /// What is asked of extra fields, which the question of every list understands: `weight<5`.
    pub house: Vec<OfHouse>,
    /// The numbers of those of which that is so; none where nothing of it is asked.
    pub among: Option<BTreeSet<String>>,
    /// What was typed and not understood.
    pub unknown: Option<String>,
    /// What is wrong with what is asked of extra fields.
    pub fault: Option<String>,
}

/// What is asked of one extra field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfHouse {
    pub label: String,
    /// As it was typed: `weight<5`, `plant:"Bad Homburg"`.
    pub typed: String,
    key: String,
}

impl Conditions {
    /// Reads `class:regulatory function:design weight<5 steam`; the extra fields are told by short name and label.
    pub fn of(typed: &str, extra: &[(String, String)]) -> Self {
        let mut found = Self::default();
        for part in parts_of(typed) {
            let key = part.trim_start_matches('-').split([':', '<', '>', '=']).next().unwrap_or_default();
            if let Some((key, label)) = extra.iter().find(|(it, _)| it == key && it.len() < part.len()) {
                let (label, key) = (label.clone(), key.clone());
                found.house.push(OfHouse { label, typed: part, key });
                continue;
            }
            match part.split_once(':') {
                Some((field, _)) if !FILTERED.contains(&field) => found.unknown = Some(field.to_owned()),
                Some((field, value)) => found.fields.push((field.to_owned(), value.to_lowercase())),
                None => found.words.push(part.to_lowercase()),
            }
        }
        found
    }

    /// What is asked of extra fields, as one question; nothing where nothing is.
    pub fn asked_of_house(&self) -> String {
        self.house.iter().map(|it| it.typed.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn holds(&self, line: &Line) -> bool {
        if self.among.as_ref().is_some_and(|it| !it.contains(&line.number)) {
            return false;
        }
        let of_field = |(field, value): &(String, String)| {
            let (written, read) = match field.as_str() {
                "state" => (kernel::Vocabulary::code(line.state), word(line.state)),
                "section" => (line.body.section.clone(), String::new()),
                field => (line.written(field), shown_of(line, field)),
            };
            written.to_lowercase() == *value
                || read.to_lowercase().replace(' ', "-").starts_with(value.as_str())
        };
        let words = format!("{} {} {}", line.number, line.title, line.body.statement).to_lowercase();
        self.fields.iter().all(of_field) && self.words.iter().all(|it| words.contains(it.as_str()))
    }

    fn written(&self) -> String {
        let fields = self.fields.iter().map(|(field, value)| format!("{field}:{value}"));
        let house = self.house.iter().map(|it| it.typed.clone());
        fields.chain(house).chain(self.words.iter().cloned()).collect::<Vec<_>>().join(" ")
    }

    fn without(&self, left_out: &str) -> String {
        parts_of(&self.written()).into_iter().filter(|it| it != left_out).collect::<Vec<_>>().join(" ")
    }
}

/// What was typed, part by part; what stands between quotes is one.
fn parts_of(typed: &str) -> Vec<String> {
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    for sign in typed.chars() {
        is_quoted ^= sign == '"';
        match parts.last_mut() {
            Some(last) if is_quoted || !sign.is_whitespace() => last.push(sign),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|it| !it.is_empty());
    parts
}

const FILTERED: &[&str] =
    &["class", "kind", "function", "priority", "kano", "verification", "state", "section"];

pub fn page(it: &Rows) -> Markup {
    let number = &it.reading.number;
    let lines: Vec<&Line> = it.reading.lines.iter().filter(|line| it.conditions.holds(line)).collect();
    html! {
        (page_head(&head(it, lines.len())))
        (filters(it))
        @if it.is_open { p.fine data-grid-state role="status" { (t!("What you write is saved cell by cell.")) } }
        div class={ "table-sheet" @if it.with_all_columns { " wide" } } tabindex=[it.with_all_columns.then_some("0")]
            role=[it.with_all_columns.then_some("region")]
            aria-label=[it.with_all_columns.then(|| t!("Requirements by section"))] { (table(it, &lines)) }
        @if it.is_open {
            (bulk(&Bulk {
                action: of_set(number, "bulk"),
                buttons: vec![
                    Button::send_to(of_set(number, "bulk/edit"), t!("Give them a value")).small(),
                    Button::send_to(of_set(number, "bulk/withdraw"), t!("Withdraw")).small().stop(),
                ],
            }))
            p { (Button::open(of_set(number, "new"), t!("Add a requirement")).symbol(Symbol::Plus)) }
        }
    }
}

fn head(it: &Rows, shown: usize) -> Head {
    let reading = it.reading;
    let all = reading.lines.len();
    let columns = if it.with_all_columns {
        (t!("Fewer columns"), "table")
    } else {
        (t!("All columns"), "table?columns=all")
    };
    Head {
        place: Some((reading.number.clone(), of_set(&reading.number, ""))),
        state: Some(it.state.clone()),
        aside: Some(html! {
            (t!("{count} requirement" | "{count} requirements", count = all))
            @if shown < all { ", " (t!("{shown} shown", shown = shown)) }
        }),
        title: html! { (reading.title) },
        tools: Tools {
            first: Some(Button::open(of_set(&reading.number, "document"), t!("Read as a document")).small()),
            more: vec![
                Button::open(of_set(&reading.number, "compare"), t!("Compare")).small(),
                Button::open(of_set(&reading.number, columns.1), columns.0).small(),
                Button::open(of_set(&reading.number, "export"), t!("Export")).small(),
            ],
        },
        ..Head::default()
    }
}

fn filters(it: &Rows) -> Markup {
    let to = of_set(&it.reading.number, "table");
    let conditions = &it.conditions;
    let of_field = conditions.fields.iter().map(|(field, value)| Chip {
        field: if field == "state" { t!("State") } else { label(field) },
        value: if field == "section" {
            it.reading.section_title(value).to_owned()
        } else {
            super::shown(field, value)
        },
        without: asking(&to, &[("kept", &conditions.without(&format!("{field}:{value}")))]),
    });
    let of_word = conditions.words.iter().map(|word| Chip {
        field: t!("Words"),
        value: word.clone(),
        without: asking(&to, &[("kept", &conditions.without(word))]),
    });
    let of_house = conditions.house.iter().map(|one| Chip {
        field: one.label.clone(),
        value: one.typed.replacen(&one.key, "", 1).replacen(':', "", 1),
        without: asking(&to, &[("kept", &conditions.without(&one.typed))]),
    });
    let names = || FILTERED.iter().copied().chain(it.names.iter().map(|(key, _)| key.as_str()));
    let unknown = conditions.unknown.as_ref().map(|it| {
        let fields = names().collect::<Vec<_>>().join(", ");
        t!("Nothing is called {it}. Use {fields}.", it = it, fields = fields)
    });
    filter(&Filter {
        action: to.clone(),
        chips: of_field.chain(of_house).chain(of_word).collect(),
        kept: conditions.written(),
        typed: conditions.unknown.clone().map(|it| format!("{it}:")).unwrap_or_default(),
        example: "class:regulatory function:design".to_owned(),
        fault: unknown.or_else(|| conditions.fault.clone()),
        ..Filter::default()
    })
}

fn table(it: &Rows, lines: &[&Line]) -> Markup {
    let columns = if it.with_all_columns { ALL } else { FEW };
    let grid = it.is_open.then_some(&it.reading.number);
    let checked: ByNumber = it.findings.checked.iter().map(|it| (it.number.as_str(), it)).collect();
    html! {
        table class="table cards compact even" data-walk data-grid[it.is_open] data-set=[grid]
            data-api=[it.is_open.then_some("/api/v1")] {
            caption.unseen { (t!("Requirements by section")) }
            thead { tr {
                @if it.is_open { th scope="col" data-head="mark" { span.unseen { (t!("Mark")) } } }
                th.stays scope="col" { (t!("Number")) }
                @for field in columns { (column(field, &it.functions)) }
                @for field in &it.extra { (extra_column(field)) }
                th scope="col" { (t!("State")) }
            } }
            @for section in &it.reading.sections { (group(it, section, columns, (lines, &checked))) }
        }
    }
}

fn column(field: &str, functions: &Options) -> Markup {
    let choices = options(field, functions);
    let kind = match &choices {
        Some(_) => "choice",
        None if matches!(field, "statement" | "acceptance") => "text",
        None if matches!(field, "value" | "lower" | "upper") => "decimal",
        None => "line",
    };
    let choices = choices.map(|it| serde_json::json!(it).to_string());
    html! { th scope="col" data-head=(field) data-kind=(kind) data-rich[is_rich(field)] data-choices=[choices] { (label(field)) } }
}

fn extra_column(field: &Extra) -> Markup {
    let (kind, choices) = &field.control;
    let choices = choices.as_ref().map(|it| serde_json::json!(it).to_string());
    html! {
        th scope="col" data-head=(field.name) data-kind=(kind) data-choices=[choices] data-required[field.is_asked] { (field.label) }
    }
}

/// The words that were looked at, by the number of their requirement.
type ByNumber<'a> = HashMap<&'a str, &'a Checked>;

fn group(it: &Rows, section: &Section, columns: &[&str], (lines, checked): (&[&Line], &ByNumber)) -> Markup {
    let here: Vec<_> = lines.iter().filter(|line| line.body.section == section.key).collect();
    let all = it.reading.lines_of(&section.key).count();
    let width = columns.len() + it.extra.len() + 2 + usize::from(it.is_open);
    let count = match here.len() == all {
        true => web::language::count(i64::try_from(all).unwrap_or(0)),
        false => t!("{part} of {whole}", part = here.len(), whole = all),
    };
    html! {
        tbody data-section=(section.key) {
            tr.group { th colspan=(width) scope="rowgroup" { (section.title) " " span.count { (count) } } }
            @for line in here {
                (row(it, line, columns))
                @if let Some(checked) = checked.get(line.number.as_str()) { (super::wording::row(checked, width)) }
            }
        }
    }
}

fn row(it: &Rows, line: &Line, columns: &[&str]) -> Markup {
    let number = &line.number;
    html! {
        tr data-number=(number) data-version=(line.version) {
            @if it.is_open {
                td {
                    label.unseen for={ "mark-" (number) } { (t!("Mark {number}", number = number)) }
                    input type="checkbox" id={ "mark-" (number) } name="marked" value=(number) form="bulk";
                }
            }
            th.stays scope="row" {
                @if it.is_open { span.grip aria-hidden="true" { (Symbol::Grip.icon()) } }
                (parts::number(number, &of_requirement(number)))
            }
            @for field in columns { (cell(line, field)) }
            @for field in &it.extra { (extra_cell(field, number)) }
            td data-is=(t!("State")) {
                (parts::state(kernel::State::tone(line.state).into(), word(line.state)))
                @if it.is_open { noscript { " " a href={ (of_requirement(number)) "/edit" } { (t!("Edit")) } } }
            }
        }
    }
}

/// A cell says its value once; where what is shown differs from what is written, both are there.
fn cell(line: &Line, field: &str) -> Markup {
    let written = if field == "title" { line.title.clone() } else { again(field, &line.body.written(field)) };
    let read = read(field, &line.written(field));
    let is_marked = is_rich(field) && is_more_than_words(&written);
    let value = (is_marked || read != written || written.contains(['\n', ' '])).then_some(&written);
    html! {
        td data-field=(field) data-is=(label(field)) data-value=[value] {
            @if is_marked { div data-shown { (rich(&written)) } } @else { (read) }
        }
    }
}

/// What an extra field says of a requirement, and how it is written, which is something else for a person or a day.
fn extra_cell(field: &Extra, number: &str) -> Markup {
    let said = field.says.get(number).filter(|(written, _)| !written.is_empty());
    html! {
        td data-field=(field.name) data-is=(field.label) data-value=[said.map(|(written, _)| written)] {
            @if let Some((_, shown)) = said { (shown.html(&of_requirement(number), field.now)) }
        }
    }
}

/// Whether Markdown would show anything but the words themselves.
pub fn is_more_than_words(written: &str) -> bool {
    rich(written).into_string() != format!("<p>{}</p>\n", written.trim().render().into_string())
        && !written.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extra_field_is_read_in_its_cell_and_written_there_as_programs_write_it() {
        let says = [("REQ-1".to_owned(), ("12.5".to_owned(), Shown::Real(12.5, "<kg>".into())))].into();
        let (name, label) = ("extra.weight".to_owned(), "Weight".to_owned());
        let field =
            Extra { name, label, control: ("number", None), is_asked: true, says, ..Extra::default() };
        let shown = extra_cell(&field, "REQ-1").into_string();
        let cell = r#"<td data-field="extra.weight" data-is="Weight""#;
        assert_eq!(shown, format!(r#"{cell} data-value="12.5">12.5 &lt;kg&gt;</td>"#));
        assert_eq!(extra_cell(&field, "REQ-2").into_string(), format!("{cell}></td>"));
        let head = extra_column(&field).into_string();
        assert!(head.contains(r#"data-kind="number" data-required>Weight"#), "{head}");
        let choices = Some(vec![("PE-0001".to_owned(), "Ada".to_owned())]);
        let head = extra_column(&Extra { control: ("choice", choices), ..Extra::default() }).into_string();
        assert!(head.contains("PE-0001") && !head.contains("data-required"), "{head}");
    }

    #[test]
    fn a_filter_is_read_and_told_again() {
        let it = Conditions::of("class:Regulatory steam colour:blue", &[]);
        assert_eq!(it.written(), "class:regulatory steam");
        assert_eq!(it.unknown.as_deref(), Some("colour"));
        assert_eq!(it.without("steam"), "class:regulatory");
    }

    #[test]
    fn what_is_asked_of_an_extra_field_is_one_question_and_told_as_it_was_typed() {
        let known = [("plant".to_owned(), "Works".to_owned()), ("weight".to_owned(), "Weight".to_owned())];
        let it = Conditions::of("plant:\"Bad Homburg\" -weight>=5 class:regulatory plant", &known);
        assert_eq!(it.asked_of_house(), "plant:\"Bad Homburg\" -weight>=5");
        assert_eq!((it.words.as_slice(), it.fields.len()), (["plant".to_owned()].as_slice(), 1));
        assert_eq!(it.without("-weight>=5"), "class:regulatory plant:\"Bad Homburg\" plant");
        let line = |number: &str| {
            let mut line = Line { number: number.to_owned(), title: "The plant".into(), ..Line::default() };
            line.body.class = crate::model::Class::Regulatory;
            line
        };
        let it = Conditions { among: Some(["REQ-2".to_owned()].into()), ..it };
        assert!(it.holds(&line("REQ-2")) && !it.holds(&line("REQ-1")));
    }

    #[test]
    fn plain_words_stand_in_their_cell_once() {
        let mut line = Line::default();
        line.body.statement = "Line A shall dose.".into();
        let shown = cell(&line, "statement").into_string();
        assert_eq!(
            shown.matches("Line A shall dose.").count(),
            2,
            "the value may hold spaces that a page folds: {shown}"
        );
        line.body.statement = "Line **A**".into();
        let shown = cell(&line, "statement").into_string();
        assert!(
            shown.contains("<strong>A</strong>") && shown.contains(r#"data-value="Line **A**""#),
            "{shown}"
        );
    }
}
