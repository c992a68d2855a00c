//! The same for programs: send, order, accept, promise, tell, deliver, settle, and the questions behind them.

use axum::http::StatusCode;
use customers::Channel;
use jiff::civil::Date;
use kernel::{Faults, PersonId, Reader, Result, text, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use web::common::files::received;
use web::language::say;
use web::{Answer, Doc, Form, Path, Routes, Sent, SentTable, Visit, schema_of};

use super::promises::place;
use crate::commands::{self, File, NewDelivery, NewPromise, NewTold, Ordered};
use crate::model::{
    CameBy, Delivery, Difference, Late, LineStanding, Order, Promise, Purchase, Reason, Resolution, Settled,
    Told,
};
use crate::queries::{self, KeptWord, LineGets};
use crate::rules::label;

/// What the query says of a file.
const NAME: (&str, &str) = ("name", "With their order as a file: what the file is called, with its ending.");

pub fn routes() -> Routes {
    let of = |rest: &str| format!("/api/v1/orders/{{number}}/{rest}");
    let orders = |summary| Doc { summary, tag: "Orders", ..Doc::default() };
    let quotations = |summary| Doc { summary, tag: "Quotations", ..Doc::default() };
    Routes::default()
        .api_post(
            "/api/v1/quotations/{number}/send",
            Doc {
                request: schema_of::<Why>(),
                response: schema_of::<Sealed>(),
                ..quotations("Sends the next revision to the customer")
            },
            send,
        )
        .api_post(
            "/api/v1/quotations/{number}/order",
            Doc {
                query: &[
                    NAME,
                    ("title", "With their order as a file: what it is called here."),
                    (
                        "purchase_order",
                        "With their order as a file: its number, where the file does not say it.",
                    ),
                    ("external_id", "With their order as a file: its number in another system."),
                    ("came_by", "With their order as a file: how it came, by the code."),
                    ("ordered_on", "With their order as a file: on which day."),
                    ("extra", "With their order as a file: its extra fields, as a JSON object."),
                ],
                request: schema_of::<NewOrder>(),
                takes_table: true,
                response: schema_of::<Made>(),
                ..quotations("Takes down that the customer ordered what was quoted")
            },
            order,
        )
        .api_get(
            &of("gate"),
            Doc { response: schema_of::<Gate>(), ..orders("What is missing before an order is accepted") },
            gate,
        )
        .api_post(
            &of("accept"),
            Doc {
                request: schema_of::<Why>(),
                response: schema_of::<Sealed>(),
                ..orders("Accepts an order: it commits us")
            },
            accept,
        )
        .api_post(
            &of("gate"),
            Doc {
                request: schema_of::<Why>(),
                response: schema_of::<Key>(),
                ..orders("Asks to accept an order although something is missing")
            },
            ask_to_pass,
        )
        .api_post(
            &of("gate/consent"),
            Doc {
                request: schema_of::<Key>(),
                response: schema_of::<Key>(),
                ..orders(
                    "Agrees, as a second person, that an order is accepted although something is missing",
                )
            },
            consent,
        )
        .api_post(
            &of("purchase"),
            Doc {
                query: &[NAME],
                request: schema_of::<Purchase>(),
                takes_table: true,
                response: schema_of::<Vec<Compared>>(),
                ..orders("Lays the customer's own order beside what was quoted")
            },
            lay_beside,
        )
        .api_get(
            &of("differences"),
            Doc {
                response: schema_of::<Vec<Compared>>(),
                ..orders("Quotation and order field by field, as far as they differ")
            },
            differences,
        )
        .api_post(
            &of("differences"),
            Doc {
                request: schema_of::<Settling>(),
                response: schema_of::<Vec<Compared>>(),
                ..orders("Settles one difference")
            },
            settle,
        )
        .api_get(
            &of("lines"),
            Doc {
                response: schema_of::<Vec<LineStanding>>(),
                ..orders("How each line stands: promised, moved, delivered")
            },
            lines,
        )
        .api_get(
            &of("articles"),
            Doc {
                response: schema_of::<Vec<LineGets>>(),
                ..orders(
                    "Which revision of its article each line gets, and from which lot or serial number on",
                )
            },
            articles,
        )
        .api_get(
            &of("promises"),
            Doc {
                response: schema_of::<Ledger>(),
                ..orders("Every day that was promised, and what the customer was told")
            },
            promises,
        )
        .api_post(
            &of("promises"),
            Doc {
                request: schema_of::<Promising>(),
                response: schema_of::<Key>(),
                ..orders("Promises a day for a line")
            },
            promise,
        )
        .api_post(
            &of("promises/{promise}/told"),
            Doc {
                request: schema_of::<Telling>(),
                response: schema_of::<Done>(),
                ..orders("Says that the customer was told of a promise")
            },
            tell,
        )
        .api_post(
            &of("promises/{promise}/acknowledge"),
            Doc {
                request: schema_of::<Words>(),
                response: schema_of::<Done>(),
                ..orders("Says that the customer knows of a promise")
            },
            acknowledge,
        )
        .api_get(
            &of("deliveries"),
            Doc { response: schema_of::<Vec<Delivery>>(), ..orders("What was delivered") },
            deliveries,
        )
        .api_post(
            &of("deliveries"),
            Doc {
                request: schema_of::<Vec<Delivering>>(),
                response: schema_of::<Vec<Delivery>>(),
                ..orders("Writes down what was delivered")
            },
            deliver,
        )
        .api_get(
            "/api/v1/promises",
            Doc {
                query: &[("after", "Where the page begins: day and key of the last one, like 2026-11-16_42")],
                response: schema_of::<Vec<Late>>(),
                ..orders("Every promised line that is not delivered, the earliest day first")
            },
            open_promises,
        )
        .api_get(
            "/api/v1/promises/kept",
            Doc {
                response: schema_of::<Vec<KeptWord>>(),
                ..orders("How far promises were kept, customer by customer")
            },
            kept,
        )
}

#[derive(Deserialize, JsonSchema)]
struct Why {
    #[serde(default)]
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Sealed {
    revision: i64,
    /// What the revision is called.
    label: String,
    /// SHA-256 of what it says, in hexadecimal.
    digest: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Key {
    id: i64,
}

#[derive(Serialize, JsonSchema)]
struct Made {
    number: String,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    done: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Words {
    #[serde(default)]
    words: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct NewOrder {
    title: String,
    purchase_order: String,
    external_id: String,
    came_by: CameBy,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    ordered_on: Option<Date>,
    /// The customer's own order, as it says.
    purchase: Option<Purchase>,
    /// What it says in the extra fields of the house, which may ask for some of them.
    extra: Map<String, Json>,
}

#[derive(Serialize, JsonSchema)]
struct Gate {
    missing: Vec<Missing>,
    /// Whether a second person agreed to pass all the same.
    is_waived: bool,
    /// Who asked and who agreed, from the first on.
    waivers: Vec<Waiver>,
}

/// That a gate is passed although something is missing: who asked, why, and who agreed.
#[derive(Serialize, JsonSchema)]
struct Waiver {
    id: i64,
    /// The digest of the order for which it was asked.
    content: String,
    /// What was missing, a sentence each.
    missing: Vec<String>,
    reason: String,
    /// The request that this row agrees to; none where it is the request.
    consents_to: Option<i64>,
    at: i64,
    by: PersonId,
}

#[derive(Serialize, JsonSchema)]
struct Missing {
    sentence: String,
    /// The page where it is mended.
    link: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Compared {
    difference: Difference,
    is_open: bool,
    /// Whether the order says what was accepted of theirs, and not theirs where ours was kept; true where nothing is
    /// settled.
    is_written: bool,
    settled: Option<Settled>,
}

#[derive(Deserialize, JsonSchema)]
struct Settling {
    place: String,
    resolution: Resolution,
    /// What was agreed in the end.
    #[serde(default)]
    words: String,
    /// How the customer was told.
    #[serde(default)]
    told: String,
}

#[derive(Serialize, JsonSchema)]
struct Ledger {
    promises: Vec<Promise>,
    told: Vec<Told>,
}

#[derive(Deserialize, JsonSchema)]
struct Promising {
    line: i64,
    #[schemars(with = "String", extend("format" = "date"))]
    on: Date,
    #[serde(default)]
    reason: Reason,
    #[serde(default)]
    words: String,
}

#[derive(Deserialize, JsonSchema)]
struct Telling {
    #[serde(default)]
    channel: Channel,
    #[serde(default)]
    words: String,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct Delivering {
    line: i64,
    /// A decimal.
    quantity: String,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    on: Option<Date>,
    #[serde(default)]
    words: String,
}

fn respond(value: &impl Serialize) -> Result<axum::response::Response> {
    Ok(web::api::json(StatusCode::OK, &serde_json::to_value(value)?))
}

/// Answers with something of an order.
async fn told<T: Serialize>(
    number: String,
    visit: Visit,
    question: impl FnOnce(&Reader, i64) -> Result<T> + Send + 'static,
) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find::<Order>(&number)?.record.id.raw();
            respond(&question(reader, id)?)
        })
        .await
}

async fn send(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Why { reason } = typed(sent)?;
        let it = commands::send(work, &number, &reason)?;
        Ok(serde_json::to_value(Sealed { revision: it.no, label: label(it.no), digest: it.digest })?)
    })
    .await
}

/// What the query says of an order that comes as a file.
fn said_beside(form: &mut Form) -> Result<NewOrder, Faults> {
    let (came_by, ordered_on) = (form.word("came_by"), form.day("ordered_on"));
    let extra = match form.raw("extra") {
        "" => Some(Map::new()),
        words => serde_json::from_str(words).ok(),
    };
    form.faults.unless(extra.is_some(), "extra", text!("Send the extra fields as a JSON object."));
    form.check()?;
    let said = |name: &str| form.text(name).to_owned();
    Ok(NewOrder {
        title: said("title"),
        purchase_order: said("purchase_order"),
        external_id: said("external_id"),
        came_by,
        ordered_on,
        purchase: None,
        extra: extra.unwrap_or_default(),
    })
}

async fn order(Path(number): Path<String>, SentTable(visit, sent, file): SentTable) -> Answer {
    let (asked, beside) = (sent.clone(), visit.envelope.asked());
    let files = received(&visit, file.into_iter().collect()).await?;
    visit
        .change(sent, move |work| {
            let file = files.first().map(File::of);
            let it = match &file {
                Some(file) => NewOrder {
                    purchase: Some(commands::read_file(file)?),
                    ..said_beside(&mut beside.clone())?
                },
                None => typed(asked.clone())?,
            };
            let ordered = Ordered {
                title: &it.title,
                purchase_order: &it.purchase_order,
                external_id: &it.external_id,
                came_by: it.came_by,
                ordered_on: it.ordered_on,
                purchase: it.purchase.clone(),
                file,
                ..Ordered::default()
            };
            let made = commands::order_from(work, &number, &ordered)?;
            web::extra::opened_with::<Order>(work, &made.number, &it.extra)?;
            Ok(json!({ "number": made.number }))
        })
        .await
}

async fn gate(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            reader.actor.must_be_inside()?;
            let case = reader.find::<Order>(&number)?;
            let missing = case
                .facts
                .missing
                .iter()
                .map(|it| Missing { sentence: say(&it.sentence), link: it.link.clone() });
            let waivers = queries::waivers(reader, case.record.id.raw())?.into_iter().map(waiver).collect();
            respond(&Gate { missing: missing.collect(), is_waived: case.facts.is_waived, waivers })
        })
        .await
}

