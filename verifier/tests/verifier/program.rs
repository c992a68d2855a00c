//! The program that auditors run: what it says and how it ends.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{Log, key};

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_reqord-verify")).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_proof_with_its_key_ends_with_0() {
    let path = file("whole.tlog-proof", Log::of(20).proof(4, 20, &[key()]).as_bytes());
    let (code, said) = run(&[path.to_str().unwrap(), "--key", &key().text()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("The entry is number 5 of 20 in the log kestrel.example/trail.\n"), "{said}");
    assert!(said.ends_with("\nIt holds.\n"), "{said}");
}

#[test]
fn an_altered_proof_ends_with_1() {
    let proof = Log::of(20).proof(4, 20, &[key()]).replace("\nindex 4\n", "\nindex 5\n");
    let path = file("altered.tlog-proof", proof.as_bytes());
    let (code, said) = run(&["--key", &key().text(), path.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.ends_with("It does not hold: something was altered.\n"), "{said}");
}

#[test]
fn what_cannot_be_checked_ends_with_2() {
    let path = file("unsigned.tlog-proof", Log::of(20).proof(4, 20, &[key()]).as_bytes());
    let path = path.to_str().unwrap();
    for (arguments, words) in [
        (vec![path], "hand in the key from the page /trust with --key"),
        (vec![path, "--key"], "A key should follow --key."),
        (vec![path, "--key", "nothing"], "The key cannot be read"),
        (vec!["no such file"], "no such file cannot be read"),
        (vec![], "Usage: reqord-verify FILE"),
        (vec!["--help"], "Usage: reqord-verify FILE"),
    ] {
        let (code, said) = run(&arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
