//! The edge: requests come in as visits, go out as answers. Knows no area.

pub mod assets;
pub mod design;
pub mod language;
pub mod page;
pub mod parts;
