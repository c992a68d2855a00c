//! Signatures: a person's name under the digest of exactly what they saw, with a meaning, for as long as that is kept.
//!
//! Whoever signs has proved just before who they are ([`Proven`]): a click alone signs nothing (21 CFR 11.200,
//! EU GMP Annex 11, 14). A signature is never changed and never taken away, enforced in storage; that its signer
//! revoked it is told by a further row. What became of the content since is for whoever shows it to compare: a
//! signature under another digest is *historic*, not void.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::revision::{digest, fingerprint};
use crate::{Audience, Error, Faults, PersonId, Reader, Refusal, Result, Work, may, sql, text, values};

/// So long after somebody proved who they are they may sign; then they prove it again.
const PROOF_LASTS: SignedDuration = SignedDuration::from_mins(5);

crate::vocabulary! {
    /// What a name under something means (21 CFR 11.50).
    pub enum Meaning {
        /// Looked at, item by item.
        #[default]
        Reviewed = text!("reviewed"),
        /// A function's word on whether it can be done.
        Feasible = text!("committed to"),
        /// A function's word that it cannot be done.
        NotFeasible = text!("says no to"),
        /// Consent that the policy demands.
        Approved = text!("approved"),
        /// The customer's word.
        Confirmed = text!("confirmed"),
        Released = text!("released"),
        Verified = text!("verified"),
        Acknowledged = text!("acknowledged"),
        /// Also a no is signed.
        Declined = text!("declined"),
    }
}

crate::vocabulary! {
    /// How a signer proved who they are.
    pub enum Means {
        #[default]
        Password = text!("password"),
        PasswordAndCode = text!("password and code of a device"),
        /// A link in a letter, and a code that went to the verified address.
        LinkAndCode = text!("link and code to the verified address"),
        /// Nobody did: the person and the day belong to the demo.
        Demo = text!("demo"),
    }
}

/// That somebody proved just now who they are. Made only where keys are kept: by the door and by passes.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    pub person: PersonId,
    pub means: Means,
    pub at: Timestamp,
}

/// A name is put under what was read, and under nothing that was said meanwhile: compares the fingerprint of what there
/// is `now` with that of what the signer read.
///
/// # Errors
/// Asks for the fingerprint where none was sent; refuses where something else stands there by now.
pub fn must_be_as_read(now: &str, read: &str) -> Result<()> {
    let sentence =
        text!("Read first what you sign, and send the fingerprint of what you read when you sign.");
    if read.is_empty() {
        return Err(Faults::one("read", sentence).into());
    }
    let sentence =
        text!("The content changed since you opened it. Nothing was recorded. Open it again and read it.");
    Ok(Refusal::unless(now == read, sentence)?)
}

/// What somebody puts their name under.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// The record at which it is signed.
    pub record: i64,
    /// Whether the party of the record reads the signature.
    pub audience: Audience,
    pub meaning: Meaning,
    /// What it is under, in words: `RS-2026-0017 revision 2`.
    pub what: &'a str,
    /// Exactly what was seen: frozen content by its digests, and the question that was asked.
    pub seen: &'a Json,
    /// The sentence that is signed.
    pub statement: &'a str,
    /// The name as it is printed.
    pub name: &'a str,
    /// As what they sign: "Project engineer", "Purchasing".
    pub role: &'a str,
    pub function: Option<i64>,
    /// The absent person for whom they stand in.
    pub acts_for: Option<PersonId>,
    /// The language in which it was shown, like `en`.
    pub language: &'a str,
    /// The time zone of the signer (IANA).
    pub zone: &'a str,
}

/// A signature as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Signature {
    pub id: i64,
    pub record_id: i64,
    pub person: PersonId,
    pub acts_for: Option<PersonId>,
    pub name: String,
    pub role: String,
    pub function: Option<i64>,
    pub meaning: Meaning,
    pub statement: String,
    pub what: String,
    /// Canonical JSON of exactly what was seen.
    pub seen: String,
    /// SHA-256 of that, in hexadecimal.
    pub digest: String,
    pub language: String,
    pub means: Means,
    #[serde(with = "crate::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub zone: String,
    pub reason: String,
    /// SHA-256 of the whole line, as the trail names it.
    pub line: String,
    /// When it was revoked by its signer, and why.
    #[serde(with = "crate::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub ended_at: Option<Timestamp>,
    pub end_reason: Option<String>,
}

