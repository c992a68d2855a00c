//! One query for every list: filtered, sorted, page by page by the key of the last row.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::actor::Sight;
use crate::field::Holds;
use crate::filter::{Asking, Conditions, Joined, Words, half_of};
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
    /// What the order is read from, beside the records: a column of the body, which may have an index of its own.
    body: Option<String>,
}

/// How the rows of a list are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// What fulfils the conditions is gathered, and sorted: of few.
    Gathered,
    /// What gives the order is walked along until there are enough: of many.
    Walked,
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
        Self { expression: format!("coalesce(({inner}), {otherwise})"), is, body: None }
    }

    /// By a field of the body, where the actor reads the working copy of every record of the kind.
    pub fn of_column(reader: &Reader, entry: &Entry, column: &Column) -> Option<Self> {
        let reads =
            !reader.actor.is_outside() || (entry.kind.sharing == Sharing::Working && !column.is_internal);
        let name = &column.name;
        if reads && column.is_always && matches!(column.holds, ColumnHolds::Whole | ColumnHolds::Moment) {
            return Some(Self::of_body(entry.kind.table, name));
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
        reads.then_some(Self { expression, is, body: None })
    }

    /// By a column that always holds something: where it has an index, that gives the order. So the inbox is read by
    /// what was said last.
    fn of_body(table: &str, column: &str) -> Self {
        let body = format!("(select it.id as body_id, it.{column} as body_order from {table} as it) as body");
        Self { expression: "body_order".to_owned(), is: Ordered::Whole, body: Some(body) }
    }

    fn words(expression: &str) -> Self {
        Self { expression: expression.to_owned(), is: Ordered::Words, body: None }
    }

    /// What tells apart what stands at the same place: the key, as an index of the body has it.
    fn key(&self) -> &'static str {
        if self.body.is_some() { "body_id" } else { "id" }
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

/// Of so many it is quicker to walk along the order of a list than to gather and sort them all.
const MANY: usize = 1000;

/// So many rows of a list are asked at once whether they have a common word, so often; then all that have it are
/// gathered.
const AT_ONCE: usize = 3000;
const PARTS: usize = 2;

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

    /// One page, and how many there are in all, at most `most`. What words cost is paid once: the keys of those that
    /// have them are gathered in their order, and only the records of the page are read.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn list_and_count(&self, kind: &str, wanted: &Wanted, most: usize) -> Result<(Page, i64)> {
        if !wanted.query.has_words() {
            let on = self.conditions(Some(kind), wanted)?;
            let count = self.counted(&on, wanted, most)?;
            return Ok((self.page_by(self.way(count), on, wanted)?, count));
        }
        if wanted.after.is_some() {
            return Ok((self.page(Some(kind), wanted)?, self.count(kind, wanted, most)?));
        }
        let keys = self.keys(Some(kind), wanted, most.max(wanted.limit() + 1))?;
        let count = i64::try_from(keys.len().min(most)).unwrap_or(i64::MAX);
        Ok((self.page_with(keys, wanted)?, count))
    }

    fn page(&self, kind: Option<&str>, wanted: &Wanted) -> Result<Page> {
        if wanted.query.has_words() {
            return self.page_with(self.keys(kind, wanted, wanted.limit() + 1)?, wanted);
        }
        let on = self.conditions(kind, wanted)?;
        let way = self.way_of(&on, wanted)?;
        self.page_by(way, on, wanted)
    }

    /// A page that begins with the first of these.
    fn page_with(&self, keys: Vec<i64>, wanted: &Wanted) -> Result<Page> {
        if keys.is_empty() {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let mut of_page = Conditions::new();
        let marks = of_page.marks(keys.into_iter().take(wanted.limit() + 1).map(Value::from));
        of_page.conditions.push(format!("id in ({marks})"));
        self.page_of(&of_page, wanted, Way::Gathered)
    }

    /// The keys of the first `most` behind the cursor that have the words, in the order of the list.
    fn keys(&self, kind: Option<&str>, wanted: &Wanted, most: usize) -> Result<Vec<i64>> {
        if self.is_common(&wanted.query)?
            && let Some(found) = self.keys_of_common(kind, wanted, most)?
        {
            return Ok(found);
        }
        let mut on = self.conditions(kind, wanted)?;
        after(&mut on, wanted, &wanted.order())?;
        let rows = self.sorted("id", &on, wanted, (Way::Gathered, most))?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The same of words that stand nearly everywhere: the list is read along its order, and each part of it is asked
    /// which have them. None where they do not stand nearly everywhere in this list.
    fn keys_of_common(&self, kind: Option<&str>, wanted: &Wanted, most: usize) -> Result<Option<Vec<i64>>> {
        let bare = || self.laid(kind, wanted, Words::Elsewhere);
        let way = self.way_of(&bare()?, wanted)?;
        let (mut found, mut place) = (Vec::new(), wanted.clone());
        for _ in 0..PARTS {
            let mut on = bare()?;
            after(&mut on, &place, &place.order())?;
            let rows = self.sorted("id", &on, &place, (way, AT_ONCE))?;
            place.after = rows.last().filter(|_| rows.len() == AT_ONCE).map(cursor);
            let keys: Vec<i64> = rows.into_iter().map(Row::read).collect::<Result<_>>()?;
            let having = self.having(&wanted.query, &keys)?;
            found.extend(keys.into_iter().filter(|it| having.contains(it)));
            if found.len() >= most || place.after.is_none() {
                found.truncate(most);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The way on which these are found.
    fn way_of(&self, on: &Conditions, wanted: &Wanted) -> Result<Way> {
        match wanted.order().body {
            Some(_) => Ok(self.way(self.counted(on, wanted, MANY)?)),
            None => Ok(Way::Gathered),
        }
    }

    fn page_by(&self, way: Way, mut on: Conditions, wanted: &Wanted) -> Result<Page> {
        after(&mut on, wanted, &wanted.order())?;
        self.page_of(&on, wanted, way)
    }

    /// The way on which nobody waits longer in a house of many years. What outsiders see is gathered from several places.
    fn way(&self, count: i64) -> Way {
        let is_many = usize::try_from(count).is_ok_and(|it| it >= MANY);
        if is_many && self.actor.sight() == Sight::All { Way::Walked } else { Way::Gathered }
    }

    /// These columns of what fulfils the conditions, in the order that is wanted: so many, found on one way.
    fn sorted(
        &self,
        columns: &str,
        on: &Conditions,
        wanted: &Wanted,
        (way, most): (Way, usize),
    ) -> Result<Vec<Row>> {
        let text = statement(columns, on, wanted, (way, most));
        self.asked(wanted, &text, on)
    }

    fn page_of(&self, on: &Conditions, wanted: &Wanted, way: Way) -> Result<Page> {
        let limit = wanted.limit();
        let mut rows = self.sorted(COLUMNS, on, wanted, (way, limit + 1))?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        let mut rows: Vec<Listed> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        for row in &mut rows {
            row.extra = self.readable(&row.kind, std::mem::take(&mut row.extra))?;
        }
        Ok(Page { rows, next })
    }

    /// How many there are, at most `most`: nobody counts further.
    pub fn count(&self, kind: &str, wanted: &Wanted, most: usize) -> Result<i64> {
        if wanted.query.has_words() {
            let from_the_first = Wanted { after: None, ..wanted.clone() };
            let keys = self.keys(Some(kind), &from_the_first, most)?;
            return Ok(i64::try_from(keys.len()).unwrap_or(i64::MAX));
        }
        self.counted(&self.conditions(Some(kind), wanted)?, wanted, most)
    }

    fn counted(&self, on: &Conditions, wanted: &Wanted, most: usize) -> Result<i64> {
        let text = format!(
            "select count(*) from (select id from {} where {} limit {most}) as counted",
            on.from("visible", Joined::AsTheEngineLikes),
            on.clause()
        );
        self.asked(wanted, &text, on)?.into_iter().next().ok_or(Error::NotFound)?.read()
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

    fn conditions(&self, kind: Option<&str>, wanted: &Wanted) -> Result<Conditions> {
        self.laid(kind, wanted, Words::Too)
    }

    fn laid(&self, kind: Option<&str>, wanted: &Wanted, words: Words) -> Result<Conditions> {
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
        Asking { reader: self, kind, zone }.lay(&wanted.query, &mut on, words)?;
        Ok(on)
    }

    /// A plan made for any word would be the wrong one for a common word.
    fn asked(&self, wanted: &Wanted, text: &str, on: &Conditions) -> Result<Vec<Row>> {
        let text = schema::confined(text, self.actor.sight());
        let ask = || self.connection.rows(&text, &on.values);
        if wanted.query.has_words() { self.planned_for_once(ask) } else { ask() }
    }
}

/// The statement of a list. Neither engine knows how many rows fulfil conditions that are typed; where there are many
/// of them, SQLite is told the order in which to read: from what gives the order of the list, until it has enough.
fn statement(columns: &str, on: &Conditions, wanted: &Wanted, (way, most): (Way, usize)) -> String {
    let order = wanted.order();
    let from = match (&order.body, way) {
        (Some(body), Way::Walked) => on.from(&format!("{body} cross join visible"), Joined::InThisOrder),
        (Some(body), Way::Gathered) => on.from(&format!("{body}, visible"), Joined::AsTheEngineLikes),
        (None, _) => on.from("visible", Joined::AsTheEngineLikes),
    };
    let of_body = if order.body.is_some() { "body_id = id and " } else { "" };
    let direction = if wanted.descending { "desc" } else { "asc" };
    format!(
        "select {columns}, {by} as sorted_by from {from} where {of_body}{clause}
         order by {by} {direction}, {key} {direction} limit {most}",
        by = order.expression,
        key = order.key(),
        clause = on.clause(),
    )
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
    on.conditions.push(format!("({}, {}) {beyond} ({value}, {id})", order.expression, order.key()));
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
        Order { expression: expression.to_owned(), is, body: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A house with thousands of letters that wait for nobody in particular, three of them Ada's.
    fn letters() -> rusqlite::Connection {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(
            "create table record (id integer primary key, kind text not null, owner integer not null, changed_at integer not null);
             create index record_by_owner on record (owner, kind, id);
             create index record_by_change on record (kind, changed_at, id);
             create view visible as select id, kind, owner, changed_at from record;
             create table letter (id integer primary key, last_at integer not null, waits_for text not null);
             create index letter_by_last on letter (last_at, id);
             create index letter_by_turn on letter (waits_for, last_at);
             with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
             insert into record select i, case when i % 2 = 0 then 'LE' else 'NT' end, case when i % 6000 = 0 then 5 else 0 end, i from n;
             insert into letter select id, 1000 + id * 7919 % 6007, 'us' from record where kind = 'LE'",
        )
        .unwrap();
        db.execute_batch(crate::db::COUNT).unwrap();
        db
    }

    fn plan(db: &rusqlite::Connection, on: &Conditions, wanted: &Wanted, way: Way) -> Vec<String> {
        let text = format!("explain query plan {}", statement("id", on, wanted, (way, 51)));
        let mut asked = db.prepare(&text).unwrap();
        let values = rusqlite::params_from_iter(vec![rusqlite::types::Null; asked.parameter_count()]);
        let rows = asked.query_map(values, |row| row.get::<_, String>(3)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn many_are_read_along_the_index_of_their_order_and_few_are_gathered() {
        let db = letters();
        let order = Some(Order::of_body("letter", "last_at"));
        let mut wanted = Wanted { order, descending: true, ..Wanted::default() };
        let mut on = Conditions::new();
        on.holds("kind = ", "LE".into());
        on.holds("owner = ", Value::Whole(5));
        let few = plan(&db, &on, &wanted, Way::Gathered);
        assert!(few[0].contains("record_by_owner"), "{few:?}");
        let many = plan(&db, &on, &wanted, Way::Walked);
        assert!(many[0].starts_with("SCAN it USING COVERING INDEX letter_by_last"), "{many:?}");
        assert!(many.iter().all(|it| !it.contains("TEMP B-TREE")), "nothing is sorted: {many:?}");

        // A further condition on the body, and the pages after the first, are read the same way.
        let column = on.body("letter", "waits_for");
        on.holds(&format!("{column} = "), "us".into());
        wanted.after = Some("30.5000".to_owned());
        after(&mut on, &wanted, &wanted.order()).unwrap();
        let further = plan(&db, &on, &wanted, Way::Walked);
        assert!(further[0].starts_with("SEARCH it USING COVERING INDEX letter_by_last"), "{further:?}");
        assert!(further.iter().all(|it| !it.contains("TEMP B-TREE")), "nothing is sorted: {further:?}");
    }
}
