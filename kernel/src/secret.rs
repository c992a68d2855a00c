//! What is kept outside the database: the keys of the log, and the secret under which personal keys are wrapped.

use anyhow::anyhow;
use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use crate::Result;
use crate::note::Signer;

/// The secrets of an installation; the same on all its nodes.
pub struct Secrets {
    /// What the log is called in its heads: `reqord.example/log`.
    pub origin: String,
    /// Who signs the heads; more than one while a key is being rotated.
    pub signers: Vec<Signer>,
    mac: [u8; 32],
    wrap: [u8; 32],
}

impl Secrets {
    /// The secrets made from one seed of 32 random bytes: the signing key, the MAC key and the wrapping
    /// secret are derived from it, each for its own purpose.
    pub fn from_seed(origin: &str, seed: [u8; 32]) -> Result<Self> {
        let derive = |purpose: &str| hmac_sha256(&seed, purpose.as_bytes());
        let signer = Signer::from_seed(origin, derive("reqord signing key 1"))?;
        Ok(Self {
            origin: origin.to_owned(),
            signers: vec![signer],
            mac: derive("reqord entry mac 1"),
            wrap: derive("reqord personal key wrap 1"),
        })
    }

    /// The same with another key that signs every head and every paper beside the first one, while that one is
    /// replaced. It comes of a seed of its own: whoever knows the first seed cannot sign by it.
    ///
    /// # Errors
    /// Where the origin is no name of a key.
    pub fn also_signed_by(mut self, seed: [u8; 32]) -> Result<Self> {
        let key = hmac_sha256(&seed, b"reqord signing key 1");
        self.signers.push(Signer::from_seed(&self.origin, key)?);
        Ok(self)
    }

    /// Shows that an entry was written by a deed and not slipped in before it was sealed.
    pub fn mac(&self, entry: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.mac, entry)
    }

    /// Seals what the database keeps and nobody may read there: the secret of a second factor. What is sealed for
    /// one purpose opens for no other.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<String> {
        Ok(BASE64_STANDARD.encode(seal(&self.key_for(purpose), plain)?))
    }

    /// Opens it.
    ///
    /// # Errors
    /// Broken where it was sealed for another purpose, by another installation, or altered.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| anyhow!("a sealed value is not base64"))?;
        open(&self.key_for(purpose), &bytes)
    }

    /// 32 bytes that follow from `words`, and that nobody can work out who does not hold the secrets.
    pub fn derived(&self, purpose: &str, words: &str) -> [u8; 32] {
        hmac_sha256(&self.key_for(purpose), words.as_bytes())
    }

    fn key_for(&self, purpose: &str) -> [u8; 32] {
        hmac_sha256(&self.wrap, format!("reqord {purpose} 1").as_bytes())
    }

    /// A new key for a person's values, as it is used and as it is stored.
    pub(crate) fn new_person_key(&self) -> Result<([u8; 32], Vec<u8>)> {
        let key = random()?;
        Ok((key, seal(&self.wrap, &key)?))
    }

    pub(crate) fn person_key(&self, wrapped: &[u8]) -> Result<[u8; 32]> {
        let key = open(&self.wrap, wrapped)?;
        key.try_into().map_err(|_| anyhow!("a personal key has the wrong length").into())
    }
}

/// 32 bytes that nobody can guess.
pub fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the machine gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// A value as it stands on the trail when it is personal.
pub(crate) fn sealed(key: &[u8; 32], of: i64, value: &Json) -> Result<Json> {
    Ok(
        json!({ "sealed": BASE64_STANDARD.encode(seal(key, value.to_string().as_bytes())?), "key": format!("PK-{of}") }),
    )
}

/// The value that was sealed; none where it was not sealed at all.
pub(crate) fn unsealed(key: &[u8; 32], value: &Json) -> Option<Json> {
    let bytes = BASE64_STANDARD.decode(value.get("sealed")?.as_str()?).ok()?;
    serde_json::from_slice(&open(key, &bytes).ok()?).ok()
}

fn seal(key: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; 24];
    nonce.copy_from_slice(&random()?[..24]);
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), plain)
        .map_err(|_| anyhow!("a value could not be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>> {
    let Some((nonce, sealed)) = sealed.split_at_checked(24) else {
        return Err(anyhow!("a sealed value is too short").into());
    };
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    let opened = cipher.decrypt(XNonce::from_slice(nonce), sealed);
    opened.map_err(|_| anyhow!("a sealed value does not fit its key").into())
}

fn hmac_sha256(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("any key will do");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_for_one_purpose_opens_for_no_other() {
        let secrets = Secrets::from_seed("test.example/log", [7; 32]).unwrap();
        let sealed = secrets.seal("second factor", b"twenty bytes of luck").unwrap();
        assert_eq!(secrets.open("second factor", &sealed).unwrap(), b"twenty bytes of luck");
        assert!(secrets.open("something else", &sealed).is_err() && !sealed.contains("luck"));
        assert_ne!(secrets.derived("token", "one"), secrets.derived("token", "other"));
    }

    #[test]
    fn a_second_key_signs_beside_the_first_and_what_was_sealed_stays_readable() {
        let one = || Secrets::from_seed("test.example/log", [7; 32]).unwrap();
        let two = one().also_signed_by([8; 32]).unwrap();
        assert_eq!(two.signers[0].vkey(), one().signers[0].vkey());
        assert_ne!(two.signers[1].vkey(), two.signers[0].vkey());
        let head = crate::note::checkpoint("test.example/log", 3, &[0; 32], &two.signers);
        assert_eq!(head.lines().filter(|it| it.starts_with('—')).count(), 2);
        assert_eq!(two.open("x", &one().seal("x", b"y").unwrap()).unwrap(), b"y");
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_no_other() {
        let secrets = Secrets::from_seed("test.example/log", [7; 32]).unwrap();
        let (key, wrapped) = secrets.new_person_key().unwrap();
        assert_eq!(secrets.person_key(&wrapped).unwrap(), key);
        let value = sealed(&key, 4, &json!("Carl")).unwrap();
        assert_eq!(unsealed(&key, &value), Some(json!("Carl")));
        assert_eq!(unsealed(&[0; 32], &value), None);
        assert!(!value.to_string().contains("Carl"));
    }
}
