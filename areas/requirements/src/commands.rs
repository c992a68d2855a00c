//! What people do with a set and its requirements: open, write, move, release, offer.

mod checklist;
mod distribution;
mod found;
mod import;
mod standing;
mod trace;
mod wording;

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{
    Audience, Body, Case, Error, Faults, Frozen, Made, New, Permit, Record, Refusal, Result, Role, Text, Tie,
    ToBeAttached, Work, begun, locate, locate_all, text,
};
use serde_json::{Map, Value as Json};

pub use self::import::IMPORT;
pub use self::standing::{Departure, TakenOver, depart, follow_again, pull};
use crate::model::{
    Captured, Held, Line, Manifest, Reading, Released, Requirement, RequirementSet, Section, Seen,
    requirement, set,
};
use crate::queries::{self, At};
use crate::rules::{GAP, InSet, Put, next_key, room};

pub use checklist::{Answering, answer, lay_beside, release_checklist, take_away};
pub use distribution::{Telling, acknowledge, ask_newcomers, remind, tell, tell_always};
pub use found::take_up_offered;
pub use trace::follow;
pub use wording::{Which, choose_rules, contradicts_again, dismiss, let_stand, restore};

/// A title made of a statement is no longer than this, in characters.
const LONGEST_TITLE: usize = 72;

/// Opens a set for a customer's matter. One section is there from the start, because requirements stand in one;
/// what always holds for the customer is taken over.
pub fn open_set(work: &mut Work, new: &New, body: &RequirementSet) -> Result<Made> {
    let mut body = body.clone();
    if body.sections.is_empty() {
        body.sections.push(Section {
            key: next_key(&body),
            title: web::t!("Requirements"),
            prose: String::new(),
        });
    }
    let made = work.create(new, &body)?;
    if let Some(conversation) = body.conversation {
        work.tie(made.id, Tie::DerivesFrom, conversation)?;
    }
    standing::pull_into_new(work, &made.number)?;
    Ok(made)
}

/// Says something else about a set: its title, matter or intended use.
pub fn describe_set(work: &mut Work, number: &str, seen: Option<i64>, it: &Description) -> Result<()> {
    let mut set = worked_on(work, number, seen)?;
    work.retitle(&mut set, it.title)?;
    work.revise(&mut set, |body| {
        it.matter.clone_into(&mut body.matter);
        it.intended_use.clone_into(&mut body.intended_use);
    })
}

/// What is said about a set as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Description<'a> {
    pub title: &'a str,
    pub matter: &'a str,
    pub intended_use: &'a str,
}

/// Adds a section at the end; tells its key.
pub fn add_section(work: &mut Work, number: &str, title: &str, prose: &str) -> Result<String> {
    let mut set = worked_on(work, number, None)?;
    let key = next_key(&set.body);
    let section = Section { key: key.clone(), title: title.trim().to_owned(), prose: prose.to_owned() };
    work.revise(&mut set, |it| it.sections.push(section))?;
    Ok(key)
}

/// A section of a set that is worked on, to be written anew.
pub fn section_of(work: &Work, number: &str, key: &str) -> Result<Section> {
    let set = worked_on(work, number, None)?;
    Ok(set.body.sections[place_of_section(&set.body, key)?].clone())
}

/// Gives a section another heading or other prose.
pub fn edit_section(work: &mut Work, number: &str, seen: Option<i64>, it: &Section) -> Result<()> {
    let mut set = worked_on(work, number, seen)?;
    let place = place_of_section(&set.body, &it.key)?;
    work.revise(&mut set, |body| body.sections[place] = it.clone())
}

/// Puts a section before another place among the sections, counted from 0.
pub fn move_section(work: &mut Work, number: &str, key: &str, to: usize) -> Result<()> {
    let mut set = worked_on(work, number, None)?;
    let from = place_of_section(&set.body, key)?;
    work.revise(&mut set, |body| {
        let section = body.sections.remove(from);
        body.sections.insert(to.min(body.sections.len()), section);
    })
}

/// Takes an empty section away; [`queries::its_sections_hold_everything`] looks whether it is empty.
pub fn remove_section(work: &mut Work, number: &str, key: &str) -> Result<()> {
    let mut set = worked_on(work, number, None)?;
    let place = place_of_section(&set.body, key)?;
    work.revise(&mut set, |body| {
        body.sections.remove(place);
    })
}

