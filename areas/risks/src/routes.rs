//! At which address a risk is noted, rated, borne and closed, a plan is written and used, and the matrix is kept.

mod api;
mod contingency;
mod matrix;

use std::collections::BTreeMap;

use kernel::{Body, Case, Error, New, Reader, Result, Vocabulary, text};
use maud::{Markup, html};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit, t};

use crate::commands;
use crate::model::{Risk, RiskState, RiskStep};
use crate::pages::matrix::Of;
use crate::pages::risk::{self as page, Choices, Shown, of_risk};
use crate::pages::{self, Options};
use crate::queries;
use crate::rules::latest;

const PLACE: &str = "/risks";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, note)
        .get("/risks/new", begin)
        .get("/risks/map", map)
        .get(&of(""), show)
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/accept"), ask_until)
        .post(&of("/accept"), accept)
        .get(&of("/close"), ask_why)
        .post(&of("/close"), close)
        .and(matrix::routes())
        .and(contingency::routes())
        .and(api::routes())
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Risk::KIND.prefix, |reader| {
        let new = Button::open("/risks/new", t!("Note a risk")).first().symbol(Symbol::Plus).small();
        let more = vec![
            Button::open("/risks/map", t!("Heat map")).small(),
            Button::open("/contingency-plans", t!("Contingency plans")).small(),
            Button::open("/risk-matrices", t!("Risk matrix")).small(),
        ];
        Ok(web::list::Extras {
            title: Some(t!("Risk register")),
            purpose: t!("What can go wrong with what we promise, how bad it is, and what is done about it."),
            first: reader.actor.writes_for_the_house().then_some(new),
            more: if reader.actor.is_outside() { Vec::new() } else { more },
            below: Some(levels),
            ..web::list::Extras::default()
        })
    })
    .await
}

/// How bad each risk of a list is as it stands.
fn levels(reader: &Reader, ids: &[i64]) -> Result<BTreeMap<i64, Markup>> {
    let Some(by) = queries::in_force(reader)? else { return Ok(BTreeMap::new()) };
    let placed = queries::placed_of(reader, ids)?.into_iter();
    let level = |(id, it): (i64, queries::Placed)| {
        let (likelihood, severity) = it.now().filter(|_| it.state != RiskState::Closed)?;
        Some((id, pages::level(by.matrix.level(likelihood, severity)?)))
    };
    Ok(placed.filter_map(level).collect())
}

async fn map(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            reader.actor.must_be_inside()?;
            let of = Of::named(asked.text("of"));
            let body = pages::matrix::map(
                queries::in_force(reader)?.as_ref(),
                &queries::placed(reader)?,
                of,
                !reader.actor.only_reads,
            );
            Ok(Page::new(t!("Heat map"), PLACE, body))
        })
        .await
}

async fn begin(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    // From another record it is begun with that one as what led to it.
    if asked.text("origin").is_empty() && asked.has("cause") {
        let cause = asked.text("cause").to_owned();
        let affects = asked.text("affects").to_owned();
        asked = Form::of([("origin", cause), ("affects", affects)]);
    }
    visit
        .read(move |reader| {
            kernel::Permit::Staff.covers(reader.actor, None)?;
            edit_page(reader, None, &asked)
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    let by = queries::in_force(reader)?;
    let scale = |scale: &[String]| -> Options {
        (1..=scale.len()).map(|it| (it.to_string(), pages::matrix::step(scale, it))).collect()
    };
    let (likelihood, severity) =
        by.map_or_else(Default::default, |it| (scale(&it.matrix.likelihood), scale(&it.matrix.severity)));
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Risk::KIND.prefix, written)?,
    };
    let owner = Choosing::of(reader, Among::Colleagues, written, "owner")?;
    let customer = Choosing::of(reader, Among::Organisations, written, "customer")?;
    let choices = Choices { owner, customer, likelihood, severity, extra };
    let title = number.map_or_else(|| t!("Note a risk"), |it| t!("Risk {number}", number = it));
    Ok(Page::new(title, PLACE, page::edit(number, &choices, written)).with(&["draft.js"]))
}

