//! Addresses of single requirements.

use kernel::{Body, Error, Faults, Permit, Reader, Result, Vocabulary};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::{faults_of, functions, typed};
use crate::commands::{self, Edit};
use crate::model::{
    Requirement, RequirementSet,
    requirement::{State, Step},
    set,
};
use crate::pages::form::Written;
use crate::pages::picture::offered;
use crate::pages::{of_requirement, requirement};
use crate::queries;
use crate::rules::{FIELDS, pattern_of};

const PLACE: &str = "/requirements";
const RAIL: &str = "/requirement-sets";

pub fn routes() -> Routes {
    Routes::default()
        .get(PLACE, list)
        .get("/requirements/{number}", show)
        .get("/requirements/{number}/edit", edit)
        .post("/requirements/{number}/edit", save)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Requirement::KIND.prefix, |_| {
        Ok(web::list::Extras {
            title: Some(t!("All requirements")),
            purpose: t!("Every requirement of every set stands here. They are written in their sets."),
            more: vec![Button::open(RAIL, t!("Requirement sets")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| record_page(reader, &number)).await
}

fn record_page(reader: &Reader, number: &str) -> Result<Page> {
    let kind = reader.registry().kind(Requirement::KIND.prefix).ok_or(Error::NotFound)?;
    let mut any = kind.find(reader, number)?;
    // What is released and opened again goes with its set.
    any.offers.retain(|it| it.step.code == Step::Withdraw.code());
    let case = reader.find::<Requirement>(number)?;
    let holder = queries::set_of(reader, any.id)?;
    let section = match &holder {
        Some(set) => reader.find::<RequirementSet>(&set.number)?.body.sections,
        None => Vec::new(),
    };
    let section =
        section.into_iter().find(|it| it.key == case.body.section).map(|it| it.title).unwrap_or_default();
    let function = case.body.function.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default();
    let passages = reader.passages_behind(any.id)?;
    // Whoever is outside reads neither in which set it stands, as it is worked on, nor what was found in its words.
    let may_edit = !reader.actor.only_reads
        && case.facts.0 == Some(set::State::Draft)
        && case.record.state != State::Withdrawn;
    let edit = Button::open(format!("{}/edit", of_requirement(number)), t!("Edit")).symbol(Symbol::Edit);
    let checked = queries::checked(reader, &case)?;
    let may_answer = !reader.actor.only_reads && case.record.state != State::Withdrawn;
    let wording = crate::pages::wording::of_one(&checked, may_answer);
    // Whoever is outside reads nothing of how we check words.
    let pattern = pattern_of(&checked.statement);
    let extra = Extra {
        body: requirement::body(&case.body, &function, &passages, (pattern, &wording)),
        aside: Some(requirement::aside(holder.as_ref(), &section)),
        deeds: may_edit.then_some(edit).into_iter().collect(),
        place: Some(RAIL.to_owned()),
        ..Extra::default()
    };
    record::show(reader, &any, extra)
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| editing(reader, &number, None, Faults::default(), false)).await
}

/// The form with what is there, or with what was sent; after a stale save with both.
fn editing(
    reader: &Reader,
    number: &str,
    sent: Option<&Form>,
    faults: Faults,
    is_stale: bool,
) -> Result<Page> {
    let case = reader.find::<Requirement>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let set = queries::set_of(reader, case.record.id.raw())?.ok_or(Error::NotFound)?;
    let there = Written::of(&case.record.title, &case.body);
    let (theirs, version) = match sent {
        Some(form) if !is_stale => (None, form.text("version").parse().unwrap_or(case.record.version)),
        Some(form) => {
            let extra = web::extra::differing(reader, Requirement::KIND.prefix, form, &case.record.extra)?;
            (Some(requirement::Theirs { written: there.clone(), extra }), case.record.version)
        }
        None => (None, case.record.version),
    };
    let body = requirement::edit(&requirement::Editing {
        set: &set,
        number,
        version,
        written: sent.map_or(there, Written::sent),
        functions: functions(reader)?,
        pictures: offered(
            &queries::files_for_text(reader, set.id, Some(case.record.id.raw()))?,
            case.record.party.is_some(),
        ),
        extra: web::extra::fields(
            reader,
            Requirement::KIND.prefix,
            &super::sets::with(sent.unwrap_or(&Form::default()), &faults),
            &case.record.extra,
        )?,
        faults,
        theirs,
    });
    Ok(Page::new(t!("Change {number}", number = number), RAIL, body).with(&[
        "draft.js",
        "rich.js",
        "wording.js",
    ]))
}

async fn save(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let version = visit.form.whole("version");
    let form = visit.form.clone();
    let (again, to) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                form.faults.clone().into_result()?;
                commands::edit(work, &Edit { number: number.clone(), version, fields: fields_of(&form) })?;
                web::extra::keep::<Requirement>(work, &number, &form)?;
                Ok(of_requirement(&number))
            },
            move |reader, error| {
                editing(reader, &to, Some(&again), faults_of(error), matches!(error, Error::Stale))
            },
        )
        .await
}

/// The fields of a requirement that were sent.
pub fn fields_of(form: &Form) -> Vec<(String, String)> {
    let known = std::iter::once("title").chain(FIELDS.iter().copied());
    known.filter(|it| form.has(it)).map(|it| (it.to_owned(), typed(it, form.raw(it).trim()))).collect()
}

/// Title and body of a requirement that is written anew.
pub fn body_of(form: &Form) -> Result<(String, Requirement), Faults> {
    let (mut title, mut body, mut faults) = (String::new(), Requirement::default(), Faults::default());
    for (field, words) in fields_of(form) {
        if field == "title" {
            title = words;
        } else if let Err(Faults(wrong)) = body.write(&field, &words) {
            faults.0.extend(wrong);
        }
    }
    let is_said = !title.is_empty() || !body.statement.is_empty();
    faults.unless(is_said, "statement", kernel::text!("Say what shall be, or give it a title."));
    faults.into_result()?;
    Ok((title, body))
}
