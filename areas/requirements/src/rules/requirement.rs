//! What may a requirement say, how are its fields written as words, and when does it count as released?

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kernel::{
    Bearing, Body, Case, Faults, Flow, Kind, Numbers, Permit::*, Reader, Record, Refusal, Result, Rule,
    Sharing, Text, Tone, Verdict, Vocabulary, rule, text,
};
use serde_json::Value as Json;

use crate::model::Requirement;
use crate::model::requirement::{
    State::{self, *},
    Step::{self, *},
};
use crate::model::set;
use crate::queries;

/// What people write in a requirement beside its title, in the order in which it is shown and compared.
pub const FIELDS: &[&str] = &[
    "statement",
    "class",
    "kind",
    "source",
    "passage",
    "said_by_name",
    "said_at",
    "rationale",
    "priority",
    "kano",
    "acceptance",
    "verification",
    "function",
    "product",
    "characteristic",
    "value",
    "lower",
    "upper",
    "unit",
];

/// So many characters a text of a requirement may have.
const LONGEST: usize = 20_000;

/// The state of the set that holds a requirement; none where the actor does not see the set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InSet(pub Option<set::State>);

impl Body for Requirement {
    type State = State;
    type Step = Step;
    type Facts = InSet;

    const KIND: Kind = Kind {
        prefix: "REQ",
        table: "requirement",
        path: "requirements",
        numbers: Numbers::Forever,
        sharing: Sharing::Offered,
        symbol: "doc",
        one: || text!("Requirement"),
        many: || text!("Requirements"),
    };
    const BEARING: Bearing = Bearing::Demand;
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [Step] = &[Release, Reopen];
    const OPEN: &'static [State] = &[Draft];
    const ASIDE: &'static [State] = &[Withdrawn];
    const REOPENS: Option<Step> = Some(Reopen);
    const KEYS: &'static [&'static str] = &["set_id", "said_by", "function"];
    const PERSONAL: &'static [&'static str] = &["said_by_name"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<InSet> = queries::state_of_set;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::its_passage_is_cited;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, words) in [
            ("statement", &self.statement),
            ("rationale", &self.rationale),
            ("acceptance", &self.acceptance),
            ("passage", &self.passage),
        ] {
            let count = i64::try_from(LONGEST).unwrap_or(i64::MAX);
            faults.unless(
                words.chars().count() <= LONGEST,
                field,
                text!("Shorten it to {count} characters.", count = count),
            );
        }
        for (field, number) in [("value", &self.value), ("lower", &self.lower), ("upper", &self.upper)] {
            faults.unless(number.is_empty() || is_decimal(number), field, text!("Give a number like 12.5."));
        }
        faults.into_result()
    }

    /// What it says. Where it stands is the manifest's business: moving is not changing.
    fn content(&self) -> Result<Json> {
        let mut content = serde_json::to_value(self)?;
        for place in ["set_id", "section", "place"] {
            if let Json::Object(fields) = &mut content {
                fields.remove(place);
            }
        }
        Ok(content)
    }

    fn words(&self) -> String {
        [
            &self.statement,
            &self.acceptance,
            &self.source,
            &self.passage,
            &self.rationale,
            &self.product,
            &self.characteristic,
        ]
        .map(String::as_str)
        .join("\n")
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        use crate::model::{Class, Kano, Nature, Priority, Verification};
        match field {
            "class" => Class::of(code).map(Vocabulary::text),
            "kind" => Nature::of(code).map(Vocabulary::text),
            "priority" => Priority::of(code).map(Vocabulary::text),
            "kano" => Kano::of(code).map(Vocabulary::text),
            "verification" => Verification::of(code).map(Vocabulary::text),
            _ => None,
        }
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "set_id" => text!("Requirement set"),
            "section" => text!("Section"),
            "place" => text!("Place in its section"),
            "statement" => text!("Statement"),
            "class" => text!("Class"),
            "kind" => text!("Kind"),
            "said_by" | "said_by_name" => text!("Said by"),
            "said_at" => text!("Said at"),
            "source" => text!("Source"),
            "passage" => text!("Words it comes from"),
            "rationale" => text!("Rationale"),
            "priority" => text!("Priority"),
            "kano" => text!("Effect on satisfaction"),
            "acceptance" => text!("Acceptance criterion"),
            "verification" => text!("Verified by"),
            "function" => text!("Function"),
            "product" => text!("Product"),
            "characteristic" => text!("Characteristic"),
            "value" => text!("Value"),
            "lower" => text!("Lower limit"),
            "upper" => text!("Upper limit"),
            "unit" => text!("Unit"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Requirement>] = &[
    //   from   step      to         by     needs
    rule(Draft, Release,  Valid,     Staff, its_set_is_worked_on),
    rule(Valid, Reopen,   Draft,     Staff, its_set_is_worked_on),
    rule(Draft, Withdraw, Withdrawn, Staff, its_set_is_worked_on),
    rule(Valid, Withdraw, Withdrawn, Staff, its_set_is_worked_on),
];

impl kernel::State for State {
    fn tone(self) -> Tone {
        match self {
            Draft => Tone::Idle,
            Valid => Tone::Good,
            Withdrawn => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Draft => text!("With us"),
            _ => self.text(),
        }
    }
}

fn its_set_is_worked_on(case: &Case<Requirement>) -> Verdict {
    let sentence =
        text!("Its set is closed. Revise the set first; once it is agreed, raise a change request.");
    Refusal::unless(case.facts.0 == Some(set::State::Draft), sentence)
}

impl Requirement {
    /// What a field says, as a person would write it; words of closed lists by their codes.
    pub fn written(&self, field: &str) -> String {
        match field {
            "statement" => self.statement.clone(),
            "class" => self.class.code(),
            "kind" => self.kind.code(),
            "source" => self.source.clone(),
            "passage" => self.passage.clone(),
            "said_by_name" => self.said_by_name.clone(),
            "said_at" => self.said_at.map(|it| it.to_string()).unwrap_or_default(),
            "rationale" => self.rationale.clone(),
            "priority" => self.priority.map(Vocabulary::code).unwrap_or_default(),
            "kano" => self.kano.map(Vocabulary::code).unwrap_or_default(),
            "acceptance" => self.acceptance.clone(),
            "verification" => self.verification.map(Vocabulary::code).unwrap_or_default(),
            "function" => self.function.map(|it| it.to_string()).unwrap_or_default(),
            "product" => self.product.clone(),
            "characteristic" => self.characteristic.clone(),
            "value" => self.value.clone(),
            "lower" => self.lower.clone(),
            "upper" => self.upper.clone(),
            "unit" => self.unit.clone(),
            _ => String::new(),
        }
    }

    /// Writes a field; words of closed lists are understood by their codes and by what people call them.
    ///
    /// # Errors
    /// Names the field where the words do not fit, or where there is no such field.
    pub fn write(&mut self, field: &str, words: &str) -> Result<(), Faults> {
        let words = words.trim();
        match field {
            "statement" => words.clone_into(&mut self.statement),
            "class" => self.class = choice(field, words)?.unwrap_or_default(),
            "kind" => self.kind = choice(field, words)?.unwrap_or_default(),
            "source" => words.clone_into(&mut self.source),
            "passage" => words.clone_into(&mut self.passage),
            "said_by_name" => self.name_speaker(words),
            "said_at" => self.said_at = moment(words, self.said_at)?,
            "rationale" => words.clone_into(&mut self.rationale),
            "priority" => self.priority = choice(field, words)?,
            "kano" => self.kano = choice(field, words)?,
            "acceptance" => words.clone_into(&mut self.acceptance),
            "verification" => self.verification = choice(field, words)?,
            "function" => self.function = function(words)?,
            "product" => words.clone_into(&mut self.product),
            "characteristic" => words.clone_into(&mut self.characteristic),
            "value" => self.value = decimal(field, words)?,
            "lower" => self.lower = decimal(field, words)?,
            "upper" => self.upper = decimal(field, words)?,
            "unit" => words.clone_into(&mut self.unit),
            _ => return Err(Faults::one(field, text!("There is no such field. Leave it out."))),
        }
        Ok(())
    }

    /// Somebody of another name is not the person we know.
    fn name_speaker(&mut self, name: &str) {
        if self.said_by_name != name {
            self.said_by = None;
        }
        name.clone_into(&mut self.said_by_name);
    }
}

/// Whether words are those that a requirement cites, whose text says them for ever: all of them, from the first to the
/// last, however white space is set.
///
/// # Errors
/// Names the field where they are others. Whoever cites nothing writes what they like.
pub fn are_cited<'a>(words: &str, mut cited: impl Iterator<Item = &'a str>) -> Result<(), Faults> {
    let mut all = Faults::default();
    let sentence = text!(
        "It cites these words of a text, and they stay as they stand there. Make a requirement of other words in that text."
    );
    let is_there = match cited.next() {
        None => true,
        Some(first) => std::iter::once(first).chain(cited).any(|it| is_all_of(it, words)),
    };
    all.unless(is_there, "passage", sentence);
    all.into_result()
}

