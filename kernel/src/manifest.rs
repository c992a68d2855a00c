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

impl Reader<'_> {
    /// What a revision of a record holds, in its order; itself where it holds no others.
    ///
    /// # Errors
    /// Not found is also a revision that the actor may not see.
    pub fn parts_of(&self, record: i64, no: i64) -> Result<Vec<Part>> {
        let (revision, content) = self.revision(record, no)?;
        let Some(lines) = content.get("lines").filter(|it| it.is_array()) else {
            let (number, kind): (String, String) =
                self.one(sql!("select number, kind from visible where id = $1"), values![record])?;
            let (title, digest) = (revision.title, revision.digest);
            return Ok(vec![Part { record, number, title, kind, revision: no, digest, content }]);
        };
        let lines: Vec<Line> = serde_json::from_value(lines.clone())?;
        let mut frozen = self.frozen(&lines)?;
        let parts = lines.into_iter().filter_map(|it| {
            let (record, kind, content) = frozen.remove(&(it.number.clone(), it.revision))?;
            let Line { number, revision, digest, title } = it;
            Some(Part { record, number, title, kind, revision, digest, content })
        });
        Ok(parts.collect())
    }

    /// Whether each line of a manifest is still there, and froze what its digest names.
    pub(crate) fn lines_are_intact(&self, manifest: &Json) -> Result<bool> {
        let Some(lines) = manifest.get("lines").filter(|it| it.is_array()) else { return Ok(true) };
        let lines: Vec<Line> = serde_json::from_value(lines.clone())?;
        let frozen = self.frozen(&lines)?;
        let is_intact = |it: &Line| {
            let stored = frozen.get(&(it.number.clone(), it.revision));
            stored.is_some_and(|(.., content)| digest(content).is_ok_and(|is| is == it.digest))
        };
        Ok(lines.iter().all(is_intact))
    }

    /// What the lines of a manifest froze, by number and revision. Whoever reads the manifest reads these.
    fn frozen(&self, lines: &[Line]) -> Result<HashMap<(String, i64), (i64, String, Json)>> {
        let mut found = HashMap::with_capacity(lines.len());
        for some in lines.chunks(400) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let text = format!(
                "select number, no, record_id, kind, content from revision join record on record.id = record_id
                 where number in ({})",
                marks.join(", ")
            );
            let values: Vec<Value> = some.iter().map(|it| Value::from(&it.number)).collect();
            for row in self.connection.rows(&text, &values)? {
                let (number, no, record, kind, content): (String, i64, i64, String, String) = row.read()?;
                if some.iter().any(|it| it.number == number && it.revision == no) {
                    found.insert((number, no), (record, kind, serde_json::from_str(&content)?));
                }
            }
        }
        Ok(found)
    }
}
