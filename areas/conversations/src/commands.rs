//! What people do: take in mail, move a message, say whose a conversation is, write down a call or a note.

mod calendar;
mod call;
mod foresight;
mod import;
mod meeting;
mod reading;
mod reply;
mod statement;
mod vouch;

use jiff::Timestamp;
use kernel::{
    Audience, Case, Citable, Faults, Filing, Made, New, PartyId, Permit, PersonId, Reader, Refusal, Result,
    Source, Text, Tie, Work, fingerprint, random, text,
};
use mail::Placement;
use serde::Serialize;
use serde_json::json;

pub use self::call::{
    Closing, FollowUp, KeptCall, NewCall, Ringing, begin_call, close_call, record_call, ring,
};
pub use self::import::{
    Importing, LARGEST, Outcome, What, date_of, file_again, import, import_all, mails_in, throw_away,
};
pub use self::meeting::{
    Minutes, Planning, approve_minutes, cancel_meeting, change_meeting, invite, open_meeting, send_minutes,
    write_minutes,
};
pub use self::reading::{read_again, read_apart, read_now};
pub use self::reply::{Replied, Reply, reply};
pub use self::statement::{
    NewStatement, Put, Replying, UNDERSTOOD, Writing, answer_by_link, answer_statement, contract_ended, heed,
    note_statement, put_in_writing, remind_of_statements, tie_talk,
};
pub use self::vouch::vouch;
use crate::model::{
    Arrival, Because, Channel, Conversation, ConversationState, ConversationStep, Direction, Message,
    MessageKind, NewMessage, Oddity, PartLine, Proposed, Recipient, WaitsFor,
};
use crate::queries::{self, Correspondents};
use crate::rules::intake::{self, Intake, MAIL_VERSION, PartText};
use crate::rules::{Whose, audience_of, may_stand_with, step_after, turn_after};

/// What became of a mail that was taken in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The conversation in which it is.
    pub number: String,
    pub message: i64,
    /// Whether the same mail was there already: then nothing was written.
    pub was_known: bool,
    /// Whether a conversation began with it.
    pub began: bool,
    pub because: Text,
}

/// Takes in a mail: finds its conversation or begins one, and keeps the raw mail, its words and its files.
pub fn take_in(work: &mut Work, it: &Intake) -> Result<Taken> {
    Permit::Staff.covers(work.actor, None)?;
    let (_, sender) = it.from();
    let recipients = it.recipients();
    let addresses = std::iter::once(sender.as_str()).chain(recipients.iter().map(|it| it.address.as_str()));
    let people = Correspondents::of(work, addresses)?;
    if let Some(taken) = own_letter(work, it)? {
        return Ok(taken);
    }
    let known = queries::known(work, it, &people)?;
    let (conversation, placed, proposals) = match mail::place(&it.mail, &known) {
        Placement::Same { conversation } => return known_already(work, conversation, it),
        Placement::Joins { conversation, reason } => {
            (Some(conversation), intake::because(reason), Vec::new())
        }
        Placement::Begins { reason, proposals } => (None, intake::because(reason), proposals),
    };
    let (conversation, placed) = match (conversation, told_place(work, it, &people)?) {
        (None, Some(told)) => (Some(told), Because::ByHand),
        _ => (conversation, placed),
    };
    work.called("taken_in");
    let began = conversation.is_none();
    let proposals = proposed(proposals);
    let is_proven = people.prove(it);
    let arrived = Arrived { it, people: &people, is_proven, placed: placed.clone(), proposals };
    let conversation = match conversation {
        Some(conversation) => conversation,
        None => begin(work, &arrived)?.id,
    };
    let message = add_mail(work, conversation, &arrived)?;
    mark_returned(work, it, &placed)?;
    let told = placed.named_mail().map(|id| queries::told_at(work, conversation, id)).transpose()?.flatten();
    let number = queries::number_of(work, conversation)?;
    Ok(Taken { number, message, was_known: false, began, because: placed.text(told) })
}

/// The conversation that whoever brings the mail says it stood in, unless that is another customer's.
fn told_place(work: &Work, it: &Intake, people: &Correspondents) -> Result<Option<i64>> {
    let Some(number) = &it.number else { return Ok(None) };
    let Some((conversation, owner)) = queries::numbered_so(work, number)? else { return Ok(None) };
    Ok(Some(conversation).filter(|_| kernel::may(may_stand_with(owner, &people.all()))))
}

