//! Markdown as a tree of plain values: what the template walks. HTML in it is text; addresses that lead anywhere but
//! to the web or to a mailbox lead nowhere.

use std::iter::Peekable;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value as Json, json};

use crate::Shown;

/// Deeper than this it is set flat: the typesetter counts how deep it is called.
const DEEPEST: usize = 8;
/// Longer texts are set as they are written, for parsing has its price, in bytes.
const LONGEST: usize = 1_000_000;

/// The blocks of a text, with those of its pictures that are shown.
pub fn blocks(markdown: &str, shown: &[Shown]) -> Vec<Json> {
    if markdown.len() > LONGEST {
        return vec![json!({ "t": "code", "s": markdown })];
    }
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut events = Events { parser: parser.peekable(), shown };
    let mut all = Vec::new();
    while events.peek().is_some() {
        all.extend(some_blocks(&mut events, 0));
        // An end without a beginning is passed over.
        events.next();
    }
    all
}

/// What is still to be read of a text, and the pictures that it may show.
struct Events<'a> {
    parser: Peekable<Parser<'a>>,
    shown: &'a [Shown],
}

impl<'a> Events<'a> {
    fn peek(&mut self) -> Option<&Event<'a>> {
        self.parser.peek()
    }

    fn next(&mut self) -> Option<Event<'a>> {
        self.parser.next()
    }
}

/// The name under which the typesetter finds a picture of a text.
pub fn file_of(place: usize) -> String {
    format!("shown-{place}")
}

/// The blocks up to the end of what holds them; the end itself stays.
fn some_blocks(events: &mut Events, depth: usize) -> Vec<Json> {
    let mut all = Vec::new();
    while let Some(event) = events.peek() {
        match event {
            Event::End(_) => break,
            Event::Start(tag) if is_block(tag) => {
                let Some(Event::Start(tag)) = events.next() else { break };
                let made = block(events, &tag, depth + 1);
                all.extend(made);
                events.next();
            }
            Event::Rule => {
                events.next();
                all.push(json!({ "t": "rule" }));
            }
            // Text of a list item without a paragraph of its own.
            _ => all.push(json!({ "t": "p", "tight": true, "c": inline(events, depth + 1) })),
        }
    }
    all
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::Superscript
            | Tag::Subscript
    )
}

fn block(events: &mut Events, tag: &Tag, depth: usize) -> Vec<Json> {
    match tag {
        Tag::Heading { level, .. } => {
            vec![json!({ "t": "h", "level": *level as usize, "c": inline(events, depth) })]
        }
        Tag::CodeBlock(kind) => {
            let _: &CodeBlockKind = kind;
            vec![json!({ "t": "code", "s": words(events) })]
        }
        Tag::BlockQuote(_) if depth < DEEPEST => {
            vec![json!({ "t": "quote", "c": some_blocks(events, depth) })]
        }
        Tag::List(start) if depth < DEEPEST => {
            let mut items = Vec::new();
            while matches!(events.peek(), Some(Event::Start(Tag::Item))) {
                events.next();
                items.push(some_blocks(events, depth));
                events.next();
            }
            vec![json!({ "t": "list", "start": start, "items": items })]
        }
        Tag::Table(columns) => vec![table(events, columns.len(), depth)],
        Tag::BlockQuote(_) | Tag::List(_) | Tag::Item => {
            let end = tag.to_end();
            vec![json!({ "t": "p", "c": [text(&words_to(events, end))] })]
        }
        Tag::HtmlBlock => vec![json!({ "t": "p", "c": [text(words(events).trim_end())] })],
        _ => vec![json!({ "t": "p", "c": inline(events, depth) })],
    }
}

fn table(events: &mut Events, columns: usize, depth: usize) -> Json {
    let (mut head, mut rows) = (Vec::new(), Vec::new());
    while let Some(Event::Start(_)) = events.peek() {
        let Some(Event::Start(tag)) = events.next() else { break };
        let mut row = Vec::new();
        while matches!(events.peek(), Some(Event::Start(Tag::TableCell))) {
            events.next();
            row.push(Json::Array(inline(events, depth)));
            events.next();
        }
        events.next();
        if tag == Tag::TableHead { head = row } else { rows.push(row) }
    }
    json!({ "t": "table", "columns": columns.max(1), "head": head, "rows": rows })
}

fn text(words: &str) -> Json {
    json!({ "t": "text", "s": words })
}

/// The run of words up to the next block or end.
fn inline(events: &mut Events, depth: usize) -> Vec<Json> {
    let mut all = Vec::new();
    while let Some(event) = events.peek() {
        match event {
            Event::End(_) | Event::Rule => break,
            Event::Start(tag) if is_block(tag) => break,
            _ => {}
        }
        let Some(event) = events.next() else { break };
        match event {
            Event::Start(tag) => {
                let end = tag.to_end();
                if let Tag::Image { dest_url, .. } = &tag {
                    all.push(picture(events, dest_url));
                } else if depth >= DEEPEST {
                    all.push(text(&words_to(events, end)));
                } else {
                    all.push(marked(&tag, inline(events, depth + 1)));
                }
                events.next();
            }
            Event::Code(words) => all.push(json!({ "t": "code", "s": &*words })),
            Event::SoftBreak => all.push(text(" ")),
            Event::HardBreak => all.push(json!({ "t": "break" })),
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => all.push(text(&words)),
            _ => {}
        }
    }
    all
}

