//! What a change touches: decided item by item, held under the change, with what each is to say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{
    Case, ColumnHolds, Entry, Error, Faults, Mention, Missing, Refusal, Result, Says, Text, Tie, Vocabulary,
    Work, digest, name_folded, text,
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::files::{leave_files_of, put_on_what_lies_there};
use super::{being_written, still_written};
use crate::model::{Action, ChangeRequest, Edition, Item, NewItem, State};
use crate::queries;

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    item: Option<i64>,
    name: &'a str,
    folded: Option<String>,
    sort: &'a str,
    way: &'a [String],
    action: Action,
    reason: &'a str,
    digest: &'a str,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Decided<'a> {
    folded: Option<String>,
    action: Action,
    reason: &'a str,
    at: i64,
    by: i64,
}

#[derive(Serialize)]
struct Redline<'a> {
    /// None where it goes.
    proposed: Option<&'a Map<String, Json>>,
    base: &'a Map<String, Json>,
    based_on: &'a str,
    digest: &'a str,
}

/// What a document is to be: the edition that comes, and the one in whose place.
#[derive(Serialize)]
struct Edited<'a> {
    folded: String,
    /// None where it goes.
    proposed: Option<&'a Map<String, Json>>,
    base: &'a Map<String, Json>,
    /// None where it is new.
    based_on: Option<&'a str>,
    stands_on: Option<i64>,
    digest: &'a str,
    /// What somebody changed by hand meanwhile is said anew.
    done_on: Option<Date>,
}

#[derive(Serialize)]
struct Done {
    done_on: Date,
}

/// Decides what becomes of something that may be affected: a record by its number, a product by its article number
/// where nobody said that it is something else, or anything else by its name.
/// A record that changes is under the change from then on; an organisation is told of it. Tells the key of the line.
///
/// # Errors
/// Asks for a reason where it stays or has nothing to do with it; refuses what was never released.
pub fn decide(work: &mut Work, number: &str, new: &NewItem) -> Result<i64> {
    let change = still_written(work, number)?;
    let name = new.name.trim();
    let item = if new.sort.trim().is_empty() { called(work, name)? } else { numbered(work, name)? };
    let action = meant(work, new.action, item.as_ref());
    let new = &NewItem { action, way: new.way.clone(), ..*new };
    let mut faults = Faults::default();
    faults.unless(!name.is_empty() && name.chars().count() <= 200, "item", text!("Name what is affected."));
    let needs_reason = matches!(new.action, Action::Keep | Action::Dismiss | Action::Remove);
    faults.unless(!needs_reason || !new.reason.trim().is_empty(), "reason", text!("Say why."));
    let fits = new.reason.chars().count() <= 2000;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 2000i64));
    let is_party = is_party(work, item.as_ref());
    faults.unless(!is_party || !new.action.changes(), "action", organisations_are_told());
    faults.unless(is_party || new.action != Action::Tell, "action", only_organisations_are_told());
    if let Some(item) = &item {
        let entry = work.registry().kind(&item.kind).ok_or(Error::NotFound)?;
        let sentence = text!("Nothing can be added to {number} by a change.", number = item.number.as_str());
        faults.unless(new.action != Action::Add || entry.freezes_parts(), "action", sentence);
        let itself =
            text!("A change does not affect itself or other changes. Replace the other one instead.");
        faults.unless(item.kind != "CR", "item", itself);
    } else {
        let sentence =
            text!("There is no record of this number. Name one, or say what it is: a drawing, a procedure.");
        faults.unless(!new.sort.trim().is_empty(), "item", sentence);
        if let Some((_, other)) = queries::line_of_document(work, change.id, name)?.filter(|it| it.1 != name)
        {
            faults.add("item", called_otherwise(name, &other));
        }
    }
    faults.into_result()?;
    match &item {
        Some(item) if new.action.changes() && is_put_off(&change) => {
            hold_later(work, &change, std::slice::from_ref(item))?;
        }
        Some(item) if new.action.changes() => work.take_under_change(&change, item)?,
        Some(item) if new.action == Action::Tell => work.tie(change.id, Tie::Affects, item.id)?,
        Some(item) if !adds_into(&queries::items(work, change.id)?).contains(&item.id) => {
            let_go(work, &change, item.id)?;
        }
        _ => {}
    }
    let id = keep_line(work, change.id, item.as_ref(), new)?;
    if new.action == Action::Remove {
        keep_what_goes(work, change.id, &item.iter().map(|it| it.id).collect())?;
    }
    let told = json!({ "item": name, "is": new.action, "because": new.reason.trim() });
    work.note(change.id, json!({ "affected": told }))?;
    work.called("affected_decided");
    Ok(id)
}

