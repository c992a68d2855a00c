//! How is a workbook of Excel read?

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::Fault;

/// One sheet of a workbook that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub name: String,
    /// The words of all cells, row by row, the headings too if there are any; rows of nothing are left out.
    pub rows: Vec<Vec<String>>,
    /// The row of the sheet, counted from 1, that each row is: what to tell people of a fault.
    pub lines: Vec<usize>,
    /// The rows of the sheet, counted the same, in which a formula stands; what it came to stands in its cell.
    pub formulas: Vec<usize>,
}

/// Of the file, in bytes.
const LARGEST: usize = 50_000_000;
/// Of all its parts, unpacked.
const MOST_UNPACKED: u64 = 150_000_000;
/// No office file packs better than this; a bomb does by far.
const BEST_RATIO: u64 = 250;
/// Small parts may pack as well as they like.
const SMALL: u64 = 1 << 20;
const MOST_PARTS: usize = 20_000;
/// Over all sheets, those without words in front of others among them.
const MOST_CELLS: usize = 5_000_000;

/// Reads every sheet of a workbook (XLSX, ECMA-376). Of a formula the value is read that was kept with it.
///
/// # Errors
/// What is no workbook, opens with a password only, or unpacks to more than any list that people keep.
pub fn xlsx_in(bytes: &[u8]) -> Result<Vec<Page>, Fault> {
    if bytes.len() > LARGEST {
        return Err(Fault::TooLarge);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Fault::Encrypted);
    }
    measure(bytes)?;
    // The reader calculates with the places that a file names, and some files name places that are none.
    let outcome = std::panic::catch_unwind(|| pages(bytes));
    outcome.unwrap_or_else(|_| Err(Fault::Broken("the reader gave up".to_owned())))
}

fn pages(bytes: &[u8]) -> Result<Vec<Page>, Fault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut room = MOST_CELLS;
    let names = book.sheet_names();
    names.into_iter().filter_map(|name| page(&mut book, name, &mut room).transpose()).collect()
}

/// What the headers of an archive say of sizes is not believed: everything is unpacked once, and only counted.
fn measure(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::NotSupported)?;
    if archive.len() > MOST_PARTS {
        return Err(Fault::TooLarge);
    }
    let mut room = MOST_UNPACKED;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|error| Fault::Broken(error.to_string()))?;
        let most = file.compressed_size().saturating_mul(BEST_RATIO).max(SMALL).min(room);
        let unpacked = std::io::copy(&mut file.take(most + 1), &mut std::io::sink())
            .map_err(|error| Fault::Broken(error.to_string()))?;
        if unpacked > most {
            return Err(Fault::TooLarge);
        }
        room -= unpacked;
    }
    Ok(())
}

/// A sheet; none where it holds no cells but a chart.
fn page(book: &mut Xlsx<Cursor<&[u8]>>, name: String, room: &mut usize) -> Result<Option<Page>, Fault> {
    let mut cells = match book.worksheet_cells_reader(&name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
        Err(error) => return Err(broken(error)),
    };
    let mut page = Page { name, rows: Vec::new(), lines: Vec::new(), formulas: Vec::new() };
    let mut last = None;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        let (row, column) = cell.pos;
        let number = usize::try_from(row).map_err(|_| Fault::TooLarge)?.saturating_add(1);
        if cell.formula.is_some() && page.formulas.last() != Some(&number) {
            page.formulas.push(number);
        }
        let words = words(&cell.value);
        if words.trim().is_empty() {
            continue;
        }
        let column = usize::try_from(column).map_err(|_| Fault::TooLarge)?;
        if last != Some(row) {
            page.rows.push(Vec::new());
            page.lines.push(number);
            last = Some(row);
        }
        let Some(line) = page.rows.last_mut() else { continue };
        let needed = (column + 1).saturating_sub(line.len());
        *room = room.checked_sub(needed).ok_or(Fault::TooLarge)?;
        if column >= line.len() {
            line.resize(column + 1, String::new());
        }
        line[column] = words;
    }
    // A sheet may name its rows in any order.
    page.formulas.sort_unstable();
    page.formulas.dedup();
    Ok(Some(page))
}

/// A value as a person would write it into a table.
fn words(value: &DataRef) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(words) => words.clone(),
        DataRef::SharedString(words) => (*words).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.is_finite() => number.to_string(),
        DataRef::Float(_) => String::new(),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        DataRef::DateTime(moment) if moment.is_duration() => moment.as_f64().to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => words.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

