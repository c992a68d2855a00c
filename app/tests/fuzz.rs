//! Does any damage to what comes in make a reader of it fail, linger or grow? `docs/fuzzing.md` lists the readers.
//!
//! Damage is drawn from a fixed seed, so a failure comes back. Each reader gets two seconds; `FUZZ_SECONDS` in the
//! build environment gives it more: `FUZZ_SECONDS=3600 cargo test -p reqord --test fuzz -- table`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use kernel::{Address, Clock, Db, Secrets};
use web::testing::Client;

/// No input may take longer, in a build for tests on a machine that does other things beside.
const LONGEST: Duration = Duration::from_secs(5);
/// What is drawn grows no further, in bytes.
const LARGEST: usize = 1 << 17;

/// Pieces of syntax that readers stumble over.
const TOKENS: [&[u8]; 40] = [
    b"\0",
    b"\r\n",
    b"\n\n",
    b"\"",
    b"\"\"",
    b"'",
    b"`",
    b"```",
    b"|",
    b"||",
    b"\\",
    b"\t",
    b";",
    b",",
    b":",
    b"=",
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"]]>",
    b"&#x0;",
    b"&amp;",
    b"[",
    b"](",
    b"[[[[[[[[",
    b"((((((((",
    b"{",
    b"}",
    b"%00",
    b"%FF%FE",
    b"-1",
    b"99999999999999999999",
    b"1e309",
    b"\xff\xfe",
    b"\xc3",
    "\u{202e}".as_bytes(),
    "\u{1F4A7}\u{301}".as_bytes(),
    b"sep=;\n",
];

/// Xorshift: even enough, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

fn damaged(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut it = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(5) {
        let at = chance.below(it.len() + 1);
        match chance.below(7) {
            0 if at < it.len() => it[at] ^= 1 << chance.below(8),
            1 => it.truncate(at),
            2 => {
                let end = (at + chance.below(40)).min(it.len());
                it.drain(at..end);
            }
            3 => {
                let end = (at + chance.below(200)).min(it.len());
                let part = it[at..end].to_vec();
                for _ in 0..=chance.below(20) {
                    it.splice(at..at, part.iter().copied());
                }
            }
            4 => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len() + 1);
                let end = (from + chance.below(400)).min(other.len());
                it.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                let token = TOKENS[chance.below(TOKENS.len())];
                let most = if chance.below(50) == 0 { 2000 } else { 3 };
                for _ in 0..=chance.below(most) {
                    it.splice(at..at, token.iter().copied());
                }
            }
        }
        it.truncate(LARGEST);
    }
    it
}

/// Gives a reader first what is whole, then damage, for as long as there is time.
fn feed(corpus: &[Vec<u8>], mut reader: impl FnMut(&[u8])) {
    let seconds = option_env!("FUZZ_SECONDS").and_then(|it| it.parse().ok()).unwrap_or(2);
    let (begun, mut chance, mut rounds) = (Instant::now(), Chance(0x5eed_0008), 0);
    assert!(!corpus.is_empty(), "nothing to begin with");
    let whole = corpus.iter().cloned();
    let mut inputs = whole.chain(std::iter::repeat_with(|| damaged(corpus, &mut chance)));
    while begun.elapsed() < Duration::from_secs(seconds) || rounds < 40 {
        let input = inputs.next().unwrap();
        let started = Instant::now();
        reader(&input);
        let took = started.elapsed();
        let begins = String::from_utf8_lossy(&input[..input.len().min(300)]);
        assert!(took < LONGEST, "round {rounds} took {took:?}: {} bytes: {begins}", input.len());
        rounds += 1;
    }
}

/// The same for a reader of words.
fn feed_words(corpus: &[Vec<u8>], mut reader: impl FnMut(&str)) {
    feed(corpus, |it| reader(&String::from_utf8_lossy(it)));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files below folders of the demo, with such endings, each cut to what is drawn at most.
fn files(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in folders {
        let mut all: Vec<PathBuf> =
            fs::read_dir(root().join(folder)).unwrap().map(|it| it.unwrap().path()).collect();
        all.sort();
        let wanted = all
            .into_iter()
            .filter(|it| it.extension().is_some_and(|it| endings.iter().any(|end| it == *end)));
        found.extend(wanted.map(|it| fs::read(it).unwrap()).filter(|it| it.len() <= LARGEST));
    }
    found
}

fn words(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|it| it.as_bytes().to_vec()).collect()
}

const SENTENCES: [&str; 6] = [
    "4.2.1 The skid shall dose **200 l/h** ± 2 % at 6 bar, see [the sheet](https://x.example/a).",
    "| Name | Value |\n|---|---|\n| Flow | 200 l/h |\n\n1. first\n2. second\n   - third",
    "Die Anlage muss innerhalb von 5 s abschalten, wenn der Druck über 10 bar steigt.",
    "# Heading\n\n> quoted\n\n```\ncode\n```\n\n<b>no html</b> &amp; `code`",
    "<table><tr><td>a<td>b</table><p onclick=x>c<script>d</script><ul><li>e<li>f</ul>",
    "a\tb\tc\n\"d\ne\"\tf\n",
];

#[test]
fn table_csv_in() {
    let mut corpus = files(&["demo", "demo/customers", "demo/requirements"], &["csv"]);
    corpus.extend(words(&["sep=;\na;b\n\"c\nd\";e\n", "a,b\n\"c\"\"d\",e", "\u{feff}a\tb\nc\td"]));
    feed(&corpus, |it| {
        if let Ok(rows) = table::csv_in(it) {
            assert_eq!(rows.rows.len(), rows.lines.len());
            let size: usize = rows.rows.iter().flatten().map(String::len).sum();
            assert!(size <= 4 * it.len() + 16, "{} bytes became {size}", it.len());
        }
    });
}

