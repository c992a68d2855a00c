//! Changing what was agreed or released (ISO 9001, 8.2.4): from what makes it necessary to seeing that it works.
//!
//! A change names what it touches and holds it, proposes what each is to say, asks what that means, is approved by
//! signature, and puts all of it in force together. It acts on kinds that it does not know, through the registry.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry};

pub use commands::{
    Consent, Edit, ForOrders, Learned, NewPlanTask, Policy, Signer, accept_all, answer, ask_approval,
    ask_impacts, compare, confirm, decide, decide_orders, defer, done, drop_criterion, edit, fix_criterion,
    judge, keep_policy, learn, plan_task, propose, put_on_what_it_says_now, raise, reject, release,
    remove_policy, replace, replan, resume, send_back, sign, undecide, withdraw,
};
pub use model::{
    Action, Alternative, Aspect, ChangeRequest, Choice, Criterion, Impact, Item, Lesson, Meeting,
    NewCriterion, NewItem, Reach, Risk, Source, State, Step, Told, Track, Verdict,
};
pub use queries::{
    OpenLine, Procedure, Replanned, conflict, criteria, found_from, impacts, items, lessons_like, meetings,
    open_lines, procedure, replanned, waiting,
};
pub use routes::{compared, routes};
pub use rules::{RELEASE, Reached, track};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0023_changes", text: include_str!("../schema/0023_changes.sql") },
    Migration { name: "0029_change_orders", text: include_str!("../schema/0029_change_orders.sql") },
];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default().opened_by::<ChangeRequest>(commands::raise).raised_from_any("/changes/new").showing(
        &["number", "title", "body.source", "customer", "body.reach", "body.risk", "owner", "due", "state"],
    )
}
