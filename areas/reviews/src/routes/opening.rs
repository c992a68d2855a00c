//! Addresses at which a review is begun: what of, by which template, and whom it would ask.

use kernel::{Body, New, Reader, Result};
use web::{Answer, Form, Page, Posted, Routes, Visit, t};

use super::reviews::PLACE;
use crate::commands;
use crate::model::{Matter, Review};
use crate::pages::{Options, start};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().post(PLACE, open).get("/reviews/new", new).post("/reviews/who", who)
}

async fn new(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| begin_page(reader, &asked, false)).await
}

/// Whom it would ask; nothing is begun.
async fn who(Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit.read(move |reader| begin_page(reader, &form, true)).await
}

fn begin_page(reader: &Reader, written: &Form, simulates: bool) -> Result<Page> {
    Review::CREATE.covers(reader.actor, None)?;
    let named = |number: String, title: String, no: i64| -> Result<String> {
        let called = reader.revision_name(&number, no)?;
        Ok(t!("{number} {title}, revision {no}", number = number, title = title, no = called))
    };
    let mut subjects: Options = (queries::reviewable(reader)?.into_iter())
        .map(|(id, number, title, no)| Ok((id.to_string(), named(number, title, no)?)))
        .collect::<Result<_>>()?;
    let subject = subject_of(written.text("subject"));
    // Whoever is led here from a gate is led to the revision that is asked for, however old it is.
    if let Some((id, no)) = subject
        && subjects.iter().all(|(it, _)| it != written.text("subject"))
        && reader.mention(id)?.is_some()
    {
        let it = queries::subject(reader, id)?;
        it.must_be_judged_here()?;
        if let Some(no) = no.or(it.released) {
            subjects.retain(|(known, _)| *known != id.to_string());
            subjects.insert(0, (written.text("subject").to_owned(), named(it.number, it.title, no)?));
        }
    }
    let subject = subject.filter(|_| subjects.iter().any(|(it, _)| it == written.text("subject")));
    let templates = queries::templates(reader)?;
    let usual = subject.map(|(it, _)| queries::template_of_its_kind(reader, it)).transpose()?.flatten();
    let usual = usual.filter(|it| templates.iter().any(|(id, ..)| id == it));
    let first = templates.first().map(|(id, ..)| *id);
    let template = written.text("template").parse().ok().or(usual).or(first);
    let party = subject.map(|(it, _)| queries::subject(reader, it)).transpose()?.and_then(|it| it.party);
    let is_new = queries::is_new_customer(reader, party)?;
    let matter =
        |form: &mut Form| Matter { new_customer: form.has("new_customer") || is_new, ..matter(form) };
    let would = match template
        .filter(|_| simulates)
        .map(|it| queries::template_in_force(reader, it))
        .transpose()?
        .flatten()
    {
        Some((_, template)) => Some(queries::would_ask(reader, &template, &matter(&mut written.clone()))?),
        None => None,
    };
    let templates: Options = templates
        .into_iter()
        .map(|(id, number, title)| (id.to_string(), format!("{title} ({number})")))
        .collect();
    let extra = web::extra::opening(reader, Review::KIND.prefix, written)?;
    let body = start::begin(&subjects, (&templates, template), (would.as_deref(), is_new), &extra, written);
    Ok(Page::new(t!("Begin a review"), PLACE, body))
}

/// What is to be reviewed, as the form names it: its key, and with `:2` behind it its second revision; the last one else.
fn subject_of(words: &str) -> Option<(i64, Option<i64>)> {
    let (id, no) = words.split_once(':').map_or((words, None), |(id, no)| (id, Some(no)));
    Some((id.parse().ok()?, no.map(str::parse).transpose().ok()?))
}

fn matter(form: &mut Form) -> Matter {
    Matter {
        value: form.whole("value"),
        risk: form.word("risk"),
        new_customer: form.has("new_customer"),
        new_technology: form.has("new_technology"),
        export: form.has("export"),
    }
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (template, due) = (form.whole("template"), form.day("due"));
                let (subject, revision) = subject_of(form.text("subject")).unwrap_or_default();
                let body = Review {
                    subject,
                    revision: revision.unwrap_or(0),
                    template,
                    scope: form.word("scope"),
                    matter: matter(form),
                    ..Review::default()
                };
                form.check()?;
                let made = commands::open(work, &New { due, ..New::default() }, &body)?;
                web::extra::opened::<Review>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| begin_page(reader, &form, false),
        )
        .await
}
