//! Who delivers what: the suppliers, what depends on them, and who of them a change of a motor reaches.

use std::collections::BTreeMap;

use anyhow::Result;
use changes::{Action, NewItem};
use customers::{NewContact, Organisation};
use kernel::{Error, New, Tie, Work};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::files;

#[derive(Clone, Deserialize)]
struct Row {
    number: String,
    name: String,
    town: String,
    country: String,
    supplies: String,
    contact: String,
    email: String,
    note: String,
}

/// What of the catalogue depends on whom: the article, and the number of the supplier in their list.
const DEPENDS: [(&str, &str); 11] = [
    ("KD-20", "S-201"),
    ("KD-80-PV-E", "S-201"),
    ("SP-20-07", "S-201"),
    ("SP-80-07", "S-201"),
    ("KD-20", "S-202"),
    ("KD-80-PV-E", "S-202"),
    ("KD-80-PV-E", "S-203"),
    ("KS-400", "S-205"),
    ("SP-20-01", "S-206"),
    ("SP-80-01", "S-206"),
    ("KC-3", "S-207"),
];
/// The change of the motor, whose maker ends it.
const MOTOR: (&str, &str, &str) = ("CR-2026-0010", "KD-20", "Voltaro Motors s.r.o.");

/// Everything that is told of suppliers.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("suppliers.csv")?;
    let all = rows.clone();
    Ok(vec![
        Chapter::new(time.at(-19, 10, 0)?, move |db, company, at| {
            db.write_at(company.person("ada")?, at, |work| {
                work.because("Who delivers what, from the list of purchasing");
                rows.iter().try_for_each(|row| open(work, row))
            })?;
            Ok(())
        }),
        Chapter::new(time.at(-19, 10, 30)?, move |db, company, at| {
            db.write_at(company.person("clara")?, at, |work| depends(work, &all))?;
            Ok(())
        }),
        Chapter::new(time.at(-14, 9, 20)?, |db, company, at| {
            db.write_at(company.person("paul")?, at, |work| {
                let (change, article, name) = MOTOR;
                let Some((_, item)) = catalogue::article(work, article)? else { return Ok(()) };
                let Some(maker) = maker_of(work, name)? else { return Ok(()) };
                let role = kernel::Vocabulary::code(Tie::DependsOn);
                let told = NewItem {
                    name: &maker,
                    action: Action::Tell,
                    reason: "They end the motor and deliver the one that follows",
                    way: vec![item, role, maker.clone()],
                    ..NewItem::default()
                };
                changes::decide(work, change, &told).map(|_| ())
            })?;
            Ok(())
        }),
    ])
}

fn open(work: &mut Work, row: &Row) -> kernel::Result<()> {
    let language = if row.country == "DE" { "de" } else { "en" };
    let body = Organisation {
        town: row.town.clone(),
        country: row.country.clone(),
        trade: row.supplies.clone(),
        language: language.to_owned(),
        note: row.note.clone(),
        is_customer: false,
        is_supplier: true,
        ..Organisation::default()
    };
    let made = customers::open(work, &New { title: &row.name, ..New::default() }, &body)?;
    let contact = NewContact { name: &row.contact, email: &row.email, language, ..NewContact::default() };
    match customers::add_contact(work, &made.number, &contact) {
        // A mailbox that several read, or an address that mail knows already, is nobody's own.
        Ok(_) | Err(Error::Invalid(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn depends(work: &mut Work, rows: &[Row]) -> kernel::Result<()> {
    let names: BTreeMap<&str, &str> = rows.iter().map(|it| (it.number.as_str(), it.name.as_str())).collect();
    for (article, supplier) in DEPENDS {
        let item = catalogue::article(work, article)?;
        let maker = names.get(supplier).map(|name| maker_of(work, name)).transpose()?.flatten();
        if let (Some((_, item)), Some(maker)) = (item, maker) {
            let (source, target) = (work.mention_of(&item)?, work.mention_of(&maker)?);
            work.link_by_hand(&source, Tie::DependsOn, &target)?;
        }
    }
    Ok(())
}

/// The number of a supplier by its name.
fn maker_of(work: &Work, name: &str) -> kernel::Result<Option<String>> {
    let found = work.search(name, Some("K"), 100)?;
    Ok(found.into_iter().find(|it| it.title == name).map(|it| it.number))
}
