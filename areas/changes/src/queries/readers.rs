//! What a change put in force, and who was asked to read it.

use kernel::{Reader, Result, digest, sql, values};
use serde_json::{Value as Json, json};

use crate::model::{ChangeReader, Item};

/// What a change put in force, had changed by hand, or ended.
pub fn put_in_force(reader: &Reader, change: i64) -> Result<Vec<Item>> {
    let all = super::items(reader, change)?.into_iter();
    Ok(all.filter(|it| it.action.changes() && (it.released_no.is_some() || it.done_on.is_some())).collect())
}

/// The fingerprint of that: what of each thing became, and the words that were signed.
pub fn fingerprint_of(all: &[Item]) -> Result<String> {
    let said: Vec<Json> = all
        .iter()
        .map(|it| {
            json!({ "item": it.name, "is": it.action, "revision": it.released_no, "digest": it.digest,
                "done_on": it.done_on })
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
