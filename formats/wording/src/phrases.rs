//! What is found by words that stand in a list.

use std::ops::Range;

use crate::language::Language;
use crate::lists::Lists;
use crate::rule::Rule;
use crate::text::{Text, capital};
use crate::{Around, Hit};

/// All phrases that say too little. Of two that overlap, the longer one is told.
pub fn hits(text: &Text, lists: &Lists, language: Language, around: &Around) -> Vec<Hit> {
    let has_measure = is_measured(text, around);
    let mut hits = Vec::new();
    for word in 0..text.words.len() {
        for (phrase, count) in lists.at(text, word) {
            let is_asked = match phrase.rule {
                // Asked sentence by sentence.
                Rule::Weak | Rule::Negation => false,
                Rule::NoMeasure => !has_measure,
                _ => true,
            };
            if !is_asked {
                continue;
            }
            let hit = match phrase.rule {
                Rule::Universal => universal(text, lists, word, language),
                Rule::Superlative if is_with_a_measure(text, word) => None,
                rule => Some(Hit::new(rule, text.range(word..word + count))),
            };
            let offered = |it: Hit| if it.suggestions.is_empty() { it.suggesting(phrase) } else { it };
            hits.extend(hit.map(offered));
        }
    }
    hits.extend((0..text.words.len()).filter_map(|it| wholly(text, it, language)));
    hits.extend(unknown(text));
    let mut hits = without_inner(hits);
    for it in hits.iter_mut().filter(|it| it.rule == Rule::Purpose) {
        it.range = reason(text, it.range.start);
    }
    hits
}

/// "???": what is not known yet.
fn unknown(text: &Text) -> Vec<Hit> {
    let signs: Vec<char> = text.source.chars().collect();
    let mut end = 0;
    let runs = signs.chunk_by(|it, next| (*it == '?') == (*next == '?')).map(|it| {
        let start = end;
        end += it.len();
        start..end
    });
    runs.filter(|it| it.len() > 1 && signs[it.start] == '?')
        .map(|it| Hit::new(Rule::Placeholder, it).with(&["…"]))
        .collect()
}

/// "100 % of the pumps": never so in truth. "At 100 % stroke" is a setting, "0 to 100 %" a span.
fn wholly(text: &Text, word: usize, language: Language) -> Option<Hit> {
    const SETS: &[&str] = &[
        "at",
        "to",
        "from",
        "and",
        "of",
        "by",
        "between",
        "than",
        "least",
        "most",
        "up",
        "bei",
        "bis",
        "von",
        "auf",
        "und",
        "um",
        "als",
        "mindestens",
        "höchstens",
        "zwischen",
    ];
    let here = text.words.get(word).filter(|it| it.text == "100")?;
    let is_set =
        word == 0 || SETS.contains(&text.lower(word - 1)) || text.gap(word).contains(['-', '–', '…']);
    let gap = text.gap(word + 1);
    let end = match text.lower(word + 1) {
        _ if gap.trim_start().starts_with('%') => {
            here.range.end + gap.chars().take_while(|it| *it != '%').count() + 1
        }
        "percent" | "prozent" if gap.trim().is_empty() => text.words[word + 1].range.end,
        _ => return None,
    };
    let instead = match language {
        Language::English => "at least … %",
        Language::German => "mindestens … %",
    };
    (!is_set).then(|| Hit::new(Rule::Absolute, here.range.start..end).with(&[instead]))
}

/// A reason, from the words that begin it to the next comma or the end of its sentence.
fn reason(text: &Text, start: usize) -> Range<usize> {
    let word = text.words.partition_point(|it| it.range.start < start);
    let sentence = text.sentences.partition_point(|it| it.end <= word);
    let last = text.sentences.get(sentence).map_or(word + 1, |it| it.end);
    let end = (word + 1..last).find(|it| text.gap(*it).contains([',', ';'])).unwrap_or(last);
    text.range(word..end)
}

