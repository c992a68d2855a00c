//! What is found by how a sentence is built.

mod deed;
mod system;

use std::ops::Range;

use deed::Deed;

use crate::language::Language;
use crate::lists::{Lists, is_common};
use crate::phrases::is_measured;
use crate::rule::Rule;
use crate::text::{Text, Word, capital, uncapital};
use crate::{Around, Hit, ears};

/// A sentence of more words than this is hard to take in.
const LONGEST_SENTENCE: usize = 40;
/// Of a sentence so many words are looked at, so that effort stays in proportion to the text.
const LONGEST_LOOKED_AT: usize = 200;
/// A statement of more sentences than this is more than one thought.
const MOST_SENTENCES: usize = 2;

/// One sentence with what all rules ask of it.
struct Sentence<'t> {
    text: &'t Text<'t>,
    lists: &'t Lists,
    language: Language,
    words: Range<usize>,
    /// The sentence before it.
    before: Option<Range<usize>>,
    /// The words that oblige: shall, muss, "ist … zu".
    duties: Vec<usize>,
    /// Where nothing obliges: what tells.
    deed: Option<Deed>,
}

pub fn hits(text: &Text, lists: &Lists, language: Language, around: &Around) -> Vec<Hit> {
    let mut hits = Vec::new();
    let (mut obliged, mut before) = (0, None);
    for words in &text.sentences {
        let end = words.end.min(words.start + LONGEST_LOOKED_AT);
        let looked_at = words.start..end;
        let mut it = Sentence {
            text,
            lists,
            language,
            words: looked_at.clone(),
            before,
            duties: Vec::new(),
            deed: None,
        };
        before = Some(looked_at);
        it.duties = it.words.clone().filter(|word| it.obliges(*word)).collect();
        if it.duties.is_empty() && it.weak().is_none() {
            it.deed = it.deed();
        }
        obliged += usize::from(!it.duties.is_empty());
        if obliged > 1 && !it.duties.is_empty() {
            hits.push(Hit::new(Rule::Several, text.range(words.clone())).with(&[""]));
        } else {
            hits.extend(it.several());
        }
        hits.extend(it.weak());
        hits.extend(it.lets());
        hits.extend(it.no_event());
        hits.extend(it.indicative());
        hits.extend(it.passive());
        hits.extend(it.pronoun());
        hits.extend(it.negation());
        hits.extend(it.unit());
        hits.extend(it.season(around));
        hits.extend(it.system(around));
        hits.extend(ears::hit(text, words, language));
        hits.extend(ears::no_response(text, words, language));
        if words.len() > LONGEST_SENTENCE {
            let parted = parted(text, words, language);
            hits.push(Hit::new(Rule::Long, text.range(words.clone())).with(&[&parted]));
        }
    }
    if let Some(third) = text.sentences.get(MOST_SENTENCES) {
        hits.push(Hit::new(Rule::Long, text.range(third.clone())).with(&[""]));
    }
    if around.needs_measure && !text.words.is_empty() && !is_measured(text, around) {
        let range = text.range(text.sentences[0].clone());
        let words = text.slice(&range);
        let measured = match language {
            Language::English => [format!("{words} within …"), format!("{words}, at least …")],
            Language::German => [format!("{words}, innerhalb von …"), format!("{words}, mindestens …")],
        };
        hits.push(Hit::new(Rule::NoMeasure, range).with(&[&measured[0], &measured[1]]));
    }
    hits.extend(slashes(text, language));
    hits.extend(brackets(text));
    hits.extend(abbreviations(text, around));
    hits
}

/// The first limit that a text names, with its number and unit: "at least 60 l".
pub fn limit(text: &Text, lists: &Lists) -> Option<String> {
    text.sentences.iter().find_map(|words| {
        let number = words.clone().skip(1).find(|it| text.words[*it].is_number())?;
        let begins = number - 1;
        if !begins_a_limit(text.lower(begins)) {
            return None;
        }
        let is_two = begins > words.start && matches!(text.lower(begins), "least" | "most");
        let has_unit = words.contains(&(number + 1))
            && text.joins(number + 1)
            && !lists.has("function", text.lower(number + 1));
        let range = text.range(begins - usize::from(is_two)..number + 1 + usize::from(has_unit));
        Some(text.slice(&range).to_owned())
    })
}

