//! Reminders: who hears that something is due and not done, and who then; each of it once.
//!
//! A kind says in a table when whom (`Registry::reminding`). The notice goes the way of every notice: in the person's
//! language, outside their quiet hours, as they want to be told.

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use crate::{Because, PersonId, Result, Role, Work, sql, values};

/// When somebody hears of what is due, and who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// So many days after it is due; before it where negative.
    pub days: i64,
    pub to: To,
}

/// Who hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Whoever was asked: a person, else all who belong to the function.
    Asked,
    /// Who answers for the record.
    Owner,
    /// Everybody with a role.
    Has(Role),
}

/// What is watched at the records of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Each open task.
    Tasks,
    /// The record itself, while it is in one of these states.
    Records(&'static [&'static str]),
}

/// Whom a kind tells when that something is due, from the first to the last.
#[derive(Clone, Copy, Debug)]
pub struct Ladder {
    pub of: Watched,
    pub rungs: &'static [Rung],
}

/// What is due longer than so many days after a rung was reached is not told any more: the house knows.
const LATE: i64 = 14;
/// So many reminders are written by one deed.
const AT_ONCE: usize = 200;

/// Something that is due.
#[derive(Debug, Deserialize)]
struct Due {
    /// What it is: a task by its key, a record by its own.
    id: i64,
    record_id: i64,
    person: Option<PersonId>,
    function: Option<i64>,
    owner: PersonId,
    due: Date,
}

/// The last rung that is reached on a day, as long as it is not too late to tell of it.
fn reached(rungs: &'static [Rung], due: Date, today: Date) -> Option<Rung> {
    let last = rungs.iter().rfind(|it| due.saturating_add(Span::new().days(it.days)) <= today)?;
    let late = due.saturating_add(Span::new().days(last.days + LATE));
    (today <= late).then_some(*last)
}

impl Work<'_> {
    /// Reminds of what is due by now, as the kinds say; tells how many reminders were written. A job does this.
    ///
    /// # Errors
    /// Only where the database fails.
    pub fn remind(&mut self) -> Result<usize> {
        let today = self.today();
        let mut written = 0;
        for entry in self.registry().all() {
            for ladder in entry.ladders {
                for due in self.due(entry.kind.prefix, ladder, today)? {
                    if written == AT_ONCE {
                        return Ok(written);
                    }
                    let Some(rung) = reached(ladder.rungs, due.due, today) else { continue };
                    written += usize::from(self.remind_of(&due, ladder.of, rung)?);
                }
            }
        }
        Ok(written)
    }

    fn due(&self, kind: &str, ladder: &Ladder, today: Date) -> Result<Vec<Due>> {
        let ahead = ladder.rungs.iter().map(|it| -it.days).max().unwrap_or_default();
        let until = today.saturating_add(Span::new().days(ahead)).to_string();
        let Watched::Records(states) = ladder.of else {
            return self.rows(
                sql!(
                    "select it.id, it.record_id, it.person, it.function, it.due, visible.owner
                     from visible_task as it join visible on visible.id = it.record_id
                     where visible.kind = $1 and it.settled_at is null and it.due is not null and it.due <= $2
                     order by it.due, it.id"
                ),
                values![kind, until],
            );
        };
        let mut all = Vec::new();
        for state in states {
            let some: Vec<Due> = self.rows(
                sql!(
                    "select id, id as record_id, owner as person, function, due, owner from visible
                     where kind = $1 and state = $2 and due is not null and due <= $3 order by due, id"
                ),
                values![kind, *state, until.as_str()],
            )?;
            all.extend(some);
        }
        Ok(all)
    }

    fn remind_of(&mut self, due: &Due, of: Watched, rung: Rung) -> Result<bool> {
        let what = if of == Watched::Tasks { "task" } else { "record" };
        let once = format!("{what}:{}:{}:{}", due.id, due.due, rung.days);
        let is_new = self.execute(
            sql!(
                "insert into reminder (once, record_id, at) values ($1, $2, $3) on conflict (once) do nothing"
            ),
            values![&once, due.record_id, self.now],
        )?;
        if is_new == 0 {
            return Ok(false);
        }
        let mut people: Vec<(PersonId, Because)> = match rung.to {
            To::Owner => vec![(due.owner, Because::Owner)],
            To::Asked => match (due.person, due.function) {
                (Some(person), _) => vec![(person, Because::Asked)],
                (None, Some(function)) => {
                    let all = (self.house.people.members)(&self.product(), function)?;
                    all.into_iter().map(|it| (it, Because::Function)).collect()
                }
                (None, None) => Vec::new(),
            },
            To::Has(role) => self.all_with(role)?.into_iter().map(|it| (it, Because::Owner)).collect(),
        };
        people.dedup();
        for (person, because) in &people {
            self.addressed(due.record_id, *person, *because);
        }
        let function = due.function.filter(|_| rung.to == To::Asked && due.person.is_none());
        for concerned in people {
            for deputy in (self.house.people.deputies)(&self.product(), concerned.0, function)? {
                self.addressed_beside(due.record_id, deputy, concerned);
            }
        }
        self.note(due.record_id, json!({ "reminded": { "due": due.due, "after": rung.days } }))?;
        self.called("reminded");
        Ok(true)
    }

    fn all_with(&self, role: Role) -> Result<Vec<PersonId>> {
        let mut all = Vec::new();
        for it in (self.house.people.staff)(&self.product())? {
            let somebody = (self.house.people.somebody)(&self.product(), it.person)?;
            all.extend(somebody.filter(|it| it.actor.has(role)).map(|it| it.actor.person));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const RUNGS: &[Rung] = &[
        Rung { days: -2, to: To::Asked },
        Rung { days: 1, to: To::Owner },
        Rung { days: 7, to: To::Has(Role::Quality) },
    ];

    #[test]
    fn the_last_rung_that_is_reached_counts_and_what_is_long_over_is_not_told() {
        let days = |day| reached(RUNGS, date(2026, 3, 10), date(2026, 3, day)).map(|it| it.days);
        assert_eq!((days(7), days(8), days(10)), (None, Some(-2), Some(-2)));
        assert_eq!((days(11), days(16), days(17), days(31)), (Some(1), Some(1), Some(7), Some(7)));
        assert_eq!(reached(RUNGS, date(2026, 3, 10), date(2026, 4, 1)), None);
        assert_eq!(reached(&[], date(2026, 3, 10), date(2026, 3, 11)), None);
    }
}
