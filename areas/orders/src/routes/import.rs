//! Addresses at which orders of another system are taken in: a file looked at before, and a program's request.

use axum::http::StatusCode;
use kernel::{Body, Error, Faults, Reader, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use web::language::say;
use web::{Answer, Doc, Form, Page, Posted, Routes, Sent, Uploaded, Visit, schema_of, t};

use crate::commands::{self, Effect, Foreseen};
use crate::model::Order;
use crate::pages::import as pages;
use crate::rules::{ImportedOrder, KEEPERS, must_be_values, read_orders};

const PLACE: &str = "/orders";

pub fn routes() -> Routes {
    let doc = Doc {
        summary: "Takes in orders of another system; the same number is the same order",
        tag: "Orders",
        request: schema_of::<Wanted>(),
        response: schema_of::<Vec<Told>>(),
        ..Doc::default()
    };
    Routes::default()
        .get("/orders/import", begin)
        .post("/orders/import", look)
        .post("/orders/import/take-in", take_in)
        .api_post("/api/v1/orders/import", doc, import)
}

async fn begin(visit: Visit) -> Answer {
    visit.read(|reader| begin_page(reader, &Form::default())).await
}

fn begin_page(reader: &Reader, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    Ok(Page::new(t!("Take in a file"), PLACE, pages::begin(form)))
}

/// Looks at a file; nothing is written.
async fn look(Uploaded(visit, files): Uploaded) -> Answer {
    let read = files.first().map_or_else(
        || Err(Faults::one("file", text!("Choose a file."))),
        |it| orders_of(&it.name, &it.bytes),
    );
    let status = if read.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = visit.form.clone();
    visit
        .answer(status, move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            match read {
                Err(faults) => begin_page(reader, &form.refused(&Error::Invalid(faults))),
                Ok(all) => preview_page(reader, &all, &form),
            }
        })
        .await
}

/// What a file would do; where orders lack nothing but what the house asks of each, one value is offered for all of them.
fn preview_page(reader: &Reader, all: &[ImportedOrder], form: &Form) -> Result<Page> {
    let foreseen = commands::foresee_orders(reader, all)?;
    let mut lacking = Vec::new();
    for field in reader.fields_of(Order::KIND.prefix)? {
        if foreseen.iter().any(|it| it.lacks.contains(&field.key)) {
            let name = field.place_of_fault();
            let asked = web::extra::field_of(reader, &field, form.raw(&name).to_owned())?;
            lacking.push(asked.fault(form.faults.of(&name).map(say)));
        }
    }
    let body = pages::preview(&foreseen, &serde_json::to_string(all)?, lacking, form);
    Ok(Page::new(t!("Take in a file"), PLACE, body))
}

/// What a form says for all orders that lack it, by the short names of extra fields.
fn said_for_all(reader: &Reader, form: &Form) -> Result<Map<String, Json>> {
    let fields = reader.fields_of(Order::KIND.prefix)?.into_iter();
    let said = fields.map(|it| (form.text(&it.place_of_fault()).to_owned(), it.key));
    Ok(said.filter(|(words, _)| !words.is_empty()).map(|(words, key)| (key, Json::String(words))).collect())
}

fn orders_of(name: &str, bytes: &[u8]) -> Result<Vec<ImportedOrder>, Faults> {
    let unreadable = |why: String| Faults::one("file", text!("The file cannot be read: {why}", why = why));
    if bytes.starts_with(b"PK\x03\x04") || name.to_lowercase().ends_with(".xlsx") {
        let sheets = table::xlsx_in(bytes).map_err(|error| unreadable(error.to_string()))?;
        let first = sheets.into_iter().find(|it| !it.rows.is_empty());
        let sheet = first.ok_or_else(|| Faults::one("file", text!("Nothing is in the workbook.")))?;
        must_be_values(&sheet.formulas)?;
        return read_orders(&sheet.rows, &sheet.lines);
    }
    let rows = table::csv_in(bytes).map_err(|error| unreadable(error.to_string()))?;
    read_orders(&rows.rows, &rows.lines)
}

async fn take_in(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let mut all = sent(form)?;
                commands::say_for_all(work, &mut all, &said_for_all(work, form)?)?;
                commands::import_orders(work, &all)?;
                Ok(PLACE.to_owned())
            },
            move |reader, form| match sent(&form) {
                Ok(all) => preview_page(reader, &all, &form),
                Err(_) => begin_page(reader, &form),
            },
        )
        .await
}

/// The orders of a file that was looked at, as the form sends them once more.
fn sent(form: &Form) -> Result<Vec<ImportedOrder>, Faults> {
    serde_json::from_str(form.raw("orders")).map_err(|_| Faults::one("file", text!("Send the file again.")))
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    orders: Vec<ImportedOrder>,
    /// What is said of the extra fields of every new order that does not say it, by their short names.
    #[serde(default)]
    for_all: Map<String, Json>,
    /// Whether it is only told what would be done.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize, JsonSchema)]
struct Told {
    external_id: String,
    effect: Effect,
    /// The number of the order here.
    number: String,
    /// Why it cannot be taken in.
    fault: Option<String>,
    /// The short names of the extra fields that have to be said of a new order and that it does not say.
    lacks: Vec<String>,
}

fn told(all: &[Foreseen]) -> Result<serde_json::Value> {
    let all = all.iter().map(|it| Told {
        external_id: it.external_id.clone(),
        effect: it.effect,
        number: it.number.clone(),
        fault: it.fault.as_ref().map(say),
        lacks: it.lacks.clone(),
    });
    Ok(serde_json::to_value(all.collect::<Vec<_>>())?)
}

async fn import(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Wanted { mut orders, for_all, dry_run } = web::api::typed(sent)?;
        KEEPERS.covers(work.actor, None)?;
        commands::say_for_all(work, &mut orders, &for_all)?;
        let all = if dry_run {
            commands::foresee_orders(work, &orders)?
        } else {
            commands::import_orders(work, &orders)?
        };
        told(&all)
    })
    .await
}
