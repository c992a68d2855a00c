//! A unit of work: everything one actor does in one request, on the trail as it is done.

use std::ops::Deref;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::field::{self, ExtraField, Field, Half};
use crate::flow::{lets_create, lets_edit};
use crate::notice::{self, News};
use crate::search::{self, Findable};
use crate::trail::{self, Entry, Touched};
use crate::{
    Ask, Audience, Bearing, Because, Body, Case, Error, Event, Faults, Kind, Life, Numbers, PartyId, Permit,
    PersonId, Reader, Record, Refusal, Result, Sharing, Sql, State, Tone, Value, Vocabulary, manifest, may,
    revision, right, row, secret, sql, text, values,
};

/// The most characters a title may have.
const LONGEST_TITLE: usize = 300;

pub struct Work<'db> {
    pub(crate) reader: Reader<'db>,
    entry: Entry,
    news: News,
    /// The change that is being put in force.
    pub(crate) under: Option<i64>,
}

/// Whoever may write may also read.
impl<'db> Deref for Work<'db> {
    type Target = Reader<'db>;

    fn deref(&self) -> &Reader<'db> {
        &self.reader
    }
}

/// The envelope of a record that is to be opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct New<'a> {
    pub title: &'a str,
    /// The organisation that it belongs to.
    pub party: Option<PartyId>,
    /// Who answers for it; whoever opens it where nothing is said.
    pub owner: Option<PersonId>,
    pub function: Option<i64>,
    pub due: Option<Date>,
    /// The number it had elsewhere; the next free one where nothing is said.
    pub number: Option<&'a str>,
    /// What its extra fields say, by their short names.
    pub extra: Option<&'a Map<String, Json>>,
}

/// A record that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub id: i64,
    pub number: String,
}

/// A revision that was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub record: i64,
    pub no: i64,
    pub digest: String,
    /// Whether it is new; otherwise nothing had changed and the last revision still says it.
    pub is_new: bool,
}

impl<'db> Work<'db> {
    pub(crate) fn new(reader: Reader<'db>) -> Self {
        Self { reader, entry: Entry::default(), news: News::default(), under: None }
    }

    /// Why it is done, in the person's own words.
    pub fn because(&mut self, reason: &str) {
        reason.trim().clone_into(&mut self.entry.reason);
    }

    /// Why it is done, as far as it was said yet.
    pub(crate) fn reason(&self) -> &str {
        &self.entry.reason
    }

    /// For whom it is done, where whoever is responsible is absent and the actor stands in: both names stand on
    /// the trail. Whoever is not stood in for is not named.
    pub fn on_behalf_of(&mut self, person: PersonId) {
        if person != self.actor.person && self.actor.stands_in_for(person).is_some() {
            self.entry.on_behalf_of.get_or_insert(person);
        }
    }

    /// What the deed is called on the trail: a code like `requirements.release`.
    pub fn called(&mut self, deed: &'static str) {
        self.entry.deed = Some(deed);
    }

    /// Opens a new record under the next number of its kind.
    pub fn create<B: Body>(&mut self, new: &New, body: &B) -> Result<Made> {
        lets_create::<B>(self.actor)?;
        self.create_by_itself(new, body)
    }

