//! What a person sent: fields become typed values here; below this no string is checked again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::{Body, Error, Faults, Reader, Text, Vocabulary, text};

/// The most one field may hold, in bytes.
const LARGEST_FIELD: usize = 1_000_000;
/// The field that names those in which a record is told in words, each with what it is one of: `party:organisations`.
pub(crate) const IN_WORDS: &str = "in_words";
/// So many fields of one form are told in words.
const MOST_IN_WORDS: usize = 1_000;

/// The fields of a form as they were sent. Reading collects every fault, so that all are told at once.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pairs: Vec<(String, String)>,
    pub faults: Faults,
    /// Whether somebody else was faster: then it is told so, and may go by the version that is there now.
    is_stale: bool,
    /// How many characters of a field were left out, where some were.
    left_out: BTreeMap<String, usize>,
}

impl Form {
    /// The fields of a query or of a posted form, or those that a form is to show.
    pub fn of<Name: Into<String>>(pairs: impl IntoIterator<Item = (Name, String)>) -> Self {
        Self::cleaned(pairs.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    fn cleaned(pairs: Vec<(String, String)>) -> Self {
        let mut faults = Faults::default();
        for (name, _) in pairs.iter().filter(|(_, value)| value.len() > LARGEST_FIELD) {
            faults.add(name, text!("Shorten it, or attach it as a file."));
        }
        let mut left_out = BTreeMap::new();
        // What a database cannot hold and no person types is left out.
        let mut clean = |name: &str, it: String| {
            let words = it.replace('\0', "").replace("\r\n", "\n");
            let count = it.len() - words.len();
            if count > 0 {
                left_out.insert(name.to_owned(), count);
            }
            words
        };
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| {
                let words = clean(&name, value);
                (name, words)
            })
            .collect();
        Self { pairs, faults, is_stale: false, left_out }
    }

    /// How many characters were sent for a field: those of its words and those that were left out.
    pub fn length(&self, name: &str) -> usize {
        self.raw(name).chars().count() + self.left_out.get(name).copied().unwrap_or(0)
    }

    /// All that was sent, so that it can be shown again.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The words of a field, without the white space around them; empty where nothing was sent.
    pub fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value.trim())
    }

    /// The words of a field just as they were sent.
    pub fn raw(&self, name: &str) -> &str {
        self.pairs.iter().find(|(it, _)| it == name).map_or("", |(_, value)| value)
    }

    /// Whether a field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(it, _)| it == name)
    }

    /// Every value of a field that may be sent more than once.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(it, _)| it == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The words of a field that must not be empty.
    pub fn required(&mut self, name: &str, otherwise: Text) -> String {
        let words = self.text(name).to_owned();
        self.faults.unless(!words.is_empty(), name, otherwise);
        words
    }

    /// A word of a closed list; its first one where nothing was sent.
    pub fn word<V: Vocabulary + Default>(&mut self, name: &str) -> V {
        self.maybe_word(name).unwrap_or_default()
    }

    /// A word of a closed list, or none.
    pub fn maybe_word<V: Vocabulary>(&mut self, name: &str) -> Option<V> {
        let code = self.text(name).to_owned();
        let word = V::of(&code);
        self.faults.unless(
            word.is_some() || code.is_empty(),
            name,
            text!("Choose one of the words in the list."),
        );
        word
    }

    /// A whole number, or none. What is told in words and means nothing has its fault already.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        if self.is_in_words(name) && self.faults.of(name).is_some() {
            return None;
        }
        let words = self.text(name).to_owned();
        let number = words.parse().ok();
        self.faults.unless(number.is_some() || words.is_empty(), name, text!("Give a whole number."));
        number
    }

    /// The fields in which a record is told in words, each with what it is one of.
    pub(crate) fn in_words(&self) -> Vec<(String, String)> {
        self.marks().map(|(name, among)| (name.to_owned(), among.to_owned())).collect()
    }

    fn marks(&self) -> impl Iterator<Item = (&str, &str)> {
        let said = self.pairs.iter().filter(|(name, _)| name == IN_WORDS).take(MOST_IN_WORDS);
        said.filter_map(|(_, it)| it.split_once(':'))
    }

    /// Whether what stands in a field is words for a record, and not its key.
    pub(crate) fn is_in_words(&self, name: &str) -> bool {
        self.marks().any(|(it, _)| it == name)
    }

    /// Puts the key of a record in the place of the words that meant it.
    pub(crate) fn mean(&mut self, name: &str, key: &str) {
        let is_mark = |it: &(String, String)| {
            it.0 == IN_WORDS && it.1.split_once(':').is_some_and(|(it, _)| it == name)
        };
        self.pairs.retain(|it| !is_mark(it));
        for (_, value) in self.pairs.iter_mut().filter(|(it, _)| it == name) {
            key.clone_into(value);
        }
    }

    /// A day like 2026-11-16, or none.
    pub fn day(&mut self, name: &str) -> Option<Date> {
        let words = self.text(name).to_owned();
        let day = words.parse().ok();
        self.faults.unless(day.is_some() || words.is_empty(), name, text!("Give a day like 2026-11-16."));
        day
    }

    /// A day and a time of day like 2026-11-16T09:30, as the clock of a zone shows it, or none.
    pub fn moment(&mut self, name: &str, zone: &TimeZone) -> Option<Timestamp> {
        let words = self.text(name).to_owned();
        let local: Option<DateTime> = words.parse().ok();
        let moment = local.and_then(|it| zone.to_ambiguous_timestamp(it).compatible().ok());
        let sentence = text!("Give a day and a time like 2026-11-16 09:30.");
        self.faults.unless(moment.is_some() || words.is_empty(), name, sentence);
        moment
    }

    /// The same form as it is shown again after a refusal: what was typed, with what is wrong at each field.
    #[must_use]
    pub fn refused(&self, error: &Error) -> Self {
        let faults = match error {
            Error::Invalid(faults) => faults.clone(),
            Error::Refused(refusal) => {
                Faults(refusal.0.iter().map(|it| ("form".to_owned(), it.sentence.clone())).collect())
            }
            _ => Faults::one(
                "form",
                text!("Somebody else changed it first. Look at it again, then send it again."),
            ),
        };
        Self { faults, is_stale: matches!(error, Error::Stale), ..self.clone() }
    }

    /// The form with the version that its record has now, where it was refused because that is another than the one
    /// it was made from: sent again it is kept. Any other refusal leaves it as it was sent.
    pub fn seen_of<B: Body>(self, reader: &Reader, number: &str) -> kernel::Result<Self> {
        let now = reader.find::<B>(number)?.record.version;
        Ok(self.seen(now))
    }

    fn seen(mut self, now: i64) -> Self {
        if self.is_stale {
            self.pairs.retain(|(name, _)| name != "version");
            self.pairs.push(("version".to_owned(), now.to_string()));
        }
        self
    }

    /// The fingerprint of what lies before the signer: of what they have read as long as only a field is to be mended,
    /// of what is there now once they were told that it changed.
    pub fn read_or(&self, now: impl FnOnce() -> kernel::Result<String>) -> kernel::Result<String> {
        let is_told = self.faults.of("form").is_some();
        match self.text("read") {
            read if !read.is_empty() && !is_told => Ok(read.to_owned()),
            _ => now(),
        }
    }

    /// Refuses the form if anything is wrong with it.
    pub fn check(&mut self) -> Result<(), Faults> {
        std::mem::take(&mut self.faults).into_result()
    }
}

