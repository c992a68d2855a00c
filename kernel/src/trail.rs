//! The trail: one deed, one entry, in a transparency log that anybody can check (see docs/trail.md).

use std::cell::RefCell;
use std::collections::BTreeMap;

use anyhow::anyhow;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::engine::Connection;
use crate::secret::{self, Secrets};
use crate::tree::{self, Hash, Nodes};
use crate::{Error, Mention, PersonId, Reader, Result, Tie, note, sql, values};

/// So many deeds on a record are looked through for the one that took it into its state.
const LOOKED_THROUGH: i64 = 50;

/// What one deed did to one record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    pub kind: &'static str,
    pub number: String,
    /// Each field that changed, with its old and new value.
    pub change: Map<String, Json>,
    pub state: Option<(String, String)>,
    pub revision: Option<(i64, String)>,
    pub life: Option<(i64, &'static str)>,
    pub links: Vec<(Tie, String)>,
    pub notes: Vec<Json>,
}

impl Touched {
    /// Whether the record itself says or is something else now.
    pub fn is_changed(&self) -> bool {
        !self.change.is_empty() || self.state.is_some() || self.revision.is_some()
    }
}

/// A deed on its way to the trail.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub deed: Option<&'static str>,
    pub reason: String,
    /// The absent person for whom the actor did it.
    pub on_behalf_of: Option<PersonId>,
    pub touched: BTreeMap<i64, Touched>,
    pub content: Vec<String>,
    /// Whose rows of before it named, and whether to their end (`taken_over.rs`).
    pub rows_of: BTreeMap<String, bool>,
}

impl Entry {
    pub fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.content.is_empty() && self.rows_of.is_empty()
    }

    fn json(&self, at: Timestamp, actor: PersonId) -> Json {
        let records: Vec<Json> = self.touched.values().map(Touched::json).collect();
        let mut entry = json!({
            "v": 1, "at": at.as_microsecond(), "actor": actor, "deed": self.deed.unwrap_or("changed"),
            "records": records,
        });
        if let Some(person) = self.on_behalf_of {
            entry["for"] = json!(person);
        }
        if !self.reason.is_empty() {
            entry["reason"] = json!(self.reason);
        }
        if !self.content.is_empty() {
            entry["content"] = json!(self.content);
        }
        if !self.rows_of.is_empty() {
            entry["rows_of"] = json!(self.rows_of);
        }
        entry
    }
}

impl Touched {
    fn json(&self) -> Json {
        let mut record = json!({ "kind": self.kind, "number": self.number });
        if !self.change.is_empty() {
            record["change"] = Json::Object(self.change.clone());
        }
        if let Some((before, after)) = &self.state {
            record["state"] = json!([before, after]);
        }
        if let Some((no, digest)) = &self.revision {
            record["revision"] = json!({ "no": no, "digest": digest });
        }
        if let Some((no, life)) = &self.life {
            record["life"] = json!({ "no": no, "is": life });
        }
        if !self.links.is_empty() {
            let links = self.links.iter().map(|(role, to)| json!({ "role": role, "to": to }));
            record["links"] = links.collect();
        }
        if !self.notes.is_empty() {
            record["notes"] = json!(self.notes);
        }
        record
    }
}

/// Writes an entry beside its deed, in the same transaction; it is sealed before the commit on SQLite,
/// within a second on PostgreSQL.
pub(crate) fn append(
    db: &Connection,
    secrets: &Secrets,
    (actor, at): (PersonId, Timestamp),
    entry: &Entry,
) -> Result<i64> {
    let bytes = serde_jcs::to_vec(&entry.json(at, actor))?;
    let append =
        sql!("insert into entry (at, actor, deed, bytes, mac) values ($1, $2, $3, $4, $5) returning id");
    let deed = entry.deed.unwrap_or("changed");
    let mac = secrets.mac(&bytes);
    let id: i64 = db.one(append.text, values![at, actor, deed, bytes, mac.as_slice()])?.read()?;
    for record in entry.touched.keys() {
        let touch = sql!("insert into entry_record (entry, record_id) values ($1, $2)");
        db.execute(touch.text, values![id, *record])?;
    }
    db.execute(sql!("insert into unsealed (entry) values ($1)").text, values![id])?;
    Ok(id)
}

/// The nodes of the tree as the database keeps them; reads what it has not read before.
struct Stored<'db> {
    db: &'db Connection,
    known: RefCell<BTreeMap<u64, Hash>>,
}

