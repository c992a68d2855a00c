//! What is asked of the words of a requirement, and what people call each rule.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kernel::{Text, fold, text};
use wording::{
    Around, Field, Finding, Glossary, Language, Pattern, Rule, Severity, check, language, pattern,
};

use super::unit::in_base;
use crate::model::{Choice, Dismissed, Found, Measured, Nature, Requirement, Side};

/// So many findings of one requirement are told.
const MOST: usize = 40;

/// Of so many requirements that say nearly the same the numbers are told.
const MOST_REPEATED: usize = 3;

/// What a requirement is read beside: what its set knows.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Abbreviations that its readers know.
    pub terms: BTreeSet<String>,
    /// What it calls things.
    pub glossary: Glossary,
    /// In which units it tells what.
    pub units: Vec<Measured>,
}

/// What the rules that a set asks find in a requirement.
pub fn findings(it: &Requirement, off: &[Rule], known: &Known) -> Vec<Finding> {
    let value = format!("{} {}", it.value, it.unit).trim_end().to_owned();
    let around = Around {
        acceptance: Some(&it.acceptance),
        is_measured: !(it.value.is_empty() && it.lower.is_empty() && it.upper.is_empty()),
        value: Some(value.as_str())
            .filter(|_| !it.value.is_empty() && it.lower.is_empty() && it.upper.is_empty()),
        needs_measure: matches!(it.kind, Nature::Performance | Nature::Delivery | Nature::ServiceLevel),
        terms: Some(&known.terms),
        glossary: Some(&known.glossary),
        is_of_trade: matches!(
            it.kind,
            Nature::Delivery
                | Nature::Packing
                | Nature::Documentation
                | Nature::ServiceLevel
                | Nature::PostDelivery
                | Nature::Commercial
        ),
        off,
    };
    let mut found = check(&it.statement, None, &around);
    found.truncate(MOST);
    if let Some(unit) = usual_unit(it, &known.units).filter(|_| !off.contains(&Rule::OtherUnit)) {
        found.push(Finding {
            rule: Rule::OtherUnit,
            field: Field::Value,
            range: 0..0,
            words: it.unit.clone(),
            suggestions: vec![unit.to_owned()],
        });
    }
    found
}

/// The unit in which most of a set tells what this requirement tells in another one; of as many, the one that came
/// first.
fn usual_unit<'a>(it: &Requirement, all: &'a [Measured]) -> Option<&'a str> {
    let name = fold(it.characteristic.trim());
    let (quantity, _) = in_base(0.0, &it.unit)?;
    let is_same = |other: &&Measured| {
        fold(other.characteristic.trim()) == name
            && in_base(0.0, &other.unit).is_some_and(|it| it.0 == quantity)
    };
    let mut units: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for other in all.iter().filter(|_| !name.is_empty()).filter(is_same) {
        let (count, first) = units.entry(other.unit.trim()).or_insert((0, other.first));
        (*count, *first) = (*count + other.count, (*first).min(other.first));
    }
    let (usual, _) = units.into_iter().min_by_key(|(_, (count, first))| (Reverse(*count), *first))?;
    (usual != it.unit.trim()).then_some(usual)
}

/// That a statement says nearly the same as others: it is told where it was said later.
pub fn said_twice(statement: &str, others: &[&Side]) -> Option<Finding> {
    others.first()?;
    let words = repeating(statement);
    let from = statement.find(words).map_or(0, |it| statement[..it].chars().count());
    let told = words.trim_end_matches('.');
    let unlike = match language(statement) {
        Language::English => "unlike",
        Language::German => "anders als",
    };
    let differing = others.iter().take(MOST_REPEATED).map(|it| format!("{told}, {unlike} {} …", it.number));
    Some(Finding {
        rule: Rule::SaidTwice,
        field: Field::Statement,
        range: from..from + words.chars().count(),
        words: words.to_owned(),
        suggestions: differing.chain([String::new()]).collect(),
    })
}

/// The words that are marked where a statement repeats another one: its first line.
fn repeating(statement: &str) -> &str {
    statement.trim().lines().next().unwrap_or_default().trim_end()
}

/// Findings with whoever dismissed them.
pub fn with_answers(findings: Vec<Finding>, dismissed: &[Dismissed]) -> Vec<Found> {
    let answer = |it: &Finding| {
        let is_same = |answer: &&Dismissed| {
            answer.rule == it.rule.code() && answer.field == code(it.field) && answer.words == it.words
        };
        dismissed.iter().find(is_same).cloned()
    };
    findings.into_iter().map(|finding| Found { dismissed: answer(&finding), finding }).collect()
}

