//! Whether a whole log is as it was sealed, and if not, what happened where.
//!
//! A [`Walk`] is fed from the first entry to the last, in pages of any size: heads from outside first,
//! then for each page its stored nodes, its stored heads and its entries. It grows two trees at once.
//! The *told* tree comes from the entries' bytes alone. The *kept* tree takes the stored hash wherever
//! that differs. A signed head then decides which was right: if the told tree leads to it, the stored
//! hash was damaged; if only the kept tree does, the entry below it was altered; if neither, more was.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::ops::Range;

use crate::canonical;
use crate::content::Contents;
use crate::entry::Entry;
use crate::finding::number;
use crate::note::{Checkpoint, VerifierKey};
use crate::proof::Fault;
use crate::tree::{self, Hash, Head};
use crate::{Finding, Source};

/// More findings than this are counted and not kept; nobody reads them.
const FINDINGS_AT_MOST: usize = 1000;

/// Makes the code that the product writes beside each entry (HMAC-SHA-256 of its bytes).
pub type Mac<'a> = &'a dyn Fn(&[u8]) -> Hash;

/// An entry as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its row in the database, by which it is named.
    pub id: i64,
    pub bytes: &'a [u8],
    pub columns: Columns<'a>,
    /// The code beside the entry, where it has one.
    pub mac: &'a [u8],
}

/// The columns beside an entry, which are searched instead of its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// Microseconds since 1970, UTC.
    pub at: i64,
    /// The person's id as text; empty where the entry names none.
    pub actor: &'a str,
    pub deed: &'a str,
    /// The numbers of the records touched, in any order.
    pub records: &'a [String],
}

/// A log while it is being walked.
pub struct Walk<'a> {
    keys: &'a [VerifierKey],
    mac: Option<Mac<'a>>,
    size: u64,
    /// The perfect subtrees that make up the trees so far, the largest first.
    edge: Vec<Subtree>,
    /// Entries and their hashes are gone, so that no tree can be grown any further.
    is_lost: bool,
    nodes: VecDeque<(u64, Hash)>,
    heads: BTreeMap<u64, Vec<(Source, Hash)>>,
    lines: [Line; 2],
    covered: u64,
    counted: Counted,
    /// Entries whose hash is not the stored one, over the whole walk.
    misfits: Vec<Misfit>,
    /// Where in `misfits` those begin that no head has judged yet.
    judged: usize,
    wrong_nodes: Vec<WrongNode>,
    missing_nodes: Missing,
    contents: Contents,
    findings: Vec<Finding>,
    further: u64,
}

#[derive(Clone, Copy)]
struct Subtree {
    told: Hash,
    kept: Hash,
}

/// How far one kind of heads has been followed.
#[derive(Clone, Copy, Default)]
struct Line {
    last_right: u64,
    is_wrong: bool,
}

#[derive(Default)]
struct Counted {
    heads: u64,
    signatures: u64,
}

/// An entry, a stored leaf or both that do not fit together.
struct Misfit {
    index: u64,
    entry: Option<(i64, Hash)>,
    stored: Option<Hash>,
}

/// Positions at which no node is stored.
#[derive(Default)]
struct Missing {
    first: u64,
    /// Those below a head that was right, where nodes ought to be.
    judged: u64,
    unjudged: u64,
}

#[derive(Clone, Copy)]
struct WrongNode {
    position: u64,
    first: u64,
    last: u64,
}

/// What came out of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries with a place in the log were read.
    pub size: u64,
    /// The root that they give; none where so much is gone that there is none.
    pub root: Option<Hash>,
    /// How many heads were compared, stored and from outside.
    pub heads: u64,
    /// How many signatures were checked and are right.
    pub signatures: u64,
    /// How many revisions, files and texts were compared with what the entries say of them.
    pub contents: u64,
    /// What is wrong, in the order of the log.
    pub findings: Vec<Finding>,
    /// How many more findings there were.
    pub further: u64,
}

