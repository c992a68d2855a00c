//! Having what customers were shown be found by its own words, where an older program took those of the draft.

use kernel::{Body as _, Result, Work};

use super::shown_words;
use crate::model::{Requirement, RequirementSet};
use crate::queries::{self, At};

/// Has the next set after a key that a customer was shown, and what it held, be found by what they were shown alone.
/// Tells its key; none where there is no further one. It leaves no entry: what was shown stands on the trail.
pub fn take_up_offered(work: &mut Work, after: i64) -> Result<Option<i64>> {
    let Some((id, number, no)) = queries::next_offered(work, after)? else { return Ok(None) };
    let set = work.find::<RequirementSet>(&number)?;
    let shown = queries::read(work, &number, At::Revision(no))?;
    work.find_as_offered(&set.record, &shown_words(&shown))?;
    let ids = queries::ever_held(work, id)?;
    for (record, _) in work.find_many::<Requirement>(&ids)? {
        let Some(no) = record.offered else { continue };
        let held = shown.lines.iter().find(|it| {
            it.number == record.number && it.frozen.as_ref().is_some_and(|(frozen, _)| *frozen == no)
        });
        let words = match held {
            Some(line) => line.body.words(),
            // It was shown before, and stands in the set no longer.
            None => {
                let (_, content) = work.revision(record.id.raw(), no)?;
                serde_json::from_value::<Requirement>(content)?.words()
            }
        };
        work.find_as_offered(&record, &words)?;
    }
    Ok(Some(id))
}
