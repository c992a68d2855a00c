//! A whole installation in one file, taken while it serves; put back into an empty one, of either engine.
//!
//! The file is a ZIP: `tables/NAME.jsonl` (the names of the columns, then a row a line), `files/DIGEST`, and last
//! `manifest.json`, which names each with its size and digest, so that a file that was cut short is known as such.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use kernel::{Address, Clock, Db, Restoring, SchemaStep, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::config::Config;
use crate::wiring;

/// What the archive is, and which form it has.
const FORMAT: &str = "reqord-backup/1";

const MANIFEST: &str = "manifest.json";
const SECRET: &str = "secret";

/// No manifest is longer than this.
const LONGEST_MANIFEST: u64 = 256 << 20;

/// What a backup holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// The version of the program that made it.
    pub program: String,
    /// When it was begun: everything done before is in it.
    pub at: jiff::Timestamp,
    /// The public keys of the log, by which its secret is known.
    pub keys: Vec<String>,
    pub schema: Vec<SchemaStep>,
    pub tables: Vec<Part>,
    pub files: Vec<Part>,
    /// Whether the secret of the log is inside.
    pub holds_secret: bool,
}

/// One part of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    /// Rows of a table, bytes of a file.
    pub count: u64,
    /// SHA-256 of what it holds, in hexadecimal.
    pub digest: String,
}

/// Writes everything into a file, readable by its owner only; under its name there is the whole or nothing.
///
/// `progress` is told what was written.
///
/// # Errors
/// Refuses to write over a file that is there.
pub fn take(
    db: &Db,
    (path, secret): (&Path, Option<&str>),
    mut progress: impl FnMut(&str),
) -> Result<Manifest> {
    ensure!(!path.exists(), "{} is there already. Choose another name.", path.display());
    let beside = path.with_extension("part");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| format!("{} cannot be written", beside.display()))?;
    let written = write_all(db, file, secret, &mut progress);
    let manifest = match written {
        Ok(manifest) => manifest,
        Err(error) => {
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
    };
    fs::rename(&beside, path)?;
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(manifest)
}

fn write_all(db: &Db, file: File, secret: Option<&str>, progress: &mut impl FnMut(&str)) -> Result<Manifest> {
    let at = db.now();
    let keys = db.secrets().signers.iter().map(kernel::Signer::vkey).collect();
    let mut archive = Archive(ZipWriter::new(BufWriter::new(file)));
    let mut outcome = None;
    // What goes wrong with the archive ends the snapshot, and is told as it is.
    let read = db.snapshot(|snapshot| {
        outcome = Some(write_snapshot(snapshot, &mut archive, progress));
        snapshot.steps()
    });
    let schema = read?;
    let (tables, files) = outcome.context("nothing was read")??;
    if let Some(secret) = secret {
        archive.part(SECRET, |out| Ok(out.write_all(secret.as_bytes())?))?;
    }
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        at,
        keys,
        schema,
        tables,
        files,
        holds_secret: secret.is_some(),
    };
    archive.part(MANIFEST, |out| Ok(serde_json::to_writer_pretty(out, &manifest)?))?;
    let file = archive.0.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(manifest)
}

fn write_snapshot(
    snapshot: &Snapshot,
    archive: &mut Archive,
    progress: &mut impl FnMut(&str),
) -> Result<(Vec<Part>, Vec<Part>)> {
    let mut tables = Vec::new();
    for name in snapshot.tables() {
        let mut count = 0;
        let digest = archive.part(&format!("tables/{name}.jsonl"), |out| {
            let mut line = |row: &Json| {
                serde_json::to_writer(&mut *out, row).map_err(anyhow::Error::from)?;
                out.write_all(b"\n").map_err(anyhow::Error::from)?;
                Ok(())
            };
            count = snapshot.table(&name, &mut line)?;
            Ok(())
        })?;
        progress(&format!("{name}: {count} rows"));
        tables.push(Part { name, count, digest });
    }
    let mut files = Vec::new();
    for digest in snapshot.files()? {
        let bytes = snapshot.file(&digest).with_context(|| format!("the file {digest} cannot be read"))?;
        let told = archive.part(&format!("files/{digest}"), |out| Ok(out.write_all(&bytes)?))?;
        ensure!(told == digest, "the file {digest} was altered: its bytes have the digest {told}");
        files.push(Part { name: digest.clone(), count: bytes.len() as u64, digest });
    }
    progress(&format!("{} files", files.len()));
    Ok((tables, files))
}

/// The archive while it is written.
struct Archive(ZipWriter<BufWriter<File>>);

impl Archive {
    /// Writes one part and tells the digest of what it holds.
    fn part(&mut self, name: &str, write: impl FnOnce(&mut Counting) -> Result<()>) -> Result<String> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(3))
            .unix_permissions(0o600)
            .large_file(true);
        self.0.start_file(name, options)?;
        let mut counting = Counting { out: &mut self.0, sum: Sha256::new() };
        write(&mut counting)?;
        Ok(format!("{:x}", counting.sum.finalize()))
    }
}

