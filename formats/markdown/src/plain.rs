//! What does a text say without its marks?

use pulldown_cmark::{Event, Tag, TagEnd};

/// The words of a text for search, CSV and mail: one line a paragraph, heading, item or row; cells are parted by
/// tabs, items begin with `-` or their number. Images are their words, addresses of links are left out.
pub fn plain(markdown: &str) -> String {
    let mut words = Words::default();
    for event in crate::events(markdown) {
        words.hear(event);
    }
    words.text.truncate(words.text.trim_end().len());
    words.text
}

/// The words of a text beside its tables, as [`plain`] writes them.
pub fn prose(markdown: &str) -> String {
    let mut words = Words::default();
    let mut is_in_a_table = false;
    for event in crate::events(markdown) {
        match event {
            Event::Start(Tag::Table(_)) => is_in_a_table = true,
            Event::End(TagEnd::Table) => is_in_a_table = false,
            _ if is_in_a_table => {}
            other => words.hear(other),
        }
    }
    words.text.truncate(words.text.trim_end().len());
    words.text
}

/// All tables of a text, in their order: rows of cells without marks, the headings first.
pub fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut cell: Option<Words> = None;
    for event in crate::events(markdown) {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                tables.last_mut().into_iter().for_each(|table| table.push(Vec::new()));
            }
            Event::Start(Tag::TableCell) => cell = Some(Words::default()),
            Event::End(TagEnd::TableCell) => {
                let text = cell.take().map(|it| it.text).unwrap_or_default();
                tables
                    .last_mut()
                    .and_then(|table| table.last_mut())
                    .into_iter()
                    .for_each(|row| row.push(text.clone()));
            }
            other => cell.iter_mut().for_each(|it| it.hear(other.clone())),
        }
    }
    tables
}

#[derive(Default)]
struct Words {
    text: String,
    /// Of the open lists: the number of the next item, none where items have no numbers.
    lists: Vec<Option<u64>>,
}

/// Deeper lists are written no further to the right.
const DEEPEST: usize = 12;

impl Words {
    fn hear(&mut self, event: Event) {
        match event {
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Start(Tag::List(first)) => {
                self.new_line();
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
            }
            Event::Start(Tag::Item) => self.item(),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => self.new_line(),
            Event::End(TagEnd::TableCell) => self.text.push('\t'),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.new_line();
        let indent = self.lists.len().saturating_sub(1).min(DEEPEST);
        self.text.push_str(&"  ".repeat(indent));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.text.push_str(&number.to_string());
                self.text.push_str(". ");
                *number = number.saturating_add(1);
            }
            _ => self.text.push_str("- "),
        }
    }

    fn new_line(&mut self) {
        while self.text.ends_with('\t') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_marks_go() {
        assert_eq!(
            plain(
                "# A *b*\n\nOne\ntwo\\\nthree [link](https://a.example) `x < y` <b>.\n\n1. a\n   - b\n2. c"
            ),
            "A b\nOne two\nthree link x < y <b>.\n1. a\n  - b\n2. c"
        );
    }

    #[test]
    fn a_table_is_lines_with_tabs() {
        assert_eq!(plain("| a | b |\n|---|---|\n| **1** | 2 |\n\nend"), "a\tb\n1\t2\nend");
    }

    #[test]
    fn tables_are_found_with_their_headings_first() {
        let found = tables("x\n\n| a | b |\n|---|---|\n| *1* | p\\|q |\n| 2 |\n\ny\n\n| c |\n|---|");
        assert_eq!(found, [vec![vec!["a", "b"], vec!["1", "p|q"], vec!["2", ""]], vec![vec!["c"]]]);
    }

    #[test]
    fn prose_is_what_stands_beside_the_tables() {
        assert_eq!(prose("One *a*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTwo."), "One a.\nTwo.");
        assert_eq!(prose("| a |\n|---|\n| 1 |"), "");
    }

    #[test]
    fn nothing_says_nothing() {
        assert_eq!(plain(""), "");
        assert_eq!(plain(" \n\n"), "");
        assert!(tables("no table").is_empty());
    }
}
