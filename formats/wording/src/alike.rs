//! Which texts of many say nearly the same.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use crate::language::Language;
use crate::lists;
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

/// The pairs of texts of which at least `part` of the different words are the same and which demand the same: a series
/// of one pattern differs in numbers, units, designations or what is set against each other, and is no repetition.
pub fn alike(texts: &[&str], part: f64) -> Vec<Alike> {
    let texts: Vec<Text> = texts.iter().map(|it| Text::of(it)).collect();
    let said: Vec<Said> = texts.iter().map(Said::of).collect();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, it) in said.iter().enumerate().filter(|(_, it)| it.words.len() >= SHORTEST) {
        for word in &it.words {
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
        .filter_map(|(first, second)| {
            let part = said[first].repeats(&said[second], part)?;
            Some(Alike { first, second, part })
        })
        .collect()
}

/// Which of many texts say nearly the same as one: their places.
pub fn like(text: &str, texts: &[&str], part: f64) -> Vec<usize> {
    let text = Text::of(text);
    let here = Said::of(&text);
    let is_like = |it: &&str| {
        let text = Text::of(it);
        let there = Said::of(&text);
        here.words.len().min(there.words.len()) >= SHORTEST && here.repeats(&there, part).is_some()
    };
    texts.iter().enumerate().filter(|(_, it)| is_like(it)).map(|(place, _)| place).collect()
}

/// Before these a word is turned round: locked, unlocked.
const TURNING: &[&str] = &["un", "in", "non", "dis", "de", "ent", "nicht"];

/// A text as it is compared.
struct Said<'t> {
    text: &'t Text<'t>,
    words: BTreeSet<&'t str>,
    /// Numbers with their units, and designations, each with the word before it.
    numbers: Vec<(String, &'t str)>,
    /// Looked up once its words are like those of another.
    sides: OnceCell<Sides<'t>>,
}

/// What makes another demand of nearly the same words.
struct Sides<'t> {
    /// On which sides of which axes its words stand, each with the word behind it.
    of_axes: HashMap<(Language, usize), Vec<(usize, &'t str)>>,
    denials: usize,
    /// Abbreviations in capitals: materials, media, stages.
    codes: BTreeSet<&'t str>,
}

impl<'t> Said<'t> {
    fn of(text: &'t Text<'t>) -> Self {
        let words = text.words.iter().map(|it| it.lower.as_str()).collect();
        let numbers = (0..text.words.len()).filter(|it| is_number(text, *it));
        let before = |at: usize| at.checked_sub(1).map_or("", |it| text.lower(it));
        let numbers = numbers.map(|it| (with_unit(text, it), before(it))).collect();
        Self { text, words, numbers, sides: OnceCell::new() }
    }

    /// Which part of all their different words both have, where that is enough and they demand the same.
    fn repeats(&self, other: &Said<'_>, enough: f64) -> Option<f64> {
        if !is_in_order(&self.numbers, &other.numbers) {
            return None;
        }
        let both = self.words.intersection(&other.words).count();
        let all = self.words.len() + other.words.len() - both;
        let count = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
        let part = count(both) / count(all);
        (part >= enough && !self.is_against(other)).then_some(part)
    }

    /// Whether they differ in what is set against each other: open and closed, with "not" and without it, two materials.
    fn is_against(&self, other: &Said<'_>) -> bool {
        let (one, two) = (self.sides(), other.sides());
        let is_turned = self.turns(other) || other.turns(self);
        let is_another = one.codes.difference(&two.codes).next().is_some()
            && two.codes.difference(&one.codes).next().is_some();
        let is_opposed = one.of_axes.iter().any(|(axis, here)| {
            two.of_axes.get(axis).is_some_and(|there| {
                let (more, less) = (exceeds(here, there), exceeds(there, here));
                more == less && (more || !is_in_order(here, there))
            })
        });
        is_turned || is_another || is_opposed || one.denials != two.denials
    }

    /// "unlocked" where the other says "locked".
    fn turns(&self, other: &Said<'_>) -> bool {
        self.words.difference(&other.words).any(|it| {
            let mut turned = TURNING.iter().filter_map(|before| it.strip_prefix(*before));
            turned.any(|it| other.words.contains(it) && !self.words.contains(it))
        })
    }

    fn sides(&self) -> &Sides<'t> {
        self.sides.get_or_init(|| Sides::of(self.text))
    }
}

