//! What we tell people of the customer: a question, that something is theirs to confirm, a code, a reminder.
//!
//! Each letter is in the language of its addressee. What only they may read, the link or the code, stands in the
//! words as the mark that is filled when the letter is carried.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::SECRET;
use web::language::{self, Language};
use web::t;

/// A letter in words.
#[derive(Clone, Debug)]
pub struct Words {
    pub subject: String,
    pub words: String,
    /// Why they are written to.
    pub reason: String,
}

/// The language of a letter: one that we can write.
pub fn language(code: &str) -> &'static str {
    if code.to_lowercase().starts_with("de") { "de" } else { "en" }
}

fn in_language<T>(code: &str, write: impl FnOnce() -> T) -> T {
    Language::new(language(code), TimeZone::UTC).with(write)
}

fn below_each_other(parts: &[String]) -> String {
    parts.iter().filter(|it| !it.trim().is_empty()).cloned().collect::<Vec<_>>().join("\n\n")
}

/// A question to somebody of the customer.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    pub name: &'a str,
    pub house: &'a str,
    pub by: &'a str,
    pub item: &'a str,
    pub question: &'a str,
    pub number: &'a str,
}

/// Asks somebody of the customer a question; the link leads to the place for the answer.
pub fn question(code: &str, it: &Asking) -> Words {
    in_language(code, || {
        let about =
            if it.item.is_empty() { String::new() } else { t!("It is about {item}.", item = it.item) };
        Words {
            subject: t!("A question about your requirements ({number})", number = it.number),
            words: below_each_other(&[
                t!("Dear {name},", name = it.name),
                t!("before we can promise you what you asked for, we need to know something."),
                about,
                it.question.to_owned(),
                t!("Please answer here, no account is needed:\n{link}", link = SECRET),
                format!("{}\n{}", it.by, it.house),
            ]),
            reason: t!("You get this letter because you answer for this matter at your company."),
        }
    })
}

/// The same once more, where nobody answered yet.
pub fn question_again(code: &str, it: &Asking) -> Words {
    in_language(code, || {
        let about =
            if it.item.is_empty() { String::new() } else { t!("It is about {item}.", item = it.item) };
        Words {
            subject: t!("A question that waits for your answer ({number})", number = it.number),
            words: below_each_other(&[
                t!("Dear {name},", name = it.name),
                t!("we asked you something some days ago and cannot go on without your answer."),
                about,
                it.question.to_owned(),
                t!("Please answer here, no account is needed:\n{link}", link = SECRET),
                format!("{}\n{}", it.by, it.house),
            ]),
            reason: t!("You get this letter because you answer for this matter at your company."),
        }
    })
}

/// Something that the customer is asked to confirm.
#[derive(Clone, Copy, Debug)]
pub struct Offering<'a> {
    pub name: &'a str,
    pub house: &'a str,
    pub by: &'a str,
    pub title: &'a str,
    pub number: &'a str,
    pub revision: i64,
    pub summary: &'a str,
    pub until: Date,
}

/// Asks a signatory to confirm a revision.
pub fn offer(code: &str, it: &Offering) -> Words {
    in_language(code, || {
        let day = language::day(it.until);
        Words {
            subject: t!("Please confirm: {title}, revision {no}", title = it.title, no = it.revision),
            words: below_each_other(&[
                t!("Dear {name},", name = it.name),
                it.summary.to_owned(),
                t!(
                    "Please read {number}, revision {no}, line by line, and tell us whether this is what we agreed. You can query each line.",
                    number = it.number,
                    no = it.revision
                ),
                t!(
                    "This is your own link, good until {day}. No account is needed. When you open it, we send a code to the address that this letter went to.\n{link}",
                    day = day,
                    link = SECRET
                ),
                format!("{}\n{}", it.by, it.house),
            ]),
            reason: t!("You get this letter because your name was asked for under these requirements."),
        }
    })
}

/// Reminds a signatory.
pub fn reminder(code: &str, it: &Offering) -> Words {
    in_language(code, || {
        let day = language::day(it.until);
        Words {
            subject: t!(
                "Reminder: {title}, revision {no}, waits for your word",
                title = it.title,
                no = it.revision
            ),
            words: below_each_other(&[
                t!("Dear {name},", name = it.name),
                t!(
                    "{number}, revision {no}, still waits for your confirmation or your queries.",
                    number = it.number,
                    no = it.revision
                ),
                t!("The link is good until {day}:\n{link}", day = day, link = SECRET),
                format!("{}\n{}", it.by, it.house),
            ]),
            reason: t!("You get this letter because your name was asked for under these requirements."),
        }
    })
}

/// The copy of what somebody signed.
pub fn copy(code: &str, it: &Offering, digest: &str) -> Words {
    in_language(code, || Words {
        subject: t!("You confirmed {title}, revision {no}", title = it.title, no = it.revision),
        words: below_each_other(&[
            t!("Dear {name},", name = it.name),
            t!(
                "thank you. Your name stands under {number}, revision {no}.",
                number = it.number,
                no = it.revision
            ),
            t!("The fingerprint of what you confirmed (SHA-256):\n{digest}", digest = digest),
            t!(
                "Your certificate, once all have signed. No account is needed. When you open it, we send a code to the address that this letter went to.\n{link}",
                link = SECRET
            ),
            t!("From now on we change it only together with you."),
            format!("{}\n{}", it.by, it.house),
        ]),
        reason: t!("You get this letter because you signed."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_in_a_letter_as_a_mark_only() {
        let it = Asking {
            name: "Carl",
            house: "Kestrel",
            by: "Ada",
            item: "REQ-0422 Room",
            question: "How cold?",
            number: "CL-1",
        };
        let words = question("en-GB", &it);
        assert!(words.words.contains(SECRET) && words.words.contains("How cold?"));
        assert!(question("de-CH", &it).words.contains("How cold?"), "what people write stays as it is");
    }
}
