//! Jobs: deeds that the product does by itself, later or again and again.
//!
//! A job is done in one transaction with the mark that it is done, so it has its effect once, whatever
//! happens to the program meanwhile. One that fails is tried again, each time later; then it has *failed*,
//! stands there with its reason, and somebody may have it tried again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::engine::Connection;
use crate::{
    Actor, Db, Error, Permit, PersonId, Reader, Refusal, Result, Role, Tone, Vocabulary, Work, row, sql,
    text, values,
};

/// So long a job may run before the others take it for lost and do it themselves.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// So often a job is tried before it has failed.
const ATTEMPTS: i64 = 8;

/// What the product can do by itself, by name.
#[derive(Default)]
pub struct Jobs(Vec<Known>);

struct Known {
    name: &'static str,
    deed: Deed,
    every: Option<SignedDuration>,
}

type Deed = fn(&mut Work, &Json) -> Result<()>;

impl Jobs {
    /// A deed that [`Work::later`] may ask for. It gets the argument that was given then.
    #[must_use]
    pub fn does(mut self, name: &'static str, deed: Deed) -> Self {
        self.0.push(Known { name, deed, every: None });
        self
    }

    /// A deed that is done again and again. Its argument is null.
    #[must_use]
    pub fn every(mut self, name: &'static str, every: SignedDuration, deed: Deed) -> Self {
        self.0.push(Known { name, deed, every: Some(every) });
        self
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    fn deed(&self, name: &str) -> Result<Deed> {
        let known = self.0.iter().find(|it| it.name == name);
        Ok(known.ok_or_else(|| anyhow!("this program knows no job “{name}”"))?.deed)
    }
}

crate::vocabulary! {
    /// What became of a job.
    pub enum JobState {
        #[default]
        Waiting = text!("Waiting"),
        Running = text!("Running"),
        Done = text!("Done"),
        Failed = text!("Failed"),
    }
}

impl JobState {
    pub fn tone(self) -> Tone {
        match self {
            Self::Waiting => Tone::Idle,
            Self::Running => Tone::Working,
            Self::Done => Tone::Good,
            Self::Failed => Tone::Stopped,
        }
    }
}

/// A job as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Job {
    pub id: i64,
    pub name: String,
    /// What it was asked to do it with, as json.
    pub argument: String,
    /// In microseconds; none for what is done once.
    pub every: Option<i64>,
    pub state: JobState,
    #[serde(with = "crate::micros")]
    pub due_at: Timestamp,
    pub attempts: i64,
    #[serde(with = "crate::micros")]
    pub asked_at: Timestamp,
    pub asked_by: PersonId,
    #[serde(with = "crate::micros::option")]
    pub ended_at: Option<Timestamp>,
    /// Why the last attempt failed; empty where it did not.
    pub fault: String,
}

#[derive(Serialize)]
struct NewJob<'a> {
    name: &'a str,
    argument: String,
    once: Option<&'a str>,
    state: JobState,
    due_at: i64,
    attempts: i64,
    asked_at: i64,
    asked_by: PersonId,
    fault: &'a str,
}

impl Work<'_> {
    /// Asks for a deed of the product at a moment or soon after it. What was asked under the same `once`
    /// before is not asked again.
    ///
    /// # Errors
    /// A name that [`Jobs`] does not know is our fault.
    pub fn later(
        &mut self,
        name: &'static str,
        argument: &impl Serialize,
        at: Timestamp,
        once: Option<&str>,
    ) -> Result<()> {
        self.house.jobs.deed(name)?;
        let known: Option<i64> = match once {
            Some(once) => self.maybe(sql!("select id from job where once = $1"), values![once])?,
            None => None,
        };
        if known.is_some() {
            return Ok(());
        }
        let row = NewJob {
            name,
            argument: serde_json::to_string(argument)?,
            once,
            state: JobState::Waiting,
            due_at: at.as_microsecond(),
            attempts: 0,
            asked_at: self.now.as_microsecond(),
            asked_by: self.actor.person,
            fault: "",
        };
        row::insert(self.connection, "job", &row)?;
        Ok(())
    }

    /// Has a job that failed tried again, at once.
    ///
    /// # Errors
    /// Only an administrator may, and only where it failed or waits for its next attempt.
    pub fn try_again(&mut self, job: i64) -> Result<()> {
        Permit::Has(Role::Administrator).covers(self.actor, None)?;
        let known = self.job(job)?;
        let may = matches!(known.state, JobState::Failed | JobState::Waiting);
        Refusal::unless(may, text!("This job is running or done. There is nothing to try again."))?;
        self.execute(
            sql!("update job set state = 'waiting', attempts = 0, due_at = $1 where id = $2"),
            values![self.now, job],
        )?;
        if self.actor.person != 0 {
            // A job stands below no record; that somebody had it tried again stands with them.
            self.note(self.actor.person, json!({ "job": known.name, "is": "tried again" }))?;
        }
        self.called("job_tried_again");
        Ok(())
    }
}

