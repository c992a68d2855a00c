//! The edge: requests come in as visits, go out as answers. Knows no area.
