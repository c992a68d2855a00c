//! How is a CSV read that some spreadsheet or database wrote?

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::{Fault, looks_like_a_formula};

/// A table that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// All rows, the headings too if there are any; rows of nothing are left out.
    pub rows: Vec<Vec<String>>,
    /// The line of the file, counted from 1, in which each row begins: what to tell people of a fault.
    pub lines: Vec<usize>,
    pub separator: char,
    pub encoding: &'static str,
}

/// Larger files are no lists that people keep.
const LARGEST: usize = 50_000_000;
const MOST_CELLS: usize = 5_000_000;
const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

/// Reads CSV in UTF-8, UTF-16 or Windows-1252, parted by semicolon, comma, tab or bar: what it is, is found out.
/// Excel's own line `sep=;` is obeyed.
pub fn csv_in(bytes: &[u8]) -> Result<Rows, Fault> {
    if bytes.len() > LARGEST {
        return Err(Fault::TooLarge);
    }
    let (text, encoding) = decode(bytes)?;
    let (told, body, skipped) = told_separator(&text);
    let separator = told.unwrap_or_else(|| find_separator(body));
    let mut table = Rows { rows: Vec::new(), lines: Vec::new(), separator, encoding };
    Scanner { rest: body.chars().peekable(), separator, line: 1 + skipped }.fill(&mut table)?;
    Ok(table)
}

/// The text, and the name of its encoding.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), Fault> {
    let encoding = Encoding::for_bom(bytes).map_or_else(|| guess(bytes), |(encoding, _)| encoding);
    let (text, _, is_damaged) = encoding.decode(bytes);
    if is_damaged && encoding != WINDOWS_1252 || text.contains('\0') {
        return Err(Fault::NotText);
    }
    Ok((text.into_owned(), encoding.name()))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|it| **it == 0).count();
    let half = bytes.len() / 2;
    if half > 0 && bytes.len().is_multiple_of(2) {
        // Letters of most scripts that spreadsheets of Europe hold have a zero in one half of UTF-16.
        if zeros(1) * 2 > half && zeros(0) * 10 < half {
            return UTF_16LE;
        }
        if zeros(0) * 2 > half && zeros(1) * 10 < half {
            return UTF_16BE;
        }
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

/// The separator that the first line names, what follows, and how many lines that took.
fn told_separator(text: &str) -> (Option<char>, &str, usize) {
    let (first, body) = text.split_once('\n').unwrap_or((text, ""));
    let told = first.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=");
    match told.map(|it| it.chars().collect::<Vec<_>>()).as_deref() {
        Some([separator]) => (Some(*separator), body, 1),
        _ => (None, text, 0),
    }
}

/// The separator that cuts the first rows into the same number of cells, and into most.
fn find_separator(text: &str) -> char {
    let head: String = text.chars().take(20_000).collect();
    let score = |separator: char| {
        let mut scanner = Scanner { rest: head.chars().peekable(), separator, line: 1 };
        // An open quotation is no wonder here, for the head was cut off.
        let rows = std::iter::from_fn(|| scanner.rest.peek().is_some().then(|| scanner.row().ok()).flatten());
        let widths: Vec<usize> = rows.filter(|row| *row != [""]).take(30).map(|row| row.len()).collect();
        let width = widths.first().copied().unwrap_or(0);
        let same = widths.iter().filter(|it| **it == width).count();
        (same * 100 / widths.len().max(1) > 70, width)
    };
    let dividing = SEPARATORS.into_iter().rev().filter(|it| score(*it).1 > 1);
    dividing.max_by_key(|it| score(*it)).unwrap_or(',')
}

struct Scanner<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
    line: usize,
}

