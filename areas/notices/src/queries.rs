//! What people ask: who has to be told of a change and why, how its notices stand, what they answered.

use std::collections::{BTreeMap, BTreeSet};

use customers::{Organisation, Says, Topic};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    Actor, Attachment, Audience, Case, Error, Mention, Missing, PartyId, Permit, PersonId, Reader, Record,
    Refusal, Result, Vocabulary, digest, sql, text, values,
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::model::{
    Answered, Asks, Because, Field, Heard, Notice, Reason, Recipient, Side, Stamped, StampedFile, State,
};
use crate::rules::{Course, NoticeFacts};

/// So many reasons are named for one organisation; the others are counted.
pub const REASONS: usize = 50;

/// Where what was answered to a notice stands, for the audit: as `note_row` named it.
pub const KEPT: &kernel::Sql = sql!(
    "select it.id, visible.number, 'Answer to a notice ' || cast(it.id as text) as what,
     cast(it.record_id as text) || '|' || it.answer || '|' || it.words || '|' || it.name || '|' ||
     coalesce(cast(it.person as text), '') || '|' || it.source || '|' || cast(it.at as text) || '|' ||
     cast(it.by as text) as words
     from visible_notice_answer as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
);

/// A change whose notices are still to be written.
///
/// # Errors
/// Refuses whoever is no member of staff, and a change that is over.
#[track_caller]
pub fn open_change(reader: &Reader, number: &str) -> Result<Case<changes::ChangeRequest>> {
    Permit::Staff.covers(reader.actor, None)?;
    let case = reader.find::<changes::ChangeRequest>(number)?;
    let sentence = text!("This change is over.");
    Refusal::unless(!case.record.state.is_over(), sentence)?;
    Ok(case)
}

/// What the guards of a notice ask. Outsiders take no step themselves: what they answer is brought about by the product,
/// which asks all of it.
pub fn facts(reader: &Reader, record: &Record<Notice>, body: &Notice) -> Result<NoticeFacts> {
    let today = reader.today();
    if reader.actor.is_outside() {
        return Ok(NoticeFacts { today, ..NoticeFacts::default() });
    }
    let address = body.person.map(|it| address_of(reader, it)).transpose()?.unwrap_or_default();
    let is_sure = match record.party {
        Some(party) if !address.is_empty() => {
            customers::checks(reader, party)?.iter().any(|it| it.address.eq_ignore_ascii_case(&address))
        }
        _ => false,
    };
    let change = body.change.map(|it| reader.mention(it)).transpose()?.flatten();
    // Only whoever approves has to read exactly what is proposed.
    let is_still_so = match record.party.zip(body.change) {
        Some((party, change)) if (record.state, body.asks) == (State::Issued, Asks::Approval) => {
            let named = named(&body.reasons);
            let says = says(reader, change)?;
            body.stands_for.is_empty()
                || stands_for(&says, &touched(reader, change)?, (party, &named))? == body.stands_for
        }
        _ => true,
    };
    let is_in_step = match body.change {
        Some(change) if record.state == State::Prepared && !body.is_copied() => {
            body.is_written_for(says(reader, change)?.for_whoever_is_told())
        }
        _ => true,
    };
    let they_approve = match record.party.zip(body.change) {
        Some((party, change)) if record.state == State::Prepared => approve(reader, party, change)?,
        _ => false,
    };
    // The product itself is nobody's second person, and is spared the whole trail.
    let is_asked = (they_approve || (record.state, body.asks) == (State::Prepared, Asks::Approval))
        && reader.actor.side != kernel::Side::System;
    let is_own = |it: PersonId| it == reader.actor.person || reader.actor.stands_in_for(it).is_some();
    Ok(NoticeFacts {
        today,
        reaches: !address.is_empty(),
        is_sure,
        course: change.map(|it| course(&it)).unwrap_or_default(),
        is_still_so,
        is_in_step,
        they_approve,
        is_anothers: is_asked && kernel::may(!answered_for(reader, record, body)?.into_iter().any(is_own)),
    })
}

/// Who prepared a notice or raised its change, and whoever answers or ever answered for one of them.
fn answered_for(reader: &Reader, record: &Record<Notice>, body: &Notice) -> Result<Vec<PersonId>> {
    let mut all = reader.who_answered_for(record.id.raw())?;
    if let Some(change) = body.change {
        all.extend(reader.who_answered_for(change)?);
    }
    Ok(all.into_iter().map(|(person, _)| person).collect())
}

/// Whether it was agreed with an organisation that they approve a change, by their profile, a contract or for this one
/// alone.
fn approve(reader: &Reader, party: PartyId, change: i64) -> Result<bool> {
    let (record, says) = change_alone(reader, change)?;
    let words = format!("{} {} {}", record.title, says.need, says.proposal);
    let is_here = says.needs_customer && record.party == Some(party);
    Ok(is_here || who_is_told(reader, party, &words)?.needs_approval)
}

