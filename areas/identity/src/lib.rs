//! Who people are, what they answer for, and how they come in.
//!
//! People and functions are records. Passwords, sessions and tokens stand below a person and are read by
//! nobody else.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{HouseView, Jobs, Migration, Registry, text};

pub use commands::{
    Again, Arrival, Beginning, NewAbsence, NewToken, Opened, add_function, add_person, begin, begin_factor,
    change_password, change_settings, confirm_factor, door, end_absence, end_factor, enter_code,
    forget_password, half_session, is_administrator, join, keep_password, leave, let_leaders_go, mail_link,
    make_link, make_token, move_memberships, name_deputy, prove, reset_factor, return_to_work, revoke_links,
    revoke_session, revoke_token, set_entry_rules, set_password_by_link, set_roles, sign_in, sign_out,
    token_secret,
};
pub use model::{
    Awaits, Function, FunctionState, FunctionStep, Outcome, Person, PersonState, PersonStep, Purpose, Scope,
};
pub use pages::letter::done as by_link_done;
pub use pages::{filled, role_field, setup, summary};
pub use queries::{
    Company, Named, SessionLine, TokenLine, actor_of, address_of, administrators, answering_for,
    belonging_to, company, functions, functions_of, has_account, has_factor, is_empty, job_title_of,
    known_people, language_of, members_of, my_sessions, my_tokens, people_of, person_with_email, with_role,
    zone_of,
};
pub use routes::{
    Behind, Come, asks_for_code, by_link, house, pass_key, reached_at, routes, says_again, says_again_in,
    to_do,
};
pub use rules::factor::{code_at, new_factor};
pub use rules::{Cost, Hashed, check_password, hash, hash_at, hash_many, hash_many_at, is_email};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0002_identity", text: include_str!("../schema/0002_identity.sql") },
    Migration { name: "0012_door", text: include_str!("../schema/0012_door.sql") },
    Migration { name: "0045_house_sign_ins", text: include_str!("../schema/0045_house_sign_ins.sql") },
];

/// What the area does by itself.
pub fn jobs() -> Jobs {
    const DAILY: SignedDuration = SignedDuration::from_hours(24);
    Jobs::default()
        .every("sign_ins_forgotten", DAILY, |work, _| commands::forget_knocks(work).map(|_| ()))
        .every("leaders_let_go", DAILY, |work, _| commands::let_leaders_go(work, None))
}

/// The kinds of records of the area.
pub fn registry() -> Registry {
    Registry::default()
        .with::<Person>()
        .viewed(&[
            HouseView {
                key: "ours",
                name: || text!("Our people"),
                query: "is:open customer:none",
                sort: "title",
            },
            HouseView {
                key: "contacts",
                name: || text!("Contacts"),
                query: "is:open has:customer",
                sort: "title",
            },
            HouseView { key: "left", name: || text!("Left"), query: "is:closed", sort: "title" },
            HouseView { key: "all", name: || text!("All"), query: "", sort: "title" },
        ])
        .showing(&["number", "title", "body.job_title", "customer", "body.email", "body.phone", "state"])
        .with::<Function>()
        .viewed(&[
            HouseView { key: "active", name: || text!("Active"), query: "is:open", sort: "title" },
            HouseView { key: "all", name: || text!("All"), query: "", sort: "title" },
        ])
        .showing(&["number", "title", "body.accountable_for", "body.leader", "body.deputy", "state"])
}
