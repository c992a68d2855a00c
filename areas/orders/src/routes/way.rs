//! What the whole way of an order is made of: what was said, asked, reviewed, quoted, signed, ordered, promised, told.

use kernel::{Reader, Result, Text, text};
use web::way::{Said, Speaks, Stands, Way};

use crate::queries;

/// What the page says first.
pub fn lead() -> Text {
    text!(
        "What was said, asked, reviewed, quoted, ordered, promised and told, the oldest first. Each deed offers its proof."
    )
}

/// The way of an order: of what led to it, of what judged that and the items that it sells, and of what changed it.
pub fn gather(reader: &Reader, order: i64, speaks: Speaks) -> Result<Way> {
    let mut records = queries::origins(reader, order)?;
    records.extend(queries::changes_of(reader, order)?);
    records.extend(queries::reviews_of_items(reader, order)?);
    records.sort_unstable();
    records.dedup();
    let mut said = Vec::new();
    for it in queries::texts_of(reader, &records)? {
        let (by, at) = speaks(reader, it.id)?.unwrap_or((String::new(), it.at));
        said.push(Said { at, stands: Stands::Text { source: it.id, name: it.name }, by, words: it.body });
    }
    Ok(Way { records, said })
}
