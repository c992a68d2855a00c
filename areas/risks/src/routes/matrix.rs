//! Addresses of the risk matrix.

use kernel::{Body, Error, New, Reader, Result};
use maud::html;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use crate::commands;
use crate::model::{Holds, RiskMatrix, customary};
use crate::pages::{self, matrix as page};

const PLACE: &str = "/risk-matrices";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/risk-matrices/new", new)
        .get(&of(""), show)
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/release"), ask_for_release)
        .post(&of("/release"), release)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, RiskMatrix::KIND.prefix, |reader| {
        let may = RiskMatrix::CREATE.covers(reader.actor, None).is_ok();
        let new = Button::open("/risk-matrices/new", t!("Write the risk matrix"))
            .first()
            .symbol(Symbol::Plus)
            .small();
        Ok(web::list::Extras {
            purpose: t!("The risk matrix says what likely and bad mean here, and how bad each pair is."),
            first: may.then_some(new),
            more: vec![Button::open("/risks", t!("Risks")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn new(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            RiskMatrix::CREATE.covers(reader.actor, None)?;
            form_page(reader, None, &Form::default())
        })
        .await
}

fn form_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    reader.actor.must_be_inside()?;
    let case = number.map(|it| reader.find::<RiskMatrix>(it)).transpose()?;
    let (version, title, body) = match &case {
        Some(it) => (it.record.version, it.record.title.clone(), it.body.clone()),
        None => (0, String::new(), customary()),
    };
    let version = written.text("version").parse().unwrap_or(version);
    let (title, body) = match written.has("title") {
        true => (written.text("title").to_owned(), read(&mut written.clone(), &body)),
        false => (title, body),
    };
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, RiskMatrix::KIND.prefix, written)?,
    };
    let page = page::edit(number, version, (&title, &body), &extra, written);
    Ok(Page::new(t!("Risk matrix"), PLACE, page))
}

/// What the form says; it has as many steps as the matrix that was shown.
fn read(form: &mut Form, kept: &RiskMatrix) -> RiskMatrix {
    let scale = |form: &Form, name: &str, count: usize| {
        (1..=count).map(|it| form.text(&format!("{name}{it}")).to_owned()).collect::<Vec<_>>()
    };
    let likelihood = scale(form, "likelihood", kept.likelihood.len());
    let severity = scale(form, "severity", kept.severity.len());
    let mut levels = Vec::with_capacity(likelihood.len());
    for row in 1..=likelihood.len() {
        levels.push((1..=severity.len()).map(|column| form.word(&format!("level-{row}-{column}"))).collect());
    }
    let mut days = |name: &str| form.whole(name).unwrap_or(0);
    let holds =
        Holds { low: days("low"), medium: days("medium"), high: days("high"), very_high: days("very_high") };
    RiskMatrix { likelihood, severity, levels, holds }
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let body = read(form, &customary());
                form.check()?;
                let made = work.create(&New { title: form.text("title"), ..New::default() }, &body)?;
                web::extra::opened::<RiskMatrix>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| form_page(reader, None, &form),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind(RiskMatrix::KIND.prefix).ok_or(Error::NotFound)?;
            let case = case.find(reader, &number)?;
            let body: RiskMatrix = serde_json::from_value(case.body.clone())?;
            let edit = case.is_open.then(|| format!("{PLACE}/{number}/edit"));
            let extra = Extra {
                body: page::body(&body, edit.as_deref()),
                tools: vec![Button::open("/risks/map", t!("Heat map")).small()],
                steps_elsewhere: vec![("release", format!("{PLACE}/{number}/release"))],
                aside: case.released.map(|no| html! { (t!("Revision {no} is in force", no = no)) }),
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            RiskMatrix::EDIT.covers(reader.actor, None)?;
            form_page(reader, Some(&number), &Form::default())
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut case = work.find::<RiskMatrix>(&number)?;
                let body = read(form, &case.body);
                let version = form.whole("version").unwrap_or(0);
                form.check()?;
                work.rewrite(&mut case, version, (form.text("title"), body))?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| form_page(reader, Some(&same), &form.seen_of::<RiskMatrix>(reader, &same)?),
        )
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| release_page(reader, &number, &Form::default())).await
}

fn release_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    RiskMatrix::EDIT.covers(reader.actor, None)?;
    let case = reader.find::<RiskMatrix>(number)?;
    let title = t!("Put “{title}” in force", title = &case.record.title);
    let (action, back) = (format!("{PLACE}/{number}/release"), format!("{PLACE}/{number}"));
    let body =
        pages::with_words((&action, &back), (&title, &t!("Put in force")), ("reason", t!("Reason")), written);
    Ok(Page::new(title, PLACE, body))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::put_in_force(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| release_page(reader, &same, &form),
        )
        .await
}
