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

use jiff::SignedDuration;
use kernel::{Jobs, Ladder, Migration, Registry, Role, Rung, To, Watched};

pub use commands::{
    Accepted, Consent, Edit, ForOrders, IssueEdit, Learned, LookingBack, NewPlanTask, OtherDays, Policy,
    Reply, Signer, accept_all, accept_found, acknowledge, answer, ask_approval, ask_impacts,
    ask_these_to_read, book, compare, confirm, confirm_as_told, decide, decide_orders, defer, done,
    drop_criterion, edit, edit_issue, entrust, escalate, excuse_reader, finish, fix_criterion,
    follow_no_more, have_the_year_looked_back_on, judge, keep_policy, learn, leave_file, let_follow,
    look_back, need, plan_task, propose, propose_file, propose_many, put_on_what_it_says_now, raise,
    raise_issue, reject, release, remove_policy, replace, replace_words, replan, resource_is, resume,
    send_back, sign, take_end_back, take_file_away, tell_lateness, undecide, watch, withdraw,
};
pub use model::{
    Action, Alternative, Aspect, Became, ChangeReader, ChangeRequest, Choice, Criterion, CustomersTurn,
    Impact, Issue, IssueLine, IssueState, IssueStep, Item, Lesson, Lying, Meeting, NewCriterion, NewItem,
    Objected, Outcome, Reach, Risk, Source, State, Step, Told, Track, Turn, Verdict,
};
pub use queries::{
    Against, OpenLine, Plan, Planned, Procedure, Replanned, all_found, conflict, contract_that_asks,
    criteria, found_from, impacts, issues, items, lessons_like, meetings, open_lines, plan, procedure,
    put_in_force, read_of, readers, replanned, waiting,
};
pub use routes::{compared, routes};
pub use rules::{DECIDERS, RELEASE, Reached, track};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0023_changes", text: include_str!("../schema/0023_changes.sql") },
    Migration { name: "0029_change_orders", text: include_str!("../schema/0029_change_orders.sql") },
    Migration { name: "0035_change_issue", text: include_str!("../schema/0035_change_issue.sql") },
    Migration { name: "0053_change_looked_at", text: include_str!("../schema/0053_change_looked_at.sql") },
    Migration { name: "0072_change_file", text: include_str!("../schema/0072_change_file.sql") },
    Migration { name: "0075_change_readers", text: include_str!("../schema/0075_change_readers.sql") },
    Migration {
        name: "0077_change_reader_excused",
        text: include_str!("../schema/0077_change_reader_excused.sql"),
    },
    Migration { name: "0088_change_year", text: include_str!("../schema/0088_change_year.sql") },
    Migration { name: "0092_replan_begins", text: include_str!("../schema/0092_replan_begins.sql") },
    Migration { name: "0096_change_stays", text: include_str!("../schema/0096_change_stays.sql") },
    Migration { name: "0100_papers", text: include_str!("../schema/0100_papers.sql") },
    Migration { name: "0101_paper_names", text: include_str!("../schema/0101_paper_names.sql") },
];

/// A step of a plan, or what a function is asked: who was asked, then who answers for the change, then for quality.
const OF_CHANGES: &[Ladder] = &[Ladder {
    of: Watched::Tasks,
    rungs: &[
        Rung { days: -2, to: To::Asked },
        Rung { days: 1, to: To::Asked },
        Rung { days: 3, to: To::Owner },
        Rung { days: 7, to: To::Has(Role::Quality) },
    ],
}];

/// An issue on the way: its owner, then who answers for quality, then who approves changes.
const OF_ISSUES: &[Ladder] = &[Ladder {
    of: Watched::Records(&["open", "escalated"]),
    rungs: &[
        Rung { days: -1, to: To::Owner },
        Rung { days: 1, to: To::Owner },
        Rung { days: 3, to: To::Has(Role::Quality) },
        Rung { days: 7, to: To::Has(Role::Approver) },
    ],
}];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .opened_by::<ChangeRequest>(commands::raise)
        .raised_from_any("/changes/new")
        .proposing(queries::proposed_for)
        .reminding(OF_CHANGES)
        .seeing_to(commands::ask_anew)
        .showing(&[
            "number",
            "title",
            "body.source",
            "customer",
            "body.reach",
            "body.risk",
            "owner",
            "due",
            "state",
        ])
        .opened_by::<Issue>(commands::raise_issue)
        .reminding(OF_ISSUES)
        .showing(&["number", "title", "body.change", "body.days", "body.cost", "owner", "due", "state"])
}

/// What the area does by itself.
pub fn jobs() -> Jobs {
    Jobs::default()
        .every("changes.watch", SignedDuration::from_hours(6), commands::watch)
        .every("changes.lateness", SignedDuration::from_hours(6), commands::tell_lateness)
        .every("changes.year", SignedDuration::from_hours(6), commands::have_the_year_looked_back_on)
        .does(commands::END, commands::end_on_its_day)
}
