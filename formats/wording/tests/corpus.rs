//! Do the rules find what is wrong in sentences that they do not know, and stay silent on good ones?
#![expect(clippy::unwrap_used, reason = "a harness that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::{Duration, Instant};

use wording::{Around, Field, Finding, Glossary, Language, Rule, Severity, check, language};

const SENTENCES: &str = include_str!("sentences.tsv");
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/requirements");

struct Sentence {
    language: Language,
    expected: BTreeSet<&'static str>,
    words: &'static str,
    /// What the set calls things, where that matters.
    glossary: Glossary,
}

fn sentences() -> impl Iterator<Item = Sentence> {
    SENTENCES.lines().map(|line| {
        let parts: Vec<&str> = line.split('\t').collect();
        let expected = parts[1].split(',').filter(|it| *it != "-").collect();
        let glossary = Glossary::of(parts.get(3).into_iter().flat_map(|it| it.split(',')));
        Sentence { language: Language::of(parts[0]).unwrap(), expected, words: parts[2], glossary }
    })
}

fn codes(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|it| it.rule.code()).collect()
}

/// Tells figures even where the test passes.
fn tell(words: &str) {
    std::io::stderr().write_all(format!("{words}\n").as_bytes()).unwrap();
}

#[test]
fn good_sentences_stay_silent_and_bad_ones_do_not() {
    let (mut right, mut told, mut wanted, mut silent) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for it in sentences() {
        let around = Around { glossary: Some(&it.glossary), ..Around::default() };
        let found = codes(&check(it.words, None, &around));
        right += found.intersection(&it.expected).count();
        told += found.len();
        wanted += it.expected.len();
        silent += usize::from(it.expected.is_empty() && found.is_empty());
        if found != it.expected {
            wrong.push(format!("{:?} instead of {:?}: {}", found, it.expected, it.words));
        }
    }
    let good = sentences().filter(|it| it.expected.is_empty()).count();
    let share = |part: usize, whole: usize| part * 1000 / whole;
    tell(&format!(
        "wording: {silent} of {good} good sentences silent; precision {} ‰, recall {} ‰ of {wanted} findings",
        share(right, told),
        share(right, wanted),
    ));
    assert!(good >= 60, "{good} good sentences");
    assert_eq!(silent, good, "{wrong:#?}");
    assert!(share(right, wanted) >= 980 && share(right, told) >= 980, "{wrong:#?}");
}