/// Who said that they are not told; none where nobody did.
pub fn excused_by(reader: &Reader, case: &Case<Notice>) -> Result<Option<String>> {
    if case.record.state != State::Excused {
        return Ok(None);
    }
    let Some(it) = reader.mention(case.record.id.raw())? else { return Ok(None) };
    let last = reader.deed_that_took_it(&it, "excused")?;
    last.map(|it| reader.name_of(it.actor)).transpose()
}

/// The mail address of somebody; empty where there is none, or nobody.
fn address_of(reader: &Reader, person: PersonId) -> Result<String> {
    match identity::address_of(reader, person) {
        Ok((_, address)) => Ok(address),
        Err(Error::NotFound) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn course(change: &Mention) -> Course {
    match change.state.as_str() {
        "closed" | "withdrawn" | "superseded" | "rejected" => Course::Over,
        "verifying" => Course::InForce,
        _ => Course::Coming,
    }
}

/// A notice that its reader was sent and has not answered.
#[derive(Clone, Debug, Deserialize)]
pub struct Unanswered {
    pub number: String,
    pub title: String,
    pub asks: Asks,
    pub answer_by: Option<Date>,
    #[serde(with = "kernel::micros")]
    pub changed_at: Timestamp,
}

/// The notices that wait for the answer of the actor's organisation. None wait for our own people.
pub fn to_answer(reader: &Reader) -> Result<Vec<Unanswered>> {
    if !reader.actor.is_outside() {
        return Ok(Vec::new());
    }
    reader.rows(
        sql!(
            "select number, title, asks, answer_by, changed_at
             from visible join notice_of_change as it on it.id = visible.id
             where state = 'issued' order by visible.id limit 100"
        ),
        &[],
    )
}

#[derive(Deserialize)]
struct Reached {
    party: PartyId,
    item: String,
    number: String,
    because: String,
}

/// Who has to be told of a change, by the number of the organisation: whose record changes, who ordered it and waits, who
/// has it, who was found affected along the links, customer or supplier (ISO 9001, 8.2.4). Each with the reasons, and with what was agreed about being told.
pub fn recipients(reader: &Reader, change: i64) -> Result<Vec<Recipient>> {
    if reader.actor.is_outside() {
        return Err(Error::NotFound);
    }
    let (record, body) = change_alone(reader, change)?;
    let mut all = reached(reader, change, record.party)?;
    let words = format!("{} {} {}", record.title, body.need, body.proposal);
    let known: BTreeMap<PartyId, (String, State)> =
        notices(reader, change)?.into_iter().map(|it| (it.party, (it.number, it.state))).collect();
    // Their profile or a contract says so of every change, or somebody of this one.
    let by_contract = customers::bound_by_contract(reader, Says::Approval, reader.today())?;
    let approves_here = record.party.filter(|_| body.needs_customer);
    let parties: Vec<PartyId> = all.keys().copied().collect();
    let mut told = Vec::with_capacity(parties.len());
    for (record, body) in reader.find_many::<Organisation>(&parties)? {
        let party = record.id.raw();
        let (reasons, more) = some_of(all.remove(&party).unwrap_or_default());
        let line = body.profile.about(Topic::Change, &words);
        let contract = by_contract.get(&party).cloned().unwrap_or_default();
        told.push(Recipient {
            party,
            number: record.number,
            name: record.title,
            reasons,
            more,
            notice_days: line.map_or(0, |it| it.notice_days),
            needs_approval: line.is_some_and(|it| it.needs_approval)
                || approves_here == Some(party)
                || !contract.is_empty(),
            contract,
            is_agreed: line.is_some(),
            notice: known.get(&party).cloned(),
        });
    }
    told.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(told)
}

/// Whom a change reaches, each with all the reasons.
fn reached(
    reader: &Reader,
    change: i64,
    raised_for: Option<PartyId>,
) -> Result<BTreeMap<PartyId, Vec<Reason>>> {
    let mut all: BTreeMap<PartyId, Vec<Reason>> = BTreeMap::new();
    let mut add = |it: Reached| {
        let because = Because::of(&it.because).unwrap_or_default();
        let reason = Reason { because, item: it.item, order: it.number, words: String::new() };
        all.entry(it.party).or_default().push(reason);
    };
    if let Some(party) = raised_for {
        let because = Because::Asked.code();
        add(Reached { party, item: String::new(), number: String::new(), because });
    }
    affected(reader, change)?.into_iter().for_each(&mut add);
    theirs(reader, change)?.into_iter().for_each(&mut add);
    ordered(reader, change)?.into_iter().for_each(&mut add);
    Ok(all)
}

/// As many reasons as are named, and how many more there are. What somebody is told of hangs on them: each thing of the
/// house that reaches them is named, whatever their number; what is theirs they are told of anyway.
fn some_of(mut reasons: Vec<Reason>) -> (Vec<Reason>, usize) {
    reasons.sort();
    reasons.dedup();
    let count = reasons.len();
    let theirs = reasons.iter().filter(|it| it.because == Because::Theirs);
    let mut known: BTreeSet<String> = theirs.map(|it| it.item.clone()).collect();
    let mut named = Vec::new();
    for (place, it) in reasons.into_iter().enumerate() {
        let is_first = known.insert(it.item.clone());
        if is_first || place < REASONS {
            named.push(it);
        }
    }
    let more = count - named.len();
    (named, more)
}

/// Who is told because it was decided so, each with all that changes and leads to them: on the way along which they were
/// found, and by a tie of its own.
fn affected(reader: &Reader, change: i64) -> Result<Vec<Reached>> {
    let all = changes::items(reader, change)?;
    let told: Vec<&changes::Item> = all.iter().filter(|it| it.action == changes::Action::Tell).collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let changing = all.iter().filter(|it| it.action.changes() && !it.goes_on);
    let changing: BTreeMap<i64, &str> =
        changing.filter_map(|it| Some((it.item?, it.name.as_str()))).collect();
    let names: BTreeSet<&str> = changing.values().copied().collect();
    let mut leading: BTreeMap<i64, Vec<&str>> =
        changing.iter().map(|(id, name)| (*id, vec![*name])).collect();
    for (variant, base) in variants(reader, change)? {
        leading.entry(variant).or_default().extend(changing.get(&base).copied());
    }
    let keys: Vec<i64> = leading.keys().copied().collect();
    let mut tied: BTreeMap<PartyId, Vec<&str>> = BTreeMap::new();
    for it in reader.concerned(&keys)?.into_iter().filter(|it| it.role.is_some()) {
        tied.entry(it.party).or_default().extend(leading.get(&it.record).into_iter().flatten().copied());
    }
    let mut reached = Vec::new();
    for it in told {
        let Some(party) = it.item else { continue };
        let on_the_way = it.way.iter().map(String::as_str).filter(|one| names.contains(one));
        let mut items: BTreeSet<&str> =
            on_the_way.chain(tied.get(&party).into_iter().flatten().copied()).collect();
        if items.is_empty() {
            // Nothing on the way changes itself.
            let before = it.way.len().checked_sub(3).and_then(|place| it.way.get(place));
            items.insert(before.map_or("", String::as_str));
        }
        for item in items {
            let (item, number) = (item.to_owned(), String::new());
            reached.push(Reached { party, item, number, because: Because::Affected.code() });
        }
    }
    Ok(reached)
}

/// The variants of what changes, each before what it is one of: what is said there, they say.
fn variants(reader: &Reader, change: i64) -> Result<Vec<(i64, i64)>> {
    reader.rows(
        sql!(
            "select variant.id, variant.base from visible_change_item as it
             join catalogue_item as variant on variant.base = it.item
             where it.record_id = $1 and it.action in ('change', 'add', 'remove') order by variant.id"
        ),
        values![change],
    )
}

/// What of theirs changes.
fn theirs(reader: &Reader, change: i64) -> Result<Vec<Reached>> {
    reader.rows(
        sql!(
            "select v.party, it.name as item, '' as number, 'theirs' as because
             from visible_change_item as it join visible as v on v.id = it.item
             where it.record_id = $1 and it.action in ('change', 'add', 'remove') and v.party is not null
             order by it.id"
        ),
        values![change],
    )
}

/// Who ordered what changes: itself, a variant of it, or by a requirement set in which it stands, on which the order or
/// its quotation rests.
fn ordered(reader: &Reader, change: i64) -> Result<Vec<Reached>> {
    reader.rows(
        sql!(
            "with sets as (
                 select it.item as set_id, it.name from visible_change_item as it
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove') and it.item is not null
                 union select link.target, it.name from visible_change_item as it
                 join link on link.source = it.item and link.role = 'part_of'
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             )
             select o.party, it.name as item, o.number,
             case when ol.done_on is null then 'open_order' else 'delivered' end as because
             from visible_change_item as it cross join visible_order_line as ol join visible as o on o.id = ol.record_id
             where it.record_id = $1 and ol.item = it.item and it.action in ('change', 'add', 'remove')
             and o.party is not null and o.state not in ('declined', 'cancelled')
             union
             select o.party, it.name as item, o.number,
             case when ol.done_on is null then 'open_order' else 'delivered' end as because
             from visible_change_item as it cross join catalogue_item as variant
             cross join visible_order_line as ol join visible as o on o.id = ol.record_id
             where it.record_id = $1 and variant.base = it.item and ol.item = variant.id
             and it.action in ('change', 'add', 'remove') and o.party is not null
             and o.state not in ('declined', 'cancelled')
             union
             select o.party, sets.name as item, o.number,
             case when ol.done_on is null then 'open_order' else 'delivered' end as because
             from sets cross join sales_order as so cross join visible_order_line as ol
             join visible as o on o.id = so.id
             where so.requirement_set = sets.set_id and ol.record_id = so.id and o.party is not null
             and o.state not in ('declined', 'cancelled')
             union
             select o.party, sets.name as item, o.number,
             case when ol.done_on is null then 'open_order' else 'delivered' end as because
             from sets cross join quotation as q cross join sales_order as so cross join visible_order_line as ol
             join visible as o on o.id = so.id
             where q.requirement_set = sets.set_id and so.quotation = q.id
             and (so.requirement_set is null or so.set_revision is null)
             and ol.record_id = so.id and o.party is not null and o.state not in ('declined', 'cancelled')"
        ),
        values![change],
    )
}

/// The change of which a notice tells, also for whoever does not see it.
pub fn change_of(reader: &Reader, notice: i64) -> Result<Option<i64>> {
    reader.maybe(
        sql!("select target from link where source = $1 and role = 'concerns' order by id limit 1"),
        values![notice],
    )
}

/// A notice as it is listed at its change.
#[derive(Clone, Debug, Deserialize)]
pub struct NoticeLine {
    pub id: i64,
    pub number: String,
    pub title: String,
    pub state: State,
    pub party: PartyId,
    pub name: String,
    pub side: Side,
    pub asks: Asks,
    pub blocks: bool,
    pub effective_on: Option<Date>,
    pub answer_by: Option<Date>,
    pub notice_days: i64,
    pub waiver: String,
}

/// The notices of a change, the oldest first; what was withdrawn is not among them.
pub fn notices(reader: &Reader, change: i64) -> Result<Vec<NoticeLine>> {
    reader.rows(
        sql!(
            "select visible.id, visible.number, visible.title, visible.state, visible.party, o.title as name, side,
             asks, blocks, effective_on, answer_by, notice_days, waiver
             from visible join notice_of_change as it on it.id = visible.id
             join visible as o on o.id = visible.party
             where it.change = $1 and visible.state <> 'withdrawn' order by visible.id"
        ),
        values![change],
    )
}

/// What is missing of notices before a change is released: approvals that were agreed, answers that it waits for, and
/// whoever has to know before, as it was agreed with them or decided of this change, and was not told (ISO 9001, 8.2.4).
pub fn missing_before_release(reader: &Reader, change: i64) -> Result<Vec<Missing>> {
    let at = |number: &str| Some(format!("/change-notices/{number}"));
    let mut all = Vec::new();
    let told = notices(reader, change)?;
    for it in &told {
        let (name, number) = (it.name.as_str(), it.number.as_str());
        let sentence = match (it.state, it.asks) {
            (State::Objected, Asks::Approval) => Some(text!(
                "{name} does not approve the change ({number}). Settle that with them, and ask again.",
                name = name,
                number = number
            )),
            (State::Objected, _) if it.blocks => Some(text!(
                "{name} objects to the change ({number}). Settle that with them first.",
                name = name,
                number = number
            )),
            (State::Issued, Asks::Approval) => Some(text!(
                "{name} has not approved the change yet ({number}).",
                name = name,
                number = number
            )),
            (State::Issued, _) if it.blocks => Some(text!(
                "{name} has not answered yet, and the release waits for them ({number}).",
                name = name,
                number = number
            )),
            (State::Prepared, _) => Some(text!(
                "The notice to {name} is prepared and not sent ({number}). Send it, or say why they are not told.",
                name = name,
                number = number
            )),
            (State::Settled, Asks::Approval) => Some(text!(
                "{name} did not approve the change ({number}). Take that notice back and ask for their approval anew.",
                name = name,
                number = number
            )),
            _ => None,
        };
        all.extend(sentence.map(|sentence| Missing { sentence, link: at(number) }));
    }
    let found = recipients(reader, change)?;
    all.extend(asked_for_less_alone(reader, change, (&told, &found))?);
    all.extend(told_of_something_else(reader, change, &found)?);
    let number = reader.mention(change)?.map(|it| it.number).unwrap_or_default();
    for it in found {
        let is_agreed = it.is_agreed && (it.notice_days > 0 || it.needs_approval);
        let has_to_know = is_agreed || !it.contract.is_empty();
        let is_decided = it.reasons.iter().any(|it| it.because == Because::Affected);
        let is_untold = it.notice.is_none() && (has_to_know || is_decided);
        if is_untold && !has_approved(reader, change, it.party)? {
            let name = it.name.as_str();
            let sentence = if has_to_know {
                text!(
                    "{name} was not told of the change, and it was agreed that they are. Tell them, or say why not.",
                    name = name
                )
            } else {
                text!(
                    "{name} was not told of the change, and it was decided that they are. Tell them, or say why not.",
                    name = name
                )
            };
            all.push(Missing { sentence, link: Some(format!("/changes/{number}/notices")) });
        }
    }
    Ok(all)
}

/// Whoever is to approve the change and was left out, or asked for less, by one who answered for it alone: before it was
/// agreed that they do, or after the notice was handed over.
fn asked_for_less_alone(
    reader: &Reader,
    change: i64,
    (told, found): (&[NoticeLine], &[Recipient]),
) -> Result<Vec<Missing>> {
    let agreed: BTreeMap<PartyId, bool> = found.iter().map(|it| (it.party, it.needs_approval)).collect();
    let of_change = reader.who_answered_for(change)?;
    let mut all = Vec::new();
    for it in told {
        let by = match it.state {
            State::Excused => State::Excused,
            _ if it.state.was_sent() && it.asks == Asks::Acknowledgement => State::Issued,
            _ => continue,
        };
        let they_approve = it.asks == Asks::Approval
            || agreed.get(&it.party).copied().map_or_else(|| approve(reader, it.party, change), Ok)?;
        if !they_approve
            || was_by_another(reader, it, (by, &of_change))?
            || has_approved(reader, change, it.party)?
        {
            continue;
        }
        let (name, number) = (it.name.as_str(), it.number.as_str());
        let sentence = if by == State::Excused {
            text!(
                "It was agreed that {name} approves the change, and whoever answered for it decided alone that they are not told ({number}). Take that notice back, and ask for their approval or have somebody else excuse it.",
                name = name,
                number = number
            )
        } else {
            text!(
                "It was agreed that {name} approves the change, and they were asked for less ({number}). Take that notice back and ask for their approval.",
                name = name,
                number = number
            )
        };
        all.push(Missing { sentence, link: Some(format!("/change-notices/{number}")) });
    }
    Ok(all)
}

/// Whether a notice was taken to a state by somebody who had answered neither for it nor for its change until then, also
/// for nobody who had.
fn was_by_another(
    reader: &Reader,
    notice: &NoticeLine,
    (state, of_change): (State, &[(PersonId, i64)]),
) -> Result<bool> {
    let Some(it) = reader.mention(notice.id)? else { return Ok(false) };
    let Some(deed) = reader.deed_that_took_it(&it, &state.code())? else { return Ok(false) };
    let of_notice = reader.who_answered_for(notice.id)?;
    let answered = of_notice.iter().chain(of_change).filter(|(_, since)| *since <= deed.entry);
    let is_theirs = |it: &PersonId| *it == deed.actor || Some(*it) == deed.on_behalf_of();
    Ok(kernel::may(!answered.map(|(person, _)| person).any(is_theirs)))
}

/// What went out and says something else than the change by now.
#[derive(Deserialize)]
struct Sent {
    number: String,
    party: PartyId,
    name: String,
    reasons: Vec<Reason>,
    stands_for: String,
    effective_on: Option<Date>,
    waiver: String,
}

/// The first day on which a change may reach each of those who wait for something, by what was decided of their open lines;
/// none where they keep what they have, or where a lot or a serial number decides. Whoever waits for nothing is not named.
fn first_days(reader: &Reader, change: i64, from: Option<Date>) -> Result<BTreeMap<PartyId, Option<Date>>> {
    let today = reader.today();
    let mut all: BTreeMap<PartyId, Option<Date>> = BTreeMap::new();
    for it in changes::open_lines(reader, change)? {
        let Some(party) = it.party else { continue };
        let starts = it.starts.as_deref().unwrap_or_default();
        let day = match (it.takes, it.basis) {
            (Some(kernel::Gets::New), _) if starts.is_empty() => Some(from.unwrap_or(today).max(today)),
            (Some(kernel::Gets::New), Some(kernel::Basis::Day)) => {
                starts.parse::<Date>().ok().map(|it| it.max(today))
            }
            _ => None,
        };
        let first = all.entry(party).or_default();
        *first = [*first, day].into_iter().flatten().min();
    }
    Ok(all)
}

/// Whoever was told of something else than what the change proposes now: what they answered is no answer to that. Nor is
/// it to what reaches them only since they were told.
fn told_of_something_else(reader: &Reader, change: i64, found: &[Recipient]) -> Result<Vec<Missing>> {
    let sent: Vec<Sent> = reader.rows(
        sql!(
            "select visible.number, visible.party, o.title as name, reasons, stands_for, effective_on, waiver
             from visible join notice_of_change as it on it.id = visible.id
             join visible as o on o.id = visible.party
             where it.change = $1 and visible.state in ('issued', 'acknowledged', 'approved', 'objected', 'settled')
             order by visible.id"
        ),
        values![change],
    )?;
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let says = says(reader, change)?;
    let touched = touched(reader, change)?;
    // What is released after its day holds from the release on, and reaches nobody before.
    let from = match says.effective_by {
        kernel::Basis::Day => {
            says.effective_from.trim().parse::<Date>().ok().map(|it| it.max(reader.today()))
        }
        _ => None,
    };
    let first_days = first_days(reader, change, from)?;
    let reaches_now: BTreeMap<PartyId, &[Reason]> =
        found.iter().map(|it| (it.party, it.reasons.as_slice())).collect();
    let mut all = Vec::new();
    for it in sent {
        let link = Some(format!("/change-notices/{}", it.number));
        // ISO 9001, 8.2.1: what was said of the day is kept, or somebody said why not.
        let reaches = first_days.get(&it.party).copied().unwrap_or(from);
        let is_early = it.effective_on.zip(reaches).is_some_and(|(told, is)| is < told);
        if let Some(told) = it.effective_on.filter(|_| is_early && it.waiver.trim().is_empty()) {
            let sentence = text!(
                "{name} was told that it reaches them from {day} on, and it would before ({number}). Wait with the release until that day, let it hold from then, or tell them anew.",
                name = it.name.as_str(),
                day = told,
                number = it.number.as_str()
            );
            all.push(Missing { sentence, link: link.clone() });
        }
        // What was sent before fingerprints were kept is not known to be something else.
        if it.stands_for.is_empty() {
            continue;
        }
        let mut names = named(&it.reasons);
        for reason in reaches_now.get(&it.party).copied().unwrap_or_default() {
            if !names.contains(&reason.item) {
                names.push(reason.item.clone());
            }
        }
        if stands_for(&says, &touched, (it.party, &names))? == it.stands_for {
            continue;
        }
        let sentence = text!(
            "{name} was told of something else than what is proposed now ({number}). Take that notice back and tell them anew.",
            name = it.name.as_str(),
            number = it.number.as_str()
        );
        all.push(Missing { sentence, link });
    }
    Ok(all)
}

/// Whether the customer for whom a change was raised approved it there. Whether they approved what is proposed now, the
/// change asks itself.
fn has_approved(reader: &Reader, change: i64, party: PartyId) -> Result<bool> {
    let is_confirmed = |it: &kernel::Signature| it.meaning == kernel::Meaning::Confirmed && it.counts();
    let is_theirs = change_alone(reader, change)?.0.party == Some(party);
    Ok(is_theirs && reader.signatures(change)?.iter().any(is_confirmed))
}

/// A change without what its guards ask: they ask here.
pub fn change_alone(
    reader: &Reader,
    change: i64,
) -> Result<(Record<changes::ChangeRequest>, changes::ChangeRequest)> {
    reader.find_many::<changes::ChangeRequest>(&[change])?.pop().ok_or(Error::NotFound)
}

/// What a change says.
pub fn says(reader: &Reader, change: i64) -> Result<changes::ChangeRequest> {
    Ok(change_alone(reader, change)?.1)
}

/// A notice as it would go out now: what was written in the change since it was prepared is what they are told, and so is
/// what reaches them since then.
pub fn as_it_goes_out(reader: &Reader, case: &Case<Notice>) -> Result<Notice> {
    let (party, change) = case.record.party.zip(case.body.change).ok_or(Error::NotFound)?;
    let ((record, says), touched) = (change_alone(reader, change)?, touched(reader, change)?);
    let mut it = case.body.clone();
    let known = named(&it.reasons);
    let (now, _) = some_of(reached(reader, change, record.party)?.remove(&party).unwrap_or_default());
    it.reasons.extend(now.into_iter().filter(|one| !one.item.is_empty() && !known.contains(&one.item)));
    let named = named(&it.reasons);
    it.follow(says.for_whoever_is_told());
    Ok(Notice {
        basis: says.effective_by,
        starts: says.effective_from.trim().to_owned(),
        stands_for: stands_for(&says, &touched, (party, &named))?,
        package: package(reader, &touched, (party, &named))?,
        ..it
    })
}

/// So many notices of a change as one deed takes, behind one and up to another: those that are not taken back.
pub fn some_notices(
    reader: &Reader,
    change: i64,
    (after, until, count): (i64, i64, usize),
) -> Result<Vec<(i64, String, State)>> {
    reader.rows(
        sql!(
            "select visible.id, number, state from visible join notice_of_change as it on it.id = visible.id
             where it.change = $1 and visible.id > $2 and visible.id <= $3
             and state not in ('withdrawn', 'excused') order by visible.id limit $4"
        ),
        values![change, after, until, i64::try_from(count).unwrap_or(i64::MAX)],
    )
}

/// What became of the change, as whoever was told of it heard it, the oldest first.
pub fn outcomes(reader: &Reader, notice: i64) -> Result<Vec<Heard>> {
    reader.rows(
        sql!("select outcome, item, on_day from visible_notice_outcome where record_id = $1 order by id"),
        values![notice],
    )
}

/// What they answered, the oldest first.
pub fn answers(reader: &Reader, notice: i64) -> Result<Vec<Answered>> {
    reader.rows(
        sql!("select answer, words, name, source, at from visible_notice_answer where record_id = $1 order by id"),
        values![notice],
    )
}

/// The people of an organisation who can be written to: key and name.
pub fn people_of(reader: &Reader, party: PartyId) -> Result<Vec<(PersonId, String)>> {
    let people = identity::people_of(reader, party)?.into_iter().filter(|it| it.state == "active");
    Ok(people.filter(|it| !it.email.is_empty()).map(|it| (it.id, it.title)).collect())
}

/// Who of an organisation is told of a change, in which language, and how long before.
pub fn who_is_told(reader: &Reader, party: PartyId, words: &str) -> Result<Told> {
    let organisation = reader.find_by_id::<Organisation>(party)?.body;
    let line = organisation.profile.about(Topic::Change, words).cloned();
    let people = people_of(reader, party)?;
    let of_role = match line.as_ref().and_then(|it| it.role) {
        Some(role) => {
            let today = reader.today();
            roles(reader, party)?.into_iter().find(|(_, is, since, until)| {
                *is == role.code() && since.is_none_or(|it| it <= today) && until.is_none_or(|it| it >= today)
            })
        }
        None => None,
    };
    let named = line.as_ref().and_then(|it| it.person).or(of_role.map(|(person, ..)| person));
    let person =
        named.filter(|it| people.iter().any(|(id, _)| id == it)).or(people.first().map(|(id, _)| *id));
    let language = line.as_ref().map(|it| it.language.clone()).filter(|it| !it.is_empty());
    Ok(Told {
        person,
        language: language.unwrap_or(organisation.language),
        notice_days: line.as_ref().map_or(0, |it| it.notice_days),
        needs_approval: line.as_ref().is_some_and(|it| it.needs_approval)
            || changes::contract_that_asks(reader, party)?.is_some(),
        is_supplier: organisation.is_supplier && !organisation.is_customer,
    })
}

/// Who is told, and how.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub person: Option<PersonId>,
    pub language: String,
    pub notice_days: i64,
    pub needs_approval: bool,
    pub is_supplier: bool,
}

