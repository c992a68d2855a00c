//! How does a file read: as a table of rows, or as a text with clauses?

use document::{Extracted, Force};
use kernel::{Faults, Text, text};
use table::Fault;

use crate::model::Form;

/// So many rows one batch may have, and so many columns a table.
pub const MOST_ROWS: usize = 100_000;
pub const MOST_COLUMNS: usize = 200;
/// The longest a cell may be, in characters.
const LONGEST_CELL: usize = 50_000;
/// Longer texts are no specification, in characters.
const LONGEST_TEXT: usize = 3_000_000;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub form: Form,
    pub encoding: String,
    pub separator: String,
    pub sheet: String,
    pub sheets: Vec<String>,
    /// The rows of a table, the headings among them.
    pub rows: Vec<Vec<String>>,
    /// The line of the file, or the row of the sheet, that each is.
    pub lines: Vec<usize>,
    /// Those of them in which a formula of a workbook stands.
    pub formulas: Vec<usize>,
    /// The text of a document, with what made it.
    pub text: Option<(String, &'static str)>,
    pub clauses: Vec<document::Clause>,
}

/// Reads a file that is no document: of a workbook the sheet that is named, or the first one with rows.
///
/// # Errors
/// Says what is wrong with the file and what to do.
pub fn read(name: &str, bytes: &[u8], sheet: &str) -> Result<Content, Faults> {
    read_by(name, bytes, sheet, |_, _| Err(Some(document::Fault::NotSupported)))
}

/// The same of any file; documents are read by whoever is handed in, because they come from strangers.
///
/// # Errors
/// Says what is wrong with the file and what to do.
pub fn read_by(
    name: &str,
    bytes: &[u8],
    sheet: &str,
    extract: impl Fn(&str, &[u8]) -> Extracted,
) -> Result<Content, Faults> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(fault(text!("The file is empty. Save it again and send it once more.")));
    }
    let ending = name.rsplit_once('.').map(|(_, it)| it.to_lowercase()).unwrap_or_default();
    let content = match document::sniff(bytes, name) {
        document::PDF => of_document(extract(name, bytes), Form::Pdf)?,
        document::DOCX => of_document(extract(name, bytes), Form::Docx)?,
        _ if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") => {
            of_workbook(bytes, sheet)?
        }
        _ if matches!(ending.as_str(), "md" | "markdown" | "txt") => of_markdown(bytes)?,
        _ => of_csv(bytes)?,
    };
    check(content)
}

fn fault(sentence: Text) -> Faults {
    Faults::one("file", sentence)
}

fn of_csv(bytes: &[u8]) -> Result<Content, Faults> {
    let read = table::csv_in(bytes).map_err(told)?;
    let separator = match read.separator {
        '\t' => "tab".to_owned(),
        other => other.to_string(),
    };
    Ok(Content {
        encoding: read.encoding.to_owned(),
        separator,
        rows: read.rows,
        lines: read.lines,
        ..Content::default()
    })
}

fn of_workbook(bytes: &[u8], sheet: &str) -> Result<Content, Faults> {
    let mut pages = table::xlsx_in(bytes).map_err(told)?;
    let sheets: Vec<String> = pages.iter().map(|it| it.name.clone()).collect();
    let place = if sheet.is_empty() {
        pages.iter().position(|it| !it.rows.is_empty())
    } else {
        pages.iter().position(|it| it.name == sheet)
    };
    let Some(place) = place else {
        let sentence = if sheet.is_empty() {
            text!("No sheet of the workbook holds anything. Save it again and send it once more.")
        } else {
            text!("The workbook has no sheet “{name}”. Choose one that it has.", name = sheet)
        };
        return Err(fault(sentence));
    };
    let page = pages.swap_remove(place);
    Ok(Content {
        form: Form::Xlsx,
        sheet: page.name,
        sheets,
        rows: page.rows,
        lines: page.lines,
        formulas: page.formulas,
        ..Content::default()
    })
}

