//! Which text does a workbook hold (ECMA-376, part 1, `SpreadsheetML`)?

use crate::{Document, Fault, Limits};

/// One line a row with words in it, cells parted by tabs. Where there are several sheets, each begins with its name.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    let mut sheets = table::xlsx_in(bytes).map_err(fault)?;
    sheets.retain(|it| !it.rows.is_empty());
    let are_many = sheets.len() > 1;
    let (mut text, mut count, mut pages) = (String::new(), 0, Vec::with_capacity(sheets.len()));
    for sheet in &sheets {
        let start = count;
        let name = are_many.then(|| plain(&sheet.name));
        for line in name.into_iter().chain(sheet.rows.iter().map(|it| line(it))) {
            count += line.chars().count() + 1;
            if count > limits.characters {
                return Err(Fault::TooLarge { limit: "characters" });
            }
            text.push_str(&line);
            text.push('\n');
        }
        pages.push(start..count);
    }
    Ok(Document { text, pages, title: None, unread: Vec::new() })
}

fn line(cells: &[String]) -> String {
    let words = cells.iter().map(|it| plain(it)).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("\t")
}

/// The words of a cell on one line.
fn plain(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fault(it: table::Fault) -> Fault {
    match it {
        table::Fault::Encrypted => Fault::Encrypted,
        table::Fault::TooLarge => Fault::TooLarge { limit: "unpacked" },
        table::Fault::NotSupported => Fault::NotSupported,
        other => Fault::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &[u8] = include_bytes!("../../../demo/requirements/rs-2026-0017.xlsx");

    #[test]
    fn a_row_is_a_line_and_a_sheet_is_a_page() {
        let read = read(SET, &Limits::default()).unwrap();
        assert!(read.text.lines().any(|it| it.starts_with("REQ-0412\t")), "{}", read.text);
        assert_eq!(read.pages.last().map(|it| it.end), Some(read.text.chars().count()));
        assert_eq!(read.pages.first().map(|it| it.start), Some(0));
    }

    #[test]
    fn what_is_longer_than_a_text_may_be_is_refused() {
        let small = Limits { characters: 100, ..Limits::default() };
        assert_eq!(read(SET, &small), Err(Fault::TooLarge { limit: "characters" }));
    }

    #[test]
    fn what_is_no_workbook_is_not_read() {
        assert_eq!(read(b"PK\x03\x04", &Limits::default()), Err(Fault::NotSupported));
    }
}
