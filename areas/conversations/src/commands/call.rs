//! Writing down a call: while one speaks, at once or later, and keeping it.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    Ask, Audience, Case, Error, Faults, Made, New, PartyId, Permit, PersonId, Result, Tie, Work, text,
};

use super::statement::{NewStatement, note_statement};
use super::{Said, Written, say};
use crate::model::{Call, CallStep, Caller, Channel, Conversation, Direction, Message, MessageKind};
use crate::queries;
use crate::rules::Whose;
use crate::rules::call::text_of;

/// Opens a call that somebody writes down while they speak. It began now where nothing is said; who calls is
/// known by their number, where only one has it.
pub fn begin_call(work: &mut Work, new: &New, call: &Call) -> Result<Made> {
    Permit::Staff.covers(work.actor, None)?;
    let mut call = call.clone();
    if call.began_at == Timestamp::UNIX_EPOCH {
        call.began_at = work.now;
    }
    call.began_at = call.began_at.min(work.now);
    let mut party = new.party;
    if let Some(known) = known(work, &call)? {
        party = party.or(known.party);
        call.person = Some(known.id);
        if call.name.trim().is_empty() {
            call.name = known.name;
        }
    }
    let made = work.create(&New { party, ..*new }, &call)?;
    work.called("began_call");
    Ok(made)
}

/// Whoever is on the telephone: as it was said, else by the number.
fn known(work: &Work, call: &Call) -> Result<Option<queries::Caller>> {
    match call.person {
        Some(person) => {
            let found = queries::contact(work, person)?;
            let sentence = text!("Choose somebody of a customer or supplier, or leave it open.");
            Ok(Some(found.ok_or_else(|| Faults::one("person", sentence))?))
        }
        None => queries::caller_by_number(work, &call.phone),
    }
}

/// What is said of a call when it is kept.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// The conversation that it belongs to; a new one where nothing is said.
    pub conversation: Option<String>,
    /// The number that a new conversation had elsewhere; it joins the one that has it by now.
    pub begins: Option<String>,
    /// What a new conversation is about; the title of the call where nothing is said.
    pub subject: String,
    /// What was said, where it is not written yet.
    pub words: Option<String>,
    pub outcome: Option<String>,
    /// When it ended, where that is known.
    pub ended_at: Option<Timestamp>,
    /// What was said and has to be confirmed in writing.
    pub said: Vec<String>,
    pub follow_up: Option<FollowUp>,
}

/// Something that is to be done after a call.
#[derive(Clone, Debug, Default)]
pub struct FollowUp {
    pub request: String,
    pub person: PersonId,
    pub due: Option<Date>,
}

/// A call that was kept.
#[derive(Clone, Debug)]
pub struct KeptCall {
    /// The number of the call.
    pub number: String,
    /// The conversation in which it stands.
    pub conversation: String,
    pub message: i64,
}

/// Keeps a call: its words become a text to be cited from, and stand in a conversation as a message.
///
/// # Errors
/// Names what is missing; refuses a conversation of another customer.
pub fn close_call(work: &mut Work, number: &str, closing: &Closing) -> Result<KeptCall> {
    let mut case = work.find::<Call>(number)?;
    work.revise(&mut case, |it| {
        if let Some(words) = &closing.words {
            it.words.clone_from(words);
        }
        if let Some(outcome) = &closing.outcome {
            it.outcome.clone_from(outcome);
        }
        it.ended_at = closing.ended_at.or(it.ended_at);
    })?;
    work.advance(&mut case, CallStep::Close)?;
    let conversation = conversation_of(work, &case, closing)?;
    let (id, into) = (case.record.id.raw(), conversation.record.id.raw());
    if case.record.party.is_none() && conversation.record.party.is_some() {
        work.redirect(&mut case, |it| it.party = conversation.record.party)?;
    }
    let message = message_of(work, &case, into)?;
    work.tie(id, Tie::PartOf, into)?;
    for words in &closing.said {
        note_statement(work, number, &NewStatement { words: words.clone(), ..NewStatement::default() })?;
    }
    if let Some(FollowUp { request, person, due }) = &closing.follow_up {
        let ask = Ask { request, person: Some(*person), due: *due, ..Ask::default() };
        work.ask(id, &ask).map_err(under_follow_up)?;
    }
    work.called("recorded_call");
    Ok(KeptCall { number: number.to_owned(), conversation: conversation.record.number, message })
}

/// The form calls the fields of a follow-up by names of its own.
fn under_follow_up(error: Error) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let named = |field: String| match field.as_str() {
        "request" => "follow_up".to_owned(),
        "person" => "follow_person".to_owned(),
        _ => field,
    };
    Faults(faults.0.into_iter().map(|(field, sentence)| (named(field), sentence)).collect()).into()
}

/// A call that is written down at once.
#[derive(Clone, Debug, Default)]
pub struct NewCall {
    pub call: Call,
    /// What it is called; as whoever was on the telephone where it is empty.
    pub title: String,
    /// The number that it had elsewhere.
    pub number: Option<String>,
    pub party: Option<PartyId>,
    pub closing: Closing,
}

