//! What is asked about questions to the customer and about their sign-offs.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Attachment, Case, Error, Part, PartyId, PersonId, Reader, Record, Result, sql, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::model::{SignOff, Word};
use crate::rules::{Confirming, SignedBy};

/// What the guards of a sign-off ask.
pub fn confirming(reader: &Reader, record: &Record<SignOff>, body: &SignOff) -> Result<Confirming> {
    let id = record.id.raw();
    let signed = reader.signatures(id)?.into_iter();
    let counts = |it: &kernel::Signature| {
        it.counts()
            && it.meaning == kernel::Meaning::Confirmed
            && it.content()["digest"].as_str() == Some(body.digest.as_str())
    };
    let signed =
        signed.filter(counts).map(|it| SignedBy { person: it.person, signature: it.id, name: it.name });
    let queries = clarifications_of(reader, id)?.into_iter().filter(|it| it.is_theirs && it.state == "asked");
    Ok(Confirming { signed: signed.collect(), queries: queries.map(|it| it.number).collect() })
}

/// A question as it is listed at a review or sign-off.
#[derive(Clone, Debug, Deserialize)]
pub struct ClarificationLine {
    pub id: i64,
    pub number: String,
    pub state: String,
    pub item: String,
    pub question: String,
    pub function: Option<i64>,
    pub person: Option<PersonId>,
    pub is_theirs: bool,
    #[serde(with = "kernel::micros")]
    pub created_at: Timestamp,
}

/// The questions asked from a review or a sign-off, the oldest first.
pub fn clarifications_of(reader: &Reader, from: i64) -> Result<Vec<ClarificationLine>> {
    reader.rows(
        sql!(
            "select visible.id, number, state, item, question, clarification.function, person, is_theirs, created_at
             from visible join clarification on clarification.id = visible.id where review = $1 order by visible.id"
        ),
        values![from],
    )
}

/// The questions from any review or sign-off of a record that nobody answered or took back, the oldest first: number, and
/// whether the customer asks.
pub fn open_questions(reader: &Reader, subject: i64) -> Result<Vec<(String, bool)>> {
    reader.rows(
        sql!(
            "select number, is_theirs from visible join clarification on clarification.id = visible.id
             where state = 'asked' and clarification.review in (
                 select id from review where subject = $1 union all select id from sign_off where subject = $1)
             order by visible.id"
        ),
        values![subject],
    )
}

/// An answer as it is read.
#[derive(Clone, Debug, Deserialize)]
pub struct AnswerLine {
    pub words: String,
    pub name: String,
    pub source: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
}

/// The answers to a question, the oldest first.
pub fn answers_of(reader: &Reader, clarification: i64) -> Result<Vec<AnswerLine>> {
    reader.rows(
        sql!(
            "select words, name, source, at
             from visible_clarification_answer where record_id = $1 order by id"
        ),
        values![clarification],
    )
}

/// The questions about a record, whatever it is: asked from a review or sign-off, from those of what they judge, of a customer,
/// or about an item.
pub fn questions_about(reader: &Reader, record: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select it.id from visible as it join clarification as asked on asked.id = it.id
             where asked.review = $1 or it.party = $1
             or asked.item = (select number from visible where id = $1)
             or asked.review in (
                 select id from review where subject = $1 union all select id from sign_off where subject = $1)
             order by it.id"
        ),
        values![record],
    )
}

/// A question as it was asked: key, number, words, whether the customer asks, who is asked or asks, and when.
type Question = (i64, String, String, bool, Option<PersonId>, i64);
/// An answer as it was given: key, number of the question, words, who answered by name, and when.
type GivenAnswer = (i64, String, String, String, i64);

/// The questions among these records, and the answers to them.
pub fn questions_among(reader: &Reader, records: &[i64]) -> Result<(Vec<Question>, Vec<GivenAnswer>)> {
    let questions = reader.rows_among(
        sql!(
            "select visible.id, number, question, is_theirs, person, created_at
             from visible join clarification on clarification.id = visible.id where visible.id in ($1)"
        ),
        records,
    )?;
    let answers = reader.rows_among(
        sql!(
            "select it.id, visible.number, it.words, it.name, it.at
             from visible_clarification_answer as it join visible on visible.id = it.record_id
             where it.record_id in ($1)"
        ),
        records,
    )?;
    Ok((questions, answers))
}

