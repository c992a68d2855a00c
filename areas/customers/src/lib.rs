//! Organisations and their people (8.2.1).
