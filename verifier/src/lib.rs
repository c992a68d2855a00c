//! Checks the log and its proofs; shares no code with what writes them.