/// A file that is frozen with the revision of a sign-off, as far as the actor may read it, by its fingerprint.
pub fn file_of(reader: &Reader, body: &SignOff, digest: &str) -> Result<(Attachment, Vec<u8>)> {
    let parts = reader.parts_of(body.subject, body.revision)?;
    for (holder, _) in frozen_with(reader, body, &parts)?.into_iter().filter(|(_, it)| it == digest) {
        if let Some(file) = reader.attachments(holder)?.into_iter().find(|it| it.digest == digest) {
            return reader.attachment(file.id);
        }
    }
    Err(Error::NotFound)
}

/// Of these files those that are frozen with the revision of a sign-off, as far as the actor may read them.
pub fn frozen_among(
    reader: &Reader,
    body: &SignOff,
    (parts, files): (&[Part], &[i64]),
) -> Result<Vec<Attachment>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let frozen = frozen_with(reader, body, parts)?;
    let is_frozen =
        |it: &Attachment| frozen.iter().any(|(at, digest)| (*at, digest) == (it.record_id, &it.digest));
    let mut files = reader.files_among(files)?;
    files.retain(is_frozen);
    Ok(files)
}

/// The files that are frozen with the revision of a sign-off, those of the whole first: at which record each lies, and its
/// fingerprint.
fn frozen_with(reader: &Reader, body: &SignOff, parts: &[Part]) -> Result<Vec<(i64, String)>> {
    let (_, content) = reader.revision(body.subject, body.revision)?;
    let lists = reader.held_in(body.subject, body.revision)?;
    let of_parts = parts.iter().filter_map(|it| Some((it.record, lists.get(&it.number)?.files.as_ref()?)));
    let all = std::iter::once((body.subject, &content["files"])).chain(of_parts);
    Ok(all
        .flat_map(|(at, files)| super::frozen_files(files).into_iter().map(move |(_, digest)| (at, digest)))
        .collect())
}

/// The customer's word on a line as it is read.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct WordLine {
    pub person: PersonId,
    /// The number of the line.
    pub item: String,
    pub digest: String,
    pub word: Word,
    pub remark: String,
    pub clarification: Option<i64>,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
}

/// Every word of the customer in a sign-off, the oldest first.
pub fn words_of(reader: &Reader, sign_off: i64) -> Result<Vec<WordLine>> {
    reader.rows(
        sql!(
            "select person, item, digest, word, remark, clarification, at
             from visible_customer_word where record_id = $1 order by id"
        ),
        values![sign_off],
    )
}

