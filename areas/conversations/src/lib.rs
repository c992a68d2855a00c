//! What customers say (ISO 9001, 8.2.1): mails, calls and notes of one matter stand together, with what became of
//! their words.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{HouseView, Jobs, Ladder, Migration, Registry, Role, Rung, Watched, text};

pub use commands::{
    Closing, FollowUp, Importing, KeptCall, LARGEST, Minutes, NewCall, NewStatement, Opening, Outcome,
    Planning, Put, Replied, Reply, Replying, Ringing, Taken, To, What, Writing, answer_statement,
    approve_minutes, assign, assign_party, begin_call, cancel_meeting, change_meeting, close_call,
    contract_ended, date_of, file_again, heed, import, invite, join, move_message, note, note_statement,
    open_from, open_meeting, put_in_writing, read_again, read_apart, read_now, record_call,
    remind_of_statements, reply, ring, send_minutes, take_in, throw_away, tie_talk, vouch, write_minutes,
};
pub use model::{
    Action, Agenda, Approved, Attendance, Because, Call, CallState, CallStep, Caller, Channel, Conversation,
    ConversationState, ConversationStep, Decision, Direction, Meeting, MeetingState, MeetingStep, Message,
    MessageKind, OpenPoint, Participant, Point, Recipient, Statement, StatementAnswer, StatementState,
    Unread, WaitsFor,
};
pub use pages::capture_by_page;
pub use queries::{
    PointSpoken, Speaker, Unconfirmed, WordOfMouth, answers, led_to, messages, speaker, spoken_of,
    statements, unconfirmed_of, waiting, word_of_mouth,
};
pub use routes::{Capture, Points, routes, said_about};
pub use rules::intake::{Intake, PartText};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0004_conversations", text: include_str!("../schema/0004_conversations.sql") },
    Migration { name: "0017_talk", text: include_str!("../schema/0017_talk.sql") },
    Migration { name: "0017_talk_meetings", text: include_str!("../schema/0017_talk_meetings.sql") },
    Migration { name: "0032_statements", text: include_str!("../schema/0032_statements.sql") },
    Migration { name: "0043_turns", text: include_str!("../schema/0043_turns.sql") },
    Migration { name: "0056_meeting_review", text: include_str!("../schema/0056_meeting_review.sql") },
    Migration { name: "0058_inbox_order", text: include_str!("../schema/0058_inbox_order.sql") },
    Migration { name: "0084_mail_order", text: include_str!("../schema/0084_mail_order.sql") },
];

/// What was said and is to be confirmed: whoever asked them, then who answers for quality. The customer has letters.
const ASKED: &[Ladder] = &[Ladder {
    of: Watched::Tasks,
    rungs: &[Rung { days: 1, to: kernel::To::Asked }, Rung { days: 5, to: kernel::To::Has(Role::Quality) }],
}];

/// What a mail room looks at: what is mine, what nobody took yet, what waits for the customer.
const VIEWS: &[HouseView] = &[
    HouseView { key: "mine", name: || text!("Mine"), query: "is:open owner:me", sort: "" },
    HouseView { key: "unassigned", name: || text!("Unassigned"), query: "is:open owner:none", sort: "" },
    HouseView { key: "them", name: || text!("Waits for them"), query: "is:open waits_for:them", sort: "" },
    HouseView { key: "all", name: || text!("All"), query: "", sort: "" },
    HouseView { key: "closed", name: || text!("Closed"), query: "is:closed", sort: "" },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .keeping_words(queries::SAID)
        .keeping_words(queries::ANSWERED)
        .with::<Conversation>()
        .listed_at("/inbox")
        .viewed(VIEWS)
        .ordered("-body.last_at")
        .given_by(assign_party)
        .showing(&["number", "title", "body.last_at", "customer", "body.waits_for", "owner"])
        .opened_by::<Call>(begin_call)
        .reminding(ASKED)
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
        .reminding(ASKED)
        .showing(&["number", "title", "body.starts_at", "body.place", "customer", "owner", "state"])
}

/// What the area does by itself.
pub fn jobs() -> Jobs {
    Jobs::default()
        .every("statements", SignedDuration::from_hours(1), |work, _| commands::remind_of_statements(work))
}
