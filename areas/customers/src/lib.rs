//! The organisations we deal with, their people, and how mail knows them.
//!
//! An organisation is the party of its own record and of everything that is shared with it; customer and
//! supplier are roles of it.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{NewContact, add_contact, change, forget, know, open};
pub use model::{Organisation, OrganisationState, OrganisationStep, Standing};
pub use queries::{Choice, Known, choices, contacts, party_of_address};
pub use routes::routes;
pub use rules::{
    Bond, Degree, Likeness, Likenesses, Outline, PersonOutline, domain_of, is_everybodys, is_shared_mailbox,
    likeness, likeness_of_people, own_domain_of, same_phone,
};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0003_customers", text: include_str!("../schema/0003_customers.sql") }];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default().with::<Organisation>()
}
