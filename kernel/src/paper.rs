//! Papers that left the house: a code on each says which revision it shows, and nobody can make one up.

use crate::note::Signer;
use crate::secret::Secrets;
use crate::{Error, Proof, Reader, Result, Signature};

/// Letters and digits that nobody takes for one another (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// So many of them prove a code: 100 bits.
const LENGTH: usize = 20;

/// What the seal of a paper begins with; a signature of each key of the house follows.
const SEAL: &str = "reqord-paper-v1:";
/// A signature in base64: four bytes that name the key, sixty-four that sign.
const SIGNATURE_LENGTH: usize = 92;

/// What a paper is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub number: String,
    pub no: i64,
    /// What the revision is called.
    pub name: String,
    /// Whether no later revision that its holder may know of replaced it, or it holds until one does, and it was not
    /// withdrawn.
    pub is_current: bool,
    /// Since when what it shows is over, where no later revision replaced it.
    pub over: Option<jiff::Timestamp>,
}

impl Reader<'_> {
    /// The code of a paper that shows a revision of a record: `RS-2026-0017.2.` and what follows from its digest and a
    /// secret of the house. It needs no table, and a revision that was altered has another.
    pub fn paper_code(&self, number: &str, no: i64, digest: &str) -> String {
        let secret = self.house.secrets.derived("paper code", &format!("{number} {no} {digest}"));
        let proof: String =
            secret.iter().take(LENGTH).map(|it| char::from(SIGNS[usize::from(it % 32)])).collect();
        format!("{number}.{no}.{proof}")
    }

    /// What the paper of that code is now; none where no paper of ours has it. It is told to anybody who holds the
    /// code, and tells nothing more: a later revision that no customer was shown replaces nothing that one holds.
    pub fn paper(&self, code: &str) -> Result<Option<Standing>> {
        let mut parts = code.trim().rsplitn(3, '.');
        let (Some(_), Some(no), Some(number)) = (parts.next(), parts.next(), parts.next()) else {
            return Ok(None);
        };
        let Ok(no) = no.parse::<i64>() else { return Ok(None) };
        let mention = match self.mention_of(number) {
            Err(crate::Error::NotFound) => return Ok(None),
            other => other?,
        };
        let revisions = self.revisions(mention.id)?;
        let Some(revision) = revisions.iter().find(|it| it.no == no) else { return Ok(None) };
        let right = self.paper_code(number, no, &revision.digest);
        if !is_same(right.as_bytes(), code.trim().as_bytes()) {
            return Ok(None);
        }
        let is_over = matches!(revision.life, Some(crate::Life::Superseded | crate::Life::Withdrawn));
        let is_internal = !revision.was_offered();
        let is_replaced = revisions.iter().any(|it| it.no > no && (is_internal || it.was_offered()));
        let is_withdrawn = revision.life == Some(crate::Life::Withdrawn);
        let is_current = (!is_over && !is_replaced) || (!is_withdrawn && self.still_holds(mention.id, no)?);
        let over = if is_current { self.over(&mention)? } else { None };
        let name = self.revision_names(&mention)?.of(no);
        Ok(Some(Standing { number: number.to_owned(), no, name, is_current, over: over.map(|it| it.since) }))
    }

    /// Whether a revision holds today by what was said of it, though a later one is in force from a day, a lot, a serial
    /// number or for an order on.
    fn still_holds(&self, record: i64, no: i64) -> Result<bool> {
        let today = self.today();
        let said = self.holdings(record)?;
        let valid = crate::valid(&said, &self.decided_for_lines(record)?, &crate::On::day(today));
        Ok(!said.is_empty() && valid.no == Some(no))
    }
}

impl Secrets {
    /// What holds the place of a seal while a paper is set: as long as the seal, with a zero for each of its signs.
    pub fn seal_room(&self) -> String {
        let rooms: Vec<String> = self.signers.iter().map(|_| "0".repeat(SIGNATURE_LENGTH)).collect();
        format!("{SEAL}{}", rooms.join(","))
    }

    /// The paper with the seal of the house written over its room: the signature of each key of the log over the
    /// digest of the whole file with the room empty, so that no byte of it can be altered unnoticed. What has no room
    /// is given back as it is.
    pub fn sealed(&self, mut paper: Vec<u8>) -> Vec<u8> {
        let room = self.seal_room();
        let words = seal_words(&paper);
        let seals: Vec<String> = self.signers.iter().map(|it: &Signer| it.signature(&words)).collect();
        let seal = format!("{SEAL}{}", seals.join(","));
        if seal.len() != room.len() {
            return paper;
        }
        let mut from = 0;
        while let Some(at) = find(&paper[from..], room.as_bytes()) {
            let at = from + at;
            paper[at..at + seal.len()].copy_from_slice(seal.as_bytes());
            from = at + seal.len();
        }
        paper
    }
}

/// What is signed of a paper: never a head of the log, whose second line is a number.
fn seal_words(paper: &[u8]) -> String {
    format!("reqord paper seal v1\n{}\n", crate::fingerprint(paper))
}

/// Where the one is first found in the other.
fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|it| it == what)
}

/// A signature as a paper carries it away: itself, what was signed, and that the log has it.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The canonical bytes of the signature, whose digest the entry names.
    pub line: Vec<u8>,
    /// The canonical bytes of exactly what was seen, whose digest the entry names too.
    pub seen: Vec<u8>,
    pub proof: Proof,
}

impl Reader<'_> {
    /// A signature with the proof of its entry under the first head that covers it; none until that is sealed and
    /// signed. Whoever reads the signature may carry its proof away.
    ///
    /// # Errors
    /// Not found is also a signature that the actor may not see.
    pub fn carried(&self, signature: &Signature) -> Result<Option<Carried>> {
        let known = self.signature(signature.id)?;
        let line = known.line_bytes()?;
        let Some(entry) = self.entry_naming(known.record_id, (known.person, known.at), &known.line)? else {
            return Err(Error::NotFound);
        };
        let proof = self.first_proof(entry)?;
        Ok(proof.map(|proof| Carried { line, seen: known.seen.into_bytes(), proof }))
    }

    /// The content of a revision as its digest names it: the canonical bytes.
    ///
    /// # Errors
    /// Not found is also a revision that the actor may not see.
    pub fn revision_bytes(&self, record: i64, no: i64) -> Result<Vec<u8>> {
        let (_, content) = self.revision(record, no)?;
        Ok(serde_jcs::to_vec(&content)?)
    }
}

/// Compares without telling by its time how much of it is right.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secrets;

    #[test]
    fn a_seal_is_written_over_its_room_and_nothing_else_moves() {
        let secrets = Secrets::from_seed("papers.example/log", [7; 32]).unwrap();
        let room = secrets.seal_room();
        let paper = format!("%PDF-1.7 ({room}) <pdf:Keywords>{room}</pdf:Keywords> %%EOF").into_bytes();
        let sealed = secrets.sealed(paper.clone());
        assert_eq!(sealed.len(), paper.len());
        let text = String::from_utf8(sealed).unwrap();
        assert!(!text.contains(&room), "both places hold the seal");
        let start = text.find(SEAL).unwrap();
        let seal = &text[start..start + room.len()];
        assert_eq!(text.matches(seal).count(), 2);
        assert_eq!(secrets.sealed(paper), text.into_bytes(), "the same paper has the same seal");
    }
}
