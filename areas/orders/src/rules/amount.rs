//! Quantities and money: decimals that are compared by their value, whichever way they are written.

use std::fmt;

use crate::model::Line;

/// A decimal in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

const ONE: i128 = 1_000_000;

impl Amount {
    /// A decimal with a point and without anything else: `42900.00`.
    pub fn plain(words: &str) -> Option<Self> {
        let words = words.trim();
        let (is_negative, digits) = match words.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, words),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        if !is_digits(whole) || !is_digits(part) || whole.len() > 15 || part.len() > 15 {
            return None;
        }
        let part: String = format!("{part:0<6}").chars().take(6).collect();
        let value = whole.parse::<i128>().ok()? * ONE + part.parse::<i128>().ok()?;
        Some(Self(if is_negative { -value } else { value }))
    }

    /// A decimal as people and spreadsheets write it: `42,900.00`, `42.900,00`, `1'425.00`, `42 900`, `42.900,00 EUR`.
    /// None where nobody can tell: `1,425` is one and a half to some and a thousand and more to others.
    pub fn written(words: &str) -> Option<Self> {
        let bare: String = words
            .trim()
            .trim_end_matches(|it: char| it.is_alphabetic() || it == '€')
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '\u{a0}' && *it != '\'' && *it != '’')
            .collect();
        let (points, commas) = (bare.matches('.').count(), bare.matches(',').count());
        let plain = match (points, commas) {
            (_, 0) if points <= 1 => bare,
            (0, 1)
                if bare.ends_with(|it: char| it.is_ascii_digit())
                    && bare.rsplit(',').next().is_some_and(|it| it.len() == 3) =>
            {
                return None;
            }
            (0, 1) => bare.replace(',', "."),
            (_, 0) => bare.replace('.', ""),
            (0, _) => bare.replace(',', ""),
            _ if bare.rfind(',') > bare.rfind('.') => bare.replace('.', "").replace(',', "."),
            _ => bare.replace(',', ""),
        };
        Self::plain(&plain)
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0) / ONE)
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// For lists and sorting only.
    #[expect(clippy::cast_precision_loss, reason = "an approximation is all that a list needs")]
    pub fn about(self) -> f64 {
        self.0 as f64 / ONE as f64
    }
}

/// With two places at least, and no more than it needs.
impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let (sign, value) = (if self.0 < 0 { "-" } else { "" }, self.0.abs());
        let part = format!("{:06}", value % ONE);
        let part = part.trim_end_matches('0');
        write!(formatter, "{sign}{}.{part:0<2}", value / ONE)
    }
}

/// The sum of all lines; those that say no quantity or price count nothing.
pub fn total(lines: &[Line]) -> Amount {
    let of = |line: &Line| Some(Amount::plain(&line.quantity)?.times(Amount::plain(&line.price)?));
    lines.iter().filter_map(of).fold(Amount::default(), Amount::plus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_whichever_way_it_is_written() {
        let same = [
            "42900",
            "42900.0",
            "42,900.00",
            "42.900,00",
            "42 900",
            "42'900.00",
            "42.900,00 EUR",
            "42900,00 €",
        ];
        for words in same {
            assert_eq!(
                Amount::written(words).map(|it| it.to_string()).as_deref(),
                Some("42900.00"),
                "{words}"
            );
        }
        assert_eq!(Amount::written("0.5"), Amount::plain("0.50"));
        assert_eq!(Amount::written("1,425"), None, "a thousand or one and a half?");
        assert!(
            ["", "=1+1", "two", "1e9", "--1", "1.2.3,4,5", "99999999999999999999"]
                .iter()
                .all(|it| Amount::written(it).is_none())
        );
    }

    #[test]
    fn money_is_added_without_losing_a_cent() {
        let line = |quantity: &str, price: &str| Line {
            quantity: quantity.into(),
            price: price.into(),
            ..Line::default()
        };
        let lines = [
            line("1", "42900.00"),
            line("1", "1980.00"),
            line("1", "1650"),
            line("2", "1425.00"),
            line("", "7"),
        ];
        assert_eq!(total(&lines).to_string(), "49380.00");
        assert_eq!(total(&[line("3", "0.1")]).to_string(), "0.30");
    }
}
