//! Everything said with a customer (8.2.1).