fn waiver(it: crate::model::Waiver) -> Waiver {
    let missing = it.missing.iter().map(say).collect();
    let crate::model::Waiver { id, content, reason, consents_to, at, by, .. } = it;
    Waiver { id, content, missing, reason, consents_to, at: at.as_microsecond(), by }
}

async fn accept(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Why { reason } = typed(sent)?;
        let it = commands::accept(work, &number, &reason)?;
        Ok(serde_json::to_value(Sealed { revision: it.no, label: it.no.to_string(), digest: it.digest })?)
    })
    .await
}

async fn ask_to_pass(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Why { reason } = typed(sent)?;
        Ok(json!({ "id": commands::ask_to_pass(work, &number, &reason)? }))
    })
    .await
}

async fn consent(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Key { id } = typed(sent)?;
        Ok(json!({ "id": commands::consent(work, &number, id)? }))
    })
    .await
}

async fn lay_beside(Path(number): Path<String>, SentTable(visit, sent, file): SentTable) -> Answer {
    let asked = sent.clone();
    let files = received(&visit, file.into_iter().collect()).await?;
    visit
        .change(sent, move |work| {
            let file = files.first().map(File::of);
            let purchase = match &file {
                Some(file) => commands::read_file(file)?,
                None => typed(asked.clone())?,
            };
            commands::lay_beside(work, &number, &purchase, file)?;
            Ok(serde_json::to_value(compared(work, &number)?)?)
        })
        .await
}

