//! The second factor: a code that changes every half minute (RFC 6238), and the codes for when the device is lost.

use anyhow::anyhow;
use jiff::Timestamp;
use kernel::{Error, Result, fingerprint, random};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Algorithm, TOTP};

/// How long one code is shown, in seconds (RFC 6238, section 5.2).
const STEP: i64 = 30;
/// How many steps a clock may be ahead or behind.
const DRIFT: i64 = 1;
/// How many recovery codes there are, and of how many letters each is: 80 bits, so that one pass of SHA-256 keeps
/// them.
const CODES: usize = 10;
const LETTERS: usize = 16;
/// Letters and digits that are not taken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A new secret of 160 bits, as RFC 4226 recommends.
pub fn new_factor() -> Result<Vec<u8>> {
    Ok(random()?[..20].to_vec())
}

fn totp(secret: &[u8]) -> Result<TOTP> {
    let skew = u8::try_from(DRIFT).unwrap_or(1);
    TOTP::new(Algorithm::SHA1, 6, skew, STEP.unsigned_abs(), secret.to_vec())
        .map_err(|error| Error::Broken(anyhow!("the secret of a second factor cannot be used: {error}")))
}

/// The step of the clock at which a code is right, at most one away from now and later than the last that let
/// somebody in: the same code never opens twice.
pub fn step_of_code(secret: &[u8], code: &str, (now, last): (Timestamp, i64)) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|it| !it.is_whitespace()).collect();
    let (totp, here) = (totp(secret)?, now.as_second().div_euclid(STEP));
    // All are worked out, and digests are compared: the time that it takes tells nothing.
    let mut found = None;
    for step in here - DRIFT..=here + DRIFT {
        let wanted = totp.generate(u64::try_from(step * STEP).unwrap_or(0));
        let is_right = fingerprint(wanted.as_bytes()) == fingerprint(code.as_bytes());
        if is_right && step > last {
            found = Some(step);
        }
    }
    Ok(found)
}

/// The code at a moment, as the device of the person shows it: for tests and the demo.
pub fn code_at(secret: &[u8], now: Timestamp) -> Result<String> {
    Ok(totp(secret)?.generate(u64::try_from(now.as_second()).unwrap_or(0)))
}

/// The secret as people type it where they cannot scan: base32 in groups of four.
pub fn typed(secret: &[u8]) -> Result<String> {
    let letters: Vec<char> = totp(secret)?.get_secret_base32().chars().collect();
    Ok(letters.chunks(4).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join(" "))
}

/// What a device reads from the picture (the key URI format that authenticators share).
pub fn address(secret: &[u8], house: &str, email: &str) -> Result<String> {
    let said = |words: &str| utf8_percent_encode(words, NON_ALPHANUMERIC).to_string();
    let letters = totp(secret)?.get_secret_base32();
    Ok(format!(
        "otpauth://totp/{house}:{email}?secret={letters}&issuer={house}&algorithm=SHA1&digits=6&period={STEP}",
        house = said(house),
        email = said(email)
    ))
}

/// The picture that a device scans, as SVG.
pub fn picture(address: &str) -> Result<String> {
    let code =
        QrCode::new(address).map_err(|error| Error::Broken(anyhow!("no picture of a key: {error}")))?;
    Ok(code.render::<svg::Color>().min_dimensions(220, 220).quiet_zone(true).build())
}

/// New recovery codes, as they are shown once.
pub fn new_codes() -> Result<Vec<String>> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let letters = random()?[..LETTERS]
            .iter()
            .map(|it| char::from(ALPHABET[usize::from(*it) % ALPHABET.len()]))
            .collect::<Vec<_>>();
        codes.push(letters.chunks(4).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join("-"));
    }
    Ok(codes)
}

/// A recovery code as it is kept, however its hyphens and capitals were typed.
pub fn kept_code(code: &str) -> String {
    let letters: String = code.to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect();
    fingerprint(letters.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the codes of RFC 6238, appendix B, cut to six digits.
    const SECRET: &[u8] = b"12345678901234567890";
    const KNOWN: [(i64, &str); 4] =
        [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")];

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in KNOWN {
            assert_eq!(code_at(SECRET, at(second)).unwrap(), code);
            assert_eq!(step_of_code(SECRET, code, (at(second), 0)).unwrap(), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_good_a_step_before_and_after_and_never_twice() {
        let code = "081804";
        for (second, is_good) in [(-60, false), (-30, true), (0, true), (30, true), (61, false)] {
            let found = step_of_code(SECRET, code, (at(1_111_111_109 + second), 0)).unwrap();
            assert_eq!(found.is_some(), is_good, "{second}");
        }
        let used = 1_111_111_109 / 30;
        assert_eq!(step_of_code(SECRET, code, (at(1_111_111_109), used)).unwrap(), None);
        assert_eq!(step_of_code(SECRET, "081 804", (at(1_111_111_109), used - 1)).unwrap(), Some(used));
        for wrong in ["", "0", "081805", "8180,4", "０８１８０４"] {
            assert_eq!(step_of_code(SECRET, wrong, (at(1_111_111_109), 0)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_device_scans_names_house_and_person() {
        let address = address(SECRET, "Kestrel & Sons", "ada@kestrel.example").unwrap();
        assert!(
            address
                .starts_with("otpauth://totp/Kestrel%20%26%20Sons:ada%40kestrel%2Eexample?secret=GEZDGNBV")
        );
        assert!(picture(&address).unwrap().contains("<svg"));
        assert_eq!(typed(SECRET).unwrap().split(' ').count(), 8);
    }

    #[test]
    fn recovery_codes_differ_and_are_kept_however_they_are_typed() {
        let codes = new_codes().unwrap();
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((different.len(), codes[0].len()), (CODES, LETTERS + 3));
        assert_eq!(kept_code(&codes[0]), kept_code(&codes[0].to_uppercase().replace('-', " ")));
        assert_ne!(kept_code(&codes[0]), kept_code(&codes[1]));
    }
}