/// A picture where it is shown, else its words; the end itself stays.
fn picture(events: &mut Events, address: &str) -> Json {
    let words = words_to(events, TagEnd::Image);
    match events.shown.iter().enumerate().find(|(_, it)| it.address == address) {
        Some((place, it)) => {
            let words = if words.trim().is_empty() { &it.name } else { &words };
            json!({ "t": "picture", "file": file_of(place), "words": words })
        }
        None => text(&words),
    }
}

fn marked(tag: &Tag, within: Vec<Json>) -> Json {
    match tag {
        Tag::Strong => json!({ "t": "strong", "c": within }),
        Tag::Emphasis => json!({ "t": "emph", "c": within }),
        Tag::Strikethrough => json!({ "t": "strike", "c": within }),
        Tag::Link { dest_url, .. } if leads_outside(dest_url) => {
            json!({ "t": "link", "to": &**dest_url, "c": within })
        }
        _ => json!({ "t": "span", "c": within }),
    }
}

fn leads_outside(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let leads = ["https://", "http://", "mailto:"].iter().any(|it| lower.starts_with(it));
    leads && lower.len() < 2_000 && !lower.chars().any(|it| it.is_control() || it.is_whitespace())
}

/// All words up to the next end.
fn words(events: &mut Events) -> String {
    let mut all = String::new();
    while let Some(Event::Text(_) | Event::Html(_)) = events.peek() {
        if let Some(Event::Text(it) | Event::Html(it)) = events.next() {
            all.push_str(&it);
        }
    }
    all
}

/// All words up to that end, however deep they stand; the end itself stays.
fn words_to(events: &mut Events, end: TagEnd) -> String {
    let mut all = String::new();
    let mut open = 0usize;
    while let Some(event) = events.peek() {
        match event {
            Event::End(it) if open == 0 && *it == end => break,
            Event::End(_) => open = open.saturating_sub(1),
            Event::Start(_) => open += 1,
            Event::Text(it) | Event::Code(it) | Event::Html(it) | Event::InlineHtml(it) => all.push_str(it),
            Event::SoftBreak | Event::HardBreak => all.push(' '),
            _ => {}
        }
        events.next();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_tree() {
        let made = blocks("Shall be **1.5** l\n\n- a\n- b\n\n|x|y|\n|-|-|\n|1|2|\n", &[]);
        assert_eq!(made[0]["c"][1], json!({ "t": "strong", "c": [{ "t": "text", "s": "1.5" }] }));
        assert_eq!(made[1]["items"][1][0]["c"][0]["s"], "b");
        assert_eq!(made[2]["rows"][0][1][0]["s"], "2");
        assert_eq!(made.len(), 3);
    }

    #[test]
    fn html_is_text_and_a_script_leads_nowhere() {
        let made = blocks("<b>x</b>\n\na <i>b</i> [c](javascript:alert) [d](https://x.example)", &[]);
        let words = |it: &Json| {
            it["c"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|it| it["s"].as_str().map(str::to_owned))
                .collect::<String>()
        };
        assert_eq!(words(&made[0]), "<b>x</b>");
        let inline = made[1]["c"].as_array().unwrap();
        assert!(inline.iter().any(|it| it["t"] == "span") && inline.iter().any(|it| it["t"] == "link"));
        assert_eq!(inline.iter().filter(|it| it["t"] == "link").count(), 1);
    }

    #[test]
    fn a_picture_stands_where_it_is_shown_and_is_its_words_elsewhere() {
        let of = |address: &str| Shown { address: address.into(), name: "a.png".into(), bytes: Vec::new() };
        let shown = [of("/files/1"), of("/files/2")];
        let made = blocks("As ![the *flow*](/files/2) and ![](/files/1) and ![*ours*](/files/3).", &shown);
        let inline = made[0]["c"].as_array().unwrap();
        let told: Vec<(&str, &str)> = inline
            .iter()
            .map(|it| {
                (it["file"].as_str().unwrap_or_default(), it["words"].as_str().or(it["s"].as_str()).unwrap())
            })
            .collect();
        let expected = [
            ("", "As "),
            ("shown-1", "the flow"),
            ("", " and "),
            ("shown-0", "a.png"),
            ("", " and "),
            ("", "ours"),
            ("", "."),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_nested_without_end_is_set_flat_and_nothing_of_it_is_lost() {
        let deep = format!("{}x", "> ".repeat(400));
        let made = Json::Array(blocks(&deep, &[])).to_string();
        assert!(made.contains('x') && made.matches("quote").count() < DEEPEST);
        let deep = format!("{}y{}", "*a **b ".repeat(300), "** *".repeat(300));
        assert!(Json::Array(blocks(&deep, &[])).to_string().contains('y'));
        let list: String = (0..60).map(|it| format!("{}- z{it}\n", "  ".repeat(it))).collect();
        assert!(Json::Array(blocks(&list, &[])).to_string().contains("z59"));
    }
}
