//! The product, put together. The only crate that knows every area.

pub mod config;
pub mod wiring;
