//! Where do the words of a requirement leave open what is wanted, in English and German?
//!
//! Rules look at one requirement and know nothing of where it is kept. Each finding names the rule, the characters
//! that it is about, and words that could stand instead. What a rule means is said by whoever shows it.
//!
//! The rules follow the writing rules that requirements engineers share (INCOSE Guide to Writing Requirements) and
//! the sentence patterns of EARS (Mavin et al., 2009). Every check takes time in proportion to the text.

mod alike;
mod ears;
mod glossary;
mod language;
mod lists;
mod phrases;
mod rule;
mod sentences;
mod text;

use std::collections::BTreeSet;
use std::ops::Range;

pub use alike::{Alike, alike, like};
pub use ears::{Pattern, pattern};
pub use glossary::Glossary;
pub use language::{Language, clear_language, language};
pub use rule::{Rule, Severity};

use text::Text;

/// Texts longer than this, in characters, are checked up to here.
pub const LONGEST: usize = 20_000;

/// What stands around a statement and matters to its words.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// How one will see that it is met; none where nobody is asked for that.
    pub acceptance: Option<&'a str>,
    /// Whether a value or a limit stands beside it.
    pub is_measured: bool,
    /// The value that stands beside it with neither limit.
    pub value: Option<&'a str>,
    /// Whether it is of a kind that is met only by a number, a date or a named test: performance, delivery.
    pub needs_measure: bool,
    /// Abbreviations that readers know, in capitals: those of the set, the firm, the contract.
    pub terms: Option<&'a BTreeSet<String>>,
    /// What the set calls things.
    pub glossary: Option<&'a Glossary>,
    /// Whether it is a term of trade or delivery, which speaks of no system.
    pub is_of_trade: bool,
    /// Rules that are not asked.
    pub off: &'a [Rule],
}

/// Which text a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Statement,
    Acceptance,
    /// The value beside the statement.
    Value,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub field: Field,
    /// The characters of the field, from one to before another; empty where something is missing.
    pub range: Range<usize>,
    /// Those characters.
    pub words: String,
    /// What could stand there instead: `…` is a gap for the writer; an empty text means leaving them out.
    pub suggestions: Vec<String>,
}

/// Finds what the words of a requirement leave open, in the order of the text.
///
/// The language is found from the words where none is given.
pub fn check(statement: &str, language: Option<Language>, around: &Around) -> Vec<Finding> {
    let language = language.unwrap_or_else(|| self::language(statement));
    let mut findings = in_field(statement, language, Field::Statement, around);
    if let Some(acceptance) = around.acceptance {
        let only = |it: &Finding| {
            matches!(it.rule, Rule::Vague | Rule::Escape | Rule::Placeholder | Rule::OtherTerm)
        };
        findings.extend(in_field(acceptance, language, Field::Acceptance, around).into_iter().filter(only));
        if acceptance.trim().is_empty() && !statement.trim().is_empty() {
            findings.push(missing(Rule::NoAcceptance, Field::Acceptance, seen_by(statement, language)));
        }
    }
    if let Some(value) = around.value {
        findings.push(missing(Rule::NoTolerance, Field::Value, limits_of(value, language)));
    }
    findings.retain(|it| !around.off.contains(&it.rule));
    findings
}

fn missing(rule: Rule, field: Field, suggestions: [String; 2]) -> Finding {
    Finding { rule, field, range: 0..0, words: String::new(), suggestions: suggestions.into() }
}

/// How one may see that a statement is met: by measuring its own limit where it names one, or by looking.
fn seen_by(statement: &str, language: Language) -> [String; 2] {
    let limit = sentences::limit(&Text::of(beginning(statement)), lists::of(language));
    let limit = limit.unwrap_or_else(|| "…".to_owned());
    match language {
        Language::English => [format!("Measured at …: {limit}"), "Seen at … by …".to_owned()],
        Language::German => [format!("Gemessen bei …: {limit}"), "Gesehen bei … durch …".to_owned()],
    }
}

fn limits_of(value: &str, language: Language) -> [String; 2] {
    match language {
        Language::English => [format!("{value} ± …"), format!("at least {value}, at most …")],
        Language::German => [format!("{value} ± …"), format!("mindestens {value}, höchstens …")],
    }
}

/// As much of a text as is checked.
fn beginning(words: &str) -> &str {
    words.char_indices().nth(LONGEST).map_or(words, |(at, _)| &words[..at])
}

fn in_field(words: &str, language: Language, field: Field, around: &Around) -> Vec<Finding> {
    let text = Text::of(beginning(words));
    let lists = lists::of(language);
    let mut hits = phrases::hits(&text, lists, language, around);
    hits.extend(sentences::hits(&text, lists, language, around));
    hits.extend(around.glossary.map(|it| it.hits(&text, language)).unwrap_or_default());
    without_what_is_to_be_filled_in(&mut hits, &text);
    hits.sort_by_key(|it| (it.range.start, it.range.end, it.rule));
    hits.dedup_by(|later, first| later.rule == first.rule && later.range.start < first.range.end);
    hits.into_iter()
        .map(|it| Finding {
            rule: it.rule,
            field,
            words: text.slice(&it.range).to_owned(),
            range: it.range,
            suggestions: it.suggestions,
        })
        .collect()
}

/// A sentence with a gap is not judged by the words around the gap.
fn without_what_is_to_be_filled_in(hits: &mut Vec<Hit>, text: &Text) {
    let gaps: Vec<_> =
        hits.iter().filter(|it| it.rule == Rule::Placeholder).map(|it| it.range.clone()).take(20).collect();
    let sentences = text.sentences.iter().map(|it| text.range(it.clone()));
    let with_gap: Vec<_> = sentences.filter(|it| gaps.iter().any(|gap| it.contains(&gap.start))).collect();
    let is_beside = |hit: &Hit| {
        matches!(hit.rule, Rule::NoObligation | Rule::Passive)
            && with_gap.iter().any(|it| it.contains(&hit.range.start))
    };
    let is_inside = |hit: &Hit| hit.rule != Rule::Placeholder && gaps.contains(&hit.range);
    hits.retain(|it| !is_beside(it) && !is_inside(it));
}

/// A finding before it is cut out of its text.
#[derive(Clone, Debug)]
struct Hit {
    rule: Rule,
    range: Range<usize>,
    suggestions: Vec<String>,
}

impl Hit {
    fn new(rule: Rule, range: Range<usize>) -> Self {
        Self { rule, range, suggestions: Vec::new() }
    }

    fn with(self, suggestions: &[&str]) -> Self {
        Self { suggestions: suggestions.iter().map(|it| (*it).to_owned()).collect(), ..self }
    }

    fn suggesting(self, phrase: &lists::Phrase) -> Self {
        Self { suggestions: phrase.suggestions.clone(), ..self }
    }
}
