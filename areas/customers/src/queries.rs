//! What people ask: which organisation it is, who wrote, and what is with them now.

mod agreed;
mod contract;
mod house;
pub mod import;
mod likely;
mod people;

use kernel::{
    Listed, PartyId, PersonId, Quiet, Reader, Result, Sort, Text, Vocabulary, Wanted, sql, text, values,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::agreed::{Departure, departures};
pub use self::contract::{bound_by_contract, contracts_above, contracts_in_force, frame_contracts};
pub use self::house::{HouseLine, above, facts, house, is_no_part_of_itself, parts, sets, talks};
pub use self::likely::{
    Alike, alike, apart, fields_of, likely_doubles, merge_preview, outlines, people_preview, twins,
};
pub use self::people::{
    Checked, RoleLine, addresses_of, check_lines, checks, everybody_of, is_contact, knows, roles, roles_of,
};
use crate::model::{Channel, Organisation, Profile, Topic, Way};
use crate::rules::telling::{channel_for, line_for, quiet_hours, topic_of};
use crate::rules::{domain_of, is_everybodys};

/// Whom an address for mail belongs to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Known {
    /// Who wrote; none where only the organisation is certain.
    pub person: Option<PersonId>,
    pub organisation: PartyId,
}

/// A further address of an organisation or of one of its people.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct AddressLine {
    pub id: i64,
    /// The organisation that it is kept with.
    #[serde(skip_serializing)]
    pub record_id: PartyId,
    pub kind: Way,
    pub address: String,
    /// Who writes from it; none where that is not certain.
    pub person: Option<PersonId>,
    /// What the person is called.
    pub name: Option<String>,
    pub is_shared: bool,
}

/// Somebody of an organisation.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Contact {
    pub id: PersonId,
    pub number: String,
    pub name: String,
    pub state: String,
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub language: String,
}

/// Records of one kind that are with an organisation.
#[derive(Clone, Debug)]
pub struct WithThem {
    pub kind: &'static str,
    pub rows: Vec<Listed>,
    pub all: i64,
}

/// So many records of each kind are shown on the page of an organisation.
const SHOWN: usize = 5;
/// So far they are counted.
const COUNTED: usize = 1000;

/// Whom an address belongs to: the exact address first, then the own domain of an organisation. A shared
/// address tells the organisation and nobody who wrote; people of ours are no party.
pub fn party_of_address(reader: &Reader, email: &str) -> Result<Option<Known>> {
    let email = email.trim().to_lowercase();
    if let Some(known) = by_further_address(reader, &email)? {
        return Ok(Some(known));
    }
    match by_person(reader, &email)? {
        Some(Correspondent { party: None, .. }) => Ok(None),
        Some(Correspondent { person, party: Some(organisation) }) => {
            Ok(Some(Known { person: Some(person), organisation }))
        }
        None => by_domain(reader, &email),
    }
}

#[derive(Deserialize)]
struct Correspondent {
    person: PersonId,
    party: Option<PartyId>,
}

fn by_further_address(reader: &Reader, email: &str) -> Result<Option<Known>> {
    reader.maybe(
        sql!("select person, record_id as organisation from visible_identity_of where address = $1"),
        values![email],
    )
}

/// Whoever left wrote last year; an address that somebody else has now is theirs.
fn by_person(reader: &Reader, email: &str) -> Result<Option<Correspondent>> {
    reader.maybe(
        sql!(
            "select visible.id as person, party from visible join person on person.id = visible.id
             where lower(email) = $1 and email <> ''
             order by case when state = 'active' then 0 else 1 end, visible.id limit 1"
        ),
        values![email],
    )
}

/// Where a house and its sites share a domain, the house is meant; where strangers do, nobody.
fn by_domain(reader: &Reader, email: &str) -> Result<Option<Known>> {
    let Some(domain) = domain_of(email).filter(|it| !is_everybodys(it)) else { return Ok(None) };
    let found: Vec<(PartyId, Option<PartyId>)> = reader.rows(
        sql!(
            "select visible.id, parent from visible_domain_of as named join visible on visible.id = named.record_id
             join organisation as it on it.id = visible.id where named.domain = $1
             and not exists (select 1 from visible_merger as m where m.other = visible.id and m.undone_at is null)
             order by visible.id"
        ),
        values![domain.to_lowercase()],
    )?;
    let is_site = |parent: Option<PartyId>| parent.is_some_and(|it| found.iter().any(|(id, _)| *id == it));
    let houses: Vec<PartyId> =
        found.iter().filter(|(_, parent)| !is_site(*parent)).map(|(id, _)| *id).collect();
    Ok(match houses.as_slice() {
        [only] => Some(Known { person: None, organisation: *only }),
        _ => None,
    })
}

/// The lines of the domains of an organisation.
pub fn domains(reader: &Reader, organisation: PartyId) -> Result<Vec<(i64, String)>> {
    reader.rows(
        sql!("select id, domain from visible_domain_of where record_id = $1 order by id"),
        values![organisation],
    )
}

/// The people of an organisation, by name; those who left come last.
pub fn contacts(reader: &Reader, organisation: PartyId) -> Result<Vec<Contact>> {
    reader.rows(
        sql!(
            "select visible.id, number, title as name, state, email, phone, job_title, language
             from visible join person on person.id = visible.id where party = $1
             order by state, title, visible.id"
        ),
        values![organisation],
    )
}

