//! Presence: who looks at which record now, and who writes there. Nobody's deed, and nobody keeps it.
//!
//! A node knows in memory who looks at what through it. Where several nodes share a database, each says so in
//! short-lived rows, which the others read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde::Deserialize;

use crate::engine::Address;
use crate::{Db, PersonId, Result, random, sql, values};

/// So long after the last key somebody is taken to write.
const WRITES_FOR: Duration = Duration::from_secs(45);
/// How often a node says that its people are still there, and after how long it is no longer believed.
const SAYS_EVERY: Duration = Duration::from_secs(20);
const BELIEVED_FOR: SignedDuration = SignedDuration::from_secs(60);

/// Somebody who looks at a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Present {
    pub person: PersonId,
    /// Whether they write there.
    pub writes: bool,
}

/// Who is where, as far as a node knows.
pub(crate) struct Presence {
    node: String,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    here: HashMap<(i64, PersonId), Seat>,
    elsewhere: BTreeMap<i64, BTreeSet<Present>>,
    said: Option<Instant>,
}

struct Seat {
    windows: usize,
    wrote: Option<Instant>,
    /// Whether the others were told that they write.
    is_said_to_write: bool,
}

impl Seat {
    fn writes(&self) -> bool {
        self.wrote.is_some_and(|it| it.elapsed() < WRITES_FOR)
    }
}

impl Presence {
    pub fn new() -> Result<Self> {
        let node = random()?.iter().take(8).map(|it| format!("{it:02x}")).collect();
        Ok(Self { node, known: Mutex::default() })
    }

    fn with<T>(&self, task: impl FnOnce(&mut Known) -> T) -> T {
        task(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Deserialize)]
struct Elsewhere {
    record_id: i64,
    person: PersonId,
    writes: bool,
}

impl Db {
    /// Somebody opened a record. Every arrival has its departure. Tells whether that is news: another window is not.
    pub fn arrives(&self, record: i64, person: PersonId) -> Result<bool> {
        let is_first = self.presence.with(|known| {
            let new = || Seat { windows: 0, wrote: None, is_said_to_write: false };
            let seat = known.here.entry((record, person)).or_insert_with(new);
            seat.windows += 1;
            seat.windows == 1
        });
        if is_first {
            self.say_presence(record, person, false)?;
        }
        Ok(is_first)
    }

    /// Somebody closed it. Tells whether that is news: who has another window there has not gone.
    pub fn departs(&self, record: i64, person: PersonId) -> Result<bool> {
        let is_last = self.presence.with(|known| {
            let Some(seat) = known.here.get_mut(&(record, person)) else { return false };
            seat.windows -= 1;
            let is_last = seat.windows == 0;
            if is_last {
                known.here.remove(&(record, person));
            }
            is_last
        });
        if !is_last || !self.is_shared() {
            return Ok(is_last);
        }
        let node = self.presence.node.clone();
        self.aside(|db| {
            db.execute(
                sql!("delete from presence where node = $1 and record_id = $2 and person = $3").text,
                values![node, record, person],
            )
        })?;
        Ok(true)
    }

    /// Somebody who looks at a record writes there. Tells whether that is news.
    pub fn writes(&self, record: i64, person: PersonId) -> Result<bool> {
        let is_news = self.presence.with(|known| {
            let Some(seat) = known.here.get_mut(&(record, person)) else { return false };
            seat.wrote = Some(Instant::now());
            !std::mem::replace(&mut seat.is_said_to_write, true)
        });
        if is_news {
            self.say_presence(record, person, true)?;
        }
        Ok(is_news)
    }

    /// Who looks at a record, through whichever node.
    pub fn present(&self, record: i64) -> Vec<Present> {
        self.presence.with(|known| {
            let here = known.here.iter().filter(|((it, _), _)| *it == record);
            let here = here.map(|((_, person), seat)| Present { person: *person, writes: seat.writes() });
            let elsewhere = known.elsewhere.get(&record).into_iter().flatten().copied();
            let mut all: BTreeMap<PersonId, bool> = BTreeMap::new();
            for it in here.chain(elsewhere) {
                *all.entry(it.person).or_default() |= it.writes;
            }
            all.into_iter().map(|(person, writes)| Present { person, writes }).collect()
        })
    }

    /// Looks who came, went or stopped writing without saying so, and tells the other nodes that ours are still
    /// there. Tells the records where something changed.
    pub fn look_around(&self) -> Result<Vec<i64>> {
        let mut moved: BTreeSet<i64> = BTreeSet::new();
        let stopped: Vec<(i64, PersonId)> = self.presence.with(|known| {
            let over = known.here.iter_mut().filter(|(_, seat)| seat.is_said_to_write && !seat.writes());
            over.map(|(key, seat)| {
                seat.is_said_to_write = false;
                *key
            })
            .collect()
        });
        for (record, person) in stopped {
            moved.insert(record);
            self.say_presence(record, person, false)?;
        }
        if self.is_shared() {
            moved.extend(self.look_elsewhere()?);
        }
        Ok(moved.into_iter().collect())
    }

    fn look_elsewhere(&self) -> Result<Vec<i64>> {
        let (node, now) = (self.presence.node.clone(), self.now());
        let is_time = self.presence.with(|known| {
            let is_time = !known.here.is_empty() && known.said.is_none_or(|it| it.elapsed() > SAYS_EVERY);
            if is_time {
                known.said = Some(Instant::now());
            }
            is_time
        });
        if is_time {
            self.aside(|db| {
                db.execute(
                    sql!("update presence set at = $1 where node = $2").text,
                    values![now, node.as_str()],
                )?;
                db.execute(sql!("delete from presence where at < $1").text, values![now - BELIEVED_FOR])
            })?;
        }
        let rows: Vec<Elsewhere> = self.read_plain(|db| {
            let others = sql!("select record_id, person, writes from presence where node <> $1 and at >= $2");
            let rows = db.rows(others.text, values![node, now - BELIEVED_FOR])?;
            rows.into_iter().map(|it| it.read()).collect()
        })?;
        let mut elsewhere: BTreeMap<i64, BTreeSet<Present>> = BTreeMap::new();
        for Elsewhere { record_id, person, writes } in rows {
            elsewhere.entry(record_id).or_default().insert(Present { person, writes });
        }
        Ok(self.presence.with(|known| {
            let all: BTreeSet<i64> = known.elsewhere.keys().chain(elsewhere.keys()).copied().collect();
            let differs = |it: &i64| known.elsewhere.get(it) != elsewhere.get(it);
            let moved = all.into_iter().filter(differs).collect();
            known.elsewhere = elsewhere;
            moved
        }))
    }

    fn say_presence(&self, record: i64, person: PersonId, writes: bool) -> Result<()> {
        if !self.is_shared() {
            return Ok(());
        }
        let (node, now) = (self.presence.node.clone(), self.now());
        self.aside(|db| {
            db.execute(
                sql!(
                    "insert into presence (node, record_id, person, writes, at) values ($1, $2, $3, $4, $5)
                     on conflict (node, record_id, person) do update set writes = excluded.writes, at = excluded.at"
                )
                .text,
                values![node, record, person, writes, now],
            )
        })?;
        Ok(())
    }

    /// Whether other nodes may share the database.
    fn is_shared(&self) -> bool {
        matches!(self.address, Address::Postgres(_))
    }
}
