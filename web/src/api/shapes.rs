//! What the interface sends and takes, as types: answers and their description come from the same place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{
    AnyCase, Audience, Because, Deed, Error, Faults, Hit, Holds, Life, Listed, Mention, Reader, Result, Task,
    Tie, Vocabulary, Way, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::language::say;
use crate::way::{Said, Stands, Step};

/// One page of many.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins, to be sent as `after`; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// All there are.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// The same page, each as programs read it.
    ///
    /// # Errors
    /// What cannot be told of one of them.
    pub fn told<U>(self, tell: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        let items = self.items.into_iter().map(tell).collect::<Result<_>>()?;
        Ok(Page { items, next: self.next })
    }
}

/// What is kept of the house or of somebody in one piece and is no record, with the version that a change names.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}")]
pub struct Versioned<T> {
    #[serde(flatten)]
    it: T,
    /// Another one as soon as anything of it is another; it is the `ETag`.
    version: i64,
}

impl<T: Serialize> Versioned<T> {
    /// # Errors
    /// What cannot be told in JSON.
    pub fn of(it: T) -> Result<Self> {
        let digest = kernel::digest(&serde_json::to_value(&it)?)?;
        // As much of it as every program reads exactly.
        let version = i64::from_str_radix(&digest[..12], 16).map_err(kernel::broken)?;
        Ok(Self { it, version })
    }

    /// What there is, for whoever changes it having seen this version; `None` is any.
    ///
    /// # Errors
    /// Stale where somebody else changed it meanwhile.
    pub fn seen(self, version: Option<i64>) -> Result<T> {
        if version.is_some_and(|it| it != self.version) { Err(Error::Stale) } else { Ok(self.it) }
    }
}

/// The envelope of a record, as it stands in lists.
#[derive(Serialize, JsonSchema)]
pub(super) struct Summary {
    pub number: String,
    pub title: String,
    pub state: String,
    /// Counts edits; it is the `ETag` of the record.
    pub version: i64,
    /// The number of the person who answers for it; null where you may not see that person.
    pub owner: Option<String>,
    /// The number of the organisation that it belongs to.
    pub party: Option<String>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Date>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub changed_at: Timestamp,
    /// The number of the last revision that was frozen.
    pub released: Option<i64>,
    /// The number of the last revision that was shown to the organisation.
    pub offered: Option<i64>,
    /// What its extra fields say, by their short names; `/extra-fields` tells which there are and what they hold.
    pub extra: Map<String, Json>,
    /// The address of its page.
    pub page: String,
}

/// A record with its body and the steps out of its state.
#[derive(Serialize, JsonSchema)]
pub(super) struct Whole {
    #[serde(flatten)]
    pub summary: Summary,
    /// The number of the function that answers for it.
    pub function: Option<String>,
    pub body: Json,
    pub offers: Vec<Offer>,
}

/// A step that could be taken now.
#[derive(Serialize, JsonSchema)]
pub(super) struct Offer {
    /// Its code, as it is posted.
    pub step: String,
    /// What people call it.
    pub label: String,
    /// What is missing before it can be taken; empty where it can be.
    pub missing: Vec<Missing>,
}

/// One thing that is missing, and where it is mended.
#[derive(Serialize, JsonSchema)]
pub(super) struct Missing {
    pub detail: String,
    pub link: Option<String>,
}

/// The envelope of a record that is to be opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub title: String,
    /// The number of the organisation that it belongs to.
    #[serde(default)]
    pub party: Option<String>,
    /// The number of the person who answers for it; whoever opens it where nothing is said.
    #[serde(default)]
    pub owner: Option<String>,
    /// The number of the function that answers for it.
    #[serde(default)]
    pub function: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Date>,
    /// What its extra fields say, by their short names; people by their numbers.
    #[serde(default)]
    pub extra: Option<Map<String, Json>>,
}

/// Why a step is taken.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reasoned {
    /// Stands on the trail.
    #[serde(default)]
    pub reason: String,
}

