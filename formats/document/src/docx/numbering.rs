//! Which number does the word processor show before a paragraph?

use std::collections::HashMap;

use super::package::{Mark, walk};
use crate::{Fault, Limits};

/// The numbering of a document: its rules, and how far it has counted.
#[derive(Default)]
pub struct Numbering {
    /// Of each list, the rule that it follows.
    rule_of: HashMap<String, String>,
    rules: HashMap<String, Vec<Level>>,
    /// Of each style, the list and level that its paragraphs belong to.
    styles: HashMap<String, Place>,
    counts: HashMap<String, Vec<u32>>,
}

/// A list and a level in it, counted from zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub list: String,
    pub level: usize,
}

#[derive(Clone, Default)]
struct Level {
    format: String,
    /// Such as `%1.%2`.
    pattern: String,
    start: u32,
}

/// Levels of a list that Word knows.
const LEVELS: usize = 9;

impl Numbering {
    pub fn read(numbering: &str, styles: &str, limits: &Limits) -> Result<Self, Fault> {
        let mut it = Self::default();
        it.read_rules(numbering, limits)?;
        it.read_styles(styles, limits)?;
        Ok(it)
    }

    /// The number or bullet of the next paragraph at a place; nothing where none is shown.
    pub fn next(&mut self, place: &Place) -> Option<String> {
        let rule = self.rule_of.get(&place.list)?;
        let levels = self.rules.get(rule)?;
        let level = levels.get(place.level)?;
        if level.format == "none" {
            return None;
        }
        if level.format == "bullet" {
            return Some("•".into());
        }
        // Lists with one rule count on together; a deeper level begins anew below a higher one.
        let counts = self.counts.entry(rule.clone()).or_insert_with(|| vec![0; LEVELS]);
        counts[place.level] =
            if counts[place.level] == 0 { level.start } else { counts[place.level].saturating_add(1) };
        counts[place.level + 1..].fill(0);
        let mut label = level.pattern.clone();
        for (at, inner) in levels.iter().enumerate().take(LEVELS) {
            let count = if counts[at] == 0 { inner.start } else { counts[at] };
            label = label.replace(&format!("%{}", at + 1), &written(count, &inner.format));
        }
        let label: String = label.chars().filter(|it| !it.is_control()).take(40).collect();
        (!label.trim().is_empty()).then(|| label.trim().to_owned())
    }

    /// Where paragraphs of a style belong.
    pub fn place_of_style(&self, style: &str) -> Option<&Place> {
        self.styles.get(style)
    }

