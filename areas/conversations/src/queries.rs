//! What people ask: which conversations there are, what was said, whom an address belongs to.

mod calls;
mod meetings;
mod statements;

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Attachment, Error, PartyId, PersonId, Reader, Result, Unfiled, Wanted, sql, values};
use mail::{Candidate, Follows, Held, Known, Questions, Sender};
use serde::{Deserialize, Serialize};

use crate::model::{Direction, Message, Recipient};
use crate::rules::intake::Intake;
use crate::rules::{MAIL, Whose, may_read_unfiled};

pub use self::calls::{
    Caller, Ringing, Speaker, caller_by_number, callers, colleague, contact, conversation_of, looked_at,
    number, on_the_telephone, open_conversations, speaker, stands_in,
};
pub use self::meetings::{
    Ahead, Attendee, PointSpoken, ToldLine, ahead, approved, asked_at, attendees, by_uid, conversation_party,
    in_words, meeting_fits, named_first, number_in, person_at, person_of, spoken_of, talk_key, told_of,
};
pub use self::statements::{
    ANSWERED, Kept, SAID, Unconfirmed, WordOfMouth, answers, asked_of, asked_under, could_be_tied, has_left,
    keeping, led_to, overdue, said_about, statement, statements, unconfirmed_of, word_of_mouth,
};

/// So far conversations are counted.
const COUNTED: i64 = 1000;
/// So many references of a mail are followed, the nearest first.
const FOLLOWED: usize = 50;
/// So many addresses of a mail are looked up.
const LOOKED_UP: usize = 200;

/// Mails that came in and could not be filed, the newest first, at most so many.
///
/// # Errors
/// Says who may read them; outsiders learn nothing.
pub fn unfiled(reader: &Reader, limit: i64) -> Result<Vec<Unfiled>> {
    reader.actor.must_be_inside()?;
    may_read_unfiled(reader.actor)?;
    reader.unfiled(MAIL, limit)
}

/// How many of them wait: none for whoever may not read them.
pub fn unfiled_count(reader: &Reader) -> Result<i64> {
    if may_read_unfiled(reader.actor).is_err() { Ok(0) } else { reader.unfiled_count(MAIL) }
}

/// One of them, with its bytes as they came.
///
/// # Errors
/// As [`unfiled`].
pub fn unfiled_mail(reader: &Reader, digest: &str) -> Result<(Unfiled, Vec<u8>)> {
    reader.actor.must_be_inside()?;
    may_read_unfiled(reader.actor)?;
    reader.unfiled_bytes(MAIL, digest)
}

/// What was said last in a conversation, as far as a list shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Latest {
    pub from_name: String,
    pub direction: Direction,
    /// How its words begin; none where it has none of its own.
    pub words: Option<String>,
}

/// What was said last in each of some conversations, of what the actor may read, by their keys.
pub fn latest(reader: &Reader, conversations: &[i64]) -> Result<BTreeMap<i64, Latest>> {
    let mut all = BTreeMap::new();
    for id in conversations {
        let latest: Option<Latest> = reader.maybe(
            sql!(
                "select it.from_name, it.direction, substr(said.body, 1, 1000) as words
                 from visible_message as it left join visible_source as said
                 on said.record_id = it.record_id and said.origin_id = it.id and said.origin in ('message', 'call')
                 where it.record_id = $1 order by it.sent_at desc, it.id desc limit 1"
            ),
            values![*id],
        )?;
        all.extend(latest.map(|it| (*id, it)));
    }
    Ok(all)
}

/// How many conversations wait for the actor, or for somebody to take them; for a customer, how many wait for them.
pub fn waiting(reader: &Reader) -> Result<i64> {
    if reader.actor.is_outside() {
        let theirs = sql!(
            "select count(*) from (
                 select visible.id from visible join conversation as it on it.id = visible.id
                 where state <> 'closed' and waits_for = 'them' limit $1) as counted"
        );
        return reader.one(theirs, values![COUNTED]);
    }
    reader.one(
        sql!(
            "select count(*) from (
                 select visible.id from visible join conversation as it on it.id = visible.id
                 where state = 'open' and waits_for = 'us' and owner in ($1, 0) limit $2) as counted"
        ),
        values![reader.actor.person, COUNTED],
    )
}

