//! How does pasted formatted text become Markdown?

use std::rc::Rc;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use crate::address::{may_be_shown, may_lead_to};
use crate::inline::{Run, Slant, Style, Weight, lines, longest_fence};

/// Markdown of HTML as browsers, word processors and spreadsheets put it on the clipboard: paragraphs, headings,
/// bold, italic, struck, code, lists, quotations, links, tables. What else there is, is left out; its words stay.
///
/// The effort grows with the length only: no tree is built, and nesting beyond a limit is flattened.
pub fn from_html(html: &str) -> String {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => page.say(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page.finish()
}

/// Elements nested deeper, and lists and quotations nested deeper, change nothing any more.
const DEEPEST_ELEMENT: usize = 256;
const DEEPEST_LIST: usize = 9;
const WIDEST_SPAN: usize = 500;

#[derive(Default)]
struct Page {
    text: String,
    /// What the last written block was, so that items of a list stand together.
    last: Last,
    runs: Vec<Run>,
    style: Style,
    /// Open elements with the style that was before them.
    open: Vec<(String, Style)>,
    block: Block,
    lists: Vec<List>,
    /// The mark of an item of which nothing has been written yet.
    mark: Option<String>,
    quotations: usize,
    table: Option<Table>,
    /// Tables within a table, which are only words of its cell.
    inner_tables: usize,
    /// The element whose words are not for readers.
    hidden: Option<String>,
    word_list: WordList,
}

#[derive(Default, PartialEq, Clone, Copy)]
enum Last {
    #[default]
    Nothing,
    Item,
    Other,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Block {
    #[default]
    Paragraph,
    Heading(u8),
    Preformatted,
}

/// Lists of Word are paragraphs that name their level and carry their mark as words.
#[derive(Default)]
struct WordList {
    is_open: bool,
    /// How many elements were open when the mark began.
    mark_begins_at: Option<usize>,
    mark: String,
}

struct List {
    /// The next number, none where items have no numbers.
    next: Option<u64>,
    /// The width of the mark of the open item.
    width: usize,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    /// For each column, into how many rows to come a cell of an earlier row reaches.
    reaching: Vec<usize>,
    cell: Option<Open>,
}

/// An open cell and how far it reaches.
struct Open {
    text: String,
    columns: usize,
    rows: usize,
}

impl Page {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if self.hidden.is_some() {
            return;
        }
        if matches!(name.as_str(), "script" | "style" | "title" | "template" | "svg" | "math" | "select") {
            if !tag.self_closing {
                self.hidden = Some(name);
            }
            return;
        }
        match name.as_str() {
            "br" => return self.break_line(),
            "img" => return self.image(tag),
            "hr" => return self.rule(),
            "input" | "meta" | "link" | "col" | "wbr" | "base" | "area" | "embed" | "source" | "track" => {
                return;
            }
            _ => {}
        }
        self.start_block(&name, tag);
        if self.open.len() < DEEPEST_ELEMENT {
            self.open.push((name.clone(), self.style.clone()));
            self.dress(&name, tag);
        }
    }

    fn start_block(&mut self, name: &str, tag: &StartTag<()>) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.block = Block::Heading(name.as_bytes()[1] - b'0');
            }
            "pre" => {
                self.flush();
                self.block = Block::Preformatted;
            }
            "ul" | "ol" | "menu" | "dir" => self.start_list(name, tag),
            "li" => self.start_item(),
            "blockquote" => {
                self.flush();
                self.quotations += 1;
            }
            "table" => self.start_table(),
            "tr" => self.start_row(),
            "td" | "th" => self.start_cell(tag),
            _ if is_block(name) => {
                self.flush();
                if let Some(level) = word_list_level(&attribute(tag, "style")) {
                    self.start_word_item(level);
                } else if std::mem::take(&mut self.word_list.is_open) {
                    self.lists.clear();
                }
            }
            "span" if is_word_mark(&attribute(tag, "style")) && self.word_list.mark_begins_at.is_none() => {
                self.word_list.mark_begins_at = Some(self.open.len());
            }
            _ => {}
        }
    }

    /// What an element and its `style` do to the look of its words.
    fn dress(&mut self, name: &str, tag: &StartTag<()>) {
        match name {
            "b" | "strong" => self.style.weight = Weight::Bold,
            "i" | "em" | "cite" | "dfn" | "var" => self.style.slant = Slant::Italic,
            "s" | "del" | "strike" => self.style.is_struck = true,
            "code" | "kbd" | "samp" | "tt" => self.style.is_code = true,
            "a" => {
                let address = attribute(tag, "href").trim().to_owned();
                self.style.link = may_lead_to(&address).then(|| Rc::from(address));
            }
            _ => {}
        }
        for (property, value) in declarations(&attribute(tag, "style")) {
            match property.as_str() {
                "font-weight" => self.style.weight = weight(&value),
                "font-style" => {
                    let is_italic = value.starts_with("italic") || value.starts_with("oblique");
                    self.style.slant = if is_italic { Slant::Italic } else { Slant::Upright };
                }
                "text-decoration" | "text-decoration-line" if value.contains("line-through") => {
                    self.style.is_struck = true;
                }
                _ => {}
            }
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(hidden) = &self.hidden {
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" => {
                self.flush();
                self.block = Block::Paragraph;
            }
            "ul" | "ol" | "menu" | "dir" => {
                self.flush();
                self.mark = None;
                self.lists.pop();
            }
            "li" => {
                self.flush();
                self.mark = None;
            }
            "blockquote" => {
                self.flush();
                self.quotations = self.quotations.saturating_sub(1);
            }
            "table" => self.end_table(),
            "td" | "th" => self.end_cell(),
            "br" => self.break_line(),
            _ if is_block(name) => self.flush(),
            _ => {}
        }
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            self.style = self.open.swap_remove(at).1;
            self.open.truncate(at);
        }
        if self.word_list.mark_begins_at.is_some_and(|at| self.open.len() <= at) {
            self.end_word_mark();
        }
    }

    fn say(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.word_list.mark_begins_at.is_some() {
            return self.word_list.mark.push_str(text);
        }
        let keeps_lines = self.block == Block::Preformatted && self.table.is_none();
        let text = if keeps_lines { text.to_owned() } else { text.replace('\n', " ") };
        self.runs.push(Run { text, style: self.style.clone() });
    }

    fn break_line(&mut self) {
        let is_second = self.runs.iter().rev().find(|it| !it.text.trim_matches(' ').is_empty());
        if is_second.is_some_and(|it| it.text.ends_with('\n')) && self.block == Block::Paragraph {
            return self.flush();
        }
        self.runs.push(Run { text: "\n".into(), style: self.style.clone() });
    }

    fn image(&mut self, tag: &StartTag<()>) {
        let (address, words) = (attribute(tag, "src"), attribute(tag, "alt"));
        let mut style = self.style.clone();
        if may_be_shown(&address) && !address.contains(['<', '>']) {
            style.image = Some(Rc::from(address));
        }
        let is_something = style.image.is_some() || !words.trim().is_empty();
        if is_something && self.hidden.is_none() {
            let text = if words.trim().is_empty() { "picture".into() } else { words.replace('\n', " ") };
            self.runs.push(Run { text, style });
        }
    }

    fn rule(&mut self) {
        self.flush();
        if self.table.is_none() {
            self.write(&["---".to_owned()], Last::Other);
        }
    }

    fn start_list(&mut self, name: &str, tag: &StartTag<()>) {
        self.flush();
        let first = attribute(tag, "start").parse().unwrap_or(1_u64).min(999_999);
        let next = (name == "ol").then_some(first);
        // An item that begins with a list is written with its mark alone; the inner items need it to belong to.
        if let Some(mark) = self.mark.take() {
            self.write_item(&mark, &[String::new()]);
        }
        self.lists.push(List { next, width: 2 });
    }

    fn start_item(&mut self) {
        self.flush();
        if self.lists.is_empty() {
            self.lists.push(List { next: None, width: 2 });
        }
        let Some(list) = self.lists.last_mut() else { return };
        let mark = match &mut list.next {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "- ".to_owned(),
        };
        list.width = mark.len();
        self.mark = Some(mark);
    }

    fn start_word_item(&mut self, level: usize) {
        self.lists.truncate(level);
        while self.lists.len() < level {
            self.lists.push(List { next: None, width: 2 });
        }
        self.word_list.is_open = true;
        self.mark = Some("- ".to_owned());
    }

    /// "1." and "a)" are numbers, anything else is a bullet.
    fn end_word_mark(&mut self) {
        self.word_list.mark_begins_at = None;
        let mark = std::mem::take(&mut self.word_list.mark);
        let label = mark.trim().trim_end_matches(['.', ')']);
        let is_number = label.len() < mark.trim().len() && label.chars().all(char::is_alphanumeric);
        if let Some(list) = self.lists.last_mut().filter(|_| is_number && self.mark.is_some()) {
            let number = label.parse().unwrap_or_else(|_| list.next.unwrap_or(1)).min(999_999);
            list.next = Some(number + 1);
            let mark = format!("{number}. ");
            list.width = mark.len();
            self.mark = Some(mark);
        }
    }

    fn start_table(&mut self) {
        self.flush();
        if self.table.is_some() {
            self.inner_tables += 1;
        } else {
            self.table = Some(Table::default());
        }
    }

    fn start_row(&mut self) {
        self.end_cell();
        if let Some(table) = self.table.as_mut().filter(|_| self.inner_tables == 0) {
            table.rows.push(Vec::new());
        }
    }

    fn start_cell(&mut self, tag: &StartTag<()>) {
        self.end_cell();
        let reach = |name| attribute(tag, name).trim().parse().unwrap_or(1_usize).clamp(1, WIDEST_SPAN);
        if let Some(table) = self.table.as_mut().filter(|_| self.inner_tables == 0) {
            if table.rows.is_empty() {
                table.rows.push(Vec::new());
            }
            table.cell =
                Some(Open { text: String::new(), columns: reach("colspan"), rows: reach("rowspan") });
        }
    }

    fn end_cell(&mut self) {
        self.flush();
        if self.inner_tables > 0 {
            return;
        }
        if let Some(table) = self.table.as_mut()
            && let Some(cell) = table.cell.take()
        {
            table.place(cell);
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        if self.inner_tables > 0 {
            self.inner_tables -= 1;
            return;
        }
        let Some(table) = self.table.take() else { return };
        let mut rows = table.rows;
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        match rows.as_mut_slice() {
            [] => {}
            [row] if row.len() == 1 => self.write(&[row.remove(0)], Last::Other),
            _ => self.write(&table_lines(&mut rows), Last::Other),
        }
    }

    /// Ends the paragraph that is being said and writes it to where it belongs.
    fn flush(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        if self.block == Block::Preformatted && self.table.is_none() {
            return self.write_code(&runs);
        }
        let is_heading = matches!(self.block, Block::Heading(_));
        if is_heading || self.table.is_some() {
            for run in &mut runs {
                run.text = run.text.replace('\n', " ");
            }
        }
        if is_heading {
            for run in &mut runs {
                run.style.weight = Weight::Normal;
            }
        }
        let lines = lines(&runs);
        if lines.is_empty() {
            return;
        }
        if let Some(table) = &mut self.table {
            let mark = self.mark.take().map_or("", |_| "• ");
            return table.say(mark, &lines.concat());
        }
        match (self.block, self.mark.take()) {
            (Block::Heading(level), _) => {
                self.write(&[format!("{} {}", "#".repeat(usize::from(level)), lines.concat())], Last::Other);
            }
            (_, Some(mark)) => self.write_item(&mark, &lines),
            _ => self.write(&with_breaks(&lines), Last::Other),
        }
    }

    fn write_code(&mut self, runs: &[Run]) {
        let code: String = runs.iter().map(|run| run.text.as_str()).collect();
        if code.trim().is_empty() {
            return;
        }
        let fence = "`".repeat(longest_fence(&code).max(2) + 1);
        let body = code.trim_matches('\n').lines().map(str::to_owned);
        let lines: Vec<String> = std::iter::once(fence.clone()).chain(body).chain([fence.clone()]).collect();
        self.write(&lines, Last::Other);
    }

    fn write_item(&mut self, mark: &str, lines: &[String]) {
        let indent = self.indent(self.lists.len().saturating_sub(1));
        let lines = with_breaks(lines);
        let hanging = " ".repeat(mark.len());
        let marked: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("{indent}{}{line}", if at == 0 { mark } else { hanging.as_str() }))
            .collect();
        self.append(&marked, Last::Item);
    }

    /// Writes a block below the open item, if there is one.
    fn write(&mut self, lines: &[String], last: Last) {
        let indent = self.indent(self.lists.len());
        let lines: Vec<String> = lines.iter().map(|line| format!("{indent}{line}")).collect();
        self.append(&lines, last);
    }

    fn indent(&self, lists: usize) -> String {
        let widths = self.lists.iter().take(lists.min(DEEPEST_LIST)).map(|it| it.width);
        " ".repeat(widths.sum())
    }

    fn append(&mut self, lines: &[String], last: Last) {
        let quotation = "> ".repeat(self.quotations.min(DEEPEST_LIST));
        match (self.last, last) {
            (Last::Nothing, _) => {}
            (Last::Item, Last::Item) => self.text.push('\n'),
            _ => {
                self.text.push('\n');
                self.text.push_str(quotation.trim_end());
                self.text.push('\n');
            }
        }
        for (at, line) in lines.iter().enumerate() {
            let line = format!("{quotation}{line}");
            self.text.push_str(if at == 0 { "" } else { "\n" });
            self.text.push_str(line.trim_end());
        }
        self.last = last;
    }

    fn finish(mut self) -> String {
        self.inner_tables = 0;
        self.end_table();
        self.flush();
        self.text
    }
}