impl<'a> Walk<'a> {
    /// Begins at the first entry. Without keys no signature is checked; without `mac` no code is.
    pub fn new(keys: &'a [VerifierKey], mac: Option<Mac<'a>>) -> Self {
        Self {
            keys,
            mac,
            size: 0,
            edge: Vec::new(),
            is_lost: false,
            nodes: VecDeque::new(),
            heads: BTreeMap::new(),
            lines: [Line::default(); 2],
            covered: 0,
            counted: Counted::default(),
            misfits: Vec::new(),
            judged: 0,
            wrong_nodes: Vec::new(),
            missing_nodes: Missing::default(),
            contents: Contents::default(),
            findings: Vec::new(),
            further: 0,
        }
    }

    /// The positions of the nodes that are finished by the leaves of these indexes: those to hand in
    /// before a page of entries. After the last page, hand in all nodes that are left.
    pub fn positions(indexes: Range<u64>) -> Range<u64> {
        tree::position(0, indexes.start)..tree::position(0, indexes.end)
    }

    /// Takes a head that somebody had kept; before the first entry.
    pub fn outside_head(&mut self, note: &str) {
        match Checkpoint::parse(note) {
            Ok(checkpoint) => self.take_head(Source::Outside, &checkpoint),
            Err(fault) => self.unreadable(0, &fault.to_string(), Source::Outside),
        }
    }

    /// Takes a stored head; before the entry at index `size`.
    pub fn push_checkpoint(&mut self, size: u64, note: &str) {
        match Checkpoint::parse(note) {
            Ok(checkpoint) if checkpoint.head.size == size => self.take_head(Source::Stored, &checkpoint),
            Ok(checkpoint) => {
                let why = format!("it was signed over {} entries.", number(checkpoint.head.size));
                self.unreadable(size, &why, Source::Stored);
            }
            Err(fault) => self.unreadable(size, &fault.to_string(), Source::Stored),
        }
    }

    /// Takes a stored node; before the entries that it is above, in the order of positions.
    pub fn push_node(&mut self, position: u64, hash: Hash) {
        self.nodes.push_back((position, hash));
    }

    /// Takes the entry at `index`, in the order of indexes.
    pub fn push_leaf(&mut self, index: u64, row: &Row) {
        self.read(row);
        if index < self.size {
            // Two entries claim one place; the tree has room for the first.
            self.note(Finding::Inserted { index, id: row.id });
            return;
        }
        self.pass_over_gap(index);
        self.judge_heads();
        let told = tree::leaf_hash(row.bytes);
        let position = tree::position(0, index);
        let stored = self.stored(position);
        if stored.is_none() {
            self.missing_nodes.add(position);
        }
        let is_misfit = stored.is_some_and(|it| it != told);
        // A leaf without a stored hash is a misfit only where entries were pushed along by others.
        if is_misfit || (stored.is_none() && !self.misfits.is_empty()) {
            self.misfits.push(Misfit { index, entry: Some((row.id, told)), stored });
        }
        self.grow(Subtree { told, kept: stored.unwrap_or(told) });
    }

    /// Takes an entry that has no place in the log yet.
    pub fn push_unsealed(&mut self, row: &Row) {
        self.read(row);
    }

    /// All entries were handed in; what is stored beside the log follows: revisions, files, words.
    pub fn contents_follow(&mut self) {
        self.contents.follow();
    }

    /// Takes a stored revision of a record, with the digest that stands beside it and its content as JSON.
    pub fn push_revision(&mut self, number: &str, no: i64, (digest, content): (&str, &str)) {
        if let Some(finding) = self.contents.revision(number, no, (digest, content)) {
            self.note(finding);
        }
    }

    /// Takes stored words, or the bytes of a file; `what` says in words what they are: "Remark 7 at RS-12".
    pub fn push_content(&mut self, what: &str, bytes: &[u8]) {
        if let Some(finding) = self.contents.words(what, bytes) {
            self.note(finding);
        }
    }

