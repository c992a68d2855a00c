//! What customers say (ISO 9001, 8.2.1): mails, calls and notes of one matter stand together, with what became of
//! their words.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{
    Call, Outcome, Replied, Reply, Taken, To, What, assign, assign_party, import, move_message, note,
    record_call, reply, take_in, vouch,
};
pub use model::{
    Because, Channel, Conversation, ConversationState, ConversationStep, Direction, Message, MessageKind,
    Recipient, WaitsFor,
};
pub use pages::capture_by_page;
pub use queries::{View, count, messages, waiting};
pub use routes::{Capture, routes};
pub use rules::intake::Intake;

/// The schema of the area.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0004_conversations", text: include_str!("../schema/0004_conversations.sql") }];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default().with::<Conversation>()
}
