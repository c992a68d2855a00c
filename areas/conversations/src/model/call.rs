//! A call: who was on the telephone, when, for how long, and what was said.

use jiff::Timestamp;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A telephone call, written down while one speaks. Once it is kept, its words are a text to be cited from and
/// stand in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Call {
    pub direction: Caller,
    /// Who of theirs was on the telephone, where that is known.
    pub person: Option<PersonId>,
    /// What they are called.
    pub name: String,
    /// Their number, as it was shown.
    pub phone: String,
    /// When it began, in microseconds since 1970, UTC.
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub began_at: Timestamp,
    /// When it ended, where that is known.
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub ended_at: Option<Timestamp>,
    /// What was said, as it was written down.
    pub words: String,
    /// What came of it.
    pub outcome: String,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            direction: Caller::default(),
            person: None,
            name: String::new(),
            phone: String::new(),
            began_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            words: String::new(),
            outcome: String::new(),
        }
    }
}

impl Call {
    /// How long it lasted, in whole minutes, begun ones counted.
    pub fn minutes(&self) -> Option<i64> {
        let seconds = self.ended_at?.as_second() - self.began_at.as_second();
        Some((seconds + 59) / 60)
    }
}

kernel::vocabulary! {
    /// Who called whom.
    pub enum Caller {
        #[default]
        They = text!("They called"),
        We = text!("We called"),
    }
}

kernel::vocabulary! {
    pub enum CallState {
        #[default]
        Open = text!("On the telephone"),
        Done = text!("Done"),
        /// A wrong number, nothing said.
        Dropped = text!("Dropped"),
    }
}

kernel::vocabulary! {
    pub enum CallStep {
        /// Its words become a text, and stand in a conversation.
        #[default]
        Close = text!("Keep the call"),
        Drop = text!("Drop it"),
    }
}
