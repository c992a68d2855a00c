//! What happened to each key of an ordered list: kept, added, removed, moved?

use std::collections::HashMap;
use std::hash::Hash;

/// What happened to one key. Positions count from zero: `from` in the old list, `to` in the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Kept { from: usize, to: usize },
    Added { to: usize },
    Removed { from: usize },
    Moved { from: usize, to: usize },
}

/// The fewest moves that lead from the old order to the new one.
///
/// The answer is in the new order; what was removed stands behind what it stood behind before. A key that occurs
/// several times is told apart by counting: the second *A* of the old list is the second *A* of the new one.
/// What is kept is a longest common subsequence, found in `n log n` steps.
pub fn sequence<K: Eq + Hash>(old: &[K], new: &[K]) -> Vec<Move> {
    let old_place: HashMap<(&K, usize), usize> =
        counted(old).into_iter().enumerate().map(|(at, key)| (key, at)).collect();
    let origin: Vec<Option<usize>> =
        counted(new).into_iter().map(|key| old_place.get(&key).copied()).collect();

    let common: Vec<(usize, usize)> =
        origin.iter().enumerate().filter_map(|(to, from)| from.map(|from| (from, to))).collect();
    let kept = longest_rise(&common.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let mut stays = vec![false; new.len()];
    for at in kept {
        stays[common[at].1] = true;
    }
    woven(old.len(), &origin, &stays)
}

/// Every key with the number of its equals before it.
fn counted<K: Eq + Hash>(keys: &[K]) -> Vec<(&K, usize)> {
    let mut seen: HashMap<&K, usize> = HashMap::new();
    keys.iter()
        .map(|key| {
            let count = seen.entry(key).or_insert(0);
            *count += 1;
            (key, *count)
        })
        .collect()
}

/// The places of a longest strictly rising run within `values`, by piles as in the game of patience.
pub(crate) fn longest_rise(values: &[usize]) -> Vec<usize> {
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let pile = piles.partition_point(|&top| values[top] < *value);
        before.push(pile.checked_sub(1).map(|left| piles[left]));
        if pile == piles.len() {
            piles.push(at);
        } else {
            piles[pile] = at;
        }
    }
    let mut rise: Vec<usize> =
        std::iter::successors(piles.last().copied(), |&at| before[at]).collect::<Vec<_>>();
    rise.reverse();
    rise
}

/// The new order with the removed ones put back where they stood.
fn woven(old_len: usize, origin: &[Option<usize>], stays: &[bool]) -> Vec<Move> {
    let mut survives = vec![false; old_len];
    for from in origin.iter().flatten() {
        survives[*from] = true;
    }
    let mut told = Vec::with_capacity(origin.len() + old_len);
    let mut next_old = 0;
    let mut tell_removed_before = |told: &mut Vec<Move>, end: usize| {
        while next_old < end {
            if !survives[next_old] {
                told.push(Move::Removed { from: next_old });
            }
            next_old += 1;
        }
    };
    for (to, from) in origin.iter().enumerate() {
        match *from {
            None => told.push(Move::Added { to }),
            Some(from) if stays[to] => {
                tell_removed_before(&mut told, from);
                told.push(Move::Kept { from, to });
            }
            Some(from) => told.push(Move::Moved { from, to }),
        }
    }
    tell_removed_before(&mut told, old_len);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_happened_to_an_equal_list() {
        let keys = ["a", "b"];
        assert_eq!(sequence(&keys, &keys), [Move::Kept { from: 0, to: 0 }, Move::Kept { from: 1, to: 1 }]);
        assert_eq!(sequence::<&str>(&[], &[]), []);
    }

    #[test]
    fn one_that_jumps_over_many_is_the_only_one_that_moved() {
        let moves = sequence(&["a", "b", "c", "d", "e"], &["e", "a", "b", "c", "d"]);
        assert_eq!(moves[0], Move::Moved { from: 4, to: 0 });
        assert_eq!(moves.iter().filter(|it| matches!(it, Move::Kept { .. })).count(), 4);
    }

    #[test]
    fn the_removed_stands_where_it_stood_and_the_added_where_it_stands() {
        assert_eq!(
            sequence(&["a", "b", "c"], &["a", "x", "c", "y"]),
            [
                Move::Kept { from: 0, to: 0 },
                Move::Added { to: 1 },
                Move::Removed { from: 1 },
                Move::Kept { from: 2, to: 2 },
                Move::Added { to: 3 }
            ]
        );
    }

    #[test]
    fn equal_keys_are_told_apart_by_counting() {
        assert_eq!(sequence(&["a", "a"], &["a"]), [Move::Kept { from: 0, to: 0 }, Move::Removed { from: 1 }]);
    }

    #[test]
    fn every_key_is_told_exactly_once_and_the_moves_are_the_fewest() {
        let old: Vec<u32> = (0..7).collect();
        let mut random = 88_172_645_463_325_252_u64;
        for _ in 0..200 {
            let mut new = old.clone();
            for last in (1..new.len()).rev() {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                new.swap(last, usize::try_from(random % (last as u64 + 1)).unwrap());
            }
            let moves = sequence(&old, &new);
            assert_eq!(moves.len(), old.len());
            let kept = moves.iter().filter(|it| matches!(it, Move::Kept { .. })).count();
            assert_eq!(kept, longest_by_trying(&new), "{new:?}");
        }
    }

    /// The longest rising choice of all 2^n choices.
    fn longest_by_trying(values: &[u32]) -> usize {
        (0..1_u32 << values.len())
            .filter_map(|mask| {
                let chosen: Vec<u32> =
                    values.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|it| *it.1).collect();
                chosen.is_sorted().then_some(chosen.len())
            })
            .max()
            .unwrap()
    }

    #[test]
    fn a_hundred_thousand_keys_backwards_are_no_trouble() {
        let old: Vec<u32> = (0..100_000).collect();
        let new: Vec<u32> = (0..100_000).rev().collect();
        assert_eq!(sequence(&old, &new).iter().filter(|it| matches!(it, Move::Moved { .. })).count(), 99_999);
    }
}