/// The further addresses of an organisation and its people.
pub fn addresses(reader: &Reader, organisation: PartyId) -> Result<Vec<AddressLine>> {
    reader.rows(
        sql!(
            "select it.id, it.record_id, it.kind, address, person, title as name, is_shared from visible_identity_of as it
             left join visible on visible.id = it.person where it.record_id = $1 order by address"
        ),
        values![organisation],
    )
}

/// The organisation that an address is known to be of already, as a further address or as that of a person.
pub fn holder_of(reader: &Reader, address: &str) -> Result<Option<String>> {
    reader.maybe(
        sql!(
            "select number from visible_identity_of as it join visible on visible.id = it.record_id
             where it.address = $1"
        ),
        values![address],
    )
}

/// What was agreed with a customer about being told things; none where nobody may see the customer.
pub fn profile_of(reader: &Reader, party: PartyId) -> Result<Option<Profile>> {
    let found =
        reader.seen_by(&kernel::Actor::system(), |reader| reader.find_many::<Organisation>(&[party]))?;
    Ok(found.into_iter().next().map(|(_, it)| it.profile))
}

/// The way other than mail by which a customer wants to be told of a topic; none where mail is right.
pub fn other_way(reader: &Reader, party: Option<PartyId>, topic: Topic) -> Result<Option<Channel>> {
    let profile = party.map(|it| profile_of(reader, it)).transpose()?.flatten();
    let channel = profile.map(|it| channel_for(&it, topic)).unwrap_or_default();
    Ok(Some(channel).filter(|it| !matches!(it, Channel::Email | Channel::Letter)))
}

/// What whoever writes to a customer has to know where they want no mail, and it has to stand in writing all the same.
pub fn told_otherwise(reader: &Reader, party: Option<PartyId>, topic: Topic) -> Result<Option<Text>> {
    let way = other_way(reader, party, topic)?;
    Ok(way.map(|way| {
        text!(
            "They want to be told by “{way}”. This has to stand in writing, so it goes by e-mail all the same, and that stays on the trail. Tell them that it comes.",
            way = way.text()
        )
    }))
}

/// In which language a customer is told of a topic: `en` or `de`, as was agreed, else that of the organisation.
pub fn language_for(reader: &Reader, party: PartyId, topic: Topic) -> Result<String> {
    let found = reader.find_many::<Organisation>(&[party])?.into_iter().next();
    let Some((_, it)) = found else { return Ok("en".to_owned()) };
    let agreed = line_for(&it.profile, topic).map(|it| it.language.clone()).filter(|it| !it.is_empty());
    Ok(agreed.or(Some(it.language)).filter(|it| !it.is_empty()).unwrap_or_else(|| "en".to_owned()))
}

/// In which language somebody of a customer is written to: as their own record says, else as was agreed with the customer.
pub fn language_to(
    reader: &Reader,
    (party, person): (Option<PartyId>, Option<PersonId>),
    topic: Topic,
) -> Result<String> {
    let own = person.map(|it| identity::language_of(reader, it)).transpose()?.flatten();
    match (own, party) {
        (Some(own), _) => Ok(own),
        (None, Some(party)) => language_for(reader, party, topic),
        (None, None) => Ok("en".to_owned()),
    }
}

/// The language in which somebody of an organisation is told by mail of what happens to a kind of record; none where it was
/// agreed that they hear of that in another way.
pub fn told_by_mail(
    reader: &Reader,
    (party, person): (PartyId, PersonId),
    kind: &str,
) -> Result<Option<String>> {
    let topic = topic_of(kind);
    match other_way(reader, Some(party), topic)? {
        Some(_) => Ok(None),
        None => language_to(reader, (Some(party), Some(person)), topic).map(Some),
    }
}

/// When nobody of an organisation is disturbed, by the hours and the zone that were agreed with it; none where neither was.
pub fn agreed_quiet(reader: &Reader, party: PartyId) -> Result<Option<Quiet>> {
    let profile = profile_of(reader, party)?.filter(|it| !it.calls_from.is_empty() || !it.zone.is_empty());
    Ok(profile.map(|it| Quiet { hours: quiet_hours(&it), zone: reader.zone_or_ours(&it.zone) }))
}

/// The name of somebody who left, whose address it was and nobody else's since.
pub fn who_left(reader: &Reader, address: &str) -> Result<Option<String>> {
    let all: Vec<(String, String)> = reader.rows(
        sql!(
            "select title, state from visible join person on person.id = visible.id
             where lower(email) = $1 and kind = 'PE' and party is not null order by visible.id"
        ),
        values![address.trim().to_lowercase()],
    )?;
    let has_somebody = all.iter().any(|(_, state)| state == "active");
    Ok(all.into_iter().next().filter(|_| !has_somebody).map(|(name, _)| name))
}

/// An address as it is kept: small letters for mail, one space between the digits of a number.
pub fn as_kept(address: &str) -> String {
    address.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What is with an organisation now, of every kind: the ones that changed last.
pub fn with_them(reader: &Reader, party: PartyId) -> Result<Vec<WithThem>> {
    let kinds = reader.registry().all().iter().map(|it| it.kind.prefix);
    let mut all = Vec::new();
    for kind in kinds.filter(|it| !matches!(*it, "K" | "PE")) {
        let wanted = Wanted {
            party: Some(party),
            sort: Sort::Changed,
            descending: true,
            limit: Some(SHOWN),
            ..Wanted::default()
        };
        let rows = reader.list(kind, &wanted)?.rows;
        if !rows.is_empty() {
            all.push(WithThem { kind, rows, all: reader.count(kind, &wanted, COUNTED)? });
        }
    }
    Ok(all)
}
