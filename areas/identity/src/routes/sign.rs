//! What somebody says again to sign, in a form or as a program: it is looked at before the deed.

use std::sync::Arc;

use serde_json::Value as Json;
use web::{Failure, Visit, off_the_loop};

use crate::commands::{self, Again};

/// In the fields of a form.
pub async fn says_again(visit: &Visit) -> Result<Again, Failure> {
    look_at(visit, visit.form.raw("password"), visit.form.text("code")).await
}

/// In the fields of what a program sent.
pub async fn says_again_in(visit: &Visit, sent: &Json) -> Result<Again, Failure> {
    let said = |name: &str| sent[name].as_str().unwrap_or_default();
    look_at(visit, said("password"), said("code")).await
}

async fn look_at(visit: &Visit, password: &str, code: &str) -> Result<Again, Failure> {
    let (edge, actor) = (Arc::clone(&visit.edge), visit.known.actor.clone());
    let (password, code) = (password.to_owned(), code.to_owned());
    let again = off_the_loop(move || commands::say_again(&edge.db, &actor, &password, &code)).await;
    again.map_err(|error| Failure::of(error, &visit.envelope))
}