#[test]
fn table_xlsx_in() {
    let corpus = files(&["demo/customers", "demo/requirements"], &["xlsx"]);
    feed(&corpus, |it| drop(table::xlsx_in(it)));
}

#[test]
fn table_tsv_in() {
    feed_words(&words(&SENTENCES), |it| {
        let size: usize = table::tsv_in(it).iter().flatten().map(String::len).sum();
        assert!(size <= it.len());
    });
}

#[test]
fn document_clauses_force_and_sniff() {
    let corpus =
        [words(&SENTENCES), files(&["demo/requirements", "demo/procedures"], &["md", "txt", "csv"])].concat();
    feed_words(&corpus, |it| {
        for clause in document::clauses(it) {
            let _ = format!("{clause:?}");
        }
        let _ = document::force(it);
        let kind = document::sniff(it.as_bytes(), &it.chars().take(60).collect::<String>());
        let _ = document::may_be_shown(kind);
        let _ = document::words_of(("text/plain", "a.txt"), it.as_bytes(), &|_, _| Err(None));
    });
}

#[test]
fn document_question_answer_and_understood() {
    let read = document::answer(&document::question("a.docx", b"no document")).unwrap();
    let corpus = [vec![document::question("a.pdf", b"%PDF-1.7\n"), read], words(&SENTENCES)].concat();
    feed(&corpus, |it| {
        if let Ok(answer) = document::answer(it) {
            assert!(document::understood(&answer).is_ok(), "an answer of ours is one");
        }
        drop(document::understood(it));
    });
}

/// Markdown of all sorts, beside the sentences.
const MARKDOWN: [&str; 5] = [
    "> quoted\n> > twice **bold *and* more**\n\n- a\n  - b\n    1. c\n\n7. seven",
    "|a|b|\n|:-|-:|\n|1|\n|2|**3**|4|\n\n---\n\n~~gone~~ `code`  \nnext <br> &auml; \\*",
    "[here](https://x.example/a?b=c \"t\") <https://y.example> [no](javascript:a) ![alt](x.png) [r][1]\n\n[1]: /u",
    "Setext\n======\n\n    indented\n\n~~~ typst\n#panic($x$) @y <z>\n~~~\n\n<div>\nraw\n</div>",
    "Die Größe des Behälters muß ≥ 2,5 m³ betragen; „Spülen“ dauert höchstens 5 s (20 °C … 80 °C).",
];

/// A picture in PNG of one red dot.
const RED_DOT: &str = r#"{"bytes":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==","words":"Ein Punkt"}"#;

/// Papers of each sort of block, each as small as can be.
fn papers() -> Vec<sheets::Paper> {
    let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<String>>();
    let fact = |label: &str, value: &str, is_exact| sheets::Fact {
        label: label.to_owned(),
        value: value.to_owned(),
        is_exact,
    };
    let facts = || vec![fact("Prüfung", "Inspection", false), fact("Digest", "0f3a9c", true)];
    let picture: sheets::Picture = serde_json::from_str(RED_DOT).unwrap();
    let paper = |language: &str, blocks: Vec<sheets::Block>| sheets::Paper {
        language: language.to_owned(),
        house: sheets::House { name: "Kestrel".to_owned(), ..sheets::House::default() },
        sort: "Spezifikation".to_owned(),
        title: "CIP dosing skid".to_owned(),
        number: "RS-2026-0017".to_owned(),
        edition: "Revision 2".to_owned(),
        foot: "0f3a".to_owned(),
        counting: ("Page".to_owned(), "of".to_owned()),
        boxes: "A box stands for a sign.".to_owned(),
        day: Some((2026, 3, 2)),
        blocks,
        ..sheets::Paper::default()
    };
    let written = [&MARKDOWN[..], &SENTENCES[..2]].concat();
    let of_prose = |it: &&str| vec![sheets::Block::Prose { markdown: (*it).to_owned() }];
    let mut all: Vec<sheets::Paper> = written.iter().map(|it| paper("de", of_prose(it))).collect();
    let clause = sheets::Block::Clause {
        number: "REQ-0001".to_owned(),
        markdown: SENTENCES[2].to_owned(),
        facts: facts(),
    };
    let heading = sheets::Block::Heading { level: 1, words: "Spülen".to_owned() };
    let mut sheet = paper("de", vec![heading, clause, sheets::Block::Facts { facts: facts() }]);
    (sheet.cover, sheet.contents, sheet.is_numbered) = (facts(), Some("Inhalt".to_owned()), true);
    "#0b5fa5".clone_into(&mut sheet.house.accent);
    all.push(sheet);
    let table = sheets::Block::Table {
        head: owned(&["No", "What"]),
        rows: vec![owned(&["1", "Flow"]), owned(&["2", "Größe"])],
        widths: vec![1, 4],
    };
    let shown = sheets::Block::Picture { picture: picture.clone(), caption: "Drawing 4".to_owned() };
    let mut drawn = paper("en", vec![table, sheets::Block::NewPage, shown]);
    (drawn.house.logo, drawn.house.lines) = (Some(picture), owned(&["Dosing Lane 1", "York"]));
    all.push(drawn);
    let signature = sheets::Block::Signature {
        meaning: "confirmed".to_owned(),
        name: "Carl Whitfield".to_owned(),
        role: "Project engineer".to_owned(),
        statement: "I agree.".to_owned(),
        facts: facts(),
        ended: Some("It no longer counts.".to_owned()),
    };
    let note = sheets::Block::Note { words: "Uncontrolled when printed.".to_owned() };
    let mut signed = paper("en", vec![signature, note]);
    signed.check = Some(sheets::Check {
        heading: "Is it current?".to_owned(),
        sentence: "Scan the code.".to_owned(),
        address: "https://reqord.example/verify/X".to_owned(),
        code: "RS-2026-0017.2.0f3a".to_owned(),
    });
    signed.attached = vec![sheets::Attached {
        name: "entry.tlog-proof".to_owned(),
        media_type: "text/plain".to_owned(),
        words: "The proof".to_owned(),
        bytes: b"c2sp.org/tlog-proof@v1".to_vec(),
    }];
    all.push(signed);
    all
}