/// Parts a query or a form body into its fields (application/x-www-form-urlencoded).
pub fn fields_of(encoded: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_read_anew_only_where_one_was_told_that_it_changed() {
        let now = || Ok("now".to_owned());
        assert_eq!(Form::default().read_or(now).unwrap(), "now");
        let sent = Form::of(fields_of("read=then"));
        let mended = sent.refused(&Faults::one("password", text!("Give a whole number.")).into());
        assert_eq!(mended.read_or(now).unwrap(), "then");
        let changed = text!(
            "The content changed since you opened it. Nothing was recorded. Open it again and read it."
        );
        let told = sent.refused(&kernel::Refusal::because(changed).into());
        assert_eq!(told.read_or(now).unwrap(), "now");
    }

    #[test]
    fn what_is_left_out_of_a_field_counts_in_its_length() {
        let sent = Form::of(fields_of("q=ab%00c%0D%0Ad&name=ef"));
        assert_eq!((sent.raw("q"), sent.length("q")), ("abc\nd", 7));
        assert_eq!((sent.length("name"), sent.length("none")), (2, 0));
    }

    #[test]
    fn a_stale_form_goes_by_the_version_of_now_and_any_other_by_its_own() {
        let sent = Form::of(fields_of("name=Meridian&version=3"));
        assert_eq!(sent.clone().seen(4).text("version"), "3");
        let mended = sent.refused(&Faults::one("name", text!("Give it a title.")).into()).seen(4);
        assert_eq!((mended.text("name"), mended.text("version")), ("Meridian", "3"));
        let late = sent.refused(&Error::Stale).seen(4);
        assert_eq!((late.text("name"), late.text("version")), ("Meridian", "4"));
        assert!(late.faults.of("form").is_some());
    }

    #[test]
    fn words_for_a_record_become_its_key_and_what_means_nothing_is_told_once() {
        let mut form = Form::of(fields_of("party=Meridian&in_words=party:organisations&owner=7"));
        assert_eq!(form.in_words(), [("party".to_owned(), "organisations".to_owned())]);
        let mut unknown = form.clone();
        unknown.faults.add("party", text!("Give the name or the number."));
        assert_eq!((unknown.whole("party"), unknown.faults.0.len()), (None, 1));
        assert!(unknown.is_in_words("party") && !unknown.is_in_words("owner"));
        form.mean("party", "17");
        assert_eq!((form.whole("party"), form.whole("owner"), form.in_words().len()), (Some(17), Some(7), 0));
        assert!(form.check().is_ok());
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut form = Form::of(fields_of("title=+&due=tomorrow&count=x"));
        form.required("title", text!("Give it a title."));
        form.day("due");
        form.whole("count");
        let faults = form.check().unwrap_err();
        assert_eq!(
            faults.0.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
            ["title", "due", "count"]
        );
    }
}
