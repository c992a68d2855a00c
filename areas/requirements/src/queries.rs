//! What people ask: a set now, at a revision, in the past; what is missing; what led to it.

mod checklist;
mod distribution;
pub mod import;
mod standing;
mod trace;
mod wording;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use kernel::{
    Attachment, Audience, Body, Case, Error, PartyId, Reader, Record, Refusal, Result, Revision, Vocabulary,
    sql, text, values,
};
use serde::Deserialize;
use serde_json::Value as Json;
use web::extra::Cells;

pub use self::standing::{
    Said, applying_to, departures, overrides, pulled, pulls_of, read_by_the_party, taken_over,
};
use crate::model::requirement::State;
use crate::model::{Enclosed, Filed, Line, Manifest, Reading, Requirement, RequirementSet, Seen, set};
use crate::pages::files::{self, Format};
use crate::pages::picture::at_their_address;
use crate::rules::{Gap, InSet, Lack, Past, Standing, Then, are_cited, walk_back};

pub use checklist::{Proposed, asked_about, in_force, laid_line, laid_of, products, proposed};
pub use distribution::{
    SoughtReaders, asked_of, distributed, functions_told, not_asked_yet, readers, said_of, to_read,
    told_always, told_always_line, told_nobody,
};
pub use trace::{coverage, matrix, sets_beside};
pub use wording::{
    checked, choice, choice_line, contradicting, dismissed, findings_of, known, repeated, stood,
};

/// More deeds than any set has.
const ALL_DEEDS: i64 = 1_000_000;

/// What the guards of a set ask about its requirements.
pub fn standing(reader: &Reader, record: &Record<RequirementSet>, _: &RequirementSet) -> Result<Standing> {
    if reader.actor.is_outside() {
        return Ok(Standing::default());
    }
    let set = record.id.raw();
    let held = reader.one(
        sql!(
            "select count(*) from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn'"
        ),
        values![set],
    )?;
    let doubtful: Vec<Doubtful> = reader.rows(
        sql!(
            "select number, statement, lower, upper from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' and (trim(statement) = '' or (lower <> '' and upper <> ''))
             order by place"
        ),
        values![set],
    )?;
    Ok(Standing { held, gaps: doubtful.into_iter().filter_map(Doubtful::gap).collect() })
}

#[derive(Deserialize)]
struct Doubtful {
    number: String,
    statement: String,
    lower: String,
    upper: String,
}

impl Doubtful {
    fn gap(self) -> Option<Gap> {
        let is_crossed = match (self.lower.parse::<f64>(), self.upper.parse::<f64>()) {
            (Ok(lower), Ok(upper)) => lower > upper,
            _ => false,
        };
        let lack = match self.statement.trim() {
            "" => Lack::Statement,
            _ if is_crossed => Lack::Limits,
            _ => return None,
        };
        Some(Gap { number: self.number, lack })
    }
}

/// The state of the set that holds a requirement.
pub fn state_of_set(reader: &Reader, _: &Record<Requirement>, body: &Requirement) -> Result<InSet> {
    let state: Option<String> =
        reader.maybe(sql!("select state from visible where id = $1"), values![body.set_id])?;
    Ok(InSet(state.and_then(|it| set::State::of(&it))))
}

/// The set that holds a requirement, for whoever may see it.
pub fn set_of(reader: &Reader, requirement: i64) -> Result<Option<kernel::Mention>> {
    reader.maybe(
        sql!(
            "select visible.id, number, kind, title, state from visible join link on target = visible.id
             where source = $1 and role = 'part_of' and kind = 'RS'"
        ),
        values![requirement],
    )
}

/// The requirements of a set with their bodies, in order; those that left it are not among them.
pub fn held(reader: &Reader, set: &Case<RequirementSet>) -> Result<Vec<(Record<Requirement>, Requirement)>> {
    let ids: Vec<i64> = reader.rows(
        sql!(
            "select visible.id from visible join requirement on requirement.id = visible.id
             where set_id = $1 and state <> 'withdrawn' order by place, visible.id"
        ),
        values![set.record.id.raw()],
    )?;
    let order: HashMap<&str, usize> =
        set.body.sections.iter().enumerate().map(|(place, it)| (it.key.as_str(), place)).collect();
    let mut found = reader.find_many::<Requirement>(&ids)?;
    found.sort_by_key(|(record, body)| {
        (order.get(body.section.as_str()).copied().unwrap_or(usize::MAX), body.place, record.id.raw())
    });
    Ok(found)
}

