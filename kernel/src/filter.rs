//! What the filters of a question mean for records: each becomes one condition, confined like everything else.
//!
//! Nothing that was typed ever becomes part of a statement; it becomes a value.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};

use crate::engine::Connection;
use crate::field::{Field, Holds, comparable};
use crate::query::{Is, Misread, Query, Term, What};
use crate::registry::{Column, ColumnHolds, Mark};
use crate::{Actor, Entry, Faults, Reader, Result, Sharing, Text, Tone, Value, search, text};

/// So many customers or people may fit one name.
const MOST_NAMED: i64 = 200;

/// One thing that can be filtered by.
#[derive(Clone, Debug)]
pub struct Filter {
    /// How it is typed: `state`.
    pub name: String,
    /// What people call it.
    pub label: Label,
    pub takes: Takes,
    source: Source,
}

/// What something is called: a word of ours, or one that somebody of the house chose.
#[derive(Clone, Debug)]
pub enum Label {
    Ours(Text),
    /// The names of an extra field.
    Theirs(Box<Field>),
}

/// What a filter takes.
#[derive(Clone, Debug)]
pub enum Takes {
    /// One of these codes.
    Words(Vec<(String, Text)>),
    /// One of these words, as the house wrote them.
    Choices(Vec<String>),
    /// The name or number of an organisation; `none`.
    Organisation,
    /// The name or number of somebody of the house; `me`, `none`.
    Person,
    /// A day: 2026-11-16, today, today+7, 7d.
    Day,
    Number,
    Text,
}

