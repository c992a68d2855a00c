//! Mail as it comes.
