//! What we tell people outside beside answers: what we understood of a call or a meeting.

use jiff::civil::Date;
use kernel::text;
use web::language::{Language, say};

/// What is written to whoever said something.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// Whom it goes to.
    pub name: String,
    /// The day on which it was said.
    pub day: Date,
    /// What was said, one thing each.
    pub said: Vec<String>,
    /// Until when they are asked to answer.
    pub due: Option<Date>,
    /// Who writes.
    pub from: String,
}

/// Subject and words of the letter that asks to confirm what was said: silence is no consent (ISO 9001, 8.2.3.1:
/// requirements that were not stated in writing are confirmed before they are accepted).
pub fn understood(it: &Understood, language: Language) -> (String, String) {
    language.with(|| {
        let subject = say(&text!("We understood the following"));
        let mut lines = vec![
            say(&text!("Dear {name},", name = it.name.as_str())),
            String::new(),
            say(&text!("when we spoke on {day}, we understood the following:", day = it.day)),
            String::new(),
        ];
        lines.extend((1..).zip(&it.said).map(|(no, said)| format!("{no}. {said}")));
        lines.push(String::new());
        lines.push(match it.due {
            Some(due) => say(&text!(
                "Please say yes or no to each by {day}. We do not take silence as yes.",
                day = due
            )),
            None => say(&text!("Please say yes or no to each. We do not take silence as yes.")),
        });
        lines.extend([String::new(), say(&text!("Kind regards")), it.from.clone()]);
        (subject, lines.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_letter_counts_what_was_said_and_says_that_silence_is_no_consent() {
        let it = Understood {
            name: "Marta Ruiz".into(),
            day: date(2026, 10, 8),
            said: vec!["Two KD-80-PV-E with 230 V.".into(), "Delivery by week 48.".into()],
            due: Some(date(2026, 10, 14)),
            from: "Ada Lindqvist".into(),
        };
        let (subject, words) = understood(&it, Language::new("en", TimeZone::UTC));
        assert_eq!(subject, "We understood the following");
        assert!(words.contains("1. Two KD-80-PV-E with 230 V.\n2. Delivery by week 48.\n"), "{words}");
        assert!(words.contains("We do not take silence as yes."), "{words}");
    }
}
