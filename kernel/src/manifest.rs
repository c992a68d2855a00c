//! What a frozen revision holds: where it is a manifest, the revisions of other records, else only itself.
//!
//! A manifest is content with a list `lines`, each of which names a record by its number, with the revision and the
//! digest that it had. So whoever judges, changes or compares what was frozen need not know the kind.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::{Reader, Result, Value, digest, sql, values};

/// One thing that a revision holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub record: i64,
    pub number: String,
    pub title: String,
    pub kind: String,
    pub revision: i64,
    pub digest: String,
    /// What its revision froze.
    pub content: Json,
}

impl Part {
    /// What its digest is of: the canonical bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_jcs::to_vec(&self.content)?)
    }
}

#[derive(Deserialize)]
struct Line {
    number: String,
    revision: i64,
    digest: String,
    #[serde(default)]
    title: String,
}

/// What one line of a manifest froze, as it is stored.
#[derive(Deserialize)]
struct Frozen {
    number: String,
    no: i64,
    record_id: i64,
    kind: String,
    content: String,
}

impl Reader<'_> {
    /// What a revision of a record holds, in its order; itself where it holds no others.
    ///
    /// # Errors
    /// Not found is also a revision that the actor may not see.
    pub fn parts_of(&self, record: i64, no: i64) -> Result<Vec<Part>> {
        let (revision, content) = self.revision(record, no)?;
        let Some(lines) = lines_of(&content)? else {
            let (number, kind): (String, String) =
                self.one(sql!("select number, kind from visible where id = $1"), values![record])?;
            let (title, digest) = (revision.title, revision.digest);
            return Ok(vec![Part { record, number, title, kind, revision: no, digest, content }]);
        };
        let mut frozen = self.frozen(&lines)?;
        let mut parts = Vec::with_capacity(lines.len());
        for Line { number, revision, digest, title } in lines {
            let Some(it) = frozen.remove(&(number.clone(), revision)) else { continue };
            let content = serde_json::from_str(&it.content)?;
            parts.push(Part {
                record: it.record_id,
                number,
                title,
                kind: it.kind,
                revision,
                digest,
                content,
            });
        }
        Ok(parts)
    }

    /// The files of what a revision holds, by number, as its manifest names them; nothing of what names none, as manifests
    /// did from before the files of their parts were frozen.
    pub fn files_of_parts(&self, record: i64, no: i64) -> Result<HashMap<String, Json>> {
        let (_, mut content) = self.revision(record, no)?;
        let lines =
            content.get_mut("lines").and_then(Json::as_array_mut).map(std::mem::take).unwrap_or_default();
        let named = |mut line: Json| {
            let files = line.get_mut("files").map(Json::take).filter(Json::is_array)?;
            Some((line.get("number")?.as_str()?.to_owned(), files))
        };
        Ok(lines.into_iter().filter_map(named).collect())
    }

    /// Whether each line of a manifest is still there, and froze what its digest names.
    pub(crate) fn lines_are_intact(&self, manifest: &Json) -> Result<bool> {
        let Some(lines) = lines_of(manifest)? else { return Ok(true) };
        let frozen = self.frozen(&lines)?;
        let is_intact = |it: &Line| {
            let stored = frozen.get(&(it.number.clone(), it.revision));
            stored.is_some_and(|stored| is_of(&stored.content, &it.digest))
        };
        Ok(lines.iter().all(is_intact))
    }

    /// What the lines of a manifest froze, by number and revision: those revisions, and no others of the same records.
    /// Whoever reads the manifest reads these.
    fn frozen(&self, lines: &[Line]) -> Result<HashMap<(String, i64), Frozen>> {
        let mut found = HashMap::with_capacity(lines.len());
        for some in lines.chunks(400) {
            let mark =
                |no: usize| format!("(cast(${} as text), cast(${} as bigint))", no * 2 + 1, no * 2 + 2);
            let marks: Vec<String> = (0..some.len()).map(mark).collect();
            let text = format!(
                "select number, no, record_id, kind, content from (values {}) as held
                 join record on record.number = held.column1
                 join revision on revision.record_id = record.id and revision.no = held.column2",
                marks.join(", ")
            );
            let values = some.iter().flat_map(|it| [Value::from(&it.number), it.revision.into()]);
            for row in self.connection.rows(&text, &values.collect::<Vec<_>>())? {
                let frozen: Frozen = row.read()?;
                found.insert((frozen.number.clone(), frozen.no), frozen);
            }
        }
        Ok(found)
    }
}

/// The lines of a manifest; none of content that holds no other records, though it may have lines of its own.
fn lines_of(content: &Json) -> Result<Option<Vec<Line>>> {
    let names_records = |it: &&Vec<Json>| it.iter().all(|line| line.get("digest").is_some());
    let lines = content.get("lines").and_then(Json::as_array).filter(names_records);
    Ok(lines.map(|it| serde_json::from_value(Json::Array(it.clone()))).transpose()?)
}

/// Whether stored content is what a digest names.
fn is_of(stored: &str, told: &str) -> bool {
    serde_json::from_str(stored).is_ok_and(|content: Json| digest(&content).is_ok_and(|is| is == told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_an_order_name_no_records() {
        let of = |content: Json| lines_of(&content).unwrap().map(|it| it.len());
        let line =
            serde_json::json!({ "number": "REQ-2026-0001", "revision": 1, "digest": "ab", "title": "Flow" });
        assert_eq!(of(serde_json::json!({ "lines": [line] })), Some(1));
        assert_eq!(of(serde_json::json!({ "lines": [] })), Some(0));
        assert_eq!(of(serde_json::json!({ "lines": [{ "item": 7, "quantity": "2" }] })), None);
        assert_eq!(of(serde_json::json!({ "value": "7" })), None);
    }

    #[test]
    fn content_is_known_by_its_digest_however_it_is_written_and_what_was_altered_is_not() {
        let written = r#"{"b": "Gehäuse", "a": [1, 2.50]}"#;
        let told = digest(&serde_json::from_str(written).unwrap()).unwrap();
        for same in [written, r#"{"a":[1,2.5],"b":"Gehäuse"}"#] {
            assert!(is_of(same, &told), "{same}");
        }
        for other in [r#"{"a":[1,2.5],"b":"Gehause"}"#, r#"{"a":[2.5,1],"b":"Gehäuse"}"#, "", "{"] {
            assert!(!is_of(other, &told), "{other}");
        }
    }
}
