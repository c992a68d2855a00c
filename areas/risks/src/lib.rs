//! What can go wrong with what we promise, what is done about it, and what we do if it happens all the same
//! (ISO 9001, 6.1 and 8.2.3; contingency actions: 8.2.1 e).
//!
//! How bad a risk is says the matrix of the house, which is a record of its own with revisions.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{Jobs, Ladder, Migration, Registry, Role, Rung, To, Watched};

pub use commands::{Agreed, accept, activate, agree, close, plan, put_in_force, raise, stand_down, watch};
pub use model::{
    Contingency, ContingencyState, ContingencyStep, Holds, Level, MatrixState, MatrixStep, Risk, RiskMatrix,
    RiskState, RiskStep, Treatment, customary,
};
pub use queries::{Acceptance, in_force};
pub use routes::routes;

/// The schema of the area.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0025_risks", text: include_str!("../schema/0025_risks.sql") }];

/// A risk that is to be looked at, or of which the acceptance ends: its owner, then who answers for quality. What is
/// done about it: who was asked, then the owner.
const LADDERS: &[Ladder] = &[
    Ladder {
        of: Watched::Records(&["open", "treated", "accepted", "expired"]),
        rungs: &[
            Rung { days: -14, to: To::Owner },
            Rung { days: 0, to: To::Owner },
            Rung { days: 7, to: To::Has(Role::Quality) },
        ],
    },
    Ladder {
        of: Watched::Tasks,
        rungs: &[
            Rung { days: -2, to: To::Asked },
            Rung { days: 1, to: To::Asked },
            Rung { days: 3, to: To::Owner },
        ],
    },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .keeping_words(queries::KEPT)
        .opened_by::<Risk>(commands::raise)
        .raised_from_any("/risks/new")
        .reminding(LADDERS)
        .showing(&[
            "number",
            "title",
            "customer",
            "body.likelihood",
            "body.severity",
            "body.treatment",
            "owner",
            "due",
            "state",
        ])
        .opened_by::<Contingency>(commands::plan)
        .showing(&["number", "title", "customer", "owner", "body.tested_on", "state"])
        .with::<RiskMatrix>()
        .showing(&["number", "title", "revision", "changed", "state"])
}

/// What the area does by itself.
pub fn jobs() -> Jobs {
    Jobs::default().every("risks.watch", SignedDuration::from_hours(6), |work, _| commands::watch(work))
}
