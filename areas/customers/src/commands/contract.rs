//! Recording what a clause of a frame contract says.

use jiff::civil::Date;
use kernel::{Error, Faults, PartyId, PersonId, Result, Work, text};
use serde::Serialize;
use serde_json::json;

use crate::model::{ContractEnded, Organisation, Says};
use crate::queries;
use crate::rules::FRAMERS;

/// A clause of a frame contract, on its way.
#[derive(Clone, Debug)]
pub struct NewContract {
    pub number: String,
    pub clause: String,
    pub says: Says,
    /// The first day on which it holds; today where nothing is said.
    pub holds_from: Option<Date>,
    /// The last one; none where no end was agreed.
    pub holds_until: Option<Date>,
}

#[derive(Serialize)]
struct Row<'a> {
    record_id: PartyId,
    number: &'a str,
    clause: &'a str,
    says: Says,
    holds_from: Date,
    holds_until: Option<Date>,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct Ended {
    holds_until: Date,
}

/// Records what a clause of a contract says for an organisation and the parts of its house.
///
/// # Errors
/// Names what is missing; a clause is recorded once for a time.
pub fn record_contract(work: &mut Work, number: &str, new: &NewContract) -> Result<i64> {
    FRAMERS.covers(work.actor, None)?;
    let organisation = super::standing_for_itself(work, number)?;
    let (contract, clause) = (new.number.trim(), new.clause.trim());
    let holds_from = new.holds_from.unwrap_or_else(|| work.today());
    let mut faults = Faults::default();
    faults.unless(!contract.is_empty(), "contract", text!("Give the number of the contract."));
    faults.unless(!clause.is_empty(), "clause", text!("Name the clause that says so."));
    for (field, words) in [("contract", contract), ("clause", clause)] {
        let fits = words.chars().count() <= 90;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 90i64));
    }
    let in_order = new.holds_until.is_none_or(|it| it >= holds_from);
    faults.unless(in_order, "holds_until", text!("It cannot end before it begins."));
    let known = queries::frame_contracts(work, organisation)?.into_iter();
    let mut same = known.filter(|it| it.number == contract && it.clause == clause && it.says == new.says);
    let meets = |from: Date, to: Option<Date>| {
        to.is_none_or(|it| it >= holds_from) && new.holds_until.is_none_or(|it| it >= from)
    };
    let is_new = !same.any(|it| meets(it.holds_from, it.holds_until));
    faults.unless(
        is_new,
        "clause",
        text!("It is recorded for these days already. Choose other days, or end that contract first."),
    );
    faults.into_result()?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row = Row {
        record_id: organisation,
        number: contract,
        clause,
        says: new.says,
        holds_from,
        holds_until: new.holds_until,
        at,
        by,
    };
    work.called("frame_contract_recorded");
    let said = json!({ "contract": contract, "clause": clause, "says": new.says, "since": holds_from,
        "until": new.holds_until });
    work.note(organisation, said)?;
    work.add("frame_contract", organisation, &row)
}

/// Says on which day a frame contract holds for the last time.
///
/// # Errors
/// It cannot end before it begins.
pub fn end_contract(work: &mut Work, number: &str, line: i64, until: Date) -> Result<()> {
    FRAMERS.covers(work.actor, None)?;
    let organisation = work.find::<Organisation>(number)?.record.id.raw();
    let known = queries::frame_contracts(work, organisation)?.into_iter().find(|it| it.id == line);
    let known = known.ok_or(Error::NotFound)?;
    let mut faults = Faults::default();
    faults.unless(known.holds_from <= until, "until", text!("It cannot end before it begins."));
    faults.into_result()?;
    work.called("frame_contract_ended");
    let said = json!({ "contract": known.number, "clause": known.clause, "until": until });
    work.note(organisation, said)?;
    work.amend("frame_contract", organisation, line, &Ended { holds_until: until })?;
    work.announce(&ContractEnded { contract: known.words(), until })
}
