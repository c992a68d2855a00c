//! The same for programs: people and addresses of an organisation, and whom an address belongs to.

mod merge;

use identity::Person;
use jiff::civil::Date;
use kernel::{Faults, PartyId, Reader, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use web::api::{PAGED, Paged, Part, answer, said as read};
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of, schema_of_sent};

use crate::commands::{self, NewContact, NewContract, NewRole};
use crate::model::{ContactRole, FrameContract, Organisation, Proof, Says, Way};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default()
        .api_get(
            "/api/v1/customers/{number}/contacts",
            in_parts::<queries::Contact>("The people of an organisation"),
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
        .api_post(
            "/api/v1/customers/{number}/addresses/verify",
            doc::<WantedCheck, AddressMade>("Says that one made sure of an address, and how"),
            verify,
        )
        .api_get(
            "/api/v1/customers/{number}/checks",
            in_parts::<queries::Checked>("The addresses that somebody made sure of, the newest first"),
            checks,
        )
        .api_get(
            "/api/v1/customers/{number}/house",
            in_parts::<queries::HouseLine>(
                "The house that an organisation belongs to, from its top, each part with that above it",
            ),
            house,
        )
        .api_get(
            "/api/v1/customers/{number}/roles",
            in_parts::<queries::RoleLine>("What people do for an organisation, and did"),
            roles,
        )
        .api_post(
            "/api/v1/customers/{number}/roles",
            doc::<WantedRole, AddressMade>("Says what somebody does for an organisation"),
            give_role,
        )
        .api_post(
            "/api/v1/customers/{number}/roles/{role}/end",
            doc::<Ending, Done>("Says until when somebody did it"),
            end_role,
        )
        .api_get(
            "/api/v1/customers/{number}/contracts",
            in_parts::<FrameContract>("What the frame contracts of an organisation say, the newest first"),
            contracts,
        )
        .api_post(
            "/api/v1/customers/{number}/contracts",
            doc::<WantedContract, AddressMade>("Records what a clause of a frame contract says"),
            record_contract,
        )
        .api_post(
            "/api/v1/customers/{number}/contracts/{contract}/end",
            doc::<Ending, Done>("Says on which day a frame contract holds for the last time"),
            end_contract,
        )
        .and(merge::routes())
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
    let request = schema_of_sent::<Request>();
    Doc { summary, tag: "Customers", request, response: schema_of::<Response>(), ..Doc::default() }
}

/// What is answered page by page.
fn in_parts<Line: JsonSchema>(summary: &'static str) -> Doc {
    Doc { query: PAGED, ..doc::<(), Paged<Line>>(summary) }
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct WantedContact {
    name: String,
    email: String,
    phone: String,
    language: String,
    job_title: String,
    /// What it says in the extra fields of the house, which may ask for some of them.
    extra: Map<String, Json>,
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
    /// What sort of address it is: e-mail where nothing is said.
    #[serde(default)]
    kind: Way,
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

async fn contacts(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::contacts, |it| vec![it.id]).await
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
            web::extra::opened_with::<Person>(work, &made.number, &wanted.extra)?;
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
    let WantedAddress { address, kind, person } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let organisation = work.find::<Organisation>(&number)?.record.id.raw();
            let id = commands::know_by(work, organisation, (kind, &address), person)?;
            Ok(json!({ "id": id }))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
struct WantedCheck {
    address: String,
    how: Proof,
}

async fn verify(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let WantedCheck { address, how } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let id = commands::verify(work, &number, &address, how)?;
            Ok(json!({ "id": id }))
        })
        .await
}

/// Answers with a part of what there is of an organisation; `place` tells where each stands.
async fn told<T: Serialize + 'static>(
    number: String,
    visit: Visit,
    question: fn(&Reader, PartyId) -> Result<Vec<T>>,
    place: fn(&T) -> Vec<i64>,
) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let part = Part::asked(&mut asked)?;
            let party = reader.find::<Organisation>(&number)?.record.id.raw();
            let mut all = question(reader, party)?;
            all.sort_by_key(place);
            answer(&part.of(all, place))
        })
        .await
}

async fn checks(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::checks, |it| vec![-it.id]).await
}

async fn house(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::house, |it| vec![it.depth, it.id]).await
}

async fn roles(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::roles, |it| vec![it.id]).await
}

#[derive(Deserialize, JsonSchema)]
struct WantedRole {
    /// The number of the person.
    person: String,
    role: ContactRole,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    since: Option<Date>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    until: Option<Date>,
}

async fn give_role(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let WantedRole { person, role, since, until } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            work.find::<Organisation>(&number)?;
            let sentence = text!("Choose somebody of a customer or supplier.");
            let person = work.mention_of(&person).map_err(|_| Faults::one("person", sentence))?.id;
            let id = commands::give_role(work, &number, &NewRole { person, role, since, until })?;
            Ok(json!({ "id": id }))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
struct Ending {
    /// The last day.
    #[schemars(with = "String", extend("format" = "date"))]
    until: Date,
}

async fn end_role(Path((number, role)): Path<(String, i64)>, Sent(visit, value): Sent) -> Answer {
    let Ending { until } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            commands::end_role(work, &number, role, until)?;
            Ok(json!({ "done": true }))
        })
        .await
}

async fn contracts(Path(number): Path<String>, visit: Visit) -> Answer {
    told(number, visit, queries::frame_contracts, |it| vec![-it.id]).await
}

#[derive(Deserialize, JsonSchema)]
struct WantedContract {
    /// The number of the contract.
    contract: String,
    clause: String,
    /// What the clause says: that silence is consent, where nothing is said.
    #[serde(default)]
    says: Says,
    /// The first day on which it holds; today where nothing is said.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    holds_from: Option<Date>,
    /// The last one; none where no end was agreed.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    #[serde(default)]
    holds_until: Option<Date>,
}

async fn record_contract(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let WantedContract { contract, clause, says, holds_from, holds_until } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let new = NewContract {
                number: contract.clone(),
                clause: clause.clone(),
                says,
                holds_from,
                holds_until,
            };
            let id = commands::record_contract(work, &number, &new)?;
            Ok(json!({ "id": id }))
        })
        .await
}

async fn end_contract(Path((number, contract)): Path<(String, i64)>, Sent(visit, value): Sent) -> Answer {
    let Ending { until } = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            commands::end_contract(work, &number, contract, until)?;
            Ok(json!({ "done": true }))
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
            reader.actor.must_be_inside()?;
            let known = queries::party_of_address(reader, &email)?;
            let (person, organisation) = known.map_or((None, None), |it| (it.person, Some(it.organisation)));
            answer(&Correspondent { person, organisation })
        })
        .await
}