    fn read_rules(&mut self, xml: &str, limits: &Limits) -> Result<(), Fault> {
        let (mut rule, mut list, mut level) = (None::<String>, None::<String>, None::<usize>);
        walk(xml, limits, |mark| {
            let element = match mark {
                Mark::Begin(element) => element,
                Mark::End(name) => {
                    match name {
                        "abstractNum" => rule = None,
                        "num" => list = None,
                        "lvl" => level = None,
                        _ => {}
                    }
                    return Ok(());
                }
                Mark::Words(_) => return Ok(()),
            };
            let value = element.attribute("val").unwrap_or_default();
            match (element.name.as_str(), &rule, &list, level) {
                ("abstractNum", ..) => {
                    rule = element.attribute("abstractNumId").map(str::to_owned);
                    let first = Level { format: "decimal".into(), pattern: String::new(), start: 1 };
                    self.rules.extend(rule.clone().map(|it| (it, vec![first; LEVELS])));
                }
                ("num", ..) => list = element.attribute("numId").map(str::to_owned),
                ("abstractNumId", _, Some(list), _) => {
                    self.rule_of.insert(list.clone(), value.to_owned());
                }
                ("lvl", ..) => level = element.attribute("ilvl").and_then(|it| it.parse().ok()),
                (part @ ("numFmt" | "lvlText" | "start"), Some(rule), None, Some(level)) => {
                    let found = self.rules.get_mut(rule).and_then(|levels| levels.get_mut(level));
                    match (found, part) {
                        (Some(found), "numFmt") => value.clone_into(&mut found.format),
                        (Some(found), "lvlText") => found.pattern = value.chars().take(40).collect(),
                        (Some(found), _) => found.start = value.parse().unwrap_or(1),
                        (None, _) => {}
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn read_styles(&mut self, xml: &str, limits: &Limits) -> Result<(), Fault> {
        let mut style = None::<String>;
        let mut place = Place::default();
        walk(xml, limits, |mark| {
            match mark {
                Mark::Begin(element) if element.name == "style" => {
                    style = element.attribute("styleId").map(str::to_owned);
                    place = Place::default();
                }
                Mark::Begin(element) if style.is_some() => {
                    place.hear(&element.name, element.attribute("val"));
                }
                Mark::End("style") => {
                    let named = style.take().filter(|_| place.is_list());
                    self.styles.extend(named.map(|it| (it, place.clone())));
                }
                _ => {}
            }
            Ok(())
        })
    }
}

impl Place {
    /// Takes up `numId` and `ilvl`.
    pub fn hear(&mut self, element: &str, value: Option<&str>) {
        match (element, value) {
            ("numId", Some(value)) => value.clone_into(&mut self.list),
            ("ilvl", Some(value)) => self.level = value.parse().unwrap_or(0).min(LEVELS - 1),
            _ => {}
        }
    }

    /// List 0 means none (17.9.18).
    pub fn is_list(&self) -> bool {
        !self.list.is_empty() && self.list != "0"
    }
}

fn written(count: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(count).to_lowercase(),
        "upperLetter" => letters(count),
        "lowerRoman" => roman(count).to_lowercase(),
        "upperRoman" => roman(count),
        "decimalZero" => format!("{count:02}"),
        _ => count.to_string(),
    }
}

/// A to Z, then AA, BB, as Word counts.
fn letters(count: u32) -> String {
    let Some(before) = count.checked_sub(1) else { return String::new() };
    let letter = char::from(b'A' + u8::try_from(before % 26).unwrap_or(0));
    letter.to_string().repeat((before / 26 + 1).min(10) as usize)
}

fn roman(count: u32) -> String {
    const DIGITS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = count.min(4_999);
    let mut text = String::new();
    for (value, digits) in DIGITS {
        while rest >= value {
            text.push_str(digits);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_count_within_clauses() {
        let rules = r#"<n><abstractNum abstractNumId="7">
            <lvl ilvl="0"><start val="3"/><numFmt val="decimal"/><lvlText val="%1"/></lvl>
            <lvl ilvl="1"><start val="1"/><numFmt val="lowerLetter"/><lvlText val="%1.%2)"/></lvl>
            </abstractNum><num numId="1"><abstractNumId val="7"/></num></n>"#;
        let styles = r#"<s><style styleId="Heading2"><pPr><numPr><ilvl val="1"/><numId val="1"/></numPr></pPr></style></s>"#;
        let mut numbering = Numbering::read(rules, styles, &Limits::default()).unwrap();
        let upper = Place { list: "1".into(), level: 0 };
        let lower = numbering.place_of_style("Heading2").unwrap().clone();
        let labels: Vec<_> =
            [&upper, &lower, &lower, &upper, &lower].iter().map(|it| numbering.next(it).unwrap()).collect();
        assert_eq!(labels, ["3", "3.a)", "3.b)", "4", "4.a)"]);
        assert_eq!(numbering.next(&Place { list: "9".into(), level: 0 }), None);
    }

    #[test]
    fn letters_and_roman_numbers_are_those_of_word() {
        assert_eq!(
            (letters(1), letters(26), letters(27), letters(0)),
            ("A".into(), "Z".into(), "AA".into(), String::new())
        );
        assert_eq!((roman(4), roman(1994)), ("IV".into(), "MCMXCIV".into()));
    }
}
