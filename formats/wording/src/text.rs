//! A text as words and sentences that know at which characters they stand.

use std::ops::Range;

/// One word: letters and digits without a break; a number keeps its point or comma.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    pub text: &'a str,
    pub lower: String,
    /// Its characters.
    pub range: Range<usize>,
    /// Its bytes.
    bytes: Range<usize>,
}

impl Word<'_> {
    pub fn has_digit(&self) -> bool {
        self.text.chars().any(|it| it.is_ascii_digit())
    }

    pub fn is_number(&self) -> bool {
        self.text.starts_with(|it: char| it.is_ascii_digit())
            && self.text.chars().all(|it| it.is_ascii_digit() || it == '.' || it == ',')
    }

    pub fn is_capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }
}

/// A text taken apart.
#[derive(Debug)]
pub struct Text<'a> {
    pub source: &'a str,
    pub words: Vec<Word<'a>>,
    /// Which words make each sentence.
    pub sentences: Vec<Range<usize>>,
    /// At which byte each character begins, and the end.
    starts: Vec<usize>,
}

impl<'a> Text<'a> {
    pub fn of(source: &'a str) -> Self {
        let starts: Vec<usize> =
            source.char_indices().map(|(at, _)| at).chain(std::iter::once(source.len())).collect();
        let mut text = Self { source, words: words_of(source), sentences: Vec::new(), starts };
        text.sentences = text.parted();
        text
    }

    /// What stands between a word and the one before it.
    pub fn gap(&self, before: usize) -> &'a str {
        let start = before.checked_sub(1).map_or(0, |it| self.words[it].bytes.end);
        let end = self.words.get(before).map_or(self.source.len(), |it| it.bytes.start);
        &self.source[start..end]
    }

    /// The characters of some words.
    pub fn range(&self, words: Range<usize>) -> Range<usize> {
        self.words[words.start].range.start..self.words[words.end - 1].range.end
    }

    pub fn slice(&self, range: &Range<usize>) -> &'a str {
        &self.source[self.starts[range.start]..self.starts[range.end]]
    }

    pub fn lower(&self, word: usize) -> &str {
        self.words.get(word).map_or("", |it| it.lower.as_str())
    }

    /// Whether two words that follow each other belong together.
    pub fn joins(&self, before: usize) -> bool {
        let gap = self.gap(before);
        let is_single = self.words[before - 1].range.len() == 1;
        let joins =
            |it: char| it.is_whitespace() || "-\u{2010}\u{2011}*_".contains(it) || (is_single && it == '.');
        gap.strip_prefix(',').unwrap_or(gap).chars().all(joins) && !gap.contains("\n\n")
    }

    fn parted(&self) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        let mut start = 0;
        for at in 1..self.words.len() {
            if self.begins(at) {
                sentences.push(start..at);
                start = at;
            }
        }
        if start < self.words.len() {
            sentences.push(start..self.words.len());
        }
        sentences
    }

    /// Whether a sentence begins at a word: behind a mark of its end, unless that ends an abbreviation.
    fn begins(&self, at: usize) -> bool {
        let gap = self.gap(at);
        if gap.contains("\n\n") || gap.contains("\n- ") || gap.contains("\n* ") {
            return true;
        }
        let is_end =
            gap.trim_start_matches(['*', '_', ')', '"', '”', '“', '`']).starts_with(['.', '!', '?', ':'])
                && gap.contains(char::is_whitespace)
                && !gap.trim_start().starts_with(':');
        let before = &self.words[at - 1];
        let is_short = gap.starts_with('.')
            && (before.range.len() == 1 && !before.is_number() || SHORT.contains(&before.lower.as_str()));
        let is_ordinal =
            before.is_number() && before.range.len() < 3 && COUNTED.contains(&self.words[at].lower.as_str());
        is_end && !is_short && !is_ordinal && (self.words[at].is_capital() || self.words[at].has_digit())
    }
}

/// Abbreviations that end with a point and no sentence.
const SHORT: &[&str] = &[
    "no", "nr", "approx", "ca", "etc", "usw", "bzw", "ggf", "vgl", "abb", "fig", "sec", "max", "min", "art",
    "abs", "zzgl", "inkl", "incl", "evtl", "dgl", "st", "vs", "ref", "rev", "pos", "tel", "para", "kl",
];

/// What German counts with a point: "am 3. Tag".
const COUNTED: &[&str] = &[
    "tag",
    "werktag",
    "arbeitstag",
    "woche",
    "kalenderwoche",
    "monat",
    "quartal",
    "jahr",
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "stufe",
    "auflage",
];

fn words_of(source: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut chars = source.char_indices().enumerate().peekable();
    let mut last = None;
    while let Some((place, (byte, it))) = chars.next() {
        let next = chars.peek().map(|(_, (_, it))| *it);
        let joins_number = matches!(it, '.' | ',')
            && last.is_some_and(|it: char| it.is_ascii_digit())
            && next.is_some_and(|it| it.is_ascii_digit());
        let joins_word = matches!(it, '\'' | '’') && open.is_some() && next.is_some_and(char::is_alphabetic);
        if it.is_alphanumeric() || (open.is_some() && (joins_number || joins_word)) {
            open.get_or_insert((place, byte));
        } else if let Some((start, from)) = open.take() {
            words.push(word(source, start..place, from..byte));
        }
        last = Some(it);
    }
    if let Some((start, from)) = open {
        words.push(word(source, start..start + source[from..].chars().count(), from..source.len()));
    }
    words
}

fn word(source: &str, range: Range<usize>, bytes: Range<usize>) -> Word<'_> {
    let text = &source[bytes.clone()];
    Word { text, lower: text.to_lowercase(), range, bytes }
}

/// Words as they begin a sentence.
pub fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map_or_else(String::new, |it| it.to_uppercase().chain(signs).collect())
}

/// Words as they stand inside a sentence.
pub fn uncapital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map_or_else(String::new, |it| it.to_lowercase().chain(signs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(words: &str) -> Vec<String> {
        let text = Text::of(words);
        text.sentences.iter().map(|it| text.slice(&text.range(it.clone())).to_owned()).collect()
    }

    #[test]
    fn a_point_in_a_number_or_behind_an_abbreviation_ends_no_sentence() {
        assert_eq!(sentences("It holds 1.5 bar. Line B stops."), ["It holds 1.5 bar", "Line B stops"]);
        assert_eq!(sentences("As in No. 5 and z. B. Nr. 3 steht."), ["As in No. 5 and z. B. Nr. 3 steht"]);
    }

    #[test]
    fn words_know_their_characters() {
        let text = Text::of("Größe: 1,200 mm, m³/h");
        let words: Vec<_> = text.words.iter().map(|it| (it.text, it.range.clone())).collect();
        assert_eq!(words, [("Größe", 0..5), ("1,200", 7..12), ("mm", 13..15), ("m³", 17..19), ("h", 20..21)]);
    }
}