impl<'db> Stored<'db> {
    fn of(db: &'db Connection) -> Self {
        Self { db, known: RefCell::default() }
    }
}

impl Nodes for Stored<'_> {
    fn hashes(&self, positions: &[u64]) -> Result<Vec<Hash>> {
        let mut known = self.known.borrow_mut();
        for position in positions {
            if !known.contains_key(position) {
                let hash: Vec<u8> = self
                    .db
                    .one(sql!("select hash from node where position = $1").text, values![whole(*position)])?
                    .read::<Bytes>()?
                    .0;
                let hash = hash.try_into().map_err(|_| anyhow!("a node of the log has the wrong length"))?;
                known.insert(*position, hash);
            }
        }
        Ok(positions.iter().map(|it| known[it]).collect())
    }
}

/// A column of bytes, taken over as a whole.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Bytes(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// Gives every entry that waits its place in the tree. Only one may do this at a time.
pub(crate) fn seal(db: &Connection, secrets: &Secrets) -> Result<()> {
    // Few wait among very many: `cross join` has SQLite begin with them, whose table it counts as if it were full.
    let waiting: Vec<(i64, Bytes, Bytes)> = db
        .rows(
            sql!(
                "select id, bytes, mac from unsealed cross join entry where entry.id = unsealed.entry
                 order by unsealed.entry limit 5000"
            )
            .text,
            &[],
        )?
        .into_iter()
        .map(|row| row.read())
        .collect::<Result<_>>()?;
    if waiting.is_empty() {
        return Ok(());
    }
    let size: i64 = db.one(sql!("select coalesce(max(no) + 1, 0) from leaf").text, &[])?.read()?;
    let mut tree = tree::Appender::open(unsigned(size), &Stored::of(db))?;
    let mut leaves = Vec::with_capacity(waiting.len());
    for (entry, Bytes(bytes), Bytes(mac)) in &waiting {
        if secrets.mac(bytes).as_slice() != mac.as_slice() {
            return Err(anyhow!(
                "entry {entry} was not written by a deed; the log is not sealed any further"
            )
            .into());
        }
        leaves.push((whole(tree.append(tree::leaf(bytes))), *entry));
    }
    insert_some(db, "leaf (no, entry)", leaves.iter().map(|(no, entry)| [(*no).into(), (*entry).into()]))?;
    let nodes = tree.into_grown();
    let rows = nodes.iter().map(|(position, hash)| [whole(*position).into(), hash.as_slice().into()]);
    insert_some(db, "node (position, hash)", rows)?;
    db.execute(
        sql!("delete from unsealed where exists (select 1 from leaf where leaf.entry = unsealed.entry)").text,
        &[],
    )?;
    Ok(())
}

/// Some rows at a time, because on PostgreSQL each statement is a way there and back.
fn insert_some(db: &Connection, into: &str, rows: impl Iterator<Item = [crate::Value; 2]>) -> Result<()> {
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(200) {
        let marks: Vec<_> = (0..some.len()).map(|it| format!("(${}, ${})", 2 * it + 1, 2 * it + 2)).collect();
        db.execute(&format!("insert into {into} values {}", marks.join(", ")), &some.concat())?;
    }
    Ok(())
}

/// Signs the head of the tree, unless it is signed already.
///
/// # Errors
/// Never signs a head that does not continue the one before: then the log was altered.
pub(crate) fn sign_head(db: &Connection, secrets: &Secrets, now: Timestamp) -> Result<Option<i64>> {
    let size: i64 = db.one(sql!("select coalesce(max(no) + 1, 0) from leaf").text, &[])?.read()?;
    let last: i64 = db.one(sql!("select coalesce(max(size), 0) from checkpoint").text, &[])?.read()?;
    if size == last {
        return Ok(None);
    }
    let nodes = Stored::of(db);
    if last > 0 {
        let note: String =
            db.one(sql!("select note from checkpoint where size = $1").text, values![last])?.read()?;
        if root_of(&note) != Some(tree::head(unsigned(last), &nodes)?) {
            return Err(
                anyhow!("the log does not match its last signed head; no further head is signed").into()
            );
        }
    }
    let root = tree::head(unsigned(size), &nodes)?;
    let note = note::checkpoint(&secrets.origin, unsigned(size), &root, &secrets.signers);
    let sign =
        sql!("insert into checkpoint (size, at, note) values ($1, $2, $3) on conflict (size) do nothing");
    db.execute(sign.text, values![size, now, note])?;
    Ok(Some(size))
}

