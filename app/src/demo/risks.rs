//! The risk register, the matrix by which it is rated, and what is done if something happens (`demo/risk/`,
//! `demo/review/matter-risks.csv`, `demo/orders/contingency.csv`).

use anyhow::{Context, Result};
use jiff::SignedDuration;
use kernel::{Ask, New, Reader, Work};
use risks::{Agreed, Contingency, ContingencyStep, Risk, RiskStep, Treatment, customary};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::files;

#[derive(Clone, Deserialize)]
struct Row {
    risk: String,
    title: String,
    cause: String,
    effect: String,
    likelihood: i64,
    severity: i64,
    treatment: String,
    owner: String,
    residual_l: i64,
    residual_s: i64,
    review_day: i64,
    link: String,
}

#[derive(Clone, Deserialize)]
struct InReview {
    risk: String,
    review: String,
    item: String,
    state: String,
}

#[derive(Clone, Deserialize)]
struct PlanRow {
    number: String,
    customer: String,
    order: String,
    trigger: String,
    response: String,
    responsible: String,
    agreed: String,
    tested: i64,
}

const QUALITY: &str = "bob";
const APPROVER: &str = "henrik";
/// Where nothing is said of the day, a risk was seen in the yearly round; what is borne was accepted some weeks ago.
const ROUND: i64 = -210;
const BORNE: i64 = -20;
/// A risk that was seen in a review is noted so many days after that began.
const SEEN: &[(&str, i64)] = &[("RV-2026-0031", -149), ("RV-2026-0052", -37)];
/// When what was closed was closed.
const CLOSED: i64 = -110;
/// Who of each customer agreed to a plan.
const AGREED_BY: &[(&str, &str, &str)] = &[
    ("CT-2026-0002", "Carl Whitfield", "minutes of the order review"),
    ("CT-2025-0001", "the works manager", "frame contract"),
];
const LIKELIHOOD: [&str; 5] =
    ["once in ten years", "once in three years", "once a year", "once a quarter", "every month"];
const SEVERITY: [&str; 5] = [
    "not noticed",
    "extra work for us",
    "late or reworked",
    "the customer's plant stands",
    "danger to people, law broken",
];

/// Everything that happened to risks.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("risk/register.csv")?;
    let seen: Vec<InReview> = files::rows("review/matter-risks.csv")?;
    let plans: Vec<PlanRow> = files::rows("orders/contingency.csv")?;
    let mut told = vec![Chapter::new(time.at(-700, 9, 0)?, |db, company, at| {
        db.write_at(company.person(QUALITY)?, at, matrix)?;
        Ok(())
    })];
    for (row, minute) in rows.into_iter().zip(0..) {
        let seen = seen.iter().find(|it| it.risk == row.risk).cloned();
        told.extend(of_risk(time, &row, seen, minute)?);
    }
    for row in plans {
        told.extend(of_plan(time, &row)?);
    }
    Ok(told)
}

fn matrix(work: &mut Work) -> kernel::Result<()> {
    let mut body = customary();
    body.likelihood = LIKELIHOOD.map(str::to_owned).to_vec();
    body.severity = SEVERITY.map(str::to_owned).to_vec();
    let new = New { title: "Risk matrix of Kestrel", ..New::default() };
    let made = work.create(&new, &body)?;
    risks::put_in_force(work, &made.number, "First edition")
}

fn of_risk(time: &Time, row: &Row, seen: Option<InReview>, minute: i8) -> Result<Vec<Chapter>> {
    let noted = seen.as_ref().and_then(|it| SEEN.iter().find(|(review, _)| *review == it.review));
    let day = noted.map_or(ROUND, |(_, day)| *day);
    let (row_, seen_) = (row.clone(), seen.clone());
    let due = time.day(row.review_day)?;
    let mut told = vec![Chapter::new(time.at(day, 11, minute)?, move |db, company, at| {
        note(db, company, at, (&row_, seen_.as_ref(), due))
    })];
    if let Some(until) = row.treatment.strip_prefix("accept until day ") {
        let until = time.day(until.parse().context("a day until which a risk is accepted")?)?;
        let number = row.risk.clone();
        told.push(Chapter::new(time.at(BORNE, 14, minute)?, move |db, company, at| {
            let reason = "Nothing that we could do would cost less than what it may cost us.";
            db.write_at(company.person(APPROVER)?, at, |work| {
                risks::accept(work, &number, Some(until), reason)
            })?;
            Ok(())
        }));
    }
    if seen.is_some_and(|it| it.state == "closed") {
        let (number, owner) = (row.risk.clone(), row.owner.clone());
        told.push(Chapter::new(time.at(CLOSED, 15, minute)?, move |db, company, at| {
            let owner = company.person(&owner)?;
            db.write_at(owner, at, |work| {
                let mut case = work.find::<Risk>(&number)?;
                work.advance(&mut case, RiskStep::Treat)
            })?;
            let later = at + SignedDuration::from_mins(2);
            db.write_at(owner, later, |work| risks::close(work, &number, "The customer chose KD-80."))?;
            Ok(())
        }));
    }
    Ok(told)
}

