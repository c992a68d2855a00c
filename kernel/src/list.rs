//! One query for every list: filtered, sorted, page by page by the key of the last row.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::field::Holds;
use crate::filter::{Asking, Conditions, Words, half_of};
use crate::registry::{Column, ColumnHolds};
use crate::{
    Entry, Error, Faults, Field, PartyId, PersonId, Query, Reader, Result, Row, Sharing, Value, schema,
    search, text,
};

/// Which records of a kind, in which order.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub states: Vec<String>,
    pub owner: Option<PersonId>,
    pub party: Option<PartyId>,
    /// Words that the number or the title must hold.
    pub words: String,
    /// What else must hold: words anywhere in the record and below it, and filters.
    pub query: Query,
    /// In whose days the filters count; UTC where nothing is said.
    pub zone: Option<TimeZone>,
    pub sort: Sort,
    /// Another order than [`Self::sort`].
    pub order: Option<Order>,
    pub descending: bool,
    /// Where the page begins: the cursor that the page before ended with.
    pub after: Option<String>,
    /// How many rows; 50 where nothing is said, at most 1,000.
    pub limit: Option<usize>,
}

crate::vocabulary! {
    /// By what a list is sorted.
    pub enum Sort {
        #[default]
        Number = text!("Number"),
        Title = text!("Title"),
        Changed = text!("Changed"),
        Created = text!("Opened"),
        /// By the due day; what has none comes last.
        Due = text!("Due"),
    }
}

/// An order beyond those that every kind has an index for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    expression: String,
    is: Ordered,
    /// What has to be joined for it: the body, where its column may have an index of its own.
    join: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ordered {
    Words,
    Whole,
    Real,
}

impl Order {
    /// By the name of who answers for it.
    pub fn of_owner() -> Self {
        Self::words("coalesce((select it.title from record as it where it.id = visible.owner), '')")
    }

    /// By the name of the organisation that it belongs to.
    pub fn of_party() -> Self {
        Self::words("coalesce((select it.title from record as it where it.id = visible.party), '')")
    }

    /// By the code of its state.
    pub fn of_state() -> Self {
        Self::words("state")
    }

    /// By an extra field that the actor may read.
    pub fn of_field(reader: &Reader, field: &Field) -> Self {
        let is_figure = matches!(field.holds, Holds::Number | Holds::Truth | Holds::Person);
        let (column, otherwise, is) =
            if is_figure { ("figure", "-1e300", Ordered::Real) } else { ("words", "''", Ordered::Words) };
        let half = half_of(reader);
        let inner = format!(
            "select {column} from extra_value where record_id = visible.id and field = {}{half}",
            field.id
        );
        Self { expression: format!("coalesce(({inner}), {otherwise})"), is, join: String::new() }
    }

    /// By a field of the body, where the actor reads the working copy of every record of the kind.
    pub fn of_column(reader: &Reader, entry: &Entry, column: &Column) -> Option<Self> {
        let reads =
            !reader.actor.is_outside() || (entry.kind.sharing == Sharing::Working && !column.is_internal);
        let name = &column.name;
        if reads && column.is_always && matches!(column.holds, ColumnHolds::Whole | ColumnHolds::Moment) {
            // Joined, so that an index of the column gives the order: the inbox by its last message.
            let table = entry.kind.table;
            let join = format!(
                " join (select it.id as body_id, it.{name} as body_order from {table} as it) as body
                 on body_id = visible.id"
            );
            return Some(Self { expression: "body_order".to_owned(), is: Ordered::Whole, join });
        }
        let (cast, otherwise, is) = match column.holds {
            ColumnHolds::Key => return None,
            ColumnHolds::Whole | ColumnHolds::Moment => {
                (format!("cast(it.{name} as bigint)"), "0", Ordered::Whole)
            }
            ColumnHolds::Truth => (format!("case when it.{name} then 1 else 0 end"), "0", Ordered::Whole),
            _ => (format!("it.{name}"), "''", Ordered::Words),
        };
        let inner = format!("select {cast} from {} as it where it.id = visible.id", entry.kind.table);
        let is_whole = is == Ordered::Whole;
        let expression = format!("coalesce(({inner}), {otherwise})");
        let expression = if is_whole { format!("cast({expression} as bigint)") } else { expression };
        reads.then_some(Self { expression, is, join: String::new() })
    }

