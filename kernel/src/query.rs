//! What somebody looks for, as they type it: words, "phrases", beginnings*, -not, and filters like state:released.
//!
//! Pure: a text becomes terms or a fault that names its place and what to do. What a filter means for records is
//! asked in `filter.rs`.

use std::fmt;

use crate::{Faults, Text, text};

/// The most characters and terms one question may have.
const LONGEST: usize = 1000;
const MOST: usize = 40;

/// What somebody looks for: every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub terms: Vec<Term>,
}

/// One condition, with its place in what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not hold.
    pub not: bool,
    pub what: What,
    /// Where it begins and ends, in bytes.
    pub at: (usize, usize),
}

/// What a term wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A word; one that is unfinished stands for everything that begins so.
    Word { word: String, is_unfinished: bool },
    /// Words that follow each other.
    Phrase(String),
    /// A filter: `state:released,offered`, `due<today+7`.
    Filter { name: String, is: Is, values: Vec<String> },
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// `:` or `=`: one of the values.
    Of,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Why something typed is no question, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where it begins and ends, in bytes.
    pub at: (usize, usize),
    pub sentence: Text,
}

impl From<Misread> for Faults {
    fn from(it: Misread) -> Self {
        Self::one("q", it.sentence)
    }
}

impl Query {
    /// Reads what was typed. The last word may be unfinished, unless a space follows it.
    ///
    /// # Errors
    /// Names the place that cannot be read, and what to do about it.
    pub fn read(typed: &str) -> Result<Self, Misread> {
        let all = typed.trim_end();
        if all.chars().count() > LONGEST {
            let sentence = text!("Look for fewer words: {count} characters are the most.", count = LONGEST);
            return Err(Misread { at: (0, typed.len()), sentence });
        }
        let is_ended = all.len() < typed.len();
        let mut terms = Vec::new();
        let mut rest = Rest { text: all, at: 0 };
        while rest.skip_space() {
            terms.push(rest.term()?);
            if terms.len() > MOST {
                let sentence = text!("Look for fewer words: {count} conditions are the most.", count = MOST);
                return Err(Misread { at: (rest.at, all.len()), sentence });
            }
        }
        if let Some(Term { what: What::Word { is_unfinished, .. }, not: false, .. }) = terms.last_mut() {
            *is_unfinished |= !is_ended;
        }
        Ok(Self { terms })
    }

    /// A question of plain words only, the last of which may be unfinished.
    pub fn of_words(words: &str) -> Self {
        let words: Vec<&str> = words.split_whitespace().collect();
        let last = words.len().saturating_sub(1);
        let term = |(no, word): (usize, &&str)| Term {
            not: false,
            what: What::Word { word: (*word).to_owned(), is_unfinished: no == last },
            at: (0, 0),
        };
        Self { terms: words.iter().enumerate().map(term).take(MOST).collect() }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it looks for words, and not only filters.
    pub fn has_words(&self) -> bool {
        self.terms.iter().any(|it| !it.not && !matches!(it.what, What::Filter { .. }))
    }

    /// The same without one of its terms.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let terms = self.terms.iter().enumerate().filter(|(no, _)| *no != place).map(|(_, it)| it.clone());
        Self { terms: terms.collect() }
    }

    /// The same with a further filter.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut more = self.clone();
        let what = What::Filter { name: name.to_owned(), is: Is::Of, values: vec![value.to_owned()] };
        more.terms.push(Term { not: false, what, at: (0, 0) });
        more
    }

    /// Every word that is looked for, folded as the index folds them; the last of a term with whether it is
    /// unfinished.
    pub fn needles(&self) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        for term in self.terms.iter().filter(|it| !it.not) {
            let (words, open) = match &term.what {
                What::Word { word, is_unfinished } => (crate::words(word), *is_unfinished),
                What::Phrase(words) => (crate::words(words), false),
                What::Filter { .. } => continue,
            };
            let last = words.len().saturating_sub(1);
            found.extend(words.into_iter().enumerate().map(|(no, it)| (it, open && no == last)));
        }
        found
    }
}