#[derive(Serialize)]
struct NewSignature<'a> {
    record_id: i64,
    audience: Audience,
    person: PersonId,
    acts_for: Option<PersonId>,
    name: &'a str,
    role: &'a str,
    function: Option<i64>,
    meaning: Meaning,
    statement: &'a str,
    what: &'a str,
    seen: &'a str,
    digest: &'a str,
    language: &'a str,
    means: Means,
    at: i64,
    zone: &'a str,
    reason: &'a str,
    line: &'a str,
}

#[derive(Serialize)]
struct NewEnd<'a> {
    record_id: i64,
    audience: Audience,
    signature: i64,
    at: i64,
    by: PersonId,
    reason: &'a str,
}

/// What the trail names of a signature: all of it but the name, which the person's record tells.
fn line(it: &Signature) -> Result<Vec<u8>> {
    let line = json!({
        "person": it.person, "acts_for": it.acts_for, "name": it.name, "role": it.role, "function": it.function,
        "meaning": it.meaning, "statement": it.statement, "what": it.what, "digest": it.digest,
        "language": it.language, "means": it.means, "at": it.at.as_microsecond(), "zone": it.zone,
        "reason": it.reason,
    });
    Ok(serde_jcs::to_vec(&line)?)
}

impl Signature {
    /// Whether it still counts: its signer did not revoke it.
    pub fn counts(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether what is stored is still what was signed, as far as the line itself tells; the log tells the rest.
    pub fn is_intact(&self) -> bool {
        fingerprint(self.seen.as_bytes()) == self.digest
            && line(self).is_ok_and(|it| fingerprint(&it) == self.line)
    }

    /// What was seen.
    pub fn content(&self) -> Json {
        serde_json::from_str(&self.seen).unwrap_or(Json::Null)
    }

    /// The bytes whose digest the trail names.
    pub(crate) fn line_bytes(&self) -> Result<Vec<u8>> {
        line(self)
    }
}

impl Work<'_> {
    /// Signs. The trail names the digest of what was seen and that of the whole signature.
    ///
    /// # Errors
    /// Refuses where somebody else proved who they are, or it is too long ago; names what is not said.
    pub fn sign(&mut self, it: &Signing, proven: &Proven) -> Result<Signature> {
        self.must_not_only_read(it.record)?;
        let sentence = text!("Sign with your own name: prove again who you are.");
        Refusal::unless(may(proven.person == self.actor.person), sentence)?;
        let age = self.now.duration_since(proven.at);
        let is_fresh = age <= PROOF_LASTS && age >= -PROOF_LASTS;
        Refusal::unless(
            is_fresh,
            text!("It is too long since you proved who you are. Do it again and sign."),
        )?;
        let mut faults = Faults::default();
        faults.unless(!it.name.trim().is_empty(), "name", text!("Give your name as it is to stand there."));
        let sentence = text!("Say as what you sign, like “Head of purchasing”.");
        faults.unless(!it.role.trim().is_empty(), "role", sentence);
        for (field, words) in [("name", it.name), ("role", it.role)] {
            let fits = words.chars().count() <= 200;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 200i64));
        }
        faults.into_result()?;
        let seen = String::from_utf8(serde_jcs::to_vec(it.seen)?).map_err(crate::broken)?;
        let mut kept = Signature {
            id: 0,
            record_id: it.record,
            person: self.actor.person,
            acts_for: it.acts_for,
            name: it.name.trim().to_owned(),
            role: it.role.trim().to_owned(),
            function: it.function,
            meaning: it.meaning,
            statement: it.statement.to_owned(),
            what: it.what.to_owned(),
            digest: digest(it.seen)?,
            seen,
            language: it.language.to_owned(),
            means: proven.means,
            at: self.now,
            zone: it.zone.to_owned(),
            reason: self.reason().to_owned(),
            line: String::new(),
            ended_at: None,
            end_reason: None,
        };
        kept.line = fingerprint(&line(&kept)?);
        let row = NewSignature {
            record_id: kept.record_id,
            audience: it.audience,
            person: kept.person,
            acts_for: kept.acts_for,
            name: &kept.name,
            role: &kept.role,
            function: kept.function,
            meaning: kept.meaning,
            statement: &kept.statement,
            what: &kept.what,
            seen: &kept.seen,
            digest: &kept.digest,
            language: &kept.language,
            means: kept.means,
            at: kept.at.as_microsecond(),
            zone: &kept.zone,
            reason: &kept.reason,
            line: &kept.line,
        };
        let id = self.add("signature", it.record, &row)?;
        if let Some(absent) = it.acts_for {
            self.on_behalf_of(absent);
        }
        self.note_content(it.record, &kept.digest)?;
        self.note_content(it.record, &kept.line)?;
        let (meaning, means) = (kept.meaning, kept.means);
        let note = json!({ "meaning": meaning, "of": kept.what, "digest": kept.digest, "by": means });
        self.note(it.record, json!({ "signed": note }))?;
        self.called("signed");
        kept.id = id;
        Ok(kept)
    }

    /// Takes one's own signature back, with a reason. It stays where it is, and no longer counts.
    ///
    /// # Errors
    /// Only the signer may; a reason is asked.
    pub fn revoke_signature(&mut self, id: i64, reason: &str) -> Result<Signature> {
        let known = self.signature(id)?;
        self.must_not_only_read(known.record_id)?;
        let sentence = text!("Only {name} may take this signature back.", name = known.name.as_str());
        Refusal::unless(may(known.person == self.actor.person), sentence)?;
        Refusal::unless(known.counts(), text!("This signature was taken back before."))?;
        let sentence = text!("Say why you take it back. The reason stays with the signature.");
        if reason.trim().is_empty() {
            return Err(Faults::one("reason", sentence).into());
        }
        self.because(reason);
        let row = NewEnd {
            record_id: known.record_id,
            audience: self.audience_of_signature(id)?,
            signature: id,
            at: self.now.as_microsecond(),
            by: self.actor.person,
            reason: reason.trim(),
        };
        self.add("signature_end", known.record_id, &row)?;
        let note = json!({ "of": known.what, "meaning": known.meaning, "digest": known.digest });
        self.note(known.record_id, json!({ "revoked": note }))?;
        self.called("signature_revoked");
        Ok(known)
    }

    fn audience_of_signature(&self, id: i64) -> Result<Audience> {
        let (audience,): (Audience,) =
            self.one(sql!("select audience from visible_signature where id = $1"), values![id])?;
        Ok(audience)
    }
}

