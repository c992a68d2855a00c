//! The nouns: a requirement set, its requirements, how a set reads at one moment, and what differs between two.

mod comparison;
mod reading;
pub mod requirement;
pub mod set;

pub use comparison::{Comparison, FieldChange, LineChange, SectionChange, Spot, What};
pub use reading::{Filed, Held, Line, Manifest, Reading};
pub use requirement::{Class, Kano, Nature, Priority, Requirement, Verification};
pub use set::{RequirementSet, Section};
