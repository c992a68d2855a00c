//! Files that a change proposes, and what lies at its items by now.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Attachment, Body, Mention, PartyId, ProposedFor, Reader, Result, name_folded, sql, values};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::model::{Action, ChangeRequest, Item, ItemFile, Meeting, MeetingField, ToldFile};

/// Puts the files that are proposed with the items for which they are. Only what changes, or is new, has any.
pub(super) fn with_files(reader: &Reader, change: i64, mut items: Vec<Item>) -> Result<Vec<Item>> {
    let mut all: BTreeMap<i64, Vec<ItemFile>> = BTreeMap::new();
    for it in files_of(reader, change)? {
        all.entry(it.line).or_default().push(it);
    }
    for item in items.iter_mut().filter(|it| matches!(it.action, Action::Change | Action::Add)) {
        item.files = all.remove(&item.id).unwrap_or_default();
    }
    Ok(items)
}

/// Every file that a change proposes, whatever was decided since of its item; in the order of their names.
pub fn files_of(reader: &Reader, change: i64) -> Result<Vec<ItemFile>> {
    reader.rows(
        sql!(
            "select id, line, name, read_by, file, digest, size, before, before_digest, before_size, before_read_by
             from visible_change_file where record_id = $1 order by name, id"
        ),
        values![change],
    )
}

/// The files that lie at a change because it proposes them, each with the item for which it does.
pub fn proposed_for(reader: &Reader, change: &Mention) -> Result<Vec<ProposedFor>> {
    let all: Vec<(i64, String)> = reader.rows(
        sql!(
            "select it.file, item.name from visible_change_file as it
             join visible_change_item as item on item.id = it.line
             where it.record_id = $1 and it.file is not null order by it.id"
        ),
        values![change.id],
    )?;
    let of = |(file, name): (i64, String)| {
        let address = format!("{}/affected#{name}", ChangeRequest::KIND.address(&change.number));
        ProposedFor { file, name, address }
    };
    Ok(all.into_iter().map(of).collect())
}

/// The files in a frozen line of what was shown to a customer.
pub fn files_in(line: &Json) -> Vec<ToldFile> {
    kernel::typed(line["files"].clone()).unwrap_or_default()
}

/// The files that lie at an item now, each name once: of several the last holds. What is new has none yet.
pub fn lying_at(reader: &Reader, item: &Item) -> Result<Vec<Attachment>> {
    if item.action != Action::Change {
        return Ok(Vec::new());
    }
    let Some(record) = item.item else { return of_edition(reader, item) };
    let all = reader.attachments(record)?.into_iter().filter(|it| it.belongs(None));
    let by_name: BTreeMap<String, Attachment> = all.map(|it| (it.name.clone(), it)).collect();
    Ok(by_name.into_values().collect())
}

/// The files of a document as it is in force: those that came with its editions and were not taken away since, by
/// themselves or with it. Each lies at the change that brought it.
fn of_edition(reader: &Reader, item: &Item) -> Result<Vec<Attachment>> {
    let all: Vec<(String, Option<i64>)> = reader.rows(
        sql!(
            "select it.name, it.file from visible_change_file as it
             join visible_change_item as item on item.id = it.line
             where item.folded = $1 and item.item is null and item.in_force_at is not null
             and item.action in ('change', 'add') and not exists (
                 select 1 from visible_change_item as gone
                 where gone.folded = $1 and gone.item is null and gone.action = 'remove'
                 and gone.in_force_at >= item.in_force_at)
             order by item.in_force_at, item.released_no, it.id"
        ),
        values![name_folded(&item.name)],
    )?;
    let by_name: BTreeMap<String, Option<i64>> = all.into_iter().collect();
    by_name.into_values().flatten().map(|it| reader.file_of(it)).collect()
}

/// The proposed files whose name another file has by now, or none: with what lies there.
pub fn moved_files(reader: &Reader, item: &Item) -> Result<Vec<(ItemFile, Option<Attachment>)>> {
    if item.action != Action::Change || item.files.is_empty() || item.released_no.is_some() {
        return Ok(Vec::new());
    }
    let lying = lying_at(reader, item)?;
    let now = |it: &ItemFile| lying.iter().find(|now| now.name == it.name).cloned();
    let all = item.files.iter().map(|it| (it.clone(), now(it)));
    Ok(all.filter(|(it, now)| now.as_ref().map(|it| it.id) != it.before).collect())
}

#[derive(Deserialize)]
struct Beside {
    number: String,
    item: String,
    name: String,
    ours: String,
    theirs: String,
}