    /// The same because of what is done in this deed, by whoever does it: a customer's query becomes a record of ours.
    pub fn create_by_itself<B: Body>(&mut self, new: &New, body: &B) -> Result<Made> {
        self.must_not_only_read(0)?;
        right(B::may_write(self.actor, new.party, None, body))?;
        check_title(new.title)?;
        body.check()?;
        (B::ADMIT)(self, body)?;
        let (fields, extra) = self.given::<B>(new)?;
        (B::FITS)(&self.reader, None, body)?;
        let number = match new.number {
            Some(number) => self.take_number(&B::KIND, number)?,
            None => self.next_number(&B::KIND)?,
        };
        let state = B::State::default();
        let id: i64 = self.one(
            sql!(
                "insert into record (kind, number, title, state, owner, function, party, version, created_at,
                 changed_at, due, sharing, says)
                 values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, $9, $10, $11) returning id"
            ),
            values![
                B::KIND.prefix,
                &number,
                new.title.trim(),
                state.code(),
                new.owner.unwrap_or(self.actor.person),
                new.function,
                new.party,
                self.now,
                new.due.map(|it| it.to_string()),
                B::KIND.sharing.code(),
                says(body, state)?
            ],
        )?;
        let party = if B::IS_PARTY { Some(id) } else { new.party };
        if B::IS_PARTY {
            self.execute(sql!("update record set party = id where id = $1"), values![id])?;
        }
        row::store(self.connection, B::KIND.table, id, body)?;
        let mut after = serde_json::to_value(body)?;
        after["title"] = json!(new.title.trim());
        let mut change = trail::difference(&json!({}), &after);
        if !extra.is_empty() {
            self.keep_extra::<B>(id, &extra, &fields)?;
            change.extend(field::changed(&Map::new(), &extra));
        }
        self.touched(id, B::KIND.prefix, &number);
        self.enter_change::<B>(id, change)?;
        self.default_deed("created");
        self.touched(id, B::KIND.prefix, &number).state = Some((String::new(), state.code()));
        let shared = self.shared_words::<B>(&extra)?;
        self.take_up::<B>(id, (&number, new.title, &shared), party, body)?;
        (B::KEPT)(self, id, None, body)?;
        Ok(Made { id, number })
    }

    /// Whether a record was opened in this deed: it had no title before.
    pub(crate) fn has_opened(&self, id: i64) -> bool {
        let title = self.entry.touched.get(&id).and_then(|it| it.change.get("title"));
        title.is_some_and(|ends| ends[0].is_null())
    }

    /// The extra values that somebody gives a new record, each looked at, with the fields of the kind.
    fn given<B: Body>(&self, new: &New) -> Result<(Vec<Field>, Map<String, Json>)> {
        let mut extra = Map::new();
        let Some(given) = new.extra.filter(|it| !it.is_empty()) else { return Ok((Vec::new(), extra)) };
        let fields = self.fields_of(B::KIND.prefix)?;
        self.lay(&fields, &mut extra, given)?;
        Ok((fields, extra))
    }

    /// Changes the body of a record; the trail keeps what differs. Nothing is written where nothing does.
    pub fn revise<B: Body>(&mut self, case: &mut Case<B>, edit: impl FnOnce(&mut B)) -> Result<()> {
        self.may_revise(case)?;
        let mut body = case.body.clone();
        edit(&mut body);
        let change = trail::difference(&serde_json::to_value(&case.body)?, &serde_json::to_value(&body)?);
        if change.is_empty() {
            return Ok(());
        }
        self.on_behalf_of(case.record.owner);
        self.keep_body(case, body, change)
    }

    fn keep_body<B: Body>(&mut self, case: &mut Case<B>, body: B, change: Map<String, Json>) -> Result<()> {
        right(B::may_write(self.actor, case.record.party, Some(case), &body))?;
        body.check()?;
        (B::FITS)(&self.reader, Some(case), &body)?;
        let before = std::mem::replace(&mut case.body, body);
        row::store(self.connection, B::KIND.table, case.record.id.raw(), &case.body)?;
        self.keep_what_it_says(case)?;
        self.after_edit(case, change)?;
        (B::KEPT)(self, case.record.id.raw(), Some(&before), &case.body)
    }

    /// Keeps what a change proposes, though the record is closed to other edits.
    pub(crate) fn keep_proposed<B: Body>(&mut self, case: &mut Case<B>, title: &str, body: B) -> Result<()> {
        if title.trim() != case.record.title {
            self.keep_title(case, title.trim())?;
        }
        let change = trail::difference(&serde_json::to_value(&case.body)?, &serde_json::to_value(&body)?);
        if change.is_empty() { Ok(()) } else { self.keep_body(case, body, change) }
    }

    /// Gives a record the title and the body that a form says whole.
    ///
    /// # Errors
    /// Refuses it where somebody else changed the record since the version that the form was made from.
    pub fn rewrite<B: Body>(
        &mut self,
        case: &mut Case<B>,
        seen: i64,
        (title, body): (&str, B),
    ) -> Result<()> {
        case.must_be_at(seen)?;
        self.retitle(case, title)?;
        self.revise(case, |it| *it = body)
    }

    /// Gives a record another title.
    pub fn retitle<B: Body>(&mut self, case: &mut Case<B>, title: &str) -> Result<()> {
        let title = title.trim();
        if title == case.record.title {
            return Ok(());
        }
        self.may_edit(case)?;
        B::may_retitle(case)?;
        self.keep_title(case, title)
    }

    fn keep_title<B: Body>(&mut self, case: &mut Case<B>, title: &str) -> Result<()> {
        check_title(title)?;
        self.execute(
            sql!("update record set title = $1 where id = $2"),
            values![title, case.record.id.raw()],
        )?;
        self.memo.forget_name(case.record.id.raw());
        let change = trail::difference(&json!({ "title": case.record.title }), &json!({ "title": title }));
        title.clone_into(&mut case.record.title);
        self.after_edit(case, change)
    }

    /// Passes a record on to another owner, function or party, or gives it another due day.
    pub fn redirect<B: Body>(
        &mut self,
        case: &mut Case<B>,
        change: impl FnOnce(&mut Record<B>),
    ) -> Result<()> {
        lets_edit::<B>(self.actor, case.record.owner)?;
        self.on_behalf_of(case.record.owner);
        let before = direction(&case.record);
        change(&mut case.record);
        let after = direction(&case.record);
        let change = trail::difference(&before, &after);
        if change.is_empty() {
            return Ok(());
        }
        let Record { id, owner, function, party, due, .. } = &case.record;
        self.execute(
            sql!("update record set owner = $1, function = $2, party = $3, due = $4 where id = $5"),
            values![*owner, *function, *party, due.map(|it| it.to_string()), id.raw()],
        )?;
        if before["party"] != after["party"] {
            self.remarks_follow(case.record.id.raw())?;
        }
        self.after_edit(case, change)
    }

    /// Counts a change of what lies below a record, a row of a file or a line, as an edit of the record: whoever holds
    /// an older copy is told.
    ///
    /// # Errors
    /// [`Error::Stale`] where somebody else changed the record first.
    pub fn moved_on<B: Body>(&mut self, case: &mut Case<B>) -> Result<()> {
        self.must_not_only_read(case.record.id.raw())?;
        self.touch(case)?;
        self.touched(case.record.id.raw(), B::KIND.prefix, &case.record.number);
        Ok(())
    }

    /// Takes a step of the record's workflow, if its table allows it.
    pub fn advance<B: Body>(&mut self, case: &mut Case<B>, step: B::Step) -> Result<()> {
        let before = case.record.state;
        let to = B::FLOW.target(case, self.actor, step)?;
        self.must_be_free(case.record.id.raw())?;
        case.record.state = to;
        self.on_behalf_of(case.record.owner);
        self.keep_state(case, before)
    }

    pub(crate) fn keep_state<B: Body>(&mut self, case: &mut Case<B>, before: B::State) -> Result<()> {
        let id = case.record.id.raw();
        self.execute(
            sql!("update record set state = $1 where id = $2"),
            values![case.record.state.code(), id],
        )?;
        if B::TOLD.contains(&case.record.state) {
            self.tell_offered_state_of(id)?;
        }
        self.touch(case)?;
        if is_over(before) != is_over(case.record.state) {
            self.keep_what_it_says(case)?;
        }
        self.default_deed("advanced");
        let state = (before.code(), case.record.state.code());
        self.touched(id, B::KIND.prefix, &case.record.number).state = Some(state);
        Ok(())
    }

    /// Takes a step of another record that nobody takes by hand, because of what is done in this deed, whoever does
    /// it: a set is agreed when its last signatory has signed. The step is told by its code.
    ///
    /// # Errors
    /// Refuses a step that people take themselves, and what its guard refuses.
    pub fn bring_about(&mut self, id: i64, step: &str) -> Result<()> {
        self.must_not_only_read(id)?;
        let kind: String = self.one(sql!("select kind from record where id = $1"), values![id])?;
        let entry = self.registry().kind(&kind).ok_or(Error::NotFound)?;
        entry.bring_about(self, id, step)
    }

    pub(crate) fn bring_about_in<B: Body>(&mut self, id: i64, step: &str) -> Result<()> {
        let step = B::Step::of(step).ok_or(Error::NotFound)?;
        let product = self.reader.product();
        let mut case = product.find_by_id::<B>(id)?;
        let is_by_itself = B::FLOW
            .0
            .iter()
            .any(|it| it.from == case.record.state && it.step == step && it.by == Permit::Nobody);
        let sentence = text!(
            "{number} is “{state}”, so “{step}” cannot follow. Look at it first.",
            number = case.record.number.as_str(),
            state = case.record.state.text(),
            step = step.text()
        );
        Refusal::unless(is_by_itself, sentence)?;
        let before = case.record.state;
        case.record.state = B::FLOW.target(&case, product.actor, step)?;
        self.execute(
            sql!("update record set state = $1, version = version + 1, changed_at = $2 where id = $3"),
            values![case.record.state.code(), self.now, id],
        )?;
        if B::TOLD.contains(&case.record.state) {
            self.tell_offered_state_of(id)?;
        }
        if is_over(before) != is_over(case.record.state) {
            self.keep_what_it_says(&case)?;
        }
        let state = (before.code(), case.record.state.code());
        self.touched(id, B::KIND.prefix, &case.record.number).state = Some(state);
        Ok(())
    }

    /// Freezes the content of a record as its next revision, with the files that belong to what it says, unless the last
    /// one says the same.
    pub fn release<B: Body>(&mut self, case: &mut Case<B>) -> Result<Frozen> {
        let files = self.files_within::<B>(case.record.id.raw())?;
        let content = manifest::with_files(case.body.content()?, &files)?;
        let frozen = self.freeze(&mut case.record, &content)?;
        if frozen.is_new {
            self.keep_files(&frozen, &files)?;
        }
        Ok(frozen)
    }

    /// The content with the extra values that the party reads, which belong to what is agreed.
    fn whole<B: Body>(&self, record: &Record<B>, content: &Json) -> Result<(Json, Map<String, Json>)> {
        let shared = self.shared(B::KIND.prefix, &record.extra)?;
        let mut whole = content.clone();
        if !shared.is_empty() && whole.is_object() {
            whole["extra"] = Json::Object(shared.clone());
        }
        Ok((whole, shared))
    }

    /// Freezes content that is more than the body: a manifest.
    pub fn freeze<B: Body>(&mut self, record: &mut Record<B>, content: &Json) -> Result<Frozen> {
        self.must_not_only_read(record.id.raw())?;
        let last: Option<(i64, String)> = self.maybe(
            sql!("select no, digest from revision where record_id = $1 order by no desc limit 1"),
            values![record.id.raw()],
        )?;
        let content = self.whole(record, content)?;
        let digest = revision::digest(&content.0)?;
        match last {
            Some((no, known)) if known == digest => {
                Ok(Frozen { record: record.id.raw(), no, digest, is_new: false })
            }
            last => self.freeze_next(record, last.map_or(1, |(no, _)| no + 1), digest, &content),
        }
    }

    /// Freezes many records of a kind at once, each only if its content changed since its last revision.
    pub fn release_many<B: Body>(&mut self, many: &mut [(Record<B>, B)]) -> Result<Vec<Frozen>> {
        let ids: Vec<i64> = many.iter().map(|(record, _)| record.id.raw()).collect();
        let known = self.last_digests(&ids)?;
        let mut frozen = Vec::with_capacity(many.len());
        for (record, body) in many {
            let id = record.id.raw();
            let content = self.whole(record, &body.content()?)?;
            let digest = revision::digest(&content.0)?;
            frozen.push(match known.get(&id) {
                Some((no, last)) if *last == digest => Frozen { record: id, no: *no, digest, is_new: false },
                last => self.freeze_next(record, last.map_or(1, |(no, _)| no + 1), digest, &content)?,
            });
        }
        Ok(frozen)
    }

    fn freeze_next<B: Body>(
        &mut self,
        record: &mut Record<B>,
        no: i64,
        digest: String,
        (content, extra): &(Json, Map<String, Json>),
    ) -> Result<Frozen> {
        let id = record.id.raw();
        self.must_be_free(id)?;
        self.execute(
            sql!(
                "insert into revision (record_id, no, title, content, digest, reason, released_at, released_by, extra)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            values![
                id,
                no,
                &record.title,
                content.to_string(),
                &digest,
                self.entry.reason.as_str(),
                self.now,
                self.actor.person,
                Json::Object(extra.clone()).to_string()
            ],
        )?;
        self.execute(sql!("update record set released = $1 where id = $2"), values![no, id])?;
        record.released = Some(no);
        self.default_deed("released");
        self.touched(id, B::KIND.prefix, &record.number).revision = Some((no, digest.clone()));
        // A change says itself from where on holds what it puts in force; so does a kind that is told of that.
        let says_itself = self.registry().kind(B::KIND.prefix).is_some_and(crate::Entry::is_told_in_force);
        if no > 1 && self.under.is_none() && !says_itself {
            self.hold_after_others(id, no)?;
        }
        Ok(Frozen { record: id, no, digest, is_new: true })
    }

    /// The last digest of each of many records.
    fn last_digests(&self, ids: &[i64]) -> Result<std::collections::BTreeMap<i64, (i64, String)>> {
        let mut known = std::collections::BTreeMap::new();
        for some in ids.chunks(500) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let text = format!(
                "select revision.record_id, revision.no, digest from revision join record on record.id = record_id
                 and released = no where record_id in ({})",
                marks.join(", ")
            );
            let values: Vec<Value> = some.iter().map(Value::from).collect();
            for row in self.connection.rows(&text, &values)? {
                let (id, no, digest): (i64, i64, String) = row.read()?;
                known.insert(id, (no, digest));
            }
        }
        Ok(known)
    }

    /// Shows a frozen revision to the party of the record, who finds it by its title and by these words of it: never by
    /// those of the working copy.
    pub fn offer<B: Body>(&mut self, record: &mut Record<B>, no: i64, words: &str) -> Result<()> {
        let id = record.id.raw();
        self.live(record, no, Life::Offered)?;
        self.execute(
            sql!("update record set offered = $1, offered_state = state, offered_due = due where id = $2"),
            values![no, id],
        )?;
        record.offered = Some(no);
        self.find_as_offered(record, words)
    }

    /// Tells the party of an offered record no day until which it is due.
    pub fn keep_due_day_ours<B: Body>(&mut self, record: &Record<B>) -> Result<()> {
        self.execute(sql!("update record set offered_due = null where id = $1"), values![record.id.raw()])?;
        Ok(())
    }

    /// Has the party of a record find it by the title of the revision that was offered, and by these words of it.
    pub fn find_as_offered<B: Body>(&mut self, record: &Record<B>, words: &str) -> Result<()> {
        let (id, no) = (record.id.raw(), record.offered);
        let frozen = sql!("select title, extra from revision where record_id = $1 and no = $2");
        let Shown { title, extra } = self.one(frozen, values![id, no])?;
        // What the revision before said goes, also where this one says nothing.
        self.index_extra(id, &extra, &self.fields_of(B::KIND.prefix)?, Half::Offered)?;
        let shared = self.shared_words::<B>(&extra)?;
        let found = Findable {
            record: id,
            part: "record",
            part_id: 0,
            name: &title,
            words: &format!("{} {title} {words} {shared}", record.number),
            party: if B::KIND.sharing == Sharing::Published { Some(search::EVERYBODY) } else { record.party },
            offered: true,
        };
        search::take_up(self.connection, &found)
    }

    /// Takes back all that was offered: the party of the record sees and finds nothing of it any more.
    pub fn take_offer_back<B: Body>(&mut self, record: &mut Record<B>) -> Result<()> {
        let id = record.id.raw();
        // The one that was shown last comes last: it is the one that the entry names.
        for revision in self.revisions(id)?.iter().rev().filter(|it| it.was_offered()) {
            self.live(record, revision.no, Life::Withdrawn)?;
        }
        self.execute(
            sql!("update record set offered = null, offered_state = null, offered_due = null where id = $1"),
            values![id],
        )?;
        record.offered = None;
        self.index_extra(id, &Map::new(), &[], Half::Offered)?;
        search::leave_out_offered(self.connection, id)
    }

    /// Lets the party read the present state as that of the offered revision: agreed, for one.
    pub fn tell_offered_state<B: Body>(&mut self, record: &Record<B>) -> Result<()> {
        self.execute(
            sql!("update record set offered_state = state where id = $1"),
            values![record.id.raw()],
        )?;
        Ok(())
    }

    /// The same for a record of any kind.
    pub fn tell_offered_state_of(&mut self, record: i64) -> Result<()> {
        self.must_not_only_read(record)?;
        self.execute(
            sql!("update record set offered_state = state where id = $1 and offered is not null"),
            values![record],
        )?;
        Ok(())
    }

    /// Adds a step to the life of a revision.
    pub fn live<B: Body>(&mut self, record: &Record<B>, no: i64, life: Life) -> Result<()> {
        self.live_by_id(record.id.raw(), no, life)
    }

    /// The same for a record of any kind.
    pub fn live_by_id(&mut self, id: i64, no: i64, life: Life) -> Result<()> {
        self.must_not_only_read(id)?;
        self.execute(
            sql!("insert into revision_life (record_id, no, life, at, by, reason) values ($1, $2, $3, $4, $5, $6)"),
            values![id, no, life.code(), self.now, self.actor.person, self.entry.reason.as_str()],
        )?;
        self.default_deed("offered");
        let is = match life {
            Life::Offered => "offered",
            Life::Confirmed => "confirmed",
            Life::Effective => "effective",
            Life::Superseded => "superseded",
            Life::Withdrawn => "withdrawn",
        };
        self.touched_by_id(id)?.life = Some((no, is));
        Ok(())
    }

    /// Adds a line below a record: a message, a session, an alias. Fields are the columns of its table.
    pub fn add(&mut self, table: &'static str, record: i64, line: &impl Serialize) -> Result<i64> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        row::insert(self.connection, table, line)
    }

    /// Puts other values into a line below a record.
    pub fn amend(&mut self, table: &'static str, record: i64, id: i64, line: &impl Serialize) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        row::update(self.connection, table, id, line)
    }

    /// Takes a line below a record away.
    pub fn remove(&mut self, table: &'static str, record: i64, id: i64) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        self.connection.execute(&format!("delete from {table} where id = $1"), values![id])?;
        Ok(())
    }

    /// Notes that a line below a record was used just now. It is nobody's deed and leaves no entry.
    pub fn stamp(&mut self, table: &'static str, column: &'static str, id: i64) -> Result<()> {
        self.connection
            .execute(&format!("update {table} set {column} = $1 where id = $2"), values![self.now, id])?;
        Ok(())
    }

    /// Adds a fact to what the entry says of a record.
    pub fn note(&mut self, record: i64, note: Json) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?.notes.push(note);
        Ok(())
    }

    /// Names content by its digest: a message or a file, whose words never stand on the trail.
    pub fn note_content(&mut self, record: i64, digest: &str) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        self.entry.content.push(digest.to_owned());
        Ok(())
    }

    /// Says that the rows of a place were looked at, and whether to their end.
    pub(crate) fn looked_through(&mut self, place: String, to_the_end: bool) {
        self.entry.rows_of.insert(place, to_the_end);
    }

    /// Names a row that was added by the digest of what stands in its columns, so that an audit finds it altered
    /// (`Registry::keeping_words`, which puts the columns together in the same order with `|` between them).
    pub fn note_row(&mut self, record: i64, columns: &[&dyn std::fmt::Display]) -> Result<()> {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        self.note_content(record, &crate::fingerprint(columns.join("|").as_bytes()))
    }

    /// Announces what happened to whoever reacts to it, within this work.
    pub fn announce(&mut self, event: &impl Event) -> Result<()> {
        let house = self.house;
        house.reactions.run(self, event)
    }

    /// Tells somebody of what this deed does to a record, whether they watch it or not.
    pub fn addressed(&mut self, record: i64, person: PersonId, because: Because) {
        self.news.standing_in.remove(&(person, record));
        self.news.addressed.push((record, person, because));
    }

    /// Tells whoever stands in for somebody whom it concerns, and for whom; not where it concerns them already.
    pub(crate) fn addressed_beside(
        &mut self,
        record: i64,
        deputy: PersonId,
        (absent, because): (PersonId, Because),
    ) {
        let is_concerned = self.news.addressed.iter().any(|(at, it, _)| (*at, *it) == (record, deputy));
        if !is_concerned {
            self.news.standing_in.insert((deputy, record), absent);
            self.news.addressed.push((record, deputy, because));
        }
    }

    /// The same with whoever is asked: a person, else all who belong to a function.
    pub(crate) fn asked(&mut self, record: i64, ask: &Ask) -> Result<()> {
        match (ask.person, ask.function) {
            (Some(person), _) => self.addressed(record, person, Because::Asked),
            (None, Some(function)) => {
                for person in (self.house.people.members)(&self.reader.product(), function)? {
                    self.addressed(record, person, Because::Function);
                }
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Notes what was said about a record, and for whom it is.
    pub(crate) fn said(&mut self, record: i64, remark: i64, audience: Audience) {
        self.news.said.insert(record, (remark, audience));
    }

    /// Closes the work: what was written must be on the trail.
    pub(crate) fn finish(mut self) -> Result<()> {
        if self.entry.is_empty() {
            return Ok(());
        }
        self.see_to_what_was_touched()?;
        let by = (self.actor.person, self.now);
        let entry = trail::append(self.connection, &self.house.secrets, by, &self.entry)?;
        notice::tell(&self.reader, (entry, &self.entry), &self.news)
    }

    fn see_to_what_was_touched(&mut self) -> Result<()> {
        let seen_to = |kind: &str| self.registry().kind(kind).and_then(|it| it.seen_to);
        let due: Vec<_> =
            self.entry.touched.iter().filter_map(|(id, it)| Some((*id, seen_to(it.kind)?))).collect();
        due.into_iter().try_for_each(|(id, see_to)| see_to(self, id))
    }

    pub(crate) fn execute(&self, sql: &Sql, values: &[Value]) -> Result<u64> {
        self.connection.execute(sql.text, values)
    }

    /// Whoever may not edit records of the kind may still edit their own person, as far as its fields allow.
    fn may_revise<B: Body>(&self, case: &Case<B>) -> Result<()> {
        if !may(case.record.id.raw() == self.actor.person) {
            return self.may_edit(case);
        }
        self.must_not_only_read(self.actor.person)?;
        Self::must_be_open(case)
    }

    fn may_edit<B: Body>(&self, case: &Case<B>) -> Result<()> {
        // Outsiders hold the offered copy, or one without what is internal; stored, it would overwrite the rest.
        const {
            let is_whole = matches!(B::KIND.sharing, Sharing::Working) && B::INTERNAL.is_empty();
            assert!(is_whole || !matches!(B::EDIT, Permit::Party), "its party does not hold all of it");
        }
        lets_edit::<B>(self.actor, case.record.owner)?;
        self.must_be_free(case.record.id.raw())?;
        Self::must_be_open(case)
    }

    pub(crate) fn must_be_open<B: Body>(case: &Case<B>) -> Result<()> {
        let sentence = text!(
            "It is “{state}” and closed for editing. Reopen it first, or raise a change request.",
            state = case.record.state.text()
        );
        Ok(Refusal::unless(B::OPEN.contains(&case.record.state), sentence)?)
    }

    /// Whoever only reads may still change what is their own: password, language, sessions.
    #[cfg_attr(feature = "mutants", track_caller)]
    pub(crate) fn must_not_only_read(&self, record: i64) -> Result<()> {
        #[cfg(feature = "mutants")]
        if crate::mutants::is_off("reads only") {
            return Ok(());
        }
        let own = self.is_own(record);
        let sentence = text!("You may read everything and change nothing. Ask the owner.");
        Ok(Refusal::unless(!self.actor.only_reads || own, sentence)?)
    }

    fn is_own(&self, record: i64) -> bool {
        record == self.actor.person && may(!self.actor.not_even_own)
    }

    pub(crate) fn after_edit<B: Body>(
        &mut self,
        case: &mut Case<B>,
        change: Map<String, Json>,
    ) -> Result<()> {
        self.touch(case)?;
        let Record { id, number, title, party, extra, .. } = &case.record;
        self.touched(id.raw(), B::KIND.prefix, number);
        let shared = self.shared_words::<B>(extra)?;
        self.take_up::<B>(id.raw(), (number, title, &shared), *party, &case.body)?;
        self.default_deed("changed");
        self.enter_change::<B>(case.record.id.raw(), change)
    }

    /// Keeps the digest of what a record says now beside it, so that ties find out that it says something else.
    fn keep_what_it_says<B: Body>(&self, case: &Case<B>) -> Result<()> {
        let Some(digest) = says(&case.body, case.record.state)? else { return Ok(()) };
        self.execute(
            sql!("update record set says = $1 where id = $2"),
            values![digest, case.record.id.raw()],
        )?;
        self.weigh_ties(case.record.id.raw())
    }

    /// Counts the edit; whoever holds an older copy is told.
    fn touch<B: Body>(&self, case: &mut Case<B>) -> Result<()> {
        let touched = self.execute(
            sql!("update record set version = version + 1, changed_at = $3 where id = $1 and version = $2"),
            values![case.record.id.raw(), case.record.version, self.now],
        )?;
        case.record.version += 1;
        case.record.changed_at = self.now;
        if touched == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    fn take_up<B: Body>(
        &self,
        id: i64,
        (number, title, shared): (&str, &str, &str),
        party: Option<PartyId>,
        body: &B,
    ) -> Result<()> {
        let party = party.filter(|_| B::KIND.sharing == Sharing::Working);
        let words = format!("{number} {title} {} {shared}", body.words());
        let found = Findable {
            record: id,
            part: "record",
            part_id: 0,
            name: title,
            words: &words,
            party,
            offered: false,
        };
        search::take_up(self.connection, &found)
    }

    /// Puts a change on the entry; personal values are sealed under the key of the record's person.
    fn enter_change<B: Body>(&mut self, id: i64, mut change: Map<String, Json>) -> Result<()> {
        // What a house keeps of a person beside their name is personal too, whatever it is called.
        let is_personal =
            |it: &str| B::PERSONAL.contains(&it) || (it.starts_with("extra.") && !B::PERSONAL.is_empty());
        let personal: Vec<String> = change.keys().filter(|it| is_personal(it)).cloned().collect();
        if !personal.is_empty() {
            let key = self.person_key_or_new(id)?;
            for field in &personal {
                let Some(Json::Array(ends)) = change.get_mut(field) else { continue };
                for value in ends.iter_mut().filter(|it| !it.is_null()) {
                    *value = secret::sealed(&key, id, value)?;
                }
            }
        }
        let touched = self.entry.touched.entry(id).or_default();
        for (field, ends) in change {
            match touched.change.get_mut(&field) {
                // Changed twice in one deed: the first old value and the last new one.
                Some(known) => known[1] = ends[1].clone(),
                None => {
                    touched.change.insert(field, ends);
                }
            }
        }
        Ok(())
    }

    fn person_key_or_new(&self, id: i64) -> Result<[u8; 32]> {
        if let Some(key) = self.person_key(id)? {
            return Ok(key);
        }
        let (key, wrapped) = self.house.secrets.new_person_key()?;
        self.execute(
            sql!("insert into person_key (record_id, wrapped) values ($1, $2)"),
            values![id, wrapped],
        )?;
        Ok(key)
    }

    pub(crate) fn default_deed(&mut self, deed: &'static str) {
        self.entry.deed.get_or_insert(deed);
    }

    /// What the deed is called, as far as it has a name yet.
    pub(crate) fn deed_so_far(&self) -> Option<&'static str> {
        self.entry.deed
    }

    pub(crate) fn touched(&mut self, id: i64, kind: &'static str, number: &str) -> &mut Touched {
        if kind == ExtraField::KIND.prefix {
            self.reader.memo.forget_fields();
        }
        let touched = self.entry.touched.entry(id).or_default();
        touched.kind = kind;
        number.clone_into(&mut touched.number);
        touched
    }

    pub(crate) fn touched_by_id(&mut self, id: i64) -> Result<&mut Touched> {
        if !self.entry.touched.contains_key(&id) {
            let (kind, number): (String, String) =
                self.one(sql!("select kind, number from record where id = $1"), values![id])?;
            let kind = self.registry().kind(&kind).map_or("", |it| it.kind.prefix);
            return Ok(self.touched(id, kind, &number));
        }
        Ok(self.entry.touched.entry(id).or_default())
    }

    /// The next number of a kind: never twice, without gaps, for it is drawn in the same transaction.
    fn next_number(&self, kind: &Kind) -> Result<String> {
        Ok(kind.number(self.year_of(kind), self.draw(kind, 1)? + 1))
    }

    /// Draws so many numbers of a kind at once; tells the last that was given before them.
    pub(crate) fn draw(&self, kind: &Kind, count: i64) -> Result<i64> {
        let last: i64 = self.one(
            sql!(
                "insert into sequence (kind, year, last) values ($1, $2, $3)
                 on conflict (kind, year) do update set last = sequence.last + excluded.last returning last"
            ),
            values![kind.prefix, self.year_of(kind), count],
        )?;
        Ok(last - count)
    }

    /// The year in which a kind counts now; 0 where it goes on for ever.
    pub(crate) fn year_of(&self, kind: &Kind) -> i64 {
        match kind.numbers {
            Numbers::Yearly => i64::from(self.now.to_zoned_datetime(jiff::tz::TimeZone::UTC).year()),
            Numbers::Forever => 0,
        }
    }

    /// Takes a number that was given elsewhere; numbering goes on from the highest.
    pub(crate) fn take_number(&self, kind: &Kind, number: &str) -> Result<String> {
        let wrong =
            || Faults::one("number", text!("Give a number like {example}.", example = kind.example()));
        let rest = number.strip_prefix(kind.prefix).and_then(|it| it.strip_prefix('-')).ok_or_else(wrong)?;
        let (year, count) = match kind.numbers {
            Numbers::Yearly => rest.split_once('-').ok_or_else(wrong)?,
            Numbers::Forever => ("0", rest),
        };
        let (year, count): (i64, i64) =
            year.parse().ok().zip(count.parse().ok()).filter(|(_, count)| *count > 0).ok_or_else(wrong)?;
        let taken: Option<i64> =
            self.maybe(sql!("select id from record where number = $1"), values![number])?;
        if taken.is_some() {
            let sentence = text!("{number} is taken. Choose another number.", number = number);
            return Err(Faults::one("number", sentence).into());
        }
        self.execute(
            sql!(
                "insert into sequence (kind, year, last) values ($1, $2, $3)
                 on conflict (kind, year) do update
                 set last = case when sequence.last > excluded.last then sequence.last else excluded.last end"
            ),
            values![kind.prefix, year, count],
        )?;
        Ok(number.to_owned())
    }
}

impl Kind {
    /// The number that the count of a year is; of what goes on for ever the year is left out.
    pub(crate) fn number(&self, year: i64, count: i64) -> String {
        match self.numbers {
            Numbers::Yearly => format!("{}-{year}-{count:04}", self.prefix),
            Numbers::Forever => format!("{}-{count:04}", self.prefix),
        }
    }

    /// What its numbers look like.
    pub fn example(&self) -> String {
        match self.numbers {
            Numbers::Yearly => format!("{}-2026-0042", self.prefix),
            Numbers::Forever => format!("{}-0042", self.prefix),
        }
    }
}

impl Sharing {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Offered => "offered",
            Self::Working => "working",
            Self::Published => "published",
        }
    }
}