/// The messages of a conversation that the actor may read, in the order in which they were sent.
pub fn messages(reader: &Reader, conversation: i64) -> Result<Vec<Message>> {
    reader.rows(
        sql!(
            "select id, record_id, message_id, direction, kind, sent_at, received_at, from_name, from_address,
             from_person, recipients, subject, placed, proposals, raw, raw_digest, html is not null as has_html,
             remote_removed, quoted, parts, calendar, warnings, report, audience, about
             from visible_message where record_id = $1 order by sent_at, id"
        ),
        values![conversation],
    )
}

/// One message.
pub fn message(reader: &Reader, id: i64) -> Result<Message> {
    reader.one(
        sql!(
            "select id, record_id, message_id, direction, kind, sent_at, received_at, from_name, from_address,
             from_person, recipients, subject, placed, proposals, raw, raw_digest, html is not null as has_html,
             remote_removed, quoted, parts, calendar, warnings, report, audience, about
             from visible_message where id = $1"
        ),
        values![id],
    )
}

/// The message of ours that went out as a letter under an identity.
pub fn our_letter(reader: &Reader, message_id: &str) -> Result<Option<Message>> {
    let id: Option<i64> = reader.maybe(
        sql!(
            "select it.id from visible_message as it join visible_letter as letter
             on letter.message_id = it.message_id where it.message_id = $1 and direction = 'out'
             order by it.id limit 1"
        ),
        values![message_id],
    )?;
    id.map(|it| message(reader, it)).transpose()
}

/// How a message looked when it was sent: sanitised HTML.
pub fn html_of(reader: &Reader, message: i64) -> Result<Option<String>> {
    reader.one(sql!("select html from visible_message where id = $1"), values![message])
}

/// The number of a conversation that the actor may see.
pub fn number_of(reader: &Reader, conversation: i64) -> Result<String> {
    reader.one(sql!("select number from visible where id = $1 and kind = 'CV'"), values![conversation])
}

/// The conversation that has a number, with its party.
pub fn numbered_so(reader: &Reader, number: &str) -> Result<Option<(i64, Option<PartyId>)>> {
    reader.maybe(sql!("select id, party from visible where number = $1 and kind = 'CV'"), values![number])
}

/// When a mail of a conversation was sent, by its identity.
pub fn told_at(reader: &Reader, conversation: i64, message_id: &str) -> Result<Option<Timestamp>> {
    let at: Option<i64> = reader.maybe(
        sql!(
            "select sent_at from visible_message where record_id = $1 and message_id = $2 order by id limit 1"
        ),
        values![conversation, message_id],
    )?;
    Ok(at.and_then(|it| Timestamp::from_microsecond(it).ok()))
}

/// A record that was made of words, as it is named in the margin.
#[derive(Clone, Debug, Deserialize)]
pub struct Became {
    pub passage: i64,
    pub start_at: i64,
    pub end_at: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
}

/// What became of a text, as far as the actor may see it, in the order in which it stands there.
pub fn became_of(reader: &Reader, source: i64) -> Result<Vec<Became>> {
    reader.rows(
        sql!(
            "select passage.id as passage, start_at, end_at, visible.number, visible.kind, visible.title
             from passage join visible_source as it on it.id = source_id join visible on visible.id = made
             where source_id = $1 order by start_at, passage.id"
        ),
        values![source],
    )
}

/// A text of a conversation, without its words.
#[derive(Clone, Debug, Deserialize)]
pub struct TextLine {
    pub id: i64,
    pub origin: String,
    pub origin_id: i64,
}

/// Which texts a conversation has.
pub fn texts(reader: &Reader, conversation: i64) -> Result<Vec<TextLine>> {
    reader.rows(
        sql!("select id, origin, origin_id from visible_source where record_id = $1 order by id"),
        values![conversation],
    )
}

/// Everybody who wrote or was written to, each address once with whom it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Correspondents(BTreeMap<String, Whose>);

impl Correspondents {
    /// Looks up the addresses of a mail.
    pub fn of<'a>(reader: &Reader, addresses: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut all = BTreeMap::new();
        for address in addresses.filter(|it| !it.is_empty()).take(LOOKED_UP) {
            if !all.contains_key(address) {
                all.insert(address.to_owned(), whose(reader, address)?);
            }
        }
        Ok(Self(all))
    }

    pub fn whose(&self, address: &str) -> Whose {
        self.0.get(address).copied().unwrap_or(Whose::Unknown)
    }

    /// Whether the sender is proven: anybody can write an address of ours into a mail that a server brings.
    pub fn prove(&self, intake: &Intake) -> bool {
        kernel::may(!(intake.was_delivered() && matches!(self.whose(&intake.from().1), Whose::Ours(_))))
    }

    pub fn all(&self) -> Vec<Whose> {
        self.0.values().copied().collect()
    }
}

