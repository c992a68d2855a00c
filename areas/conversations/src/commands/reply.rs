//! Answering a customer: what is written stands in the conversation and leaves the house as a letter.

use customers::{Occasion, Topic};
use kernel::{
    Addressee, Attachment, Audience, Case, Error, Faults, Letter, Missing, PartyId, Permit, Refusal, Result,
    Told, Work, fingerprint, is_address, text,
};
use web::common::files::Received;

use super::{Because, Said, say};
use crate::model::{
    Conversation, Direction, Message, MessageKind, NewMessage, PartLine, PartRole, Recipient,
};
use crate::queries::{self, Correspondents};
use crate::rules::reply::{self, quoted};
use crate::rules::{Whose, audience_of};

/// An answer to whoever takes part in a conversation, as it was written.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub recipients: Vec<Recipient>,
    /// The subject of the conversation where nothing is said.
    pub subject: String,
    pub words: String,
    /// Sends the words that are answered along, under this line: “On … Carl wrote:”.
    pub quote_under: Option<String>,
    /// Files that are sent with it: name, media type, bytes.
    pub files: Vec<Received>,
    /// Files of the conversation that are sent with it, by key.
    pub enclosed: Vec<i64>,
    /// The last message that the writer had seen; unasked where nothing is said.
    pub seen: Option<i64>,
    /// What came in since is known, and it is sent all the same.
    pub anyway: bool,
    /// The call or meeting that it tells of.
    pub about: Option<i64>,
    pub kind: MessageKind,
    /// The words of the letter where they are others than those of the message: with the mark of a secret in them, and
    /// that secret.
    pub letter: Option<(String, String)>,
    /// It has to stand in writing, whatever they prefer to hear of such a topic.
    pub in_writing: Option<Topic>,
    /// Why it goes so, where it was agreed with them otherwise: another way, somebody else, another language.
    pub why: String,
}

/// An answer that was written.
#[derive(Clone, Debug)]
pub struct Replied {
    pub message: i64,
    pub letter: Told,
}

/// Answers in a conversation. The answer is a message that the customer reads there too, and a letter that is
/// sent when the deed is done; answers to it come back into this conversation by its identity.
///
/// # Errors
/// Names what is missing; refuses where somebody wrote since the writer looked, and where an addressee is of
/// another customer; asks why, where it is no answer and was agreed otherwise.
pub fn reply(work: &mut Work, number: &str, it: &Reply) -> Result<Replied> {
    Permit::Staff.covers(work.actor, None)?;
    work.called("replied");
    let case = work.find::<Conversation>(number)?;
    let conversation = case.record.id.raw();
    let messages = queries::messages(work, conversation)?;
    check(it)?;
    if let Some(newer) = it.seen.and_then(|seen| reply::newer(&messages, seen)).filter(|_| !it.anyway) {
        return Err(read_it_first(&case, newer));
    }
    let people = Correspondents::of(work, it.recipients.iter().map(|it| it.address.as_str()))?;
    for recipient in &it.recipients {
        must_not_be_another_customer(work, case.record.party, recipient, people.whose(&recipient.address))?;
    }
    let answered = reply::answered(&messages);
    let words = full_words(work, it, answered)?;
    let audience = audience_of(case.record.party, MessageKind::Ordinary, &people.all(), true);
    let parts = file(work, conversation, it, audience)?;
    let subject = reply::subject(&it.subject, &case.body.subject, &case.record.title);
    let letter = post(
        work,
        &case,
        &Outgoing { it, messages: &messages, words: &words.text, parts: &parts, audience, subject: &subject },
    )?;
    let message = NewMessage {
        record_id: conversation,
        message_id: letter.message_id.clone(),
        answers: String::new(),
        root: String::new(),
        content_digest: fingerprint(words.text.as_bytes()),
        base_subject: mail::base_subject(&subject),
        direction: Direction::Out,
        kind: it.kind,
        sent_at: work.now,
        received_at: work.now,
        from_name: work.actor.name.clone(),
        from_address: work.post_from()?.unwrap_or_else(|| case.body.mailbox.clone()),
        from_person: Some(work.actor.person).filter(|it| *it != 0),
        recipients: it.recipients.clone(),
        subject: subject.clone(),
        placed: Because::Written,
        proposals: Vec::new(),
        raw: None,
        raw_digest: String::new(),
        html: None,
        remote_removed: 0,
        quoted: words.quoted,
        parts,
        calendar: Vec::new(),
        warnings: Vec::new(),
        report: Vec::new(),
        audience,
        about: it.about,
    };
    let message = say(work, &message, &Said { origin: "message", name: &subject, words: &words.text })?;
    Ok(Replied { message, letter })
}

fn check(it: &Reply) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let receives = it.recipients.iter().any(|it| !it.is_copy);
    faults.unless(receives, "to", text!("Say to whom it goes."));
    for recipient in &it.recipients {
        let field = if recipient.is_copy { "copies" } else { "to" };
        let sentence = text!("“{address}” is no mail address.", address = recipient.address.as_str());
        faults.unless(is_address(&recipient.address), field, sentence);
    }
    faults.unless(!it.words.trim().is_empty(), "reply", text!("Write something first."));
    for file in &it.files {
        let sentence = text!("Nothing is in the file “{name}”. Choose it again.", name = file.name.as_str());
        faults.unless(!file.bytes.is_empty(), "files", sentence);
    }
    faults.into_result()
}

