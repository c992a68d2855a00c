//! What administrators do about coming in, who stands in for whom, and why somebody sees something.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::{Actor, Db, Error, Explanation, Mention, Permit, Reader, Result};
use web::language::say;
use web::{Answer, Envelope, Failure, Form, Page, Path, Posted, Routes, Visit, off_the_loop, status_of};

use super::{must_be_signed_in, people};
use crate::commands::{self, ADMINISTRATORS, MadeLink, NewAbsence};
use crate::model::Person;
use crate::pages::access::{self as page, Beheld, Explained, Rules, Sight, Why};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .get("/access", show_rules)
        .post("/access", keep_rules)
        .post("/people/{number}/link", make_link)
        .post("/people/{number}/link/end", revoke_links)
        .post("/people/{number}/factor/reset", reset_factor)
        .post("/people/{number}/absences", name_deputy)
        .post("/people/{number}/absences/{absence}/end", end_absence)
        .get("/people/{number}/why", why)
        .get("/sight", sight)
}

async fn show_rules(visit: Visit) -> Answer {
    visit.read(|reader| rules_page(reader, Form::default())).await
}

fn rules_page(reader: &Reader, form: Form) -> Result<Page> {
    ADMINISTRATORS.covers(reader.actor, None)?;
    let (with_factor, with_account) = queries::count_factors(reader)?;
    let rules = Rules {
        staff_need_factor: queries::staff_need_factor(reader)?,
        history_days: queries::history_days(reader)?,
        with_factor,
        with_account,
        form,
    };
    Ok(Page::new(web::t!("How people come in"), "/people", page::rules(&rules)))
}

async fn keep_rules(Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    visit
        .write_form(
            move |work, form| {
                let days = form.whole("history_days").unwrap_or(0);
                form.check()?;
                commands::set_entry_rules(work, form.has("staff_need_factor"), days)?;
                Ok("/access".to_owned())
            },
            rules_page,
        )
        .await
}

/// The page with the link is the answer itself: it is shown once and has no address.
async fn make_link(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (edge, actor, asked) = (Arc::clone(&visit.edge), visit.actor().clone(), number.clone());
    let (form, base) = (visit.form.clone(), reached_at(&visit.envelope, visit.edge.is_secure));
    let once = form.text("once").to_owned();
    let made = off_the_loop(move || {
        let word = Some(once.as_str()).filter(|it| !it.is_empty());
        let (secret, made) = commands::make_link_once(&edge.db, &actor, &asked, word)?;
        let base = edge.db.read(&actor, |reader| reader.site())?.unwrap_or(base);
        let MadeLink { purpose, is_mailed } = made;
        Ok(crate::pages::link::Fresh { link: format!("{base}/password/{secret}"), purpose, is_mailed })
    });
    match made.await {
        Ok(fresh) => {
            visit
                .answer(StatusCode::CREATED, move |reader| {
                    people::record_page(reader, &number, Form::default(), Some(fresh))
                })
                .await
        }
        Err(error @ (Error::Broken(_) | Error::NotFound)) => Err(Failure::of(error, &visit.envelope)),
        Err(error) => {
            visit
                .answer(status_of(&error), move |reader| {
                    people::record_page(reader, &number, form.refused(&error), None)
                })
                .await
        }
    }
}

/// Where the administrator reaches us is where the person will, as long as nobody said where browsers do. Nothing that
/// is sent leads there.
pub fn reached_at(envelope: &Envelope, is_secure: bool) -> String {
    let scheme = if is_secure { "https" } else { "http" };
    format!("{scheme}://{}", envelope.header("host").unwrap_or("localhost"))
}

async fn revoke_links(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::revoke_links(work, &number)?;
            Ok(format!("/people/{number}#access"))
        })
        .await
}

async fn reset_factor(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    visit
        .write(move |work| {
            commands::reset_factor(work, &number)?;
            Ok(format!("/people/{number}#access"))
        })
        .await
}

