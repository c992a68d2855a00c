//! Everything that an installation holds, in a form that no engine owns: taken while others go on working,
//! put back into an empty database of either engine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::db::store_of;
use crate::engine::{Address, Connection};
use crate::file::Store;
use crate::revision::fingerprint;
use crate::schema::{self, Migration};
use crate::{Db, Refusal, Result, Row, Value, sql, text, values};

/// Tables that are not carried as rows: files are carried as files, the schema tells itself, and who looks at what is
/// over by then.
const NOT_CARRIED: [&str; 3] = ["file_chunk", "migration", "presence"];

/// The index of words, which each engine keeps in its own way.
const SEARCH: &str = "search";

/// The word under which what a party may find begins in the index.
const PARTY_MARK: &str = "seenbyparty";

/// So many rows are put back with one statement, and at most so many values.
const ROWS_AT_ONCE: usize = 200;
const VALUES_AT_ONCE: usize = 2000;

/// A step of the schema that the installation had taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaStep {
    pub name: String,
    /// SHA-256 of its text, in hexadecimal.
    pub digest: String,
}

/// One state of an installation, whatever is done meanwhile.
pub struct Snapshot<'db> {
    connection: &'db Connection,
    store: &'db Store,
    migrations: &'db [Migration],
}

/// The tables that a backup carries after such steps of the schema, those that others refer to first.
pub fn carried_tables(migrations: &[Migration]) -> Vec<String> {
    let mut tables = schema::tables(migrations);
    tables.retain(|it| !NOT_CARRIED.contains(&it.as_str()));
    tables.push(SEARCH.to_owned());
    tables
}

/// The steps of ours that a backup had taken.
///
/// # Errors
/// Refuses a backup that had taken others.
pub fn steps_taken<'a>(migrations: &'a [Migration], steps: &[SchemaStep]) -> Result<&'a [Migration]> {
    let known = migrations.iter().zip(steps).take_while(|(ours, theirs)| **theirs == ours.step()).count();
    let sentence =
        text!("The backup was made by a newer program, or by another one. Restore it with that program.");
    Refusal::unless(known == steps.len(), sentence)?;
    Ok(&migrations[..known])
}

impl Db {
    /// Shows one state of everything there is, while others go on working.
    pub fn snapshot<T>(&self, take: impl FnOnce(&Snapshot) -> Result<T>) -> Result<T> {
        self.read_plain(|connection| {
            take(&Snapshot { connection, store: &self.house.store, migrations: &self.migrations })
        })
    }
}

impl Snapshot<'_> {
    /// The steps of the schema that were taken, in their order.
    pub fn steps(&self) -> Result<Vec<SchemaStep>> {
        let rows = self.connection.rows("select name, digest from migration order by no", &[])?;
        rows.into_iter().map(|row| row.read()).collect()
    }

    /// The tables to be carried, those that others refer to first.
    pub fn tables(&self) -> Vec<String> {
        carried_tables(self.migrations)
    }

    /// Hands over a table: the names of its columns, then row after row as a JSON array each. Tells how many
    /// rows there were. Bytes are `{"base64": …}`.
    pub fn table(&self, table: &str, take: &mut dyn FnMut(&Json) -> Result<()>) -> Result<u64> {
        let statement = match (table, self.connection) {
            (SEARCH, Connection::Sqlite(_)) => {
                "select rowid as id, who, words from search order by rowid".into()
            }
            (SEARCH, Connection::Postgres(_)) => {
                "select id, '' as who, cast(words as text) as words from search order by id".into()
            }
            _ => format!("select * from {table}"),
        };
        let mut count = 0;
        self.connection.each(&statement, &mut |row: Row| {
            if count == 0 {
                take(&json!(*row.names))?;
            }
            count += 1;
            let mut values: Vec<Json> = row.values.iter().map(carried).collect();
            if table == SEARCH && matches!(self.connection, Connection::Postgres(_)) {
                let (who, words) = in_order(values[2].as_str().unwrap_or_default());
                (values[1], values[2]) = (who.into(), words.into());
            }
            take(&Json::Array(values))
        })?;
        Ok(count)
    }

    /// The digests of all files.
    pub fn files(&self) -> Result<Vec<String>> {
        let rows = self.connection.rows(sql!("select digest from file order by digest").text, &[])?;
        rows.into_iter().map(|row| row.read()).collect()
    }

    /// The bytes of a file.
    pub fn file(&self, digest: &str) -> Result<Vec<u8>> {
        self.store.fetch(self.connection, digest)
    }
}

/// An empty database that is being filled from a backup. What is not finished is as if it had not begun.
pub struct Restoring {
    connection: Connection,
    store: Store,
    /// What may be put back, and the digests of what was.
    tables: Vec<String>,
    files: BTreeSet<String>,
}

