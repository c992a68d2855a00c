//! What a frozen revision holds: where it is a manifest, the revisions of other records, else only itself with its files.
//!
//! A manifest is content with a list `lines`, each of which names a record by its number, with the revision and the
//! digest that it had. So whoever judges, changes or compares what was frozen need not know the kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    Attachment, Audience, Bearing, Body, Entry, On, Reader, Result, Revision, Sharing, Value, Work, digest,
    sql, values,
};

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

/// How a revision lists a part: what it says of it besides what that froze itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub title: String,
    /// Its files; nothing of a manifest from before the files of its parts were frozen.
    pub files: Option<Json>,
}

impl Held {
    /// Whether another revision lists the same part under another title.
    pub fn has_another_title(&self, other: &Self) -> bool {
        self.title != other.title
    }

    /// Whether another revision lists other files of the same part, where both name them.
    pub fn has_other_files(&self, other: &Self) -> bool {
        self.files.is_some() && other.files.is_some() && self.files != other.files
    }
}

#[derive(Deserialize)]
struct Line {
    number: String,
    revision: i64,
    digest: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    files: Option<Json>,
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

/// The files at a record.
#[derive(Clone, Debug, Default)]
pub struct FilesAt {
    /// Those of what holds today.
    pub now: Vec<Attachment>,
    /// Those of a revision that does not hold yet, or is still written.
    pub to_come: Vec<Attachment>,
    pub earlier: Vec<Attachment>,
}

/// A file with which a revision was frozen.
#[derive(Serialize)]
struct NewFile {
    record_id: i64,
    no: i64,
    attachment: i64,
}

/// Content with the files that belong to it: those that others read by name, and of ours, which a revision that is handed
/// over whole must not name, one fingerprint of all. Where there are none, it is what it was.
pub(crate) fn with_files(mut content: Json, files: &[Attachment]) -> Result<Json> {
    let (theirs, ours): (Vec<_>, Vec<_>) = files.iter().partition(|it| it.audience == Audience::Party);
    if !theirs.is_empty() {
        let named = |it: &Attachment| json!({ "name": it.name, "digest": it.digest, "size": it.size });
        content["files"] = theirs.into_iter().map(named).collect();
    }
    if !ours.is_empty() {
        let named: Json = ours.into_iter().map(|it| json!([it.name, it.digest])).collect();
        content["ours"] = json!(digest(&named)?);
    }
    Ok(content)
}

impl Work<'_> {
    /// The files that belong to what a record says that stands alone, by name: of several of one name the last. Of what
    /// belongs to a party those that it reads; of what is offered to everybody all.
    pub(crate) fn files_within<B: Body>(&self, record: i64) -> Result<Vec<Attachment>> {
        if B::BEARING != Bearing::Content {
            return Ok(Vec::new());
        }
        let is_within =
            |it: &Attachment| B::KIND.sharing == Sharing::Published || it.audience == Audience::Party;
        let all = self.attachments(record)?.into_iter().filter(|it| it.belongs(None) && is_within(it));
        let by_name: BTreeMap<String, Attachment> = all.map(|it| (it.name.clone(), it)).collect();
        Ok(by_name.into_values().collect())
    }

    /// Keeps with which files a revision was frozen.
    pub(crate) fn keep_files(&mut self, frozen: &crate::Frozen, files: &[Attachment]) -> Result<()> {
        let (record_id, no) = (frozen.record, frozen.no);
        let lines: Vec<NewFile> =
            files.iter().map(|it| NewFile { record_id, no, attachment: it.id }).collect();
        self.add_many("revision_file", record_id, &lines)
    }
}

