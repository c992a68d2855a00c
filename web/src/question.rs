//! Questions as people type them, in their language: `status:freigegeben` is `state:released`.

use kernel::{Faults, Filter, Label, Query, Reader, Result, Takes, Term, Text, What, codes_for, plain};
use serde::Serialize;

use crate::language::{self, say};
use crate::parts::Chip;
use crate::t;

/// So many suggestions are made at once.
const SUGGESTED: usize = 10;

/// Reads what was typed: names and values in the reader's language become those that are kept.
///
/// # Errors
/// Names the place that is no question, and what to do about it.
pub fn read(reader: &Reader, kind: Option<&str>, typed: &str) -> Result<Query, kernel::Error> {
    let mut query = Query::read(typed).map_err(Faults::from)?;
    if query.terms.iter().all(|it| !matches!(it.what, What::Filter { .. })) {
        return Ok(query);
    }
    let filters = reader.filters(kind)?;
    for term in &mut query.terms {
        if let What::Filter { name, values, .. } = &mut term.what
            && let Some(filter) = named(&filters, name)
        {
            filter.name.clone_into(name);
            *values = values.iter().flat_map(|it| meant(filter, it)).collect();
        }
    }
    check(reader, kind, &query)?;
    Ok(query)
}

/// Asks once, so that whatever is wrong with a filter is told where it was typed.
fn check(reader: &Reader, kind: Option<&str>, query: &Query) -> Result<(), kernel::Error> {
    reader.understand(kind, query, language::time_zone())
}

fn named<'a>(filters: &'a [Filter], name: &str) -> Option<&'a Filter> {
    let exact = filters.iter().find(|it| it.name == name);
    exact.or_else(|| filters.iter().find(|it| plain(&label(it)) == plain(name)))
}

/// What people call a filter.
pub fn label(filter: &Filter) -> String {
    match &filter.label {
        Label::Ours(text) => say(text),
        Label::Theirs(field) => field.name(language::code()).to_owned(),
    }
}

/// The value that is kept for one that was typed; several where one word is read for each of them.
fn meant(filter: &Filter, value: &str) -> Vec<String> {
    let wanted = plain(value);
    if let Takes::Words(known) = &filter.takes {
        let found = codes_for(known, value, say);
        return if found.is_empty() { vec![value.to_owned()] } else { found };
    }
    let kept = if wanted == plain(&t!("me")) {
        "me"
    } else if wanted == plain(&t!("none")) {
        "none"
    } else {
        value
    };
    vec![kept.to_owned()]
}

/// The conditions of a question as chips, each with the address of the list without it.
pub fn chips(filters: &[Filter], query: &Query, without: impl Fn(&str) -> String) -> Vec<Chip> {
    let chip = |(place, term): (usize, &Term)| {
        let (field, value) = spoken(filters, term);
        let field = if term.not { t!("not {what}", what = field) } else { field };
        Chip { field, value, without: without(&query.without(place).to_string()) }
    };
    query.terms.iter().enumerate().map(chip).collect()
}

/// A term in the reader's language: what it looks at, and what it wants.
fn spoken(filters: &[Filter], term: &Term) -> (String, String) {
    match &term.what {
        What::Word { word, is_unfinished } => {
            (t!("Words"), if *is_unfinished { format!("{word}…") } else { word.clone() })
        }
        What::Phrase(words) => (t!("Words"), format!("“{words}”")),
        What::Filter { name, is, values } => {
            let filter = named(filters, name);
            let mut values: Vec<String> = values.iter().map(|it| value_of(filter, it)).collect();
            values.dedup();
            let sign = if *is == kernel::Is::Of { String::new() } else { format!("{} ", is.sign()) };
            (filter.map_or_else(|| name.clone(), label), format!("{sign}{}", values.join(", ")))
        }
    }
}

fn value_of(filter: Option<&Filter>, value: &str) -> String {
    match filter.map(|it| &it.takes) {
        Some(Takes::Words(known)) => known
            .iter()
            .find(|(code, _)| code == value)
            .map_or_else(|| value.to_owned(), |(_, text)| say(text)),
        Some(Takes::Person) if value == "me" => t!("me"),
        Some(Takes::Day) => value.parse().map_or_else(|_| value.to_owned(), language::day),
        _ if value == "none" => t!("none"),
        _ => value.to_owned(),
    }
}

/// Something that could be typed next.
#[derive(Debug, Serialize)]
pub struct Suggestion {
    /// All that would stand in the field then.
    pub typed: String,
    /// What it is, in words.
    pub words: String,
    pub note: String,
}

