//! The terms of a set: what things are called in it, and by which other words they are not called.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::Hit;
use crate::language::Language;
use crate::lists::{self, ENDINGS};
use crate::rule::Rule;
use crate::text::{Text, Word, capital};

/// What stands in quotes for this many characters at most may be a term.
const LONGEST_QUOTED: usize = 60;
/// Of so many systems the names are offered.
const MOST_NEAR: usize = 3;
/// So many characters are compared with the names of systems.
const LONGEST_COMPARED: usize = 80;

/// What a set calls things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary {
    /// The terms as they are to be written.
    said: Vec<String>,
    /// All words that are known, in small letters: those that are said and those that are not.
    known: BTreeSet<String>,
    /// What is not said, by its first word: its words, and the term that is said instead.
    instead: Names,
    /// What demands speak of, as it is to be written, and all words for it.
    systems: Vec<String>,
    named: Names,
}

/// Names by their first word: all their words, and the term that is said for them.
type Names = BTreeMap<String, Vec<(Vec<String>, String)>>;

/// Behind a term that demands speak of: "skid (system)".
const SYSTEM: &str = "(system)";

impl Glossary {
    /// Terms as people write them: `acceptance test`, or `acceptance test = final test` where the words behind `=` are
    /// not to be used for it; `skid (system)` where it is something that demands speak of.
    pub fn of<'a>(terms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut glossary = Self::default();
        for term in terms {
            let is_system = term.to_lowercase().contains(SYSTEM);
            let mut parts = term.split('=').map(unmarked).filter(|it| !it.is_empty());
            let Some(said) = parts.next() else { continue };
            glossary.known.insert(said.to_lowercase());
            if is_system {
                glossary.systems.push(said.to_owned());
                keep(&mut glossary.named, said, said);
            }
            for other in parts {
                glossary.known.insert(other.to_lowercase());
                keep(&mut glossary.instead, other, said);
                if is_system {
                    keep(&mut glossary.named, other, said);
                }
            }
            glossary.said.push(said.to_owned());
        }
        glossary
    }

    /// The term of an entry: "PLC" of "PLC (system) = controller".
    pub fn term(entry: &str) -> &str {
        unmarked(entry.split_once('=').map_or(entry, |(said, _)| said))
    }

    /// Whether it says what demands speak of. Only then one is asked of which it speaks.
    pub fn has_systems(&self) -> bool {
        !self.systems.is_empty()
    }

    /// The same where these are systems too.
    #[must_use]
    pub fn with_systems<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        for name in names {
            keep(&mut self.named, name, name);
            self.systems.push(name.to_owned());
        }
        self
    }

    /// The systems that some words of a text name, in their order: their words.
    pub(crate) fn systems_in(&self, text: &Text, words: &Range<usize>) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for at in words.clone() {
            let is_inside = found.last().is_some_and(|it| at < it.end);
            let here = longest(&self.named, text, at).filter(|_| !is_inside);
            found.extend(here.map(|(name, _)| at..at + name.len()).filter(|it| it.end <= words.end));
        }
        found
    }

    /// The systems whose names are nearest to some words.
    pub(crate) fn nearest(&self, words: &str) -> Vec<&str> {
        let here = pairs(words);
        let mut all: Vec<(usize, &str)> = self
            .systems
            .iter()
            .map(|it| {
                let there = pairs(it);
                let both = here.intersection(&there).count();
                (both * 2000 / (here.len() + there.len()).max(1), it.as_str())
            })
            .collect();
        all.sort_by_key(|it| Reverse(it.0));
        all.into_iter().take(MOST_NEAR).map(|it| it.1).collect()
    }

    /// The same where a text around the requirements explains what stands in quotes in it.
    #[must_use]
    pub fn explained_in(mut self, prose: &str) -> Self {
        let text = Text::of(prose);
        self.known.extend(quoted(&text).iter().map(|it| name(&text, it)));
        self
    }

    /// Whether it says more than abbreviations. Only then a term that does not stand in it is one that is missing.
    fn has_words(&self) -> bool {
        self.said.iter().any(|it| it.chars().any(char::is_lowercase))
    }

    pub(crate) fn hits(&self, text: &Text, language: Language) -> Vec<Hit> {
        let asked = if self.instead.is_empty() { 0 } else { text.words.len() };
        let mut hits: Vec<Hit> =
            (0..asked).filter_map(|at| self.said_otherwise(text, at, language)).collect();
        if self.has_words() {
            let mut terms = quoted(text);
            if language == Language::English {
                terms.extend(capitals(text));
            }
            hits.extend(terms.into_iter().filter_map(|it| self.undefined(text, it)));
        }
        hits
    }

    /// "the control unit", where the set says "controller".
    fn said_otherwise(&self, text: &Text, at: usize, language: Language) -> Option<Hit> {
        let (words, said) = longest(&self.instead, text, at)?;
        let term: Vec<String> = said.split_whitespace().map(str::to_lowercase).collect();
        let is_inside_it = (at.saturating_sub(term.len())..=at)
            .any(|start| start + term.len() >= at + words.len() && stand_at(text, start, &term));
        if is_inside_it {
            return None;
        }
        let last = text.lower(at + words.len() - 1);
        let is_many = language == Language::English
            && words.last().is_some_and(|it| last.strip_prefix(it.as_str()) == Some("s"));
        let said = if is_many { format!("{said}s") } else { said.to_owned() };
        let said = if text.words[at].is_capital() { capital(&said) } else { said };
        Some(Hit::new(Rule::OtherTerm, text.range(at..at + words.len())).with(&[&said]))
    }

    fn undefined(&self, text: &Text, range: Range<usize>) -> Option<Hit> {
        let name = name(text, &range);
        let is_known =
            ENDINGS.iter().filter_map(|it| name.strip_suffix(*it)).any(|it| self.known.contains(it));
        if is_known {
            return None;
        }
        let is_near = |said: &&String| {
            said.to_lowercase().split_whitespace().any(|it| name.split(' ').any(|word| it == word))
        };
        let near = self.said.iter().find(is_near).map(String::as_str);
        let instead: Vec<&str> = near.into_iter().chain([name.as_str()]).collect();
        Some(Hit::new(Rule::UndefinedTerm, range).with(&instead))
    }
}

