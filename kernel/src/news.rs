//! News: the deeds that were done meanwhile, for whoever looks at what they touched.
//!
//! News are read from the trail after the commit, so they are the same at every node and need nobody's
//! memory. On PostgreSQL an entry may become visible after one with a higher key; so the keys of the last
//! seconds are looked at again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::engine::Connection;
use crate::trail::Bytes;
use crate::{Db, PersonId, Reader, Result, Value, sql, values};

/// So long a deed may take from its entry to its commit before nobody is told of it as it happens.
const SETTLES_IN: Duration = Duration::from_secs(10);
/// So many deeds are told at once; of more, the newest.
const AT_ONCE: usize = 500;

/// One deed, as those hear of it who look at what it touched.
#[derive(Clone, Debug)]
pub struct News {
    pub entry: i64,
    pub at: Timestamp,
    pub actor: PersonId,
    pub deed: String,
    pub records: Vec<Moved>,
    /// Who was told of it by a notice.
    pub told: Vec<PersonId>,
}

/// A record that a deed touched.
#[derive(Clone, Debug)]
pub struct Moved {
    pub id: i64,
    pub number: String,
    pub kind: String,
    /// The records that it is part of.
    pub wholes: Vec<i64>,
    /// Whether the record itself says or is something else now; otherwise only what stands beside it moved.
    pub is_changed: bool,
    /// Whether a revision of it was offered to its party.
    pub is_offered: bool,
}

/// How far somebody has heard.
#[derive(Debug)]
pub struct Ear {
    /// All entries up to here were told.
    floor: i64,
    /// Those above it that were told.
    told: BTreeSet<i64>,
    /// When the highest key was which.
    highest: VecDeque<(Instant, i64)>,
}

impl Ear {
    /// Up to which entry everything was told, come what may.
    pub fn floor(&self) -> i64 {
        self.floor
    }
}

impl Reader<'_> {
    /// The last entry of the trail, by its key.
    pub fn newest_entry(&self) -> Result<i64> {
        self.one(sql!("select coalesce(max(id), 0) from entry"), &[])
    }
}

impl Db {
    /// Listens from now on.
    pub fn ear(&self) -> Result<Ear> {
        let floor =
            self.read_plain(|db| db.one(sql!("select coalesce(max(id), 0) from entry").text, &[])?.read())?;
        Ok(Ear { floor, told: BTreeSet::new(), highest: VecDeque::new() })
    }

    /// What was done since it was listened last, in the order of the trail.
    pub fn listen(&self, ear: &mut Ear) -> Result<Vec<News>> {
        let now = Instant::now();
        let (all, is_in_order) = self.read_plain(|db| {
            let new = sql!("select id from entry where id > $1 order by id");
            let ids = db.rows(new.text, values![ear.floor])?.into_iter().map(|it| it.read());
            Ok((ids.collect::<Result<Vec<i64>>>()?, matches!(db, Connection::Sqlite(_))))
        })?;
        let new: Vec<i64> = all.iter().copied().filter(|it| !ear.told.contains(it)).collect();
        let news = self.read_plain(|db| told_of(db, &new[new.len().saturating_sub(AT_ONCE)..]))?;
        let Some(highest) = all.last().copied() else { return Ok(news) };
        if is_in_order {
            // There is one writer, and whoever comes later has a higher key.
            ear.floor = highest;
            return Ok(news);
        }
        ear.told.extend(new);
        ear.highest.push_back((now, highest));
        while let Some((_, key)) = ear.highest.front().filter(|(at, _)| now.duration_since(*at) > SETTLES_IN)
        {
            ear.floor = *key;
            ear.highest.pop_front();
        }
        ear.told = ear.told.split_off(&(ear.floor + 1));
        Ok(news)
    }

    /// What was done after an entry: what somebody missed while they did not listen.
    pub fn news_after(&self, entry: i64) -> Result<Vec<News>> {
        self.read_plain(|db| {
            let missed = sql!("select id from entry where id > $1 order by id desc limit $2");
            let ids = db.rows(missed.text, values![entry, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)])?;
            let mut ids: Vec<i64> = ids.into_iter().map(|it| it.read()).collect::<Result<_>>()?;
            ids.reverse();
            told_of(db, &ids)
        })
    }
}

fn told_of(db: &Connection, entries: &[i64]) -> Result<Vec<News>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Value> = entries.iter().map(Value::from).collect();
    let among = |before: &str, after: &str, keys: &[Value]| {
        let marks: Vec<_> = (1..=keys.len()).map(|it| format!("${it}")).collect();
        db.rows(&format!("{before} in ({}) {after}", marks.join(", ")), keys)
    };
    let mut news = Vec::with_capacity(entries.len());
    let mut bodies: BTreeMap<i64, Json> = BTreeMap::new();
    for row in among("select id, at, actor, deed, bytes from entry where id", "order by id", &keys)? {
        let (entry, at, actor, deed, Bytes(bytes)): (i64, i64, PersonId, String, Bytes) = row.read()?;
        bodies.insert(entry, serde_json::from_slice(&bytes)?);
        let at = Timestamp::from_microsecond(at).unwrap_or_default();
        news.push(News { entry, at, actor, deed, records: Vec::new(), told: Vec::new() });
    }
    let place = |entry: i64, news: &[News]| news.binary_search_by_key(&entry, |it| it.entry).ok();
    let touched =
        "select entry, record_id, number, kind from entry_record join record on record.id = record_id
                   where entry";
    for row in among(touched, "order by entry, record_id", &keys)? {
        let (entry, id, number, kind): (i64, i64, String, String) = row.read()?;
        let part = bodies.get(&entry).and_then(|it| part(it, &number));
        let says = |field: &str| part.is_some_and(|it| it.get(field).is_some());
        let is_changed = ["change", "state", "revision", "life", "links"].iter().any(|it| says(it));
        let is_offered = part.is_some_and(|it| it["life"]["is"] == "offered");
        if let Some(place) = place(entry, &news) {
            news[place].records.push(Moved { id, number, kind, wholes: Vec::new(), is_changed, is_offered });
        }
    }
    for row in among("select entry, person from notice where entry", "", &keys)? {
        let (entry, person): (i64, PersonId) = row.read()?;
        if let Some(place) = place(entry, &news) {
            news[place].told.push(person);
        }
    }
    let parts: BTreeSet<i64> = news.iter().flat_map(|it| &it.records).map(|it| it.id).collect();
    let parts: Vec<Value> = parts.iter().map(Value::from).collect();
    let mut wholes: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for some in parts.chunks(500) {
        for row in among("select source, target from link where role = 'part_of' and source", "", some)? {
            let (part, whole): (i64, i64) = row.read()?;
            wholes.entry(part).or_default().push(whole);
        }
    }
    for moved in news.iter_mut().flat_map(|it| &mut it.records) {
        moved.wholes = wholes.get(&moved.id).cloned().unwrap_or_default();
    }
    Ok(news)
}

fn part<'a>(entry: &'a Json, number: &str) -> Option<&'a Json> {
    entry.get("records")?.as_array()?.iter().find(|it| it["number"] == number)
}
