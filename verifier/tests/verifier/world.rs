//! A small log of Kestrel Dosing Systems, written without any code of the verifier.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use verifier::audit::{Columns, Report, Row, Walk};
use verifier::tree::Hash;
use verifier::{VerifierKey, audit};

pub const ORIGIN: &str = "kestrel.example/trail";

/// A key of the log; the same seed gives the same key.
pub struct Key {
    name: &'static str,
    secret: SigningKey,
}

impl Key {
    pub fn of(name: &'static str, seed: u8) -> Self {
        Self { name, secret: SigningKey::from_bytes(&[seed; 32]) }
    }

    pub fn public(&self) -> VerifierKey {
        VerifierKey::parse(&self.text()).unwrap()
    }

    pub fn text(&self) -> String {
        let id = self.id().iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        });
        format!("{}+{id}+{}", self.name, STANDARD.encode(self.typed()))
    }

    fn typed(&self) -> Vec<u8> {
        [&[1], self.secret.verifying_key().as_bytes().as_slice()].concat()
    }

    fn id(&self) -> Vec<u8> {
        Sha256::digest([self.name.as_bytes(), b"\n", &self.typed()].concat())[..4].to_vec()
    }

    fn line(&self, text: &str) -> String {
        format!("\u{2014} {} {}\n", self.name, self.seal(text))
    }

    /// The id of the key and its signature, in base64.
    pub fn seal(&self, text: &str) -> String {
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        STANDARD.encode([self.id(), signature.to_vec()].concat())
    }
}

pub fn key() -> Key {
    Key::of(ORIGIN, 1)
}

pub fn sign(text: &str, keys: &[Key]) -> String {
    let lines: String = keys.iter().map(|it| it.line(text)).collect();
    format!("{text}\n{lines}")
}

/// An entry with its columns, as a database would keep them.
#[derive(Clone)]
pub struct Entry {
    pub id: i64,
    pub bytes: Vec<u8>,
    pub at: i64,
    pub actor: String,
    pub deed: String,
    pub records: Vec<String>,
    pub mac: Vec<u8>,
}

impl Entry {
    pub fn new(count: u64) -> Self {
        let number = i64::try_from(count).unwrap();
        let at = 1_795_551_292_000_001 + number * 1_000_000;
        let records = vec![format!("RS-{}", count % 7), format!("CR-{count}")];
        let touched: Vec<_> = records.iter().map(|it| json!({"kind": "x", "number": it})).collect();
        let value = json!({
            "v": 1, "at": at, "actor": 7, "deed": "release", "records": touched,
            "reason": format!("Größe {count} \"geprüft\""), "correlation": null,
        });
        Self::of(1000 + number, serde_jcs::to_vec(&value).unwrap(), at, records)
    }

    fn of(id: i64, bytes: Vec<u8>, at: i64, records: Vec<String>) -> Self {
        let mac = mac(&bytes).to_vec();
        Self { id, bytes, at, actor: "7".to_owned(), deed: "release".to_owned(), records, mac }
    }

    /// Writes something else into the bytes, as somebody would who has the database but not the key.
    pub fn edit(&mut self) {
        let text = String::from_utf8(self.bytes.clone()).unwrap();
        self.bytes = text.replace("geprüft", "verworfen").into_bytes();
    }

    /// The same with the code beside it made anew, so that only the tree can tell.
    pub fn edit_well(&mut self) {
        self.edit();
        self.mac = mac(&self.bytes).to_vec();
    }
}

/// Stands in for the HMAC: any function of a secret and the bytes does.
pub fn mac(bytes: &[u8]) -> Hash {
    Sha256::digest([b"secret", bytes].concat()).into()
}

/// The tables of a log.
#[derive(Clone)]
pub struct Log {
    pub entries: BTreeMap<u64, Entry>,
    pub nodes: BTreeMap<u64, Hash>,
    pub heads: BTreeMap<u64, String>,
}

impl Log {
    /// A log of so many entries, with a head after every ten and at the end.
    pub fn of(count: u64) -> Self {
        let entries: Vec<_> = (0..count).map(Entry::new).collect();
        let sizes = (10..count).step_by(10).chain([count]);
        let heads = sizes.map(|size| (size, head_of(&entries, size))).collect();
        let nodes = nodes_of(&entries);
        Self { entries: (0..).zip(entries).collect(), nodes, heads }
    }

