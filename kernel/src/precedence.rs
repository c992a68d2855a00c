//! Which task waits for which: in no circle, and none is settled before those that come first.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Faults, Missing, PersonId, Reader, Refusal, Result, Work, sql, text, values};

/// That a task comes after another one.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct After {
    pub task: i64,
    pub after: i64,
}

#[derive(Serialize)]
struct NewAfter {
    record_id: i64,
    task: i64,
    after: i64,
    at: i64,
    by: PersonId,
}

impl Reader<'_> {
    /// Which task of a record comes after which.
    pub fn order_of_tasks(&self, record: i64) -> Result<Vec<After>> {
        self.rows(
            sql!("select task, after from visible_task_after where record_id = $1 order by id"),
            values![record],
        )
    }

    /// The requests of the open tasks that come before one.
    pub(crate) fn open_before(&self, task: i64) -> Result<Vec<String>> {
        self.rows(
            sql!(
                "select request from visible_task_after as it join visible_task as before on before.id = it.after
                 where it.task = $1 and before.settled_at is null order by before.id"
            ),
            values![task],
        )
    }
}

impl Work<'_> {
    /// Lets a task of a record come after another one of it.
    ///
    /// # Errors
    /// Refuses a circle, with the task that closes it.
    pub fn order_tasks(&mut self, record: i64, task: i64, after: i64) -> Result<()> {
        self.must_be_ours()?;
        let tasks = self.tasks(record)?;
        let known = |id: i64| tasks.iter().find(|it| it.id == id);
        let (Some(later), Some(earlier)) = (known(task), known(after)) else {
            return Err(Faults::one("after", text!("Choose a task of this record.")).into());
        };
        let order = self.order_of_tasks(record)?;
        if order.contains(&After { task, after }) {
            return Ok(());
        }
        let sentence = text!(
            "“{later}” already comes before “{earlier}”. Tasks cannot wait for each other in a circle.",
            later = later.request.as_str(),
            earlier = earlier.request.as_str()
        );
        if comes_before(&order, task, after) {
            return Err(Faults::one("after", sentence).into());
        }
        let (request, first) = (later.request.clone(), earlier.request.clone());
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        self.add("task_after", record, &NewAfter { record_id: record, task, after, at, by })?;
        self.note(record, json!({ "task": request, "comes_after": first }))?;
        self.called("asked");
        Ok(())
    }

    /// Refuses to settle a task while one that comes before it is open.
    pub(crate) fn its_turn_has_come(&self, task: i64) -> Result<()> {
        let open = self.open_before(task)?;
        let missing = open.iter().map(|it| Missing {
            sentence: text!("“{task}” comes first. Settle it first.", task = it.as_str()),
            link: None,
        });
        Ok(Refusal::of(missing.collect())?)
    }
}

/// Whether one task comes before another one, or is it.
fn comes_before(order: &[After], first: i64, last: i64) -> bool {
    let mut edge = vec![last];
    let mut known = std::collections::BTreeSet::new();
    while let Some(task) = edge.pop() {
        if task == first {
            return true;
        }
        if known.insert(task) {
            edge.extend(order.iter().filter(|it| it.task == task).map(|it| it.after));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_seen_however_long_it_is() {
        let order = [After { task: 2, after: 1 }, After { task: 3, after: 2 }, After { task: 4, after: 2 }];
        assert!(comes_before(&order, 1, 3) && comes_before(&order, 1, 4));
        assert!(comes_before(&order, 2, 2), "nothing waits for itself");
        assert!(!comes_before(&order, 4, 3));
    }
}
