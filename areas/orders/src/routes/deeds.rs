//! Addresses of what is done with an order: accept, settle, promise, tell, deliver, confirm in writing.

use customers::Channel;
use kernel::{Error, Reader, Result, text};
use web::{Answer, Form, Page, Path, Posted, Routes, Uploaded, Visit, t};

use super::orders::page;
use super::quotations::nothing_sent;
use super::{their_order, with_ours};
use crate::commands::{self, File, NewDelivery, NewPromise, NewTold};
use crate::model::{Order, OrderState, Reason, Resolution};
use crate::pages::{differences, gate, of_order, order};
use crate::queries;
use crate::rules::{DELIVER, KEEPERS, WAIVERS, may_pass};

const PLACE: &str = "/orders";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}/{rest}");
    Routes::default()
        .get(&of("accept"), ask_to_accept)
        .post(&of("accept"), accept)
        .get(&of("gate"), show_gate)
        .post(&of("gate"), ask_to_pass)
        .post(&of("gate/consent"), consent)
        .get(&of("differences"), show_differences)
        .post(&of("differences"), settle)
        .post(&of("purchase"), lay_beside)
        .post(&of("promises"), promise)
        .post(&of("promises/{promise}/told"), tell)
        .post(&of("promises/{promise}/acknowledge"), acknowledge)
        .get(&of("deliver"), ask_for_delivery)
        .post(&of("deliver"), deliver)
}

async fn ask_to_accept(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| accept_page(reader, &number, &Form::default())).await
}

fn accept_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    let case = reader.find::<Order>(number)?;
    let body = gate::accept(number, &case.facts.missing, case.facts.is_waived, form);
    Ok(Page::new(t!("Accept"), PLACE, body))
}

async fn accept(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::accept(work, &number, form.text("reason"))?;
                Ok(of_order(&number, ""))
            },
            move |reader, form| accept_page(reader, &same, &form),
        )
        .await
}

async fn show_gate(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| gate_page(reader, &number, &Form::default())).await
}

fn gate_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    may_pass(reader.actor)?;
    let case = reader.find::<Order>(number)?;
    let holds = queries::waiver_for(reader, case.record.id.raw(), &case.body, &case.facts.missing)?;
    let holds = holds.filter(|_| case.record.state == OrderState::Received);
    let asked = holds.as_ref().map(|(it, _)| Ok::<_, Error>((it, reader.name_of(it.by)?))).transpose()?;
    let agreed = holds
        .as_ref()
        .and_then(|(_, it)| it.as_ref())
        .map(|it| Ok::<_, Error>((it, reader.name_of(it.by)?)))
        .transpose()?;
    let is_another = asked.as_ref().is_some_and(|(it, _)| it.by != reader.actor.person);
    let shown = gate::Shown {
        number,
        missing: &case.facts.missing,
        asked,
        agreed,
        may_consent: is_another && WAIVERS.covers(reader.actor, None).is_ok(),
        form,
    };
    Ok(Page::new(t!("Accept"), PLACE, gate::page(&shown)))
}

async fn ask_to_pass(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::ask_to_pass(work, &number, form.text("reason"))?;
                Ok(of_order(&number, "gate"))
            },
            move |reader, form| gate_page(reader, &same, &form),
        )
        .await
}

async fn consent(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let (request, same) = (visit.form.whole("request"), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::consent(work, &number, request.ok_or(Error::NotFound)?)?;
                Ok(of_order(&number, "gate"))
            },
            move |reader, form| gate_page(reader, &same, &form),
        )
        .await
}

async fn show_differences(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| differences_page(reader, &number, &asked)).await
}

/// Which papers are laid beside each other is ours to see; customers read what was settled in the order itself.
fn differences_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    reader.actor.must_be_inside()?;
    let case = reader.find::<Order>(number)?;
    let id = case.record.id.raw();
    let all = queries::compared(reader, id, &case.body)?;
    let mut names: Vec<(i64, String)> = Vec::new();
    for by in all.iter().filter_map(|it| it.settled.as_ref()).map(|it| it.by) {
        names.push((by, reader.name_of(by)?));
    }
    let is_received = case.record.state == OrderState::Received;
    let may_settle = is_received && !reader.actor.only_reads;
    let may_write = KEEPERS.covers(reader.actor, None).is_ok();
    let left = if is_received { queries::left_over(reader, id, &case.body, &all)? } else { Vec::new() };
    let calculated = case.body.purchase.as_ref().map_or(&[][..], |it| &it.calculated);
    let title = &case.record.title;
    let ours = queries::our_lines(reader, &case.body)?;
    let form = &with_ours(form, &ours);
    let lines = ours.len();
    let names = &names[..];
    let shown = differences::Shown {
        number,
        title,
        all: &all,
        left: &left,
        calculated,
        names,
        is_received,
        may_settle,
        may_write,
        lines,
        form,
    };
    Ok(Page::new(t!("Quotation and order"), PLACE, differences::page(&shown)))
}

