//! The days we promised: a ledger that only grows, what was delivered, and how far we kept our word.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{PartyId, PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One day that was promised for one line.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Promise {
    pub id: i64,
    pub line: i64,
    /// Counted from 1 for each line.
    pub no: i64,
    #[schemars(with = "String")]
    pub promised_on: Date,
    pub reason: Reason,
    pub words: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}

kernel::vocabulary! {
    /// Why this day.
    pub enum Reason {
        /// The first promise of a line.
        #[default]
        First = text!("First promise"),
        CustomerWish = text!("The customer asked for it"),
        Supplier = text!("A supplier is late"),
        Production = text!("Production is late"),
        Capacity = text!("No capacity"),
        Change = text!("A change"),
        Quality = text!("Something failed a test"),
        Transport = text!("Transport"),
        PartDelivery = text!("Part deliveries were agreed"),
        OurMistake = text!("Our mistake"),
        Other = text!("Another reason"),
    }
}

/// That the customer was told of a promise, or said so.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Told {
    pub promise: i64,
    pub what: ToldWhat,
    pub channel: String,
    pub words: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}

kernel::vocabulary! {
    pub enum ToldWhat {
        #[default]
        Told = text!("told"),
        Acknowledged = text!("acknowledged"),
    }
}

/// What was delivered of a line.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Delivery {
    pub id: i64,
    pub line: i64,
    /// A decimal.
    pub quantity: String,
    #[schemars(with = "String")]
    pub delivered_on: Date,
    pub words: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}

/// How a line stands: what was promised first and last, and what was delivered.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
pub struct LineStanding {
    pub id: i64,
    pub line: i64,
    pub item: Option<i64>,
    pub article: String,
    pub quantity: f64,
    #[schemars(with = "Option<String>")]
    pub wanted_on: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub first_promised_on: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub promised_on: Option<Date>,
    /// How many days were promised so far; each beyond the first is a slip.
    pub promises: i64,
    /// The key of the last promise.
    pub promise: Option<i64>,
    /// Whether the customer was told of the last promise.
    pub is_told: bool,
    pub delivered: f64,
    /// The day on which all of it was delivered.
    #[schemars(with = "Option<String>")]
    pub done_on: Option<Date>,
}

/// A promised line that is not delivered yet, in the list of promises.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Late {
    pub id: i64,
    pub number: String,
    pub title: String,
    pub state: String,
    pub party: Option<PartyId>,
    pub line: i64,
    pub article: String,
    #[schemars(with = "String")]
    pub first_promised_on: Date,
    #[schemars(with = "String")]
    pub promised_on: Date,
    pub promises: i64,
    pub is_told: bool,
}

/// How many lines were delivered on time, by the first and by the last promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct OnTime {
    /// Lines that were promised and delivered whole.
    pub lines: i64,
    pub by_first: i64,
    pub by_last: i64,
    /// Lines whose day moved at least once.
    pub moved: i64,
}
