//! What comes up while a change is carried out: who answers for it, what it does to the plan, what was done about it.

use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that came up while a change was carried out. The title says what; the owner answers for it until it is
/// due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "IssueOnTheWay")]
pub struct Issue {
    /// The change during which it came up.
    pub change: Option<i64>,
    /// The key of the task of its plan that it holds up; none where it concerns the whole.
    pub task: Option<i64>,
    pub happened: String,
    /// What it does to the plan, in words.
    pub effect: String,
    /// By so many days the plan becomes later.
    pub days: Option<i64>,
    /// What it costs, in the currency of the house: a decimal as it was written.
    #[schemars(extend("format" = "decimal"))]
    pub cost: String,
    /// What was done about it, or why it is none.
    pub answer: String,
}

kernel::vocabulary! {
    pub enum IssueState {
        #[default]
        Open = text!("Open"),
        /// Whoever answers for the change has to decide.
        Escalated = text!("Escalated"),
        Solved = text!("Solved"),
        /// It was looked at, and was none.
        Dropped = text!("Was none"),
    }
}

kernel::vocabulary! {
    pub enum IssueStep {
        #[default]
        Escalate = text!("Escalate"),
        Solve = text!("It is solved"),
        Drop = text!("It is none"),
        Reopen = text!("Open again"),
    }
}

/// An issue as it stands at its change.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct IssueLine {
    #[serde(skip_serializing)]
    pub id: i64,
    pub number: String,
    pub title: String,
    pub state: IssueState,
    #[serde(skip_serializing)]
    pub owner: i64,
    #[schemars(with = "Option<String>")]
    pub due: Option<jiff::civil::Date>,
    pub task: Option<i64>,
    pub days: Option<i64>,
    pub cost: String,
}

impl IssueLine {
    /// Whether it still has to be settled.
    pub fn is_open(&self) -> bool {
        matches!(self.state, IssueState::Open | IssueState::Escalated)
    }
}
