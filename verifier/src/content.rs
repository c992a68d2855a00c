//! Whether revisions, files and words are still what the entries of the log say of them.
//!
//! Entries name content by digest (SHA-256): a revision as `revision.digest` of its record, everything else
//! in `content`. What is stored is handed in afterwards; whatever was altered has another digest, so that
//! it is neither what the log promised nor anything that the log knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Finding;
use crate::entry::Entry;
use crate::tree::Hash;

/// What the entries promised, and how much of it was seen.
#[derive(Default)]
pub(crate) struct Contents {
    revisions: BTreeMap<(String, i64), Promise>,
    words: HashMap<Hash, Promise>,
    /// The places whose rows of before were all named.
    through: BTreeSet<String>,
    /// Whether anything is handed in at all; a log may be walked without its content.
    is_followed: bool,
    pub checked: u64,
}

struct Promise {
    /// The row of the entry that made it.
    entry: i64,
    digest: Hash,
    is_kept: bool,
}

impl Contents {
    /// Takes what an entry promises.
    pub fn promise(&mut self, id: i64, entry: &Entry) {
        for (number, no, digest) in entry.revisions() {
            if let Some(digest) = hash(digest) {
                let promise = Promise { entry: id, digest, is_kept: false };
                self.revisions.entry((number.to_owned(), no)).or_insert(promise);
            }
        }
        for digest in entry.content().filter_map(hash) {
            self.words.entry(digest).or_insert(Promise { entry: id, digest, is_kept: false });
        }
    }

    /// Takes which rows of before an entry named; tells where they had all been named already, so that it speaks for
    /// rows that somebody put in.
    pub fn named_rows(&mut self, id: i64, entry: &Entry) -> Option<Finding> {
        let mut is_again = false;
        for (place, to_the_end) in entry.rows_of() {
            is_again |= self.through.contains(place);
            if to_the_end {
                self.through.insert(place.to_owned());
            }
        }
        is_again.then_some(Finding::TakenOverAgain { id })
    }

    /// What is stored follows now.
    pub fn follow(&mut self) {
        self.is_followed = true;
    }

    /// Takes a stored revision; tells what is wrong with it.
    pub fn revision(&mut self, number: &str, no: i64, (told, content): (&str, &str)) -> Option<Finding> {
        self.checked += 1;
        let what = || format!("Revision {no} of {number}");
        let Ok(value) = serde_json::from_str::<Value>(content) else {
            return Some(Finding::ContentAltered { what: what(), entry: None });
        };
        let digest: Hash = Sha256::digest(canonical(&value)).into();
        match self.revisions.get_mut(&(number.to_owned(), no)) {
            None => Some(Finding::ContentUnknown { what: what() }),
            Some(promise) => {
                promise.is_kept = true;
                let entry = Some(promise.entry);
                let is_right = promise.digest == digest && hash(told) == Some(digest);
                (!is_right).then(|| Finding::ContentAltered { what: what(), entry })
            }
        }
    }

    /// Takes stored words or bytes; tells what is wrong with them.
    pub fn words(&mut self, what: &str, bytes: &[u8]) -> Option<Finding> {
        self.checked += 1;
        let digest: Hash = Sha256::digest(bytes).into();
        match self.words.get_mut(&digest) {
            Some(promise) => {
                promise.is_kept = true;
                None
            }
            None => Some(Finding::ContentUnknown { what: what.to_owned() }),
        }
    }

    /// What was promised and never handed in.
    pub fn missing(&self) -> Vec<Finding> {
        if !self.is_followed {
            return Vec::new();
        }
        let revisions = self.revisions.iter().filter(|(_, it)| !it.is_kept).map(|((number, no), it)| {
            Finding::ContentMissing { what: format!("Revision {no} of {number}"), entry: it.entry }
        });
        let mut words: Vec<&Promise> = self.words.values().filter(|it| !it.is_kept).collect();
        words.sort_by_key(|it| (it.entry, it.digest));
        let words = words.into_iter().map(|it| Finding::ContentMissing {
            what: format!("The content with the digest {}", hexadecimal(&it.digest)),
            entry: it.entry,
        });
        revisions.chain(words).collect()
    }
}

fn hash(digest: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    let (pairs, rest) = digest.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(hash)
}

fn hexadecimal(hash: &Hash) -> String {
    hash.iter().map(|it| format!("{it:02x}")).collect()
}

/// JSON in its canonical form (RFC 8785).
fn canonical(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            // Section 3.2.3: by UTF-16 code units.
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_by(|one, other| one.encode_utf16().cmp(other.encode_utf16()));
            out.push(b'{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                out.extend(Value::from(name.as_str()).to_string().bytes());
                out.push(b':');
                write(&fields[name], out);
            }
            out.push(b'}');
        }
        Value::Number(number) => out.extend(number_text(number).bytes()),
        // Words, strings and their escapes are the same in both forms.
        plain => out.extend(plain.to_string().bytes()),
    }
}

/// Section 3.2.2.3: numbers as ECMAScript writes them.
fn number_text(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let Some(real) = number.as_f64() else { return number.to_string() };
    let size = real.abs();
    if real == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return format!("{real}");
    }
    let text = format!("{real:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_the_paper_says() {
        // The example of RFC 8785, section 3.2.2, and its order of names.
        let sent = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let wanted = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        let value: Value = serde_json::from_str(sent).unwrap();
        assert_eq!(String::from_utf8(canonical(&value)).unwrap(), wanted);
        assert_eq!(crate::canonical::check(&canonical(&value)), Ok(()));
    }

    #[test]
    fn rows_of_before_are_named_once() {
        let mut contents = Contents::default();
        let mut named = |id: i64, bytes: &[u8]| contents.named_rows(id, &Entry::parse(bytes).unwrap());
        assert_eq!(named(1, br#"{"rows_of":{"aa":false}}"#), None);
        assert_eq!(named(2, br#"{"rows_of":{"aa":true,"bb":true}}"#), None, "what was begun is ended");
        assert_eq!(named(3, br#"{"rows_of":{"cc":true}}"#), None, "a place that came later");
        for bytes in [&br#"{"rows_of":{"bb":false}}"#[..], br#"{"rows_of":{"cc":true,"dd":true}}"#] {
            assert_eq!(named(4, bytes), Some(Finding::TakenOverAgain { id: 4 }));
        }
    }

    #[test]
    fn another_program_writes_the_same() {
        for text in [
            r#"{"b":1,"a":[1.5,-0.0,1e21,1e-7,123456789012345680000]}"#,
            r#"{"\u20ac":1,"\r":2,"1":3,"\ud83d\ude00":4,"\ufb33":5}"#,
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(canonical(&value), serde_jcs::to_vec(&value).unwrap());
        }
    }
}
