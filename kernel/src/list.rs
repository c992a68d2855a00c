//! One query for every list: filtered, sorted, page by page by the key of the last row.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::{Faults, PartyId, PersonId, Reader, Result, Value, schema, text};

/// Which records of a kind, in which order.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub states: Vec<String>,
    pub owner: Option<PersonId>,
    pub party: Option<PartyId>,
    /// Words that the number or the title must hold.
    pub words: String,
    pub sort: Sort,
    pub descending: bool,
    /// Where the page begins: the cursor that the page before ended with.
    pub after: Option<String>,
    /// How many rows; 50 where nothing is said, at most 500.
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
    }
}

/// One row of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed {
    pub id: i64,
    pub number: String,
    pub title: String,
    pub state: String,
    pub owner: PersonId,
    pub party: Option<PartyId>,
    pub version: i64,
    #[serde(with = "crate::micros")]
    pub created_at: Timestamp,
    #[serde(with = "crate::micros")]
    pub changed_at: Timestamp,
    pub due: Option<Date>,
    pub released: Option<i64>,
    pub offered: Option<i64>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub rows: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl Reader<'_> {
    /// One page of the records of a kind that the actor may see.
    ///
    /// # Errors
    /// Names the cursor if it is not one of ours.
    pub fn list(&self, kind: &str, wanted: &Wanted) -> Result<Page> {
        let limit = wanted.limit.unwrap_or(50).clamp(1, 500);
        let mut query = Query::of(kind, wanted);
        query.after(wanted)?;
        let column = wanted.sort.column();
        let direction = if wanted.descending { "desc" } else { "asc" };
        let text = format!(
            "select id, number, title, state, owner, party, version, created_at, changed_at, due, released, offered
             from visible where {} order by {column} {direction}, id {direction} limit {}",
            query.conditions.join(" and "),
            limit + 1
        );
        let rows = self.connection.rows(&schema::confined(&text, self.actor.sight()), &query.values)?;
        let mut rows: Vec<Listed> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|it| wanted.sort.cursor(it));
        Ok(Page { rows, next })
    }

    /// How many there are, at most `most`: nobody counts further.
    pub fn count(&self, kind: &str, wanted: &Wanted, most: usize) -> Result<i64> {
        let query = Query::of(kind, wanted);
        let text = format!(
            "select count(*) from (select id from visible where {} limit {most}) as counted",
            query.conditions.join(" and ")
        );
        self.connection.one(&schema::confined(&text, self.actor.sight()), &query.values)?.read()
    }
}

/// The only place where a statement is put together from parts.
struct Query {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn of(kind: &str, wanted: &Wanted) -> Self {
        let mut query = Self { conditions: Vec::new(), values: Vec::new() };
        query.holds("kind = ", kind.into());
        if !wanted.states.is_empty() {
            let marks: Vec<_> = wanted.states.iter().map(|it| query.mark(it.into())).collect();
            query.conditions.push(format!("state in ({})", marks.join(", ")));
        }
        if let Some(owner) = wanted.owner {
            query.holds("owner = ", owner.into());
        }
        if let Some(party) = wanted.party {
            query.holds("party = ", party.into());
        }
        for word in wanted.words.split_whitespace() {
            let pattern = format!("%{}%", word.to_lowercase().replace(['%', '_', '\\'], ""));
            let mark = query.mark(pattern.into());
            query.conditions.push(format!("(lower(title) like {mark} or lower(number) like {mark})"));
        }
        query
    }

    fn after(&mut self, wanted: &Wanted) -> Result<()> {
        let Some(cursor) = &wanted.after else { return Ok(()) };
        let wrong =
            || Faults::one("after", text!("This is not where a page ends. Begin with the first page."));
        let (id, value) = cursor.split_once('.').ok_or_else(wrong)?;
        let id: i64 = id.parse().map_err(|_| wrong())?;
        let value: Value = match wanted.sort {
            Sort::Number | Sort::Title => value.into(),
            Sort::Changed | Sort::Created => value.parse::<i64>().map_err(|_| wrong())?.into(),
        };
        let beyond = if wanted.descending { "<" } else { ">" };
        let (value, id) = (self.mark(value), self.mark(id.into()));
        self.conditions.push(format!("({}, id) {beyond} ({value}, {id})", wanted.sort.column()));
        Ok(())
    }

    fn holds(&mut self, condition: &str, value: Value) {
        let mark = self.mark(value);
        self.conditions.push(format!("{condition}{mark}"));
    }

    fn mark(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

impl Sort {
    fn column(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Title => "title",
            Self::Changed => "changed_at",
            Self::Created => "created_at",
        }
    }

    fn cursor(self, row: &Listed) -> String {
        let value = match self {
            Self::Number => row.number.clone(),
            Self::Title => row.title.clone(),
            Self::Changed => row.changed_at.as_microsecond().to_string(),
            Self::Created => row.created_at.as_microsecond().to_string(),
        };
        format!("{}.{value}", row.id)
    }
}