fn broken(error: XlsxError) -> Fault {
    match error {
        XlsxError::Password => Fault::Encrypted,
        XlsxError::FileNotFound(_) => Fault::NotSupported,
        other => Fault::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use jiff::civil::date;

    use super::*;
    use crate::{Cell, Sheet, xlsx_out};

    fn book(rows: Vec<Vec<Cell>>) -> Vec<u8> {
        let headings = ["a".to_owned(), "b".to_owned()];
        let made = date(2026, 3, 2).at(9, 0, 0, 0);
        xlsx_out(&Sheet { name: "List", headings: &headings, widths: &[], made }, rows.into_iter()).unwrap()
    }

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rows = vec![
            vec!["REQ-1".into(), Cell::Number(1.5)],
            vec![Cell::Empty, Cell::Empty],
            vec![Cell::Day(date(2026, 3, 2)), "=1+1".into()],
        ];
        let pages = xlsx_in(&book(rows)).unwrap();
        assert_eq!(pages[0].name, "List");
        assert_eq!(pages[0].rows, [["a", "b"], ["REQ-1", "1.5"], ["2026-03-02", "=1+1"]]);
        assert_eq!(pages[0].lines, [1, 2, 4]);
        assert!(pages[0].formulas.is_empty(), "what only looks like one is a text");
    }

    #[test]
    fn a_formula_is_read_as_what_it_came_to_and_its_row_is_told() {
        let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
             <row r=\"1\"><c r=\"A1\"><v>2</v></c></row>\
             <row r=\"3\"><c r=\"A3\"><v>3</v></c><c r=\"B3\"><f>A1*A3</f><v>6</v></c>\
             <c r=\"C3\" t=\"str\"><f>CONCATENATE(\"K\",\"D\")</f><v>KD</v></c></row>\
             <row r=\"4\"><c r=\"A4\"><f t=\"shared\" ref=\"A4:A5\" si=\"0\">A3+1</f><v>4</v></c></row>\
             <row r=\"5\"><c r=\"A5\"><f t=\"shared\" si=\"0\"/><v>5</v></c></row>\
             <row r=\"6\"><c r=\"A6\"><f>B9</f></c></row></sheetData></worksheet>";
        let pages = xlsx_in(&swapped(&book(vec![]), sheet)).unwrap();
        let rows: Vec<Vec<&str>> =
            pages[0].rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        assert_eq!(rows, [vec!["2"], vec!["3", "6", "KD"], vec!["4"], vec!["5"]]);
        assert_eq!((&pages[0].lines[..], &pages[0].formulas[..]), (&[1, 3, 4, 5][..], &[3, 4, 5, 6][..]));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_opened() {
        let zeros = vec![b' '; 40_000_000];
        let bomb = packed(&[("xl/workbook.xml", &zeros)]);
        assert!(bomb.len() < 100_000);
        assert!(matches!(xlsx_in(&bomb), Err(Fault::TooLarge)));
    }

    #[test]
    fn a_cell_far_to_the_right_in_every_row_is_refused_and_takes_no_memory() {
        let mut sheet = String::from(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
        );
        for row in 1..=1_000 {
            use std::fmt::Write;
            write!(
                sheet,
                "<row r=\"{row}\"><c r=\"XFD{row}\" t=\"inlineStr\"><is><t>x{row}</t></is></c></row>"
            )
            .unwrap();
        }
        sheet.push_str("</sheetData></worksheet>");
        let far = swapped(&book(vec![]), &sheet);
        assert!(matches!(xlsx_in(&far), Err(Fault::TooLarge)));
    }

    /// A workbook with another first sheet.
    fn swapped(book: &[u8], sheet: &str) -> Vec<u8> {
        let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            let name = file.name().unwrap().into_owned();
            let bytes = if name == "xl/worksheets/sheet1.xml" { sheet.as_bytes().to_vec() } else { bytes };
            parts.push((name, bytes));
        }
        let parts: Vec<(&str, &[u8])> =
            parts.iter().map(|(name, it)| (name.as_str(), it.as_slice())).collect();
        packed(&parts)
    }

    #[test]
    fn what_is_no_workbook_is_a_fault() {
        assert!(matches!(xlsx_in(b""), Err(Fault::NotSupported)));
        assert!(matches!(xlsx_in(b"a;b\r\n1;2\r\n"), Err(Fault::NotSupported)));
        assert!(matches!(xlsx_in(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), Err(Fault::Encrypted)));
        assert!(matches!(xlsx_in(&packed(&[("a.txt", b"x")])), Err(Fault::NotSupported | Fault::Broken(_))));
    }

    /// A workbook with bytes altered, cut or doubled is read or refused, and never a panic.
    #[test]
    fn a_damaged_workbook_is_a_table_or_a_fault() {
        let whole = book(vec![vec!["x".into(), Cell::Whole(5)]; 20]);
        let mut random = 88_172_645_463_325_252_u64;
        let mut draw = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
        };
        for _ in 0..400 {
            let mut bytes = whole.clone();
            for _ in 0..=draw(4) {
                let place = draw(bytes.len());
                match draw(3) {
                    0 => bytes[place] ^= 1 << draw(8),
                    1 => bytes.truncate(place.max(1)),
                    _ => bytes.insert(place, u8::try_from(draw(256)).unwrap()),
                }
            }
            let _ = xlsx_in(&bytes);
        }
        // The same within the sheet, behind the packing.
        let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>1e5</v></c></row></sheetData></worksheet>";
        let pieces = [
            "<c r=\"A1\">",
            "</c>",
            "<v>",
            "</v>",
            "9999999999",
            "<row r=\"-1\">",
            "&x;",
            "r=\"ZZZZZ1\"",
            "t=\"e\"",
            "<!DOCTYPE a>",
        ];
        for _ in 0..300 {
            let mut altered = sheet.to_owned();
            for _ in 0..=draw(3) {
                altered.insert_str(draw(altered.len()), pieces[draw(pieces.len())]);
            }
            let _ = xlsx_in(&swapped(&whole, &altered));
        }
    }
}
