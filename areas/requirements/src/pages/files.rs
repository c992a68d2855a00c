//! A set as a file: for a spreadsheet, for a text, for a program.

use std::collections::HashMap;

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

/// An extra field that says something of a requirement of the set.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// Its short name, under which a file that is taken in knows it again.
    pub key: String,
    pub label: String,
    /// What it says of each requirement, by its number, as programs write it.
    pub says: HashMap<String, String>,
}

impl Extra {
    fn of(&self, line: &Line) -> &str {
        self.says.get(&line.number).map_or("", String::as_str)
    }
}

/// The bytes of the file. `made` is the moment that a workbook tells as its own.
pub fn written(reading: &Reading, extra: &[Extra], format: Format, made: Timestamp) -> Result<Vec<u8>> {
    match format {
        Format::Csv | Format::Xlsx => {
            table_of(&reading.number, (&headings(extra), rows(reading, extra).collect()), format, made)
        }
        Format::Markdown => Ok(in_markdown(reading, extra).into_bytes()),
        Format::Json => Ok(serde_json::to_vec_pretty(&in_json(reading, extra))?),
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
fn headings(extra: &[Extra]) -> Vec<String> {
    let own = ["id", "section", "title"].iter().chain(FIELDS).map(|it| (*it).to_owned());
    own.chain(extra.iter().map(|it| it.key.clone())).collect()
}

fn rows(reading: &Reading, extra: &[Extra]) -> impl Iterator<Item = Vec<Cell>> {
    reading.lines.iter().map(|line| {
        let section = reading.section_title(&line.body.section).to_owned();
        let place = [line.number.clone(), section, line.title.clone()].into_iter().map(Cell::from);
        let own = FIELDS.iter().map(|field| line.written(field));
        place.chain(own.chain(extra.iter().map(|it| it.of(line).to_owned())).map(cell)).collect()
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
fn in_markdown(reading: &Reading, extra: &[Extra]) -> String {
    let mut parts = vec![format!("# {} {}", reading.number, reading.title)];
    parts.extend(filled(&reading.matter));
    if let Some(words) = filled(&reading.intended_use) {
        parts.extend([format!("## {}", t!("Intended use")), words]);
    }
    for section in &reading.sections {
        parts.push(format!("## {}", section.title));
        parts.extend(filled(&section.prose));
        parts.extend(reading.lines_of(&section.key).map(|it| clause(it, extra)));
    }
    parts.join("\n\n") + "\n"
}

fn filled(words: &str) -> Option<String> {
    Some(words.trim().to_owned()).filter(|it| !it.is_empty())
}

fn clause(line: &Line, extra: &[Extra]) -> String {
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
    let said = extra.iter().filter(|it| !it.of(line).is_empty());
    parts.extend(said.map(|it| format!("{}: {}", it.label, it.of(line))));
    parts.extend(line.enclosed.iter().map(|it| format!("{}: {}", t!("File"), it.written())));
    parts.join("  \n")
}

/// Everything, for programs; decimals are texts, because 1.50 says more than 1.5.
pub fn in_json(reading: &Reading, extra: &[Extra]) -> Json {
    let sections = reading.sections.iter().map(|section| {
        let lines: Vec<Json> =
            reading.lines_of(&section.key).map(|it| line_in_json(reading, it, extra)).collect();
        json!({ "key": section.key, "title": section.title, "prose": section.prose, "requirements": lines })
    });
    json!({
        "number": reading.number, "title": reading.title, "revision": reading.revision,
        "at": reading.moment.map(|it| it.to_string()), "matter": reading.matter,
        "intended_use": reading.intended_use, "sections": sections.collect::<Vec<_>>(), "files": reading.files,
    })
}

fn line_in_json(reading: &Reading, line: &Line, extra: &[Extra]) -> Json {
    let mut it = json!({ "number": line.number, "title": line.title });
    if let Some((no, digest)) = &line.frozen {
        it["revision"] = json!(no);
        it["digest"] = json!(digest);
    }
    for field in FIELDS {
        it[*field] = json!(line.written(field));
    }
    if !extra.is_empty() {
        it["extra"] = extra.iter().map(|field| (field.key.clone(), json!(field.of(line)))).collect();
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

    fn extra() -> [Extra; 1] {
        let says = HashMap::from([("REQ-0418".to_owned(), "Kiel".to_owned())]);
        [Extra { key: "plant".into(), label: "Works".into(), says }]
    }

    #[test]
    fn a_sheet_says_what_was_written() {
        let sheet = written(&reading(), &extra(), Format::Csv, Timestamp::UNIX_EPOCH).unwrap();
        let rows = table::csv_in(&sheet).unwrap();
        let place = rows.rows[0].iter().position(|it| it == "value").unwrap();
        assert_eq!((rows.rows[1][place].as_str(), rows.rows[1][place + 1].as_str()), ("1.50", "-5"));
        assert_eq!(
            (rows.rows[0].last().unwrap().as_str(), rows.rows[1].last().unwrap().as_str()),
            ("plant", "Kiel")
        );
        assert_eq!(rows.rows[1][3], "Line B shall dose, \"always\".");
        let sheet = written(&reading(), &[], Format::Xlsx, Timestamp::UNIX_EPOCH).unwrap();
        assert!(sheet.starts_with(b"PK"));
    }

    #[test]
    fn a_text_has_sections_prose_and_clauses() {
        let text = in_markdown(&reading(), &extra());
        assert!(text.contains("  \nWorks: Kiel\n"), "{text}");
        assert!(
            text.contains("## Process\n\nAs in *drawing* 400.\n\n**REQ-0418 Chemical.** Line B shall dose"),
            "{text}"
        );
        assert!(text.contains("Verified by: ") && !text.contains("Verified by: inspection"), "{text}");
        let line = in_json(&reading(), &extra())["sections"][0]["requirements"][0].clone();
        assert_eq!((&line["value"], &line["extra"]), (&json!("1.50"), &json!({ "plant": "Kiel" })));
        let line = in_json(&reading(), &[])["sections"][0]["requirements"][0].clone();
        assert!(line.get("extra").is_none(), "{line}");
    }
}
