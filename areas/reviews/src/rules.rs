//! The law: who is asked, what still waits, when a review may be closed, and when the customer may confirm.

mod clarification;
mod progress;
mod review;
mod signoff;
mod template;

pub use progress::{
    Answered, Committed, FunctionProgress, Heard, Item, Progress, Said, is_judged_by, progress,
};
pub use review::{Standing, waits_for_approval, what_functions_owe, why_not};
pub use signoff::{Confirming, SignedBy};
pub use template::{Why, asked_for};
