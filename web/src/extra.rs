//! Extra fields in forms and on the page of a record, for any kind.

use std::collections::BTreeMap;

use kernel::{AnyCase, Body, Field as Extra, Holds, Reader, Result, Work};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use crate::choosing::Colleagues;
pub use crate::columns::Shown;
use crate::columns::{Names, of_extra};
use crate::form::Form;
use crate::language::{self, say};
use crate::parts::{self, Button, Column, Field, Line, Note, Symbol, Table};
use crate::t;

/// How the field of a form is called: `extra.cost_centre`.
fn name_of(field: &Extra) -> String {
    field.place_of_fault()
}

/// The fields of a form for the extra fields of a kind that are in use. What was typed before counts, then what the
/// record says; faults stand at their fields.
pub fn fields(reader: &Reader, kind: &str, form: &Form, extra: &Map<String, Json>) -> Result<Markup> {
    let drawn = drawn(reader, kind, form, extra)?;
    Ok(html! { @for (_, field) in drawn { (field) } })
}

/// The same where all has to stand in it that the house asks for, which is marked.
pub fn asked(reader: &Reader, kind: &str, form: &Form, extra: &Map<String, Json>) -> Result<Markup> {
    let drawn = drawn(reader, kind, form, extra)?.into_iter();
    let marked = drawn.map(|(of, field)| if of.required { field.required() } else { field });
    Ok(html! { @for field in marked { (field) } })
}

/// The same for a form that opens a record. Nobody of outside is asked.
pub fn opening(reader: &Reader, kind: &str, form: &Form) -> Result<Markup> {
    if reader.actor.is_outside() { Ok(html! {}) } else { asked(reader, kind, form, &Map::new()) }
}

fn drawn(reader: &Reader, kind: &str, form: &Form, extra: &Map<String, Json>) -> Result<Vec<(Extra, Field)>> {
    let mut drawn = Vec::new();
    for field in reader.fields_of(kind)?.into_iter().filter(Extra::is_in_use) {
        let name = name_of(&field);
        let asked = if form.is_in_words(&name) {
            field_of(reader, &field, String::new())?.value(form.text(&name))
        } else if form.has(&name) {
            field_of(reader, &field, form.raw(&name).to_owned())?
        } else {
            field_of(reader, &field, written(extra.get(&field.key)))?
        };
        let asked = asked.fault(form.faults.of(&name).map(say));
        drawn.push((field, asked));
    }
    Ok(drawn)
}

/// The extra fields of which a form says something else than stands there now: what each is called, what stands there
/// and what was sent, as people read it.
pub fn differing(
    reader: &Reader,
    kind: &str,
    form: &Form,
    extra: &Map<String, Json>,
) -> Result<Vec<(String, String, String)>> {
    let mut cells = Cells::new(reader);
    let mut differing = Vec::new();
    for field in reader.fields_of(kind)?.iter().filter(|it| it.is_in_use()) {
        let name = name_of(field);
        if !form.has(&name) {
            continue;
        }
        let sent = match field.read(reader, form.raw(&name)) {
            Ok(value) => cells.shown(field, &Map::from_iter([(field.key.clone(), value)]))?.words(),
            Err(kernel::Error::Invalid(_)) => form.raw(&name).to_owned(),
            Err(other) => return Err(other),
        };
        let there = cells.shown(field, extra)?.words();
        if there.trim() != sent.trim() {
            differing.push((field.name(language::code()).to_owned(), there, sent));
        }
    }
    Ok(differing)
}

