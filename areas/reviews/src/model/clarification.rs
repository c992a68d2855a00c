//! A clarification: a question to the customer from within a review, and what they answered.

use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A question to the customer about one item. The customer reads it, without who asks inside the house.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Clarification {
    /// The review or sign-off from which it is asked.
    pub review: i64,
    /// The number of the item that it is about; empty where it is about the whole.
    pub item: String,
    pub item_title: String,
    /// The function that wants to know.
    pub function: Option<i64>,
    pub question: String,
    /// Who of the customer is asked.
    pub person: Option<PersonId>,
    /// Whether the customer asks us: a query in a sign-off.
    pub is_theirs: bool,
    /// The language in which it is asked: `en` or `de`.
    pub language: String,
}

kernel::vocabulary! {
    pub enum ClarificationState {
        #[default]
        Asked = text!("Asked"),
        Answered = text!("Answered"),
        Settled = text!("Settled"),
        Withdrawn = text!("Withdrawn"),
    }
}

kernel::vocabulary! {
    pub enum ClarificationStep {
        /// Writes the answer down.
        #[default]
        Answer = text!("Answer"),
        /// What follows from the answer is done.
        Settle = text!("Settle"),
        Withdraw = text!("Withdraw"),
    }
}
