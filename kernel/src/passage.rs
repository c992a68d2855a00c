//! Words in a stored text from which something was made: exact, kept with their surroundings, found again.
//!
//! A passage is a W3C Web Annotation selector (`TextPositionSelector` and `TextQuoteSelector`) on a text that
//! never changes. Places are counted in Unicode characters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Audience, Faults, Reader, Result, Work, revision, search, sql, text, values};

/// So many characters before and after are kept with a passage.
const AROUND: usize = 32;
/// So many places are told where words stand more than once.
const MOST_PLACES: usize = 50;

/// A text that passages are cited from: made once at intake, never changed.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    pub id: i64,
    pub record_id: i64,
    /// What it is the text of: `message`, `attachment`, `minutes`, `call`.
    pub origin: String,
    pub origin_id: i64,
    pub name: String,
    pub body: String,
    pub digest: String,
    /// What made the text, with its version.
    pub extractor: String,
}

#[derive(Serialize)]
struct NewSource<'a> {
    record_id: i64,
    origin: &'a str,
    origin_id: i64,
    name: &'a str,
    body: &'a str,
    digest: String,
    extractor: &'a str,
    audience: Audience,
    at: i64,
}

#[derive(Serialize)]
struct Moved {
    record_id: i64,
    audience: Audience,
}

/// Words that became a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Passage {
    pub id: i64,
    pub source_id: i64,
    /// The record in which the words stand.
    pub record_id: i64,
    pub start_at: i64,
    pub end_at: i64,
    pub exact: String,
    pub prefix: String,
    pub suffix: String,
    /// The record that was made of them.
    pub made: i64,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
}

#[derive(Serialize)]
pub(crate) struct NewPassage {
    source_id: i64,
    record_id: i64,
    start_at: i64,
    end_at: i64,
    exact: String,
    prefix: String,
    suffix: String,
    pub made: i64,
    at: i64,
    by: i64,
}

/// A passage of a text, whose characters are `words`, from which a record was made.
///
/// # Errors
/// The words must stand in the text at that place.
pub(crate) fn line(
    work: &Work,
    source: &Source,
    words: &[char],
    (start, end): (i64, i64),
    made: i64,
) -> Result<NewPassage> {
    let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let Some((from, to)) = place.filter(|(from, to)| from < to && *to <= words.len()) else {
        let sentence = text!("These words do not stand in the text. Mark them again.");
        return Err(Faults::one("exact", sentence).into());
    };
    let part = |from: usize, to: usize| words[from..to].iter().collect::<String>();
    Ok(NewPassage {
        source_id: source.id,
        record_id: source.record_id,
        start_at: start,
        end_at: end,
        exact: part(from, to),
        prefix: part(from.saturating_sub(AROUND), from),
        suffix: part(to, (to + AROUND).min(words.len())),
        made,
        at: work.now.as_microsecond(),
        by: work.actor.person,
    })
}

impl NewPassage {
    /// What the trail says of it: places and digests, never the words.
    pub(crate) fn note(&self, source: &Source) -> serde_json::Value {
        serde_json::json!({ "cites": {
            "text": source.digest, "start": self.start_at, "end": self.end_at,
            "words": revision::fingerprint(self.exact.as_bytes()),
        }})
    }
}

/// A text to be cited from, on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Citable<'a> {
    pub origin: &'static str,
    pub origin_id: i64,
    pub name: &'a str,
    pub words: &'a str,
    /// What made the text, with its version.
    pub extractor: &'a str,
    pub audience: Audience,
}

