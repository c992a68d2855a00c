//! Which texts of many say nearly the same.

use std::collections::{BTreeSet, HashMap};

use crate::text::Text;

/// Two texts that are nearly the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike {
    /// Their places among those that were given.
    pub first: usize,
    pub second: usize,
    /// Which part of all their different words both have: 0 to 1.
    pub part: f64,
}

/// Words that stand in more texts than this tell nothing and are looked up no further.
const COMMON: usize = 64;
/// Texts of fewer words than this are too short to be compared.
const SHORTEST: usize = 5;

/// The pairs of texts of which at least `part` of the different words are the same. Numbers and the names of lines
/// count as words: two demands that differ in a number are not the same.
pub fn alike(texts: &[&str], part: f64) -> Vec<Alike> {
    let words: Vec<BTreeSet<String>> =
        texts.iter().map(|it| Text::of(it).words.into_iter().map(|it| it.lower).collect()).collect();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, set) in words.iter().enumerate().filter(|(_, it)| it.len() >= SHORTEST) {
        for word in set {
            places.entry(word).or_default().push(place);
        }
    }
    let mut pairs = BTreeSet::new();
    for here in places.values().filter(|it| it.len() <= COMMON) {
        for (at, first) in here.iter().enumerate() {
            pairs.extend(here[at + 1..].iter().map(|second| (*first, *second)));
        }
    }
    let same = |first: usize, second: usize| {
        let both = words[first].intersection(&words[second]).count();
        let all = words[first].len() + words[second].len() - both;
        f64::from(u32::try_from(both).unwrap_or(u32::MAX)) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
    };
    let numbers =
        |it: usize| words[it].iter().filter(|it| it.chars().any(|it| it.is_ascii_digit()) || it.len() == 1);
    pairs
        .into_iter()
        .filter(|(first, second)| numbers(*first).eq(numbers(*second)))
        .map(|(first, second)| Alike { first, second, part: same(first, second) })
        .filter(|it| it.part >= part)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_alike_and_another_number_is_not() {
        let texts = [
            "The tray shall hold at least 60 l of water.",
            "The tray shall hold at least 60 l of clean water.",
            "The tray shall hold at least 80 l of water.",
            "Line A shall dose peracetic acid.",
        ];
        let found: Vec<_> = alike(&texts, 0.8).into_iter().map(|it| (it.first, it.second)).collect();
        assert_eq!(found, [(0, 1)]);
    }
}