/// Whether a requirement says what somebody dismissed; `found` is what the rules find in it, beside nothing.
pub fn still_says(it: &Dismissed, body: &Requirement, found: &[Finding]) -> bool {
    // What only the whole set tells stands as long as the unit does, or the words.
    let of_the_set = [Rule::UndefinedTerm, Rule::OtherTerm, Rule::System];
    let is_of_the_set = of_the_set.iter().any(|rule| rule.code() == it.rule);
    let says = |words: &String| words.contains(&it.words);
    it.rule == Rule::OtherUnit.code() && it.words == body.unit
        || it.rule == Rule::SaidTwice.code() && it.words == repeating(&body.statement)
        || is_of_the_set && (says(&body.statement) || says(&body.acceptance))
        || found
            .iter()
            .any(|one| one.rule.code() == it.rule && code(one.field) == it.field && one.words == it.words)
}

/// The code of a field, as it is stored.
pub const fn code(field: Field) -> &'static str {
    match field {
        Field::Statement => "statement",
        Field::Acceptance => "acceptance",
        Field::Value => "value",
    }
}

/// The abbreviations that readers know: among the terms of a set, and what its words explain in brackets: "Clean in
/// Place (CIP)".
pub fn known_terms<'a>(choice: &Choice, words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let explained = words.into_iter().flat_map(|it| {
        let parts = it.split('(').skip(1).filter_map(|it| it.split_once(')').map(|(inner, _)| inner.trim()));
        parts.filter(|it| it.len() < 12 && it.chars().all(|it| it.is_uppercase() || it.is_ascii_digit()))
    });
    let said = choice.terms.iter().map(|it| Glossary::term(it));
    said.chain(explained).map(str::to_owned).collect()
}

