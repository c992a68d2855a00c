//! Extra fields: what a house wants to keep of a kind of record beyond what the product knows.
//!
//! A definition is a record of its own, on the trail. The values stand in one column of the envelope and, one a row,
//! in `extra_value` for filters and sorting. No rule ever asks for them. What the party of a record may read of them
//! is part of what a revision freezes; the rest may change in any state.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::flow::lets_edit;
use crate::{
    Actor, Audience, Body, Case, Faults, Flow, Kind, Made, New, Numbers, PartyId, Permit, Reader, Record,
    Refusal, Result, Role, Sharing, State, Text, Tone, Verdict, Vocabulary, Work, no_facts, nothing, rule,
    sql, text, trail, values,
};

/// How the extra fields of a record are told from the fields of its body: `extra.cost_centre`.
pub const EXTRA: &str = "extra.";

/// The most fields one kind may have.
const MOST: usize = 60;
/// The most characters a text, and a long one, may have.
const LONGEST: usize = 500;
const LONGEST_LONG: usize = 20_000;

/// The definition of one extra field of one kind. The title is its name in the language of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ExtraField {
    /// The kind of record that has it: the beginning of its numbers, as RS.
    pub of_kind: String,
    /// What it is called in filters and by programs: `cost_centre`. Made of the title where nothing is said.
    pub key: String,
    pub holds: Holds,
    /// The unit of a number.
    pub unit: String,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// Its name in other languages, by their code (BCP 47).
    pub names: BTreeMap<String, String>,
    /// What should stand there.
    pub help: String,
    /// Who reads it: colleagues only, or the party of a record too.
    pub audience: Audience,
    /// Its order among the fields of the kind.
    pub place: i64,
    /// Whether whoever opens a record by a form or a program has to say it.
    pub required: bool,
}

crate::vocabulary! {
    /// What an extra field holds.
    pub enum Holds {
        #[default]
        Text = text!("Text"),
        LongText = text!("Long text"),
        Number = text!("Number"),
        Day = text!("Day"),
        Truth = text!("Yes or no"),
        Choice = text!("Choice"),
        /// Somebody of the house.
        Person = text!("Person"),
        /// An address on the web, or the number of a record.
        Link = text!("Link"),
    }
}

crate::vocabulary! {
    /// Whether an extra field is in use.
    pub enum FieldState {
        #[default]
        InUse = text!("In use"),
        /// Its values stay readable, and nothing new is written into it.
        Retired = text!("Retired"),
    }
}

crate::vocabulary! {
    pub enum FieldStep {
        #[default]
        Retire = text!("Retire"),
        Revive = text!("Use again"),
    }
}

const KEEPERS: Permit = Permit::Has(Role::Administrator);

