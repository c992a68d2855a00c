//! How somebody sees a list: saved views, their own columns, and what a bulk deed came to. All of it is off the
//! trail: it says nothing of any record. The deeds of a bulk stand on the trail like any others.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    Actor, Db, Error, Faults, PersonId, Query, Reader, Refusal, Result, Role, Vocabulary, Work, may, sql,
    text, values,
};

/// The most views somebody keeps of one kind, and the most characters a name has.
const MOST: i64 = 30;
const LONGEST_NAME: usize = 60;

/// A question that somebody keeps, with the way its list is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub id: i64,
    pub owner: PersonId,
    /// The kind of record: the beginning of its numbers.
    pub kind: String,
    pub name: String,
    pub query: String,
    /// The columns, in their order; those of the house where there are none.
    pub columns: Vec<String>,
    pub sort: String,
    pub descending: bool,
    pub shared: Shared,
    /// With which function, where it is shared with one.
    pub function: Option<i64>,
}

crate::vocabulary! {
    /// Who sees a saved view.
    pub enum Shared {
        #[default]
        Own = text!("only me"),
        Function = text!("my function"),
        House = text!("everybody of the house"),
    }
}

/// The columns and the order in which somebody looks at a view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Look {
    pub columns: Vec<String>,
    pub sort: String,
    pub descending: bool,
}

/// A bulk deed: what was to change, and what became of each row.
#[derive(Clone, Debug, Deserialize)]
pub struct Batch {
    pub id: i64,
    /// Who did it.
    pub person: PersonId,
    pub kind: String,
    /// What was to be changed.
    #[serde(deserialize_with = "written_out")]
    pub change: Json,
    /// What came of it, row by row.
    #[serde(deserialize_with = "written_out")]
    pub outcome: Json,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    pub undone_at: Option<i64>,
}

/// JSON that is kept as text.
fn written_out<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Json, D::Error> {
    let text = String::deserialize(from)?;
    serde_json::from_str(&text).map_err(serde::de::Error::custom)
}

impl View {
    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(!self.name.trim().is_empty(), "name", text!("Give the view a name."));
        let short = self.name.chars().count() <= LONGEST_NAME;
        faults.unless(short, "name", text!("Shorten it to {count} characters.", count = LONGEST_NAME));
        if let Err(misread) = Query::read(&self.query) {
            faults.0.extend(Faults::from(misread).0);
        }
        let few = self.columns.len() <= 60 && self.columns.iter().all(|it| it.len() <= 80);
        faults.unless(few, "columns", text!("Choose fewer columns."));
        let alone = self.shared != Shared::Function || self.function.is_some();
        faults.unless(
            alone,
            "shared",
            text!("You belong to no function. Share it with the house, or keep it."),
        );
        faults.into_result()
    }
}

impl Reader<'_> {
    /// The views of a kind: the actor's own, those of their functions, those of the house. Outsiders see their own.
    pub fn views(&self, kind: &str, functions: &[i64]) -> Result<Vec<View>> {
        let all: Vec<View> = self.rows(
            sql!(
                "select id, owner, kind, name, query, columns, sort, descending, shared, function from saved_view
                 where kind = $1 and (owner = $2 or shared <> 'own') order by id"
            ),
            values![kind, self.actor.person],
        )?;
        Ok(all.into_iter().filter(|it| self.sees(it, functions)).collect())
    }

    /// One view that the actor may use.
    pub fn view(&self, id: i64, functions: &[i64]) -> Result<View> {
        let view: View = self.one(
            sql!(
                "select id, owner, kind, name, query, columns, sort, descending, shared, function from saved_view
                 where id = $1"
            ),
            values![id],
        )?;
        if self.sees(&view, functions) { Ok(view) } else { Err(Error::NotFound) }
    }

    fn sees(&self, it: &View, functions: &[i64]) -> bool {
        let is_shared = match it.shared {
            Shared::Own => false,
            Shared::Function => it.function.is_some_and(|it| functions.contains(&it)),
            Shared::House => true,
        };
        may(it.owner == self.actor.person || (is_shared && !self.actor.is_outside()))
    }

    /// How the actor looked at a view of a kind last.
    pub fn look(&self, kind: &str, view: &str) -> Result<Option<Look>> {
        self.maybe(
            sql!("select columns, sort, descending from list_look where person = $1 and kind = $2 and view = $3"),
            values![self.actor.person, kind, view],
        )
    }

    /// What a bulk deed of the actor came to.
    ///
    /// # Errors
    /// Not found is also what somebody else did.
    pub fn batch(&self, id: i64) -> Result<Batch> {
        let batch: Batch = self.one(
            sql!("select id, person, kind, change, outcome, at, undone_at from bulk where id = $1"),
            values![id],
        )?;
        if may(batch.person == self.actor.person) { Ok(batch) } else { Err(Error::NotFound) }
    }
}

