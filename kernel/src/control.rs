//! Change control: what is under a change is closed to other edits, and all that it proposes is put in force together.
//!
//! A change is a record like any other; the kernel knows neither its kind nor its rules. It holds affected records
//! under itself, and one deed puts every proposal in force: each record says what was proposed, its new revision is
//! effective, the old ones are superseded. If one of them fails, nothing happened (ISO 9001, 8.2.4).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::validity::Starts;
use crate::{
    Actor, AnyCase, Audience, Body, Entry, Error, Frozen, Life, Mention, Missing, PersonId, Reader, Refusal,
    Result, Sharing, State, Tie, Tone, Work, digest, sql, text, values,
};

/// What a change proposes for one record.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The record; for something new the whole into which it is put.
    pub record: i64,
    pub what: Proposal,
    /// The files that come to it, take the place of others, or go.
    pub files: Vec<ProposedFile>,
}

/// What is to become of the file of a name.
#[derive(Clone, Debug)]
pub struct ProposedFile {
    pub name: String,
    /// The file as it lies at the change; none where the name is to be empty.
    pub file: Option<i64>,
    pub audience: Audience,
    /// The file that had the name when that was proposed; none where none had it.
    pub before: Option<i64>,
}

/// What is to become of it.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// It says something else: the fields that differ, `title` among them.
    Change {
        fields: Map<String, Json>,
        /// What it said when that was proposed: see [`Reader::basis_of`].
        based_on: String,
    },
    /// It says what it says; its files alone become others.
    Files,
    /// It ends.
    Remove {
        /// What it said when that was decided; none where it was decided before that was kept.
        based_on: Option<String>,
    },
    /// Something new in it, with its fields; `title` is one.
    Add(Map<String, Json>),
}

/// So many records are named in one refusal; nobody reads more.
const NAMED: usize = 20;

#[derive(Serialize)]
struct NewHold {
    record_id: i64,
    change: i64,
    at: i64,
    by: PersonId,
}

/// What a record says now.
#[derive(Clone, Debug)]
pub struct Says {
    pub mention: Mention,
    /// Title and body as one map.
    pub fields: Map<String, Json>,
    pub body: Json,
    /// The fingerprint of it: what a proposal is based on.
    pub based_on: String,
}

/// What holds a record.
#[derive(Deserialize)]
struct Whole {
    part: i64,
    number: String,
    kind: String,
    state: String,
}

fn never_released(number: &str, entry: &Entry) -> Missing {
    let sentence = text!("{number} was never released. Edit it directly.", number = number);
    Missing { sentence, link: Some(entry.kind.address(number)) }
}

fn is_worked_on(number: &str, state: &str, entry: &Entry, actor: &Actor) -> Option<Missing> {
    let is_open = entry.open.iter().any(|it| it == state);
    let sentence = text!(
        "{number} is “{state}” and is being worked on. Release it first.",
        number = number,
        state = entry.state(state, actor).text
    );
    is_open.then(|| Missing { sentence, link: Some(entry.kind.address(number)) })
}

/// The state in which a record ends from where it stands.
fn end_of<B: Body>(case: &crate::Case<B>) -> Result<B::State> {
    let ends = B::FLOW.0.iter().find(|it| it.from == case.record.state && it.to.tone() == Tone::Past);
    let sentence = text!(
        "{number} cannot end while it is “{state}”.",
        number = case.record.number.as_str(),
        state = crate::Vocabulary::text(case.record.state)
    );
    Ok(ends.ok_or_else(|| Refusal::because(sentence))?.to)
}

