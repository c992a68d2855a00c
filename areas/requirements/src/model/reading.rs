//! How a set reads at one moment: as it is worked on, as a revision froze it, or as it stood in the past.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Requirement, Section, requirement::State};

/// A set with its requirements in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub number: String,
    pub title: String,
    pub matter: String,
    pub intended_use: String,
    pub sections: Vec<Section>,
    /// What the extra fields of the set say, by their short names; of a revision those that its party reads.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The same in words, where it is read to be compared.
    pub told: BTreeMap<String, String>,
    /// In the order of the sections, and of the places within each.
    pub lines: Vec<Line>,
    pub files: Vec<Filed>,
    /// Whether it is a revision from before the files of single requirements were frozen: nobody can say which
    /// belonged to it.
    pub lacks_enclosed: bool,
    /// The revision that it is; none for a working copy or a moment between revisions.
    pub revision: Option<i64>,
    /// The moment that was asked for, where one was.
    pub moment: Option<Timestamp>,
}

/// A requirement as it stands in a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub number: String,
    pub title: String,
    pub state: State,
    pub version: i64,
    /// The revision that says this, and its digest, where it was frozen.
    pub frozen: Option<(i64, String)>,
    /// What its function is called.
    pub function: String,
    /// The files that belong to what it says, by name.
    pub enclosed: Vec<Enclosed>,
    pub body: Requirement,
    /// What its extra fields say, by their short names; of a revision those that its party reads, of the past none.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The same in words, where it is read to be compared: only what its party reads, too.
    pub told: BTreeMap<String, String>,
}

/// What a revision of a set holds: which revision of which requirement, where, and all that is said between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub title: String,
    pub matter: String,
    pub intended_use: String,
    pub sections: Vec<Section>,
    pub lines: Vec<Held>,
    pub files: Vec<Filed>,
    /// From what of those above a standing set departs; nothing for other sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departures: Vec<Departed>,
}

/// A standing requirement from above that does not hold, in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    /// The number of the standing requirement above.
    pub origin: String,
    /// The number of the requirement that holds instead; none where it does not apply at all.
    pub instead: Option<String>,
    pub reason: String,
}

/// A requirement in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub section: String,
    pub number: String,
    pub revision: i64,
    pub digest: String,
    pub title: String,
    /// The files that belong to it, by name; none where it was frozen before they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<Enclosed>>,
}

/// A file in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub name: String,
    pub digest: String,
}

/// A file at a requirement, in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    pub name: String,
    /// SHA-256, in hexadecimal.
    pub digest: String,
    /// In bytes.
    pub size: i64,
}

impl Enclosed {
    /// In words that say everything of it: `scheme.pdf, 1204 bytes, SHA-256 ab…`.
    pub fn written(&self) -> String {
        format!("{}, {} bytes, SHA-256 {}", self.name, self.size, self.digest)
    }
}

impl Manifest {
    /// The same, as it was frozen before the files of single requirements were.
    #[must_use]
    pub fn without_enclosed(&self) -> Self {
        let mut old = self.clone();
        old.lines.iter_mut().for_each(|it| it.files = None);
        old
    }

    /// Whether a requirement has a file that belongs to it.
    pub fn has_enclosed(&self) -> bool {
        self.lines.iter().any(|it| it.files.as_ref().is_some_and(|files| !files.is_empty()))
    }
}

/// What somebody had before their eyes: each requirement of a set in its version, and the set with its files and theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<String, String>);

impl Seen {
    /// A working copy as it is read, of a set at this version.
    pub fn of(version: i64, reading: &Reading) -> Self {
        let theirs = reading.lines.iter().flat_map(|line| {
            line.enclosed.iter().map(move |it| format!(" {} {} {}", line.number, it.name, it.digest))
        });
        let files: String = reading.files.iter().map(|it| it.digest.clone()).chain(theirs).collect();
        let mut seen = Self::of_lines(reading.lines.iter().map(|it| (it.number.clone(), it.version)));
        let print = kernel::fingerprint(files.as_bytes());
        seen.0.insert(reading.number.clone(), format!("{version}-{}", print.get(..16).unwrap_or_default()));
        seen
    }

    /// Requirements by number and version, without what the set says around them.
    pub fn of_lines(lines: impl IntoIterator<Item = (String, i64)>) -> Self {
        Self(lines.into_iter().map(|(number, version)| (number, version.to_string())).collect())
    }

    /// Believes the other about the set itself, whose number this is.
    #[must_use]
    pub fn with_all_else_of(mut self, other: &Self, set: &str) -> Self {
        self.0.extend(other.0.get(set).map(|it| (set.to_owned(), it.clone())));
        self
    }

    /// Reads what a form carried.
    pub fn read(written: &str) -> Self {
        let pairs = written.split_whitespace().filter_map(|it| it.split_once(':'));
        Self(pairs.map(|(number, version)| (number.to_owned(), version.to_owned())).collect())
    }

    /// As a form carries it.
    pub fn written(&self) -> String {
        self.0.iter().map(|(number, version)| format!("{number}:{version}")).collect::<Vec<_>>().join(" ")
    }

    /// The numbers that are not the same in both, or in one of them only.
    pub fn unlike<'a>(&'a self, now: &'a Self) -> Vec<&'a str> {
        let numbers: BTreeSet<&String> = self.0.keys().chain(now.0.keys()).collect();
        numbers.into_iter().filter(|it| self.0.get(*it) != now.0.get(*it)).map(String::as_str).collect()
    }
}

impl Reading {
    /// The title of a section; its key where it is gone.
    pub fn section_title<'a>(&'a self, key: &'a str) -> &'a str {
        self.sections.iter().find(|it| it.key == key).map_or(key, |it| &it.title)
    }

    /// The requirements of one section.
    pub fn lines_of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |it| it.body.section == key)
    }

    /// Whether a file belongs to it, at the set or at one of its requirements, by its fingerprint.
    pub fn encloses(&self, number: &str, digest: &str) -> bool {
        let mut lines = self.lines.iter().filter(|it| it.number == number);
        let is_of_the_set = number == self.number && self.files.iter().any(|it| it.digest == digest);
        is_of_the_set || lines.any(|it| it.enclosed.iter().any(|file| file.digest == digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_attached_meanwhile_was_not_seen() {
        let line = Line { number: "REQ-1".into(), version: 4, ..Line::default() };
        let before = Reading { number: "RS-1".into(), lines: vec![line], ..Reading::default() };
        let mut after = before.clone();
        after.lines[0].enclosed = vec![Enclosed { name: "scheme.pdf".into(), digest: "ab".into(), size: 9 }];
        let (seen, now) = (Seen::of(2, &before), Seen::of(2, &after));
        assert_eq!(seen.unlike(&now), ["RS-1"]);
        assert_eq!(seen.unlike(&Seen::of(2, &before)), Vec::<&str>::new());
    }
}
