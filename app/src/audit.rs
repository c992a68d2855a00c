//! The whole log, handed page by page to the verifier, which shares no code with what wrote it.

use anyhow::{Context, Result};
use kernel::{Actor, Db, Reader, Stored};
use verifier::VerifierKey;
use verifier::audit::{Columns, Report, Row, Walk};

/// So many entries are handed over at once.
const PAGE: i64 = 5000;

/// Walks the log from its first entry to its last and compares it with heads that were kept outside.
///
/// `progress` is told how many entries have been walked, of how many.
pub fn verify(db: &Db, heads: &[String], mut progress: impl FnMut(i64, i64)) -> Result<Report> {
    let keys: Result<Vec<_>, _> =
        db.secrets().signers.iter().map(|it| VerifierKey::parse(&it.vkey())).collect();
    let keys = keys.map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let mac = |bytes: &[u8]| db.secrets().mac(bytes);
    let report = db.read(&Actor::system(), |reader| {
        let mut walk = Walk::new(&keys, Some(&mac));
        for head in heads {
            walk.outside_head(head);
        }
        walk_through(reader, &mut walk, &mut progress)?;
        Ok(walk.finish())
    });
    report.context("the log cannot be read")
}

fn walk_through(reader: &Reader, walk: &mut Walk, progress: &mut impl FnMut(i64, i64)) -> kernel::Result<()> {
    let size = reader.stored_size()?;
    let mut heads = reader.stored_heads()?.into_iter().peekable();
    let mut from = 0;
    let mut node = 0;
    while from < size {
        let to = (from + PAGE).min(size);
        let positions = Walk::positions(unsigned(from)..unsigned(to));
        let last = i64::try_from(positions.end).unwrap_or(i64::MAX);
        push_nodes(reader, walk, node, last)?;
        node = last;
        while let Some((size, note)) = heads.next_if(|(size, _)| *size <= to) {
            walk.push_checkpoint(unsigned(size), &note);
        }
        for entry in reader.stored_entries(from, to - from)? {
            row(&entry, |row| walk.push_leaf(unsigned(entry.place.unwrap_or_default()), row));
        }
        progress(to, size);
        from = to;
    }
    push_nodes(reader, walk, node, i64::MAX)?;
    for (size, note) in heads {
        walk.push_checkpoint(unsigned(size), &note);
    }
    for entry in reader.waiting_entries()? {
        row(&entry, |row| walk.push_unsealed(row));
    }
    push_contents(reader, walk)
}

fn push_contents(reader: &Reader, walk: &mut Walk) -> kernel::Result<()> {
    walk.contents_follow();
    let mut after = 0;
    loop {
        let revisions = reader.stored_revisions(after, PAGE)?;
        let Some(last) = revisions.last() else { break };
        after = last.id;
        for it in &revisions {
            walk.push_revision(&it.number, it.no, (&it.digest, &it.content));
        }
    }
    reader.stored_contents(&mut |it| walk.push_content(&it.what, &it.bytes))
}

fn push_nodes(reader: &Reader, walk: &mut Walk, from: i64, to: i64) -> kernel::Result<()> {
    for (position, hash) in reader.stored_nodes(from, to)? {
        // A node of another length is none; the verifier will miss it.
        if let Ok(hash) = hash.try_into() {
            walk.push_node(unsigned(position), hash);
        }
    }
    Ok(())
}

fn row(entry: &Stored, push: impl FnOnce(&Row)) {
    let actor = entry.actor.to_string();
    let columns = Columns { at: entry.at, actor: &actor, deed: &entry.deed, records: &entry.records };
    push(&Row { id: entry.id, bytes: &entry.bytes, columns, mac: &entry.mac });
}

fn unsigned(it: i64) -> u64 {
    u64::try_from(it).unwrap_or(0)
}