/// A long phrase often holds a short one that means nothing more: "as soon as possible" and "soon".
fn without_inner(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
    let mut end = 0;
    hits.retain(|it| {
        let is_outer = it.range.end > end;
        end = end.max(it.range.end);
        is_outer
    });
    hits
}

/// "All documents": a set that nobody closed. "All openings": each one is meant, and can be counted.
fn universal(text: &Text, lists: &Lists, word: usize, language: Language) -> Option<Hit> {
    let next = text.words.get(word + 1)?;
    let is_period = next.has_digit() || PERIODS.contains(&next.lower.as_str());
    let is_idiom = word > 0
        && matches!(text.lower(word - 1), "at" | "after" | "above" | "in" | "vor" | "trotz")
        && lists.has("function", &next.lower);
    if is_period || is_idiom || !text.joins(word + 1) {
        return None;
    }
    let noun = (word + 1..text.words.len().min(word + 4))
        .take_while(|it| text.joins(*it))
        .find(|it| lists.has("open_set", text.lower(*it)));
    match noun {
        Some(noun) if !is_bounded(text, noun) => {
            let closed = listed(text, word..noun + 1, language);
            Some(Hit::new(Rule::OpenEnd, text.range(word..noun + 1)).with(&[&closed]))
        }
        Some(_) => None,
        None => {
            let hit = Hit::new(Rule::Universal, text.range(word..word + 1));
            Some(if next.lower == "the" { hit.with(&["each of"]) } else { hit })
        }
    }
}

/// "The documents listed in …", for "all documents".
fn listed(text: &Text, words: Range<usize>, language: Language) -> String {
    let which = text.slice(&text.range(words.start + 1..words.end));
    let closed = match language {
        Language::English => format!("the {which} listed in …"),
        Language::German => format!("die in … genannten {which}"),
    };
    if text.words[words.start].is_capital() { capital(&closed) } else { closed }
}

/// "All documents of appendix C", "all data listed below": somebody says which.
fn is_bounded(text: &Text, noun: usize) -> bool {
    const SAYS_WHICH: &[&str] = &[
        "of",
        "listed",
        "named",
        "in",
        "from",
        "that",
        "which",
        "below",
        "above",
        "according",
        "per",
        "der",
        "des",
        "von",
        "aus",
        "nach",
        "gemäß",
        "laut",
        "die",
        "im",
        "vom",
    ];
    let next = text.lower(noun + 1);
    SAYS_WHICH.contains(&next)
        && text.words.len() > noun + 1
        && (next != "in" || names_a_list(text, noun + 2))
}

/// "in appendix C", not "in English".
fn names_a_list(text: &Text, word: usize) -> bool {
    let here = text.words.get(word..text.words.len().min(word + 3)).unwrap_or_default();
    here.iter().any(|it| it.has_digit() || LISTS.contains(&it.lower.as_str()))
}

const LISTS: &[&str] =
    &["appendix", "annex", "table", "list", "clause", "section", "anhang", "anlage", "tabelle", "liste"];
const PERIODS: &[&str] = &[
    "time", "second", "minute", "hour", "day", "week", "month", "year", "working", "other", "two", "three",
    "four", "zwei", "drei", "vier", "sekunde", "minute", "stunden", "minuten", "tage", "wochen", "monate",
    "jahre",
];

/// "Ra 0.8 µm or better": the bound is named, and the better side of it is meant.
fn is_with_a_measure(text: &Text, word: usize) -> bool {
    let from = word.saturating_sub(5);
    matches!(text.lower(word.wrapping_sub(1)), "or" | "oder")
        && text.words[from..word].iter().any(super::text::Word::has_digit)
}

/// Whether a number, in figures or in words, says when it is met.
pub fn is_measured(text: &Text, around: &Around) -> bool {
    around.is_measured
        || text.words.iter().any(|it| it.has_digit() || NUMBERS.contains(&it.lower.as_str()))
        || around.acceptance.is_some_and(|it| it.contains(|it: char| it.is_ascii_digit()))
}

/// Numbers in words.
pub const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
];
