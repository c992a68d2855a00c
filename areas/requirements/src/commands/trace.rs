//! What people do with ties between requirements beyond making them: let one follow a change of the other.

use kernel::{Error, Judgement, Result, Work};

use super::{Edit, edit};

/// Updates one end of a suspect tie, so that the tie holds again: the edit and the judgement are one deed.
///
/// # Errors
/// As for an edit; and not found where the tie is none of this requirement.
pub fn follow(work: &mut Work, link: i64, change: &Edit, reason: &str) -> Result<()> {
    let tie = work.link(link)?;
    if ![&tie.source.number, &tie.target.number].contains(&&change.number) {
        return Err(Error::NotFound);
    }
    edit(work, change)?;
    work.judge(link, Judgement::Updated, reason)?;
    Ok(())
}
