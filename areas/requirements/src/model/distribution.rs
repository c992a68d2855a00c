//! Who must know a released set, and who has read it (ISO 9001, 8.2.2: what was determined reaches whoever needs it).

use identity::PersonState;
use jiff::Timestamp;
use kernel::{PersonId, text};
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
    /// Whether they still work here: nobody waits for whoever left.
    pub state: PersonState,
    pub function: i64,
    pub function_name: String,
    #[serde(with = "kernel::micros")]
    pub asked_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    pub read_at: Option<Timestamp>,
}

impl MustRead {
    /// Whether it is still waited for that they read it.
    pub fn is_waited_for(&self) -> bool {
        self.read_at.is_none() && self.state == PersonState::Active
    }
}

/// Somebody who must know the last revision of a set and was not asked to read it: they came later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub set: i64,
    pub no: i64,
    pub digest: String,
    pub person: PersonId,
    pub function: i64,
}

/// A line of who was asked to read what, over all sets.
#[derive(Clone, Debug, Deserialize)]
pub struct Distributed {
    pub id: i64,
    /// The set.
    pub number: String,
    pub title: String,
    pub no: i64,
    /// The last revision of the set.
    pub released: Option<i64>,
    pub digest: String,
    pub person_number: String,
    pub name: String,
    pub state: PersonState,
    pub function_number: String,
    pub function_name: String,
    #[serde(with = "kernel::micros")]
    pub asked_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    pub read_at: Option<Timestamp>,
}

kernel::vocabulary! {
    /// What became of asking somebody to read a revision.
    pub enum Heard {
        /// They have not said that they read it, and are still asked.
        #[default]
        Waiting = text!("Not yet"),
        Read = text!("Read"),
        /// They left, or another revision was released since.
        Over = text!("No longer asked"),
    }
}

impl Distributed {
    pub fn heard(&self) -> Heard {
        match self.read_at {
            Some(_) => Heard::Read,
            None if self.state == PersonState::Active && self.released == Some(self.no) => Heard::Waiting,
            None => Heard::Over,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_whoever_left_or_for_what_is_no_longer_the_last_revision() {
        let heard = |state, released, read_at| {
            Distributed {
                id: 1,
                number: "RS-2026-0001".into(),
                title: "CIP 3 dosing skid".into(),
                no: 1,
                released: Some(released),
                digest: String::new(),
                person_number: "PE-0002".into(),
                name: "Bob".into(),
                state,
                function_number: "FN-01".into(),
                function_name: "Quality".into(),
                asked_at: Timestamp::UNIX_EPOCH,
                read_at,
            }
            .heard()
        };
        let then = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(heard(PersonState::Active, 1, None), Heard::Waiting);
        assert_eq!(heard(PersonState::Active, 2, None), Heard::Over);
        assert_eq!(heard(PersonState::Left, 1, None), Heard::Over);
        assert_eq!(heard(PersonState::Left, 2, then), Heard::Read);
    }
}
