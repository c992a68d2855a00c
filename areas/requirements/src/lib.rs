//! Determining the requirements (ISO 9001, 8.2.2): sets, requirements, their revisions and where they come from.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{Jobs, Migration, Registry};

pub use commands::{
    Answering, Capture, Departure, Description, Edit, IMPORT, Into, NewRequirement, Telling, Which, Words,
    acknowledge, add, add_many, add_section, answer, ask_newcomers, attribute, capture, choose_rules, cite,
    contradicts_again, depart, describe_set, dismiss, edit, edit_many, edit_section, follow, follow_again,
    lay_beside, let_stand, move_section, move_to, offer, open_set, pull, release, release_checklist, remind,
    remove_section, restore, said_when_it_came, take_away, take_up_offered, tell, tell_always, title_of,
    to_be_attached, withdraw, withdraw_many,
};
pub use model::{
    Answer, Asked, Captured, Checked, Checklist, ChecklistState, ChecklistStep, Choice, Clash, Class,
    Comparison, Coverage, Covered, Crossing, Enclosed, FieldChange, Filed, Findings, Held, Kano, Laid, Line,
    LineChange, Manifest, Matrix, MayStand, Member, Missing, MustRead, Nature, Priority, Question, Reading,
    Released, Requirement, RequirementSet, Section, SectionChange, Side, Spot, Stand, Stood, ToRead, Told,
    Verification, What, Why, requirement, set,
};
pub use pages::files::Format;
pub use pages::sheet::PARTS as SHEET_PARTS;
pub use pages::wording::stands;
pub use queries::{
    At, Exported, applying_to, asked_about, checked, coverage, export, findings_of, functions_told, laid_of,
    manifest, matrix, read, readers, set_of, stood, to_read, told_always,
};
pub use routes::{capture_form, printed, routes, standing_of, to_do, way};
pub use rules::{FIELDS, Put, compare, contradictions, key_of, known_terms, told_by, typed, typed_terms};

/// The kinds whose addresses in the programming interface are partly the area's own.
pub const OWN_API: &[&str] = &["requirements"];

/// What the area does by itself: whoever comes later to a function that must know a set is asked to read it.
pub fn jobs() -> Jobs {
    Jobs::default().every("newcomers_asked", SignedDuration::from_hours(1), |work, _| {
        commands::ask_newcomers(work, None).map(|_| ())
    })
}

pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0005_requirements", text: include_str!("../schema/0005_requirements.sql") },
    Migration { name: "0008_standing_sets", text: include_str!("../schema/0008_standing_sets.sql") },
    Migration { name: "0010_wording", text: include_str!("../schema/0010_wording.sql") },
    Migration { name: "0011_trace", text: include_str!("../schema/0011_trace.sql") },
    Migration { name: "0030_checklists", text: include_str!("../schema/0030_checklists.sql") },
];

/// The kinds of records of this area.
pub fn registry() -> Registry {
    let size = kernel::Figure {
        name: "requirements",
        label: || kernel::text!("Requirements"),
        count: queries::sizes,
    };
    Registry::default()
        .opened_by::<RequirementSet>(commands::open_set)
        .holding::<Requirement>(commands::freeze_changed, commands::add_changed)
        .counting(size)
        .showing(&["number", "title", "customer", "count.requirements", "revision", "owner", "due", "state"])
        .with::<Requirement>()
        .showing(&[
            "number",
            "title",
            "customer",
            "body.class",
            "body.kind",
            "body.priority",
            "body.verification",
            "state",
        ])
        .with::<Checklist>()
        .showing(&["number", "title", "body.purpose", "revision", "changed", "state"])
}