/// What two people wrote at the same time, field by field: its label, what is there now, and what was typed.
pub fn both(fields: Vec<(String, Markup, Markup)>) -> Markup {
    let lines =
        fields.into_iter().map(|(label, theirs, mine)| Line::new("", vec![html! { (label) }, theirs, mine]));
    let columns = vec![Column::title(t!("Field")), Column::text(t!("Theirs")), Column::text(t!("Yours"))];
    html! {
        (parts::note_with(Note::Warn, t!("Somebody else changed it while you wrote"), html! {
            p { (t!("Nothing was overwritten. Below stands what you wrote; save it, or take over what is theirs first.")) }
        }))
        (Table::new(t!("Both versions, field by field"), columns, lines.collect()))
    }
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
            // What was taken out of the choices is shown, so that saving does not empty it unseen.
            let gone = Some(&value).filter(|it| !it.is_empty() && !field.choices.contains(it));
            let words = gone.into_iter().chain(&field.choices).map(|it| (it.clone(), it.clone()));
            Field::select(name, label, nothing().chain(words))
        }
        Holds::Person => {
            let people = Colleagues::of(reader)?.or(reader, &value)?;
            let drawn = people.chosen(&name, label, Some(t!("nothing")), &value);
            return Ok(if field.help.is_empty() { drawn } else { drawn.help(&field.help) });
        }
    };
    let drawn = if field.help.is_empty() { drawn } else { drawn.help(&field.help) };
    Ok(drawn.value(value))
}

/// A value of an extra field as people read it; nothing where it says nothing.
pub fn in_words(reader: &Reader, field: &Extra, value: &Json) -> Result<String> {
    let extra = [(field.key.clone(), value.clone())].into_iter().collect();
    Ok(of_extra(reader, field, &extra, &mut Names::default())?.words())
}

/// A value as a form writes it.
fn written(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(words)) => words.clone(),
        Some(Json::Bool(truth)) => truth.to_string(),
        Some(Json::Number(number)) => number.as_f64().unwrap_or_default().to_string(),
        _ => String::new(),
    }
}

/// The extra values that a form sent, each as its field holds it.
///
/// # Errors
/// Names every field that does not fit, at once.
pub fn read(reader: &Reader, kind: &str, form: &Form) -> Result<Map<String, Json>> {
    gathered(reader, kind, Map::new(), |field| {
        let name = name_of(field);
        (field.is_in_use() && form.has(&name)).then(|| field.read(reader, form.raw(&name)))
    })
}

/// The extra values that a row of a table sent: a text as somebody typed it, all else as its field holds it. What is
/// no field stays as it came, for the deed to name it.
///
/// # Errors
/// Names every field that does not fit, at once.
pub fn read_row(reader: &Reader, kind: &str, given: &Map<String, Json>) -> Result<Map<String, Json>> {
    gathered(reader, kind, given.clone(), |field| {
        Some(match given.get(&field.key)? {
            Json::String(typed) => field.read(reader, &typed.replace('\0', "")),
            value => field.accepted(reader, value),
        })
    })
}

/// Some values, and what was read of each extra field of a kind of which something was sent.
fn gathered(
    reader: &Reader,
    kind: &str,
    mut values: Map<String, Json>,
    read: impl Fn(&Extra) -> Option<Result<Json>>,
) -> Result<Map<String, Json>> {
    let mut faults = kernel::Faults::default();
    for field in &reader.fields_of(kind)? {
        match read(field) {
            Some(Ok(value)) => {
                values.insert(field.key.clone(), value);
            }
            Some(Err(kernel::Error::Invalid(more))) => faults.0.extend(more.0),
            Some(Err(other)) => return Err(other),
            None => {}
        }
    }
    faults.into_result()?;
    Ok(values)
}

/// Fields that were told together, as `extra.cost_centre` or within `extra`, apart: those of the body and those of the
/// house.
///
/// # Errors
/// What is sent as `extra` has to be an object.
pub fn parted(fields: &Map<String, Json>) -> Result<(Map<String, Json>, Map<String, Json>)> {
    let (mut own, mut extra) = (Map::new(), Map::new());
    for (name, value) in fields {
        if let Some(key) = name.strip_prefix("extra.") {
            extra.insert(key.to_owned(), value.clone());
        } else if name == "extra" {
            extra.extend(kernel::typed::<Map<String, Json>>(value.clone())?);
        } else {
            own.insert(name.clone(), value.clone());
        }
    }
    Ok((own, extra))
}

