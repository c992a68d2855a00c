//! What the company takes in by the file: the old system's customers, and the specification that Meridian sent.

use ::imports::{Arrived, Choice, Decision, Seen};
use anyhow::Result;
use kernel::{Effect, New, Work};
use requirements::RequirementSet;

use super::chronicle::{Chapter, Time};
use super::files;
use crate::wiring::TARGETS;

/// So many clauses Ada confirmed before the day ended.
const CONFIRMED: i64 = 12;

/// Both batches.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    Ok(vec![customers(time)?, specification(time)?])
}

/// The workbook has the letters that the first export lost. What looks like somebody else waits for a decision.
fn customers(time: &Time) -> Result<Chapter> {
    Ok(Chapter::new(time.at(-9, 10, 15)?, |db, company, at| {
        let ada = company.person("ada")?;
        let bytes = files::bytes("customers/customers.xlsx")?;
        let arrived = Arrived { name: "customers.xlsx", bytes, into: "", sheet: "" };
        let content = ::imports::read_apart(db, &arrived)?;
        db.write_at(ada, at, |work| {
            let batch =
                ::imports::stage(work, ::imports::target_of(TARGETS, "customers")?, &arrived, &content)?;
            let counts = ::imports::counts(work, batch.id)?;
            if counts.new > 0 {
                ::imports::choose(
                    work,
                    Seen::now(&batch.number),
                    TARGETS,
                    (Some(Effect::New), Choice::Leave),
                )?;
            }
            all_pieces(work, &batch.number)
        })?;
        Ok(())
    }))
}

/// Meridian asks for the next line; their document is read clause by clause, and Ada confirms as far as she gets.
fn specification(time: &Time) -> Result<Chapter> {
    Ok(Chapter::new(time.at(-2, 15, 40)?, |db, company, at| {
        let ada = company.person("ada")?;
        let bytes = files::bytes("requirements/meridian-urs.docx")?;
        let party = company.customers.get("K-1001").copied();
        let document = Arrived { name: "meridian-urs.docx", bytes, into: "", sheet: "" };
        let content = ::imports::read_apart(db, &document)?;
        db.write_at(ada, at, |work| {
            let body = RequirementSet {
                matter: "The user requirement specification of Meridian, taken in as it was sent.".to_owned(),
                ..RequirementSet::default()
            };
            let new =
                New { title: "CIP dosing skid: what the URS of Meridian asks for", party, ..New::default() };
            let set = requirements::open_set(work, &new, &body)?;
            let arrived = Arrived { into: &set.number, ..document };
            let target = ::imports::target_of(TARGETS, "requirements")?;
            let batch = ::imports::stage(work, target, &arrived, &content)?;
            let take = |it: i64| (it, Decision { choice: Choice::Take, ..Decision::default() });
            let rows = ::imports::rows(work, batch.id, (Some(Effect::New), true), (0, CONFIRMED))?;
            let decided: Vec<_> = rows.iter().map(|it| take(it.place)).collect();
            ::imports::decide_rows(work, Seen::now(&batch.number), TARGETS, &decided)?;
            all_pieces(work, &batch.number)
        })?;
        Ok(())
    }))
}

fn all_pieces(work: &mut Work, batch: &str) -> kernel::Result<()> {
    while !::imports::take_some(work, Seen::now(batch), TARGETS)?.is_done {}
    Ok(())
}
