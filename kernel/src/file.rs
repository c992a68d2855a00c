//! Files by digest: the same bytes are kept once, on the disk before the row that names them is committed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::Connection;
use crate::revision::fingerprint;
use crate::trail::Bytes;
use crate::{Citable, Error, Missing, PersonId, Reader, Refusal, Result, Work, search, sql, text, values};

/// Where the bytes lie.
pub(crate) enum Store {
    /// Large files in a folder beside the database, small ones in it: they share the sync of their deed, where
    /// a file of its own costs two more while everybody waits.
    Folder(PathBuf),
    /// In the database, so that all nodes have them.
    Chunks,
}

/// So much of a file is one chunk in the database.
const CHUNK: usize = 1 << 20;

/// What the deed is called that lets an older file be found.
pub(crate) const TAKEN_UP: &str = "file_taken_up";

/// A file up to this size is small: most mails are, and SQLite reads such a blob as fast as a file.
const SMALL: usize = 128 << 10;

crate::vocabulary! {
    /// Who may read what stands below a record.
    pub enum Audience {
        /// Staff only.
        #[default]
        Internal = text!("internal"),
        /// The customer, too.
        Party = text!("with the customer"),
    }
}

/// A file at a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Attachment {
    pub id: i64,
    pub record_id: i64,
    pub digest: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub audience: Audience,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    pub by: PersonId,
    /// When a change took it away, or put another one in its place.
    #[serde(with = "crate::micros::option")]
    pub ended_at: Option<Timestamp>,
}

impl Attachment {
    /// Whether it belongs to its record now, or did at a moment.
    pub fn belongs(&self, moment: Option<Timestamp>) -> bool {
        match moment {
            None => self.ended_at.is_none(),
            Some(moment) => self.at <= moment && self.ended_at.is_none_or(|it| it > moment),
        }
    }
}

/// A file to be kept at a record, and found there by its name and its words.
#[derive(Clone, Copy, Debug)]
pub struct Filing<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
    /// What it says and what made that a text, where it says something.
    pub words: Option<(&'a str, &'static str)>,
    pub audience: Audience,
}

#[derive(Serialize)]
struct Moved {
    record_id: i64,
    audience: Audience,
}

#[derive(Serialize)]
struct Ended {
    ended_at: Option<i64>,
}

#[derive(Serialize)]
struct NewAttachment<'a> {
    record_id: i64,
    digest: &'a str,
    name: &'a str,
    media_type: &'a str,
    size: i64,
    audience: Audience,
    at: i64,
    by: PersonId,
}

impl Store {
    pub fn keep(&self, db: &Connection, digest: &str, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Folder(folder) if bytes.len() > SMALL => keep_in(folder, digest, bytes),
            Self::Folder(_) | Self::Chunks => keep_chunks(db, digest, bytes),
        }
    }

    pub fn fetch(&self, db: &Connection, digest: &str) -> Result<Vec<u8>> {
        let rows = db.rows("select bytes from file_chunk where digest = $1 order by no", values![digest])?;
        match self {
            Self::Folder(folder) if rows.is_empty() => Ok(fs::read(path_of(folder, digest)?)?),
            Self::Folder(_) | Self::Chunks => {
                let chunks: Vec<Bytes> = rows.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
                Ok(chunks.into_iter().flat_map(|it| it.0).collect())
            }
        }
    }
}

/// A file in which nothing is has one chunk in which nothing is.
fn keep_chunks(db: &Connection, digest: &str, bytes: &[u8]) -> Result<()> {
    let all = bytes.chunks(CHUNK).chain(bytes.is_empty().then_some(bytes));
    for (no, chunk) in (0i64..).zip(all) {
        let text = "insert into file_chunk (digest, no, bytes) values ($1, $2, $3)
                    on conflict (digest, no) do nothing";
        db.execute(text, values![digest, no, chunk])?;
    }
    Ok(())
}

