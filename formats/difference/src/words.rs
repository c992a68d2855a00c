//! Which words of a text were removed, which were added?

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::sequence::longest_rise;

/// A stretch of text and what became of it. The `Same` and `Removed` ones joined are the old text, the `Same` and
/// `Added` ones the new text, to the last space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Same(String),
    Removed(String),
    Added(String),
}

impl Piece {
    /// The words themselves, whatever became of them.
    pub fn text(&self) -> &str {
        match self {
            Self::Same(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// Compares word by word (Unicode UAX 29), so that a person sees what another person changed.
///
/// Small islands between two changes are taken into the change, an added or removed sentence is marked from its
/// beginning, and texts that have next to nothing in common are given as one removed and one added.
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let mut budget = BUDGET;
    words_within(old, new, &mut budget)
}

/// Compares line by line. A line ends with its line feed, which belongs to it.
pub fn lines(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let sides = Sides { old, new };
    let stretches = sides.compare(&mut BUDGET.clone());
    sides.slide(stretches).into_iter().flat_map(|it| sides.pieces(&it)).collect()
}

/// How many steps one comparison may cost: the square of the number of tokens that differ, about 0.2 s at most.
pub(crate) const BUDGET: u64 = 40_000_000;

/// As `words`, with what is left of a budget shared by several comparisons.
pub(crate) fn words_within(old: &str, new: &str, budget: &mut u64) -> Vec<Piece> {
    let sides = Sides { old: old.split_word_bounds().collect(), new: new.split_word_bounds().collect() };
    let mut stretches = sides.compare(budget);
    if stretches.iter().any(|it| it.is_rough) {
        stretches = sides.compare_in_lines(old, new, budget);
    }
    let marked = sides.without_islands(sides.slide(stretches));
    marked.into_iter().flat_map(|it| sides.pieces(&it)).collect()
}

/// How often a gap between anchors may be anchored again.
const ANCHORINGS: u8 = 4;

/// A run of tokens on both sides: the same ones, or ones that replace each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    old: Range<usize>,
    new: Range<usize>,
    is_same: bool,
    /// Not compared for want of budget.
    is_rough: bool,
}

impl Stretch {
    fn same(old: Range<usize>, new: Range<usize>) -> Self {
        Self { old, new, is_same: true, is_rough: false }
    }

    fn changed(old: Range<usize>, new: Range<usize>) -> Self {
        Self { old, new, is_same: false, is_rough: false }
    }

    fn is_empty(&self) -> bool {
        self.old.is_empty() && self.new.is_empty()
    }
}

struct Sides<'a> {
    old: Vec<&'a str>,
    new: Vec<&'a str>,
}

impl<'a> Sides<'a> {
    fn compare(&self, budget: &mut u64) -> Vec<Stretch> {
        self.compare_between(0..self.old.len(), 0..self.new.len(), budget)
    }

    /// Alternating stretches that cover the given tokens of both sides.
    fn compare_between(&self, old: Range<usize>, new: Range<usize>, budget: &mut u64) -> Vec<Stretch> {
        joined(self.compare_inside(old, new, ANCHORINGS, budget))
    }

    fn compare_inside(
        &self,
        old: Range<usize>,
        new: Range<usize>,
        anchorings: u8,
        budget: &mut u64,
    ) -> Vec<Stretch> {
        let (left, right) = (&self.old[old.clone()], &self.new[new.clone()]);
        let before = left.iter().zip(right).take_while(|(a, b)| a == b).count();
        let (left, right) = (&left[before..], &right[before..]);
        let after = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
        let inner =
            Stretch::changed(old.start + before..old.end - after, new.start + before..new.end - after);

        let mut stretches = vec![Stretch::same(old.start..inner.old.start, new.start..inner.new.start)];
        let (old_end, new_end) = (inner.old.end..old.end, inner.new.end..new.end);
        let cost = ((inner.old.len() + inner.new.len()) as u64).pow(2);
        if inner.old.is_empty() || inner.new.is_empty() {
            stretches.push(inner);
        } else if cost <= *budget {
            *budget -= cost;
            stretches.extend(self.compare_all(&inner));
        } else if anchorings > 0 {
            stretches.extend(self.compare_between_anchors(&inner, anchorings - 1, budget));
        } else {
            stretches.push(Stretch { is_rough: true, ..inner });
        }
        stretches.push(Stretch::same(old_end, new_end));
        stretches
    }

