//! A copy of the house, watched by somebody beside the product: which tables say something else than they did, and
//! which deeds stand on the trail.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use kernel::Db;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// What each table says, as a digest over all its rows.
pub type Tables = BTreeMap<String, u64>;

/// A copy of the house, open.
pub struct Watched {
    pub db: Arc<Db>,
    witness: Connection,
}

impl Watched {
    pub fn new(db: Arc<Db>, path: &Path) -> Self {
        Self { db, witness: Connection::open(path).unwrap() }
    }

    /// Another number after anybody wrote anything (SQLite, `pragma data_version`).
    pub fn version(&self) -> i64 {
        self.witness.query_row("pragma data_version", [], |row| row.get(0)).unwrap()
    }

    /// What its tables say. The index of the search is asked as one table, not as those that it is made of.
    pub fn tables(&self) -> Tables {
        let names = "select name from sqlite_master where type = 'table'
                     and name not like 'sqlite\\_%' escape '\\' and name not like 'search\\_%' escape '\\'";
        let mut names = self.witness.prepare(names).unwrap();
        let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
        names.map(|it| it.unwrap()).map(|it| (it.clone(), self.digest(&it))).collect()
    }

    fn digest(&self, table: &str) -> u64 {
        let mut all = self.witness.prepare(&format!("select * from \"{table}\"")).unwrap();
        let width = all.column_count();
        let mut rows = all.query([]).unwrap();
        let mut digest = DefaultHasher::new();
        while let Some(row) = rows.next().unwrap() {
            for place in 0..width {
                match row.get_ref(place).unwrap() {
                    ValueRef::Null => 0_u8.hash(&mut digest),
                    ValueRef::Integer(it) => (1_u8, it).hash(&mut digest),
                    ValueRef::Real(it) => (2_u8, it.to_bits()).hash(&mut digest),
                    ValueRef::Text(it) => (3_u8, it).hash(&mut digest),
                    ValueRef::Blob(it) => (4_u8, it).hash(&mut digest),
                }
            }
            5_u8.hash(&mut digest);
        }
        digest.finish()
    }

    /// The tables that say something else than these do.
    pub fn changed_since(&self, before: &Tables) -> Vec<String> {
        let now = self.tables();
        now.into_iter()
            .filter(|(name, digest)| before.get(name) != Some(digest))
            .map(|(name, _)| name)
            .collect()
    }

    pub fn newest_entry(&self) -> i64 {
        self.witness.query_row("select coalesce(max(id), 0) from entry", [], |row| row.get(0)).unwrap()
    }

    /// What the deeds behind an entry are called.
    pub fn deeds_behind(&self, entry: i64) -> Vec<String> {
        let mut deeds = self.witness.prepare("select deed from entry where id > ?1 order by id").unwrap();
        let deeds = deeds.query_map([entry], |row| row.get::<_, String>(0)).unwrap();
        deeds.map(|it| it.unwrap()).collect()
    }
}

#[test]
fn a_changed_word_and_a_missing_row_are_both_seen() {
    let folder = testbed::folder();
    let path = folder.join("house.db");
    let clock: kernel::Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
    let secrets = kernel::Secrets::from_seed("tables.example/log", [7; 32]).unwrap();
    let address = kernel::Address::Sqlite(path.to_str().unwrap().to_owned());
    let db = app::wiring::open(address, folder.join("files"), clock, secrets).unwrap();
    let copy = Watched::new(Arc::clone(&db), &path);
    let (version, tables) = (copy.version(), copy.tables());
    assert!(tables.len() > 80 && tables.contains_key("search"), "{tables:?}");
    assert_eq!((copy.version(), copy.changed_since(&tables)), (version, Vec::new()));
    db.set("company.zone", "Europe/Berlin").unwrap();
    assert_ne!(copy.version(), version);
    assert_eq!(copy.changed_since(&tables), ["setting"]);
    // The same number of rows, and another word in one.
    let tables = copy.tables();
    db.set("company.zone", "Europe/Rome").unwrap();
    assert_eq!(copy.changed_since(&tables), ["setting"]);
    drop((copy, db));
    let _ = std::fs::remove_dir_all(folder);
}
