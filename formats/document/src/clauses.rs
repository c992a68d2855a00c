//! Which of a document's sentences ask for something, and under which number and heading do they stand?

use std::ops::Range;

/// A numbered clause, or a binding sentence that stands in none: what somebody may want to be a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// As the document numbers it: `3.2.1`, `REQ-0412`. Empty where it has no number.
    pub number: String,
    /// The heading that it stands under: `3 Process`. Empty before the first one.
    pub section: String,
    /// What is set apart before its words, as in `**REQ-1 Two lines.** The skid shall …`. Mostly empty.
    pub title: String,
    /// What it says, without its number.
    pub words: String,
    /// How one sees that it is met, where the line below says so (`Acceptance: …`).
    pub acceptance: String,
    /// Where the words stand in the text, in Unicode characters.
    pub range: Range<usize>,
    pub force: Force,
}

/// How strongly a sentence binds (ISO/IEC Directives, part 2, clause 7; in German DIN 820-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Force {
    /// It tells something and asks for nothing.
    None,
    /// It is wanted: should, sollte.
    Should,
    /// It is demanded: shall, must, muss, soll, ist zu.
    Shall,
}

/// More are nobody's specification.
const MOST: usize = 20_000;
/// Longer lines that begin with a number are no headings, in characters.
const LONGEST_HEADING: usize = 90;
/// Fewer words are a term and no sentence.
const FEWEST_WORDS: usize = 4;

/// The clauses of a text in which each paragraph, heading, item and row is a line, as [`crate::read`] makes it; of
/// Markdown the text as it is written. In the order in which they stand.
pub fn clauses(text: &str) -> Vec<Clause> {
    let mut found = Finding::default();
    let mut start = 0;
    for line in text.split('\n') {
        if found.clauses.len() >= MOST {
            break;
        }
        found.hear(line, start);
        start += line.chars().count() + 1;
    }
    found.clauses
}

/// Words with which something is required.
const SHALL: &[&str] = &[
    "shall",
    "must",
    "mustn't",
    "is required to",
    "are required to",
    "has to",
    "have to",
    "is to be",
    "are to be",
    "may not",
    "muss",
    "müssen",
    "soll",
    "sollen",
    "darf nicht",
    "dürfen nicht",
    "darf nur",
    "dürfen nur",
    "darf kein",
    "darf keine",
    "dürfen keine",
    "ist sicherzustellen",
    "sind sicherzustellen",
];

/// Words with which something is wished.
const SHOULD: &[&str] = &["should", "shouldn't", "sollte", "sollten"];

/// How strongly some words bind.
pub fn force(words: &str) -> Force {
    let plain: String = words
        .to_lowercase()
        .chars()
        .map(|it| if it.is_alphanumeric() || it == '\'' || it == '’' { it } else { ' ' })
        .collect();
    let plain = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    let has = |these: &[&str]| these.iter().any(|it| plain.contains(&format!(" {it} ")));
    let is_to = |verb: &str| {
        // `ist … zu liefern`: the verb behind `zu` ends its clause.
        plain.split_once(&format!(" {verb} ")).is_some_and(|(_, rest)| {
            let mut words = rest.split(' ').skip_while(|it| *it != "zu").skip(1);
            words.next().is_some_and(|it| it.len() > 3 && (it.ends_with("en") || it.ends_with("ern")))
        })
    };
    if has(SHALL) || is_to("ist") || is_to("sind") || is_to("hat") || is_to("haben") {
        return Force::Shall;
    }
    if has(SHOULD) { Force::Should } else { Force::None }
}

#[derive(Default)]
struct Finding {
    clauses: Vec<Clause>,
    section: String,
    /// The number of the section, where it has one.
    chapter: Option<u32>,
    /// Whether what follows may belong to the last clause.
    is_open: bool,
}

/// A line with its number taken off.
struct Numbered<'a> {
    number: String,
    /// What follows, and how many characters stand before it.
    rest: &'a str,
    skipped: usize,
}

impl Finding {
    fn hear(&mut self, line: &str, start: usize) {
        let body = line.trim_start();
        let start = start + line.chars().count() - body.chars().count();
        let body = body.trim_end();
        if body.is_empty() {
            self.is_open = false;
            return;
        }
        if let Some(heading) = markdown_heading(body) {
            self.begin_section(heading);
            return;
        }
        // A number that a tab parts from its clause is no table.
        let is_clause = body.matches('\t').count() == 1
            && self.numbered(body).is_some_and(|it| it.rest.starts_with('\t'));
        if !is_clause && (body.contains('\t') || body.starts_with('|') && body.ends_with('|')) {
            self.hear_row(body, start);
            return;
        }
        if self.continues(body, start) {
            return;
        }
        if let Some((title, numbered)) = led(body) {
            self.add(numbered.number, title, numbered.rest, start + numbered.skipped);
            return;
        }
        match self.numbered(body) {
            Some(numbered) if is_heading(numbered.rest) => {
                self.chapter = chapter_of(&numbered.number).or(self.chapter);
                self.begin_section(&format!("{} {}", numbered.number, numbered.rest.trim()));
            }
            Some(numbered) => {
                self.chapter = chapter_of(&numbered.number).or(self.chapter);
                self.add(numbered.number, String::new(), numbered.rest, start + numbered.skipped);
            }
            None => self.hear_prose(body, start),
        }
    }

