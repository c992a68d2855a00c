//! The architecture, checked: who may know whom, what each file may mention, what may stand where.

#![expect(clippy::unwrap_used, reason = "a test that finds no sources has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// What a file of an area may never mention. Comments and tests are not looked at.
const MAY_NOT_MENTION: &[(&str, &[&str])] = &[
    ("model", &["mut Work", "&Reader", "axum", "maud", "sql!"]),
    ("rules", &["mut Work", "axum", "maud", "sql!"]),
    ("commands", &["axum", "maud", "sql!", "http::"]),
    ("queries", &["&mut Work", "axum", "maud", " from record", " join record"]),
    ("pages", &["mut Work", "axum", "sql!"]),
    ("routes", &["sql!", "FLOW"]),
    ("letters", &["mut Work", "sql!", "axum"]),
];

const FILES: &[&str] = &["lib", "model", "rules", "commands", "queries", "pages", "routes", "letters"];

#[test]
fn areas_use_only_the_areas_they_may() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for area in areas() {
        let row = map.lines().find(|it| it.starts_with(&format!("| {area} |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md does not say what {area} may use"));
        let allowed: Vec<&str> = row.split('|').nth(2).unwrap().split(',').map(str::trim).collect();
        let manifest = fs::read_to_string(root().join("areas").join(&area).join("Cargo.toml")).unwrap();
        for other in areas() {
            let used = manifest.contains(&format!("\n{other}.workspace"));
            assert!(!used || allowed.contains(&other.as_str()), "{area} may not use {other}");
        }
    }
}

#[test]
fn the_kernel_knows_no_other_crate_and_the_edge_no_area() {
    let uses = |part: &str, other: &str| {
        let manifest = fs::read_to_string(root().join(part).join("Cargo.toml")).unwrap();
        let built = manifest.split("[dev-dependencies]").next().unwrap().to_owned();
        built.contains(&format!("\n{other}.workspace"))
    };
    for area in areas() {
        assert!(!uses("kernel", &area) && !uses("web", &area), "{area} is known too far down");
    }
    assert!(!uses("kernel", "web") && !uses("kernel", "verifier") && !uses("verifier", "kernel"));
}

#[test]
fn files_mention_only_what_their_role_allows() {
    for (area, role, path) in area_files() {
        assert!(FILES.contains(&role.as_str()), "{area}: {} is not a file an area has", path.display());
        let text = code_of(&path);
        for word in MAY_NOT_MENTION.iter().filter(|(it, _)| *it == role).flat_map(|(_, words)| *words) {
            assert!(!mentions(&text, word), "{} mentions `{word}`", path.display());
        }
    }
}

/// The letters of the door go to whoever comes in; a code that somebody asked for just now goes at once.
const WITHOUT_THE_GATE: &str = "identity/src/commands/link.rs";

#[test]
fn letters_to_customers_go_through_the_one_gate() {
    for (area, _, path) in area_files() {
        let count = code_of(&path).matches("work.tell(").count();
        let is_gate = path.ends_with("customers/src/commands/tell.rs");
        let most = usize::from(is_gate || path.ends_with(WITHOUT_THE_GATE));
        assert!(count <= most, "{area}: {} writes past `customers::write`", path.display());
    }
}

/// Forms that carry no word of their own, since sent twice they come to the same, each with the reason.
const WITHOUT_A_WORD: &[(&str, &str)] = &[
    ("web/src/page.rs", "LANGUAGE"),                    // the same language
    ("web/src/page.rs", "THEME"),                       // the same theme
    ("web/src/page.rs", "SIGN_OUT"),                    // whoever is out is out
    ("web/src/list.rs", "bulk/choose"),                 // it asks what to do with them
    ("web/src/list.rs", "columns"),                     // the same columns
    ("web/src/list.rs", "views"),                       // the same view is kept once
    ("web/src/parts/field.rs", "form.drop"),            // the same file is known by its digest
    ("requirements/src/pages/capture.rs", "/passages"), // its fields are those of the form without a script
    ("reviews/src/pages/customer.rs", "/words"), // the same words about the same lines of the same digest
];

