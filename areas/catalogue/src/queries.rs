//! What people ask: which item an article number is, which revision holds on a day, and who uses it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    Attachment, Basis, Case, Error, Faults, Listed, On, PersonId, Reader, Result, Starts, sql, text, values,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::CatalogueItem;

/// A revision with its name and the day from which it holds.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Effective {
    /// Counted from 1.
    pub no: i64,
    /// What it is called: A, B, C.
    pub label: String,
    /// The first day on which it holds; of what holds by lot, serial number or order, the day of its release.
    #[schemars(with = "String")]
    pub from_day: Date,
    /// What says whether it holds for something.
    pub basis: Basis,
    /// From where on it holds: a day, a lot, a serial number. Which orders are meant is not said here.
    pub starts: String,
    /// SHA-256 of what it says, in hexadecimal.
    pub digest: String,
    /// In microseconds.
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub released_at: Timestamp,
    pub released_by: PersonId,
    pub reason: String,
}

impl Effective {
    /// From where on it holds; a day stands where it always stood.
    pub fn starts(&self) -> Starts {
        match self.basis {
            Basis::Day => Starts { basis: Basis::Day, starts: self.from_day.to_string() },
            basis => Starts { basis, starts: self.starts.clone() },
        }
    }
}

/// A revision with what it says.
#[derive(Clone, Debug)]
pub struct Held {
    pub is: Effective,
    pub says: CatalogueItem,
    /// The files with which it was frozen, as far as the reader may see them.
    pub files: Vec<Attachment>,
}

/// Whether an item can say this: its article number is free, and what it is a variant of is no variant itself.
pub fn fits(reader: &Reader, own: Option<&Case<CatalogueItem>>, item: &CatalogueItem) -> Result<()> {
    its_code_is_free(reader, own, item)?;
    let is_said = own.is_some_and(|it| it.body.base == item.base);
    match item.base {
        Some(base) if !is_said => its_base_fits(reader, own.map_or(0, |it| it.record.id.raw()), base),
        _ => Ok(()),
    }
}

/// What an item is a variant of: another one, which is no variant; and nothing is a variant of this one. So what is not
/// said here is said in one other place.
fn its_base_fits(reader: &Reader, own: i64, base: i64) -> Result<()> {
    let found: Option<(String, Option<i64>)> = reader.maybe(
        sql!(
            "select number, it.base from visible join catalogue_item as it on it.id = visible.id
             where visible.id = $1"
        ),
        values![base],
    )?;
    let variants = if own == 0 { Vec::new() } else { variants(reader, own)? };
    let wrong = match (found, variants.first()) {
        (None, _) => text!("Name an item of the catalogue, or leave it empty."),
        (Some(_), _) if base == own => {
            text!("An item is no variant of itself. Name another one, or leave it empty.")
        }
        (Some((number, Some(_))), _) => {
            text!("{number} is a variant itself. Name what that one is a variant of.", number = number)
        }
        (Some(_), Some((number, _))) => text!(
            "{number} is a variant of this one. Say there what it is a variant of first, or leave it empty here.",
            number = number.as_str()
        ),
        (Some((_, None)), None) => return Ok(()),
    };
    Err(Faults::one("base", wrong).into())
}

/// Another item has the same article number.
fn its_code_is_free(reader: &Reader, own: Option<&Case<CatalogueItem>>, item: &CatalogueItem) -> Result<()> {
    if item.code.is_empty() {
        return Ok(());
    }
    let own = own.map_or(0, |it| it.record.id.raw());
    let taken: Option<String> = reader.maybe(
        sql!(
            "select number from visible join catalogue_item as it on it.id = visible.id
             where it.code = $1 and visible.id <> $2"
        ),
        values![&item.code, own],
    )?;
    let Some(number) = taken else { return Ok(()) };
    let sentence = text!(
        "{number} has this article number. Revise that one, or choose another number.",
        number = number
    );
    Err(Faults::one("code", sentence).into())
}

/// The item that an article number names: its key and number.
pub fn article(reader: &Reader, code: &str) -> Result<Option<(i64, String)>> {
    reader.maybe(
        sql!(
            "select visible.id, number from visible join catalogue_item as it on it.id = visible.id where it.code = $1"
        ),
        values![code.trim()],
    )
}

/// What an item of this key says now, for whoever may read it.
pub fn item_of(reader: &Reader, id: i64) -> Result<Option<(String, String, CatalogueItem)>> {
    let found = reader.find_many::<CatalogueItem>(&[id])?.into_iter().next();
    Ok(found.map(|(record, body)| (record.number, record.title, body)))
}

