//! Meetings: who takes part and how they are reached, minutes as they were approved, what was told of them.

use jiff::Timestamp;
use kernel::{Case, Faults, PartyId, PersonId, Reader, Record, Result, sql, text, values};
use serde::Deserialize;

use crate::letters::InWords;
use crate::model::{Approved, Attendance, Meeting, MeetingState, Point};

/// The moment at which somebody asks.
#[expect(clippy::unnecessary_wraps, reason = "facts are loaded by functions that may fail")]
pub fn asked_at(reader: &Reader, _: &Record<Meeting>, _: &Meeting) -> Result<Timestamp> {
    Ok(reader.now)
}

/// Whether its people and its conversation are there, whichever way it comes.
pub fn meeting_fits(reader: &Reader, before: Option<&Case<Meeting>>, it: &Meeting) -> Result<()> {
    let mut faults = Faults::default();
    let people = it.participants.iter().filter_map(|it| it.person);
    let owners =
        it.points.iter().filter_map(|it| it.owner).chain(it.decisions.iter().filter_map(|it| it.owner));
    let doers = it.actions.iter().filter_map(|it| it.person);
    for (field, person) in (people.map(|it| ("participants", it)))
        .chain(owners.map(|it| ("points", it)))
        .chain(doers.map(|it| ("actions", it)))
    {
        faults.unless(person_of(reader, person)?.is_some(), field, text!("Choose people who are there."));
    }
    if let Some(review) = it.review {
        let is_there = reader.mention(review)?.is_some_and(|it| it.kind == "RV");
        faults.unless(is_there, "review", text!("There is no such review. Choose another one."));
    }
    for item in it.points.iter().filter_map(|it| it.item) {
        let sentence = text!("What a point is about is not there. Leave it out, or name another record.");
        faults.unless(reader.mention(item)?.is_some(), "points", sentence);
    }
    if let Some(conversation) = it.conversation {
        let party = conversation_party(reader, conversation)?;
        let sentence = text!("There is no such conversation. Choose another one.");
        faults.unless(party.is_some(), "conversation", sentence);
        let ours = before.and_then(|it| it.record.party);
        if let (Some(Some(other)), Some(ours)) = (party, ours) {
            let sentence = text!(
                "That conversation is with {customer}. Choose one of whoever takes part.",
                customer = reader.name_of(other)?
            );
            faults.unless(other == ours, "conversation", sentence);
        }
    }
    Ok(faults.into_result()?)
}

/// The party of a conversation; none where there is no such conversation.
#[expect(clippy::option_option, reason = "no such conversation is another answer than one of nobody")]
pub fn conversation_party(reader: &Reader, conversation: i64) -> Result<Option<Option<PartyId>>> {
    let found: Option<(i64, Option<PartyId>)> = reader
        .maybe(sql!("select id, party from visible where id = $1 and kind = 'CV'"), values![conversation])?;
    Ok(found.map(|(_, party)| party))
}

/// Somebody who takes part, as they are called and reached.
#[derive(Clone, Debug, Deserialize)]
pub struct PersonLine {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub party: Option<PartyId>,
}

/// A person by key.
pub fn person_of(reader: &Reader, person: PersonId) -> Result<Option<PersonLine>> {
    reader.maybe(
        sql!(
            "select visible.id, visible.title as name, email, party from visible
             join person on person.id = visible.id where visible.id = $1 and kind = 'PE'"
        ),
        values![person],
    )
}

/// Who an address belongs to.
pub fn person_at(reader: &Reader, address: &str) -> Result<Option<PersonLine>> {
    if address.is_empty() {
        return Ok(None);
    }
    reader.maybe(
        sql!(
            "select visible.id, visible.title as name, email, party from visible
             join person on person.id = visible.id
             where lower(email) = $1 and kind = 'PE' and state = 'active' order by visible.id limit 1"
        ),
        values![address.to_lowercase()],
    )
}

/// Somebody at a table.
#[derive(Clone, Debug)]
pub struct Attendee {
    pub person: Option<PersonId>,
    pub name: String,
    /// May be empty.
    pub address: String,
    pub is_ours: bool,
    pub attendance: Attendance,
}

/// Everybody who takes part. Whom the actor does not see has the address that stands in the meeting alone.
pub fn attendees(reader: &Reader, it: &Meeting) -> Result<Vec<Attendee>> {
    let mut all = Vec::with_capacity(it.participants.len());
    for participant in &it.participants {
        let known = participant.person.map(|it| person_of(reader, it)).transpose()?.flatten();
        let name = match participant.person {
            Some(person) => reader.name_of(person)?,
            None => participant.name.clone(),
        };
        let address = match (&known, participant.address.is_empty()) {
            (_, false) => participant.address.clone(),
            (Some(it), true) => it.email.clone(),
            (None, true) => String::new(),
        };
        all.push(Attendee {
            person: participant.person,
            name,
            address,
            is_ours: known.map_or(participant.is_ours, |it| it.party.is_none()),
            attendance: participant.attendance,
        });
    }
    Ok(all)
}

