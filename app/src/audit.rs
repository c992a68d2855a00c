//! The whole log, handed page by page to the verifier, which shares no code with what wrote it.

use std::sync::mpsc::{self, SyncSender};
use std::thread;

use anyhow::{Context, Result};
use kernel::{Actor, Db, Reader, Stored, StoredContent, StoredRevision};
use verifier::VerifierKey;
use verifier::audit::{Columns, Report, Row, Walk};

/// So many entries are handed over at once.
const PAGE: i64 = 5000;

/// So many texts and files are handed over at once, or fewer where they are long.
const CONTENTS: usize = 1000;
const CONTENT_BYTES: usize = 4 << 20;

/// So many parts of the log wait at most for the verifier: reading and checking go on side by side.
const WAITING: usize = 4;

/// A part of the log, in the order in which the verifier takes it.
enum Part {
    Nodes(Vec<(i64, Vec<u8>)>),
    Head(i64, String),
    Entries(Vec<Stored>),
    /// So many entries have been handed over, of so many.
    Walked(i64, i64),
    Unsealed(Vec<Stored>),
    ContentsFollow,
    Revisions(Vec<StoredRevision>),
    Contents(Vec<StoredContent>),
}

/// Walks the log from its first entry to its last and compares it with heads that were kept outside.
///
/// `progress` is told how many entries have been walked, of how many.
///
/// # Errors
/// Where the log cannot be read.
pub fn verify(db: &Db, heads: &[String], mut progress: impl FnMut(i64, i64)) -> Result<Report> {
    let keys: Result<Vec<_>, _> =
        db.secrets().signers.iter().map(|it| VerifierKey::parse(&it.vkey())).collect();
    let keys = keys.map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let mac = |bytes: &[u8]| db.secrets().mac(bytes);
    let mut walk = Walk::new(&keys, Some(&mac));
    for head in heads {
        walk.outside_head(head);
    }
    let (send, parts) = mpsc::sync_channel(WAITING);
    let read = thread::scope(|scope| {
        let reading =
            scope.spawn(move || db.read(&Actor::system(), |reader| hand_over(reader, &Verifier(send))));
        for part in parts {
            take(&mut walk, part, &mut progress);
        }
        reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    read.context("the log cannot be read")?;
    Ok(walk.finish())
}

/// Where the parts of the log are handed in. While they are read, the verifier is there and takes them.
struct Verifier(SyncSender<Part>);

impl Verifier {
    fn take(&self, part: Part) {
        // It is gone only where it panicked, and then that is what is told.
        let _ = self.0.send(part);
    }
}

/// Reads the whole log and hands it over in the order of [`Walk`].
fn hand_over(reader: &Reader, to: &Verifier) -> kernel::Result<()> {
    let size = reader.stored_size()?;
    let mut heads = reader.stored_heads()?.into_iter().peekable();
    let mut from = 0;
    let mut node = 0;
    while from < size {
        let end = (from + PAGE).min(size);
        let positions = Walk::positions(unsigned(from)..unsigned(end));
        let last = i64::try_from(positions.end).unwrap_or(i64::MAX);
        to.take(Part::Nodes(reader.stored_nodes(node, last)?));
        node = last;
        while let Some((size, note)) = heads.next_if(|(size, _)| *size <= end) {
            to.take(Part::Head(size, note));
        }
        to.take(Part::Entries(reader.stored_entries(from, end - from)?));
        to.take(Part::Walked(end, size));
        from = end;
    }
    to.take(Part::Nodes(reader.stored_nodes(node, i64::MAX)?));
    for (size, note) in heads {
        to.take(Part::Head(size, note));
    }
    to.take(Part::Unsealed(reader.waiting_entries()?));
    to.take(Part::ContentsFollow);
    let mut after = 0;
    loop {
        let revisions = reader.stored_revisions(after, PAGE)?;
        let Some(last) = revisions.last() else { break };
        after = last.id;
        to.take(Part::Revisions(revisions));
    }
    let mut together = Vec::new();
    let mut size = 0;
    reader.stored_contents(&mut |it| {
        size += it.bytes.len();
        together.push(it);
        if together.len() >= CONTENTS || size >= CONTENT_BYTES {
            to.take(Part::Contents(std::mem::take(&mut together)));
            size = 0;
        }
    })?;
    to.take(Part::Contents(together));
    Ok(())
}

fn take(walk: &mut Walk, part: Part, progress: &mut impl FnMut(i64, i64)) {
    match part {
        Part::Nodes(nodes) => {
            for (position, hash) in nodes {
                // A node of another length is none; the verifier will miss it.
                if let Ok(hash) = hash.try_into() {
                    walk.push_node(unsigned(position), hash);
                }
            }
        }
        Part::Head(size, note) => walk.push_checkpoint(unsigned(size), &note),
        Part::Entries(entries) => {
            for entry in entries {
                row(&entry, |row| walk.push_leaf(unsigned(entry.place.unwrap_or_default()), row));
            }
        }
        Part::Walked(count, all) => progress(count, all),
        Part::Unsealed(entries) => {
            for entry in entries {
                row(&entry, |row| walk.push_unsealed(row));
            }
        }
        Part::ContentsFollow => walk.contents_follow(),
        Part::Revisions(revisions) => {
            for it in &revisions {
                walk.push_revision(&it.number, it.no, (&it.digest, &it.content));
            }
        }
        Part::Contents(all) => all.iter().for_each(|it| walk.push_content(&it.what, &it.bytes)),
    }
}

fn row(entry: &Stored, push: impl FnOnce(&Row)) {
    let actor = entry.actor.to_string();
    let columns = Columns { at: entry.at, actor: &actor, deed: &entry.deed, records: &entry.records };
    push(&Row { id: entry.id, bytes: &entry.bytes, columns, mac: &entry.mac });
}

fn unsigned(it: i64) -> u64 {
    u64::try_from(it).unwrap_or(0)
}