impl Body for ExtraField {
    type State = FieldState;
    type Step = FieldStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "XF",
        table: "extra_field",
        path: "extra-fields",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "edit",
        one: || text!("Extra field"),
        many: || text!("Extra fields"),
    };
    const FLOW: Flow<Self> = Flow(&[
        rule(FieldState::InUse, FieldStep::Retire, FieldState::Retired, KEEPERS, nothing),
        rule(FieldState::Retired, FieldStep::Revive, FieldState::InUse, KEEPERS, nothing),
    ]);
    const OPEN: &'static [FieldState] = &[FieldState::InUse];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<()> = no_facts;
    const ADMIT: fn(&Reader, &Self) -> Result<()> = is_free;

    fn may_write(_: &Actor, _: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        let same = |it: &Case<Self>| {
            (&it.body.of_kind, &it.body.key, it.body.holds) == (&after.of_kind, &after.key, after.holds)
        };
        let sentence =
            text!("Kind, short name and what it holds stay as they were. Retire it and define another one.");
        Refusal::unless(before.is_none_or(same), sentence)
    }

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let is_key = !self.key.is_empty()
            && self.key.len() <= 40
            && self.key.starts_with(|it: char| it.is_ascii_lowercase())
            && self.key.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
        let sentence = text!("Take a short name of small letters, digits and _, like cost_centre.");
        faults.unless(is_key, "key", sentence);
        let sentence = text!("{name} is a word of filters already. Take another one.", name = &self.key);
        faults.unless(!crate::filter::is_taken(&self.key), "key", sentence);
        let needs = self.holds == Holds::Choice;
        faults.unless(!needs || !self.choices.is_empty(), "choices", text!("Give at least one choice."));
        let mut sorted: Vec<_> = self.choices.iter().map(|it| it.trim()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let fits = sorted.len() == self.choices.len() && sorted.iter().all(|it| !it.is_empty());
        faults.unless(fits, "choices", text!("Give each choice once, and none that is empty."));
        let few = self.choices.len() <= 200 && self.choices.iter().all(|it| it.chars().count() <= 100);
        faults.unless(few, "choices", text!("Give at most 200 choices of at most 100 characters."));
        let short = self.unit.chars().count() <= 20;
        faults.unless(short, "unit", text!("Shorten it to {count} characters.", count = 20i64));
        let short = self.help.chars().count() <= LONGEST;
        faults.unless(short, "help", text!("Shorten it to {count} characters.", count = LONGEST));
        let short = self.names.iter().all(|(code, name)| code.len() <= 12 && name.chars().count() <= 100);
        faults.unless(short, "names", text!("Shorten it to {count} characters.", count = 100i64));
        faults.into_result()
    }

    fn words(&self) -> String {
        let names: Vec<_> = self.names.values().map(String::as_str).collect();
        format!("{} {} {} {}", self.key, names.join(" "), self.help, self.choices.join(" "))
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "of_kind" => text!("Belongs to"),
            "key" => text!("Short name"),
            "holds" => text!("Holds"),
            "unit" => text!("Unit"),
            "choices" => text!("Choices"),
            "names" => text!("Name in other languages"),
            "help" => text!("What should stand there"),
            "audience" => text!("Who reads it"),
            "place" => text!("In which order"),
            "required" => text!("Has to be said"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "holds" => Holds::of(code).map(Vocabulary::text),
            "audience" => Audience::of(code).map(Vocabulary::text),
            _ => None,
        }
    }
}

/// Whether there is such a kind, and the short name is free among its fields.
fn is_free(reader: &Reader, field: &ExtraField) -> Result<()> {
    let known = reader.fields_of(&field.of_kind)?;
    let entry = reader.registry().kind(&field.of_kind);
    let mut faults = Faults::default();
    let is_kind = entry.is_some() && field.of_kind != ExtraField::KIND.prefix;
    faults.unless(is_kind, "of_kind", text!("There is no such kind. Give the beginning of its numbers."));
    let is_free = known.iter().all(|it| it.key != field.key);
    let sentence = text!("{name} is taken. Choose another short name.", name = &field.key);
    faults.unless(is_free, "key", sentence);
    let of_body = entry.is_some_and(|it| it.has_field(&field.key));
    let sentence = text!("{name} is a word of filters already. Take another one.", name = &field.key);
    faults.unless(!of_body, "key", sentence);
    let sentence = text!("{count} extra fields are the most. Retire one that nobody uses.", count = MOST);
    faults.unless(known.len() < MOST, "of_kind", sentence);
    Ok(faults.into_result()?)
}

impl State for FieldState {
    fn tone(self) -> Tone {
        if self == Self::InUse { Tone::Good } else { Tone::Past }
    }
}

/// An extra field as it is met at records: its definition with its key.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    pub id: i64,
    pub number: String,
    /// Its name in the language of the house.
    pub title: String,
    pub state: String,
    pub of_kind: String,
    pub key: String,
    pub holds: Holds,
    pub unit: String,
    pub choices: Vec<String>,
    pub names: BTreeMap<String, String>,
    pub help: String,
    pub audience: Audience,
    pub place: i64,
    pub required: bool,
}