#[derive(Clone, Debug)]
enum Source {
    /// A column of the envelope that holds a key.
    Key(&'static str),
    State,
    Kind,
    Title,
    Number,
    Day(&'static str),
    Moment(&'static str),
    Is,
    Has,
    In,
    /// A column of the body: table, field.
    Body(&'static str, String, ColumnHolds),
    Extra(i64, Holds),
}

/// The names of filters that every list knows.
const OURS: [&str; 13] = [
    "customer", "owner", "function", "state", "kind", "title", "number", "due", "changed", "created", "is",
    "has", "in",
];

/// Whether a name is that of a filter which every list knows.
pub(crate) fn is_taken(name: &str) -> bool {
    OURS.contains(&name)
        || matches!(name, "extra" | "id" | "party" | "version" | "sort" | "all" | "me" | "none")
}

impl Filter {
    fn ours(name: &str, label: Text, takes: Takes, source: Source) -> Self {
        Self { name: name.to_owned(), label: Label::Ours(label), takes, source }
    }

    /// Whether it compares with `<` and `>`.
    pub fn compares(&self) -> bool {
        matches!(self.takes, Takes::Day | Takes::Number)
    }
}

impl Reader<'_> {
    /// Everything that records can be filtered by, of one kind or of all.
    pub fn filters(&self, kind: Option<&str>) -> Result<Vec<Filter>> {
        let entry = kind.and_then(|it| self.registry().kind(it));
        let mut all = self.filters_of_all(entry);
        if let Some(entry) = entry {
            let columns =
                entry.columns.iter().filter(|it| self.may_filter_by(entry, it) && !is_taken(&it.name));
            all.extend(columns.map(|it| of_body(entry, it, self.actor)));
            for field in self.fields_of(entry.kind.prefix)? {
                all.push(of_field(field));
            }
        } else {
            for field in self.all_fields()? {
                all.push(of_field(field));
            }
        }
        Ok(all)
    }

    /// Outsiders never ask a working copy that they do not read.
    fn may_filter_by(&self, entry: &Entry, column: &Column) -> bool {
        !self.actor.is_outside() || (entry.kind.sharing == Sharing::Working && !column.is_internal)
    }

    /// What some records of a kind, or of any, are beyond what every record can be. Nobody of outside asks it.
    fn marks<'a>(&'a self, kind: Option<&'a str>) -> impl Iterator<Item = &'a Mark> {
        let kinds = self.registry().all().iter().filter(|_| !self.actor.is_outside());
        kinds.filter(move |it| kind.is_none_or(|kind| kind == it.kind.prefix)).flat_map(|it| &it.marks)
    }

    fn filters_of_all(&self, entry: Option<&Entry>) -> Vec<Filter> {
        let states: Vec<(String, Text)> = match entry {
            Some(entry) => {
                entry.states_to(self.actor).iter().map(|it| (it.code.clone(), it.text.clone())).collect()
            }
            None => {
                let mut all: Vec<(String, Text)> = Vec::new();
                for state in self.registry().all().iter().flat_map(|it| it.states_to(self.actor)) {
                    if all.iter().all(|(code, text)| *code != state.code || *text != state.text) {
                        all.push((state.code.clone(), state.text.clone()));
                    }
                }
                all
            }
        };
        let kinds = self.registry().all().iter().map(|it| (it.kind.prefix.to_lowercase(), (it.kind.many)()));
        let codes = |all: &[(&str, Text)]| {
            Takes::Words(all.iter().map(|(code, text)| ((*code).to_owned(), text.clone())).collect())
        };
        let mut is = vec![
            ("open", text!("open")),
            ("closed", text!("closed")),
            ("overdue", text!("overdue")),
            ("mine", text!("mine")),
            ("watched", text!("watched")),
            ("released", text!("released")),
            ("offered", text!("offered")),
        ];
        is.extend(self.marks(entry.map(|it| it.kind.prefix)).map(|it| (it.code, (it.word)())));
        let is = codes(&is);
        let has = codes(&[
            ("file", text!("file")),
            ("task", text!("open task")),
            ("remark", text!("remark")),
            ("due", text!("due day")),
            ("customer", text!("customer")),
        ]);
        let parts = codes(&[
            ("records", text!("records")),
            ("messages", text!("messages")),
            ("files", text!("files")),
            ("calls", text!("calls")),
            ("minutes", text!("minutes")),
            ("remarks", text!("remarks")),
            ("tasks", text!("tasks")),
        ]);
        let mut all = vec![
            Filter::ours("customer", text!("Customer"), Takes::Organisation, Source::Key("party")),
            Filter::ours("state", text!("State"), Takes::Words(states), Source::State),
            Filter::ours("owner", text!("Owner"), Takes::Person, Source::Key("owner")),
            Filter::ours("function", text!("Function"), Takes::Text, Source::Key("function")),
            Filter::ours("due", text!("Due"), Takes::Day, Source::Day("due")),
            Filter::ours("changed", text!("Changed"), Takes::Day, Source::Moment("changed_at")),
            Filter::ours("created", text!("Opened"), Takes::Day, Source::Moment("created_at")),
            Filter::ours("title", text!("Title"), Takes::Text, Source::Title),
            Filter::ours("number", text!("Number"), Takes::Text, Source::Number),
            Filter::ours("is", text!("Only"), is, Source::Is),
            Filter::ours("has", text!("Has"), has, Source::Has),
            Filter::ours("in", text!("In"), parts, Source::In),
        ];
        if entry.is_none() {
            all.insert(0, Filter::ours("kind", text!("Kind"), Takes::Words(kinds.collect()), Source::Kind));
        }
        all
    }
}

fn of_body(entry: &Entry, column: &Column, actor: &Actor) -> Filter {
    let takes = match &column.holds {
        ColumnHolds::Words | ColumnHolds::Decimal => Takes::Text,
        ColumnHolds::Whole => Takes::Number,
        ColumnHolds::Day | ColumnHolds::Moment => Takes::Day,
        ColumnHolds::Truth => Takes::Words(truths()),
        ColumnHolds::Key => Takes::Text,
        ColumnHolds::Choice(codes) => {
            Takes::Words(codes.iter().map(|it| (it.clone(), entry.word(&column.name, it, actor))).collect())
        }
    };
    let source = Source::Body(entry.kind.table, column.name.clone(), column.holds.clone());
    Filter { name: column.name.clone(), label: Label::Ours(column.label.clone()), takes, source }
}

fn of_field(field: Field) -> Filter {
    let takes = match field.holds {
        Holds::Number => Takes::Number,
        Holds::Day => Takes::Day,
        Holds::Truth => Takes::Words(truths()),
        Holds::Choice => Takes::Choices(field.choices.clone()),
        Holds::Person => Takes::Person,
        Holds::Text | Holds::LongText | Holds::Link => Takes::Text,
    };
    let source = Source::Extra(field.id, field.holds);
    Filter { name: field.key.clone(), label: Label::Theirs(Box::new(field)), takes, source }
}

fn truths() -> Vec<(String, Text)> {
    vec![("yes".to_owned(), text!("yes")), ("no".to_owned(), text!("no"))]
}

/// So many bodies at most stand beside a record in one statement: no engine joins any number.
const MOST_BESIDE: usize = 4;

/// Who says in which order tables are read: the engine, or we. SQLite keeps the order of a cross join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    AsTheEngineLikes,
    InThisOrder,
}

/// The conditions of a question, with their values, as they are put into a statement over `visible`.
pub(crate) struct Conditions {
    /// The bodies that are asked, each beside its record: whichever is fewer leads to the other.
    bodies: Vec<String>,
    pub conditions: Vec<String>,
    pub values: Vec<Value>,
}

impl Conditions {
    pub fn new() -> Self {
        Self::going_on(Vec::new())
    }

    /// None yet; the values of what stands before them are known.
    pub fn going_on(values: Vec<Value>) -> Self {
        Self { bodies: Vec::new(), conditions: Vec::new(), values }
    }

    /// What is read: the records, and the bodies that are asked.
    pub fn from(&self, records: &str, joined: Joined) -> String {
        let by = if joined == Joined::InThisOrder { " cross join " } else { ", " };
        self.bodies.iter().fold(records.to_owned(), |all, body| all + by + body)
    }

    /// Sets a column of a body beside its record, and says under which name it is asked.
    pub fn body(&mut self, table: &str, column: &str) -> String {
        let asked = format!("asked{}", self.bodies.len() + 1);
        self.bodies.push(format!(
            "(select it.id as {asked}_id, it.{column} as {asked}_says from {table} as it) as {asked}"
        ));
        self.conditions.push(format!("{asked}_id = id"));
        format!("{asked}_says")
    }

    pub fn holds(&mut self, condition: &str, value: Value) {
        let mark = self.mark(value);
        self.conditions.push(format!("{condition}{mark}"));
    }

    pub fn mark(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    pub fn marks(&mut self, values: impl IntoIterator<Item = Value>) -> String {
        values.into_iter().map(|it| self.mark(it)).collect::<Vec<_>>().join(", ")
    }

    /// All of it in one clause; true where nothing is asked.
    pub fn clause(&self) -> String {
        if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" and ") }
    }
}

/// A question that is about to be asked: which kind, and in whose days it counts.
pub(crate) struct Asking<'a, 'db> {
    pub reader: &'a Reader<'db>,
    pub kind: Option<&'a str>,
    pub zone: TimeZone,
}

impl Asking<'_, '_> {
    /// The conditions of the filters; those of words too where `with_words`.
    ///
    /// # Errors
    /// Names the filter or the value that there is not, and what could be meant.
    pub fn lay(&self, query: &Query, on: &mut Conditions, words: Words) -> Result<()> {
        let filters = if query.terms.iter().any(|it| matches!(it.what, What::Filter { .. })) {
            self.reader.filters(self.kind)?
        } else {
            Vec::new()
        };
        for term in &query.terms {
            let What::Filter { name, is, values } = &term.what else { continue };
            let found: Vec<&Filter> = filters.iter().filter(|it| it.name == *name).collect();
            let Some(first) = found.first() else { return Err(unknown(term, name, &filters).into()) };
            if matches!(first.source, Source::In) {
                self.check_part(term, first, values)?;
                continue;
            }
            if *is != Is::Of && !first.compares() {
                let sentence = text!("Write {name}: and a value. It has no before and after.", name = name);
                return Err(Misread { at: term.at, sentence }.into_fault());
            }
            // The same short name may be that of fields of several kinds: either holds.
            let mut either = Vec::new();
            for filter in &found {
                either.push(match (&filter.source, found.len()) {
                    (Source::Body(table, column, holds), 1) if !term.not && on.bodies.len() < MOST_BESIDE => {
                        let column = on.body(table, column);
                        self.body(term, filter, (&column, holds), (*is, values), on)?
                    }
                    _ => self.condition(term, filter, *is, values, on)?,
                });
            }
            let condition = either.join(" or ");
            on.conditions.push(match term.not {
                // What is not known is not so, and must count where it is asked for.
                true => format!("not coalesce(({condition}), 1 = 0)"),
                false => format!("({condition})"),
            });
        }
        if words == Words::Too {
            self.lay_words(query, on);
        }
        Ok(())
    }