    /// Makes nodes and heads anew after an alteration, with the true key or another.
    pub fn reseal(&mut self) {
        let entries: Vec<_> = self.entries.values().cloned().collect();
        self.nodes = nodes_of(&entries);
        let sizes: Vec<_> = self.heads.keys().copied().filter(|it| *it <= entries.len() as u64).collect();
        self.heads = sizes.into_iter().map(|size| (size, head_of(&entries, size))).collect();
    }

    /// Moves all entries from `index` on by so many places.
    pub fn push_along(&mut self, index: u64, by: i64) {
        let moved = self.entries.split_off(&index);
        self.entries.extend(moved.into_iter().map(|(at, it)| (at.checked_add_signed(by).unwrap(), it)));
    }

    pub fn walk(&self) -> Report {
        self.walk_with(&[])
    }

    /// Walks in pages of seven, as one would page through a database.
    pub fn walk_with(&self, outside: &[&str]) -> Report {
        let keys = [key().public()];
        let mut walk = Walk::new(&keys, Some(&mac));
        for head in outside {
            walk.outside_head(head);
        }
        let entries: Vec<_> = self.entries.iter().collect();
        let (mut node, mut size) = (0, 0);
        for page in entries.chunks(7) {
            let end = page.last().unwrap().0 + 1;
            let positions = node..Walk::positions(0..end).end;
            self.nodes.range(positions.clone()).for_each(|it| walk.push_node(*it.0, *it.1));
            self.heads.range(size..end).for_each(|it| walk.push_checkpoint(*it.0, it.1));
            for (index, entry) in page {
                walk.push_leaf(**index, &row(entry));
            }
            (node, size) = (positions.end, end);
        }
        self.nodes.range(node..).for_each(|it| walk.push_node(*it.0, *it.1));
        self.heads.range(size..).for_each(|it| walk.push_checkpoint(*it.0, it.1));
        walk.finish()
    }

    /// The proof file of one entry against the head of this size.
    pub fn proof(&self, index: u64, size: u64, keys: &[Key]) -> String {
        let entries: Vec<_> = self.entries.values().take(usize::try_from(size).unwrap()).collect();
        let tree = tree_of(entries.iter().map(|it| it.bytes.as_slice()));
        let proof = tree.prove_inclusion(usize::try_from(index).unwrap());
        let path = proof.as_bytes().chunks(32).fold(String::new(), |mut out, hash| {
            writeln!(out, "{}", STANDARD.encode(hash)).unwrap();
            out
        });
        let text = format!("{ORIGIN}\n{size}\n{}\n", STANDARD.encode(tree.root().as_bytes()));
        let extra = STANDARD.encode(&self.entries[&index].bytes);
        format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{path}\n{}", sign(&text, keys))
    }
}

pub fn row(entry: &Entry) -> Row<'_> {
    let Entry { id, bytes, at, actor, deed, records, mac } = entry;
    Row { id: *id, bytes, columns: Columns { at: *at, actor, deed, records }, mac }
}

pub fn tree_of<'a>(leaves: impl Iterator<Item = &'a [u8]>) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    leaves.for_each(|it| tree.push(it.to_vec()));
    tree
}

pub fn root_of(entries: &[Entry]) -> Hash {
    (*tree_of(entries.iter().map(|it| it.bytes.as_slice())).root().as_bytes()).into()
}

fn head_of(entries: &[Entry], size: u64) -> String {
    let root = root_of(&entries[..usize::try_from(size).unwrap()]);
    sign(&format!("{ORIGIN}\n{size}\n{}\n", STANDARD.encode(root)), &[key()])
}

/// Every perfect subtree, numbered as it is finished.
fn nodes_of(entries: &[Entry]) -> BTreeMap<u64, Hash> {
    let finished = (0..entries.len()).flat_map(|leaf| {
        (0..=leaf.trailing_ones()).map(move |level| root_of(&entries[leaf + 1 - (1 << level)..=leaf]))
    });
    (0..).zip(finished).collect()
}

/// The sentences of a report, for telling what was expected from what came.
pub fn sentences(report: &audit::Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}