/// The number of a requirement of a set, where it is one.
pub fn in_set(reader: &Reader, set: &Case<RequirementSet>, number: &str) -> Result<Option<String>> {
    reader.maybe(
        sql!(
            "select number from visible join requirement on requirement.id = visible.id
             where set_id = $1 and number = $2"
        ),
        values![set.record.id.raw(), number],
    )
}

/// The place of a requirement in a section of a set.
pub fn place_of(reader: &Reader, set: i64, section: &str, number: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!(
            "select place from visible join requirement on requirement.id = visible.id
             where set_id = $1 and section = $2 and number = $3 and state <> 'withdrawn'"
        ),
        values![set, section, number],
    )
}

/// The first place in a section behind another one.
pub fn place_behind(reader: &Reader, set: i64, section: &str, place: i64) -> Result<Option<i64>> {
    reader.one(
        sql!(
            "select min(place) from visible join requirement on requirement.id = visible.id
             where set_id = $1 and section = $2 and place > $3 and state <> 'withdrawn'"
        ),
        values![set, section, place],
    )
}

/// The first and the last place in a section.
pub fn ends(reader: &Reader, set: i64, section: &str) -> Result<(Option<i64>, Option<i64>)> {
    reader.one(
        sql!(
            "select min(place), max(place) from visible join requirement on requirement.id = visible.id
             where set_id = $1 and section = $2 and state <> 'withdrawn'"
        ),
        values![set, section],
    )
}

/// Whether every requirement still stands in a section of its set, whichever way the sections are written: one that
/// stood in none would be released with the set and be missing from its document.
pub fn its_sections_hold_everything(
    reader: &Reader,
    before: Option<&Case<RequirementSet>>,
    after: &RequirementSet,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let is_kept = |key: &str| after.sections.iter().any(|it| it.key == key);
    for gone in before.body.sections.iter().filter(|it| !is_kept(&it.key)) {
        let (first, _) = ends(reader, before.record.id.raw(), &gone.key)?;
        Refusal::unless(first.is_none(), text!("Move or withdraw the requirements of this section first."))?;
    }
    let has_one = !after.sections.is_empty() || before.body.sections.is_empty();
    Ok(Refusal::unless(has_one, text!("Keep one section: requirements stand in one."))?)
}

/// Whether the words it comes from are all of those that it cites, whichever way they are written.
pub fn its_passage_is_cited(
    reader: &Reader,
    before: Option<&Case<Requirement>>,
    after: &Requirement,
) -> Result<()> {
    let Some(before) = before.filter(|it| it.body.passage != after.passage) else { return Ok(()) };
    let cited = reader.passages_behind(before.record.id.raw())?;
    Ok(are_cited(&after.passage, cited.iter().map(|it| it.exact.as_str()))?)
}

/// At which moment a set is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// As it is worked on; outsiders read the revision that was offered last.
    Now,
    Revision(i64),
    Moment(Timestamp),
}

/// How a set reads.
///
/// # Errors
/// Not found is also a revision that the actor may not see, and a moment before there was one.
pub fn read(reader: &Reader, number: &str, at: At) -> Result<Reading> {
    let set = reader.find::<RequirementSet>(number)?;
    match at {
        At::Now if reader.actor.is_outside() => {
            frozen(reader, &set, set.record.offered.ok_or(Error::NotFound)?)
        }
        At::Now => working(reader, &set),
        At::Revision(no) => frozen(reader, &set, no),
        At::Moment(moment) => as_of(reader, &set, moment),
    }
}

fn working(reader: &Reader, set: &Case<RequirementSet>) -> Result<Reading> {
    let mut names = Names::default();
    let mut lines = Vec::new();
    let mut enclosed = enclosed(reader, set, None)?;
    for (record, body) in held(reader, set)? {
        lines.push(Line {
            enclosed: enclosed.remove(&record.number).unwrap_or_default(),
            number: record.number,
            title: record.title,
            state: record.state,
            version: record.version,
            frozen: None,
            function: names.of(reader, body.function)?,
            body,
            extra: record.extra,
            told: BTreeMap::new(),
        });
    }
    Ok(Reading { lines, files: filed(reader, set, None)?, ..heading(set) })
}

