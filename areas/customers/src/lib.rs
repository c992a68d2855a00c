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

use kernel::{Figure, Migration, Registry, text};

pub use commands::{
    CONTACTS, CUSTOMERS, Heard, NewContact, NewContract, NewRole, Occasion, add_contact, agree_profile,
    change, change_with, end_contract, end_role, forget, give_role, keep_apart, know, know_by, merge,
    merge_people, open, part, part_people, record_contract, tell, undisturbed, verify, write,
};
pub use model::{
    Channel, ContactRole, ContractEnded, FrameContract, Left, Level, Merging, Organisation,
    OrganisationState, OrganisationStep, Preview, Profile, ProfileLine, Proof, Says, Standing, Topic, Way,
};
pub use pages::preference;
pub use queries::{
    Alike, HouseLine, Known, above, agreed_quiet, alike, bound_by_contract, checks, contacts,
    contracts_in_force, frame_contracts, house as house_of, language_for, language_to, likely_doubles,
    merge_preview, other_way, outlines, party_of_address, people_preview, told_by_mail, told_otherwise,
    twins,
};
pub use routes::{Required, routes};
pub use rules::{
    Bond, Degree, Likeness, Likenesses, Outline, PersonOutline, domain_of, is_everybodys, is_shared_mailbox,
    likeness, likeness_of_people, own_domain_of, same_phone,
};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0003_customers", text: include_str!("../schema/0003_customers.sql") },
    Migration { name: "0008_customers_in_full", text: include_str!("../schema/0008_customers_in_full.sql") },
    Migration { name: "0038_domains", text: include_str!("../schema/0038_domains.sql") },
    Migration { name: "0051_by_parent", text: include_str!("../schema/0051_by_parent.sql") },
    Migration { name: "0055_frame_contracts", text: include_str!("../schema/0055_frame_contracts.sql") },
    Migration { name: "0086_contract_says", text: include_str!("../schema/0086_contract_says.sql") },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .with::<Organisation>()
        .counting(Figure { name: "talks", label: || text!("Open conversations"), count: queries::talks })
        .counting(Figure { name: "sets", label: || text!("Requirement sets"), count: queries::sets })
        .showing(&[
            "number",
            "title",
            "body.town",
            "body.country",
            "count.talks",
            "count.sets",
            "changed",
            "state",
        ])
}
