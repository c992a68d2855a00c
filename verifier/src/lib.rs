//! Checks the log and its proofs; shares no code with what writes them.
//!
//! One proof file or one paper is checked by [`verify_file`], the whole log by an [`audit::Walk`]. Everything else
//! follows the published papers so that it can be read beside them: RFC 9162 section 2.1 ([`tree`]),
//! C2SP `signed-note` and `tlog-checkpoint` ([`note`]), C2SP `tlog-proof` ([`proof`]) and RFC 8785
//! ([`canonical`]).

pub mod audit;
pub mod canonical;
mod content;
mod entry;
mod finding;
pub mod note;
mod paper;
pub mod proof;
mod report;
mod time;
pub mod tree;

pub use finding::{Finding, Source};
pub use note::VerifierKey;
pub use proof::{Checked, Fault, Proof};
pub use report::{Outcome, Report, verify_file};
