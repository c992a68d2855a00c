//! Logs and proofs made by other libraries, whole and altered, and what the verifier says of them.

mod corpus;
mod proofs;
mod trees;
mod walks;
mod world;
