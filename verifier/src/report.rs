//! One proof file checked, and the outcome in words.

use crate::entry::Entry;
use crate::finding::number;
use crate::note::VerifierKey;
use crate::proof::{Fault, Proof};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was checked and is right, the signature too.
    Holds,
    /// Something was altered.
    Altered,
    /// It could not be judged: not readable, or the key is not at hand.
    Unchecked,
}

impl Outcome {
    /// The exit code of a program that ends so: 0, 1 or 2.
    pub fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Altered => 1,
            Self::Unchecked => 2,
        }
    }
}

/// The outcome of checking one file, and one sentence for each thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub outcome: Outcome,
    pub sentences: Vec<String>,
}

/// Checks a `.tlog-proof` file that carries its entry, or a paper in PDF that the house sealed, against the keys that
/// the reader trusts.
///
/// A key cannot be taken from the file itself: whoever altered the file could have signed it anew.
/// Without a key everything else is checked, and the outcome is [`Outcome::Unchecked`].
pub fn verify_file(bytes: &[u8], keys: &[VerifierKey]) -> Report {
    let mut report = if bytes.starts_with(b"%PDF-") {
        crate::paper::verify_paper(bytes, keys)
    } else {
        verify_proof(bytes, keys)
    };
    // Names in a file from elsewhere must not be able to steer the terminal they are shown on.
    for it in &mut report.sentences {
        *it = it.replace(char::is_control, "\u{fffd}");
    }
    report
}

pub(crate) fn verify_proof(bytes: &[u8], keys: &[VerifierKey]) -> Report {
    let Ok(text) = str::from_utf8(bytes) else {
        return unchecked("The file is not text, so it is no proof.".to_owned());
    };
    let proof = match Proof::parse(text) {
        Ok(proof) => proof,
        Err(fault) => return unchecked(fault.to_string()),
    };
    let Some(entry) = proof.extra.as_deref() else {
        return unchecked("The file does not carry the entry that it proves.".to_owned());
    };
    check(&proof, entry, keys)
}

fn check(proof: &Proof, entry: &[u8], keys: &[VerifierKey]) -> Report {
    if let Err(fault) = proof.leads_to_head(entry) {
        return Report { outcome: Outcome::Altered, sentences: vec![fault.to_string()] };
    }
    let head = proof.checkpoint.head;
    let place = (number(proof.index.saturating_add(1)), number(head.size));
    let mut sentences = vec![format!(
        "The entry is number {} of {} in the log {}.",
        place.0, place.1, proof.checkpoint.origin
    )];
    sentences.extend(Entry::parse(entry).iter().flat_map(Entry::sentences));
    let outcome = match proof.check(entry, keys) {
        Ok(checked) => {
            sentences.push(format!("The head of the log is signed by {}.", checked.signed_by.join(" and ")));
            let unchecked = checked.unchecked.iter();
            sentences
                .extend(unchecked.map(|it| format!("The signature of {it} was not checked: no key for it.")));
            Outcome::Holds
        }
        Err(Fault::NoKey { names }) => {
            let names = names.join(" and ");
            sentences.push(format!(
                "Signed by {names}; hand in the key from the page /trust with --key to check the signature."
            ));
            Outcome::Unchecked
        }
        Err(fault) => {
            sentences.push(fault.to_string());
            if fault.is_alteration() { Outcome::Altered } else { Outcome::Unchecked }
        }
    };
    Report { outcome, sentences }
}

fn unchecked(sentence: String) -> Report {
    Report { outcome: Outcome::Unchecked, sentences: vec![sentence] }
}
