//! The nouns: the matrix by which risks are rated, a risk, and a plan for when it happens.

use jiff::civil::Date;
use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The matrix of the house: how bad each pair of likelihood and severity is. The title is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RiskMatrix {
    /// What each step of likelihood means, the rarest first.
    pub likelihood: Vec<String>,
    /// What each step of severity means, the mildest first.
    pub severity: Vec<String>,
    /// A row for each likelihood, in it a level for each severity.
    pub levels: Vec<Vec<Level>>,
    pub holds: Holds,
}

/// For how many days a risk of each level may be accepted at most; 0 where it may not be accepted at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Holds {
    pub low: i64,
    pub medium: i64,
    pub high: i64,
    pub very_high: i64,
}

/// The customary matrix of five by five, to begin with: by the product of both steps.
pub fn customary() -> RiskMatrix {
    let level = |product: i64| match product {
        ..=4 => Level::Low,
        5..=9 => Level::Medium,
        10..=16 => Level::High,
        _ => Level::VeryHigh,
    };
    RiskMatrix {
        likelihood: vec![String::new(); 5],
        severity: vec![String::new(); 5],
        levels: (1..=5).map(|row| (1..=5).map(|column| level(row * column)).collect()).collect(),
        holds: Holds { low: 365, medium: 365, high: 180, very_high: 0 },
    }
}

kernel::vocabulary! {
    /// How bad a risk is.
    pub enum Level {
        #[default]
        Low = text!("Low"),
        Medium = text!("Medium"),
        High = text!("High"),
        VeryHigh = text!("Very high"),
    }
}

kernel::vocabulary! {
    pub enum MatrixState {
        #[default]
        Draft = text!("Draft"),
        InForce = text!("In force"),
    }
}

kernel::vocabulary! {
    pub enum MatrixStep {
        #[default]
        Release = text!("Put in force"),
        Revise = text!("Revise"),
    }
}

/// Something that can go wrong. The title says what; the owner answers for it; it is looked at again when due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Risk {
    pub cause: String,
    pub effect: String,
    /// How likely it is before anything is done: a step of the matrix, counted from 1.
    pub likelihood: Option<i64>,
    /// How bad it would be before anything is done: a step of the matrix, counted from 1.
    pub severity: Option<i64>,
    pub treatment: Treatment,
    /// What is done about it.
    pub plan: String,
    /// How likely it is once that is done.
    pub residual_likelihood: Option<i64>,
    /// How bad it is once that is done.
    pub residual_severity: Option<i64>,
    /// What led to it: a review, a conversation.
    pub origin: Option<i64>,
    /// What it puts at risk: a requirement, an order.
    pub affects: Option<i64>,
}

kernel::vocabulary! {
    /// What is to be done about a risk.
    pub enum Treatment {
        #[default]
        Reduce = text!("Reduce it"),
        Avoid = text!("Avoid it"),
        Share = text!("Share it"),
        Accept = text!("Bear it"),
    }
}

kernel::vocabulary! {
    pub enum RiskState {
        /// Something has to be done about it.
        #[default]
        Open = text!("Open"),
        /// What was planned is done; what is left was rated.
        Treated = text!("Treated"),
        /// Somebody with the right to do so bears it until a day.
        Accepted = text!("Accepted"),
        /// That day has passed.
        Expired = text!("Acceptance over"),
        Closed = text!("Closed"),
    }
}

kernel::vocabulary! {
    pub enum RiskStep {
        #[default]
        Treat = text!("It is treated"),
        Accept = text!("Accept"),
        Expire = text!("Let the acceptance end"),
        Reopen = text!("Open again"),
        Close = text!("Close"),
    }
}

/// What we do, and tell, if something happens. The title says what for; the owner is who carries it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Contingency {
    /// What has to happen for it to begin.
    pub trigger_words: String,
    /// What is done then.
    pub response: String,
    /// What has to be there for it.
    pub resources: String,
    /// The order, set or risk that it is for.
    pub concerns: Option<i64>,
    /// When it was tried last.
    #[schemars(with = "Option<String>")]
    pub tested_on: Option<Date>,
}

kernel::vocabulary! {
    pub enum ContingencyState {
        #[default]
        Draft = text!("Draft"),
        Ready = text!("Stands ready"),
        /// It happened: the response runs.
        Active = text!("In use"),
        Retired = text!("Retired"),
    }
}

kernel::vocabulary! {
    pub enum ContingencyStep {
        #[default]
        Ready = text!("Let it stand ready"),
        Revise = text!("Revise"),
        Activate = text!("It happened"),
        StandDown = text!("It is over"),
        Retire = text!("Retire"),
    }
}