/// Whom an address belongs to: somebody of a customer, one of us, or nobody knows.
pub fn whose(reader: &Reader, address: &str) -> Result<Whose> {
    if let Some(it) = customers::party_of_address(reader, address)? {
        return Ok(Whose::Theirs { person: it.person, party: it.organisation });
    }
    let person: Option<PersonId> = reader.maybe(
        sql!(
            "select visible.id from visible join person on person.id = visible.id
             where party is null and lower(email) = $1 and email <> '' order by visible.id limit 1"
        ),
        values![address],
    )?;
    if person.is_some() {
        return Ok(Whose::Ours(person));
    }
    Ok(if is_our_domain(reader, address)? { Whose::Ours(None) } else { Whose::Unknown })
}

/// A shared mailbox is ours if one of us has an address of the same domain.
fn is_our_domain(reader: &Reader, address: &str) -> Result<bool> {
    let own =
        customers::domain_of(address).filter(|it| !customers::is_everybodys(it) && !it.contains(['%', '_']));
    let Some(domain) = own else { return Ok(false) };
    let colleague: Option<PersonId> = reader.maybe(
        sql!(
            "select visible.id from visible join person on person.id = visible.id
             where kind = 'PE' and party is null and lower(email) like $1 limit 1"
        ),
        values![format!("%@{domain}")],
    )?;
    Ok(colleague.is_some())
}

/// The customer whose domain an unknown address lies under: `mail.meridian.example` under `meridian.example`.
pub fn guessed_party(reader: &Reader, address: &str) -> Result<Option<PartyId>> {
    let Some(domain) = customers::domain_of(address) else { return Ok(None) };
    let mut rest = domain.as_str();
    while let Some((_, above)) = rest.split_once('.') {
        if !above.contains('.') {
            break;
        }
        if let Some(it) = customers::party_of_address(reader, &format!("anybody@{above}"))? {
            return Ok(Some(it.organisation));
        }
        rest = above;
    }
    Ok(None)
}

/// The party of a conversation.
pub fn party_of(reader: &Reader, conversation: i64) -> Result<Option<PartyId>> {
    reader.one(sql!("select party from visible where id = $1"), values![conversation])
}

#[derive(Deserialize)]
struct HeldLine {
    message_id: String,
    content_digest: String,
    record_id: i64,
    direction: String,
    recipients: Vec<Recipient>,
    party: Option<PartyId>,
}

/// A mail to be placed, as far as it is asked about who has a place beside what is held.
#[derive(Clone, Copy)]
struct Comes<'a> {
    /// The address of its sender.
    from: &'a str,
    is_a_report: bool,
}

impl HeldLine {
    fn held(self, reader: &Reader, it: Comes) -> Result<Held<i64, PartyId>> {
        Ok(Held {
            went_to: if it.is_a_report { went_to(reader, &self.recipients)? } else { Vec::new() },
            sender_takes_part: takes_part(reader, self.record_id, it.from)?,
            message_id: self.message_id,
            content_digest: self.content_digest,
            conversation: self.record_id,
            customers: self.party.into_iter().collect(),
            is_ours: self.direction == "out",
        })
    }
}

/// The customers whose people a mail went to.
pub fn went_to(reader: &Reader, recipients: &[Recipient]) -> Result<Vec<PartyId>> {
    // The server of a house need not have an address of the part of it that was written to.
    let domain = |it: &Recipient| customers::domain_of(&it.address);
    let servers: Vec<String> = recipients.iter().filter_map(domain).collect();
    let servers: Vec<String> = servers.iter().map(|it| format!("anybody@{it}")).collect();
    let addresses = recipients.iter().map(|it| &it.address).chain(&servers);
    let all = Correspondents::of(reader, addresses.map(String::as_str))?.all();
    Ok(all.into_iter().filter_map(Whose::party).collect())
}