/// A part of an entry without what marks a system.
fn unmarked(part: &str) -> &str {
    let part = part.trim();
    let begins = part.len().checked_sub(SYSTEM.len()).filter(|it| part.is_char_boundary(*it));
    let is_marked = |it: &usize| part[*it..].eq_ignore_ascii_case(SYSTEM);
    begins.filter(is_marked).map_or(part, |it| part[..it].trim_end())
}

fn keep(names: &mut Names, name: &str, said: &str) {
    let words: Vec<String> = Text::of(name).words.into_iter().map(|it| it.lower).collect();
    if let Some(first) = words.first().cloned() {
        names.entry(first).or_default().push((words, said.to_owned()));
    }
}

/// The longest name that stands at a word, and the term that is said for it.
fn longest<'n>(names: &'n Names, text: &Text, at: usize) -> Option<(&'n [String], &'n str)> {
    let first = text.lower(at);
    let known = ENDINGS.iter().filter_map(|it| names.get(first.strip_suffix(*it)?)).flatten();
    let here = known.filter(|(words, _)| stand_at(text, at, words)).max_by_key(|(words, _)| words.len());
    here.map(|(words, said)| (words.as_slice(), said.as_str()))
}

/// Each two letters of some words that follow each other.
fn pairs(words: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = words.chars().take(LONGEST_COMPARED).flat_map(char::to_lowercase).collect();
    letters.windows(2).map(|it| (it[0], it[1])).collect()
}

/// A term without its quotes, in small letters.
fn name(text: &Text, range: &Range<usize>) -> String {
    let is_quote = |it: char| QUOTES.iter().any(|(open, close)| it == *open || it == *close);
    text.slice(range).trim_matches(is_quote).trim().to_lowercase()
}

fn stand_at(text: &Text, at: usize, words: &[String]) -> bool {
    at + words.len() <= text.words.len()
        && words.iter().enumerate().all(|(place, it)| {
            let rest = text.lower(at + place).strip_prefix(it.as_str());
            rest.is_some_and(|it| ENDINGS.contains(&it)) && (place == 0 || text.joins(at + place))
        })
}

const QUOTES: &[(char, char)] = &[('“', '”'), ('„', '“'), ('"', '"'), ('«', '»'), ('»', '«')];

/// Behind these stands what is to be read somewhere, letter by letter, and no term.
const READS: &[&str] = &[
    "text",
    "word",
    "words",
    "label",
    "inscription",
    "message",
    "reads",
    "read",
    "reading",
    "says",
    "saying",
    "marked",
    "wort",
    "worte",
    "wörter",
    "aufschrift",
    "beschriftung",
    "hinweis",
    "meldung",
    "wortlaut",
];

/// What stands in quotes and may be a term.
fn quoted(text: &Text) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (place, it) in text.source.chars().enumerate() {
        match open {
            Some((start, close)) if it == close => {
                open = None;
                let first = text.words.partition_point(|it| it.range.start < start);
                let end = text.words.partition_point(|it| it.range.end <= place);
                let inside = text.words.get(first..end).unwrap_or_default();
                let is_term = (1..=4).contains(&inside.len())
                    && inside.iter().any(|it| it.text.chars().any(char::is_lowercase))
                    && !inside.iter().any(Word::has_digit)
                    && first.checked_sub(1).is_none_or(|it| !READS.contains(&text.lower(it)));
                if is_term {
                    found.push(start..place + 1);
                }
            }
            Some((start, _)) if place - start > LONGEST_QUOTED => open = None,
            Some(_) => {}
            None => open = QUOTES.iter().find(|(open, _)| *open == it).map(|(_, close)| (place, *close)),
        }
    }
    found
}

