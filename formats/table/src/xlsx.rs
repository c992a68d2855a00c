//! How is a table written as a workbook of Excel?

use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Url, Workbook, Worksheet, XlsxError,
};

use crate::{Cell, Fault};

/// What a sheet is called and how it looks.
pub struct Sheet<'a> {
    /// Shortened and cleaned as Excel demands.
    pub name: &'a str,
    pub headings: &'a [String],
    /// In characters, for each column as far as they go; 16 for the others.
    pub widths: &'a [f64],
    /// When the workbook was made, so that the same table gives the same file.
    pub made: DateTime,
}

const LONGEST_NAME: usize = 31;
/// Of a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
const LONGEST_URL: usize = 2_000;
const MOST_LINKS: usize = 60_000;
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
/// Larger whole numbers lose digits in Excel.
const LARGEST_WHOLE: u64 = 999_999_999_999_999;

/// Writes one sheet with bold headings that stay in sight, a filter over them, and wrapped text.
///
/// Texts are texts, never formulas. One that is longer than Excel holds is cut, and says so at its end. Links are
/// links if they lead to `http`, `https` or `mailto`.
pub fn xlsx_out(sheet: &Sheet, rows: impl Iterator<Item = Vec<Cell>>) -> Result<Vec<u8>, Fault> {
    if sheet.headings.len() > MOST_COLUMNS {
        return Err(Fault::TooLarge);
    }
    let mut workbook = Workbook::new();
    let made = sheet.made;
    let created = ExcelDateTime::from_ymd(year(made.date()), month(made.date()), day(made.date()))
        .and_then(|it| it.and_hms(hour(made.hour()), minute(made.minute()), minute(made.second())))
        .map_err(refused)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let page = workbook.add_worksheet_with_constant_memory().map_err(refused)?;
    fill(page, sheet, rows)?;
    workbook.save_to_buffer().map_err(refused)
}

fn fill(page: &mut Worksheet, sheet: &Sheet, rows: impl Iterator<Item = Vec<Cell>>) -> Result<(), Fault> {
    page.set_name(cleaned(sheet.name)).map_err(refused)?;
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    for (column, heading) in (0..).zip(sheet.headings) {
        let width = sheet.widths.get(usize::from(column)).copied().unwrap_or(16.0).clamp(1.0, 255.0);
        page.set_column_width(column, width).map_err(refused)?;
        page.write_string_with_format(0, column, fitting(heading), &bold).map_err(refused)?;
    }
    page.set_freeze_panes(1, 0).map_err(refused)?;

    let mut pen = Pen { page, looks: Looks::new(), links: 0 };
    let mut last = 0;
    for row in rows {
        last += 1;
        if last >= MOST_ROWS || row.len() > MOST_COLUMNS {
            return Err(Fault::TooLarge);
        }
        for (column, cell) in (0..).zip(&row) {
            pen.write(last, column, cell).map_err(refused)?;
        }
    }
    if let Some(last_column) = sheet.headings.len().checked_sub(1).and_then(|it| u16::try_from(it).ok()) {
        page.autofilter(0, 0, last, last_column).map_err(refused)?;
    }
    Ok(())
}

struct Looks {
    text: Format,
    number: Format,
    day: Format,
    link: Format,
}

impl Looks {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            text: top().set_text_wrap(),
            number: top(),
            day: top().set_num_format("yyyy-mm-dd"),
            link: top().set_hyperlink(),
        }
    }
}

struct Pen<'a> {
    page: &'a mut Worksheet,
    looks: Looks,
    links: usize,
}

impl Pen<'_> {
    fn write(&mut self, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) => self.write_text(row, column, text),
            Cell::Number(number) if number.is_finite() => self.write_number(row, column, *number),
            Cell::Whole(number) if number.unsigned_abs() <= LARGEST_WHOLE => {
                #[expect(clippy::cast_precision_loss, reason = "15 digits are exact")]
                let number = *number as f64;
                self.write_number(row, column, number)
            }
            Cell::Whole(number) => self.write_text(row, column, &number.to_string()),
            Cell::Day(date) => self.write_day(row, column, *date),
            Cell::Link { text, url } => self.write_link(row, column, text, url),
            Cell::Number(_) | Cell::Empty => Ok(()),
        }
    }

    fn write_text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        self.page.write_string_with_format(row, column, fitting(text), &self.looks.text).map(|_| ())
    }

    fn write_number(&mut self, row: u32, column: u16, number: f64) -> Result<(), XlsxError> {
        self.page.write_number_with_format(row, column, number, &self.looks.number).map(|_| ())
    }

    /// Excel counts days from 1900; earlier ones are words.
    fn write_day(&mut self, row: u32, column: u16, date: Date) -> Result<(), XlsxError> {
        if date.year() < 1900 {
            return self.write_text(row, column, &date.to_string());
        }
        let serial = ExcelDateTime::from_ymd(year(date), month(date), day(date))?;
        self.page.write_datetime_with_format(row, column, &serial, &self.looks.day).map(|_| ())
    }

    fn write_link(&mut self, row: u32, column: u16, text: &str, url: &str) -> Result<(), XlsxError> {
        let leads = ["https://", "http://", "mailto:"].iter().any(|it| url.starts_with(it));
        if !leads || url.chars().count() > LONGEST_URL || self.links >= MOST_LINKS || text.is_empty() {
            return self.write_text(row, column, text);
        }
        self.links += 1;
        let link = Url::new(url).set_text(fitting(text));
        self.page.write_url_with_format(row, column, link, &self.looks.link).map(|_| ())
    }
}