/// A requirement on its way into a set.
#[derive(Clone, Debug, Default)]
pub struct NewRequirement {
    /// Made of the statement where it is empty.
    pub title: String,
    /// The number it had elsewhere.
    pub number: Option<String>,
    /// The key of its section; where it is empty, the first section that is not of standing requirements.
    pub section: String,
    pub put: Put,
    /// What it says. Where it stands is taken from above.
    pub body: Requirement,
}

/// Adds a requirement to a set.
pub fn add(work: &mut Work, set: &str, new: &NewRequirement) -> Result<Made> {
    let set = worked_on(work, set, None)?;
    add_to(work, &set, new)
}

/// Adds many, in their order.
pub fn add_many(work: &mut Work, set: &str, many: &[NewRequirement]) -> Result<Vec<Made>> {
    let set = worked_on(work, set, None)?;
    if many.iter().any(|it| it.put != Put::Last) {
        return many.iter().map(|new| add_to(work, &set, new)).collect();
    }
    add_last(work, &set, many)
}

/// Adds many behind what their sections hold, with few statements.
fn add_last(work: &mut Work, set: &Case<RequirementSet>, many: &[NewRequirement]) -> Result<Vec<Made>> {
    let set_id = set.record.id.raw();
    let mut places: BTreeMap<String, i64> = BTreeMap::new();
    let mut bodies = Vec::with_capacity(many.len());
    for new in many {
        let section = section_or_first(&set.body, &new.section)?.key.clone();
        let place = match places.get(&section) {
            Some(last) => last.saturating_add(GAP),
            None => room(queries::ends(work, set_id, &section)?.1, None).unwrap_or(i64::MAX),
        };
        places.insert(section.clone(), place);
        bodies.push(Requirement { set_id, section, place, ..new.body.clone() });
    }
    let title = |new: &NewRequirement| match new.title.trim() {
        "" => title_of(&new.body.statement),
        title => title.to_owned(),
    };
    let titles: Vec<String> = many.iter().map(title).collect();
    let wanted = many.iter().zip(&titles).zip(bodies).map(|((new, title), body)| {
        let envelope = New {
            title,
            party: set.record.party,
            owner: Some(set.record.owner),
            function: body.function,
            number: new.number.as_deref(),
            ..New::default()
        };
        (envelope, body)
    });
    let made = work.create_many(&wanted.collect::<Vec<_>>())?;
    let ids: Vec<i64> = made.iter().map(|it| it.id).collect();
    work.tie_many(&ids, Tie::PartOf, set_id)?;
    Ok(made)
}

fn add_to(work: &mut Work, set: &Case<RequirementSet>, new: &NewRequirement) -> Result<Made> {
    let section = section_or_first(&set.body, &new.section)?;
    let (set_id, section) = (set.record.id.raw(), section.key.clone());
    let place = make_room(work, set_id, &section, &new.put)?;
    let body = Requirement { set_id, section, place, ..new.body.clone() };
    let title = if new.title.trim().is_empty() { title_of(&body.statement) } else { new.title.clone() };
    let envelope = New {
        title: &title,
        party: set.record.party,
        owner: Some(set.record.owner),
        function: body.function,
        number: new.number.as_deref(),
        ..New::default()
    };
    let made = work.create(&envelope, &body)?;
    work.tie(made.id, Tie::PartOf, set_id)?;
    Ok(made)
}

/// A change of one requirement: field and words, `title` among the fields.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub number: String,
    /// The version that was seen, where it was said.
    pub version: Option<i64>,
    pub fields: Vec<(String, String)>,
}

/// Changes fields of a requirement; those that are not named stay.
///
/// # Errors
/// Names every field whose words do not fit, and refuses what a closed set would not hold any more.
pub fn edit(work: &mut Work, change: &Edit) -> Result<Case<Requirement>> {
    let mut case = work.find::<Requirement>(&change.number)?;
    if let Some(version) = change.version {
        case.must_be_at(version)?;
    }
    let (title, body) = written(&case, &change.fields)?;
    if title == case.record.title && body == case.body {
        return Ok(case);
    }
    open(work, &mut case)?;
    work.retitle(&mut case, &title)?;
    work.revise(&mut case, |it| *it = body)?;
    wording::forget_gone(work, &case)?;
    Ok(case)
}

