//! Nothing is forgotten: each body has its columns, each refusal is a sentence, each deed has words, each step of a
//! workflow is taken in a story.

#![expect(clippy::unwrap_used, reason = "a test that finds no sources has failed")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::Entry;

#[test]
fn every_body_matches_its_table() {
    let folder = testbed::folder();
    let path = folder.join("empty.db");
    let clock: kernel::Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
    let secrets = kernel::Secrets::from_seed("coverage.example/log", [7; 32]).unwrap();
    let address = kernel::Address::Sqlite(path.to_str().unwrap().to_owned());
    drop(app::wiring::open(address, folder.join("files"), clock, secrets).unwrap());
    let tables = rusqlite::Connection::open(&path).unwrap();
    let registry = app::wiring::registry();
    assert!(registry.all().len() > 20);
    let mut wrong = Vec::new();
    for entry in registry.all() {
        let mut columns = tables.prepare("select name from pragma_table_info(?1)").unwrap();
        let columns = columns.query_map([entry.kind.table], |row| row.get::<_, String>(0)).unwrap();
        let mut columns: BTreeSet<String> = columns.map(|it| it.unwrap()).collect();
        columns.remove("id");
        columns.remove("record_id");
        let schema = entry.schema();
        let fields: BTreeSet<String> =
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        if fields != columns {
            wrong.push(format!("{}: {fields:?} in {columns:?}", entry.kind.table));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(tables);
    let _ = fs::remove_dir_all(folder);
}

#[test]
fn every_refusal_is_a_sentence() {
    let (mut count, mut wrong) = (0, Vec::new());
    for path in sources() {
        let is_for_programs = path.strip_prefix(root()).unwrap().to_string_lossy().contains("api");
        for words in refusals_in(&code_of(&path)) {
            count += 1;
            if let Some(fault) = fault_of(&words, is_for_programs) {
                wrong.push(format!("{}: “{words}” {fault}", path.display()));
            }
        }
    }
    assert!(count > 600, "only {count} refusals were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_deed_has_words() {
    let registry = app::wiring::registry();
    let mut bare = Vec::new();
    let mut count = 0;
    for path in sources() {
        let code = code_of(&path);
        for (at, _) in code.match_indices(".called(") {
            let open = at + ".called".len();
            let inside = &code[open..open + extent(&code[open..])];
            for deed in inside.split('"').skip(1).step_by(2) {
                count += 1;
                if registry.deed(deed).is_none() {
                    bare.push(format!("{}: {deed}", path.display()));
                }
            }
        }
    }
    assert!(count > 100, "only {count} deeds were found");
    assert!(bare.is_empty(), "say in app/src/wiring.rs what these are called:\n{}", bare.join("\n"));
}

/// Steps that no story takes, with the reason. It only becomes shorter.
const UNTOLD: &[(&str, &str, &str)] = &[];

/// After the stories, which write down what became of which kind of record:
///
/// `REQORD_TAKEN=FILE cargo test --test stories`, then `REQORD_TAKEN=FILE cargo test --test coverage -- --ignored`.
#[test]
#[ignore = "reads what the stories wrote down; bin/ci tells them first"]
fn every_step_is_taken_in_a_story() {
    let path = std::env::var_os("REQORD_TAKEN").expect("REQORD_TAKEN names the file that the stories wrote");
    let told = fs::read_to_string(path).unwrap();
    let moves: BTreeSet<&str> = told.lines().collect();
    assert!(moves.len() > 100, "only {} moves were told", moves.len());
    let registry = app::wiring::registry();
    let mut missed = BTreeSet::new();
    for entry in registry.all() {
        let taken = steps_taken(entry, &moves);
        let all = entry.rules.iter().map(|(_, step, ..)| step.code.clone());
        missed.extend(all.filter(|it| !taken.contains(it)).map(|it| (entry.kind.prefix.to_owned(), it)));
    }
    let known: BTreeSet<(String, String)> =
        UNTOLD.iter().map(|(kind, step, _)| ((*kind).to_owned(), (*step).to_owned())).collect();
    let new: Vec<_> = missed.difference(&known).collect();
    let told: Vec<_> = known.difference(&missed).collect();
    assert!(new.is_empty(), "no story takes these: {new:#?}");
    assert!(told.is_empty(), "a story takes these now, strike them: {told:#?}");
}

/// The steps of a kind that the moves show: `RS draft released` each. One deed may take several steps, of which only
/// the ends are told; they count where just one shortest way leads from one to the other. What a story takes by its name
/// is told so: `CR verify`.
fn steps_taken(entry: &Entry, moves: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    for told in moves {
        let words: Vec<&str> = told.split('\t').collect();
        if words[0] != entry.kind.prefix {
            continue;
        }
        let (from, to) = match words[1..] {
            [step] => {
                taken.insert(step.to_owned());
                continue;
            }
            [from, to] => (from, to),
            _ => panic!("what is this: {told}"),
        };
        // A new record begins in the first of its states; that it was begun is no step.
        let first = entry.states[0].code.as_str();
        if from.is_empty() && to == first {
            continue;
        }
        let from = if from.is_empty() { first } else { from };
        let ways = shortest(entry, from, to);
        if let [only] = ways.as_slice() {
            taken.extend(only.iter().cloned());
        }
    }
    taken
}

/// The shortest ways from one state to another, each as its steps. What leads from a state into itself is a way.
fn shortest(entry: &Entry, from: &str, to: &str) -> Vec<Vec<String>> {
    const LONGEST: usize = 4;
    let mut waiting = VecDeque::from([(from.to_owned(), Vec::<String>::new())]);
    let mut found: Vec<Vec<String>> = Vec::new();
    while let Some((state, way)) = waiting.pop_front() {
        let is_longer = found.first().is_some_and(|it| it.len() <= way.len());
        if is_longer || way.len() == LONGEST {
            break;
        }
        for (begin, step, end, _) in entry.rules.iter().filter(|(begin, ..)| begin.code == state) {
            let way: Vec<String> = way.iter().chain([&step.code]).cloned().collect();
            if end.code == to && !found.contains(&way) {
                found.push(way);
            } else if end.code != begin.code {
                waiting.push_back((end.code.clone(), way));
            }
        }
    }
    found
}

/// How a source refuses. What stands in its brackets is what it says.
const REFUSES: &[&str] = &[
    "Refusal::because(",
    "Refusal::unless(",
    "Faults::one(",
    "faults.unless(",
    "faults.add(",
    ".required(",
    "Missing {",
    "Err(text!(",
];

/// The sentences with which a source refuses: those that stand there, and those that were given a name before.
fn refusals_in(source: &str) -> Vec<String> {
    let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, _) in source.match_indices("let ") {
        let Some((name, value)) = source[at + 4..].split_once('=') else { continue };
        let name = name.trim();
        let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if let (true, Some(rest)) = (is_name, value.trim_start().strip_prefix("text!(")) {
            named.entry(name).or_default().extend(literal(rest));
        }
    }
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for refuses in REFUSES {
        for (at, _) in source.match_indices(refuses) {
            let open = at + source[at..].find(['(', '{']).unwrap();
            let inside = &source[open..open + extent(&source[open..])];
            for (place, _) in inside.match_indices("text!(") {
                // What fills a gap of a sentence is a word.
                if !inside[..place].trim_end().ends_with('=') {
                    found.extend(literal(&inside[place + "text!(".len()..]));
                }
            }
            let words = inside.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            used.extend(words.filter(|it| named.contains_key(it)));
        }
    }
    found.extend(used.into_iter().flat_map(|it| named[it].clone()));
    found
}

/// What is wrong with a sentence, if something is.
fn fault_of(words: &str, is_for_programs: bool) -> Option<&'static str> {
    const CODE: [&str; 6] = ["null", "None", "panic", "unwrap", "undefined", "Err"];
    let is_begun =
        words.starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit() || "“{".contains(it));
    // Where a gap is a sentence of its own, it brings its full stop.
    let ends_in_a_gap = words.ends_with('}') && (words.starts_with('{') || words.contains(": {"));
    let is_ended = ends_in_a_gap || words.trim_end_matches('”').ends_with(['.', '?', '!']);
    let said = words.split(['{', '}']).step_by(2).collect::<Vec<_>>().join("0");
    let mut before = "";
    let mut holds_code = said.contains('`') || said.contains("::");
    for word in said.split_whitespace() {
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric());
        // “like cost_centre” is an example of what is to be typed.
        let is_name = bare.split('_').filter(|it| !it.is_empty()).count() > 1 && before != "like";
        holds_code |= is_name || CODE.contains(&bare);
        before = word;
    }
    match (is_begun, is_ended, holds_code && !is_for_programs) {
        (false, ..) => Some("does not begin like a sentence"),
        (_, false, _) => Some("does not end like a sentence"),
        (.., true) => Some("speaks of code"),
        _ => None,
    }
}

