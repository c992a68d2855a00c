//! Papers that left the house: a code on each says which revision it shows, and nobody can make one up.

use crate::{Reader, Result};

/// Letters and digits that nobody takes for one another (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// So many of them prove a code: 100 bits.
const LENGTH: usize = 20;

/// What a paper is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub number: String,
    pub no: i64,
    /// Whether no later revision that its holder may know of replaced it, and it was not withdrawn.
    pub is_current: bool,
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
        Ok(Some(Standing { number: number.to_owned(), no, is_current: !is_over && !is_replaced }))
    }
}

/// Compares without telling by its time how much of it is right.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