    fn compare_all(&self, inner: &Stretch) -> Vec<Stretch> {
        let (left, right) = (&self.old[inner.old.clone()], &self.new[inner.new.clone()]);
        let shifted = |it: Range<usize>, by: usize| it.start + by..it.end + by;
        let stretch = |step: &DiffOp| Stretch {
            old: shifted(step.old_range(), inner.old.start),
            new: shifted(step.new_range(), inner.new.start),
            is_same: matches!(step, DiffOp::Equal { .. }),
            is_rough: false,
        };
        capture_diff_slices(Algorithm::Myers, left, right).iter().map(stretch).collect()
    }

    /// What occurs exactly once on each side holds the sides together; the gaps between are compared each alone.
    fn compare_between_anchors(&self, inner: &Stretch, anchorings: u8, budget: &mut u64) -> Vec<Stretch> {
        let anchors = self.anchors(inner);
        if anchors.is_empty() {
            return vec![Stretch { is_rough: true, ..inner.clone() }];
        }
        let (mut old, mut new) = (inner.old.start, inner.new.start);
        let mut stretches = Vec::new();
        for (old_anchor, new_anchor) in anchors {
            stretches.extend(self.compare_inside(old..old_anchor, new..new_anchor, anchorings, budget));
            (old, new) = (old_anchor + 1, new_anchor + 1);
            stretches.push(Stretch::same(old_anchor..old, new_anchor..new));
        }
        stretches.extend(self.compare_inside(old..inner.old.end, new..inner.new.end, anchorings, budget));
        stretches
    }

    fn anchors(&self, inner: &Stretch) -> Vec<(usize, usize)> {
        let old_places = single(&self.old, &inner.old);
        let new_places = single(&self.new, &inner.new);
        let mut common: Vec<(usize, usize)> =
            old_places.iter().filter_map(|(token, old)| Some((*old, *new_places.get(token)?))).collect();
        common.sort_unstable();
        let rise = longest_rise(&common.iter().map(|it| it.1).collect::<Vec<_>>());
        rise.into_iter().map(|at| common[at]).collect()
    }

    /// The way for long texts: whole lines first, then words within what differs, as far as the budget goes.
    fn compare_in_lines(&self, old: &'a str, new: &'a str, budget: &mut u64) -> Vec<Stretch> {
        let lines =
            Sides { old: old.split_inclusive('\n').collect(), new: new.split_inclusive('\n').collect() };
        let (old_starts, new_starts) = (line_starts(&self.old), line_starts(&self.new));
        let mut stretches = Vec::new();
        for line in lines.compare(budget) {
            let old = old_starts[line.old.start]..old_starts[line.old.end];
            let new = new_starts[line.new.start]..new_starts[line.new.end];
            if line.is_same {
                stretches.push(Stretch::same(old, new));
            } else {
                stretches.extend(self.compare_between(old, new, budget));
            }
        }
        joined(stretches)
    }

