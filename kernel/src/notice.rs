//! Notices: who hears of a deed, and why.
//!
//! A notice is written with the deed that it tells of, in its transaction: for whoever is named or asked, owns
//! the record, or watches it; never for whoever did it, and never for somebody who does not see the record. Rights
//! are asked again when it is read. Deeds of one person that change one record again and again are folded
//! into one notice while nobody read it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::taken_over::TAKEN_OVER;
use crate::trail::Entry;
use crate::{
    Audience, Error, PersonId, Reader, Result, Text, Value, Vocabulary, Work, may, row, sql, text, values,
};

/// Deeds that follow one another within so long are told as one.
const FOLDED_FOR: SignedDuration = SignedDuration::from_hours(1);
/// So many fields are kept by name; of more it is only said that there are many.
const FIELDS: usize = 100;
/// What the product does by itself with its own letters and jobs is told where somebody must do something.
const QUIET: [&str; 13] = [
    "letter_sent",
    "letter_queued",
    "letter_hurried",
    "letter_given_up",
    "letter_lost",
    "letter_arrived",
    "letter_returned",
    "job_tried_again",
    "reminded",
    TAKEN_OVER,
    crate::file::TAKEN_UP,
    "head_sent",
    NOTICED,
];
/// What the deed is called that tells somebody by mail what they did not read here.
pub(crate) const NOTICED: &str = "noticed";

crate::vocabulary! {
    /// Why somebody is told. Where several hold, the first counts.
    pub enum Because {
        /// They were named in a remark.
        Mentioned = text!("You were mentioned"),
        /// They are asked to do something, or what they asked for was done.
        Asked = text!("A task of yours"),
        /// They own the record.
        Owner = text!("You own it"),
        /// A function to which they belong is asked.
        Function = text!("Your function is asked"),
        /// They watch the record.
        #[default]
        Watching = text!("You watch it"),
    }
}

impl Because {
    /// The line that says why somebody is told.
    pub fn reason(self) -> crate::Text {
        match self {
            Self::Mentioned => text!("You get this because you were mentioned."),
            Self::Asked => text!("You get this because of a task that is yours or that you asked for."),
            Self::Owner => text!("You get this because you own it."),
            Self::Function => text!("You get this because a function to which you belong is asked."),
            Self::Watching => text!("You get this because you watch it."),
        }
    }
}

/// What a deed knows of whom it concerns, beside those who own or watch what it touches.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Record, person, why.
    pub addressed: Vec<(i64, PersonId, Because)>,
    /// What was said about a record, and for whom.
    pub said: BTreeMap<i64, (i64, Audience)>,
    /// Who hears of a record only because they stand in, and for whom.
    pub standing_in: BTreeMap<(PersonId, i64), PersonId>,
}

/// A notice as its person reads it.
#[derive(Clone, Debug, Deserialize)]
pub struct Notice {
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    pub record_id: i64,
    /// The record as it is now.
    pub number: String,
    pub kind: String,
    pub title: String,
    pub because: Because,
    pub actor: PersonId,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    /// What the deed is called on the trail.
    pub deed: String,
    /// Its entry there; the last one where several deeds are folded.
    pub entry: i64,
    /// How many deeds are folded into it.
    pub deeds: i64,
    /// The fields that they changed.
    pub fields: Vec<String>,
    /// How many other records the last of them touched.
    pub others: i64,
    /// What was said, where something was.
    pub remark: Option<i64>,
    /// Whoever is absent, where it concerns them and its person only stands in.
    pub stands_in_for: Option<PersonId>,
    #[serde(with = "crate::micros::option")]
    pub read_at: Option<Timestamp>,
    /// When it was told by mail.
    #[serde(with = "crate::micros::option")]
    pub mailed_at: Option<Timestamp>,
}

/// Which notices somebody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    One(i64),
    /// All about a record.
    About(i64),
    /// All up to an entry of the trail.
    UpTo(i64),
}

#[derive(Serialize)]
struct NewNotice<'a> {
    record_id: i64,
    person: PersonId,
    because: Because,
    actor: PersonId,
    at: i64,
    deed: &'a str,
    entry: i64,
    deeds: i64,
    fields: Vec<String>,
    others: i64,
    remark: Option<i64>,
    stands_in_for: Option<PersonId>,
}

/// Whom a deed concerns: why, and by which of its records.
struct Concern {
    because: Because,
    records: BTreeSet<i64>,
    /// The one by which it concerns them most.
    first: i64,
}