/// A sentence parted near its middle, where a comma or a word that joins lets it.
fn parted(text: &Text, words: &Range<usize>, language: Language) -> String {
    let middle = words.start + words.len() / 2;
    let joins = |it: usize| matches!(text.lower(it), "and" | "which" | "und" | "sowie" | "wobei");
    let place = (words.start + 5..words.end - 5)
        .filter(|it| joins(*it) || text.gap(*it).contains([',', ';']))
        .min_by_key(|it| it.abs_diff(middle))
        .unwrap_or(middle);
    let rest = place + usize::from(joins(place));
    let first = text.slice(&text.range(words.start..place));
    let second = text.slice(&text.range(rest..words.end));
    format!("{first}. {} {second}", something(language))
}

/// The gap for what a sentence speaks of.
fn something(language: Language) -> &'static str {
    match language {
        Language::English => "The …",
        Language::German => "Die …",
    }
}

fn begins_a_limit(word: &str) -> bool {
    matches!(
        word,
        "within"
            | "least"
            | "most"
            | "below"
            | "above"
            | "exceed"
            | "than"
            | "innerhalb"
            | "binnen"
            | "mindestens"
            | "höchstens"
            | "maximal"
    )
}

impl Sentence<'_> {
    fn lower(&self, word: usize) -> &str {
        if self.words.contains(&word) { self.text.lower(word) } else { "" }
    }

    fn word(&self, word: usize) -> Option<&Word<'_>> {
        self.words.contains(&word).then(|| &self.text.words[word])
    }

    fn is(&self, list: &str, word: usize) -> bool {
        self.lists.has(list, self.lower(word))
    }

    fn obliges(&self, word: usize) -> bool {
        self.is("obligation", word)
            || self.language == Language::German
                && matches!(self.lower(word), "ist" | "sind" | "hat" | "haben")
                && (word + 1..self.words.end).any(|it| self.is_to_do(it))
    }

    /// "zu liefern", "anzuschließen".
    fn is_to_do(&self, word: usize) -> bool {
        let is_infinitive = |it: &str| it.ends_with("en") || it.ends_with("ern") || it.ends_with("eln");
        let Some(here) = self.word(word) else { return false };
        let next = self.word(word + 1);
        let is_split =
            here.lower == "zu" && next.is_some_and(|it| !it.is_capital() && is_infinitive(&it.lower));
        let inner = here.lower.find("zu").is_some_and(|at| at >= 2 && here.lower.len() - at > 5);
        is_split || inner && !here.is_capital() && is_infinitive(&here.lower)
    }

    fn said(&self, words: Range<usize>) -> &str {
        self.text.slice(&self.text.range(words))
    }

    /// What a sentence speaks of, which stands before the word that obliges; a gap where that is not plain.
    fn subject(&self, words: Range<usize>) -> String {
        let first = self.text.lower(words.start);
        let begins = match self.language {
            Language::English => {
                matches!(first, "the" | "a" | "an")
                    || !["function", "trigger", "pronoun"].iter().any(|it| self.lists.has(it, first))
            }
            Language::German => matches!(
                first,
                "der" | "die" | "das" | "ein" | "eine" | "jede" | "jeder" | "jedes" | "alle" | "beide"
            ),
        };
        let is_plain = begins
            && (1..=8).contains(&words.len())
            && words.clone().skip(1).all(|it| self.text.joins(it) && !self.text.gap(it).contains(','));
        if is_plain { self.said(words).to_owned() } else { something(self.language).to_owned() }
    }

    /// A demand that stood in another sentence, as a sentence of its own behind that.
    fn on_its_own(&self, words: Range<usize>) -> String {
        format!(". {}", capital(self.said(words)))
    }

    /// More than one demand: a second duty, a second verb, two limits of a kind, a part behind a semicolon.
    fn several(&self) -> Option<Hit> {
        let first = *self.duties.first()?;
        if let Some(second) = self.duties.get(1) {
            return Some(self.second_duty(first, *second));
        }
        let semicolon = (first + 1..self.words.end).find(|it| self.text.gap(*it).contains(';'));
        if let Some(part) = semicolon.filter(|it| self.words.end - it > 2) {
            let rest = part..self.words.end;
            let hit = Hit::new(Rule::Several, self.text.range(rest.clone()));
            return Some(hit.with(&[&self.on_its_own(rest), ""]));
        }
        self.two_limits(first).or_else(|| self.two_verbs(first)).or_else(|| self.joined_clause(first))
    }

    /// "… and shall be wired to the circuit": of the same thing, or of another one that is named behind the "and".
    fn second_duty(&self, first: usize, second: usize) -> Hit {
        let end = (second + 3).min(self.words.end);
        let joint = (first + 1..second).rev().find(|it| self.is_and(*it) || self.text.gap(*it).contains(','));
        let Some(joint) = joint.filter(|it| second - it <= 9) else {
            let own = format!(". {} {}", something(self.language), self.said(second..end));
            return Hit::new(Rule::Several, self.text.range(second..end)).with(&[&own]);
        };
        let rest = joint + usize::from(self.is_and(joint))..end;
        let own = if rest.start < second {
            self.on_its_own(rest)
        } else {
            format!(". {} {}", self.subject(self.words.start..first), self.said(rest))
        };
        Hit::new(Rule::Several, self.text.range(joint..end)).with(&[&own])
    }

    fn is_and(&self, word: usize) -> bool {
        matches!(self.lower(word), "and" | "und" | "sowie")
    }

    /// A word that joins two deeds into one demand: one may be done without the other.
    fn joins_deeds(&self, word: usize) -> bool {
        self.is_and(word)
            || matches!(self.lower(word), "or" | "but" | "then" | "also" | "oder" | "aber" | "dann")
            || self.lower(word) == "as" && word > 0 && self.lower(word - 1) == "well"
    }

    /// "by telephone within 4 hours and on site within 24 hours".
    fn two_limits(&self, first: usize) -> Option<Hit> {
        let and = (first..self.words.end).find(|it| {
            self.is_and(*it)
                && self.limits(*it + 1..self.words.end).any(|after| {
                    self.limits(first..*it).any(|before| self.lower(before) == self.lower(after))
                })
        })?;
        let after = self.limits(and + 1..self.words.end).next()?;
        let before = self.limits(first..and).next()?;
        // What is done is said before both limits in English, and behind both in German.
        let (behind, gap) = match self.language {
            Language::English => (first + 2, ""),
            Language::German => (first + 1, " …"),
        };
        let start = behind.min(before);
        let number = (after..self.words.end).find(|it| self.text.words[*it].is_number())?;
        let has_unit = self.word(number + 1).is_some_and(|it| !self.lists.has("function", &it.lower));
        let end = number + 1 + usize::from(has_unit);
        let head = self.said(self.words.start..start);
        let own = format!("{}{gap}. {} {}", self.said(start..and), capital(head), self.said(and + 1..end));
        Some(Hit::new(Rule::Several, self.text.range(start..end)).with(&[&own]))
    }

    /// The words that begin a limit with a number.
    fn limits(&self, words: Range<usize>) -> impl Iterator<Item = usize> {
        words.filter(|it| {
            matches!(
                self.lower(*it),
                "within"
                    | "below"
                    | "above"
                    | "least"
                    | "most"
                    | "innerhalb"
                    | "binnen"
                    | "mindestens"
                    | "höchstens"
                    | "maximal"
            ) && (it + 1..it + 3).any(|next| self.word(next).is_some_and(Word::is_number))
        })
    }

    fn two_verbs(&self, first: usize) -> Option<Hit> {
        if self.language == Language::German {
            return self.two_infinitives(first);
        }
        let and = (first + 3..self.words.end).find(|it| {
            self.joins_deeds(*it)
                && self.is("verb", *it + 1)
                && (self.is_and(*it) || self.lower(*it + 1) != "not")
                && !self.text.gap(*it).contains('(')
                && !(first + 1..*it).any(|word| matches!(self.lower(word), "to" | "that" | "which"))
        })?;
        let end = (and + 3).min(self.words.end);
        let (subject, verb) = (self.subject(self.words.start..first), self.said(and + 1..end));
        let own = if self.is("obligation", and + 1) {
            format!(". {subject} {verb}")
        } else {
            format!(". {subject} {} {verb}", self.text.words[first].text)
        };
        Some(Hit::new(Rule::Several, self.text.range(and..end)).with(&[&own]))
    }

    /// "muss Säure fördern und den Füllstand melden": a verb before "und", another at the end.
    fn two_infinitives(&self, first: usize) -> Option<Hit> {
        let is_verb = |word: usize| {
            self.word(word).is_some_and(|it| {
                !it.is_capital()
                    && it.range.len() > 4
                    && (it.lower.ends_with("en") || it.lower.ends_with("ern") || it.lower.ends_with("eln"))
            })
        };
        let last = self.words.end - 1;
        let and = (first + 2..last.saturating_sub(1)).find(|it| self.joins_deeds(*it) && is_verb(it - 1))?;
        let is_new_object =
            last - and > 2 && !is_verb(and + 1) && is_verb(last) && self.lower(last) != "werden";
        is_new_object.then(|| {
            let (subject, duty) = (self.subject(self.words.start..first), self.text.words[first].text);
            let own = format!(". {subject} {duty} {}", self.said(and + 1..last + 1));
            Hit::new(Rule::Several, self.text.range(and..last + 1)).with(&[&own, ""])
        })
    }

    /// "…, however it keeps the alarm", "… unless the key is turned": a second thing, with a verb of its own.
    fn joined_clause(&self, first: usize) -> Option<Hit> {
        let (joint, count) = (first + 2..self.words.end).find_map(|it| Some((it, self.joint(it)?)))?;
        let rest = joint + count..self.words.end;
        if !rest.clone().any(|it| self.is_a_verb(it)) {
            return None;
        }
        let told = self.said(rest.clone());
        let (subject, duty) = (self.subject(self.words.start..first), self.text.words[first].text);
        let whole = joint..rest.end;
        let (words, own) = match (self.language, self.lower(joint)) {
            (Language::English, "whether") => (joint..joint + 1, "… while".to_owned()),
            (Language::German, "ob") => (joint..joint + 1, "… solange".to_owned()),
            (Language::English, "unless") => {
                (whole, format!(". If {told}, then {} {duty} …", uncapital(&subject)))
            }
            (Language::German, "es") => (whole, format!(". Falls …, dann {duty} {} …", uncapital(&subject))),
            (Language::English, _) => (whole, self.on_its_own(rest)),
            (Language::German, _) => (whole, format!(". {subject} {duty} {told}")),
        };
        Some(Hit::new(Rule::Several, self.text.range(words)).with(&[&own]))
    }

    /// Of how many words what joins two clauses at a word is, where something does.
    fn joint(&self, word: usize) -> Option<usize> {
        const LONG: &[&[&str]] = &[&["on", "the", "other", "hand"], &["es", "sei", "denn"]];
        let is_here = |it: &&&[&str]| it.iter().enumerate().all(|(at, it)| self.lower(word + at) == *it);
        let long = LONG.iter().find(is_here).map(|it| it.len());
        long.or_else(|| self.is("joint", word).then_some(1))
    }

    /// "shall allow the operator to change": lets somebody do it, instead of demanding the deed.
    fn lets(&self) -> Option<Hit> {
        self.duties.iter().find_map(|duty| {
            let lets =
                (duty + 1..duty + 3).find(|it| matches!(self.lower(*it), "enable" | "allow" | "permit"))?;
            let to = (lets + 2..lets + 9)
                .take_while(|it| {
                    !self.text.words.get(*it).is_none_or(|_| self.text.gap(*it).contains([',', ';']))
                })
                .find(|it| self.lower(*it) == "to")?;
            let is_verb = self.word(to + 1).is_some_and(|it| !it.has_digit() && !it.is_capital())
                && !self.is("function", to + 1);
            is_verb.then(|| Hit::new(Rule::Infinitive, self.text.range(lets..to + 1)).with(&[""]))
        })
    }

    /// "shall be closed before.": before what?
    fn no_event(&self) -> Option<Hit> {
        let is_open = |it: &usize| {
            matches!(self.lower(*it), "until" | "before" | "bis" | "davor")
                && (it + 1 == self.words.end || self.text.gap(it + 1).contains([',', ';']))
        };
        let time = self.words.clone().skip(1).find(is_open)?;
        let whole = match self.lower(time) {
            "davor" => "vor …".to_owned(),
            it => format!("{it} …"),
        };
        Some(Hit::new(Rule::VagueTime, self.text.range(time..time + 1)).with(&[&whole]))
    }

    /// "should", where nothing obliges.
    fn weak(&self) -> Option<Hit> {
        if !self.duties.is_empty() {
            return None;
        }
        self.words.clone().find_map(|word| {
            let found = self.lists.at(self.text, word).into_iter().find(|(it, _)| it.rule == Rule::Weak)?;
            let range = self.text.range(word..word + found.1);
            Some(Hit::new(Rule::Weak, range).suggesting(found.0))
        })
    }

    /// "The pump is silent.", "The controller stops the pump.": says how it is, not how it shall be.
    fn indicative(&self) -> Option<Hit> {
        let deed = self.deed.as_ref().filter(|_| self.words.len() > 3)?;
        let range = self.text.range(deed.word..deed.word + 1);
        Some(Hit::new(Rule::NoObligation, range).with(&[&deed.obliging]))
    }

    /// "shall be wired": by whom?
    fn passive(&self) -> Vec<Hit> {
        match self.language {
            Language::English => self.duties.iter().filter_map(|it| self.english_passive(*it)).collect(),
            Language::German => self.german_passive().into_iter().collect(),
        }
    }

    fn english_passive(&self, duty: usize) -> Option<Hit> {
        let skip = |word: usize| {
            word + usize::from(matches!(self.lower(word), "not" | "also" | "each" | "only" | "all"))
        };
        let be = skip(duty + 1);
        if self.lower(be) != "be" {
            return None;
        }
        let mut done = skip(be + 1);
        if self.lower(done).ends_with("ly") {
            done += 1;
        }
        let word = self.lower(done);
        let is_participle = word.len() > 3 && word.ends_with("ed") || self.is("participle", done);
        if !is_participle || self.is("stative", done) || self.names_an_actor(done + 1, "by") {
            return None;
        }
        let range = self.text.range(duty..done + 1);
        let by = format!("{} by …", self.text.slice(&range));
        Some(Hit::new(Rule::Passive, range).with(&[&by]))
    }

    /// "by the supplier", not "by welding" nor "by 10 %".
    fn names_an_actor(&self, from: usize, by: &str) -> bool {
        (from..self.words.end).any(|it| {
            self.lower(it) == by
                && self.word(it + 1).is_some_and(|next| !next.lower.ends_with("ing") && !next.has_digit())
        })
    }

    fn german_passive(&self) -> Option<Hit> {
        let duty = *self.duties.first()?;
        let acts = |it: usize| {
            matches!(self.lower(it), "durch" | "vom" | "seitens")
                || self.lower(it) == "von"
                    && self.word(it + 1).is_some_and(|next| {
                        next.is_capital()
                            || matches!(next.lower.as_str(), "der" | "dem" | "den" | "einem" | "einer")
                    })
        };
        if self.words.clone().any(acts) {
            return None;
        }
        if matches!(self.lower(duty), "ist" | "sind") {
            let done = (duty + 1..self.words.end).find(|it| self.is_to_do(*it))?;
            let end = if self.lower(done) == "zu" { done + 2 } else { done + 1 };
            return Some(self.by_whom(done..end));
        }
        let become_ = (duty + 1..self.words.end).find(|it| self.lower(*it) == "werden")?;
        let done = become_ - 1;
        let word = self.lower(done);
        let is_participle = word.len() > 4
            && (word.ends_with('t') || word.ends_with("en"))
            && self.word(done).is_some_and(|it| !it.is_capital());
        (is_participle && done > duty && !self.is("stative", done)).then(|| self.by_whom(done..become_ + 1))
    }

    /// "durch … verdrahtet werden".
    fn by_whom(&self, words: Range<usize>) -> Hit {
        let range = self.text.range(words);
        let by = format!("durch … {}", self.text.slice(&range));
        Hit::new(Rule::Passive, range).with(&[&by])
    }

    /// "It shall stop.": what?
    fn pronoun(&self) -> Option<Hit> {
        let first = self.words.start;
        let next = first + 1;
        let goes_on = self.deed.as_ref().is_some_and(|it| it.word == next)
            || self.is("obligation", next)
            || self.is("weak", next)
            || self.is("indicative", next)
            || matches!(
                self.lower(next),
                "ist" | "sind" | "hat" | "haben" | "should" | "may" | "can" | "kann" | "sollte"
            );
        (self.is("pronoun", first) && goes_on)
            .then(|| Hit::new(Rule::Pronoun, self.text.range(first..first + 1)).with(&[&self.meant()]))
    }

    /// What a pronoun at the beginning may mean: what the sentence before speaks of.
    fn meant(&self) -> String {
        let named = self.before.clone().and_then(|words| {
            let says = |it: &usize| {
                ["obligation", "indicative"].iter().any(|list| self.lists.has(list, self.text.lower(*it)))
            };
            let verb = words.clone().find(says)?;
            (verb > words.start).then(|| self.subject(words.start..verb))
        });
        named.unwrap_or_else(|| {
            let gap = match (self.language, self.lower(self.words.start)) {
                (Language::English, _) => "The …",
                (Language::German, "es" | "das" | "dies" | "dieses") => "Das …",
                (Language::German, "er" | "dieser") => "Der …",
                (Language::German, _) => "Die …",
            };
            gap.to_owned()
        })
    }

    fn negation(&self) -> Option<Hit> {
        let has_limit =
            self.words.clone().any(|it| self.text.words[it].has_digit() || self.is("trigger", it))
                || self.words.clone().any(|it| {
                    matches!(
                        self.lower(it),
                        "during" | "without" | "than" | "ohne" | "als" | "exceed" | "überschreiten"
                    )
                });
        if has_limit {
            return None;
        }
        self.words.clone().find_map(|word| {
            let (phrase, count) =
                self.lists.at(self.text, word).into_iter().find(|(it, _)| it.rule == Rule::Negation)?;
            Some(Hit::new(Rule::Negation, self.text.range(word..word + count)).suggesting(phrase))
        })
    }

    /// "within 5": of what?
    fn unit(&self) -> Vec<Hit> {
        let bare = |limit: usize| {
            let number = (limit + 1..limit + 4).find(|it| self.word(*it).is_some_and(Word::is_number))?;
            if (limit + 1..number).any(|it| !matches!(self.lower(it), "than" | "von" | "to" | "zu" | "als")) {
                return None;
            }
            let behind = self.text.gap(number + 1);
            let is_unit = behind
                .contains(['%', '°', '‰', '"', '″', '′', '€', '$', '£', '/', ':', '-', '–', 'x', '×'])
                || self.text.gap(number).contains(['€', '$', '£', '-', '/', ':'])
                || self.word(number + 1).is_some_and(|it| {
                    let is_verb = self.language == Language::German
                        && number + 2 == self.words.end
                        && it.range.len() > 4
                        && !it.is_capital();
                    behind.trim().is_empty() && !self.lists.has("function", &it.lower) && !is_verb
                });
            (!is_unit).then(|| {
                let range = self.text.range(limit..number + 1);
                let whole = format!("{} …", self.text.slice(&range));
                Hit::new(Rule::NoUnit, range).with(&[&whole])
            })
        };
        self.words.clone().filter(|it| begins_a_limit(self.lower(*it))).filter_map(bare).collect()
    }

    /// "Not during the harvest.": a time that is told by what happens then, without a date.
    fn season(&self, around: &Around) -> Option<Hit> {
        let has_number = self.words.clone().any(|it| self.text.words[it].has_digit());
        if has_number || around.is_measured || !self.duties.is_empty() || self.weak().is_some() {
            return None;
        }
        let time = self.words.clone().find(|it| self.is("time_word", *it))?;
        let is_whole = time - self.words.start <= 3 && self.words.end - time > 1 && self.deed.is_none();
        is_whole.then(|| {
            let dated = match self.lower(time) {
                "during" => "from … to …",
                "before" => "before …",
                "after" => "after …",
                "until" => "until …",
                "während" => "von … bis …",
                "vor" => "vor dem …",
                _ => "bis zum …",
            };
            let head = if time > self.words.start { self.said(self.words.start..time) } else { "" };
            let whole = if head.is_empty() { capital(dated) } else { format!("{head} {dated}") };
            Hit::new(Rule::NoMeasure, self.text.range(self.words.clone())).with(&[&whole])
        })
    }
}

