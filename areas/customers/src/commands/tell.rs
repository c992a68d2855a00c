//! Writing to a customer as it was agreed with them: the one way by which letters to customers leave.

use jiff::Timestamp;
use kernel::{Letter, PartyId, Refusal, Result, Told, Work, text};

use crate::model::{Channel, Topic};
use crate::queries;
use crate::rules::telling::hours_from;

/// What became of something that was to be told by the product itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It goes out by letter.
    Written(Told),
    /// No mail is written about this: they want to hear of it in another way, by one of us.
    In(Channel),
}

/// Writes a letter of one of us to a customer. Whoever writes has the profile before them and decides when and how;
/// nobody writes to whoever left.
///
/// # Errors
/// Refuses an address whose owner has left the customer.
pub fn write(work: &mut Work, letter: &Letter) -> Result<Told> {
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
    work.tell(letter)
}

/// Writes a letter of the product's own to a customer, as their profile says (ISO 9001, 8.2.1): only where they agreed
/// to mail about the topic, and in the hours in which they may be disturbed.
///
/// # Errors
/// Refuses an address whose owner has left the customer.
pub fn tell(work: &mut Work, party: Option<PartyId>, topic: Topic, letter: &Letter) -> Result<Heard> {
    if let Some(channel) = queries::other_way(work, party, topic)? {
        return Ok(Heard::In(channel));
    }
    let profile = party.map(|it| queries::profile_of(work, it)).transpose()?.flatten().unwrap_or_default();
    let not_before: Timestamp = hours_from(&profile, work.now);
    let letter = Letter { is_automatic: true, not_before: Some(not_before), ..*letter };
    Ok(Heard::Written(write(work, &letter)?))
}
