//! What was found in the words of a set, and what contradicts what.

use std::collections::{BTreeSet, HashMap};

use kernel::{Body, Case, Error, Reader, Record, Result, sql, values};
use serde::Deserialize;
use wording::{Finding, Glossary, Rule};

use super::{applying_to, held, overrides, products, pulled};
use crate::model::{
    Checked, Choice, Contradiction, Dismissed, Findings, LetStand, MayStand, Measured, Requirement,
    RequirementSet, Side, Stood,
};
use crate::rules::{
    Known, contradictions, findings, is_said_by, known_terms, said_twice, still_says, with_answers,
    with_words,
};

/// Of so many words in common two statements say nearly the same.
const ALIKE: f64 = 0.8;

#[derive(Deserialize)]
struct Chosen {
    rules_off: String,
    terms: String,
}

/// Which rules a set asks. All, where nobody chose.
pub fn choice(reader: &Reader, set: i64) -> Result<Choice> {
    let chosen: Option<Chosen> = reader.maybe(
        sql!("select rules_off, terms from visible_wording_choice where record_id = $1"),
        values![set],
    )?;
    let Some(Chosen { rules_off, terms }) = chosen else { return Ok(Choice::default()) };
    let off: Vec<String> = serde_json::from_str(&rules_off)?;
    Ok(Choice {
        off: off.iter().filter_map(|it| Rule::of(it)).collect(),
        terms: serde_json::from_str(&terms)?,
    })
}

/// The key of the line that holds the choice of a set.
pub fn choice_line(reader: &Reader, set: i64) -> Result<Option<i64>> {
    reader.maybe(sql!("select id from visible_wording_choice where record_id = $1"), values![set])
}

/// The abbreviations that readers of a set know.
fn terms(reader: &Reader, set: &Case<RequirementSet>, choice: &Choice) -> Result<BTreeSet<String>> {
    let explaining: Vec<String> = reader.rows(
        sql!(
            "select statement from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and statement like '%(%'"
        ),
        values![set.record.id.raw()],
    )?;
    let around: Vec<&str> = prose_of(set).collect();
    Ok(known_terms(choice, around.into_iter().chain(explaining.iter().map(String::as_str))))
}

/// What a set says around its requirements.
fn prose_of(set: &Case<RequirementSet>) -> impl Iterator<Item = &str> {
    let prose = set.body.sections.iter().map(|it| it.prose.as_str());
    [set.body.intended_use.as_str(), set.body.matter.as_str()].into_iter().chain(prose)
}

/// What a requirement of a set is read beside.
pub fn known(reader: &Reader, set: &Case<RequirementSet>, choice: &Choice) -> Result<Known> {
    let mut glossary = Glossary::of(choice.terms.iter().map(String::as_str));
    if glossary.has_systems() && !choice.off.contains(&Rule::System) {
        let products = products(reader, set.record.id.raw())?;
        glossary = glossary.with_systems(products.iter().map(String::as_str));
    }
    Ok(Known {
        terms: terms(reader, set, choice)?,
        glossary: prose_of(set).fold(glossary, Glossary::explained_in),
        units: units(reader, set.record.id.raw())?,
    })
}

/// In which units a set tells what.
fn units(reader: &Reader, set: i64) -> Result<Vec<Measured>> {
    reader.rows(
        sql!(
            "select characteristic, unit, cast(count(*) as bigint) as count, min(visible.id) as first
             from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and characteristic <> '' and unit <> ''
             group by characteristic, unit"
        ),
        values![set],
    )
}

/// What somebody dismissed in a requirement.
pub fn dismissed(reader: &Reader, requirement: i64) -> Result<Vec<Dismissed>> {
    reader.rows(
        sql!(
            "select id, record_id, field, rule, words, reason, by, at from visible_wording_dismissed
             where record_id = $1 order by id"
        ),
        values![requirement],
    )
}

fn dismissed_in(reader: &Reader, set: i64) -> Result<Vec<Dismissed>> {
    reader.rows(
        sql!(
            "select it.id, record_id, field, rule, words, reason, by, at from visible_wording_dismissed as it
             join requirement on requirement.id = record_id where set_id = $1 order by it.id"
        ),
        values![set],
    )
}

