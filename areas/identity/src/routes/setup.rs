//! Setting up an empty house.

use axum::response::{IntoResponse, Redirect};
use kernel::{Error, Reader, Result};
use maud::Markup;
use web::{Answer, Form, Guest, GuestPosted, Page, Posted, Routes, Visit, fields_of, status_of};

use super::{door, house, house_of};
use crate::commands::{self, Beginning, is_administrator};
use crate::pages::setup::{self as page, PEOPLE, next};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .get("/setup", begin)
        .post("/setup", make_administrator)
        .get("/setup/company", ask_company)
        .post("/setup/company", keep_company)
        .get("/setup/functions", ask_functions)
        .post("/setup/functions", add_functions)
        .get("/setup/people", ask_people)
        .post("/setup/people", add_people)
}

async fn begin(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            if !queries::is_empty(&edge.db)? {
                return Ok(Redirect::to("/").into_response());
            }
            let content = page::administrator(&Form::default());
            Ok(page::page(&house_of(edge, envelope)?, "/setup", &content).into_response())
        })
        .await
}

async fn make_administrator(GuestPosted(guest, form): GuestPosted) -> Answer {
    guest
        .write_page(move |edge, envelope| {
            let (name, email, password) = (form.text("name"), form.text("email"), form.raw("password"));
            let agent = envelope.header("user-agent").unwrap_or_default();
            match commands::begin(&edge.db, &Beginning { name, email, password }, agent) {
                Ok(opened) => Ok(door::come_in(edge, &opened.session, &next("/setup"))),
                Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
                    let content = page::administrator(&form.refused(&error));
                    let page = page::page(&house_of(edge, envelope)?, "/setup", &content);
                    Ok((status_of(&error), page).into_response())
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// A question that only an administrator is asked.
async fn ask(
    visit: Visit,
    address: &'static str,
    question: impl FnOnce(&Reader) -> Result<Markup> + Send + 'static,
) -> Answer {
    let envelope = visit.envelope.clone();
    visit
        .respond(move |reader| {
            if !is_administrator(reader.actor) {
                return Err(Error::NotFound);
            }
            Ok(page::page(&house(reader, &envelope)?, address, &question(reader)?).into_response())
        })
        .await
}

fn again(content: Markup) -> Page {
    Page::new(web::t!("Set up"), "/", content)
}

async fn ask_company(visit: Visit) -> Answer {
    ask(visit, "/setup/company", |reader| {
        let company = queries::company(reader)?;
        let zone = if company.zone.is_empty() { "Europe/Berlin".to_owned() } else { company.zone };
        Ok(page::company(&Form::of([("name", company.name), ("zone", zone)])))
    })
    .await
}

async fn keep_company(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                commands::name_company(work, form.text("name"), form.text("zone"))?;
                Ok(next("/setup/company"))
            },
            move |_, form| Ok(again(page::company(&form))),
        )
        .await
}

async fn ask_functions(visit: Visit) -> Answer {
    ask(visit, "/setup/functions", |_| Ok(page::functions(&Form::default()))).await
}

async fn add_functions(Posted(visit): Posted) -> Answer {
    // Functions get their names in the language of whoever sets the house up.
    let wanted = visit.envelope.language(Some(&visit.known)).with(|| wanted_functions(&visit.form));
    visit
        .write_form(
            move |work, _| {
                commands::add_functions(work, &wanted)?;
                Ok(next("/setup/functions"))
            },
            move |_, form| Ok(again(page::functions(&form))),
        )
        .await
}

fn wanted_functions(form: &Form) -> Vec<(String, String)> {
    let chosen = form.all("functions");
    let suggested = page::suggested().into_iter().filter(|(code, ..)| chosen.contains(code));
    let suggested = suggested.map(|(_, name, about)| (web::language::say(&name), web::language::say(&about)));
    let more = form.text("more").lines().map(str::trim).filter(|it| !it.is_empty());
    suggested.chain(more.map(|it| (it.to_owned(), String::new()))).collect()
}

async fn ask_people(visit: Visit) -> Answer {
    ask(visit, "/setup/people", |_| Ok(page::people(&Form::of(fields_of(""))))).await
}

async fn add_people(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let said = |name: &str, place: usize| form.text(&format!("{name}{place}")).to_owned();
                let people: Vec<_> = (1..=PEOPLE).map(|it| (said("name", it), said("email", it))).collect();
                commands::add_people(work, &people)?;
                Ok(next("/setup/people"))
            },
            move |_, form| Ok(again(page::people(&form))),
        )
        .await
}
