//! The one door to the database: read freely, write only within an audited [`Work`].

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::apart::Mishap;
use crate::desk::Desk;
use crate::engine::{Address, Connection};
use crate::file::Store;
use crate::pool::Pool;
use crate::presence::Presence;
use crate::schema::{self, Below, Migration};
use crate::secret::Secrets;
use crate::wake::Wake;
use crate::{Actor, Apart, Error, Jobs, People, Reactions, Reader, Registry, Result, Sql, Work, trail};

/// Where time comes from. Tests and the demo bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How often a deed is begun again when other nodes got in its way, before somebody is told.
const ATTEMPTS: u32 = 20;

/// What the product is made of, as far as the kernel must know.
pub struct Product {
    pub migrations: Vec<Migration>,
    pub registry: Registry,
    pub reactions: Reactions,
    pub jobs: Jobs,
    pub people: People,
    pub apart: Apart,
}

/// What every reader and every work may ask.
pub(crate) struct House {
    pub registry: Registry,
    pub reactions: Reactions,
    pub jobs: Jobs,
    pub people: People,
    pub apart: Apart,
    pub secrets: Secrets,
    pub store: Store,
    pub clock: Clock,
}

pub struct Db {
    engine: Engine,
    pub(crate) address: Address,
    pub(crate) house: House,
    pub(crate) migrations: Vec<Migration>,
    wake: Wake,
    pub(crate) presence: Presence,
}

enum Engine {
    /// One writer, and readers that never wait for it.
    Sqlite { desk: Box<Desk>, readers: Pool },
    /// Deeds run side by side; one that was overtaken runs again with the lane to itself.
    Postgres { pool: Pool, lane: Lane },
}

/// Counts, and takes back what would mislead. An index whose keys are all alike is held for useless although others may
/// be asked for tomorrow; a table that is empty has no count, and one without a count is held for a full one, so that
/// whatever was counted would be walked instead. <https://www.sqlite.org/fileformat2.html#stat1tab>
pub(crate) const COUNT: &str = "
    pragma analysis_limit = 1000;
    analyze;
    insert into sqlite_stat1 (tbl, idx, stat)
        select tbl, null, cast(max(cast(stat as integer)) as text) from sqlite_stat1 group by tbl having min(idx) is not null;
    delete from sqlite_stat1 where idx is not null and stat || ' ' like
        substr(stat, 1, instr(stat || ' ', ' ')) || substr(stat, 1, instr(stat || ' ', ' ')) || '%';
    insert into sqlite_stat1 (tbl, idx, stat) select name, null, '1000' from sqlite_schema
        where type = 'table' and name not like 'sqlite_%' and name not in (select tbl from sqlite_stat1);
    analyze sqlite_schema";

impl Db {
    /// Opens a database and brings its schema up to date. Files lie in `folder`, or in the database where
    /// that is PostgreSQL.
    pub fn open(
        address: Address,
        folder: PathBuf,
        clock: Clock,
        secrets: Secrets,
        product: Product,
    ) -> Result<Self> {
        let Product { migrations, registry, reactions, jobs, people, apart } = product;
        schema::migrate(&Connection::open(&address)?, &migrations, clock())?;
        let below: Arc<[Below]> = schema::below(&migrations).into();
        let to = address.clone();
        let engine = match &address {
            Address::Sqlite(_) => Engine::Sqlite {
                desk: Box::new(Desk::new(confined_connection(&address, &below)?.plans_once()?)),
                readers: Pool::new(8, move || confined_connection(&to, &below)),
            },
            Address::Postgres(_) => {
                Engine::Postgres { pool: Pool::new(12, move || Connection::open(&to)), lane: Lane::default() }
            }
        };
        let store = store_of(&address, folder);
        let house = House { registry, reactions, jobs, people, apart, secrets, store, clock };
        let (wake, presence) = (Wake::default(), Presence::new()?);
        let db = Self { engine, address, house, migrations, wake, presence };
        db.plan_jobs()?;
        Ok(db)
    }

    /// The present moment, as deeds see it.
    pub fn now(&self) -> Timestamp {
        (self.house.clock)()
    }

    /// The kinds of records there are.
    pub fn registry(&self) -> &Registry {
        &self.house.registry
    }

    /// The secrets: their public halves stand on `/trust`.
    pub fn secrets(&self) -> &Secrets {
        &self.house.secrets
    }

    /// Has something done in a process of its own: see [`Apart`].
    pub fn apart(&self, errand: &str, sent: &[u8]) -> Result<Vec<u8>, Mishap> {
        self.house.apart.run(errand, sent)
    }

    /// Answers a question from one state of the database, whatever happens meanwhile.
    pub fn read<T>(&self, actor: &Actor, question: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
        let mut answer = None;
        let keep = |reader: &Reader| {
            answer = Some(question(reader)?);
            Ok(())
        };
        self.read_for(actor, Box::new(keep))?;
        said(answer)
    }

