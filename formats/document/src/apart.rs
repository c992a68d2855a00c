//! The same in another process: what is sent there, and what comes back.
//!
//! A question is one line of JSON (what the file is said to be) with the bytes of the file behind it; an answer is
//! JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Document, Fault, Limits, read};

/// What reading came to, as it is sent.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Read(Document),
    NotSupported,
    Encrypted,
    Broken(String),
    TooLarge(String),
}

#[derive(Serialize, Deserialize)]
struct Asked {
    kind: String,
}

/// A question about a file, for [`answer`].
pub fn question(media_type_or_name: &str, bytes: &[u8]) -> Vec<u8> {
    let asked = Asked { kind: media_type_or_name.to_owned() };
    let mut question = serde_json::to_vec(&asked).unwrap_or_default();
    question.push(b'\n');
    question.extend_from_slice(bytes);
    question
}

/// Reads the file that a question holds.
///
/// # Errors
/// What is no question.
pub fn answer(question: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let end = question.iter().position(|it| *it == b'\n').unwrap_or(question.len());
    let asked: Asked = serde_json::from_slice(&question[..end])?;
    let bytes = question.get(end + 1..).unwrap_or_default();
    serde_json::to_vec(&match read(&asked.kind, bytes, &Limits::default()) {
        Ok(it) => Outcome::Read(it),
        Err(Fault::NotSupported) => Outcome::NotSupported,
        Err(Fault::Encrypted) => Outcome::Encrypted,
        Err(Fault::Broken(why)) => Outcome::Broken(why),
        Err(Fault::TooLarge { limit }) => Outcome::TooLarge(limit.to_owned()),
    })
}

/// What an answer says.
///
/// # Errors
/// What is no answer.
pub fn understood(answer: &[u8]) -> Result<Result<Document, Fault>, serde_json::Error> {
    Ok(match serde_json::from_slice(answer)? {
        Outcome::Read(it) => Ok(it),
        Outcome::NotSupported => Err(Fault::NotSupported),
        Outcome::Encrypted => Err(Fault::Encrypted),
        Outcome::Broken(why) => Err(Fault::Broken(why)),
        Outcome::TooLarge(limit) => Err(Fault::TooLarge { limit: named(&limit) }),
    })
}

/// The limit of that name.
fn named(limit: &str) -> &'static str {
    const ALL: [&str; 6] = ["bytes", "unpacked", "characters", "pages", "objects", "time"];
    ALL.into_iter().find(|it| *it == limit).unwrap_or("unpacked")
}

/// Why a file was not read by another process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It was looked at, and this is wrong with it.
    Wrong(Fault),
    /// Reading it came to nothing; the words are for the log.
    CameToNothing(String),
}

/// The text of a file as another process reads it: `child` is sent a question and gives what [`answer`] says there.
///
/// # Errors
/// What is wrong with the file, or why there is no answer.
pub fn read_apart<E: fmt::Display>(
    media_type_or_name: &str,
    bytes: &[u8],
    child: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Document, Unread> {
    let answer = child(&question(media_type_or_name, bytes))
        .map_err(|why| Unread::CameToNothing(format!("reading it {why}")))?;
    let read = understood(&answer)
        .map_err(|why| Unread::CameToNothing(format!("what read it answered nonsense: {why}")))?;
    read.map_err(Unread::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(kind: &str, bytes: &[u8]) -> Result<Document, Fault> {
        understood(&answer(&question(kind, bytes)).unwrap()).unwrap()
    }

    #[test]
    fn a_child_that_comes_to_nothing_is_told_apart_from_a_file_that_is_wrong() {
        let read = |child: fn(&[u8]) -> Result<Vec<u8>, String>| read_apart("a.pdf", b"no document", child);
        assert_eq!(
            read(|_| Err("took too long".into())),
            Err(Unread::CameToNothing("reading it took too long".into()))
        );
        assert!(matches!(read(|_| Ok(b"{".to_vec())), Err(Unread::CameToNothing(_))));
        assert_eq!(read(|it| Ok(answer(it).unwrap())), Err(Unread::Wrong(Fault::NotSupported)));
    }

    #[test]
    fn an_answer_says_what_reading_it_here_says() {
        let broken = b"%PDF-1.7 broken\nand more";
        let here = read(crate::PDF, broken, &Limits::default());
        assert_eq!(there_and_back(crate::PDF, broken), here);
        assert!(matches!(here, Err(Fault::Broken(_))));
        assert_eq!(there_and_back("image/png", b"\n\n\x00"), Err(Fault::NotSupported));
    }

    #[test]
    fn what_is_no_question_is_no_answer_either() {
        assert!(answer(b"%PDF-1.7").is_err());
        assert!(understood(b"").is_err());
    }
}
