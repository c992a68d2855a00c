//! How do letters at places become lines, and lines paragraphs?
//!
//! A PDF knows letters and places only. They are read in the order in which they were drawn, which is the order of
//! reading in all but odd files, and better than any guess at columns.

use std::collections::HashSet;

/// A letter, or a few, where it is drawn. Turned so that writing goes to the right and lines go down.
#[derive(Debug, Clone)]
pub struct Glyph {
    /// Quarter turns of the writing.
    turn: u8,
    x: f64,
    y: f64,
    extent: Extent,
    text: String,
}

/// How large, in points: the height of the font and the way to the next letter.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub size: f64,
    pub advance: f64,
}

impl Glyph {
    /// None if it is nowhere.
    pub fn turned(angle: f64, (x, y): (f64, f64), extent: Extent, text: &str) -> Option<Self> {
        let all = [angle, x, y, extent.size, extent.advance];
        if all.iter().any(|it| !it.is_finite()) || text.is_empty() {
            return None;
        }
        let (turn, x, y) = match angle / std::f64::consts::FRAC_PI_2 {
            it if (0.5..1.5).contains(&it) => (1, y, -x),
            it if (-1.5..-0.5).contains(&it) => (3, -y, x),
            it if (-0.5..0.5).contains(&it) => (0, x, y),
            _ => (2, -x, -y),
        };
        Some(Self { turn, x, y, extent, text: whole_letters(text) })
    }
}

/// Ligatures are letters, and all spaces are space.
fn whole_letters(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{fb00}' => whole.push_str("ff"),
            '\u{fb01}' => whole.push_str("fi"),
            '\u{fb02}' => whole.push_str("fl"),
            '\u{fb03}' => whole.push_str("ffi"),
            '\u{fb04}' => whole.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => whole.push_str("st"),
            it if it.is_whitespace() => whole.push(' '),
            it if it.is_control() => {}
            it => whole.push(it),
        }
    }
    whole
}

/// A gap wider than this, in heights of the font, parts cells.
const CELL_GAP: f64 = 2.5;

/// One line of writing; a tab stands where a cell ends.
#[derive(Debug, Clone)]
pub struct Line {
    turn: u8,
    x: f64,
    /// Where its last cell begins.
    cell: f64,
    end: f64,
    y: f64,
    size: f64,
    text: String,
}

/// The lines of a page, in the order in which they were drawn.
pub fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for glyph in glyphs {
        match lines.last_mut() {
            Some(line) if line.goes_on_with(glyph) => line.add(glyph),
            _ if glyph.text.trim().is_empty() => {}
            _ => lines.push(Line::begun_by(glyph)),
        }
    }
    for line in &mut lines {
        line.text.truncate(line.text.trim_end().len());
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

impl Line {
    fn begun_by(glyph: &Glyph) -> Self {
        Self {
            turn: glyph.turn,
            x: glyph.x,
            cell: glyph.x,
            end: glyph.x + glyph.extent.advance,
            y: glyph.y,
            size: glyph.extent.size,
            text: glyph.text.clone(),
        }
    }

    /// Within a third of the height it is on the same line: a raised ³ is, the next line is not. A cell beside it
    /// may be set a little higher or lower.
    fn goes_on_with(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.extent.size);
        let (rise, gap) = ((self.y - glyph.y).abs(), glyph.x - self.end);
        let is_beside = rise <= 0.4 * size && gap >= -0.6 * size;
        let is_next_cell = rise <= 0.75 * size && gap > CELL_GAP * size;
        self.turn == glyph.turn && (is_beside || is_next_cell)
    }

    fn add(&mut self, glyph: &Glyph) {
        let gap = glyph.x - self.end;
        let is_after_space = self.text.ends_with([' ', '\t']);
        if gap > CELL_GAP * self.size {
            self.cell = glyph.x;
            self.y = glyph.y;
            self.text.truncate(self.text.trim_end().len());
            self.text.push('\t');
        } else if gap > 0.18 * self.size && !is_after_space && !glyph.text.starts_with(' ') {
            self.text.push(' ');
        }
        let is_after_space = self.text.ends_with([' ', '\t']);
        self.text.push_str(if is_after_space { glyph.text.trim_start() } else { &glyph.text });
        if !glyph.text.trim().is_empty() {
            self.end = glyph.x + glyph.extent.advance;
            self.size = self.size.max(glyph.extent.size);
        }
    }

    /// Where the words begin, behind a clause number or a bullet.
    fn words(&self) -> &str {
        self.text.split_once('\t').filter(|(label, _)| is_label(label)).map_or(&self.text, |it| it.1)
    }

    fn is_row(&self) -> bool {
        self.words().contains('\t')
    }

    fn width_of(&self, text: &str) -> f64 {
        let (all, part) = (self.text.chars().count().max(1), text.chars().count());
        (self.end - self.x) * f64::from(u32::try_from(part).unwrap_or(u32::MAX))
            / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
    }
}

