//! A requirement set: what one customer wants in one matter, or what one product must do.

use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A requirement set. Its requirements are records of their own that name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RequirementSet {
    /// What it is about, in a line or two.
    pub matter: String,
    /// What the thing is meant for; validation asks for this. Markdown.
    pub intended_use: String,
    pub sections: Vec<Section>,
    /// The conversation in which it is spoken about.
    pub conversation: Option<i64>,
    /// Whether it holds for everything that its customer orders, and the parts of their house.
    pub is_standing: bool,
}

/// A part of a set with a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Section {
    /// Names it for ever, whatever its title: `s1`.
    pub key: String,
    pub title: String,
    /// What stands between the heading and the requirements. Markdown.
    pub prose: String,
}

/// The key of the section in which taken-over requirements stand.
pub const STANDING_KEY: &str = "standing";
/// What it was called in every language once.
const STANDING_SECTION: &str = "Standing requirements";

impl Section {
    /// Whether taken-over requirements stand in it.
    pub fn is_standing(&self) -> bool {
        self.key == STANDING_KEY || self.title == STANDING_SECTION
    }
}

impl RequirementSet {
    /// Where a requirement comes for which no section was chosen: the first that holds no standing requirements.
    pub fn first_own_section(&self) -> Option<&Section> {
        self.sections.iter().find(|it| !it.is_standing()).or(self.sections.first())
    }
}

kernel::vocabulary! {
    pub enum State {
        /// Worked on. What the customer sees is the revision that was offered last.
        #[default]
        Draft = text!("Draft"),
        /// The last revision holds all there is.
        Released = text!("Released"),
        InReview = text!("In review"),
        SignOff = text!("Customer sign-off"),
        Agreed = text!("Agreed"),
        Declined = text!("Declined"),
        Withdrawn = text!("Withdrawn"),
    }
}

kernel::vocabulary! {
    pub enum Step {
        /// Freezes what changed and the manifest.
        #[default]
        Release = text!("Release"),
        Review = text!("Review"),
        AskSignOff = text!("Ask for sign-off"),
        Agree = text!("Agree"),
        /// Opens the working copy for the next revision.
        Revise = text!("Revise"),
        Decline = text!("Decline"),
        Withdraw = text!("Withdraw"),
        /// A review or a sign-off is over without an agreement.
        TakeBack = text!("Take back"),
    }
}
