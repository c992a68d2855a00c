//! Files by digest: the same bytes are kept once, written to the disk before the row that names them.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::Connection;
use crate::revision::fingerprint;
use crate::trail::Bytes;
use crate::{Error, PersonId, Reader, Result, Work, sql, text, values};

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
            Self::Folder(folder) if rows.is_empty() => Ok(fs::read(path_of(folder, digest))?),
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

/// Written beside, synced, then moved into place: under its name there is the whole file or none.
fn keep_in(folder: &Path, digest: &str, bytes: &[u8]) -> Result<()> {
    let path = path_of(folder, digest);
    if path.exists() {
        return Ok(());
    }
    let parent = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(parent)?;
    let beside = parent.join(format!("{digest}.{}", std::process::id()));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, &path)?;
    File::open(parent)?.sync_all()?;
    Ok(())
}

fn path_of(folder: &Path, digest: &str) -> PathBuf {
    folder.join(&digest[..2]).join(digest)
}

impl Reader<'_> {
    /// The files at a record that the actor may read, the oldest first.
    pub fn attachments(&self, record: i64) -> Result<Vec<Attachment>> {
        self.rows(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by
                 from visible_attachment where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    /// One file with its bytes, authorised against its record on each request.
    pub fn attachment(&self, id: i64) -> Result<(Attachment, Vec<u8>)> {
        let attachment: Attachment = self.one(
            sql!(
                "select id, record_id, digest, name, media_type, size, audience, at, by
                 from visible_attachment where id = $1"
            ),
            values![id],
        )?;
        let bytes = self.house.store.fetch(self.connection, &attachment.digest)?;
        if fingerprint(&bytes) != attachment.digest {
            return Err(Error::Broken(anyhow::anyhow!(
                "file {} does not match its digest",
                attachment.digest
            )));
        }
        Ok((attachment, bytes))
    }
}

impl Work<'_> {
    /// Files bytes at a record; tells the key of the attachment. The digest stands on the trail.
    pub fn attach(
        &mut self,
        record: i64,
        (name, media_type): (&str, &str),
        bytes: &[u8],
        audience: Audience,
    ) -> Result<i64> {
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
}
