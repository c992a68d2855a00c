//! A text in pieces: where passages begin and end, where history is quoted. Put together, it is the same text.

use std::collections::BTreeSet;

/// Words of a text that became something.
#[derive(Clone, Copy, Debug)]
pub struct Marked {
    pub passage: i64,
    /// In characters.
    pub start: i64,
    pub end: i64,
}

/// A stretch of text over which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub words: &'a str,
    pub is_quoted: bool,
    /// The passages it lies in.
    pub passages: Vec<Covered>,
}

/// A passage over one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    pub passage: i64,
    pub begins: bool,
    pub ends: bool,
}

/// Cuts a text wherever a passage or quoted history begins or ends. Passages may overlap.
pub fn pieces<'a>(text: &'a str, quoted: &[(i64, i64)], marked: &[Marked]) -> Vec<Piece<'a>> {
    let mut cuts: BTreeSet<i64> = marked.iter().flat_map(|it| [it.start, it.end]).collect();
    cuts.extend(quoted.iter().flat_map(|(start, end)| [*start, *end]));
    cuts.insert(0);
    let bounds = bytes_at(text, &cuts);
    let ends = bounds.iter().skip(1).copied().chain([(i64::MAX, text.len())]);
    let mut pieces = Vec::with_capacity(bounds.len());
    for (&(at, from), (until, to)) in bounds.iter().zip(ends).filter(|((_, from), (_, to))| from < to) {
        let over = marked.iter().filter(|it| (it.start..it.end).contains(&at));
        pieces.push(Piece {
            words: &text[from..to],
            is_quoted: quoted.iter().any(|(start, end)| (*start..*end).contains(&at)),
            passages: over
                .map(|it| Covered { passage: it.passage, begins: it.start == at, ends: it.end <= until })
                .collect(),
        });
    }
    pieces
}

/// At which byte each of these characters stands; those beyond the end are left out.
fn bytes_at(text: &str, cuts: &BTreeSet<i64>) -> Vec<(i64, usize)> {
    let mut places = text.char_indices().map(|(byte, _)| byte).zip(0_i64..);
    let mut found = Vec::with_capacity(cuts.len());
    for cut in cuts {
        if let Some((byte, _)) = places.by_ref().find(|(_, at)| at == cut) {
            found.push((*cut, byte));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pieces: &[Piece]) -> String {
        pieces.iter().map(|it| it.words).collect()
    }

    #[test]
    fn the_pieces_are_the_text() {
        let text = "Größe: 15 % – ü";
        let marked = [Marked { passage: 1, start: 0, end: 5 }, Marked { passage: 2, start: 3, end: 11 }];
        let pieces = pieces(text, &[(7, 15)], &marked);
        assert_eq!(whole(&pieces), text);
        let covered = |passage, begins, ends| Covered { passage, begins, ends };
        let both = vec![covered(1, false, true), covered(2, true, false)];
        let first = vec![covered(1, true, false)];
        assert_eq!(pieces[0], Piece { words: "Grö", is_quoted: false, passages: first });
        assert_eq!(pieces[1], Piece { words: "ße", is_quoted: false, passages: both });
        assert_eq!(
            pieces[3],
            Piece { words: "15 %", is_quoted: true, passages: vec![covered(2, false, true)] }
        );
    }

    #[test]
    fn a_text_without_marks_is_one_piece() {
        assert_eq!(pieces("hello", &[], &[]).len(), 1);
        assert_eq!(pieces("", &[], &[]).len(), 0);
    }

    #[test]
    fn places_beyond_the_end_do_no_harm() {
        let marked = [Marked { passage: 1, start: 2, end: 99 }];
        let pieces = pieces("abc", &[(50, 60)], &marked);
        assert_eq!((whole(&pieces).as_str(), pieces.len()), ("abc", 2));
    }
}
