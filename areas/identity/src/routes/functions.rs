//! Functions: their list, their record, their form.

use kernel::{Body, Error, Reader, Result};
use maud::html;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit};

use super::names;
use crate::commands::{self, ADMINISTRATORS, Change};
use crate::model::Function;
use crate::pages::people as page;
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .get("/functions", list)
        .get("/functions/new", begin)
        .post("/functions", add)
        .get("/functions/{number}", show)
        .get("/functions/{number}/edit", edit)
        .post("/functions/{number}", keep)
}

fn may_change(reader: &Reader) -> bool {
    ADMINISTRATORS.covers(reader.actor, None).is_ok()
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "FN", |reader| {
        let add =
            Button::open("/functions/new", web::t!("Add a function")).symbol(Symbol::Plus).first().small();
        Ok(web::list::Extras {
            lead: Some(web::t!("Who answers for what, and who stands in.")),
            purpose: web::t!(
                "Functions are asked for their word on a requirement: production, quality, purchasing."
            ),
            first: may_change(reader).then_some(add),
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn show(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind("FN").ok_or(Error::NotFound)?.find(reader, &number)?;
            let function: Function = serde_json::from_value(case.body.clone())?;
            let names = names(reader, function.leader.into_iter().chain(function.deputy))?;
            let people = queries::answering_for(reader, case.id)?;
            let edit = || {
                Button::open(format!("/functions/{number}/edit"), web::t!("Change"))
                    .symbol(Symbol::Edit)
                    .small()
            };
            let tools = if case.is_open { vec![edit()] } else { vec![] };
            let body = page::function(&function, &names, &people);
            record::show(reader, &case, Extra { body, tools, ..Extra::default() })
        })
        .await
}

async fn begin(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            ADMINISTRATORS.covers(reader.actor, None)?;
            edit_page(reader, None, &Form::default())
        })
        .await
}

async fn edit(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Function>(&number)?;
            ADMINISTRATORS.covers(reader.actor, None)?;
            let key = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
            let pairs = [
                ("name", case.record.title),
                ("version", case.record.version.to_string()),
                ("accountable_for", case.body.accountable_for),
                ("leader", key(case.body.leader)),
                ("deputy", key(case.body.deputy)),
            ];
            edit_page(reader, Some(&number), &Form::of(pairs))
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, form: &Form) -> Result<Page> {
    let leader = Choosing::of(reader, Among::Colleagues, form, "leader")?;
    let deputy = Choosing::of(reader, Among::Colleagues, form, "deputy")?;
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Function::KIND.prefix, form)?,
    };
    Ok(Page::new(
        web::t!("Function"),
        "/functions",
        page::edit_function(number, (&leader, &deputy), &extra, form),
    )
    .with(&["draft.js"]))
}

fn read_function(form: &mut Form) -> Result<Function> {
    let (leader, deputy) = (form.whole("leader"), form.whole("deputy"));
    form.check()?;
    Ok(Function { accountable_for: form.text("accountable_for").to_owned(), leader, deputy })
}

async fn add(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let function = read_function(form)?;
                let made = commands::add_function(work, form.text("name"), &function)?;
                web::extra::opened::<Function>(work, &made.number, form)?;
                Ok(format!("/functions/{}", made.number))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let function = read_function(form)?;
                let version = form.whole("version");
                commands::edit_function(
                    work,
                    &Change { number: &number, name: form.text("name"), version },
                    function,
                )?;
                Ok(format!("/functions/{number}"))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Function>(reader, &same)?),
        )
        .await
}
