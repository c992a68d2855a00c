//! Many records, lines or passages in one deed, written with few statements: what imports need.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::flow::lets_create;
use crate::row::fields_of;
use crate::search::{self, Findable};
use crate::work::{check_title, says};
use crate::{
    Body, Kind, Made, Mention, New, Result, Sharing, Source, Tie, Value, Vocabulary, Work, passage, right,
    secret, sql, trail, values,
};

/// So many rows are written with one statement.
const AT_ONCE: usize = 100;

impl Work<'_> {
    /// Opens many records of a kind, in their order, as [`Work::create`] opens one. Those without a number of
    /// their own are numbered in one step.
    pub fn create_many<B: Body>(&mut self, many: &[(New, B)]) -> Result<Vec<Made>> {
        if many.iter().any(|(new, _)| new.extra.is_some_and(|it| !it.is_empty())) {
            return many.iter().map(|(new, body)| self.create(new, body)).collect();
        }
        for (new, body) in many {
            lets_create::<B>(self.actor)?;
            right(B::may_write(self.actor, new.party, None, body))?;
            check_title(new.title)?;
            body.check()?;
            (B::ADMIT)(self, body)?;
            (B::FITS)(self, None, body)?;
        }
        let numbers = self.numbers_for(&B::KIND, many)?;
        let mut all = Vec::with_capacity(many.len());
        for (some, numbers) in many.chunks(AT_ONCE).zip(numbers.chunks(AT_ONCE)) {
            let made = self.open_envelopes(some, numbers)?;
            self.store_bodies(some, &made)?;
            self.find_by_words(some, &made)?;
            self.enter_new(some, &made)?;
            all.extend(made);
        }
        if !many.is_empty() {
            self.default_deed("created");
        }
        for ((_, body), made) in many.iter().zip(&all) {
            (B::KEPT)(self, made.id, None, body)?;
        }
        Ok(all)
    }

    /// Ties many records to one, each a tie that was not there before.
    pub fn tie_many(&mut self, sources: &[i64], role: Tie, target: i64) -> Result<()> {
        // What is judged remembers what both ends say.
        if role.is_judged() {
            return sources.iter().try_for_each(|source| self.tie(*source, role, target));
        }
        let to: String = self.one(sql!("select number from record where id = $1"), values![target])?;
        for some in sources.chunks(AT_ONCE) {
            let rows = some.iter().map(|source| {
                values![
                    *source,
                    target,
                    role.code(),
                    self.now,
                    self.actor.person,
                    self.now,
                    self.actor.person
                ]
                .to_vec()
            });
            let columns =
                ["source", "target", "role", "at", "by", "judged_at", "judged_by"].map(str::to_owned);
            self.insert_rows("link", &columns, rows, "on conflict (source, target, role) do nothing")?;
            for source in some {
                self.must_not_only_read(*source)?;
                self.touched_by_id(*source)?.links.push((role, to.clone()));
            }
        }
        self.touched_by_id(target)?;
        Ok(())
    }

    /// Ties one record to many, each a tie that was not there before.
    pub fn tie_to_many(&mut self, source: i64, role: Tie, targets: &[Mention]) -> Result<()> {
        // What is judged remembers what both ends say.
        if role.is_judged() {
            return targets.iter().try_for_each(|target| self.tie(source, role, target.id));
        }
        self.must_not_only_read(source)?;
        for some in targets.chunks(AT_ONCE) {
            let rows = some.iter().map(|target| {
                let (by, now) = (self.actor.person, self.now);
                values![source, target.id, role.code(), now, by, now, by].to_vec()
            });
            let columns =
                ["source", "target", "role", "at", "by", "judged_at", "judged_by"].map(str::to_owned);
            let ending = "on conflict (source, target, role) do nothing returning target";
            for row in self.insert_rows("link", &columns, rows, ending)? {
                let id: i64 = row.read()?;
                let Some(target) = some.iter().find(|it| it.id == id) else { continue };
                self.touched_by_id(source)?.links.push((role, target.number.clone()));
                self.touched_by_id(id)?;
            }
        }
        self.default_deed("linked");
        Ok(())
    }

    /// Adds many lines below a record. Fields are the columns of the table.
    pub fn add_many(&mut self, table: &'static str, record: i64, lines: &[impl Serialize]) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        for some in lines.chunks(AT_ONCE) {
            let rows: Vec<_> = some.iter().map(fields_of).collect::<Result<_>>()?;
            let columns: Vec<String> = rows.first().into_iter().flat_map(|it| it.keys().cloned()).collect();
            let rows = rows.into_iter().map(|it| it.into_iter().map(|(_, value)| value.into()).collect());
            self.insert_rows(table, &columns, rows, "")?;
        }
        Ok(())
    }

    /// Takes all lines of a table below a record away.
    pub fn clear(&mut self, table: &'static str, record: i64) -> Result<()> {
        self.must_not_only_read(record)?;
        self.touched_by_id(record)?;
        self.connection.execute(&format!("delete from {table} where record_id = $1"), values![record])?;
        Ok(())
    }

    /// Remembers from which words of a text many records were made, as [`Work::cite`] does for one: from one
    /// character to before another, and the record.
    pub fn cite_many(&mut self, source: &Source, cited: &[((i64, i64), i64)]) -> Result<()> {
        let words: Vec<char> = source.body.chars().collect();
        let lines: Vec<_> = cited
            .iter()
            .map(|(place, made)| passage::line(self, source, &words, *place, *made))
            .collect::<Result<_>>()?;
        for some in lines.chunks(AT_ONCE) {
            let rows: Vec<_> = some.iter().map(fields_of).collect::<Result<_>>()?;
            let columns: Vec<String> = rows.first().into_iter().flat_map(|it| it.keys().cloned()).collect();
            let rows = rows.into_iter().map(|it| it.into_iter().map(|(_, value)| value.into()).collect());
            self.insert_rows("passage", &columns, rows, "")?;
        }
        for line in &lines {
            self.note(line.made, line.note(source))?;
        }
        Ok(())
    }

    /// A number for each record: its own, or the next free ones, which are drawn together.
    fn numbers_for<B: Body>(&self, kind: &Kind, many: &[(New, B)]) -> Result<Vec<String>> {
        let taken: Vec<Option<String>> = many
            .iter()
            .map(|(new, _)| new.number.map(|it| self.take_number(kind, it)).transpose())
            .collect::<Result<_>>()?;
        let wanted = i64::try_from(taken.iter().filter(|it| it.is_none()).count()).unwrap_or(i64::MAX);
        let mut next = if wanted == 0 { 0 } else { self.draw(kind, wanted)? };
        let year = self.year_of(kind);
        let numbered = taken.into_iter().map(|taken| {
            taken.unwrap_or_else(|| {
                next += 1;
                kind.number(year, next)
            })
        });
        Ok(numbered.collect())
    }

    fn open_envelopes<B: Body>(&self, some: &[(New, B)], numbers: &[String]) -> Result<Vec<Made>> {
        let state = B::State::default();
        let row = |((new, body), number): (&(New, B), &String)| -> Result<Vec<Value>> {
            Ok(values![
                B::KIND.prefix,
                number,
                new.title.trim(),
                state.code(),
                new.owner.unwrap_or(self.actor.person),
                new.function,
                new.party,
                1i64,
                self.now,
                self.now,
                new.due.map(|it| it.to_string()),
                B::KIND.sharing.code(),
                says(body, state)?
            ]
            .to_vec())
        };
        let rows: Vec<Vec<Value>> = some.iter().zip(numbers).map(row).collect::<Result<_>>()?;
        let columns = [
            "kind",
            "number",
            "title",
            "state",
            "owner",
            "function",
            "party",
            "version",
            "created_at",
            "changed_at",
            "due",
            "sharing",
            "says",
        ];
        let rows = rows.into_iter();
        let ids = self.insert_rows("record", &columns.map(str::to_owned), rows, "returning number, id")?;
        let ids: std::collections::HashMap<String, i64> =
            ids.into_iter().map(|row| row.read()).collect::<Result<_>>()?;
        let made: Vec<Made> =
            numbers.iter().map(|number| Made { id: ids[number], number: number.clone() }).collect();
        if B::IS_PARTY {
            for it in &made {
                self.execute(sql!("update record set party = id where id = $1"), values![it.id])?;
            }
        }
        Ok(made)
    }

    fn store_bodies<B: Body>(&self, some: &[(New, B)], made: &[Made]) -> Result<()> {
        let mut columns = vec!["id".to_owned()];
        let mut rows = Vec::with_capacity(some.len());
        for ((_, body), made) in some.iter().zip(made) {
            let fields = fields_of(body)?;
            if columns.len() == 1 {
                columns.extend(fields.keys().cloned());
            }
            let values = fields.into_iter().map(|(_, it)| Value::from(it));
            rows.push(std::iter::once(Value::Whole(made.id)).chain(values).collect());
        }
        self.insert_rows(B::KIND.table, &columns, rows.into_iter(), "")?;
        Ok(())
    }

    fn find_by_words<B: Body>(&self, some: &[(New, B)], made: &[Made]) -> Result<()> {
        let words: Vec<String> = some
            .iter()
            .zip(made)
            .map(|((new, body), made)| format!("{} {} {}", made.number, new.title, body.words()))
            .collect();
        let found: Vec<Findable> = some
            .iter()
            .zip(made)
            .zip(&words)
            .map(|(((new, _), made), words)| {
                let party = if B::IS_PARTY { Some(made.id) } else { new.party };
                Findable {
                    record: made.id,
                    part: "record",
                    part_id: 0,
                    name: new.title,
                    words,
                    party: party.filter(|_| B::KIND.sharing == Sharing::Working),
                    offered: false,
                }
            })
            .collect();
        search::take_up_new(self.connection, &found)
    }

    /// Puts each new record on the entry; the keys of personal values are kept together.
    fn enter_new<B: Body>(&mut self, some: &[(New, B)], made: &[Made]) -> Result<()> {
        let mut keys = Vec::new();
        let state = B::State::default().code();
        for ((new, body), made) in some.iter().zip(made) {
            let mut after = serde_json::to_value(body)?;
            after["title"] = json!(new.title.trim());
            let mut change = trail::difference(&json!({}), &after);
            if B::PERSONAL.iter().any(|it| change.contains_key(*it)) {
                let (key, wrapped) = self.house.secrets.new_person_key()?;
                for field in B::PERSONAL {
                    let Some(Json::Array(ends)) = change.get_mut(*field) else { continue };
                    for value in ends.iter_mut().filter(|it| !it.is_null()) {
                        *value = secret::sealed(&key, made.id, value)?;
                    }
                }
                keys.push(values![made.id, wrapped].to_vec());
            }
            let touched = self.touched(made.id, B::KIND.prefix, &made.number);
            touched.change.extend(change);
            touched.state = Some((String::new(), state.clone()));
        }
        let columns = ["record_id", "wrapped"].map(str::to_owned);
        self.insert_rows("person_key", &columns, keys.into_iter(), "")?;
        Ok(())
    }

    /// One statement for some rows; `ending` follows the values.
    fn insert_rows(
        &self,
        table: &str,
        columns: &[String],
        rows: impl Iterator<Item = Vec<Value>>,
        ending: &str,
    ) -> Result<Vec<crate::Row>> {
        let rows: Vec<Vec<Value>> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let marks = search::marks(rows.len(), columns.len());
        let text = format!("insert into {table} ({}) values {marks} {ending}", columns.join(", "));
        self.connection.rows(&text, &rows.concat())
    }
}
