//! What differs between two readings of a set.

use serde::Serialize;

use super::Filed;

/// All that differs, in the order of the later reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What differs in the set itself: title, matter, intended use, extra fields.
    pub fields: Vec<FieldChange>,
    pub sections: Vec<SectionChange>,
    pub lines: Vec<LineChange>,
    pub files_added: Vec<Filed>,
    pub files_removed: Vec<Filed>,
    /// Whether the files of single requirements could not be compared: one of the two was released before they were
    /// frozen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lacks_enclosed: bool,
    /// How many requirements are the same, words and place.
    pub same: usize,
}

/// What became of one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineChange {
    pub number: String,
    pub title: String,
    /// Under which heading it is told: where it stands, or stood if it is gone.
    pub section: String,
    #[serde(flatten)]
    pub what: What,
}

/// One requirement may both stand elsewhere and say something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Added {
        statement: String,
        /// The files that came with it, in words.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    Removed {
        statement: String,
        /// The files that went with it, in words.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    Kept {
        moved: Option<(Spot, Spot)>,
        fields: Vec<FieldChange>,
    },
}

/// Where a requirement stands: the title of its section, and which one it is there, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spot {
    pub section: String,
    pub place: usize,
}

/// A field that says something else. Words of closed lists are given by their codes. `file` is a file at the
/// requirement: with nothing before where it was added, nothing after where it is gone, both where it was replaced.
/// `extra.cost_centre` is an extra field of the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// What became of a section: its heading and its prose, each before and after; none where it did not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionChange {
    pub key: String,
    pub before: Option<(String, String)>,
    pub after: Option<(String, String)>,
    /// Whether it stands elsewhere among the sections.
    pub is_moved: bool,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let Self { fields, sections, lines, files_added, files_removed, .. } = self;
        fields.is_empty()
            && sections.is_empty()
            && lines.is_empty()
            && files_added.is_empty()
            && files_removed.is_empty()
    }

    /// One row for each thing that became of a requirement: number, what became of it, field, before, after.
    pub fn rows(&self) -> Vec<[String; 5]> {
        self.lines.iter().flat_map(LineChange::rows).collect()
    }
}

impl LineChange {
    fn rows(&self) -> Vec<[String; 5]> {
        let row = |what: &str, field: &str, before: &str, after: &str| {
            [&self.number, what, field, before, after].map(str::to_owned)
        };
        match &self.what {
            What::Added { statement, files } => {
                let files = files.iter().map(|it| row("added", "file", "", it));
                std::iter::once(row("added", "", "", statement)).chain(files).collect()
            }
            What::Removed { statement, files } => {
                let files = files.iter().map(|it| row("removed", "file", it, ""));
                std::iter::once(row("removed", "", statement, "")).chain(files).collect()
            }
            What::Kept { moved, fields } => {
                let moved =
                    moved.iter().map(|(from, to)| row("moved", "", &from.to_string(), &to.to_string()));
                moved
                    .chain(fields.iter().map(|it| row("changed", &it.field, &it.before, &it.after)))
                    .collect()
            }
        }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{}, {}", self.section, self.place)
    }
}
