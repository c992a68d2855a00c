//! What the skid is made to be against what Meridian needs: links, what became suspect, and who has read what.

use std::sync::Arc;

use anyhow::Result;
use kernel::{Actor, Db, Judgement, Link, New, Suspects, Tie, Vocabulary};
use requirements::{Edit, RequirementSet, Telling};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::sets::{self, MAIN, RecordRow, Row};
use super::{files, teller};

/// The specification of the skid that the needs of CIP 3 led to.
const SPECIFICATION: &str = "RS-2026-0018";
/// Functions that are told of every released set.
const ALWAYS: [&str; 2] = ["quality", "sales"];
/// So many days after a release everybody has read it.
const READ_AFTER: i64 = 3;

#[derive(Clone, Deserialize)]
struct LinkRow {
    source: String,
    role: String,
    target: String,
}

/// Everything that happened to links and lists of those who must know.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut told = vec![Chapter::new(time.at(-720, 9, 0)?, |db, company, at| {
        for name in ALWAYS {
            let Some(function) = company.functions.get(name).copied() else { continue };
            db.write_at(&teller(), at, |work| {
                let Some(it) = work.mention(function)? else { return Ok(()) };
                requirements::tell_always(work, &it.number, Telling::Told)
            })?;
        }
        Ok(())
    })];
    let records: Vec<RecordRow> = files::rows("records.csv")?;
    for record in records.into_iter().filter(|it| it.kind == "requirement set" && it.number != MAIN) {
        let number = record.number.clone();
        told.push(read(time.at(record.day + 6 + READ_AFTER, 15, 0)?, number, 1, &[]));
    }
    told.push(specification(time)?);
    told.push(links(time)?);
    told.push(Chapter::new(time.at(-153, 16, 0)?, |db, company, at| {
        let reason = "As quoted";
        db.write_at(company.person("clara")?, at, |work| requirements::release(work, SPECIFICATION, reason))?;
        Ok(())
    }));
    told.push(read(time.at(-151, 10, 0)?, SPECIFICATION.to_owned(), 1, &[]));
    told.push(read(time.at(-156, 14, 0)?, MAIN.to_owned(), 1, &[]));
    told.push(follows(time)?);
    told.push(holds(time)?);
    told.push(read(time.at(-119, 11, 30)?, MAIN.to_owned(), 2, &[]));
    // Purchasing and logistics have not read the last revision; somebody reminds them.
    told.push(read(time.at(-38, 10, 10)?, MAIN.to_owned(), 3, &["Franka", "Katrin", "Grace"]));
    told.push(Chapter::new(time.at(-4, 8, 40)?, |db, company, at| {
        db.write_at(company.person("ada")?, at, |work| requirements::remind(work, MAIN))?;
        Ok(())
    }));
    Ok(told)
}

fn specification(time: &Time) -> Result<Chapter> {
    let rows: Vec<Row> = files::rows("requirements/rs-2026-0018.csv")?;
    Ok(Chapter::new(time.at(-155, 9, 30)?, move |db, company, at| {
        let body = RequirementSet {
            matter: "What we build for CIP 3, each line answering a need of RS-2026-0017.".to_owned(),
            sections: sets::body_sections(&rows)
                .into_iter()
                .map(|it| requirements::Section { prose: String::new(), ..it })
                .collect(),
            ..RequirementSet::default()
        };
        let new = New {
            title: "KS-400 for CIP 3: specification of the skid",
            number: Some(SPECIFICATION),
            ..New::default()
        };
        db.write_at(company.person("clara")?, at, |work| {
            requirements::open_set(work, &new, &body)?;
            let new: Vec<_> = rows.iter().map(|row| sets::requirement(row, &body, company)).collect();
            requirements::add_many(work, SPECIFICATION, &new)
        })?;
        Ok(())
    }))
}

