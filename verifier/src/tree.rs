//! The Merkle tree as a checker sees it (RFC 9162 section 2.1, the same as RFC 6962 section 2.1).

use sha2::{Digest as _, Sha256};

/// SHA-256 of a leaf, of a node or of the whole tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256(0x00 ‖ entry). Section 2.1.1.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(entry).finalize().into()
}

/// The hash of a node: SHA-256(0x01 ‖ left ‖ right). Section 2.1.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// The hash of a tree without leaves. Section 2.1.1.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Where the node with this `index` within its level is stored; leaves are level 0.
///
/// Nodes are numbered in the order in which they are finished. When leaf `m` is appended, `m` leaves and
/// `⌊m/2⌋ + ⌊m/4⌋ + …` nodes are finished already, which is `2m` less the ones in `m`; and the node
/// asked for is finished by the last leaf below it, `level` places after that leaf.
pub fn position(level: u32, index: u64) -> u64 {
    let last_leaf = ((index + 1) << level) - 1;
    2 * last_leaf - u64::from(last_leaf.count_ones()) + u64::from(level)
}

/// The root that an inclusion proof leads to, or none if it has too many or too few hashes for a tree of
/// `size` leaves. Section 2.1.3.2, whose steps are numbered here.
pub fn root_by_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    // 1 and 2
    if index >= size {
        return None;
    }
    let (mut node, mut last) = (index, size - 1);
    // 3
    let mut root = leaf;
    // 4
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            root = node_hash(sibling, &root);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    // 5
    (last == 0).then_some(root)
}

/// A tree's size and root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    pub root: Hash,
}

/// Whether the tree of `old` is proved to be the beginning of that of `new`. Section 2.1.4.2, whose
/// steps are numbered here.
pub fn is_consistent(old: Head, new: Head, path: &[Hash]) -> bool {
    if old.size == 0 || old.size >= new.size {
        // Every tree begins with the empty one, and each with itself; that needs no proof.
        return path.is_empty() && old.size <= new.size && (old.size == 0 || old == new);
    }
    // 1 and 2
    let prepended = old.size.is_power_of_two().then_some(&old.root);
    let mut path = prepended.into_iter().chain(path);
    let Some(first) = path.next() else { return false };
    // 3 and 4
    let shift = (old.size - 1).trailing_ones();
    let (mut node, mut last) = ((old.size - 1) >> shift, (new.size - 1) >> shift);
    // 5
    let (mut old_root, mut new_root) = (*first, *first);
    // 6
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_root = node_hash(sibling, &old_root);
            new_root = node_hash(sibling, &new_root);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_root = node_hash(&new_root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    // 7
    old_root == old.root && new_root == new.root && last == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree's definition, word for word: section 2.1.1.
    fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [only] => *only,
            _ => {
                let middle = leaves.len().next_power_of_two() / 2;
                node_hash(&root(&leaves[..middle]), &root(&leaves[middle..]))
            }
        }
    }

    /// The eight leaves with which implementations of Certificate Transparency are tested.
    fn known_leaves() -> Vec<Hash> {
        let bytes: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        bytes.map(leaf_hash).to_vec()
    }

    fn hash(hex: &str) -> Hash {
        let byte = |it: usize| u8::from_str_radix(&hex[2 * it..2 * it + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    const INCLUSION_OF_LEAF_5_IN_8: [&str; 3] = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    const CONSISTENCY_OF_6_AND_8: [&str; 3] = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    const HEAD_OF_6: &str = "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef";
    const HEAD_OF_8: &str = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";

    #[test]
    fn hashes_are_those_that_are_known() {
        let leaves = known_leaves();
        assert_eq!(empty_root(), hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        assert_eq!(leaves[0], hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
        assert_eq!(root(&leaves[..6]), hash(HEAD_OF_6));
        assert_eq!(root(&leaves), hash(HEAD_OF_8));
    }

    #[test]
    fn a_known_inclusion_proof_leads_to_the_known_root() {
        let path = INCLUSION_OF_LEAF_5_IN_8.map(hash);
        assert_eq!(root_by_inclusion(known_leaves()[5], 5, 8, &path), Some(hash(HEAD_OF_8)));
    }

    #[test]
    fn a_proof_for_another_place_or_size_leads_nowhere() {
        let path = INCLUSION_OF_LEAF_5_IN_8.map(hash);
        let leaf = known_leaves()[5];
        for (index, size) in [(4, 8), (6, 8), (5, 6), (5, 9), (8, 8), (5, 0)] {
            assert_ne!(root_by_inclusion(leaf, index, size, &path), Some(hash(HEAD_OF_8)), "{index} {size}");
        }
        assert_eq!(root_by_inclusion(leaf, 5, 8, &path[..2]), None);
        assert_eq!(root_by_inclusion(leaf, 5, 8, &[path.as_slice(), &path].concat()), None);
    }

    #[test]
    fn a_known_consistency_proof_holds_and_no_other() {
        let (old, new) = (Head { size: 6, root: hash(HEAD_OF_6) }, Head { size: 8, root: hash(HEAD_OF_8) });
        let path = CONSISTENCY_OF_6_AND_8.map(hash);
        assert!(is_consistent(old, new, &path));
        assert!(is_consistent(new, new, &[]));
        assert!(!is_consistent(new, old, &[]));
        assert!(!is_consistent(old, new, &path[..2]));
        assert!(!is_consistent(Head { size: 5, ..old }, new, &path));
        assert!(!is_consistent(old, Head { root: old.root, ..new }, &path));
    }

    #[test]
    fn positions_count_the_nodes_as_they_are_finished() {
        let mut expected = 0;
        for leaf in 0..1000_u64 {
            for level in 0..=leaf.trailing_ones() {
                assert_eq!(position(level, leaf >> level), expected, "leaf {leaf}, level {level}");
                expected += 1;
            }
        }
    }
}