impl Reader<'_> {
    /// The changes under which a record is, the oldest first. Outsiders are told of none.
    pub fn changes_of(&self, record: i64) -> Result<Vec<Mention>> {
        self.rows(
            sql!(
                "select visible.id, number, kind, title, state from visible_under_change as it
                 join visible on visible.id = it.change where it.record_id = $1 order by it.id"
            ),
            values![record],
        )
    }

    /// What is under a change of a record and what it holds: its number, with number and kind of the change.
    pub fn held_by(&self, record: i64) -> Result<Option<(String, String, String)>> {
        self.maybe(
            sql!(
                "select it.number, change.number, change.kind from under_change
                 join record as it on it.id = under_change.record_id
                 join record as change on change.id = under_change.change
                 where under_change.record_id in (
                     select cast($1 as bigint) union select source from link where target = $1 and role = 'part_of')
                 order by under_change.id"
            ),
            values![record],
        )
    }

    /// The records under a change, by their keys.
    pub fn under_change(&self, change: i64) -> Result<Vec<i64>> {
        self.rows(
            sql!("select it.record_id from visible_under_change as it where it.change = $1 order by it.id"),
            values![change],
        )
    }

    /// The records under a change that another change took away meanwhile.
    pub fn ended_under_change(&self, change: i64) -> Result<Vec<Mention>> {
        self.rows(
            sql!(
                "select visible.id, number, kind, title, state from visible_under_change as it
                 join visible on visible.id = it.record_id where it.change = $1 and exists (
                     select 1 from revision_life as reached where reached.record_id = visible.id
                     and reached.no = visible.released and reached.life = 'withdrawn') order by it.id"
            ),
            values![change],
        )
    }

    /// The records under a change that another change ends on a day that is still to come, by their numbers, each with
    /// the number of that change: until its day it holds them, too.
    pub fn ending_under_change(&self, change: i64) -> Result<Vec<(String, String)>> {
        self.rows(
            sql!(
                "select visible.number, other.number as change from visible_under_change as it
                 join visible on visible.id = it.record_id
                 join visible_under_change as also on also.record_id = it.record_id and also.change <> it.change
                 join visible as other on other.id = also.change
                 where it.change = $1 and exists (
                     select 1 from visible_validity as said where said.record_id = it.record_id
                     and said.change = also.change and said.ends) order by it.id, also.id"
            ),
            values![change],
        )
    }

    /// Of what a change that is in force ended, what goes on until a day that is still to come, by the keys of the records.
    pub fn ends_to_come(&self, change: i64) -> Result<BTreeSet<i64>> {
        let all: Vec<i64> = self.rows(
            sql!(
                "select it.record_id from visible_under_change as it where it.change = $1 and exists (
                     select 1 from visible_validity as said where said.record_id = it.record_id
                     and said.change = it.change and said.ends)"
            ),
            values![change],
        )?;
        Ok(all.into_iter().collect())
    }

    /// The fingerprint of what a record says now, title and body: what a proposal is based on.
    pub fn basis_of(&self, case: &AnyCase) -> Result<String> {
        let entry = self.registry().kind(case.kind).ok_or(Error::NotFound)?;
        digest(&json!({ "title": case.title, "says": entry.fingerprint(&case.body)? }))
    }

    /// Title and body of many records as one map each, as proposals speak of them, with what that is based on: see
    /// [`Self::basis_of`]. By their keys; what is not seen is left out.
    pub fn say_now(&self, ids: &[i64]) -> Result<BTreeMap<i64, Says>> {
        let mentions = self.mentions(ids)?;
        let mut by_kind: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for it in mentions.values() {
            by_kind.entry(&it.kind).or_default().push(it.id);
        }
        let mut all = BTreeMap::new();
        for (kind, ids) in by_kind {
            let entry = self.registry().kind(kind).ok_or(Error::NotFound)?;
            for (id, body, _) in entry.bodies(self, &ids)? {
                let Some(mention) = mentions.get(&id) else { continue };
                let based_on = digest(&json!({ "title": mention.title, "says": entry.fingerprint(&body)? }))?;
                let mut fields = body.as_object().cloned().unwrap_or_default();
                fields.insert("title".to_owned(), json!(mention.title));
                all.insert(id, Says { fields, body, based_on, mention: mention.clone() });
            }
        }
        Ok(all)
    }

    /// Of many records those that cannot come under a change, by their keys, each with the reason: see
    /// [`Self::why_not_under_change`].
    pub fn not_under_change(&self, items: &[Mention]) -> Result<BTreeMap<i64, Missing>> {
        let ids: Vec<i64> = items.iter().map(|it| it.id).collect();
        let mut released: BTreeMap<i64, Option<i64>> = BTreeMap::new();
        let mut wholes: BTreeMap<i64, Vec<Whole>> = BTreeMap::new();
        for some in ids.chunks(500) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let (marks, keys) = (marks.join(", "), some.iter().map(crate::Value::from).collect::<Vec<_>>());
            let own = format!("select id, released from visible where id in ({marks})");
            let held = format!(
                "select source as part, number, kind, state from link join visible on visible.id = target
                 where source in ({marks}) and role = 'part_of' order by visible.id"
            );
            let sight = self.actor.sight();
            for row in self.connection.rows(&crate::schema::confined(&own, sight), &keys)? {
                let (id, no): (i64, Option<i64>) = row.read()?;
                released.insert(id, no);
            }
            for row in self.connection.rows(&crate::schema::confined(&held, sight), &keys)? {
                let whole: Whole = row.read()?;
                wholes.entry(whole.part).or_default().push(whole);
            }
        }
        let mut all = BTreeMap::new();
        for it in items {
            let entry = self.registry().kind(&it.kind).ok_or(Error::NotFound)?;
            if released.get(&it.id).copied().flatten().is_none() {
                all.insert(it.id, never_released(&it.number, entry));
                continue;
            }
            let mut about = vec![(it.number.as_str(), it.state.as_str(), entry)];
            for whole in wholes.get(&it.id).into_iter().flatten() {
                let kind = self.registry().kind(&whole.kind).filter(|it| it.freezes_parts());
                about.extend(kind.map(|kind| (whole.number.as_str(), whole.state.as_str(), kind)));
            }
            let mut about = about.into_iter();
            let worked_on = about.find_map(|(at, state, entry)| is_worked_on(at, state, entry, self.actor));
            if let Some(missing) = worked_on {
                all.insert(it.id, missing);
            }
        }
        Ok(all)
    }

    /// Why a record cannot come under a change; none where it can. What was never released is edited directly.
    ///
    /// # Errors
    /// Not found is also what the actor may not see.
    pub fn why_not_under_change(&self, number: &str) -> Result<Option<Missing>> {
        let entry = self.registry().of_number(number).ok_or(Error::NotFound)?;
        let case = entry.find(self, number)?;
        if case.released.is_none() {
            return Ok(Some(never_released(number, entry)));
        }
        let mut all = vec![(case.number.clone(), case.state.code.clone(), entry)];
        for whole in self.wholes_of(case.id)? {
            if let Some(entry) = self.registry().kind(&whole.kind).filter(|it| it.freezes_parts()) {
                all.push((whole.number, whole.state, entry));
            }
        }
        Ok(all.into_iter().find_map(|(at, state, entry)| is_worked_on(&at, &state, entry, self.actor)))
    }

    /// The wholes that hold a record.
    pub(crate) fn wholes_of(&self, record: i64) -> Result<Vec<Mention>> {
        self.rows(
            sql!(
                "select visible.id, number, kind, title, state from link join visible on visible.id = target
                 where source = $1 and role = 'part_of' order by visible.id"
            ),
            values![record],
        )
    }
}

