//! Addresses of matrix and coverage, and of a requirement that follows a change.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{Body, Error, Faults, Reader, Result, Tie, Vocabulary, text};
use schemars::JsonSchema;
use serde::Serialize;
use web::api::json as in_json;
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Visit, schema_of, t};

use super::requirements::fields_of;
use super::{Resting, faults_of, functions};
use crate::commands::{self, Edit};
use crate::model::{Asked, Matrix, Requirement, RequirementSet};
use crate::pages::files::{self, Format};
use crate::pages::form::Written;
use crate::pages::requirement::Theirs;
use crate::pages::{asking, of_set, trace};
use crate::queries;

const PLACE: &str = "/requirement-sets";

pub fn routes(resting: Resting) -> Routes {
    let about = |summary| Doc { summary, tag: "Requirement sets", ..Doc::default() };
    Routes::default()
        .get("/requirement-sets/{number}/matrix", show_matrix)
        .post("/requirement-sets/{number}/matrix", tie)
        .get("/requirement-sets/{number}/matrix.csv", |number, visit| download(Format::Csv, number, visit))
        .get("/requirement-sets/{number}/matrix.xlsx", |number, visit| download(Format::Xlsx, number, visit))
        .get("/requirement-sets/{number}/coverage", move |number, visit| show_coverage(number, visit, resting))
        .get("/requirements/{number}/follow", ask_to_follow)
        .post("/requirements/{number}/follow", follow)
        .api_get(
            "/api/v1/requirement-sets/{number}/matrix",
            Doc {
                query: &[
                    ("with", "The number of the set in the columns; the set itself where nothing is said."),
                    ("role", "`satisfies`, `derives_from`, `depends_on` or `conflicts_with`; `satisfies` where nothing is said."),
                ],
                response: schema_of::<MatrixSeen>(),
                ..about("Which requirements of two sets are tied: the targets of this set, the sources of the other")
            },
            matrix_in_json,
        )
        .api_get(
            "/api/v1/requirement-sets/{number}/coverage",
            Doc {
                response: schema_of::<CoverageSeen>(),
                ..about("What satisfies and verifies each requirement, and what it rests on")
            },
            coverage_in_json,
        )
}

/// The matrix that is asked for.
fn asked_for(reader: &Reader, number: &str, asked: &Form) -> Result<(Matrix, String)> {
    reader.actor.must_be_inside()?;
    let role = match asked.text("role") {
        "" => Tie::Satisfies,
        code => Tie::of(code)
            .filter(|it| trace::ROLES.contains(it))
            .ok_or_else(|| Faults::one("role", text!("Choose one of the words in the list.")))?,
    };
    let set = reader.mention_of(number)?;
    let with = match asked.text("with") {
        "" => {
            let sets = queries::sets_beside(reader, set.id)?;
            sets.into_iter().next().map_or_else(|| number.to_owned(), |(it, _)| it)
        }
        it => it.to_owned(),
    };
    Ok((queries::matrix(reader, number, &with, role)?, with))
}

async fn show_matrix(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| matrix_page(reader, &number, &asked)).await
}

fn matrix_page(reader: &Reader, number: &str, asked: &Form) -> Result<Page> {
    let (matrix, with) = asked_for(reader, number, asked)?;
    let (rows, columns) = (reader.mention_of(number)?, reader.mention_of(&with)?);
    let sets = queries::sets_beside(reader, rows.id)?;
    let sets = sets.into_iter().map(|(number, title)| (number.clone(), format!("{number} {title}")));
    let last = matrix.columns.len().div_ceil(trace::COLUMNS).saturating_sub(1);
    let body = trace::matrix(&trace::Crossed {
        matrix: &matrix,
        rows: (rows.number, rows.title),
        columns: (columns.number, columns.title),
        sets: sets.collect(),
        page: asked.text("page").parse().unwrap_or(0).min(last),
        may_write: !reader.actor.only_reads,
    });
    Ok(Page::new(t!("Matrix of {number}", number = number), PLACE, body).with(&["matrix.js"]))
}

async fn tie(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            let sentence = text!("Choose one of the words in the list.");
            let role = Tie::of(form.text("role")).ok_or_else(|| Faults::one("role", sentence))?;
            let (source, target) =
                (work.mention_of(form.text("source"))?, work.mention_of(form.text("target"))?);
            work.link_by_hand(&source, role, &target)?;
            let code = role.code();
            Ok(asking(&of_set(&number, "matrix"), &[("with", form.text("with")), ("role", &code)]))
        })
        .await
}

async fn download(format: Format, Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (matrix, with) = asked_for(reader, &number, &asked)?;
            let (headings, rows) = trace::sheet(&matrix);
            let bytes = files::table_of(&number, (&headings, rows), format, reader.now)?;
            let name = format!("{}-{}-matrix.{}", number, with, format.ending()).to_lowercase();
            let headers = [
                ("content-type", format.media_type().to_owned()),
                ("content-disposition", format!("attachment; filename=\"{name}\"")),
            ];
            Ok((headers, bytes).into_response())
        })
        .await
}

async fn show_coverage(Path(number): Path<String>, visit: Visit, resting: Resting) -> Answer {
    visit
        .read(move |reader| {
            let coverage = coverage_of(reader, &number)?;
            let set = reader.mention_of(&number)?;
            let suspect = reader.suspects(kernel::Suspects::Of(set.id), 100_000)?.len();
            let title = t!("Coverage of {title}", title = &set.title);
            let asked = queries::asked_about(reader, &reader.find::<RequirementSet>(&number)?)?;
            let rests = resting(reader, set.id)?;
            let body = trace::coverage(&(set.number, set.title), &coverage, (suspect, &rests), &asked);
            Ok(Page::new(title, PLACE, body))
        })
        .await
}

