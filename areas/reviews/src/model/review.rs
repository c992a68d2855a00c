//! A review: functions judge a frozen revision, item by item, before we commit (ISO 9001, 8.2.3).

use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Asked, Matter, Policy};

/// A review of one frozen revision of one record, whatever its kind. Its owner moderates it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Review {
    /// What is reviewed.
    pub subject: i64,
    /// Which revision of it; its last one where nothing is said.
    pub revision: i64,
    /// The digest of that revision.
    pub digest: String,
    pub scope: Scope,
    /// The revision since which changes are judged.
    pub baseline: Option<i64>,
    pub template: Option<i64>,
    pub template_revision: Option<i64>,
    /// The template as it was when the review began.
    pub policy: Policy,
    /// Whom it asks in this matter.
    pub asked: Vec<Asked>,
    pub matter: Matter,
    /// What was decided, in words.
    pub outcome: String,
}

kernel::vocabulary! {
    /// What of a revision is judged.
    pub enum Scope {
        #[default]
        Everything = text!("Everything"),
        /// Only what differs from the baseline; the rest was judged before.
        Changes = text!("Changes only"),
    }
}

kernel::vocabulary! {
    pub enum ReviewState {
        #[default]
        Open = text!("Open"),
        Accepted = text!("Accepted"),
        Conditional = text!("Accepted with conditions"),
        Declined = text!("Declined"),
        Withdrawn = text!("Withdrawn"),
    }
}

impl ReviewState {
    /// Whether its conditions hold their gates: not those of a review that ended without a yes.
    pub fn holds_conditions(self) -> bool {
        !matches!(self, Self::Declined | Self::Withdrawn)
    }
}

kernel::vocabulary! {
    pub enum ReviewStep {
        /// With or without conditions, as they stand.
        #[default]
        Accept = text!("Accept"),
        AcceptWithConditions = text!("Accept with conditions"),
        Decline = text!("Decline"),
        Withdraw = text!("Withdraw"),
        /// Somebody took a signature back.
        Reopen = text!("Reopen"),
    }
}

kernel::vocabulary! {
    /// A function's judgement of one item.
    pub enum Verdict {
        #[default]
        Accept = text!("Accept"),
        Condition = text!("With condition"),
        /// The customer has to be asked.
        Clarify = text!("Clarify"),
        Reject = text!("Reject"),
    }
}

kernel::vocabulary! {
    /// An answer to a question of the checklist.
    pub enum Answer {
        #[default]
        Ok = text!("OK"),
        NotOk = text!("Not OK"),
        Clarify = text!("Clarify"),
        NotApplicable = text!("Not applicable"),
    }
}

kernel::vocabulary! {
    /// A function's word on feasibility.
    pub enum Feasible {
        #[default]
        AsGiven = text!("Feasible as given"),
        WithChanges = text!("Feasible with changes"),
        NotFeasible = text!("Not feasible"),
    }
}

kernel::vocabulary! {
    /// What a condition blocks until it is met.
    pub enum Gate {
        #[default]
        ReviewComplete = text!("Closing the review"),
        OrderAccept = text!("Accepting the order"),
        Delivery = text!("Delivery"),
    }
}

kernel::vocabulary! {
    /// How a condition stands.
    pub enum Fulfilment {
        #[default]
        Open = text!("open"),
        /// Somebody said by what one sees that it is met; quality has to confirm it.
        Met = text!("waits for quality"),
        Confirmed = text!("met"),
        /// Somebody said why it is no longer asked.
        NoLongerAsked = text!("no longer asked"),
    }
}

impl Fulfilment {
    /// Whether its gate waits for it.
    pub fn holds_its_gate(self) -> bool {
        matches!(self, Self::Open | Self::Met)
    }
}

kernel::vocabulary! {
    /// What is said of a condition, one word after the other.
    pub enum ConditionWord {
        #[default]
        Met = text!("met"),
        Confirmed = text!("confirmed"),
        SentBack = text!("sent back"),
        /// The last word: nothing is said of it afterwards.
        NoLongerAsked = text!("no longer asked"),
    }
}

/// What was found in the words of an item, and why somebody let it stand.
#[derive(Clone, Debug)]
pub struct LetStand {
    /// The number of the item.
    pub item: String,
    /// What was found, in words.
    pub finding: String,
    pub reason: String,
    pub who: String,
    pub at: jiff::Timestamp,
}

/// What was said about a point of a meeting.
#[derive(Clone, Debug)]
pub struct Minuted {
    /// The number of the meeting, and when it was.
    pub meeting: String,
    pub at: Option<jiff::Timestamp>,
    pub title: String,
    /// The number of what it is about.
    pub item: Option<String>,
    pub words: String,
    /// Whether the minutes were approved as they stand.
    pub is_approved: bool,
}
