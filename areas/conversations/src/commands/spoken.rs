//! What was said and not written: noting it, putting it in writing, and what they answer.

use jiff::civil::Date;
use kernel::{Ask, Faults, Permit, Refusal, Result, Work, text};
use serde::Serialize;

use super::reply::{Reply, reply};
use crate::model::{Direction, Recipient, SpokenState};
use crate::queries;

#[derive(Serialize)]
struct NewSpoken<'a> {
    record_id: i64,
    words: &'a str,
    state: SpokenState,
    answer: &'a str,
    said_at: i64,
}

/// Notes something that was said in a call or a meeting and has to be confirmed in writing.
pub fn note_spoken(work: &mut Work, number: &str, words: &str) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    let record = queries::talk(work, number)?.id;
    let words = words.trim();
    let mut faults = Faults::default();
    faults.unless(!words.is_empty(), "said", text!("Write what was said."));
    faults.unless(
        words.chars().count() <= 2000,
        "said",
        text!("Shorten it to {count} characters.", count = 2000_i64),
    );
    faults.into_result()?;
    let said_at = work.now.as_microsecond();
    let id = work.add(
        "spoken",
        record,
        &NewSpoken { record_id: record, words, state: SpokenState::Said, answer: "", said_at },
    )?;
    work.note_content(record, &kernel::fingerprint(words.as_bytes()))?;
    work.called("noted_spoken");
    Ok(id)
}

/// A letter by which somebody is asked to confirm what was said.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    pub recipients: Vec<Recipient>,
    pub subject: String,
    /// The whole letter, as it was looked at before it goes.
    pub words: String,
    /// What of it is asked for, by key.
    pub said: Vec<i64>,
    /// Until when an answer is asked for.
    pub due: Option<Date>,
    /// The message of ours in the conversation by which they were asked already: then no letter goes.
    pub message: Option<i64>,
}

#[derive(Serialize)]
struct Asked {
    state: SpokenState,
    message: i64,
    due: Option<Date>,
    task: Option<i64>,
}

/// Asks by letter, in the conversation, that what was said be confirmed. Whoever asks is told to look when the
/// day has come: silence is no consent.
///
/// # Errors
/// Names what is missing; refuses what was answered already.
pub fn put_in_writing(work: &mut Work, number: &str, it: &Writing) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    let record = queries::talk(work, number)?;
    let conversation = queries::conversation_of(work, record.id)?;
    let sentence =
        text!("It stands in no conversation yet, so nobody could answer. Choose its conversation first.");
    let conversation = conversation.ok_or_else(|| Refusal::because(sentence))?;
    let mut faults = Faults::default();
    faults.unless(!it.said.is_empty(), "said", text!("Choose what is to be confirmed."));
    let due = it.due.unwrap_or(jiff::civil::Date::MIN);
    let today = work.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    faults.unless(due >= today, "due", text!("Say until when you ask for an answer: a day from today on."));
    faults.into_result()?;
    let all = queries::spoken(work, record.id)?;
    for id in &it.said {
        let known = all.iter().find(|said| said.id == *id);
        let sentence = text!("That was answered already, or does not stand here. Reload the page.");
        Refusal::unless(known.is_some_and(|it| it.state.is_open()), sentence)?;
    }
    let (message, recipients) = match it.message {
        Some(message) => asked_already(work, &conversation, message)?,
        None => {
            let letter = Reply {
                recipients: it.recipients.clone(),
                subject: it.subject.clone(),
                words: it.words.clone(),
                ..Reply::default()
            };
            (reply(work, &conversation, &letter)?.message, it.recipients.clone())
        }
    };
    let names: Vec<&str> = recipients.iter().filter(|it| !it.is_copy).map(|it| it.name.as_str()).collect();
    let request =
        text!("See whether {name} confirmed what was said. Silence is no consent.", name = names.join(", "));
    let ask = Ask { said: Some(&request), person: Some(work.actor.person), due: it.due, ..Ask::default() };
    let task = if work.actor.person == 0 { None } else { Some(work.ask(record.id, &ask)?) };
    for id in &it.said {
        let asked = Asked { state: SpokenState::Asked, message, due: it.due, task };
        work.amend("spoken", record.id, *id, &asked)?;
    }
    work.called("asked_to_confirm");
    Ok(message)
}

/// A letter of ours that stands in the conversation asked them already.
fn asked_already(work: &Work, conversation: &str, message: i64) -> Result<(i64, Vec<Recipient>)> {
    let sentence =
        text!("Choose a letter of ours that stands in {conversation}.", conversation = conversation);
    let wrong = || Faults::one("message", sentence.clone());
    let found = match queries::message(work, message) {
        Err(kernel::Error::NotFound) => return Err(wrong().into()),
        found => found?,
    };
    let stands = queries::number(work, found.record_id)? == conversation;
    if !stands || found.direction != Direction::Out || !found.kind.is_by_a_person() {
        return Err(wrong().into());
    }
    Ok((message, found.recipients))
}

#[derive(Serialize)]
struct Answered<'a> {
    state: SpokenState,
    answer: &'a str,
    settled_at: i64,
    settled_by: i64,
}

/// Notes what they answered to something that was said.
///
/// # Errors
/// Asks for their words where they said it otherwise.
pub fn answer_spoken(work: &mut Work, id: i64, state: SpokenState, words: &str) -> Result<String> {
    Permit::Staff.covers(work.actor, None)?;
    let said = queries::one_spoken(work, id)?;
    let words = words.trim();
    let mut faults = Faults::default();
    faults.unless(!state.is_open(), "state", text!("Say whether they confirmed it."));
    let needs_words = state == SpokenState::Otherwise;
    faults.unless(!needs_words || !words.is_empty(), "answer", text!("Write what they said instead."));
    faults.unless(
        words.chars().count() <= 2000,
        "answer",
        text!("Shorten it to {count} characters.", count = 2000_i64),
    );
    faults.into_result()?;
    Refusal::unless(said.state.is_open(), text!("It was answered already. Reload the page."))?;
    let (settled_at, settled_by) = (work.now.as_microsecond(), work.actor.person);
    work.amend("spoken", said.record_id, id, &Answered { state, answer: words, settled_at, settled_by })?;
    let rest = queries::spoken(work, said.record_id)?;
    let is_over = !rest.iter().any(|it| it.task == said.task && it.state.is_open());
    if let Some(task) = said.task.filter(|_| is_over) {
        let open = work.tasks(said.record_id)?.into_iter().any(|it| it.id == task && it.settled_at.is_none());
        if open {
            work.settle(task)?;
        }
    }
    work.note(said.record_id, serde_json::json!({ "answered": { "digest": kernel::fingerprint(said.words.as_bytes()), "is": state } }))?;
    work.called("answered_spoken");
    queries::number(work, said.record_id)
}