/// Changes many requirements, all or none.
///
/// # Errors
/// Refuses, by their numbers, what somebody changed since it was seen: nothing of theirs is overwritten.
pub fn edit_many(work: &mut Work, changes: &[Edit]) -> Result<Vec<Case<Requirement>>> {
    let seen = changes.iter().filter_map(|it| Some((it.number.as_str(), it.version?)));
    let overtaken = queries::overtaken(work, seen)?;
    Refusal::unless(overtaken.is_empty(), overtaken_by_others(&overtaken))?;
    changes.iter().map(|it| edit(work, it)).collect()
}

/// Says which requirements somebody else changed first.
pub fn overtaken_by_others(overtaken: &[Case<Requirement>]) -> Text {
    let numbers = overtaken.iter().map(|it| it.record.number.as_str()).collect::<Vec<_>>().join(", ");
    text!(
        "Somebody else changed {numbers} meanwhile. Nothing was changed here. Look at what is there now, then do it again.",
        numbers = numbers
    )
}

/// What a requirement would say.
fn written(case: &Case<Requirement>, fields: &[(String, String)]) -> Result<(String, Requirement), Faults> {
    let (mut title, mut body, mut faults) = (case.record.title.clone(), case.body.clone(), Faults::default());
    for (field, words) in fields {
        if field == "title" {
            words.trim().clone_into(&mut title);
        } else if let Err(Faults(wrong)) = body.write(field, words) {
            faults.0.extend(wrong);
        }
    }
    faults.into_result()?;
    Ok((title, body))
}

/// Opens a requirement for an edit. A valid one becomes a draft again, so that one sees what was touched.
fn open(work: &mut Work, case: &mut Case<Requirement>) -> Result<()> {
    work.must_be_free(case.record.id.raw())?;
    if case.facts != InSet(Some(set::State::Draft)) {
        RequirementSet::must_be_open(&work.find_by_id::<RequirementSet>(case.body.set_id)?)?;
    }
    if case.record.state == requirement::State::Valid {
        work.advance(case, requirement::Step::Reopen)?;
    }
    Ok(())
}

/// A file that the customer reads belongs to what was agreed with them: it comes to that, or takes the place of another,
/// only by a change, which files it itself.
///
/// # Errors
/// Refuses it in an agreed set, with what opens that.
pub fn to_be_attached(work: &mut Work, it: &ToBeAttached) -> Result<()> {
    let kind = work.mention(it.record)?.map(|it| it.kind);
    let set = match kind.as_deref() {
        Some("RS") => work.find_by_id::<RequirementSet>(it.record)?,
        Some("REQ") => {
            let set = work.find_by_id::<Requirement>(it.record)?.body.set_id;
            work.find_by_id::<RequirementSet>(set)?
        }
        _ => return Ok(()),
    };
    let is_read = set.record.party.is_none() || it.audience == Audience::Party;
    let is_agreed = set.record.state == set::State::Agreed;
    if is_read && is_agreed { Ok(RequirementSet::must_be_open(&set)?) } else { Ok(()) }
}

/// Puts a requirement elsewhere in its set. It says the same there, so no new revision of it comes of this.
pub fn move_to(work: &mut Work, number: &str, section: &str, put: &Put) -> Result<Case<Requirement>> {
    let mut case = work.find::<Requirement>(number)?;
    let set = work.find_by_id::<RequirementSet>(case.body.set_id)?;
    RequirementSet::must_be_open(&set)?;
    let section = section_or_first(&set.body, section)?.key.clone();
    if *put == Put::After(number.to_owned()) {
        return Ok(case);
    }
    open(work, &mut case)?;
    let place = make_room(work, case.body.set_id, &section, put)?;
    work.revise(&mut case, |it| {
        it.section = section;
        it.place = place;
    })?;
    Ok(case)
}

