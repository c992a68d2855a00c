//! Everything an area needs and nothing about clause 8.2.

mod text;

pub use text::{Gap, Plain, Text, Tongue};