impl Table {
    fn say(&mut self, mark: &str, words: &str) {
        // Words between cells belong to no cell; they are kept in one of their own.
        let cell = self.cell.get_or_insert(Open { text: String::new(), columns: 1, rows: 1 });
        if !cell.text.is_empty() {
            cell.text.push(' ');
        }
        cell.text.push_str(mark);
        cell.text.push_str(words);
    }

    fn place(&mut self, cell: Open) {
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        let Some(row) = self.rows.last_mut() else { return };
        while let Some(rows) = self.reaching.get_mut(row.len()).filter(|rows| **rows > 0) {
            *rows -= 1;
            row.push(String::new());
        }
        let mut text = cell.text;
        for _ in 0..cell.columns {
            if self.reaching.len() <= row.len() {
                self.reaching.resize(row.len() + 1, 0);
            }
            self.reaching[row.len()] = cell.rows - 1;
            row.push(std::mem::take(&mut text));
        }
    }
}

/// The first row holds the headings and is as wide as the widest.
fn table_lines(rows: &mut [Vec<String>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    rows[0].resize(width, String::new());
    let line = |row: &Vec<String>| {
        let cells = row.iter().map(|cell| cell.replace('|', "\\|"));
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.insert(1, format!("|{}", " --- |".repeat(width)));
    lines
}

fn with_breaks(lines: &[String]) -> Vec<String> {
    let last = lines.len().saturating_sub(1);
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| if at < last { format!("{line}\\") } else { line.clone() })
        .collect()
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "nav"
            | "address"
            | "center"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "form"
            | "fieldset"
            | "body"
            | "html"
            | "details"
            | "summary"
    )
}

