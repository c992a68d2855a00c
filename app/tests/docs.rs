//! What is drawn from the code is current: write it anew with `cargo test --test docs -- --ignored`.

#![expect(clippy::unwrap_used, reason = "a test that finds no documents has failed")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn generated_files_are_current() {
    for (path, text) in drawn() {
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "{} is not current", path.display());
    }
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