impl Field {
    /// What it is called in a language; its title where nobody gave it a name there.
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).filter(|it| !it.trim().is_empty()).map_or(&self.title, String::as_str)
    }

    /// What a column of a file that holds it may be called: its names in every language, and its short name.
    pub fn headings(&self) -> impl Iterator<Item = String> {
        let names = self.names.values().chain([&self.title]).cloned();
        names.chain([self.key.replace('_', " ")])
    }

    /// Whether the party of a record reads what it says: then it is frozen with the words.
    pub fn is_read_by_its_party(&self) -> bool {
        self.audience == Audience::Party
    }

    /// Whether something may still be written into it.
    pub fn is_in_use(&self) -> bool {
        self.state == FieldState::InUse.code()
    }

    /// What was typed, in a form or a file, as a value of the field; null where nothing was. A person is their
    /// number or key.
    ///
    /// # Errors
    /// A sentence that says what would fit.
    pub fn read(&self, reader: &Reader, typed: &str) -> Result<Json> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Json::Null);
        }
        let value = match self.holds {
            Holds::Number => {
                let plain = typed.replace(['\u{a0}', ' '], "");
                let plain = if plain.contains('.') { plain } else { plain.replace(',', ".") };
                plain.parse::<f64>().map_or_else(|_| json!(typed), |it| json!(it))
            }
            Holds::Truth => match crate::fold(typed).trim() {
                "yes" | "ja" | "true" | "1" | "on" | "x" => json!(true),
                "no" | "nein" | "false" | "0" | "off" => json!(false),
                _ => json!(typed),
            },
            Holds::Choice => {
                let same = |it: &&String| crate::fold(it) == crate::fold(typed);
                json!(self.choices.iter().find(same).map_or(typed, String::as_str))
            }
            Holds::Person => match typed.parse::<i64>() {
                Ok(id) => json!(id),
                Err(_) => json!(typed),
            },
            Holds::Text | Holds::LongText | Holds::Day | Holds::Link => json!(typed),
        };
        self.accepted(reader, &value)
    }

    /// A value as it is kept: a person by their key, whoever sent their number.
    ///
    /// # Errors
    /// A fault of the field with a sentence that says what would fit.
    pub fn accepted(&self, reader: &Reader, value: &Json) -> Result<Json> {
        let fits = |holds: bool, sentence: Text| {
            if holds { Ok(value.clone()) } else { Err(Faults::one(&self.place_of_fault(), sentence).into()) }
        };
        let words = value.as_str().unwrap_or_default();
        match self.holds {
            _ if value.is_null() || (value.is_string() && words.trim().is_empty()) => Ok(Json::Null),
            Holds::Text => {
                let fits_in = value.is_string() && words.chars().count() <= LONGEST;
                fits(fits_in, text!("Give a text of at most {count} characters.", count = LONGEST))
            }
            Holds::LongText => {
                let fits_in = value.is_string() && words.chars().count() <= LONGEST_LONG;
                fits(fits_in, text!("Give a text of at most {count} characters.", count = LONGEST_LONG))
            }
            Holds::Number => {
                let is_number = value.as_f64().is_some_and(f64::is_finite);
                fits(is_number, text!("Give a number, like 12.5."))
            }
            Holds::Day => {
                let is_day = words.len() == 10 && words.parse::<Date>().is_ok();
                fits(is_day, text!("Give a day like 2026-11-16."))
            }
            Holds::Truth => fits(value.is_boolean(), text!("Say yes or no.")),
            Holds::Choice => {
                let known = self.choices.iter().any(|it| it == words);
                let some = self.choices.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
                fits(known, text!("Choose one of these: {choices}.", choices = some))
            }
            Holds::Person => match self.person(reader, value)? {
                Some(id) => Ok(json!(id)),
                None => fits(false, text!("Give somebody of the house, by their number like PE-0003.")),
            },
            Holds::Link => {
                let is_web = words.starts_with("https://") || words.starts_with("http://");
                let is_number = reader.registry().of_number(words).is_some();
                let fits_in = (is_web || is_number) && words.chars().count() <= LONGEST;
                fits(
                    fits_in && !words.contains(char::is_whitespace),
                    text!("Give an address that begins with https://, or the number of a record."),
                )
            }
        }
    }

    fn person(&self, reader: &Reader, value: &Json) -> Result<Option<i64>> {
        let key = value.as_i64();
        reader.maybe(
            sql!("select id from record where kind = 'PE' and party is null and (id = $1 or number = $2)"),
            values![key, value.as_str().unwrap_or_default()],
        )
    }

    /// How a fault names it: `extra.cost_centre`.
    pub fn place_of_fault(&self) -> String {
        format!("{EXTRA}{}", self.key)
    }
}

