//! What leaves the house to prove the log: signed heads and proofs, in formats that foreign programs read.
//!
//! A head is a C2SP `tlog-checkpoint` in a C2SP `signed-note`, a proof is a C2SP `tlog-proof`; all text.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::Result;
use crate::tree::Hash;

/// The type of an Ed25519 signature in a signed note.
const ED25519: u8 = 0x01;

/// A key that signs heads, with the name under which it is known.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    /// The signer of this name with the Ed25519 key that the 32 secret bytes give (RFC 8032).
    ///
    /// Fails where the name is empty or has a space, a plus or a control character in it: such a name
    /// cannot be told from the rest of a signature line.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self> {
        let is_unfit = |it: char| it.is_whitespace() || it.is_control() || it == '+';
        if name.is_empty() || name.contains(is_unfit) {
            return Err(anyhow::anyhow!("a log's name has no spaces and no plus, so not {name:?}").into());
        }
        Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) })
    }

    /// The public key as others need it to check signatures: `name+id+key`, the id in hexadecimal, the
    /// key in base64 after the byte that tells its type.
    pub fn vkey(&self) -> String {
        format!("{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(self.typed_key()))
    }

    fn typed_key(&self) -> Vec<u8> {
        [&[ED25519][..], self.key.verifying_key().as_bytes()].concat()
    }

    /// SHA-256(name ‖ newline ‖ type ‖ public key), its first four bytes.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update(b"\n")
            .chain_update(self.typed_key())
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    fn signature_line(&self, text: &str) -> String {
        format!("\u{2014} {} {}\n", self.name, self.signature(text))
    }

    /// The signature over a text as a signed note writes it: the id of the key and the signature, in base64.
    pub(crate) fn signature(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        STANDARD.encode([&self.id()[..], &signature].concat())
    }
}

/// The head of the log `origin` at `size` entries, signed by each signer: two while a key is replaced.
pub fn checkpoint(origin: &str, size: u64, root: &Hash, signers: &[Signer]) -> String {
    sign(&format!("{origin}\n{size}\n{}\n", STANDARD.encode(root)), signers)
}

/// The proof file (`.tlog-proof`) for the entry at `index`: the hashes of its inclusion proof and the
/// signed head that they lead to. `extra` is carried along unsigned; we put the entry's bytes there.
pub fn proof(index: u64, path: &[Hash], checkpoint: &str, extra: Option<&[u8]>) -> String {
    let mut out = String::from("c2sp.org/tlog-proof@v1\n");
    if let Some(extra) = extra {
        let _ = writeln!(out, "extra {}", STANDARD.encode(extra));
    }
    let _ = writeln!(out, "index {index}");
    for hash in path {
        let _ = writeln!(out, "{}", STANDARD.encode(hash));
    }
    out + "\n" + checkpoint
}

fn sign(text: &str, signers: &[Signer]) -> String {
    let signatures: String = signers.iter().map(|it| it.signature_line(text)).collect();
    format!("{text}\n{signatures}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and note of the examples that come with Go's `sumdb/note`.
    fn neumann() -> Signer {
        let seed = STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        Signer::from_seed("PeterNeumann", seed[1..].try_into().unwrap()).unwrap()
    }

    #[test]
    fn the_public_key_is_the_one_that_is_known() {
        let known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(neumann().vkey(), known);
    }

    #[test]
    fn the_signature_is_the_one_that_is_known() {
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signature = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ\
                         InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(sign(text, &[neumann()]), format!("{text}\n{signature}"));
    }

    #[test]
    fn while_a_key_is_replaced_both_sign() {
        let signers = [neumann(), Signer::from_seed("reqord.example/log", [7; 32]).unwrap()];
        let note = checkpoint("reqord.example/log", 3, &[0; 32], &signers);
        let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assert!(note.starts_with(&format!("reqord.example/log\n3\n{root}\n\n\u{2014} PeterNeumann ")));
        assert_eq!(note.matches("\n\u{2014} ").count(), 2);
    }

    #[test]
    fn a_proof_carries_entry_place_hashes_and_head() {
        let text = proof(5, &[[0; 32]], "head\n", Some(b"{}"));
        let hashes = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assert_eq!(text, format!("c2sp.org/tlog-proof@v1\nextra e30=\nindex 5\n{hashes}\n\nhead\n"));
        assert_eq!(proof(0, &[], "head\n", None), "c2sp.org/tlog-proof@v1\nindex 0\n\nhead\n");
    }

    #[test]
    fn a_name_that_would_break_a_line_is_refused() {
        for name in ["", "two words", "a+b", "a\nb", "a\u{2003}b"] {
            assert!(Signer::from_seed(name, [0; 32]).is_err(), "{name:?}");
        }
    }
}
