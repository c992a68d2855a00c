//! Papers: what the house sealed, byte for byte, with every proof and every content inside.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use verifier::{Outcome, verify_file};

use crate::world::{Entry, Key, Log, key};

const LENGTH: usize = 92;

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

/// A paper with files inside and room for a seal of so many keys.
fn paper(files: &[(&str, &[u8])], keys: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut all = Vec::new();
    for (name, bytes) in files {
        let stream = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, bytes.to_vec());
        let stream = document.add_object(stream);
        let name = Object::String(name.as_bytes().to_vec(), StringFormat::Literal);
        let file = dictionary! {
            "Type" => "Filespec", "F" => name.clone(), "UF" => name, "EF" => dictionary! { "F" => stream },
        };
        all.push(Object::Reference(document.add_object(file)));
    }
    let pages =
        document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
    let catalog = dictionary! { "Type" => "Catalog", "Pages" => pages, "AF" => all };
    let catalog = document.add_object(catalog);
    let room = format!("reqord-paper-v1:{}", vec!["0".repeat(LENGTH); keys].join(","));
    let mut info = Dictionary::new();
    info.set("Keywords", Object::String(room.into_bytes(), StringFormat::Literal));
    info.set("Title", Object::string_literal("I confirm all of it."));
    let info = document.add_object(info);
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn sealed(mut paper: Vec<u8>, keys: &[Key]) -> Vec<u8> {
    let words = format!("reqord paper seal v1\n{}\n", fingerprint(&paper));
    let seals: Vec<String> = keys.iter().map(|it| it.seal(&words)).collect();
    let seal = seals.join(",");
    let start = paper.windows(16).position(|it| it == b"reqord-paper-v1:").unwrap() + 16;
    paper[start..start + seal.len()].copy_from_slice(seal.as_bytes());
    paper
}

/// A paper that carries the proof of an entry, the signature that the entry names, and what that names.
fn certificate() -> Vec<u8> {
    let line = br#"{"name":"Carl Whitfield"}"#.as_slice();
    let requirement = br#"{"statement":"The skid stands in Northallerton."}"#.as_slice();
    let revision = serde_jcs::to_vec(&json!({ "lines": [{ "digest": fingerprint(requirement) }] })).unwrap();
    let seen = serde_jcs::to_vec(&json!({ "digest": fingerprint(&revision) })).unwrap();
    let mut log = Log::of(20);
    let value = json!({
        "v": 1, "at": 1_795_551_292_000_001_i64, "actor": 7, "deed": "confirmed", "records": [],
        "content": [fingerprint(&seen), fingerprint(line)],
    });
    log.entries.insert(13, Entry { bytes: serde_jcs::to_vec(&value).unwrap(), ..Entry::new(13) });
    log.reseal();
    let proof = log.proof(13, 20, &[key()]);
    let files = [
        ("signature-1.tlog-proof", proof.as_bytes()),
        ("signature-1.json", line),
        ("seen-1.json", seen.as_slice()),
        ("revision.json", revision.as_slice()),
        ("lines.jsonl", requirement),
    ];
    paper(&files, 1)
}

#[test]
fn a_certificate_holds_with_all_that_it_carries() {
    let report = verify_file(&sealed(certificate(), &[key()]), &[key().public()]);
    assert_eq!(report.outcome, Outcome::Holds, "{:?}", report.sentences);
    let said = report.sentences.join("\n");
    assert!(said.contains("The paper is, byte for byte, what kestrel.example/trail+"), "{said}");
    assert!(said.contains("signature-1.tlog-proof: The entry is number 14 of 20"), "{said}");
    for name in ["signature-1.json", "seen-1.json", "revision.json", "lines.jsonl"] {
        assert!(said.contains(&format!("{name}: it is what the log names.")), "{said}");
    }
}

#[test]
fn every_changed_byte_of_a_paper_is_noticed() {
    let paper = sealed(certificate(), &[key()]);
    let keys = [key().public()];
    for place in 0..paper.len() {
        let mut altered = paper.clone();
        altered[place] ^= 1;
        let report = verify_file(&altered, &keys);
        assert_ne!(report.outcome, Outcome::Holds, "byte {place}: {:?}", report.sentences);
    }
    let mut words = paper.clone();
    let at = words.windows(9).position(|it| it == b"I confirm").unwrap();
    words[at] = b'Y';
    let report = verify_file(&words, &keys);
    assert_eq!(report.outcome, Outcome::Altered);
    assert_eq!(
        report.sentences,
        ["The paper is not what was sealed: at least one of its bytes was altered."]
    );
    for end in (0..paper.len()).step_by(97) {
        assert_ne!(verify_file(&paper[..end], &keys).outcome, Outcome::Holds, "cut at {end}");
    }
    assert_eq!(verify_file(&[paper.as_slice(), b"\n"].concat(), &keys).outcome, Outcome::Altered);
}

#[test]
fn what_was_put_into_a_sealed_paper_and_no_proof_names_is_told() {
    let log = Log::of(20);
    let proof = log.proof(13, 20, &[key()]);
    let files = [("signature-1.tlog-proof", proof.as_bytes()), ("revision.json", b"{}".as_slice())];
    let report = verify_file(&sealed(paper(&files, 1), &[key()]), &[key().public()]);
    assert_eq!(report.outcome, Outcome::Altered);
    assert!(report.sentences.last().unwrap().starts_with("revision.json: nothing that was proved names it"));
}

#[test]
fn a_paper_of_another_house_or_without_its_key_is_not_judged() {
    let paper = sealed(certificate(), &[Key::of("stranger.example/log", 9)]);
    for keys in [vec![], vec![key().public()]] {
        let report = verify_file(&paper, &keys);
        assert_eq!(report.outcome, Outcome::Unchecked);
        assert!(
            report.sentences[0].contains("hand in that key from the page /trust"),
            "{:?}",
            report.sentences
        );
    }
}

#[test]
fn while_a_key_is_replaced_a_paper_holds_by_either() {
    let newer = || Key::of("kestrel.example/trail-2027", 2);
    let paper = sealed(paper(&[], 2), &[key(), newer()]);
    for trusted in [vec![key()], vec![newer()], vec![key(), newer()]] {
        let keys: Vec<_> = trusted.iter().map(Key::public).collect();
        assert_eq!(verify_file(&paper, &keys).outcome, Outcome::Holds);
    }
}