/// "the Acceptance Test": several words in capitals that no number follows, as the names of laws and products have.
fn capitals(text: &Text) -> Vec<Range<usize>> {
    let lists = lists::of(Language::English);
    let is_name = |it: usize| {
        let word = &text.words[it];
        word.is_capital() && !word.has_digit() && word.text.chars().any(char::is_lowercase)
    };
    let opens = |it: usize| {
        lists.has("function", text.lower(it))
            || lists.has("trigger", text.lower(it))
            || lists.has("pronoun", text.lower(it))
            || matches!(text.lower(it), "each" | "every" | "all" | "no" | "both" | "one")
    };
    let mut found = Vec::new();
    for sentence in &text.sentences {
        let mut at = sentence.start;
        while at < sentence.end {
            let goes_on = |it: &usize| is_name(*it) && (*it == at || text.gap(*it) == " ");
            let end = (at..sentence.end).take_while(goes_on).last().map_or(at, |it| it + 1);
            let from = at + usize::from(at == sentence.start && opens(at));
            let has_number = text.words.get(end).is_some_and(|it| it.has_digit() && text.gap(end) == " ");
            if (2..=5).contains(&end.saturating_sub(from)) && !has_number {
                found.push(text.range(from..end));
            }
            at = end.max(at + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(glossary: &Glossary, words: &str) -> Vec<(&'static str, String, Vec<String>)> {
        let text = Text::of(words);
        let hits = glossary.hits(&text, crate::language(words));
        hits.into_iter()
            .map(|it| (it.rule.code(), text.slice(&it.range).to_owned(), it.suggestions))
            .collect()
    }

    #[test]
    fn one_thing_is_called_by_one_word() {
        let glossary = Glossary::of(["controller = control unit = PLC", "acceptance test = test"]);
        let of = |words: &str| told(&glossary, words);
        assert_eq!(
            of("The control unit shall stop the pump within 2 s."),
            [("other_term", "control unit".to_owned(), vec!["controller".to_owned()])]
        );
        assert_eq!(of("Control units shall carry a tag.")[0].2, ["Controllers"]);
        assert!(of("The controller shall stop the pump before the acceptance test.").is_empty());
        assert_eq!(of("The pump shall pass the test.")[0].2, ["acceptance test"]);
        let german = Glossary::of(["Steuerung = Schaltwerk"]);
        assert_eq!(told(&german, "Die Leitung des Schaltwerkes muss 5 m lang sein.")[0].2, ["Steuerung"]);
    }

    #[test]
    fn a_system_is_known_by_each_of_its_names_and_the_nearest_is_found() {
        let glossary =
            Glossary::of(["controller (System) = control unit", "Line A (system)", "FAT", "PLC (system)"]);
        let text = Text::of("The control unit of line A and two PLCs");
        let found = glossary.systems_in(&text, &(0..9));
        assert_eq!(found, [1..3, 4..6, 8..9]);
        assert_eq!(glossary.systems_in(&text, &(0..2)), [] as [Range<usize>; 0]);
        assert_eq!(glossary.nearest("lines"), ["Line A", "controller", "PLC"]);
        assert!(glossary.has_systems() && !Glossary::of(["FAT", "skid"]).has_systems());
        assert_eq!(Glossary::term(" PLC (system) = controller"), "PLC");
        assert_eq!(Glossary::term("ß(system)"), "ß");
        let more = glossary.with_systems(["KD-20"]);
        let found = more.systems_in(&Text::of("The KD-20 of the skid"), &(0..6));
        assert_eq!((found.len(), found.first()), (1, Some(&(1..3))));
    }

    #[test]
    fn a_term_that_a_glossary_does_not_hold_is_told_and_names_with_numbers_and_inscriptions_are_not() {
        let words = "The supplier shall sign the Acceptance Protocol and the “safe hold” record.";
        assert!(told(&Glossary::of(["COSHH"]), words).is_empty(), "abbreviations alone are no glossary");
        let glossary = Glossary::of(["Acceptance Test", "dose"]);
        assert_eq!(
            told(&glossary, words),
            [
                ("undefined_term", "“safe hold”".to_owned(), vec!["safe hold".to_owned()]),
                (
                    "undefined_term",
                    "Acceptance Protocol".to_owned(),
                    vec!["Acceptance Test".to_owned(), "acceptance protocol".to_owned()]
                ),
            ]
        );
        for silent in [
            "The Acceptance Tests shall take two days.",
            "The skid shall meet the Supply of Machinery (Safety) Regulations 2008.",
            "The supplier shall deliver the skid DAP Northallerton (Incoterms 2020).",
            "The plate shall carry the words “Do not open”.",
            "Das Schild muss die Aufschrift „Nicht öffnen“ tragen.",
            "The Dose shall be 5 ml.",
        ] {
            assert!(told(&glossary, silent).is_empty(), "{silent}: {:?}", told(&glossary, silent));
        }
        let explained = glossary.explained_in("“Safe hold” means that both valves are shut.");
        assert_eq!(told(&explained, words).len(), 1);
    }
}