fn is_all_of(cited: &str, words: &str) -> bool {
    kernel::locate(cited, words).is_some() && kernel::locate(words, cited).is_some()
}

/// The moment that a person wrote: `2026-06-01T12:00`, in their zone, or with an offset of its own; of a day alone its
/// beginning.
pub fn moment_of(words: &str, zone: &TimeZone) -> Option<Timestamp> {
    let words = words.trim();
    if let Ok(moment) = words.parse::<Timestamp>() {
        return Some(moment);
    }
    let moment: DateTime = words.parse().ok()?;
    zone.to_timestamp(moment).ok()
}

/// A moment that says nothing of its zone is in UTC. Whoever writes again what a form showed, to the minute or the second,
/// changes nothing.
fn moment(words: &str, before: Option<Timestamp>) -> Result<Option<Timestamp>, Faults> {
    if words.is_empty() {
        return Ok(None);
    }
    let sentence = text!("Give a day and a time like 2026-11-16 09:30.");
    let moment = moment_of(words, &TimeZone::UTC).ok_or_else(|| Faults::one("said_at", sentence))?;
    let is_shown = |it: Timestamp| {
        let micros = it.as_microsecond();
        [1_000_000, 60_000_000]
            .iter()
            .any(|unit| micros - micros.rem_euclid(*unit) == moment.as_microsecond())
    };
    Ok(before.filter(|it| is_shown(*it)).or(Some(moment)))
}

