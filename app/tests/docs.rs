//! What is drawn from the code is current: write it anew with `cargo test --test docs -- --ignored`.

#![expect(clippy::unwrap_used, reason = "a test that finds no documents has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn generated_files_are_current() {
    for (path, text) in drawn() {
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "{} is not current", path.display());
    }
}

/// `bin/check-rights` leaves the permits of steps to the documents of the workflows: who may take a step stands in each.
#[test]
fn a_step_that_others_may_take_is_another_line_of_its_workflow() {
    let registry = app::wiring::registry();
    let mut steps = 0;
    for entry in registry.all() {
        let path = root().join("docs/workflows").join(format!("{}.md", entry.kind.path));
        let kept = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<&str> = kept.lines().map(str::trim).collect();
        for (from, step, to, by) in &entry.rules {
            let told = format!("{} --> {} : {} ({by})", from.code, to.code, step.text);
            let place = lines.iter().position(|it| *it == told);
            assert!(place.is_some(), "{} does not say: {told}", path.display());
            lines.remove(place.unwrap());
            steps += 1;
        }
        let more: Vec<&&str> =
            lines.iter().filter(|it| it.contains(" --> ") && !it.starts_with("[*]")).collect();
        assert!(more.is_empty(), "{}: {more:?}", path.display());
    }
    assert!(steps > 150, "only {steps} steps were found");
    // No two permits are written alike.
    let all = [
        kernel::Permit::Staff,
        kernel::Permit::Owner,
        kernel::Permit::Party,
        kernel::Permit::Nobody,
        kernel::Permit::Has(kernel::Role::Administrator),
        kernel::Permit::Has(kernel::Role::Reviewer),
        kernel::Permit::Any(&[kernel::Role::Administrator]),
        kernel::Permit::Any(&[kernel::Role::Administrator, kernel::Role::Reviewer]),
    ];
    let written: BTreeSet<String> = all.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(written.len(), all.len());
}

#[test]
fn the_description_of_the_interface_names_every_address_and_no_other() {
    let routes = app::wiring::routes();
    let document = web::openapi::document(routes.addresses());
    let there: BTreeSet<(String, String)> = routes
        .addresses()
        .iter()
        .filter(|it| it.path.starts_with(web::api::BASE))
        .map(|it| (it.path.clone(), it.method.to_lowercase()))
        .collect();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, deeds)| deeds.as_object().unwrap().keys().map(|it| (path.clone(), it.clone())))
        .collect();
    assert!(there.len() > 100, "only {} addresses were found", there.len());
    assert_eq!(there, described);
}

#[test]
fn every_story_that_proves_a_step_is_there() {
    for served in app::drawings::SERVED {
        let path = root().join("app/tests/stories").join(format!("{}.rs", served.story));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("#[test]"), "{} tells no story", path.display());
    }
}

#[test]
fn every_security_case_is_tried() {
    let text = fs::read_to_string(root().join("docs/security-cases.md")).unwrap();
    let sources = tests_of(&root());
    let mut lines = 0;
    for line in
        text.lines().filter(|it| it.starts_with("| ") && !it.starts_with("| |") && !it.starts_with("| What"))
    {
        let tried = line.trim_end_matches('|').rsplit(" | ").next().unwrap();
        let names: Vec<&str> = tried
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|it| !it.contains(['.', '/']) && *it != "GET")
            .collect();
        lines += 1;
        assert!(!names.is_empty() || tried.contains("does not apply, because"), "nothing tries: {line}");
        for name in names {
            let is_there = sources
                .iter()
                .any(|it| it.contains(&format!("fn {name}(")) || it.contains(&format!("\"{name}\": async")));
            assert!(is_there, "no test is called `{name}`: {line}");
        }
    }
    assert_eq!(lines, 44 + 3 + 27);
}

