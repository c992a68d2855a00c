//! How the company looks at its records: extra fields with their values, and saved views.

use std::sync::Arc;

use anyhow::{Context, Result};
use kernel::{Actor, Audience, Db, Edited, ExtraField, Holds, Shared, View, Wanted};
use serde_json::json;

use super::chronicle::Time;
use super::company::Company;

/// Defines two extra fields of requirement sets and one of customers, fills them, and saves a few views.
pub fn arrange(db: &Arc<Db>, time: &Time, company: &Company) -> Result<()> {
    let (sam, ada) = (company.person("sam")?, company.person("ada")?);
    db.write(sam, |work| {
        let of = |kind: &str, key: &str, german: &str, help: &str| ExtraField {
            of_kind: kind.to_owned(),
            key: key.to_owned(),
            names: [("de".to_owned(), german.to_owned())].into(),
            help: help.to_owned(),
            ..ExtraField::default()
        };
        work.define(
            "Plant",
            &ExtraField {
                holds: Holds::Choice,
                choices: ["Northallerton", "Kiel", "Leipzig"].map(str::to_owned).to_vec(),
                audience: Audience::Internal,
                ..of("RS", "plant", "Werk", "Where it will be built or stand.")
            },
        )?;
        work.define(
            "Expected value",
            &ExtraField {
                holds: Holds::Number,
                unit: "EUR".to_owned(),
                ..of(
                    "RS",
                    "expected_value",
                    "Erwarteter Wert",
                    "What the order will be worth, as far as we know.",
                )
            },
        )?;
        work.define(
            "Visited on",
            &ExtraField {
                holds: Holds::Day,
                ..of("K", "visited_on", "Besucht am", "When one of us was there last.")
            },
        )?;
        Ok(())
    })?;
    let (sets, customers) = db.read(&Actor::system(), |reader| {
        let numbers = |kind: &str| Ok::<_, kernel::Error>(reader.list(kind, &Wanted::default())?.rows);
        Ok((numbers("RS")?, numbers("K")?))
    })?;
    let plants = ["Northallerton", "Kiel", "Leipzig"];
    db.write(ada, |work| {
        let sets_of = work.registry().kind("RS").ok_or(kernel::Error::NotFound)?;
        for (place, set) in sets.iter().enumerate().filter(|(place, _)| place % 4 != 3) {
            let value = 18_500 + 7_250 * i64::try_from(place).unwrap_or(0);
            let fields =
                json!({ "extra": { "plant": plants[place % plants.len()], "expected_value": value } });
            let fields = fields.as_object().cloned().unwrap_or_default();
            sets_of.revise(work, &Edited { number: &set.number, fields: &fields, version: None })?;
        }
        Ok(())
    })?;
    let visited = time.at(-54, 8, 0)?.strftime("%Y-%m-%d").to_string();
    db.write(ada, |work| {
        let entry = work.registry().kind("K").ok_or(kernel::Error::NotFound)?;
        for customer in customers.iter().take(4) {
            let fields = json!({ "extra": { "visited_on": visited } });
            let fields = fields.as_object().cloned().unwrap_or_default();
            entry.revise(work, &Edited { number: &customer.number, fields: &fields, version: None })?;
        }
        Ok(())
    })?;
    let keep = |who: &Actor, kind: &str, name: &str, query: &str, columns: &[&str], shared: Shared| {
        let view = View {
            kind: kind.to_owned(),
            name: name.to_owned(),
            query: query.to_owned(),
            columns: columns.iter().map(|it| (*it).to_owned()).collect(),
            shared,
            ..View::default()
        };
        db.keep_view(who, &view).with_context(|| format!("the view {name}"))
    };
    let sets =
        ["number", "title", "customer", "extra.plant", "extra.expected_value", "due", "owner", "state"];
    keep(ada, "RS", "Meridian", "customer:meridian", &sets, Shared::House)?;
    keep(ada, "RS", "Large ones", "expected_value>30000 is:open", &sets, Shared::Own)?;
    keep(company.person("bob")?, "REQ", "Regulatory", "class:regulatory", &[], Shared::House)?;
    keep(
        ada,
        "K",
        "Visited",
        "-visited_on:none",
        &["number", "title", "body.town", "extra.visited_on", "owner"],
        Shared::House,
    )?;
    Ok(())
}
