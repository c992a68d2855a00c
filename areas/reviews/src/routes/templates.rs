//! Addresses of review templates.

use kernel::{Error, New, Reader, Result};
use maud::html;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use crate::commands;
use crate::model::{Asked, Policy, RiskClass, Row, Template, TemplateStep, When};
use crate::pages::{Options, sign, template as page};
use crate::queries;

const PLACE: &str = "/review-templates";

pub fn routes() -> Routes {
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/review-templates/new", new)
        .get("/review-templates/{number}", show)
        .get("/review-templates/{number}/edit", edit)
        .post("/review-templates/{number}/edit", keep)
        .get("/review-templates/{number}/release", ask_for_release)
        .post("/review-templates/{number}/release", release)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "RT", |reader| {
        let may = <Template as kernel::Body>::CREATE.covers(reader.actor, None).is_ok();
        let new = Button::open("/review-templates/new", t!("Write a template"))
            .first()
            .symbol(Symbol::Plus)
            .small();
        Ok(web::list::Extras {
            purpose: t!("A template says which functions are asked about a kind of matter, and what."),
            first: may.then_some(new),
            more: vec![Button::open("/reviews", t!("Reviews")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

fn functions(reader: &Reader) -> Result<Options> {
    Ok(queries::functions(reader)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

async fn new(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            <Template as kernel::Body>::CREATE.covers(reader.actor, None)?;
            form_page(reader, None, &Form::default())
        })
        .await
}

fn form_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    let case = number.map(|it| reader.find::<Template>(it)).transpose()?;
    if let Some(it) = &case {
        it.lets_edit(reader.actor)?;
    }
    let (version, title, body) = match &case {
        Some(it) => (it.record.version, it.record.title.clone(), it.body.clone()),
        None => (
            0,
            String::new(),
            Template {
                policy: Policy { forbids_self_approval: true, days: 7, ..Policy::default() },
                ..Template::default()
            },
        ),
    };
    let version = written.text("version").parse().unwrap_or(version);
    let (title, body) = match written.has("title") {
        true => (written.text("title").to_owned(), read(&mut written.clone(), &functions(reader)?)),
        false => (title, body),
    };
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, <Template as kernel::Body>::KIND.prefix, written)?,
    };
    let around = (&body.policy, &functions(reader)?, &extra);
    let page = page::edit(number, version, (&title, &body.purpose), around, written);
    Ok(Page::new(t!("Review template"), PLACE, page))
}

/// What the form says; a function that is never asked is left out.
fn read(form: &mut Form, functions: &Options) -> Template {
    let mut asked = Vec::new();
    for (id, _) in functions {
        let when = form.text(&format!("when-{id}")).to_owned();
        if when.is_empty() || when == "never" {
            continue;
        }
        let conditions = When {
            value_from: form.whole(&format!("value-{id}")),
            risk_from: form.maybe_word::<RiskClass>(&format!("risk-{id}")),
            new_customer: form.has(&format!("customer-{id}")),
            new_technology: form.has(&format!("technology-{id}")),
            export: form.has(&format!("export-{id}")),
        };
        asked.push(Asked {
            function: id.parse().unwrap_or(0),
            quorum: form.whole(&format!("quorum-{id}")).unwrap_or(1),
            turn: form.whole(&format!("turn-{id}")).unwrap_or(0),
            when: if when == "always" { When::default() } else { conditions },
        });
    }
    let questions = form.text("checklist").to_owned();
    let rows = questions.lines().map(str::trim).filter(|it| !it.is_empty()).enumerate();
    let checklist = rows.map(|(place, line)| row(format!("c{}", place + 1), line, functions));
    let policy = Policy {
        asked,
        order: form.word("order"),
        share: form.word("share"),
        checklist: checklist.collect(),
        forbids_self_approval: form.all("rules").contains(&"no_self"),
        days: form.whole("days").unwrap_or(0),
    };
    Template { purpose: form.text("purpose").to_owned(), policy }
}

/// A question of the checklist as it was written: only of those whose names stand before a colon.
fn row(key: String, line: &str, functions: &Options) -> Row {
    let of =
        |name: &str| functions.iter().find(|(_, it)| it == name.trim()).and_then(|(id, _)| id.parse().ok());
    let named = line.split_once(':').and_then(|(names, question)| {
        Some((names.split(',').map(of).collect::<Option<Vec<i64>>>()?, question.trim().to_owned()))
    });
    let (functions, question) = named.unwrap_or_else(|| (Vec::new(), line.to_owned()));
    Row { key, question, functions }
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let body = read(form, &functions(work)?);
                form.check()?;
                let made = work.create(&New { title: form.text("title"), ..New::default() }, &body)?;
                web::extra::opened::<Template>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| form_page(reader, None, &form),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind("RT").ok_or(Error::NotFound)?.find(reader, &number)?;
            let body: Template = serde_json::from_value(case.body.clone())?;
            let names = queries::functions(reader)?;
            let name_of = |id: i64| {
                names.iter().find(|(it, _)| *it == id).map_or_else(String::new, |(_, name)| name.clone())
            };
            let edit = case.is_open.then(|| format!("{PLACE}/{number}/edit"));
            let extra = Extra {
                body: html! { (page::body(&body, &name_of, edit.as_deref())) },
                steps_elsewhere: vec![("release", format!("{PLACE}/{number}/release"))],
                aside: case.released.map(|no| html! { (t!("Revision {no} was released last", no = no)) }),
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| form_page(reader, Some(&number), &Form::default())).await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let body = read(form, &functions(work)?);
                let version = form.whole("version").unwrap_or(0);
                form.check()?;
                let mut case = work.find::<Template>(&number)?;
                work.rewrite(&mut case, version, (form.text("title"), body))?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| form_page(reader, Some(&same), &form.seen_of::<Template>(reader, &same)?),
        )
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| release_page(reader, &number, &Form::default())).await
}

fn release_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Template>(number)?;
    case.lets_take(reader.actor, TemplateStep::Release)?;
    let title = t!("Put “{title}” in force", title = &case.record.title);
    let at = format!("{PLACE}/{number}");
    let body = sign::with_reason(&format!("{at}/release"), &at, (&title, &t!("Put in force")), written);
    Ok(Page::new(title, PLACE, body))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::release_template(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| release_page(reader, &same, &form),
        )
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_of_those_whose_names_stand_before_it() {
        let functions =
            vec![("7".to_owned(), "Production".to_owned()), ("8".to_owned(), "Quality".to_owned())];
        let of = |line: &str| row("c1".into(), line, &functions);
        assert_eq!(of("Production, Quality: Is there room?").functions, [7, 8]);
        assert_eq!(of("Production: Is there room?").question, "Is there room?");
        assert_eq!(
            of("Which law: ours or theirs?"),
            Row { key: "c1".into(), question: "Which law: ours or theirs?".into(), functions: vec![] }
        );
    }
}
