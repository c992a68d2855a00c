//! Does any file, however broken or hostile, end in a text or a fault, and in time?
#![expect(clippy::unwrap_used, reason = "a harness that cannot go on has failed")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use document::{Fault, Limits, read, sniff};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    /// One to eight places overwritten, cut out, doubled or exchanged for something that matters to a parser.
    fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        const TOKENS: &[&[u8]] = &[
            b"0",
            b"-1",
            b"4294967296",
            b"99999999999999999999",
            b"<<",
            b">>",
            b"[",
            b"]",
            b"(",
            b"obj",
            b"stream",
            b"endobj",
            b"/Parent",
            b"/Kids",
            b"/Length",
            b"/Contents",
            b"1 0 R",
            b"3 0 R",
            b"\0",
            b"\xff\xff\xff\xff",
            b"PK\x03\x04",
            b"<w:p>",
            b"</w:tbl>",
            b"<w:tbl>",
            b"&x;",
            b"<!DOCTYPE a>",
            b"/Filter",
            b"/FlateDecode",
        ];
        let mut mutant = bytes.to_vec();
        for _ in 0..=self.below(8) {
            let at = self.below(mutant.len().max(1));
            let length = self.below(40).min(mutant.len() - at);
            match self.below(5) {
                0 => mutant[at] = u8::try_from(self.below(256)).unwrap(),
                1 => drop(mutant.drain(at..at + length)),
                2 => {
                    let again = mutant[at..at + length].to_vec();
                    mutant.splice(at..at, again);
                }
                3 => {
                    let token = TOKENS[self.below(TOKENS.len())];
                    let end = (at + token.len()).min(mutant.len());
                    mutant.splice(at..end, token.iter().copied());
                }
                _ => mutant.truncate(mutant.len() - self.below(mutant.len() / 4 + 1)),
            }
            if mutant.is_empty() {
                break;
            }
        }
        mutant
    }
}

/// The library says aloud where it gives up; here that is expected thousands of times.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some("pdf") {
                loud(panic);
            }
        }));
    });
}

fn demo(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo").join(name)).unwrap()
}

fn small() -> Limits {
    Limits { unpacked: 20_000_000, time: Duration::from_secs(10), ..Limits::default() }
}

fn mutate_for_a_while(seed: u64, original: &[u8], name: &str) {
    be_quiet();
    let begun = Instant::now();
    let mut random = Random(seed);
    let mut rounds = 0;
    while rounds < 4_000 && begun.elapsed() < Duration::from_secs(4) {
        let mutant = random.mutate(original);
        let start = Instant::now();
        let _ = read(name, &mutant, &small());
        assert!(start.elapsed() < Duration::from_secs(15), "a mutant took {:?}", start.elapsed());
        rounds += 1;
    }
    assert!(rounds >= 20, "only {rounds} mutants in the time given");
}

#[test]
fn no_mutant_of_a_pdf_does_harm() {
    mutate_for_a_while(0x9E37_79B9_7F4A_7C15, &demo("requirements/meridian-urs.pdf"), "a.pdf");
}

