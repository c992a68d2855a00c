//! In which language a requirement is written, told by its small words.

use crate::text::Text;

/// A language whose rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    /// The code of the language (ISO 639-1).
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a code.
    pub fn of(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }
}

const ENGLISH: &[&str] = &[
    "the", "shall", "of", "and", "to", "is", "are", "be", "with", "for", "by", "at", "from", "not", "or",
    "within", "each", "all", "must", "should", "when", "that", "on", "than", "as", "if", "while", "before",
    "after",
];
const GERMAN: &[&str] = &[
    "der",
    "die",
    "das",
    "muss",
    "müssen",
    "soll",
    "sollen",
    "und",
    "von",
    "mit",
    "für",
    "bei",
    "ist",
    "sind",
    "den",
    "dem",
    "des",
    "ein",
    "eine",
    "einer",
    "einen",
    "nicht",
    "oder",
    "zu",
    "auf",
    "im",
    "werden",
    "wird",
    "wenn",
    "nach",
    "innerhalb",
    "mindestens",
    "höchstens",
    "über",
    "vor",
    "alle",
    "darf",
    "dürfen",
    "als",
    "aus",
    "zur",
    "zum",
];

/// The language of a text; English where nothing tells it.
pub fn language(words: &str) -> Language {
    let text = Text::of(words);
    let (mut english, mut german) = (0, 0);
    for word in &text.words {
        english += usize::from(ENGLISH.contains(&word.lower.as_str()));
        german += usize::from(GERMAN.contains(&word.lower.as_str()));
        german += usize::from(word.lower.contains(['ä', 'ö', 'ü', 'ß']));
    }
    if german > english { Language::German } else { Language::English }
}
