//! What does HTML say as plain text?

use std::cell::RefCell;

use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::{Warning, html::tokens};

/// The text of sanitised HTML, quotations behind `> `, and the links that show one address and lead to another.
pub(crate) fn text_of(html: &str) -> (String, Vec<Warning>) {
    let rendering = tokens(html, Rendering::default()).0.0.into_inner();
    let mut text = rendering.text;
    text.truncate(text.trim_end().len());
    (text, rendering.misleading)
}

#[derive(Default)]
struct Rendering(RefCell<Page>);

#[derive(Default)]
struct Page {
    text: String,
    /// Line feeds owed before the next word.
    feeds: usize,
    /// A blank owed before the next word.
    blank: bool,
    quotations: usize,
    /// Quotations around the line written last.
    quotations_before: usize,
    preformatted: usize,
    /// One number for each open list, `None` for bullets.
    lists: Vec<Option<usize>>,
    /// Where the text stood after the mark of a list entry: what follows goes on the same line.
    after_mark: usize,
    /// Where the open paragraph began, if it keeps no distance to the next.
    tight: Option<usize>,
    /// Target of the open link and where its text begins.
    link: Option<(String, usize)>,
    misleading: Vec<Warning>,
}

impl TokenSink for Rendering {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => page.write(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => page.start(&tag),
            Token::TagToken(tag) => page.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn start(&mut self, tag: &Tag) {
        match &*tag.name {
            "p" if is_tight(tag) => {
                self.break_lines(1);
                self.tight = Some(self.text.len());
            }
            "br" => self.feeds += 1,
            "hr" | "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" => self.break_lines(2),
            "blockquote" => {
                self.break_lines(2);
                self.quotations += 1;
            }
            "div" | "tr" | "table" | "section" | "address" | "dt" | "dd" | "center" | "figure"
            | "caption" => {
                self.break_lines(1);
            }
            "pre" => {
                self.break_lines(1);
                self.preformatted += 1;
            }
            "ul" | "ol" => {
                self.break_lines(1);
                self.lists.push((&*tag.name == "ol").then_some(0));
            }
            "li" => self.list_entry(),
            "td" | "th" if self.feeds == 0 && !self.text.ends_with('\n') && !self.text.is_empty() => {
                self.text.push('\t');
                self.blank = false;
            }
            "a" => {
                let href = tag.attrs.iter().find(|attribute| &*attribute.name.local == "href");
                self.link = href.map(|href| (href.value.to_string(), self.text.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" if self.tight.is_some() => {
                // A line of its own even if nothing is in it.
                let is_empty = self.tight.take() == Some(self.text.len());
                self.feeds = if is_empty { self.feeds + 1 } else { self.feeds.max(1) };
                self.blank = false;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.break_lines(2),
            "blockquote" => {
                self.break_lines(2);
                self.quotations = self.quotations.saturating_sub(1);
            }
            "pre" => {
                self.break_lines(1);
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "ul" | "ol" => {
                self.lists.pop();
                self.break_lines(1);
            }
            "div" | "tr" | "table" | "section" | "address" | "li" | "dt" | "dd" | "center" | "figure"
            | "caption" => {
                self.break_lines(1);
            }
            "a" => self.judge_link(),
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if self.preformatted > 0 {
            for c in text.chars() {
                self.character(c);
            }
            return;
        }
        for c in text.chars() {
            match c {
                // The blank that does not break is what office programs write into empty lines.
                ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' => self.blank = true,
                c => self.character(c),
            }
        }
    }

    fn character(&mut self, c: char) {
        if c == '\n' {
            self.feeds += 1;
            return;
        }
        if c.is_control() && c != '\t' {
            return;
        }
        self.pay_feeds();
        if std::mem::take(&mut self.blank) && !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t'])
        {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// At least so many line feeds before the next word.
    fn break_lines(&mut self, feeds: usize) {
        if self.after_mark > 0 && self.after_mark == self.text.len() {
            return;
        }
        self.feeds = self.feeds.max(feeds);
        self.blank = false;
    }

    fn pay_feeds(&mut self) {
        let feeds = std::mem::take(&mut self.feeds).min(4);
        let is_start = self.text.is_empty();
        if feeds == 0 && !is_start {
            return;
        }
        let quotations = self.quotations.min(20);
        let prefix = "> ".repeat(quotations);
        let between = "> ".repeat(quotations.min(std::mem::replace(&mut self.quotations_before, quotations)));
        if is_start {
            self.text.push_str(&prefix);
            return;
        }
        for _ in 1..feeds {
            self.text.push('\n');
            self.text.push_str(between.trim_end());
        }
        self.text.push('\n');
        self.text.push_str(&prefix);
    }

    fn list_entry(&mut self) {
        self.break_lines(1);
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(20));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_string(),
        };
        self.pay_feeds();
        self.text.push_str(&indent);
        self.text.push_str(&mark);
        self.after_mark = self.text.len();
    }

    fn judge_link(&mut self) {
        let Some((leads_to, start)) = self.link.take() else { return };
        let shown = self.text.get(start..).unwrap_or_default().trim();
        let (Some(shown_host), Some(host)) = (host(shown), host(&leads_to)) else { return };
        let is_same = host == shown_host || host.ends_with(&format!(".{shown_host}"));
        if !is_same && self.misleading.len() < 20 {
            let short = |text: &str| text.chars().take(200).collect::<String>();
            self.misleading.push(Warning::MisleadingLink { shown: short(shown), leads_to: short(&leads_to) });
        }
    }
}

fn is_tight(tag: &Tag) -> bool {
    let style = tag.attrs.iter().find(|attribute| &*attribute.name.local == "style");
    style.is_some_and(|style| style.value.starts_with("margin: 0"))
}

/// The host of what looks like an address of a page.
fn host(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let after = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let after = after.or_else(|| lower.starts_with("www.").then_some(&lower))?;
    let authority = after.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !host.contains(char::is_whitespace)).then(|| host.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        text_of(html).0
    }

    #[test]
    fn paragraphs_and_lines_keep_apart() {
        assert_eq!(text("<p>Hi  all,</p>\n<p>this is<br>new</p>"), "Hi all,\n\nthis is\nnew");
        assert_eq!(text("<div>a</div><div>b</div>"), "a\nb");
    }

    #[test]
    fn a_paragraph_without_distance_is_a_line() {
        let line = |text: &str| format!("<p style=\"margin: 0; color: red\">{text}</p>");
        assert_eq!(text(&[line("a"), line("&nbsp;"), line("b"), line("c")].concat()), "a\n\nb\nc");
    }

    #[test]
    fn lists_and_tables_read_as_such() {
        assert_eq!(text("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"), "- a\n- b\n  1. c");
        assert_eq!(
            text("<table><tr><td>Flow</td><td>20 m³/h</td></tr><tr><td>x</td></tr></table>"),
            "Flow\t20 m³/h\nx"
        );
    }

    #[test]
    fn quotations_stand_behind_marks() {
        assert_eq!(
            text("<p>yes</p><blockquote><p>is it?</p><p>sure?</p></blockquote>"),
            "yes\n\n> is it?\n>\n> sure?"
        );
    }

    #[test]
    fn a_link_that_shows_another_address_is_told() {
        let (_, warnings) = text_of("<a href=\"https://evil.example/x\">https://bank.example</a>");
        let told = Warning::MisleadingLink {
            shown: "https://bank.example".into(),
            leads_to: "https://evil.example/x".into(),
        };
        assert_eq!(warnings, [told]);
        let (_, warnings) = text_of("<a href=\"https://mail.bank.example/x\">www.bank.example</a>");
        assert_eq!(warnings, []);
    }
}
