//! Are the customers' own sentences found in the texts of their documents?
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use document::{DOCX, Document, Limits, PDF, XLSX, read, sniff};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo")
}

fn read_demo(name: &str) -> Document {
    read(name, &fs::read(demo().join(name)).unwrap(), &Limits::default()).unwrap()
}

/// Every passage that cites the customer's requirements, with its clause.
fn passages() -> Vec<(String, String)> {
    let mut rows = csv::Reader::from_path(demo().join("requirements/rs-2026-0017-rev-1.csv")).unwrap();
    let headings = rows.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|it| it == name).unwrap();
    let (source, passage) = (column("source"), column("passage"));
    let rows = rows.records().map(|row| row.unwrap());
    rows.filter(|row| row[source].starts_with("URS"))
        .map(|row| (row[source].to_owned(), row[passage].to_owned()))
        .collect()
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Passages that are not found word for word, white space aside.
fn missing(document: &Document) -> Vec<(String, String)> {
    let text = spaced(&document.text);
    passages().into_iter().filter(|(_, passage)| !text.contains(&spaced(passage))).collect()
}

#[test]
fn every_passage_is_found_in_the_pdf_of_the_customer() {
    assert!(passages().len() > 30);
    let document = read_demo("requirements/meridian-urs.pdf");
    assert_eq!(missing(&document), []);
    assert!(document.unread.is_empty());
}

#[test]
fn every_passage_is_found_in_the_docx_of_the_customer() {
    assert_eq!(missing(&read_demo("requirements/meridian-urs.docx")), []);
}

#[test]
fn a_passage_stands_in_one_line_behind_its_clause() {
    for name in ["requirements/meridian-urs.pdf", "requirements/meridian-urs.docx"] {
        let document = read_demo(name);
        let lines: Vec<String> = document.text.lines().map(spaced).collect();
        let astray: Vec<_> = passages()
            .into_iter()
            .filter(|(source, _)| {
                source.trim_start_matches("URS ").starts_with(|it: char| it.is_ascii_digit())
            })
            .filter(|(source, passage)| {
                let clause = source.trim_start_matches("URS ");
                let of_clause =
                    |line: &&String| line.strip_prefix(clause).is_some_and(|it| it.starts_with(' '));
                !lines.iter().filter(of_clause).any(|line| line.contains(&spaced(passage)))
            })
            .collect();
        assert_eq!(astray, [], "{name}");
    }
}

#[test]
fn pages_cover_the_text_in_characters() {
    let document = read_demo("requirements/meridian-urs.pdf");
    let characters: Vec<char> = document.text.chars().collect();
    assert!(document.pages.len() > 1);
    assert_eq!(document.pages.last().unwrap().end, characters.len());
    for pair in document.pages.windows(2) {
        let between: String = characters[pair[0].end..pair[1].start].iter().collect();
        assert_eq!(between, "\n\n");
    }
}

#[test]
fn the_same_file_gives_the_same_text_every_time() {
    for name in ["requirements/meridian-urs.pdf", "requirements/meridian-urs.docx"] {
        assert_eq!(read_demo(name), read_demo(name));
    }
}

#[test]
fn every_document_that_came_by_mail_can_be_read() {
    let mut count = 0;
    for entry in fs::read_dir(demo().join("mail")).unwrap() {
        let path = entry.unwrap().path();
        for bytes in attachments(&String::from_utf8_lossy(&fs::read(&path).unwrap())) {
            let media_type = sniff(&bytes, "");
            if ![PDF, DOCX, XLSX].contains(&media_type) {
                continue;
            }
            let document = read("", &bytes, &Limits::default()).unwrap();
            assert!(document.text.split_whitespace().count() > 5, "{}: {:?}", path.display(), document.text);
            assert!(document.unread.is_empty(), "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 10, "only {count} documents");
}

/// Every part of a mail in base64.
fn attachments(mail: &str) -> Vec<Vec<u8>> {
    let mail = mail.replace("\r\n", "\n");
    let parts = mail.split("\n--").filter_map(|part| part.split_once("\n\n"));
    let packed =
        parts.filter(|(header, _)| header.to_lowercase().contains("content-transfer-encoding: base64"));
    packed
        .filter_map(|(_, body)| {
            let letters: String = body.chars().filter(|it| !it.is_whitespace()).collect();
            STANDARD.decode(letters).ok()
        })
        .collect()
}

/// Every number at the beginning of a line, however it is set: counted without the rules that are tested.
fn numbers_of(text: &str) -> Vec<String> {
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let dotted = |it: &String| {
        it.contains('.')
            && it.split('.').all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()))
    };
    text.lines().filter_map(first).filter(dotted).collect()
}

#[test]
fn the_specification_of_the_customer_comes_in_whole() {
    for name in ["requirements/meridian-urs.pdf", "requirements/meridian-urs.docx"] {
        let document = read_demo(name);
        let clauses = document::clauses(&document.text);
        let numbers: Vec<String> =
            clauses.iter().map(|it| it.number.clone()).filter(|it| it.contains('.')).collect();
        assert!(numbers.len() > 50, "{name}: {}", numbers.len());
        assert_eq!(numbers, numbers_of(&document.text), "{name}");
        for clause in &clauses {
            let words: String =
                document.text.chars().skip(clause.range.start).take(clause.range.len()).collect();
            assert_eq!(words, clause.words, "{name}");
            assert!(!clause.section.is_empty(), "{name}: {clause:?}");
        }
        let cited = |(source, passage): &(String, String)| {
            let clause = clauses.iter().find(|it| it.number == source.trim_start_matches("URS "));
            clause.is_some_and(|it| spaced(&it.words).contains(&spaced(passage)))
        };
        let numbered = |(source, _): &(String, String)| {
            source.trim_start_matches("URS ").starts_with(|it: char| it.is_ascii_digit())
        };
        let lost: Vec<_> = passages().into_iter().filter(numbered).filter(|it| !cited(it)).collect();
        assert_eq!(lost, [], "{name}");
    }
}

#[test]
fn both_forms_of_the_specification_have_the_same_clauses() {
    let of = |name: &str| -> Vec<(String, String)> {
        let clauses = document::clauses(&read_demo(name).text);
        let numbered = clauses.into_iter().filter(|it| !it.number.is_empty());
        numbered.map(|it| (it.number, spaced(&it.words))).collect()
    };
    assert_eq!(of("requirements/meridian-urs.pdf"), of("requirements/meridian-urs.docx"));
}
