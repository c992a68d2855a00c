//! Organisations and their people by the file: in, and out again.

use std::collections::HashMap;

use identity::{Person, PersonStep};
use kernel::{
    Applied, Asked, Audience, Body, Case, Change, Error, Fields, Foresight, KEY, Keys, New, PartyId, Reader,
    Refusal, Result, Reverted, TakenRow, Taking, Target, Text, Undo, Work, text,
};

use super::{NewContact, add_contact, know};
use crate::model::{Organisation, OrganisationState, OrganisationStep};
use crate::queries::{self, import as ask};
use crate::rules::KEEPERS;
use crate::rules::import::{
    CONTACT, ORGANISATION, foresee, foresee_people, is_our_number, is_shared, name_of, organisation_of,
    person_language, said, say, word, written,
};

/// Organisations.
pub const CUSTOMERS: Target = Target {
    code: "customers",
    many: || text!("Customers"),
    kind: "K",
    permit: KEEPERS,
    into: None,
    names: &[],
    fields: ORGANISATION,
    foresee: |reader, asked| {
        Ok(foresee(asked.rows, &ask::there(reader, asked)?, asked.keys, asked.looks_for_doubles))
    },
    apply: taken_in,
    revert: taken_back,
};

/// People of organisations.
pub const CONTACTS: Target = Target {
    code: "contacts",
    many: || text!("Contacts"),
    kind: "PE",
    permit: KEEPERS,
    into: None,
    names: &["customers"],
    fields: CONTACT,
    foresee: people_foreseen,
    apply: people_taken_in,
    revert: person_taken_back,
};

/// Before the key of a remark, where a note came with somebody.
const REMARK: &str = "remark ";

fn people_foreseen(reader: &Reader, asked: &Asked) -> Result<Vec<Foresight>> {
    Ok(foresee_people(asked.rows, &ask::people(reader, asked)?, asked.keys, asked.looks_for_doubles))
}

/// Houses come before what is part of them; each row is told in its place.
fn taken_in(work: &mut Work, order: &Taking) -> Result<Vec<Applied>> {
    let mut made: HashMap<String, PartyId> = HashMap::new();
    let mut all: Vec<Applied> = vec![Applied::default(); order.rows.len()];
    let is_new = |it: &(usize, &TakenRow)| it.1.target.is_none();
    let (houses, parts): (Vec<_>, Vec<_>) =
        order.rows.iter().enumerate().filter(is_new).partition(|(_, row)| parent_of(row).is_empty());
    for group in [houses, parts] {
        let bodies: Vec<(Option<String>, Organisation)> = group
            .iter()
            .map(|(_, row)| {
                let mut body = written(&Organisation::default(), &row.fields);
                body.parent = parent(work, parent_of(row), (order.keys, &made))?;
                Ok((number_of(work, word(&row.fields, KEY))?, body))
            })
            .collect::<Result<_>>()?;
        let new: Vec<(New, Organisation)> = group
            .iter()
            .zip(&bodies)
            .map(|((_, row), (number, body))| {
                let envelope = New {
                    title: word(&row.fields, "name"),
                    owner: Some(order.owner),
                    number: number.as_deref(),
                    ..New::default()
                };
                (envelope, body.clone())
            })
            .collect();
        for ((place, row), it) in group.iter().zip(work.create_many(&new)?) {
            made.insert(word(&row.fields, KEY).to_owned(), it.id);
            all[*place] = Applied { record: it.id, is_new: true, ..Applied::default() };
        }
    }
    for (place, row) in order.rows.iter().enumerate() {
        if let Some(id) = row.target {
            all[place] = changed(work, id, row, (order.keys, &made))?;
        }
    }
    Ok(all)
}

fn parent_of(row: &TakenRow) -> &str {
    let named = word(&row.fields, "parent");
    let guessed = row.changes.iter().find(|it| it.field == "parent").map_or("", |it| it.new.as_str());
    if named.is_empty() { guessed } else { named }
}

