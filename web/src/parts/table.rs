//! Many alike things in a table that becomes cards on a phone, with its pager and its bulk bar.

use maud::{Markup, Render, html};

use super::{Button, Symbol};
use crate::{language, t};

/// A table. On a narrow sheet each row becomes a card, each cell with the label of its column.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows, and in which order; read aloud only.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, in groups with a title or in one without.
    pub groups: Vec<Lines>,
    /// Rows can be marked for the bulk bar; then each needs a number.
    pub selectable: bool,
    /// Tighter rows, for lists that are scanned.
    pub compact: bool,
    /// More columns than fit: it scrolls in a place of its own, and what names a row stays in sight.
    pub wide: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    cell: Cell,
    sort: Option<(String, Option<bool>)>,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words; on a card with their label.
    Text,
    /// Figures, ending at the right.
    Figure,
    /// What names the row; one column has it.
    Title,
    /// What needs no label on a card, such as the number.
    Plain,
}

/// Rows under one title, or under none.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// What they have in common.
    pub title: Option<Markup>,
    /// The rows.
    pub lines: Vec<Line>,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The number of its record, for marking it.
    pub number: String,
    /// The version of its record as it is shown, so that nothing is overwritten that was not seen.
    pub version: Option<i64>,
    /// A cell for each column.
    pub cells: Vec<Markup>,
    /// Spoken below the row, over its whole width, such as a finding of the wording check.
    pub below: Option<Markup>,
}

impl Table {
    /// A table whose rows are not grouped.
    pub fn new(caption: impl Into<String>, columns: Vec<Column>, lines: Vec<Line>) -> Self {
        let groups = vec![Lines { title: None, lines }];
        Self { caption: caption.into(), columns, groups, ..Self::default() }
    }

    /// Its rows can be marked.
    #[must_use]
    pub fn selectable(mut self) -> Self {
        self.selectable = true;
        self
    }

    /// Tighter rows.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.compact = true;
        self
    }

    /// More columns than fit beside each other.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    fn width(&self) -> usize {
        self.columns.len() + usize::from(self.selectable)
    }

    fn head(&self) -> Markup {
        html! {
            thead {
                tr {
                    @if self.selectable { th scope="col" { span.unseen { (t!("Mark")) } } }
                    @for column in &self.columns { (column.head()) }
                }
            }
        }
    }

    fn group(&self, group: &Lines) -> Markup {
        html! {
            tbody {
                @if let Some(title) = &group.title {
                    tr.group { th colspan=(self.width()) scope="rowgroup" { (title) } }
                }
                @for line in &group.lines { (self.line(line)) }
            }
        }
    }

    fn line(&self, line: &Line) -> Markup {
        html! {
            tr data-number=[(!line.number.is_empty()).then_some(&line.number)] {
                @if self.selectable {
                    td {
                        label.unseen for={ "mark-" (line.number) } { (t!("Mark {number}", number = &line.number)) }
                        input type="checkbox" id={ "mark-" (line.number) } name="marked" value=(line.marked()) form="bulk";
                    }
                }
                @for (column, cell) in self.columns.iter().zip(&line.cells) { (column.cell(cell)) }
            }
            @if let Some(below) = &line.below {
                tr.found { td colspan=(self.width()) { (below) } }
            }
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        html! {
            div class={ "table-sheet" @if self.wide { " wide" } } tabindex=[self.wide.then_some("0")]
                role=[self.wide.then_some("region")] aria-label=[self.wide.then_some(&self.caption)] {
                table class={ "table cards" @if self.compact { " compact" } } data-walk {
                    caption.unseen { (self.caption) }
                    (self.head())
                    @for group in &self.groups { (self.group(group)) }
                }
            }
        }
    }
}

impl Column {
    /// Words.
    pub fn text(label: impl Into<String>) -> Self {
        Self::new(label, Cell::Text)
    }

    /// Figures.
    pub fn figure(label: impl Into<String>) -> Self {
        Self::new(label, Cell::Figure)
    }

    /// What names the row.
    pub fn title(label: impl Into<String>) -> Self {
        Self::new(label, Cell::Title)
    }

    /// What needs no label on a card.
    pub fn plain(label: impl Into<String>) -> Self {
        Self::new(label, Cell::Plain)
    }

    fn new(label: impl Into<String>, cell: Cell) -> Self {
        Self { label: label.into(), cell, sort: None }
    }

    /// Can be sorted: the address that does it, and which way it is sorted now (`Some(true)` upwards).
    #[must_use]
    pub fn sorts(mut self, address: impl Into<String>, upwards: Option<bool>) -> Self {
        self.sort = Some((address.into(), upwards));
        self
    }