/// One deed as it stands on the trail.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Deed")]
pub(super) struct DeedSeen {
    pub entry: i64,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The number of the person who did it; null where the product did.
    pub by: Option<String>,
    /// The number of the absent person for whom it was done, where somebody stood in.
    pub on_behalf_of: Option<String>,
    pub deed: String,
    /// Its place in the tree, counted from 0, once it is sealed.
    pub place: Option<i64>,
    /// The entry as it is sealed, personal values opened.
    pub content: Json,
}

/// One deed by itself.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OneDeed")]
pub(super) struct OneDeed {
    #[serde(flatten)]
    pub deed: DeedSeen,
    /// To how many mail addresses a signed head was sent that covers it.
    pub witnesses: i64,
}

/// Some steps of a way.
#[derive(Serialize, JsonSchema)]
pub(super) struct WayPage {
    pub items: Vec<StepSeen>,
    /// Where the next page begins, to be sent as `after`; null on the last one.
    pub next: Option<String>,
    /// How many steps the whole way has.
    pub count: usize,
}

/// One step of a way: what was said, or what was done.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WayStep")]
pub(super) struct StepSeen {
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// What was said; null where something was done.
    pub said: Option<SaidSeen>,
    /// What was done; null where something was said.
    pub deed: Option<DeedSeen>,
}

/// Words on a way.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WayWords")]
pub(super) struct SaidSeen {
    /// The key of the text; its page is `/sources/{source}`. Null where they are a question or an answer.
    pub source: Option<i64>,
    /// What the text is called; empty where they are no beginning of a text.
    pub text: String,
    /// The number of the question, where they ask it.
    pub asks: Option<String>,
    /// The number of the question, where they answer it.
    pub answers: Option<String>,
    /// Who said it, by name; null where that is not known.
    pub by: Option<String>,
    /// The beginning of the text, or the whole passage, question or answer.
    pub words: String,
    /// The number of what the passage became; null where the words are the beginning of a text.
    pub became: Option<String>,
}

impl SaidSeen {
    fn of(it: Said) -> Self {
        let words = it.first_words();
        let by = Some(it.by).filter(|it| !it.is_empty());
        let seen =
            Self { source: None, text: String::new(), asks: None, answers: None, by, words, became: None };
        match it.stands {
            Stands::Text { source, name } => Self { source: Some(source), text: name, ..seen },
            Stands::Passage { source, number, .. } => {
                Self { source: Some(source), became: Some(number), ..seen }
            }
            Stands::Question { number, .. } => Self { asks: Some(number), ..seen },
            Stands::Answer { number, .. } => Self { answers: Some(number), ..seen },
        }
    }
}

/// A record tied to this one.
#[derive(Serialize, JsonSchema)]
pub(super) struct Link {
    /// The key of the tie.
    pub id: i64,
    pub role: Tie,
    /// Whether the tie leads from this record to the other; otherwise it comes from there.
    pub outward: bool,
    pub number: String,
    pub title: String,
    pub state: String,
    /// Whether an end was revised since the tie was last judged.
    pub is_suspect: bool,
}

/// A tie that is to be made from this record.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLink {
    /// What it means, read from this record to the other. What is `part_of` another record is put there by a
    /// deed of its own.
    pub role: Tie,
    /// The number of the other record.
    pub to: String,
}

/// What somebody said about a record.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Remark")]
pub(super) struct RemarkSeen {
    pub id: i64,
    /// The number of the person; null where you may not see that person.
    pub author: Option<String>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Markdown. Empty for outsiders where it was struck out.
    pub words: String,
    pub audience: Audience,
    /// When its author struck it out.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub struck_at: Option<Timestamp>,
    /// The numbers of the people who are named in it.
    pub mentions: Vec<String>,
}