/// The records into which a change puts something new.
fn adds_into(items: &[Item]) -> BTreeSet<i64> {
    items.iter().filter(|it| it.action == Action::Add).filter_map(|it| it.item).collect()
}

/// Lets go of a record that a change does not touch after all: others may edit it, and nothing says that the change
/// affects it.
fn let_go(work: &mut Work, change: &Mention, item: i64) -> Result<()> {
    work.give_free(change, item)?;
    match work.link_between(change.id, Tie::Affects, item)? {
        Some(_) => work.untie(change.id, Tie::Affects, item),
        None => Ok(()),
    }
}

/// Why a document is not decided about twice, under two ways of writing its name.
fn called_otherwise(name: &str, other: &str) -> Text {
    text!(
        "“{name}” is the same as “{other}”, which this change touches already. Decide about that one, or take that decision back first.",
        name = name,
        other = other
    )
}

fn is_put_off(change: &Mention) -> bool {
    change.state == State::Deferred.code()
}

/// A change that is put off holds nothing until it is taken up again; then everything that it is to change comes under
/// it.
fn hold_later(work: &mut Work, change: &Mention, items: &[Mention]) -> Result<()> {
    Refusal::of(work.not_under_change(items)?.into_values().take(NAMED).collect())?;
    work.tie_to_many(change.id, Tie::Affects, items)
}

/// What becomes of it, where an organisation is among what changes: it is told.
fn meant(work: &Work, action: Action, item: Option<&Mention>) -> Action {
    if action == Action::Change && is_party(work, item) { Action::Tell } else { action }
}

fn is_party(work: &Work, item: Option<&Mention>) -> bool {
    item.and_then(|it| work.registry().kind(&it.kind)).is_some_and(|it| it.is_party)
}

fn organisations_are_told() -> Text {
    text!("An organisation is told of a change and not changed by it. Choose that it is told.")
}

fn only_organisations_are_told() -> Text {
    text!("Only an organisation is told. Choose what becomes of this.")
}

fn keep_line(work: &mut Work, change: i64, item: Option<&Mention>, new: &NewItem) -> Result<i64> {
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let (name, reason) = (item.map_or(new.name.trim(), |it| it.number.as_str()), new.reason.trim());
    let known = match item {
        None => queries::line_of_document(work, change, name)?.map(|(id, _)| id),
        Some(_) if new.action == Action::Add => None,
        Some(_) => queries::line_of(work, change, name)?,
    };
    let folded = folded(item, name);
    if let Some(id) = known {
        work.amend("change_item", change, id, &Decided { folded, action: new.action, reason, at, by })?;
        return Ok(id);
    }
    let line = NewLine {
        record_id: change,
        item: item.map(|it| it.id),
        name,
        folded,
        sort: new.sort.trim(),
        way: &new.way,
        action: new.action,
        reason,
        digest: "",
        at,
        by,
    };
    work.add("change_item", change, &line)
}

/// How a document is compared by its name; a record is by its key.
fn folded(item: Option<&Mention>, name: &str) -> Option<String> {
    item.is_none().then(|| name_folded(name))
}

/// The record of this number, or the product of this article number; none where it is a name.
fn called(work: &Work, name: &str) -> Result<Option<Mention>> {
    if let Some(it) = numbered(work, name)? {
        return Ok(Some(it));
    }
    Ok(queries::article(work, name)?.map(|it| work.mention(it)).transpose()?.flatten())
}

