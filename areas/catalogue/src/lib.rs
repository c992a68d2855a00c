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

use kernel::{Migration, Registry};

pub use commands::{IMPORT, NewRevision, hold_from, open, publish, release};
pub use model::{CatalogueItem, Characteristic, Sort, State, Step};
pub use queries::{Effective, Held, article, effective_on, item_of, revisions};
pub use routes::routes;
pub use rules::{Comparison, compare, next_label};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0020_catalogue", text: include_str!("../schema/0020_catalogue.sql") }];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default().with::<CatalogueItem>().told_in_force(commands::hold_by_change).showing(&[
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
