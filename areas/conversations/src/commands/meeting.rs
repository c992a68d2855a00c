//! Meetings: planning one, inviting to it, writing its minutes, approving and sending them, calling it off.

use jiff::tz::TimeZone;
use kernel::{
    Addressee, Ask, Audience, Case, Citable, Error, Faults, Letter, Made, New, Permit, Refusal, Result, Tie,
    Work, random, text,
};
use serde::Serialize;
use web::common::files::Received;
use web::language::{Language, say};

use super::reply::{Reply, reply};
use crate::letters;
use crate::model::{
    Action, Approved, Channel, Conversation, Decision, Meeting, MeetingState, MeetingStep, MessageKind,
    Participant, Point, Recipient,
};
use crate::queries;
use crate::rules::calendar::Invitation;

/// What made the text of minutes. It changes whenever the same minutes would give another text.
const MINUTES_VERSION: &str = "minutes 1";

/// Opens a meeting. One that has a time is planned; its identity in calendars is made here.
pub fn open_meeting(work: &mut Work, new: &New, body: &Meeting) -> Result<Made> {
    Permit::Staff.covers(work.actor, None)?;
    let made = propose(work, new, body)?;
    let mut case = work.find::<Meeting>(&made.number)?;
    if case.body.starts_at.is_some() {
        work.advance(&mut case, MeetingStep::Plan)?;
    }
    work.called("opened_meeting");
    Ok(made)
}

/// The same for one that they propose: it waits for somebody of us to say yes.
pub(super) fn propose(work: &mut Work, new: &New, body: &Meeting) -> Result<Made> {
    let mut body = body.clone();
    if body.zone.is_empty() {
        body.zone =
            work.setting("company.zone")?.filter(|it| !it.is_empty()).unwrap_or_else(|| "UTC".to_owned());
    }
    if body.uid.is_empty() {
        body.uid = own_uid(work)?;
    }
    name_people(work, &mut body)?;
    let party = match body.conversation.map(|it| queries::conversation_party(work, it)).transpose()?.flatten()
    {
        Some(Some(theirs)) if new.party.is_some_and(|it| it != theirs) => {
            let sentence = text!(
                "That conversation is with {customer}. Choose one of whoever takes part.",
                customer = work.name_of(theirs)?
            );
            return Err(Faults::one("conversation", sentence).into());
        }
        Some(theirs) => new.party.or(theirs),
        None => new.party,
    };
    let made = work.create(&New { party, ..*new }, &body)?;
    if let Some(conversation) = body.conversation {
        work.tie(made.id, Tie::PartOf, conversation)?;
    }
    if let Some(review) = body.review {
        work.tie(made.id, Tie::Concerns, review)?;
    }
    Ok(made)
}

fn own_uid(work: &Work) -> Result<String> {
    let unique: String = random()?.iter().take(16).map(|it| format!("{it:02x}")).collect();
    let from = work.post_from()?.unwrap_or_default();
    let domain = from.rsplit_once('@').map_or("reqord.invalid", |(_, domain)| domain);
    Ok(format!("{unique}@{domain}"))
}

/// Whoever is known by their address is a person; whoever is known is called as their record says.
fn name_people(work: &Work, body: &mut Meeting) -> Result<()> {
    for it in &mut body.participants {
        it.address = it.address.trim().to_lowercase();
        if it.person.is_none() {
            it.person = queries::person_at(work, &it.address)?.map(|it| it.id);
        }
        let Some(known) = it.person.map(|it| queries::person_of(work, it)).transpose()?.flatten() else {
            continue;
        };
        it.name = known.name;
        it.is_ours = known.party.is_none();
        if it.address == known.email.to_lowercase() {
            it.address.clear();
        }
    }
    Ok(())
}

/// What is said of a meeting before it is held.
#[derive(Clone, Debug, Default)]
pub struct Planning {
    pub title: String,
    pub body: Meeting,
}

