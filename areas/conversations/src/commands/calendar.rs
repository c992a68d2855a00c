//! What calendars send: an appointment that a mail brings becomes a proposed meeting, and follows what they change.

use jiff::Timestamp;
use kernel::{Ask, Gap, New, PartyId, Result, Work, text};

use super::{Arrived, meeting};
use crate::model::{Meeting, MeetingState, MeetingStep, Participant};
use crate::queries;
use crate::rules::Whose;

/// The meeting that a mail tells of: a new one that they propose, or the one whose time they change. Nothing comes of
/// what strangers and machines send.
///
/// What lies ahead of a planned meeting changes by nobody's mail: whoever answers for it is asked.
pub(super) fn take_in_appointment(
    work: &mut Work,
    conversation: i64,
    arrived: &Arrived,
) -> Result<Option<i64>> {
    let is_known = !matches!(arrived.sender(), Whose::Unknown) && arrived.it.kind().is_by_a_person();
    let Some(event) = arrived.it.mail.calendar.iter().find(|it| !it.uid.trim().is_empty()) else {
        return Ok(None);
    };
    let theirs = queries::party_of(work, conversation)?;
    if !is_known || event.uid.len() > 300 {
        return Ok(None);
    }
    match queries::by_uid(work, &event.uid)? {
        // Another customer may write the identity of a meeting that is not theirs into a mail.
        Some((_, whose))
            if whose != theirs || arrived.sender().party().is_some_and(|it| Some(it) != whose) =>
        {
            Ok(None)
        }
        Some((meeting, _)) => follow(work, meeting, event, arrived).map(Some),
        None if event.cancelled || !matches!(event.method.as_str(), "REQUEST" | "PUBLISH") => Ok(None),
        None => propose(work, (conversation, theirs), event, arrived),
    }
}

fn moment(it: Option<&mail::Moment>) -> Option<Timestamp> {
    it.and_then(|it| it.at).and_then(|it| Timestamp::from_microsecond(it).ok())
}

fn propose(
    work: &mut Work,
    (conversation, party): (i64, Option<PartyId>),
    event: &mail::Event,
    arrived: &Arrived,
) -> Result<Option<i64>> {
    let Some(starts_at) = moment(event.start.as_ref()) else { return Ok(None) };
    let title: String =
        event.summary.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    let title = if title.is_empty() { arrived.it.title() } else { title };
    let mut participants: Vec<Participant> = Vec::new();
    for it in event.organiser.iter().chain(&event.attendees).take(100) {
        let address = it.address.trim().to_lowercase();
        let is_new = participants.iter().all(|known| known.address != address);
        if is_new && kernel::is_address(&address) {
            let is_ours = matches!(queries::whose(work, &address)?, Whose::Ours(_));
            let name = it.name.clone().unwrap_or_else(|| address.clone());
            participants.push(Participant {
                name: name.chars().take(200).collect(),
                address,
                is_ours,
                ..Participant::default()
            });
        }
    }
    let owner = work.find_by_id::<crate::Conversation>(conversation)?.record.owner;
    let short = |words: &str| words.chars().take(500).collect::<String>();
    let body = Meeting {
        starts_at: Some(starts_at),
        ends_at: moment(event.end.as_ref()).filter(|it| *it >= starts_at),
        place: short(event.place.as_deref().unwrap_or_default()),
        conversation: Some(conversation),
        uid: event.uid.trim().to_owned(),
        participants,
        ..Meeting::default()
    };
    let number = arrived.it.meeting.as_deref();
    let new = New { title: &title, party, owner: Some(owner), number, ..New::default() };
    Ok(Some(meeting::propose(work, &new, &body)?.id))
}

fn follow(work: &mut Work, meeting: i64, event: &mail::Event, arrived: &Arrived) -> Result<i64> {
    let mut case = work.find_by_id::<Meeting>(meeting)?;
    let starts_at = moment(event.start.as_ref());
    let ends_at = moment(event.end.as_ref()).filter(|end| starts_at.is_some_and(|start| *end >= start));
    let is_moved = starts_at.is_some() && (starts_at, ends_at) != (case.body.starts_at, case.body.ends_at);
    let is_request = event.method == "REQUEST";
    let (name, _) = arrived.it.from();
    let name: Gap = if name.is_empty() { text!("Unknown sender").into() } else { name.into() };
    let request = match (case.record.state, event.cancelled) {
        (MeetingState::Proposed, true) => {
            work.advance(&mut case, MeetingStep::Cancel)?;
            return Ok(meeting);
        }
        (MeetingState::Proposed, false) if is_moved && is_request => {
            work.revise(&mut case, |it| (it.starts_at, it.ends_at) = (starts_at, ends_at))?;
            return Ok(meeting);
        }
        (MeetingState::Planned, true) => {
            text!("{name} called the meeting off. See what becomes of it.", name = name)
        }
        (MeetingState::Planned, false) if is_moved && is_request => match starts_at {
            Some(at) => {
                text!("{name} proposes another time: {moment}. Answer them.", name = name, moment = at)
            }
            None => return Ok(meeting),
        },
        _ => return Ok(meeting),
    };
    let owner = Some(case.record.owner).filter(|it| *it != 0).unwrap_or(work.actor.person);
    if owner != 0 {
        work.ask(meeting, &Ask { said: Some(&request), person: Some(owner), ..Ask::default() })?;
    }
    work.called("taken_in");
    Ok(meeting)
}