fn root_of(note: &str) -> Option<Hash> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    BASE64_STANDARD.decode(note.lines().nth(2)?).ok()?.try_into().ok()
}

/// A deed as it stands on the trail.
#[derive(Clone, Debug, Deserialize)]
pub struct Deed {
    pub entry: i64,
    pub actor: PersonId,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    pub deed: String,
    /// The entry itself, personal values opened for whoever may see them.
    #[serde(skip)]
    pub content: Json,
    /// Its place in the tree, once it is sealed.
    pub place: Option<i64>,
}

/// A deed with its proof, as a file that anybody can check.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The place of the entry, counted from 0.
    pub place: i64,
    /// How many entries the signed head covers.
    pub size: i64,
    pub signed_at: Timestamp,
    /// The head as it was signed.
    pub checkpoint: String,
    /// The `.tlog-proof` file with the entry inside.
    pub file: String,
    /// The entry's canonical bytes.
    pub entry: Vec<u8>,
}

#[derive(Deserialize)]
struct Line {
    entry: i64,
    actor: PersonId,
    at: i64,
    deed: String,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    place: Option<i64>,
}

impl Deed {
    /// The absent person for whom it was done, where somebody stood in.
    pub fn on_behalf_of(&self) -> Option<PersonId> {
        self.content.get("for").and_then(Json::as_i64)
    }
}

