//! In whose language and zone the page is being written.
//!
//! English stands in the code; every other language is a catalogue in `assets/locale`. The language is
//! set for the time one page is written, so that no part has to carry it along:
//!
//! ```
//! use web::{language::Language, t};
//!
//! let page = Language::new("de", jiff::tz::TimeZone::UTC).with(|| t!("{count} day" | "{count} days", count = 2));
//! assert_eq!(page, "2 Tage");
//! ```

mod keys;
mod plural;
mod scripts;

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
#[doc(hidden)]
pub use kernel::text;
use kernel::{Text, Tongue};

pub use self::keys::{Key, completed, keys_in, missing};
use self::plural::Rule;

/// What the languages call themselves, by their code (BCP 47). English first: it is never missing.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("de", "Deutsch")];

const GERMAN_SOURCE: &str = include_str!("../../assets/locale/de.po");
static GERMAN: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
    Arc::new(Catalogue::read(GERMAN_SOURCE).expect("the catalogue is compiled in and read by a test"))
});

thread_local! {
    static NOW: RefCell<Language> = RefCell::new(Language::new("en", TimeZone::UTC));
}

/// A language and a zone: all a page needs to know of its reader to find the words.
#[derive(Clone)]
pub struct Language {
    /// The code (BCP 47): one of [`LANGUAGES`].
    pub code: &'static str,
    /// Where the reader's clock hangs.
    pub zone: TimeZone,
    catalogue: Option<Arc<Catalogue>>,
}

/// The translations of one language.
struct Catalogue {
    forms: HashMap<String, Vec<String>>,
    rule: Rule,
}

/// Writes a sentence in the language of the page: `t!("Agreed")`, `t!("{who} is away", who = name)`,
/// `t!("{count} message" | "{count} messages", count = letters.len())`.
#[macro_export]
macro_rules! t {
    ($($sentence:tt)*) => { $crate::language::say(&$crate::language::text!($($sentence)*)) };
}

/// A sentence in the language of the page.
pub fn say(text: &Text) -> String {
    NOW.with_borrow(|language| text.words(language))
}

/// A word of a closed list in the language of the page.
pub fn word(word: impl kernel::Vocabulary) -> String {
    say(&word.text())
}

/// The code of the language of the page, as `lang` of HTML wants it.
pub fn code() -> &'static str {
    NOW.with_borrow(|language| language.code)
}

/// The name of the zone of the page, as scripts want it (IANA); UTC where the zone has none.
pub fn zone() -> String {
    NOW.with_borrow(|language| language.zone.iana_name().unwrap_or("UTC").to_owned())
}

/// The zone of the page.
pub fn time_zone() -> TimeZone {
    NOW.with_borrow(|language| language.zone.clone())
}

/// The sentences of the scripts in the language of the page, by the names under which scripts know them.
pub fn script_words() -> serde_json::Value {
    NOW.with_borrow(|language| match &language.catalogue {
        Some(catalogue) => scripts::translated(|key| catalogue.forms.get(key).cloned()),
        None => scripts::translated(|_| None),
    })
}

/// A whole number as it is grouped there: 48,211 or 48.211.
pub fn count(count: i64) -> String {
    NOW.with_borrow(|language| language.count(count))
}

/// A decimal number written with a point, as it is written there: 49,380.00 or 49.380,00.
pub fn decimal(plain: &str) -> String {
    NOW.with_borrow(|language| language.decimal(plain))
}

/// A day in full: 12 October 2026 or 12. Oktober 2026.
pub fn day(day: Date) -> String {
    NOW.with_borrow(|language| language.day(day))
}

/// A day in short, with its year only where it is another than this: 12 Oct or 12 Oct 2024.
pub fn short_day(day: Date, today: Date) -> String {
    NOW.with_borrow(|language| language.short_day(day, today))
}

/// A day as people say it: today, tomorrow, Friday, 12 Oct.
pub fn near_day(day: Date, today: Date) -> String {
    NOW.with_borrow(|language| language.near_day(day, today))
}

/// A moment as people say it: today 14:02, yesterday 18:05, Friday 11:40, 2 Oct, 11:50, 1 Jun 2024.
pub fn near_moment(moment: Timestamp, now: Timestamp) -> String {
    NOW.with_borrow(|language| language.near_moment(moment, now))
}

/// A moment to the second, with its zone: what stands behind the one people say.
pub fn exact_moment(moment: Timestamp) -> String {
    NOW.with_borrow(|language| language.exact_moment(moment))
}

/// The day of a moment in the reader's zone.
pub fn day_of(moment: Timestamp) -> Date {
    NOW.with_borrow(|language| language.local(moment).date())
}

impl Language {
    /// The language of this code; English where we do not have it.
    pub fn new(code: &str, zone: TimeZone) -> Self {
        match code {
            "de" => Self { code: "de", zone, catalogue: Some(GERMAN.clone()) },
            _ => Self { code: "en", zone, catalogue: None },
        }
    }