    fn words(expression: &str) -> Self {
        Self { expression: expression.to_owned(), is: Ordered::Words, join: String::new() }
    }
}

impl Wanted {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 1000)
    }

    fn order(&self) -> Order {
        self.order.clone().unwrap_or_else(|| self.sort.order())
    }
}

/// One row of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub owner: PersonId,
    pub function: Option<i64>,
    pub party: Option<PartyId>,
    pub version: i64,
    #[serde(with = "crate::micros")]
    pub created_at: Timestamp,
    #[serde(with = "crate::micros")]
    pub changed_at: Timestamp,
    pub due: Option<Date>,
    pub released: Option<i64>,
    pub offered: Option<i64>,
    /// What its extra fields say, by their short names.
    pub extra: Map<String, Json>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub rows: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

const COLUMNS: &str =
    "id, number, kind, title, state, owner, function, party, version, created_at, changed_at, due,
     released, offered, extra";

impl Reader<'_> {
    /// One page of the records of a kind that the actor may see.
    ///
    /// # Errors
    /// Names the cursor if it is not one of ours, and the filter that there is not.
    pub fn list(&self, kind: &str, wanted: &Wanted) -> Result<Page> {
        self.page(Some(kind), wanted)
    }

    /// The same over every kind.
    pub fn list_of_all(&self, wanted: &Wanted) -> Result<Page> {
        self.page(None, wanted)
    }

    /// One page, and how many there are in all, at most `most`. What a common word costs is paid once: the keys of all
    /// that have it are gathered in their order, and only the records of the page are read.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn list_and_count(&self, kind: &str, wanted: &Wanted, most: usize) -> Result<(Page, i64)> {
        if wanted.after.is_some() || !wanted.query.has_words() {
            return Ok((self.list(kind, wanted)?, self.count(kind, wanted, most)?));
        }
        let on = self.conditions(Some(kind), wanted)?;
        let rows = self.sorted("id", &on, wanted, most.max(wanted.limit() + 1))?;
        let keys: Vec<i64> = rows.into_iter().map(Row::read).collect::<Result<_>>()?;
        let count = i64::try_from(keys.len().min(most)).unwrap_or(i64::MAX);
        if keys.is_empty() {
            return Ok((Page { rows: Vec::new(), next: None }, 0));
        }
        let mut of_page = Conditions::new();
        let marks = of_page.marks(keys.into_iter().take(wanted.limit() + 1).map(Value::from));
        of_page.conditions.push(format!("id in ({marks})"));
        Ok((self.page_of(&of_page, wanted)?, count))
    }

    fn page(&self, kind: Option<&str>, wanted: &Wanted) -> Result<Page> {
        let mut on = self.conditions(kind, wanted)?;
        after(&mut on, wanted, &wanted.order())?;
        self.page_of(&on, wanted)
    }

    /// These columns of what fulfils the conditions, in the order that is wanted.
    fn sorted(&self, columns: &str, on: &Conditions, wanted: &Wanted, most: usize) -> Result<Vec<Row>> {
        let order = wanted.order();
        let direction = if wanted.descending { "desc" } else { "asc" };
        let text = format!(
            "select {columns}, {by} as sorted_by from visible{join} where {clause}
             order by {by} {direction}, id {direction} limit {most}",
            by = order.expression,
            join = order.join,
            clause = on.clause(),
        );
        self.asked(wanted, &text, on)
    }

    fn page_of(&self, on: &Conditions, wanted: &Wanted) -> Result<Page> {
        let limit = wanted.limit();
        let mut rows = self.sorted(COLUMNS, on, wanted, limit + 1)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        let mut rows: Vec<Listed> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        if self.actor.is_outside() {
            for row in &mut rows {
                row.extra = self.readable(&row.kind, std::mem::take(&mut row.extra))?;
            }
        }
        Ok(Page { rows, next })
    }

    /// How many there are, at most `most`: nobody counts further.
    pub fn count(&self, kind: &str, wanted: &Wanted, most: usize) -> Result<i64> {
        let on = self.conditions(Some(kind), wanted)?;
        let text = format!(
            "select count(*) from (select id from visible where {} limit {most}) as counted",
            on.clause()
        );
        self.asked(wanted, &text, &on)?.into_iter().next().ok_or(Error::NotFound)?.read()
    }

    /// Looks whether a question can be asked.
    ///
    /// # Errors
    /// Names the filter or value that there is not, and what could be meant.
    pub fn understand(&self, kind: Option<&str>, query: &Query, zone: TimeZone) -> Result<()> {
        let wanted = Wanted { query: query.clone(), zone: Some(zone), ..Wanted::default() };
        self.conditions(kind, &wanted).map(|_| ())
    }

    /// The keys of the records whose number or title has every word of a name, at most `limit`.
    pub(crate) fn ids_called(&self, kind: Option<&str>, name: &str, limit: i64) -> Result<Vec<i64>> {
        let wanted = search::words(name);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let hits = self.search(&wanted.join(" "), kind, limit)?;
        let begins = |known: &[String], it: &String| known.iter().any(|word| word.starts_with(it.as_str()));
        let fits = hits.into_iter().filter(|hit| {
            let known = search::words(&format!("{} {}", hit.number, hit.title));
            wanted.iter().all(|it| begins(&known, it))
        });
        let mut ids: Vec<i64> = fits.map(|it| it.record_id).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    pub(crate) fn conditions(&self, kind: Option<&str>, wanted: &Wanted) -> Result<Conditions> {
        let mut on = Conditions::new();
        if let Some(kind) = kind {
            on.holds("kind = ", kind.into());
        }
        if !wanted.states.is_empty() {
            let marks: Vec<_> = wanted.states.iter().map(|it| on.mark(it.into())).collect();
            on.conditions.push(format!("state in ({})", marks.join(", ")));
        }
        if let Some(owner) = wanted.owner {
            on.holds("owner = ", owner.into());
        }
        if let Some(party) = wanted.party {
            on.holds("party = ", party.into());
        }
        for word in wanted.words.split_whitespace() {
            let pattern = format!("%{}%", word.to_lowercase().replace(['%', '_', '\\'], ""));
            let mark = on.mark(pattern.into());
            on.conditions.push(format!("(lower(title) like {mark} or lower(number) like {mark})"));
        }
        let zone = wanted.zone.clone().unwrap_or(TimeZone::UTC);
        Asking { reader: self, kind, zone }.lay(&wanted.query, &mut on, Words::Too)?;
        Ok(on)
    }

    /// A plan made for any word would be the wrong one for a common word.
    fn asked(&self, wanted: &Wanted, text: &str, on: &Conditions) -> Result<Vec<Row>> {
        let text = schema::confined(text, self.actor.sight());
        let ask = || self.connection.rows(&text, &on.values);
        if wanted.query.has_words() { self.planned_for_once(ask) } else { ask() }
    }
}

