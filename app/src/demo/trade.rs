//! What was quoted, ordered, promised and delivered in two years, and the customer's order that differed in eight places.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use customers::Channel;
use jiff::SignedDuration;
use kernel::{New, Work};
use orders::{
    CameBy, File, Line, NewDelivery, NewPromise, NewTold, Order, OrderSort, OrderStep, Ordered, Quotation,
    QuotationStep, Reason, Resolution, Terms,
};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::sets::{MAIN, RecordRow};
use super::{company::Company, files};

/// The order of the main matter, and the quotation that it answers.
const MAIN_ORDER: &str = "SO-2026-0118";
const MAIN_QUOTATION: &str = "QU-2026-0093";
/// The order that Marta gave by telephone, and its quotation.
const BY_TELEPHONE: &str = "SO-2026-0131";
const QUOTED_AFTER_A_CALL: &str = "QU-2026-0110";
const MARTA_CALLS: &str = "CA-2026-0188";
/// Kits that were ordered by telephone and never confirmed, and the call.
const NOT_CONFIRMED: &str = "SO-2026-0146";
const STORES_CALL: &str = "CA-2026-0211";
/// Kits of which the revision was to be released the day after.
const A_DAY_EARLY: &str = "SO-2026-0143";

#[derive(Clone, Deserialize)]
struct OrderRow {
    order: String,
    customer: String,
    set: String,
    day: i64,
    state: String,
    owner: String,
    currency: String,
    delivered_day: Option<i64>,
}

#[derive(Clone, Deserialize)]
struct LineRow {
    order: String,
    line: i64,
    article: String,
    quantity: String,
    unit: String,
    price: String,
}

#[derive(Clone, Deserialize)]
struct PromiseRow {
    order: String,
    line: i64,
    number: i64,
    promised_day: i64,
    reason: String,
    made_day: i64,
    by: String,
    customer_told: String,
    source: String,
}

#[derive(Clone, Deserialize)]
struct DifferenceRow {
    field: String,
    resolution: String,
    #[serde(rename = "resolved by")]
    resolved_by: String,
    #[serde(rename = "told customer")]
    told_customer: String,
    note: String,
}

/// Everything that happened to quotations and orders.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let records: Vec<RecordRow> = files::rows("records.csv")?;
    let titles: BTreeMap<String, String> =
        records.into_iter().map(|it| (it.number.clone(), it.title)).collect();
    let lines: Vec<LineRow> = files::rows("orders/order-lines.csv")?;
    let promises: Vec<PromiseRow> = files::rows("orders/promises.csv")?;
    let mut told = main_quotation(time)?;
    told.extend(main_order(time)?);
    told.extend(by_telephone(time)?);
    told.push(price_list(time)?);
    for row in files::rows::<OrderRow>("orders/orders.csv")? {
        let title = titles.get(&row.order).cloned().unwrap_or_default();
        let own: Vec<LineRow> = lines.iter().filter(|it| it.order == row.order).cloned().collect();
        let is_quoted = [MAIN_ORDER, BY_TELEPHONE].contains(&row.order.as_str());
        if !is_quoted {
            told.push(opened(time, &row, title, &own)?);
        }
        let ledger: Vec<PromiseRow> = promises.iter().filter(|it| it.order == row.order).cloned().collect();
        for promise in ledger {
            told.push(promised(time, promise, own.iter().map(|it| it.line).collect())?);
        }
        if row.state != "not accepted" {
            told.extend(went_on(time, &row, &own)?);
        }
    }
    Ok(told)
}

fn line(it: &LineRow) -> Line {
    Line {
        no: it.line,
        article: it.article.clone(),
        quantity: it.quantity.clone(),
        unit: it.unit.clone(),
        price: it.price.clone(),
        ..Line::default()
    }
}

