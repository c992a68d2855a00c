//! The nouns: a change request, what it touches and proposes, what functions say of it, and how one will see.

mod issue;
mod item;
mod parts;
mod year;

use jiff::civil::Date;
use kernel::{Basis, Event, PartyId, PersonId, Text, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::issue::{Issue, IssueLine, IssueState, IssueStep};
pub use self::item::{
    Action, BELONGS_TO, Both, DOCUMENT, Edition, HAS_FILE, HAS_VARIANT, Item, ItemFile, Lying, Meeting,
    MeetingField, NewItem, Proposable, Rebased, ToldFile,
};
pub use self::parts::{
    Alternative, Approver, Aspect, ChangeReader, Choice, Criterion, Impact, Lesson, NewCriterion, PolicyLine,
    Told, Verdict,
};
pub use self::year::{AsItStood, LookBack};

/// A proposal to change what was agreed or released (ISO 9001, 8.2.4). The title says what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChangeRequest {
    pub source: Source,
    /// The record that led to it: a conversation, a complaint, a call.
    pub cause: Option<i64>,
    /// The very words, where somebody said it.
    pub passage: String,
    /// The edition of a regulation, the number of a supplier's notice.
    pub reference: String,
    /// What makes it necessary. Markdown.
    pub need: String,
    /// What is proposed. Markdown.
    pub proposal: String,
    /// The same in the words of the customer.
    pub for_customer: String,
    pub reach: Reach,
    pub risk: Risk,
    /// The risk that is left once it is done.
    pub risk_after: Risk,
    /// What can go wrong, and how that is met.
    pub risk_words: String,
    pub effective_by: Basis,
    /// From when on it holds: a day, a lot, a serial number, orders.
    pub effective_from: String,
    /// Whether the customer has to approve, beside what their profile and frame contracts say.
    pub needs_customer: bool,
    /// What it cost in the end, in the currency of the house: a decimal as it was written.
    #[schemars(extend("format" = "decimal"))]
    pub actual_cost: String,
    #[schemars(with = "Option<String>")]
    pub deferred_until: Option<Date>,
    /// Whether it did what it was for: a closing question.
    pub served: String,
    /// What was seen too late: a closing question.
    pub missed: String,
    /// What others should know next time.
    pub lesson: String,
    /// Where that belongs: a checklist, a design rule.
    pub lesson_for: String,
}

/// By what the customer of a change has to approve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// A clause of a frame contract with them, as it is named in letters.
    Contract(String),
    /// What was agreed with them about being told of changes like this one.
    Profile,
    /// It was said with the change.
    Said,
}

impl AskedBy {
    pub fn text(&self) -> Text {
        match self {
            Self::Contract(it) => text!("Frame contract {contract} asks for it.", contract = it.as_str()),
            Self::Profile => text!("Their profile asks for it."),
            Self::Said => text!("It was said with the change."),
        }
    }
}

kernel::vocabulary! {
    /// What makes a change necessary.
    pub enum Source {
        #[default]
        Customer = text!("Customer"),
        Internal = text!("Internal"),
        Legal = text!("Law or standard"),
        Supplier = text!("Supplier"),
        Complaint = text!("Complaint"),
    }
}

kernel::vocabulary! {
    /// How far it goes, as far as whoever raises it can tell.
    pub enum Reach {
        /// One order, or what one customer has.
        #[default]
        OneCustomer = text!("One order or customer"),
        /// How we work, and nothing that customers have.
        OurWork = text!("Our own work only"),
        /// A product that several customers have.
        Product = text!("A product of several customers"),
        /// Safety, wetted material, what a law asks.
        Safety = text!("Safety, health or law"),
    }
}

kernel::vocabulary! {
    /// How bad it could become.
    pub enum Risk {
        #[default]
        Low = text!("Low"),
        Medium = text!("Medium"),
        High = text!("High"),
    }
}

kernel::vocabulary! {
    /// Which way a change goes.
    pub enum Track {
        /// One function approves; nobody else is asked for an impact.
        #[default]
        Fast = text!("Fast"),
        Full = text!("Full"),
    }
}

kernel::vocabulary! {
    pub enum State {
        #[default]
        Raised = text!("Raised"),
        Screened = text!("Screened"),
        Impact = text!("Impact analysis"),
        Approval = text!("Under approval"),
        CustomerApproval = text!("Customer approval"),
        Approved = text!("Approved"),
        Planned = text!("Planned"),
        Implementing = text!("Implementing"),
        Verifying = text!("Verifying"),
        Closed = text!("Closed"),
        Deferred = text!("Deferred"),
        Rejected = text!("Rejected"),
        Withdrawn = text!("Withdrawn"),
        Superseded = text!("Superseded"),
    }
}

kernel::vocabulary! {
    /// What became of a change, as those hear it who were told of it.
    pub enum Outcome {
        #[default]
        InForce = text!("It is in force"),
        LookedAtAgain = text!("We look at it again"),
        Ended = text!("We do not go on with it"),
        /// Something that it was to end on a day goes on.
        GoesOn = text!("It goes on"),
    }
}

/// That something became of a change. Those who were told of it hear it.
#[derive(Clone, Copy, Debug)]
pub struct Became {
    /// The change.
    pub record: i64,
    pub outcome: Outcome,
    /// The one thing of it that goes on; none where it is told of the whole change.
    pub item: Option<i64>,
}

impl Event for Became {}

/// Whether a change waits for the word of its customer from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The house consented, and what they read is before them.
    Comes,
    /// They answered.
    Ends,
}

/// That it is the turn of a change's customer, or no more: somebody has to ask them.
#[derive(Clone, Copy, Debug)]
pub struct CustomersTurn {
    /// The change.
    pub record: i64,
    pub turn: Turn,
}

impl Event for CustomersTurn {}

/// That somebody outside objects to a change, or does not approve it: it is talked about.
#[derive(Clone, Debug)]
pub struct Objected {
    /// The change, or the notice of it, with its number, its title and whose it is.
    pub record: i64,
    pub number: String,
    pub title: String,
    pub party: Option<PartyId>,
    pub owner: PersonId,
    /// Who objects.
    pub name: String,
    pub person: Option<PersonId>,
    pub words: String,
}

impl Event for Objected {}

kernel::vocabulary! {
    pub enum Step {
        /// Looked at: it is understood, and its way is known.
        #[default]
        Screen = text!("Screen"),
        Analyse = text!("Ask for impacts"),
        AskApproval = text!("Ask for approval"),
        /// Happens with the last signature.
        AskCustomer = text!("Ask the customer"),
        Approve = text!("Approve"),
        SendBack = text!("Send back to impact"),
        Plan = text!("Fix the plan"),
        Implement = text!("Begin"),
        /// Puts everything in force, all or nothing.
        Release = text!("Release"),
        Verify = text!("Verify again"),
        /// A result was not good.
        Fail = text!("Send back to implementing"),
        Close = text!("Close"),
        Defer = text!("Defer"),
        Resume = text!("Take up again"),
        Reject = text!("Reject"),
        Withdraw = text!("Withdraw"),
        Supersede = text!("Replace by another change"),
    }
}
