//! The nouns: an organisation, its place in a house, how it wants to be told, and what two that are the same become.

mod contact;
mod contract;
mod merging;
mod profile;

use kernel::{PartyId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::contact::{ContactRole, Proof, Way};
pub use self::contract::{ContractEnded, FrameContract, Says};
pub use self::merging::{Left, Merging, Moved, Preview, differing};
pub use self::profile::{Channel, Profile, ProfileLine, Topic, time_of_day};

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
    /// What it is within its house.
    pub level: Level,
    /// How they want to be told what.
    pub profile: Profile,
    /// What one has to mind with them. For colleagues.
    pub sensitivity: String,
    /// What holds for everything they order, in short. A standing set says it as requirements.
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
            level: Level::Firm,
            profile: Profile::default(),
            sensitivity: String::new(),
            standing: Vec::new(),
        }
    }
}

kernel::vocabulary! {
    /// What an organisation is within its house.
    pub enum Level {
        /// A house of its own, or a daughter.
        #[default]
        Firm = text!("Firm"),
        /// Holds others together.
        Group = text!("Group"),
        /// A place where it works.
        Site = text!("Site"),
        /// A place to which is delivered, and nothing else.
        ShipTo = text!("Ship-to address"),
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
