//! Of which system does a sentence demand something, where the glossary names systems: `the <system> shall <response>`.

use std::ops::Range;

use super::Sentence;
use crate::language::Language;
use crate::rule::Rule;
use crate::text::capital;
use crate::{Around, Hit};

/// So many words behind a German duty its subject ends at the latest.
const LONGEST_SUBJECT: usize = 8;
/// More words that begin no subject.
const BESIDE: &[&str] = &[
    "upon",
    "once",
    "innerhalb",
    "außerhalb",
    "binnen",
    "während",
    "durch",
    "ohne",
    "um",
    "unter",
    "über",
    "außer",
    "zwischen",
    "aus",
    "neben",
    "gegen",
    "bis",
    "ab",
    "seit",
    "zur",
    "zum",
    "beim",
    "danach",
    "dabei",
    "vorher",
    "anschließend",
    "zusätzlich",
    "spätestens",
];

impl Sentence<'_> {
    /// A demand that speaks of no system of the glossary, or of two at once. Who the parties are, everybody knows.
    pub(super) fn system(&self, around: &Around) -> Option<Hit> {
        let glossary = around.glossary.filter(|it| it.has_systems() && !around.is_of_trade)?;
        let subject = self.demanded_of()?;
        let named = glossary.systems_in(self.text, &subject);
        if let Some((first, second)) = named.first().zip(named.get(1)) {
            let both = first.start..second.end;
            let is_two =
                self.is_joined(first.end..second.start) && !self.is_behind_a_preposition(&subject, first);
            let each = [first, second].map(|it| self.said(it.clone()));
            return is_two.then(|| Hit::new(Rule::System, self.text.range(both)).with(&each));
        }
        let names = |words: &Range<usize>| {
            words.clone().any(|it| self.is("party", it)) || !glossary.systems_in(self.text, words).is_empty()
        };
        if names(&subject) || self.agent().is_some_and(|it| names(&it)) {
            return None;
        }
        let told = self.said(subject.clone());
        let begins = subject.start == self.words.start;
        let near = glossary.nearest(told);
        let mut instead: Vec<String> =
            near.iter().map(|it| if begins { capital(it) } else { (*it).to_owned() }).collect();
        instead.extend(near.first().map(|it| match self.language {
            Language::English => format!("{told} of the {it}"),
            Language::German => format!("{told} … {it}"),
        }));
        let instead: Vec<&str> = instead.iter().map(String::as_str).collect();
        Some(Hit::new(Rule::System, self.text.range(subject)).with(&instead))
    }

    /// What a demand is made of, without its article: it stands before the word that obliges, or in German behind it.
    fn demanded_of(&self) -> Option<Range<usize>> {
        let duty = *self.duties.first()?;
        let mut start = self.main_clause()?.start;
        if self.is_preposition(start)
            && let Some(behind) = (start + 1..duty).find(|it| self.text.gap(*it).contains(','))
        {
            start = behind;
        }
        let is_turned = self.language == Language::German
            && (start >= duty || self.is_preposition(start) || matches!(self.lower(start), "den" | "dem"));
        let whole = if is_turned { self.behind(duty)? } else { start..duty };
        let start = whole.clone().find(|it| !is_determiner(self.lower(*it)))?;
        let is_pronoun = whole.len() == 1 && self.is("pronoun", start);
        (!is_pronoun).then_some(start..whole.end)
    }

    /// "muss die Steuerung der Linie A innerhalb von 2 s …": the first noun behind, and whose it is.
    fn behind(&self, duty: usize) -> Option<Range<usize>> {
        let (first, last) = (duty + 1, self.words.end.min(duty + 1 + LONGEST_SUBJECT));
        let is_noun = |it: usize| self.word(it).is_some_and(|it| it.is_capital() || it.has_digit());
        if !is_determiner(self.lower(first)) && !is_noun(first) {
            return None;
        }
        let noun = (first..last).find(|it| is_noun(*it))?;
        let mut end = noun + 1;
        while end < last {
            let is_of = matches!(self.lower(end), "der" | "des" | "eines" | "einer") && is_noun(end + 1);
            let joins = self.text.joins(end) && (is_noun(end) || is_of);
            if !joins {
                break;
            }
            end += if is_of { 2 } else { 1 };
        }
        Some(first..end.min(last))
    }

    /// By whom something is done: what stands behind "by".
    fn agent(&self) -> Option<Range<usize>> {
        let duty = *self.duties.first()?;
        let by = (duty + 1..self.words.end)
            .find(|it| matches!(self.lower(*it), "by" | "durch" | "von" | "vom" | "seitens"))?;
        (by + 1 < self.words.end).then_some(by + 1..self.words.end)
    }

    fn is_preposition(&self, word: usize) -> bool {
        let is_small = self.is("function", word) || BESIDE.contains(&self.lower(word));
        is_small && !is_determiner(self.lower(word)) && !self.is("obligation", word)
    }

    /// Whether nothing but "and the" stands between two systems.
    fn is_joined(&self, between: Range<usize>) -> bool {
        let joins = |it: usize| matches!(self.lower(it), "and" | "or" | "und" | "oder" | "sowie");
        between.clone().any(joins) && between.clone().all(|it| joins(it) || is_determiner(self.lower(it)))
    }

    /// "the cable between controller and pump": the cable is spoken of.
    fn is_behind_a_preposition(&self, subject: &Range<usize>, name: &Range<usize>) -> bool {
        (subject.start..name.start).any(|it| self.is_preposition(it))
    }
}