    /// Records any part of which has all the words, and none that must not be there.
    fn lay_words(&self, query: &Query, on: &mut Conditions) {
        let parts = search::parts_of(query);
        let (wanted, unwanted) = search::Expression::both(query);
        for (expression, not) in [(wanted, ""), (unwanted, "not ")] {
            let Some(expression) = expression else { continue };
            let mark = on.mark(expression.on(self.reader).into());
            let matches = match self.reader.connection {
                Connection::Sqlite(_) => {
                    format!(
                        "from search join findable on findable.id = search.rowid where search match {mark}"
                    )
                }
                Connection::Postgres(_) => format!(
                    "from search join findable on findable.id = search.id
                     where words @@ to_tsquery('simple', {mark})"
                ),
            };
            let halves = if self.reader.actor.is_outside() { "" } else { " and offered = false" };
            let within = if parts.is_empty() || not == "not " {
                String::new()
            } else {
                format!(" and part in ({})", on.marks(parts.iter().map(|it| Value::from(*it))))
            };
            on.conditions.push(format!("id {not}in (select record_id {matches}{halves}{within})"));
        }
    }

    fn check_part(&self, term: &Term, filter: &Filter, values: &[String]) -> Result<()> {
        let Takes::Words(known) = &filter.takes else { return Ok(()) };
        for value in values {
            code_of(term, filter, known, value)?;
        }
        Ok(())
    }