fn of_markdown(bytes: &[u8]) -> Result<Content, Faults> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let words = std::str::from_utf8(bytes)
        .map_err(|_| fault(text!("The text is not in UTF-8. Save it as UTF-8 and send it once more.")))?;
    let words = words.replace("\r\n", "\n").replace('\0', "");
    let clauses = document::clauses(&words);
    Ok(Content {
        form: Form::Markdown,
        encoding: "UTF-8".to_owned(),
        text: Some((words, "text 1")),
        clauses,
        ..Content::default()
    })
}

fn of_document(read: Extracted, form: Form) -> Result<Content, Faults> {
    let read = read.map_err(|why| {
        let Some(why) = why else {
            return fault(text!(
                "Reading the document came to nothing. It may need more time or memory than it is given: send it in parts, or as Markdown."
            ));
        };
        fault(match why {
            document::Fault::Encrypted => {
                text!("The document opens with a password only. Save it without one.")
            }
            document::Fault::TooLarge { .. } => text!("The document is too large. Send it in parts."),
            document::Fault::NotSupported | document::Fault::Broken(_) => {
                text!("The document cannot be read. Open it, save it again, and send it once more.")
            }
        })
    })?;
    let clauses = document::clauses(&read.text);
    Ok(Content { form, text: Some((read.text, document::VERSION)), clauses, ..Content::default() })
}

fn told(why: Fault) -> Faults {
    fault(match why {
        Fault::OpenQuotation { line } => {
            text!(
                "A quotation mark in line {line} is never closed. Close it, or take it away.",
                line = line.to_string()
            )
        }
        Fault::TooLarge => text!("The file unpacks to more than any list holds. Send it in parts."),
        Fault::NotText => {
            text!("The file is no text in any encoding that is known. Save it as CSV in UTF-8, or as XLSX.")
        }
        Fault::NotSupported => {
            text!("The file is neither CSV, XLSX, Markdown, DOCX nor PDF. Save it as one of them.")
        }
        Fault::Encrypted => {
            text!(
                "It is an Excel file of before 2007, or it opens with a password only. Save it as XLSX without one."
            )
        }
        Fault::Broken(_) | Fault::Io(_) => {
            text!("The file is damaged. Open it, save it again, and send it once more.")
        }
    })
}

fn check(content: Content) -> Result<Content, Faults> {
    if content.form.is_document() {
        let length = content.text.as_ref().map_or(0, |(words, _)| words.len());
        if length > LONGEST_TEXT {
            return Err(fault(text!("The document is too large. Send it in parts.")));
        }
        if content.clauses.is_empty() {
            return Err(fault(text!(
                "No numbered clause and no sentence with “shall” or “must” was found. If the document is a picture, it needs its text first."
            )));
        }
        return Ok(content);
    }
    if content.rows.is_empty() {
        return Err(fault(text!("No row holds anything. Save the file again and send it once more.")));
    }
    if content.rows.len() > MOST_ROWS + 20 {
        let most = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX);
        return Err(fault(text!("It has more than {count} rows. Send it in parts.", count = most)));
    }
    let width = content.rows.iter().map(Vec::len).max().unwrap_or(0);
    if width > MOST_COLUMNS {
        let (width, most) =
            (i64::try_from(width).unwrap_or(i64::MAX), i64::try_from(MOST_COLUMNS).unwrap_or(i64::MAX));
        return Err(fault(text!(
            "It has {width} columns. Leave the {most} that matter and send it once more.",
            width = width,
            most = most
        )));
    }
    for (row, line) in content.rows.iter().zip(&content.lines) {
        if let Some(place) =
            row.iter().position(|it| it.len() > LONGEST_CELL && it.chars().count() > LONGEST_CELL)
        {
            let (line, column) = (line.to_string(), (place + 1).to_string());
            return Err(fault(text!(
                "The cell in line {line}, column {column} is too long. Shorten it, or attach it as a file.",
                line = line,
                column = column
            )));
        }
        if row.iter().any(|it| it.contains('\0')) {
            let line = line.to_string();
            return Err(fault(text!(
                "Line {line} holds a character that nothing can keep (U+0000). Take it away.",
                line = line
            )));
        }
    }
    Ok(content)
}

