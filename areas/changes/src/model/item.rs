//! What a change touches: each item with what was decided about it, and what it proposes there.

use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

kernel::vocabulary! {
    /// What becomes of an affected item.
    pub enum Action {
        #[default]
        Change = text!("Change"),
        /// Something new is put into it.
        Add = text!("Add to it"),
        Remove = text!("Remove"),
        /// It was looked at, and stays.
        Keep = text!("No change"),
        /// An organisation is told of the change; nothing of it is closed to other edits.
        Tell = text!("Is told"),
        /// It has nothing to do with the change.
        Dismiss = text!("Not affected"),
    }
}

impl Action {
    /// Whether something else holds afterwards.
    pub fn changes(self) -> bool {
        matches!(self, Self::Change | Self::Add | Self::Remove)
    }
}

/// An item that was decided about.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Item {
    pub id: i64,
    /// The record; none where it stands in words only.
    pub item: Option<i64>,
    /// Its number, or what it is called.
    pub name: String,
    /// What the record is called, for whoever may see it.
    pub title: Option<String>,
    /// What it is, where it is no record: drawing, procedure.
    pub sort: String,
    /// The numbers along which it was found, with the codes of the roles between them; `~` before one that is read
    /// backwards. `belongs_to` leads to an organisation, `has_file` to a document.
    pub way: Vec<String>,
    pub action: Action,
    pub reason: String,
    /// The fields that would say something else.
    pub proposed: Option<Map<String, Json>>,
    /// What they said when that was written.
    pub base: Option<Map<String, Json>>,
    pub based_on: Option<String>,
    pub digest: String,
    /// The day on which what is no record here was changed.
    pub done_on: Option<String>,
    /// The revision that came of it; 0 where it ended.
    pub released_no: Option<i64>,
    pub by: PersonId,
}

impl Item {
    /// Whether a record is to say something else, and nobody wrote what.
    pub fn lacks_redline(&self) -> bool {
        self.item.is_some() && matches!(self.action, Action::Change | Action::Add) && self.proposed.is_none()
    }

    /// Whether a record is taken away, and all that it says with it.
    pub fn is_taken_away(&self) -> bool {
        self.item.is_some() && self.action == Action::Remove
    }

    /// What is to come, what the record said then, and the fingerprint of that: where it was proposed that it says something
    /// else, or decided that it goes, and all that it says with it.
    pub fn ground(&self) -> Option<(Map<String, Json>, &Map<String, Json>, &str)> {
        let (base, based_on) = (self.base.as_ref()?, self.based_on.as_deref()?);
        let ours = match self.action {
            Action::Change => self.proposed.clone()?,
            Action::Remove => base.keys().map(|field| (field.clone(), Json::Null)).collect(),
            _ => return None,
        };
        self.released_no.is_none().then_some((ours, base, based_on))
    }

    /// Whether what is no record here still has to be changed.
    pub fn waits(&self) -> bool {
        self.item.is_none() && self.action.changes() && self.done_on.is_none()
    }

    /// Whether it is still to be put in force.
    pub fn is_coming(&self) -> bool {
        self.item.is_some() && self.action.changes() && self.released_no.is_none()
    }
}

/// An item on its way in.
#[derive(Clone, Debug, Default)]
pub struct NewItem<'a> {
    /// The number of a record, the article number of a product, or the name of what is none.
    pub name: &'a str,
    /// What it is, where it is no record.
    pub sort: &'a str,
    pub way: Vec<String>,
    pub action: Action,
    pub reason: &'a str,
}

/// The role of a way that leads from a record to the organisation to which it belongs.
pub const BELONGS_TO: &str = "belongs_to";
/// The role of a way that leads from a record to a document that is filed at it.
pub const HAS_FILE: &str = "has_file";
/// What a file at a record is called that may be affected.
pub const DOCUMENT: &str = "document";

/// Something that may be affected, with the way that leads there: a record, or a document by its name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Proposable {
    /// The record; none where it is a document.
    #[serde(skip)]
    pub id: Option<i64>,
    /// Its number, or the name of the document.
    pub number: String,
    pub title: String,
    /// The prefix of its kind; empty where it is a document.
    pub kind: String,
    /// What it is, where it is no record: `document`.
    pub sort: String,
    /// Whether it is an organisation, which is told of a change and not changed by it.
    pub is_party: bool,
    pub state: String,
    /// The numbers along which it was found, with the codes of the roles between them; `~` before one that is read
    /// backwards. `belongs_to` leads to an organisation, `has_file` to a document.
    pub way: Vec<String>,
    /// How many ties away it is.
    pub depth: usize,
}

/// Another change that proposes something for the same record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Meeting {
    /// The number of the other change.
    pub change: String,
    /// The number of the record on which they meet.
    pub item: String,
    pub fields: Vec<MeetingField>,
}

/// A field in which two changes meet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MeetingField {
    pub field: String,
    pub ours: Json,
    pub theirs: Json,
    /// Whether both say the same.
    pub agree: bool,
}

/// A field that was changed on both sides since a proposal was written.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Both {
    pub field: String,
    /// What it said when the proposal was written.
    pub then: Json,
    pub ours: Json,
    /// What it says now.
    pub now: Json,
}

/// What a proposal becomes when it is put on what the record says now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rebased {
    /// What still differs from what it says now; ours where both changed it.
    pub fields: Map<String, Json>,
    pub both: Vec<Both>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(action: Action) -> Item {
        let base = json!({ "title": "Name plates", "statement": "Name plates of paper." });
        Item {
            id: 1,
            item: Some(7),
            name: "REQ-0001".into(),
            title: None,
            sort: String::new(),
            way: Vec::new(),
            action,
            reason: String::new(),
            proposed: None,
            base: base.as_object().cloned(),
            based_on: Some("abc".into()),
            digest: String::new(),
            done_on: None,
            released_no: None,
            by: 1,
        }
    }

    #[test]
    fn what_goes_stands_on_all_that_it_said_and_what_stays_on_nothing() {
        let goes = item(Action::Remove);
        let (ours, base, based_on) = goes.ground().unwrap();
        assert!(ours.len() == base.len() && ours.values().all(Json::is_null) && based_on == "abc");
        assert!(item(Action::Keep).ground().is_none());
        assert!(item(Action::Change).ground().is_none(), "nobody wrote what it is to say");
        assert!(Item { released_no: Some(0), ..goes.clone() }.ground().is_none(), "it went");
        assert!(Item { based_on: None, ..goes }.ground().is_none());
    }
}