/// What is found in one requirement as it stands. Outsiders read none of it.
pub fn checked(reader: &Reader, case: &Case<Requirement>) -> Result<Checked> {
    if reader.actor.is_outside() {
        return Ok(Checked::default());
    }
    let set = reader.find_by_id::<RequirementSet>(case.body.set_id)?;
    let choice = choice(reader, case.body.set_id)?;
    let id = case.record.id.raw();
    let mut found = findings(&case.body, &choice.off, &known(reader, &set, &choice)?);
    found.extend(repeated(reader, &set, &choice, (Some(id), &case.body.statement))?);
    Ok(Checked {
        number: case.record.number.clone(),
        statement: case.body.statement.clone(),
        acceptance: case.body.acceptance.clone(),
        found: with_answers(found, &dismissed(reader, id)?),
    })
}

/// What is found in a set as it is worked on. Outsiders read none of it.
pub fn findings_of(reader: &Reader, set: &Case<RequirementSet>) -> Result<Findings> {
    if reader.actor.is_outside() {
        return Ok(Findings::default());
    }
    let id = set.record.id.raw();
    let choice = choice(reader, id)?;
    let known = known(reader, set, &choice)?;
    let dismissed = dismissed_in(reader, id)?;
    let held = held(reader, set)?;
    let ours: Vec<Side> = held.iter().map(|(record, body)| side(record, set, body)).collect();
    let above = inherited(reader, set)?;
    let pairs = match choice.off.contains(&Rule::SaidTwice) {
        true => Vec::new(),
        false => pairs(&ours, &not_taken_over(reader, set, &above)?),
    };
    let mut said_before: HashMap<i64, Vec<&Side>> = HashMap::new();
    for (first, second) in &pairs {
        said_before.entry(second.id).or_default().push(first);
    }
    let mut checked = Vec::new();
    for (record, body) in &held {
        let of_it = record.id.raw();
        let own: Vec<Dismissed> = dismissed.iter().filter(|it| it.record_id == of_it).cloned().collect();
        let mut found = findings(body, &choice.off, &known);
        found.extend(said_before.get(&of_it).and_then(|it| said_twice(&body.statement, it)));
        let found = with_answers(found, &own);
        if !found.is_empty() {
            checked.push(Checked {
                number: record.number.clone(),
                statement: body.statement.clone(),
                acceptance: body.acceptance.clone(),
                found,
            });
        }
    }
    let is_open = |it: &Side| {
        let here = checked.iter().filter(|checked| checked.number == it.number);
        here.flat_map(Checked::open).any(|it| it.finding.rule == Rule::SaidTwice)
    };
    let alike = pairs.into_iter().filter(|(_, second)| is_open(second)).collect();
    let theirs = theirs(reader, set, above)?;
    let contradictions = with_words(contradictions(&ours, &theirs), &let_stand_in(reader, id)?);
    Ok(Findings { choice, checked, contradictions, alike })
}

/// What was found in the words that a revision of a set froze and somebody let stand, requirement by requirement: whoever
/// reviews the set reads why. Of two that contradict each other it stands with the one that comes first. Outsiders see
/// nothing that somebody let stand, and read none of it.
pub fn stood(reader: &Reader, (set, revision): (i64, i64)) -> Result<Vec<Stood>> {
    let (dismissed, let_stand) = (dismissed_in(reader, set)?, let_stand_in(reader, set)?);
    if dismissed.is_empty() && let_stand.is_empty() {
        return Ok(Vec::new());
    }
    let (mut all, mut told) = (Vec::new(), BTreeSet::new());
    let parts = reader.parts_of(set, revision)?.into_iter();
    for part in parts.filter(|it| it.kind == Requirement::KIND.prefix) {
        let body: Requirement = serde_json::from_value(part.content)?;
        let number = &part.number;
        let mut own = dismissed.iter().filter(|it| it.record_id == part.record).peekable();
        let found = match own.peek() {
            Some(_) => findings(&body, &[], &Known::default()),
            None => Vec::new(),
        };
        for it in own.filter(|it| still_says(it, &body, &found)) {
            let Some(rule) = Rule::of(&it.rule) else { continue };
            all.push(Stood {
                number: number.clone(),
                what: MayStand::Found(rule, it.words.clone()),
                reason: it.reason.clone(),
                who: reader.name_of(it.by)?,
                at: it.at,
            });
        }
        let side = Side { number: number.clone(), ..of_body(&body) };
        let is_of_it = |it: &&LetStand| [it.record_id, it.other].contains(&part.record);
        for it in let_stand.iter().filter(is_of_it).filter(|it| is_said_by(it, &side)) {
            let other = if it.record_id == part.record { it.other } else { it.record_id };
            // One that this reader may not see is named to nobody.
            let Some(other) = reader.mention(other)?.filter(|_| told.insert(it.id)) else { continue };
            all.push(Stood {
                number: number.clone(),
                what: MayStand::Contradiction {
                    characteristic: side.characteristic.clone(),
                    other: other.number,
                },
                reason: it.reason.clone(),
                who: it.name.clone(),
                at: it.at,
            });
        }
    }
    Ok(all)
}

