//! How two sets hang together: which requirement rests on which, and which rests on nothing.

use std::collections::BTreeMap;

use kernel::Tie;
use serde::Serialize;

/// The requirements of two sets against each other, along one role.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub role: Tie,
    /// The targets of the ties: needs.
    pub rows: Vec<Member>,
    /// Their sources: what satisfies the needs.
    pub columns: Vec<Member>,
    /// By the keys of row and column.
    pub cells: BTreeMap<(i64, i64), Crossing>,
}

/// A requirement at the edge of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: i64,
    pub number: String,
    pub title: String,
    /// The title of its section.
    pub section: String,
}

/// A tie in a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    pub link: i64,
    pub is_suspect: bool,
}

impl Matrix {
    /// How many ties there are, and how many of them are suspect.
    pub fn counts(&self) -> (usize, usize) {
        (self.cells.len(), self.cells.values().filter(|it| it.is_suspect).count())
    }
}

/// How each requirement of a set hangs together with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub lines: Vec<Covered>,
}

/// One requirement with the numbers of what hangs on it and what it rests on. What is over does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Covered {
    pub number: String,
    pub title: String,
    pub section: String,
    /// What satisfies or implements it.
    pub satisfied_by: Vec<String>,
    /// Evidence that it is met.
    pub verified_by: Vec<String>,
    /// The needs that it satisfies, and what it was made from.
    pub rests_on: Vec<String>,
    /// Its ties with an end that says something else since they were judged.
    pub suspect: usize,
}

/// What a requirement can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing satisfies this.
    Specification,
    /// It satisfies no need and comes from nobody's words.
    Need,
    /// Nothing verifies this.
    Verification,
}

impl Coverage {
    /// The requirements that lack something, in the order of the set.
    pub fn lacking(&self, what: Missing) -> Vec<&Covered> {
        self.lines.iter().filter(|it| it.lacks(what)).collect()
    }
}

impl Covered {
    pub fn lacks(&self, what: Missing) -> bool {
        match what {
            Missing::Specification => self.satisfied_by.is_empty(),
            Missing::Need => self.rests_on.is_empty(),
            Missing::Verification => self.verified_by.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tied_lacks_nothing() {
        let bare = Covered { number: "REQ-0001".into(), ..Covered::default() };
        let tied = Covered {
            number: "REQ-0002".into(),
            satisfied_by: vec!["REQ-0009".into()],
            verified_by: vec!["MT-2026-0001".into()],
            rests_on: vec!["CV-2026-0001".into()],
            ..Covered::default()
        };
        let coverage = Coverage { lines: vec![bare, tied] };
        for what in [Missing::Specification, Missing::Need, Missing::Verification] {
            let lacking: Vec<&str> = coverage.lacking(what).iter().map(|it| it.number.as_str()).collect();
            assert_eq!(lacking, ["REQ-0001"], "{what:?}");
        }
    }
}