/// The lines as paragraphs: what was only wrapped is joined again.
pub fn paragraphs(lines: &[Line], words: &Vocabulary) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut rest = lines;
    while !rest.is_empty() {
        let together = 1 + rest.windows(2).take_while(|pair| may_go_on(&pair[0], &pair[1])).count();
        let (block, behind) = rest.split_at(together);
        rest = behind;
        let margin = margin(block, lines);
        for (at, line) in block.iter().enumerate() {
            match paragraphs.last_mut() {
                Some(paragraph) if at > 0 && is_wrapped(&block[at - 1], line, margin) => {
                    join(paragraph, &line.text, words);
                }
                _ => paragraphs.push(line.text.clone()),
            }
        }
    }
    paragraphs.iter().map(|it| it.replace('\u{ad}', "")).collect()
}

/// Nobody prints so many lines on a page; one that holds more is judged block by block.
const MOST_LINES: usize = 2_000;

/// How far lines that begin where those of the block do reach on the page.
fn margin(block: &[Line], page: &[Line]) -> f64 {
    let page = if page.len() > MOST_LINES { &[] } else { page };
    let is_column =
        |it: &&Line| block.iter().any(|line| (line.x - it.x).abs() < line.size && line.turn == it.turn);
    let reach = block.iter().chain(page.iter().filter(|it| !it.is_row()).filter(is_column)).map(|it| it.end);
    reach.fold(f64::MIN, f64::max)
}

/// Whether a line stands below another as lines of one paragraph do.
fn may_go_on(upper: &Line, lower: &Line) -> bool {
    let size = upper.size.max(lower.size);
    let fall = upper.y - lower.y;
    let shift = lower.x - if upper.is_row() { upper.cell } else { upper.x };
    let hangs = if is_labelled(&upper.text) { 8.0 } else { 0.6 };
    // The last cell of a row may be wrapped, and the last line of a wrapped cell may have a cell beside it.
    let is_cell = upper.is_row() || lower.is_row();
    upper.turn == lower.turn
        && upper.size.min(lower.size) >= 0.88 * size
        && (0.5 * size..=1.75 * size).contains(&fall)
        && (-4.0 * size..=hangs * size).contains(&shift)
        && !is_labelled(&lower.text)
        && !counts_on(&upper.text, &lower.text)
        && (!is_cell || lower.text.starts_with(char::is_lowercase) && shift.abs() < 0.6 * size)
}

/// `6 Hygiene` below `5 Control` is the next of a list, though a bare number is no label.
fn counts_on(upper: &str, lower: &str) -> bool {
    let number = |text: &str| text.split([' ', '\t']).next().and_then(|it| it.parse::<u32>().ok());
    number(upper).zip(number(lower)).is_some_and(|(upper, lower)| upper.checked_add(1) == Some(lower))
}

/// Whether the first word of the lower line had no room on the upper one, or the sentence plainly goes on.
fn is_wrapped(upper: &Line, lower: &Line, margin: f64) -> bool {
    let first = lower.text.split_whitespace().next().unwrap_or_default();
    let needed = lower.width_of(first) + 0.7 * lower.size;
    let ends = upper.text.ends_with(['.', ':', '!', '?', ';']);
    let goes_on = !ends && first.starts_with(char::is_lowercase);
    margin - upper.end < needed || goes_on
}

fn is_labelled(text: &str) -> bool {
    is_label(text.split([' ', '\t']).next().unwrap_or_default())
}

/// `3.2.1`, `4.`, `a)`, `(iv)`, `•`: what begins a clause or an item. A bare number does not.
fn is_label(word: &str) -> bool {
    let mut characters = word.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return matches!(only, '•' | '·' | '◦' | '▪' | '■' | '–' | '-' | '*' | '‣' | '\u{f0b7}');
    }
    let core = word.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_marked = core.len() < word.len();
    let parts: Vec<&str> = core.split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.len() <= 3 && it.bytes().all(|it| it.is_ascii_digit());
    if parts.iter().all(is_number) {
        return parts.len() > 2 || is_marked || parts.len() == 2 && !core.starts_with('0');
    }
    let is_letter =
        core.len() == 1 || core.len() <= 4 && core.chars().all(|it| matches!(it, 'i' | 'v' | 'x'));
    is_marked && is_letter && core.chars().all(char::is_alphabetic)
}

/// All words of a document, to tell `peroxide-cured` from `concen-tration`.
pub struct Vocabulary(HashSet<String>);

