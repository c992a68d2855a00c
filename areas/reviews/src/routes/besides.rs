//! What a revision says besides its lines: all that is under its digest and is none of them, and what became of it.

use difference::{Move, sequence};
use kernel::{Reader, Result};
use maud::html;
use serde_json::Value as Json;
use web::parts::Difference;
use web::t;

use crate::pages::review::Around;
use crate::queries::{self, Subject};

/// Something that a revision says besides its lines, by the key under which another one says the same.
pub(super) struct Said {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) words: String,
}

/// What became of what a revision says besides its lines.
pub(super) struct Became {
    pub(super) changed: Vec<Changed>,
    /// The lines that stand elsewhere now, by their numbers.
    pub(super) moved: Vec<String>,
}

/// Something that one revision says otherwise than another.
pub(super) struct Changed {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// What stands around the items of a revision, for whoever judges and signs: what became of it since an earlier revision where
/// they know one, or all of it.
pub(super) fn around(reader: &Reader, subject: &Subject, (since, no): (Option<i64>, i64)) -> Result<Around> {
    Ok(match since {
        Some(before) => Around::Since(before, besides(reader, subject, (before, no))?),
        None => Around::Whole(in_words(reader, subject, no)?),
    })
}

/// What a revision says besides its lines: what people call it, and its words.
pub(super) fn in_words(reader: &Reader, subject: &Subject, no: i64) -> Result<Vec<(String, String)>> {
    Ok(all_of(reader, subject, no)?.into_iter().map(|it| (it.label, it.words)).collect())
}

/// All that a revision says besides its lines.
pub(super) fn all_of(reader: &Reader, subject: &Subject, no: i64) -> Result<Vec<Said>> {
    let (_, content) = reader.revision(subject.id, no)?;
    let said = said(reader, &subject.kind, &content)?.into_iter();
    Ok(said.filter(|it| !it.words.is_empty()).collect())
}

/// What became of it from one revision to another, and which lines stand elsewhere now, as it is shown.
pub(super) fn besides(
    reader: &Reader,
    subject: &Subject,
    (before, now): (i64, i64),
) -> Result<Vec<Difference>> {
    let became = became(reader, subject, (before, now))?;
    let changed = became.changed.iter().map(|it| Difference::words(&it.label, &it.before, &it.after));
    let moved = became.moved.join(", ");
    let moved = (!moved.is_empty())
        .then(|| Difference { field: t!("Lines that stand elsewhere now"), shown: html! { (moved) } });
    Ok(changed.chain(moved).collect())
}

/// What became of it from one revision to another.
pub(super) fn became(reader: &Reader, subject: &Subject, (before, now): (i64, i64)) -> Result<Became> {
    let (_, old) = reader.revision(subject.id, before)?;
    let (_, new) = reader.revision(subject.id, now)?;
    let (was, is) = (said(reader, &subject.kind, &old)?, said(reader, &subject.kind, &new)?);
    let gone = was.iter().filter(|it| is.iter().all(|other| other.key != it.key));
    let changed = is.iter().chain(gone).filter_map(|it| {
        let (before, after) = (words_of(&was, &it.key), words_of(&is, &it.key));
        (before != after).then(|| Changed {
            key: it.key.clone(),
            label: it.label.clone(),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    });
    Ok(Became { changed: changed.collect(), moved: moved(&old, &new) })
}

fn words_of<'a>(all: &'a [Said], key: &str) -> &'a str {
    all.iter().find(|it| it.key == key).map_or("", |it| it.words.as_str())
}

/// What a revision says besides its lines, in the order in which it is read; nothing of what holds no others.
fn said(reader: &Reader, kind: &str, content: &Json) -> Result<Vec<Said>> {
    let mut all = Vec::new();
    let Some(content) = content.as_object().filter(|_| !lines_of(content).is_empty()) else { return Ok(all) };
    let mut fields: Vec<(&String, &Json)> = content.iter().filter(|(field, _)| *field != "lines").collect();
    fields.sort_by_key(|(field, _)| place(field));
    for (field, value) in fields {
        let one = |label: String, words: String| Said { key: field.clone(), label, words };
        match field.as_str() {
            "sections" => all.extend(sections(value)),
            "files" => all.push(one(t!("Files"), queries::files_named(value))),
            "departures" => all.push(one(t!("From what it departs"), departures(value))),
            "extra" => {
                for it in reader.fields_of(kind)? {
                    let label = it.name(web::language::code()).to_owned();
                    let words = web::extra::in_words(reader, &it, &value[&it.key])?;
                    all.push(Said { key: format!("extra.{}", it.key), label, words });
                }
            }
            _ => all.push(one(web::words::label(reader, kind, field), written(value))),
        }
    }
    Ok(all)
}

/// The title first, the files last.
fn place(field: &str) -> usize {
    match field {
        "title" => 0,
        "sections" => 2,
        "departures" => 3,
        "extra" => 4,
        "files" => 5,
        _ => 1,
    }
}

fn text(of: &Json, field: &str) -> String {
    written(&of[field])
}

fn written(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(words) => words.clone(),
        other => other.to_string(),
    }
}

