//! What the customer of a change reads who follows it, and how far it is.

use jiff::Timestamp;
use kernel::{
    Audience, Basis, Body, Case, Mention, PartyId, Reader, Result, Sharing, Starts, Vocabulary, locate, sql,
    values,
};
use serde_json::{Map, Value as Json, json};

use super::words::{changes_for_them, for_customer, starts_for_them};
use crate::model::{ChangeRequest, Source, State};
use crate::rules::{Milestones, milestones};

/// How the customer of a change comes to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Following {
    /// They see nothing of it.
    No,
    Yes {
        /// Since when they read this.
        since: Timestamp,
        reads: Reads,
        /// Whether it would say something else by now.
        is_old: bool,
    },
    /// They were asked whether they approve it, and see what was shown to them for that; where it came into force in
    /// another form, that, and beside it the revision about which they were asked.
    Asked { instead_of: Option<i64> },
}

/// What stands before the customer who follows a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reads {
    pub title: String,
    /// What they said that it comes from, as far as they read that where it stands.
    pub asked: String,
    pub words: String,
    pub starts: Starts,
    /// What extra fields say for them.
    pub extra: Map<String, Json>,
}

impl From<&Json> for Reads {
    fn from(content: &Json) -> Self {
        let said = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
        let basis = Basis::of(&said("effective_by")).unwrap_or_default();
        Self {
            title: said("title"),
            asked: said("passage"),
            words: said("for_customer"),
            starts: Starts { basis, starts: said("effective_from").trim().to_owned() },
            extra: content["extra"].as_object().cloned().unwrap_or_default(),
        }
    }
}

/// How the customer of a change comes to see it, for those of the house.
pub fn following(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Following> {
    let Some(no) = case.record.offered else { return Ok(Following::No) };
    let (revision, mut shown) = reader.revision(case.record.id.raw(), no)?;
    let instead_of = is_instead_of(&shown);
    if is_asked_by(&shown) || instead_of.is_some() {
        return Ok(Following::Asked { instead_of });
    }
    // What is in force stays: it is not said anew here.
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("changes");
    }
    Ok(Following::Yes {
        since: reader.shown_since(case.record.id.raw(), no)?.unwrap_or(revision.released_at),
        reads: Reads::from(&shown),
        is_old: shown != said_now(reader, case)?,
    })
}

/// What the customer of a change would read of it as it stands now, were it shown to them.
pub fn would_read(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Reads> {
    Ok(Reads::from(&said_now(reader, case)?))
}

/// The words of a change for its customer, with what extra fields say for them, as they are frozen.
fn said_now(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Json> {
    let mut said = words_to_follow(reader, case)?;
    let extra = reader.shared(ChangeRequest::KIND.prefix, &case.record.extra)?;
    if !extra.is_empty() {
        said["extra"] = Json::Object(extra);
    }
    Ok(said)
}

/// Whether what was shown to a customer asks whether they approve it: it names what the house consented to.
pub fn is_asked_by(shown: &Json) -> bool {
    shown.get("stands_for").is_some()
}

/// The revision about which a customer was asked and in place of which what was shown to them came into force; none
/// where it did not.
pub fn is_instead_of(shown: &Json) -> Option<i64> {
    shown["instead_of"].as_i64()
}

/// What the customer of a change reads who was asked about it, once it came into force in another form than was shown to
/// them; none where it is what they read.
pub fn in_force_instead(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Option<Json>> {
    let Some(no) = case.record.offered else { return Ok(None) };
    let (revision, shown) = reader.revision(case.record.id.raw(), no)?;
    let mut said = for_customer(reader, case)?;
    // What is proposed stays with the house; of it they read again what they were shown, and nothing that was written since.
    if said["for_customer"] != shown["for_customer"] {
        said["for_customer"] = json!(case.body.for_customer);
    }
    let is_signed_for = shown["stands_for"] == said["stands_for"];
    if is_signed_for || (revision.title == case.record.title && as_read(&shown) == as_read(&said)) {
        return Ok(None);
    }
    if let Some(fields) = said.as_object_mut() {
        fields.remove("stands_for");
    }
    said["instead_of"] = json!(is_instead_of(&shown).unwrap_or(no));
    Ok(Some(said))
}

/// What people read of what is shown to them: without what it stands for, and what things are called.
fn as_read(shown: &Json) -> Json {
    let mut read = shown.clone();
    if let Some(fields) = read.as_object_mut() {
        fields.retain(|field, _| !["stands_for", "instead_of", "extra"].contains(&field.as_str()));
    }
    for it in read["changes"].as_array_mut().into_iter().flatten().filter_map(Json::as_object_mut) {
        it.remove("title");
    }
    read
}

/// What the customer of a change reads who follows it: its words for them, and once it is in force what of theirs says
/// something else.
pub fn to_follow(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Json> {
    let mut said = words_to_follow(reader, case)?;
    if case.record.state.is_in_force() || case.facts.in_force > 0 {
        said["changes"] = json!(changes_for_them(reader, case)?);
    }
    Ok(said)
}

/// The words of a change for its customer: what it is called, what changes and why, from when on, and what they asked.
fn words_to_follow(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Json> {
    let body = &case.body;
    let said = json!({
        "title": case.record.title, "for_customer": body.for_customer, "source": body.source,
        "effective_by": body.effective_by, "effective_from": starts_for_them(reader, case)?,
    });
    with_their_words(reader, case, said)
}

/// Adds the words from which a change comes, with where they stand: those that its customer said and reads there.
pub fn with_their_words(reader: &Reader, case: &Case<ChangeRequest>, mut said: Json) -> Result<Json> {
    let body = &case.body;
    let is_of_theirs = matches!(body.source, Source::Customer | Source::Complaint);
    let cause = body.cause.filter(|_| is_of_theirs).map(|it| reader.mention(it)).transpose()?.flatten();
    if let (Some(cause), Some(party)) = (cause, case.record.party)
        && stands_in_theirs(reader, (&cause, &body.passage), party)?
    {
        said["cause"] = json!(cause.id);
        said["passage"] = json!(body.passage);
    }
    Ok(said)
}

/// Whether words stand in a text that a customer reads, of a record of theirs that they read as it is.
fn stands_in_theirs(reader: &Reader, (record, words): (&Mention, &str), party: PartyId) -> Result<bool> {
    let entry = reader.registry().kind(&record.kind);
    if words.trim().is_empty() || entry.is_none_or(|it| it.kind.sharing != Sharing::Working) {
        return Ok(false);
    }
    let texts: Vec<String> = reader.rows(
        sql!(
            "select body from visible_source as it join visible on visible.id = it.record_id
             where it.record_id = $1 and visible.party = $2 and it.audience = $3 order by it.id"
        ),
        values![record.id, party, Audience::Party.code()],
    )?;
    Ok(texts.iter().any(|it| locate(it, words).is_some()))
}

/// When a change came how far, for its customer, too.
pub fn milestones_of(reader: &Reader, change: &Mention) -> Result<Milestones> {
    let moves = reader.moves_told(change)?.into_iter();
    Ok(milestones(moves.filter_map(|(at, from, to)| Some((at, State::of(&from), State::of(&to)?)))))
}