impl<'db> Work<'db> {
    /// Takes a record under a change: from now on only the change edits it. Several changes may hold one record.
    ///
    /// # Errors
    /// Refuses what was never released, or is being worked on.
    pub fn take_under_change(&mut self, change: &Mention, item: &Mention) -> Result<()> {
        self.must_be_ours()?;
        if let Some(missing) = self.why_not_under_change(&item.number)? {
            return Refusal::of(vec![missing]).map_err(Error::from);
        }
        let held: i64 = self.one(
            sql!("select count(*) from under_change where record_id = $1 and change = $2"),
            values![item.id, change.id],
        )?;
        if held == 0 {
            let (at, by) = (self.now.as_microsecond(), self.actor.person);
            self.add("under_change", item.id, &NewHold { record_id: item.id, change: change.id, at, by })?;
            self.note(item.id, json!({ "under_change": { "of": change.number } }))?;
        }
        self.tie(change.id, Tie::Affects, item.id)
    }

    /// Takes many records under a change at once, with few statements.
    ///
    /// # Errors
    /// Names each that was never released, or is being worked on: then none is taken.
    pub fn take_many_under_change(&mut self, change: &Mention, items: &[Mention]) -> Result<()> {
        self.must_be_ours()?;
        let refused = self.not_under_change(items)?;
        Refusal::of(refused.into_values().take(NAMED).collect())?;
        let held: BTreeSet<i64> = self.under_change(change.id)?.into_iter().collect();
        let new: Vec<&Mention> = items.iter().filter(|it| !held.contains(&it.id)).collect();
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        let lines: Vec<NewHold> =
            new.iter().map(|it| NewHold { record_id: it.id, change: change.id, at, by }).collect();
        self.add_many("under_change", change.id, &lines)?;
        for it in new {
            let kind = self.registry().kind(&it.kind).map_or("", |it| it.kind.prefix);
            self.touched(it.id, kind, &it.number)
                .notes
                .push(json!({ "under_change": { "of": change.number } }));
        }
        self.tie_to_many(change.id, Tie::Affects, items)
    }