    fn condition(
        &self,
        term: &Term,
        filter: &Filter,
        is: Is,
        values: &[String],
        on: &mut Conditions,
    ) -> Result<String> {
        match &filter.source {
            Source::Key(column) => self.key(term, filter, column, values, on),
            Source::State | Source::Kind => {
                let Takes::Words(known) = &filter.takes else { unreachable!("states are words") };
                let codes = values.iter().map(|it| codes_of(term, filter, known, it));
                let codes = codes.collect::<Result<Vec<_>>>()?.concat();
                let (column, codes): (&str, Vec<String>) = match filter.source {
                    Source::Kind => ("kind", codes.iter().map(|it| it.to_uppercase()).collect()),
                    _ => ("state", codes),
                };
                Ok(format!("{column} in ({})", on.marks(codes.into_iter().map(Value::from))))
            }
            Source::Title => Ok(self.like("title", values, on)),
            Source::Number => Ok(self.like("number", values, on)),
            Source::Day(column) => self.days(term, column, is, values, on),
            Source::Moment(column) => self.moments(term, column, is, values, on),
            Source::Is => self.is(term, filter, values, on),
            Source::Has => self.has(term, filter, values, on),
            Source::In => Ok("1 = 1".to_owned()),
            Source::Body(table, column, holds) => {
                let inner = self.body(term, filter, (column, holds), (is, values), on)?;
                Ok(format!("id in (select id from {table} where {inner})"))
            }
            Source::Extra(field, holds) => self.extra(term, filter, (*field, *holds), (is, values), on),
        }
    }

    /// Organisations, people and functions by name or number.
    fn key(
        &self,
        term: &Term,
        filter: &Filter,
        column: &str,
        values: &[String],
        on: &mut Conditions,
    ) -> Result<String> {
        let mut either = Vec::new();
        let mut keys = Vec::new();
        for value in values {
            match crate::fold(value).trim() {
                // What is nobody's has the product itself as its owner.
                "none" if column == "owner" => keys.push(0),
                "none" => either.push(format!("{column} is null")),
                "me" if column == "owner" => keys.push(self.reader.actor.person),
                _ => keys.extend(self.named(term, filter, column, value)?),
            }
        }
        if !keys.is_empty() {
            keys.sort_unstable();
            keys.dedup();
            either.push(format!("{column} in ({})", on.marks(keys.into_iter().map(Value::from))));
        }
        Ok(either.join(" or "))
    }

    /// The keys of the records that a name or number means.
    fn named(&self, term: &Term, filter: &Filter, column: &str, value: &str) -> Result<Vec<i64>> {
        let kinds: Vec<&str> = match column {
            "party" => self
                .reader
                .registry()
                .all()
                .iter()
                .filter(|it| it.is_party)
                .map(|it| it.kind.prefix)
                .collect(),
            "function" => vec!["FN"],
            _ => vec!["PE"],
        };
        let mut found = Vec::new();
        if let Ok(it) = self.reader.mention_of(value)
            && kinds.contains(&it.kind.as_str())
        {
            found.push(it.id);
        }
        for kind in kinds {
            if found.is_empty() {
                found.extend(self.reader.ids_called(Some(kind), value, MOST_NAMED)?);
            }
        }
        if found.is_empty() {
            let sentence = match column {
                "party" => text!(
                    "No customer or supplier that you can see is called {name}. Give the name or the number.",
                    name = value
                ),
                "function" => text!("No function is called {name}. Give its name or number.", name = value),
                _ => text!(
                    "Nobody whom you can see is called {name}. Give the name or the number, or “me”.",
                    name = value
                ),
            };
            let _ = filter;
            return Err(Misread { at: term.at, sentence }.into_fault());
        }
        Ok(found)
    }