/// A notice: what happened, and why you are told.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notice")]
pub(super) struct NoticeSeen {
    pub id: i64,
    /// The number of the record.
    pub record: String,
    pub title: String,
    pub because: Because,
    /// Why you are told, in words.
    pub reason: String,
    /// The number of whoever is absent, where it concerns them and you stand in.
    pub stands_in_for: Option<String>,
    /// The number of the person who did it; null where the product did, or where you may not see that person.
    pub by: Option<String>,
    /// What they did, in words without a subject.
    pub what: String,
    /// What the deed is called on the trail.
    pub deed: String,
    /// How many deeds are folded into it.
    pub deeds: i64,
    /// The fields that they changed.
    pub fields: Vec<String>,
    /// How many other records the last of them touched.
    pub others: i64,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub read_at: Option<Timestamp>,
    /// The address of what it tells of.
    pub page: String,
}

/// Which notices you have read: one, all about a record, or all where neither is said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    /// The key of a notice.
    #[serde(default)]
    pub id: Option<i64>,
    /// The number of a record.
    #[serde(default)]
    pub record: Option<String>,
}

/// Something that waits for you.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Action")]
pub(super) struct ActionSeen {
    /// `task`, `read`, `mention`, `judge` or `deputy`; for people outside also `answer` or `sign`.
    pub sort: String,
    /// The number of the record that it is about.
    pub record: String,
    /// What is to be done.
    pub title: String,
    /// Why it waits for you.
    pub why: String,
    /// For whom you stand in, and until when they are absent.
    pub stands_in: Option<String>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Date>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
    /// Where it is done.
    pub page: String,
}

/// How you are told by mail.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Telling")]
pub(super) struct TellingSeen {
    /// For each reason: at once, once a day, or not.
    pub ways: BTreeMap<String, Way>,
    /// From when until when nothing is sent, like `20:00` in your zone; the same twice where there are no quiet hours.
    pub quiet_from: String,
    pub quiet_until: String,
    /// When the mail of the day goes out.
    pub daily_at: String,
    /// Since when mails to you come back, so that none is sent.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub returned_at: Option<Timestamp>,
}

/// What changes in how you are told by mail; what is not named stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTelling {
    #[serde(default)]
    pub ways: BTreeMap<Because, Way>,
    #[serde(default)]
    pub quiet_from: Option<String>,
    #[serde(default)]
    pub quiet_until: Option<String>,
    #[serde(default)]
    pub daily_at: Option<String>,
}

/// How many notices you have not read.
#[derive(Serialize, JsonSchema)]
pub(super) struct Unread {
    pub unread: i64,
}

/// Something to be said about a record.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRemark {
    /// Markdown.
    pub words: String,
    /// Who may read it. What outsiders say is always for both sides.
    #[serde(default)]
    pub audience: Audience,
}

/// Something somebody must do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Task")]
pub(super) struct TaskSeen {
    pub id: i64,
    /// The number of the record that it is about.
    pub record: String,
    pub title: String,
    pub request: String,
    pub person: Option<String>,
    pub function: Option<String>,
    /// The number of the absent person for whom you stand in, where it waits with you for that reason.
    pub stands_in_for: Option<String>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Date>,
    pub asked_by: Option<String>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub asked_at: Timestamp,
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub settled_at: Option<Timestamp>,
    pub settled_by: Option<String>,
    /// Where it is done, where more is wanted than to say that it is: it is not settled in another way.
    pub place: Option<String>,
}

/// Something to be asked of somebody: of a person, of a function, or both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTask {
    pub request: String,
    /// The number of a person.
    #[serde(default)]
    pub person: Option<String>,
    /// The number of a function.
    #[serde(default)]
    pub function: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub due: Option<Date>,
}

/// What was made below a record.
#[derive(Serialize, JsonSchema)]
pub(super) struct Below {
    pub id: i64,
}

/// A revision without its content.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Revision")]
pub(super) struct RevisionSeen {
    pub no: i64,
    pub title: String,
    /// SHA-256 of the canonical content (RFC 8785), in hexadecimal.
    pub digest: String,
    pub reason: String,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub released_at: Timestamp,
    pub released_by: Option<String>,
    /// What was reached last in its life; null while it is only frozen.
    pub life: Option<Life>,
}