    /// The code of the language that a browser asks for most, of those we have.
    ///
    /// `header` is `Accept-Language` (RFC 9110, 12.5.4); without a match it is English.
    pub fn asked(header: &str) -> &'static str {
        let wish = |range: &str| {
            let (range, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight = weight.trim().parse::<f32>().ok().filter(|it| *it > 0.0)?;
            let primary = range.trim().split('-').next()?.to_ascii_lowercase();
            let (code, _) = LANGUAGES.iter().find(|(code, _)| *code == primary)?;
            Some((weight, *code))
        };
        let mut best = (0.0, LANGUAGES[0].0);
        for (weight, code) in header.split(',').filter_map(wish) {
            if weight > best.0 {
                best = (weight, code);
            }
        }
        best.1
    }

    /// Writes something in this language, and leaves the language as it was before.
    pub fn with<T>(self, write: impl FnOnce() -> T) -> T {
        struct Before(Option<Language>);
        impl Drop for Before {
            fn drop(&mut self) {
                if let Some(language) = self.0.take() {
                    NOW.set(language);
                }
            }
        }
        let _before = Before(Some(NOW.replace(self)));
        write()
    }

    /// A decimal number written with a point, as it is written there.
    pub fn decimal(&self, plain: &str) -> String {
        let (whole, fraction) = plain.split_once('.').map_or((plain, None), |(it, rest)| (it, Some(rest)));
        let whole = self.grouped(whole);
        match fraction {
            Some(fraction) if self.is_german() => format!("{whole},{fraction}"),
            Some(fraction) => format!("{whole}.{fraction}"),
            None => whole,
        }
    }

    /// A day in short, with its year only where it is another than this.
    pub fn short_day(&self, day: Date, today: Date) -> String {
        let year = if day.year() == today.year() { String::new() } else { format!(" {}", day.year()) };
        let month = usize::from(day.month().unsigned_abs()) - 1;
        if self.is_german() {
            return format!("{}. {}{year}", day.day(), GERMAN_MONTHS_SHORT[month]);
        }
        format!("{} {}{year}", day.day(), &ENGLISH_MONTHS[month][..3])
    }

    /// A day as people say it.
    pub fn near_day(&self, day: Date, today: Date) -> String {
        match (day - today).get_days() {
            -1 => text!("yesterday").words(self),
            0 => text!("today").words(self),
            1 => text!("tomorrow").words(self),
            -6..=6 => self.weekday(day.weekday()).to_owned(),
            _ => self.short_day(day, today),
        }
    }

    /// A moment as people say it.
    pub fn near_moment(&self, moment: Timestamp, now: Timestamp) -> String {
        let (at, today) = (self.local(moment), self.local(now).date());
        let day = self.near_day(at.date(), today);
        let time = clock(at);
        if at.date().year() != today.year() {
            return day;
        }
        match (at.date() - today).get_days() {
            -6..=6 => format!("{day} {time}"),
            _ => format!("{day}, {time}"),
        }
    }

    /// A moment to the second, with its zone.
    pub fn exact_moment(&self, moment: Timestamp) -> String {
        let at = moment.to_zoned_datetime(self.zone.clone());
        format!("{}, {}", self.day(at.date()), at.strftime("%H:%M:%S %Z"))
    }

    fn local(&self, moment: Timestamp) -> DateTime {
        self.zone.to_datetime(moment)
    }

    fn is_german(&self) -> bool {
        self.code == "de"
    }

    fn weekday(&self, weekday: Weekday) -> &'static str {
        let names = if self.is_german() { GERMAN_WEEKDAYS } else { ENGLISH_WEEKDAYS };
        names[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
    }

    /// Digits in groups of three, from five digits on in German and from four on in English.
    fn grouped(&self, plain: &str) -> String {
        let digits = plain.trim_start_matches(['-', '+']);
        let separator = if self.is_german() { '.' } else { ',' };
        let mut out = plain[..plain.len() - digits.len()].to_owned();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }
}

impl Tongue for Language {
    fn translate(&self, key: &str, plural: Option<(&str, i64)>) -> Option<String> {
        let catalogue = self.catalogue.as_ref()?;
        let forms = catalogue.forms.get(key)?;
        let form = plural.map_or(0, |(_, count)| catalogue.rule.form(count));
        forms.get(form).filter(|it| !it.is_empty()).cloned()
    }

    fn count(&self, count: i64) -> String {
        self.grouped(&count.to_string())
    }

    fn day(&self, day: Date) -> String {
        let month = usize::from(day.month().unsigned_abs()) - 1;
        if self.is_german() {
            return format!("{}. {} {}", day.day(), GERMAN_MONTHS[month], day.year());
        }
        format!("{} {} {}", day.day(), ENGLISH_MONTHS[month], day.year())
    }

