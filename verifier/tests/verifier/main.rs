//! Logs and proofs made by other libraries, whole and altered, and what the verifier says of them.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps what is not there")]

mod corpus;
mod papers;
mod program;
mod proofs;
mod trees;
mod walks;
mod world;