type RoleLine = (PersonId, String, Option<Date>, Option<Date>);

fn roles(reader: &Reader, party: PartyId) -> Result<Vec<RoleLine>> {
    reader.rows(
        sql!("select person, role, since, until from visible_contact_role where record_id = $1 order by id"),
        values![party],
    )
}

/// Something that changes, with whose it is and the revision that it replaces.
#[derive(Clone, Debug)]
pub struct Touched {
    item: changes::Item,
    owner: Option<PartyId>,
    released: Option<i64>,
}

/// Everything that a change says anew: looked for once, however many are told of it.
pub fn touched(reader: &Reader, change: i64) -> Result<Vec<Touched>> {
    let whose: Vec<(i64, Option<PartyId>, Option<i64>)> = reader.rows(
        sql!(
            "select it.id, v.party, v.released from visible_change_item as it join visible as v on v.id = it.item
             where it.record_id = $1 and it.action in ('change', 'add', 'remove')"
        ),
        values![change],
    )?;
    let whose: BTreeMap<i64, (Option<PartyId>, Option<i64>)> =
        whose.into_iter().map(|(line, owner, released)| (line, (owner, released))).collect();
    let all = changes::items(reader, change)?.into_iter().filter(|it| it.action.changes() && !it.goes_on);
    Ok(all
        .map(|item| {
            let (owner, released) = whose.get(&item.id).copied().unwrap_or_default();
            Touched { item, owner, released }
        })
        .collect())
}

