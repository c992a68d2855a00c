//! The programming interface as programs meet it, on both engines, with kinds that no area knows.

mod beside;
mod hostile;
mod once;
mod records;
mod world;
