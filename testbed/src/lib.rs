//! Databases for as long as a test or a measurement runs.
