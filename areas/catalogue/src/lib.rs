//! Products and services as equals: what each can do, in which revision, from which day (ISO 9001, 8.2.1 a and 8.2.2 b).
//!
//! A released revision never changes. Which one holds on a day is one question, and every customer reads what was
//! published.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{HouseView, Migration, Registry, text};

pub use commands::{IMPORT, NewRevision, hold_from, open, publish, release};
pub use model::{CatalogueItem, Characteristic, Sort, State, Step};
pub use pages::{holds_from, quantity};
pub use queries::{Effective, Held, ThatHold, article, effective_on, item_of, revisions, that_hold};
pub use routes::{Agreement, routes};
pub use rules::{Comparison, compare, next_label};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0020_catalogue", text: include_str!("../schema/0020_catalogue.sql") },
    Migration { name: "0050_effectivity_from", text: include_str!("../schema/0050_effectivity_from.sql") },
];

/// What is on offer comes first; "open" would say nothing of a catalogue.
const VIEWS: &[HouseView] = &[
    HouseView { key: "offered", name: || text!("On offer"), query: "state:released", sort: "" },
    HouseView { key: "draft", name: || text!("In preparation"), query: "state:draft", sort: "" },
    HouseView { key: "mine", name: || text!("Mine"), query: "owner:me", sort: "" },
    HouseView { key: "all", name: || text!("All"), query: "", sort: "" },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .with::<CatalogueItem>()
        .told_in_force(commands::hold_by_change)
        .naming_revisions(queries::labels)
        .reading(pages::read)
        .viewed(VIEWS)
        .showing(&[
            "number",
            "body.code",
            "title",
            "body.sort",
            "body.unit",
            "body.price",
            "revision",
            "body.review_on",
            "state",
        ])
}
