//! When a quotation may be sent, and what its revisions are called.

use jiff::civil::Date;
use kernel::Permit::{Nobody, Owner};
use kernel::{
    Bearing, Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Record, Refusal, Result, Rule,
    Sharing, Text, Tone, Verdict, nothing, rule, text,
};

use super::{Amount, KEEPERS, check, words};
use crate::model::QuotationState::{Declined, Draft, Expired, Ordered, Sent, Withdrawn};
use crate::model::QuotationStep::{Decline, Expire, Order, Renew, Revise, Send, Withdraw};
use crate::model::{Quotation, QuotationState, QuotationStep};
use crate::{commands, queries};

impl Body for Quotation {
    type State = QuotationState;
    type Step = QuotationStep;
    /// Today.
    type Facts = Date;

    const KIND: Kind = Kind {
        prefix: "QU",
        table: "quotation",
        path: "quotations",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "doc",
        one: || text!("Quotation"),
        many: || text!("Quotations"),
    };

    const BEARING: Bearing = Bearing::Content;
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [QuotationStep] = &[Send];
    const OPEN: &'static [QuotationState] = &[Draft];
    const SETTLED: &'static [QuotationState] = &[Ordered];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const KEYS: &'static [&'static str] = &["requirement_set", "conversation", "item"];
    const INTERNAL: &'static [&'static str] = &["note", "external_id"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Date> = |reader, _, _| Ok(reader.today());
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> =
        |reader, _, it| queries::basis_fits(reader, it.requirement_set, None);
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::tie_quotation(work, id, body);

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        check(&mut faults, &self.currency, &self.terms, &self.lines);
        faults.into_result()
    }

    fn content(&self) -> Result<serde_json::Value> {
        Ok(serde_json::to_value(Self { note: String::new(), external_id: String::new(), ..self.clone() })?)
    }

    fn words(&self) -> String {
        words(&self.terms, &self.lines)
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "requirement_set" => text!("Requirement set"),
            "set_revision" => text!("Revision of the set"),
            "conversation" => text!("Conversation"),
            "currency" => text!("Currency"),
            "terms" => text!("Terms"),
            "lines" => text!("Lines"),
            "valid_until" => text!("Valid until"),
            "external_id" => text!("Number elsewhere"),
            "note" => text!("Note"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Quotation>] = &[
    //   from      step      to         by       needs
    rule(Draft,    Send,     Sent,      KEEPERS, it_can_be_accepted),
    rule(Sent,     Order,    Ordered,   KEEPERS, nothing),
    rule(Sent,     Revise,   Draft,     KEEPERS, nothing),
    rule(Sent,     Decline,  Declined,  KEEPERS, nothing),
    rule(Sent,     Expire,   Expired,   Nobody,  its_day_is_over),
    rule(Sent,     Withdraw, Withdrawn, Owner,   nothing),
    rule(Draft,    Withdraw, Withdrawn, Owner,   nothing),
    rule(Expired,  Renew,    Draft,     KEEPERS, nothing),
    rule(Expired,  Order,    Ordered,   KEEPERS, nothing),
];

impl kernel::State for QuotationState {
    fn tone(self) -> Tone {
        match self {
            Draft => Tone::Idle,
            Sent => Tone::Waiting,
            Ordered => Tone::Good,
            Declined => Tone::Stopped,
            Expired => Tone::Doubtful,
            Withdrawn => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Draft => text!("Being prepared by us"),
            Sent => text!("Waiting for your answer"),
            Declined => text!("Declined by you"),
            _ => kernel::Vocabulary::text(self),
        }
    }
}

/// A customer can say yes to it: it says to whom, what, how many, at what price, and until when.
fn it_can_be_accepted(case: &Case<Quotation>) -> Verdict {
    let mut missing = Vec::new();
    let link = format!("{}/edit", Quotation::KIND.address(&case.record.number));
    let mut needs = |holds: bool, sentence: Text| {
        if !holds {
            missing.push(Missing { sentence, link: Some(link.clone()) });
        }
    };
    let it = &case.body;
    needs(case.record.party.is_some(), text!("Say for which customer it is. Open it for one."));
    needs(!it.lines.is_empty(), text!("Add at least one line."));
    needs(!it.currency.is_empty(), text!("Say in which currency the prices are."));
    for line in &it.lines {
        let no = line.no.to_string();
        let is_whole = Amount::plain(&line.quantity).is_some_and(Amount::is_positive)
            && Amount::plain(&line.price).is_some();
        needs(is_whole, text!("Say how many and at what price in line {line}.", line = &no));
        let is_named = !line.article.trim().is_empty() || !line.words.trim().is_empty();
        needs(is_named, text!("Say what line {line} is.", line = &no));
    }
    needs(it.valid_until.is_some(), text!("Say until when it is valid."));
    needs(
        it.valid_until.is_none_or(|day| day >= case.facts),
        text!("The day until which it is valid is over. Give a later one."),
    );
    Refusal::of(missing)
}

fn its_day_is_over(case: &Case<Quotation>) -> Verdict {
    let is_over = case.body.valid_until.is_some_and(|day| day < case.facts);
    Refusal::unless(is_over, text!("It is still valid."))
}

/// Why a quotation cannot be sent; none where it can.
pub fn why_not_sent(case: &Case<Quotation>, actor: &kernel::Actor) -> Option<Refusal> {
    Quotation::FLOW.target(case, actor, Send).err()
}

/// What a revision is called: A, B, C.
pub fn label(no: i64) -> String {
    (1..no.max(1)).fold(catalogue::next_label(None), |label, _| catalogue::next_label(Some(&label)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_of_a_quotation_are_letters() {
        assert_eq!((label(1), label(2), label(27)), ("A".to_owned(), "B".to_owned(), "AA".to_owned()));
    }
}
