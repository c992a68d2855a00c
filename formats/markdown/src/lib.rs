//! How is rich text written, shown, searched and pasted?
//!
//! Rich text is Markdown (`CommonMark` with tables and strikethrough). What is shown is safe by construction: no
//! HTML of an author reaches a page, only what is written here.

mod address;
mod from_html;
mod html;
mod inline;
mod picture;
mod plain;

pub use from_html::from_html;
pub use html::{html, html_showing};
pub use picture::{Picture, pictures};
pub use plain::{plain, prose, tables};

/// Texts longer than this many bytes are shown as they are written, for parsing has its price.
const LONGEST: usize = 1_000_000;

/// The events of a text. HTML in it is text, not HTML.
fn events(markdown: &str) -> impl Iterator<Item = pulldown_cmark::Event<'_>> {
    use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

    let parsed = if markdown.len() > LONGEST { "" } else { markdown };
    let unparsed = if markdown.len() > LONGEST { markdown } else { "" };
    let parser = Parser::new_ext(parsed, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let as_text = parser.map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        other => other,
    });
    let whole = (!unparsed.is_empty()).then_some([
        Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented)),
        Event::Text(CowStr::Borrowed(unparsed)),
        Event::End(TagEnd::CodeBlock),
    ]);
    TextMergeStream::new(as_text).chain(whole.into_iter().flatten())
}