    /// Gives a record free again.
    pub fn give_free(&mut self, change: &Mention, item: i64) -> Result<()> {
        let held: Option<i64> = self.maybe(
            sql!("select id from under_change where record_id = $1 and change = $2"),
            values![item, change.id],
        )?;
        let Some(id) = held else { return Ok(()) };
        self.remove("under_change", item, id)?;
        self.note(item, json!({ "free_of_change": { "of": change.number } }))
    }

    /// Gives everything free that is under a change, because the change is over.
    pub fn give_all_free(&mut self, change: &Mention) -> Result<()> {
        self.give_these_free(change, |_| true)
    }

    fn give_these_free(&mut self, change: &Mention, is_meant: impl Fn(i64) -> bool) -> Result<()> {
        let held: Vec<(i64, i64)> = self.rows(
            sql!("select id, record_id from under_change where change = $1 order by id"),
            values![change.id],
        )?;
        for (id, item) in held.into_iter().filter(|(_, item)| is_meant(*item)) {
            self.remove("under_change", item, id)?;
            self.note(item, json!({ "free_of_change": { "of": change.number } }))?;
        }
        Ok(())
    }

    /// Puts everything in force that a change proposes: all of it or, where one fails, nothing. The wholes that hold
    /// what changed are frozen anew. Who may do so is for the change to ask.
    ///
    /// # Errors
    /// Names the record that says something else than what a proposal was based on, and whatever does not fit.
    pub fn put_in_force(
        &mut self,
        change: &Mention,
        proposals: &[Proposed],
        starts: &Starts,
    ) -> Result<Vec<Frozen>> {
        self.must_be_ours()?;
        self.under = Some(change.id);
        let outcome = self.put_each_in_force(change, proposals, starts);
        self.under = None;
        outcome
    }

    fn put_each_in_force(
        &mut self,
        change: &Mention,
        proposals: &[Proposed],
        starts: &Starts,
    ) -> Result<Vec<Frozen>> {
        self.must_be_on_firm_ground(proposals)?;
        let mut touched = Vec::with_capacity(proposals.len());
        for it in proposals {
            touched.push(match &it.what {
                Proposal::Change { fields, .. } => self.say_as_proposed(it.record, fields)?,
                Proposal::Files => it.record,
                Proposal::Remove { .. } => self.end_as_proposed(it.record, change, starts)?,
                Proposal::Add(fields) => self.add_as_proposed(it.record, fields)?,
            });
        }
        for (id, it) in touched.iter().zip(proposals) {
            self.file_as_proposed(*id, &it.files)?;
        }
        // What holds others is frozen after them, and once.
        let wholes = self.wholes_among(&touched)?;
        let mut frozen = Vec::new();
        for (id, it) in touched.iter().zip(proposals) {
            if !matches!(it.what, Proposal::Remove { .. }) && !wholes.contains(id) {
                frozen.push(self.freeze_in_force(*id, change, starts)?);
            }
        }
        for id in wholes {
            frozen.push(self.freeze_in_force(id, change, starts)?);
        }
        let mut free = BTreeSet::new();
        for (id, it) in touched.into_iter().zip(proposals) {
            // What ends later stays closed to other edits until it does.
            if !matches!(it.what, Proposal::Remove { .. }) || !self.ends_later(id, starts)? {
                free.insert(id);
            }
        }
        self.give_these_free(change, |it| free.contains(&it))?;
        Ok(frozen)
    }

