//! Who was told of the changes, and what they answered (`demo/changes/notices.csv`).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use jiff::{Timestamp, ToSpan as _};
use kernel::{Actor, Db, Error, Means, Proven};
use notices::{Addition, Answer, Answering, Asks, Edit, Notice, Side, Signer};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::files;

#[derive(Clone, Deserialize)]
struct Row {
    change: String,
    recipient: String,
    /// Why somebody added them; empty where the product found them by their orders.
    reason: String,
    state: String,
    day: i64,
    /// Why they are told later, or asked for less, than was agreed; empty where what was agreed is kept.
    waiver: String,
}

/// The change of the seals, whose notices went to everybody who has such pumps.
const SEALS: &str = "CR-2026-0009";
/// The day on which they were sent.
const SENT: i64 = -40;
/// Where customers reach the house.
const BASE: &str = "https://reqord.kestrel-dosing.example";

/// The notices of the seals, and the answers on their days.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("changes/notices.csv")?;
    let rows: Vec<Row> = rows.into_iter().filter(|it| it.change == SEALS).collect();
    let all = rows.clone();
    let mut chapters = vec![Chapter::new(time.at(SENT, 10, 30)?, move |db, company, at| {
        let answer = (company.person("paul")?, company.person("henrik")?);
        let owner = answer.0;
        for row in all.iter().filter(|it| !it.reason.is_empty()) {
            let addition = Addition {
                party: company.customers.get(&row.recipient).copied(),
                side: Side::Customer,
                items: Vec::new(),
                reason: row.reason.clone(),
                blocks: false,
            };
            let made = db.write_at(owner, at, |work| notices::add(work, SEALS, &addition))?;
            send(db, answer, at, (&made.number, &row.waiver))?;
        }
        // Whoever ordered what changes is found by the product.
        tell(db, answer, at, SEALS)
    })];
    for row in rows {
        chapters.push(Chapter::new(time.at(row.day, 14, 20)?, move |db, company, at| {
            answered(db, company, at, &row)
        }));
    }
    Ok(chapters)
}

/// Tells everybody who has to know of a change before it is put in force. What asks less than was agreed with them is
/// decided by another than who answers for it.
pub fn tell(db: &Arc<Db>, (owner, another): (&Actor, &Actor), at: Timestamp, change: &str) -> Result<()> {
    db.write_at(owner, at, |work| notices::prepare_all(work, change))?;
    let prepared =
        db.read(&Actor::system(), |reader| notices::notices(reader, reader.mention_of(change)?.id))?;
    for it in prepared.into_iter().filter(|it| it.state == notices::State::Prepared) {
        if it.asks == Asks::Approval {
            let why = "They approved it by signature on the change itself.";
            db.write_at(another, at, |work| notices::excuse(work, &it.number, why))?;
        } else {
            send(db, (owner, another), at, (&it.number, ""))?;
        }
    }
    Ok(())
}

/// Sends a notice. Whoever waived the period that was agreed gets the new at once, everybody else when it is over; where
/// nobody of theirs can be written to, the trail says how they were told.
fn send(
    db: &Arc<Db>,
    (owner, another): (&Actor, &Actor),
    at: Timestamp,
    (number, waiver): (&str, &str),
) -> Result<()> {
    let it = db.read(&Actor::system(), |reader| reader.find::<Notice>(number))?.body;
    let day = web::language::day_of(at);
    let agreed = day.checked_add(it.notice_days.days())?;
    let wanted = it.effective_on.unwrap_or(day);
    let is_asked_for_less = it.asks == Asks::Approval;
    let edit = Edit {
        person: it.person,
        language: it.language.clone(),
        words: Some(it.words.clone()),
        effective_on: Some(if waiver.is_empty() { wanted.max(agreed) } else { wanted.max(day) }),
        asks: Asks::Acknowledgement,
        waiver: match waiver {
            "" if wanted < agreed && !is_asked_for_less => {
                "Nothing of theirs is delivered before the days that were agreed are over.".to_owned()
            }
            "" if is_asked_for_less => "They approved it by signature on the change itself.".to_owned(),
            waiver => waiver.to_owned(),
        },
        ..Edit::default()
    };
    db.write_at(owner, at, |work| notices::edit(work, number, &edit))?;
    let sends = if is_asked_for_less { another } else { owner };
    match db.write_at(sends, at, |work| notices::issue(work, number, BASE)) {
        Ok(()) => Ok(()),
        Err(Error::Refused(_)) => {
            let why = "Nobody of theirs can be written to. They were told by telephone.";
            Ok(db.write_at(sends, at, |work| notices::excuse(work, number, why))?)
        }
        Err(error) => Err(error.into()),
    }
}

/// What one of them answered on their day.
fn answered(db: &Arc<Db>, company: &Company, at: Timestamp, row: &Row) -> Result<()> {
    let words: BTreeMap<&str, (Answer, &str)> = [
        ("acknowledged", (Answer::Acknowledged, "")),
        ("approved", (Answer::Acknowledged, "Approved by Priya Raman, as she wrote.")),
        ("objected", (Answer::Objected, "We have none of these pumps. Why do we get this?")),
    ]
    .into();
    let Some((answer, said)) = words.get(row.state.as_str()).copied() else { return Ok(()) };
    let Some(party) = company.customers.get(&row.recipient).copied() else { return Ok(()) };
    let found = db.read(&Actor::system(), |reader| {
        let all = notices::notices(reader, reader.mention_of(SEALS)?.id)?;
        let Some(it) = all.into_iter().find(|it| it.party == party) else { return Ok(None) };
        let person = reader.find::<Notice>(&it.number)?.body.person;
        let name = person.map(|it| reader.name_of(it)).transpose()?;
        Ok(person.zip(name).filter(|_| it.state == notices::State::Issued).map(|who| (it.number, who)))
    })?;
    let Some((number, (person, name))) = found else { return Ok(()) };
    let actor = Actor::outside(person, &name, &[party]);
    let it = Answering { answer, words: said.to_owned(), name: String::new(), source: "link".to_owned() };
    let proven = Proven { person, means: Means::Demo, at };
    let signer = Signer {
        name: &name,
        role: "Project engineer",
        language: "en",
        zone: "Europe/Berlin",
        proven: &proven,
    };
    db.write_at(&actor, at, |work| notices::answer(work, &number, &it, (None, Some(&signer))))?;
    if answer == Answer::Objected {
        let agreed = "It was sent to them by mistake, and they said that is all there is to it.";
        db.write_at(company.person("paul")?, at, |work| notices::settle(work, &number, agreed))?;
    }
    Ok(())
}