fn cleaned(name: &str) -> String {
    let kept = name.chars().map(|it| if r"[]:*?/\".contains(it) || it.is_control() { ' ' } else { it });
    let kept: String = kept.take(LONGEST_NAME).filter(|it| it.len_utf16() == 1).collect();
    let name = kept.trim().trim_matches('\'').trim();
    // Excel keeps this one for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Table".into() } else { name.into() }
}

fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let mut room = LONGEST_TEXT - 100;
    let kept = text.chars().take_while(|it| {
        let fits = room >= it.len_utf16();
        room = room.saturating_sub(it.len_utf16());
        fits
    });
    format!("{} … (cut: {} characters)", kept.collect::<String>(), text.chars().count())
}

fn year(date: Date) -> u16 {
    date.year().unsigned_abs()
}

fn month(date: Date) -> u8 {
    date.month().unsigned_abs()
}

fn day(date: Date) -> u8 {
    date.day().unsigned_abs()
}

fn hour(hour: i8) -> u16 {
    u16::from(hour.unsigned_abs())
}

fn minute(minute: i8) -> u8 {
    minute.unsigned_abs()
}

fn refused(error: XlsxError) -> Fault {
    match error {
        XlsxError::RowColumnLimitError => Fault::TooLarge,
        other => Fault::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use jiff::civil::date;

    use super::*;

    fn sheet<'a>(name: &'a str, headings: &'a [String]) -> Sheet<'a> {
        Sheet { name, headings, widths: &[12.0, 60.0], made: date(2026, 3, 2).at(9, 0, 0, 0) }
    }

    fn part(workbook: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_sheet_has_bold_headings_in_sight_and_a_filter() {
        let headings = ["number".to_owned(), "statement".to_owned()];
        let rows = vec![
            vec![Cell::from("REQ-1"), Cell::from("=1+1")],
            vec![Cell::Whole(-5), Cell::Day(date(2026, 3, 2))],
        ];
        let workbook = xlsx_out(&sheet("Requirements", &headings), rows.into_iter()).unwrap();
        let page = part(&workbook, "xl/worksheets/sheet1.xml");
        for expected in
            ["state=\"frozen\"", "<autoFilter ref=\"A1:B3\"/>", "=1+1", "<v>-5</v>", "<v>46083</v>"]
        {
            assert!(page.contains(expected), "{expected} is not in {page}");
        }
        assert!(!page.contains("<f>"), "a text became a formula");
        assert!(part(&workbook, "xl/styles.xml").contains("<b/>"));
    }

    #[test]
    fn links_that_may_not_be_followed_are_words() {
        let link = |url: &str| vec![Cell::Link { text: "x".into(), url: url.into() }];
        let headings = ["a".to_owned()];
        let rows = vec![link("https://a.example/"), link("file:///etc/passwd"), link("javascript:x")];
        let workbook = xlsx_out(&sheet("a", &headings), rows.into_iter()).unwrap();
        let page = part(&workbook, "xl/worksheets/sheet1.xml");
        assert_eq!(page.matches("<hyperlink ").count(), 1);
    }

    #[test]
    fn what_excel_cannot_hold_is_cut_aloud_or_refused() {
        let headings = ["a".to_owned()];
        let long = vec![
            vec![Cell::from("ä😀".repeat(20_000))],
            vec![Cell::Whole(i64::MAX)],
            vec![Cell::Number(f64::INFINITY)],
        ];
        let workbook = xlsx_out(&sheet("a", &headings), long.into_iter()).unwrap();
        let page = part(&workbook, "xl/worksheets/sheet1.xml");
        assert!(page.contains("… (cut: 40000 characters)") && page.contains("9223372036854775807"));
        let wide = vec![vec![Cell::Empty; 20_000]];
        assert!(matches!(xlsx_out(&sheet("a", &headings), wide.into_iter()), Err(Fault::TooLarge)));
    }

    #[test]
    fn any_name_becomes_one_that_excel_takes() {
        for (name, clean) in
            [("RS/2026: [a]?", "RS 2026   a"), ("", "Table"), ("History", "Table"), ("'q'", "q")]
        {
            assert_eq!(cleaned(name), clean);
        }
        assert_eq!(cleaned(&"x".repeat(50)).len(), 31);
    }

    #[test]
    fn the_same_table_gives_the_same_file() {
        let headings = ["a".to_owned()];
        let write = || xlsx_out(&sheet("a", &headings), std::iter::once(vec![Cell::from("x")])).unwrap();
        assert!(write() == write());
    }
}