#[test]
fn what_is_no_sentence_is_known() {
    let source = r#"fn f() -> Verdict {
        let sentence = text!("give it a title");
        let other = text!("Nobody asks for this");
        faults.unless(title.contains('"'), "title", sentence);
        Refusal::unless(holds, text!("“{step}” is not possible. Do {what}.", step = text!("step"), what = what))?;
        Err(text!("Send the field \
                   set_id.").into())
    }"#;
    let found = refusals_in(source);
    assert_eq!(found, ["“{step}” is not possible. Do {what}.", "Send the field set_id.", "give it a title"]);
    let faults: Vec<_> = found.iter().map(|it| fault_of(it, false)).collect();
    assert_eq!(faults, [None, Some("speaks of code"), Some("does not begin like a sentence")]);
    assert_eq!(fault_of("Take a short name, like cost_centre.", false), None);
    assert_eq!(fault_of("Row {row}: {fault}", false), None);
    assert_eq!(fault_of("Choose a day", false), Some("does not end like a sentence"));
    assert_eq!(fault_of("Say `true` or `false`.", true), None);
}

/// The text of a literal that stands at the beginning, as it is once it is compiled.
fn literal(source: &str) -> Option<String> {
    let mut letters = source.trim_start().strip_prefix('"')?.chars().peekable();
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Some(text),
            '\\' => match letters.next()? {
                '\n' => while letters.next_if(|it| it.is_whitespace()).is_some() {},
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

/// How far it is from an opening bracket to the one that closes it; strings and letters are not looked into.
fn extent(source: &str) -> usize {
    let bytes = source.as_bytes();
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'\'' if bytes.get(at + 1) == Some(&b'\\') && bytes.get(at + 3) == Some(&b'\'') => at += 3,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        at += 1;
    }
    source.len()
}

/// The text of a file without comments and without its tests.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|it| !it.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The sources of what people are answered by.
fn sources() -> Vec<PathBuf> {
    let root = root();
    let mut waiting = vec![root.join("kernel/src"), root.join("web/src"), root.join("app/src")];
    waiting.extend(fs::read_dir(root.join("areas")).unwrap().map(|it| it.unwrap().path().join("src")));
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for path in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
