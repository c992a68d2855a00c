//! Gates: decisions that wait until everything is there, whichever part of the product has to say so.

use crate::{Missing, Reader, Registry, Result};

/// What one part of the product asks before a gate of a record, told by its key: a line for each thing that is
/// missing, with the page where it is mended.
pub type Asks = fn(&Reader, i64) -> Result<Vec<Missing>>;

/// Who has a word in which gate.
#[derive(Default)]
pub(crate) struct Gates(Vec<(&'static str, Asks)>);

impl Gates {
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

impl Registry {
    /// Gives a part of the product a word in a gate like `order.accept`.
    #[must_use]
    pub fn asking(mut self, gate: &'static str, asks: Asks) -> Self {
        self.gates.0.push((gate, asks));
        self
    }
}

impl Reader<'_> {
    /// Everything that is missing before a gate of a record, in the order in which those who ask were wired.
    pub fn missing_at(&self, gate: &str, record: i64) -> Result<Vec<Missing>> {
        let mut missing = Vec::new();
        for (_, asks) in self.registry().gates.0.iter().filter(|(it, _)| *it == gate) {
            missing.extend(asks(self, record)?);
        }
        Ok(missing)
    }
}
