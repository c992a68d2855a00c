//! What differs between two texts, two tables, two ordered lists, said as a person would mark it?
//!
//! Everything here is pure and has the same answer every time: effort is bounded by counted steps, never by a
//! clock, so a comparison that was shown can be shown again.

mod cells;
mod sequence;
mod words;

pub use cells::{Cell, cells};
pub use sequence::{Move, sequence};
pub use words::{Piece, lines, words};
