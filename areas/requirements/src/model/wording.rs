//! What a set asks of the words of its requirements, what was found, and which requirements contradict each other.

use jiff::Timestamp;
use serde::Deserialize;
use wording::{Finding, Rule};

/// Which rules a set asks, and which terms its readers know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub off: Vec<Rule>,
    /// As they are written: `PAA`, `controller = control unit` where one word stands for another, `skid (system)` for what
    /// demands are made of.
    pub terms: Vec<String>,
}

/// A finding that somebody dismissed. It is kept for as long as the words stand, there or in
/// a revision that was released.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dismissed {
    pub id: i64,
    pub record_id: i64,
    /// `statement`, `acceptance` or `value`.
    pub field: String,
    /// The code of the rule.
    pub rule: String,
    pub words: String,
    pub reason: String,
    pub by: i64,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
}

/// A finding, and who dismissed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub finding: Finding,
    pub dismissed: Option<Dismissed>,
}

/// In which unit a set tells a characteristic, how often, and by which of its requirements first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Measured {
    pub characteristic: String,
    pub unit: String,
    pub count: i64,
    pub first: i64,
}

/// What was found in one requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub number: String,
    pub statement: String,
    pub acceptance: String,
    pub found: Vec<Found>,
}

impl Checked {
    /// The findings that nobody dismissed.
    pub fn open(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|it| it.dismissed.is_none())
    }
}

/// What was found in a set as a whole.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    pub choice: Choice,
    /// The requirements in which something was found, in their order.
    pub checked: Vec<Checked>,
    pub contradictions: Vec<Contradiction>,
    /// Two requirements that say nearly the same, the one that said it first before the other; those are left out
    /// whose words may stand.
    pub alike: Vec<(Side, Side)>,
}

impl Findings {
    /// How many findings nobody dismissed, contradictions and repetitions among them.
    pub fn open(&self) -> usize {
        let words: usize = self.checked.iter().map(|it| it.open().count()).sum();
        let contradictions = self.contradictions.iter().filter(|it| it.let_stand.is_none()).count();
        words + contradictions
    }
}

/// Two requirements that cannot both be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What is measured.
    pub characteristic: String,
    pub clash: Clash,
    pub first: Side,
    pub second: Side,
    /// The number of the one that speaks of all, where the other names a product.
    pub of_all: Option<String>,
    /// Who let it stand, and why.
    pub let_stand: Option<LetStand>,
}

/// That somebody let a contradiction stand. It is kept for as long as both say the same of what is measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LetStand {
    pub id: i64,
    /// The two requirements.
    pub record_id: i64,
    pub other: i64,
    /// What both said, as [`crate::rules::told_by`] puts it.
    pub says: String,
    pub reason: String,
    pub by: i64,
    /// The name of whoever it was.
    pub name: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
}

/// What was found in the words of a revision, and why somebody let it stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The number of the requirement.
    pub number: String,
    pub what: MayStand,
    pub reason: String,
    /// The name of whoever it was.
    pub who: String,
    pub at: Timestamp,
}

/// What may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MayStand {
    /// What a rule found, and in which words.
    Found(Rule, String),
    /// What contradicts another requirement.
    Contradiction { characteristic: String, other: String },
}

/// In which way they cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// No value lies within the limits of both.
    Limits,
    /// One is measured in a unit that the other cannot be told in.
    Units,
}

/// One of two requirements that stand beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Side {
    pub id: i64,
    pub number: String,
    /// The number of its set.
    pub set_number: String,
    pub statement: String,
    pub product: String,
    pub characteristic: String,
    pub value: String,
    pub lower: String,
    pub upper: String,
    pub unit: String,
    /// Whether its set always holds.
    pub is_standing: bool,
}