impl Reader<'_> {
    /// The deeds on a record and, if `with_parts`, on the records that are part of it; in time order,
    /// oldest first, at most `limit` after the entry `after`. Outsiders read no trail.
    pub fn trail(&self, record: i64, with_parts: bool, after: i64, limit: i64) -> Result<Vec<Deed>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let statement = if with_parts {
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry
                 left join leaf on leaf.entry = entry.id
                 where entry.id in (
                     select entry from entry_record where entry > $2 and record_id in (
                         select cast($1 as bigint)
                         union all select source from link where target = $1 and role in ('part_of', 'derives_from')
                         union all select target from link where source = $1 and role = 'derives_from'))
                 order by entry.at, entry.id limit $3"
            )
        } else {
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry_record
                 join entry on entry.id = entry_record.entry left join leaf on leaf.entry = entry.id
                 where record_id = $1 and entry_record.entry > $2 order by entry.id limit $3"
            )
        };
        let rows: Vec<Line> = self.rows(statement, values![record, after, limit])?;
        self.deeds(rows)
    }

    /// When a record was moved, from where and to where, the first first. Nothing else that these deeds did
    /// is read, however much that is. Outsiders are told nothing.
    pub fn moves_of(&self, it: &Mention) -> Result<Vec<(Timestamp, String, String)>> {
        if self.actor.is_outside() { Ok(Vec::new()) } else { self.moves_told(it) }
    }

    /// The same for outsiders, too, of a record that they see: an area tells them what of it is theirs, in their words.
    pub fn moves_told(&self, it: &Mention) -> Result<Vec<(Timestamp, String, String)>> {
        if self.mention(it.id)?.is_none() {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, Bytes)> = self.rows(
            sql!(
                "select at, bytes from entry_record join entry on entry.id = entry_record.entry
                 where record_id = $1 order by entry.id"
            ),
            values![it.id],
        )?;
        let mut all = Vec::new();
        for (at, Bytes(bytes)) in rows {
            if let Some((from, to)) = moved(&bytes, &it.number)? {
                all.push((Timestamp::from_microsecond(at).map_err(crate::broken)?, from, to));
            }
        }
        Ok(all)
    }

    /// Since when a record is in the state that it has, and who took it there; none where no deed of the log did. Outsiders
    /// are told the moment alone.
    pub fn since_when(&self, it: &Mention) -> Result<Option<(Timestamp, PersonId)>> {
        let Some(row) = self.last_move(it, &it.state)? else { return Ok(None) };
        let at = Timestamp::from_microsecond(row.at).map_err(crate::broken)?;
        Ok(Some((at, if self.actor.is_outside() { 0 } else { row.actor })))
    }

    /// The deed that took a record to a state last; none where no deed of the log did. Outsiders read no trail.
    pub fn deed_that_took_it(&self, it: &Mention, to: &str) -> Result<Option<Deed>> {
        if self.actor.is_outside() {
            return Ok(None);
        }
        self.last_move(it, to)?.map(|row| self.deed(row)).transpose()
    }

    fn last_move(&self, it: &Mention, to: &str) -> Result<Option<Line>> {
        let mut before = i64::MAX;
        loop {
            let rows: Vec<Line> = self.rows(
                sql!(
                    "select entry.id as entry, actor, at, deed, bytes, no as place from entry_record
                     join entry on entry.id = entry_record.entry left join leaf on leaf.entry = entry.id
                     where record_id = $1 and entry.id < $2 order by entry.id desc limit $3"
                ),
                values![it.id, before, LOOKED_THROUGH],
            )?;
            let Some(last) = rows.last() else { return Ok(None) };
            before = last.entry;
            for row in rows {
                if moved(&row.bytes, &it.number)?.is_some_and(|(_, is)| is == to) {
                    return Ok(Some(row));
                }
            }
        }
    }

    /// Who answers or ever answered for a record, and who opened it, each with the entry since which they did: handing it
    /// over makes nobody a second person. Outsiders are told nothing.
    pub fn who_answered_for(&self, record: i64) -> Result<Vec<(PersonId, i64)>> {
        let Some(it) = self.mention(record)?.filter(|_| !self.actor.is_outside()) else {
            return Ok(Vec::new());
        };
        let rows: Vec<(i64, PersonId, Bytes)> = self.rows(
            sql!(
                "select entry.id, actor, bytes from entry_record join entry on entry.id = entry_record.entry
                 where record_id = $1 order by entry.id"
            ),
            values![it.id],
        )?;
        let first = rows.first().map_or(0, |row| row.0);
        let mut all: Vec<(PersonId, i64)> = rows.first().map(|row| (row.1, first)).into_iter().collect();
        let mut is_first_owners = true;
        for (entry, _, Bytes(bytes)) in &rows {
            let Some((before, after)) = passed_on(bytes, &it.number)? else { continue };
            if std::mem::take(&mut is_first_owners) {
                all.push((before, first));
            }
            all.push((after, *entry));
        }
        if is_first_owners {
            all.push((self.one(sql!("select owner from visible where id = $1"), values![it.id])?, first));
        }
        Ok(all)
    }

    /// A record with those that are part of it or came of it, and those of which it came.
    pub fn with_parts(&self, record: i64) -> Result<Vec<i64>> {
        let others: Vec<i64> = self.rows(
            sql!(
                "select source from link where target = $1 and role in ('part_of', 'derives_from')
                 union select target from link where source = $1 and role = 'derives_from'"
            ),
            values![record],
        )?;
        Ok(std::iter::once(record).chain(others).collect())
    }

    /// The entries that tell of any of these records, each with its moment in microseconds. Outsiders read no trail.
    pub fn entries_of(&self, records: &[i64]) -> Result<Vec<(i64, i64)>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        self.rows_among(
            sql!(
                "select distinct entry.id, entry.at from entry_record join entry on entry.id = entry_record.entry
                 where record_id in ($1)"
            ),
            records,
        )
    }

    /// The newest deeds on a record alone, in time order, at most `limit`. Outsiders read no trail.
    pub fn newest_trail(&self, record: i64, limit: i64) -> Result<Vec<Deed>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let rows: Vec<Line> = self.rows(
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry_record
                 join entry on entry.id = entry_record.entry left join leaf on leaf.entry = entry.id
                 where record_id = $1 order by entry_record.entry desc limit $2"
            ),
            values![record, limit],
        )?;
        self.deeds(rows.into_iter().rev().collect())
    }

    /// The newest deeds of the whole house, newest first.
    pub fn newest_deeds(&self, before: i64, limit: i64) -> Result<Vec<Deed>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let rows: Vec<Line> = self.rows(
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry
                 left join leaf on leaf.entry = entry.id where entry.id < $1 order by entry.id desc limit $2"
            ),
            values![before, limit],
        )?;
        self.deeds(rows)
    }

    /// Some deeds, in time order.
    pub fn deeds_at(&self, entries: &[i64]) -> Result<Vec<Deed>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let mut rows: Vec<Line> = self.rows_among(
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry
                 left join leaf on leaf.entry = entry.id where entry.id in ($1)"
            ),
            entries,
        )?;
        rows.sort_by_key(|it| it.entry);
        self.deeds(rows)
    }

    /// One deed.
    pub fn deed_at(&self, entry: i64) -> Result<Deed> {
        if self.actor.is_outside() {
            return Err(Error::NotFound);
        }
        let row = self.one(
            sql!(
                "select entry.id as entry, actor, at, deed, bytes, no as place from entry
                 left join leaf on leaf.entry = entry.id where entry.id = $1"
            ),
            values![entry],
        )?;
        self.deed(row)
    }

    /// The proof of one entry under the newest head that covers it; none until it is sealed and signed.
    pub fn proof(&self, entry: i64) -> Result<Option<Proof>> {
        if self.actor.is_outside() {
            return Err(Error::NotFound);
        }
        let (bytes, place): (Bytes, Option<i64>) = self.one(
            sql!("select bytes, no from entry left join leaf on leaf.entry = entry.id where entry.id = $1"),
            values![entry],
        )?;
        let Some(place) = place else { return Ok(None) };
        let head = self.maybe(
            sql!("select size, at, note from checkpoint where size > $1 order by size desc limit 1"),
            values![place],
        )?;
        self.proof_under(head, place, bytes.0)
    }

    /// The entry of that moment and person at a record that names a digest among its content.
    pub(crate) fn entry_naming(
        &self,
        record: i64,
        (person, at): (PersonId, Timestamp),
        digest: &str,
    ) -> Result<Option<i64>> {
        let all: Vec<(i64, Bytes)> = self.rows(
            sql!(
                "select entry.id, bytes from entry_record join entry on entry.id = entry_record.entry
                 where record_id = $1 and actor = $2 and at = $3 order by entry.id"
            ),
            values![record, person, at],
        )?;
        let names = |bytes: &[u8]| {
            let entry: Json = serde_json::from_slice(bytes).unwrap_or_default();
            entry["content"].as_array().is_some_and(|all| all.iter().any(|it| it.as_str() == Some(digest)))
        };
        Ok(all.into_iter().find(|(_, Bytes(bytes))| names(bytes)).map(|(id, _)| id))
    }

    /// The proof of one entry under the first head that covers it, which stays the same as the log grows. Whoever
    /// calls has made sure that the actor may have it.
    pub(crate) fn first_proof(&self, entry: i64) -> Result<Option<Proof>> {
        let (bytes, place): (Bytes, Option<i64>) = self.one(
            sql!("select bytes, no from entry left join leaf on leaf.entry = entry.id where entry.id = $1"),
            values![entry],
        )?;
        let Some(place) = place else { return Ok(None) };
        let head = self.maybe(
            sql!("select size, at, note from checkpoint where size > $1 order by size limit 1"),
            values![place],
        )?;
        self.proof_under(head, place, bytes.0)
    }

    fn proof_under(
        &self,
        head: Option<(i64, i64, String)>,
        place: i64,
        entry: Vec<u8>,
    ) -> Result<Option<Proof>> {
        let Some((size, at, checkpoint)) = head else { return Ok(None) };
        let path = tree::inclusion(unsigned(size), unsigned(place), &Stored::of(self.connection))?;
        let file = note::proof(unsigned(place), &path, &checkpoint, Some(&entry));
        let signed_at = Timestamp::from_microsecond(at).map_err(crate::broken)?;
        Ok(Some(Proof { place, size, signed_at, checkpoint, file, entry }))
    }

    /// The head that was signed last.
    pub fn newest_head(&self) -> Result<Option<String>> {
        Ok(self.rows(sql!("select note from checkpoint order by size desc limit 1"), &[])?.into_iter().next())
    }

    fn deed(&self, row: Line) -> Result<Deed> {
        let one = self.deeds(vec![row])?.into_iter().next();
        one.ok_or(Error::NotFound)
    }

    fn deeds(&self, rows: Vec<Line>) -> Result<Vec<Deed>> {
        let contents: Vec<Json> =
            rows.iter().map(|it| Ok(serde_json::from_slice(&it.bytes)?)).collect::<Result<_>>()?;
        self.learn_keys(&contents)?;
        let deed = |(row, mut content): (Line, Json)| {
            self.open_personal_values(&mut content)?;
            let at = Timestamp::from_microsecond(row.at).map_err(crate::broken)?;
            Ok(Deed { entry: row.entry, actor: row.actor, at, deed: row.deed, content, place: row.place })
        };
        rows.into_iter().zip(contents).map(deed).collect()
    }

    /// Asks at once for all the keys under which anything in these entries is sealed.
    fn learn_keys(&self, contents: &[Json]) -> Result<()> {
        let mut wanted = Vec::new();
        for content in contents {
            gather_sealed(content, &mut wanted);
        }
        wanted.retain(|it| self.memo.key(*it).is_none());
        wanted.sort_unstable();
        wanted.dedup();
        let keys: Vec<(i64, Bytes)> = self
            .rows_among(sql!("select record_id, wrapped from person_key where record_id in ($1)"), &wanted)?;
        for (record, Bytes(wrapped)) in keys {
            self.memo.keep_key(record, self.house.secrets.person_key(&wrapped)?);
        }
        Ok(())
    }

    /// Opens what is sealed; what no key opens any more is told as erased.
    fn open_personal_values(&self, value: &mut Json) -> Result<()> {
        match value {
            Json::Object(fields) if fields.contains_key("sealed") && fields.contains_key("key") => {
                let key = sealed_for(fields).map(|it| self.person_key(it)).transpose()?.flatten();
                *value = key.and_then(|key| secret::unsealed(&key, value)).unwrap_or(Json::Null);
                Ok(())
            }
            Json::Object(fields) => fields.values_mut().try_for_each(|it| self.open_personal_values(it)),
            Json::Array(lines) => lines.iter_mut().try_for_each(|it| self.open_personal_values(it)),
            _ => Ok(()),
        }
    }

    pub(crate) fn person_key(&self, record: i64) -> Result<Option<[u8; 32]>> {
        if let Some(known) = self.memo.key(record) {
            return Ok(Some(known));
        }
        let wrapped: Vec<Bytes> =
            self.rows(sql!("select wrapped from person_key where record_id = $1"), values![record])?;
        let Some(Bytes(wrapped)) = wrapped.first() else { return Ok(None) };
        let key = self.house.secrets.person_key(wrapped)?;
        self.memo.keep_key(record, key);
        Ok(Some(key))
    }
}

