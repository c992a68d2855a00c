//! Sentences that are kept with what they were said of, and put into words in anybody's language later.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Gap, Text, text};

/// A sentence as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plural: Option<(String, i64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<(String, KeptGap)>,
}

/// What stands where a sentence is kept: before sentences were, it was put into English words, which stay as they are.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Kept(Kept),
    Words(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KeptGap {
    Words(String),
    Text(Box<Kept>),
    Count(i64),
    Day(String),
    Moment(String),
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        kept(self).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Stored::deserialize(from)? {
            Stored::Kept(it) => said(it).map_err(D::Error::custom),
            Stored::Words(words) => Ok(text!("{words}", words = words)),
        }
    }
}

fn kept(text: &Text) -> Kept {
    let gap = |gap: &Gap| match gap {
        Gap::Words(it) => KeptGap::Words(it.clone()),
        Gap::Text(it) => KeptGap::Text(Box::new(kept(it))),
        Gap::Count(it) => KeptGap::Count(*it),
        Gap::Day(it) => KeptGap::Day(it.to_string()),
        Gap::Moment(it) => KeptGap::Moment(it.to_string()),
    };
    Kept {
        key: text.key.to_owned(),
        plural: text.plural.map(|(many, count)| (many.to_owned(), count)),
        gaps: text.gaps.iter().map(|(name, it)| ((*name).to_owned(), gap(it))).collect(),
    }
}

fn said(kept: Kept) -> Result<Text, jiff::Error> {
    let mut gaps = Vec::with_capacity(kept.gaps.len());
    for (name, gap) in kept.gaps {
        let gap = match gap {
            KeptGap::Words(it) => Gap::Words(it),
            KeptGap::Text(it) => Gap::Text(Box::new(said(*it)?)),
            KeptGap::Count(it) => Gap::Count(it),
            KeptGap::Day(it) => Gap::Day(it.parse()?),
            KeptGap::Moment(it) => Gap::Moment(it.parse()?),
        };
        gaps.push((lasting(&name), gap));
    }
    let plural = kept.plural.map(|(many, count)| (lasting(&many), count));
    Ok(Text { key: lasting(&kept.key), plural, gaps })
}

/// Sentences of ours, each once for as long as the program runs: there are as many as the sources hold, for only
/// the product itself keeps them.
fn lasting(words: &str) -> &'static str {
    static ALL: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    if let Some(known) = all.get(words) {
        return known;
    }
    let lasting: &'static str = Box::leak(words.to_owned().into_boxed_str());
    all.insert(lasting);
    lasting
}

#[cfg(test)]
mod tests {
    use crate::{Text, text};

    #[test]
    fn a_sentence_is_kept_with_its_gaps() {
        let day: jiff::civil::Date = "2026-03-02".parse().unwrap();
        let word = text!("Draft");
        let sentence = text!("{name} is “{state}” since {day}.", name = "RS-1", state = word, day = day);
        let kept = serde_json::to_string(&sentence).unwrap();
        let again: Text = serde_json::from_str(&kept).unwrap();
        assert_eq!(again, sentence);
        assert_eq!(again.to_string(), "RS-1 is “Draft” since 2026-03-02.");
    }

    #[test]
    fn words_that_were_kept_before_sentences_were_are_said_as_they_stand() {
        let kept = ["Promise a day for line 10.", "Say who {name} is."];
        let again: Vec<Text> = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(again.iter().map(Text::to_string).collect::<Vec<_>>(), kept);
        let anew: Vec<Text> = serde_json::from_str(&serde_json::to_string(&again).unwrap()).unwrap();
        assert_eq!(anew, again);
    }
}