/// The revisions of an item, the newest first, each with the day that was told last. Outsiders read those that
/// were published.
pub fn revisions(reader: &Reader, item: i64) -> Result<Vec<Effective>> {
    let all: Vec<Effective> = reader.rows(
        sql!(
            "select it.no, it.label, it.from_day, it.basis, it.starts, digest, released_at, released_by, it.reason
             from visible_effectivity as it join revision on revision.record_id = it.record_id and revision.no = it.no
             where it.record_id = $1 and not exists (select 1 from visible_effectivity as later
             where later.record_id = it.record_id and later.no = it.no and later.id > it.id) order by it.no desc"
        ),
        values![item],
    )?;
    if !reader.actor.is_outside() {
        return Ok(all);
    }
    let offered: Vec<i64> = reader.revisions(item)?.into_iter().map(|it| it.no).collect();
    Ok(all.into_iter().filter(|it| offered.contains(&it.no)).collect())
}

/// What the revisions of an item are called, by their numbers.
pub fn labels(reader: &Reader, item: i64) -> Result<BTreeMap<i64, String>> {
    Ok(revisions(reader, item)?.into_iter().map(|it| (it.no, it.label)).collect())
}

/// The revision that holds for something; none before the first one does.
pub fn effective_on(reader: &Reader, item: i64, on: &On) -> Result<Option<Effective>> {
    Ok(that_hold(reader, item, on)?.now)
}

/// Which revisions of an item hold for something.
#[derive(Clone, Debug)]
pub struct ThatHold {
    /// The one that holds as far as it was said for what one asks.
    pub now: Option<Effective>,
    /// Newer ones that hold from a lot or serial number on, where that was not said; the newest first.
    pub later: Vec<(Effective, Starts)>,
    /// From where on nothing of it holds any more, where it ended.
    pub ended: Option<Starts>,
}

/// Every revision that holds or may hold for something: what [`Reader::valid_revision`] says. Outsiders, who are told
/// nothing of single orders, are answered of what was published.
pub fn that_hold(reader: &Reader, item: i64, on: &On) -> Result<ThatHold> {
    let all = revisions(reader, item)?;
    let valid = reader.valid_revision(item, on)?;
    let of = |no: i64| all.iter().find(|it| it.no == no).cloned();
    let later = valid.depends_on.into_iter().filter_map(|(no, starts)| Some((of(no)?, starts))).collect();
    let ended = valid.because.filter(|_| valid.ended);
    Ok(ThatHold { now: valid.no.and_then(of), later, ended })
}

/// A revision of an item with what it says.
///
/// # Errors
/// Not found is also a revision that the reader may not see.
pub fn held(reader: &Reader, item: i64, no: i64) -> Result<Held> {
    let is = revisions(reader, item)?.into_iter().find(|it| it.no == no).ok_or(Error::NotFound)?;
    let (_, content) = reader.revision(item, no)?;
    Ok(Held { is, says: serde_json::from_value(content)?, files: reader.files_of_revision(item, no)? })
}

/// The files that the next revision of an item would be frozen with: of one name the last.
pub fn files_now(reader: &Reader, item: i64) -> Result<Vec<Attachment>> {
    let all = reader.attachments(item)?.into_iter().filter(|it| it.belongs(None));
    let by_name: BTreeMap<String, Attachment> = all.map(|it| (it.name.clone(), it)).collect();
    Ok(by_name.into_values().collect())
}

/// The items that are variants of one.
pub fn variants(reader: &Reader, item: i64) -> Result<Vec<(String, String)>> {
    reader.rows(
        sql!(
            "select number, title from visible join catalogue_item as it on it.id = visible.id
             where base = $1 order by code limit 200"
        ),
        values![item],
    )
}

/// The items that another one can be a variant of.
pub fn bases(reader: &Reader, most: i64) -> Result<Vec<(i64, String)>> {
    reader.rows(
        sql!(
            "select visible.id, it.code from visible join catalogue_item as it on it.id = visible.id
             where base is null order by it.code limit $1"
        ),
        values![most],
    )
}

/// The one of them that an article number names.
pub fn base_called(reader: &Reader, code: &str) -> Result<Option<i64>> {
    reader.maybe(
        sql!(
            "select visible.id from visible join catalogue_item as it on it.id = visible.id
             where it.code = $1 and base is null"
        ),
        values![code],
    )
}

/// How many records of each kind hold to an item. That a change may touch it is told to nobody outside.
pub fn users(reader: &Reader, item: i64) -> Result<Vec<(String, i64)>> {
    reader.rows(
        sql!(
            "select kind, count(*) from link join visible on visible.id = source
             where target = $1 and (link.role <> 'affects' or $2) group by kind order by kind"
        ),
        values![item, !reader.actor.is_outside()],
    )
}

/// The records that hold to an item, the newest first, from behind one on; no change for whoever is outside.
pub fn used_by(reader: &Reader, item: i64, kind: &str, before: i64) -> Result<Vec<Listed>> {
    reader.rows(
        sql!(
            "select visible.id, number, kind, title, state, owner, function, party, version, created_at, changed_at, due,
             released, offered, extra from link join visible on visible.id = source
             where target = $1 and kind = $2 and ($3 = 0 or visible.id < $3) and (link.role <> 'affects' or $4) order by visible.id desc limit 50"
        ),
        values![item, kind, before, !reader.actor.is_outside()],
    )
}