    fn begin_section(&mut self, heading: &str) {
        heading.trim().clone_into(&mut self.section);
        self.is_open = false;
    }

    fn add(&mut self, number: String, title: String, words: &str, start: usize) {
        let trimmed = words.trim_start();
        let start = start + words.chars().count() - trimmed.chars().count();
        let words = trimmed.trim_end().to_owned();
        if words.is_empty() {
            return;
        }
        self.clauses.push(Clause {
            number,
            section: self.section.clone(),
            title,
            range: start..start + words.chars().count(),
            force: force(&words),
            acceptance: String::new(),
            words,
        });
        self.is_open = true;
    }

    /// Items below a clause that ends with a colon, and the line that tells how one sees that it is met.
    fn continues(&mut self, body: &str, start: usize) -> bool {
        let Some(last) = self.clauses.last_mut().filter(|_| self.is_open) else { return false };
        if let Some(words) =
            labelled(body, &["Acceptance:", "Acceptance criterion:", "Abnahme:", "Abnahmekriterium:"])
        {
            let ends = ["Method:", "Verified by:", "Source:", "Methode:", "Quelle:"];
            let end = ends.iter().filter_map(|it| words.find(it)).min().unwrap_or(words.len());
            words[..end].trim().clone_into(&mut last.acceptance);
            return true;
        }
        let is_item = body.starts_with(['-', '•', '–', '*', '·'])
            || lettered(body).is_some_and(|it| it.starts_with(char::is_whitespace));
        if !is_item || !(last.words.ends_with(':') || last.words.contains('\n')) || body.starts_with("**") {
            return false;
        }
        last.words.push('\n');
        last.words.push_str(body);
        last.range.end = start + body.chars().count();
        last.force = force(&last.words);
        true
    }

    /// A row of a table: its binding cell, under the number in its first one.
    fn hear_row(&mut self, body: &str, start: usize) {
        self.is_open = false;
        let parting = if body.contains('\t') { '\t' } else { '|' };
        let mut at = start;
        let mut number = String::new();
        for (place, cell) in body.split(parting).enumerate() {
            let length = cell.chars().count();
            let trimmed = cell.trim();
            if place <= 1 && number.is_empty() && is_number_alone(trimmed) {
                trimmed.clone_into(&mut number);
            } else if is_sentence(trimmed) && force(trimmed) > Force::None {
                self.add(std::mem::take(&mut number), String::new(), cell, at);
            }
            at += length + 1;
        }
        self.is_open = false;
    }

    /// Each binding sentence of a paragraph without a number.
    fn hear_prose(&mut self, body: &str, start: usize) {
        self.is_open = false;
        let body_start = body.trim_start_matches(['-', '•', '–', '·', ' ']);
        let start = start + body.chars().count() - body_start.chars().count();
        for (range, sentence) in sentences(body_start) {
            if is_sentence(sentence) && force(sentence) > Force::None {
                self.add(String::new(), String::new(), sentence, start + range.start);
            }
        }
    }

    /// The number before a line, if it is one that can stand here: the next chapter, or a clause of this one or of
    /// the next. `230 V` and `1.5 m above` are none.
    fn numbered<'a>(&self, body: &'a str) -> Option<Numbered<'a>> {
        if let Some(found) = coded(body) {
            return Some(found);
        }
        let unwrapped = body.strip_prefix("§ ").or_else(|| body.strip_prefix('§')).unwrap_or(body);
        let end = unwrapped.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(unwrapped.len());
        let (number, rest) = unwrapped.split_at(end);
        let number = number.trim_end_matches('.');
        let parts: Vec<u32> = number.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
        let first = *parts.first()?;
        let is_parted = rest.starts_with(char::is_whitespace) || rest.starts_with(')');
        let opens = rest.trim_start_matches(')').trim_start().chars().next()?;
        let speaks = opens.is_uppercase()
            || (parts.len() > 1 && opens.is_ascii_digit())
            || matches!(opens, '"' | '“' | '„' | '*' | '(');
        let follows = match (self.chapter, parts.len()) {
            (None, 1) => first <= 1,
            (None, _) => true,
            // Behind the table of contents the chapters begin again.
            (Some(chapter), 1) => first == chapter + 1 || first == 1,
            (Some(chapter), _) => first == chapter || first == chapter + 1,
        };
        if !is_parted || !speaks || !follows || parts.len() > 8 {
            return None;
        }
        let rest = rest.trim_start_matches(')');
        let skipped = body.chars().count() - rest.chars().count();
        Some(Numbered { number: number.to_owned(), rest, skipped })
    }
}