/// What a clause says as the fields of a requirement; `name` is that of the document.
pub fn fields_of_clause(it: &document::Clause, name: &str) -> kernel::Fields {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // Items keep their lines, a paragraph flows.
    let statement = it.words.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let statement = statement.collect::<Vec<_>>().join("\n");
    let section = it.section.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.').trim();
    let section = if section.is_empty() { it.section.as_str() } else { section };
    let priority = match it.force {
        Force::Shall => "must",
        Force::Should => "should",
        Force::None => "",
    };
    [
        (kernel::KEY, it.number.clone()),
        ("section", section.to_owned()),
        ("title", it.title.clone()),
        ("statement", statement.clone()),
        ("source", format!("{stem} {}", it.number).trim().to_owned()),
        ("passage", it.words.clone()),
        ("priority", priority.to_owned()),
        ("acceptance", it.acceptance.clone()),
    ]
    .into_iter()
    .map(|(name, words)| (name.to_owned(), words))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(name: &str, bytes: &[u8]) -> String {
        read(name, bytes, "").unwrap_err().to_string()
    }

    #[test]
    fn bad_files_are_told_with_what_to_do() {
        assert!(sentence("a.csv", b" \r\n").contains("empty"));
        assert!(sentence("a.csv", b";;\n;;\n").contains("No row"));
        assert!(
            sentence("a.xlsx", b"PK\x03\x04rest").contains("neither CSV")
                || sentence("a.xlsx", b"PK\x03\x04rest").contains("damaged")
        );
        assert!(sentence("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").contains("before 2007"));
        assert!(sentence("a.pdf", b"%PDF-1.7 and nothing").contains("cannot be read"));
        assert!(sentence("a.md", b"# Nothing\n\nNothing is asked for here.").contains("numbered clause"));
        assert!(sentence("a.md", b"\xff\xfe\x00shall").contains("UTF-8"));
        let wide = format!("{}\n", "x;".repeat(999));
        assert!(sentence("a.csv", wide.as_bytes()).contains("columns"));
        let long = format!("a;b\n{};c\n", "x".repeat(60_000));
        assert!(sentence("a.csv", long.as_bytes()).contains("line 2, column 1"));
    }

    #[test]
    fn any_bytes_are_rows_or_a_sentence() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut draw = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
        };
        let pieces: [&[u8]; 16] = [
            b"a",
            b",",
            b";",
            b"\t",
            b"\"",
            b"\r\n",
            b"\n",
            b"\xff",
            b"\xfe",
            b"\0",
            b"PK\x03\x04",
            b"%PDF-",
            b"=1+1",
            b"# ",
            b"1.1 It shall",
            b"\xc3",
        ];
        for _ in 0..5_000 {
            let bytes: Vec<u8> = (0..draw(30)).flat_map(|_| pieces[draw(16)]).copied().collect();
            for name in ["a.csv", "a.md", "a", "a.xlsx"] {
                if let Ok(content) = read(name, &bytes, "") {
                    assert_eq!(content.rows.len(), content.lines.len());
                }
            }
        }
    }

    #[test]
    fn a_clause_becomes_the_fields_of_a_requirement() {
        let content = read("URS.md", b"# 3 Process\n\n3.1 The skid  shall fit.\n", "").unwrap();
        let fields = fields_of_clause(&content.clauses[0], "URS.md");
        let of = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        assert_eq!((of("key"), of("section"), of("statement")), ("3.1", "Process", "The skid shall fit."));
        assert_eq!(
            (of("source"), of("priority"), of("passage")),
            ("URS 3.1", "must", "The skid  shall fit.")
        );
    }
}