/// A revision with what it froze.
#[derive(Serialize, JsonSchema)]
pub(super) struct WholeRevision {
    #[serde(flatten)]
    pub revision: RevisionSeen,
    pub content: Json,
    /// The files with which what stands alone was frozen, as far as you may read them.
    pub files: Vec<AttachmentSeen>,
}

/// A file at a record.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attachment")]
pub(super) struct AttachmentSeen {
    pub id: i64,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    pub audience: Audience,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    pub by: Option<String>,
    /// Where its bytes are.
    pub file: String,
    /// For what a change proposes it, where it lies at the change only for that.
    pub proposed_for: Option<String>,
}

/// A record, or a part of one, that was found.
#[derive(Serialize, JsonSchema)]
pub(super) struct Found {
    pub number: String,
    pub title: String,
    pub state: String,
    /// `record`, or which part of it: `message`, `attachment`, `remark`, `task`.
    pub part: String,
    /// What the part is called.
    pub name: String,
    /// The address of the record's page.
    pub page: String,
}

/// What a question found.
#[derive(Serialize, JsonSchema)]
pub(super) struct Answered {
    pub items: Vec<Found>,
    /// Where the next page begins, to be sent as `after`; null on the last one.
    pub next: Option<String>,
    /// How many hits there are of each kind, by the beginning of their numbers.
    pub kinds: BTreeMap<String, usize>,
    /// How many hits there are of each part: `record`, `message`, `attachment`, `remark`, `task`.
    pub parts: BTreeMap<String, usize>,
    /// How many hits there are.
    pub all: usize,
    /// Whether there are more than are counted; the newest thousand are.
    pub is_capped: bool,
}

/// A task that is settled.
#[derive(Serialize, JsonSchema)]
pub(super) struct Settled {
    pub id: i64,
    pub settled: bool,
}

/// The numbers that people know instead of keys; each is asked for once.
pub(super) struct Numbers<'a, 'db> {
    reader: &'a Reader<'db>,
    known: BTreeMap<i64, Option<String>>,
}

impl<'a, 'db> Numbers<'a, 'db> {
    pub fn new(reader: &'a Reader<'db>) -> Self {
        Self { reader, known: BTreeMap::new() }
    }

    /// The number of a record, if there is one and the actor may see it.
    pub fn of(&mut self, id: impl Into<Option<i64>>) -> Result<Option<String>> {
        let Some(id) = id.into() else { return Ok(None) };
        if !self.known.contains_key(&id) {
            self.known.insert(id, self.reader.mention(id)?.map(|it| it.number));
        }
        Ok(self.known[&id].clone())
    }

    pub fn summary(&mut self, kind: &str, it: Listed) -> Result<Summary> {
        Ok(Summary {
            page: self.reader.registry().address(kind, &it.number),
            owner: self.of(it.owner)?,
            party: self.of(it.party)?,
            number: it.number,
            title: it.title,
            state: it.state,
            version: it.version,
            due: it.due,
            created_at: it.created_at,
            changed_at: it.changed_at,
            released: it.released,
            offered: it.offered,
            extra: self.extra(kind, it.extra)?,
        })
    }

    /// Extra values with numbers where people are kept by key.
    fn extra(&mut self, kind: &str, mut extra: Map<String, Json>) -> Result<Map<String, Json>> {
        if extra.values().any(Json::is_number) {
            for field in self.reader.fields_of(kind)?.iter().filter(|it| it.holds == Holds::Person) {
                if let Some(value) = extra.get_mut(&field.key) {
                    *value = serde_json::to_value(self.of(value.as_i64())?)?;
                }
            }
        }
        Ok(extra)
    }

