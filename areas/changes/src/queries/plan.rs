//! How the plan was changed, and how changes went in a year: how long each stage took, what bounced, what it cost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{After, PersonId, Reader, Result, Vocabulary, sql, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{impacts, total};
use crate::model::State;
use crate::rules::{cents, median};

/// That a task got another day.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Replanned {
    pub task: i64,
    #[schemars(with = "Option<String>")]
    pub due_before: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub due_after: Option<Date>,
    pub reason: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    #[serde(skip_serializing)]
    pub by: PersonId,
}

/// How the plan of a change was changed, the oldest first.
pub fn replanned(reader: &Reader, change: i64) -> Result<Vec<Replanned>> {
    reader.rows(
        sql!(
            "select task, due_before, due_after, reason, at, by from visible_change_replan
             where record_id = $1 order by id"
        ),
        values![change],
    )
}

/// The tasks that wait for one, at once or through others.
pub fn waiting_for(order: &[After], task: i64) -> Vec<i64> {
    let mut all: Vec<i64> = Vec::new();
    let mut edge = vec![task];
    while let Some(first) = edge.pop() {
        for later in order.iter().filter(|it| it.after == first).map(|it| it.task) {
            if later != task && !all.contains(&later) {
                all.push(later);
                edge.push(later);
            }
        }
    }
    all
}

/// How one change went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Yearly {
    pub number: String,
    pub title: String,
    pub state: State,
    /// Days in each stage, by its code.
    pub stages: BTreeMap<String, i64>,
    /// From being raised to being closed; none where it is not.
    pub days: Option<i64>,
    /// How often it was sent back.
    pub bounced: usize,
    /// What was estimated and what it cost, in hundredths.
    pub estimated: i64,
    pub actual: Option<i64>,
    pub lesson: String,
}

/// How changes went in a year (ISO 9001, 10.3: improving the procedure itself).
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "YearOfChanges")]
pub struct Procedure {
    pub year: i16,
    pub raised: usize,
    pub closed: usize,
    pub rejected: usize,
    /// How many were sent back at least once.
    pub bounced: usize,
    /// The median of days in each stage, by its code.
    pub stages: BTreeMap<String, i64>,
    /// The median from being raised to being closed.
    pub days: Option<i64>,
    /// Of those closed with both figures, in hundredths.
    pub estimated: i64,
    pub actual: i64,
    pub changes: Vec<Yearly>,
}

#[derive(Deserialize)]
struct Raised {
    id: i64,
    number: String,
    title: String,
    state: State,
    #[serde(with = "kernel::micros")]
    created_at: Timestamp,
    actual_cost: String,
    lesson: String,
}

/// How the changes that were raised in a year went.
pub fn procedure(reader: &Reader, year: i16) -> Result<Procedure> {
    let raised: Vec<Raised> = reader.rows(
        sql!(
            "select visible.id, number, title, state, created_at, actual_cost, lesson
             from visible join change_request as it on it.id = visible.id
             where number like $1 order by visible.id limit 2000"
        ),
        values![format!("CR-{year}-%")],
    )?;
    let mut changes = Vec::with_capacity(raised.len());
    for it in raised {
        changes.push(how_it_went(reader, it)?);
    }
    let mut by_stage: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (stage, days) in changes.iter().flat_map(|it: &Yearly| it.stages.iter()) {
        by_stage.entry(stage.clone()).or_default().push(*days);
    }
    let whole: Vec<i64> = changes.iter().filter_map(|it| it.days).collect();
    let with_both = || changes.iter().filter(|it| it.state == State::Closed && it.actual.is_some());
    Ok(Procedure {
        year,
        raised: changes.len(),
        closed: changes.iter().filter(|it| it.state == State::Closed).count(),
        rejected: changes.iter().filter(|it| it.state == State::Rejected).count(),
        bounced: changes.iter().filter(|it| it.bounced > 0).count(),
        stages: by_stage.into_iter().filter_map(|(stage, all)| Some((stage, median(all)?))).collect(),
        days: median(whole),
        estimated: with_both().map(|it| it.estimated).sum(),
        actual: with_both().filter_map(|it| it.actual).sum(),
        changes,
    })
}

/// Reads from the trail when a change went where.
fn how_it_went(reader: &Reader, it: Raised) -> Result<Yearly> {
    let mut deeds = reader.trail(it.id, false, 0, 1000)?;
    deeds.sort_by_key(|deed| deed.entry);
    let mut stages: BTreeMap<String, i64> = BTreeMap::new();
    let (mut at, mut stage, mut bounced) = (it.created_at, State::Raised.code(), 0);
    let mut closed_at = None;
    for deed in deeds {
        let Some((from, to)) = step_of(&deed, &it.number) else { continue };
        if from.is_empty() || from == to {
            continue;
        }
        *stages.entry(stage).or_default() += days_between(at, deed.at);
        let is_back = |one: &str, other: &str| from == one && to == other;
        let sent_back = (to == State::Impact.code() && from != State::Screened.code())
            || is_back(&State::Verifying.code(), &State::Implementing.code());
        bounced += usize::from(sent_back);
        closed_at = (to == State::Closed.code()).then_some(deed.at);
        (at, stage) = (deed.at, to);
    }
    Ok(Yearly {
        days: closed_at.map(|end| days_between(it.created_at, end)),
        estimated: total(&impacts(reader, it.id)?),
        actual: cents(&it.actual_cost),
        number: it.number,
        title: it.title,
        state: it.state,
        stages,
        bounced,
        lesson: it.lesson,
    })
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// From where to where a deed moved a record.
fn step_of(deed: &kernel::Deed, number: &str) -> Option<(String, String)> {
    let records = deed.content.get("records")?.as_array()?;
    let state = records.iter().find(|it| it["number"] == number)?.get("state")?;
    Some((state.get(0)?.as_str()?.to_owned(), state.get(1)?.as_str()?.to_owned()))
}