async fn name_deputy(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (since, until) = (form.day("since"), form.day("until"));
                let today = work.today();
                let (deputy, function) = (form.whole("deputy").unwrap_or(0), form.whole("function"));
                form.faults.unless(since.is_some(), "since", kernel::text!("Give the first day."));
                form.faults.unless(until.is_some(), "until", kernel::text!("Give the last day."));
                form.check()?;
                let (since, until) = (since.unwrap_or(today), until.unwrap_or(today));
                commands::name_deputy(work, &number, &NewAbsence { deputy, function, since, until })?;
                Ok(format!("/people/{number}#absences"))
            },
            move |reader, form| people::record_page(reader, &same, form, None),
        )
        .await
}

async fn end_absence(Path((number, absence)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::end_absence(work, &number, absence)?;
            Ok(format!("/people/{number}#absences"))
        })
        .await
}

async fn why(visit: Visit, Path(number): Path<String>) -> Answer {
    let (edge, record) = (Arc::clone(&visit.edge), visit.envelope.asked().text("record").to_owned());
    let actor = visit.actor().clone();
    let language = visit.envelope.language(Some(&visit.known));
    let found = off_the_loop(move || language.with(|| explained(&edge.db, &actor, (&number, &record)))).await;
    let why = found.map_err(|error| Failure::of(error, &visit.envelope))?;
    let status = if why.form.faults.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.answer(status, move |_| Ok(Page::new(why.name.clone(), "/people", page::why(&why)))).await
}

fn explained(db: &Db, asker: &Actor, (number, record): (&str, &str)) -> Result<Why> {
    let case = db.read(asker, |reader| {
        if record.is_empty() {
            ADMINISTRATORS.covers(reader.actor, None)?;
        }
        reader.find::<Person>(number)
    })?;
    let mut form = Form::default();
    let explained = match record {
        "" => None,
        record => match explanation(db, asker, (case.record.id.raw(), record)) {
            Ok((found, kind_address)) => Some(told(found, kind_address)),
            Err(Error::NotFound) => {
                form.faults.add(
                    "record",
                    kernel::text!("There is no such record. Give a number like RS-2026-0017."),
                );
                None
            }
            Err(error) => return Err(error),
        },
    };
    Ok(Why { name: case.record.title, number: number.to_owned(), asked: record.to_owned(), explained, form })
}

/// What the kernel says of a person and a record, with the address of the record; and whether they can sign in.
pub(super) fn explanation(
    db: &Db,
    asker: &Actor,
    (person, record): (i64, &str),
) -> Result<(Explanation, String)> {
    let (whose, signs_in) = db.read(&Actor::system(), |reader| {
        let whose = match queries::actor_of(reader, person) {
            Err(Error::NotFound) => None,
            found => Some(found?),
        };
        Ok((whose, queries::has_account(reader, person)?))
    })?;
    let found = match whose {
        Some(whose) => {
            let mut found = db.explain(asker, &whose, record)?;
            if !signs_in {
                found.reasons.push(kernel::text!(
                    "They have no password yet: until they are invited, they cannot sign in."
                ));
            }
            found
        }
        // Whoever left is nobody as whom anything could be asked.
        None => {
            let (record, _) = db.beholders(asker, &[], record)?;
            let reasons = vec![kernel::text!("They left: nothing of theirs opens the door any more.")];
            Explanation { record, sees: false, reasons, offers: Vec::new() }
        }
    };
    let address = db.registry().address(&found.record.kind, &found.record.number);
    Ok((found, address))
}

/// Who sees a record: how many work here, and each of outside who is asked.
pub(super) struct Beholders {
    pub record: Mention,
    pub colleagues: Vec<kernel::Colleague>,
    pub outside: Vec<(queries::OutsiderLine, bool)>,
    /// There are more of outside than were asked.
    pub is_cut: bool,
}

