//! The terms of a set: what things are called in it, and by which other words they are not called.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::Hit;
use crate::language::Language;
use crate::lists::{self, ENDINGS};
use crate::rule::Rule;
use crate::text::{Text, Word, capital};

/// What stands in quotes for this many characters at most may be a term.
const LONGEST_QUOTED: usize = 60;

/// What a set calls things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary {
    /// The terms as they are to be written.
    said: Vec<String>,
    /// All words that are known, in small letters: those that are said and those that are not.
    known: BTreeSet<String>,
    /// What is not said, by its first word: its words, and the term that is said instead.
    instead: BTreeMap<String, Vec<(Vec<String>, String)>>,
}

impl Glossary {
    /// Terms as people write them: `acceptance test`, or `acceptance test = final test` where the words behind `=` are
    /// not to be used for it.
    pub fn of<'a>(terms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut glossary = Self::default();
        for term in terms {
            let mut parts = term.split('=').map(str::trim).filter(|it| !it.is_empty());
            let Some(said) = parts.next() else { continue };
            glossary.known.insert(said.to_lowercase());
            glossary.said.push(said.to_owned());
            for other in parts {
                let words: Vec<String> = Text::of(other).words.into_iter().map(|it| it.lower).collect();
                let Some(first) = words.first().cloned() else { continue };
                glossary.known.insert(other.to_lowercase());
                glossary.instead.entry(first).or_default().push((words, said.to_owned()));
            }
        }
        glossary
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
        let first = text.lower(at);
        let known = ENDINGS.iter().filter_map(|it| self.instead.get(first.strip_suffix(*it)?)).flatten();
        let (words, said) =
            known.filter(|(words, _)| stand_at(text, at, words)).max_by_key(|(words, _)| words.len())?;
        let term: Vec<String> = said.split_whitespace().map(str::to_lowercase).collect();
        let is_inside_it = (at.saturating_sub(term.len())..=at)
            .any(|start| start + term.len() >= at + words.len() && stand_at(text, start, &term));
        if is_inside_it {
            return None;
        }
        let last = text.lower(at + words.len() - 1);
        let is_many = language == Language::English
            && words.last().is_some_and(|it| last.strip_prefix(it.as_str()) == Some("s"));
        let said = if is_many { format!("{said}s") } else { said.clone() };
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