    /// Moves what was only added or only removed to where a person would see it: at the begin of a line, of a
    /// sentence, of a word. "A. [B. ]C." and "A[. B]. C." say the same; the first is read at once.
    fn slide(&self, mut stretches: Vec<Stretch>) -> Vec<Stretch> {
        for at in 1..stretches.len().saturating_sub(1) {
            let (before, here, after) = (&stretches[at - 1], &stretches[at], &stretches[at + 1]);
            if here.is_same || !before.is_same || !after.is_same {
                continue;
            }
            let shift = if here.old.is_empty() {
                best_shift(&self.new, &here.new, before.new.len(), after.new.len())
            } else if here.new.is_empty() {
                best_shift(&self.old, &here.old, before.old.len(), after.old.len())
            } else {
                continue;
            };
            let moved = |place: usize| place.saturating_add_signed(shift);
            stretches[at - 1].old.end = moved(stretches[at - 1].old.end);
            stretches[at - 1].new.end = moved(stretches[at - 1].new.end);
            stretches[at].old = moved(stretches[at].old.start)..moved(stretches[at].old.end);
            stretches[at].new = moved(stretches[at].new.start)..moved(stretches[at].new.end);
            stretches[at + 1].old.start = moved(stretches[at + 1].old.start);
            stretches[at + 1].new.start = moved(stretches[at + 1].new.start);
        }
        joined(stretches)
    }

    /// Takes what is the same by chance into the change around it.
    fn without_islands(&self, stretches: Vec<Stretch>) -> Vec<Stretch> {
        if self.is_rewritten(&stretches) {
            return vec![Stretch::changed(0..self.old.len(), 0..self.new.len())];
        }
        let mut marked: Vec<Stretch> = Vec::with_capacity(stretches.len());
        let mut rest = stretches.into_iter().peekable();
        while let Some(stretch) = rest.next() {
            let (Some(before), Some(after)) = (marked.last_mut(), rest.peek()) else {
                marked.push(stretch);
                continue;
            };
            if stretch.is_same && self.is_island(before, &stretch, after) {
                before.old.end = after.old.end;
                before.new.end = after.new.end;
                rest.next();
            } else {
                marked.push(stretch);
            }
        }
        marked
    }

    /// Whether next to nothing but filling was left: fewer than a quarter of the letters of the longer text.
    fn is_rewritten(&self, stretches: &[Stretch]) -> bool {
        let letters = |tokens: &[&str]| tokens.iter().map(|it| letters(it)).sum::<usize>();
        let same: usize =
            stretches.iter().filter(|it| it.is_same).map(|it| letters(&self.old[it.old.clone()])).sum();
        let (old, new) = (letters(&self.old), letters(&self.new));
        old.min(new) > 0 && stretches.len() > 2 && same * 4 < old.min(new) && same * 5 < old.max(new)
    }

    /// Whether keeping it would make the marked text harder to read: mere space or punctuation, or a little word
    /// between larger changes on both of its sides.
    fn is_island(&self, before: &Stretch, island: &Stretch, after: &Stretch) -> bool {
        let text: String = self.old[island.old.clone()].concat();
        if text.contains('\n') {
            return false;
        }
        let change = |it: &Stretch| {
            let length = |tokens: &[&str]| tokens.iter().map(|it| it.chars().count()).sum::<usize>();
            length(&self.old[it.old.clone()]).max(length(&self.new[it.new.clone()]))
        };
        let replaces = |it: &Stretch| !it.old.is_empty() && !it.new.is_empty();
        let length = text.chars().count();
        if letters(&text) == 0 {
            return replaces(before) || replaces(after) || length == 0;
        }
        length < change(before).min(change(after)) && length <= 6 && replaces(before) && replaces(after)
    }

    fn pieces(&self, stretch: &Stretch) -> Vec<Piece> {
        let (old, new) = (self.old[stretch.old.clone()].concat(), self.new[stretch.new.clone()].concat());
        if stretch.is_same {
            return vec![Piece::Same(new)];
        }
        let mut pieces = Vec::with_capacity(2);
        if !old.is_empty() {
            pieces.push(Piece::Removed(old));
        }
        if !new.is_empty() {
            pieces.push(Piece::Added(new));
        }
        pieces
    }
}

/// Tokens that occur once within the range, and where.
fn single<'a>(tokens: &[&'a str], range: &Range<usize>) -> HashMap<&'a str, usize> {
    let mut places: HashMap<&str, Option<usize>> = HashMap::new();
    for at in range.clone() {
        places.entry(tokens[at]).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places.into_iter().filter_map(|(token, place)| Some((token, place?))).collect()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|it| it.is_alphanumeric()).count()
}

