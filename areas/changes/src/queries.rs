//! What people ask: how a change stands, what it may touch, where it meets others, what was learned before.

mod affected;
mod files;
mod follow;
mod issues;
mod orders;
mod plan;
mod readers;
mod words;
mod year;

use std::collections::{BTreeMap, BTreeSet};

use customers::{FrameContract, Organisation, Says, Topic};
use kernel::{
    Error, Meaning, Missing, PartyId, PersonId, Reader, Record, Result, Vocabulary, digest, hundredths,
    name_folded, sql, values,
};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

pub use self::affected::{
    Found, all_found, article, conflict, conflicts, edition_in_force, editions_until_now, first_meetings,
    found_from, goes, meetings, meetings_at, overtaken, says_now, way_to,
};
pub use self::files::{files_in, files_of, in_no_revision, lying_at, moved_files, ours_alone, proposed_for};
pub use self::follow::{
    Following, Reads, following, in_force_instead, is_asked_by, is_instead_of, milestones_of, to_follow,
    with_their_words, would_read,
};
pub use self::issues::{
    Late, is_asked, issue_facts, issues, its_change_is_carried_out, late_steps, overdue_issues,
};
pub use self::orders::{OpenLine, lines_decided, open_lines, order_line};
pub use self::plan::{
    Against, Plan, Planned, Procedure, Replanned, Yearly, holds_later, plan, procedure, replanned,
    waiting_for,
};
pub use self::readers::{fingerprint_of, put_in_force, readers};
pub use self::words::{for_customer, kind_at, kind_of, lessons_like, says_to_them};
pub use self::year::{functions_asked, looks_back, raised_in, who_looks_back};
use crate::model::{
    Alternative, Approver, AskedBy, ChangeReader, ChangeRequest, Choice, Criterion, Impact, IssueLine, Item,
    ItemFile, PolicyLine, Source, State, Verdict,
};
use crate::rules::{Asked, ChangeFacts, RELEASE, Reached, Signed};

/// What the rules of a change ask. Outsiders take no step that asks anything.
pub fn facts(reader: &Reader, record: &Record<ChangeRequest>, body: &ChangeRequest) -> Result<ChangeFacts> {
    if reader.actor.is_outside() {
        return Ok(ChangeFacts::default());
    }
    let id = record.id.raw();
    let items = items_alone(reader, id)?;
    let impacts = impacts(reader, id)?;
    let options = alternatives(reader, id)?;
    let criteria = criteria(reader, id)?;
    let sealed = digest(&sealed(record, body, (&items, &impacts, &options)))?;
    let signatures = reader.signatures(id)?;
    let names =
        |holds: fn(&Item) -> bool| items.iter().filter(|it| holds(it)).map(|it| it.name.clone()).collect();
    let functions = |holds: fn(&Impact) -> bool| {
        impacts.iter().filter(|it| holds(it)).map(|it| it.function_name.clone()).collect()
    };
    let tested = |verdict: Verdict| {
        criteria.iter().filter(|it| it.verdict == verdict).map(|it| it.criterion.clone()).collect()
    };
    let signed = signatures.iter().filter(|it| matches!(it.meaning, Meaning::Approved | Meaning::Declined));
    let confirmed = signatures.iter().any(|it| {
        it.meaning == Meaning::Confirmed && it.counts() && it.content()["proposal"] == sealed.as_str()
    });
    let (open, ours) = (open_orders(reader, record)?, ours_alone(reader, &items)?);
    let is_ours = |line: &&OpenLine| ours.iter().any(|it| it.is_at(line.item));
    Ok(ChangeFacts {
        today: reader.today(),
        reached: reached(reader, id, total(&impacts))?,
        without_redline: names(Item::lacks_redline),
        waiting: names(Item::waits),
        overtaken: overtaken(reader, &items)?,
        ends_alone: ends_alone(reader, &items),
        ours_alone: ours.iter().map(|it| (it.file.clone(), it.item.clone())).collect(),
        ended: reader.ended_under_change(id)?.into_iter().map(|it| it.number).collect(),
        ending: reader.ending_under_change(id)?,
        changing: items.iter().filter(|it| it.action.changes()).count(),
        in_force: items.iter().filter(|it| it.released_no.is_some()).count(),
        coming: items.iter().filter(|it| it.is_coming()).count(),
        asked: impacts.len(),
        unanswered: functions(|it| it.answered_at.is_none()),
        impossible: functions(|it| it.answered_at.is_some() && !it.is_possible),
        options: options.len(),
        chosen: options.iter().filter(|it| it.verdict == Choice::Chosen).count(),
        approvers: approvers(reader, id)?
            .into_iter()
            .map(|it| Asked { function: it.function, name: it.function_name, rank: it.rank, needs: it.needs })
            .collect(),
        signed: signed
            .map(|it| Signed {
                person: it.acts_for.unwrap_or(it.person),
                by: it.person,
                name: it.name.clone(),
                function: it.function,
                consents: it.meaning == Meaning::Approved,
                counts: it.counts() && it.digest == sealed,
            })
            .collect(),
        asks_customer: asks_customer(reader, record, body)?,
        customer_approved: confirmed,
        criteria: criteria.len(),
        open_criteria: tested(Verdict::Open),
        failed_criteria: tested(Verdict::Fail),
        asked_elsewhere: asked_elsewhere(reader, record)?,
        open_orders: each_once(open.iter().filter(|it| it.takes.is_none())),
        held_back: each_once(open.iter().filter(|it| it.is_held_back() && is_ours(it))),
        open_issues: issues(reader, id)?
            .into_iter()
            .filter(IssueLine::is_open)
            .map(|it| (it.number, it.title))
            .collect(),
        unread: readers(reader, id)?
            .into_iter()
            .filter(ChangeReader::is_waited_for)
            .map(|it| it.name)
            .collect(),
        open_plan: reader
            .tasks(id)?
            .into_iter()
            .filter(|it| it.settled_at.is_none() && it.place.is_none())
            .map(|it| it.request)
            .collect(),
        decided: items,
    })
}