fn coverage_of(reader: &Reader, number: &str) -> Result<crate::model::Coverage> {
    reader.actor.must_be_inside()?;
    queries::coverage(reader, number)
}

async fn ask_to_follow(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    let link = asked.text("link").parse().unwrap_or(0);
    visit.read(move |reader| following(reader, &number, link, None, (Faults::default(), false))).await
}

/// The form with what is there, or with what was sent; after a stale save with both.
fn following(
    reader: &Reader,
    number: &str,
    link: i64,
    sent: Option<&Form>,
    (faults, is_stale): (Faults, bool),
) -> Result<Page> {
    let case = reader.find::<Requirement>(number)?;
    case.lets_edit(reader.actor)?;
    let tie = reader.link(link)?;
    let (other, _) = tie.other(case.record.id.raw());
    if ![&tie.source.number, &tie.target.number].contains(&&number.to_owned()) {
        return Err(Error::NotFound);
    }
    let there = Written::of(&case.record.title, &case.body);
    let (theirs, version) = match sent {
        Some(form) if is_stale => {
            let extra = web::extra::differing(reader, Requirement::KIND.prefix, form, &case.record.extra)?;
            (Some(Theirs { written: there.clone(), extra }), case.record.version)
        }
        Some(form) => (None, form.text("version").parse().unwrap_or(case.record.version)),
        None => (None, case.record.version),
    };
    let body = trace::follow(&trace::Following {
        number,
        link,
        other: other.number.clone(),
        changed: web::common::links::changes(reader, other)?,
        version,
        written: sent.map_or(there, Written::sent),
        functions: functions(reader)?,
        extra: web::extra::asked(
            reader,
            Requirement::KIND.prefix,
            &super::sets::with(sent.unwrap_or(&Form::default()), &faults),
            &case.record.extra,
        )?,
        reason: sent.map(|it| it.text("reason").to_owned()).unwrap_or_default(),
        faults,
        theirs,
    });
    Ok(Page::new(t!("Update {number}", number = number), PLACE, body).with(&[
        "draft.js",
        "rich.js",
        "wording.js",
    ]))
}

async fn follow(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let (version, link) = (visit.form.whole("version"), visit.form.whole("link").unwrap_or(0));
    let form = visit.form.clone();
    let (again, to) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                form.faults.clone().into_result()?;
                let edit = Edit { number: number.clone(), version, fields: fields_of(&form) };
                commands::follow(work, link, &edit, form.text("reason"))?;
                web::extra::keep_whole::<Requirement>(work, &number, &form)?;
                Ok(format!("/links/{link}"))
            },
            move |reader, error| {
                let is_stale = matches!(error, Error::Stale);
                following(reader, &to, link, Some(&again), (faults_of(error), is_stale))
            },
        )
        .await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Matrix")]
struct MatrixSeen {
    role: Tie,
    /// The numbers of the requirements in the rows: the targets of the ties.
    rows: Vec<String>,
    /// The numbers in the columns: their sources.
    columns: Vec<String>,
    links: Vec<CrossingSeen>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Crossing")]
struct CrossingSeen {
    id: i64,
    source: String,
    target: String,
    is_suspect: bool,
}

async fn matrix_in_json(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (matrix, _) = asked_for(reader, &number, &asked)?;
            let name = |all: &[crate::model::Member], id: i64| {
                all.iter().find(|it| it.id == id).map(|it| it.number.clone()).unwrap_or_default()
            };
            let links = matrix.cells.iter().map(|((row, column), it)| CrossingSeen {
                id: it.link,
                source: name(&matrix.columns, *column),
                target: name(&matrix.rows, *row),
                is_suspect: it.is_suspect,
            });
            let numbers = |all: &[crate::model::Member]| all.iter().map(|it| it.number.clone()).collect();
            let seen = MatrixSeen {
                role: matrix.role,
                rows: numbers(&matrix.rows),
                columns: numbers(&matrix.columns),
                links: links.collect(),
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(seen)?))
        })
        .await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
struct CoverageSeen {
    items: Vec<CoveredSeen>,
    /// How many nothing satisfies.
    without_specification: usize,
    /// How many satisfy no need and come from nobody's words.
    without_need: usize,
    /// How many nothing verifies.
    unverified: usize,
    /// How the questions of the checklists beside the set stand.
    asked: Asked,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Covered")]
struct CoveredSeen {
    number: String,
    title: String,
    section: String,
    satisfied_by: Vec<String>,
    verified_by: Vec<String>,
    rests_on: Vec<String>,
    /// How many of its ties are suspect.
    suspect: usize,
}

async fn coverage_in_json(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            use crate::model::Missing::{Need, Specification, Verification};
            let coverage = coverage_of(reader, &number)?;
            let count = |what| coverage.lacking(what).len();
            let (without_specification, without_need, unverified) =
                (count(Specification), count(Need), count(Verification));
            let items = coverage.lines.into_iter().map(|it| CoveredSeen {
                number: it.number,
                title: it.title,
                section: it.section,
                satisfied_by: it.satisfied_by,
                verified_by: it.verified_by,
                rests_on: it.rests_on,
                suspect: it.suspect,
            });
            let seen = CoverageSeen {
                items: items.collect(),
                without_specification,
                without_need,
                unverified,
                asked: queries::asked_about(reader, &reader.find::<RequirementSet>(&number)?)?,
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(seen)?))
        })
        .await
}
