//! The five ways a request can end badly.

use std::fmt;

use postgres::error::SqlState;

use crate::Text;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no, and say what is missing. Shown to the person as it is.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The form cannot be accepted; each fault belongs to a field.
    #[error("{0}")]
    Invalid(#[from] Faults),
    /// There is no such thing, or the actor may not know that there is.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it first. Both versions are shown, and nothing that was typed is lost.
    #[error("changed by somebody else meanwhile")]
    Stale,
    /// Our fault. Logged once, at the edge; never shown.
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Wraps a fault of ours.
pub fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            other => Self::Broken(other.into()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<Text> for Error {
    fn from(sentence: Text) -> Self {
        Self::Refused(Refusal::because(sentence))
    }
}

impl Error {
    /// Whether others got in the way, so that the whole deed may be begun again.
    pub(crate) fn is_overtaken(&self) -> bool {
        // The last is what PostgreSQL says when it can no longer remember who depends on whom.
        const OVERTAKEN: [SqlState; 3] =
            [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::OUT_OF_MEMORY];
        let Self::Broken(error) = self else { return false };
        let code = error.downcast_ref::<postgres::Error>().and_then(|it| it.code());
        code.is_some_and(|it| OVERTAKEN.contains(it))
    }
}

/// Why not, and what to do about it: one line for each thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal(pub Vec<Missing>);

/// One thing that is missing, as a sentence that says what to do, and where it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub sentence: Text,
    /// The address of the page where it can be mended.
    pub link: Option<String>,
}

/// What a guard answers.
pub type Verdict = Result<(), Refusal>;

impl Refusal {
    /// Refuses for one reason.
    pub fn because(sentence: Text) -> Self {
        Self(vec![Missing { sentence, link: None }])
    }

    /// Refuses unless the fact holds.
    pub fn unless(holds: bool, sentence: Text) -> Verdict {
        if holds { Ok(()) } else { Err(Self::because(sentence)) }
    }

    /// Refuses with everything that is missing, or not at all.
    pub fn of(missing: Vec<Missing>) -> Verdict {
        if missing.is_empty() { Ok(()) } else { Err(Self(missing)) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let sentences: Vec<_> = self.0.iter().map(|it| it.sentence.to_string()).collect();
        formatter.write_str(&sentences.join(" "))
    }
}

/// What is wrong with a form, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<(String, Text)>);

impl Faults {
    /// A form with one fault.
    pub fn one(field: &str, sentence: Text) -> Self {
        Self(vec![(field.to_owned(), sentence)])
    }

    /// Notes a fault of a field.
    pub fn add(&mut self, field: &str, sentence: Text) -> &mut Self {
        self.0.push((field.to_owned(), sentence));
        self
    }

    /// Notes a fault unless the claim holds.
    pub fn unless(&mut self, holds: bool, field: &str, sentence: Text) -> &mut Self {
        if !holds {
            self.add(field, sentence);
        }
        self
    }

    /// What is wrong with one field.
    pub fn of(&self, field: &str) -> Option<&Text> {
        self.0.iter().find(|(it, _)| it == field).map(|(_, sentence)| sentence)
    }

    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let faults: Vec<_> = self.0.iter().map(|(field, sentence)| format!("{field}: {sentence}")).collect();
        formatter.write_str(&faults.join(" "))
    }
}
