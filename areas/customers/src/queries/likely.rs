//! Which organisations and people may be the same twice, and what taking them for one would do.

use std::collections::{BTreeMap, BTreeSet};

use identity::Person;
use kernel::{Body, Case, PartyId, Reader, Result, Text, Wanted, sql, values};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{addresses, contacts, frame_contracts, parts, roles, roles_of};
use crate::model::{Organisation, Preview, differing};
use crate::rules::{Bond, Likeness, Likenesses, Outline, PersonOutline, likeness_of_people};

/// So many are counted of each kind.
const COUNTED: usize = 100_000;

/// An organisation as it is compared with others.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    id: PartyId,
    number: String,
    title: String,
    street: String,
    post_code: String,
    town: String,
    country: String,
    domains: Vec<String>,
    parent: Option<PartyId>,
}

/// An organisation with what is compared.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: PartyId,
    pub number: String,
    pub parent: Option<PartyId>,
    pub outline: Outline,
}

/// Two that are alike.
#[derive(Clone, Debug)]
pub struct Alike {
    /// Number and name of the one that was there first.
    pub one: (String, String),
    pub other: (String, String),
    pub likeness: Likeness,
}

impl Alike {
    /// Why they may be the same.
    pub fn reasons(&self) -> &[Text] {
        &self.likeness.reasons
    }
}

/// Every organisation that stands for itself, with what is compared, in the order of their keys.
pub fn outlines(reader: &Reader) -> Result<Vec<Known>> {
    let rows: Vec<Row> = reader.rows(
        sql!(
            "select visible.id, number, title, street, post_code, town, country, domains, parent
             from visible join organisation as it on it.id = visible.id
             where not exists (select 1 from visible_merger as m where m.other = visible.id and m.undone_at is null)
             order by visible.id"
        ),
        &[],
    )?;
    let known = |it: Row| Known {
        id: it.id,
        number: it.number,
        parent: it.parent,
        outline: Outline {
            name: it.title,
            street: it.street,
            post_code: it.post_code,
            town: it.town,
            country: it.country,
            domains: it.domains,
        },
    };
    Ok(rows.into_iter().map(known).collect())
}

/// The organisations that may be there twice, the surest first. Those that somebody kept apart are left out, and so
/// are sites that stand in their house.
pub fn likely_doubles(reader: &Reader) -> Result<Vec<Alike>> {
    let (known, apart) = (outlines(reader)?, apart(reader)?);
    let mut all = Likenesses::default();
    for it in &known {
        all.add(it.outline.clone());
    }
    let asks = |one: &Known, other: &Known, bond: Bond| {
        let kept_apart = apart.contains(&(one.id.min(other.id), one.id.max(other.id)));
        let in_one_house = one.parent == Some(other.id)
            || other.parent == Some(one.id)
            || one.parent.is_some() && one.parent == other.parent;
        let is_known = bond == Bond::Site && in_one_house;
        !(kept_apart || is_known)
    };
    let pairs =
        all.pairs().into_iter().filter(|(one, other, it)| asks(&known[*one], &known[*other], it.bond));
    let said = |it: &Known| (it.number.clone(), it.outline.name.clone());
    Ok(pairs
        .map(|(one, other, likeness)| Alike { one: said(&known[one]), other: said(&known[other]), likeness })
        .collect())
}

/// The organisations that are like one that is about to be opened.
pub fn alike(reader: &Reader, outline: &Outline) -> Result<Vec<Alike>> {
    let known = outlines(reader)?;
    let mut all = Likenesses::default();
    for it in &known {
        all.add(it.outline.clone());
    }
    let found = all.of(outline).into_iter();
    Ok(found
        .map(|(place, likeness)| {
            let it = &known[place];
            let one = (it.number.clone(), it.outline.name.clone());
            Alike { one, other: (String::new(), outline.name.clone()), likeness }
        })
        .collect())
}

/// The pairs that somebody said are not the same: the smaller key first.
pub fn apart(reader: &Reader) -> Result<BTreeSet<(PartyId, PartyId)>> {
    let pairs: Vec<(PartyId, PartyId)> =
        reader.rows(sql!("select record_id, other from visible_distinct_pair order by id"), &[])?;
    Ok(pairs.into_iter().map(|(one, other)| (one.min(other), one.max(other))).collect())
}

