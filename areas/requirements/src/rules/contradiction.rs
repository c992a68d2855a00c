//! Which requirements cannot both be met: the same characteristic of the same thing, with limits that exclude each other.

use std::collections::BTreeMap;

use kernel::fold;

use super::unit::{Quantity, in_base};
use crate::model::{Clash, Contradiction, LetStand, Side};

/// Of one characteristic so many requirements are compared with each other; more are never told apart by people.
const MOST: usize = 60;
/// Limits this near to each other touch.
const NEAR: f64 = 1e-9;

/// Where what one thing shall be is told twice and differently. Each of `ours` is compared with the others of
/// `ours` and with all of `theirs`.
pub fn contradictions(ours: &[Side], theirs: &[Side]) -> Vec<Contradiction> {
    let mut groups: BTreeMap<(String, String), (Vec<&Side>, Vec<&Side>)> = BTreeMap::new();
    let key = |it: &Side| (fold(it.product.trim()), fold(it.characteristic.trim()));
    for it in ours.iter().filter(|it| is_measured(it)) {
        groups.entry(key(it)).or_default().0.push(it);
    }
    for it in theirs.iter().filter(|it| is_measured(it)) {
        if let Some(group) = groups.get_mut(&key(it)) {
            group.1.push(it);
        }
    }
    let mut found = Vec::new();
    for (ours, theirs) in groups.values() {
        let ours = &ours[..ours.len().min(MOST)];
        for (place, first) in ours.iter().enumerate() {
            let others = ours[place + 1..].iter().chain(theirs.iter().take(MOST));
            found.extend(others.filter_map(|second| between(first, second)));
        }
    }
    found.extend(with_all(ours, theirs));
    found
}

/// Where one names the product and the other speaks of all: of every pump, or of whatever is ordered.
fn with_all(ours: &[Side], theirs: &[Side]) -> Vec<Contradiction> {
    /// A side, and whether it is one of ours.
    type Known<'a> = (&'a Side, bool);
    let mut groups: BTreeMap<String, (Vec<Known>, Vec<Known>)> = BTreeMap::new();
    let both = ours.iter().map(|it| (it, true)).chain(theirs.iter().map(|it| (it, false)));
    for (it, is_ours) in both.filter(|(it, _)| is_measured(it)) {
        let (named, unnamed) = groups.entry(fold(it.characteristic.trim())).or_default();
        let group = if it.product.trim().is_empty() { unnamed } else { named };
        group.push((it, is_ours));
    }
    let mut found = Vec::new();
    for (named, unnamed) in groups.values() {
        for (first, is_ours) in named.iter().take(MOST) {
            let all = unnamed
                .iter()
                .take(MOST)
                .filter(|(all, of_us)| (*is_ours || *of_us) && speaks_of(all, first));
            let clashing = all.filter_map(|(all, _)| between(first, all));
            found.extend(clashing.map(|it| Contradiction { of_all: Some(it.second.number.clone()), ..it }));
        }
    }
    found
}

/// Words before the thing of which a sentence says that it means each one; those of both languages, folded.
const EACH: [&str; 13] = [
    "all",
    "every",
    "each",
    "any",
    "alle",
    "aller",
    "allen",
    "jede",
    "jeder",
    "jedes",
    "jedem",
    "jeden",
    "samtliche",
];
/// Between such a word and the thing: *all of the pumps*.
const BETWEEN: [&str; 8] = ["of", "the", "our", "these", "der", "die", "das", "den"];
/// Things of which whatever is made or delivered is one, as they begin.
const ANYTHING: [&str; 10] =
    ["product", "part", "item", "deliver", "good", "component", "produkt", "teil", "erzeugnis", "lieferung"];