#[test]
fn a_form_that_is_sent_twice_has_one_effect() {
    let mut forms = 0;
    for path in sources().into_iter().filter(|it| it.components().all(|part| part.as_os_str() != "tests")) {
        let text = code_of(&path);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, it)| it.contains(r#" method="post""#)) {
            forms += 1;
            let is_known =
                WITHOUT_A_WORD.iter().any(|(file, word)| path.ends_with(file) && line.contains(word));
            let has_word = lines[at..].iter().take(3).any(|it| it.contains("once()"));
            assert!(
                is_known || has_word,
                "{}: `{}` is done twice by a double click",
                path.display(),
                line.trim()
            );
        }
    }
    assert!(forms > 20, "only {forms} forms were found");
}

/// Where HTML is written as it is, beside Markdown that was cleaned, each with the reason.
const AS_IT_IS: &[(&str, usize)] = &[
    ("conversations/src/routes/files.rs", 1), // a mail that was cleaned, in a frame that runs nothing
    ("web/src/page.rs", 1), // words of the house for its scripts, as JSON that ends no element
    ("web/src/design.rs", 1), // a part that was written by the same means
    ("web/src/parts/field.rs", 1), // the same
    ("web/src/parts/button.rs", 1), // the same
    ("web/src/parts/list.rs", 1), // a picture of ours
];

/// Where a script shows HTML that the house sent, or looks at what stands in its page.
const HTML_IN_SCRIPTS: &[(&str, usize)] = &[
    ("live.js", 2),       // the same page anew, and what differs in it
    ("found.js", 1),      // what was found, as the house writes it
    ("rich.js", 1),       // cleaned Markdown
    ("grid-cells.js", 1), // the same
];

#[test]
fn what_people_write_is_never_written_as_html_but_where_it_was_cleaned() {
    let known = |all: &[(&str, usize)], path: &Path| {
        all.iter().find(|(file, _)| path.ends_with(file)).map_or(0, |(_, count)| *count)
    };
    for path in sources().into_iter().filter(|it| it.components().all(|part| part.as_os_str() != "tests")) {
        let text = code_of(&path);
        let cleaned = ["PreEscaped(markdown::html(", "PreEscaped(markdown::html_showing("];
        let cleaned: usize = cleaned.iter().map(|it| text.matches(*it).count()).sum();
        let count = text.matches("PreEscaped(").count() - cleaned;
        assert_eq!(count, known(AS_IT_IS, &path), "{} writes something as it is", path.display());
    }
    let scripts = fs::read_dir(root().join("assets/scripts")).unwrap();
    for path in scripts.map(|it| it.unwrap().path()).filter(|it| it.extension().is_some_and(|it| it == "js"))
    {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|it| ["innerHTML", "outerHTML"].iter().any(|word| it.contains(word)));
        assert_eq!(lines.count(), known(HTML_IN_SCRIPTS, &path), "{}", path.display());
        for word in
            ["insertAdjacentHTML", "document.write", "eval(", "new Function", "createContextualFragment"]
        {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_first_what_it_is() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        // The modules of a test binary are introduced by its main file.
        let is_part_of_tests = path.components().any(|it| it.as_os_str() == "tests");
        assert!(is_part_of_tests || text.starts_with("//! "), "{} does not say what it is", path.display());
    }
}

#[test]
fn statements_of_areas_read_what_is_below_a_record_only_as_it_may_be_seen() {
    let below = ["task", "remark", "attachment", "source", "message", "record"];
    for (_, role, path) in area_files() {
        if role != "queries" {
            continue;
        }
        let text = code_of(&path);
        for table in below {
            for word in ["from", "join"] {
                let direct = format!(" {word} {table} ");
                assert!(!text.contains(&direct), "{} reads {table} without its visible form", path.display());
            }
        }
    }
}