impl<'t> Sides<'t> {
    fn of(text: &'t Text<'t>) -> Self {
        let languages = [Language::English, Language::German].map(|it| (it, lists::of(it)));
        let has = |list: &str, word: &str| languages.iter().any(|(_, it)| it.has(list, word));
        let mut sides = Self { of_axes: HashMap::new(), denials: 0, codes: BTreeSet::new() };
        let has_small = text.words.iter().any(|it| it.text.chars().any(char::is_lowercase));
        for (at, word) in text.words.iter().enumerate() {
            let lower = word.lower.as_str();
            for (language, lists) in &languages {
                for (axis, side) in lists.sides(lower) {
                    let of_axis = sides.of_axes.entry((*language, *axis)).or_default();
                    of_axis.push((*side, text.lower(at + 1)));
                }
            }
            let is_denial = has("denial", lower);
            sides.denials += usize::from(is_denial);
            let is_code = has_small
                && word.range.len() > 1
                && word.text.chars().all(char::is_uppercase)
                && !is_denial
                && !has("obligation", lower)
                && !has("function", lower);
            if is_code {
                sides.codes.insert(lower);
            }
        }
        sides
    }
}

/// Whether one says a side more often than another.
fn exceeds(one: &[(usize, &str)], other: &[(usize, &str)]) -> bool {
    let count = |all: &[(usize, &str)], side: usize| all.iter().filter(|it| it.0 == side).count();
    one.iter().any(|it| count(one, it.0) > count(other, it.0))
}

/// Whether two texts name the same things in the same order, or each beside the same word: then a part only stands
/// elsewhere. Where one word stands beside two of them, as in "valve V1 … valve V2", the order tells.
fn is_in_order<T: Ord>(one: &[(T, &str)], other: &[(T, &str)]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    if one.iter().zip(other).all(|(here, there)| here.0 == there.0) {
        return true;
    }
    let sorted = |all: &[(T, &str)]| {
        let mut places: Vec<usize> = (0..all.len()).collect();
        places.sort_by(|a, b| (all[*a].1, &all[*a].0).cmp(&(all[*b].1, &all[*b].0)));
        places
    };
    let (here, there) = (sorted(one), sorted(other));
    let is_plain = here.windows(2).all(|it| {
        let (first, second) = (&one[it[0]], &one[it[1]]);
        first.1 != second.1 || first.0 == second.0
    });
    is_plain && here.iter().zip(&there).all(|(here, there)| one[*here] == other[*there])
}

/// Signs that belong to the number behind them.
const SIGNS: &[char] = &['±', '<', '>', '≤', '≥', '~', '≈', '+', '−', 'Ø', '€', '$', '£'];
/// Signs that are a unit, or begin one.
const UNITS: &[char] = &['%', '‰', '€', '$', '£', '°', '″', '′'];

/// Numbers, and designations: what has a digit, and single letters such as the names of lines. An article is none.
fn is_number(text: &Text, at: usize) -> bool {
    let word = &text.words[at];
    let begins = || text.sentences.iter().any(|it| it.start == at);
    let is_article = word.text == "a" && !text.gap(at).ends_with('(') || word.text == "A" && begins();
    word.has_digit() || word.range.len() == 1 && !is_article
}

/// A number with its sign and its unit: "±5 %", "20 m³/h", "5 days".
fn with_unit(text: &Text, at: usize) -> String {
    let word = &text.words[at];
    if !word.is_number() {
        return word.lower.clone();
    }
    let before = text.gap(at);
    let is_negative = before.ends_with(" -") || before.ends_with("(-");
    let sign = before.chars().filter(|it| SIGNS.contains(it)).chain(is_negative.then_some('−'));
    let mut told: String = sign.collect();
    told.push_str(&word.lower);
    let behind = text.gap(at + 1);
    told.extend(behind.chars().filter(|it| UNITS.contains(it)));
    let is_told = behind.contains(['%', '‰', '€', '$', '£']);
    let joins = behind.chars().all(|it| it.is_whitespace() || UNITS.contains(&it));
    let mut unit = at + 1;
    let goes_on = |it: usize| matches!(text.gap(it), "/" | "(" | "·");
    if !is_told && joins && !is_small(text.lower(unit)) {
        told.push_str(text.lower(unit));
        while unit + 1 < text.words.len() && goes_on(unit + 1) {
            unit += 1;
            told.push_str(text.lower(unit));
        }
    }
    told
}