/// The record of this number, whoever writes it however; none where it is a name.
fn numbered(work: &Work, name: &str) -> Result<Option<Mention>> {
    match work.mention_of(&name.to_uppercase()) {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Something among many that are decided about, with the way on which it was found.
struct Marked {
    /// The record; none where it is a document.
    item: Option<Mention>,
    name: String,
    sort: String,
    is_party: bool,
    way: Vec<String>,
}

/// Decides about many things at once, all or none; each with the way on which it was found from some words. Tells how
/// many.
///
/// # Errors
/// Names what there is not.
pub fn accept_all(
    work: &mut Work,
    number: &str,
    (names, words): (&[String], &str),
    (action, reason): (Action, &str),
) -> Result<usize> {
    let case = being_written(work, number)?;
    let mut faults = Faults::default();
    faults.unless(!names.is_empty(), "marked", text!("Mark at least one in the list first."));
    faults.into_result()?;
    let mut by_name: BTreeMap<String, Marked> =
        found(work, &case, words)?.into_iter().map(|it| (it.name.clone(), it)).collect();
    let (mut named, mut seen) = (Vec::with_capacity(names.len()), BTreeSet::new());
    for name in names.iter().filter(|it| seen.insert(it.to_uppercase())) {
        named.push(match by_name.remove(name).or_else(|| by_name.remove(&name.to_uppercase())) {
            Some(found) => found,
            None => marked(work, name)?,
        });
    }
    decide_many(work, &super::mention(&case), &named, (action, reason))
}

/// A record that somebody names, and on which no way led.
fn marked(work: &Work, name: &str) -> Result<Marked> {
    let sentence = text!("There is no {number}.", number = name);
    let it = called(work, name)?.ok_or_else(|| Faults::one("marked", sentence))?;
    let is_party = is_party(work, Some(&it));
    Ok(Marked { name: it.number.clone(), sort: String::new(), is_party, way: Vec::new(), item: Some(it) })
}

/// Everything that is found from some words, the nearest first.
fn found(work: &Work, case: &Case<ChangeRequest>, words: &str) -> Result<Vec<Marked>> {
    let found = queries::all_found(work, case.record.id.raw(), case.body.cause, words)?.items;
    let mut mentions = work.mentions(&found.iter().filter_map(|it| it.id).collect::<Vec<i64>>())?;
    let all = found.into_iter().filter_map(|it| {
        let item = match it.id {
            Some(id) => Some(mentions.remove(&id)?),
            None => None,
        };
        Some(Marked { item, name: it.number, sort: it.sort, is_party: it.is_party, way: it.way })
    });
    Ok(all.collect())
}

/// What became of everything that was found.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// How many were decided about.
    pub decided: usize,
    /// Those that cannot come under a change yet, each with the reason. They stay what may be affected.
    pub left: Vec<Missing>,
}

/// Decides about everything that is found from some words and from what is decided already, by one deed however much
/// that is. What cannot come under a change yet is left and named.
///
/// # Errors
/// Refuses where nothing is found, and where everything has to be left.
pub fn accept_found(
    work: &mut Work,
    number: &str,
    words: &str,
    (action, reason): (Action, &str),
) -> Result<Accepted> {
    let case = being_written(work, number)?;
    let mut named = found(work, &case, words)?;
    let sentence = text!("Nothing is found along the links. Name where to begin.");
    Refusal::unless(!named.is_empty(), sentence)?;
    let mut left = Vec::new();
    if action.changes() {
        let records = named.iter().filter(|it| !it.is_party).filter_map(|it| it.item.clone());
        let mut refused = work.not_under_change(&records.collect::<Vec<_>>())?;
        named.retain(|it| match &it.item {
            Some(_) if it.is_party => true,
            Some(item) => match refused.remove(&item.id) {
                Some(why) => {
                    left.push(why);
                    false
                }
                None => true,
            },
            None => {
                left.push(Missing { sentence: by_hand(&it.name), link: None });
                false
            }
        });
    }
    if named.is_empty() {
        return Err(Refusal(left.into_iter().take(NAMED).collect()).into());
    }
    let decided = decide_many(work, &super::mention(&case), &named, (action, reason))?;
    Ok(Accepted { decided, left })
}

/// Why a document is not accepted with everything else.
fn by_hand(name: &str) -> Text {
    text!(
        "{document} is a document. Decide about it by itself, so that somebody says which edition it gets.",
        document = name
    )
}

/// So many things are named in one refusal; nobody reads more.
const NAMED: usize = 20;

fn decide_many(
    work: &mut Work,
    change: &Mention,
    named: &[Marked],
    (action, reason): (Action, &str),
) -> Result<usize> {
    let reason = reason.trim();
    let mut faults = Faults::default();
    let needs_reason = matches!(action, Action::Keep | Action::Dismiss | Action::Remove);
    faults.unless(!needs_reason || !reason.is_empty(), "reason", text!("Say why."));
    let fits = reason.chars().count() <= 2000;
    faults.unless(fits, "reason", text!("Shorten it to {count} characters.", count = 2000i64));
    let sentence = text!("Put something new into one at a time, so that it can be written.");
    faults.unless(action != Action::Add, "action", sentence);
    let has_party = named.iter().any(|it| it.is_party);
    faults.unless(!has_party || action != Action::Remove, "action", organisations_are_told());
    let has_other = named.iter().any(|it| !it.is_party);
    faults.unless(!has_other || action != Action::Tell, "action", only_organisations_are_told());
    let itself = text!("A change does not affect itself or other changes. Replace the other one instead.");
    let is_change = |it: &Marked| it.item.as_ref().is_some_and(|it| it.kind == "CR");
    faults.unless(!named.iter().any(is_change), "item", itself);
    faults.into_result()?;
    // Organisations among what changes are told; nothing of them is closed to other edits.
    let of = |it: &Marked| if it.is_party && action.changes() { Action::Tell } else { action };
    let those = |is_meant: fn(&Marked) -> bool| {
        named.iter().filter(move |it| is_meant(it)).filter_map(|it| it.item.clone())
    };
    let records: Vec<Mention> = those(|it| !it.is_party).collect();
    let told: Vec<Mention> =
        those(|it| it.is_party).filter(|_| action.changes() || action == Action::Tell).collect();
    if action.changes() && is_put_off(change) {
        hold_later(work, change, &records)?;
    } else if action.changes() {
        work.take_many_under_change(change, &records)?;
    } else {
        let items = queries::items(work, change.id)?;
        let known: BTreeSet<i64> = items.iter().filter_map(|it| it.item).collect();
        let kept = adds_into(&items);
        for it in records.iter().filter(|it| known.contains(&it.id) && !kept.contains(&it.id)) {
            let_go(work, change, it.id)?;
        }
    }
    work.tie_to_many(change.id, Tie::Affects, &told)?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let known: BTreeMap<String, i64> = queries::items(work, change.id)?
        .into_iter()
        .filter(|it| it.action != Action::Add)
        .map(|it| (it.name, it.id))
        .collect();
    let mut new = Vec::new();
    for it in named {
        let folded = folded(it.item.as_ref(), &it.name);
        match known.get(&it.name) {
            Some(line) => {
                let decided = Decided { folded, action: of(it), reason, at, by };
                work.amend("change_item", change.id, *line, &decided)?;
            }
            None => new.push(NewLine {
                record_id: change.id,
                item: it.item.as_ref().map(|it| it.id),
                name: &it.name,
                folded,
                sort: &it.sort,
                way: &it.way,
                action: of(it),
                reason,
                digest: "",
                at,
                by,
            }),
        }
    }
    work.add_many("change_item", change.id, &new)?;
    if action == Action::Remove {
        keep_what_goes(work, change.id, &records.iter().map(|it| it.id).collect())?;
    }
    let numbers: Vec<&str> = named.iter().map(|it| it.name.as_str()).collect();
    work.note(change.id, json!({ "affected": { "items": numbers, "is": action, "because": reason } }))?;
    work.called("affected_decided");
    Ok(named.len())
}

/// Takes a decision back, as if nobody had looked at it yet.
pub fn undecide(work: &mut Work, number: &str, line: i64) -> Result<()> {
    let change = still_written(work, number)?;
    let item = queries::item(work, change.id, line)?;
    leave_files_of(work, change.id, line)?;
    work.remove("change_item", change.id, line)?;
    let others = queries::items(work, change.id)?;
    if let Some(record) = item.item.filter(|id| others.iter().all(|it| it.item != Some(*id))) {
        let_go(work, &change, record)?;
    }
    work.note(change.id, json!({ "affected": { "item": item.name, "is": "undecided" } }))?;
    work.called("affected_decided");
    Ok(())
}

/// Writes what a record is to say: the fields that differ from what it says now, `title` among them; for something
/// new all its fields. Of a document that is no record here `edition_before`, which it has, `edition`, which it gets, and
/// `changes`, what changes in it.
///
/// # Errors
/// Names every field that does not fit.
pub fn propose(work: &mut Work, number: &str, line: i64, fields: &Map<String, Json>) -> Result<()> {
    let change = still_written(work, number)?.id;
    let item = queries::item(work, change, line)?;
    let sentence = text!("It does not change. Decide that it does first.");
    if item.is_document() {
        Refusal::unless(item.action.changes(), sentence)?;
        return keep_edition(work, change, &item, fields);
    }
    Refusal::unless(matches!(item.action, Action::Change | Action::Add), sentence)?;
    let says = work.say_now(&item.item.into_iter().collect::<Vec<_>>())?.into_values().next();
    let says = says.ok_or(Error::NotFound)?;
    let proposed = match item.action {
        Action::Add => something_new(work, entry_of(work, &says)?, fields)?,
        _ => differing(entry_of(work, &says)?, &says, fields)?,
    };
    keep_redline(work, change, &item, (&proposed, &says.fields, &says.based_on))
}

/// Writes what many records are to say, by one deed: the number of each with the fields that differ. Tells how many.
///
/// # Errors
/// Names every item that does not change, and every field that does not fit, as `REQ-0430.statement`.
pub fn propose_many(work: &mut Work, number: &str, many: &[(String, Map<String, Json>)]) -> Result<usize> {
    let change = still_written(work, number)?.id;
    let items: BTreeMap<String, Item> = queries::items(work, change)?
        .into_iter()
        .filter(|it| it.action == Action::Change && it.is_coming())
        .map(|it| (it.name.clone(), it))
        .collect();
    let ids: Vec<i64> = many.iter().filter_map(|(name, _)| items.get(name)?.item).collect();
    let says = work.say_now(&ids)?;
    let mut faults = Faults::default();
    faults.unless(!many.is_empty(), "redlines", text!("Say of at least one what it is to say."));
    let mut written = Vec::with_capacity(many.len());
    for (name, fields) in many {
        let item = items.get(name);
        let Some((item, says)) = item.and_then(|it| Some((it, says.get(&it.item?)?))) else {
            let sentence = text!("{item} does not change. Decide that it does first.", item = name.as_str());
            faults.add(name, sentence);
            continue;
        };
        match differing(entry_of(work, says)?, says, fields) {
            Ok(proposed) => written.push((item, says, proposed)),
            Err(Error::Invalid(Faults(wrong))) => {
                faults.0.extend(wrong.into_iter().map(|(field, it)| (format!("{name}.{field}"), it)));
            }
            Err(error) => return Err(error),
        }
    }
    faults.0.truncate(NAMED);
    faults.into_result()?;
    for (item, says, proposed) in &written {
        keep_redline(work, change, item, (proposed, &says.fields, &says.based_on))?;
    }
    Ok(written.len())
}

/// Writes other words in place of some, in everything that changes and says them: EPDM becomes FKM. What was written
/// before is the ground. Tells in how many.
///
/// # Errors
/// Refuses words that stand nowhere.
pub fn replace_words(work: &mut Work, number: &str, (from, to): (&str, &str)) -> Result<usize> {
    let change = still_written(work, number)?.id;
    let (from, to) = (from.trim(), to.trim());
    let mut faults = Faults::default();
    faults.unless(!from.is_empty(), "from", text!("Say which words are replaced."));
    faults.unless(from != to, "to", text!("Say what stands there instead."));
    for (field, words) in [("from", from), ("to", to)] {
        let fits = words.chars().count() <= 500;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 500i64));
    }
    faults.into_result()?;
    let coming = queries::items(work, change)?.into_iter();
    let coming: Vec<Item> = coming.filter(|it| it.action == Action::Change && it.is_coming()).collect();
    let says = work.say_now(&coming.iter().filter_map(|it| it.item).collect::<Vec<i64>>())?;
    let mut wordy: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut many = Vec::new();
    for item in &coming {
        let Some(says) = item.item.and_then(|id| says.get(&id)) else { continue };
        let entry = entry_of(work, says)?;
        let fields = wordy.entry(entry.kind.prefix).or_insert_with(|| wordy_fields(entry));
        let mut then = says.fields.clone();
        then.extend(item.proposed.clone().unwrap_or_default());
        let mut proposed = item.proposed.clone().unwrap_or_default();
        let mut is_met = false;
        for field in fields.iter() {
            let Some(words) = then.get(field).and_then(Json::as_str).filter(|it| it.contains(from)) else {
                continue;
            };
            proposed.insert(field.clone(), json!(words.replace(from, to)));
            is_met = true;
        }
        if is_met {
            many.push((item.name.clone(), proposed));
        }
    }
    let sentence = text!("“{words}” stands in nothing that changes.", words = from);
    Refusal::unless(!many.is_empty(), sentence)?;
    propose_many(work, number, &many)
}

