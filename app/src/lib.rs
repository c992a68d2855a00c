//! The product, put together. The only crate that knows every area.

pub mod apart;
pub mod audit;
pub mod backup;
pub mod config;
pub mod demo;
pub mod drawings;
mod gates;
pub mod heads;
pub mod imports;
pub mod letters;
pub mod mails;
pub mod post;
pub mod server;
pub mod users;
pub mod wiring;
