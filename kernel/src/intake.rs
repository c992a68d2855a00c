//! What an area takes in from tables and documents: its fields, what each row would do, and the deeds that do it.
//!
//! The area that keeps batches knows none of the areas whose records it fills: each gives a [`Target`], and `app`
//! puts them together.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{Permit, PersonId, Reader, Result, Text, Work, text};

/// The words of a row, by the names of the fields they were mapped to. What is not named was in no column, what is
/// empty was in an empty cell: both change nothing.
pub type Fields = BTreeMap<String, String>;

/// Something that is taken in: organisations, their people, the requirements of a set.
#[derive(Clone, Copy)]
pub struct Target {
    /// How it is called in addresses and on the command line: `customers`.
    pub code: &'static str,
    pub many: fn() -> Text,
    /// The prefix of the kind that it makes.
    pub kind: &'static str,
    /// Who may take it in.
    pub permit: Permit,
    /// The prefix of the kind of record that rows go into, where they go into one.
    pub into: Option<&'static str>,
    /// The codes of other targets whose keys rows may name.
    pub names: &'static [&'static str],
    pub fields: &'static [TargetField],
    /// What each row would do, in the order of the rows. Says what is wrong and asks nobody.
    pub foresee: fn(&Reader, &Asked) -> Result<Vec<Foresight>>,
    /// Does what was foreseen and decided, in the order of the rows.
    pub apply: fn(&mut Work, &Taking) -> Result<Vec<Applied>>,
    /// Takes back what a row did, as far as nobody went on from there.
    pub revert: fn(&mut Work, &Undo) -> Result<Reverted>,
}

/// A field that a column can be mapped to.
#[derive(Clone, Copy)]
pub struct TargetField {
    pub name: &'static str,
    pub label: fn() -> Text,
    /// What its column is called in files, in small letters, English and German.
    pub headings: &'static [&'static str],
    /// Without it there is nothing to take in.
    pub is_needed: bool,
}

/// The field that holds the key under which another system knows a row.
pub const KEY: &str = "key";

/// A row with its key in the batch.
#[derive(Clone, Debug)]
pub struct IntakeRow {
    pub id: i64,
    pub fields: Fields,
}

/// The records that came in under a key before.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    own: HashMap<String, i64>,
    of_others: HashMap<(String, String), i64>,
}

impl Keys {
    /// Remembers a key of the target itself.
    pub fn add(&mut self, key: &str, record: i64) {
        self.own.insert(key.to_owned(), record);
    }

    /// Remembers a key of another target.
    pub fn add_of(&mut self, target: &str, key: &str, record: i64) {
        self.of_others.insert((target.to_owned(), key.to_owned()), record);
    }

    /// The record that came in under a key.
    pub fn own(&self, key: &str) -> Option<i64> {
        self.own.get(key).copied()
    }

    /// The record that came in under a key of another target.
    pub fn of(&self, target: &str, key: &str) -> Option<i64> {
        self.of_others.get(&(target.to_owned(), key.to_owned())).copied()
    }
}

/// What is asked of a target.
pub struct Asked<'a> {
    /// The record that rows go into.
    pub into: Option<i64>,
    pub rows: &'a [IntakeRow],
    pub keys: &'a Keys,
    /// Whether rows that look like others are looked for, too; once somebody decided they are not.
    pub looks_for_doubles: bool,
}

crate::vocabulary! {
    /// What a row would do.
    pub enum Effect {
        #[default]
        New = text!("New"),
        Changes = text!("Changes what is there"),
        Same = text!("The same"),
        /// Looks like another one: somebody decides.
        Duplicate = text!("Likely duplicate"),
        Fault = text!("Faulty"),
    }
}

/// What one row would do, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foresight {
    pub effect: Effect,
    /// What the row is called.
    pub title: String,
    /// The record that it changes.
    pub target: Option<i64>,
    /// Its number.
    pub number: String,
    pub changes: Vec<Change>,
    /// The field and what to do about it.
    pub faults: Vec<(String, Text)>,
    /// What to know before it is taken in.
    pub notes: Vec<Text>,
    pub candidates: Vec<Candidate>,
    /// Whether it names another row, which is taken in first.
    pub waits: bool,
    /// Whether it opens no record, but puts something beside one: the address of a shared mailbox.
    #[serde(default)]
    pub is_beside: bool,
    /// The extra fields that have to be said of a new record and that it does not say, by their names.
    #[serde(default)]
    pub lacks: Vec<String>,
}

/// A field with what it says and what it would say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub old: String,
    pub new: String,
}

/// What a row may be a double of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// A record that is there; none where it is a row of the same batch.
    pub record: Option<i64>,
    pub row: Option<i64>,
    /// The number of the record, or the key of the row in its file.
    pub number: String,
    pub title: String,
    pub is_certain: bool,
    pub reasons: Vec<Text>,
}

/// Rows that are to be taken in, all in one deed.
pub struct Taking<'a> {
    pub into: Option<i64>,
    /// Who answers for what is new.
    pub owner: PersonId,
    pub keys: &'a Keys,
    pub rows: &'a [TakenRow],
}

/// A row as it was decided.
#[derive(Clone, Debug)]
pub struct TakenRow {
    pub fields: Fields,
    /// The record to change; none opens a new one.
    pub target: Option<i64>,
    /// Whether it only adds what the record does not say yet.
    pub only_fills: bool,
    /// What was foreseen.
    pub changes: Vec<Change>,
}

/// What a row did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The record that was made or changed.
    pub record: i64,
    pub is_new: bool,
    pub changes: Vec<Change>,
    /// What was made beside it, as the target understands it.
    pub beside: String,
}

/// A row whose effect is taken back.
pub struct Undo<'a> {
    pub fields: &'a Fields,
    pub applied: &'a Applied,
}

/// What became of taking it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reverted {
    Whole,
    /// Some of it stays, and why.
    Stays(Text),
}

impl Target {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static TargetField> {
        self.fields.iter().find(|it| it.name == name)
    }
}

impl Foresight {
    /// A row that cannot be taken in.
    #[must_use]
    pub fn faulty(mut self, faults: Vec<(String, Text)>) -> Self {
        if !faults.is_empty() {
            self.effect = Effect::Fault;
            self.faults = faults;
        }
        self
    }
}
