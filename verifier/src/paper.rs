//! Whether a paper is as it left the house: its seal, and every proof and every content that it carries inside.
//!
//! The seal lies among the keywords of the PDF as plain text: `reqord-paper-v1:` and, for each key of the house, a
//! signature as a C2SP signed note writes it. It is over two lines: `reqord paper seal v1`, and the SHA-256 of the
//! whole file in hexadecimal, with a zero in place of each sign of each signature. So no byte of the file can be
//! altered unnoticed, what people see as little as what is attached (ISO 19005-3 lets files be attached).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lopdf::{Dictionary, Document, Object};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::entry::Entry;
use crate::note::VerifierKey;
use crate::proof::Proof;
use crate::report::{Outcome, Report, verify_proof};

const SEAL: &[u8] = b"reqord-paper-v1:";
/// A signature in base64: four bytes that name the key, sixty-four that sign.
const SIGNATURE_LENGTH: usize = 92;
/// More keys than this no house has at a time.
const KEYS_AT_MOST: usize = 8;

/// Checks a paper against the keys that the reader trusts. Only what one of them sealed is taken apart: a file from a
/// stranger is looked at and not opened.
pub(crate) fn verify_paper(bytes: &[u8], keys: &[VerifierKey]) -> Report {
    let mut report = seal(bytes, keys);
    if report.outcome != Outcome::Holds {
        return report;
    }
    match attachments(bytes) {
        Ok(files) => carried(&files, keys, &mut report),
        Err(why) => {
            report.sentences.push(format!("The files inside the paper cannot be read: {why}."));
            report.outcome = worse(report.outcome, Outcome::Unchecked);
        }
    }
    report
}

/// What somebody said and a proof shows is more than what nobody could judge, and less than what was altered.
fn worse(one: Outcome, other: Outcome) -> Outcome {
    match (one, other) {
        (Outcome::Altered, _) | (_, Outcome::Altered) => Outcome::Altered,
        (Outcome::Unchecked, _) | (_, Outcome::Unchecked) => Outcome::Unchecked,
        _ => Outcome::Holds,
    }
}

fn told(outcome: Outcome, sentence: impl Into<String>) -> Report {
    Report { outcome, sentences: vec![sentence.into()] }
}

/// Whether the whole file is what a key of the house signed.
fn seal(bytes: &[u8], keys: &[VerifierKey]) -> Report {
    let Some(found) = seal_in(bytes) else {
        return told(Outcome::Unchecked, "The paper carries no seal of a house.");
    };
    let signatures: Vec<&[u8]> = found.split(|it| *it == b',').collect();
    let room: Vec<u8> = found.iter().map(|it| if *it == b',' { b',' } else { b'0' }).collect();
    let emptied = replaced(bytes, found, &room);
    let digest: String = Sha256::digest(&emptied).iter().map(|it| format!("{it:02x}")).collect();
    let words = format!("reqord paper seal v1\n{digest}\n");
    let mut unknown = Vec::new();
    let mut by = Vec::new();
    for it in signatures {
        let Ok(decoded) = STANDARD.decode(it) else {
            return told(Outcome::Altered, "The seal of the paper is not whole.");
        };
        let (id, signature) = decoded.split_at(4);
        match keys.iter().filter(|key| key.id() == id).find(|key| key.has_signed(&words, signature)) {
            Some(key) => by.push(key.to_string()),
            None if keys.iter().any(|key| key.id() == id) => {
                return told(
                    Outcome::Altered,
                    "The paper is not what was sealed: at least one of its bytes was altered.",
                );
            }
            None => unknown.push(id.iter().map(|it| format!("{it:02x}")).collect::<String>()),
        }
    }
    if by.is_empty() {
        let sentence = format!(
            "The paper is sealed by the key {}; hand in that key from the page /trust with --key to check the seal.",
            unknown.join(" and ")
        );
        return told(Outcome::Unchecked, sentence);
    }
    told(Outcome::Holds, format!("The paper is, byte for byte, what {} sealed.", by.join(" and ")))
}

/// The signatures of the seal as they lie in the file, joined by commas.
fn seal_in(bytes: &[u8]) -> Option<&[u8]> {
    let start = bytes.windows(SEAL.len()).position(|it| it == SEAL)? + SEAL.len();
    let is_sign = |it: &u8| it.is_ascii_alphanumeric() || b"+/=".contains(it);
    let mut length = 0;
    for _ in 0..KEYS_AT_MOST {
        let from = start + length + usize::from(length > 0);
        if length > 0 && bytes.get(from - 1) != Some(&b',') {
            break;
        }
        let signature = bytes.get(from..from + SIGNATURE_LENGTH)?;
        if !signature.iter().all(is_sign) {
            return None;
        }
        length = from + SIGNATURE_LENGTH - start;
    }
    bytes.get(start..start + length)
}

/// The bytes with every place where `what` stands overwritten.
fn replaced(bytes: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    let mut from = 0;
    while let Some(at) = all.get(from..).and_then(|it| it.windows(what.len()).position(|it| it == what)) {
        let at = from + at;
        all[at..at + what.len()].copy_from_slice(by);
        from = at + what.len();
    }
    all
}