/// A letter of ours that came in again, as a copy to ourselves, is known already; one that bears its identity and
/// says something else is not.
fn own_letter(reader: &Reader, it: &Intake) -> Result<Option<Taken>> {
    let Some(message) = queries::our_letter(reader, &it.mail.identity())? else { return Ok(None) };
    let Some(source) = reader.source_of("message", message.id)? else { return Ok(None) };
    let plain = |words: &str| words.split_whitespace().collect::<String>();
    if plain(&source.body) != plain(&it.mail.text) {
        return Ok(None);
    }
    Ok(Some(Taken {
        number: queries::number_of(reader, message.record_id)?,
        message: message.id,
        was_known: true,
        began: false,
        because: Because::SameMail.text(None),
    }))
}

/// A server that says it could not deliver a letter of ours: the letter came back, and somebody is asked.
fn mark_returned(work: &mut Work, it: &Intake, placed: &Because) -> Result<()> {
    let (Because::ReportsOn(id), MessageKind::Bounce) = (placed, it.kind()) else { return Ok(()) };
    let failed = it.report().into_iter().filter(|it| it.outcome == Arrival::Failed);
    let words: Vec<String> = failed.map(|it| format!("{}: {}", it.recipient, it.words)).collect();
    if !words.is_empty() && work.came_back(id, &words.join("; "))? {
        work.called("taken_in");
    }
    Ok(())
}

/// A mail with all that is known about it.
struct Arrived<'a> {
    it: &'a Intake,
    people: &'a Correspondents,
    /// Not where it bears an address of ours and came from outside.
    is_proven: bool,
    placed: Because,
    proposals: Vec<Proposed>,
}

impl Arrived<'_> {
    /// What comes from us is an answer; what a mail server of ours reports is none.
    fn direction(&self) -> Direction {
        let (_, sender) = self.it.from();
        let is_ours = matches!(self.people.whose(&sender), Whose::Ours(_)) && !self.it.kind().is_a_report();
        let is_ours = is_ours && self.is_proven;
        if is_ours { Direction::Out } else { Direction::In }
    }

    fn sender(&self) -> Whose {
        if self.is_proven { self.people.whose(&self.it.from().1) } else { Whose::Unknown }
    }

    /// The customer of a conversation that begins with it: whoever wrote, else the only one who was written to.
    fn party(&self) -> Option<PartyId> {
        if let Whose::Theirs { party, .. } = self.sender() {
            return Some(party);
        }
        if self.direction() == Direction::In {
            return None;
        }
        let mut parties: Vec<PartyId> = self.people.all().into_iter().filter_map(Whose::party).collect();
        parties.dedup();
        let [only] = parties.as_slice() else { return None };
        Some(*only)
    }

    /// Whoever of us wrote or was written to by name; a shared mailbox is nobody's, until somebody takes it.
    fn owner(&self) -> PersonId {
        let first = self.it.recipients().into_iter().find_map(|it| match self.people.whose(&it.address) {
            Whose::Ours(person) => person,
            _ => None,
        });
        match (self.direction(), self.sender()) {
            (Direction::Out, Whose::Ours(Some(person))) => person,
            _ => first.unwrap_or(0),
        }
    }

    fn oddities(&self) -> Vec<Oddity> {
        let mut all = self.it.oddities();
        if !self.is_proven && !self.it.kind().is_a_report() {
            all.insert(0, Oddity::NotProven);
        }
        all
    }

    fn mailbox(&self) -> String {
        let ours = |address: &str| matches!(self.people.whose(address), Whose::Ours(_));
        let (_, sender) = self.it.from();
        if ours(&sender) && self.is_proven {
            return sender;
        }
        self.it.recipients().into_iter().map(|it| it.address).find(|it| ours(it)).unwrap_or_default()
    }
}

fn proposed(all: Vec<mail::Proposal<i64>>) -> Vec<Proposed> {
    let proposed = |it: mail::Proposal<i64>| Proposed {
        conversation: it.conversation,
        because: intake::because(it.reason),
    };
    all.into_iter().map(proposed).collect()
}

fn known_already(work: &Work, conversation: i64, it: &Intake) -> Result<Taken> {
    Ok(Taken {
        number: queries::number_of(work, conversation)?,
        message: queries::held_message(work, conversation, it)?,
        was_known: true,
        began: false,
        because: Because::SameMail.text(None),
    })
}