/// The fields of a kind that hold words which it says; its title among them.
fn wordy_fields(entry: &Entry) -> Vec<String> {
    let own = entry.columns.iter().filter(|it| it.holds == ColumnHolds::Words && entry.is_said(&it.name));
    std::iter::once("title".to_owned()).chain(own.map(|it| it.name.clone())).collect()
}

fn entry_of<'a>(work: &Work<'a>, says: &Says) -> Result<&'a Entry> {
    work.registry().kind(&says.mention.kind).ok_or(Error::NotFound)
}

/// What is put into a whole, with what the house keeps of such a record, as a table writes it.
fn something_new(work: &Work, whole: &Entry, fields: &Map<String, Json>) -> Result<Map<String, Json>> {
    let (mut own, extra) = web::extra::parted(fields)?;
    let says_something = own.values().any(|it| it.as_str().is_some_and(|it| !it.trim().is_empty()));
    if !says_something {
        return Err(Faults::one("statement", text!("Write what is new.")).into());
    }
    let kind = whole.holds_kind().unwrap_or_default();
    let extra = web::extra::read_row(work, kind, &extra)?;
    let (fields, mut cells) = (work.fields_of(kind)?, web::extra::Cells::new(work));
    let mut faults = Faults::default();
    for (key, value) in &extra {
        let field = fields.iter().find(|it| it.key == *key && it.is_in_use());
        let place = format!("extra.{key}");
        faults.unless(field.is_some(), &place, text!("There is no such field. Leave it out."));
        if let Some(field) = field.filter(|_| !value.is_null()) {
            own.insert(place, cells.written(field, &extra)?.into());
        }
    }
    faults.into_result()?;
    work.must_say(kind, &extra)?;
    Ok(own)
}