/// A file inside a paper.
struct Attached {
    name: String,
    bytes: Vec<u8>,
}

/// The files that the catalogue of a PDF names (ISO 32000-2, 14.13: associated files).
fn attachments(bytes: &[u8]) -> Result<Vec<Attached>, String> {
    let said = |it: lopdf::Error| it.to_string();
    let document = Document::load_mem(bytes).map_err(said)?;
    let catalog = document.catalog().map_err(said)?;
    let Ok(all) = catalog.get(b"AF") else { return Ok(Vec::new()) };
    let (_, all) = document.dereference(all).map_err(said)?;
    let mut files = Vec::new();
    for it in all.as_array().map_err(said)? {
        let (_, it) = document.dereference(it).map_err(said)?;
        files.push(attached(&document, it.as_dict().map_err(said)?).map_err(said)?);
    }
    Ok(files)
}

fn attached(document: &Document, file: &Dictionary) -> Result<Attached, lopdf::Error> {
    let name = file.get(b"UF").or_else(|_| file.get(b"F"))?;
    let (_, name) = document.dereference(name)?;
    let name = lopdf::decode_text_string(name)?;
    let (_, streams) = document.dereference(file.get(b"EF")?)?;
    let (_, stream) = document.dereference(streams.as_dict()?.get(b"F")?)?;
    let stream = stream.as_stream()?;
    let is_folded = matches!(stream.dict.get(b"Filter"), Ok(Object::Name(_) | Object::Array(_)));
    let bytes = if is_folded { stream.decompressed_content()? } else { stream.content.clone() };
    Ok(Attached { name, bytes })
}

/// Checks what a paper carries: each proof by itself, and each content against what a proof or a manifest names.
fn carried(files: &[Attached], keys: &[VerifierKey], report: &mut Report) {
    let mut named: Vec<String> = Vec::new();
    for it in files.iter().filter(|it| it.name.ends_with(".tlog-proof")) {
        let one = verify_proof(&it.bytes, keys);
        report.outcome = worse(report.outcome, one.outcome);
        report.sentences.extend(one.sentences.into_iter().map(|said| format!("{}: {said}", it.name)));
        named.extend(named_by(&it.bytes));
    }
    // What a proved entry names may name more: what was seen names the revision, and that its parts.
    let mut open: Vec<&Attached> = files.iter().filter(|it| is_content(&it.name)).collect();
    loop {
        let before = open.len();
        open.retain(|it| {
            let lines = lines_of(it);
            let is_named = !lines.is_empty() && lines.iter().all(|line| named.contains(&fingerprint(line)));
            if is_named {
                for line in &lines {
                    let value: Value = serde_json::from_slice(line).unwrap_or_default();
                    digests_in(&value, &mut named);
                }
                report.sentences.push(format!("{}: it is what the log names.", it.name));
            }
            !is_named
        });
        if open.len() == before {
            break;
        }
    }
    for it in open {
        report
            .sentences
            .push(format!("{}: nothing that was proved names it; it was altered or put in.", it.name));
        report.outcome = Outcome::Altered;
    }
}

fn is_content(name: &str) -> bool {
    name.ends_with(".json") || name.ends_with(".jsonl")
}

/// What is fingerprinted of a file: the whole of it, or each of its lines.
fn lines_of(it: &Attached) -> Vec<&[u8]> {
    if it.name.ends_with(".jsonl") {
        return it.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    }
    vec![it.bytes.as_slice()]
}

/// The digests that the entry of a proof names.
fn named_by(proof: &[u8]) -> Vec<String> {
    let parsed = str::from_utf8(proof).ok().and_then(|it| Proof::parse(it).ok());
    let Some(entry) = parsed.and_then(|it| it.extra) else { return Vec::new() };
    let Ok(entry) = Entry::parse(&entry) else { return Vec::new() };
    entry.content().map(str::to_owned).chain(entry.revisions().map(|(_, _, it)| it.to_owned())).collect()
}

/// Every digest that stands under that name in what was proved.
fn digests_in(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(digest)) = fields.get("digest") {
                into.push(digest.clone());
            }
            fields.values().for_each(|it| digests_in(it, into));
        }
        Value::Array(all) => all.iter().for_each(|it| digests_in(it, into)),
        _ => {}
    }
}

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_found_with_as_many_signatures_as_there_are() {
        let one = "A".repeat(SIGNATURE_LENGTH);
        let paper = |seal: &str| format!("%PDF-1.7 (reqord-paper-v1:{seal}) more").into_bytes();
        assert_eq!(seal_in(&paper(&one)), Some(one.as_bytes()));
        let two = format!("{one},{}", "b".repeat(SIGNATURE_LENGTH));
        assert_eq!(seal_in(&paper(&two)), Some(two.as_bytes()));
        assert_eq!(seal_in(&paper("short")), None);
        assert_eq!(seal_in(b"%PDF-1.7"), None);
    }

    #[test]
    fn a_paper_without_a_seal_is_not_judged() {
        assert_eq!(verify_paper(b"%PDF-1.7 nothing", &[]).outcome, Outcome::Unchecked);
    }
}
