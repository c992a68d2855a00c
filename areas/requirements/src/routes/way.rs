//! What the whole way of a set is made of: what was said, which words became requirements, every deed.

use kernel::{Reader, Result, Text, text};
use web::way::{Said, Speaks, Stands, Way};

use crate::queries;

/// What the page says first.
pub fn lead() -> Text {
    text!(
        "Messages, the words that became requirements, every deed and every revision, the oldest first. Each deed offers its proof."
    )
}

/// The way of a set: its deeds and those of its requirements, of the conversations it came of, and of what judges it.
pub fn gather(reader: &Reader, set: i64, speaks: Speaks) -> Result<Way> {
    let mut records = reader.with_parts(set)?;
    records.extend(queries::judged_by(reader, set)?);
    records.sort_unstable();
    records.dedup();
    let mut said = Vec::new();
    for it in queries::texts_behind(reader, set)? {
        let (by, at) = speaks(reader, it.id)?.unwrap_or((String::new(), it.at));
        said.push(Said { at, stands: Stands::Text { source: it.id, name: it.name }, by, words: it.body });
    }
    said.extend(queries::passages_behind(reader, set)?.into_iter().map(|it| Said {
        at: it.at,
        by: String::new(),
        words: it.exact,
        stands: Stands::Passage { source: it.source_id, passage: it.id, number: it.number, title: it.title },
    }));
    Ok(Way { records, said })
}
