//! How an entry gets its place in the Merkle tree, and how that place is proved (RFC 9162 section 2.1).
//!
//! A stored node is known by its position: nodes are numbered in the order in which they are finished,
//! so a leaf is followed by the subtrees that it completes, and the table of nodes only ever grows at
//! its end. Only perfect subtrees are stored; what is open at the right edge is computed when asked for.

use std::cell::RefCell;

use tlog_tiles::HashReader;

use crate::{Error, Result};

/// SHA-256 of a leaf, of a node or of the whole tree.
pub(crate) type Hash = [u8; 32];

/// The stored nodes, wherever they are kept.
pub(crate) trait Nodes {
    /// The hashes at these positions, in the order asked for; an error where one is not there.
    fn hashes(&self, positions: &[u64]) -> Result<Vec<Hash>>;
}

/// The hash of an entry's canonical bytes: SHA-256(0x00 ‖ bytes).
pub(crate) fn leaf(bytes: &[u8]) -> Hash {
    tlog_tiles::record_hash(bytes).0
}

/// Lets a tree grow by many leaves, holding only its right edge: at most 64 hashes.
pub(crate) struct Appender {
    size: u64,
    /// The roots of the perfect subtrees that make up the tree, the largest first.
    edge: Vec<Hash>,
    grown: Vec<(u64, Hash)>,
}

impl Appender {
    /// Reads the right edge of a tree of `size` leaves, in one question.
    pub(crate) fn open(size: u64, nodes: &impl Nodes) -> Result<Self> {
        let edge = if size == 0 { Vec::new() } else { nodes.hashes(&edge_positions(size))? };
        Ok(Self { size, edge, grown: Vec::new() })
    }

    /// Appends one leaf and tells its index.
    pub(crate) fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let first = tlog_tiles::stored_hash_index(0, index);
        self.grown.push((first, leaf));
        let mut root = leaf;
        for position in first + 1..=first + u64::from(index.trailing_ones()) {
            let left =
                self.edge.pop().expect("a leaf completes only subtrees whose left half is on the edge");
            root = node(left, root);
            self.grown.push((position, root));
        }
        self.edge.push(root);
        self.size += 1;
        index
    }

    /// The root hash as the tree stands now; right after [`open`](Self::open) it is that of the stored tree.
    #[cfg(test)]
    pub(crate) fn head(&self) -> Hash {
        let mut smallest_first = self.edge.iter().rev().copied();
        let Some(last) = smallest_first.next() else { return tlog_tiles::EMPTY_HASH.0 };
        smallest_first.fold(last, |right, left| node(left, right))
    }

    /// The nodes to be stored, in the order of their positions, without a gap after those stored before.
    pub(crate) fn into_grown(self) -> Vec<(u64, Hash)> {
        self.grown
    }
}

/// The root hash of the first `size` leaves.
pub(crate) fn head(size: u64, nodes: &impl Nodes) -> Result<Hash> {
    ask(nodes, |stored| tlog_tiles::tree_hash(size, stored)).map(|it| it.0)
}

/// Proves that the leaf at `index` is in the tree of `size` leaves: the hashes beside its way to the
/// root, the nearest first (RFC 9162 section 2.1.3).
pub(crate) fn inclusion(size: u64, index: u64, nodes: &impl Nodes) -> Result<Vec<Hash>> {
    ask(nodes, |stored| tlog_tiles::prove_record(size, index, stored)).map(bare)
}

/// Proves that the tree of `old` leaves is the beginning of that of `new` leaves (RFC 9162 section 2.1.4).
#[cfg(test)]
pub(crate) fn consistency(old: u64, new: u64, nodes: &impl Nodes) -> Result<Vec<Hash>> {
    if old == 0 {
        return Ok(Vec::new());
    }
    ask(nodes, |stored| tlog_tiles::prove_tree(new, old, stored)).map(bare)
}

/// SHA-256(0x01 ‖ left ‖ right).
fn node(left: Hash, right: Hash) -> Hash {
    tlog_tiles::node_hash(tlog_tiles::Hash(left), tlog_tiles::Hash(right)).0
}

fn edge_positions(size: u64) -> Vec<u64> {
    tlog_tiles::sub_tree_index(0, size, Vec::new())
}

fn bare(hashes: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|it| it.0).collect()
}

