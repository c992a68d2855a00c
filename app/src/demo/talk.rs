//! What was said on the telephone and in meetings (`demo/talk`), and how it was confirmed.

use anyhow::{Context, Result};
use conversations::{
    Action, Attendance, Call, Caller, Closing, Decision, Meeting, MeetingState, MeetingStep, Minutes,
    NewCall, Participant, Point, Recipient, Replying, StatementState, Writing,
};
use jiff::{SignedDuration, Timestamp};
use kernel::{New, PersonId, Reader, Vocabulary};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::files;

#[derive(Clone, Deserialize)]
struct CallLine {
    number: String,
    title: String,
    day: i64,
    hour: i8,
    minute: i8,
    minutes: i64,
    owner: String,
    customer: String,
    address: String,
    name: String,
    direction: Caller,
    conversation: String,
    subject: String,
    words: String,
    outcome: String,
    said: Vec<SaidLine>,
}

#[derive(Clone, Deserialize)]
struct SaidLine {
    words: String,
    /// The mail by which they were asked to confirm it.
    asked: String,
    asked_day: i64,
    due: i64,
    answer: String,
    answer_words: String,
    answer_day: i64,
    /// At which hour that was noted.
    #[serde(default = "in_the_evening")]
    answer_hour: i8,
}

fn in_the_evening() -> i8 {
    17
}

#[derive(Clone, Deserialize)]
struct MeetingLine {
    number: String,
    title: String,
    day: i64,
    hour: i8,
    minutes: i64,
    planned: i64,
    owner: String,
    customer: String,
    conversation: String,
    zone: String,
    place: String,
    purpose: String,
    ours: Vec<String>,
    theirs: Vec<String>,
    absent: Vec<String>,
    approved: i64,
    sent: bool,
    points: Vec<PointLine>,
    decisions: Vec<DecisionLine>,
    actions: Vec<ActionLine>,
}

#[derive(Clone, Deserialize)]
struct PointLine {
    title: String,
    owner: String,
    minutes: String,
}

#[derive(Clone, Deserialize)]
struct DecisionLine {
    words: String,
    owner: String,
}

#[derive(Clone, Deserialize)]
struct ActionLine {
    words: String,
    who: String,
    due: i64,
    done: i64,
}

/// Every call and meeting of the company.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut told = Vec::new();
    let calls: Vec<CallLine> = serde_json::from_slice(files::bytes("talk/calls.json")?)?;
    for line in calls {
        told.extend(call(time, &line)?);
    }
    let meetings: Vec<MeetingLine> = serde_json::from_slice(files::bytes("talk/meetings.json")?)?;
    for line in meetings {
        told.extend(meeting(time, &line)?);
    }
    told.push(fat(time)?);
    Ok(told)
}

fn call(time: &Time, line: &CallLine) -> Result<Vec<Chapter>> {
    let at = time.at(line.day, line.hour, line.minute)?;
    let ended = at + SignedDuration::from_mins(line.minutes);
    let mut told = Vec::new();
    let it = line.clone();
    told.push(Chapter::new(ended, move |db, company, now| {
        let party = company.customers.get(&it.customer).copied();
        db.write_at(company.person(&it.owner)?, now, |work| {
            let person = identity::person_with_email(work, &it.address)?.map(|(id, ..)| id);
            let call = NewCall {
                call: Call {
                    direction: it.direction,
                    person: person.filter(|_| !it.address.is_empty()),
                    name: it.name.clone(),
                    began_at: at,
                    ended_at: Some(now),
                    words: it.words.clone(),
                    outcome: it.outcome.clone(),
                    ..Call::default()
                },
                title: it.title.clone(),
                number: Some(it.number.clone()),
                party,
                closing: Closing {
                    begins: Some(it.conversation.clone()),
                    subject: it.subject.clone(),
                    said: it.said.iter().map(|it| it.words.clone()).collect(),
                    ..Closing::default()
                },
            };
            conversations::record_call(work, &call)
        })
        .with_context(|| format!("{} was not written down", it.number))?;
        Ok(())
    }));
    let mut letters: Vec<&SaidLine> = line.said.iter().filter(|it| !it.asked.is_empty()).collect();
    letters.dedup_by_key(|it| it.asked.clone());
    for letter in letters {
        told.push(asked(time, line, letter)?);
    }
    for (place, said) in line.said.iter().enumerate().filter(|(_, it)| !it.answer.is_empty()) {
        told.push(answered(time, line, said, place)?);
    }
    Ok(told)
}

