//! In which language a requirement is written, told by its small words.

use crate::text::Text;

/// A language whose rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
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
    let (english, german) = signs(words);
    if german > english { Language::German } else { Language::English }
}

/// The language of a text that nobody doubts: at least three small words of one, and hardly any of the other.
pub fn clear_language(words: &str) -> Option<Language> {
    let (english, german) = signs(words);
    let is_clear = |one: usize, other: usize| one >= 3 && one > 3 * other;
    if is_clear(english, german) {
        return Some(Language::English);
    }
    is_clear(german, english).then_some(Language::German)
}

/// How many words of a text are small words of English, and of German.
fn signs(words: &str) -> (usize, usize) {
    let text = Text::of(words);
    let (mut english, mut german) = (0, 0);
    for word in &text.words {
        english += usize::from(ENGLISH.contains(&word.lower.as_str()));
        german += usize::from(GERMAN.contains(&word.lower.as_str()));
        german += usize::from(word.lower.contains(['ä', 'ö', 'ü', 'ß']));
    }
    (english, german)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_clear_only_where_nobody_doubts_it() {
        let clear = |words: &str| clear_language(words).map(Language::code);
        assert_eq!(clear("The pump is with you by Friday, and the seals are on the way."), Some("en"));
        assert_eq!(
            clear("Die Pumpe ist am Freitag bei Ihnen, und die Dichtungen sind unterwegs."),
            Some("de")
        );
        for words in
            ["KD-80, 2 pc", "EPDM, as agreed.", "The pump is here. Die Pumpe ist hier, und das Ventil auch."]
        {
            assert_eq!(clear(words), None, "{words}");
        }
    }
}
