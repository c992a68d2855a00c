//! What the engine alone needs for one durable commit of one small row, on the same disk.

use anyhow::Result;
use postgres::NoTls;

use crate::house::House;

/// A row, of about the size of an entry.
const ROW: [u8; 300] = [7; 300];

/// A connection past the product.
pub enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Bare {
    /// Beside the database of the house, not in it.
    pub fn open(house: &House) -> Result<Self> {
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

    pub fn commit(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                connection.prepare_cached("insert into line (bytes) values (?)")?.execute([&ROW[..]])?;
            }
            Self::Postgres(client) => {
                client.execute("insert into bare.line (bytes) values ($1)", &[&&ROW[..]])?;
            }
        }
        Ok(())
    }
}