/// Papers laid beside each other are ours to see.
fn compared(reader: &Reader, number: &str) -> Result<Vec<Compared>> {
    reader.actor.must_be_inside()?;
    let case = reader.find::<Order>(number)?;
    let all =
        queries::compared(reader, case.record.id.raw(), &case.body)?.into_iter().filter(|it| it.differs);
    Ok(all
        .map(|it| Compared {
            difference: it.is,
            is_open: it.is_open,
            is_written: it.is_written,
            settled: it.settled,
        })
        .collect())
}

async fn differences(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.respond(move |reader| respond(&compared(reader, &number)?)).await
}

async fn settle(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Settling = typed(sent)?;
        commands::settle(work, &number, &it.place, (it.resolution, &it.words, &it.told))?;
        Ok(serde_json::to_value(compared(work, &number)?)?)
    })
    .await
}

async fn lines(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::lines).await
}

async fn articles(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let case = reader.find::<Order>(&number)?;
            respond(&queries::gets(reader, &case.record.number, &case.body)?)
        })
        .await
}

async fn promises(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, |reader, id| {
        Ok(Ledger { promises: queries::promises(reader, id)?, told: queries::told(reader, id)? })
    })
    .await
}

async fn promise(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Promising = typed(sent)?;
        let new = NewPromise { line: it.line, on: it.on, reason: it.reason, words: &it.words };
        Ok(json!({ "id": commands::promise(work, &number, &new)? }))
    })
    .await
}

async fn tell(Path((number, promise)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Telling = typed(sent)?;
        commands::tell(work, &number, promise, &NewTold { channel: it.channel, words: &it.words })?;
        Ok(json!({ "done": true }))
    })
    .await
}

async fn acknowledge(Path((number, promise)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Words { words } = typed(sent)?;
        commands::acknowledge(work, &number, promise, &words)?;
        Ok(json!({ "done": true }))
    })
    .await
}

async fn deliveries(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::deliveries).await
}

async fn deliver(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let all: Vec<Delivering> = typed(sent)?;
        let new: Vec<NewDelivery> = all
            .iter()
            .map(|it| NewDelivery { line: it.line, quantity: &it.quantity, on: it.on, words: &it.words })
            .collect();
        commands::deliver(work, &number, &new)?;
        let id = work.find::<Order>(&number)?.record.id.raw();
        Ok(serde_json::to_value(queries::deliveries(work, id)?)?)
    })
    .await
}

async fn open_promises(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            reader.actor.must_be_inside()?;
            respond(&queries::open_promises(reader, place(asked.text("after")))?)
        })
        .await
}

async fn kept(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            reader.actor.must_be_inside()?;
            respond(&queries::kept_words(reader)?)
        })
        .await
}