    /// What is frozen with what it holds: of some records, and of those that hold them; each once.
    fn wholes_among(&self, records: &[i64]) -> Result<BTreeSet<i64>> {
        let holding: Vec<(i64, String)> = self.rows_among(
            sql!(
                "select visible.id, kind from link join visible on visible.id = target
                 where role = 'part_of' and source in ($1)"
            ),
            records,
        )?;
        let own = self.mentions(records)?.into_values().map(|it| (it.id, it.kind));
        let all = holding.into_iter().chain(own);
        Ok(all.filter(|(_, kind)| self.freezes_parts(kind)).map(|(id, _)| id).collect())
    }

    /// Whether something that a change ends goes on until a day that is still to come. What others hold goes with the
    /// revision of those.
    pub fn ends_later(&self, id: i64, starts: &Starts) -> Result<bool> {
        let is_part = self.registry().is_part(self.entry_of(id)?.1.kind.prefix);
        Ok(!is_part && starts.holds(&crate::On::day(self.today())) == Some(false))
    }

    /// Ends what a change that is in force ends on this day, and gives it free. What ended meanwhile is left alone.
    pub fn end_on_its_day(&mut self, change: &Mention, item: i64) -> Result<()> {
        self.must_be_ours()?;
        if !self.under_change(change.id)?.contains(&item) {
            return Ok(());
        }
        self.under = Some(change.id);
        let outcome = self.end_now(item);
        self.under = None;
        outcome?;
        self.give_free(change, item)
    }

    /// Takes back that a change ends something on a day that is still to come: it goes on as it was, and is free again.
    /// Who may do so is for the change to ask.
    ///
    /// # Errors
    /// Refuses what the change does not end, or whose day has come.
    pub fn take_end_back(&mut self, change: &Mention, item: &Mention) -> Result<()> {
        self.must_be_ours()?;
        let is_held = self.ends_to_come(change.id)?.contains(&item.id);
        let said = self.holdings(item.id)?;
        let end = said.into_iter().rfind(|it| it.ends && it.change.as_deref() == Some(&change.number));
        let sentence = text!(
            "{change} does not end {number} on a day to come: there is no end to take back. Raise a change if it is to be otherwise.",
            change = change.number.as_str(),
            number = item.number.as_str()
        );
        let end = end.filter(|_| is_held).ok_or_else(|| Refusal::because(sentence))?;
        let starts = end.from();
        let sentence = text!("{number} ended, for its day has come.", number = item.number.as_str());
        Refusal::unless(self.ends_later(item.id, &starts)?, sentence)?;
        self.say_that_it_goes_on((item.id, end.no), &starts, change.id)?;
        self.note(item.id, json!({ "goes_on": { "revision": end.no, "from": starts.starts } }))?;
        self.give_free(change, item.id)
    }

    fn freezes_parts(&self, kind: &str) -> bool {
        self.registry().kind(kind).is_some_and(Entry::freezes_parts)
    }

    fn entry_of(&self, id: i64) -> Result<(Mention, &'db Entry)> {
        let it = self.mention(id)?.ok_or(Error::NotFound)?;
        let entry = self.registry().kind(&it.kind).ok_or(Error::NotFound)?;
        Ok((it, entry))
    }

