//! The columns of lists: which there are for a kind, and what stands in each cell, on a page and in a file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    Column as OfBody, ColumnHolds, Entry, Field, Figure, Holds, Listed, Named, Order, Reader, Result, Sort,
};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};
use table::Cell;

use crate::language::{self, say};
use crate::parts::{self, Column as Head};
use crate::{t, words};

/// One column that a list can show.
#[derive(Clone)]
pub struct Col {
    /// How it is chosen: `title`, `body.town`, `extra.cost_centre`.
    pub code: String,
    pub label: String,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Number,
    Title,
    State,
    Owner,
    Function,
    Party,
    Due,
    Changed,
    Created,
    Released,
    Figure(Figure),
    Body(OfBody),
    Extra(Box<Field>),
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Number(String),
    Title(String),
    State(Standing),
    Person(String),
    Organisation(String),
    Words(String),
    Day(Date),
    Moment(Timestamp),
    Whole(i64),
    Real(f64, String),
    /// A number as it was written, with a point.
    Decimal(String),
    Truth(bool),
    /// An address on the web, or the number of a record with its address.
    Link(String, String),
    Empty,
}

/// The word of a state with its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub word: String,
    pub shape: parts::State,
}

/// Every column of a kind that the actor may see: those of the envelope, figures, fields of the body, extra fields.
pub fn all(reader: &Reader, entry: &Entry) -> Result<Vec<Col>> {
    let outside = reader.actor.is_outside();
    let col = |code: &str, label: String, source| Col { code: code.to_owned(), label, source };
    let title = (entry.label)("title").map_or_else(|| t!("Title"), |it| say(&it));
    let mut all = vec![
        col("number", t!("Number"), Source::Number),
        col("title", title, Source::Title),
        col("state", t!("State"), Source::State),
    ];
    if !entry.is_party && !outside {
        all.push(col("customer", t!("Customer"), Source::Party));
    }
    all.push(col("owner", t!("Owner"), Source::Owner));
    all.push(col("function", t!("Function"), Source::Function));
    all.push(col("due", t!("Due"), Source::Due));
    all.push(col("revision", t!("Revision"), Source::Released));
    all.push(col("changed", t!("Changed"), Source::Changed));
    all.push(col("created", t!("Opened"), Source::Created));
    for figure in &entry.figures {
        all.push(col(&format!("count.{}", figure.name), say(&(figure.label)()), Source::Figure(*figure)));
    }
    for field in entry.columns.iter().filter(|it| !outside || !it.is_internal) {
        all.push(col(&format!("body.{}", field.name), say(&field.label), Source::Body(field.clone())));
    }
    for field in reader.fields_of(entry.kind.prefix)? {
        let label = field.name(language::code()).to_owned();
        all.push(col(&format!("extra.{}", field.key), label, Source::Extra(Box::new(field))));
    }
    Ok(all)
}

/// Those that were chosen, in that order; those of the house where nothing is. What names a row is never left out.
pub fn chosen(all: &[Col], entry: &Entry, codes: &[String]) -> Vec<Col> {
    let house: Vec<String> = if entry.first.is_empty() {
        ["number", "title", "state", "customer", "owner", "due", "changed"].map(str::to_owned).to_vec()
    } else {
        entry.first.iter().map(|it| (*it).to_owned()).collect()
    };
    let codes = if codes.is_empty() { &house } else { codes };
    let mut some: Vec<Col> = Vec::new();
    for code in codes {
        if let Some(col) = all.iter().find(|it| it.code == *code)
            && some.iter().all(|it| it.code != *code)
        {
            some.push(col.clone());
        }
    }
    for (at, code) in ["number", "title"].iter().enumerate() {
        if some.iter().all(|it| it.code != *code)
            && let Some(col) = all.iter().find(|it| it.code == *code)
        {
            some.insert(at.min(some.len()), col.clone());
        }
    }
    some
}

/// The order that a column gives a list; none where it gives none.
pub fn order(reader: &Reader, entry: &Entry, all: &[Col], code: &str) -> Option<(Sort, Option<Order>)> {
    let col = all.iter().find(|it| it.code == code)?;
    let other = |order: Order| Some((Sort::Number, Some(order)));
    match &col.source {
        Source::Number => Some((Sort::Number, None)),
        Source::Title => Some((Sort::Title, None)),
        Source::Changed => Some((Sort::Changed, None)),
        Source::Created => Some((Sort::Created, None)),
        Source::Due => Some((Sort::Due, None)),
        Source::State => other(Order::of_state()),
        Source::Owner => other(Order::of_owner()),
        Source::Party => other(Order::of_party()),
        Source::Extra(field) => other(Order::of_field(reader, field)),
        Source::Body(field) => other(Order::of_column(reader, entry, field)?),
        Source::Function | Source::Released | Source::Figure(_) => None,
    }
}

