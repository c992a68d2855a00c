//! Calls: who calls, what one is looking at, where it stands.

use kernel::{Mention, PartyId, PersonId, Reader, Result, sql, values};
use serde::{Deserialize, Serialize};

use crate::model::PartRole;
use crate::rules::call::last_digits;
use crate::rules::intake::Intake;

/// So many people are proposed while one types.
const PROPOSED: usize = 8;

/// Somebody of a customer or supplier who may be on the telephone.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Caller {
    pub id: PersonId,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub job_title: String,
    pub party: Option<PartyId>,
    /// The name and the number of their organisation.
    pub organisation: Option<String>,
    pub organisation_number: Option<String>,
}

/// One of them, by key.
pub fn contact(reader: &Reader, person: PersonId) -> Result<Option<Caller>> {
    reader.maybe(
        sql!(
            "select visible.id, visible.title as name, phone, email, job_title, visible.party,
             firm.title as organisation, firm.number as organisation_number from visible join person on person.id = visible.id
             left join visible as firm on firm.id = visible.party
             where visible.id = $1 and visible.kind = 'PE' and visible.party is not null"
        ),
        values![person],
    )
}

/// Those whose number ends like this, as it stands on their record.
fn by_number(reader: &Reader, typed: &str) -> Result<Vec<Caller>> {
    let Some(digits) = last_digits(typed) else { return Ok(Vec::new()) };
    reader.rows(
        sql!(
            "select visible.id, visible.title as name, phone, email, job_title, visible.party,
             firm.title as organisation, firm.number as organisation_number from visible join person on person.id = visible.id
             left join visible as firm on firm.id = visible.party
             where visible.kind = 'PE' and visible.party is not null and visible.state = 'active' and phone <> ''
             and replace(replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '/', ''), '(', ''), ')', ''), '.', '')
                 like $1
             order by visible.title, visible.id limit 8"
        ),
        values![format!("%{digits}")],
    )
}

/// Those of whom it is kept as a further address.
fn by_further_number(reader: &Reader, typed: &str) -> Result<Vec<Caller>> {
    let Some(digits) = last_digits(typed) else { return Ok(Vec::new()) };
    let people: Vec<PersonId> = reader.rows(
        sql!(
            "select distinct person from visible_identity_of
             where person is not null and kind = 'phone'
             and replace(replace(replace(replace(replace(replace(address, ' ', ''), '-', ''), '/', ''), '(', ''), ')', ''), '.', '')
                 like $1
             limit 8"
        ),
        values![format!("%{digits}")],
    )?;
    let mut all = Vec::new();
    for person in people {
        all.extend(contact(reader, person)?);
    }
    Ok(all)
}

/// The only one who has a number; nobody where several do.
pub fn caller_by_number(reader: &Reader, typed: &str) -> Result<Option<Caller>> {
    let mut all = by_number(reader, typed)?;
    all.extend(by_further_number(reader, typed)?);
    all.sort_by_key(|it| it.id);
    all.dedup_by_key(|it| it.id);
    Ok(if all.len() == 1 { all.pop() } else { None })
}

/// The people whose name, number or firm begins like what is typed.
pub fn callers(reader: &Reader, typed: &str) -> Result<Vec<Caller>> {
    let mut all = by_number(reader, typed)?;
    all.extend(by_further_number(reader, typed)?);
    for hit in reader.search(typed, Some("PE"), 20)? {
        all.extend(contact(reader, hit.record_id)?);
    }
    for firm in reader.search(typed, Some("K"), 3)? {
        let people = customers::contacts(reader, firm.record_id)?.into_iter();
        for person in people.filter(|it| it.state == "active").take(PROPOSED) {
            all.extend(contact(reader, person.id)?);
        }
    }
    let mut seen = Vec::new();
    all.retain(|it| {
        let is_new = !seen.contains(&it.id);
        seen.push(it.id);
        is_new
    });
    all.truncate(PROPOSED);
    Ok(all)
}

/// What somebody looks at, as far as it says who is on the telephone.
#[derive(Clone, Debug, Default)]
pub struct LookedAt {
    pub party: Option<PartyId>,
    pub person: Option<PersonId>,
    pub conversation: Option<String>,
}