fn begin(work: &mut Work, arrived: &Arrived) -> Result<Made> {
    let it = arrived.it;
    let conversation = Conversation {
        subject: it.mail.subject.chars().take(1000).collect(),
        channel: Channel::Mail,
        mailbox: arrived.mailbox(),
        ..Conversation::default()
    };
    let title = it.title();
    let number = match it.number.as_deref() {
        Some(number) if queries::numbered_so(work, number)?.is_none() => Some(number),
        _ => None,
    };
    let new =
        New { title: &title, party: arrived.party(), owner: Some(arrived.owner()), number, ..New::default() };
    work.create(&new, &conversation)
}

/// The raw mail first; then its files, its words and what it says about itself.
fn add_mail(work: &mut Work, conversation: i64, arrived: &Arrived) -> Result<i64> {
    let it = arrived.it;
    let party = queries::party_of(work, conversation)?;
    let audience = if arrived.is_proven {
        audience_of(party, it.kind(), &arrived.people.all(), false)
    } else {
        Audience::Internal
    };
    let raw = work.attach(conversation, ("mail.eml", "message/rfc822"), &it.raw, Audience::Internal)?;
    let filed = file_parts(work, conversation, it, audience)?;
    let about = calendar::take_in_appointment(work, conversation, arrived)?;
    let (from_name, from_address) = it.from();
    let message = NewMessage {
        record_id: conversation,
        message_id: it.mail.identity(),
        answers: mail::answered(&it.mail).unwrap_or_default().to_owned(),
        root: mail::root(&it.mail).unwrap_or_default().to_owned(),
        content_digest: it.mail.content_digest.clone(),
        base_subject: it.mail.base_subject.clone(),
        direction: arrived.direction(),
        kind: it.kind(),
        sent_at: it.sent_at(work.now),
        received_at: it.received_at(work.now),
        from_name,
        from_address,
        from_person: match arrived.sender() {
            Whose::Ours(person) | Whose::Theirs { person, .. } => person,
            Whose::Unknown => None,
        },
        recipients: it.recipients(),
        subject: it.mail.subject.clone(),
        placed: arrived.placed.clone(),
        proposals: arrived.proposals.clone(),
        raw: Some(raw),
        raw_digest: fingerprint(&it.raw),
        html: it.mail.html.clone(),
        remote_removed: i64::try_from(it.mail.remote_removed).unwrap_or(i64::MAX),
        quoted: it.quoted(),
        parts: filed,
        calendar: it.appointments(),
        warnings: arrived.oddities(),
        report: it.report(),
        audience,
        about,
    };
    let name = if message.subject.is_empty() { it.title() } else { message.subject.clone() };
    say(work, &message, &Said { origin: "message", name: &name, words: &it.mail.text })
}

/// Files the parts of a mail, each with its text where it has one.
fn file_parts(work: &mut Work, conversation: i64, it: &Intake, audience: Audience) -> Result<Vec<PartLine>> {
    let mut lines = Vec::with_capacity(it.mail.parts.len());
    for (place, (part, text)) in it.mail.parts.iter().zip(&it.texts).enumerate() {
        let role = it.role(place);
        let name = part.name.clone().unwrap_or_else(|| format!("part-{}", place + 1));
        let (media_type, bytes) = (part.media_type.as_str(), part.bytes.as_slice());
        let words = match text {
            PartText::Words { words, extractor } => Some((words.as_str(), *extractor)),
            PartText::Unread(_) | PartText::None => None,
        };
        let attachment =
            work.file(conversation, &Filing { name: &name, media_type, bytes, words, audience })?;
        lines.push(PartLine {
            attachment,
            name,
            media_type: part.media_type.clone(),
            size: i64::try_from(part.bytes.len()).unwrap_or(i64::MAX),
            role,
            unread: match text {
                PartText::Unread(why) => Some(*why),
                _ => None,
            },
        });
    }
    Ok(lines)
}

/// The words of a message on their way in.
struct Said<'a> {
    origin: &'static str,
    name: &'a str,
    words: &'a str,
}

/// Adds a message with its words, whatever becomes of the turn.
fn keep_message(work: &mut Work, message: &NewMessage, said: &Said) -> Result<i64> {
    let id = work.add("message", message.record_id, message)?;
    let citable = Citable {
        origin: said.origin,
        origin_id: id,
        name: said.name,
        words: said.words,
        extractor: MAIL_VERSION,
        audience: message.audience,
    };
    work.keep_source(message.record_id, &citable)?;
    Ok(id)
}

