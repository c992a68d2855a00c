//! A text exactly as it is stored, its passages marked, and in the margin what each became.

use kernel::{PartyId, Reader, Result};
use maud::{Markup, Render, html};
use web::parts::{self, Button, Field, Head, hidden, page_head};
use web::t;

use crate::rules::marks::{Covered, Marked, Piece, pieces};

/// A text with what became of it.
#[derive(Clone, Debug)]
pub struct Words {
    pub source: i64,
    pub body: String,
    /// In characters.
    pub quoted: Vec<(i64, i64)>,
    pub became: Vec<Note>,
    /// Whether the reader may make a requirement of its words.
    pub may_make: bool,
}

/// What a passage became.
#[derive(Clone, Debug)]
pub struct Note {
    pub passage: i64,
    pub start: i64,
    pub end: i64,
    pub number: String,
    pub title: String,
    pub address: String,
}

/// The text with its margin. The element of the words holds the stored text character for character, because
/// places in it are counted in the browser.
pub fn words(it: &Words) -> Markup {
    let marked: Vec<Marked> = it
        .became
        .iter()
        .map(|note| Marked { passage: note.passage, start: note.start, end: note.end })
        .collect();
    let text = html! {
        div.words data-source=(it.source) data-length=(it.body.chars().count()) {
            @for piece in pieces(&it.body, &it.quoted, &marked) { (drawn(&piece, &it.became)) }
        }
    };
    html! {
        @if it.became.is_empty() { (text) } @else {
            div.pair {
                (text)
                div.margin { @for (place, note) in (1..).zip(&it.became) { (in_margin(place, note)) } }
            }
        }
        @if it.may_make { (by_form(it.source)) }
    }
}

fn drawn(piece: &Piece, notes: &[Note]) -> Markup {
    html! {
        @if piece.is_quoted { span.quoted { (in_marks(piece.words, &piece.passages, notes)) } }
        @else { (in_marks(piece.words, &piece.passages, notes)) }
    }
}

/// Passages that overlap stand in each other; each bears its anchor where it begins.
fn in_marks(words: &str, passages: &[Covered], notes: &[Note]) -> Markup {
    let Some((Covered { passage, begins, ends }, inner)) = passages.split_first() else {
        return words.render();
    };
    let place = notes.iter().position(|it| it.passage == *passage).map_or(0, |it| it + 1);
    html! {
        mark id=[begins.then(|| format!("passage-{passage}"))] data-passage=(passage) data-place=[ends.then_some(place)] {
            (in_marks(words, inner, notes))
        }
    }
}

fn in_margin(place: usize, note: &Note) -> Markup {
    html! {
        a id={ "note-" (note.passage) } href=(note.address) {
            span { (place) " · " (note.number) } span.fine { (note.title) }
        }
    }
}

/// The way without a script: the words are copied, and found again in the text.
fn by_form(source: i64) -> Markup {
    html! {
        details.by-form {
            summary class="button small bare" { (t!("Make a requirement of words")) }
            form.stack method="get" action="/passages/new" {
                (hidden("text", source))
                div.field {
                    label for={ "exact-" (source) } { (t!("The words, copied from the text")) }
                    textarea.input id={ "exact-" (source) } name="exact" rows="3" required {}
                }
                (Button::send(t!("Go on")).small())
            }
        }
    }
}

/// A form that opens the page on which a requirement is made of the words that were marked.
///
/// # Errors
/// None; it has the shape of what other areas offer in its place.
pub fn capture_by_page(_: &Reader, _: Option<PartyId>) -> Result<Markup> {
    Ok(html! {
        form id="capture" class="stack" method="get" action="/passages/new" hidden {
            h2 { (t!("New requirement")) }
            @for name in ["text", "start", "end", "prefix", "suffix"] { (hidden(name, "")) }
            (Field::area("exact", t!("The words")).read_only())
            div.row {
                (Button::send(t!("Make a requirement of them")).first())
                button class="button bare" type="button" data-cancel { (t!("Cancel")) }
            }
        }
    })
}

/// The page of one text, such as an attached specification.
pub fn source(
    name: &str,
    (conversation, address): ((&str, &str), &str),
    file: Option<i64>,
    it: &Words,
    capture: &Markup,
) -> Markup {
    let (number, title) = conversation;
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), address.to_owned())),
            title: html! { (name) },
            lead: Some(html! {
                @if address.starts_with("/conversations/") { (t!("From the conversation “{title}”.", title = title)) }
                @else { (t!("From “{title}”.", title = title)) }
                @if it.may_make { " " (t!("Mark words to make a requirement of them.")) }
            }),
            tools: parts::Tools {
                first: None,
                more: file.map(|it| Button::open(format!("/files/{it}"), t!("Open the file")).small()).into_iter().collect(),
            },
            ..Head::default()
        }))
        div.marked.long { (words(it)) }
        (capture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, quoted: &[(i64, i64)], places: &[(i64, i64)]) -> String {
        let note = |(passage, (start, end)): (i64, &(i64, i64))| Note {
            passage,
            start: *start,
            end: *end,
            number: "REQ-0001".into(),
            title: "Title".into(),
            address: "/requirements/REQ-0001".into(),
        };
        let became = (1..).zip(places).map(note).collect();
        words(&Words { source: 7, body: body.into(), quoted: quoted.to_vec(), became, may_make: false })
            .into_string()
    }

    /// What a browser makes of the element of the words.
    fn text_content(shown: &str) -> String {
        let start = shown.find("<div class=\"words\"").unwrap();
        let inside = &shown[start..start + shown[start..].find("</div>").unwrap()];
        let mut text = String::new();
        let mut rest = inside;
        while let Some(tag) = rest.find('<') {
            text.push_str(&rest[..tag]);
            rest = &rest[tag + rest[tag..].find('>').unwrap() + 1..];
        }
        text.push_str(rest);
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn the_element_holds_the_stored_text_character_for_character() {
        let body = "Dear <Ada>,\n\n\t5 °C & \"so\" on\n> quoted\n";
        let shown = shown(body, &[(29, 38)], &[(5, 10), (8, 20), (30, 36)]);
        assert_eq!(text_content(&shown), body);
        assert!(shown.contains(&format!("data-length=\"{}\"", body.chars().count())));
    }

    #[test]
    fn each_passage_has_one_anchor_and_one_note() {
        let shown = shown("one two three", &[], &[(0, 7), (4, 13)]);
        for id in ["id=\"passage-1\"", "id=\"passage-2\"", "id=\"note-1\"", "id=\"note-2\""] {
            assert_eq!(shown.matches(id).count(), 1, "{id}");
        }
    }
}