/// Sets a paper, where the typesetter is built; without it what is read is a paper, and it says that it cannot.
fn must_be_set(sent: &[u8]) {
    match sheets::typeset(sent) {
        Ok(pdf) => assert!(pdf.starts_with(b"%PDF-1.7")),
        Err(why) => assert!(
            !sheets::IS_BUILT && why == sheets::Fault::NotBuilt,
            "{why}: {}",
            String::from_utf8_lossy(sent)
        ),
    }
}

#[test]
fn sheets_typeset() {
    let corpus: Vec<Vec<u8>> = papers().iter().map(|it| it.sent().unwrap()).collect();
    for it in &corpus {
        must_be_set(it);
    }
    // What a large paper may take is a limit of the child that sets it.
    feed(&corpus, |it| drop((it.len() < 1 << 13).then(|| sheets::typeset(it))));
}

/// The words in a paper that people write.
fn written<'a>(value: &'a mut serde_json::Value, all: &mut Vec<&'a mut String>) {
    const OURS: [&str; 7] = ["block", "language", "bytes", "address", "attached", "seal", "day"];
    match value {
        serde_json::Value::String(it) => all.push(it),
        serde_json::Value::Array(some) => some.iter_mut().for_each(|it| written(it, all)),
        serde_json::Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !OURS.contains(&name.as_str()))
            .for_each(|(_, it)| written(it, all)),
        _ => {}
    }
}

#[test]
fn sheets_typeset_whatever_people_write() {
    let papers: Vec<serde_json::Value> =
        papers().iter().map(|it| serde_json::to_value(it).unwrap()).collect();
    let corpus = words(&[&SENTENCES[..], &MARKDOWN[..]].concat());
    let mut chance = Chance(12);
    feed_words(&corpus, |it| {
        let mut paper = papers[chance.below(papers.len())].clone();
        let mut fields = Vec::new();
        written(&mut paper, &mut fields);
        let place = chance.below(fields.len());
        *fields[place] = it.chars().take(1_000).collect();
        must_be_set(&serde_json::to_vec(&paper).unwrap());
    });
}

/// How deep a tree is; each of its blocks and runs of words is of a sort that the template of papers knows.
fn depth_of(it: &serde_json::Value) -> usize {
    const SORTS: [&str; 14] = [
        "p", "h", "code", "quote", "rule", "list", "table", "text", "break", "strong", "emph", "strike",
        "link", "span",
    ];
    let below = match it {
        serde_json::Value::Array(all) => all.iter().map(depth_of).max(),
        serde_json::Value::Object(all) => {
            assert!(all["t"].as_str().is_some_and(|sort| SORTS.contains(&sort)), "{it}");
            all.values().map(depth_of).max()
        }
        _ => None,
    };
    below.map_or(0, |it| it + 1)
}

#[test]
fn sheets_blocks() {
    let mut corpus = words(&[&SENTENCES[..], &MARKDOWN[..]].concat());
    corpus.extend(files(&["demo/requirements", "demo/procedures"], &["md"]));
    feed_words(&corpus, |it| {
        let made = sheets::blocks(it, &[]);
        // Whatever is nested, the template calls itself no deeper.
        assert!(made.iter().all(|it| depth_of(it) < 40), "{it}");
    });
}

#[test]
fn difference_words_lines_cells_and_sequence() {
    let corpus = words(&SENTENCES);
    let mut before = String::new();
    feed_words(&corpus, |it| {
        let _ = difference::words(&before, it);
        let _ = difference::lines(&before, it);
        let (old, new) = (table::tsv_in(&before), table::tsv_in(it));
        let (old, new) = (&old[..old.len().min(200)], &new[..new.len().min(200)]);
        assert!(difference::cells(old, new).len() >= new.len());
        let letters = |it: &str| it.chars().take(2000).collect::<Vec<_>>();
        let _ = difference::sequence(&letters(&before), &letters(it));
        before = it.chars().take(20_000).collect();
    });
}

#[test]
fn markdown_html_plain_tables_and_from_html() {
    feed_words(&words(&SENTENCES), |it| {
        let elsewhere = |_: &str| Some("/sign/0/files/0".to_owned());
        for shown in [markdown::html(it, 2), markdown::html_showing(it, 2, &elsewhere)] {
            let shown = shown.to_lowercase();
            assert!(!shown.contains("<script") && !shown.contains("javascript:\""), "{shown}");
        }
        let _ = markdown::pictures(it);
        let _ = markdown::plain(it);
        let _ = markdown::prose(it);
        let _ = markdown::tables(it);
        let _ = markdown::from_html(it);
    });
}

#[test]
fn wording_check_pattern_language_and_alike() {
    let mut before = String::new();
    feed_words(&words(&SENTENCES), |it| {
        let short: String = it.chars().take(5000).collect();
        let glossary = wording::Glossary::of(before.lines().chain(short.lines()));
        let around = wording::Around { glossary: Some(&glossary), ..wording::Around::default() };
        let _ = wording::check(&short, None, &around);
        let language = wording::language(&short);
        assert!(wording::clear_language(&short).is_none_or(|it| it == language), "what is clear is so");
        let _ = wording::pattern(&short, language);
        let pairs = wording::alike(&[&before, &short], 0.5).len();
        assert_eq!(wording::like(&before, &[&short], 0.5).len(), pairs, "of many and of one the same");
        before = short;
    });
}