/// From where to where an entry moved the record of a number; none where it did not. The rest of it is passed over.
fn moved(entry: &[u8], number: &str) -> Result<Option<(String, String)>> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Part {
        number: String,
        state: Option<(String, String)>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        records: Vec<Part>,
    }
    let Said { records } = serde_json::from_slice(entry)?;
    Ok(records.into_iter().find(|it| it.number == number).and_then(|it| it.state))
}

/// Who answered for the record of a number before an entry and who did after it; none where it was not passed on.
fn passed_on(entry: &[u8], number: &str) -> Result<Option<(PersonId, PersonId)>> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Change {
        owner: Option<Json>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Part {
        number: String,
        change: Change,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        records: Vec<Part>,
    }
    let Said { records } = serde_json::from_slice(entry)?;
    let ends = records.into_iter().find(|it| it.number == number).and_then(|it| it.change.owner);
    Ok(ends.and_then(|it| it[0].as_i64().zip(it[1].as_i64())))
}

/// Whose key opens a sealed value.
fn sealed_for(value: &Map<String, Json>) -> Option<i64> {
    value.get("sealed")?;
    value.get("key")?.as_str()?.strip_prefix("PK-")?.parse().ok()
}

/// Whose keys open what is sealed anywhere in a value.
fn gather_sealed(value: &Json, into: &mut Vec<i64>) {
    match value {
        Json::Object(fields) => match sealed_for(fields) {
            Some(of) => into.push(of),
            None => fields.values().for_each(|it| gather_sealed(it, into)),
        },
        Json::Array(lines) => lines.iter().for_each(|it| gather_sealed(it, into)),
        _ => {}
    }
}

