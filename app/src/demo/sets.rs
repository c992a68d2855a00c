//! What customers wanted: the main set in its three revisions, with the words it came from, and the smaller ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use kernel::{Actor, Ask, Audience, Db, Life, New, Source, Vocabulary, Work};
use requirements::{
    Class, Edit, Kano, Nature, NewRequirement, Priority, Put, Requirement, RequirementSet, Section,
    Verification, set,
};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::{files, teller};

pub(super) const MAIN: &str = "RS-2026-0017";
const MAIN_CONVERSATION: &str = "CV-2026-0231";

/// A requirement as the files hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    id: String,
    section: String,
    title: String,
    statement: String,
    class: String,
    kind: String,
    source: String,
    passage: String,
    said_by: String,
    priority: String,
    kano: String,
    acceptance: String,
    method: String,
    function: String,
    characteristic: String,
    value: String,
    lower: String,
    upper: String,
    unit: String,
}

#[derive(Clone, Deserialize)]
pub(super) struct RecordRow {
    pub number: String,
    pub kind: String,
    pub title: String,
    pub day: i64,
    state: String,
    owner: String,
    customer: String,
}

/// Everything that happened to requirement sets.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let records: Vec<RecordRow> = files::rows("records.csv")?;
    let mut told = main_set(time)?;
    for record in records.into_iter().filter(|it| it.kind == "requirement set" && it.number != MAIN) {
        told.extend(small_set(time, &record)?);
    }
    Ok(told)
}

/// The matter of CIP 3: asked for in June, changed twice, agreed each time (`demo/README.md`, section 5).
fn main_set(time: &Time) -> Result<Vec<Chapter>> {
    let revisions: Vec<Vec<Row>> = (1..=3)
        .map(|no| files::rows(&format!("requirements/rs-2026-0017-rev-{no}.csv")))
        .collect::<Result<_>>()?;
    let [first, second, third]: [Vec<Row>; 3] =
        revisions.try_into().ok().context("there are three revisions")?;
    let mut told = vec![Chapter::new(time.at(-165, 13, 5)?, {
        let first = first.clone();
        move |db, company, at| open_main(db, company, at, &first)
    })];
    for (place, section) in sections(&first).into_iter().enumerate() {
        let rows: Vec<Row> = first.iter().filter(|it| it.section == section).cloned().collect();
        let (day, hour) = (-163 + i64::try_from(place / 4)?, 9 + i8::try_from(place % 4)? * 2);
        told.push(Chapter::new(time.at(day, hour, 20)?, move |db, company, at| {
            add(db, company, at, MAIN, &rows)
        }));
    }
    told.push(release(time.at(-158, 8, 40)?, "As asked, ready for review"));
    told.push(task(time.at(-158, 8, 50)?, "bob", "Review revision 1 for quality", time, -154)?);
    told.push(remark(time.at(-150, 17, 10)?, "ada", "On site with Milan: the room falls to **5 °C** in winter. 50 % caustic freezes at about 12 °C, so line B needs trace heating."));
    told.push(revise(
        time.at(-126, 9, 30)?,
        &first,
        &second,
        "New cream separator: CIP supply flow from 18 to 20 m³/h (CR-2026-0006)",
    ));
    told.push(release(
        time.at(-122, 10, 15)?,
        "Flow of 20 m³/h, relief valve, stub for nitric acid (CR-2026-0006)",
    ));
    told.push(revise(
        time.at(-42, 9, 10)?,
        &second,
        &third,
        "Seals by line, marking of heads, immersion evidence (CR-2026-0009)",
    ));
    told.push(release(time.at(-41, 16, 20)?, "Seals by line, after the change board (CR-2026-0009)"));
    told.push(effective(time.at(-12, 10, 0)?));
    told.push(task(
        time.at(-6, 14, 0)?,
        "ada",
        "Send the FAT protocol for sign-off to Carl Whitfield",
        time,
        2,
    )?);
    told.push(task(
        time.at(-6, 14, 5)?,
        "bob",
        "Bring the 90-day immersion report (condition C2)",
        time,
        56,
    )?);
    told.push(task(time.at(-5, 9, 0)?, "ada", "Put the documents due on day 3 together", time, 0)?);
    told.push(Chapter::new(time.at(-5, 9, 5)?, watch));
    Ok(told)
}

