//! What a change put in force, and who was asked to read it.

use kernel::{Audience, Reader, Result, digest, sql, values};
use serde_json::{Value as Json, json};

use crate::model::{ChangeReader, Item};

/// What a change put in force, had changed by hand, or ended.
pub fn put_in_force(reader: &Reader, change: i64) -> Result<Vec<Item>> {
    let all = super::items(reader, change)?.into_iter();
    Ok(all.filter(|it| it.action.changes() && (it.released_no.is_some() || it.done_on.is_some())).collect())
}

/// The fingerprint of that: what of each thing became, the words that were signed, and the files.
pub fn fingerprint_of(all: &[Item]) -> Result<String> {
    let said: Vec<Json> = all
        .iter()
        .map(|it| {
            // The day on which a released document is exchanged is said later: it is no part of what people read.
            let done_on = it.done_on.filter(|_| it.released_no.is_none());
            let mut said = json!({ "item": it.name, "is": it.action, "revision": it.released_no,
                "digest": it.digest, "done_on": done_on });
            // What names no file stands as it did before files were part of it.
            let files = it.told_files(Audience::Internal);
            if !files.is_empty() {
                said["files"] = json!(files);
            }
            said
        })
        .collect();
    digest(&Json::Array(said))
}

/// Who was asked to read it, by name.
pub fn readers(reader: &Reader, change: i64) -> Result<Vec<ChangeReader>> {
    reader.rows(
        sql!(
            "select it.id, it.person, p.title as name, p.state as state, f.title as function_name, it.digest, it.asked_at, it.read_at,
             it.excused_at, excuser.title as excused_by, it.excused_because
             from visible_change_reader as it join visible as p on p.id = it.person
             join visible as f on f.id = it.function left join visible as excuser on excuser.id = it.excused_by
             where it.record_id = $1 order by p.title, it.id"
        ),
        values![change],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Action, ItemFile};

    fn with(files: Vec<ItemFile>) -> Item {
        Item {
            id: 1,
            item: Some(7),
            name: "RQ-2026-0001".into(),
            title: None,
            sort: String::new(),
            way: Vec::new(),
            action: Action::Change,
            reason: String::new(),
            proposed: None,
            base: None,
            based_on: None,
            stands_on: None,
            digest: String::new(),
            done_on: None,
            released_no: Some(1),
            in_force_at: None,
            released_name: String::new(),
            goes_on: false,
            by: 1,
            files,
        }
    }

    #[test]
    fn whoever_read_another_file_read_something_else() {
        let cuts = |digest: &str| {
            vec![ItemFile {
                id: 1,
                line: 1,
                name: "cuts.pdf".into(),
                read_by: Audience::Internal,
                file: Some(9),
                digest: digest.into(),
                size: 12,
                before: None,
                before_digest: String::new(),
                before_size: 0,
                before_read_by: Audience::Internal,
            }]
        };
        let read = |files| fingerprint_of(&[with(files)]).unwrap();
        assert_ne!(read(cuts("one")), read(cuts("two")));
        assert_ne!(read(Vec::new()), read(cuts("one")));
        let before =
            json!([{ "item": "RQ-2026-0001", "is": "change", "revision": 1, "digest": "", "done_on": null }]);
        assert_eq!(read(Vec::new()), digest(&before).unwrap(), "as it was before");
    }
}