/// Takes a requirement out of its set. Its number is never used again.
pub fn withdraw(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<Requirement>(number)?;
    RequirementSet::must_be_open(&work.find_by_id::<RequirementSet>(case.body.set_id)?)?;
    work.because(reason);
    work.advance(&mut case, requirement::Step::Withdraw)
}

/// Withdraws many, all or none.
pub fn withdraw_many(work: &mut Work, numbers: &[String], reason: &str) -> Result<()> {
    numbers.iter().try_for_each(|it| withdraw(work, it, reason))
}

/// Where in a section something comes to stand; numbers the section again where there is no room left.
fn make_room(work: &mut Work, set: i64, section: &str, put: &Put) -> Result<i64> {
    if let Some(place) = free_place(work, set, section, put)? {
        return Ok(place);
    }
    number_again(work, set, section)?;
    Ok(free_place(work, set, section, put)?.expect("places that are given anew have room between them"))
}

fn free_place(work: &Work, set: i64, section: &str, put: &Put) -> Result<Option<i64>> {
    let (first, last) = match put {
        Put::First => (None, queries::ends(work, set, section)?.0),
        Put::Last => (queries::ends(work, set, section)?.1, None),
        Put::After(number) => {
            let place = queries::place_of(work, set, section, number)?;
            let sentence =
                text!("{number} does not stand in this section. Choose another place.", number = number);
            let place = place.ok_or_else(|| Faults::one("after", sentence))?;
            (Some(place), queries::place_behind(work, set, section, place)?)
        }
    };
    Ok(room(first, last))
}

fn number_again(work: &mut Work, set: i64, section: &str) -> Result<()> {
    let held = queries::held(work, &work.find_by_id::<RequirementSet>(set)?)?;
    for (place, (record, body)) in (1..).zip(held.into_iter().filter(|(_, it)| it.section == section)) {
        let mut case = in_open_set(record, body);
        open(work, &mut case)?;
        work.revise(&mut case, |it| it.place = place * GAP)?;
    }
    Ok(())
}

/// A requirement of a set that is known to be worked on; nobody asks its tasks and claims.
fn in_open_set(record: Record<Requirement>, body: Requirement) -> Case<Requirement> {
    Case { record, body, open_tasks: 0, claims: Vec::new(), facts: InSet(Some(set::State::Draft)) }
}

/// Words of a text that become a requirement.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The text in which they stand.
    pub source: i64,
    pub words: Words,
    pub into: Into,
    pub new: NewRequirement,
}

/// Which words of the text.
#[derive(Clone, Debug)]
pub enum Words {
    /// From one character to before another.
    At(i64, i64),
    /// These words, which stand there once.
    Exact(String),
}

/// Into which set.
#[derive(Clone, Debug)]
pub enum Into {
    Set(String),
    /// A new one with this title.
    New(String),
}

/// Makes a requirement of words that somebody wrote, so that one jump leads back to them.
///
/// # Errors
/// The words must stand in the text, and the set belong to whoever the text came from.
pub fn capture(work: &mut Work, it: &Capture) -> Result<Made> {
    let source = work.source(it.source)?;
    let (start, end) = match &it.words {
        Words::At(start, end) => (*start, *end),
        Words::Exact(words) => the_place(&source.body, words)?,
    };
    let party = queries::party_of(work, source.record_id)?;
    let set = match &it.into {
        Into::Set(number) => worked_on(work, number, None)?,
        Into::New(title) => {
            let body = RequirementSet { conversation: Some(source.record_id), ..RequirementSet::default() };
            let made = open_set(work, &New { title, party, ..New::default() }, &body)?;
            work.find(&made.number)?
        }
    };
    let sentence = text!("This text came from another customer. Choose a set of the same customer.");
    let fits = kernel::may(party.is_none() || set.record.party.is_none() || party == set.record.party);
    let mut faults = Faults::default();
    faults.unless(fits, "set", sentence);
    faults.into_result()?;
    let mut new = it.new.clone();
    new.body.passage = slice(&source.body, start, end);
    if new.body.source.is_empty() {
        new.body.source.clone_from(&source.name);
    }
    let made = add_to(work, &set, &new)?;
    work.cite(&source, (start, end), made.id)?;
    // What stands in a file of the set itself rests on it by its words alone.
    if set.record.id.raw() != source.record_id {
        work.tie(made.id, Tie::DerivesFrom, source.record_id)?;
        work.tie(set.record.id.raw(), Tie::DerivesFrom, source.record_id)?;
    }
    work.announce(&Captured {
        number: made.number.clone(),
        record: source.record_id,
        source: source.id,
        origin: source.origin.clone(),
        origin_id: source.origin_id,
        place: (start, end),
    })?;
    Ok(made)
}

