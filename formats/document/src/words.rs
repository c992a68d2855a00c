//! Which words does any file hold, a document or a plain text?

use crate::{DOCX, Document, Fault, PDF, VERSION, XLSX, sniff};

/// What made the text of a plain file. It changes whenever the same file would give another text.
pub const PLAIN_VERSION: &str = "plain 1";

/// What a document is whose text is read.
const READ: [&str; 3] = [PDF, DOCX, XLSX];

/// The longest plain file that is taken as a text, in bytes.
const LONGEST_PLAIN: usize = 5 << 20;

/// What became of reading a document: its text, why it has none, or nothing where whoever read it fell over.
pub type Extracted = Result<Document, Option<Fault>>;

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Its words, and what made them a text.
    Read { words: String, extractor: &'static str },
    /// One would expect words, and there are none: pictures of pages.
    Empty,
    /// One would expect words, and they could not be read.
    Unread(Option<Fault>),
    /// A picture, a table: nothing to read.
    Nothing,
}

impl Words {
    /// A text as it is kept: one sort of line end, nothing that steers a screen.
    pub fn of(text: &str, extractor: &'static str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let words: String = text.chars().filter(|it| !it.is_control() || matches!(it, '\n' | '\t')).collect();
        if words.trim().is_empty() { Self::Empty } else { Self::Read { words, extractor } }
    }

    /// The words and what made them, where there are some.
    pub fn read(&self) -> Option<(&str, &'static str)> {
        match self {
            Self::Read { words, extractor } => Some((words, extractor)),
            Self::Empty | Self::Unread(_) | Self::Nothing => None,
        }
    }
}

/// The words of a file of which the type and the name are told; `extract` reads what is a document.
pub fn words_of(
    (media_type, name): (&str, &str),
    bytes: &[u8],
    extract: &impl Fn(&str, &[u8]) -> Extracted,
) -> Words {
    if media_type.starts_with("text/") && bytes.len() <= LONGEST_PLAIN {
        return std::str::from_utf8(bytes).map_or(Words::Nothing, |it| Words::of(it, PLAIN_VERSION));
    }
    // Many programs send a PDF as bytes of no type; then the name says what it is.
    let is_typed = !media_type.is_empty() && media_type != "application/octet-stream";
    let kind = if is_typed || name.is_empty() { media_type } else { name };
    // Nothing of it is read here: only what may hold a text is worth a process of its own.
    let named = kind.to_lowercase();
    let is_named_so = READ[1..].contains(&kind) || [".docx", ".xlsx"].iter().any(|it| named.ends_with(it));
    if !READ.contains(&sniff(bytes, kind)) && !is_named_so {
        return Words::Nothing;
    }
    match extract(kind, bytes) {
        Ok(it) => Words::of(&it.text, VERSION),
        Err(Some(Fault::NotSupported)) => Words::Nothing,
        Err(why) => Words::Unread(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody(_: &str, _: &[u8]) -> Extracted {
        Err(None)
    }

    #[test]
    fn a_plain_file_is_read_here_and_a_document_by_whoever_reads_documents() {
        let of = |kind: &str, name: &str, bytes: &[u8]| words_of((kind, name), bytes, &nobody);
        let plain = of("text/plain", "a.txt", b"one\r\ntwo\x07");
        assert_eq!(plain.read(), Some(("one\ntwo", PLAIN_VERSION)));
        assert_eq!(of("text/plain", "a.txt", b" \n"), Words::Empty);
        assert_eq!(of("text/plain", "a.txt", b"\xff\xfe"), Words::Nothing);
        assert_eq!(of("image/png", "a.png", b"\x89PNG\r\n\x1a\n"), Words::Nothing);
        assert_eq!(of("application/octet-stream", "a.pdf", b"%PDF-1.7\n"), Words::Unread(None));
    }

    #[test]
    fn what_is_wrong_with_a_document_is_told() {
        let broken = |_: &str, _: &[u8]| Err(Some(Fault::Encrypted));
        let told = words_of((PDF, "a.pdf"), b"%PDF-1.7\n", &broken);
        assert_eq!(told, Words::Unread(Some(Fault::Encrypted)));
        let foreign = |_: &str, _: &[u8]| Err(Some(Fault::NotSupported));
        assert_eq!(words_of((PDF, "a.pdf"), b"%PDF-1.7\n", &foreign), Words::Nothing);
    }
}
