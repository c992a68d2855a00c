//! The nouns: a batch, what it was read from, and what was decided about each of its rows.

use kernel::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file that is taken in. The title is what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Batch {
    /// What is taken in: `customers`, `contacts`, `requirements`, `catalogue`.
    pub target: String,
    /// The record that rows go into: a requirement set.
    pub into_record: Option<i64>,
    pub file_name: String,
    pub form: Form,
    /// As it was found: `UTF-8`, `windows-1252`.
    pub encoding: String,
    pub separator: String,
    /// The sheet that is read, of those that a workbook has.
    pub sheet: String,
    pub sheets: Vec<String>,
    /// The row that holds the headings, counted from 1 among the rows that hold anything; 0 where none does.
    pub header_row: i64,
    pub headings: Vec<String>,
    /// The field that each column is taken for; empty where it is left out.
    pub columns: Vec<String>,
    /// Whether a person said so. The next file with the same headings is read the same way.
    pub is_mapped_by_hand: bool,
}

kernel::vocabulary! {
    /// What sort of file it is.
    pub enum Form {
        #[default]
        Csv = text!("CSV"),
        Xlsx = text!("Excel workbook"),
        Markdown = text!("Markdown"),
        Docx = text!("Word document"),
        Pdf = text!("PDF"),
    }
}

impl Form {
    /// Whether its rows are clauses of a text, each of which somebody confirms.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Markdown | Self::Docx | Self::Pdf)
    }
}

kernel::vocabulary! {
    pub enum BatchState {
        /// Looked at; nothing was written yet.
        #[default]
        Staged = text!("Staged"),
        /// Being taken in, piece by piece.
        Applying = text!("Being taken in"),
        Applied = text!("Taken in"),
        /// Being taken back, piece by piece.
        Reverting = text!("Being taken back"),
        Reverted = text!("Taken back"),
        Discarded = text!("Discarded"),
    }
}

kernel::vocabulary! {
    pub enum BatchStep {
        #[default]
        Apply = text!("Take in"),
        /// Nothing that was decided is left.
        Finish = text!("Finish"),
        Revert = text!("Take back"),
        /// Everything that could be was taken back.
        FinishRevert = text!("Finish taking back"),
        Discard = text!("Discard"),
    }
}

kernel::vocabulary! {
    /// What somebody decided about a row.
    pub enum Choice {
        /// Nobody decided yet.
        #[default]
        Open = text!("Not decided"),
        Take = text!("Take in"),
        Merge = text!("Merge"),
        Leave = text!("Leave out"),
        /// There is nothing to decide.
        None = text!("Nothing to do"),
    }
}

kernel::vocabulary! {
    /// What became of a row.
    pub enum Outcome {
        #[default]
        Waiting = text!("Not yet"),
        Made = text!("Made"),
        Changed = text!("Changed"),
        /// It said nothing new when its turn came.
        Nothing = text!("Nothing to do"),
        /// It could not be taken in, and why.
        Kept = text!("Not taken in"),
        Reverted = text!("Taken back"),
        /// It could not be taken back wholly, and why.
        Stays = text!("Stays"),
    }
}
