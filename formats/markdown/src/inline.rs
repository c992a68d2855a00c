//! How are words with bold, italic, links and code written down in Markdown?

use std::rc::Rc;

/// Words in one style. A `\n` in them is a forced line break; other white space counts as one space.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

/// How words look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Style {
    pub link: Option<Rc<str>>,
    pub image: Option<Rc<str>>,
    pub weight: Weight,
    pub slant: Slant,
    pub is_struck: bool,
    pub is_code: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Weight {
    #[default]
    Normal,
    Bold,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Slant {
    #[default]
    Upright,
    Italic,
}

/// The runs as lines of Markdown, escaped where a character would be read as a mark.
pub fn lines(runs: &[Run]) -> Vec<String> {
    let runs = collapsed(runs);
    let mut writer = Writer { text: String::new(), has_just_closed: false };
    writer.group(&runs, Level::Link, None);
    let lines = writer.text.split('\n').map(|line| line.trim().to_owned());
    let mut lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    for line in &mut lines {
        guard_beginning(line);
    }
    lines
}

/// White space as a browser would show it, without any at the ends.
fn collapsed(runs: &[Run]) -> Vec<Run> {
    let mut whole: Vec<Run> = Vec::new();
    let mut last = '\n';
    for run in runs {
        let mut text = String::with_capacity(run.text.len());
        for character in run.text.chars() {
            let character = if character != '\n' && character.is_whitespace() { ' ' } else { character };
            // Other control characters mean nothing on paper, and a zero is no character in Markdown.
            if character != '\n' && character.is_control() || character == ' ' && last.is_whitespace() {
                continue;
            }
            last = character;
            text.push(character);
        }
        match whole.last_mut() {
            _ if text.is_empty() => {}
            Some(before) if before.style == run.style => before.text.push_str(&text),
            _ => whole.push(Run { text, style: run.style.clone() }),
        }
    }
    while let Some(end) = whole.last_mut() {
        end.text.truncate(end.text.trim_end().len());
        if !end.text.is_empty() {
            break;
        }
        whole.pop();
    }
    whole
}

/// Marks from the outermost to the innermost.
#[derive(Clone, Copy)]
enum Level {
    Link,
    Bold,
    Italic,
    Struck,
    Words,
}

struct Writer {
    text: String,
    /// Whether the last character closed a mark: another one must not open right behind it.
    has_just_closed: bool,
}

impl Writer {
    /// Writes neighbours that share a mark of this level within one pair of it. `next` is the character behind.
    fn group(&mut self, runs: &[Run], level: Level, next: Option<char>) {
        let same = |a: &Run, b: &Run| match level {
            Level::Link => a.style.link == b.style.link,
            Level::Bold => a.style.weight == b.style.weight,
            Level::Italic => a.style.slant == b.style.slant,
            Level::Struck => a.style.is_struck == b.style.is_struck,
            Level::Words => false,
        };
        let mut rest = runs;
        while let Some(first) = rest.first() {
            let length = rest.iter().take_while(|it| same(first, it)).count().max(1);
            let (group, behind) = rest.split_at(length);
            rest = behind;
            let next = behind.first().and_then(|it| it.text.chars().next()).or(next);
            match level {
                Level::Link => self.link(group, next),
                Level::Bold => self.marked(
                    group,
                    (first.style.weight == Weight::Bold).then_some("**"),
                    Level::Italic,
                    next,
                ),
                Level::Italic => self.marked(
                    group,
                    (first.style.slant == Slant::Italic).then_some("*"),
                    Level::Struck,
                    next,
                ),
                Level::Struck => {
                    self.marked(group, first.style.is_struck.then_some("~~"), Level::Words, next);
                }
                Level::Words => self.words(first),
            }
        }
    }

    fn link(&mut self, group: &[Run], next: Option<char>) {
        let Some(address) = group[0].style.link.clone() else {
            return self.group(group, Level::Bold, next);
        };
        let words: String = group.iter().map(|it| it.text.as_str()).collect();
        if words.trim().is_empty() {
            return self.plain_text(&words);
        }
        // White space stands outside of the brackets.
        let (before, inner, after) = trimmed(group);
        self.plain_text(&before);
        if address.contains(':') && words.trim() == &*address && !address.contains([' ', '<', '>']) {
            self.push_mark(&format!("<{address}>"));
        } else {
            self.push_mark("[");
            self.has_just_closed = false;
            self.group(&inner, Level::Bold, Some(']'));
            self.push_mark(&format!(
                "](<{}>)",
                address.replace('<', "%3C").replace('>', "%3E").replace('\n', "")
            ));
        }
        self.plain_text(&after);
    }

    fn marked(&mut self, group: &[Run], mark: Option<&str>, inside: Level, next: Option<char>) {
        let Some(mark) = mark else {
            return self.group(group, inside, next);
        };
        let (before, inner, after) = trimmed(group);
        self.plain_text(&before);
        let next = after.chars().next().or(next);
        let words = || inner.iter().flat_map(|it| it.text.chars());
        if inner.is_empty() || !self.can_mark(words().next(), words().last(), next) {
            self.group(&inner, inside, next);
        } else {
            self.text.push_str(mark);
            self.group(&inner, inside, mark.chars().next());
            self.push_mark(mark);
        }
        self.plain_text(&after);
    }

    /// Whether marks around words from `first` to `last` would be read as marks (`CommonMark` 6.2, flanking).
    fn can_mark(&self, first: Option<char>, last: Option<char>, next: Option<char>) -> bool {
        let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let before = self.text.chars().next_back();
        let opens = is_word(first) || !is_word(before);
        let closes = is_word(last) || !is_word(next);
        opens && closes && !self.has_just_closed
    }

    fn words(&mut self, run: &Run) {
        if let Some(address) = &run.style.image {
            self.text.push_str("![");
            escape(&run.text, &mut self.text);
            self.push_mark(&format!("](<{address}>)"));
        } else if run.style.is_code && !run.text.trim().is_empty() {
            self.code(&run.text);
        } else {
            self.plain_text(&run.text);
        }
    }

    fn code(&mut self, text: &str) {
        let inner = text.trim();
        let fence = "`".repeat(longest_fence(inner) + 1);
        let space = if inner.starts_with('`') || inner.ends_with('`') { " " } else { "" };
        self.plain_text(&text[..text.len() - text.trim_start().len()]);
        let is_glued = self.text.ends_with('`');
        self.text.push_str(if is_glued { " " } else { "" });
        self.push_mark(&format!("{fence}{space}{}{space}{fence}", inner.replace('\n', " ")));
        self.plain_text(&text[text.trim_end().len()..]);
    }

    fn plain_text(&mut self, text: &str) {
        if !text.is_empty() {
            escape(text, &mut self.text);
            self.has_just_closed = false;
        }
    }

    fn push_mark(&mut self, mark: &str) {
        self.text.push_str(mark);
        self.has_just_closed = true;
    }
}

/// The longest row of backticks.
pub fn longest_fence(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or(0)
}

/// White space before, what is between, white space after.
fn trimmed(group: &[Run]) -> (String, Vec<Run>, String) {
    let mut inner = group.to_vec();
    let (mut before, mut after) = (String::new(), String::new());
    while let Some(first) = inner.first_mut() {
        let space = first.text.len() - first.text.trim_start().len();
        before.extend(first.text.drain(..space));
        if !first.text.is_empty() {
            break;
        }
        inner.remove(0);
    }
    while let Some(last) = inner.last_mut() {
        after.insert_str(0, &last.text.split_off(last.text.trim_end().len()));
        if !last.text.is_empty() {
            break;
        }
        inner.pop();
    }
    (before, inner, after)
}

/// Escapes what would be read as a mark within a line.
fn escape(text: &str, into: &mut String) {
    let mut rest = text.chars().peekable();
    let mut before = into.chars().next_back();
    while let Some(character) = rest.next() {
        let after = rest.peek().copied();
        let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let is_space = |it: Option<char>| it.is_some_and(char::is_whitespace);
        let is_mark = match character {
            '\\' | '`' | '[' | ']' | '~' => true,
            '*' => !(is_space(before) && is_space(after)),
            '_' => !(is_word(before) && is_word(after)),
            '<' => after.is_none_or(|it| it.is_ascii_alphabetic() || matches!(it, '/' | '!' | '?')),
            '&' => after.is_none_or(|it| it.is_ascii_alphanumeric() || it == '#'),
            '!' => after.is_none_or(|it| it == '['),
            _ => false,
        };
        if is_mark {
            into.push('\\');
        }
        into.push(character);
        before = Some(character);
    }
}

/// Escapes what would be read as the beginning of a heading, item, quotation, rule or table.
fn guard_beginning(line: &mut String) {
    let ends_word = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let mark = match line.as_bytes().first() {
        Some(b'#') => ends_word(line.trim_start_matches('#')).then_some(0),
        Some(b'>' | b'|') => Some(0),
        Some(b'-' | b'+' | b'*') if ends_word(&line[1..]) => Some(0),
        Some(b'-' | b':') if line[1..].starts_with(['-', '|', ':']) => Some(0),
        Some(b'=') if line.trim_matches('=').trim().is_empty() => Some(0),
        Some(b'0'..=b'9') => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let rest = &line[digits..];
            (rest.starts_with(['.', ')']) && ends_word(&rest[1..])).then_some(digits)
        }
        _ => None,
    };
    if let Some(at) = mark {
        line.insert(at, '\\');
    }
}
