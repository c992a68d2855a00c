//! What somebody must do by when, what people say about a record, and who watches it.

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Audience, Because, Faults, Missing, PersonId, Reader, Refusal, Result, Text, Work, right, sql, text,
    values,
};

/// How a remark and a task are called among what is found.
const REMARK: &str = "remark";
const TASK: &str = "task";

/// Something somebody must do.
#[derive(Clone, Debug, Deserialize)]
pub struct Task {
    pub id: i64,
    pub record_id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    /// What is asked, in the words of whoever asked; in English where the product itself did.
    pub request: String,
    /// The sentence where the product itself asked.
    #[serde(deserialize_with = "kept")]
    said: Option<Text>,
    pub person: Option<PersonId>,
    pub function: Option<i64>,
    pub due: Option<Date>,
    pub asked_by: PersonId,
    #[serde(with = "crate::micros")]
    pub asked_at: Timestamp,
    #[serde(with = "crate::micros::option")]
    pub settled_at: Option<Timestamp>,
    pub settled_by: Option<PersonId>,
    /// Where it is done, where more is wanted than to say that it is.
    pub place: Option<String>,
}

#[derive(Serialize)]
struct NewTask<'a> {
    record_id: i64,
    request: &'a str,
    said: Option<String>,
    person: Option<PersonId>,
    function: Option<i64>,
    due: Option<Date>,
    asked_by: PersonId,
    asked_at: i64,
    place: Option<&'a str>,
}

/// Words of a person about a record.
#[derive(Clone, Debug, Deserialize)]
pub struct Remark {
    pub id: i64,
    pub record_id: i64,
    pub author: PersonId,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    /// Markdown.
    pub words: String,
    pub audience: Audience,
    /// When its author struck it out.
    #[serde(with = "crate::micros::option")]
    pub struck_at: Option<Timestamp>,
}

/// A remark or a task as it is found.
#[derive(Deserialize)]
struct Worded {
    id: i64,
    record_id: i64,
    words: String,
    audience: Audience,
}

#[derive(Serialize)]
struct NewRemark<'a> {
    record_id: i64,
    author: PersonId,
    at: i64,
    words: &'a str,
    audience: Audience,
}

/// A request of a colleague, on its way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// In the words of whoever asks.
    pub request: &'a str,
    /// What the product itself asks, instead: read in the language of whoever reads it.
    pub said: Option<&'a Text>,
    pub person: Option<PersonId>,
    pub function: Option<i64>,
    pub due: Option<Date>,
    /// Where it is done, where more is wanted than to say that it is: it is settled there and nowhere else.
    pub place: Option<&'a str>,
}

impl Task {
    /// What is asked, to be read in anybody's language.
    pub fn words(&self) -> Text {
        self.said.clone().unwrap_or_else(|| text!("{words}", words = &self.request))
    }
}

/// The day that comes so many working days after another; Saturday and Sunday are none.
fn working_days_after(day: Date, count: usize) -> Date {
    let is_free = |it: &Date| matches!(it.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mut days = day.series(Span::new().days(1)).skip(1).filter(|it| !is_free(it));
    days.nth(count.saturating_sub(1)).unwrap_or(day)
}

fn kept<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<Text>, D::Error> {
    let said = Option::<String>::deserialize(from)?;
    said.map(|it| serde_json::from_str(&it)).transpose().map_err(serde::de::Error::custom)
}

impl Ask<'_> {
    /// The words as they are kept: in English what the product itself asks.
    fn words(&self) -> String {
        self.said.map_or_else(|| self.request.trim().to_owned(), Text::to_string)
    }
}