fn ask<N: Nodes, T>(
    nodes: &N,
    question: impl FnOnce(&Stored<N>) -> std::result::Result<T, tlog_tiles::Error>,
) -> Result<T> {
    let stored = Stored { nodes, failure: RefCell::new(None) };
    let answer = question(&stored);
    if let Some(failure) = stored.failure.into_inner() {
        return Err(failure);
    }
    answer.map_err(|error| anyhow::Error::from(error).into())
}

/// Our nodes as the library reads them; keeps our error, for which its own has no room.
struct Stored<'a, N> {
    nodes: &'a N,
    failure: RefCell<Option<Error>>,
}

impl<N: Nodes> HashReader for Stored<'_, N> {
    fn read_hashes(
        &self,
        positions: &[u64],
    ) -> std::result::Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        match self.nodes.hashes(positions) {
            Ok(hashes) if hashes.len() == positions.len() => {
                Ok(hashes.into_iter().map(tlog_tiles::Hash).collect())
            }
            Ok(_) => Err(tlog_tiles::Error::IndexesNotInTree),
            Err(error) => {
                self.failure.replace(Some(error));
                Err(tlog_tiles::Error::IndexesNotInTree)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of nodes in memory.
    #[derive(Default)]
    struct Table(Vec<Hash>);

    impl Nodes for Table {
        fn hashes(&self, positions: &[u64]) -> Result<Vec<Hash>> {
            let hash = |it: &u64| self.0.get(usize::try_from(*it).unwrap()).copied();
            positions
                .iter()
                .map(|it| hash(it).ok_or_else(|| anyhow::anyhow!("no node {it}").into()))
                .collect()
        }
    }

    impl Table {
        /// Appends leaves in one batch and tells the head afterwards.
        fn grow(&mut self, size: u64, leaves: &[Hash]) -> Hash {
            let mut appender = Appender::open(size, self).unwrap();
            for (index, leaf) in (size..).zip(leaves) {
                assert_eq!(appender.append(*leaf), index);
            }
            let head = appender.head();
            for (position, hash) in appender.into_grown() {
                assert_eq!(position, self.0.len() as u64, "positions go on without a gap");
                self.0.push(hash);
            }
            head
        }
    }

    /// The eight leaves with which implementations of Certificate Transparency are tested.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    /// The heads of the trees of 0 to 8 of these leaves.
    const HEADS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hex(hash: Hash) -> String {
        use std::fmt::Write as _;
        hash.iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        })
    }

    fn known_tree() -> Table {
        let mut table = Table::default();
        table.grow(0, &LEAVES.map(leaf));
        table
    }

    #[test]
    fn heads_are_those_that_are_known() {
        let table = known_tree();
        for (size, known) in (0..).zip(HEADS) {
            assert_eq!(hex(head(size, &table).unwrap()), known);
            assert_eq!(hex(Appender::open(size, &table).unwrap().head()), known);
        }
    }

    #[test]
    fn leaves_one_by_one_and_in_a_batch_give_one_tree() {
        let leaves: Vec<Hash> = (0..200_u32).map(|it| leaf(&it.to_be_bytes())).collect();
        let (mut singly, mut at_once, mut in_parts) = (Table::default(), Table::default(), Table::default());
        for (size, one) in (0..).zip(&leaves) {
            singly.grow(size, &[*one]);
        }
        let whole = at_once.grow(0, &leaves);
        in_parts.grow(0, &leaves[..77]);
        assert_eq!(in_parts.grow(77, &leaves[77..]), whole);
        assert!(singly.0 == at_once.0 && singly.0 == in_parts.0);
        assert_eq!(head(200, &singly).unwrap(), whole);
    }

    #[test]
    fn inclusion_is_proved_with_the_known_hashes() {
        let proof: Vec<_> = inclusion(8, 5, &known_tree()).unwrap().into_iter().map(hex).collect();
        assert_eq!(
            proof,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert!(inclusion(1, 0, &known_tree()).unwrap().is_empty());
    }

    #[test]
    fn consistency_is_proved_with_the_known_hashes() {
        let proof: Vec<_> = consistency(6, 8, &known_tree()).unwrap().into_iter().map(hex).collect();
        assert_eq!(
            proof,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert!(consistency(0, 8, &known_tree()).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_in_the_tree_is_not_proved() {
        assert!(inclusion(8, 8, &known_tree()).is_err());
        assert!(consistency(8, 5, &known_tree()).is_err());
    }

    #[test]
    fn a_missing_node_is_told_by_its_position() {
        let mut table = known_tree();
        table.0.truncate(3);
        assert_eq!(inclusion(8, 0, &table).unwrap_err().to_string(), "no node 5");
    }
}
