//! Which pictures does a text show?

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::address::may_be_shown;

/// A picture in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file of this site that it shows, as the text names it.
    pub address: String,
    /// What it says to whoever does not see it.
    pub words: String,
}

/// The pictures of a text, in their order: those that a page may show.
pub fn pictures(markdown: &str) -> Vec<Picture> {
    let mut all = Vec::new();
    if !markdown.contains("![") {
        return all;
    }
    // One within the words of another is only words.
    let (mut open, mut depth) = (None::<Picture>, 0);
    for event in crate::events(markdown) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                depth += 1;
                open.get_or_insert_with(|| Picture { address: dest_url.into_string(), words: String::new() });
            }
            Event::End(TagEnd::Image) => {
                depth -= 1;
                if depth == 0 {
                    all.extend(open.take().filter(|it| may_be_shown(&it.address)));
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(it) = &mut open {
                    it.words.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(it) = &mut open {
                    it.words.push(' ');
                }
            }
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_a_text_are_told_with_their_words_wherever_they_stand() {
        let text = "As *drawn*: ![the `flow`\nscheme](/files/12)\n\n| a |\n|---|\n| ![](</files/13>) |\n\n![a ![b](/files/8)](/files/9)";
        let found = pictures(text);
        let told: Vec<_> = found.iter().map(|it| (it.address.as_str(), it.words.as_str())).collect();
        assert_eq!(told, [("/files/12", "the flow scheme"), ("/files/13", ""), ("/files/9", "a b")]);
    }

    #[test]
    fn what_no_page_shows_is_no_picture_of_a_text() {
        for text in ["![x](https://a.example/p.gif)", "`![x](/files/1)`", "[x](/files/1)", "![x](/logout)"] {
            assert!(pictures(text).is_empty(), "{text}");
        }
    }
}