    fn head(&self) -> Markup {
        let upwards = self.sort.as_ref().and_then(|(_, upwards)| *upwards);
        let order = upwards.map(|it| if it { "ascending" } else { "descending" });
        html! {
            th scope="col" class=[self.class()] aria-sort=[order] {
                @if let Some((address, _)) = &self.sort {
                    a href=(address) {
                        (self.label)
                        @if let Some(upwards) = upwards {
                            @if upwards { (Symbol::Up.icon()) } @else { (Symbol::Down.icon()) }
                        }
                    }
                } @else {
                    (self.label)
                }
            }
        }
    }

    fn class(&self) -> Option<&'static str> {
        match self.cell {
            Cell::Figure => Some("figure"),
            Cell::Title => Some("stays"),
            Cell::Text | Cell::Plain => None,
        }
    }

    fn cell(&self, inside: &Markup) -> Markup {
        html! {
            @match self.cell {
                Cell::Title => th.stays scope="row" { (inside) },
                Cell::Plain => td { (inside) },
                Cell::Text => td data-is=(self.label) { (inside) },
                Cell::Figure => td.figure data-is=(self.label) { (inside) },
            }
        }
    }
}

impl Line {
    /// A row of a record.
    pub fn new(number: impl Into<String>, cells: Vec<Markup>) -> Self {
        Self { number: number.into(), cells, ..Self::default() }
    }

    /// Which version of its record is shown.
    #[must_use]
    pub fn seen(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// What is sent where the row is marked: `RS-2026-0017@4`.
    fn marked(&self) -> String {
        match self.version {
            Some(version) => format!("{}@{version}", self.number),
            None => self.number.clone(),
        }
    }
}

/// What can be done with all marked rows. Seen as soon as one is marked.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// Where the marked numbers are posted as `marked`.
    pub action: String,
    /// What can be done with them.
    pub buttons: Vec<Button>,
}

/// The bar of a table whose rows can be marked; stands right behind the table.
pub fn bulk(bulk: &Bulk) -> Markup {
    html! {
        form.bulk id="bulk" method="post" action=(bulk.action) aria-label=(t!("With the marked")) {
            (super::once())
            span data-marked=(t!("{number} marked", number = "#")) { (t!("With the marked")) }
            @for button in &bulk.buttons { (button) }
            button class="button small bare" type="reset" { (t!("Unmark")) }
        }
    }
}

/// Where we are in a long list.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// How many are shown.
    pub shown: usize,
    /// How many there are, where it was counted.
    pub all: Option<usize>,
    /// The address of those before.
    pub before: Option<String>,
    /// The address of those after.
    pub after: Option<String>,
}

/// The foot of a list.
pub fn pager(pager: &Pager) -> Markup {
    let shown = language::count(i64::try_from(pager.shown).unwrap_or(i64::MAX));
    html! {
        nav.pager aria-label=(t!("Pages")) {
            span {
                @match pager.all {
                    Some(all) => (t!("{shown} of {all} shown", shown = shown, all = all)),
                    None => (t!("{shown} shown", shown = shown)),
                }
            }
            @if pager.before.is_some() || pager.after.is_some() {
                span.row {
                    (leaf(pager.before.as_ref(), &html! { (Symbol::Left.icon()) (t!("Before")) }))
                    (leaf(pager.after.as_ref(), &html! { (t!("After")) (Symbol::Right.icon()) }))
                }
            }
        }
    }
}

fn leaf(address: Option<&String>, words: &Markup) -> Markup {
    html! {
        @match address {
            Some(address) => a class="button small" href=(address) { (words) },
            None => button class="button small" type="button" disabled { (words) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table::new(
            "Sets",
            vec![
                Column::plain("Number"),
                Column::title("Title"),
                Column::figure("Due").sorts("?sort=-due", Some(true)),
            ],
            vec![Line::new("RS-1", vec![html! { "RS-1" }, html! { "Skid" }, html! { "tomorrow" }])],
        )
    }

    #[test]
    fn a_cell_carries_the_label_of_its_column() {
        let shown = table().render().into_string();
        assert!(shown.contains(r#"<td class="figure" data-is="Due">tomorrow</td>"#), "{shown}");
        assert!(shown.contains(r#"aria-sort="ascending""#));
        assert!(!shown.contains("checkbox"));
    }

    #[test]
    fn a_marked_row_is_sent_with_the_bulk_bar() {
        let shown = table().selectable().render().into_string();
        assert!(shown.contains(r#"name="marked" value="RS-1" form="bulk""#), "{shown}");
        assert!(shown.contains("Mark RS-1"));
    }

    #[test]
    fn a_marked_row_says_which_version_was_seen() {
        let mut table = table().selectable();
        table.groups[0].lines[0].version = Some(4);
        let shown = table.render().into_string();
        assert!(shown.contains(r#"id="mark-RS-1" name="marked" value="RS-1@4""#), "{shown}");
    }
}