/// Only what differs is proposed, so that two changes meet only where they do.
fn differing(entry: &Entry, says: &Says, fields: &Map<String, Json>) -> Result<Map<String, Json>> {
    let (title, body) = entry.try_on(&says.mention.title, says.body.clone(), fields)?;
    let mut after = body.as_object().cloned().unwrap_or_default();
    after.insert("title".to_owned(), json!(title.trim()));
    let proposed: Map<String, Json> =
        after.into_iter().filter(|(field, value)| says.fields.get(field) != Some(value)).collect();
    let sentence = text!("This is what it says already. Change something, or decide that it stays.");
    if proposed.is_empty() { Err(Faults::one("statement", sentence).into()) } else { Ok(proposed) }
}

fn keep_redline(
    work: &mut Work,
    change: i64,
    item: &Item,
    (proposed, now, based_on): (&Map<String, Json>, &Map<String, Json>, &str),
) -> Result<()> {
    let base: Map<String, Json> = match item.action {
        Action::Add => Map::new(),
        _ => now.clone(),
    };
    // Whoever signs sees what each field says now beside what it would say: the signature is under both.
    let seen: Map<String, Json> =
        proposed.iter().map(|(field, after)| (field.clone(), json!([base.get(field), after]))).collect();
    let digest = digest(&Json::Object(seen))?;
    let line = Redline { proposed: Some(proposed), base: &base, based_on, digest: &digest };
    work.amend("change_item", change, item.id, &line)?;
    work.note(change, json!({ "redline": { "of": item.name, "digest": digest } }))?;
    work.called("redline_written");
    Ok(())
}

