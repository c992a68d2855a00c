//! Taking two records for one, and parting them again.

use std::collections::BTreeMap;

use identity::Person;
use kernel::{Body, Case, EXTRA, Faults, Handed, PartyId, PersonId, Refusal, Result, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::model::{Left, Merging, Moved, Organisation, OrganisationState, OrganisationStep, Way, differing};
use crate::queries;
use crate::rules::{MERGERS, is_shared_mailbox};

/// Fields of an organisation that are joined or stay, whatever is chosen: both domains are theirs, and where the
/// one that stays belongs in its house is said there.
pub const NOT_CHOSEN: [&str; 2] = ["domains", "parent"];
/// The fields of a person that can be taken from the other, beside what the house keeps of people. Their address goes
/// over as a further one.
const OF_A_PERSON: [&str; 4] = ["title", "phone", "job_title", "language"];

/// Whether a field of a person can be taken from the other.
pub fn is_of_a_person(field: &str) -> bool {
    OF_A_PERSON.contains(&field) || field.starts_with(EXTRA)
}

#[derive(Serialize)]
struct Below {
    record_id: PartyId,
}

#[derive(Serialize)]
struct Of {
    person: PersonId,
}

/// Takes two organisations for one. What was with the other is with the survivor from then on; the other's
/// number and address lead there. One deed, one entry.
///
/// # Errors
/// Refuses a stale preview, a record that was merged already, and a house that would stand below itself.
pub fn merge(work: &mut Work, it: &Merging) -> Result<i64> {
    MERGERS.covers(work.actor, None)?;
    let (mut survivor, mut other) = pair::<Organisation>(work, it)?;
    let (to, from) = (survivor.record.id.raw(), other.record.id.raw());
    let is_below = queries::above(work, to)?.iter().any(|line| line.id == from);
    let sentence = text!(
        "{survivor} is part of {other}. Merge them the other way round.",
        survivor = &it.survivor,
        other = &it.other
    );
    Refusal::unless(!is_below, sentence)?;
    let mut moved = Moved { was_active: other.record.state == OrganisationState::Active, ..Moved::default() };
    moved.fields = take_fields(work, &mut survivor, &other, &it.from_other)?;
    if moved.was_active {
        work.advance(&mut other, OrganisationStep::Rest)?;
    }
    moved.memberships = identity::move_memberships(work, None, from, to)?;
    moved.records = work.hand_over(Handed::All, from, to)?;
    for line in queries::addresses(work, from)? {
        work.amend("identity_of", from, line.id, &Below { record_id: to })?;
        moved.addresses.push(line.id);
    }
    for line in queries::check_lines(work, from)? {
        work.amend("address_check", from, line, &Below { record_id: to })?;
        moved.checks.push(line);
    }
    for line in queries::roles(work, from)? {
        work.amend("contact_role", from, line.id, &Below { record_id: to })?;
        moved.roles.push(line.id);
    }
    for line in queries::frame_contracts(work, from)? {
        work.amend("frame_contract", from, line.id, &Below { record_id: to })?;
        moved.contracts.push(line.id);
    }
    moved.parts = belong(work, &queries::parts(work, from)?, (from, to))?;
    work.called("merged");
    work.merge(from, to, &moved)
}

/// Parts two organisations that were taken for one: exactly what went over goes back, unless it was changed since.
/// Tells what stayed.
pub fn part(work: &mut Work, number: &str, merger: i64) -> Result<Left> {
    MERGERS.covers(work.actor, None)?;
    let mut survivor = work.find::<Organisation>(number)?;
    let here = survivor.record.id.raw();
    let merged = part_here(work, here, merger)?;
    let (moved, other): (Moved, PartyId) = (serde_json::from_str(&merged.moved)?, merged.other);
    let mut left = Left { fields: give_back(work, &mut survivor, &moved.fields)?, ..Left::default() };
    let mut case = work.find_by_id::<Organisation>(other)?;
    if moved.was_active && case.record.state == OrganisationState::Dormant {
        work.advance(&mut case, OrganisationStep::Wake)?;
    }
    let back = work.hand_over(Handed::These(&moved.records), here, other)?;
    left.records = numbers(work, moved.records.iter().filter(|it| !back.contains(it)))?;
    let members = identity::move_memberships(work, Some(&moved.memberships), here, other)?;
    let addresses = back_below(
        work,
        "identity_of",
        (&moved.addresses, &keys(&queries::addresses(work, here)?)),
        (here, other),
    )?;
    let checks = queries::check_lines(work, here)?;
    back_below(work, "address_check", (&moved.checks, &checks), (here, other))?;
    let roles: Vec<i64> = queries::roles(work, here)?.iter().map(|it| it.id).collect();
    let roles = back_below(work, "contact_role", (&moved.roles, &roles), (here, other))?;
    let contracts: Vec<i64> = queries::frame_contracts(work, here)?.iter().map(|it| it.id).collect();
    let contracts = back_below(work, "frame_contract", (&moved.contracts, &contracts), (here, other))?;
    let parts = belong(work, &moved.parts, (here, other))?;
    let went = moved.memberships.len()
        + moved.addresses.len()
        + moved.roles.len()
        + moved.contracts.len()
        + moved.parts.len();
    let came = members.len() + addresses + roles + contracts + parts.len();
    left.others = i64::try_from(went - came).unwrap_or(0);
    work.called("parted");
    Ok(left)
}

/// Takes two people of one organisation for one. Mail from the other's address is the survivor's from then on; the
/// other can no longer sign in.
///
/// # Errors
/// Both must be of the same organisation: who sees what must not change by the way.
pub fn merge_people(work: &mut Work, it: &Merging) -> Result<i64> {
    MERGERS.covers(work.actor, None)?;
    let (mut survivor, other) = pair::<Person>(work, it)?;
    let sentence = text!(
        "Two people are merged within one organisation. Give one of them a role at the other organisation instead."
    );
    let party = survivor.record.party.filter(|party| other.record.party == Some(*party));
    let Some(party) = party else { return Err(sentence.into()) };
    let (to, from) = (survivor.record.id.raw(), other.record.id.raw());
    let chosen: Vec<String> = it.from_other.iter().filter(|it| is_of_a_person(it)).cloned().collect();
    let mut moved = Moved { was_active: other.record.state.code() == "active", ..Moved::default() };
    moved.fields = take_fields(work, &mut survivor, &other, &chosen)?;
    if moved.was_active {
        identity::leave(work, &other.record.number)?;
    }
    for line in queries::addresses_of(work, from)? {
        work.amend("identity_of", line.record_id, line.id, &Of { person: to })?;
        moved.addresses.push(line.id);
    }
    for (line, organisation) in queries::roles_of(work, from)?.into_iter().map(|it| (it.id, it.organisation))
    {
        work.amend("contact_role", organisation, line, &Of { person: to })?;
        moved.roles.push(line);
    }
    let email = queries::as_kept(&other.body.email);
    let is_free =
        !email.is_empty() && email != survivor.body.email && queries::holder_of(work, &email)?.is_none();
    if is_free && !is_shared_mailbox(&email) {
        moved.added_addresses.push(super::keep_address(work, party, (Way::Email, &email), Some(to))?);
    }
    if let Some(ends) = tell_instead(work, party, from, to)? {
        moved.fields.insert(PROFILE.to_owned(), ends);
    }
    work.called("merged");
    work.merge(from, to, &moved)
}

/// Where the profile of their organisation is kept among the fields of a person's merge.
const PROFILE: &str = "organisation.profile";

/// Whoever was told by the profile as the other is told as the survivor.
fn tell_instead(
    work: &mut Work,
    party: PartyId,
    from: PersonId,
    to: PersonId,
) -> Result<Option<(Json, Json)>> {
    let mut case = work.find_by_id::<Organisation>(party)?;
    if case.body.profile.lines.iter().all(|it| it.person != Some(from)) {
        return Ok(None);
    }
    let before = serde_json::to_value(&case.body.profile)?;
    work.revise(&mut case, |it| {
        for line in it.profile.lines.iter_mut().filter(|it| it.person == Some(from)) {
            line.person = Some(to);
        }
    })?;
    Ok(Some((before, serde_json::to_value(&case.body.profile)?)))
}

/// Parts two people who were taken for one.
pub fn part_people(work: &mut Work, number: &str, merger: i64) -> Result<Left> {
    MERGERS.covers(work.actor, None)?;
    let mut survivor = work.find::<Person>(number)?;
    let here = survivor.record.id.raw();
    let merged = part_here(work, here, merger)?;
    let (mut moved, other): (Moved, PersonId) = (serde_json::from_str(&merged.moved)?, merged.other);
    let profile = moved.fields.remove(PROFILE);
    let mut left = Left { fields: give_back(work, &mut survivor, &moved.fields)?, ..Left::default() };
    let mut others = 0;
    let own = queries::addresses_of(work, here)?;
    for id in &moved.addresses {
        match own.iter().find(|it| it.id == *id) {
            Some(line) => work.amend("identity_of", line.record_id, line.id, &Of { person: other })?,
            None => others += 1,
        }
    }
    for line in own.iter().filter(|it| moved.added_addresses.contains(&it.id)) {
        work.remove("identity_of", line.record_id, line.id)?;
    }
    let roles = queries::roles_of(work, here)?;
    for id in &moved.roles {
        match roles.iter().find(|it| it.id == *id) {
            Some(line) => work.amend("contact_role", line.organisation, line.id, &Of { person: other })?,
            None => others += 1,
        }
    }
    if let (Some((before, after)), Some(party)) = (profile, survivor.record.party) {
        let mut case = work.find_by_id::<Organisation>(party)?;
        let fields = BTreeMap::from([("profile".to_owned(), (before, after))]);
        left.fields.extend(give_back(work, &mut case, &fields)?);
    }
    let case = work.find_by_id::<Person>(other)?;
    if moved.was_active && case.record.state.code() == "left" {
        identity::return_to_work(work, &case.record.number)?;
    }
    left.others = others;
    work.called("parted");
    Ok(left)
}

/// The two, as they were seen when somebody decided to take them for one.
fn pair<B: Body>(work: &Work, it: &Merging) -> Result<(Case<B>, Case<B>)> {
    let (survivor, other) = (work.find::<B>(&it.survivor)?, work.find::<B>(&it.other)?);
    if let Some((one, that)) = it.seen {
        survivor.must_be_at(one)?;
        other.must_be_at(that)?;
    }
    let mut faults = Faults::default();
    faults.unless(it.survivor != it.other, "other", text!("Choose another record than this one."));
    faults.into_result()?;
    for case in [&survivor, &other] {
        let number = &case.record.number;
        if let Some(to) = work.successor(case.record.id.raw())? {
            let sentence = text!("{number} was merged into {to} already.", number = number, to = to.number);
            return Err(sentence.into());
        }
    }
    Ok((survivor, other))
}

/// Takes the chosen fields from the other, and both domains; tells what changed.
fn take_fields<B: Body>(
    work: &mut Work,
    survivor: &mut Case<B>,
    other: &Case<B>,
    chosen: &[String],
) -> Result<BTreeMap<String, (Json, Json)>> {
    let (before, theirs) = (queries::fields_of(work, survivor)?, queries::fields_of(work, other)?);
    let mut after = before.clone();
    for name in chosen.iter().filter(|it| !NOT_CHOSEN.contains(&it.as_str())) {
        let Some(value) = theirs.get(name) else {
            let sentence = text!("There is no field {field}. Leave it out.", field = name);
            return Err(Faults::one("from_other", sentence).into());
        };
        after.insert(name.clone(), value.clone());
    }
    if let (Some(Json::Array(own)), Some(Json::Array(domains))) =
        (after.get_mut("domains"), theirs.get("domains"))
    {
        own.extend(
            domains
                .iter()
                .filter(|it| before["domains"].as_array().is_none_or(|own| !own.contains(it)))
                .cloned(),
        );
    }
    put(work, survivor, &after)?;
    Ok(differing(&before, &after))
}

/// Gives each field its value from before, unless it says something else by now; tells which stayed.
fn give_back<B: Body>(
    work: &mut Work,
    case: &mut Case<B>,
    fields: &BTreeMap<String, (Json, Json)>,
) -> Result<Vec<String>> {
    let now = queries::fields_of(work, case)?;
    let (mut back, mut left) = (now.clone(), Vec::new());
    for (name, (before, after)) in fields {
        if now.get(name) == Some(after) {
            back.insert(name.clone(), before.clone());
        } else {
            left.push(name.clone());
        }
    }
    put(work, case, &back)?;
    Ok(left)
}

/// Writes the fields of a record; of its extra fields those that say something else by now.
fn put<B: Body>(work: &mut Work, case: &mut Case<B>, fields: &Map<String, Json>) -> Result<()> {
    let is_said = |key: &str, value: &Json| case.record.extra.get(key).unwrap_or(&Json::Null) == value;
    let extra = fields.iter().filter_map(|(name, value)| Some((name.strip_prefix(EXTRA)?, value)));
    let extra: Map<String, Json> = extra
        .filter(|(key, value)| !is_said(key, value))
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    work.fill(case, &extra)?;
    let mut body = fields.clone();
    body.retain(|name, _| !name.starts_with(EXTRA));
    let title = body.remove("title").and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
    work.retitle(case, &title)?;
    let body: B = kernel::typed(Json::Object(body))?;
    work.revise(case, |it| *it = body)
}

/// Puts parts of one house below another, those that are still there; tells which.
fn belong(work: &mut Work, parts: &[PartyId], (from, to): (PartyId, PartyId)) -> Result<Vec<PartyId>> {
    let mut moved = Vec::new();
    for part in parts {
        let mut case = work.find_by_id::<Organisation>(*part)?;
        if case.body.parent == Some(from) {
            work.revise(&mut case, |it| it.parent = Some(to))?;
            moved.push(*part);
        }
    }
    Ok(moved)
}

fn keys(lines: &[queries::AddressLine]) -> Vec<i64> {
    lines.iter().map(|it| it.id).collect()
}

/// Puts lines back below the record they came from, those that are still where they were put; tells how many.
fn back_below(
    work: &mut Work,
    table: &'static str,
    (went, here): (&[i64], &[i64]),
    (from, to): (PartyId, PartyId),
) -> Result<usize> {
    let back: Vec<i64> = went.iter().copied().filter(|it| here.contains(it)).collect();
    for line in &back {
        work.amend(table, from, *line, &Below { record_id: to })?;
    }
    Ok(back.len())
}

fn numbers<'a>(work: &Work, ids: impl Iterator<Item = &'a i64>) -> Result<Vec<String>> {
    let mut numbers = Vec::new();
    for id in ids {
        numbers.extend(work.mention(*id)?.map(|it| it.number));
    }
    Ok(numbers)
}

