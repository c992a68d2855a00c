//! Saying that a message which bears an address of ours is from us indeed.

use kernel::{Audience, Permit, PersonId, Refusal, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use super::{audience_now, correspondents, hand_over};
use crate::model::{Direction, Oddity};
use crate::queries;
use crate::rules::Whose;

#[derive(Serialize)]
struct Vouched {
    direction: Direction,
    from_person: Option<PersonId>,
    warnings: Vec<Oddity>,
    audience: Audience,
}

/// Says that a message that came from outside under an address of ours is from us. From then on it counts so,
/// and whoever of the customer got it reads it here, too.
///
/// # Errors
/// Refuses for a message of which nobody doubts it.
pub fn vouch(work: &mut Work, id: i64) -> Result<String> {
    Permit::Staff.covers(work.actor, None)?;
    let mut message = queries::message(work, id)?;
    let sentence = text!("Nobody doubts from whom this message is.");
    Refusal::unless(message.is_not_proven(), sentence)?;
    message.warnings.retain(|it| *it != Oddity::NotProven);
    let people = correspondents(work, &message)?;
    let party = queries::party_of(work, message.record_id)?;
    let audience = audience_now(party, &message, &people.all(), false);
    let from_person = match people.whose(&message.from_address) {
        Whose::Ours(person) => person,
        _ => None,
    };
    work.called("vouched");
    hand_over(work, &message, message.record_id, audience)?;
    let warnings = message.warnings;
    let now = Vouched { direction: Direction::Out, from_person, warnings, audience };
    work.amend("message", message.record_id, id, &now)?;
    work.note(message.record_id, json!({ "vouched": { "from": message.from_address } }))?;
    queries::number_of(work, message.record_id)
}