/// They were asked by a mail that stands in the conversation.
fn asked(time: &Time, line: &CallLine, letter: &SaidLine) -> Result<Chapter> {
    let due = time.day(letter.due)?;
    let (line, asked) = (line.clone(), letter.asked.clone());
    Ok(Chapter::new(time.at(letter.asked_day, 16, 0)?, move |db, company, now| {
        let path = format!("mail/{asked}");
        let identity = mail::read(files::bytes(&path)?).identity();
        db.write_at(company.person(&line.owner)?, now, |work| {
            let record = work.mention_of(&line.number)?.id;
            let said = conversations::statements(work, record)?;
            let wanted: Vec<i64> = said
                .iter()
                .filter(|known| line.said.iter().any(|it| it.asked == asked && it.words == known.words))
                .map(|it| it.id)
                .collect();
            let conversation = work.mention_of(&line.conversation)?.id;
            let all = conversations::messages(work, conversation)?;
            let message = all.iter().find(|it| it.message_id == identity).map(|it| it.id);
            let writing = Writing { said: wanted, due: Some(due), message, ..Writing::default() };
            conversations::put_in_writing(work, &line.number, &writing)
        })
        .with_context(|| format!("what was said in {} was not asked for", line.number))?;
        Ok(())
    }))
}

fn answered(time: &Time, line: &CallLine, said: &SaidLine, place: usize) -> Result<Chapter> {
    let (number, owner, said) = (line.number.clone(), line.owner.clone(), said.clone());
    let answer = StatementState::of(&said.answer).context("an answer is confirmed, otherwise or denied")?;
    let at = time.at(said.answer_day, said.answer_hour, i8::try_from(place)?)?;
    Ok(Chapter::new(at, move |db, company, now| {
        db.write_at(company.person(&owner)?, now, |work| {
            let record = work.mention_of(&number)?.id;
            let all = conversations::statements(work, record)?;
            let known = all.into_iter().find(|it| it.words == said.words).ok_or(kernel::Error::NotFound)?;
            let words = if said.answer_words.is_empty() { "By mail" } else { &said.answer_words };
            let it = Replying { answer, words: words.to_owned(), ..Replying::default() };
            conversations::answer_statement(work, known.id, &it)
        })
        .with_context(|| format!("an answer to {number} was not noted"))?;
        Ok(())
    }))
}

/// Somebody of ours by the name they are called, of theirs by their address.
fn person(reader: &Reader, company: &Company, who: &str) -> kernel::Result<PersonId> {
    match company.person(who) {
        Ok(actor) => Ok(actor.person),
        Err(_) => Ok(identity::person_with_email(reader, who)?.ok_or(kernel::Error::NotFound)?.0),
    }
}

fn participants(
    reader: &Reader,
    company: &Company,
    line: &MeetingLine,
    held: bool,
) -> kernel::Result<Vec<Participant>> {
    let mut all = Vec::new();
    for who in line.ours.iter().chain(&line.theirs) {
        let attendance = match (held, line.absent.contains(who)) {
            (false, _) => Attendance::Invited,
            (true, true) => Attendance::Absent,
            (true, false) => Attendance::Present,
        };
        let person = Some(person(reader, company, who)?);
        all.push(Participant { person, attendance, ..Participant::default() });
    }
    Ok(all)
}

fn meeting(time: &Time, line: &MeetingLine) -> Result<Vec<Chapter>> {
    let starts_at = time.at(line.day, line.hour, 0)?;
    let mut told = vec![
        planned(time, line, starts_at)?,
        minuted(time, line, starts_at + SignedDuration::from_mins(line.minutes + 60))?,
        approved(time, line)?,
    ];
    for action in &line.actions {
        told.push(settled(time, line, action)?);
    }
    Ok(told)
}

fn planned(time: &Time, line: &MeetingLine, starts_at: Timestamp) -> Result<Chapter> {
    let line = line.clone();
    Ok(Chapter::new(time.at(line.planned, 11, 0)?, move |db, company, now| {
        let party = company.customers.get(&line.customer).copied();
        db.write_at(company.person(&line.owner)?, now, |work| {
            let conversation = work.mention_of(&line.conversation).ok().map(|it| it.id);
            let body = Meeting {
                purpose: line.purpose.clone(),
                starts_at: Some(starts_at),
                ends_at: Some(starts_at + SignedDuration::from_mins(line.minutes)),
                zone: line.zone.clone(),
                place: line.place.clone(),
                conversation,
                participants: participants(work, company, &line, false)?,
                points: line
                    .points
                    .iter()
                    .map(|it| Point { title: it.title.clone(), ..Point::default() })
                    .collect(),
                ..Meeting::default()
            };
            let new = New { title: &line.title, party, number: Some(&line.number), ..New::default() };
            conversations::open_meeting(work, &new, &body)
        })
        .with_context(|| format!("{} was not planned", line.number))?;
        Ok(())
    }))
}