/// Writes a notice for everybody whom a deed concerns.
pub(crate) fn tell(reader: &Reader, (id, entry): (i64, &Entry), news: &News) -> Result<()> {
    let deed = entry.deed.unwrap_or("changed");
    let mut concerned = concerned(reader, entry, news)?;
    concerned.remove(&reader.actor.person);
    concerned.remove(&0);
    if concerned.is_empty() {
        return Ok(());
    }
    let people: Vec<PersonId> = concerned.keys().copied().collect();
    for (person, party) in (reader.house.people.present)(&reader.product(), &people)? {
        let Some(concern) = concerned.get_mut(&person) else { continue };
        if party.is_some() && !is_for_outsider(reader, (person, concern), entry, news)? {
            continue;
        }
        let record = concern.first;
        let touched = entry.touched.get(&record);
        let mut fields: Vec<String> = touched.into_iter().flat_map(|it| it.change.keys().cloned()).collect();
        fields.truncate(FIELDS);
        let row = NewNotice {
            record_id: record,
            person,
            because: concern.because,
            actor: reader.actor.person,
            at: reader.now.as_microsecond(),
            deed,
            entry: id,
            deeds: 1,
            fields,
            others: i64::try_from(concern.records.len()).unwrap_or(i64::MAX) - 1,
            remark: news.said.get(&record).map(|(remark, _)| *remark),
            stands_in_for: news.standing_in.get(&(person, record)).copied(),
        };
        fold_or_add(reader, row)?;
    }
    Ok(())
}

fn concerned(reader: &Reader, entry: &Entry, news: &News) -> Result<BTreeMap<PersonId, Concern>> {
    let mut all: BTreeMap<PersonId, Concern> = BTreeMap::new();
    let mut add = |record: i64, person: PersonId, because: Because| {
        let concern =
            all.entry(person).or_insert_with(|| Concern { because, records: BTreeSet::new(), first: record });
        if because < concern.because {
            (concern.because, concern.first) = (because, record);
        }
        concern.records.insert(record);
    };
    for (record, person, because) in &news.addressed {
        add(*record, *person, *because);
    }
    if entry.deed.is_some_and(|it| QUIET.contains(&it)) {
        return Ok(all);
    }
    // What people do with their own person, at the door and in their settings, is nobody else's business.
    let records: Vec<i64> = entry.touched.keys().copied().filter(|it| *it != reader.actor.person).collect();
    for some in records.chunks(500) {
        let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
        let marks = marks.join(", ");
        let text = format!(
            "select id, owner, 1 as owns from record where id in ({marks})
             union all select record_id, person, 0 from watch where record_id in ({marks}) order by 1"
        );
        let keys: Vec<Value> = some.iter().map(Value::from).collect();
        for row in reader.connection.rows(&text, &keys)? {
            let (record, person, owns): (i64, PersonId, i64) = row.read()?;
            add(record, person, if owns == 1 { Because::Owner } else { Because::Watching });
        }
    }
    of_wholes(reader, entry, &mut all)?;
    Ok(all)
}

/// Whoever owns or watches a whole hears at the whole that a part of it is otherwise now, where nothing nearer tells
/// them.
fn of_wholes(reader: &Reader, entry: &Entry, all: &mut BTreeMap<PersonId, Concern>) -> Result<()> {
    let told: BTreeSet<PersonId> = all.keys().copied().collect();
    let parts: Vec<i64> = entry.touched.iter().filter(|(_, it)| it.is_changed()).map(|(id, _)| *id).collect();
    for some in parts.chunks(500) {
        let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
        let marks = marks.join(", ");
        let text = format!(
            "select id, owner, 1 as owns from record where id in
             (select target from link where role = 'part_of' and source in ({marks}))
             union all select record_id, person, 0 from watch where record_id in
             (select target from link where role = 'part_of' and source in ({marks})) order by 3 desc, 1"
        );
        let keys: Vec<Value> = some.iter().map(Value::from).collect();
        for row in reader.connection.rows(&text, &keys)? {
            let (whole, person, owns): (i64, PersonId, i64) = row.read()?;
            if told.contains(&person) {
                continue;
            }
            let because = if owns == 1 { Because::Owner } else { Because::Watching };
            let new = || Concern { because, records: BTreeSet::new(), first: whole };
            all.entry(person).or_insert_with(new).records.insert(whole);
        }
    }
    Ok(())
}

/// Somebody of outside hears only of what was said to them or offered to them, about a record that they see.
fn is_for_outsider(
    reader: &Reader,
    (person, concern): (PersonId, &mut Concern),
    entry: &Entry,
    news: &News,
) -> Result<bool> {
    let is_theirs = |record: &i64| {
        let said = news.said.get(record).is_some_and(|(_, audience)| *audience == Audience::Party);
        said || entry.touched.get(record).is_some_and(|it| matches!(it.life, Some((_, "offered"))))
    };
    concern.records.retain(is_theirs);
    let Some(somebody) = (reader.house.people.somebody)(&reader.product(), person)? else { return Ok(false) };
    let seen = reader.seen_by(&somebody.actor, |reader| {
        let seen = concern.records.iter().map(|it| Ok(reader.mention(*it)?.map(|seen| seen.id)));
        seen.collect::<Result<Vec<Option<i64>>>>()
    })?;
    concern.records = seen.into_iter().flatten().collect();
    if let Some(first) =
        concern.records.first().copied().filter(|_| !concern.records.contains(&concern.first))
    {
        concern.first = first;
    }
    Ok(!concern.records.is_empty())
}

