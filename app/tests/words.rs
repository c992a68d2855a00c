//! Every sentence of ours has German words that fit it, and the catalogue holds no others: bring it up to date with
//! `cargo test -p reqord --test words -- --ignored`, then fill in what is empty.

#![expect(clippy::unwrap_used, reason = "a test that finds no sources has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use polib::message::MessageView;
use web::language::{Key, completed, keys_in};

#[test]
fn every_sentence_has_german_words_and_no_words_are_left_over() {
    let (keys, entries) = (keys(), entries());
    let known: BTreeSet<&Key> = entries.iter().map(|it| &it.key).collect();
    let untranslated =
        entries.iter().filter(|it| it.words.is_empty() || it.words.iter().any(String::is_empty));
    let faults: Vec<String> = (keys.iter().filter(|it| !known.contains(it)))
        .map(|it| format!("is not in the catalogue: {it:?}"))
        .chain(untranslated.map(|it| format!("has no German words: {:?}", it.key)))
        .chain(
            known.iter().filter(|it| !keys.contains(**it)).map(|it| format!("nobody says any more: {it:?}")),
        )
        .collect();
    assert!(keys.len() > 500, "only {} sentences were found", keys.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_choice_of_every_kind_has_its_words() {
    let (registry, staff) = (app::wiring::registry(), kernel::Actor::system());
    let mut bare = Vec::new();
    for entry in registry.all() {
        for column in &entry.columns {
            let kernel::ColumnHolds::Choice(codes) = &column.holds else { continue };
            let unsaid = codes.iter().filter(|it| entry.known_word(&column.name, it, &staff).is_none());
            bare.extend(unsaid.map(|it| format!("{} {}: {it}", entry.kind.prefix, column.name)));
        }
    }
    assert!(bare.is_empty(), "these are shown as codes: {bare:#?}");
}

#[test]
fn customers_read_no_state_by_a_word_that_only_we_use() {
    let ours = "Draft, Released, In review, Customer sign-off, With the customer, Queried, Overtaken, Raised, Screened, \
                Impact analysis, Under approval, Customer approval, Implementing, Verifying, Superseded, Prepared";
    let (registry, carl) = (app::wiring::registry(), kernel::Actor::outside(1, "Carl Whitfield", &[1]));
    let shared = registry.all().iter().filter(|it| it.kind.sharing != kernel::Sharing::Internal);
    let read = shared.flat_map(|it| it.states_to(&carl).iter().map(move |state| (it.kind.prefix, state)));
    let read: Vec<String> = read
        .filter(|(_, state)| ours.split(", ").any(|it| it == state.text.to_string()))
        .map(|(kind, state)| format!("{kind} {}: {}", state.code, state.text))
        .collect();
    assert!(read.is_empty(), "{read:#?}");
}

#[test]
fn german_words_have_the_gaps_of_their_sentence() {
    for Entry { key, words } in entries() {
        let said = [Some(&key.one), key.many.as_ref()].map(|it| it.map(|it| gaps(it)));
        for (place, words) in words.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            let [one, many] = &said;
            let (one, many) = (one.as_ref().unwrap(), many.as_ref());
            // One thing may be counted in words (“one row”), in German too.
            let fits = gaps(words) == *one || many.is_some_and(|it| gaps(words) == *it);
            assert!(fits, "{key:?}: the gaps of form {place} differ: {words}");
        }
    }
}

/// Two who add words to the same sentence leave both behind, and one of them is then read somewhere.
#[test]
fn each_sentence_has_its_german_words_once() {
    let kept = fs::read_to_string(catalogue()).unwrap();
    let count = |block: &str, start: &str| block.lines().filter(|it| it.starts_with(start)).count();
    let wrong: Vec<&str> = (kept.trim_end().split("\n\n").skip(1))
        .filter(|it| count(it, "msgid_plural ") + 1 != count(it, "msgstr"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
#[ignore = "writes the catalogue: an empty place for what is missing, nothing for what nobody says any more"]
fn write_what_is_missing() {
    let kept = fs::read_to_string(catalogue()).unwrap();
    let mut blocks = kept.trim_end().split("\n\n");
    let header = blocks.next().unwrap();
    let written: BTreeMap<String, &str> = blocks.map(|it| (sentence_of(it), it)).collect();
    let mut all: Vec<String> = (keys().into_iter())
        .map(|key| completed("", &[key]).trim().to_owned())
        .map(|empty| written.get(&sentence_of(&empty)).map_or(empty, |it| (*it).to_owned()))
        .collect();
    all.sort_by_key(|it| sentence_of(it).to_lowercase());
    fs::write(catalogue(), format!("{header}\n\n{}\n", all.join("\n\n"))).unwrap();
}

/// A sentence and its German forms.
struct Entry {
    key: Key,
    words: Vec<String>,
}

/// All sentences of the product: of its Rust sources, and of its scripts.
fn keys() -> BTreeSet<Key> {
    let mut sources = Vec::new();
    for part in ["kernel", "web", "formats", "areas", "app"] {
        gather(&root().join(part), &mut sources);
    }
    let scripts = fs::read_to_string(root().join("assets/scripts/words.json")).unwrap();
    let scripts: BTreeMap<String, serde_json::Value> = serde_json::from_str(&scripts).unwrap();
    let of_script = |it: &serde_json::Value| {
        let form = |name: &str| it.get(name).and_then(|it| it.as_str()).map(str::to_owned);
        Key { one: it.as_str().map(str::to_owned).or_else(|| form("one")).unwrap(), many: form("other") }
    };
    let of_rust = sources.iter().flat_map(|it| keys_in(&fs::read_to_string(it).unwrap()));
    of_rust.chain(scripts.values().map(of_script)).collect()
}

fn entries() -> Vec<Entry> {
    let catalogue = polib::po_file::parse(&catalogue()).unwrap();
    let entry = |it: &dyn MessageView| Entry {
        key: Key { one: it.msgid().to_owned(), many: it.msgid_plural().ok().map(str::to_owned) },
        words: it.msgstr_plural().cloned().or_else(|_| it.msgstr().map(|it| vec![it.to_owned()])).unwrap(),
    };
    catalogue.messages().map(entry).collect()
}

/// The names of the gaps: `who` of “{who} is away”.
fn gaps(words: &str) -> BTreeSet<&str> {
    let opened = words.split('{').skip(1);
    opened.filter_map(|it| it.split_once('}')).map(|(name, _)| name).collect()
}

/// The lines of a block of the catalogue that say whose words it holds.
fn sentence_of(block: &str) -> String {
    block.lines().filter(|it| it.starts_with("msgid")).collect::<Vec<_>>().join("\n")
}

/// The Rust sources of a folder: what stands in `src`, at any depth.
fn gather(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_none_or(|it| it != "node_modules") {
            gather(&path, sources);
        } else if path.extension().is_some_and(|it| it == "rs")
            && path.components().any(|it| it.as_os_str() == "src")
        {
            sources.push(path);
        }
    }
}

fn catalogue() -> PathBuf {
    root().join("assets/locale/de.po")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