/// Whether a requirement that names no product speaks of the product that another one names. What always holds does,
/// unless it says of which things.
fn speaks_of(all: &Side, named: &Side) -> bool {
    let statement = fold(&all.statement);
    // What stands behind the obligation, “after each stop”, tells nothing of the subject.
    let subject = statement.split_whitespace().take_while(|it| !OBLIGATIONS.iter().any(|o| fold(o) == *it));
    let mut behind = subject.skip_while(|it| !EACH.contains(it)).skip(1);
    let thing = behind.find(|it| !BETWEEN.contains(it));
    let Some(thing) = thing else { return all.is_standing };
    if ANYTHING.iter().any(|it| thing.starts_with(it)) {
        return true;
    }
    let stem = stem(thing);
    let product = fold(&named.product);
    product.split_whitespace().map(self::stem).any(|it| it == stem || it.ends_with(stem) && stem.len() > 3)
}

/// A word without the ending of its plural, as far as one can tell.
fn stem(word: &str) -> &str {
    let endings = ["en", "es", "er", "s", "n", "e"];
    let short = endings.iter().find_map(|it| word.strip_suffix(it).filter(|it| it.len() > 2));
    short.unwrap_or(word)
}

fn is_measured(it: &Side) -> bool {
    let has_limit = [&it.value, &it.lower, &it.upper].into_iter().any(|it| !it.is_empty());
    has_limit && !it.characteristic.trim().is_empty()
}

fn between(first: &Side, second: &Side) -> Option<Contradiction> {
    if is_of_another(first, second) || holds_at_another_time(first, second) {
        return None;
    }
    let clash = match (Span::of(first), Span::of(second)) {
        // Where one of them leaves its unit out, nothing can be compared.
        (Some(one), Some(other)) if one.quantity.is_none() != other.quantity.is_none() => None,
        (Some(one), Some(other)) if one.quantity != other.quantity => {
            match (one.in_days(), other.in_days()) {
                (Some(one), Some(other)) => (!one.meets(&other)).then_some(Clash::Limits),
                _ => Some(Clash::Units),
            }
        }
        (Some(one), Some(other)) => (!one.meets(&other)).then_some(Clash::Limits),
        _ => are_in_other_units(first, second).then_some(Clash::Units),
    }?;
    Some(Contradiction {
        characteristic: first.characteristic.clone(),
        clash,
        first: first.clone(),
        second: second.clone(),
        of_all: None,
        let_stand: None,
    })
}

/// What two requirements say of what is measured, whichever is named first: by this one knows whether they still say
/// what they said when somebody let them stand.
pub fn told_by(first: &Side, second: &Side) -> String {
    let mut both = [measure(first), measure(second)];
    both.sort_unstable();
    both.join("\n")
}

/// Whether one of the two that somebody let stand says this.
pub fn is_said_by(known: &LetStand, side: &Side) -> bool {
    known.says.lines().any(|it| it == measure(side))
}

/// What a requirement says of what is measured.
fn measure(it: &Side) -> String {
    let Side { number, product, characteristic, value, lower, upper, unit, .. } = it;
    [number, product, characteristic, value, lower, upper, unit].map(|it| it.trim()).join("|")
}

/// Contradictions with whoever let them stand.
pub fn with_words(found: Vec<Contradiction>, known: &[LetStand]) -> Vec<Contradiction> {
    let word = |it: &Contradiction| {
        let pair = [it.first.id, it.second.id];
        let is_it = |known: &&LetStand| {
            pair.contains(&known.record_id)
                && pair.contains(&known.other)
                && known.says == told_by(&it.first, &it.second)
        };
        known.iter().find(is_it).cloned()
    };
    found.into_iter().map(|it| Contradiction { let_stand: word(&it), ..it }).collect()
}

/// Whether the units say that different things are measured, where what is written is no number or the unit is not
/// known.
fn are_in_other_units(first: &Side, second: &Side) -> bool {
    let told = |it: &Side| fold(&it.unit).split_whitespace().collect::<String>();
    let (one, other) = (told(first), told(second));
    let quantity = |it: &Side| in_base(0.0, &it.unit).map(|it| it.0);
    let is_same = quantity(first).is_some() && quantity(first) == quantity(second);
    !one.is_empty() && !other.is_empty() && one != other && !is_same
}

