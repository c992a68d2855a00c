//! Released content never changes: a revision keeps it, its digest names it, later steps only add to its life.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{Error, Mention, PersonId, Reader, Result, sql, text, values};

/// One released state of a record's content.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Revision {
    pub record_id: i64,
    /// Counted from 1 for each record.
    pub no: i64,
    pub title: String,
    /// SHA-256 of the canonical content, in hexadecimal.
    pub digest: String,
    pub reason: String,
    #[serde(with = "crate::micros")]
    pub released_at: Timestamp,
    pub released_by: PersonId,
    /// What was reached last in its life; none while it is only frozen.
    pub life: Option<Life>,
    /// Whether it was ever shown to the party.
    pub shown: bool,
}

crate::vocabulary! {
    /// The life of a revision after it was frozen.
    pub enum Life {
        /// Shown to the customer.
        #[default]
        Offered = text!("offered"),
        /// Agreed by the customer.
        Confirmed = text!("confirmed"),
        /// In force.
        Effective = text!("effective"),
        /// Replaced by a later one.
        Superseded = text!("replaced by a later one"),
        Withdrawn = text!("withdrawn"),
    }
}

/// What the revisions of a record are called: A, B, C where its kind says so, else by their numbers.
#[derive(Clone, Debug, Default)]
pub struct RevisionNames(pub(crate) BTreeMap<i64, String>);

impl RevisionNames {
    /// What people call a revision.
    pub fn of(&self, no: i64) -> String {
        self.0.get(&no).cloned().unwrap_or_else(|| no.to_string())
    }
}

/// The fingerprint of content: SHA-256 over its canonical JSON (RFC 8785), in hexadecimal.
pub fn digest(content: &Json) -> Result<String> {
    Ok(fingerprint(&serde_jcs::to_vec(content)?))
}

/// The fingerprint of bytes: SHA-256 in hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl Reader<'_> {
    /// The revisions of a record, the newest first. Outsiders are told of those that were offered, and not of the change
    /// that put one in force where they do not see it: its title may speak of another customer.
    pub fn revisions(&self, record: i64) -> Result<Vec<Revision>> {
        let revisions: Vec<Revision> = self.rows(
            sql!(
                "select record_id, no, revision.title, digest, case when exists (
                     select 1 from validity as v where v.record_id = revision.record_id and v.no = revision.no
                     and v.change is not null and not exists (select 1 from visible as c where c.id = v.change)
                 ) then '' else reason end as reason, released_at, released_by,
                 (select life from revision_life as it where it.record_id = revision.record_id
                  and it.no = revision.no order by it.id desc limit 1) as life,
                 exists (select 1 from revision_life as it where it.record_id = revision.record_id
                  and it.no = revision.no and it.life in ('offered', 'confirmed')) as shown
                 from revision join visible on visible.id = record_id where record_id = $1 order by no desc"
            ),
            values![record],
        )?;
        let outside = self.actor.is_outside();
        Ok(revisions.into_iter().filter(|it| !outside || it.was_offered()).collect())
    }

    /// Since when the party of a record is shown a revision: where it was taken back and shown again, since the later day.
    pub fn shown_since(&self, record: i64, no: i64) -> Result<Option<Timestamp>> {
        let at: Option<i64> = self.one(
            sql!(
                "select max(it.at) from revision_life as it join visible on visible.id = it.record_id
                 where it.record_id = $1 and it.no = $2 and it.life = 'offered'"
            ),
            values![record, no],
        )?;
        at.map(|it| Timestamp::from_microsecond(it).map_err(crate::broken)).transpose()
    }

    /// What the revisions of a record are called.
    pub fn revision_names(&self, it: &Mention) -> Result<RevisionNames> {
        self.registry().kind(&it.kind).ok_or(Error::NotFound)?.names_of(self, it.id)
    }

    /// What a revision of the record of a number is called; its number where the actor does not see that.
    pub fn revision_name(&self, number: &str, no: i64) -> Result<String> {
        let is_called = self.registry().of_number(number).is_some_and(crate::Entry::calls_its_revisions);
        if !is_called {
            return Ok(no.to_string());
        }
        match self.mention_of(number) {
            Ok(it) => Ok(self.revision_names(&it)?.of(no)),
            Err(Error::NotFound) => Ok(no.to_string()),
            Err(error) => Err(error),
        }
    }

    /// One revision with its content.
    pub fn revision(&self, record: i64, no: i64) -> Result<(Revision, Json)> {
        let revision = self.revisions(record)?.into_iter().find(|it| it.no == no);
        let revision = revision.ok_or(crate::Error::NotFound)?;
        let content: String = self.one(
            sql!("select content from revision where record_id = $1 and no = $2"),
            values![record, no],
        )?;
        Ok((revision, serde_json::from_str(&content)?))
    }
}

impl Revision {
    /// Whether the customer has been shown it.
    pub fn was_offered(&self) -> bool {
        self.shown && self.life != Some(Life::Withdrawn)
    }
}
