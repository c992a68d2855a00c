//! What somebody said by word of mouth, as we understood it, and what they answer when they are asked.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PersonId, Tone, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

kernel::vocabulary! {
    /// What became of something that was said. Silence is no consent.
    pub enum StatementState {
        #[default]
        Said = text!("said, not written"),
        /// They were asked by letter to confirm it.
        Asked = text!("put in writing, not answered"),
        Confirmed = text!("confirmed in writing"),
        /// They say something else instead.
        Otherwise = text!("said otherwise"),
        Denied = text!("not confirmed"),
    }
}

impl StatementState {
    /// Whether they were not heard yet.
    pub fn is_unanswered(self) -> bool {
        matches!(self, Self::Said | Self::Asked)
    }

    /// Whether they do not agree with what we understood.
    pub fn is_objection(self) -> bool {
        matches!(self, Self::Otherwise | Self::Denied)
    }

    pub fn tone(self) -> Tone {
        match self {
            Self::Said => Tone::Doubtful,
            Self::Asked => Tone::Waiting,
            Self::Confirmed => Tone::Good,
            Self::Otherwise | Self::Denied => Tone::Stopped,
        }
    }
}

/// One thing that somebody said.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Statement {
    pub id: i64,
    /// The call, meeting, order or change at which it is kept.
    pub record_id: i64,
    pub words: String,
    /// Who said it, as a name.
    pub said_by: String,
    /// Who of theirs that is, where it is known.
    pub person: Option<PersonId>,
    /// The day on which it was said, where that was not the one on which it was noted.
    pub said_on: Option<Date>,
    pub state: StatementState,
    /// The clause of the frame contract by which silence is consent; empty where it is none.
    pub frame_contract: String,
    /// Until when they are asked to answer.
    pub due: Option<Date>,
    /// The message of a conversation by which they were asked.
    pub message: Option<i64>,
    /// The letter by which they were asked.
    pub letter: Option<i64>,
    /// The task of whoever looks whether they answered.
    pub task: Option<i64>,
    /// The statement that this one says anew.
    pub instead_of: Option<i64>,
    /// What was done about their objection.
    pub heeded: String,
    #[serde(with = "kernel::micros::option")]
    pub heeded_at: Option<Timestamp>,
    pub heeded_by: Option<PersonId>,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub by: PersonId,
}

/// What they answered to something that was said. Each answer stays, the last one counts.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct StatementAnswer {
    pub id: i64,
    pub statement: i64,
    /// `confirmed`, `otherwise` or `denied`.
    pub answer: StatementState,
    /// What they say instead, or how they confirmed it.
    pub words: String,
    /// Who answered.
    pub name: String,
    /// How it came: `link`, `account`, `hand`.
    pub source: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}
