//! The customer's sign-off: they confirm a revision line by line, and put their names under it.

use jiff::civil::Date;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A revision that the customer is asked to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SignOff {
    /// What is confirmed.
    pub subject: i64,
    /// Which revision of it; its last one where nothing is said.
    pub revision: i64,
    pub digest: String,
    /// The revision that the customer confirmed last.
    pub since: Option<i64>,
    /// What it is about, in plain words.
    pub summary: String,
    pub signatories: Vec<Signatory>,
    /// Whether they sign one after the other, in their order.
    pub in_turn: bool,
    /// The last day.
    #[schemars(with = "String")]
    pub until: Date,
    /// In which language they are written to, where not each in their own: `en` or `de`.
    pub language: String,
    /// Where they reach us, without a path: `https://reqord.example`.
    pub base: String,
}

impl Default for SignOff {
    fn default() -> Self {
        Self {
            subject: 0,
            revision: 0,
            digest: String::new(),
            since: None,
            summary: String::new(),
            signatories: Vec::new(),
            in_turn: false,
            until: Date::ZERO,
            language: String::new(),
            base: String::new(),
        }
    }
}

/// Somebody of the customer whose name is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Signatory {
    pub person: PersonId,
}

kernel::vocabulary! {
    /// What the customer says of one line.
    pub enum Word {
        #[default]
        Accept = text!("Accept"),
        Query = text!("Query"),
    }
}

kernel::vocabulary! {
    pub enum SignOffState {
        #[default]
        Open = text!("With the customer"),
        /// The customer asks about lines.
        Queried = text!("Queried"),
        Confirmed = text!("Confirmed"),
        Expired = text!("Expired"),
        Withdrawn = text!("Withdrawn"),
        /// What was to be confirmed says something else by now.
        Overtaken = text!("Overtaken"),
    }
}

kernel::vocabulary! {
    pub enum SignOffStep {
        #[default]
        Query = text!("Query"),
        Confirm = text!("Confirm"),
        /// The queries are answered; it lies with the customer again.
        Resume = text!("Ask again"),
        Withdraw = text!("Withdraw"),
        Expire = text!("Expire"),
        Overtake = text!("Overtake"),
    }
}