/// Adds a message to its conversation, whose turn may change by it.
fn say(work: &mut Work, message: &NewMessage, said: &Said) -> Result<i64> {
    let conversation = message.record_id;
    let id = keep_message(work, message, said)?;
    let mut case = work.find_by_id::<Conversation>(conversation)?;
    if message.direction == Direction::Note || message.sent_at < case.body.last_at {
        return Ok(id);
    }
    let is_not_proven = message.warnings.contains(&Oddity::NotProven);
    let turn = turn_after(message.direction, message.kind).filter(|_| !is_not_proven);
    work.revise(&mut case, |it| {
        it.last_at = message.sent_at;
        it.last_from.clone_from(&message.from_name);
        it.waits_for = turn.unwrap_or(it.waits_for);
    })?;
    if let Some(step) = step_after(case.record.state, turn) {
        work.advance(&mut case, step)?;
    }
    Ok(id)
}

/// Where a message is moved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Conversation(String),
    /// One of its own.
    New,
}

/// Moves a message with its words, files and what was made of them; tells the number where it is then. One that is
/// alone has a conversation of its own already.
///
/// # Errors
/// Refuses to show one customer's words to another.
pub fn move_message(work: &mut Work, id: i64, to: &To) -> Result<String> {
    Permit::Staff.covers(work.actor, None)?;
    let message = queries::message(work, id)?;
    let mut from = work.find_by_id::<Conversation>(message.record_id)?;
    if *to == To::New && queries::messages(work, message.record_id)?.len() == 1 {
        return Ok(from.record.number);
    }
    work.called("moved_message");
    let target = match to {
        To::Conversation(number) => work.find::<Conversation>(number)?,
        To::New => own_conversation(work, &message, &from)?,
    };
    if target.record.id.raw() == message.record_id {
        return Ok(target.record.number);
    }
    take_over(work, &message, (&from, &target), Because::ByHand)?;
    let to = target.record.id.raw();
    work.note(message.record_id, json!({ "moved_message": { "to": target.record.number } }))?;
    work.note(to, json!({ "moved_message": { "from": from.record.number } }))?;
    let mut target = work.find_by_id::<Conversation>(to)?;
    tell_last(work, &mut target)?;
    tell_last(work, &mut from)?;
    Ok(target.record.number)
}

/// Everything that is said in a conversation goes over to another: it was one matter. What was made of it, and the
/// calls and meetings that belong to it, go along; its own tasks and files stay. Tells how many messages went.
///
/// # Errors
/// Refuses as a whole where one of them is with another customer.
pub fn join(work: &mut Work, number: &str, to: &str) -> Result<usize> {
    Permit::Staff.covers(work.actor, None)?;
    let mut from = work.find::<Conversation>(number)?;
    let target = work.find::<Conversation>(to)?;
    let (here, there) = (from.record.id.raw(), target.record.id.raw());
    Refusal::unless(here != there, text!("Choose another conversation than this one."))?;
    let all = queries::messages(work, here)?;
    Refusal::unless(!all.is_empty(), text!("Nothing stands here that could go there."))?;
    work.called("joined_conversation");
    for message in &all {
        // What answers a message that goes along still does.
        let named = message.placed.named_mail().is_some() || message.placed == Because::Written;
        let placed = if named { message.placed.clone() } else { Because::ByHand };
        take_over(work, message, (&from, &target), placed)?;
    }
    for it in work.neighbours(here, TIED)?.into_iter().filter(|it| !it.is_target && it.id != there) {
        if it.role == Tie::PartOf {
            work.untie(it.id, it.role, here)?;
        }
        work.tie(it.id, it.role, there)?;
    }
    work.tie(here, Tie::PartOf, there)?;
    work.note(here, json!({ "joined_conversation": { "to": target.record.number } }))?;
    work.note(there, json!({ "joined_conversation": { "from": from.record.number } }))?;
    let (turn, is_later) = (from.body.waits_for, from.body.last_at > target.body.last_at);
    let mut target = work.find_by_id::<Conversation>(there)?;
    tell_last(work, &mut target)?;
    if is_later {
        work.revise(&mut target, |it| it.waits_for = turn)?;
        if let Some(step) = step_after(target.record.state, Some(turn)) {
            work.advance(&mut target, step)?;
        }
    }
    tell_last(work, &mut from)?;
    Ok(all.len())
}

/// More ties than any conversation has.
const TIED: i64 = 10_000;

