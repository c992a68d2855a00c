//! The programming interface as programs meet it, on both engines, with kinds that no area knows.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]

mod beside;
mod hostile;
mod once;
mod records;
mod world;
