//! Databases for as long as a test or a measurement runs: a file, or a PostgreSQL server of its own.

#![expect(clippy::unwrap_used, reason = "a test that finds no place to run has failed")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use kernel::Address;
use postgres::{Client, NoTls};

/// Starts a server that need not outlive a loss of power, says where, and ends it when whoever started it is gone: then its input closes.
const KEEP: &str = r#"
    for bin in /usr/lib/postgresql/*/bin; do PATH="$bin:$PATH"; done
    command -v initdb >/dev/null || { echo missing; exit; }
    dir=$(mktemp -d) && cd "$dir" || exit 1
    initdb -D data -U reqord -A trust >/dev/null &&
    pg_ctl -D data -l log -w -o "-k $dir -c listen_addresses= -c fsync=off -c full_page_writes=off" start >/dev/null && echo "$dir"
    read -r _
    pg_ctl -D data -m immediate stop >/dev/null
    cd / && rm -rf "$dir"
"#;

struct Server {
    socket: String,
    _keeper: Child,
}

static SERVER: OnceLock<Option<Server>> = OnceLock::new();
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A file that did not exist before, in a folder of its own: stories run side by side.
pub fn sqlite() -> Address {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("reqord-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("reqord.db");
    Address::Sqlite(path.to_str().unwrap().to_owned())
}

/// A new, empty database on the server of this process, or none where PostgreSQL is not installed.
pub fn postgres() -> Option<Address> {
    created("template1")
}

fn created(template: &str) -> Option<Address> {
    let server = SERVER.get_or_init(start).as_ref()?;
    let name = format!("reqord_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let at = |name: &str| format!("host={} user=reqord dbname={name}", server.socket);
    let mut client = Client::connect(&at("postgres"), NoTls).unwrap();
    client.batch_execute(&format!("create database {name} template {template}")).unwrap();
    Some(Address::Postgres(at(&name)))
}

/// A database as it was when nobody had it open any more, to be copied as often as one likes.
pub enum Template {
    Sqlite(Vec<u8>),
    /// The name of a database on the server of this process.
    Postgres(String),
}

impl Template {
    /// Keeps a database; it must be closed, and is not to be opened again.
    pub fn of(address: &Address) -> Self {
        match address {
            Address::Sqlite(path) => {
                let bytes = std::fs::read(path).unwrap();
                forget(address);
                Self::Sqlite(bytes)
            }
            Address::Postgres(config) => {
                let name = config.rsplit_once("dbname=").unwrap().1.to_owned();
                // Whoever was connected leaves a moment after the connection was dropped.
                let others = format!("select count(*) from pg_stat_activity where datname = '{name}'");
                let config = config.replace(&format!("dbname={name}"), "dbname=postgres");
                let mut client = Client::connect(&config, NoTls).unwrap();
                while client.query_one(&others, &[]).unwrap().get::<_, i64>(0) > 0 {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                Self::Postgres(name)
            }
        }
    }

    /// A copy of its own for whoever asks.
    pub fn copy(&self) -> Address {
        match self {
            Self::Sqlite(bytes) => {
                let address = sqlite();
                if let Address::Sqlite(path) = &address {
                    std::fs::write(path, bytes).unwrap();
                }
                address
            }
            Self::Postgres(name) => created(name).unwrap(),
        }
    }
}

/// Forgets a database; a server forgets its own when it ends.
pub fn forget(address: &Address) {
    if let Address::Sqlite(path) = address {
        let _ = std::fs::remove_dir_all(std::path::Path::new(path).parent().unwrap());
    }
}

fn start() -> Option<Server> {
    // In a group of its own, so that whoever ends the tests from outside does not end the keeper first.
    let mut keeper = command()
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut socket = String::new();
    BufReader::new(keeper.stdout.take()?).read_line(&mut socket).ok()?;
    let socket = socket.trim_end().to_owned();
    assert!(!socket.is_empty(), "PostgreSQL is installed, but does not start");
    if socket == "missing" {
        // Past the harness, which keeps to itself what a passing test prints.
        writeln!(std::io::stderr(), "SKIPPED on PostgreSQL: there is no initdb on this machine").ok()?;
        return None;
    }
    Some(Server { socket, _keeper: keeper })
}

/// PostgreSQL refuses to run as root; then its own user runs it.
fn command() -> Command {
    let id = Command::new("id").arg("-u").output();
    if id.is_ok_and(|it| it.stdout.trim_ascii() == b"0") {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh", "-c", KEEP]);
        return command;
    }
    let mut command = Command::new("sh");
    command.args(["-c", KEEP]);
    command
}

/// A folder that did not exist before, for files.
pub fn folder() -> std::path::PathBuf {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("reqord-{}-{count}-files", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// Runs statements behind the product's back; tells what the engine says to it.
///
/// # Errors
/// The words of the engine.
pub fn tamper(address: &Address, statements: &str) -> Result<(), String> {
    match address {
        Address::Sqlite(path) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.execute_batch(statements).map_err(|error| error.to_string())
        }
        Address::Postgres(config) => {
            let mut client = Client::connect(config, NoTls).unwrap();
            let outcome = client.batch_execute(statements);
            outcome.map_err(|error| {
                error.as_db_error().map_or_else(|| error.to_string(), |it| it.message().to_owned())
            })
        }
    }
}
