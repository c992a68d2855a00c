//! How does a paper look that one sends to a customer: a specification, a certificate, the record of a review?
//!
//! A paper is values, and comes out as PDF: tagged, and PDF/A-2a, or PDF/A-3a where files are attached. What people
//! wrote reaches the typesetter as data, and is never read as its language. The same paper always gives the same bytes.

mod rich;
#[cfg(feature = "typeset")]
mod setting;

use serde::{Deserialize, Serialize};

pub use rich::blocks;

/// A paper, all its words in the language of whoever gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its language, like `de`: for hyphens, and for programs that read aloud.
    pub language: String,
    /// Who sends it.
    pub house: House,
    /// What sort of paper it is: "Requirement specification".
    pub sort: String,
    pub title: String,
    /// Its number, like `RS-2026-0017`, and which of its revisions: at the top of each page.
    pub number: String,
    pub edition: String,
    /// What stands on the cover, each with what it is; without any there is no cover.
    pub cover: Vec<Fact>,
    /// The heading of the contents; without it there are none.
    pub contents: Option<String>,
    /// Whether headings are numbered.
    pub is_numbered: bool,
    pub blocks: Vec<Block>,
    /// The pictures that its Markdown shows; one that is not among them, or that cannot be set, is its words.
    #[serde(default)]
    pub shown: Vec<Shown>,
    /// At the foot of each page: the digest, in short.
    pub foot: String,
    /// Pages are counted in these words, like `("Page", "of")`.
    pub counting: (String, String),
    /// Where anybody can ask whether it is current.
    pub check: Option<Check>,
    pub attached: Vec<Attached>,
    /// The day on it: year, month, day. It never comes from a clock.
    pub day: Option<(i32, u8, u8)>,
    /// Said at the end where a sign of the text is in none of the typefaces and a box stands in its place.
    pub boxes: String,
    /// Room for the seal of the house, kept among the keywords so that it lies in the file as plain text: whoever
    /// sends the paper writes the seal over it, sign by sign.
    #[serde(default)]
    pub seal: String,
}

/// Who sends it, and in which dress.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    pub name: String,
    /// Below the name: address, telephone.
    pub lines: Vec<String>,
    /// The colour of rules and numbers, like `#0b5fa5`.
    pub accent: String,
    pub logo: Option<Picture>,
    /// At the foot of each page, in the words of the house: "Confidential. Uncontrolled when printed."
    #[serde(default)]
    pub notice: String,
}

/// A picture, with words for whoever cannot see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    #[serde(with = "in_base64")]
    pub bytes: Vec<u8>,
    pub words: String,
}

/// A picture where it stands in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// As the text names it.
    pub address: String,
    /// What its file is called: for whoever cannot see it, where the text has no words for it.
    pub name: String,
    #[serde(with = "in_base64")]
    pub bytes: Vec<u8>,
}

/// Something with what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
    /// Set like a machine's word: digests, codes.
    #[serde(default)]
    pub is_exact: bool,
}

/// What papers are put together from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    Heading {
        level: u8,
        words: String,
    },
    /// Markdown.
    Prose {
        markdown: String,
    },
    Facts {
        facts: Vec<Fact>,
    },
    /// A requirement: its number, what it says in Markdown, and what there is to know about it.
    Clause {
        number: String,
        markdown: String,
        facts: Vec<Fact>,
    },
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
        /// How wide each column is, in parts of the whole.
        widths: Vec<u32>,
    },
    Picture {
        picture: Picture,
        caption: String,
    },
    /// A name under something.
    Signature {
        /// What it means: "confirmed".
        meaning: String,
        name: String,
        role: String,
        statement: String,
        facts: Vec<Fact>,
        /// Said over it where it no longer counts.
        ended: Option<String>,
    },
    /// A sentence in a frame.
    Note {
        words: String,
    },
    NewPage,
}

/// Where anybody can ask whether a paper is current.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub heading: String,
    pub sentence: String,
    /// The whole address, which the QR code holds.
    pub address: String,
    pub code: String,
}

/// A file inside the paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    pub name: String,
    pub media_type: String,
    pub words: String,
    #[serde(with = "in_base64")]
    pub bytes: Vec<u8>,
}

/// Why a paper was not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no paper: the words are for the log.
    Misread(String),
    /// This program was built without a typesetter.
    NotBuilt,
    /// The typesetter gave up: the words are for the log.
    Unset(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Misread(why) => write!(to, "no paper: {why}"),
            Self::NotBuilt => write!(to, "this program was built without a typesetter"),
            Self::Unset(why) => write!(to, "not set: {why}"),
        }
    }
}

impl std::error::Error for Fault {}

/// Whether papers can be set by this program.
pub const IS_BUILT: bool = cfg!(feature = "typeset");

/// What made a paper. It changes whenever the same values would give another paper.
pub const VERSION: &str = "sheet 3";

impl Paper {
    /// For [`typeset`], perhaps in another process.
    ///
    /// # Errors
    /// None that is known: every value has a form in JSON.
    pub fn sent(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

/// Sets a paper, as it was sent. Gives the bytes of the PDF.
///
/// # Errors
/// Says what is wrong with the paper, or where the typesetter gave up.
pub fn typeset(sent: &[u8]) -> Result<Vec<u8>, Fault> {
    let paper: Paper = serde_json::from_slice(sent).map_err(|it| Fault::Misread(it.to_string()))?;
    #[cfg(feature = "typeset")]
    return setting::pdf(&paper);
    #[cfg(not(feature = "typeset"))]
    {
        let _ = qr(&paper.title);
        Err(Fault::NotBuilt)
    }
}

/// The QR code of an address, as SVG; none where it is too long for one.
fn qr(address: &str) -> Option<String> {
    let code = qrcode::QrCode::with_error_correction_level(address.as_bytes(), qrcode::EcLevel::M).ok()?;
    Some(code.render::<qrcode::render::svg::Color>().min_dimensions(120, 120).build())
}

mod in_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}