/// The numbers of what somebody is told of, as the reasons name them.
pub fn named(reasons: &[Reason]) -> Vec<String> {
    reasons.iter().map(|it| it.item.clone()).collect()
}

/// Those of the items that somebody may read. An item of another organisation is told to nobody else.
fn told_of<'a>(
    all: &'a [Touched],
    (party, named): (PartyId, &'a [String]),
) -> impl Iterator<Item = &'a Touched> {
    all.iter().filter(move |it| match it.owner {
        Some(owner) => owner == party,
        None => named.iter().any(|one| one.eq_ignore_ascii_case(&it.item.name)),
    })
}

/// The fingerprint of what a change says and proposes for somebody: its words, from when on it holds, and what each
/// thing would say.
pub fn stands_for(
    says: &changes::ChangeRequest,
    all: &[Touched],
    whose: (PartyId, &[String]),
) -> Result<String> {
    let mut told: Vec<&Touched> = told_of(all, whose).collect();
    told.sort_by_key(|it| (&it.item.name, &it.item.digest, it.item.action == changes::Action::Remove));
    let items: Vec<Json> = told
        .into_iter()
        .map(|Touched { item, .. }| {
            let ends = item.action == changes::Action::Remove;
            match item.told_files(Audience::Party) {
                // What names no file stands as it did before files were part of it.
                files if files.is_empty() => json!([item.name, item.digest, ends]),
                files => json!([item.name, item.digest, ends, files]),
            }
        })
        .collect();
    digest(&json!({ "words": says.for_whoever_is_told(), "from": says.starts(), "items": items }))
}

