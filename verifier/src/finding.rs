//! What can be wrong with a log, in sentences for whoever answers for it.

use std::fmt;

/// One thing that is wrong, and where. An `index` counts from 0 as proofs do; sentences count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The entry's bytes are not those that were sealed.
    Edited { index: u64, id: i64 },
    /// At least one of these entries was altered, and the stored hashes nearest to it with it.
    Altered { first: u64, last: u64 },
    /// Entries that were sealed are gone.
    Deleted { first: u64, last: u64 },
    /// The entry was never sealed; it was put among those that were.
    Inserted { index: u64, id: i64 },
    /// The entry stands elsewhere than it was sealed.
    Reordered { index: u64, id: i64, sealed_at: u64 },
    /// The log ends before a head that was signed.
    CutOff { left: u64, promised: u64, source: Source },
    /// The entry did not come from the product: what the product writes beside it is wrong.
    Forged { id: i64 },
    /// The entry is not written as the log writes.
    NotCanonical { id: i64, why: String },
    /// A column that is searched says something else than the entry.
    ColumnsDiffer { id: i64, column: &'static str },
    /// Stored hashes of the tree are wrong or not; the entries below are as they were sealed.
    NodeWrong { position: u64, first: u64, last: u64 },
    /// Stored hashes of the tree are gone.
    NodesMissing { count: u64, position: u64 },
    /// Entries that have a place in the tree, but no signed head covers them.
    NotCovered { first: u64, last: u64 },
    /// The entries do not give the head that was signed.
    HeadWrong { after: u64, size: u64, source: Source },
    /// The head's signature is wrong.
    SignatureWrong { size: u64, name: String, source: Source },
    /// None of the keys at hand signed the head.
    SignatureUnknown { size: u64, names: Vec<String>, source: Source },
    /// What should be a head cannot be read, or is filed under another size.
    HeadUnreadable { size: u64, why: String, source: Source },
    /// A stored revision is not what the entry in that row says of it; no row where it cannot even be read.
    ContentAltered { what: String, entry: Option<i64> },
    /// What the entry in that row speaks of is gone, or stands there altered.
    ContentMissing { what: String, entry: i64 },
    /// Something is stored that no entry speaks of: it was altered, or put in behind the program's back.
    ContentUnknown { what: String },
    /// The entry names rows of before in a place where all of them had been named.
    TakenOverAgain { id: i64 },
}

/// Where a head comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The log's own table.
    Stored,
    /// Handed in by somebody who had kept it.
    Outside,
}

