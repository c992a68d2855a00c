//! A whole installation in one file, taken while it serves; put back into an empty one, of either engine.
//!
//! The file is a ZIP: `tables/NAME.jsonl` (the names of the columns, then a row a line), `files/DIGEST`, and last
//! `manifest.json`, which names each with its size and digest, so that a file that was cut short is known as such.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::iter;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
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
const FILES: &str = "files";
const DATABASE: &str = "reqord.db";

/// No manifest is longer than this.
const LONGEST_MANIFEST: u64 = 256 << 20;

/// No file and no row is longer than this, in bytes.
const LARGEST: u64 = 512 << 20;

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
        let digest = archive.part(&table_entry(&name), |out| {
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
        let told = archive.part(&file_entry(&digest), |out| Ok(out.write_all(&bytes)?))?;
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

/// Reads what a backup says it holds, and compares all of it with that: it holds nothing but what a backup of ours
/// holds, each once, with the size and the digest that are said of it. Nothing is written.
///
/// # Errors
/// Names what is missing, was altered, or has no place in a backup.
pub fn examine<S: Read + Seek>(source: S) -> Result<(ZipArchive<S>, Manifest)> {
    let not_ours = "it is no backup of Reqord, or it was cut short";
    let mut archive = ZipArchive::new(source).context(not_ours)?;
    let manifest: Manifest = {
        // Read to its end, where the archive compares what was read with its check sum.
        let mut text = String::new();
        let part = archive.by_name(MANIFEST).context(not_ours)?;
        part.take(LONGEST_MANIFEST).read_to_string(&mut text).context(not_ours)?;
        serde_json::from_str(&text).context(not_ours)?
    };
    ensure!(
        manifest.format == FORMAT,
        "it has the form {:?}, which this program does not know",
        manifest.format
    );
    let steps = wiring::migrations();
    let tables = kernel::carried_tables(kernel::steps_taken(&steps, &manifest.schema)?);
    let parts = parts(&manifest, &tables)?;
    only_these_are_in(&mut archive, &manifest, &parts)?;
    for (entry, part) in parts {
        compare(&mut archive, &entry, part)?;
    }
    Ok((archive, manifest))
}

/// What the manifest names, by the entry of the archive that holds it.
fn parts<'a>(manifest: &'a Manifest, ours: &[String]) -> Result<BTreeMap<String, &'a Part>> {
    let mut parts = BTreeMap::new();
    for part in &manifest.tables {
        ensure!(ours.contains(&part.name), "it names {:?}, which is no table of a backup", part.name);
        ensure!(parts.insert(table_entry(&part.name), part).is_none(), "it names {:?} twice", part.name);
    }
    for part in &manifest.files {
        // The name becomes a place on the disk.
        let is_ours = kernel::is_digest(&part.name) && part.name == part.digest;
        ensure!(is_ours, "it names the file {:?}, which is not the digest of a file", part.name);
        ensure!(part.count <= LARGEST, "the file {:?} is larger than any file of Reqord", part.name);
        ensure!(parts.insert(file_entry(&part.name), part).is_none(), "it names {:?} twice", part.name);
    }
    for table in ours {
        ensure!(parts.contains_key(&table_entry(table)), "it does not name the table {table:?}");
    }
    Ok(parts)
}

fn table_entry(name: &str) -> String {
    format!("tables/{name}.jsonl")
}

fn file_entry(digest: &str) -> String {
    format!("{FILES}/{digest}")
}

/// No entry that nobody named, none twice, none that unpacks to more than there is room for in it.
fn only_these_are_in<S: Read + Seek>(
    archive: &mut ZipArchive<S>,
    manifest: &Manifest,
    parts: &BTreeMap<String, &Part>,
) -> Result<()> {
    ensure!(!archive.has_duplicate_names(), "two of its entries have one name");
    // Where entries share their bytes, a small archive unpacks to any size.
    ensure!(!archive.has_overlapping_entries()?, "two of its entries share their bytes");
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place)?;
        let name = entry.name()?.into_owned();
        let is_named = name == MANIFEST || (name == SECRET && manifest.holds_secret);
        ensure!(is_named || parts.contains_key(&name), "{name:?} has no place in a backup of Reqord");
        let is_plain = entry.is_file() && !entry.is_symlink() && !entry.encrypted();
        let is_ours = is_plain && entry.compression() == CompressionMethod::Deflated;
        ensure!(is_ours, "{name:?} is kept in another way than Reqord keeps the parts of a backup");
    }
    Ok(())
}

