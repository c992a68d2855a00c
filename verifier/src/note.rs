//! Who signed which head: C2SP `signed-note`, `tlog-checkpoint` and verifier keys, Ed25519 only.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::proof::Fault;
use crate::tree::{Hash, Head};

const ED25519: u8 = 0x01;
/// More signatures than this are no note; the paper asks for 16 at least.
const SIGNATURES_AT_MOST: usize = 100;

/// A public key with the name under which it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads `name+id+key` as it stands on the page `/trust`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Fault::Key("it should have three parts, joined by plus signs"));
        };
        let typed = STANDARD.decode(key).map_err(|_| Fault::Key("its last part is not base64"))?;
        let Some((&ED25519, bytes)) = typed.split_first() else {
            return Err(Fault::Key("it is not for Ed25519"));
        };
        let bytes = bytes.try_into().map_err(|_| Fault::Key("its last part has the wrong length"))?;
        let key =
            VerifyingKey::from_bytes(bytes).map_err(|_| Fault::Key("its last part is no Ed25519 key"))?;
        let digest = Sha256::digest([name.as_bytes(), b"\n", &typed].concat());
        if !is_name(name) || hex(&digest[..4]) != id {
            return Err(Fault::Key("name, id and key do not belong together"));
        }
        Ok(Self { name: name.to_owned(), id: [digest[0], digest[1], digest[2], digest[3]], key })
    }

    /// What tells it from other keys in a signature.
    pub(crate) fn id(&self) -> &[u8] {
        &self.id
    }

    /// Whether it signed these words.
    pub(crate) fn has_signed(&self, words: &str, signature: &[u8]) -> bool {
        let signature = <[u8; 64]>::try_from(signature).map(|it| Signature::from_bytes(&it));
        signature.is_ok_and(|it| self.key.verify_strict(words.as_bytes(), &it).is_ok())
    }

    /// The name under which it signs.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// `name+id`, which tells one key from another.
impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}+{}", self.name, hex(&self.id))
    }
}

/// A signed head of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log that the head is of.
    pub origin: String,
    pub head: Head,
    text: String,
    signatures: Vec<NoteSignature>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// Which of a note's signatures were checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// `name+id` of each key at hand whose signature is right.
    pub by: Vec<String>,
    /// `name+id` of the signatures for which no key is at hand.
    pub unchecked: Vec<String>,
}

impl Checkpoint {
    /// Reads a signed note whose text is a checkpoint.
    pub fn parse(note: &str) -> Result<Self, Fault> {
        if note.contains(|it: char| it.is_ascii_control() && it != '\n') {
            return Err(Fault::Head("it has control characters in it"));
        }
        // The blank line that separates belongs to neither part; the text keeps its last newline.
        let Some(end) = note.rfind("\n\n") else {
            return Err(Fault::Head("no blank line stands before the signatures"));
        };
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        let signatures = parse_signatures(signatures)?;
        let mut lines = text.trim_end_matches('\n').split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Fault::Head("it should have three lines: log, size and root"));
        };
        if origin.is_empty() || lines.any(str::is_empty) || text.ends_with("\n\n") {
            return Err(Fault::Head("one of its lines is empty"));
        }
        let size = parse_number(size).ok_or(Fault::Head("its size is not a number"))?;
        let root = parse_hash(root).ok_or(Fault::Head("its root is not a hash in base64"))?;
        let head = Head { size, root };
        Ok(Self { origin: origin.to_owned(), head, text: text.to_owned(), signatures })
    }

    /// Checks each signature for which there is a key. A wrong one spoils the note, an unknown one is
    /// passed over, as the paper demands.
    pub fn check(&self, keys: &[VerifierKey]) -> Result<Signed, Fault> {
        let mut signed = Signed::default();
        for signature in &self.signatures {
            let name = format!("{}+{}", signature.name, hex(&signature.id));
            match keys.iter().find(|it| it.name == signature.name && it.id == signature.id) {
                Some(key) if signature.is_of(key, &self.text) => signed.by.push(name),
                Some(_) => return Err(Fault::Signature { name }),
                None => signed.unchecked.push(name),
            }
        }
        Ok(signed)
    }
}

impl NoteSignature {
    fn is_of(&self, key: &VerifierKey, text: &str) -> bool {
        let signature = Signature::from_slice(&self.bytes);
        signature.is_ok_and(|it| key.key.verify_strict(text.as_bytes(), &it).is_ok())
    }
}

fn parse_signatures(lines: &str) -> Result<Vec<NoteSignature>, Fault> {
    let Some(lines) = lines.strip_suffix('\n') else {
        return Err(Fault::Head("its last line is not finished"));
    };
    let lines: Vec<_> = lines.split('\n').collect();
    if lines.len() > SIGNATURES_AT_MOST {
        return Err(Fault::Head("it has too many signatures"));
    }
    lines
        .into_iter()
        .map(|it| parse_signature(it).ok_or(Fault::Head("a signature line is malformed")))
        .collect()
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let decoded = STANDARD.decode(encoded).ok()?;
    let (id, bytes) = decoded.split_first_chunk::<4>()?;
    let is_whole = is_name(name) && !bytes.is_empty();
    is_whole.then(|| NoteSignature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|it: char| it.is_whitespace() || it.is_control() || it == '+')
}

/// A decimal number without sign, spaces or leading zeros.
pub(crate) fn parse_number(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

/// 32 bytes in base64.
pub(crate) fn parse_hash(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the examples that come with Go's `sumdb/note`.
    const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_known_key_checks_a_known_signature() {
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ\
                    InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let key = VerifierKey::parse(NEUMANN).unwrap();
        let signature = parse_signature(line).unwrap();
        assert_eq!((signature.name.as_str(), signature.id), (key.name(), key.id));
        assert!(signature.is_of(&key, text));
        assert!(!signature.is_of(&key, &text.replace("your", "their")));
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3");
    }

    #[test]
    fn a_key_whose_parts_do_not_belong_together_is_refused() {
        for wrong in [
            "",
            "PeterNeumann",
            "PeterNeumann+c74f20a3",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy",
        ] {
            assert!(matches!(VerifierKey::parse(wrong), Err(Fault::Key(_))), "{wrong}");
        }
    }

    #[test]
    fn a_number_has_one_way_to_be_written() {
        assert_eq!(parse_number("0"), Some(0));
        assert_eq!(parse_number("52"), Some(52));
        for wrong in ["", "+1", "01", " 1", "-1", "1.0", "18446744073709551616"] {
            assert_eq!(parse_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_head_needs_its_three_lines_and_a_signature() {
        let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let line = "\u{2014} log AAAAAAA=";
        assert!(Checkpoint::parse(&format!("log\n3\n{root}\n\n{line}\n")).is_ok());
        assert!(Checkpoint::parse(&format!("log\n3\n{root}\nmore\n\n{line}\n")).is_ok());
        for wrong in [
            format!("log\n3\n{root}\n"),
            format!("log\n3\n{root}\n\n"),
            format!("log\n3\n{root}\n\n{line}"),
            format!("log\n3\n{root}\n\n\n{line}\n"),
            format!("log\n03\n{root}\n\n{line}\n"),
            format!("log\n3\n\n{line}\n"),
            format!("\n3\n{root}\n\n{line}\n"),
            format!("log\n3\n{root}\r\n\n{line}\n"),
            format!("log\n3\n{root}\n\n- log AAAAAAA=\n"),
        ] {
            assert!(matches!(Checkpoint::parse(&wrong), Err(Fault::Head(_))), "{wrong:?}");
        }
    }
}