/// Takes a message over from one conversation into another, with its words, its files and what was made of them.
fn take_over(
    work: &mut Work,
    message: &Message,
    (from, target): (&Case<Conversation>, &Case<Conversation>),
    placed: Because,
) -> Result<()> {
    let (party, present) = (target.record.party, correspondents(work, message)?.all());
    let is_with_the_same = from.record.party == party;
    let caller = if is_with_the_same { None } else { call::caller_of(work, message)? };
    let with: Vec<Whose> = present.iter().copied().chain(caller).collect();
    if !kernel::may(may_stand_with(party, &with)) {
        let other = with.into_iter().find_map(Whose::party).map(|it| work.name_of(it)).transpose()?;
        let name = other.unwrap_or_default();
        return Err(text!(
            "This message is with {customer}. Choose a conversation of theirs.",
            customer = name
        )
        .into());
    }
    let audience =
        if is_with_the_same { message.audience } else { audience_now(party, message, &present, false) };
    let (here, to) = (message.record_id, target.record.id.raw());
    hand_over(work, message, to, audience)?;
    let now = Moved { record_id: to, placed, proposals: Vec::new(), audience };
    work.amend("message", here, message.id, &now)?;
    call::follow(work, message, here, to)
}

#[derive(Serialize)]
struct Moved {
    record_id: i64,
    placed: Because,
    proposals: Vec<Proposed>,
    audience: Audience,
}

/// What is not proven to be ours stays inside, wherever it stands.
fn audience_now(party: Option<PartyId>, message: &Message, present: &[Whose], vouched: bool) -> Audience {
    if message.is_not_proven() {
        return Audience::Internal;
    }
    audience_of(party, message.kind, present, vouched)
}

fn correspondents(work: &Work, message: &Message) -> Result<Correspondents> {
    let others = message.recipients.iter().map(|it| it.address.as_str());
    Correspondents::of(work, std::iter::once(message.from_address.as_str()).chain(others))
}

fn own_conversation(
    work: &mut Work,
    message: &Message,
    from: &Case<Conversation>,
) -> Result<Case<Conversation>> {
    let title = if message.subject.trim().is_empty() { &from.record.title } else { &message.subject };
    let title: String = title.chars().take(300).collect();
    let body = Conversation { subject: title.clone(), last_at: Timestamp::UNIX_EPOCH, ..from.body.clone() };
    let sender = queries::whose(work, &message.from_address)?;
    let new = New {
        title: &title,
        party: sender.party().or(from.record.party),
        owner: Some(from.record.owner),
        ..New::default()
    };
    let made = work.create(&new, &body)?;
    work.find(&made.number)
}

/// Words, files and passages go with their message; what was made of them is tied to where they are now.
fn hand_over(work: &mut Work, message: &Message, to: i64, audience: Audience) -> Result<()> {
    for source in sources_of(work, message)? {
        for passage in work.passages_in(source.id)? {
            work.tie(passage.made, Tie::DerivesFrom, to)?;
        }
        if source.origin != "attachment" {
            work.move_source(&source, to, audience)?;
        }
    }
    let files = work.attachments(message.record_id)?;
    for file in files.iter().filter(|it| message.parts.iter().any(|part| part.attachment == it.id)) {
        work.move_file(file, to, audience)?;
    }
    if let Some(raw) = message.raw {
        let kept = Belongs { record_id: to, audience: Audience::Internal };
        work.amend("attachment", message.record_id, raw, &kept)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Belongs {
    record_id: i64,
    audience: Audience,
}

fn sources_of(work: &Work, message: &Message) -> Result<Vec<Source>> {
    let mut all = Vec::new();
    for origin in ["message", "call"] {
        all.extend(work.source_of(origin, message.id)?);
    }
    for part in &message.parts {
        all.extend(work.source_of("attachment", part.attachment)?);
    }
    Ok(all)
}

/// What was said last there now; where nothing is left to say, nobody is waited for.
fn tell_last(work: &mut Work, case: &mut Case<Conversation>) -> Result<()> {
    match queries::last_said(work, case.record.id.raw())? {
        Some(last) => work.revise(case, |it| {
            it.last_at = last.sent_at;
            it.last_from = last.from_name;
        }),
        None if case.record.state != ConversationState::Closed && case.open_tasks == 0 => {
            work.revise(case, |it| it.waits_for = WaitsFor::Nobody)?;
            work.advance(case, ConversationStep::Close)
        }
        None => Ok(()),
    }
}

/// Says whose a conversation is. The customer then reads what was said with it, and nothing else.
pub fn assign_party(work: &mut Work, number: &str, party: Option<PartyId>) -> Result<()> {
    Permit::Staff.covers(work.actor, None)?;
    let mut case = work.find::<Conversation>(number)?;
    if case.record.party == party {
        return Ok(());
    }
    work.called("assigned_party");
    work.redirect(&mut case, |it| it.party = party)?;
    let conversation = case.record.id.raw();
    for message in queries::messages(work, conversation)? {
        let present = correspondents(work, &message)?.all();
        let audience = audience_now(party, &message, &present, party.is_some());
        hand_over(work, &message, conversation, audience)?;
        work.amend("message", conversation, message.id, &Belongs { record_id: conversation, audience })?;
        call::follow(work, &message, conversation, conversation)?;
    }
    Ok(())
}

/// Makes somebody the owner of a conversation.
pub fn assign(work: &mut Work, number: &str, owner: PersonId) -> Result<()> {
    let mut case = work.find::<Conversation>(number)?;
    work.called("assigned");
    work.redirect(&mut case, |it| it.owner = owner)
}

/// Writes a note for colleagues; the customer never sees it.
pub fn note(work: &mut Work, number: &str, words: &str) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    said(words)?;
    let kernel::Mention { id: conversation, title, .. } = work.mention_of(number)?;
    work.called("noted");
    let author = work.actor.name.clone();
    let written = Written {
        conversation,
        about: None,
        direction: Direction::Note,
        kind: MessageKind::Note,
        at: work.now,
        from: (author, String::new(), Some(work.actor.person)),
        subject: title,
        audience: Audience::Internal,
    };
    let message = written.message(work, words)?;
    say(work, &message, &Said { origin: "message", name: &message.subject, words })
}

/// Something that somebody of outside said here and that has to be talked about.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub title: String,
    pub party: Option<PartyId>,
    /// Who answers for it.
    pub owner: PersonId,
    /// Who said it.
    pub name: String,
    pub person: Option<PersonId>,
    pub words: String,
}