    fn like(&self, column: &str, values: &[String], on: &mut Conditions) -> String {
        let of = |value: &String| {
            let value = value.to_lowercase().replace('*', "");
            format!("%{}%", value.replace(['%', '_', '\\'], ""))
        };
        let each = values.iter().map(|it| format!("lower({column}) like {}", on.mark(of(it).into())));
        each.collect::<Vec<_>>().join(" or ")
    }

    fn today(&self) -> Date {
        self.reader.now.to_zoned_datetime(self.zone.clone()).date()
    }

    fn days(
        &self,
        term: &Term,
        column: &str,
        is: Is,
        values: &[String],
        on: &mut Conditions,
    ) -> Result<String> {
        let mut either = Vec::new();
        for value in values {
            if crate::fold(value).trim() == "none" {
                either.push(format!("{column} is null"));
                continue;
            }
            let day = self.day(term, value, Toward::Future)?.to_string();
            either.push(format!("{column} {} {}", comparison(is), on.mark(day.into())));
        }
        Ok(either.join(" or "))
    }

    fn moments(
        &self,
        term: &Term,
        column: &str,
        is: Is,
        values: &[String],
        on: &mut Conditions,
    ) -> Result<String> {
        let mut either = Vec::new();
        for value in values {
            let day = self.day(term, value, Toward::Past)?;
            let begin = self.midnight(day);
            let end = self.midnight(day.saturating_add(Span::new().days(1)));
            either.push(match is {
                Is::Of => {
                    let (begin, end) = (on.mark(begin.into()), on.mark(end.into()));
                    format!("({column} >= {begin} and {column} < {end})")
                }
                Is::Below => format!("{column} < {}", on.mark(begin.into())),
                Is::AtMost => format!("{column} < {}", on.mark(end.into())),
                Is::Above => format!("{column} >= {}", on.mark(end.into())),
                Is::AtLeast => format!("{column} >= {}", on.mark(begin.into())),
            });
        }
        Ok(either.join(" or "))
    }

    fn midnight(&self, day: Date) -> Timestamp {
        day.to_zoned_datetime(self.zone.clone()).map_or(Timestamp::MAX, |it| it.timestamp())
    }

    fn day(&self, term: &Term, value: &str, toward: Toward) -> Result<Date> {
        day_of(value, self.today(), toward).ok_or_else(|| {
            let sentence =
                text!("“{value}” is no day. Write 2026-11-16, today, today+7 or 7d.", value = value);
            Misread { at: term.at, sentence }.into_fault()
        })
    }

    fn is(&self, term: &Term, filter: &Filter, values: &[String], on: &mut Conditions) -> Result<String> {
        let Takes::Words(known) = &filter.takes else { unreachable!("they are words") };
        let mut either = Vec::new();
        for value in values {
            either.push(match code_of(term, filter, known, value)?.as_str() {
                "closed" => self.is_closed(on),
                "overdue" => {
                    let today = on.mark(self.today().to_string().into());
                    let closed = self.is_closed(on);
                    format!("(due < {today} and not ({closed}))")
                }
                "mine" => format!("owner = {}", on.mark(self.reader.actor.person.into())),
                "watched" => {
                    let me = on.mark(self.reader.actor.person.into());
                    format!("id in (select record_id from watch where person = {me})")
                }
                "released" => "released is not null".to_owned(),
                "offered" => "offered is not null".to_owned(),
                "open" => format!("not ({})", self.is_closed(on)),
                other => {
                    let marks = self.reader.marks(self.kind).filter(|it| it.code == other);
                    let each = marks.map(|it| format!("id in ({})", it.are.text));
                    each.collect::<Vec<_>>().join(" or ")
                }
            });
        }
        Ok(either.join(" or "))
    }

