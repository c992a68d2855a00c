//! The law: when an order may be accepted, which day may be promised, and what differs between two papers.

mod amount;
mod differences;
mod import;
mod milestone;
mod order;
mod promise;
mod purchase;
mod quotation;

use std::collections::BTreeMap;

use kernel::{Actor, Faults, Permit, Permit::Any, Role::*, Verdict, text};

pub use self::amount::{Amount, total};
pub use self::differences::{
    Agreed, Beside, SPECIFICATION, beside, has_a_field, is_written, left_over, open_differences,
    revision_named, there, write_theirs,
};
pub use self::import::{ImportedOrder, MOST_ORDERS, is_called, must_be_values, read_orders};
pub use self::milestone::{in_their_words, way_of};
pub use self::order::{ACCEPT, DELIVER, Gate};
pub use self::promise::{has_slipped, may_be_promised};
pub use self::purchase::read;
pub use self::quotation::{label, why_not_sent};
use crate::model::{Line, Purchase, Terms};

/// Who keeps quotations and orders.
pub const KEEPERS: Permit = Any(&[Agent, Engineer, Administrator]);

/// Who may agree that a gate is passed although something is missing.
pub const WAIVERS: Permit = Permit::Has(Approver);

/// Whether somebody asks to pass a gate although something is missing, or agrees to it.
#[track_caller]
pub fn may_pass(actor: &Actor) -> Verdict {
    KEEPERS.covers(actor, None).or(WAIVERS.covers(actor, None))
}

/// So many lines an order has at most.
pub const MOST_LINES: usize = 500;

/// Looks at the shape of lines and terms.
fn check(faults: &mut Faults, currency: &str, terms: &Terms, lines: &[Line]) {
    let is_currency =
        currency.is_empty() || currency.len() == 3 && currency.chars().all(|it| it.is_ascii_uppercase());
    faults.unless(is_currency, "currency", text!("Give the currency as three letters, like EUR."));
    let told = [
        ("delivery", &terms.delivery),
        ("incoterm", &terms.incoterm),
        ("payment", &terms.payment),
        ("penalty", &terms.penalty),
        ("warranty", &terms.warranty),
        ("packing", &terms.packing),
    ];
    for (field, words) in told {
        let fits = words.chars().count() <= 2000;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 2000i64));
    }
    faults.unless(bounded(&terms.further), "terms", text!("Keep it to {count} lines.", count = 50i64));
    let most = i64::try_from(MOST_LINES).unwrap_or(i64::MAX);
    faults.unless(lines.len() <= MOST_LINES, "lines", text!("Keep it to {count} lines.", count = most));
    for (place, line) in lines.iter().enumerate() {
        let field = |name: &str| format!("{name}{}", place + 1);
        faults.unless(
            (1..=1_000_000).contains(&line.no),
            &field("line"),
            text!("Count the line by a whole number, like 10."),
        );
        let is_alone = lines.iter().filter(|it| it.no == line.no).count() == 1;
        faults.unless(
            is_alone,
            &field("line"),
            text!("Line {line} stands there twice. Count one of them otherwise.", line = line.no.to_string()),
        );
        let is_amount =
            |words: &str| words.is_empty() || Amount::plain(words).is_some_and(|it| !it.is_negative());
        faults.unless(is_amount(&line.quantity), &field("quantity"), text!("Give a number like 2 or 2.5."));
        faults.unless(is_amount(&line.price), &field("price"), text!("Give a number like 118.00."));
        let fits = line.words.chars().count() <= 5000
            && line.article.chars().count() <= 200
            && bounded(&line.further);
        faults.unless(fits, &field("words"), text!("Shorten it to {count} characters.", count = 5000i64));
    }
}

/// Looks at the shape of a customer's order.
pub fn fits(theirs: &Purchase) -> Result<(), Faults> {
    let mut faults = Faults::default();
    check(&mut faults, &theirs.currency, &theirs.terms, &theirs.lines);
    faults.into_result()
}

/// An amount as people write it, without its currency and as a plain decimal; none where it reads two ways or is below zero.
pub fn plain_amount(words: &str) -> Option<String> {
    Amount::written(words).filter(|it| !it.is_negative()).map(|it| it.to_string())
}

/// A line whose quantity and price stand there as people write them, with both as plain decimals.
pub fn in_plain_amounts(line: Line) -> Line {
    let quantity = Amount::written(&line.quantity).map(purchase::shortest).unwrap_or_default();
    Line { quantity, price: plain_amount(&line.price).unwrap_or_default(), ..line }
}

fn bounded(further: &BTreeMap<String, String>) -> bool {
    further.len() <= 50 && further.iter().all(|(name, words)| name.len() <= 200 && words.len() <= 4000)
}

/// The words under which lines and terms are found.
fn words(terms: &Terms, lines: &[Line]) -> String {
    let lines = lines.iter().map(|it| format!("{} {}", it.article, it.words));
    let Terms { delivery, incoterm, payment, penalty, warranty, packing, .. } = terms;
    let terms = [delivery, incoterm, payment, penalty, warranty, packing].map(String::clone);
    lines.chain(terms).collect::<Vec<_>>().join("\n")
}