/// An order as it was taken down.
fn opened(time: &Time, row: &OrderRow, title: String, lines: &[LineRow]) -> Result<Chapter> {
    let (row, lines): (OrderRow, Vec<Line>) = (row.clone(), lines.iter().map(line).collect());
    let day = time.day(row.day)?;
    let is_service = lines.iter().all(|it| it.article.starts_with("SC-"));
    Ok(Chapter::new(time.at(row.day, 9, 40)?, move |db, company, at| {
        let party = company.customers.get(&row.customer).copied();
        db.write_at(company.person(&row.owner)?, at, |work| {
            let (set, revision) = set_of(work, &row.set)?;
            let mut lines = lines.clone();
            for line in &mut lines {
                line.words = name_of(work, &line.article)?;
            }
            let order = Order {
                sort: if is_service { OrderSort::Service } else { OrderSort::Goods },
                came_by: if row.state == "not accepted" { CameBy::Telephone } else { CameBy::Writing },
                ordered_on: Some(day),
                requirement_set: set,
                set_revision: revision,
                currency: row.currency.clone(),
                lines,
                ..Order::default()
            };
            let new = New { title: &title, party, number: Some(&row.order), ..New::default() };
            orders::open_order(work, &new, &order)
        })?;
        Ok(())
    }))
}

/// A requirement set with the revision that was released last.
fn set_of(work: &Work, number: &str) -> kernel::Result<(Option<i64>, Option<i64>)> {
    if number.is_empty() {
        return Ok((None, None));
    }
    let id = work.mention_of(number)?.id;
    let last = work.revisions(id)?.first().map(|it| it.no);
    Ok((Some(id), last))
}

/// What an article is called in the catalogue.
fn name_of(work: &Work, article: &str) -> kernel::Result<String> {
    let known = catalogue::article(work, article)?;
    let item = known.map(|(id, _)| catalogue::item_of(work, id)).transpose()?.flatten();
    Ok(item.map(|(_, title, _)| title).unwrap_or_default())
}

fn reason_of(words: &str, number: i64) -> Reason {
    let says = |it: &str| words.contains(it);
    match () {
        () if number == 1 => Reason::First,
        () if says("supplier") => Reason::Supplier,
        () if says("production") => Reason::Production,
        () if says("change") => Reason::Change,
        () if says("part delivery") => Reason::PartDelivery,
        () => Reason::Other,
    }
}

/// A day that was promised for all lines of an order, and whether the customer was told.
fn promised(time: &Time, row: PromiseRow, lines: Vec<i64>) -> Result<Chapter> {
    let on = time.day(row.promised_day)?;
    // The ledger of the world names one line for the whole order.
    let lines = if row.line == 10 { lines } else { vec![row.line] };
    let minute = if row.number == 1 { 50 } else { 20 };
    Ok(Chapter::new(time.at(row.made_day, 10, minute)?, move |db, company, at| {
        let by = company.person(&row.by)?;
        let reason = reason_of(&row.reason, row.number);
        let promises = db.write_at(by, at, |work| {
            let mut made = Vec::new();
            for line in &lines {
                let new = NewPromise {
                    line: *line,
                    on,
                    reason,
                    words: if row.number == 1 { "" } else { &row.reason },
                };
                made.push(orders::promise(work, &row.order, &new)?);
            }
            Ok(made)
        })?;
        if row.customer_told == "yes" {
            let channel = if row.source == "telephone" { Channel::Telephone } else { Channel::Email };
            let words = if row.source == "telephone" { "" } else { row.source.as_str() };
            db.write_at(by, at + SignedDuration::from_mins(25), |work| {
                promises
                    .iter()
                    .try_for_each(|it| orders::tell(work, &row.order, *it, &NewTold { channel, words }))
            })?;
        }
        Ok(())
    }))
}

