//! The law: who is asked, what still waits, when a review may be closed, and when the customer may confirm.

mod agenda;
mod clarification;
mod condition;
mod progress;
mod review;
mod signoff;
mod template;

pub use agenda::{OpenPoint, open_points};
pub use condition::{fulfilment, what_a_condition_wants};
pub use progress::{
    Answered, Committed, FunctionProgress, Heard, Item, Progress, Said, is_judged_by, progress,
};
pub use review::{Standing, waits_for_approval, why_not};
pub use signoff::{Confirming, SignedBy};
pub use template::{Why, asked_for};
