//! How does a text look on a page?

use pulldown_cmark::html::push_html;
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use pulldown_cmark_escape::escape_href;

use crate::address::{may_be_shown, may_lead_to};

/// How a table in a text begins.
const TABLE: &str = r#"<table class="table compact">"#;

/// HTML of a text, safe to be put on a page.
///
/// Headings go down by `demote` levels, so that they stand below those of the page, at the lowest at `h6`. HTML
/// written in the text is shown as text. Links that may not be followed and images that are not files of this site
/// are shown as their words. A table has the classes of a table of the site; aligned cells have the class `left`,
/// `center` or `right`.
pub fn html(markdown: &str, demote: u8) -> String {
    html_showing(markdown, demote, &|address| Some(address.to_owned()))
}

/// The same for whoever does not open the files of this site where they lie: `shown` tells for the address of an image
/// from where it is loaded instead; where it tells nothing, the image is shown as its words.
pub fn html_showing(markdown: &str, demote: u8, shown: &dyn Fn(&str) -> Option<String>) -> String {
    let mut page = String::with_capacity(markdown.len() * 3 / 2);
    push_html(&mut page, Safe::new(crate::events(markdown), demote, shown));
    // What is written in the text is escaped: only the writer opens tables.
    page.replace("<table>", TABLE)
}

/// The events with everything replaced that must not reach a page.
struct Safe<'s, I> {
    events: I,
    demote: u8,
    /// From where an image is loaded, by the address that the text names.
    shown: &'s dyn Fn(&str) -> Option<String>,
    /// Of the open links and images, innermost last: whether they are shown as such.
    open: Vec<bool>,
    alignments: Vec<Alignment>,
    column: usize,
    is_head: bool,
}

impl<'a, 's, I: Iterator<Item = Event<'a>>> Safe<'s, I> {
    fn new(events: I, demote: u8, shown: &'s dyn Fn(&str) -> Option<String>) -> Self {
        Self { events, demote, shown, open: Vec::new(), alignments: Vec::new(), column: 0, is_head: false }
    }

    fn start(&mut self, tag: Tag<'a>) -> Event<'a> {
        match tag {
            Tag::Heading { level, .. } => Event::Start(Tag::Heading {
                level: self.demoted(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            }),
            Tag::Link { dest_url, link_type, .. } => self.link(&dest_url, link_type),
            Tag::Image { link_type, dest_url, title, id } => {
                let address = may_be_shown(&dest_url).then(|| (self.shown)(&dest_url)).flatten();
                self.open.push(address.is_some());
                let Some(address) = address else { return nothing() };
                Event::Start(Tag::Image { link_type, dest_url: address.into(), title, id })
            }
            Tag::Table(alignments) => {
                let plain = vec![Alignment::None; alignments.len()];
                self.alignments = alignments;
                Event::Start(Tag::Table(plain))
            }
            Tag::TableHead | Tag::TableRow => {
                self.is_head = tag == Tag::TableHead;
                self.column = 0;
                Event::Start(tag)
            }
            Tag::TableCell => self.cell(),
            other => Event::Start(other),
        }
    }

    fn end(&mut self, end: TagEnd) -> Event<'a> {
        match end {
            TagEnd::Heading(level) => Event::End(TagEnd::Heading(self.demoted(level))),
            TagEnd::Link | TagEnd::Image if self.open.pop() == Some(false) => nothing(),
            other => Event::End(other),
        }
    }

    fn demoted(&self, level: HeadingLevel) -> HeadingLevel {
        let lower = (level as usize).saturating_add(usize::from(self.demote)).min(6);
        HeadingLevel::try_from(lower).unwrap_or(HeadingLevel::H6)
    }

    fn link(&mut self, address: &str, link_type: LinkType) -> Event<'a> {
        let address =
            if link_type == LinkType::Email { format!("mailto:{address}") } else { address.to_owned() };
        self.open.push(may_lead_to(&address));
        if !may_lead_to(&address) {
            return nothing();
        }
        let mut start = String::from("<a href=\"");
        escape_href(&mut start, &address).expect("writing into a string cannot fail");
        start.push_str("\" rel=\"noopener nofollow\">");
        Event::InlineHtml(CowStr::from(start))
    }