/// So many people of one organisation are compared with each other.
const COMPARED: usize = 500;

/// The people of an organisation who may be there twice.
pub fn twins(reader: &Reader, organisation: PartyId) -> Result<Vec<Alike>> {
    let further = addresses(reader, organisation)?;
    let people = contacts(reader, organisation)?.into_iter().filter(|it| it.state == "active").take(COMPARED);
    let outlined: Vec<(String, PersonOutline)> = people
        .map(|it| {
            let own =
                further.iter().filter(|line| line.person == Some(it.id)).map(|line| line.address.clone());
            let outline = PersonOutline {
                name: it.name,
                emails: own.clone().filter(|it| it.contains('@')).chain([it.email]).collect(),
                phones: own.filter(|it| !it.contains('@')).chain([it.phone]).collect(),
            };
            (it.number, outline)
        })
        .collect();
    let mut found = Vec::new();
    for (place, (number, outline)) in outlined.iter().enumerate() {
        for (other, that) in &outlined[place + 1..] {
            if let Some(likeness) = likeness_of_people(outline, that) {
                let one = (number.clone(), outline.name.clone());
                found.push(Alike { one, other: (other.clone(), that.name.clone()), likeness });
            }
        }
    }
    Ok(found)
}

/// What merging one organisation into another would do.
pub fn merge_preview(reader: &Reader, survivor: &str, other: &str) -> Result<Preview> {
    let (one, that) = (reader.find::<Organisation>(survivor)?, reader.find::<Organisation>(other)?);
    let from = that.record.id.raw();
    let mut records = BTreeMap::new();
    for entry in reader.registry().all() {
        let wanted = Wanted { party: Some(from), ..Wanted::default() };
        let count = reader.count(entry.kind.prefix, &wanted, COUNTED)? - i64::from(entry.kind.prefix == "K");
        if count > 0 {
            records.insert(entry.kind.prefix.to_owned(), count);
        }
    }
    let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let mut outsiders = 0;
    for contact in contacts(reader, from)?.iter().filter(|it| it.state == "active") {
        outsiders += i64::from(identity::has_account(reader, contact.id)?);
    }
    let mut fields = differing(&fields_of(reader, &one)?, &fields_of(reader, &that)?);
    fields.retain(|name, _| !crate::commands::NOT_CHOSEN.contains(&name.as_str()));
    Ok(Preview {
        records,
        addresses: count(addresses(reader, from)?.len()),
        roles: count(roles(reader, from)?.len()),
        contracts: count(frame_contracts(reader, from)?.len()),
        parts: count(parts(reader, from)?.len()),
        memberships: count(identity::members_of(reader, from)?.len()),
        outsiders,
        fields,
    })
}

/// What merging one person into another would do.
pub fn people_preview(reader: &Reader, survivor: &str, other: &str) -> Result<Preview> {
    let (one, that) = (reader.find::<Person>(survivor)?, reader.find::<Person>(other)?);
    let from = that.record.id.raw();
    let further: i64 =
        reader.one(sql!("select count(*) from visible_identity_of where person = $1"), values![from])?;
    let mut fields = differing(&fields_of(reader, &one)?, &fields_of(reader, &that)?);
    fields.retain(|name, _| crate::commands::is_of_a_person(name));
    Ok(Preview {
        addresses: further + i64::from(!that.body.email.is_empty()),
        roles: i64::try_from(roles_of(reader, from)?.len()).unwrap_or(i64::MAX),
        outsiders: i64::from(identity::has_account(reader, from)?),
        fields,
        ..Preview::default()
    })
}

/// The body of a record with its title, and the extra fields that are in use, among the fields; null where one says
/// nothing.
pub fn fields_of<B: Body>(reader: &Reader, case: &Case<B>) -> Result<Map<String, Json>> {
    let mut fields = serde_json::to_value(&case.body)?.as_object().cloned().unwrap_or_default();
    fields.insert("title".to_owned(), json!(case.record.title));
    for field in reader.fields_of(B::KIND.prefix)?.iter().filter(|it| it.is_in_use()) {
        let said = case.record.extra.get(&field.key).cloned().unwrap_or(Json::Null);
        fields.insert(field.place_of_fault(), said);
    }
    Ok(fields)
}
