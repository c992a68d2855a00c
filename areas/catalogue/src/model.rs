//! The nouns: an item of the catalogue and what it can do.

use jiff::civil::Date;
use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product or service as it is offered to everybody. The title is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CatalogueItem {
    /// The article number that orders name: KD-20-PV-E. No other item has it.
    pub code: String,
    pub sort: Sort,
    /// What it is and does. Markdown.
    pub summary: String,
    /// The item that this is a variant of; what is not said here is said there.
    pub base: Option<i64>,
    pub characteristics: Vec<Characteristic>,
    /// What it has, a line each.
    pub features: Vec<String>,
    /// What it can have besides, a line each.
    pub options: Vec<String>,
    /// What it is not and does not do, a line each.
    pub exclusions: Vec<String>,
    /// In which it is sold: pc, set, day.
    pub unit: String,
    /// The list price of one unit: a decimal as it was written.
    #[schemars(extend("format" = "decimal"))]
    pub price: String,
    /// A code like EUR (ISO 4217).
    pub currency: String,
    /// From the order to the delivery, in days.
    pub lead_time_days: Option<i64>,
    /// Where it may be sold: codes of countries (ISO 3166-1). Everywhere where there are none.
    pub markets: Vec<String>,
    pub packing: String,
    /// When somebody has to look at it again.
    #[schemars(with = "Option<String>")]
    pub review_on: Option<Date>,
    /// The last day on which it can be ordered.
    #[schemars(with = "Option<String>")]
    pub last_order_on: Option<Date>,
}

/// One thing that can be measured or promised: a flow with its limits, or how soon somebody comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Characteristic {
    pub name: String,
    /// The nominal value: a decimal just as it was written, or words.
    pub value: String,
    pub lower: String,
    pub upper: String,
    pub unit: String,
    /// How it is tested, or where it is recorded.
    pub method: String,
    /// Whether the item must not be used without it.
    pub is_critical: bool,
}

kernel::vocabulary! {
    /// What sort of thing it is.
    pub enum Sort {
        #[default]
        Product = text!("Product"),
        Option = text!("Option"),
        SparePart = text!("Spare part"),
        Service = text!("Service"),
    }
}

kernel::vocabulary! {
    pub enum State {
        /// Worked on. Orders and customers hold to the revision that was released last.
        #[default]
        Draft = text!("In preparation"),
        Released = text!("Released"),
        /// It is not sold any more; what was delivered stays what it is.
        Discontinued = text!("Discontinued"),
    }
}

kernel::vocabulary! {
    pub enum Step {
        #[default]
        Release = text!("Release"),
        /// Opens the working copy for the next revision.
        Revise = text!("Revise"),
        Discontinue = text!("Discontinue"),
        Resume = text!("Take up again"),
    }
}
