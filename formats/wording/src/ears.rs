//! The sentence patterns of EARS: which one a requirement follows, and where it leaves it.

use crate::Hit;
use crate::language::Language;
use crate::rule::Rule;
use crate::text::{Text, capital, uncapital};
use std::ops::Range;

/// A pattern of EARS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The system shall respond.
    Ubiquitous,
    /// While a state lasts, the system shall respond.
    State,
    /// When something happens, the system shall respond.
    Event,
    /// Where a feature is there, the system shall respond.
    Feature,
    /// If something unwanted happens, then the system shall respond.
    Unwanted,
    /// Several conditions.
    Complex,
}

/// The pattern that a requirement follows; none where it follows none, which is no fault: terms of delivery and notes
/// on drawings are demands too.
pub fn pattern(statement: &str, language: Language) -> Option<Pattern> {
    let text = Text::of(statement);
    let sentence = text.sentences.first()?.clone();
    let duty = sentence.clone().find(|it| is_duty(text.lower(*it), language))?;
    let found: Vec<Pattern> =
        (sentence.start..duty).filter_map(|it| opens(text.lower(it), language)).collect();
    Some(match found.as_slice() {
        [] => Pattern::Ubiquitous,
        [one] => *one,
        _ => Pattern::Complex,
    })
}

fn is_duty(word: &str, language: Language) -> bool {
    match language {
        Language::English => matches!(word, "shall" | "must" | "will"),
        Language::German => matches!(word, "muss" | "müssen" | "soll" | "sollen" | "darf" | "dürfen"),
    }
}

fn opens(word: &str, language: Language) -> Option<Pattern> {
    match (language, word) {
        (Language::English, "while") | (Language::German, "solange" | "während") => Some(Pattern::State),
        (Language::English, "when") | (Language::German, "wenn" | "sobald") => Some(Pattern::Event),
        (Language::English, "where") | (Language::German, "sofern") => Some(Pattern::Feature),
        (Language::English, "if") | (Language::German, "falls") => Some(Pattern::Unwanted),
        _ => None,
    }
}

/// Where a sentence that begins one pattern goes on like another.
pub fn hit(text: &Text, sentence: &Range<usize>, language: Language) -> Option<Hit> {
    let duty = sentence.clone().find(|it| is_duty(text.lower(*it), language))?;
    let first = sentence.start;
    let clause: Vec<&str> = (first..duty).map(|it| text.lower(it)).collect();
    let triggers = clause
        .iter()
        .filter(|it| matches!(opens(it, language), Some(Pattern::Event | Pattern::Unwanted)))
        .count();
    let here = text.range(first..first + 1);
    let says_then = sentence.clone().any(|it| matches!(text.lower(it), "then" | "dann" | "so"));
    if let Some(ordered) = in_order(text, first..duty, language) {
        return Some(ordered);
    }
    match (opens(text.lower(first), language), language) {
        (Some(_), Language::English) if triggers > 1 => Some(Hit::new(Rule::Ears, here).with(&["While"])),
        (Some(_), Language::German) if triggers > 1 => Some(Hit::new(Rule::Ears, here).with(&["Solange"])),
        (Some(Pattern::Unwanted), _) if !says_then => {
            let end = (first..duty).find(|it| text.gap(it + 1).contains(','))?;
            let last = &text.words[end];
            let then = if language == Language::English { "then" } else { "dann" };
            let is_split = text.words[end].range.end < text.words[end + 1].range.start;
            let words = format!("{}, {then}", last.text);
            is_split.then(|| {
                let range = last.range.start..last.range.end + 1;
                Hit::new(Rule::Ears, range).with(&[&words])
            })
        }
        (Some(Pattern::Event), Language::English) if lasts(&clause) => {
            Some(Hit::new(Rule::Ears, here).with(&["While"]))
        }
        (Some(Pattern::Event), Language::German)
            if clause.iter().any(|it| matches!(*it, "läuft" | "laufen" | "steht" | "bleibt")) =>
        {
            Some(Hit::new(Rule::Ears, here).with(&["Solange"]))
        }
        _ => None,
    }
}