    /// Refuses what was proposed for records that say something else by now.
    fn must_be_on_firm_ground(&self, proposals: &[Proposed]) -> Result<()> {
        let ids: Vec<i64> = proposals.iter().map(|it| it.record).collect();
        let says = self.say_now(&ids)?;
        let mut all = Vec::new();
        for it in proposals {
            let based_on = match &it.what {
                Proposal::Change { based_on, .. } | Proposal::Remove { based_on: Some(based_on) } => based_on,
                Proposal::Remove { based_on: None } | Proposal::Add(_) | Proposal::Files => continue,
            };
            let now = says.get(&it.record).ok_or(Error::NotFound)?;
            if now.based_on == *based_on {
                continue;
            }
            let sentence = text!(
                "{number} says something else than when its change was proposed. Compare them and put the proposal on what it says now.",
                number = now.mention.number.as_str()
            );
            let link = self.registry().address(&now.mention.kind, &now.mention.number);
            all.push(Missing { sentence, link: Some(link) });
        }
        for it in proposals.iter().filter(|it| !matches!(it.what, Proposal::Add(_))) {
            all.extend(self.moved_files(it, says.get(&it.record).ok_or(Error::NotFound)?)?);
        }
        all.truncate(NAMED);
        Ok(Refusal::of(all)?)
    }

    /// The files of a record that are others than when their change was proposed.
    fn moved_files(&self, it: &Proposed, now: &Says) -> Result<Vec<Missing>> {
        let mut all = Vec::new();
        for file in &it.files {
            if self.file_named(it.record, &file.name)?.map(|it| it.id) == file.before {
                continue;
            }
            let sentence = text!(
                "The file “{name}” of {number} is another one than when its change was proposed. Compare them and put the proposal on what is there now.",
                name = file.name.as_str(),
                number = now.mention.number.as_str()
            );
            let link = self.registry().address(&now.mention.kind, &now.mention.number);
            all.push(Missing { sentence, link: Some(link) });
        }
        Ok(all)
    }

    /// Has a record have the files that were proposed.
    fn file_as_proposed(&mut self, id: i64, files: &[ProposedFile]) -> Result<()> {
        for it in files {
            match it.file {
                Some(file) => self.file_in_place((id, &it.name), (file, it.audience))?,
                None => self.end_files(id, &it.name)?,
            }
            self.note(id, json!({ "file": { "name": it.name, "goes": it.file.is_none() } }))?;
        }
        Ok(())
    }

    /// Has a record say what was proposed.
    fn say_as_proposed(&mut self, id: i64, fields: &Map<String, Json>) -> Result<i64> {
        let (_, entry) = self.entry_of(id)?;
        entry.say(self, id, fields)?;
        Ok(id)
    }

    /// Says from where on something ends, and ends it where that is now.
    fn end_as_proposed(&mut self, id: i64, change: &Mention, starts: &Starts) -> Result<i64> {
        let last: Option<i64> = self.one(sql!("select released from record where id = $1"), values![id])?;
        if let Some(no) = last {
            self.say_that_it_ends((id, no), starts, change.id)?;
            self.note(
                id,
                json!({ "ends": { "revision": no, "basis": starts.basis, "from": starts.starts.trim() } }),
            )?;
        }
        if self.ends_later(id, starts)? {
            self.entry_of(id)?.1.must_be_able_to_end(self, id)?;
        } else {
            self.end_now(id)?;
        }
        Ok(id)
    }

    fn end_now(&mut self, id: i64) -> Result<()> {
        let (_, entry) = self.entry_of(id)?;
        entry.end(self, id)?;
        let last: Option<i64> = self.one(sql!("select released from record where id = $1"), values![id])?;
        last.map_or(Ok(()), |no| self.live_by_id(id, no, Life::Withdrawn))
    }

    fn add_as_proposed(&mut self, whole: i64, fields: &Map<String, Json>) -> Result<i64> {
        let (it, entry) = self.entry_of(whole)?;
        let sentence = text!("Nothing can be added to {number} by a change.", number = it.number.as_str());
        let made = entry.add_into(self, whole, fields)?.ok_or_else(|| Refusal::because(sentence))?;
        Ok(made.id)
    }