/// The token with which each line begins, and one past the last. Line feeds are tokens of their own (UAX 29).
fn line_starts(tokens: &[&str]) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(tokens.iter().enumerate().filter(|(_, token)| token.ends_with('\n')).map(|(at, _)| at + 1));
    if starts.last() != Some(&tokens.len()) {
        starts.push(tokens.len());
    }
    starts
}

/// Joins neighbours of the same sort and drops empty ones.
fn joined(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut whole: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for stretch in stretches.into_iter().filter(|it| !it.is_empty()) {
        match whole.last_mut() {
            Some(last) if last.is_same == stretch.is_same => {
                last.old.end = stretch.old.end;
                last.new.end = stretch.new.end;
                last.is_rough |= stretch.is_rough;
            }
            _ => whole.push(stretch),
        }
    }
    whole
}

/// By how many tokens a lone change is best moved, negative to the left. `before` and `after` say how many equal
/// tokens stand on its sides.
fn best_shift(tokens: &[&str], change: &Range<usize>, before: usize, after: usize) -> isize {
    let left = (1..=before).take_while(|&by| tokens[change.start - by] == tokens[change.end - by]).count();
    let right = (0..after).take_while(|&by| tokens[change.start + by] == tokens[change.end + by]).count();
    let here = change.start;
    let best = (here - left..=here + right).max_by_key(|&start| {
        (beginning(tokens, start, change.len()), std::cmp::Reverse(start.abs_diff(here)))
    });
    best.unwrap_or(here).cast_signed() - here.cast_signed()
}