    /// In a state that is over, ended or settled.
    fn is_closed(&self, on: &mut Conditions) -> String {
        let over = |tone: Option<Tone>| matches!(tone, Some(Tone::Past | Tone::Stopped));
        let kinds = self.reader.registry().all().iter();
        let kinds = kinds.filter(|it| self.kind.is_none_or(|kind| kind == it.kind.prefix));
        let each: Vec<String> = kinds
            .filter_map(|entry| {
                let is_done = |it: &&crate::Named| over(it.tone) || entry.settled.contains(&it.code);
                let codes = entry.states.iter().filter(is_done).map(|it| Value::from(&it.code));
                let codes: Vec<Value> = codes.collect();
                (!codes.is_empty()).then(|| {
                    let kind = on.mark(entry.kind.prefix.into());
                    format!("(kind = {kind} and state in ({}))", on.marks(codes))
                })
            })
            .collect();
        if each.is_empty() { "1 = 0".to_owned() } else { each.join(" or ") }
    }

    fn has(&self, term: &Term, filter: &Filter, values: &[String], _: &mut Conditions) -> Result<String> {
        let Takes::Words(known) = &filter.takes else { unreachable!("they are words") };
        let mut either = Vec::new();
        for value in values {
            either.push(match code_of(term, filter, known, value)?.as_str() {
                "task" => "id in (select record_id from visible_task where settled_at is null)",
                "remark" => "id in (select record_id from visible_remark)",
                "due" => "due is not null",
                "customer" => "party is not null",
                _ => "id in (select record_id from visible_attachment where ended_at is null)",
            });
        }
        Ok(either.join(" or "))
    }

    fn body(
        &self,
        term: &Term,
        filter: &Filter,
        (column, holds): (&str, &ColumnHolds),
        (is, values): (Is, &[String]),
        on: &mut Conditions,
    ) -> Result<String> {
        let mut either = Vec::new();
        for value in values {
            either.push(match holds {
                _ if crate::fold(value).trim() == "none" && !matches!(holds, ColumnHolds::Truth) => {
                    match holds {
                        ColumnHolds::Words | ColumnHolds::Decimal | ColumnHolds::Choice(_) => {
                            format!("coalesce({column}, '') = ''")
                        }
                        _ => format!("{column} is null"),
                    }
                }
                ColumnHolds::Words | ColumnHolds::Decimal => {
                    self.like(column, std::slice::from_ref(value), on)
                }
                ColumnHolds::Whole => {
                    let number = number_of(term, value)?;
                    format!(
                        "cast({column} as double precision) {} {}",
                        comparison(is),
                        on.mark(number.into())
                    )
                }
                ColumnHolds::Truth => {
                    let Takes::Words(known) = &filter.takes else { unreachable!("they are words") };
                    let truth = code_of(term, filter, known, value)? == "yes";
                    format!("{column} = {}", on.mark(truth.into()))
                }
                ColumnHolds::Day => self.days(term, column, is, std::slice::from_ref(value), on)?,
                ColumnHolds::Moment => self.moments(term, column, is, std::slice::from_ref(value), on)?,
                ColumnHolds::Key => {
                    let mut keys = match self.reader.mention_of(value) {
                        Ok(it) => vec![it.id],
                        Err(_) => self.reader.ids_called(None, value, MOST_NAMED)?,
                    };
                    keys.push(-1);
                    format!("{column} in ({})", on.marks(keys.into_iter().map(Value::from)))
                }
                ColumnHolds::Choice(_) => {
                    let Takes::Words(known) = &filter.takes else { unreachable!("they are words") };
                    format!("{column} = {}", on.mark(code_of(term, filter, known, value)?.into()))
                }
            });
        }
        Ok(either.join(" or "))
    }