impl Reader<'_> {
    /// The extra fields of a kind that the actor may read, in their order; those that were retired too.
    pub fn fields_of(&self, kind: &str) -> Result<Vec<Field>> {
        let statement = sql!(
            "select record.id, number, title, state, of_kind, key, holds, unit, choices, names, help, audience,
             place, required from extra_field as it join record on record.id = it.id where of_kind = $1
             order by place, record.id"
        );
        let all = self.memo.fields(kind, || self.rows(statement, values![kind]))?;
        let outside = self.actor.is_outside();
        Ok(all.into_iter().filter(|it| !outside || it.is_read_by_its_party()).collect())
    }

    /// Every extra field of every kind that the actor may read.
    pub fn all_fields(&self) -> Result<Vec<Field>> {
        let all: Vec<Field> = self.rows(
            sql!(
                "select record.id, number, title, state, of_kind, key, holds, unit, choices, names, help, audience,
                 place, required from extra_field as it join record on record.id = it.id order by of_kind, place, record.id"
            ),
            &[],
        )?;
        let outside = self.actor.is_outside();
        Ok(all.into_iter().filter(|it| !outside || it.is_read_by_its_party()).collect())
    }

    /// Asks whoever opens a record for the extra values that have to be said.
    ///
    /// # Errors
    /// Names every field that was left empty, at once.
    pub fn must_say(&self, kind: &str, given: &Map<String, Json>) -> Result<()> {
        let mut faults = Faults::default();
        for field in unsaid(&self.fields_of(kind)?, given) {
            faults.add(&field.place_of_fault(), text!("Your house asks for this. Fill it in."));
        }
        Ok(faults.into_result()?)
    }

    /// Extra values for a new record of a kind, each as its field holds it.
    ///
    /// # Errors
    /// Names each field that there is not, that was retired, or that the value does not fit.
    pub fn given_extra(&self, kind: &str, given: &Map<String, Json>) -> Result<Map<String, Json>> {
        let mut extra = Map::new();
        self.lay(&self.fields_of(kind)?, &mut extra, given)?;
        Ok(extra)
    }

    /// Puts what was given over what is there.
    pub(crate) fn lay(
        &self,
        fields: &[Field],
        extra: &mut Map<String, Json>,
        given: &Map<String, Json>,
    ) -> Result<()> {
        let mut faults = Faults::default();
        for (key, value) in given {
            let Some(field) = fields.iter().find(|it| it.key == *key) else {
                let name = format!("{EXTRA}{key}");
                faults.add(&name, text!("There is no such field. Leave it out."));
                continue;
            };
            let before = extra.get(key).cloned().unwrap_or(Json::Null);
            match field.accepted(self, value) {
                Err(crate::Error::Invalid(more)) => faults.0.extend(more.0),
                Err(other) => return Err(other),
                Ok(after) if is_same(&after, &before) => {}
                Ok(after) => {
                    let sentence = text!("This field was retired. Leave it as it is.");
                    faults.unless(field.is_in_use(), &field.place_of_fault(), sentence);
                    match after {
                        Json::Null => extra.remove(key),
                        after => extra.insert(key.clone(), after),
                    };
                }
            }
        }
        Ok(faults.into_result()?)
    }

    /// Those of the extra values of a record that another one of its kind could be given now: of fields that are in use,
    /// and that still fit.
    pub fn still_fitting(&self, kind: &str, extra: &Map<String, Json>) -> Result<Map<String, Json>> {
        let mut fitting = Map::new();
        for field in self.fields_of(kind)?.iter().filter(|it| it.is_in_use()) {
            let Some(value) = extra.get(&field.key) else { continue };
            match field.accepted(self, value) {
                Ok(value) => fitting.insert(field.key.clone(), value),
                Err(crate::Error::Invalid(_)) => None,
                Err(other) => return Err(other),
            };
        }
        Ok(fitting)
    }

    /// Leaves only what the actor may read of the extra values of a record.
    pub(crate) fn readable(&self, kind: &str, mut extra: Map<String, Json>) -> Result<Map<String, Json>> {
        if extra.is_empty() || !self.actor.is_outside() {
            return Ok(extra);
        }
        let fields = self.fields_of(kind)?;
        extra.retain(|key, _| fields.iter().any(|it| it.key == *key));
        Ok(extra)
    }

    /// What a revision freezes of the extra values of a record: what its party reads.
    pub fn shared(&self, kind: &str, extra: &Map<String, Json>) -> Result<Map<String, Json>> {
        if extra.is_empty() {
            return Ok(Map::new());
        }
        let fields = self.fields_of(kind)?;
        let is_shared = |key: &str| fields.iter().any(|it| it.key == key && it.is_read_by_its_party());
        Ok(extra
            .iter()
            .filter(|(key, _)| is_shared(key))
            .map(|(key, it)| (key.clone(), it.clone()))
            .collect())
    }
}