/// Adds to where changes meet the files for which other open changes propose something, too.
pub(super) fn with_met_files(
    reader: &Reader,
    change: i64,
    mut meetings: Vec<Meeting>,
) -> Result<Vec<Meeting>> {
    let met: Vec<Beside> = reader.rows(
        sql!(
            "select v.number, mine.name as item, own.name, own.digest as ours, their.digest as theirs
             from visible_change_file as own
             join visible_change_item as mine on mine.id = own.line
             join visible_change_item as other on other.item = mine.item and other.record_id <> mine.record_id
             join visible_change_file as their on their.line = other.id and their.name = own.name
             join visible as v on v.id = other.record_id
             where own.record_id = $1 and mine.action = 'change' and mine.released_no is null
             and other.action = 'change' and other.released_no is null
             and v.state not in ('closed', 'withdrawn', 'superseded', 'rejected', 'deferred')
             order by own.id, their.id"
        ),
        values![change],
    )?;
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (place, it) in meetings.iter().enumerate() {
        places.entry((it.change.clone(), it.item.clone())).or_insert(place);
    }
    for it in met {
        let agree = it.ours == it.theirs;
        let (ours, theirs) = (json!(it.ours), json!(it.theirs));
        let field = MeetingField { field: it.name, ours, theirs, agree };
        if let Some(place) = places.get(&(it.number, it.item)) {
            meetings[*place].fields.push(field);
        }
    }
    Ok(meetings)
}

/// A file that only the house reads, at something of a customer of which a change says nothing else, nor of what holds it:
/// no revision names it, so none says from where on it holds.
#[derive(Clone, Debug)]
pub struct OursAlone {
    pub file: String,
    pub item: String,
    /// The item and what holds it.
    of: BTreeSet<i64>,
}

impl OursAlone {
    /// Whether it is at a record, or at something that the record holds.
    pub fn is_at(&self, record: i64) -> bool {
        self.of.contains(&record)
    }
}

/// Those files among what is still to be put in force.
pub fn ours_alone(reader: &Reader, items: &[Item]) -> Result<Vec<OursAlone>> {
    let freezes_files =
        |it: &Item| reader.registry().of_number(&it.name).is_some_and(kernel::Entry::freezes_files);
    let (ours, others): (Vec<&Item>, Vec<&Item>) = (items.iter().filter(|it| it.is_coming()))
        .partition(|it| it.only_ours().is_some() && !freezes_files(it));
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let changed: BTreeSet<i64> = whose(reader, &others)?.into_iter().flat_map(|it| it.of()).collect();
    let of_customers: BTreeMap<i64, BTreeSet<i64>> = whose(reader, &ours)?
        .into_iter()
        .filter(|it| it.party.is_some())
        .map(|it| (it.id, it.of()))
        .collect();
    let alone = ours.into_iter().filter_map(|it| {
        let of = of_customers.get(&it.item?)?.clone();
        let (file, item) = (it.only_ours()?.to_owned(), it.name.clone());
        of.is_disjoint(&changed).then_some(OursAlone { file, item, of })
    });
    Ok(alone.collect())
}

/// What a change put in force of which no revision says anything: files that only the house reads. Nobody is asked to read
/// it with a new revision of what holds it.
pub fn in_no_revision(reader: &Reader, change: i64, items: &[Item]) -> Result<BTreeSet<i64>> {
    let ours: Vec<&Item> = items.iter().filter(|it| it.only_ours().is_some()).collect();
    if ours.is_empty() {
        return Ok(BTreeSet::new());
    }
    let renewed: Vec<i64> = reader.rows(
        sql!("select record_id from visible_validity where change = $1 order by record_id"),
        values![change],
    )?;
    let renewed: BTreeSet<i64> = renewed.into_iter().collect();
    let alone = whose(reader, &ours)?.into_iter().filter(|it| it.of().is_disjoint(&renewed));
    Ok(alone.map(|it| it.id).collect())
}

/// A record, whose it is, and what holds it.
#[derive(Deserialize)]
struct Whose {
    id: i64,
    party: Option<PartyId>,
    whole: Option<i64>,
}

impl Whose {
    fn of(&self) -> BTreeSet<i64> {
        [Some(self.id), self.whole].into_iter().flatten().collect()
    }
}

fn whose(reader: &Reader, items: &[&Item]) -> Result<Vec<Whose>> {
    let keys: Vec<i64> = items.iter().filter_map(|it| it.item).collect();
    reader.rows_among(
        sql!(
            "select visible.id, visible.party, link.target as whole from visible
             left join link on link.source = visible.id and link.role = 'part_of' where visible.id in ($1)"
        ),
        &keys,
    )
}
