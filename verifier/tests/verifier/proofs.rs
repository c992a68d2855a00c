//! Proof files: what holds, what does not, and what cannot be judged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use verifier::{Fault, Outcome, Proof, verify_file};

use crate::world::{Key, Log, ORIGIN, key};

#[test]
fn a_proof_holds_for_every_place_in_every_small_log() {
    let log = Log::of(20);
    let keys = [key().public()];
    for size in 1..=20 {
        for index in 0..size {
            let report = verify_file(log.proof(index, size, &[key()]).as_bytes(), &keys);
            assert_eq!(report.outcome, Outcome::Holds, "{index} of {size}: {:?}", report.sentences);
        }
    }
}

#[test]
fn the_report_says_what_was_checked() {
    let report = verify_file(Log::of(20).proof(4, 20, &[key()]).as_bytes(), &[key().public()]);
    assert_eq!(
        report.sentences,
        [
            "The entry is number 5 of 20 in the log kestrel.example/trail.".to_owned(),
            "It says: at 2026-11-24 20:14:56 UTC, person 7 did \"release\" on RS-4, CR-4.".to_owned(),
            "The reason given: Größe 4 \"geprüft\"".to_owned(),
            format!("The head of the log is signed by {}.", key().public()),
        ]
    );
}

#[test]
fn every_flipped_bit_of_a_proof_is_noticed() {
    let proof = Log::of(20).proof(13, 20, &[key()]).into_bytes();
    let keys = [key().public()];
    assert_eq!(verify_file(&proof, &keys).outcome, Outcome::Holds);
    for place in 0..proof.len() {
        for bit in 0..8 {
            let mut flipped = proof.clone();
            flipped[place] ^= 1 << bit;
            let report = verify_file(&flipped, &keys);
            assert_ne!(report.outcome, Outcome::Holds, "byte {place}, bit {bit}: {:?}", report.sentences);
        }
    }
}

#[test]
fn every_cut_or_lengthened_proof_is_noticed() {
    let proof = Log::of(20).proof(13, 20, &[key()]);
    let keys = [key().public()];
    for end in (0..proof.len()).filter(|it| proof.is_char_boundary(*it)) {
        assert_ne!(verify_file(&proof.as_bytes()[..end], &keys).outcome, Outcome::Holds, "cut at {end}");
    }
    for more in ["\n", " ", "x", "\n\n", "\u{2014} x\n"] {
        assert_ne!(verify_file((proof.clone() + more).as_bytes(), &keys).outcome, Outcome::Holds, "{more:?}");
    }
}

#[test]
fn an_altered_entry_is_told_from_one_that_cannot_be_judged() {
    let mut log = Log::of(20);
    let proof = log.proof(4, 20, &[key()]);
    let before = STANDARD.encode(&log.entries[&4].bytes);
    log.entries.get_mut(&4).unwrap().edit();
    let altered = proof.replace(&before, &STANDARD.encode(&log.entries[&4].bytes));
    assert_ne!(altered, proof);
    let report = verify_file(altered.as_bytes(), &[key().public()]);
    assert_eq!(report.outcome, Outcome::Altered);
    assert_eq!(report.sentences, [Fault::Inclusion.to_string()]);
    assert_eq!(verify_file(b"%PDF-1.7", &[]).outcome, Outcome::Unchecked);
    assert_eq!(verify_file(b"\xff\xfe", &[]).outcome, Outcome::Unchecked);
}

#[test]
fn without_the_key_the_file_says_who_signed_and_no_more() {
    let proof = Log::of(20).proof(4, 20, &[key()]);
    for keys in [vec![], vec![Key::of("stranger.example/log", 9).public()]] {
        let report = verify_file(proof.as_bytes(), &keys);
        assert_eq!(report.outcome, Outcome::Unchecked);
        let last = report.sentences.last().unwrap();
        let said = format!("Signed by {}; hand in the key from the page /trust", key().public());
        assert!(last.starts_with(&said), "{last}");
    }
}

#[test]
fn a_log_signed_anew_with_a_key_of_the_same_name_does_not_pass() {
    let proof = Log::of(20).proof(4, 20, &[Key::of(ORIGIN, 2)]);
    assert_eq!(verify_file(proof.as_bytes(), &[key().public()]).outcome, Outcome::Unchecked);
}

#[test]
fn while_a_key_is_replaced_either_key_will_do() {
    let newer = || Key::of("kestrel.example/trail-2027", 2);
    let proof = Log::of(20).proof(4, 20, &[key(), newer()]);
    for trusted in [vec![key()], vec![newer()], vec![key(), newer()]] {
        let keys: Vec<_> = trusted.iter().map(Key::public).collect();
        let parsed = Proof::parse(&proof).unwrap();
        let checked = parsed.check(parsed.extra.as_deref().unwrap(), &keys).unwrap();
        assert_eq!((checked.signed_by.len(), checked.unchecked.len()), (keys.len(), 2 - keys.len()));
    }
}

#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note() {
    let newer = Key::of("kestrel.example/trail-2027", 2);
    let keys = [key().public(), newer.public()];
    let log = Log::of(20);
    let (own, other) = (log.proof(4, 20, &[key(), newer]), log.proof(4, 19, &[key()]));
    let line = |text: &str| {
        text.lines().find(|it| it.contains("trail ") && it.contains('\u{2014}')).unwrap().to_owned()
    };
    let report = verify_file(own.replace(&line(&own), &line(&other)).as_bytes(), &keys);
    assert_eq!(report.outcome, Outcome::Altered);
    assert!(report.sentences.last().unwrap().starts_with("The signature of kestrel.example/trail+"));
}

#[test]
fn an_entry_that_is_not_canonical_is_no_entry() {
    let mut log = Log::of(3);
    log.entries.get_mut(&1).unwrap().bytes = br#"{"v": 1}"#.to_vec();
    let report = verify_file(log.proof(1, 3, &[key()]).as_bytes(), &[key().public()]);
    assert_eq!(report.sentences, ["The entry is not written as the log writes: a space at byte 5."]);
    assert_eq!(report.outcome, Outcome::Altered);
}
