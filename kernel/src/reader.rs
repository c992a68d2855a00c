//! Asking on behalf of one actor, who sees only what is theirs.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::db::House;
use crate::engine::Connection;
use crate::{
    Actor, Body, Case, Claim, Error, Field, Id, Named, PartyId, PersonId, Record, Registry, Result, Secrets,
    Sharing, Sql, Value, schema, sql, values,
};

pub struct Reader<'db> {
    pub(crate) connection: &'db Connection,
    pub(crate) house: &'db House,
    pub actor: &'db Actor,
    /// The moment at which is asked and done.
    pub now: Timestamp,
    pub(crate) memo: Memo,
}

/// What a page asks again and again, and what stays the same while it is asked: on PostgreSQL each question is a
/// way there and back.
#[derive(Default)]
pub(crate) struct Memo {
    names: RefCell<HashMap<PersonId, String>>,
    keys: RefCell<HashMap<i64, [u8; 32]>>,
    fields: RefCell<HashMap<String, Vec<Field>>>,
}

impl Memo {
    /// Somebody is called otherwise from now on.
    pub fn forget_name(&self, person: PersonId) {
        self.names.borrow_mut().remove(&person);
    }

    /// The extra fields of a kind, which the question asks only the first time.
    pub fn fields(&self, kind: &str, ask: impl FnOnce() -> Result<Vec<Field>>) -> Result<Vec<Field>> {
        if let Some(known) = self.fields.borrow().get(kind) {
            return Ok(known.clone());
        }
        let asked = ask()?;
        self.fields.borrow_mut().insert(kind.to_owned(), asked.clone());
        Ok(asked)
    }

    /// An extra field is another from now on.
    pub fn forget_fields(&self) {
        self.fields.borrow_mut().clear();
    }

    pub fn key(&self, record: i64) -> Option<[u8; 32]> {
        self.keys.borrow().get(&record).copied()
    }

    pub fn keep_key(&self, record: i64, key: [u8; 32]) {
        self.keys.borrow_mut().insert(record, key);
    }
}

impl<'db> Reader<'db> {
    /// Whoever asks, of one state of the database.
    pub(crate) fn of(
        connection: &'db Connection,
        actor: &'db Actor,
        house: &'db House,
        now: Timestamp,
    ) -> Result<Self> {
        confine(connection, actor)?;
        Ok(Self { connection, house, actor, now, memo: Memo::default() })
    }

    /// The same moment as the product itself sees it.
    pub(crate) fn product(&self) -> Self {
        static PRODUCT: std::sync::OnceLock<Actor> = std::sync::OnceLock::new();
        let actor = PRODUCT.get_or_init(Actor::system);
        Self { connection: self.connection, house: self.house, actor, now: self.now, memo: Memo::default() }
    }

    /// Asks as somebody else of the same state of the database: what they would see now.
    pub fn seen_by<T>(&self, actor: &Actor, question: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
        let answer = Reader::of(self.connection, actor, self.house, self.now).and_then(|it| question(&it));
        confine(self.connection, self.actor)?;
        answer
    }

