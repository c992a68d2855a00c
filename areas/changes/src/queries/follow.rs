//! What the customer of a change reads who follows it, and how far it is.

use jiff::Timestamp;
use kernel::{Audience, Case, Mention, PartyId, Reader, Result, Sharing, Vocabulary, locate, sql, values};
use serde_json::{Value as Json, json};

use super::words::{changes_for_them, starts_for_them};
use crate::model::{ChangeRequest, Source, State};
use crate::rules::{Milestones, milestones};

/// How the customer of a change comes to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Following {
    /// They see nothing of it.
    No,
    Yes {
        /// Since when they read these words.
        since: Timestamp,
        words: String,
        /// Whether it would say something else by now.
        is_old: bool,
    },
    /// They were asked whether they approve it, and see what was shown to them for that.
    Asked,
}

/// How the customer of a change comes to see it, for those of the house.
pub fn following(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Following> {
    let Some(no) = case.record.offered else { return Ok(Following::No) };
    let (revision, mut shown) = reader.revision(case.record.id.raw(), no)?;
    if is_asked_by(&shown) {
        return Ok(Following::Asked);
    }
    // What the house keeps of every change is told with it, and what is in force stays: neither is said anew here.
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|field, _| field != "extra" && field != "changes");
    }
    Ok(Following::Yes {
        since: revision.released_at,
        words: shown["for_customer"].as_str().unwrap_or_default().to_owned(),
        is_old: shown != words_to_follow(reader, case)?,
    })
}

/// Whether what was shown to a customer asks whether they approve it: it names what the house consented to.
pub fn is_asked_by(shown: &Json) -> bool {
    shown.get("stands_for").is_some()
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