/// The one place where words stand.
fn the_place(body: &str, words: &str) -> Result<(i64, i64), Faults> {
    let sentence = match locate_all(body, words)[..] {
        [place] => return Ok(place),
        [] => text!("These words do not stand in the text. Copy them from it."),
        _ => text!(
            "These words stand there more than once. Say which are meant: by their place, or with more of the words around them."
        ),
    };
    Err(Faults::one("exact", sentence))
}

/// Says that words were said when they came in, as far as nobody has said when: there is nobody else to know it.
pub fn said_when_it_came(work: &mut Work, number: &str, source: i64) -> Result<()> {
    let mut case = work.find::<Requirement>(number)?;
    if case.body.said_at.is_some() {
        return Ok(());
    }
    let at = queries::told_at(work, source)?;
    work.revise(&mut case, |it| it.said_at = Some(at))
}

/// Says whose words a requirement was made of and when they were said, as far as that is known and nobody has said so
/// yet. Whoever named somebody else than the speaker keeps that name.
pub fn attribute(
    work: &mut Work,
    number: &str,
    name: &str,
    said_by: Option<i64>,
    at: Option<Timestamp>,
) -> Result<()> {
    let mut case = work.find::<Requirement>(number)?;
    work.revise(&mut case, |it| {
        if it.said_by_name.is_empty() {
            name.clone_into(&mut it.said_by_name);
        }
        if it.said_by_name == name {
            it.said_by = it.said_by.or(said_by);
        }
        it.said_at = it.said_at.or(at);
    })
}

/// The characters of a text from one place to before another.
pub(crate) fn slice(words: &str, start: i64, end: i64) -> String {
    let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
    words.chars().skip(start).take(end.saturating_sub(start)).collect()
}

/// Cites words for a requirement that is there already: an import brings its text and finds where it comes from.
/// Tells whether the words were found.
pub fn cite(work: &mut Work, number: &str, source: i64, words: &str) -> Result<bool> {
    let case = work.find::<Requirement>(number)?;
    let source = work.source(source)?;
    let Some(place) = locate(&source.body, words) else { return Ok(false) };
    let id = case.record.id.raw();
    work.cite(&source, place, id)?;
    work.tie(id, Tie::DerivesFrom, source.record_id)?;
    work.tie(case.body.set_id, Tie::DerivesFrom, source.record_id)?;
    Ok(true)
}

/// Releases the next revision of a set: freezes what changed, and the manifest that holds all of it.
pub fn release(work: &mut Work, number: &str, reason: &str) -> Result<Frozen> {
    let mut set = work.find::<RequirementSet>(number)?;
    RequirementSet::FLOW.target(&set, work.actor, set::Step::Release)?;
    work.because(reason);
    let frozen = freeze_all(work, &mut set)?;
    work.advance(&mut set, set::Step::Release)?;
    if frozen.is_new {
        distribution::distribute(work, &set.record, &frozen)?;
        work.announce(&Released { record: set.record.id.raw(), revision: frozen.no })?;
    }
    Ok(frozen)
}

/// Releases what somebody had before their eyes, and nothing else.
///
/// # Errors
/// Refuses, by their numbers, what was changed, added or taken away since it was seen.
pub fn release_seen(work: &mut Work, number: &str, reason: &str, seen: &Seen) -> Result<Frozen> {
    let now = queries::seen_now(work, number)?;
    let others = seen.unlike(&now).join(", ");
    let sentence = text!(
        "Nothing was released: {numbers} changed while you looked. Look at what is there now, then release again.",
        numbers = others.as_str()
    );
    Refusal::unless(others.is_empty(), sentence)?;
    release(work, number, reason)
}

