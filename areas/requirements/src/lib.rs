//! Requirements for products and services (8.2.2).
