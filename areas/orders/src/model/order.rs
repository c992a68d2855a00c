//! An order: what a customer ordered, what it rests on, and how far it is.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PersonId, Text, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, Purchase, Terms};

/// What a customer ordered. They read their own orders as they are, but for the note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Order {
    /// The number by which the customer calls it.
    pub purchase_order: String,
    /// The number by which another system of ours calls it.
    pub external_id: String,
    pub sort: OrderSort,
    pub came_by: CameBy,
    #[schemars(with = "Option<String>")]
    pub ordered_on: Option<Date>,
    /// The quotation that it answers, and which revision.
    pub quotation: Option<i64>,
    pub quotation_revision: Option<i64>,
    /// The requirement set that it rests on, and which revision.
    pub requirement_set: Option<i64>,
    pub set_revision: Option<i64>,
    pub conversation: Option<i64>,
    /// A code like EUR (ISO 4217).
    pub currency: String,
    pub terms: Terms,
    pub lines: Vec<Line>,
    /// Their order as it was read: laid beside the quotation.
    pub purchase: Option<Purchase>,
    /// For colleagues.
    pub note: String,
}

kernel::vocabulary! {
    /// What sort of order it is: whose milestones it has.
    pub enum OrderSort {
        #[default]
        Goods = text!("Goods"),
        Service = text!("Service"),
    }
}

kernel::vocabulary! {
    /// How an order reached us.
    pub enum CameBy {
        #[default]
        Writing = text!("In writing"),
        Telephone = text!("By telephone"),
        Meeting = text!("In a meeting"),
        OtherSystem = text!("From another system"),
    }
}

impl CameBy {
    /// Whether nobody wrote it down but us (ISO 9001, 8.2.3.1: no documented statement).
    pub fn is_verbal(self) -> bool {
        matches!(self, Self::Telephone | Self::Meeting)
    }
}

kernel::vocabulary! {
    pub enum OrderState {
        /// It is here and nothing is promised.
        #[default]
        Received = text!("Received"),
        Accepted = text!("Accepted"),
        InProduction = text!("In production"),
        PartDelivered = text!("Part delivered"),
        Delivered = text!("Delivered"),
        /// A service that goes on.
        Running = text!("Running"),
        Ended = text!("Ended"),
        Declined = text!("Declined"),
        Cancelled = text!("Cancelled"),
    }
}

kernel::vocabulary! {
    pub enum OrderStep {
        /// Commits us: the content is frozen, and every gate stands open.
        #[default]
        Accept = text!("Accept"),
        Produce = text!("Start production"),
        DeliverPart = text!("Deliver a part"),
        Deliver = text!("Deliver"),
        Run = text!("Start the service"),
        End = text!("End the service"),
        Decline = text!("Decline"),
        Cancel = text!("Cancel"),
    }
}

/// That a gate is passed although something is missing: who asked, why, and who agreed.
#[derive(Clone, Debug, Deserialize)]
pub struct Waiver {
    pub id: i64,
    /// The digest of the order for which it was asked.
    pub content: String,
    /// What was missing, a sentence each, said to everybody in their language.
    pub missing: Vec<Text>,
    pub reason: String,
    /// The request that this row agrees to; none where it is the request.
    pub consents_to: Option<i64>,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub by: PersonId,
}