/// Says something else about a meeting; what was written in its minutes stays.
pub fn change_meeting(work: &mut Work, number: &str, seen: Option<i64>, it: &Planning) -> Result<()> {
    let mut case = work.find::<Meeting>(number)?;
    if let Some(version) = seen {
        case.must_be_at(version)?;
    }
    let mut body = it.body.clone();
    name_people(work, &mut body)?;
    work.retitle(&mut case, &it.title)?;
    let before = case.body.conversation;
    work.revise(&mut case, |known| {
        known.purpose = body.purpose;
        (known.starts_at, known.ends_at) = (body.starts_at, body.ends_at);
        (known.place, known.link) = (body.place, body.link);
        known.conversation = body.conversation.or(known.conversation);
        known.review = body.review.or(known.review);
        known.participants = body.participants;
        known.points = body.points;
    })?;
    if before != case.body.conversation {
        if let Some(before) = before {
            work.untie(case.record.id.raw(), Tie::PartOf, before)?;
        }
        if let Some(now) = case.body.conversation {
            work.tie(case.record.id.raw(), Tie::PartOf, now)?;
        }
    }
    if case.record.state == MeetingState::Proposed && case.body.starts_at.is_some() {
        work.advance(&mut case, MeetingStep::Plan)?;
    }
    work.called("changed_meeting");
    Ok(())
}

/// A meeting with a customer belongs to a conversation; one of its own where none was chosen.
fn with_conversation(work: &mut Work, case: &mut Case<Meeting>) -> Result<()> {
    let Some(party) = case.record.party.filter(|_| case.body.conversation.is_none()) else { return Ok(()) };
    let title = case.record.title.clone();
    let body = Conversation { subject: title.clone(), channel: Channel::Meeting, ..Conversation::default() };
    let made = work.create(&New { title: &title, party: Some(party), ..New::default() }, &body)?;
    work.revise(case, |it| it.conversation = Some(made.id))?;
    work.tie(case.record.id.raw(), Tie::PartOf, made.id)
}

/// In which language and zone a meeting is told of.
fn language_of(work: &Work, case: &Case<Meeting>) -> Result<Language> {
    let code = match case.record.party {
        Some(party) => work.find_by_id::<customers::Organisation>(party)?.body.language,
        None => String::new(),
    };
    let zone = TimeZone::get(&case.body.zone).unwrap_or(TimeZone::UTC);
    Ok(Language::new(code.split('-').next().unwrap_or_default(), zone))
}

/// Sends the invitation to everybody who takes part and can be reached: a letter with what calendars read. Sent
/// again, it replaces the one before.
///
/// # Errors
/// Says what is missing: a time, somebody who can be reached.
pub fn invite(work: &mut Work, number: &str) -> Result<Option<i64>> {
    let mut case = work.find::<Meeting>(number)?;
    let is_planned = case.record.state == MeetingState::Planned;
    Refusal::unless(is_planned, text!("Plan it first: invitations go to a meeting that lies ahead."))?;
    with_conversation(work, &mut case)?;
    let words = queries::in_words(work, &case.record, &case.body)?;
    let (subject, letter) = letters::invitation(&words, &language_of(work, &case)?);
    let message = send_calendar(work, &case, &Outgoing { subject, words: letter, is_cancelled: false })?;
    work.revise(&mut case, |it| it.invitations += 1)?;
    work.called("invited");
    Ok(message)
}

/// Calls a meeting off, and tells everybody who was invited.
pub fn cancel_meeting(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<Meeting>(number)?;
    work.because(reason);
    if case.body.invitations > 0 {
        let words = queries::in_words(work, &case.record, &case.body)?;
        let (subject, letter) = letters::called_off(&words, reason.trim(), &language_of(work, &case)?);
        send_calendar(work, &case, &Outgoing { subject, words: letter, is_cancelled: true })?;
        work.revise(&mut case, |it| it.invitations += 1)?;
    }
    work.advance(&mut case, MeetingStep::Cancel)?;
    work.called("cancelled_meeting");
    Ok(())
}

/// A letter on its way to everybody who takes part.
struct Outgoing {
    subject: String,
    words: String,
    is_cancelled: bool,
}