    pub fn whole(&mut self, it: AnyCase) -> Result<Whole> {
        let offers = it.offers.iter().map(Offer::of).collect();
        let function = self.of(it.function)?;
        let mut body = it.body;
        let keys = self.reader.registry().kind(it.kind).map_or(&[][..], |it| it.keys);
        numbered(self, keys, &mut body)?;
        let listed = Listed {
            id: it.id,
            number: it.number,
            kind: it.kind.to_owned(),
            title: it.title,
            state: it.state.code,
            owner: it.owner,
            function: it.function,
            party: it.party,
            version: it.version,
            created_at: it.created_at,
            changed_at: it.changed_at,
            due: it.due,
            released: it.released,
            offered: it.offered,
            extra: it.extra,
        };
        let summary = self.summary(it.kind, listed)?;
        Ok(Whole { summary, function, body, offers })
    }

    pub fn deed(&mut self, it: Deed) -> Result<DeedSeen> {
        let (by, on_behalf_of) = (self.of(it.actor)?, self.of(it.on_behalf_of())?);
        let Deed { entry, at, deed, place, content, .. } = it;
        Ok(DeedSeen { entry, at, by, on_behalf_of, deed, place, content })
    }

    pub fn step(&mut self, it: Step) -> Result<StepSeen> {
        Ok(match it {
            Step::Deed(it) => StepSeen { at: it.at, said: None, deed: Some(self.deed(it)?) },
            Step::Said(it) => StepSeen { at: it.at, deed: None, said: Some(SaidSeen::of(it)) },
        })
    }

    pub fn task(&mut self, it: Task) -> Result<TaskSeen> {
        let request = say(&it.words());
        let absent = self.reader.stands_in_at(&it).map(|it| it.person);
        Ok(TaskSeen {
            stands_in_for: self.of(absent)?,
            id: it.id,
            record: it.number,
            title: it.title,
            request,
            person: self.of(it.person)?,
            function: self.of(it.function)?,
            due: it.due,
            asked_by: self.of(it.asked_by)?,
            asked_at: it.asked_at,
            settled_at: it.settled_at,
            settled_by: self.of(it.settled_by)?,
            place: it.place,
        })
    }
}

impl Offer {
    fn of(offer: &kernel::AnyOffer) -> Self {
        let missing = offer.missing.iter();
        let missing = missing.map(|it| Missing { detail: say(&it.sentence), link: it.link.clone() });
        Self { step: offer.step.code.clone(), label: say(&offer.step.text), missing: missing.collect() }
    }
}

impl Found {
    pub fn of(reader: &Reader, hit: Hit) -> Self {
        let page = reader.registry().address(&hit.kind, &hit.number);
        Self { page, number: hit.number, title: hit.title, state: hit.state, part: hit.part, name: hit.name }
    }
}

/// The record that a field names, if it names one.
///
/// # Errors
/// A fault of the field where there is no such record, or it is of another kind than the prefixes say.
pub(super) fn named(
    reader: &Reader,
    field: &str,
    number: Option<&str>,
    kinds: &[&str],
) -> Result<Option<Mention>> {
    let Some(number) = number else { return Ok(None) };
    match reader.mention_of(number) {
        Ok(it) if kinds.is_empty() || kinds.contains(&it.kind.as_str()) => Ok(Some(it)),
        Ok(_) | Err(Error::NotFound) => {
            let sentence = text!(
                "There is no {number} that could stand here. Give the number of one that you can see.",
                number = number
            );
            Err(Faults::one(field, sentence).into())
        }
        Err(error) => Err(error),
    }
}

/// Somebody of the house whom a field names, if it names one: who may own a record or be asked to do something.
pub(super) fn colleague(reader: &Reader, field: &str, number: Option<&str>) -> Result<Option<i64>> {
    let Some(it) = named(reader, field, number, &["PE"])? else { return Ok(None) };
    let is_ours = crate::record::people(reader)?.iter().any(|(id, _)| *id == it.id.to_string());
    let sentence =
        text!("{name} is nobody of the house who could do it. Choose a colleague.", name = it.title);
    if is_ours { Ok(Some(it.id)) } else { Err(Faults::one(field, sentence).into()) }
}