fn freeze_all(work: &mut Work, set: &mut Case<RequirementSet>) -> Result<Frozen> {
    let mut held = queries::held(work, set)?;
    let frozen = work.release_many(&mut held)?;
    let manifest = as_before(work, set, manifest(work, set, held.iter().zip(&frozen))?)?;
    for (record, body) in held.into_iter().filter(|(it, _)| it.state == requirement::State::Draft) {
        work.advance(&mut in_open_set(record, body), requirement::Step::Release)?;
    }
    work.freeze(&mut set.record, &serde_json::to_value(manifest)?)
}

/// Freezes a set whose requirements a change put in force; whoever must know it is asked to read it.
pub fn freeze_changed(work: &mut Work, set: i64) -> Result<Frozen> {
    let mut set = work.find_by_id::<RequirementSet>(set)?;
    let before = set.record.offered;
    let frozen = freeze_all(work, &mut set)?;
    if frozen.is_new {
        distribution::distribute(work, &set.record, &frozen)?;
    }
    if before.is_some() {
        let shown = queries::read(work, &set.record.number, At::Revision(frozen.no))?;
        offer_parts(work, &set, &shown.lines)?;
    }
    Ok(frozen)
}

/// Puts a requirement that a change proposes into a set that is closed to other edits; in its first section of
/// its own, where the fields name none.
pub fn add_changed(work: &mut Work, set: i64, fields: &Map<String, Json>) -> Result<Made> {
    let set = work.find_by_id::<RequirementSet>(set)?;
    let (mut fields, extra) = web::extra::parted(fields)?;
    let said = |it: Option<Json>| it.and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
    let (title, section) = (said(fields.remove("title")), said(fields.remove("section")));
    let body: Requirement = kernel::typed(Json::Object(fields))?;
    let new = NewRequirement { title, section, body, ..NewRequirement::default() };
    let made = add_to(work, &set, &new)?;
    let mut extra = web::extra::read_row(work, Requirement::KIND.prefix, &extra)?;
    extra.retain(|_, it| !it.is_null());
    if !extra.is_empty() {
        work.fill_new::<Requirement>(&made.number, &extra)?;
    }
    Ok(made)
}

fn manifest<'a>(
    work: &Work,
    set: &Case<RequirementSet>,
    lines: impl Iterator<Item = (&'a (Record<Requirement>, Requirement), &'a Frozen)>,
) -> Result<Manifest> {
    let id = set.record.id.raw();
    let departures = queries::departures(work, id)?;
    let mut enclosed = queries::enclosed(work, set, None)?;
    Ok(Manifest {
        title: set.record.title.clone(),
        matter: set.body.matter.clone(),
        intended_use: set.body.intended_use.clone(),
        sections: set.body.sections.clone(),
        lines: lines
            .map(|((record, body), frozen)| Held {
                section: body.section.clone(),
                number: record.number.clone(),
                revision: frozen.no,
                digest: frozen.digest.clone(),
                title: record.title.clone(),
                files: Some(enclosed.remove(&record.number).unwrap_or_default()),
            })
            .collect(),
        files: queries::filed(work, set, None)?,
        departures,
    })
}

/// A manifest as the last revision has it, where that is from before the files of requirements were frozen and nothing
/// else is new: a set is not released again because of how it is written down.
fn as_before(work: &Work, set: &Case<RequirementSet>, manifest: Manifest) -> Result<Manifest> {
    let id = set.record.id.raw();
    let Some(last) = work.revisions(id)?.first().map(|it| it.no) else { return Ok(manifest) };
    if manifest.has_enclosed() {
        return Ok(manifest);
    }
    let (old, (_, last)) = (manifest.without_enclosed(), queries::manifest(work, id, last)?);
    Ok(if old == last { old } else { manifest })
}