/// What stands behind the address of a page of ours: its customer and the conversation that it comes from.
pub fn looked_at(reader: &Reader, path: &str) -> Result<LookedAt> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut found = None;
    for part in path.split('/').filter(|it| it.contains('-') && it.len() < 40) {
        found = match reader.mention_of(part) {
            Err(kernel::Error::NotFound) => found,
            known => Some(known?),
        };
    }
    let Some(Mention { id, number, kind, .. }) = found else { return Ok(LookedAt::default()) };
    let party = super::party_of(reader, id)?;
    let mut it = LookedAt { party, ..LookedAt::default() };
    match kind.as_str() {
        "CV" => it.conversation = Some(number),
        "K" => it.party = Some(id),
        "PE" => it.person = Some(id).filter(|_| party.is_some()),
        _ => it.conversation = conversation_of(reader, id)?,
    }
    Ok(it)
}

/// The conversation that a record comes from or is part of.
pub fn conversation_of(reader: &Reader, record: i64) -> Result<Option<String>> {
    reader.maybe(
        sql!(
            "select number from link join visible on visible.id = target
             where source = $1 and kind = 'CV' and role in ('part_of', 'derives_from') order by link.id limit 1"
        ),
        values![record],
    )
}

/// The number of a record.
pub fn number(reader: &Reader, record: i64) -> Result<String> {
    reader.one(sql!("select number from visible where id = $1"), values![record])
}

/// The conversations of a customer that are not closed, the last spoken in first; those of nobody where none is
/// said: key, number and title.
pub fn open_conversations(reader: &Reader, party: Option<PartyId>) -> Result<Vec<(i64, String, String)>> {
    let Some(party) = party else {
        let of_nobody = sql!(
            "select visible.id, visible.number, visible.title from visible
             join conversation as it on it.id = visible.id
             where visible.kind = 'CV' and visible.party is null and visible.state <> 'closed'
             order by last_at desc, visible.id desc limit 50"
        );
        return reader.rows(of_nobody, &[]);
    };
    reader.rows(
        sql!(
            "select visible.id, visible.number, visible.title from visible
             join conversation as it on it.id = visible.id
             where visible.kind = 'CV' and visible.party = $1 and visible.state <> 'closed'
             order by last_at desc, visible.id desc limit 50"
        ),
        values![party],
    )
}

/// Where a call stands: its message and the conversation of that.
#[derive(Clone, Debug, Deserialize)]
pub struct Stands {
    pub message: i64,
    pub number: String,
    pub title: String,
}

/// The message of a call.
pub fn stands_in(reader: &Reader, call: i64) -> Result<Option<Stands>> {
    reader.maybe(
        sql!(
            "select it.id as message, visible.number, visible.title from visible_message as it
             join visible on visible.id = it.record_id where about = $1 and it.kind = 'call' order by it.id limit 1"
        ),
        values![call],
    )
}

/// A call that is being written down.
#[derive(Clone, Debug, Deserialize)]
pub struct Ringing {
    pub number: String,
    pub title: String,
    pub name: String,
    pub customer: Option<String>,
}

/// The calls that somebody is on, the newest first.
pub fn on_the_telephone(reader: &Reader) -> Result<Vec<Ringing>> {
    reader.rows(
        sql!(
            "select visible.number, visible.title, it.name, customer.title as customer
             from visible join phone_call as it on it.id = visible.id
             left join visible as customer on customer.id = visible.party
             where visible.kind = 'CA' and visible.state = 'open' order by began_at desc, visible.id desc limit 20"
        ),
        &[],
    )
}

/// Whose words a text holds, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// Empty where nobody knows.
    pub name: String,
    pub person: Option<PersonId>,
    pub at: Option<jiff::Timestamp>,
}

