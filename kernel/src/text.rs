//! Sentences that are put into words at the edge, in the reader's language.
//!
//! The English sentence stands in the code and is the key of every translation. A test gathers all
//! keys from the sources and fails where a catalogue lacks one.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

/// One sentence with its gaps filled, not yet in anybody's language.
///
/// Write it with [`text!`](crate::text!); [`fmt::Display`] says it in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The English sentence, with `{gaps}`.
    pub key: &'static str,
    /// The English sentence for more than one, and how many there are.
    pub plural: Option<(&'static str, i64)>,
    /// What fills the gaps.
    pub gaps: Vec<(&'static str, Gap)>,
}

/// What fills one gap of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Words that are the same in every language: a name, a number of a record, what a person wrote.
    Words(String),
    /// A sentence or word of ours, translated with the rest.
    Text(Box<Text>),
    /// A count, grouped as the reader is used to.
    Count(i64),
    /// A day.
    Day(Date),
    /// A moment, told in the reader's zone.
    Moment(Timestamp),
}

/// A language, as far as a sentence needs it.
pub trait Tongue {
    /// The translation of a key; none where it is English anyway or the catalogue lacks it.
    fn translate(&self, key: &str, plural: Option<(&str, i64)>) -> Option<String>;
    /// A whole number as it is written there.
    fn count(&self, count: i64) -> String;
    /// A day as it is written there.
    fn day(&self, day: Date) -> String;
    /// A moment as it is written there.
    fn moment(&self, moment: Timestamp) -> String;
}

/// English without a catalogue: what logs, tests and the trail say.
pub struct Plain;

impl Tongue for Plain {
    fn translate(&self, _: &str, _: Option<(&str, i64)>) -> Option<String> {
        None
    }

    fn count(&self, count: i64) -> String {
        count.to_string()
    }

    fn day(&self, day: Date) -> String {
        day.to_string()
    }

    fn moment(&self, moment: Timestamp) -> String {
        moment.to_string()
    }
}

impl Text {
    /// A sentence without gaps.
    pub const fn plain(key: &'static str) -> Self {
        Self { key, plural: None, gaps: Vec::new() }
    }

    /// The sentence in words.
    pub fn words(&self, tongue: &dyn Tongue) -> String {
        let sentence = tongue.translate(self.key, self.plural).unwrap_or_else(|| match self.plural {
            Some((many, count)) if count != 1 => many.to_owned(),
            _ => self.key.to_owned(),
        });
        let mut out = String::with_capacity(sentence.len() + 32);
        let mut rest = sentence.as_str();
        while let Some(start) = rest.find('{') {
            out.push_str(&rest[..start]);
            let Some(end) = rest[start..].find('}') else {
                out.push_str(&rest[start..]);
                return out;
            };
            let name = &rest[start + 1..start + end];
            match self.gaps.iter().find(|(it, _)| *it == name) {
                Some((_, gap)) => out.push_str(&gap.words(tongue)),
                None => out.push_str(&rest[start..=start + end]),
            }
            rest = &rest[start + end + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// What somebody wrote in one line, cut between words where it is longer than so many characters.
pub fn begun(words: &str, most: usize) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}

impl Gap {
    fn words(&self, tongue: &dyn Tongue) -> String {
        match self {
            Self::Words(it) => it.clone(),
            Self::Text(it) => it.words(tongue),
            Self::Count(it) => tongue.count(*it),
            Self::Day(it) => tongue.day(*it),
            Self::Moment(it) => tongue.moment(*it),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.words(&Plain))
    }
}

impl From<&str> for Gap {
    fn from(it: &str) -> Self {
        Self::Words(it.to_owned())
    }
}

impl From<&String> for Gap {
    fn from(it: &String) -> Self {
        Self::Words(it.clone())
    }
}

impl From<String> for Gap {
    fn from(it: String) -> Self {
        Self::Words(it)
    }
}

impl From<Text> for Gap {
    fn from(it: Text) -> Self {
        Self::Text(Box::new(it))
    }
}

impl From<i64> for Gap {
    fn from(it: i64) -> Self {
        Self::Count(it)
    }
}

impl From<usize> for Gap {
    fn from(it: usize) -> Self {
        Self::Count(i64::try_from(it).unwrap_or(i64::MAX))
    }
}

impl From<Date> for Gap {
    fn from(it: Date) -> Self {
        Self::Day(it)
    }
}

impl From<Timestamp> for Gap {
    fn from(it: Timestamp) -> Self {
        Self::Moment(it)
    }
}

/// Writes a sentence: `text!("Finish the open tasks first.")`,
/// `text!("{who} has not answered yet.", who = name)`, and for one and many
/// `text!("{count} message" | "{count} messages", count = letters.len())`.
#[macro_export]
macro_rules! text {
    ($key:literal $(, $gap:ident = $value:expr)* $(,)?) => {
        $crate::Text {
            key: $key,
            plural: None,
            gaps: vec![$((stringify!($gap), $crate::Gap::from($value))),*],
        }
    };
    ($one:literal | $many:literal, count = $count:expr $(, $gap:ident = $value:expr)* $(,)?) => {{
        let count = i64::try_from($count).unwrap_or(i64::MAX);
        $crate::Text {
            key: $one,
            plural: Some(($many, count)),
            gaps: vec![("count", $crate::Gap::Count(count)), $((stringify!($gap), $crate::Gap::from($value))),*],
        }
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn gaps_are_filled_by_name() {
        let text =
            text!("{who} has not answered {what} yet.", who = "Purchasing", what = text!("the question"));
        assert_eq!(text.to_string(), "Purchasing has not answered the question yet.");
    }

    #[test]
    fn one_and_many_differ() {
        let said = |count: usize| text!("{count} message" | "{count} messages", count = count).to_string();
        assert_eq!(
            (said(1), said(2), said(0)),
            ("1 message".into(), "2 messages".into(), "0 messages".into())
        );
    }

    #[test]
    fn words_with_braces_are_kept_as_they_are() {
        assert_eq!(text!("{title} and {other}", title = "{other}").to_string(), "{other} and {other}");
    }
}
