//! What always holds: on the page of a customer, on that of a set, and for programs.

use kernel::{Body, Case, Error, PartyId, Reader, Result};
use maud::Markup;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::api::json as in_json;
use web::{Answer, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::faults_of;
use crate::commands::{self, Departure, TakenOver};
use crate::model::RequirementSet;
use crate::model::standing::{Applying, Override, Pull};
use crate::pages::standing as page;
use crate::pages::{asking, of_set};
use crate::queries;

const PLACE: &str = "/requirement-sets";
const SET: &str = "/api/v1/requirement-sets/{number}/standing";

pub fn routes() -> Routes {
    let about = |summary| Doc { summary, tag: "Requirement sets", ..Doc::default() };
    Routes::default()
        .get("/requirement-sets/{number}/standing", show)
        .post("/requirement-sets/{number}/standing", pull)
        .post("/requirement-sets/{number}/standing/overrides", depart)
        .post("/requirement-sets/{number}/standing/overrides/{override}/end", follow_again)
        .api_get(
            "/api/v1/customers/{number}/standing",
            Doc {
                response: schema_of::<Vec<Applying>>(),
                tag: "Customers",
                ..about("The standing requirements that reach an organisation, its own and inherited")
            },
            reaching,
        )
        .api_get(
            SET,
            Doc {
                response: schema_of::<Vec<Pull>>(),
                ..about("How a set stands to what always holds for its customer")
            },
            stands,
        )
        .api_post(
            &format!("{SET}/pull"),
            Doc {
                request: schema_of::<Picked>(),
                response: schema_of::<TakenOver>(),
                ..about("Takes over standing requirements into a set")
            },
            take_over,
        )
        .api_get(
            &format!("{SET}/overrides"),
            Doc {
                response: schema_of::<Vec<Override>>(),
                ..about("From what a standing set departs, as it is worked on")
            },
            departing,
        )
        .api_post(
            &format!("{SET}/overrides"),
            Doc {
                request: schema_of::<NewDeparture>(),
                response: schema_of::<Departed>(),
                ..about("Says that a standing requirement from above does not hold here, and why")
            },
            depart_from,
        )
        .api_post(
            &format!("{SET}/overrides/{{override}}/end"),
            Doc {
                response: schema_of::<Departed>(),
                ..about("Lets a standing requirement from above hold here again")
            },
            follow,
        )
}

/// What always holds for a customer, as their own page shows it.
pub fn of_customer(reader: &Reader, party: PartyId) -> Result<Markup> {
    let all = queries::applying_to(reader, party)?;
    let may_open = RequirementSet::CREATE.covers(reader.actor, None).is_ok();
    let open = may_open
        .then(|| asking("/requirement-sets/new", &[("customer", &party.to_string()), ("standing", "on")]));
    Ok(page::of_customer(&all, open))
}

/// What the page of a set says of what always holds.
pub fn of_set_page(reader: &Reader, number: &str) -> Result<Markup> {
    let set = reader.find::<RequirementSet>(number)?;
    if set.body.is_standing {
        return Ok(page::of_standing(number, queries::overrides(reader, set.record.id.raw())?.len()));
    }
    Ok(page::of_matter(number, &queries::pulls_of(reader, &set)?))
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| standing_page(reader, &number, &Form::default())).await
}

fn standing_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    reader.actor.must_be_inside()?;
    let set = reader.find::<RequirementSet>(number)?;
    let is_open = RequirementSet::must_be_open(&set).is_ok() && !reader.actor.only_reads;
    let body = if set.body.is_standing {
        departures(reader, &set, is_open, form)?
    } else {
        page::pulls(number, &set.record.title, &queries::pulls_of(reader, &set)?, is_open, &form.faults)
    };
    Ok(Page::new(t!("What always holds"), PLACE, body))
}

