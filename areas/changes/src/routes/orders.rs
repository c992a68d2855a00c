//! Addresses of what open lines of orders get of a change, for people and for programs.

use axum::http::StatusCode;
use kernel::{Basis, Gets, Reader, Result, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::api::json as in_json;
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::PLACE;
use crate::commands::{self, ForOrders};
use crate::model::ChangeRequest;
use crate::pages::affected::Place;
use crate::pages::{of_change, orders as page};
use crate::queries::{self, OpenLine};

pub fn routes() -> Routes {
    Routes::default()
        .get("/changes/{number}/orders", show)
        .post("/changes/{number}/orders", decide)
        .api_get(
            "/api/v1/changes/{number}/orders",
            Doc {
                summary: "Open lines of orders that a change touches, and what was decided about each",
                tag: "Changes",
                response: schema_of::<Vec<OpenLine>>(),
                ..Doc::default()
            },
            list,
        )
        .api_post(
            "/api/v1/changes/{number}/orders",
            Doc {
                summary: "Decides what open lines of orders get: the new revision or the one before",
                tag: "Changes",
                request: schema_of::<NewDecision>(),
                response: schema_of::<Decided>(),
                ..Doc::default()
            },
            decide_by_program,
        )
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| orders_page(reader, &number, asked.text("from"), &Form::default())).await
}

fn orders_page(reader: &Reader, number: &str, from: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    let mut all = queries::open_lines(reader, case.record.id.raw())?;
    let (lines, decided) = queries::lines_decided(&all);
    // What fits on one page stands by its orders; of more, those come first that somebody has to decide.
    if all.len() > page::EACH {
        all.sort_by_key(|it| it.takes.is_some());
    }
    let place = Place::of(from, all.len(), page::EACH);
    let shown: Vec<OpenLine> = all.into_iter().skip(place.from).take(place.each).collect();
    let is_open = !reader.actor.only_reads && !case.record.state.is_over() && case.facts.in_force == 0;
    let body = page::page(number, (&shown, lines - decided, place), is_open, written);
    Ok(Page::new(t!("What open orders get of {number}", number = number), PLACE, body))
}

async fn decide(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let it = ForOrders {
                    lines: form.all("line").into_iter().map(str::to_owned).collect(),
                    takes: form.word("takes"),
                    basis: form.maybe_word("basis").unwrap_or_default(),
                    starts: form.text("starts").to_owned(),
                    reason: form.text("reason").to_owned(),
                };
                form.check()?;
                commands::decide_orders(work, &number, &it)?;
                Ok(of_change(&number, "orders"))
            },
            move |reader, form| orders_page(reader, &same, form.text("from"), &form),
        )
        .await
}

async fn list(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find_ours::<ChangeRequest>(&number)?.record.id.raw();
            Ok(in_json(StatusCode::OK, &serde_json::to_value(queries::open_lines(reader, id)?)?))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "DecisionForOrders")]
struct NewDecision {
    /// The lines, like `SO-2026-0118/10`.
    lines: Vec<String>,
    takes: Gets,
    #[serde(default)]
    basis: Basis,
    /// From where on they get the new revision; empty where at once.
    #[serde(default)]
    starts: String,
    /// Needed where they keep the revision before.
    #[serde(default)]
    reason: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecidedForOrders")]
struct Decided {
    /// How many were decided.
    count: usize,
}

async fn decide_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let NewDecision { lines, takes, basis, starts, reason } = typed(sent)?;
        let it = ForOrders { lines, takes, basis, starts, reason };
        Ok(serde_json::to_value(Decided { count: commands::decide_orders(work, &number, &it)? })?)
    })
    .await
}
