//! What comes in by the file: looked at row by row before anything is written, taken in piece by piece, and taken back
//! as a whole.
//!
//! Which kinds can be taken in, `app` says: each area gives a [`kernel::Target`] for its own.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{
    Decision, Mapping, Progress, Seen, apply, choose, decide, decide_rows, for_all, map, revert, stage,
    take_some, take_some_back, target_of,
};
pub use model::{Batch, BatchState, BatchStep, Choice, Form, Outcome};
pub use queries::extra::for_all as said_for_all;
pub use queries::{Arrived, Counts, Foretold, Lack, RowLine, counts, lacks, preview, read_apart, rows};
pub use routes::routes;
pub use rules::read::Content;

/// What can be taken in.
pub type Targets = &'static [kernel::Target];

/// The kinds whose addresses in the programming interface are partly the area's own.
pub const OWN_API: &[&str] = &["imports"];

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0007_imports", text: include_str!("../schema/0007_imports.sql") },
    Migration { name: "0041_import_decisions", text: include_str!("../schema/0041_import_decisions.sql") },
    Migration { name: "0047_intake_lacks", text: include_str!("../schema/0047_intake_lacks.sql") },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .with::<Batch>()
        .showing(&["number", "title", "body.target", "owner", "changed", "state"])
        .ordered("-created")
}
