//! The nouns: organisations, what always holds for them, the addresses they are known by.

use kernel::{PartyId, PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A firm or body; customer and supplier are roles of it. The title is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Organisation {
    pub legal_form: String,
    pub street: String,
    pub post_code: String,
    pub town: String,
    /// ISO 3166, two letters.
    pub country: String,
    pub trade: String,
    /// The domains of their mail, like `meridian-dairies.example`.
    pub domains: Vec<String>,
    /// The language they are written to: `en`, `de` or another code (BCP 47).
    pub language: String,
    /// Markdown; for us, not for them.
    pub note: String,
    pub is_customer: bool,
    pub is_supplier: bool,
    /// The organisation above it: a group of its firms, a firm of its sites.
    pub parent: Option<PartyId>,
    pub standing: Vec<Standing>,
}

/// A requirement that holds for every matter with an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    pub title: String,
    /// Markdown.
    pub words: String,
}

kernel::vocabulary! {
    /// Whether we work with an organisation.
    pub enum OrganisationState {
        #[default]
        Active = text!("Active"),
        Dormant = text!("Dormant"),
    }
}

kernel::vocabulary! {
    /// What becomes of an organisation.
    pub enum OrganisationStep {
        #[default]
        Rest = text!("Mark as dormant"),
        Wake = text!("Take up again"),
    }
}

/// An address that somebody is known by.
#[derive(Clone, Debug, Serialize)]
pub struct Identity {
    /// The organisation.
    pub record_id: PartyId,
    /// In lower case.
    pub address: String,
    /// The person; none for a shared mailbox, which identifies nobody.
    pub person: Option<PersonId>,
    pub is_shared: bool,
    pub at: i64,
    pub audience: &'static str,
}