impl Db {
    /// Keeps a view: a new one where its key is 0.
    ///
    /// # Errors
    /// Others' views are changed by administrators only; whoever only reads, or comes from outside, shares none.
    pub fn keep_view(&self, actor: &Actor, view: &View) -> Result<i64> {
        may_keep(actor)?;
        let sentence = text!("Only members of staff who may write share views. Keep it for yourself.");
        let may_share = view.shared == Shared::Own || (!actor.is_outside() && !actor.only_reads);
        Refusal::unless(may(may_share), sentence)?;
        view.check()?;
        let now = self.now();
        let columns = serde_json::to_string(&view.columns)?;
        self.aside(|db| {
            if view.id != 0 {
                must_own(db, actor, view.id)?;
                db.execute(
                    sql!(
                        "update saved_view set name = $1, query = $2, columns = $3, sort = $4, descending = $5,
                         shared = $6, function = $7, at = $8 where id = $9"
                    )
                    .text,
                    values![
                        view.name.trim(), &view.query, &columns, &view.sort, view.descending,
                        view.shared.code(), view.function, now, view.id
                    ],
                )?;
                return Ok(view.id);
            }
            // A form sent twice keeps one view.
            let same = db.rows(
                sql!(
                    "select id from saved_view where owner = $1 and kind = $2 and name = $3 and query = $4
                     and columns = $5 and sort = $6 and descending = $7 and shared = $8"
                )
                .text,
                values![
                    actor.person, &view.kind, view.name.trim(), &view.query, &columns, &view.sort,
                    view.descending, view.shared.code()
                ],
            )?;
            if let Some(known) = same.into_iter().next() {
                return known.read();
            }
            let many: i64 = db
                .one(
                    sql!("select count(*) from saved_view where owner = $1 and kind = $2").text,
                    values![actor.person, &view.kind],
                )?
                .read()?;
            let sentence = text!("You keep {count} views already. Remove one that you no longer use.", count = MOST);
            Refusal::unless(many < MOST, sentence)?;
            db.one(
                sql!(
                    "insert into saved_view (owner, kind, name, query, columns, sort, descending, shared, function, at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id"
                )
                .text,
                values![
                    actor.person, &view.kind, view.name.trim(), &view.query, &columns, &view.sort,
                    view.descending, view.shared.code(), view.function, now
                ],
            )?
            .read()
        })
    }

    /// Throws a view away.
    pub fn drop_view(&self, actor: &Actor, id: i64) -> Result<()> {
        may_keep(actor)?;
        self.aside(|db| {
            must_own(db, actor, id)?;
            db.execute(sql!("delete from saved_view where id = $1").text, values![id])
        })?;
        Ok(())
    }

    /// Remembers how somebody looks at a view of a kind.
    pub fn keep_look(&self, actor: &Actor, kind: &str, view: &str, look: &Look) -> Result<()> {
        may_keep(actor)?;
        let few =
            look.columns.len() <= 60 && view.len() <= 80 && look.columns.iter().all(|it| it.len() <= 80);
        if !few {
            return Err(Faults::one("columns", text!("Choose fewer columns.")).into());
        }
        let columns = serde_json::to_string(&look.columns)?;
        self.aside(|db| {
            db.execute(
                sql!(
                    "insert into list_look (person, kind, view, columns, sort, descending)
                     values ($1, $2, $3, $4, $5, $6)
                     on conflict (person, kind, view) do update set columns = excluded.columns,
                     sort = excluded.sort, descending = excluded.descending"
                )
                .text,
                values![actor.person, kind, view, &columns, &look.sort, look.descending],
            )
        })?;
        Ok(())
    }

    /// Notes what a bulk deed came to, so that it can be read and taken back.
    pub fn keep_batch(&self, actor: &Actor, kind: &str, change: &Json, outcome: &Json) -> Result<i64> {
        let now = self.now();
        self.aside(|db| {
            db.one(
                sql!(
                    "insert into bulk (person, kind, change, outcome, at) values ($1, $2, $3, $4, $5) returning id"
                )
                .text,
                values![actor.person, kind, change.to_string(), outcome.to_string(), now],
            )?
            .read()
        })
    }
}

impl Work<'_> {
    /// Notes within the deed that takes a bulk back that it was taken back.
    ///
    /// # Errors
    /// Not found is also what somebody else did; what was taken back once is not taken back again.
    pub fn undo_batch(&mut self, id: i64) -> Result<()> {
        self.batch(id)?;
        let touched = self.execute(
            sql!("update bulk set undone_at = $1 where id = $2 and undone_at is null"),
            values![self.now, id],
        )?;
        Ok(Refusal::unless(touched == 1, text!("This was taken back already."))?)
    }
}

#[track_caller]
fn may_keep(actor: &Actor) -> Result<()> {
    let sentence = text!("Whoever comes with a token for reading changes nothing.");
    Ok(Refusal::unless(may(!actor.not_even_own), sentence)?)
}

fn must_own(db: &crate::engine::Connection, actor: &Actor, id: i64) -> Result<()> {
    let found: (i64, String) =
        db.one(sql!("select owner, shared from saved_view where id = $1").text, values![id])?.read()?;
    let (owner, shared) = found;
    if may(owner == actor.person) {
        return Ok(());
    }
    if !may(shared != Shared::Own.code() && !actor.is_outside()) {
        return Err(Error::NotFound);
    }
    let sentence =
        text!("Only whoever made this view, or an administrator, changes it. Save it as your own.");
    Ok(Refusal::unless(actor.has(Role::Administrator), sentence)?)
}
