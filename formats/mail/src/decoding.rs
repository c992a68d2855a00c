//! How do the bytes of a part become what they stand for: transfer encoding, then character set?

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

use crate::Warning;

/// The content of a part without its transfer encoding (RFC 2045, 6). Damage is survived: what can be read is kept.
pub(crate) fn transferred<'a>(body: &'a [u8], encoding: &str, warnings: &mut Vec<Warning>) -> Cow<'a, [u8]> {
    let (bytes, is_sound) = match encoding.to_ascii_lowercase().as_str() {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable(body),
        _ => return Cow::Borrowed(body),
    };
    if !is_sound {
        warnings.push(Warning::TransferDamaged);
    }
    Cow::Owned(bytes)
}

/// Bytes as text. A declared character set is believed as long as it is possible; UTF-8 is tried where none or
/// ASCII is declared, and Windows-1252, which can read everything, comes last.
pub(crate) fn characters(bytes: &[u8], declared: Option<&str>, warnings: &mut Vec<Warning>) -> String {
    let name = declared.map(|name| name.trim().to_ascii_lowercase()).unwrap_or_default();
    if matches!(name.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "unknown-8bit") {
        return utf8_or_windows(bytes, &name, warnings);
    }
    if let Some(decode) = charset_decoder(name.as_bytes()) {
        return decode(bytes);
    }
    warnings.push(Warning::CharsetUnknown(name.chars().take(40).collect()));
    utf8_or_windows(bytes, "", &mut Vec::new())
}

/// Windows-1252 in the way browsers read it: every byte is a character.
pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    charset_decoder(b"windows-1252")
        .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes))
}

fn utf8_or_windows(bytes: &[u8], declared: &str, warnings: &mut Vec<Warning>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        // Cut in the middle of its last character.
        Err(fault) if fault.error_len().is_none() && fault.valid_up_to() > 0 => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        Err(_) => {
            warnings.push(Warning::CharsetWrong(declared.to_string()));
            windows_1252(bytes)
        }
    }
}

/// Whether it was sound, and the bytes. Characters outside the alphabet are skipped (RFC 2045, 6.8).
fn base64(body: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count, mut strangers) = (0_u32, 0_usize, 0_usize);
    for &byte in body {
        let Some(six) = sextet(byte) else {
            strangers += usize::from(!byte.is_ascii_whitespace() && byte != b'=');
            // Padding ends a run; some programs paste several together.
            if byte == b'=' {
                end_run(&mut bytes, bits, count);
                (bits, count) = (0, 0);
            }
            continue;
        };
        (bits, count) = (bits << 6 | six, count + 1);
        if count == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    end_run(&mut bytes, bits, count);
    (bytes, count == 0 && strangers == 0)
}

fn end_run(bytes: &mut Vec<u8>, bits: u32, count: usize) {
    match count {
        2 => bytes.extend_from_slice(&(bits << 12).to_be_bytes()[1..2]),
        3 => bytes.extend_from_slice(&(bits << 6).to_be_bytes()[1..3]),
        _ => {}
    }
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// A `=` that introduces nothing stands for itself (RFC 2045, 6.7, note on robustness).
fn quoted_printable(body: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(body.len());
    let mut is_sound = true;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let content = line.trim_ascii_end();
        let ending = if line.ends_with(b"\n") { &b"\n"[..] } else { b"" };
        let (content, ending) = content.strip_suffix(b"=").map_or((content, ending), |soft| (soft, &b""[..]));
        let mut rest = content;
        while let Some((&byte, after)) = rest.split_first() {
            let octet = (byte == b'=').then(|| after.first_chunk().and_then(|&digits| octet(digits)));
            if let Some(Some(octet)) = octet {
                bytes.push(octet);
                rest = &after[2..];
                continue;
            }
            is_sound &= octet.is_none();
            bytes.push(byte);
            rest = after;
        }
        bytes.extend_from_slice(ending);
    }
    (bytes, is_sound)
}

fn octet(digits: [u8; 2]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(digits[0])? << 4 | value(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str, encoding: &str) -> (String, bool) {
        let mut warnings = Vec::new();
        let bytes = transferred(body.as_bytes(), encoding, &mut warnings);
        (String::from_utf8_lossy(&bytes).into_owned(), warnings.is_empty())
    }

    #[test]
    fn sound_encodings_are_undone() {
        assert_eq!(decoded("R3LDvMOfZQ==\r\n", "BASE64"), ("Grüße".into(), true));
        assert_eq!(
            decoded("Gr=C3=BC=C3=9Fe=\r\n an alle  \r\n", "quoted-printable"),
            ("Grüße an alle\n".into(), true)
        );
        assert_eq!(decoded("as it is", "8bit"), ("as it is".into(), true));
    }

    #[test]
    fn truncated_base64_keeps_what_can_be_read() {
        assert_eq!(decoded("R3LDvMOf\r\nZ", "base64"), ("Grüß".into(), false));
        assert_eq!(decoded("!!R3LDvMOf!!", "base64"), ("Grüß".into(), false));
    }

    #[test]
    fn a_stray_equals_sign_stands_for_itself() {
        assert_eq!(decoded("a = b =3D =Z", "quoted-printable"), ("a = b = =Z".into(), false));
    }

    #[test]
    fn windows_1252_that_claims_to_be_utf_8_is_read_and_told() {
        let mut warnings = Vec::new();
        assert_eq!(characters(b"Schl\xfcssel \x80", Some("UTF-8"), &mut warnings), "Schlüssel €");
        assert_eq!(warnings, [Warning::CharsetWrong("utf-8".into())]);
    }

    #[test]
    fn an_unknown_character_set_is_guessed_and_told() {
        let mut warnings = Vec::new();
        assert_eq!(characters("Größe".as_bytes(), Some("x-klingon"), &mut warnings), "Größe");
        assert_eq!(warnings, [Warning::CharsetUnknown("x-klingon".into())]);
    }

    #[test]
    fn known_character_sets_are_read() {
        let mut warnings = Vec::new();
        assert_eq!(characters(b"\xf1\xfa", Some("iso-8859-1"), &mut warnings), "ñú");
        assert_eq!(characters(b"\x83n", Some("Shift_JIS"), &mut warnings), "ハ");
        assert_eq!(characters("plain ü".as_bytes(), None, &mut warnings), "plain ü");
        assert_eq!(warnings, []);
    }
}
