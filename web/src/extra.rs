//! Extra fields in forms and on the page of a record, for any kind.

use kernel::{AnyCase, Body, Field as Extra, Holds, Reader, Result, Work};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

pub use crate::columns::{Names, Shown, of_extra};
use crate::form::Form;
use crate::language::{self, say};
use crate::parts::{self, Button, Field, Symbol};
use crate::t;

/// How the field of a form is called: `extra.cost_centre`.
fn name_of(field: &Extra) -> String {
    field.place_of_fault()
}

/// The fields of a form for the extra fields of a kind that are in use. What was typed before counts, then what the
/// record says; faults stand at their fields.
pub fn fields(reader: &Reader, kind: &str, form: &Form, extra: &Map<String, Json>) -> Result<Markup> {
    let all: Vec<Extra> = reader.fields_of(kind)?.into_iter().filter(Extra::is_in_use).collect();
    let mut drawn = Vec::new();
    for field in &all {
        let name = name_of(field);
        let value = if form.has(&name) { form.raw(&name).to_owned() } else { written(extra.get(&field.key)) };
        drawn.push(field_of(reader, field, value)?.fault(form.faults.of(&name).map(say)));
    }
    Ok(html! { @for field in drawn { (field) } })
}

/// The same for a form that opens a record: what has to be said is marked. Nobody of outside is asked.
pub fn opening(reader: &Reader, kind: &str, form: &Form) -> Result<Markup> {
    if reader.actor.is_outside() {
        return Ok(html! {});
    }
    let mut drawn = Vec::new();
    for field in reader.fields_of(kind)?.iter().filter(|it| it.is_in_use()) {
        let name = name_of(field);
        let asked =
            field_of(reader, field, form.raw(&name).to_owned())?.fault(form.faults.of(&name).map(say));
        drawn.push(if field.required { asked.required() } else { asked });
    }
    Ok(html! { @for field in drawn { (field) } })
}

/// The field of a form for one extra field.
pub fn field_of(reader: &Reader, field: &Extra, value: String) -> Result<Field> {
    let (name, label) = (name_of(field), field.name(language::code()).to_owned());
    let nothing = || std::iter::once((String::new(), t!("nothing")));
    let drawn = match field.holds {
        Holds::Text | Holds::Link => Field::text(name, label),
        Holds::LongText => Field::area(name, label),
        Holds::Number if field.unit.is_empty() => Field::number(name, label),
        Holds::Number => Field::measured(name, label, &field.unit),
        Holds::Day => Field::day(name, label),
        Holds::Truth => {
            let words = [("true".to_owned(), t!("yes")), ("false".to_owned(), t!("no"))];
            Field::select(name, label, nothing().chain(words))
        }
        Holds::Choice => {
            let words = field.choices.iter().map(|it| (it.clone(), it.clone()));
            Field::select(name, label, nothing().chain(words))
        }
        Holds::Person => {
            let people = crate::record::people(reader)?;
            let is_known = value.is_empty() || people.iter().any(|(id, _)| *id == value);
            let left = (!is_known).then(|| value.parse().ok()).flatten();
            let left =
                left.map(|id| Ok::<_, kernel::Error>((value.clone(), reader.name_of(id)?))).transpose()?;
            Field::select(name, label, nothing().chain(left).chain(people))
        }
    };
    let drawn = if field.help.is_empty() { drawn } else { drawn.help(&field.help) };
    Ok(drawn.value(value))
}

/// A value as a form writes it.
fn written(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(words)) => words.clone(),
        Some(Json::Bool(truth)) => truth.to_string(),
        Some(Json::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The extra values that a form sent, each as its field holds it.
///
/// # Errors
/// Names every field that does not fit, at once.
pub fn read(reader: &Reader, kind: &str, form: &Form) -> Result<Map<String, Json>> {
    let (mut values, mut faults) = (Map::new(), kernel::Faults::default());
    for field in reader.fields_of(kind)?.iter().filter(|it| it.is_in_use()) {
        let name = name_of(field);
        if !form.has(&name) {
            continue;
        }
        match field.read(reader, form.raw(&name)) {
            Ok(value) => {
                values.insert(field.key.clone(), value);
            }
            Err(kernel::Error::Invalid(more)) => faults.0.extend(more.0),
            Err(other) => return Err(other),
        }
    }
    faults.into_result()?;
    Ok(values)
}

/// The extra values that a form which opens a record sent.
///
/// # Errors
/// Names every field that does not fit, or else every one that has to be said and was not.
pub fn read_opening(reader: &Reader, kind: &str, form: &Form) -> Result<Map<String, Json>> {
    if reader.actor.is_outside() {
        return Ok(Map::new());
    }
    let mut values = read(reader, kind, form)?;
    reader.must_say(kind, &values)?;
    values.retain(|_, it| !it.is_null());
    Ok(values)
}

/// Writes what a form says of the extra fields of the record that was just opened by it, within the same deed.
///
/// # Errors
/// Names every field that does not fit, or else every one that has to be said and was not: then nothing was opened.
pub fn opened<B: Body>(work: &mut Work, number: &str, form: &Form) -> Result<()> {
    let values = read_opening(work, B::KIND.prefix, form)?;
    if values.is_empty() { Ok(()) } else { work.fill_new::<B>(number, &values) }
}

/// Writes what a form says of the extra fields of a record; nothing where it says nothing of them.
///
/// # Errors
/// Names every field that does not fit.
pub fn keep<B: Body>(work: &mut Work, number: &str, form: &Form) -> Result<()> {
    let values = read(work, B::KIND.prefix, form)?;
    if values.is_empty() {
        return Ok(());
    }
    let mut case = work.find::<B>(number)?;
    work.fill(&mut case, &values)
}

/// What the extra fields of a record say, on its page; nothing where its kind has none.
pub fn section(reader: &Reader, case: &AnyCase, address: &str) -> Result<Markup> {
    let all = reader.fields_of(case.kind)?;
    let mut names = Names::default();
    let mut facts = Vec::new();
    for field in &all {
        let shown = of_extra(reader, field, &case.extra, &mut names)?;
        if shown == Shown::Empty && !field.is_in_use() {
            continue;
        }
        let label = field.name(language::code()).to_owned();
        let label = if field.is_in_use() { label } else { t!("{field} (retired)", field = label) };
        let value = match shown {
            Shown::Empty => html! { span.quiet-text { "–" } },
            Shown::Words(words) => html! { (words) },
            shown => shown.html(address, reader.now),
        };
        facts.push((label, value));
    }
    if facts.is_empty() {
        return Ok(html! {});
    }
    let may_write =
        !reader.actor.only_reads && !reader.actor.is_outside() && all.iter().any(Extra::is_in_use);
    let edit = Button::open(format!("{address}/extra"), t!("Change")).symbol(Symbol::Edit).small();
    let buttons = if may_write { vec![edit] } else { vec![] };
    Ok(parts::section_with("extra", t!("Extra fields"), &buttons, parts::facts(&facts)))
}