fn chapter_of(number: &str) -> Option<u32> {
    number.split('.').next()?.parse().ok()
}

fn markdown_heading(body: &str) -> Option<&str> {
    let rest = body.trim_start_matches('#');
    let depth = body.len() - rest.len();
    ((1..=6).contains(&depth) && rest.starts_with(' ')).then(|| rest.trim().trim_end_matches('#').trim())
}

/// What is set apart before the words: `**REQ-0412 Two lines.** The skid shall …`.
fn led(body: &str) -> Option<(String, Numbered<'_>)> {
    let (lead, rest) = body.strip_prefix("**")?.split_once("**")?;
    let (number, title) = match coded(lead) {
        Some(it) => (it.number, it.rest.trim()),
        None => {
            let (first, rest) = lead.split_once(' ').unwrap_or((lead, ""));
            let number = first.trim_end_matches('.');
            let parts =
                number.split('.').all(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
            if !parts {
                return None;
            }
            (number.to_owned(), rest.trim())
        }
    };
    let title = title.trim_start_matches(':').trim().trim_end_matches(['.', ':']).to_owned();
    let skipped = body.chars().count() - rest.chars().count();
    Some((title, Numbered { number, rest, skipped }))
}

/// A code of letters and a number, such as `REQ-0412`, where what follows begins a sentence of its own.
fn coded(body: &str) -> Option<Numbered<'_>> {
    let inner = body.strip_prefix('[').unwrap_or(body);
    let end = inner.find(|it: char| it.is_whitespace() || matches!(it, ':' | ']')).unwrap_or(inner.len());
    let code = &inner[..end];
    let rest = inner[end..].trim_start_matches([']', ':']);
    let opens = rest.trim_start().chars().next()?;
    let is_told = inner[end..].starts_with(':') || body.starts_with('[');
    (is_code(code) && (is_told || opens.is_uppercase())).then(|| Numbered {
        number: code.to_owned(),
        rest,
        skipped: body.chars().count() - rest.chars().count(),
    })
}

fn is_code(word: &str) -> bool {
    let letters = word.chars().take_while(|it| it.is_ascii_uppercase()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_plain = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || matches!(it, '-' | '_' | '.');
    (1..=12).contains(&letters)
        && digits > 0
        && word.len() <= 40
        && word.contains(['-', '_', '.'])
        && word.chars().all(is_plain)
        && word.ends_with(|it: char| it.is_ascii_digit())
}

fn is_number_alone(cell: &str) -> bool {
    let dotted = !cell.is_empty()
        && cell.len() <= 20
        && cell.starts_with(|it: char| it.is_ascii_digit())
        && cell.chars().all(|it| it.is_ascii_digit() || it == '.');
    dotted || is_code(cell)
}

/// Short, without a full stop, and asking for nothing.
fn is_heading(rest: &str) -> bool {
    let rest = rest.trim();
    rest.chars().count() <= LONGEST_HEADING
        && !rest.ends_with(['.', ';', ':', ',', '!', '?'])
        && force(rest) == Force::None
        && rest.split_whitespace().count() <= 10
}

fn is_sentence(words: &str) -> bool {
    words.split_whitespace().count() >= FEWEST_WORDS
}

fn labelled<'a>(body: &'a str, labels: &[&str]) -> Option<&'a str> {
    labels.iter().find_map(|it| body.strip_prefix(it))
}

/// What follows `a)` or `(a)`.
fn lettered(body: &str) -> Option<&str> {
    let inner = body.strip_prefix('(').unwrap_or(body);
    let mut letters = inner.chars();
    letters.next().filter(char::is_ascii_lowercase)?;
    letters.as_str().strip_prefix(')')
}

/// After these a full stop ends no sentence.
const SHORTENED: &[&str] = &[
    "e.g", "i.e", "approx", "no", "nr", "fig", "z.b", "z", "b", "d.h", "ca", "bzw", "vgl", "max", "min",
    "tab", "abs", "art", "st", "incl", "inkl", "ggf", "usw", "etc", "dr", "ing", "str", "cf", "ref", "rev",
    "vol",
];

