//! The nouns: what we offer, what was ordered, the days we promised, and where two papers differ.

mod order;
mod promise;
mod purchase;
mod quotation;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::order::{CameBy, Order, OrderSort, OrderState, OrderStep, Waiver};
pub use self::promise::{Delivery, Late, LineStanding, OnTime, Promise, Reason, Told, ToldWhat};
pub use self::purchase::{Difference, DifferenceKind, Purchase, Resolution, Settled};
pub use self::quotation::{Quotation, QuotationState, QuotationStep};

/// What is agreed beside the lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Terms {
    /// When it comes: `14 weeks, week 46`.
    pub delivery: String,
    /// Who bears transport, risk and duty: `DAP Ulm, Incoterms 2020`.
    pub incoterm: String,
    pub payment: String,
    pub penalty: String,
    pub warranty: String,
    pub packing: String,
    /// Anything else, by what it is called.
    pub further: BTreeMap<String, String>,
}

/// One line of a quotation or an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Line {
    /// As it is counted on paper: 10, 20, 30.
    pub no: i64,
    /// The article number.
    pub article: String,
    /// The item of the catalogue that it is.
    pub item: Option<i64>,
    pub words: String,
    /// A decimal.
    pub quantity: String,
    pub unit: String,
    /// Of one unit, in the currency of the whole: a decimal.
    pub price: String,
    /// The day on which the customer wants it.
    #[schemars(with = "Option<String>")]
    pub wanted_on: Option<Date>,
    /// Characteristics that the line states, by what they are called.
    pub further: BTreeMap<String, String>,
}