#[derive(Deserialize)]
struct CandidateLine {
    id: i64,
    party: Option<PartyId>,
    last_at: i64,
}

/// Everything that the rules of placing ask about a mail.
/// An address of ours that is not proven is a stranger’s.
pub fn known(reader: &Reader, intake: &Intake, people: &Correspondents) -> Result<Known<i64, PartyId>> {
    let asked = mail::questions(&intake.mail, &intake.file_texts());
    let (_, address) = intake.from();
    let receivers = intake.recipients().into_iter().filter_map(|it| people.whose(&it.address).party());
    let receivers: Vec<PartyId> = receivers.collect();
    let sender = match people.whose(&address) {
        Whose::Ours(_) if !people.prove(intake) => Sender::Stranger,
        Whose::Ours(_) => Sender::Ours,
        Whose::Theirs { party, .. } => Sender::Customer(party),
        Whose::Unknown => Sender::Stranger,
    };
    let mut numbered = numbered(reader, &asked.numbers)?;
    match &sender {
        Sender::Customer(party) => numbered.extend(named_by(reader, *party, &asked.their_numbers)?),
        Sender::Ours => {
            for party in &receivers {
                numbered.extend(named_by(reader, *party, &asked.their_numbers)?);
            }
        }
        Sender::Stranger => {}
    }
    let comes = Comes { from: &address, is_a_report: intake.kind().is_a_report() };
    Ok(Known {
        held: held(reader, &asked, comes)?,
        following: following(reader, &asked, comes)?,
        same_subject: same_subject(reader, &asked.base_subject)?,
        sender,
        receivers,
        numbered,
    })
}

/// Conversations of a customer in which a number of theirs stands in a subject.
fn named_by(
    reader: &Reader,
    party: PartyId,
    numbers: &[String],
) -> Result<Vec<(String, Candidate<i64, PartyId>)>> {
    let mut found = Vec::new();
    for number in numbers {
        let lines: Vec<CandidateLine> = reader.rows(
            sql!(
                "select visible.id, party, last_at from visible join conversation as it on it.id = visible.id
                 where party = $1 and visible.id in (
                     select said.record_id from visible_message as said where said.record_id = visible.id
                     and replace(said.subject, $2, '') <> said.subject)
                 order by last_at desc limit 5"
            ),
            values![party, number],
        )?;
        found.extend(lines.into_iter().map(|it| (number.clone(), candidate(&it))));
    }
    Ok(found)
}

fn held(reader: &Reader, asked: &Questions, it: Comes) -> Result<Vec<Held<i64, PartyId>>> {
    let mut held = Vec::new();
    let ids = std::iter::once(&asked.identity).chain(asked.message_ids.iter().take(FOLLOWED));
    for id in ids {
        let lines: Vec<HeldLine> = reader.rows(
            sql!(
                "select message_id, content_digest, record_id, direction, recipients, party
                 from visible_message as it
                 join visible on visible.id = it.record_id where message_id = $1 order by it.id"
            ),
            values![id],
        )?;
        for line in lines {
            held.push(line.held(reader, it)?);
        }
    }
    Ok(held)
}

/// Mails that came before the one that they answer, and those that begin with the same mail.
fn following(reader: &Reader, asked: &Questions, it: Comes) -> Result<Vec<(Follows, Held<i64, PartyId>)>> {
    let answering: Vec<HeldLine> = reader.rows(
        sql!(
            "select message_id, content_digest, record_id, direction, recipients, party
             from visible_message as it
             join visible on visible.id = it.record_id where answers = $1 order by it.id limit 5"
        ),
        values![&asked.identity],
    )?;
    let of_one_root: Vec<HeldLine> = reader.rows(
        sql!(
            "select message_id, content_digest, record_id, direction, recipients, party
             from visible_message as it
             join visible on visible.id = it.record_id where root = $1 order by it.id limit 5"
        ),
        values![&asked.root],
    )?;
    let answering = answering.into_iter().map(|it| (Follows::Answers, it));
    let all = answering.chain(of_one_root.into_iter().map(|it| (Follows::SameRoot, it)));
    all.map(|(follows, line)| Ok((follows, line.held(reader, it)?))).collect()
}