/// A word of a closed list as people type it: by its code or by its English name, however it is set.
pub fn typed<V: Vocabulary>(words: &str) -> Option<V> {
    let plain = |it: &str| it.to_lowercase().replace([' ', '-'], "_");
    let code = match plain(words).as_str() {
        "statutory" => "regulatory".to_owned(),
        "excitement" => "attractive".to_owned(),
        other => other.to_owned(),
    };
    V::of(&code).or_else(|| V::ALL.iter().copied().find(|it| plain(&it.text().to_string()) == code))
}

fn choice<V: Vocabulary>(field: &str, words: &str) -> Result<Option<V>, Faults> {
    if words.is_empty() {
        return Ok(None);
    }
    let word = typed::<V>(words);
    word.map(Some).ok_or_else(|| Faults::one(field, text!("Choose one of the words in the list.")))
}

fn function(words: &str) -> Result<Option<i64>, Faults> {
    if words.is_empty() {
        return Ok(None);
    }
    words
        .parse()
        .map(Some)
        .map_err(|_| Faults::one("function", text!("Choose one of the words in the list.")))
}

/// A number as it was written. A comma is a decimal one unless it could part thousands.
fn decimal(field: &str, words: &str) -> Result<String, Faults> {
    let parts: Vec<&str> = words.split(',').collect();
    let number = match parts.as_slice() {
        [whole, fraction] if fraction.len() != 3 => format!("{whole}.{fraction}"),
        _ => words.to_owned(),
    };
    if number.is_empty() || is_decimal(&number) {
        return Ok(number);
    }
    Err(Faults::one(field, text!("Give a number like 12.5.")))
}