impl Reader<'_> {
    /// Until when one of us does what somebody waits for, where nobody said a day: in two working days.
    pub fn soon(&self) -> Date {
        working_days_after(self.today(), 2)
    }

    /// The tasks at a record, open ones first.
    pub fn tasks(&self, record: i64) -> Result<Vec<Task>> {
        self.rows(
            sql!(
                "select it.id, record_id, number, kind, title, request, said, person, it.function, it.due, asked_by,
                 asked_at, settled_at, settled_by, place from visible_task as it join visible on visible.id = record_id
                 where record_id = $1 order by case when settled_at is null then 0 else 1 end, it.due, it.id"
            ),
            values![record],
        )
    }

    /// One task.
    pub fn task_at(&self, id: i64) -> Result<Task> {
        self.one(
            sql!(
                "select it.id, record_id, number, kind, title, request, said, person, it.function, it.due, asked_by,
                 asked_at, settled_at, settled_by, place from visible_task as it join visible on visible.id = record_id
                 where it.id = $1"
            ),
            values![id],
        )
    }

    /// What waits for the actor: asked of them, of the function that they answer for, or of somebody absent for
    /// whom they stand in.
    pub fn my_tasks(&self, functions: &[i64]) -> Result<Vec<Task>> {
        let mut people = vec![self.actor.person];
        people.extend(self.actor.stands_in.iter().filter(|it| it.function.is_none()).map(|it| it.person));
        let mut all = self.open_tasks_of(None)?;
        for person in people {
            all.extend(self.open_tasks_of(Some(person))?);
        }
        let is_mine = |it: &Task| {
            let asked =
                |function| functions.contains(&function) || self.actor.stands_in_at(function).is_some();
            it.person.is_some() || it.function.is_some_and(asked)
        };
        let mut mine: Vec<Task> = all.into_iter().filter(is_mine).collect();
        mine.sort_by_key(|it| (it.due.is_none(), it.due, it.id));
        mine.dedup_by_key(|it| it.id);
        Ok(mine)
    }

    /// The open tasks of a person, or those that only a function is asked for.
    fn open_tasks_of(&self, person: Option<PersonId>) -> Result<Vec<Task>> {
        self.rows(
            sql!(
                "select it.id, record_id, number, kind, title, request, said, person, it.function, it.due, asked_by,
                 asked_at, settled_at, settled_by, place from visible_task as it join visible on visible.id = record_id
                 where settled_at is null and (person = $1 or ($1 = 0 and person is null))"
            ),
            values![person.unwrap_or(0)],
        )
    }

    /// The open tasks of a person at a record in which the product asks for one thing.
    pub fn tasks_asking(&self, record: i64, person: PersonId, request: &Text) -> Result<Vec<i64>> {
        self.rows(
            sql!(
                "select id from visible_task where record_id = $1 and person = $2 and request = $3
                 and settled_at is null"
            ),
            values![record, person, request.to_string()],
        )
    }

    /// For whom a task waits with the actor, where they only stand in.
    pub fn stands_in_at(&self, task: &Task) -> Option<&kernel::StandIn> {
        match (task.person, task.function) {
            (Some(person), _) => self.actor.stands_in_for(person),
            (None, Some(function)) => self.actor.stands_in_at(function),
            (None, None) => None,
        }
    }

    /// What was said about a record, the oldest first. What was struck out stays legible to our own people only.
    pub fn remarks(&self, record: i64) -> Result<Vec<Remark>> {
        let all: Vec<Remark> = self.rows(
            sql!(
                "select id, record_id, author, at, words, audience, struck_at from visible_remark
                 where record_id = $1 order by id"
            ),
            values![record],
        )?;
        Ok(all.into_iter().map(|it| self.legible(it)).collect())
    }

    /// One remark.
    pub fn remark_at(&self, id: i64) -> Result<Remark> {
        let remark = self.one(
            sql!(
                "select id, record_id, author, at, words, audience, struck_at from visible_remark
                 where id = $1"
            ),
            values![id],
        )?;
        Ok(self.legible(remark))
    }

    /// A remark as far as the actor may read it.
    fn legible(&self, mut it: Remark) -> Remark {
        if it.struck_at.is_some() && self.actor.is_outside() {
            it.words.clear();
        }
        it
    }

    /// Whether the actor watches a record.
    pub fn watches(&self, record: i64) -> Result<bool> {
        let count: i64 = self.one(
            sql!("select count(*) from watch where record_id = $1 and person = $2"),
            values![record, self.actor.person],
        )?;
        Ok(count > 0)
    }
}

