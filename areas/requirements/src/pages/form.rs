//! The fields of a requirement, as they are written in every form that makes or changes one.

use kernel::Faults;
use maud::{Markup, html};
use web::parts::Field;
use web::t;

use super::{Options, fault, is_rich, label, options};
use crate::model::Requirement;
use crate::rules::{FIELDS, moment_of};

/// What stands in the fields, whether it fits or not.
#[derive(Clone, Debug, Default)]
pub struct Written {
    fields: Vec<(String, String)>,
}

impl Written {
    /// Just what was sent.
    pub fn sent(form: &web::Form) -> Self {
        let kept = |(field, words): &(String, String)| (field.clone(), to_the_minute(field, words));
        Self { fields: form.pairs().iter().map(kept).collect() }
    }

    /// What a requirement says.
    pub fn of(title: &str, body: &Requirement) -> Self {
        let said = FIELDS.iter().map(|it| ((*it).to_owned(), to_the_minute(it, &body.written(it))));
        Self { fields: std::iter::once(("title".to_owned(), title.to_owned())).chain(said).collect() }
    }

    pub fn of_field(&self, field: &str) -> &str {
        self.fields.iter().find(|(it, _)| it == field).map_or("", |(_, words)| words)
    }
}

/// A moment as a form writes it, by the clock of whoever reads it; all else as it is.
fn to_the_minute(field: &str, words: &str) -> String {
    if field != "said_at" {
        return words.to_owned();
    }
    let zone = web::language::time_zone();
    moment_of(words, &zone)
        .map_or_else(|| words.to_owned(), |it| zone.to_datetime(it).strftime("%Y-%m-%dT%H:%M").to_string())
}

/// What is asked first, and what may be asked for behind it.
const FIRST: &[&str] =
    &["statement", "title", "class", "kind", "acceptance", "verification", "priority", "function"];
const MEASURED: &[&str] = &["characteristic", "value", "lower", "upper", "unit"];
const ORIGIN: &[&str] = &["source", "said_by_name", "said_at", "rationale", "kano", "product"];

/// All fields of a requirement.
pub fn fields(written: &Written, functions: &Options, faults: &Faults) -> Markup {
    let some = |names: &[&str]| html! { @for it in names { (field(it, written, functions, faults)) } };
    let is_open =
        |names: &[&str]| names.iter().any(|it| !written.of_field(it).is_empty() || faults.of(it).is_some());
    html! {
        (some(&FIRST[..1]))
        div data-findings role="status" {}
        (some(&FIRST[1..]))
        details open[is_open(MEASURED)] { summary { (t!("Characteristic with value and limits")) } div.stack { (some(MEASURED)) } }
        details open[is_open(ORIGIN)] { summary { (t!("Where it comes from, and why")) } div.stack { (some(ORIGIN)) } }
    }
}

fn field(name: &str, written: &Written, functions: &Options, faults: &Faults) -> Field {
    let it = match options(name, functions) {
        Some(words) if matches!(name, "class" | "kind") => Field::select(name, label(name), words),
        Some(words) => {
            Field::select(name, label(name), std::iter::once((String::new(), t!("Not said"))).chain(words))
        }
        None if is_rich(name) => Field::area(name, label(name)).rich(),
        None if name == "acceptance" => Field::area(name, label(name)),
        None if matches!(name, "value" | "lower" | "upper") => Field::number(name, label(name)),
        None if name == "said_at" => Field::moment(name, label(name)),
        None => Field::text(name, label(name)),
    };
    let it = match name {
        "statement" => it.help(t!("One thing that shall be. Markdown may be used.")),
        "title" => it.help(t!("Made of the statement where you leave it empty.")),
        "class" => {
            it.help(t!("Stated by the customer, implied by the use that is known, from law, or our own."))
        }
        "function" => it.help(t!("Who answers for it here. In a review they judge it.")),
        "acceptance" => it.help(t!("How one will see that it is met.")),
        _ => it,
    };
    it.value(written.of_field(name)).fault(fault(faults, name))
}
