//! Thousands of damaged files and logs: none may bring the verifier down, none may pass.

use verifier::audit::Walk;
use verifier::{Outcome, Proof, VerifierKey, canonical, verify_file};

use crate::world::{Key, Log, key, row};

/// Chance that is the same each time (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    /// Damages bytes the way that fuzzers do: flips, cuts, doubles, splices, puts in what is special.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const SPECIAL: [&[u8]; 10] = [
            b"\n",
            b"\n\n",
            b"",
            b"\xe2\x80\x94 ",
            b"\xff",
            b"\0",
            b"index ",
            b"extra ",
            b"=",
            b"18446744073709551615",
        ];
        for _ in 0..=self.below(4) {
            let (from, to) = (self.below(bytes.len()), self.below(bytes.len()));
            let (from, to) = (from.min(to), from.max(to));
            match self.below(5) {
                0 if !bytes.is_empty() => bytes[from] ^= 1 << self.below(8),
                1 => drop(bytes.drain(from..to)),
                2 => bytes.extend_from_within(from..to),
                3 => bytes.truncate(to),
                _ => drop(bytes.splice(from..from, SPECIAL[self.below(SPECIAL.len())].iter().copied())),
            }
        }
    }
}

#[test]
fn no_damaged_proof_brings_the_verifier_down_or_passes() {
    let log = Log::of(20);
    let keys = [key().public()];
    let corpus = [
        log.proof(13, 20, &[key()]),
        log.proof(0, 1, &[key()]),
        log.proof(4, 17, &[Key::of("other.example", 3), key()]),
    ];
    let mut chance = Chance(0x5eed);
    for proof in &corpus {
        let whole = Proof::parse(proof).unwrap();
        for _ in 0..10_000 {
            let mut bytes = proof.clone().into_bytes();
            chance.damage(&mut bytes);
            if verify_file(&bytes, &keys).outcome != Outcome::Holds {
                continue;
            }
            // Damage may undo itself or touch a signature that is not checked; what is proved stays.
            let passed = Proof::parse(str::from_utf8(&bytes).unwrap()).unwrap();
            assert_eq!((&passed.extra, passed.index), (&whole.extra, whole.index));
            assert_eq!(passed.checkpoint.head, whole.checkpoint.head);
        }
    }
}

#[test]
fn no_damaged_entry_brings_the_check_of_its_form_down() {
    let entry = Log::of(3).entries[&1].bytes.clone();
    let mut chance = Chance(0xca4e);
    for _ in 0..20_000 {
        let mut bytes = entry.clone();
        chance.damage(&mut bytes);
        if canonical::check(&bytes).is_ok() {
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(serde_jcs::to_vec(&value).unwrap(), bytes, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn no_damaged_key_is_read_as_another() {
    let text = key().text();
    let mut chance = Chance(0x0ae1);
    for _ in 0..10_000 {
        let mut bytes = text.clone().into_bytes();
        chance.damage(&mut bytes);
        if let Ok(key) = VerifierKey::parse(&String::from_utf8_lossy(&bytes)) {
            assert_eq!(key, crate::world::key().public());
        }
    }
}

#[test]
fn no_log_fed_in_disorder_brings_the_walk_down() {
    let log = Log::of(23);
    let keys = [key().public()];
    let mut chance = Chance(0xd150);
    for _ in 0..300 {
        let mut walk = Walk::new(&keys, None);
        for _ in 0..80 {
            let index = chance.next() % 25;
            match chance.below(5) {
                0 => log
                    .nodes
                    .iter()
                    .skip(chance.below(40))
                    .take(3)
                    .for_each(|it| walk.push_node(*it.0, *it.1)),
                1 => walk.push_node(chance.next(), [7; 32]),
                2 => log.heads.range(index..).take(1).for_each(|it| walk.push_checkpoint(*it.0, it.1)),
                3 => walk.outside_head("nothing\nof\na head"),
                _ => log.entries.range(index..).take(1).for_each(|it| walk.push_leaf(*it.0, &row(it.1))),
            }
        }
        assert!(!walk.finish().to_string().is_empty());
    }
}