/// What somebody did to a record a while ago and does again is one notice, as long as nobody read it.
fn fold_or_add(reader: &Reader, mut row: NewNotice) -> Result<()> {
    let is_theirs = row.remark.is_none() && row.stands_in_for.is_none();
    let may_fold = is_theirs && !matches!(row.because, Because::Mentioned | Because::Asked);
    let known: Option<(i64, i64, String)> = if may_fold {
        reader.maybe(
            sql!(
                "select id, deeds, fields from notice where person = $1 and read_at is null and mailed_at is null
                 and stands_in_for is null and record_id = $2 and actor = $3 and because = $4 and deed = $5 and at > $6
                 order by id desc limit 1"
            ),
            values![row.person, row.record_id, row.actor, row.because.code(), row.deed, reader.now - FOLDED_FOR],
        )?
    } else {
        None
    };
    let Some((id, deeds, fields)) = known else {
        row::insert(reader.connection, "notice", &row)?;
        return Ok(());
    };
    let mut all: Vec<String> = serde_json::from_str(&fields)?;
    row.fields.retain(|it| !all.contains(it));
    all.extend(row.fields);
    all.truncate(FIELDS);
    reader.connection.execute(
        sql!("update notice set at = $1, entry = $2, deeds = $3, fields = $4, others = $5 where id = $6")
            .text,
        values![row.at, row.entry, deeds + 1, serde_json::to_string(&all)?, row.others, id],
    )?;
    Ok(())
}

impl Reader<'_> {
    /// The notices of the actor, all or only what they have not read, the newest first, those before the entry
    /// `before`. What they no longer see is left out.
    pub fn notices(&self, is_unread: bool, before: Option<i64>, at_most: i64) -> Result<Vec<Notice>> {
        self.rows(
            sql!(
                "select it.id, person, record_id, number, kind, title, because, actor, at, deed, entry, deeds, fields,
                 others, remark, stands_in_for, read_at, mailed_at from notice as it join visible on visible.id = record_id
                 where person = $1 and ($2 = 0 or read_at is null) and entry < $3 order by entry desc limit $4"
            ),
            values![self.actor.person, i64::from(is_unread), before.unwrap_or(i64::MAX), at_most],
        )
    }

    /// Why the actor is told what some notices about one record tell, in a line.
    pub fn why_told(&self, some: &[&Notice]) -> Result<Text> {
        let first = some.iter().min_by_key(|it| (it.because, it.stands_in_for.is_some()));
        match first.and_then(|it| it.stands_in_for) {
            Some(absent) => {
                let name = self.name_of(absent)?;
                Ok(text!("You get this because you stand in for {name} now.", name = name))
            }
            None => Ok(first.map(|it| it.because).unwrap_or_default().reason()),
        }
    }

    /// How many notices the actor has not read.
    pub fn unread_notices(&self) -> Result<i64> {
        self.one(
            sql!(
                "select count(*) from notice join visible on visible.id = record_id
                 where person = $1 and read_at is null"
            ),
            values![self.actor.person],
        )
    }

    /// About which of some records the actor has notices that they have not read.
    pub fn unread_among(&self, records: &[i64]) -> Result<Vec<i64>> {
        let (Some(first), Some(last)) = (records.iter().min(), records.iter().max()) else {
            return Ok(Vec::new());
        };
        let mut found: Vec<i64> = self.rows(
            sql!(
                "select distinct record_id from notice join visible on visible.id = record_id
                 where person = $1 and read_at is null and record_id >= $2 and record_id <= $3"
            ),
            values![self.actor.person, *first, *last],
        )?;
        found.retain(|it| records.contains(it));
        Ok(found)
    }

    /// One notice of the actor.
    ///
    /// # Errors
    /// Not found is also one of somebody else.
    pub fn notice(&self, id: i64) -> Result<Notice> {
        let notice: Notice = self.one(
            sql!(
                "select it.id, person, record_id, number, kind, title, because, actor, at, deed, entry, deeds, fields,
                 others, remark, stands_in_for, read_at, mailed_at from notice as it join visible on visible.id = record_id
                 where it.id = $1"
            ),
            values![id],
        )?;
        if may(notice.person == self.actor.person) { Ok(notice) } else { Err(Error::NotFound) }
    }
}

impl Work<'_> {
    /// Says that the actor has read notices of theirs. It is nobody else's business and leaves no entry.
    pub fn hear(&mut self, heard: Heard) -> Result<()> {
        self.must_not_only_read(self.actor.person)?;
        let (person, now) = (self.actor.person, self.now);
        match heard {
            Heard::One(id) => {
                self.notice(id)?;
                self.execute(
                    sql!("update notice set read_at = $1 where id = $2 and read_at is null"),
                    values![now, id],
                )?
            }
            Heard::About(record) => self.execute(
                sql!(
                    "update notice set read_at = $1 where record_id = $2 and person = $3 and read_at is null"
                ),
                values![now, record, person],
            )?,
            Heard::UpTo(id) => self.execute(
                sql!("update notice set read_at = $1 where entry <= $2 and person = $3 and read_at is null"),
                values![now, id, person],
            )?,
        };
        Ok(())
    }
}