#[test]
fn whatever_must_always_hold_is_guarded_by_tests_that_are_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, held) = text.split_once("## What must always hold").unwrap();
    let held = held.split("\n## ").next().unwrap();
    let sources = tests_of(&root());
    let mut guarded = 0;
    for line in held.lines().filter(|it| it.starts_with("| ")) {
        let (_, by) = line.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        // Names of tests are words with strokes between them; files and checks of the browser are not.
        let names =
            by.split('`').skip(1).step_by(2).filter(|it| it.contains('_') && !it.contains(['.', '/', ' ']));
        for name in names {
            guarded += 1;
            let is_there = sources.iter().any(|it| it.contains(&format!("fn {name}(")));
            assert!(is_there, "no test is called `{name}`: {line}");
        }
    }
    assert!(guarded > 100, "only {guarded} tests were named");
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let mut followed = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let inside = links_of(&text).filter(|it| !it.contains(':'));
        for link in inside {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            followed += 1;
            // Pictures are taken after the page that shows them was written.
            let name = file.rsplit('/').next().unwrap_or_default().trim_end_matches(".webp");
            let is_asked_for = text.contains(&format!("<!-- picture: {name} |"));
            assert!(to.exists() || is_asked_for, "{} leads to {link}", path.display());
            let headings = || fs::read_to_string(&to).unwrap().lines().map(place_of).collect::<Vec<_>>();
            let is_there = heading.is_empty() || headings().iter().any(|it| it == heading);
            assert!(is_there, "{} leads to {link}", path.display());
        }
    }
    assert!(followed > 100, "only {followed} links were found");
}

#[test]
fn every_picture_of_the_guide_is_shown_where_it_is_asked_for() {
    let mut asked = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter_map(|it| it.strip_prefix("<!-- picture: ")) {
            asked += 1;
            let name = line.split(" | ").next().unwrap();
            let file = format!("{name}.webp");
            let is_shown = links_of(&text).any(|it| it.rsplit('/').next() == Some(file.as_str()));
            assert!(is_shown, "{} asks for {name} and shows it nowhere", path.display());
        }
    }
    assert!(asked > 20, "only {asked} pictures are asked for");
}

/// What people read beside the code.
fn documents() -> Vec<PathBuf> {
    let of = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let docs = root().join("docs");
    let all = [root(), docs.clone(), docs.join("guide"), docs.join("decisions"), docs.join("workflows")];
    let all = all.into_iter().flat_map(of);
    all.filter(|it| it.extension().is_some_and(|it| it == "md")).collect()
}

/// Where the links and pictures of a text lead.
fn links_of(text: &str) -> impl Iterator<Item = &str> {
    // Every second part stands between fences: it is code.
    let prose = text.split("```").step_by(2);
    prose.flat_map(|it| it.split("](").skip(1)).filter_map(|it| it.split(')').next())
}

/// The place of a heading, as links name it.
fn place_of(line: &str) -> String {
    let words = line.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|it| it.is_alphanumeric() || "-_ ".contains(*it))
        .collect::<String>()
        .replace(' ', "-")
}

/// The text of every test there is.
fn tests_of(root: &Path) -> Vec<String> {
    let mut waiting = vec![root.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if entry.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
                waiting.push(entry);
            } else if name.ends_with(".rs") || name.ends_with(".check.mjs") {
                found.push(fs::read_to_string(entry).unwrap());
            }
        }
    }
    found
}

#[test]
#[ignore = "writes the documents that are drawn from the code"]
fn write_what_is_drawn() {
    for (path, text) in drawn() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn drawn() -> Vec<(PathBuf, String)> {
    let registry = app::wiring::registry();
    let docs = root().join("docs");
    let mut all = vec![(docs.join("clauses.md"), app::drawings::clauses(&registry))];
    for entry in registry.all() {
        let name = format!("{}.md", entry.kind.path);
        all.push((docs.join("workflows").join(name), app::drawings::workflow(entry)));
    }
    all
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
