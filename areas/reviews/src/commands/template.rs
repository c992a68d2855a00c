//! Putting a template in force.

use kernel::{Body, Frozen, Result, Work};

use crate::model::{Template, TemplateStep};

/// Freezes the next revision of a template; reviews begin by it from now on.
pub fn release_template(work: &mut Work, number: &str, reason: &str) -> Result<Frozen> {
    let mut case = work.find::<Template>(number)?;
    Template::FLOW.target(&case, work.actor, TemplateStep::Release)?;
    work.because(reason);
    let frozen = work.release(&mut case)?;
    work.advance(&mut case, TemplateStep::Release)?;
    Ok(frozen)
}