/// Asks the rules of sight as everybody of outside who can sign in, those of the record's organisation first. Whoever
/// calls sees to it that only staff does.
pub(super) fn beholders(db: &Db, asker: &Actor, record: &str) -> Result<Beholders> {
    let (colleagues, mut lines) =
        db.read(asker, |reader| Ok((reader.colleagues()?, queries::of_outside(reader, record)?)))?;
    let is_cut = lines.len() > queries::MOST_OUTSIDERS;
    lines.truncate(queries::MOST_OUTSIDERS);
    let actors: Vec<Actor> = db.read(&Actor::system(), |reader| {
        lines.iter().map(|it| queries::actor_of(reader, it.key)).collect()
    })?;
    let (record, seen) = db.beholders(asker, &actors, record)?;
    let outside = lines.into_iter().zip(seen).collect();
    Ok(Beholders { record, colleagues, outside, is_cut })
}

async fn sight(visit: Visit) -> Answer {
    let (edge, actor) = (Arc::clone(&visit.edge), visit.actor().clone());
    let asked = visit.envelope.asked();
    let (record, person) = (asked.text("record").trim().to_owned(), asked.text("person").trim().to_owned());
    let language = visit.envelope.language(Some(&visit.known));
    let found = off_the_loop(move || language.with(|| seen(&edge.db, &actor, (record, person)))).await;
    let sight = found.map_err(|error| Failure::of(error, &visit.envelope))?;
    let status =
        if sight.form.faults.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit
        .answer(status, move |_| Ok(Page::new(web::t!("Who sees what"), "/people", page::sight(&sight))))
        .await
}

fn seen(db: &Db, asker: &Actor, (record, person): (String, String)) -> Result<Sight> {
    db.read(asker, |reader| Ok(Permit::Staff.covers(reader.actor, None)?))?;
    let mut sight = Sight { asked: record, person, found: None, form: Form::default() };
    if sight.asked.is_empty() {
        return Ok(sight);
    }
    let all = match beholders(db, asker, &sight.asked) {
        Ok(all) => all,
        Err(Error::NotFound) => {
            sight
                .form
                .faults
                .add("record", kernel::text!("There is no such record. Give a number like RS-2026-0017."));
            return Ok(sight);
        }
        Err(error) => return Err(error),
    };
    let one = if sight.person.is_empty() { None } else { one_of(db, asker, &mut sight)? };
    sight.found = Some(Beheld {
        address: db.registry().address(&all.record.kind, &all.record.number),
        number: all.record.number,
        title: all.record.title,
        colleagues: all.colleagues.into_iter().map(|it| (it.number, it.name)).collect(),
        outside: all
            .outside
            .into_iter()
            .map(|(it, sees)| (it.number, it.name, it.organisation, sees))
            .collect(),
        is_cut: all.is_cut,
        one,
    });
    Ok(sight)
}

/// The one person whom somebody asks about beside a record, with their name.
fn one_of(db: &Db, asker: &Actor, sight: &mut Sight) -> Result<Option<(String, Explained)>> {
    let person = match db.read(asker, |reader| reader.find::<Person>(&sight.person)) {
        Ok(case) => case.record,
        Err(Error::NotFound) => {
            sight.form.faults.add("person", kernel::text!("Choose somebody from the list."));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let (found, address) = explanation(db, asker, (person.id.raw(), &sight.asked))?;
    Ok(Some((person.title, told(found, address))))
}

fn told(found: Explanation, address: String) -> Explained {
    let steps = found.offers.iter().map(|it| {
        let missing = it.missing.iter().map(|it| say(&it.sentence)).collect();
        (say(&it.step.text), it.missing.is_empty(), missing)
    });
    Explained {
        record: format!("{} {}", found.record.number, found.record.title),
        address,
        sees: found.sees,
        reasons: found.reasons.iter().map(say).collect(),
        steps: steps.collect(),
    }
}
