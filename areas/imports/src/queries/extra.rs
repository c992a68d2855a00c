//! What rows of a file say of the extra fields of the records that they make or change.

use std::collections::HashMap;

use kernel::{
    Change, EXTRA, Effect, Error, Faults, Fields, Foresight, Holds, IntakeRow, Reader, Refusal, Result,
    Target, Text, sql, text, values,
};
use serde_json::{Map, Value as Json};

use crate::rules::lacking;

/// The extra fields that a column can be taken for: those of the kind that are in use.
pub fn in_use(reader: &Reader, target: &Target) -> Result<Vec<kernel::Field>> {
    Ok(reader.fields_of(target.kind)?.into_iter().filter(kernel::Field::is_in_use).collect())
}

/// Whether a change is one of an extra field.
pub fn is_extra(change: &Change) -> bool {
    change.field.starts_with(EXTRA)
}

/// Adds to what each row would do what its extra values would.
pub fn foresee(reader: &Reader, target: &Target, rows: &[IntakeRow], found: &mut [Foresight]) -> Result<()> {
    let Some(known) = Known::of(reader, target, rows.iter().map(|it| &it.fields))? else { return Ok(()) };
    for (row, it) in rows.iter().zip(found) {
        let (said, faults) = known.read(reader, &row.fields)?;
        if let Some(record) = it.target.filter(|_| !said.is_empty()) {
            let changes = differences(&now(reader, record)?.1, &said);
            if it.effect == Effect::Same && !changes.is_empty() {
                it.effect = Effect::Changes;
            }
            it.changes.extend(changes);
        }
        if !faults.is_empty() {
            it.effect = Effect::Fault;
            it.faults.extend(faults);
        }
        lacking::note(it, &known.unsaid(&row.fields, &said));
    }
    Ok(())
}

/// What is said for all rows that lack it, by the names of extra fields; what is empty is not said.
///
/// # Errors
/// Names every field that there is not, or that the value does not fit, at once; or asks for something.
pub fn for_all(reader: &Reader, target: &Target, said: &Fields) -> Result<Fields> {
    let said: Fields = said.iter().map(|(name, words)| (name.clone(), words.trim().to_owned())).collect();
    let (mut wrong, mut known) = (Vec::new(), Map::new());
    if let Some(fields) = Known::of(reader, target, std::iter::once(&said))? {
        (known, wrong) = fields.read(reader, &said)?;
    }
    let strange = said.keys().filter(|it| !it.starts_with(EXTRA));
    wrong.extend(strange.map(|it| (it.clone(), text!("There is no such field. Leave it out."))));
    Faults(wrong).into_result()?;
    let sentence = text!("Say a value for at least one of the fields that rows lack.");
    Refusal::unless(!known.is_empty(), sentence)?;
    Ok(said.into_iter().filter(|(_, words)| !words.is_empty()).collect())
}

/// The extra fields of a target that its rows name or the house asks for, with the people who may be named in them.
pub struct Known {
    fields: Vec<kernel::Field>,
    people: HashMap<String, i64>,
}

