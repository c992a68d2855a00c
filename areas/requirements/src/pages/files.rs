//! A set as a file: for a spreadsheet, for a text, for a program.

use jiff::Timestamp;
use kernel::{Result, broken};
use serde_json::{Value as Json, json};
use table::{Cell, Sheet, Signature, csv_out, xlsx_out};
use web::t;

use crate::model::{Line, Reading};
use crate::rules::FIELDS;

/// What the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Markdown,
    Json,
}

impl Format {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Markdown, Self::Json];

    /// How the names of such files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
        }
    }

    /// The media type of such files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// The bytes of the file. `made` is the moment that a workbook tells as its own.
pub fn written(reading: &Reading, format: Format, made: Timestamp) -> Result<Vec<u8>> {
    match format {
        Format::Csv | Format::Xlsx => {
            table_of(&reading.number, (&headings(), rows(reading).collect()), format, made)
        }
        Format::Markdown => Ok(in_markdown(reading).into_bytes()),
        Format::Json => Ok(serde_json::to_vec_pretty(&in_json(reading))?),
    }
}

/// The bytes of a table: a workbook where that is asked for, else comma-separated values.
pub fn table_of(
    name: &str,
    (headings, rows): (&[String], Vec<Vec<Cell>>),
    format: Format,
    made: Timestamp,
) -> Result<Vec<u8>> {
    if format == Format::Xlsx {
        let widths = [12.0, 18.0, 28.0, 60.0];
        let made = jiff::tz::TimeZone::UTC.to_datetime(made);
        return xlsx_out(&Sheet { name, headings, widths: &widths, made }, rows.into_iter()).map_err(broken);
    }
    let mut bytes = Vec::new();
    csv_out(headings, rows.into_iter(), Signature::ByteOrderMark, &mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// The columns: number, section, title and every field under its own name.
fn headings() -> Vec<String> {
    ["id", "section", "title"].iter().chain(FIELDS).map(|it| (*it).to_owned()).collect()
}

fn rows(reading: &Reading) -> impl Iterator<Item = Vec<Cell>> {
    reading.lines.iter().map(|line| {
        let section = reading.section_title(&line.body.section).to_owned();
        let place = [line.number.clone(), section, line.title.clone()].into_iter().map(Cell::from);
        place.chain(FIELDS.iter().map(|field| cell(line.written(field)))).collect()
    })
}

/// A number where that loses no figure: 1.50 stays a text, because it says more than 1.5.
fn cell(words: String) -> Cell {
    match words.parse::<f64>() {
        Ok(number) if number.to_string() == words => Cell::Number(number),
        _ => words.into(),
    }
}

/// A text that reads well by itself; headings in prose stay below those of the sections.
fn in_markdown(reading: &Reading) -> String {
    let mut parts = vec![format!("# {} {}", reading.number, reading.title)];
    parts.extend(filled(&reading.matter));
    if let Some(words) = filled(&reading.intended_use) {
        parts.extend([format!("## {}", t!("Intended use")), words]);
    }
    for section in &reading.sections {
        parts.push(format!("## {}", section.title));
        parts.extend(filled(&section.prose));
        parts.extend(reading.lines_of(&section.key).map(clause));
    }
    parts.join("\n\n") + "\n"
}

fn filled(words: &str) -> Option<String> {
    Some(words.trim().to_owned()).filter(|it| !it.is_empty())
}

fn clause(line: &Line) -> String {
    let body = &line.body;
    let mut parts = vec![format!("**{} {}.** {}", line.number, line.title, body.statement.trim())];
    if let Some(value) = super::measured(body) {
        let name = if body.characteristic.is_empty() { t!("Value") } else { body.characteristic.clone() };
        parts.push(format!("{name}: {value}"));
    }
    parts.extend(["acceptance", "verification", "source"].into_iter().filter_map(|field| {
        let words = super::shown_of(line, field);
        (!words.is_empty()).then(|| format!("{}: {words}", super::label(field)))
    }));
    parts.extend(line.enclosed.iter().map(|it| format!("{}: {}", t!("File"), it.written())));
    parts.join("  \n")
}

/// Everything, for programs; decimals are texts, because 1.50 says more than 1.5.
pub fn in_json(reading: &Reading) -> Json {
    let sections = reading.sections.iter().map(|section| {
        let lines: Vec<Json> = reading.lines_of(&section.key).map(|it| line_in_json(reading, it)).collect();
        json!({ "key": section.key, "title": section.title, "prose": section.prose, "requirements": lines })
    });
    json!({
        "number": reading.number, "title": reading.title, "revision": reading.revision,
        "at": reading.moment.map(|it| it.to_string()), "matter": reading.matter,
        "intended_use": reading.intended_use, "sections": sections.collect::<Vec<_>>(), "files": reading.files,
    })
}

fn line_in_json(reading: &Reading, line: &Line) -> Json {
    let mut it = json!({ "number": line.number, "title": line.title });
    if let Some((no, digest)) = &line.frozen {
        it["revision"] = json!(no);
        it["digest"] = json!(digest);
    }
    for field in FIELDS {
        it[*field] = json!(line.written(field));
    }
    // A revision from before files were frozen says nothing of them, instead of that there were none.
    if !reading.lacks_enclosed {
        it["files"] = json!(line.enclosed);
    }
    it["said_at"] = json!(line.body.said_at.map(|it| it.to_string()));
    it
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Requirement, Section};

    fn reading() -> Reading {
        let section =
            Section { key: "s1".into(), title: "Process".into(), prose: "As in *drawing* 400.".into() };
        let body = Requirement {
            section: "s1".into(),
            statement: "Line B shall dose, \"always\".".into(),
            value: "1.50".into(),
            lower: "-5".into(),
            unit: "kg/l".into(),
            verification: Some(crate::model::Verification::Inspection),
            ..Requirement::default()
        };
        let line = Line {
            number: "REQ-0418".into(),
            title: "Chemical".into(),
            function: "Design".into(),
            body,
            ..Line::default()
        };
        Reading {
            number: "RS-2026-0017".into(),
            title: "Skid".into(),
            sections: vec![section],
            lines: vec![line],
            ..Reading::default()
        }
    }

    #[test]
    fn a_sheet_says_what_was_written() {
        let sheet = written(&reading(), Format::Csv, Timestamp::UNIX_EPOCH).unwrap();
        let rows = table::csv_in(&sheet).unwrap();
        let place = rows.rows[0].iter().position(|it| it == "value").unwrap();
        assert_eq!((rows.rows[1][place].as_str(), rows.rows[1][place + 1].as_str()), ("1.50", "-5"));
        assert_eq!(rows.rows[1][3], "Line B shall dose, \"always\".");
        let sheet = written(&reading(), Format::Xlsx, Timestamp::UNIX_EPOCH).unwrap();
        assert!(sheet.starts_with(b"PK"));
    }

    #[test]
    fn a_text_has_sections_prose_and_clauses() {
        let text =
            String::from_utf8(written(&reading(), Format::Markdown, Timestamp::UNIX_EPOCH).unwrap()).unwrap();
        assert!(
            text.contains("## Process\n\nAs in *drawing* 400.\n\n**REQ-0418 Chemical.** Line B shall dose"),
            "{text}"
        );
        assert!(text.contains("Verified by: ") && !text.contains("Verified by: inspection"), "{text}");
        assert_eq!(in_json(&reading())["sections"][0]["requirements"][0]["value"], "1.50");
    }
}
