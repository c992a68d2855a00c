//! The word lists of each language, as they are found in a text.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::language::Language;
use crate::rule::Rule;
use crate::text::{Text, Word};

/// How German words end where they are bent.
pub const ENDINGS: &[&str] = &["", "e", "n", "s", "r", "en", "em", "er", "es"];

/// How English and German words end where they are bent, and German verbs.
const BENT: &[&str] = &[
    "", "e", "n", "s", "r", "en", "em", "er", "es", "d", "ed", "ing", "ly", "t", "et", "te", "ten", "ete",
    "end", "ern",
];

/// What is known of one language.
#[derive(Debug, Default)]
pub struct Lists {
    /// Phrases by their first word, the longest first; by the stem of it where that is bent.
    plain: HashMap<String, Vec<Phrase>>,
    bent: HashMap<String, Vec<Phrase>>,
    /// Single words that rules ask about, by the name of their list.
    words: HashMap<&'static str, HashSet<String>>,
    /// On which side of which axis a word stands: open against closed.
    opposites: HashMap<String, Vec<(usize, usize)>>,
    axes: usize,
}

/// Words that follow each other, and what they mean to a rule.
#[derive(Clone, Debug)]
pub struct Phrase {
    pub rule: Rule,
    words: Vec<Pattern>,
    pub suggestions: Vec<String>,
    /// Whether it says too little only before a number: "about 60 l".
    is_of_a_number: bool,
}

#[derive(Clone, Debug)]
struct Pattern {
    word: String,
    is_bent: bool,
}

/// The sections that hold phrases, with their rules.
const PHRASES: &[(&str, Rule)] = &[
    ("vague", Rule::Vague),
    ("vague_time", Rule::VagueTime),
    ("escape", Rule::Escape),
    ("open_end", Rule::OpenEnd),
    ("open_limit", Rule::OpenLimit),
    ("superlative", Rule::Superlative),
    ("absolute", Rule::Absolute),
    ("universal", Rule::Universal),
    ("no_measure", Rule::NoMeasure),
    ("infinitive", Rule::Infinitive),
    ("purpose", Rule::Purpose),
    ("placeholder", Rule::Placeholder),
    ("design", Rule::Design),
    ("negation", Rule::Negation),
    ("weak", Rule::Weak),
];

/// The sections that hold single words.
const WORDS: &[&str] = &[
    "open_set",
    "time_word",
    "obligation",
    "indicative",
    "deed",
    "not_deed",
    "joint",
    "pronoun",
    "stative",
    "participle",
    "verb",
    "function",
    "trigger",
    "limit",
    "denial",
    "party",
];

static ENGLISH: LazyLock<Lists> = LazyLock::new(|| Lists::read(include_str!("../data/en.txt")));
static GERMAN: LazyLock<Lists> = LazyLock::new(|| Lists::read(include_str!("../data/de.txt")));
static TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../data/terms.txt").lines().filter(|it| !it.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(str::to_uppercase).collect()
});

pub fn of(language: Language) -> &'static Lists {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// Whether engineers everywhere know an abbreviation.
pub fn is_common(abbreviation: &str) -> bool {
    TERMS.contains(&abbreviation.to_uppercase())
}

impl Lists {
    fn read(data: &'static str) -> Self {
        let mut lists = Self::default();
        let mut section = "";
        for line in data.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                section = name;
            } else if let Some((_, rule)) = PHRASES.iter().find(|(name, _)| *name == section) {
                lists.take(*rule, line);
            } else if section == "opposite" {
                lists.oppose(line);
            } else if WORDS.contains(&section) {
                lists.words.entry(section).or_default().insert(line.to_lowercase());
            }
        }
        for phrases in lists.plain.values_mut().chain(lists.bent.values_mut()) {
            phrases.sort_by_key(|it| std::cmp::Reverse(it.words.len()));
        }
        lists
    }

    fn take(&mut self, rule: Rule, line: &str) {
        let (phrase, instead) = line.split_once("=>").unwrap_or((line, ""));
        let of_a_number = phrase.trim_end().strip_suffix('#');
        let is_of_a_number = of_a_number.is_some();
        let words: Vec<Pattern> = of_a_number
            .unwrap_or(phrase)
            .split_whitespace()
            .map(|it| Pattern { word: it.trim_end_matches('*').to_lowercase(), is_bent: it.ends_with('*') })
            .collect();
        let suggestions = instead.split('|').map(str::trim).filter(|it| !it.is_empty());
        let suggestions =
            suggestions.map(|it| if it == "-" { String::new() } else { it.to_owned() }).collect();
        let Some(first) = words.first().cloned() else { return };
        let index = if first.is_bent { &mut self.bent } else { &mut self.plain };
        index.entry(first.word).or_default().push(Phrase { rule, words, suggestions, is_of_a_number });
    }

    /// Takes the sides of an axis.
    fn oppose(&mut self, line: &str) {
        for (side, words) in line.split('|').enumerate() {
            for word in words.split_whitespace() {
                let (stem, endings) = word.strip_suffix('*').map_or((word, &[""][..]), |it| (it, BENT));
                for ending in endings {
                    let sides = self.opposites.entry(format!("{stem}{ending}").to_lowercase()).or_default();
                    if !sides.contains(&(self.axes, side)) {
                        sides.push((self.axes, side));
                    }
                }
            }
        }
        self.axes += 1;
    }

    /// On which sides a word stands, each with its axis.
    pub fn sides(&self, word: &str) -> &[(usize, usize)] {
        self.opposites.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether a word stands in a list.
    pub fn has(&self, list: &str, word: &str) -> bool {
        self.words.get(list).is_some_and(|it| it.contains(word))
    }

    /// The longest phrase of each rule that begins at a word, with the number of its words.
    pub fn at<'l>(&'l self, text: &Text, word: usize) -> Vec<(&'l Phrase, usize)> {
        let first = text.lower(word);
        let plain = self.plain.get(first).into_iter();
        let bent = ENDINGS.iter().filter_map(|ending| self.bent.get(first.strip_suffix(ending)?));
        let mut found: Vec<(&Phrase, usize)> = Vec::new();
        for phrase in plain.chain(bent).flatten() {
            let is_new = found.iter().all(|(it, _)| it.rule != phrase.rule);
            if is_new && phrase.stands_at(text, word) {
                found.push((phrase, phrase.words.len()));
            }
        }
        found
    }
}

impl Phrase {
    fn stands_at(&self, text: &Text, word: usize) -> bool {
        let end = word + self.words.len();
        end <= text.words.len()
            && (!self.is_of_a_number || text.words.get(end).is_some_and(Word::is_number))
            && self.words.iter().enumerate().all(|(place, it)| {
                it.fits(text.lower(word + place)) && (place == 0 || text.joins(word + place))
            })
    }
}

impl Pattern {
    fn fits(&self, word: &str) -> bool {
        match word.strip_prefix(self.word.as_str()) {
            Some(rest) if self.is_bent => ENDINGS.contains(&rest),
            Some(rest) => rest.is_empty(),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_on_two_sides_of_an_axis() {
        for lists in [&*ENGLISH, &*GERMAN] {
            assert!(lists.axes > 30, "{}", lists.axes);
            for (word, sides) in &lists.opposites {
                let axes: HashSet<usize> = sides.iter().map(|it| it.0).collect();
                assert_eq!(axes.len(), sides.len(), "{word}");
            }
        }
        assert_eq!(ENGLISH.sides("closed").len(), 1);
        assert_ne!(GERMAN.sides("öffnet"), GERMAN.sides("schließt"));
    }
}