/// Who spoke in a text, or in words at a place of it: whoever wrote the message, sent the file with it, or was on the
/// telephone; of a mail that was sent on as a file, and of the files in it, whoever wrote that. Whose words it were that somebody quotes, and
/// when they were said, nobody knows. Minutes say it themselves; what stands in them was said at the meeting.
pub fn speaker(
    reader: &Reader,
    (origin, origin_id): (&str, i64),
    place: Option<(i64, i64)>,
) -> Result<Option<Speaker>> {
    if origin == "minutes" {
        return at_meeting(reader, origin_id);
    }
    let message = match origin {
        "message" | "call" => super::message(reader, origin_id).map(Some),
        "attachment" => came_with(reader, origin_id),
        _ => Ok(None),
    };
    let message = match message {
        Err(kernel::Error::NotFound) | Ok(None) => return Ok(None),
        Ok(Some(found)) => found,
        Err(error) => return Err(error),
    };
    let part = message.parts.iter().find(|it| origin == "attachment" && it.attachment == origin_id);
    match part.map(|it| it.role) {
        Some(PartRole::ForwardedMail) => {
            return wrote(reader, origin_id, message.sent_at, place).map(Some);
        }
        // Of several mails that came with one nobody knows which brought the file.
        Some(PartRole::Within) => {
            let mut sent_on = message.parts.iter().filter(|it| it.role == PartRole::ForwardedMail);
            let (Some(mail), None) = (sent_on.next(), sent_on.next()) else {
                return Ok(Some(Speaker::default()));
            };
            return wrote(reader, mail.attachment, message.sent_at, None).map(Some);
        }
        _ => {}
    }
    if origin == "message" && lies_in(place, &message.quoted) {
        return Ok(Some(Speaker::default()));
    }
    let own = Speaker { name: message.from_name, person: message.from_person, at: Some(message.sent_at) };
    let Some(call) = message.about.filter(|_| origin == "call") else { return Ok(Some(own)) };
    let call = reader.find_by_id::<crate::Call>(call)?.body;
    Ok(Some(Speaker { name: call.name, person: call.person, at: Some(call.began_at) }))
}

/// Whether any of the words at a place are among the quoted ones.
fn lies_in(place: Option<(i64, i64)>, quoted: &[(i64, i64)]) -> bool {
    place.is_some_and(|(start, end)| quoted.iter().any(|(from, to)| start < *to && *from < end))
}

/// Who wrote a mail that another brought as a file, and when: before that one was sent. Of a file that is lost or
/// damaged nobody knows it.
fn wrote(
    reader: &Reader,
    file: i64,
    sent_on_at: jiff::Timestamp,
    place: Option<(i64, i64)>,
) -> Result<Speaker> {
    let Ok((_, raw)) = reader.attachment(file) else { return Ok(Speaker::default()) };
    let mail = Intake::of_words(raw);
    if lies_in(place, &mail.quoted()) {
        return Ok(Speaker::default());
    }
    let (name, address) = mail.from();
    let known = if address.is_empty() { None } else { identity::person_with_email(reader, &address)? };
    let at = mail.mail.date.and_then(|it| jiff::Timestamp::from_microsecond(it).ok());
    Ok(Speaker { name, person: known.map(|(id, ..)| id), at: at.filter(|it| *it <= sent_on_at) })
}

fn at_meeting(reader: &Reader, minutes: i64) -> Result<Option<Speaker>> {
    let line: Option<(i64, i64)> =
        reader.maybe(sql!("select record_id, at from visible_minutes where id = $1"), values![minutes])?;
    let Some((meeting, approved)) = line else { return Ok(None) };
    let approved = jiff::Timestamp::from_microsecond(approved).map_err(kernel::broken)?;
    let began = reader.find_by_id::<crate::Meeting>(meeting)?.body.starts_at;
    let at = began.map_or(approved, |it| it.min(approved));
    Ok(Some(Speaker { at: Some(at), ..Speaker::default() }))
}

/// The message that a file came with; none where somebody put it there by hand.
fn came_with(reader: &Reader, file: i64) -> Result<Option<crate::Message>> {
    let record: Option<i64> =
        reader.maybe(sql!("select record_id from visible_attachment where id = $1"), values![file])?;
    let Some(record) = record else { return Ok(None) };
    let has_it = |it: &crate::Message| it.parts.iter().any(|part| part.attachment == file);
    Ok(super::messages(reader, record)?.into_iter().find(has_it))
}

/// A colleague by number.
pub fn colleague(reader: &Reader, number: &str) -> Result<Option<PersonId>> {
    reader.maybe(
        sql!(
            "select id from visible where number = $1 and kind = 'PE' and party is null and state = 'active'"
        ),
        values![number],
    )
}
