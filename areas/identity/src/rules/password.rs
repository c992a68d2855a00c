//! What a password has to be, how it is kept, and the secrets of sessions and tokens.

use std::sync::OnceLock;
use std::thread;

use anyhow::anyhow;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Error, Faults, Result, fingerprint, random, text};

/// The fewest and the most characters of a password. More would only keep the machine busy.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=256;

/// What hashing a password costs, so that guessing costs the same.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    kibibytes: u32,
    passes: u32,
}

impl Cost {
    /// What OWASP asks of Argon2id at least: 19 MiB, two passes, one lane.
    pub const STANDARD: Self = Self { kibibytes: 19_456, passes: 2 };
    /// For tests and invented people only.
    pub const LIGHT: Self = Self { kibibytes: 64, passes: 1 };
}

/// A password as it is kept: Argon2id in PHC form. There is no way from a plain password to an account but
/// through one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed(String);

impl Hashed {
    pub(crate) fn words(&self) -> &str {
        &self.0
    }
}

/// Hashes a password. It takes some 30 ms of a core: do it before the deed that keeps it, not within.
pub fn hash(password: &str) -> Result<Hashed> {
    hash_at(Cost::STANDARD, password)
}

/// The same at another cost.
pub fn hash_at(cost: Cost, password: &str) -> Result<Hashed> {
    let broken =
        |error: &dyn std::fmt::Display| Error::Broken(anyhow!("a password cannot be hashed: {error}"));
    let params = Params::new(cost.kibibytes, cost.passes, 1, None).map_err(|it| broken(&it))?;
    let salt = SaltString::encode_b64(&random()?[..16]).map_err(|it| broken(&it))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password(password.as_bytes(), &salt).map_err(|it| broken(&it))?;
    Ok(Hashed(hash.to_string()))
}

/// Hashes many passwords side by side, in their order.
pub fn hash_many(passwords: &[&str]) -> Result<Vec<Hashed>> {
    hash_many_at(Cost::STANDARD, passwords)
}

/// The same at another cost.
pub fn hash_many_at(cost: Cost, passwords: &[&str]) -> Result<Vec<Hashed>> {
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    let share = passwords.len().div_ceil(lanes).max(1);
    thread::scope(|scope| {
        let threads: Vec<_> = passwords
            .chunks(share)
            .map(|some| {
                scope.spawn(move || some.iter().map(|it| hash_at(cost, it)).collect::<Result<Vec<_>>>())
            })
            .collect();
        let mut all = Vec::with_capacity(passwords.len());
        for thread in threads {
            let some = thread.join().map_err(|_| Error::Broken(anyhow!("hashing passwords broke off")))?;
            all.extend(some?);
        }
        Ok(all)
    })
}

/// Whether a password is the one that was kept. Where none was, the same work is done and the answer is no,
/// so that the time it takes tells nobody who has an account.
pub fn is_right(password: &str, kept: Option<&str>) -> bool {
    static NOBODY: OnceLock<Option<Hashed>> = OnceLock::new();
    let nobody = NOBODY.get_or_init(|| hash("nobody comes in with this").ok());
    let Some(against) = kept.or(nobody.as_ref().map(Hashed::words)) else { return false };
    let Ok(parsed) = PasswordHash::new(against) else { return false };
    // What is too long was never kept; it is not worth the work.
    let password = if password.len() > 4 * LENGTH.end() { "" } else { password };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && kept.is_some()
}

/// Says what is wrong with a new password, under `field`: too short, too plain, or the person's own name.
pub fn check_password(field: &str, password: &str, (name, email): (&str, &str)) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let length = password.chars().count();
    let low = password.to_lowercase();
    let different: std::collections::BTreeSet<char> = low.chars().collect();
    let own = [name.to_lowercase(), email.to_lowercase(), name.to_lowercase().replace(' ', "")];
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    if length < *LENGTH.start() {
        faults.add(
            field,
            text!(
                "Take at least {count} characters. A few words in a row are good.",
                count = *LENGTH.start()
            ),
        );
    } else if length > *LENGTH.end() {
        faults.add(field, text!("Take at most {count} characters.", count = *LENGTH.end()));
    } else if different.len() < 5 {
        faults.add(field, text!("Use more different characters."));
    } else if own.contains(&low) || (local.len() > 3 && low.starts_with(&local)) {
        faults.add(field, text!("Do not use your name or address as your password."));
    }
    faults.into_result()
}

/// A new secret that nobody can guess: 256 bits, in letters that fit into an address and a cookie.
pub fn new_secret() -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random()?))
}

/// A secret as it is kept. It is random, so one pass of SHA-256 is enough.
pub fn sealed(secret: &str) -> String {
    fingerprint(secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: (&str, &str) = ("Ada Lindqvist", "ada.lindqvist@kestrel.example");

    #[test]
    fn a_password_is_kept_as_argon2id_at_the_cost_that_owasp_asks() {
        let kept = hash("a good long password").unwrap();
        assert!(kept.words().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept:?}");
        assert!(is_right("a good long password", Some(kept.words())));
        assert!(!is_right("a good long passwort", Some(kept.words())));
    }

    #[test]
    fn nobody_comes_in_without_an_account() {
        assert!(!is_right("nobody comes in with this", None));
        assert!(!is_right("", Some("not a hash")));
    }

    #[test]
    fn many_passwords_stay_in_their_order() {
        let words: Vec<String> = (0..7).map(|it| format!("password number {it}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let kept = hash_many_at(Cost::LIGHT, &words).unwrap();
        assert!(words.iter().zip(&kept).all(|(word, kept)| is_right(word, Some(kept.words()))));
        assert!(hash_many_at(Cost::LIGHT, &[]).unwrap().is_empty());
    }

    #[test]
    fn a_password_is_long_and_not_the_persons_own_name() {
        let wrong =
            ["short", "aaaaaaaaaaaaaa", "Ada Lindqvist", "ada.lindqvist@kestrel.example", "ada.lindqvist1"];
        for password in wrong {
            assert!(check_password("password", password, NAME).is_err(), "{password}");
        }
        assert!(check_password("password", &"ab1?x".repeat(60), NAME).is_err(), "too long");
        assert!(check_password("password", "three blind mice ran", NAME).is_ok());
    }

    #[test]
    fn secrets_differ_and_are_kept_sealed() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert!(one != other && one.len() == 43 && sealed(&one) != one);
    }
}
