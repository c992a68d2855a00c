//! What was said by word of mouth: where it is kept, how it stands, and who has to answer.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Error, Mention, PartyId, PersonId, Reader, Result, sql, values};
use serde::Serialize;

use crate::model::{Statement, StatementAnswer};
use crate::rules::statement::{KEPT_AT, TALKS, is_documented, standing};

/// So many records are offered to be tied.
const OFFERED: i64 = 50;

/// A record at which it is kept what somebody said, by its number.
pub fn keeping(reader: &Reader, number: &str) -> Result<Mention> {
    let it = reader.mention_of(number)?;
    if KEPT_AT.contains(&it.kind.as_str()) { Ok(it) } else { Err(Error::NotFound) }
}

/// What was said and is kept at a record, in the order in which it was noted.
pub fn statements(reader: &Reader, record: i64) -> Result<Vec<Statement>> {
    reader.rows(
        sql!(
            "select id, record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
             instead_of, heeded, heeded_at, heeded_by, at, by from visible_statement where record_id = $1 order by id"
        ),
        values![record],
    )
}

/// One thing that was said.
pub fn statement(reader: &Reader, id: i64) -> Result<Statement> {
    reader.one(
        sql!(
            "select id, record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
             instead_of, heeded, heeded_at, heeded_by, at, by from visible_statement where id = $1"
        ),
        values![id],
    )
}

/// What they answered to what is kept at a record, the first first.
pub fn answers(reader: &Reader, record: i64) -> Result<Vec<StatementAnswer>> {
    reader.rows(
        sql!(
            "select id, statement, answer, words, name, source, at, by from visible_statement_answer
             where record_id = $1 order by id"
        ),
        values![record],
    )
}

/// What waits for the answer of a person of theirs at a record.
pub fn asked_of(reader: &Reader, record: i64, person: PersonId) -> Result<Vec<Statement>> {
    let mut all = statements(reader, record)?;
    all.retain(|it| {
        it.state == crate::model::StatementState::Asked && kernel::may(it.person == Some(person))
    });
    Ok(all)
}

/// Something that was said, and where it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub it: Statement,
    pub number: String,
    pub kind: String,
}

/// What was said that bears on these records: at them, in the talks of conversations among them, and in talks that are
/// tied to them.
pub fn said_about(reader: &Reader, records: &[i64]) -> Result<Vec<Kept>> {
    let mut places: BTreeMap<i64, (String, String)> = BTreeMap::new();
    for record in records {
        let found: Vec<(i64, String, String)> = reader.rows(
            sql!(
                "select id, number, kind from visible where id = $1
                 union select visible.id, number, kind from visible join link on link.source = visible.id
                 where link.target = $1 and link.role = 'part_of' and kind in ('CA', 'MT')"
            ),
            values![*record],
        )?;
        places.extend(found.into_iter().map(|(id, number, kind)| (id, (number, kind))));
    }
    places.retain(|_, (_, kind)| KEPT_AT.contains(&kind.as_str()));
    let mut all = Vec::new();
    for (record, (number, kind)) in places {
        let (number, kind) = (&number, &kind);
        let kept = statements(reader, record)?.into_iter();
        all.extend(kept.map(|it| Kept { it, number: number.clone(), kind: kind.clone() }));
    }
    all.sort_by_key(|it| it.it.id);
    Ok(all)
}

/// What led to a record directly: the records that it derives from, and itself.
pub fn led_to(reader: &Reader, record: i64) -> Result<Vec<i64>> {
    let mut all = vec![record];
    all.extend(reader.rows::<i64>(
        sql!(
            "select target from link join visible on visible.id = target
             where source = $1 and role = 'derives_from' order by target limit 100"
        ),
        values![record],
    )?);
    Ok(all)
}

/// Something that was said and that nobody may rely on yet.
#[derive(Clone, Debug, Serialize)]
pub struct Unconfirmed {
    pub id: i64,
    pub words: String,
    /// The record at which it is kept.
    pub number: String,
    pub kind: String,
    /// Whether they said that it is not so.
    pub is_objected: bool,
}

/// What was said that bears on these records.
#[derive(Clone, Debug, Default)]
pub struct WordOfMouth {
    /// What an order that rests on it must not be accepted with (ISO 9001, 8.2.3.1).
    pub open: Vec<Unconfirmed>,
    /// Whether there is a documented statement of the customer among it.
    pub is_documented: bool,
}