fn open_main(db: &Arc<Db>, company: &Company, at: Timestamp, rows: &[Row]) -> Result<()> {
    let ada = company.person("ada")?;
    db.write_at(ada, at, |work| {
        let body = RequirementSet {
            matter: "One skid with two dosing lines for CIP set 3 at Northallerton.".to_owned(),
            intended_use: "Disinfection and alkaline cleaning between batches. Line A doses peracetic acid 15 % into \
                           the final rinse, line B caustic soda 50 % into the caustic tank.\n\nNot intended: dosing \
                           into product."
                .to_owned(),
            sections: body_sections(rows),
            conversation: work.mention_of(MAIN_CONVERSATION).ok().map(|it| it.id),
            ..RequirementSet::default()
        };
        let new = New {
            title: "CIP 3 dosing skid, peracetic acid and caustic",
            party: company.customers.get("K-1001").copied(),
            number: Some(MAIN),
            ..New::default()
        };
        work.because("Carl Whitfield asks for a dosing skid");
        requirements::open_set(work, &new, &body)
    })?;
    Ok(())
}

fn sections(rows: &[Row]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in rows {
        if !all.contains(&row.section) {
            all.push(row.section.clone());
        }
    }
    all
}

pub(super) fn body_sections(rows: &[Row]) -> Vec<Section> {
    let titles = sections(rows).into_iter().enumerate();
    titles
        .map(|(no, title)| Section { key: format!("s{}", no + 1), title, prose: prose(no).to_owned() })
        .collect()
}

fn prose(section: usize) -> &'static str {
    match section {
        0 => {
            "Flows follow from the concentration and the CIP supply flow:\n\n| Line | Chemical | Density | Pump |\n| --- | --- | --- | --- |\n| A | peracetic acid 15 % | 1.15 kg/l | KD-80-PV-F |\n| B | caustic soda 50 % | 1.52 kg/l | KD-80-PV-E |"
        }
        _ => "",
    }
}

/// Adds requirements to a set and finds the words that they came from.
fn add(db: &Arc<Db>, company: &Company, at: Timestamp, number: &str, rows: &[Row]) -> Result<()> {
    let owner = db.read(&teller(), |reader| Ok(reader.find::<RequirementSet>(number)?.record.owner))?;
    let owner = db.read(&teller(), |reader| identity::actor_of(reader, owner))?;
    db.write_at(&owner, at, |work| {
        let body = work.find::<RequirementSet>(number)?.body;
        let new: Vec<NewRequirement> = rows.iter().map(|row| requirement(row, &body, company)).collect();
        requirements::add_many(work, number, &new)?;
        cite_all(work, rows)
    })?;
    Ok(())
}

pub(super) fn requirement(row: &Row, set: &RequirementSet, company: &Company) -> NewRequirement {
    let section = set.sections.iter().find(|it| it.title == row.section);
    let said_by = company.contact(&row.said_by);
    NewRequirement {
        title: row.title.clone(),
        number: Some(row.id.clone()),
        section: section.map(|it| it.key.clone()).unwrap_or_default(),
        put: Put::Last,
        body: Requirement {
            statement: row.statement.clone(),
            class: class(&row.class),
            kind: Nature::of(&row.kind.replace(['-', ' '], "_")).unwrap_or_default(),
            said_by: said_by.as_ref().map(|(id, _)| *id),
            said_by_name: said_by.map_or_else(|| row.said_by.clone(), |(_, name)| name),
            source: row.source.clone(),
            passage: row.passage.clone(),
            priority: Priority::of(&row.priority),
            kano: kano(&row.kano),
            acceptance: row.acceptance.clone(),
            verification: Verification::of(&row.method),
            function: company.functions.get(&row.function).copied(),
            characteristic: row.characteristic.clone(),
            value: row.value.clone(),
            lower: row.lower.clone(),
            upper: row.upper.clone(),
            unit: row.unit.clone(),
            ..Requirement::default()
        },
    }
}

/// The files call a statutory requirement statutory.
fn class(code: &str) -> Class {
    match code {
        "statutory" | "regulatory" => Class::Regulatory,
        "own" => Class::Own,
        other => Class::of(other).unwrap_or_default(),
    }
}

fn kano(code: &str) -> Option<Kano> {
    match code {
        "excitement" | "attractive" => Some(Kano::Attractive),
        other => Kano::of(other),
    }
}

/// Ties each requirement to the words it came from, where they are found in what the customer sent.
fn cite_all(work: &mut Work, rows: &[Row]) -> kernel::Result<()> {
    let Ok(conversation) = work.mention_of(MAIN_CONVERSATION) else { return Ok(()) };
    let sources = work.sources(conversation.id)?;
    for row in rows.iter().filter(|it| !it.passage.is_empty()) {
        if let Some(source) = source_of(&sources, row) {
            requirements::cite(work, &row.id, source, &row.passage)?;
        }
    }
    Ok(())
}