/// Terms as people type them: parted by commas or lines, abbreviations by spaces too. Behind `=` stand other words for
/// the same; behind what demands speak of stands `(system)`.
pub fn typed_terms(words: &str) -> Vec<String> {
    let is_term = |it: &str| it.contains('=') || it.chars().any(char::is_lowercase);
    let entries = words.split([',', ';', '\n', '\r']).map(|it| it.split_whitespace().collect::<Vec<_>>());
    let mut terms: Vec<String> = Vec::new();
    for words in entries.filter(|it| !it.is_empty()) {
        let whole = words.join(" ");
        if is_term(&whole) {
            terms.push(whole);
        } else {
            terms.extend(words.into_iter().map(str::to_owned));
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The sentence pattern that a statement follows, as people call it; none where it follows none, which is no fault.
pub fn pattern_of(statement: &str) -> Option<Text> {
    Some(match pattern(statement, language(statement))? {
        Pattern::Ubiquitous => text!("Always: “The … shall …”"),
        Pattern::State => text!("In a state: “While …, the … shall …”"),
        Pattern::Event => text!("At an event: “When …, the … shall …”"),
        Pattern::Feature => text!("In a variant: “Where …, the … shall …”"),
        Pattern::Unwanted => text!("In a fault: “If …, then the … shall …”"),
        Pattern::Complex => text!("Under several conditions: “While …, when …, the … shall …”"),
    })
}

/// What people call a rule.
pub fn name(rule: Rule) -> Text {
    match rule {
        Rule::Placeholder => text!("Still to be filled in"),
        Rule::NoAcceptance => text!("Acceptance criterion missing"),
        Rule::Escape => text!("Escape clause"),
        Rule::OpenEnd => text!("Open end"),
        Rule::Slash => text!("And or or"),
        Rule::Vague => text!("Vague word"),
        Rule::VagueTime => text!("Vague time"),
        Rule::NoMeasure => text!("No measurable value"),
        Rule::NoUnit => text!("Number without a unit"),
        Rule::OpenLimit => text!("Direction without a limit"),
        Rule::Superlative => text!("Comparison with nothing"),
        Rule::Absolute => text!("Absolute word"),
        Rule::Several => text!("Several requirements in one"),
        Rule::Passive => text!("Passive without actor"),
        Rule::Weak => text!("Weak obligation"),
        Rule::NoObligation => text!("No obligation"),
        Rule::Pronoun => text!("Pronoun"),
        Rule::Abbreviation => text!("Undefined abbreviation"),
        Rule::UndefinedTerm => text!("Undefined term"),
        Rule::OtherTerm => text!("Another word for the same"),
        Rule::SaidTwice => text!("Said twice"),
        Rule::Universal => text!("“All” instead of “each”"),
        Rule::Negation => text!("Only what shall not be"),
        Rule::Infinitive => text!("Ability instead of deed"),
        Rule::Purpose => text!("Reason inside the demand"),
        Rule::Brackets => text!("Remark in brackets"),
        Rule::Design => text!("Solution instead of need"),
        Rule::Ears => text!("Sentence pattern"),
        Rule::System => text!("System not named"),
        Rule::Long => text!("Too long"),
        Rule::NoTolerance => text!("Value without limits"),
        Rule::OtherUnit => text!("Another unit"),
    }
}

/// Why it matters, and what to do.
pub fn why(rule: Rule) -> Text {
    match rule {
        Rule::Placeholder => {
            text!("Nothing can be built or tested by a gap. Fill it in, or ask the customer.")
        }
        Rule::NoAcceptance => text!("Nobody will agree later whether it is met. Say how one will see it."),
        Rule::Escape => text!("It lets somebody off at will. Delete it, or name the case."),
        Rule::OpenEnd => text!("Nobody can tell what belongs to it. List what is meant."),
        Rule::Slash => text!("It can be read in two ways. Write which one is meant."),
        Rule::Vague => {
            text!("Everybody reads it differently, so nobody can verify it. Name a quantity or a test.")
        }
        Rule::VagueTime => text!("It names no time. Give a span, a date or an interval."),
        Rule::NoMeasure => text!("Nothing says when it is met. Give a number, a date, a standard or a test."),
        Rule::NoUnit => text!("A number alone can be anything. Add its unit."),
        Rule::OpenLimit => text!("It never ends. Say how far is far enough."),
        Rule::Superlative => {
            text!("It compares with something that is not named. Give the value that is wanted.")
        }
        Rule::Absolute => text!("Nothing is ever so. Say when, or how often at least."),
        Rule::Several => text!("One part can be met and another not. Make a requirement of each."),
        Rule::Passive => text!("Nobody is named who does it. Say who: we, the customer, the system."),
        Rule::Weak => text!("It reads as a wish. Write “shall” where it binds, or lower its priority."),
        Rule::NoObligation => text!("It says how something is, not how it shall be. Write “shall”."),
        Rule::Pronoun => text!("Alone, the sentence does not say what it speaks of. Name the thing."),
        Rule::Abbreviation => {
            text!("Not every reader knows it. Write it out once, or add it to the terms of the set.")
        }
        Rule::UndefinedTerm => {
            text!(
                "It reads as a term, and the terms of this set do not hold it. Add it there, or use a plain word."
            )
        }
        Rule::OtherTerm => {
            text!(
                "The set calls this by another word. Use one word for one thing, so that nobody looks for two."
            )
        }
        Rule::SaidTwice => text!("Both say nearly the same. Keep one, or say what is different."),
        Rule::Universal => text!("“Each” can be checked one by one; “all” is easily read as “together”."),
        Rule::Negation => text!("What shall not be cannot be tested to an end. Say what shall be instead."),
        Rule::Infinitive => text!("Being able to do it is not doing it. Demand the deed."),
        Rule::Purpose => text!("A reason is not verified. Move it to the rationale."),
        Rule::Brackets => {
            text!("It is unclear whether a remark in brackets binds. Write it out, or leave it out.")
        }
        Rule::Design => {
            text!("It names one solution. Say what is needed, unless the customer wants just this.")
        }
        Rule::Ears => {
            text!(
                "Begin with “If … then” for a fault, “When” for an event, “While” for a state, and say behind “shall” what is to happen."
            )
        }
        Rule::System => {
            text!(
                "A demand is made of one system that the terms of the set name. Name it, so that everybody knows what has to meet it."
            )
        }
        Rule::Long => text!("Long sentences hide a second demand. Shorten it, or part it."),
        Rule::NoTolerance => text!("No value is met exactly. Give a lower or an upper limit."),
        Rule::OtherUnit => {
            text!(
                "The rest of the set tells the same in another unit. Use one, so that nobody misreads a limit."
            )
        }
    }
}

/// How much it matters, in a word.
pub fn weight(severity: Severity) -> Text {
    match severity {
        Severity::Error => text!("Error"),
        Severity::Warning => text!("Warning"),
        Severity::Hint => text!("Hint"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dismissal_holds_for_the_same_words_only() {
        let it = Requirement {
            statement: "It shall be robust.".into(),
            acceptance: "Drop test".into(),
            ..Requirement::default()
        };
        let found = findings(&it, &[], &Known::default());
        let robust = found.iter().find(|it| it.rule == Rule::Vague).expect("“robust” is vague");
        let dismissed = Dismissed {
            id: 1,
            record_id: 1,
            field: "statement".into(),
            rule: "vague".into(),
            words: robust.words.clone(),
            reason: "A term of the contract".into(),
            by: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let of = |it: &Requirement| {
            let found = with_answers(findings(it, &[], &Known::default()), std::slice::from_ref(&dismissed));
            found.iter().filter(|it| it.finding.rule == Rule::Vague && it.dismissed.is_some()).count()
        };
        assert_eq!(of(&it), 1);
        assert_eq!(of(&Requirement { statement: "It shall be flexible.".into(), ..it }), 0);
    }

    #[test]
    fn a_unit_that_the_rest_of_the_set_does_not_use_is_told_with_the_usual_one() {
        let told = |characteristic: &str, unit: &str, count: i64, first: i64| Measured {
            characteristic: characteristic.into(),
            unit: unit.into(),
            count,
            first,
        };
        let known = Known {
            units: vec![
                told("Set pressure", "bar(g)", 2, 7),
                told("set pressure", "kPa", 1, 3),
                told("Length", "mm", 1, 1),
            ],
            ..Known::default()
        };
        let of = |unit: &str, characteristic: &str, off: &[Rule]| {
            let it = Requirement {
                statement: "The pump shall hold its pressure.".into(),
                acceptance: "Pressure test".into(),
                characteristic: characteristic.into(),
                unit: unit.into(),
                upper: "7".into(),
                ..Requirement::default()
            };
            let found = findings(&it, off, &known);
            found.into_iter().find(|it| it.rule == Rule::OtherUnit).map(|it| it.suggestions[0].clone())
        };
        assert_eq!(of("kPa", "set  pressure", &[]), None, "another characteristic, as it is written");
        assert_eq!(of("kPa", "Set pressure", &[]).as_deref(), Some("bar(g)"));
        assert_eq!(of("bar(g)", "set pressure", &[]), None);
        assert_eq!(of("l/h", "set pressure", &[]), None, "something else is measured");
        assert_eq!(of("m", "length", &[]).as_deref(), Some("mm"));
        assert_eq!(of("kPa", "Set pressure", &[Rule::OtherUnit]), None);
    }

    #[test]
    fn what_was_said_before_is_told_with_its_number() {
        let other = Side { number: "REQ-0412".into(), ..Side::default() };
        assert_eq!(said_twice("The tray shall hold 60 l.", &[]), None);
        let found = said_twice(" The tray shall hold 60 l.\nOf water.", &[&other]).expect("it is said twice");
        assert_eq!((found.words.as_str(), found.range), ("The tray shall hold 60 l.", 1..26));
        assert_eq!(found.suggestions, ["The tray shall hold 60 l, unlike REQ-0412 …", ""]);
        let found = said_twice("Die Wanne muss 60 l fassen.", &[&other; 5]).expect("it is said twice");
        assert_eq!(found.suggestions.len(), 4, "three of five, and leaving it out");
        assert_eq!(found.suggestions[0], "Die Wanne muss 60 l fassen, anders als REQ-0412 …");
    }

    #[test]
    fn what_a_set_explains_is_known_in_it() {
        let choice = Choice { terms: typed_terms("PAA, COSHH PAA"), ..Choice::default() };
        let known = known_terms(&choice, ["Ready for transport (RFT) by Monday (or so)."]);
        assert_eq!(known.into_iter().collect::<Vec<_>>(), ["COSHH", "PAA", "RFT"]);
    }

    #[test]
    fn terms_are_typed_with_the_words_that_are_not_said_for_them() {
        let terms = typed_terms("controller = control  unit, PAA COSHH\nAcceptance Test, SPS = PLC");
        assert_eq!(terms, ["Acceptance Test", "COSHH", "PAA", "SPS = PLC", "controller = control unit"]);
        let choice = Choice { terms, ..Choice::default() };
        assert!(known_terms(&choice, []).contains("SPS"));
        let systems = Choice { terms: typed_terms("PLC (system), PAA"), ..Choice::default() };
        assert_eq!(systems.terms, ["PAA", "PLC (system)"]);
        assert!(known_terms(&systems, []).contains("PLC"));
        let known =
            Known { glossary: Glossary::of(choice.terms.iter().map(String::as_str)), ..Known::default() };
        let it = Requirement {
            statement: "The control unit shall pass the Final Check.".into(),
            acceptance: "Seen at FAT".into(),
            ..Requirement::default()
        };
        let found = |off: &[Rule]| {
            let found = findings(&it, off, &known).into_iter();
            found.map(|it| (it.rule, it.suggestions[0].clone())).collect::<Vec<_>>()
        };
        assert_eq!(
            found(&[]),
            [(Rule::OtherTerm, "controller".to_owned()), (Rule::UndefinedTerm, "final check".to_owned())]
        );
        assert!(found(&[Rule::OtherTerm, Rule::UndefinedTerm]).is_empty());
    }
}