#[test]
fn mail_subjects_identities_and_pictures() {
    let corpus = words(&[
        "Re: AW: [ext] Fwd: CIP 3",
        "=?utf-8?q?Re=3A_?= Re[2]: x",
        "<img src=cid:a><p>x</p>",
        "<a1@b.example>",
    ]);
    feed_words(&corpus, |it| {
        assert!(mail::base_subject(it).len() <= 4 * it.len());
        assert!(!mail::identity(it.as_bytes()).is_empty());
        let shown = mail::with_pictures(it, |part| format!("/messages/1/parts/{part}"));
        assert!(shown.len() <= 8 * it.len() + 1000);
    });
}

#[test]
fn filename_safe_name() {
    let corpus =
        words(&["../../etc/passwd", "C:\\a\\b.pdf", "Größe \u{202e}fdp.exe", ".htaccess", "a:b*c?.txt"]);
    feed_words(&corpus, |it| {
        if let Some(name) = filename::safe_name(it) {
            assert!(!name.is_empty() && name.len() <= 130, "{name}");
            assert!(!name.contains(['/', '\\', '"']) && !name.chars().any(filename::is_deceptive), "{name}");
        }
    });
}

#[test]
fn kernel_query_read() {
    let corpus = words(&[
        "pump customer:meridian state:open,closed due<2026-03-01",
        "\"cold water\" -steam owner:me (a or b)",
        "due>=today-7d changed:2026-01..2026-02 has:file number:RS-2026-0017",
    ]);
    feed_words(&corpus, |it| match kernel::Query::read(it) {
        Ok(query) => drop(query.needles()),
        Err(wrong) => {
            assert!(wrong.at.0 <= wrong.at.1 && wrong.at.1 <= it.len(), "{:?} of {}", wrong.at, it.len());
        }
    });
}

#[test]
fn verifier_proof_parse() {
    let corpus = words(&[
        "c2sp.org/tlog-proof@v1\nindex 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nreqord.example/log\n6\nAAAA\n\n\u{2014} k AAAA\n",
    ]);
    feed_words(&corpus, |it| drop(verifier::Proof::parse(it)));
}

#[test]
fn verifier_verify_file() {
    let secrets = Secrets::from_seed("fuzz.example/log", [7; 32]).unwrap();
    let keys: Vec<_> =
        secrets.signers.iter().map(|it| verifier::VerifierKey::parse(&it.vkey()).unwrap()).collect();
    let seal = format!("%PDF-1.7\nreqord-paper-v1:{0},{0}\n%%EOF\n", "A".repeat(92));
    let corpus =
        [words(&[&seal, "c2sp.org/tlog-proof@v1\n"]), files(&["demo/requirements"], &["pdf"])].concat();
    feed(&corpus, |it| {
        let report = verifier::verify_file(it, &keys);
        assert!(report.outcome != verifier::Outcome::Holds, "{report:?}");
        assert!(!report.sentences.iter().any(|it| it.contains(char::is_control)), "{report:?}");
    });
}

#[test]
fn conversations_intake_read_by() {
    let corpus = files(&["demo/mail"], &["eml"]);
    feed(&corpus, |it| {
        let intake = conversations::Intake::read_by(it.to_vec(), |_, _| Err(None));
        assert_eq!((intake.raw.len(), intake.texts.len()), (it.len(), intake.mail.parts.len()));
        let _ = (intake.file_texts(), intake.mail.identity());
    });
}

#[test]
fn orders_purchases_and_amounts() {
    let rows = "No;Article;Quantity;Unit;Price;Wanted\n10;KD-20;2;pcs;1.425,00 EUR;2026-04-01\n20;SP-80;0,5;h;80.00;\n";
    let corpus =
        [words(&[rows, &rows.replace(';', "\t"), "-42,900.00", "1'425.00", "999999999999999.999999"])];
    feed_words(&corpus.concat(), |it| {
        let file =
            orders::File { name: "order.csv", media_type: "text/csv", bytes: it.as_bytes(), words: None };
        for read in [orders::read_file(&file), orders::read_pasted(it)] {
            match read {
                Ok(purchase) => assert!(!format!("{purchase:?}").is_empty()),
                Err(faults) => assert!(!faults.to_string().is_empty(), "what is wrong is said"),
            }
        }
        let amounts: Vec<_> = it.split([';', '\t', '\n']).filter_map(orders::Amount::written).collect();
        for amount in amounts {
            let again = orders::Amount::plain(&amount.to_string());
            assert_eq!(
                again.map(|it| it.to_string()),
                Some(amount.to_string()),
                "an amount is read as written"
            );
            let _ = amount.times(amount).plus(amount).to_string();
        }
    });
}

#[test]
fn kernel_decimals_hours_lots_names_and_places() {
    let corpus = words(&[
        "1250.00 -7.5 07:30 23:59 999999999999.99",
        "L-20-9;L-20-118, SN 000123/4",
        "Ask @inigo.de.la.pena, @bob and carl@meridian.example about “seals”.",
        "Ada Lindqvist <ada@kestrel.example>",
    ]);
    feed_words(&corpus, |it| {
        for word in it.split_whitespace().take(200) {
            if let Some(kept) = kernel::hundredths(word) {
                assert!(kept >= 0, "{word}");
            }
            let _ = (kernel::hundredths_or_less(word), kernel::hour_of(word), kernel::is_address(word));
            let _ = (identity::is_email(word), customers::domain_of(word), customers::same_phone(word, it));
            assert_eq!(kernel::counted(word, word), std::cmp::Ordering::Equal, "{word}");
            assert_eq!(kernel::counted(word, "L-20"), kernel::counted("L-20", word).reverse(), "{word}");
            assert!(!kernel::is_digest(word) || word.len() == 64, "{word}");
        }
        for (place, handle) in kernel::handles(it) {
            assert!(it[place..].starts_with('@') && it[place + 1..].starts_with(handle), "{handle} of {it}");
        }
        let begins: String = it.chars().take(300).collect();
        if let Some((start, end)) = kernel::locate(it, &begins) {
            assert!(0 <= start && start < end, "{start} to {end}");
        }
        let _ = (kernel::fold(&begins), kernel::words(&begins), kernel::plain(&begins));
    });
}