/// The text that holds the words: the customer's specification for those that name it, else a message.
fn source_of(sources: &[Source], row: &Row) -> Option<i64> {
    let wanted = if row.source.starts_with("URS") { "attachment" } else { "message" };
    let holds = |it: &&Source| kernel::locate(&it.body, &row.passage).is_some();
    let first = sources.iter().filter(|it| it.origin == wanted).find(holds);
    first.or_else(|| sources.iter().find(holds)).map(|it| it.id)
}

/// Opens the working copy again and writes what the later file says.
fn revise(at: Timestamp, before: &[Row], after: &[Row], reason: &'static str) -> Chapter {
    let (before, after) = (before.to_vec(), after.to_vec());
    Chapter::new(at, move |db, company, at| {
        db.write_at(&teller(), at, |work| {
            let mut set = work.find::<RequirementSet>(MAIN)?;
            work.because(reason);
            work.advance(&mut set, set::Step::Revise)
        })?;
        let ada = company.person("ada")?;
        let later = |minutes: i64| at + jiff::SignedDuration::from_mins(minutes);
        let known: BTreeMap<&str, &Row> = before.iter().map(|it| (it.id.as_str(), it)).collect();
        let mut minutes = 10;
        for row in &after {
            let Some(old) = known.get(row.id.as_str()) else { continue };
            if *old != row {
                let change =
                    Edit { number: row.id.clone(), version: None, fields: changed(old, row, company) };
                db.write_at(ada, later(minutes), |work| {
                    work.because(reason);
                    let cited_anew =
                        if old.passage == row.passage { &[][..] } else { std::slice::from_ref(row) };
                    // Only words that are cited stand as the words it comes from.
                    cite_all(work, cited_anew)?;
                    requirements::edit(work, &change).map(|_| ())
                })?;
                minutes += 3;
            }
        }
        let new: Vec<Row> = after.iter().filter(|it| !known.contains_key(it.id.as_str())).cloned().collect();
        for row in &new {
            add_after(db, company, later(minutes), &after, row)?;
            minutes += 3;
        }
        for row in before.iter().filter(|old| after.iter().all(|it| it.id != old.id)) {
            db.write_at(ada, later(minutes), |work| {
                requirements::withdraw(work, &row.id, "In the data sheet of KC-3, revision 3.5")
            })?;
        }
        Ok(())
    })
}

fn add_after(db: &Arc<Db>, company: &Company, at: Timestamp, all: &[Row], row: &Row) -> Result<()> {
    let place = all.iter().position(|it| it.id == row.id).unwrap_or(0);
    let before = all[..place].iter().rev().find(|it| it.section == row.section).map(|it| it.id.clone());
    db.write_at(company.person("ada")?, at, |work| {
        let body = work.find::<RequirementSet>(MAIN)?.body;
        let mut new = requirement(row, &body, company);
        new.put = before.clone().map_or(Put::First, Put::After);
        requirements::add(work, MAIN, &new)?;
        cite_all(work, std::slice::from_ref(row))
    })?;
    Ok(())
}

fn changed(old: &Row, new: &Row, company: &Company) -> Vec<(String, String)> {
    let function =
        |row: &Row| company.functions.get(&row.function).map(ToString::to_string).unwrap_or_default();
    let fields = [
        ("title", old.title.clone(), new.title.clone()),
        ("statement", old.statement.clone(), new.statement.clone()),
        ("class", class(&old.class).code(), class(&new.class).code()),
        ("kind", old.kind.clone(), new.kind.clone()),
        ("source", old.source.clone(), new.source.clone()),
        ("passage", old.passage.clone(), new.passage.clone()),
        ("priority", old.priority.clone(), new.priority.clone()),
        ("acceptance", old.acceptance.clone(), new.acceptance.clone()),
        ("verification", old.method.clone(), new.method.clone()),
        ("function", function(old), function(new)),
        ("characteristic", old.characteristic.clone(), new.characteristic.clone()),
        ("value", old.value.clone(), new.value.clone()),
        ("lower", old.lower.clone(), new.lower.clone()),
        ("upper", old.upper.clone(), new.upper.clone()),
        ("unit", old.unit.clone(), new.unit.clone()),
    ];
    fields
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, _, new)| (field.to_owned(), new))
        .collect()
}

fn release(at: Timestamp, reason: &'static str) -> Chapter {
    Chapter::new(at, move |db, company, at| {
        db.write_at(company.person("ada")?, at, |work| requirements::release(work, MAIN, reason))?;
        Ok(())
    })
}