/// How what was said about these records stands.
pub fn word_of_mouth(reader: &Reader, records: &[i64]) -> Result<WordOfMouth> {
    let (all, today) = (said_about(reader, records)?, reader.today());
    Ok(WordOfMouth {
        is_documented: all.iter().any(|it| is_documented(&it.it, today)),
        open: all.into_iter().filter_map(|it| unconfirmed(it, today)).collect(),
    })
}

fn unconfirmed(Kept { it, number, kind }: Kept, today: Date) -> Option<Unconfirmed> {
    let is_open = standing(&it, today).is_open();
    let is_objected = it.state.is_objection();
    is_open.then_some(Unconfirmed { id: it.id, words: it.words, number, kind, is_objected })
}

/// What was said with a customer and is not confirmed in writing.
pub fn unconfirmed_of(reader: &Reader, party: PartyId) -> Result<Vec<Unconfirmed>> {
    let today = reader.today();
    let records: Vec<(i64, String, String)> = reader.rows(
        sql!(
            "select distinct visible.id, visible.number, visible.kind from visible_statement as it
             join visible on visible.id = it.record_id
             where visible.party = $1 and it.state <> 'confirmed' order by visible.id"
        ),
        values![party],
    )?;
    let mut all = Vec::new();
    for (record, number, kind) in records {
        let kept = statements(reader, record)?.into_iter();
        let kept = kept.map(|it| Kept { it, number: number.clone(), kind: kind.clone() });
        all.extend(kept.filter_map(|it| unconfirmed(it, today)));
    }
    all.sort_by_key(|it| it.id);
    Ok(all)
}

/// What waits for an answer although the day is over, but not for longer than since another day.
pub fn overdue(reader: &Reader, today: Date, since: Date) -> Result<Vec<Statement>> {
    reader.rows(
        sql!(
            "select id, record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
             instead_of, heeded, heeded_at, heeded_by, at, by from visible_statement
             where state = 'asked' and due < $1 and due > $2 order by id limit 500"
        ),
        values![today.to_string(), since.to_string()],
    )
}

/// What was asked for under a frame contract, is not answered, and is due after a day.
pub fn asked_under(reader: &Reader, contract: &str, until: Date) -> Result<Vec<Statement>> {
    reader.rows(
        sql!(
            "select id, record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
             instead_of, heeded, heeded_at, heeded_by, at, by from visible_statement
             where state = 'asked' and frame_contract = $1 and due > $2 order by id"
        ),
        values![contract, until.to_string()],
    )
}

/// The talks with a customer that an order or a change may have come of, or the orders and changes that may have come of a
/// talk: number and title, the newest first, without those that are tied already.
pub fn could_be_tied(
    reader: &Reader,
    record: &Mention,
    party: Option<PartyId>,
) -> Result<Vec<(String, String)>> {
    let is_talk = TALKS.contains(&record.kind.as_str());
    let (one, other) = if is_talk { ("SO", "CR") } else { ("CA", "MT") };
    reader.rows(
        sql!(
            "select number, title from visible where party = $1 and kind in ($2, $3) and not exists
             (select 1 from link where (source = visible.id and target = $4) or (source = $4 and target = visible.id))
             order by id desc limit $5"
        ),
        values![party.unwrap_or(0), one, other, record.id, OFFERED],
    )
}

/// Whether somebody of theirs has left.
pub fn has_left(reader: &Reader, person: PersonId) -> Result<bool> {
    let state: Option<String> =
        reader.maybe(sql!("select state from visible where id = $1 and kind = 'PE'"), values![person])?;
    Ok(state.is_none_or(|it| it != "active"))
}

/// What was said by word of mouth: for the audit.
pub const SAID: &kernel::Sql = sql!(
    "select it.id, number, 'What was said' as what, it.words from visible_statement as it
     join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
);

/// What they answered to it: for the audit. What was moved here from calls had no words on the trail.
pub const ANSWERED: &kernel::Sql = sql!(
    "select it.id, number, 'What was answered' as what, it.words from visible_statement_answer as it
     join visible on visible.id = it.record_id where it.id > $1 and it.source <> 'moved' order by it.id limit $2"
);