/// Opens a conversation with what somebody of outside said on our pages; it waits for us. They read it as their own words.
pub fn open_from(work: &mut Work, it: &Opening) -> Result<Made> {
    said(&it.words)?;
    let body = Conversation {
        subject: it.title.clone(),
        channel: Channel::Portal,
        last_at: work.now,
        last_from: it.name.clone(),
        waits_for: WaitsFor::Us,
        mailbox: String::new(),
    };
    let new = New { title: &it.title, party: it.party, owner: Some(it.owner), ..New::default() };
    let made = work.create_by_itself(&new, &body)?;
    let written = Written {
        conversation: made.id,
        about: None,
        direction: Direction::In,
        kind: MessageKind::Ordinary,
        at: work.now,
        from: (it.name.clone(), String::new(), it.person),
        subject: it.title.clone(),
        audience: if it.party.is_some() { Audience::Party } else { Audience::Internal },
    };
    let message = written.message(work, &it.words)?;
    keep_message(work, &message, &Said { origin: "message", name: &message.subject, words: &it.words })?;
    Ok(made)
}

/// Something that was written here and came by no mail.
struct Written {
    conversation: i64,
    /// The call or meeting that it tells of.
    about: Option<i64>,
    direction: Direction,
    kind: MessageKind,
    at: Timestamp,
    /// Name, address, person.
    from: (String, String, Option<PersonId>),
    subject: String,
    audience: Audience,
}

impl Written {
    fn message(self, work: &Work, words: &str) -> Result<NewMessage> {
        let (from_name, from_address, from_person) = self.from;
        Ok(NewMessage {
            record_id: self.conversation,
            message_id: format!("written:{}", fingerprint(&random()?)),
            answers: String::new(),
            root: String::new(),
            content_digest: fingerprint(words.as_bytes()),
            base_subject: String::new(),
            direction: self.direction,
            kind: self.kind,
            sent_at: self.at,
            received_at: work.now,
            from_name,
            from_address,
            from_person,
            recipients: Vec::<Recipient>::new(),
            subject: self.subject,
            placed: Because::Written,
            proposals: Vec::new(),
            raw: None,
            raw_digest: String::new(),
            html: None,
            remote_removed: 0,
            quoted: Vec::new(),
            parts: Vec::new(),
            calendar: Vec::new(),
            warnings: Vec::new(),
            report: Vec::new(),
            audience: self.audience,
            about: self.about,
        })
    }
}

fn said(words: &str) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.unless(!words.trim().is_empty(), "words", text!("Write something first."));
    faults.into_result()
}
