//! An installation to measure in, opened as the program opens its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use app::config::{Config, Said};
use axum::Router;
use identity::Arrival;
use kernel::{Actor, Address, Clock, Db};
use web::testing::Client;

/// Who measures: a member of staff of the demo company.
const EMAIL: &str = "ada.lindqvist@kestrel-dosing.example";
const PASSWORD: &str = "ada-right-millilitre";

pub struct House {
    pub db: Arc<Db>,
    pub config: Config,
    /// Whoever does the deeds.
    pub ada: Actor,
    /// The secret of her session.
    pub session: String,
    router: Router,
    is_temporary: bool,
}

impl Drop for House {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.config.data);
        }
    }
}

impl House {
    /// Opens an installation and founds the company in it where there is none.
    pub fn open(data: Option<PathBuf>, on_postgres: bool) -> Result<Self> {
        let is_temporary = data.is_none();
        let database = match on_postgres.then(testbed::postgres) {
            Some(Some(Address::Postgres(database))) => Some(database),
            Some(_) => anyhow::bail!("PostgreSQL is not installed."),
            None => None,
        };
        let data = Some(data.unwrap_or_else(testbed::folder));
        let config = Config::read(None, Said { data, database, ..Said::default() })?;
        config.prepare()?;
        let db = app::wiring::open(config.address(), config.data.join("files"), clock(), config.secrets()?)?;
        if identity::is_empty(&db)? {
            app::demo::small_company(&db)?;
        }
        let ada = db.read(&Actor::system(), |reader| {
            let found = identity::person_with_email(reader, EMAIL)?;
            found.map(|(id, ..)| identity::actor_of(reader, id)).transpose()
        })?;
        let ada = ada.context("the data folder holds another company")?;
        let arrival = Arrival { email: EMAIL, password: PASSWORD, ..Arrival::default() };
        let session = identity::sign_in(&db, &arrival)?;
        let router = web::router(app::wiring::routes(), app::wiring::edge(Arc::clone(&db), false));
        Ok(Self { db, config, ada, session, router, is_temporary })
    }

    pub fn engine(&self) -> &'static str {
        if self.config.database.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// A browser in which she is signed in.
    pub fn browser(&self) -> Client {
        self.stranger().with_cookie(web::SESSION, &self.session)
    }

    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }

    pub fn folder(&self) -> &Path {
        &self.config.data
    }
}

#[expect(clippy::disallowed_methods, reason = "it stands where the program stands")]
fn clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}