fn is_decimal(words: &str) -> bool {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let unsigned = words.strip_prefix(['-', '+']).unwrap_or(words);
    unsigned.len() <= 40
        && unsigned.split_once('.').map_or(digits(unsigned), |(whole, part)| digits(whole) && digits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_stay_as_they_were_written() {
        let mut it = Requirement::default();
        for (typed, kept) in [("1.50", "1.50"), ("-5", "-5"), ("8,7", "8.7"), ("", "")] {
            it.write("value", typed).unwrap();
            assert_eq!(it.value, kept);
        }
        for typed in ["1,000", "12.", "about 5", "1e5", "1.2.3"] {
            assert!(it.write("value", typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_word_is_known_by_its_code_and_by_its_name() {
        let mut it = Requirement::default();
        it.write("kind", "Post-delivery").unwrap();
        it.write("class", "statutory").unwrap();
        it.write("verification", "TEST").unwrap();
        assert_eq!(
            [it.written("kind"), it.written("class"), it.written("verification")],
            ["post_delivery", "regulatory", "test"]
        );
        assert!(it.write("kano", "wonderful").is_err());
        assert!(it.write("colour", "blue").is_err());
    }

    #[test]
    fn every_field_is_written_as_it_is_read_and_has_a_name() {
        let mut it = Requirement::default();
        let words = |field: &str| match field {
            "class" => "implied",
            "kind" => "safety",
            "priority" => "should",
            "kano" => "attractive",
            "verification" => "analysis",
            "function" | "value" | "lower" | "upper" => "12",
            "said_at" => "2026-06-01T10:00:00Z",
            _ => "words",
        };
        for field in FIELDS {
            it.write(field, words(field)).unwrap();
            assert_eq!(it.written(field), words(field), "{field}");
            assert!(Requirement::label(field).is_some(), "{field}");
        }
    }

    #[test]
    fn who_said_it_and_when_can_be_mended() {
        let at: Timestamp = "2026-06-01T10:00:37.5Z".parse().unwrap();
        let mut it = Requirement {
            said_by: Some(7),
            said_by_name: "Carl".into(),
            said_at: Some(at),
            ..Requirement::default()
        };
        it.write("said_by_name", "Carl").unwrap();
        for shown in ["2026-06-01T12:00:37+02:00", "2026-06-01T10:00", "2026-06-01 10:00:37"] {
            it.write("said_at", shown).unwrap();
            assert_eq!((it.said_by, it.said_at), (Some(7), Some(at)), "{shown}");
        }
        it.write("said_by_name", "Eve").unwrap();
        it.write("said_at", "2026-06-02").unwrap();
        assert_eq!((it.said_by, it.written("said_at").as_str()), (None, "2026-06-02T00:00:00Z"));
        assert!(it.write("said_at", "last week").is_err());
        it.write("said_at", "").unwrap();
        assert_eq!(it.said_at, None);
    }

    #[test]
    fn a_moment_is_read_in_the_zone_of_the_person() {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(moment_of("2026-06-01T12:00", &zone).unwrap().to_string(), "2026-06-01T10:00:00Z");
        assert_eq!(moment_of("2026-06-01T12:00Z", &zone).unwrap().to_string(), "2026-06-01T12:00:00Z");
        assert_eq!(moment_of("2026-06-01", &zone).unwrap().to_string(), "2026-05-31T22:00:00Z");
        assert_eq!(moment_of("yesterday", &zone), None);
    }

    #[test]
    fn only_words_that_are_cited_stand_as_cited() {
        let cited = ["Dose  from 75 to 200 mg/l."];
        assert!(are_cited("Dose from 75\nto 200 mg/l.", cited.into_iter()).is_ok());
        for words in ["Dose from 75 to 250 mg/l.", "from 75 to 200", ""] {
            assert!(are_cited(words, cited.into_iter()).is_err(), "{words}");
            assert!(are_cited(words, std::iter::empty()).is_ok(), "{words}");
        }
    }

    #[test]
    fn moving_is_not_changing() {
        let here = Requirement {
            set_id: 1,
            section: "s1".into(),
            place: 1024,
            statement: "It shall.".into(),
            ..Requirement::default()
        };
        let there = Requirement { section: "s2".into(), place: 5, ..here.clone() };
        let other = Requirement { value: "1.0".into(), ..here.clone() };
        let digest = |it: &Requirement| kernel::digest(&it.content().unwrap()).unwrap();
        assert_eq!(digest(&here), digest(&there));
        assert_ne!(digest(&here), digest(&other));
        let read: Requirement = serde_json::from_value(here.content().unwrap()).unwrap();
        // Whoever reads it as it was frozen learns neither its set nor where in it.
        assert_eq!((read.statement.as_str(), read.set_id, read.section.as_str()), ("It shall.", 0, ""));
    }
}
