//! What was said in a call or a meeting and has to be confirmed in writing.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PersonId, Tone, text};
use serde::Deserialize;

kernel::vocabulary! {
    /// What became of something that was said. Silence is no consent.
    pub enum SpokenState {
        #[default]
        Said = text!("said, not written"),
        /// They were asked by letter to confirm it.
        Asked = text!("put in writing, not answered"),
        Confirmed = text!("confirmed in writing"),
        /// They confirmed it in other words.
        Otherwise = text!("confirmed otherwise"),
        Denied = text!("not confirmed"),
    }
}

impl SpokenState {
    /// Whether nobody may rely on it yet.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Said | Self::Asked)
    }

    pub fn tone(self) -> Tone {
        match self {
            Self::Said => Tone::Doubtful,
            Self::Asked => Tone::Waiting,
            Self::Confirmed | Self::Otherwise => Tone::Good,
            Self::Denied => Tone::Stopped,
        }
    }
}

/// One thing that somebody said.
#[derive(Clone, Debug, Deserialize)]
pub struct Spoken {
    pub id: i64,
    /// The call or meeting in which it was said.
    pub record_id: i64,
    pub words: String,
    pub state: SpokenState,
    /// The message by which they were asked to confirm it.
    pub message: Option<i64>,
    pub due: Option<Date>,
    /// The task of whoever looks whether they answered.
    pub task: Option<i64>,
    /// What they said instead.
    pub answer: String,
    #[serde(with = "kernel::micros")]
    pub said_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    pub settled_at: Option<Timestamp>,
    pub settled_by: Option<PersonId>,
}