/// Puts the numbers of records where a body has their keys.
pub(super) fn numbered(numbers: &mut Numbers, keys: &[&str], body: &mut Json) -> Result<()> {
    exchange(keys, body, &mut |_, value| {
        let Some(id) = value.as_i64() else { return Ok(value.clone()) };
        Ok(serde_json::to_value(numbers.of(id)?)?)
    })
}

/// Puts the keys of records where their numbers were sent.
///
/// # Errors
/// Names the field where there is no such record.
pub(super) fn keyed(reader: &Reader, keys: &[&str], sent: &mut Json) -> Result<()> {
    exchange(keys, sent, &mut |field, value| match value {
        Json::Null => Ok(Json::Null),
        Json::String(number) => {
            Ok(named(reader, field, Some(number), &[])?.map_or(Json::Null, |it| it.id.into()))
        }
        _ => Err(Faults::one(field, text!("Give the number of a record, like PE-0003.")).into()),
    })
}

/// Exchanges the values of some fields, at whatever depth; of lists, each of their values.
fn exchange(keys: &[&str], value: &mut Json, by: &mut impl FnMut(&str, &Json) -> Result<Json>) -> Result<()> {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Json::Array(all) if keys.contains(&name.as_str()) => {
                        for it in all {
                            *it = by(name, it)?;
                        }
                    }
                    one if keys.contains(&name.as_str()) => *one = by(name, one)?,
                    other => exchange(keys, other, by)?,
                }
            }
            Ok(())
        }
        Json::Array(all) => all.iter_mut().try_for_each(|it| exchange(keys, it, by)),
        _ => Ok(()),
    }
}

/// The schema of a body as programs see it: numbers where keys are.
pub(super) fn numbered_schema(keys: &[&str], schema: &mut Json) {
    match schema {
        Json::Object(fields) => {
            if let Some(Json::Object(properties)) = fields.get_mut("properties") {
                for (_, property) in properties.iter_mut().filter(|(name, _)| keys.contains(&name.as_str())) {
                    let place =
                        if property["type"] == "array" { &mut property["items"] } else { &mut *property };
                    let is_optional = place["type"].as_array().is_some();
                    place["type"] =
                        if is_optional { serde_json::json!(["string", "null"]) } else { "string".into() };
                    if let Some(fields) = place.as_object_mut() {
                        fields.retain(|name, _| matches!(name.as_str(), "type" | "description"));
                    }
                }
            }
            fields.values_mut().for_each(|it| numbered_schema(keys, it));
        }
        Json::Array(all) => all.iter_mut().for_each(|it| numbered_schema(keys, it)),
        _ => {}
    }
}

/// The codes of a closed list.
pub(super) fn codes<V: Vocabulary>() -> Vec<String> {
    V::ALL.iter().map(|it| it.code()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_exchanged_at_whatever_depth_and_nothing_else_is() {
        let mut body =
            json!({ "deputy": 3, "functions": [1, 2], "count": 3, "lines": [{ "deputy": null, "no": 3 }] });
        exchange(&["deputy", "functions"], &mut body, &mut |field, it| Ok(json!(format!("{field} {it}"))))
            .unwrap();
        let wanted = json!({
            "deputy": "deputy 3", "functions": ["functions 1", "functions 2"], "count": 3,
            "lines": [{ "deputy": "deputy null", "no": 3 }],
        });
        assert_eq!(body, wanted);
    }

    #[test]
    fn where_keys_are_the_schema_says_that_numbers_stand() {
        let mut schema = json!({ "properties": {
            "deputy": { "type": ["integer", "null"], "format": "int64", "default": null },
            "functions": { "type": "array", "items": { "type": "integer", "format": "int64" } },
            "count": { "type": "integer" },
        } });
        numbered_schema(&["deputy", "functions"], &mut schema);
        let wanted = json!({ "properties": {
            "deputy": { "type": ["string", "null"] },
            "functions": { "type": "array", "items": { "type": "string" } },
            "count": { "type": "integer" },
        } });
        assert_eq!(schema, wanted);
    }
}