/// How good a place is for a change to begin: 3 a line, 2 a sentence, 1 a word.
fn beginning(tokens: &[&str], start: usize, length: usize) -> u8 {
    if tokens[start].trim().is_empty() {
        return u8::from(length == 1 || start + length == tokens.len());
    }
    let Some(previous) = start.checked_sub(1).map(|at| tokens[at]) else {
        return 3;
    };
    if previous.ends_with('\n') {
        return 3;
    }
    if !previous.trim().is_empty() {
        return 0;
    }
    let ends_a_sentence = start.checked_sub(2).is_some_and(|at| matches!(tokens[at], "." | "!" | "?" | ":"));
    if ends_a_sentence { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written as a person would mark it: [-removed-], {+added+}.
    fn marked(old: &str, new: &str) -> String {
        let pieces = words(old, new);
        assert_complete(&pieces, old, new);
        written(&pieces)
    }

    fn written(pieces: &[Piece]) -> String {
        let marks = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("{{+{text}+}}"),
        };
        pieces.iter().map(marks).collect()
    }

    fn assert_complete(pieces: &[Piece], old: &str, new: &str) {
        let left: String =
            pieces.iter().filter(|it| !matches!(it, Piece::Added(_))).map(Piece::text).collect();
        let right: String =
            pieces.iter().filter(|it| !matches!(it, Piece::Removed(_))).map(Piece::text).collect();
        assert!((left.as_str(), right.as_str()) == (old, new), "words were lost");
    }

    #[test]
    fn a_changed_number_is_one_word() {
        assert_eq!(
            marked("The supply flow is 18 m³/h.", "The supply flow is 20 m³/h."),
            "The supply flow is [-18-]{+20+} m³/h."
        );
        assert_eq!(
            marked("shall deliver 7.8 to 20.9 l/h", "shall deliver 8.7 to 23.2 l/h"),
            "shall deliver [-7.8-]{+8.7+} to [-20.9-]{+23.2+} l/h"
        );
    }

    #[test]
    fn added_words_are_marked_with_one_space_only() {
        assert_eq!(
            marked(
                "Noise at 1 m shall not exceed 70 dB(A).",
                "Noise at 1 m shall not exceed 70 dB(A) with both pumps running."
            ),
            "Noise at 1 m shall not exceed 70 dB(A){+ with both pumps running+}."
        );
    }

    #[test]
    fn an_added_sentence_is_marked_from_its_beginning() {
        assert_eq!(marked("One. Three.", "One. Two. Three."), "One. {+Two. +}Three.");
        assert_eq!(marked("a\nb\nb\n", "a\nb\nc\nb\nb\n"), "a\nb\n{+c\nb\n+}b\n");
    }

    #[test]
    fn spaces_between_changed_words_are_no_island() {
        assert_eq!(
            marked("The red old pump stops.", "The blue new pump stops."),
            "The [-red old-]{+blue new+} pump stops."
        );
    }

    #[test]
    fn a_sentence_written_anew_is_given_as_a_whole() {
        assert_eq!(
            marked(
                "The controller should be user friendly.",
                "A shift leader shall change the set point in at most four key presses without the manual."
            ),
            "[-The controller should be user friendly.-]{+A shift leader shall change the set point in at most four \
             key presses without the manual.+}"
        );
    }

    #[test]
    fn equal_texts_are_one_piece_and_empty_ones_none() {
        assert_eq!(words("a b", "a b"), [Piece::Same("a b".into())]);
        assert_eq!(words("", ""), []);
        assert_eq!(words("", "a"), [Piece::Added("a".into())]);
        assert_eq!(words("a", ""), [Piece::Removed("a".into())]);
    }

    #[test]
    fn words_of_any_script_are_words() {
        assert_eq!(
            marked("Länge größer als 5 µm", "Länge kleiner als 5 µm"),
            "Länge [-größer-]{+kleiner+} als 5 µm"
        );
    }

    #[test]
    fn lines_are_compared_whole() {
        assert_eq!(written(&lines("a\nb\nc\n", "a\nx\nc\n")), "a\n[-b\n-]{+x\n+}c\n");
        assert_eq!(written(&lines("a\nb", "a\nb\n")), "a\n[-b-]{+b\n+}");
    }

    #[test]
    fn a_book_is_compared_by_its_lines_and_their_words() {
        let book = |word: &str| {
            let line = |at: usize| format!("Line {at} of a long text with a few words in it.\n");
            let mut lines: Vec<String> = (0..20_000).map(line).collect();
            for at in [5, 10_000, 19_995] {
                lines[at] = lines[at].replace("few", word);
            }
            lines.concat()
        };
        let (old, new) = (book("few"), book("dozen"));
        let pieces = words(&old, &new);
        assert_complete(&pieces, &old, &new);
        let added: Vec<_> =
            pieces.iter().filter(|it| matches!(it, Piece::Added(_))).map(Piece::text).collect();
        assert!(added == ["dozen"; 3], "{} pieces were added", added.len());
    }

    #[test]
    fn texts_that_have_nothing_in_common_cost_no_more_than_the_budget() {
        let text = |seed: usize| {
            (0..60_000).map(|at| format!("w{} ", (at * 7919 + seed) % 50_021)).collect::<Vec<_>>().concat()
        };
        let (old, new) = (text(1), text(25_000));
        assert_complete(&words(&old, &new), &old, &new);
    }

    #[test]
    fn random_texts_are_never_lost() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut draw = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        let alphabet = ["a", "b", " ", " ", ".", "\n", "\r\n", "ä", "1.5", "-", "👩‍🔧"];
        for _ in 0..3_000 {
            let mut text =
                || (0..draw(30)).map(|_| alphabet[usize::try_from(draw(11)).unwrap()]).collect::<String>();
            let (old, new) = (text(), text());
            assert_complete(&words(&old, &new), &old, &new);
            assert_complete(&lines(&old, &new), &old, &new);
        }
    }
}
