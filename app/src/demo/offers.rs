//! What the company offers: families with their characteristics, and the articles that are sold of them. Later revisions
//! of a family come with the change that proposed them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use catalogue::{CatalogueItem, Characteristic, NewRevision, Sort};
use kernel::{New, Vocabulary};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::{company::Company, files};

#[derive(Clone, Deserialize)]
struct Family {
    code: String,
    title: String,
    sort: String,
    summary: String,
    unit: String,
    currency: String,
}

#[derive(Clone, Deserialize)]
struct Product {
    product: String,
    revision: String,
    valid_from: i64,
    characteristic: String,
    nominal: String,
    lower: String,
    upper: String,
    unit: String,
    method: String,
    critical: String,
}

#[derive(Clone, Deserialize)]
struct Article {
    code: String,
    title: String,
    sort: String,
    base: String,
    day: i64,
    label: String,
    unit: String,
    price: String,
    days: Option<i64>,
    summary: String,
}

/// Everything that was ever put into the catalogue.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let families: Vec<Family> = files::rows("orders/families.csv")?;
    let products: Vec<Product> = files::rows("orders/products.csv")?;
    let mut told = Vec::new();
    for family in families {
        let mut revisions: BTreeMap<i64, Vec<Product>> = BTreeMap::new();
        for row in products.iter().filter(|it| it.product == family.code) {
            revisions.entry(row.valid_from).or_default().push(row.clone());
        }
        // What came after the first was proposed by a change, and put in force by it.
        if let Some(first) = revisions.into_iter().next() {
            told.push(opened(time, family, first)?);
        }
    }
    for article in files::rows::<Article>("orders/articles.csv")? {
        told.push(put_in(time, article)?);
    }
    Ok(told)
}

/// What an item of the catalogue promises in the revision of a day; nothing where it has none of that day.
pub fn promises_from(code: &str, day: i64) -> Result<Vec<Characteristic>> {
    let rows: Vec<Product> = files::rows("orders/products.csv")?;
    let own = rows.iter().filter(|it| it.product == code && it.valid_from == day && !is_price(it));
    Ok(own.map(characteristic).collect())
}

/// The row says what it costs, and not what it does.
fn is_price(it: &Product) -> bool {
    it.characteristic == "price"
}

/// A family as it was sold first.
fn opened(time: &Time, family: Family, (day, rows): (i64, Vec<Product>)) -> Result<Chapter> {
    let from = time.day(day)?;
    Ok(Chapter::new(time.at(day, 8, 30)?, move |db, company, at| {
        let clara = company.person("clara")?;
        let label = rows.first().context("a revision has a row")?.revision.clone();
        let price = rows.iter().find(|it| is_price(it)).map(|it| it.nominal.clone()).unwrap_or_default();
        let item = CatalogueItem {
            code: family.code.clone(),
            sort: Sort::of(&family.sort).unwrap_or_default(),
            summary: family.summary.clone(),
            characteristics: rows.iter().filter(|it| !is_price(it)).map(characteristic).collect(),
            unit: family.unit.clone(),
            price,
            currency: family.currency.clone(),
            ..CatalogueItem::default()
        };
        db.write_at(clara, at, |work| {
            let number =
                catalogue::open(work, &New { title: &family.title, ..New::default() }, &item)?.number;
            let new = NewRevision { label: &label, from: Some(from), reason: "As it is sold" };
            let frozen = catalogue::release(work, &number, &new)?;
            catalogue::publish(work, &number, frozen.no)
        })?;
        Ok(())
    }))
}

fn characteristic(it: &Product) -> Characteristic {
    // A claim in words has no limits; one in figures has them as they were written.
    Characteristic {
        name: it.characteristic.clone(),
        value: it.nominal.clone(),
        lower: it.lower.clone(),
        upper: it.upper.clone(),
        unit: it.unit.clone(),
        method: it.method.clone(),
        is_critical: it.critical == "yes",
    }
}

/// An article that is sold, as a variant of its family where that is in the catalogue by then.
fn put_in(time: &Time, article: Article) -> Result<Chapter> {
    let from = time.day(article.day)?;
    Ok(Chapter::new(time.at(article.day, 9, 10)?, move |db, company: &Company, at| {
        db.write_at(company.person("clara")?, at, |work| {
            let base = if article.base.is_empty() { None } else { catalogue::article(work, &article.base)? };
            let item = CatalogueItem {
                code: article.code.clone(),
                sort: Sort::of(&article.sort).unwrap_or_default(),
                summary: if article.summary.is_empty() {
                    article.title.clone()
                } else {
                    article.summary.clone()
                },
                base: base.map(|(id, _)| id),
                unit: article.unit.clone(),
                price: article.price.clone(),
                currency: "EUR".to_owned(),
                lead_time_days: article.days,
                ..CatalogueItem::default()
            };
            let number =
                catalogue::open(work, &New { title: &article.title, ..New::default() }, &item)?.number;
            let new = NewRevision { label: &article.label, from: Some(from), reason: "As it is sold" };
            let frozen = catalogue::release(work, &number, &new)?;
            catalogue::publish(work, &number, frozen.no)
        })?;
        Ok(())
    }))
}
