//! What people see: lists, sets as record, table and document, comparisons, requirements and their forms.

pub mod capture;
pub mod checklist;
pub mod compare;
pub mod distribution;
pub mod document;
pub mod export;
pub mod files;
pub mod form;
pub mod list;
pub mod picture;
pub mod requirement;
pub mod set;
pub mod sheet;
pub mod standing;
pub mod table;
pub mod trace;
pub mod wording;

use jiff::Timestamp;
use kernel::{Body, Faults, Vocabulary};
use maud::{Markup, PreEscaped, html};
use web::language::{say, word};
use web::t;

use crate::model::{Class, Kano, Line, Nature, Priority, Requirement, RequirementSet, Verification};

/// Pairs of value and word, as fields offer them.
pub type Options = Vec<(String, String)>;

/// The pages of a set, by the last part of their address; empty for the record itself.
pub fn of_set(number: &str, rest: &str) -> String {
    web::below(&RequirementSet::KIND.address(number), rest)
}

/// An address with what is asked of it; what is empty is left out.
pub fn asking(address: &str, asked: &[(&str, &str)]) -> String {
    let filled = asked.iter().filter(|(_, it)| !it.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
}

/// The page of a requirement.
pub fn of_requirement(number: &str) -> String {
    Requirement::KIND.address(number)
}

/// What people call a field of a requirement.
pub fn label(field: &str) -> String {
    match field {
        "title" => t!("Title"),
        "file" => t!("File"),
        other => Requirement::label(other).map_or_else(|| other.to_owned(), |it| say(&it)),
    }
}

/// The words of a closed list that a field offers; none where anything can be written.
pub fn options(field: &str, functions: &Options) -> Option<Options> {
    Some(match field {
        "class" => words_of::<Class>(),
        "kind" => words_of::<Nature>(),
        "priority" => words_of::<Priority>(),
        "kano" => words_of::<Kano>(),
        "verification" => words_of::<Verification>(),
        "function" => functions.clone(),
        _ => return None,
    })
}

fn words_of<V: Vocabulary>() -> Options {
    V::ALL.iter().map(|it| (it.code(), word(*it))).collect()
}

/// A field as people read it: the words of closed lists instead of their codes.
pub fn shown(field: &str, written: &str) -> String {
    fn of<V: Vocabulary>(code: &str) -> String {
        V::of(code).map_or_else(|| code.to_owned(), word)
    }
    match field {
        "class" => of::<Class>(written),
        "kind" => of::<Nature>(written),
        "priority" => of::<Priority>(written),
        "kano" => of::<Kano>(written),
        "verification" => of::<Verification>(written),
        _ => written.to_owned(),
    }
}

/// The same with numbers and moments as the reader writes them; files keep them plain.
pub fn read(field: &str, written: &str) -> String {
    if field == "said_at" {
        return written.parse().map_or_else(|_| written.to_owned(), web::language::exact_moment);
    }
    let is_number = matches!(field, "value" | "lower" | "upper")
        && written.contains(|it: char| it.is_ascii_digit())
        && written.trim_start_matches('-').chars().all(|it| it.is_ascii_digit() || it == '.');
    if is_number { web::language::decimal(written) } else { shown(field, written) }
}

/// A field as it is written where it can be written again: a moment by the clock of the reader, with what it is off UTC.
pub fn again(field: &str, written: &str) -> String {
    let Some(moment) = (field == "said_at").then(|| written.parse::<Timestamp>().ok()).flatten() else {
        return written.to_owned();
    };
    let zone = web::language::time_zone();
    moment.display_with_offset(zone.to_offset(moment)).to_string()
}

/// A field of a line as people read it.
pub fn shown_of(line: &Line, field: &str) -> String {
    shown(field, &line.written(field))
}

/// Whether a field holds Markdown.
pub fn is_rich(field: &str) -> bool {
    matches!(field, "statement" | "rationale" | "intended_use" | "prose")
}

/// Markdown as it is read; headings in it stay below those of the page.
pub fn rich(words: &str) -> Markup {
    PreEscaped(markdown::html(words, 3))
}

/// The value with its limits and unit, as people write it: `17.4 (8.7 to 23.2) l/h`.
pub fn measured(it: &Requirement) -> Option<String> {
    let Requirement { value, lower, upper, unit, .. } = it;
    let number = |it: &str| web::language::decimal(it);
    let limits = match (lower.as_str(), upper.as_str()) {
        ("", "") => None,
        (lower, upper) if lower == upper && (value.is_empty() || value == lower) => {
            return Some(exactly(lower, unit));
        }
        (lower, "") => Some(t!("at least {lower}", lower = number(lower))),
        ("", upper) => Some(t!("at most {upper}", upper = number(upper))),
        (lower, upper) => Some(t!("{lower} to {upper}", lower = number(lower), upper = number(upper))),
    };
    let words = match (value.as_str(), limits) {
        ("", None) => return None,
        ("", Some(limits)) => limits,
        (value, None) => number(value),
        (value, Some(limits)) => format!("{} ({limits})", number(value)),
    };
    Some(format!("{words} {unit}").trim_end().to_owned())
}

fn exactly(value: &str, unit: &str) -> String {
    format!("{} {unit}", web::language::decimal(value)).trim_end().to_owned()
}

/// The faults of a form at its head.
pub fn summary(faults: &Faults) -> Markup {
    let said: Vec<_> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    html! { (web::parts::fault_summary(&said)) }
}

/// What is wrong with one field, in words.
pub fn fault(faults: &Faults, field: &str) -> Option<String> {
    faults.of(field).map(say)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str, lower: &str, upper: &str) -> Option<String> {
        let of = |it: &str| it.to_owned();
        measured(&Requirement {
            value: of(value),
            lower: of(lower),
            upper: of(upper),
            unit: of("l/h"),
            ..Requirement::default()
        })
    }

    #[test]
    fn a_value_is_told_with_its_limits() {
        assert_eq!(with("17.4", "8.7", "23.2").as_deref(), Some("17.4 (8.7 to 23.2) l/h"));
        assert_eq!(with("", "", "60").as_deref(), Some("at most 60 l/h"));
        assert_eq!(with("80", "65", "").as_deref(), Some("80 (at least 65) l/h"));
        assert_eq!(with("2", "2", "2").as_deref(), Some("2 l/h"));
        assert_eq!(with("", "", ""), None);
    }

    #[test]
    fn numbers_are_read_as_people_write_them_and_words_stay() {
        let german = |field: &str, it: &str| {
            web::language::Language::new("de", jiff::tz::TimeZone::UTC).with(|| read(field, it))
        };
        assert_eq!(german("value", "-1200.5"), "-1.200,5");
        assert_eq!(german("value", "about 3.5"), "about 3.5");
        assert_eq!(german("unit", "3.5"), "3.5");
        assert_eq!(shown("value", "1200.5"), "1200.5", "files hold it plain");
        assert_eq!(read("said_at", "soon"), "soon");
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
        let here = web::language::Language::new("en", zone).with(|| again("said_at", "2026-06-01T10:00:00Z"));
        assert_eq!(here, "2026-06-01T12:00:00+02:00");
    }
}
