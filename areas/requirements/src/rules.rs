//! The law: when a set may be released, what a requirement may say, where it stands, and what differs.

mod checklist;
mod compare;
mod contradiction;
mod distribution;
pub mod import;
mod order;
mod past;
mod requirement;
mod set;
pub mod standing;
mod unit;
mod wording;

pub use checklist::{Since, is_meant_for, key_of, stand};
pub use compare::compare;
pub use contradiction::{contradictions, is_said_by, told_by, with_words};
pub use distribution::{LastRelease, newcomers, why_told};
pub use order::{GAP, Put, room};
pub use past::{Past, Then, walk_back};
pub use requirement::{FIELDS, InSet, are_cited, moment_of, typed};
pub use set::{Gap, Lack, Standing, next_key, why_not};
pub use wording::{
    Known, code, findings, known_terms, name, pattern_of, said_twice, still_says, typed_terms, weight, why,
    with_answers,
};
