//! What rows of a file are held against: every organisation, and every person of one.

use std::collections::{HashMap, HashSet};

use identity::{Person, PersonStep};
use kernel::{Asked, Body, KEY, PartyId, PersonId, Reader, Refusal, Result, Text, sql};
use serde::Deserialize;

use crate::model::{Organisation, OrganisationState};
use crate::rules::import::{KnownPeople, PersonThere, There, word};

/// Every organisation; or, where nobody asks for doubles, those that the rows name.
pub fn there(reader: &Reader, asked: &Asked) -> Result<Vec<There>> {
    let all: Vec<(PartyId, String)> =
        reader.rows(sql!("select id, number from visible where kind = 'K'"), &[])?;
    let numbers: HashMap<PartyId, &str> = all.iter().map(|(id, number)| (*id, number.as_str())).collect();
    let is_named: Box<dyn Fn(PartyId, &str) -> bool> = if asked.looks_for_doubles {
        Box::new(|_, _| true)
    } else {
        let named: std::collections::HashSet<&str> =
            asked.rows.iter().flat_map(|it| [word(&it.fields, KEY), word(&it.fields, "parent")]).collect();
        let records: std::collections::HashSet<PartyId> =
            named.iter().filter_map(|it| asked.keys.own(it)).collect();
        Box::new(move |id, number| named.contains(number) || records.contains(&id))
    };
    let ids: Vec<PartyId> =
        all.iter().filter(|(id, number)| is_named(*id, number)).map(|(id, _)| *id).collect();
    let found = reader.find_many::<Organisation>(&ids)?;
    Ok(found
        .into_iter()
        .map(|(record, body)| There {
            id: record.id.raw(),
            number: record.number,
            name: record.title,
            is_dormant: record.state == OrganisationState::Dormant,
            parent: body.parent.and_then(|it| numbers.get(&it)).map(|it| (*it).to_owned()),
            body,
        })
        .collect())
}

#[derive(Deserialize)]
struct PersonLine {
    id: PersonId,
    number: String,
    title: String,
    state: String,
    party: PartyId,
    email: String,
    phone: String,
    job_title: String,
    language: String,
}

/// Every person of an organisation, and by what organisations are named.
pub fn people(reader: &Reader, asked: &Asked) -> Result<KnownPeople> {
    let people: Vec<PersonLine> = reader.rows(
        sql!(
            "select visible.id, number, title, state, party, email, phone, job_title, language
             from visible join person on person.id = visible.id where party is not null order by visible.id"
        ),
        &[],
    )?;
    let organisations: Vec<(PartyId, String, String)> =
        reader.rows(sql!("select id, number, title from visible where kind = 'K' order by id"), &[])?;
    let mut named: HashMap<String, (PartyId, String)> = HashMap::new();
    let mut called: HashMap<String, usize> = HashMap::new();
    for (_, _, title) in &organisations {
        *called.entry(title.to_lowercase()).or_default() += 1;
    }
    for (id, number, title) in &organisations {
        if called.get(&title.to_lowercase()) == Some(&1) {
            named.insert(title.to_lowercase(), (*id, number.clone()));
        }
    }
    let numbers: HashMap<PartyId, &str> =
        organisations.iter().map(|(id, number, _)| (*id, number.as_str())).collect();
    for row in asked.rows {
        let customer = word(&row.fields, "customer");
        if let Some(id) = asked.keys.of("customers", customer) {
            let number = numbers.get(&id).copied().unwrap_or_default().to_owned();
            named.insert(customer.to_owned(), (id, number));
        }
    }
    for (id, number, _) in &organisations {
        named.insert(number.clone(), (*id, number.clone()));
    }
    let addresses: Vec<(String, PartyId)> =
        reader.rows(sql!("select address, record_id from visible_identity_of"), &[])?;
    // Only those whom a row means are asked about one by one.
    let meant: HashSet<String> =
        asked.rows.iter().map(|it| word(&it.fields, "email").to_lowercase()).collect();
    let keyed: HashSet<PersonId> =
        asked.rows.iter().filter_map(|it| asked.keys.own(word(&it.fields, KEY))).collect();
    let mut away: HashMap<PersonId, Text> = HashMap::new();
    for it in people.iter().filter(|it| it.state == "left") {
        if !keyed.contains(&it.id) && !meant.contains(&it.email.to_lowercase()) {
            continue;
        }
        let case = reader.find_by_id::<Person>(it.id)?;
        if let Err(Refusal(missing)) = Person::FLOW.target(&case, reader.actor, PersonStep::Return) {
            away.extend(missing.into_iter().next().map(|why| (it.id, why.sentence)));
        }
    }
    let mut person = |it: PersonLine| PersonThere {
        stays_away: away.remove(&it.id),
        id: it.id,
        number: it.number,
        name: it.title,
        party: it.party,
        email: it.email,
        phone: it.phone,
        job_title: it.job_title,
        language: it.language,
        has_left: it.state == "left",
    };
    Ok(KnownPeople {
        people: people.into_iter().map(&mut person).collect(),
        organisations: named,
        addresses: addresses.into_iter().collect(),
    })
}

/// Whether a number was given already.
pub fn is_taken(reader: &Reader, number: &str) -> Result<bool> {
    let found: Option<i64> =
        reader.maybe(sql!("select id from visible where number = $1"), kernel::values![number])?;
    Ok(found.is_some())
}