impl Work<'_> {
    /// Defines an extra field of a kind. It can be used at once.
    ///
    /// # Errors
    /// Only an administrator may; the kind must be known, and the short name free.
    pub fn define(&mut self, title: &str, field: &ExtraField) -> Result<Made> {
        let mut field = field.clone();
        if field.key.is_empty() {
            field.key = key_of(title);
        }
        let known = self.fields_of(&field.of_kind)?;
        if field.place == 0 {
            field.place = known.iter().map(|it| it.place).max().unwrap_or(0) + 10;
        }
        self.create(&New { title, ..New::default() }, &field)
    }

    /// Writes extra values of a record; those that are not named stay, and null empties one. What the party
    /// reads is content and needs a record that is open, or that an edit opens; the rest may change in any state.
    ///
    /// # Errors
    /// Names each field that there is not, that was retired, or that the value does not fit.
    pub fn fill<B: Body>(&mut self, case: &mut Case<B>, given: &Map<String, Json>) -> Result<()> {
        let fields = self.fields_of(B::KIND.prefix)?;
        let mut extra = case.record.extra.clone();
        self.lay(&fields, &mut extra, given)?;
        let change = changed(&case.record.extra, &extra);
        if change.is_empty() {
            return Ok(());
        }
        // Outsiders hold another copy: stored, its values would overwrite the rest.
        const { assert!(!matches!(B::EDIT, Permit::Party), "what outsiders edit has no extra values") };
        lets_edit::<B>(self.actor, case.record.owner)?;
        let is_content = |key: &str| {
            let of = key.strip_prefix(EXTRA).unwrap_or(key);
            fields.iter().any(|it| it.key == of && it.is_read_by_its_party())
        };
        if change.keys().any(|it| is_content(it)) {
            self.open_to_edit(case)?;
        }
        case.record.extra = extra;
        self.keep_extra::<B>(case.record.id.raw(), &case.record.extra, &fields)?;
        self.after_edit(case, change)
    }

    /// Sees to it that what the party reads of a record may be written: an edit opens a closed one where its kind says
    /// by which step, and nothing is written past a change that holds it.
    fn open_to_edit<B: Body>(&mut self, case: &mut Case<B>) -> Result<()> {
        self.must_be_free(case.record.id.raw())?;
        let leads =
            |step: B::Step| B::FLOW.0.iter().any(|it| it.from == case.record.state && it.step == step);
        match B::REOPENS.filter(|it| leads(*it)) {
            Some(step) => self.advance(case, step),
            None => Self::must_be_open(case),
        }
    }

    /// Writes the extra values that a record is opened with, within the deed that opens it, whoever answers for it and
    /// whatever it was moved to.
    ///
    /// # Errors
    /// Names each field that there is not, that was retired, or that the value does not fit; a record that was there
    /// before is not found.
    pub fn fill_new<B: Body>(&mut self, number: &str, given: &Map<String, Json>) -> Result<()> {
        let mut case = self.find::<B>(number)?;
        if !self.has_opened(case.record.id.raw()) {
            return Err(crate::Error::NotFound);
        }
        let fields = self.fields_of(B::KIND.prefix)?;
        let mut extra = case.record.extra.clone();
        self.lay(&fields, &mut extra, given)?;
        let change = changed(&case.record.extra, &extra);
        if change.is_empty() {
            return Ok(());
        }
        case.record.extra = extra;
        self.keep_extra::<B>(case.record.id.raw(), &case.record.extra, &fields)?;
        self.after_edit(&mut case, change)
    }

    /// The same where all has to be among them that the house asks for.
    ///
    /// # Errors
    /// As [`Work::fill_new`], or names every field that has to be said and was not.
    pub fn fill_opened<B: Body>(&mut self, number: &str, mut given: Map<String, Json>) -> Result<()> {
        self.must_say(B::KIND.prefix, &given)?;
        given.retain(|_, it| !it.is_null());
        if given.is_empty() { Ok(()) } else { self.fill_new::<B>(number, &given) }
    }

    /// Stores the extra values of a record, and what filters and search read of them.
    pub(crate) fn keep_extra<B: Body>(
        &self,
        id: i64,
        extra: &Map<String, Json>,
        fields: &[Field],
    ) -> Result<()> {
        self.execute(
            sql!("update record set extra = $1 where id = $2"),
            values![Json::Object(extra.clone()).to_string(), id],
        )?;
        self.index_extra(id, extra, fields, Half::Working)?;
        let internal: Vec<&str> = fields
            .iter()
            .filter(|it| it.audience == Audience::Internal)
            .filter_map(|it| extra.get(&it.key)?.as_str())
            .collect();
        let found = crate::search::Findable {
            record: id,
            part: "extra",
            part_id: 0,
            name: "",
            words: &internal.join(" "),
            party: None,
            offered: false,
        };
        crate::search::take_up(self.connection, &found)
    }

    /// Puts the values where filters find them, one a row.
    pub(crate) fn index_extra(
        &self,
        id: i64,
        extra: &Map<String, Json>,
        fields: &[Field],
        half: Half,
    ) -> Result<()> {
        let offered = half == Half::Offered;
        self.execute(
            sql!("delete from extra_value where record_id = $1 and offered = $2"),
            values![id, offered],
        )?;
        for (field, value) in fields.iter().filter_map(|it| Some((it, extra.get(&it.key)?))) {
            let (words, figure) = indexed(value);
            self.execute(
                sql!(
                    "insert into extra_value (record_id, field, offered, words, figure)
                     values ($1, $2, $3, $4, $5)"
                ),
                values![id, field.id, offered, words, figure],
            )?;
        }
        Ok(())
    }

    /// The words of extra values that the party of a record may find it by.
    pub(crate) fn shared_words<B: Body>(&self, extra: &Map<String, Json>) -> Result<String> {
        let shared = self.shared(B::KIND.prefix, extra)?;
        Ok(shared.values().filter_map(Json::as_str).collect::<Vec<_>>().join(" "))
    }
}

