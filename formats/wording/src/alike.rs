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
    let words: Vec<BTreeSet<String>> = texts.iter().map(|it| words_of(it)).collect();
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
    pairs
        .into_iter()
        .map(|(first, second)| Alike { first, second, part: same(&words[first], &words[second]) })
        .filter(|it| it.part >= part)
        .collect()
}

/// Which of many texts say nearly the same as one: their places.
pub fn like(text: &str, texts: &[&str], part: f64) -> Vec<usize> {
    let here = words_of(text);
    let is_like = |it: &&str| {
        let there = words_of(it);
        here.len().min(there.len()) >= SHORTEST && same(&here, &there) >= part
    };
    texts.iter().enumerate().filter(|(_, it)| is_like(it)).map(|(place, _)| place).collect()
}

fn words_of(text: &str) -> BTreeSet<String> {
    Text::of(text).words.into_iter().map(|it| it.lower).collect()
}

/// Which part of all their different words two texts both have; nothing where they differ in a number.
fn same(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    if !numbers(one).eq(numbers(other)) {
        return 0.0;
    }
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    f64::from(u32::try_from(both).unwrap_or(u32::MAX)) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

/// Numbers and the names of lines.
fn numbers(words: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    words.iter().filter(|it| it.len() == 1 || it.chars().any(|it| it.is_ascii_digit()))
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
        assert_eq!(like(texts[1], &texts, 0.8), [0, 1]);
        assert_eq!(like("Line B shall dose peracetic acid.", &texts, 0.8), [] as [usize; 0]);
    }
}