impl Reader<'_> {
    /// The signatures at a record, the oldest first.
    pub fn signatures(&self, record: i64) -> Result<Vec<Signature>> {
        self.rows(
            sql!(
                "select it.id, it.record_id, person, acts_for, name, role, function, meaning, statement, what, seen,
                 digest, language, means, it.at, zone, it.reason, line, ended.at as ended_at,
                 ended.reason as end_reason
                 from visible_signature as it left join visible_signature_end as ended on ended.signature = it.id
                 where it.record_id = $1 order by it.id"
            ),
            values![record],
        )
    }

    /// One signature.
    pub fn signature(&self, id: i64) -> Result<Signature> {
        self.one(
            sql!(
                "select it.id, it.record_id, person, acts_for, name, role, function, meaning, statement, what, seen,
                 digest, language, means, it.at, zone, it.reason, line, ended.at as ended_at,
                 ended.reason as end_reason
                 from visible_signature as it left join visible_signature_end as ended on ended.signature = it.id
                 where it.id = $1"
            ),
            values![id],
        )
    }

    /// Whether what a revision froze is still what its digest names, and so is what each line of it froze.
    pub fn revision_is_intact(&self, record: i64, no: i64) -> Result<bool> {
        let stored: Option<(String, String)> = self.maybe(
            sql!("select content, digest from revision where record_id = $1 and no = $2"),
            values![record, no],
        )?;
        let Some((content, told)) = stored else { return Err(Error::NotFound) };
        let Ok(content) = serde_json::from_str::<Json>(&content) else { return Ok(false) };
        Ok(digest(&content)? == told && self.lines_are_intact(&content)?)
    }
}