/// What somebody is told of, each with the revision that it replaces.
pub fn package(reader: &Reader, all: &[Touched], whose: (PartyId, &[String])) -> Result<Vec<Stamped>> {
    let stamped = |Touched { item, released, .. }: &Touched| {
        let fields = changes::compared(reader, item)?.into_iter();
        Ok(Stamped {
            called: released.map(|no| reader.revision_name(&item.name, no)).transpose()?.unwrap_or_default(),
            revision: released.unwrap_or(0),
            ends: item.action == changes::Action::Remove,
            title: item.title.clone().unwrap_or_default(),
            digest: item.digest.clone(),
            fields: fields.map(|(label, before, after)| Field { label, before, after }).collect(),
            files: to_open(reader, item)?,
            item: item.name.clone(),
        })
    };
    told_of(all, whose).map(stamped).collect()
}

/// The files that come to an item, as whoever is told of it opens them.
fn to_open(reader: &Reader, item: &changes::Item) -> Result<Vec<StampedFile>> {
    let come = item.told_files(Audience::Party).into_iter().filter_map(|it| Some((it.name, it.after?)));
    let stamped = |(name, lying): (String, changes::Lying)| {
        let media_type = reader.file_of(lying.file)?.media_type;
        Ok(StampedFile { name, digest: lying.digest, size: lying.size, media_type })
    };
    come.map(stamped).collect()
}

