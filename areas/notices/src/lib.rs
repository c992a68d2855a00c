//! Telling customers and suppliers of a change (ISO 9001, 8.2.1 and 8.2.4): who has to know and why, how long before,
//! what exactly they are told, and what they answer.
//!
//! A notice goes to one organisation, so that nobody learns from it whom else the change touches. It is sent as a letter
//! with a link of its own; an approval is signed under exactly what was sent, and an objection is talked about.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{Jobs, Migration, Registry};

pub use commands::{
    Addition, Answering, Edit, NOTICE, Signer, add, answer, ask_about_silence, edit, excuse, hear,
    hear_whose_turn, issue, prepare_all, prepare_with, send_again, settle, withdraw,
};
pub use model::{Answer, Answered, Asks, Because, Notice, Reason, Recipient, Side, Stamped, State, Step};
pub use queries::{NoticeLine, answers, missing_before_release, notices, recipients};
pub use routes::{of_change, of_order, routes, to_do};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0028_notices", text: include_str!("../schema/0028_notices.sql") },
    Migration { name: "0050_notice_bound", text: include_str!("../schema/0050_notice_bound.sql") },
    Migration { name: "0050_notice_outcome", text: include_str!("../schema/0050_notice_outcome.sql") },
    Migration { name: "0052_notice_words", text: include_str!("../schema/0052_notice_words.sql") },
    Migration { name: "0076_notice_goes_on", text: include_str!("../schema/0076_notice_goes_on.sql") },
    Migration { name: "0097_notice_stays", text: include_str!("../schema/0097_notice_stays.sql") },
];

/// The kinds of records of the area, and what notices ask before a change is released.
pub fn registry() -> Registry {
    Registry::default()
        .keeping_words(queries::KEPT)
        .opened_by::<Notice>(commands::open)
        .showing(&[
            "number",
            "title",
            "customer",
            "body.side",
            "body.effective_on",
            "body.answer_by",
            "state",
        ])
        .asking(changes::RELEASE, queries::missing_before_release)
}

/// What the area does by itself.
pub fn jobs() -> Jobs {
    Jobs::default()
        .every("notices-of-change", SignedDuration::from_hours(6), commands::ask_about_silence)
        .does(commands::ASK_ON, commands::ask_about_silence)
        .does(commands::GO_ON, commands::go_on)
        .does(commands::HEAR_ON, commands::hear_on)
}
