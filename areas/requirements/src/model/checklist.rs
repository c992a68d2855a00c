//! What a house asks itself about a kind of product, so that what nobody said is found (ISO 9001, 8.2.2).

use jiff::Timestamp;
use kernel::{Mention, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Class, Nature};

/// Questions about a kind of product. The title names the kind: "Dosing skids".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Checklist {
    /// For which sets it is meant, in a line.
    pub purpose: String,
    /// Words by which a set is known to be about such a product: `skid`, `dosing station`.
    pub signs: Vec<String>,
    pub questions: Vec<Question>,
}

/// Something that customers often leave unsaid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Question {
    /// Names it for ever, whatever its words: `q1`.
    pub key: String,
    pub question: String,
    /// What it costs not to ask.
    pub why: String,
    /// Whose wish the requirement is that is made of the answer.
    pub class: Class,
    /// What that requirement is about.
    pub kind: Nature,
}

kernel::vocabulary! {
    pub enum ChecklistState {
        #[default]
        Draft = text!("Draft"),
        /// Sets are asked by its last revision.
        InForce = text!("In force"),
        Retired = text!("Retired"),
    }
}

kernel::vocabulary! {
    pub enum ChecklistStep {
        #[default]
        Release = text!("Put in force"),
        Revise = text!("Revise"),
        Retire = text!("Retire"),
    }
}

kernel::vocabulary! {
    /// What a set says to a question.
    pub enum Answer {
        /// What was said before counts no longer.
        #[default]
        Open = text!("Open"),
        Stated = text!("Stated"),
        NotApplicable = text!("Not applicable"),
        Asked = text!("The customer is asked"),
    }
}

kernel::vocabulary! {
    /// How a question stands now.
    pub enum Stand {
        #[default]
        Open = text!("Open"),
        /// Answered once; the question says something else now.
        AskedAnew = text!("Asked anew"),
        /// What stated it was withdrawn.
        Lost = text!("Its requirement was withdrawn"),
        /// The customer was asked, and the task is settled: what they said is to be written down.
        Told = text!("They were asked: write down what they said"),
        Waiting = text!("The customer is asked"),
        Stated = text!("Stated"),
        NotApplicable = text!("Not applicable"),
    }
}

impl Stand {
    /// Whether somebody has still to do something about it here. What waits for the customer does not.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::AskedAnew | Self::Lost | Self::Told)
    }
}

/// What was said to a question last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Elicited {
    pub checklist: i64,
    /// The key of the question.
    pub question: String,
    /// The words of the question then.
    pub asked: String,
    pub answer: Answer,
    pub requirement: Option<i64>,
    pub task: Option<i64>,
    pub reason: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub by: i64,
}

/// A checklist beside a set.
#[derive(Clone, Debug)]
pub struct Laid {
    pub id: i64,
    pub number: String,
    pub title: String,
    /// The revision by which the set is asked.
    pub revision: i64,
    /// A later revision that is in force.
    pub newer: Option<i64>,
    pub rows: Vec<Row>,
}

/// A question beside a set, and how it stands.
#[derive(Clone, Debug)]
pub struct Row {
    pub question: Question,
    pub stand: Stand,
    pub requirement: Option<Mention>,
    pub reason: String,
    /// Who said it last, and when.
    pub by: String,
    pub at: Option<Timestamp>,
}

/// How the questions beside a set stand, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Asked {
    pub questions: usize,
    pub stated: usize,
    pub not_applicable: usize,
    /// The customer is asked and has not answered.
    pub waiting: usize,
    pub open: usize,
}

impl Asked {
    /// Counts the rows of all checklists beside a set.
    pub fn of(laid: &[Laid]) -> Self {
        let rows = || laid.iter().flat_map(|it| &it.rows);
        let count = |holds: &dyn Fn(Stand) -> bool| rows().filter(|it| holds(it.stand)).count();
        Self {
            questions: rows().count(),
            stated: count(&|it| it == Stand::Stated),
            not_applicable: count(&|it| it == Stand::NotApplicable),
            waiting: count(&|it| it == Stand::Waiting),
            open: count(&Stand::is_open),
        }
    }
}