impl Reader<'_> {
    /// The files with which a revision was frozen, by name, as far as the actor may read them; none where it is from
    /// before that was kept.
    pub fn files_of_revision(&self, record: i64, no: i64) -> Result<Vec<Attachment>> {
        self.rows(
            sql!(
                "select it.id, it.record_id, it.digest, it.name, it.media_type, it.size, it.audience, it.at, it.by,
                 it.ended_at from visible_attachment as it join revision_file as held on held.attachment = it.id
                 where held.record_id = $1 and held.no = $2 order by it.name, it.id"
            ),
            values![record, no],
        )
    }

    /// The files at a record, told apart by the revision that holds today where its revisions are frozen with all of
    /// them; else by what belongs to it now.
    pub fn files_at(&self, record: i64) -> Result<FilesAt> {
        let all = self.attachments(record)?;
        let Some(holding) = self.frozen_with_files(record)? else {
            let (now, earlier) = all.into_iter().partition(|it| it.belongs(None));
            return Ok(FilesAt { now, to_come: Vec::new(), earlier });
        };
        let frozen: Vec<(i64, i64)> = self.rows(
            sql!("select no, attachment from revision_file where record_id = $1 order by id"),
            values![record],
        )?;
        let of_it: BTreeSet<i64> =
            frozen.iter().filter(|it| it.0 == holding.no).map(|(_, file)| *file).collect();
        let known: BTreeSet<i64> = frozen.into_iter().map(|(_, file)| file).collect();
        // What no revision names lay there from before that was kept, or came since the last one.
        let lay_there = |it: &Attachment| !known.contains(&it.id) && it.belongs(Some(holding.released_at));
        let (now, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| of_it.contains(&it.id) || lay_there(it));
        let (to_come, earlier) = others.into_iter().partition(|it| it.belongs(None));
        Ok(FilesAt { now, to_come, earlier })
    }

    /// The revision that holds today, of what is frozen with all its files.
    fn frozen_with_files(&self, record: i64) -> Result<Option<Revision>> {
        let Some(it) = self.mention(record)? else { return Ok(None) };
        if !self.registry().kind(&it.kind).is_some_and(Entry::freezes_files) {
            return Ok(None);
        }
        let valid = self.valid_revision(record, &On::day(self.today()))?;
        Ok(self.revisions(record)?.into_iter().find(|it| valid.no == Some(it.no)))
    }

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
        for Line { number, revision, digest, title, .. } in lines {
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

    /// How a revision lists what it holds, by number; itself where it holds no others.
    pub fn held_in(&self, record: i64, no: i64) -> Result<HashMap<String, Held>> {
        let (revision, content) = self.revision(record, no)?;
        let Some(lines) = lines_of(&content)? else {
            let number: String =
                self.one(sql!("select number from visible where id = $1"), values![record])?;
            return Ok(HashMap::from([(number, Held { title: revision.title, files: None })]));
        };
        let listed = |it: Line| (it.number, Held { title: it.title, files: it.files.filter(Json::is_array) });
        Ok(lines.into_iter().map(listed).collect())
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

    fn file(name: &str, audience: Audience) -> Attachment {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let (digest, name, media_type) = (format!("{name}-digest"), name.to_owned(), String::new());
        Attachment {
            id: 1,
            record_id: 1,
            digest,
            name,
            media_type,
            size: 9,
            audience,
            at,
            by: 1,
            ended_at: None,
        }
    }

    #[test]
    fn a_file_that_others_read_is_named_and_of_ours_stands_a_fingerprint_alone() {
        let says = json!({ "code": "KD-20" });
        assert_eq!(with_files(says.clone(), &[]).unwrap(), says, "earlier digests stay");
        let (theirs, ours) = (file("scheme.pdf", Audience::Party), file("castings.pdf", Audience::Internal));
        let of = |files: &[Attachment]| with_files(says.clone(), files).unwrap();
        let both = of(&[theirs.clone(), ours.clone()]);
        let named = json!([{ "name": "scheme.pdf", "digest": "scheme.pdf-digest", "size": 9 }]);
        assert_eq!(both["files"], named);
        assert!(!both.to_string().contains("castings") && both["ours"].is_string(), "{both}");
        assert_eq!(of(&[theirs])["ours"], Json::Null);
        let other = Attachment { digest: "other".into(), ..ours.clone() };
        assert_ne!(of(&[ours])["ours"], of(&[other])["ours"], "another drawing is another revision");
    }

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
    fn a_part_is_listed_otherwise_by_its_title_and_by_files_that_both_name() {
        let of = |title: &str, files: Option<&str>| Held {
            title: title.into(),
            files: files.map(|name| serde_json::json!([{ "name": name }])),
        };
        let flow = of("Flow", Some("a.pdf"));
        assert!(!flow.has_another_title(&flow) && !flow.has_other_files(&flow));
        assert!(flow.has_another_title(&of("Flow of CIP 3", Some("a.pdf"))));
        assert!(flow.has_other_files(&of("Flow", Some("b.pdf"))));
        assert!(!flow.has_other_files(&of("Flow", None)), "what one does not name is unknown");
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
