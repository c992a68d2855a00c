//! What the engine alone needs for one durable commit of one row, on the same disk.

use anyhow::Result;
use postgres::NoTls;

use crate::house::House;

/// A row of about the size of an entry, in bytes.
pub const SMALL: usize = 300;
/// About as much as a deed writes with its indexes, its entry and its words for the search, in bytes.
pub const AS_A_DEED: usize = 60_000;

/// A connection past the product.
pub enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Bare {
    /// Beside the database of the house, not in it.
    pub fn open(house: &House) -> Result<Self> {
        house.db.count_again()?;
        if let Some(database) = &house.config.database {
            let mut client = postgres::Client::connect(database, NoTls)?;
            client.batch_execute(
                "create schema if not exists bare; create table if not exists bare.line (id bigserial primary key, bytes bytea)",
            )?;
            return Ok(Self::Postgres(Box::new(client)));
        }
        let connection = rusqlite::Connection::open(house.folder().join("bare.db"))?;
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full;
             create table if not exists line (id integer primary key, bytes blob)",
        )?;
        Ok(Self::Sqlite(connection))
    }

    /// Commits one row of so many bytes.
    pub fn commit(&mut self, size: usize) -> Result<()> {
        let row = vec![7u8; size];
        match self {
            Self::Sqlite(connection) => {
                connection.prepare_cached("insert into line (bytes) values (?)")?.execute([&row])?;
            }
            Self::Postgres(client) => {
                client.execute("insert into bare.line (bytes) values ($1)", &[&row])?;
            }
        }
        Ok(())
    }
}

/// Has the engine count what was filled in a moment: a server of `PostgreSQL` does so by itself within a minute or
/// so, and the program has `SQLite` do it at its start and every hour.
pub fn count_again(house: &House) -> Result<()> {
    match &house.config.database {
        Some(database) => postgres::Client::connect(database, NoTls)?.batch_execute("vacuum analyze")?,
        None => house.db.count_again()?,
    }
    Ok(())
}
