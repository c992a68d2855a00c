//! Identifiers that know what they identify.

use std::fmt;
use std::marker::PhantomData;

/// The key of a `T`. An `Id<Change>` cannot be given where an `Id<Customer>` is wanted.
pub struct Id<T>(pub(crate) i64, PhantomData<fn() -> T>);

impl<T> Id<T> {
    pub(crate) fn new(raw: i64) -> Self {
        Self(raw, PhantomData)
    }

    /// The key as it stands in columns and bodies.
    pub fn raw(self) -> i64 {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