#[test]
fn customers_likeness_of_names_and_streets() {
    use customers::{Likenesses, Outline, PersonOutline, likeness, likeness_of_people};
    let corpus = words(&[
        "Hopton Creameries Ltd|Mill Road 4|LS9 1XX|Leeds|GB|hopton.example\nHOPTON CREAMERIES LIMITED|Mill Rd 4||Leeds|GB|",
        "Süd-Käserei e.G.|Bachstraße 1|18000|Güstrow|DE|sued.example\nSued Kaeserei eG|Bachstr. 1|18000|Guestrow|DE|gmx.de",
        "Kröger, Dr. Heike|h.kroeger@nord.example|+49 4141 555 0100\nHeike Kröger|info@nord.example|04141 5550100",
    ]);
    let verdict = |it: Option<customers::Likeness>| it.map(|it| (it.degree, it.bond));
    feed_words(&corpus, |it| {
        let short: String = it.chars().take(3000).collect();
        let lines: Vec<Vec<String>> =
            short.lines().take(40).map(|it| it.split('|').map(str::to_owned).collect()).collect();
        let cell = |line: &[String], place: usize| line.get(place).cloned().unwrap_or_default();
        let (mut all, mut firms, mut people) = (Likenesses::default(), Vec::new(), Vec::new());
        for line in &lines {
            let domains = vec![cell(line, 5)];
            let [name, street, post_code] = [0, 1, 2].map(|it| cell(line, it));
            let person = PersonOutline {
                name: name.clone(),
                emails: vec![street.clone()],
                phones: vec![post_code.clone()],
            };
            let (town, country) = (cell(line, 3), cell(line, 4));
            let firm = Outline { name, street, post_code, town, country, domains };
            all.add(firm.clone());
            firms.push(firm);
            people.push(person);
            let _ = (customers::is_shared_mailbox(&cell(line, 1)), customers::own_domain_of(&cell(line, 1)));
        }
        for (one, other, _) in all.pairs() {
            assert!(one < other && other < firms.len(), "{one} and {other}");
        }
        for pair in firms.windows(2) {
            let (there, back) = (likeness(&pair[0], &pair[1]), likeness(&pair[1], &pair[0]));
            assert_eq!(verdict(there), verdict(back), "{pair:?}");
        }
        for pair in people.windows(2) {
            let (there, back) =
                (likeness_of_people(&pair[0], &pair[1]), likeness_of_people(&pair[1], &pair[0]));
            assert_eq!(verdict(there), verdict(back), "{pair:?}");
        }
    });
}

#[test]
fn requirements_contradictions_and_terms() {
    use requirements::{Choice, Side, contradictions, known_terms, told_by, typed_terms};
    let corpus = words(&[
        "Pump|Set pressure|Line A shall open at 6 to 7 bar(g).||6|7|bar(g)\n|set pressure|During cleaning every pump shall open below 500 kPa.|||500|kPa",
        "Pump|Flow|Wenn die Anlage steht, muss die Pumpe 7,8 l/h fördern.|7,8|||l/h\nPump|flow|Jede Pumpe: 20 m3/h|20|||m3/h",
        "Skid|Delivery|Within 4 weeks.||,|28|working days\nSkid|Delivery|Within 2 months.|inf|-1e309|NaN|months",
        "PAA CIP, controller = control unit; Clean in Place (CIP)",
    ]);
    feed_words(&corpus, |it| {
        let short: String = it.chars().take(2000).collect();
        let side = |line: &str| {
            let mut cells = line.split('|').map(str::to_owned);
            let mut next = || cells.next().unwrap_or_default();
            let [product, characteristic, statement] = [next(), next(), next()];
            let [value, lower, upper, unit] = [next(), next(), next(), next()];
            Side { product, characteristic, statement, value, lower, upper, unit, ..Side::default() }
        };
        let sides: Vec<Side> = short.lines().take(20).map(side).collect();
        for found in contradictions(&sides, &sides) {
            assert!(!found.characteristic.trim().is_empty(), "{found:?}");
        }
        for pair in sides.windows(2) {
            let clashes = |one: &Side, other: &Side| {
                contradictions(std::slice::from_ref(one), std::slice::from_ref(other)).len()
            };
            assert_eq!(clashes(&pair[0], &pair[1]), clashes(&pair[1], &pair[0]), "{pair:?}");
            assert_eq!(told_by(&pair[0], &pair[1]), told_by(&pair[1], &pair[0]));
        }
        let terms = typed_terms(&short);
        assert_eq!(typed_terms(&terms.join("\n")), terms, "terms are read as they are shown");
        let known = known_terms(&Choice { terms: terms.clone(), ..Choice::default() }, short.lines());
        assert!(terms.iter().filter(|it| !it.contains('=')).all(|it| known.contains(it)), "{terms:?}");
    });
}

#[test]
fn web_places_on_a_way() {
    use web::way::Place;
    feed_words(&words(&["1772442000000000.2.17", "-1.0.1", "9223372036854775807.255.0", "5"]), |it| {
        if let Ok(place) = it.parse::<Place>() {
            assert_eq!(place.to_string().parse::<Place>().ok(), Some(place), "a place is read as written");
        }
    });
}