/// Where a demand ends with the word that obliges: nobody says to what. In German, where such a word ends a clause that
/// hangs on another one, only behind what the sentence speaks of: "Die Pumpe muss."
pub fn no_response(text: &Text, sentence: &Range<usize>, language: Language) -> Option<Hit> {
    let duty = sentence.clone().find(|it| is_duty(text.lower(*it), language))?;
    let behind = text.gap(duty + 1);
    if duty == sentence.start || duty + 1 < sentence.end || behind.contains([':', '?', '\n']) {
        return None;
    }
    let comma = (sentence.start + 1..=duty).rev().find(|it| text.gap(*it).contains(','));
    let before = &text.words[duty - 1];
    let is_open = match language {
        // "At will", "a must"; "when it must" obliges to nothing by itself.
        Language::English => {
            let clause = comma.unwrap_or(sentence.start + 1);
            !matches!(before.lower.as_str(), "a" | "at" | "free")
                && !(clause..duty).any(|it| opens(text.lower(it), language).is_some())
        }
        Language::German => comma.is_none() && before.is_capital(),
    };
    let here = text.range(duty..duty + 1);
    let filled = format!("{} …", text.slice(&here));
    is_open.then(|| Hit::new(Rule::Ears, here).with(&[&filled]))
}

/// The conditions in the order that EARS fixes, where they stand in another one: feature, state, then event.
fn in_order(text: &Text, head: Range<usize>, language: Language) -> Option<Hit> {
    let begins = |it: &usize| *it == head.start || text.gap(*it).contains(',');
    let places: Vec<(usize, u8)> = head
        .clone()
        .filter(begins)
        .filter_map(|it| opens(text.lower(it), language).map(|pattern| (it, rank(pattern))))
        .collect();
    if places.first()?.0 != head.start || places.is_sorted_by_key(|it| it.1) {
        return None;
    }
    let last = places.last()?.0;
    let end = (last + 1..=head.end).find(|it| text.gap(*it).contains(','))?;
    let ends = places.iter().skip(1).map(|it| it.0).chain([end]);
    let starts = |it: usize| text.words[it].range.start;
    let mut clauses: Vec<(u8, &str)> = places
        .iter()
        .zip(ends)
        .map(|(it, end)| (it.1, text.slice(&(starts(it.0)..starts(end))).trim_end().trim_end_matches(',')))
        .collect();
    let whole = starts(head.start)..starts(last) + clauses.last()?.1.chars().count();
    clauses.sort_by_key(|it| it.0);
    let clauses: Vec<String> = clauses.iter().map(|(_, it)| uncapital(it)).collect();
    Some(Hit::new(Rule::Ears, whole).with(&[&capital(&clauses.join(", "))]))
}

const fn rank(pattern: Pattern) -> u8 {
    match pattern {
        Pattern::Feature => 0,
        Pattern::State => 1,
        _ => 2,
    }
}

/// "When the pump is running": a state, not an event.
fn lasts(clause: &[&str]) -> bool {
    clause.windows(2).any(|it| matches!(it[0], "is" | "are") && it[1].ends_with("ing") && it[1].len() > 5)
        || clause.windows(2).any(|it| {
            matches!(it[0], "is" | "are" | "remains" | "stays")
                && matches!(it[1], "in" | "open" | "closed" | "active" | "on" | "off")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_that_ends_with_what_obliges_says_to_nothing() {
        let asked = |words: &str, language: Language| {
            let text = Text::of(words);
            let found: Vec<Hit> =
                text.sentences.iter().filter_map(|it| no_response(&text, it, language)).collect();
            found.first().map(|it| it.suggestions[0].clone())
        };
        for words in ["The pump shall.", "If the level falls, then the pump shall.", "The pump shall"] {
            assert_eq!(asked(words, Language::English).as_deref(), Some("shall …"), "{words}");
        }
        assert_eq!(asked("Die Pumpe muss.", Language::German).as_deref(), Some("muss …"));
        for words in [
            "The pump shall:\n- stop within 2 s\n- close its valve",
            "The pump shall ???.",
            "The pump stops when it must.",
            "Low noise is a must.",
            "The pump shall stop.",
        ] {
            assert_eq!(asked(words, Language::English), None, "{words}");
        }
        for words in ["Die Dichtung ist so fest, dass sie halten muss.", "Was eine Pumpe halten muss"] {
            assert_eq!(asked(words, Language::German), None, "{words}");
        }
    }
}