/// The files that belong to what a set says, now or at a moment: those that its customer reads, for a revision goes to
/// them whole; where it has no customer, all of them.
pub fn filed(reader: &Reader, set: &Case<RequirementSet>, moment: Option<Timestamp>) -> Result<Vec<Filed>> {
    let belongs = |it: &Attachment| {
        let is_read = set.record.party.is_none() || it.audience == Audience::Party;
        is_read && it.belongs(moment)
    };
    let all = reader.attachments(set.record.id.raw())?.into_iter().filter(belongs);
    Ok(all.map(|it| Filed { name: it.name, digest: it.digest }).collect())
}

/// What a reading says above its requirements.
fn heading(set: &Case<RequirementSet>) -> Reading {
    Reading {
        number: set.record.number.clone(),
        title: set.record.title.clone(),
        matter: set.body.matter.clone(),
        intended_use: set.body.intended_use.clone(),
        sections: set.body.sections.clone(),
        extra: set.record.extra.clone(),
        ..Reading::default()
    }
}

/// What functions are called, each asked once.
#[derive(Default)]
struct Names(BTreeMap<i64, String>);

impl Names {
    fn of(&mut self, reader: &Reader, function: Option<i64>) -> Result<String> {
        let Some(id) = function else { return Ok(String::new()) };
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let name = reader.name_of(id)?;
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

/// The manifest of a revision, as it was frozen.
pub fn manifest(reader: &Reader, set: i64, no: i64) -> Result<(Revision, Manifest)> {
    let (revision, content) = reader.revision(set, no)?;
    Ok((revision, serde_json::from_value(content)?))
}

#[derive(Deserialize)]
struct FrozenText {
    number: String,
    no: i64,
    content: String,
}

fn frozen(reader: &Reader, set: &Case<RequirementSet>, no: i64) -> Result<Reading> {
    let id = set.record.id.raw();
    let (_, content) = reader.revision(id, no)?;
    let of_the_set = content["extra"].as_object().cloned().unwrap_or_default();
    let manifest: Manifest = serde_json::from_value(content)?;
    let lacks_enclosed = manifest.lines.iter().any(|it| it.files.is_none());
    let seen =
        if reader.actor.is_outside() && manifest.has_enclosed() { Some(attached(reader, id)?) } else { None };
    let texts: Vec<FrozenText> = reader.rows(
        sql!(
            "select number, no, content from visible join revision on revision.record_id = visible.id
             join link on source = visible.id and role = 'part_of' where target = $1"
        ),
        values![id],
    )?;
    let mut texts: HashMap<(String, i64), String> =
        texts.into_iter().map(|it| ((it.number, it.no), it.content)).collect();
    let mut names = Names::default();
    let mut lines = Vec::new();
    for held in manifest.lines {
        let text = texts.remove(&(held.number.clone(), held.revision)).ok_or(Error::NotFound)?;
        let mut files = held.files.unwrap_or_default();
        if let Some(seen) = &seen {
            files.retain(|it| seen.iter().any(|file| file.number == held.number && file.digest == it.digest));
        }
        let said: Json = serde_json::from_str(&text)?;
        let extra = said["extra"].as_object().cloned().unwrap_or_default();
        let body = Requirement { section: held.section, set_id: id, ..serde_json::from_value(said)? };
        lines.push(Line {
            number: held.number,
            title: held.title,
            state: State::Valid,
            version: 0,
            frozen: Some((held.revision, held.digest)),
            function: names.of(reader, body.function)?,
            enclosed: files,
            body,
            extra,
            told: BTreeMap::new(),
        });
    }
    Ok(Reading {
        extra: of_the_set,
        told: BTreeMap::new(),
        number: set.record.number.clone(),
        title: manifest.title,
        matter: manifest.matter,
        intended_use: manifest.intended_use,
        sections: manifest.sections,
        lines,
        files: seen_files(reader, set.record.id.raw(), manifest.files)?,
        lacks_enclosed,
        revision: Some(no),
        moment: None,
    })
}

/// Of the files of a revision those that the actor may see: outsiders learn not even the name of one of ours.
fn seen_files(reader: &Reader, set: i64, files: Vec<Filed>) -> Result<Vec<Filed>> {
    if !reader.actor.is_outside() || files.is_empty() {
        return Ok(files);
    }
    let seen = reader.attachments(set)?;
    Ok(files.into_iter().filter(|it| seen.iter().any(|file| file.digest == it.digest)).collect())
}

/// A file at a requirement of a set.
#[derive(Deserialize)]
struct Attached {
    number: String,
    name: String,
    digest: String,
    size: i64,
    audience: Audience,
    #[serde(with = "kernel::micros")]
    at: Timestamp,
    #[serde(with = "kernel::micros::option")]
    ended_at: Option<Timestamp>,
}

/// The files at all requirements that a set ever held, as far as the actor may see them, the oldest first; those that a
/// change took away among them.
fn attached(reader: &Reader, set: i64) -> Result<Vec<Attached>> {
    reader.rows(
        sql!(
            "select number, it.name, it.digest, it.size, it.audience, it.at, it.ended_at
             from visible_attachment as it join visible on visible.id = it.record_id
             join requirement on requirement.id = visible.id where set_id = $1 order by it.id"
        ),
        values![set],
    )
}

/// The files at a set and at a requirement of it, for whoever writes their text.
pub fn files_for_text(reader: &Reader, set: i64, requirement: Option<i64>) -> Result<Vec<Attachment>> {
    let mut all = requirement.map(|it| reader.attachments(it)).transpose()?.unwrap_or_default();
    all.extend(reader.attachments(set)?);
    all.retain(|it| it.belongs(None));
    Ok(all)
}

/// The files that belong to what the requirements of a set say, by number, now or at a moment: those that its customer
/// reads, and all where it has none. A revision is handed to the customer whole, so nothing of ours may stand in it. Of
/// files of one name at one requirement the last holds.
pub fn enclosed(
    reader: &Reader,
    set: &Case<RequirementSet>,
    moment: Option<Timestamp>,
) -> Result<HashMap<String, Vec<Enclosed>>> {
    let mut all: HashMap<String, Vec<Enclosed>> = HashMap::new();
    for it in attached(reader, set.record.id.raw())? {
        let is_read = set.record.party.is_none() || it.audience == Audience::Party;
        let is_there = moment.is_none_or(|moment| it.at <= moment);
        let is_gone = it.ended_at.is_some_and(|end| moment.is_none_or(|moment| end <= moment));
        if is_read && is_there && !is_gone {
            let files = all.entry(it.number).or_default();
            files.retain(|other| other.name != it.name);
            files.push(Enclosed { name: it.name, digest: it.digest, size: it.size });
        }
    }
    for files in all.values_mut() {
        files.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(all)
}

/// Which files of a set and of its requirements, by number and digest, the customer may read.
pub fn with_the_customer(reader: &Reader, set: &Case<RequirementSet>) -> Result<HashSet<(String, String)>> {
    let id = set.record.id.raw();
    let is_theirs = |it: &Audience| *it == Audience::Party;
    let own = reader.attachments(id)?.into_iter().filter(|it| is_theirs(&it.audience));
    let parts = attached(reader, id)?.into_iter().filter(|it| is_theirs(&it.audience));
    let number = &set.record.number;
    let own = own.map(|it| (number.clone(), it.digest));
    Ok(own.chain(parts.map(|it| (it.number, it.digest))).collect())
}

/// Staff read any moment, by walking the trail back from now; outsiders what had been offered by then.
fn as_of(reader: &Reader, set: &Case<RequirementSet>, moment: Timestamp) -> Result<Reading> {
    let id = set.record.id.raw();
    if reader.actor.is_outside() {
        let no = shown_by(reader, id, moment)?;
        return Ok(Reading { moment: Some(moment), ..frozen(reader, set, no)? });
    }
    let mut past = present(reader, set)?;
    let deeds = reader.trail(id, true, 0, ALL_DEEDS)?;
    for deed in deeds.iter().rev().take_while(|it| it.at > moment) {
        walk_back(&mut past, &deed.content);
    }
    let Then { fields, extra, .. } = past.remove(&set.record.number).ok_or(Error::NotFound)?;
    let title = fields["title"].as_str().unwrap_or_default().to_owned();
    let body: RequirementSet = serde_json::from_value(fields.into())?;
    Ok(Reading {
        number: set.record.number.clone(),
        title,
        lines: lines_then(reader, past, &body, enclosed(reader, set, Some(moment))?)?,
        matter: body.matter,
        intended_use: body.intended_use,
        sections: body.sections,
        files: filed(reader, set, Some(moment))?,
        moment: Some(moment),
        extra,
        ..Reading::default()
    })
}

/// The revision that the customer read at a moment: the one that had been offered to them last by then. When it was
/// frozen does not matter, for nobody outside could read it before.
fn shown_by(reader: &Reader, set: i64, moment: Timestamp) -> Result<i64> {
    let offered: Vec<i64> = reader.rows(
        sql!(
            "select it.no from revision_life as it join visible on visible.id = it.record_id
             where it.record_id = $1 and it.life in ('offered', 'confirmed') and it.at <= $2
             order by case when it.life = 'offered' then 0 else 1 end, it.id desc"
        ),
        values![set, moment],
    )?;
    let seen = reader.revisions(set)?;
    offered.into_iter().find(|no| seen.iter().any(|it| it.no == *no)).ok_or(Error::NotFound)
}

/// The keys of all requirements that a set ever held.
pub fn ever_held(reader: &Reader, set: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select visible.id from visible join requirement on requirement.id = visible.id where set_id = $1"
        ),
        values![set],
    )
}

/// The first set after a key of which a revision was offered: its key, its number and that revision.
pub fn next_offered(reader: &Reader, after: i64) -> Result<Option<(i64, String, i64)>> {
    reader.maybe(
        sql!(
            "select id, number, offered from visible where kind = 'RS' and offered is not null and id > $1
             order by id limit 1"
        ),
        values![after],
    )
}

/// The set and all requirements that it ever held, as they are now.
fn present(reader: &Reader, set: &Case<RequirementSet>) -> Result<Past> {
    let ids = ever_held(reader, set.record.id.raw())?;
    let mut past = Past::new();
    past.insert(set.record.number.clone(), then(&set.record, &set.body)?);
    for (record, body) in reader.find_many::<Requirement>(&ids)? {
        past.insert(record.number.clone(), then(&record, &body)?);
    }
    Ok(past)
}

fn then<B: Body>(record: &Record<B>, body: &B) -> Result<Then> {
    let mut fields = serde_json::to_value(body)?.as_object().cloned().unwrap_or_default();
    fields.insert("title".to_owned(), record.title.clone().into());
    Ok(Then { state: record.state.code(), fields, extra: record.extra.clone() })
}

fn lines_then(
    reader: &Reader,
    past: Past,
    set: &RequirementSet,
    mut enclosed: HashMap<String, Vec<Enclosed>>,
) -> Result<Vec<Line>> {
    let mut names = Names::default();
    let mut lines = Vec::new();
    for (number, Then { state, fields, extra }) in past.into_iter().filter(|(_, it)| it.state != "withdrawn")
    {
        let title = fields["title"].as_str().unwrap_or_default().to_owned();
        let body: Requirement = serde_json::from_value(fields.into())?;
        let function = names.of(reader, body.function)?;
        lines.push(Line {
            enclosed: enclosed.remove(&number).unwrap_or_default(),
            number,
            title,
            state: State::of(&state).unwrap_or_default(),
            function,
            body,
            extra,
            ..Line::default()
        });
    }
    let order = |it: &Line| set.sections.iter().position(|section| section.key == it.body.section);
    lines.sort_by_key(|it| (order(it).unwrap_or(usize::MAX), it.body.place, it.number.clone()));
    Ok(lines)
}

/// The functions that can answer for a requirement, by name.
pub fn functions(reader: &Reader) -> Result<Vec<(i64, String)>> {
    reader.rows(sql!("select id, title from visible where kind = 'FN' order by title"), &[])
}

/// Which of these requirements are at another version by now than the one that was seen.
pub fn overtaken<'a>(
    reader: &Reader,
    seen: impl Iterator<Item = (&'a str, i64)>,
) -> Result<Vec<Case<Requirement>>> {
    let mut overtaken = Vec::new();
    for (number, version) in seen {
        let case = reader.find::<Requirement>(number)?;
        if case.record.version != version {
            overtaken.push(case);
        }
    }
    Ok(overtaken)
}

/// What a set holds now, to be compared with what somebody saw.
pub fn seen_now(reader: &Reader, number: &str) -> Result<Seen> {
    let set = reader.find::<RequirementSet>(number)?;
    Ok(Seen::of(set.record.version, &working(reader, &set)?))
}

/// The sets that are worked on, newest first; of one party where one is named.
pub fn open_sets(
    reader: &Reader,
    party: Option<PartyId>,
) -> Result<Vec<(Record<RequirementSet>, RequirementSet)>> {
    let ids: Vec<i64> = reader.rows(
        sql!(
            "select id from visible where kind = 'RS' and state = 'draft'
             and (cast($1 as bigint) is null or party = $1) order by id desc limit 200"
        ),
        values![party],
    )?;
    let mut sets = reader.find_many::<RequirementSet>(&ids)?;
    sets.sort_by_key(|(record, _)| std::cmp::Reverse(record.id.raw()));
    Ok(sets)
}

/// How many requirements each of these sets holds.
pub fn sizes(reader: &Reader, sets: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let sizes: Vec<(i64, i64)> = reader.rows_among(
        sql!(
            "select target, count(*) from link join visible on visible.id = source
             where target in ($1) and role = 'part_of' and state <> 'withdrawn' group by target"
        ),
        sets,
    )?;
    Ok(sizes.into_iter().collect())
}

/// The party of a record that the actor may see.
pub fn party_of(reader: &Reader, record: i64) -> Result<Option<PartyId>> {
    reader.one(sql!("select party from visible where id = $1"), values![record])
}

/// A text that passages are cited from, with the moment at which it came in.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    pub id: i64,
    pub name: String,
    pub body: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
}