/// So many characters the name of an edition may have, and what changes in it.
const LONGEST: (usize, usize) = (100, 20_000);

/// Keeps which edition of a document comes and which one goes: of what is new only the first, of what is taken away only
/// the other.
fn keep_edition(work: &mut Work, change: i64, item: &Item, fields: &Map<String, Json>) -> Result<()> {
    let said = |field: &str| fields.get(field).and_then(Json::as_str).unwrap_or_default().trim();
    let before = Some(said("edition_before")).filter(|_| item.action != Action::Add);
    let after = Some(said("edition")).filter(|_| item.action != Action::Remove);
    let changes = Some(said("changes")).filter(|it| after.is_some() && !it.is_empty());
    let mut faults = Faults::default();
    for field in fields.keys().filter(|it| !["edition_before", "edition", "changes"].contains(&it.as_str())) {
        faults.add(field, text!("There is no such field. Leave it out."));
    }
    let sentence = text!("Say which edition it has today.");
    faults.unless(before.is_none_or(|it| !it.is_empty()), "edition_before", sentence);
    faults.unless(after.is_none_or(|it| !it.is_empty()), "edition", text!("Say which edition it gets."));
    let sentence = text!("It has this edition today. Say which one it gets.");
    faults.unless(after.is_none_or(|it| it.is_empty()) || before != after, "edition", sentence);
    let now = queries::edition_in_force(work, item)?;
    if let Some((field, sentence)) = now.as_ref().and_then(|now| starts_elsewhere(item.action, before, now)) {
        faults.add(field, sentence);
    }
    let is_shown = item.action != Action::Change || changes.is_some() || !item.files.is_empty();
    faults.unless(is_shown, "changes", text!("Say what changes in it, or propose its file first."));
    let (edition, words) = LONGEST;
    for (field, longest) in [("edition_before", edition), ("edition", edition), ("changes", words)] {
        let count = i64::try_from(longest).unwrap_or(i64::MAX);
        let sentence = text!("Shorten it to {count} characters.", count = count);
        faults.unless(said(field).chars().count() <= longest, field, sentence);
    }
    faults.into_result()?;
    let of = |all: [(&str, Option<&str>); 2]| -> Map<String, Json> {
        all.into_iter().filter_map(|(field, it)| Some((field.to_owned(), json!(it?)))).collect()
    };
    let base = of([("edition", before), ("changes", None)]);
    let proposed = after.map(|it| of([("edition", Some(it)), ("changes", changes)]));
    let digest = digest(&json!({ "edition": [before, after], "changes": [null, changes] }))?;
    let line = Edited {
        folded: name_folded(&item.name),
        proposed: proposed.as_ref(),
        base: &base,
        based_on: before,
        stands_on: now.map(|it| it.line),
        digest: &digest,
        done_on: None,
    };
    work.amend("change_item", change, item.id, &line)?;
    let told = json!({ "of": item.name, "from": before, "to": after, "digest": digest });
    work.note(change, json!({ "redline": told }))?;
    work.called("redline_written");
    Ok(())
}

