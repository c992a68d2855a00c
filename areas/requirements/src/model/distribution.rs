//! Who must know a released set, and who has read it (ISO 9001, 8.2.2: what was determined reaches whoever needs it).

use jiff::Timestamp;
use kernel::PersonId;
use serde::{Deserialize, Serialize};

/// A function that is told of a set, or left out of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub function: i64,
    pub number: String,
    pub name: String,
    pub why: Why,
}

/// Why a function is told, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is told of every set.
    Always,
    /// It answers for requirements of the set.
    Answers,
    /// The owner of the set put it on the list.
    Chosen,
    /// The owner of the set took it off the list.
    LeftOut,
    /// Nobody has said that it must know.
    NotAsked,
}

impl Why {
    pub fn is_told(self) -> bool {
        !matches!(self, Self::LeftOut | Self::NotAsked)
    }
}

/// Somebody who was asked to read a revision.
#[derive(Clone, Debug, Deserialize)]
pub struct MustRead {
    pub id: i64,
    pub no: i64,
    /// The digest of the revision that was shown.
    pub digest: String,
    pub person: PersonId,
    pub name: String,
    pub function: i64,
    pub function_name: String,
    #[serde(with = "kernel::micros")]
    pub asked_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    pub read_at: Option<Timestamp>,
}

/// A revision that waits to be read by the actor.
#[derive(Clone, Debug, Deserialize)]
pub struct ToRead {
    pub number: String,
    pub title: String,
    pub no: i64,
    #[serde(with = "kernel::micros")]
    pub asked_at: Timestamp,
}
