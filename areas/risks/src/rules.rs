//! The law: how bad a risk is, who may bear one and until when, and when a plan stands ready.

mod contingency;
mod matrix;
mod risk;

pub use self::contingency::{Consent, digest_of};
pub use self::matrix::InForce;
pub use self::risk::{ACCEPTORS, Rated, is_over, latest, level_now, steps_now};