/// By which control a table writes an extra field, and what can be chosen there: people by their numbers.
pub fn control(reader: &Reader, field: &Extra) -> Result<(&'static str, Option<Vec<(String, String)>>)> {
    let choices = match field.holds {
        Holds::Text | Holds::Link => return Ok(("line", None)),
        Holds::LongText => return Ok(("text", None)),
        Holds::Number => return Ok(("number", None)),
        Holds::Day => return Ok(("day", None)),
        Holds::Truth => vec![("true".to_owned(), t!("yes")), ("false".to_owned(), t!("no"))],
        Holds::Choice => field.choices.iter().map(|it| (it.clone(), it.clone())).collect(),
        Holds::Person => crate::record::colleagues(reader)?,
    };
    Ok(("choice", Some(choices)))
}

/// Extra values as the cells of a table hold them. Each person is asked for once.
pub struct Cells<'a, 'db> {
    reader: &'a Reader<'db>,
    names: Names,
    numbers: BTreeMap<i64, String>,
}

impl<'a, 'db> Cells<'a, 'db> {
    pub fn new(reader: &'a Reader<'db>) -> Self {
        Self { reader, names: Names::default(), numbers: BTreeMap::new() }
    }

    /// As it is written there and by programs: a person by their number.
    pub fn written(&mut self, field: &Extra, extra: &Map<String, Json>) -> Result<String> {
        let value = extra.get(&field.key);
        let Some(person) = value.and_then(Json::as_i64).filter(|_| field.holds == Holds::Person) else {
            return Ok(written(value));
        };
        if let Some(number) = self.numbers.get(&person) {
            return Ok(number.clone());
        }
        let number = self.reader.mention(person)?.map(|it| it.number).unwrap_or_default();
        self.numbers.insert(person, number.clone());
        Ok(number)
    }

    /// As it is read there.
    pub fn shown(&mut self, field: &Extra, extra: &Map<String, Json>) -> Result<Shown> {
        of_extra(self.reader, field, extra, &mut self.names)
    }
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
    let values = read(work, B::KIND.prefix, form)?;
    work.fill_opened::<B>(number, values)
}

/// The same of what a program says of the extra fields of the record that it just opened.
///
/// # Errors
/// Names every field that does not fit, or else every one that has to be said and was not.
pub fn opened_with<B: Body>(work: &mut Work, number: &str, said: &Map<String, Json>) -> Result<()> {
    let values = read_row(work, B::KIND.prefix, said)?;
    work.fill_opened::<B>(number, values)
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

/// The same where all has to stand in the record that the house asks for.
///
/// # Errors
/// Names every field that does not fit, or else every one that has to be said and is not.
pub fn keep_whole<B: Body>(work: &mut Work, number: &str, form: &Form) -> Result<()> {
    let values = read(work, B::KIND.prefix, form)?;
    fill_whole::<B>(work, number, &values)
}

/// The same of what a program says.
///
/// # Errors
/// Names every field that does not fit, or else every one that has to be said and is not.
pub fn keep_whole_with<B: Body>(work: &mut Work, number: &str, said: &Map<String, Json>) -> Result<()> {
    let values = read_row(work, B::KIND.prefix, said)?;
    fill_whole::<B>(work, number, &values)
}

fn fill_whole<B: Body>(work: &mut Work, number: &str, values: &Map<String, Json>) -> Result<()> {
    let mut case = work.find::<B>(number)?;
    let mut whole = case.record.extra.clone();
    whole.extend(values.clone());
    work.must_say(B::KIND.prefix, &whole)?;
    work.fill(&mut case, values)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_fields_of_a_house_are_told_apart_however_they_are_sent() {
        let sent = json!({ "title": "Tight", "extra.plant": "Kiel", "extra": { "weight": 3 } });
        let (own, extra) = parted(sent.as_object().unwrap()).unwrap();
        assert_eq!(Json::Object(own), json!({ "title": "Tight" }));
        assert_eq!(Json::Object(extra), json!({ "plant": "Kiel", "weight": 3 }));
        assert!(parted(json!({ "extra": "Kiel" }).as_object().unwrap()).is_err());
    }

    #[test]
    fn a_number_is_written_with_no_more_figures_than_it_has() {
        for (value, words) in
            [(json!(3.0), "3"), (json!(3), "3"), (json!(12.5), "12.5"), (json!(-0.25), "-0.25")]
        {
            assert_eq!(written(Some(&value)), words);
        }
        assert_eq!((written(Some(&json!(false))).as_str(), written(None).as_str()), ("false", ""));
    }
}