fn departures(reader: &Reader, set: &Case<RequirementSet>, is_open: bool, form: &Form) -> Result<Markup> {
    let (id, party) = (set.record.id.raw(), set.record.party.ok_or(Error::NotFound)?);
    let mut above = queries::applying_to(reader, party)?;
    let here = reader.mention(party)?.map(|it| it.number).unwrap_or_default();
    above.retain(|it| it.organisation != here);
    let own = queries::overrides(reader, id)?;
    let held = queries::held(reader, set)?;
    let held = held.into_iter().map(|(it, _)| (it.number.clone(), format!("{} {}", it.number, it.title)));
    Ok(page::departures(&page::Departures {
        number: &set.record.number,
        title: &set.record.title,
        above: &above,
        own: &own,
        held: held.collect(),
        is_open,
        form,
    }))
}

fn with_faults(form: &Form, error: &Error) -> Form {
    let mut form = form.clone();
    form.faults = faults_of(error);
    form
}

async fn pull(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let picked: Vec<String> = visit.form.all("origin").into_iter().map(str::to_owned).collect();
    let (again, same) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                commands::pull(work, &number, Some(&picked))?;
                Ok(of_set(&number, "standing"))
            },
            move |reader, error| standing_page(reader, &same, &with_faults(&again, error)),
        )
        .await
}

async fn depart(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let said = |name: &str| visit.form.text(name).to_owned();
    let departure = Departure {
        origin: said("origin"),
        instead: Some(said("instead")).filter(|it| !it.is_empty()),
        reason: said("reason"),
    };
    let (again, same) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                commands::depart(work, &number, &departure)?;
                Ok(of_set(&number, "standing"))
            },
            move |reader, error| standing_page(reader, &same, &with_faults(&again, error)),
        )
        .await
}

async fn follow_again(Path((number, departure)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::follow_again(work, &number, departure)?;
            Ok(of_set(&number, "standing"))
        })
        .await
}

/// Which standing requirements are taken over.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Picked {
    /// Their numbers; where nothing is said, all that are missing, and those that were revised since and not
    /// changed in the set.
    origins: Option<Vec<String>>,
}

#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct NewDeparture {
    /// The number of the standing requirement above.
    origin: String,
    /// The number of the requirement of this set that holds instead; nothing where it does not apply at all.
    instead: Option<String>,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Departed {
    /// The key by which it is ended.
    id: i64,
}

async fn reaching(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let party = reader.mention_of(&number)?;
            if party.kind != "K" {
                return Err(Error::NotFound);
            }
            let all = queries::applying_to(reader, party.id)?;
            Ok(in_json(axum::http::StatusCode::OK, &serde_json::to_value(all)?))
        })
        .await
}

async fn stands(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let set = reader.find::<RequirementSet>(&number)?;
            let all = queries::pulls_of(reader, &set)?;
            Ok(in_json(axum::http::StatusCode::OK, &serde_json::to_value(all)?))
        })
        .await
}

async fn departing(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let set = reader.find::<RequirementSet>(&number)?.record.id.raw();
            let all = queries::overrides(reader, set)?;
            Ok(in_json(axum::http::StatusCode::OK, &serde_json::to_value(all)?))
        })
        .await
}

async fn take_over(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Picked { origins } = typed(sent)?;
        Ok(serde_json::to_value(commands::pull(work, &number, origins.as_deref())?)?)
    })
    .await
}

async fn depart_from(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let NewDeparture { origin, instead, reason } = typed(sent)?;
        let id = commands::depart(work, &number, &Departure { origin, instead, reason })?;
        Ok(serde_json::to_value(Departed { id })?)
    })
    .await
}

async fn follow(Path((number, departure)): Path<(String, i64)>, Sent(visit, sent): Sent) -> Answer {
    visit
        .change(sent, move |work| {
            commands::follow_again(work, &number, departure)?;
            Ok(serde_json::to_value(Departed { id: departure })?)
        })
        .await
}

fn typed<T: serde::de::DeserializeOwned>(sent: Json) -> Result<T> {
    let sent = if sent.is_null() { Json::Object(serde_json::Map::new()) } else { sent };
    Ok(web::api::typed(sent)?)
}
