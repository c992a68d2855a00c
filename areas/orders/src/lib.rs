//! What we offer and what is ordered: quotations, orders, promises, and the gate before we commit (ISO 9001, 8.2.1 b and
//! 8.2.3).
//!
//! An order is accepted only when everybody who has a word in it says that nothing is missing. Days that were promised
//! are kept for ever, and where a customer's order differs from our quotation somebody settles it in their name.

mod commands;
mod letters;
mod model;
mod pages;
mod queries;
mod routes;
mod rules;

use kernel::{Migration, Registry, text};

pub use commands::{
    Effect, File, Foreseen, NewDelivery, NewPromise, NewTold, NewVerbal, Ordered, accept, acknowledge,
    answer, ask_to_pass, consent, deliver, foresee_orders, import_orders, lay_beside, open_order,
    open_quotation, order_from, promise, read_file, read_pasted, send, settle, tell, understood, watch,
};
pub use model::{
    Answer, CameBy, Difference, DifferenceKind, Late, Line, LineStanding, OnTime, Order, OrderSort,
    OrderState, OrderStep, Promise, Purchase, Quotation, QuotationState, QuotationStep, Reason, Resolution,
    Settled, Terms, Told, Verbal, VerbalAnswer, Waiver,
};
pub use queries::{
    Basis, Compared, basis_of, compared, deliveries, is_confirmed, kept_word_of, kept_words, lines,
    open_promises, origins, promises, settled, told, verbals, waivers,
};
pub use routes::{of_customer, routes};
pub use rules::{ACCEPT, Amount, ImportedOrder, label, total};

/// The schema of the area.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "0021_orders", text: include_str!("../schema/0021_orders.sql") }];

/// The kinds of records of the area, and what orders ask before one is accepted.
pub fn registry() -> Registry {
    let size = kernel::Figure { name: "lines", label: || text!("Lines"), count: queries::sizes };
    let slips = kernel::Figure { name: "slips", label: || text!("Days moved"), count: queries::slips };
    Registry::default()
        .keeping_words(queries::UNDERSTOOD)
        .keeping_words(queries::ANSWERED)
        .opened_by::<Quotation>(commands::open_quotation)
        .showing(&["number", "title", "customer", "body.valid_until", "revision", "owner", "state"])
        .opened_by::<Order>(commands::open_order)
        .counting(size)
        .counting(slips)
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