/// A file of which a notice tells, with its bytes, by its fingerprint. It lies at the change, which whoever was told does
/// not see: they open what their notice names, as it was sent. Those of the house open what lies there.
pub fn file_of(reader: &Reader, number: &str, digest: &str) -> Result<(Attachment, Vec<u8>)> {
    let case = reader.find::<Notice>(number)?;
    let change = change_of(reader, case.record.id.raw())?.ok_or(Error::NotFound)?;
    if !reader.actor.is_outside() {
        return lying_at(reader, change, digest);
    }
    let is_told = case.body.package.iter().flat_map(|it| &it.files).any(|it| it.digest == digest);
    if !kernel::may(is_told) {
        return Err(Error::NotFound);
    }
    reader.seen_by(&Actor::system(), |reader| lying_at(reader, change, digest))
}

/// Of these files those of which a notice tells, for whoever was told.
pub fn told_among(reader: &Reader, case: &Case<Notice>, files: &[i64]) -> Result<Vec<Attachment>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let change = change_of(reader, case.record.id.raw())?.ok_or(Error::NotFound)?;
    let told: Vec<&str> =
        case.body.package.iter().flat_map(|it| &it.files).map(|it| it.digest.as_str()).collect();
    let mut files = reader.seen_by(&Actor::system(), |reader| reader.files_among(files))?;
    files.retain(|it| it.record_id == change && told.contains(&it.digest.as_str()));
    Ok(files)
}