/// The record that a field names by its number, or none.
pub(super) fn named(reader: &Reader, form: &mut Form, field: &str) -> Result<Option<i64>> {
    let number = form.text(field).to_uppercase();
    if number.is_empty() {
        return Ok(None);
    }
    match reader.mention_of(&number) {
        Ok(it) => Ok(Some(it.id)),
        Err(Error::NotFound) => {
            let sentence = text!("There is no {number}. Give the number of a record.", number = number);
            form.faults.add(field, sentence);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What the form says of a risk; what it does not ask stays as it is kept.
fn read_risk(form: &mut Form, kept: Risk) -> Risk {
    let rated = form.has("likelihood");
    let step = |form: &mut Form, name: &str, kept: Option<i64>| if rated { form.whole(name) } else { kept };
    Risk {
        cause: form.raw("cause").trim().to_owned(),
        effect: form.raw("effect").trim().to_owned(),
        likelihood: step(form, "likelihood", kept.likelihood),
        severity: step(form, "severity", kept.severity),
        treatment: form.word("treatment"),
        plan: form.raw("plan").trim().to_owned(),
        residual_likelihood: step(form, "residual_likelihood", kept.residual_likelihood),
        residual_severity: step(form, "residual_severity", kept.residual_severity),
        ..kept
    }
}

async fn note(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (owner, party, due) = (form.whole("owner"), form.whole("customer"), form.day("due"));
                let (origin, affects) = (named(work, form, "origin")?, named(work, form, "affects")?);
                let body = read_risk(form, Risk { origin, affects, ..Risk::default() });
                form.check()?;
                let new = New { title: form.text("title"), owner, party, due, ..New::default() };
                let made = commands::raise(work, &new, &body)?;
                web::extra::opened::<Risk>(work, &made.number, form)?;
                Ok(of_risk(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            kernel::Permit::Staff.covers(reader.actor, None)?;
            let case = reader.find::<Risk>(&number)?;
            edit_page(reader, Some(&number), &written(&case))
        })
        .await
}

fn written(case: &Case<Risk>) -> Form {
    let it = &case.body;
    let whole = |value: Option<i64>| value.map(|it| it.to_string()).unwrap_or_default();
    Form::of([
        ("version", case.record.version.to_string()),
        ("title", case.record.title.clone()),
        ("cause", it.cause.clone()),
        ("effect", it.effect.clone()),
        ("likelihood", whole(it.likelihood)),
        ("severity", whole(it.severity)),
        ("treatment", it.treatment.code()),
        ("plan", it.plan.clone()),
        ("residual_likelihood", whole(it.residual_likelihood)),
        ("residual_severity", whole(it.residual_severity)),
        ("owner", case.record.owner.to_string()),
        ("customer", whole(case.record.party)),
        ("due", case.record.due.map(|it| it.to_string()).unwrap_or_default()),
    ])
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut case = work.find::<Risk>(&number)?;
                let (owner, party, due) = (form.whole("owner"), form.whole("customer"), form.day("due"));
                let version = form.whole("version").unwrap_or(0);
                let body = read_risk(form, case.body.clone());
                form.check()?;
                work.rewrite(&mut case, version, (form.text("title"), body))?;
                work.redirect(&mut case, |record| {
                    record.owner = owner.unwrap_or(record.owner);
                    record.party = party;
                    record.due = due;
                })?;
                Ok(of_risk(&number, ""))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Risk>(reader, &same)?),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let kind = reader.registry().kind(Risk::KIND.prefix).ok_or(Error::NotFound)?;
            let any = kind.find(reader, &number)?;
            let case = reader.find::<Risk>(&number)?;
            let mut accepted = Vec::new();
            for it in queries::acceptances(reader, case.record.id.raw())? {
                let name = reader.name_of(it.person)?;
                accepted.push((it, name));
            }
            let shown = Shown { case: &case, accepted, may_write: any.is_open, now: reader.now };
            let extra = Extra {
                body: page::body(&shown),
                tools: vec![Button::open("/risks/map", t!("Heat map")).small()],
                steps_elsewhere: vec![
                    ("accept", of_risk(&number, "accept")),
                    ("close", of_risk(&number, "close")),
                ],
                ..Extra::default()
            };
            record::show(reader, &any, extra)
        })
        .await
}

async fn ask_until(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| accept_page(reader, &number, &Form::default())).await
}

fn accept_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    crate::rules::ACCEPTORS.covers(reader.actor, None)?;
    let case = reader.find::<Risk>(number)?;
    let latest = latest(&case, reader.today());
    Ok(Page::new(t!("Accept"), PLACE, page::accept(&case, latest, written)))
}

async fn accept(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let until = form.day("until");
                form.check()?;
                commands::accept(work, &number, until, form.text("reason"))?;
                Ok(of_risk(&number, ""))
            },
            move |reader, form| accept_page(reader, &same, &form),
        )
        .await
}

async fn ask_why(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| close_page(reader, &number, &Form::default())).await
}

fn close_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Risk>(number)?;
    case.lets_take(reader.actor, RiskStep::Close)?;
    let title = t!("Close “{title}”", title = &case.record.title);
    let (action, back) = (of_risk(number, "close"), of_risk(number, ""));
    let label = t!("Why it is none any more");
    let body = pages::with_words((&action, &back), (&title, &t!("Close it")), ("reason", label), written);
    Ok(Page::new(title, PLACE, body))
}

async fn close(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::close(work, &number, &reason)?;
                Ok(of_risk(&number, ""))
            },
            move |reader, form| close_page(reader, &same, &form),
        )
        .await
}
