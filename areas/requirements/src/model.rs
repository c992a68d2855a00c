//! The nouns: a requirement set, its requirements, how a set reads at one moment, and what differs between two.

mod checklist;
mod comparison;
mod distribution;
mod reading;
pub mod requirement;
pub mod set;
pub mod standing;
mod trace;
mod wording;

pub use checklist::{
    Answer, Asked, Checklist, ChecklistState, ChecklistStep, Elicited, Laid, Question, Row, Stand,
};
pub use comparison::{Comparison, FieldChange, LineChange, SectionChange, Spot, What};
pub use distribution::{Distributed, Heard, MustRead, Newcomer, ToRead, Told, Why};
pub use reading::{Departed, Enclosed, Filed, Held, Line, Manifest, Reading, Seen};
pub use requirement::{Class, Kano, Nature, Priority, Requirement, Verification};
pub use set::{RequirementSet, STANDING_KEY, Section};
pub use trace::{Coverage, Covered, Crossing, Matrix, Member, Missing};
pub use wording::{
    Checked, Choice, Clash, Contradiction, Dismissed, Findings, Found, LetStand, MayStand, Measured, Side,
    Stood,
};

/// Words became a requirement: whoever knows whose words they were may say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The number of the requirement.
    pub number: String,
    /// The record in which the words stand.
    pub record: i64,
    /// The text, and what it is of with the key of that: `message`, `attachment`.
    pub source: i64,
    pub origin: String,
    pub origin_id: i64,
    /// From which to before which character of the text.
    pub place: (i64, i64),
}

impl kernel::Event for Captured {}

/// A set has a new revision: whoever judges or confirms it may act on that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    pub record: i64,
    pub revision: i64,
}

impl kernel::Event for Released {}
