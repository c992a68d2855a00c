//! Moments of UTC in microseconds since 1970, read and written without a library.

const MICROS_A_SECOND: i64 = 1_000_000;
const SECONDS_A_DAY: i64 = 86_400;
/// Days from 1 March of the year 0 to 1 January 1970, in the calendar of today.
const DAYS_BEFORE_1970: i64 = 719_468;
const DAYS_IN_400_YEARS: i64 = 146_097;

/// Reads `2026-11-24T14:02:11Z`, with up to six digits of a second's fraction.
pub(crate) fn micros(text: &str) -> Option<i64> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if fraction.is_empty() || fraction.len() > 6 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction: i64 = digits(&format!("{fraction:0<6}"))?;
    let days = days_since_1970(year, month, day);
    if civil(days) != (year, month, day) {
        return None;
    }
    Some((days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second) * MICROS_A_SECOND + fraction)
}

/// Writes `2026-11-24 14:02:11 UTC`.
pub(crate) fn spoken(micros: i64) -> String {
    let seconds = micros.div_euclid(MICROS_A_SECOND);
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_A_DAY));
    let clock = seconds.rem_euclid(SECONDS_A_DAY);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

fn numbers(text: &str, separator: char, lengths: [usize; 3]) -> Option<[i64; 3]> {
    let parts: Vec<_> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return None };
    let is_as_long = [first, second, third].map(str::len) == lengths;
    is_as_long.then_some([digits(first)?, digits(second)?, digits(third)?])
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Years are counted from March, so that the leap day is a year's last and months follow one rule.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - DAYS_BEFORE_1970
}

fn civil(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + DAYS_BEFORE_1970;
    let day_of_era = days.rem_euclid(DAYS_IN_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = days.div_euclid(DAYS_IN_400_YEARS) * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_to_the_microsecond() {
        assert_eq!(micros("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(micros("2000-02-29T12:34:56.789Z"), Some(951_827_696_789_000));
        assert_eq!(micros("2026-11-24T20:14:52.000001Z"), Some(1_795_551_292_000_001));
        assert_eq!(micros("1969-12-31T23:59:59.5Z"), Some(-500_000));
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for wrong in [
            "",
            "2026-11-24",
            "2026-11-24T20:14:52",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T20:14:52.Z",
            "2026-11-24T20:14:52.1234567Z",
            "2026-11-24T20:14:+2Z",
            "2026-11-24T20:14:52+01:00",
        ] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_lead_back_to_their_dates() {
        for days in (-800_000..800_000).step_by(17) {
            let (year, month, day) = civil(days);
            assert_eq!(days_since_1970(year, month, day), days, "{year}-{month}-{day}");
        }
        assert_eq!(spoken(1_795_551_292_000_001), "2026-11-24 20:14:52 UTC");
    }
}