/// Whether a word names nothing, and so no unit: of, and, shall.
fn is_small(word: &str) -> bool {
    let names_nothing = |it: &lists::Lists| it.has("function", word) || it.has("obligation", word);
    [Language::English, Language::German].iter().any(|it| names_nothing(lists::of(*it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_twice(one: &str, other: &str) -> bool {
        let found = alike(&[one, other], 0.8).len() == 1;
        assert_eq!(like(one, &[other], 0.8).len() == 1, found, "{one} | {other}");
        assert_eq!(like(other, &[one], 0.8).len() == 1, found, "{one} | {other}");
        found
    }

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

    #[test]
    fn nothing_but_other_wording_says_it_twice() {
        for (one, other) in [
            (
                "The pump of line A shall deliver 8.7 to 23.2 l/h against 4.5 bar(g).",
                "The pump of line A must deliver 8.7 to 23.2 l/h against 4.5 bar(g).",
            ),
            (
                "A leak of 1 l or more into the tray shall raise the leakage alarm.",
                "The leak of 1 l or more into the tray shall raise the leakage alarm.",
            ),
            (
                "Noise at 1 m shall not exceed 70 dB(A) with both pumps running.",
                "With both pumps running, noise at 1 m shall not exceed 70 dB(A).",
            ),
            (
                "Hose connections of both lines shall differ in size: line A DN 15, line B DN 20.",
                "Hose connections of the two lines shall differ in size: line A DN 15, line B DN 20.",
            ),
            (
                "In line A the tray below both pumps shall hold at least 60 l of water.",
                "The tray below both pumps shall hold at least 60 l of water in line A.",
            ),
            (
                "Der Lieferant muss jedes Ventil mit einem Schild aus 1.4404 versehen.",
                "Der Lieferant muss jedes Ventil mit dem Schild aus 1.4404 versehen.",
            ),
            (
                "Line 1 shall dose nitric acid into the CIP tank of the dairy.",
                "Line 1 must dose nitric acid into the CIP tank of the dairy.",
            ),
            (
                "The skid shall run 72 hours without a stop caused by the skid.",
                "The skid shall run for 72 hours without a stop caused by the skid.",
            ),
        ] {
            assert!(is_twice(one, other), "{one} | {other}");
        }
    }

    #[test]
    fn a_series_of_one_pattern_repeats_nothing() {
        let series = [
            "The valve V1 of the dosing line shall close within 2 s of a leakage alarm.",
            "The valve V2 of the dosing line shall close within 3 s of a leakage alarm.",
            "The valve V3 of the dosing line shall close within 2 s of a leakage alarm.",
            "The valve V1 of the dosing line shall close within 2 min of a leakage alarm.",
            "The valve V1 of the dosing line shall open within 2 s of a leakage alarm.",
            "The valve V1 of the dosing line shall not close within 2 s of a leakage alarm.",
        ];
        assert!(alike(&series, 0.8).is_empty(), "{:?}", alike(&series, 0.8));
        for (one, other) in [
            // Numbers, where they stand, and signs.
            (
                "When pump 1 stops, the controller shall start pump 2 within 5 s of the alarm.",
                "When pump 2 stops, the controller shall start pump 1 within 5 s of the alarm.",
            ),
            (
                "The sensor of the tray shall work at temperatures down to -5 °C in the cellar.",
                "The sensor of the tray shall work at temperatures down to 5 °C in the cellar.",
            ),
            (
                "At SAT three samples of the final rinse shall each be within ±5 % of the set point.",
                "At SAT two samples of the final rinse shall each be within ±5 % of the set point.",
            ),
            // Units.
            (
                "The cable between the controller and the pump shall be at least 5 m long.",
                "The cable between the controller and the pump shall be at least 5 mm long.",
            ),
            (
                "The relief valve of each pump head shall open at 7 bar(g) towards suction.",
                "The relief valve of each pump head shall open at 7 bar(a) towards suction.",
            ),
            // Designations.
            (
                "The spare part 20-114-03-R shall be in stock at the site of the customer.",
                "The spare part 20-114-03-L shall be in stock at the site of the customer.",
            ),
            (
                "The seals of the pump heads of line A in contact with product shall be EPDM.",
                "The seals of the pump heads of line A in contact with product shall be FKM.",
            ),
            // What is set against each other.
            (
                "The controller shall switch the heating of line B off when the tray is full.",
                "The controller shall switch the heating of line B on when the tray is full.",
            ),
            (
                "The minimum flow of the dosing line shall be shown on the display in l/h.",
                "The maximum flow of the dosing line shall be shown on the display in l/h.",
            ),
            (
                "The left valve shall feed the tank and the right valve shall feed the tray at start.",
                "The right valve shall feed the tank and the left valve shall feed the tray at start.",
            ),
            (
                "The cover of each pump head shall be locked while the line is dosing.",
                "The cover of each pump head shall be unlocked while the line is dosing.",
            ),
            (
                "The supplier shall provide the lifting gear for the skid on the day of delivery.",
                "The customer shall provide the lifting gear for the skid on the day of delivery.",
            ),
            (
                "Die Steuerung der Linie muss die Pumpe nach einem Leckalarm einschalten.",
                "Die Steuerung der Linie muss die Pumpe nach einem Leckalarm ausschalten.",
            ),
            (
                "Bei vollem Tank schaltet die Steuerung der Linie die Pumpe sofort ein.",
                "Bei vollem Tank schaltet die Steuerung der Linie die Pumpe sofort aus.",
            ),
            (
                "Das linke Ventil der Linie muss bei Stromausfall in seiner Stellung bleiben.",
                "Das rechte Ventil der Linie muss bei Stromausfall in seiner Stellung bleiben.",
            ),
            (
                "Die Haube der Pumpe darf sich während der Dosierung von Hand öffnen lassen.",
                "Die Haube der Pumpe darf sich während der Dosierung nicht von Hand öffnen lassen.",
            ),
        ] {
            assert!(!is_twice(one, other), "{one} | {other}");
        }
    }
}