fn effective(at: Timestamp) -> Chapter {
    Chapter::new(at, |db, _, at| {
        db.write_at(&teller(), at, |work| {
            work.because("Release of CR-2026-0009");
            let set = work.find::<RequirementSet>(MAIN)?;
            work.live(&set.record, 2, Life::Superseded)?;
            work.live(&set.record, 3, Life::Effective)
        })?;
        Ok(())
    })
}

fn task(at: Timestamp, who: &'static str, request: &'static str, time: &Time, due: i64) -> Result<Chapter> {
    let due = time.day(due)?;
    Ok(Chapter::new(at, move |db, company, at| {
        let person = company.person(who)?.person;
        let asks: &Actor = company.person(if who == "ada" { "bob" } else { "ada" })?;
        let done = at < db.now() - jiff::SignedDuration::from_hours(24 * 60);
        let task = db.write_at(asks, at, |work| {
            let set = work.mention_of(MAIN)?.id;
            work.ask(set, &Ask { request, person: Some(person), due: Some(due), ..Ask::default() })
        })?;
        if done {
            let later = at + jiff::SignedDuration::from_hours(72);
            db.write_at(company.person(who)?, later, |work| work.settle(task))?;
        }
        Ok(())
    }))
}

fn remark(at: Timestamp, who: &'static str, words: &'static str) -> Chapter {
    Chapter::new(at, move |db, company, at| {
        db.write_at(company.person(who)?, at, |work| {
            let set = work.mention_of(MAIN)?.id;
            work.remark(set, words, Audience::Internal)
        })?;
        Ok(())
    })
}

fn watch(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    for who in ["ada", "bob", "henrik"] {
        db.write_at(company.person(who)?, at, |work| {
            let set = work.mention_of(MAIN)?.id;
            work.watch(set, true)
        })?;
    }
    Ok(())
}

/// One of the smaller sets: opened, released, offered and agreed, as far as its state says.
fn small_set(time: &Time, record: &RecordRow) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows(&format!("requirements/{}.csv", record.number.to_lowercase()))?;
    let opened = {
        let (record, rows) = (record.clone(), rows.clone());
        Chapter::new(time.at(record.day, 10, 0)?, move |db, company, at| {
            let sections = body_sections(&rows).into_iter().map(|it| Section { prose: String::new(), ..it });
            let body = RequirementSet { sections: sections.collect(), ..RequirementSet::default() };
            let new = New {
                title: &record.title,
                party: company.customers.get(&record.customer).copied(),
                number: Some(&record.number),
                ..New::default()
            };
            db.write_at(company.person(&record.owner)?, at, |work| {
                requirements::open_set(work, &new, &body)
            })?;
            add(db, company, at + jiff::SignedDuration::from_mins(25), &record.number, &rows)
        })
    };
    let released = {
        let record = record.clone();
        Chapter::new(time.at(record.day + 6, 11, 0)?, move |db, company, at| {
            let owner = company.person(&record.owner)?;
            db.write_at(owner, at, |work| requirements::release(work, &record.number, "Ready for review"))?;
            if record.state == "in review" {
                return Ok(());
            }
            if record.state != "agreed" {
                // The customer was asked something; the working copy is open for the answer.
                let later = at + jiff::SignedDuration::from_hours(72);
                db.write_at(owner, later, |work| {
                    work.because("A clarification is with the customer");
                    let mut set = work.find::<RequirementSet>(&record.number)?;
                    work.advance(&mut set, set::Step::Revise)
                })?;
                return Ok(());
            }
            // Those whose review is told wait for its end.
            if super::reviews::is_reviewed(&record.number) {
                return Ok(());
            }
            agreed(db, company, at + jiff::SignedDuration::from_hours(24 * 5), &record)
        })
    };
    let mut told = vec![opened, released];
    if super::reviews::is_reviewed(&record.number) {
        let record = record.clone();
        told.push(Chapter::new(time.at(record.day + 20, 11, 0)?, move |db, company, at| {
            agreed(db, company, at, &record)
        }));
    }
    Ok(told)
}

/// The customer saw it and confirmed it, as it was done before there were sign-offs.
fn agreed(db: &Arc<Db>, company: &Company, at: Timestamp, record: &RecordRow) -> Result<()> {
    db.write_at(company.person(&record.owner)?, at, |work| requirements::offer(work, &record.number, 1))?;
    db.write_at(&teller(), at + jiff::SignedDuration::from_hours(50), |work| {
        work.because("The customer confirmed it");
        let mut set = work.find::<RequirementSet>(&record.number)?;
        work.live(&set.record, 1, Life::Confirmed)?;
        work.advance(&mut set, set::Step::Agree)?;
        work.tell_offered_state(&set.record)
    })?;
    Ok(())
}
