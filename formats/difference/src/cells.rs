//! Which rows, columns and cells of a table changed?

use std::collections::HashMap;

use crate::words::{BUDGET, words_within};
use crate::{Move, Piece, sequence};

/// One cell of the compared table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Same(String),
    /// Both words, as `words` marks them.
    Changed(Vec<Piece>),
    Added(String),
    Removed(String),
}

/// Compares two tables whose first row holds the headings of the columns and whose first column names the rows.
///
/// Columns and rows are found again by these names wherever they moved to; one that was only renamed is recognised
/// by what else it holds. The answer has the new order, with what was removed where it stood; all its rows are of
/// one length, and what a short row lacks is an empty cell.
pub fn cells(old: &[Vec<String>], new: &[Vec<String>]) -> Vec<Vec<Cell>> {
    let (old, new) = (Grid::of(old), Grid::of(new));
    let columns = pairs(&old.columns(), &new.columns());
    let rows = pairs(&old.rows(), &new.rows());
    let mut budget = BUDGET;
    let mut compare = |row: &Pair, column: &Pair| {
        let before = row.old.zip(column.old).map(|(row, column)| old.cell(row, column));
        let after = row.new.zip(column.new).map(|(row, column)| new.cell(row, column));
        match (before, after) {
            (Some(before), Some(after)) if before == after => Cell::Same(after.to_owned()),
            (Some(before), Some(after)) => Cell::Changed(words_within(before, after, &mut budget)),
            (Some(before), None) => Cell::Removed(before.to_owned()),
            (None, Some(after)) => Cell::Added(after.to_owned()),
            // A removed row meets an added column: there was never anything.
            (None, None) => Cell::Same(String::new()),
        }
    };
    rows.iter().map(|row| columns.iter().map(|column| compare(row, column)).collect()).collect()
}

/// A row or a column on both sides, where it is there.
struct Pair {
    old: Option<usize>,
    new: Option<usize>,
}

struct Grid<'a> {
    rows: &'a [Vec<String>],
    width: usize,
}

impl<'a> Grid<'a> {
    fn of(rows: &'a [Vec<String>]) -> Self {
        Self { rows, width: rows.iter().map(Vec::len).max().unwrap_or(0) }
    }

    fn cell(&self, row: usize, column: usize) -> &'a str {
        self.rows[row].get(column).map_or("", String::as_str)
    }

    fn rows(&self) -> Vec<Vec<&'a str>> {
        (0..self.rows.len())
            .map(|row| (0..self.width).map(|column| self.cell(row, column)).collect())
            .collect()
    }

    fn columns(&self) -> Vec<Vec<&'a str>> {
        (0..self.width)
            .map(|column| (0..self.rows.len()).map(|row| self.cell(row, column)).collect())
            .collect()
    }
}

/// Finds lines (rows or columns, the first cell being the name) of the old table again in the new one.
fn pairs(old: &[Vec<&str>], new: &[Vec<&str>]) -> Vec<Pair> {
    let name = |line: &Vec<&str>| line.first().map(|it| it.trim().to_lowercase()).unwrap_or_default();
    let moves =
        sequence(&old.iter().map(name).collect::<Vec<_>>(), &new.iter().map(name).collect::<Vec<_>>());
    let renamed = renamed(&moves, old, new);
    moves
        .iter()
        .filter_map(|it| match *it {
            Move::Kept { from, to } | Move::Moved { from, to } => {
                Some(Pair { old: Some(from), new: Some(to) })
            }
            Move::Added { to } => Some(Pair { old: renamed.get(&to).copied(), new: Some(to) }),
            Move::Removed { from } if renamed.values().any(|it| *it == from) => None,
            Move::Removed { from } => Some(Pair { old: Some(from), new: None }),
        })
        .collect()
}

/// Added lines that are removed ones under another name: they stand in the same gap, and at least half of what
/// they hold besides the name is equal. New place to old place.
fn renamed(moves: &[Move], old: &[Vec<&str>], new: &[Vec<&str>]) -> HashMap<usize, usize> {
    let mut found = HashMap::new();
    for gap in moves.split(|it| matches!(it, Move::Kept { .. } | Move::Moved { .. })) {
        let mut removed: Vec<usize> = gap
            .iter()
            .filter_map(|it| if let Move::Removed { from } = *it { Some(from) } else { None })
            .collect();
        for it in gap {
            let Move::Added { to } = *it else { continue };
            let same = removed.iter().take(NEIGHBOURS).position(|&from| is_alike(&old[from], &new[to]));
            if let Some(at) = same {
                found.insert(to, removed.remove(at));
            }
        }
    }
    found
}

/// How many removed lines are tried for an added one; more would make a table written anew costly.
const NEIGHBOURS: usize = 50;

fn is_alike(old: &[&str], new: &[&str]) -> bool {
    let told = |it: &&str| !it.trim().is_empty();
    let equal = old.iter().zip(new).skip(1).filter(|(a, b)| a == b && told(a)).count();
    let longer = old
        .iter()
        .skip(1)
        .filter(|it| told(it))
        .count()
        .max(new.iter().skip(1).filter(|it| told(it)).count());
    equal > 0 && equal * 2 >= longer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split('|').map(|it| it.trim().to_owned()).collect()).collect()
    }

    /// The compared table as text: `=` same, `~` changed, `+` added, `-` removed.
    fn compared(old: &str, new: &str) -> Vec<String> {
        let written = |cell: &Cell| match cell {
            Cell::Same(text) => format!("={text}"),
            Cell::Changed(pieces) => {
                format!("~{}", pieces.iter().map(Piece::text).collect::<Vec<_>>().join("/"))
            }
            Cell::Added(text) => format!("+{text}"),
            Cell::Removed(text) => format!("-{text}"),
        };
        let rows = cells(&table(old), &table(new));
        rows.iter().map(|row| row.iter().map(written).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_changed_value_is_found_in_its_cell() {
        assert_eq!(
            compared("tag | min | max\nFT-301 | 5 | 18", "tag | min | max\nFT-301 | 5 | 20"),
            ["=tag =min =max", "=FT-301 =5 ~18/20"]
        );
    }

    #[test]
    fn rows_and_columns_are_found_again_where_they_moved_to() {
        assert_eq!(
            compared("tag | a | b\nX | 1 | 2\nY | 3 | 4", "tag | b | a\nY | 4 | 3\nX | 2 | 1"),
            ["=tag =b =a", "=Y =4 =3", "=X =2 =1"]
        );
    }

    #[test]
    fn an_added_column_and_a_removed_row_are_marked_through() {
        assert_eq!(
            compared("tag | a\nX | 1\nY | 2", "tag | unit | a\nY | bar | 2"),
            ["=tag +unit =a", "-X = -1", "=Y +bar =2"]
        );
    }

    #[test]
    fn a_renamed_row_is_not_one_removed_and_one_added() {
        assert_eq!(
            compared("tag | a | b\nFT-301 | 5 | 18", "tag | a | b\nFT-302 | 5 | 18"),
            ["=tag =a =b", "~FT-/301/302 =5 =18"]
        );
    }

    #[test]
    fn short_rows_and_empty_tables_are_tables_too() {
        assert_eq!(compared("", ""), Vec::<String>::new());
        assert_eq!(compared("", "a | b\nc"), ["+a +b", "+c +"]);
        assert_eq!(compared("a | b\nc", ""), ["-a -b", "-c -"]);
    }
}
