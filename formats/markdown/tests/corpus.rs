//! Does any text, however strange, stay harmless and keep its words?
#![expect(clippy::unwrap_used, reason = "a harness that cannot go on has failed")]

use std::time::{Duration, Instant};

use html5gum::{Token, Tokenizer};

/// Pieces out of which hostile texts are put together.
const MARKDOWN: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "~~~\n",
    "#",
    "# ",
    "> ",
    "- ",
    "1. ",
    "    ",
    "\t",
    "[",
    "]",
    "](",
    ")",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#x6a;",
    "&Tab;",
    "&colon;",
    "javascript:",
    "JaVaScRiPt:alert(1)",
    "data:text/html,",
    "https://a.example",
    "mailto:a@b.example",
    "//evil",
    "/files/a.png",
    "/files/../x",
    "![",
    "<img src=x onerror=alert(1)>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "<a href=\"",
    "style=",
    "| a | b |\n|---|:-:|\n",
    "|",
    "\\",
    "\\\n",
    "\u{0}",
    "\u{202e}",
    "é",
    "👩‍🔧",
    "[x]: javascript:y\n",
    "[x]",
    "<javascript:alert(1)>",
    "<https://a.example/\"onmouseover=x>",
    "```js\" onload=\"x\n",
    "---\n",
    "===\n",
];

const HTML: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "*",
    "**",
    "_",
    "`",
    "#",
    "1. ",
    "[",
    "](x)",
    "&lt;b&gt;",
    "&amp;lt;",
    "|",
    "\\",
    "~",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<s>",
    "</s>",
    "<code>",
    "</code>",
    "<a href='https://a.example'>",
    "<a href='javascript:x'>",
    "<a href='x&gt;)](y'>",
    "</a>",
    "<br>",
    "<ul>",
    "</ul>",
    "<ol start=7>",
    "</ol>",
    "<li>",
    "</li>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "<td colspan=3>",
    "<td rowspan=2>",
    "</td>",
    "<th>",
    "<h1>",
    "</h1>",
    "<h6>",
    "<blockquote>",
    "</blockquote>",
    "<pre>",
    "</pre>",
    "<img src=/files/a alt='x]('>",
    "<img src=x alt=y>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<span style='font-weight:bold;font-style:italic'>",
    "<span style='mso-list:Ignore'>",
    "</span>",
    "<p style='mso-list:l0 level3 lfo1'>",
    "<hr>",
    "<!-- x",
    "-->",
    "<div>",
    "</div>",
    "é",
    "👩‍🔧",
    "\u{0}",
    "<",
    "</",
    "<svg>",
    "</svg>",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn text(&mut self, pieces: &[&str]) -> String {
        let length = self.below(40);
        (0..length).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

/// Runs for a good second at most, so that everybody runs it every time.
fn for_a_while(mut check: impl FnMut(&mut Random)) {
    let begun = Instant::now();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut rounds = 0;
    while rounds < 20_000 && begun.elapsed() < Duration::from_millis(1_500) {
        check(&mut random);
        rounds += 1;
    }
    assert!(rounds > 200, "only {rounds} texts in the time given");
}

#[test]
fn what_is_shown_is_harmless() {
    for_a_while(|random| {
        let markdown = random.text(MARKDOWN);
        assert_harmless(&markdown, &markdown::html(&markdown, 1));
        markdown::plain(&markdown);
        markdown::tables(&markdown);
    });
}

#[test]
fn what_is_pasted_is_harmless() {
    for_a_while(|random| {
        let pasted = random.text(HTML);
        let markdown = markdown::from_html(&pasted);
        assert_harmless(&pasted, &markdown::html(&markdown, 1));
    });
}

#[test]
fn words_without_form_come_through_the_clipboard_unchanged() {
    for_a_while(|random| {
        let text = random.text(MARKDOWN);
        let words = |text: &str| {
            let visible: String = text.chars().filter(|it| it.is_whitespace() || !it.is_control()).collect();
            visible.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let markdown = markdown::from_html(&format!("<p>{escaped}</p>"));
        assert_eq!(words(&markdown::plain(&markdown)), words(&text), "{text:?} became {markdown:?}");
    });
}

#[test]
fn texts_made_to_be_slow_are_not() {
    let slow = [
        "> ", "- ", "* ", "[", "![", "*a_ ", "`", "<", "<!--", "[a](", "| a ", "&", "\\", "1. ", "**a", "[^",
        "\n> - ", "<a href=", "~~", "*", "a**b", "[a]: x\n",
    ];
    for piece in slow {
        let begun = Instant::now();
        let page = markdown::html(&piece.repeat(20_000), 0);
        assert!(begun.elapsed() < Duration::from_secs(10), "{piece:?} took {:?}", begun.elapsed());
        assert!(page.len() < 20_000_000, "{piece:?} gave {}", page.len());
    }
}

/// Only elements and attributes that were written by this crate stand there, and addresses lead where they may.
fn assert_harmless(source: &str, page: &str) {
    for Ok(token) in Tokenizer::new(page) {
        let Token::StartTag(tag) = token else {
            assert!(!matches!(token, Token::Comment(_) | Token::Doctype(_)), "{source:?} became {page}");
            continue;
        };
        let name = String::from_utf8(tag.name.0).unwrap();
        assert!(
            "p h1 h2 h3 h4 h5 h6 em strong del code pre a img ul ol li blockquote table thead tbody tr th td hr br"
                .split(' ')
                .any(|known| known == name),
            "<{name}> of {source:?} in {page}"
        );
        for (attribute, value) in tag.attributes {
            let (attribute, value) =
                (String::from_utf8(attribute.0).unwrap(), String::from_utf8(value.value.0).unwrap());
            let is_harmless = match (name.as_str(), attribute.as_str()) {
                ("a", "href") => {
                    ["https://", "mailto:", "/files/"].iter().any(|it| value.to_lowercase().starts_with(it))
                        || !value.contains(':') && !value.starts_with("//")
                }
                ("img", "src") => value.starts_with("/files/") && !value.contains(".."),
                ("a", "rel") => value == "noopener nofollow",
                ("img", "alt" | "title") | ("code", "class") | ("ol", "start") => true,
                ("table", "class") => value == "table compact",
                ("td" | "th", "class") => ["left", "center", "right"].contains(&value.as_str()),
                _ => false,
            };
            assert!(is_harmless, "{attribute}={value:?} of {source:?} in {page}");
        }
    }
}