    fn read_for(&self, actor: &Actor, question: Box<dyn FnOnce(&Reader) -> Result<()> + '_>) -> Result<()> {
        self.read_once(Box::new(|connection| {
            question(&Reader::of(connection, actor, &self.house, self.now())?)
        }))
    }

    /// The same for what is nobody's question: a backup.
    pub(crate) fn read_plain<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut answer = None;
        self.read_once(Box::new(|connection| {
            answer = Some(question(connection)?);
            Ok(())
        }))?;
        said(answer)
    }

    fn read_once(&self, question: Once) -> Result<()> {
        let (connection, begin) = match &self.engine {
            Engine::Sqlite { readers, .. } => (readers.lend()?, "begin"),
            Engine::Postgres { pool, .. } => {
                (pool.lend()?, "begin isolation level repeatable read read only")
            }
        };
        let transaction = Transaction::begin(&connection, begin)?;
        question(&connection)?;
        transaction.commit()
    }

    /// Runs `deed` as one transaction: all of it happens and is on the trail, or none of it.
    ///
    /// It may run more than once: what PostgreSQL could not put in order is begun again.
    pub fn write<T>(&self, actor: &Actor, deed: impl Fn(&mut Work) -> Result<T>) -> Result<T> {
        self.write_at(actor, self.now(), deed)
    }

    /// The same at a moment that is given: a chronicle is told again, or a job makes up for lost time.
    pub fn write_at<T>(
        &self,
        actor: &Actor,
        at: Timestamp,
        deed: impl Fn(&mut Work) -> Result<T>,
    ) -> Result<T> {
        let outcome = Cell::new(None);
        self.write_for(actor, at, &|work| {
            outcome.set(Some(deed(work)?));
            Ok(())
        })?;
        said(outcome.into_inner())
    }

    fn write_for(&self, actor: &Actor, at: Timestamp, deed: &dyn Fn(&mut Work) -> Result<()>) -> Result<()> {
        let run = |connection: &Connection| {
            let reader = Reader::of(connection, actor, &self.house, at)?;
            let mut work = Work::new(reader);
            deed(&mut work)?;
            work.finish()
        };
        match &self.engine {
            Engine::Sqlite { desk, .. } => {
                desk.write(Box::new(run), &|connection| self.seal_or_warn(connection))
            }
            Engine::Postgres { pool, lane } => lane.run(&|| {
                let connection = pool.lend()?;
                let transaction = Transaction::begin(&connection, "begin isolation level serializable")?;
                run(&connection)?;
                transaction.commit()?;
                // The deed is done, even if nobody could be told: whoever waits looks now and then.
                let _ = self.wake.others(&connection);
                Ok(())
            }),
        }?;
        self.wake.up();
        Ok(())
    }

    /// Seals what the trail has gained and signs the head of the log, if it has grown. One job does this
    /// about once a second; tells the size of the head that it signed.
    ///
    /// # Errors
    /// Refuses to go on where the log does not match its last head: then it was altered.
    pub fn seal(&self) -> Result<Option<i64>> {
        match &self.engine {
            Engine::Sqlite { .. } => {
                self.aside(|connection| trail::sign_head(connection, &self.house.secrets, self.now()))
            }
            Engine::Postgres { pool, .. } => {
                let connection = pool.lend()?;
                let transaction = Transaction::begin(&connection, "begin")?;
                let mut size = None;
                if connection.one("select pg_try_advisory_xact_lock(7312)", &[])?.read()? {
                    trail::seal(&connection, &self.house.secrets)?;
                    size = trail::sign_head(&connection, &self.house.secrets, self.now())?;
                }
                transaction.commit()?;
                Ok(size)
            }
        }
    }

    /// Lets SQLite count what it keeps, a sample of each index, so that it plans by how much there is. PostgreSQL
    /// does so by itself. To be called at the start and now and then.
    pub fn count_again(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite { .. } => self.aside(|db| db.batch(COUNT)),
            Engine::Postgres { .. } => Ok(()),
        }
    }

    /// Waits until something may have been written: told at once, and looking now and then in any case.
    pub fn wait_for_news(&self, at_most: Duration) -> Result<()> {
        self.wake.wait(&self.address, at_most)
    }

    /// Prepares a statement for everybody who may ask it; says what is not understood.
    pub fn misunderstood(&self, sql: &Sql) -> Result<Vec<String>> {
        self.with_connection(|connection| {
            let texts = crate::actor::Sight::ALL.map(|sight| schema::confined(sql.text, sight));
            let faults = texts
                .iter()
                .filter_map(|text| connection.prepare(text).err().map(|it| format!("{it}: {text}")));
            Ok(faults.collect())
        })
    }

    /// Runs what is off the trail, by itself: what is kept so is listed in `aside.rs`.
    pub(crate) fn aside<T>(&self, task: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &self.engine {
            Engine::Sqlite { desk, .. } => {
                let mut outcome = None;
                let keep = |connection: &Connection| {
                    outcome = Some(task(connection)?);
                    Ok(())
                };
                desk.write(Box::new(keep), &|connection| self.seal_or_warn(connection))?;
                said(outcome)
            }
            Engine::Postgres { pool, .. } => {
                let connection = pool.lend()?;
                let transaction = Transaction::begin(&connection, "begin")?;
                let outcome = task(&connection)?;
                transaction.commit()?;
                Ok(outcome)
            }
        }
    }

    /// A log that was altered is not sealed any further, loudly; what people do goes on and is kept unsealed.
    fn seal_or_warn(&self, connection: &Connection) -> Result<()> {
        connection.batch("savepoint seal")?;
        match trail::seal(connection, &self.house.secrets) {
            Ok(()) => connection.batch("release seal"),
            Err(error) => {
                tracing::error!("the log is not sealed: {error}");
                connection.batch("rollback to seal; release seal")
            }
        }
    }

    pub(crate) fn with_connection<T>(&self, task: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &self.engine {
            Engine::Sqlite { desk, .. } => desk.alone(task),
            Engine::Postgres { pool, .. } => {
                let connection = pool.lend()?;
                task(&connection)
            }
        }
    }
}

