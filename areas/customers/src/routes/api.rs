//! The same for programs: people and addresses of an organisation, and whom an address belongs to.

use axum::http::StatusCode;
use kernel::{Error, Faults, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use web::{Answer, Doc, Failure, Path, Routes, Sent, Visit, schema_of};

use crate::commands::{self, NewContact};
use crate::model::Organisation;
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .api_get(
            "/api/v1/customers/{number}/contacts",
            doc::<(), Vec<queries::Contact>>("The people of an organisation"),
            contacts,
        )
        .api_post(
            "/api/v1/customers/{number}/contacts",
            doc::<WantedContact, Made>("Adds a person of an organisation"),
            add_contact,
        )
        .api_get(
            "/api/v1/customers/{number}/addresses",
            doc::<(), Vec<queries::AddressLine>>("The further addresses of an organisation and its people"),
            addresses,
        )
        .api_post(
            "/api/v1/customers/{number}/addresses",
            doc::<WantedAddress, AddressMade>("Adds an address of an organisation or of one of its people"),
            add_address,
        )
        .api_post(
            "/api/v1/customers/{number}/addresses/{address}/remove",
            doc::<(), Done>("Takes an address away"),
            remove_address,
        )
        .api_get(
            "/api/v1/correspondent",
            Doc {
                query: &[("email", "the address that wrote")],
                ..doc::<(), Correspondent>("Whom an address for mail belongs to")
            },
            correspondent,
        )
}

fn doc<Request: JsonSchema, Response: JsonSchema>(summary: &'static str) -> Doc {
    let request = schema_of::<Request>().filter(|it| it["type"] != "null");
    Doc { summary, tag: "Customers", request, response: schema_of::<Response>(), ..Doc::default() }
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct WantedContact {
    name: String,
    email: String,
    phone: String,
    language: String,
    job_title: String,
}

#[derive(Serialize, JsonSchema)]
struct Made {
    id: i64,
    number: String,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    done: bool,
}

#[derive(Deserialize, JsonSchema)]
struct WantedAddress {
    address: String,
    /// Who writes from it; nobody in particular where nothing is said.
    person: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct AddressMade {
    id: i64,
}

#[derive(Serialize, JsonSchema)]
struct Correspondent {
    /// Who wrote; none where only the organisation is certain.
    person: Option<i64>,
    organisation: Option<i64>,
}

#[expect(clippy::result_large_err, reason = "a failure ends the request and holds all that its page needs")]
fn read<T: for<'de> Deserialize<'de>>(visit: &Visit, value: &Json) -> Result<T, Failure> {
    serde_json::from_value(value.clone()).map_err(|error| {
        let words = error.to_string();
        let field = words.split('`').nth(1).unwrap_or("body").to_owned();
        Failure::of(
            Faults::one(&field, text!("This value does not fit: {why}.", why = words)).into(),
            &visit.envelope,
        )
    })
}

fn answer(value: &impl Serialize) -> Result<axum::response::Response> {
    Ok(web::api::json(StatusCode::OK, &serde_json::to_value(value)?))
}

async fn contacts(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let party = reader.find::<Organisation>(&number)?.record.id.raw();
            answer(&queries::contacts(reader, party)?)
        })
        .await
}

async fn add_contact(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let wanted: WantedContact = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let contact = NewContact {
                name: &wanted.name,
                email: &wanted.email,
                phone: &wanted.phone,
                language: &wanted.language,
                job_title: &wanted.job_title,
            };
            let made = commands::add_contact(work, &number, &contact)?;
            Ok(json!({ "id": made.id, "number": made.number }))
        })
        .await
}

async fn addresses(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let party = reader.find::<Organisation>(&number)?.record.id.raw();
            answer(&queries::addresses(reader, party)?)
        })
        .await
}

async fn add_address(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let WantedAddress { address, person } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let organisation = work.find::<Organisation>(&number)?.record.id.raw();
            let id = commands::know(work, organisation, &address, person)?;
            Ok(json!({ "id": id }))
        })
        .await
}

async fn remove_address(Path((number, address)): Path<(String, i64)>, Sent(visit, value): Sent) -> Answer {
    visit
        .change(value, move |work| {
            commands::forget(work, &number, address)?;
            Ok(json!({ "done": true }))
        })
        .await
}

async fn correspondent(visit: Visit) -> Answer {
    let email = visit.envelope.asked().text("email").to_owned();
    visit
        .respond(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let known = queries::party_of_address(reader, &email)?;
            let (person, organisation) = known.map_or((None, None), |it| (it.person, Some(it.organisation)));
            answer(&Correspondent { person, organisation })
        })
        .await
}