/// Writes down a call that is over: opens it and keeps it.
pub fn record_call(work: &mut Work, it: &NewCall) -> Result<KeptCall> {
    Permit::Staff.covers(work.actor, None)?;
    let mut faults = Faults::default();
    let is_named = !it.call.name.trim().is_empty() || it.call.person.is_some();
    faults.unless(is_named, "with", text!("Say who was on the telephone."));
    faults.unless(!it.call.words.trim().is_empty(), "words", text!("Write down what was said."));
    let is_about = it.closing.conversation.is_some() || !it.title.trim().is_empty();
    faults.unless(is_about, "title", text!("Give it a title."));
    faults.into_result()?;
    // That it is a call its kind says, in anybody's language.
    let title = match (it.title.trim(), it.call.name.trim(), it.call.person) {
        ("", "", Some(person)) => work.name_of(person)?,
        ("", name, _) => name.to_owned(),
        (title, ..) => title.to_owned(),
    };
    let new = New { title: &title, party: it.party, number: it.number.as_deref(), ..New::default() };
    let made = begin_call(work, &new, &it.call)?;
    close_call(work, &made.number, &it.closing)
}

/// The conversation to which it comes; one of its own where none is named.
fn conversation_of(work: &mut Work, call: &Case<Call>, it: &Closing) -> Result<Case<Conversation>> {
    let known = it.begins.as_deref().map(|it| queries::talk_key(work, it)).transpose()?.flatten();
    let number = it.conversation.as_ref().or(it.begins.as_ref().filter(|_| known.is_some()));
    let Some(number) = number else {
        let subject = if it.subject.trim().is_empty() { &call.record.title } else { &it.subject };
        let body =
            Conversation { subject: subject.clone(), channel: Channel::Telephone, ..Conversation::default() };
        let new =
            New { title: subject, party: call.record.party, number: it.begins.as_deref(), ..New::default() };
        let made = work.create(&new, &body)?;
        return work.find(&made.number);
    };
    let case = match work.find::<Conversation>(number) {
        Err(Error::NotFound) => {
            let sentence = text!("There is no conversation {number}. Choose another one.", number = number);
            return Err(Faults::one("number", sentence).into());
        }
        found => found?,
    };
    if let (Some(ours), Some(other)) = (call.record.party, case.record.party)
        && ours != other
    {
        let sentence = text!(
            "That conversation is with {customer}. Choose one of whoever was on the telephone.",
            customer = work.name_of(other)?
        );
        return Err(Faults::one("number", sentence).into());
    }
    Ok(case)
}

fn message_of(work: &mut Work, case: &Case<Call>, conversation: i64) -> Result<i64> {
    let call = &case.body;
    let (direction, from) = match call.direction {
        Caller::They => (Direction::In, (call.name.trim().to_owned(), String::new(), call.person)),
        Caller::We => (Direction::Out, (work.actor.name.clone(), String::new(), Some(work.actor.person))),
    };
    let written = Written {
        conversation,
        about: Some(case.record.id.raw()),
        direction,
        kind: MessageKind::Call,
        at: call.began_at,
        from,
        subject: case.record.title.clone(),
        audience: Audience::Internal,
    };
    let words = text_of(call);
    let message = written.message(work, &words)?;
    say(work, &message, &Said { origin: "call", name: &message.subject, words: &words })
}

/// Whoever of a customer was on the telephone, where it is known: a call has no addresses that say it.
pub(super) fn caller_of(work: &Work, message: &Message) -> Result<Option<Whose>> {
    let Some(call) = message.about.filter(|_| message.kind == MessageKind::Call) else { return Ok(None) };
    let Some(person) = work.find_by_id::<Call>(call)?.body.person else { return Ok(None) };
    let party = queries::contact(work, person)?.and_then(|it| it.party);
    Ok(party.map(|party| Whose::Theirs { person: Some(person), party }))
}

/// A call goes where its message goes, and is then with the same customer.
pub(super) fn follow(work: &mut Work, message: &Message, from: i64, to: i64) -> Result<()> {
    let Some(call) = message.about.filter(|_| message.kind == MessageKind::Call) else { return Ok(()) };
    if from != to {
        work.untie(call, Tie::PartOf, from)?;
        work.tie(call, Tie::PartOf, to)?;
    }
    let party = queries::party_of(work, to)?;
    let mut case = work.find_by_id::<Call>(call)?;
    work.redirect(&mut case, |it| it.party = party)
}

/// A call that rings, as a telephone system tells it.
#[derive(Clone, Debug, Default)]
pub struct Ringing {
    /// The number of whoever calls.
    pub from: String,
    /// What the telephone system shows beside it.
    pub name: String,
    pub at: Option<Timestamp>,
}

/// Opens a call that rings just now; who calls is known by the number.
pub fn ring(work: &mut Work, it: &Ringing) -> Result<Made> {
    let mut faults = Faults::default();
    let is_told = !it.from.trim().is_empty() || !it.name.trim().is_empty();
    faults.unless(is_told, "from", text!("Give the number of whoever calls, or their name."));
    faults.into_result()?;
    let known = queries::caller_by_number(work, &it.from)?;
    let name = known.as_ref().map_or_else(|| it.name.trim().to_owned(), |it| it.name.clone());
    let shown = if name.is_empty() { it.from.trim() } else { &name };
    let call = Call {
        name: name.clone(),
        phone: it.from.trim().to_owned(),
        began_at: it.at.unwrap_or(work.now),
        person: known.as_ref().map(|it| it.id),
        ..Call::default()
    };
    begin_call(work, &New { title: shown, party: known.and_then(|it| it.party), ..New::default() }, &call)
}
