//! What the product does by itself: warns of quotations that end, and ends them.

use jiff::ToSpan;
use kernel::{Ask, Result, Work, text};
use serde_json::Value as Json;

use crate::model::{Quotation, QuotationStep};
use crate::queries;

/// So many days before a quotation ends its owner is asked to look at it.
const WARNS: i64 = 7;

/// Asks the owners of quotations that end within a week, once each, and ends those whose day is over.
pub fn watch(work: &mut Work, _: &Json) -> Result<()> {
    let today = work.today();
    let until = today.checked_add(WARNS.days()).unwrap_or(today);
    for it in queries::expiring(work, until)? {
        if it.valid_until < today {
            let mut case = work.find_by_id::<Quotation>(it.id)?;
            work.advance(&mut case, QuotationStep::Expire)?;
            work.tell_offered_state(&case.record)?;
            continue;
        }
        let request = text!(
            "Ask the customer, or renew: {number} is valid until {day}.",
            number = &it.number,
            day = it.valid_until
        );
        if !queries::is_asked(work, it.id, &request.to_string())? {
            work.ask(
                it.id,
                &Ask {
                    said: Some(&request),
                    person: Some(it.owner),
                    due: Some(it.valid_until),
                    ..Ask::default()
                },
            )?;
        }
    }
    Ok(())
}