    /// Ends the walk and tells what was found.
    pub fn finish(mut self) -> Report {
        let left = self.size;
        self.pass_over_end();
        self.judge_heads();
        if let Some((&promised, heads)) = self.heads.last_key_value()
            && promised > self.size
        {
            let source = heads[0].0;
            self.note(Finding::CutOff { left, promised, source });
        }
        let is_uncovered = self.covered < left && self.heads.is_empty() && !self.is_lost;
        if is_uncovered && !self.lines[Source::Stored as usize].is_wrong {
            self.note(Finding::NotCovered { first: self.covered, last: left - 1 });
        }
        if self.missing_nodes.judged > 0 {
            let Missing { first, judged, .. } = self.missing_nodes;
            self.note(Finding::NodesMissing { count: judged, position: first });
        }
        for node in std::mem::take(&mut self.wrong_nodes) {
            self.note(Finding::Altered { first: node.first, last: node.last });
        }
        self.explain_misfits(left);
        for finding in self.contents.missing() {
            self.note(finding);
        }
        self.findings.sort_by_key(Finding::place);
        let root = (!self.is_lost).then(|| self.root(|it| it.told));
        let Counted { heads, signatures } = self.counted;
        let contents = self.contents.checked;
        Report {
            size: left,
            root,
            heads,
            signatures,
            contents,
            findings: self.findings,
            further: self.further,
        }
    }

    fn read(&mut self, row: &Row) {
        let id = row.id;
        if self.mac.is_some_and(|mac| mac(row.bytes) != row.mac) {
            self.note(Finding::Forged { id });
        }
        if let Err(why) = canonical::check(row.bytes) {
            return self.note(Finding::NotCanonical { id, why: why.to_string() });
        }
        match Entry::parse(row.bytes) {
            Ok(entry) => {
                self.contents.promise(id, &entry);
                if let Some(finding) = self.contents.named_rows(id, &entry) {
                    self.note(finding);
                }
                if let Some(column) = entry.differs_from(&row.columns) {
                    self.note(Finding::ColumnsDiffer { id, column });
                }
            }
            Err(error) => self.note(Finding::NotCanonical { id, why: error.to_string() }),
        }
    }

    fn take_head(&mut self, source: Source, checkpoint: &Checkpoint) {
        let size = checkpoint.head.size;
        match checkpoint.check(self.keys) {
            Err(Fault::Signature { name }) => {
                return self.note(Finding::SignatureWrong { size, name, source });
            }
            Err(fault) => return self.unreadable(size, &fault.to_string(), source),
            Ok(signed) if signed.by.is_empty() && !self.keys.is_empty() => {
                return self.note(Finding::SignatureUnknown { size, names: signed.unchecked, source });
            }
            Ok(signed) => self.counted.signatures += signed.by.len() as u64,
        }
        if size < self.size {
            return self.unreadable(size, "it was handed in after the entries that it covers.", source);
        }
        self.heads.entry(size).or_default().push((source, checkpoint.head.root));
    }

    /// Entries are missing before `index`: their stored hashes let the trees grow on all the same.
    fn pass_over_gap(&mut self, index: u64) {
        while self.size < index && !self.is_lost {
            if self.pass_over_one() {
                continue;
            }
            self.note(Finding::Deleted { first: self.size, last: index - 1 });
            self.is_lost = true;
        }
        if self.is_lost {
            self.size = index;
        }
    }

    /// Grows the trees by entries that are gone from the end, as far as their hashes are still there.
    fn pass_over_end(&mut self) {
        while !self.is_lost && self.pass_over_one() {}
    }

    fn pass_over_one(&mut self) -> bool {
        self.judge_heads();
        let Some(stored) = self.stored(tree::position(0, self.size)) else { return false };
        self.misfits.push(Misfit { index: self.size, entry: None, stored: Some(stored) });
        self.grow(Subtree { told: stored, kept: stored });
        true
    }