#[test]
fn every_rule_of_a_text_is_proved_by_a_sentence() {
    let proved: BTreeSet<&str> = sentences().flat_map(|it| it.expected).collect();
    let beside = [
        Rule::NoAcceptance,
        Rule::NoTolerance,
        Rule::Long,
        Rule::UndefinedTerm,
        Rule::OtherTerm,
        Rule::OtherUnit,
        Rule::SaidTwice,
    ];
    let open: Vec<_> =
        Rule::ALL.iter().filter(|it| !proved.contains(it.code()) && !beside.contains(it)).collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_language_is_found_from_the_words() {
    let wrong: Vec<_> =
        sentences().filter(|it| language(it.words) != it.language).map(|it| it.words).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

type Row = BTreeMap<String, String>;

fn rows(file: &str) -> Vec<Row> {
    let text = std::fs::read(format!("{DEMO}/{file}")).unwrap();
    csv::Reader::from_reader(text.as_slice()).deserialize().map(Result::unwrap).collect()
}

fn found_in(row: &Row, terms: &BTreeSet<String>) -> Vec<Finding> {
    let is_measured = ["value", "lower", "upper"].iter().any(|it| !row[*it].is_empty());
    let around =
        Around { acceptance: Some(&row["acceptance"]), is_measured, terms: Some(terms), ..Around::default() };
    check(&row["statement"], Some(Language::English), &around)
}

/// What people called the rules of the demo company's list.
fn rule_of(name: &str) -> Rule {
    match name {
        "vague word" => Rule::Vague,
        "missing acceptance criterion" => Rule::NoAcceptance,
        "escape clause" => Rule::Escape,
        "several requirements in one" => Rule::Several,
        "open end" => Rule::OpenEnd,
        "passive without actor" => Rule::Passive,
        "undefined abbreviation" => Rule::Abbreviation,
        "TBD left" => Rule::Placeholder,
        "no measurable value" => Rule::NoMeasure,
        other => panic!("no rule is called {other}"),
    }
}

#[test]
fn rules_find_what_they_must_in_the_requirements_of_the_demo_company() {
    let mut all: BTreeMap<String, Row> = BTreeMap::new();
    let small = std::fs::read_dir(DEMO).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    for file in small.filter(|it| {
        it.starts_with("rs-") && it.ends_with(".csv") && !it.contains("changes") && !it.contains("links")
    }) {
        if !file.contains("0017") || file.contains("rev-1") {
            all.extend(rows(&file).into_iter().map(|it| (it["id"].clone(), it)));
        }
    }
    let terms: BTreeSet<String> = ["PAA"].map(str::to_owned).into();
    let mut missed = Vec::new();
    let wanted: Vec<Row> =
        rows("wording-findings.csv").into_iter().filter(|it| it["found_by"] == "rule").collect();
    for row in &wanted {
        let found = found_in(&all[&row["requirement"]], &terms);
        let hits = |it: &&Finding| {
            let (mine, theirs) = (it.words.to_lowercase(), row["words"].to_lowercase());
            it.rule == rule_of(&row["rule"]) && (mine.contains(&theirs) || theirs.contains(&mine))
        };
        if !found.iter().any(|it| hits(&it)) {
            missed.push((row["id"].clone(), row["words"].clone(), found));
        }
    }
    let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut silent = 0;
    for (id, row) in &all {
        let found = found_in(row, &terms);
        silent += usize::from(found.iter().all(|it| it.rule.severity() == Severity::Hint));
        for it in found {
            by_rule.entry(it.rule.code()).or_default().push(format!("{id} {}", it.words));
        }
    }
    let told = |(rule, found): (&&str, &Vec<String>)| format!("{rule} {}", found.len());
    tell(&format!(
        "wording: {} of {} findings of the company found; {silent} of {} of its requirements without error or warning; {}",
        wanted.len() - missed.len(),
        wanted.len(),
        all.len(),
        by_rule.iter().map(told).collect::<Vec<_>>().join(", ")
    ));
    if std::env::args().any(|it| it == "--nocapture") {
        tell(&format!("{by_rule:#?}"));
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(silent * 100 >= all.len() * 70, "{silent} of {}: {by_rule:#?}", all.len());
}

#[test]
fn no_set_of_the_demo_company_says_anything_twice_and_a_double_among_them_is_found() {
    let files = std::fs::read_dir(DEMO).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let is_set = |it: &String| it.starts_with("rs-") && it.ends_with(".csv");
    for file in files.filter(is_set).filter(|it| !it.contains("changes") && !it.contains("links")) {
        let statements: Vec<String> = rows(&file).into_iter().map(|it| it["statement"].clone()).collect();
        let mut all: Vec<&str> = statements.iter().map(String::as_str).collect();
        let found = wording::alike(&all, 0.8);
        assert!(found.is_empty(), "{file}: {found:?}");
        let whole = all.iter().position(|it| it.contains(" shall ") && it.split(' ').count() > 9);
        let Some(place) = whole else { continue };
        let other = all[place].replacen(" shall ", " must ", 1);
        all.push(&other);
        let found: Vec<_> = wording::alike(&all, 0.8).into_iter().map(|it| (it.first, it.second)).collect();
        assert_eq!(found, [(place, all.len() - 1)], "{file}: {other}");
    }
}

#[test]
fn what_stands_beside_a_statement_counts() {
    let of = |around: &Around| codes(&check("The seals shall resist the acid.", None, around));
    assert_eq!(of(&Around::default()), ["no_measure"].into());
    assert!(of(&Around { is_measured: true, ..Around::default() }).is_empty());
    assert_eq!(
        of(&Around { acceptance: Some(""), is_measured: true, ..Around::default() }),
        ["no_acceptance"].into()
    );
    assert!(of(&Around { acceptance: Some("72 h in acid of 15 %"), ..Around::default() }).is_empty());
    assert_eq!(of(&Around { off: &[Rule::NoMeasure], ..Around::default() }), BTreeSet::new());
    assert_eq!(
        of(&Around { is_measured: true, value: Some("60"), ..Around::default() }),
        ["no_tolerance"].into()
    );
    let needs = Around { needs_measure: true, ..Around::default() };
    assert_eq!(
        codes(&check("The skid shall arrive on Monday morning.", None, &needs)),
        ["no_measure"].into()
    );
    let found =
        check("The tray shall hold 60 l.", None, &Around { acceptance: Some("TBD"), ..Around::default() });
    assert_eq!(
        (found[0].rule, found[0].field, found[0].range.clone()),
        (Rule::Placeholder, Field::Acceptance, 0..3)
    );
    let long = "The pump shall stop. ".repeat(3);
    assert!(codes(&check(&long, None, &Around::default())).contains("long"));
}

#[test]
fn a_suggestion_can_stand_where_the_words_stood() {
    let found = check("The controller shall be **user friendly**.", None, &Around::default());
    let it = &found[0];
    assert_eq!((it.words.as_str(), it.range.clone()), ("user friendly", 26..39));
    assert_eq!(it.suggestions, ["usable by … in at most … steps"]);
    let found = check("Die Größe der Wanne muss angemessen sein.", None, &Around::default());
    assert_eq!((found[0].words.as_str(), found[0].range.clone()), ("angemessen", 25..35));
}

#[test]
fn what_is_mechanical_is_offered_with_a_gap_for_what_only_the_writer_knows() {
    let offered = |words: &str, code: &str| {
        let found = check(words, None, &Around::default());
        let it = found.into_iter().find(|it| it.rule.code() == code);
        it.unwrap_or_else(|| panic!("{code}: {words}")).suggestions
    };
    for (words, code, wanted) in [
        ("The cabinet shall be wired.", "passive", &["shall be wired by …"][..]),
        ("Der Schrank muss verdrahtet werden.", "passive", &["durch … verdrahtet werden"]),
        ("The pump shall stop within 5.", "no_unit", &["within 5 …"]),
        ("The skid shall hold one pump/valve.", "slash", &["pump and valve", "pump or valve"]),
        ("The pump shall follow COSHH.", "abbreviation", &["… (COSHH)"]),
        ("The tray (which is of steel) shall hold 60 l.", "brackets", &[""]),
    ] {
        assert_eq!(offered(words, code), wanted, "{words}");
    }
}

#[test]
fn every_finding_offers_other_words() {
    let needs =
        Around { acceptance: Some(""), value: Some("60 l"), needs_measure: true, ..Around::default() };
    let long = "While the pump runs, the controller shall show ".to_owned() + &"the flow and ".repeat(15);
    let more = [long.as_str(), "It is late. It shall stop. The pump shall stop."];
    let systems = Glossary::of(["pump (system)", "Pumpe (System)"]);
    let beside = Around { glossary: Some(&systems), ..Around::default() };
    for words in sentences().map(|it| it.words).chain(more) {
        for it in check(words, None, &needs).into_iter().chain(check(words, None, &beside)) {
            assert!(!it.suggestions.is_empty(), "{words}: {it:?}");
            assert!(!it.suggestions.contains(&it.words), "{words}: {it:?}");
        }
    }
}

#[test]
fn what_is_two_in_one_is_offered_as_two_and_a_gap_stands_where_only_the_writer_knows() {
    let offered = |words: &str, code: &str| {
        let found = check(words, None, &Around { acceptance: Some(""), ..Around::default() });
        let it = found.into_iter().find(|it| it.rule.code() == code);
        it.unwrap_or_else(|| panic!("{code}: {words}")).suggestions
    };
    for (words, code, wanted) in [
        ("The skid shall fit into 2 m of height and pass a door.", "several", ". The skid shall pass a"),
        (
            "Die Pumpe muss 20 l/h fördern und den Füllstand melden.",
            "several",
            ". Die Pumpe muss den Füllstand melden",
        ),
        ("One stop shall stop both pumps and shall be wired.", "several", ". One stop shall be wired"),
        ("The pump shall stop and the lamp shall show red.", "several", ". The lamp shall show red"),
        (
            "Lifting points shall be marked; gross weight at most 400 kg.",
            "several",
            ". Gross weight at most 400 kg",
        ),
        (
            "The supplier shall respond by telephone within 4 hours and on site within 24 hours.",
            "several",
            "by telephone within 4 hours. The supplier shall respond on site within 24 hours",
        ),
        ("The line shall dose acid. It shall stop within 2 s.", "pronoun", "The line"),
        ("Die Linie dosiert Säure. Sie muss anhalten.", "pronoun", "Die …"),
        ("The frame shall not rust.", "negation", "shall …"),
        ("Das Gestell darf nicht rosten.", "negation", "muss …"),
        ("The controller shall run Windows 11.", "design", "an operating system that …"),
        ("Not during the beer festival.", "no_measure", "Not from … to …"),
        ("All documents shall be in English.", "open_end", "The documents listed in …"),
        ("Sämtliche Unterlagen müssen in Deutsch vorliegen.", "open_end", "Die in … genannten Unterlagen"),
        ("Die Pumpe wird am Montag mit der Post geliefert.", "no_obligation", "muss … werden"),
        ("The controller stops the pump.", "no_obligation", "shall stop"),
        ("Each operator carries a card.", "no_obligation", "shall carry"),
        ("Both valves close the line.", "no_obligation", "shall close"),
        (
            "The pump shall stop within 2 s unless the operator holds the key.",
            "several",
            ". If the operator holds the key, then the pump shall …",
        ),
        ("The lamp shall show whether the pump runs.", "several", "… while"),
        ("Die Pumpe muss 20 l/h fördern, jedoch leise laufen.", "several", ". Die Pumpe muss leise laufen"),
        (
            "When the level falls below 10 %, while the pump runs, the controller shall alarm.",
            "ears",
            "While the pump runs, when the level falls below 10 %",
        ),
        (
            "Wenn der Pegel fällt, solange die Pumpe läuft, muss die Steuerung warnen.",
            "ears",
            "Solange die Pumpe läuft, wenn der Pegel fällt",
        ),
        ("Die Pumpe fördert 20 l/h.", "no_obligation", "muss … fördern"),
        ("Die Wanne hält 60 l.", "no_obligation", "muss … halten"),
        ("Beide Linien dosieren Säure.", "no_obligation", "müssen … dosieren"),
        ("Die Steuerung schaltet die Pumpe ab.", "no_obligation", "muss … abschalten"),
        ("The tray shall hold at least 60 l of water.", "no_acceptance", "Measured at …: at least 60 l"),
        ("Die Wanne muss 60 l fassen.", "no_acceptance", "Gemessen bei …: …"),
    ] {
        assert_eq!(offered(words, code)[0], wanted, "{words}");
    }
    let found = check("The tray shall hold 60 l in order to catch a leak.", None, &Around::default());
    assert_eq!(
        (found[0].words.as_str(), found[0].suggestions.as_slice()),
        ("in order to catch a leak", &[String::new()][..])
    );
    let only = Around { value: Some("60"), is_measured: true, ..Around::default() };
    assert_eq!(
        check("The tray shall hold water.", None, &only)[0].suggestions,
        ["60 ± …", "at least 60, at most …"]
    );
}

/// Pieces out of which hostile texts are put together.
const PIECES: &[&str] = &[
    "shall ",
    "muss ",
    "and ",
    "und ",
    "within 5 ",
    "innerhalb von 5 ",
    ".",
    ". ",
    "; ",
    "(",
    ")",
    "((a b",
    "/",
    "and/or ",
    "TBD ",
    "all documents ",
    "sämtliche Unterlagen ",
    "\n\n",
    "- ",
    "ß",
    "İ",
    "ﬁ",
    "👩‍🔧",
    "\u{0}",
    "\u{202e}",
    "e.g. ",
    "z. B. ",
    "1.5.5,5",
    "%",
    "If ",
    ", ",
    "be ",
    "wired ",
    "COSHH ",
    "A",
    "zu ",
    "en ",
    "werden",
    "  ",
    "\u{a0}",
    "as soon as ",
    "'",
    "*",
    "it ",
    "unless ",
    "100 %",
    "about 5 ",
    "while ",
    "allow a to ",
    "stops ",
    "hält ",
];

#[test]
fn no_text_however_strange_makes_it_fail_or_linger() {
    let mut seed: u64 = 7;
    let mut next = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % limit
    };
    let corpus: Vec<&str> = sentences().map(|it| it.words).collect();
    let glossary =
        Glossary::of(["controller = pump and", "Acceptance Test", "Säure = muss", "pump (system) = the"]);
    for _ in 0..4_000 {
        let mut words = corpus[next(corpus.len())].to_owned();
        for _ in 0..=next(8) {
            let ends: Vec<usize> = words.char_indices().map(|(at, _)| at).chain([words.len()]).collect();
            words.insert_str(ends[next(ends.len())], PIECES[next(PIECES.len())]);
        }
        for language in [None, Some(Language::English), Some(Language::German)] {
            let around = Around { acceptance: Some(""), glossary: Some(&glossary), ..Around::default() };
            for it in check(&words, language, &around) {
                let cut: String = words.chars().skip(it.range.start).take(it.range.len()).collect();
                assert!(it.field != Field::Statement || cut == it.words, "{words:?}: {it:?}");
            }
            wording::pattern(&words, language.unwrap_or_default());
        }
        wording::like(&words, &[corpus[0], &words], 0.1);
    }
    for piece in PIECES {
        let words = piece.repeat(40_000 / piece.len());
        let began = Instant::now();
        for language in [Language::English, Language::German] {
            check(&words, Some(language), &Around { needs_measure: true, ..Around::default() });
        }
        assert!(began.elapsed() < Duration::from_secs(3), "{piece:?} takes {:?}", began.elapsed());
    }
}