impl Scanner<'_> {
    fn fill(&mut self, table: &mut Rows) -> Result<(), Fault> {
        let mut cells = 0;
        while self.rest.peek().is_some() {
            let line = self.line;
            let row = self.row()?;
            cells += row.len();
            if cells > MOST_CELLS {
                return Err(Fault::TooLarge);
            }
            if row.iter().any(|it| !it.trim().is_empty()) {
                table.rows.push(row);
                table.lines.push(line);
            }
        }
        Ok(())
    }

    fn row(&mut self) -> Result<Vec<String>, Fault> {
        let mut row = Vec::new();
        loop {
            row.push(self.cell()?);
            match self.rest.next() {
                Some(it) if it == self.separator => {}
                Some('\r') => {
                    self.rest.next_if_eq(&'\n');
                    self.line += 1;
                    return Ok(row);
                }
                Some(_) => {
                    self.line += 1;
                    return Ok(row);
                }
                None => return Ok(row),
            }
        }
    }

    /// Up to the separator or the end of the line, which stay.
    fn cell(&mut self) -> Result<String, Fault> {
        let mut cell = String::new();
        if self.rest.next_if_eq(&'"').is_some() {
            self.quotation(&mut cell)?;
        }
        let separator = self.separator;
        while let Some(it) = self.rest.next_if(|it| *it != separator && !matches!(it, '\r' | '\n')) {
            cell.push(it);
        }
        // Written by `csv_out` so that it is no formula.
        let is_disarmed = cell.starts_with('\'') && looks_like_a_formula(&cell);
        Ok(if is_disarmed { cell.split_off(1) } else { cell })
    }

    fn quotation(&mut self, cell: &mut String) -> Result<(), Fault> {
        let begun = self.line;
        loop {
            match self.rest.next() {
                Some('"') if self.rest.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => return Ok(()),
                Some('\r') => {
                    // One line feed within a cell, whichever system wrote it.
                    self.rest.next_if_eq(&'\n');
                    self.line += 1;
                    cell.push('\n');
                }
                Some(it) => {
                    self.line += usize::from(it == '\n');
                    cell.push(it);
                }
                None => return Err(Fault::OpenQuotation { line: begun }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Signature, csv_out};

    fn rows(text: &str) -> Vec<Vec<String>> {
        csv_in(text.as_bytes()).unwrap().rows
    }

    #[test]
    fn the_separator_is_found_out() {
        for (text, separator) in [
            ("a;b\n1,5;2,5\n", ';'),
            ("a,b\n\"x;y;z\",2\n", ','),
            ("a\tb\nx, y\tz; u\n", '\t'),
            ("sep=|\r\na|b,c\n", '|'),
            ("alone\nb\n", ','),
        ] {
            let table = csv_in(text.as_bytes()).unwrap();
            assert_eq!(table.separator, separator, "{text:?} gave {:?}", table.rows);
        }
        assert_eq!(rows("sep=;\r\na;b"), [["a", "b"]]);
    }

    #[test]
    fn the_encoding_is_found_out() {
        let utf_16 =
            |bytes: fn(u16) -> [u8; 2]| "Größe;5\n".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let mut marked = vec![0xff, 0xfe];
        marked.extend(utf_16(u16::to_le_bytes));
        for (bytes, name) in [
            ("Größe;5\n".as_bytes().to_vec(), "UTF-8"),
            ("\u{feff}Größe;5\n".as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-16LE"),
            (utf_16(u16::to_le_bytes), "UTF-16LE"),
            (utf_16(u16::to_be_bytes), "UTF-16BE"),
            (b"Gr\xf6\xdfe;5\n".to_vec(), "windows-1252"),
        ] {
            let table = csv_in(&bytes).unwrap();
            assert_eq!((table.rows, table.encoding), (vec![vec!["Größe".to_owned(), "5".to_owned()]], name));
        }
        assert!(matches!(csv_in(b"a\0b\x01\0\0\0c"), Err(Fault::NotText)));
    }

    #[test]
    fn lines_within_quotation_marks_belong_to_the_cell_and_are_counted() {
        let table = csv_in(b"a,b\r\n\"1\r\n2 \"\"x\"\"\",c\r\n\r\n3,4").unwrap();
        assert_eq!(table.rows, [["a", "b"], ["1\n2 \"x\"", "c"], ["3", "4"]]);
        assert_eq!(table.lines, [1, 2, 5]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_named_by_its_line() {
        assert!(matches!(csv_in(b"a,b\n1,\"x\n2,y\n"), Err(Fault::OpenQuotation { line: 2 })));
        assert_eq!(rows("a,5\" pipe\n"), [["a", "5\" pipe"]]);
    }

    #[test]
    fn what_went_out_comes_back_the_same() {
        let texts = ["=1+1", "'=1", "''-x", "a\nb", "\"q\"", "x;y,z", "'quoted'", "-", "ä", " 5 "];
        let table = texts.map(|it| vec![Cell::from(it), Cell::Whole(-1)]);
        let mut out = Vec::new();
        csv_out(&["h".into(), "n".into()], table.into_iter(), Signature::ByteOrderMark, &mut out).unwrap();
        let back: Vec<String> =
            csv_in(&out).unwrap().rows.into_iter().skip(1).map(|mut row| row.remove(0)).collect();
        assert_eq!(back, texts);
    }

    #[test]
    fn nothing_is_a_table_without_rows() {
        assert_eq!(rows(""), Vec::<Vec<String>>::new());
        assert_eq!(rows("\n;;\n"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn random_bytes_are_a_table_or_a_fault() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut draw = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % below).unwrap()
        };
        let pieces: [&[u8]; 14] = [
            b"a", b",", b";", b"\t", b"\"", b"\"\"", b"\r", b"\n", b"\r\n", b"\xff", b"\xfe", b"\0", b"'=",
            b"sep=",
        ];
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..draw(30)).flat_map(|_| pieces[draw(14)]).copied().collect();
            if let Ok(table) = csv_in(&bytes) {
                assert_eq!(table.rows.len(), table.lines.len());
            }
        }
    }
}
