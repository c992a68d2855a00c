//! What the kernel asks about people, whom an area keeps: who still comes in, who belongs to a function.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{Actor, Addressee, PartyId, PersonId, Quiet, Reader, Result};

/// How the kernel asks about people.
#[derive(Clone, Copy)]
pub struct People {
    /// Somebody as they act, with how they are written to; none for whoever left.
    pub somebody: fn(&Reader, PersonId) -> Result<Option<Somebody>>,
    /// Those of some people who still come in, each with the organisation of somebody of outside.
    pub present: fn(&Reader, &[PersonId]) -> Result<Vec<(PersonId, Option<PartyId>)>>,
    /// Our people who belong to a function or lead it.
    pub members: fn(&Reader, i64) -> Result<Vec<PersonId>>,
    /// Who stands in for somebody today: in all that is theirs, or at a function of theirs where one is named.
    pub deputies: fn(&Reader, PersonId, Option<i64>) -> Result<Vec<PersonId>>,
    /// Our own people who still come in, as far as the actor sees them.
    pub staff: fn(&Reader) -> Result<Vec<Colleague>>,
    /// The language in which somebody of an organisation is told by mail of a kind of record, as was agreed with it; none
    /// where it wants to hear of that in another way (ISO 9001, 8.2.1).
    pub agreed: fn(&Reader, (PartyId, PersonId), &str) -> Result<Option<String>>,
    /// Outside which hours nobody of an organisation is disturbed, as was agreed with it; none where no hours were agreed.
    pub agreed_quiet: fn(&Reader, PartyId) -> Result<Option<Quiet>>,
    /// The first moment from another on at which a letter to people of an organisation disturbs nobody: in the hours that
    /// were agreed with it, and outside the quiet hours of whoever said theirs.
    pub undisturbed: fn(&Reader, Option<PartyId>, &[Addressee], Timestamp) -> Result<Timestamp>,
}

/// Somebody who acts and is written to.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub actor: Actor,
    /// Empty where none is known.
    pub email: String,
    /// `en` or `de`, where they said so.
    pub language: Option<String>,
    /// Their time zone (IANA).
    pub zone: Option<String>,
}

/// One of our own people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Colleague {
    pub person: PersonId,
    pub number: String,
    pub name: String,
    /// What they do, in few words; may be empty.
    pub does: String,
}

impl People {
    /// A house in which nobody is known.
    pub fn nobody() -> Self {
        Self {
            somebody: |_, _| Ok(None),
            present: |_, _| Ok(Vec::new()),
            members: |_, _| Ok(Vec::new()),
            deputies: |_, _, _| Ok(Vec::new()),
            staff: |_| Ok(Vec::new()),
            agreed: |_, _, _| Ok(Some("en".to_owned())),
            agreed_quiet: |_, _| Ok(None),
            undisturbed: |_, _, _, at| Ok(at),
        }
    }
}
