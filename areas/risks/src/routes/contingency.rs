//! Addresses of contingency plans.

use kernel::{Body, Case, Error, New, Reader, Result};
use maud::html;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit, t};

use super::named;
use crate::commands::{self, Agreed};
use crate::model::Contingency;
use crate::pages::contingency::{self as page, of_plan};
use crate::pages::with_words;

const PLACE: &str = "/contingency-plans";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, write)
        .get("/contingency-plans/new", begin)
        .get(&of(""), show)
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/agree"), ask_who_agreed)
        .post(&of("/agree"), agree)
        .get(&of("/activate"), ask_what_happened)
        .post(&of("/activate"), activate)
        .get(&of("/stand-down"), ask_how_it_ended)
        .post(&of("/stand-down"), stand_down)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Contingency::KIND.prefix, |reader| {
        let new = Button::open("/contingency-plans/new", t!("Write a contingency plan"))
            .first()
            .symbol(Symbol::Plus)
            .small();
        Ok(web::list::Extras {
            purpose: t!("What we do, and tell the customer, if something happens: when it begins, who does what, and whether they agreed."),
            first: reader.actor.writes_for_the_house().then_some(new),
            more: vec![Button::open("/risks", t!("Risks")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| edit_page(reader, None, &asked)).await
}

fn edit_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Contingency::KIND.prefix, written)?,
    };
    let owner = Choosing::of(reader, Among::Colleagues, written, "owner")?;
    let customer = Choosing::of(reader, Among::Organisations, written, "customer")?;
    let body = page::edit(number, (&owner, &customer), &extra, written);
    Ok(Page::new(t!("Contingency plan"), PLACE, body).with(&["draft.js"]))
}

fn read(form: &mut Form, kept: Contingency) -> Contingency {
    let said = |form: &Form, name: &str| form.raw(name).trim().to_owned();
    Contingency {
        trigger_words: said(form, "trigger_words"),
        response: said(form, "response"),
        resources: said(form, "resources"),
        tested_on: form.day("tested_on"),
        ..kept
    }
}

async fn write(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (owner, party) = (form.whole("owner"), form.whole("customer"));
                let concerns = named(work, form, "concerns")?;
                let body = read(form, Contingency { concerns, ..Contingency::default() });
                form.check()?;
                let new = New { title: form.text("title"), owner, party, ..New::default() };
                let made = commands::plan(work, &new, &body)?;
                web::extra::opened::<Contingency>(work, &made.number, form)?;
                Ok(of_plan(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Contingency>(&number)?;
            edit_page(reader, Some(&number), &written(&case))
        })
        .await
}

fn written(case: &Case<Contingency>) -> Form {
    let it = &case.body;
    Form::of([
        ("version", case.record.version.to_string()),
        ("title", case.record.title.clone()),
        ("trigger_words", it.trigger_words.clone()),
        ("response", it.response.clone()),
        ("resources", it.resources.clone()),
        ("owner", case.record.owner.to_string()),
        ("customer", case.record.party.map(|it| it.to_string()).unwrap_or_default()),
        ("tested_on", it.tested_on.map(|it| it.to_string()).unwrap_or_default()),
    ])
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut case = work.find::<Contingency>(&number)?;
                let (owner, party) = (form.whole("owner"), form.whole("customer"));
                let version = form.whole("version").unwrap_or(0);
                let body = read(form, case.body.clone());
                form.check()?;
                work.rewrite(&mut case, version, (form.text("title"), body))?;
                work.redirect(&mut case, |record| {
                    record.owner = owner.unwrap_or(record.owner);
                    record.party = party;
                })?;
                Ok(of_plan(&number, ""))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Contingency>(reader, &same)?),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let kind = reader.registry().kind(Contingency::KIND.prefix).ok_or(Error::NotFound)?;
            let any = kind.find(reader, &number)?;
            let case = reader.find::<Contingency>(&number)?;
            let names: Vec<String> =
                case.facts.uses.iter().map(|it| reader.name_of(it.by)).collect::<Result<_>>()?;
            let extra = Extra {
                body: page::body(&case, &names, (reader.now, !reader.actor.only_reads)),
                facts: page::tried(case.body.tested_on).into_iter().collect(),
                steps_elsewhere: vec![
                    ("activate", of_plan(&number, "activate")),
                    ("stand_down", of_plan(&number, "stand-down")),
                ],
                ..Extra::default()
            };
            record::show(reader, &any, extra)
        })
        .await
}

async fn ask_who_agreed(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| agree_page(reader, &number, &Form::default())).await
}

fn agree_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let case = reader.find::<Contingency>(number)?;
    Ok(Page::new(t!("Agreed with the customer"), PLACE, page::agree(number, &case.record.title, written)))
}

async fn agree(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let day = form.day("day");
                form.check()?;
                let it = Agreed { name: form.text("name"), source: form.text("source"), day };
                commands::agree(work, &number, &it)?;
                Ok(of_plan(&number, "#agreed"))
            },
            move |reader, form| agree_page(reader, &same, &form),
        )
        .await
}

/// The two deeds by which a plan is used.
#[derive(Clone, Copy)]
enum Use {
    Begin,
    End,
}

fn use_page(reader: &Reader, number: &str, which: Use, written: &Form) -> Result<Page> {
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let case = reader.find::<Contingency>(number)?;
    let (title, button, rest) = match which {
        Use::Begin => {
            (t!("“{title}” begins", title = &case.record.title), t!("Begin the response"), "activate")
        }
        Use::End => (t!("“{title}” is over", title = &case.record.title), t!("It is over"), "stand-down"),
    };
    let label = match which {
        Use::Begin => t!("What happened"),
        Use::End => t!("What was done, and how it ended"),
    };
    let (action, back) = (of_plan(number, rest), of_plan(number, ""));
    let body = with_words((&action, &back), (&title, &button), ("words", label), written);
    Ok(Page::new(title, PLACE, body))
}

async fn ask_what_happened(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| use_page(reader, &number, Use::Begin, &Form::default())).await
}

async fn activate(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (words, same) = (visit.form.text("words").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::activate(work, &number, &words)?;
                Ok(of_plan(&number, "#uses"))
            },
            move |reader, form| use_page(reader, &same, Use::Begin, &form),
        )
        .await
}

async fn ask_how_it_ended(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| use_page(reader, &number, Use::End, &Form::default())).await
}

async fn stand_down(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (words, same) = (visit.form.text("words").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::stand_down(work, &number, &words)?;
                Ok(of_plan(&number, "#uses"))
            },
            move |reader, form| use_page(reader, &same, Use::End, &form),
        )
        .await
}