    fn extra(
        &self,
        term: &Term,
        filter: &Filter,
        (field, holds): (i64, Holds),
        (is, values): (Is, &[String]),
        on: &mut Conditions,
    ) -> Result<String> {
        let mut either = Vec::new();
        let of = format!("select record_id from extra_value where field = {}", on.mark(field.into()));
        let half = self.half();
        for value in values {
            if crate::fold(value).trim() == "none" {
                either.push(format!("id not in ({of}{half})"));
                continue;
            }
            let inner = match holds {
                Holds::Number => {
                    let number = number_of(term, value)?;
                    format!("figure {} {}", comparison(is), on.mark(number.into()))
                }
                Holds::Truth => {
                    let Takes::Words(known) = &filter.takes else { unreachable!("they are words") };
                    let truth = code_of(term, filter, known, value)? == "yes";
                    format!("figure = {}", on.mark(f64::from(u8::from(truth)).into()))
                }
                Holds::Day => {
                    let day = self.day(term, value, Toward::Future)?.to_string();
                    format!("words {} {}", comparison(is), on.mark(day.into()))
                }
                Holds::Person if crate::fold(value).trim() == "me" => {
                    format!("figure = {}", on.mark(figure(self.reader.actor.person).into()))
                }
                Holds::Person => {
                    let keys = self.named(term, filter, "owner", value)?;
                    format!("figure in ({})", on.marks(keys.into_iter().map(|it| figure(it).into())))
                }
                Holds::Choice => {
                    let Takes::Choices(known) = &filter.takes else { unreachable!("they are choices") };
                    let wanted = comparable(value);
                    let chosen = known.iter().map(|it| comparable(it)).find(|it| *it == wanted);
                    let Some(chosen) = chosen else {
                        let some = known.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
                        let sentence = text!("Choose one of these: {choices}.", choices = some);
                        return Err(Misread { at: term.at, sentence }.into_fault());
                    };
                    format!("words = {}", on.mark(chosen.into()))
                }
                Holds::Text | Holds::LongText | Holds::Link => {
                    let value = comparable(value).replace(['%', '_', '\\'], "");
                    format!("words like {}", on.mark(format!("%{value}%").into()))
                }
            };
            either.push(format!("id in ({of}{half} and {inner})"));
        }
        Ok(either.join(" or "))
    }

    /// Outsiders filter by what they read: the offered copy, or the record as it is where that is shared.
    fn half(&self) -> &'static str {
        half_of(self.reader)
    }
}

pub(crate) fn half_of(reader: &Reader) -> &'static str {
    if reader.actor.is_outside() {
        " and offered = (select v.sharing in ('offered', 'published') from visible as v where v.id = extra_value.record_id)"
    } else {
        " and offered = false"
    }
}

/// Whether the conditions of words are laid too, or left to the search itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Too,
    Elsewhere,
}

impl Misread {
    pub(crate) fn into_fault(self) -> crate::Error {
        Faults::from(self).into()
    }
}

/// A key as an extra value holds it; keys are far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "keys are counted from 1")]
fn figure(key: i64) -> f64 {
    key as f64
}

fn comparison(is: Is) -> &'static str {
    match is {
        Is::Of => "=",
        Is::Below => "<",
        Is::AtMost => "<=",
        Is::Above => ">",
        Is::AtLeast => ">=",
    }
}

fn number_of(term: &Term, value: &str) -> Result<f64> {
    let number = value.replace(',', ".").parse::<f64>().ok().filter(|it| it.is_finite());
    number.ok_or_else(|| {
        let sentence = text!("“{value}” is no number. Write one like 12.5.", value = value);
        Misread { at: term.at, sentence }.into_fault()
    })
}

/// The code that a value means: the code itself, or the word in English.
fn code_of(term: &Term, filter: &Filter, known: &[(String, Text)], value: &str) -> Result<String> {
    codes_of(term, filter, known, value).map(|mut all| all.swap_remove(0))
}

/// The code that was written, or all whose word it is: a customer reads one word for several states.
fn codes_of(term: &Term, filter: &Filter, known: &[(String, Text)], value: &str) -> Result<Vec<String>> {
    let found = codes_for(known, value, Text::to_string);
    if !found.is_empty() {
        return Ok(found);
    }
    let some: Vec<&str> = known.iter().map(|(code, _)| code.as_str()).take(12).collect();
    let sentence = text!(
        "{name} is never “{value}”. Take one of these: {choices}.",
        name = &filter.name,
        value = value,
        choices = some.join(", ")
    );
    Err(Misread { at: term.at, sentence }.into_fault())
}

/// The code that was typed, or all whose word was, as `say` puts it; none where it is neither.
pub fn codes_for(known: &[(String, Text)], typed: &str, say: impl Fn(&Text) -> String) -> Vec<String> {
    let wanted = plain(typed);
    if let Some((code, _)) = known.iter().find(|(code, _)| plain(code) == wanted) {
        return vec![code.clone()];
    }
    known.iter().filter(|(_, text)| plain(&say(text)) == wanted).map(|(code, _)| code.clone()).collect()
}

