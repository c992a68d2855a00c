//! What administrators do about coming in, who stands in for whom, and why somebody sees something.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::{Actor, Db, Error, Reader, Result};
use web::language::say;
use web::{Answer, Envelope, Failure, Form, Page, Path, Posted, Routes, Visit, off_the_loop, status_of};

use super::{must_be_signed_in, people};
use crate::commands::{self, ADMINISTRATORS, NewAbsence};
use crate::model::Person;
use crate::pages::access::{self as page, Explained, Rules, Why};
use crate::queries;
use crate::rules::new_secret;

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
    let made = off_the_loop(move || {
        let secret = new_secret()?;
        let (purpose, is_mailed, site) = edge.db.write(&actor, |work| {
            let purpose = commands::make_link(work, &asked, &secret)?;
            let is_mailed = commands::mail_link(work, &asked, purpose, &secret)?;
            Ok((purpose, is_mailed, work.site()?))
        })?;
        let base = site.unwrap_or(base);
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
                let today = queries::today(work);
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

/// What the kernel says of a person and a record, with the address of the record.
pub(super) fn explanation(
    db: &Db,
    asker: &Actor,
    (person, record): (i64, &str),
) -> Result<(kernel::Explanation, String)> {
    let whose = db.read(&Actor::system(), |reader| queries::actor_of(reader, person))?;
    let found = db.explain(asker, &whose, record)?;
    let address = db.registry().address(&found.record.kind, &found.record.number);
    Ok((found, address))
}

fn told(found: kernel::Explanation, address: String) -> Explained {
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