    /// The stored hash at a position; what is stored before it belongs to no tree and is skipped.
    fn stored(&mut self, position: u64) -> Option<Hash> {
        while self.nodes.front().is_some_and(|it| it.0 < position) {
            self.nodes.pop_front();
        }
        let is_there = self.nodes.front().is_some_and(|it| it.0 == position);
        if is_there {
            return self.nodes.pop_front().map(|it| it.1);
        }
        None
    }

    fn grow(&mut self, leaf: Subtree) {
        let index = self.size;
        self.size += 1;
        if self.is_lost {
            return;
        }
        let mut root = leaf;
        for level in 1..=index.trailing_ones() {
            let left =
                self.edge.pop().expect("a leaf completes only subtrees whose left half is on the edge");
            root = self.above(left, root, level, index);
        }
        self.edge.push(root);
    }

    /// The subtree of this level that the leaf `last` completes, compared with what is stored of it.
    fn above(&mut self, left: Subtree, right: Subtree, level: u32, last: u64) -> Subtree {
        let told = tree::node_hash(&left.told, &right.told);
        let is_one = left.told == left.kept && right.told == right.kept;
        let kept = if is_one { told } else { tree::node_hash(&left.kept, &right.kept) };
        let position = tree::position(level, last >> level);
        let Some(stored) = self.stored(position) else {
            self.missing_nodes.add(position);
            return Subtree { told, kept };
        };
        if stored != told && stored != kept {
            let first = (last >> level) << level;
            self.wrong_nodes.push(WrongNode { position, first, last });
        }
        Subtree { told, kept: stored }
    }

    /// Compares the trees with the heads of their size.
    fn judge_heads(&mut self) {
        let is_due = self.heads.first_key_value().is_some_and(|it| *it.0 <= self.size);
        if !is_due {
            return;
        }
        let Some((size, heads)) = self.heads.pop_first() else { return };
        if self.is_lost {
            return;
        }
        self.counted.heads += heads.len() as u64;
        let (told, kept) = (self.root(|it| it.told), self.root(|it| it.kept));
        for (source, root) in heads {
            self.judge(source, Head { size, root }, told, kept);
        }
    }

    fn judge(&mut self, source: Source, head: Head, told: Hash, kept: Hash) {
        let line = &mut self.lines[source as usize];
        if head.root == told || head.root == kept {
            line.last_right = head.size;
            self.covered = self.covered.max(head.size);
            self.missing_nodes.judge();
        } else if !line.is_wrong {
            line.is_wrong = true;
            let after = line.last_right;
            self.note(Finding::HeadWrong { after, size: head.size, source });
        }
        if head.root == told {
            self.trust_told();
        } else if head.root == kept {
            self.trust_kept();
        }
    }

    /// The entries are right, so whatever was stored differently is damage to the stored hashes only.
    fn trust_told(&mut self) {
        for WrongNode { position, first, last } in std::mem::take(&mut self.wrong_nodes) {
            self.note(Finding::NodeWrong { position, first, last });
        }
        for misfit in self.misfits.split_off(self.judged) {
            let Misfit { index, entry, stored } = misfit;
            match (&entry, &stored) {
                (Some(_), Some(_)) => {
                    let position = tree::position(0, index);
                    self.note(Finding::NodeWrong { position, first: index, last: index });
                }
                _ => self.misfits.push(misfit),
            }
        }
        self.judged = self.misfits.len();
        self.edge.iter_mut().for_each(|it| it.kept = it.told);
    }

    /// The stored hashes are right, so whatever differs from them was altered; what comes after is
    /// judged without it.
    fn trust_kept(&mut self) {
        for WrongNode { first, last, .. } in std::mem::take(&mut self.wrong_nodes) {
            self.note(Finding::Altered { first, last });
        }
        self.judged = self.misfits.len();
        self.edge.iter_mut().for_each(|it| it.told = it.kept);
    }

