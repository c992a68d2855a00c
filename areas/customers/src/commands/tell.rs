//! Writing to a customer as it was agreed with them: the one way by which letters to customers leave.

use jiff::Timestamp;
use kernel::{Letter, PartyId, Refusal, Result, Told, Work, text};

use crate::model::{Channel, Topic};
use crate::queries;
use crate::rules::telling::{channel_for, hours_from};

/// What became of something that was to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It goes out by letter.
    Written(Told),
    /// The product writes no mail about this: they want to hear of it in another way, by one of us.
    In(Channel),
}

/// Writes to a customer, as their profile says (ISO 9001, 8.2.1). What the product writes by itself goes only where
/// they agreed to mail about the topic, and in the hours in which they may be disturbed; whoever of us writes decides
/// so themselves, with the profile before them. Nobody writes to whoever left.
///
/// # Errors
/// Refuses an address whose owner has left the customer.
pub fn tell(work: &mut Work, party: Option<PartyId>, topic: Topic, letter: &Letter) -> Result<Heard> {
    for it in letter.to {
        if let Some(name) = queries::who_left(work, &it.address)? {
            let sentence = text!(
                "{name} has left, and {address} was theirs. Write to somebody else.",
                name = name,
                address = &it.address
            );
            return Err(Refusal::because(sentence).into());
        }
    }
    let profile = party.map(|it| queries::profile_of(work, it)).transpose()?.flatten();
    let (Some(profile), true) = (profile, letter.is_automatic) else {
        return Ok(Heard::Written(work.tell(letter)?));
    };
    let channel = channel_for(&profile, topic);
    if !matches!(channel, Channel::Email | Channel::Letter) {
        return Ok(Heard::In(channel));
    }
    let not_before: Timestamp = hours_from(&profile, work.now);
    Ok(Heard::Written(work.tell(&Letter { not_before: Some(not_before), ..*letter })?))
}