    /// The kinds of records there are.
    pub fn registry(&self) -> &'db Registry {
        &self.house.registry
    }

    /// The word behind the code of a state, as the actor reads it; none of a kind that is not known.
    pub fn state_of(&self, kind: &str, code: &str) -> Option<Named> {
        self.registry().kind(kind).map(|it| it.state(code, self.actor))
    }

    /// The secrets: their public halves stand on `/trust`.
    pub fn secrets(&self) -> &'db Secrets {
        &self.house.secrets
    }

    /// Every row the statement yields. What says `visible` is confined to the actor.
    pub fn rows<T: DeserializeOwned>(&self, sql: &Sql, values: &[Value]) -> Result<Vec<T>> {
        let rows = self.connection.rows(&schema::confined(sql.text, self.actor.sight()), values)?;
        rows.into_iter().map(|row| row.read()).collect()
    }

    /// The rows of any of many keys, for which `in ($1)` stands in the statement; in no order across the keys. Few
    /// statements are prepared, however many keys there are: the last key is said again to fill them up.
    pub fn rows_among<T: DeserializeOwned>(&self, sql: &Sql, keys: &[i64]) -> Result<Vec<T>> {
        let text = schema::confined(sql.text, self.actor.sight());
        let mut all = Vec::new();
        for some in keys.chunks(512) {
            let count = some.len().next_power_of_two();
            let marks: Vec<_> = (1..=count).map(|it| format!("${it}")).collect();
            let text = text.replace("in ($1)", &format!("in ({})", marks.join(", ")));
            let last = some.last().into_iter().cycle();
            let values: Vec<Value> = some.iter().chain(last).take(count).map(Value::from).collect();
            for row in self.connection.rows(&text, &values)? {
                all.push(row.read()?);
            }
        }
        Ok(all)
    }

    /// The first row; without one, it is not found.
    pub fn one<T: DeserializeOwned>(&self, sql: &Sql, values: &[Value]) -> Result<T> {
        self.connection.one(&schema::confined(sql.text, self.actor.sight()), values)?.read()
    }

    /// The first row, if there is one.
    pub fn maybe<T: DeserializeOwned>(&self, sql: &Sql, values: &[Value]) -> Result<Option<T>> {
        match self.one(sql, values) {
            Ok(row) => Ok(Some(row)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A record by its number, with all that its rules may ask about.
    ///
    /// # Errors
    /// Not found is also what the actor may not see.
    pub fn find<B: Body>(&self, number: &str) -> Result<Case<B>> {
        let envelope = self.one(
            sql!(
                "select id, number, title, state, owner, function, party, version, created_at, changed_at, due,
                 released, offered, extra from visible where number = $1 and kind = $2"
            ),
            values![number, B::KIND.prefix],
        )?;
        self.case(envelope)
    }

    /// The same for what is of the house only: a customer may read of the record elsewhere, and finds nothing here.
    ///
    /// # Errors
    /// Not found is everything for somebody outside.
    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn find_ours<B: Body>(&self, number: &str) -> Result<Case<B>> {
        self.actor.must_be_inside()?;
        self.find(number)
    }

    /// A record by its key.
    pub fn find_by_id<B: Body>(&self, id: i64) -> Result<Case<B>> {
        let envelope = self.one(
            sql!(
                "select id, number, title, state, owner, function, party, version, created_at, changed_at, due,
                 released, offered, extra from visible where id = $1 and kind = $2"
            ),
            values![id, B::KIND.prefix],
        )?;
        self.case(envelope)
    }

    fn case<B: Body>(&self, envelope: Envelope<B>) -> Result<Case<B>> {
        let mut record: Record<B> = envelope.into();
        record.extra = self.readable(B::KIND.prefix, record.extra)?;
        let id = record.id.raw();
        let body = self.body::<B>(&record)?;
        let facts = (B::FACTS)(self, &record, &body)?;
        let open_tasks = self.one(
            sql!("select count(*) from visible_task where record_id = $1 and settled_at is null"),
            values![id],
        )?;
        let claims = self.claims(id)?;
        Ok(Case { record, body, open_tasks, claims, facts })
    }

    /// Many records at once, without what only rules ask; in no order. What is not seen is left out.
    pub fn find_many<B: Body>(&self, ids: &[i64]) -> Result<Vec<(Record<B>, B)>> {
        let mut found: Vec<(Record<B>, B)> = Vec::with_capacity(ids.len());
        for some in ids.chunks(500) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let values: Vec<Value> = some.iter().map(Value::from).collect();
            let text = match self.reads_offered::<B>() {
                true => format!(
                    "select visible.*, revision.content from visible
                     join revision on record_id = visible.id and no = visible.offered
                     where kind = '{}' and visible.id in ({})",
                    B::KIND.prefix,
                    marks.join(", ")
                ),
                false => format!(
                    "select visible.*, b.* from visible join {} as b on b.id = visible.id
                     where visible.id in ({})",
                    B::KIND.table,
                    marks.join(", ")
                ),
            };
            for row in self.connection.rows(&schema::confined(&text, self.actor.sight()), &values)? {
                if self.reads_offered::<B>() {
                    let body = serde_json::from_str(&row.clone().read::<Content>()?.content)?;
                    found.push((row.read::<Envelope<B>>()?.into(), body));
                } else {
                    // A body may use a word of the envelope for one of its own columns, as it does for its key.
                    let (envelope, body) = row.parted("id");
                    found.push((envelope.read::<Envelope<B>>()?.into(), self.shown(body.read()?)?));
                }
            }
        }
        for (record, _) in &mut found {
            record.extra = self.readable(B::KIND.prefix, std::mem::take(&mut record.extra))?;
        }
        Ok(found)
    }

    /// Staff read the working copy; so does the party of a record that is shared as it is. Of others the
    /// party reads the revision that was offered last.
    fn body<B: Body>(&self, record: &Record<B>) -> Result<B> {
        let id = record.id.raw();
        if self.reads_offered::<B>() {
            let content: String = self.one(
                sql!("select content from visible join revision on record_id = visible.id and no = visible.offered
                      where visible.id = $1"),
                values![id],
            )?;
            return Ok(serde_json::from_str(&content)?);
        }
        let text = format!("select * from {} where id = $1", B::KIND.table);
        self.shown(self.connection.one(&text, values![id])?.read()?)
    }

    /// The body without what is not for the party of its record.
    fn shown<B: Body>(&self, body: B) -> Result<B> {
        if !self.actor.is_outside() || B::INTERNAL.is_empty() {
            return Ok(body);
        }
        let mut fields = serde_json::to_value(&body)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.retain(|name, _| !B::INTERNAL.contains(&name.as_str()));
        }
        Ok(serde_json::from_value(fields)?)
    }

    fn reads_offered<B: Body>(&self) -> bool {
        self.actor.is_outside() && matches!(B::KIND.sharing, Sharing::Offered | Sharing::Published)
    }

    /// What other records have to do with this one: rules ask, whoever the actor may be.
    fn claims(&self, id: i64) -> Result<Vec<Claim>> {
        self.rows(
            sql!(
                "select number as by, kind, role, state from link
                 join record on record.id = source where target = $1 and role <> 'part_of'"
            ),
            values![id],
        )
    }

    /// What somebody is called. Everybody who deals with a person may know their name.
    pub fn name_of(&self, person: PersonId) -> Result<String> {
        if person == 0 {
            return Ok("Reqord".to_owned());
        }
        if let Some(known) = self.memo.names.borrow().get(&person) {
            return Ok(known.clone());
        }
        let name: Option<String> =
            self.maybe(sql!("select title from record where id = $1"), values![person])?;
        let Some(name) = name else { return Ok("?".to_owned()) };
        self.memo.names.borrow_mut().insert(person, name.clone());
        Ok(name)
    }

    /// The number, kind and title of a record that the actor may see.
    pub fn mention(&self, id: i64) -> Result<Option<Mention>> {
        self.maybe(sql!("select id, number, kind, title, state from visible where id = $1"), values![id])
    }

    /// The same by its number, whatever its kind.
    pub fn mention_of(&self, number: &str) -> Result<Mention> {
        self.one(
            sql!("select id, number, kind, title, state from visible where number = $1"),
            values![number],
        )
    }
}

/// Tells a connection for whom it reads from now on.
fn confine(connection: &Connection, actor: &Actor) -> Result<()> {
    match connection {
        Connection::Sqlite(_) => {
            connection.execute("delete from me", &[])?;
            for party in actor.parties() {
                connection.execute("insert into me (key) values ($1)", values![*party])?;
            }
        }
        Connection::Postgres(_) => {
            let keys: Vec<_> = actor.parties().iter().map(ToString::to_string).collect();
            let key = format!("{{{}}}", keys.join(","));
            connection.rows("select set_config('reqord.key', $1, true)", values![key])?;
        }
    }
    Ok(())
}

/// A record as it is spoken of elsewhere.
#[derive(Clone, Debug, Deserialize)]
pub struct Mention {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
}

#[derive(Deserialize)]
struct Content {
    content: String,
}

/// The envelope as it comes out of the database.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Envelope<B: Body> {
    id: i64,
    number: String,
    title: String,
    state: B::State,
    owner: PersonId,
    function: Option<i64>,
    party: Option<PartyId>,
    version: i64,
    #[serde(with = "crate::micros")]
    created_at: Timestamp,
    #[serde(with = "crate::micros")]
    changed_at: Timestamp,
    due: Option<Date>,
    released: Option<i64>,
    offered: Option<i64>,
    extra: Map<String, Json>,
}

impl<B: Body> From<Envelope<B>> for Record<B> {
    fn from(it: Envelope<B>) -> Self {
        let Envelope {
            id,
            number,
            title,
            state,
            owner,
            function,
            party,
            version,
            created_at,
            changed_at,
            ..
        } = it;
        let (id, due, released, offered) = (Id::new(id), it.due, it.released, it.offered);
        let extra = it.extra;
        Self {
            id,
            number,
            title,
            state,
            owner,
            function,
            party,
            version,
            created_at,
            changed_at,
            released,
            offered,
            due,
            extra,
        }
    }
}