/// What judges a set, asks about it or is agreed on it: reviews, questions, sign-offs, changes, meetings, risks and plans,
/// with what hangs on those in turn.
pub fn judged_by(reader: &Reader, set: i64) -> Result<Vec<i64>> {
    let mut all: Vec<i64> = Vec::new();
    let mut next = vec![set];
    for _ in 0..2 {
        let mut found: Vec<i64> = Vec::new();
        for id in &next {
            found.extend(reader.rows::<i64>(
                sql!(
                    "select source from link join visible on visible.id = source
                     where target = $1 and kind in ('RV', 'CL', 'SF', 'CR', 'MT', 'RK', 'CT') order by source"
                ),
                values![*id],
            )?);
        }
        found.retain(|it| !all.contains(it));
        found.sort_unstable();
        found.dedup();
        all.extend(&found);
        next = found;
    }
    Ok(all)
}

/// The texts of the conversations from which a set or one of its requirements was made.
pub fn texts_behind(reader: &Reader, set: i64) -> Result<Vec<Told>> {
    reader.rows(
        sql!(
            "select id, name, body, at from visible_source where record_id in (
                 select target from link where source = $1 and role = 'derives_from'
                 union select made.target from link as part join link as made on made.source = part.source
                 where part.target = $1 and part.role = 'part_of' and made.role = 'derives_from')
             order by at, id"
        ),
        values![set],
    )
}