/// Words that begin the condition under which a sentence holds, wherever they stand; those of both languages, folded.
const WHEN: [&str; 19] = [
    "during", "while", "when", "whenever", "if", "unless", "until", "after", "before", "wahrend", "wenn",
    "falls", "solange", "sobald", "nach", "vor", "beim", "bevor", "nachdem",
];
/// Words that begin it at the head of a sentence only; elsewhere they tell a value, *at most 5 bar*.
const WHEN_FIRST: [&str; 13] =
    ["in", "at", "on", "under", "with", "without", "for", "im", "bei", "unter", "mit", "ohne", "fur"];

/// Whether each of the two says when it holds, and each something else: in standby, at full load; during cleaning,
/// during dosing.
fn holds_at_another_time(first: &Side, second: &Side) -> bool {
    let (one, other) = (condition(&first.statement), condition(&second.statement));
    let shared = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    shared < one.len().min(other.len())
}

/// The words of the condition under which a sentence holds, up to the next stop or to what is demanded.
fn condition(statement: &str) -> Vec<String> {
    let words: Vec<(String, bool)> = statement
        .split_whitespace()
        .map(|it| (fold(it).split_whitespace().collect(), it.ends_with([',', ';', '.', ':'])))
        .collect();
    let is_one_of = |known: &[&str], (word, _): &(String, bool)| known.contains(&word.as_str());
    let begins_so = words.first().is_some_and(|it| is_one_of(&WHEN_FIRST, it));
    let begin = if begins_so { Some(0) } else { words.iter().position(|it| is_one_of(&WHEN, it)) };
    let Some(begin) = begin else { return Vec::new() };
    let behind = &words[begin..];
    let is_obligation = |it: &(String, bool)| OBLIGATIONS.iter().any(|known| fold(known) == it.0);
    let demanded = behind.iter().position(is_obligation).unwrap_or(behind.len());
    let stop = behind.iter().position(|it| it.1).map_or(behind.len(), |it| it + 1);
    behind[..demanded.min(stop)].iter().map(|it| it.0.clone()).collect()
}

/// Whether the two speak of things that are told apart by a letter, a number or a place: line A, line B; pump 1,
/// pump 2; the inlet, the outlet.
fn is_of_another(first: &Side, second: &Side) -> bool {
    let (one, other) = (designators(&first.statement), designators(&second.statement));
    !one.is_empty() && !other.is_empty() && one != other
}

/// Words before the obligation after which what follows is demanded; those of both languages.
const OBLIGATIONS: [&str; 10] =
    ["shall", "must", "should", "will", "muss", "müssen", "soll", "sollen", "darf", "dürfen"];

/// English words that tell things of a kind apart by where they are or what they are for.
const PLACES: [&str; 27] = [
    "inlet",
    "outlet",
    "suction",
    "discharge",
    "upper",
    "lower",
    "left",
    "right",
    "front",
    "rear",
    "inner",
    "outer",
    "upstream",
    "downstream",
    "first",
    "second",
    "third",
    "primary",
    "secondary",
    "main",
    "auxiliary",
    "spare",
    "hot",
    "cold",
    "minimum",
    "maximum",
    "return",
];
/// The same in German, as the words begin; folded.
const PLACES_BEGIN: [&str; 15] = [
    "saug", "druck", "ober", "unter", "link", "recht", "vorder", "hinter", "inner", "ausser", "erst",
    "zweit", "dritt", "warm", "kalt",
];

/// Which of these a word is.
fn place_of(word: &str) -> Option<&'static str> {
    let is = |it: &&&str| word == **it || word.strip_suffix('s') == Some(**it);
    PLACES.iter().find(is).or_else(|| PLACES_BEGIN.iter().find(|it| word.starts_with(**it))).copied()
}