#[test]
fn no_mutant_of_a_small_readable_pdf_does_harm() {
    mutate_for_a_while(0x2545_F491_4F6C_DD1D, &pdf(b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET /X Do"), "a.pdf");
}

#[test]
fn no_mutant_of_a_docx_does_harm() {
    mutate_for_a_while(0xD1B5_4A32_D192_ED03, &demo("requirements/meridian-urs.docx"), "a.docx");
}

#[test]
fn no_mutant_of_the_words_of_a_docx_does_harm() {
    let body = "<w:document xmlns:w='w'><w:body><w:p><w:pPr><w:pStyle w:val='A'/></w:pPr><w:r><w:t>a &amp; b</w:t></w:r></w:p>\
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>";
    let begun = Instant::now();
    let mut random = Random(7);
    let mut texts = 0;
    while begun.elapsed() < Duration::from_secs(2) {
        let mutant = random.mutate(body.as_bytes());
        texts += usize::from(read("a.docx", &docx(&mutant), &small()).is_ok());
    }
    assert!(texts > 0, "no mutant was readable");
}

/// A PDF with one page.
fn pdf(content: &[u8]) -> Vec<u8> {
    pdf_with_drawing(content, b"q Q")
}

/// A PDF with one page and drawing X, which page and drawing may draw.
fn pdf_with_drawing(content: &[u8], drawing: &[u8]) -> Vec<u8> {
    let stream = |dict: &str, content: &[u8]| {
        let mut it = format!("<<{dict}/Length {}>>\nstream\n", content.len()).into_bytes();
        it.extend_from_slice(content);
        it.extend_from_slice(b"\nendstream");
        it
    };
    pdf_of(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>>>".to_vec(),
        stream("", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
        stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", drawing),
    ])
}

fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(
        format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    bytes
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text: String = bytes.iter().map(|it| char::from(*it)).collect();
    assert!(text.contains(from));
    text.replace(from, to).chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect()
}

#[test]
fn a_small_pdf_is_read() {
    let document = read("a.pdf", &pdf(b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET"), &small()).unwrap();
    assert_eq!((document.text.as_str(), document.pages.as_slice()), ("Hello", std::slice::from_ref(&(0..5))));
}

#[test]
fn a_drawing_that_draws_itself_is_refused() {
    be_quiet();
    let circle = pdf_with_drawing(b"/X Do", b"/X Do");
    assert_eq!(read("a.pdf", &circle, &small()), Err(Fault::Broken("a drawing draws itself".into())));
}

#[test]
fn a_page_that_is_its_own_parent_is_refused() {
    be_quiet();
    let circle = replaced(&pdf(b"q Q"), "/Parent 2 0 R", "/Parent 3 0 R");
    assert_eq!(read("a.pdf", &circle, &small()), Err(Fault::Broken("a page is its own parent".into())));
}

#[test]
fn a_pdf_that_unpacks_without_end_is_refused() {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&vec![b' '; 50_000_000]).unwrap();
    let bomb = packer.finish().unwrap();
    let mut object = format!("<</Filter/FlateDecode/Length {}>>\nstream\n", bomb.len()).into_bytes();
    object.extend_from_slice(&bomb);
    object.extend_from_slice(b"\nendstream");
    let catalogue = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
    let pages = b"<</Type/Pages/Kids[]/Count 0>>".to_vec();
    let bytes = pdf_of(&[catalogue, pages, object]);
    assert!(bytes.len() < 100_000);
    assert_eq!(read("a.pdf", &bytes, &small()), Err(Fault::TooLarge { limit: "unpacked" }));
}

#[test]
fn more_text_than_allowed_is_refused_and_not_cut() {
    let limits = Limits { characters: 4, ..small() };
    let outcome = read("a.pdf", &pdf(b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET"), &limits);
    assert_eq!(outcome, Err(Fault::TooLarge { limit: "characters" }));
}

fn docx(body: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(body).unwrap();
    archive.finish().unwrap().into_inner()
}

fn body(inner: &str) -> Vec<u8> {
    docx(format!("<w:document xmlns:w='w'><w:body>{inner}</w:body></w:document>").as_bytes())
}

#[test]
fn tables_notes_and_changes_of_a_docx_are_told_as_they_are_shown() {
    let inner = "<w:p><w:r><w:t>A </w:t></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>\
                 <w:r><w:tab/><w:t>&#60;b&gt;</w:t><w:br/><w:t>c</w:t></w:r></w:p>\
                 <w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>\
                 <w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>";
    assert_eq!(read("a.docx", &body(inner), &small()).unwrap().text, "A new\t<b>\nc\n1 2\tx y");
}

#[test]
fn a_zip_bomb_is_refused_whatever_it_says_of_its_size() {
    let bomb = body(&" ".repeat(60_000_000));
    assert!(bomb.len() < 200_000);
    assert_eq!(read("a.docx", &bomb, &Limits::default()), Err(Fault::TooLarge { limit: "unpacked" }));
}

#[test]
fn entities_are_not_made_out_of_nothing() {
    let laughs = docx(b"<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>");
    assert_eq!(read("a.docx", &laughs, &small()), Err(Fault::Broken("a document type is declared".into())));
    assert_eq!(
        read("a.docx", &body("<w:p>&c;</w:p>"), &small()),
        Err(Fault::Broken("an unknown entity".into()))
    );
}

#[test]
fn elements_without_end_are_refused() {
    let deep = format!("{}{}", "<w:p>".repeat(100_000), "</w:p>".repeat(100_000));
    assert_eq!(
        read("a.docx", &body(&deep), &small()),
        Err(Fault::Broken("elements are nested too deep".into()))
    );
}

#[test]
fn what_is_neither_is_not_supported() {
    for bytes in [&b""[..], b"hello", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"] {
        assert_eq!(read("a.docx", bytes, &small()), Err(Fault::NotSupported));
        sniff(bytes, "a.docx");
    }
    assert_eq!(read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &small()), Err(Fault::Encrypted));
}

/// Any text, however odd, has clauses whose words stand where they say, in time.
#[test]
fn the_clauses_of_any_text_stand_where_they_say() {
    const PIECES: &[&str] = &[
        "1",
        ".",
        "1.1",
        " ",
        "\t",
        "\n",
        "shall",
        " must ",
        "muss",
        "The skid",
        "ü",
        "**",
        "#",
        "## ",
        "REQ-1",
        "[",
        "]",
        ":",
        "-",
        "|",
        "Acceptance:",
        "a)",
        "(",
        "; ",
        ". It ",
        "e.g.",
        "§ ",
        "\u{a0}",
        "99999999999",
        "ist",
        " zu ",
        "Ω",
        "\r",
    ];
    let mut random = Random(0x5eed_1234_5678_9abc);
    for _ in 0..20_000 {
        let text: String = (0..random.below(40)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        for clause in document::clauses(&text) {
            let there: String = text.chars().skip(clause.range.start).take(clause.range.len()).collect();
            let is_one_line = !clause.words.contains('\n');
            assert!(!is_one_line || there == clause.words, "{text:?}: {clause:?}");
        }
    }
    let begun = Instant::now();
    for long in ["1.1 The skid shall stand. ".repeat(20_000), "1.1\n".repeat(100_000), "**".repeat(200_000)] {
        document::clauses(&long);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