/// The requirements of a set that say nearly the same as another one of it or as one that always holds: what was said
/// first, and what repeats it.
fn pairs(ours: &[Side], standing: &[Side]) -> Vec<(Side, Side)> {
    let all: Vec<&Side> = standing.iter().chain(ours).collect();
    let statements: Vec<&str> = all.iter().map(|it| it.statement.as_str()).collect();
    let ours = wording::alike(&statements, ALIKE).into_iter().filter(|it| it.second >= standing.len());
    ours.map(|it| {
        let is_turned = it.first >= standing.len() && all[it.first].id > all[it.second].id;
        let (first, second) = if is_turned { (it.second, it.first) } else { (it.first, it.second) };
        (all[first].clone(), all[second].clone())
    })
    .collect()
}

/// What a requirement with this key, or one that is not saved yet, repeats: words of its set that were said before it,
/// or that always hold.
pub fn repeated(
    reader: &Reader,
    set: &Case<RequirementSet>,
    choice: &Choice,
    (id, statement): (Option<i64>, &str),
) -> Result<Option<Finding>> {
    if choice.off.contains(&Rule::SaidTwice) {
        return Ok(None);
    }
    let mut before = not_taken_over(reader, set, &inherited(reader, set)?)?;
    before.extend(reader.rows::<Side>(
        sql!(
            "select visible.id as id, number, statement from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and visible.id < $2 order by visible.id"
        ),
        values![set.record.id.raw(), id.unwrap_or(i64::MAX)],
    )?);
    let statements: Vec<&str> = before.iter().map(|it| it.statement.as_str()).collect();
    let places = wording::like(statement, &statements, ALIKE).into_iter();
    Ok(said_twice(statement, &places.map(|it| &before[it]).collect::<Vec<_>>()))
}

/// What always holds and was not taken over into a set: what was, says the same on purpose.
fn not_taken_over(
    reader: &Reader,
    set: &Case<RequirementSet>,
    standing: &[(bool, Side)],
) -> Result<Vec<Side>> {
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    let taken: BTreeSet<i64> = pulled(reader, set.record.id.raw())?.iter().map(|it| it.origin).collect();
    Ok(standing.iter().map(|(_, it)| it).filter(|it| !taken.contains(&it.id)).cloned().collect())
}

fn side(record: &Record<Requirement>, set: &Case<RequirementSet>, it: &Requirement) -> Side {
    Side {
        id: record.id.raw(),
        number: record.number.clone(),
        set_number: set.record.number.clone(),
        is_standing: set.body.is_standing,
        ..of_body(it)
    }
}

fn of_body(it: &Requirement) -> Side {
    let of = |words: &String| words.clone();
    Side {
        statement: of(&it.statement),
        product: of(&it.product),
        characteristic: of(&it.characteristic),
        value: of(&it.value),
        lower: of(&it.lower),
        upper: of(&it.upper),
        unit: of(&it.unit),
        ..Side::default()
    }
}

/// The contradictions of a set's requirements that somebody let stand, whichever of the two was named first.
pub fn let_stand_in(reader: &Reader, set: i64) -> Result<Vec<LetStand>> {
    reader.rows(
        sql!(
            "select it.id as id, it.record_id as record_id, other, it.says as says, reason, by, at, person.title as name
             from visible_contradiction_dismissed as it join visible as person on person.id = it.by
             where it.id in (
                 select one.id from requirement as r join contradiction_dismissed as one on one.record_id = r.id
                 where r.set_id = $1
                 union select one.id from requirement as r join contradiction_dismissed as one on one.other = r.id
                 where r.set_id = $1) order by it.id"
        ),
        values![set],
    )
}

