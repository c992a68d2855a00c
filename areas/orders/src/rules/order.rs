//! When may an order be accepted? Everybody who has a word in it says so; an override is seen for ever.

use kernel::Permit::Owner;
use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Record, Refusal, Result, Rule, Sharing,
    Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};

use super::{KEEPERS, check, words};
use crate::model::OrderState::{
    Accepted, Cancelled, Declined, Delivered, Ended, InProduction, PartDelivered, Received, Running,
};
use crate::model::OrderStep::{Accept, Cancel, Decline, Deliver, DeliverPart, End, Produce, Run};
use crate::model::{CameBy, Order, OrderSort, OrderState, OrderStep};
use crate::{commands, queries};

/// The gate before an order commits us (ISO 9001, 8.2.3.1: before committing to supply).
pub const ACCEPT: &str = "order.accept";
/// The gate before something of an order is delivered, or its service begins: conditions of its review that are bound to
/// that.
pub const DELIVER: &str = "order.deliver";

/// What the guard of the gate asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// Everything that is missing, as all say who have a word in it.
    pub missing: Vec<Missing>,
    /// Whether somebody asked to pass although these are missing, and a second person agreed.
    pub is_waived: bool,
    /// What is missing before an accepted service begins; goods are asked when something of them is delivered.
    pub before_service: Vec<Missing>,
}

impl Body for Order {
    type State = OrderState;
    type Step = OrderStep;
    type Facts = Gate;

    const KIND: Kind = Kind {
        prefix: "SO",
        table: "sales_order",
        path: "orders",
        numbers: Numbers::Yearly,
        sharing: Sharing::Working,
        symbol: "check",
        one: || text!("Order"),
        many: || text!("Orders"),
    };

    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [OrderStep] = &[Accept, DeliverPart, Deliver];
    const OPEN: &'static [OrderState] = &[Received];
    const SETTLED: &'static [OrderState] = &[Delivered];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const KEYS: &'static [&'static str] = &["quotation", "requirement_set", "conversation", "item"];
    const INTERNAL: &'static [&'static str] = &["note", "external_id"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Gate> = queries::gate;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::order_fits;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::keep_lines(work, id, body);

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        check(&mut faults, &self.currency, &self.terms, &self.lines);
        if let Some(theirs) = &self.purchase {
            check(&mut faults, &theirs.currency, &theirs.terms, &theirs.lines);
        }
        for (field, words) in [("purchase_order", &self.purchase_order), ("external_id", &self.external_id)] {
            let fits = words.chars().count() <= 100 && !words.chars().any(char::is_control);
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 100i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        format!("{} {}", self.purchase_order, words(&self.terms, &self.lines))
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "purchase_order" => text!("Customer's order number"),
            "external_id" => text!("Number elsewhere"),
            "sort" => text!("Sort of order"),
            "came_by" => text!("How it came"),
            "ordered_on" => text!("Ordered on"),
            "quotation" => text!("Quotation"),
            "quotation_revision" => text!("Revision of the quotation"),
            "requirement_set" => text!("Requirement set"),
            "set_revision" => text!("Revision of the set"),
            "conversation" => text!("Conversation"),
            "currency" => text!("Currency"),
            "terms" => text!("Terms"),
            "lines" => text!("Lines"),
            "purchase" => text!("Customer's order as it was read"),
            "note" => text!("Note"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "sort" => OrderSort::of(code).map(Vocabulary::text),
            "came_by" => CameBy::of(code).map(Vocabulary::text),
            _ => None,
        }
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Order>] = &[
    //   from           step         to             by       needs
    rule(Received,      Accept,      Accepted,      KEEPERS, every_gate_is_open),
    rule(Accepted,      Produce,     InProduction,  KEEPERS, it_is_of_goods),
    rule(InProduction,  DeliverPart, PartDelivered, KEEPERS, nothing),
    rule(InProduction,  Deliver,     Delivered,     KEEPERS, nothing),
    rule(Accepted,      DeliverPart, PartDelivered, KEEPERS, nothing),
    rule(Accepted,      Deliver,     Delivered,     KEEPERS, nothing),
    rule(PartDelivered, Deliver,     Delivered,     KEEPERS, nothing),
    rule(Accepted,      Run,         Running,       KEEPERS, a_service_may_begin),
    rule(Running,       End,         Ended,         KEEPERS, nothing),
    rule(Received,      Decline,     Declined,      KEEPERS, nothing),
    rule(Accepted,      Cancel,      Cancelled,     Owner,   nothing),
    rule(InProduction,  Cancel,      Cancelled,     Owner,   nothing),
    rule(PartDelivered, Cancel,      Cancelled,     Owner,   nothing),
];

impl kernel::State for OrderState {
    fn tone(self) -> Tone {
        match self {
            Received => Tone::Waiting,
            Accepted | InProduction | PartDelivered => Tone::Working,
            Running => Tone::Good,
            Delivered | Ended => Tone::Past,
            Declined | Cancelled => Tone::Stopped,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Received => text!("Being checked by us"),
            Declined => text!("Declined by us"),
            _ => self.text(),
        }
    }
}

fn every_gate_is_open(case: &Case<Order>) -> Verdict {
    if case.facts.is_waived { Ok(()) } else { Refusal::of(case.facts.missing.clone()) }
}

fn it_is_of_goods(case: &Case<Order>) -> Verdict {
    Refusal::unless(
        case.body.sort == OrderSort::Goods,
        text!("A service is not produced. Start the service."),
    )
}

fn a_service_may_begin(case: &Case<Order>) -> Verdict {
    Refusal::unless(
        case.body.sort == OrderSort::Service,
        text!("Goods are delivered, not run. Start production."),
    )?;
    Refusal::of(case.facts.before_service.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_committed_but_by_the_gate() {
        let into: Vec<_> = RULES.iter().filter(|it| it.from == Received && it.to != Declined).collect();
        assert!(matches!(into.as_slice(), [only] if only.step == Accept));
    }
}