impl Work<'_> {
    /// Asks somebody to do something about a record.
    ///
    /// # Errors
    /// Names what is missing: the words, or somebody to do it.
    pub fn ask(&mut self, record: i64, ask: &Ask) -> Result<i64> {
        self.must_not_only_read(record)?;
        Refusal::unless(!self.actor.is_outside(), text!("Only members of staff may do this."))?;
        let mut faults = Faults::default();
        faults.unless(!ask.words().is_empty(), "request", text!("Say what is to be done."));
        let somebody = ask.person.is_some() || ask.function.is_some();
        faults.unless(somebody, "person", text!("Choose who is to do it."));
        faults.into_result()?;
        let id = self.put_task(record, ask, self.actor.person)?;
        self.called("asked");
        self.asked(record, ask)?;
        Ok(id)
    }

    /// Asks a colleague by itself, because of what is done in this deed, whoever does it: somebody outside, for one.
    pub fn ask_by_itself(&mut self, record: i64, ask: &Ask) -> Result<i64> {
        let id = self.put_task(record, ask, 0)?;
        self.asked(record, ask)?;
        Ok(id)
    }

    /// Asks one of us by itself for what somebody else waits for: within two working days, and before what they were told
    /// is over. Who lets the day pass is reminded, as the kind of the record says.
    pub fn ask_soon(
        &mut self,
        record: i64,
        request: &Text,
        person: PersonId,
        until: Option<Date>,
    ) -> Result<i64> {
        let soon = self.soon();
        let due = Some(until.map_or(soon, |it| it.min(soon)));
        self.ask_by_itself(record, &Ask { said: Some(request), person: Some(person), due, ..Ask::default() })
    }

    fn put_task(&mut self, record: i64, ask: &Ask, asked_by: PersonId) -> Result<i64> {
        let Ask { person, function, due, place, .. } = *ask;
        let (request, asked_at) = (&*ask.words(), self.now.as_microsecond());
        let said = ask.said.map(serde_json::to_string).transpose().map_err(crate::broken)?;
        let row =
            NewTask { record_id: record, request, said, person, function, due, asked_by, asked_at, place };
        let id = self.add("task", record, &row)?;
        if ask.said.is_none() {
            self.found_as((record, Audience::Internal), (TASK, id), "", request)?;
        }
        self.note(record, serde_json::json!({ "asked": request, "person": person, "due": due }))?;
        Ok(id)
    }

    /// Settles a task. Whoever asked for it hears of it.
    ///
    /// # Errors
    /// Refuses what is done in a place of its own, and says where.
    pub fn settle(&mut self, task: i64) -> Result<()> {
        let placed: Option<(String, Option<String>)> = self.maybe(
            sql!("select request, place from visible_task where id = $1 and place is not null"),
            values![task],
        )?;
        if let Some((request, link)) = placed {
            let sentence = text!(
                "“{task}” is done in its own place. Open it and say there what is asked.",
                task = request
            );
            return Err(Refusal(vec![Missing { sentence, link }]).into());
        }
        self.settle_in_its_place(task)
    }

    /// The same, by the deed that does what was asked.
    pub fn settle_in_its_place(&mut self, task: i64) -> Result<()> {
        let (person, function) = self.close_task(task)?;
        let absent = function.filter(|_| person.is_none()).and_then(|it| self.actor.stands_in_at(it));
        match (person, absent.map(|it| it.person)) {
            (Some(person), _) => self.on_behalf_of(person),
            (None, Some(person)) => self.on_behalf_of(person),
            (None, None) => {}
        }
        self.called("settled");
        Ok(())
    }

    /// Settles a task because of what else is done in this deed, which keeps its name and its actor.
    pub fn settle_within(&mut self, task: i64) -> Result<()> {
        self.close_task(task).map(|_| ())
    }

    /// Settles what the product asked at a record to be done in a place, because of what is done in this deed, whoever
    /// does it: a customer who answers sees none of our tasks.
    pub fn settle_by_itself(&mut self, record: i64, place: &str) -> Result<()> {
        self.must_not_only_read(record)?;
        let mut asked = self.reader.product().tasks(record)?;
        asked.retain(|it| it.settled_at.is_none() && it.asked_by == 0 && it.place.as_deref() == Some(place));
        for task in asked {
            self.execute(
                sql!("update task set settled_at = $1, settled_by = $2 where id = $3"),
                values![self.now, self.actor.person, task.id],
            )?;
            self.note(record, serde_json::json!({ "settled": task.request }))?;
        }
        Ok(())
    }

    /// Tells of whom it was asked.
    fn close_task(&mut self, task: i64) -> Result<(Option<PersonId>, Option<i64>)> {
        let (record, request, person, function, asked_by): (i64, String, Option<PersonId>, Option<i64>, i64) =
            self.one(
                sql!(
                    "select record_id, request, person, function, asked_by from visible_task
                     where id = $1 and settled_at is null"
                ),
                values![task],
            )?;
        self.must_not_only_read(record)?;
        self.its_turn_has_come(task)?;
        self.its_milestone_is_shown(record, task)?;
        self.its_plan_is_carried_out(record, task)?;
        self.execute(
            sql!("update task set settled_at = $1, settled_by = $2 where id = $3"),
            values![self.now, self.actor.person, task],
        )?;
        self.note(record, serde_json::json!({ "settled": request }))?;
        self.addressed(record, asked_by, Because::Asked);
        Ok((person, function))
    }

    /// Says something about a record. The trail keeps the digest of the words. Whoever is named in them watches
    /// the record from now on.
    ///
    /// # Errors
    /// Says what is wrong with the words, and how to write a name that several have.
    pub fn remark(&mut self, record: i64, words: &str, audience: Audience) -> Result<i64> {
        self.must_not_only_read(record)?;
        let mut faults = Faults::default();
        faults.unless(!words.trim().is_empty(), "words", text!("Write something first."));
        faults.unless(words.len() <= 100_000, "words", text!("Shorten it, or attach it as a file."));
        faults.into_result()?;
        self.must_be_of_their_party(record)?;
        let audience = if self.actor.is_outside() { Audience::Party } else { audience };
        let (author, at) = (self.actor.person, self.now.as_microsecond());
        let row = NewRemark { record_id: record, author, at, words: words.trim(), audience };
        let named = self.named_in(row.words)?;
        let id = self.add("remark", record, &row)?;
        self.note_content(record, &crate::revision::fingerprint(row.words.as_bytes()))?;
        self.found_as((record, audience), (REMARK, id), "", row.words)?;
        self.keep_namings(record, id, &named)?;
        for (person, _) in &named {
            self.addressed(record, *person, Because::Mentioned);
        }
        self.said(record, id, audience);
        self.called("remarked");
        Ok(id)
    }

    /// What is published has no party: what one outsider said there, every other would read.
    fn must_be_of_their_party(&self, record: i64) -> Result<()> {
        let party: Option<i64> =
            self.one(sql!("select party from visible where id = $1"), values![record])?;
        let is_theirs =
            !self.actor.is_outside() || party.is_some_and(|it| self.actor.parties().contains(&it));
        let sentence = text!("Everybody reads this. Write to us instead, and we answer you alone.");
        Ok(right(Refusal::unless(is_theirs, sentence))?)
    }

    /// Strikes out what one said. It stays where it is, legible, as on paper.
    ///
    /// # Errors
    /// Only its author may, and only once.
    pub fn strike_out(&mut self, remark: i64) -> Result<()> {
        let it = self.remark_at(remark)?;
        self.must_not_only_read(it.record_id)?;
        let own = it.author == self.actor.person;
        right(Refusal::unless(
            own,
            text!("Only whoever wrote it may strike it out. Say what you think of it below."),
        ))?;
        Refusal::unless(it.struck_at.is_none(), text!("It is struck out already."))?;
        self.execute(sql!("update remark set struck_at = $1 where id = $2"), values![self.now, remark])?;
        // It stands where it stood, and nobody is led there.
        self.found_as((it.record_id, Audience::Internal), (REMARK, remark), "", "")?;
        self.note(it.record_id, serde_json::json!({ "struck_out": remark }))?;
        self.called("remark_struck");
        Ok(())
    }

    /// Lets what was said for the party of a record be found by the one that it has now.
    pub(crate) fn remarks_follow(&mut self, record: i64) -> Result<()> {
        let all: Vec<Worded> = self.rows(
            sql!(
                "select id, record_id, words, audience from visible_remark
                 where record_id = $1 and audience = 'party' and struck_at is null"
            ),
            values![record],
        )?;
        self.take_up_worded(REMARK, &all)
    }

    fn take_up_worded(&mut self, part: &str, all: &[Worded]) -> Result<()> {
        for it in all {
            self.found_as((it.record_id, it.audience), (part, it.id), "", &it.words)?;
        }
        Ok(())
    }

    /// Lets remarks that were kept before remarks were found be found by their words: some that come after a key.
    /// Tells the key of the last; none where all are found. It leaves no entry: what they say stands on the trail.
    pub fn take_up_remarks(&mut self, after: i64) -> Result<Option<i64>> {
        let all: Vec<Worded> = self.rows(
            sql!(
                "select id, record_id, words, audience from visible_remark as it
                 where id > $1 and struck_at is null and not exists
                 (select 1 from findable where findable.record_id = it.record_id and part = 'remark' and part_id = it.id)
                 order by id limit 100"
            ),
            values![after],
        )?;
        self.take_up_worded(REMARK, &all)?;
        Ok(all.last().map(|it| it.id))
    }

    /// The same of tasks, by what people asked for in words of their own.
    pub fn take_up_tasks(&mut self, after: i64) -> Result<Option<i64>> {
        let all: Vec<Worded> = self.rows(
            sql!(
                "select id, record_id, request as words, 'internal' as audience from visible_task as it
                 where id > $1 and said is null and not exists
                 (select 1 from findable where findable.record_id = it.record_id and part = 'task' and part_id = it.id)
                 order by id limit 100"
            ),
            values![after],
        )?;
        self.take_up_worded(TASK, &all)?;
        Ok(all.last().map(|it| it.id))
    }

    /// Watches a record, or no longer. It is nobody else's business and leaves no entry.
    pub fn watch(&mut self, record: i64, watching: bool) -> Result<()> {
        let person = self.actor.person;
        if watching {
            self.has_watch(record, person)?;
        } else {
            self.execute(
                sql!("delete from watch where record_id = $1 and person = $2"),
                values![record, person],
            )?;
        }
        Ok(())
    }

    /// Has somebody watch a record.
    pub(crate) fn has_watch(&self, record: i64, person: PersonId) -> Result<()> {
        self.execute(
            sql!(
                "insert into watch (record_id, person, at) values ($1, $2, $3)
                 on conflict (record_id, person) do nothing"
            ),
            values![record, person, self.now],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nobody_works_on_saturday_and_sunday() {
        assert_eq!(working_days_after(date(2026, 3, 2), 2), date(2026, 3, 4), "from Monday");
        assert_eq!(working_days_after(date(2026, 3, 5), 2), date(2026, 3, 9), "from Thursday");
        assert_eq!(working_days_after(date(2026, 3, 7), 2), date(2026, 3, 10), "from Saturday");
    }
}