fn note(
    db: &std::sync::Arc<kernel::Db>,
    company: &Company,
    at: jiff::Timestamp,
    (row, seen, due): (&Row, Option<&InReview>, jiff::civil::Date),
) -> Result<()> {
    let (treatment, plan) = match row.treatment.split_once(": ") {
        Some(("avoid", plan)) => (Treatment::Avoid, plan),
        Some(("share", plan)) => (Treatment::Share, plan),
        Some((_, plan)) => (Treatment::Reduce, plan),
        None => (Treatment::Accept, "Borne until it is looked at again."),
    };
    let owner = company.person(&row.owner)?.clone();
    db.write_at(&owner, at, |work| {
        let body = Risk {
            cause: row.cause.clone(),
            effect: row.effect.clone(),
            likelihood: Some(row.likelihood),
            severity: Some(row.severity),
            treatment,
            plan: plan.to_owned(),
            residual_likelihood: Some(row.residual_l),
            residual_severity: Some(row.residual_s),
            origin: seen.map(|it| known(work, &it.review)).transpose()?.flatten(),
            affects: known(work, seen.map_or(row.link.as_str(), |it| it.item.as_str()))?,
        };
        let new = New { title: &row.title, number: Some(&row.risk), due: Some(due), ..New::default() };
        let made = risks::raise(work, &new, &body)?;
        if seen.is_some_and(|it| it.state == "open") {
            let ask = Ask { request: plan, person: Some(owner.person), due: Some(due), ..Ask::default() };
            work.ask(made.id, &ask)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The key of a record, where it was told already.
fn known(reader: &Reader, number: &str) -> kernel::Result<Option<i64>> {
    match reader.mention_of(number) {
        Ok(it) => Ok(Some(it.id)),
        Err(kernel::Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn of_plan(time: &Time, row: &PlanRow) -> Result<Vec<Chapter>> {
    let agreed: i64 = row.agreed.trim_start_matches("yes day ").parse().context("the day of a consent")?;
    let (day, tested) = (time.day(agreed)?, time.day(row.tested)?);
    let (written, tried) = (row.clone(), row.clone());
    Ok(vec![
        Chapter::new(time.at(agreed, 16, 20)?, move |db, company, at| {
            write(db, company, at, (&written, day))
        }),
        Chapter::new(time.at(row.tested, 13, 0)?, move |db, company, at| {
            db.write_at(company.person(&tried.responsible)?, at, |work| {
                let mut case = work.find::<Contingency>(&tried.number)?;
                work.advance(&mut case, ContingencyStep::Revise)?;
                work.revise(&mut case, |it| it.tested_on = Some(tested))?;
                work.advance(&mut case, ContingencyStep::Ready)
            })?;
            Ok(())
        }),
    ])
}

fn write(
    db: &std::sync::Arc<kernel::Db>,
    company: &Company,
    at: jiff::Timestamp,
    (row, day): (&PlanRow, jiff::civil::Date),
) -> Result<()> {
    let party = company.customers.get(&row.customer).copied();
    let (_, name, source) = AGREED_BY.iter().find(|(it, ..)| *it == row.number).context("nobody agreed")?;
    db.write_at(company.person(&row.responsible)?, at, |work| {
        let body = Contingency {
            trigger_words: row.trigger.clone(),
            response: row.response.clone(),
            concerns: known(work, &row.order)?,
            ..Contingency::default()
        };
        let title = row.response.split(" within").next().unwrap_or_default();
        let new = New { title, party, number: Some(&row.number), ..New::default() };
        risks::plan(work, &new, &body)?;
        let mut case = work.find::<Contingency>(&row.number)?;
        work.advance(&mut case, ContingencyStep::Ready)?;
        risks::agree(work, &row.number, &Agreed { name, source, day: Some(day) })
    })?;
    Ok(())
}
