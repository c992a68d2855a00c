//! A meeting: who takes part, what is on its agenda, and what came of each point.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A meeting with its agenda and, once it was held, its minutes. A revision is the minutes as they were approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Meeting {
    /// What it is for.
    pub purpose: String,
    /// In microseconds since 1970, UTC.
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub starts_at: Option<Timestamp>,
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub ends_at: Option<Timestamp>,
    /// The zone in which its times are told (IANA).
    pub zone: String,
    pub place: String,
    /// The address under which one takes part from elsewhere.
    pub link: String,
    /// The conversation that it belongs to.
    pub conversation: Option<i64>,
    /// The review of which it speaks.
    pub review: Option<i64>,
    /// Its identity in calendars (RFC 5545, 3.8.4.7).
    pub uid: String,
    /// How often we invited to it.
    pub invitations: i64,
    pub participants: Vec<Participant>,
    pub points: Vec<Point>,
    pub decisions: Vec<Decision>,
    pub actions: Vec<Action>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Participant {
    /// Who it is, where they are known.
    pub person: Option<PersonId>,
    /// What they are called, where they are not.
    pub name: String,
    /// Their address for mail, where it is not that of the person.
    pub address: String,
    pub is_ours: bool,
    pub attendance: Attendance,
}

kernel::vocabulary! {
    /// Whether somebody came.
    pub enum Attendance {
        #[default]
        Invited = text!("invited"),
        Present = text!("present"),
        Absent = text!("absent"),
    }
}

/// A point of the agenda.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Point {
    pub title: String,
    /// What it is about: an item of the review, like a requirement.
    pub item: Option<i64>,
    /// Who brings it forward.
    pub owner: Option<PersonId>,
    /// What was said about it.
    pub minutes: String,
}

/// What is open of a review, before it becomes points.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// The number of the review.
    pub review: String,
    pub points: Vec<OpenPoint>,
}

/// Something that is open. What it is about is named first, with a colon behind it.
#[derive(Clone, Debug)]
pub struct OpenPoint {
    pub title: String,
    /// The page where it is settled.
    pub page: String,
}

/// Something that was decided; numbered by its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Decision {
    pub words: String,
    /// Who answers for it.
    pub owner: Option<PersonId>,
}

/// Something that somebody is to do. It becomes a task when the minutes are approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Action {
    pub words: String,
    /// Who does it, of ours or of theirs.
    pub person: Option<PersonId>,
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// The task that it became.
    pub task: Option<i64>,
}

kernel::vocabulary! {
    pub enum MeetingState {
        /// They propose it; nobody of us said yes.
        #[default]
        Proposed = text!("Proposed"),
        Planned = text!("Planned"),
        /// Its minutes are being written.
        Held = text!("Took place"),
        Minuted = text!("Minutes approved"),
        Cancelled = text!("Called off"),
    }
}

kernel::vocabulary! {
    pub enum MeetingStep {
        #[default]
        Plan = text!("Plan it"),
        Hold = text!("It was held"),
        /// Freezes the minutes; what is to be done becomes tasks.
        Approve = text!("Approve the minutes"),
        Revise = text!("Revise the minutes"),
        /// Tells everybody who was invited.
        Cancel = text!("Call it off"),
    }
}

/// Minutes as they were approved.
#[derive(Clone, Debug, Deserialize)]
pub struct Approved {
    pub id: i64,
    /// The number of the revision.
    pub no: i64,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub by: PersonId,
}