impl Restoring {
    /// Brings an empty database to the steps of the schema that a backup had.
    ///
    /// # Errors
    /// Refuses a database in which something is, and a backup of a newer program.
    pub fn begin(
        (address, folder): (&Address, PathBuf),
        migrations: &[Migration],
        steps: &[SchemaStep],
        now: Timestamp,
    ) -> Result<Self> {
        let taken = steps_taken(migrations, steps)?;
        let connection = Connection::open(address)?;
        connection.batch("begin")?;
        schema::hold(&connection)?;
        if has_schema(&connection)? {
            must_be_empty(&connection, &["record".to_owned(), "entry".to_owned()])?;
        }
        schema::migrate_within(&connection, (taken, migrations), now)?;
        let tables = carried_tables(taken);
        // A house that was only started has no record, but jobs.
        must_be_empty(&connection, &tables)?;
        if matches!(connection, Connection::Sqlite(_)) {
            connection.batch("pragma defer_foreign_keys = on")?;
        }
        let store = store_of(address, folder);
        Ok(Self { connection, store, tables, files: BTreeSet::new() })
    }

    /// Puts rows back, each as many values as there are columns.
    ///
    /// # Errors
    /// Names the table that the backup and the schema do not agree about, or that is none of theirs.
    pub fn table(
        &self,
        table: &str,
        columns: &[String],
        rows: &mut dyn Iterator<Item = Result<Vec<Json>>>,
    ) -> Result<u64> {
        if !self.tables.iter().any(|it| it == table) {
            return Err(anyhow!("{table:?} is no table that a backup carries").into());
        }
        let known = self.columns(table)?;
        if columns.iter().any(|it| !known.iter().any(|(name, _)| name == it)) {
            return Err(anyhow!("the table {table} of the backup has other columns").into());
        }
        let is_truth: Vec<bool> =
            columns.iter().map(|it| known.iter().any(|(name, truth)| name == it && *truth)).collect();
        let at_once = (VALUES_AT_ONCE / columns.len().max(1)).clamp(1, ROWS_AT_ONCE);
        let (mut count, mut waiting) = (0, Vec::new());
        for row in rows {
            let row = row?;
            if row.len() != columns.len() {
                return Err(anyhow!("a row of the table {table} of the backup is cut short").into());
            }
            let values: Option<Vec<Value>> =
                row.iter().zip(&is_truth).map(|(it, truth)| taken_back(it, *truth)).collect();
            let wrong = || anyhow!("a row of the table {table} of the backup holds what no column holds");
            waiting.push(values.ok_or_else(wrong)?);
            count += 1;
            if waiting.len() == at_once {
                self.put(table, columns, &waiting)?;
                waiting.clear();
            }
        }
        self.put(table, columns, &waiting)?;
        Ok(count)
    }

    /// Puts a file back.
    ///
    /// # Errors
    /// Refuses bytes under a name that is not their digest.
    pub fn file(&mut self, digest: &str, bytes: &[u8]) -> Result<()> {
        if fingerprint(bytes) != digest {
            return Err(
                anyhow!("the file {digest:?} of the backup is not named by the digest of its bytes").into()
            );
        }
        self.files.insert(digest.to_owned());
        self.store.keep(&self.connection, digest, bytes)
    }

    /// Everything is there: from now on it counts.
    ///
    /// # Errors
    /// Names a file that the tables speak of and the backup did not hold.
    pub fn finish(self) -> Result<()> {
        let told = self.connection.rows("select digest from file order by digest", &[])?;
        for row in told {
            let digest: String = row.read()?;
            if !self.files.contains(&digest) {
                return Err(anyhow!("the file {digest:?}, of which the backup speaks, is not in it").into());
            }
        }
        if matches!(self.connection, Connection::Postgres(_)) {
            // The next key of each table comes after those that were put back.
            for table in self.tables.iter().filter(|it| *it != SEARCH) {
                let counts = "select count(*) from information_schema.columns
                              where table_schema = current_schema() and table_name = $1 and is_identity = 'YES'";
                let count: i64 = self.connection.one(counts, values![table])?.read()?;
                if count > 0 {
                    self.connection.batch(&format!(
                        "select setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false)
                         from {table}"
                    ))?;
                }
            }
        }
        self.connection.batch("commit")
    }

    /// The columns of a table, each with whether it holds truth values of its own type.
    fn columns(&self, table: &str) -> Result<Vec<(String, bool)>> {
        if table == SEARCH {
            return Ok(["id", "who", "words"].map(|it| (it.to_owned(), false)).to_vec());
        }
        let text = match self.connection {
            Connection::Sqlite(_) => "select name, 0 from pragma_table_info($1)",
            Connection::Postgres(_) => {
                "select cast(column_name as text), case when data_type = 'boolean' then 1 else 0 end
                 from information_schema.columns where table_schema = current_schema() and table_name = $1"
            }
        };
        let rows = self.connection.rows(text, values![table])?;
        let rows: Vec<(String, i64)> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        Ok(rows.into_iter().map(|(name, truth)| (name, truth == 1)).collect())
    }