/// "and/or", "pump/valve".
fn slashes(text: &Text, language: Language) -> Vec<Hit> {
    let is_word = |it: &Word| {
        it.range.len() > 2
            && it.text.chars().all(char::is_alphabetic)
            && !it.text.chars().all(char::is_uppercase)
    };
    (1..text.words.len())
        .filter(|it| text.gap(*it) == "/")
        .filter_map(|at| {
            let (first, second) = (&text.words[at - 1], &text.words[at]);
            let range = text.range(at - 1..at + 1);
            let pair = (first.lower.as_str(), second.lower.as_str());
            match pair {
                ("and", "or") => Some(Hit::new(Rule::Slash, range).with(&["and", "or"])),
                ("und", "oder") => Some(Hit::new(Rule::Slash, range).with(&["und", "oder"])),
                _ if is_word(first)
                    && is_word(second)
                    && !text.gap(at - 1).ends_with('/')
                    && !text.gap(at + 1).starts_with('/') =>
                {
                    let (and, or) = match language {
                        Language::English => ("and", "or"),
                        Language::German => ("und", "oder"),
                    };
                    let joined = [and, or].map(|it| format!("{} {it} {}", first.text, second.text));
                    Some(Hit::new(Rule::Slash, range).with(&[&joined[0], &joined[1]]))
                }
                _ => None,
            }
        })
        .collect()
}