/// Written beside, synced, then moved into place: under its name there is the whole file or none, and the name
/// outlives a power failure as soon as this returns.
fn keep_in(folder: &Path, digest: &str, bytes: &[u8]) -> Result<()> {
    let path = path_of(folder, digest)?;
    let parent = path.parent().expect("a file lies in a folder");
    if path.exists() {
        // Whoever moved it here may have been stopped before its name was on the disk.
        return sync_names(parent);
    }
    if !parent.exists() {
        fs::create_dir_all(parent)?;
        sync_names(folder)?;
    }
    let beside = parent.join(format!("{digest}.{}", std::process::id()));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, &path)?;
    sync_names(parent)
}

/// The names in a folder are on the disk only when the folder itself is.
fn sync_names(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Takes away what lies in the folder under a name that is not kept; tells how many files went.
fn sweep_in(folder: &Path, is_kept: impl Fn(&str) -> Result<bool>) -> Result<usize> {
    let mut swept = 0;
    for file in files_in(folder)? {
        let name = file.file_name().and_then(|it| it.to_str());
        // What bears no name of ours was put there by somebody else, and stays.
        let Some(name) = name.filter(|it| is_of_ours(it)) else { continue };
        if !is_kept(name)? {
            fs::remove_file(&file)?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// A digest, or a digest and the number of the process that wrote beside it.
fn is_of_ours(name: &str) -> bool {
    let (digest, process) = name.split_once('.').unwrap_or((name, "0"));
    is_digest(digest) && !process.is_empty() && process.bytes().all(|it| it.is_ascii_digit())
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.exists() {
        return Ok(files);
    }
    for part in fs::read_dir(folder)? {
        let part = part?;
        if !part.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(part.path())? {
            let file = file?;
            if file.file_type()?.is_file() {
                files.push(file.path());
            }
        }
    }
    Ok(files)
}

/// Whether it is a SHA-256 as we write it, and so a name that leads nowhere else.
pub fn is_digest(it: &str) -> bool {
    it.len() == 64 && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is read from the database names a place too: only a digest does.
fn path_of(folder: &Path, digest: &str) -> Result<PathBuf> {
    if !is_digest(digest) {
        return Err(Error::Broken(anyhow::anyhow!("{digest:?} is no digest, so it names no file")));
    }
    Ok(folder.join(&digest[..2]).join(digest))
}

impl Reader<'_> {
    /// The files at a record that the actor may read, the oldest first; those that a change took away among them.
    pub fn attachments(&self, record: i64) -> Result<Vec<Attachment>> {
        self.rows(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by, ended_at
                 from visible_attachment where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    /// The file of a name that belongs to a record now: of several the last holds.
    pub fn file_named(&self, record: i64, name: &str) -> Result<Option<Attachment>> {
        Ok(self.attachments(record)?.into_iter().rfind(|it| it.name == name && it.belongs(None)))
    }

    /// What is known of one file.
    pub fn file_of(&self, id: i64) -> Result<Attachment> {
        self.one(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by, ended_at
                 from visible_attachment where id = $1"
            ),
            values![id],
        )
    }

    /// What is known of those of these files that the actor may read, in no order.
    pub fn files_among(&self, ids: &[i64]) -> Result<Vec<Attachment>> {
        self.rows_among(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by, ended_at
                 from visible_attachment where id in ($1)"
            ),
            ids,
        )
    }

    /// One file with its bytes, authorised against its record on each request.
    pub fn attachment(&self, id: i64) -> Result<(Attachment, Vec<u8>)> {
        let attachment = self.file_of(id)?;
        let bytes = self.house.store.fetch(self.connection, &attachment.digest)?;
        if fingerprint(&bytes) != attachment.digest {
            return Err(Error::Broken(anyhow::anyhow!(
                "file {} does not match its digest",
                attachment.digest
            )));
        }
        Ok((attachment, bytes))
    }

    /// Why nothing is filed at a record as it stands, other than by a change: its revision was frozen with its files.
    pub fn why_no_file(&self, record: i64) -> Result<Option<Missing>> {
        let Some(it) = self.mention(record)? else { return Ok(None) };
        let Some(entry) = self.registry().kind(&it.kind).filter(|it| it.freezes_files()) else {
            return Ok(None);
        };
        if entry.open.contains(&it.state) {
            return Ok(None);
        }
        let sentence = text!(
            "{number} is “{state}”, and its files are those of its revision. Revise it first, or propose the file in a change.",
            number = it.number.as_str(),
            state = entry.state(&it.state, self.actor).text
        );
        Ok(Some(Missing { sentence, link: Some(entry.kind.address(&it.number)) }))
    }

    /// The next file, of those kept before files were found by their names and words; mails as they came are found
    /// as messages.
    pub fn next_unfound(&self, after: i64) -> Result<Option<Attachment>> {
        self.maybe(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by, ended_at
                 from visible_attachment as it where id > $1 and media_type <> 'message/rfc822' and ended_at is null and not exists
                 (select 1 from findable where findable.record_id = it.record_id and part = 'attachment' and part_id = it.id)
                 order by id limit 1"
            ),
            values![after],
        )
    }
}

/// Bytes are about to be filed at a record: whoever keeps that closed may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToBeAttached {
    pub record: i64,
    pub audience: Audience,
}

impl crate::Event for ToBeAttached {}

impl Work<'_> {
    /// Files bytes at a record, to be found by their name and their words; tells the key of the attachment.
    pub fn file(&mut self, record: i64, it: &Filing) -> Result<i64> {
        let id = self.attach(record, (it.name, it.media_type), it.bytes, it.audience)?;
        self.let_be_found((record, id), it.name, it.words, it.audience)?;
        Ok(id)
    }

    /// Takes up a file that was kept before files were found by their names and words.
    pub fn take_up_file(&mut self, file: &Attachment, words: Option<(&str, &'static str)>) -> Result<()> {
        if self.source_of("attachment", file.id)?.is_none() {
            self.called(TAKEN_UP);
            self.note(file.record_id, serde_json::json!({ "taken_up": file.digest }))?;
            self.let_be_found((file.record_id, file.id), &file.name, words, file.audience)?;
        }
        Ok(())
    }

    fn let_be_found(
        &mut self,
        (record, file): (i64, i64),
        name: &str,
        words: Option<(&str, &str)>,
        audience: Audience,
    ) -> Result<()> {
        let Some((words, extractor)) = words else {
            return self.found_as((record, audience), ("attachment", file), name, "");
        };
        let origin = "attachment";
        self.keep_source(record, &Citable { origin, origin_id: file, name, words, extractor, audience })?;
        Ok(())
    }

    /// Hands a file over to another record, or to another audience, with its words.
    pub fn move_file(&mut self, file: &Attachment, to: i64, audience: Audience) -> Result<()> {
        self.amend("attachment", file.record_id, file.id, &Moved { record_id: to, audience })?;
        if let Some(source) = self.source_of("attachment", file.id)? {
            return self.move_source(&source, to, audience);
        }
        self.found_elsewhere(file.record_id, to, ("attachment", file.id))?;
        self.found_as((to, audience), ("attachment", file.id), &file.name, "")
    }

    /// Files bytes at a record; tells the key of the attachment. The digest stands on the trail.
    pub fn attach(
        &mut self,
        record: i64,
        (name, media_type): (&str, &str),
        bytes: &[u8],
        audience: Audience,
    ) -> Result<i64> {
        self.must_be_free(record)?;
        Refusal::of(self.why_no_file(record)?.into_iter().collect())?;
        self.announce(&ToBeAttached { record, audience })?;
        let digest = fingerprint(bytes);
        self.house.store.keep(self.connection, &digest, bytes)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.execute(
            sql!("insert into file (digest, size, stored_at) values ($1, $2, $3) on conflict (digest) do nothing"),
            values![&digest, size, self.now],
        )?;
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        let row =
            NewAttachment { record_id: record, digest: &digest, name, media_type, size, audience, at, by };
        let id = crate::row::insert(self.connection, "attachment", &row)?;
        self.note_content(record, &digest)?;
        Ok(id)
    }

    /// Files what lies at one record at another one too, in the place of the files of its name there.
    pub(crate) fn file_in_place(
        &mut self,
        (record, name): (i64, &str),
        (file, audience): (i64, Audience),
    ) -> Result<()> {
        self.end_files(record, name)?;
        let file = self.file_of(file)?;
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        let Attachment { digest, media_type, size, .. } = &file;
        let row =
            NewAttachment { record_id: record, digest, name, media_type, size: *size, audience, at, by };
        let id = crate::row::insert(self.connection, "attachment", &row)?;
        self.note_content(record, digest)?;
        let words = self.source_of("attachment", file.id)?;
        let words = words.as_ref().map(|it| (it.body.as_str(), it.extractor.as_str()));
        self.let_be_found((record, id), name, words, audience)
    }

    /// Has every file of a name belong to its record no more: what was agreed until now still names it.
    pub(crate) fn end_files(&mut self, record: i64, name: &str) -> Result<()> {
        let all = self.attachments(record)?.into_iter();
        for it in all.filter(|it| it.name == name && it.belongs(None)).collect::<Vec<_>>() {
            self.end_file(&it)?;
        }
        Ok(())
    }

    /// Has a file belong to its record no more: it is found no more, and whatever names it still opens it.
    pub fn end_file(&mut self, it: &Attachment) -> Result<()> {
        let ended_at = Some(self.now.as_microsecond());
        self.amend("attachment", it.record_id, it.id, &Ended { ended_at })?;
        search::leave_out(self.connection, (it.record_id, "attachment", it.id))
    }

    /// Takes away the files of deeds that came to nothing; tells how many. A job does it now and then.
    ///
    /// It holds the writer, so nobody is between a file and its row; and rows of files are never deleted, so
    /// none that is missing here comes back when the deeds that share the commit are undone.
    pub fn sweep_files(&mut self) -> Result<usize> {
        let Store::Folder(folder) = &self.house.store else { return Ok(0) };
        sweep_in(folder, |name| {
            let known: Option<i64> =
                self.maybe(sql!("select size from file where digest = $1"), values![name])?;
            Ok(known.is_some())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_takes_what_no_deed_kept_and_leaves_what_is_not_ours() {
        let folder = testbed_folder();
        let (kept, lost) = (fingerprint(b"kept"), fingerprint(b"lost"));
        keep_in(&folder, &kept, b"kept").unwrap();
        keep_in(&folder, &lost, b"lost").unwrap();
        let half = path_of(&folder, &kept).unwrap().with_extension("4711");
        let foreign = folder.join(&kept[..2]).join("README");
        fs::write(&half, b"ke").unwrap();
        fs::write(&foreign, b"not ours").unwrap();
        assert_eq!(sweep_in(&folder, |name| Ok(name == kept)).unwrap(), 2);
        assert_eq!(fs::read(path_of(&folder, &kept).unwrap()).unwrap(), b"kept");
        assert!(!path_of(&folder, &lost).unwrap().exists() && !half.exists() && foreign.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_in_which_nothing_was_ever_kept_is_swept_in_peace() {
        assert_eq!(sweep_in(&testbed_folder(), |_| Ok(false)).unwrap(), 0);
    }

    #[test]
    fn a_name_that_is_no_digest_leads_nowhere() {
        let folder = testbed_folder();
        let upper = fingerprint(b"kept").to_uppercase();
        let longer = format!("{}/x", "0".repeat(62));
        for it in ["", "a", "ä", "../../../../etc/passwd", "/etc/passwd", upper.as_str(), longer.as_str()] {
            assert!(path_of(&folder, it).is_err(), "{it}");
            assert!(keep_in(&folder, it, b"kept").is_err() && !folder.exists(), "{it}");
        }
    }

    fn testbed_folder() -> PathBuf {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let no = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        std::env::temp_dir().join(format!("reqord-sweep-{}-{no}", std::process::id()))
    }
}