fn attribute(tag: &StartTag<()>, name: &str) -> String {
    let value = tag.attributes.get(name.as_bytes());
    value.map(|it| String::from_utf8_lossy(it).into_owned()).unwrap_or_default()
}

/// Property and value of each declaration of a `style`, in lower case.
fn declarations(style: &str) -> Vec<(String, String)> {
    let parts = style.split(';').filter_map(|it| it.split_once(':'));
    parts.map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_lowercase())).collect()
}

fn weight(value: &str) -> Weight {
    let is_bold = value.starts_with("bold") || value.parse().is_ok_and(|it: u16| it >= 600);
    if is_bold { Weight::Bold } else { Weight::Normal }
}

/// The level of an item of Word: `mso-list: l0 level2 lfo1` says 2.
fn word_list_level(style: &str) -> Option<usize> {
    let list = declarations(style).into_iter().find(|(name, _)| name == "mso-list")?.1;
    let level = list.split_whitespace().find_map(|it| it.strip_prefix("level"))?;
    level.parse().ok().filter(|it| (1..=DEEPEST_LIST).contains(it))
}

fn is_word_mark(style: &str) -> bool {
    declarations(style).iter().any(|(name, value)| name == "mso-list" && value == "ignore")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{html, plain, tables};

    #[test]
    fn formatted_words_keep_their_form() {
        assert_eq!(
            from_html("<p>Flow <b>must </b>be <i>18</i> m³/h, <s>not</s> <code>a*b</code>.</p><p>Next</p>"),
            "Flow **must** be *18* m³/h, ~~not~~ `a*b`.\n\nNext"
        );
        assert_eq!(from_html("<p><b>a<i>b</i></b><br>c<br><br>d</p>"), "**a*b***\\\nc\n\nd");
        assert_eq!(from_html("<h2><b>Title</b></h2>text"), "## Title\n\ntext");
        assert_eq!(from_html("<pre>a\n  *b*\n</pre>x"), "```\na\n  *b*\n```\n\nx");
    }

    #[test]
    fn words_that_look_like_marks_stay_words() {
        for text in [
            "1. not a list",
            "# no heading",
            "a*b*c",
            "- 5",
            "-5 °C",
            "[x](y)",
            "<b>",
            "&amp;",
            "a | b",
            "__x__",
            "2 * 3 * 4",
            "5~10, 6~7",
            "\\*",
            "> q",
            "===",
            "3.2.1 Clause",
            "![a](/files/b)",
        ] {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let markdown = from_html(&format!("<p>{escaped}</p>"));
            assert_eq!(plain(&markdown), text, "{markdown}");
        }
        assert_eq!(
            from_html("<p>-5 °C and snake_case stay readable * always</p>"),
            "-5 °C and snake_case stay readable * always"
        );
    }

    #[test]
    fn lists_stand_together_and_nest() {
        assert_eq!(
            from_html("<ul><li>a<ol start=3><li>b</li><li><p>c</p><p>d</p></li></ol></li><li>e</ul>f"),
            "- a\n  3. b\n  4. c\n\n     d\n\n- e\n\nf"
        );
        let page = html(&from_html("<ul><li>a<ul><li>b</li></ul></li></ul>"), 0);
        assert_eq!(page.replace('\n', ""), "<ul><li>a<ul><li>b</li></ul></li></ul>");
    }

    #[test]
    fn lists_of_word_are_lists() {
        let item = |mark: &str, words: &str| {
            format!(
                "<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level1 lfo1'><![if !supportLists]>\
             <span style='mso-list:Ignore'>{mark}<span style='font:7pt'>&nbsp;&nbsp; </span></span><![endif]>{words}<o:p></o:p></p>"
            )
        };
        assert_eq!(from_html(&format!("{}{}<p>end</p>", item("·", "a"), item("·", "b"))), "- a\n- b\n\nend");
        assert_eq!(from_html(&format!("{}{}", item("1.", "a"), item("2.", "b"))), "1. a\n2. b");
    }

    #[test]
    fn spans_of_text_processors_are_bold_by_their_style() {
        assert_eq!(
            from_html(
                "<b style='font-weight:normal'><span style='font-weight:700'>bold</span><span style='font-style:italic'> it</span> no</b>"
            ),
            "**bold** *it* no"
        );
    }

    #[test]
    fn cells_of_a_spreadsheet_become_a_table() {
        let markdown = from_html(
            "<html><head><style>td {x:y}</style></head><body><table><tr><td>tag</td><td colspan=2>range</td></tr><tr><td rowspan=2>FT|1</td><td>5</td><td><b>18</b><br>max</td></tr><tr><td>6</td><td></td></tr></table></body></html>",
        );
        assert_eq!(
            markdown,
            "| tag | range |  |\n| --- | --- | --- |\n| FT\\|1 | 5 | **18** max |\n|  | 6 |  |"
        );
        assert_eq!(tables(&markdown)[0][1], ["FT|1", "5", "18 max"]);
        assert_eq!(from_html("<table><tr><td>alone</td></tr></table>"), "alone");
    }

    #[test]
    fn links_lead_where_they_may() {
        assert_eq!(
            from_html("<a href='https://a.example/(x) y'>a <b>b</b></a> c"),
            "[a **b**](<https://a.example/(x) y>) c"
        );
        assert_eq!(from_html("<a href='https://a.example'>https://a.example</a>"), "<https://a.example>");
        assert_eq!(from_html("<a href='javascript:x()'>a</a>"), "a");
        assert_eq!(
            from_html("<img src=/files/a.png alt=plan> <img src=https://x.example/p.gif>"),
            "![plan](</files/a.png>)"
        );
    }

    #[test]
    fn nothing_hidden_comes_along() {
        assert_eq!(
            from_html("<title>t</title><script>alert('<p>')</script><style>p{}</style><!-- c -->a"),
            "a"
        );
        assert_eq!(from_html("<script>never closed"), "");
    }

    #[test]
    fn deep_nesting_is_flattened_in_little_time() {
        for nest in ["<div>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<b><i>", "<a href=x>", "<ul>"] {
            let markdown = from_html(&format!("{}x", nest.repeat(50_000)));
            assert!(plain(&markdown).contains('x'), "{nest}");
            assert!(markdown.len() < 2_000_000, "{nest} gave {}", markdown.len());
        }
    }
}