/// Whether somebody has written or been written to in a conversation.
pub fn takes_part(reader: &Reader, conversation: i64, address: &str) -> Result<bool> {
    if address.is_empty() {
        return Ok(false);
    }
    // The address as it stands in the json of the recipients: `like` would take its `_` for anything.
    let quoted = serde_json::to_string(address)?;
    let count: i64 = reader.one(
        sql!(
            "select count(*) from visible_message where record_id = $1
             and (from_address = $2 or replace(recipients, $3, '') <> recipients)"
        ),
        values![conversation, address, format!("\"address\":{quoted}")],
    )?;
    Ok(count > 0)
}

fn same_subject(reader: &Reader, base_subject: &str) -> Result<Vec<Candidate<i64, PartyId>>> {
    if base_subject.is_empty() {
        return Ok(Vec::new());
    }
    let lines: Vec<CandidateLine> = reader.rows(
        sql!(
            "select visible.id, party, last_at from visible join conversation as it on it.id = visible.id
             where visible.id in (select record_id from visible_message where base_subject = $1)
             order by last_at desc limit 20"
        ),
        values![base_subject],
    )?;
    Ok(lines.into_iter().map(|it| candidate(&it)).collect())
}

/// Conversations that have a number, or from which the record that has it was made.
fn numbered(reader: &Reader, numbers: &[String]) -> Result<Vec<(String, Candidate<i64, PartyId>)>> {
    let mut found = Vec::new();
    for number in numbers {
        let lines: Vec<CandidateLine> = reader.rows(
            sql!(
                "select visible.id, party, last_at from visible join conversation as it on it.id = visible.id
                 where visible.id in (
                     select id from visible where number = $1
                     union select target from link join visible as made on made.id = source
                     where made.number = $1 and role = 'derives_from')
                 order by last_at desc limit 5"
            ),
            values![number],
        )?;
        found.extend(lines.into_iter().map(|it| (number.clone(), candidate(&it))));
    }
    Ok(found)
}

fn candidate(it: &CandidateLine) -> Candidate<i64, PartyId> {
    Candidate { conversation: it.id, customers: it.party.into_iter().collect(), last_activity: it.last_at }
}

/// The message under which a mail is held.
pub fn held_message(reader: &Reader, conversation: i64, intake: &Intake) -> Result<i64> {
    reader.one(
        sql!(
            "select id from visible_message where record_id = $1 and message_id = $2 and content_digest = $3
             order by id limit 1"
        ),
        values![conversation, intake.mail.identity(), &intake.mail.content_digest],
    )
}

/// What somebody said last in a conversation.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Last {
    #[serde(with = "kernel::micros")]
    pub sent_at: Timestamp,
    pub from_name: String,
}

/// The last message of a conversation, whoever may read it; notes among colleagues are none.
pub fn last_said(reader: &Reader, conversation: i64) -> Result<Option<Last>> {
    reader.maybe(
        sql!(
            "select sent_at, from_name from visible_message where record_id = $1 and direction <> 'note'
             order by sent_at desc, id desc limit 1"
        ),
        values![conversation],
    )
}

/// The conversation to which one was joined: number and title.
pub fn joined_to(reader: &Reader, conversation: i64) -> Result<Option<(String, String)>> {
    #[derive(Deserialize)]
    struct There {
        number: String,
        title: String,
    }
    let there: Option<There> = reader.maybe(
        sql!(
            "select number, title from visible join link on target = visible.id
             where source = $1 and role = 'part_of' and kind = 'CV' order by link.id desc limit 1"
        ),
        values![conversation],
    )?;
    Ok(there.map(|it| (it.number, it.title)))
}

/// Open conversations of a party, to move a message to: number and title.
pub fn of_party(reader: &Reader, party: Option<PartyId>) -> Result<Vec<(String, String)>> {
    let Some(party) = party else { return Ok(Vec::new()) };
    let wanted =
        Wanted { party: Some(party), sort: kernel::Sort::Changed, descending: true, ..Wanted::default() };
    let rows = reader.list("CV", &wanted)?.rows;
    Ok(rows
        .into_iter()
        .map(|it| {
            let word = format!("{} {}", it.number, it.title);
            (it.number, word)
        })
        .collect())
}

/// A part of a message, by its place in it.
pub fn part_of(reader: &Reader, message: i64, place: usize) -> Result<(Attachment, Vec<u8>)> {
    let message = self::message(reader, message)?;
    let part = message.parts.get(place).ok_or(Error::NotFound)?;
    reader.attachment(part.attachment)
}