#[derive(Serialize)]
struct NewDistinct<'a> {
    record_id: PartyId,
    other: PartyId,
    reason: &'a str,
    at: i64,
    by: PersonId,
}

/// Says that two that are alike are not the same, so that nobody is asked again.
pub fn keep_apart(work: &mut Work, one: &str, other: &str, reason: &str) -> Result<()> {
    crate::rules::KEEPERS.covers(work.actor, None)?;
    let (one, other) =
        (work.find::<Organisation>(one)?.record.id.raw(), work.find::<Organisation>(other)?.record.id.raw());
    let mut faults = Faults::default();
    faults.unless(one != other, "other", text!("Choose another record than this one."));
    let fits = reason.chars().count() <= 500;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 500i64));
    faults.into_result()?;
    if queries::apart(work)?.contains(&(one.min(other), one.max(other))) {
        return Ok(());
    }
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.called("kept_apart");
    work.because(reason);
    work.note(one, json!({ "not_the_same_as": other }))?;
    work.add("distinct_pair", one, &NewDistinct { record_id: one, other, reason: reason.trim(), at, by })?;
    Ok(())
}

/// Parts again what was merged here, unless the survivor was merged on since.
fn part_here(work: &mut Work, survivor: i64, merger: i64) -> Result<kernel::Merger> {
    if let Some(to) = work.successor(survivor)? {
        return Err(text!("This was merged into {to} since. Undo that first.", to = to.number).into());
    }
    work.part_again(survivor, merger)
}