/// Shows a revision to the customer, with the requirements that it holds.
///
/// # Errors
/// Refuses what was offered already, what names files that only we read, and whoever neither owns the set nor writes
/// requirements.
pub fn offer(work: &mut Work, number: &str, no: i64) -> Result<()> {
    let mut set = work.find::<RequirementSet>(number)?;
    Permit::Owner
        .covers(work.actor, Some(set.record.owner))
        .or(Permit::Has(Role::Engineer).covers(work.actor, None))?;
    let sentence = text!("Choose the customer of this set first: it belongs to nobody.");
    Refusal::unless(set.record.party.is_some(), sentence)?;
    let sentence = text!("Revision {no} is with the customer already.", no = no.to_string());
    Refusal::unless(set.record.offered != Some(no), sentence)?;
    must_name_nothing_of_ours(work, &set, no)?;
    let shown = queries::read(work, number, At::Revision(no))?;
    work.offer(&mut set.record, no, &shown_words(&shown))?;
    offer_parts(work, &set, &shown.lines)
}

/// By which words a customer finds a set that they were shown.
fn shown_words(shown: &Reading) -> String {
    let says = RequirementSet {
        matter: shown.matter.clone(),
        intended_use: shown.intended_use.clone(),
        sections: shown.sections.clone(),
        ..RequirementSet::default()
    };
    says.words()
}

/// A set that had no customer froze all its files and those of its requirements.
fn must_name_nothing_of_ours(work: &Work, set: &Case<RequirementSet>, no: i64) -> Result<()> {
    let (_, manifest) = queries::manifest(work, set.record.id.raw(), no)?;
    let theirs = queries::with_the_customer(work, set)?;
    let ours = |number: &str, digest: &str| !theirs.contains(&(number.to_owned(), digest.to_owned()));
    let number = set.record.number.as_str();
    let own = manifest.files.iter().any(|it| ours(number, &it.digest)).then_some(number);
    let parts = manifest
        .lines
        .iter()
        .filter(|it| it.files.iter().flatten().any(|file| ours(&it.number, &file.digest)))
        .map(|it| it.number.as_str());
    let numbers: Vec<&str> = own.into_iter().chain(parts).collect();
    let sentence = text!(
        "Revision {no} names files of {numbers} that only we read. Release the set again for its customer, then offer that revision.",
        no = no.to_string(),
        numbers = numbers.join(", ")
    );
    Ok(Refusal::unless(numbers.is_empty(), sentence)?)
}

/// Shows the requirements that a revision of a set holds, as it says them.
fn offer_parts(work: &mut Work, set: &Case<RequirementSet>, lines: &[Line]) -> Result<()> {
    let ids = queries::ever_held(work, set.record.id.raw())?;
    for (mut record, _) in work.find_many::<Requirement>(&ids)? {
        let line = lines.iter().find(|it| it.number == record.number);
        let held = line.and_then(|it| Some((it.body.words(), it.frozen.as_ref()?.0)));
        if let Some((words, no)) = held.filter(|(_, no)| record.offered != Some(*no)) {
            work.offer(&mut record, no, &words)?;
        }
    }
    Ok(())
}

/// A set that is worked on, in the version that was seen.
#[track_caller]
fn worked_on(work: &Work, number: &str, seen: Option<i64>) -> Result<Case<RequirementSet>> {
    let set = work.find::<RequirementSet>(number)?;
    RequirementSet::EDIT.covers(work.actor, Some(set.record.owner))?;
    if let Some(version) = seen {
        set.must_be_at(version)?;
    }
    RequirementSet::must_be_open(&set)?;
    Ok(set)
}

fn section_or_first<'a>(set: &'a RequirementSet, key: &str) -> Result<&'a Section> {
    let section =
        if key.is_empty() { set.first_own_section() } else { set.sections.iter().find(|it| it.key == key) };
    let sentence = text!("There is no such section. Choose one of the set.");
    section.ok_or_else(|| Faults::one("section", sentence).into())
}

fn place_of_section(set: &RequirementSet, key: &str) -> Result<usize> {
    set.sections.iter().position(|it| it.key == key).ok_or(Error::NotFound)
}

/// The first words of a statement, cut between words.
pub fn title_of(statement: &str) -> String {
    begun(&markdown::plain(statement), LONGEST_TITLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_between_words() {
        assert_eq!(title_of("Line **A** shall dose."), "Line A shall dose.");
        let long = title_of(
            "The set point of line A shall be adjustable from 75 to 200 mg/l active PAA in steps of 5 mg/l.",
        );
        assert_eq!(long, "The set point of line A shall be adjustable from 75 to 200 mg/l active…");
    }
}
