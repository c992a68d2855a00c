//! Reviewing the requirements before we commit (ISO 9001, 8.2.3): templates, verdicts by function, questions to the
//! customer, signatures, and the customer's confirmation. It judges whatever is frozen, of any kind.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use jiff::SignedDuration;
use kernel::{Jobs, Ladder, Migration, Registry, Role, Rung, To, Watched};

pub use commands::{
    Answering, Closing, Committing, Confirmed, Given, GivenAnswer, Judging, NewCondition, Question, Signer,
    Spoken, answer, ask, ask_no_longer, commit, complete, confirm, confirm_condition, decline,
    expire_and_remind, judge, link_again, meet, offer_to_customer, open, release_template, released,
    remind_of_questions, resume, revoke, say, send_condition_back, settle_with, take_up, withdraw,
    withdraw_sign_off,
};
pub use model::{
    Answer, Asked, Clarification, ClarificationState, Feasible, Fulfilment, Gate, LetStand, Matter, Minuted,
    Order, Policy, Review, ReviewState, ReviewStep, RiskClass, Row, Scope, Share, SignOff, SignOffState,
    SignOffStep, Signatory, Template, TemplateState, ToBeOffered, Verdict, When, Word,
};
pub use queries::{
    as_read, clarifications_of, conditions, has_accepted_review, last_confirmed, missing_before_order,
    missing_before_sale, questions_about, reviews_of, sign_offs_of, unmet_at, what_is_open,
};
pub use routes::{Elsewhere, Sheet, asked_and_answered, beside_subject, routes, to_do};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0019_reviews", text: include_str!("../schema/0019_reviews.sql") },
    Migration { name: "0057_condition_word", text: include_str!("../schema/0057_condition_word.sql") },
    Migration { name: "0073_condition_end", text: include_str!("../schema/0073_condition_end.sql") },
    Migration { name: "0081_condition_kept", text: include_str!("../schema/0081_condition_kept.sql") },
    Migration { name: "0083_review_outcome", text: include_str!("../schema/0083_review_outcome.sql") },
    Migration { name: "0095_review_stays", text: include_str!("../schema/0095_review_stays.sql") },
];

/// Verdicts and conditions that are awaited: who was asked, then who moderates, then who answers for quality.
const AWAITED: &[Ladder] = &[Ladder {
    of: Watched::Tasks,
    rungs: &[
        Rung { days: -2, to: To::Asked },
        Rung { days: 1, to: To::Asked },
        Rung { days: 3, to: To::Owner },
        Rung { days: 7, to: To::Has(Role::Quality) },
    ],
}];
/// What lies with the customer: whoever asked them, then who answers for quality. The customer has letters.
const WITH_THE_CUSTOMER: &[Ladder] = &[Ladder {
    of: Watched::Tasks,
    rungs: &[Rung { days: 0, to: To::Asked }, Rung { days: 5, to: To::Has(Role::Quality) }],
}];

/// The kinds of records of the area.
pub fn registry() -> Registry {
    queries::KEPT
        .into_iter()
        .fold(Registry::default(), Registry::keeping_words)
        .opened_by::<Review>(commands::open)
        .reminding(AWAITED)
        .showing(&["number", "title", "customer", "body.revision", "body.scope", "owner", "due", "state"])
        .with::<Template>()
        .showing(&["number", "title", "body.purpose", "revision", "changed", "state"])
        .opened_by::<Clarification>(commands::ask_elsewhere)
        .describing_its_opening(
            "Opens none: what a customer is asked is sent to /api/v1/reviews/{number}/clarifications, which writes the letter",
        )
        .reminding(WITH_THE_CUSTOMER)
        .showing(&["number", "title", "customer", "body.item", "body.is_theirs", "owner", "changed", "state"])
        .opened_by::<SignOff>(commands::offer_to_customer)
        .reminding(WITH_THE_CUSTOMER)
        .showing(&["number", "title", "customer", "body.revision", "body.until", "owner", "state"])
}

/// What the area does by itself.
pub fn jobs() -> Jobs {
    Jobs::default().every("sign-offs", SignedDuration::from_hours(1), commands::expire_and_remind).every(
        "clarifications",
        SignedDuration::from_hours(1),
        |work, _| commands::remind_of_questions(work),
    )
}
