//! What came in from outside, kept as it came before anything reads it: whatever becomes of the deed that files it, its
//! bytes are here until that is done. Off the trail: what is filed stands on it with its digest.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::revision::fingerprint;
use crate::trail::Bytes;
use crate::{
    Actor, Db, Error, Faults, Permit, PersonId, Reader, Refusal, Result, Text, Work, sql, text, values,
};

/// What is being read and filed just now is in nobody's list: only what is left after that was forgotten.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(2);

/// Something that came in and is not filed.
#[derive(Clone, Debug, Deserialize)]
pub struct Unfiled {
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Where it lay: the name of the file.
    pub name: String,
    /// In bytes.
    pub size: i64,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    pub brought_by: PersonId,
    /// How often it was tried.
    pub tries: i64,
    why: String,
}

impl Unfiled {
    /// Why it is not filed; none where whoever was filing it was stopped before they could say so.
    pub fn why(&self) -> Option<Text> {
        serde_json::from_str(&self.why).ok()
    }
}

impl Db {
    /// Keeps what somebody brought, as it came, in a transaction of its own; tells its digest. The same twice is kept
    /// once.
    ///
    /// # Errors
    /// Refuses whoever may bring nothing in; then nothing is kept.
    pub fn keep_unfiled(&self, actor: &Actor, (channel, name): (&str, &str), bytes: &[u8]) -> Result<String> {
        Permit::Staff.covers(actor, None)?;
        let (digest, now) = (fingerprint(bytes), self.now());
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let name: String = name.chars().take(300).collect();
        self.aside(|db| {
            db.execute(
                sql!(
                    "insert into unfiled (digest, channel, name, size, bytes, at, brought_by, tries, why)
                     values ($1, $2, $3, $4, $5, $6, $7, 0, '') on conflict (digest) do nothing"
                )
                .text,
                values![&digest, channel, &name, size, bytes, now, actor.person],
            )
        })?;
        Ok(digest)
    }

    /// Notes why something could not be filed, outside the deed that came to nothing.
    pub fn not_filed(&self, digest: &str, why: &Text) -> Result<()> {
        let (why, now) = (serde_json::to_string(why)?, self.now());
        self.aside(|db| {
            db.execute(
                sql!("update unfiled set why = $1, tries = tries + 1, tried_at = $2 where digest = $3").text,
                values![&why, now, digest],
            )
        })?;
        Ok(())
    }

    /// Lets go of what had been filed before: a request that was sent again has the answer that it had.
    pub fn was_filed(&self, digest: &str) -> Result<()> {
        self.aside(|db| db.execute(sql!("delete from unfiled where digest = $1").text, values![digest]))?;
        Ok(())
    }
}

impl Reader<'_> {
    /// What came by a channel and is not filed, the newest first, at most so many. Outsiders read none.
    pub fn unfiled(&self, channel: &str, limit: i64) -> Result<Vec<Unfiled>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        self.rows(
            sql!(
                "select digest, name, size, at, brought_by, tries, why from unfiled
                 where channel = $1 and (why <> '' or at < $2) order by at desc, digest limit $3"
            ),
            values![channel, self.now - UNDER_WAY, limit],
        )
    }

    /// How many of them wait, for a hint where they would be missed. Outsiders count none.
    pub fn unfiled_count(&self, channel: &str) -> Result<i64> {
        if self.actor.is_outside() {
            return Ok(0);
        }
        let statement = sql!("select count(*) from unfiled where channel = $1 and (why <> '' or at < $2)");
        self.one(statement, values![channel, self.now - UNDER_WAY])
    }

    /// One of them with its bytes.
    pub fn unfiled_bytes(&self, channel: &str, digest: &str) -> Result<(Unfiled, Vec<u8>)> {
        if self.actor.is_outside() {
            return Err(Error::NotFound);
        }
        let statement = sql!(
            "select digest, name, size, at, brought_by, tries, why from unfiled where channel = $1 and digest = $2"
        );
        let found: Unfiled = self.one(statement, values![channel, digest])?;
        let bytes: Bytes = self.one(sql!("select bytes from unfiled where digest = $1"), values![digest])?;
        if fingerprint(&bytes.0) != found.digest {
            return Err(Error::Broken(anyhow::anyhow!("{digest}, not filed yet, does not match its digest")));
        }
        Ok((found, bytes.0))
    }
}

impl Work<'_> {
    /// It is filed by this deed: with it, and only with it, it is no longer among what waits.
    pub fn filed(&mut self, digest: &str) -> Result<()> {
        self.execute(sql!("delete from unfiled where digest = $1"), values![digest])?;
        Ok(())
    }

    /// Throws away what came in and is not to be filed, with its bytes, and only with this deed. That it was there
    /// stays on the trail of whoever does it: its digest and size, when it came, and the reason; never its words.
    ///
    /// # Errors
    /// Not found where it was filed or thrown away meanwhile. Refuses what is being filed just now, and no reason.
    pub fn throw_away_unfiled(&mut self, channel: &str, digest: &str, reason: &str) -> Result<()> {
        let statement = sql!(
            "select digest, name, size, at, brought_by, tries, why from unfiled where channel = $1 and digest = $2"
        );
        let it: Unfiled = self.one(statement, values![channel, digest])?;
        let is_under_way = it.why.is_empty() && it.at >= self.now - UNDER_WAY;
        let sentence = text!("It is being filed just now. Look again in a few minutes.");
        Refusal::unless(!is_under_way, sentence)?;
        let mut faults = Faults::default();
        let sentence = text!("Say why it is thrown away. It stands on the trail.");
        faults.unless(!reason.trim().is_empty(), "reason", sentence);
        faults.into_result()?;
        self.because(reason);
        let told = json!({
            "thrown_away": it.digest, "channel": channel, "size": it.size, "came_at": it.at.as_microsecond(),
        });
        self.note(self.actor.person, told)?;
        let gone = self.execute(
            sql!("delete from unfiled where channel = $1 and digest = $2"),
            values![channel, digest],
        )?;
        if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}