fn send_calendar(work: &mut Work, case: &Case<Meeting>, out: &Outgoing) -> Result<Option<i64>> {
    let people = queries::attendees(work, &case.body)?;
    let reached = people.iter().filter(|it| !it.address.is_empty() && it.person != Some(work.actor.person));
    let to: Vec<Recipient> = reached
        .map(|it| Recipient { name: it.name.clone(), address: it.address.clone(), is_copy: false })
        .collect();
    let sentence = text!("Nobody who takes part has an address for mail. Give one at their record or here.");
    Refusal::unless(!to.is_empty(), sentence)?;
    let own =
        queries::person_of(work, work.actor.person)?.map(|it| it.email).filter(|it| kernel::is_address(it));
    let Some(starts_at) = case.body.starts_at else {
        return Err(Refusal::because(text!("Say first when it begins.")).into());
    };
    let description =
        letters::invitation(&queries::in_words(work, &case.record, &case.body)?, &language_of(work, case)?);
    let invitation = Invitation {
        uid: case.body.uid.clone(),
        sequence: case.body.invitations,
        is_cancelled: out.is_cancelled,
        summary: case.record.title.clone(),
        description: description.1,
        starts_at,
        ends_at: case.body.ends_at,
        place: case.body.place.clone(),
        link: case.body.link.clone(),
        organiser: (
            work.actor.name.clone(),
            own.or(work.post_from()?).unwrap_or_else(|| "nobody@reqord.invalid".to_owned()),
        ),
        attendees: to.iter().map(|it| (it.name.clone(), it.address.clone())).collect(),
        written_at: work.now,
    };
    let file = Received {
        name: "invitation.ics".to_owned(),
        media_type: invitation.media_type(),
        bytes: invitation.written().into(),
        words: document::Words::Nothing,
    };
    send(work, case, &Sent { to: &to, subject: &out.subject, words: &out.words, file: Some(file) })
}

/// What goes out.
struct Sent<'a> {
    to: &'a [Recipient],
    subject: &'a str,
    words: &'a str,
    file: Option<Received>,
}

/// Through the conversation, where answers come back to; by a letter of the meeting where it has none. Tells the
/// message in the conversation.
fn send(work: &mut Work, case: &Case<Meeting>, out: &Sent) -> Result<Option<i64>> {
    let id = case.record.id.raw();
    if let Some(conversation) = case.body.conversation {
        let number = queries::number(work, conversation)?;
        let is_calendar = out.file.is_some();
        let letter = Reply {
            recipients: out.to.to_vec(),
            subject: out.subject.to_owned(),
            words: out.words.to_owned(),
            files: out.file.iter().cloned().collect(),
            about: Some(id),
            in_writing: Some(customers::Topic::Everything),
            kind: if is_calendar { MessageKind::Calendar } else { MessageKind::Ordinary },
            ..Reply::default()
        };
        return Ok(Some(reply(work, &number, &letter)?.message));
    }
    let to: Vec<Addressee> = out
        .to
        .iter()
        .map(|it| Addressee { name: it.name.clone(), address: it.address.clone(), is_copy: it.is_copy })
        .collect();
    let mut enclosed = Vec::new();
    if let Some(file) = &out.file {
        enclosed.push(work.file(id, &file.filing(Audience::Internal))?);
    }
    customers::write(
        work,
        customers::Occasion::InWriting { party: case.record.party, topic: customers::Topic::Everything },
        &Letter {
            record: id,
            audience: Audience::Internal,
            purpose: "meeting",
            to: &to,
            subject: out.subject,
            words: out.words,
            enclosed: &enclosed,
            ..Letter::default()
        },
    )?;
    Ok(None)
}

/// Minutes as they are written.
#[derive(Clone, Debug, Default)]
pub struct Minutes {
    pub participants: Vec<Participant>,
    pub points: Vec<Point>,
    pub decisions: Vec<Decision>,
    pub actions: Vec<Action>,
}

/// Writes minutes against the points of the agenda. A meeting of which somebody writes minutes was held.
pub fn write_minutes(work: &mut Work, number: &str, seen: Option<i64>, it: &Minutes) -> Result<()> {
    let mut case = work.find::<Meeting>(number)?;
    if let Some(version) = seen {
        case.must_be_at(version)?;
    }
    if case.record.state == MeetingState::Planned {
        work.advance(&mut case, MeetingStep::Hold)?;
    }
    let mut body = Meeting { participants: it.participants.clone(), ..Meeting::default() };
    name_people(work, &mut body)?;
    let known = case.body.actions.clone();
    work.revise(&mut case, |meeting| {
        meeting.participants = body.participants;
        meeting.points.clone_from(&it.points);
        meeting.decisions.clone_from(&it.decisions);
        meeting.actions.clone_from(&it.actions);
        // What became a task stays that task, as long as it is the same person's.
        for action in &mut meeting.actions {
            let same = known.iter().find(|it| it.words == action.words && it.person == action.person);
            action.task = same.and_then(|it| it.task);
        }
    })?;
    work.called("wrote_minutes");
    Ok(())
}

#[derive(Serialize)]
struct NewMinutes {
    record_id: i64,
    no: i64,
    at: i64,
    by: i64,
    audience: Audience,
}