#[test]
fn imports_of_every_target() {
    let folder = testbed::folder();
    let (db, session) = house(&folder);
    let mut client = browser(&db).with_cookie(web::SESSION, &session);
    let corpus = words(&[
        "Kundennr;Firma;Straße;PLZ;Ort;Land;E-Mail\n8004;Hopton Creameries Ltd;Mill Rd 4;LS9 1XX;Leeds;GB;info@hopton.example\n",
        "name,first_name,last_name,customer,email,phone\n\"Kröger, Heike\",,,8004,h.kroeger@nord.example,+49 4141 5550100\n",
        "id;section;statement;value;lower;upper;unit\nR1;Process;The pump shall give 20 l/h.;20;;;l/h\n",
    ]);
    let mut taken = BTreeSet::new();
    feed(&corpus, |it| {
        for target in ["customers", "contacts", "requirements&set=RS-2026-0001"] {
            let place = format!("/api/v1/imports?name=a.csv&target={target}");
            let came = client.send(Method::POST, &place, &[], Body::from(it[..it.len().min(4000)].to_vec()));
            assert!(came.status.as_u16() < 500, "{place}: {}", came.text);
            if came.status.as_u16() == 201 {
                taken.insert(target);
            }
        }
    });
    assert_eq!(taken.len(), 3, "lists are looked through, and not only refused: {taken:?}");
    drop(client);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn web_form_values() {
    let corpus = words(&[
        "2026-11-16",
        "2026-11-16T09:30",
        "-009999-01-01T00:00",
        "9999-12-31T23:59:60",
        "-9223372036854775808",
        "a=b&c=%E4%BD%A0&d",
    ]);
    let zones = ["UTC", "Europe/Berlin", "Pacific/Kiritimati"].map(|it| jiff::tz::TimeZone::get(it).unwrap());
    feed_words(&corpus, |it| {
        let mut form = web::Form::of(vec![("field".to_owned(), it.to_owned())]);
        let whole = form.whole("field");
        assert!(whole.is_none() || form.text("field").parse::<i64>().ok() == whole);
        let _ = form.day("field");
        for zone in &zones {
            let _ = form.moment("field", zone);
        }
        drop(form.check());
        for (_, value) in web::Form::of(web::fields_of(it)).pairs() {
            assert!(!value.contains('\0'), "what no database holds is left out");
        }
    });
}

#[test]
fn app_config_read() {
    let folder = testbed::folder();
    let path = folder.join("reqord.toml");
    let corpus = words(&[
        "listen = \"127.0.0.1:8080\"\ndata = \"/tmp/x\"\nhttps = true\norigin = \"a.example/log\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n",
        "[mail]\nserver = \"mail.example\"\nport = 587\nsecurity = \"starttls\"\nfrom = \"a@b.example\"\n",
    ]);
    feed(&corpus, |it| {
        fs::write(&path, it).unwrap();
        if let Err(wrong) = app::config::Config::read(Some(&path), app::config::Said::default()) {
            assert!(!format!("{wrong:#}").is_empty());
        }
    });
    fs::remove_dir_all(folder).unwrap();
}

/// A backup of an empty house, taken apart: its manifest, and what its other entries hold.
fn backup(folder: &Path) -> (Vec<u8>, serde_json::Value, Vec<(String, Vec<u8>)>) {
    let clock: Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
    let secrets = Secrets::from_seed("fuzz.example/log", [7; 32]).unwrap();
    let address = Address::Sqlite(folder.join("reqord.db").to_string_lossy().into_owned());
    let db = app::wiring::open(address, folder.join("files"), clock, secrets).unwrap();
    let path = folder.join("backup.zip");
    let manifest = app::backup::take(&db, (&path, None), |_| {}).unwrap();
    let bytes = fs::read(&path).unwrap();
    let (mut archive, _) = app::backup::examine(Cursor::new(bytes.clone())).unwrap();
    let others: Vec<String> = archive.file_names().map(|it| it.unwrap().into_owned()).collect();
    let others = others.into_iter().filter(|it| it != "manifest.json").map(|name| {
        let mut held = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut held).unwrap();
        (name, held)
    });
    (bytes, serde_json::to_value(manifest).unwrap(), others.collect())
}

#[test]
fn app_backup_examine() {
    let folder = testbed::folder();
    let (whole, manifest, others) = backup(&folder);
    // Damage to the archive, and archives that are whole with a manifest that is not.
    let corpus = [whole, manifest.to_string().into_bytes()];
    feed(&corpus, |it| {
        let archive = if it.starts_with(b"PK") { it.to_vec() } else { packed(it, &others) };
        if let Ok((_, manifest)) = app::backup::examine(Cursor::new(archive)) {
            let tables = manifest.tables.iter().map(|it| format!("tables/{}.jsonl", it.name));
            let expected: BTreeSet<String> = others.iter().map(|(name, _)| name.clone()).collect();
            assert_eq!(tables.collect::<BTreeSet<_>>(), expected, "it holds what a backup of ours holds");
            assert!(manifest.files.iter().all(|it| kernel::is_digest(&it.name)));
        }
    });
    fs::remove_dir_all(folder).unwrap();
}

/// An archive of such entries.
fn packed(manifest: &[u8], others: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, held) in others {
        out.start_file(name.as_str(), options).unwrap();
        out.write_all(held).unwrap();
    }
    out.start_file("manifest.json", options).unwrap();
    out.write_all(manifest).unwrap();
    out.finish().unwrap().into_inner()
}

fn house(folder: &Path) -> (Arc<Db>, String) {
    house_at(Address::Sqlite(folder.join("reqord.db").to_string_lossy().into_owned()), folder)
}

