//! What stands below a change: impacts, options, approvers, criteria, the policy, and lessons of others.

use identity::PersonState;
use jiff::Timestamp;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

kernel::vocabulary! {
    /// What a function speaks of when it says what a change means for it.
    pub enum Aspect {
        #[default]
        Capacity = text!("Capacity"),
        Stock = text!("Stock"),
        Tooling = text!("Tooling"),
        Quality = text!("Quality"),
        Law = text!("Law"),
        Training = text!("Training"),
        Documents = text!("Documents"),
        OpenOrders = text!("Open orders"),
        Supply = text!("Supply"),
    }
}

/// What one function says of a change, or is asked to say.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "ChangeImpact")]
pub struct Impact {
    pub id: i64,
    pub function: i64,
    pub function_name: String,
    pub task: Option<i64>,
    pub due: Option<String>,
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub answered_at: Option<Timestamp>,
    pub answered_by: Option<PersonId>,
    pub is_possible: bool,
    pub finding: String,
    /// A decimal as it was written, in the currency of the house.
    pub cost: String,
    pub days: Option<i64>,
    pub aspects: Vec<Aspect>,
}

/// What a function answers.
#[derive(Clone, Debug, Default)]
pub struct Told<'a> {
    pub is_possible: bool,
    pub finding: &'a str,
    pub cost: &'a str,
    pub days: Option<i64>,
    pub aspects: Vec<Aspect>,
}

kernel::vocabulary! {
    /// What became of an option.
    pub enum Choice {
        #[default]
        Open = text!("Open"),
        Chosen = text!("Chosen"),
        Refused = text!("Refused"),
    }
}

/// One of several ways to meet the need.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Alternative {
    /// What it is called in short: `0`, `A`, `B`.
    pub label: String,
    pub title: String,
    /// A decimal as it was written.
    pub cost: String,
    pub risk: String,
    pub verdict: Choice,
    pub why: String,
}

/// A function whose consent is asked.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Approver {
    pub function: i64,
    pub function_name: String,
    /// Those of a lower rank sign first.
    pub rank: i64,
    /// How many people of the function have to sign.
    pub needs: i64,
}

kernel::vocabulary! {
    /// Whether a result is good.
    pub enum Verdict {
        #[default]
        Open = text!("Open"),
        Pass = text!("Met"),
        Fail = text!("Not met"),
    }
}

/// How one will see that a change does what it is for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Criterion {
    pub id: i64,
    pub criterion: String,
    pub method: String,
    pub sample: String,
    /// What is allowed: ±5 %.
    pub bound: String,
    pub person: PersonId,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub fixed_at: Timestamp,
    pub result: String,
    pub evidence: String,
    pub verdict: Verdict,
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub judged_at: Option<Timestamp>,
    pub judged_by: Option<PersonId>,
    /// The person that was fixed, where somebody stood in for them.
    pub acts_for: Option<PersonId>,
}

/// A criterion that is fixed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewCriterion<'a> {
    pub criterion: &'a str,
    pub method: &'a str,
    pub sample: &'a str,
    pub bound: &'a str,
    pub person: PersonId,
}

/// Somebody who was asked to read what a change put in force.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ChangeReader {
    #[serde(skip_serializing)]
    pub id: i64,
    pub person: PersonId,
    pub name: String,
    /// For which of their functions they were asked.
    pub function_name: String,
    /// Whether they still work here: nobody waits for whoever left.
    pub state: PersonState,
    /// The fingerprint of what they were asked to read.
    pub digest: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub asked_at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub read_at: Option<Timestamp>,
    /// When somebody said that nobody waits for them any more, where somebody did.
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub excused_at: Option<Timestamp>,
    /// Who said so.
    pub excused_by: Option<String>,
    /// Why; empty where nobody did.
    pub excused_because: String,
}

impl ChangeReader {
    /// Whether it is still waited for that they read it.
    pub fn is_waited_for(&self) -> bool {
        self.read_at.is_none() && self.excused_at.is_none() && self.state == PersonState::Active
    }
}

/// A function that approves changes, as the house has it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct PolicyLine {
    pub id: i64,
    pub function: i64,
    pub function_name: String,
    /// `fast`, `full` or `both`.
    pub track: String,
    pub rank: i64,
    pub needs: i64,
    /// Only where the impacts together cost more than this; always where it is empty.
    pub above: String,
}

/// What was learned from another change.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Lesson {
    pub number: String,
    pub title: String,
    pub lesson: String,
    pub applies_to: String,
}