/// What is wrong where a redline of a document does not start from the edition that another change put in force, with the
/// field.
fn starts_elsewhere(action: Action, before: Option<&str>, now: &Edition) -> Option<(&'static str, Text)> {
    let change = now.change.as_str();
    match (&now.edition, action) {
        (Some(edition), Action::Add) => Some((
            "edition",
            text!(
                "It is in force in edition {edition} by {change}. Decide that it changes.",
                edition = edition.as_str(),
                change = change
            ),
        )),
        (Some(edition), _) if before.is_some_and(|it| it != edition) => Some((
            "edition_before",
            text!(
                "It is in force in edition {edition} by {change}. Start from that edition.",
                edition = edition.as_str(),
                change = change
            ),
        )),
        (None, Action::Change | Action::Remove) => Some((
            "edition_before",
            text!("It was taken away by {change}. Decide that it is added.", change = change),
        )),
        _ => None,
    }
}

/// Binds what is taken away to what it says now: nobody signs that words go which they did not read.
fn keep_what_goes(work: &mut Work, change: i64, records: &BTreeSet<i64>) -> Result<()> {
    let says = work.say_now(&records.iter().copied().collect::<Vec<_>>())?;
    let items = queries::items(work, change)?.into_iter().filter(|it| it.is_taken_away() && it.is_coming());
    for item in items.collect::<Vec<_>>() {
        let Some(says) = item.item.and_then(|id| says.get(&id)) else { continue };
        let entry = entry_of(work, says)?;
        let mut base = says.fields.clone();
        base.retain(|field, _| field == "title" || entry.is_said(field));
        let (based_on, digest) = (says.based_on.as_str(), says.based_on.as_str());
        work.amend(
            "change_item",
            change,
            item.id,
            &Redline { proposed: None, base: &base, based_on, digest },
        )?;
    }
    Ok(())
}