/// What could be meant by the word that is being typed: names of filters, and their values.
pub fn suggestions(reader: &Reader, kind: Option<&str>, typed: &str) -> Result<Vec<Suggestion>> {
    let start = typed
        .rfind(char::is_whitespace)
        .map_or(0, |it| it + typed[it..].chars().next().map_or(0, char::len_utf8));
    let (before, last) = typed.split_at(start);
    let (not, last) = last.strip_prefix('-').map_or(("", last), |it| ("-", it));
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let filters = reader.filters(kind)?;
    let mut found = Vec::new();
    match last.find([':', '<', '>', '=']) {
        None => {
            let wanted = plain(last);
            for filter in &filters {
                let name = plain(&label(filter));
                if !wanted.is_empty() && (name.starts_with(&wanted) || filter.name.starts_with(&wanted)) {
                    let sign =
                        if filter.compares() && matches!(filter.takes, Takes::Day) { "<" } else { ":" };
                    found.push(Suggestion {
                        typed: format!("{before}{not}{name}{sign}"),
                        words: format!("{name}{sign}"),
                        note: example(filter),
                    });
                }
            }
        }
        Some(at) => {
            let (name, rest) = last.split_at(at);
            let sign: String = rest.chars().take_while(|it| ":<>=".contains(*it)).collect();
            let part = &rest[sign.len()..];
            let (kept, part) = part.rfind(',').map_or(("", part), |it| part.split_at(it + 1));
            if let Some(filter) = named(&filters, &name.to_lowercase()) {
                for (value, note) in values(reader, filter, part.trim_start_matches('"'))? {
                    let quoted = if value.contains(char::is_whitespace) {
                        format!("\"{value}\"")
                    } else {
                        value.clone()
                    };
                    found.push(Suggestion {
                        typed: format!("{before}{not}{name}{sign}{kept}{quoted} "),
                        words: value,
                        note,
                    });
                }
            }
        }
    }
    found.truncate(SUGGESTED);
    Ok(found)
}

/// What a filter takes, by an example.
fn example(filter: &Filter) -> String {
    match &filter.takes {
        Takes::Words(known) => {
            let words = words_of(known).into_iter().take(3).map(|(word, _)| word);
            words.collect::<Vec<_>>().join(", ")
        }
        Takes::Choices(known) => known.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "),
        Takes::Organisation => t!("name or number"),
        Takes::Person => t!("me, or a name"),
        Takes::Day => t!("today, today+7, 2026-12-01"),
        Takes::Number => t!("a number"),
        Takes::Text => t!("words"),
    }
}

/// The words that can be typed, each once, with the first code that it stands for.
fn words_of(known: &[(String, Text)]) -> Vec<(String, &str)> {
    let mut all: Vec<(String, &str)> = Vec::with_capacity(known.len());
    for (code, text) in known {
        let word = say(text);
        if all.iter().all(|(other, _)| *other != word) {
            all.push((word, code));
        }
    }
    all
}

/// The values of a filter that begin like what was typed, each with a note.
fn values(reader: &Reader, filter: &Filter, part: &str) -> Result<Vec<(String, String)>> {
    let wanted = plain(part);
    let fits = |word: &str| plain(word).starts_with(&wanted);
    Ok(match &filter.takes {
        Takes::Words(known) => {
            let words = words_of(known).into_iter();
            let words = words.filter(|(word, code)| fits(word) || fits(code));
            words.map(|(word, _)| (plain(&word), word)).collect()
        }
        Takes::Choices(known) => {
            known.iter().filter(|it| fits(it)).map(|it| (it.clone(), String::new())).collect()
        }
        Takes::Organisation => names(reader, "K", part)?,
        Takes::Person => {
            let me = t!("me");
            let own = fits(&me).then(|| (me, reader.actor.name.clone()));
            own.into_iter().chain(names(reader, "PE", part)?).collect()
        }
        Takes::Day => ["today", "tomorrow", "today+7", "today-7", "7d", "30d"]
            .iter()
            .filter(|it| it.starts_with(&part.to_lowercase()))
            .map(|it| ((*it).to_owned(), String::new()))
            .collect(),
        Takes::Number | Takes::Text => Vec::new(),
    })
}

/// Records of a kind whose name begins so: the number stands behind, for those that are called alike.
fn names(reader: &Reader, kind: &str, part: &str) -> Result<Vec<(String, String)>> {
    let wanted = kernel::words(part);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let hits = reader.search(&wanted.join(" "), Some(kind), 40)?;
    let fits = hits.into_iter().filter(|hit| {
        let known = kernel::words(&hit.title);
        wanted.iter().all(|it| known.iter().any(|word| word.starts_with(it.as_str())))
    });
    Ok(fits.map(|it| (it.title, it.number)).collect())
}

/// What was typed and is no question yet, with the sentence that says why.
pub fn fault_of(error: &kernel::Error) -> Option<String> {
    let kernel::Error::Invalid(faults) = error else { return None };
    faults.of("q").map(say)
}
