//! Determining the requirements (ISO 9001, 8.2.2): sets, requirements, their revisions and where they come from.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{
    Capture, Description, Edit, Into, NewRequirement, Words, add, add_many, add_section, attribute, capture,
    cite, describe_set, edit, edit_many, edit_section, move_section, move_to, offer, open_set, release,
    remove_section, title_of, withdraw, withdraw_many,
};
pub use model::{
    Captured, Class, Comparison, FieldChange, Filed, Held, Kano, Line, LineChange, Manifest, Nature,
    Priority, Reading, Requirement, RequirementSet, Section, SectionChange, Spot, Verification, What,
    requirement, set,
};
pub use pages::files::Format;
pub use queries::{At, Exported, export, manifest, read, set_of};
pub use routes::{capture_form, routes};
pub use rules::{FIELDS, Put, compare, typed};

/// The kinds whose addresses in the programming interface are partly the area's own.
pub const OWN_API: &[&str] = &["requirements"];

pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0005_requirements", text: include_str!("../schema/0005_requirements.sql") }];

/// The kinds of records of this area.
pub fn registry() -> Registry {
    Registry::default().with::<RequirementSet>().with::<Requirement>()
}