async fn settle(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let resolution = form.maybe_word::<Resolution>("resolution");
                form.faults.unless(resolution.is_some(), "resolution", text!("Say what becomes of it."));
                form.check()?;
                let place = form.text("place");
                let it = (resolution.unwrap_or_default(), form.text("words"), form.text("told"));
                commands::settle(work, &number, place, it)?;
                Ok(of_order(&number, &format!("differences#{}", queries::anchor(place))))
            },
            move |reader, form| differences_page(reader, &same, &form),
        )
        .await
}

async fn lay_beside(Path(number): Path<String>, Uploaded(visit, files): Uploaded) -> Answer {
    let same = number.clone();
    let files = web::common::files::received(&visit, files).await?;
    visit
        .write_form(
            move |work, form| {
                let file = files.first().map(File::of);
                let purchase = their_order(form, file.as_ref())?.ok_or_else(nothing_sent)?;
                commands::lay_beside(work, &number, &purchase, file)?;
                Ok(of_order(&number, "differences"))
            },
            move |reader, form| differences_page(reader, &same, &form),
        )
        .await
}

async fn promise(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (line, on, reason) = (form.whole("line"), form.day("on"), form.word::<Reason>("reason"));
                form.faults.unless(
                    on.is_some() || form.faults.of("on").is_some(),
                    "on",
                    text!("Say which day is promised."),
                );
                form.check()?;
                let id = work.find::<Order>(&number)?.record.id.raw();
                let all: Vec<i64> = match line {
                    Some(line) => vec![line],
                    None => queries::lines(work, id)?
                        .into_iter()
                        .filter(|it| it.done_on.is_none())
                        .map(|it| it.line)
                        .collect(),
                };
                for line in all {
                    let new =
                        NewPromise { line, on: on.unwrap_or_default(), reason, words: form.text("words") };
                    commands::promise(work, &number, &new)?;
                }
                Ok(of_order(&number, "#promises"))
            },
            move |reader, form| page(reader, &same, form),
        )
        .await
}

async fn tell(Path((number, promise)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let channel = form.word::<Channel>("channel");
                form.check()?;
                for promise in with(promise, form) {
                    commands::tell(work, &number, promise, &NewTold { channel, words: form.text("words") })?;
                }
                Ok(of_order(&number, "#promises"))
            },
            move |reader, form| page(reader, &same, form),
        )
        .await
}

async fn acknowledge(Path((number, promise)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                for promise in with(promise, form) {
                    commands::acknowledge(work, &number, promise, form.text("words"))?;
                }
                Ok(of_order(&number, "#promises"))
            },
            move |reader, form| page(reader, &same, form),
        )
        .await
}

/// A promise with the same promises of other lines.
fn with(promise: i64, form: &Form) -> Vec<i64> {
    let others = form.text("with").split(',').filter_map(|it| it.trim().parse().ok());
    std::iter::once(promise).chain(others).take(crate::rules::MOST_LINES).collect()
}

async fn ask_for_delivery(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| delivery_page(reader, &number, &Form::default())).await
}

fn delivery_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    let case = reader.find::<Order>(number)?;
    let standing = queries::lines(reader, case.record.id.raw())?;
    let missing = reader.missing_at(DELIVER, case.record.id.raw())?;
    let body = order::deliver((number, &case.body), &standing, &missing, form);
    Ok(Page::new(t!("Delivered"), PLACE, body))
}

async fn deliver(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let on = form.day("on");
                form.check()?;
                let id = work.find::<Order>(&number)?.record.id.raw();
                let lines = queries::lines(work, id)?;
                let quantities: Vec<(i64, String)> = lines
                    .iter()
                    .map(|it| (it.line, form.text(&format!("quantity{}", it.line)).to_owned()))
                    .filter(|(_, words)| !words.is_empty())
                    .collect();
                let all: Vec<NewDelivery> = quantities
                    .iter()
                    .map(|(line, quantity)| NewDelivery {
                        line: *line,
                        quantity,
                        on,
                        words: form.text("words"),
                    })
                    .collect();
                commands::deliver(work, &number, &all)?;
                Ok(of_order(&number, ""))
            },
            move |reader, form| delivery_page(reader, &same, &form),
        )
        .await
}
