//! Whether one entry stands in a log: reads and checks a C2SP `tlog-proof`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::canonical::{self, NotCanonical};
use crate::note::{self, Checkpoint, VerifierKey};
use crate::tree::{self, Hash, Head};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A path longer than this fits no tree whose size can be written.
const PATH_AT_MOST: usize = 64;

/// A proof as the file tells it; nothing of it is true before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The entry's place in the log, counted from 0.
    pub index: u64,
    /// What the file carries along unsigned; ours carry the entry's canonical bytes.
    pub extra: Option<Vec<u8>>,
    /// The hashes beside the way from the entry to the root, the nearest first.
    pub path: Vec<Hash>,
    /// The signed head that the way leads to.
    pub checkpoint: Checkpoint,
}

/// What is certain once a proof was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub origin: String,
    pub index: u64,
    pub head: Head,
    /// `name+id` of each key whose signature was checked and is right; at least one.
    pub signed_by: Vec<String>,
    /// `name+id` of further signatures, for which no key was at hand.
    pub unchecked: Vec<String>,
}

/// Why something is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("Line {line} of the proof should be {expected}.")]
    Line { line: usize, expected: &'static str },
    #[error("The signed head cannot be read: {0}.")]
    Head(&'static str),
    #[error("The key cannot be read: {0}.")]
    Key(&'static str),
    #[error("The entry is not written as the log writes: {0}.")]
    NotCanonical(#[from] NotCanonical),
    #[error("Entry, place and hashes do not lead to the signed head: one of them was altered.")]
    Inclusion,
    #[error("The signature of {name} under the head is wrong.")]
    Signature { name: String },
    #[error("The head is signed by {}; hand in that key, it stands on the page /trust.", names.join(" and "))]
    NoKey { names: Vec<String> },
}

impl Fault {
    /// Whether the fault shows that something was altered, rather than that something cannot be judged.
    pub fn is_alteration(&self) -> bool {
        matches!(self, Self::Inclusion | Self::Signature { .. } | Self::NotCanonical(_))
    }
}

impl Proof {
    /// Reads a `.tlog-proof` file.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut lines = Lines { rest: text, line: 0 };
        if lines.next() != Some(FIRST_LINE) {
            return Err(lines.fault("\"c2sp.org/tlog-proof@v1\""));
        }
        let mut line = lines.next().unwrap_or_default();
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = Some(STANDARD.decode(encoded).map_err(|_| lines.fault("extra data in base64"))?);
            line = lines.next().unwrap_or_default();
        }
        let index = line.strip_prefix("index ").and_then(note::parse_number);
        let index = index.ok_or_else(|| lines.fault("the entry's place: \"index\" and a number"))?;
        let mut path = Vec::new();
        loop {
            match lines.next() {
                Some("") => break,
                Some(line) if path.len() < PATH_AT_MOST => {
                    path.push(note::parse_hash(line).ok_or_else(|| lines.fault("a hash in base64"))?);
                }
                _ => return Err(lines.fault("empty, and the signed head should follow")),
            }
        }
        let checkpoint = Checkpoint::parse(lines.rest)?;
        Ok(Self { index, extra, path, checkpoint })
    }

    /// Checks that the entry is canonical and stands in the log, and that one of the keys signed it.
    pub fn check(&self, entry: &[u8], keys: &[VerifierKey]) -> Result<Checked, Fault> {
        self.leads_to_head(entry)?;
        let signed = self.checkpoint.check(keys)?;
        if signed.by.is_empty() {
            return Err(Fault::NoKey { names: signed.unchecked });
        }
        Ok(Checked {
            origin: self.checkpoint.origin.clone(),
            index: self.index,
            head: self.checkpoint.head,
            signed_by: signed.by,
            unchecked: signed.unchecked,
        })
    }

    /// Checks all but the signature: that the entry is canonical and leads to the head.
    pub fn leads_to_head(&self, entry: &[u8]) -> Result<(), Fault> {
        canonical::check(entry)?;
        let Head { size, root } = self.checkpoint.head;
        let reached = tree::root_by_inclusion(tree::leaf_hash(entry), self.index, size, &self.path);
        if reached == Some(root) { Ok(()) } else { Err(Fault::Inclusion) }
    }
}

/// Lines that end with a newline and nothing else.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        Some(line)
    }

    fn fault(&self, expected: &'static str) -> Fault {
        Fault::Line { line: self.line, expected }
    }
}
