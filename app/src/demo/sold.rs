//! The review of everything that is sold from the catalogue: orders of it need none of their own (`demo/review`).

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Db, New};
use reviews::{
    Answer, Asked, Closing, Committing, Feasible, Given, GivenAnswer, Judging, Policy, Review, Row, Template,
    Verdict,
};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::reviews::{proven, signer};
use super::{files, teller};

const TEMPLATE: &str = "What is sold from the catalogue";
/// Who judges: the function, who speaks for it, the row of the checklist, its question, and what they found.
const JUDGES: [(&str, &str, &str, &str, &str); 2] = [
    (
        "design",
        "clara",
        "c1",
        "Does it say all that a customer has to know before ordering it, and for what it must not be used?",
        "Read against drawing and manual",
    ),
    (
        "quality",
        "bob",
        "c2",
        "Can we meet every value that is promised, and what shows it?",
        "Type test and final inspection show it",
    ),
];

#[derive(Clone, Deserialize)]
struct Reviewed {
    review: String,
    article: String,
    opened: i64,
    judged: i64,
    closed: i64,
}

/// Every review of an item of the catalogue.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut told = vec![Chapter::new(time.at(-721, 9, 0)?, template)];
    for (row, minute) in files::rows::<Reviewed>("review/catalogue.csv")?.into_iter().zip(0i64..) {
        let after = |minutes: i64| SignedDuration::from_mins(minutes * minute);
        let (opens, judges, closes) = (row.clone(), row.clone(), row.clone());
        let opened = time.at(row.opened, 14, 30)? + after(1);
        told.push(Chapter::new(opened, move |db, company, at| open(db, company, at, &opens)));
        let judged = time.at(row.judged, 10, 30)? + after(6);
        told.push(Chapter::new(judged, move |db, company, at| judge(db, company, at, &judges)));
        let closed = time.at(row.closed, 11, 0)? + after(2);
        told.push(Chapter::new(closed, move |db, company, at| close(db, company, at, &closes)));
    }
    Ok(told)
}

fn function(company: &Company, code: &str) -> Result<i64> {
    company.functions.get(code).copied().context("there is no such function")
}

/// Design and quality are asked about each item; whoever keeps the catalogue does not approve it.
fn template(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let (mut asked, mut checklist) = (Vec::new(), Vec::new());
    for (code, _, key, question, _) in JUDGES {
        let function = function(company, code)?;
        asked.push(Asked { function, quorum: 1, ..Asked::default() });
        checklist.push(Row { key: key.into(), question: question.into(), functions: vec![function] });
    }
    let policy = Policy { asked, checklist, forbids_self_approval: true, days: 5, ..Policy::default() };
    let purpose = "Before an item of the catalogue is sold: orders of it then need no review of their own";
    let body = Template { purpose: purpose.to_owned(), policy };
    db.write_at(company.person("bob")?, at, |work| {
        let made = work.create(&New { title: TEMPLATE, ..New::default() }, &body)?;
        reviews::release_template(work, &made.number, "In force with the catalogue")
    })?;
    Ok(())
}

fn open(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Reviewed) -> Result<()> {
    db.write_at(company.person("bob")?, at, |work| {
        let all = work.list("RT", &kernel::Wanted::default())?;
        let template = all.rows.into_iter().find(|row| row.title == TEMPLATE).map(|row| row.id);
        let (subject, _) = catalogue::article(work, &it.article)?.ok_or(kernel::Error::NotFound)?;
        let body = Review { subject, template, ..Review::default() };
        reviews::open(work, &New { number: Some(&it.review), ..New::default() }, &body)
    })?;
    Ok(())
}

/// Each function judges the item, answers its question, and signs.
fn judge(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Reviewed) -> Result<()> {
    let item = db.read(&teller(), |reader| {
        Ok(catalogue::article(reader, &it.article)?.ok_or(kernel::Error::NotFound)?.1)
    })?;
    for (place, (code, by, row, _, found)) in (0i64..).zip(JUDGES) {
        let (by, function) = (company.person(by)?, function(company, code)?);
        let later = at + SignedDuration::from_mins(2 * place);
        let given = Given { item: item.clone(), verdict: Verdict::Accept, ..Given::default() };
        let answer = GivenAnswer { row: row.to_owned(), answer: Answer::Ok, remark: found.to_owned() };
        let judging = Judging { function, verdicts: vec![given], answers: vec![answer] };
        db.write_at(by, later, |work| reviews::judge(work, &it.review, &judging))?;
        signs(db, by, later + SignedDuration::from_mins(1), (&it.review, function))?;
    }
    Ok(())
}

fn signs(db: &Arc<Db>, by: &Actor, at: Timestamp, (review, function): (&str, i64)) -> Result<()> {
    db.write_at(by, at, |work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let signer = signer(&name);
        let read = &reviews::as_read(work, review, Some(function))?;
        let committing = Committing { function, feasible: Feasible::AsGiven, statement: "", read, signer };
        reviews::commit(work, review, &committing, &proven)
    })?;
    Ok(())
}

fn close(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Reviewed) -> Result<()> {
    db.write_at(company.person("henrik")?, at, |work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let read = &reviews::as_read(work, &it.review, None)?;
        let closing = Closing { outcome: "It may be sold as it is described.", read, signer: signer(&name) };
        reviews::complete(work, &it.review, &closing, &proven)
    })?;
    Ok(())
}