/// Approves minutes: freezes them as the next revision, makes their text, from which can be cited, and asks whoever
/// is to do something.
///
/// # Errors
/// Says what is missing; refuses what says the same as the minutes before.
pub fn approve_minutes(work: &mut Work, number: &str, reason: &str) -> Result<i64> {
    let mut case = work.find::<Meeting>(number)?;
    work.because(reason);
    with_conversation(work, &mut case)?;
    ask_doers(work, &mut case)?;
    work.advance(&mut case, MeetingStep::Approve)?;
    let frozen = work.release(&mut case)?;
    let sentence = text!("Nothing in it changed since minutes {no}. Change something first.", no = frozen.no);
    Refusal::unless(frozen.is_new, sentence)?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let id = case.record.id.raw();
    let row = NewMinutes { record_id: id, no: frozen.no, at, by, audience: Audience::Internal };
    let minutes = work.add("minutes", id, &row)?;
    let words =
        letters::minutes(&queries::in_words(work, &case.record, &case.body)?, &language_of(work, &case)?);
    let name =
        text!("Minutes of “{title}”, revision {no}", title = case.record.title.as_str(), no = frozen.no);
    let citable = Citable {
        origin: "minutes",
        origin_id: minutes,
        name: &language_of(work, &case)?.with(|| say(&name)),
        words: &words,
        extractor: MINUTES_VERSION,
        audience: Audience::Internal,
    };
    work.keep_source(id, &citable)?;
    work.called("approved_minutes");
    Ok(frozen.no)
}

/// Who of ours is to do something is asked for it; for what they are to do, whoever answers for the meeting looks
/// after it.
fn ask_doers(work: &mut Work, case: &mut Case<Meeting>) -> Result<()> {
    let mut actions = case.body.actions.clone();
    for action in actions.iter_mut().filter(|it| it.task.is_none()) {
        let Some(doer) = action.person.map(|it| queries::person_of(work, it)).transpose()?.flatten() else {
            continue;
        };
        let request = text!(
            "See that {name} does this: {what}",
            name = doer.name.as_str(),
            what = action.words.as_str()
        );
        let ask = match doer.party {
            None => Ask { request: &action.words, person: Some(doer.id), due: action.due, ..Ask::default() },
            Some(_) => Ask {
                said: Some(&request),
                person: Some(case.record.owner),
                due: action.due,
                ..Ask::default()
            },
        };
        action.task = Some(work.ask(case.record.id.raw(), &ask)?);
    }
    work.revise(case, |it| it.actions = actions)
}

/// Sends approved minutes to these people. Once a customer has them, they read them here too.
///
/// # Errors
/// Refuses minutes that nobody approved.
pub fn send_minutes(work: &mut Work, number: &str, to: &[Recipient], before: &str) -> Result<Option<i64>> {
    let mut case = work.find::<Meeting>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    let approved = queries::approved(work, case.record.id.raw())?.into_iter().next();
    let is_approved = case.record.state == MeetingState::Minuted;
    let sentence = text!("Approve the minutes first. Then they are sent.");
    let approved = approved.filter(|_| is_approved).ok_or_else(|| Refusal::because(sentence))?;
    let mut faults = Faults::default();
    faults.unless(to.iter().any(|it| !it.is_copy), "to", text!("Say to whom it goes."));
    faults.into_result()?;
    let source = work.source_of("minutes", approved.id)?.ok_or(Error::NotFound)?;
    let (subject, _) = letters::covering(&case.record.title, approved.no, &language_of(work, &case)?);
    let words = format!("{}\n\n{}", before.trim_end(), source.body);
    let message = send(work, &case, &Sent { to, subject: &subject, words: words.trim_start(), file: None })?;
    let people = queries::attendees(work, &case.body)?;
    let is_theirs = |it: &Recipient| people.iter().any(|known| known.address == it.address && !known.is_ours);
    if case.record.party.is_some() && to.iter().any(is_theirs) {
        show_to_party(work, &mut case, &approved)?;
    }
    work.called("sent_minutes");
    Ok(message)
}

#[derive(Serialize)]
struct Shown {
    audience: Audience,
}

fn show_to_party(work: &mut Work, case: &mut Case<Meeting>, approved: &Approved) -> Result<()> {
    if case.record.offered == Some(approved.no) {
        return Ok(());
    }
    let id = case.record.id.raw();
    let words = kernel::Body::words(&case.body);
    work.offer(&mut case.record, approved.no, &words)?;
    work.amend("minutes", id, approved.id, &Shown { audience: Audience::Party })?;
    let source = work.source_of("minutes", approved.id)?.ok_or(Error::NotFound)?;
    work.move_source(&source, id, Audience::Party)
}
