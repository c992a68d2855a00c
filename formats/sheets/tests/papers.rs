//! Papers are set whatever people write into them, and always the same.

#![cfg(feature = "typeset")]
#![expect(clippy::unwrap_used, reason = "a paper that is not set has failed")]

use sheets::{Attached, Block, Check, Fact, House, Paper, Picture, typeset};

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        language: "en".to_owned(),
        house: House { name: "Kestrel Dosing Systems".to_owned(), ..House::default() },
        sort: "Requirement specification".to_owned(),
        title: "CIP dosing skid".to_owned(),
        number: "RS-2026-0017".to_owned(),
        edition: "Revision 2".to_owned(),
        counting: ("Page".to_owned(), "of".to_owned()),
        boxes: "Signs that no typeface has are shown as boxes.".to_owned(),
        day: Some((2026, 3, 2)),
        blocks,
        ..Paper::default()
    }
}

/// A picture in PNG of one red dot.
fn red_dot() -> Vec<u8> {
    let words =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, words).unwrap()
}

fn prose(markdown: &str) -> Block {
    Block::Prose { markdown: markdown.to_owned() }
}

fn set(paper: &Paper) -> Vec<u8> {
    typeset(&paper.sent().unwrap()).unwrap()
}

#[test]
fn what_people_write_is_never_read_as_the_language_of_the_typesetter() {
    let hostile =
        "#panic(\"x\") #read(\"/etc/passwd\") $x$ @y <z> \\ #import \"/a.typ\": * ]]}} *a* _b_ `c` // d /* e";
    let mut it = paper(vec![
        Block::Heading { level: 1, words: hostile.to_owned() },
        prose(hostile),
        Block::Clause { number: hostile.to_owned(), markdown: hostile.to_owned(), facts: Vec::new() },
        Block::Table {
            head: vec![hostile.to_owned()],
            rows: vec![vec![hostile.to_owned()]],
            widths: vec![1],
        },
        Block::Note { words: hostile.to_owned() },
    ]);
    it.title = hostile.to_owned();
    it.contents = Some(hostile.to_owned());
    it.house.accent = "red; } #panic()".to_owned();
    it.cover = vec![Fact { label: hostile.to_owned(), value: hostile.to_owned(), is_exact: true }];
    assert!(set(&it).starts_with(b"%PDF-1.7"));
}

#[test]
fn signs_of_any_writing_system_are_set_or_shown_as_boxes() {
    let all: String = (1u32..0x3000)
        .chain(0xd7f0..0xffff)
        .chain([0x1f600, 0xe0001, 0x10_fffd])
        .filter_map(char::from_u32)
        .collect();
    for part in all.chars().collect::<Vec<_>>().chunks(1_500) {
        set(&paper(vec![
            Block::Note { words: part.iter().collect() },
            prose(&part.iter().collect::<String>()),
        ]));
    }
}

#[test]
fn the_same_paper_has_the_same_bytes_and_a_picture_that_is_none_is_left_out() {
    let broken = Picture { bytes: b"no picture".to_vec(), words: "A drawing".to_owned() };
    let good = Picture { bytes: red_dot(), words: "A dot".to_owned() };
    let mut it = paper(vec![
        Block::Picture { picture: broken.clone(), caption: "Drawing 4".to_owned() },
        Block::Picture { picture: good, caption: "Drawing 5".to_owned() },
    ]);
    it.house.logo = Some(broken);
    assert_eq!(set(&it), set(&it));
    let bytes = set(&it);
    assert!(bytes.windows(14).any(|it| it == b"/Subtype/Image"), "the one that can be set stays");
}

#[test]
fn files_are_attached_and_a_code_leads_to_the_check() {
    let mut it = paper(vec![prose("x")]);
    it.attached = vec![Attached {
        name: "entry.tlog-proof".to_owned(),
        media_type: "text/plain".to_owned(),
        words: "The proof".to_owned(),
        bytes: b"c2sp.org/tlog-proof@v1".to_vec(),
    }];
    it.check = Some(Check { address: "https://reqord.example/verify/X".to_owned(), ..Check::default() });
    let bytes = set(&it);
    let is_in = |words: &[u8]| bytes.windows(words.len()).any(|it| it == words);
    assert!(is_in(b"/EmbeddedFile") && is_in(b"https://reqord.example/verify/X"));
    assert!(is_in(b"<pdfaid:part>3</pdfaid:part>") && is_in(b"<pdfaid:conformance>A</pdfaid:conformance>"));
}

#[test]
fn deep_lists_and_long_tables_are_set() {
    let deep: String = (0..60).map(|it| format!("{}- item {it}\n", "  ".repeat(it))).collect();
    let rows = (0..500).map(|it| vec![it.to_string(), "words ".repeat(20)]).collect();
    let table = Block::Table { head: vec!["No".to_owned(), "What".to_owned()], rows, widths: vec![1, 6] };
    set(&paper(vec![prose(&deep), table, prose("|a|b|\n|-|-|\n|1|\n|2|3|4|\n")]));
}
