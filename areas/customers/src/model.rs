//! The nouns: an organisation, and what it always requires.

use kernel::{PartyId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A firm, co-op or public body. The title is its name. It reads its own record, but for the note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Organisation {
    pub legal_form: String,
    pub street: String,
    pub post_code: String,
    pub town: String,
    /// A code like GB (ISO 3166-1).
    pub country: String,
    pub trade: String,
    /// Whoever writes from one of these domains belongs to it.
    pub domains: Vec<String>,
    /// The language they are written to (BCP 47).
    pub language: String,
    /// For colleagues.
    pub note: String,
    pub is_customer: bool,
    pub is_supplier: bool,
    /// The organisation that this is a site or a daughter of.
    pub parent: Option<PartyId>,
    /// What holds for everything they order.
    pub standing: Vec<Standing>,
}

/// A requirement that holds for everything that a customer orders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Standing {
    pub title: String,
    pub words: String,
}

impl Default for Organisation {
    fn default() -> Self {
        Self {
            legal_form: String::new(),
            street: String::new(),
            post_code: String::new(),
            town: String::new(),
            country: String::new(),
            trade: String::new(),
            domains: Vec::new(),
            language: String::new(),
            note: String::new(),
            is_customer: true,
            is_supplier: false,
            parent: None,
            standing: Vec::new(),
        }
    }
}

kernel::vocabulary! {
    /// Whether we deal with an organisation at present.
    pub enum OrganisationState {
        #[default]
        Active = text!("Active"),
        Dormant = text!("Dormant"),
    }
}

kernel::vocabulary! {
    pub enum OrganisationStep {
        #[default]
        Rest = text!("Mark as dormant"),
        Wake = text!("Mark as active"),
    }
}