/// Whether two values say the same: 3 is 3.0.
fn is_same(one: &Json, other: &Json) -> bool {
    one == other || (one.is_number() && one.as_f64() == other.as_f64())
}

/// Those of some fields that whoever opens a record has to say, and that are not among what was given.
pub fn unsaid<'a>(fields: &'a [Field], given: &Map<String, Json>) -> Vec<&'a Field> {
    let is_said = |it: &Field| given.get(&it.key).is_some_and(|it| !is_empty(it));
    fields.iter().filter(|it| it.required && it.is_in_use() && !is_said(it)).collect()
}

/// Whether a value says nothing.
fn is_empty(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|it| it.trim().is_empty())
}

/// Which copy of a record values belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    Working,
    Offered,
}

/// A value as filters compare it: folded words, or a figure; yes is 1 and no is 0.
fn indexed(value: &Json) -> (Option<String>, Option<f64>) {
    match value {
        Json::String(words) => (Some(comparable(words)), None),
        Json::Bool(truth) => (None, Some(f64::from(u8::from(*truth)))),
        Json::Number(number) => (None, number.as_f64()),
        _ => (None, None),
    }
}

/// Words as filters compare them; days stay as they are written, so that they sort.
pub(crate) fn comparable(words: &str) -> String {
    let short: String = words.chars().take(200).collect();
    if short.parse::<Date>().is_ok() { short } else { crate::fold(&short).trim().to_owned() }
}

