//! How a set reads at one moment: as it is worked on, as a revision froze it, or as it stood in the past.

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
    /// In the order of the sections, and of the places within each.
    pub lines: Vec<Line>,
    pub files: Vec<Filed>,
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
    pub body: Requirement,
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
}

/// A file in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub name: String,
    pub digest: String,
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
}
