//! The program: serve, demo, import, export, audit, verify, letters, user, check.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::config::{Config, Said};
use app::post::Mail;
use app::{apart, audit, backup, demo, imports, letters, mails, server, users, wiring};
use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::{Actor, Clock, Db, Reader};
use verifier::{Outcome, VerifierKey};

/// The working system for ISO 9001 clause 8.2: customer requirements, from the first mail to the proof.
#[derive(Parser)]
#[command(name = "reqord", version, propagate_version = true)]
struct Program {
    #[command(flatten)]
    installation: Installation,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Which installation is meant.
#[derive(Args, Clone)]
struct Installation {
    /// The configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where it listens, like 127.0.0.1:8080.
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder of the data. Without it: your data folder; for the demo a fresh one.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database, like "host=… user=… dbname=…", instead of the file in the data folder.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the installation (what happens without a command).
    Serve,
    /// Fill a realistic company and serve it.
    Demo {
        /// As if it were this moment, like 2026-11-18T10:00:00Z; the clock goes on from there. For pictures.
        #[arg(long, value_name = "TIME")]
        at: Option<jiff::Timestamp>,
    },
    /// Take something in.
    #[command(subcommand)]
    Import(Import),
    /// Give something out.
    #[command(subcommand)]
    Export(Export),
    /// Check the whole log, or make the proof of one entry.
    #[command(subcommand)]
    Audit(Audit),
    /// Check a proof file, offline and without a database.
    Verify {
        file: PathBuf,
        /// The public key as it stands on /trust. May be given more than once.
        #[arg(long, value_name = "VKEY")]
        key: Vec<String>,
    },
    /// Write everything into one file, while others go on working.
    Backup {
        file: PathBuf,
        /// Put the secret of the log inside, too: whoever has the file can then sign as this house.
        #[arg(long)]
        with_secret: bool,
        #[arg(long)]
        json: bool,
    },
    /// Put a backup into an installation in which nothing is, and check everything. 0: sound. 1: altered.
    Restore {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// The newest letters, or one as its addressee reads it: also what nobody else does, its link or code.
    Letters {
        /// The number of a letter, as the list tells it.
        letter: Option<i64>,
    },
    /// People who may sign in.
    #[command(subcommand)]
    User(User),
    /// Say what is wrong with the configuration.
    Check,
    /// What the program has done by itself in another process; not for people.
    #[command(hide = true)]
    Worker {
        errand: String,
        /// No more memory than that, in bytes.
        #[arg(long, requires = "seconds")]
        memory: Option<u64>,
        /// No more time than that.
        #[arg(long, requires = "memory")]
        seconds: Option<u64>,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Mails: a message, an mbox, or a folder of both, a Maildir too. 0: all taken in. 1: some were not, each named.
    Mail {
        path: PathBuf,
        /// Say what would happen and change nothing.
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
    /// Customers from CSV or XLSX. 0: all taken in. 1: something waits for you. 2: it cannot be read.
    Customers {
        path: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// People of customers from CSV or XLSX.
    Contacts {
        path: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Requirements from CSV, XLSX, Markdown, DOCX or PDF into a set.
    Requirements {
        path: PathBuf,
        /// The set they go into, like RS-2026-0017.
        #[arg(long, value_name = "NUMBER")]
        set: String,
        #[command(flatten)]
        how: How,
    },
}

/// How a table is taken in.
#[derive(Args)]
struct How {
    /// The sheet of a workbook; the first one with rows where nothing is said.
    #[arg(long, value_name = "NAME", default_value = "")]
    sheet: String,
    /// One value for every new row that lacks an extra field which your house asks for, like `cost_centre=4711`. May be
    /// given more than once.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = said_for_all)]
    for_all: Vec<(String, String)>,
    /// Say what would happen and change nothing.
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    json: bool,
}

/// The extra field that is named, as files and programs name it, with its value.
fn said_for_all(words: &str) -> Result<(String, String), String> {
    let (field, value) = words.split_once('=').ok_or("write it as FIELD=VALUE, like cost_centre=4711")?;
    let field = field.trim().trim_start_matches("extra.");
    Ok((format!("extra.{field}"), value.trim().to_owned()))
}

#[derive(Subcommand)]
enum Export {
    /// A requirement set.
    Requirements {
        /// Its number, like RS-2026-0017.
        number: String,
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
        /// A revision; what is being worked on where nothing is said.
        #[arg(long)]
        revision: Option<i64>,
        /// Where it is written; to standard output where nothing is said.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Md,
    Json,
}

#[derive(Subcommand)]
enum Audit {
    /// Walk the whole log. 0: sound. 1: altered, and where. 2: it cannot be read.
    Verify {
        /// A signed head that was kept outside. May be given more than once.
        #[arg(long, value_name = "FILE")]
        head: Vec<PathBuf>,
        #[arg(long)]
        json: bool,
    },
    /// The proof of one entry as a file.
    Proof {
        entry: i64,
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum User {
    /// Add a person who may sign in. Asks for the password.
    Add {
        email: String,
        name: String,
        /// What they may do, like "engineer". May be given more than once.
        #[arg(long)]
        role: Vec<String>,
    },
    /// Make a token for the programming interface; it is shown once.
    Token {
        email: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// It may write, too.
        #[arg(long)]
        write: bool,
        /// How many days it is good for.
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Set somebody's password. Asks for it.
    Password { email: String },
}

fn main() -> ExitCode {
    apart::this_is_the_program();
    let log = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(tracing::Level::INFO);
    log.with_target(false).init();
    match run(Program::parse()) {
        Ok(code) => code,
        Err(error) => {
            say_on_error(&format!("{error:#}\n"));
            ExitCode::from(2)
        }
    }
}

fn run(program: Program) -> Result<ExitCode> {
    let Program { installation, command } = program;
    match command.unwrap_or(Command::Serve) {
        Command::Worker { errand, memory, seconds } => {
            let most = memory
                .zip(seconds)
                .map(|(memory, seconds)| apart::Most { memory, time: Duration::from_secs(seconds) });
            return Ok(apart::work(&errand, most));
        }
        Command::Serve => {
            let config = installation.config()?;
            let db = open(&config, wall_clock())?;
            server::serve(&config, db, |at| say(&format!("Reqord listens on http://{at}\n")))?;
        }
        Command::Demo { at } => return serve_demo(&installation, at.map_or_else(wall_clock, clock_from)),
        Command::Import(Import::Mail { path, dry_run, json }) => {
            let told = if json { Told::Json } else { Told::Words };
            let config = installation.config()?;
            let db = if dry_run { open_kept(&config)? } else { open(&config, wall_clock())? };
            return import_mail(&db, &path, dry_run, told);
        }
        Command::Import(Import::Customers { path, how }) => {
            return import_table(&installation, ("customers", ""), &path, &how);
        }
        Command::Import(Import::Contacts { path, how }) => {
            return import_table(&installation, ("contacts", ""), &path, &how);
        }
        Command::Import(Import::Requirements { path, set, how }) => {
            return import_table(&installation, ("requirements", &set), &path, &how);
        }
        Command::Export(Export::Requirements { number, format, revision, output }) => {
            let db = open_kept(&installation.config()?)?;
            write_out(output.as_deref(), &exported(&db, &number, (revision, format))?)?;
        }
        Command::Audit(Audit::Verify { head, json }) => return audit_verify(&installation, &head, json),
        Command::Audit(Audit::Proof { entry, output }) => {
            let db = open_kept(&installation.config()?)?;
            write_out(output.as_deref(), proof_of(&db, entry)?.as_bytes())?;
        }
        Command::Verify { file, key } => return verify(&file, &key),
        Command::Backup { file, with_secret, json } => {
            let told = if json { Told::Json } else { Told::Words };
            return take_backup(&installation.config()?, &file, with_secret, told);
        }
        Command::Restore { file, json } => return restore_backup(&installation.config()?, &file, json),
        Command::Letters { letter } => {
            let db = open_kept(&installation.config()?)?;
            match letter {
                Some(id) => say(&letters::show(&db, id)?),
                None => say(&letters::list(&db)?),
            }
        }
        Command::User(user) => change_user(&*open(&installation.config()?, wall_clock())?, user)?,
        Command::Check => check(&installation.config()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn exported(db: &Db, number: &str, (revision, format): (Option<i64>, Format)) -> Result<Vec<u8>> {
    let format = match format {
        Format::Csv => requirements::Format::Csv,
        Format::Xlsx => requirements::Format::Xlsx,
        Format::Md => requirements::Format::Markdown,
        Format::Json => requirements::Format::Json,
    };
    let export = |reader: &Reader| requirements::export(reader, number, revision, format);
    let exported = db.read(&Actor::system(), export);
    Ok(exported.with_context(|| format!("{number} cannot be exported"))?.bytes)
}

fn proof_of(db: &Db, entry: i64) -> Result<String> {
    db.seal()?;
    let proof = db.read(&Actor::system(), |reader| reader.proof(entry));
    let proof = proof.with_context(|| format!("There is no entry {entry}."))?;
    let proof = proof.with_context(|| format!("Entry {entry} is not sealed yet. Try again in a moment."))?;
    Ok(proof.file)
}

fn change_user(db: &Db, user: User) -> Result<()> {
    match user {
        User::Add { email, name, role } => {
            let password = ask_password()?;
            say(&users::add(db, &email, &name, &role, &password)?);
        }
        User::Token { email, name, write, days } => {
            say(&users::token(db, &email, &name, write, days)?);
        }
        User::Password { email } => {
            let password = ask_password()?;
            say(&users::password(db, &email, &password)?);
        }
    }
    Ok(())
}

fn check(config: &Config) -> Result<()> {
    open(config, wall_clock())?;
    config.mail.as_ref().map(Mail::greet).transpose()?;
    let mail = config.mail.as_ref().map(Mail::address);
    say(&format!(
        "The configuration is right.\nlisten    {}\ndata      {}\ndatabase  {}\nmail      {}\n",
        config.listen,
        config.data.display(),
        config.database.as_deref().unwrap_or("reqord.db in the data folder"),
        mail.as_deref().unwrap_or("none: letters are held")
    ));
    Ok(())
}

impl Installation {
    fn config(&self) -> Result<Config> {
        let said = Said {
            listen: self.listen.clone(),
            data: self.data.clone(),
            database: self.database.clone(),
            ..Said::default()
        };
        Config::read(self.config.as_deref(), said)
    }
}

fn open(config: &Config, clock: Clock) -> Result<Arc<Db>> {
    config.prepare()?;
    let secrets = config.secrets()?;
    let db = wiring::open(config.address(), config.data.join("files"), clock, secrets);
    db.map_err(anyhow::Error::from).context("The database cannot be opened")
}

/// Opens an installation that is there already: whoever mistypes a folder or a database must not be told that all is
/// well.
fn open_kept(config: &Config) -> Result<Arc<Db>> {
    let address = config.address();
    let is_there = kernel::is_installed(&address).map_err(anyhow::Error::from);
    if !is_there.context("The database cannot be opened")? {
        match address {
            kernel::Address::Sqlite(_) => bail!("There is no installation in {}.", config.data.display()),
            kernel::Address::Postgres(_) => bail!("There is no installation in this database."),
        }
    }
    open(config, wall_clock())
}

fn serve_demo(installation: &Installation, clock: Clock) -> Result<ExitCode> {
    let mut installation = installation.clone();
    let data = installation.data.take().map_or_else(fresh_folder, Ok)?;
    installation.data = Some(data.clone());
    let config = installation.config()?;
    let db = open(&config, clock)?;
    let people = demo::fill(&db)?;
    let signs = demo::sign_ins(&people);
    server::serve(&config, db, |at| {
        say(&format!(
            "Kestrel Dosing Systems is served on http://{at}\nIts data lie in {data}\n\n{signs}\nLinks and codes in its letters: reqord letters --data {data}\n",
            data = data.display()
        ));
    })?;
    Ok(ExitCode::SUCCESS)
}

fn fresh_folder() -> Result<PathBuf> {
    let name: String = kernel::random()?.iter().take(6).map(|it| format!("{it:02x}")).collect();
    Ok(std::env::temp_dir().join(format!("reqord-demo-{name}")))
}

/// How something is told: to people, or to programs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Words,
    Json,
}

fn import_mail(db: &Db, path: &std::path::Path, dry_run: bool, told: Told) -> Result<ExitCode> {
    let report = mails::run(db, path, dry_run, |step| match step {
        _ if told == Told::Json => {}
        mails::Step::Took(outcome) => say(&format!("{outcome}\n")),
        mails::Step::Through(done, of) => say_on_error(&format!("{done} of {of}\n")),
    })?;
    if told == Told::Json {
        say(&format!("{}\n", serde_json::to_string_pretty(&report)?));
    } else {
        say(&format!("{report}\n"));
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn import_table(
    installation: &Installation,
    (target, set): (&str, &str),
    path: &std::path::Path,
    how: &How,
) -> Result<ExitCode> {
    let config = installation.config()?;
    // Whoever only tries it makes no installation by that.
    let db = if how.dry_run { open_kept(&config)? } else { open(&config, wall_clock())? };
    let for_all = how.for_all.iter().cloned().collect();
    let asked =
        imports::Asked { target, path, set, sheet: &how.sheet, for_all: &for_all, dry_run: how.dry_run };
    let report = imports::run(&db, &asked, |done, of| {
        if !how.json && of > imports::PIECE {
            say_on_error(&format!("{done} of {of} rows\n"));
        }
    })?;
    if how.json {
        say(&format!("{}\n", serde_json::to_string_pretty(&report)?));
    } else {
        say(&report.to_string());
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn audit_verify(installation: &Installation, heads: &[PathBuf], json: bool) -> Result<ExitCode> {
    let db = open_kept(&installation.config()?)?;
    // What was done last has its head signed first, so that it is covered; a log that was altered is left alone.
    let _ = db.seal();
    let heads: Result<Vec<String>> = heads
        .iter()
        .map(|it| {
            let head =
                std::fs::read_to_string(it).with_context(|| format!("{} cannot be read", it.display()))?;
            // A wrong file says nothing of the log.
            let is_head = verifier::note::Checkpoint::parse(&head).is_ok();
            if is_head { Ok(head) } else { bail!("{} is no signed head.", it.display()) }
        })
        .collect();
    if !db.knows_all_rows()? {
        say_on_error(
            "The program has not served this installation since it was made or updated: until it does, rows of an older program that the log does not name are told as put in.\n",
        );
    }
    let report = audit::verify(&db, &heads?, |done, of| {
        if of > 200_000 {
            say_on_error(&format!("{done} of {of} entries\n"));
        }
    })?;
    if json {
        let root = report.root.map(|it| it.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
        say(&format!(
            "{}\n",
            serde_json::json!({
                "sound": report.is_clean(), "entries": report.size, "root": root, "heads": report.heads,
                "signatures": report.signatures, "contents": report.contents, "findings": findings, "further": report.further,
            })
        ));
    } else {
        say(&format!("{report}\n"));
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn take_backup(config: &Config, file: &std::path::Path, with_secret: bool, told: Told) -> Result<ExitCode> {
    let json = told == Told::Json;
    let db = open_kept(config)?;
    db.seal()?;
    let secret = if with_secret { config.secret()? } else { None };
    let manifest = backup::take(&db, (file, secret.as_deref()), |told| {
        if !json {
            say_on_error(&format!("{told}\n"));
        }
    })?;
    if json {
        say(&format!("{}\n", serde_json::to_string_pretty(&manifest)?));
    } else {
        let rows: u64 = manifest.tables.iter().map(|it| it.count).sum();
        say(&format!("{}: {rows} rows and {} files.\n", file.display(), manifest.files.len()));
        if !manifest.holds_secret {
            let place = config.data.join("secret");
            say(&format!("Keep the secret of the log too, in another place: {}.\n", place.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn restore_backup(config: &Config, file: &std::path::Path, json: bool) -> Result<ExitCode> {
    let (manifest, db) = backup::restore(config, file, wall_clock(), |told| {
        if !json {
            say_on_error(&format!("{told}\n"));
        }
    })?;
    db.take_over_old_rows()?;
    // As where a log is checked: what was done last is covered, and a log that was altered is left alone.
    let _ = db.seal();
    let report = audit::verify(&db, &[], |_, _| {})?;
    if json {
        let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
        let told = serde_json::json!({ "at": manifest.at, "sound": report.is_clean(), "findings": findings });
        say(&format!("{}\n", serde_json::to_string_pretty(&told)?));
    } else {
        say(&format!("Everything is as it was at {}.\n{report}\n", manifest.at));
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn verify(file: &std::path::Path, keys: &[String]) -> Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let keys: Result<Vec<_>> = keys
        .iter()
        .map(|it| VerifierKey::parse(it).map_err(|fault| anyhow::anyhow!("{it}: {fault}")))
        .collect();
    let report = verifier::verify_file(&bytes, &keys?);
    say(match report.outcome {
        Outcome::Holds => "It holds.\n",
        Outcome::Altered => "It does not hold: something was altered.\n",
        Outcome::Unchecked => "It could not be checked to the end.\n",
    });
    for sentence in &report.sentences {
        say(&format!("{sentence}\n"));
    }
    Ok(ExitCode::from(report.outcome.code()))
}

fn write_out(output: Option<&std::path::Path>, bytes: &[u8]) -> Result<()> {
    match output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
        }
        None => Ok(io::stdout().write_all(bytes)?),
    }
}

/// Reads a password from the terminal, which does not show it, or the first line of what is piped in.
fn ask_password() -> Result<String> {
    let line = if io::stdin().is_terminal() {
        rpassword::prompt_password("Password: ")?
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        line
    };
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("Type a password, or pipe it in.");
    }
    Ok(password)
}

/// Whoever closes the pipe early misses nothing that matters.
fn say(words: &str) {
    let _ = io::stdout().write_all(words.as_bytes());
    let _ = io::stdout().flush();
}

fn say_on_error(words: &str) {
    let _ = io::stderr().write_all(words.as_bytes());
}

#[expect(clippy::disallowed_methods, reason = "the one place where the time is taken from the machine")]
fn wall_clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}

/// A clock that stands at a moment now, and goes on as fast as every other.
fn clock_from(start: jiff::Timestamp) -> Clock {
    let begun = std::time::Instant::now();
    Arc::new(move || start + begun.elapsed())
}
