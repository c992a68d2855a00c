//! The customer's order as it was read, and where it differs from our quotation.

use jiff::Timestamp;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, Terms};

/// The customer's order, as it stands on their paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Purchase {
    /// Their number.
    pub number: String,
    /// The specification that they name: `RS-2026-0017 revision 1`.
    pub specification: String,
    pub currency: String,
    pub terms: Terms,
    pub lines: Vec<Line>,
    /// The total that they name: a decimal; empty where they name none.
    pub total: String,
    /// The rows of their workbook in which a formula stands; what it came to when they saved it is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calculated: Vec<usize>,
}

/// One place in which their order says something else than our quotation, or one of both something else than was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Names the place for ever: `payment`, `line 10 price`.
    pub place: String,
    /// The line, where it is in one.
    pub line: Option<i64>,
    pub kind: DifferenceKind,
    pub ours: String,
    /// What the set says on which both rest; empty where it says nothing of it.
    pub agreed: String,
    pub theirs: String,
}

impl Difference {
    /// Whether it is the same two words of both papers in the same place, whatever the set says of it.
    pub fn is_at(&self, it: &Self) -> bool {
        self.place == it.place && self.ours == it.ours && self.theirs == it.theirs
    }
}

kernel::vocabulary! {
    /// What a difference is about.
    pub enum DifferenceKind {
        #[default]
        Terms = text!("Terms"),
        Revision = text!("Revision"),
        Price = text!("Price"),
        Date = text!("Date"),
        Product = text!("Product"),
        Quantity = text!("Quantity"),
        Characteristic = text!("Characteristic"),
    }
}

kernel::vocabulary! {
    /// What becomes of a difference (ISO 9001, 8.2.3.1: differences are resolved).
    pub enum Resolution {
        #[default]
        AcceptTheirs = text!("Accept theirs"),
        KeepOurs = text!("Keep ours and tell the customer"),
        /// The customer was asked; until they answer it stays open.
        Clarify = text!("Clarify with the customer"),
    }
}

/// How a difference was settled.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Settled {
    pub place: String,
    pub ours: String,
    /// What the agreed set said of it.
    pub agreed: String,
    pub theirs: String,
    pub resolution: Resolution,
    /// What was agreed in the end.
    pub words: String,
    /// How the customer was told.
    pub told: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub by: PersonId,
}

impl Settled {
    /// Whether it settles a difference as the papers and the set say now.
    pub fn is_of(&self, it: &Difference) -> bool {
        self.place == it.place && self.ours == it.ours && self.agreed == it.agreed && self.theirs == it.theirs
    }

    /// Whether both papers say the same in a place because theirs was accepted there.
    pub fn led_to(&self, it: &Difference) -> bool {
        let is_accepted = self.resolution == Resolution::AcceptTheirs;
        is_accepted && self.place == it.place && self.theirs == it.theirs && it.ours == it.theirs
    }
}