/// The names of people and organisations that were asked for already.
#[derive(Default)]
pub struct Names(BTreeMap<i64, String>);

impl Names {
    fn of(&mut self, reader: &Reader, id: i64) -> Result<String> {
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let name = reader.name_of(id)?;
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

/// What stands in the cells of some rows, column by column.
pub fn cells(
    reader: &Reader,
    entry: &Entry,
    cols: &[Col],
    rows: &[Listed],
    names: &mut Names,
) -> Result<Vec<Vec<Shown>>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let asks_body = cols.iter().any(|it| matches!(it.source, Source::Body(_)));
    let mut bodies: BTreeMap<i64, Json> = BTreeMap::new();
    if asks_body {
        bodies.extend(entry.bodies(reader, &ids)?.into_iter().map(|(id, body, _)| (id, body)));
    }
    let mut figures: BTreeMap<&str, BTreeMap<i64, i64>> = BTreeMap::new();
    for col in cols {
        if let Source::Figure(figure) = &col.source {
            figures.insert(figure.name, (figure.count)(reader, &ids)?);
        }
    }
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let body = bodies.get(&row.id).unwrap_or(&Json::Null);
        let mut line = Vec::with_capacity(cols.len());
        for col in cols {
            line.push(match &col.source {
                Source::Number => Shown::Number(row.number.clone()),
                Source::Title => Shown::Title(row.title.clone()),
                Source::State => {
                    let state: Named = entry.state(&row.state, reader.actor);
                    Shown::State(Standing { word: say(&state.text), shape: words::shape(state.tone) })
                }
                // What the product itself answers for waits for somebody to take it.
                Source::Owner if row.owner == 0 => Shown::Words(t!("nobody yet")),
                Source::Owner => Shown::Person(names.of(reader, row.owner)?),
                Source::Function => match row.function {
                    Some(id) => Shown::Words(names.of(reader, id)?),
                    None => Shown::Empty,
                },
                Source::Party => match row.party {
                    Some(id) => Shown::Organisation(names.of(reader, id)?),
                    None => Shown::Empty,
                },
                Source::Due => row.due.map_or(Shown::Empty, Shown::Day),
                Source::Changed => Shown::Moment(row.changed_at),
                Source::Created => Shown::Moment(row.created_at),
                Source::Released => row.released.map_or(Shown::Empty, Shown::Whole),
                Source::Figure(figure) => Shown::Whole(
                    figures.get(figure.name).and_then(|it| it.get(&row.id)).copied().unwrap_or(0),
                ),
                Source::Body(field) => of_body(reader, entry, field, &body[&field.name])?,
                Source::Extra(field) => of_extra(reader, field, &row.extra, names)?,
            });
        }
        shown.push(line);
    }
    Ok(shown)
}

fn of_body(reader: &Reader, entry: &Entry, field: &OfBody, value: &Json) -> Result<Shown> {
    Ok(match (&field.holds, value) {
        (_, Json::Null) => Shown::Empty,
        (ColumnHolds::Key, value) => match value.as_i64().map(|it| reader.mention(it)).transpose()?.flatten()
        {
            Some(it) => Shown::Words(it.title),
            None => Shown::Empty,
        },
        (ColumnHolds::Choice(_), Json::String(code)) => {
            Shown::Words(say(&entry.word(&field.name, code, reader.actor)))
        }
        (ColumnHolds::Day, Json::String(day)) => day.parse().map_or(Shown::Empty, Shown::Day),
        (ColumnHolds::Moment, value) => value
            .as_i64()
            .and_then(|it| Timestamp::from_microsecond(it).ok())
            .map_or(Shown::Empty, Shown::Moment),
        (_, Json::Bool(truth)) => Shown::Truth(*truth),
        (_, Json::Number(number)) => number.as_i64().map_or(Shown::Empty, Shown::Whole),
        (_, Json::String(words)) if words.is_empty() => Shown::Empty,
        (ColumnHolds::Decimal, Json::String(words)) => Shown::Decimal(words.clone()),
        (_, Json::String(words)) => {
            let known = entry.known_word(&field.name, words, reader.actor);
            Shown::Words(known.map_or_else(|| words.clone(), |it| say(&it)))
        }
        _ => Shown::Empty,
    })
}