impl Reader<'_> {
    /// The jobs in a state, or all; the newest first, those before `before`. Nobody outside is told.
    pub fn jobs(&self, state: Option<JobState>, before: Option<i64>, at_most: i64) -> Result<Vec<Job>> {
        self.must_be_inside()?;
        self.rows(
            sql!(
                "select id, name, argument, every, state, due_at, attempts, asked_at, asked_by, ended_at, fault
                 from job where state = coalesce($1, state) and id < $2 order by id desc limit $3"
            ),
            values![state.map(Vocabulary::code), before.unwrap_or(i64::MAX), at_most],
        )
    }

    /// How many jobs there are in each state that has any.
    pub fn job_counts(&self) -> Result<Vec<(JobState, i64)>> {
        self.must_be_inside()?;
        self.rows(sql!("select state, count(*) from job group by state order by state"), &[])
    }

    /// One job.
    pub fn job(&self, id: i64) -> Result<Job> {
        self.must_be_inside()?;
        self.one(
            sql!(
                "select id, name, argument, every, state, due_at, attempts, asked_at, asked_by, ended_at, fault
                 from job where id = $1"
            ),
            values![id],
        )
    }

    #[track_caller]
    fn must_be_inside(&self) -> Result<()> {
        if self.actor.is_outside() { Err(Error::NotFound) } else { Ok(()) }
    }
}

impl Db {
    /// Writes down what is to be done again and again, where it is not yet.
    pub(crate) fn plan_jobs(&self) -> Result<()> {
        let now = self.now();
        self.aside(|db| {
            for (name, every) in self.house.jobs.0.iter().filter_map(|it| Some((it.name, it.every?))) {
                let every = every.as_micros().try_into().unwrap_or(i64::MAX);
                db.execute(
                    sql!(
                        "insert into job (name, argument, once, every, state, due_at, attempts, asked_at, asked_by,
                         fault) values ($1, 'null', $2, $3, 'waiting', $4, 0, $4, 0, '')
                         on conflict (once) do update set every = excluded.every"
                    )
                    .text,
                    values![name, format!("every:{name}"), every, now],
                )?;
            }
            Ok(())
        })
    }

    /// Does the next job that is due. Tells whether there was one.
    pub fn run_job(&self) -> Result<bool> {
        let now = self.now();
        let Some(id) = self.aside(|db| take(db, now))? else { return Ok(false) };
        let job = self.read(&Actor::system(), |reader| reader.job(id))?;
        let outcome = catch_unwind(AssertUnwindSafe(|| self.write(&Actor::system(), |work| run(work, &job))));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.job_failed(&job, &error.to_string())?,
            Err(_) => self.job_failed(&job, "The program fell over doing it.")?,
        }
        Ok(true)
    }

    fn job_failed(&self, job: &Job, fault: &str) -> Result<()> {
        tracing::error!("the job {} failed: {fault}", job.name);
        let now = self.now();
        let is_over = job.every.is_none() && job.attempts >= ATTEMPTS;
        let state = if is_over { JobState::Failed } else { JobState::Waiting };
        let due = now + wait_after(job.attempts);
        self.aside(|db| {
            db.execute(
                sql!(
                    "update job set state = $1, due_at = $2, fault = $3, ended_at = $4, lease_until = null
                     where id = $5 and state = 'running' and attempts = $6"
                )
                .text,
                values![state.code(), due, fault, now, job.id, job.attempts],
            )
        })?;
        Ok(())
    }
}

/// A minute after the first attempt, then twice as long each time, two hours at most.
fn wait_after(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(1, 8) - 1).unwrap_or(0);
    SignedDuration::from_mins(1 << doublings).min(SignedDuration::from_hours(2))
}

/// Also what somebody had in hand and lost: it had no effect, or it would be done.
fn take(db: &Connection, now: Timestamp) -> Result<Option<i64>> {
    const TAKE: &str = "update job set state = 'running', attempts = attempts + 1, lease_until = $2
         where id = (select id from job where (state = 'waiting' and due_at <= $1)
         or (state = 'running' and lease_until < $1) order by due_at, id limit 1";
    let text = match db {
        Connection::Sqlite(_) => format!("{TAKE}) returning id"),
        Connection::Postgres(_) => format!("{TAKE} for update skip locked) returning id"),
    };
    db.rows(&text, values![now, now + LEASE])?.into_iter().next().map(|it| it.read()).transpose()
}

/// The deed and the mark that it is done stand or fall together.
fn run(work: &mut Work, job: &Job) -> Result<()> {
    let deed = work.house.jobs.deed(&job.name)?;
    let argument: Json = serde_json::from_str(&job.argument)?;
    let (state, due) = match job.every {
        Some(every) => (JobState::Waiting, work.now + SignedDuration::from_micros(every)),
        None => (JobState::Done, job.due_at),
    };
    let marked = work.execute(
        sql!(
            "update job set state = $1, due_at = $2, ended_at = $3, fault = '', lease_until = null,
             attempts = case when every is null then attempts else 0 end
             where id = $4 and state = 'running' and attempts = $5"
        ),
        values![state.code(), due, work.now, job.id, job.attempts],
    )?;
    if marked == 0 {
        // Somebody else took it for lost and does it.
        return Ok(());
    }
    deed(work, &argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_two_hours() {
        assert_eq!([1, 2, 3, 7, 8, 99].map(|it| wait_after(it).as_mins()), [1, 2, 4, 64, 120, 120]);
    }
}