fn is_determiner(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "a"
            | "an"
            | "each"
            | "every"
            | "all"
            | "both"
            | "any"
            | "no"
            | "this"
            | "these"
            | "der"
            | "die"
            | "das"
            | "ein"
            | "eine"
            | "jede"
            | "jeder"
            | "jedes"
            | "alle"
            | "beide"
            | "sämtliche"
            | "diese"
            | "dieser"
            | "dieses"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Glossary, check};

    fn told(words: &str) -> Vec<(String, Vec<String>)> {
        let terms =
            ["pump (system)", "controller (system) = control unit", "Pumpe (System)", "Linie A (System)"];
        let glossary = Glossary::of(terms);
        let around = Around { glossary: Some(&glossary), ..Around::default() };
        let found = check(words, None, &around).into_iter().filter(|it| it.rule == Rule::System);
        found.map(|it| (it.words, it.suggestions)).collect()
    }

    #[test]
    fn a_demand_that_names_no_system_is_told_with_the_nearest_names() {
        for (words, marked, instead) in [
            ("The metering pumps shall stop within 2 s.", "", &[][..]),
            ("The tray shall hold 60 l.", "tray", &["tray of the controller"]),
            ("At FAT, the pumping set shall deliver 20 l/h.", "pumping set", &["pump"]),
            ("Noise shall not exceed 70 dB(A).", "Noise", &["Controller"]),
            (
                "The pump and the controller shall stop within 2 s.",
                "pump and the controller",
                &["pump", "controller"],
            ),
            ("Die Dosierpumpe muss 20 l/h fördern.", "Dosierpumpe", &["Pumpe"]),
            ("Innerhalb von 2 s muss die andere Linie A der Anlage anhalten.", "", &[]),
            (
                "Nach einem Leckalarm muss die Dosierpumpe der Anlage innerhalb von 2 s anhalten.",
                "Dosierpumpe der Anlage",
                &["Pumpe", "Dosierpumpe der Anlage … Pumpe"],
            ),
        ] {
            let found = told(words);
            assert_eq!(found.first().map_or("", |it| it.0.as_str()), marked, "{words}: {found:?}");
            for it in instead {
                assert!(found[0].1.contains(&(*it).to_owned()), "{words}: {found:?}");
            }
        }
    }

    #[test]
    fn who_names_one_or_a_party_or_says_no_demand_is_left_alone() {
        for words in [
            "The cable between controller and pump shall be 5 m long.",
            "If the pump runs dry, then the control unit shall stop it within 3 s.",
            "The supplier shall answer within 4 h.",
            "Certificates shall be provided by the supplier within 5 days.",
            "Delivery in calendar week 2.",
            "It shall stop within 2 s.",
            "Den Sollwert muss die Pumpe innerhalb von 2 s erreichen.",
            "Falls die Saugleitung trocken läuft, dann muss die Pumpe innerhalb von 3 s anhalten.",
        ] {
            assert_eq!(told(words), [], "{words}");
        }
        let glossary = Glossary::of(["pump", "controller = control unit"]);
        let around = Around { glossary: Some(&glossary), ..Around::default() };
        assert!(check("The tray shall hold 60 l.", None, &around).is_empty(), "no term is a system");
        let glossary = Glossary::of(["pump (system)"]);
        let around = Around { glossary: Some(&glossary), is_of_trade: true, ..Around::default() };
        assert!(check("The tray shall hold 60 l.", None, &around).is_empty(), "terms of trade name none");
    }
}