fn compare<S: Read + Seek>(archive: &mut ZipArchive<S>, entry: &str, part: &Part) -> Result<()> {
    let reading = archive.by_name(entry).with_context(|| format!("{entry} is missing in the backup"))?;
    let size = reading.size();
    ensure!(
        entry == table_entry(&part.name) || size == part.count,
        "{entry} was altered in the backup: it has not the size that is said of it"
    );
    let mut sum = Sha256::new();
    let read = std::io::copy(&mut reading.take(size.saturating_add(1)), &mut sum)
        .with_context(|| format!("{entry} cannot be read in the backup"))?;
    ensure!(read == size, "{entry} was altered in the backup: it has not the size that is said of it");
    let told = format!("{:x}", sum.finalize());
    ensure!(told == part.digest, "{entry} was altered in the backup: nothing was restored");
    Ok(())
}

/// Puts a backup into an installation in which nothing is, and opens it.
///
/// Everything in the file is compared with its digest before anything is written, and everything is put together
/// beside before anything counts: what is refused leaves nothing behind.
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
    let examined = examine(BufReader::new(file));
    let (mut archive, manifest) = examined.with_context(|| path.display().to_string())?;
    progress("The file is whole.");
    nothing_is_in(config)?;
    config.prepare()?;
    let beside = Beside::make(config)?;
    if manifest.holds_secret && !config.has_secret() {
        let mut secret = String::new();
        archive.by_name(SECRET)?.take(1000).read_to_string(&mut secret)?;
        beside.config.keep_secret(&secret)?;
    }
    let keeper = if config.has_secret() { config } else { &beside.config };
    ensure!(
        keeper.has_secret(),
        "The backup does not hold the secret of its log. Put it into {} first, or into REQORD_SECRET.",
        config.data.join(SECRET).display()
    );
    let secrets = keeper.secrets()?;
    let keys: Vec<String> = secrets.signers.iter().map(kernel::Signer::vkey).collect();
    // A second key, which signs while the first is replaced, opens nothing and may be another.
    if manifest.keys.first() != keys.first() {
        bail!(
            "The secret here is not the one of the backup, whose log is signed by {}. Put its secret into {}, and its origin into the configuration.",
            manifest.keys.join(", ").escape_debug(),
            config.data.join(SECRET).display()
        );
    }
    let folder = beside.config.data.join(FILES);
    let steps = wiring::migrations();
    let address = beside.config.address();
    let mut restoring = Restoring::begin((&address, folder), &steps, &manifest.schema, clock())?;
    for part in &manifest.files {
        let mut bytes = Vec::new();
        archive.by_name(&file_entry(&part.name))?.take(LARGEST).read_to_end(&mut bytes)?;
        restoring.file(&part.name, &bytes)?;
    }
    progress(&format!("{} files", manifest.files.len()));
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
    restoring.finish()?;
    beside.move_into(config)?;
    let db = wiring::open(config.address(), config.data.join(FILES), clock, secrets)?;
    Ok((manifest, db))
}

/// A restore adds to nothing.
fn nothing_is_in(config: &Config) -> Result<()> {
    if !matches!(config.address(), Address::Sqlite(_)) {
        return Ok(());
    }
    let is_there = |name: &str| config.data.join(name).exists();
    // What SQLite left beside a database that is gone would be read into the one that comes.
    let has_database = is_there(DATABASE) || is_there(&format!("{DATABASE}-wal"));
    let has_files = fs::read_dir(config.data.join(FILES)).is_ok_and(|mut it| it.next().is_some());
    ensure!(
        !has_database && !has_files,
        "There is an installation in {} already. Name an empty folder with --data.",
        config.data.display()
    );
    Ok(())
}

/// A folder within the data folder, in which an installation is put together before it counts. It goes when it is let
/// go, with all that was not moved out of it.
struct Beside {
    /// The installation as if that folder were its data folder.
    config: Config,
}

impl Beside {
    fn make(config: &Config) -> Result<Self> {
        let data = config.data.join("restoring");
        DirBuilder::new().mode(0o700).create(&data).with_context(|| {
            format!(
                "{} cannot be made. If another restore is at work, let it end; if one was stopped, take the folder away",
                data.display()
            )
        })?;
        Ok(Self { config: Config { data, ..config.clone() } })
    }

    /// The database comes last: an installation is where its database is.
    fn move_into(&self, config: &Config) -> Result<()> {
        let waiting = self.config.data.join(format!("{DATABASE}-wal"));
        ensure!(!waiting.exists(), "The database was not written to its end in {}.", waiting.display());
        for name in [FILES, SECRET, DATABASE] {
            let from = self.config.data.join(name);
            if from.exists() {
                fs::rename(&from, config.data.join(name))?;
            }
        }
        Ok(File::open(&config.data)?.sync_all()?)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.config.data);
    }
}