/// What followed: accepted, made, delivered or run.
fn went_on(time: &Time, row: &OrderRow, lines: &[LineRow]) -> Result<Vec<Chapter>> {
    let mut told = Vec::new();
    // A set that was new had to be confirmed first.
    let wait =
        if row.set.is_empty() || [MAIN_ORDER, BY_TELEPHONE].contains(&row.order.as_str()) { 0 } else { 2 };
    let order = row.order.clone();
    if order == A_DAY_EARLY {
        told.push(passed(time, row.day)?);
    }
    let owner = row.owner.clone();
    told.push(Chapter::new(time.at(row.day + wait, 14, 0)?, move |db, company, at| {
        let by = company.person(&owner)?;
        let accept = |at| db.write_at(by, at, |work| orders::accept(work, &order, ""));
        match accept(at) {
            Ok(_) => {}
            // What the world does not tell was agreed by two people, and stands on the order.
            Err(kernel::Error::Refused(_)) => {
                let reason = "Reviewed and agreed on paper; the record came later";
                let asked = at + SignedDuration::from_mins(5);
                let request = db.write_at(by, asked, |work| orders::ask_to_pass(work, &order, reason))?;
                let agreed = at + SignedDuration::from_mins(20);
                db.write_at(company.person("henrik")?, agreed, |work| {
                    orders::consent(work, &order, request)
                })?;
                accept(at + SignedDuration::from_mins(30))
                    .with_context(|| format!("{order} cannot be accepted"))?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }));
    let service = lines.iter().all(|it| it.article.starts_with("SC-"));
    let (order, owner) = (row.order.clone(), row.owner.clone());
    let step = if service { OrderStep::Run } else { OrderStep::Produce };
    told.push(Chapter::new(time.at(row.day + wait, 15, 30)?, move |db, company, at| {
        db.write_at(company.person(&owner)?, at, |work| {
            let mut case = work.find::<Order>(&order)?;
            work.advance(&mut case, step)
        })?;
        Ok(())
    }));
    let day = match row.state.as_str() {
        "delivered" => row.delivered_day,
        "part delivered" => Some(-28),
        _ => None,
    };
    let Some(day) = day else { return Ok(told) };
    let (order, is_part) = (row.order.clone(), row.state == "part delivered");
    let quantities: Vec<(i64, String)> = lines
        .iter()
        .map(|it| (it.line, if is_part { "6".to_owned() } else { it.quantity.clone() }))
        .collect();
    told.push(Chapter::new(time.at(day, 16, 0)?, move |db, company, at| {
        db.write_at(company.person("grace")?, at, |work| {
            let all: Vec<NewDelivery> = quantities
                .iter()
                .map(|(line, quantity)| NewDelivery { line: *line, quantity, on: None, words: "" })
                .collect();
            orders::deliver(work, &order, &all)
        })?;
        Ok(())
    }));
    Ok(told)
}

/// The kits went out a day before their revision was released: two people agreed, and it stands on the order.
fn passed(time: &Time, day: i64) -> Result<Chapter> {
    Ok(Chapter::new(time.at(day, 11, 40)?, |db, company, at| {
        let reason = "The seals of CR-2026-0009 are released tomorrow; the pump leaks today";
        let request =
            db.write_at(company.person("ben")?, at, |work| orders::ask_to_pass(work, A_DAY_EARLY, reason))?;
        let later = at + SignedDuration::from_mins(35);
        db.write_at(company.person("henrik")?, later, |work| orders::consent(work, A_DAY_EARLY, request))?;
        Ok(())
    }))
}

fn quoted(
    time: &Time,
    (day, hour): (i64, i8),
    number: &'static str,
    quotation: impl Fn(&Work, &Company) -> kernel::Result<(Option<i64>, String, Quotation)> + 'static,
) -> Result<Chapter> {
    Ok(Chapter::new(time.at(day, hour, 0)?, move |db, company, at| {
        let ada = company.person("ada")?;
        db.write_at(ada, at, |work| {
            let (party, title, quotation) = quotation(work, company)?;
            orders::open_quotation(
                work,
                &New { title: &title, party, number: Some(number), ..New::default() },
                &quotation,
            )
        })?;
        db.write_at(ada, at + SignedDuration::from_mins(40), |work| orders::send(work, number, ""))?;
        Ok(())
    }))
}

/// Lines and terms of the main quotation, as its workbook says them.
fn main_paper() -> Result<(Terms, Vec<Line>)> {
    let bytes = files::bytes("orders/quotation-qu-2026-0093.xlsx")?;
    let file = File { name: "quotation.xlsx", media_type: "", bytes, words: None };
    let paper = orders::read_file(&file)
        .map_err(|faults| anyhow::anyhow!("the quotation cannot be read: {faults}"))?;
    Ok((paper.terms, paper.lines))
}

/// Revision A with the price of then, revision B for the set as it was changed.
fn main_quotation(time: &Time) -> Result<Vec<Chapter>> {
    let (terms, lines) = main_paper()?;
    let (first_until, second_until) = (time.day(-103)?, time.day(-92)?);
    let first = {
        let (terms, mut lines) = (terms, lines.clone());
        if let Some(line) = lines.first_mut() {
            "42470.00".clone_into(&mut line.price);
        }
        quoted(time, (-133, 10), MAIN_QUOTATION, move |work, company| {
            let quotation = Quotation {
                requirement_set: Some(work.mention_of(MAIN)?.id),
                set_revision: Some(1),
                currency: "EUR".to_owned(),
                terms: terms.clone(),
                lines: lines.clone(),
                valid_until: Some(first_until),
                ..Quotation::default()
            };
            Ok((company.customers.get("K-1001").copied(), "KS-400-2 for CIP 3".to_owned(), quotation))
        })?
    };
    let second = Chapter::new(time.at(-122, 14, 0)?, move |db, company, at| {
        db.write_at(company.person("ada")?, at, |work| {
            let mut case = work.find::<Quotation>(MAIN_QUOTATION)?;
            work.advance(&mut case, QuotationStep::Revise)?;
            work.revise(&mut case, |it| {
                it.set_revision = Some(2);
                it.lines.clone_from(&lines);
                it.valid_until = Some(second_until);
            })?;
            orders::send(work, MAIN_QUOTATION, "Flow of 20 m³/h (CR-2026-0006)")
        })?;
        Ok(())
    });
    Ok(vec![first, second])
}

/// Gordon's order, its eight differences, each settled by name, and what was written into the order.
fn main_order(time: &Time) -> Result<Vec<Chapter>> {
    let day = time.day(-108)?;
    let came = Chapter::new(time.at(-108, 11, 5)?, move |db, company, at| {
        let name = "purchase-order-4500017731.xlsx";
        let bytes = files::bytes("orders/purchase-order-4500017731.xlsx")?;
        let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let file = File { name, media_type, bytes, words: None };
        let purchase = orders::read_file(&file)
            .map_err(|faults| anyhow::anyhow!("the order cannot be read: {faults}"))?;
        let ordered = Ordered {
            title: "KS-400-2 CIP 3 Northallerton",
            purchase_order: "PO 4500017731",
            ordered_on: Some(day),
            number: Some(MAIN_ORDER),
            purchase: Some(purchase),
            file: Some(file),
            ..Ordered::default()
        };
        db.write_at(company.person("ada")?, at, |work| orders::order_from(work, MAIN_QUOTATION, &ordered))?;
        Ok(())
    });
    let mut told = vec![came];
    for (place, row) in files::rows::<DifferenceRow>("orders/differences.csv")?.into_iter().enumerate() {
        let minute = i8::try_from(place)? * 6;
        told.push(Chapter::new(time.at(-103, 15, minute)?, move |db, company, at| {
            let resolution = if row.resolution.starts_with("accept") {
                Resolution::AcceptTheirs
            } else {
                Resolution::KeepOurs
            };
            db.write_at(company.person(&row.resolved_by)?, at, |work| {
                orders::settle(
                    work,
                    MAIN_ORDER,
                    place_of(&row.field),
                    (resolution, &row.note, &row.told_customer),
                )
            })?;
            Ok(())
        }));
    }
    told.push(Chapter::new(time.at(-103, 16, 10)?, |db, company, at| {
        db.write_at(company.person("ada")?, at, |work| {
            work.because("As settled with Gordon Ames");
            let mut case = work.find::<Order>(MAIN_ORDER)?;
            work.revise(&mut case, |it| {
                "60 days net".clone_into(&mut it.terms.payment);
                "0.5 % per week and 5 % at most".clone_into(&mut it.terms.penalty);
                // The seal kits are in the order since Ada accepted them, at the price of nothing that they named.
                for line in it.lines.iter_mut().filter(|it| it.article == "SP-80-08") {
                    "118.00".clone_into(&mut line.price);
                }
            })
        })?;
        Ok(())
    }));
    told.push(acknowledged(time, (-31, 12), 2, "main-24")?);
    told.push(acknowledged(time, (-11, 9), 3, "main-26")?);
    Ok(told)
}

/// The place on both papers that a row of the world's differences speaks of.
fn place_of(field: &str) -> &str {
    match field {
        "unit price line 10" => "line 10 price",
        "controller in text of line 10" => "line 10 text",
        "Incoterm" => "incoterm",
        other => other,
    }
}

/// That Meridian wrote that they know of the second or third day.
fn acknowledged(time: &Time, (day, hour): (i64, i8), no: i64, mail: &'static str) -> Result<Chapter> {
    Ok(Chapter::new(time.at(day, hour, 30)?, move |db, company, at| {
        db.write_at(company.person("grace")?, at, |work| {
            let id = work.mention_of(MAIN_ORDER)?.id;
            let all = orders::promises(work, id)?;
            all.iter()
                .filter(|it| it.no == no)
                .try_for_each(|it| orders::acknowledge(work, MAIN_ORDER, it.id, mail))
        })?;
        Ok(())
    }))
}

/// Two pumps by telephone: quoted, tied to the call in which they were ordered, and what was said there confirmed but for
/// one thing, which the order says as she wrote it (`demo/README.md`, section 7).
fn by_telephone(time: &Time) -> Result<Vec<Chapter>> {
    let (said_on, until) = (time.day(-39)?, time.day(-8)?);
    let quotation = quoted(time, (-38, 8), QUOTED_AFTER_A_CALL, move |work, company| {
        let (set, revision) = set_of(work, "RS-2026-0002")?;
        let quotation = Quotation {
            requirement_set: set,
            set_revision: revision,
            currency: "EUR".to_owned(),
            terms: Terms { delivery: "week 48".into(), payment: "30 days net".into(), ..Terms::default() },
            lines: vec![Line {
                no: 10,
                article: "KD-80-PV-F".into(),
                words: name_of(work, "KD-80-PV-F")?,
                quantity: "2".into(),
                unit: "pc".into(),
                price: "2690.00".into(),
                ..Line::default()
            }],
            valid_until: Some(until),
            ..Quotation::default()
        };
        Ok((company.customers.get("K-1005").copied(), "KD-80-PV-F two pumps".to_owned(), quotation))
    })?;
    let understood = Chapter::new(time.at(-38, 9, 10)?, move |db, company, at| {
        let ada = company.person("ada")?;
        let ordered = Ordered {
            title: "KD-80-PV-F two pumps (verbal order)",
            came_by: CameBy::Telephone,
            ordered_on: Some(said_on),
            number: Some(BY_TELEPHONE),
            ..Ordered::default()
        };
        db.write_at(ada, at, |work| orders::order_from(work, QUOTED_AFTER_A_CALL, &ordered))?;
        let then = at + SignedDuration::from_mins(1);
        db.write_at(ada, then, |work| conversations::tie_talk(work, BY_TELEPHONE, MARTA_CALLS))?;
        Ok(())
    });
    let heeded = Chapter::new(time.at(-35, 10, 20)?, |db, company, at| {
        db.write_at(company.person("ada")?, at, |work| {
            let call = work.mention_of(MARTA_CALLS)?.id;
            let all = conversations::statements(work, call)?;
            let other = all.iter().find(|it| it.state.is_objection()).ok_or(kernel::Error::NotFound)?;
            conversations::heed(work, other.id, "The order says F seals and 115 V, as she writes")
        })?;
        Ok(())
    });
    let not_confirmed = Chapter::new(time.at(-5, 16, 40)?, |db, company, at| {
        let ben = company.person("ben")?;
        db.write_at(ben, at, |work| conversations::tie_talk(work, NOT_CONFIRMED, STORES_CALL))?;
        Ok(())
    });
    Ok(vec![quotation, understood, heeded, not_confirmed])
}

/// The price list for the plant builder, which is with them.
fn price_list(time: &Time) -> Result<Chapter> {
    let until = time.day(5)?;
    quoted(time, (-17, 10), "QU-2026-0116", move |work, company| {
        let line = |no: i64, article: &str, price: &str| -> kernel::Result<Line> {
            let (article, words) = (article.to_owned(), name_of(work, article)?);
            Ok(Line {
                no,
                article,
                words,
                quantity: "1".into(),
                unit: "pc".into(),
                price: price.into(),
                ..Line::default()
            })
        };
        let quotation = Quotation {
            currency: "EUR".to_owned(),
            terms: Terms { payment: "30 days net".into(), packing: "neutral".into(), ..Terms::default() },
            lines: vec![
                line(10, "KD-80-PV-E", "2290.00")?,
                line(20, "KD-80-PV-F", "2480.00")?,
                line(30, "SP-80-01", "76.00")?,
            ],
            valid_until: Some(until),
            ..Quotation::default()
        };
        Ok((company.customers.get("K-1023").copied(), "KD-80 OEM price list 2027".to_owned(), quotation))
    })
}