impl Finding {
    /// Roughly where in the log it is; what has no place comes last.
    pub(crate) fn place(&self) -> u64 {
        match self {
            Self::Edited { index, .. } | Self::Inserted { index, .. } | Self::Reordered { index, .. } => {
                *index
            }
            Self::Altered { first, .. }
            | Self::Deleted { first, .. }
            | Self::NodeWrong { first, .. }
            | Self::NotCovered { first, .. } => *first,
            Self::CutOff { left, .. } => *left,
            Self::HeadWrong { after, .. } => *after,
            Self::SignatureWrong { size, .. }
            | Self::SignatureUnknown { size, .. }
            | Self::HeadUnreadable { size, .. } => size.saturating_sub(1),
            Self::Forged { .. }
            | Self::NotCanonical { .. }
            | Self::ColumnsDiffer { .. }
            | Self::NodesMissing { .. }
            | Self::ContentAltered { .. }
            | Self::ContentMissing { .. }
            | Self::ContentUnknown { .. }
            | Self::TakenOverAgain { .. } => u64::MAX,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Edited { index, id } => {
                let entry = number(index + 1);
                write!(out, "Entry {entry} (row {id}) was edited after it had been sealed.")
            }
            Self::Altered { first, last } => write!(
                out,
                "At least one of entries {} was altered, and the stored hashes above it with it.",
                range(*first, *last)
            ),
            Self::Deleted { first, last } if first == last => {
                write!(out, "Entry {} was deleted.", number(first + 1))
            }
            Self::Deleted { first, last } => write!(out, "Entries {} were deleted.", range(*first, *last)),
            Self::Inserted { index, id } => {
                let entry = number(index + 1);
                write!(out, "Entry {entry} (row {id}) was put in afterwards: it was never sealed.")
            }
            Self::Reordered { index, id, sealed_at } => {
                let (entry, sealed) = (number(index + 1), number(sealed_at + 1));
                write!(out, "Entry {entry} (row {id}) was moved: it had been sealed as entry {sealed}.")
            }
            Self::CutOff { left, promised, source } => {
                let (left, promised) = (number(*left), number(*promised));
                write!(out, "The end of the log was cut off: {left} entries are left of {promised}, ")?;
                write!(out, "over which {} was signed.", a_head(*source))
            }
            Self::Forged { id } => {
                write!(
                    out,
                    "The entry in row {id} was not written by Reqord, but straight into the database."
                )
            }
            Self::NotCanonical { id, why } => {
                write!(out, "The entry in row {id} is not written as the log writes: {why}.")
            }
            Self::ColumnsDiffer { id, column } => write!(
                out,
                "The entry in row {id} is found under a wrong {column}: the column beside it was altered."
            ),
            Self::NodeWrong { position, first, last } => write!(
                out,
                "The stored hash {position} above entries {} is wrong; the entries themselves are as sealed.",
                range(*first, *last)
            ),
            Self::NodesMissing { count, position } => {
                write!(out, "{} stored hashes are missing, the first is {position}.", number(*count))
            }
            Self::NotCovered { first, last } => {
                write!(out, "No signed head covers entries {}.", range(*first, *last))
            }
            Self::HeadWrong { after, size, source } => write!(
                out,
                "Something among entries {} was altered, added or removed: they do not give the head \
                 at {} entries that {}.",
                range(*after, size.saturating_sub(1)),
                number(*size),
                came_from(*source)
            ),
            Self::SignatureWrong { size, name, source } => write!(
                out,
                "The signature of {name} is wrong under the head at {} entries that {}.",
                number(*size),
                came_from(*source)
            ),
            Self::SignatureUnknown { size, names, source } => write!(
                out,
                "The head at {} entries that {} is signed by {} only, for which no key is at hand.",
                number(*size),
                came_from(*source),
                names.join(" and ")
            ),
            Self::ContentAltered { what, entry: Some(entry) } => {
                write!(out, "{what} was altered: it is not what the entry in row {entry} says.")
            }
            Self::ContentAltered { what, entry: None } => {
                write!(out, "{what} was altered: it cannot be read any more.")
            }
            Self::ContentMissing { what, entry } => {
                write!(out, "{what}, of which the entry in row {entry} speaks, is not there.")
            }
            Self::ContentUnknown { what } => {
                write!(out, "{what} is not as any entry of the log knows it: it was altered or put in.")
            }
            Self::TakenOverAgain { id } => write!(
                out,
                "The entry in row {id} takes over rows where all had been taken over before: they were put in, \
                 and the program was made to believe that they were old."
            ),
            Self::HeadUnreadable { size, why, source } => {
                write!(out, "The head at {} entries that {}: {why}", number(*size), came_from(*source))
            }
        }
    }
}

fn a_head(source: Source) -> &'static str {
    match source {
        Source::Stored => "a stored head",
        Source::Outside => "a head that was handed in",
    }
}

fn came_from(source: Source) -> &'static str {
    match source {
        Source::Stored => "is stored",
        Source::Outside => "was handed in",
    }
}

fn range(first: u64, last: u64) -> String {
    if first >= last {
        return number(first + 1);
    }
    format!("{} to {}", number(first + 1), number(last + 1))
}

/// A number with its thousands set apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_count_from_one() {
        let edited = Finding::Edited { index: 48_210, id: 48_300 };
        assert_eq!(edited.to_string(), "Entry 48,211 (row 48300) was edited after it had been sealed.");
        let deleted = Finding::Deleted { first: 0, last: 2 };
        assert_eq!(deleted.to_string(), "Entries 1 to 3 were deleted.");
        let wrong = Finding::HeadWrong { after: 40, size: 52, source: Source::Outside };
        let sentence = "Something among entries 41 to 52 was altered, added or removed: they do not give \
                        the head at 52 entries that was handed in.";
        assert_eq!(wrong.to_string(), sentence);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [7, 999, 1000, 51_903, 1_234_567].map(number),
            ["7", "999", "1,000", "51,903", "1,234,567"]
        );
    }
}