/// What differs between two sets of extra values, under the names that the trail knows them by.
pub(crate) fn changed(before: &Map<String, Json>, after: &Map<String, Json>) -> Map<String, Json> {
    let whole = |mut it: Map<String, Json>, other: &Map<String, Json>| {
        for key in other.keys() {
            it.entry(key.clone()).or_insert(Json::Null);
        }
        Json::Object(it)
    };
    let (before, after) = (whole(before.clone(), after), whole(after.clone(), before));
    let change = trail::difference(&before, &after);
    change.into_iter().map(|(key, ends)| (format!("{EXTRA}{key}"), ends)).collect()
}

/// A short name made of a title: "Cost centre (SAP)" becomes `cost_centre_sap`.
pub fn key_of(title: &str) -> String {
    let words: Vec<String> = crate::words(title)
        .into_iter()
        .map(|it| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|it| !it.is_empty())
        .collect();
    let key: String = words.join("_").chars().take(40).collect();
    let key = key.trim_end_matches('_').to_owned();
    if key.starts_with(|it: char| it.is_ascii_digit()) {
        format!("f_{key}").chars().take(40).collect()
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_short_name() {
        for (title, key) in [
            ("Cost centre (SAP)", "cost_centre_sap"),
            ("Größe", "grosse"),
            ("3D model", "f_3d_model"),
            ("日本", ""),
        ] {
            assert_eq!(key_of(title), key);
        }
    }

    #[test]
    fn a_definition_is_looked_at_before_it_is_kept() {
        let good = ExtraField { key: "cost_centre".into(), ..ExtraField::default() };
        assert!(good.check().is_ok());
        for key in ["", "Cost", "cost centre", "state", "1st", "ä"] {
            assert!(ExtraField { key: key.into(), ..good.clone() }.check().is_err(), "{key}");
        }
        let choice = ExtraField { holds: Holds::Choice, ..good.clone() };
        assert!(choice.check().is_err());
        let choice = |it: &[&str]| ExtraField {
            choices: it.iter().map(|it| (*it).into()).collect(),
            ..choice.clone()
        };
        assert!(choice(&["red", "green"]).check().is_ok());
        assert!(choice(&["red", "red"]).check().is_err() && choice(&["red", " "]).check().is_err());
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        assert!(is_same(&json!(3), &json!(3.0)) && is_same(&json!("a"), &json!("a")));
        assert!(!is_same(&json!(3), &json!(3.5)) && !is_same(&json!(3), &Json::Null));
        assert!(!is_same(&Json::Null, &json!("a")) && !is_same(&json!(1), &json!("1")));
    }

    #[test]
    fn the_trail_names_what_was_written_and_what_was_emptied() {
        let map = |it: Json| it.as_object().unwrap().clone();
        let change = changed(
            &map(json!({ "a": 1, "b": "x", "c": true })),
            &map(json!({ "a": 2, "c": true, "d": "y" })),
        );
        assert_eq!(
            Json::Object(change),
            json!({ "extra.a": [1, 2], "extra.b": ["x", null], "extra.d": [null, "y"] })
        );
    }
}
