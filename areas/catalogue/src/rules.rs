//! The law: when an item may be released, what its revisions are called, and what differs between two of them.

mod compare;
pub mod import;

use kernel::Permit::Any;
use kernel::Role::{Administrator, Engineer, Quality};
use kernel::{
    Bearing, Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Refusal, Result, Rule,
    Sharing, Text, Tone, Verdict, Vocabulary, no_facts, nothing, rule, text,
};

pub use self::compare::{Comparison, compare};
use crate::model::State::{Discontinued, Draft, Released};
use crate::model::Step::{Discontinue, Release, Resume, Revise};
use crate::model::{CatalogueItem, Sort, State, Step};
use crate::queries;

/// Who says what is offered to everybody.
pub const KEEPERS: Permit = Any(&[Engineer, Quality, Administrator]);

/// So many characteristics an item has at most.
pub const MOST: usize = 200;

impl Body for CatalogueItem {
    type State = State;
    type Step = Step;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "CI",
        table: "catalogue_item",
        path: "catalogue",
        numbers: Numbers::Forever,
        sharing: Sharing::Published,
        symbol: "doc",
        one: || text!("Catalogue item"),
        many: || text!("Catalogue"),
    };

    const BEARING: Bearing = Bearing::Content;
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [Step] = &[Release];
    const ASIDE: &'static [State] = &[Discontinued];
    const OPEN: &'static [State] = &[Draft];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const KEYS: &'static [&'static str] = &["base"];
    const FACTS: fn(&Reader, &kernel::Record<Self>, &Self) -> Result<()> = no_facts;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::fits;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let is_code =
            self.code.is_empty() || self.code.chars().all(|it| !it.is_whitespace() && !it.is_control());
        faults.unless(
            is_code && self.code.chars().count() <= 60,
            "code",
            text!("Give an article number without spaces, like KD-20-PV-E."),
        );
        faults.unless(is_decimal(&self.price), "price", text!("Give a number like 118.00."));
        let is_currency = self.currency.is_empty()
            || self.currency.len() == 3 && self.currency.chars().all(|it| it.is_ascii_uppercase());
        faults.unless(is_currency, "currency", text!("Give the currency as three letters, like EUR."));
        let days = self.lead_time_days.is_none_or(|it| (0..=3650).contains(&it));
        faults.unless(days, "lead_time_days", text!("Give a number of days from 0 to 3650."));
        let markets =
            self.markets.iter().all(|it| it.len() == 2 && it.chars().all(|it| it.is_ascii_uppercase()));
        faults.unless(markets, "markets", text!("Give each country as two letters, like GB or DE."));
        let fits = self.characteristics.len() <= MOST;
        faults.unless(
            fits,
            "characteristics",
            text!("Keep it to {count} lines.", count = i64::try_from(MOST).unwrap_or(0)),
        );
        for (place, it) in self.characteristics.iter().enumerate() {
            let field = |name: &str| format!("{name}{}", place + 1);
            faults.unless(
                !it.name.trim().is_empty(),
                &field("name"),
                text!("Give the characteristic a name."),
            );
            let limits = [("lower", &it.lower), ("upper", &it.upper)];
            for (name, words) in limits {
                faults.unless(
                    is_decimal(words),
                    &field(name),
                    text!("Give a number like 7.5, or leave it empty."),
                );
            }
            let twins =
                self.characteristics.iter().filter(|other| other.name.trim() == it.name.trim()).count();
            faults.unless(
                twins == 1,
                &field("name"),
                text!(
                    "Two characteristics are called “{name}”. Call one of them otherwise.",
                    name = it.name.trim()
                ),
            );
        }
        for (field, words) in [("summary", &self.summary), ("packing", &self.packing)] {
            let fits = words.chars().count() <= 20_000;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 20_000i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        let named = self.characteristics.iter().map(|it| format!("{} {} {}", it.name, it.value, it.unit));
        let lines = [&self.features, &self.options, &self.exclusions].into_iter().flatten().cloned();
        let all: Vec<String> = [self.code.clone(), self.summary.clone(), self.packing.clone()]
            .into_iter()
            .chain(named)
            .chain(lines)
            .collect();
        all.join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "code" => text!("Article number"),
            "sort" => text!("What it is"),
            "summary" => text!("What it is and does"),
            "base" => text!("Variant of"),
            "characteristics" => text!("Characteristics"),
            "features" => text!("Features"),
            "options" => text!("Options"),
            "exclusions" => text!("Not included"),
            "unit" => text!("Unit"),
            "price" => text!("List price"),
            "currency" => text!("Currency"),
            "lead_time_days" => text!("Lead time in days"),
            "markets" => text!("Markets"),
            "packing" => text!("Packing"),
            "review_on" => text!("To be looked at again on"),
            "last_order_on" => text!("Last day to order"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "sort" => Sort::of(code).map(Vocabulary::text),
            "unit" => unit_of_time(code),
            _ => None,
        }
    }
}