fn lying_at(reader: &Reader, change: i64, digest: &str) -> Result<(Attachment, Vec<u8>)> {
    let file = reader.attachments(change)?.into_iter().find(|it| it.digest == digest);
    reader.attachment(file.ok_or(Error::NotFound)?.id)
}

/// So many of the notices that are with somebody and whose day is over, of whom nobody was asked since their link was sent
/// what `words` say behind their number: key, number and owner. A link that is good for longer than `good_until` was sent
/// again with a day that is not over.
pub fn unanswered(
    reader: &Reader,
    (today, good_until): (Date, Timestamp),
    (words, count): (&str, usize),
) -> Result<Vec<(i64, String, PersonId)>> {
    reader.rows(
        sql!(
            "select visible.id, number, owner from visible join notice_of_change as it on it.id = visible.id
             where state = 'issued' and answer_by is not null and answer_by < $1 and not exists (
                 select 1 from visible_pass as p where p.record_id = visible.id and p.purpose = 'notice'
                 and p.withdrawn_at is null and p.expires_at > $4)
             and not exists (
                 select 1 from visible_task as t where t.record_id = visible.id and t.request = visible.number || $2
                 and not exists (
                     select 1 from visible_pass as p where p.record_id = visible.id and p.purpose = 'notice'
                     and p.made_at > t.asked_at))
             order by visible.id limit $3"
        ),
        values![
            today.to_string(),
            words,
            i64::try_from(count).unwrap_or(i64::MAX),
            good_until.as_microsecond()
        ],
    )
}

