//! What a change touches: each item with what was decided about it, and what it proposes there.

use jiff::Timestamp;
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
    /// The fields that would say something else; of a document `edition`, which it gets, and `changes`, what changes in it.
    pub proposed: Option<Map<String, Json>>,
    /// What they said when that was written; read by `items` and `item` alone, as it is the most of all.
    pub base: Option<Map<String, Json>>,
    /// The fingerprint of that; of a document the edition that it has.
    pub based_on: Option<String>,
    /// The line by which the edition of a document held that was in force when that was written.
    pub stands_on: Option<i64>,
    pub digest: String,
    /// The day on which what is no record here was exchanged where it is kept.
    pub done_on: Option<Date>,
    /// The revision that came of it; 0 where it ended. Editions of a document are counted.
    pub released_no: Option<i64>,
    /// When the release put a document in force.
    #[serde(with = "kernel::micros::option")]
    pub in_force_at: Option<Timestamp>,
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
    /// Whether it is to say something else, and nobody wrote what; of a document, which edition comes or goes.
    pub fn lacks_redline(&self) -> bool {
        match self.action {
            _ if self.was_done_by_hand() => false,
            // What was written for another decision is none for this one.
            Action::Add if self.is_document() => self.edition().is_none() || self.based_on.is_some(),
            Action::Change if self.is_document() => {
                self.edition().is_none()
                    || self.edition_before().is_none()
                    || (self.changes_in_it().is_empty() && self.files.is_empty())
            }
            Action::Remove if self.is_document() => self.edition_before().is_none(),
            Action::Change => self.proposed.is_none() && self.files.is_empty(),
            Action::Add => self.proposed.is_none(),
            _ => false,
        }
    }

    /// Whether it is no record here: a drawing, a procedure.
    pub fn is_document(&self) -> bool {
        self.item.is_none()
    }

    /// The edition that a document has; none where it is new, and where nobody said so yet.
    pub fn edition_before(&self) -> Option<&str> {
        let is_said = self.is_document() && matches!(self.action, Action::Change | Action::Remove);
        self.based_on.as_deref().filter(|_| is_said)
    }

    /// The edition that a document gets; none where it goes, and where nobody said so yet.
    pub fn edition(&self) -> Option<&str> {
        let is_said = self.is_document() && matches!(self.action, Action::Change | Action::Add);
        self.proposed.as_ref()?.get("edition")?.as_str().filter(|_| is_said)
    }

    /// What changes in a document, in words.
    pub fn changes_in_it(&self) -> &str {
        let said = self.proposed.as_ref().and_then(|it| it.get("changes")?.as_str());
        said.filter(|_| self.edition().is_some()).unwrap_or_default()
    }

    /// Whether another edition of a document came into force since its redline was written, from which that does not start.
    pub fn is_overtaken(&self, now: &Edition) -> bool {
        let starts_there = now.edition.as_deref() == self.edition_before();
        self.is_document() && self.is_coming() && self.stands_on != Some(now.line) && !starts_there
    }

    /// Whether a document was changed by hand, as before a release put any in force.
    fn was_done_by_hand(&self) -> bool {
        self.is_document() && self.done_on.is_some() && self.released_no.is_none()
    }

    /// Whether there is something of it to be read: other words, other files, or all that goes.
    pub fn is_read(&self) -> bool {
        if self.is_document() {
            let is_named = self.edition().is_some() || self.edition_before().is_some();
            return is_named || !self.files.is_empty();
        }
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

    /// Whether a document is in force and nobody said yet that it was exchanged where it is kept.
    pub fn waits(&self) -> bool {
        self.is_document() && self.released_no.is_some() && self.done_on.is_none()
    }

    /// Whether it is still to be put in force.
    pub fn is_coming(&self) -> bool {
        self.action.changes() && self.released_no.is_none() && !self.was_done_by_hand()
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

/// The edition in which a document is in force that is no record here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "EditionInForce")]
pub struct Edition {
    /// The line by which it is.
    #[serde(skip_serializing)]
    pub line: i64,
    /// Which of the editions that changes put in force it is, counted from 1; 0 where it was taken away.
    pub no: i64,
    /// What it is called; none where it was taken away.
    pub edition: Option<String>,
    /// The number of the change that put it in force.
    pub change: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub since: Timestamp,
}

/// Another change that proposes something for the same record, or for the same document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Meeting {
    /// The number of the other change.
    pub change: String,
    /// The number of the record on which they meet, or what the document is called.
    pub item: String,
    #[serde(skip)]
    pub is_document: bool,
    pub fields: Vec<MeetingField>,
}

impl Meeting {
    /// The edition to which the other change brings a document, where it says so.
    pub fn edition(&self) -> Option<&str> {
        self.fields.first().filter(|_| self.is_document)?.theirs.as_str()
    }
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
            stands_on: None,
            digest: String::new(),
            done_on: None,
            released_no: None,
            in_force_at: None,
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

    fn document(action: Action, (before, after): (Option<&str>, Option<&str>)) -> Item {
        let proposed =
            after.and_then(|it| json!({ "edition": it, "changes": "Groove" }).as_object().cloned());
        Item { item: None, based_on: before.map(str::to_owned), proposed, ..item(action) }
    }

    #[test]
    fn a_document_is_written_once_the_edition_is_said_that_comes_or_goes() {
        assert!(document(Action::Change, (None, None)).lacks_redline());
        let written = document(Action::Change, (Some("C"), Some("D")));
        assert!(!written.lacks_redline() && written.is_read() && written.is_coming() && !written.waits());
        assert_eq!((written.edition_before(), written.edition()), (Some("C"), Some("D")));
        let new = document(Action::Add, (Some("C"), Some("A")));
        assert_eq!((new.edition_before(), new.edition()), (None, Some("A")), "what is new had none");
        assert!(document(Action::Add, (None, None)).lacks_redline());
        assert!(document(Action::Remove, (None, Some("D"))).lacks_redline());
        let goes = document(Action::Remove, (Some("C"), Some("D")));
        assert!(!goes.lacks_redline() && goes.is_read() && goes.edition().is_none());
        assert!(!document(Action::Keep, (None, None)).lacks_redline());
    }

    #[test]
    fn what_was_written_for_another_decision_on_a_document_is_none_for_this_one() {
        let change = document(Action::Change, (Some("A"), Some("B")));
        assert!(Item { action: Action::Add, ..change }.lacks_redline(), "it starts from an edition");
        let add = document(Action::Add, (None, Some("A")));
        assert!(!add.lacks_redline());
        assert!(Item { action: Action::Change, ..add }.lacks_redline(), "nobody said which one it has");
    }

    #[test]
    fn what_was_changed_by_hand_is_neither_written_nor_released_and_what_is_in_force_is_exchanged() {
        let day = "2026-03-02".parse().ok();
        let by_hand = Item { done_on: day, ..document(Action::Change, (None, None)) };
        assert!(!by_hand.lacks_redline() && !by_hand.is_coming() && !by_hand.waits());
        let in_force = Item { released_no: Some(1), ..document(Action::Change, (Some("C"), Some("D"))) };
        assert!(in_force.waits() && !in_force.is_coming());
        assert!(!Item { done_on: day, ..in_force }.waits());
        assert!(
            !Item { released_no: Some(1), ..item(Action::Change) }.waits(),
            "a record is in force at once"
        );
    }

    #[test]
    fn another_edition_overtakes_what_starts_from_the_one_before() {
        let now = |line, edition: &str| Edition {
            line,
            no: 1,
            edition: Some(edition.into()),
            change: "CR-2026-0001".into(),
            since: Timestamp::UNIX_EPOCH,
        };
        let ours = document(Action::Change, (Some("C"), Some("E")));
        assert!(ours.is_overtaken(&now(5, "D")));
        assert!(!ours.is_overtaken(&now(5, "C")), "that is from where it starts");
        let known = Item { stands_on: Some(5), ..ours.clone() };
        assert!(!known.is_overtaken(&now(5, "D")), "whoever wrote it knew of that one");
        assert!(known.is_overtaken(&now(6, "D")));
        assert!(!Item { released_no: Some(2), ..ours }.is_overtaken(&now(5, "D")), "it is in force");
        assert!(document(Action::Add, (None, Some("A"))).is_overtaken(&now(5, "D")), "there is one already");
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