/// Whether what was offered, and the customer's words on lines, are still those under which they signed. Words are only ever
/// added, so what they had said by then is what a signature covers.
pub fn their_words_are_intact(reader: &Reader, case: &Case<SignOff>) -> Result<bool> {
    let (id, body) = (case.record.id.raw(), &case.body);
    let said = words_of(reader, id)?;
    let offered = [
        ("revision", json!(body.revision)),
        ("digest", json!(body.digest)),
        ("since", json!(body.since)),
        ("summary", json!(body.summary)),
    ];
    for it in reader.signatures(id)? {
        let by_then = said.iter().filter(|word| word.person == it.person && word.at <= it.at);
        let last: HashMap<&str, &WordLine> = by_then.map(|word| (word.item.as_str(), word)).collect();
        let seen = it.content();
        let is_as_signed = |line: &Json| {
            let word = line["number"].as_str().and_then(|number| last.get(number));
            let word = word.filter(|word| line["digest"] == json!(word.digest)).map(|word| word.word);
            line["word"] == json!(word)
        };
        let are_words = seen["lines"].as_array().into_iter().flatten().all(is_as_signed);
        let is_other = it.counts() && !(are_words && super::says(&seen, &offered));
        if !it.is_intact() || is_other {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Something that waits for the actor at our customer's: their name, or their answer.
pub struct Waiting {
    pub number: String,
    pub title: String,
    pub until: Option<Date>,
    pub since: Timestamp,
}

/// The sign-offs in which it is the actor's turn to sign. None wait for our own people.
pub fn to_sign(reader: &Reader) -> Result<Vec<Waiting>> {
    let mut all = Vec::new();
    if !reader.actor.is_outside() {
        return Ok(all);
    }
    let open: Vec<String> = reader.rows(
        sql!("select number from visible where kind = 'SF' and state = 'open' order by id limit 100"),
        &[],
    )?;
    for number in open {
        let Case { record, body, facts, .. } = reader.find::<SignOff>(&number)?;
        if body.next(&facts.signed).contains(&reader.actor.person) {
            let (until, since) = (Some(body.until), record.changed_at);
            all.push(Waiting { number, title: record.title, until, since });
        }
    }
    Ok(all)
}

/// The questions that we asked the actor, or anybody of their house, and that nobody answered.
pub fn to_answer(reader: &Reader) -> Result<Vec<Waiting>> {
    if !reader.actor.is_outside() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String, Option<Date>, i64)> = reader.rows(
        sql!(
            "select number, title, due, changed_at from visible join clarification as it on it.id = visible.id
             where state = 'asked' and is_theirs = $1 and coalesce(person, $2) = $2 order by visible.id limit 100"
        ),
        values![false, reader.actor.person],
    )?;
    let asked = |(number, title, until, at): (String, String, Option<Date>, i64)| {
        let since = Timestamp::from_microsecond(at).unwrap_or(reader.now);
        Waiting { number, title, until, since }
    };
    Ok(rows.into_iter().map(asked).collect())
}

/// The sign-offs of a record, the newest first: number, state and revision.
pub fn sign_offs_of(reader: &Reader, subject: i64) -> Result<Vec<(String, String, i64)>> {
    reader.rows(
        sql!(
            "select number, state, sign_off.revision from visible join sign_off on sign_off.id = visible.id
             where subject = $1 order by visible.id desc"
        ),
        values![subject],
    )
}

/// The sign-offs of a record that lie with the customer: key and revision.
pub fn open_sign_offs(reader: &Reader, subject: i64) -> Result<Vec<(i64, i64)>> {
    reader.rows(
        sql!(
            "select visible.id, sign_off.revision from visible join sign_off on sign_off.id = visible.id
             where subject = $1 and state in ('open', 'queried') order by visible.id"
        ),
        values![subject],
    )
}

/// Those whose last day is over, or is near: key, number and last day.
pub fn due_sign_offs(reader: &Reader, until: &str) -> Result<Vec<(i64, String, String)>> {
    reader.rows(
        sql!(
            "select visible.id, number, until from visible join sign_off on sign_off.id = visible.id
             where state in ('open', 'queried') and until <= $1 order by visible.id limit 500"
        ),
        values![until],
    )
}

/// The questions to the customer that nobody answered, asked before one moment and after another.
pub fn unanswered(reader: &Reader, before: Timestamp, after: Timestamp) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select visible.id from visible join clarification as it on it.id = visible.id
             where state = 'asked' and it.is_theirs = $1
             and created_at < $2 and created_at > $3 order by visible.id limit 200"
        ),
        values![false, before, after],
    )
}

/// Whether a review of this content was closed with yes.
pub fn has_accepted_review(reader: &Reader, subject: i64, digest: &str) -> Result<bool> {
    let count: i64 = reader.one(
        sql!(
            "select count(*) from visible join review on review.id = visible.id
             where subject = $1 and digest = $2 and state in ('accepted', 'conditional')"
        ),
        values![subject, digest],
    )?;
    Ok(count > 0)
}

/// The revision of a record that the customer confirmed last.
pub fn last_confirmed(reader: &Reader, subject: i64) -> Result<Option<i64>> {
    reader.one(
        sql!(
            "select max(no) from revision_life join visible on visible.id = record_id
             where record_id = $1 and life = 'confirmed'"
        ),
        values![subject],
    )
}

/// Who could sign for a customer: key, name, address, and whether somebody made sure of the address.
pub fn signatories(reader: &Reader, party: PartyId) -> Result<Vec<(PersonId, String, String, bool)>> {
    let checked = customers::checks(reader, party)?;
    let people = identity::people_of(reader, party)?.into_iter().filter(|it| it.state == "active");
    let line = |it: identity::Named| {
        let is_sure = checked.iter().any(|known| known.address.eq_ignore_ascii_case(&it.email));
        (it.id, it.title, it.email, is_sure)
    };
    Ok(people.map(line).collect())
}