/// As it would be typed again.
impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        for (no, term) in self.terms.iter().enumerate() {
            if no > 0 {
                out.write_str(" ")?;
            }
            write!(out, "{term}")?;
        }
        // A last word that is whole must not become a beginning when it is read again.
        match self.terms.last() {
            Some(Term { not: false, what: What::Word { is_unfinished: false, .. }, .. }) => {
                out.write_str(" ")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        if self.not {
            out.write_str("-")?;
        }
        match &self.what {
            What::Word { word, is_unfinished } => {
                write!(out, "{word}{}", if *is_unfinished { "*" } else { "" })
            }
            What::Phrase(words) => write!(out, "\"{words}\""),
            What::Filter { name, is, values } => {
                let values: Vec<_> = values.iter().map(|it| quoted(it)).collect();
                write!(out, "{name}{}{}", is.sign(), values.join(","))
            }
        }
    }
}

impl Is {
    /// The sign that is typed.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Of => ":",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A value as it must be typed so that it stays one.
fn quoted(value: &str) -> String {
    let is_plain = !value.is_empty()
        && !value.starts_with(['=', '<', '>', ':'])
        && !value.contains(|it: char| it.is_whitespace() || matches!(it, ',' | '"'));
    if is_plain { value.to_owned() } else { format!("\"{}\"", value.replace('"', "'")) }
}

/// What is still to be read. Each character is looked at once, or twice where a name turns out to be a word.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn left(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.left().chars().next()
    }

    /// Whether anything follows.
    fn skip_space(&mut self) -> bool {
        self.take_while(char::is_whitespace);
        self.at < self.text.len()
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let left = self.left();
        let end = left.find(|it| !fits(it)).unwrap_or(left.len());
        self.at += end;
        &left[..end]
    }

    fn term(&mut self) -> Result<Term, Misread> {
        let begin = self.at;
        let not = self.next() == Some('-') && self.left()[1..].starts_with(|it: char| !it.is_whitespace());
        if not {
            self.at += 1;
        }
        let what = if is_mark(self.next()) { What::Phrase(self.phrase()?) } else { self.word_or_filter()? };
        Ok(Term { not, what, at: (begin, self.at) })
    }

    fn phrase(&mut self) -> Result<String, Misread> {
        let begin = self.at;
        let left = self.left();
        let mark = left.chars().next().map_or(0, char::len_utf8);
        let inside = &left[mark..];
        let Some(end) = inside.find(|it| is_mark(Some(it))) else {
            let place = self.text[..begin].chars().count() + 1;
            let sentence = text!(
                "The quotation mark at character {place} is never closed. Close it, or leave it out.",
                place = place
            );
            return Err(Misread { at: (begin, self.text.len()), sentence });
        };
        let closing = inside[end..].chars().next().map_or(0, char::len_utf8);
        self.at += mark + end + closing;
        Ok(inside[..end].trim().to_owned())
    }

    fn word_or_filter(&mut self) -> Result<What, Misread> {
        let begin = self.at;
        let name = self.take_while(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.'));
        let is_name = name.starts_with(char::is_alphabetic);
        if is_name && let Some(is) = self.sign() {
            return self.filter(begin, name.to_lowercase(), is);
        }
        self.at = begin;
        let word = self.take_while(|it| !it.is_whitespace() && !is_mark(Some(it)));
        let is_unfinished = word.ends_with('*');
        Ok(What::Word { word: word.trim_end_matches('*').to_owned(), is_unfinished })
    }

    fn sign(&mut self) -> Option<Is> {
        let signs = [
            ("<=", Is::AtMost),
            (">=", Is::AtLeast),
            (":<=", Is::AtMost),
            (":>=", Is::AtLeast),
            (":<", Is::Below),
            (":>", Is::Above),
            ("<", Is::Below),
            (">", Is::Above),
            (":", Is::Of),
            ("=", Is::Of),
        ];
        let (sign, is) = signs.into_iter().find(|(sign, _)| self.left().starts_with(sign))?;
        self.at += sign.len();
        Some(is)
    }

    fn filter(&mut self, begin: usize, name: String, is: Is) -> Result<What, Misread> {
        let mut values = Vec::new();
        loop {
            let value = if is_mark(self.next()) {
                self.phrase()?
            } else {
                self.take_while(|it| !it.is_whitespace() && it != ',' && !is_mark(Some(it))).to_owned()
            };
            if !value.is_empty() {
                values.push(value);
            }
            if self.next() != Some(',') {
                break;
            }
            self.at += 1;
        }
        if values.is_empty() {
            let sentence =
                text!("Say what {name} shall be, like {name}{sign}…", name = name, sign = is.sign());
            return Err(Misread { at: (begin, self.at), sentence });
        }
        if is != Is::Of && values.len() > 1 {
            let sentence = text!("Compare {name} with one value only.", name = name);
            return Err(Misread { at: (begin, self.at), sentence });
        }
        Ok(What::Filter { name, is, values })
    }
}