    fn moment(&self, moment: Timestamp) -> String {
        let at = self.local(moment);
        format!("{}, {}", self.day(at.date()), clock(at))
    }
}

impl Catalogue {
    /// Reads a catalogue of gettext (PO); sentences that are not translated yet are left out.
    fn read(source: &str) -> anyhow::Result<Self> {
        let catalog = polib::po_file::parse_from_reader(source.as_bytes())?;
        let rule = Rule::read(&catalog.metadata.plural_rules.expr)?;
        let mut forms = HashMap::with_capacity(catalog.count());
        for message in catalog.messages().filter(|it| it.is_translated() && !it.is_fuzzy()) {
            let words = match message.msgstr_plural() {
                Ok(words) => words.clone(),
                Err(_) => vec![message.msgstr()?.to_owned()],
            };
            forms.insert(message.msgid().to_owned(), words);
        }
        Ok(Self { forms, rule })
    }
}

fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const GERMAN_MONTHS_SHORT: [&str; 12] =
    ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
const ENGLISH_WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const GERMAN_WEEKDAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn bremen(code: &str) -> Language {
        Language::new(code, TimeZone::get("Europe/Berlin").unwrap())
    }

    fn said(language: &Language, moment: &str) -> String {
        let now = "2026-10-12T12:36:00Z".parse().unwrap();
        language.near_moment(moment.parse().unwrap(), now)
    }

    #[test]
    fn moments_are_said_as_people_say_them() {
        let english = bremen("en");
        assert_eq!(said(&english, "2026-10-12T12:02:00Z"), "today 14:02");
        assert_eq!(said(&english, "2026-10-11T16:05:00Z"), "yesterday 18:05");
        assert_eq!(said(&english, "2026-10-13T07:25:00Z"), "tomorrow 09:25");
        assert_eq!(said(&english, "2026-10-09T09:40:00Z"), "Friday 11:40");
        assert_eq!(said(&english, "2026-10-02T09:50:00Z"), "2 Oct, 11:50");
        assert_eq!(said(&english, "2024-06-01T09:50:00Z"), "1 Jun 2024");
        assert_eq!(said(&bremen("de"), "2026-10-11T16:05:00Z"), "gestern 18:05");
        assert_eq!(said(&bremen("de"), "2026-10-02T09:50:00Z"), "2. Okt., 11:50");
    }

    #[test]
    fn a_moment_belongs_to_the_day_of_the_reader() {
        assert_eq!(said(&bremen("en"), "2026-10-12T22:30:00Z"), "tomorrow 00:30");
    }

    #[test]
    fn days_and_numbers_are_written_as_there() {
        let (english, german) = (bremen("en"), bremen("de"));
        assert_eq!(english.day(date(2026, 10, 12)), "12 October 2026");
        assert_eq!(german.day(date(2026, 10, 12)), "12. Oktober 2026");
        assert_eq!(english.short_day(date(2025, 3, 1), date(2026, 10, 12)), "1 Mar 2025");
        assert_eq!((english.count(48_211), german.count(48_211)), ("48,211".into(), "48.211".into()));
        assert_eq!((english.count(-1_000), german.count(1_000)), ("-1,000".into(), "1.000".into()));
        assert_eq!(english.decimal("49380.00"), "49,380.00");
        assert_eq!(
            (english.decimal("+250"), german.decimal("-1250.5")),
            ("+250".to_owned(), "-1.250,5".to_owned())
        );
        assert_eq!(german.decimal("49380.00"), "49.380,00");
    }

    #[test]
    fn the_catalogue_can_be_read_and_knows_one_and_many() {
        let german = bremen("de");
        let days = |count: i64| text!("{count} day" | "{count} days", count = count).words(&german);
        assert_eq!((days(1), days(2), days(0)), ("1 Tag".into(), "2 Tage".into(), "0 Tage".into()));
    }

    #[test]
    fn what_lacks_a_translation_is_said_in_english() {
        assert_eq!(
            bremen("de").with(|| say(&Text::plain("Nobody translated this"))),
            "Nobody translated this"
        );
    }

    #[test]
    fn a_language_lasts_as_long_as_its_page() {
        bremen("de").with(|| {
            assert_eq!(bremen("en").with(code), "en");
            assert_eq!(code(), "de");
        });
        assert_eq!(code(), "en");
    }

    #[test]
    fn the_language_asked_for_most_is_answered() {
        assert_eq!(Language::asked("fr-CH, fr;q=0.9, en;q=0.7, de;q=0.8, *;q=0.5"), "de");
        assert_eq!(Language::asked("de-AT,en;q=0.5"), "de");
        assert_eq!(Language::asked("de;q=0, fr"), "en");
        assert_eq!(Language::asked(""), "en");
    }
}
