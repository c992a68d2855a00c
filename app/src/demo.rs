//! Kestrel Dosing Systems: two years of a small company, told again as a chronicle of deeds.
//!
//! Each line of `demo/` becomes a deed through the same door as everybody's, with its own moment, actor and
//! number. Days are counted from day 0, the Monday of the present week; prose keeps the dates it was
//! written with.

mod changes;
mod checklists;
mod chronicle;
mod company;
mod files;
mod houses;
mod imports;
mod letters;
mod mails;
mod notices;
mod offers;
mod papers;
mod plan;
mod reviews;
mod risks;
mod sets;
mod sold;
mod suppliers;
mod talk;
mod together;
mod trace;
mod trade;
mod views;

use std::sync::Arc;

use anyhow::Result;
use kernel::{Actor, Db};

pub use company::{SignIn, SmallCompany, small_company};

/// Fills an empty installation with the company; tells who may sign in.
///
/// # Errors
/// Refuses an installation that is not empty.
pub fn fill(db: &Arc<Db>) -> Result<Vec<SignIn>> {
    anyhow::ensure!(
        identity::is_empty(db)?,
        "The demo needs an empty installation. Choose a fresh folder with --data."
    );
    let time = chronicle::Time::of_present_week(db.now());
    let company = company::found(db, &time)?;
    let mut told = Vec::new();
    told.extend(mails::told(&time)?);
    told.extend(sets::told(&time)?);
    told.extend(houses::told(&time)?);
    told.extend(letters::told(&time)?);
    told.extend(reviews::told(&time)?);
    told.extend(trace::told(&time)?);
    told.extend(checklists::told(&time)?);
    told.extend(talk::told(&time)?);
    told.extend(together::told(&time)?);
    told.extend(offers::told(&time)?);
    told.extend(sold::told(&time)?);
    told.extend(trade::told(&time)?);
    told.extend(imports::told(&time)?);
    told.extend(changes::told(&time)?);
    told.extend(suppliers::told(&time)?);
    told.extend(plan::told(&time)?);
    told.extend(risks::told(&time)?);
    told.extend(notices::told(&time)?);
    told.sort_by_key(|it| it.at);
    for chapter in told {
        chapter.tell(db, &company)?;
    }
    views::arrange(db, &time, &company)?;
    papers::dress(db, &company)?;
    together::read(db, &time, &company)?;
    db.seal()?;
    Ok(company.sign_ins)
}

/// Who may sign in, a line a person: role, address, password.
pub fn sign_ins(people: &[SignIn]) -> String {
    people.iter().map(|it| format!("{}\t{}\t{}\n", it.role, it.email, it.password)).collect()
}

/// The product itself, as the teller of the chronicle.
fn teller() -> Actor {
    Actor::system()
}
