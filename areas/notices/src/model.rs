//! The nouns: a notice of change to one organisation, why it is told, of what, and what it answers.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Basis, PartyId, PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one customer or supplier is told of a change (ISO 9001, 8.2.1 and 8.2.4). They read it once it went out, as it went out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Notice {
    /// The change. Ours alone.
    pub change: Option<i64>,
    pub side: Side,
    pub asks: Asks,
    /// Whether the change is released only after they said yes. Ours alone.
    pub blocks: bool,
    /// Who is written to.
    pub person: Option<PersonId>,
    /// `en` or `de`.
    pub language: String,
    /// What changes and why, in their words. Markdown.
    pub words: String,
    pub basis: Basis,
    /// From when on the change holds, as it was told.
    pub starts: String,
    /// The first day on which they get something else.
    #[schemars(with = "Option<String>")]
    pub effective_on: Option<Date>,
    /// So many days before it they have to know. Ours alone.
    pub notice_days: i64,
    #[schemars(with = "Option<String>")]
    pub issued_on: Option<Date>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub answer_by: Option<Date>,
    /// Why they are told later than was agreed. Ours alone.
    pub waiver: String,
    /// Why they are told. Ours alone: it names what others have, too.
    pub reasons: Vec<Reason>,
    pub package: Vec<Stamped>,
    /// The fingerprint of what the change said and proposed for them when it was sent. Ours alone.
    pub stands_for: String,
    /// The fingerprint of the words of the change for which `words` were written. Ours alone.
    pub words_for: String,
}

kernel::vocabulary! {
    /// On which side of us they stand.
    pub enum Side {
        #[default]
        Customer = text!("Customer"),
        Supplier = text!("Supplier"),
    }
}

kernel::vocabulary! {
    /// What is asked of them.
    pub enum Asks {
        /// That they say they know, or object.
        #[default]
        Acknowledgement = text!("To acknowledge it"),
        /// That they approve it by signature; a notice does not suffice.
        Approval = text!("To approve it by signature"),
    }
}

kernel::vocabulary! {
    /// Why somebody is told of a change.
    pub enum Because {
        /// They asked for the change, or it was raised for them.
        #[default]
        Asked = text!("It was raised for them"),
        Theirs = text!("It belongs to them"),
        OpenOrder = text!("An open order has it"),
        Delivered = text!("They have it"),
        /// It was decided that they are affected, because of the way that leads to them.
        Affected = text!("They are affected"),
        ByHand = text!("Somebody added them"),
    }
}

/// One reason why somebody is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "ReasonOfANotice")]
pub struct Reason {
    pub because: Because,
    /// The number of what changes; empty where it is the change itself.
    pub item: String,
    /// The number of the order through which it reaches them.
    pub order: String,
    /// In somebody's words, where they were added by hand.
    pub words: String,
}

/// Something they are told of, with the revision that it replaces and the fingerprint of what it would say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "StampedItem")]
pub struct Stamped {
    pub item: String,
    pub title: String,
    /// The revision that holds until then; 0 where none was released.
    pub revision: i64,
    /// What that revision is called: A, B, C; empty in what was sent before that was kept.
    pub called: String,
    /// Whether it ends.
    pub ends: bool,
    /// SHA-256 of what is proposed.
    pub digest: String,
    pub fields: Vec<Field>,
    /// The files that come to it, for them to open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<StampedFile>,
}

impl Stamped {
    /// What people call the revision that holds until then.
    pub fn revision_called(&self) -> String {
        if self.called.is_empty() { self.revision.to_string() } else { self.called.clone() }
    }
}

/// A file that comes to it. What was sent before files were opened names none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "StampedFile")]
pub struct StampedFile {
    pub name: String,
    /// SHA-256 of its bytes: with it they are asked for.
    pub digest: String,
    /// In bytes.
    pub size: i64,
    pub media_type: String,
}

/// A field of it that would say something else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "StampedField")]
pub struct Field {
    pub label: String,
    pub before: String,
    pub after: String,
}

kernel::vocabulary! {
    pub enum State {
        /// Written, and seen by nobody outside.
        #[default]
        Prepared = text!("Prepared"),
        Issued = text!("Sent"),
        Acknowledged = text!("Acknowledged"),
        Approved = text!("Approved"),
        Objected = text!("Objected"),
        /// Their objection was settled with them.
        Settled = text!("Settled"),
        /// They are not told, and somebody said why.
        Excused = text!("Not told"),
        Withdrawn = text!("Withdrawn"),
    }
}

kernel::vocabulary! {
    pub enum Step {
        /// Sends it to them.
        #[default]
        Issue = text!("Send it"),
        Excuse = text!("Do not tell them"),
        Acknowledge = text!("Acknowledge"),
        Approve = text!("Approve"),
        Object = text!("Object"),
        Settle = text!("Settle the objection"),
        Withdraw = text!("Withdraw"),
        /// Nothing is asked of them any more, because of what became of the change.
        Lapse = text!("Take back with the change"),
    }
}

kernel::vocabulary! {
    /// What they answer.
    pub enum Answer {
        #[default]
        Acknowledged = text!("We know"),
        Approved = text!("We approve"),
        Objected = text!("We object"),
    }
}

/// An answer as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "AnswerToANotice")]
pub struct Answered {
    pub answer: Answer,
    pub words: String,
    pub name: String,
    /// `link`, `account`, or how it came in words.
    pub source: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
}

/// What became of the change, as whoever was told of it reads it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "OutcomeOfANotice")]
pub struct Heard {
    pub outcome: changes::Outcome,
    /// The one thing that goes on; empty where it was told of the whole change.
    pub item: String,
    #[schemars(with = "String", extend("format" = "date"))]
    pub on_day: Date,
}

/// Somebody who has to be told of a change, with all the reasons.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Recipient {
    #[serde(skip)]
    pub party: PartyId,
    /// The number of the organisation.
    pub number: String,
    pub name: String,
    pub reasons: Vec<Reason>,
    /// How many reasons there are beyond those that are listed.
    pub more: usize,
    /// So many days before they have to know; 0 where nothing was agreed.
    pub notice_days: i64,
    /// Whether it was agreed that they approve changes like this one.
    pub needs_approval: bool,
    /// The clause of a frame contract by which they do; empty where none says so.
    pub contract: String,
    /// Whether anything was agreed with them about being told of changes.
    pub is_agreed: bool,
    /// The number and state of the notice that they have of this change.
    pub notice: Option<(String, State)>,
}