fn links(time: &Time) -> Result<Chapter> {
    let rows: Vec<LinkRow> = files::rows("requirements/rs-2026-0018-links.csv")?;
    Ok(Chapter::new(time.at(-154, 14, 0)?, move |db, company, at| {
        db.write_at(company.person("clara")?, at, |work| {
            for row in &rows {
                let (source, target) = (work.mention_of(&row.source)?, work.mention_of(&row.target)?);
                work.link_by_hand(&source, Tie::of(&row.role).unwrap_or_default(), &target)?;
            }
            Ok(())
        })?;
        Ok(())
    }))
}

/// Everybody who was asked says that they read a revision, but for some, named by their first names.
fn read(at: jiff::Timestamp, set: String, no: i64, but: &'static [&'static str]) -> Chapter {
    Chapter::new(at, move |db, _, at| {
        let asked = db.read(&teller(), |reader| {
            let id = reader.mention_of(&set)?.id;
            requirements::readers(reader, id, no)
        })?;
        let mut at = at;
        for one in asked.iter().filter(|it| but.iter().all(|name| !it.name.starts_with(name))) {
            let actor = db.read(&teller(), |reader| identity::actor_of(reader, one.person))?;
            at += jiff::SignedDuration::from_mins(17);
            db.write_at(&actor, at, |work| requirements::acknowledge(work, &set, no, &one.digest))?;
        }
        Ok(())
    })
}

/// The relief valve of the specification follows the need, which asks for 7 bar(g) now.
fn follows(time: &Time) -> Result<Chapter> {
    Ok(Chapter::new(time.at(-121, 9, 15)?, |db, company, at| {
        let clara = company.person("clara")?;
        db.write_at(&teller(), at, |work| {
            work.because("Needs of revision 2 (CR-2026-0006)");
            let mut set = work.find::<RequirementSet>(SPECIFICATION)?;
            work.advance(&mut set, requirements::set::Step::Revise)
        })?;
        let Some(link) = suspect(db, clara, "REQ-0548")?.into_iter().next() else { return Ok(()) };
        let field = |name: &str, words: &str| (name.to_owned(), words.to_owned());
        let fields = vec![
            field(
                "statement",
                "Each pump shall have a relief valve set to 7 bar(g) that discharges to suction.",
            ),
            field("acceptance", "Opens at 7.0 bar(g) ±0.3"),
            field("value", "7"),
            field("lower", "6.7"),
            field("upper", "7.3"),
        ];
        let edit = Edit { number: "REQ-0548".to_owned(), version: None, fields };
        db.write_at(clara, at, |work| requirements::follow(work, link.id, &edit, "CL-2026-0083"))?;
        Ok(())
    }))
}

/// What the pump of line A is tied to holds though the flow was changed: its range is wider than both.
fn holds(time: &Time) -> Result<Chapter> {
    Ok(Chapter::new(time.at(-121, 9, 40)?, |db, company, at| {
        let clara = company.person("clara")?;
        let links: Vec<i64> = suspect(db, clara, "REQ-0545")?.iter().map(|it| it.id).collect();
        db.write_at(clara, at, |work| {
            work.judge_many(&links, "0.8 to 80 l/h covers 8.7 to 23.2 l/h as it covered 7.8 to 20.9 l/h")
        })?;
        let ada = company.person("ada")?;
        for (number, reason) in [
            ("REQ-0424", "It was changed together with the flow"),
            ("REQ-0419", "It was calculated anew from the flow"),
        ] {
            for link in suspect(db, ada, number)?.into_iter().filter(|it| it.role == Tie::DependsOn) {
                db.write_at(ada, at, |work| work.judge(link.id, Judgement::NoImpact, reason).map(drop))?;
            }
        }
        let later = at + jiff::SignedDuration::from_hours(30);
        db.write_at(clara, later, |work| {
            requirements::release(work, SPECIFICATION, "Relief valve at 7 bar(g)")
        })?;
        Ok(())
    }))
}

/// The suspect ties of a requirement.
fn suspect(db: &Arc<Db>, who: &Actor, number: &str) -> Result<Vec<Link>> {
    Ok(db.read(who, |reader| {
        let id = reader.mention_of(number)?.id;
        let all = reader.suspects(Suspects::Of(id), 100)?;
        Ok(all.into_iter().filter(|it| it.source.number == number).collect())
    })?)
}