#[derive(Deserialize)]
struct Frozen {
    id: i64,
    no: i64,
    content: String,
}

/// What always holds for the customer of a set, as it was released, and whether another organisation of their house
/// says it; not where the customer departs from it, or this set as it is worked on does.
fn inherited(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<(bool, Side)>> {
    let Some(party) = set.record.party else { return Ok(Vec::new()) };
    let own = reader.mention(party)?.map(|it| it.number).unwrap_or_default();
    let departs: BTreeSet<String> =
        overrides(reader, set.record.id.raw())?.into_iter().map(|it| it.origin).collect();
    let reaching = applying_to(reader, party)?.into_iter();
    let others = reaching.filter(|it| it.set_id != set.record.id.raw() && it.overridden.is_none());
    let others: Vec<_> = others.filter(|it| !departs.contains(&it.number)).collect();
    let keys: Vec<i64> = others.iter().map(|it| it.origin).collect();
    let frozen: Vec<Frozen> = reader.rows_among(
        sql!(
            "select visible.id, no, content from visible join revision on record_id = visible.id
             where visible.id in ($1)"
        ),
        &keys,
    )?;
    let says: HashMap<(i64, i64), String> =
        frozen.into_iter().map(|it| ((it.id, it.no), it.content)).collect();
    let mut all = Vec::new();
    for it in others {
        let content = says.get(&(it.origin, it.revision)).ok_or(Error::NotFound)?;
        let body: Requirement = serde_json::from_str(content)?;
        let side = Side {
            id: it.origin,
            number: it.number,
            set_number: it.set,
            is_standing: true,
            ..of_body(&body)
        };
        all.push((it.organisation != own, side));
    }
    Ok(all)
}

/// What the requirements of a set are held against besides each other: other sets of the customer, and what always holds
/// for them by what others of their house say.
fn theirs(reader: &Reader, set: &Case<RequirementSet>, above: Vec<(bool, Side)>) -> Result<Vec<Side>> {
    let mut all = beside(reader, set)?;
    all.extend(above.into_iter().filter(|(is_above, _)| *is_above).map(|(_, it)| it));
    Ok(all)
}

/// What cannot be met together with what somebody types: requirements of its set, of other sets of the customer, and those
/// that always hold. `id` is that of the requirement that is changed.
pub fn contradicting(
    reader: &Reader,
    set: &Case<RequirementSet>,
    (id, number): (Option<i64>, &str),
    typed: &Requirement,
) -> Result<Vec<Contradiction>> {
    let has_limit = [&typed.value, &typed.lower, &typed.upper].into_iter().any(|it| !it.is_empty());
    if !has_limit || typed.characteristic.trim().is_empty() {
        return Ok(Vec::new());
    }
    let of_set = set.record.id.raw();
    let ours: Vec<Side> = reader.rows(
        sql!(
            "select visible.id as id, number, statement, product, characteristic, value, lower, upper, unit
             from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and characteristic <> '' order by place, visible.id"
        ),
        values![of_set],
    )?;
    let of_this = |it: &Side| Side {
        set_number: set.record.number.clone(),
        is_standing: set.body.is_standing,
        ..it.clone()
    };
    let mut others: Vec<Side> = ours.iter().filter(|it| Some(it.id) != id).map(of_this).collect();
    others.extend(theirs(reader, set, inherited(reader, set)?)?);
    let own = Side { id: id.unwrap_or_default(), number: number.to_owned(), ..of_body(typed) };
    Ok(with_words(contradictions(&[of_this(&own)], &others), &let_stand_in(reader, of_set)?))
}

/// What other sets of the same customer say of the same products.
fn beside(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<Side>> {
    if set.record.party.is_none() {
        return Ok(Vec::new());
    }
    reader.rows(
        sql!(
            "select it.id as id, it.number as number, holder.number as set_number, statement, product, characteristic, value, lower, upper,
             unit, is_standing from visible as it join requirement on requirement.id = it.id
             join visible as holder on holder.id = set_id join requirement_set on requirement_set.id = set_id
             where holder.party = $1 and set_id <> $2 and characteristic <> '' and (product <> '' or is_standing = $3)
             and it.state <> 'withdrawn' and holder.state not in ('withdrawn', 'declined')
             order by it.id"
        ),
        values![set.record.party, set.record.id.raw(), true],
    )
}