/// Puts a proposal on what its record says now, because another change came before. `kept` names the fields, of
/// those that both changed, in which the record stays as it is now.
pub fn put_on_what_it_says_now(work: &mut Work, number: &str, line: i64, kept: &[String]) -> Result<()> {
    let case = work.find::<crate::model::ChangeRequest>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    // What was shown to a customer stays what they sign, until it is taken back from them.
    let sentence = text!(
        "{number} was shown to its customer and waits for their word. Send it back first, and put it right then.",
        number = number
    );
    Refusal::unless(case.record.state != State::CustomerApproval, sentence)?;
    let change = case.record.id.raw();
    let item = queries::item(work, change, line)?;
    let has_moved = put_on_what_lies_there(work, change, &item)?;
    let Some(rebased) = queries::conflict(work, &item)? else {
        let sentence = text!("It says what it said when this was proposed. There is nothing to put right.");
        Refusal::unless(has_moved, sentence)?;
        work.called("files_proposed");
        return Ok(());
    };
    if let Some(record) = item.item.filter(|_| item.is_taken_away()) {
        keep_what_goes(work, change, &BTreeSet::from([record]))?;
        work.note(change, json!({ "redline": { "of": item.name, "goes": true } }))?;
        work.called("redline_written");
        return Ok(());
    }
    let mut proposed = rebased.fields;
    proposed.retain(|field, _| !kept.contains(field));
    let sentence = text!(
        "Nothing of what you propose for {item} would be left. Propose something else, or decide that it stays as it is.",
        item = item.name.as_str()
    );
    Refusal::unless(!proposed.is_empty() || !item.files.is_empty(), sentence)?;
    let (now, basis) = queries::says_now(work, &item.name)?;
    keep_redline(work, change, &item, (&proposed, &now, &basis))
}

/// Says on which day a document that is no record here was exchanged where it is kept: a drawing, a procedure.
///
/// # Errors
/// Nothing is exchanged before the release puts it in force, nor on a day that is still to come.
pub fn done(work: &mut Work, number: &str, line: i64, day: Date) -> Result<()> {
    let case = work.find::<crate::model::ChangeRequest>(number)?;
    kernel::Permit::Staff.covers(work.actor, None)?;
    Refusal::unless(!case.record.state.is_over(), text!("This change is over."))?;
    let change = case.record.id.raw();
    let item = queries::item(work, change, line)?;
    let sentence = text!("{item} is put in force by the release, not by hand.", item = item.name.as_str());
    Refusal::unless(item.is_document() && item.action.changes(), sentence)?;
    let sentence = text!(
        "{item} is not in force by this change yet. Say when it was exchanged once the release put it in force.",
        item = item.name.as_str()
    );
    let in_force = item.in_force_at.ok_or_else(|| Refusal::because(sentence))?;
    let is_past = day <= work.today();
    let mut faults = Faults::default();
    faults.unless(is_past, "done_on", text!("Give the day on which it was done, today at the latest."));
    let in_force = work.zone_of_house().to_datetime(in_force).date();
    if day < in_force {
        let sentence = text!("It is in force since {day}: nothing is exchanged before that.", day = in_force);
        faults.add("done_on", sentence);
    }
    faults.into_result()?;
    work.amend("change_item", change, line, &Done { done_on: day })?;
    work.note(change, json!({ "done": { "item": item.name, "on": day } }))?;
    work.called("affected_decided");
    Ok(())
}