impl Reader<'_> {
    /// The texts of a record, in the order in which they came.
    pub fn sources(&self, record: i64) -> Result<Vec<Source>> {
        self.rows(
            sql!(
                "select id, record_id, origin, origin_id, name, body, digest, extractor
                 from visible_source where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    /// One text.
    pub fn source(&self, id: i64) -> Result<Source> {
        self.one(
            sql!(
                "select id, record_id, origin, origin_id, name, body, digest, extractor
                 from visible_source where id = $1"
            ),
            values![id],
        )
    }

    /// The text of one message, attachment or call.
    pub fn source_of(&self, origin: &str, origin_id: i64) -> Result<Option<Source>> {
        self.maybe(
            sql!(
                "select id, record_id, origin, origin_id, name, body, digest, extractor
                 from visible_source where origin = $1 and origin_id = $2"
            ),
            values![origin, origin_id],
        )
    }

    /// What became of a text: its passages, in the order in which they stand there.
    pub fn passages_in(&self, source: i64) -> Result<Vec<Passage>> {
        self.rows(
            sql!(
                "select passage.id, source_id, passage.record_id, start_at, end_at, exact, prefix, suffix, made,
                 passage.at from passage join visible_source as it on it.id = source_id
                 where source_id = $1 order by start_at, passage.id"
            ),
            values![source],
        )
    }

    /// The words from which a record was made, the first cited first.
    pub fn passages_behind(&self, made: i64) -> Result<Vec<Passage>> {
        self.rows(
            sql!(
                "select passage.id, source_id, passage.record_id, start_at, end_at, exact, prefix, suffix, made,
                 passage.at from passage join visible_source as it on it.id = source_id
                 where made = $1 order by passage.id"
            ),
            values![made],
        )
    }
}

impl Work<'_> {
    /// Keeps a text from which passages may be cited, and takes it up for searching. The trail keeps its digest.
    pub fn keep_source(&mut self, record: i64, it: &Citable) -> Result<i64> {
        let digest = revision::fingerprint(it.words.as_bytes());
        let row = NewSource {
            record_id: record,
            origin: it.origin,
            origin_id: it.origin_id,
            name: it.name,
            body: it.words,
            digest: digest.clone(),
            extractor: it.extractor,
            audience: it.audience,
            at: self.now.as_microsecond(),
        };
        let id = crate::row::insert(self.connection, "source", &row)?;
        self.note_content(record, &digest)?;
        self.found_as((record, it.audience), (it.origin, it.origin_id), it.name, it.words)?;
        Ok(id)
    }

    /// Hands a text with its passages over to another record, or to another audience; from then on it is found
    /// there, by whoever may read it.
    pub fn move_source(&mut self, source: &Source, to: i64, audience: Audience) -> Result<()> {
        self.amend("source", source.record_id, source.id, &Moved { record_id: to, audience })?;
        self.execute(sql!("update passage set record_id = $1 where source_id = $2"), values![to, source.id])?;
        self.found_elsewhere(source.record_id, to, (&source.origin, source.origin_id))?;
        self.found_as((to, audience), (&source.origin, source.origin_id), &source.name, &source.body)
    }

    /// Takes a part of a record up for searching, for whoever may read it. A file is found by its name, too, and a
    /// message by its subject where that is another than what the record is called.
    pub(crate) fn found_as(
        &mut self,
        (record, audience): (i64, Audience),
        (part, part_id): (&str, i64),
        name: &str,
        words: &str,
    ) -> Result<()> {
        let party: Option<i64> = match audience {
            Audience::Internal => None,
            Audience::Party => self.one(sql!("select party from record where id = $1"), values![record])?,
        };
        let is_named = match part {
            "attachment" => true,
            "message" => {
                let title: String =
                    self.one(sql!("select title from record where id = $1"), values![record])?;
                !name.to_lowercase().contains(&title.to_lowercase())
            }
            _ => false,
        };
        let named = if is_named { format!("{name}\n{words}") } else { words.to_owned() };
        let found = search::Findable { record, part, part_id, name, words: &named, party, offered: false };
        search::take_up(self.connection, &found)
    }

    /// What was found at one record is found at another one.
    pub(crate) fn found_elsewhere(&mut self, from: i64, to: i64, (part, part_id): (&str, i64)) -> Result<()> {
        self.execute(
            sql!("update findable set record_id = $1 where record_id = $2 and part = $3 and part_id = $4"),
            values![to, from, part, part_id],
        )?;
        Ok(())
    }

    /// Remembers from which words a record was made. Places are counted in characters.
    ///
    /// # Errors
    /// The words must stand in the text at that place.
    pub fn cite(&mut self, source: &Source, place: (i64, i64), made: i64) -> Result<i64> {
        let words: Vec<char> = source.body.chars().collect();
        let line = line(self, source, &words, place, made)?;
        let id = crate::row::insert(self.connection, "passage", &line)?;
        self.note(made, line.note(source))?;
        Ok(id)
    }
}

/// Where words stand in a text, in characters; how white space is set does not matter. None if nowhere.
pub fn locate(body: &str, exact: &str) -> Option<(i64, i64)> {
    located(body, exact, 1).first().copied()
}

/// Every place where words stand in a text, one after the other; the first fifty where there are more.
pub fn locate_all(body: &str, exact: &str) -> Vec<(i64, i64)> {
    located(body, exact, MOST_PLACES)
}

fn located(body: &str, exact: &str, at_most: usize) -> Vec<(i64, i64)> {
    let (folded, places) = squeezed(body);
    let (wanted, _) = squeezed(exact);
    let mut found = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    let mut from = 0;
    while found.len() < at_most
        && let Some(at) = folded[from..].windows(wanted.len()).position(|it| it == wanted)
    {
        let (first, behind) = (from + at, from + at + wanted.len());
        if let (Ok(start), Ok(end)) = (i64::try_from(places[first]), i64::try_from(places[behind - 1] + 1)) {
            found.push((start, end));
        }
        from = behind;
    }
    found
}

/// The characters without white space, each with its place in the text.
fn squeezed(text: &str) -> (Vec<char>, Vec<usize>) {
    text.chars()
        .enumerate()
        .filter(|(_, it)| !it.is_whitespace())
        .map(|(place, it)| {
            let plain = match it {
                '\u{2010}' | '\u{2011}' => '-',
                '‘' | '’' => '\'',
                '“' | '”' | '„' => '"',
                other => other,
            };
            (plain, place)
        })
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_their_lines_are_broken() {
        let body = "Größe: 15 %\nequilibrium\u{a0}mix, density 1.15, comes\nin IBCs";
        let (start, end) = locate(body, "15 % equilibrium mix, density 1.15").unwrap();
        let found: String = body.chars().skip(7).take(usize::try_from(end - start).unwrap()).collect();
        assert_eq!((start, found.as_str()), (7, "15 %\nequilibrium\u{a0}mix, density 1.15"));
        assert_eq!(locate(body, "16 %"), None);
        assert_eq!(locate(body, "  "), None);
    }

    #[test]
    fn words_that_stand_twice_are_found_at_both_places() {
        let body = "Supply: 24 V DC\n> Which supply?\n24 V\nDC, as the drives.";
        assert_eq!(locate_all(body, "24 V DC"), [(8, 15), (32, 39)]);
        assert_eq!(locate(body, "24 V DC"), Some((8, 15)));
        assert_eq!(locate_all("aaaa", "aa"), [(0, 2), (2, 4)], "none lies within another");
        assert!(locate_all(body, "230 V").is_empty());
        assert_eq!(locate_all(&"ab ".repeat(80), "ab").len(), MOST_PLACES);
    }
}
