//! Errands in a process of their own: what reads documents of strangers, or takes much memory, must harm nobody
//! else when it goes wrong.

use std::fmt;

use crate::Reader;

/// Runs an errand that is known by name: bytes go in, bytes come out. Put in by the product, which knows how a
/// process is started and what it may take.
pub struct Apart(Box<Run>);

type Run = dyn Fn(&str, &[u8]) -> Result<Vec<u8>, Mishap> + Send + Sync;

/// Why an errand came to nothing. What was sent is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It took longer than it may, and was ended.
    TooLong,
    /// It fell over: for want of memory, or by a fault of its own. The words are for the log.
    Fell(String),
    /// It did what it could and says why that was not enough. The words are for the log.
    Failed(String),
    /// It could not be begun. The words are for the log.
    NotBegun(String),
}

impl Apart {
    pub fn new(run: impl Fn(&str, &[u8]) -> Result<Vec<u8>, Mishap> + Send + Sync + 'static) -> Self {
        Self(Box::new(run))
    }

    /// For products without errands: none is begun.
    pub fn nowhere() -> Self {
        Self::new(|errand, _| Err(Mishap::NotBegun(format!("this product has no errand “{errand}”"))))
    }

    /// Runs one.
    ///
    /// # Errors
    /// Says why it came to nothing.
    pub fn run(&self, errand: &str, sent: &[u8]) -> Result<Vec<u8>, Mishap> {
        (self.0)(errand, sent)
    }
}

impl Reader<'_> {
    /// Has something done in a process of its own while a question is answered.
    ///
    /// # Errors
    /// Says why it came to nothing.
    pub fn apart(&self, errand: &str, sent: &[u8]) -> Result<Vec<u8>, Mishap> {
        self.house.apart.run(errand, sent)
    }
}

impl fmt::Display for Mishap {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooLong => write!(to, "took too long and was ended"),
            Self::Fell(why) => write!(to, "fell over: {why}"),
            Self::Failed(why) => write!(to, "failed: {why}"),
            Self::NotBegun(why) => write!(to, "could not be begun: {why}"),
        }
    }
}

impl std::error::Error for Mishap {}
