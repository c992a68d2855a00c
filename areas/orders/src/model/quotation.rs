//! A quotation: what we offer, in revisions, until a day.

use jiff::civil::Date;
use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, Terms};

/// What we offer a customer. The customer reads the revision that was sent last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Quotation {
    /// The requirement set that it is made for, and its revision.
    pub requirement_set: Option<i64>,
    pub set_revision: Option<i64>,
    pub conversation: Option<i64>,
    /// A code like EUR (ISO 4217).
    pub currency: String,
    pub terms: Terms,
    pub lines: Vec<Line>,
    /// The last day on which it can be accepted.
    #[schemars(with = "Option<String>")]
    pub valid_until: Option<Date>,
    /// The number by which another system calls it.
    pub external_id: String,
    /// For colleagues; it is not part of what is sent.
    pub note: String,
}

kernel::vocabulary! {
    pub enum QuotationState {
        #[default]
        Draft = text!("In preparation"),
        Sent = text!("With the customer"),
        Ordered = text!("Ordered"),
        Declined = text!("Declined by the customer"),
        Expired = text!("Expired"),
        Withdrawn = text!("Withdrawn"),
    }
}

kernel::vocabulary! {
    pub enum QuotationStep {
        /// Freezes the next revision and shows it to the customer.
        #[default]
        Send = text!("Send"),
        Order = text!("Order"),
        /// Opens the working copy for the next revision.
        Revise = text!("Revise"),
        Renew = text!("Renew"),
        Decline = text!("Declined by the customer"),
        Expire = text!("Expire"),
        Withdraw = text!("Withdraw"),
    }
}