/// What ends and is no part of what holds others, by its name.
fn ends_alone(reader: &Reader, items: &[Item]) -> Vec<String> {
    let registry = reader.registry();
    let ends = items.iter().filter(|it| it.is_taken_away() && it.is_coming());
    let alone =
        ends.filter(|it| registry.of_number(&it.name).is_some_and(|it| !registry.is_part(it.kind.prefix)));
    alone.map(|it| it.name.clone()).collect()
}

/// The names of lines: one of which several things change stands there once.
fn each_once<'a>(lines: impl Iterator<Item = &'a OpenLine>) -> Vec<String> {
    lines.map(OpenLine::name).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The open lines of orders that it touches; looked for once it is approved.
fn open_orders(reader: &Reader, record: &Record<ChangeRequest>) -> Result<Vec<OpenLine>> {
    let is_near = matches!(record.state, State::Approved | State::Planned | State::Implementing);
    if is_near { open_lines(reader, record.id.raw()) } else { Ok(Vec::new()) }
}

/// What others ask before the release; nobody is asked before that is near.
fn asked_elsewhere(reader: &Reader, record: &Record<ChangeRequest>) -> Result<Vec<Missing>> {
    let is_near = matches!(record.state, State::Approved | State::Planned | State::Implementing);
    if is_near { reader.missing_at(RELEASE, record.id.raw()) } else { Ok(Vec::new()) }
}

/// What the impacts cost together, in hundredths.
pub fn total(impacts: &[Impact]) -> i64 {
    impacts.iter().filter_map(|it| hundredths(&it.cost)).sum()
}

/// Exactly what approvers put their name under: proposal, what it touches with its redlines, impacts and options.
pub fn sealed(
    record: &Record<ChangeRequest>,
    body: &ChangeRequest,
    (items, impacts, options): (&[Item], &[Impact], &[Alternative]),
) -> Json {
    let items: Vec<Json> = items
        .iter()
        .map(|it| {
            let mut said =
                json!({ "item": it.name, "action": it.action, "reason": it.reason, "digest": it.digest });
            if !it.files.is_empty() {
                said["files"] = it.files.iter().map(sealed_file).collect();
            }
            said
        })
        .collect();
    let impacts: Vec<Json> = impacts
        .iter()
        .map(|it| {
            let mut said = json!({ "function": it.function_name, "possible": it.is_possible,
                "finding": it.finding, "cost": it.cost, "days": it.days });
            // Where none were named, nothing stands there: so it was before they were part of it.
            if !it.aspects.is_empty() {
                said["aspects"] = json!(it.aspects);
            }
            said
        })
        .collect();
    let options: Vec<Json> = options
        .iter()
        .map(|it| {
            let mut said = json!({ "option": it.label, "title": it.title, "cost": it.cost, "risk": it.risk,
                "is": it.verdict });
            if !it.why.is_empty() {
                said["why"] = json!(it.why);
            }
            said
        })
        .collect();
    let mut said = json!({
        "number": record.number, "title": record.title, "need": body.need, "proposal": body.proposal,
        "for_customer": body.for_customer, "reach": body.reach, "risk": body.risk,
        "risk_after": body.risk_after, "effective_by": body.effective_by,
        "effective_from": body.effective_from, "items": items, "impacts": impacts, "options": options,
    });
    // What nobody said stands there neither, as before it was part of it.
    let words = [
        ("risk_words", body.risk_words.as_str()),
        ("passage", body.passage.as_str()),
        ("reference", body.reference.as_str()),
    ];
    for (field, words) in words.into_iter().filter(|(_, words)| !words.is_empty()) {
        said[field] = json!(words);
    }
    for (field, key) in [("party", record.party), ("cause", body.cause)] {
        if let Some(key) = key {
            said[field] = json!(key);
        }
    }
    if body.source != Source::default() {
        said["source"] = json!(body.source);
    }
    if body.needs_customer {
        said["needs_customer"] = json!(true);
    }
    said
}

/// A file as it stands under a signature: what lies there, what is to, and who reads it.
fn sealed_file(it: &ItemFile) -> Json {
    let side = |is_there: Option<i64>, digest: &str| is_there.map(|_| digest.to_owned());
    json!({ "name": it.name, "read_by": it.read_by, "before": side(it.before, &it.before_digest),
        "after": side(it.file, &it.digest) })
}

/// The same for a change that was found.
pub fn sealed_now(reader: &Reader, record: &Record<ChangeRequest>, body: &ChangeRequest) -> Result<Json> {
    let id = record.id.raw();
    let (items, impacts, options) =
        (items_alone(reader, id)?, impacts(reader, id)?, alternatives(reader, id)?);
    Ok(sealed(record, body, (&items, &impacts, &options)))
}

/// The fingerprint of what lies before whoever signs: of what is proposed now for those of the house, of what was shown
/// to them for those of the customer.
pub fn read_of(reader: &Reader, number: &str) -> Result<String> {
    let case = reader.find::<ChangeRequest>(number)?;
    if reader.actor.is_outside() {
        let no = case.record.offered.ok_or(Error::NotFound)?;
        return Ok(reader.revision(case.record.id.raw(), no)?.0.digest);
    }
    digest(&sealed_now(reader, &case.record, &case.body)?)
}

/// By what the customer has to approve, where they have to: a frame contract asks for it, their profile does of changes
/// like this one, or it was said.
fn asks_customer(
    reader: &Reader,
    record: &Record<ChangeRequest>,
    body: &ChangeRequest,
) -> Result<Option<AskedBy>> {
    let Some(party) = record.party else { return Ok(None) };
    if let Some(contract) = contract_that_asks(reader, party)? {
        return Ok(Some(AskedBy::Contract(contract)));
    }
    let words = format!("{} {} {}", record.title, body.need, body.proposal).to_lowercase();
    let profile = reader.find_by_id::<Organisation>(party)?.body.profile;
    let by_profile = profile.lines.iter().any(|it| {
        let is_about = matches!(it.topic, Topic::Change | Topic::Everything);
        let is_meant = it.subject.trim().is_empty() || words.contains(&it.subject.trim().to_lowercase());
        is_about && is_meant && it.needs_approval
    });
    let said = body.needs_customer.then_some(AskedBy::Said);
    Ok(if by_profile { Some(AskedBy::Profile) } else { said })
}

/// The clause of a frame contract with an organisation, or above it in its house, by which nothing changes today before
/// they approve it, as it is named in letters.
pub fn contract_that_asks(reader: &Reader, party: PartyId) -> Result<Option<String>> {
    let today = reader.today();
    let all = customers::contracts_in_force(reader, party, Says::Approval, (today, today))?;
    Ok(all.first().map(FrameContract::words))
}

/// Whom and what a change of such a cost reaches.
fn reached(reader: &Reader, change: i64, cost: i64) -> Result<Reached> {
    let (parties, items): (i64, i64) = reader.one(
        sql!(
            "select count(distinct v.party), count(*) from visible_change_item as it
             left join visible as v on v.id = it.item
             where it.record_id = $1 and it.action in ('change', 'add', 'remove')"
        ),
        values![change],
    )?;
    let (customers, orders) = orders::reached(reader, change)?;
    let count = |it: i64| usize::try_from(it).unwrap_or(0);
    Ok(Reached {
        parties: count(parties),
        customers: count(customers),
        orders: count(orders),
        items: count(items),
        cost,
    })
}

/// What was decided about, in the order in which it was.
pub fn items(reader: &Reader, change: i64) -> Result<Vec<Item>> {
    let mut items = items_alone(reader, change)?;
    let before: Vec<Before> = reader.rows(
        sql!("select id, base from visible_change_item where record_id = $1 and base is not null"),
        values![change],
    )?;
    let mut before: BTreeMap<i64, Map<String, Json>> =
        before.into_iter().map(|it| (it.id, it.base)).collect();
    for it in &mut items {
        it.base = before.remove(&it.id);
    }
    Ok(items)
}

/// What an item said before.
#[derive(Deserialize)]
struct Before {
    id: i64,
    base: Map<String, Json>,
}

/// The same without what each said before, of which there is the most to read: how each stands, and what is signed.
pub fn items_alone(reader: &Reader, change: i64) -> Result<Vec<Item>> {
    let items = reader.rows(
        sql!(
            "select it.id, it.item, it.name, v.title, it.sort, it.way, it.action, it.reason, it.proposed, null as base,
             it.based_on, it.stands_on, it.digest, it.done_on, it.released_no, it.in_force_at, it.action = 'remove' and exists (
             select 1 from visible_validity as back where back.record_id = it.item and back.change = it.record_id
             and back.taken_back) as goes_on, it.by
             from visible_change_item as it left join visible as v on v.id = it.item
             where it.record_id = $1 order by it.id"
        ),
        values![change],
    )?;
    files::with_files(reader, change, items)
}

/// Says of some items what the revisions are called that came of them.
pub fn with_names(reader: &Reader, items: &mut [Item]) -> Result<()> {
    for it in items.iter_mut().filter(|it| !it.is_document()) {
        if let Some(no) = it.released_no {
            it.released_name = reader.revision_name(&it.name, no)?;
        }
    }
    Ok(())
}

/// One item of a change.
pub fn item(reader: &Reader, change: i64, id: i64) -> Result<Item> {
    let item = reader.one(
        sql!(
            "select it.id, it.item, it.name, v.title, it.sort, it.way, it.action, it.reason, it.proposed, it.base,
             it.based_on, it.stands_on, it.digest, it.done_on, it.released_no, it.in_force_at, it.action = 'remove' and exists (
             select 1 from visible_validity as back where back.record_id = it.item and back.change = it.record_id
             and back.taken_back) as goes_on, it.by
             from visible_change_item as it left join visible as v on v.id = it.item
             where it.record_id = $1 and it.id = $2"
        ),
        values![change, id],
    )?;
    files::with_files(reader, change, vec![item])?.pop().ok_or(Error::NotFound)
}

/// The line of a change about a record, by its number.
pub fn line_of(reader: &Reader, change: i64, name: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!("select id from visible_change_item where record_id = $1 and name = $2 and action <> 'add'"),
        values![change, name],
    )
}

