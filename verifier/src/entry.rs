//! What an entry of the log says of itself: when, who, which deed, on which records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::audit::Columns;
use crate::time;

/// The parts of an entry that are searched for or shown; the rest is only hashed.
#[derive(Deserialize)]
pub(crate) struct Entry<'a> {
    #[serde(default)]
    at: Value,
    #[serde(default)]
    actor: Value,
    #[serde(default, borrow)]
    deed: Cow<'a, str>,
    #[serde(default, borrow)]
    reason: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    records: Vec<Touched<'a>>,
    #[serde(default, borrow)]
    content: Vec<Cow<'a, str>>,
    #[serde(default, borrow)]
    rows_of: BTreeMap<Cow<'a, str>, bool>,
}

#[derive(Deserialize)]
struct Touched<'a> {
    #[serde(default, borrow)]
    number: Cow<'a, str>,
    #[serde(default, borrow)]
    revision: Option<Frozen<'a>>,
}

/// A revision that the deed froze.
#[derive(Deserialize)]
struct Frozen<'a> {
    no: i64,
    #[serde(borrow)]
    digest: Cow<'a, str>,
}

impl<'a> Entry<'a> {
    /// Reads an entry's bytes.
    pub(crate) fn parse(bytes: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }

    /// The first of the searchable columns that says something else than the entry.
    pub(crate) fn differs_from(&self, columns: &Columns) -> Option<&'static str> {
        if self.micros() != Some(columns.at) {
            return Some("time");
        }
        if words(&self.actor) != columns.actor {
            return Some("person");
        }
        if self.deed != columns.deed {
            return Some("deed");
        }
        (!self.touches(columns.records)).then_some("records")
    }

    /// The revisions that it froze: the record's number, which one, its digest.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (&str, i64, &str)> {
        self.records.iter().filter_map(|it| {
            let frozen = it.revision.as_ref()?;
            Some((it.number.as_ref(), frozen.no, frozen.digest.as_ref()))
        })
    }

    /// The digests of the messages, files and remarks that it speaks of.
    pub(crate) fn content(&self) -> impl Iterator<Item = &str> {
        self.content.iter().map(AsRef::as_ref)
    }

    /// The places whose rows of before it named, and whether to their end.
    pub(crate) fn rows_of(&self) -> impl Iterator<Item = (&str, bool)> {
        self.rows_of.iter().map(|(place, to_the_end)| (place.as_ref(), *to_the_end))
    }

    /// The entry in one or two sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let at = self.micros().map_or_else(|| "an unknown time".to_owned(), time::spoken);
        let actor = match words(&self.actor) {
            nobody if nobody.is_empty() => Cow::Borrowed("unnamed"),
            actor => actor,
        };
        let numbers: Vec<_> = self.records.iter().map(|it| it.number.as_ref()).collect();
        let on = if numbers.is_empty() { "" } else { " on " };
        let deed =
            format!("It says: at {at}, person {actor} did \"{}\"{on}{}.", self.deed, numbers.join(", "));
        let reason = self.reason.iter().map(|it| format!("The reason given: {it}"));
        [deed].into_iter().chain(reason).collect()
    }

    fn micros(&self) -> Option<i64> {
        match &self.at {
            Value::String(text) => time::micros(text),
            other => other.as_i64(),
        }
    }

    fn touches(&self, records: &[String]) -> bool {
        let mut told: Vec<&str> = self.records.iter().map(|it| it.number.as_ref()).collect();
        let mut kept: Vec<&str> = records.iter().map(String::as_str).collect();
        told.sort_unstable();
        told.dedup();
        kept.sort_unstable();
        kept.dedup();
        told == kept
    }
}

/// A value that may be text, a number or nothing, in words.
fn words(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8] = br#"{"actor":7,"at":"2026-11-24T20:14:52.000001Z","deed":"release","reason":"new drawing","records":[{"number":"RS-12"},{"number":"CR-3"}]}"#;

    #[test]
    fn each_column_is_compared() {
        let entry = Entry::parse(BYTES).unwrap();
        let records = ["CR-3".to_owned(), "RS-12".to_owned()];
        let right = Columns { at: 1_795_551_292_000_001, actor: "7", deed: "release", records: &records };
        assert_eq!(entry.differs_from(&right), None);
        assert_eq!(entry.differs_from(&Columns { at: 0, ..right }), Some("time"));
        assert_eq!(entry.differs_from(&Columns { actor: "8", ..right }), Some("person"));
        assert_eq!(entry.differs_from(&Columns { deed: "revise", ..right }), Some("deed"));
        assert_eq!(entry.differs_from(&Columns { records: &records[..1], ..right }), Some("records"));
    }

    #[test]
    fn an_entry_is_told_in_words() {
        let sentences = Entry::parse(BYTES).unwrap().sentences();
        let told = "It says: at 2026-11-24 20:14:52 UTC, person 7 did \"release\" on RS-12, CR-3.";
        assert_eq!(sentences, [told, "The reason given: new drawing"]);
    }
}
