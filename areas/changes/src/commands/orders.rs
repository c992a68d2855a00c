//! What open lines of orders get: the new revision, perhaps from a lot on, or the one before. Decided before the release.

use std::collections::BTreeSet;

use kernel::{
    Basis, Faults, ForLine, Frozen, Gets, Mention, Permit, PersonId, Refusal, Result, Starts, Work, text,
};
use serde::Serialize;
use serde_json::json;

use crate::model::ChangeRequest;
use crate::queries;

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    order_id: i64,
    line: i64,
    item: i64,
    takes: Gets,
    basis: Basis,
    starts: &'a str,
    reason: &'a str,
    at: i64,
    by: PersonId,
}

/// What is decided about open lines of orders.
#[derive(Clone, Debug, Default)]
pub struct ForOrders {
    /// The lines, like `SO-2026-0118/10`.
    pub lines: Vec<String>,
    pub takes: Gets,
    pub basis: Basis,
    /// From where on they get the new revision; empty where at once.
    pub starts: String,
    pub reason: String,
}

/// Decides what open lines of orders get. Deciding again replaces it, as long as nothing is in force; the trail keeps both.
/// Tells how many lines those were.
///
/// # Errors
/// Asks for a reason where a line stays with the old revision; a line that the change does not touch is named.
pub fn decide_orders(work: &mut Work, number: &str, it: &ForOrders) -> Result<usize> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    let is_time = !case.record.state.is_over() && case.facts.in_force == 0;
    Refusal::unless(is_time, text!("The change is in force or over. What orders get stands."))?;
    let change = case.record.id.raw();
    let touched = queries::open_lines(work, change)?;
    let mut faults = Faults::default();
    faults.unless(!it.lines.is_empty(), "line", text!("Choose at least one line."));
    let names: BTreeSet<String> = touched.iter().map(|one| one.name().to_ascii_uppercase()).collect();
    for name in &it.lines {
        let is_touched = names.contains(&name.to_ascii_uppercase());
        let sentence = text!("The change does not touch {line}.", line = name.as_str());
        faults.unless(is_touched, "line", sentence);
    }
    let (starts, reason) = (it.starts.trim(), it.reason.trim());
    let is_said = it.takes == Gets::New || !reason.is_empty();
    faults.unless(is_said, "reason", text!("Say why it stays with the revision before."));
    let fits = reason.chars().count() <= 1000;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 1000i64));
    let is_by_order = it.basis == Basis::Order;
    faults.unless(!is_by_order, "basis", text!("Choose a day, a lot or a serial number."));
    if it.takes == Gets::New && !starts.is_empty() && !is_by_order {
        let from = Starts { basis: it.basis, starts: starts.to_owned() };
        if let Err(Faults(wrong)) = from.check() {
            faults.0.extend(wrong.into_iter().map(|(_, it)| ("starts".to_owned(), it)));
        }
        let sentence = text!("This day is over. Leave it empty where the line gets it at once.");
        faults.unless(!from.is_over(work.today()), "starts", sentence);
    }
    faults.into_result()?;
    let chosen: BTreeSet<String> = it.lines.iter().map(|name| name.to_ascii_uppercase()).collect();
    for one in touched.iter().filter(|one| chosen.contains(&one.name().to_ascii_uppercase())) {
        let line = NewLine {
            record_id: change,
            order_id: one.order_id,
            line: one.line,
            item: one.item,
            takes: it.takes,
            basis: it.basis,
            starts: if it.takes == Gets::New { starts } else { "" },
            reason,
            at: work.now.as_microsecond(),
            by: work.actor.person,
        };
        match queries::order_line(work, change, one)? {
            Some(known) => work.amend("change_order_line", change, known, &line)?,
            None => {
                work.add("change_order_line", change, &line)?;
            }
        }
        let told = json!({ "line": one.name(), "of": one.item_number, "takes": it.takes, "from": line.starts, "why": reason });
        work.note(change, json!({ "order_line": told }))?;
    }
    work.called("order_lines_decided");
    Ok(chosen.len())
}

/// Keeps with each revision that was put in force, or that ends, what was decided of the lines of orders.
pub(super) fn hold_for_orders(work: &mut Work, change: &Mention, frozen: &[Frozen]) -> Result<()> {
    for it in queries::open_lines(work, change.id)? {
        let Some(takes) = it.takes else { continue };
        let put = frozen.iter().find(|one| one.is_new && one.record == it.item).map(|one| one.no);
        let last = if it.ends { work.revisions(it.item)?.into_iter().map(|one| one.no).max() } else { None };
        let Some(no) = put.or(last) else { continue };
        let starts =
            Starts { basis: it.basis.unwrap_or_default(), starts: it.starts.clone().unwrap_or_default() }
                .not_before(work.today());
        let line = ForLine { order: &it.order_number, line: it.line, takes, starts, ends: it.ends };
        work.decide_for_line(change, (it.item, no), &line)?;
    }
    Ok(())
}
