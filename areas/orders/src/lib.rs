//! What we offer and what is ordered: quotations, orders, promises, and the gate before we commit (ISO 9001, 8.2.1 b and
//! 8.2.3).
//!
//! An order is accepted only when everybody who has a word in it says that nothing is missing. Days that were promised
//! are kept for ever, and where a customer's order differs from our quotation somebody settles it in their name.

mod commands;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Ladder, Migration, Registry, Role, Rung, To, Watched, text};

pub use commands::{
    Effect, File, Foreseen, NewDelivery, NewPromise, NewTold, Ordered, accept, acknowledge, ask_to_pass,
    consent, deliver, foresee_orders, import_orders, lay_beside, open_order, open_quotation, order_from,
    promise, read_file, read_pasted, send, settle, tell, watch,
};
pub use model::{
    CameBy, Difference, DifferenceKind, Late, Line, LineStanding, OnTime, Order, OrderSort, OrderState,
    OrderStep, Promise, Purchase, Quotation, QuotationState, QuotationStep, Reason, Resolution, Settled,
    Terms, Told, Waiver,
};
pub use queries::{
    Basis, Compared, basis_of, came_by, compared, deliveries, held_for, is_confirmed, kept_word_of,
    kept_words, lines, open_promises, origins, promises, settled, told, waivers,
};
pub use routes::{of_customer, on_set, routes, way};
pub use rules::{ACCEPT, Amount, DELIVER, ImportedOrder, label, total};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0021_orders", text: include_str!("../schema/0021_orders.sql") },
    Migration { name: "0044_resting", text: include_str!("../schema/0044_resting.sql") },
    Migration { name: "0054_agreed_beside", text: include_str!("../schema/0054_agreed_beside.sql") },
    Migration {
        name: "0079_sets_of_quotations",
        text: include_str!("../schema/0079_sets_of_quotations.sql"),
    },
    Migration { name: "0098_open_lines", text: include_str!("../schema/0098_open_lines.sql") },
];

/// What somebody has to look for at an order: whoever was asked, then who answers for quality.
const AWAITED: &[Ladder] = &[Ladder {
    of: Watched::Tasks,
    rungs: &[Rung { days: 1, to: To::Asked }, Rung { days: 5, to: To::Has(Role::Quality) }],
}];

/// The kinds of records of the area, and what orders ask before one is accepted.
pub fn registry() -> Registry {
    let size = kernel::Figure { name: "lines", label: || text!("Lines"), count: queries::sizes };
    let slips = kernel::Figure { name: "slips", label: || text!("Days moved"), count: queries::slips };
    let overridden =
        kernel::Mark { code: "overridden", word: || text!("overridden"), are: queries::OVERRIDDEN };
    queries::KEPT
        .into_iter()
        .fold(Registry::default(), Registry::keeping_words)
        .opened_by::<Quotation>(commands::open_quotation)
        .showing(&["number", "title", "customer", "body.valid_until", "revision", "owner", "state"])
        .opened_by::<Order>(commands::open_order)
        .reminding(AWAITED)
        .counting(size)
        .counting(slips)
        .marking(overridden)
        .showing(&[
            "number",
            "title",
            "customer",
            "body.ordered_on",
            "count.lines",
            "count.slips",
            "owner",
            "state",
        ])
        .asking(ACCEPT, queries::missing_of_order)
}
