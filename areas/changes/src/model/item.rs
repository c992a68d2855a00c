//! What a change touches: each item with what was decided about it, and what it proposes there.

use jiff::civil::Date;
use kernel::{Audience, PersonId, text};
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
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
    /// backwards. `belongs_to` leads to an organisation, `has_file` to a document, `has_variant` to a
    /// variant.
    pub way: Vec<String>,
    pub action: Action,
    pub reason: String,
    /// The fields that would say something else.
    pub proposed: Option<Map<String, Json>>,
    /// What they said when that was written; read by `items` and `item` alone, as it is the most of all.
    pub base: Option<Map<String, Json>>,
    pub based_on: Option<String>,
    pub digest: String,
    /// The day on which what is no record here was changed.
    pub done_on: Option<Date>,
    /// The revision that came of it; 0 where it ended.
    pub released_no: Option<i64>,
    /// What that revision is called, where it was asked for.
    #[serde(default)]
    pub released_name: String,
    /// Whether it was to end on a day, and that was taken back: it goes on.
    #[serde(default)]
    pub goes_on: bool,
    pub by: PersonId,
    /// The files that come to it, take the place of others, or go; in the order of their names.
    #[serde(default)]
    pub files: Vec<ItemFile>,
}

/// A file that a change proposes for an item: the name, what is to lie there, and what lay there when that was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ItemFile {
    pub id: i64,
    /// The line of the item.
    pub line: i64,
    pub name: String,
    /// Who reads what is to lie there.
    pub read_by: Audience,
    /// The file as it lies at the change; none where it goes.
    pub file: Option<i64>,
    pub digest: String,
    pub size: i64,
    /// The file that had the name; none where none had it.
    pub before: Option<i64>,
    pub before_digest: String,
    pub before_size: i64,
    pub before_read_by: Audience,
}

impl ItemFile {
    /// What lay there and what is to lie there, for those of the house or as the customer reads it; none where neither is
    /// for them.
    pub fn told(&self, whom: Audience) -> Option<ToldFile> {
        let is_read = |audience: Audience| whom == Audience::Internal || audience == Audience::Party;
        let before = self.before.filter(|_| is_read(self.before_read_by));
        let after = self.file.filter(|_| is_read(self.read_by));
        let before =
            before.map(|file| Lying { file, digest: self.before_digest.clone(), size: self.before_size });
        let after = after.map(|file| Lying { file, digest: self.digest.clone(), size: self.size });
        let is_told = before.is_some() || after.is_some();
        is_told.then(|| ToldFile { name: self.name.clone(), before, after })
    }
}

/// A file of an item as it is told: what lies there, and what would.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "FileOfAChange")]
pub struct ToldFile {
    pub name: String,
    /// None where the file is new.
    pub before: Option<Lying>,
    /// None where the file goes.
    pub after: Option<Lying>,
}

/// A file that lies somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "FileLying")]
pub struct Lying {
    /// Its key: its bytes are at `/files/{key}`.
    pub file: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// In bytes.
    pub size: i64,
}

impl Item {
    /// Whether a record is to say something else, and nobody wrote what.
    pub fn lacks_redline(&self) -> bool {
        let lacks = match self.action {
            Action::Change => self.proposed.is_none() && self.files.is_empty(),
            Action::Add => self.proposed.is_none(),
            _ => false,
        };
        self.item.is_some() && lacks
    }

    /// Whether there is something of it to be read: other words, other files, or all that goes.
    pub fn is_read(&self) -> bool {
        self.proposed.is_some() || !self.files.is_empty() || self.is_taken_away()
    }

    /// Its files as those of the house read them, or the customer.
    pub fn told_files(&self, whom: Audience) -> Vec<ToldFile> {
        self.files.iter().filter_map(|it| it.told(whom)).collect()
    }

    /// The name of a file that only the house reads, where nothing else of it becomes another.
    pub fn only_ours(&self) -> Option<&str> {
        let says_more = self.action != Action::Change || self.proposed.is_some();
        let is_told = self.files.iter().any(|it| it.told(Audience::Party).is_some());
        self.files.first().filter(|_| !says_more && !is_told).map(|it| it.name.as_str())
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

    /// What the revision is called that came of it.
    pub fn revision(&self) -> String {
        match (self.released_name.is_empty(), self.released_no) {
            (true, Some(no)) => no.to_string(),
            _ => self.released_name.clone(),
        }
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
/// The role of a way that leads from an item of the catalogue to a variant of it.
pub const HAS_VARIANT: &str = "has_variant";
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
    /// backwards. `belongs_to` leads to an organisation, `has_file` to a document, `has_variant` to a
    /// variant.
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
            released_name: String::new(),
            goes_on: false,
            by: 1,
            files: Vec::new(),
        }
    }

    fn file() -> ItemFile {
        ItemFile {
            id: 1,
            line: 1,
            name: "20-114-03.pdf".into(),
            read_by: Audience::Party,
            file: Some(9),
            digest: "new".into(),
            size: 14,
            before: Some(8),
            before_digest: "old".into(),
            before_size: 12,
            before_read_by: Audience::Internal,
        }
    }

    #[test]
    fn a_customer_is_told_of_files_what_they_read_and_of_ours_nothing() {
        let lying = |it: Option<Lying>| it.map(|it| it.file);
        let ours = file().told(Audience::Internal).unwrap();
        assert_eq!((lying(ours.before), lying(ours.after)), (Some(8), Some(9)));
        let theirs = file().told(Audience::Party).unwrap();
        assert_eq!((lying(theirs.before), lying(theirs.after)), (None, Some(9)), "it is new to them");
        let goes = ItemFile { file: None, ..file() };
        assert!(goes.told(Audience::Party).is_none(), "of a file of ours that goes they hear nothing");
        assert!(goes.told(Audience::Internal).unwrap().after.is_none());
    }

    #[test]
    fn another_file_alone_is_something_to_say() {
        let bare = item(Action::Change);
        assert!(bare.lacks_redline() && !bare.is_read());
        let filed = Item { files: vec![file()], ..bare };
        assert!(!filed.lacks_redline() && filed.is_read());
        assert!(Item { action: Action::Add, ..filed }.lacks_redline(), "something new says something");
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

    #[test]
    fn only_what_the_house_alone_reads_comes_with_the_release_by_itself() {
        let ours = ItemFile { read_by: Audience::Internal, before_read_by: Audience::Internal, ..file() };
        let with = |files: Vec<ItemFile>| Item { files, ..item(Action::Change) };
        let (own, theirs) = (ours.clone(), ItemFile { read_by: Audience::Party, ..ours.clone() });
        assert_eq!(with(vec![own.clone()]).only_ours(), Some(own.name.as_str()));
        assert_eq!(with(vec![own.clone(), theirs]).only_ours(), None, "their revision names the other");
        let words = json!({ "statement": "Plates of steel." }).as_object().cloned();
        assert_eq!(Item { proposed: words, ..with(vec![own]) }.only_ours(), None);
        assert_eq!(item(Action::Change).only_ours(), None);
    }
}
