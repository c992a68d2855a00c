//! A review template: who is asked about what, as data that the house writes itself.

use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who is asked about a kind of matter, and how. The title is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Template {
    /// For which matters it is meant.
    pub purpose: String,
    pub policy: Policy,
}

/// Who is asked, in which order, what, and by which rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policy {
    pub asked: Vec<Asked>,
    pub order: Order,
    pub share: Share,
    pub checklist: Vec<Row>,
    /// Whether whoever owns what is reviewed may not sign its approval.
    pub forbids_self_approval: bool,
    /// In how many days it is due; no day where it is 0.
    pub days: i64,
}

/// A function that is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Asked {
    pub function: i64,
    /// How many of its people must judge; at least one.
    pub quorum: i64,
    /// In which turn, where they are asked one after the other.
    pub turn: i64,
    pub when: When,
}

/// When a function is asked: always, or where one of these holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct When {
    /// From this value on, in whole units of the house's currency.
    pub value_from: Option<i64>,
    /// From this class of risk on.
    pub risk_from: Option<RiskClass>,
    pub new_customer: bool,
    pub new_technology: bool,
    /// Where it leaves the country. What was signed before it could be said says nothing of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub export: bool,
}

/// What is known of a matter and decides who is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Matter {
    pub value: Option<i64>,
    pub risk: RiskClass,
    pub new_customer: bool,
    pub new_technology: bool,
    /// Whether it leaves the country, or its papers say so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub export: bool,
}

/// A question of the checklist, beside the items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Row {
    /// Names it for ever: `c1`.
    pub key: String,
    pub question: String,
    /// Who answers it; every function that is asked where none is named.
    pub functions: Vec<i64>,
}

kernel::vocabulary! {
    /// How the functions are asked.
    pub enum Order {
        #[default]
        Parallel = text!("All at once"),
        Sequence = text!("One turn after the other"),
    }
}

kernel::vocabulary! {
    /// Who judges which item.
    pub enum Share {
        /// The function that answers for the item; every function where none does.
        #[default]
        Answering = text!("Each item by the function that answers for it"),
        Every = text!("Every item by every function"),
    }
}

kernel::vocabulary! {
    pub enum RiskClass {
        #[default]
        Low = text!("Low"),
        Medium = text!("Medium"),
        High = text!("High"),
    }
}

kernel::vocabulary! {
    pub enum TemplateState {
        #[default]
        Draft = text!("Draft"),
        /// Reviews begin by its last revision.
        InForce = text!("In force"),
        Retired = text!("Retired"),
    }
}

kernel::vocabulary! {
    pub enum TemplateStep {
        #[default]
        Release = text!("Put in force"),
        Revise = text!("Revise"),
        Retire = text!("Retire"),
    }
}
