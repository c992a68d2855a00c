//! Whether JSON is written in the one way that RFC 8785 (JSON Canonicalization Scheme) allows.

use std::borrow::Cow;

/// What in the JSON is not canonical, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct NotCanonical {
    pub what: &'static str,
    pub at: usize,
}

/// Values nested deeper than this are refused rather than followed.
const DEPTH_AT_MOST: u32 = 128;
/// The largest whole number up to which every one can be told from the next (2^53).
const EXACT_AT_MOST: u64 = 1 << 53;

/// Reads the JSON once and refuses whatever canonical JSON could not contain.
pub fn check(bytes: &[u8]) -> Result<(), NotCanonical> {
    let text = str::from_utf8(bytes)
        .map_err(|error| NotCanonical { what: "a character that is not UTF-8", at: error.valid_up_to() })?;
    let mut scanner = Scanner { text, at: 0 };
    scanner.value(0)?;
    if scanner.at < text.len() { Err(scanner.fault("something after the end")) } else { Ok(()) }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

type Scanned<T = ()> = Result<T, NotCanonical>;

impl<'a> Scanner<'a> {
    fn value(&mut self, depth: u32) -> Scanned {
        if depth > DEPTH_AT_MOST {
            return Err(self.fault("too deep a nesting"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b' ' | b'\t' | b'\n' | b'\r') => Err(self.fault("a space")),
            _ => Err(self.fault("no value")),
        }
    }

    fn object(&mut self, depth: u32) -> Scanned {
        self.at += 1;
        if self.takes(b'}') {
            return Ok(());
        }
        let mut before: Option<Cow<str>> = None;
        loop {
            let start = self.at;
            let key = self.string()?;
            // Section 3.2.3: by UTF-16 code units, which is another order than that of the UTF-8 bytes.
            if before.is_some_and(|it| !it.encode_utf16().lt(key.encode_utf16())) {
                return Err(NotCanonical { what: "a name out of order", at: start });
            }
            before = Some(key);
            self.expect(b':', "no colon")?;
            self.value(depth + 1)?;
            if self.takes(b'}') {
                return Ok(());
            }
            self.expect(b',', "no comma")?;
        }
    }

    fn array(&mut self, depth: u32) -> Scanned {
        self.at += 1;
        if self.takes(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if self.takes(b']') {
                return Ok(());
            }
            self.expect(b',', "no comma")?;
        }
    }

    /// A string and what it says. Section 3.2.2.2: nothing is escaped that need not be.
    fn string(&mut self) -> Scanned<Cow<'a, str>> {
        self.expect(b'"', "no string")?;
        let plain = self.plain_characters();
        if self.takes(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut said = plain.to_owned();
        while !self.takes(b'"') {
            if self.takes(b'\\') {
                said.push(self.escaped()?);
                continue;
            }
            let plain = self.plain_characters();
            if plain.is_empty() {
                return Err(self.fault("a control character or no end of a string"));
            }
            said.push_str(plain);
        }
        Ok(Cow::Owned(said))
    }

    fn plain_characters(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let is_special = |it: u8| matches!(it, b'"' | b'\\' | ..0x20);
        let plain = &rest[..rest.bytes().position(is_special).unwrap_or(rest.len())];
        self.at += plain.len();
        plain
    }

    fn escaped(&mut self) -> Scanned<char> {
        let fault = self.fault("an escape that is not needed or not the shortest");
        let letter = self.peek().ok_or(fault.clone())?;
        self.at += 1;
        let character = match letter {
            b'"' | b'\\' => char::from(letter),
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'u' => {
                let digits = self.text.get(self.at..self.at + 4).ok_or(fault.clone())?;
                let code = u8::from_str_radix(digits, 16).map_err(|_| fault.clone())?;
                let has_shorter = matches!(code, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d);
                if code >= 0x20 || has_shorter || format!("{code:04x}") != digits {
                    return Err(fault);
                }
                self.at += 4;
                char::from(code)
            }
            _ => return Err(fault),
        };
        Ok(character)
    }

    /// Section 3.2.2.3: numbers are written as ECMAScript writes them.
    fn number(&mut self) -> Scanned {
        let start = self.at;
        let rest = &self.text[start..];
        let is_of_number = |it: char| matches!(it, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let written = &rest[..rest.find(|it| !is_of_number(it)).unwrap_or(rest.len())];
        self.at += written.len();
        if is_whole(written) {
            return Ok(());
        }
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() && ecmascript(number) == written => Ok(()),
            _ => Err(NotCanonical { what: "a number that is not written in the shortest way", at: start }),
        }
    }

    fn word(&mut self, word: &str) -> Scanned {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("no value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Scanned {
        if self.takes(byte) { Ok(()) } else { Err(self.fault(otherwise)) }
    }

    fn fault(&self, what: &'static str) -> NotCanonical {
        NotCanonical { what, at: self.at }
    }
}

/// Most numbers are whole and small, and these need no floating point to be judged.
fn is_whole(written: &str) -> bool {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_plain = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    let has_no_zero_too_many = !digits.starts_with('0') || written == "0";
    is_plain && has_no_zero_too_many && digits.parse::<u64>().is_ok_and(|it| it <= EXACT_AT_MOST)
}

/// A number as `Number::toString` of ECMAScript writes it.
fn ecmascript(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    // Rust finds how many digits lead back to the number, but of two such numbers that are equally near
    // it may take the odd one; rounded to so many digits, it takes the even one as ECMAScript does.
    let number_of_digits = format!("{:e}", number.abs()).bytes().take_while(|it| *it != b'e').count();
    let decimals = number_of_digits.saturating_sub("d.".len());
    let scientific = format!("{:.decimals$e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("Rust writes an exponent when asked to");
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().expect("Rust writes whole exponents");
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}", lay_out(&digits, exponent))
}

fn lay_out(digits: &str, exponent: i32) -> String {
    let count = i32::try_from(digits.len()).expect("a double has at most 17 digits");
    let zeros = |it: i32| "0".repeat(usize::try_from(it).unwrap_or(0));
    let split = |it: i32| digits.split_at(usize::try_from(it).unwrap_or(0));
    let point = exponent + 1;
    if (count..=21).contains(&point) {
        return format!("{digits}{}", zeros(point - count));
    }
    if (1..=21).contains(&point) {
        let (whole, fraction) = split(point);
        return format!("{whole}.{fraction}");
    }
    if (-5..=0).contains(&point) {
        return format!("0.{}{digits}", zeros(-point));
    }
    let (first, fraction) = split(1);
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{first}{dot}{fraction}e{exponent:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_paper_lists_them() {
        // RFC 8785, appendix B.
        for (bits, written) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(ecmascript(f64::from_bits(bits)), written);
        }
    }

    #[test]
    fn names_are_in_the_order_of_the_papers_example() {
        // RFC 8785 section 3.2.3: the smiling face is above the euro in UTF-8, but below U+FB33 in UTF-16.
        let object =
            "{\"\\r\":1,\"1\":2,\"\u{80}\":3,\"\u{f6}\":4,\"\u{20ac}\":5,\"\u{1f600}\":6,\"\u{fb33}\":7}";
        assert_eq!(check(object.as_bytes()), Ok(()));
        let by_bytes = "{\"\u{fb33}\":7,\"\u{1f600}\":6}";
        assert_eq!(check(by_bytes.as_bytes()).unwrap_err().what, "a name out of order");
    }

    #[test]
    fn what_the_other_library_writes_is_canonical() {
        let values = serde_json::json!({
            "zeta": [1, -1, 0.5, 1e21, 1e-7, 123_456_789_012_345_u64, true, false, null],
            "text": "Grüße, \"quoted\" \\ / \u{0}\u{1f}\u{7f}\t\n\r\u{8}\u{c}\u{1f600}\u{2028}",
            "": {"nested": {"a\u{1}": [], "b": {}, "a": [[], [{}]]}},
            "\u{1f600}": 1, "\u{fb33}": 2, "\u{e9}": 3,
        });
        let written = serde_jcs::to_vec(&values).unwrap();
        assert_eq!(check(&written), Ok(()), "{}", String::from_utf8_lossy(&written));
    }

    #[test]
    fn any_other_way_to_write_is_refused() {
        for wrong in [
            "",
            " 1",
            "1 ",
            "{\"a\": 1}",
            "{\"a\":1 }",
            "[1, 2]",
            "[1,]",
            "[,1]",
            "{\"a\":1,}",
            "{,}",
            "{\"b\":1,\"a\":2}",
            "{\"a\":1,\"a\":1}",
            "{a:1}",
            "1.0",
            "01",
            "-0",
            "-",
            "+1",
            "1e5",
            "1E400",
            "0.10",
            ".5",
            "5.",
            "1e+23e",
            "9007199254740993",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u000a\"",
            "\"\\u001F\"",
            "\"\\u00+1\"",
            "\"\n\"",
            "\"open",
            "\"\\",
            "\"\\u00",
            "tru",
            "nul",
            "[",
            "{",
            "{\"a\"",
            "{\"a\":",
            "[1",
            "NaN",
            "'a'",
            "1,2",
        ] {
            assert!(check(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(check(b"\"\xff\"").is_err());
    }

    #[test]
    fn a_nesting_without_end_is_refused_and_not_followed() {
        assert_eq!(check("[".repeat(1_000_000).as_bytes()).unwrap_err().what, "too deep a nesting");
    }
}