fn after(on: &mut Conditions, wanted: &Wanted, order: &Order) -> Result<()> {
    let Some(given) = &wanted.after else { return Ok(()) };
    let wrong = || Faults::one("after", text!("This is not where a page ends. Begin with the first page."));
    let (id, value) = given.split_once('.').ok_or_else(wrong)?;
    let id: i64 = id.parse().map_err(|_| wrong())?;
    let value: Value = match order.is {
        Ordered::Words => value.into(),
        Ordered::Whole => value.parse::<i64>().map_err(|_| wrong())?.into(),
        Ordered::Real => value.parse::<f64>().map_err(|_| wrong())?.into(),
    };
    let beyond = if wanted.descending { "<" } else { ">" };
    let (value, id) = (on.mark(value), on.mark(id.into()));
    on.conditions.push(format!("({}, id) {beyond} ({value}, {id})", order.expression));
    Ok(())
}

/// Where a page ends: the key of its last row and what it was sorted by.
fn cursor(row: &Row) -> String {
    let value = |name: &str| row.names.iter().position(|it| it == name).and_then(|it| row.values.get(it));
    let written = |value: Option<&Value>| match value {
        Some(Value::Whole(it)) => it.to_string(),
        Some(Value::Real(it)) => it.to_string(),
        Some(Value::Text(it)) => it.clone(),
        _ => String::new(),
    };
    format!("{}.{}", written(value("id")), written(value("sorted_by")))
}

impl Sort {
    fn order(self) -> Order {
        let (expression, is) = match self {
            Self::Number => ("number", Ordered::Words),
            Self::Title => ("title", Ordered::Words),
            Self::Changed => ("changed_at", Ordered::Whole),
            Self::Created => ("created_at", Ordered::Whole),
            Self::Due => ("coalesce(due, '9999-12-31')", Ordered::Words),
        };
        Order { expression: expression.to_owned(), is, join: String::new() }
    }
}