/// The letters, numbers and places by which the subject of a sentence is told from others of its kind. Of a
/// sheet's line, *Line A: 6 bar*, what stands before the colon is the subject.
fn designators(statement: &str) -> Vec<String> {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
        parts.map(str::to_owned).collect()
    };
    let all = words(statement);
    let subject =
        match (all.iter().position(|it| OBLIGATIONS.contains(&it.as_str())), statement.split_once(':')) {
            (Some(end), _) => all[..end].to_vec(),
            (None, Some((before, _))) => words(before),
            (None, None) => return Vec::new(),
        };
    let is_mark = |place: usize, word: &str| {
        let has_digit = word.contains(|it: char| it.is_ascii_digit());
        let has_letter = word.contains(|it: char| it.is_ascii_uppercase());
        // “A” at the beginning is an article, and a number there counts.
        let is_bare = place > 0 && (!has_letter || word.len() == 1);
        let is_signs = word.chars().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
        is_signs && (is_bare || has_digit && has_letter)
    };
    let told = subject.iter().enumerate().filter_map(|(place, word)| {
        if is_mark(place, word) { Some(word.clone()) } else { place_of(&fold(word)).map(str::to_owned) }
    });
    told.collect()
}

/// What is allowed, in the base unit of what is measured.
struct Span {
    /// None for a bare number.
    quantity: Option<Quantity>,
    lower: f64,
    upper: f64,
}

impl Span {
    /// None where the unit is not known, or where nothing that is written is a number.
    fn of(it: &Side) -> Option<Self> {
        let number = |words: &str| words.replace(',', ".").parse::<f64>().ok();
        let (lower, upper) = match (number(&it.lower), number(&it.upper)) {
            (None, None) => {
                let value = number(&it.value)?;
                (value, value)
            }
            (lower, upper) => (lower.unwrap_or(f64::NEG_INFINITY), upper.unwrap_or(f64::INFINITY)),
        };
        if it.unit.trim().is_empty() {
            return Some(Self { quantity: None, lower, upper });
        }
        let (quantity, lower) = in_base(lower, &it.unit)?;
        let (_, upper) = in_base(upper, &it.unit)?;
        Some(Self { quantity: Some(quantity), lower, upper })
    }

    /// A time told in days, as wide as it may be: a month has 28 to 31 of them, working days have weekends and holidays
    /// between. None for what is no time.
    fn in_days(&self) -> Option<Self> {
        let (lower, upper) = match self.quantity? {
            Quantity::Time => (self.lower / 86_400.0, self.upper / 86_400.0),
            Quantity::WorkingTime => (self.lower - 0.7, self.upper * 1.4 + 4.0),
            Quantity::Months => (self.lower * 28.0, self.upper * 31.0),
            _ => return None,
        };
        Some(Self { quantity: Some(Quantity::Time), lower, upper })
    }