#[rustfmt::skip]
const RULES: &[Rule<CatalogueItem>] = &[
    //   from          step         to            by       needs
    rule(Draft,        Release,     Released,     KEEPERS, it_says_what_it_can_do),
    rule(Released,     Revise,      Draft,        KEEPERS, nothing),
    rule(Released,     Discontinue, Discontinued, KEEPERS, nothing),
    rule(Discontinued, Resume,      Draft,        KEEPERS, nothing),
];

impl kernel::State for State {
    fn tone(self) -> Tone {
        match self {
            Draft => Tone::Idle,
            Released => Tone::Good,
            Discontinued => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        if self == Released { text!("On offer") } else { self.text() }
    }
}

/// What customers are told of a product must be right and whole (ISO 9001, 8.2.1 a; 8.2.2 b).
fn it_says_what_it_can_do(case: &Case<CatalogueItem>) -> Verdict {
    let it = &case.body;
    let mut missing = Vec::new();
    let mut needs = |holds: bool, sentence: Text| {
        if !holds {
            let link = Some(format!("{}/edit", CatalogueItem::KIND.address(&case.record.number)));
            missing.push(Missing { sentence, link });
        }
    };
    needs(!it.code.is_empty(), text!("Give it an article number: orders name it by that."));
    let is_said = !it.summary.trim().is_empty() || !it.characteristics.is_empty() || it.base.is_some();
    needs(is_said, text!("Say what it is and does, or name a characteristic."));
    for one in &it.characteristics {
        let is_crossed = matches!((one.lower.parse::<f64>(), one.upper.parse::<f64>()), (Ok(lower), Ok(upper)) if lower > upper);
        needs(
            !is_crossed,
            text!(
                "Put the limits of “{name}” right: the lower one is above the upper one.",
                name = &one.name
            ),
        );
        let is_tested = !one.is_critical || !one.method.trim().is_empty();
        needs(is_tested, text!("Say how “{name}” is tested: it is critical.", name = &one.name));
    }
    Refusal::of(missing)
}

/// Why an item cannot be released; none where it can.
pub fn why_not(case: &Case<CatalogueItem>, actor: &kernel::Actor) -> Option<Refusal> {
    CatalogueItem::FLOW.target(case, actor, Release).err()
}

/// The word of a unit of time, as it is coded in the Unified Code for Units of Measure (UCUM) or written short; none
/// where it is no unit of time.
pub fn unit_of_time(code: &str) -> Option<Text> {
    Some(match code.trim() {
        "a" | "yr" => text!("year"),
        "mo" => text!("month"),
        "wk" => text!("week"),
        "d" => text!("day"),
        "h" => text!("hour"),
        _ => return None,
    })
}

/// What the next revision is called: A, B, … Z, AA; a number goes on as a number.
pub fn next_label(last: Option<&str>) -> String {
    let Some(last) = last else { return "A".to_owned() };
    let (head, tail) = last.split_at(last.trim_end_matches(|it: char| it.is_ascii_digit()).len());
    if let Ok(number) = tail.parse::<u64>() {
        return format!("{head}{}", number + 1);
    }
    if last.is_empty() || !last.chars().all(|it| it.is_ascii_uppercase()) {
        return format!("{last}-2");
    }
    let mut letters: Vec<u8> = last.bytes().collect();
    for place in (0..letters.len()).rev() {
        if letters[place] < b'Z' {
            letters[place] += 1;
            return String::from_utf8_lossy(&letters).into_owned();
        }
        letters[place] = b'A';
    }
    format!("A{}", String::from_utf8_lossy(&letters))
}

/// Whether words are a decimal, or nothing.
pub fn is_decimal(words: &str) -> bool {
    let digits = words.strip_prefix(['-', '+']).unwrap_or(words);
    words.is_empty()
        || digits.starts_with(|it: char| it.is_ascii_digit())
            && digits.chars().all(|it| it.is_ascii_digit() || it == '.')
            && digits.matches('.').count() <= 1
            && !digits.ends_with('.')
            && digits.len() <= 18
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Characteristic;

    #[test]
    fn revisions_are_called_by_letters_and_go_on_as_they_were_begun() {
        let next = |last: &str| next_label(Some(last));
        assert_eq!(next_label(None), "A");
        assert_eq!(
            (next("A"), next("Z"), next("AZ"), next("ZZ")),
            ("B".into(), "AA".into(), "BA".into(), "AAA".into())
        );
        assert_eq!((next("2"), next("3.5"), next("R9")), ("3".into(), "3.6".into(), "R10".into()));
        assert_eq!(next("final"), "final-2");
    }

    #[test]
    fn a_decimal_is_written_with_a_point_and_nothing_else() {
        assert!(["", "118.00", "-1", "+0.5"].iter().all(|it| is_decimal(it)));
        assert!(!["1,5", "1.", ".5", "1e9", "=1+1", "12 EUR", "1.2.3"].iter().any(|it| is_decimal(it)));
    }

    #[test]
    fn two_characteristics_of_one_name_are_told() {
        let twin = Characteristic { name: "flow".into(), ..Characteristic::default() };
        let item = CatalogueItem { characteristics: vec![twin.clone(), twin], ..CatalogueItem::default() };
        let faults = item.check().unwrap_err();
        assert!(faults.of("name1").is_some() && faults.of("name2").is_some());
    }
}
