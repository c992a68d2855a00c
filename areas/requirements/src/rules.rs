//! The law: when a set may be released, what a requirement may say, where it stands, and what differs.

mod compare;
mod order;
mod past;
mod requirement;
mod set;
pub mod standing;

pub use compare::compare;
pub use order::{GAP, Put, room};
pub use past::{Past, Then, walk_back};
pub use requirement::{FIELDS, InSet, typed};
pub use set::{Gap, Lack, Standing, next_key, why_not};