impl Vocabulary {
    pub fn of(pages: &[Vec<Line>]) -> Self {
        let lines = pages.iter().flatten();
        Self(lines.flat_map(|line| line.text.split_whitespace()).map(bare).collect())
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(&bare(word))
    }
}

fn bare(word: &str) -> String {
    word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase()
}

/// Joins a wrapped line to its paragraph, without the hyphen if that was only put there by wrapping.
fn join(paragraph: &mut String, line: &str, words: &Vocabulary) {
    if paragraph.ends_with('\u{ad}') {
        paragraph.push_str(line);
        return;
    }
    let head = paragraph.rsplit(char::is_whitespace).next().unwrap_or_default();
    let tail = line.split_whitespace().next().unwrap_or_default();
    let is_broken_word = head.strip_suffix('-').is_some_and(|it| it.ends_with(char::is_alphabetic))
        && tail.starts_with(char::is_lowercase);
    if !is_broken_word {
        let is_compound = head.ends_with('-') && head.len() > 1;
        paragraph.push_str(if is_compound { "" } else { " " });
    } else if !words.has(&format!("{head}{tail}")) {
        paragraph.pop();
    }
    paragraph.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of 5 points a letter and 10 high; `rows` are x, y and words.
    fn page(rows: &[(f64, f64, &str)]) -> Vec<Line> {
        let mut glyphs = Vec::new();
        for (x, y, words) in rows {
            let mut x = *x;
            for letter in words.chars() {
                let extent = Extent { size: 10.0, advance: 5.0 };
                glyphs.extend(Glyph::turned(0.0, (x, *y), extent, &letter.to_string()));
                x += 5.0;
            }
        }
        lines(&glyphs)
    }

    fn read(rows: &[(f64, f64, &str)]) -> Vec<String> {
        let lines = page(rows);
        paragraphs(&lines, &Vocabulary::of(std::slice::from_ref(&lines)))
    }

    #[test]
    fn wrapped_lines_are_one_paragraph_and_short_ones_end_it() {
        assert_eq!(
            read(&[
                (50.0, 100.0, "The pump shall deliver at least"),
                (50.0, 88.0, "65 l/h against 4.5 bar."),
                (50.0, 76.0, "Noise is low.")
            ]),
            ["The pump shall deliver at least 65 l/h against 4.5 bar.", "Noise is low."]
        );
    }

    #[test]
    fn clauses_begin_a_line_and_hang() {
        assert_eq!(
            read(&[
                (50.0, 100.0, "3.2.1"),
                (90.0, 100.0, "The set point shall be adjustable"),
                (90.0, 88.0, "from 75 to 200 mg/l in small steps"),
                (50.0, 76.0, "3.2.2"),
                (90.0, 76.0, "Next")
            ]),
            ["3.2.1 The set point shall be adjustable from 75 to 200 mg/l in small steps", "3.2.2 Next"]
        );
    }

    #[test]
    fn cells_are_parted_by_tabs_and_rows_stay_rows() {
        assert_eq!(
            read(&[
                (50.0, 100.0, "tag"),
                (150.0, 100.0, "range"),
                (50.0, 88.0, "FT-301"),
                (150.0, 88.0, "0 to 25")
            ]),
            ["tag\trange", "FT-301\t0 to 25"]
        );
    }

    #[test]
    fn a_word_broken_by_wrapping_is_whole_again_and_a_compound_keeps_its_hyphen() {
        assert_eq!(
            read(&[(50.0, 100.0, "within the concen-"), (50.0, 88.0, "tration of the set")]),
            ["within the concentration of the set"]
        );
        assert_eq!(
            read(&[
                (50.0, 130.0, "peroxide-cured"),
                (50.0, 100.0, "seals are peroxide-"),
                (50.0, 88.0, "cured at all times")
            ]),
            ["peroxide-cured", "seals are peroxide-cured at all times"]
        );
    }

    #[test]
    fn a_raised_letter_stays_on_its_line_and_ligatures_are_letters() {
        assert_eq!(
            read(&[(50.0, 100.0, "18 m"), (70.0, 103.0, "3"), (75.0, 100.0, "/h e\u{fb03}cient")]),
            ["18 m3/h efficient"]
        );
    }

    #[test]
    fn labels_are_told_from_words_and_numbers() {
        for label in ["3.2.1", "4.", "1.2", "a)", "(iv)", "•", "10)"] {
            assert!(is_label(label), "{label}");
        }
        for word in ["18", "The", "0.2", "l/h", "I", "", "e.g.", "20.9.2026x"] {
            assert!(!is_label(word), "{word}");
        }
    }
}