/// The digest of what a record says: empty once it is over, none where nobody judges its words.
pub(crate) fn says<B: Body>(body: &B, state: B::State) -> Result<Option<String>> {
    Ok(match B::BEARING {
        Bearing::Beside => None,
        _ if is_over(state) => Some(String::new()),
        _ => Some(revision::digest(&body.content()?)?),
    })
}

/// Whether nothing more comes of a record in this state.
fn is_over(state: impl State) -> bool {
    matches!(state.tone(), Tone::Past | Tone::Stopped)
}

pub(crate) fn check_title(title: &str) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.unless(!title.trim().is_empty(), "title", text!("Give it a title."));
    faults.unless(
        title.chars().count() <= LONGEST_TITLE,
        "title",
        text!("Shorten the title to {count} characters.", count = LONGEST_TITLE),
    );
    faults.into_result()
}

/// The extra values that a revision froze.
#[derive(Deserialize)]
struct Shown {
    title: String,
    extra: Map<String, Json>,
}

fn direction<B: Body>(record: &Record<B>) -> Json {
    json!({ "owner": record.owner, "function": record.function, "party": record.party, "due": record.due })
}

impl<B: Body> Case<B> {
    /// Refuses an edit of a copy that is no longer the last one.
    ///
    /// # Errors
    /// [`Error::Stale`] where somebody else changed the record first.
    pub fn must_be_at(&self, version: i64) -> Result<()> {
        if self.record.version == version { Ok(()) } else { Err(Error::Stale) }
    }
}
