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
    /// The key of the organisation that they belong to from now on.
    Customer(Option<i64>),
    Watch(bool),
}

/// A record that is meant, with the version that the person saw, where they said so: `RS-2026-0017@4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    pub number: String,
    pub version: Option<i64>,
}

impl Picked {
    /// Reads what a form or a program sent.
    pub fn of(sent: &str) -> Self {
        let sent = sent.trim();
        let parted = sent.rsplit_once('@').and_then(|(number, it)| Some((number, it.parse().ok()?)));
        match parted {
            Some((number, version)) => Self { number: number.to_owned(), version: Some(version) },
            None => Self { number: sent.to_owned(), version: None },
        }
    }

    /// As a form sends it.
    pub fn sent(&self) -> String {
        match self.version {
            Some(version) => format!("{}@{version}", self.number),
            None => self.number.clone(),
        }
    }
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
            Self::Customer(party) => json!(party),
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
            Self::Customer(_) => Self::Customer(value.as_i64()),
            Self::Watch(_) => Self::Watch(value.as_bool().unwrap_or_default()),
        })
    }

    /// What a record says now.
    ///
    /// # Errors
    /// Stale where somebody changed it since the person saw it. Watching overwrites nobody's words.
    fn before(&self, reader: &Reader, entry: &Entry, row: &Picked) -> Result<Json> {
        if let Self::Watch(_) = self {
            return Ok(json!(reader.watches(reader.mention_of(&row.number)?.id)?));
        }
        let case = entry.find(reader, &row.number)?;
        if row.version.is_some_and(|seen| seen != case.version) {
            return Err(Error::Stale);
        }
        Ok(match self {
            Self::Step { .. } => json!(case.state.code),
            Self::Owner(_) => json!(case.owner),
            Self::Due(_) => json!(case.due),
            Self::Extra { key, .. } => case.extra.get(key).cloned().unwrap_or(Json::Null),
            Self::Customer(_) => json!(case.party),
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
            Self::Customer(party) => {
                let give = entry.gives.ok_or(Error::NotFound)?;
                return give(work, number, *party);
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

/// Makes the change for every record, in deeds of 500. What somebody changed since it was seen stays as it is.
pub fn make(db: &Db, actor: &Actor, kind: &str, change: &Change, rows: &[Picked]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for some in rows.chunks(ONE_DEED) {
        let part = db.write(actor, |work| {
            let entry = work.registry().kind(kind).ok_or(Error::NotFound)?;
            let mut part = Outcome::default();
            for row in some {
                let before = change.before(work, entry, row);
                let made = before.and_then(|before| change.make(work, entry, &row.number).map(|()| before));
                part.note(&row.number, made)?;
            }
            Ok(part)
        })?;
        outcome.done.extend(part.done);
        outcome.refused.extend(part.refused);
    }
    Ok(outcome)
}

/// Takes a change of records of a kind back; tells under which number it is told what came of that.
///
/// # Errors
/// Not found is a change of somebody else, or of another kind.
pub fn take_back(db: &Db, actor: &Actor, kind: &str, batch: i64) -> Result<(i64, Outcome)> {
    let known = db.read(actor, |reader| {
        kernel::Permit::Staff.covers(actor, None)?;
        reader.batch(batch)
    })?;
    let of_kind = if known.kind == kind { Ok(()) } else { Err(Error::NotFound) };
    of_kind?;
    let outcome = undo(db, actor, batch)?;
    if outcome.refused.is_empty() {
        return Ok((batch, outcome));
    }
    // What could not be put back is told on a page of its own, which cannot be taken back again.
    let told = db.keep_batch(actor, kind, &known.change, &serde_json::to_value(&outcome)?)?;
    db.write(actor, |work| work.undo_batch(told))?;
    Ok((told, outcome))
}

/// Puts back what was there before, wherever nobody changed it since.
fn undo(db: &Db, actor: &Actor, batch: i64) -> Result<Outcome> {
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
                let row = Picked { number: it.number.clone(), version: None };
                let now = change.before(work, entry, &row);
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
            Err(Error::Stale) => say(&text!("Somebody changed it since you saw it. Look at it again.")),
        };
        self.refused.push(Refused { number: number.to_owned(), why });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_sent_with_the_version_that_was_seen() {
        let seen = Picked { number: "RS-2026-0017".to_owned(), version: Some(4) };
        assert_eq!(seen.sent(), "RS-2026-0017@4");
        assert_eq!(Picked::of("RS-2026-0017@4"), seen);
        for plain in ["RS-2026-0017", "RS-2026-0017@", "RS-2026-0017@now"] {
            assert_eq!(Picked::of(plain), Picked { number: plain.to_owned(), version: None }, "{plain}");
        }
    }
}