    fn put(&self, table: &str, columns: &[String], rows: &[Vec<Value>]) -> Result<()> {
        if table == SEARCH {
            return rows.iter().try_for_each(|row| self.put_words(row));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let width = columns.len();
        let mark = |row: usize| {
            let marks: Vec<_> = (1..=width).map(|it| format!("${}", row * width + it)).collect();
            format!("({})", marks.join(", "))
        };
        let marks: Vec<_> = (0..rows.len()).map(mark).collect();
        let text = format!("insert into {table} ({}) values {}", columns.join(", "), marks.join(", "));
        self.connection.execute(&text, &rows.concat())?;
        Ok(())
    }

    fn put_words(&self, row: &[Value]) -> Result<()> {
        let text = match self.connection {
            Connection::Sqlite(_) => "insert into search (rowid, who, words) values ($1, $2, $3)",
            Connection::Postgres(_) => {
                "insert into search (id, words) values ($1, to_tsvector('simple', $2 || ' ' || $3))"
            }
        };
        self.connection.execute(text, row)?;
        Ok(())
    }
}

/// Whether there is an installation in a database. Nothing is made of one in which there is none.
pub fn is_installed(address: &Address) -> Result<bool> {
    if let Address::Sqlite(path) = address
        && !Path::new(path).exists()
    {
        return Ok(false);
    }
    has_schema(&Connection::open(address)?)
}

fn has_schema(connection: &Connection) -> Result<bool> {
    let text = match connection {
        Connection::Sqlite(_) => "select count(*) from sqlite_master where name = 'record'",
        Connection::Postgres(_) => {
            "select count(*) from information_schema.tables
             where table_schema = current_schema() and table_name = 'record'"
        }
    };
    let count: i64 = connection.one(text, &[])?.read()?;
    Ok(count > 0)
}

fn must_be_empty(connection: &Connection, tables: &[String]) -> Result<()> {
    for table in tables {
        let some = format!("select count(*) from (select 1 from {table} limit 1) as it");
        let count: i64 = connection.one(&some, &[])?.read()?;
        let sentence = text!(
            "There is something in this database already. Name an empty one: a restore adds to nothing."
        );
        Refusal::unless(count == 0, sentence)?;
    }
    Ok(())
}

fn carried(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Truth(it) => (*it).into(),
        Value::Whole(it) => (*it).into(),
        Value::Real(it) => (*it).into(),
        Value::Text(it) => it.as_str().into(),
        Value::Bytes(it) => json!({ "base64": BASE64_STANDARD.encode(it) }),
    }
}

/// The value as a column holds it; none where it is nothing that a backup of ours says.
fn taken_back(it: &Json, is_truth: bool) -> Option<Value> {
    match it {
        Json::Number(number) if is_truth => Some(Value::Truth(number.as_i64() == Some(1))),
        Json::Object(fields) => {
            BASE64_STANDARD.decode(fields.get("base64")?.as_str()?).ok().map(Value::Bytes)
        }
        Json::Array(_) => None,
        other => Some(other.clone().into()),
    }
}

/// The words of an index entry of PostgreSQL (`'dose':2,7 'seenbyparty4':1`) in the order in which they stood;
/// first those that say who may find it.
fn in_order(vector: &str) -> (String, String) {
    let mut placed: Vec<(u32, &str)> = Vec::new();
    for lexeme in vector.split(' ') {
        let Some((word, places)) = lexeme.rsplit_once(':') else {
            placed.push((u32::MAX, lexeme.trim_matches('\'')));
            continue;
        };
        let word = word.trim_matches('\'');
        let place =
            |it: &str| it.trim_end_matches(|it: char| it.is_ascii_alphabetic()).parse().unwrap_or(u32::MAX);
        placed.extend(places.split(',').map(|it| (place(it), word)));
    }
    placed.sort_by_key(|(place, _)| *place);
    let (who, words): (Vec<_>, Vec<_>) =
        placed.into_iter().map(|(_, word)| word).partition(|it| it.starts_with(PARTY_MARK));
    (who.join(" "), words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_index_come_back_in_their_order() {
        let (who, words) = in_order("'acid':3 'dose':2,5 'seenbyparty4':1 'the':4");
        assert_eq!((who.as_str(), words.as_str()), ("seenbyparty4", "dose acid the dose"));
    }

    #[test]
    fn every_value_comes_back_as_it_went() {
        let all = [
            Value::Null,
            Value::Whole(i64::MAX),
            Value::Real(0.1),
            Value::Real(2.0),
            Value::Text("{\"base64\":\"no\"}".into()),
            Value::Bytes(vec![0, 255, 7]),
        ];
        for value in all {
            let line = carried(&value).to_string();
            let back = taken_back(&serde_json::from_str(&line).unwrap(), false).unwrap();
            assert_eq!(format!("{back:?}"), format!("{value:?}"));
        }
        assert!(matches!(taken_back(&json!(1), true), Some(Value::Truth(true))));
    }

    #[test]
    fn what_no_column_holds_is_no_value() {
        for it in [json!([1]), json!({}), json!({ "base64": "*" }), json!({ "base64": 1 })] {
            assert!(taken_back(&it, false).is_none(), "{it}");
        }
    }
}