/// Only the fields that differ, each with its old and its new value.
pub(crate) fn difference(before: &Json, after: &Json) -> Map<String, Json> {
    let (Json::Object(before), Json::Object(after)) = (before, after) else {
        return Map::new();
    };
    after
        .iter()
        .filter(|(name, value)| before.get(*name).unwrap_or(&Json::Null) != *value)
        .map(|(name, value)| (name.clone(), json!([before.get(name), value])))
        .collect()
}

pub(crate) fn whole(it: u64) -> i64 {
    i64::try_from(it).unwrap_or(i64::MAX)
}

fn unsigned(it: i64) -> u64 {
    u64::try_from(it).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_many_records_of_an_entry_the_move_of_one_is_read() {
        let entry = json!({ "v": 1, "records": [
            { "number": "REQ-0001", "state": ["draft", "valid"], "change": { "title": ["Seal", "Seals"] } },
            { "number": "CR-2026-0001", "notes": [{ "in_force": {} }], "state": ["implementing", "verifying"] },
            { "number": "CR-2026-0002" },
        ] });
        let moved = |number: &str| moved(entry.to_string().as_bytes(), number).unwrap();
        assert_eq!(moved("CR-2026-0001"), Some(("implementing".to_owned(), "verifying".to_owned())));
        assert_eq!((moved("CR-2026-0002"), moved("CR-2026-0003")), (None, None));
    }
}