/// A remark of several words in brackets; names of laws, units and references are none.
fn brackets(text: &Text) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut open = None;
    for (place, it) in text.source.chars().enumerate() {
        match it {
            '(' => open = Some(place),
            ')' => {
                if let Some(start) = open.take() {
                    let first = text.words.partition_point(|it| it.range.start < start);
                    let end = text.words.partition_point(|it| it.range.end <= place);
                    let is_remark = end > first + 1 && {
                        let word = &text.words[first];
                        !word.is_capital() && !word.has_digit()
                    };
                    if is_remark {
                        hits.push(Hit::new(Rule::Brackets, start..place + 1).with(&[""]));
                    }
                }
            }
            _ => {}
        }
        if hits.len() > 20 {
            break;
        }
    }
    hits
}

/// Capitals that are explained neither here nor among the terms.
fn abbreviations(text: &Text, around: &Around) -> Vec<Hit> {
    let is_all_capitals =
        text.words.iter().filter(|it| it.text.chars().any(char::is_lowercase)).count() * 2 < text.words.len();
    if is_all_capitals && text.words.len() > 2 {
        return Vec::new();
    }
    let is_short = |it: &Word| {
        let letters = it.text.strip_suffix('s').unwrap_or(it.text);
        (2..=8).contains(&letters.chars().count())
            && letters.chars().all(|it| it.is_uppercase() && it.is_alphabetic())
    };
    let mut seen = std::collections::BTreeSet::new();
    (0..text.words.len())
        .filter(|at| {
            let word = &text.words[*at];
            let name = word.text.strip_suffix('s').unwrap_or(word.text);
            let is_part_of_code = text.gap(*at).ends_with(['-', '.', '/', '_', '@']) && *at > 0
                || text.gap(at + 1).starts_with(['-', '_', '@'])
                    && text.words.get(at + 1).is_some_and(|it| it.has_digit() || it.is_capital())
                || text
                    .words
                    .get(at + 1)
                    .is_some_and(|it| it.has_digit() && text.gap(at + 1).trim().is_empty());
            let is_explained = text.gap(*at).ends_with('(')
                || text.gap(at + 1).trim_start().starts_with('(') && text.gap(at + 1).starts_with(' ');
            let is_roman = name.chars().all(|it| "IVXLCM".contains(it));
            let is_known = is_common(name)
                || is_common(word.text)
                || around.terms.is_some_and(|it| it.contains(name) || it.contains(word.text));
            is_short(word) && !is_part_of_code && !is_explained && !is_roman && !is_known && seen.insert(name)
        })
        .map(|at| {
            let explained = format!("… ({})", text.words[at].text);
            Hit::new(Rule::Abbreviation, text.range(at..at + 1)).with(&[&explained])
        })
        .collect()
}
