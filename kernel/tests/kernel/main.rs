//! What the kernel promises, told on both engines with a small kind of record of its own.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod asking;
mod letters;
mod log;
mod record;
mod seeing;
mod signing;
mod world;
