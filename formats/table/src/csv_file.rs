//! How is a table written as CSV?

use std::borrow::Cow;
use std::io::Write;

use crate::{Cell, Fault, looks_like_a_formula};

/// What stands before the first character of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// For programs.
    None,
    /// The byte order mark, by which Excel knows that the file is UTF-8.
    ByteOrderMark,
}

/// Writes CSV after RFC 4180, in UTF-8.
///
/// Texts that a spreadsheet would run as a formula get a `'` before them, which `csv_in` takes away again. Numbers
/// are numbers, also below zero; days are written as in ISO 8601; of a link its words are written.
pub fn csv_out(
    headings: &[String],
    rows: impl Iterator<Item = Vec<Cell>>,
    signature: Signature,
    out: &mut impl Write,
) -> Result<(), Fault> {
    if signature == Signature::ByteOrderMark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
    writer.write_record(headings.iter().map(|it| disarmed(it).into_owned())).map_err(refused)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| written(cell).into_owned())).map_err(refused)?;
    }
    writer.flush()?;
    Ok(())
}

fn written(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) | Cell::Link { text, .. } => disarmed(text),
        Cell::Number(number) if number.is_finite() => number.to_string().into(),
        Cell::Whole(number) => number.to_string().into(),
        Cell::Day(day) => day.to_string().into(),
        Cell::Number(_) | Cell::Empty => "".into(),
    }
}

fn disarmed(text: &str) -> Cow<'_, str> {
    if looks_like_a_formula(text) { format!("'{text}").into() } else { text.into() }
}

fn refused(error: csv::Error) -> Fault {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Fault::Io(error),
        other => Fault::Broken(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn written_as(rows: Vec<Vec<Cell>>) -> String {
        let mut out = Vec::new();
        csv_out(&["a".into(), "b".into()], rows.into_iter(), Signature::None, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = vec![vec!["x, \"y\"".into(), "1\n2".into()], vec![Cell::Empty, "ä".into()]];
        assert_eq!(written_as(rows), "a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\r\n,ä\r\n");
    }

    #[test]
    fn no_text_runs_as_a_formula_and_numbers_stay_numbers() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝x", "'=1"] {
            let row = written_as(vec![vec![text.into(), Cell::Whole(-5)]]);
            let line = row.split_once("\r\n").unwrap().1.trim_start_matches('"');
            assert!(line.starts_with(&format!("'{text}")), "{row:?}");
            assert!(line.ends_with(",-5\r\n"), "{row:?}");
        }
        assert_eq!(written_as(vec![vec![Cell::Number(-0.5), Cell::Number(f64::NAN)]]), "a,b\r\n-0.5,\r\n");
    }

    #[test]
    fn days_and_links_are_words() {
        let link = Cell::Link { text: "REQ-1".into(), url: "https://a.example".into() };
        assert_eq!(written_as(vec![vec![Cell::Day(date(2026, 3, 2)), link]]), "a,b\r\n2026-03-02,REQ-1\r\n");
    }

    #[test]
    fn the_signature_is_written_when_asked_for() {
        let mut out = Vec::new();
        csv_out(&["a".into()], std::iter::empty(), Signature::ByteOrderMark, &mut out).unwrap();
        assert_eq!(out, b"\xef\xbb\xbfa\r\n");
    }
}