    fn meets(&self, other: &Self) -> bool {
        let (lower, upper) = (self.lower.max(other.lower), self.upper.min(other.upper));
        lower <= upper || (lower - upper) <= NEAR * lower.abs().max(upper.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(number: &str, characteristic: &str, limits: (&str, &str), unit: &str) -> Side {
        let of = |it: &str| it.to_owned();
        Side {
            number: of(number),
            characteristic: of(characteristic),
            lower: of(limits.0),
            upper: of(limits.1),
            unit: of(unit),
            ..Side::default()
        }
    }

    fn clashes(sides: &[Side]) -> Vec<(String, String, Clash)> {
        contradictions(sides, &[])
            .into_iter()
            .map(|it| (it.first.number, it.second.number, it.clash))
            .collect()
    }

    #[test]
    fn limits_that_exclude_each_other_are_found_whatever_their_units() {
        let a = side("A", "Set pressure", ("6", "7"), "bar(g)");
        let b = side("B", "set pressure", ("", "500"), "kPa");
        let c = side("C", "set pressure", ("", "700"), "kPa");
        assert_eq!(clashes(&[a.clone(), b.clone(), c]), [("A".into(), "B".into(), Clash::Limits)]);
        assert_eq!(contradictions(&[a], &[b]).len(), 1, "between sets too");
    }

    #[test]
    fn what_was_let_stand_stands_while_both_say_the_same() {
        let a = Side { id: 1, ..side("A", "set pressure", ("6", "7"), "bar(g)") };
        let b = Side { id: 2, ..side("B", "set pressure", ("", "500"), "kPa") };
        let known = LetStand {
            id: 1,
            record_id: 2,
            other: 1,
            says: told_by(&b, &a),
            reason: "The old skid keeps its valve".into(),
            by: 1,
            name: "Ada Lindqvist".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let is_let_stand = |a: &Side, b: &Side| {
            let found = with_words(
                contradictions(std::slice::from_ref(a), std::slice::from_ref(b)),
                std::slice::from_ref(&known),
            );
            found[0].let_stand.is_some()
        };
        assert!(is_let_stand(&a, &b), "whichever is named first");
        assert!(!is_let_stand(&a, &Side { upper: "400".into(), ..b.clone() }), "it says something else now");
        assert!(is_said_by(&known, &b) && !is_said_by(&known, &Side { upper: "400".into(), ..b.clone() }));
        assert!(!is_let_stand(&a, &Side { id: 3, number: "C".into(), ..b }), "another requirement");
    }

    #[test]
    fn what_touches_or_is_of_another_thing_is_none() {
        let bound = |it: &str, limits| side(it, "depth", limits, "mm");
        assert!(clashes(&[bound("A", ("", "25.4")), side("B", "depth", ("1", ""), "in")]).is_empty());
        let other = Side { product: "Cover".into(), ..bound("B", ("90", "")) };
        assert!(clashes(&[bound("A", ("", "80")), other]).is_empty());
        let empty = side("C", "", ("90", ""), "mm");
        assert!(clashes(&[bound("A", ("", "80")), empty]).is_empty());
    }

    #[test]
    fn whoever_speaks_of_all_speaks_of_the_one_that_is_named() {
        let named = |product: &str| Side {
            product: product.into(),
            ..side("A", "set pressure", ("6", "7"), "bar(g)")
        };
        let says = |statement: &str| Side {
            statement: statement.into(),
            ..side("B", "set pressure", ("", "5"), "bar(g)")
        };
        let found = |one: Side, other: Side| {
            contradictions(&[one, other], &[]).into_iter().map(|it| it.of_all).collect::<Vec<_>>()
        };
        let of_all = [Some("B".to_owned())];
        for (product, statement) in [
            ("KD-20 pump", "All pumps shall open at no more than 5 bar(g)."),
            ("Dosing pump KD-20", "Every pump shall open at no more than 5 bar(g)."),
            ("Dosierpumpe KD-20", "Alle Pumpen müssen bei höchstens 5 bar(g) öffnen."),
            ("Relief valve", "Each of the valves must open at no more than 5 bar(g)."),
            ("Cover", "All parts under pressure shall hold no more than 5 bar(g)."),
            ("Deckel", "Sämtliche Teile müssen bei höchstens 5 bar(g) öffnen."),
        ] {
            assert_eq!(found(named(product), says(statement)), of_all, "{product}: {statement}");
            assert_eq!(found(says(statement), named(product)), of_all, "the other way round: {statement}");
        }
        for (product, statement) in [
            ("KD-20 pump", "It shall open at no more than 5 bar(g)."),
            ("KD-20 pump", "The relief valve shall open at no more than 5 bar(g) after each stop."),
            ("Cover", "All pumps shall open at no more than 5 bar(g)."),
            ("", "All pumps shall open at no more than 5 bar(g)."),
        ] {
            let told = found(named(product), says(statement));
            assert!(told.iter().all(Option::is_none), "{product}: {statement}");
            assert_eq!(told.len(), usize::from(product.is_empty()), "{product}: {statement}");
        }
    }

    #[test]
    fn what_always_holds_speaks_of_whatever_is_named() {
        let named = Side { product: "Cover".into(), ..side("A", "depth", ("90", ""), "mm") };
        let always = Side { is_standing: true, ..side("S", "depth", ("", "80"), "mm") };
        let told = contradictions(std::slice::from_ref(&named), std::slice::from_ref(&always));
        assert_eq!(told.iter().map(|it| it.of_all.as_deref()).collect::<Vec<_>>(), [Some("S")]);
        let told = contradictions(std::slice::from_ref(&always), std::slice::from_ref(&named));
        assert_eq!(told.len(), 1, "seen from the set that always holds, too");
        let unnamed = side("U", "depth", ("90", ""), "mm");
        assert_eq!(
            contradictions(&[unnamed], std::slice::from_ref(&always)).len(),
            1,
            "of whatever is ordered"
        );
        let of_pumps = Side { statement: "All pumps shall be flat.".into(), ..always };
        assert!(contradictions(&[named], &[of_pumps]).is_empty(), "a cover is no pump");
    }

    #[test]
    fn things_that_a_letter_tells_apart_contradict_nothing() {
        let of = |number: &str, limits, statement: &str| Side {
            statement: statement.into(),
            ..side(number, "density", limits, "kg/l")
        };
        let a = of("A", ("1.13", "1.17"), "Line A shall dose acid with a density of 1.15 kg/l.");
        let b = of("B", ("1.50", "1.53"), "Line B shall dose caustic with a density of 1.52 kg/l.");
        let again = of("C", ("1.50", "1.53"), "The density of line A must be 1.52 kg/l.");
        let german = of("D", ("1.50", "1.53"), "Leitung B muss Lauge mit 1,52 kg/l dosieren.");
        let article = of("E", ("1.50", "1.53"), "A line shall dose 1.52 kg/l.");
        assert!(clashes(&[a.clone(), b]).is_empty());
        assert!(clashes(&[a.clone(), german]).is_empty());
        assert_eq!(clashes(&[a.clone(), again]).len(), 1);
        assert_eq!(clashes(&[a, article]).len(), 1, "an article tells nothing apart");
    }

    /// Two requirements of a line of the corpus: what is measured of what, then twice its limits, unit and sentence.
    fn pair(line: &str) -> [Side; 2] {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [product, characteristic, one, first, other, second] = parts[..] else { panic!("{line}") };
        let of = |number: &str, place: usize, limits: &str, statement: &str| {
            let pick =
                |it: &str| it.split(" / ").nth(place).or_else(|| it.split(" / ").next()).unwrap().to_owned();
            let (limits, unit) = limits.split_once(' ').unwrap_or((limits, ""));
            let (lower, upper) = limits.split_once("..").unwrap_or_default();
            let value = if limits.contains("..") { "" } else { limits };
            Side {
                number: number.to_owned(),
                product: pick(product),
                characteristic: pick(characteristic),
                value: value.replace('_', " "),
                lower: lower.to_owned(),
                upper: upper.to_owned(),
                unit: unit.to_owned(),
                statement: statement.to_owned(),
                ..Side::default()
            }
        };
        [of("A", 0, one, first), of("B", 1, other, second)]
    }

    fn pairs(corpus: &str) -> Vec<(&str, usize)> {
        let lines = corpus.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
        lines.map(|it| (it, contradictions(&pair(it), &[]).len())).collect()
    }

    #[test]
    fn pairs_that_can_both_be_met_stay_silent() {
        let told = pairs(include_str!("contradiction/both.txt"));
        let wrong: Vec<_> = told.iter().filter(|it| it.1 > 0).collect();
        assert!(told.len() >= 60, "{} pairs", told.len());
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn pairs_that_cannot_both_be_met_are_found() {
        let told = pairs(include_str!("contradiction/either.txt"));
        let missed: Vec<_> = told.iter().filter(|it| it.1 != 1).collect();
        assert!(told.len() >= 30, "{} pairs", told.len());
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn units_that_cannot_be_told_in_each_other_clash() {
        let a = side("A", "flow", ("8", "23"), "l/h");
        assert_eq!(clashes(&[a.clone(), side("B", "flow", ("8", "23"), "kg/h")])[0].2, Clash::Units);
        assert_eq!(clashes(&[a, side("B", "flow", ("8", "23"), "strokes")])[0].2, Clash::Units);
    }
}