/// A word as it is compared: folded, with what parts words as one mark.
pub fn plain(word: &str) -> String {
    crate::words(word).join("-")
}

fn unknown(term: &Term, name: &str, filters: &[Filter]) -> Faults {
    let near = filters.iter().map(|it| it.name.as_str()).filter(|it| distance(it, name) <= 2);
    let near: Vec<_> = near.collect();
    let some: Vec<&str> = filters.iter().map(|it| it.name.as_str()).take(14).collect();
    let sentence = match near.first() {
        Some(near) => text!(
            "Nothing is called {name} at character {place}. Did you mean {near}:? Put it in quotation marks to look for the words.",
            name = name,
            place = term.at.0 + 1,
            near = *near
        ),
        None => text!(
            "Nothing is called {name} at character {place}. Use {names}, or put it in quotation marks.",
            name = name,
            place = term.at.0 + 1,
            names = some.join(", ")
        ),
    };
    Misread { at: term.at, sentence }.into()
}

/// How many letters differ (Levenshtein), of short words.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in two.iter().enumerate() {
            let change = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[two.len()]
}

/// Which way `7d` counts: due in seven days, changed seven days ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Toward {
    Future,
    Past,
}

/// The day that is meant: 2026-11-16, today, yesterday, tomorrow, today+7, today-7, 7d, 2w.
fn day_of(value: &str, today: Date, toward: Toward) -> Option<Date> {
    let value = value.trim().to_lowercase();
    if value.len() == 10 && value.starts_with(|it: char| it.is_ascii_digit()) {
        return value.parse().ok();
    }
    let (base, rest) = match &value {
        it if it.starts_with("today") => (0, &value[5..]),
        it if it.starts_with("heute") => (0, &value[5..]),
        it if it.starts_with("tomorrow") => (1, &value[8..]),
        it if it.starts_with("morgen") => (1, &value[6..]),
        it if it.starts_with("yesterday") => (-1, &value[9..]),
        it if it.starts_with("gestern") => (-1, &value[7..]),
        _ => {
            let (count, unit) = value.split_at(value.len() - value.chars().last()?.len_utf8());
            let days = match unit {
                "d" | "t" => 1,
                "w" => 7,
                _ => return None,
            };
            let count: i64 = count.parse().ok().filter(|it| (0..=9999).contains(it))?;
            let days = if toward == Toward::Future { count * days } else { -count * days };
            return today.checked_add(Span::new().days(days)).ok();
        }
    };
    let more: i64 = if rest.is_empty() { 0 } else { rest.trim_end_matches(['d', 't']).parse().ok()? };
    (-40_000..=40_000).contains(&more).then(|| today.checked_add(Span::new().days(base + more)).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_read_for_several_states_means_all_of_them() {
        let known =
            [("draft", text!("With us")), ("released", text!("With us")), ("agreed", text!("Agreed"))];
        let known = known.map(|(code, word)| (code.to_owned(), word));
        let codes = |typed| codes_for(&known, typed, Text::to_string);
        assert_eq!(codes("with us"), ["draft", "released"]);
        assert_eq!(codes("released"), ["released"], "a code means itself");
        assert!(codes("with them").is_empty());
    }

    #[test]
    fn days_are_understood_as_people_write_them() {
        let today: Date = "2026-03-02".parse().unwrap();
        let day = |it: &str| day_of(it, today, Toward::Future).map(|it| it.to_string());
        for (typed, meant) in [
            ("2026-12-01", "2026-12-01"),
            ("today", "2026-03-02"),
            ("today+7", "2026-03-09"),
            ("today-2", "2026-02-28"),
            ("Tomorrow", "2026-03-03"),
            ("gestern", "2026-03-01"),
            ("7d", "2026-03-09"),
            ("2w", "2026-03-16"),
        ] {
            assert_eq!(day(typed).as_deref(), Some(meant), "{typed}");
        }
        for wrong in [
            "",
            "soon",
            "2026-13-01",
            "today+",
            "today+x",
            "d",
            "99999d",
            "-1d",
            "ß",
            "today+99999999999999999999",
        ] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        assert_eq!(day_of("7d", today, Toward::Past).unwrap().to_string(), "2026-02-23");
    }

    #[test]
    fn a_slip_of_two_letters_is_near() {
        assert_eq!(
            (distance("state", "sttae"), distance("customer", "custmer"), distance("due", "kind")),
            (2, 1, 4)
        );
    }
}