fn put_table<S: Read + Seek>(restoring: &Restoring, archive: &mut ZipArchive<S>, table: &str) -> Result<u64> {
    let mut lines = lines(BufReader::new(archive.by_name(&table_entry(table))?));
    let Some(columns) = lines.next() else { return Ok(0) };
    let columns: Vec<String> = serde_json::from_slice(&columns?)?;
    let mut rows = lines.map(row);
    restoring.table(table, &columns, &mut rows).with_context(|| format!("{table} cannot be put back"))
}

fn row(line: Result<Vec<u8>>) -> kernel::Result<Vec<Json>> {
    Ok(serde_json::from_slice(&line?).map_err(anyhow::Error::from)?)
}

/// One line after another, none longer than a row can be.
fn lines(mut from: impl BufRead) -> impl Iterator<Item = Result<Vec<u8>>> {
    iter::from_fn(move || {
        let mut line = Vec::new();
        match from.by_ref().take(LARGEST).read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(read) if read as u64 == LARGEST => {
                Some(Err(anyhow!("a row is longer than any row of Reqord")))
            }
            Ok(_) => Some(Ok(line)),
            Err(error) => Some(Err(error.into())),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::PathBuf;
    use std::sync::{Arc, OnceLock};

    use kernel::{Audience, New, Secrets};
    use requirements::RequirementSet;

    use super::*;
    use crate::config::Said;

    const SEED: &str = "0707070707070707070707070707070707070707070707070707070707070707";
    const ORIGIN: &str = "forged.example/log";

    /// What a backup holds, by entry, and what its manifest says.
    #[derive(Clone)]
    struct Backup {
        manifest: Manifest,
        entries: BTreeMap<String, Vec<u8>>,
    }

    fn clock() -> Clock {
        Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap())
    }

    /// A small installation with a file that is kept in a folder, and one that is not.
    fn taken() -> Backup {
        static TAKEN: OnceLock<Backup> = OnceLock::new();
        TAKEN.get_or_init(take_one).clone()
    }

    fn take_one() -> Backup {
        let folder = testbed::folder();
        let address = Address::Sqlite(folder.join(DATABASE).to_string_lossy().into_owned());
        let secrets = Secrets::from_seed(ORIGIN, [7; 32]).unwrap();
        let db = wiring::open(address, folder.join(FILES), clock(), secrets).unwrap();
        let company = crate::demo::small_company(&db).unwrap();
        let ada = &company.people.iter().find(|(it, _)| *it == "ada").unwrap().1;
        db.write(ada, |work| {
            let new = New { title: "Small", ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            work.attach(set.id, ("a.txt", "text/plain"), b"small", Audience::Internal)?;
            work.attach(set.id, ("b.txt", "text/plain"), &vec![7; 200 << 10], Audience::Internal)
        })
        .unwrap();
        while db.seal().unwrap().is_some() {}
        let path = folder.join("backup.zip");
        let manifest = take(&db, (&path, Some(SEED)), |_| {}).unwrap();
        let mut archive = ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut entries = BTreeMap::new();
        for place in 0..archive.len() {
            let mut entry = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            entries.insert(entry.name().unwrap().into_owned(), bytes);
        }
        fs::remove_dir_all(folder).unwrap();
        Backup { manifest, entries }
    }

    impl Backup {
        /// Another content of an entry, which the manifest knows of.
        fn with(mut self, entry: &str, bytes: Vec<u8>) -> Self {
            let digest = format!("{:x}", Sha256::digest(&bytes));
            let parts = self.manifest.tables.iter_mut().chain(&mut self.manifest.files);
            for part in parts.filter(|it| entry == table_entry(&it.name)) {
                part.digest.clone_from(&digest);
            }
            self.entries.insert(entry.to_owned(), bytes);
            self
        }

        /// A file under another name, in the manifest and in the archive.
        fn with_a_file_called(mut self, name: &str) -> Self {
            let part = &mut self.manifest.files[0];
            let bytes = self.entries.remove(&file_entry(&part.name)).unwrap();
            self.entries.insert(file_entry(name), bytes);
            name.clone_into(&mut part.name);
            self
        }

        fn saying(mut self, says: impl FnOnce(&mut Manifest)) -> Self {
            says(&mut self.manifest);
            self
        }

        fn written(&self, method: CompressionMethod, more: impl FnOnce(&mut Writer)) -> Vec<u8> {
            let mut out = ZipWriter::new(Cursor::new(Vec::new()));
            let options = SimpleFileOptions::default().compression_method(method);
            let manifest = serde_json::to_vec(&self.manifest).unwrap();
            let entries = self.entries.iter().filter(|(name, _)| *name != MANIFEST);
            for (name, bytes) in entries.chain([(&MANIFEST.to_owned(), &manifest)]) {
                out.start_file(name.as_str(), options).unwrap();
                out.write_all(bytes).unwrap();
            }
            more(&mut out);
            out.finish().unwrap().into_inner()
        }

        fn packed(&self) -> Vec<u8> {
            self.written(CompressionMethod::Deflated, |_| {})
        }
    }

    type Writer = ZipWriter<Cursor<Vec<u8>>>;

    fn house(data: PathBuf) -> Config {
        let said = Said { data: Some(data), origin: Some(ORIGIN.into()), ..Said::default() };
        Config::read(None, said).unwrap()
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let all = fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<_> =
            all.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Tries to restore it; nothing may be left, within the data folder or beside.
    fn refused(what: &str, bytes: &[u8]) -> String {
        let folder = testbed::folder();
        let path = folder.join("backup.zip");
        fs::write(&path, bytes).unwrap();
        let data = folder.join("house").join("data");
        let outcome = restore(&house(data.clone()), &path, clock(), |_| {});
        let refusal = format!("{:#}", outcome.err().unwrap_or_else(|| panic!("{what} was restored")));
        assert_eq!(names_in(&data), Vec::<String>::new(), "{what} left something: {refusal}");
        assert!(names_in(&folder.join("house")).len() <= 1 && names_in(&folder).len() <= 2, "{what}");
        fs::remove_dir_all(folder).unwrap();
        refusal
    }

    #[test]
    fn what_a_backup_of_ours_holds_comes_back_and_nothing_stays_beside_it() {
        let folder = testbed::folder();
        let (path, data) = (folder.join("backup.zip"), folder.join("data"));
        let backup = taken();
        fs::write(&path, backup.packed()).unwrap();
        let (_, db) = restore(&house(data.clone()), &path, clock(), |_| {}).unwrap();
        let report = crate::audit::verify(&db, &[], |_, _| {}).unwrap();
        assert!(report.is_clean(), "{report}");
        let large = kernel::fingerprint(&vec![7; 200 << 10]);
        assert!(data.join(FILES).join(&large[..2]).join(&large).exists());
        drop(db);
        assert!(!names_in(&data).contains(&"restoring".to_owned()), "{:?}", names_in(&data));
        let again = restore(&house(data.clone()), &path, clock(), |_| {}).err().unwrap();
        assert!(again.to_string().contains("already"), "{again}");
        // A database that is gone leaves files and a log of changes, which belong to no other.
        fs::remove_file(data.join(DATABASE)).unwrap();
        let again = restore(&house(data), &path, clock(), |_| {}).err().unwrap();
        assert!(again.to_string().contains("already"), "{again}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_restore_that_is_at_work_or_was_stopped_is_not_mixed_with_another() {
        let folder = testbed::folder();
        let (path, data) = (folder.join("backup.zip"), folder.join("data"));
        fs::write(&path, taken().packed()).unwrap();
        fs::create_dir_all(data.join("restoring").join("half")).unwrap();
        let refusal = restore(&house(data.clone()), &path, clock(), |_| {}).err().unwrap().to_string();
        assert!(refusal.contains("take the folder away"), "{refusal}");
        assert_eq!(names_in(&data.join("restoring")), ["half"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_in_a_forged_backup_leads_nowhere() {
        let names =
            ["../../../out", "../out", "/tmp/reqord-forged", "..", "", "a/b", "a\\..\\b", "x\0y", "ä"];
        for name in names {
            let refusal = refused(name, &taken().with_a_file_called(name).packed());
            assert!(refusal.contains("not the digest of a file"), "{name}: {refusal}");
        }
        assert!(!Path::new("/tmp/reqord-forged").exists());
        let upper = taken().manifest.files[0].name.to_uppercase();
        assert!(refused("upper", &taken().with_a_file_called(&upper).packed()).contains("not the digest"));
        let other = "0".repeat(64);
        let forged = taken().with_a_file_called(&other).saying(|it| it.files[0].digest.clone_from(&other));
        assert!(refused("other", &forged.packed()).contains("was altered"));
    }

    #[test]
    fn a_table_that_no_backup_carries_is_refused_by_name() {
        for name in
            ["record; drop table record", "migration", "file_chunk", "presence", "sqlite_master", "../x"]
        {
            let mut forged = taken();
            let mut part = forged.manifest.tables[0].clone();
            forged.entries.insert(table_entry(name), forged.entries[&table_entry(&part.name)].clone());
            name.clone_into(&mut part.name);
            forged.manifest.tables.push(part);
            let refusal = refused(name, &forged.packed());
            assert!(refusal.contains(&format!("{name:?}")) && refusal.contains("no table"), "{refusal}");
        }
        let without = taken().saying(|it| drop(it.tables.remove(0)));
        assert!(refused("one less", &without.packed()).contains("does not name the table"));
        let newer = taken().saying(|it| it.schema[3].digest = "0".repeat(64));
        assert!(refused("newer", &newer.packed()).contains("newer program"));
    }

    #[test]
    fn what_is_there_twice_unnamed_or_in_another_way_is_refused() {
        let twice = taken().saying(|it| it.tables.push(it.tables[0].clone()));
        assert!(refused("a table twice", &twice.packed()).contains("twice"));
        let twice = taken().saying(|it| it.files.push(it.files[0].clone()));
        assert!(refused("a file twice", &twice.packed()).contains("twice"));
        // Two entries of one name, which the writer of archives refuses to write.
        let (name, other) = ("tables/record.jsonl", "tables/recorx.jsonl");
        let mut forged = taken();
        forged.entries.insert(other.into(), b"[]\n".to_vec());
        let text: Vec<u8> = forged.packed();
        let mut bytes = text.clone();
        for place in 0..text.len() - other.len() {
            if text[place..].starts_with(other.as_bytes()) {
                bytes[place..place + name.len()].copy_from_slice(name.as_bytes());
            }
        }
        assert!(refused("an entry twice", &bytes).contains("one name"));
        for name in ["../../evil", "/etc/cron.d/evil", "files/", "secret.txt"] {
            let mut forged = taken();
            forged.entries.insert(name.into(), b"x".to_vec());
            let refusal = refused(name, &forged.packed());
            assert!(refusal.contains(&format!("{name:?} has no place")), "{refusal}");
        }
        let mut forged = taken();
        forged.manifest.holds_secret = false;
        assert!(refused("a hidden secret", &forged.packed()).contains("has no place"));
        let file = file_entry(&taken().manifest.files[0].name);
        let mut forged = taken();
        forged.entries.remove(&file);
        let linked = forged.written(CompressionMethod::Deflated, |out| {
            out.add_symlink(file.as_str(), "/etc/passwd", SimpleFileOptions::default()).unwrap();
        });
        assert!(refused("a link", &linked).contains("kept in another way"));
        let stored = taken().written(CompressionMethod::Stored, |_| {});
        assert!(refused("not packed", &stored).contains("kept in another way"));
    }

    #[test]
    fn a_size_that_lies_is_refused() {
        let more = taken().saying(|it| it.files[0].count += 1);
        assert!(refused("a byte more", &more.packed()).contains("not the size"));
        let huge = taken().saying(|it| it.files[0].count = LARGEST + 1);
        assert!(refused("a huge file", &huge.packed()).contains("larger than any"));
        let rows = taken().saying(|it| it.tables.iter_mut().for_each(|it| it.count += 1));
        assert!(refused("a row more", &rows.packed()).contains("were expected"));
    }

    #[test]
    fn what_fails_while_it_is_put_back_leaves_nothing() {
        let entry = table_entry("file");
        let table = String::from_utf8(taken().entries[&entry].clone()).unwrap();
        let digest = taken().manifest.files[0].name.clone();
        let leading = table.replace(&digest, "../../../../../../etc/passwd");
        let refusal = refused("a path", &taken().with(&entry, leading.into_bytes()).packed());
        assert!(refusal.contains("of which the backup speaks"), "{refusal}");
        let mut without = taken();
        without.entries.remove(&file_entry(&digest));
        without.manifest.files.retain(|it| it.name != digest);
        assert!(refused("a file less", &without.packed()).contains("of which the backup speaks"));
        let entry = table_entry("record");
        let record = String::from_utf8(taken().entries[&entry].clone()).unwrap();
        for (row, words) in [
            ("{}", "cannot be put back"),
            ("[1]", "cut short"),
            ("[[1", "cannot be put back"),
            ("\u{1}", "cannot be put back"),
        ] {
            let forged = taken().with(&entry, format!("{record}{row}\n").into_bytes());
            let refusal = refused(row, &forged.packed());
            assert!(refusal.contains(words), "{row}: {refusal}");
        }
        let other = format!("[\"id\", \"words); drop table record; --\"]\n{record}");
        let refusal = refused("other columns", &taken().with(&entry, other.into_bytes()).packed());
        assert!(refusal.contains("other columns"), "{refusal}");
    }
}