/// The sentences of a paragraph with their places in it, in characters.
fn sentences(paragraph: &str) -> Vec<(Range<usize>, &str)> {
    let mut all = Vec::new();
    let (mut from, mut from_place) = (0, 0);
    for (place, (at, it)) in paragraph.char_indices().enumerate() {
        if !matches!(it, '.' | '!' | '?' | ';') {
            continue;
        }
        let end = at + it.len_utf8();
        let rest = &paragraph[end..];
        let next = rest.trim_start().chars().next();
        let word = paragraph[from..at].rsplit([' ', '(', '\u{a0}']).next().unwrap_or("").to_lowercase();
        let is_shortened = it == '.' && SHORTENED.contains(&word.as_str());
        let begins = next.is_none_or(|it| it.is_uppercase() || it.is_ascii_digit() || "„“\"(".contains(it));
        if rest.starts_with(|it: char| !it.is_whitespace()) || is_shortened || (!begins && it != ';') {
            continue;
        }
        all.push((from_place..place + 1, &paragraph[from..end]));
        (from, from_place) = (end, place + 1);
    }
    if !paragraph[from..].trim().is_empty() {
        all.push((from_place..paragraph.chars().count(), &paragraph[from..]));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(text: &str) -> Vec<(String, String, Force)> {
        clauses(text).into_iter().map(|it| (it.number, it.words, it.force)).collect()
    }

    #[test]
    fn numbered_clauses_stand_under_their_headings() {
        let text = "1 Introduction\n1.1 This document says it all.\n2 Process\n2.1 The skid shall fit.\n2.1.1 It should be blue.";
        let found = clauses(text);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.number.as_str(), it.section.as_str(), it.words.as_str(), it.force))
            .collect();
        assert_eq!(
            told,
            [
                ("1.1", "1 Introduction", "This document says it all.", Force::None),
                ("2.1", "2 Process", "The skid shall fit.", Force::Shall),
                ("2.1.1", "2 Process", "It should be blue.", Force::Should),
            ]
        );
        for it in &found {
            let there: String = text.chars().skip(it.range.start).take(it.range.len()).collect();
            assert_eq!(there, it.words);
        }
    }

    #[test]
    fn figures_at_the_beginning_are_no_numbers() {
        let text = "1 Site\n230 V shall be supplied to the skid.\n1.5 m above the floor there shall be air.";
        let found = brief(text);
        assert_eq!(found[0], (String::new(), "230 V shall be supplied to the skid.".into(), Force::Shall));
        assert_eq!(found[1].0, "");
        assert_eq!(brief("FT-301 shall give 4 to 20 mA.")[0].1, "FT-301 shall give 4 to 20 mA.");
    }

    #[test]
    fn a_sentence_without_a_number_is_found_where_it_binds() {
        let text = "The pump is new. It shall deliver approx. 20 l/h. Thank you. Die Anlage muss leise sein.";
        let words: Vec<String> = brief(text).into_iter().map(|it| it.1).collect();
        assert_eq!(words, ["It shall deliver approx. 20 l/h.", "Die Anlage muss leise sein."]);
    }

    #[test]
    fn both_languages_bind() {
        for words in [
            "The skid shall stand.",
            "It must not leak.",
            "Records have to be kept.",
            "Die Pumpen müssen laufen.",
            "Der Behälter soll 60 l fassen.",
            "Die Unterlagen sind bis Montag zu liefern.",
            "Der Druck darf nicht über 6 bar steigen.",
            "Es ist ein Protokoll zu führen.",
        ] {
            assert_eq!(force(words), Force::Shall, "{words}");
        }
        assert_eq!(force("The colour should be blue."), Force::Should);
        assert_eq!(force("Die Farbe sollte blau sein."), Force::Should);
        for words in ["The skid stands.", "Der Weg ist zu weit.", "A mustard pump.", "Marshall delivers."] {
            assert_eq!(force(words), Force::None, "{words}");
        }
    }

    #[test]
    fn items_below_a_clause_belong_to_it() {
        let found = brief("1.1 The skid shall have:\n- two lines\n- one tray\n1.2 It shall stand.");
        assert_eq!(found[0].1, "The skid shall have:\n- two lines\n- one tray");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_table_of_requirements_is_read_by_its_rows() {
        let found = brief(
            "No.\tRequirement\nR-1\tThe tray shall hold 60 l.\nshall\tBinding\n2\tIt shall be blue all over.",
        );
        assert_eq!(
            found.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect::<Vec<_>>(),
            [("R-1", "The tray shall hold 60 l."), ("2", "It shall be blue all over.")]
        );
        let rows = brief("| R-2 | The tray shall hold 60 l. |\n");
        assert_eq!(rows[0].0, "R-2");
    }

    #[test]
    fn markdown_tells_headings_codes_and_acceptance() {
        let text = "## Process\n\n**REQ-0412 Two lines.** The skid shall have two.  \nAcceptance: Both seen Method: inspection.\n";
        let found = clauses(text).remove(0);
        assert_eq!((found.number.as_str(), found.section.as_str()), ("REQ-0412", "Process"));
        assert_eq!((found.title.as_str(), found.words.as_str()), ("Two lines", "The skid shall have two."));
        assert_eq!(found.acceptance, "Both seen");
    }
}