fn minuted(time: &Time, line: &MeetingLine, at: Timestamp) -> Result<Chapter> {
    let line = line.clone();
    let due = line.actions.iter().map(|it| time.day(it.due)).collect::<Result<Vec<_>>>()?;
    Ok(Chapter::new(at, move |db, company, now| {
        db.write_at(company.person(&line.owner)?, now, |work| {
            let who = |it: &str| person(work, company, it).map(Some);
            let minutes = Minutes {
                participants: participants(work, company, &line, true)?,
                points: line
                    .points
                    .iter()
                    .map(|it| {
                        let (title, minutes) = (it.title.clone(), it.minutes.clone());
                        Ok(Point { title, owner: who(&it.owner)?, minutes, ..Point::default() })
                    })
                    .collect::<kernel::Result<_>>()?,
                decisions: line
                    .decisions
                    .iter()
                    .map(|it| Ok(Decision { words: it.words.clone(), owner: who(&it.owner)? }))
                    .collect::<kernel::Result<_>>()?,
                actions: line
                    .actions
                    .iter()
                    .zip(&due)
                    .map(|(it, due)| {
                        let words = it.words.clone();
                        Ok(Action { words, person: who(&it.who)?, due: Some(*due), task: None })
                    })
                    .collect::<kernel::Result<_>>()?,
            };
            conversations::write_minutes(work, &line.number, None, &minutes)
        })
        .with_context(|| format!("the minutes of {} were not written", line.number))?;
        Ok(())
    }))
}

fn approved(time: &Time, line: &MeetingLine) -> Result<Chapter> {
    let line = line.clone();
    Ok(Chapter::new(time.at(line.approved, 9, 30)?, move |db, company, now| {
        db.write_at(company.person(&line.owner)?, now, |work| {
            conversations::approve_minutes(work, &line.number, "")?;
            if line.sent {
                let mut to = Vec::new();
                for address in &line.theirs {
                    let person = person(work, company, address)?;
                    let name = work.name_of(person)?;
                    to.push(Recipient { name, address: address.clone(), is_copy: false });
                }
                conversations::send_minutes(work, &line.number, &to, "Here are the minutes of our visit.")?;
            }
            Ok(())
        })
        .with_context(|| format!("the minutes of {} were not approved", line.number))?;
        Ok(())
    }))
}

fn settled(time: &Time, line: &MeetingLine, action: &ActionLine) -> Result<Chapter> {
    let (number, owner, words) = (line.number.clone(), line.owner.clone(), action.words.clone());
    Ok(Chapter::new(time.at(action.done, 15, 0)?, move |db, company, now| {
        db.write_at(company.person(&owner)?, now, |work| {
            let record = work.mention_of(&number)?.id;
            let tasks = work.tasks(record)?;
            let open = tasks.iter().find(|it| it.settled_at.is_none() && it.request.ends_with(&words));
            match open {
                Some(task) => work.settle(task.id),
                None => Ok(()),
            }
        })
        .with_context(|| format!("“{words}” was not settled"))?;
        Ok(())
    }))
}

/// The acceptance test that Carl proposed by mail is planned by Ada, with what is to be looked at.
fn fat(time: &Time) -> Result<Chapter> {
    const POINTS: [&str; 4] = [
        "Flow of both lines at 10 %, 50 % and 100 %",
        "Alarm of the tray",
        "Marks on the heads: which line, which seal",
        "Name plates",
    ];
    Ok(Chapter::new(time.at(-5, 11, 0)?, move |db, company, now| {
        db.write_at(company.person("ada")?, now, |work| {
            let mut case = work.find::<Meeting>("MT-2026-0027")?;
            let bob = company.person("bob").map(|it| it.person).ok();
            work.retitle(&mut case, "FAT Meridian")?;
            work.revise(&mut case, |it| {
                it.purpose = "Factory acceptance test of the CIP 3 skid, before it is packed.".into();
                it.points =
                    POINTS.iter().map(|it| Point { title: (*it).into(), ..Point::default() }).collect();
                it.participants.push(Participant { person: bob, ..Participant::default() });
            })?;
            if case.record.state == MeetingState::Proposed {
                work.advance(&mut case, MeetingStep::Plan)?;
            }
            Ok(())
        })
        .context("the FAT was not planned")?;
        Ok(())
    }))
}