    /// A cell with its alignment as a class, for the content security policy forbids styles in the page.
    fn cell(&mut self) -> Event<'a> {
        let alignment = self.alignments.get(self.column).copied().unwrap_or(Alignment::None);
        self.column += 1;
        let class = match alignment {
            Alignment::None => return Event::Start(Tag::TableCell),
            Alignment::Left => "left",
            Alignment::Center => "center",
            Alignment::Right => "right",
        };
        let element = if self.is_head { "th" } else { "td" };
        Event::InlineHtml(CowStr::from(format!("<{element} class=\"{class}\">")))
    }
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for Safe<'_, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        Some(match self.events.next()? {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            other => other,
        })
    }
}

fn nothing<'a>() -> Event<'a> {
    Event::Text(CowStr::Borrowed(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_looks_like_a_text() {
        assert_eq!(
            html("**Must** be ~~1~~ *2*.\n\n- a\n- b", 0),
            "<p><strong>Must</strong> be <del>1</del> <em>2</em>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        );
    }

    #[test]
    fn html_of_an_author_is_shown_as_text() {
        assert_eq!(html("a <b onclick='x()'>b</b>", 0), "<p>a &lt;b onclick='x()'&gt;b&lt;/b&gt;</p>\n");
        assert!(
            html("<script>\nalert(1)\n</script>\n\nx", 0)
                .starts_with("<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;")
        );
        assert!(!html("<!-- <img src=x onerror=y> -->", 0).contains("<img"));
    }

    #[test]
    fn links_tell_no_one_and_bad_ones_are_only_words() {
        assert_eq!(
            html("[a](https://a.example/?x=1&y=2 \"title\")", 0),
            "<p><a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noopener nofollow\">a</a></p>\n"
        );
        assert_eq!(
            html("<carl@meridian.example>", 0),
            "<p><a href=\"mailto:carl@meridian.example\" rel=\"noopener nofollow\">carl@meridian.example</a></p>\n"
        );
        assert_eq!(html("[a](javascript:x()) [b](//evil.example)", 0), "<p>a b</p>\n");
        assert_eq!(html("[a](java&Tab;script:x)", 0), "<p>a</p>\n");
    }

    #[test]
    fn images_are_files_of_this_site_or_their_words() {
        assert_eq!(
            html("![plan](/files/ab/plan.png)", 0),
            "<p><img src=\"/files/ab/plan.png\" alt=\"plan\" /></p>\n"
        );
        assert_eq!(html("![plan](https://a.example/pixel.png)", 0), "<p>plan</p>\n");
        assert_eq!(
            html("[![plan](data:x)](/files/a)", 0),
            "<p><a href=\"/files/a\" rel=\"noopener nofollow\">plan</a></p>\n"
        );
        assert_eq!(
            html("![a \"b\" <c>](/files/x)", 0),
            "<p><img src=\"/files/x\" alt=\"a &quot;b&quot; &lt;c&gt;\" /></p>\n"
        );
    }

    #[test]
    fn images_are_loaded_from_where_the_reader_opens_them_or_are_their_words() {
        let shown = |it: &str| (it == "/files/12").then(|| "/sign/x/files/ab".to_owned());
        assert_eq!(
            html_showing("![plan](/files/12) ![*our* margin](/files/13)", 0, &shown),
            "<p><img src=\"/sign/x/files/ab\" alt=\"plan\" /> <em>our</em> margin</p>\n"
        );
        let anywhere = |_: &str| Some("/sign/x/files/ab".to_owned());
        assert_eq!(html_showing("![plan](https://a.example/pixel.png)", 0, &anywhere), "<p>plan</p>\n");
    }

    #[test]
    fn headings_stand_below_those_of_the_page() {
        assert_eq!(html("# a\n\n##### b", 2), "<h3>a</h3>\n<h6>b</h6>\n");
        assert_eq!(html("# a", 255), "<h6>a</h6>\n");
    }

    #[test]
    fn tables_align_by_class_and_never_by_style() {
        let page = html("| a | b |\n|---|--:|\n| 1 | 2 |", 0);
        assert!(page.contains("<th>a</th><th class=\"right\">b</th>"), "{page}");
        assert!(page.contains("<td>1</td><td class=\"right\">2</td>"), "{page}");
        assert!(!page.contains("style"));
    }

    #[test]
    fn a_text_that_is_too_long_is_shown_as_it_is_written() {
        let long = format!("**{}**<b>", "x".repeat(crate::LONGEST));
        let page = html(&long, 0);
        assert!(page.starts_with("<pre><code>**x") && page.ends_with("**&lt;b&gt;</code></pre>\n"));
    }
}
