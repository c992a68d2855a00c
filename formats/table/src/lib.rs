//! How do tables leave for a spreadsheet, and how do they come back?

mod csv_file;
mod pasted;
mod reading;
mod workbook;
mod xlsx;

use jiff::civil::Date;

pub use csv_file::{Signature, csv_out};
pub use pasted::tsv_in;
pub use reading::{Rows, csv_in};
pub use workbook::{Page, xlsx_in};
pub use xlsx::{Sheet, xlsx_out};

/// One cell on its way out. What sort it is decides how a spreadsheet treats it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    /// Not shown if it is no number or infinite.
    Number(f64),
    Whole(i64),
    Day(Date),
    Link {
        text: String,
        url: String,
    },
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// Why a table could not go out or come in.
#[derive(Debug)]
pub enum Fault {
    /// A quotation mark opened in this line (from 1) is never closed.
    OpenQuotation {
        line: usize,
    },
    /// More rows or columns than a spreadsheet holds, or a file larger than 50 MB.
    TooLarge,
    /// The bytes are no text in any encoding that spreadsheets write.
    NotText,
    /// It is no workbook.
    NotSupported,
    /// An Excel file of before 2007, or one that opens with a password only: both lie in the same container.
    Encrypted,
    /// The spreadsheet could not be written or read; the words are for the log.
    Broken(String),
    Io(std::io::Error),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OpenQuotation { line } => write!(out, "a quotation mark in line {line} is never closed"),
            Self::TooLarge => write!(out, "too large for a spreadsheet"),
            Self::NotText => write!(out, "not a text"),
            Self::NotSupported => write!(out, "not a workbook"),
            Self::Encrypted => write!(out, "older than XLSX, or opens with a password only"),
            Self::Broken(why) => write!(out, "broken: {why}"),
            Self::Io(error) => write!(out, "{error}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Whether a spreadsheet would read a text as a formula (OWASP, CSV injection). Quotation marks that were put
/// before it to prevent that are looked through, so that putting one there can be undone.
fn looks_like_a_formula(text: &str) -> bool {
    let first = text.trim_start_matches('\'').chars().next();
    first.is_some_and(|it| {
        matches!(it, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    })
}