    fn root(&self, of: impl Fn(&Subtree) -> Hash) -> Hash {
        let mut smallest_first = self.edge.iter().rev().map(of);
        let Some(last) = smallest_first.next() else { return tree::empty_root() };
        smallest_first.fold(last, |right, left| tree::node_hash(&left, &right))
    }

    /// Tells edited, deleted, inserted and moved entries apart by where their hashes turn up.
    fn explain_misfits(&mut self, left: u64) {
        let misfits = std::mem::take(&mut self.misfits);
        let sealed_at: HashMap<Hash, u64> =
            misfits.iter().filter_map(|it| Some((it.stored?, it.index))).collect();
        let now_at: HashMap<Hash, u64> =
            misfits.iter().filter_map(|it| Some((it.entry?.1, it.index))).collect();
        let mut gaps = Gaps::default();
        // By how many places the entries here stand before those under which they were sealed.
        let mut pushed: i128 = 0;
        for Misfit { index, entry, stored } in &misfits {
            let sealed = entry.and_then(|it| sealed_at.get(&it.1)).copied();
            let moved_to = stored.and_then(|it| now_at.get(&it)).copied();
            let Some((id, _)) = *entry else {
                if moved_to.is_none() {
                    gaps.add(*index);
                }
                continue;
            };
            match (sealed, stored.is_some(), moved_to) {
                (None, true, None) => self.note(Finding::Edited { index: *index, id }),
                (None, true, Some(moved_to)) => {
                    self.note(Finding::Inserted { index: *index, id });
                    pushed = i128::from(*index) - i128::from(moved_to);
                }
                (None, false, _) => {}
                (Some(sealed_at), true, None) => {
                    gaps.add(*index);
                    pushed = i128::from(sealed_at) - i128::from(*index);
                }
                (Some(sealed_at), ..) => {
                    let by = i128::from(sealed_at) - i128::from(*index);
                    if by != pushed {
                        self.note(Finding::Reordered { index: *index, id, sealed_at });
                    }
                }
            }
        }
        for (first, last) in gaps.0 {
            let is_end = first >= left && last + 1 == self.size;
            self.note(if is_end {
                Finding::CutOff { left, promised: self.size, source: Source::Stored }
            } else {
                Finding::Deleted { first, last }
            });
        }
    }

    fn unreadable(&mut self, size: u64, why: &str, source: Source) {
        self.note(Finding::HeadUnreadable { size, why: why.to_owned(), source });
    }

    fn note(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_AT_MOST {
            self.findings.push(finding);
        } else {
            self.further += 1;
        }
    }
}

impl Missing {
    fn add(&mut self, position: u64) {
        if self.judged + self.unjudged == 0 {
            self.first = position;
        }
        self.unjudged += 1;
    }

    fn judge(&mut self) {
        self.judged += std::mem::take(&mut self.unjudged);
    }
}

/// Indexes that follow each other, as ranges.
#[derive(Default)]
struct Gaps(Vec<(u64, u64)>);

impl Gaps {
    fn add(&mut self, index: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == index => *last = index,
            _ => self.0.push((index, index)),
        }
    }
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// The outcome in sentences, one a line.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let (entries, heads) = (number(self.size), number(self.heads));
        writeln!(
            out,
            "Checked {entries} entries, {heads} heads and {} signatures.",
            number(self.signatures)
        )?;
        if self.contents > 0 {
            let contents = number(self.contents);
            writeln!(
                out,
                "Compared {contents} revisions, files and texts with what the entries say of them."
            )?;
        }
        for finding in &self.findings {
            writeln!(out, "{finding}")?;
        }
        if self.further > 0 {
            writeln!(out, "And {} more findings.", number(self.further))?;
        }
        if self.is_clean() {
            writeln!(out, "The log is as it was sealed.")?;
        }
        Ok(())
    }
}
