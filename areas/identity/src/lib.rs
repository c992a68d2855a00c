//! People, functions, roles, sign-in.