/// One task at the door. What it answers it keeps itself: the door is compiled once for all tasks, and not anew for
/// each of the many hundred deeds and questions.
pub(crate) type Once<'a> = Box<dyn FnOnce(&Connection) -> Result<()> + 'a>;

/// What a task kept.
fn said<T>(answer: Option<T>) -> Result<T> {
    answer.ok_or_else(|| Error::Broken(anyhow::anyhow!("the task was not done")))
}

/// Where the files of a database lie.
pub(crate) fn store_of(address: &Address, folder: PathBuf) -> Store {
    match address {
        Address::Sqlite(_) => Store::Folder(folder),
        Address::Postgres(_) => Store::Chunks,
    }
}

fn confined_connection(address: &Address, below: &[Below]) -> Result<Connection> {
    let connection = Connection::open(address)?;
    schema::confine(&connection, below)?;
    Ok(connection)
}

/// Where the deeds of one node run on PostgreSQL: side by side while they do not meet, one after the other while
/// they do. Two that open records of one kind always meet, because numbers have no gaps; so as long as deeds have
/// met a moment ago, each waits for its turn instead of being done twice.
#[derive(Default)]
struct Lane {
    road: RwLock<()>,
    met: Mutex<Option<Instant>>,
}

/// So long after two deeds met it is likely that the next ones do.
const CROWDED_FOR: Duration = Duration::from_millis(50);

impl Lane {
    fn is_crowded(&self) -> bool {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|it| it.elapsed() < CROWDED_FOR)
    }

    fn deeds_met(&self) {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Tries beside the others first, then alone on this node; only other nodes can still be in the way then.
    fn run(&self, attempt: &dyn Fn() -> Result<()>) -> Result<()> {
        if !self.is_crowded() {
            let beside_others = self.road.read().unwrap_or_else(PoisonError::into_inner);
            let outcome = attempt();
            drop(beside_others);
            match outcome {
                Err(error) if error.is_overtaken() => self.deeds_met(),
                known => return known,
            }
        }
        for count in 0..ATTEMPTS {
            let alone = self.road.write().unwrap_or_else(PoisonError::into_inner);
            let outcome = attempt();
            drop(alone);
            match outcome {
                Err(error) if error.is_overtaken() => {
                    self.deeds_met();
                    thread::sleep(Duration::from_millis(count.into()));
                }
                known => return known,
            }
        }
        Err(Error::Stale)
    }
}

/// A transaction that is rolled back unless it is committed.
struct Transaction<'db>(Option<&'db Connection>);

impl<'db> Transaction<'db> {
    fn begin(connection: &'db Connection, how: &str) -> Result<Self> {
        connection.batch(how)?;
        Ok(Self(Some(connection)))
    }

    fn commit(mut self) -> Result<()> {
        self.0.take().map_or(Ok(()), |it| it.batch("commit"))
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.0 {
            // A connection that cannot even roll back is lost, and its pool lets it go.
            let _ = connection.batch("rollback");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_makes_nothing_of_what_is_empty_or_all_alike() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(
            "create table entry (id integer primary key, item integer);
             create index entry_by_item on entry (item);
             create table waiting (entry integer primary key);
             with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
             insert into entry select i, 7 from n",
        )
        .unwrap();
        db.execute_batch(COUNT).unwrap();
        let begins = |sql: &str| {
            db.query_row(&format!("explain query plan {sql}"), [], |row| row.get::<_, String>(3)).unwrap()
        };
        assert_eq!(begins("select * from entry join waiting on entry.id = waiting.entry"), "SCAN waiting");
        let one = begins("select * from entry where item = 8");
        assert!(one.contains("entry_by_item"), "{one}");
    }
}
