//! What customers say (ISO 9001, 8.2.1): mails, calls and notes of one matter stand together, with what became of
//! their words.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{
    Closing, FollowUp, KeptCall, NewCall, Outcome, Replied, Reply, Ringing, Taken, To, What, Writing,
    answer_spoken, assign, assign_party, begin_call, close_call, import, move_message, note, note_spoken,
    put_in_writing, read_again, read_apart, read_now, record_call, reply, ring, take_in, vouch,
};
pub use model::{
    Because, Call, CallState, CallStep, Caller, Channel, Conversation, ConversationState, ConversationStep,
    Direction, Message, MessageKind, Recipient, Spoken, SpokenState, Unread, WaitsFor,
};
pub use pages::capture_by_page;
pub use queries::{
    Speaker, Unconfirmed, View, count, messages, speaker, spoken, unconfirmed, unconfirmed_of, waiting,
};
pub use routes::{Capture, routes};
pub use rules::intake::{Extracted, Intake, PartText};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0004_conversations", text: include_str!("../schema/0004_conversations.sql") },
    Migration { name: "0017_talk", text: include_str!("../schema/0017_talk.sql") },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default().with::<Conversation>().opened_by::<Call>(begin_call).showing(&[
        "number",
        "title",
        "body.name",
        "customer",
        "body.direction",
        "body.began_at",
        "owner",
        "state",
    ])
}
