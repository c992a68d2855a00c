//! The same change for many records: a step, another owner, a due day, an extra field, watching.
//!
//! One deed for each 500, every row judged by its own rules; what is refused is told with its reason, and what can
//! be taken back remembers what was there.

use jiff::civil::Date;
use kernel::{Actor, Db, Edited, Entry, Error, Faults, Reader, Result, Taken, Work, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::language::say;

/// So many rows are one deed, and one entry of the trail.
const ONE_DEED: usize = 500;

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A step, by its code, and why it is taken.
    Step {
        step: String,
        reason: String,
    },
    /// The key of the person who answers from now on.
    Owner(i64),
    Due(Option<Date>),
    /// An extra field, by its short name, and its value.
    Extra {
        key: String,
        value: Json,
    },
    Watch(bool),
}

/// What became of each row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub done: Vec<Done>,
    pub refused: Vec<Refused>,
}

/// A row that was changed, with what was there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    pub number: String,
    pub before: Json,
}

/// A row that was not, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub number: String,
    pub why: String,
}

impl Change {
    /// Whether it can be taken back: a step cannot, for what it told others cannot be untold.
    pub fn can_be_undone(&self) -> bool {
        !matches!(self, Self::Step { .. })
    }

    /// The value that a record has afterwards.
    fn after(&self) -> Json {
        match self {
            Self::Step { step, .. } => json!(step),
            Self::Owner(person) => json!(person),
            Self::Due(day) => json!(day),
            Self::Extra { value, .. } => value.clone(),
            Self::Watch(on) => json!(on),
        }
    }

    /// The same change with another value.
    fn with(&self, value: &Json) -> Result<Self> {
        Ok(match self {
            Self::Step { .. } => self.clone(),
            Self::Owner(_) => Self::Owner(value.as_i64().unwrap_or_default()),
            Self::Due(_) => Self::Due(serde_json::from_value(value.clone())?),
            Self::Extra { key, .. } => Self::Extra { key: key.clone(), value: value.clone() },
            Self::Watch(_) => Self::Watch(value.as_bool().unwrap_or_default()),
        })
    }

    /// What a record says now.
    fn before(&self, reader: &Reader, entry: &Entry, number: &str) -> Result<Json> {
        if let Self::Watch(_) = self {
            return Ok(json!(reader.watches(reader.mention_of(number)?.id)?));
        }
        let case = entry.find(reader, number)?;
        Ok(match self {
            Self::Step { .. } => json!(case.state.code),
            Self::Owner(_) => json!(case.owner),
            Self::Due(_) => json!(case.due),
            Self::Extra { key, .. } => case.extra.get(key).cloned().unwrap_or(Json::Null),
            Self::Watch(_) => Json::Null,
        })
    }

    fn make(&self, work: &mut Work, entry: &Entry, number: &str) -> Result<()> {
        let fields = match self {
            Self::Step { step, reason } => {
                work.because(reason);
                return entry.advance(work, &Taken { number, step, version: None });
            }
            Self::Watch(on) => {
                let record = work.mention_of(number)?;
                if record.kind != entry.kind.prefix {
                    return Err(Error::NotFound);
                }
                return work.watch(record.id, *on);
            }
            Self::Owner(person) => json!({ "owner": person }),
            Self::Due(day) => json!({ "due": day }),
            Self::Extra { key, value } => json!({ "extra": { key: value } }),
        };
        let empty = Map::new();
        let fields = fields.as_object().unwrap_or(&empty);
        entry.revise(work, &Edited { number, fields, version: None })
    }
}

/// Makes the change for every record, in deeds of 500.
pub fn make(db: &Db, actor: &Actor, kind: &str, change: &Change, numbers: &[String]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for some in numbers.chunks(ONE_DEED) {
        let part = db.write(actor, |work| {
            let entry = work.registry().kind(kind).ok_or(Error::NotFound)?;
            let mut part = Outcome::default();
            for number in some {
                let before = change.before(work, entry, number);
                let made = before.and_then(|before| change.make(work, entry, number).map(|()| before));
                part.note(number, made)?;
            }
            Ok(part)
        })?;
        outcome.done.extend(part.done);
        outcome.refused.extend(part.refused);
    }
    Ok(outcome)
}

/// Puts back what was there before, wherever nobody changed it since.
pub fn undo(db: &Db, actor: &Actor, batch: i64) -> Result<Outcome> {
    let known = db.read(actor, |reader| reader.batch(batch))?;
    let change: Change = serde_json::from_value(known.change)?;
    let sentence = text!("A step cannot be taken back for all at once. Take the step back at each record.");
    kernel::Refusal::unless(change.can_be_undone(), sentence)?;
    let done = serde_json::from_value::<Outcome>(known.outcome)?.done;
    let mut outcome = Outcome::default();
    let none: &[Done] = &[];
    let parts = done.chunks(ONE_DEED).chain(done.is_empty().then_some(none));
    for (place, some) in parts.enumerate() {
        let part = db.write(actor, |work| {
            if place == 0 {
                work.undo_batch(batch)?;
            }
            let entry = work.registry().kind(&known.kind).ok_or(Error::NotFound)?;
            let mut part = Outcome::default();
            for it in some {
                let now = change.before(work, entry, &it.number);
                let made = now.and_then(|now| {
                    let sentence = text!("Somebody changed it since. It stays as it is.");
                    kernel::Refusal::unless(now == change.after(), sentence)?;
                    change.with(&it.before)?.make(work, entry, &it.number).map(|()| now)
                });
                part.note(&it.number, made)?;
            }
            Ok(part)
        })?;
        outcome.done.extend(part.done);
        outcome.refused.extend(part.refused);
    }
    Ok(outcome)
}

impl Outcome {
    /// A row's own refusal is told; a fault of ours ends the whole deed.
    fn note(&mut self, number: &str, made: Result<Json>) -> Result<()> {
        let why = match made {
            Ok(before) => {
                self.done.push(Done { number: number.to_owned(), before });
                return Ok(());
            }
            Err(Error::Broken(error)) => return Err(Error::Broken(error)),
            Err(Error::Refused(refusal)) => {
                refusal.0.iter().map(|it| say(&it.sentence)).collect::<Vec<_>>().join(" ")
            }
            Err(Error::Invalid(Faults(faults))) => {
                faults.iter().map(|(_, it)| say(it)).collect::<Vec<_>>().join(" ")
            }
            Err(Error::NotFound) => say(&text!("There is no such record that you can see.")),
            Err(Error::Stale) => say(&text!("Somebody else changed it at the same moment. Try again.")),
        };
        self.refused.push(Refused { number: number.to_owned(), why });
        Ok(())
    }
}