/// The notices to the customer of an order that concern it: by what they ordered, an item that it is a variant of, the
/// requirement set on which it rests or a requirement of it, the order itself; named by the notice or touched by its
/// change. Outsiders read theirs, once they were sent.
pub fn notices_of_order(reader: &Reader, order: i64) -> Result<Vec<(String, String, String)>> {
    reader.rows(
        sql!(
            "with basis as (
                 select so.requirement_set as id from sales_order as so
                 where so.id = $1 and so.requirement_set is not null
                 union select q.requirement_set from sales_order as so join quotation as q on q.id = so.quotation
                 where so.id = $1 and q.requirement_set is not null
             ), subject as (
                 select v.id from visible as v where v.id = $1
                 union select ol.item from visible_order_line as ol where ol.record_id = $1 and ol.item is not null
                 union select item.base from visible_order_line as ol join catalogue_item as item on item.id = ol.item
                 where ol.record_id = $1 and item.base is not null
                 union select basis.id from basis
                 union select part.source from basis join link as part on part.target = basis.id
                 and part.role = 'part_of'
             ), touching as (
                 select link.source as id from subject join link on link.target = subject.id
                 where link.role = 'affects'
             )
             select distinct n.number, n.title, n.state from visible as o
             join visible as n on n.party = o.party and n.kind = 'NO'
             join link as own on own.source = n.id and own.role = 'concerns'
             where o.id = $1 and own.target in (
                 select subject.id from subject union select touching.id from touching)
             order by n.number"
        ),
        values![order],
    )
}

/// What the house is called.
pub fn house(reader: &Reader) -> Result<String> {
    Ok(reader.setting("company.name")?.unwrap_or_else(|| "Reqord".to_owned()))
}