fn each(all: &Json) -> impl Iterator<Item = &Json> {
    all.as_array().into_iter().flatten()
}

/// The headings in their order, and the prose below each.
fn sections(all: &Json) -> Vec<Said> {
    let titles: Vec<String> = each(all).map(|it| text(it, "title")).collect();
    let headings = Said { key: "sections".to_owned(), label: t!("Sections"), words: titles.join("; ") };
    let prose = each(all).map(|it| Said {
        key: format!("section.{}", text(it, "key")),
        label: text(it, "title"),
        words: text(it, "prose"),
    });
    std::iter::once(headings).chain(prose).collect()
}

/// From which requirements above a set departs, what holds instead, and why.
fn departures(all: &Json) -> String {
    let one = |it: &Json| {
        let (origin, instead) = (text(it, "origin"), text(it, "instead"));
        let what = if instead.is_empty() { origin } else { format!("{origin} → {instead}") };
        format!("{what}: {}", text(it, "reason"))
    };
    each(all).map(one).collect::<Vec<_>>().join("\n")
}

/// The section and the number of each line that names another record.
fn lines_of(content: &Json) -> Vec<(String, String)> {
    let lines = each(&content["lines"]).filter(|it| it["digest"].is_string());
    lines.map(|it| (text(it, "section"), text(it, "number"))).collect()
}

/// The lines of both that stand in another section or in another order in the second.
fn moved(before: &Json, now: &Json) -> Vec<String> {
    let (old, new) = (lines_of(before), lines_of(now));
    let was_there = |number: &String| old.iter().any(|(_, it)| it == number);
    let moved = sequence(&old, &new).into_iter().filter_map(|it| match it {
        Move::Added { to } | Move::Moved { to, .. } => Some(&new[to].1).filter(|it| was_there(it)),
        Move::Kept { .. } | Move::Removed { .. } => None,
    });
    moved.cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(lines: &[(&str, &str)]) -> Json {
        let line =
            |(section, number): &(&str, &str)| json!({ "section": section, "number": number, "digest": "a" });
        json!({ "lines": lines.iter().map(line).collect::<Vec<_>>() })
    }

    #[test]
    fn a_line_has_moved_within_its_section_or_to_another() {
        let before = with(&[("s1", "A"), ("s1", "B"), ("s1", "C"), ("s2", "D")]);
        assert!(moved(&before, &before).is_empty());
        let within = with(&[("s1", "B"), ("s1", "C"), ("s1", "A"), ("s2", "D")]);
        assert_eq!(moved(&before, &within), ["A"]);
        let across = with(&[("s1", "A"), ("s1", "B"), ("s2", "C"), ("s2", "D")]);
        assert_eq!(moved(&before, &across), ["C"]);
        let others = with(&[("s1", "A"), ("s1", "B"), ("s2", "D"), ("s2", "E")]);
        assert!(moved(&before, &others).is_empty(), "what came or went is told as a line");
    }

    #[test]
    fn prose_is_told_under_its_heading_and_a_departure_with_what_holds_instead() {
        let told = sections(&json!([{ "key": "s1", "title": "Scope", "prose": "All of it." }]));
        assert_eq!(told.iter().map(|it| it.words.as_str()).collect::<Vec<_>>(), ["Scope", "All of it."]);
        assert_eq!(told[1].label, "Scope");
        let all = json!([{ "origin": "REQ-1", "instead": "REQ-7", "reason": "No steam here." },
            { "origin": "REQ-2", "instead": null, "reason": "No noise." }]);
        assert_eq!(departures(&all), "REQ-1 → REQ-7: No steam here.\nREQ-2: No noise.");
    }
}
