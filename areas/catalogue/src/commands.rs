//! What people do with the catalogue: open an item, release its next revision, say from when it holds, publish it.

mod import;

use jiff::civil::Date;
use kernel::{
    Audience, Basis, Body, Faults, Frozen, Life, Made, New, On, Refusal, Result, Starts, Text, Work, text,
};
use serde::Serialize;
use serde_json::json;

pub use self::import::IMPORT;
use crate::model::{CatalogueItem, Step};
use crate::queries;
use crate::rules::{KEEPERS, next_label};

/// Opens an item.
pub fn open(work: &mut Work, new: &New, item: &CatalogueItem) -> Result<Made> {
    work.create(new, item)
}

/// What is said of the revision that is released.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewRevision<'a> {
    /// What it is called; the next letter where nothing is said.
    pub label: &'a str,
    /// The first day on which it holds; today where nothing is said.
    pub from: Option<Date>,
    pub reason: &'a str,
}

#[derive(Serialize)]
struct NewEffectivity<'a> {
    record_id: i64,
    no: i64,
    label: &'a str,
    from_day: String,
    basis: Basis,
    starts: &'a str,
    reason: &'a str,
    at: i64,
    by: i64,
    audience: Audience,
}

/// Releases the next revision of an item. What it says never changes again.
///
/// # Errors
/// Names what the item does not say yet, a label that was given before, and a day that is over where a revision came
/// before; refuses where nothing changed.
pub fn release(work: &mut Work, number: &str, new: &NewRevision) -> Result<Frozen> {
    let mut case = work.find::<CatalogueItem>(number)?;
    CatalogueItem::FLOW.target(&case, work.actor, Step::Release)?;
    let known = queries::revisions(work, case.record.id.raw())?;
    let label = match new.label.trim() {
        "" => next_label(known.first().map(|it| it.label.as_str())),
        given => given.to_owned(),
    };
    let mut faults = Faults::default();
    let sentence = text!("Revision {label} is there already. Call this one otherwise.", label = &label);
    faults.unless(known.iter().all(|it| it.label != label), "label", sentence);
    faults.unless(
        label.chars().count() <= 20,
        "label",
        text!("Shorten it to {count} characters.", count = 20i64),
    );
    // What held on a day that is over was relied on, and stays what it was.
    let is_over = !known.is_empty() && new.from.is_some_and(|it| it < work.today());
    faults.unless(!is_over, "from", from_today_on());
    faults.into_result()?;
    work.because(new.reason);
    let frozen = work.release(&mut case)?;
    let last = known.first().map_or("", |it| it.label.as_str());
    let sentence = text!("Nothing changed since revision {label}. Change something first.", label = last);
    Refusal::unless(frozen.is_new, sentence)?;
    let from = new.from.unwrap_or_else(|| work.today());
    hold_by_hand(work, (case.record.id.raw(), frozen.no), (&label, from), new.reason)?;
    work.advance(&mut case, Step::Release)?;
    work.called("released");
    Ok(frozen)
}

/// Says that a revision holds from another day than was told.
///
/// # Errors
/// Refuses what is under a change, and what a change put in force: many signed from when on that holds, and customers
/// were told (ISO 9001, 8.2.4). What held on a day that is over, or did not, stays so.
pub fn hold_from(work: &mut Work, number: &str, no: i64, from: Date, reason: &str) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let case = work.find::<CatalogueItem>(number)?;
    let id = case.record.id.raw();
    let held = queries::held(work, id, no)?;
    work.must_be_free(id)?;
    let said = work.holdings(id)?.into_iter().rfind(|it| it.no == no && !it.ends);
    if let Some(change) = said.and_then(|it| it.change) {
        let sentence = text!(
            "{change} says from when on revision {label} holds. Propose the next revision in another change: it says from when on that one holds.",
            change = change,
            label = &held.is.label
        );
        return Err(Refusal::because(sentence).into());
    }
    let is_another = held.is.basis != Basis::Day || held.is.from_day != from;
    Refusal::unless(is_another, text!("It holds from that day already."))?;
    let today = work.today();
    let began = held.is.basis == Basis::Day && held.is.from_day < today;
    let sentence = text!(
        "Revision {label} has held since {day}, and what held stays known. Release the next revision instead.",
        label = &held.is.label,
        day = held.is.from_day
    );
    Refusal::unless(!began, sentence)?;
    let mut faults = Faults::default();
    faults.unless(from >= today, "from", from_today_on());
    faults.unless(!reason.trim().is_empty(), "reason", text!("Say why: it stands with the revision."));
    faults.into_result()?;
    work.because(reason);
    work.called("effectivity_told");
    hold_by_hand(work, (id, no), (&held.is.label, from), reason)
}

fn from_today_on() -> Text {
    text!("Say from which day, today or later.")
}

/// Says that a revision holds from a day on, here and to everybody who asks which one holds.
fn hold_by_hand(
    work: &mut Work,
    (item, no): (i64, i64),
    (label, from): (&str, Date),
    reason: &str,
) -> Result<()> {
    let starts = Starts { basis: Basis::Day, starts: from.to_string() };
    work.hold((item, no), &starts)?;
    say_from_when(work, (item, no), (label, &starts), reason)
}

fn say_from_when(
    work: &mut Work,
    (item, no): (i64, i64),
    (label, starts): (&str, &Starts),
    reason: &str,
) -> Result<()> {
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let from = starts.starts.parse().ok().filter(|_| starts.basis == Basis::Day);
    let from = from.unwrap_or_else(|| work.today());
    let row = NewEffectivity {
        record_id: item,
        no,
        label,
        from_day: from.to_string(),
        basis: starts.basis,
        // Every customer reads what is published, and nobody whose orders are meant.
        starts: if starts.basis == Basis::Order { "" } else { starts.starts.trim() },
        reason: reason.trim(),
        at,
        by,
        audience: Audience::Party,
    };
    work.add("effectivity", item, &row)?;
    work.note(item, json!({ "holds": { "revision": no, "label": label, "from": row.starts } }))
}

/// Keeps what a revision is called that a change put in force, the next letter, and from where on it holds.
pub fn hold_by_change(work: &mut Work, item: i64, no: i64, starts: &Starts) -> Result<()> {
    let known = queries::revisions(work, item)?;
    if known.iter().any(|it| it.no == no) {
        return Ok(());
    }
    let label = next_label(known.first().map(|it| it.label.as_str()));
    say_from_when(work, (item, no), (&label, starts), "")
}

/// Lets every customer read a revision.
///
/// # Errors
/// Refuses whoever may not say what is offered, and what is published already.
pub fn publish(work: &mut Work, number: &str, no: i64) -> Result<()> {
    KEEPERS.covers(work.actor, None)?;
    let mut case = work.find::<CatalogueItem>(number)?;
    let held = queries::held(work, case.record.id.raw(), no)?;
    let sentence = text!("Revision {label} is published already.", label = &held.is.label);
    Refusal::unless(case.record.offered != Some(no), sentence)?;
    work.offer(&mut case.record, no, &held.says.words())?;
    if held.is.starts().holds(&On::day(work.today())) == Some(true) {
        work.live(&case.record, no, Life::Effective)?;
    }
    Ok(())
}