/// Writes on, and keeps the digest of what was written.
struct Counting<'a> {
    out: &'a mut ZipWriter<BufWriter<File>>,
    sum: Sha256,
}

impl Write for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Puts a backup into an installation in which nothing is, and opens it.
///
/// Everything in the file is compared with its digest before anything is written.
///
/// # Errors
/// Says what is wrong with the file, what is in the way, or that the secret is not the one of the backup.
pub fn restore(
    config: &Config,
    path: &Path,
    clock: Clock,
    mut progress: impl FnMut(&str),
) -> Result<(Manifest, std::sync::Arc<Db>)> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let not_ours = || format!("{} is no backup of Reqord, or it was cut short", path.display());
    let mut archive = ZipArchive::new(BufReader::new(file)).with_context(not_ours)?;
    let manifest: Manifest = {
        // Read to its end, where the archive compares what was read with its check sum.
        let mut text = String::new();
        let part = archive.by_name(MANIFEST).with_context(not_ours)?;
        part.take(LONGEST_MANIFEST).read_to_string(&mut text).with_context(not_ours)?;
        serde_json::from_str(&text).with_context(not_ours)?
    };
    ensure!(
        manifest.format == FORMAT,
        "{} has the form {}, which this program does not know",
        path.display(),
        manifest.format
    );
    check(&mut archive, &manifest)?;
    progress("The file is whole.");
    let steps = wiring::migrations();
    if let Address::Sqlite(database) = config.address() {
        ensure!(
            !Path::new(&database).exists(),
            "There is an installation in {} already. Name an empty folder with --data.",
            config.data.display()
        );
    }
    config.prepare()?;
    if manifest.holds_secret {
        let mut secret = String::new();
        archive.by_name(SECRET)?.take(1000).read_to_string(&mut secret)?;
        config.keep_secret(&secret)?;
    }
    ensure!(
        config.has_secret(),
        "The backup does not hold the secret of its log. Put it into {} first, or into REQORD_SECRET.",
        config.data.join(SECRET).display()
    );
    let secrets = config.secrets()?;
    let keys: Vec<String> = secrets.signers.iter().map(kernel::Signer::vkey).collect();
    if manifest.keys != keys {
        bail!(
            "The secret here is not the one of the backup, whose log is signed by {}. Put its secret into {}, and its origin into the configuration.",
            manifest.keys.join(", "),
            config.data.join(SECRET).display()
        );
    }
    let folder = config.data.join("files");
    let now = clock();
    let restoring = Restoring::begin((&config.address(), folder.clone()), &steps, &manifest.schema, now)?;
    for part in &manifest.files {
        let mut bytes = Vec::new();
        archive.by_name(&format!("files/{}", part.name))?.read_to_end(&mut bytes)?;
        restoring.file(&part.name, &bytes)?;
    }
    progress(&format!("{} files", manifest.files.len()));
    let tables: Vec<String> = manifest.tables.iter().map(|it| it.name.clone()).collect();
    for part in &manifest.tables {
        let count = put_table(&restoring, &mut archive, &part.name)?;
        ensure!(
            count == part.count,
            "{} rows of {} were expected, and {count} were there",
            part.count,
            part.name
        );
        progress(&format!("{}: {count} rows", part.name));
    }
    restoring.finish(&tables)?;
    let db = wiring::open(config.address(), folder, clock, secrets)?;
    Ok((manifest, db))
}

fn put_table(restoring: &Restoring, archive: &mut ZipArchive<BufReader<File>>, table: &str) -> Result<u64> {
    let mut lines = BufReader::new(archive.by_name(&format!("tables/{table}.jsonl"))?).lines();
    let Some(columns) = lines.next() else { return Ok(0) };
    let columns: Vec<String> = serde_json::from_str(&columns?)?;
    let mut rows = lines.map(|line| {
        let line = line.map_err(anyhow::Error::from)?;
        serde_json::from_str::<Vec<Json>>(&line).map_err(|it| anyhow::Error::from(it).into())
    });
    Ok(restoring.table(table, &columns, &mut rows)?)
}

/// Compares every part with its digest, before anything is written.
fn check(archive: &mut ZipArchive<BufReader<File>>, manifest: &Manifest) -> Result<()> {
    let tables = manifest.tables.iter().map(|it| (format!("tables/{}.jsonl", it.name), it));
    let files = manifest.files.iter().map(|it| (format!("files/{}", it.name), it));
    let all: BTreeMap<String, &Part> = tables.chain(files).collect();
    for (name, part) in all {
        let mut reading =
            archive.by_name(&name).with_context(|| format!("{name} is missing in the backup"))?;
        let mut sum = Sha256::new();
        std::io::copy(&mut reading, &mut sum)
            .with_context(|| format!("{name} cannot be read in the backup"))?;
        let told = format!("{:x}", sum.finalize());
        ensure!(told == part.digest, "{name} was altered in the backup: nothing was restored");
    }
    Ok(())
}