impl Known {
    /// None where no row names an extra field, and the house asks for none.
    pub fn of<'a>(
        reader: &Reader,
        target: &Target,
        mut rows: impl Iterator<Item = &'a Fields>,
    ) -> Result<Option<Self>> {
        let fields = reader.fields_of(target.kind)?;
        let is_asked = fields.iter().any(|it| it.required && it.is_in_use());
        if !is_asked && !rows.any(|it| it.keys().any(|name| name.starts_with(EXTRA))) {
            return Ok(None);
        }
        let has_people = fields.iter().any(|it| it.holds == Holds::Person);
        let people = if has_people { people(reader)? } else { HashMap::new() };
        Ok(Some(Self { fields, people }))
    }

    /// The extra values that a row says, as their fields hold them, and what is wrong with the others. Empty cells
    /// say nothing.
    pub fn read(&self, reader: &Reader, fields: &Fields) -> Result<(Map<String, Json>, Vec<(String, Text)>)> {
        let (mut said, mut faults) = (Map::new(), Vec::new());
        for (name, words) in fields.iter().filter(|(_, words)| !words.trim().is_empty()) {
            let Some(key) = name.strip_prefix(EXTRA) else { continue };
            let Some(field) = self.fields.iter().find(|it| it.key == key && it.is_in_use()) else {
                faults.push((name.clone(), text!("There is no such field. Leave it out.")));
                continue;
            };
            let named =
                self.people.get(&words.trim().to_lowercase()).filter(|_| field.holds == Holds::Person);
            let words = named.map_or_else(|| words.clone(), ToString::to_string);
            match field.read(reader, &words) {
                Ok(value) => {
                    said.insert(key.to_owned(), value);
                }
                Err(Error::Invalid(wrong)) => faults.extend(wrong.0),
                Err(other) => return Err(other),
            }
        }
        Ok((said, faults))
    }

    /// What has to be said of a new record and stands in no cell of a row. What was said wrongly is told as that.
    fn unsaid(&self, fields: &Fields, said: &Map<String, Json>) -> Vec<&kernel::Field> {
        let is_empty = |it: &&kernel::Field| {
            fields.get(&it.place_of_fault()).is_none_or(|words| words.trim().is_empty())
        };
        kernel::unsaid(&self.fields, said).into_iter().filter(is_empty).collect()
    }

    /// A value as it was noted in a change, null where nothing was; none where its field is not in use any more, or
    /// takes it no more.
    pub fn value(&self, reader: &Reader, key: &str, words: &str) -> Result<Option<Json>> {
        let Some(field) = self.fields.iter().find(|it| it.key == key && it.is_in_use()) else {
            return Ok(None);
        };
        match field.read(reader, words) {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// What people call some fields.
    pub fn names<'a>(&self, keys: impl Iterator<Item = &'a str>) -> String {
        let name =
            |key: &'a str| self.fields.iter().find(|it| it.key == key).map_or(key, |it| it.title.as_str());
        keys.map(name).collect::<Vec<_>>().join(", ")
    }

    /// Whether a record that came with a row says something else of its extra fields by now.
    pub fn is_said_otherwise(&self, reader: &Reader, fields: &Fields, record: i64) -> Result<bool> {
        let (said, wrong) = self.read(reader, fields)?;
        let says_else = |(key, now): (&String, &Json)| match said.get(key) {
            Some(came) => written(Some(now)) != written(Some(came)),
            // What its field took then and does not take now is no later word of anybody.
            None => wrong.iter().all(|(name, _)| name.strip_prefix(EXTRA) != Some(key)),
        };
        Ok(now(reader, record)?.1.iter().any(says_else))
    }
}

/// People of the house by their names in small letters; whoever shares a name is named by their number.
fn people(reader: &Reader) -> Result<HashMap<String, i64>> {
    let all: Vec<(i64, String)> = reader.rows(
        sql!("select id, title from visible where kind = 'PE' and party is null and state = 'active' order by id"),
        &[],
    )?;
    let mut named = HashMap::new();
    let mut shared = Vec::new();
    for (id, name) in all {
        if named.insert(name.to_lowercase(), id).is_some() {
            shared.push(name.to_lowercase());
        }
    }
    named.retain(|name, _| !shared.contains(name));
    Ok(named)
}

/// The number of a record, and what its extra fields say now.
pub fn now(reader: &Reader, record: i64) -> Result<(String, Map<String, Json>)> {
    let (number, extra): (String, String) =
        reader.one(sql!("select number, extra from visible where id = $1"), values![record])?;
    Ok((number, serde_json::from_str(&extra)?))
}

/// What would change of the extra fields of a record.
pub fn differences(now: &Map<String, Json>, said: &Map<String, Json>) -> Vec<Change> {
    // 13 and 13.0 are the same number, whoever wrote it.
    let differs = said.iter().filter(|(key, value)| written(now.get(*key)) != written(Some(value)));
    differs
        .map(|(key, value)| Change {
            field: format!("{EXTRA}{key}"),
            old: written(now.get(key)),
            new: written(Some(value)),
        })
        .collect()
}

/// A value as a cell of a file would say it.
pub fn written(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(words)) => words.clone(),
        Some(Json::Number(number)) => number.as_f64().map_or_else(|| number.to_string(), |it| it.to_string()),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_says_something_else_is_a_change() {
        let map = |it: Json| it.as_object().cloned().unwrap_or_default();
        let now = map(json!({ "cost_centre": "4711", "weight": 12.5, "heads": 2 }));
        let said = map(json!({ "cost_centre": "4711", "weight": 13.0, "is_critical": true, "heads": 2.0 }));
        let changes = differences(&now, &said);
        let mut told: Vec<_> =
            changes.iter().map(|it| (it.field.as_str(), it.old.as_str(), it.new.as_str())).collect();
        told.sort_unstable();
        assert_eq!(told, [("extra.is_critical", "", "true"), ("extra.weight", "12.5", "13")]);
        assert!(changes.iter().all(is_extra));
    }
}
