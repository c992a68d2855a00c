//! One requirement: a need or expectation, stated, implied, our own, or imposed by law.

use jiff::Timestamp;
use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A requirement (ISO 9001, 8.2.2). Where it stands in its set is kept with it, but is not part of what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Requirement {
    /// The set that holds it.
    pub set_id: i64,
    /// The key of its section.
    pub section: String,
    /// Its order within the section; gaps leave room.
    pub place: i64,
    /// What shall be. Markdown.
    pub statement: String,
    pub class: Class,
    pub kind: Nature,
    /// Who said it, where that is somebody we know.
    pub said_by: Option<i64>,
    /// Who said it, in words.
    pub said_by_name: String,
    #[serde(with = "kernel::micros::option")]
    #[schemars(with = "Option<i64>")]
    pub said_at: Option<Timestamp>,
    /// Where it comes from, in words: `URS 3.2.1`.
    pub source: String,
    /// The very words that it was made from.
    pub passage: String,
    /// Why it is wanted. Markdown.
    pub rationale: String,
    pub priority: Option<Priority>,
    pub kano: Option<Kano>,
    /// How one will see that it is met.
    pub acceptance: String,
    pub verification: Option<Verification>,
    /// The function that answers for it.
    pub function: Option<i64>,
    pub product: String,
    /// What is measured, where something is.
    pub characteristic: String,
    /// Decimals just as they were written: 1.50 says more than 1.5.
    #[schemars(extend("format" = "decimal"))]
    pub value: String,
    #[schemars(extend("format" = "decimal"))]
    pub lower: String,
    #[schemars(extend("format" = "decimal"))]
    pub upper: String,
    pub unit: String,
}

kernel::vocabulary! {
    /// Whose wish it is (ISO 9001, 8.2.2 and 8.2.3.1).
    pub enum Class {
        /// By the customer.
        #[default]
        Stated = text!("Stated"),
        /// Not said, but necessary for the use that is known.
        Implied = text!("Implied"),
        /// Statutory or regulatory.
        Regulatory = text!("Regulatory"),
        Own = text!("Own"),
    }
}

kernel::vocabulary! {
    /// What it is about.
    pub enum Nature {
        #[default]
        Functional = text!("Functional"),
        Performance = text!("Performance"),
        Interface = text!("Interface"),
        Delivery = text!("Delivery"),
        Packing = text!("Packing"),
        Documentation = text!("Documentation"),
        ServiceLevel = text!("Service level"),
        PostDelivery = text!("Post-delivery"),
        Commercial = text!("Commercial"),
        Safety = text!("Safety"),
        Environment = text!("Environment"),
        DataProtection = text!("Data protection"),
    }
}

kernel::vocabulary! {
    /// How much depends on it (MoSCoW).
    pub enum Priority {
        #[default]
        Must = text!("Must"),
        Should = text!("Should"),
        Could = text!("Could"),
        Wont = text!("Won't, this time"),
    }
}

kernel::vocabulary! {
    /// What it does to the customer's satisfaction (Kano).
    pub enum Kano {
        /// Expected; missed only where it is missing.
        #[default]
        Basic = text!("Basic"),
        /// The more, the better.
        Performance = text!("Performance"),
        /// Not expected, and pleases.
        Attractive = text!("Attractive"),
        Indifferent = text!("Indifferent"),
    }
}

kernel::vocabulary! {
    /// How it will be verified.
    pub enum Verification {
        #[default]
        Test = text!("Test"),
        Inspection = text!("Inspection"),
        Analysis = text!("Analysis"),
        Demonstration = text!("Demonstration"),
    }
}

kernel::vocabulary! {
    pub enum State {
        /// New, or changed since its last revision.
        #[default]
        Draft = text!("Draft"),
        /// As its last revision says.
        Valid = text!("Valid"),
        /// Left its set. Its number is never used again.
        Withdrawn = text!("Withdrawn"),
    }
}

kernel::vocabulary! {
    pub enum Step {
        #[default]
        Release = text!("Release"),
        /// Opens a valid one, because it is about to say something else.
        Reopen = text!("Reopen"),
        Withdraw = text!("Withdraw"),
    }
}
