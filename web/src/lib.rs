//! The edge: requests come in as visits, go out as answers. Knows no area.

pub mod actions;
pub mod api;
pub mod assets;
mod bulk;
pub mod choosing;
mod columns;
pub mod common;
pub mod design;
mod edge;
pub mod extra;
mod failure;
mod form;
pub mod language;
pub mod list;
pub mod live;
pub mod openapi;
mod pace;
pub mod page;
pub mod paper;
pub mod parts;
mod path;
pub mod picture;
mod place;
pub mod question;
pub mod record;
mod routes;
mod server;
pub mod testing;
mod visit;
pub mod way;
pub mod words;

pub use actions::Action;
pub use choosing::{Among, Choosing, Colleagues};
pub use edge::{Door, Edge, Key, Known, Page};
pub use failure::{Failure, status_of};
pub use form::{Form, fields_of};
pub use live::Live;
pub use path::{Path, below, is_ours};
pub use place::Place;
pub use routes::{Address, Doc, Routes, Schema, schema_of, schema_of_sent};
pub use server::router;
pub use visit::{
    Answer, Envelope, Guest, GuestPosted, LARGEST_UPLOAD, Posted, SESSION, Sent, SentTable, Upload, Uploaded,
    Visit, off_the_loop, with_cookie,
};