/// The line of a change about a document that is no record here, with the name that stands there: it may be written
/// otherwise.
pub fn line_of_document(reader: &Reader, change: i64, name: &str) -> Result<Option<(i64, String)>> {
    reader.maybe(
        sql!(
            "select id, name from visible_change_item
             where record_id = $1 and item is null and (folded = $2 or name = $3) order by id limit 1"
        ),
        values![change, name_folded(name), name],
    )
}

/// What each function says, or is asked to say.
pub fn impacts(reader: &Reader, change: i64) -> Result<Vec<Impact>> {
    reader.rows(
        sql!(
            "select it.id, it.function, v.title as function_name, task, it.due, answered_at, answered_by, is_possible,
             finding, cost, days, aspects from visible_change_impact as it join visible as v on v.id = it.function
             where it.record_id = $1 order by it.id"
        ),
        values![change],
    )
}

/// The options of a change, by their labels.
pub fn alternatives(reader: &Reader, change: i64) -> Result<Vec<Alternative>> {
    reader.rows(
        sql!(
            "select label, title, cost, risk, verdict, why from visible_change_option
             where record_id = $1 order by label"
        ),
        values![change],
    )
}

/// The key of an option.
pub fn alternative_line(reader: &Reader, change: i64, label: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!("select id from visible_change_option where record_id = $1 and label = $2"),
        values![change, label],
    )
}

