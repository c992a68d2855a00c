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
    Closing, FollowUp, Importing, KeptCall, LARGEST, Minutes, NewCall, Opening, Outcome, Planning, Replied,
    Reply, Ringing, Taken, To, What, Writing, answer_spoken, approve_minutes, assign, assign_party,
    begin_call, cancel_meeting, change_meeting, close_call, date_of, import, invite, move_message, note,
    note_spoken, open_from, open_meeting, put_in_writing, read_again, read_apart, read_now, record_call,
    reply, ring, send_minutes, take_in, vouch, write_minutes,
};
pub use model::{
    Action, Approved, Attendance, Because, Call, CallState, CallStep, Caller, Channel, Conversation,
    ConversationState, ConversationStep, Decision, Direction, Meeting, MeetingState, MeetingStep, Message,
    MessageKind, Participant, Point, Recipient, Spoken, SpokenState, Unread, WaitsFor,
};
pub use pages::capture_by_page;
pub use queries::{
    Speaker, Unconfirmed, View, count, messages, speaker, spoken, unconfirmed, unconfirmed_in,
    unconfirmed_of, waiting,
};
pub use routes::{Capture, Points, routes};
pub use rules::intake::{Extracted, Intake, PartText};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0004_conversations", text: include_str!("../schema/0004_conversations.sql") },
    Migration { name: "0017_talk", text: include_str!("../schema/0017_talk.sql") },
    Migration { name: "0017_talk_meetings", text: include_str!("../schema/0017_talk_meetings.sql") },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .keeping_words(queries::SAID)
        .with::<Conversation>()
        .opened_by::<Call>(begin_call)
        .showing(&[
            "number",
            "title",
            "body.name",
            "customer",
            "body.direction",
            "body.began_at",
            "owner",
            "state",
        ])
        .opened_by::<Meeting>(open_meeting)
        .showing(&["number", "title", "body.starts_at", "body.place", "customer", "owner", "state"])
}
