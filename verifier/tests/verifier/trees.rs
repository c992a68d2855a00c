//! The verifier's own tree against that of another library, for every small size.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;
use verifier::tree::{self, Hash, Head, is_consistent, leaf_hash, root_by_inclusion};

use crate::world::tree_of;

const SIZE: usize = 100;

fn leaves() -> Vec<Vec<u8>> {
    (0..SIZE).map(|it| format!("entry {it}").into_bytes()).collect()
}

fn trees() -> Vec<MemoryBackedTree<Sha256, Vec<u8>>> {
    (0..=SIZE).map(|size| tree_of(leaves()[..size].iter().map(Vec::as_slice))).collect()
}

fn root(tree: &MemoryBackedTree<Sha256, Vec<u8>>) -> Hash {
    (*tree.root().as_bytes()).into()
}

fn path(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(32).map(|it| it.try_into().unwrap()).collect()
}

#[test]
fn every_inclusion_proof_of_the_other_library_holds_here() {
    for (size, tree) in trees().iter().enumerate().skip(1) {
        for (index, leaf) in leaves()[..size].iter().enumerate() {
            let path = path(tree.prove_inclusion(index).as_bytes());
            let reached = |index| root_by_inclusion(leaf_hash(leaf), index, size as u64, &path);
            assert_eq!(reached(index as u64), Some(root(tree)), "{index} of {size}");
            assert_ne!(reached(index as u64 + 1), Some(root(tree)), "{index} of {size}");
        }
    }
}

#[test]
fn every_consistency_proof_of_the_other_library_holds_here() {
    let trees = trees();
    for (new_size, new) in trees.iter().enumerate().skip(1) {
        for (old_size, old) in trees[..new_size].iter().enumerate().skip(1) {
            let path = path(new.prove_consistency(new_size - old_size).as_bytes());
            let head = |size: usize, tree| Head { size: size as u64, root: root(tree) };
            let (old, new) = (head(old_size, old), head(new_size, new));
            assert!(is_consistent(old, new, &path), "{old_size} to {new_size}");
            assert!(!is_consistent(Head { root: new.root, ..old }, new, &path), "{old_size} to {new_size}");
        }
    }
}

#[test]
fn the_empty_tree_has_the_same_root() {
    assert_eq!(tree::empty_root(), root(&trees()[0]));
}
