//! What do we write to customers about their orders? Words in their language, with everything that they need to answer.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::text;
use web::language::{Language, day, say};

/// A letter that confirms in writing what was said by word of mouth.
#[derive(Clone, Copy, Debug)]
pub struct Understood<'a> {
    /// Who said it.
    pub to: &'a str,
    pub said_on: Date,
    pub words: &'a str,
    pub answer_by: Date,
    /// The number of the order.
    pub order: &'a str,
    /// The clause by which silence is consent; empty where it is none.
    pub frame_contract: &'a str,
    /// Who writes.
    pub from: &'a str,
}

/// Its subject and its words, in a language like `de`.
pub fn understood(it: &Understood, language: &str) -> (String, String) {
    Language::new(language, TimeZone::UTC).with(|| {
        let subject = say(&text!("We understood the following ({order})", order = it.order));
        let silence = if it.frame_contract.is_empty() {
            text!("Without your answer we do nothing: silence is no consent.")
        } else {
            text!("Without your answer it holds by {clause} of our frame contract.", clause = it.frame_contract)
        };
        let paragraphs = [
            say(&text!("Good day {name},", name = it.to)),
            say(&text!("on {day} you told us something that nobody has written down yet. We understood the following:", day = day(it.said_on))),
            it.words.trim().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"),
            say(&text!("Please answer by {day} whether that is right, or what is right instead. An answer to this letter is enough.", day = day(it.answer_by))),
            say(&silence),
            it.from.to_owned(),
        ];
        (subject, paragraphs.join("\n\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_letter_says_what_was_understood_until_when_and_what_silence_means() {
        let it = Understood {
            to: "Marta Ruiz",
            said_on: date(2026, 10, 8),
            words: "Two KD-80",
            answer_by: date(2026, 10, 15),
            order: "SO-2026-0131",
            frame_contract: "",
            from: "Ada Lindqvist",
        };
        let (subject, words) = understood(&it, "en");
        assert_eq!(subject, "We understood the following (SO-2026-0131)");
        assert!(words.contains("> Two KD-80") && words.contains("silence is no consent"), "{words}");
        assert!(
            understood(&Understood { frame_contract: "FC-12, 4.2", ..it }, "en").1.contains("FC-12, 4.2")
        );
    }
}