/// Quotation marks as keyboards and word processors write them.
fn is_mark(it: Option<char>) -> bool {
    matches!(it, Some('"' | '“' | '”' | '„'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Query {
        Query::read(typed).unwrap()
    }

    fn word(word: &str, is_unfinished: bool) -> What {
        What::Word { word: word.into(), is_unfinished }
    }

    fn filter(name: &str, is: Is, values: &[&str]) -> What {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        What::Filter { name: name.into(), is, values }
    }

    #[test]
    fn everything_that_can_be_typed_is_told_apart() {
        let found = read(
            r#"dosing pump* -caustic "clean in place" state:released,offered customer:"Meridian Dairies" due<today+7 changed>=2026-11-01 -kind:cv skid"#,
        );
        let what: Vec<(bool, What)> = found.terms.into_iter().map(|it| (it.not, it.what)).collect();
        assert_eq!(
            what,
            [
                (false, word("dosing", false)),
                (false, word("pump", true)),
                (true, word("caustic", false)),
                (false, What::Phrase("clean in place".into())),
                (false, filter("state", Is::Of, &["released", "offered"])),
                (false, filter("customer", Is::Of, &["Meridian Dairies"])),
                (false, filter("due", Is::Below, &["today+7"])),
                (false, filter("changed", Is::AtLeast, &["2026-11-01"])),
                (true, filter("kind", Is::Of, &["cv"])),
                (false, word("skid", true)),
            ]
        );
    }

    #[test]
    fn the_last_word_is_unfinished_until_a_space_follows() {
        assert_eq!(read("pump").terms[0].what, word("pump", true));
        assert_eq!(read("pump ").terms[0].what, word("pump", false));
        assert_eq!(read("pump state:x").terms[0].what, word("pump", false));
    }

    #[test]
    fn what_only_looks_like_a_filter_is_a_word() {
        for typed in ["12:30 ", ":x ", "<5 ", "= ", "-", "- x", "3:1 "] {
            assert!(read(typed).terms.iter().all(|it| matches!(it.what, What::Word { .. })), "{typed}");
        }
    }

    #[test]
    fn a_fault_names_its_place_and_the_remedy() {
        let open = Query::read("skid „clean in").unwrap_err();
        assert_eq!(open.at.0, 5);
        assert!(open.sentence.to_string().contains("character 6"), "{}", open.sentence);
        assert_eq!(Query::read("state: x").unwrap_err().at, (0, 6));
        assert!(Query::read("due<1,2").is_err());
        assert!(Query::read(&"x ".repeat(600)).is_err());
        assert!(Query::read(&"x ".repeat(41)).is_err());
    }

    #[test]
    fn what_was_read_is_written_so_that_it_is_read_again() {
        for typed in [
            r#"a b* -c "d e" state:x,y customer:"Meridian, Dairies" due<=today-7 -in:files"#,
            "pump ",
            "pump",
            "-x ",
            "due:>7d",
        ] {
            let once = read(typed);
            let strip = |it: Query| it.terms.into_iter().map(|it| (it.not, it.what)).collect::<Vec<_>>();
            assert_eq!(strip(read(&once.to_string())), strip(once.clone()), "{typed} became {once}");
        }
    }

    #[test]
    fn no_text_makes_it_fail_and_it_stays_linear() {
        // A corpus of pieces, put together in every order of three: no panic, and what is read is read again.
        const PIECES: [&str; 16] = [
            "\"",
            "„x”",
            "-",
            "state:",
            "a:b",
            "due<",
            "=",
            ",",
            "*",
            " ",
            "ß",
            "日本",
            "\u{0}",
            "\u{202e}",
            "x*",
            "👩‍🔧:\"",
        ];
        for one in PIECES {
            for two in PIECES {
                for three in PIECES {
                    let typed = format!("{one}{two}{three}");
                    if let Ok(query) = Query::read(&typed) {
                        assert!(
                            query
                                .terms
                                .iter()
                                .all(|it| it.at.1 <= typed.len() && typed.is_char_boundary(it.at.0))
                        );
                        let again = query.to_string();
                        assert!(Query::read(&again).is_ok(), "{typed:?} became {again:?}");
                    }
                }
            }
        }
    }
}