fn house_at(address: Address, folder: &Path) -> (Arc<Db>, String) {
    let clock: Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
    let secrets = Secrets::from_seed("fuzz.example/log", [7; 32]).unwrap();
    let db = app::wiring::open(address, folder.join("files"), clock, secrets).unwrap();
    let company = app::demo::small_company(&db).unwrap();
    let ada = &company.people.iter().find(|(it, _)| *it == "ada").unwrap().1;
    let sign_in = company.sign_ins.iter().find(|it| it.password.starts_with("ada")).unwrap();
    let arrival =
        identity::Arrival { email: &sign_in.email, password: &sign_in.password, ..Default::default() };
    let session = identity::sign_in(&db, &arrival).unwrap();
    let new = kernel::New { title: "A skid", party: Some(company.meridian), ..kernel::New::default() };
    db.write(ada, |work| {
        requirements::open_set(work, &new, &requirements::RequirementSet::default())?;
        Ok(())
    })
    .unwrap();
    (db, session)
}

/// A browser behind a proxy whose word on where it stands is taken.
fn browser_behind_a_proxy(db: &Arc<Db>) -> Client {
    let proxy = std::net::SocketAddr::from(([10, 0, 0, 1], 4711));
    let edge = app::wiring::edge_behind(vec!["10.0.0.0/8".parse().unwrap()], Arc::clone(db), false);
    let router = web::router(app::wiring::routes(), edge);
    Client::new(router.layer(axum::Extension(axum::extract::ConnectInfo(proxy))))
}

fn browser(db: &Arc<Db>) -> Client {
    Client::new(web::router(app::wiring::routes(), app::wiring::edge(Arc::clone(db), false)))
}