#[test]
fn every_statement_is_understood_by_both_engines_for_everybody_who_may_ask_it() {
    let statements = statements();
    assert!(statements.len() > 80, "only {} statements were found", statements.len());
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        let folder = testbed::folder();
        let clock: kernel::Clock = std::sync::Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
        let secrets = kernel::Secrets::from_seed("tidy.example/log", [7; 32]).unwrap();
        let db = app::wiring::open(address.clone(), folder.clone(), clock, secrets).unwrap();
        for (place, text) in &statements {
            let text: &'static str = Box::leak(text.clone().into_boxed_str());
            let faults = db.misunderstood(&kernel::Sql { text, place: "" }).unwrap();
            assert!(faults.is_empty(), "{place}: {faults:#?}");
        }
        testbed::forget(&address);
        let _ = fs::remove_dir_all(folder);
    }
}

/// PostgreSQL looks at every row where a list that is asked for is one of two reasons: it takes a `union` of two lists.
#[test]
fn no_statement_asks_for_a_list_behind_an_or() {
    for (place, text) in statements() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let asks = words.windows(4).any(|it| it[0] == "or" && it[2] == "in" && it[3] == "(select");
        assert!(!asks, "{place}: {text}");
    }
}

/// Whether something that is named by its key is theirs who name it is asked by `kernel::may`, which `bin/check-rights`
/// can switch off, and not within the statement, where it cannot.
#[test]
fn whose_something_is_that_a_key_names_is_no_part_of_a_statement() {
    let keys =
        |it: &str| ["id", "person", "owner"].iter().find(|key| it.rsplit('.').next() == Some(**key)).copied();
    for (place, text) in statements() {
        let Some((_, asked)) = text.split_once(" where ") else { continue };
        let words: Vec<&str> = asked.split(|it: char| it.is_whitespace() || "()".contains(it)).collect();
        let compared: Vec<&str> = words
            .windows(3)
            .filter(|it| it[1] == "=" && it[2].starts_with('$'))
            .filter_map(|it| keys(it[0]))
            .collect();
        let is_named = compared.contains(&"id") && compared.iter().any(|it| *it != "id");
        assert!(!is_named, "{place}: compare the person by `may`, behind the statement: {text}");
    }
}

/// Every text in `sql!("…")` of the product, with the file where it stands.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in sources().into_iter().filter(|it| it.components().all(|part| part.as_os_str() != "tests")) {
        let text = fs::read_to_string(&path).unwrap();
        for (start, _) in text.match_indices("sql!(") {
            let rest = text[start + 5..].trim_start();
            // The macro itself and this test speak of it without a text.
            let Some(rest) = rest.strip_prefix('"') else { continue };
            let mut ends = rest.match_indices('"').map(|(at, _)| at);
            let Some(end) = ends.find(|at| !rest[..*at].ends_with('\\')) else { continue };
            let statement = &rest[..end];
            if statement.contains(' ') && !statement.starts_with('…') {
                found.push((path.display().to_string(), statement.replace("\\\"", "\"")));
            }
        }
    }
    found
}

/// Whether a text holds a word, and not only as the beginning of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let ends = |at: usize| !text[at + word.len()..].starts_with(char::is_alphanumeric);
    let is_open = !word.ends_with(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| is_open || ends(at))
}

/// The text of a file without comments and without its tests.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|it| !it.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn areas() -> Vec<String> {
    let folders = fs::read_dir(root().join("areas")).unwrap();
    folders.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

/// Each file of each area with its role: that of its folder, where it is a part of one.
fn area_files() -> Vec<(String, String, PathBuf)> {
    let mut all = Vec::new();
    for area in areas() {
        let base = root().join("areas").join(&area).join("src");
        let mut files = Vec::new();
        gather(&base, &mut files);
        for path in files {
            let first = path.strip_prefix(&base).unwrap().components().next().unwrap();
            let role = Path::new(first.as_os_str()).file_stem().unwrap().to_str().unwrap().to_owned();
            all.push((area.clone(), role, path));
        }
    }
    all
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for part in ["kernel", "web", "verifier", "formats", "areas", "app", "testbed", "bench"] {
        gather(&root().join(part), &mut files);
    }
    files
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_none_or(|it| it != "node_modules") {
            gather(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