/// The organisation that a row is part of: by its number here or by its key in a file.
fn parent(
    work: &Work,
    named: &str,
    (keys, made): (&Keys, &HashMap<String, PartyId>),
) -> Result<Option<PartyId>> {
    if named.is_empty() {
        return Ok(None);
    }
    if let Some(id) = made.get(named).copied().or_else(|| keys.own(named)) {
        return Ok(Some(id));
    }
    match work.mention_of(named) {
        Ok(found) if found.kind == "K" => Ok(Some(found.id)),
        Ok(_) | Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn number_of(work: &Work, key: &str) -> Result<Option<String>> {
    Ok(if is_our_number(key) && !ask::is_taken(work, key)? { Some(key.to_owned()) } else { None })
}

fn changed(
    work: &mut Work,
    id: PartyId,
    row: &TakenRow,
    names: (&Keys, &HashMap<String, PartyId>),
) -> Result<Applied> {
    let mut case = work.find_by_id::<Organisation>(id)?;
    let changes = if row.only_fills { fills(&case, &row.fields) } else { row.changes.clone() };
    let house =
        changes.iter().find(|it| it.field == "parent").map(|it| parent(work, &it.new, names)).transpose()?;
    write(work, &mut case, changes.iter().map(|it| (it.field.as_str(), it.new.as_str())))?;
    if let Some(house) = house {
        work.revise(&mut case, |it| it.parent = house)?;
    }
    Ok(Applied { record: id, is_new: false, changes, beside: String::new() })
}

/// What a row says where the organisation says nothing yet. Domains are added.
fn fills(case: &Case<Organisation>, fields: &Fields) -> Vec<Change> {
    let after = written(&case.body, fields);
    let all =
        ["legal_form", "street", "post_code", "town", "country", "trade", "domains", "language", "note"];
    let told = all.iter().map(|it| Change {
        field: (*it).to_owned(),
        old: said(&case.body, it),
        new: said(&after, it),
    });
    told.filter(|it| it.old != it.new && (it.old.is_empty() || it.field == "domains")).collect()
}

/// Writes fields as they were told; the parent apart.
fn write<'a>(
    work: &mut Work,
    case: &mut Case<Organisation>,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    for (field, words) in fields {
        match (field, words) {
            ("title", name) => work.retitle(case, name)?,
            ("state", "active") => work.advance(case, OrganisationStep::Wake)?,
            ("state", _) => work.advance(case, OrganisationStep::Rest)?,
            ("parent", _) => {}
            (field, words) => work.revise(case, |it| say(it, field, words))?,
        }
    }
    Ok(())
}

/// A new one is marked as dormant, a changed one says again what it said; but only where nobody went on from there.
fn taken_back(work: &mut Work, undo: &Undo) -> Result<Reverted> {
    let mut case = work.find_by_id::<Organisation>(undo.applied.record)?;
    if !undo.applied.is_new {
        return put_back(work, &mut case, undo);
    }
    if case.record.state == OrganisationState::Dormant {
        return Ok(Reverted::Whole);
    }
    let came = written(&Organisation::default(), undo.fields);
    let number = case.record.number.clone();
    let is_as_it_came = Organisation { parent: case.body.parent, ..came } == case.body
        && case.record.title == word(undo.fields, "name");
    if !is_as_it_came {
        let sentence =
            text!("{number} was changed since. Mark it as dormant yourself if it shall go.", number = number);
        return Ok(Reverted::Stays(sentence));
    }
    if let Err(refusal) = Organisation::FLOW.target(&case, work.actor, OrganisationStep::Rest) {
        return Ok(stays(&number, refusal));
    }
    work.advance(&mut case, OrganisationStep::Rest)?;
    Ok(Reverted::Whole)
}

fn stays(number: &str, Refusal(missing): Refusal) -> Reverted {
    let why = missing.into_iter().next().map_or_else(|| text!("It is not possible."), |it| it.sentence);
    Reverted::Stays(text!("{number} stays: {why}", number = number, why = why))
}

fn put_back(work: &mut Work, case: &mut Case<Organisation>, undo: &Undo) -> Result<Reverted> {
    let parent = match case.body.parent {
        Some(id) => work.mention(id)?.map(|it| it.number).unwrap_or_default(),
        None => String::new(),
    };
    let now = |field: &str| match field {
        "title" => case.record.title.clone(),
        "parent" => parent.clone(),
        "state" if case.record.state == OrganisationState::Active => "active".to_owned(),
        "state" => "dormant".to_owned(),
        field => said(&case.body, field),
    };
    let (ours, theirs): (Vec<&Change>, Vec<&Change>) =
        undo.applied.changes.iter().partition(|it| it.field == "parent" || now(&it.field) == it.new);
    write(work, case, ours.iter().rev().map(|it| (it.field.as_str(), it.old.as_str())))?;
    if let Some(moved) = ours.iter().find(|it| it.field == "parent") {
        let house = self::parent(work, &moved.old, (&Keys::default(), &HashMap::new()))?;
        work.revise(case, |it| it.parent = house)?;
    }
    Ok(whole_but(&case.record.number, &theirs, Organisation::label))
}

fn whole_but(number: &str, theirs: &[&Change], label: fn(&str) -> Option<Text>) -> Reverted {
    if theirs.is_empty() {
        return Reverted::Whole;
    }
    let named = |it: &&Change| label(&it.field).map_or_else(|| it.field.clone(), |it| it.to_string());
    let fields = theirs.iter().map(named).collect::<Vec<_>>().join(", ");
    Reverted::Stays(text!(
        "{number}: {fields} changed since and stayed as they are.",
        number = number,
        fields = fields
    ))
}

fn people_taken_in(work: &mut Work, order: &Taking) -> Result<Vec<Applied>> {
    let rows: Vec<kernel::IntakeRow> =
        order.rows.iter().map(|it| kernel::IntakeRow { id: 0, fields: it.fields.clone() }).collect();
    let asked = Asked { into: None, rows: &rows, keys: order.keys, looks_for_doubles: false };
    let known = ask::people(work, &asked)?;
    let mut all = Vec::with_capacity(order.rows.len());
    for row in order.rows {
        let party = organisation_of(&row.fields, &known);
        all.push(match row.target {
            Some(person) => person_changed(work, person, row)?,
            None => person_added(work, &row.fields, party.ok_or(Error::NotFound)?)?,
        });
    }
    Ok(all)
}

fn person_added(work: &mut Work, fields: &Fields, (party, number): (PartyId, String)) -> Result<Applied> {
    let email = word(fields, "email").to_lowercase();
    if is_shared(fields) {
        let address = know(work, party, &email, None)?;
        return Ok(Applied { record: party, beside: address.to_string(), ..Applied::default() });
    }
    let (name, language) = (name_of(fields), person_language(word(fields, "language")));
    let contact = NewContact {
        name: &name,
        email: &email,
        phone: word(fields, "phone"),
        language: &language,
        job_title: word(fields, "job_title"),
    };
    let made = add_contact(work, &number, &contact)?;
    let note = word(fields, "note");
    let beside = match note.is_empty() {
        true => String::new(),
        false => format!("{REMARK}{}", work.remark(made.id, note, Audience::Internal)?),
    };
    Ok(Applied { record: made.id, is_new: true, beside, ..Applied::default() })
}

fn person_changed(work: &mut Work, id: i64, row: &TakenRow) -> Result<Applied> {
    let mut case = work.find_by_id::<Person>(id)?;
    let mut changes = row.changes.clone();
    // Whoever takes it in may be another one than who looked at it first.
    if Person::FLOW.target(&case, work.actor, PersonStep::Return).is_err() {
        changes.retain(|it| it.field != "state");
    }
    let mut beside = String::new();
    if row.only_fills {
        changes = person_fills(&case.body, &row.fields);
        let email = word(&row.fields, "email").to_lowercase();
        let is_further =
            !email.is_empty() && email != case.body.email && queries::holder_of(work, &email)?.is_none();
        if let Some(party) = case.record.party.filter(|_| is_further) {
            beside = know(work, party, &email, Some(id))?.to_string();
        }
    }
    write_person(work, &mut case, changes.iter().map(|it| (it.field.as_str(), it.new.as_str())))?;
    Ok(Applied { record: id, is_new: false, changes, beside })
}

fn person_fills(person: &Person, fields: &Fields) -> Vec<Change> {
    let told = [
        ("phone", &person.phone, word(fields, "phone").to_owned()),
        ("job_title", &person.job_title, word(fields, "job_title").to_owned()),
        ("language", &person.language, person_language(word(fields, "language"))),
    ];
    let told = told.into_iter().filter(|(_, old, new)| old.is_empty() && !new.is_empty());
    told.map(|(field, old, new)| Change { field: field.to_owned(), old: old.clone(), new }).collect()
}

fn write_person<'a>(
    work: &mut Work,
    case: &mut Case<Person>,
    fields: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    for (field, words) in fields {
        match (field, words) {
            ("state", "active") => {
                identity::return_to_work(work, &case.record.number)?;
                *case = work.find_by_id(case.record.id.raw())?;
            }
            ("state", _) => {
                identity::leave(work, &case.record.number)?;
                *case = work.find_by_id(case.record.id.raw())?;
            }
            (field, words) => work.revise(case, |it| match field {
                "phone" => words.clone_into(&mut it.phone),
                "job_title" => words.clone_into(&mut it.job_title),
                "language" => words.clone_into(&mut it.language),
                _ => {}
            })?,
        }
    }
    Ok(())
}

