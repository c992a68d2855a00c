//! All that the pages and the record of a review are made of, read once.

use std::collections::BTreeMap;

use kernel::{Case, Part, Reader, Result};
use web::t;

use super::Elsewhere;
use crate::model::{LetStand, Minuted, Review};
use crate::queries::{self, VerdictLine};
use crate::rules::{FunctionProgress, Item};

/// All that the page of a review is made of.
pub(super) struct Whole {
    pub(super) case: Case<Review>,
    pub(super) items: Vec<(Item, Part)>,
    /// What was said of each item, the oldest first.
    pub(super) said: BTreeMap<String, Vec<VerdictLine>>,
    pub(super) conditions: Vec<queries::ConditionLine>,
    /// What was said in meetings.
    pub(super) minuted: Vec<Minuted>,
    /// What was found in the words of its items and may stand.
    pub(super) let_stand: Vec<LetStand>,
}

impl Whole {
    pub(super) fn of(reader: &Reader, case: Case<Review>, elsewhere: Elsewhere) -> Result<Self> {
        let minuted = (elsewhere.minutes)(reader, case.record.id.raw())?;
        let let_stand = (elsewhere.let_stand)(reader, (case.body.subject, case.body.revision))?;
        Ok(Self { minuted, let_stand, ..Self::judged(reader, case)? })
    }

    /// What was judged, without what other areas know of it.
    pub(super) fn judged(reader: &Reader, case: Case<Review>) -> Result<Self> {
        let mut said: BTreeMap<String, Vec<VerdictLine>> = BTreeMap::new();
        for it in queries::words_on_items(reader, case.record.id.raw(), &case.body)? {
            said.entry(it.item.clone()).or_default().push(it);
        }
        let conditions = queries::conditions(reader, case.record.id.raw())?;
        let items = queries::items(reader, &case.body)?;
        Ok(Self { items, said, conditions, minuted: Vec::new(), let_stand: Vec::new(), case })
    }

    /// What was said of an item in meetings.
    pub(super) fn minuted_of(&self, item: &str) -> Vec<Minuted> {
        self.minuted.iter().filter(|it| it.item.as_deref() == Some(item)).cloned().collect()
    }

    /// What was said in meetings and is about none of its items.
    pub(super) fn minuted_besides(&self) -> Vec<Minuted> {
        let is_item = |it: &String| self.items.iter().any(|(item, _)| item.number == *it);
        self.minuted.iter().filter(|it| !it.item.as_ref().is_some_and(is_item)).cloned().collect()
    }

    pub(super) fn said_of(&self, item: &Item) -> &[VerdictLine] {
        self.said.get(&item.number).map_or(&[], Vec::as_slice)
    }
}

/// What a function that was asked is called.
pub(super) fn name(case: &Case<Review>, function: i64) -> String {
    case.facts.names.get(&function).cloned().unwrap_or_default()
}

/// Whoever said something, and for whom they stood in.
pub(super) fn by(reader: &Reader, person: i64, acts_for: Option<i64>) -> Result<String> {
    let who = reader.name_of(person)?;
    Ok(match acts_for {
        Some(absent) => t!("{who} for {whom}", who = who, whom = reader.name_of(absent)?),
        None => who,
    })
}

/// Who gave an answer to the checklist, and to which revision, where that is an earlier one.
pub(super) fn answered_by(reader: &Reader, case: &Case<Review>, it: &queries::AnswerRow) -> Result<String> {
    let who = by(reader, it.person, it.acts_for)?;
    let is_carried = it.revision < case.body.revision;
    let carried = is_carried.then(|| t!("carried over from revision {no}", no = it.revision));
    Ok(carried.map_or(who.clone(), |it| format!("{who} · {it}")))
}

/// How many items and questions wait for a function.
pub(super) fn waiting(it: &FunctionProgress) -> usize {
    it.waiting.len() + it.unanswered.len()
}