#[test]
fn web_headers_and_cookies() {
    const NAMES: [&str; 15] = [
        "cookie",
        "forwarded",
        "range",
        "if-match",
        "if-none-match",
        "accept-language",
        "accept",
        "authorization",
        "content-type",
        "idempotency-key",
        "x-forwarded-for",
        "referer",
        "origin",
        "accept-encoding",
        "last-event-id",
    ];
    // The last one asks where one comes from.
    const PATHS: [&str; 6] =
        ["/me", "/requirement-sets", "/api/v1/requirement-sets", "/trust", "/sign-in", "/understood/0"];
    let folder = testbed::folder();
    let (db, session) = house(&folder);
    let mut client = browser_behind_a_proxy(&db);
    let corpus = words(&[
        "reqord=abc; language=de; theme=dark",
        "bytes=0-99,200-",
        "\"5\"",
        "W/\"1\", \"2\"",
        "de-DE,de;q=0.9,en;q=0.8",
        "Bearer rq_abc",
        "application/json; charset=utf-8",
        "multipart/form-data; boundary=x",
        "198.51.100.1, [2001:db8::1]:4711, 10.0.0.1, ::1",
        "for=192.0.2.60;proto=http;by=203.0.113.43, For=\"[2001:db8::1]:4711\", for=_hidden",
        "https://reqord.test/me",
        "gzip, br;q=0.5",
    ]);
    let mut chance = Chance(8);
    feed(&corpus, |it| {
        let Ok(value) = HeaderValue::from_bytes(it) else { return };
        let Ok(value) = value.to_str() else { return };
        let name = NAMES[chance.below(NAMES.len())];
        let own = format!("reqord={session}");
        let mut headers = vec![(name, value)];
        if name != "cookie" {
            headers.push(("cookie", own.as_str()));
        }
        let path = PATHS[chance.below(PATHS.len())];
        let came = client.send(Method::GET, path, &headers, Body::empty());
        assert!(came.status.as_u16() < 500, "{path} {headers:?}: {}", came.text);
        let came = client.send(Method::POST, "/me/theme", &headers, Body::from("theme=dark"));
        assert!(came.status.as_u16() < 500, "{headers:?}: {}", came.text);
    });
    drop(client);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn web_forms_uploads_queries_and_json() {
    const LISTS: [&str; 5] = [
        "/requirement-sets",
        "/people",
        "/api/v1/requirements",
        "/requirement-sets/RS-2026-0001/way",
        "/api/v1/requirement-sets/RS-2026-0001/way",
    ];
    const HEAD: &str =
        "--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\nwords\r\n--b--\r\n";
    let folder = testbed::folder();
    let (db, session) = house(&folder);
    let mut client = browser(&db).with_cookie(web::SESSION, &session);
    let corpus = words(&[
        "title=A+skid&words=x&name=%C3%A4&once=1&q=customer%3Ameridian&sort=title&limit=5",
        "view=mine&columns=number,title,body.matter&sort=body.matter&down=1&after=12.RS-2026-0001&q=is:open",
        "after=1772442000000000.2.1&before=1772442000000000.2.9&limit=2",
        HEAD,
        r#"{"title":"A","words":"x","party":"K-1001","lines":[{"a":1}],"due":"2026-03-09"}"#,
    ]);
    let kinds = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json"];
    let places = [
        "/requirement-sets",
        "/requirement-sets/RS-2026-0001/files",
        "/requirement-sets/RS-2026-0001/remarks",
        "/import",
        "/checklists",
        "/api/v1/requirement-sets/RS-2026-0001/checklists",
        "/api/v1/imports?target=requirements&set=RS-2026-0001&name=a.csv",
        "/api/v1/requirement-sets",
        "/api/v1/mail",
        "/sign-in",
    ];
    let mut chance = Chance(9);
    feed(&corpus, |it| {
        let (kind, place) = (kinds[chance.below(kinds.len())], places[chance.below(places.len())]);
        let came = client.send(Method::POST, place, &[("content-type", kind)], Body::from(it.to_vec()));
        assert!(came.status.as_u16() < 500, "{place} as {kind}: {}", came.text);
        let query: String = form_urlencoded::byte_serialize(&it[..it.len().min(400)]).collect();
        let query = query.replace("%3D", "=").replace("%26", "&");
        for list in LISTS {
            let came = client.get(&format!("{list}?{query}"));
            assert!(came.status.as_u16() < 500, "{list}?{query}: {}", came.text);
        }
    });
    drop(client);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn web_searches_and_filters_on_both_engines() {
    let corpus = words(&[
        "pump customer:meridian state:open,closed due<2026-03-01",
        "\"cold water\" -steam owner:me (a or b) is:open",
        "due>=today-7d changed:2026-01..2026-02 has:file number:RS-2026-0017",
        "title:\"a b\" class:constraint -set:RS-2026-0001 c&d|!e:* near/2",
    ]);
    let folder = testbed::folder();
    let addresses: Vec<Address> = std::iter::once(testbed::sqlite()).chain(testbed::postgres()).collect();
    let houses: Vec<_> = addresses.iter().map(|it| house_at(it.clone(), &folder)).collect();
    let mut clients: Vec<Client> =
        houses.iter().map(|(db, session)| browser(db).with_cookie(web::SESSION, session)).collect();
    let mut chance = Chance(10);
    feed(&corpus, |it| {
        let query: String = form_urlencoded::byte_serialize(&it[..it.len().min(400)]).collect();
        let places = ["/search?q=", "/requirements?q=", "/api/v1/search?q=", "/api/v1/requirement-sets?q="];
        let place = places[chance.below(places.len())];
        let came: Vec<_> = clients.iter_mut().map(|it| it.get(&format!("{place}{query}"))).collect();
        for (came, address) in came.iter().zip(&addresses) {
            assert!(came.status.as_u16() < 500, "{place}{query} on {address:?}: {}", came.text);
        }
        let waits = came.iter().any(|it| it.status.as_u16() == 429);
        let same = waits || came.windows(2).all(|it| it[0].status == it[1].status);
        assert!(same, "{place}{query} is understood by one engine alone");
    });
    drop((clients, houses));
    addresses.iter().for_each(testbed::forget);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn web_links_and_codes() {
    let folder = testbed::folder();
    let (db, session) = house(&folder);
    let mut client = browser(&db).with_cookie(web::SESSION, &session);
    let link = "0".repeat(64);
    let corpus = words(&[&link, "ABCD-EFGH-JKLM", "123 456", "RS-2026-0001", "..%2f..%2fetc", "reqord@x|1"]);
    let places = [
        "/sign/",
        "/answer/",
        "/notice/",
        "/understood/",
        "/certificate/",
        "/password/",
        "/verify/",
        "/files/",
        "/requirement-sets/",
        "/api/v1/requirement-sets/",
        "/letters/",
    ];
    let mut chance = Chance(11);
    feed(&corpus, |it| {
        let secret: String = form_urlencoded::byte_serialize(&it[..it.len().min(300)]).collect();
        let place = places[chance.below(places.len())];
        let came = client.get(&format!("{place}{secret}"));
        assert!(came.status.as_u16() < 500, "{place}{secret}: {}", came.text);
        let typed = String::from_utf8_lossy(&it[..it.len().min(300)]).into_owned();
        for (place, field) in [("/sign-in/code", "code"), ("/sign-in/factor", "code"), ("/me/factor", "code")]
        {
            let came = client.post_form(place, &[(field, &typed)]);
            assert!(came.status.as_u16() < 500, "{place} {typed:?}: {}", came.text);
        }
    });
    drop(client);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_reader_is_in_the_table() {
    let table = fs::read_to_string(root().join("docs/fuzzing.md")).unwrap();
    let mut found = 0;
    for entry in fs::read_dir(root().join("formats")).unwrap().map(|it| it.unwrap().path()) {
        let of = entry.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.join("src/lib.rs")).unwrap();
        let code: String =
            text.lines().filter(|it| !it.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
        let used = code.split("pub use ").skip(1).filter_map(|it| it.split(';').next());
        let used = used.flat_map(|it| it.split(['{', '}', ',', ':', ' ']));
        // What is indented belongs to a type, and is fed with it.
        let own = text.lines().filter_map(|it| it.strip_prefix("pub fn ")?.split(['(', '<']).next());
        for name in used.chain(own).map(str::trim) {
            // Modules are named like functions; what is a function has its opening brace somewhere in the sources.
            if name.chars().next().is_none_or(char::is_uppercase) || !is_a_function(&entry.join("src"), name)
            {
                continue;
            }
            found += 1;
            assert!(table.contains(&format!("`{of}::{name}`")), "`{of}::{name}` is not in docs/fuzzing.md");
        }
    }
    assert!(found > 20, "only {found} functions were found");
    // And each harness that the table names is there.
    let tests = [
        include_str!("fuzz.rs"),
        &fs::read_to_string(root().join("formats/mail/tests/corpus.rs")).unwrap(),
        &fs::read_to_string(root().join("formats/document/tests/corpus.rs")).unwrap(),
        &fs::read_to_string(root().join("formats/markdown/tests/corpus.rs")).unwrap(),
        &fs::read_to_string(root().join("formats/wording/tests/corpus.rs")).unwrap(),
        &fs::read_to_string(root().join("verifier/tests/verifier/corpus.rs")).unwrap(),
        &fs::read_to_string(root().join("areas/imports/src/rules/read.rs")).unwrap(),
        &fs::read_to_string(root().join("areas/imports/src/rules/columns.rs")).unwrap(),
    ];
    for line in table.lines().filter(|it| it.starts_with("| `")) {
        let harness = line.trim_end_matches('|').rsplit(" | ").next().unwrap();
        for name in harness.split('`').skip(1).step_by(2) {
            let is_there = tests.iter().any(|it| it.contains(&format!("fn {name}(")));
            assert!(is_there, "no harness is called `{name}`: {line}");
        }
        assert!(
            harness.contains('`') || harness.contains("writes") || harness.contains("compares"),
            "{line}"
        );
    }
}

fn is_a_function(folder: &Path, name: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).any(|it| {
        if it.is_dir() {
            return is_a_function(&it, name);
        }
        let text = fs::read_to_string(&it).unwrap_or_default();
        text.contains(&format!("pub fn {name}(")) || text.contains(&format!("pub fn {name}<"))
    })
}
