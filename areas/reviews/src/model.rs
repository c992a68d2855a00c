//! The nouns: a template, a review and what functions say in it, a question to the customer, the customer's sign-off.

mod clarification;
mod review;
mod signoff;
mod template;

pub use self::clarification::{Clarification, ClarificationState, ClarificationStep};
pub use self::review::{
    Answer, ConditionWord, Feasible, Fulfilment, Gate, LetStand, Minuted, Review, ReviewState, ReviewStep,
    Scope, Verdict,
};
pub use self::signoff::{SignOff, SignOffState, SignOffStep, Signatory, Word};
pub use self::template::{
    Asked, Matter, Order, Policy, RiskClass, Row, Share, Template, TemplateState, TemplateStep, When,
};

/// A review wants the revision that it judges read: its record is moved on by whoever owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToBeOffered {
    /// The record and its revision, which the customer has to see.
    pub record: i64,
    pub number: String,
    pub revision: i64,
}

impl kernel::Event for ToBeOffered {}
