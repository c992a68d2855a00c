//! Writing to a customer as it was agreed with them: the one way by which letters to customers leave.

use jiff::Timestamp;
use kernel::{Addressee, Faults, Letter, PartyId, Reader, Refusal, Result, Told, Work, text};
use serde_json::{Value as Json, json};

use crate::model::{Channel, Topic};
use crate::queries::{self, Departure};
use crate::rules::telling::hours_from;

/// What became of something that was to be told by the product itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It goes out by letter.
    Written(Told),
    /// No mail is written about this: they want to hear of it in another way, by one of us.
    In(Channel),
}

/// On what occasion one of us writes to a customer.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// It answers what they wrote or did, in the way in which they did it.
    Answer,
    /// It has to stand in writing whatever they prefer: what was said and is to be confirmed, what is signed, an
    /// invitation that calendars read. Where they agreed to something else, that it was written stays on the trail.
    InWriting { party: Option<PartyId>, topic: Topic },
    /// The same, where it follows from what somebody else did: it waits for the hours in which they may be disturbed.
    InWritingInTheirHours { party: Option<PartyId>, topic: Topic },
    /// One of us tells or asks them something about a topic; and why so, where it was agreed otherwise.
    Tells { party: Option<PartyId>, topic: Topic, why: &'a str },
}

/// Writes a letter of one of us to a customer, at once; nobody writes to whoever left. Where it is other than was agreed
/// with the customer about the topic, by its way, its addressee or its language, it wants a reason, which stays on the
/// trail beside what was agreed (ISO 9001, 8.2.1).
///
/// # Errors
/// Refuses an address whose owner has left the customer; names everything that was agreed otherwise, where nobody says
/// why.
pub fn write(work: &mut Work, occasion: Occasion, letter: &Letter) -> Result<Told> {
    match occasion {
        Occasion::Tells { party: Some(party), topic, why } => {
            let departures = queries::departures(work, (party, topic), letter)?;
            if !departures.is_empty() {
                says_why(work, letter.record, departures, why.trim())?;
            }
        }
        Occasion::InWriting { party: Some(party), topic }
        | Occasion::InWritingInTheirHours { party: Some(party), topic } => {
            let departures = queries::departures(work, (party, topic), letter)?;
            if !departures.is_empty() {
                let although = json!({ "agreed": agreed(departures), "in_writing": true });
                work.note(letter.record, json!({ "written_although": although }))?;
            }
        }
        Occasion::Answer
        | Occasion::Tells { party: None, .. }
        | Occasion::InWriting { party: None, .. }
        | Occasion::InWritingInTheirHours { party: None, .. } => {}
    }
    let Occasion::InWritingInTheirHours { party, .. } = occasion else { return send(work, letter) };
    let not_before = Some(undisturbed(work, party, letter.to, work.now)?);
    send(work, &Letter { not_before, ..*letter })
}

fn says_why(work: &mut Work, record: i64, departures: Vec<Departure>, why: &str) -> Result<()> {
    if why.is_empty() {
        let faults = departures.into_iter().map(|it| ("why".to_owned(), it.sentence)).collect();
        return Err(Faults(faults).into());
    }
    work.because(why);
    work.note(record, json!({ "written_although": { "agreed": agreed(departures), "why": why } }))
}

/// What was agreed, by what it is of.
fn agreed(departures: Vec<Departure>) -> serde_json::Map<String, Json> {
    departures.into_iter().map(|it| (it.about.to_owned(), Json::String(it.agreed))).collect()
}

fn send(work: &mut Work, letter: &Letter) -> Result<Told> {
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
    let not_before = undisturbed(work, party, letter.to, work.now)?;
    let letter = Letter { is_automatic: true, not_before: Some(not_before), ..*letter };
    Ok(Heard::Written(send(work, &letter)?))
}

/// From when on none of those who are written to is disturbed: in the hours that were agreed with the customer, and
/// outside the quiet hours of whoever said theirs.
pub fn undisturbed(
    reader: &Reader,
    party: Option<PartyId>,
    to: &[Addressee],
    at: Timestamp,
) -> Result<Timestamp> {
    let profile = party.map(|it| queries::profile_of(reader, it)).transpose()?.flatten().unwrap_or_default();
    let mut people = Vec::new();
    for it in to {
        if let Some((person, ..)) = identity::person_with_email(reader, &it.address)?
            && reader.said_their_hours(person)?
        {
            people.push(person);
        }
    }
    let zone = reader.zone_or_ours(&profile.zone);
    let mut at = hours_from(&profile, &zone, at);
    // Where the hours of one end as those of another begin there is none for all; then the last one counts.
    for _ in 0..=people.len() {
        for person in &people {
            at = reader.may_be_written_to(*person, at)?;
        }
        at = hours_from(&profile, &zone, at);
    }
    Ok(at)
}
