//! The same for programs: the map, bearing and closing a risk, the matrix in force, consent to a plan and its use.

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Body, Result, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use crate::commands::{self, Agreed};
use crate::model::{Contingency, Level, Risk, RiskMatrix};
use crate::queries::{self, Acceptance};

pub fn routes() -> Routes {
    let asks = |summary, response| Doc { summary, tag: "Risks", response, ..Doc::default() };
    let does = |summary, request| Doc {
        summary,
        tag: "Risks",
        request,
        response: schema_of::<Stands>(),
        ..Doc::default()
    };
    let of = |rest: &str| format!("/api/v1/risks/{{number}}/{rest}");
    let of_plan = |rest: &str| format!("/api/v1/contingency-plans/{{number}}/{rest}");
    Routes::default()
        .api_get(
            "/api/v1/risks/map",
            asks(
                "Where each risk that is not closed stands in the matrix in force",
                schema_of::<Vec<OnMap>>(),
            ),
            map,
        )
        .api_get(
            &of("acceptances"),
            asks("Who bore a risk until when, the last first", schema_of::<Vec<Acceptance>>()),
            acceptances,
        )
        .api_post(&of("accept"), does("Bears a risk until a day", schema_of::<Until>()), accept)
        .api_post(&of("close"), does("Closes a risk", schema_of::<Because>()), close)
        .api_post(
            "/api/v1/risk-matrices/{number}/release",
            does("Puts the matrix in force", schema_of::<Because>()),
            put_in_force,
        )
        .api_post(
            &of_plan("agree"),
            does("Writes down that the customer agreed to a plan", schema_of::<NewConsent>()),
            agree,
        )
        .api_post(&of_plan("activate"), does("Begins the response of a plan", schema_of::<Words>()), activate)
        .api_post(
            &of_plan("stand-down"),
            does("Ends the response of a plan", schema_of::<Words>()),
            stand_down,
        )
}

/// A risk on the map.
#[derive(Serialize, JsonSchema)]
struct OnMap {
    number: String,
    title: String,
    state: String,
    /// The step at which it stands, counted from 1; none where nobody rated it.
    likelihood: Option<i64>,
    severity: Option<i64>,
    level: Option<Level>,
}

#[derive(Deserialize, JsonSchema)]
struct Until {
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    until: Date,
    reason: String,
}

#[derive(Deserialize, JsonSchema)]
struct Because {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize, JsonSchema)]
struct Words {
    words: String,
}

#[derive(Deserialize, JsonSchema)]
struct NewConsent {
    /// Who of the customer agreed.
    name: String,
    /// By what one sees it.
    source: String,
    #[schemars(with = "String", extend("format" = "date"))]
    day: Date,
}

/// What came of it.
#[derive(Serialize, JsonSchema)]
struct Stands {
    number: String,
    /// The state in which it is now.
    state: String,
}

async fn map(visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            reader.actor.must_be_inside()?;
            let by = queries::in_force(reader)?;
            let all = queries::placed(reader)?.into_iter().map(|it| {
                let now = it.now();
                OnMap {
                    level: now.and_then(|(row, column)| by.as_ref()?.matrix.level(row, column)),
                    likelihood: now.map(|(row, _)| row),
                    severity: now.map(|(_, column)| column),
                    state: kernel::Vocabulary::code(it.state),
                    number: it.number,
                    title: it.title,
                }
            });
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(all.collect::<Vec<_>>())?))
        })
        .await
}

async fn acceptances(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let id = reader.find::<Risk>(&number)?.record.id.raw();
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(queries::acceptances(reader, id)?)?))
        })
        .await
}

fn stands<B: Body>(work: &kernel::Reader, number: &str) -> Result<Json> {
    let state = kernel::Vocabulary::code(work.find::<B>(number)?.record.state);
    Ok(serde_json::to_value(Stands { number: number.to_owned(), state })?)
}

async fn accept(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Until = typed(sent)?;
        commands::accept(work, &number, Some(it.until), &it.reason)?;
        stands::<Risk>(work, &number)
    })
    .await
}

async fn close(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Because = typed(sent)?;
        commands::close(work, &number, &it.reason)?;
        stands::<Risk>(work, &number)
    })
    .await
}

async fn put_in_force(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Because = typed(sent)?;
        commands::put_in_force(work, &number, &it.reason)?;
        stands::<RiskMatrix>(work, &number)
    })
    .await
}

async fn agree(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: NewConsent = typed(sent)?;
        let agreed = Agreed { name: &it.name, source: &it.source, day: Some(it.day) };
        commands::agree(work, &number, &agreed)?;
        stands::<Contingency>(work, &number)
    })
    .await
}

async fn activate(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Words = typed(sent)?;
        commands::activate(work, &number, &it.words)?;
        stands::<Contingency>(work, &number)
    })
    .await
}

async fn stand_down(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Words = typed(sent)?;
        commands::stand_down(work, &number, &it.words)?;
        stands::<Contingency>(work, &number)
    })
    .await
}
