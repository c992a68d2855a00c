//! Which text does a PDF, a DOCX or a workbook hold?
//!
//! The text is made once when a file comes in and is cited by place ever after. So the same bytes always give the
//! same text under the same `VERSION`, and what would make the text depend on chance is refused instead.

mod apart;
mod clauses;
mod docx;
mod pdf;
mod sniff;
mod words;
mod xlsx;

use std::ops::Range;
use std::time::Duration;

pub use apart::{Unread, answer, question, read_apart, understood};
pub use clauses::{Clause, Force, clauses, force};
pub use sniff::{may_be_shown, sniff};
pub use words::{Extracted, PLAIN_VERSION, Words, words_of};

/// What made a text. It changes whenever the same file would give another text.
pub const VERSION: &str = "document 1";

pub const PDF: &str = "application/pdf";
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// One line a paragraph, heading, item or row; cells are parted by tabs.
    pub text: String,
    /// Where each page stands in the text, in Unicode characters. A DOCX has one, a workbook one
    /// for each sheet with words.
    pub pages: Vec<Range<usize>>,
    /// What the file calls itself, if it does.
    pub title: Option<String>,
    /// Pages, counted from 1, of which not all could be read.
    pub unread: Vec<usize>,
}

/// How much a file may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of the file.
    pub bytes: usize,
    /// Of everything in it, unpacked.
    pub unpacked: usize,
    /// Of the text.
    pub characters: usize,
    pub pages: usize,
    /// Objects of a PDF, elements of a DOCX.
    pub objects: usize,
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 50_000_000,
            unpacked: 200_000_000,
            characters: 5_000_000,
            pages: 5_000,
            objects: 2_000_000,
            time: Duration::from_secs(30),
        }
    }
}

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Neither PDF, DOCX nor XLSX.
    NotSupported,
    /// It opens with a password only.
    Encrypted,
    /// It contradicts its own format; the words are for the log.
    Broken(String),
    /// It asks for more than a limit, which is named: `bytes`, `unpacked`, `characters`, `pages`, `objects`, `time`.
    TooLarge { limit: &'static str },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotSupported => write!(out, "neither PDF, DOCX nor XLSX"),
            Self::Encrypted => write!(out, "opens with a password only"),
            Self::Broken(why) => write!(out, "broken: {why}"),
            Self::TooLarge { limit } => write!(out, "too large: {limit}"),
        }
    }
}

impl std::error::Error for Fault {}

/// The text of a file. What it is, its bytes decide; `media_type_or_name` is asked only where they leave it open.
pub fn read(media_type_or_name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    if bytes.len() > limits.bytes {
        return Err(Fault::TooLarge { limit: "bytes" });
    }
    match sniff(bytes, media_type_or_name) {
        PDF => pdf::read(bytes, limits),
        DOCX => docx::read(bytes, limits),
        XLSX => xlsx::read(bytes, limits),
        sniff::OLE if names_office(media_type_or_name) => Err(Fault::Encrypted),
        _ => Err(Fault::NotSupported),
    }
}

/// A DOCX or XLSX with a password is packed into the older container format (MS-OFFCRYPTO).
fn names_office(media_type_or_name: &str) -> bool {
    let name = media_type_or_name.to_lowercase();
    [DOCX, XLSX].contains(&media_type_or_name) || [".docx", ".xlsx"].iter().any(|it| name.ends_with(it))
}

/// The title, if it is one.
fn titled(title: &str) -> Option<String> {
    let title: String = title.chars().filter(|it| !it.is_control()).take(500).collect();
    let title = title.trim();
    let says_nothing = title.is_empty() || title.eq_ignore_ascii_case("untitled");
    (!says_nothing).then(|| title.to_owned())
}