/// Whose consent is asked, those who sign first at the head.
pub fn approvers(reader: &Reader, change: i64) -> Result<Vec<Approver>> {
    let asked: Vec<Approver> = reader.rows(
        sql!(
            "select it.function, v.title as function_name, rank, needs from visible_change_approver as it
             join visible as v on v.id = it.function where it.record_id = $1 order by rank, v.title"
        ),
        values![change],
    )?;
    if asked.is_empty() { due_approvers(reader, change) } else { Ok(asked) }
}

/// Whose consent would be asked now: the policy of the house, and every function that was asked for an impact.
pub fn due_approvers(reader: &Reader, change: i64) -> Result<Vec<Approver>> {
    let body: ChangeRequest = match body_of(reader, change)? {
        Some(body) => body,
        None => return Ok(Vec::new()),
    };
    let impacts = impacts(reader, change)?;
    let cost = total(&impacts);
    let (way, _) = crate::rules::track(&body, &reached(reader, change, cost)?);
    let mut all: BTreeMap<i64, Approver> = impacts
        .into_iter()
        .map(|it| {
            let Impact { function, function_name, .. } = it;
            (function, Approver { function, function_name, rank: 1, needs: 1 })
        })
        .collect();
    for line in policy(reader)? {
        let is_meant = line.track == "both" || line.track == way.code();
        let is_dear = hundredths(&line.above).is_none_or(|above| cost > above);
        if is_meant && is_dear {
            let PolicyLine { function, function_name, rank, needs, .. } = line;
            all.insert(function, Approver { function, function_name, rank, needs });
        }
    }
    let mut all: Vec<Approver> = all.into_values().collect();
    all.sort_by(|one, other| (one.rank, &one.function_name).cmp(&(other.rank, &other.function_name)));
    Ok(all)
}

