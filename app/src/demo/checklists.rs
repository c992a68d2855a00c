//! What the company asks about its products, learned from complaints, and what the set of CIP 3 answers
//! (`demo/requirements/checklists.csv`).

use anyhow::{Context, Result};
use kernel::{New, Vocabulary};
use requirements::{Answer, Answering, Checklist, Class, Question};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::files;

#[derive(Clone, Deserialize)]
struct Row {
    checklist: String,
    product: String,
    purpose: String,
    signs: String,
    question: String,
    why: String,
    class: String,
    kind: String,
    set: String,
    answer: String,
    words: String,
    by: String,
}

/// The checklists, in force for months, and what was answered two weeks ago.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("requirements/checklists.csv")?;
    let mut told = Vec::new();
    let mut numbers: Vec<String> = rows.iter().map(|it| it.checklist.clone()).collect();
    numbers.dedup();
    for (place, number) in (0..).zip(&numbers) {
        let own: Vec<Row> = rows.iter().filter(|it| it.checklist == *number).cloned().collect();
        told.push(in_force(time, place, &own)?);
    }
    let answered: Vec<Row> = rows.into_iter().filter(|it| !it.set.is_empty()).collect();
    if let Some(first) = answered.first() {
        told.push(laid(time, first)?);
    }
    for (minute, row) in (0..).zip(answered.into_iter().filter(|it| !it.answer.is_empty())) {
        told.push(answer(time, minute, row)?);
    }
    Ok(told)
}

fn question(row: &Row) -> Result<Question> {
    Ok(Question {
        key: requirements::key_of(&row.question),
        question: row.question.clone(),
        why: row.why.clone(),
        class: Class::of(&row.class).with_context(|| format!("{} is no class", row.class))?,
        kind: Vocabulary::of(&row.kind).with_context(|| format!("{} is no kind", row.kind))?,
    })
}

/// Bob writes one and puts it in force.
fn in_force(time: &Time, place: i8, rows: &[Row]) -> Result<Chapter> {
    let first = rows.first().context("a checklist asks something")?.clone();
    let questions = rows.iter().map(question).collect::<Result<Vec<_>>>()?;
    let signs = first.signs.split(',').map(|it| it.trim().to_owned()).collect();
    let body = Checklist { purpose: first.purpose.clone(), signs, questions };
    Ok(Chapter::new(time.at(-160, 14, place)?, move |db, company, now| {
        db.write_at(company.person("bob")?, now, |work| {
            let new = New { title: &first.product, number: Some(&first.checklist), ..New::default() };
            work.create(&new, &body)?;
            requirements::release_checklist(work, &first.checklist, "What complaints taught us to ask")
        })
        .with_context(|| format!("{} was not put in force", first.checklist))?;
        Ok(())
    }))
}

fn laid(time: &Time, row: &Row) -> Result<Chapter> {
    let row = row.clone();
    Ok(Chapter::new(time.at(-12, 10, 0)?, move |db, company, now| {
        db.write_at(company.person(&row.by)?, now, |work| {
            requirements::lay_beside(work, &row.set, &row.checklist)
        })
        .with_context(|| format!("{} was not asked about {}", row.checklist, row.set))?;
        Ok(())
    }))
}

fn answer(time: &Time, minute: i8, row: Row) -> Result<Chapter> {
    let due = time.day(3)?;
    Ok(Chapter::new(time.at(-12, 10, minute + 1)?, move |db, company, now| {
        let given = match Answer::of(&row.answer).with_context(|| format!("{} is no answer", row.answer))? {
            Answer::Stated => Answering::Stated(row.words.clone()),
            Answer::NotApplicable => Answering::NotApplicable(row.words.clone()),
            Answer::Asked => Answering::Asked { person: None, due: Some(due) },
            Answer::Open => Answering::Open(row.words.clone()),
        };
        let key = requirements::key_of(&row.question);
        db.write_at(company.person(&row.by)?, now, |work| {
            requirements::answer(work, &row.set, (&row.checklist, &key), &given)
        })
        .with_context(|| format!("“{}” was not answered", row.question))?;
        Ok(())
    }))
}