/// A meeting in words.
pub fn in_words(reader: &Reader, record: &Record<Meeting>, it: &Meeting) -> Result<InWords> {
    let name = |person: Option<PersonId>| person.map(|it| reader.name_of(it)).transpose();
    let participants = attendees(reader, it)?.into_iter().map(|it| (it.name, it.attendance)).collect();
    let mut points = Vec::new();
    for point in &it.points {
        points.push((point.title.clone(), name(point.owner)?, point.minutes.clone()));
    }
    let mut decisions = Vec::new();
    for decision in &it.decisions {
        decisions.push((decision.words.clone(), name(decision.owner)?));
    }
    let mut actions = Vec::new();
    for action in &it.actions {
        actions.push((action.words.clone(), name(action.person)?.unwrap_or_default(), action.due));
    }
    Ok(InWords {
        number: record.number.clone(),
        title: record.title.clone(),
        purpose: it.purpose.clone(),
        starts_at: it.starts_at,
        ends_at: it.ends_at,
        place: it.place.clone(),
        link: it.link.clone(),
        participants,
        points,
        decisions,
        actions,
        from: reader.actor.name.clone(),
    })
}

/// The minutes of a meeting as they were approved, the last first.
pub fn approved(reader: &Reader, meeting: i64) -> Result<Vec<Approved>> {
    reader.rows(
        sql!("select id, no, at, by from visible_minutes where record_id = $1 order by no desc, id desc"),
        values![meeting],
    )
}

/// A message that tells of a meeting: its key, its conversation, its subject, and when.
#[derive(Clone, Debug, Deserialize)]
pub struct ToldLine {
    pub id: i64,
    pub number: String,
    pub subject: String,
    #[serde(with = "kernel::micros")]
    pub sent_at: Timestamp,
    pub from_name: String,
}

/// What was told of a meeting in its conversation.
pub fn told_of(reader: &Reader, meeting: i64) -> Result<Vec<ToldLine>> {
    reader.rows(
        sql!(
            "select it.id, visible.number, subject, sent_at, from_name from visible_message as it
             join visible on visible.id = it.record_id where about = $1 order by sent_at, it.id"
        ),
        values![meeting],
    )
}

/// The meeting that has an identity in calendars.
pub fn by_uid(reader: &Reader, uid: &str) -> Result<Option<(i64, Option<PartyId>)>> {
    reader.maybe(
        sql!(
            "select visible.id, party from visible join meeting as it on it.id = visible.id
             where it.uid = $1 and visible.kind = 'MT' order by visible.id limit 1"
        ),
        values![uid],
    )
}

/// A meeting that lies ahead.
#[derive(Clone, Debug, Deserialize)]
pub struct Ahead {
    pub number: String,
    pub title: String,
    pub state: MeetingState,
    #[serde(with = "kernel::micros")]
    pub starts_at: Timestamp,
}

/// The meetings of a conversation that are not over.
pub fn ahead(reader: &Reader, conversation: i64) -> Result<Vec<Ahead>> {
    reader.rows(
        sql!(
            "select visible.number, visible.title, visible.state, starts_at from visible
             join meeting as it on it.id = visible.id
             where it.conversation = $1 and visible.state in ('proposed', 'planned') and starts_at is not null
             order by starts_at, visible.id limit 10"
        ),
        values![conversation],
    )
}

/// A point of a meeting about a review, with what was said of it.
#[derive(Clone, Debug)]
pub struct PointSpoken {
    /// The number of the meeting.
    pub meeting: String,
    pub title: String,
    pub item: Option<i64>,
    pub minutes: String,
    pub at: Option<Timestamp>,
    /// Whether its minutes were approved as they stand.
    pub is_approved: bool,
}

/// What was said in meetings about a review, the first meeting first.
pub fn spoken_of(reader: &Reader, review: i64) -> Result<Vec<PointSpoken>> {
    let held: Vec<(String, MeetingState, String, Option<i64>)> = reader.rows(
        sql!(
            "select visible.number, visible.state, points, starts_at from visible
             join meeting as it on it.id = visible.id
             where it.review = $1 and visible.state in ('held', 'minuted') order by starts_at, visible.id"
        ),
        values![review],
    )?;
    let mut all = Vec::new();
    for (number, state, points, at) in held {
        let points: Vec<Point> = serde_json::from_str(&points)?;
        for it in points.into_iter().filter(|it| !it.minutes.is_empty()) {
            all.push(PointSpoken {
                meeting: number.clone(),
                title: it.title,
                item: it.item,
                minutes: it.minutes,
                at: at.and_then(|it| Timestamp::from_microsecond(it).ok()),
                is_approved: state == MeetingState::Minuted,
            });
        }
    }
    Ok(all)
}

/// The record that words name before a colon, as in “REQ-0012: the lowest room temperature”.
pub fn named_first(reader: &Reader, words: &str) -> Result<Option<i64>> {
    let Some((number, _)) = words.split_once(':') else { return Ok(None) };
    match reader.mention_of(number.trim()) {
        Err(kernel::Error::NotFound) => Ok(None),
        known => Ok(Some(known?.id)),
    }
}

/// The key of a conversation by its number.
pub fn talk_key(reader: &Reader, number: &str) -> Result<Option<i64>> {
    reader.maybe(sql!("select id from visible where number = $1 and kind = 'CV'"), values![number])
}

/// The last number of a record that stands in an address of ours.
pub fn number_in(reader: &Reader, path: &str) -> Result<Option<String>> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut found = None;
    for part in path.split('/').filter(|it| it.contains('-') && it.len() < 40) {
        found = match reader.mention_of(part) {
            Err(kernel::Error::NotFound) => found,
            known => Some(known?.number),
        };
    }
    Ok(found)
}