    /// Freezes what a record says now and puts that in force; what held before is superseded.
    fn freeze_in_force(&mut self, id: i64, change: &Mention, starts: &Starts) -> Result<Frozen> {
        let (_, entry) = self.entry_of(id)?;
        let frozen = entry.freeze(self, id)?;
        // What became another file only, and names none in its revision, says what held before.
        if !frozen.is_new {
            return Ok(frozen);
        }
        let offered: Option<i64> = self.one(sql!("select offered from record where id = $1"), values![id])?;
        if offered.is_some_and(|it| it != frozen.no) {
            entry.show_again(self, id, frozen.no)?;
        }
        for (no, life) in self.lives_of(id)? {
            let is_over = matches!(life.as_deref(), Some("superseded" | "withdrawn"));
            if no < frozen.no && !is_over {
                self.live_by_id(id, no, Life::Superseded)?;
            }
        }
        self.live_by_id(id, frozen.no, Life::Effective)?;
        self.say_from_where((id, frozen.no), starts, Some(change.id))?;
        let told = json!({ "revision": frozen.no, "basis": starts.basis, "from": starts.starts.trim() });
        self.note(id, json!({ "in_force": told }))?;
        entry.tell_in_force(self, id, frozen.no, starts)?;
        Ok(frozen)
    }

    /// The revisions of a record that are not over for long, each with what it reached last.
    fn lives_of(&self, id: i64) -> Result<Vec<(i64, Option<String>)>> {
        self.rows(
            sql!(
                "select no, (select life from revision_life as it where it.record_id = revision.record_id
                 and it.no = revision.no order by it.id desc limit 1) as life
                 from revision where record_id = $1 order by no"
            ),
            values![id],
        )
    }

    /// Refuses an edit of what is under a change, or holds what is, other than by that change.
    ///
    /// # Errors
    /// Names the change, and leads to it.
    pub fn must_be_free(&self, id: i64) -> Result<()> {
        if self.under.is_some() {
            return Ok(());
        }
        let Some((number, change, kind)) = self.held_by(id)? else { return Ok(()) };
        // Whoever may not see the change is refused all the same.
        let product = self.product();
        let of = product.mention_of(&change)?;
        let sentence = if product.ends_to_come(of.id)?.contains(&id) {
            text!(
                "{number} ends by {change} on a day to come. Have its end taken back at {change} first.",
                number = number,
                change = change.as_str()
            )
        } else {
            text!(
                "{number} is under change {change}. Open the change and propose it there.",
                number = number,
                change = change.as_str()
            )
        };
        let link = Some(self.registry().address(&kind, &change));
        Ok(Refusal::of(vec![Missing { sentence, link }])?)
    }

    /// Has a record say what its change proposes, though it is closed to other edits.
    pub(crate) fn say_in<B: Body>(&mut self, id: i64, fields: &Map<String, Json>) -> Result<()> {
        let mut case = self.find_by_id::<B>(id)?;
        let (title, body) = crate::registry::proposed(&case, fields)?;
        self.keep_proposed(&mut case, &title, body)
    }

    /// Ends a record as its workflow ends it, though its guards would ask for more.
    pub(crate) fn end_in<B: Body>(&mut self, id: i64) -> Result<()> {
        let mut case = self.find_by_id::<B>(id)?;
        let before = case.record.state;
        case.record.state = end_of(&case)?;
        self.keep_state(&mut case, before)
    }

    /// Refuses what its workflow would not end as it stands: a day to come would find it so.
    pub(crate) fn must_be_able_to_end<B: Body>(&self, id: i64) -> Result<()> {
        end_of(&self.find_by_id::<B>(id)?).map(|_| ())
    }

    /// Freezes a record as its kind does where it holds nothing else.
    pub(crate) fn freeze_alone<B: Body>(&mut self, id: i64) -> Result<Frozen> {
        let mut case = self.find_by_id::<B>(id)?;
        self.release(&mut case)
    }

    /// Shows a revision to whoever was shown one before.
    pub(crate) fn show_again<B: Body>(&mut self, id: i64, no: i64) -> Result<()> {
        let mut case = self.find_by_id::<B>(id)?;
        let is_news = case.record.offered.is_some_and(|it| it != no);
        let is_shared = matches!(B::KIND.sharing, Sharing::Offered | Sharing::Published);
        if is_news && is_shared { self.offer(&mut case.record, no, &case.body.words()) } else { Ok(()) }
    }
}