fn person_taken_back(work: &mut Work, undo: &Undo) -> Result<Reverted> {
    if let Ok(address) = undo.applied.beside.parse::<i64>() {
        forget_address(work, undo.applied.record, address)?;
    }
    if undo.applied.is_new {
        let case = work.find_by_id::<Person>(undo.applied.record)?;
        let number = case.record.number.clone();
        let came = |name: &str| word(undo.fields, name);
        let is_as_it_came = case.record.title == name_of(undo.fields)
            && case.body.phone == came("phone")
            && case.body.job_title == came("job_title");
        if case.record.state == identity::PersonState::Active && !is_as_it_came {
            let sentence = text!(
                "{number} was changed since. Say yourself that they left if it is so.",
                number = number
            );
            return Ok(Reverted::Stays(sentence));
        }
        return Ok(match Person::FLOW.target(&case, work.actor, PersonStep::Leave) {
            Err(_) if case.record.state == identity::PersonState::Left => Reverted::Whole,
            Err(refusal) => stays(&number, refusal),
            Ok(_) => {
                strike_note(work, &undo.applied.beside)?;
                identity::leave(work, &number)?;
                Reverted::Whole
            }
        });
    }
    if undo.applied.changes.is_empty() {
        return Ok(Reverted::Whole);
    }
    let mut case = work.find_by_id::<Person>(undo.applied.record)?;
    let came_back = undo.applied.changes.iter().any(|it| it.field == "state");
    let leaves = Person::FLOW.target(&case, work.actor, PersonStep::Leave);
    if let (true, identity::PersonState::Active, Err(refusal)) = (came_back, case.record.state, leaves) {
        return Ok(stays(&case.record.number, refusal));
    }
    let now = |field: &str| match field {
        "phone" => case.body.phone.as_str(),
        "job_title" => case.body.job_title.as_str(),
        "language" => case.body.language.as_str(),
        "state" if case.record.state == identity::PersonState::Active => "active",
        _ => "",
    };
    let (ours, theirs): (Vec<&Change>, Vec<&Change>) =
        undo.applied.changes.iter().partition(|it| now(&it.field) == it.new);
    write_person(work, &mut case, ours.iter().map(|it| (it.field.as_str(), it.old.as_str())))?;
    Ok(whole_but(&case.record.number, &theirs, Person::label))
}

/// Strikes out the note that came with somebody, where it is whoever takes it back who took it in.
fn strike_note(work: &mut Work, beside: &str) -> Result<()> {
    let Some(remark) = beside.strip_prefix(REMARK).and_then(|it| it.parse().ok()) else { return Ok(()) };
    let it = work.remark_at(remark)?;
    if it.author == work.actor.person && it.struck_at.is_none() {
        work.strike_out(remark)?;
    }
    Ok(())
}

/// Forgets an address that came in with a row, wherever it is kept.
fn forget_address(work: &mut Work, record: i64, address: i64) -> Result<()> {
    let organisation = work.mention(record)?.ok_or(Error::NotFound)?;
    let number = match organisation.kind.as_str() {
        "K" => organisation.number,
        _ => {
            let party = work.find_by_id::<Person>(record)?.record.party.ok_or(Error::NotFound)?;
            work.mention(party)?.ok_or(Error::NotFound)?.number
        }
    };
    match super::forget(work, &number, address) {
        Err(Error::NotFound) => Ok(()),
        outcome => outcome,
    }
}