/// What an extra field says.
pub fn of_extra(
    reader: &Reader,
    field: &Field,
    extra: &Map<String, Json>,
    names: &mut Names,
) -> Result<Shown> {
    let Some(value) = extra.get(&field.key) else { return Ok(Shown::Empty) };
    Ok(match (field.holds, value) {
        (Holds::Person, value) => match value.as_i64() {
            Some(id) => Shown::Person(names.of(reader, id)?),
            None => Shown::Empty,
        },
        (Holds::Number, value) => {
            value.as_f64().map_or(Shown::Empty, |it| Shown::Real(it, field.unit.clone()))
        }
        (Holds::Day, Json::String(day)) => day.parse().map_or(Shown::Empty, Shown::Day),
        (Holds::Truth, Json::Bool(truth)) => Shown::Truth(*truth),
        (Holds::Link, Json::String(to)) => match reader.registry().of_number(to) {
            Some(entry) => Shown::Link(to.clone(), entry.kind.address(to)),
            None => Shown::Link(to.clone(), to.clone()),
        },
        (_, Json::String(words)) => Shown::Words(words.clone()),
        _ => Shown::Empty,
    })
}

/// A number as it is read: no more digits than it has.
fn decimal(it: f64) -> String {
    language::decimal(&it.to_string())
}

impl Col {
    /// The head of the column, with the address that sorts by it.
    pub fn head(&self, sorted: Option<(String, Option<bool>)>) -> Head {
        let label = self.label.clone();
        let head = match &self.source {
            Source::Number => Head::plain(label),
            Source::Title => Head::title(label),
            Source::Figure(_) | Source::Released => Head::figure(label),
            Source::Body(field) if matches!(field.holds, ColumnHolds::Whole | ColumnHolds::Decimal) => {
                Head::figure(label)
            }
            Source::Extra(field) if field.holds == Holds::Number => Head::figure(label),
            _ => Head::text(label),
        };
        match sorted {
            Some((address, upwards)) => head.sorts(address, upwards),
            None => head,
        }
    }
}

impl Shown {
    /// As it is read on a page.
    pub fn html(&self, address: &str, now: Timestamp) -> Markup {
        match self {
            Self::Number(number) => parts::number(number, address),
            Self::Title(title) => html! { a href=(address) { (title) } },
            Self::State(state) => parts::state(state.shape, &state.word),
            Self::Person(name) => parts::person(name),
            Self::Organisation(name) => parts::organisation(name),
            Self::Words(words) => html! { (shortened(words)) },
            Self::Day(day) => parts::day(*day, language::day_of(now)),
            Self::Moment(at) => parts::when(*at, now),
            Self::Whole(it) => html! { (language::count(*it)) },
            Self::Real(it, unit) => html! { (decimal(*it)) @if !unit.is_empty() { " " (unit) } },
            Self::Decimal(words) => html! { (language::decimal(words)) },
            Self::Truth(true) => html! { (t!("yes")) },
            Self::Truth(false) => html! { (t!("no")) },
            Self::Link(words, to) => parts::link(to, words),
            Self::Empty => html! {},
        }
    }

    /// As it is read within a sentence or beside another value.
    pub fn words(&self) -> String {
        match self {
            Self::Number(words)
            | Self::Title(words)
            | Self::Person(words)
            | Self::Organisation(words)
            | Self::Words(words)
            | Self::Link(words, _) => words.clone(),
            Self::State(state) => state.word.clone(),
            Self::Day(day) => language::day(*day),
            Self::Moment(at) => language::exact_moment(*at),
            Self::Whole(it) => language::count(*it),
            Self::Real(it, unit) => format!("{} {unit}", decimal(*it)).trim_end().to_owned(),
            Self::Decimal(words) => language::decimal(words),
            Self::Truth(true) => t!("yes"),
            Self::Truth(false) => t!("no"),
            Self::Empty => String::new(),
        }
    }

    /// As it leaves in a file: numbers as numbers, days as days.
    pub fn cell(self) -> Cell {
        match self {
            Self::Number(it)
            | Self::Title(it)
            | Self::Person(it)
            | Self::Organisation(it)
            | Self::Words(it) => it.into(),
            Self::State(it) => it.word.into(),
            Self::Day(it) => Cell::Day(it),
            Self::Moment(it) => language::exact_moment(it).into(),
            Self::Whole(it) => Cell::Whole(it),
            Self::Real(it, _) => Cell::Number(it),
            Self::Decimal(it) => it.parse().map_or_else(|_| it.clone().into(), Cell::Number),
            Self::Truth(it) => if it { t!("yes") } else { t!("no") }.into(),
            Self::Link(words, to) => Cell::Link { text: words, url: to },
            Self::Empty => Cell::Empty,
        }
    }
}

/// A text as a cell can show it; the whole of it stands on the record.
fn shortened(words: &str) -> String {
    const FIT: usize = 160;
    let mut first: String = words.chars().take(FIT).collect();
    if first.len() < words.len() {
        first.push('…');
    }
    first
}