/// A passage with the requirement that it became.
#[derive(Clone, Debug, Deserialize)]
pub struct Cited {
    pub id: i64,
    pub source_id: i64,
    pub exact: String,
    pub number: String,
    pub title: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
}

/// The passages that became requirements of a set.
pub fn passages_behind(reader: &Reader, set: i64) -> Result<Vec<Cited>> {
    reader.rows(
        sql!(
            "select passage.id, source_id, exact, number, visible.title, passage.at from passage
             join visible_source as it on it.id = source_id join visible on visible.id = made
             join link on link.source = made and role = 'part_of' where target = $1 order by passage.at, passage.id"
        ),
        values![set],
    )
}

/// The moment at which a text came in.
pub fn told_at(reader: &Reader, source: i64) -> Result<Timestamp> {
    let at: i64 = reader.one(sql!("select at from visible_source where id = $1"), values![source])?;
    Timestamp::from_microsecond(at).map_err(kernel::broken)
}

/// A set as a file.
#[derive(Clone, Debug)]
pub struct Exported {
    pub media_type: &'static str,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Writes a set as a file: its revision, or its working copy where none is named.
pub fn export(reader: &Reader, number: &str, revision: Option<i64>, format: Format) -> Result<Exported> {
    let reading = read(reader, number, revision.map_or(At::Now, At::Revision))?;
    let which = reading.revision.map(|no| format!("-rev-{no}")).unwrap_or_default();
    let name = format!("{}{which}.{}", number.to_lowercase(), format.ending());
    let mut bytes = files::written(&reading, &kept(reader, &reading)?, format, reader.now)?;
    if let (Format::Markdown, Some(site)) = (format, reader.site()?) {
        bytes = at_their_address(&String::from_utf8_lossy(&bytes), &site).into_bytes();
    }
    Ok(Exported { media_type: format.media_type(), name, bytes })
}

/// How an extra value is written where readings are compared: as people read it, or as programs write it.
pub type Telling = fn(&mut Cells, &kernel::Field, &serde_json::Map<String, Json>) -> Result<String>;

/// How a set reads, to be compared with another reading of it: with its extra fields in words, of the working copy those
/// that a revision would freeze.
pub fn to_compare(reader: &Reader, number: &str, at: At, telling: Telling) -> Result<Reading> {
    let mut reading = read(reader, number, at)?;
    let mut cells = Cells::new(reader);
    let belongs = |it: &kernel::Field| reading.revision.is_some() || it.is_read_by_its_party();
    let fields = |kind: &str| Ok::<_, Error>(reader.fields_of(kind)?.into_iter().filter(belongs).collect());
    let (of_the_set, of_each): (Vec<_>, Vec<_>) =
        (fields(RequirementSet::KIND.prefix)?, fields(Requirement::KIND.prefix)?);
    reading.told = in_words(&mut cells, &of_the_set, &reading.extra, telling)?;
    for line in &mut reading.lines {
        line.told = in_words(&mut cells, &of_each, &line.extra, telling)?;
    }
    Ok(reading)
}

fn in_words(
    cells: &mut Cells,
    fields: &[kernel::Field],
    extra: &serde_json::Map<String, Json>,
    telling: Telling,
) -> Result<BTreeMap<String, String>> {
    let mut told = BTreeMap::new();
    for field in fields {
        let words = telling(cells, field, extra)?;
        if !words.is_empty() {
            told.insert(field.key.clone(), words);
        }
    }
    Ok(told)
}

/// What the extra fields of sets and requirements are called, each under the name that a comparison has for it.
pub fn extra_labels(reader: &Reader) -> Result<HashMap<String, String>> {
    let mut all = HashMap::new();
    for kind in [RequirementSet::KIND.prefix, Requirement::KIND.prefix] {
        let fields = reader.fields_of(kind)?.into_iter();
        all.extend(fields.map(|it| (it.place_of_fault(), it.name(web::language::code()).to_owned())));
    }
    Ok(all)
}

/// What the extra fields that a customer reads say of each requirement in a reading, by its number.
pub fn extra_told(reader: &Reader, reading: &Reading) -> Result<HashMap<String, Vec<(String, String)>>> {
    let (mut all, mut cells) = (HashMap::<_, Vec<_>>::new(), Cells::new(reader));
    let fields = reader.fields_of(Requirement::KIND.prefix)?;
    for field in fields.iter().filter(|it| it.is_read_by_its_party()) {
        let label = field.name(web::language::code());
        for line in &reading.lines {
            let words = cells.shown(field, &line.extra)?.words();
            if !words.is_empty() {
                all.entry(line.number.clone()).or_default().push((label.to_owned(), words));
            }
        }
    }
    Ok(all)
}

/// The extra fields that say something of a requirement in a reading, as far as the actor reads them.
pub fn kept(reader: &Reader, reading: &Reading) -> Result<Vec<files::Extra>> {
    let (mut all, mut cells) = (Vec::new(), Cells::new(reader));
    for field in reader.fields_of(Requirement::KIND.prefix)? {
        let mut says = HashMap::new();
        for line in reading.lines.iter().filter(|it| it.extra.contains_key(&field.key)) {
            says.insert(line.number.clone(), cells.written(&field, &line.extra)?);
        }
        if !says.is_empty() {
            let label = field.name(web::language::code()).to_owned();
            all.push(files::Extra { key: field.key, label, says });
        }
    }
    Ok(all)
}