/// Whoever answers without having read what came in since answers something else.
fn read_it_first(case: &Case<Conversation>, newer: &Message) -> Error {
    let sentence = text!(
        "{name} wrote meanwhile. Read it, then send your answer or change it.",
        name = newer.from_name.as_str()
    );
    let link = format!("/conversations/{}#message-{}", case.record.number, newer.id);
    Refusal(vec![Missing { sentence, link: Some(link) }]).into()
}

pub(super) fn must_not_be_another_customer(
    work: &Work,
    ours: Option<PartyId>,
    to: &Recipient,
    whose: Whose,
) -> Result<()> {
    match (ours, whose.party()) {
        (Some(ours), Some(other)) if ours != other => {
            let (address, customer) = (to.address.as_str(), work.name_of(other)?);
            let sentence = text!(
                "{address} is with {customer}, who must not read this conversation. Take them out.",
                address = address,
                customer = customer
            );
            Err(Faults::one(if to.is_copy { "copies" } else { "to" }, sentence).into())
        }
        _ => Ok(()),
    }
}

/// What is sent: what was written, and below it what is answered.
struct Words {
    text: String,
    /// Where the quoted words stand, in characters.
    quoted: Vec<(i64, i64)>,
}

fn full_words(work: &Work, it: &Reply, answered: Option<&Message>) -> Result<Words> {
    let own = it.words.replace("\r\n", "\n").trim_end().to_owned();
    let (Some(line), Some(answered)) = (&it.quote_under, answered) else {
        return Ok(Words { text: own, quoted: Vec::new() });
    };
    let Some(source) = work.source_of("message", answered.id)? else {
        return Ok(Words { text: own, quoted: Vec::new() });
    };
    let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let before = format!("{own}\n\n");
    let text = format!("{before}{line}\n{}", quoted(&source.body));
    Ok(Words { quoted: vec![(count(&before), count(&text))], text })
}

/// Files the bytes that are sent along, and shows those of the conversation to whoever gets them.
fn file(work: &mut Work, conversation: i64, it: &Reply, audience: Audience) -> Result<Vec<PartLine>> {
    let mut lines = Vec::new();
    for file in &it.files {
        let attachment = work.file(conversation, &file.filing(audience))?;
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        lines.push(line(attachment, &file.name, &file.media_type, size));
    }
    let known = work.attachments(conversation)?;
    for key in &it.enclosed {
        let Some(file) = known.iter().find(|it| it.id == *key) else {
            let sentence = text!("There is no file {file} in this conversation.", file = *key);
            return Err(Faults::one("files", sentence).into());
        };
        let Attachment { id, name, media_type, size, .. } = file;
        work.move_file(file, conversation, audience)?;
        lines.push(line(*id, name, media_type, *size));
    }
    Ok(lines)
}

fn line(attachment: i64, name: &str, media_type: &str, size: i64) -> PartLine {
    let (name, media_type) = (name.to_owned(), media_type.to_owned());
    PartLine { attachment, name, media_type, size, role: PartRole::Attachment, unread: None }
}

/// What the letter of an answer is written from.
struct Outgoing<'a> {
    it: &'a Reply,
    messages: &'a [Message],
    words: &'a str,
    parts: &'a [PartLine],
    audience: Audience,
    subject: &'a str,
}

fn post(work: &mut Work, case: &Case<Conversation>, out: &Outgoing) -> Result<Told> {
    let to: Vec<Addressee> = out.it.recipients.iter().map(addressee).collect();
    let refers = reply::identities(out.messages);
    let answers = reply::answered(out.messages).map(|it| it.message_id.as_str());
    let enclosed: Vec<i64> = out.parts.iter().map(|it| it.attachment).collect();
    let mailbox = case.body.mailbox.as_str();
    let occasion = if let Some(topic) = out.it.in_writing {
        Occasion::InWriting { party: case.record.party, topic }
    } else if reply::is_an_answer(out.messages, &out.it.recipients) {
        Occasion::Answer
    } else {
        Occasion::Tells { party: case.record.party, topic: Topic::Everything, why: &out.it.why }
    };
    customers::write(
        work,
        occasion,
        &Letter {
            record: case.record.id.raw(),
            audience: out.audience,
            purpose: "reply",
            to: &to,
            subject: out.subject,
            words: out.it.letter.as_ref().map_or(out.words, |(words, _)| words),
            language: reply::language_of(&out.it.words),
            secret: out.it.letter.as_ref().map(|(_, secret)| secret.as_str()),
            enclosed: &enclosed,
            answers: answers.filter(|it| reply::is_of_a_mail(it)),
            refers: &refers,
            reply_to: Some(mailbox).filter(|it| is_address(it)),
            ..Letter::default()
        },
    )
}

pub(super) fn addressee(it: &Recipient) -> Addressee {
    let name = if it.name == it.address { String::new() } else { it.name.clone() };
    Addressee { name, address: it.address.clone(), is_copy: it.is_copy }
}