/// What a change says; none where the key is of something else.
pub fn body_of(reader: &Reader, change: i64) -> Result<Option<ChangeRequest>> {
    Ok(reader.find_many::<ChangeRequest>(&[change])?.into_iter().next().map(|(_, body)| body))
}

/// The lines of those whose consent was asked before.
pub fn approver_lines(reader: &Reader, change: i64) -> Result<Vec<i64>> {
    reader.rows(sql!("select id from visible_change_approver where record_id = $1"), values![change])
}

/// How one will see that it works.
pub fn criteria(reader: &Reader, change: i64) -> Result<Vec<Criterion>> {
    reader.rows(
        sql!(
            "select id, criterion, method, sample, bound, person, fixed_at, result, evidence, verdict, judged_at,
             judged_by, acts_for from visible_change_criterion where record_id = $1 order by id"
        ),
        values![change],
    )
}

/// Whether somebody is of the house, and still there.
pub fn is_colleague(reader: &Reader, person: PersonId) -> Result<bool> {
    let count: i64 = reader.one(
        sql!(
            "select count(*) from visible
             where id = $1 and kind = 'PE' and party is null and state = 'active'"
        ),
        values![person],
    )?;
    Ok(count > 0)
}

/// Which functions approve changes, as the house has it.
pub fn policy(reader: &Reader) -> Result<Vec<PolicyLine>> {
    reader.rows(
        sql!(
            "select it.id, it.record_id as function, v.title as function_name, track, rank, needs, above
             from visible_change_policy as it join visible as v on v.id = it.record_id order by rank, v.title"
        ),
        &[],
    )
}

/// Whether a change is or ever was the actor's, or of somebody for whom they stand in, or they raised it: whoever handed
/// it over is no second person.
pub fn is_or_was_theirs(reader: &Reader, change: i64, absent: Option<PersonId>) -> Result<bool> {
    let is_own = |it: PersonId| {
        it == reader.actor.person || Some(it) == absent || reader.actor.stands_in_for(it).is_some()
    };
    Ok(reader.who_answered_for(change)?.into_iter().any(|(it, _)| is_own(it)))
}

/// How many changes wait for the actor to be signed or answered, and everything they own that is under way.
pub fn waiting(reader: &Reader) -> Result<i64> {
    reader.one(
        sql!(
            "select count(*) from visible where kind = 'CR' and owner = $1
             and state not in ('closed', 'withdrawn', 'superseded', 'rejected', 'deferred')"
        ),
        values![reader.actor.person],
    )
}

#[derive(Deserialize)]
struct Named {
    id: i64,
    number: String,
    title: String,
}

/// The functions that can be asked: key, number and name.
pub fn functions(reader: &Reader) -> Result<Vec<(i64, String, String)>> {
    let all: Vec<Named> = reader.rows(
        sql!("select id, number, title from visible where kind = 'FN' and state = 'active' order by title"),
        &[],
    )?;
    Ok(all.into_iter().map(|it| (it.id, it.number, it.title)).collect())
}
